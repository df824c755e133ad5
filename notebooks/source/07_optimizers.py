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
# # 07 · Optimizers
#
# A network learns by walking downhill on its loss. The gradient says which way is down; it does not say how far to go.
# The optimizers of this lecture are answers to that second question, from one fixed step length to a length for every
# weight and every step.
#
# **After this lecture you can**
# - write gradient descent, momentum, AdaGrad, RMSProp, AdaDelta, Adam and AdamW in a few lines each;
# - predict from the curvature of a loss which learning rates diverge;
# - say what a mini-batch costs and how noisy its gradient is;
# - choose an optimizer, a learning rate and a schedule, and compare two optimizers fairly.
#
# **You need** derivatives and gradients; losses from lecture 06.
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 90 min | 52 min | 25 s |

# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np
import torch

from course_utils import data, optimizers, plots, settings, widgets
from course_utils.exercises import check, hint

plots.use_course_style()
rng = np.random.default_rng(7)
x_line = rng.uniform(0, 2, 200)  # a noisy straight line, for the first half of the lecture
inputs = np.stack([x_line, np.ones(200)], axis=1)  # (200, 2): x and a constant 1
targets = 1.5 * x_line + 0.5 + rng.normal(0, 0.3, 200)  # (200,)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:gradient-descent"]
# ## Gradient descent: one step against the slope
#
# The derivative $f'(x)$ is positive where $f$ rises. To go down, step against it, by a length that grows with the
# slope. The *learning rate* $\eta$ sets the scale:
#
# $$x_{k+1} = x_k - \eta\, f'(x_k)$$
#
# We start with $f(x) = x^2$, whose derivative is $2x$ and whose minimum we know.


# %%
def gradient_descent(derivative, x, learning_rate, steps):
    """Return the start and the point after each step: (steps + 1, ...)."""
    path = [x]
    for _ in range(steps):
        x = x - learning_rate * derivative(x)
        path.append(x)
    return np.array(path)


def square_derivative(x):
    return 2 * x


# %% [markdown] slideshow={"slide_type": "subslide"}
# **Predict first.** On $x^2$ a step is $x - \eta\, 2x = (1 - 2\eta)\,x$. For the four learning rates 0.01, 0.2, 0.9
# and 1.1: which path crawls, which jumps from side to side, and which never arrives?

# %%
rates = (0.01, 0.2, 0.9, 1.1)
paths = {rate: gradient_descent(square_derivative, 5.0, rate, 10) for rate in rates}
figure, axes = plt.subplots(1, 4, figsize=(10, 3.2), sharey=True)
for axis, (rate, path) in zip(axes, paths.items(), strict=True):
    x = np.linspace(-12, 12, 200)
    axis.plot(x, x**2, color="0.6", linewidth=1)
    axis.plot(path, path**2, "o-", color=plots.BLUE, markersize=4, linewidth=1)
    axis.plot(path[:1], path[:1] ** 2, "s", color=plots.VERMILLION, markersize=7)
    axis.set(title=f"η = {rate}", xlabel="x", xlim=(-12, 12), ylim=(-5, 140))
axes[0].set_ylabel("f(x) = x²")
plots.show(
    figure,
    "Ten steps on a parabola: 0.01 crawls, 0.2 slides down, 0.9 zigzags, 1.1 climbs out.",
)
for rate, path in paths.items():
    factor = 1 - 2 * rate
    print(f"η = {rate:4}: factor {factor:5.2f} a step, after ten steps x = {path[-1]:.2f}")

# %% [markdown]
# **What to see.** The square marks the start. One number decides, the factor $1 - 2\eta$. Near 1 the path crawls;
# below 0 it changes sides with every step; beyond −1 each step leads further away. The largest rate that still arrives
# is just below 1.

# %% tags=["claim"]
for rate, path in paths.items():
    # claim: one factor describes the whole path
    assert np.allclose(path, 5 * (1 - 2 * rate) ** np.arange(11))
    # claim: on x² the walk diverges beyond a rate of 1
    assert (abs(path[-1]) < 5) == (rate < 1)

weight = torch.tensor(5.0, dtype=torch.float64, requires_grad=True)
optimizer = torch.optim.SGD([weight], lr=0.2)
for _ in range(10):
    optimizer.zero_grad()
    (weight**2).backward()
    optimizer.step()
assert np.isclose(weight.item(), paths[0.2][-1])
print(f"ten steps of torch.optim.SGD: x = {weight.item():.2f}")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E20"]
# ### Erratum E20: the program that lost its minus
#
# As the text has come down to us, the deck's program sets `x = eta * f_grad(x)`: the old $x$ and the minus are gone.
# It also reports "epoch 10" after a loop of five steps. Right is `x = x - eta * f_grad(x)`, and a message that counts
# what ran.
#
# The fault hides well on $x^2$, because there it also runs to 0 for small rates. **Predict first.** On $(x - 3)^2$,
# where does each version end?

# %% tags=["erratum:E20"]
faulty, right, steps = 5.0, 5.0, 0
for _ in range(50):
    faulty = 0.2 * 2 * (faulty - 3)
    right = right - 0.2 * 2 * (right - 3)
    steps += 1
print(f"after {steps} steps: the deck's line at {faulty:.2f}, the mended at {right:.2f}")
assert np.isclose(right, 3)  # the minimum
assert abs(2 * (faulty - 3)) > 1  # a place where the slope is far from zero

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:07.1"]
# ### Exercise 07.1 · Repair the program (8 min)
#
# This is the deck's program, with all its faults. It also returns nothing, and its number of steps is fixed.
#
# ```python
# def gd(eta, f_grad):
#     x = 5.0
#     results = [x]
#     for i in range(5):
#         x = eta * f_grad(x)
#         results.append(float(x))
#     print(f'epoch 10, x: {x:f}')
# ```
#
# Write `gd(eta, f_grad, steps)`. It starts at 5.0 and returns an array of `steps + 1` numbers: the start and the point
# after each step.


# %% tags=["exercise:07.1"] nbgrader={"grade_id": "ex-07-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def gd(eta, f_grad, steps):  # Exercise 07.1
    """Return the start and every later point of the descent: steps + 1 numbers."""
    ### BEGIN SOLUTION
    x = 5.0
    results = [x]
    for _ in range(steps):
        x = x - eta * f_grad(x)
        results.append(x)
    return np.array(results)
    ### END SOLUTION


# %% tags=["check:07.1"]
check("07.1", gd)

# %% [markdown]
# Stuck in an exercise? `hint` helps a little, and a little more each time it is called.

# %%
hint("07.1", 1)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E22"]
# ### Erratum E22: where does it stop?
#
# The deck says that gradient descent finds weights where the loss is zero or minimal. The rule knows nothing about the
# value of the loss. It stops where the **gradient vanishes**.
#
# **Predict first.** The three losses below are $\frac{x^4}{4} - \frac{x^2}{2} + 0.12x$, $\;0.4x^3$ and $1 -
# \frac{x^2}{2} + \frac{x^4}{4}$. We start at 1.6, at 1.6 and exactly at 0. Where does each walk end?


# %% tags=["erratum:E22"]
def two_valleys(x):
    return x**4 / 4 - x**2 / 2 + 0.12 * x


def two_valleys_slope(x):
    return x**3 - x + 0.12


losses = {
    "poor minimum": (two_valleys, two_valleys_slope, 1.6),
    "level stretch": (lambda x: 0.4 * x**3, lambda x: 1.2 * x**2, 1.6),
    "top": (lambda x: 1 - x**2 / 2 + x**4 / 4, lambda x: x**3 - x, 0.0),
}
figure, axes = plt.subplots(1, 3, figsize=(10, 3))
x = np.linspace(-1.6, 1.6, 401)
for axis, (name, (loss, derivative, start)) in zip(axes, losses.items(), strict=True):
    path = gradient_descent(derivative, start, 0.05, 4000)
    axis.plot(x, loss(x), color="0.6")
    axis.plot(path[::5], loss(path[::5]), "o", color=plots.BLUE, markersize=4)
    axis.plot(path[-1], loss(path[-1]), "*", color=plots.VERMILLION, markersize=15)
    axis.set(title=name, xlabel="x", ylabel="loss")
    slope, above = abs(derivative(path[-1])), loss(path[-1]) - loss(x).min()
    print(f"{name:13}: slope there {slope:.2f}, loss {above:.2f} above the lowest in view")
    assert slope < 1e-3  # the gradient vanishes
    assert above > 0.2  # and the loss is not the lowest
plots.show(
    figure,
    "Three losses; a star marks the end: in a high valley, on a level stretch, on top.",
)

# %% [markdown]
# **What to see.** A poor minimum, a level stretch on a slope, and the very top: wherever the slope vanishes, the walk
# ends.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:error-surface"]
# ## The error surface
#
# With two weights the loss is a landscape over a plane. Fitting the line $\hat y = w_1 x + w_2$ with the mean square
# error
#
# $$L(w) = \frac1n \sum_i (w_1 x_i + w_2 - y_i)^2, \qquad
#   \nabla L = \frac2n \sum_i (w_1 x_i + w_2 - y_i) \binom{x_i}{1}$$
#
# gives a long bowl. Lines of equal height, the *contours*, are ellipses around the best weights.


# %%
def mean_square(w):
    """Return the loss of weights w on the line data: (..., 2) → (...)."""
    return ((w @ inputs.T - targets) ** 2).mean(axis=-1)


def mean_square_gradient(w, rows=slice(None)):
    """Return the gradient on the chosen rows of the data: (..., 2) → (..., 2)."""
    x, y = inputs[rows], targets[rows]
    residual = np.vecdot(x, w[..., None, :]) - y  # one number for each row
    return 2 * (residual[..., None] * x).mean(axis=-2)


def draw_contours(axis, loss, first, second, levels):
    """Draw lines of equal loss over a grid of two weights and return them."""
    grid = np.stack(np.meshgrid(first, second), axis=-1)  # (rows, columns, 2)
    axis.set(xlabel="$w_1$", ylabel="$w_2$")
    style = {"colors": "0.55", "linewidths": 0.9, "linestyles": "-"}
    return axis.contour(first, second, loss(grid), levels, **style)


