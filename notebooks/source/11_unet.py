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
# # 11 · U-Net
#
# A classifier gives one answer for a picture. A biologist wants one for each pixel: nucleus or not? The U-Net was made
# for that, needs few pictures, and is short enough to be read in one sitting.
#
# **After this lecture you can**
# - write a U-Net, draw its shapes, and say which pictures fit it;
# - show what its bridges are for, with a score that sees outlines;
# - choose between cross-entropy, Dice loss and both, and score masks without flattering yourself;
# - train on your own folder of pictures and masks, save the network and use it on a new picture.
#
# **You need** convolution and pooling (03), losses (06b) and the training loop of lecture 09.
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 90 min | 62 min | 2 min |

# %% tags=["setup"]
import json
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import torch
from PIL import Image
from scipy import ndimage
from skimage.filters import threshold_otsu
from torch import nn
from torch.nn import functional as F
from torch.optim.lr_scheduler import OneCycleLR

from course_utils import (
    data,
    diagrams,
    evaluation,
    losses,
    models,
    plots,
    settings,
    training,
)
from course_utils.exercises import check, hint

plots.use_course_style()
cells = data.cells(train=160, val=40, test=80)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## One answer for each pixel
#
# A *mask* says for each pixel whether it belongs to a nucleus. Drawing masks by hand takes hours, and two people draw
# two outlines. We start with pictures made by a program: nuclei that overlap, uneven light, specks and glow that are no
# nuclei, blur and noise. Their masks are exact.

# %%
X, y = cells.X_test, cells.y_test
plots.image_row(
    {"picture": X[3, 0], "mask": y[3, 0], "borders": cells.borders_test[3, 0]},
    alt="Blurred bright nuclei; the same as white areas on black; their outlines.",
)
print("pictures", tuple(X.shape), "masks", tuple(y.shape))
print(f"{y.mean():.0%} of the pixels are nucleus")

# %% [markdown]
# **What to see.** Where two nuclei touch, the mask runs on, while the border keeps them apart. A mask is enough to
# measure an area; to count nuclei one needs more.

# %%
apart = y * (1 - cells.borders_test)
for name, masks in {"mask": y, "mask without borders": apart}.items():
    pieces = sum(ndimage.label(mask)[1] for mask in masks[:, 0].numpy())
    print(f"{name}: {pieces} pieces in {len(masks)} pictures")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Four scores
#
# For a predicted mask $A$ and a true one $B$: *Dice* and *IoU* measure how much they overlap, the *pixel error* counts
# what is wrong.
#
# $$\text{Dice} = \frac{2\,|A \cap B|}{|A| + |B|}, \qquad \text{IoU} = \frac{|A \cap B|}{|A \cup B|}$$
#
# The *boundary F-score* asks about outlines: which share of the predicted outline lies within a pixel or two of the
# true one (precision $P$), and the other way round (recall $R$)? $F = 2PR / (P + R)$.


# %%
def outline(mask):
    """Return the pixels of a mask (H, W) that touch the background: a boolean array."""
    cross = ndimage.generate_binary_structure(2, 1)
    return mask & ~ndimage.binary_erosion(mask, cross, border_value=1)


def boundary_f(predicted, true, tolerance):
    """Return the boundary F-score of one pair of masks (H, W)."""
    ours, theirs = outline(predicted), outline(true)
    to_theirs = ndimage.distance_transform_edt(~theirs)  # pixels to the nearest one
    to_ours = ndimage.distance_transform_edt(~ours)
    precision = (to_theirs[ours] <= tolerance).mean()
    recall = (to_ours[theirs] <= tolerance).mean()
    return 2 * precision * recall / (precision + recall)


# %% [markdown]
# **Predict first.** A mask is shifted to the right by two pixels. Which of the scores notices most: Dice, the pixel
# error, or the boundary F-score with a tolerance of one pixel? And with two pixels?

# %%
true = y[0, 0].numpy() > 0
shifted = np.roll(true, 2, axis=1)
common, everything = (true & shifted).sum(), true.sum() + shifted.sum()
scores = {"Dice": 2 * common / everything, "IoU": common / (true | shifted).sum()}
scores["pixel error"] = (true != shifted).mean()
for tolerance in (1, 2):
    f = boundary_f(shifted, true, tolerance)
    scores[f"boundary F, {tolerance} px"] = f
    assert np.isclose(f, evaluation.boundary_f(shifted, true, tolerance))
assert np.isclose(scores["Dice"], evaluation.dice(shifted, true))
assert np.isclose(scores["IoU"], scores["Dice"] / (2 - scores["Dice"]))
for name, score in scores.items():
    print(f"{name:16} {score:.2f}")

# %% [markdown]
# **What to see.** Every nucleus is off by two pixels. Most of the area still overlaps; the outlines are wrong, and
# nearly right again as soon as two pixels are allowed (at the rim, `np.roll` brings back on the left what left on the
# right). From here on the scores come from `evaluation`.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Is a threshold enough?
#
# Nuclei are bright. Otsu's method picks, for each picture, the grey value that parts its pixels best into two groups.
# **Predict first.** What will it make of glow, specks and pale nuclei?


# %%
def overlay(axis, picture, true, predicted):
    """Draw a picture (H, W) with the true outline dashed and the predicted one solid."""
    axis.imshow(picture, cmap="gray")
    lines = {"colors": "#FFD400", "linestyles": "dashed", "linewidths": 1.4}
    axis.contour(np.asarray(true, dtype=float), [0.5], **lines)
    if np.any(predicted) and not np.all(predicted):
        lines = {"colors": "#00E5FF", "linewidths": 1.1}
        axis.contour(np.asarray(predicted, dtype=float), [0.5], **lines)
    axis.set_axis_off()


