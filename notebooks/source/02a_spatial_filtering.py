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
# # 02a · Spatial filtering
#
# Last time, a network looked at a whole image at once, with a separate weight for every pixel. Today we look through a
# small window that slides over the image, with the same nine weights everywhere. This is also what a convolution layer
# does.
#
# **After this lecture, you will be able to**
# - filter an image with any kernel, by hand and in code, and say what happens at the border;
# - tell correlation from convolution;
# - predict how much noise an average removes, and see what it costs;
# - choose between a box, a Gaussian, and a median filter.
#
# **You need** NumPy arrays and slices; mean and standard deviation.
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 65 min | 44 min | 10 s |

# %% tags=["setup"]
import numpy as np
import torch
from sklearn.datasets import load_digits

from course_utils import data, diagrams, evidence, filtering, plots, widgets
from course_utils.exercises import check, hint
from course_utils.filtering import convolve2d, correlate2d

plots.use_course_style()
coins = data.images()["coins"]  # (303, 384), gray values in [0, 1]
digit = load_digits().images[7]  # (8, 8), gray values 0 to 16
edge = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])  # our first kernel


def rms(error):
    """Return the root mean square of an array."""
    return np.sqrt(np.mean(error**2))


# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:sliding-window", "defines:kernel", "defines:filtering"]
# ## A window that slides
#
# An edge is an edge wherever it is in the image. So why learn it again at every pixel? Take nine weights, the
# **kernel**, and lay them over a 3 × 3 window of the image. Multiply each pixel by the weight on top of it, add the
# nine products, and write the sum into a new image, the **response**, at the position of the window's center. Move the
# window by one pixel and do it again.
#
# That is all that **filtering** is. Here is one step:

# %% tags=["hide-input"]
plots.show(
    diagrams.sliding_window(digit, edge, at=(3, 4)),
    alt="A 7 as numbers, a 3 × 3 window, its nine products with the kernel, their sum.",
)

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 0 to 8. Let the class compute this one sum aloud. Ask: "What does this kernel say about the image where the
# sum is large? Where it is zero? Where it is negative?" It is large where the right column is brighter than the left
# one. Ask: "What if the whole image gets brighter by 10?" Usual answer: the result gets brighter by 10, too. In fact,
# away from the border it does not change at all, because these weights add up to 0. Come back to this when we build an
# average.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["topic:linear-filtering"]
# ### The same in symbols
#
# Write $x[i, j]$ for the pixel in row $i$ (downward) and column $j$ (to the right), and $w[u, v]$ for the weight at
# offset $(u, v)$ from the center of the kernel. Then
#
# $$z[i, j] = \sum_{u=-1}^{1}\; \sum_{v=-1}^{1} w[u, v]\; x[i + u,\, j + v].$$
#
# Read it like the picture: $(i, j)$ says where the window is, and $(u, v)$ walks through it.


# %%
def filter_slowly(x, w):
    """Slide w over x, (H, W) → (H, W); outside the image the pixels count as zero."""
    reach = w.shape[0] // 2
    padded = np.pad(x, reach)
    z = np.zeros(x.shape)
    for i, j in np.ndindex(x.shape):
        window = padded[i : i + 2 * reach + 1, j : j + 2 * reach + 1]
        z[i, j] = (w * window).sum()
    return z


# %% [markdown] slideshow={"slide_type": "subslide"}
# **Try it.** Move the window across a stroke of the 7. On which side of the stroke is the sum positive, on which side
# is it negative, and where is it zero?


# %% tags=["hide-input"]
def window_at(row, column):
    return diagrams.sliding_window(digit, edge, at=(row, column))


