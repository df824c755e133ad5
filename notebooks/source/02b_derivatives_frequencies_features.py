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
# # 02b · Derivatives, frequencies, features
#
# Last time, we averaged neighbors, and noise went away. Today we subtract them, and edges appear. Then we ask the
# question that every signal-processing engineer asks first: what does a filter do to a sine?
#
# **After this lecture, you will be able to**
# - build first and second differences, and say how each responds to a ramp, a step, and a point;
# - compute the gradient of an image and its Laplacian, and sharpen a photograph;
# - read a frequency response, and tell a low-pass from a high-pass filter;
# - use filters as features, and say why we will soon let a network choose them.
#
# **You need** lecture 02a, plus derivatives, sines, and complex exponentials.
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 70 min | 52 min | 10 s |

# %% tags=["setup"]
import numpy as np
import torch

from course_utils import data, diagrams, evidence, filtering, plots, widgets
from course_utils.exercises import check, hint  # noqa: F401 - hint("02b.1") helps
from course_utils.filtering import correlate1d, correlate2d

plots.use_course_style()
photographs = data.images()
coins = photographs["coins"]  # (303, 384), gray values in [0, 1]
one_coin = np.s_[10:110, 280:380]
row = np.array([6, 6, 6, 5, 4, 3, 2, 1, 1, 1, 5, 1, 1, 1, 1, 5, 5, 5, 5])  # gray values
i, j = np.mgrid[-40:41, -40:41]
surfaces = {name: photographs[name] for name in ("brick", "grass", "gravel")}
disk = 1 / (1 + np.exp((np.hypot(i, j) - 25) / 1.5))  # 1 inside, 0 outside, a soft rim


def rms(error):
    """Return the root mean square of an array."""
    return np.sqrt(np.mean(error**2))


# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:first-derivative", "defines:first difference"]
# ## The first difference: how fast does it change?
#
# Walk along one row of an image and note the gray values $x[i]$, a signal with a single index. Where they change,
# something begins or ends. The simplest measure of change is the **first difference**, the next sample minus this one.
# It is the difference quotient of calculus with the step $h = 1$, and it is a filter with the kernel $(0, -1, 1)$:
#
# $$\frac{\partial x}{\partial i} \approx x[i + 1] - x[i]$$

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** Our row falls along a ramp of five samples, then has one bright point, then a step up. At how many
# samples is the first difference nonzero: how many on the ramp, at the point, and at the step?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:first-difference-is-the-slope"]
first = correlate1d(row, filtering.first_difference_kernel(), "replicate")
plots.stem_rows(
    {"gray value": row, "first difference": first},
    height=1.4,
    xlabel="sample i",
    alt="A row; its first difference: -1 on the ramp, 4, -4 at the point, 4 at the step.",
)
print("ramp ", first[1:8].astype(int))
print("point", first[8:12].astype(int))
print("step ", first[12:17].astype(int))
# claim: it is the next sample minus this one, and responds five times, twice, and once
assert np.array_equal(first[:-1], np.diff(row)) and first[-1] == 0
responses = [np.count_nonzero(part) for part in (first[1:8], first[8:12], first[12:17])]
assert responses == [5, 2, 1]

# %% [markdown] slideshow={"slide_type": "fragment"}
# Five, two, one. All along a **ramp** it gives the slope. At a **step** it responds once, with the height. A **point**
# is a step up followed by a step down, so the filter responds twice, with opposite signs; if you said "once," you
# forgot the way back down. On flat ground it is silent.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### What a difference does to noise
#
# **Predict first.** We add noise with standard deviation 0.5 to the row. Is the noise of the first difference smaller
# than 0.5, equal to it, or larger? (Think of the noise gain from 02a.)

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:difference-amplifies-noise"]
difference = filtering.first_difference_kernel()
after = []
for seed in range(30):
    noise = np.random.default_rng(seed).normal(0, 0.5, 5000)
    after.append(correlate1d(noise, difference, "valid").std())
measured = evidence.over_seeds(after)
print(f"noise 0.50 before, {measured} after; the ramp has a slope of -1")
assert measured.agrees(0.5 * np.sqrt(2), within=0.01)  # claim: larger, by the root of two

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Larger**, by a factor of $\sqrt{(-1)^2 + 1^2} = \sqrt 2$. It is tempting to think that two errors cancel when we
# subtract; they do only if they are equal, and independent errors are not. The response to the ramp has size 1 and now
# sits in noise of 0.7. The cure is to smooth first; we will come back to that.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:second-derivative", "defines:second difference"]
# ## The second difference: where does the slope change?
#
# Subtract once more: the slope ahead of a sample minus the slope behind it. This is the **second difference**, with the
# kernel $(1, -2, 1)$:
#
# $$\frac{\partial^2 x}{\partial i^2} \approx \bigl(x[i+1] - x[i]\bigr) - \bigl(x[i] - x[i-1]\bigr)
#   = x[i+1] - 2\,x[i] + x[i-1]$$

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** What is the second difference in the middle of the ramp? And is its response to the point weaker
# than, equal to, or stronger than that of the first difference, which was 4?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:second-difference-ignores-a-slope"]
second = correlate1d(row, filtering.second_difference_kernel(), "replicate")
plots.stem_rows(
    {"gray value": row, "second difference": second},
    height=1.4,
    xlabel="sample i",
    alt="The row; its second difference: the ramp ends, the point and the step respond.",
)
print("ramp ", second[1:9].astype(int))
print("point", second[8:13].astype(int))
print("step ", second[12:17].astype(int))
assert not second[3:7].any()  # claim: a constant slope is invisible
# claim: a point responds twice as strongly
assert np.abs(second).max() == 2 * np.abs(np.diff(row)).max()