best_weights = np.linalg.lstsq(inputs, targets)[0]
lowest = mean_square(best_weights)
slope, offset = best_weights
print(f"best weights {slope:.2f} and {offset:.2f}, loss there {lowest:.2f}")

# %%
first, second = np.linspace(-1, 4, 120), np.linspace(-2, 3, 120)
grid = np.stack(np.meshgrid(first, second), axis=-1)
levels = (0.1, 0.3, 1, 3, 8, 16)
figure = plt.figure(figsize=(8, 3.2))
surface = figure.add_subplot(1, 2, 1, projection="3d")
style = {"cmap": "viridis", "shade": False, "antialiased": False}
heights = mean_square(grid)
surface.plot_surface(*np.meshgrid(first, second), heights, rstride=5, cstride=5, **style)
surface.set(xlabel="$w_1$", ylabel="$w_2$", title="loss")
surface.view_init(35, -60)
axis = figure.add_subplot(1, 2, 2)
contours = draw_contours(axis, mean_square, first, second, levels)
axis.clabel(contours, fontsize=9)
feet = np.array([[0.0, 2.5], [3.0, 1.5], [3.0, -1.0], [0.0, -0.5], [1.0, 2.0]])
arrows = -mean_square_gradient(feet)
style = {"color": plots.VERMILLION, "angles": "xy", "scale": 26, "width": 0.008}
axis.quiver(*feet.T, *arrows.T, **style)
axis.plot(*best_weights, "*", color=plots.BLUE, markersize=13)
axis.set(aspect="equal")
plots.show(
    figure,
    "A bowl over two weights, and its contours with arrows that cross at right angles.",
)

# %% [markdown]
# **What to see.** Where contours lie close together the arrow is long: the slope is steep. The arrows show
# $-\nabla L$, the way down; the gradient itself points uphill. Each arrow leaves its contour at a right angle. The two
# long ones nearly point to the star, the other three far past it.

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Predict first.** Why must the angle be a right one? Walk along a contour: how fast does the loss change?

# %% tags=["claim"]
walked = climbed = 0.0
for points in (points for segments in contours.allsegs for points in segments):
    pieces, middle = np.diff(points, axis=0), (points[1:] + points[:-1]) / 2
    slopes = mean_square_gradient(middle)
    uphill = slopes / np.linalg.norm(slopes, axis=1, keepdims=True)
    walked += np.linalg.norm(pieces, axis=1).sum()
    climbed += np.abs((pieces * uphill).sum(axis=1)).sum()
share = climbed / walked
print(f"of the way along all contours, a share of {share:.2f} goes along the gradient")
# claim: the gradient is perpendicular to the contour; 0 but for the drawn pieces
assert climbed < 0.01 * walked

w, turn = np.array([0.0, 2.5]), np.radians(np.arange(360))
# 360 short steps, one a degree
around = w + 1e-4 * np.stack([np.cos(turn), np.sin(turn)], axis=1)
steepest = around[mean_square(around).argmin()] - w
down = -mean_square_gradient(w)
cosine = steepest @ down / np.linalg.norm(steepest) / np.linalg.norm(down)
assert cosine > np.cos(np.radians(1))  # claim: none falls faster

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:07.2"]
# ### Exercise 07.2 · Derive a gradient (8 min)
#
# A capacitor discharges: $\hat y_i = a\, e^{-b t_i}$. The loss of the two parameters is
#
# $$L(a, b) = \frac1n \sum_i \bigl(a\, e^{-b t_i} - y_i\bigr)^2.$$
#
# Derive $\partial L / \partial a$ and $\partial L / \partial b$ on paper, then write `decay_gradient(a, b, t, y)`,
# which returns both in an array of shape (2,). The arrays `t` and `y` have shape (n,).


# %% tags=["exercise:07.2"] nbgrader={"grade_id": "ex-07-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def decay_gradient(a, b, t, y):  # Exercise 07.2
    """Return the derivatives of the mean square error by a and by b: shape (2,)."""
    ### BEGIN SOLUTION
    decay = np.exp(-b * t)
    residual = a * decay - y
    by_a = np.mean(2 * residual * decay)
    by_b = np.mean(2 * residual * a * decay * -t)  # inner derivative of -b t
    return np.array([by_a, by_b])
    ### END SOLUTION


# %% tags=["check:07.2"]
check("07.2", decay_gradient)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:batch-stochastic-minibatch"]
# ## Batch, stochastic, mini-batch
#
# The exact gradient asks all $n$ examples before each step. A random few give an estimate that is right on average and
# costs a fraction:
#
# $$g_B = \frac1B \sum_{i \in \text{batch}} \nabla L_i$$
#
# $B = n$ is batch gradient descent, $B = 1$ stochastic, anything between a mini-batch.


# %%
def random_rows(batch_size, steps, seeds):
    """Return the rows of every batch, drawn with each seed: (steps, seeds, batch_size)."""
    n, shape = len(targets), (steps, batch_size)
    draws = [np.random.default_rng(seed).integers(n, size=shape) for seed in seeds]
    return np.stack(draws, axis=1)


def minibatch_descent(batch_size, learning_rate, steps, seeds):
    """Return one path over the line data for each seed: (steps + 1, seeds, 2)."""
    w = np.tile([-0.5, 2.5], (len(seeds), 1))  # all start here and walk at once
    path = [w]
    for rows in random_rows(batch_size, steps, seeds):
        if batch_size == len(targets):
            rows = slice(None)  # each example once: the exact gradient
        w = w - learning_rate * mean_square_gradient(w, rows)
        path.append(w)
    return np.array(path)


# %%
figure, axes = plt.subplots(1, 3, figsize=(8, 2.9), sharey=True)
grid = np.linspace(-1, 3, 60)
for axis, batch_size in zip(axes, (200, 20, 1), strict=True):
    path = minibatch_descent(batch_size, 0.1, 100, seeds=[7])[:, 0]
    draw_contours(axis, mean_square, grid, grid, (0.1, 0.5, 2, 8))
    axis.plot(*path.T, "-", color=plots.BLUE, linewidth=1)
    axis.plot(*best_weights, "*", color=plots.VERMILLION, markersize=13)
    axis.set(title=f"batch of {batch_size}", aspect="equal")
    excess = mean_square(path[-1]) - mean_square(best_weights)
    work = f"100 steps, {100 * batch_size:5} gradients of examples"
    print(f"batch {batch_size:3}: {work}, {excess:.2f} above the best loss")
plots.show(
    figure,
    "Paths over contours: smooth for all 200 rows, slightly rough for 20, wild for one.",
)

# %% [markdown]
# **What to see.** The path with 20 rows is nearly as good as the exact one, for a tenth of the work. With one row it
# gets near and then never rests: at the goal single examples still disagree.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### How noisy is a batch?
#
# **Predict first.** The batch gradient is a mean of $B$ independent terms. To halve its spread, how much larger must
# the batch be?

# %%
sizes = 2 ** np.arange(8)
residuals = inputs @ np.array([-0.5, 2.5]) - targets
of_each_example = 2 * inputs * residuals[:, None]  # (200, 2)


def gradient_spread(batch_size, draws, rng):
    """Return the standard deviation of the batch gradient, both weights together."""
    rows = rng.integers(len(targets), size=(draws, batch_size))
    return np.sqrt(of_each_example[rows].mean(axis=1).var(axis=0).sum())


rng = np.random.default_rng(7)
spreads = [gradient_spread(size, 4000, rng) for size in sizes]
figure, axis = plt.subplots()
axis.loglog(sizes, spreads, "o", label="measured")
root_law = spreads[0] / np.sqrt(sizes)
axis.loglog(sizes, root_law, "--", color=plots.VERMILLION, label="first value / √B")
axis.set(xlabel="batch size B", ylabel="spread of the gradient")
ticks = (0.5, 1, 2, 5)
axis.set(xticks=sizes, xticklabels=sizes, yticks=ticks, yticklabels=ticks)
axis.minorticks_off()
axis.legend(frameon=False)
plots.show(
    figure,
    "Spread of the gradient against batch size: the points follow one over root B.",
)
one, four, sixty_four = spreads[0], spreads[2], spreads[6]
print(f"spread for a batch of 1: {one:.1f}, of 4: {four:.1f}, of 64: {sixty_four:.1f}")

# %% tags=["claim"]
exponents = []
for seed in range(30):
    rng = np.random.default_rng(seed)
    measured = [gradient_spread(size, 400, rng) for size in sizes]
    exponents.append(np.polyfit(np.log(sizes), np.log(measured), 1)[0])
standard_error = np.std(exponents, ddof=1) / np.sqrt(len(exponents))
print(f"spread falls as B to the power {np.mean(exponents):.2f}")
# claim: one over the root of B; measured -0.500 ± 0.001 over 30 seeds
assert abs(np.mean(exponents) + 0.5) + 3 * standard_error < 0.01

# %% [markdown]
# **What to see.** The spread falls with the root of the batch: four times the work for half the noise. (We draw with
# replacement. A shuffled epoch draws without, and its noise falls a little faster when the batch is a large part of
# the data.)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The same work, spent differently
#
# **Predict first.** We may ask for 2,000 gradients of examples, at a rate of 0.1: ten exact steps, 100 steps with 20
# rows, or 2,000 with one row. Which ends lowest?

