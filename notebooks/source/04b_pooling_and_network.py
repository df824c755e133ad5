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
# # 04b · Pooling, batch normalization, and a network from scratch
#
# Last time, we sent a gradient back through a convolution. Today we do the same for its companions. Then all the
# pieces of a digit reader are ours, and we ask: does it train exactly as it does in PyTorch?
#
# **After this lecture, you will be able to**
# - send a gradient back through max pooling, average pooling, and batch normalization;
# - say when a gradient check fails although the code is correct;
# - train a convolutional network in NumPy and show that PyTorch does the same, step by step;
# - write a layer outside the notebook, to a specification that is a file of tests.
#
# **You need** lecture 04a, and pooling and batch normalization from chapter 03.
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 45 min | 51 min | 14 s |

# %% tags=["setup"]
import numpy as np
import torch
from torch.nn import functional as F

from course_utils import (
    convolution,
    data,
    diagrams,
    gradcheck,
    layers,
    losses,
    models,
    optimizers,
    plots,
    settings,
    widgets,
)
from course_utils.exercises import check, hint

plots.use_course_style()

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:max-pool-backward"]
# ## Max pooling: the winner takes it all
#
# The output of a window *is* its largest value. Nudge any other value a little, and nothing changes. So all of $\delta$
# goes to the place of the maximum, and nothing goes to the others. Therefore, the backward pass needs to know where the
# maximum was.


# %%
def max_pool_backward(delta, x, kernel_size, stride):
    """Send each δ to the maximum of its window: (H', W'), (H, W) → (H, W)."""
    gradient = np.zeros(x.shape)
    for i, j in np.ndindex(delta.shape):
        top, left = i * stride, j * stride
        window = x[top : top + kernel_size, left : left + kernel_size]
        u, v = np.unravel_index(window.argmax(), window.shape)
        gradient[top + u, left + v] += delta[i, j]
    return gradient


# %% tags=["hide-input", "claim", "claim:max-pool-as-autograd"]
x = np.array([[12.0, 20, 30, 0], [8, 12, 2, 0], [34, 70, 37, 4], [112, 100, 25, 12]])
deltas = np.array([[10.0, 20], [30, 40]])
gradient = max_pool_backward(deltas, x, kernel_size=2, stride=2)
pooled = convolution.max_pool2d(x[None, None], 2)[0, 0]
plots.number_row(
    {"input x": x, "maxima z": pooled, "δ": deltas, "∂L/∂x": gradient},
    alt="A 4 by 4 input, its four maxima, delta, and delta at the places of the maxima.",
)
random = np.random.default_rng(4).normal(size=(1, 1, 7, 9))
image = torch.tensor(random, requires_grad=True)
out = F.max_pool2d(image, 3, stride=2)  # here windows overlap
out.backward(torch.ones_like(out))
ours = max_pool_backward(np.ones(out.shape[2:]), random[0, 0], 3, 2)
assert np.array_equal(ours, image.grad.numpy()[0, 0])  # claim: as autograd
print(f"random image: {out.numel()} windows, {np.count_nonzero(ours)} different winners")

# %% [markdown]
# Only one pixel in four receives a gradient. Nothing is lost, since the gradient has the same sum as $\delta$. Where
# windows overlap, one pixel can win more than once, and then it gets the sum. In a random image with 12 windows of 3 × 3
# pixels and stride 2, there are only 8 winners, and our code agrees with autograd there, too.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 0 to 5. Ask: "The pixel with the 100 lost only narrowly. How much of the 30 does it get?" Usual answer: a little.
# It gets nothing: nudge it from 100 to 101, and the maximum is still 112.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### When values tie
#
# **Predict first.** A window holds the values 5, 5, 1, and 2. We move the first value a little, up and down, and
# compute the centered difference of the maximum. Is it 1, 1/2, or 0? And what does PyTorch return for the two fives?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:ties-go-to-the-first"]
tied = np.array([[5.0, 5], [1, 2]])
tensor = torch.tensor(tied[None, None], requires_grad=True)
F.max_pool2d(tensor, 2).sum().backward()
slopes = gradcheck.numerical_gradient(np.max, tied)
print("centered differences:", slopes.ravel().round(2))
print("PyTorch:             ", tensor.grad.numpy().ravel())
assert np.allclose(slopes.ravel(), [0.5, 0.5, 0, 0])  # claim: half a slope for each
assert tensor.grad.ravel().tolist() == [1, 0, 0, 0]  # claim: all to the first

