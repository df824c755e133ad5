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
# # 03a · The convolution layer
#
# Last time, you chose nine weights by hand, and one gray image came out filtered. Today we build the layer that does
# this with many channels and many kernels at once, and that learns its weights from examples.
#
# **After this lecture, you will be able to**
# - compute one value of a convolution layer by hand, all channels included;
# - predict the output shape, the number of parameters, and the number of multiplications of any layer;
# - choose kernel size, stride, padding, and number of channels, and give a reason for each choice;
# - say what a 1 × 1 convolution is good for, and what is shared when weights are shared.
#
# **You need** lectures 02a and 02b, and gradient descent from chapter 01.
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 55 min | 49 min | 10 s |

# %% tags=["setup"]
import itertools

import numpy as np
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from course_utils import convolution, data, diagrams, filtering, plots, widgets
from course_utils.exercises import check

plots.use_course_style()
astronaut = data.images()["astronaut"][::4, ::4]  # (128, 128, 3), colors in [0, 1]
moon = data.images()["moon"][::2, ::2]  # (256, 256), gray values in [0, 1]

# A red patch on gray, beside a white strip: 3 channels of 4 × 5 pixels.
red_patch = np.ones((3, 4, 5))
red_patch[0, :2, 1:3] = 3
red_patch[:, :, 4] = 3
# A filter for places where redness falls to the right: red adds, and blue subtracts.
falls = np.array([[1, 0, -1], [1, 0, -1], [1, 0, -1]])
redness_falls = np.stack([falls, 0 * falls, -falls])

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:many-channels"]
# ## One filter, three channels
#
# A color image is three images on top of each other: channel 0 is red, channel 1 is green, and channel 2 is blue. How
# does a kernel slide over three images? It does not. A *filter* has a separate kernel for each channel. Each kernel is
# applied to its own channel, and the three sums are added, together with one more number, the bias. **One** number
# comes out. (Below, pixels are bright where they are 3 and dark where they are 1. Positive weights and outputs are red,
# and negative ones are blue.)

# %% tags=["hide-input"]
plots.show(
    diagrams.channels(red_patch, redness_falls, bias=-1, at=(0, 1)),
    alt="Three channels, three kernels, their sums 4, 0, and 0, a bias of -1, output 3.",
)

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 1 to 5. Let the class compute the three sums aloud. Ask: "What does this filter look for?" Its output is
# large at the right edge of a red area. Ask: "How many numbers does it have?" The usual answer is 9 or 10. It has 3 ·
# 9 + 1 = 28.

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Try it.** Move the window. The strip on the right is bright in all channels, so it is white, and the pixels on its
# left are gray. That is a strong edge in every channel. Does the filter respond to a row that goes from gray to white?


# %% tags=["hide-input"]
def filter_at(row, column):
    return diagrams.channels(red_patch, redness_falls, bias=-1, at=(row, column))


widgets.explore(
    filter_at,
    alt="The filter at row 1, column 2: sums -4, 0, and 6, a bias of -1, output 1.",
    row=widgets.Slider(0, 1, 1),
    column=widgets.Slider(0, 2, 2),
)

# %% [markdown] slideshow={"slide_type": "fragment"}
# In a row that goes from gray to white, the red kernel contributes −2 and the blue kernel +2, so they cancel. No kernel
# on a single channel could tell a red edge from a gray one. This filter can, because it sees all channels together.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["topic:feature-maps"]
# ### Many filters: the layer
#
# One filter makes one feature map. A layer has $O$ filters, so it makes $O$ maps:
#
# $$z[o, i, j] = b[o] + \sum_{c}\, \sum_{u,\,v} w[o, c, u, v]\; x[c,\, i + u,\, j + v]$$
#
# Here $o$ counts the filters, and $c$ counts the channels. As in code, $u$ and $v$ now count from the top-left corner
# of the window.


# %%
def conv_layer(x, w, b):
    """Images (N, C, H, W), filters (O, C, K, K), biases (O,) → maps (N, O, H', W')."""
    (N, _, H, W), (filters, _, K, _) = x.shape, w.shape
    z = np.zeros((N, filters, H - K + 1, W - K + 1))
    for n, o, i, j in np.ndindex(z.shape):
        window = x[n, :, i : i + K, j : j + K]  # (C, K, K): all channels
        z[n, o, i, j] = np.sum(w[o] * window) + b[o]
    return z


# %% tags=["hide-input", "claim", "claim:loop-equals-torch", "nbval-ignore-output"]
rng = np.random.default_rng(3)
x, w, b = rng.normal(size=(2, 3, 6, 8)), rng.normal(size=(4, 3, 3, 3)), rng.normal(size=4)
in_torch = nn.functional.conv2d(*map(torch.from_numpy, (x, w, b))).numpy()
ours = conv_layer(x, w, b), convolution.conv2d(x, w, b)
apart = [np.abs(z - in_torch).max() for z in ours]
print(f"largest difference to PyTorch: loop {apart[0]:.0e}, library {apart[1]:.0e}")
assert max(apart) < 1e-12  # claim: the loop, the library of the course, and PyTorch agree

