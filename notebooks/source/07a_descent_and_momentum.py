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
# # 07a · Descent and momentum
#
# Last time, we chose a loss. Today we minimize it. You know the rule from lecture 01b: step against the gradient. There
# the path fell into a long valley and then crept along its floor. Today we find out why it creeps, and what helps.
#
# **After this lecture, you will be able to**
# - predict from the curvature of a loss which learning rates diverge;
# - say where descent stops, and why that need not be a minimum;
# - explain why centered inputs and momentum save steps, and how many;
# - say what a mini-batch does to the surface, and what its noise can and cannot do for you.
#
# **You need** lecture 01b; losses from chapter 06; for one exercise, the eigenvalues of a 2 × 2 matrix.
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 75 min | 52 min | 10 s |

# %% tags=["setup"]
import numpy as np
import torch

from course_utils import diagrams, evidence, plots, widgets
from course_utils.exercises import check

plots.use_course_style()
rng = np.random.default_rng(7)
km = rng.uniform(0.5, 5, 200)  # 200 taxi rides
fares = 2 * km + 3 + rng.normal(0, 0.5, 200)  # euros: 2 per km, 3 to start, a random tip
rides = np.stack([km, np.ones(200)], axis=1)  # (200, 2): the kilometers and a constant 1


def two_valleys(w):
    return w**4 / 4 - w**2 / 2 + 0.12 * w


def two_valleys_slope(w):
    return w**3 - w + 0.12


# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:gradient-descent"]
# ## How long is a step?
#
# The gradient says which way is down. It does not say how far to go. Gradient descent makes the step proportional to
# the slope, with the learning rate $\eta$ as the factor, and $t$ counts the steps:
#
# $$w_{t+1} = w_t - \eta\, \frac{dL}{dw}(w_t)$$
#
# On paper, take $L = w^2$, whose slope is $2w$. A step leads from $w$ to $w - 2\eta w = (1 - 2\eta)\, w$. With
# $\eta = 0.2$ and the start at 5, we visit 5, 3, 1.8, and 1.08.


# %%
def descend(gradient, w, rate, steps):
    """Return the start and the point after each step: (steps + 1, ...)."""
    path = [np.asarray(w, dtype=float)]
    for _ in range(steps):
        path.append(path[-1] - rate * gradient(path[-1]))
    return np.array(path)


def square_slope(w):
    return 2 * w


print(descend(square_slope, 5, 0.2, 3).round(2))

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Four learning rates
#
# **Predict first.** Ten steps from 5 with the learning rates 0.01, 0.2, 0.9, and 1.1. With 0.9, every step jumps to the
# other side of the minimum. Does it get there anyway? Which of the four ends closest to 0?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:one-factor-decides"]
rates = (0.01, 0.2, 0.9, 1.1)
paths = {rate: descend(square_slope, 5, rate, 10) for rate in rates}
plots.curves(
    {f"η = {rate}": path for rate, path in paths.items()},
    xlabel="step",
    ylabel="weight w",
    alt="0.01 hardly moves, 0.2 falls to 0, 0.9 swings in to 0, 1.1 swings out.",
)
for rate, path in paths.items():
    print(f"η = {rate:4}: factor {1 - 2 * rate:5.2f} per step, after ten {path[-1]:6.2f}")
    assert np.allclose(path, 5 * (1 - 2 * rate) ** np.arange(11))  # claim: one factor
    assert (abs(path[-1]) < 5) == (rate < 1)  # claim: it diverges beyond a rate of 1

# %% [markdown] slideshow={"slide_type": "fragment"}
# **It gets there**, but 0.2 ends closest. Each step multiplies the distance by $1 - 2\eta$. For 0.9 the factor is
# $-0.8$: the side changes, the distance shrinks. Divergence does not begin where the path jumps across the minimum, but
# where the factor falls below $-1$, here for $\eta > 1$. And 0.01, which looks safest, has done almost nothing.
#
# **Try it**: which rate gets there in a single step, and which one neither comes closer nor moves away?


# %% slideshow={"slide_type": "subslide"} tags=["hide-input"]
def on_a_parabola(learning_rate):
    path = descend(square_slope, 5, learning_rate, 10)
    title = f"factor {1 - 2 * learning_rate:.1f} per step, after ten {path[-1]:.2f}"
    return diagrams.on_curves({title: (np.square, path)}, across=(-13, 13))


widgets.explore(
    on_a_parabola,
    alt="A parabola; ten steps jump from side to side and come down to its minimum.",
    learning_rate=widgets.Slider(0.05, 1.05, 0.9, 0.05),
)

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 0 to 8. Have the class compute the first three points for 0.2 and for 0.9. The usual wrong answer: "a path
# that jumps from side to side never arrives." On the slider: 0.5 gets there in one step, because the factor is 0; with
# 1.0 it is $-1$.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E20", "predict"]
# ### A common mistake: a test that cannot fail
#
# A program for gradient descent contains the line `x = eta * f_grad(x)`. Its author tried it on $x^2$ with a rate of
# 0.2, saw it run to 0, and was happy. But the old $x$ and the minus sign are missing.
#
# **Predict first.** We try the line once more, on $(x - 3)^2$. Where does it end: at 3, at 0, or somewhere else?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "erratum:E20", "claim", "claim:lost-minus-ends-elsewhere"]
faulty = correct = 5.0
for _ in range(50):
    faulty = 0.2 * 2 * (faulty - 3)
    correct = correct - 0.2 * 2 * (correct - 3)
print(f"the faulty line ends at {faulty:.2f}, the correct one at {correct:.2f}")
assert np.isclose(correct, 3)  # claim: the minimum
assert abs(2 * (faulty - 3)) > 1  # claim: a place where the slope is far from zero

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Somewhere else**, where the slope is not even small. On $x^2$ the faulty line also shrinks $x$, so that test could
# not fail. Test your code where a wrong program gives a wrong answer: with the minimum anywhere but at 0.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:07a.1"]
# ### Exercise 07a.1 · Repair the program (8 min)
#
# This is the whole program, with all its faults. It also returns nothing, and its number of steps is fixed.
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