# %% [markdown] slideshow={"slide_type": "fragment"}
# **One half:** on the way up, the maximum follows; on the way down, the other five takes over. PyTorch sends everything
# to the **first** of the equal values, and so do we. Both answers are defensible, because there is no gradient at a
# kink. But the check fails there although the code is correct. So check at random points, where ties do not happen.
# (After ReLU, windows full of zeros are common. Those ties do no harm, since ReLU lets no gradient through where it is
# 0.)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:average-pool-backward"]
# ## Average pooling: equal shares
#
# The mean of a window weights each of its $K^2$ pixels by $1/K^2$. So each pixel receives that share of $\delta$, no
# matter what its value is.

# %% tags=["hide-input", "claim", "claim:equal-shares"]
x = np.array([[1.0, 3, 2, 1], [5, 4, 9, 7], [11, 12, 15, 7], [1, 9, 6, 8]])
deltas = np.array([[4.0, 8], [12, 16]])
means = convolution.avg_pool2d(x[None, None], 2)[0, 0]
gradient = np.kron(deltas, np.ones((2, 2))) / 4  # each δ spread over its window
plots.number_row(
    {"input x": x, "δ": deltas, "∂L/∂x": gradient},
    alt="A 4 by 4 input, delta, and each delta in four equal shares.",
)
print("means of the four windows:", means.ravel())
print("sum of δ:", deltas.sum(), " sum of the gradient:", gradient.sum())
assert means.ravel().tolist() == [3.25, 4.75, 8.25, 9]
backward = convolution.avg_pool2d_backward(deltas[None, None], x[None, None], 2)[0, 0]
assert np.array_equal(gradient, backward)  # claim: equal shares, whatever the pixels are

# %% [markdown]
# Every pixel receives a gradient, and again nothing is lost. Average pooling is a convolution whose weights all equal
# $1/K^2$, with one filter for each channel (`groups=3` for three channels). So we already have its backward pass, even
# for windows that overlap:

# %% tags=["hide-input", "claim", "claim:average-pool-is-a-convolution", "nbval-ignore-output"]
rng = np.random.default_rng(4)
X, deltas = rng.normal(size=(2, 3, 7, 9)), rng.normal(size=(2, 3, 3, 4))
equal_weights = np.full((3, 1, 3, 3), 1 / 9)
as_conv = convolution.conv2d_backward(deltas, X, equal_weights, stride=2, groups=3)[0]
pixels = torch.tensor(X, requires_grad=True)
F.avg_pool2d(pixels, 3, stride=2).backward(torch.tensor(deltas))
error = gradcheck.relative_error(as_conv, pixels.grad.numpy())
print(f"a convolution with nine equal weights, compared with autograd: {error:.0e}")
assert error < 1e-14  # claim: average pooling is a convolution, backward, too

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:04b.1"]
# ### Exercise 04b.1 · Average pooling with overlap, backward (10 min)
#
# Write the backward pass for windows of $K \times K$ pixels with any stride and no padding, with NumPy only: $\delta$
# of shape (N, C, H', W') and the size (H, W) of the input give (N, C, H, W). Loops are welcome.


