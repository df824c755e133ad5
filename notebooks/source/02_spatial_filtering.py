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
# # 02 · Spatial filtering
#
# A filter replaces every pixel by a weighted sum of its neighbours. Nine weights are enough to calm a noisy picture, to
# find its edges or to sharpen it. A convolution layer does exactly this, with weights that it learns.
#
# **After this lecture you can**
# - filter an image and a signal with any kernel, and say what happens at the border;
# - tell correlation from convolution;
# - predict how much noise a kernel lets through;
# - build first and second differences, the Laplacian and a sharpener, and say what each answers on a ramp, a step and a
#   point.
#
# **You need** NumPy arrays and slices; sums and derivatives from calculus.
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 75 min | 45 min | 10 s |

# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np
import torch

from course_utils import data, filtering, plots
from course_utils.exercises import check, hint

plots.use_course_style()
photograph = data.images()["moon"]  # grey, values in [0, 1]
moon = photograph[::2, ::2]  # the file holds each pixel twice, down and across
assert np.array_equal(photograph, moon.repeat(2, axis=0).repeat(2, axis=1))

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:linear-filtering"]
# ## Linear filtering: a weighted sum at every pixel
#
# Lay a small table of weights, the *kernel* $w$, on the image $f$, multiply what meets, add up, move on by one pixel:
#
# $$g(x, y) = \sum_{s=-a}^{a} \sum_{t=-b}^{b} w(s, t)\, f(x+s,\, y+t)$$
#
# The kernel has $m \times n = (2a+1) \times (2b+1)$ weights. Here $x$ counts rows downwards and $y$ columns to the
# right, from the top left pixel, just like `image[x, y]`.


# %%
def correlate_loop(f, w):
    """Sum w(s, t) f(x+s, y+t) at every pixel, zeros outside: (M, N) → (M, N)."""
    (M, N), (m, n) = f.shape, w.shape
    a, b = (m - 1) // 2, (n - 1) // 2
    padded = np.pad(f, ((a, a), (b, b)))
    g = np.zeros((M, N))
    for x in range(M):
        for y in range(N):
            for s in range(-a, a + 1):
                for t in range(-b, b + 1):
                    g[x, y] += w[s + a, t + b] * padded[x + s + a, y + t + b]
    return g


# %% [markdown] slideshow={"slide_type": "subslide"}
# **Predict first.** The kernel below has a single 1, to the right of its centre. Where does the dot of the image go?

# %%
dot = np.zeros((3, 5))
dot[1, 2] = 1
right_neighbour = np.array([[0, 0, 0], [0, 0, 1], [0, 0, 0]])
moved = correlate_loop(dot, right_neighbour)
plots.number_row(
    {"image": dot, "kernel": right_neighbour, "filtered": moved},
    alt="A dot, a kernel with a 1 right of its centre, and the dot moved left.",
)
print(f"column of the dot: {dot.argmax() % 5} before, {moved.argmax() % 5} after")

# %% [markdown]
# **What to see.** The dot goes *left*. Each pixel of the result asks its right neighbour for its value, so the picture
# moves against the direction in which the kernel points.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The same without a loop
#
# Four loops in Python take seconds for one photograph. NumPy can show all windows of an image at once without copying
# a pixel; one line then multiplies and adds. The letters in `einsum` are those of the formula.


