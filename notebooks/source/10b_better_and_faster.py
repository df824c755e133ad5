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
# # 10b · Better and faster
#
# Last time we met three networks. Today we make one of them better, one measured change at a time, and then faster. In
# both, the hard part is not the trick. It is finding out whether the trick did anything.
#
# **After this lecture you will be able to**
# - improve a classifier one change at a time, and tell a gain from luck;
# - recognize a learning rate that has killed a network;
# - write label smoothing, mirrored copies, and a triangle of learning rates;
# - measure what a trick for speed brings, also on a busy machine.
#
# **You need** lecture 10a, regularization (chapter 08), and learning-rate schedules (lecture 07b).
#
# The lecture runs on **CIFAR-10** where you have it, otherwise on patches of ten photographs. The next cell says which
# it is, and how to get CIFAR-10, on Colab too.
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 65 min | 62 min | 2 min |

# %% tags=["setup", "nbval-ignore-output"]
import json
import math
import time

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
IMAGES, EPOCHS, SEEDS = settings.by_profile(full=(2500, 5, 5), fast=(600, 4, 3))
mean, std = (torch.tensor(values)[:, None, None] for values in (photos.mean, photos.std))
train, validation = (
    ((X[:IMAGES] - mean) / std, y[:IMAGES])
    for X, y in ((photos.X_train, photos.y_train), (photos.X_val, photos.y_val))
)
results = settings.course_root() / "benchmarks" / "results"  # of long runs, stored


def stored(name):
    return json.loads((results / name).read_text(encoding="utf-8"))


names = ["start", "lr", "optimizer", "schedule", "alexnet"]
names += ["resnet", "augment", "regularizer", "data"]
titles = ["start: LeNet, SGD, rate 0.001", "rate 0.01", "AdamW", "one cycle", "AlexNet"]
titles += ["small ResNet", "flips, shifts", "smoothing, decay", "45,000 images"]
ladder = stored("cifar10_ladder.json")
rungs = {title: ladder[name]["runs"] for name, title in zip(names, titles, strict=True)}


def of_runs(title, what):
    return np.array([run[what] for run in rungs[title]])  # one per seed


# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:improve-accuracy"]
# ## How large must a gain be?
#
# A colleague adds a trick to a network, and the validation accuracy rises from 60.0% to 60.8%. Is the trick any good?
# Two things can make such a number by luck: which *images* happen to be in the validation set, and which *seed* the
# training had.
#
# For the images there is a formula. If a network is right with probability $p$, its accuracy on $n$ images has the
# standard deviation $\sqrt{p(1-p)/n}$ (chapter 09). For $p = 0.6$ and $n = 5000$:

# %% tags=["claim", "claim:validation-noise"]
rng = np.random.default_rng(10)
p, n = 0.6, 5000
formula = 100 * math.sqrt(p * (1 - p) / n)
drawn = 100 * (rng.random((2000, n)) < p).mean(axis=1)
print(f"formula {formula:.2f} points, 2,000 simulated sets {drawn.std():.2f} points")
assert abs(drawn.std() - formula) < 0.05  # claim: the formula holds

# %% [markdown]
# So 0.8 points is little more than one standard deviation of a single accuracy. (Two networks that are measured on the
# *same* images share part of that luck.) The seed has to be measured. We train the same LeNet several times and change
# only the seed:


# %% slideshow={"slide_type": "subslide"} tags=["claim", "claim:seeds-differ", "nbval-ignore-output"]
def accuracy(network, rate, seed, *, augment=None):
    """Train with SGD, momentum, and one cycle; return the validation accuracy (%)."""
    torch.manual_seed(seed)
    model = network()
    sgd = torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)
    steps = training.steps(EPOCHS, len(train[1]), 32)
    cycle = torch.optim.lr_scheduler.OneCycleLR(sgd, rate, total_steps=steps)
    options = {"epochs": EPOCHS, "batch_size": 32, "seed": seed, "verbose": False}
    training.fit(model, train, optimizer=sgd, scheduler=cycle, augment=augment, **options)
    return 100 * evaluation.evaluate(model, validation).accuracy


by_seed = [accuracy(models.LeNet32, 0.03, seed) for seed in range(SEEDS)]
print("accuracy of each seed:", "  ".join(f"{value:.1f}%" for value in by_seed))
print(f"largest minus smallest: {np.ptp(by_seed):.1f} points")
assert np.ptp(by_seed) > 0.5  # claim: the seed alone moves the accuracy