# %% tags=["exercise:04b.1"] nbgrader={"grade_id": "ex-04b-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def average_pool_backward(delta, size, kernel_size, stride):  # Exercise 04b.1
    """Return ∂L/∂x: (N, C, H', W') and (H, W) → (N, C, H, W)."""
    ### BEGIN SOLUTION
    sent_back = np.zeros((*delta.shape[:2], *size))
    for i, j in np.ndindex(delta.shape[2:]):
        top, left = i * stride, j * stride
        share = delta[:, :, i, j, None, None] / kernel_size**2
        sent_back[:, :, top : top + kernel_size, left : left + kernel_size] += share
    return sent_back
    ### END SOLUTION


# %% tags=["check:04b.1"]
check("04b.1", average_pool_backward)

# %% [markdown]
# Are you stuck on an exercise? `hint` helps a little, and a little more each time you call it.

# %%
hint("04b.1", 1)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:batch-norm-backward"]
# ## Batch normalization: three paths
#
# A channel has $M$ values in a batch. Batch normalization subtracts their mean $m$ and divides by $s$, where $s^2$ is
# their variance plus $\varepsilon$: $\hat x_i = (x_i - m)/s$. Then it multiplies by a scale $\gamma$ and adds a shift. All
# $M$ values share these two, so their gradients are sums: $\sum_i \delta_i\, \hat x_i$ for the scale and
# $\sum_i \delta_i$ for the shift.

# %% [markdown]
# What comes back to $\hat x_i$ is $g_i = \gamma\, \delta_i$. From there, three paths lead back to $x_i$:
#
# - directly: $\;g_i / s$;
# - through the mean, which enters *every* $\hat x_j$: $\;\partial m/\partial x_i = 1/M$ and $\partial \hat x_j/\partial m = -1/s$
#   bring $-\frac{1}{M s} \sum_j g_j$;
# - through $s$: differentiating $\;s^2 = \frac1M \sum_j (x_j - m)^2 + \varepsilon$ gives $2 s\, \partial s/\partial x_i
#   = \frac2M (x_i - m)$, so $\partial s/\partial x_i = \hat x_i/M$, and with $\partial \hat x_j/\partial s = -\hat
#   x_j/s$, this path brings $-\frac{\hat x_i}{M s} \sum_j g_j\, \hat x_j$.
#
# $$\frac{\partial L}{\partial x_i} = \frac{1}{s} \Big( g_i - \overline{g} - \hat x_i\; \overline{g\, \hat x} \Big)$$
#
# where a bar means the mean over the $M$ values. (The $m$ inside $s$ adds no path of its
# own, because the differences $x_j - m$ add up to 0.)


# %% slideshow={"slide_type": "subslide"} tags=["claim", "claim:batch-norm-as-pytorch", "nbval-ignore-output"]
def batch_norm_backward(delta, x, gamma, eps=1e-5):
    """Return ∂L/∂x and the gradients of scale and shift: (N, C, H, W) twice and (C,)."""
    axes, column = (0, 2, 3), np.s_[:, None, None]
    s = np.sqrt(x.var(axes) + eps)
    normalized = (x - x.mean(axes)[column]) / s[column]
    g = delta * gamma[column]  # back through the scale
    mean_g, mean_gx = g.mean(axes)[column], (g * normalized).mean(axes)[column]
    grad_x = (g - mean_g - normalized * mean_gx) / s[column]
    return grad_x, (delta * normalized).sum(axes), delta.sum(axes)


rng = np.random.default_rng(4)
X, deltas = rng.normal(2, 3, size=(2, 4, 3, 5, 6))
gamma = np.array([1.0, 2, -1])
tensors = [torch.tensor(array, requires_grad=True) for array in (X, gamma, np.zeros(3))]
out = F.batch_norm(tensors[0], None, None, *tensors[1:], training=True)
out.backward(torch.tensor(deltas))
ours = batch_norm_backward(deltas, X, gamma)
for name, gradient, tensor in zip(("input", "scale", "shift"), ours, tensors, strict=True):
    error = gradcheck.relative_error(gradient, tensor.grad.numpy())
    print(f"{name}: relative error to PyTorch {error:.0e}")
    assert error < 1e-13  # claim: the three paths are all there is

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Try it.** Here are four values of one channel and a $\delta$ for the last one only. Move that $\delta$. Three of the
# values have $\delta = 0$. Why do they receive a gradient anyway?