# %% [markdown] slideshow={"slide_type": "fragment"}
# Zero on the ramp, except at its two ends, where the slope changes. The point gives −8, twice as much: fine detail is
# what the second difference is good at. At the step it responds with +4 and −4; the edge lies between them, where the
# sign changes. Its noise gain is $\sqrt{1 + 4 + 1} = \sqrt 6$, so it also lets more noise through.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:02b.1"]
# ### Exercise 02b.1 · What responds on a ramp? (4 min)
#
# A signal is 0, then climbs by 0.1 per sample for twenty samples, then stays at 2. Which statement is true?
#
# - **a** The second difference is 0.1 all along the ramp.
# - **b** The second difference is 0.1 at the foot, −0.1 at the top, and 0 everywhere else.
# - **c** The second difference is 0 everywhere, because a ramp is straight.
# - **d** The first difference is 0.1 at the foot and at the top, and 0 everywhere else.

# %% tags=["exercise:02b.1"] nbgrader={"grade_id": "ex-02b-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
choice = None  # Exercise 02b.1: replace None with "a", "b", "c" or "d"
### BEGIN SOLUTION
# The slope changes twice: from 0 to 0.1 at the foot, from 0.1 to 0 at the top.
choice = "b"
### END SOLUTION

# %% tags=["check:02b.1"]
check("02b.1", choice)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:sobel", "defines:Sobel"]
# ## Edges in an image: the gradient
#
# An image changes in two directions, down the columns and across the rows. The two slopes together are its
# **gradient**. To keep the noise down, the **Sobel** kernels take a difference in one direction and a (1, 2, 1) average
# in the other, so they are separable:
#
# $$w_\text{down} = \frac18\begin{pmatrix}-1&-2&-1\\0&0&0\\1&2&1\end{pmatrix} \qquad
#   w_\text{across} = \frac18\begin{pmatrix}-1&0&1\\-2&0&2\\-1&0&1\end{pmatrix}$$

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** On a round coin, where does $w_\text{across}$ respond most strongly: at the top and bottom of the
# rim, or on its left and right sides?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input"]
down, across = filtering.sobel_kernels()
slopes = {
    "down": correlate2d(coins, down, "reflect"),
    "across": correlate2d(coins, across, "reflect"),
}
plots.image_row(
    {"coin": coins[one_coin]} | {name: slope[one_coin] for name, slope in slopes.items()},
    alt="A coin; its slope down, strong at the top and bottom; across, left and right.",
)

# %% [markdown] slideshow={"slide_type": "fragment"}
# At the **left and right**, with opposite signs (red: brighter to the right, blue: darker to the right, white: no
# change). "Across" names the direction in which we compare pixels, and it is at a vertical edge that they differ.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["defines:gradient magnitude"]
# ### Strength and direction of an edge
#
# Two slopes make a vector. Its length, the **gradient magnitude**, says how strong an edge is; its angle says in which
# direction the image gets brighter. Below, the brightness shows the magnitude and the hue the direction, as on the
# wheel; the arrows show the direction, too.
#
# $$\text{magnitude} = \sqrt{z_\text{down}^2 + z_\text{across}^2} \qquad
#   \text{angle} = \text{arctan2}(z_\text{down},\, z_\text{across})$$

# %% tags=["hide-input"]
kernels = filtering.sobel_kernels()
z_down, z_across = (correlate2d(coins[:160], w, "valid") for w in kernels)
plots.direction_map(
    np.arctan2(z_down, z_across),
    np.hypot(z_down, z_across),
    alt="Outlines of coins; the hue turns once around each rim with the direction.",
)

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 22. Ask what an edge detector still has to do after the magnitude: thin the thick outlines and link them. Canny
# (1986) did this with a handful of handwritten rules. A network learns the whole chain (chapter 11).

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["optional"]
# ### Is the angle right? (optional)
#
# For a disk with a soft rim we know the answer: the gradient points to the center. Of two plain differences, one gives
# the slope half a pixel to the right, the other the slope half a pixel down, so the angle they give is off; and the
# noise of a single pixel goes straight through them.

# %% tags=["optional", "claim", "claim:sobel-points-to-the-center"]
plain_down, plain_across = np.zeros((3, 3)), np.zeros((3, 3))
plain_down[:, 1] = plain_across[1, :] = filtering.first_difference_kernel()
i, j = np.mgrid[-40:41, -40:41]
rim, to_center = np.abs(np.hypot(i, j) - 25) < 2, np.arctan2(-i, -j)
worst = {}
pairs = {"Sobel": filtering.sobel_kernels(), "plain": (plain_down, plain_across)}
for name, pair in pairs.items():
    z_down, z_across = (correlate2d(disk, w, "replicate") for w in pair)
    off = np.arctan2(z_down, z_across) - to_center
    off = np.degrees(np.abs(np.angle(np.exp(1j * off))))[rim]  # 359 degrees are 1 degree
    worst[name], gain = off.max(), filtering.noise_gain(pair[1])
    print(f"{name:5} angle off by up to {worst[name]:.1f} degrees, noise gain {gain:.2f}")