# %% [markdown] slideshow={"slide_type": "fragment"}
# The seed alone moves the accuracy, by more than many tricks do. So the rule of this lecture is: **change one thing,
# train several seeds, compare seed by seed on the validation set, and leave the test set closed.**

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 0 to 10. Ask who would keep the colleague's trick. Usual answer: "of course, it is better". Ask next what they
# would need to see. Nobody should leave without saying "several seeds".

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:10b.1"]
# ### Exercise 10b.1 · Which change do you keep? (4 min)
#
# Four changes were tried on the same baseline. Which one has shown that it helps?
#
# - **a** +2.1 points on the validation set, one seed
# - **b** +0.8 points on the validation set, five seeds, standard error of the gain 0.1
# - **c** +0.5 points on the validation set, three seeds, standard error of the gain 0.7
# - **d** +1.0 points on the test set, the best of twenty changes that were tried there, five seeds each

# %% tags=["exercise:10b.1"] nbgrader={"grade_id": "ex-10b-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
choice = None  # Exercise 10b.1: replace None with a letter in quotes
### BEGIN SOLUTION
choice = "b"
### END SOLUTION

# %% tags=["check:10b.1"]
check("10b.1", choice)

# %% [markdown]
# Stuck on an exercise? `hint` helps a little, and a little more each time you call it.

# %%
hint("10b.1", 1)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["predict"]
# ## First the learning rate
#
# Every later change would look good beside a badly tuned baseline. So tune the baseline before you beat it. (This
# section uses `accuracy` from *How large must a gain be?*)
#
# **Predict first.** LeNet, plain SGD with momentum, a constant rate. At a rate of 0.3, more than ten times the usual, what
# happens: does it learn, but restlessly; does the loss grow without bound; or does it stop learning for good?


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:rate-kills-units", "nbval-ignore-output"]
def after(rate, seed, steps=80):
    """Train LeNet for a few steps; return its last losses, dead units, and predictions."""
    torch.manual_seed(seed)
    net = models.LeNet32()
    sgd = torch.optim.SGD(net.parameters(), lr=rate, momentum=0.9)
    losses = training.take_steps(net, *train, sgd, steps)[-20:]
    with torch.no_grad():
        hidden = net.classifier[:4](net.features(train[0][:200]).flatten(1))  # (200, 84)
        kinds = len(net(train[0][:200]).argmax(dim=1).unique())
    return losses.mean(), (hidden <= 0).all(dim=0).float().mean().item(), kinds


silent = {}
for rate in (0.02, 0.3):
    losses, dead, kinds = np.array([after(rate, seed) for seed in range(5)]).T
    silent[rate] = (kinds == 1).sum()
    print(f"rate {rate}, median of five seeds: loss {np.nanmedian(losses):.2f}", end=", ")
    print(f"{np.median(dead):.0%} of the last units dead")
    print(f"   {silent[rate]} of 5 networks say the same class for all of 200 images")
# claim: the large rate kills the network: it does not beat a network that only guesses
assert silent[0.3] >= 4 and np.nanmedian(losses) > 0.98 * math.log(10)
assert silent[0.02] == 0

# %% [markdown] slideshow={"slide_type": "fragment"}
# It **stops for good**. (Now and then a network does grow without bound instead, and its loss is no longer a number; the
# median leaves it out.) A few giant steps push the biases so far down that no image reaches the ReLUs of the last
# hidden layer anymore (chapter 05 calls such units *dead*). Only the biases of the last layer still learn, and the loss
# stays at that of guessing, $\ln 10 = 2.30$. If you ever see exactly this number, look for dead units.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** Between 0.001 and 0.2 we try five rates, with several seeds each. Is the best rate the largest one
# that does not kill the network, or does it lie well below?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:both-ends-are-worse", "nbval-ignore-output"]
rates = (0.001, 0.005, 0.02, 0.06, 0.2)
swept = np.array(
    [[accuracy(models.LeNet32, rate, seed) for seed in range(3)] for rate in rates]
)
plots.curves(
    {"mean of three seeds": swept.mean(axis=1), "guessing": np.full(5, 10.0)},
    points={"one seed": (np.repeat(rates, 3), swept.ravel())},
    x=np.array(rates),
    xlabel="learning rate",
    ylabel="validation accuracy (%)",
    log_x=True,
    alt="Accuracy against the learning rate: low at both ends, highest between.",
)
best = int(swept.mean(axis=1).argmax())
print(f"best rate: {rates[best]}")
assert 0 < best < 4  # claim: both ends are worse than what lies between
assert swept[best].min() > max(swept[0].max(), swept[4].max())  # claim: for every seed

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Well below**, here. At small rates the network learns too little in the time it has; near the deadly rate some seeds
# survive and others do not. That is the first number to tune in any network, and the cheapest gain there is.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## A ladder of changes
#
# What do people do to make a classifier better? They tune the rate, change the optimizer and its schedule, take a
# better network, augment the data, regularize, and collect more data. This **stored** ladder tried each of them on
# CIFAR-10, one change at a time: 20,000 training images, 8 epochs, three seeds, one core
# (`benchmarks/cifar10_ladder.py`; the machine is named below). Every rung keeps what the rungs before it brought,
# except that AlexNet and the small ResNet start from the same rung. The start is *not* tuned, on purpose.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** Tuning the rate, AdamW, a schedule, AlexNet, a small ResNet, augmentation, a regularizer, more than
# twice as many images: which two rungs of this ladder are the longest?

