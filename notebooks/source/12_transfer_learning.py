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
# # 12 · Transfer learning
#
# Labels are expensive, and a network that starts from nothing needs many. A network that has learned one task already
# sees edges, strokes and textures. This lecture takes such a network, gives it a new last layer, and measures what is
# gained, when, and when not.
#
# **After this lecture you can**
# - measure what a transferred network saves in labels and in steps;
# - use a trained network as a source of features, and fine-tune it without breaking it;
# - load torchvision's networks and prepare pictures as they want them;
# - decide between the strategies by an experiment, and turn two folders of pictures into a classifier.
#
# **You need** training a network (09); batch norm from lecture 03.
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 90 min | 46 min | 2 min |

# %% tags=["setup"]
import copy
import json
import math
import tempfile
import textwrap
import warnings
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import torch
import torchvision
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from torch import nn
from torch.nn import functional as F
from torchvision.models.feature_extraction import create_feature_extractor

from course_utils import data, evaluation, models, plots, settings, training
from course_utils.exercises import check, hint

plots.use_course_style()

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:why-transfer"]
# ## Why transfer?
#
# A trained network is a chain of layers that turn a picture $x$ into features $\phi(x)$, and a last layer, the *head*,
# that turns features into logits:
#
# $$z = W\,\phi(x) + b$$
#
# Transfer starts from this $\phi$ and learns a new $W$ and $b$; $\phi$ may stay as it is or learn on. Our old task:
# tell the digits 0 to 4 apart. The new task: 5 to 9, of which only a few are labelled.

# %% tags=["nbval-ignore-output"]
digits = data.digits()
mean, std = digits.mean[0], digits.std[0]
bundled = digits.is_substitute
assert len(digits.class_names) == 10


# %%
def five_digits(X, y, first):
    """Return the digits from `first` on, normalised, with labels from 0 to 4."""
    chosen = (y >= first) & (y < first + 5)
    return (X[chosen] - mean) / std, y[chosen] - first


old = five_digits(digits.X_train[:12_000], digits.y_train[:12_000], first=0)
new = five_digits(digits.X_train[:12_000], digits.y_train[:12_000], first=5)
old_test = five_digits(digits.X_test[:2_000], digits.y_test[:2_000], first=0)
new_test = five_digits(digits.X_test[:2_000], digits.y_test[:2_000], first=5)
print("one picture:", tuple(old[0][0].shape))
print("labels of the new task:", sorted(set(new[1].tolist())))

# %%
figure, axes = plt.subplots(2, 8, figsize=(8, 2.3))
for row, (pictures, name) in zip(axes, ((old[0], "old"), (new[0], "new")), strict=True):
    for axis, picture in zip(row, pictures, strict=False):
        axis.imshow(picture[0].numpy())
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set_visible(False)
    row[0].set_ylabel(name)
plots.show(figure, "Eight handwritten digits from 0 to 4, and eight from 5 to 9.")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### One recipe for all trainings
#
# To compare starts, everything else must be the same: Adam, a learning rate that rises and falls, and **the same number
# of steps**, however many pictures there are. `TransferNet` is a network with a new head, and for now all of it trains;
# the next section opens it.


# %%
def learn(net, X, y, steps, learning_rate=0.003, factor=1.0, batch_size=16, seed=0):
    """Train what is not frozen, for about so many steps, and return the network."""
    epochs = max(1, round(steps / math.ceil(len(y) / batch_size)))
    groups = net.parameter_groups(learning_rate, factor)
    optimizer = torch.optim.Adam(groups)
    peaks = [group["lr"] for group in groups]
    total = training.steps(epochs, len(y), batch_size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, peaks, total_steps=total)
    options = {"epochs": epochs, "batch_size": batch_size, "seed": seed, "verbose": False}
    training.fit(net, (X, y), optimizer=optimizer, scheduler=schedule, **options)
    return net


def from_scratch(classes, seed):
    torch.manual_seed(seed)
    return models.TransferNet(models.SmallDigitNet(), classes)


def accuracy(net, test):
    return evaluation.evaluate(net, test).accuracy


# %% tags=["nbval-ignore-output"]
pretraining_steps = settings.by_profile(full=200, fast=100)
source = from_scratch(classes=5, seed=12)
learn(source, *old, steps=pretraining_steps, learning_rate=0.01, batch_size=64)
print(f"the old task: {accuracy(source, old_test):.1%} right on test pictures")
# measured: MNIST 99.5 and 99.6 % (2 seeds), bundled digits 97.4 to 99.5 % (3)
assert accuracy(source, old_test) > 0.95


# %%
def transferred(classes, seed):
    """Return a copy of the trained body under a new head with random weights."""
    torch.manual_seed(seed)
    return models.TransferNet(copy.deepcopy(source.network), classes)


def few_of_each(y, number, seed):
    """Return the rows of so many pictures of each class, drawn with a seed."""
    rng = np.random.default_rng(seed)
    of_class = [np.flatnonzero((y == label).numpy()) for label in range(int(y.max()) + 1)]
    return np.concatenate([rng.permutation(rows)[:number] for rows in of_class])


rows = few_of_each(new[1], number=3, seed=0)
print("three of each class:", new[1][rows].tolist())

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Predict first.** With one labelled picture of each digit, with three, with thirty: where is the head start largest,
# and does it ever vanish?

# %% tags=["nbval-ignore-output"]
numbers = settings.by_profile(full=(1, 3, 10, 30), fast=(1, 10))
short = settings.by_profile(full=100, fast=50)  # steps
seeds = settings.by_profile(full=5, fast=2)
starts = {"from scratch": from_scratch, "transferred": transferred}
found = {name: np.zeros((seeds, len(numbers))) for name in starts}
for column, number in enumerate(numbers):
    for seed in range(seeds):
        rows = few_of_each(new[1], number, seed)
        for name, start in starts.items():
            net = learn(start(5, seed), new[0][rows], new[1][rows], short, seed=seed)
            found[name][seed, column] = accuracy(net, new_test)
for name, values in found.items():
    listed = "  ".join(f"{value:.1%}" for value in values.mean(axis=0))
    print(f"{name:12} with {numbers} labels of each class: {listed}")