# %% tags=["exercise:07a.1"] nbgrader={"grade_id": "ex-07a-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def gd(eta, f_grad, steps):  # Exercise 07a.1
    """Return the start and every later point of the descent: steps + 1 numbers."""
    ### BEGIN SOLUTION
    x = 5.0
    results = [x]
    for _ in range(steps):
        x = x - eta * f_grad(x)
        results.append(x)
    return np.array(results)
    ### END SOLUTION


# %% tags=["check:07a.1"]
check("07a.1", gd)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:error-surface"]
# ## A surface over two weights
#
# Back to the taxi from lecture 01b: $\hat y = w_1 x + w_2$ predicts the fare from the kilometers $x$. With two weights
# the mean squared error is a surface. Imagine a bowl. Seen from above, points of equal loss lie on closed lines around
# the bottom, the *contours*, like the lines of equal elevation on a hiking map.


# %%
def fare_loss(w, X=rides):
    """Return the mean squared error of weights w: (..., 2) → (...)."""
    return ((w @ X.T - fares) ** 2).mean(axis=-1)


def fare_gradient(w, X=rides, rows=slice(None)):
    """Return the gradient at w, over the chosen rows of the data: (2,) → (2,)."""
    error = X[rows] @ w - fares[rows]
    return 2 * (error[:, None] * X[rows]).mean(axis=0)


def angle(a, b):
    """Return the angle between two directions in degrees."""
    return np.degrees(np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b)))


best = np.linalg.lstsq(rides, fares, rcond=None)[0]
print(f"best weights {best.round(2)}, loss there {fare_loss(best):.2f}")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Where does downhill point?
#
# **Predict first.** We stand at a point on this surface and look straight downhill. Do we look at the bottom of the
# bowl, along the contour, or across the contour at a right angle?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:gradient-is-perpendicular"]
feet = np.array([[0.5, 1.0], [3.5, 1.5], [3.2, 5.0], [0.6, 4.5], [2.6, 0.6]])
downhill = np.array([-fare_gradient(foot) for foot in feet])
plots.show(
    diagrams.on_surfaces(
        {"mean squared error of the fares": (fare_loss, {})},
        across=(-0.5, 5),
        up=(-0.5, 6),
        minima={"mean squared error of the fares": best},
        arrows=(feet, downhill),
    ),
    alt="Long narrow ellipses around a star. Five arrows cross them at right angles.",
)

turns = np.radians(np.arange(0, 360, 0.25))
ring = np.stack([np.cos(turns), np.sin(turns)], axis=1)  # directions all around
for foot, arrow in zip(feet, downhill, strict=True):
    change = fare_loss(foot + 1e-4 * ring) - fare_loss(foot)
    along = ring[np.abs(change).argmin()]  # the direction in which the loss stays the same
    print(f"at {foot}: {angle(arrow, best - foot):3.0f}° away from the minimum")
    assert abs(angle(arrow, along) - 90) < 1  # claim: perpendicular to the contour
    assert angle(arrow, ring[change.argmin()]) < 1  # claim: no direction is steeper

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Across the contour, at a right angle.** Along a contour the loss does not change, so no part of the gradient can
# point that way. It is tempting to think that downhill leads to the bottom. In a round bowl it does. In this one the
# arrows point across the valley and miss the minimum, the star, by the angles printed above. Keep that picture in mind:
# it is most of what makes descent slow.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 18. Most say "at the bottom". Ask for the analogy: water on a hillside runs across the contour, too. The arrows
# all have the same length here; the gradient itself is longest where contours are close together.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:07a.2"]
# ### Exercise 07a.2 · Derive a gradient (8 min)
#
# A capacitor discharges: $\hat y_i = a\, e^{-b t_i}$. The loss of the two parameters is
#
# $$L(a, b) = \frac1n \sum_i \bigl(a\, e^{-b t_i} - y_i\bigr)^2.$$
#
# Derive $\partial L / \partial a$ and $\partial L / \partial b$ on paper. Then write `decay_gradient(a, b, t, y)`,
# which returns both in an array of shape (2,). The arrays `t` and `y` have shape (n,).


# %% tags=["exercise:07a.2"] nbgrader={"grade_id": "ex-07a-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def decay_gradient(a, b, t, y):  # Exercise 07a.2
    """Return the derivatives of the mean squared error for a and for b: shape (2,)."""
    ### BEGIN SOLUTION
    decay = np.exp(-b * t)
    residual = a * decay - y
    for_a = np.mean(2 * residual * decay)
    for_b = np.mean(2 * residual * a * decay * -t)  # inner derivative of -b t
    return np.array([for_a, for_b])
    ### END SOLUTION


# %% tags=["check:07a.2"]
check("07a.2", decay_gradient)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:challenges", "erratum:E22", "predict"]
# ## A common mistake: "descent finds a minimum"
#
# One often reads that gradient descent finds weights at which the loss is zero or at least minimal. But the rule never
# looks at the value of the loss. It looks at the slope, and it stops where the slope is zero.
#
# (This section uses `descend` from *How long is a step?*.)
#
# **Predict first.** We descend on $\frac{w^4}{4} - \frac{w^2}{2} + 0.12\,w$ from 1.6, on $0.4\,w^3$ from 1.6, and on
# $1 - \frac{w^2}{2} + \frac{w^4}{4}$ from exactly 0. On how many of the three do we end at the lowest loss between
# $-1.6$ and $1.6$?


# %% slideshow={"slide_type": "subslide"} tags=["reveals", "hide-input", "erratum:E22", "claim", "claim:stops-where-the-slope-is-zero"]
curves = {
    "a poor valley": (two_valleys, two_valleys_slope, 1.6),
    "a flat step": (lambda w: 0.4 * w**3, lambda w: 1.2 * w**2, 1.6),
    "a peak": (lambda w: 1 - w**2 / 2 + w**4 / 4, lambda w: w**3 - w, 0.0),
}
walks = {
    name: (loss, descend(slope, start, 0.05, 4000))
    for name, (loss, slope, start) in curves.items()
}
plots.show(
    diagrams.on_curves(walks, across=(-1.6, 1.6)),
    alt="Three curves with a star at the end: in the higher valley, on a step, at a peak.",
)
for name, (loss, path) in walks.items():
    slope = curves[name][1](path[-1])
    above = loss(path[-1]) - loss(np.linspace(-1.6, 1.6)).min()
    print(f"{name:13}: slope {abs(slope):.2f}, loss {above:.2f} above the lowest")
    assert abs(slope) < 1e-3 and above > 0.2  # claim: no slope, and yet not the lowest