# %% [markdown]
# From here on, we use `convolution.conv2d`. It computes the same sum without Python loops over the pixels, and it takes
# the arguments that the next sections introduce.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** Three filters look at a color photograph. The first averages the Laplacians of all channels, the
# second subtracts blue from red, and the third blurs green. What value does the second map have where the photograph
# is white: a large positive one, one near zero, or a negative one?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:one-map-per-filter"]
image = astronaut.transpose(2, 0, 1)[None]  # (1, 3, 128, 128): channels first
filters = np.zeros((3, 3, 3, 3))  # 3 filters, each with 3 kernels of 3 × 3
filters[0] = filtering.laplacian_kernel() / 3
filters[1, 0, 1, 1], filters[1, 2, 1, 1] = 1, -1
filters[2, 1] = filtering.box_kernel(3)
maps = convolution.conv2d(image, filters)
names = ("Laplacian", "red − blue", "smooth green")
plots.image_row(
    {"image": astronaut} | dict(zip(names, maps[0], strict=True)),
    alt="An astronaut, her edges, her suit in red minus blue, and a smooth green map.",
)
white = astronaut[1:-1, 1:-1].min(axis=2) > 0.9  # without the border, as in the maps
in_white = maps[0, :, white].mean(axis=0)
print("image", image.shape, "filters", filters.shape, "maps", maps.shape)
print(f"where it is white: red − blue {in_white[1]:.2f}, smooth green {in_white[2]:.2f}")
assert maps.shape[1] == len(filters)  # claim: one map per filter
assert abs(in_white[1]) < 0.05 and in_white[2] > 0.8  # claim: red and blue cancel

# %% [markdown] slideshow={"slide_type": "fragment"}
# **About zero.** White is as red as it is blue, so the two cancel. What remains is the orange suit. Three maps come
# out, one per filter, and not 3 · 3 = 9: there are nine kernels, but the three results of each filter are added. The
# three maps are the *channels* of the next layer, whose filters have one kernel for each of them. (In the first two
# maps, white is zero, red is positive, and blue is negative.)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:03a.1"]
# ### Exercise 03a.1 · One value on paper (5 min)
#
# A filter with the bias $b = -2$ looks at one window of an image with two channels. Compute the sum of products in
# channel 0, the one in channel 1, and the output. Answer with the three numbers.
#
# $$x_0 = \begin{pmatrix}1&2\\0&3\end{pmatrix}\quad w_0 = \begin{pmatrix}2&0\\1&-1\end{pmatrix} \qquad
#   x_1 = \begin{pmatrix}4&1\\2&0\end{pmatrix}\quad w_1 = \begin{pmatrix}1&3\\-1&5\end{pmatrix}$$

# %% tags=["exercise:03a.1"] nbgrader={"grade_id": "ex-03a-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
values = None  # Exercise 03a.1: replace None with (channel 0, channel 1, output)
### BEGIN SOLUTION
first = 1 * 2 + 2 * 0 + 0 * 1 + 3 * (-1)
second = 4 * 1 + 1 * 3 + 2 * (-1) + 0 * 5
values = (first, second, first + second - 2)  # one bias for the whole filter
### END SOLUTION

# %% tags=["check:03a.1"]
check("03a.1", values)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:filter-size-stride-padding", "defines:stride", "defines:dilation"]
# ## Where do the windows go?
#
# Four whole numbers decide where the windows of a layer go:
#
# - the *kernel size* $K$: how many pixels the kernel covers along an axis;
# - the **stride** $S$: how many pixels the window moves from one position to the next;
# - the *padding* $P$: how many pixels, usually zeros, are added on each side of the image first;
# - the **dilation** $D$: how far apart the weights of the kernel are. With $D = 2$, every other pixel is skipped.

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["predict"]
# **Predict first.** An image has 5 × 5 pixels, all equal to 1, and a 3 × 3 kernel of ones adds up what it covers. Which
# map has fewer values: the one with $S = 2$, or the one with $D = 2$?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:dilation-shrinks-more"]
ones, results = np.ones((1, 1, 5, 5)), {}
for name, K, S, P, D in [
    ("K = 3", 3, 1, 0, 1),
    ("K = 2", 2, 1, 0, 1),
    ("S = 2", 3, 2, 0, 1),
    ("P = 1", 3, 1, 1, 1),
    ("D = 2", 3, 1, 0, 2),
]:
    kernel = np.ones((1, 1, K, K))
    results[name] = convolution.conv2d(ones, kernel, stride=S, padding=P, dilation=D)[0, 0]