# %% tags=["claim"]
above_best = {}
for batch_size in (200, 20, 1):
    paths = minibatch_descent(batch_size, 0.1, 2000 // batch_size, seeds=range(20))
    above = above_best[batch_size] = mean_square(paths[-1]) - mean_square(best_weights)
    print(f"batch {batch_size:3}: {above.mean():.2f} above the best, mean of 20 seeds")
for other in (200, 1):
    gain = above_best[other] - above_best[20]
    # claim: here the mini-batch spends the work best
    assert gain.mean() > 3 * gain.std(ddof=1) / np.sqrt(20)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:07.3"]
# ### Exercise 07.3 · How large must the batch be? (4 min)
#
# Batches of 8 images give gradients with a spread of 0.6. You want 0.15. Which batch size do you need?

# %% tags=["exercise:07.3"] nbgrader={"grade_id": "ex-07-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
batch_size = None  # Exercise 07.3: replace None by the batch size
### BEGIN SOLUTION
# The spread must fall to a quarter. It falls with the root of the batch: 16 times as many.
batch_size = 8 * (0.6 / 0.15) ** 2
### END SOLUTION

# %% tags=["check:07.3"]
check("07.3", batch_size)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E24"]
# ### Erratum E24: does noise avoid local minima?
#
# The deck credits small batches with *avoiding* local minima. Noise **can** throw a walk out of a valley. It is a
# matter of frequency, and it works both ways.
#
# We take the loss with two valleys from above. The right one is poor, the left one is the lowest. Each of 64 examples
# tilts the loss in its own way, strongly, and the tilts cancel in the mean. 400 walks start at the bottom of the right
# valley, 400 at the bottom of the left one.
#
# **Predict first.** Which share changes valley with all 64 examples, and which with one?

# %% tags=["erratum:E24"]
rng = np.random.default_rng(7)
tilts = rng.normal(0, 2, 64)
tilts -= tilts.mean()
# where the mean slope x³ - x + 0.12 vanishes
right, top, left = -np.sort(-np.roots([1, 0, -1, 0.12]).real)
shares = {}
for size in (64, 8, 4, 2, 1):
    x = np.repeat([right, left], 400)
    for _ in range(200):
        rows = rng.integers(64, size=(800, size))
        noise = 0 if size == 64 else tilts[rows].mean(axis=1)
        x = x - 0.1 * (two_valleys_slope(x) + noise)
    poor, best = np.mean(x[:400] < top), np.mean(x[400:] > top)
    print(f"batch {size:2}: left the poor valley {poor:.2f}, left the best {best:.2f}")
    shares[size] = poor, best
assert shares[64] == (0, 0)  # without noise nobody leaves
standard_error = np.sqrt(0.25 / 400)  # of a share of 400, at most
# single examples: many leave the poor valley, but not all
assert 3 * standard_error < shares[1][0] < 1 - 3 * standard_error
assert shares[1][1] > 3 * standard_error  # and some lose the best valley

# %%
figure, axis = plt.subplots(figsize=(7, 3.2))
batch_sizes = list(shares)
poor, best = np.array(list(shares.values())).T
axis.plot(batch_sizes, poor, "o-", label="left the poor valley")
axis.plot(batch_sizes, best, "s--", label="left the best valley")
axis.set(xlabel="batch size", ylabel="share of 400 walks")
axis.set(xscale="log", xticks=batch_sizes, xticklabels=batch_sizes)
axis.minorticks_off()
axis.legend(frameon=False)
plots.show(
    figure,
    "Share of walks that change valley: both fall to zero from a batch of 8 on.",
)

# %% [markdown]
# **What to see.** With one example a step, most walks leave the poor valley; some also lose the best one. From a batch
# of 8 on hardly anyone moves. So small batches are a chance, not a promise, and what helps to escape also disturbs the
# arrival.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:challenges"]
# ## What makes descent hard
#
# Four kinds of landscape give trouble: **local minima**; **flat regions**, where the slope is nearly zero far from any
# minimum; **saddle points**, level, but downhill on two sides; and **narrow valleys**, where the gradient points across
# the valley instead of along it. We walk 60 steps in each.
#
# **Predict first.** In which of the four does the walk end at the lowest point?


# %%
def plateau(x):
    return 1 - (1 + x**2) ** -4.0


def plateau_slope(x):
    return 8 * x * (1 + x**2) ** -5.0


lines = {
    "local minimum": (two_valleys, two_valleys_slope, 1.6),
    "flat region": (plateau, plateau_slope, 2.0),
}
figure, axes = plt.subplots(1, 2, figsize=(9, 3.2))
x = np.linspace(-2.2, 2.2, 401)
for axis, (name, (loss, derivative, start)) in zip(axes, lines.items(), strict=True):
    path = gradient_descent(derivative, start, 0.1, 60)
    axis.plot(x, loss(x), color="0.6")
    axis.plot(path, loss(path), "o", color=plots.BLUE, markersize=4)
    axis.plot(path[0], loss(path[0]), "s", color=plots.VERMILLION, markersize=8)
    axis.set(title=name, xlabel="x", ylabel="loss", ylim=(-0.5, 2))
    moved, above = abs(path[-1] - path[0]), loss(path[-1]) - loss(x).min()
    print(f"{name:13}: moved by {moved:.2f}, ends {above:.2f} above the lowest loss")
    assert above > 0.2 and abs(derivative(path[-1])) < 0.01
plots.show(
    figure,
    "Left, a walk that ends in the higher valley; right, one that hardly moves.",
)


# %%
def saddle(w):
    return w[..., 0] ** 2 / 2 + w[..., 1] ** 4 / 4 - w[..., 1] ** 2 / 2


def saddle_slope(w):
    return np.array([w[0], w[1] ** 3 - w[1]])


def valley(w):
    return (w[..., 0] ** 2 + 20 * w[..., 1] ** 2) / 2


def valley_slope(w):
    return np.array([1.0, 20.0]) * w


# %%
planes = {
    "saddle point": (saddle, saddle_slope, (1.5, 1e-4), (-0.2, -0.1, 0, 0.3, 0.8, 1.5)),
    "narrow valley": (valley, valley_slope, (-1.5, 1.0), (0.1, 0.5, 1.5, 4, 10, 20)),
}
grid = np.linspace(-1.8, 1.8, 80)
figure, axes = plt.subplots(1, 2, figsize=(7.5, 3))
for axis, (name, (loss, slope, start, levels)) in zip(axes, planes.items(), strict=True):
    path = gradient_descent(slope, np.array(start), 0.095, 60)
    draw_contours(axis, loss, grid, grid, levels)
    axis.plot(*path.T, "o-", color=plots.BLUE, markersize=4, linewidth=0.8)
    axis.plot(*start, "s", color=plots.VERMILLION, markersize=8)
    axis.set(title=name)
    end = np.abs(path[-1])
    print(f"{name:13}: after 60 steps |w₁| = {end[0]:.2f}, |w₂| = {end[1]:.2f}")
plots.show(
    figure,
    "Left, a straight path that halts at a saddle point; right, a zigzag in a valley.",
)

# %% [markdown]
# **What to see.** Only the valley is solved, and in zigzag. At the saddle the lowest loss is −0.25, at $w_2 = \pm 1$.
# The walk would leave in the end, because the start is off the ridge by 0.0001; every step widens that by a tenth.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Curvature sets the limit
#
# Near a minimum a loss looks like $\frac12 w^\top H w$, with the matrix $H$ of second derivatives. Along an
# eigenvector of $H$ with eigenvalue $\lambda$ each step multiplies the distance by $1 - \eta\lambda$. That shrinks as
# long as $\eta < 2/\lambda$, so the most curved direction decides for all:
#
# $$\eta < \frac{2}{\lambda_\text{max}}$$
#
# The *condition number* $\kappa = \lambda_\text{max} / \lambda_\text{min}$ says how narrow the valley is.
#
# **Predict first.** In the valley above, with curvatures 1 and 20: where is the limit?

# %% tags=["claim"]
curvatures = np.array([1.0, 20.0])
for rate in (0.05, 0.099, 0.101, 0.15):
    end = gradient_descent(valley_slope, np.array([1.0, 1.0]), rate, 200)[-1]
    shrinks = np.linalg.norm(end) < np.sqrt(2)
    print(f"η = {rate:5}: distance {'shrinks' if shrinks else 'grows'}")
    assert shrinks == (rate < 2 / curvatures.max())  # claim: 2/λ_max is the limit

w = np.array([1.0, 1.0])
for kappa in (1, 20, 1000):
    slope = np.array([1.0, kappa]) * w
    miss = np.degrees(np.arccos(slope @ w / np.linalg.norm(slope) / np.linalg.norm(w)))
    print(f"κ = {kappa:4}: downhill misses the minimum by {miss:.0f} degrees")

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Predict first.** With the best fixed rate, $2 / (\lambda_\text{min} + \lambda_\text{max})$, how does the number of
# steps to come down to 1 % of the distance grow with $\kappa$?


# %%
def steps_needed(kappa, learning_rate, momentum=0.0):
    """Return the steps down to 1 % of the distance, with curvatures 1 and kappa."""
    w = np.ones(2)
    optimizer = optimizers.SGD([w], learning_rate, momentum=momentum)
    steps = 0
    while np.linalg.norm(w) > 0.01 * np.sqrt(2):
        optimizer.step([np.array([1.0, kappa]) * w])
        steps += 1
    return steps


kappas = np.array([3, 10, 30, 100, 300, 1000])
plain = np.array([steps_needed(kappa, 2 / (1 + kappa)) for kappa in kappas])
print("steps for each κ:", dict(zip(kappas.tolist(), plain.tolist(), strict=True)))
assert np.allclose(plain, np.log(100) / 2 * kappas, atol=1)  # 2.3 steps for each unit of κ

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:07.4"]
# ### Exercise 07.4 · Which rates diverge? (6 min)
#
# The loss is $L(w) = 3 w_1^2 + 2 w_1 w_2 + \frac32 w_2^2 = \frac12 w^\top \begin{pmatrix} 6 & 2 \\ 2 & 3 \end{pmatrix}
# w$. Which of the learning rates 0.1, 0.2, 0.28, 0.3 and 0.5 diverge from almost every start? Answer with a tuple of
# rates, the smallest first. Predict, then see below.

# %% tags=["exercise:07.4"] nbgrader={"grade_id": "ex-07-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
diverging = None  # Exercise 07.4: replace None by a tuple of the rates that diverge
### BEGIN SOLUTION
# The eigenvalues add up to 6 + 3 and multiply to 6·3 - 2·2: they are 7 and 2. The limit is
# 2/7 = 0.286.
limit = 2 / np.linalg.eigvalsh(np.array([[6, 2], [2, 3]])).max()
diverging = tuple(rate for rate in (0.1, 0.2, 0.28, 0.3, 0.5) if rate > limit)
### END SOLUTION

# %% tags=["check:07.4"]
check("07.4", diverging)

# %% [markdown]
# Now see. In your own copy, move the slider and find the rate at which the walk no longer arrives.

# %%
hessian = np.array([[6.0, 2.0], [2.0, 3.0]])


def draw_walk(learning_rate):
    start = np.array([-1.0, 1.5])
    path = gradient_descent(lambda w: hessian @ w, start, learning_rate, 20)
    figure, axis = plt.subplots(figsize=(5, 3.8))
    grid = np.linspace(-2, 2, 80)
    draw_contours(axis, lambda w: ((w @ hessian) * w).sum(-1) / 2, grid, grid, 6)
    axis.plot(*path.T, "o-", color=plots.BLUE, markersize=4, linewidth=0.8)
    axis.set(xlim=(-2, 2), ylim=(-2, 2), aspect="equal")
    axis.set_title(f"η = {learning_rate:.2f}, 20 steps")
    return figure


widgets.explore(
    draw_walk,
    "Twenty steps over tilted elliptical contours, at the chosen learning rate.",
    learning_rate=widgets.Slider(0.02, 0.5, 0.1, 0.02),
)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:momentum"]
# ## Momentum: a ball on a hill
#
# A ball keeps rolling. Its *velocity* $v$ remembers a share $m$ of the past and adds the new push, from the gradient
# $g_i = \nabla L(w_{i-1})$:
#
# $$v_i = m\, v_{i-1} - \eta\, g_i, \qquad w_i = w_{i-1} + v_i$$
#
# Pushes that alternate cancel; pushes that agree add up, to at most $1 / (1 - m)$ times one step.


# %%
def momentum_descent(gradient, w, learning_rate, m, steps):
    """Return the path with momentum m, the start first: (steps + 1, ...)."""
    path, v = [w], np.zeros_like(w)
    for _ in range(steps):
        v = m * v - learning_rate * gradient(w)
        w = w + v
        path.append(w)
    return np.array(path)


def hill(x):
    return 0.05 * x**2 - 0.2 * np.cos(2 * x)


def hill_slope(x):
    return 0.1 * x + 0.4 * np.sin(2 * x)


# %% [markdown] slideshow={"slide_type": "subslide"}
# **Predict first.** The ball starts at 5, high on the right. On its way to the deepest valley, at 0, lies a smaller
# one. Where does it come to rest with $m = 0$ and with $m = 0.9$?


# %%
def draw_ball(steps):
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.2), sharey=True)
    x = np.linspace(-3.5, 5.5, 300)
    for axis, m in zip(axes, (0.0, 0.9), strict=True):
        path = momentum_descent(hill_slope, np.array(5.0), 0.05, m, steps)
        axis.plot(x, hill(x), color="0.6")
        axis.plot(path, hill(path), ".", color=plots.BLUE, markersize=4)
        end = path[-1]
        axis.plot(end, hill(end) + 0.06, "o", color=plots.VERMILLION, markersize=13)
        axis.set(title=f"m = {m}, {steps} steps", xlabel="x")
    axes[0].set_ylabel("loss")
    return figure