# %% [markdown] slideshow={"slide_type": "fragment"}
# **On none.** The square marks the start, the star the end. A valley that is not the deepest is called a *local
# minimum*. On the flat step, the slope fades away before the path can go any farther, and at the peak there was none to
# begin with. In all three the slope is zero, and that is all that descent asks for.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["defines:saddle point", "predict"]
# ### Saddle points
#
# With two weights, there is one more way to get stuck. A mountain pass is the lowest point along the ridge and the
# highest point along the road. Such a point is called a **saddle point**: the gradient is zero, the surface rises in
# some directions and falls in others. The simplest example has a saddle at $(0, 0)$ and two minima at $(0, \pm 1)$:
#
# $$L = \frac{w_1^2}{2} + \frac{w_2^4}{4} - \frac{w_2^2}{2}$$
#
# **Predict first.** We start at $(1.5,\ 0.0001)$, a hair's breadth from the ridge, with $\eta = 0.1$. Where are we
# after 60 steps, and where after 150: on the saddle, or in a minimum?


# %% slideshow={"slide_type": "subslide"} tags=["reveals", "hide-input", "claim", "claim:saddle-holds-for-a-while"]
def saddle(w):
    return w[..., 0] ** 2 / 2 + w[..., 1] ** 4 / 4 - w[..., 1] ** 2 / 2


def saddle_gradient(w):
    return np.array([w[0], w[1] ** 3 - w[1]])


path = descend(saddle_gradient, [1.5, 1e-4], 0.1, 150)
walks = {f"{steps} steps": (saddle, {"": path[: steps + 1]}) for steps in (60, 150)}
plots.show(
    diagrams.on_surfaces(walks, across=(-1.8, 1.8), up=(-1.4, 1.4)),
    alt="After 60 steps the path lies on the saddle; after 150 it is in a minimum.",
)
for steps in (0, 60, 90, 150):
    print(f"after {steps:3} steps: {path[steps, 1]:.4f} from the ridge")
assert abs(path[60, 1]) < 0.1  # claim: after 60 steps it looks finished
assert np.allclose(path[150], [0, 1], atol=0.01)  # claim: after 150 it is in a minimum

# %% [markdown] slideshow={"slide_type": "fragment"}
# After 60 steps it looks as if it had **stopped on the saddle**; after 150 it is **in a minimum**. Off the ridge, the
# surface falls away, so each step multiplies the small distance by 1.1. From 0.0001, that takes almost a hundred steps.
# If a loss curve is flat for a long time, the weights may be near a saddle point rather than at a minimum. In networks,
# with many directions to fall in, saddle points are far more common than poor minima (Dauphin and others, 2014).

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 28. Usual answer: "on the saddle, both times." Ask what happens on the ridge itself, at exactly 0: it stays
# forever, in exact arithmetic. Mini-batches never start exactly there.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["defines:curvature"]
# ## Curvature: how narrow is the valley?
#
# Why does descent creep? On $L = \frac12 h w^2$ the slope is $hw$: it changes by $h$ per unit of $w$. This rate of
# change of the slope is the **curvature**. One step multiplies the distance by $1 - \eta h$, which shrinks it as long
# as
#
# $$\eta < \frac{2}{h}.$$
#
# A surface curves differently in different directions. Take the valley $L = \frac12 (w_1^2 + 20\, w_2^2)$: the
# curvature is 1 along $w_1$ and 20 along $w_2$. So each direction has its own limit: 2 and 0.1.
#
# (This section uses `descend` from *How long is a step?*.)


# %% tags=["hide-input"]
def valley(kappa):
    """Return the loss (w₁² + κ w₂²) / 2 and its gradient."""
    curvatures = np.array([1.0, kappa])
    return lambda w: (curvatures * w**2).sum(axis=-1) / 2, lambda w: curvatures * w


def steps_needed(path):
    """Return how many steps a path takes to one hundredth of its first distance from 0."""
    distance = np.linalg.norm(path, axis=1)
    return int(np.argmax(distance < 0.01 * distance[0]))


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### One rate for two directions
#
# **Predict first.** There is only one learning rate for both weights. What is the largest rate that still reaches the
# minimum from $(-1.5, 1)$: about 2, about 1 (halfway), or about 0.1?


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:steepest-direction-decides"]
loss, gradient = valley(20)
tried = (0.02, 0.095, 0.102)
walks = {
    f"η = {rate}": (loss, {"": descend(gradient, [-1.5, 1], rate, 30)}) for rate in tried
}
plots.show(
    diagrams.on_surfaces(walks, across=(-1.8, 0.8), up=(-2, 2)),
    alt="Rate 0.02 creeps along the floor, 0.095 zigzags toward 0, 0.102 zigzags outward.",
)
for rate in (0.02, 0.095, 0.099, 0.101, 0.102):
    end = descend(gradient, [1, 1], rate, 600)[-1]
    shrinks = np.abs(end).max() < 1
    print(f"η = {rate:5}: the distance {'shrinks' if shrinks else 'grows'}")
    assert shrinks == (rate < 2 / 20)  # claim: the limit of the steepest direction

# %% [markdown] slideshow={"slide_type": "fragment"}
# **About 0.1**: the steepest direction decides for both. It allows a rate of 0.1. But along the floor, where the
# curvature is 1, a rate of 0.1 covers only a tenth of the way per step. Too large across, too small along: hence the
# zigzag, and hence the creeping.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["defines:condition number"]
# ### The condition number
#
# How bad it is depends only on the ratio of the two. The highest curvature divided by the lowest is the **condition
# number**, $\kappa = h_\text{max} / h_\text{min}$. In a round bowl $\kappa = 1$. The larger it is, the farther downhill
# points past the minimum:

# %% tags=["hide-input", "claim", "claim:downhill-misses"]
spot = np.array([1.0, 1.0])
bowls, misses = {}, {}
for kappa in (1, 4, 20):
    loss, gradient = valley(kappa)
    misses[kappa] = angle(-gradient(spot), -spot)
    bowls[f"κ = {kappa}"] = (loss, {"": descend(gradient, spot, 0.5 / kappa, 1)})
plots.show(
    diagrams.on_surfaces(
        bowls,
        across=(-0.9, 1.3),  # as wide as high, so that a round bowl looks round
        up=(-1.05, 1.3),
        minima=dict.fromkeys(bowls, np.zeros(2)),
    ),
    alt="One step from (1, 1): at κ = 1 toward the star, at 20 almost straight down.",
)
for kappa, miss in misses.items():
    print(f"κ = {kappa:2}: downhill misses the minimum by {miss:.0f} degrees")
assert misses[1] < 1e-3 and misses[4] > 25 and misses[20] > 40

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 38. Let the class do one step on paper from (1, 1) with κ = 20 and η = 0.095: the gradient is (1, 20), the new
# point (0.905, −0.9). Ask: "How many such steps until the first weight is below 0.01?" About 46.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### What it costs
#
# **Predict first.** We make the valley ten times as steep across, from $\kappa = 10$ to $\kappa = 100$, and always take
# the best rate, $2 / (h_\text{min} + h_\text{max})$. By what factor does the number of steps grow: about 3, 10, or 100?


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:steps-grow-with-kappa"]
kappas = np.array([10, 100, 1000])
plain = []
for kappa in kappas:
    path = descend(valley(kappa)[1], [1, 1], 2 / (1 + kappa), 2500)
    plain.append(steps_needed(path))
    print(f"κ = {kappa:4}: {plain[-1]:4} steps, {plain[-1] / kappa:.1f} per unit of κ")
assert np.allclose(plain / kappas, 2.3, atol=0.1)  # claim: proportional to κ

# %% [markdown] slideshow={"slide_type": "fragment"}
# About **10**: gradient descent needs 2.3 κ steps to shrink the distance to a hundredth. Each step can cover only a
# share of about $2/\kappa$ of the way along the floor.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Back to the taxi
#
# The curvatures of the fares' surface are the eigenvalues of the matrix of second derivatives, $\frac2n X^\top X$ for a
# mean squared error. Here is a cheap trick: subtract the mean distance from all kilometers, so that the inputs are
# centered. The model is the same, and it fits just as well; only $w_2$ now means the fare of a ride of average length.
#
# **Predict first.** Does centering change the number of steps hardly at all, by a factor of 2, or by more than 10?


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:centering-rounds-the-bowl"]
def fare_path(X, steps=400):
    """Return κ, and the path relative to the best weights from 0 at the best rate."""
    lowest, highest = np.linalg.eigvalsh(2 * X.T @ X / len(X))
    goal = np.linalg.lstsq(X, fares, rcond=None)[0]
    path = descend(lambda w: fare_gradient(w, X), [0, 0], 2 / (lowest + highest), steps)
    return highest / lowest, path - goal


centered = rides - [km.mean(), 0]
needed = {}
for name, X in {"as they are": rides, "centered": centered}.items():
    kappa, path = fare_path(X)
    needed[name] = steps_needed(path)
    print(f"kilometers {name:11}: κ = {kappa:4.1f}, {needed[name]} steps")
assert needed["as they are"] > 10 * needed["centered"]  # claim: more than ten times fewer

# %% [markdown] slideshow={"slide_type": "fragment"}
# By **more than 10**. All kilometers are positive, so raising $w_1$ and raising $w_2$ do nearly the same to the fares:
# the two weights compete, and that makes the valley long. After centering, they no longer do. This is the best reason
# to center and scale inputs, and it costs one line. Batch normalization (lecture 03b) does it inside the network.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:07a.3"]
# ### Exercise 07a.3 · Which rates diverge? (6 min)
#
# The loss is $L(w) = 3 w_1^2 + 2 w_1 w_2 + \frac32 w_2^2 = \frac12 w^\top \begin{pmatrix} 6 & 2 \\ 2 & 3 \end{pmatrix}
# w$. Which of the learning rates 0.1, 0.2, 0.28, 0.3, and 0.5 diverge from almost every start? Answer with a tuple of
# rates, the smallest first.

# %% tags=["exercise:07a.3"] nbgrader={"grade_id": "ex-07a-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
diverging = None  # Exercise 07a.3: replace None with a tuple of the rates that diverge
### BEGIN SOLUTION
# The eigenvalues add up to 6 + 3 and multiply to 6·3 - 2·2: they are 7 and 2. The limit is
# 2/7 = 0.286.
limit = 2 / np.linalg.eigvalsh(np.array([[6, 2], [2, 3]])).max()
diverging = tuple(rate for rate in (0.1, 0.2, 0.28, 0.3, 0.5) if rate > limit)
### END SOLUTION

# %% tags=["check:07a.3"]
check("07a.3", diverging)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:momentum"]
# ## Momentum: a ball that keeps rolling
#
# A hiker stops at every step to ask which way is down. A ball does not stop. Its *velocity* $v$ keeps a share $\beta$,
# the *momentum*, of what it was, and the gradient $g_t$ gives it a new push:
#
# $$v_{t+1} = \beta\, v_t - \eta\, g_t, \qquad w_{t+1} = w_t + v_{t+1}$$
#
# On paper, with $\beta = 0.9$, $\eta = 0.1$, and a constant slope of 1, the steps are 0.1, 0.19, 0.271, … They grow
# toward $0.1 / (1 - 0.9) = 1$. Pushes that agree add up; pushes that alternate cancel.


