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
# # 11a · U-Net
#
# Last time, a network named what is in an image: one prediction for the whole of it. Today we ask for one at every
# single pixel. A biologist wants to know where the nuclei of her cells are, and how large. The U-Net was made for that:
# it learns from few images.
#
# **After this lecture, you will be able to**
# - write a U-Net, and say which image sizes fit;
# - score a predicted mask by its area and by its outline, and say which score a question needs;
# - explain what skip connections carry, and measure what they are worth;
# - choose a loss on validation data, and look at more than one number when you do.
#
# **You need** convolution and pooling (chapter 03), cross-entropy and the Dice loss (06b), and three sets of data
# (09a).
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 65 min | 49 min | 1 min |

# %% tags=["setup"]
import json

import numpy as np
import torch
from scipy import ndimage
from skimage.filters import threshold_local, threshold_otsu
from torch import nn
from torch.nn import functional as F

# %% tags=["setup"]
from course_utils import (
    data,
    diagrams,
    evaluation,
    evidence,
    losses,
    models,
    plots,
    settings,
    training,
    widgets,
)
from course_utils.exercises import check, hint

plots.use_course_style()
torch.set_num_threads(1)  # in networks this small, more threads only wait
cells = data.cells(train=320, val=80, test=160, size=32)
SHORT, LONG = settings.by_profile(full=(100, 900), fast=(40, 100))  # steps
STORED = settings.course_root() / "benchmarks" / "results" / "small_unets.json"
record = json.loads(STORED.read_text(encoding="utf-8"))


def stored(name, steps, score):
    """Return a score on the validation images for each of five seeds, as recorded."""
    wanted = name, steps, "validation"
    rows = record["rows"]
    return [r[score] for r in rows if (r["name"], r["steps"], r["part"]) == wanted]


# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:train-unet"]
# ## A prediction for every pixel
#
# A *mask* says for each pixel whether it belongs to a nucleus: 1 if it does, 0 if it does not. Drawing masks by hand
# takes hours, and two people draw two different outlines. So we begin with images made by a program: nuclei that
# overlap, uneven light, bright specks and out-of-focus glow that are not nuclei, blur, and noise. Their masks are
# exact.

# %%
X, y = cells.X_val, cells.y_val  # (80, 1, 32, 32), to look at and to choose with
shown = {f"image {k}": X[k, 0] for k in (2, 5)} | {f"mask {k}": y[k, 0] for k in (2, 5)}
plots.image_row(shown, alt="Two blurred images of bright nuclei, and their masks.")
print(f"{y.mean():.0%} of the pixels belong to a nucleus")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### How good is a mask?
#
# Let $A$ be the predicted mask and $B$ the true one. *Dice* and *IoU* (intersection over union) ask how much of the
# area they share. The *pixel error* is the fraction of pixels that are wrong, so here, and only here, lower is better.
#
# $$\text{Dice} = \frac{2\,|A \cap B|}{|A| + |B|}, \qquad \text{IoU} = \frac{|A \cap B|}{|A \cup B|}$$
#
# On paper: if $A$ has 6 pixels, $B$ has 4, and they share 3, then Dice is $2 \cdot 3 / 10 = 0.6$, and IoU is $3/7$.
#
# The *boundary F-score* asks about outlines. What fraction of the predicted outline lies within a pixel or two of the
# true one (precision $P$), and what fraction of the true outline is met (recall $R$)? The score is $2PR / (P + R)$.


# %%
def outline(mask):
    """Return the pixels of a mask (H, W) that touch the background, as booleans."""
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


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** A mask is shifted to the right by two pixels. Which score suffers most: Dice, the pixel error, or
# the boundary F-score with a tolerance of one pixel? And what happens to that last one if you allow two pixels?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:outline-score-notices"]
true = cells.y_val[:40, 0].numpy() > 0
shifted = np.zeros_like(true)
shifted[:, :, 2:] = true[:, :, :-2]
scores = {"Dice": evaluation.dice(shifted, true), "IoU": evaluation.iou(shifted, true)}
scores["1 - pixel error"] = (true == shifted).mean()
for tolerance in (1, 2):
    name = f"boundary F, {tolerance} px"
    scores[name] = evaluation.boundary_f(shifted, true, tolerance)
    ours = boundary_f(shifted[0], true[0], tolerance)
    assert np.isclose(ours, evaluation.boundary_f(shifted[0], true[0], tolerance))
for name, score in scores.items():
    print(f"{name:16} {score:.2f}")
# claim: one pixel of tolerance notices most, and two pixels forgive
assert scores["boundary F, 1 px"] < min(scores["Dice"], scores["1 - pixel error"]) - 0.1
assert scores["boundary F, 2 px"] > scores["boundary F, 1 px"] + 0.2