widgets.explore(
    draw_ball,
    "A ball on a bumpy hill rests in a side valley with m = 0, in the deepest with 0.9.",
    steps=widgets.Slider(0, 200, 200, 5),
)
for m in (0.0, 0.5, 0.8, 0.9, 0.95):
    end = momentum_descent(hill_slope, np.array(5.0), 0.05, m, 600)[-1]
    print(f"m = {m:4}: at rest at x = {abs(end):.2f}, loss {hill(end):.2f}")
    assert abs(hill_slope(end)) < 1e-4 and (end < 1) == (m >= 0.9)

# %% [markdown]
# **What to see.** Up to 0.8 the ball stays in the small valley; from 0.9 on it has enough speed to roll through. Speed
# is blind, though: a ball can as well roll through the valley that we wanted.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Momentum in a narrow valley
#
# This is where momentum earns its keep.
#
# **Predict first.** Plain descent needs $2.3\,\kappa$ steps. With the best rate
# and the best $m$, theory says the number grows with $\sqrt\kappa$. How many steps for $\kappa = 1000$?

# %% tags=["claim"]
roots = np.sqrt(kappas)
etas, ms = (2 / (roots + 1)) ** 2, ((roots - 1) / (roots + 1)) ** 2  # the best of theory
best_choices = zip(kappas, etas, ms, strict=True)
with_momentum = np.array([steps_needed(kappa, eta, m) for kappa, eta, m in best_choices])
figure, axis = plt.subplots()
axis.loglog(kappas, plain, "o-", label="plain")
axis.loglog(kappas, with_momentum, "s--", label="momentum")
axis.set(xlabel="condition number κ", ylabel="steps to 1 %")
axis.set(xticks=kappas, xticklabels=kappas)
axis.minorticks_off()
axis.legend(frameon=False)
plots.show(
    figure,
    "Steps against condition number: momentum needs far fewer, its line is half as steep.",
)
print(f"κ = 1000: {plain[-1]} steps without, {with_momentum[-1]} with momentum")
growth = np.polyfit(np.log(kappas[2:]), np.log(with_momentum[2:]), 1)[0]
assert abs(growth - 0.5) < 0.1  # claim: steps grow with the root of κ

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E21"]
# ### Erratum E21: two forms, two learning rates
#
# The deck shows $v \leftarrow m v + \eta g$ and $v \leftarrow m v + (1 - m) g$ as one and the same. Followed by
# $w \leftarrow w - v$, they agree only for $\eta = 1 - m$: the second has no learning rate. Being an average of past
# gradients, it gets its rate outside, $w \leftarrow w - \eta v$. Then, with the same $\eta$, its steps are smaller by
# the factor $1 - m$. Whoever changes the form has to change the learning rate.
#
# **Predict first.** With $m = 0.9$ and $\eta = 0.1$, inside in the first form and outside in the second: which rate
# must the first form use to follow the second?


# %% tags=["erratum:E21"]
def averaging_descent(gradient, w, learning_rate, m, steps):
    """Return the path of the second form, the velocity an average of past gradients."""
    path, v = [w], np.zeros_like(w)
    for _ in range(steps):
        v = m * v + (1 - m) * gradient(w)
        w = w - learning_rate * v
        path.append(w)
    return np.array(path)


start = np.array([-1.5, 1.0])
average = averaging_descent(valley_slope, start, 0.1, 0.9, 100)
same_rate = momentum_descent(valley_slope, start, 0.1, 0.9, 100)
smaller_rate = momentum_descent(valley_slope, start, (1 - 0.9) * 0.1, 0.9, 100)
ratio = (average[1] - start)[0] / (same_rate[1] - start)[0]
print(f"the first step of the average is {ratio:.2f} of the other's")
# the factor (1 - m) is all that differs
assert np.allclose(average, smaller_rate, rtol=0, atol=1e-12)
assert np.abs(average - same_rate).max() > 0.1

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The same in PyTorch
#
# `torch.optim.SGD(momentum=m)` is the first form with the learning rate outside: $v \leftarrow m v + g$, then
# $w \leftarrow w - \eta v$. Its option `dampening=m` looks like the second form but is not quite: PyTorch starts with the
# whole first gradient, not with $1 - m$ of it. We shall compare each of our optimizers with PyTorch's, step by step.


# %%
def torch_path(optimizer_class, gradient, w, steps, **options):
    """Return the path of a torch.optim optimizer in float64, for a gradient in NumPy."""
    weight = torch.tensor(w, dtype=torch.float64)
    optimizer = optimizer_class([weight], **options)
    path = [w]
    for _ in range(steps):
        weight.grad = torch.from_numpy(gradient(weight.numpy()))
        optimizer.step()
        path.append(weight.numpy().copy())
    return np.array(path)


def equal_paths(ours, theirs):
    return np.allclose(ours, theirs, rtol=1e-12, atol=1e-14)


options = {"lr": 0.01, "momentum": 0.9}
ours = momentum_descent(valley_slope, start, 0.01, 0.9, 100)
theirs = torch_path(torch.optim.SGD, valley_slope, start, 100, **options)
assert equal_paths(ours, theirs)
print("first form, 100 steps equal to torch.optim.SGD:", equal_paths(ours, theirs))
options = {"lr": 0.1, "momentum": 0.9, "dampening": 0.9}
dampened = torch_path(torch.optim.SGD, valley_slope, start, 100, **options)
assert np.abs(dampened - average).max() > 0.1
print("second form equal to dampening=m:", equal_paths(dampened, average))

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Nesterov: look ahead
#
# The velocity will carry us on anyway. Nesterov's momentum therefore asks for the gradient where the ball is *about to
# be*:
#
# $$v_i = m\, v_{i-1} - \eta\, \nabla L(w_{i-1} + m\, v_{i-1})$$
#
# **Predict first.** The look ahead sees the far slope earlier. Does the path overshoot more, or less?

# %% tags=["claim"]
w, v = start, np.zeros(2)
ahead = [w]
for _ in range(100):
    v = 0.9 * v - 0.01 * valley_slope(w + 0.9 * v)
    w = w + v
    ahead.append(w)
ahead = np.array(ahead)
options = {"lr": 0.01, "momentum": 0.9, "nesterov": True}
theirs = torch_path(torch.optim.SGD, valley_slope, start, 100, **options)
velocity = np.diff(ahead, axis=0, prepend=start[None])
# PyTorch stores the point ahead: the same walk
assert np.allclose(ahead + 0.9 * velocity, theirs)
plots.curves(
    {"momentum": ours[:60, 1], "Nesterov": ahead[:60, 1]},
    xlabel="step",
    ylabel="position across the valley",
    alt="Position across the valley: momentum swings widely around zero, Nesterov less.",
)
farthest, farthest_ahead = -ours[:, 1].min(), -ahead[:, 1].min()
print(f"farthest beyond zero: momentum {farthest:.2f}, Nesterov {farthest_ahead:.2f}")
assert farthest_ahead < 0.9 * farthest  # claim: looking ahead overshoots less

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:07.5"]
# ### Exercise 07.5 · One step with momentum (6 min)
#
# Write `momentum_step(w, v, g, learning_rate, m)` in the first form, $v \leftarrow m v - \eta g$ and $w \leftarrow w +
# v$. It takes arrays of one shape and returns the new `(w, v)`. It leaves the arrays that it was given unchanged.


# %% tags=["exercise:07.5"] nbgrader={"grade_id": "ex-07-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def momentum_step(w, v, g, learning_rate, m):  # Exercise 07.5
    """Return the weights and the velocity after one step, each of the shape of w."""
    ### BEGIN SOLUTION
    new_v = m * v - learning_rate * g
    return w + new_v, new_v
    ### END SOLUTION