# %%
def momentum_descend(gradient, w, rate, beta, steps):
    """Return the path with momentum beta, the start first: (steps + 1, ...)."""
    path = [np.asarray(w, dtype=float)]
    v = np.zeros_like(path[0])
    for _ in range(steps):
        v = beta * v - rate * gradient(path[-1])
        path.append(path[-1] + v)
    return np.array(path)


def hill(w):  # for the next experiment
    return 0.05 * w**2 - 0.2 * np.cos(2 * w)


def hill_slope(w):
    return 0.1 * w + 0.4 * np.sin(2 * w)


on_a_slope = momentum_descend(lambda w: 1.0, 0, 0.1, 0.9, 60)
print("steps on a constant slope:", (-np.diff(on_a_slope))[[0, 1, 2, 59]].round(2))

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### A hill with valleys
#
# **Predict first.** The loss $0.05\,w^2 - 0.2 \cos 2w$ has its deepest valley at 0 and a shallower one at 2.8. The ball
# starts at 5 with $\eta = 0.05$. Where does it come to rest with $\beta = 0$ and with $\beta = 0.9$?


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:momentum-crosses-a-valley"]
balls = {beta: momentum_descend(hill_slope, 5, 0.05, beta, 600) for beta in (0.0, 0.9)}
plots.show(
    diagrams.on_curves(
        {f"β = {beta}": (hill, path) for beta, path in balls.items()}, across=(-4, 5.5)
    ),
    alt="Without momentum the ball rests at 2.8; with 0.9 it rolls on to the valley at 0.",
)
for beta, path in balls.items():
    print(f"β = {beta}: at rest at {abs(path[-1]):.2f}, loss {hill(path[-1]):.2f}")
assert balls[0.0][-1] > 2.5 and abs(balls[0.9][-1]) < 0.01

# %% [markdown] slideshow={"slide_type": "fragment"}
# Without momentum, it stays in the **shallow valley**; with 0.9, it has enough speed to roll through, **down to 0**.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### More of a good thing?
#
# **Predict first.** If 0.9 is good, is $\beta = 0.97$ better? Where does the ball end: at 0 again, back at 2.8, or
# somewhere else?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:momentum-overshoots"]
fast = momentum_descend(hill_slope, 5, 0.05, 0.97, 2000)
plots.show(
    diagrams.on_curves({"β = 0.97": (hill, fast)}, across=(-5.5, 5.5)),
    alt="The ball rolls through the deepest valley and comes to rest in one at -2.8.",
)
print(
    f"β = 0.97: at rest at {fast[-1]:.2f}, loss {hill(fast[-1]):.2f}, at 0 {hill(0):.2f}"
)
print(f"on its way it went as far as {fast.min():.2f}")
assert abs(hill_slope(fast[-1])) < 1e-4 and fast[-1] < -2.5  # claim: in the far valley
assert hill(fast[-1]) > hill(0) + 0.3  # claim: which is worse

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Somewhere else**: it rolls through the deepest valley as well, up the far side, and settles in a valley at $-2.8$.
# Speed is blind. It carries the ball through poor valleys and through good ones. Try other values on the slider:


# %% slideshow={"slide_type": "subslide"} tags=["hide-input"]
def ball(momentum, learning_rate):
    path = momentum_descend(hill_slope, 5, learning_rate, momentum, 600)
    return diagrams.on_curves(
        {f"ends at {path[-1]:.2f}": (hill, path)}, across=(-5.5, 5.5)
    )


widgets.explore(
    ball,
    alt="A hill with a deep valley at 0; with momentum 0.9 the ball comes to rest there.",
    momentum=widgets.Slider(0.0, 0.99, 0.9, 0.01),
    learning_rate=widgets.Slider(0.01, 0.2, 0.05, 0.01),
)

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 52. On the slider, look for the smallest momentum that reaches 0 (0.89 at η = 0.05) and then for the next
# one that leaves it again. The order is not regular: whether the ball stays is decided by where it happens to run out
# of speed.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Momentum in a narrow valley
#
# This is where momentum earns its keep, in the `valley` from *Curvature: how narrow is the valley?* Across it, the
# pushes alternate and cancel; along the floor, they agree and add up. Theory gives the best choice: $\sqrt\beta =
# \frac{\sqrt\kappa - 1}{\sqrt\kappa + 1}$ and $\eta = \frac{(1 + \sqrt\beta)^2}{h_\text{max}}$.
#
# **Predict first.** Plain descent took 231 steps at $\kappa = 100$. How many does momentum take: more than 100, about
# 50, or fewer than 10?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:steps-grow-with-root-kappa"]
quick, kappas = [], (10, 100, 1000)
for kappa in kappas:
    share = (np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1)
    rate, beta = (1 + share) ** 2 / kappa, share**2
    path = momentum_descend(valley(kappa)[1], [1, 1], rate, beta, 1000)
    quick.append(steps_needed(path))
    print(f"κ = {kappa:4}: β = {beta:.2f}, {quick[-1]:3} steps")
growth = quick[2] / quick[1]
print(f"from κ = 100 to 1000 the steps grow by a factor of {growth:.1f}")
assert abs(growth / np.sqrt(10) - 1) < 0.15  # claim: with the square root
plain = steps_needed(descend(valley(100)[1], [1, 1], 2 / 101, 300))
assert quick[1] < plain / 5  # claim: and it saves most of them

# %% [markdown] slideshow={"slide_type": "fragment"}
# **About 50**, to be exact 44. The number of steps grows with $\sqrt\kappa$ instead of $\kappa$, so the narrower the
# valley, the more momentum saves. Notice the best $\beta$: the narrower the valley, the closer it is to 1, and at
# $\kappa = 1000$ it is about 0.9, the common choice for networks. **Try it** on the next slider: at which momentum does
# the zigzag disappear, and which rates above the limit of 0.1 work with it?

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 56. On the slider with a rate of 0.09: the zigzag is gone at about 0.4, and from 0.8 on the path swings around
# the minimum. Ask: "What is the price of momentum?" One more number per weight to store, and one more to choose.