# %% [markdown] slideshow={"slide_type": "fragment"}
# **The boundary F-score** with one pixel suffers most, and with two pixels it recovers. If you said Dice: most of the
# area still overlaps, because areas grow with the square of the radius and outlines only with the radius. From here on,
# the scores come from `evaluation`; an assertion has just shown that ours agrees with it.

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Try it.** Shift the mask and move the tolerance. The yellow dashed line is the true outline, the solid blue line is
# the shifted one. For which shifts does Dice stay above 0.8 although no outline is where it should be?


# %% tags=["hide-input"]
def shifted_mask(shift, tolerance):
    true = cells.y_val[2, 0].numpy() > 0
    moved = np.zeros_like(true)
    moved[:, shift:] = true[:, : true.shape[1] - shift]
    dice, f = evaluation.dice(moved, true), evaluation.boundary_f(moved, true, tolerance)
    title = f"Dice {dice:.2f}, boundary F {f:.2f}"
    return diagrams.outlined({title: (cells.X_val[2], true, moved)})


widgets.explore(
    shifted_mask,
    alt="An image of nuclei with the true outlines, and the same outlines shifted.",
    shift=widgets.Slider(0, 6, 2),
    tolerance=widgets.Slider(0, 4, 1),
)

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 0 to 12. Draw two overlapping disks and ask for Dice and IoU. Usual wrong answer: "Dice notices most, because
# it is the strict one". Dice and IoU always rank two masks the same way; only the boundary score looks somewhere else.
# A pixel error of 2% is worthless if nuclei cover 2% of the pixels: predicting nothing reaches it.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:11a.1"]
# ### Exercise 11a.1 · Dice and IoU, empty masks included (6 min)
#
# Write `scores_of(prediction, target)` for two boolean tensors of one shape, (N, 1, H, W). Return Dice and IoU of all
# pixels taken together, two numbers. Two masks without any foreground are equal, so both scores are 1.


# %% tags=["exercise:11a.1"] nbgrader={"grade_id": "ex-11a-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def scores_of(prediction, target):  # Exercise 11a.1
    """Return (Dice, IoU) of boolean masks (N, 1, H, W)."""
    ### BEGIN SOLUTION
    overlap = (prediction & target).sum().item()
    union = (prediction | target).sum().item()
    if union == 0:
        return 1.0, 1.0
    return 2 * overlap / (union + overlap), overlap / union
    ### END SOLUTION


# %% tags=["check:11a.1"]
check("11a.1", scores_of)

# %% [markdown]
# Stuck on an exercise? `hint` helps a little, and a little more each time you call it.

# %%
hint("11a.1", 1)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## How far does a threshold get?
#
# Before we train anything, we need a fair opponent. Nuclei are bright, so a threshold is a sensible idea. *Otsu's
# method* picks, for each image, the gray value that separates its pixels best into two groups. We can do better without
# any learning: smooth the noise away first, compare each pixel with its *neighborhood* instead of a single value for
# the whole image, and throw away pieces that are too small to be a nucleus.


# %%
def by_otsu(image):
    """Return a mask (H, W): pixels above one threshold for the whole image."""
    return image > threshold_otsu(image)


def by_neighborhood(image, sigma=1.0, window=25, offset=-0.02, smallest=25):
    """Return a mask (H, W): pixels brighter than what is around them, without specks."""
    smooth = ndimage.gaussian_filter(image, sigma)
    mask = smooth > threshold_local(smooth, window, offset=offset)
    numbers = ndimage.label(mask)[0]  # 1, 2, … on the pieces, 0 on the background
    return mask & (np.bincount(numbers.ravel())[numbers] >= smallest)


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** The three numbers of the second method (smoothing, window, smallest piece) are chosen on the
# validation images, among eighteen settings. By how much does it beat Otsu's method in Dice: not at all, by 0.02, or by
# more?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:neighborhood-beats-otsu"]
images, true = cells.X_val[:, 0].numpy(), cells.y_val[:, 0].numpy() > 0
settings_tried = [(s, w, k) for s in (0.7, 1, 1.5) for w in (15, 25, 31) for k in (12, 25)]


def masks_of(images, sigma, window, smallest):
    tuned = {"sigma": sigma, "window": window, "smallest": smallest}
    return np.stack([by_neighborhood(image, **tuned) for image in images])