# %% tags=["check:07.5"]
check("07.5", momentum_step)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:adagrad"]
# ## AdaGrad: a step length for every weight
#
# In a narrow valley one learning rate is too large across and too small along. AdaGrad divides each weight's step by
# the root of all its squared gradients so far:
#
# $$r_i = r_{i-1} + g_i^2, \qquad w_i = w_{i-1} - \frac{\eta}{\delta + \sqrt{r_i}}\, g_i$$
#
# All operations act weight by weight; $\delta$ only prevents a division by zero.


# %%
def adagrad(gradient, w, learning_rate, steps, delta=1e-10):
    """Return the path of AdaGrad, the start first: (steps + 1, ...)."""
    path, r = [w], np.zeros_like(w)
    for _ in range(steps):
        g = gradient(w)
        r = r + g**2
        w = w - learning_rate / (delta + np.sqrt(r)) * g
        path.append(w)
    return np.array(path)


start = np.array([-1.5, 1.0])
ours = adagrad(valley_slope, start, 0.5, 100)
theirs = torch_path(torch.optim.Adagrad, valley_slope, start, 100, lr=0.5)
assert equal_paths(ours, theirs)
print("100 steps equal to torch.optim.Adagrad:", equal_paths(ours, theirs))

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Predict first.** Both weights have their own scale now. If we make the valley a thousand times steeper across, how
# does AdaGrad's path change?


# %%
figure, axes = plt.subplots(1, 2, figsize=(9, 3.4), sharey=True)
walks = {
    "gradient descent": gradient_descent(valley_slope, start, 0.095, 30),
    "AdaGrad": ours[:31],
}
along, across = np.linspace(-1.8, 0.6, 80), np.linspace(-1.2, 1.2, 80)
for axis, (name, path) in zip(axes, walks.items(), strict=True):
    draw_contours(axis, valley, along, across, (0.1, 0.5, 1.5, 4, 10))
    axis.plot(*path.T, "o-", color=plots.BLUE, markersize=4, linewidth=0.8)
    axis.set_title(name)
plots.show(
    figure,
    "In a narrow valley gradient descent zigzags; AdaGrad walks on a smooth curve.",
)

steeper = adagrad(lambda w: np.array([1.0, 20_000.0]) * w, start, 0.5, 100)
moved = np.abs(steeper - ours).max()
print(f"a thousand times steeper: the path moves by at most {moved:.2f}")

# %% tags=["claim"]
assert moved < 1e-6  # claim: AdaGrad does not see the scale of a gradient
level = adagrad(lambda w: np.ones(1), np.zeros(1), 1.0, 100)
lengths = -np.diff(level[:, 0])
# claim: on a constant slope steps shrink as 1/√i
assert np.allclose(lengths, 1 / np.sqrt(np.arange(1, 101)))
first, fourth, last = lengths[[0, 3, -1]]
print(f"on a constant slope: first {first:.2f}, fourth {fourth:.2f}, last {last:.2f}")

# %% [markdown]
# **What to see.** Steepness cancels: what counts is how the gradient compares with its own past. The price: $r$ only
# grows, so steps shrink for ever, even when a long slope still lies ahead.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:rmsprop"]
# ## RMSProp: AdaGrad that forgets
#
# An exponential average in place of the sum:
#
# $$r_i = \rho\, r_{i-1} + (1 - \rho)\, g_i^2$$
#
# The decay $\rho$ sets how long the past counts, about $1 / (1 - \rho)$ steps.


# %%
def rmsprop(gradient, w, learning_rate, steps, rho=0.99, delta=1e-8):
    """Return the path of RMSProp, the start first: (steps + 1, ...)."""
    path, r = [w], np.zeros_like(w)
    for _ in range(steps):
        g = gradient(w)
        r = rho * r + (1 - rho) * g**2
        w = w - learning_rate / (delta + np.sqrt(r)) * g
        path.append(w)
    return np.array(path)


start = np.array([-1.5, 1.0])
ours = rmsprop(valley_slope, start, 0.01, 100)
theirs = torch_path(torch.optim.RMSprop, valley_slope, start, 100, lr=0.01)
assert equal_paths(ours, theirs)
print("100 steps equal to torch.optim.RMSprop:", equal_paths(ours, theirs))

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Predict first.** A walk starts at $w = 0$. The slope is 10 down to $w = -10$ and 1 from there on. What do the steps
# of AdaGrad and of RMSProp look like on the gentle part?


# %%
def two_slopes(w):
    return np.where(w > -10, 10.0, 1.0)


step_lengths = {
    "AdaGrad": -np.diff(adagrad(two_slopes, np.zeros(1), 1.0, 300)[:, 0]),
    "RMSProp": -np.diff(rmsprop(two_slopes, np.zeros(1), 0.2, 300, rho=0.95)[:, 0]),
}
plots.curves(
    step_lengths,
    xlabel="step",
    ylabel="step length",
    alt="Step lengths: where the slope becomes gentle both drop; only RMSProp's recover.",
)
recovered = {}
for name, lengths in step_lengths.items():
    first, shortest, last = lengths[0], lengths.min(), lengths[-1]
    print(f"{name}: first step {first:.2f}, shortest {shortest:.2f}, last {last:.2f}")
    recovered[name] = last / shortest
assert recovered["RMSProp"] > 5 > 2 > recovered["AdaGrad"]

# %% [markdown]
# **What to see.** AdaGrad carries the steep part along for ever; RMSProp forgets it and comes back to its normal
# step of $\eta$. Look at the left end too: RMSProp's first step is far longer than $\eta$, because its average starts
# at zero. For PyTorch's $\rho = 0.99$ it is $1/\sqrt{1 - \rho} = 10$ times as long. Adam will mend that.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:adadelta"]
# ## AdaDelta: no learning rate?
#
# AdaDelta divides as RMSProp does and multiplies by the typical size of its own past steps, so that the learning rate
# drops out:
#
# $$\Delta_i = \frac{\sqrt{d_{i-1} + \varepsilon}}{\sqrt{r_i + \varepsilon}}\, g_i, \qquad
#   d_i = \rho\, d_{i-1} + (1 - \rho)\, \Delta_i^2, \qquad w_i = w_{i-1} - \Delta_i$$


# %%
def adadelta(gradient, w, steps, rho=0.9, epsilon=1e-6):
    """Return the path of AdaDelta, the start first: (steps + 1, ...)."""
    path, r, d = [w], np.zeros_like(w), np.zeros_like(w)
    for _ in range(steps):
        g = gradient(w)
        r = rho * r + (1 - rho) * g**2
        step = np.sqrt(d + epsilon) / np.sqrt(r + epsilon) * g
        d = rho * d + (1 - rho) * step**2
        w = w - step
        path.append(w)
    return np.array(path)


start = np.array([-1.5, 1.0])
ours = adadelta(valley_slope, start, 100)
theirs = torch_path(torch.optim.Adadelta, valley_slope, start, 100, lr=1.0)
assert equal_paths(ours, theirs)
print("100 steps equal to torch.optim.Adadelta:", equal_paths(ours, theirs))

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Predict first.** Where do the first steps get their size from, when there are no past steps yet? Think of the
# formula with $d_0 = 0$.

# %%
level = {}
for epsilon in (1e-8, 1e-6, 1e-4):
    path = adadelta(lambda w: np.ones(1), np.zeros(1), 400, epsilon=epsilon)
    level[f"ε = {epsilon:.0e}"] = -np.diff(path[:, 0])
plots.curves(
    level,
    xlabel="step on a constant slope",
    ylabel="step length",
    log_y=True,
    alt="AdaDelta's steps for three values of epsilon: each starts ten times higher.",
)
first_steps = [lengths[0] for lengths in level.values()]
print("first steps, in thousandths:", np.round(1000 * np.array(first_steps), 2))
assert np.allclose(first_steps, np.sqrt([1e-8, 1e-6, 1e-4]) / np.sqrt(1 - 0.9), rtol=1e-3)

# %% tags=["claim"]
steeper = adadelta(lambda w: 10 * valley_slope(w), start, 300)
same = adadelta(valley_slope, start, 300)
# weights in tenths of the unit
other_unit = adadelta(lambda w: valley_slope(w / 10) / 10, 10 * start, 300) / 10
left = [np.linalg.norm(path[-1]) for path in (same, steeper, other_unit)]
print(f"distance left: {left[0]:.2f}, loss times ten {left[1]:.2f}")
print(f"weights in another unit {left[2]:.2f}")
# claim: the scale of the loss does not matter
assert np.allclose(steeper, same, atol=0.01)
assert left[2] > 2 * left[0]  # claim: the unit of the weights does

# %% [markdown]
# **What to see.** The learning rate is gone, but $\varepsilon$ took its place: it sets the first steps, and all later
# ones grow from them. So the promise that units no longer matter holds for the loss only. PyTorch multiplies by a
# learning rate after all; 1 is the rule above.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:adam"]
# ## Adam: momentum over RMSProp
#
# Average the gradient as the second form of momentum does, average its square as RMSProp does, and correct both
# averages for their start at zero. (From here on $m$ and $v$ are these two averages, no longer momentum's share and
# velocity.)
#
# $$m_i = \beta_1 m_{i-1} + (1 - \beta_1)\, g_i, \qquad v_i = \beta_2 v_{i-1} + (1 - \beta_2)\, g_i^2$$
#
# $$\hat m_i = \frac{m_i}{1 - \beta_1^i}, \qquad \hat v_i = \frac{v_i}{1 - \beta_2^i}, \qquad
#   w_i = w_{i-1} - \eta\, \frac{\hat m_i}{\sqrt{\hat v_i} + \varepsilon}$$


# %%
def adam(gradient, w, learning_rate, steps, betas=(0.9, 0.999), epsilon=1e-8):
    """Return the path of Adam, the start first: (steps + 1, ...)."""
    path, m, v = [w], np.zeros_like(w), np.zeros_like(w)
    for i in range(1, steps + 1):
        g = gradient(w)
        m = betas[0] * m + (1 - betas[0]) * g
        v = betas[1] * v + (1 - betas[1]) * g**2
        m_hat, v_hat = m / (1 - betas[0] ** i), v / (1 - betas[1] ** i)
        w = w - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
        path.append(w)
    return np.array(path)