# claim: on a soft rim Sobel's angle is right, that of the plain differences is not
assert worst["Sobel"] < 1 < 5 < worst["plain"]

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:laplacian", "defines:Laplacian"]
# ## The Laplacian: two second differences in one kernel
#
# The gradient has a direction. For a measure of detail that has none, add the second differences down and across:
#
# $$\nabla^2 x = \frac{\partial^2 x}{\partial i^2} + \frac{\partial^2 x}{\partial j^2}
#   \approx x[i{+}1, j] + x[i{-}1, j] + x[i, j{+}1] + x[i, j{-}1] - 4\,x[i, j]$$
#
# Five terms, hence five weights: the **Laplacian** is a single kernel. A variant counts the diagonals as well; it
# responds more strongly.

# %% tags=["hide-input", "claim", "claim:laplacian-is-two-second-differences"]
laplacian = filtering.laplacian_kernel()
with_diagonals = filtering.laplacian_kernel(diagonal=True)
plots.number_row(
    {"Laplacian": laplacian, "with diagonals": with_diagonals},
    alt="The kernel 0 1 0, 1 -4 1, 0 1 0, and the kernel with eight ones around -8.",
)
w = filtering.second_difference_kernel()
response_down = correlate2d(coins, w[:, None], "replicate")
response_across = correlate2d(coins, w[None, :], "replicate")
response = correlate2d(coins, laplacian, "replicate")
# claim: one kernel instead of two filters
assert np.allclose(response, response_down + response_across)
along_diagonals = np.array([[1, 0, 1], [0, -4, 0], [1, 0, 1]])
assert np.array_equal(with_diagonals, laplacian + along_diagonals)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** A wall is lit from one side, so that its gray value rises steadily from left to right. What is the
# Laplacian there: positive, negative, or zero? And at the rim of a bright coin: one line or two?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:laplacian-ignores-a-plane"]
i, j = np.mgrid[:20, :30]
on_wall = correlate2d(0.3 * j - 0.1 * i + 0.5, laplacian, "valid")
on_bowl = correlate2d(i**2 + j**2, laplacian, "valid")
assert np.allclose(on_wall, 0)  # claim: a steady slope is invisible
assert np.allclose(on_bowl, 4)  # claim: 2 + 2, as calculus says of i² + j²
of_disk = correlate2d(disk, laplacian, "replicate")
of_coin = {"coin": coins[one_coin], "Laplacian of the coin": response[one_coin]}
plots.image_row(
    {"disk": disk, "Laplacian of the disk": of_disk} | of_coin,
    alt="A disk and a coin; their Laplacians: two lines along each rim, red and blue.",
)

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Zero** on the wall: the Laplacian ignores any steady slope, not only flat ground. And **two** lines along a rim,
# positive (red) on the dark side and negative (blue) on the bright side, as at the step above. The edge itself runs
# between them.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:02b.2"]
# ### Exercise 02b.2 · The Laplacian without a kernel (7 min)
#
# Write `laplacian_by_slices(image)` using only slices: no kernel, no call to `correlate2d`. Compute it only where all
# four neighbors exist, so the result has two fewer rows and two fewer columns than the image.


# %% tags=["exercise:02b.2"] nbgrader={"grade_id": "ex-02b-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def laplacian_by_slices(image):  # Exercise 02b.2
    """Return four neighbors minus four times the center: (H - 2, W - 2)."""
    ### BEGIN SOLUTION
    center = image[1:-1, 1:-1]
    down = image[2:, 1:-1] + image[:-2, 1:-1] - 2 * center
    across = image[1:-1, 2:] + image[1:-1, :-2] - 2 * center
    return down + across
    ### END SOLUTION


# %% tags=["check:02b.2"]
check("02b.2", laplacian_by_slices)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E02", "optional"]
# ### A common mistake: forgetting the step (optional)
#
# The second derivative is written $\partial^2 x / \partial i^2$, not $\partial^2 x / \partial^2 i^2$: differentiate
# *twice*, each time with respect to $i$. The 2 in the denominator squares the step. If your samples are not one unit
# but $h$ apart, you have to divide: by $h$ for a first difference, by $h^2$ for a second. For $x = i^3$ at $i = 1$,
# calculus says $6i = 6$:

# %% tags=["erratum:E02", "optional", "claim", "claim:divide-by-the-step-squared"]
w = filtering.second_difference_kernel()
for h in (1.0, 0.5, 0.2):
    three_samples = np.array([1 - h, 1, 1 + h]) ** 3
    (change,) = correlate1d(three_samples, w, "valid")
    print(f"h = {h}: second difference {change:.2f}, divided by h² {change / h**2:.2f}")
    assert np.isclose(change / h**2, 6)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:sharpening", "defines:sharpening"]