# %%
def correlate_vectorised(f, w):
    """Do the same as correlate_loop without a Python loop."""
    a, b = (w.shape[0] - 1) // 2, (w.shape[1] - 1) // 2
    padded = np.pad(f, ((a, a), (b, b)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape)  # (M, N, m, n)
    return np.einsum("xyst,st->xy", windows, w)


rng = np.random.default_rng(2)
image, kernel = rng.normal(size=(6, 9)), rng.normal(size=(3, 5))
result = correlate_vectorised(image, kernel)
assert np.allclose(result, correlate_loop(image, kernel))
print("image", image.shape, "kernel", kernel.shape, "result", result.shape)

# %% [markdown]
# From here on we import this function: `filtering.correlate2d` holds the same lines, more kinds of border, and error
# messages that help.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E03"]
# ### Erratum E03: correlation or convolution?
#
# The deck calls the formula above convolution. It is **cross-correlation**. Convolution has minus signs,
#
# $$g(x, y) = \sum_s \sum_t w(s, t)\, f(x-s,\, y-t),$$
#
# which means: turn the kernel by half a turn first. Both agree only for kernels that look the same after half a turn.
# What deep learning calls a convolution layer computes cross-correlation too.
#
# **Predict first.** Filtering a single dot: which of the two draws a picture of the kernel, and what does the other
# draw?

# %% tags=["erratum:E03"]
dot, kernel = np.zeros((5, 5)), np.arange(1.0, 10).reshape(3, 3)
dot[2, 2] = 1
correlated = filtering.correlate2d(dot, kernel)
convolved = filtering.convolve2d(dot, kernel)
plots.number_row(
    {"dot": dot, "kernel": kernel, "correlation": correlated, "convolution": convolved},
    alt="Filtering a dot: convolution draws the kernel, correlation turns it round.",
)
assert np.array_equal(convolved[1:4, 1:4], kernel)
assert np.array_equal(correlated[1:4, 1:4], np.rot90(kernel, 2))

# %% tags=["erratum:E03"]
symmetric = kernel + np.rot90(kernel, 2)  # looks the same after half a turn
in_numpy = filtering.correlate2d(moon, symmetric)
assert np.allclose(in_numpy, filtering.convolve2d(moon, symmetric))

# %% [markdown] slideshow={"slide_type": "subslide"}
# And PyTorch? `conv2d` takes a batch of images with channels, so both arrays get two axes of length 1 in front.

# %% tags=["erratum:E03"]
image, weight = torch.from_numpy(moon)[None, None], torch.from_numpy(kernel)[None, None]
in_torch = torch.nn.functional.conv2d(image, weight, padding=1)[0, 0].numpy()
is_correlation = np.allclose(in_torch, filtering.correlate2d(moon, kernel))
is_convolution = np.allclose(in_torch, filtering.convolve2d(moon, kernel))
print(f"conv2d is correlation: {is_correlation}, convolution: {is_convolution}")
assert is_correlation and not is_convolution

# %% [markdown]
# **What to see.** Convolution draws the kernel, correlation draws it turned round. For learned weights it makes no
# difference, since a layer can learn the turned kernel as easily; for gradients (lecture 04) we must know which one we
# have.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:02.1"]
# ### Exercise 02.1 · One pixel by hand (5 min)
#
# Only the centre pixel counts here, the 3. On paper or in code: which value does **correlation** give it with this
# kernel, and which value does **convolution** give? Answer with both numbers, in this order.

# %% tags=["exercise:02.1"] nbgrader={"grade_id": "ex-02-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
patch = np.array([[1, 2, 0], [0, 3, 1], [2, 5, 4]])
kernel = np.array([[0, 1, 0], [2, 0, 0], [0, 0, -1]])
values = None  # Exercise 02.1: replace None by (correlation, convolution)
### BEGIN SOLUTION
# Only three weights are not zero: three products each.
correlation = 1 * 2 + 2 * 0 + (-1) * 4
convolution = (-1) * 1 + 2 * 1 + 1 * 5  # kernel turned: (-1 0 0; 0 0 2; 0 1 0)
values = (correlation, convolution)
### END SOLUTION

# %% tags=["check:02.1"]
check("02.1", values)

# %% [markdown]
# Stuck in an exercise? `hint` helps a little, and a little more each time it is called.

# %%
hint("02.1", 1)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### What stands outside the picture?
#
# At the border the kernel reaches for pixels that do not exist, and something must be put there. Four answers are in
# use; here they continue the signal 1 2 3 4 by two samples on each side.

# %%
line = np.array([1, 2, 3, 4])
numpy_modes = {"zeros": "constant", "reflect": "reflect", "replicate": "edge"}
for name, mode in {**numpy_modes, "circular": "wrap"}.items():
    a, b, *inside, y, z = np.pad(line, 2, mode=mode)
    print(f"{name:9}", a, b, "|", *inside, "|", y, z)

# %% [markdown]
# **Predict first.** The Moon's corner is grey, about 0.45. Averaging over 15 × 15 pixels: which border makes the corner
# darker, and what is the value in the very corner?

# %%
box = np.full((15, 15), 1 / 15**2)
corners = {}
for padding in ("zeros", "reflect", "replicate", "circular"):
    corners[padding] = filtering.correlate2d(moon, box, padding)[:60, :60]
    print(f"{padding:9} value in the corner {corners[padding][0, 0]:.2f}")
plots.image_row(
    corners,
    limits=(0, 0.6),
    alt="The averaged corner of the Moon: zeros fade to black, the others stay grey.",
)

# %% [markdown]
# **What to see.** Zeros draw a dark frame: in the corner 64 of 225 weights meet the image, so 0.28 of the brightness is
# left; `circular` brings in the far sides of the picture. `reflect` and `replicate` suit photographs; `circular` suits
# what really is periodic, an angle or a year. A fifth choice, `"valid"`, computes only where the kernel fits, and
# returns a smaller image.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:02.2"]
# ### Exercise 02.2 · Grow a border (8 min)
#
# Write `replicate_border(image, width)`. It returns the image with a border of `width` pixels on all four sides, in
# which the nearest edge pixel is repeated. `np.pad` would do it; do it without `np.pad`.


# %% tags=["exercise:02.2"] nbgrader={"grade_id": "ex-02-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def replicate_border(image, width):  # Exercise 02.2
    """Return (H, W) → (H + 2 width, W + 2 width), edge pixels repeated outwards."""
    ### BEGIN SOLUTION
    # Row r shows image row r - width, or the nearest that exists; columns likewise.
    H, W = image.shape
    rows = np.clip(np.arange(-width, H + width), 0, H - 1)
    columns = np.clip(np.arange(-width, W + width), 0, W - 1)
    return image[rows][:, columns]
    ### END SOLUTION


# %% tags=["check:02.2"]
check("02.2", replicate_border)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:averaging-filters"]
# ## Averaging: less noise, less detail
#
# Noise goes up here and down there; the scene hardly changes from one pixel to the next. So we replace a pixel by the
# mean of its neighbourhood, all nine alike (*box*) or the near ones more (*weighted*):
#
# $$w_\text{box} = \frac{1}{9}\begin{pmatrix}1&1&1\\1&1&1\\1&1&1\end{pmatrix} \qquad
#   w_\text{weighted} = \frac{1}{16}\begin{pmatrix}1&2&1\\2&4&2\\1&2&1\end{pmatrix}$$

# %%
rng = np.random.default_rng(2)
noisy = moon + rng.normal(0, 0.1, moon.shape)
images = {
    "noisy": noisy,
    "box 3 × 3": filtering.correlate2d(noisy, filtering.box_kernel(3), "reflect"),
    "weighted": filtering.correlate2d(noisy, filtering.weighted_kernel(), "reflect"),
    "clean": moon,
}
plots.image_row(
    {name: image[12:76, 28:92] for name, image in images.items()},
    limits=(0, 1),
    alt="A crater of the Moon: noisy, after two averaging filters, and without noise.",
)
for name, image in images.items():
    print(f"{name:9} differs from the clean image by {np.std(image - moon):.2f}")

# %% [markdown]
# **What to see.** The error falls from 0.10 to 0.04. The rim of the crater is softer than in the clean image, though: an
# average does not know noise from detail.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E01"]
# ### Erratum E01: the missing ninth
#
# The deck's averaging sum adds up nine pixels and stops there. That is nine times too bright: an average must also
# divide by the number of pixels, or, for unequal weights, by the sum of the weights. Test: a flat region has to keep
# its grey.

# %% tags=["erratum:E01"]
flat = np.full((5, 5), 0.45)
summed = filtering.correlate2d(flat, np.ones((3, 3)), "replicate")
averaged = filtering.correlate2d(flat, np.ones((3, 3)) / 9, "replicate")
print(f"grey {flat[2, 2]:.2f}, summed {summed[2, 2]:.2f}, averaged {averaged[2, 2]:.2f}")
assert np.allclose(averaged, flat)
assert np.allclose(summed, 9 * flat)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### How much noise is left?
#
# If the noise of every pixel is independent with standard deviation $\sigma$, the variance of a weighted sum is
# $\sum w^2 \sigma^2$. So filtering multiplies the noise by
#
# $$\frac{\sigma_\text{out}}{\sigma} = \sqrt{\textstyle\sum_{s,t} w(s,t)^2}.$$
#
# **Predict first.** Nine equal weights of 1/9: which factor is this?


# %%
def noise_gain(kernel):
    """Return the factor by which a kernel changes the noise (standard deviation)."""
    return np.sqrt(np.sum(kernel**2))


kernels = {
    "box 3": filtering.box_kernel(3),
    "weighted": filtering.weighted_kernel(),
    "box 5": filtering.box_kernel(5),
}
for name, kernel in kernels.items():
    print(f"{name:8} lets {noise_gain(kernel):.2f} of the noise through")

# %% [markdown]
# Is it true? We filter pure noise from 30 seeds and measure. The claim has to hold within 2 %, with three standard
# errors to spare.

# %% tags=["claim"]
for name, kernel in kernels.items():
    ratios = []
    for seed in range(30):
        noise = np.random.default_rng(seed).normal(size=(128, 128))
        ratios.append(filtering.correlate2d(noise, kernel, "valid").std() / noise.std())
    measured, predicted = np.mean(ratios), filtering.noise_gain(kernel)
    standard_error = np.std(ratios, ddof=1) / np.sqrt(len(ratios))
    print(f"{name:8} predicted {predicted:.2f}, measured {measured:.2f}")
    # claim: noise falls as predicted
    assert abs(measured - predicted) + 3 * standard_error < 0.02 * predicted

# %% [markdown]
# **What to see.** A box of size $k$ leaves $1/k$ of the noise. The weighted kernel leaves a little more, 3/8 against
# 1/3: unequal weights always do, for the same number of pixels. The package has this formula as `filtering.noise_gain`.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Larger boxes
#
# Filtering is linear: filtering the noisy image gives the filtered clean image plus the filtered noise. So we can watch
# the two errors apart, the noise that is left and the detail that is lost.
#
# The two are independent, so their squares add: the whole error is $\sqrt{\text{noise}^2 + \text{detail}^2}$.
#
# **Predict first.** One grows with the box, one falls. What does the whole error do?

# %%
rng = np.random.default_rng(2)
noise = rng.normal(0, 0.1, moon.shape)
sizes = np.arange(1, 16, 2)
noise_left, detail_lost = [], []
for size in sizes:
    box = filtering.box_kernel(size)
    noise_left.append(filtering.correlate2d(noise, box, "reflect").std())
    lost = filtering.correlate2d(moon, box, "reflect") - moon
    detail_lost.append(np.sqrt(np.mean(lost**2)))
both = np.hypot(noise_left, detail_lost)
plots.curves(
    {"both": both, "noise left": noise_left, "detail lost": detail_lost},
    x=sizes,
    xlabel="side of the box in pixels",
    ylabel="root mean square error",
    alt="Noise falls with box size, lost detail rises, both together have a minimum.",
)
best = sizes[both.argmin()]
print(f"error {both.min():.2f} at the best size, {best}; {both[0]:.2f} without a filter")

# %% tags=["claim"]
of_sum = filtering.correlate2d(moon + noise, box, "reflect")
of_moon = filtering.correlate2d(moon, box, "reflect")
of_noise = filtering.correlate2d(noise, box, "reflect")
assert np.allclose(of_sum, of_moon + of_noise)  # claim: filtering is linear
assert sizes[0] < best < sizes[-1]  # claim: neither the smallest nor the largest wins

# %% [markdown]
# **What to see.** At first each larger box helps, then lost detail takes over. Where the best size lies depends on the
# picture and on its noise. A kernel that is *learned* can find it, which is where this course is going.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:02.3"]
# ### Exercise 02.3 · How large must the box be? (5 min)
#
# A scanner gives flat grey paper a noise of standard deviation 0.12. You want at most 0.03. Which is the smallest box
# filter that does it? Answer with the length of its side in pixels; a kernel needs a centre pixel.

# %% tags=["exercise:02.3"] nbgrader={"grade_id": "ex-02-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
size = None  # Exercise 02.3: replace None by the side of the box
### BEGIN SOLUTION
# The noise must fall to a quarter. A box of side k leaves 1/k of it:
# k is at least 4, and the next odd number is 5.
size = 5
### END SOLUTION

# %% tags=["check:02.3"]
check("02.3", size)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:first-derivative"]
# ## First derivative: how fast does it change?
#
# Averaging adds neighbours; now we subtract them. On samples one step apart, the simplest derivative is a difference,
#
# $$\frac{\partial f}{\partial x} \approx f(x+1) - f(x),$$
#
# and that is a filter too, with the kernel $(0, -1, 1)$. We start in one dimension, on a scan line with a ramp, an
# isolated point and a step. A thin line, cut across, looks like the point.

# %% [markdown]
# **Predict first.** At how many samples is the answer not zero: on the ramp, at the point, at the step?

# %%
scan_line = np.array([6, 6, 6, 5, 4, 3, 2, 2, 2, 2, 6, 2, 2, 2, 2, 2, 6, 6, 6, 6])
difference = filtering.first_difference_kernel()
first = filtering.correlate1d(scan_line, difference, "replicate")
plots.stem_rows(
    {"scan line": scan_line, "first difference": first},
    height=1.5,
    xlabel="x in samples",
    alt="A scan line and its first difference, -1 on the ramp, ±4 at point and step.",
)
print("ramp ", first[0:8].astype(int))
print("point", first[8:13].astype(int))
print("step ", first[13:18].astype(int))

# %% [markdown]
# **What to see.** On a ramp the first difference answers all along, with the slope. At a step it answers once, at a
# point twice with opposite signs. On flat ground it is silent.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### A derivative likes noise
#
# **Predict first.** The scan line changes by 4 at its step. We add noise with standard deviation 0.5. How large is the
# noise after the difference? Use $\sqrt{\sum w^2}$.

# %%
rng = np.random.default_rng(2)
noisy_line = scan_line + rng.normal(0, 0.5, scan_line.shape)
noisy_first = filtering.correlate1d(noisy_line, difference, "replicate")
plots.stem_rows(
    {"noisy line": noisy_line, "first difference": noisy_first},
    height=1.5,
    xlabel="x in samples",
    alt="The noisy scan line and its first difference: the ramp's answers are scattered.",
)
print(f"noise gain of the difference {filtering.noise_gain(difference):.2f}")

# %% [markdown]
# **What to see.** Noise grows by $\sqrt 2$, to about 0.7, while the ramp answers with 1 only. Point and step stand out;
# the four equal answers of the ramp are scattered, one has the wrong sign. Smoothing helps; we come back to it at the
# end, with signals.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:second-derivative"]
# ## Second derivative: where does the slope change?
#
# Take the difference again, once looking forward and once looking back:
#
# $$\frac{\partial^2 f}{\partial x^2} \approx \bigl(f(x+1) - f(x)\bigr) - \bigl(f(x) - f(x-1)\bigr)
#   = f(x+1) + f(x-1) - 2 f(x)$$
#
# The kernel is $(1, -2, 1)$. It compares a sample with the mean of its two neighbours.

# %% [markdown]
# **Predict first.** What does it answer inside the ramp, at the two ends of the ramp, at the point, and at the step?

# %%
scan_line = np.array([6, 6, 6, 5, 4, 3, 2, 2, 2, 2, 6, 2, 2, 2, 2, 2, 6, 6, 6, 6])
one, two = filtering.first_difference_kernel(), filtering.second_difference_kernel()
first = filtering.correlate1d(scan_line, one, "replicate")
second = filtering.correlate1d(scan_line, two, "replicate")
plots.stem_rows(
    {"scan line": scan_line, "first": first, "second": second},
    xlabel="x in samples",
    alt="A scan line, its first and its second difference, which is -8 at the point.",
)
print("ramp ", second[0:8].astype(int))
print("point", second[8:13].astype(int))
print("step ", second[13:18].astype(int))

# %% [markdown]
# **What to see.** The second difference ignores the ramp and marks its two ends. At the point it answers −8, twice as
# strongly as the first difference: fine detail is its strength. At the step it answers twice, plus on the low side and
# minus on the high side; the edge lies where the sign changes. It also lets more noise through.

# %% tags=["claim"]
one_back = np.diff(scan_line, prepend=scan_line[0])
one_ahead = np.diff(scan_line, append=scan_line[-1])
assert np.array_equal(second, one_ahead - one_back)  # claim: a difference of differences
assert np.abs(second).max() == 2 * np.abs(first).max()  # claim: twice as strong
assert not second[3:6].any()  # claim: a constant slope is not seen
print(f"noise gain of the first difference  {filtering.noise_gain(one):.2f}")
print(f"noise gain of the second difference {filtering.noise_gain(two):.2f}")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:02.4"]
# ### Exercise 02.4 · What answers on a ramp? (4 min)
#
# A signal is 0, then climbs by 0.1 a sample for twenty samples, then stays at 2. Which statement is true?
#
# - **a** The second difference is 0.1 all along the ramp.
# - **b** The second difference is 0.1 at the foot, −0.1 at the top, and 0 everywhere else.
# - **c** The second difference is 0 everywhere, because a ramp is straight.
# - **d** The first difference is 0.1 at the foot and at the top, and 0 everywhere else.

# %% tags=["exercise:02.4"] nbgrader={"grade_id": "ex-02-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
choice = None  # Exercise 02.4: replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
# The slope changes twice: from 0 to 0.1 at the foot, from 0.1 to 0 at the top.
choice = "b"
### END SOLUTION

# %% tags=["check:02.4"]
check("02.4", choice)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:laplacian"]
# ## The Laplacian: two second differences in one mask
#
# An image bends down the columns and across the rows. The Laplacian adds both:
#
# $$\nabla^2 f = \frac{\partial^2 f}{\partial x^2} + \frac{\partial^2 f}{\partial y^2}
#   \approx f(x+1,y) + f(x-1,y) + f(x,y+1) + f(x,y-1) - 4 f(x,y)$$
#
# Five terms, so five weights: one mask instead of two filters. With the two diagonals the centre becomes −8.

# %%
mask = filtering.laplacian_kernel()
mask_diagonal = filtering.laplacian_kernel(diagonal=True)
plots.number_row(
    {"Laplacian": mask, "with diagonals": mask_diagonal},
    alt="The mask 0 1 0, 1 -4 1, 0 1 0, and the mask with eight ones around -8.",
)
print(f"sums of the weights {mask.sum():.0f} and {mask_diagonal.sum():.0f}")

# %% [markdown]
# The test, on the Moon: filter down the columns, filter across the rows, add, and compare with the mask.

# %% tags=["claim"]
second = filtering.second_difference_kernel()
down = filtering.correlate2d(moon, second[:, None], "replicate")  # kernel (3, 1)
across = filtering.correlate2d(moon, second[None, :], "replicate")  # kernel (1, 3)
response = filtering.correlate2d(moon, mask, "replicate")
assert np.allclose(response, down + across)  # claim: the mask is the sum of the two
along_diagonals = np.array([[1, 0, 1], [0, -4, 0], [1, 0, 1]])
assert np.array_equal(mask_diagonal, mask + along_diagonals)

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Predict first.** What does the mask answer on a flat region, and what on a tilted plane? And which grey stands for
# zero in the picture below, where black is −0.3 and white is +0.3?

# %%
crater = np.s_[10:106, 20:116]
with_diagonals = filtering.correlate2d(moon, mask_diagonal, "replicate")
plots.image_row(
    {"Laplacian": response[crater], "with diagonals": with_diagonals[crater]},
    limits=(-0.3, 0.3),
    color_bar=True,
    height=3.2,
    alt="Laplacian of a crater: mid grey on smooth ground, a double line at the rim.",
)
for name, values in {"Laplacian": response, "with diagonals": with_diagonals}.items():
    print(f"{name:14} mean size of the response {np.abs(values).mean():.2f}")

# %% tags=["claim"]
x, y = np.mgrid[:20, :30]
plane, bowl = 0.3 * x - 0.1 * y + 0.5, x**2 + y**2
on_plane = filtering.correlate2d(plane, mask, "valid")
on_bowl = filtering.correlate2d(bowl, mask, "valid")
assert np.allclose(on_plane, 0)  # claim: a slope is not seen
assert np.allclose(on_bowl, 4)  # claim: 2 + 2, as calculus says of x² + y²

# %% [markdown]
# **What to see.** Zero on flat ground and on a plane, so mid grey nearly everywhere. Edges show as a pair of lines,
# plus on the dark side and minus on the bright side. A response with two signs needs a display with zero in the middle.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E02"]
# ### Erratum E02: where the 2 belongs
#
# The deck writes $\partial^2 f / \partial^2 x^2$. Right is $\partial^2 f / \partial x^2$: differentiate *twice*, each
# time with respect to $x$. The lower 2 belongs to the step, $(\partial x)^2$, and that can be tested. Take samples at a
# distance $h$: if the 2 belongs to the step, the second difference must be divided by $h^2$. For $f = x^3$ at $x = 1$
# calculus says $6x = 6$.

# %% tags=["erratum:E02"]
for h in (1.0, 0.5, 0.2):
    three_samples = np.array([1 - h, 1, 1 + h]) ** 3
    (change,) = filtering.correlate1d(three_samples, second, "valid")
    print(f"h = {h}: second difference {change:.2f}, over h² {change / h**2:.2f}")
    assert np.isclose(change / h**2, 6)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:02.5"]
# ### Exercise 02.5 · The Laplacian without a mask (7 min)
#
# Write `laplacian(image)` with slices alone: no mask, no call of `filtering`. Return it where all four neighbours
# exist, so the result has two rows and two columns fewer than the image.


# %% tags=["exercise:02.5"] nbgrader={"grade_id": "ex-02-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def laplacian(image):  # Exercise 02.5
    """Return four neighbours minus four times the centre: (H - 2, W - 2)."""
    ### BEGIN SOLUTION
    centre = image[1:-1, 1:-1]
    down = image[2:, 1:-1] + image[:-2, 1:-1] - 2 * centre
    across = image[1:-1, 2:] + image[1:-1, :-2] - 2 * centre
    return down + across
    ### END SOLUTION


# %% tags=["check:02.5"]
check("02.5", laplacian)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:sharpening"]
# ## Sharpening: subtract what blurs
#
# On the bright side of an edge the Laplacian is negative, on the dark side positive. Subtracting it makes the bright
# side brighter and the dark side darker, and the edge steeper:
#
# $$g = f - \nabla^2 f$$
#
# **Predict first.** A step goes from 0.25 to 0.75. Which two values stand beside it after sharpening?

# %%
step = np.repeat([0.25, 0.75], 4)
bend = filtering.correlate1d(step, filtering.second_difference_kernel(), "replicate")
print("before", step)
print("after ", step - bend)

# %% [markdown]
# **What to see.** The step is now 1.5 high instead of 0.5: it *overshoots* on both sides, and both values have left the
# range [0, 1]. So a sharpened picture has to be clipped before it is shown.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### On the Moon
#
# `np.clip` cuts off what is below 0 and above 1. Look at the rim of the crater, and at the ground beside it.

# %%
mask = filtering.laplacian_kernel()
sharpened = moon - filtering.correlate2d(moon, mask, "replicate")
crater = np.s_[10:106, 20:116]
plots.image_row(
    {"original": moon[crater], "sharpened": np.clip(sharpened, 0, 1)[crater]},
    limits=(0, 1),
    height=3.2,
    alt="A crater before and after: rim and small craters stand out, and so does grain.",
)
outside = np.mean((sharpened < 0) | (sharpened > 1))
print(f"values from {sharpened.min():.2f} to {sharpened.max():.2f}")
print(f"{100 * outside:.2f} % of the pixels are outside [0, 1]")
identity = np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]])
print(f"noise gain {filtering.noise_gain(identity - mask):.2f}")