start = np.array([-1.5, 1.0])
ours = adam(valley_slope, start, 0.1, 100)
theirs = torch_path(torch.optim.Adam, valley_slope, start, 100, lr=0.1)
assert equal_paths(ours, theirs)
print("100 steps equal to torch.optim.Adam:", equal_paths(ours, theirs))

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Predict first.** At the start the gradient is 20 across and −1.5 along. How long is Adam's first step in each
# direction, at a learning rate of 0.1?

# %%
figure, axis = plt.subplots(figsize=(7, 3.8))
along, across = np.linspace(-1.8, 0.6, 80), np.linspace(-1, 1.2, 80)
draw_contours(axis, valley, along, across, (0.1, 0.5, 1.5, 4, 10))
with_rmsprop = rmsprop(valley_slope, start, 0.1, 60, rho=0.9)
for name, path, marker in (("RMSProp", with_rmsprop, "s"), ("Adam", ours[:61], "^")):
    axis.plot(*path.T, marker=marker, markersize=4, linewidth=0.8, label=name)
axis.legend(frameon=False, loc="lower left")
plots.show(
    figure,
    "RMSProp heads straight for the bottom; Adam overshoots and swings back.",
)
first_step = ours[1] - ours[0]
print(f"Adam's first step: {first_step[0]:+.2f} along, {first_step[1]:+.2f} across")
# one learning rate in every direction, whatever the slope
assert np.allclose(np.abs(first_step), 0.1)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E23"]
# ### Erratum E23: a hat that defines itself
#
# The deck's formula has the corrected $\tilde v$ on both sides: $\tilde v_i = \tilde v_i / (1 - \beta_2^i)$. Right is
# $\hat v_i = v_i / (1 - \beta_2^i)$, the *plain* average divided. Its update also writes $\epsilon$ for the learning
# rate and adds $\delta$ with the sign $\oplus$; an ordinary plus is meant.
#
# **Predict first.** A program that takes the line at its word overwrites $v$ by the corrected value, step after step.
# Do its steps become too long or too short?

# %% tags=["erratum:E23"]
plain_v = overwritten_v = 0.0
# a constant gradient of 1: the right average of its square is 1 at every step
for i in range(1, 11):
    correction = 1 - 0.999**i
    plain_v = 0.999 * plain_v + 0.001
    overwritten_v = (0.999 * overwritten_v + 0.001) / correction
    right_v = plain_v / correction
    assert np.isclose(right_v, 1)  # divided once, it is right from the first step on
    if i in (1, 2, 3, 4):
        print(f"step {i}: right v {right_v:.2f}, overwritten v {overwritten_v:.0f}")
assert overwritten_v > 1e6  # divided again and again, it explodes, and the steps die

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:07.6"]
# ### Exercise 07.6 · One step of Adam (8 min)
#
# Write `adam_step(w, m, v, g, i, learning_rate)` with $\beta_1 = 0.9$, $\beta_2 = 0.999$ and $\varepsilon = 10^{-8}$.
# The arrays have one shape; $i$ is the number of this step, 1 for the first. Return `(w, m, v)` after the step, with
# $m$ and $v$ as the next step needs them. Leave the given arrays unchanged.


# %% tags=["exercise:07.6"] nbgrader={"grade_id": "ex-07-6", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def adam_step(w, m, v, g, i, learning_rate):  # Exercise 07.6
    """Return weights and both averages after step i, each of the shape of w."""
    ### BEGIN SOLUTION
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g**2
    m_hat, v_hat = m / (1 - 0.9**i), v / (1 - 0.999**i)
    return w - learning_rate * m_hat / (np.sqrt(v_hat) + 1e-8), m, v
    ### END SOLUTION


# %% tags=["check:07.6"]
check("07.6", adam_step)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:adamw"]
# ## AdamW: decay beside the step, not inside
#
# *Weight decay* pulls every weight a little towards zero. For plain descent it is the same as adding $\lambda w$ to
# the gradient. Inside Adam that term is divided by $\sqrt{\hat v}$ like everything else. AdamW keeps it outside:
#
# $$w_i = w_{i-1} - \eta\, \frac{\hat m_i}{\sqrt{\hat v_i} + \varepsilon} - \eta \lambda\, w_{i-1}$$

# %% [markdown]
# From here on we use the optimizers of the course: `optimizers.SGD`, `AdaGrad`, `RMSProp`, `AdaDelta`, `Adam` and `AdamW` hold
# the lines above and change their arrays in place.
#
# **Predict first.** Two groups of weights start at 1. Their gradients are pure noise, small for one group, a hundred
# times larger for the other. Which group decays under Adam with an L2 term, which under AdamW?

# %%
remaining = {}
scales = np.array([[0.1], [10.0]])
for name, make in (("Adam + L2", optimizers.Adam), ("AdamW", optimizers.AdamW)):
    rng = np.random.default_rng(7)
    w = np.ones((2, 500))  # two groups of 500 weights
    optimizer = make([w], lr=0.001, weight_decay=0.1)
    means = [w.mean(axis=1)]
    for _ in range(2000):
        optimizer.step([scales * rng.normal(size=500)])  # the same noise, small and large
        means.append(w.mean(axis=1))
    remaining[name] = np.array(means)  # (steps + 1, 2)
    low, high = means[-1]
    left = f"{low:.2f} is left with small gradients, {high:.2f} with large ones"
    print(f"{name:9}: of 1, {left}")

# %%
plots.curves(
    {
        f"{name}, {size}": means[:, group]
        for name, means in remaining.items()
        for group, size in enumerate(("small", "large"))
    },
    xlabel="step",
    ylabel="mean weight",
    title="two groups of weights, with small and with large gradients",
    alt="Mean weight over 2000 steps: both groups decay alike with AdamW, not with Adam.",
)

# %% [markdown]
# **What to see.** With the decay inside Adam, weights with large gradients hardly shrink. AdamW's two groups shrink
# alike.

# %% tags=["claim"]
adam_l2, adamw = remaining["Adam + L2"][-1], remaining["AdamW"][-1]
assert adam_l2[1] - adam_l2[0] > 0.7  # claim: measured 0.79 ± 0.002 (500 weights a group)
# claim: AdamW's decay does not see the gradient, and it is η λ a step
assert np.isclose(adamw[0], adamw[1], atol=1e-6)
assert np.isclose(adamw[0], (1 - 0.001 * 0.1) ** 2000, atol=0.01)
start, steps = np.array([-1.5, 1.0]), 100
pairs = (optimizers.Adam, torch.optim.Adam), (optimizers.AdamW, torch.optim.AdamW)
for ours, theirs in pairs:
    w = start.copy()
    optimizer = ours([w], lr=0.1, weight_decay=0.1)
    for _ in range(steps):
        optimizer.step([valley_slope(w)])
    in_torch = torch_path(theirs, valley_slope, start, steps, lr=0.1, weight_decay=0.1)
    assert equal_paths(w, in_torch[-1])
    print(f"{ours.__name__:5} equals torch.optim.{theirs.__name__} with weight_decay=0.1")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:07.7"]
# ### Exercise 07.7 · Which option? (4 min)
#
# You train with `torch.optim.Adam(parameters, lr=0.001, weight_decay=0.1)`. The gradients of layer A are a thousand
# times those of layer B, and noisy. Which statement is true?
#
# - **a** Both layers lose a share of 0.0001 of their weights in each step.
# - **b** Layer A decays more, because its gradients are larger.
# - **c** Layer B decays more, because the decay is divided by the size of the gradients.
# - **d** Neither decays, because Adam removes the scale of every term.

# %% tags=["exercise:07.7"] nbgrader={"grade_id": "ex-07-7", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
choice = None  # Exercise 07.7: replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
# The term λ w enters before the division by √v, and √v is large where gradients are large.
choice = "c"
### END SOLUTION

# %% tags=["check:07.7"]
check("07.7", choice)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:adam-bias-correction"]
# ## What the bias correction does
#
# Both averages start at zero, so both are too small at first: $m_1 = 0.1\, g$ and $v_1 = 0.001\, g^2$. Without the
# hats the first step would be
#
# $$\eta\, \frac{(1 - \beta_1)\, g}{\sqrt{1 - \beta_2}\, |g|} = \pm\, \eta\, \frac{0.1}{\sqrt{0.001}}.$$
#
# **Predict first.** One often reads that uncorrected Adam starts too slowly. Is the first step shorter or longer than
# $\eta$?


# %%
def first_steps(bias_correction, betas=(0.9, 0.999), steps=10):
    """Return Adam's step lengths on a constant slope, in units of the learning rate."""
    w, lengths = np.zeros(1), []
    options = {"betas": betas, "bias_correction": bias_correction}
    optimizer = optimizers.Adam([w], lr=1.0, **options)
    for _ in range(steps):
        before = w[0]
        optimizer.step([np.ones(1)])
        lengths.append(before - w[0])
    return np.array(lengths)


uncorrected, corrected = first_steps(False, steps=3000), first_steps(True, steps=3000)
plots.curves(
    {"without correction": uncorrected, "with correction": corrected},
    xlabel="step",
    ylabel="step length / η",
    alt="Step lengths in units of η: uncorrected, they rise above six and fall to one.",
)
print("without:", np.round(uncorrected[:10], 2))
print("with:   ", np.round(corrected[:10], 2))

# %% tags=["claim"]
# claim: corrected, every step is one learning rate; uncorrected, the first is 3.16 of them
assert np.allclose(corrected, 1, atol=1e-6)
assert np.isclose(uncorrected[0], 0.1 / np.sqrt(0.001))
print(f"longest uncorrected step: {uncorrected.max():.2f} η")
for betas in ((0.9, 0.999), (0.9, 0.99), (0.9, 0.95), (0.9, 0.9)):
    print(f"β = {betas}: first step {first_steps(False, betas)[0]:.2f} η")
assert first_steps(False, (0.9, 0.9))[0] < 1 < uncorrected[0]

# %% [markdown]
# **What to see.** Longer, not shorter. Both averages are too small, but the root of $v$ more so. The first steps are
# three to six times too long, at the very moment when the weights are still random. With $\beta_1 = 0.9$ and
# a $\beta_2$ below 0.99 the uncorrected start is too short instead.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:learning-rate-schedules"]
# ## Learning-rate schedules
#
# Far from the goal long steps are good; near it they keep the noise of the batches alive. A *schedule* changes the
# learning rate over the steps: in drops (*step*), along half a *cosine*, up and down in *one cycle*, or with a gentle
# start (*warm-up*). The cosine, from $\eta$ at step $t = 0$ down to 0 at step $T$:
#
# $$\eta_t = \frac{\eta}{2} \left(1 + \cos \frac{\pi t}{T}\right)$$

