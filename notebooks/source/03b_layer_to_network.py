# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # 03b · From layer to network
#
# Last time, we built one convolution layer and let it learn. Today we add what is missing around it, and a network of
# ten lines reads handwritten digits.
#
# **After this lecture, you will be able to**
# - write max and average pooling and batch normalization in a few lines, and say what each is good for;
# - compute what a value deep in a network sees of the image, by hand and with a gradient;
# - say what happens to a network's output when the image moves, and under which conditions;
# - build a small convolutional classifier and follow one image through all its layers.
#
# **You need** lecture 03a, and softmax and cross-entropy from chapter 01.
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 60 min | 42 min | 2 min |

# %% tags=["setup", "nbval-ignore-output"]
import numpy as np
import torch
import torchvision
from sklearn.datasets import load_digits
from torch import nn

from course_utils import convolution, data, diagrams, evidence, plots, settings, widgets
from course_utils.evaluation import evaluate
from course_utils.exercises import check
from course_utils.models import DigitNet
from course_utils.training import take_steps

plots.use_course_style()
all_rates = (0.05, 0.1, 0.2, 0.3, 0.5, 1.0)
full, fast = (all_rates, 8, 300), ((0.2, 1.0), 5, 20)
rates, seeds, steps = settings.by_profile(full=full, fast=fast)
moon = data.images()["moon"][::2, ::2]  # (256, 256), gray values in [0, 1]
digits = data.digits()  # images of 28 × 28
assert len(digits.X_val) > 200  # enough to judge by, also without MNIST
small = load_digits()  # images of 8 × 8
X = torch.tensor(small.images, dtype=torch.float32)[:, None]
X, y = (X - X.mean()) / X.std(), torch.tensor(small.target)


def unlike(first, second):
    """Return 0 for equal maps, about 1 for maps that have nothing in common."""
    return np.sqrt(np.mean((first - second) ** 2) / 2) / first.std()


# %% [markdown] slideshow={"slide_type": "slide"}
# ## What a network needs besides convolutions
#
# A convolutional network is made of a few kinds of components, and you know three of them: convolutions, dense layers,
# and the *activation function*. Here it is usually ReLU, $a = \max(0, z)$, applied to every value of every map. Today
# you will meet the others. But first, why can't we just put convolutions in a row?

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["predict"]
# **Predict first.** We put two 3 × 3 convolutions in a row, with nothing in between. Can a single convolution do the
# same, and if so, how large must its kernel be?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:two-convolutions-are-one"]
torch.manual_seed(3)
image = torch.randn(1, 1, 20, 20, dtype=torch.float64)
first, second = torch.randn(2, 1, 1, 3, 3, dtype=torch.float64)
between = nn.Identity()
both = nn.functional.conv2d(between(nn.functional.conv2d(image, first)), second)
# The combined kernel is the convolution of the two.
combined = nn.functional.conv2d(second, first.flip(2, 3), padding=2)
one = nn.functional.conv2d(image, combined)
rectified = nn.functional.conv2d(torch.relu(nn.functional.conv2d(image, first)), second)
# With ReLU: the best single kernel and bias, by least squares.
windows = nn.functional.pad(nn.functional.unfold(image, 5)[0].T, (0, 1), value=1.0)
best = windows @ torch.linalg.lstsq(windows, rectified.reshape(-1, 1)).solution
pairs = (both, one), (rectified, best.reshape_as(rectified))
gaps = [unlike(a.numpy(), b.numpy()) for a, b in pairs]
print("combined kernel", tuple(combined.shape[2:]))
print(f"difference without activation {gaps[0]:.2f}, with ReLU in between {gaps[1]:.2f}")
assert torch.allclose(both, one) and gaps[1] > 0.1  # claim

# %% [markdown] slideshow={"slide_type": "fragment"}
# Yes: one kernel of **5 × 5** does the same. Without an activation function, depth buys nothing. With ReLU in between,
# even the best single kernel gives a different map. (Our measure of difference is 0 for equal maps and about 1 for maps
# that have nothing in common.) Chapter 05 compares the activation functions.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:pooling", "defines:pooling"]
# ## Pooling: keep one number per window
#
# After a filter has looked for its feature everywhere, we often want to know *whether* it was found in a region rather
# than at which pixel. **Pooling** looks at each window of a map and keeps one number: the largest (*max pooling*) or
# the mean (*average pooling*). It has no weights. The windows usually lie side by side, so a 2 × 2 window halves both
# sides of the map.


