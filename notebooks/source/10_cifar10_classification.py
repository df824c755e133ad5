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
# # 10 · CIFAR-10, LeNet, AlexNet and better accuracy
#
# A dog in a photograph is harder to recognise than a digit: colors, backgrounds and poses change, the class does not.
# Two famous networks meet this task, and then we climb, one measured step at a time, to an accuracy that neither had.
#
# **After this lecture you can**
# - read a network's table of layers, and say where its numbers sit and where its work is done;
# - fit LeNet-5 and AlexNet to small pictures;
# - improve a classifier one change at a time, and tell a gain from luck;
# - train in minutes what used to take hours, and say which trick saved the time.
#
# **You need** the training loop (09), regularization (08) and optimizers (07a, 07b).
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 90 min | 51 min | 3 min |

# %% tags=["setup"]
import json
import math
import statistics
import time

import matplotlib.pyplot as plt
import numpy as np
import torch
import torchvision
from PIL import Image
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader
from torchvision import transforms

from course_utils import data, evaluation, models, plots, settings, training
from course_utils.exercises import check, hint

plots.use_course_style()

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:cifar10"]
# ## CIFAR-10: small pictures, large differences
#
# Ten classes, 6,000 pictures of each, 32 pixels high and wide, in color. The steps are those of lecture 09: load and
# normalise, define a network, choose a loss, train, test. Only the load changes: three channels in place of one.
#
# Where CIFAR-10 is not on this machine, the line below says so, and how to get it; patches of ten photographs take its
# place, and everything still runs.

# %% tags=["nbval-ignore-output"]
pictures = data.cifar10()
assert len(pictures.class_names) == 10 and pictures.X_train.shape[1:] == (3, 32, 32)

# %%
X, y = pictures.X_train, pictures.y_train
print(f"one picture: {X.dtype}, shape {tuple(X[0].shape)}, {X[0].numel():,} numbers")
print(f"one label: {y.dtype}, from {y.min()} to {y.max()}")
every = torch.bincount(pictures.y_val, minlength=10)
print("as many validation pictures of each class:", bool((every == every[0]).all()))

# %% [markdown]
# torchvision has the same pictures as PIL images, one at a time; it reads the very files that lie in the data folder.

# %%
if not pictures.is_substitute:
    theirs = torchvision.datasets.CIFAR10(settings.data_folder(), train=False)
    assert tuple(theirs.classes) == pictures.class_names
    assert theirs.targets == pictures.y_test.tolist()
    ours = (pictures.X_test * 255).round().byte().permute(0, 2, 3, 1)  # (N, H, W, 3)
    assert np.array_equal(theirs.data, ours.numpy())
levels = X[:99] * 255
off = (levels - levels.round()).abs().max()
print(f"color values are whole steps of 1/255, within {off:.2f}")

# %%
figure, axes = plt.subplots(2, 10, figsize=(9.0, 2.4))
for k, name in enumerate(pictures.class_names):
    for axis, picture in zip(axes[:, k], X[y == k][:2], strict=True):
        axis.imshow(picture.permute(1, 2, 0).numpy())  # (H, W, 3)
        axis.set_axis_off()
    axes[0, k].set_title(name.split()[0], fontsize=9)
plots.show(figure, "Two small color pictures of each of the ten classes, under its name.")

# %% [markdown]
# **What to see.** At this size some pictures take a second look, even for a person. Two pictures of a class differ in
# pose, color and background: a network that compares pixels with a template will not get far.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Each channel by itself
#
# Red, green and blue have their own level and spread, so each channel $c$ is normalised with its own mean and standard
# deviation, measured without the test pictures:
#
# $$x'_{c} = \frac{x_{c} - \mu_c}{\sigma_c}$$

# %% tags=["nbval-ignore-output"]
colors = ["red", "green", "blue"]
for name, mean, std in zip(colors, pictures.mean, pictures.std, strict=True):
    print(f"{name}: mean {mean:.4f}, standard deviation {std:.4f}")
known = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)
if not pictures.is_substitute:  # the numbers that stand in countless programs
    assert np.allclose(pictures.mean, known[0], atol=1e-4)
    assert np.allclose(pictures.std, known[1], atol=1e-4)
assert min(pictures.std) > 0

# %%
MEAN = torch.tensor(pictures.mean)[:, None, None]
STD = torch.tensor(pictures.std)[:, None, None]


def normalized(X):
    return (X - MEAN) / STD  # (3, 1, 1) is broadcast over pictures and pixels


in_torchvision = transforms.Normalize(pictures.mean, pictures.std)(pictures.X_train[:5])
assert torch.allclose(normalized(pictures.X_train[:5]), in_torchvision, atol=1e-6)
for c, name in enumerate(colors):
    channel = torch.cat([pictures.X_train[:, c], pictures.X_val[:, c]])
    channel = (channel - pictures.mean[c]) / pictures.std[c]
    print(f"{name}: mean {channel.mean().abs():.2f}, spread {channel.std():.2f}")

# %%
some = settings.by_profile(full=10_000, fast=800)  # to train on, here in the lecture
train = normalized(pictures.X_train[:some]), pictures.y_train[:some]
held_back = settings.by_profile(full=5_000, fast=500)
validation = normalized(pictures.X_val[:held_back]), pictures.y_val[:held_back]
chance = 1 / len(pictures.class_names)
print(f"whoever guesses is right in {chance:.0%} of the cases")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:10.1"]
# ### Exercise 10.1 · Statistics of each channel (5 min)
#
# Measure what normalisation needs: for pictures `X` of shape (N, C, H, W) return the mean and the standard deviation of
# each channel, two tensors of shape (C,). The standard deviation divides by the count of numbers (`correction=0`).