# %%
schedules = {
    "step": optimizers.step_decay(0.2, step_size=100, gamma=0.1),
    "cosine": optimizers.cosine(0.2, total_steps=300),
    "one cycle": optimizers.one_cycle(0.2, total_steps=300),
    "warm-up": optimizers.linear_warmup(0.2, warmup_steps=50),
}
drawn = {name: [rate(step) for step in range(300)] for name, rate in schedules.items()}
plots.curves(
    drawn,
    xlabel="step",
    ylabel="learning rate",
    alt="Four schedules: drops to a tenth, half a cosine, up and down, a rise that stays.",
)
for name, schedule in schedules.items():
    at = [f"step {step}: {schedule(step):.2f}" for step in (0, 100, 299)]
    print(f"{name:9} {', '.join(at)}")

# %% [markdown] slideshow={"slide_type": "subslide"}
# PyTorch's schedulers hold an optimizer and change its learning rate at each `scheduler.step()`. They agree with ours:

# %%
lr_scheduler = torch.optim.lr_scheduler
torch_schedulers = {
    "step": (lr_scheduler.StepLR, {"step_size": 100, "gamma": 0.1}),
    "cosine": (lr_scheduler.CosineAnnealingLR, {"T_max": 300}),
    "one cycle": (lr_scheduler.OneCycleLR, {"max_lr": 0.2, "total_steps": 300}),
    "warm-up": (lr_scheduler.LinearLR, {"start_factor": 1 / 3, "total_iters": 50}),
}
for name, (scheduler_class, options) in torch_schedulers.items():
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.2)
    scheduler = scheduler_class(optimizer, **options)
    rates = []
    for _ in range(300):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    assert np.allclose(rates, [schedules[name](step) for step in range(300)])
    print(f"{name:9} equal to PyTorch's in 300 steps")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Is it worth it?
#
# Back to the line, with batches of 4. **Predict first.** Constant 0.2, constant 0.02, or one of the falling schedules:
# which gets closest to the best loss in 300 steps?

# %% tags=["claim"]
constant = {"constant 0.2": lambda step: 0.2, "constant 0.02": lambda step: 0.02}
falling = {name: schedules[name] for name in ("step", "cosine", "one cycle")}
excess = {}
for name, schedule in (constant | falling).items():
    w = np.tile([-0.5, 2.5], (20, 1))  # 20 walks, each with batches of its own
    for step, rows in enumerate(random_rows(4, 300, seeds=range(20))):
        w = w - schedule(step) * mean_square_gradient(w, rows)
    above = excess[name] = 1000 * (mean_square(w) - mean_square(best_weights))
    print(f"{name:13}: {above.mean():5.1f} thousandths above the best, mean of 20 seeds")
for name in falling:
    for other in constant:
        gain = excess[other] - excess[name]
        # claim: a falling rate ends lower than a constant one
        assert gain.mean() > 3 * gain.std(ddof=1) / np.sqrt(20)

# %% [markdown]
# **What to see.** Both constants end about equally far off, for opposite reasons: the large rate arrives and never
# settles, the small one is calm and late. A falling rate does both: first far, then fine.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Why warm up?
#
# The opposite problem stands at the start, where a loss is often most curved. On $w^4 / 4$ the curvature is $3 w^2$,
# 27 at $w = 3$ and nearly nothing near the minimum.
#
# **Predict first.** A step multiplies $w$ by $1 - \eta w^2$. From $w = 3$ a constant rate must stay below $2/9 = 0.22$,
# or the walk is lost. What does a warm-up from 0.02 to 0.5 do?

# %%
warm_up = optimizers.linear_warmup(0.5, warmup_steps=50, start_factor=0.04)
walks = {
    "constant 0.2": lambda step: 0.2,
    "constant 0.5": lambda step: 0.5,
    "warm-up to 0.5": warm_up,
}
curves = {}
for name, schedule in walks.items():
    w, path = 3.0, [3.0]
    for step in range(200):
        # beyond 100 the walk is lost
        w = w - schedule(step) * w**3 if abs(w) < 100 else np.nan
        path.append(abs(w))
    curves[name] = path
    end = "lost" if np.isnan(w) else f"|w| = {abs(w):.2f}"
    print(f"{name:14}: after 200 steps {end}")
plots.curves(
    curves,
    xlabel="step",
    ylabel="distance |w| from the minimum",
    log_y=True,
    alt="Distance: the large rate is lost at once, the warm-up ends nearest.",
)
assert np.isnan(curves["constant 0.5"][-1])
assert curves["warm-up to 0.5"][-1] < 0.8 * curves["constant 0.2"][-1]

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:07.8"]
# ### Exercise 07.8 · Warm up, then cool down (8 min)
#
# Write `learning_rate_at(step, peak, warmup_steps, total_steps)`. Steps count from 0. The rate rises on a straight
# line from 0 at step 0 to `peak` at step `warmup_steps`, then follows half a cosine down to 0 at step `total_steps`.
# Return one number.


# %% tags=["exercise:07.8"] nbgrader={"grade_id": "ex-07-8", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def learning_rate_at(step, peak, warmup_steps, total_steps):  # Exercise 07.8
    """Return the learning rate of one step."""
    ### BEGIN SOLUTION
    if step < warmup_steps:
        return peak * step / warmup_steps
    share = (step - warmup_steps) / (total_steps - warmup_steps)
    return peak * (1 + np.cos(np.pi * share)) / 2
    ### END SOLUTION


# %% tags=["check:07.8"]
check("07.8", learning_rate_at)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:optimizer-race"]
# ## The race, part one: a bent valley
#
# All on one surface, from one start. The loss $(1 - w_1)^2 + 5\,(w_2 - w_1^2)^2$ is a curved, narrow valley with its
# minimum at (1, 1). A race at one learning rate for all would only show whom that rate suits, so each gets the best of
# a grid of rates. (AdamW stays out: its decay pulls to (0, 0), not to the minimum.)


# %%
def bend(w):
    return (1 - w[..., 0]) ** 2 + 5 * (w[..., 1] - w[..., 0] ** 2) ** 2


def bend_slope(w):
    off = w[1] - w[0] ** 2
    return np.array([-2 * (1 - w[0]) - 20 * w[0] * off, 10 * off])


def race_path(make_optimizer, learning_rate, steps):
    """Return the path over the bent valley, or None where the walk is lost."""
    w = np.array([-1.5, 1.8])
    optimizer, path = make_optimizer([w], learning_rate), [w.copy()]
    for _ in range(steps):
        optimizer.step([bend_slope(w)])
        path.append(w.copy())
        if np.abs(w).max() > 100:
            return None
    return np.array(path)


# %%
racers = {
    "gradient descent": optimizers.SGD,
    "momentum": lambda params, lr: optimizers.SGD(params, lr, momentum=0.9),
    "Nesterov": lambda params, lr: optimizers.SGD(params, lr, momentum=0.9, nesterov=True),
    "AdaGrad": optimizers.AdaGrad,
    "RMSProp": lambda params, lr: optimizers.RMSProp(params, lr, alpha=0.9),
    "AdaDelta": optimizers.AdaDelta,
    "Adam": optimizers.Adam,
}


def steps_to_arrive(path):
    """Return the steps until a path stays within 0.1 of the minimum, and its last loss.

    The loss settles a draw.
    """
    away = np.linalg.norm(path - 1, axis=1) > 0.1
    return np.flatnonzero(away)[-1] + 1, bend(path[-1])


# %%
surface_paths, arrived = {}, {}
for name, make_optimizer in racers.items():
    finished = {}
    for rate in (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5):
        path = race_path(make_optimizer, rate, 300)
        if path is not None:
            finished[rate] = path
    best_rate = min(finished, key=lambda rate: steps_to_arrive(finished[rate]))
    surface_paths[name] = finished[best_rate]
    arrived[name], _ = steps_to_arrive(finished[best_rate])
    there = arrived[name] <= 300
    outcome = f"{arrived[name]} steps" if there else "not there after 300 steps"
    print(f"{name:16} best rate {best_rate:5}: {outcome}")

# %% [markdown]
# **Predict first.** Which of them cross the ridge between the two arms of the valley, and which follow the bend? Move
# the slider in your own copy.


# %%
def draw_race(steps):
    figure, axes = plt.subplots(1, 2, figsize=(9, 4.4), sharey=True)
    names = list(surface_paths)
    first, second = np.linspace(-1.9, 2.6, 120), np.linspace(-1.8, 4.1, 120)
    style = {"linewidth": 1.2, "markersize": 7, "markevery": [-1]}
    for axis, group in zip(axes, (names[:3], names[3:]), strict=True):
        draw_contours(axis, bend, first, second, (0.3, 1, 4, 16))
        for name, marker in zip(group, "osD^", strict=False):
            path = surface_paths[name][: steps + 1]
            axis.plot(*path.T, label=name, marker=marker, **style)
        axis.plot(1, 1, "*", color=plots.BLACK, markersize=13)
        axis.plot(-1.5, 1.8, "s", color=plots.BLACK, markersize=7)
        axis.set(xlim=(-1.9, 2.6), ylim=(-1.8, 4.1))
        axis.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
    axes[1].set_ylabel("")
    return figure


widgets.explore(
    draw_race,
    "Paths of seven optimizers from a square over a bent valley to a star.",
    steps=widgets.Slider(0, 150, 40, 5),
)

# %% tags=["claim"]
# claim: momentum, Nesterov and Adam are first
assert set(sorted(arrived, key=arrived.get)[:3]) == {"momentum", "Nesterov", "Adam"}
for name, path in surface_paths.items():
    jumps = path[1, 0] > 0  # the first step lands on the right
    assert jumps == (name in {"AdaGrad", "Adam"})
    assert jumps or path[np.abs(path[:, 0]) < 0.2, 1].max(initial=0) < 0.6  # else the bend