gains = found["transferred"] - found["from scratch"]
for values in found.values():
    assert values[:, -1].mean() > values[:, 0].mean()  # more labels, more right answers

# %%
figure, axis = plt.subplots(figsize=(6, 3.3))
for (name, values), marker in zip(found.items(), "so", strict=True):
    centre, spread = 100 * values.mean(axis=0), 100 * values.std(axis=0, ddof=1)
    axis.errorbar(numbers, centre, spread, marker=marker, capsize=4, label=name)
axis.set(xscale="log", xlabel="labelled pictures of each class")
axis.set_ylabel("test accuracy (%)")
axis.set_xticks(numbers, [str(number) for number in numbers])
axis.minorticks_off()
axis.legend(frameon=False, loc="lower right")
plots.show(figure, "Accuracy over number of labels: transfer leads where labels are few.")

# %% [markdown]
# **What to see.** Bars show the spread over seeds: other pictures, another start. The fewer the labels, the more the
# old task is worth. On the bundled digits, enlarged from 8×8 pixels, the new task is so easy that little can be gained;
# with MNIST the gap is plain.

# %% tags=["claim", "nbval-ignore-output"]
gain = gains.mean(axis=0)
error = gains.std(axis=0, ddof=1) / math.sqrt(seeds)
for number, value, uncertainty in zip(numbers, gain, error, strict=True):
    points = f"{100 * value:.1f} ± {100 * uncertainty:.1f} points"
    print(f"{number:2} of each class labelled: the old task is worth {points}")
# claim: the fewer the labels, the larger the gain. Measured on MNIST: 15.1 ± 2.7
# points with one, 0.6 ± 0.6 with thirty (5 seeds); bundled: 0.4 ± 1.5 with one (4)
assert gain[0] > (-0.1 if bundled else 0.03)
assert bundled or gain[0] > gain[-1]

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Less data, and faster
#
# **Predict first.** With ten labelled pictures of each digit, how many steps does each start need for 80 %?


# %%
def accuracy_by_step(net, X, y, marks, seed):
    """Train with a constant rate and return the test accuracy at each mark."""
    net.to("cpu").train()
    optimizer = torch.optim.Adam(net.parameters(), lr=0.001)
    shuffler = torch.Generator().manual_seed(seed)
    reached = []
    for step in range(max(marks) + 1):
        if step in marks:
            reached.append(accuracy(net, (new_test[0][:400], new_test[1][:400])))
        rows = torch.randperm(len(y), generator=shuffler)[:16]
        optimizer.zero_grad()
        F.cross_entropy(net(X[rows]), y[rows]).backward()
        optimizer.step()
    return reached


# %% tags=["nbval-ignore-output"]
marks = (0, 5, 10, 15, 20, 30, 40, 60, 80)
by_step = {name: [] for name in starts}
for seed in range(settings.by_profile(full=4, fast=1)):
    rows = few_of_each(new[1], 10, seed)
    for name, start in starts.items():
        line = accuracy_by_step(start(5, seed), new[0][rows], new[1][rows], marks, seed)
        by_step[name].append(line)
by_step = {name: np.mean(lines, axis=0) for name, lines in by_step.items()}
steps_to_80 = {name: np.interp(0.8, line, marks) for name, line in by_step.items()}
for name, steps in steps_to_80.items():
    print(f"{name:12}: 80 % after about {steps:.0f} steps")
# measured: 8 against 19 steps on MNIST (4 seeds), 4 against 14 on bundled digits (2)
assert steps_to_80["transferred"] < steps_to_80["from scratch"]

# %%
plots.curves(
    {name: 100 * line for name, line in by_step.items()},
    alt="Accuracy over steps: the transferred network rises earlier.",
    x=marks,
    xlabel="step",
    ylabel="test accuracy (%)",
)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:feature-extraction"]
# ## Feature extraction: frozen body, new head
#
# Keep the body exactly as it is and train only the head. Three steps: a new last layer with one output for each class;
# `requires_grad = False` for everything else, so that no gradient is computed; batch norm in evaluation mode, because its
# running averages move without any gradient.

# %%
by_hand = copy.deepcopy(source.network)
by_hand.requires_grad_(False)
by_hand.classifier = nn.Linear(576, 5)  # a new layer has requires_grad=True
for layer in by_hand.modules():
    if isinstance(layer, nn.BatchNorm2d):
        layer.eval()
trained = sum(p.numel() for p in by_hand.parameters() if p.requires_grad)
everything = sum(p.numel() for p in by_hand.parameters())
print(f"{trained:,} of {everything:,} numbers train")

# %% [markdown]
# `TransferNet` does the same, for this network and for those of torchvision, whose last layer is called `fc`,
# `classifier`, `heads` or `head`. Its `train()` leaves frozen batch norm alone. From here on we use it.

# %%
net = transferred(classes=5, seed=0)
net.freeze()
net.train()
names = [name for name, parameter in net.named_parameters() if parameter.requires_grad]
norms = [layer for layer in net.modules() if isinstance(layer, nn.BatchNorm2d)]
print("train:", ", ".join(names))
active = sum(layer.training for layer in norms)
print("batch norms in training mode:", active, "of", len(norms))
assert sum(p.numel() for p in net.parameters() if p.requires_grad) == trained

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:12.1"]
# ### Exercise 12.1 · Three kinds of cloud (4 min)
#
# The body of ResNet-18 hands 512 numbers to its last layer. You freeze the body and give it a new head that tells
# cirrus, cumulus and stratus apart. How many numbers does your training change?

# %% tags=["exercise:12.1"] nbgrader={"grade_id": "ex-12-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
head_numbers = None  # Exercise 12.1: replace None by a number
### BEGIN SOLUTION
kinds = 3
head_numbers = 512 * kinds + kinds  # a weight for each pair, a bias for each kind
### END SOLUTION

# %% tags=["check:12.1"]
check("12.1", head_numbers)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:12.2"]
# ### Exercise 12.2 · A network for three classes (8 min)
#
# `network` is a trained `SmallDigitNet`: its body is `network.features`, its head `network.classifier`, a linear layer.
# Give it a new head with `classes` outputs, set `requires_grad = False` for everything else, and return the network
# (batch norm's mode is left to exercise 12.4).


