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
# # 11b · Touching objects and your own data
#
# Last time, a U-Net drew outlines that are nearly everywhere within a pixel of the true ones. Today the biologist asks
# a harder question: *how many* nuclei are there? Where two of them touch, the mask runs on. We pull them apart, and
# then you train on a folder of images of your own.
#
# **After this lecture, you will be able to**
# - separate touching objects with a distance map and a watershed, and with a network of three classes;
# - score objects, not only pixels;
# - predict a large image in tiles without seams;
# - train on your own folder of images and masks, split it so that the test is honest, save the network, and use it.
#
# **You need** the U-Net and its scores (11a), softmax (05b), and saving a network (09b).
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 65 min | 34 min | 1 min |

# %% tags=["setup"]
import json
import tempfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from scipy import ndimage
from skimage.feature import peak_local_max
from skimage.filters import threshold_otsu
from skimage.segmentation import watershed
from torch.nn import functional as F

# %% tags=["setup"]
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
from course_utils.training import objects

plots.use_course_style()
torch.set_num_threads(1)  # in networks this small, more threads only wait
cells = data.cells(train=320, val=80, test=160, size=32)
STEPS, FEW = settings.by_profile(full=(300, 240), fast=(60, 24))  # steps, own images
RESULTS = settings.course_root() / "benchmarks" / "results"


def stored(file):
    """Return the rows that a script in benchmarks/ has stored."""
    return json.loads((RESULTS / file).read_text(encoding="utf-8"))["rows"]


# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:touching-objects"]
# ## How many nuclei?
#
# Counting looks easy once the mask is there: count its pieces. `ndimage.label` gives each piece a number of its own;
# pixels belong together if they touch above, below, left, or right.

# %%
def count(labels):
    """Return how many objects each image of (N, H, W) has."""
    return np.array([len(np.unique(image[image > 0])) for image in labels])