# ## Sharpening: subtract the Laplacian
#
# On the bright side of an edge the Laplacian is negative, on the dark side positive. So subtracting it makes the bright
# side brighter and the dark side darker. That is **sharpening**:
#
# $$z = x - \nabla^2 x$$

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["predict"]
# **Predict first.** A step goes from 0.25 to 0.75. After sharpening, do all values still lie between 0 and 1?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:sharpening-overshoots"]
step = np.repeat([0.25, 0.75], 4)
w = filtering.second_difference_kernel()
sharp = step - correlate1d(step, w, "replicate")
print("before", step)
print("after ", sharp)
print("255 and 260 in eight bits:", *np.array([255, 260]).astype(np.uint8))
assert sharp.min() < 0 and sharp.max() > 1  # claim: the step overshoots on both sides

# %% [markdown] slideshow={"slide_type": "fragment"}
# No: −0.25 and 1.25 stand on either side of the edge. The step is three times as high as before; it **overshoots**. So
# a sharpened image has to be clipped to [0, 1] before you show or store it. In eight bits, where 255 is white, an
# unclipped 260 is stored as 4: the brightest spots turn black.

# %% slideshow={"slide_type": "subslide"} tags=["hide-input", "claim", "claim:sharpening-amplifies-noise"]
moon = photographs["moon"][::2, ::2]  # the file holds every pixel twice
identity, laplacian = np.pad([[1]], 1), filtering.laplacian_kernel()
sharpened = correlate2d(moon, identity - laplacian, "replicate")
crater = np.s_[10:106, 20:116]
plots.image_row(
    {"the Moon": moon[crater], "sharpened": np.clip(sharpened, 0, 1)[crater]},
    limits=(0, 1),
    height=3.2,
    alt="A crater before and after: rim and small craters stand out, so does the grain.",
)
print(f"noise gain {filtering.noise_gain(identity - laplacian):.1f}")
assert np.allclose(sharpened, moon - correlate2d(moon, laplacian, "replicate"))
# claim: noise is amplified more than fivefold
assert filtering.noise_gain(identity - laplacian) > 5

# %% [markdown]
# The small craters stand out, and so does the grain, because this kernel amplifies noise more than fivefold. Sharpening
# does not add information; it makes visible what is there, noise included.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:02b.3"]
# ### Exercise 02b.3 · Three faults in a sharpener (8 min)
#
# A colleague sends you this function. It should sharpen, stay within [0, 1], and repeat the edge pixels at the border.
# It runs, but it is wrong in three places: for a small `amount`, images come out blurred; for a large one, speckled and
# out of range; and always with a frame around them.
#
# ```python
# def sharpen(image, amount):
#     response = correlate2d(image, filtering.laplacian_kernel())
#     return image + amount * response
# ```
#
# Find the three faults and fix them; `amount` says how strongly the Laplacian counts.


# %% tags=["exercise:02b.3"] nbgrader={"grade_id": "ex-02b-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def sharpen(image, amount):  # Exercise 02b.3
    """Return the sharpened image, clipped to [0, 1]: (H, W) → (H, W)."""
    ### BEGIN SOLUTION
    kernel = filtering.laplacian_kernel()
    response = correlate2d(image, kernel, padding="replicate")
    return np.clip(image - amount * response, 0, 1)
    ### END SOLUTION


# %% tags=["check:02b.3"]
check("02b.3", sharpen)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["optional", "defines:unsharp masking"]
# ### Unsharp masking (optional)
#
# Long before computers, photographers subtracted a blurred copy of the film, the *unsharp mask*. What blurring takes
# away is the detail; **unsharp masking** adds it back, multiplied by an amount $k$: $z = x + k\,(x -
# x_\text{blurred})$.
#
# Blur with the mean of a pixel and its four neighbors. For $k = 5$ this is exactly $x - \nabla^2 x$, because the
# Laplacian is five times the difference between the mean of the five and the pixel itself. Sharpening is smoothing with
# the opposite sign.

# %% tags=["optional", "claim", "claim:unsharp-masking-is-sharpening", "nbval-ignore-output"]
mean_of_five = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]]) / 5
unsharp = moon + 5 * (moon - correlate2d(moon, mean_of_five, "replicate"))
error = np.abs(unsharp - sharpened).max()
print(f"largest difference for k = 5: {error:.0e}")
assert error < 1e-14  # claim: for k = 5 both are the same filter

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:frequency-response", "defines:frequency", "defines:frequency response"]
# ## What does a filter do to a sine?
#
# Send a sine through any kernel, and a sine comes out: the same period, a different height, perhaps shifted. So for
# each period two numbers say it all. And since every finite signal can be written as a sum of sines (the Fourier
# transform finds them), they say what the filter does to *any* signal.
#
# The **frequency** $f$ counts periods per sample; $f = 1/2$, up and down from one sample to the next, is the fastest that
# samples can show. To find the two numbers, put $x[i] = e^{2\pi \mathrm i f i}$, which is a cosine and a sine in one, into
# $z[i] = \sum_u w[u]\, x[i + u]$ and take $e^{2\pi \mathrm i f i}$ out of the sum. What is left is the **frequency response**:
#
# $$H(f) = \sum_u w[u]\, e^{2\pi \mathrm i f u}, \qquad \text{gain} = |H(f)|, \qquad \text{shift} = \text{angle of } H(f)$$
#
# (For a convolution the exponent gets a minus sign.)

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["predict"]
# **Predict first.** A sine has a period of exactly three samples. We replace each sample by the mean of three. How much of
# the sine is left: all of it, a third, or nothing?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:box-removes-its-own-period"]
wave = np.sin(2 * np.pi * np.arange(60) / 3 + 0.4)
averaged = correlate1d(wave, np.ones(3) / 3, "valid")
print(f"height before {np.abs(wave).max():.2f}, after {np.abs(averaged).max():.2f}")
assert np.abs(averaged).max() < 1e-12  # claim: nothing is left

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Nothing.** Each window holds exactly one period, and a whole period of a sine averages to zero. If you said a third,
# you were probably thinking of the weight 1/3; but all three samples have that weight, and together they cancel.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Four kernels, measured
#
# For each frequency we send a long sine through the kernel and compare the heights (dots). The lines are $|H(f)|$,
# computed from the weights alone.