# %%
def max_pool(x, size):
    """Return the maximum of each window; size divides H and W."""
    N, C, H, W = x.shape
    windows = x.reshape(N, C, H // size, size, W // size, size)
    return windows.max(axis=(3, 5))


# %% slideshow={"slide_type": "subslide"} tags=["hide-input", "claim", "claim:pooling-equals-torch"]
rows = [[12.0, 20, 30, 0], [8, 12, 2, 0], [34, 70, 37, 4], [112, 100, 25, 14]]
x = np.array(rows)[None, None]
largest, mean = max_pool(x, 2), convolution.avg_pool2d(x, 2)
plots.number_row(
    {"map": x[0, 0], "max": largest[0, 0], "average": mean[0, 0]},
    decimals=0,
    cell=0.6,
    alt="A 4 × 4 map, its maxima 20, 30, 112, 37, and its means 13, 8, 79, 20.",
)
as_tensor = torch.from_numpy(x)
assert np.array_equal(largest, nn.functional.max_pool2d(as_tensor, 2))  # claim: as PyTorch
assert np.array_equal(mean, nn.functional.avg_pool2d(as_tensor, 2))

# %% [markdown]
# Three quarters of the numbers are gone. The maximum tells us that the feature was found somewhere in the window; the
# mean tells us how much of the window had it. The formula for the output size from lecture 03a holds here, too, with $S
# = K$ unless you set a stride.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Or should the convolution take larger steps?
#
# A convolution with stride 2 halves the maps, too.
#
# **Predict first.** In a small network for digits, we replace each "convolution, then max pooling by 2" with a
# "convolution with stride 2." What happens to the number of multiplications, and what happens to the accuracy?


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:pooling-or-stride", "nbval-ignore-output"]
def halving_network(kind):
    """Return two blocks of convolution and ReLU that halve the maps, and a dense layer."""
    blocks = []
    for channels in (1, 8):
        blocks += [nn.Conv2d(channels, 8, 3, 2 if kind == "stride" else 1, 1), nn.ReLU()]
        blocks += [nn.MaxPool2d(2)] if kind == "pooling" else []
    return nn.Sequential(*blocks, nn.Flatten(), nn.Linear(8 * 2 * 2, 10))


accuracies = {"pooling": [], "stride": []}
for kind, scores in accuracies.items():
    for seed in range(seeds):
        torch.manual_seed(seed)
        order, net = torch.randperm(len(X)), halving_network(kind)
        seen, new = order[:1000], order[1000:]
        optimizer = torch.optim.Adam(net.parameters(), 0.01)
        take_steps(net, X[seen], y[seen], optimizer, 2 * steps)
        scores.append(evaluate(net, (X[new], y[new])).accuracy)
cost = {"pooling": 8 * 8 * 8 * 9 + 4 * 4 * 8 * 8 * 9}
cost["stride"] = 4 * 4 * 8 * 9 + 2 * 2 * 8 * 8 * 9
for kind, count in cost.items():
    print(f"{kind:7} {count:6,} multiplications in the convolutions")
result = evidence.compare(*accuracies.values(), names=tuple(accuracies))
print("accuracy:", result)
assert cost["pooling"] == 4 * cost["stride"]  # claim: a quarter of the multiplications
if evidence.in_full_only("pooling or stride, trained until the loss is near 0"):
    assert result.does_not_matter(0.03)  # claim: hardly any difference in accuracy

# %% [markdown] slideshow={"slide_type": "fragment"}
# The strided network needs **a quarter** of the multiplications, because it never computes the values that pooling
# would throw away. On these digits, the accuracies differ by less than three percentage points. If you expected a
# large drop, consider that the kernel *learns* which pixels to combine. Both are used in practice; large networks
# often choose strided convolutions.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 10. Let the class vote on the accuracy. Most students expect a large drop, because stride 2 "throws away
# three quarters of the pixels." It throws away positions of the window, not pixels: neighboring 3 × 3 windows still
# overlap.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:03b.1"]
# ### Exercise 03b.1 · Average pooling (10 min)
#
# Write average pooling for windows that lie side by side. Rows and columns that do not fill a whole window are left
# out, as in PyTorch. Do not call `convolution` or `torch`.


# %% tags=["exercise:03b.1"] nbgrader={"grade_id": "ex-03b-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def average_pool(x, size):  # Exercise 03b.1
    """Return the mean of each window: (N, C, H, W) → (N, C, H // size, W // size)."""
    ### BEGIN SOLUTION
    # Cut off the rest, then give each window axes of its own.
    N, C, H, W = x.shape
    rows, columns = H // size, W // size
    whole = x[:, :, : rows * size, : columns * size]
    return whole.reshape(N, C, rows, size, columns, size).mean(axis=(3, 5))
    ### END SOLUTION


# %% tags=["check:03b.1"]
check("03b.1", average_pool)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:receptive-field", "defines:receptive field"]
# ## What does one value see?
#
# The part of the image that can influence one value of a map is its **receptive field**. A value after one 3 × 3 layer
# sees 3 × 3 pixels. A value after a second such layer sees 3 × 3 values that each see 3 × 3 pixels; neighboring fields
# overlap, so together they cover 5 × 5 pixels. In general, a layer extends the receptive field by $K - 1$ steps on its
# own input, and one step there is $J$ pixels of the image, where $J$ is the product of all strides before it:
#
# $$r \leftarrow r + (K - 1)\, J, \qquad J \leftarrow J \cdot S \qquad\text{starting from } r = J = 1$$
#
# With dilation, $D\,(K - 1)$ takes the place of $K - 1$.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** A network has two blocks, each made of a 3 × 3 convolution, ReLU, and 2 × 2 max pooling. Use the
# formula, or guess: how many pixels on a side does one value of the last map see? We then ask the gradient, which is
# zero for every pixel that cannot influence the value.

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:receptive-field-by-gradient"]
torch.manual_seed(3)
blocks = [nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
blocks += [nn.Conv2d(4, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
# Many images, because ReLU and the maximum let few gradients through in a single one.
images = torch.rand(300, 1, 28, 28, requires_grad=True)
nn.Sequential(*blocks)(images)[:, :, 3, 3].sum().backward()
seen = (images.grad != 0).any(dim=0)[0]
by_gradient = tuple(int(seen.any(dim=1 - axis).sum()) for axis in (0, 1))

r, J = 1, 1
for K, S in [(3, 1), (2, 2), (3, 1), (2, 2)]:  # ReLU looks at no neighbors
    r, J = r + (K - 1) * J, J * S
print("by gradient:", by_gradient, "by formula:", r)
assert by_gradient == (r, r)  # claim: the gradient reaches exactly the receptive field

# %% [markdown] slideshow={"slide_type": "fragment"}
# **10 × 10**: 3 after the first convolution, 4 after pooling, then 4 + 2 · 2 = 8, and finally 8 + 1 · 2 = 10. If you
# said 7, you forgot that pooling has a window, too; if you said 5, you also forgot its stride. The stride does most of
# the work: after a pooling layer, every step is twice as long.

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Try it.** Add layers: 3 × 3 convolutions and 2 × 2 pooling layers, in turn. On the right, you see the last map with
# one value marked; the frame on the left shows what this value sees. After how many layers does it see the whole digit?


# %% tags=["hide-input"]
def sees(layers):
    conv, pool = (3, 1, 1), (2, 2, 0)  # kernel size, stride, padding
    row = [conv, pool, conv, pool, conv, pool][:layers]
    return diagrams.receptive_field(digits.X_val[0, 0].numpy(), row)


widgets.explore(
    sees,
    alt="A digit with a frame of 10 × 10 pixels, seen by one value of the map of 7 × 7.",
    layers=widgets.Slider(0, 6, 4),
)

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 19. After six layers, the frame has 22 × 22 pixels and holds the whole digit. Ask: "What does a value that sees
# 10 × 10 pixels miss?" For example, it misses whether a loop is closed on the far side of the digit. The dense layer
# has to put that together later. Not all pixels of a receptive field count equally: those in its middle reach the value
# by more paths.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:03b.2"]
# ### Exercise 03b.2 · A receptive field on paper (5 min)
#
# A network has a 5 × 5 convolution with stride 2, then a 3 × 3 convolution with stride 1, and then a 2 × 2 pooling
# layer with stride 2. How many pixels on a side does one value see after each of the three layers? Answer with three
# numbers.

# %% tags=["exercise:03b.2"] nbgrader={"grade_id": "ex-03b-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
fields = None  # Exercise 03b.2: replace None with (first, second, third)
### BEGIN SOLUTION
# One step of the first layer's map is two pixels of the image.
first = 1 + 4 * 1
second = first + 2 * 2
third = second + 1 * 2
fields = (first, second, third)
### END SOLUTION

# %% tags=["check:03b.2"]
check("03b.2", fields)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:03b.3"]
# ### Exercise 03b.3 · See far (12 min)
#
# This task is open-ended. Build an `nn.Sequential` that turns gray images of 32 × 32 pixels into 8 maps of the same size,
# that is, an output of shape (N, 8, 32, 32). A value in the middle must see **at least 21 × 21 pixels**. You may spend
# at most 2,000 parameters, and the network must not be a linear map.

# %% tags=["exercise:03b.3"] nbgrader={"grade_id": "ex-03b-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
network = None  # Exercise 03b.3: replace None with nn.Sequential(…)
### BEGIN SOLUTION
# Dilations of 1, 2, 4, and 8 add 2, 4, 8, and 16 pixels: 1 + 30 = 31.
stack, channels = [], 1
for dilation in (1, 2, 4, 8):
    stack += [nn.Conv2d(channels, 8, 3, padding=dilation, dilation=dilation), nn.ReLU()]
    channels = 8
network = nn.Sequential(*stack)  # 80 + 3 · 584 = 1,832 parameters
### END SOLUTION

# %% tags=["check:03b.3"]
check("03b.3", network)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:batch-normalization", "defines:batch normalization", "deviates:\u03b2"]
# ## Batch normalization
#
# Most convolutional networks since 2015 contain this layer. We begin with what is known: first what it computes, then
# what we can measure. Only then do we ask why it helps. **Batch normalization** takes each channel and computes its
# mean $\mu$ and its variance $s^2$ over the mini-batch and all pixels. It shifts and scales the channel so that its
# mean becomes 0 and its variance 1. Then it gives the channel a scale $\gamma$ and a shift $\beta$, which are learned:
#
# $$\gamma\, \frac{z - \mu}{\sqrt{s^2 + \varepsilon}} + \beta$$
#
# The small $\varepsilon$ prevents a division by zero. PyTorch calls $\gamma$ `weight` and $\beta$ `bias`. (Everybody
# writes $\beta$ here. In chapter 07, the same letter will be the momentum.)

# %% slideshow={"slide_type": "subslide"} tags=["claim", "claim:batch-norm-equals-torch"]
rng = np.random.default_rng(3)
maps = rng.normal([[[5]], [[-2]]], [[[3]], [[0.1]]], size=(8, 2, 6, 6))  # (N, C, H, W)
mean = maps.mean(axis=(0, 2, 3), keepdims=True)  # (1, C, 1, 1): one number per channel
variance = maps.var(axis=(0, 2, 3), keepdims=True)
normalized = (maps - mean) / np.sqrt(variance + 1e-5)
layer = nn.BatchNorm2d(2, dtype=torch.float64)  # new: scale 1, shift 0
in_torch = layer(torch.from_numpy(maps)).detach().numpy()
for name, array in {"before": maps, "after": in_torch}.items():
    for channel in (0, 1):
        center, std = array[:, channel].mean(), array[:, channel].std()
        print(f"{name:6} channel {channel}: mean {center:z5.2f}, std {std:.2f}")
assert np.allclose(normalized, in_torch)  # claim: three lines of NumPy are the layer

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E07", "predict"]
# ### A common mistake: only half of the layer
#
# Many lecture notes stop at this formula. But after training, we want to classify a *single* image, and then there is
# no mini-batch. So during training, the layer also keeps *running averages* of the means and variances of the latest
# mini-batches. After `eval()`, it uses these instead.
#
# **Predict first.** A channel has the four values 1, 2, 3, and 6 in a mini-batch, and the running averages come from
# exactly this mini-batch. We call `eval()` and give the layer only the first value. Is its output the same as in
# training?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "erratum:E07", "claim", "claim:two-variances"]
values = torch.tensor([[1.0], [2.0], [3.0], [6.0]], dtype=torch.float64)  # (N, C) = (4, 1)
# With momentum 1, the running averages are those of the last mini-batch.
layer = nn.BatchNorm1d(1, momentum=1.0, eps=1e-12, dtype=torch.float64)
in_training = layer(values).detach().numpy()
over_m, over_less = values.numpy().var(), values.numpy().var(ddof=1)
running = layer.running_var.item()
alone = layer.eval()(values[:1]).item()
print(f"variance: divided by 4 {over_m:.2f}, by 3 {over_less:.2f}; running {running:.2f}")
print(f"the first value: in training {in_training[0, 0]:.2f}, evaluated {alone:.2f}")
assert np.isclose(in_training.std(), 1)  # claim: training divides by the number of values
assert np.isclose(running, over_less)  # claim: the running variance divides by one less
assert np.isclose(alone, (1 - 3) / np.sqrt(over_less))  # claim: the running ones
assert abs(alone - in_training[0, 0]) > 0.1

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Not quite.** In training, the sum of squared deviations is divided by 4. For the running variance, it is divided by
# 3, which gives the better estimate for values not seen yet. With thousands of values per channel, nobody notices. What
# everybody notices is a forgotten `eval()`: then a single image is normalized by its own mean and variance.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Does it help?
#
# A small network learns 8 × 8 digits in 60 steps, in three versions: as it is, with the larger starting weights of He
# et al. (2015), and with batch normalization. Each is trained with several learning rates, with eight seeds for each
# rate.
#
# **Predict first.** Which of the three reaches the lowest loss in 60 steps, each at its own best rate? And which of them
# still learn at a rate of 1?


# %% tags=["reveals"]
def norm_network(kind):
    """Return two blocks of convolution, ReLU, and pooling, and a dense layer."""
    blocks = []
    for channels in (1, 8):
        convolve = nn.Conv2d(channels, 8, 3, padding=1)
        if kind == "He start":
            nn.init.kaiming_normal_(convolve.weight)
            nn.init.zeros_(convolve.bias)
        norm = [nn.BatchNorm2d(8)] if kind == "batch norm" else []
        blocks += [convolve, *norm, nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*blocks, nn.Flatten(), nn.Linear(8 * 2 * 2, 10))


late = {}  # kind → mean loss of the last 20 steps, for each rate and seed
for kind in ("plain", "He start", "batch norm"):
    late[kind] = np.zeros((len(rates), 8))
    for i, seed in np.ndindex(late[kind].shape):
        torch.manual_seed(seed)
        net = norm_network(kind)
        optimizer = torch.optim.SGD(net.parameters(), rates[i])
        late[kind][i, seed] = take_steps(net, X, y, optimizer, 60)[-20:].mean()

# %% slideshow={"slide_type": "subslide"} tags=["reveals", "hide-input", "claim", "claim:batch-norm-is-faster", "nbval-ignore-output"]
plots.curves(
    {kind: runs.mean(axis=1) for kind, runs in late.items()},
    x=rates,
    xlabel="learning rate",
    ylabel="mean loss of steps 41 to 60",
    alt="Loss by learning rate: batch norm lowest, and best at a larger rate.",
)
best = {kind: min(runs, key=np.mean) for kind, runs in late.items()}
for kind in ("plain", "He start"):
    names = ("batch norm", kind)
    at_best = evidence.compare(best["batch norm"], best[kind], better="lower", names=names)
    print("each at its best rate:", at_best)
    assert at_best.improves(by=0.1)  # claim: faster than both
    at_one = evidence.compare(late["batch norm"][-1], late[kind][-1], better="lower")
    assert at_one.improves(by=0.2)  # claim: at a rate of 1, it alone still learns

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Batch normalization** does, and at a rate of 1, it is the only one that still learns. The other two stay close to
# $\ln 10 = 2.30$, the loss of guessing. Larger starting weights help, too, but less. We count *steps* here, though: a
# step with batch normalization takes more computation than one without it.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E07"]
# ### Why does it help? Two explanations
#
# The inventors (Ioffe and Szegedy, 2015) gave this reason: while the earlier layers learn, the distribution of a later
# layer's inputs keeps changing. They called this *internal covariate shift* and said that batch normalization reduces
# it. Many texts repeat this as a fact.
#
# Santurkar et al. (2018) tested it. They put random shifts back in *after* the normalization, and the network learned
# about as fast as without them. They found a different effect: the loss becomes smoother, so larger steps are safe.
# That fits what we have just measured, but our measurement does not prove it. The question is still open.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 31. This is a good moment to talk about evidence: what is measured (faster learning, larger rates) and what is
# a story about it. Students usually defend the first explanation, because they have read it more often.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:03b.4"]
# ### Exercise 03b.4 · Two layers in one (10 min)
#
# After `eval()`, the means and variances are fixed numbers. A convolution followed by batch normalization can then be
# replaced with a *single* convolution that gives the same maps. Write `fold`, which returns the filters and the
# biases of this convolution. The old filters `weight` have shape (O, C, K, K); the old biases `bias`, the learned
# scale `gamma` and shift `beta`, and the running `mean` and `variance` all have shape (O,); `eps` is the small
# number. Do not call `convolution` or `torch`.


# %% tags=["exercise:03b.4"] nbgrader={"grade_id": "ex-03b-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def fold(weight, bias, gamma, beta, mean, variance, eps):  # Exercise 03b.4
    """Return filters (O, C, K, K) and biases (O,) of one convolution that does both."""
    ### BEGIN SOLUTION
    # γ (z - μ) / √(s² + ε) + β, with z = w·x + b, is a multiple of z plus a number.
    scale = gamma / np.sqrt(variance + eps)
    return weight * scale[:, None, None, None], (bias - mean) * scale + beta
    ### END SOLUTION

# %% tags=["check:03b.4"]
check("03b.4", fold)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:fully-connected"]
# ## From maps to classes
#
# The last maps say which features were found, and where. To name the class, the network must weigh all of this
# together. So the maps are *flattened* into one row of numbers, and a dense layer (also called *fully connected*)
# computes one score per class. Each number has a separate weight for each class, so the parameters pile up here. This
# is why we pool first.

# %% tags=["hide-input"]
for side in (28, 14, 7):
    count = (4 * side * side + 1) * 10
    print(f"4 maps of {side:2} × {side:2}, 10 classes: {count:6,} parameters")
with torch.device("meta"):  # shapes only: no weights are made or loaded
    vgg = torchvision.models.vgg16()
parts = vgg.classifier, vgg
dense, total = (sum(p.numel() for p in part.parameters()) for part in parts)
print(f"VGG-16 (2014): {total:,} parameters, {100 * dense / total:.0f}% of them dense")

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["predict"]
# **Predict first.** Two blocks of convolution and pooling are followed by one dense layer, or by three (two hidden
# layers of 128 units and the output layer). Both networks learn from 200 images until they fit them, each at its best
# learning rate. How much better are the three dense layers on new images?


# %% tags=["reveals", "hide-input"]
def with_head(*hidden):
    """Return two blocks of convolution, ReLU, and pooling, then dense layers."""
    layers = []
    for channels in (1, 8):
        layers += [nn.Conv2d(channels, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    layers.append(nn.Flatten())
    width = 8 * 2 * 2
    for units in hidden:
        layers += [nn.Linear(width, units), nn.ReLU()]
        width = units
    return nn.Sequential(*layers, nn.Linear(width, 10))


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:few-dense-layers", "nbval-ignore-output"]
at_best, head_rates = {}, (0.001, 0.003, 0.01, 0.03)
for name, hidden in {"one dense layer": (), "three dense layers": (128, 128)}.items():
    accuracy, loss = np.zeros((2, len(head_rates), seeds))
    for i, seed in np.ndindex(loss.shape):
        torch.manual_seed(seed)
        net, order = with_head(*hidden), torch.randperm(len(X))
        seen, new = order[:200], order[200:]
        optimizer = torch.optim.Adam(net.parameters(), head_rates[i])
        loss[i, seed] = take_steps(net, X[seen], y[seen], optimizer, steps)[-20:].mean()
        accuracy[i, seed] = evaluate(net, (X[new], y[new])).accuracy
    best = accuracy.mean(axis=1).argmax()
    at_best[name] = accuracy[best]
    count = f"{sum(parameter.numel() for parameter in net.parameters()):6,} parameters"
    print(f"{name:18} {count}, best rate {head_rates[best]}, loss {loss[best].mean():.2f}")
print("accuracy on new images:", evidence.compare(*at_best.values(), names=tuple(at_best)))
gain = at_best["three dense layers"] - at_best["one dense layer"]
if evidence.in_full_only("three dense layers, trained until they fit"):
    assert evidence.over_seeds(gain).is_below(0.01)  # claim: not even 1 point better

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Not at all**: with 23 times as many parameters, the three dense layers do not gain even one percentage point. Both
# networks fit the 200 images, so one dense layer is already enough for them, and the additional parameters buy
# nothing on new images (more on this in chapter 08). VGG-16, a famous network from 2014, spent most of its parameters
# on three dense layers. Newer networks usually keep only one.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:equivariance", "defines:equivariant"]
# ## The map moves with the image
#
# Using the same weights everywhere has a consequence: if the digit moves, its feature maps move with it. Let $T$ shift an
# image. A layer is **equivariant** if it makes no difference whether we shift before or after it:
# $\text{layer}(T x) = T\,\text{layer}(x)$.

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["predict"]
# **Predict first.** We shift the Moon by 20 pixels with wraparound (what leaves on the right comes back on the left)
# and use a random kernel. Does $\text{layer}(Tx) = T\,\text{layer}(x)$ hold with circular padding? With zero padding?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:exact-away-from-the-border", "erratum:E27"]
kernel, gaps = np.random.default_rng(3).normal(size=(1, 1, 3, 3)), {}
moved = np.roll(moon, 20, axis=1)
for border in ("circular", "zeros"):
    options = {"padding": 1, "padding_mode": border}
    shifted_first, shifted_last = (
        convolution.conv2d(moved[None, None], kernel, **options)[0, 0],
        np.roll(convolution.conv2d(moon[None, None], kernel, **options)[0, 0], 20, axis=1),
    )
    gaps[border] = np.abs(shifted_first - shifted_last) > 1e-9
    print(f"{border:8}: {100 * gaps[border].mean():.2f}% of the pixels differ")
shown = {"image": moon, "shifted by 20": moved} | {f"{b}: differs": gaps[b] for b in gaps}
plots.image_row(
    {name: one[:64, :64] for name, one in shown.items()},
    limits=(0, 1.3),
    alt="The Moon, shifted; no difference if circular, two vertical lines if zeros.",
)
assert not gaps["circular"].any()  # claim: exact with circular padding
# claim: with zeros a few columns differ, and nothing else
assert gaps["zeros"].any() and not gaps["zeros"][:, 22:-2].any()

# %% [markdown] slideshow={"slide_type": "fragment"}
# With circular padding, it holds exactly. With zeros, a few columns differ (bright in the last panel): those at the
# border, and those to which the old border has moved. The zeros are part of the window, but they do not move with the
# image.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E27", "predict"]
# ### A common mistake: "convolutions are equivariant"
#
# That is true only under certain conditions. One concerns the border, as we have just seen; the other concerns the
# stride.
#
# **Predict first.** A layer has stride 2 and circular padding. We shift the image by one pixel or by two. In which
# case is the new map a shifted copy of the old one?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "erratum:E27", "claim", "claim:stride-breaks-equivariance"]
best_match = {1: [], 2: []}
for seed in range(10):
    kernel = np.random.default_rng(seed).normal(size=(1, 1, 3, 3))
    options = {"stride": 2, "padding": 1, "padding_mode": "circular"}
    original = convolution.conv2d(moon[None, None], kernel, **options)[0, 0]
    for shift, matches in best_match.items():
        image = np.roll(moon, shift, axis=1)[None, None]
        new = convolution.conv2d(image, kernel, **options)[0, 0]
        shifted = [np.roll(original, k, axis=1) for k in range(-3, 4)]
        matches.append(min(unlike(one, new) for one in shifted))
for shift, matches in best_match.items():
    print(f"shift by {shift}: the best shifted copy differs by {np.mean(matches):.2f}")
assert max(best_match[2]) < 1e-12  # claim: a shift by the stride is exact, by one cell
# claim: a shift by one pixel is not
assert evidence.over_seeds(best_match[1]).is_above(0.1)

# %% [markdown] slideshow={"slide_type": "fragment"}
# Only after a shift by **two** pixels, and then the map moves by *one* cell. After a shift by one pixel, the layer
# looks at the pixels that it skipped before, and no shift of the old map gives the new one. So away from the borders, a
# convolution with stride 1 is equivariant, and one with stride $S$ is equivariant for shifts by multiples of $S$.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 43. Draw eight pixels in a row and circle every second one. Move the row by one: the circled pixels are now the
# ones that were skipped. Nobody believes this until it is drawn.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:invariance-by-pooling", "defines:invariant"]
# ## How much does pooling forgive?
#
# A classifier should not care where the digit is. A result is **invariant** if a shift does not change it at all:
# $\text{layer}(T x) = \text{layer}(x)$. A maximum stays the same as long as it stays in its window. So a pooled map
# should change less than the map itself. How much less?

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["predict"]
# **Predict first.** On a scale from 0 (equal) to 1 (nothing in common), how much does a map change when the Moon moves
# by one pixel? And how much does it change after max pooling with windows of 4 × 4?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "erratum:E27", "claim", "claim:pooling-is-partly-invariant"]
shifts, sizes, changes = (0, 1, 2, 4, 8), (1, 2, 4), np.zeros((10, 3, 5))
for seed in range(10):
    kernel = np.random.default_rng(seed).normal(size=(1, 1, 3, 3))
    kernel -= kernel.mean()  # ignores brightness, responds to structure
    maps = convolution.conv2d(moon[None, None], kernel, padding=1, padding_mode="circular")
    for i, j in np.ndindex(3, 5):
        pair = np.maximum(maps, 0), np.roll(np.maximum(maps, 0), shifts[j], axis=3)
        pooled = [convolution.max_pool2d(one, sizes[i]) for one in pair]
        changes[seed, i, j] = unlike(*pooled)
names = ("the map itself", "max of 2 × 2", "max of 4 × 4")
plots.curves(
    dict(zip(names, changes.mean(axis=0), strict=True)),
    x=shifts,
    xlabel="shift of the image in pixels",
    ylabel="change",
    alt="Change by shift: pooled maps change later than the map itself, but change.",
)
after_one = changes[:, :, 1]
assert evidence.compare(after_one[:, 2], after_one[:, 0], better="lower").improves(by=0.1)
assert evidence.over_seeds(after_one[:, 2]).is_above(0.1)  # claim: less change, not none
print("change after one pixel:", *(f"{value:.2f}" for value in after_one.mean(axis=0)))

# %% [markdown] slideshow={"slide_type": "fragment"}
# A shift by one pixel changes the map by 0.76, which is a lot, because a small kernel responds to fine detail. Max
# pooling with windows of 4 × 4 halves this change; it does not remove it. "Pooling makes a network invariant" is
# therefore another common mistake: pooling *delays* the change. After a shift by a whole window, the pooled map has
# simply moved by one cell, which is equivariance again. A maximum or mean over the *whole* map (*global pooling*) is
# fully invariant, but only with circular borders.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:03b.5"]
# ### Exercise 03b.5 · Two pixels to the right (5 min)
#
# A network has two blocks, each made of a convolution (circular padding, stride 1) and max pooling with windows of 2 ×
# 2 that lie side by side. The image moves two pixels to the right, wrapping around at the edge. What happens to the map
# after the *second* block?
#
# - **a** Nothing: pooling is invariant to small shifts.
# - **b** It moves by exactly one cell to the right.
# - **c** It changes into a map that is, in general, not a shifted copy of the old one.
# - **d** It moves by exactly two cells to the right.

# %% tags=["exercise:03b.5"] nbgrader={"grade_id": "ex-03b-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
choice = None  # Exercise 03b.5: replace None with "a", "b", "c", or "d"
### BEGIN SOLUTION
# The map after the first block moves by one cell, which is half a window of the second.
choice = "c"
### END SOLUTION

# %% tags=["check:03b.5"]
check("03b.5", choice)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:cnn-as-classifier"]
# ## The whole chain, in ten lines
#
# Now we put the parts together. This is DigitNet, the network that chapter 09 trains with care:

# %% tags=["claim", "claim:ten-lines-are-digitnet"]
digit_net = nn.Sequential(  # for images (N, 1, 28, 28)
    nn.Conv2d(1, 4, kernel_size=3, padding=1),  # (N, 4, 28, 28)
    nn.BatchNorm2d(4),
    nn.ReLU(),
    nn.MaxPool2d(2),  # (N, 4, 14, 14)
    nn.Conv2d(4, 4, kernel_size=3, padding=1),
    nn.BatchNorm2d(4),
    nn.ReLU(),
    nn.MaxPool2d(2),  # (N, 4, 7, 7)
    nn.Flatten(),  # (N, 196)
    nn.Linear(4 * 7 * 7, 10),  # (N, 10): one score per class
)
library = DigitNet()
weights = library.state_dict().values()
digit_net.load_state_dict(dict(zip(digit_net.state_dict(), weights, strict=True)))
same = torch.allclose(digit_net(digits.X_val[:8]), library(digits.X_val[:8]), atol=1e-6)
counts = {name: p.numel() for name, p in digit_net.named_parameters()}
print(f"{sum(counts.values()):,} parameters, {counts['9.weight'] + 10:,} of them dense")
assert same and sum(counts.values()) == 2174  # claim: these lines are DigitNet

# %% slideshow={"slide_type": "subslide"} tags=["hide-input"]
shapes = {"image": (1, 28, 28), "conv": (4, 28, 28), "pool": (4, 14, 14)}
shapes |= {"conv ": (4, 14, 14), "pool ": (4, 7, 7), "flatten": (196,), "dense": (10,)}
plots.show(
    diagrams.shapes_through(shapes),
    alt="From one image over four maps, smaller and smaller, to 196 and 10 numbers.",
)
convolutions, dense = 28 * 28 * 4 * 9 + 14 * 14 * 4 * 4 * 9, 4 * 7 * 7 * 10
share = 100 * convolutions / (convolutions + dense)
print(f"multiplications: {convolutions:,} ({share:.0f}%) in convolutions, {dense:,} dense")

# %% [markdown]
# Batch normalization and ReLU follow each convolution and keep the shape of its output. The maps get smaller, and what
# one value describes gets larger: first an edge at a pixel, later perhaps the end of a stroke. Nine tenths of the
# parameters are in the dense layer, but 97% of the multiplications are in the two convolutions.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### It learns
#
# We train it briefly and measure its accuracy on the validation images. How to train it well is the subject of chapter
# 09.

# %% tags=["claim", "claim:it-learns", "nbval-ignore-output"]
torch.manual_seed(3)
net, used = DigitNet(), 4000
guessing = evaluate(net, (digits.X_val, digits.y_val)).accuracy
optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
take_steps(net, digits.X_train[:used], digits.y_train[:used], optimizer, 300)
trained = evaluate(net, (digits.X_val, digits.y_val)).accuracy
print(f"accuracy: before training {guessing:.2f}, after 300 steps {trained:.2f}")
assert guessing < 0.35 and trained > 0.85  # claim

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Following one image
#
# Among the validation digits, we take the one about which this network is least sure: the gap between its two highest
# probabilities is the smallest. All maps have one common scale: white is zero, red is positive, and blue is negative.

# %% tags=["hide-input", "claim", "claim:the-network-hesitates", "nbval-ignore-output"]
with torch.no_grad():
    highest = net.eval()(digits.X_val).softmax(dim=1).topk(2).values
    hardest = int((highest[:, 0] - highest[:, 1]).argmin())
    maps, x = {}, digits.X_val[hardest : hardest + 1]
    names = ("conv", "norm", "ReLU", "pool", "conv ", "norm ", "ReLU ", "pool ")
    for name, layer in zip(names, net.cnn_layers, strict=True):
        x = layer(x.clone())  # a copy, because this ReLU overwrites its input
        maps[name] = x[0].numpy().copy()
    chances = net(digits.X_val[hardest : hardest + 1]).softmax(dim=1)[0].numpy()
print(f"label {digits.y_val[hardest]}, read as {chances.argmax()}")
print("the two highest probabilities:", np.round(highest[hardest].tolist(), 2))
assert highest[hardest, 0] - highest[hardest, 1] < 0.1  # claim: it hesitates
plots.show(
    diagrams.maps_through(digits.X_val[hardest, 0].numpy(), maps),
    alt="A digit, and its four maps after each of eight layers.",
)

# %% slideshow={"slide_type": "subslide"} tags=["hide-input"]
plots.show(
    diagrams.reading(digits.X_val[hardest, 0].numpy(), chances),
    alt="A digit, and two classes with almost equal probabilities.",
)

# %% [markdown]
# Follow one row of maps from left to right. The convolution draws edges, batch normalization brings all maps to a
# similar scale, ReLU cuts the blue part off, and pooling makes the rest coarser. In the end, at least two classes are
# almost equally probable; the orange bar is the highest. The network shows that it is not sure, which is worth more
# than a confident mistake.

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Try it.** Move a digit sideways (it wraps around at the edge). The network was trained on centered digits. How far
# can the digit go before the reading changes? Below the figure is the accuracy on all validation digits, moved by 0, 2,
# 4, and 6 pixels.


# %% tags=["hide-input", "claim", "claim:shifts-cost-accuracy", "nbval-ignore-output"]
def moved_reading(shift):
    image = digits.X_val[:1].roll(shift, dims=3)
    with torch.no_grad():
        return diagrams.reading(image[0, 0].numpy(), net(image).softmax(dim=1)[0].tolist())


widgets.explore(
    moved_reading,
    alt="A digit in the middle of the image, read with a high probability.",
    shift=widgets.Slider(-9, 9, 0),
)
moved = [digits.X_val.roll(shift, dims=3) for shift in (0, 2, 4, 6)]
accuracies = [evaluate(net, (images, digits.y_val)).accuracy for images in moved]
print("accuracy:", np.round(accuracies, 2))
assert accuracies[0] - accuracies[2] > 0.2  # claim: four pixels cost a lot

# %% [markdown]
# Four pixels are enough to lose a large part of the accuracy. The maps move with the digit, but the dense layer has a
# separate weight for each position, so it sees something that it was never trained on. There are two cures: show the
# network shifted digits during training (chapter 08), or pool over the whole map at the end (chapter 10).

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 57. The usual expectation is that a convolutional network does not care about shifts. Ask which layer is to
# blame. The convolutions are not, and pooling helps for a pixel or two. It is the dense layer.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["optional"]
# ### Who notices a scrambled image? (optional)
#
# In lecture 00, you saw that `reshape` is the wrong way to put channels first; `permute` (in NumPy, `transpose`) is the
# right way. Would a network notice? A dense network would not: `reshape` moves every pixel to a fixed new place, and
# the weights can simply move with the pixels. A convolution would, because pixels that were neighbors no longer are.

# %% tags=["optional", "claim", "claim:only-a-convolution-notices"]
photo = torch.tensor(data.images()["astronaut"][::8, ::8].copy())  # (64, 64, 3)
right, scrambled = photo.permute(2, 0, 1), photo.reshape(3, 64, 64)
place = torch.arange(photo.numel()).reshape(64, 64, 3)  # where reshape puts each value
W = torch.randn(5, photo.numel(), dtype=photo.dtype)  # a dense layer for the right order
W_moved = torch.empty_like(W)
W_moved[:, place.permute(2, 0, 1).reshape(-1)] = W
assert torch.allclose(W @ right.reshape(-1), W_moved @ scrambled.reshape(-1))  # claim
correlation = {}
for name, one in {"permute": right, "reshape": scrambled}.items():
    above, below = one[:, :-1].reshape(-1), one[:, 1:].reshape(-1)
    correlation[name] = torch.corrcoef(torch.stack([above, below]))[0, 1].item()
    print(f"{name}: correlation with the value below {correlation[name]:.2f}")
assert correlation["permute"] > correlation["reshape"] + 0.1  # claim: neighbors are lost

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | layer | parameters | what it is for |
# |---|---|---|
# | convolution | O (C K² + 1) | finds local features, the same everywhere |
# | activation (ReLU) | 0 | without it, many layers are one |
# | pooling | 0 | fewer numbers; small shifts matter less |
# | batch normalization | 2 C | fewer steps, larger learning rates |
# | dense | (features + 1) · classes | weighs all features together |
#
# - Receptive field: $r \leftarrow r + (K-1)J$, then $J \leftarrow J S$. Strides make it grow fast.
# - Convolution is equivariant away from borders, for shifts by multiples of its stride. Pooling is invariant only in
#   part.
#
# **Next.** How does the network find its weights? We follow the gradient back through convolution, pooling, and batch
# normalization.

# %% slideshow={"slide_type": "skip"} tags=["progress:03b"]
from course_utils.exercises import progress

progress("03b")

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Quiz
#
# 1. Batch normalization follows a convolution. Why does the convolution need no bias?
# 2. You forget `net.eval()` and classify images one by one. What does batch normalization do?
# 3. Three 3 × 3 convolutions with stride 1 follow one another. How many pixels on a side does one value see?
#
# <details><summary>Answers</summary>
#
# 1. Batch normalization subtracts the mean of the channel, and the bias with it. Its learned shift takes the place of
#    the bias.
# 2. It normalizes each image with its own mean and variance instead of the running averages, so the predictions
#    are not those of the trained network.
# 3. Seven: 3 + 2 + 2.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - I. Goodfellow, Y. Bengio, and A. Courville, *Deep Learning*, MIT Press 2016, chapter 9: pooling and equivariance.
# - S. Ioffe and C. Szegedy, Batch normalization, arXiv:1502.03167, 2015; S. Santurkar et al., How does batch
#   normalization help optimization?, arXiv:1805.11604, 2018: the method, and doubts about its first explanation.
# - K. He et al., Delving deep into rectifiers, arXiv:1502.01852, 2015: starting weights for ReLU networks.
# - K. Simonyan and A. Zisserman, Very deep convolutional networks, arXiv:1409.1556, 2014: VGG-16.
# - W. Luo et al., Understanding the effective receptive field, arXiv:1701.04128, 2017: which pixels of a receptive
#   field count most.
# - R. Zhang, Making convolutional networks shift-invariant again, arXiv:1904.11486, 2019: what strides and pooling do
#   to shifts.