# %%
def show_masks(pictures, true, predicted, alt):
    """Show pictures (N, 1, H, W) in a row with both outlines."""
    figure, axes = plt.subplots(1, len(pictures), figsize=(9.0, 9.0 / len(pictures)))
    for axis, picture, one, other in zip(axes, pictures, true, predicted, strict=True):
        overlay(axis, picture[0].numpy(), one[0].numpy(), other[0].numpy())
    plots.show(figure, alt)


by_threshold = torch.stack([x > threshold_otsu(x.numpy()) for x in X])
show_masks(
    X[:4],
    y[:4],
    by_threshold[:4],
    alt="Four pictures; the threshold's solid outline strays from the dashed true one.",
)
print(f"threshold: Dice {evaluation.dice(by_threshold, y):.2f}, ", end="")
print(f"boundary F within 1 pixel {evaluation.boundary_f(by_threshold, y):.2f}")

# %% [markdown]
# **What to see.** Dashed is true, solid is found. Pale nuclei are lost, glow and specks are taken for nuclei. Whether a
# grey pixel is a nucleus depends on what lies around it: the answer needs *context*.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:11.1"]
# ### Exercise 11.1 · Dice and IoU, empty masks included (6 min)
#
# Write `scores_of(prediction, target)` for two boolean tensors of one shape (N, 1, H, W). Return Dice and IoU of all
# pixels together, two numbers. Two masks without any foreground are equal: both scores are 1.


# %% tags=["exercise:11.1"] nbgrader={"grade_id": "ex-11-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def scores_of(prediction, target):  # Exercise 11.1
    """Return (Dice, IoU) of boolean masks (N, 1, H, W)."""
    ### BEGIN SOLUTION
    overlap = (prediction & target).sum().item()
    union = (prediction | target).sum().item()
    if union == 0:
        return 1.0, 1.0
    return 2 * overlap / (union + overlap), overlap / union
    ### END SOLUTION


# %% tags=["check:11.1"]
check("11.1", scores_of)

# %% [markdown]
# Stuck in an exercise? `hint` helps a little, and a little more each time it is called.

# %%
hint("11.1", 1)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:encoder-decoder"]
# ## Down for context, up for place
#
# The *encoder* convolves and pools: at each level the picture has half the height and width and twice the channels, and
# a pixel of the small map has seen a large piece of the picture. The *decoder* goes the other way, with transposed
# convolutions that turn each pixel into four. At each level it gets back what the encoder kept: the *bridges*.