# %% tags=["hide-input", "claim", "claim:response-predicts-the-gain", "nbval-ignore-output"]
def measured_gain(kernel, frequency):
    """Send a long cosine through the kernel: its root mean square after / before."""
    wave = np.cos(2 * np.pi * frequency * np.arange(10_000))
    return rms(correlate1d(wave, kernel, "valid")) / rms(wave)


kernels = {
    "mean of three": np.ones(3) / 3,
    "(1 2 1) / 4": np.array([1, 2, 1]) / 4,
    "(0 -1 1) / 2": filtering.first_difference_kernel() / 2,
    "(1 -2 1) / 4": filtering.second_difference_kernel() / 4,
}

f = np.linspace(0, 0.5, 101)
gains = {name: np.abs(filtering.frequency_response(w, f)) for name, w in kernels.items()}
dots = np.array([[measured_gain(w, one) for one in f[::10]] for w in kernels.values()])
plots.curves(
    gains,
    points={"measured": (np.tile(f[::10], len(kernels)), dots.ravel())},
    x=f,
    xlabel="frequency in periods per sample",
    ylabel="gain",
    alt="Gain by frequency: averages fall from 1, differences rise from 0; dots on lines.",
)
worst = np.abs(np.array(list(gains.values()))[:, ::10] - dots).max()
print(f"largest difference between line and dot: {worst:.0e}")
assert worst < 0.001  # claim: the weights alone predict every gain

# %% [markdown] tags=["defines:low-pass", "defines:high-pass"]
# These averages let slow changes pass and hold back fast ones: they are **low-pass** filters. The differences do the
# opposite; they are **high-pass** filters. At $f = 0$, $H$ is the sum of the weights: 1 keeps a flat signal, 0 removes
# it. And the mean of three does not smooth as well as you might think: after its zero at 1/3 the gain *rises* to a
# second hump. There $H(f)$ itself, which is a real number for a symmetric kernel, is negative.

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Try it.** Change the frequency. At what frequency does the mean of three begin to turn the sine upside down? Which
# of the other kernels never does so, which one always does, and which one shifts the sine instead?


# %% tags=["hide-input"]
def through(kernel, periods_in_60_samples):
    return diagrams.sine_through(kernels[kernel], periods_in_60_samples / 60)