# %% slideshow={"slide_type": "subslide"} tags=["hide-input"]
def in_the_valley(learning_rate, momentum):
    loss, gradient = valley(20)
    path = momentum_descend(gradient, [-1.5, 1], learning_rate, momentum, 40).clip(-9, 9)
    title = f"{np.linalg.norm(path[-1]):.3f} from the minimum after 40 steps"
    return diagrams.on_surfaces(
        {title: (loss, {"": path})}, across=(-1.8, 1.2), up=(-1.5, 1.5)
    )


widgets.explore(
    in_the_valley,
    alt="A path zigzags along a narrow valley and is not there after 40 steps.",
    learning_rate=widgets.Slider(0.01, 0.15, 0.09, 0.005),
    momentum=widgets.Slider(0.0, 0.95, 0.0, 0.05),
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E21", "predict"]
# ### A common mistake: two forms, one learning rate
#
# Books write momentum in two forms, often as if they were the same:
#
# $$v \leftarrow \beta v + \eta\, g,\quad w \leftarrow w - v \qquad\text{or}\qquad
#   v \leftarrow \beta v + (1 - \beta)\, g,\quad w \leftarrow w - \eta\, v$$
#
# In the second form, $v$ is an average of the past gradients. (PyTorch's `SGD` has the first, with $\eta$ outside:
# $v \leftarrow \beta v + g$.)
#
# **Predict first.** You read "momentum 0.9, learning rate 0.1" in a paper that uses the second form, and type it into
# PyTorch. Are your steps the same, ten times too short, or ten times too long?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "erratum:E21", "claim", "claim:two-forms-differ"]
gradient, start = valley(20)[1], [-1.5, 1]
w, v = np.array(start, dtype=float), np.zeros(2)
average = [w]
for _ in range(100):
    v = 0.9 * v + (1 - 0.9) * gradient(w)
    w = w - 0.1 * v
    average.append(w)
same_rate = momentum_descend(gradient, start, 0.1, 0.9, 100)
tenth = momentum_descend(gradient, start, (1 - 0.9) * 0.1, 0.9, 100)
ratio = (same_rate[1] - start)[0] / (average[1] - start)[0]
print(f"the first step is {ratio:.0f} times as long as in the paper")
assert np.allclose(average, tenth)  # claim: the factor 1 - β is the whole difference
assert np.abs(average - same_rate).max() > 0.1  # claim: and it matters

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Ten times too long.** The forms agree if the learning rate of the first is $1 - \beta$ times that of the second. If
# you switch forms, rescale the learning rate.
#
# PyTorch's optimizers hold the weights and change them at every `step()`. With the same numbers, our paths agree.

# %% slideshow={"slide_type": "skip"} tags=["claim", "claim:momentum-equals-torch", "nbval-ignore-output"]
weight = torch.tensor([-1.5, 1.0], dtype=torch.float64)
optimizer = torch.optim.SGD([weight], lr=0.01, momentum=0.9)
for _ in range(100):
    weight.grad = torch.from_numpy(valley(20)[1](weight.numpy()))
    optimizer.step()
ours = momentum_descend(valley(20)[1], [-1.5, 1], 0.01, 0.9, 100)
gap = np.abs(weight.numpy() - ours[-1]).max()
print(f"after 100 steps the largest difference is {gap:.0e}")
assert gap < 1e-12  # claim: the same path

# %% [markdown] slideshow={"slide_type": "skip"} tags=["optional"]
# ### Nesterov: look ahead (optional)
#
# The velocity will carry the ball on anyway. So Nesterov's momentum asks for the gradient not where the ball is, but
# where it is about to be:
#
# $$v_{t+1} = \beta\, v_t - \eta\, \nabla L(w_t + \beta\, v_t)$$
#
# It sees the far slope earlier, so it brakes earlier: its swings are smaller and die out sooner. In PyTorch it is
# `SGD(..., nesterov=True)`. On networks the gain over plain momentum is small; lecture 07b measures it.

# %% slideshow={"slide_type": "skip"} tags=["optional", "hide-input", "claim", "claim:nesterov-overshoots-less"]
gradient, start = valley(20)[1], np.array([-1.5, 1])
plain = momentum_descend(gradient, start, 0.01, 0.9, 100)
w, v, ahead = start, np.zeros(2), [start]
for _ in range(100):
    v = 0.9 * v - 0.01 * gradient(w + 0.9 * v)
    w = w + v
    ahead.append(w)
ahead = np.array(ahead)
plots.curves(
    {"momentum": plain[:60, 1], "Nesterov": ahead[:60, 1]},
    xlabel="step",
    ylabel="position across the valley",
    alt="Momentum swings widely around 0, Nesterov's swings are smaller.",
)
farthest, farthest_ahead = -plain[:, 1].min(), -ahead[:, 1].min()
print(f"farthest beyond 0: momentum {farthest:.2f}, Nesterov {farthest_ahead:.2f}")
assert farthest_ahead < 0.7 * farthest  # claim: it overshoots less

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:07a.4"]
# ### Exercise 07a.4 · One step with momentum (6 min)
#
# Write `momentum_step(w, v, g, rate, beta)` in the form of the lecture, $v \leftarrow \beta v - \eta g$ and $w
# \leftarrow w + v$. It takes arrays of one shape and returns the new `(w, v)`. It leaves the arrays that it was given
# unchanged.


# %% tags=["exercise:07a.4"] nbgrader={"grade_id": "ex-07a-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def momentum_step(w, v, g, rate, beta):  # Exercise 07a.4
    """Return the weights and the velocity after one step, each of the shape of w."""
    ### BEGIN SOLUTION
    new_v = beta * v - rate * g
    return w + new_v, new_v
    ### END SOLUTION


# %% tags=["check:07a.4"]
check("07a.4", momentum_step)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:batch-stochastic-minibatch", "predict"]
# ## Mini-batches: a noisy gradient
#
# Lecture 01b found that many rough steps beat a few exact ones. How rough are they? The gradient of a mini-batch is the
# mean of $B$ single gradients, one for each example drawn at random:
#
# $$g_B = \frac1B \sum_{i \in \text{batch}} \nabla L_i$$
#
# It points the right way on average, with an error of its own each time. With all examples in the batch, this is called
# *batch* gradient descent; with a single one, *stochastic* gradient descent.
#
# **Predict first.** You want to halve the noise in the gradient. By what factor must the mini-batch grow: 1.4, 2, or 4?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:noise-falls-with-the-root"]
error = rides @ np.array([0.5, 1.0]) - fares
each = 2 * error[:, None] * rides  # (200, 2): the gradient of each ride alone
sizes = np.array([1, 4, 16, 64])
powers = []
for seed in range(5):
    rng = np.random.default_rng(seed)
    draws = [each[rng.integers(200, size=(4000, size))].mean(axis=1) for size in sizes]
    noise = np.array([np.sqrt(draw.var(axis=0).sum()) for draw in draws])
    powers.append(np.polyfit(np.log(sizes), np.log(noise), 1)[0])
for size, std in zip(sizes, noise, strict=True):
    print(f"mini-batch of {size:2}: standard deviation of the gradient {std:.1f}")
print(f"it falls as B to the power {evidence.over_seeds(powers)}")
assert evidence.over_seeds(powers).agrees(-0.5, within=0.05)  # claim: 1 / √B

# %% [markdown] slideshow={"slide_type": "fragment"}
# By **4**. Errors of independent draws partly cancel, so their mean falls only with $1/\sqrt B$, like the noise that a
# box filter leaves (lecture 02a). Four times the work buys half the noise. That is why small mini-batches are so
# economical.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:07a.5"]
# ### Exercise 07a.5 · How large must the batch be? (4 min)
#
# Mini-batches of 8 images give gradients with a standard deviation of 0.6. You want 0.15. Which batch size do you need?

# %% tags=["exercise:07a.5"] nbgrader={"grade_id": "ex-07a-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
batch_size = None  # Exercise 07a.5: replace None with the batch size
### BEGIN SOLUTION
# The noise must fall to a quarter. It falls with the square root: 16 times the batch.
batch_size = 8 * (0.6 / 0.15) ** 2
### END SOLUTION

# %% tags=["check:07a.5"]
check("07a.5", batch_size)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:dynamic-error-surface", "predict"]
# ## A surface that moves
#
# There is a second way to look at it. A mini-batch has a loss of its own: its own surface, with its own minimum. The
# next mini-batch has a different one. So stochastic descent does not stumble on one surface; it steps on a surface that
# moves under its feet.
#
# (This section uses `fare_gradient` from *A surface over two weights*.)
#
# **Predict first.** We put the weights exactly at the minimum for all 200 rides, and go on with mini-batches of 4. Do
# the weights stay there?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:each-batch-has-its-own-minimum"]
rng, centered = np.random.default_rng(2), rides - [km.mean(), 0]
goal = np.linalg.lstsq(centered, fares, rcond=None)[0]
surfaces, minima, pulls = {}, {}, []
for name in ("all 200", "batch 1", "batch 2", "batch 3"):
    rows = slice(None) if name == "all 200" else rng.integers(200, size=4)
    X, y = centered[rows], fares[rows]
    surfaces[name] = (lambda w, X=X, y=y: ((w @ X.T - y) ** 2).mean(axis=-1), {})
    minima[name] = np.linalg.lstsq(X, y, rcond=None)[0]
    pulls.append(np.linalg.norm(fare_gradient(goal, centered, rows)))
plots.show(
    diagrams.on_surfaces(surfaces, across=(1.2, 2.8), up=(7.6, 9.6), minima=minima),
    alt="Contours and minimum for all rides, and for three batches, each elsewhere.",
)
names = ", ".join(f"{name} {pull:.2f}" for name, pull in zip(surfaces, pulls, strict=True))
print(f"length of the gradient at the minimum of all rides: {names}")
assert pulls[0] < 1e-9 and min(pulls[1:]) > 0.5  # claim: every batch pulls away from it

# %% [markdown] slideshow={"slide_type": "fragment"}
# **No.** On the full surface the gradient is zero there, but each mini-batch pulls toward its own minimum, the star in
# its panel. Stochastic descent with a fixed rate comes near and then never rests. Lecture 07b shows the cure: let the
# learning rate fall.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E24", "predict"]
# ### A common mistake: "noise avoids local minima"
#
# A moving surface has an advantage, too: a valley of one surface may be a slope of the next. From this some conclude
# that small batches *avoid* local minima. Let us count. The curve with two valleys from above is now the mean of 64
# examples, each of which tilts it in its own way. With each of five seeds, 200 walkers start in the poor valley, and
# 200 in the best one.
#
# **Predict first.** With one example per step, do the walkers leave the poor valley: none, some, or all of them? And do
# those in the best valley stay?


# %% tags=["hide-input"]
def end_points(slope, starts, size, seed, tilt=2.0, steps=200):
    """Return where descents end that see `size` of 64 tilted examples at each step."""
    rng = np.random.default_rng(seed)
    tilts = tilt * rng.normal(size=64)
    tilts -= tilts.mean()  # the tilts cancel in the mean of all 64
    w = np.array(starts, dtype=float)
    for _ in range(steps):
        rows = rng.permuted(np.tile(np.arange(64), (len(w), 1)), axis=1)[:, :size]
        w = w - 0.1 * (slope(w) + tilts[rows].mean(axis=1))
    return w


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "erratum:E24", "claim", "claim:noise-works-both-ways"]
poor, top, good = -np.sort(
    -np.roots([1, 0, -1, 0.12]).real
)  # where the mean slope is zero
left = {}
for size in (64, 8, 1):
    ends = [end_points(two_valleys_slope, [poor, good] * 200, size, s) for s in range(5)]
    left[size] = [(np.mean(w[::2] < top), np.mean(w[1::2] > top)) for w in ends]
    from_poor, from_good = np.mean(left[size], axis=0)
    print(
        f"batch {size:2}: {from_poor:.2f} left the poor valley, {from_good:.2f} the best"
    )