# %% tags=["exercise:10.1"] nbgrader={"grade_id": "ex-10-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def channel_statistics(X):  # Exercise 10.1
    """Return the mean and the standard deviation of each channel."""
    ### BEGIN SOLUTION
    axes = (0, 2, 3)  # pictures, rows, columns
    return X.mean(axes), X.std(axes, correction=0)
    ### END SOLUTION


# %% tags=["check:10.1"]
check("10.1", channel_statistics)

# %% [markdown]
# Stuck in an exercise? `hint` helps a little, and a little more each time it is called.

# %%
hint("10.1", 1)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:lenet"]
# ## LeNet
#
# Yann LeCun's group read postcodes with a convolutional network in 1989; its grown form of 1998, *LeNet-5*, read
# cheques in American banks. Two blocks of convolution and pooling, three linear layers, on grey pictures of 32×32: the
# digits stand in a frame, so that their strokes reach the centre of a kernel.
#
# **Predict first.** Five layers learn. Which of them holds most of the numbers?

# %%
with torch.device("meta"):  # shapes without numbers: nothing is computed
    lenet5 = models.LeNet5()
table = models.layer_table(lenet5, (1, 32, 32))
for row in table:
    print(f"{row.name:14}{row.kind:12}{row.shape!s:14}{row.parameters:7,d}")
total = sum(row.parameters for row in table)
print(f"{total:,} numbers, {table[6].parameters / total:.0%} of them in {table[6].name}")

# %% [markdown]
# **What to see.** As in lecture 09, the first linear layer holds most. A convolution has few numbers, because it uses
# them at every place of the picture.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### 61,706 or 60,000?
#
# The paper counts 60,000. Three things were simplified since. Its second convolution was sparse: six of its sixteen
# maps saw three of the maps below, nine saw four, one saw all six. Its pooling learned a factor and a shift for each
# map. And its output layer was drawn by hand, not learned.

# %% tags=["claim"]
first, second, third, fourth, output = (row.parameters for row in table if row.parameters)
sparse = (6 * 3 + 9 * 4 + 1 * 6) * 5 * 5 + 16  # 5×5 for each map seen, 16 biases
pooling = 2 * 6 + 2 * 16
published = first + sparse + third + fourth + pooling
print(f"second convolution: {second:,} numbers today, {sparse:,} then")
print(f"LeNet-5 as published: {published:,}")
assert published == 60_000  # claim: the paper's own count
assert total - published == (second - sparse) + output - pooling

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The version for 32×32 color
#
# The size fits already. Three changes: three channels go in, ReLU takes the place of tanh, and max pooling that of the
# average.


# %%
class LeNet32(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 6, kernel_size=5),  # (N, 6, 28, 28)
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),  # (N, 6, 14, 14)
            nn.Conv2d(6, 16, kernel_size=5),  # (N, 16, 10, 10)
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),  # (N, 16, 5, 5)
        )
        self.classifier = nn.Sequential(
            nn.Linear(16 * 5 * 5, 120),
            nn.ReLU(inplace=True),
            nn.Linear(120, 84),
            nn.ReLU(inplace=True),
            nn.Linear(84, 10),
        )

    def forward(self, x):
        return self.classifier(self.features(x).flatten(start_dim=1))


# %%
torch.manual_seed(10)
net = LeNet32()
imported = models.LeNet32()
imported.load_state_dict(net.state_dict())  # raises where a name or a shape differs
assert torch.equal(imported(train[0][:8]), net(train[0][:8]))
numbers = sum(parameter.numel() for parameter in net.parameters())
print(f"{numbers:,} numbers, {numbers - total} more than for grey pictures")

# %% [markdown]
# **Predict first.** The deck's recipe, stochastic gradient descent with cross-entropy, a few passes over the data.
# Chance is 10 %, digits gave 98 %. Where will LeNet land?

# %% tags=["nbval-ignore-output"]
torch.manual_seed(10)
net = models.LeNet32()
optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
epochs = settings.by_profile(full=6, fast=8)
history = training.fit(net, train, validation, optimizer=optimizer, epochs=epochs, seed=10)
result = evaluation.evaluate(net, validation)
print(f"right on {result.accuracy:.1%} of the validation pictures")
# measured: CIFAR-10 49.8 % ± 0.9 (4 seeds), patches 49.8 % ± 4.9 (6)
assert result.accuracy > (0.30 if pictures.is_substitute else 0.45)

# %% tags=["nbval-ignore-output"]
counts = evaluation.confusion_matrix(result)
shares = counts / counts.sum(axis=1, keepdims=True)
names = [name.split()[0] for name in pictures.class_names]
figure, axis = plt.subplots(figsize=(5.4, 4.6))
axis.imshow(shares, cmap="Blues", vmin=0, vmax=1)
axis.set(xticks=range(10), yticks=range(10), yticklabels=names)
axis.set_xticklabels(names, rotation=45, ha="right")
axis.set(xlabel="predicted class", ylabel="true class")
plots.show(figure, "Confusion matrix of LeNet: a diagonal, and dark cells beside it.")
wrong = shares - np.diag(np.diag(shares))
true, called = np.unravel_index(wrong.argmax(), wrong.shape)
print(f"most frequent: {names[true]} taken for {names[called]}, {wrong.max():.0%}")
assert np.isclose(shares.sum(axis=1), 1).all() and np.diag(shares).mean() > chance

# %% [markdown]
# **What to see.** Far better than chance, far from digits. Errors are not spread evenly: what looks alike is confused,
# and many confusions go both ways.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:10.2"]
# ### Exercise 10.2 · LeNet-5 without the frame (6 min)
#
# Many programs feed LeNet-5 with MNIST's 28×28 pictures as they are, grey and without a frame. Kernels, maps and
# outputs stay. How many numbers does the network learn then? Work it out on paper first.