# %% tags=["exercise:12.2"] nbgrader={"grade_id": "ex-12-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def adapt(network, classes):  # Exercise 12.2
    """Return the network with a frozen body and a new head."""
    ### BEGIN SOLUTION
    for parameter in network.parameters():
        parameter.requires_grad = False
    network.classifier = nn.Linear(network.classifier.in_features, classes)
    return network
    ### END SOLUTION


# %% tags=["check:12.2"]
check("12.2", adapt)

# %% [markdown]
# Stuck in an exercise? `hint` helps a little, and a little more each time it is called.

# %%
hint("12.2", 1)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Features as a table
#
# If the body never changes, $\phi(x)$ never changes either: compute it **once** and hand the table to any classifier. A
# *hook* is a function that PyTorch calls with what a layer answers.


# %%
def features_of(network, X, layer):
    """Return what a layer answers to pictures, one row for each."""
    caught = []
    hook = network.get_submodule(layer).register_forward_hook(
        lambda module, inputs, output: caught.append(output.flatten(1))
    )
    network.eval()
    with torch.inference_mode():
        network(X)
    hook.remove()
    return torch.cat(caught)


reader = copy.deepcopy(source.network).cpu()
X = new_test[0][:50]
table = features_of(reader, X, "features.14")
extractor = create_feature_extractor(reader, {"features.14": "last"})
with torch.no_grad():
    in_torchvision = extractor(X)["last"].flatten(1)
assert torch.allclose(table, in_torchvision, atol=1e-5)
assert torch.allclose(table, models.features(reader, X), atol=1e-5)  # ours, in batches
print("table of features:", tuple(table.shape))

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Another pair of tasks: from photographs to faces
#
# A second network learns to tell ten kinds of photograph patches apart, in grey and 28×28 pixels. Its features then serve
# a question it never met: is there a face in the picture? There are 200 such pictures, and we label ten of them.

# %%
patches, faces = data.patches(), data.faces()


# %%
def small_grey(X):
    """Return pictures (N, C, H, W) as (N, 1, 28, 28)."""
    grey = X.mean(dim=1, keepdim=True)
    return F.interpolate(grey, (28, 28), mode="bilinear", antialias=True)


grey_mean, grey_std = small_grey(patches.X_train).mean(), small_grey(patches.X_train).std()


def photographic(X):
    """Prepare pictures as the patches were prepared."""
    return (small_grey(X) - grey_mean) / grey_std


face_X = photographic(torch.cat([faces.X_train, faces.X_val, faces.X_test]))
face_y = torch.cat([faces.y_train, faces.y_val, faces.y_test])
averages = {}
for label, name in enumerate(faces.class_names):
    averages[f"mean of 100: {name}"] = face_X[face_y == label, 0].mean(dim=0)
plots.image_row(averages, alt="The mean of 100 backgrounds is a blur, of faces a face.")
print("pictures:", tuple(face_X.shape), "of which faces:", int(face_y.sum()))

# %% tags=["nbval-ignore-output"]
photo_train = photographic(patches.X_train), patches.y_train
photo_test = photographic(patches.X_test), patches.y_test
photo_source = from_scratch(classes=10, seed=12)
photo_steps = settings.by_profile(full=300, fast=150)
learn(photo_source, *photo_train, steps=photo_steps, batch_size=32)
right = accuracy(photo_source, photo_test)
print(f"ten kinds of patches: {right:.0%} right on test patches")
# measured: 74 % after 300 steps, 66 % after 150
assert right > 0.5

# %% [markdown]
# **Predict first.** Ten labelled pictures, five of each class. Which classifier is best: logistic regression on the
# 784 pixels, logistic regression on 576 features, or a linear support vector machine on these features?

# %% tags=["nbval-ignore-output"]
pixels, table = face_X.flatten(1), models.features(photo_source.network, face_X)
classifiers = {
    "pixels, logistic regression": (pixels, LogisticRegression(C=0.1)),
    "features, logistic regression": (table, LogisticRegression(C=0.1)),
    "features, linear SVM": (table, LinearSVC(C=0.01)),
}
face_scores = {name: [] for name in classifiers}
for seed in range(20):
    rows = few_of_each(face_y, 5, seed)
    others = np.setdiff1d(np.arange(200), rows)
    for name, (inputs, classifier) in classifiers.items():
        fitted = make_pipeline(StandardScaler(), classifier)
        fitted.fit(inputs[rows].numpy(), face_y[rows].numpy())
        score = fitted.score(inputs[others].numpy(), face_y[others].numpy())
        face_scores[name].append(score)
for name, scores in face_scores.items():
    print(f"{name:30} {np.mean(scores):.1%} ± {np.std(scores, ddof=1):.1%}")
by_pixels, _, by_features = (np.array(scores) for scores in face_scores.values())
gain = by_features - by_pixels
# measured: 7 points in both profiles, over 20 draws of ten pictures
assert gain.mean() > 0.03

# %%
figure, axis = plt.subplots(figsize=(7, 2.4))
for row, scores in enumerate(face_scores.values()):
    jitter = np.linspace(-0.2, 0.2, len(scores))
    axis.plot(100 * np.array(scores), row + jitter, "o", color=plots.BLUE, markersize=4)
    style = {"color": plots.VERMILLION, "markersize": 26, "mew": 3}
    axis.plot(100 * np.mean(scores), row, "|", **style)
axis.set(yticks=range(3), yticklabels=list(face_scores))
axis.set_xlabel("accuracy on the other 190 (%)")
axis.invert_yaxis()
plots.show(figure, "Accuracy of three classifiers over 20 draws: features beat pixels.")

# %% [markdown]
# **What to see.** Each dot is another draw of ten pictures; the bar is their mean, and ± above is their spread.
# Features of a network that has never been asked about faces beat the pixels. Which linear classifier reads them
# matters less.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:fine-tuning"]
# ## Fine-tuning: let the body learn, carefully
#
# Where the new task is not quite the old one, the body should change too, but not at once: a head with random weights
# sends random gradients into a good body. So train the head first, then *unfreeze* the body from the end, stage by stage,
# with learning rates that fall towards the input (*discriminative* rates; $k$ counts stages before the head):
#
# $$\eta_k = \eta_\text{head}\, q^k, \qquad 0 < q < 1$$