# %% tags=["hide-input"]
def paths_for(delta):
    return diagrams.three_paths([1, 2, 4, 9], [0, 0, 0, delta])


widgets.explore(
    paths_for,
    alt="Bars of three paths for four values; together little is left of the direct path.",
    delta=widgets.Slider(-4.0, 4.0, 4.0, step=0.5),
)

# %% [markdown]
# They share the mean and the standard deviation with the last value. Moving any of the four moves all four $\hat x$,
# including the one that the loss looks at.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** Suppose that $\delta$ is 1 for every output of a channel: the loss would rise if all outputs rose
# together. What arrives at the input?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:common-gradient-is-blocked", "nbval-ignore-output"]
arrived = batch_norm_backward(np.ones(X.shape), X, np.ones(3))[0]
print(f"largest gradient at the input: {np.abs(arrived).max():.0e}")
assert np.abs(arrived).max() < 1e-12  # claim: nothing arrives

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Nothing.** It is tempting to answer $1/s$, the direct path. But raising all inputs together raises their mean just as
# much, and the two cancel. This is why the bias in front of batch normalization was idle in lecture 04a.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 25. Write the three paths in three colors on the board. Usual mistake: treating the mean and the standard
# deviation as constants, which leaves only the first term. In evaluation mode, they are constants, and then it is
# correct.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:04b.2"]
# ### Exercise 04b.2 · Batch norm on paper (8 min)
#
# One channel holds the four values 1, 1, 3, and 3. The scale is 1, the shift is 0, and $\varepsilon$ is 0. The next
# layer hands back $\delta$ = (4, 0, 0, 0). Which four numbers arrive at the input?

# %% tags=["exercise:04b.2"] nbgrader={"grade_id": "ex-04b-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
arriving = None  # Exercise 04b.2: replace None with four numbers
### BEGIN SOLUTION
# Mean 2, standard deviation 1, so the normalized values are -1, -1, 1, 1.
# The mean of δ is 1; the mean of δ times the normalized values is -1.
arriving = (4 - 1 - 1, 0 - 1 - 1, 0 - 1 + 1, 0 - 1 + 1)
### END SOLUTION

# %% tags=["check:04b.2"]
check("04b.2", arriving)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:04b.3"]
# ### Exercise 04b.3 · A gradient that batch norm swallows (8 min)
#
# This task is open-ended. A $\delta$ that is the same for all values of a channel never arrives at the input. It is not
# the only one. Write `swallowed(x)` for a batch `x` of shape (N, C), which is normalized with scale 1 and
# $\varepsilon = 0$. Return a $\delta$ of the same shape that varies within each channel but does not arrive at the
# input either. Many answers are correct.


# %% tags=["exercise:04b.3"] nbgrader={"grade_id": "ex-04b-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def swallowed(x):  # Exercise 04b.3
    """Return a δ, of the shape of x, that does not get through batch normalization."""
    ### BEGIN SOLUTION
    # The third term of the formula takes away any multiple of the normalized values.
    return (x - x.mean(axis=0)) / x.std(axis=0)
    ### END SOLUTION


# %% tags=["check:04b.3"]
check("04b.3", swallowed)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:network-from-scratch"]
# ## A network from scratch
#
# Now the pieces meet. In `layers`, each layer is an object: `forward` keeps what `backward` needs, and `Sequential` goes
# through its layers and back in reverse order, as in lecture 01b. This is the DigitNet of lecture 03b, without PyTorch.