# %% [markdown]
# **What to see.** Detail stands out, grain too: this kernel multiplies noise by more than five. What happens to a value
# outside the range if we forget to clip? Stored in eight bits, it wraps round:

# %%
levels = np.array([-5, 0, 255, 260])
print("levels       ", levels)
print("eight bits   ", levels.astype(np.uint8))
print("clipped first", np.clip(levels, 0, 255).astype(np.uint8))

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Unsharp masking
#
# Photographers subtracted a blurred copy, the *unsharp mask*, long before computers. What blurring takes away is the
# detail; add it once more, times an amount $k$:
#
# $$g = f + k\,\bigl(f - \bar f\bigr), \qquad \bar f = \text{blurred } f$$

# %%
blurred = filtering.correlate2d(moon, filtering.box_kernel(5), "replicate")
detail = moon - blurred
plots.image_row(
    {
        "original": moon[crater],
        "detail + 0.5": 0.5 + detail[crater],
        "k = 0.5": np.clip(moon + 0.5 * detail, 0, 1)[crater],
        "k = 2": np.clip(moon + 2 * detail, 0, 1)[crater],
    },
    limits=(0, 1),
    alt="A crater, its detail on mid grey, and two sharpened versions, mild and hard.",
)
print(f"the detail lies between {detail.min():.2f} and {detail.max():.2f}")

