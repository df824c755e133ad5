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
# # 10a · LeNet, AlexNet, ResNet
#
# Last time a small network read digits almost without mistakes. Today the images are photographs, and we look at three
# famous networks: where their parameters and their computation are, and what let networks grow from five layers to more
# than a hundred.
#
# **After this lecture you will be able to**
# - read a network's table of layers, and draw it;
# - say which layers hold the parameters and which do the computation;
# - fit a network to images of another size;
# - say what skip connections and batch normalization each do for a deep network.
#
# **You need** the training loop (chapter 09), batch normalization (chapter 03), and He's start (chapter 05).
#
# The lecture runs on **CIFAR-10** where you have it, otherwise on patches of ten photographs. The next cell says which
# it is, and how to get CIFAR-10, on Colab too.
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 65 min | 37 min | 2 min |

# %% tags=["setup", "nbval-ignore-output"]
import json

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from course_utils import (
    data,
    diagrams,
    evaluation,
    evidence,
    models,
    plots,
    settings,
    training,
    widgets,
)
from course_utils.exercises import check, hint

plots.use_course_style()
torch.set_num_threads(1)  # in networks this small, more threads only wait
photos = data.cifar10()  # 32 × 32, color, ten classes
assert photos.X_train.shape[1:] == (3, 32, 32) and len(photos.class_names) == 10

# %% tags=["setup"]
IMAGES, EPOCHS = settings.by_profile(full=(4000, 20), fast=(600, 8))
mean, std = (torch.tensor(values)[:, None, None] for values in (photos.mean, photos.std))
train, validation = (
    ((X[:IMAGES] - mean) / std, y[:IMAGES])
    for X, y in ((photos.X_train, photos.y_train), (photos.X_val, photos.y_val))
)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:cifar10"]
# ## Photographs of 32 × 32 pixels
#
# CIFAR-10 has 60,000 color photographs of ten kinds of things: airplanes, automobiles, birds, cats, deer, dogs, frogs,
# horses, ships, and trucks. Each is only 32 pixels wide and 32 pixels high. How much of a cat is left at that size?
# Move the slider down until you can no longer tell, then look at 32.


# %% tags=["hide-input"]
def seen_at(side):
    cat = torch.tensor(data.images()["chelsea"][:, 76:376]).permute(
        2, 0, 1
    )  # (3, 300, 300)
    small = F.interpolate(cat[None].float(), size=side, mode="area")[0].permute(1, 2, 0)
    return diagrams.pictures({f"{side} × {side} pixels": small.numpy()})


widgets.explore(
    seen_at,
    alt="A cat's face at 32 × 32 pixels: coarse blocks, but still a cat.",
    side=widgets.Slider(8, 96, 32, 8),
)

# %% [markdown]
# (This cat is Chelsea, a photograph that comes with scikit-image. Those who made CIFAR-10 state no license for its
# images, so no page of this course shows one. Where you have the data, `plots.image_row({"mine":
# photos.X_train[0].permute(1, 2, 0)}, alt="The first training image.")` shows you the first.)

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 0 to 6. Ask: "What can a dog do in a photograph that a digit cannot do on paper?" Pose, color, lighting,
# background, distance. A template of pixels will not get far.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Each channel by itself
#
# The steps are those of chapter 09; only the input has three channels now. Red, green, and blue have different means
# and standard deviations, so each channel $c$ is normalized with its own, measured without the test images:
#
# $$x'_c = \frac{x_c - \mathrm{mean}_c}{\mathrm{std}_c}$$

# %% tags=["nbval-ignore-output"]
X, y = train
print(f"a batch of 64: {tuple(X[:64].shape)}, labels {tuple(y[:64].shape)}")
assert abs(X.mean()) < 0.3 and 0.7 < X.std() < 1.3
for c, color in enumerate(["red", "green", "blue"]):
    before = f"mean {photos.mean[c]:.2f}, standard deviation {photos.std[c]:.2f}"
    print(f"{color:5} before: {before}; after: {X[:, c].mean():.2f}, {X[:, c].std():.2f}")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:10a.1"]