# %%
def digit_network(dtype, seed=4):
    """Return DigitNet in NumPy layers: images (N, 1, 28, 28) → class scores (N, 10)."""
    start = {"rng": np.random.default_rng(seed), "dtype": dtype}
    return layers.Sequential(
        layers.Conv2d(1, 4, 3, padding=1, **start),  # (N, 4, 28, 28)
        layers.BatchNorm2d(4, dtype=dtype),
        layers.ReLU(),
        layers.MaxPool2d(2),  # (N, 4, 14, 14)
        layers.Conv2d(4, 4, 3, padding=1, **start),
        layers.BatchNorm2d(4, dtype=dtype),
        layers.ReLU(),
        layers.MaxPool2d(2),  # (N, 4, 7, 7)
        layers.Flatten(),  # (N, 196)
        layers.Linear(196, 10, **start),
    )


# %% slideshow={"slide_type": "subslide"}
net, maps = digit_network(np.float64), np.zeros((32, 1, 28, 28))
for layer in net.layers:
    maps = layer.forward(maps)
    weights = sum(array.size for array in layer.parameters().values())
    print(f"{type(layer).__name__:12} {maps.shape!s:18} {weights:5} parameters")
parameters = sum(array.size for array in net.parameters().values())
print(f"together {parameters:,} parameters")

# %% [markdown] slideshow={"slide_type": "subslide"}
# The digits are MNIST if it is at hand, and otherwise the small set that comes with scikit-learn. We shift and scale them to
# mean 0 and standard deviation 1, and we take both numbers **from the training images only**: validation images stand
# for images that nobody has seen yet.

# %% tags=["nbval-ignore-output"]
digits = data.digits()
mean, std = digits.X_train.numpy().mean(), digits.X_train.numpy().std()
X, y = ((digits.X_train.numpy() - mean) / std).astype(np.float32), digits.y_train.numpy()
X_val = ((digits.X_val.numpy() - mean) / std).astype(np.float32)
y_val = digits.y_val.numpy()
print(f"{digits.name}: {len(X):,} training images, mean {mean:.2f}, std {std:.2f}")
assert abs(X.mean()) < 1e-3 and abs(X.std() - 1) < 1e-3

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Is every gradient correct?
#
# Before we train, we check. Our network and its PyTorch twin get the same starting weights and the same eight images,
# in float64, and all ten gradients are compared with those of PyTorch. (Two biases come before batch normalization and
# have gradient 0, so we divide each error by the largest gradient of the whole network.)


# %% tags=["hide-input", "claim", "claim:all-gradients-as-autograd", "nbval-ignore-output"]
def twins():
    """Return the network in NumPy and in PyTorch, in float64, with the same start."""
    torch.manual_seed(4)
    module, net = models.DigitNet().double(), digit_network(np.float64)
    own_names = {"cnn_layers.": "", "linear_layers.0": "9"}  # our dense layer is number 9
    state = module.state_dict()
    for theirs, ours in own_names.items():
        state = {name.replace(theirs, ours): value for name, value in state.items()}
    net.load_state_dict(state)
    return net, module


net, module = twins()
images, classes = X[:8].astype(np.float64), y[:8]
net.backward(losses.cross_entropy_backward(net.forward(images), classes))
F.cross_entropy(module(torch.tensor(images)), torch.tensor(classes)).backward()
largest = max(np.abs(gradient).max() for gradient in net.gradients().values())
for (name, gradient), parameter in zip(
    net.gradients().items(), module.parameters(), strict=True
):
    error = np.abs(gradient - parameter.grad.numpy()).max() / largest
    print(f"{name:8} {gradient.shape!s:14} error {error:.0e} of the largest gradient")
    assert error < 1e-12  # claim: ten backward passes are correct

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Thirty steps side by side
#
# **Predict first.** Both networks now take the same thirty batches with the same optimizer, Adam. Rounding differs in
# the last of 16 digits, and each step builds on the one before. After thirty steps, to how many digits do the two
# losses agree: 2, 6, or more than 10?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:same-loss-curve", "nbval-ignore-output"]
net, module = twins()
rng = np.random.default_rng(4)
optimizer = optimizers.Adam(net.parameters(), lr=0.01)
torch_optimizer = torch.optim.Adam(module.parameters(), lr=0.01)
in_numpy, in_torch = [], []
for _ in range(30):
    batch = rng.integers(len(y), size=32)
    images, classes = X[batch].astype(np.float64), y[batch]
    scores = net.forward(images)
    in_numpy.append(losses.cross_entropy(scores, classes))
    net.backward(losses.cross_entropy_backward(scores, classes))
    optimizer.step(net.gradients())
    loss = F.cross_entropy(module(torch.tensor(images)), torch.tensor(classes))
    in_torch.append(loss.item())
    torch_optimizer.zero_grad()
    loss.backward()
    torch_optimizer.step()
