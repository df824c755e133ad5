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
# # 03 · The convolution layer and its companions
#
# In lecture 02 we chose nine weights by hand and filtered one grey image. A convolution layer does the same with many
# kernels and many channels at once, and it learns the weights. Pooling, batch normalisation and one dense layer
# complete a classifier.
#
# **After this lecture you can**
# - compute the output, the output shape and the parameters of any convolution layer;
# - say what each argument of `nn.Conv2d` does;
# - write pooling and batch normalisation in a few lines, and say what they are good for;
# - say what happens to a network's answer when the image moves, and where the usual slogans fail.
#
# **You need** lecture 02, and the dense layer of lecture 01.
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 90 min | 54 min | 20 s |

# %% tags=["setup"]
import itertools

import matplotlib.pyplot as plt
import numpy as np
import torch
import torchvision
from sklearn.datasets import load_digits
from torch import nn

from course_utils import (
    convolution,
    data,
    filtering,
    layers,
    models,
    plots,
    settings,
    training,
)
from course_utils.evaluation import evaluate
from course_utils.exercises import check
from course_utils.widgets import Slider, explore

plots.use_course_style()
photographs = data.images()
moon = photographs["moon"][::2, ::2]  # the file holds each pixel twice, down and across

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:feature-maps"]
# ## Feature maps: one for every filter
#
# A grey image has one channel, a color image three. A filter has one kernel *per channel*; their answers are added,
# plus a bias. So one filter makes one *feature map*, and $O$ filters make $O$ maps:
#
# $$s_{n,o,y,x} = b_o + \sum_{c,i,j} w_{o,c,i,j}\; a_{n,c,y+i,x+j}$$
#
# Here $a$ is the input, $w$ the weights and $b$ the biases; $n$ counts images, $o$ filters, $c$ channels, $y, x$ the
# pixels of a map and $i, j$ those of a kernel.


# %%
def conv_layer(a, w, b):
    """Correlate: images (N, C, H, W), filters (O, C, K, K), biases (O,)."""
    (N, _, H, W), (filters, _, K, _) = a.shape, w.shape
    s = np.zeros((N, filters, H - K + 1, W - K + 1))
    for n, o, y, x in np.ndindex(s.shape):
        s[n, o, y, x] = b[o] + np.sum(w[o] * a[n, :, y : y + K, x : x + K])
    return s


rng = np.random.default_rng(3)
a, w, b = rng.normal(size=(2, 3, 6, 8)), rng.normal(size=(4, 3, 3, 3)), rng.normal(size=4)
maps = conv_layer(a, w, b)
in_torch = nn.functional.conv2d(*(torch.from_numpy(array) for array in (a, w, b)))
assert np.allclose(maps, in_torch) and np.allclose(maps, convolution.conv2d(a, w, b))
print("images", a.shape, "filters", w.shape, "maps", maps.shape)

# %% [markdown]
# From here on `convolution.conv2d` stands for this loop: the same sum, without Python loops over pixels, and with all
# the arguments of the next sections.
#
# **Predict first.** Below, three filters look at a color photograph: one finds edges in all channels, one takes red
# minus blue, one averages green. Which shapes do the weights and the result have?

# %% slideshow={"slide_type": "subslide"}
astronaut = photographs["astronaut"][::4, ::4]  # (128, 128, 3)
image = astronaut.transpose(2, 0, 1)[None].copy()  # (1, 3, 128, 128): channels first
filters = np.zeros((3, 3, 3, 3))
filters[0] = filtering.laplacian_kernel() / 3  # the same kernel for red, green and blue
filters[1, 0, 1, 1], filters[1, 2, 1, 1] = 1, -1  # red minus blue
filters[2, 1] = filtering.box_kernel(3)
maps = convolution.conv2d(image, filters)[0]
edges, red_minus_blue, soft_green = maps
plots.image_row(
    {
        "image": astronaut,
        "edges": np.abs(edges),
        "red - blue": red_minus_blue,
        "soft green": soft_green,
    },
    alt="An astronaut, her edges, her orange suit in red minus blue, a soft green map.",
)
grey_filters = filters.sum(axis=1, keepdims=True)  # what is left for one channel
print("color:", image.shape, "*", filters.shape, "->", (1, *maps.shape))
grey_maps = convolution.conv2d(moon[None, None], grey_filters)
print("grey:  ", (1, 1, *moon.shape), "*", grey_filters.shape, "->", grey_maps.shape)

# %% [markdown]
# **What to see.** Three filters, three maps, whatever the number of input channels. The maps are the channels of the
# next layer: there, a filter has one kernel for each of them.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:filter-size-stride-padding"]
# ## Filter size, stride and padding
#
# Three numbers decide where a kernel is laid. The *filter size* $K$ says how many pixels it covers. The *stride* $S$
# says how many pixels it moves from one position to the next. The *padding* $P$ says how many pixels are put around the
# image first, usually zeros.
#
# **Predict first.** The image below has 5 × 5 pixels, all 1, and the kernel adds up what it covers. Which numbers
# appear where the kernel hangs over the border?

# %%
ones = np.ones((1, 1, 5, 5))


def add_up(size, **options):
    return convolution.conv2d(ones, np.ones((1, 1, size, size)), **options)[0, 0]


results = {
    "image": ones[0, 0],
    "K = 3": add_up(3),
    "K = 2": add_up(2),
    "K = 3, S = 2": add_up(3, stride=2),
    "K = 3, P = 1": add_up(3, padding=1),
}
plots.number_row(
    results,
    cell=0.33,
    alt="Sums over a 5 × 5 image of ones: two filter sizes, a stride, a padding.",
)
for name, result in results.items():
    print(f"{name:13}", result.shape)

# %% [markdown]
# **What to see.** A larger kernel or stride shrinks the map; padding can keep its size, here with $P = 1$ for $K = 3$
# and $S = 1$. At the corner only 4 of the 9 pixels belong to the image, so with zeros the border is darker, as in
# lecture 02.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### What the border holds
#
# `padding_mode` names the four borders of lecture 02. A kernel of one single 1 copies the padded image, so it shows
# the border itself.

# %%
small = np.arange(1.0, 10).reshape(1, 1, 3, 3)
one = np.ones((1, 1, 1, 1))
bordered = {
    mode: convolution.conv2d(small, one, padding=1, padding_mode=mode)[0, 0]
    for mode in ("zeros", "reflect", "replicate", "circular")
}
plots.number_row(
    bordered,
    cell=0.33,
    alt="The numbers 1 to 9 in four borders: zeros, mirrored, repeated, wrapped round.",
)
for mode, padded in bordered.items():
    print(f"{mode:9} first row", padded[0].astype(int))