# %% [markdown]
# **Predict first.** Blur with the mean of a pixel and its four neighbours. Is there a $k$ for which unsharp masking
# *is* $f - \nabla^2 f$?

# %% tags=["claim"]
mean_of_five = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]]) / 5
unsharp = moon + 5 * (moon - filtering.correlate2d(moon, mean_of_five, "replicate"))
assert np.allclose(unsharp, sharpened)  # claim: for k = 5 both are the same filter
print(f"largest difference for k = 5: {np.abs(unsharp - sharpened).max():.2f}")

# %% [markdown]
# **What to see.** For $k = 5$ the two agree: the Laplacian *is* five times (mean of five minus pixel). Sharpening and
# smoothing are two sides of one coin.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:02.6"]
# ### Exercise 02.6 · Three faults in a sharpener (8 min)
#
# A colleague sends you this. It runs, and it is wrong in three places: pictures come out blurred, framed, and out of
# range.
#
# ```python
# def sharpen(image, amount):
#     response = filtering.correlate2d(image, filtering.laplacian_kernel())
#     return image + amount * response
# ```
#
# Write it right: subtract `amount` times the Laplacian, repeat the edge pixels at the border, stay within [0, 1].


# %% tags=["exercise:02.6"] nbgrader={"grade_id": "ex-02-6", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def sharpen(image, amount):  # Exercise 02.6
    """Return the sharpened image, clipped to [0, 1]: (H, W) → (H, W)."""
    ### BEGIN SOLUTION
    mask = filtering.laplacian_kernel()
    response = filtering.correlate2d(image, mask, padding="replicate")
    return np.clip(image - amount * response, 0, 1)
    ### END SOLUTION