apart = np.abs(np.subtract(in_numpy, in_torch)).max()
print(f"largest difference of the two losses in 30 steps: {apart:.0e}")
assert apart < 1e-10  # claim: the same loss at every step

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input"]
plots.curves(
    {"NumPy": in_numpy, "PyTorch": in_torch},
    xlabel="step",
    ylabel="cross-entropy",
    alt="Two loss curves that fall together; the dashed one covers the other.",
)

# %% [markdown] slideshow={"slide_type": "fragment"}
# **More than 10.** It is one curve, drawn twice. Rounding errors may grow from step to step, but thirty steps are few.
# There is no magic in this training that NumPy lacks; a framework adds speed, convenience, and the GPU.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 36. Most answer 6, thinking that errors double with each step. Show the number, then the curve. If there is time,
# plant a bug in front of `optimizer.step`: `g = net.gradients(); g["4.weight"] = -g["4.weight"]`, and then
# `optimizer.step(g)`. The assertion fails, and the curves part after the first step.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Now let it learn
#
# **Predict first.** We run the same loop in float32, for more steps, with a learning rate that falls to zero. The
# network has 2,174 parameters, all set by our own gradients. Float32 keeps only 7 of the 16 digits. Out of a hundred
# new digits, how many will it read correctly: about 50, 75, or more than 90?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:it-reads-new-digits", "nbval-ignore-output"]
steps = settings.by_profile(full=1200, fast=500)
net, rng, curve = digit_network(np.float32), np.random.default_rng(4), []
optimizer, schedule = optimizers.Adam(net.parameters()), optimizers.cosine(0.01, steps)
for step in range(steps):
    batch = rng.integers(len(y), size=32)
    scores = net.forward(X[batch])
    curve.append(losses.cross_entropy(scores, y[batch]))
    net.backward(losses.cross_entropy_backward(scores, y[batch]))
    optimizer.lr = schedule(step)
    optimizer.step(net.gradients())
net.eval()  # running statistics from here on, as in chapter 03
accuracy = 100 * np.mean(net.forward(X_val[:2000]).argmax(axis=1) == y_val[:2000])
print(f"{steps} steps of 32 digits: validation accuracy {accuracy:.1f}%")
assert accuracy > 90  # claim: it reads more than nine in ten new digits

# %% slideshow={"slide_type": "subslide"} tags=["reveals", "hide-input", "nbval-ignore-output"]
plots.curves(
    {"training loss": np.convolve(curve, np.full(20, 1 / 20), mode="valid")},
    xlabel="step",
    ylabel="cross-entropy, mean of 20 steps",
    log_y=True,
    alt="The training loss falls steeply, then slowly, on a logarithmic scale.",
)
assert np.mean(curve[-20:]) < 0.2 * curve[0]