# %% [markdown] slideshow={"slide_type": "subslide"}
# Move the sliders: on the left the padded photograph with a cross where each kernel position has its centre, on the
# right the map that comes out.


# %%
def draw_stride_and_padding(kernel_size, stride, padding, border):
    """Draw a padded crater, the kernel's positions in it, and the averaged map."""
    crater = moon[None, None, 20:52, 40:72]
    options = {"padding": padding, "padding_mode": border}
    padded = convolution.conv2d(crater, np.ones((1, 1, 1, 1)), **options)[0, 0]
    box = filtering.box_kernel(kernel_size)[None, None]
    averaged = convolution.conv2d(crater, box, stride=stride, **options)[0, 0]
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 4))
    left.imshow(padded, vmin=0, vmax=1)
    rows, columns = map(np.arange, averaged.shape)
    centres = np.meshgrid(*(kernel_size // 2 + stride * axis for axis in (columns, rows)))
    left.plot(*centres, "+", color=plots.VERMILLION, markersize=4)
    right.imshow(averaged, vmin=0, vmax=1)
    titles = {left: f"padded to {padded.shape}", right: f"map {averaged.shape}"}
    for axis, title in titles.items():
        axis.set(title=title, xlabel="column", ylabel="row")
        axis.locator_params(integer=True, nbins=6)
    return figure


# %%
explore(
    draw_stride_and_padding,
    alt="A padded crater, a cross at every second pixel, and its map of half the size.",
    kernel_size=Slider(1, 9, 3, 2),
    stride=Slider(1, 6, 2),
    padding=Slider(0, 8, 4),
    border=["zeros", "reflect", "replicate", "circular"],
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:03.1"]
# ### Exercise 03.1 · Three faults in a convolution layer (8 min)
#
# This function should compute a convolution layer without padding. It runs, and it is wrong in three places.
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
#
# Write it right: images (N, C, H, W), filters (O, C, K, K), biases (O,).


# %% tags=["exercise:03.1"] nbgrader={"grade_id": "ex-03-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def strided_conv(x, weight, bias, stride):  # Exercise 03.1
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


# %% tags=["check:03.1"]
check("03.1", strided_conv)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:output-size"]
# ## How large is the output?
#
# An axis of $L$ pixels has $L + 2P$ after padding. The kernel covers $K$ of them; with *dilation* $D$, gaps between
# its weights, it spans $D(K-1)+1$. It starts at the left end and steps by $S$ as long as it fits:
#
# $$L' = \left\lfloor \frac{L + 2P - D(K-1) - 1}{S} \right\rfloor + 1$$


# %% [markdown] slideshow={"slide_type": "subslide"}
# The calculator draws one axis: the image dark, the padding light, and below it every position of the kernel. Watch
# the right end while you move the stride.


# %%
def draw_positions(length, kernel_size, stride, padding, dilation):
    """Draw a row of pixels and, below, the kernel at each of its positions."""
    figure, axis = plt.subplots(figsize=(8, 3.2))
    pixels = np.arange(-padding, length + padding)
    inside = (pixels >= 0) & (pixels < length)
    greys = np.where(inside, "#555555", "#cccccc")
    axis.scatter(pixels, 0 * pixels, s=90, marker="s", c=greys)
    span = dilation * (kernel_size - 1) + 1
    if span > len(pixels):
        axis.set_title(f"a span of {span} pixels does not fit into {len(pixels)}")
        return figure
    count = convolution.output_size(length, kernel_size, stride, padding, dilation)
    for k in range(count):
        taps = pixels[0] + k * stride + dilation * np.arange(kernel_size)
        color = plots.COLORS[k % 2]
        axis.plot(taps, np.full(kernel_size, k + 1), "o-", color=color, markersize=5)
    axis.set(title=f"output size {count}", xlabel="pixel", ylabel="position")
    axis.yaxis.get_major_locator().set_params(integer=True)
    axis.invert_yaxis()
    return figure


# %%
explore(
    draw_positions,
    alt="Ten pixels, padded by one at each end, and five positions of a kernel of three.",
    length=Slider(1, 24, 10),
    kernel_size=Slider(1, 7, 3),
    stride=Slider(1, 5, 2),
    padding=Slider(0, 4, 1),
    dilation=Slider(1, 4, 1),
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E04"]
# ### Erratum E04: the formula needs a floor
#
# The deck divides by the stride without rounding. For $L = 10$, $K = 3$, $P = 1$, $S = 2$ this gives $5.5$, and half a
# pixel is no size. A position that does not fit is dropped, so we round *down*. Dilation is missing there too.
#
# **Predict first.** Which pixel of the figure above is never visited?

# %% tags=["erratum:E04"]
without_floor = (10 - 3 + 2 * 1) / 2 + 1
layer = nn.Conv1d(1, 1, kernel_size=3, stride=2, padding=1)
in_torch = layer(torch.zeros(1, 1, 10)).shape[-1]
print(f"without rounding {without_floor:.1f}, PyTorch {in_torch}")
ours = convolution.output_size(10, 3, stride=2, padding=1)
assert in_torch == ours == int(np.floor(without_floor))

# %% [markdown]
# The last padding pixel, number 10, is never visited. One case proves little. Here is every combination of a grid,
# against `nn.Conv2d`. On the device `meta` PyTorch computes shapes only, which is quick.

# %% tags=["erratum:E04"]
agreeing = 0
grid = itertools.product(range(7, 13), (1, 2, 3, 4), (1, 2, 3), (0, 1, 2), (1, 2))
for length, kernel_size, stride, padding, dilation in grid:
    layer = nn.Conv2d(1, 1, kernel_size, stride, padding, dilation, device="meta")
    height, width = layer(torch.empty(1, 1, length, length + 3, device="meta")).shape[2:]
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    assert height == convolution.output_size(length, kernel_size, **options)
    assert width == convolution.output_size(length + 3, kernel_size, **options)
    agreeing += 1
print(f"{agreeing} of {6 * 4 * 3 * 3 * 2} combinations agree")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:03.2"]
# ### Exercise 03.2 · The output size (6 min)
#
# Write the formula as a function of five whole numbers that returns a whole number. Do not call `convolution`.


# %% tags=["exercise:03.2"] nbgrader={"grade_id": "ex-03-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def output_length(length, kernel_size, stride, padding, dilation):  # Exercise 03.2
    """Return the length of a convolution's output along one axis."""
    ### BEGIN SOLUTION
    span = dilation * (kernel_size - 1) + 1
    return (length + 2 * padding - span) // stride + 1
    ### END SOLUTION


# %% tags=["check:03.2"]
check("03.2", output_length)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:03.3"]
# ### Exercise 03.3 · Padding that keeps the size (4 min)
#
# A layer has kernel size 5, dilation 3 and stride 1. Which `padding` gives an output as large as its input?

# %% tags=["exercise:03.3"] nbgrader={"grade_id": "ex-03-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
padding = None  # Exercise 03.3: replace None by the padding in pixels
### BEGIN SOLUTION
# L' = L needs 2P = D (K - 1) = 3 · 4.
padding = 3 * (5 - 1) // 2
### END SOLUTION

# %% tags=["check:03.3"]
check("03.3", padding)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:nn-conv2d"]
# ## Every argument of `nn.Conv2d`
#
# | argument | what it does |
# |---|---|
# | `in_channels`, `out_channels` | $C$, $O$: channels that come in, filters |
# | `kernel_size`, `stride`, `padding` | $K$, $S$, $P$: a number, or (vertical, horizontal); padding also `"same"`, `"valid"` |
# | `dilation` | $D$: distance between neighbouring weights |
# | `groups` | $G$: channels and filters in $G$ separate groups |
# | `bias` | whether there is a $b_o$ |
# | `padding_mode` | what the border holds |
# | `device`, `dtype` | where the weights live, and in which precision |
#
# **Predict first.** Which of the arguments change the number of parameters?

# %%
variants = {
    "plain": {},
    "stride=2": {"stride": 2},
    "padding=1": {"padding": 1},
    "dilation=2": {"dilation": 2},
    "groups=2": {"groups": 2},
    "bias=False": {"bias": False},
    "reflect": {"padding": 1, "padding_mode": "reflect"},
}
torch.manual_seed(3)
batch = torch.randn(2, 4, 9, 12, dtype=torch.float64)
for name, options in variants.items():
    layer = nn.Conv2d(4, 8, 3, dtype=torch.float64, **options)
    parameters = {key: value.detach().numpy() for key, value in layer.named_parameters()}
    maps = layer(batch).detach().numpy()
    rest = {key: value for key, value in options.items() if key != "bias"}
    weight, bias = parameters["weight"], parameters.get("bias")
    ours = convolution.conv2d(batch.numpy(), weight, bias, **rest)
    assert np.allclose(maps, ours)
    count = sum(value.size for value in parameters.values())
    print(f"{name:10} weight {weight.shape}, {count} parameters, maps {maps.shape}")

# %% [markdown]
# **What to see.** Besides channels and kernel size only `groups` and `bias` change the number of parameters: a layer
# has $O \cdot \frac{C}{G} \cdot K^2$ weights and $O$ biases, whatever the size of the image. Stride, padding and
# dilation change where the kernel is laid.

# %% [markdown] slideshow={"slide_type": "subslide"}
# Dilation widens the view for free: with $D = 2$ nine weights span 5 × 5 pixels. The answer to a single dot shows it.
# Groups cut connections: with two groups, the first half of the maps sees only the first half of the channels.

# %%
dot = np.zeros((1, 1, 7, 7))
dot[0, 0, 3, 3] = 1
nine = np.ones((1, 1, 3, 3))
spread = {}
for D in (1, 2, 3):
    spread[f"dilation {D}"] = convolution.conv2d(dot, nine, padding=D, dilation=D)[0, 0]
plots.number_row(
    spread,
    cell=0.33,
    alt="The answer to a dot: nine ones side by side, then with gaps of one and two.",
)
grouped = nn.Conv2d(4, 8, 3, groups=2, dtype=torch.float64)
muted = batch.clone()
muted[:, :2] = 0  # the channels of the first group
change = (grouped(batch) - grouped(muted)).abs().amax(dim=(0, 2, 3))
print("maps that notice:", torch.nonzero(change)[:, 0].tolist())

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:03.4"]
# ### Exercise 03.4 · Predict a shape (5 min)
#
# A batch of shape (4, 3, 36, 48) goes through `nn.Conv2d(3, 16, 5, stride=2, padding=1)` and then through
# `nn.Conv2d(16, 8, 3, stride=2, dilation=3)`. Which shape comes out? Answer with a tuple of four numbers.

# %% tags=["exercise:03.4"] nbgrader={"grade_id": "ex-03-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
shape = None  # Exercise 03.4: replace None by (…, …, …, …)
### BEGIN SOLUTION
# First layer: (36 + 2 - 5) // 2 + 1 = 17 and (48 + 2 - 5) // 2 + 1 = 23.
# The second kernel spans 7 pixels: (17 - 7) // 2 + 1 and (23 - 7) // 2 + 1.
shape = (4, 8, 6, 9)
### END SOLUTION

# %% tags=["check:03.4"]
check("03.4", shape)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:03.5"]
# ### Exercise 03.5 · Count the parameters (4 min)
#
# How many trainable numbers has `nn.Conv2d(16, 32, 5, groups=4)`? On paper first.

# %% tags=["exercise:03.5"] nbgrader={"grade_id": "ex-03-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
count = None  # Exercise 03.5: replace None by the number
### BEGIN SOLUTION
# Each of the 32 filters sees 16 / 4 channels through 5 × 5 weights, and has a bias.
count = 32 * (16 // 4) * 5 * 5 + 32
### END SOLUTION

# %% tags=["check:03.5"]
check("03.5", count)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:weights-and-contribution"]
# ## What a weight contributes
#
# An output value is a sum of products, $w \cdot a$. One product is what one input contributes. The weight decides how
# much its input counts: its size says how strongly, its sign in which direction.
#
# **Predict first.** We lay the Laplacian on a patch at the rim of a crater. Which of the nine pixels moves the result
# most?

# %%
patch = moon[42:45, 62:65]
kernel = filtering.laplacian_kernel()
plots.number_row(
    {"pixels": patch, "weights": kernel, "products": patch * kernel},
    decimals=2,
    cell=0.6,
    alt="Nine pixels, the Laplacian's weights, and their products, largest in the centre.",
)
print(f"sum of the products {np.sum(patch * kernel):.2f}")

# %% [markdown]
# **What to see.** The one in the centre: all nine are of a size, and its weight is −4.

# %% [markdown] slideshow={"slide_type": "subslide"}
# "The higher the weight, the more its input counts" holds for inputs of equal size only. Here is a filter on three
# channels, one of which is measured in a unit ten times smaller.

# %% tags=["claim"]
rng = np.random.default_rng(3)
weights = np.array([-0.9, 0.5, 0.1])
for unit in (1, 10):
    inputs = rng.normal(size=(10_000, 3)) * [1, 1, unit]
    contribution = np.sqrt(np.mean((weights * inputs) ** 2, axis=0))
    listed = " ".join(f"{value:.1f}" for value in contribution)
    print(f"third channel times {unit:2}: contributions", listed)
    # claim: the largest weight contributes most if all inputs are equally large,
    # and not otherwise. 10,000 inputs: contributions are known to 1 %.
    assert contribution.argmax() == (0 if unit == 1 else 2)

# %% [markdown]
# **What to see.** A weight of −0.9 counts more than one of +0.5: size matters, not sign. With unequal inputs the smallest
# weight can contribute most. That is one reason to normalise inputs.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Edit a kernel
#
# Nine sliders, one for each weight: $w_{12}$ stands in row 1, column 2. The kernel you start with sharpens. Try to make
# a blur of it, then a filter that answers to upright edges only, then one that moves the picture by a pixel.


# %%
def draw_edited(**weights):
    """Filter the Moon with a 3 × 3 kernel whose nine weights are given row by row."""
    kernel = np.array(list(weights.values())).reshape(3, 3)
    crater = moon[10:106, 20:116]
    filtered = filtering.correlate2d(crater, kernel, "replicate")
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(9, 3.2))
    left.imshow(kernel, cmap="RdBu_r", vmin=-5, vmax=5)
    for (row, column), weight in np.ndenumerate(kernel):
        left.text(column, row, f"{weight:.2f}", ha="center", va="center")
    middle.imshow(crater, vmin=0, vmax=1)
    right.imshow(filtered)  # black is its smallest value, white its largest
    titles = {left: "kernel", middle: "image", right: "filtered, rescaled"}
    for axis, title in titles.items():
        axis.set(title=title, xticks=[], yticks=[])
    return figure


# %%
start = np.array([[0.0, -0.5, 0.0], [-0.5, 3.0, -0.5], [0.0, -0.5, 0.0]])
sliders = {}
for (row, column), weight in np.ndenumerate(start):
    sliders[f"w{row + 1}{column + 1}"] = Slider(-4.0, 4.0, float(weight), 0.25)
explore(
    draw_edited,
    alt="A kernel, 3 in the centre and -0.5 at its sides, and a crater that it sharpens.",
    **sliders,
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Or let it be learned
#
# We show a layer with nine arbitrary weights pairs of images: noise, and the same noise after the Laplacian, of which
# it is not told. Step by step, each weight moves against the gradient of the mean squared error (how that gradient is
# computed is the subject of lecture 04).
#
# **Predict first.** Will it find the nine numbers, and in about how many steps?

# %%
rng = np.random.default_rng(3)
examples = rng.normal(size=(20, 1, 18, 18))
wanted = convolution.conv2d(examples, filtering.laplacian_kernel()[None, None])
learner = layers.Conv2d(1, 1, 3, bias=False, rng=3)
snapshots = {}
for step in range(41):
    error = learner.forward(examples) - wanted
    if step in (0, 2, 5, 40):
        snapshots[f"step {step}"] = np.round(learner.weight[0, 0], 1) + 0.0  # no -0.0
        print(f"step {step:2}: mean squared error {np.mean(error**2):.2f}")
    learner.backward(2 * error / error.size)
    learner.weight -= 0.2 * learner.gradients()["weight"]
plots.number_row(
    snapshots,
    decimals=1,
    cell=0.5,
    alt="Nine weights: arbitrary at first, the Laplacian after 40 steps.",
)

# %% tags=["claim"]
found = learner.weight[0, 0]
kernel = filtering.laplacian_kernel()
assert np.allclose(found, kernel, atol=1e-4)  # claim: it recovers the Laplacian
on_moon = [filtering.correlate2d(moon, weights, "valid") for weights in (found, kernel)]
apart = np.abs(np.subtract(*on_moon)).max()
print(f"largest difference on the Moon {apart:.2f}")
assert apart < 1e-3
for row in found:
    print(" ".join(f"{weight + 0.0:5.1f}" for weight in np.round(row, 1)))

# %% [markdown]
# **What to see.** Nobody told the layer about derivatives; examples were enough. It also works on the Moon, which it has
# never seen. In a real network nobody knows the target of the first layer: only the last output is compared with an
# answer, and all kernels move at once.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:pooling"]
# ## Pooling: fewer, bolder pixels
#
# Pooling looks at each window of a map and keeps one number: the largest (*max pooling*) or the mean (*average
# pooling*). It has no weights. Usually the windows lie side by side, so a window of 2 halves both sides:
#
# $$z_{y,x} = \max_{0 \le i,j < 2} a_{2y+i,\,2x+j}$$


# %%
def max_pool(a, size):
    """Return the maximum of each window: (N, C, H, W) → (N, C, H // size, W // size)."""
    N, C, H, W = a.shape
    windows = a.reshape(N, C, H // size, size, W // size, size)
    return windows.max(axis=(3, 5))


rows = [[12.0, 20, 30, 0], [8, 12, 2, 0], [34, 70, 37, 4], [112, 100, 25, 12]]
a = np.array(rows)[None, None]
largest, mean = max_pool(a, 2), convolution.avg_pool2d(a, 2)
plots.number_row(
    {"map": a[0, 0], "max": largest[0, 0], "average": mean[0, 0]},
    decimals=1,
    cell=0.6,
    alt="A 4 × 4 map, its four window maxima 20, 30, 112, 37, and its four window means.",
)
assert np.array_equal(largest, convolution.max_pool2d(a, 2))
assert np.array_equal(largest, nn.functional.max_pool2d(torch.from_numpy(a), 2))
assert np.array_equal(mean, nn.functional.avg_pool2d(torch.from_numpy(a), 2))
print("max", largest.astype(int).tolist(), "average", mean.tolist())

# %% [markdown]
# **What to see.** Three quarters of the numbers are gone. Max pooling keeps *that* a feature was found, and roughly
# where; the mean also tells how much of the window had it. The size formula holds with $S = K$ unless you set a stride.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:03.6"]
# ### Exercise 03.6 · Average pooling (7 min)
#
# Write average pooling for windows side by side. Rows and columns that fill no whole window are left out, as PyTorch
# does. Do not call `convolution` or `torch`.


# %% tags=["exercise:03.6"] nbgrader={"grade_id": "ex-03-6", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def average_pool(x, size):  # Exercise 03.6
    """Return the mean of each window: (N, C, H, W) → (N, C, H // size, W // size)."""
    ### BEGIN SOLUTION
    # Cut off the rest, then give each window axes of its own.
    N, C, H, W = x.shape
    rows, columns = H // size, W // size
    whole = x[:, :, : rows * size, : columns * size]
    return whole.reshape(N, C, rows, size, columns, size).mean(axis=(3, 5))
    ### END SOLUTION


# %% tags=["check:03.6"]
check("03.6", average_pool)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:batch-normalization"]
# ## Batch normalisation
#
# While a network learns, the scale of its maps drifts. Batch normalisation takes each channel's mean $\mu$ and variance
# $\sigma^2$ over batch, rows and columns, and gives the channel a scale $\gamma$ and a shift $\beta$ that are learned:
#
# $$y = \gamma\, \frac{a - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta$$
#
# The small $\varepsilon$ keeps us from dividing by zero.

# %%
rng = np.random.default_rng(3)
maps = rng.normal([[[5]], [[-2]]], [[[3]], [[0.1]]], size=(8, 2, 6, 6))  # two scales
mean = maps.mean(axis=(0, 2, 3), keepdims=True)  # (1, C, 1, 1)
variance = maps.var(axis=(0, 2, 3), keepdims=True)
normalised = (maps - mean) / np.sqrt(variance + 1e-5)
layer = nn.BatchNorm2d(2, dtype=torch.float64)  # a new layer: training mode, γ = 1, β = 0
assert np.allclose(normalised, layer(torch.from_numpy(maps)).detach())
assert np.allclose(normalised, convolution.batch_norm(maps, None, None, training=True))
for name, array in {"before": maps, "after": normalised}.items():
    for channel in (0, 1):
        values = array[:, channel]
        centre = round(values.mean(), 2) + 0.0  # + 0.0 turns -0.0 into 0.0
        deviation = values.std()
        print(f"{name:6} channel {channel}: mean {centre:5.2f}, deviation {deviation:.2f}")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E07"]
# ### Erratum E07: what the formula leaves out
#
# The deck stops at the normalised value. Two things are missing. First, $\gamma$ and $\beta$: without them no channel
# could have any other scale than 1. Second, the *running statistics*: in training the layer also keeps moving averages
# of mean and variance, and after `eval()` it uses these, so that an answer no longer depends on who else is in the
# batch. With $M$ values in a channel, the forward pass divides the sum of squared deviations by $M$, the running
# variance by $M - 1$.
#
# **Predict first.** With $M = 4$ values, by which factor do the two variances differ?

# %% tags=["erratum:E07"]
values = torch.tensor([[1.0], [2.0], [3.0], [6.0]], dtype=torch.float64)  # (N, C) = (4, 1)
# With momentum 1 the running statistics are those of the last batch.
layer = nn.BatchNorm1d(1, momentum=1.0, eps=1e-12, dtype=torch.float64)
out = layer(values).detach().numpy()
biased, unbiased = np.var(values.numpy()), np.var(values.numpy(), ddof=1)
running = layer.running_var.item()
ratio = unbiased / biased
print(f"over M {biased:.2f}, over M - 1 {unbiased:.2f}, {ratio:.2f} times as much")
print(f"running {running:.2f}")
assert np.isclose(np.std(out), 1) and not np.isclose(np.std(out, ddof=1), 1)  # over M
assert np.isclose(running, unbiased)  # over M - 1
assert [name for name, _ in layer.named_parameters()] == ["weight", "bias"]  # γ, β
alone = layer.eval()(values[:1])
assert torch.allclose(alone, layer(values)[:1])  # evaluated: the batch has no say
print(f"the first value: {out[0, 0]:.2f} in training, {alone.item():.2f} evaluated")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Does it speed up learning?
#
# A small network learns the 8 × 8 digits of scikit-learn in 60 steps. It does so plain, plain with the larger starting
# weights of He et al., and with batch normalisation. Each may use its better learning rate, 0.1 or 0.3.
#
# **Predict first.** Which loss is lowest after 60 steps? Guessing has $\ln 10 = 2.30$.


# %%
bunch = load_digits()
X = torch.tensor(bunch.images, dtype=torch.float32)[:, None]
X, y = (X - X.mean()) / X.std(), torch.tensor(bunch.target)
print("images", tuple(X.shape), "classes", len(y.unique()))


# %%
def small_network(kind):
    """Return two blocks of convolution, ReLU and pooling, and a dense layer."""
    blocks = []
    for channels in (1, 8):
        convolve = nn.Conv2d(channels, 8, 3, padding=1)
        if kind == "He start":
            nn.init.kaiming_normal_(convolve.weight)
            nn.init.zeros_(convolve.bias)
        norm = [nn.BatchNorm2d(8)] if kind == "batch norm" else []
        blocks += [convolve, *norm, nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*blocks, nn.Flatten(), nn.Linear(8 * 2 * 2, 10))


def losses_of(kind, rate, seed, steps=60):
    """Descend the gradient on random batches of 32; return the loss at each step."""
    torch.manual_seed(seed)
    net, losses = small_network(kind), []
    for _ in range(steps):
        chosen = torch.randint(len(X), (32,))
        loss = nn.functional.cross_entropy(net(X[chosen]), y[chosen])
        gradients = torch.autograd.grad(loss, list(net.parameters()))
        with torch.no_grad():
            for parameter, gradient in zip(net.parameters(), gradients, strict=True):
                parameter -= rate * gradient
        losses.append(loss.item())
    return losses


# %%
seeds = range(settings.by_profile(full=8, fast=3))
best = {}
for kind in ("plain", "He start", "batch norm"):
    tried = [[losses_of(kind, rate, seed) for seed in seeds] for rate in (0.1, 0.3)]
    best[kind] = min(map(np.array, tried), key=lambda runs: runs[:, -20:].mean())

# %% tags=["claim", "nbval-ignore-output"]
late = {kind: runs[:, -20:].mean(axis=1) for kind, runs in best.items()}
plots.curves(
    {kind: runs.mean(axis=0) for kind, runs in best.items()},
    xlabel="step",
    ylabel="mean loss over seeds",
    alt="The loss over 60 steps falls much faster with batch normalisation.",
)
for kind, values in late.items():
    spread = values.std(ddof=1)
    print(f"{kind:10} last 20 losses {values.mean():.2f}, seeds differ by {spread:.2f}")
# claim: faster with batch norm. Eight seeds, mean and standard error: plain 0.91 ± 0.06,
# He start 0.72 ± 0.03, batch norm 0.28 ± 0.02. Rates 0.03 and 1 were worse for all three.
without = min(late["plain"].mean(), late["He start"].mean())
assert without - late["batch norm"].mean() > 0.2

# %% [markdown]
# **What to see.** The speed-up is there, and can be measured. Its explanation is another matter. "It reduces internal
# covariate shift", said its inventors: the inputs of a layer keep their distribution while the layers before it learn.
# Santurkar et al. (2018) put that shift back in on purpose and found the networks as fast; they point to a smoother loss
# instead. The debate is open, the measurement stands.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:03.7"]
# ### Exercise 03.7 · Batch normalisation in training (8 min)
#
# Write the forward pass in training mode for maps of shape (N, C, H, W), with `gamma` and `beta` of shape (C,) and the
# small number `eps`; return maps of the same shape. Running statistics are not asked for. Do not call `convolution` or
# `torch`.


# %% tags=["exercise:03.7"] nbgrader={"grade_id": "ex-03-7", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def batch_norm_train(x, gamma, beta, eps):  # Exercise 03.7
    """Normalise each channel over the batch, then scale and shift it: same shape."""
    ### BEGIN SOLUTION
    # A channel's values lie along axes 0, 2 and 3; keepdims lets them broadcast.
    mu = x.mean(axis=(0, 2, 3), keepdims=True)
    sigma_squared = x.var(axis=(0, 2, 3), keepdims=True)
    standard = (x - mu) / np.sqrt(sigma_squared + eps)
    return gamma[:, None, None] * standard + beta[:, None, None]
    ### END SOLUTION


# %% tags=["check:03.7"]
check("03.7", batch_norm_train)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:fully-connected"]
# ## Fully connected: from maps to classes
#
# The last maps tell which features were found where. To name a class, all of them must be weighed together. So the maps
# are flattened into one row, $f$, and a dense layer gives each class a score: $z = W f + b$. Every input has a weight
# to every class, which is costly.

# %%
for maps in ((4, 28, 28), (4, 14, 14), (4, 7, 7)):
    dense = nn.Linear(int(np.prod(maps)), 10)
    count = sum(p.numel() for p in dense.parameters())
    print(f"maps {maps!s:11} to 10 classes: {count:,} parameters")

# %% [markdown]
# So pool first, and use few dense layers. VGG-16, a well-known network of 2014, has thirteen convolutions and three
# dense layers.
#
# **Predict first.** Which share of its parameters lies in the three?

# %%
with torch.device("meta"):  # shapes only: no weights are made or loaded
    vgg = torchvision.models.vgg16()
in_convolutions = sum(p.numel() for p in vgg.features.parameters())
in_dense = sum(p.numel() for p in vgg.classifier.parameters())
figure, axis = plt.subplots(figsize=(7, 1.8))
millions = [in_convolutions / 1e6, in_dense / 1e6]
axis.barh(["13 convolutions", "3 dense layers"], millions, color=plots.BLUE)
axis.set(xlabel="parameters in millions")
plots.show(figure, alt="Parameters of VGG-16: most of them lie in its three dense layers.")
total = in_dense + in_convolutions
print(f"dense layers hold {100 * in_dense / total:.0f} % of {total:,}")

# %% [markdown]
# A dense layer on maps is nothing new, though: it is a convolution whose kernel is as large as the map.

# %% tags=["claim"]
rng = np.random.default_rng(3)
maps = rng.normal(size=(5, 4, 7, 7))
W, b = rng.normal(size=(10, 4 * 7 * 7)), rng.normal(size=10)
dense = maps.reshape(5, -1) @ W.T + b
as_convolution = convolution.conv2d(maps, W.reshape(10, 4, 7, 7), b)
assert np.allclose(as_convolution[:, :, 0, 0], dense)  # claim: a convolution, K = 7
print("dense", dense.shape, "as convolution", as_convolution.shape)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:weight-sharing"]
# ## Weight sharing
#
# A convolution is a dense layer too, with two restrictions: an output sees only the pixels near it, and all outputs use
# the *same* weights. To see this, we write a 3 × 3 convolution of a 6 × 6 image as a matrix that maps 36 pixels to 36
# outputs.
#
# **Predict first.** Of its 1,296 entries, how many differ from zero, and how many different values do
# these have?

# %%
kernel = np.arange(1.0, 10).reshape(1, 1, 3, 3)
dots = np.eye(36).reshape(36, 1, 6, 6)  # one image for each pixel
matrix = convolution.conv2d(dots, kernel, padding=1).reshape(36, 36).T
rng = np.random.default_rng(3)
image = rng.normal(size=(1, 1, 6, 6))
convolved = convolution.conv2d(image, kernel, padding=1)
assert np.allclose(matrix @ image.ravel(), convolved.ravel())
plots.image_row(
    {"convolution": matrix, "dense": rng.uniform(1, 9, size=(36, 36))},
    height=3.2,
    limits=(0, 9),
    alt="The matrix of a convolution, a few diagonals, and of a dense layer, full.",
)
different = len(np.unique(matrix[matrix > 0]))
print(f"entries {matrix.size}, not zero {np.count_nonzero(matrix)}, different {different}")

# %% [markdown]
# Now count for the first layer of the digit network at the end of this lecture, which makes 4 maps of 28 × 28 from one
# image of 28 × 28.

# %% tags=["claim"]
shared = sum(p.numel() for p in nn.Conv2d(1, 4, 3, padding=1).parameters())
without_sharing = nn.Linear(28 * 28, 4 * 28 * 28, device="meta")
dense = sum(p.numel() for p in without_sharing.parameters())
assert shared == 4 * 3 * 3 + 4
assert dense == (28 * 28 + 1) * 4 * 28 * 28
assert dense / shared > 60_000  # claim: 60,000 times as many without sharing
print(f"convolution {shared} parameters, dense layer {dense:,}")

# %% [markdown]
# **What to see.** Forty numbers instead of two and a half million. Fewer weights need fewer examples, and what was
# learned in one corner holds in every other.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:03.8"]
# ### Exercise 03.8 · Fit a budget (9 min)
#
# Build an `nn.Sequential` that takes color images of 32 × 32 to 16 maps of 8 × 8, shape (N, 16, 8, 8), with at most
# 1,500 trainable parameters. It must not be a linear map. Many answers are right.

# %% tags=["exercise:03.8"] nbgrader={"grade_id": "ex-03-8", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
network = None  # Exercise 03.8: replace None by nn.Sequential(…)
### BEGIN SOLUTION
# 8 (3 · 9 + 1) = 224 and 16 (8 · 9 + 1) = 1,168 parameters; each stride halves the sides.
halve = {"stride": 2, "padding": 1}
first, second = nn.Conv2d(3, 8, 3, **halve), nn.Conv2d(8, 16, 3, **halve)
network = nn.Sequential(first, nn.ReLU(), second)
### END SOLUTION

# %% tags=["check:03.8"]
check("03.8", network)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:equivariance"]
# ## Equivariance: the map moves with the image
#
# Weight sharing has a consequence. Let $T$ shift an image. A layer $f$ is *equivariant* if shifting first or last is the
# same:
#
# $$f(T a) = T f(a)$$
#
# We shift round the edge (`np.roll`), so that nothing is lost, and compare the two sides.
#
# **Predict first.** Padding can be circular or zero, the stride 1 or 2. When do the two sides agree?


# %%
def unlike(first, second):
    """Return 0 for equal maps, about 1 for maps that have nothing in common."""
    return np.sqrt(np.mean((first - second) ** 2) / 2) / first.std()


def both_ways(shift, stride, border, seed):
    """Return f(T a) and f(a) on the Moon for a random kernel, each (H', W')."""
    kernel = np.random.default_rng(seed).normal(size=(1, 1, 3, 3))
    options = {"stride": stride, "padding": 1, "padding_mode": border}
    images = (np.roll(moon, shift, axis=1), moon)
    return (convolution.conv2d(one[None, None], kernel, **options)[0, 0] for one in images)


gaps = {}
for border in ("circular", "zeros"):
    moved, original = both_ways(20, 1, border, seed=3)
    gaps[border] = np.abs(moved - np.roll(original, 20, axis=1)) > 1e-9
    print(f"stride 1, {border:8}: {100 * gaps[border].mean():.2f} % of the pixels differ")
shown = {"image": moon, "moved by 20": np.roll(moon, 20, axis=1)}
shown |= {f"{border}: differs": gap for border, gap in gaps.items()}
plots.image_row(
    {name: one[:64, :64] for name, one in shown.items()},
    limits=(0, 1.3),  # so that the lines stand out from the page
    alt="A corner of the Moon, moved; no difference if circular, upright lines if zeros.",
)

# %% tags=["claim"]
for seed in range(30):
    moved, original = both_ways(1 + seed, 1, "circular", seed)
    shifted = np.roll(original, 1 + seed, axis=1)
    # claim: exact, for any kernel and shift
    assert np.allclose(moved, shifted, atol=1e-12)
print("30 random kernels, 30 shifts: exact")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E27"]
# ### Erratum E27, first half: where equivariance ends
#
# "Convolution provides translational equivariance" needs two conditions that the deck does not name. Near the **border**
# the padding is part of the window, and it does not move with the scene. With a **stride** of 2 the layer keeps every
# second pixel; after a shift by 1 it keeps the *others*. No shift of the old map gives the new one, so we look for the
# best.

# %% tags=["erratum:E27"]
stride_gap = {1: [], 2: []}
for shift, seed in itertools.product((1, 2), range(30)):
    moved, original = both_ways(shift, 2, "circular", seed)
    candidates = [np.roll(original, k, axis=1) for k in range(-3, 4)]
    stride_gap[shift].append(min(unlike(candidate, moved) for candidate in candidates))
for shift, values in stride_gap.items():
    print(f"stride 2, shift {shift}: best match differs by {np.mean(values):.2f}")
assert max(stride_gap[2]) < 1e-12  # a shift by the stride itself is still exact
standard_error = np.std(stride_gap[1], ddof=1) / np.sqrt(30)
assert np.mean(stride_gap[1]) - 3 * standard_error > 0.1
assert gaps["zeros"].any() and not gaps["zeros"][:, 22:-2].any()  # zeros: lines only

# %% [markdown]
# **What to see.** Stride 1 with circular padding is exact. With zeros a few columns differ: those at the border, and
# those to which the old border moved (the picture shows the left half of them). Stride 2 is exact for even shifts only.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:invariance-by-pooling"]
# ## How much invariance does pooling give?
#
# *Invariant* means more: the result does not change at all, $f(Ta) = f(a)$. A maximum stays the same while it stays in
# its window, so after a small shift a pooled map should have changed less than the map before pooling. By how much?
#
# **Predict first.** Windows of 2 and 4 pixels, shifts of 1, 2, 4 and 8: where is the pooled map about as different as
# any other?

# %%
shifts, windows = (0, 1, 2, 4, 8), (1, 2, 4)
options = {"padding": 1, "padding_mode": "circular"}
changes = np.zeros((30, len(windows), len(shifts)))
for seed in range(30):
    kernel = np.random.default_rng(seed).normal(size=(1, 1, 3, 3))
    kernel -= kernel.mean()  # ignores brightness, answers to structure
    features = np.maximum(convolution.conv2d(moon[None, None], kernel, **options), 0)
    for i, j in np.ndindex(changes.shape[1:]):
        moved = np.roll(features, shifts[j], axis=3)  # equivariance: as if the Moon moved
        pooled = [convolution.max_pool2d(maps, windows[i]) for maps in (features, moved)]
        changes[seed, i, j] = unlike(*pooled)
means = changes.mean(axis=0)
names = ("raw map", "max of 2 × 2", "max of 4 × 4")
plots.curves(
    dict(zip(names, means, strict=True)),
    x=shifts,
    xlabel="shift of the image in pixels",
    ylabel="change (0 equal, 1 unrelated)",
    alt="Change against shift: pooled maps change later than the raw map, but do change.",
)
for name, row in zip(names, means, strict=True):
    print(f"{name:12}", " ".join(f"{value:.2f}" for value in row), "for shifts", *shifts)

# %% tags=["claim"]
# claim: pooling lowers the change after a shift by 1. Over 30 kernels it falls by
# 0.2 (2 × 2) and by 0.4 (4 × 4), each with a standard error near 0.02.
for i, least in ((1, 0.1), (2, 0.2)):
    gain = changes[:, 0, 1] - changes[:, i, 1]
    standard_error = gain.std(ddof=1) / np.sqrt(len(gain))
    print(f"{names[i]}: change lower by {gain.mean():.2f}")
    assert gain.mean() - 3 * standard_error > least

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E27"]
# ### Erratum E27, second half: partial, not full
#
# The deck says that pooling makes a network invariant to translation. It makes it *less sensitive* to shifts smaller
# than the window. Already one pixel changes a pooled map, and a shift by a whole window moves it by exactly one cell:
# that is equivariance again. Full invariance needs a maximum or mean over the *whole* map.

# %% tags=["erratum:E27"]
by_window = convolution.max_pool2d(np.roll(features, 4, axis=3), 4)
one_cell = np.roll(convolution.max_pool2d(features, 4), 1, axis=3)
assert np.array_equal(by_window, one_cell)  # shift by a window: one cell
for i in (1, 2):  # and a single pixel changes it
    standard_error = changes[:, i, 1].std(ddof=1) / np.sqrt(30)
    assert changes[:, i, 1].mean() - 3 * standard_error > 0.2
moons = (np.roll(moon, shift, axis=1)[None, None] for shift in range(8))
whole = [convolution.conv2d(image, kernel, **options).max() for image in moons]
listed = " ".join(f"{value:.2f}" for value in whole)
print("maximum of the whole map, shifts 0 to 7:", listed)
assert np.ptp(whole) < 1e-12  # global pooling: invariant

# %% [markdown]
# **What to see.** Pooling delays the change, it does not prevent it: after eight pixels all three maps are nearly as
# different as unrelated ones. Whether a *classifier* still gives the same answer is one more question, and shifts of a
# single pixel do change answers of large networks (Zhang 2019).

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:03.9"]
# ### Exercise 03.9 · Two pixels to the right (3 min)
#
# A map (convolution with circular padding, stride 1) is max-pooled with windows of 2 × 2, side by side. The image moves
# two pixels to the right, round the edge. What happens to the pooled map?
#
# - **a** Nothing: pooling is invariant to small shifts.
# - **b** It moves by exactly one cell to the right.
# - **c** It changes into a map that is no shift of the old one.
# - **d** It moves by exactly two cells to the right.

# %% tags=["exercise:03.9"] nbgrader={"grade_id": "ex-03-9", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
choice = None  # Exercise 03.9: replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
# Two pixels are one whole window: each window's content lands in the next window.
choice = "b"
### END SOLUTION

# %% tags=["check:03.9"]
check("03.9", choice)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:cnn-as-classifier"]
# ## The whole chain: a CNN as a classifier
#
# Now we put the parts in a row: twice convolution, batch norm, ReLU and pooling, then a dense layer. The network
# `models.DigitNet` of lecture 09 is this chain. First its shapes, untrained, on one empty picture of 28 × 28.
#
# **Predict first.** How many numbers reach the dense layer?

# %%
torch.manual_seed(3)
net = models.DigitNet()


def chain(net, image):
    """Return every intermediate result of one image (1, 1, 28, 28), by name."""
    net.eval()
    results = {"image": image}
    for number, layer in enumerate(net.cnn_layers):
        x = list(results.values())[-1].clone()  # its ReLU writes into what it is given
        results[f"{number} {type(layer).__name__}"] = layer(x).detach()
    flat = x_last = list(results.values())[-1].flatten(start_dim=1)
    return results | {"flatten": flat, "Linear": net.linear_layers(x_last).detach()}


for name, result in chain(net, torch.zeros(1, 1, 28, 28)).items():
    print(f"{name:13}", tuple(result.shape))
print("parameters:", sum(p.numel() for p in net.parameters()))

# %% [markdown] slideshow={"slide_type": "subslide"}
# Untrained, it guesses. We train it for a few passes (lecture 09 says how, and how to do it well) and measure, before
# and after, how many test digits it names right.

# %% tags=["nbval-ignore-output"]
digits = data.digits()
used = settings.by_profile(full=6000, fast=1157)
before = evaluate(net, (digits.X_test, digits.y_test)).accuracy
training.fit(
    net,
    (digits.X_train[:used], digits.y_train[:used]),
    optimizer=torch.optim.Adam(net.parameters(), lr=0.01),
    epochs=settings.by_profile(full=3, fast=4),
    device="cpu",
    verbose=False,
)
after = evaluate(net, (digits.X_test, digits.y_test)).accuracy
print(f"right before training {before:.2f}, after {after:.2f}")
assert before < 0.4 and after > 0.8

# %% tags=["nbval-ignore-output"]
image, label = digits.X_test[:1], digits.y_test[0].item()
results = chain(net, image)
figure, axes = plt.subplots(4, 9, figsize=(9, 4.6))
for column, (name, maps) in enumerate(list(results.items())[:9]):
    short = {"Conv2d": "conv", "BatchNorm2d": "norm", "MaxPool2d": "pool"}
    title = short.get(name[2:], name.removeprefix("2 ").removeprefix("6 "))
    size = "×".join(str(n) for n in maps.shape[1:])
    axes[0, column].set_title(f"{title}\n{size}", fontsize=10)
    for row in range(4):
        axes[row, column].set_axis_off()
        if row < maps.shape[1]:
            axes[row, column].imshow(maps[0, row].numpy())
plots.show(figure, alt="A digit in the trained network: four maps after each of 8 layers.")
assert results["3 MaxPool2d"].shape == (1, 4, 14, 14)
assert results["7 MaxPool2d"].shape == (1, 4, 7, 7)

# %% tags=["nbval-ignore-output"]
probabilities = torch.softmax(results["Linear"][0], dim=0).numpy()
figure, axis = plt.subplots(figsize=(7, 2.4))
axis.bar(range(10), probabilities, color=plots.BLUE)
axis.set(xlabel="class", ylabel="probability", xticks=range(10))
plots.show(figure, alt="The probabilities of the ten classes for this digit, a bar each.")
largest = probabilities.max()
print(f"most probable {probabilities.argmax()} with {largest:.2f}; the digit is a {label}")
assert np.isclose(probabilities.sum(), 1, atol=1e-5)

# %% [markdown]
# **What to see.** Read the columns from left to right; each map has its own grey scale. Most first maps draw edges of
# the stroke, ReLU drops what is negative, pooling coarsens. After the second block a map of 7 × 7 says roughly where a
# feature lies, and 196 such numbers are weighed by the dense layer. This network is trained briefly; lecture 09 trains
# it properly.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | layer | parameters | output shape | what it is for |
# |---|---|---|---|
# | convolution | $O\,\frac{C}{G} K^2 + O$ | $(N, O, H', W')$ | finds local features, the same everywhere |
# | pooling | 0 | $(N, C, H', W')$ | fewer numbers, less sensitive to small shifts |
# | batch norm | $2C$ | unchanged | faster learning; other statistics after `eval()` |
# | dense, $F$ features | $(F + 1) \cdot$ classes | $(N, \text{classes})$ | weighs all features |
#
# - Sizes follow $L' = \lfloor (L + 2P - D(K-1) - 1)/S \rfloor + 1$.
# - Convolution is equivariant away from borders and for stride 1; pooling is invariant in part, global pooling fully.

# %% slideshow={"slide_type": "skip"} tags=["progress:03"]
from course_utils.exercises import progress

progress("03")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# 1. A layer maps 64 channels to 128. How many kernels of 3 × 3 does it hold?
# 2. A batch norm layer stands right after a convolution. Why does the convolution need no bias?
# 3. You forget `net.eval()` and test images one by one. What does batch norm do?
#
# <details><summary>Answers</summary>
#
# 1. 64 · 128: each of the 128 filters has one kernel per input channel.
# 2. Batch norm subtracts the mean of the channel, and a bias with it; $\beta$ takes its place.
# 3. It normalises each image by its own mean and variance instead of the running ones, so the answers differ from
#    those of the trained network.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press 2016, chapter 9: convolution, pooling,
#   equivariance.
# - V. Dumoulin and F. Visin, A guide to convolution arithmetic for deep learning, arXiv:1603.07285, 2016: all output
#   sizes, with drawings.
# - S. Ioffe and C. Szegedy, Batch normalization, arXiv:1502.03167, 2015; and S. Santurkar et al., How does batch
#   normalization help optimization?, arXiv:1805.11604, 2018: the method, and the doubt about its explanation.
# - K. He et al., Delving deep into rectifiers, arXiv:1502.01852, 2015: starting weights for ReLU networks.
# - K. Simonyan and A. Zisserman, Very deep convolutional networks, arXiv:1409.1556, 2014: VGG-16.
# - R. Zhang, Making convolutional networks shift-invariant again, arXiv:1904.11486, 2019: what stride and pooling do to
#   shifts.