# %% slideshow={"slide_type": "subslide"} tags=["reveals", "hide-input"]
plots.show(
    diagrams.ladder(
        {title: 100 * of_runs(title, "validation") for title in rungs},
        {title: of_runs(title, "seconds") for title in rungs},
    ),
    alt="Validation accuracy of each rung, three dots each, and seconds of training.",
)
origin = ladder["start"]
print(f"{origin['machine']}, {origin['threads']} thread, torch {origin['torch']}")

# %% slideshow={"slide_type": "subslide"} tags=["reveals", "hide-input"]
below = dict(zip(titles[1:], titles[:-1], strict=True)) | {"small ResNet": "one cycle"}
gains = {
    name: evidence.compare(
        *(100 * of_runs(title, "validation") for title in (name, below[name]))
    )
    for name in titles[1:]
}
for name, gain in gains.items():
    verdict = "clear" if gain.is_clear() else "not clear"
    print(f"{name:18}{gain.gain.mean:+6.1f} ± {gain.gain.margin:4.1f} points  {verdict}")

# %% [markdown] slideshow={"slide_type": "fragment"}
# The **small ResNet** and **tuning the rate**. And yet the gain of tuning is *not clear*: with three seeds, Student's $t$
# is 9.9, and the untuned network differs a lot from seed to seed. Gains of several points can hide in such a margin, so
# "not clear" does not say that a trick does nothing. It says that three seeds cannot tell.
#
# Three more warnings go with this table.
#
# - The first gain is as long as its author liked: start worse, gain more.
# - The small ResNet differs from LeNet in two ways that matter, skip connections *and* batch normalization. Lecture 10a
#   shows what each is worth.
# - A rung that costs ten times as much time should be compared with ten times as much of the rung before it. Look at
#   the seconds. (They were taken while other programs were running, so read them as orders of magnitude.)

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 28. The recording machine was shared, hence 91 seconds for one AdamW seed and 43 for another. Ask what one
# would have to do to compare AlexNet and the ResNet fairly: equal time, each at its own tuned rate, five seeds. That
# has not been done; `benchmarks/cifar10_ladder.py --seeds 5` is the beginning of it.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Mirrored, shifted, smoothed, seen twice
#
# ### Augmentation on the whole batch
#
# A mirrored truck is a truck, and so is a truck two pixels farther to the left. Augmentation (lecture 08b) is done on
# the whole batch at once, where it is stored:

# %% slideshow={"slide_type": "-"} tags=["hide-input"]
torch.manual_seed(2)
cat = torch.tensor(data.images()["chelsea"][:, 76:376]).permute(2, 0, 1)[None].float()
small = F.interpolate(cat, size=32, mode="area")  # a cat at CIFAR-10's size
copies = training.flip_and_shift(small.repeat(7, 1, 1, 1))
plots.image_row(
    {f"copy {k}": copy.permute(1, 2, 0) for k, copy in enumerate(copies, 1)},
    alt="Seven copies of a cat at 32 × 32 pixels, some mirrored, each shifted a little.",
)
print(f"{len({copy.numpy().tobytes() for copy in copies})} different images of 7")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:10b.2"]
# ### Exercise 10b.2 · Mirror some of the images (6 min)
#
# Which images of a batch are mirrored is drawn at random; you write what is done to them. `X` has shape (N, C, H, W),
# and `chosen` is a boolean tensor of shape (N,). Return a tensor of the same shape in which the chosen images are
# mirrored left to right and the others are unchanged.