# %% [markdown] slideshow={"slide_type": "fragment"}
# **More than 90**, and nobody wrote down what a 3 looks like. Seven significant digits are plenty: the gradients of two
# batches differ by far more than rounding. You have derived the gradients of every layer that the network uses:
# convolution in lecture 04a, pooling and batch normalization today, and the rest in lecture 01b. Only Adam is still to
# come, in chapter 07.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:specification"]
# ## Leaving the notebook
#
# Notebooks are for exploring. Code that others rely on goes into a file, and what it has to do is often written down
# before it exists: as a file of tests. The tests are the specification. You are done when they pass.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:04b.4"]
# ### Exercise 04b.4 · A layer to specification (25 min)
#
# Write max pooling of *signals*, forward and backward. Next to this notebook, in `my_work`, you will find three files
# (if not, `course start 04b` puts them there): `test_layers.py` is the specification, `layers.py` holds two empty
# functions, and `pytest.ini` tells pytest to stay in this folder.
#
# 1. Open a terminal (in JupyterLab: File → New → Terminal), go to that folder, and run `pytest test_layers.py`. Read the
#    first failure.
# 2. Open `layers.py`, write the two functions, save, and run `pytest` again, until everything passes.
# 3. Hand it in: write `%load layers.py` as the only line of the next cell and run it. The cell then holds your file. Run
#    it once more, and check.


# %% tags=["exercise:04b.4"] nbgrader={"grade_id": "ex-04b-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def max_pool(x, kernel_size, stride):  # Exercise 04b.4: both functions, as in layers.py
    """Return the largest sample of each window: (N, C, L) → (N, C, L')."""
    ### BEGIN SOLUTION
    starts = range(0, x.shape[2] - kernel_size + 1, stride)
    windows = [x[:, :, start : start + kernel_size] for start in starts]
    return np.stack([window.max(axis=2) for window in windows], axis=2)
    ### END SOLUTION


def max_pool_backward(delta, x, kernel_size, stride):
    """Return ∂L/∂x: δ (N, C, L') and signals x (N, C, L) → (N, C, L)."""
    ### BEGIN SOLUTION
    sent_back = np.zeros(x.shape)
    for n, c, j in np.ndindex(delta.shape):
        start = j * stride
        winner = start + x[n, c, start : start + kernel_size].argmax()
        sent_back[n, c, winner] += delta[n, c, j]
    return sent_back
    ### END SOLUTION


# %% tags=["check:04b.4"]
check("04b.4", (max_pool, max_pool_backward))

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | forward | backward |
# |---|---|
# | maximum of a window | all of $\delta$ to the maximum, the first of equals |
# | mean of a window | equal shares of $\delta$ |
# | subtract the mean, divide by the standard deviation | three paths: directly, through the mean, through the standard deviation |
#
# - At a kink, such as a tie, there is no gradient, and a gradient check fails although the code is correct.
# - Batch normalization blocks a gradient that is the same for all values of a channel.
# - A network in NumPy and a network in PyTorch with the same start and the same batches have the same loss curve.
# - Tests written first are a specification.
#
# **Next.** Between our layers is the smallest one of all, the activation function. Chapter 05 asks which one to
# choose and what happens when its slope is almost zero.

# %% slideshow={"slide_type": "skip"} tags=["progress:04b"]
from course_utils.exercises import progress

progress("04b")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# 1. Your gradient check passes for every other layer but fails for ReLU at an input of exactly 0. Is there a bug?
# 2. What fraction of the pixels receives a gradient in max pooling with 3 × 3 windows and stride 3? In average pooling?
# 3. In evaluation mode, batch normalization uses its running statistics. Which of the three paths are left?
#
# <details><summary>Answers</summary>
#
# 1. No. At a kink, the centered difference is the mean of two slopes, here 0.5, while the backward pass chooses one
#    of them. Check at a different point.
# 2. One in nine, and all of them.
# 3. Only the direct one: the running statistics do not depend on the batch.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - Y. LeCun, L. Bottou, Y. Bengio, and P. Haffner, Gradient-based learning applied to document recognition, *Proceedings
#   of the IEEE* 86, 2278–2324, 1998: convolutional networks, and MNIST.
# - S. Ioffe and C. Szegedy, Batch normalization, arXiv:1502.03167, 2015: its backward pass, before simplification.
# - A. G. Baydin, B. A. Pearlmutter, A. A. Radul, and J. M. Siskind, Automatic differentiation in machine learning: a
#   survey, *Journal of Machine Learning Research* 18, 2018: what PyTorch does for us.