# %%
def block(inputs, outputs):
    """Two convolutions 3×3, each with batch norm and ReLU; height and width stay."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
        nn.Conv2d(outputs, outputs, 3, padding=1),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


# %%
class TwoLevels(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.down1, self.down2 = block(1, width), block(width, 2 * width)
        self.bottom = block(2 * width, 4 * width)
        self.enlarge2 = nn.ConvTranspose2d(4 * width, 2 * width, 2, stride=2)
        self.enlarge1 = nn.ConvTranspose2d(2 * width, width, 2, stride=2)
        self.up2, self.up1 = block(4 * width, 2 * width), block(2 * width, width)
        self.head = nn.Conv2d(width, 1, 1)

    def forward(self, x):
        kept1 = self.down1(x)  # (N, 8, H, W)
        kept2 = self.down2(F.max_pool2d(kept1, 2))  # (N, 16, H/2, W/2)
        x = self.bottom(F.max_pool2d(kept2, 2))  # (N, 32, H/4, W/4)
        x = self.up2(torch.cat([kept2, self.enlarge2(x)], dim=1))  # (N, 16, H/2, W/2)
        x = self.up1(torch.cat([kept1, self.enlarge1(x)], dim=1))  # (N, 8, H, W)
        return self.head(x)  # (N, 1, H, W): one logit for each pixel


# %% [markdown]
# `models.UNet` is the same with any depth. With two levels and the same weights it answers the same:

# %%
torch.manual_seed(11)
net, imported = TwoLevels(width=8).double(), models.UNet(1, 1, width=8, depth=2).double()
weights = zip(imported.state_dict(), net.state_dict().values(), strict=True)
imported.load_state_dict(dict(weights))  # raises where a shape differs
three = X[:3].double()
assert torch.allclose(imported(three), net(three))
numbers = sum(parameter.numel() for parameter in net.parameters())
print(tuple(three.shape), "becomes", tuple(net(three).shape))
print(f"{numbers:,} numbers to learn")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### As published
#
# Ronneberger, Fischer and Brox pooled four times, from 64 channels to 1024, and did not pad: each convolution 3×3 takes
# one pixel from every side. What comes out is smaller than what goes in, and what the encoder kept is cut to fit.
#
# **Predict first.** 572×572 pixels go in. About how many come out?

# %%
published = models.UNet(1, 2, padded=False, batch_norm=False)
u_shape = diagrams.unet_diagram(published, 572, 572)
plots.show(
    u_shape,
    "A U of 9 boxes with bridges between the arms: 572×572 pixels narrow to 28×28"
    " with 1024 channels and widen to 388×388.",
)
numbers = sum(parameter.numel() for parameter in published.parameters())
print(f"572 pixels become {published.output_size(572)}; {numbers:,} numbers to learn")
assert published.output_size(572) == 388 and round(numbers / 1e6, 1) == 31.0

# %% [markdown]
# **What to see.** The drawing is made from the network: above each box its channels, below it height and width. Black
# arrows pool, orange ones enlarge, dashed ones are the bridges: kept channels + channels from below. The numbers are
# those of the paper's figure 1.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Which pictures fit?
#
# What is halved must be even, or the bridges would not lie where they belong. With padding the sides must be multiples
# of $2^{\text{depth}}$. A network that rounds in silence is hard to debug; this one says what would fit:

# %%
for network, size in [(published, 512), (models.UNet(1, 1, width=8, depth=3), 100)]:
    try:
        network(torch.zeros(1, 1, size, size))
    except ValueError as error:
        print(error)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### How far does a pixel see?
#
# One score depends on a square of the picture, its *receptive field*. Its width can be measured: where is the gradient
# of that score with respect to the picture not zero? **Predict first.** Ten convolutions 3×3 in a row see 21 pixels.
# How much more do they see as a U-Net, with two poolings in between?

# %%
picture = torch.ones(1, 1, 256, 256, requires_grad=True)
widths = []
for depth in (1, 2, 3, 4):
    network = models.UNet(1, 1, width=1, depth=depth, batch_norm=False)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.fill_(0.1)  # all positive: no ReLU cuts a path
    score = network(picture)[0, 0, 128, 128]
    (gradient,) = torch.autograd.grad(score, picture)
    widths.append(int((gradient.abs().sum(dim=(0, 1, 2)) > 0).sum()))
    print(f"depth {depth}: {4 * depth + 2:2} convolutions 3×3 see {widths[-1]:3} pixels")

# %% tags=["claim"]
without_pooling = [1 + 2 * (4 * depth + 2) for depth in (1, 2, 3, 4)]
plots.curves(
    {"U-Net": widths, "the same convolutions without pooling": without_pooling},
    alt="Width of the receptive field by depth: doubling, and slow without pooling.",
    x=[1, 2, 3, 4],
    xlabel="depth (number of poolings)",
    ylabel="receptive field in pixels",
)
growth = np.diff(widths)
assert (growth[1:] / growth[:-1] > 1.8).all()  # claim: each level doubles what is added
assert np.ptp(np.diff(without_pooling)) == 0

# %% [markdown]
# **What to see.** Each level adds twice as much as the one before: with three, a score sees more than a whole picture of
# 64 pixels. Depth buys context, and each further level costs about four times the numbers of the last.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:11.2"]
# ### Exercise 11.2 · How many pixels come out? (8 min)
#
# Write `output_size(size, depth)` for a U-Net *without* padding: two convolutions 3×3 at each level of both arms and at
# the bottom, pooling by two on the way down, doubling on the way up. Return 0 where the size does not fit: where
# something odd, or less than 2, would be halved, or where nothing is left.


# %% tags=["exercise:11.2"] nbgrader={"grade_id": "ex-11-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def output_size(size, depth):  # Exercise 11.2
    """Return how many pixels come out of ``size`` pixels; 0 where it does not fit."""
    ### BEGIN SOLUTION
    for _ in range(depth):
        size -= 4
        if size < 2 or size % 2 == 1:
            return 0
        size //= 2
    size -= 4  # the bottom
    for _ in range(depth):
        size = 2 * size - 4
    return max(size, 0)
    ### END SOLUTION


# %% tags=["check:11.2"]
check("11.2", output_size)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:skip-connections"]
# ## Bridges: what the bottom forgets
#
# Pooling keeps *what* was seen and drops *where*: at the bottom of three levels one pixel stands for 8×8. The decoder can
# only guess where in this square an outline runs. The bridges (skip connections) hand it the encoder's maps, which still
# know:
#
# $$x_{\text{up}} = \text{block}\big([\,\text{kept},\ \text{enlarge}(x_{\text{below}})\,]\big)$$
#
# That is the claim. We test it by taking the bridges away.

# %%
device = settings.device()
mean, std = cells.X_train.mean(), cells.X_train.std()
pictures = settings.by_profile(full=96, fast=48)
epochs = settings.by_profile(full=8, fast=10)
seeds = range(settings.by_profile(full=3, fast=1))
test = (cells.X_test - mean) / std, cells.y_test


def trained(seed, loss, pictures=pictures, epochs=epochs, skips=True):
    """Return a U-Net of three levels, trained on the first pictures."""
    torch.manual_seed(seed)
    network = models.UNet(1, 1, width=8, depth=3, skips=skips).to(device)
    train = (cells.X_train[:pictures] - mean) / std, cells.y_train[:pictures]
    optimizer = torch.optim.AdamW(network.parameters(), lr=0.01)
    steps = training.steps(epochs, pictures, batch_size=8)
    schedule = OneCycleLR(optimizer, max_lr=0.01, total_steps=steps)
    plan = {"epochs": epochs, "batch_size": 8, "seed": seed}
    plan |= {"loss": loss, "verbose": False}
    training.fit(network, train, optimizer=optimizer, scheduler=schedule, **plan)
    return network


def logits_of(network, part=test):
    """Return the logits (N, 1, H, W) for the pictures of a part, on the CPU."""
    loss = training.bce_and_dice
    return evaluation.evaluate(network, part, loss=loss, batch_size=40).logits


# %% [markdown]
# So that the comparison is fair, the network without bridges gets *more* numbers to learn: its transposed convolutions
# make twice as many channels, and every block keeps its size. The loss is explained in the next section.

# %%
for skips in (True, False):
    network = models.UNet(1, 1, width=8, depth=3, skips=skips)
    numbers = sum(parameter.numel() for parameter in network.parameters())
    print(f"{'with' if skips else 'without'} bridges: {numbers:,} numbers to learn")
plots.show(
    diagrams.unet_diagram(models.UNet(1, 1, width=8, depth=3), 64, 64),
    "A U of 7 boxes with bridges: 64×64 pixels narrow to 8×8 and widen to 64×64.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Predict first.** Both networks find the nuclei. Which score will part them most: Dice, the boundary F-score within one
# pixel, or within two?

# %% tags=["nbval-ignore-output"]
kinds = {"with bridges": True, "without bridges": False}
runs = {
    name: [logits_of(trained(seed, training.bce_and_dice, skips=skips)) for seed in seeds]
    for name, skips in kinds.items()
}
measures = {
    "Dice": evaluation.dice,
    "boundary F, 1 pixel": evaluation.boundary_f,
    "boundary F, 2 pixels": lambda a, b: evaluation.boundary_f(a, b, tolerance=2),
}
ablation = {
    score: {name: [measure(z > 0, y) for z in logits] for name, logits in runs.items()}
    for score, measure in measures.items()
}
for score, found in ablation.items():
    means = [f"{np.mean(values):.3f} {name}" for name, values in found.items()]
    print(f"{score:21}" + ", ".join(means))
    assert all(0.5 < value < 1 for values in found.values() for value in values)

# %%
figure, axis = plt.subplots(figsize=(7.0, 2.6))
for row, score in enumerate(ablation):
    for name, marker, color in [
        ("with bridges", "o", plots.BLUE),
        ("without bridges", "x", plots.VERMILLION),
    ]:
        values = ablation[score][name]
        axis.plot(
            values,
            [row] * len(values),
            marker,
            color=color,
            label=name if row == 0 else None,
        )
axis.set_yticks(range(3), list(ablation))
axis.invert_yaxis()
axis.set(xlabel="score on 80 test pictures, a mark for each seed", ylim=(2.5, -0.5))
axis.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, frameon=False)
plots.show(
    figure,
    "Three scores, with and without bridges; widest gap: boundary F within 1 pixel.",
)

# %% tags=["claim"]
means = {score: [np.mean(v[name]) for name in kinds] for score, v in ablation.items()}
gap = {score: with_them - without for score, (with_them, without) in means.items()}
# measured gaps, full profile, 6 seeds: Dice 0.052 ± 0.006,
# boundary F 0.114 ± 0.010 within 1 pixel, 0.026 ± 0.010 within 2
# fast profile, 5 seeds: 0.066 ± 0.012, 0.183 ± 0.026, 0.059 ± 0.022
assert gap["Dice"] > 0.025  # claim: masks get worse without bridges
assert gap["boundary F, 1 pixel"] > 0.07  # claim: their outlines get much worse
assert gap["boundary F, 1 pixel"] > 1.4 * gap["Dice"]
print("without bridges the nuclei are found, but their outlines are less exact")

# %% tags=["nbval-ignore-output"]
figure, axes = plt.subplots(1, 4, figsize=(9.0, 2.7))
pairs = [(name, number) for number in (0, 2) for name in kinds]
for axis, (name, number) in zip(axes, pairs, strict=True):
    mask = runs[name][0][number, 0].numpy() > 0
    overlay(axis, X[number, 0].numpy(), y[number, 0].numpy(), mask)
    axis.set_title(name, fontsize=10)
plots.show(
    figure,
    "Two pictures, with bridges (outlines agree) and without (smooth, off by a pixel).",
)
assert evaluation.dice(runs["with bridges"][0] > 0, y) > evaluation.dice(by_threshold, y)

# %% [markdown]
# **What to see.** Without bridges the nuclei are found as smooth blobs whose outlines are off by a pixel or so: allow
# two pixels and most of the gap is gone. With bridges the outline follows, and now and then a speck slips through. The
# decoder does find the place, then, but by what the bridges bring.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:11.3"]
# ### Exercise 11.3 · Lay the bridge (8 min)
#
# Without padding, what was kept, (N, C, H, W), is larger than what comes from below, (N, D, h, w). Cut the middle out of
# the kept maps (the differences $H - h$ and $W - w$ are even) and lay both beside each other: kept channels first. Return
# a tensor of shape (N, C + D, h, w).


# %% tags=["exercise:11.3"] nbgrader={"grade_id": "ex-11-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def bridge(kept, below):  # Exercise 11.3
    """Cut the middle out of ``kept`` and put the channels of ``below`` after it."""
    ### BEGIN SOLUTION
    h, w = below.shape[2:]
    top, left = (kept.shape[2] - h) // 2, (kept.shape[3] - w) // 2
    middle = kept[:, :, top : top + h, left : left + w]
    return torch.cat([middle, below], dim=1)
    ### END SOLUTION


# %% tags=["check:11.3"]
check("11.3", bridge)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:11.4"]
# ### Exercise 11.4 · Which score tells? (4 min)
#
# Two networks outline single large nuclei, 100 pixels wide, in pictures of 512×512. Both find each of them; the outlines
# of one are off by two pixels everywhere, those of the other are right. Which score shows the difference best?
#
# - `"a"`: the pixel error
# - `"b"`: Dice
# - `"c"`: the boundary F-score within one pixel
# - `"d"`: IoU

# %% tags=["exercise:11.4"] nbgrader={"grade_id": "ex-11-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
choice = None  # Exercise 11.4: replace None by a letter in quotes
### BEGIN SOLUTION
choice = "c"
### END SOLUTION

# %% tags=["check:11.4"]
check("11.4", choice)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:train-unet"]
# ## Train: which loss?
#
# *Binary cross-entropy* is the mean over all pixels of the surprise at the truth. The *Dice loss* of lecture 06b asks
# for overlap, for each picture by itself, with the mask $t$ and $p = \sigma(z)$ from the logits $z$:
#
# $$L_{\text{Dice}} = 1 - \frac{2 \sum p\,t + 1}{\sum p + \sum t + 1}$$
#
# Many add the two. In PyTorch, from logits:


# %%
def dice_loss(logits, masks):
    """Return the mean Dice loss of logits and masks, both (N, 1, H, W)."""
    p = logits.sigmoid()
    overlap = 2 * (p * masks).sum(dim=(1, 2, 3)) + 1
    total = p.sum(dim=(1, 2, 3)) + masks.sum(dim=(1, 2, 3)) + 1
    return (1 - overlap / total).mean()


torch.manual_seed(11)
z = torch.randn(5, 1, 64, 64)
by_lecture_06 = losses.dice(z.sigmoid().numpy(), y[:5].numpy())
assert np.isclose(dice_loss(z, y[:5]).item(), by_lecture_06, rtol=1e-5)
assert torch.allclose(dice_loss(z, y[:5]), training.dice_loss(z, y[:5]))
bce = F.binary_cross_entropy_with_logits
assert torch.allclose(training.bce_and_dice(z, y[:5]), bce(z, y[:5]) + dice_loss(z, y[:5]))
print(f"random scores: BCE {bce(z, y[:5]):.2f}, Dice loss {dice_loss(z, y[:5]):.2f}")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Three losses, one network
#
# **Predict first.** A quarter of the pixels is nucleus. Which loss will lead to the best Dice score, and by how much? And
# which one makes the network surest of itself?

# %% tags=["nbval-ignore-output"]
by_loss = {
    "BCE": [logits_of(trained(seed, bce)) for seed in seeds],
    "Dice": [logits_of(trained(seed, training.dice_loss)) for seed in seeds],
    "both": runs["with bridges"],
}


def unsure(logits):
    """Return the share of pixels whose probability is between 0.1 and 0.9."""
    p = logits.sigmoid()
    return ((p > 0.1) & (p < 0.9)).double().mean().item()


table = {}
for name, logits in by_loss.items():
    table[name] = [(evaluation.dice(z > 0, y), unsure(z)) for z in logits]
for name, rows in table.items():
    dice, share = np.mean(rows, axis=0)
    print(f"{name:5} Dice {dice:.3f}, unsure pixels {share:.2f}")
spread = np.ptp([dice for rows in table.values() for dice, _ in rows])
assert spread < 0.08

# %% tags=["claim"]
mean_dice = {name: np.mean(rows, axis=0)[0] for name, rows in table.items()}
mean_unsure = {name: np.mean(rows, axis=0)[1] for name, rows in table.items()}
# measured Dice scores of BCE, Dice, both: full profile, 6 seeds,
# 0.940 ± 0.012, 0.946 ± 0.003, 0.944 ± 0.005;
# fast, 5 seeds, 0.914 ± 0.023, 0.914 ± 0.017, 0.920 ± 0.013
assert np.ptp(list(mean_dice.values())) < 0.05  # claim: here no loss is clearly better
# unsure pixels, BCE over Dice, paired by seed: ratio 1.7 to 3.9 (full), 1.1 to 3.0 (fast)
assert mean_unsure["Dice"] < mean_unsure["BCE"]  # claim: Dice makes a network sure
print("Dice scores differ little; the network trained with Dice is surer of its pixels")

# %%
figure, axis = plt.subplots(figsize=(7.0, 2.8))
shares = np.linspace(0, 1, 21)
for name, marker in [("BCE", "o"), ("Dice", "s"), ("both", "^")]:
    p = by_loss[name][0].sigmoid().numpy().ravel()
    counts = np.histogram(p, shares)[0] / p.size
    axis.plot(shares[1:] - 0.025, counts, marker=marker, markersize=4, label=name)
axis.set(xlabel="probability of nucleus", ylabel="share of pixels", yscale="log")
axis.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3, frameon=False)
plots.show(
    figure,
    "Histograms of the probabilities: with Dice fewest pixels lie between 0.1 and 0.9.",
)

# %% [markdown]
# **What to see.** By Dice score the three hardly differ here. What differs is the probabilities: the Dice loss pays for
# certainty. If you need probabilities that mean something, keep the cross-entropy; if foreground is rare, Dice helps
# (lecture 06b). Both together is a safe default.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The lecture's network
#
# Now with all training pictures and more epochs, and both losses. The threshold reached the score printed at the start
# of the lecture. **Predict first.** What will the network still get wrong?

# %% tags=["nbval-ignore-output"]
pictures_all = settings.by_profile(full=160, fast=48)
longer = settings.by_profile(full=20, fast=10)  # epochs
net = trained(11, training.bce_and_dice, pictures=pictures_all, epochs=longer)
found = logits_of(net) > 0
for name, mask in {"threshold": by_threshold, "U-Net": found}.items():
    for score in (evaluation.dice, evaluation.iou, evaluation.boundary_f):
        print(f"{name:9} {score.__name__:10} {score(mask, y):.3f}")
# measured: full profile 0.964 ± 0.001 (5 seeds), fast 0.920 ± 0.013 (5 seeds)
assert evaluation.dice(found, y) >= settings.by_profile(full=0.95, fast=0.87)

# %% tags=["nbval-ignore-output"]
each = np.array([evaluation.dice(one, true) for one, true in zip(found, y, strict=True)])
order = np.argsort(each)
chosen = [*order[:2].tolist(), *order[-2:].tolist()]
show_masks(
    X[chosen],
    y[chosen],
    found[chosen],
    alt="The two worst and two best pictures with true and predicted outlines.",
)
print("Dice of these pictures: " + ", ".join(f"{each[number]:.2f}" for number in chosen))
assert each.min() > 0.5

# %% [markdown]
# **What to see.** Left the two worst pictures, right the two best. What is still wrong: specks taken for nuclei, pale
# nuclei, the rim of the picture, and outlines that are a matter of a pixel, where blur and noise leave nothing more to
# see.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:11.5"]
# ### Exercise 11.5 · A mixture of two losses (8 min)
#
# Write `mixture(logits, masks, weight)`: weight · BCE + (1 − weight) · Dice loss, a tensor with one number. Both tensors
# are (N, 1, H, W). Sum the Dice loss over the pixels of each picture, with 1 added above and below, and take the mean
# over the pictures.


# %% tags=["exercise:11.5"] nbgrader={"grade_id": "ex-11-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def mixture(logits, masks, weight):  # Exercise 11.5
    """Return weight · BCE + (1 - weight) · Dice loss, from logits."""
    ### BEGIN SOLUTION
    entropy = F.binary_cross_entropy_with_logits(logits, masks)
    share, pixels = logits.sigmoid(), (1, 2, 3)
    top = 2 * (share * masks).sum(pixels) + 1
    soft_dice = 1 - (top / (share.sum(pixels) + masks.sum(pixels) + 1)).mean()
    return weight * entropy + (1 - weight) * soft_dice
    ### END SOLUTION


# %% tags=["check:11.5"]
check("11.5", mixture)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:real-microscopy"]
# ## Your own microscope
#
# Two folders are enough: one with pictures, one with masks of the same names, 255 on the foreground. Here the pictures
# must be square, of one size that is a multiple of 8, and at least 29. Put yours into
# `data/`, and write their names below. If you have none: the nuclei of the Data Science Bowl 2018, or the membranes of
# ISBI 2012, go to `nuclei/images`, `nuclei/masks`, `membrane/image` and `membrane/label`.
#
# Until then the cell writes a small folder of generated pictures, some of them dark on bright, so that all that follows
# runs.

# %% tags=["nbval-ignore-output"]
workshop = tempfile.TemporaryDirectory()
images, masks = (settings.data_folder() / "nuclei" / name for name in ("images", "masks"))
if not images.is_dir():
    images, masks = (Path(workshop.name) / "mine" / name for name in ("images", "masks"))
    images.mkdir(parents=True)
    masks.mkdir()
    drawn = data.cells(train=24, val=3, test=6, seed=1)
    pictures_drawn = torch.cat([drawn.X_train, drawn.X_val, drawn.X_test])
    masks_drawn = torch.cat([drawn.y_train, drawn.y_val, drawn.y_test])
    for number, (x, mask) in enumerate(zip(pictures_drawn, masks_drawn, strict=True)):
        x = 1 - x if number % 4 == 0 else x  # dark nuclei on bright ground
        for folder, values in ((images, x), (masks, mask)):
            grey = (255 * values[0]).round().byte().numpy()
            Image.fromarray(grey).save(folder / f"{number}.png")
own = data.segmentation_folder(images, masks)
assert len(own.X_train) >= 20 and own.y_train.unique().tolist() == [0, 1]

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### A folder is checked before it is used
#
# A mask without its picture, a size that differs, a file that was cut off: each would come back as a strange score hours
# later. So every file is opened once, and what is wrong is named.

# %%
spoiled = Path(workshop.name) / "spoiled"
for name in ("images", "masks"):
    (spoiled / name).mkdir(parents=True)
    for number in range(4):
        Image.new("L", (32, 32), 255 * (number % 2)).save(spoiled / name / f"{number}.png")


def complaint():
    try:
        data.segmentation_folder(spoiled / "images", spoiled / "masks")
    except ValueError as error:
        return str(error).replace("; ", ";\n")


(spoiled / "masks" / "2.png").rename(spoiled / "masks" / "two.png")
print(complaint())
(spoiled / "masks" / "two.png").rename(spoiled / "masks" / "2.png")
Image.new("L", (32, 40)).save(spoiled / "masks" / "2.png")
print(complaint())

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Make pictures alike
#
# Real nuclei come bright on black, purple on white, and in all strengths of light. `data.bright_on_dark` makes them grey,
# turns bright backgrounds round and stretches the contrast, each picture by itself. That is often worth more than a
# larger network.

# %% tags=["nbval-ignore-output"]
ready = data.bright_on_dark(own.X_train)
bright = own.X_train.mean(dim=1).flatten(1).median(dim=1).values > 0.5
shown = {}
for name, group in {"dark ground": ~bright, "bright ground": bright}.items():
    if not group.any():
        continue
    number = int(group.nonzero()[0])
    shown[name] = own.X_train[number].permute(1, 2, 0).squeeze().numpy()
    shown[f"{name}, prepared"] = ready[number, 0].clip(0, 1).numpy()
alt = "A dark and a bright picture; prepared, they are alike."
plots.image_row(shown, alt, limits=(0, 1))
print(f"{bright.float().mean():.0%} of the training pictures have a bright ground")
assert (ready.flatten(1).median(dim=1).values < 0.6).all()

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Few pictures, many versions
#
# A nucleus has no upright. Each pair can be turned and mirrored in eight ways, and bent a little, as tissue is: this is
# how the U-Net learned from 30 slices. **Predict first.** What happens if the mask is left as it was?

# %%
torch.manual_seed(11)
pair = cells.X_test[2:3].repeat(4, 1, 1, 1), cells.y_test[2:3].repeat(4, 1, 1, 1)
bent, bent_masks = training.random_warp(*pair, elastic=3.0)
show_masks(
    bent,
    bent_masks,
    bent_masks,
    alt="One picture in four versions, turned and bent, its mask with it.",
)
alike, left = (evaluation.dice(bent > 0.45, masks) for masks in (bent_masks, pair[1]))
print(f"bright pixels against the mask: moved with it {alike:.2f}, left behind {left:.2f}")
assert alike > left + 0.2  # claim: a mask that stays behind is wrong

# %% tags=["nbval-ignore-output"]
few = settings.by_profile(full=240, fast=24)
versions = settings.by_profile(full=6, fast=8)
torch.manual_seed(11)
originals = data.bright_on_dark(own.X_train)[:few], own.y_train[:few]
warped = [training.random_warp(*originals, elastic=1.0) for _ in range(versions)]
train = tuple(torch.cat(values) for values in zip(*warped, strict=True))
network = models.UNet(1, 1, width=8, depth=3).to(device)
optimizer = torch.optim.AdamW(network.parameters(), lr=0.01)
steps = training.steps(1, len(train[0]), batch_size=8)
schedule = OneCycleLR(optimizer, max_lr=0.01, total_steps=steps)
plan = {"epochs": 1, "batch_size": 8, "verbose": False, "loss": training.bce_and_dice}
training.fit(network, train, optimizer=optimizer, scheduler=schedule, **plan)
held_out = data.bright_on_dark(own.X_test), own.y_test
masks_found = logits_of(network, held_out) > 0
otsu = torch.stack([x > threshold_otsu(x.numpy()) for x in held_out[0]])
for name, mask in {"threshold": otsu, "U-Net": masks_found}.items():
    for score in (evaluation.dice, evaluation.boundary_f):
        print(f"{name:9} {score.__name__:10} {score(mask, own.y_test):.2f}")
assert evaluation.dice(masks_found, own.y_test) > 0.6

# %% tags=["nbval-ignore-output"]
pairs = zip(masks_found, own.y_test, strict=True)
each = np.array([evaluation.dice(one, true) for one, true in pairs])
order = np.argsort(each)
ranks = np.array([0.05, 0.35, 0.65, 0.95]) * (len(order) - 1)
chosen = order[ranks.round().astype(int)].tolist()
show_masks(
    held_out[0][chosen],
    own.y_test[chosen],
    masks_found[chosen],
    alt="Four test pictures from hard to easy with true and predicted outlines.",
)
print("Dice of these pictures: " + ", ".join(f"{each[number]:.2f}" for number in chosen))
assert 0 <= each.min() <= each.max() <= 1

# %% [markdown]
# **What to see.** From left to right: a hard picture, two in the middle, an easy one. Compare the numbers above: with
# the real nuclei, once all pictures are alike, a plain threshold is not far behind. Always measure the simple way too.
# And some of what counts as wrong there is the masks' own doubt: they were drawn by people, and shrunk.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### With more patience
#
# A wider and deeper network, all training pictures and more versions of each take minutes, too long for a cell.
# `benchmarks/segmentation_real_data.py` did it, and wrote down what came out, time included:

# %%
report = settings.course_root() / "benchmarks" / "results" / "segmentation.json"
result = json.loads(report.read_text(encoding="utf-8"))
print(result["machine"])
columns = ["dice", "background dice", "pixel error", "boundary F, 1 pixel"]
columns += ["boundary F, 2 pixels", "seconds"]
for name in ("nuclei", "membranes"):
    rows = [row for row in result["rows"] if row["data"] == name]
    for column in columns:
        values = [row[column] for row in rows]
        decimals = 0 if column == "seconds" else 3
        low, high = (f"{value:.{decimals}f}" for value in (min(values), max(values)))
        print(f"{name:10}{column:21} {low} to {high} ({len(values)} seeds)")

# %% [markdown]
# **What to see.** For membranes the foreground is the inside of cells, most of the picture, so its Dice is high whatever
# the lines between are like; "background dice" is that of the membranes. No membrane is shown here: that data set is
# offered for research, while the nuclei are free for all (CC0). The last slices are kept for testing, in one block:
# neighbours in a stack look alike, and a random draw would flatter.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:11.6"]
# ### Exercise 11.6 · One change for both (6 min)
#
# Write `mirrored(X, y, which)`: pictures (N, C, H, W), masks (N, 1, H, W), and a boolean tensor (N,) that says which
# pairs to mirror from left to right. Return the new pictures and the new masks; leave the given ones as they are.


# %% tags=["exercise:11.6"] nbgrader={"grade_id": "ex-11-6", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def mirrored(X, y, which):  # Exercise 11.6
    """Mirror the chosen pictures from left to right, and their masks."""
    ### BEGIN SOLUTION
    new_X, new_y = X.clone(), y.clone()
    new_X[which] = X[which].flip(3)
    new_y[which] = y[which].flip(3)
    return new_X, new_y
    ### END SOLUTION


# %% tags=["check:11.6"]
check("11.6", mirrored)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:11.7"]
# ### Exercise 11.7 · A U-Net for a small budget (15 min)
#
# Return a network for color pictures, (N, 3, H, W) to logits (N, 1, H, W) for sides that are multiples of 8, with at
# most 20,000 trainable numbers, that sees at least 12 pixels far and learns, in 40 short steps of training (use batch
# norm), to draw details of one pixel. Use `models.UNet`, or better: write your own, with whatever bridges you like.


# %% tags=["exercise:11.7"] nbgrader={"grade_id": "ex-11-7", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def small_unet():  # Exercise 11.7
    """Return an untrained network."""
    ### BEGIN SOLUTION
    return models.UNet(3, 1, width=3, depth=3)
    ### END SOLUTION


# %% tags=["check:11.7"]
check("11.7", small_unet)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:11.8"]
# ### Exercise 11.8 · Count the nuclei (7 min)
#
# Write `count_nuclei(mask, smallest)` for a boolean array (H, W): the number of pieces with at least `smallest` pixels.
# Pixels belong together if they touch above, below, left or right; touching at a corner is not enough.
# `ndimage.label` numbers the pieces.


# %% tags=["exercise:11.8"] nbgrader={"grade_id": "ex-11-8", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def count_nuclei(mask, smallest):  # Exercise 11.8
    """Return how many pieces of ``mask`` have at least ``smallest`` pixels."""
    ### BEGIN SOLUTION
    numbered, _ = ndimage.label(mask)
    sizes = np.bincount(numbered.ravel())[1:]
    return int((sizes >= smallest).sum())
    ### END SOLUTION


# %% tags=["check:11.8"]
check("11.8", count_nuclei)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Save it, load it, use it on a new picture
#
# What to keep: the weights, how the network was made, and how pictures were prepared. Without the last a network that
# was right yesterday is wrong tomorrow, and nothing warns (lecture 09). Here we save `net`. For the network of your own
# folder save `network` instead, and in `predict` prepare with `data.bright_on_dark(x)` in place of mean and std.

# %%
file = Path(workshop.name) / "unet.pt"
made = {"in_channels": 1, "classes": 1, "width": 8, "depth": 3}
torch.save(
    {"made": made, "mean": float(mean), "std": float(std), "weights": net.state_dict()},
    file,
)

saved = torch.load(file, map_location="cpu", weights_only=True)
loaded = models.UNet(**saved["made"])
loaded.load_state_dict(saved["weights"])
loaded.eval()
assert torch.equal(logits_of(loaded) > 0, logits_of(net.cpu()) > 0)
print("the loaded network draws the same masks;", len(saved["weights"]), "tensors saved")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### A picture of any size
#
# A new picture need not have 64×64 pixels, nor sides that fit: mirror its rim until they do, predict, and cut the rim off
# again. Put your own into `my_work/cells.png`; until you do, one is drawn.


# %%
def predict(network, picture, multiple=8):
    """Return the mask (H, W) of a grey picture (H, W) with values in [0, 1]."""
    height, width = picture.shape
    x = torch.tensor(picture, dtype=torch.float32)[None, None]  # (1, 1, H, W)
    x = (x - saved["mean"]) / saved["std"]
    x = F.pad(x, (0, -width % multiple, 0, -height % multiple), mode="reflect")
    with torch.inference_mode():
        probability = network(x).sigmoid()[0, 0, :height, :width]
    return (probability > 0.5).numpy()


new = data.cells(1, 1, 1, size=150, seed=5)
drawn_picture, drawn_mask = (
    new.X_test[0, 0, :101].numpy(),
    new.y_test[0, 0, :101].numpy() > 0,
)
mask = predict(loaded, drawn_picture)
print(f"a picture of {drawn_picture.shape}, a mask of {mask.shape}")
assert mask.shape == drawn_picture.shape and 101 % 8 != 0

# %% tags=["nbval-ignore-output"]
path = settings.work_folder() / "cells.png"
picture = drawn_picture
if path.exists():
    picture = np.asarray(Image.open(path).convert("L")) / 255
figure, axes = plt.subplots(1, 2, figsize=(9.0, 3.3))
axes[0].imshow(picture)
axes[0].set_axis_off()
outlined = predict(loaded, picture)
overlay(axes[1], picture, outlined if path.exists() else drawn_mask, outlined)
plots.show(figure, "A new picture, and the outlines that the loaded network found in it.")
score = evaluation.dice(mask, drawn_mask)
print(f"Dice on the drawn picture {score:.2f}")
assert score > 0.8

# %%
workshop.cleanup()
print("file left behind:", file.exists())

# %% [markdown]
# **What to see.** The network was trained on squares of 64 pixels and draws a mask of any size: convolutions do not care.
# It has learned *these* nuclei, though. For other cells, train it on their folder.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | question | answer |
# |---|---|
# | what does the encoder buy? | context: each level doubles what a pixel sees |
# | what do the bridges buy? | place: outlines to the pixel |
# | which sizes fit? | padded: multiples of $2^{\text{depth}}$; as published: ask `output_size` |
# | which loss? | BCE, Dice, or both: close in score, different in certainty |
# | which score? | Dice or IoU for areas, boundary F for outlines; never the pixel error alone |
# | few pictures? | make them alike, turn and bend them, masks too |
# | which pictures to test on? | others: a block apart, better another stack |

# %% slideshow={"slide_type": "skip"} tags=["progress:11"]
from course_utils.exercises import progress

progress("11")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# 1. Your network reports a pixel error of 2 % on pictures in which nuclei cover 2 % of the pixels. How good is it?
# 2. Why must a U-Net of depth 4 with padding refuse a picture of 100×100 pixels?
# 3. Two colleagues train on the same stack of slices. One draws test slices at random and reports the higher Dice. Whose
#    number will hold on the next animal?
#
# <details><summary>Answers</summary>
#
# 1. Nobody knows: a network that never finds a nucleus has the same pixel error. Ask for Dice.
# 2. 100 is halved to 50 and 25, and 25 cannot be halved: on the way back 24 would meet 25 at the bridge.
# 3. Neither is sure to, but the random draw flatters: its test slices have neighbours in the training set that look
#    nearly the same.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - O. Ronneberger, P. Fischer and T. Brox, U-Net: convolutional networks for biomedical image segmentation, *MICCAI*
#   2015, arXiv:1505.04597: the network, valid convolutions, elastic deformation.
# - M. Drozdzal, E. Vorontsov, G. Chartrand, S. Kadoury and C. Pal, The importance of skip connections in biomedical image
#   segmentation, *DLMIA* 2016: networks with and without bridges.
# - L. R. Dice, Measures of the amount of ecologic association between species, *Ecology* 26, 297–302, 1945.
# - G. Csurka, D. Larlus and F. Perronnin, What is a good evaluation measure for semantic segmentation?, *BMVC* 2013: the
#   boundary F-score.
# - N. Otsu, A threshold selection method from gray-level histograms, *IEEE Transactions on Systems, Man, and Cybernetics*
#   9, 62–66, 1979.
# - J. C. Caicedo et al., Nucleus segmentation across imaging experiments: the 2018 Data Science Bowl, *Nature Methods* 16,
#   1247–1253, 2019: the nuclei (BBBC038, CC0).
# - I. Arganda-Carreras et al., Crowdsourcing the creation of image segmentation algorithms for connectomics, *Frontiers in
#   Neuroanatomy* 9, 142, 2015: the membranes of ISBI 2012.