# %% tags=["exercise:10b.2"] nbgrader={"grade_id": "ex-10b-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def mirror(X, chosen):  # Exercise 10b.2
    """Mirror the chosen images left to right."""
    ### BEGIN SOLUTION
    return torch.where(chosen[:, None, None, None], X.flip(3), X)
    ### END SOLUTION


# %% tags=["check:10b.2"]
check("10b.2", mirror)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["defines:label smoothing"]
# ### Label smoothing
#
# The cross-entropy always wants more: even at a probability of 0.99 for the correct class, it still pulls. **Label
# smoothing** asks for less. Of the target's 1, a share $\varepsilon$ is spread evenly over all $K$ classes, the correct
# one included:
#
# $$t_k = (1 - \varepsilon)\,[k = y] + \frac{\varepsilon}{K}$$
#
# With $\varepsilon = 0.2$ and $K = 10$, the correct class has a target of 0.82 and each other class 0.02.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** At which probability of the correct class is the smoothed loss lowest: at 1, at 0.82, or at 0.8?
# And how large is the loss there: 0, or more? Then move $\varepsilon$.


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input"]
def smoothed_loss(epsilon):
    p = np.linspace(0.3, 0.99, 300)
    target = 1 - epsilon + epsilon / 10
    others = -(1 - target) * np.log((1 - p) / 9)
    losses = {"smoothed": -target * np.log(p) + others, "not smoothed": -np.log(p)}
    panel = {"loss": losses}
    return diagrams.side_by_side(
        p, panel, xlabel="probability of the correct class", lowest=True
    )


widgets.explore(
    smoothed_loss,
    alt="The smoothed loss is lowest at 0.82 and rises again toward 1.",
    epsilon=widgets.Slider(0.0, 0.5, 0.2, 0.05),
)

# %% tags=["claim", "claim:lowest-at-the-target"]
p = np.linspace(0.001, 0.999, 999)
loss = -0.82 * np.log(p) - 0.18 * np.log((1 - p) / 9)
print(f"lowest at {p[loss.argmin()]:.2f}, where the loss is {loss.min():.2f}")
assert (
    abs(p[loss.argmin()] - 0.82) < 0.002
)  # claim: the best prediction is the target itself
assert loss.min() > 0.5  # claim: and its loss is not zero

# %% [markdown] slideshow={"slide_type": "fragment"}
# At **0.82**, the target itself, and the loss there is **not 0** but the entropy of the target (chapter 06). So never
# compare a smoothed loss with one that is not: compare accuracies.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:10b.3"]
# ### Exercise 10b.3 · Smoothed labels (8 min)
#
# Write the targets of the formula above. `y` holds N labels, and `classes` is K. Return a tensor of shape (N, K) whose
# rows sum to 1.


# %% tags=["exercise:10b.3"] nbgrader={"grade_id": "ex-10b-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def smooth_targets(y, classes, epsilon):  # Exercise 10b.3
    """Return the smoothed targets, shape (N, classes)."""
    ### BEGIN SOLUTION
    return (1 - epsilon) * F.one_hot(y, classes).double() + epsilon / classes
    ### END SOLUTION


# %% tags=["check:10b.3"]
check("10b.3", smooth_targets)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Two looks at an image
#
# One more gain costs no training: show the network each image *and* its mirror image, and add up both outputs.
#
# **Predict first.** Who gains more from a second look: a network that saw mirrored images in training, or one that
# never did?

# %% slideshow={"slide_type": "fragment"} tags=["reveals"]
for name in ("one cycle", "small ResNet", "flips, shifts", "45,000 images"):
    gained = of_runs(name, "validation_with_flips") - of_runs(name, "validation")
    each = ", ".join(f"{100 * gain:+.1f}" for gain in gained)
    print(f"{name:14} a second look adds {100 * gained.mean():.1f} points (seeds: {each})")

# %% [markdown] slideshow={"slide_type": "fragment"}
# The networks that **never did** (the first two) gain about twice as much on average. Three seeds are too few for a
# clear difference. The others have learned from training that mirroring changes nothing, so the second look says almost
# the same as the first.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:10b.4"]
# ### Exercise 10b.4 · Two looks at an image (8 min)
#
# Return the mean of the *probabilities* that `model` gives to the images `X`, shape (N, C, H, W), and to their mirror
# images: shape (N, classes). The model comes fresh from training.