# ### Exercise 10a.1 · Statistics of each channel (5 min)
#
# Measure what normalization needs: for images `X` of shape (N, C, H, W), return the mean and the standard deviation of
# each channel, two tensors of shape (C,). The standard deviation divides by the count (`correction=0`).


# %% tags=["exercise:10a.1"] nbgrader={"grade_id": "ex-10a-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def channel_statistics(X):  # Exercise 10a.1
    """Return the mean and the standard deviation of each channel."""
    ### BEGIN SOLUTION
    axes = (0, 2, 3)  # images, rows, columns
    return X.mean(axes), X.std(axes, correction=0)
    ### END SOLUTION


# %% tags=["check:10a.1"]
check("10a.1", channel_statistics)

# %% [markdown]
# Stuck on an exercise? `hint` helps a little, and a little more each time you call it.

# %%
hint("10a.1", 1)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:lenet"]
# ## LeNet: convolve, pool, convolve, pool, decide
#
# In 1989 the group of Yann LeCun read postal codes with a convolutional network. A larger version of 1998, *LeNet-5*,
# read millions of bank checks. It takes gray images of 32 × 32 pixels. Two convolutions, each followed by
# pooling, look for features; three dense layers decide.

# %% tags=["hide-input", "topic:architectures-drawn"]
with torch.device("meta"):  # layers with shapes but without numbers: nothing is computed
    lenet5 = models.LeNet5()
table = models.layer_table(lenet5, (1, 32, 32))
names = ["conv", "pool", "conv", "pool", "dense", "dense", "dense"]
layers = [row for row in table if row.kind != "Tanh"]
shapes = {"image": (1, 32, 32)}
shapes |= {
    f"{name} {k}": row.shape
    for k, (name, row) in enumerate(zip(names, layers, strict=True), 1)
}
plots.show(
    diagrams.shapes_through(shapes),
    alt="LeNet-5: maps that get smaller and more numerous, then three columns of units.",
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** Five of these layers have parameters: two convolutions and three dense layers. Which one of them
# holds most of the parameters?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:first-dense-layer-is-largest"]
for row in table:
    if row.parameters:
        print(f"{row.name:14}{row.kind:8}{row.shape!s:14}{row.parameters:7,d} parameters")
total = sum(row.parameters for row in table)
first_dense = next(row for row in table if row.kind == "Linear")
print(
    f"{total:,} in all, {first_dense.parameters / total:.0%} of them in {first_dense.name}"
)
assert (
    first_dense.parameters > 0.75 * total
)  # claim: the first dense layer is by far the largest

# %% [markdown] slideshow={"slide_type": "fragment"}
# The **first dense layer**. The convolutions come first and look busier, but they use a few weights everywhere. In the
# dense layer, each of 400 inputs has a weight of its own to each of 120 units.

# %% [markdown] tags=["optional"]
# ### 61,706 or 60,000? (optional)
#
# The paper counts 60,000. Three things have been simplified since. Its second convolution was sparse: six of its
# sixteen feature maps saw three maps of the previous layer, nine saw four, and one saw all six. Its pooling learned a
# factor and a bias for each map. And its output layer was designed, not learned.

# %% tags=["optional", "claim", "claim:sixty-thousand"]
conv_1, conv_2, dense_1, dense_2, output = (
    row.parameters for row in table if row.parameters
)
sparse = (
    6 * 3 + 9 * 4 + 1 * 6
) * 5 * 5 + 16  # 5 × 5 weights per map that is seen, 16 biases
pooling = 2 * 6 + 2 * 16
published = conv_1 + sparse + dense_1 + dense_2 + pooling
print(f"second convolution: {conv_2:,} parameters today, {sparse:,} then")
print(f"LeNet-5 as published: {published:,}")
assert published == 60_000  # claim: the paper's own count

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The version for CIFAR-10
#
# The size of the images fits already. We change three things: three input channels instead of one, ReLU instead of
# tanh, and max pooling instead of average pooling.


# %% slideshow={"slide_type": "skip"}
class LeNet32(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 6, kernel_size=5),  # (N, 6, 28, 28)
            nn.ReLU(),
            nn.MaxPool2d(2),  # (N, 6, 14, 14)
            nn.Conv2d(6, 16, kernel_size=5),  # (N, 16, 10, 10)
            nn.ReLU(),
            nn.MaxPool2d(2),  # (N, 16, 5, 5)
        )
        self.classifier = nn.Sequential(
            nn.Linear(16 * 5 * 5, 120),
            nn.ReLU(),
            nn.Linear(120, 84),
            nn.ReLU(),
            nn.Linear(84, 10),
        )

    def forward(self, x):
        return self.classifier(self.features(x).flatten(start_dim=1))