# %% tags=["check:02.6"]
check("02.6", sharpen)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:filters-as-features"]
# ## Filters as features
#
# A filter's answer tells what kind of place a pixel is: edge, point, flat. Averaged over a patch it tells what kind of
# *surface* this is. We compute three such numbers, the mean size of two differences and of the Laplacian, and ask
# whether they tell brick, grass and gravel apart.

# %%
photographs = data.images()
surfaces = {name: photographs[name] for name in ("brick", "grass", "gravel")}
plots.image_row(
    {name: image[:128, :128] for name, image in surfaces.items()},
    limits=(0, 1),
    height=2.5,
    alt="Three surfaces: a brick wall, tangled grass, and pieces of gravel.",
)
down, across = np.zeros((3, 3)), np.zeros((3, 3))
down[:, 1] = across[1, :] = filtering.first_difference_kernel()
bank = np.stack([down, across, filtering.laplacian_kernel()])
print("filter bank (filters, rows, columns):", bank.shape)

# %% [markdown] slideshow={"slide_type": "subslide"}
# In PyTorch a bank is one call: three kernels in, three *feature maps* out. This is a convolution layer, with weights
# that we chose by hand.

# %%
brick = torch.from_numpy(surfaces["brick"])[None, None]  # (1 image, 1 channel, H, W)
weight = torch.from_numpy(bank)[:, None]  # (3 filters, 1 channel, 3, 3)
maps = torch.nn.functional.conv2d(brick, weight).numpy()  # (1 image, 3 maps, …)
print("maps:", maps.shape)
for k, kernel in enumerate(bank):
    ours = filtering.correlate2d(surfaces["brick"], kernel, "valid")
    assert np.allclose(maps[0, k], ours)