# %%
net = transferred(classes=5, seed=0)
net.freeze()
print("first:", [group["name"] for group in net.parameter_groups(0.01)])
net.unfreeze("features.11")
print("then: ", [group["name"] for group in net.parameter_groups(0.01)])
net.unfreeze()
for group in net.parameter_groups(0.01, factor=0.4):
    print(f"{group['name']:12} learning rate {1000 * group['lr']:5.2f} thousandths")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:12.3"]
# ### Exercise 12.3 · A learning rate for each stage (6 min)
#
# Write `stage_rates(count, head_rate, factor)` for `count` stages, the head included; `head_rate` is
# $\eta_\text{head}$, `factor` is $q$. Return a list of their rates, from the input to the head: `count` numbers.


# %% tags=["exercise:12.3"] nbgrader={"grade_id": "ex-12-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def stage_rates(count, head_rate, factor):  # Exercise 12.3
    """Return the learning rates from the input to the head."""
    ### BEGIN SOLUTION
    return [head_rate * factor ** (count - 1 - stage) for stage in range(count)]
    ### END SOLUTION


# %% tags=["check:12.3"]
check("12.3", stage_rates)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Does the care pay?
#
# **Predict first.** Two labelled pictures of each digit, 100 steps for each phase. Order these four: the head alone; all
# at once; all at once with a rate ten times too high; head first, then all with falling rates.


# %% tags=["nbval-ignore-output"]
def fine_tuned(way, X, y, seed):
    net = transferred(5, seed)
    if way == "all, rate × 10":
        return learn(net, X, y, short, learning_rate=0.03, seed=seed)
    if way == "all at once":
        return learn(net, X, y, short, seed=seed)
    net.freeze()
    learn(net, X, y, short, seed=seed)
    if way == "head, then all":
        net.unfreeze()
        learn(net, X, y, short, learning_rate=0.001, factor=0.4, seed=seed)
    return net


ways = ("head alone", "all at once", "all, rate × 10", "head, then all")
tuned = {way: [] for way in ways}
for seed in range(settings.by_profile(full=6, fast=2)):
    rows = few_of_each(new[1], 2, seed)
    for way in ways:
        net = fine_tuned(way, new[0][rows], new[1][rows], seed)
        tuned[way].append(accuracy(net, new_test))
for way, scores in tuned.items():
    print(f"{way:14} {np.mean(scores):.1%} ± {np.std(scores, ddof=1):.1%}")
# measured on MNIST: haste costs 8.5 ± 3 points (6 seeds) and 11.6 ± 3 (8, another
# pretraining); the others are 1 point apart. Bundled digits: all within 4 points
assert bundled or np.mean(tuned["head, then all"]) > np.mean(tuned["all, rate × 10"])
assert min(np.mean(scores) for scores in tuned.values()) > 0.5

# %%
figure, axis = plt.subplots(figsize=(6.5, 2.5))
for row, scores in enumerate(tuned.values()):
    centre, spread = 100 * np.mean(scores), 100 * np.std(scores, ddof=1)
    axis.errorbar(centre, row, xerr=spread, fmt="o", capsize=4, color=plots.BLUE)
axis.set(yticks=range(4), yticklabels=ways, xlabel="test accuracy (%)", ylim=(3.5, -0.5))
plots.show(figure, "Accuracy of four ways to fine-tune, each with its spread over seeds.")

# %% [markdown]
# **What to see.** Haste destroys. With MNIST, ten times the rate costs several points. The other three lie closer
# together than their spread: with two labels of each class a new head is enough, and the care of the last way is an
# insurance, not a gain. On the bundled digits all four are alike.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Frozen, and yet it moves
#
# `requires_grad = False` stops gradients. The running mean and variance of batch norm have none: in training mode every
# batch moves them, and the "frozen" body answers differently. **Predict first.** We train the head alone, on pictures
# that are darker than the old ones. By how much do the features of fifty old pictures move, as a share of their length?

# %% tags=["claim", "nbval-ignore-output"]
rows = few_of_each(new[1], 10, seed=0)
darker, labels = 0.5 * new[0][rows] - 0.5, new[1][rows]
picture = old_test[0][:50]
guarded = transferred(5, seed=0)
guarded.freeze()
careless = copy.deepcopy(guarded)
careless.train = lambda mode=True: nn.Module.train(careless, mode)  # without our guard
drift = {}
for name, net in {"requires_grad alone": careless, "and eval()": guarded}.items():
    before = models.features(net.network, picture)
    learn(net, darker, labels, steps=40)
    after = models.features(net.network, picture)
    drift[name] = ((after - before).norm() / before.norm()).item()
    print(f"{name:20} features of the same pictures moved by {drift[name]:.0%}")
# measured: 2.0 times their length, in both profiles
assert drift["requires_grad alone"] > 0.1
assert drift["and eval()"] == 0  # claim: now frozen means frozen

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:12.4"]
# ### Exercise 12.4 · Training mode with frozen parts (8 min)
#
# Write `start_training(network)`: it puts a network into training mode, except for each `nn.BatchNorm2d` whose weight is
# frozen, and returns the network. Dropout, for one, must be in training mode.


# %% tags=["exercise:12.4"] nbgrader={"grade_id": "ex-12-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def start_training(network):  # Exercise 12.4
    """Set training mode where it belongs, and return the network."""
    ### BEGIN SOLUTION
    network.train()
    for part in network.modules():
        if isinstance(part, nn.BatchNorm2d) and not part.weight.requires_grad:
            part.eval()
    return network
    ### END SOLUTION


# %% tags=["check:12.4"]
check("12.4", start_training)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:pretrained-models"]
# ## Networks that others have trained
#
# torchvision has dozens of classifiers, trained on the photographs of ImageNet. Weights are objects with a name, and carry
# what belongs to them: their categories, their size, and how pictures must be prepared.

# %%
weights = torchvision.models.ResNet18_Weights.DEFAULT
names = torchvision.models.list_models(module=torchvision.models)
categories, numbers = weights.meta["categories"], weights.meta["num_params"]
print(f"{weights}: {numbers:,} numbers, {weights.meta['_file_size']:.0f} MB")
print(len(categories), "classes, among them", " and ".join(categories[309:311]))
assert {"resnet18", "mobilenet_v2", "mobilenet_v3_small"} <= set(names)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Prepare pictures as they were prepared
#
# `weights.transforms()` shrinks the short side to 256 pixels, cuts out the middle 224×224, and normalises each channel
# with the mean and spread of ImageNet. Written out, on the cat that comes with scikit-image:

# %%
preset = weights.transforms()
cat = torch.tensor(data.images()["chelsea"]).permute(2, 0, 1).float()  # (3, 300, 451)
ready = preset(cat)
height, width = cat.shape[1:]
size = (256, int(256 * width / height))
shrunk = F.interpolate(cat[None], size, mode="bilinear", antialias=True)[0]
top, left = (256 - 224) // 2, round((size[1] - 224) / 2)
middle = shrunk[:, top : top + 224, left : left + 224]
imagenet_mean = torch.tensor([0.485, 0.456, 0.406])[:, None, None]
imagenet_std = torch.tensor([0.229, 0.224, 0.225])[:, None, None]
by_hand = (middle - imagenet_mean) / imagenet_std
assert torch.allclose(by_hand, ready, atol=1e-4)
print(tuple(cat.shape), "becomes", tuple(ready.shape))
print(f"values from {ready.min():.2f} to {ready.max():.2f}")
plots.image_row(
    {"picture": cat.permute(1, 2, 0), "what the network sees": middle.permute(1, 2, 0)},
    alt="A cat's face, and the square from its middle that the network sees.",
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:12.5"]
# ### Exercise 12.5 · As the network saw its pictures (8 min)
#
# A camera hands you `photos`, an array of bytes (N, H, W, 3) from 0 to 255. `mean` and `std` have shape (3,) and are meant
# for values from 0 to 1. Return what the network wants: an array of shape (N, 3, H, W). No shrinking, no cutting.


# %% tags=["exercise:12.5"] nbgrader={"grade_id": "ex-12-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def prepare(photos, mean, std):  # Exercise 12.5
    """Return normalised pictures, channels first."""
    ### BEGIN SOLUTION
    scaled = photos.astype(float) / 255
    return np.moveaxis((scaled - mean) / std, -1, 1)
    ### END SOLUTION


# %% tags=["check:12.5"]
check("12.5", prepare)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E25"]
# ### Erratum E25: as many outputs as classes, and `weights=`
#
# The deck tells two classes apart, cats and dogs, and sets the outputs of ResNet to four; it loads the network with
# `pretrained=True`. Right: **outputs = number of classes**, and `weights=ResNet18_Weights.DEFAULT`. The old word has
# been deprecated since torchvision 0.13.
#
# **Predict first.** Two classes, four outputs: at which loss does an ignorant network start?

# %% tags=["erratum:E25"]
y = torch.arange(64) % 2  # two classes
for outputs in (2, 4):
    network = torchvision.models.resnet18(weights=None)
    head = models.replace_head(network, outputs)
    ignorant = F.cross_entropy(torch.zeros(64, outputs), y).item()
    numbers = sum(p.numel() for p in head.parameters())
    print(f"{outputs} outputs: {numbers:,} numbers, first loss {ignorant:.2f}", end="")
    print(f", {1 - 2 / outputs:.0%} of the probability wasted")
    assert network.fc.out_features == outputs
    assert math.isclose(ignorant, math.log(outputs), rel_tol=1e-6)
with warnings.catch_warnings(record=True) as heard:
    warnings.simplefilter("always")
    torchvision.models.resnet18(pretrained=False)  # True would download 45 MB unasked
assert any("'pretrained' is deprecated since 0.13" in str(one.message) for one in heard)
print("torchvision:", str(heard[0].message).split(" and ")[0])

# %% tags=["erratum:E25"]
torch.manual_seed(12)
network = torchvision.models.resnet18(weights=None)
network.requires_grad_(False)
models.replace_head(network, 2)
running_mean = network.bn1.running_mean.clone()
network.train()
network(torch.randn(4, 3, 64, 64) + 1)
moved = not torch.equal(network.bn1.running_mean, running_mean)
guarded = models.TransferNet(network, 2)
guarded.freeze()
running_mean = network.bn1.running_mean.clone()
guarded.train()
guarded(torch.randn(4, 3, 64, 64) + 1)
stays = torch.equal(network.bn1.running_mean, running_mean)
print("requires_grad = False alone: the averages move:", moved)
print("and evaluation mode: they stay:", stays)
assert moved and stays

# %% [markdown]
# **What to see.** Four outputs for two classes still train: the network first has to learn that two of its answers
# never occur. That costs numbers and probability, and a picture can be given a class that does not exist. The second
# cell repeats "Frozen, and yet it moves" on ResNet-18: without evaluation mode its averages move.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### With weights, where they are here
#
# `models.pretrained("resnet18")` takes torchvision's weights from the data folder or from torch's cache. It downloads
# 45 MB only where `download=True` asks for it, and compares the checksum in the file's name. A file of your own,
# `checkpoints/resnet18.pth`, is taken too, unchecked; the line printed says so.

# %% tags=["nbval-ignore-output"]
loaded = {}
for name in ("resnet18", "mobilenet_v2"):
    try:
        loaded[name] = models.pretrained(name)
    except data.DataUnavailable as reason:
        print(reason)
assert all(network.training is False for network in loaded.values())

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Ants and bees
#
# The photographs of PyTorch's own tutorial on transfer learning. They carry no licence, so only numbers are shown here.
# `benchmarks/transfer_real_data.py` measured this table, once, with the weights that it names.

# %%
file = settings.course_root() / "benchmarks" / "results" / "transfer.json"
measured = json.loads(file.read_text(encoding="utf-8"))
print(measured["data"], measured["weights"], sep="\n")
by_strategy = {}
for row in measured["rows"]:
    by_strategy.setdefault(row["strategy"], []).append(row)
for strategy, rows in sorted(by_strategy.items()):
    scores = [100 * row["accuracy"] for row in rows]
    seconds = np.mean([row["seconds"] for row in rows])
    print(f"{strategy:32} {np.mean(scores):.1f} % right, {seconds:.0f} s", end="")
    spread = f" ({len(rows)} starts: {min(scores):.1f} to {max(scores):.1f})"
    print(spread if len(rows) > 1 else "")

# %% [markdown]
# **What to see.** All lie within one another's reach: of so few pictures, one standard error is nearly two points. What
# differs is the time: fine-tuning every weight costs several times as much as one pass for the features.
#
# Where the pictures and some weights are in your data folder, the next cell repeats the logistic regression. It takes about
# half a minute on one core.

# %% tags=["nbval-ignore-output"]
folder = settings.data_folder() / "hymenoptera_data"
if folder.is_dir() and "mobilenet_v2" in loaded and settings.profile() == "full":
    insects = data.image_folder(folder, size=256)
    parts = insects.X_train, torch.cat([insects.X_val, insects.X_test])
    parts = [(X[..., 16:-16, 16:-16] - imagenet_mean) / imagenet_std for X in parts]
    body = loaded["mobilenet_v2"]
    inputs, test_inputs = (models.features(body, X, batch_size=50).numpy() for X in parts)
    judged = torch.cat([insects.y_val, insects.y_test])
    classifier = make_pipeline(StandardScaler(), LogisticRegression(C=0.01))
    classifier.fit(inputs, insects.y_train.numpy())
    score = classifier.score(test_inputs, judged.numpy())
    error = math.sqrt(score * (1 - score) / len(judged))
    print(f"{score:.1%} ± {error:.1%} of {len(judged)} pictures right")
    assert score > 0.85  # measured: 95.4 %, standard error 1.7 points
else:
    print("not run: needs hymenoptera_data and weights of mobilenet_v2 in the data folder")

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:when-to-fine-tune"]
# ## When to fine-tune?
#
# The deck gives a table, after Karpathy's course notes. Is the new data small or large, and similar to the old data or
# different?
#
# | | similar | different |
# |---|---|---|
# | **small** | linear classifier on the last features | linear classifier on *earlier* features |
# | **large** | fine-tune | train from scratch, or fine-tune |
#
# We run **every** strategy in **every** cell. Old task: digits 0 to 4. Similar: digits 5 to 9. Different: patches of
# photographs.


# %%
def as_digits_were(X):
    """Prepare pictures of any kind as the old network saw its digits."""
    return (small_grey(X) - mean) / std


textures = as_digits_were(patches.X_train), patches.y_train
textures_test = as_digits_were(patches.X_test), patches.y_test
tasks = {"similar": (new, new_test), "different": (textures, textures_test)}
recommended = {
    ("small", "similar"): ("linear, last layer",),
    ("small", "different"): ("linear, earlier layer",),
    ("large", "similar"): ("fine-tuned",),
    ("large", "different"): ("from scratch", "fine-tuned"),
}
for (size, kind), advice in recommended.items():
    print(f"{size} and {kind}: {' or '.join(advice)}")


# %%
def probe(inputs, y, test_inputs, y_test):
    """Return the accuracy of a logistic regression on features."""
    classifier = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000))
    return classifier.fit(inputs, y).score(test_inputs, y_test)