found = {choice: masks_of(images, *choice) for choice in settings_tried}
best = max(found, key=lambda choice: evaluation.dice(found[choice], true))
otsu = np.stack([by_otsu(image) for image in images])
print("chosen: smoothing {}, window {}, smallest piece {}".format(*best))
for name, masks in {"Otsu": otsu, "neighborhood": found[best]}.items():
    print(f"{name:13} Dice {evaluation.dice(masks, true):.2f}", end=", ")
    print(f"boundary F {evaluation.boundary_f(masks, true):.2f}")
plots.show(
    diagrams.outlined(
        {
            "Otsu": (images[5], true[5], otsu[5]),
            "neighborhood": (images[5], true[5], found[best][5]),
        }
    ),
    alt="The outline by Otsu's method strays far from the true one; the other is closer.",
)
assert evaluation.dice(found[best], true) > evaluation.dice(otsu, true) + 0.02
assert np.array_equal(found[best], np.stack([by_neighborhood(image) for image in images]))

# %% [markdown] slideshow={"slide_type": "fragment"}
# By **more than 0.02**. A comparison with Otsu alone would flatter every network. What is still wrong is not a matter
# of one more setting: whether a gray pixel belongs to a nucleus depends on what lies around it, on shapes and not only
# on brightness. We need a method that looks at a large neighborhood and still draws exact outlines.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 12 to 20. Ask which pixel of the left image a person would call differently, and why. Insist that the opponent
# was tuned on the same validation images as everything else. Usual wrong answer: "not at all, a threshold is a
# threshold".

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:encoder-decoder"]
# ## Down for context, up for place
#
# The *encoder* convolves and pools. At each level, the feature map has half the height and width and twice the
# channels, and each of its pixels has seen a larger piece of the image. The *decoder* goes back up to one prediction
# per pixel. It needs a layer that makes maps larger.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["defines:transposed convolution"]
# ### A layer that enlarges
#
# A **transposed convolution** runs a convolution backward: every input value stamps a weighted copy of the kernel into
# a larger output. With a 2 × 2 kernel and a stride of 2, each pixel becomes a 2 × 2 square, and no two squares overlap.
# On paper: the input 1, 3 and the kernel 2, 1 give 2, 1, 6, 3.

# %%
small = torch.tensor([[1.0, 3.0], [0.0, 2.0]])
kernel = torch.tensor([[2.0, 1.0], [0.0, -1.0]])
large = F.conv_transpose2d(small[None, None], kernel[None, None], stride=2)[0, 0]
plots.number_row(
    {"input": small.numpy(), "kernel": kernel.numpy(), "output": large.numpy()},
    alt="A 2 × 2 input and a 2 × 2 kernel give a 4 × 4 output of four scaled kernels.",
)
assert torch.equal(large, torch.kron(small, kernel))

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** The input is 1 everywhere, and so are all weights of a kernel. With a 2 × 2 kernel and stride 2,
# the output is 1 everywhere, too. What does the output look like with a **3 × 3** kernel and stride 2?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:overlap-makes-a-checkerboard"]
ones = torch.ones(1, 1, 4, 4)
stamped = F.conv_transpose2d(ones, torch.ones(1, 1, 3, 3), stride=2)[0, 0]
plots.number_row(
    {"3 × 3 kernel, stride 2": stamped.numpy()},
    alt="A checkerboard-like pattern of ones, twos, and fours.",
)
inside = stamped[1:-1, 1:-1]
assert inside.unique().tolist() == [1, 2, 4]  # claim: flat in, not flat out

# %% [markdown] slideshow={"slide_type": "fragment"}
# **A pattern of 1, 2, and 4**, like a checkerboard: where stamps overlap, they add up. Many networks draw such patterns
# into their images. The U-Net avoids them with a kernel as wide as its stride. Enlarging by copying or interpolation,
# followed by a convolution, is the other common way out.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Two levels in code
#
# At each level on the way up, the decoder lays what the encoder had at this level beside its own map, as more channels.