from_poor, from_good = (evidence.over_seeds(share) for share in np.transpose(left[1]))
assert np.max(left[64]) == 0  # claim: without noise nobody leaves
assert from_poor.is_above(0.4) and from_poor.is_below(0.9)  # claim: many do, but not all
assert from_good.is_above(0.05)  # claim: and some leave the best valley

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Some.** With one example per step, more than half of the walkers leave the poor valley, and quite a few of those in
# the best valley leave it, too. The noise does not know which valley is which; the best one is only harder to leave.
# Small batches are a chance, not a promise.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Across a flat region
#
# In a *flat region*, the slope is almost zero although the minimum is far away, and exact descent creeps. Take
# $1 - (1 + w^2)^{-4}$, a hole in a plain, and start at 2, well outside.
#
# **Predict first.** After 200 steps, how many of the walkers have found the hole: with all 64 examples, with one tilted
# example per step, and with one example per step if the examples do *not* differ?


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:noise-crosses-flat-regions"]
def hole_slope(w):
    return 8 * w * (1 + w**2) ** -5.0


found = {}
for name, size, tilt in (("all 64", 64, 2), ("one", 1, 2), ("one, all alike", 1, 0)):
    ends = [end_points(hole_slope, [2.0] * 200, size, seed, tilt) for seed in range(5)]
    found[name] = [np.mean(np.abs(w) < 0.9) for w in ends]
    lost = np.mean([np.mean(w > 3) for w in ends])
    print(f"{name:15}: {np.mean(found[name]):.2f} found the hole, {lost:.2f} walked off")