# %% tags=["exercise:10.2"] nbgrader={"grade_id": "ex-10-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
lenet5_numbers = None  # Exercise 10.2: replace None by a number
### BEGIN SOLUTION
side = ((28 - 4) // 2 - 4) // 2  # 28 → 24 → 12 → 8 → 4
convolutions = (1 * 25 + 1) * 6 + (6 * 25 + 1) * 16
lenet5_numbers = convolutions + (16 * side**2 + 1) * 120 + (120 + 1) * 84 + (84 + 1) * 10
### END SOLUTION

# %% tags=["check:10.2"]
check("10.2", lenet5_numbers)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:alexnet"]
# ## AlexNet
#
# In 2012 Alex Krizhevsky, Ilya Sutskever and Geoffrey Hinton won the ImageNet competition by a wide margin with a
# network of LeNet's kind, a thousand times as large: photographs of 224×224 pixels, a thousand classes, ReLU,
# dropout, augmentation, and two graphics cards for nearly a week. The table shows its form of 2014, for one card.

# %%
with torch.device("meta"):
    alexnet, theirs = models.AlexNet(), torchvision.models.alexnet()
table = models.layer_table(alexnet, (3, 224, 224))
for row in table:
    if row.kind in ("Conv2d", "MaxPool2d", "Linear"):
        print(f"{row.name:14}{row.kind:11}{row.shape!s:16}{row.parameters:11,d}")
shapes = {name: value.shape for name, value in alexnet.state_dict().items()}
assert shapes == {name: value.shape for name, value in theirs.state_dict().items()}
print(f"{sum(row.parameters for row in table):,} numbers, under torchvision's names")

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Predict first.** Each layer has numbers to learn and multiplications to do. Do the same layers lead both lists?

# %% tags=["claim"]
learning = [row for row in table if row.parameters]
figure, axes = plt.subplots(1, 2, figsize=(9.0, 2.9), sharey=True)
names = [row.name for row in learning]
axes[0].barh(names, [row.parameters / 1e6 for row in learning], color=plots.BLUE)
axes[1].barh(names, [row.products / 1e6 for row in learning], color=plots.VERMILLION)
axes[0].set(xlabel="numbers to learn (millions)")
axes[1].set(xlabel="multiplications for one picture (millions)")
axes[0].invert_yaxis()
plots.show(figure, "AlexNet: numbers in linear layers, multiplications in convolutions.")
linear = [row for row in learning if row.kind == "Linear"]
numbers = sum(row.parameters for row in linear) / sum(row.parameters for row in learning)
work = sum(row.products for row in linear) / sum(row.products for row in learning)
print(f"linear layers: {numbers:.0%} of the numbers, {work:.0%} of the multiplications")
assert numbers > 0.9 and work < 0.1  # claim: memory sits in one half, time in the other

# %% [markdown]
# **What to see.** To make a network small, look at its linear layers; to make it quick, at its convolutions. Networks
# since then have dropped the large linear layers, and little was lost.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The version for 32×32
#
# AlexNet's first layer takes steps of four pixels and its pooling three more of two: 32 pixels do not survive that.
# The small version keeps five convolutions with as many kernels, all of them 3×3, begins with a step of two, and has
# narrower linear layers.

# %%
try:
    models.layer_table(alexnet, (3, 32, 32))
    fits = True
except RuntimeError as error:
    fits = "too small" not in str(error)
print("AlexNet takes a picture of 32×32:", fits)
with torch.device("meta"):
    small = models.AlexNet32()
for row in models.layer_table(small, (3, 32, 32)):
    if row.kind in ("Conv2d", "MaxPool2d", "Linear"):
        print(f"{row.name:14}{row.kind:11}{row.shape!s:14}{row.parameters:10,d}")
print(f"{sum(parameter.numel() for parameter in small.parameters()):,} numbers")

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:improve-accuracy"]
# ## Better accuracy, one rung at a time
#
# The deck lists seven ways up: hyper-parameters, optimizers, augmentation, a better architecture, means against
# over-fitting, more data, a regulariser. Which of them helps, here, and by how much? There is one way to know: change
# one thing, train with several seeds, and compare on the *validation* set. The test set stays closed.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Hyper-parameters
#
# The first number to tune is the learning rate. **Predict first.** From 0.0001 up to a thousand times that: better,
# worse, or both on the way?

# %% tags=["nbval-ignore-output"]
few = train[0][: settings.by_profile(full=4_000, fast=600)]
few = few, train[1][: len(few)]


def trained(network, rate, *, seed, epochs, augment=None, adam=False):
    """Train a new network on few pictures and return its validation accuracy."""
    torch.manual_seed(seed)
    model = network()
    make = torch.optim.AdamW if adam else torch.optim.SGD
    options = {} if adam else {"momentum": 0.9}
    optimizer = make(model.parameters(), lr=rate, **options)
    steps = training.steps(epochs, len(few[1]), 16)
    cycle = None
    if adam:  # making a schedule already changes the rate
        cycle = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps)
    recipe = {"optimizer": optimizer, "scheduler": cycle}
    recipe |= {"augment": augment, "epochs": epochs, "batch_size": 16, "seed": seed}
    training.fit(model, few, **recipe, verbose=False)
    return evaluation.evaluate(model, validation).accuracy


rates = [0.0001, 0.001, 0.01, 0.03, 0.1]
epochs = settings.by_profile(full=4, fast=6)
found = [trained(models.LeNet32, rate, seed=10, epochs=epochs) for rate in rates]
for rate, accuracy in zip(rates, found, strict=True):
    print(f"rate {rate:5}: {accuracy:.0%}")
# measured at 0.0001, 0.01, 0.1: CIFAR-10 10.3 ± 0.3, 38.6 ± 2.2, 10.0 ± 0.0 % (4 seeds),
# patches 9.6 ± 0.8, 47.7 ± 8.4, 13.8 ± 5.9 % (6 seeds)
assert max(found) - found[0] > 0.1 and 0 < np.argmax(found) < len(rates) - 1