# %% tags=["exercise:10b.4"] nbgrader={"grade_id": "ex-10b-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def two_looks(model, X):  # Exercise 10b.4
    """Return the mean probabilities of the images and their mirror images."""
    ### BEGIN SOLUTION
    model.eval()
    with torch.no_grad():
        return (model(X).softmax(dim=1) + model(X.flip(3)).softmax(dim=1)) / 2
    ### END SOLUTION


# %% tags=["check:10b.4"]
check("10b.4", two_looks)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:train-fast"]
# ## Faster: feed the network
#
# Now the clock. Time is lost in three places: before the images reach the network, in the network, and in steps that
# teach little.
#
# Most programs load one image at a time, transform it, and put batches together. But all of CIFAR-10 fits in memory as
# *one tensor*. A batch is then a choice of its rows, and augmentation changes all of them at once. No file is opened,
# and no worker process is needed.


# %%
from PIL import Image
from torch.utils.data import DataLoader
from torchvision import transforms


class OneByOne(torch.utils.data.Dataset):
    """As torchvision's CIFAR10 works: each access makes one image and transforms it."""

    def __init__(self, X, y):
        self.pixels, self.y = (X * 255).round().byte().permute(0, 2, 3, 1).numpy(), y
        steps = [transforms.RandomCrop(32, padding=2, padding_mode="edge")]
        steps += [transforms.RandomHorizontalFlip(), transforms.ToTensor()]
        self.transform = transforms.Compose(steps)

    def __len__(self):
        return len(self.y)

    def __getitem__(self, index):
        return self.transform(Image.fromarray(self.pixels[index])), self.y[index]


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** The same flips and shifts for the same images: is the one tensor twice as fast, five times as fast,
# or a hundred times as fast? And how do you measure that on a machine on which other programs come and go?


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:one-tensor-is-faster", "nbval-ignore-output"]
def seconds(batches):
    """Return the processor's time; that of other programs is not in it."""
    start = time.process_time()
    for _ in batches:
        pass
    return time.process_time() - start


X, y = photos.X_train[:256], photos.y_train[:256]
loader = DataLoader(OneByOne(X, y), batch_size=128, shuffle=True)
ratios = []
for _ in range(9):  # pairs: whatever slows one down slows the other down, too
    as_tensor = (
        training.flip_and_shift(X[rows]) for rows in torch.randperm(256).split(128)
    )
    ratios.append(seconds(loader) / seconds(as_tensor))
print(
    f"one tensor is faster by a factor of {np.median(ratios):.0f} (median of nine pairs)"
)
assert np.median(ratios) > 2  # claim: clearly faster

# %% [markdown] slideshow={"slide_type": "fragment"}
# Closest to **five times**: between five and fifteen, depending on the machine. As for the measurement, it takes three
# things: the *processor's* time instead of the clock's, measurements in *pairs*, and the *median*, which one bad pair
# cannot move. (A loader can share its work among several worker processes; we have not tried to beat it that way.)

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 48. The factor depends on the machine: 5 to 14 have been seen. On a GPU the difference matters more, because
# the network itself is so fast that a loader leaves it waiting.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["predict"]
# ## Faster arithmetic, and where it fails
#
# A number in `float32` has 24 binary digits. One in `bfloat16` has 8, and nearly the same range. It takes half the
# bytes, and many processors multiply it twice as fast or better.
#
# **Predict first.** Start from 0 and add 1 a thousand times, in bfloat16. Where do you end: at 1000, near 1000, or far
# from it?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:counting-ends-at-256"]
count = torch.tensor(0.0, dtype=torch.bfloat16)
for _ in range(1_000):
    count += 1
print(f"a thousand steps of 1 end at {count:.0f}")
assert count == 2**8  # claim: 256 + 1 needs a ninth binary digit and is rounded back

with torch.autocast("cpu", torch.bfloat16):
    layer = nn.Conv2d(3, 8, 3)
    print("the layer computes in", layer(torch.zeros(1, 3, 8, 8)).dtype)