widgets.explore(
    through,
    alt="22 periods in 60 samples, upside down after the mean of three; its response.",
    kernel=list(kernels),
    periods_in_60_samples=widgets.Slider(1, 30, 22),
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### What the second hump does to an image
#
# The stripes of this star get finer toward the center. We walk around it on the ring, where a dark and a bright stripe
# together take up 6.3 pixels.

# %% tags=["hide-input"]
i, j = np.mgrid[-80:81, -80:81]
radius, angle = np.hypot(i, j), np.arctan2(i, j)
star = 0.5 + 0.5 * np.sin(18 * angle) * (radius < 78)
ringed = np.where(np.abs(radius - 18) < 0.6, 1 - np.round(star), star)
plots.image_row({"star": ringed[30:131, 30:131]}, alt="A star of stripes with a ring.")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** We blur the star with a 9 × 9 box, wider than a pair of stripes on the ring. What will the ring
# show: plain gray, faint stripes, or faint stripes in the wrong place?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:box-inverts-fine-stripes"]
g = filtering.gaussian_kernel(2.54)  # the noise gain of the box
blurred = {
    "star": star,
    "9 × 9 box": correlate2d(star, filtering.box_kernel(9), "reflect"),
    "Gaussian": correlate2d(star, np.outer(g, g), "reflect"),
}
degrees = np.arange(0, 61)
rows = np.round(80 + 18 * np.sin(np.radians(degrees))).astype(int)
columns = np.round(80 + 18 * np.cos(np.radians(degrees))).astype(int)
plots.curves(
    {name: image[rows, columns] for name, image in blurred.items()},
    x=degrees,
    xlabel="degrees around the ring",
    ylabel="gray value",
    alt="Around the ring: three periods of the star; the box is faint and upside down.",
)
ring, f = np.abs(radius - 18) < 1, np.linspace(0, 0.5, 501)
lowest = [filtering.frequency_response(w, f).real.min() for w in (np.ones(9) / 9, g)]
print(f"lowest H(f): box {lowest[0]:.2f}, Gaussian {lowest[1]:.4f}")
match = {name: np.corrcoef(star[ring], z[ring])[0, 1] for name, z in blurred.items()}
words = ", ".join(f"{name} {correlation:.2f}" for name, correlation in match.items())
print("correlation with the star on the ring:", words)
# claim: the box swaps bright and dark, the Gaussian does not
assert match["9 × 9 box"] < -0.5 and match["Gaussian"] > 0.5
assert lowest[0] < -0.2 and lowest[1] > -0.001  # claim: the Gaussian's H hardly dips

# %% [markdown] slideshow={"slide_type": "fragment"}
# Stripes in the **wrong place**: bright where the star is dark. Along the rows and columns their frequency lies in the
# second hump, where $H(f)$ is negative, so the box turns them upside down. (On the diagonals two small factors
# multiply, and the ring is nearly gray.) The frequency response of a Gaussian is a bell; because our kernel is cut off,
# it dips below zero, but only barely. A blur that invents detail is worse than one that removes it.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:02b.4"]
# ### Exercise 02b.4 · Three gains on paper (6 min)
#
# For the kernel $(1, 2, 1)/4$ compute $H(f) = \sum_u w[u]\, e^{2\pi \mathrm i f u}$ on paper and simplify it (the two
# exponentials add up to a cosine). Answer with the three gains at $f = 0$, $f = 1/4$, and $f = 1/2$.

# %% tags=["exercise:02b.4"] nbgrader={"grade_id": "ex-02b-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
gains = None  # Exercise 02b.4: replace None with (gain at 0, gain at 1/4, gain at 1/2)
### BEGIN SOLUTION
# H(f) = 2/4 + (1/4) (e^(2πif) + e^(-2πif)) = 1/2 + cos(2πf)/2
gains = (1, 0.5, 0)
### END SOLUTION

# %% tags=["check:02b.4"]
check("02b.4", gains)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:signal-filtering", "predict"]
# ## Smooth first, then differentiate
#
# A sensor reports the position of a cart, with some noise. You want its speed: the slope of a noisy signal. We generate
# the data, so that we know the true slope and can measure the error.
#
# **Predict first.** The speed is at most 0.063 per sample, and the noise in the position has a standard deviation of
# 0.05. Is the first difference of the raw position of any use? And if we take a mean of nine first, will the error fall
# to a third, as in 02a, or even lower?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:smoothing-rescues-the-slope"]
rng = np.random.default_rng(2)
t = np.arange(200)
position = np.sin(2 * np.pi * t / 100) + rng.normal(0, 0.05, t.shape)
difference, nine = filtering.first_difference_kernel(), np.ones(9) / 9
raw = correlate1d(position, difference, "reflect")
calm = correlate1d(position, nine, "reflect")
smoothed = correlate1d(calm, difference, "reflect")
halfway = t + 0.5  # a difference is the slope halfway between two samples
speed = np.cos(2 * np.pi * halfway / 100) * 2 * np.pi / 100
inside = slice(10, -10)  # the reflected border flattens the ends
plots.curves(
    {"after the mean of nine": smoothed[inside], "true speed": speed[inside]},
    points={"raw difference": (t[inside], raw[inside])},
    x=t[inside],
    xlabel="sample",
    ylabel="distance per sample",
    alt="Raw differences scatter around the true speed; smoothed ones follow it.",
)
before, after = rms((raw - speed)[inside]), rms((smoothed - speed)[inside])
print(f"largest speed {speed.max():.3f}; error raw {before:.3f}, after a mean {after:.3f}")
# claim: the raw error exceeds every speed; smoothing removes far more than two thirds
assert before > speed.max() and after < 0.2 * before

# %% [markdown] slideshow={"slide_type": "fragment"}
# The error of the raw difference is larger than the largest speed, so no single value can be trusted. The mean of nine
# brings the error down to far less than a third. To see why, look at the two filters as one.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Two filters in a row are one filter
#
# Filtering with $w_1$ and then with $w_2$ is, away from the border, the same as filtering once with the convolution of
# the two kernels: the weight of $x[i + k]$ is the sum of all products $w_1[u]\, w_2[v]$ for which $u + v = k$. (Their
# frequency responses multiply. Their noise gains do **not**, because after the first filter the noise of neighbors is
# no longer independent.)

# %% tags=["hide-input", "claim", "claim:two-filters-are-one"]
difference, nine = filtering.first_difference_kernel(), np.ones(9) / 9
position = np.random.default_rng(2).normal(size=200)  # any signal will do
both = np.convolve(nine, difference)
calm = correlate1d(position, nine, "valid")
in_a_row = correlate1d(calm, difference, "valid")
at_once = correlate1d(position, both, "valid")
signal, weight = torch.from_numpy(position)[None, None], torch.from_numpy(both)[None, None]
in_torch = torch.nn.functional.conv1d(signal, weight)[0, 0].numpy()
print("weights of both, times nine:", np.round(9 * both).astype(int))
gains = [filtering.noise_gain(w) for w in (difference, both)]
print(f"noise gain: difference alone {gains[0]:.3f}, both {gains[1]:.3f}")
# claim: two filters in a row are one
assert np.allclose(at_once, in_a_row) and np.allclose(at_once, in_torch)
assert np.isclose(gains[0] / gains[1], 9)  # claim: a ninth of the noise

# %% [markdown]
# Of the eleven weights, only two are left, $-1/9$ and $+1/9$, nine samples apart; everything between them cancels. It
# is a slope over nine samples instead of one, so the same noise is divided by nine: a ninth, not a third. The price is
# the one you know from images: whatever happens within nine samples is lost.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:02b.5"]
# ### Exercise 02b.5 · Remove the hum (12 min)
#
# A heart signal is sampled 400 times per second, and the power line (in Europe) adds a hum of 50 Hz to it: a sine with
# a period of eight samples. Design a kernel of odd length, 9 at most, that
#
# - leaves a flat signal unchanged, and a ramp, too, away from the ends,
# - removes the hum completely,
# - does not amplify noise.

# %% tags=["exercise:02b.5"] nbgrader={"grade_id": "ex-02b-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
hum_filter = None  # Exercise 02b.5: replace None with an array of weights
### BEGIN SOLUTION
# A mean of eight holds one period, but has no center. Two of them, one sample apart,
# have one: together they are nine weights, the outer two half as large.
hum_filter = np.convolve(np.ones(8) / 8, [0.5, 0.5])
### END SOLUTION

# %% tags=["check:02b.5"]
check("02b.5", hum_filter)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:filters-as-features", "defines:feature", "defines:feature map"]
# ## Filters as features
#
# The response of a filter says what kind of place a pixel is in: on an edge, at a point, or on flat ground. Its mean
# size over a patch says what kind of *surface* this is. A number that describes something is called a **feature**; the
# response of a filter at every pixel is a **feature map**. Can three of them tell brick, grass, and gravel apart?

# %% tags=["hide-input"]
plots.image_row(
    {name: image[:128, :128] for name, image in surfaces.items()},
    limits=(0, 1),
    height=2.5,
    alt="Three surfaces: a brick wall, tangled grass, and pieces of gravel.",
)

# %% slideshow={"slide_type": "subslide"}
down, across = np.zeros((3, 3)), np.zeros((3, 3))
down[:, 1] = across[1, :] = filtering.first_difference_kernel()
bank = np.stack([down, across, filtering.laplacian_kernel()])  # (3 filters, 3, 3)
brick = torch.from_numpy(surfaces["brick"])[None, None]  # (1 image, 1 channel, H, W)
weight = torch.from_numpy(bank)[:, None]  # (3 filters, 1 channel, 3, 3)
maps = torch.nn.functional.conv2d(brick, weight).numpy()  # (1 image, 3 maps, …)

# %% tags=["hide-input", "claim", "claim:a-bank-is-a-layer"]
names = ("down", "across", "Laplacian")
plots.image_row(
    {name: maps[0, k, :128, :128] for k, name in enumerate(names)},
    limits=(-0.3, 0.3),
    height=2.1,
    alt="Feature maps of the wall: horizontal joints, vertical joints, and all joints.",
)
print("images", tuple(brick.shape), "maps", maps.shape)
for k, w in enumerate(bank):
    assert np.allclose(maps[0, k], correlate2d(surfaces["brick"], w, "valid"))

# %% [markdown]
# Three kernels go into one call to `conv2d`, and three feature maps come out. This *is* a convolution layer, with
# weights that we chose by hand.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### A classifier with three numbers
#
# We cut each photograph into patches of 32 × 32 pixels and describe a patch by the mean size of each response. The left
# half of a photograph is for learning: we record the mean features of each surface. Each patch of the right half then
# gets the name of the surface whose mean is nearest.


# %% tags=["hide-input"]
def describe(feature, columns, size=32):
    """Return the features of the patches in these columns: surface → (patches, F)."""
    tops, lefts = range(0, 512, size), range(*columns, size)
    described = {}
    for name, image in surfaces.items():
        patches = [image[i : i + size, j : j + size] for i in tops for j in lefts]
        described[name] = np.array([feature(patch) for patch in patches])
    return described


def accuracy(learn, test):
    """Return the fraction of test patches whose nearest class mean is their own."""
    means = np.array([rows.mean(axis=0) for rows in learn.values()])
    spread = np.concatenate(list(learn.values())).std(axis=0)
    hits = []
    for own, rows in enumerate(test.values()):
        offsets = (rows[:, None] - means) / spread  # (patches, classes, features)
        hits.extend((offsets**2).sum(axis=-1).argmin(axis=1) == own)
    return np.mean(hits)


def score(kernels, learn=(0, 128), test=(128, 256)):
    """Return a bank's accuracy on 16 × 16 patches; by default within the left half."""

    def feature(patch):
        return [np.abs(correlate2d(patch, w, "valid")).mean() for w in kernels]

    return accuracy(describe(feature, learn, 16), describe(feature, test, 16))


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** Guessing is right one time in three. How often is the classifier right if the only feature is the mean
# brightness of a patch? And with the three filters?


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:filters-beat-brightness"]
def brightness(patch):
    return [patch.mean()]


def strength(patch):
    return [np.abs(correlate2d(patch, w, "valid")).mean() for w in bank]


found = {}
for name, feature in {"brightness": brightness, "filters": strength}.items():
    learn, test = describe(feature, (0, 256)), describe(feature, (256, 512))
    found[name] = accuracy(learn, test)
    count = sum(len(rows) for rows in test.values())
    print(f"{name:10} accuracy {found[name]:.2f} on {count} patches")
plots.scatter(
    {name: rows[:, 1:] for name, rows in test.items()},
    xlabel="mean size of the difference across",
    ylabel="mean size of the Laplacian",
    alt="Test patches by two features: three groups that hardly overlap.",
)
# claim: the filters tell far more
assert found["filters"] > 0.95 > 0.7 > found["brightness"]

# %% [markdown] slideshow={"slide_type": "fragment"}
# Brightness alone beats guessing; three filters get nearly every patch right. But all patches of a surface come from
# *one* photograph, so we can tell three photographs apart (largely by their sharpness), but not yet brick from gravel
# in general. And *we* chose the 27 weights. For faces or cells, good choices took years of research. A convolution
# layer learns them.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 66. Close with the question that drives the course: "Who chooses the kernel?" Until about 2012 a person usually
# did, and careers were built on good choices (Canny, SIFT, HOG); the digit readers of LeCun (1989) were the exception.
# From here on, the data choose.

# %%
in_left_half, on_right_half = score(bank), score(bank, (0, 256), (256, 512))
print(f"our bank, 16 × 16: left half {in_left_half:.2f}, right half {on_right_half:.2f}")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:02b.6"]
# ### Exercise 02b.6 · Choose better kernels (15 min)
#
# Smaller patches are harder: on patches of 16 × 16 pixels our three kernels reach 0.90 on the right half. Choose **at
# most four kernels** of at most 7 × 7 weights that reach **0.95**. The check learns on the left half and tests on the
# right half. You may judge your choice only within the left half, with `score(my_bank)`. There our kernels get 0.85,
# because there is less to learn from; yours will need about 0.92.

# %% tags=["exercise:02b.6"] nbgrader={"grade_id": "ex-02b-6", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
my_bank = None  # Exercise 02b.6: replace None with a list of kernels
### BEGIN SOLUTION
# The finest detail tells most: second differences both ways see nothing else.
# A feature that tells little only adds its own noise to the distances.
second_difference = filtering.second_difference_kernel()
my_bank = [np.outer(second_difference, second_difference)]
### END SOLUTION

# %% tags=["check:02b.6"]
check("02b.6", my_bank)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | kernel | sum | responds to | noise gain |
# |---|---|---|---|
# | (0, −1, 1) | 0 | slope: all along a ramp | $\sqrt 2$ |
# | (1, −2, 1) | 0 | change of slope, points | $\sqrt 6$ |
# | Sobel | 0 | slope in one direction | 0.43 |
# | Laplacian | 0 | change of slope in both directions | $\sqrt{20}$ |
# | identity − Laplacian | 1 | the image, sharpened | $\sqrt{29}$ |
#
# - The gradient magnitude says how strong an edge is.
# - $|H(f)|$ is the gain for a sine of frequency $f$; $H(0)$ is the sum of the weights.
# - Two filters in a row are one: convolve the kernels. Smooth first, then differentiate.
# - Responses are features. A convolution layer is a bank of filters with learned weights.
#
# **Next.** In chapter 03 we stop choosing the weights: a convolution layer learns them.

# %% slideshow={"slide_type": "skip"} tags=["progress:02b"]
from course_utils.exercises import progress

progress("02b")

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Quiz
#
# 1. You filter with the Laplacian once by correlation and once by convolution. How do the results differ?
# 2. One pixel of a sensor is dead. Which difference finds it more easily, the first or the second, and why?
# 3. A kernel has a gain of 1 at $f = 0$ and of 0 at $f = 1/2$. Is it low-pass or high-pass? What do its weights add up
#    to?
#
# <details><summary>Answers</summary>
#
# 1. Not at all: the Laplacian looks the same after a rotation by 180°.
# 2. The second. At a point it responds twice as strongly, and it ignores slopes in the background. It lets more noise
#    through, $\sqrt 6$ instead of $\sqrt 2$, but the point gains even more.
# 3. Low-pass: slow changes pass, the fastest one is removed. Its weights add up to $H(0)$, which is 1 or −1: the gain
#    hides the sign.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - R. C. Gonzalez and R. E. Woods, *Digital Image Processing*, 4th edition, Pearson 2018, sections 3.6 and 4.7:
#   sharpening, unsharp masking, and filters in terms of frequency.
# - A. V. Oppenheim and R. W. Schafer, *Discrete-Time Signal Processing*, 3rd edition, Pearson 2010, chapter 2: frequency
#   response.
# - D. Marr and E. Hildreth, Theory of edge detection, *Proceedings of the Royal Society B* 207, 187–217, 1980: why zero
#   crossings of a second derivative mark edges.
# - J. Canny, A computational approach to edge detection, *IEEE Transactions on Pattern Analysis and Machine Intelligence*
#   8, 679–698, 1986.
# - A. Savitzky and M. J. E. Golay, Smoothing and differentiation of data by simplified least squares procedures,
#   *Analytical Chemistry* 36, 1627–1639, 1964: smoothing signals and taking their slope with one kernel.