# %%
figure, axis = plt.subplots(figsize=(6.0, 2.8))
axis.plot(rates, [100 * accuracy for accuracy in found], marker="o")
axis.axhline(100 * chance, color=plots.BLACK, linewidth=0.8, linestyle=":")
axis.set(xscale="log", ylim=(0, None))
axis.set(xlabel="learning rate", ylabel="validation accuracy (%)")
plots.show(figure, "Accuracy against learning rate: low at both ends, a summit between.")

# %% [markdown]
# **What to see.** A rate too small learns too little in the time it has, one too large never settles. All later rungs
# would look good beside a badly tuned first one: tune the baseline before you beat it.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Augmentation
#
# A mirrored truck is a truck, and so is one that stands two pixels further left. Each time a picture is shown, it is
# shown a little differently. The whole batch is changed at once, on the device where it lies.

# %%
torch.manual_seed(2)
copies = training.flip_and_shift(pictures.X_train[:1].repeat(8, 1, 1, 1))
plots.image_row(
    {f"copy {k + 1}": copies[k].permute(1, 2, 0) for k in range(8)},
    alt="Eight copies of one picture, some mirrored, each shifted by up to two pixels.",
    height=1.2,
)
different = len({copy.numpy().tobytes() for copy in copies})
print(f"{different} different pictures among {len(copies)} copies")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:10.3"]
# ### Exercise 10.3 · Mirror some of the pictures (6 min)
#
# Which pictures of a batch are mirrored is drawn at random; you write what is done to them. `X` has shape (N, C, H, W),
# `chosen` is a boolean tensor of shape (N,). Return a tensor of the same shape in which the chosen pictures are
# mirrored left to right and the others stay as they are.


# %% tags=["exercise:10.3"] nbgrader={"grade_id": "ex-10-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def mirror(X, chosen):  # Exercise 10.3
    """Mirror the chosen pictures left to right."""
    ### BEGIN SOLUTION
    return torch.where(chosen[:, None, None, None], X.flip(3), X)
    ### END SOLUTION


# %% tags=["check:10.3"]
check("10.3", mirror)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### A deeper architecture
#
# More layers can say more, yet beyond some twenty layers plain networks got *worse*, even on their training pictures.
# The residual layer of 2015 learns what to *add* to its input:
#
# $$y = \mathrm{relu}(x + f(x))$$
#
# If it learns nothing, $f = 0$, it does no harm: the input, which comes out of a ReLU, passes.

# %% [markdown]
# **Predict first.** Thirty layers deep, with PyTorch's default weights, one network plain, one residual. How
# strong is the gradient that reaches the very first layer, compared with that of the last?

# %% tags=["claim", "nbval-ignore-output"]
torch.manual_seed(10)
layers = [nn.Conv2d(8, 8, 3, padding=1) for _ in range(30)]
pattern = torch.randn(4, 8, 12, 12)
strength = {}
for name, residual in {"plain": False, "residual": True}.items():
    x = pattern
    for layer in layers:
        layer.zero_grad()
        x = (x + layer(x)).relu() if residual else layer(x).relu()
    x.square().mean().sqrt().backward()
    norms = np.array([layer.weight.grad.norm().item() for layer in layers])
    strength[name] = norms / norms[-1]
plots.curves(
    strength,
    alt="Gradient by layer: it fades in the plain network, not in the residual one.",
    x=range(1, 31),
    xlabel="layer",
    ylabel="gradient, last layer = 1",
    log_y=True,
)
for name, gradients in strength.items():
    print(f"{name}: the first layer gets {gradients[0]:.0e} of the last one's gradient")
# measured over 20 seeds: plain below 1e-11, residual from 0.17 to 0.31
assert strength["plain"][0] < 1e-6  # claim: the first plain layer learns nothing,
assert strength["residual"][0] > 0.05  # and the sum lets the gradient pass

# %% [markdown]
# Our *small ResNet* is a first convolution of 2×2 pixels and three stages. Each stage is a convolution, max pooling,
# batch norm, ReLU and one residual layer, in which $f$ is a convolution with batch norm. The maximum of each map
# goes to a single linear layer, which decides.

# %%
torch.manual_seed(10)
layer = models.resnet.Residual(8)
nn.init.zeros_(layer.conv.weight)  # a layer that has learned nothing
x = torch.randn(2, 8, 5, 6).relu()
assert torch.equal(layer(x), x)
with torch.device("meta"):
    resnet = models.SmallResNet(width=16)
for row in models.layer_table(resnet, (3, 32, 32)):
    if row.kind in ("Conv2d", "Linear"):
        print(f"{row.name:20}{row.kind:8}{row.shape!s:14}{row.parameters:8,d}")
print(f"{sum(parameter.numel() for parameter in resnet.parameters()):,} numbers")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:10.4"]
# ### Exercise 10.4 · A layer that adds (6 min)
#
# Write a residual layer without batch norm: the convolution of `x`, shape (N, C, H, W), with `weight`, shape
# (C, C, 3, 3), is added to `x`, and ReLU follows. Return a tensor of the shape of `x`.


# %% tags=["exercise:10.4"] nbgrader={"grade_id": "ex-10-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def residual_layer(x, weight):  # Exercise 10.4
    """Return relu(x + convolution of x)."""
    ### BEGIN SOLUTION
    return (x + F.conv2d(x, weight, padding=1)).relu()
    ### END SOLUTION


# %% tags=["check:10.4"]
check("10.4", residual_layer)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Over-fitting and a regulariser
#
# A network that is sure of everything it has seen is sure of too much. *Label smoothing* asks for a little less: of the
# target's one, a share $\varepsilon$ is spread over all $K$ classes,
#
# $$t_k = (1 - \varepsilon)\,[k = y] + \frac{\varepsilon}{K}$$
#
# **Predict first.** With $\varepsilon = 0.2$ and ten classes, which probability of the right class gives the lowest
# loss?