# second derivatives at (1, 1)
curvature_at_goal = np.array([[42.0, -20.0], [-20.0, 10.0]])
smallest, largest = np.linalg.eigvalsh(curvature_at_goal)
print(f"at the goal: condition number {largest / smallest:.0f}")
print(f"plain descent settles below a rate of {2 / largest:.2f}")
beyond, below = race_path(optimizers.SGD, 0.05, 300), race_path(optimizers.SGD, 0.03, 1000)
assert np.linalg.norm(beyond[-1] - 1) > 0.1  # claim: beyond it, it never settles
assert np.linalg.norm(below[-1] - 1) < 0.001

# %% [markdown]
# **What to see.** AdaGrad and Adam, whose best rate is large, jump right over the ridge with their first step; the
# others follow the bend. The three with velocity, momentum, Nesterov and Adam, are there first. Plain descent is held
# back by curvature: its rate must stay below the limit, and then the flat direction takes hundreds of steps. AdaDelta
# starts very slowly; its best rate is the largest tried, so a still larger one may be faster. On another surface the order can be another.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## The race, part two: a small network
#
# The same contest where it matters: 784 pixels of a digit, 32 hidden units, 10 classes. Now luck plays a part: the
# start and the order of the batches are random. So each optimizer runs from several seeds, and we compare means with
# their spread.

# %% tags=["nbval-ignore-output"]
digits = data.digits()
# The fast profile takes every second image: fewer of them, but all writers.
epochs, chosen = settings.by_profile(full=(6, slice(1200)), fast=(3, slice(0, 1120, 2)))
X, X_val, X_test = (
    (images[chosen].flatten(1) - digits.mean[0]) / digits.std[0]
    for images in (digits.X_train, digits.X_val, digits.X_test)
)
y, y_val, y_test = digits.y_train[chosen], digits.y_val[chosen], digits.y_test[chosen]
assert X.shape == (len(y), 784)


def train(optimizer_class, options, seed):
    """Train a fresh network; return it and the mean training loss of each epoch."""
    torch.manual_seed(seed)
    layers = torch.nn.Linear(784, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10)
    network = torch.nn.Sequential(*layers)
    optimizer, history = optimizer_class(network.parameters(), **options), []
    for _ in range(epochs):
        total = 0.0
        for rows in torch.randperm(len(X)).split(32):
            loss = torch.nn.functional.cross_entropy(network(X[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        history.append(total / len(X))
    return network, history


# %%
# For each: how to make it, and learning rates, each about three times the one before.
nesterov = {"momentum": 0.9, "nesterov": True}
contestants = {
    "SGD": (torch.optim.SGD, {}, (0.01, 0.03, 0.1, 0.3)),
    "momentum": (torch.optim.SGD, {"momentum": 0.9}, (0.003, 0.01, 0.03, 0.1)),
    "Nesterov": (torch.optim.SGD, nesterov, (0.003, 0.01, 0.03, 0.1)),
    "AdaGrad": (torch.optim.Adagrad, {}, (0.003, 0.01, 0.03, 0.1)),
    "RMSProp": (torch.optim.RMSprop, {}, (0.0003, 0.001, 0.003, 0.01)),
    "AdaDelta": (torch.optim.Adadelta, {}, (0.1, 0.3, 1.0, 3.0)),
    "Adam": (torch.optim.Adam, {}, (0.0003, 0.001, 0.003, 0.01)),
    "AdamW": (torch.optim.AdamW, {}, (0.0003, 0.001, 0.003, 0.01)),
}
grid = contestants["Adam"][2]
print(len(contestants), "optimizers, each with", len(grid), "learning rates")

# %% [markdown] slideshow={"slide_type": "subslide"}
# **First the rates.** One training for each rate, from a seed that the race will not use. The validation loss chooses.
#
# **Predict first.** What costs more: the worst of the eight optimizers at its best rate, or the worst rate of one
# optimizer?

# %% tags=["claim", "nbval-ignore-output"]
best_rates, best, worst = {}, {}, {}
for name, (optimizer_class, options, grid) in contestants.items():
    losses = {}
    for rate in grid:
        network, _ = train(optimizer_class, {"lr": rate, **options}, seed=100)
        with torch.no_grad():
            loss = torch.nn.functional.cross_entropy(network(X_val), y_val)
        losses[rate] = loss.item()
    best_rates[name] = min(losses, key=losses.get)
    best[name], worst[name] = min(losses.values()), max(losses.values())
    listed = "  ".join(f"{rate}: {loss:.2f}" for rate, loss in losses.items())
    print(f"{name:9} {listed}  best {best_rates[name]}")
rate_price = np.median([worst[name] - best[name] for name in contestants])
optimizer_price = max(best.values()) - min(best.values())
print(f"a wrong rate costs {rate_price:.2f} (median)")
print(f"a wrong optimizer costs {optimizer_price:.2f} at most")
# claim: measured 0.24 against 0.05 (4 seeds, difference 0.19 ± 0.014)
assert rate_price > optimizer_price

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Now the race**, at the chosen rates, on test images that had no part in choosing them.

# %% tags=["claim", "nbval-ignore-output"]
seeds = settings.by_profile(full=8, fast=3)
curves, means = {}, []
for name, (optimizer_class, options, _) in contestants.items():
    options = {"lr": best_rates[name], **options}
    runs = [train(optimizer_class, options, seed) for seed in range(seeds)]
    curves[name] = np.array([history for _, history in runs])  # (seeds, epochs)
    with torch.no_grad():
        hits = [(network(X_test).argmax(1) == y_test).double() for network, _ in runs]
    accuracies = np.array([hit.mean().item() for hit in hits])
    mean, spread = accuracies.mean(), accuracies.std(ddof=1)
    print(f"{name:9} rate {best_rates[name]:6}: test accuracy {mean:.3f} ± {spread:.3f}")
    means.append(mean)
apart = max(means) - min(means)
print(f"best and worst mean are {100 * apart:.1f} points apart")
# claim: tuned, none is far ahead; measured 0.03 ± 0.015 (8 seeds), 0.07 ± 0.015 (3, fast)
assert apart < 0.15

# %%
figure, axes = plt.subplots(1, 2, figsize=(8, 3.1), sharey=True)
names = list(curves)
for axis, group in zip(axes, (names[:3], names[3:]), strict=True):
    for name, marker, color in zip(group, "osD^v", plots.COLORS, strict=False):
        mean, spread = curves[name].mean(axis=0), curves[name].std(axis=0, ddof=1)
        epoch = np.arange(1, epochs + 1)
        axis.plot(epoch, mean, marker=marker, markersize=5, color=color, label=name)
        below, above = mean - spread, mean + spread
        axis.fill_between(epoch, below, above, color=color, alpha=0.15, linewidth=0)
    axis.set(xlabel="epoch", xticks=epoch)
    axis.legend(frameon=False)
axes[0].set_ylabel("training loss")
plots.show(
    figure,
    "Training loss of eight tuned optimizers with their spread over seeds: all fall.",
)

# %% [markdown]
# **What to see.** With a rate of their own, all eight learn the task, and their mean test accuracies lie a few points
# apart; a single seed could have shown another order. The order of the training losses is not that of the accuracies.
# Adam and AdamW run neck and neck: a few short epochs leave the decay no time. Schmidt, Schneider and Hennig (see
# References) ran far larger races with the same outcome: no optimizer won everywhere, and trying several with their
# default rates did about as well as tuning one. (Here a wrong rate cost more than a wrong optimizer.)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | optimizer | what it remembers | step | keep in mind |
# |---|---|---|---|
# | gradient descent | nothing | $\eta g$ | diverges beyond $2/\lambda_\text{max}$ |
# | momentum | $v$, fading sum of $-\eta g$ | $-v$ | two forms, a factor $1 - m$ apart |
# | AdaGrad | $r$, sum of squares | $\eta g / \sqrt r$ | steps shrink for ever |
# | RMSProp | $r$, average of squares | $\eta g / \sqrt r$ | first steps too long |
# | AdaDelta | $r$, and $d$ of steps | $g \sqrt{(d + \varepsilon) / (r + \varepsilon)}$ | $\varepsilon$ sets the start |
# | Adam | $m$, $v$, corrected | $\eta\, \hat m / \sqrt{\hat v}$ | its decay is not AdamW's |
# | AdamW | as Adam | Adam's, and $\eta \lambda w$ | all weights decay alike |
#
# A falling schedule is both fast and exact. Tune the rate before you change the optimizer; compare over seeds.

# %% slideshow={"slide_type": "skip"} tags=["progress:07"]
from course_utils.exercises import progress

progress("07")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# 1. A training diverges. The largest curvature of the loss is about 40. Which learning rates of plain descent are safe?
# 2. You halve the batch size. What happens to the spread of the gradient?
# 3. Multiply the loss by 100. Which of gradient descent, AdaGrad and Adam need a new learning rate?
#
# <details><summary>Answers</summary>
#
# 1. Those below 2/40 = 0.05. The limit holds near that point; elsewhere the curvature may differ.
# 2. It grows by $\sqrt 2$.
# 3. Gradient descent alone: its steps grow a hundredfold. The other two divide by the size of the gradients.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - B. T. Polyak, Some methods of speeding up the convergence of iteration methods, *USSR Computational Mathematics and
#   Mathematical Physics* 4, 1–17, 1964: momentum.
# - J. Duchi, E. Hazan and Y. Singer, Adaptive subgradient methods for online learning and stochastic optimization,
#   *Journal of Machine Learning Research* 12, 2121–2159, 2011: AdaGrad.
# - G. Hinton, *Neural networks for machine learning*, lecture 6, Coursera 2012: RMSProp.
# - M. D. Zeiler, ADADELTA: an adaptive learning rate method, arXiv:1212.5701, 2012.
# - D. P. Kingma and J. Ba, Adam: a method for stochastic optimization, arXiv:1412.6980, 2015.
# - I. Loshchilov and F. Hutter, Decoupled weight decay regularization, arXiv:1711.05101, 2019: AdamW.
# - L. N. Smith and N. Topin, Super-convergence, arXiv:1708.07120, 2018: one cycle.
# - R. M. Schmidt, F. Schneider and P. Hennig, Descending through a crowded valley: benchmarking deep learning
#   optimizers, arXiv:2007.01547, 2021: a race of fifteen optimizers with tuning taken seriously.