print("its weights stay in", layer.weight.dtype)

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["defines:mixed precision"]
# **Far** from it: at 256. The number 257 needs nine digits, so 256 + 1 is rounded back to 256, again and again. **Mixed
# precision** uses the short numbers for the factors of the many products, and keeps long ones for sums, for the
# weights, and for their small steps.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The order in memory
#
# A batch has the shape (N, C, H, W), but its numbers can lie in memory in different orders. With *channels last*, the
# channels of a pixel are neighbors, and a convolution, which needs them all, reads them in one go.

# %%
x = torch.zeros(2, 3, 32, 32)
last = x.to(memory_format=torch.channels_last)
print("steps in memory from one neighbor to the next along (N, C, H, W):")
print("usual order  ", x.stride())
print("channels last", last.stride(), "with the same shape", tuple(last.shape))
assert torch.equal(x, last)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Steps that teach more
#
# ### A first layer that does not have to learn
#
# Neighboring pixels are nearly equal, so the first layer has to learn to look at differences. You can compute that
# instead of learning it: take all patches of 2 × 2 pixels (12 numbers in color), and find the directions in which they
# vary, each divided by its standard deviation. What leaves such a layer is uncorrelated, and all of it has the same
# size. This is called *whitening*.

# %% tags=["claim", "claim:whitened-is-uncorrelated", "nbval-ignore-output"]
torch.manual_seed(10)
small_resnet = models.SmallResNet(width=8)
small_resnet.whiten(train[0][:1_000])
patches = F.unfold(train[0][:200], kernel_size=2).transpose(1, 2).flatten(0, 1)
with torch.no_grad():
    outputs = F.conv2d(train[0][:200], small_resnet.stem.weight)[:, :12]
others = ~np.eye(12, dtype=bool)
before, after = (
    np.abs(np.corrcoef(values.numpy(), rowvar=False)[others]).mean()
    for values in (patches, outputs.permute(0, 2, 3, 1).flatten(0, 2))
)
print(f"mean correlation of two inputs {before:.2f}, of two outputs {after:.2f}")
assert before > 4 * after  # claim: whitening removes the correlation

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### A triangle of learning rates
#
# The rate rises in a straight line, so that the network can find its footing, and falls in another one to nearly zero,
# so that it can settle (lecture 07b). Move the place of the top:


# %% tags=["hide-input"]
def triangle(warm_up):
    steps = np.arange(401)
    rate = np.interp(steps, [0, 400 * warm_up, 400], [0.02, 0.1, 0.005])
    return diagrams.side_by_side(
        steps, {"learning rate": {"triangle": rate}}, xlabel="step"
    )