tables = {}  # features of every picture, once
for kind, parts in tasks.items():
    for name, layer, grid in (("last", None, None), ("earlier", "features.7", 1)):
        answers = [models.features(source.network, X, layer, grid=grid) for X, _ in parts]
        tables[kind, name] = [answer.numpy() for answer in answers]
for name in ("last", "earlier"):
    print(f"{name} layer: {tables['different', name][0].shape[1]} features of a picture")


# %%
def all_strategies(kind, rows, steps, batch_size, seed):
    """Return the test accuracy of each strategy on some rows of a task."""
    (X, y), test = tasks[kind]
    classes, scores = int(y.max()) + 1, {}
    for name in ("last", "earlier"):
        inputs, test_inputs = tables[kind, name]
        score = probe(inputs[rows], y[rows], test_inputs, test[1])
        scores[f"linear, {name} layer"] = score
    for name, start in (("fine-tuned", transferred), ("from scratch", from_scratch)):
        net = start(classes, seed)
        learn(net, X[rows], y[rows], steps, batch_size=batch_size, seed=seed)
        scores[name] = accuracy(net, test)
    return scores


# %% [markdown]
# **Predict first.** In which of the four cells do you trust the table least?

# %%
amounts = settings.by_profile(
    full={"small": (5, 100, 16), "large": (200, 200, 32)},
    fast={"small": (5, 25, 16), "large": (60, 40, 32)},
)
table = {}
for size, (number, steps, batch_size) in amounts.items():
    for kind, ((_, y), _) in tasks.items():
        runs = []
        for seed in range(settings.by_profile(full=4, fast=2)):
            rows = few_of_each(y, number, seed)
            runs.append(all_strategies(kind, rows, steps, batch_size, seed))
        by_name = {name: np.array([run[name] for run in runs]) for name in runs[0]}
        table[size, kind] = by_name

# %%
figure, axes = plt.subplots(2, 2, figsize=(9, 4.6), sharex=True)
for axis, ((size, kind), scores) in zip(axes.flat, table.items(), strict=True):
    for row, (name, values) in enumerate(scores.items()):
        is_advice = name in recommended[size, kind]
        marker, color = ("*", plots.VERMILLION) if is_advice else ("o", plots.BLUE)
        centre, spread = 100 * values.mean(), 100 * values.std(ddof=1)
        style = {"fmt": marker, "color": color, "markersize": 12 if is_advice else 6}
        axis.errorbar(centre, row, xerr=spread, capsize=4, **style)
    axis.set(title=f"{size} and {kind}", ylim=(3.5, -0.5))
    axis.set_yticks(range(4), list(scores))
for axis in axes[1]:
    axis.set_xlabel("test accuracy (%)")
plots.show(figure, "Accuracy of four strategies in four cells; stars mark the advice.")


# %% tags=["claim", "nbval-ignore-output"]
def verdict(scores, advice):
    """Compare the best of the advised strategies with the best of the others."""
    means = {name: values.mean() for name, values in scores.items()}
    advised = max(advice, key=means.get)
    rival = max(means.keys() - set(advice), key=means.get)
    lead = scores[advised] - scores[rival]
    error = lead.std(ddof=1) / math.sqrt(len(lead))
    clear = abs(lead.mean()) > 2 * error
    word = ("right" if lead.mean() > 0 else "wrong") if clear else "a draw"
    points = f"{100 * lead.mean():+.1f} ± {100 * error:.1f} points"
    return f"{word:7} {advised} against {rival}: {points}"