# %% slideshow={"slide_type": "skip"}
torch.manual_seed(10)
mine, imported = LeNet32(), models.LeNet32()
imported.load_state_dict(mine.state_dict())  # raises where a name or a shape differs
assert torch.equal(imported(train[0][:8]), mine(train[0][:8]))
print(f"{sum(p.numel() for p in mine.parameters()):,} parameters, as in models.LeNet32")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** Guessing is right for 10% of the images. On digits, such a network was almost always right (chapter
# 09). We train LeNet on 4,000 photographs for 20 epochs, at the better of two learning rates. Which accuracy will it
# have on the validation images: about 90%, 70%, or 50%? And on its own training images?


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:photographs-are-harder", "nbval-ignore-output"]
def trained(rate, seed):
    """Train LeNet with SGD and momentum; return it with its training history."""
    torch.manual_seed(seed)
    net = models.LeNet32()
    sgd = torch.optim.SGD(net.parameters(), lr=rate, momentum=0.9)
    options = {"epochs": EPOCHS, "batch_size": 32, "seed": seed, "restore_best": False}
    return net, training.fit(
        net, train, validation, optimizer=sgd, verbose=False, **options
    )


runs = {rate: trained(rate, seed=10) for rate in (0.003, 0.01)}
best = max(runs, key=lambda rate: runs[rate][1].val_accuracy[-1])
lenet, history = runs[best]
known, unseen = (evaluation.evaluate(lenet, part) for part in (train, validation))
print(f"rate {best}: training accuracy {known.accuracy:.0%}", end=", ")
print(f"validation accuracy {unseen.accuracy:.0%}")
if evidence.in_full_only("that photographs are harder than digits", photos):
    assert 0.35 < unseen.accuracy < 0.65  # claim: far above guessing, far below the digits
    assert known.accuracy > unseen.accuracy + 0.1  # claim: LeNet overfits

# %% [markdown] slideshow={"slide_type": "fragment"}
# It comes closest to **50%**: more than four times as good as guessing, and far below the digits. On its training
# images it is much better. It has enough parameters to memorize them; what it lacks is a way to see what a new cat has
# in common with the old ones.

# %% slideshow={"slide_type": "subslide"} tags=["hide-input", "nbval-ignore-output"]
counts = evaluation.confusion_matrix(unseen)
share = 100 * counts / counts.sum(axis=1, keepdims=True)
short = [name.split()[0][:10] for name in photos.class_names]
plots.show(
    diagrams.table_of(share, short, xlabel="predicted class", ylabel="true class"),
    alt="Confusion matrix of LeNet in percent: a dark diagonal, similar classes mixed up.",
)
assert np.diag(share).mean() > 10  # better than guessing
assert np.allclose(share.sum(axis=1), 100)

# %% [markdown] slideshow={"slide_type": "fragment"}
# Each row is a true class, each column a prediction; the number says how many percent of the row end there. The
# mistakes are not spread evenly: what looks alike gets mixed up, often in both directions.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 20. With CIFAR-10, cats and dogs are the classic pair. Ask what the network would need in order to tell them
# apart: shapes of ears and snouts, in any position and pose.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:10a.2"]
# ### Exercise 10a.2 · LeNet-5 without the frame (6 min)
#
# On paper: many programs feed LeNet-5 with MNIST's images as they are, gray and 28 × 28 pixels. Its kernels (5 × 5, no
# padding), its 6 and 16 feature maps, its pooling by two, and its layers of 120, 84, and 10 units stay the same. How
# many parameters does the network have then?

# %% tags=["exercise:10a.2"] nbgrader={"grade_id": "ex-10a-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
lenet5_parameters = None  # Exercise 10a.2: replace None with a number
### BEGIN SOLUTION
side = ((28 - 4) // 2 - 4) // 2  # 28 → 24 → 12 → 8 → 4
convolutions = (1 * 25 + 1) * 6 + (6 * 25 + 1) * 16
lenet5_parameters = (
    convolutions + (16 * side**2 + 1) * 120 + (120 + 1) * 84 + (84 + 1) * 10
)
### END SOLUTION

# %% tags=["check:10a.2"]
check("10a.2", lenet5_parameters)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:alexnet"]
# ## AlexNet: the same idea, a thousand times larger
#
# In 2012 Alex Krizhevsky, Ilya Sutskever, and Geoffrey Hinton won the ImageNet competition by a wide margin:
# photographs of 224 × 224 pixels, a thousand classes. Their network has LeNet's plan with ReLU, dropout, and
# augmentation, and took two graphics cards almost a week. Here it is as published:


# %%
def alexnet_as_published():
    """Return the layers of 2012; groups=2 means that each card saw half of the maps."""
    maps = nn.Sequential(
        nn.Conv2d(3, 96, 11, stride=4, padding=2), nn.ReLU(), nn.LocalResponseNorm(5),
        nn.MaxPool2d(3, stride=2),  # windows of 3, every 2 pixels: they overlap
        nn.Conv2d(96, 256, 5, padding=2, groups=2), nn.ReLU(), nn.LocalResponseNorm(5),
        nn.MaxPool2d(3, stride=2),
        nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(),
        nn.Conv2d(384, 384, 3, padding=1, groups=2), nn.ReLU(),
        nn.Conv2d(384, 256, 3, padding=1, groups=2), nn.ReLU(),
        nn.MaxPool2d(3, stride=2),
    )  # fmt: skip
    decide = nn.Sequential(
        nn.Flatten(), nn.Dropout(), nn.Linear(256 * 6 * 6, 4096), nn.ReLU(),
        nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000),
    )  # fmt: skip
    return nn.Sequential(maps, decide)


# %% slideshow={"slide_type": "subslide"} tags=["hide-input"]
with torch.device("meta"):
    alexnet = alexnet_as_published()
table = models.layer_table(alexnet, (3, 224, 224))
learning = [row for row in table if row.parameters]
names = [f"conv {k}" for k in range(1, 6)] + ["dense 6", "dense 7", "dense 8"]
shapes = {"image": (3, 224, 224)} | {
    name: row.shape for name, row in zip(names, learning, strict=True)
}
plots.show(
    diagrams.shapes_through(shapes),
    alt="AlexNet: five stacks of maps, 96 × 55 × 55 to 256 × 13 × 13, three dense layers.",
)
print(f"{sum(row.parameters for row in learning):,} parameters")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Two ideas of that time have been dropped since. *Local response normalization* divides each value by the size of its
# neighbors in other channels; batch normalization has replaced it. The two *groups* split the maps over two cards.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### A common mistake: 224 does not fit
#
# The paper says 224 × 224 pixels, kernels of 11, a stride of 4, and 55 × 55 outputs. It says nothing about padding.
# Check it with the formula of chapter 03, $(\text{size} - K + 2P)/S + 1$, rounded down:

# %% tags=["claim", "claim:224-needs-padding"]
outputs = {}
for size, P in ((224, 0), (227, 0), (224, 2)):
    exact = (size - 11 + 2 * P) / 4 + 1
    outputs[size, P] = int(exact)
    print(f"size {size}, padding {P}: {exact:.2f}, so {int(exact)} outputs per row")
# claim: without padding, it is not 55
assert outputs[224, 0] == 54 and outputs[227, 0] == outputs[224, 2] == 55

# %% [markdown] slideshow={"slide_type": "fragment"}
# You get 55 from 227 pixels, or from 224 pixels and a padding of 2. Programs in circulation do one or the other. When
# you rebuild a network from a paper, let the shapes check the text.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** Each layer has parameters to store and multiplications to do. Do the same layers lead in both, or
# do the dense layers lead in one and the convolutions in the other?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:memory-here-time-there"]
parameters, products = (
    np.array([getattr(row, what) for row in learning]) / 1e6
    for what in ("parameters", "products")
)
plots.show(
    diagrams.two_bars(
        names,
        {"parameters (millions)": parameters, "multiplications (millions)": products},
    ),
    alt="Parameters sit in the dense layers, multiplications in the convolutions.",
)
dense = np.array([row.kind == "Linear" for row in learning])
held, done = (
    parameters[dense].sum() / parameters.sum(),
    products[dense].sum() / products.sum(),
)
print(f"dense layers: {held:.0%} of the parameters, {done:.0%} of the multiplications")
assert held > 0.9 and done < 0.1  # claim: memory is in one half, time in the other

# %% [markdown] slideshow={"slide_type": "fragment"}
# They **trade places**. A dense weight is used once per image, a kernel weight at every position. So to make a network
# *small*, look at its dense layers; to make it *fast*, look at its convolutions.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 32. Ask for the same question about LeNet: its first convolution has 156 parameters and 117,600
# multiplications, its first dense layer 48,120 of both.

# %% [markdown] tags=["optional"]
# ### AlexNet for 32 × 32 pixels (optional)
#
# A stride of 4 and three poolings leave nothing of 32 pixels. `models.AlexNet32` keeps five convolutions, all 3 × 3,
# begins with a stride of 2, and has narrower dense layers. (Its widths, 64-192-384-256-256, are those of a version that
# Krizhevsky published in 2014 for one card; torchvision's `alexnet` has them, too.)

# %% tags=["optional"]
with torch.device("meta"):
    for row in models.layer_table(models.AlexNet32(), (3, 32, 32)):
        if row.kind in ("Conv2d", "MaxPool2d", "Linear"):
            print(f"{row.name:14}{row.kind:11}{row.shape!s:14}{row.parameters:10,d}")

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:skip-by-batch-norm", "defines:skip connection", "defines:residual connection"]
# ## ResNet: deeper, and deeper again
#
# If five layers are good and eight are better, why not thirty? By 2015 people had tried, and found something odd:
# beyond some depth, plain networks got *worse*, not only on new images but on their own training images.
#
# That cannot be overfitting. A deep network could copy a shallow one and let its other layers pass their input on
# unchanged. So *something keeps training from finding* what is there. The **residual connection** of He, Zhang, Ren,
# and Sun makes "pass it on unchanged" the easy case. A block learns only what to *add*:
#
# $$\text{output} = \mathrm{ReLU}(x + f(x))$$
#
# Any path that carries values past layers is called a **skip connection**; this one adds them.

# %% slideshow={"slide_type": "subslide"} tags=["hide-input"]
plots.show(
    diagrams.residual_block(),
    alt="A block: x passes through two convolutions and past them; both paths are added.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The block in code
#
# With the two switches we can build four networks: with and without skip connections, with and without batch
# normalization.


# %%
class Block(nn.Module):
    def __init__(self, channels, skip, norm):
        super().__init__()
        self.skip = skip
        self.first = models.deep.convolution(channels, channels, norm)  # 3 × 3
        self.second = models.deep.convolution(channels, channels, norm)
        if skip:
            nn.init.zeros_(self.second[-1].weight)  # begin with f(x) = 0

    def forward(self, x):
        change = self.second(F.relu(self.first(x)))
        return F.relu(x + change if self.skip else change)


# %% tags=["claim", "claim:block-begins-as-identity"]
torch.manual_seed(10)
x = torch.randn(2, 8, 5, 6).relu()
assert torch.equal(
    Block(8, skip=True, norm=True)(x), x
)  # claim: it begins as the identity
assert not torch.allclose(Block(8, skip=False, norm=True)(x), x)
deep_net = models.DeepNet(depth=32, skip=True, norm=True)  # 15 such blocks in a row
assert sum(isinstance(m, models.deep.Block) for m in deep_net.modules()) == 15
print(f"depth 32: {sum(p.numel() for p in deep_net.parameters()):,} parameters")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:10a.3"]
# ### Exercise 10a.3 · A layer that adds (6 min)
#
# Write a residual layer with a single convolution and without batch normalization: the convolution of `x`, shape (N, C,
# H, W), with `weight`, shape (C, C, 3, 3), is added to `x`, and ReLU follows. Return a tensor of the shape of `x`.


# %% tags=["exercise:10a.3"] nbgrader={"grade_id": "ex-10a-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def residual_layer(x, weight):  # Exercise 10a.3
    """Return ReLU(x + convolution of x)."""
    ### BEGIN SOLUTION
    return (x + F.conv2d(x, weight, padding=1)).relu()
    ### END SOLUTION


# %% tags=["check:10a.3"]
check("10a.3", residual_layer)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### First suspect: the vanishing gradient
#
# Chapter 05 showed a gradient that fades on its way back. On paper: PyTorch draws the weights of a convolution so that
# their variance is $1/(3n)$, where $n$ is the number of inputs of a unit. ReLU lets half of the gradient through. So
# through each layer the gradient shrinks by $\sqrt{1/3 \cdot 1/2} \approx 0.41$, and through 29 layers by $0.41^{29}
# \approx 10^{-11.3}$. He's start has the variance $2/n$, six times as much.


# %% slideshow={"slide_type": "subslide"} tags=["claim", "claim:default-start-fades"]
def gradients(start, seed, depth=30):
    """Return the size of ∂L/∂z in each of 30 plain layers of 3 × 3, first layer first."""
    torch.manual_seed(seed)
    x, inputs = torch.randn(16, 8, 12, 12), []
    for _ in range(depth):
        layer = nn.Conv2d(8, 8, 3, padding=1)
        if start == "He's start":
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
        z = layer(x)
        z.retain_grad()
        inputs.append(z)
        normed = F.batch_norm(z, None, None, training=True) if "norm" in start else z
        x = normed.relu()
    (x * torch.randn_like(x)).sum().backward()
    return np.array([z.grad.norm().item() for z in inputs])


def first_over_last(start):
    sizes = [gradients(start, seed) for seed in range(16)]
    return np.array([np.log10(size[0] / size[-1]) for size in sizes])  # powers of ten


fades = evidence.over_seeds(first_over_last("PyTorch's start"))
print(f"PyTorch's start, first over last layer, power of ten: {fades}")
assert fades.agrees(29 * np.log10(1 / 6) / 2, within=0.15)  # claim: as computed on paper

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** Many texts explain the trouble of deep plain networks by this. What becomes of the first layer's
# gradient if we use He's start instead? And if we keep PyTorch's start and add batch normalization: does it still
# vanish?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:he-and-norm-do-not-fade"]
starts = ("PyTorch's start", "He's start", "PyTorch's start, batch norm")
plots.curves(
    {start: gradients(start, 0) / gradients(start, 0)[-1] for start in starts},
    x=np.arange(1, 31),
    xlabel="layer",
    ylabel="gradient (last layer = 1)",
    log_y=True,
    alt="Gradient by layer: one fades to 1e-12, one stays near 1, one starts at 100.",
)
he, norm = (evidence.over_seeds(first_over_last(start)) for start in starts[1:])
print(f"power of ten, first over last layer: He's start {he}")
print(f"PyTorch's start with batch norm {norm}")
assert he.is_above(-2) and he.is_below(1)  # claim: with He's start it does not vanish
assert norm.is_above(0)  # claim: with batch normalization the first layer even gets more

# %% [markdown] slideshow={"slide_type": "fragment"}
# **It does not vanish in either case.** With He's start the gradient keeps its size within a factor of about ten; with
# batch normalization the first layer even gets nearly a hundred times *more* than the last. The plain networks of the
# ResNet paper had both. So the vanishing gradient is not why they got worse, and skip connections must do something
# else.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 44. Usual wrong answer: "He's start helps, batch norm cannot, it only rescales the forward pass." It rescales
# the backward pass by the same factor. The authors themselves say in section 4.1 of their paper that vanishing
# gradients are unlikely.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The honest comparison
#
# Four networks at two depths, on real CIFAR-10 made small: 2,500 training images of 16 × 16 pixels, 16 feature maps per
# layer, 24 epochs. All start as He suggests. Each network gets its own learning rate, the best of a grid on 2,500
# validation images; then five other seeds are trained at that rate and measured on 2,500 *other* validation images.
# This takes 25 minutes of computing time, so it is **stored**: `benchmarks/cifar10_skips.py` made it and can make it again.

# %% slideshow={"slide_type": "skip"}
stored = settings.course_root() / "benchmarks" / "results" / "cifar10_skips.json"
grid = json.loads(stored.read_text(encoding="utf-8"))
kinds = ("skips, batch norm", "skips, no batch norm", "no skips, batch norm")
kinds += ("no skips, no batch norm",)


def over_runs(name, what):
    return np.array([run[what] for run in grid[name]["runs"]])  # (5 seeds, 24 epochs)


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** Without skip connections and without batch normalization, is the network with 32 layers better or
# worse than the one with 8, on its *training* images? Which of the two repairs it: skip connections, batch
# normalization, either one, or only both together?

# %% slideshow={"slide_type": "subslide"} tags=["reveals", "hide-input"]
panels = {
    f"depth {depth}": {
        kind: tuple(
            over_runs(f"depth {depth}, {kind}", what).mean(0)
            for what in ("error", "held_out")
        )
        for kind in kinds
    }
    for depth in (8, 32)
}
plots.show(
    diagrams.learning_curves(panels, ylabel="error (%)"),
    alt="Training and validation error of four networks by epoch, at depth 8 and 32.",
)

# %% slideshow={"slide_type": "subslide"} tags=["reveals", "hide-input"]
for depth in (8, 32):
    for kind in kinds:
        name = f"depth {depth}, {kind}"
        error, unseen = (
            over_runs(name, what)[:, -1].mean() for what in ("error", "held_out")
        )
        rate = grid[name]["rate"]
        print(
            f"{name:34} rate {rate:<6} training {error:4.1f}%, validation {unseen:4.1f}%"
        )


def compared(depth, first, second, what="held_out"):
    pair = [over_runs(f"depth {depth}, {kind}", what)[:, -1] for kind in (first, second)]
    return evidence.compare(*pair, better="lower", names=(first, second))


print("validation error, in points:")
for depth in (8, 32):
    for other in (kinds[2], kinds[1]):
        result = compared(depth, kinds[0], other)
        verdict = "clear" if result.is_clear() else "not clear"
        margin = f"{result.gain.mean:.0f} ± {result.gain.margin:.0f}, {verdict}"
        print(f"depth {depth:2}: '{kinds[0]}' beats '{other}' by {margin}")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Without both, depth does harm: the **32 layers are worse, on the training images too**. That is not overfitting. Batch
# normalization alone does not repair it: its 32 layers still fit the training images much worse than its 8. **Skip
# connections do repair it, alone or with batch normalization**: with them, the deeper network fits *better*.
#
# At 8 layers it is different. There, batch normalization is worth several points, and skip connections on top of it make
# no clear difference. And on new images the 32 layers gain nothing here, because 2,500 images are too few for what they
# can memorize. Skip connections make depth *possible*. Whether depth pays is a question of data.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 56. Let the class read one line at a time, dashed (training) before solid (validation). Usual wrong answer:
# batch normalization, because it keeps the gradient alive. It does, and that is not enough.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:10a.4"]
# ### Exercise 10a.4 · What does the comparison show? (4 min)
#
# A report says: "Our 32-layer ResNet (skip connections and batch normalization, rate 0.1) has an error of 51%. The
# 32-layer plain network (neither, rate 0.1) has an error of 90%. So skip connections lower the error by 39 points."
# What is the best reply?
#
# - **a** The seeds are missing; with five seeds the sentence would be correct.
# - **b** Two things were changed at once, and the plain network did not get its own rate.
# - **c** The training error should have been compared, not the validation error.
# - **d** It is correct: both networks have the same depth, the same data, and the same rate.

# %% tags=["exercise:10a.4"] nbgrader={"grade_id": "ex-10a-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
choice = None  # Exercise 10a.4: replace None with a letter in quotes
### BEGIN SOLUTION
choice = "b"
### END SOLUTION

# %% tags=["check:10a.4"]
check("10a.4", choice)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:10a.5"]
# ### Exercise 10a.5 · Make a deep network learn (16 min)
#
# An open task. Write `deep_network()`. It returns a new network for gray digits, (N, 1, 8, 8) → logits (N, 10), with
# **at least 24 convolutions one after another** (each one gets what the previous one has made of its input) and at most
# 20,000 parameters. A class of your own may hold at most two convolutions; chain such blocks with `nn.Sequential`. We
# train your network on 600 digits with SGD, a rate of 0.05, a momentum of 0.9, and 60 mini-batches of 32. After that,
# its mean loss over the last ten mini-batches must be **below 0.8**. With PyTorch's start, 24 plain convolutions stay at
# 2.3, the loss of guessing.


# %% tags=["exercise:10a.5"] nbgrader={"grade_id": "ex-10a-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
class Adding(nn.Module):  # Exercise 10a.5
    """Two convolutions with batch normalization that learn what to add."""

    ### BEGIN SOLUTION
    def __init__(self, channels):
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.second = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norms = nn.ModuleList([nn.BatchNorm2d(channels), nn.BatchNorm2d(channels)])
        nn.init.zeros_(self.norms[1].weight)  # begin as the identity

    def forward(self, x):
        change = self.second(self.norms[0](self.first(x)).relu())
        return (x + self.norms[1](change)).relu()

    ### END SOLUTION


def deep_network():
    """Return a network of at least 24 convolutions in a row, for gray 8 × 8 digits."""
    ### BEGIN SOLUTION
    # Twelve blocks of two convolutions; after the first, the maps are pooled to 4 × 4.
    blocks = [Adding(8) for _ in range(12)]
    start = [nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*start, *blocks, nn.Flatten(), nn.Linear(8 * 4 * 4, 10))
    ### END SOLUTION


# %% tags=["check:10a.5"]
check("10a.5", deep_network)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | network | year | what was new | parameters |
# |---|---|---|---|
# | LeNet-5 | 1998 | convolve, pool, decide | 60,000 |
# | AlexNet | 2012 | ReLU, dropout, augmentation, scale | 61 million |
# | ResNet | 2015 | residual connections, with batch normalization | depends on depth |
#
# - Dense layers hold the parameters, convolutions do the computation.
# - He's start or batch normalization keeps the gradient from vanishing; you need no skip connections for that.
# - At 32 layers, skip connections are what makes training possible; at 8 layers, batch normalization matters more. Both
#   together are best.
# - Change one thing at a time, and give each network its own learning rate.
#
# **Next.** Lecture 10b improves a network step by step, measures what each step is worth, and then makes it fast.

# %% slideshow={"slide_type": "skip"} tags=["progress:10a"]
from course_utils.exercises import progress

progress("10a")

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Quiz
#
# 1. AlexNet must fit on a phone with little memory. Which layers do you make smaller, and will it also become much
#    faster?
# 2. A plain network with 40 layers has a higher *training* error than one with 10. Is that overfitting?
# 3. Why does a residual block often begin with the weights of its last layer at zero?
#
# <details><summary>Answers</summary>
#
# 1. The dense layers: they hold more than nine tenths of the parameters. It becomes hardly faster, because the
#    multiplications are in the convolutions.
# 2. No. Overfitting means a low training error and a high error on new images. Here training itself does not find what
#    is there.
# 3. Then the block passes its input on unchanged, and a network of any depth begins as a shallow one.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - A. Krizhevsky, Learning multiple layers of features from tiny images, technical report, University of Toronto, 2009:
#   CIFAR-10.
# - Y. LeCun et al., Backpropagation applied to handwritten zip code recognition, *Neural Computation* 1, 541–551, 1989.
# - Y. LeCun, L. Bottou, Y. Bengio, and P. Haffner, Gradient-based learning applied to document recognition,
#   *Proceedings of the IEEE* 86, 2278–2324, 1998: LeNet-5.
# - A. Krizhevsky, I. Sutskever, and G. E. Hinton, ImageNet classification with deep convolutional neural networks,
#   *NeurIPS* 2012: AlexNet. The version for one card: A. Krizhevsky, arXiv:1404.5997, 2014.
# - K. He, X. Zhang, S. Ren, and J. Sun, Delving deep into rectifiers, *ICCV* 2015: He's start.
# - K. He, X. Zhang, S. Ren, and J. Sun, Deep residual learning for image recognition, *CVPR* 2016.
# - P. Goyal et al., Accurate, large minibatch SGD, arXiv:1706.02677, 2017: blocks that begin at zero.