# %%
epsilon, classes = 0.2, 10
best = 1 - epsilon + epsilon / classes
probability = np.linspace(0.3, 0.999, 300)
loss = -best * np.log(probability) - (1 - best) * np.log((1 - probability) / (classes - 1))
plots.curves(
    {"smoothed": loss, "not smoothed": -np.log(probability)},
    alt="Loss against probability: with smoothing it rises again near one.",
    x=probability,
    xlabel="probability of the right class",
    ylabel="loss",
)
print(f"lowest loss at probability {probability[loss.argmin()]:.2f}")
assert abs(probability[loss.argmin()] - best) < 0.01

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:10.5"]
# ### Exercise 10.5 · Smoothed labels (8 min)
#
# Write the targets of the formula above. `y` holds N labels, `classes` is K; return a tensor of shape (N, K) whose rows
# add up to one.


# %% tags=["exercise:10.5"] nbgrader={"grade_id": "ex-10-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def smooth_targets(y, classes, epsilon):  # Exercise 10.5
    """Return the smoothed targets, shape (N, classes)."""
    ### BEGIN SOLUTION
    return (1 - epsilon) * F.one_hot(y, classes).double() + epsilon / classes
    ### END SOLUTION


# %% tags=["check:10.5"]
check("10.5", smooth_targets)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The ladder
#
# Each rung keeps what the rungs below it brought and changes one thing; a new optimizer, schedule or network comes with
# its own learning rate, the ResNet takes AlexNet's place, the regulariser is two (smoothed labels, weight decay), and
# more data also means more steps. Three seeds each on real
# CIFAR-10, 20,000 pictures, 8 epochs, one core; ± is the standard deviation over seeds. The results are stored with
# the command that makes them again.

# %%
results = settings.course_root() / "benchmarks" / "results"
ladder = json.loads((results / "cifar10_ladder.json").read_text(encoding="utf-8"))
order = ["start", "lr", "optimizer", "schedule", "alexnet"]
order += ["resnet", "augment", "regulariser", "data"]
rungs = {name: ladder[name] for name in order}
for rung in rungs.values():
    accuracy = [100 * run["validation"] for run in rung["runs"]]
    print(f"{rung['title']:38}{np.mean(accuracy):6.1f} % ± {np.std(accuracy, ddof=1):.1f}")
print("made by:", rungs["start"]["command"].split(" --")[0])

# %%
figure, axis = plt.subplots(figsize=(8.4, 3.9))
for height, rung in enumerate(rungs.values()):
    row = [height] * len(rung["runs"])
    known = [100 * run["training"] for run in rung["runs"]]
    unseen = [100 * run["validation"] for run in rung["runs"]]
    axis.plot(known, row, "s", color=plots.GREEN, markerfacecolor="none")
    axis.plot(unseen, row, "o", color=plots.BLUE)
axis.set(yticks=range(len(rungs)), yticklabels=[rung["title"] for rung in rungs.values()])
axis.set(xlabel="accuracy (%), one mark for each seed")
axis.invert_yaxis()
axis.legend(["training pictures", "validation pictures"], loc="lower left", frameon=False)
plots.show(figure, "The ladder: validation accuracy climbs; training accuracy runs ahead.")

# %% [markdown]
# **Predict first.** Seeds spread by up to two points. A gain is the difference of two means, with its own standard
# error. Which rungs are certain?


# %% tags=["claim"]
def gain_of(below, above):
    """Return the gain in percentage points and its standard error over the seeds."""
    old = [100 * run["validation"] for run in below["runs"]]
    new = [100 * run["validation"] for run in above["runs"]]
    error = math.sqrt(np.var(old, ddof=1) / len(old) + np.var(new, ddof=1) / len(new))
    return np.mean(new) - np.mean(old), error


# each is measured from the rung below; AlexNet and the ResNet start from the same one
below = dict(zip(order[1:], order[:-1], strict=True)) | {"resnet": "schedule"}
gains = {name: gain_of(rungs[below[name]], rungs[name]) for name in order[1:]}
for name, (gain, error) in gains.items():
    verdict = "certain" if abs(gain) > 3 * error else "open"
    print(f"{rungs[name]['title']:38}{gain:+6.1f} ± {error:.1f}  {verdict}")
whole, error = gain_of(rungs["start"], rungs["data"])
assert whole > 20 and whole > 3 * error  # claim: the ladder leads up, far beyond luck

# %% [markdown]
# **What to see.** Two rungs are long: a tuned rate and the residual network, which beats AlexNet with a small part of
# its numbers. AlexNet comes third, then more data and augmentation; what is left is short, and the change of optimizer
# could be luck. Both larger networks know their training pictures far better than new ones. Augmentation narrows the
# ResNet's gap: training gets *worse*, validation better.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:10.6"]
# ### Exercise 10.6 · Which change do you keep? (4 min)
#
# Four changes were tried on the same baseline. Which one has shown that it helps?
#
# - **a** +2.1 points on the validation set, one seed
# - **b** +0.8 points on the validation set, five seeds, standard error of the gain 0.2
# - **c** +0.5 points on the validation set, three seeds, standard error of the gain 0.7
# - **d** +1.0 points on the test set, the best of twenty changes that were tried there, five seeds each

# %% tags=["exercise:10.6"] nbgrader={"grade_id": "ex-10-6", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
answer = None  # Exercise 10.6: replace None by a letter
### BEGIN SOLUTION
answer = "b"
### END SOLUTION

# %% tags=["check:10.6"]
check("10.6", answer)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Two looks at a picture
#
# A last rung costs no training: the network sees each picture and its mirror image, and both answers count. It is the
# smallest ensemble there is, one network with two views. **Predict first.** Who gains more from it, a network that has
# met mirrored pictures in training or one that has not?