masks, labels = cells.y_val[:, 0].numpy() > 0, cells.labels_val[:, 0].numpy()
pieces = np.stack([ndimage.label(mask)[0] for mask in masks])
plots.show(
    diagrams.numbered_objects({"pieces of the mask": (cells.X_val[2], pieces[2])}),
    alt="An image of nuclei in which each piece of the mask has a color of its own.",
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** We count the pieces of the *true* masks of all 80 validation images. They are exact. What fraction
# of the nuclei is missing in the count: 2%, 10%, or more than 20%?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:pieces-undercount"]
counted, present = count(pieces).sum(), count(labels).sum()
print(f"{counted} pieces, {present} nuclei: {1 - counted / present:.0%} are missing")
print(f"off by {evaluation.count_error(pieces, labels):.2f} nuclei per image")
assert counted < 0.8 * present  # claim: more than a fifth is missing

# %% [markdown] slideshow={"slide_type": "fragment"}
# **More than 20%**, and no better mask can help, because these masks are perfect. A mask answers "nucleus or not?".
# Counting needs the answer to a different question: "the same nucleus as its neighbor, or another one?"

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### A score for objects
#
# A count can be right by accident: one nucleus missed, one speck too many. So we also ask whether each predicted object
# is one of the true ones. It is a *hit* if its IoU with a true object is above one half; no two predicted objects can
# hit the same true one then. The *object F1* is $2 \cdot \text{hits} / (\text{predicted} + \text{true objects})$. On
# paper: 5 predicted, 7 true, 4 hits give $8/12 \approx 0.67$.

# %%
print(f"pieces of the true masks: object F1 {evaluation.object_f1(pieces, labels):.2f}")
assert evaluation.object_f1(labels, labels) == 1

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:11b.1"]
# ### Exercise 11b.1 · Count the nuclei (7 min)
#
# Write `count_nuclei(mask, smallest)` for a boolean array (H, W): the number of pieces with at least `smallest` pixels.
# Pixels belong together if they touch above, below, left, or right; touching at a corner is not enough. `ndimage.label`
# numbers the pieces.


# %% tags=["exercise:11b.1"] nbgrader={"grade_id": "ex-11b-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def count_nuclei(mask, smallest):  # Exercise 11b.1
    """Return how many pieces of ``mask`` have at least ``smallest`` pixels."""
    ### BEGIN SOLUTION
    numbered, _ = ndimage.label(mask)
    sizes = np.bincount(numbered.ravel())[1:]
    return int((sizes >= smallest).sum())
    ### END SOLUTION


# %% tags=["check:11b.1"]
check("11b.1", count_nuclei)

# %% [markdown]
# Stuck on an exercise? `hint` helps a little, and a little more each time you call it.

# %%
hint("11b.1", 1)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Cut where it is narrow
#
# Two disks that touch look like the number eight: narrow where they meet. For each pixel of the mask, take the distance
# to the background. Along a row through two touching nuclei, it may read 1, 2, 3, 2, 1, 2, 3, 2, 1. Each nucleus has a
# peak; between the peaks there is a pass.
#
# Now turn the distances upside down, and let water rise from each peak (now a lake) until two lakes meet. Where they
# meet, we cut. This is the *watershed*.


# %%
def split_by_distance(mask, least=4):
    """Return the objects of a mask (H, W), cut where it is narrow, as numbers."""
    height = ndimage.gaussian_filter(ndimage.distance_transform_edt(mask), 1.0)
    seeds, pieces = np.zeros(mask.shape, dtype=int), ndimage.label(mask)[0]
    peaks = peak_local_max(height, min_distance=least, labels=pieces, exclude_border=False)
    seeds[tuple(peaks.T)] = np.arange(1, len(peaks) + 1)
    return watershed(-height, seeds, mask=mask)


mask = cells.y_val[2, 0].numpy() > 0
assert np.array_equal(split_by_distance(mask), objects.split_by_distance(mask))

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Try it.** `least` is the smallest distance between two peaks, in pixels. What goes wrong if it is too small, and
# what if it is too large?

# %% tags=["hide-input"]
def cut_and_true(image, least):
    mask = cells.y_val[image, 0].numpy() > 0
    labels = cells.labels_val[image, 0], objects.split_by_distance(mask, least=least)
    names = "true nuclei", "cut by distance"
    return diagrams.numbered_objects(
        {name: (cells.X_val[image], one) for name, one in zip(names, labels, strict=True)}
    )


widgets.explore(
    cut_and_true,
    alt="True nuclei in colors, and the objects that the distance map finds.",
    image=widgets.Slider(0, 19, 2),
    least=widgets.Slider(1, 12, 4),
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** We cut the *true* masks this way. The pieces missed more than a fifth of the nuclei. How many of
# the missing ones come back: some, about half, or nearly all of them?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:distance-splits-true-masks"]
masks, labels = cells.y_val[:, 0].numpy() > 0, cells.labels_val[:, 0].numpy()
errors = {}
methods = {"pieces": lambda mask: ndimage.label(mask)[0], "distance": split_by_distance}
for name, method in methods.items():
    found = np.stack([method(mask) for mask in masks])
    errors[name] = evaluation.count_error(found, labels)
    print(f"{name:9} object F1 {evaluation.object_f1(found, labels):.2f}", end=", ")
    print(f"off by {errors[name]:.2f} nuclei per image")
assert errors["distance"] < 0.25 * errors["pieces"]  # claim: nearer to all than to half

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Nearly all.** For round objects, the classical way works so well that any network has to beat *it*, not the plain
# pieces. But these masks were exact. A predicted mask has bumps and holes, and each bump can make a peak.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 0 to 20. Draw the eight on the board and write the distances into a row of pixels. Usual wrong answer: "about
# half, because overlapping nuclei hide each other". Ask for shapes where it fails: long rods, rings, nerve fibers.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Let the network draw the borders
#
# Instead of two classes, we ask for three: background, *inside* of a nucleus, and *border* of a nucleus. The insides of
# two touching nuclei never touch, because at least one border lies between them. The network gets three output
# channels, and a softmax at each pixel turns its three logits into probabilities:
#
# $$p_c[i, j] = \frac{e^{z_c[i, j]}}{\sum_k e^{z_k[i, j]}}$$

# %% tags=["hide-input"]
classes = objects.three_classes(cells.y_train, cells.borders_train)
shown = {"image": cells.X_train[1, 0], "mask": cells.y_train[1, 0]}
shown["three classes"] = classes[1, 0]
plots.image_row(shown, alt="An image, its mask, and three classes: black, gray, white.")
z = torch.randn(2, 3, 4, 5, generator=torch.Generator().manual_seed(1))
by_hand = -z.softmax(dim=1)[0, classes[0, 0, 0, 0], 0, 0].log()
every = F.cross_entropy(z, classes[:2, 0, :4, :5], reduction="none")  # (2, 4, 5)
assert torch.isclose(every[0, 0, 0], by_hand)
print("one loss per pixel:", tuple(every.shape))

# %% [markdown] slideshow={"slide_type": "subslide"}
# What comes out is turned into objects in two steps: each piece of *inside* is a seed, and the seeds grow over inside
# and border until they meet (`objects.grown`, a watershed again). On the true classes this gives back the true nuclei:

# %%
inside = ((cells.y_val - cells.borders_val)[:, 0] > 0).numpy()
masks, labels = cells.y_val[:, 0].numpy() > 0, cells.labels_val[:, 0].numpy()
ideal = np.stack([objects.grown(*pair) for pair in zip(inside, masks, strict=True)])
print(f"from the true classes: object F1 {evaluation.object_f1(ideal, labels):.2f}")
assert evaluation.object_f1(ideal, labels) > 0.97

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** We train two networks with the same recipe, one on masks, one on three classes, and count the
# nuclei of the validation images in three ways. Which is best: the pieces of the predicted mask, the mask cut by
# distance, or the three classes, each pixel taken for its most probable one? (The cell counts with `count` from *How
# many nuclei?*.)

# %% slideshow={"slide_type": "subslide"} tags=["reveals", "hide-input", "claim", "claim:distance-beats-pieces", "nbval-ignore-output"]
def ways_to_count(seed):
    """Return objects (80, 32, 32) of the validation images, found in three ways."""
    recipe = {"steps": STEPS, "seed": seed}
    net = training.train_small_unet(cells.X_train, cells.y_train, **recipe)
    mask = (training.logits_of(net, cells.X_val)[:, 0] > 0).numpy()
    target = objects.three_classes(cells.y_train, cells.borders_train)
    net = training.train_small_unet(
        cells.X_train, target, loss=objects.class_loss, classes=3, **recipe
    )
    chosen = training.logits_of(net, cells.X_val).argmax(dim=1).numpy()
    pairs = zip(chosen == objects.INSIDE, chosen != objects.BACKGROUND, strict=True)
    return {
        "pieces": np.stack([ndimage.label(one)[0] for one in mask]),
        "distance": np.stack([objects.split_by_distance(one) for one in mask]),
        "three classes": np.stack([objects.grown(*pair) for pair in pairs]),
    }


found, labels = ways_to_count(seed=0), cells.labels_val[:, 0].numpy()
for name, predicted in found.items():
    print(f"{name:13} object F1 {evaluation.object_f1(predicted, labels):.2f}", end=", ")
    print(f"off by {evaluation.count_error(predicted, labels):.2f} nuclei per image")
off = {name: np.abs(count(p) - count(labels)) for name, p in found.items()}
if evidence.in_full_only("after 300 steps, cutting by distance counts best"):
    for name in ("pieces", "three classes"):  # claim: clearly, image by image
        assert evidence.compare(off["distance"], off[name], better="lower").improves()

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Cutting by distance.** If you said the three classes, you are in good company, but here they hardly beat the pieces.
# A border is one pixel wide, and the blur is about as wide. So at a border, "border" rarely is the *most probable*
# class, and the insides leak into each other.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### The threshold was a choice, too
#
# "The most probable class" is a threshold that nobody tuned. Instead, we can ask for seeds where *inside* is very
# probable. In the next experiment, the threshold of the seeds, and `least` of the cut, are chosen on the validation
# images with a seed of its own. Then five networks of each kind are trained for 900 steps, and the test images are
# counted (`benchmarks/small_unets.py`).
#
# **Predict first.** With chosen thresholds, which is best now: the cut, the three classes, or is the difference not
# clear?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input"]
off, f1 = {}, {}
for row in stored("small_unets.json"):
    off.setdefault(row["name"], []).append(row.get("count error"))
    f1.setdefault(row["name"], []).append(row.get("object F1"))
for name in ("mask: half", "mask: seeds", "mask: cut", "three classes: half"):
    print(f"{name:20} off by {evidence.over_seeds(off[name])} nuclei per image")
name = "three classes: seeds"
print(f"{name:20} off by {evidence.over_seeds(off[name])} nuclei per image")
names = "three classes: seeds", "mask: cut"
print(evidence.compare(*(off[n] for n in names), better="lower", names=names))
limit = next(r["threshold"] for r in stored("small_unets.json") if r["name"] == names[0])
print(f"the seeds of the three classes: probability above {limit}")

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Not clear.** At one half ("half"), the three classes beat the plain pieces; with chosen thresholds ("seeds"), they
# come closer to the cut, but five networks differ too much to tell. In a tie, take the method with fewer parts. For
# round objects, that is the cut; for rods or rings, it would not even be a candidate.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 20 to 38. Ask why border pixels are hard: a border is one pixel wide, and the blur is about as wide. Usual
# wrong answer: "the three classes, clearly, because they were made for it". StarDist and Cellpose, in the references,
# go farther: they predict a shape or a direction at each pixel.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:11b.3"]
# ### Exercise 11b.3 · Pull them apart (15 min)
#
# An open task. Write `pulled_apart(mask)` for a boolean array (H, W) with round nuclei that touch. Return an array of
# whole numbers of the same shape: 0 on the background and a number of its own for each nucleus. On thirty masks that
# you have not seen, with nuclei of radius 4 to 9, the count must be wrong by **at most 0.5 nuclei per mask** on
# average. `ndimage` and `skimage` are allowed.


# %% tags=["exercise:11b.3"] nbgrader={"grade_id": "ex-11b-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def pulled_apart(mask):  # Exercise 11b.3
    """Return a number for each nucleus, 0 elsewhere, of the shape of ``mask``."""
    ### BEGIN SOLUTION
    # Smooth the distances, so that a bump of the outline makes no peak of its own.
    height = ndimage.gaussian_filter(ndimage.distance_transform_edt(mask), 1.0)
    where = mask.astype(int)
    peaks = peak_local_max(height, min_distance=3, labels=where, exclude_border=False)
    seeds = np.zeros(mask.shape, dtype=int)
    seeds[tuple(peaks.T)] = np.arange(1, len(peaks) + 1)
    return watershed(-height, seeds, mask=mask)
    ### END SOLUTION


# %% tags=["check:11b.3"]
check("11b.3", pulled_apart)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Border weights: the paper's own way
#
# Ronneberger, Fischer, and Brox kept two classes. They drew a gap of background between nuclei that touch, and gave the
# pixels of narrow gaps a larger weight in the cross-entropy:
#
# $$w(\text{pixel}) = 1 + w_0 \exp\!\left(-\frac{(d_1 + d_2)^2}{2 r^2}\right)$$
#
# Here $d_1$ and $d_2$ are the distances to the nearest and the second nearest nucleus, $w_0 = 10$, and the reach is
# $r = 5$ pixels (the paper writes sigma). On paper: in a gap of one pixel, $d_1 = d_2 = 1$, so the weight is
# $1 + 10\, e^{-4/50} \approx 10.2$; ten pixels from both, it is $1 + 10\, e^{-8} \approx 1.003$.

# %% tags=["hide-input"]
gaps = objects.with_gaps(cells.labels_train[:8])
weights = objects.border_weights(cells.labels_train[:8])
k = int(weights.flatten(1).sum(dim=1).argmax())
plots.image_row(
    {"image": cells.X_train[k, 0], "gaps": gaps[k, 0], "weights": weights[k, 0]},
    alt="Touching nuclei; their masks with thin gaps; weights that are largest in gaps.",
)
print(f"largest weight {weights.max():.1f}, by the formula {1 + 10 * np.exp(-4 / 50):.1f}")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** Two networks are trained on the same targets with gaps, one with these weights and one without.
# Which one finds more pieces in the test images, and is a larger number of pieces always better?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input"]
kept = ("count ratio", "count error", "object F1")
names = "gaps, border weights: half", "gaps: half"
rows = [row for row in stored("small_unets.json") if row["name"] in names]
for score in kept:
    values = [[row[score] for row in rows if row["name"] == name] for name in names]
    for name, one in zip(names, values, strict=True):
        print(f"{score:12} {name:27} {evidence.over_seeds(one)}")
    better = "lower" if score == "count error" else "higher"
    print(f"{'':12} {evidence.compare(*values, better=better, names=names)}")

# %% [markdown] slideshow={"slide_type": "fragment"}
# **The one with weights.** Without them, a fifth of the nuclei is missing: a gap is a pixel or two wide, so missing it
# costs next to nothing. A larger number is not better as such, because a nucleus that falls apart counts twice. But
# here the error of the count falls to a third, and the object F1 rises with it. The pieces of this network need no
# further cut.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## An image that is too large
#
# A slide scanner delivers images of 100,000 × 100,000 pixels. No memory holds all feature maps of that, so the image is
# cut into tiles, and each tile is predicted by itself.


# %%
def by_tiles(network, image, tile, overlap):
    """Return the logits (H, W) of an image (H, W), put together from square tiles."""
    height, width = image.shape
    step, out = tile - 2 * overlap, torch.zeros(height, width)
    padded = F.pad(image[None, None], (overlap, tile, overlap, tile), mode="reflect")
    for i in range(0, height, step):
        for j in range(0, width, step):
            z = network(padded[:, :, i : i + tile, j : j + tile])[0, 0]
            middle = z[overlap : overlap + step, overlap : overlap + step]
            rows, columns = min(step, height - i), min(step, width - j)
            out[i : i + rows, j : j + columns] = middle[:rows, :columns]
    return out


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** We cut a generated image of 128 × 128 pixels into tiles of 64 × 64, once with no overlap and once
# with an overlap of 16 pixels on each side, of which only the middle is kept. Compared with predicting the whole image
# at once, where are the two different: everywhere, along the seams, or nowhere?

# %% slideshow={"slide_type": "subslide"} tags=["reveals", "hide-input", "claim", "claim:overlap-removes-seams", "nbval-ignore-output"]
network = training.train_small_unet(cells.X_train, cells.y_train, steps=STEPS, seed=1)
image = data.cells(1, 1, 1, size=128, seed=3).X_test[0, 0]
with torch.inference_mode():
    whole = network(image[None, None])[0, 0].sigmoid()
    difference = {}
    for overlap in (0, 16):
        tiles = by_tiles(network, image, 64, overlap).sigmoid()
        difference[f"overlap {overlap}"] = (tiles - whole).abs()
plots.image_row(
    {"image": image} | difference,
    alt="An image; differences in a cross along the seams; hardly any with overlap.",
)
near = (torch.arange(128) - 63.5).abs() < 8  # of the seam in the middle
near = near[:, None] | near  # as a cross, (128, 128)
along = difference["overlap 0"][near].sum() / difference["overlap 0"].sum()
share = near.float().mean()
print(f"no overlap: {along:.0%} of the difference in {share:.0%} of the image")
# Away from the rim of the image, which is mirrored in one case and padded in the other:
largest = {name: float(values[32:96, 32:96].max()) for name, values in difference.items()}
for name, value in largest.items():
    print(f"{name}: largest difference in the middle {value:.2f}")
assert along > 0.5  # claim: most of it lies along the seams
assert largest["overlap 16"] < 0.5 * largest["overlap 0"]  # claim: most of that is gone

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Along the seams**: at the edge of a tile, padding stands in for pixels that exist but were cut away. With overlap,
# most of the difference is gone, because pixels farther away have little influence (11a); to remove all of it, the
# overlap would have to be half the receptive field. This is why the published U-Net does not pad: each pixel that it
# puts out has seen only real pixels, or, at the rim of the image, a mirrored continuation.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 38 to 50. Ask how much computation the overlap costs: 64² pixels are computed for 32² that are kept, a factor
# of 4. Larger tiles make it cheaper. Usual wrong answer: "nowhere, a convolution is the same everywhere".

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:real-microscopy"]
# ## Your own microscope
#
# Two folders are enough: one with images, one with masks of the same names, 255 on the foreground. The images have to
# be square, of one size that is a multiple of 8. Put them into `my_work/microscope/images` and
# `my_work/microscope/masks`. Until you do, the nuclei of the Data Science Bowl 2018 are used where they are in the data
# folder, and otherwise a small folder of generated images, some of them dark on bright. All that follows uses `own`,
# whatever it is.


# %% tags=["hide-input"]
def generated_folder(root):
    """Write 33 generated images and masks, as a microscope might have left them."""
    drawn = data.cells(train=24, val=3, test=6, size=64, seed=1)
    images = torch.cat([drawn.X_train, drawn.X_val, drawn.X_test])
    masks = torch.cat([drawn.y_train, drawn.y_val, drawn.y_test])
    for name in ("images", "masks"):
        (root / name).mkdir(parents=True, exist_ok=True)
    for number, (x, mask) in enumerate(zip(images, masks, strict=True)):
        x = 1 - x if number % 4 == 0 else x  # dark nuclei on bright ground
        for name, values in (("images", x), ("masks", mask)):
            gray = (255 * values[0]).round().byte().numpy()
            Image.fromarray(gray).save(root / name / f"{number}.png")
    return root


# %% tags=["nbval-ignore-output"]
with tempfile.TemporaryDirectory() as temporary:
    places = [settings.work_folder() / "microscope", settings.data_folder() / "nuclei"]
    there = [place for place in places if (place / "images").is_dir()]
    root = there[0] if there else generated_folder(Path(temporary) / "mine")
    own = data.segmentation_folder(root / "images", root / "masks")
assert len(own.X_train) >= 20 and own.y_train.unique().tolist() == [0, 1]

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### A folder is checked before it is used
#
# A mask without its image, a different size, a file that was cut off: each of them would come back as a strange score
# hours later. So every file is opened once, and what is wrong is named:

# %%
with tempfile.TemporaryDirectory() as temporary:
    spoiled = generated_folder(Path(temporary) / "spoiled")
    last = spoiled / "masks" / "2.png"
    for spoil in (last.unlink, lambda: Image.new("L", (32, 40)).save(last)):
        spoil()
        try:
            data.segmentation_folder(spoiled / "images", spoiled / "masks")
        except ValueError as error:
            print(str(error).replace("; ", ";\n"))

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Make images alike
#
# Real nuclei come bright on black, purple on white, and in all strengths of light. `data.bright_on_dark` makes an image
# gray, inverts a bright background, and stretches the contrast, for each image by itself. So a new image is treated as
# the old ones were.

# %% tags=["nbval-ignore-output"]
ready = data.bright_on_dark(own.X_train)
bright = own.X_train.mean(dim=1).flatten(1).median(dim=1).values > 0.5
shown = {}
for name, group in {"dark ground": ~bright, "bright ground": bright}.items():
    for k in group.nonzero()[:1, 0].tolist():
        shown[name] = own.X_train[k].mean(dim=0)
        shown[f"{name}, prepared"] = ready[k, 0].clip(0, 1)
plots.image_row(shown, alt="A dark and a bright image; prepared, they are alike.")
print(f"{bright.float().mean():.0%} of the training images have a bright ground")
assert (ready.flatten(1).median(dim=1).values < 0.6).all()

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Few images, many versions
#
# A nucleus has no preferred direction. Each pair can be rotated and mirrored in eight ways, and bent a little, as
# tissue is. This is how the U-Net learned from 30 slices. Image and mask have to move together:

# %% tags=["claim", "claim:mask-moves-along"]
torch.manual_seed(11)
pair = cells.X_test[2:3].repeat(4, 1, 1, 1), cells.y_test[2:3].repeat(4, 1, 1, 1)
bent, bent_masks = training.random_warp(*pair, elastic=2.0)
shown = {f"version {k}": (bent[k], bent_masks[k], pair[1][k]) for k in range(1, 4)}
plots.show(
    diagrams.outlined(shown),
    alt="Three bent versions: the moved mask fits, the mask left behind does not.",
)
alike, left = (evaluation.dice(bent > 0.45, m) for m in (bent_masks, pair[1]))
print(f"Dice of bright pixels: with the moved mask {alike:.2f}, with the old {left:.2f}")
assert alike > left + 0.2  # claim: a mask that stays behind is wrong

# %% [markdown] slideshow={"slide_type": "fragment"}
# Yellow and dashed is the mask that moved along; blue is the mask as it was. A network that is trained on the blue one
# learns nonsense, and no error message appears.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:11b.2"]
# ### Exercise 11b.2 · One change for both (6 min)
#
# Write `mirrored(X, y, which)`: images (N, C, H, W), masks (N, 1, H, W), and a boolean tensor (N,) that says which
# pairs to mirror from left to right. Return the new images and the new masks; leave the given ones as they are.


# %% tags=["exercise:11b.2"] nbgrader={"grade_id": "ex-11b-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def mirrored(X, y, which):  # Exercise 11b.2
    """Mirror the chosen images from left to right, and their masks."""
    ### BEGIN SOLUTION
    new_X, new_y = X.clone(), y.clone()
    new_X[which] = X[which].flip(3)
    new_y[which] = y[which].flip(3)
    return new_X, new_y
    ### END SOLUTION


# %% tags=["check:11b.2"]
check("11b.2", mirrored)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["predict"]
# ## Which images to test on?
#
# The parts of `own` follow the order of the names: right for slices of a stack, where neighbors look alike. The names
# of the 670 real nuclei images are random, so this split *is* a random draw, and images of one experiment lie on both
# sides. The names do not say which ones; but the ground does say what kind of microscope it was: dark for fluorescence,
# bright for stained tissue.
#
# **Predict first.** Two networks segment the same bright test images. One was trained on images of both kinds, the
# other on the same number of dark ones only. All images were made bright on dark first. How large is the difference in
# Dice: below 0.02, about 0.05, or above 0.2?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input"]
scores = {}
for row in stored("nuclei_split.json"):
    scores.setdefault(row["trained on"], []).append(row["dice"])
for name, dice in scores.items():
    print(f"trained on {name:11} Dice on bright test images {evidence.over_seeds(dice)}")
names = "both kinds", "dark only"
print(evidence.compare(*(scores[name] for name in names), names=names))

# %% [markdown] slideshow={"slide_type": "fragment"}
# **About 0.05**, in each of the seeds, though three of them are too few to call it clear. Although all images were made
# alike, nuclei in stained tissue look different: crowded, with texture. A random split never shows this, because it
# always has both kinds on both sides. Report the score of a random split, and you promise a user with a new microscope
# something that you have not measured.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:11b.4"]
# ### Exercise 11b.4 · An honest split (6 min)
#
# A laboratory has 12 stacks of 30 slices each, three stacks per animal, from four animals. The network will be used on
# *new animals*. Which split gives a score that will hold?
#
# - **a** draw 72 of the 360 slices at random for testing
# - **b** keep the last 6 slices of each stack for testing
# - **c** keep one stack of each animal for testing
# - **d** keep all stacks of one animal for testing

# %% tags=["exercise:11b.4"] nbgrader={"grade_id": "ex-11b-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
choice = None  # Exercise 11b.4: replace None with "a", "b", "c" or "d"
### BEGIN SOLUTION
# Whatever is to be new in use has to be new in the test.
choice = "d"
### END SOLUTION

# %% tags=["check:11b.4"]
check("11b.4", choice)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Train, save, use
#
# One cell trains on `own` from *Your own microscope*, and one function saves everything that a prediction needs: the
# weights, how the network was made, and how images are prepared. Without the last one, a network that was right
# yesterday is wrong tomorrow, and nothing warns you (09b).

# %% tags=["nbval-ignore-output"]
X_own, y_own = data.bright_on_dark(own.X_train)[:FEW], own.y_train[:FEW]
network = training.train_small_unet(X_own, y_own, steps=STEPS // 2, seed=11)
held_out = data.bright_on_dark(own.X_val)
found = training.logits_of(network, held_out) > 0
otsu = torch.stack([x > threshold_otsu(x.numpy()) for x in held_out])
for name, mask in {"Otsu": otsu, "U-Net": found}.items():
    for score in (evaluation.dice, evaluation.boundary_f):
        print(f"{name:6} {score.__name__:10} {score(mask, own.y_val):.2f}")
assert evaluation.dice(found, own.y_val) > 0.6

# %% slideshow={"slide_type": "subslide"} tags=["claim", "claim:loaded-network-agrees", "nbval-ignore-output"]
def save(network, file):
    """Save a network for images prepared by ``data.bright_on_dark``."""
    saved = {"made": {"in_channels": 1, "classes": 1, "width": 8, "depth": 3}}
    saved |= {"prepared": "bright_on_dark", "weights": network.state_dict()}
    torch.save(saved, file)


def load(file):
    """Return the network that ``save`` wrote, ready to predict."""
    saved = torch.load(file, map_location="cpu", weights_only=True)
    assert saved["prepared"] == "bright_on_dark", "this network wants other images"
    network = models.UNet(**saved["made"])
    network.load_state_dict(saved["weights"])
    return network.eval()


with tempfile.TemporaryDirectory() as temporary:  # yours: settings.work_folder()
    save(network, Path(temporary) / "unet.pt")
    loaded = load(Path(temporary) / "unet.pt")
example = data.bright_on_dark(own.X_val[:4])
z = [training.logits_of(one, example) for one in (network, loaded)]
difference = (z[0] - z[1]).abs()
print(f"largest difference of logits: {difference.max():.1e}")
assert difference.max() < 1e-5  # claim: the loaded network is the same network

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### An image of any size
#
# A new image need not have sides that are multiples of 8: mirror its rim until they are, predict, and cut the rim off
# again. Put an image of your own into `my_work/cells.png`; until you do, one is drawn.


# %%
def predict(network, image):
    """Return the mask (H, W) of a gray image (H, W) with values in [0, 1]."""
    height, width = image.shape
    x = data.bright_on_dark(torch.tensor(image, dtype=torch.float32)[None, None])
    x = F.pad(x, (0, -width % 8, 0, -height % 8), mode="reflect")
    return (training.logits_of(network, x)[0, 0, :height, :width] > 0).numpy()


# %% tags=["hide-input", "nbval-ignore-output"]
drawn = data.cells(1, 1, 1, size=150, seed=5)
image, true = drawn.X_test[0, 0, :101].numpy(), drawn.y_test[0, 0, :101].numpy()
path = settings.work_folder() / "cells.png"
if path.exists():
    image = np.asarray(Image.open(path).convert("L")) / 255
mask = predict(network, image)
plots.show(
    diagrams.outlined({f"{image.shape}": (image, mask if path.exists() else true, mask)}),
    alt="A new image with the outlines that the network found in it.",
)
assert mask.shape == image.shape

# %% [markdown] slideshow={"slide_type": "fragment"}
# The network was trained on squares and draws a mask of any size: convolutions are the same everywhere. It has learned
# the cells of *its* folder, though. For different cells, train it on theirs.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### With more patience
#
# A wider and deeper network, all training images, and more versions of each take minutes, too long for a cell.
# `benchmarks/segmentation_real_data.py` did it on real nuclei and on membranes (a block of slices held out), three
# seeds each:

# %% tags=["hide-input"]
columns = ("dice", "background dice", "boundary F, 1 pixel", "boundary F, 2 pixels")
print(f"{'test images, from lowest to highest':38}nuclei          membranes")
for column in columns:
    line = f"{column:38}"
    for name in ("nuclei", "membranes"):
        rows = [row for row in stored("segmentation.json") if row["data"] == name]
        values = [row[column] for row in rows]
        line += f"{min(values):.3f} to {max(values):.3f}  "
    print(line.rstrip())

# %% [markdown] slideshow={"slide_type": "fragment"}
# For membranes, the foreground is the inside of cells, most of the image, so its Dice is high whatever the lines
# between are like; "background dice" is that of the membranes. No membrane is shown here, because that data set is
# offered for research only, while the nuclei are free for everyone (CC0).

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 50 to 65. Have a folder of your own institute at hand. Usual mistakes of groups with their own data: masks
# with gray edges, two sizes, and test images from the same dish as the training images.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | question | answer |
# |---|---|
# | how many? | not the pieces of the mask: cut by distance, or let the network draw borders |
# | which score? | objects hit, and the error of the count |
# | what do border weights do? | make narrow gaps expensive to miss |
# | image too large? | tiles that overlap; keep the middle |
# | few images? | make them alike, rotate and bend them, masks too |
# | which images to test on? | whatever is new in use: a new stack, a new animal, a new microscope |
#
# **Next.** So far, every network began with random weights. In chapter 12, one begins with what another has learned.

# %% slideshow={"slide_type": "skip"} tags=["progress:11b"]
from course_utils.exercises import progress

progress("11b")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# 1. Your masks have a Dice score of 0.99, and the count is off by a quarter. How is that possible?
# 2. Why may the insides of two nuclei never touch in the three-class target?
# 3. Two colleagues train on the same stack. One draws test slices at random and reports the higher Dice. Whose number will hold on
#    the next animal?
#
# <details><summary>Answers</summary>
#
# 1. The pixels are right, and nuclei that touch are one piece. Dice does not look at objects.
# 2. Each inside is a seed. If two of them touched, they would be one seed and grow into one object.
# 3. Neither is certain to, but the random draw flatters: its test slices have neighbors in the training set that look nearly
#    the same.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - O. Ronneberger, P. Fischer, and T. Brox, U-Net: convolutional networks for biomedical image segmentation, *MICCAI* 2015: border
#   weights, overlap tiles, elastic deformation.
# - U. Schmidt, M. Weigert, C. Broaddus, and G. Myers, Cell detection with star-convex polygons, *MICCAI* 2018: StarDist.
# - C. Stringer, T. Wang, M. Michaelos, and M. Pachitariu, Cellpose: a generalist algorithm for cellular segmentation, *Nature Methods*
#   18, 2021.
# - L. Vincent and P. Soille, Watersheds in digital spaces, *IEEE Transactions on Pattern Analysis and Machine Intelligence* 13, 1991.
# - J. C. Caicedo et al., Nucleus segmentation across imaging experiments: the 2018 Data Science Bowl, *Nature Methods* 16, 2019: the
#   nuclei (BBBC038, CC0).
# - I. Arganda-Carreras et al., Crowdsourcing the creation of image segmentation algorithms for connectomics, *Frontiers in
#   Neuroanatomy* 9, 2015: the membranes of ISBI 2012.