# %%
def block(inputs, outputs):
    """Two 3 × 3 convolutions, each with batch norm and ReLU; height and width stay."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
        nn.Conv2d(outputs, outputs, 3, padding=1),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


# %% slideshow={"slide_type": "subslide"}
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


# %% [markdown] slideshow={"slide_type": "skip"}
# `models.UNet` is the same network with any number of levels. With two levels and the same weights, both compute the
# same:

# %% slideshow={"slide_type": "skip"}
torch.manual_seed(11)
net, imported = TwoLevels(width=8).double(), models.UNet(1, 1, width=8, depth=2).double()
weights = zip(imported.state_dict(), net.state_dict().values(), strict=True)
imported.load_state_dict(dict(weights))  # raises an error where a shape differs
three = cells.X_val[:3].double()
assert torch.allclose(imported(three), net(three))
parameters = sum(values.numel() for values in net.parameters())
print(f"{tuple(three.shape)} becomes {tuple(net(three).shape)}; {parameters:,} parameters")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### As published
#
# Ronneberger, Fischer, and Brox pooled four times, from 64 channels to 1,024, and did not pad: each 3 × 3 convolution
# takes one pixel from every side, and what the encoder kept is cropped to fit.
#
# **Predict first.** An image of 572 × 572 pixels goes in. About how large is the mask that comes out: 572, 550, or
# below 400?

# %% slideshow={"slide_type": "subslide"} tags=["reveals", "hide-input"]
published = models.UNet(1, 2, padded=False, batch_norm=False)
plots.show(
    diagrams.unet_diagram(published, 572, 572),
    alt="A U of nine boxes: 572×572 pixels narrow to 28×28 and widen to 388×388.",
)
parameters = sum(values.numel() for values in published.parameters())
print(f"572 pixels become {published.output_size(572)}; {parameters:,} parameters")
assert published.output_size(572) == 388 and round(parameters / 1e6, 1) == 31.0

# %% [markdown] slideshow={"slide_type": "fragment"}
# **388**, because a pixel lost at the bottom is worth sixteen at the top. The drawing is made from the network: above
# each box you read its channels, below it height and width. Black arrows pool, orange arrows enlarge, and dashed green
# arrows carry the encoder's maps across. Two channels come out, one logit for each of two classes, and a softmax at
# each pixel. Our own networks have one logit per pixel and a sigmoid, which amounts to the same for two classes (06b).
# They also pad.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Which sizes fit?
#
# Whatever is halved must be even, or the two maps that meet on the way up would differ by a pixel. With padding, height
# and width must be multiples of $2^{\text{depth}}$. A network that rounds silently is hard to debug. This one says what
# fits:

# %%
unpadded, ours = models.UNet(1, 2, padded=False, width=2), models.UNet(1, 1, depth=3)
for network, size in ((unpadded, 512), (ours, 100)):
    try:
        network(torch.zeros(1, 1, size, size))
    except ValueError as error:
        print(error)

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 20 to 38. Let the class compute the sizes of two levels without padding on the board before the figure
# appears. Usual wrong answer: 550, because there are eighteen 3 × 3 convolutions and each takes two pixels. But most of
# them act on small maps, where a pixel stands for 2, 4, 8, or 16 pixels of the image.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:11a.2"]
# ### Exercise 11a.2 · How many pixels come out? (8 min)
#
# First on paper for 60 pixels and a depth of 2, then as a function. Write `output_size(size, depth)` for a U-Net
# *without* padding: two 3 × 3 convolutions at each level of both arms and at the bottom, pooling by two on the way
# down, doubling on the way up. Return 0 where the size does not fit: where something odd, or less than 2, would be
# halved, or where nothing is left.


# %% tags=["exercise:11a.2"] nbgrader={"grade_id": "ex-11a-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def output_size(size, depth):  # Exercise 11a.2
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


# %% tags=["check:11a.2"]
check("11a.2", output_size)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## How far does a pixel see?
# One prediction depends on a square of the image, its receptive field (03b): it is where the gradient of that one score
# with respect to the image is not zero. And *how large* the gradient is tells us how much each pixel matters.


# %%
def influence(depth, seed):
    """Return |∂ score / ∂ image| for one middle pixel of an untrained U-Net."""
    torch.manual_seed(seed)
    network = models.UNet(1, 1, width=4, depth=depth, batch_norm=False)
    image = torch.rand(1, 1, 128, 128, requires_grad=True)
    network(image)[0, 0, 64, 64].backward()
    return image.grad[0, 0].abs()


maps = {depth: sum(influence(depth, seed) for seed in range(10)) for depth in (1, 2, 3)}
widths = {d: int((values.sum(dim=0) > 0).sum()) for d, values in maps.items()}
for depth, width in widths.items():
    print(f"depth {depth}: {4 * depth + 2} convolutions see {width} × {width} pixels")


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** With three levels, a prediction can depend on a square of about 90 × 90 pixels. Which fraction of
# the total influence lies in the middle 21 × 21 pixels, about a twentieth of that area: a twentieth, a third, or nearly
# all?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:context-doubles-but-fades"]
growth = np.diff([0, *widths.values()])
fractions = []
for seed in range(10):
    values = influence(3, seed)
    fractions.append(float(values[54:75, 54:75].sum() / values.sum()))
inner = evidence.over_seeds(fractions)
print(f"the receptive field grows by {growth[1]} and {growth[2]} pixels")
print(f"influence within 21 × 21 pixels: {inner}")
assert 1.5 * growth[1] < growth[2] < 2.5 * growth[1]  # claim: about twice as much
assert inner.is_above((1 / 20 + 1 / 3) / 2)  # claim: nearer to a third than to a twentieth
assert inner.is_below((1 / 3 + 1) / 2)  # claim: and than to nearly all


# %% [markdown] slideshow={"slide_type": "fragment"}
# **About a third**, several times what the area would suggest. A handful of paths through the network reach the edge of
# the receptive field, and thousands reach its center. What matters in practice is this *effective* receptive field, and
# it is a lot smaller than the square. Move the slider: the yellow square is the receptive field, and the brightness is
# the influence on a logarithmic scale.

# %% tags=["hide-input"]
widgets.explore(
    lambda depth: diagrams.seen_square(
        maps[depth], widths[depth], f"depth {depth}: {widths[depth]} pixels wide"
    ),
    alt="Influence on one score: bright in the middle, fading inside a yellow square.",
    depth=widgets.Slider(1, 3, 2),
)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:skip-connections"]
# ## What the bottom forgets
#
# Pooling keeps *what* was seen and drops *where*: at the bottom of three levels, one pixel stands for 8 × 8 pixels of
# the image. The decoder has to guess where in this square an outline runs. A skip connection carries values past layers
# (10a). In the U-Net, it hands the decoder the encoder's maps, in which the place is still known:
#
# $$x_{\text{up}} = \text{block}\bigl([\,\text{kept},\ \text{enlarge}(x_{\text{below}})\,]\bigr)$$
#
# That is the claim; now we test it. Without skip connections, the transposed convolutions make twice as many channels,
# so that every block keeps its size and the network without them even has *more* parameters.

# %%
for skips in (True, False):
    network = models.UNet(1, 1, width=8, depth=3, skips=skips)
    parameters = sum(values.numel() for values in network.parameters())
    print(f"{'with' if skips else 'without'} skip connections: {parameters:,} parameters")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** We train both for a short time, from five seeds. Both find the nuclei. Which score shows the larger
# difference: Dice or the boundary F-score within one pixel?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:skips-help-outlines", "nbval-ignore-output"]
scores, found = {}, {}
for name, skips in {"with": True, "without": False}.items():
    for seed in range(5):
        network = training.train_small_unet(
            cells.X_train, cells.y_train, steps=SHORT, seed=seed, skips=skips
        )
        found[name] = training.logits_of(network, cells.X_val) > 0
        for score in (evaluation.dice, evaluation.boundary_f):
            value = score(found[name], cells.y_val)
            scores.setdefault((score.__name__, name), []).append(value)
for score in ("dice", "boundary_f"):
    names = f"{score} with skip connections", f"{score} without"
    result = evidence.compare(scores[score, "with"], scores[score, "without"], names=names)
    print(result)
    if score == "boundary_f" or evidence.in_full_only("Dice gains after 100 steps"):
        assert result.improves()  # claim: better with them
gain = {s: np.subtract(scores[s, "with"], scores[s, "without"]) for s, _ in scores}
assert evidence.compare(gain["boundary_f"], gain["dice"]).improves()  # claim: most

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input"]
plots.show(
    diagrams.outlined(
        {
            f"{name} skip connections": (cells.X_val[5], cells.y_val[5], one[5])
            for name, one in found.items()
        }
    ),
    alt="Outlines of one image: closer to the true ones with skip connections.",
)

# %% [markdown] slideshow={"slide_type": "fragment"}
# **The boundary F-score.** Without skip connections, the network finds the nuclei as smooth blobs, and their outlines are
# off. If you expected Dice to suffer as much: a pixel more or less at the rim changes little of an area.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Is it only a matter of time?
#
# A short training may be unfair to the network without skip connections: perhaps it learns the same, only more slowly.
# We trained both for two lengths, each at the learning rate that suits it best on the validation images. That takes
# minutes, so the results are stored (`benchmarks/small_unets.py`).
#
# **Predict first.** From 100 to 600 steps, what happens to the gap: does it stay, shrink, or close?

# %% slideshow={"slide_type": "subslide"} tags=["reveals", "hide-input"]
lengths, names = (100, 600), ("skip connections", "none")
for score in ("dice", "boundary F, 1 pixel", "boundary F, 2 pixels"):
    print(f"{score}: gap on the validation images (stored)")
    for steps in lengths:
        gap = evidence.compare(*(stored(name, steps, score) for name in names))
        verdict = "clear" if gap.is_clear() else "not clear"
        print(f"  {steps:4} steps: {gap.gain}, {verdict}")
score = "boundary F, 1 pixel"
plots.curves(
    {n: [np.mean(stored(n, steps, score)) for steps in lengths] for n in names},
    x=lengths,
    log_x=True,
    xlabel="training steps (stored)",
    ylabel=f"{score}, validation",
    alt="Both curves rise with the steps; the one with skip connections stays above.",
)

# %% [markdown] slideshow={"slide_type": "fragment"}
# **It shrinks to less than half, but it does not close.** So a part of what skip connections buy is *speed*: with time, the network without them finds outlines, too; the channels of its bottom can code the place. If you said that
# the gap closes, you were right about this part. What remains is clear in both scores, and it is larger in the outlines.
# How much of it would be left after many more steps, these two lengths cannot say.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 38 to 55. Ask: "How could the decoder know where the outline is without skip connections?" It can learn to
# code the place in the channels of the bottom, and with time it does so better and better. Usual wrong answer: "It
# cannot know at all".

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:11a.3"]
# ### Exercise 11a.3 · Crop and concatenate (8 min)
#
# Without padding, what the encoder kept, (N, C, H, W), is larger than what comes from below, (N, D, h, w). Write
# `joined(kept, below)`: crop the middle of the kept maps (the differences $H - h$ and $W - w$ are even), and put the
# channels of both together, the kept ones first. Return a tensor of shape (N, C + D, h, w).


# %% tags=["exercise:11a.3"] nbgrader={"grade_id": "ex-11a-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def joined(kept, below):  # Exercise 11a.3
    """Crop the middle of ``kept`` and put the channels of ``below`` after it."""
    ### BEGIN SOLUTION
    h, w = below.shape[2:]
    top, left = (kept.shape[2] - h) // 2, (kept.shape[3] - w) // 2
    middle = kept[:, :, top : top + h, left : left + w]
    return torch.cat([middle, below], dim=1)
    ### END SOLUTION


# %% tags=["check:11a.3"]
check("11a.3", joined)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:11a.4"]
# ### Exercise 11a.4 · Which score tells? (4 min)
#
# Two networks outline single large nuclei, 100 pixels wide, in images of 512 × 512 pixels. Both find every nucleus. The
# outlines of one network are off by two pixels everywhere; those of the other are correct. Which score shows the
# difference best?
#
# - **a** the pixel error
# - **b** Dice
# - **c** the boundary F-score within one pixel
# - **d** IoU

# %% tags=["exercise:11a.4"] nbgrader={"grade_id": "ex-11a-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
choice = None  # Exercise 11a.4: replace None with "a", "b", "c" or "d"
### BEGIN SOLUTION
choice = "c"
### END SOLUTION

# %% tags=["check:11a.4"]
check("11a.4", choice)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Which loss?
#
# *Binary cross-entropy* is the mean over all pixels. The *Dice loss* of lecture 06b asks for overlap, for each image by
# itself, with the mask $t$ and $p = \sigma(z)$ from the logits $z$. Many people add the two.
#
# $$L_{\text{Dice}} = 1 - \frac{2 \sum p\,t + 1}{\sum p + \sum t + 1}$$


# %%
def dice_loss(logits, masks):
    """Return the mean Dice loss of logits and masks, both (N, 1, H, W)."""
    p = logits.sigmoid()
    overlap = 2 * (p * masks).sum(dim=(1, 2, 3)) + 1
    total = p.sum(dim=(1, 2, 3)) + masks.sum(dim=(1, 2, 3)) + 1
    return (1 - overlap / total).mean()


torch.manual_seed(11)
z, masks = torch.randn(5, 1, 32, 32), cells.y_val[:5]
by_lecture_06 = losses.dice(z.sigmoid().numpy(), masks.numpy())
assert np.isclose(dice_loss(z, masks).item(), by_lecture_06, rtol=1e-5)
assert torch.allclose(dice_loss(z, masks), training.dice_loss(z, masks))
bce = F.binary_cross_entropy_with_logits
both = bce(z, masks) + dice_loss(z, masks)
assert torch.allclose(training.bce_and_dice(z, masks), both)
print(f"random logits: BCE {bce(z, masks):.2f}, Dice loss {dice_loss(z, masks):.2f}")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** A network trained with cross-entropy is trained to give probabilities, one trained with Dice is
# not. So which one is better calibrated (09b) on the validation images: the one with cross-entropy, clearly, or can the
# other be as good? Think of a short training and of a long one.

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input"]
for steps in (100, 600):
    print(f"{steps} steps, mean of five seeds (stored)")
    for name in ("cross-entropy", "Dice", "skip connections"):
        dice, error, entropy = (
            np.mean(stored(name, steps, score))
            for score in ("dice", "calibration error", "cross-entropy")
        )
        name = "both" if name == "skip connections" else name
        print(f"  {name:13} Dice {dice:.3f}, calibration error {error:.3f}", end=", ")
        print(f"cross-entropy {entropy:.3f}")
    for score in ("dice", "calibration error"):
        pair = [stored(name, steps, score) for name in ("cross-entropy", "Dice")]
        better = "higher" if score == "dice" else "lower"
        names = "cross-entropy", "Dice loss"
        print(f"  {score}: {evidence.compare(*pair, better=better, names=names)}")

# %% [markdown] slideshow={"slide_type": "fragment"}
# **It depends on the length.** After 100 steps, none of the differences is clear; if anything, Dice leads. After 600
# steps, cross-entropy is clearly better calibrated, and its masks are no worse, even by the Dice score. Stop early, and
# you would conclude the opposite. The sum of both has the masks of the one and nearly the calibration of the other, so
# we keep it. One reservation: all three losses used the learning rate that was tuned for the sum.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:11a.5"]
# ### Exercise 11a.5 · A mixture of two losses (8 min)
#
# Write `mixture(logits, masks, weight)`: weight · BCE + (1 − weight) · Dice loss, a tensor with one number. Both
# tensors have the shape (N, 1, H, W). In the Dice loss, sum over the pixels of each image, add 1 to the numerator and
# to the denominator, and take the mean over the images.


# %% tags=["exercise:11a.5"] nbgrader={"grade_id": "ex-11a-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def mixture(logits, masks, weight):  # Exercise 11a.5
    """Return weight · BCE + (1 - weight) · Dice loss, from logits."""
    ### BEGIN SOLUTION
    entropy = F.binary_cross_entropy_with_logits(logits, masks)
    p, pixels = logits.sigmoid(), (1, 2, 3)
    numerator = 2 * (p * masks).sum(pixels) + 1
    soft_dice = 1 - (numerator / (p.sum(pixels) + masks.sum(pixels) + 1)).mean()
    return weight * entropy + (1 - weight) * soft_dice
    ### END SOLUTION


# %% tags=["check:11a.5"]
check("11a.5", mixture)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## The test set, once
#
# Everything is chosen: the network with skip connections, the sum of both losses, a learning rate of 0.01. Now we train
# one network for longer and open the test set, for it and for the thresholds `by_otsu` and `by_neighborhood` from *How
# far does a threshold get?*.

# %% tags=["hide-input"]
net = training.train_small_unet(cells.X_train, cells.y_train, steps=LONG, seed=11)
images, true = cells.X_test[:, 0].numpy(), cells.y_test[:, 0].numpy() > 0
probabilities = training.logits_of(net, cells.X_test).sigmoid()[:, 0].numpy()
found = {"Otsu": np.stack([by_otsu(image) for image in images])}
found["neighborhood"] = np.stack([by_neighborhood(image) for image in images])
found["U-Net"] = probabilities > 0.5


def of_each(score, masks):
    """Return the score of each test image by itself."""
    return np.array([score(*pair) for pair in zip(masks, true, strict=True)])


# %% [markdown] slideshow={"slide_type": "fragment"} tags=["predict"]
# **Predict first.** The neighborhood threshold is a fair opponent. Where will the network be farther ahead of it: in
# Dice or in the boundary F-score?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:network-beats-thresholds", "nbval-ignore-output"]
for name, masks in found.items():
    print(f"{name:13} Dice {evaluation.dice(masks, true):.3f}", end=", ")
    print(f"boundary F {evaluation.boundary_f(masks, true):.3f}")
gain = {}
for score in (evaluation.dice, evaluation.boundary_f):
    ours, theirs = (of_each(score, found[name]) for name in ("U-Net", "neighborhood"))
    gain[score.__name__] = ours - theirs
    assert evidence.compare(ours, theirs).improves()  # claim: image by image
if evidence.in_full_only("after 900 steps, the gain is larger in the outlines"):
    assert evidence.compare(gain["boundary_f"], gain["dice"]).improves()  # claim

# %% [markdown] slideshow={"slide_type": "fragment"}
# In the **boundary F-score**. The threshold finds most of the area; the network has also learned where a nucleus ends,
# what is a speck, and what is glow. The test set has now been used, and nothing will be chosen on it anymore.

# %% slideshow={"slide_type": "subslide"} tags=["hide-input", "nbval-ignore-output"]
dice = of_each(evaluation.dice, found["U-Net"])
order = np.argsort(dice)
shown = {
    f"Dice {dice[k]:.2f}": (images[k], true[k], found["U-Net"][k])
    for k in (order[0], order[9], order[len(order) // 2])  # worst, tenth worst, middle
}
plots.show(
    diagrams.outlined(shown),
    alt="Three test images, from the worst to a typical one, with both outlines.",
)
assert dice[order[0]] < np.median(dice)

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Try it.** The network gives a probability for each pixel; the mask depends on where you cut. Move the threshold.
# Which errors appear at 0.1, and which at 0.9?


# %% tags=["hide-input"]
def cut(threshold):
    k = order[len(order) // 4]
    mask = probabilities[k] > threshold
    dice, f = evaluation.dice(mask, true[k]), evaluation.boundary_f(mask, true[k])
    title = f"threshold {threshold:.2f}: Dice {dice:.2f}, boundary F {f:.2f}"
    return diagrams.outlined({title: (images[k], true[k], mask)})


widgets.explore(
    cut,
    alt="A test image with the true outlines and those of the network at a threshold.",
    threshold=widgets.Slider(0.05, 0.95, 0.5, 0.05),
)

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 55 to 65. Let the class name the errors: specks, pale nuclei, the rim of the image. Ask for whom a low
# threshold is right (a screening that must miss nothing) and for whom a high one is.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:11a.6"]
# ### Exercise 11a.6 · A U-Net for a small budget (15 min)
#
# An open task. Return a network for color images, (N, 3, H, W) to logits (N, 1, H, W) for sides that are multiples of
# 8, with at most 20,000 trainable parameters. A pixel's logit has to depend on pixels that are 12 rows or columns away.
# The check trains it for 40 short steps of Adam to mark single bright pixels, so use batch norm. `models.UNet` is
# allowed; better, write your own, with whatever skip connections you like.


# %% tags=["exercise:11a.6"] nbgrader={"grade_id": "ex-11a-6", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def small_unet():  # Exercise 11a.6
    """Return an untrained network."""
    ### BEGIN SOLUTION
    return models.UNet(3, 1, width=3, depth=3)
    ### END SOLUTION


# %% tags=["check:11a.6"]
check("11a.6", small_unet)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | question | answer |
# |---|---|
# | what does the encoder buy? | context: each level adds about twice as much as the one before |
# | what do skip connections carry? | place: where exactly an outline runs |
# | which sizes fit? | padded: multiples of $2^{\text{depth}}$; as published: compute it |
# | which score? | Dice or IoU for areas, boundary F for outlines; never the pixel error by itself |
# | which loss? | measured on validation images, calibration included |
# | what to compare with? | a classical method, tuned with the same care |
#
# **Next.** A mask does not count: where two nuclei touch, it runs on. In lecture 11b we pull them apart, and then you
# train on your own folder of images.

# %% slideshow={"slide_type": "skip"} tags=["progress:11a"]
from course_utils.exercises import progress

progress("11a")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# 1. Your network reports a pixel error of 2% on images in which nuclei cover 2% of the pixels. How good is it?
# 2. Why does a U-Net of depth 4 with padding have to refuse an image of 100 × 100 pixels?
# 3. Without skip connections, Dice drops a little and the boundary F-score a lot. What went wrong with the masks?
#
# <details><summary>Answers</summary>
#
# 1. Nobody can say: a network that never finds a nucleus has the same pixel error. Ask for Dice.
# 2. 100 is halved to 50 and 25, and 25 cannot be halved. On the way up, 24 would have to meet 25.
# 3. The nuclei are found, but their outlines are off by a pixel or so: the decoder has to guess the place.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - O. Ronneberger, P. Fischer, and T. Brox, U-Net: convolutional networks for biomedical image segmentation, *MICCAI* 2015,
#   arXiv:1505.04597.
# - M. Drozdzal, E. Vorontsov, G. Chartrand, S. Kadoury, and C. Pal, The importance of skip connections in biomedical image
#   segmentation, *DLMIA* 2016.
# - A. Odena, V. Dumoulin, and C. Olah, Deconvolution and checkerboard artifacts, *Distill* 2016.
# - W. Luo, Y. Li, R. Urtasun, and R. Zemel, Understanding the effective receptive field in deep convolutional neural networks,
#   *NeurIPS* 2016.
# - L. R. Dice, Measures of the amount of ecologic association between species, *Ecology* 26, 297–302, 1945.
# - G. Csurka, D. Larlus, and F. Perronnin, What is a good evaluation measure for semantic segmentation?, *BMVC* 2013: the boundary
#   F-score.
# - N. Otsu, A threshold selection method from gray-level histograms, *IEEE Transactions on Systems, Man, and Cybernetics* 9,
#   62–66, 1979.