assert evidence.over_seeds(found["one"]).is_above(0.3)  # claim: many get across
assert max(found["all 64"] + found["one, all alike"]) == 0  # claim: the others none

# %% [markdown] slideshow={"slide_type": "fragment"}
# With all 64 examples, **nobody** finds the hole. With one tilted example, **more than half** do, because the noise
# makes the path a random one; others walk off in the wrong direction. But look at the last row: if the examples do not
# differ, **nobody** finds it. Noise comes from examples that *disagree*. Where a unit is saturated for all of them
# (lecture 05b), all their surfaces are flat, and no batch size helps.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 72. Close with the question: "So is noise good or bad?" It costs accuracy at the end and can pay off along the
# way. That is the case for a schedule: noise first, calm later.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:07a.6"]
# ### Exercise 07a.6 · Out of the valley (20 min)
#
# This task is open-ended. Write `go_down(gradient, w)`: `gradient` is a function that takes an array (10,) and returns
# the gradient there, `w` (10,) is the start, which you leave unchanged. Return the point where you end. **You may ask
# for the gradient at most 100 times.** The losses are narrow valleys in ten dimensions, rotated at random, each with
# its minimum in a different place. Their curvatures lie between 1 and 100.
#
# The distance from the minimum where you end, divided by that at the start, may be at most **0.02** on average. Start
# with what the lecture gives you; there are also cleverer ways.


# %% tags=["exercise:07a.6"] nbgrader={"grade_id": "ex-07a-6", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def go_down(gradient, w):  # Exercise 07a.6
    """Return a point of low loss: (10,) → (10,), after at most 100 gradients."""
    ### BEGIN SOLUTION
    share = (np.sqrt(100) - 1) / (np.sqrt(100) + 1)  # condition number 100
    rate, beta = (1 + share) ** 2 / 100, share**2
    v = np.zeros_like(w)
    for _ in range(100):
        v = beta * v - rate * gradient(w)
        w = w + v
    return w
    ### END SOLUTION


# %% tags=["check:07a.6"]
check("07a.6", go_down)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | what | in one line |
# |---|---|
# | gradient | perpendicular to the contour, seldom toward the minimum |
# | descent stops | where the gradient is zero: minimum, saddle point, or flat step |
# | curvature $h$ | the learning rate must stay below $2 / h_\text{max}$ |
# | condition number $\kappa$ | plain descent needs a number of steps proportional to $\kappa$ |
# | centered inputs | a rounder bowl, for one line of code |
# | momentum $\beta$ | steps proportional to $\sqrt\kappa$; can roll too far |
# | mini-batch of $B$ | noise $1/\sqrt B$; a surface of its own for every batch |
#
# **Next.** Momentum still has one learning rate for all weights, and the steepest direction sets it. Lecture 07b gives
# each weight its own, from RMSProp to Adam, and ends with a recipe.

# %% slideshow={"slide_type": "skip"} tags=["progress:07a"]
from course_utils.exercises import progress

progress("07a")

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Quiz
#
# 1. A training diverges. The largest curvature of the loss is about 40. Which learning rates are safe for plain
#    descent?
# 2. You scale all inputs of a linear model by 10. What happens to the curvature of the mean squared error with respect
#    to its weights, and to the largest usable learning rate?
# 3. Your loss has been flat for 50 steps. Name three places where the weights could be.
#
# <details><summary>Answers</summary>
#
# 1. Those below 2/40 = 0.05. The limit holds near that point; elsewhere the curvature may differ.
# 2. The curvature grows by 100, because the input enters twice. The usable rate falls to a hundredth.
# 3. At a minimum, near a saddle point, or in a flat region. Only the first means that you are done.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - H. Robbins and S. Monro, A stochastic approximation method, *Annals of Mathematical Statistics* 22, 400–407, 1951: the
#   first descent with a noisy gradient, and why the rate must fall.
# - B. T. Polyak, Some methods of speeding up the convergence of iteration methods, *USSR Computational Mathematics and
#   Mathematical Physics* 4, 1–17, 1964: momentum, with its best rate.
# - Y. Nesterov, A method for solving the convex programming problem with convergence rate O(1/k²), *Doklady Akademii
#   Nauk SSSR* 269, 543–547, 1983: looking ahead.
# - Y. LeCun, L. Bottou, G. B. Orr, and K.-R. Müller, Efficient backprop, in *Neural Networks: Tricks of the Trade*,
#   Springer 1998: centered inputs and curvature.
# - Y. Dauphin et al., Identifying and attacking the saddle point problem in high-dimensional non-convex optimization,
#   *NeurIPS* 2014, arXiv:1406.2572.
# - G. Goh, Why momentum really works, *Distill*, 2017, doi:10.23915/distill.00006: with figures to move.