# %%
gained = {}
for name in ("schedule", "resnet", "data"):
    runs = rungs[name]["runs"]
    won = [100 * (run["validation_with_flips"] - run["validation"]) for run in runs]
    print(f"{rungs[name]['title']:38}{np.mean(won):+5.1f} points with a second look")
    gained[name] = np.mean(won)
# claim: mirrored pictures in training leave less to gain
assert 0 < 1.5 * gained["data"] < min(gained["schedule"], gained["resnet"])

# %% [markdown]
# **What to see.** The two that never met a mirrored picture in training gain about twice as much.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:10.7"]
# ### Exercise 10.7 · Two looks at a picture (8 min)
#
# Return the mean of the *probabilities* that `model` gives to the pictures `X`, shape (N, C, H, W), and to their mirror
# images: shape (N, classes). The model comes fresh from training.


# %% tags=["exercise:10.7"] nbgrader={"grade_id": "ex-10-7", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def two_looks(model, X):  # Exercise 10.7
    """Return the mean probabilities of the pictures and their mirror images."""
    ### BEGIN SOLUTION
    model.eval()
    with torch.no_grad():
        return (model(X).softmax(dim=1) + model(X.flip(3)).softmax(dim=1)) / 2
    ### END SOLUTION


# %% tags=["check:10.7"]
check("10.7", two_looks)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### A small ladder on your machine
#
# Few pictures, few epochs, few seeds: it shows the method, not the heights. The ResNet gets fewer epochs than LeNet.
# Change a rung, or add one.

# %% tags=["nbval-ignore-output"]
seeds = range(settings.by_profile(full=3, fast=2))


def over_seeds(network, rate, **options):
    return [trained(network, rate, seed=seed, **options) for seed in seeds]


own = {
    "LeNet, rate 0.0001": over_seeds(models.LeNet32, 0.0001, epochs=epochs),
    "rate 0.01": over_seeds(models.LeNet32, 0.01, epochs=epochs),
    "AdamW, one cycle": over_seeds(models.LeNet32, 0.004, epochs=epochs, adam=True),
}
for name, values in own.items():
    print(f"{name:20}{100 * np.mean(values):5.1f} % ± {100 * np.std(values, ddof=1):.1f}")
# measured above
assert np.mean(own["rate 0.01"]) > np.mean(own["LeNet, rate 0.0001"]) + 0.1

# %% tags=["nbval-ignore-output"]
options = {"epochs": 3, "adam": True}
new = {"small ResNet": over_seeds(lambda: models.SmallResNet(8), 0.01, **options)}
options["augment"] = training.flip_and_shift
new["flips, shifts"] = over_seeds(lambda: models.SmallResNet(8), 0.01, **options)
for name, values in new.items():
    print(f"{name:20}{100 * np.mean(values):5.1f} % ± {100 * np.std(values, ddof=1):.1f}")
own |= new
# measured: the ResNet CIFAR-10 48.3 % ± 1.3 (4 seeds), patches 69.9 % ± 3.0 (8)
assert np.mean(own["small ResNet"]) > np.mean(own["LeNet, rate 0.0001"]) + 0.3

# %%
figure, axis = plt.subplots(figsize=(7.0, 2.6))
for height, accuracies in enumerate(own.values()):
    axis.plot([100 * a for a in accuracies], [height] * len(seeds), "o", color=plots.BLUE)
axis.set(yticks=range(len(own)), yticklabels=own, xlabel="validation accuracy (%)")
axis.invert_yaxis()
plots.show(figure, "Five rungs climbed on this machine, a mark for each seed.")

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:train-fast"]
# ## The same accuracy in less time
#
# Every rung was paid for in seconds. Time is saved in three places: the pictures reach the network sooner, the network
# computes faster, and the schedule wastes no step.
#
# A data set of this size lies in memory as *one tensor* on the device. A batch is a slice, and augmentation changes the
# slice as a whole. No file is opened, no picture is unpacked, and no worker process is needed.

# %% [markdown]
# **Predict first.** Mirroring and shifting the same pictures: by how much is the tensor faster than a loader that
# transforms one picture after the other?


# %% tags=["claim"]
class PictureByPicture(torch.utils.data.Dataset):
    """As torchvision's CIFAR10 works: each access makes a picture and transforms it."""

    def __init__(self, X, y):
        self.pixels, self.y = (X * 255).round().byte().permute(0, 2, 3, 1).numpy(), y
        crop = transforms.RandomCrop(32, padding=2, padding_mode="edge")
        normalise = transforms.Normalize(pictures.mean, pictures.std)
        steps = [crop, transforms.RandomHorizontalFlip(), transforms.ToTensor(), normalise]
        self.transform = transforms.Compose(steps)

    def __len__(self):
        return len(self.y)

    def __getitem__(self, index):
        return self.transform(Image.fromarray(self.pixels[index])), self.y[index]


def pictures_per_second(batches, count):
    start = time.perf_counter()
    for _ in batches:
        pass
    return count / (time.perf_counter() - start)


X, y = train[0][:800], train[1][:800]
raw = PictureByPicture(pictures.X_train[:800], y)
loader = DataLoader(raw, batch_size=256, shuffle=True)
slices = (training.flip_and_shift(X[batch]) for batch in torch.randperm(len(X)).split(256))
tensor, one_by_one = (pictures_per_second(b, len(X)) for b in (slices, loader))
# claim: no loader is needed, and none is as quick; measured 7 to 14 times as quick
assert tensor > 3 * one_by_one
print("as one tensor, more than three times as many pictures a second")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Fewer digits: bfloat16
#
# A number in `float32` has 24 binary digits, one in `bfloat16` has 8, and the same range. Half the bytes, and
# processors with instructions for it multiply about twice as fast. **Predict first.** Count up by one in bfloat16,
# from zero. How far do you get?