widgets.explore(
    triangle,
    alt="A learning rate that rises to 0.1 in the first quarter and falls to nearly zero.",
    warm_up=widgets.Slider(0.05, 0.95, 0.25, 0.05),
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:10b.5"]
# ### Exercise 10b.5 · A triangle of learning rates (8 min)
#
# Return the learning rate at `step` (0 to `total`) as a number: from 0 in a straight line to `peak`, which is reached
# after the share `warm_up` (between 0 and 1) of all steps, and in another straight line back to 0 at step `total`.


# %% tags=["exercise:10b.5"] nbgrader={"grade_id": "ex-10b-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def triangle_rate(step, total, peak, warm_up):  # Exercise 10b.5
    """Return the learning rate at a step."""
    ### BEGIN SOLUTION
    top = warm_up * total
    if step <= top:
        return peak * step / top
    return peak * (total - step) / (total - top)
    ### END SOLUTION


# %% tags=["check:10b.5"]
check("10b.5", triangle_rate)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["predict"]
# ## Each trick alone
#
# Now measure. For time, a step with the trick and a step without it take turns, in processor time on one core. For
# accuracy, we take one trick out of the whole recipe and give what remains its own best rate. Both are **stored**
# (`benchmarks/cifar10_tricks.py`, about ten minutes).
#
# **Predict first.** Channels last, bfloat16, batches of 512 instead of 64, compiling the network: which of them save
# time on a CPU?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input"]
tricks = stored("cifar10_tricks.json")
for name, trick in tricks["time"].items():
    if isinstance(trick, dict):
        low, high = trick["quartiles"]
        print(f"{name:32} faster by a factor of {trick['factor']:.2f}", end=" ")
        print(f"(middle half of {trick['pairs']} pairs: {low:.2f} to {high:.2f})")
print(f"{tricks['time']['machine']}, {tricks['time']['threads']} thread")

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Channels last** and **bfloat16**, and bfloat16 by far the most. Larger batches and compiling, which pay on graphics
# cards, do not: small batches keep one core busy already, and compiling made the steps no faster.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** And whitening, the triangle, and label smoothing: how much accuracy does the small ResNet lose
# after six short epochs if we take one of them out? Which loss is the largest?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input"]
recipes = stored("cifar10_tricks.json")["accuracy"]
without = {name: run for name, run in recipes.items() if isinstance(run, dict)}
whole = 100 * np.array(without["without nothing"]["accuracy"])
print(
    f"the whole recipe: {whole.mean():.1f}% at rate {without['without nothing']['rate']}"
)
for name in ("without whitening", "without schedule", "without label smoothing"):
    rest = 100 * np.array(without[name]["accuracy"])
    result = evidence.compare(whole, rest, names=("with it", "without"))
    print(f"{name} (rate {without[name]['rate']}): {result}")

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Whitening** and the **triangle** are worth several points each, and the differences are clear. For label smoothing,
# five seeds show no clear difference. That fits its purpose: it holds back a network that has become too certain, and
# after six short epochs none has. Training for longer might change all three answers.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 60. A trick is a claim about your task and your machine. Let the class name one reason why each could turn out
# differently elsewhere: a GPU (batches, compiling), long training (whitening), wrong labels (smoothing).

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### All together, and live
#
# `training.fit_fast` is the training loop of chapter 09 with the whole recipe. Here it trains the small ResNet on this
# lecture's few images, beside LeNet with its best rate. Both get the same *processor time*, not the same number of
# epochs:


# %%
def timed(train_it):
    start = time.process_time()
    model = train_it()
    return model, time.process_time() - start


def fast():
    torch.manual_seed(10)
    model = models.SmallResNet(width=8)
    training.fit_fast(model, train, epochs=EPOCHS, batch_size=32, seed=10, verbose=False)
    return model


def lenet(epochs):
    torch.manual_seed(10)
    model = models.LeNet32()
    sgd = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    options = {"epochs": epochs, "batch_size": 32, "augment": training.flip_and_shift}
    training.fit(model, train, optimizer=sgd, seed=10, verbose=False, **options)
    return model


# %% slideshow={"slide_type": "subslide"} tags=["claim", "claim:recipe-wins-in-equal-time", "nbval-ignore-output"]
resnet, used = timed(fast)
_, one_epoch = timed(lambda: lenet(1))
patient, _ = timed(lambda: lenet(max(1, round(used / one_epoch))))
reached = {}
for name, model in {"LeNet": patient, "small ResNet": resnet}.items():
    reached[name] = evaluation.evaluate(model, validation).accuracy
    print(f"{name}: validation accuracy {reached[name]:.0%}")
if evidence.in_full_only("the gain in equal time", photos):
    # claim: in equal time, the recipe is far ahead
    assert reached["small ResNet"] > reached["LeNet"] + 0.05

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Five minutes, fifteen minutes
#
# Some people make this a sport: 94% on CIFAR-10 in the shortest time. Keller Jordan's *airbench94* needs 3.83 seconds
# on one A100 graphics card. What can two processor cores do? These runs are **stored**: all 45,000 training images, the
# small ResNet and `fit_fast`, three seeds; the test images were used once per seed, after the clock had stopped.

# %% tags=["hide-input"]
budgets = stored("cifar10.json")
for minutes in ("5", "15"):
    runs = budgets[minutes]["runs"]
    one = evidence.over_seeds([100 * run["accuracy"] for run in runs])
    two = evidence.over_seeds([100 * run["accuracy_with_flips"] for run in runs])
    longest = max(run["training_seconds"] for run in runs)
    print(f"{minutes:>2} minutes (at most {longest:.0f} s): {one}; with two looks {two}")
print(f"{budgets['15']['machine']}, {budgets['15']['threads']} threads, bfloat16")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The race
#
# Is that any good? The fair question is what airbench94's own recipe reaches in the same minutes on the same machine.
# `benchmarks/cifar10_race.py` lets two recipes train one after the other: airbench94 as published, and one of ours. Ours
# begins with the same network and changes two things.
#
# - For the first half of the time, the images are shrunk to 24 × 24 pixels. That is 56% of the pixels, so more steps
#   fit into the same time.
# - The kernels learn with *Muon*, an optimizer of 2024 that gives all directions of a step nearly the same length. (It is
#   Jordan's idea, too.)

# %% tags=["hide-input"]
if (results / "cifar10_race.json").exists():
    for minutes, race in stored("cifar10_race.json").items():
        reached = {
            name: [100 * run["accuracy_with_six_looks"] for run in runs]
            for name, runs in race["runs"].items()
        }
        print(f"{minutes} minutes, {race['machine']}, {race['threads']} threads")
        for name, values in reached.items():
            print(f"   {name:11}{evidence.over_seeds(values)}")
        print("  ", evidence.compare(*reached.values(), names=tuple(reached)))
else:
    print("The race has not been run yet. On an idle machine, in a terminal:")
    print("   python benchmarks/cifar10_race.py --minutes 5     (half an hour)")
    print("   python benchmarks/cifar10_race.py --minutes 15    (an hour and a half)")

# %% [markdown] slideshow={"slide_type": "fragment"}
# Until there are numbers above, nobody can say which recipe is ahead. Would you rather guess, or run it?

# %% [markdown] slideshow={"slide_type": "slide"} tags=["exercise:10b.6"]
# ### Exercise 10b.6 · Improve a network in two minutes (28 min)
#
# An open task. Write `train_network(X, y)`: it takes 1,000 patches of ten photographs, shape (1000, 3, 32, 32),
# normalized, and their labels, and returns a **trained network** (`torch.nn` layers, or one of `models`). It may train
# for **at most two minutes**. On 1,000 patches from other parts of the photographs, the network must reach an accuracy
# of **at least 0.70**. Guessing reaches 0.10. Change one thing at a time, and judge it on the validation patches:
# `patches = data.patches()` has `X_val` and `y_val`. Its test patches are for the check.


# %% tags=["exercise:10b.6"] nbgrader={"grade_id": "ex-10b-6", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def train_network(X, y):  # Exercise 10b.6
    """Return a network, trained on X (N, 3, 32, 32) and y (N,) within two minutes."""
    ### BEGIN SOLUTION
    # Batch normalization, skip connections, whitening, mirrored and shifted copies,
    # smoothed labels, and a triangle of rates, in a small network.
    torch.manual_seed(0)
    network = models.SmallResNet(width=8)
    training.fit_fast(network, (X, y), epochs=4, batch_size=32, verbose=False)
    return network
    ### END SOLUTION


# %% tags=["check:10b.6"]
check("10b.6", train_network)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# - Change one thing, train several seeds, compare seed by seed on the validation set.
# - Tune the learning rate before anything else. A loss that stays at $\ln K$ is the sign of a dead network.
# - Put a small data set into memory as one tensor, and augment whole batches.
# - Measure time as processor time, in pairs, and take the median. A trick that helps on one machine can do nothing on
#   another.
# - On a processor that has bfloat16, mixed precision and channels last are the first things to try.
# - Compare networks at equal time, not at equal epochs.
# - A record is worth as much as the line below it: which machine, how many seeds, how many looks at the image.
#
# **Next.** So far, one image got one label. In chapter 11 every *pixel* gets one: segmentation with the U-Net.

# %% slideshow={"slide_type": "skip"} tags=["progress:10b"]
from course_utils.exercises import progress

progress("10b")

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Quiz
#
# 1. A colleague adds mixup and gains 0.4 points with one seed. What do you ask?
# 2. Your training loss is 2.303 from the third step on and does not move. What happened?
# 3. Your graphics card is busy 30% of the time while training on small images. Where do you look first?
#
# <details><summary>Answers</summary>
#
# 1. How far seeds differ without mixup. One seed cannot tell a gain of 0.4 points from luck.
# 2. $\ln 10 = 2.303$ is the loss of guessing among ten classes. Most likely the learning rate was too large and the
#    ReLUs are dead.
# 3. At the way the images take: a loader that transforms them one by one cannot keep up. Put the data on the card as
#    one tensor, and augment it there.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - A. Krizhevsky, Learning multiple layers of features from tiny images, technical report, University of Toronto, 2009:
#   CIFAR-10.
# - C. Szegedy et al., Rethinking the Inception architecture for computer vision, *CVPR* 2016: label smoothing.
# - A. Coates, H. Lee, and A. Y. Ng, An analysis of single-layer networks in unsupervised feature learning, *AISTATS*
#   2011: whitened patches.
# - D. Page, How to train your ResNet, 2018: one tensor, the triangle, and much more of the fast recipe.
# - K. Jordan, 94% on CIFAR-10 in 3.29 seconds on a single GPU, arXiv:2404.00498, 2024: airbench94.