widgets.explore(
    window_at,
    alt="The window in row 1, column 3 of the 7, its nine products and their sum.",
    row=widgets.Slider(0, 7, 1),
    column=widgets.Slider(0, 7, 3),
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** The kernel below has a single 1, to the *right* of its center. We filter an image that is black
# except for one white dot. Does the dot stay, move left, or move right?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:look-right-moves-left"]
dot = np.zeros((3, 5))
dot[1, 2] = 1
look_right = np.array([[0, 0, 0], [0, 0, 1], [0, 0, 0]])
moved = filter_slowly(dot, look_right)
plots.number_row(
    {"image": dot, "kernel": look_right, "filtered": moved},
    alt="A dot in column 2, a kernel with a 1 right of its center, the dot in column 1.",
)
# claim: the dot moves by one column
assert moved[1, 1] == 1 and moved.sum() == 1

# %% [markdown] slideshow={"slide_type": "fragment"}
# It moves **left**. If you said right, you are in good company: it is tempting to think that the kernel pushes pixels
# in the direction of its 1. It is the other way around. Every output pixel *fetches* its right-hand neighbor, so the
# pixel to the left of the dot is the one that finds it.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Nine shifted copies
#
# The loop visits 116,352 windows in our photograph of coins. There is a second way to read the formula, with only nine
# steps: shift the whole image by $(-u, -v)$, multiply it by the single weight $w[u, v]$, and add up the nine copies.


# %%
def filter_by_shifts(x, w):
    """Do the same as filter_slowly, one step per weight instead of one per pixel."""
    reach = w.shape[0] // 2
    padded = np.pad(x, reach)
    z = np.zeros(x.shape)
    for u, v in np.ndindex(w.shape):
        z += w[u, v] * padded[u : u + x.shape[0], v : v + x.shape[1]]
    return z


# %% tags=["hide-input", "claim", "claim:shifts-equal-loop", "nbval-ignore-output"]
rng = np.random.default_rng(2)
image, kernel = rng.normal(size=(6, 9)), rng.normal(size=(5, 5))
error = np.abs(filter_by_shifts(image, kernel) - filter_slowly(image, kernel)).max()
print(f"windows in the photograph: {coins.size:,}; largest difference {error:.0e}")
assert error < 1e-14  # claim: both are the same filter

# %% [markdown]
# From here on we use a ready-made function. `correlate2d(x, w, padding)` does the same, offers more ways to treat the
# border, and tells you what is wrong when the shapes do not fit.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["erratum:E03", "defines:cross-correlation", "defines:convolution", "defines:impulse"]
# ## A common mistake: is this a convolution?
#
# Many lecture notes call the formula above a convolution. Strictly speaking, it is a **cross-correlation**. A
# **convolution** has minus signs, $x[i - u,\, j - v]$, which amounts to flipping the kernel (rotating it by 180°)
# before sliding it. The simplest way to see the difference is to filter an **impulse**, an image with a single 1.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** One of the two draws a copy of the kernel where the dot is. Which one: correlation or convolution?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "erratum:E03", "claim", "claim:convolution-draws-kernel"]
impulse, kernel = np.zeros((5, 5)), np.arange(1.0, 10).reshape(3, 3)
impulse[2, 2] = 1
correlated = correlate2d(impulse, kernel)
convolved = convolve2d(impulse, kernel)
results = {"correlation": correlated, "convolution": convolved}
plots.number_row(
    {"impulse": impulse, "kernel": kernel} | results,
    alt="An impulse, a kernel, its rotation by correlation, its copy by convolution.",
)
# claim: convolution draws the kernel, correlation draws it rotated by 180°
assert np.array_equal(convolved[1:4, 1:4], kernel)
assert np.array_equal(correlated[1:4, 1:4], np.rot90(kernel, 2))

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Convolution** draws the kernel. Correlation draws it rotated by 180°, for the reason you have just seen: every pixel
# fetches, so the weight on the right ends up on the left. If you said correlation because convolution is the one that
# flips the kernel: it does, and that flip undoes the rotation you see here.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### And in PyTorch?
#
# `conv2d` takes a batch of images with channels, so image and kernel each get two more axes of length 1. Despite its
# name it does **not** flip the kernel. For learned weights this does not matter, because a network can learn the flipped
# kernel just as easily. It will matter when we compute gradients (chapter 04).

# %% tags=["erratum:E03", "claim", "claim:conv2d-correlates", "nbval-ignore-output"]
kernel = np.arange(1.0, 10).reshape(3, 3)
x, w = torch.from_numpy(coins)[None, None], torch.from_numpy(kernel)[None, None]
in_torch = torch.nn.functional.conv2d(x, w, padding=1)[0, 0].numpy()
to_correlation = np.abs(in_torch - correlate2d(coins, kernel)).max()
to_convolution = np.abs(in_torch - convolve2d(coins, kernel)).max()
print(f"largest difference from the correlation {to_correlation:.0e}")
print(f"largest difference from the convolution {to_convolution:.0e}")
assert to_correlation < 1e-12 and to_convolution > 1  # claim: conv2d is a correlation

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:02a.1"]
# ### Exercise 02a.1 · One pixel by hand (5 min)
#
# On paper: compute the value at the center pixel (where the 3 is) after **correlation** with this kernel, and after
# **convolution** with it. Answer with both numbers, in that order.
#
# $$\text{image} = \begin{pmatrix}1&2&0\\0&3&1\\2&5&4\end{pmatrix} \qquad
#   \text{kernel} = \begin{pmatrix}0&1&0\\2&0&0\\0&0&-1\end{pmatrix}$$

# %% tags=["exercise:02a.1"] nbgrader={"grade_id": "ex-02a-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
values = None  # Exercise 02a.1: replace None with (correlation, convolution)
### BEGIN SOLUTION
# Only three weights are not zero, so there are three products each.
correlation = 1 * 2 + 2 * 0 + (-1) * 4
convolution = (-1) * 1 + 2 * 1 + 1 * 5  # kernel flipped: (-1 0 0; 0 0 2; 0 1 0)
values = (correlation, convolution)
### END SOLUTION

# %% tags=["check:02a.1"]
check("02a.1", values)

# %% [markdown]
# Stuck on an exercise? `hint` helps a little, and a little more each time you call it.

# %%
hint("02a.1", 1)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["defines:padding"]
# ## What lies outside the image?
#
# At the border, the window reaches for pixels that do not exist. Something has to be put there, and that something is
# called **padding**. Four choices are common. Here is how each one extends the corner of a photograph beyond its
# border:

# %%
numpys = {"zeros": "constant", "replicate": "edge", "circular": "wrap"}
corners = {}
for name in ("zeros", "reflect", "replicate", "circular"):
    corners[name] = np.pad(coins, 40, mode=numpys.get(name, name))[:120, :120]

# %% tags=["hide-input"]
plots.image_row(
    corners,
    limits=(0, 1),
    alt="A corner continued by black, by its mirror image, by its edge, by its far side.",
)

# %% [markdown]
# `reflect` and `replicate` suit photographs. `circular` suits data that really are periodic, such as angles or the days
# of the year. `zeros` is what convolution layers usually use. A fifth choice, `"valid"`, computes only where the kernel
# fits and returns a smaller image.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** A flat gray wall has the value 0.8 everywhere. We replace each pixel by the mean of the 15 × 15
# window around it, with zeros outside. What is the value in the very corner of the result: 0.8, 0.4, or about 0.2?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:corner-darkens"]
wall = np.full((40, 40), 0.8)
mean_of_225 = np.full((15, 15), 1 / 225)
for padding in ("zeros", "reflect", "replicate", "circular"):
    corner = correlate2d(wall, mean_of_225, padding)[0, 0]
    print(f"{padding:9} value in the corner {corner:.2f}")
    assert np.isclose(corner, 0.8 * 64 / 225 if padding == "zeros" else 0.8)

# %% [markdown] slideshow={"slide_type": "fragment"}
# About 0.2. If you said 0.4, you were probably picturing half the window hanging over the edge. In a corner it hangs
# over *two* edges: only 8 × 8 of the 225 weights meet the wall, so 64/225 = 0.28 of the brightness is left.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 25. Sketch the window in the corner on the board and shade the 8 × 8 part. Ask where else this happens: along
# the border of every layer's output in a network that pads with zeros. A network can use that dark frame to tell where
# in the image it is looking.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:02a.2"]
# ### Exercise 02a.2 · Grow a border (8 min)
#
# Write `replicate_border(image, width)`. It returns the image with a border of `width` pixels on all four sides, in
# which the nearest edge pixel is repeated. `np.pad` could do this for you; this time, use only indexing. The width may
# be 0.


# %% tags=["exercise:02a.2"] nbgrader={"grade_id": "ex-02a-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def replicate_border(image, width):  # Exercise 02a.2
    """Return (H, W) → (H + 2 width, W + 2 width), edge pixels repeated outward."""
    ### BEGIN SOLUTION
    # Row r shows image row r - width, or the nearest one that exists; columns likewise.
    H, W = image.shape
    rows = np.clip(np.arange(-width, H + width), 0, H - 1)
    columns = np.clip(np.arange(-width, W + width), 0, W - 1)
    return image[rows][:, columns]
    ### END SOLUTION


# %% tags=["check:02a.2"]
check("02a.2", replicate_border)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:averaging-filters", "defines:noise", "defines:box filter"]
# ## Averaging: less noise, less detail
#
# A photograph taken in the dark is grainy: every pixel is a little too bright or too dark, at random. This is
# **noise**. It jumps from pixel to pixel, while the scene hardly changes, so averaging over neighbors preserves the
# scene and evens out the noise. A **box filter** counts all nine pixels equally; a weighted kernel counts the nearer
# ones more:
#
# $$w_\text{box} = \frac{1}{9}\begin{pmatrix}1&1&1\\1&1&1\\1&1&1\end{pmatrix} \qquad
#   w_\text{weighted} = \frac{1}{16}\begin{pmatrix}1&2&1\\2&4&2\\1&2&1\end{pmatrix}$$

# %% slideshow={"slide_type": "subslide"} tags=["hide-input", "claim", "claim:averaging-lowers-the-error"]
rng = np.random.default_rng(2)
noisy = coins + rng.normal(0, 0.1, coins.shape)
images = {
    "noisy": noisy,
    "box": correlate2d(noisy, filtering.box_kernel(3), "reflect"),
    "weighted": correlate2d(noisy, filtering.weighted_kernel(), "reflect"),
    "without noise": coins,
}
plots.image_row(
    {name: image[20:92, 20:92] for name, image in images.items()},
    limits=(0, 1),
    alt="A coin: grainy, smoother but softer after two averages, and without noise.",
)
for name, image in images.items():
    print(f"{name:13} root mean square error {rms(image - coins):.3f}")
# claim: each average nearly halves the error
assert rms(images["box"] - coins) < 0.6 * rms(noisy - coins)
assert rms(images["weighted"] - coins) < 0.6 * rms(noisy - coins)

# %% [markdown]
# The error nearly halves. But compare the relief of the coin with that in the last image: it is softer. An average
# cannot tell noise from detail.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E01"]
# ### A common mistake: weights that do not add up to 1
#
# Forget the 1/9, and the image gets nine times too bright. The test for any average is a flat wall: its gray value must
# not change, and that is the case exactly when **the weights add up to 1**. (Weights that add up to 0, like those of
# our first kernel, ignore the wall altogether.)

# %% tags=["erratum:E01", "claim", "claim:weights-add-up-to-one"]
wall = np.full((5, 5), 0.45)
ones = np.ones((3, 3))
for name, kernel in {"sum of nine": ones, "mean of nine": ones / 9, "edge": edge}.items():
    gray = correlate2d(wall, kernel, "replicate")[2, 2]
    print(f"{name:12} sum of the weights {kernel.sum():.0f}, gray 0.45 becomes {gray:.2f}")
    assert np.isclose(gray, 0.45 * kernel.sum())

# %% [markdown] slideshow={"slide_type": "slide"} tags=["predict"]
# ## How much noise is left?
#
# **Predict first.** A box filter takes the mean of nine pixels, each with noise of its own. Does it leave 1/9, 1/3, or 2/3
# of the noise?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:noise-gain-predicts"]
kernels = {
    "box 3": filtering.box_kernel(3),
    "weighted": filtering.weighted_kernel(),
    "box 5": filtering.box_kernel(5),
}
for name, kernel in kernels.items():
    gains = []
    for seed in range(30):
        noise = np.random.default_rng(seed).normal(size=(128, 128))
        gains.append(correlate2d(noise, kernel, "valid").std() / noise.std())
    predicted = np.sqrt((kernel**2).sum())
    measured = evidence.over_seeds(gains)
    print(f"{name:8} predicted {predicted:.4f}, measured {measured}")
    assert measured.agrees(predicted, within=0.01)  # claim: noise falls as predicted

# %% [markdown] slideshow={"slide_type": "fragment"}
# **One third.** The tempting answer is 1/9, because the kernel divides by nine. But the nine errors do not all point the
# same way. They partly cancel, and their sum grows only with the square root of their number: $\sqrt 9 / 9 = 1/3$. So a
# box of side $K$ leaves $1/K$ of the noise.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["defines:noise gain"]
# ### The same for any kernel
#
# Suppose the noise in each pixel is independent of the noise in all the others and has the standard deviation
# $\text{std}$. The variances of independent random numbers add up, and multiplying a number by $w$ multiplies its
# variance by $w^2$. So the filtered noise has the variance $\sum w^2\, \text{std}^2$, and the standard deviation is
# multiplied by the **noise gain**
#
# $$\frac{\text{std}_\text{after}}{\text{std}_\text{before}} = \sqrt{\textstyle\sum_{u,v} w[u, v]^2}.$$
#
# This is what "predicted" meant above. Nine weights that add up to 1 but are not all equal always leave more noise than
# equal ones; here, 3/8 instead of 1/3.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 38. The square root is worth a minute: flip nine coins and count heads minus tails. You almost never get 9;
# most often you get 1 or 3, one way or the other, and the root mean square is 3. Warn: the formula holds for
# *independent* noise. After one filter, neighbors share pixels and are no longer independent, so you cannot simply
# multiply the gains of two filters in a row (02b combines the kernels first).

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Then why not a huge box?
#
# **Predict first.** With noise of standard deviation 0.1, the best box for our coins turns out to be 3 × 3. Now the
# noise doubles to 0.2. Is the best box now smaller, the same, or larger?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:more-noise-larger-box"]
sizes = np.arange(1, 16, 2)
total, best = {}, {}
for std in (0.1, 0.2):
    noisy = coins + np.random.default_rng(2).normal(0, std, coins.shape)
    boxes = [filtering.box_kernel(size) for size in sizes]
    errors = [rms(correlate2d(noisy, box, "reflect") - coins) for box in boxes]
    total[f"noise {std}"], best[std] = errors, int(sizes[np.argmin(errors)])
total["lost detail alone"] = [rms(correlate2d(coins, w, "reflect") - coins) for w in boxes]
plots.curves(
    total,
    x=sizes,
    xlabel="side of the box in pixels",
    ylabel="root mean square error",
    alt="As the box grows, the error falls, then rises; with more noise it turns later.",
)
for std, side in best.items():
    print(f"noise {std}: the best box is {side} × {side}")
assert best == {0.1: 3, 0.2: 5}  # claim: more noise asks for a larger box

# %% [markdown] slideshow={"slide_type": "fragment"}
# Larger: 5 instead of 3. A larger box removes more noise and more detail. The more noise there is, the more detail it is
# worth giving up. So the best kernel depends on the image *and* on its noise. A kernel that is *learned* from examples
# can adapt to both, which is where this course is going.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["defines:linear"]
# ### Noise and detail can be followed separately
#
# Filtering is **linear**: filtering a sum gives the sum of the filtered parts. A noisy image is the scene plus the noise,
# so the error of the filtered image is the noise that is left plus the detail that is lost. The two have nothing to do
# with each other, so their squares add up, like the two short sides of a right triangle.

# %% tags=["claim", "claim:errors-add-in-squares"]
box, noise = filtering.box_kernel(3), np.random.default_rng(2).normal(0, 0.1, coins.shape)
left = correlate2d(noise, box, "reflect")
lost = correlate2d(coins, box, "reflect") - coins
both = correlate2d(coins + noise, box, "reflect") - coins
print(f"noise left {rms(left):.3f}, detail lost {rms(lost):.3f}, both {rms(both):.3f}")
assert np.allclose(both, left + lost)  # claim: filtering is linear
# claim: the squares of the two errors add up
assert abs(rms(both) / np.hypot(rms(left), rms(lost)) - 1) < 0.01

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:02a.3"]
# ### Exercise 02a.3 · How large must the box be? (5 min)
#
# When a scanner scans flat gray paper, the image comes out with noise of standard deviation 0.12. You want at most
# 0.03. What is the smallest box filter that does it? Answer with the length of its side in pixels. (A kernel needs a
# center pixel.)

# %% tags=["exercise:02a.3"] nbgrader={"grade_id": "ex-02a-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
size = None  # Exercise 02a.3: replace None with the side of the box
### BEGIN SOLUTION
# The noise must fall to a quarter. A box of side K leaves 1/K of it:
# K is at least 4, and the next odd number is 5.
size = 5
### END SOLUTION

# %% tags=["check:02a.3"]
check("02a.3", size)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:gaussian-and-separable", "defines:Gaussian filter"]
# ## The Gaussian: weights that fade out
#
# A box gives full weight to the pixel in its corner and none to the pixel just outside. The **Gaussian filter** lets
# the weights fade with the distance from the center:
#
# $$w[u, v] \propto \exp\!\left(-\frac{u^2 + v^2}{2 s^2}\right)$$
#
# Its standard deviation $s$ plays the role of the box's size. The weights are scaled so that they add up to 1.

# %% tags=["hide-input"]
g = filtering.gaussian_kernel(0.85, 5)
box, gaussian = 1000 * filtering.box_kernel(3), 1000 * np.outer(g, g)
plots.number_row(
    {"box, in thousandths": box, "Gaussian, s = 0.85": gaussian},
    alt="Weights in thousandths: nine of 111 each, and a bell of 25 that fade outward.",
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** This Gaussian and the 3 × 3 box leave the same share of the noise, one third. Which one loses less
# of a photograph's detail, or is it a tie?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:gaussian-keeps-more-detail"]
g = filtering.gaussian_kernel(0.85)
box, gaussian = filtering.box_kernel(3), np.outer(g, g)
gains = [filtering.noise_gain(w) for w in (box, gaussian)]
print(f"noise gain: box {gains[0]:.3f}, Gaussian {gains[1]:.3f}")
assert abs(gains[1] / gains[0] - 1) < 0.01  # claim: they leave the same noise
for name in ("coins", "camera", "moon", "page"):
    image = data.images()[name]
    lost = [rms(correlate2d(image, w, "reflect") - image) for w in (box, gaussian)]
    print(f"{name:7} detail lost: box {lost[0]:.3f}, Gaussian {lost[1]:.3f}")
    # claim: the Gaussian keeps more detail, in every photograph
    assert lost[1] < 0.95 * lost[0]

# %% [markdown] slideshow={"slide_type": "fragment"}
# The **Gaussian**, in all four of these sharp photographs. It does not win by staying closer to the center: it even
# reaches farther than the box. The two differ in the finest detail. The Gaussian fades it out, while the box does
# something worse to it, which we will see in 02b. The weighted kernel (1 2 1; 2 4 2; 1 2 1)/16 is a Gaussian in all but
# name.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["defines:separable"]
# ## Two cheap passes instead of one expensive pass
#
# The exponential of a sum is a product, so the Gaussian is a column times a row:
#
# $$e^{-(u^2 + v^2)/2s^2} = e^{-u^2/2s^2} \cdot e^{-v^2/2s^2}$$
#
# A kernel of this kind is **separable**: you can filter down the columns first and then across the rows. Instead of
# $K^2$ products for each pixel, this takes $2K$. For a 15 × 15 kernel that is 30 instead of 225.

# %% tags=["claim", "claim:separable-equals-full", "nbval-ignore-output"]
g = filtering.gaussian_kernel(2.0, 15)
in_one_pass = correlate2d(coins, np.outer(g, g), "reflect")
down = correlate2d(coins, g[:, None], "reflect")  # kernel (15, 1)
in_two_passes = correlate2d(down, g[None, :], "reflect")  # kernel (1, 15)
error = np.abs(in_two_passes - in_one_pass).max()
print(f"products per pixel: {len(g) ** 2} or {2 * len(g)}; largest difference {error:.0e}")
assert error < 1e-14  # claim: two passes give the same image

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:02a.4"]
# ### Exercise 02a.4 · Design a smoothing kernel (8 min)
#
# There are many correct answers. Build a one-dimensional kernel of odd length, 9 at most, that
#
# - leaves a flat signal unchanged, and a ramp, too, away from the ends,
# - never overshoots: a step from 0 to 1 stays between 0 and 1,
# - has a noise gain of at most 0.4.

# %% tags=["exercise:02a.4"] nbgrader={"grade_id": "ex-02a-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
smoothing_kernel = None  # Exercise 02a.4: replace None with an array of weights
### BEGIN SOLUTION
# A triangle is symmetric and has no negative weight.
# Dividing by the sum makes it keep a flat signal.
triangle = np.array([1, 2, 3, 4, 5, 4, 3, 2, 1])
smoothing_kernel = triangle / triangle.sum()
### END SOLUTION

# %% tags=["check:02a.4"]
check("02a.4", smoothing_kernel)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:median", "defines:salt-and-pepper noise", "defines:median filter"]
# ## Salt and pepper
#
# A scratched film or a faulty sensor does not make each pixel a little wrong. It makes a few pixels *completely* wrong,
# black or white: **salt-and-pepper noise**. One white pixel among nine pulls their mean a long way. But sort the nine
# values, and the one in the middle hardly moves. That is the one the **median filter** returns.


# %%
def salt_and_pepper(image, share, seed):
    """Return a copy in which this share of the pixels is black or white."""
    draw = np.random.default_rng(seed).random(image.shape)
    broken = image.copy()
    broken[draw < share / 2] = 0
    broken[draw > 1 - share / 2] = 1
    return broken


averages = {f"box {size}": filtering.box_kernel(size) for size in (3, 5, 7)}
for s in (0.5, 0.7, 1.0, 1.3, 1.6, 2.0):
    g = filtering.gaussian_kernel(s)
    averages[f"Gaussian {s}"] = np.outer(g, g)


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** Five pixels in a hundred are broken. We try boxes and Gaussians of many sizes and keep the best. Is the
# error of the 3 × 3 median about as large, two thirds as large, or a tenth as large?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:median-beats-averages"]
by_average, by_median = [], []
for seed in range(5):
    broken = salt_and_pepper(coins, 0.05, seed)
    errors = [rms(correlate2d(broken, w, "reflect") - coins) for w in averages.values()]
    by_average.append(min(errors))
    by_median.append(rms(filtering.median_filter(broken, 3) - coins))
names = ("median", "best average")
result = evidence.compare(by_median, by_average, better="lower", names=names)
print(f"error: best average {np.mean(by_average):.3f}, median {np.mean(by_median):.3f}")
print(result)
# claim: the median beats the best of nine averages, clearly
assert result.improves(by=0.015)

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input"]
by_gaussian = correlate2d(broken, averages["Gaussian 1.0"], "reflect")
by_median = filtering.median_filter(broken, 3)
shown = {"broken": broken, "Gaussian": by_gaussian, "median": by_median}
plots.image_row(
    {name: image[20:92, 20:92] for name, image in shown.items()},
    limits=(0, 1),
    alt="A coin with broken pixels; a Gaussian smears them, a median removes them.",
)

# %% [markdown] slideshow={"slide_type": "fragment"}
# About **two thirds**, and that is a clear win: an average spreads every broken pixel over its neighbors, while the
# median throws it away. If you said a tenth, remember that the median changes the intact pixels, too; it costs detail
# like any other filter. (You can do better: see the last exercise.)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Does the median always win?
#
# **Predict first.** Now we do the same to a scanned page of text, with 2% of the pixels broken. Which is best: the
# median, the best average, or leaving the page as it is?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:median-eats-thin-lines"]
page = data.images()["page"]
errors = {name: [] for name in ("untouched", *averages, "median")}
for seed in range(5):
    broken = salt_and_pepper(page, 0.02, seed)
    filtered = {name: correlate2d(broken, w, "reflect") for name, w in averages.items()}
    filtered |= {"untouched": broken, "median": filtering.median_filter(broken, 3)}
    for name, image in filtered.items():
        errors[name].append(rms(image - page))
best = min(averages, key=lambda name: np.mean(errors[name]))
for name in ("untouched", "median", best, *list(averages)[:1]):
    print(f"{name:12} error {np.mean(errors[name]):.3f}")
# claim: the best average helps by a fifth at least; the 3 × 3 box does harm
assert np.mean(errors[best]) < 0.8 * np.mean(errors["untouched"])
assert evidence.compare(errors[best], errors["median"], better="lower").improves(by=0.01)
assert evidence.compare(errors["untouched"], errors["box 3"], better="lower").improves()
shown = {"broken": broken, best: filtered[best], "median": filtered["median"]}
plots.image_row(
    {name: image[40:90, :80] for name, image in shown.items()},
    limits=(0, 1),
    alt="Printed words with specks; the median removes specks and breaks thin strokes.",
)

# %% [markdown] slideshow={"slide_type": "fragment"}
# The **best average**, by about a quarter. The median hardly improves on doing nothing, and the 3 × 3 box makes the
# page worse. The winner is the narrowest Gaussian that we tried, which changes the page least. Many strokes are only
# one pixel wide, so fewer than five of the nine pixels in a window belong to them, and for the median *they* are the
# outliers. No filter is best for every image; ask what the image is made of.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 58. Let the class vote on both predictions by a show of hands. Most will expect the median to win again. Draw a
# one-pixel line through a 3 × 3 window: three dark pixels against six bright ones.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:02a.5"]
# ### Exercise 02a.5 · What can a kernel do? (3 min)
#
# Only one of these four filters can be written as a kernel that slides over the image. Which one?
#
# - **a** the brightest pixel of the window
# - **b** the pixel minus the mean of its window
# - **c** the square of the mean of the window
# - **d** the median of the window

# %% tags=["exercise:02a.5"] nbgrader={"grade_id": "ex-02a-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
choice = None  # Exercise 02a.5: replace None with "a", "b", "c" or "d"
### BEGIN SOLUTION
# A weighted sum: the weights are 1 - 1/9 in the center and -1/9 around it.
choice = "b"
### END SOLUTION

# %% tags=["check:02a.5"]
check("02a.5", choice)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:02a.6"]
# ### Exercise 02a.6 · Repair the photograph (15 min)
#
# This task is open-ended: there are many ways to do it. In the photograph of coins, one pixel in ten is broken: either
# black (exactly 0) or white (exactly 1). No pixel in the original has either value. Write `repair(image)` and bring the
# root mean square error, averaged over three broken copies that you have not seen, **below 0.025**.
# `filtering.median_filter(image, 3)` is at hand. The plain 3 × 3 median reaches 0.041. Your function has ten seconds
# for each copy, as in every check.
#
# Try it out on `salt_and_pepper(coins, 0.1, seed)`.


# %% tags=["exercise:02a.6"] nbgrader={"grade_id": "ex-02a-6", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def repair(image):  # Exercise 02a.6
    """Return the repaired image, of the same shape."""
    ### BEGIN SOLUTION
    # An intact pixel needs no repair: replace only the broken ones.
    broken = (image == 0) | (image == 1)
    return np.where(broken, filtering.median_filter(image, 3), image)
    ### END SOLUTION


# %% tags=["check:02a.6"]
check("02a.6", repair)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | filter | weights | noise left | good for | watch out for |
# |---|---|---|---|---|
# | box of side $K$ | all $1/K^2$ | $1/K$ | speed | blur |
# | Gaussian, $s$ | fade out | 1/3 for $s = 0.85$ | noise in every pixel | blur, but less of it |
# | median | none | – | salt-and-pepper noise | thin lines, corners |
#
# - Filtering: lay the kernel over the window, multiply, add, move on.
# - Weights that add up to 1 keep a flat region; weights that add up to 0 ignore it.
# - Filter an impulse: convolution draws the kernel, correlation draws it rotated by 180°. `conv2d` correlates.
# - The mean of $n$ independent errors is typically $1/\sqrt n$ times as large as a single one.
#
# **Next.** We subtract neighbors instead of adding them. That finds edges and sharpens images. Then we ask what a
# filter does to a sine.

# %% slideshow={"slide_type": "skip"} tags=["progress:02a"]
from course_utils.exercises import progress

progress("02a")

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Quiz
#
# 1. The weights of a kernel add up to 1.2. What does filtering do to a flat gray region?
# 2. You correlate an image with a kernel, and you convolve it with the same kernel. For which kernels are the two
#    results the same?
# 3. You average 100 photographs of the same scene, taken one after the other. How much noise is left?
#
# <details><summary>Answers</summary>
#
# 1. It makes the region 1.2 times as bright. Divide the weights by their sum if you want the gray value to stay the
#    same.
# 2. For those that look the same after a rotation by 180°, such as a box or a Gaussian.
# 3. One tenth, $1/\sqrt{100}$, and no detail is lost, because each pixel is averaged only with its counterparts in the
#    other photographs.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - R. C. Gonzalez and R. E. Woods, *Digital Image Processing*, 4th edition, Pearson 2018, sections 3.4 and 3.5: spatial
#   filtering, smoothing, order-statistic filters.
# - J. W. Tukey, *Exploratory Data Analysis*, Addison-Wesley 1977, chapter 7: where running medians come from.
# - V. Dumoulin and F. Visin, A guide to convolution arithmetic for deep learning, arXiv:1603.07285, 2016: the sliding
#   window in many drawings.