plots.number_row(
    {"image": ones[0, 0]} | results,
    alt="Sums over ones: maps of 3 × 3, 4 × 4, 2 × 2, 5 × 5, and a single 9.",
)
# claim: a dilation of 2 leaves one position, a stride of 2 leaves two per axis
assert results["D = 2"].shape == (1, 1) and results["S = 2"].shape == (2, 2)

# %% [markdown] slideshow={"slide_type": "fragment"}
# The one with $D = 2$. It is tempting to say that gaps cost nothing, since there are still only nine weights. But the
# gaps take up room: three weights with gaps between them span five pixels, so there is only one position. With $P = 1$,
# the map is as large as the image; at its border, the sums fall to 6 and 4, because the zeros outside add nothing.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 17. Let the students point at the pixels that the dilated kernel touches: the corners, the middles of the
# sides, and the center. The pixels in between are not seen at all. Dilation widens the view without adding weights,
# but it looks through a sieve.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:output-size"]
# ## How large is the output?
#
# Count along one axis. $H$ pixels become $H + 2P$ after padding. The kernel spans $D(K-1) + 1$ of them. It starts at
# the first pixel and moves by $S$ as long as it fits. What is left after the first position, divided by $S$, is the
# number of steps, and we add 1 for the start.

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["erratum:E04", "predict"]
# ### A common mistake: half a position
#
# Many lecture notes stop here, without $D$, and write $(H + 2P - K)/S + 1$. For $H = 10$, $K = 3$, $P = 1$, and
# $S = 2$, that is 5.5.
#
# **Predict first.** What does PyTorch do: round up, round down, or raise an error?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "erratum:E04", "claim", "claim:sizes-agree"]
layer = nn.Conv1d(1, 1, kernel_size=3, stride=2, padding=1)
print("PyTorch:", layer(torch.zeros(1, 1, 10)).shape[-1])
agreeing = rounded = 0
grid = itertools.product(range(7, 13), (1, 2, 3, 4), (1, 2, 3), (0, 1, 2), (1, 2))
for H, K, S, P, D in grid:
    layer = nn.Conv2d(1, 1, K, S, P, D, device="meta")  # "meta" computes shapes only
    sizes = layer(torch.empty(1, 1, H, H + 3, device="meta")).shape[2:]
    exact = [(size + 2 * P - D * (K - 1) - 1) / S + 1 for size in (H, H + 3)]
    agreeing += list(sizes) == [int(np.floor(size)) for size in exact]
    rounded += list(sizes) != exact
print(f"{agreeing} of {6 * 4 * 3 * 3 * 2} layers agree with the formula")
print(f"{rounded} of them need the floor")
# claim: the formula with floor holds, and it needs the floor
assert agreeing == 6 * 4 * 3 * 3 * 2 and rounded > 100

# %% [markdown] slideshow={"slide_type": "fragment"}
# It rounds **down**, without a warning. A position that does not fit is dropped, and with it the last pixels of the
# padded image. Here, only padding is lost, but with $P = 0$, it would be real data.

# %% [markdown] slideshow={"slide_type": "fragment"}
# So this is the complete formula. Its brackets $\lfloor\,\cdot\,\rfloor$ are called *floor* and mean "round down":
#
# $$H' = \left\lfloor \frac{H + 2P - D(K-1) - 1}{S} \right\rfloor + 1$$

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Try it.** The dark squares are the pixels of one row, and the pale ones are padding. Each line below is one position
# of the kernel, and its dots mark the pixels that it covers. Change the stride, and watch the right end. Which pixels
# are never visited?