names = ("down", "across", "Laplacian")
plots.image_row(
    {name: np.abs(maps[0, k, :128, :128]) for k, name in enumerate(names)},
    limits=(0, 0.3),
    height=2.5,
    alt="Feature maps of the wall: level joints, upright joints, and both.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# Each surface is cut into patches of 64 × 64 pixels. The left half of a photograph is for learning, the right half for
# testing: 32 patches a surface each. The class means will come from the left half alone.


# %%
def features(patch):
    """Return the mean size of each filter's answer: (H, W) → (3,)."""
    return [np.abs(filtering.correlate2d(patch, w, "valid")).mean() for w in bank]


def describe(columns, feature=features):
    """Cut 64 × 64 patches from these columns: name → (patches, features)."""
    table = {}
    for name, image in surfaces.items():
        grid = [(i, j) for i in range(0, 512, 64) for j in columns]
        table[name] = np.array([feature(image[i : i + 64, j : j + 64]) for i, j in grid])
    return table


# %%
left, right = range(0, 256, 64), range(256, 512, 64)
learn, test = describe(left), describe(right)
for name, values in learn.items():
    means = dict(zip(names, values.mean(axis=0), strict=True))
    print(f"{name:6}", ", ".join(f"{key} {mean:.2f}" for key, mean in means.items()))

# %%
figure, axis = plt.subplots()
for (name, values), marker in zip(test.items(), "o^s", strict=True):
    axis.plot(values[:, 1], values[:, 2], marker, markersize=5, label=name)
axis.set(xlabel="mean size of the difference across", ylabel="mean size of the Laplacian")
axis.legend(frameon=False)
plots.show(figure, alt="Test patches by two features: the three surfaces form groups.")

# %% [markdown]
# **Predict first.** Each test patch gets the name of the nearest class mean, each feature measured in units of its
# standard deviation. Which share of the 96 is right with the three features, and which with the mean brightness of the
# patch instead?


# %%
def nearest_mean(learn, test):
    """Return the share of test patches whose nearest class mean is their own."""
    means = np.array([rows.mean(axis=0) for rows in learn.values()])
    spread = np.concatenate(list(learn.values())).std(axis=0)
    hits = []
    for own, rows in enumerate(test.values()):
        offsets = (rows[:, None] - means) / spread  # (patches, classes, features)
        hits.extend((offsets**2).sum(axis=-1).argmin(axis=1) == own)
    return np.mean(hits)


# %% tags=["claim"]
def brightness(patch):
    return [patch.mean()]


by_filters = nearest_mean(learn, test)
by_brightness = nearest_mean(describe(left, brightness), describe(right, brightness))
print(f"right by filter answers {by_filters:.2f}, by brightness {by_brightness:.2f}")
standard_error = np.sqrt(2 * 0.25 / 96)  # at most, for a difference of two such shares
assert by_filters - by_brightness > 3 * standard_error  # claim: the filters tell more

# %% [markdown]
# **What to see.** Guessing would give 0.33, brightness alone 0.75. Three hand-made filters and three class means name
# nearly every patch. But *we* chose these 27 weights, and for faces or cells we would not know which to choose. A
# convolution layer starts with arbitrary weights and learns them: same formula, same loops, in lecture 03.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:signal-filtering"]
# ## The same for signals
#
# A signal is an image with one row, and all of the above carries over: a kernel of $n$ weights, borders, noise gain.
# A common task is the *slope* of a noisy measurement, say a speed from positions. We generate the signal, so that we
# know the true slope and can measure errors.

# %%
rng = np.random.default_rng(2)
x = np.arange(200)
position = np.sin(2 * np.pi * x / 100)
measured = position + rng.normal(0, 0.05, x.shape)
nine = np.full(9, 1 / 9)
smoothed = filtering.correlate1d(measured, nine, "reflect")
plots.curves(
    {"measured": measured, "mean of nine": smoothed},
    x=x,
    xlabel="x in samples",
    ylabel="position",
    alt="Two periods of a noisy sine, and its running mean with little noise.",
)
for name, signal in {"measured": measured, "mean of nine": smoothed}.items():
    print(f"{name:12} differs from the true position by {np.std(signal - position):.2f}")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The slope of a noisy signal
#
# The true slope is at most 0.06 a sample.
#
# **Predict first.** The noise is 0.05: how large is it in the first difference, and can you still see the slope?

# %%
difference = filtering.first_difference_kernel()
alone = filtering.correlate1d(measured, difference, "replicate")
after_mean = filtering.correlate1d(smoothed, difference, "replicate")
half_way = x + 0.5  # f(x+1) - f(x) is the slope between two samples
true = np.cos(2 * np.pi * half_way / 100) * 2 * np.pi / 100
plots.curves(
    {"difference alone": alone, "after the mean of nine": after_mean, "true": true},
    x=half_way,
    xlabel="x in samples",
    ylabel="slope per sample",
    alt="The plain difference is noise; after smoothing it follows the true slope.",
)
print(f"largest slope {true.max():.2f}")
print(f"error of the difference alone {np.std(alone - true):.2f}")
print(f"error after the mean of nine  {np.std(after_mean - true):.2f}")

# %% [markdown]
# **What to see.** The error of the difference alone is larger than the largest slope: nothing can be seen. After the
# mean of nine the slope appears, except at the two ends, where the reflected border makes the signal flat.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Two filters in a row are one filter
#
# Filtering with $w_1$ and then with $w_2$ is, away from the border, filtering once with the convolution of both
# kernels. So "smooth, then differentiate" has a kernel of its own, and a noise gain of its own.

# %% tags=["claim"]
both = np.convolve(nine, difference)
in_a_row = filtering.correlate1d(measured, nine, "valid")
in_a_row = filtering.correlate1d(in_a_row, difference, "valid")
at_once = filtering.correlate1d(measured, both, "valid")
assert np.allclose(at_once, in_a_row)  # claim: two filters in a row are one
signal, weight = torch.from_numpy(measured), torch.from_numpy(both)
in_torch = torch.nn.functional.conv1d(signal[None, None], weight[None, None])
assert np.allclose(at_once, in_torch[0, 0])
print("weights times nine:", np.round(9 * both).astype(int))
print(f"noise gain of the difference {filtering.noise_gain(difference):.2f}")
print(f"noise gain of both together  {filtering.noise_gain(both):.2f}")

# %% tags=["claim"]
factors = []
for seed in range(30):
    noise = np.random.default_rng(seed).normal(size=5000)
    plain = filtering.correlate1d(noise, difference, "valid")
    smooth = filtering.correlate1d(noise, both, "valid")
    factors.append(plain.std() / smooth.std())
standard_error = np.std(factors, ddof=1) / np.sqrt(len(factors))
print(f"smoothing first lowers the noise of the slope by {np.mean(factors):.1f}")
assert abs(np.mean(factors) - 9) + 3 * standard_error < 0.2  # claim: by nine

# %% [markdown]
# **What to see.** Of eleven weights only two are left, $-1/9$ and $+1/9$, nine samples apart: everything between them
# cancels. The noise of the slope falls by nine, that of the position by three away from the ends. The price is the same
# as in images: what happens within nine samples is lost.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:02.7"]
# ### Exercise 02.7 · Design a smoothing kernel (8 min)
#
# Many answers are right here. Build a one-dimensional kernel of odd length, at most 9, that
#
# - keeps a flat signal and does not shift a ramp,
# - never overshoots: a step from 0 to 1 stays between 0 and 1,
# - leaves at most 0.4 of the noise.

# %% tags=["exercise:02.7"] nbgrader={"grade_id": "ex-02-7", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
smoothing_kernel = None  # Exercise 02.7: replace None by an array of weights
### BEGIN SOLUTION
# A triangle is symmetric and has no negative weight.
# Dividing by the sum makes it keep a flat signal.
triangle = np.array([1, 2, 3, 4, 5, 4, 3, 2, 1])
smoothing_kernel = triangle / triangle.sum()
### END SOLUTION

# %% tags=["check:02.7"]
check("02.7", smoothing_kernel)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | kernel | sum of weights | answers | noise gain |
# |---|---|---|---|
# | box of side $k$ | 1 | local mean | $1/k$ |
# | (1 2 1; 2 4 2; 1 2 1)/16 | 1 | local mean, near pixels count more | 3/8 |
# | (0, −1, 1) | 0 | slope: all along a ramp | $\sqrt 2$ |
# | (1, −2, 1) | 0 | change of slope: ends of a ramp, points | $\sqrt 6$ |
# | Laplacian | 0 | change of slope in both directions | $\sqrt{20}$ |
# | identity − Laplacian | 1 | the image, sharpened | $\sqrt{29}$ |
#
# Weights that add up to 1 keep a flat region; weights that add up to 0 ignore it. The border is a choice, and so is
# the turn of the kernel: deep learning correlates.

# %% slideshow={"slide_type": "skip"} tags=["progress:02"]
from course_utils.exercises import progress

progress("02")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# 1. A kernel's weights add up to 1.2. What does filtering do to a flat grey region?
# 2. You filter with the Laplacian once by correlation and once by convolution. How do the results differ?
# 3. One pixel of a sensor is dead. Which difference finds it more easily, the first or the second, and why?
#
# <details><summary>Answers</summary>
#
# 1. It makes the region 1.2 times as bright. Divide the weights by their sum if the grey is to stay.
# 2. Not at all: the Laplacian looks the same after half a turn.
# 3. The second. At a point it answers twice as strongly as the first, and it ignores slopes in the background. On noise
#    it is worse, with a gain of $\sqrt 6$ against $\sqrt 2$.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - R. C. Gonzalez and R. E. Woods, *Digital Image Processing*, 4th edition, Pearson 2018, sections 3.4 to 3.6:
#   spatial filtering, smoothing, sharpening.
# - D. Marr and E. Hildreth, Theory of edge detection, *Proceedings of the Royal Society B* 207, 187–217, 1980: why the
#   zero crossings of a second derivative mark edges.
# - A. Savitzky and M. J. E. Golay, Smoothing and differentiation of data by simplified least squares procedures,
#   *Analytical Chemistry* 36, 1627–1639, 1964: smoothing signals and taking their slope with one kernel.
# - V. Dumoulin and F. Visin, A guide to convolution arithmetic for deep learning, arXiv:1603.07285, 2016: where lecture
#   03 goes on.