for cell, scores in table.items():
    print(f"{' and '.join(cell):20} {verdict(scores, recommended[cell])}")
small_different, large_different = table["small", "different"], table["large", "different"]
ahead = small_different["linear, earlier layer"] - small_different["linear, last layer"]
# claim: measured on MNIST 14 ± 2 points (8 seeds), on bundled digits 13 ± 2 (2);
# small and similar: 5.0 ± 0.7 points (4)
assert ahead.mean() > 0.02
similar = table["small", "similar"]
assert bundled or (similar["fine-tuned"] - similar["linear, last layer"]).mean() > 0.01
if settings.profile() == "full":  # the fast profile trains too short for it
    trained = large_different["from scratch"] - large_different["linear, last layer"]
    assert trained.mean() > 0.05

# %% [markdown]
# **What to see** (with MNIST; stars are the table's advice, bars the spread over seeds). The advice for **small and
# different** holds by a wide margin. With **large** data those that train everything lead. For large and similar the
# old task no longer matters: fine-tuned and from scratch draw. For **small and similar** the table is wrong here: a
# short fine-tuning beats the linear classifier. It warns of overfitting, and a network of 63,000 numbers with batch
# norm overfits less than those it was written for. Take it as a first guess, and measure.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:12.6"]
# ### Exercise 12.6 · Is the gain real? (8 min)
#
# `scratch` and `transferred` hold test accuracies, shape (S,): entry $s$ of both was trained on the same pictures,
# those of seed $s$. Return two numbers, a tuple: the mean gain of transfer, and the standard error of this mean
# (`ddof=1`). Let the pairs help.


# %% tags=["exercise:12.6"] nbgrader={"grade_id": "ex-12-6", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def gain_of_transfer(scratch, transferred):  # Exercise 12.6
    """Return the mean gain and its standard error."""
    ### BEGIN SOLUTION
    pairs = transferred - scratch
    return pairs.mean(), pairs.std(ddof=1) / np.sqrt(len(pairs))
    ### END SOLUTION


# %% tags=["check:12.6"]
check("12.6", gain_of_transfer)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:earlier-layer-features"]
# ## Features of an earlier layer
#
# Layers near the input answer to edges and spots, which every picture has. Layers near the head answer to what the old
# task needed: parts of digits. For pictures of another kind the last layer may have thrown away what matters. Each
# layer gives a row of numbers: every map, averaged over the picture (so the last gives 64, not 576 as above, and scores
# less).
#
# **Predict first.** Draw two curves of accuracy over the depth of the layer: one for similar, one for different pictures.

# %% tags=["claim", "nbval-ignore-output"]
layers = ("features.3", "features.7", "features.10", "features.14")
runs, by_layer = settings.by_profile(full=10, fast=5), {}
for kind, ((X, y), (X_test, y_test)) in tasks.items():
    by_layer[kind] = np.zeros((runs, len(layers)))
    for column, layer in enumerate(layers):
        inputs = models.features(source.network, X, layer, grid=1).numpy()
        test_inputs = models.features(source.network, X_test, layer, grid=1).numpy()
        for seed in range(runs):
            rows = few_of_each(y, 5, seed)
            score = probe(inputs[rows], y[rows], test_inputs, y_test)
            by_layer[kind][seed, column] = score
for kind, scores in by_layer.items():
    listed = "  ".join(f"{score:.0%}" for score in scores.mean(axis=0))
    print(f"{kind:10} after stage 1 to 4: {listed}")
# claim: measured 14 ± 2 and 10 ± 2 points on MNIST (8 and 10 seeds), 6.5 ± 1.4 and 8
# on bundled digits (8 and 5); for similar pictures 27 to 31 points
assert (by_layer["different"][:, 1] - by_layer["different"][:, 3]).mean() > 0.01
assert (by_layer["similar"][:, 3] - by_layer["similar"][:, 0]).mean() > 0.05

# %%
figure, axis = plt.subplots(figsize=(6, 3.2))
for (kind, scores), marker in zip(by_layer.items(), "os", strict=True):
    centre, spread = 100 * scores.mean(axis=0), 100 * scores.std(axis=0, ddof=1)
    axis.errorbar(range(1, 5), centre, spread, marker=marker, capsize=4, label=kind)
axis.set(xlabel="stage of the digit network", xticks=range(1, 5))
axis.set_ylabel("test accuracy (%)")
axis.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
plots.show(figure, "Accuracy over stages: digits best late, photographs best early.")

# %% [markdown]
# **What to see.** Bars show the spread over draws. For digits the later stages are better; for photographs the last is
# the worst. The same network, five labels of each class: which stage serves best depends on how far the new pictures
# are from the old.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:12.7"]
# ### Exercise 12.7 · Sixty X-ray pictures (4 min)
#
# You have sixty labelled X-ray pictures of two kinds, and a ResNet-18 trained on holiday photographs. What do you try?
#
# - **a** Train ResNet-18 from scratch on them.
# - **b** Linear classifiers on features of several layers; cross-validation picks the layer.
# - **c** A linear classifier on the features of the last layer, and nothing else.
# - **d** Linear classifiers on features of several layers; the test pictures pick the layer.

# %% tags=["exercise:12.7"] nbgrader={"grade_id": "ex-12-7", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
strategy = None  # Exercise 12.7: replace None by a letter in quotes
### BEGIN SOLUTION
strategy = "b"
### END SOLUTION

# %% tags=["check:12.7"]
check("12.7", strategy)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Your own pictures: from two folders to a classifier
#
# Make one folder for each class in `my_work/pictures` and put pictures there, a few dozen of each. Until you do, the cell
# below makes such folders from two photographs that no network here has met, coins and cells, cut into tiles. Tiles do
# not overlap: a pixel in training and in test would be an answer known beforehand.