# %% tags=["claim"]
count = torch.tensor(0.0, dtype=torch.bfloat16)
for _ in range(1_000):
    count += 1
print(f"a thousand steps of one end at {count:.0f}")
assert count == 2**8  # claim: 256 + 1 needs a ninth binary digit and is rounded back

with torch.autocast("cpu", torch.bfloat16):
    layer = nn.Conv2d(3, 8, 3)
    print("the layer computes in", layer(torch.zeros(1, 3, 8, 8)).dtype)
print("its weights stay in", layer.weight.dtype)

# %% [markdown]
# **What to see.** *Mixed precision* takes the short numbers where many products are summed, and keeps weights and
# their small steps in `float32`: a step of 0.001 on a weight of 1 would be lost as the counting was.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Channels last
#
# A picture's shape stays (N, C, H, W); what changes is the order in memory. With *channels last* the channels of a
# pixel lie side by side, and a convolution reads them in one go.

# %%
x = torch.zeros(2, 3, 32, 32)
last = x.to(memory_format=torch.channels_last)
print("steps in memory between neighbours along (N, C, H, W):")
print("usual order  ", x.stride())
print("channels last", last.stride(), "with the same shape", tuple(last.shape))
assert torch.equal(x, last)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### A first layer that need not learn
#
# Neighbouring pixels are nearly equal, so the first layer would spend its time learning differences. It can be computed
# instead: the principal axes of 2×2 patches, each divided by its spread. This is *whitening*: what leaves the
# layer is uncorrelated and of one size.

# %% tags=["nbval-ignore-output"]
torch.manual_seed(10)
fast_net = models.SmallResNet(width=16)
fast_net.whiten(train[0][:2_000])
patches = F.unfold(train[0][:200], kernel_size=2)  # (200, 12, places)
patches = patches.transpose(1, 2).flatten(0, 1)  # (patches, 12)
with torch.no_grad():
    white = F.conv2d(train[0][:200], fast_net.stem.weight)[:, :12]
before = np.corrcoef(patches.numpy(), rowvar=False)
after = np.corrcoef(white.transpose(0, 1).flatten(1).numpy())
others = ~np.eye(12, dtype=bool)
print(f"mean correlation of two pixels {np.abs(before[others]).mean():.2f}", end=", ")
print(f"of two outputs of the first layer {np.abs(after[others]).mean():.2f}")
assert np.abs(before[others]).mean() > 4 * np.abs(after[others]).mean()

# %%
kernels = fast_net.stem.weight[:12].flip(0)  # largest spread first
scaled = kernels / kernels.abs().amax(dim=(1, 2, 3), keepdim=True)
# an axis has no sign; dark is seen on the page
scaled = -scaled * scaled.sum(dim=(1, 2, 3), keepdim=True).sign()
plots.image_row(
    {f"axis {k + 1}": 0.5 + 0.5 * scaled[k].permute(1, 2, 0) for k in range(12)},
    alt="Twelve kernels of 2×2 pixels in color: levels, edges, finer patterns.",
    height=0.75,
)
print(f"{len(kernels)} directions, with negatives {len(fast_net.stem.weight)} kernels")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### A triangle
#
# The learning rate rises in a straight line, which lets the network find its feet, and falls in another to nearly zero,
# which lets it settle (lecture 07b). No step is spent at a rate
# that does neither. The peak is 0.1 for batches of 128, and grows with the batch.

# %%
weight = nn.Parameter(torch.zeros(1))
optimizer = torch.optim.SGD([weight], lr=1.0)
triangle = {"pct_start": 0.23, "anneal_strategy": "linear", "cycle_momentum": False}
steps = {"total_steps": 400, "div_factor": 5, "final_div_factor": 20}
schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.1, **steps, **triangle)
rates = []
for _ in range(400):
    rates.append(schedule.get_last_lr()[0])
    optimizer.step()
    schedule.step()
plots.curves(
    {"learning rate": rates},
    alt="The learning rate rises in a line over the first quarter and falls in another.",
    xlabel="step",
    ylabel="learning rate",
)
print(f"from {rates[0]:.2f} up to {max(rates):.2f} at step {np.argmax(rates)}", end=", ")
print(f"down to {rates[-1]:.2f}")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:10.8"]
# ### Exercise 10.8 · A triangle of learning rates (8 min)
#
# Return the learning rate at `step` (0 to `total`) as a number: from 0 in a straight line to `peak`, which is reached
# after the share `warm_up` (between 0 and 1) of all steps, and in another straight line back to 0 at step `total`.


# %% tags=["exercise:10.8"] nbgrader={"grade_id": "ex-10-8", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def triangle_rate(step, total, peak, warm_up):  # Exercise 10.8
    """Return the learning rate at a step."""
    ### BEGIN SOLUTION
    top = warm_up * total
    if step <= top:
        return peak * step / top
    return peak * (total - step) / (total - top)
    ### END SOLUTION


# %% tags=["check:10.8"]
check("10.8", triangle_rate)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### All together
#
# `training.fit_fast` is the training loop of lecture 09 with this recipe: one tensor, flips and shifts on it, smoothed
# labels, whitening, the triangle, and bfloat16 where the processor has it. Here on the pictures of this lecture, with
# a narrow network. Its losses are those of smoothed labels, which never come near 0: compare accuracies.

# %% tags=["nbval-ignore-output"]
epochs = settings.by_profile(full=4, fast=6)
torch.manual_seed(10)
fast_net = models.SmallResNet(width=settings.by_profile(full=16, fast=8))
size = settings.by_profile(full=128, fast=32)
options = {"epochs": epochs, "batch_size": size, "seed": 10}
fast_history = training.fit_fast(fast_net, train, validation, **options)
reached = evaluation.evaluate(fast_net, validation).accuracy
print(f"validation: LeNet {result.accuracy:.1%}, fast recipe {reached:.1%}")
# measured: CIFAR-10 69.9 % ± 0.4 (4 seeds), patches 89.2 % ± 1.6 (6 seeds)
assert reached > result.accuracy + 0.15