# %% tags=["hide-input"]
widgets.explore(
    diagrams.kernel_positions,
    alt="Ten pixels, padded by one at each end, and five positions of a kernel of three.",
    length=widgets.Slider(1, 24, 10),
    kernel_size=widgets.Slider(1, 7, 3),
    stride=widgets.Slider(1, 5, 2),
    padding=widgets.Slider(0, 4, 1),
    dilation=widgets.Slider(1, 4, 1),
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:03a.2"]
# ### Exercise 03a.2 · How long was the input? (6 min)
#
# Now go the other way: you know how long the output should be along one axis. With a stride of 2 or more, inputs of
# several lengths can give it. Write a function that returns the **shortest** of these lengths, before padding. All
# its arguments are whole numbers, and so is its result. Do not use `convolution`.


# %% tags=["exercise:03a.2"] nbgrader={"grade_id": "ex-03a-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def input_length(output, kernel_size, stride, padding, dilation):  # Exercise 03a.2
    """Return the shortest length of an input whose output has this length."""
    ### BEGIN SOLUTION
    # The first position covers the span of the kernel; the others add one stride each.
    span = dilation * (kernel_size - 1) + 1
    return (output - 1) * stride + span - 2 * padding
    ### END SOLUTION

# %% tags=["check:03a.2"]
check("03a.2", input_length)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:03a.3"]
# ### Exercise 03a.3 · Padding that keeps the size (4 min)
#
# A layer has kernel size 5, dilation 3, and stride 1. Which `padding` gives an output as large as its input?

# %% tags=["exercise:03a.3"] nbgrader={"grade_id": "ex-03a-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
padding = None  # Exercise 03a.3: replace None with the padding in pixels
### BEGIN SOLUTION
# H' = H needs 2P = D (K - 1) = 3 · 4.
padding = 3 * (5 - 1) // 2
### END SOLUTION

# %% tags=["check:03a.3"]
check("03a.3", padding)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:03a.4"]
# ### Exercise 03a.4 · Three faults in a convolution layer (15 min)
#
# This function is meant to compute a convolution layer without padding. It takes images (N, C, H, W), filters (O, C, K,
# K), biases (O,), and a stride. It runs, but it is wrong in three places. Copy it into the cell below and fix it.
#
# ```python
# def strided_conv(x, weight, bias, stride):
#     (N, _, H, W), (filters, _, K, _) = x.shape, weight.shape
#     out = np.zeros((N, filters, (H - K) // stride, (W - K) // stride))
#     for n, o, i, j in np.ndindex(out.shape):
#         window = x[n, :, i : i + K, j : j + K]
#         out[n, o, i, j] = np.sum(weight[o] * window + bias[o])
#     return out
# ```


# %% tags=["exercise:03a.4"] nbgrader={"grade_id": "ex-03a-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def strided_conv(x, weight, bias, stride):  # Exercise 03a.4
    """Return the feature maps of a layer without padding: (N, O, H', W')."""
    ### BEGIN SOLUTION
    # One position more than steps; windows start at multiples of the stride;
    # one bias for each sum.
    (N, _, H, W), (filters, _, K, _) = x.shape, weight.shape
    out = np.zeros((N, filters, (H - K) // stride + 1, (W - K) // stride + 1))
    for n, o, i, j in np.ndindex(out.shape):
        top, left = i * stride, j * stride
        window = x[n, :, top : top + K, left : left + K]
        out[n, o, i, j] = np.sum(weight[o] * window) + bias[o]
    return out
    ### END SOLUTION


# %% tags=["check:03a.4"]
check("03a.4", strided_conv)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:nn-conv2d"]
# ## The layer in PyTorch: `nn.Conv2d`
#
# | argument | what it sets |
# |---|---|
# | `in_channels`, `out_channels` | the channels that come in; the number of filters |
# | `kernel_size`, `stride`, `padding`, `dilation` | K, S, P, D: a number, or a pair (vertical, horizontal) |
# | `padding="same"` | the padding that keeps the size, for stride 1 |
# | `bias` | whether each filter has a bias (default: yes) |
# | `padding_mode` | the border: `"zeros"`, `"reflect"`, `"replicate"`, `"circular"` |
# | `groups` | how many groups the channels are split into (optional section below) |
# | `device`, `dtype` | where the weights are kept, and how precisely |

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** `nn.Conv2d(4, 8, 3)` is a layer with eight filters on four channels. Which of these changes the
# number of its parameters: a larger image, a different stride, padding, or dilation, or leaving out the bias?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:what-changes-the-parameters"]
torch.manual_seed(3)
counts = {}
for name, options, size in [
    ("plain", {}, 9),
    ("larger image", {}, 90),
    ("stride=2", {"stride": 2}, 9),
    ("padding=1", {"padding": 1}, 9),
    ("dilation=2", {"dilation": 2}, 9),
    ("bias=False", {"bias": False}, 9),
]:
    layer = nn.Conv2d(4, 8, 3, **options)
    counts[name] = sum(parameter.numel() for parameter in layer.parameters())
    maps = layer(torch.randn(2, 4, size, size))
    print(f"{name:12} {counts[name]} parameters, maps {tuple(maps.shape)}")
changed = [name for name, count in counts.items() if count != counts["plain"]]
assert changed == ["bias=False"] and counts["plain"] == 8 * (4 * 3 * 3 + 1)  # claim

# %% [markdown] slideshow={"slide_type": "fragment"}
# Only leaving out the bias changes it. Each of the $O$ filters has $C \cdot K^2$ weights and one bias, so the layer has
# $O\,(C K^2 + 1)$ parameters. Stride, padding, and dilation only say where the same kernels are placed. The size of the
# image does not matter, so a network made of convolutions can be used on images of any size, as long as the kernels
# fit.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:03a.5"]
# ### Exercise 03a.5 · Predict a shape (5 min)
#
# A batch of shape (4, 3, 36, 48) goes through `nn.Conv2d(3, 16, 5, stride=2, padding=1)` and then through
# `nn.Conv2d(16, 8, 3, stride=2, dilation=3)`. Which shape comes out? Answer with a tuple of four numbers.

# %% tags=["exercise:03a.5"] nbgrader={"grade_id": "ex-03a-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
shape = None  # Exercise 03a.5: replace None with (…, …, …, …)
### BEGIN SOLUTION
# First layer: (36 + 2 - 5) // 2 + 1 = 17 and (48 + 2 - 5) // 2 + 1 = 23.
# The second kernel spans 7 pixels: (17 - 7) // 2 + 1 and (23 - 7) // 2 + 1.
shape = (4, 8, 6, 9)
### END SOLUTION

# %% tags=["check:03a.5"]
check("03a.5", shape)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:03a.6"]
# ### Exercise 03a.6 · Count the parameters (4 min)
#
# How many parameters does `nn.Conv2d(16, 32, 5, groups=4)` have? With four groups, the channels and the filters are
# split into four parts, and each filter sees only the channels of its own group. Do it on paper first.

# %% tags=["exercise:03a.6"] nbgrader={"grade_id": "ex-03a-6", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
count = None  # Exercise 03a.6: replace None with the number
### BEGIN SOLUTION
# Each of the 32 filters sees 16 / 4 channels through 5 × 5 weights, and has a bias.
count = 32 * (16 // 4) * 5 * 5 + 32
### END SOLUTION

# %% tags=["check:03a.6"]
check("03a.6", count)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["optional"]
# ### Groups (optional)
#
# With `groups=2`, the channels and the filters are split into two halves, and the filters of each half see only their
# own half of the channels. That saves half of the weights. In the extreme case, `groups=C`, each filter looks at one
# channel only. This is a *depthwise* convolution, as used in networks for phones. Which maps change if we erase the
# channels of the first group?

# %% tags=["optional", "claim", "claim:groups-cut-connections"]
torch.manual_seed(3)
batch = torch.randn(2, 4, 9, 12)
erased = batch.clone()
erased[:, :2] = 0  # channels 0 and 1, the first group
layer = nn.Conv2d(4, 8, 3, groups=2)
change = (layer(batch) - layer(erased)).abs().amax(dim=(0, 2, 3))
changed = change.nonzero()[:, 0].tolist()
print("weights", tuple(layer.weight.shape), "maps that change:", changed)
assert changed == [0, 1, 2, 3]  # claim: only the maps of the first group

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:one-by-one", "defines:1\u00d71 convolution"]
# ## A kernel of one pixel
#
# What could a kernel of a single pixel be good for? On one channel, hardly anything: it multiplies the image by a
# number. On many channels, it is very useful. A **1×1 convolution** computes, at every pixel, a weighted sum of that
# pixel's channels. It is a small dense layer that is applied to each pixel separately. For example, this is how a color
# image becomes gray:

# %% tags=["hide-input", "claim", "claim:one-by-one-is-dense-per-pixel", "nbval-ignore-output"]
to_gray = np.array([0.299, 0.587, 0.114])  # how bright they appear to the eye
gray = convolution.conv2d(astronaut.transpose(2, 0, 1)[None], to_gray.reshape(1, 3, 1, 1))
per_pixel = astronaut @ to_gray  # a dense layer with one unit, at each pixel
plots.image_row(
    {"color, 3 channels": astronaut, "gray, 1 channel": gray[0, 0]},
    limits=(0, 1),
    alt="An astronaut in color, and in gray after a 1 × 1 convolution.",
)
error = np.abs(gray[0, 0] - per_pixel).max()
print(f"largest difference to a dense layer at each pixel {error:.0e}")
assert error < 1e-12  # claim: both are the same

# %% [markdown]
# In a network, 1 × 1 convolutions change the number of channels: from 256 down to 64, say, before an expensive layer,
# and up again after it. How much that saves is our next question.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:cost"]
# ## What does a layer cost?
#
# Each of the $H' W'$ values of each of the $O$ maps takes $C K^2$ multiplications, one per weight of its filter:
#
# $$\text{multiplications} = H' W' \cdot O \cdot C \cdot K^2$$
#
# So a layer has two costs: its parameters need memory, and its multiplications need time. The two numbers are very
# different, because each weight is used once per pixel of the map.

# %% tags=["hide-input", "claim", "claim:cost-formula"]
for C, filters, K, S, size in [(3, 16, 3, 1, 32), (16, 32, 5, 2, 30), (64, 64, 1, 1, 16)]:
    layer = nn.Conv2d(C, filters, K, stride=S, padding=K // 2, bias=False, device="meta")
    with FlopCounterMode(display=False) as counter:  # counts an addition with each product
        maps = layer(torch.empty(1, C, size, size, device="meta"))
    formula = maps.shape[2] * maps.shape[3] * filters * C * K**2
    weights = layer.weight.numel()
    sizes = f"{C:2} → {filters} channels, K = {K}"
    print(f"{sizes}: {weights:6,} weights, {formula:9,} multiplications")
    assert counter.get_total_flops() == 2 * formula  # claim: PyTorch counts the same

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** A 3 × 3 layer has 64 channels in, 64 channels out, and maps of 32 × 32. Now we halve both sides of
# the maps and double both numbers of channels. Does the layer need half as many multiplications, the same number, or
# twice as many?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:halve-and-double"]
costs = {}
for C, size in [(64, 32), (128, 16), (256, 8)]:
    costs[C] = size**2 * C * C * 3**2
    weights = 9 * C * C
    sizes = f"{C:3} channels, {size:2} × {size:2}"
    print(f"{sizes}: {costs[C]:,} multiplications, {weights:7,} weights")
assert len(set(costs.values())) == 1  # claim: the number of multiplications stays

# %% [markdown] slideshow={"slide_type": "fragment"}
# **The same number.** There are a quarter as many pixels, but twice as many channels come in, and twice as many go out.
# The number of weights grows fourfold, though. This is one reason why so many networks double the channels whenever
# they halve the maps: every stage then costs about the same.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Two savings
#
# Here are two ways to do much the same job as an expensive layer at a lower cost. Both have been in wide use since
# 2014. We compute their costs for 256 channels on maps of 32 × 32:

# %% tags=["hide-input", "claim", "claim:two-savings"]
C, pixels = 256, 32 * 32
costs = {
    "one 5 × 5": pixels * C * C * 25,
    "two 3 × 3": 2 * pixels * C * C * 9,
    "one 3 × 3": pixels * C * C * 9,
    "1 × 1 to 64, 3 × 3, 1 × 1 to 256": pixels * (C * 64 + 64 * 64 * 9 + 64 * C),
}
for name, cost in costs.items():
    print(f"{name:33} {cost / 1e6:7.1f} million multiplications")
five, two_threes, three, squeezed = costs.values()
assert two_threes / five == 18 / 25 and 8 < three / squeezed < 9  # claim

# %% [markdown]
# Two 3 × 3 layers see as far as one 5 × 5 layer (a 3 × 3 window of 3 × 3 windows spans five pixels), at 72% of the
# cost, and with room for an activation function in between. Squeezing the channels with 1 × 1 convolutions makes a
# layer cost less than an eighth as much, but its maps are then mixtures of only 64 different ones.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### How K, S, P, and the channels are chosen
#
# | choice | usual value | because |
# |---|---|---|
# | K | 3; sometimes 5 or 7 in the first layer | several small kernels in a row are cheaper than one large kernel |
# | S | 1; 2 where the maps should shrink | with the same channels, what follows costs a quarter as much |
# | P | (K − 1)/2 with stride 1 | the maps keep their size, so layers can be stacked freely |
# | D | 1 | gaps widen the view, but the pixels in the gaps are not seen |
# | channels | 16 to 64 at first, doubled at each halving | the cost per stage stays the same |
#
# None of this is a law. Start with these values, and then let the validation data decide.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 35. Students ask why K is odd. A kernel of even size has no center pixel, so equal padding on both sides cannot
# keep the size. Ask them how much padding a 4 × 4 kernel would need (one and a half).

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:03a.7"]
# ### Exercise 03a.7 · Fit a budget (10 min)
#
# This task is open-ended: there are many good answers. Build an `nn.Sequential` that turns color images of 32 × 32 into
# 16 maps of 8 × 8, shape (N, 16, 8, 8), with at most 1,500 parameters. It must not be a linear map.

# %% tags=["exercise:03a.7"] nbgrader={"grade_id": "ex-03a-7", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
network = None  # Exercise 03a.7: replace None with nn.Sequential(…)
### BEGIN SOLUTION
# 8 (3 · 9 + 1) = 224 and 16 (8 · 9 + 1) = 1,168 parameters; each stride halves the sides.
halve = {"stride": 2, "padding": 1}
first, second = nn.Conv2d(3, 8, 3, **halve), nn.Conv2d(8, 16, 3, **halve)
network = nn.Sequential(first, nn.ReLU(), second)
### END SOLUTION

# %% tags=["check:03a.7"]
check("03a.7", network)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:weight-sharing", "defines:weight sharing"]
# ## Weight sharing
#
# A convolution is a dense layer in disguise, with two restrictions. Each output sees only the pixels near it, and all
# outputs use the same weights. The second restriction is called **weight sharing**. To see both, we write a 3 × 3
# convolution with padding 1 as a matrix: one column per pixel of a 6 × 6 image, one row per output.

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["predict"]
# **Predict first.** The matrix has 36 · 36 = 1,296 entries. How many of them are not zero, and how many different
# values do those have?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:few-different-weights"]
kernel = np.arange(1.0, 10).reshape(1, 1, 3, 3)
impulses = np.eye(36).reshape(36, 1, 6, 6)  # one image for each pixel
matrix = convolution.conv2d(impulses, kernel, padding=1).reshape(36, 36).T
rng = np.random.default_rng(3)
image = rng.normal(size=(1, 1, 6, 6))
convolved = convolution.conv2d(image, kernel, padding=1)
plots.image_row(
    {"convolution as a matrix": matrix, "a dense layer": rng.uniform(1, 9, size=(36, 36))},
    height=3.2,
    limits=(0, 9),
    alt="The matrix of a convolution, a few diagonals, and that of a dense layer, full.",
)
different = len(np.unique(matrix[matrix > 0]))
print(f"not zero: {np.count_nonzero(matrix)}, different values: {different}")
assert np.allclose(matrix @ image.ravel(), convolved.ravel())  # claim: it is the same map
assert np.count_nonzero(matrix) == 256 and different == 9  # claim: nine weights, shared

# %% [markdown] slideshow={"slide_type": "fragment"}
# 256 entries are not zero, and they have only **nine** different values. (If you said 36 · 9 = 324, you forgot the
# border, where the window covers pixels outside the image.) In the figure, zero is black. Along each diagonal, the same
# weight appears again and again.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### What sharing saves: parameters …
#
# Take a layer that makes 4 maps of 28 × 28 from a digit of 28 × 28. We count its parameters twice, first with shared
# weights and then as a dense layer:

# %% tags=["claim", "claim:sharing-saves-parameters"]
shared = nn.Conv2d(1, 4, 3, padding=1)
dense = nn.Linear(28 * 28, 4 * 28 * 28, device="meta")  # "meta": counted, not stored
few, many = (sum(p.numel() for p in layer.parameters()) for layer in (shared, dense))
print(f"convolution {few} parameters, dense layer {many:,}")
assert (few, many) == (40, 2_461_760)  # claim: 40 instead of 2.5 million

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### … and examples
#
# **Predict first.** We hide a kernel and show only images of 8 × 8 (random noise) with their filtered versions. A
# convolution and a dense layer are both fitted exactly, by least squares. How many images does each of them need before
# it can reproduce the filter on *new* images: 1, 9, or 64?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:sharing-saves-examples"]
rng = np.random.default_rng(3)
examples, new = rng.normal(size=(2, 80, 1, 8, 8))
hidden = filtering.laplacian_kernel()[None, None]
wanted, target = (convolution.conv2d(one, hidden, padding=1) for one in (examples, new))
errors, shown = {"convolution": [], "dense layer": []}, (1, 9, 30, 63, 64, 80)
for n in shown:
    windows = convolution.conv2d(examples[:n], np.eye(9).reshape(9, 1, 3, 3), padding=1)
    w = np.linalg.lstsq(windows.swapaxes(0, 1).reshape(9, -1).T, wanted[:n].ravel())[0]
    by_sharing = convolution.conv2d(new, w.reshape(1, 1, 3, 3), padding=1)
    W = np.linalg.lstsq(examples[:n].reshape(n, 64), wanted[:n].reshape(n, 64))[0]
    by_dense = (new.reshape(80, 64) @ W).reshape(target.shape)
    for name, result in zip(errors, (by_sharing, by_dense), strict=True):
        errors[name].append(np.std(result - target) / np.std(target))
print(f"{'images':12}", *(f"{n:4}" for n in shown))
for name, values in errors.items():
    print(f"{name:12}", *(f"{value:.2f}" for value in values))
assert errors["convolution"][0] < 1e-9  # claim: one image is enough with sharing
# claim: without sharing, 63 images are too few and 64 are enough
assert errors["dense layer"][3] > 0.05 and errors["dense layer"][4] < 1e-6

# %% [markdown] slideshow={"slide_type": "fragment"}
# The convolution needs **1** image, because that image holds 64 windows to learn nine weights from. The dense layer
# needs **64**, one per pixel; with 63, it still fails. And what the convolution learned in one corner holds in every
# other corner. This is one reason why convolutions can learn from few examples.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:weights-and-contribution"]
# ## What a weight contributes
#
# An output is a sum of products, and each product is what one pixel contributes. The size of a weight says how strongly
# its pixel counts, and the sign says in which direction. Here is the Laplacian at the rim of a crater on the Moon:

# %% tags=["hide-input"]
patch, kernel = moon[38:41, 70:73], filtering.laplacian_kernel()
plots.number_row(
    {"pixels": patch, "weights": kernel, "products": patch * kernel},
    decimals=2,
    cell=0.6,
    alt="Nine pixels, the Laplacian's weights, and their products, largest at the center.",
)
print(f"sum of the products {np.sum(patch * kernel):.2f}")

# %% [markdown]
# The center contributes most, and its four neighbors pull the other way. The sum is negative because the center is
# brighter than its neighbors are on average. (In the last two panels, white is zero, red is positive,
# and blue is negative.)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** A 1 × 1 filter has the weights −0.9, 0.5, and 0.1 on three channels. The third channel is measured
# in smaller units, so its values are ten times as large as those of the others. Which channel contributes most to the
# output?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:contribution-needs-equal-inputs"]
rng = np.random.default_rng(3)
weights = np.array([-0.9, 0.5, 0.1])
for unit in (1, 10):
    inputs = rng.normal(size=(10_000, 3)) * [1, 1, unit]
    contribution = np.sqrt(np.mean((weights * inputs) ** 2, axis=0))  # root mean square
    listed = " ".join(f"{value:.1f}" for value in contribution)
    print(f"third channel {unit:2} times as large: contributions", listed)
    assert contribution.argmax() == (0 if unit == 1 else 2)  # claim

# %% [markdown] slideshow={"slide_type": "fragment"}
# The **third** channel, although its weight is the smallest. Weights can be compared only if their inputs are about
# equally large; then the one with the largest magnitude, positive or negative, contributes most. This is one reason to
# normalize the inputs of a network.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Learning the weights
#
# Before training, the weights are random. We show pairs of images to the layer: noise, and the same noise after a
# Laplacian. The layer is not told what a Laplacian is. Gradient descent lowers the mean squared error.
#
# **Predict first.** Will the layer find the nine weights of the Laplacian, or some other nine weights that do equally
# well?

# %% slideshow={"slide_type": "subslide"} tags=["reveals"]
torch.manual_seed(3)
laplacian = torch.tensor(filtering.laplacian_kernel(), dtype=torch.float32)
examples = torch.randn(20, 1, 18, 18)
wanted = nn.functional.conv2d(examples, laplacian[None, None])
layer = nn.Conv2d(1, 1, 3, bias=False)
optimizer = torch.optim.SGD(layer.parameters(), lr=0.2)
snapshots = {}
for step in range(61):
    loss = nn.functional.mse_loss(layer(examples), wanted)
    if step in (0, 2, 5, 60):
        snapshots[f"step {step}"] = layer.weight[0, 0].detach().numpy().copy()
        print(f"step {step:2}: mean squared error {loss.item():.2f}")
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

# %% slideshow={"slide_type": "subslide"} tags=["reveals", "hide-input", "claim", "claim:learns-the-laplacian"]
alt = "Nine weights: random at first, the Laplacian in the end."
plots.number_row(snapshots, alt, decimals=1, cell=0.5)
assert np.abs(snapshots["step 60"] - laplacian.numpy()).max() < 1e-4  # claim

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Exactly these nine.** (Each panel has its own color scale, with white at zero.) Two different kernels respond
# differently to noise, so only one kernel makes the error zero. Nobody told the layer about derivatives; examples were
# enough. In a real network, nobody knows the target of the first layer. Only the last output is compared with a target,
# and the kernels of all layers are learned at once.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 52. Ask: "What if the examples had been flat gray images?" Then every kernel whose weights add up to 0 would
# do, and the layer would find one of many. Noise contains every pattern, so it pins the kernel down.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | question | answer |
# |---|---|
# | What is one filter? | C kernels and a bias; it makes one map |
# | Parameters of a layer | O (C K² + 1) |
# | Multiplications | H′ W′ O C K² |
# | Size of the maps | ⌊(H + 2P − D(K − 1) − 1)/S⌋ + 1 |
# | 1 × 1 convolution | a dense layer at each pixel; changes the number of channels |
#
# - Start with K = 3, P = 1, S = 1. Where the maps are halved, double the channels.
# - Weight sharing needs 40 parameters instead of 2.5 million, and one example image instead of 64.
# - Weights start at random and are learned from examples.
#
# **Next.** One layer is not a network. We add an activation function, pooling, batch normalization, and a dense layer,
# and we ask how far a network can see.

# %% slideshow={"slide_type": "skip"} tags=["progress:03a"]
from course_utils.exercises import progress

progress("03a")

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Quiz
#
# 1. A layer maps 64 channels to 128. How many kernels of 3 × 3 does it have?
# 2. You train a convolution layer on images of 28 × 28. Can you apply it to an image of 500 × 300?
# 3. Which layer has more parameters, a 1 × 1 convolution from 256 to 256 channels or a 3 × 3 convolution from 64 to 64?
#
# <details><summary>Answers</summary>
#
# 1. 64 · 128 = 8,192: each of the 128 filters has one kernel per input channel.
# 2. Yes. Its weights do not depend on the size of the image; the maps just become larger.
# 3. The 1 × 1 convolution: 256 · 256 = 65,536 weights, compared with 64 · 64 · 9 = 36,864 for the 3 × 3 convolution.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - I. Goodfellow, Y. Bengio, and A. Courville, *Deep Learning*, MIT Press 2016, chapter 9: convolutional networks.
# - V. Dumoulin and F. Visin, A guide to convolution arithmetic for deep learning, arXiv:1603.07285, 2016: all output
#   sizes, with drawings.
# - M. Lin, Q. Chen, and S. Yan, Network in network, arXiv:1312.4400, 2013: 1 × 1 convolutions.
# - K. Simonyan and A. Zisserman, Very deep convolutional networks, arXiv:1409.1556, 2014: two 3 × 3 layers in place of
#   one 5 × 5 layer.