# %%
def tiles(name, side=48):
    """Return the tiles of a photograph, row by row."""
    photograph = data.images()[name]
    rows, columns = (length // side for length in photograph.shape)
    blocks = photograph[: rows * side, : columns * side].reshape(rows, side, columns, side)
    return blocks.swapaxes(1, 2).reshape(-1, side, side)


def write_tiles(folder, count):
    """Write tiles of two photographs as PNG files, a folder for each."""
    for name in ("cell", "coins"):
        (folder / name).mkdir(parents=True)
        for number, tile in enumerate(tiles(name)[:count]):
            file = folder / name / f"{number:02}.png"
            plt.imsave(file, tile, cmap="gray", vmin=0, vmax=1)


workshop = tempfile.TemporaryDirectory()
made_up = Path(workshop.name) / "pictures"
write_tiles(made_up, count=40)
print("folders:", ", ".join(sorted(folder.name for folder in made_up.iterdir())))

# %% tags=["nbval-ignore-output"]
own = settings.work_folder() / "pictures"
collection = data.image_folder(own if own.is_dir() else made_up, size=32)
assert len(collection.class_names) >= 2

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### When something is wrong
#
# `image_folder` says what is in the way, and names the file. Grey and transparent pictures are converted, and counted in
# the line that it prints.

# %%
faulty = Path(workshop.name) / "faulty"
write_tiles(faulty, count=5)
(faulty / "coins" / "letter.png").write_text("I am not a picture.")
(faulty / "gravel").mkdir()
for repair in ((faulty / "gravel").rmdir, (faulty / "coins" / "letter.png").unlink):
    try:
        data.image_folder(faulty, size=32)
    except ValueError as error:
        print(textwrap.fill(str(error), 88))
        repair()
repaired = data.image_folder(faulty, size=32)
assert repaired.class_names == ("cell", "coins")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Train, save, load, predict
#
# The network of the photograph patches gets a new head; the head is trained first, then everything, gently. What is saved:
# the weights, the names of the classes, and the size of the pictures.

# %% tags=["nbval-ignore-output"]
parts = {
    "train": (photographic(collection.X_train), collection.y_train),
    "test": (photographic(collection.X_test), collection.y_test),
}
torch.manual_seed(12)
mine = models.TransferNet(copy.deepcopy(photo_source.network), len(collection.class_names))
mine.freeze()
learn(mine, *parts["train"], steps=40)
mine.unfreeze()
learn(mine, *parts["train"], steps=40, learning_rate=0.001, factor=0.4)
right = accuracy(mine, parts["test"])
print(f"right on {right:.0%} of {len(parts['test'][1])} test pictures")
# measured: all 16 right in both profiles
assert own.is_dir() or right > 0.8

# %%
file = Path(workshop.name) / "mine.pt"
saved = {"weights": mine.state_dict(), "classes": list(collection.class_names), "size": 32}
torch.save(saved, file)

stored = torch.load(file, map_location="cpu", weights_only=True)
loaded_net = models.TransferNet(models.SmallDigitNet(), len(stored["classes"]))
print(loaded_net.load_state_dict(stored["weights"]))
loaded_net.eval()


def classify(path):
    """Return the class of one picture file, and its probability."""
    picture = data.load_picture(path, stored["size"])
    with torch.inference_mode():
        probabilities = loaded_net(photographic(picture[None])).softmax(dim=1)[0]
    return stored["classes"][probabilities.argmax()], probabilities.max().item()


# %% tags=["nbval-ignore-output"]
fresh = Path(workshop.name) / "new.png"
plt.imsave(fresh, tiles("coins")[-1], cmap="gray", vmin=0, vmax=1)
answer, probability = classify(fresh)
print(f"a new picture: {answer}, with probability {probability:.0%}")
assert own.is_dir() or answer == "coins"
before = evaluation.evaluate(mine, parts["test"]).predictions
assert torch.equal(before, evaluation.evaluate(loaded_net, parts["test"]).predictions)
workshop.cleanup()

# %% [markdown]
# **What to see.** The whole way is a few lines. With weights of ImageNet the same lines hold: `models.pretrained`,
# pictures of 256 pixels, and `weights.transforms()`, which cuts out 224, in place of our `photographic`.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | step | the lines | what goes wrong without |
# |---|---|---|
# | load | `weights=ResNet18_Weights.DEFAULT` | a network without knowledge |
# | prepare | `weights.transforms()` | pictures unlike any that the network has seen |
# | new head | outputs = number of classes | classes that do not exist |
# | freeze | `requires_grad = False`, batch norm in `eval()` | a frozen body that moves |
# | features | once, into a table; any linear classifier | hours of needless forward passes |
# | fine-tune | head first, small and falling rates | a good body destroyed |
# | decide | try the strategies, several seeds, validation set | a rule of thumb |

# %% slideshow={"slide_type": "skip"} tags=["progress:12"]
from course_utils.exercises import progress

progress("12")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# 1. You freeze all weights of the body, and the validation accuracy still changes although the head is finished. Why?
# 2. Features of 10,000 pictures, fifty settings of the classifier to try. How often does the network see each picture?
# 3. Two trainings, from scratch and transferred, on five seeds each. Why compare them seed by seed?
#
# <details><summary>Answers</summary>
#
# 1. Batch norm is in training mode: its running averages move with every batch.
# 2. Once. The table of features serves all fifty.
# 3. Both saw the same pictures. A poor draw is poor for both, and the difference is free of it.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - J. Yosinski, J. Clune, Y. Bengio and H. Lipson, How transferable are features in deep neural networks?, *NIPS* 2014:
#   features layer by layer, and what fine-tuning adds.
# - A. S. Razavian, H. Azizpour, J. Sullivan and S. Carlsson, CNN features off-the-shelf: an astounding baseline for
#   recognition, *CVPR workshops* 2014: features and a linear SVM.
# - J. Howard and S. Ruder, Universal language model fine-tuning for text classification, *ACL* 2018: gradual unfreezing,
#   discriminative rates.
# - S. Kornblith, J. Shlens and Q. V. Le, Do better ImageNet models transfer better?, *CVPR* 2019.
# - A. Karpathy, CS231n: convolutional neural networks for visual recognition, notes on transfer learning: the table.
# - G. B. Huang, M. Ramesh, T. Berg and E. Learned-Miller, Labeled faces in the wild, University of Massachusetts,
#   technical report 07-49, 2007: the faces.
# - M. Sandler et al., MobileNetV2: inverted residuals and linear bottlenecks, *CVPR* 2018.