# %%
figure, axis = plt.subplots()
for name, one, mark in [("LeNet", history, "o"), ("fast recipe", fast_history, "D")]:
    epoch = range(1, one.epochs + 1)
    axis.plot(epoch, [100 * value for value in one.val_accuracy], marker=mark, label=name)
axis.set(xlabel="epoch", ylabel="validation accuracy (%)", ylim=(0, 100))
axis.legend(frameon=False, loc="lower right")
plots.show(figure, "Validation accuracy by epoch: the fast recipe is far above LeNet.")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### What each trick brings
#
# Pictures per second for one step forward and backward, one change after the other, measured on two processor cores and
# stored. On your machine the ratios will differ; run the command and see.

# %%
tricks = json.loads((results / "cifar10_tricks.json").read_text(encoding="utf-8"))["cpu"]
speeds = tricks["pictures_per_second"]
previous = None
for name, speed in speeds.items():
    factor = "" if previous is None else f"  ×{speed / previous:.2f}"
    print(f"{name:34}{speed:6,.0f} pictures/s{factor}")
    previous = speed
print("made by:", tricks["command"])

# %%
figure, axis = plt.subplots(figsize=(7.4, 2.6))
axis.barh(list(speeds), list(speeds.values()), color=plots.BLUE)
axis.invert_yaxis()
axis.set(xlabel="pictures per second, forward and backward")
plots.show(figure, "Pictures per second of the small ResNet, one trick after the other.")

# %% [markdown]
# **What to see.** The order in memory and the short numbers pay. On this processor larger batches and compiling do not:
# two cores are busy with small batches already, and compiling takes half a minute before the first step. On a
# graphics card, which starves on small batches, both are worth trying. A trick is a claim: measure it where you train.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Five minutes, fifteen minutes
#
# The whole recipe on all 45,000 training pictures of CIFAR-10, on two processor cores. The test pictures were used once
# for each seed, after the clock had stopped.

# %%
budgets = json.loads((results / "cifar10.json").read_text(encoding="utf-8"))
for minutes, least in {"5": 0.88, "15": 0.91}.items():
    runs = budgets[minutes]["runs"]
    accuracy = [run["accuracy"] for run in runs]
    mean, spread = statistics.mean(accuracy), statistics.stdev(accuracy)
    two = statistics.mean(run["accuracy_with_flips"] for run in runs)
    seconds = statistics.mean(run["training_seconds"] for run in runs)
    print(f"{mean:.1%} ± {spread:.1%} over {len(runs)} seeds, {two:.1%} with two looks,")
    print(f"   after {seconds:.0f} s; made by: {budgets[minutes]['command']}")
    assert mean - 3 * spread / len(runs) ** 0.5 > least and seconds < 60 * int(minutes)

# %% [markdown]
# **What to see.** Minutes on two cores bring more than any rung of the ladder had. On a large graphics card the public
# record for 94 % is a few seconds (Jordan 2024, see the references); the command that measures this recipe there stands
# at the head of `benchmarks/cifar10_speed.py`.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | rung | what to do | what to watch |
# |---|---|---|
# | baseline | tune the learning rate first | a weak baseline flatters everything |
# | optimizer, schedule | AdamW or SGD with one cycle | the last epochs do the settling |
# | architecture | residual layers, few large linear layers | numbers sit elsewhere than work |
# | augmentation, regulariser | flips, shifts, smoothed labels | three epochs are too few for them to pay |
# | more data | a sure rung, if you can get them | label quality |
# | time | one tensor, bfloat16, channels last, a triangle | measure each by itself |
#
# Change one thing, use several seeds, decide on the validation set.

# %% slideshow={"slide_type": "skip"} tags=["progress:10"]
from course_utils.exercises import progress

progress("10")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# 1. AlexNet must fit on a phone with little memory. Which layers do you shrink, and will it also become much faster?
# 2. A colleague adds mixup and gains 0.4 points with one seed. What do you ask?
# 3. Your graphics card is busy 30 % of the time while training on small pictures. Where do you look first?
#
# <details><summary>Answers</summary>
#
# 1. The linear layers: they hold more than nine tenths of the numbers. It becomes hardly faster, because the
#    multiplications are in the convolutions.
# 2. How far seeds differ without mixup. One seed cannot tell a gain of 0.4 points from luck.
# 3. At the way the pictures take: a loader that transforms them one by one cannot keep up. Put the data on the card as
#    one tensor and augment it there.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - A. Krizhevsky, Learning multiple layers of features from tiny images, technical report, University of Toronto, 2009:
#   CIFAR-10.
# - Y. LeCun et al., Backpropagation applied to handwritten zip code recognition, *Neural Computation* 1, 541–551, 1989.
# - Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Gradient-based learning applied to document recognition,
#   *Proceedings of the IEEE* 86, 2278–2324, 1998: LeNet-5.
# - A. Krizhevsky, I. Sutskever and G. E. Hinton, ImageNet classification with deep convolutional neural networks,
#   *NeurIPS* 2012: AlexNet. The form used here: A. Krizhevsky, arXiv:1404.5997, 2014.
# - K. He, X. Zhang, S. Ren and J. Sun, Deep residual learning for image recognition, *CVPR* 2016.
# - C. Szegedy et al., Rethinking the Inception architecture for computer vision, *CVPR* 2016: label smoothing.
# - D. Page, How to train your ResNet, 2018, and K. Jordan, 94 % on CIFAR-10 in 3.29 seconds on a single GPU,
#   arXiv:2404.00498, 2024: where the fast recipe comes from.
