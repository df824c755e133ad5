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
# # 07b · Adaptive rates and practice
#
# Last time, one learning rate had to serve all weights, and the steepest direction set it. Today each weight gets a rate
# of its own. Then we put the optimizers to the test on a real network, and you leave with a recipe.
#
# **After this lecture, you will be able to**
# - write RMSProp, Adam, and AdamW in a few lines each, and say what every line is for;
# - compare two optimizers fairly, and say when the choice matters;
# - find a learning rate in one short run;
# - choose a schedule, a warm-up, and a batch size for a reason.
#
# **You need** lecture 07a.
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 75 min | 52 min | 1 min |

# %% tags=["setup"]
import numpy as np
import torch
from sklearn.datasets import load_digits

from course_utils import diagrams, evidence, optimizers, plots, settings, widgets
from course_utils.exercises import check, hint
from course_utils.training.rates import GRIDS, train_at_rates, train_on_grid

plots.use_course_style()
torch.set_num_threads(1)  # in networks this small, more threads only wait
epochs, few_epochs = settings.by_profile(full=(30, 10), fast=(6, 2))
pixels, labels = load_digits(return_X_y=True)  # (1797, 64), handwritten digits of 8 × 8
y = torch.from_numpy(labels)
train, validation, test = slice(0, 900), slice(900, 1200), slice(1200, None)
SGD, Adam, AdamW = torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW


def scaled(images):  # by the mean and the standard deviation of the training images
    mean, std = images[train].mean(), images[train].std()
    return torch.tensor((images - mean) / std, dtype=torch.float32)


X = scaled(pixels)
learning, choosing = (X[train], y[train]), (X[validation], y[validation])
shape = {"widths": (64, 32, 10), "epochs": epochs}


def valley_gradient(w, across=20.0):  # the narrow valley of lecture 07a
    return np.array([1.0, across]) * w


def valley_loss(w):
    return (w[..., 0] ** 2 + 20 * w[..., 1] ** 2) / 2


start = np.array([-1.5, 1.0])

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:rmsprop"]
# ## A rate for every weight
#
# A hospital records a patient's age in years, temperature in degrees Celsius, and platelets per microliter: 61, 37.2,
# and 240,000. The gradient of a weight is proportional to its input, so the three gradients differ by factors of
# thousands. No single learning rate suits them all.
#
# So divide each gradient by its own typical size. RMSProp keeps, for each weight, a fading average $r$ of the squared
# gradient, and divides by its square root, the *root mean square*:
#
# $$r_t = \rho\, r_{t-1} + (1 - \rho)\, g_t^2, \qquad w_{t+1} = w_t - \eta\, \frac{g_t}{\sqrt{r_t} + \varepsilon}$$

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### RMSProp in five lines
#
# On paper: if the gradients of two weights are steadily 20 and $-1.5$, their root mean squares are 20 and 1.5, and the
# steps are $-\eta$ and $+\eta$. The tiny $\varepsilon$ only prevents a division by zero.


# %%
def rmsprop(gradient, w, rate, steps, rho=0.9, epsilon=1e-8):
    """Return the path of RMSProp, the start first: (steps + 1, ...)."""
    path, r = [w], np.zeros_like(w)
    for _ in range(steps):
        g = gradient(path[-1])
        r = rho * r + (1 - rho) * g**2
        path.append(path[-1] - rate * g / (np.sqrt(r) + epsilon))
    return np.array(path)


# %% [markdown] tags=["predict"]
# **Predict first.** In the narrow valley of lecture 07a the curvature is 1 along the floor and 20 across. Now we make
# it a thousand times steeper across, 20,000. What must we do with RMSProp's learning rate: divide it by 1000, divide it
# by 30, or leave it?

# %% slideshow={"slide_type": "subslide"} tags=["reveals", "hide-input", "claim", "claim:scale-drops-out", "nbval-ignore-output"]
path = rmsprop(valley_gradient, start, 0.05, 60)
steeper = rmsprop(lambda w: valley_gradient(w, 20_000.0), start, 0.05, 60)
plain = start * (1 - 0.095 * np.array([1, 20])) ** np.arange(61)[:, None]  # lecture 07a
walks = {"gradient descent": plain, "RMSProp": path}
plots.show(
    diagrams.on_surfaces(
        {name: (valley_loss, {"": walk}) for name, walk in walks.items()},
        across=(-1.8, 0.8),
        up=(-1.3, 1.3),
    ),
    alt="Gradient descent zigzags across the valley; RMSProp goes straight to the bottom.",
)
moved = np.abs(steeper - path).max()
print(f"a thousand times steeper across: the path moves by at most {moved:.0e}")
assert moved < 1e-4  # claim: the same path

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Leave it.** The factor of 1000 is in the gradient and in its root mean square, and cancels. Every path is the same,
# however steep one direction is. For plain descent the limit would have dropped to $2/20{,}000$.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 0 to 10. Do the paper example for the first step, too: r starts at 0, so after one step r = 0.1 g² and the
# step is η/√0.1, three times too long. Keep that for Adam. Ask: "What is the price?" The length of a step no longer
# says how steep it is, so near the minimum the steps do not get shorter by themselves.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:adam"]
# ## Adam: momentum on top of RMSProp
#
# Adam averages the gradient, as momentum does, and its square, as RMSProp does. Both averages start at zero and are
# therefore too small at first; the hats correct that. ($m$ and $v$ are these two averages. In lecture 07a, $v$ was the
# velocity.)
#
# $$m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \qquad v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2$$
#
# $$\hat m_t = \frac{m_t}{1 - \beta_1^t}, \qquad \hat v_t = \frac{v_t}{1 - \beta_2^t}, \qquad
#   w_{t+1} = w_t - \eta\, \frac{\hat m_t}{\sqrt{\hat v_t} + \varepsilon}$$
#
# (This section uses `rmsprop` from *A rate for every weight*.)


# %%
def adam(gradient, w, rate, steps, betas=(0.9, 0.999), epsilon=1e-8):
    """Return the path of Adam, the start first: (steps + 1, ...)."""
    path, m, v = [w], np.zeros_like(w), np.zeros_like(w)
    for t in range(1, steps + 1):
        g = gradient(path[-1])
        m = betas[0] * m + (1 - betas[0]) * g
        v = betas[1] * v + (1 - betas[1]) * g**2
        m_hat, v_hat = m / (1 - betas[0] ** t), v / (1 - betas[1] ** t)
        path.append(path[-1] - rate * m_hat / (np.sqrt(v_hat) + epsilon))
    return np.array(path)


# %% [markdown] tags=["predict"]
# **Predict first.** At our start in the valley, the gradient is 20 across and $-1.5$ along. How long is Adam's first
# step in each direction, with a learning rate of 0.1?

# %% slideshow={"slide_type": "subslide"} tags=["reveals", "hide-input", "claim", "claim:first-step-is-the-rate"]
walk = adam(valley_gradient, start, 0.1, 60)
other = rmsprop(valley_gradient, start, 0.1, 60)
plots.show(
    diagrams.on_surfaces(
        {"learning rate 0.1": (valley_loss, {"RMSProp": other, "Adam": walk})},
        across=(-1.8, 0.8),
        up=(-1.3, 1.3),
    ),
    alt="RMSProp goes straight to the bottom; Adam swings past it and returns.",
)
first = walk[1] - walk[0]
print(f"Adam's first step: {first[0]:+.2f} along, {first[1]:+.2f} across")
assert np.allclose(np.abs(first), 0.1)  # claim: one learning rate in every direction

# %% [markdown] slideshow={"slide_type": "fragment"}
# **0.1 in both.** After the correction, $\hat m_1 = g_1$ and $\hat v_1 = g_1^2$, so the step is $\eta$ times the sign
# of the gradient. On this smooth surface, Adam looks worse than RMSProp: it has momentum, so it swings past the
# minimum. Its strength does not show in pictures like this one. We come to it below, where inputs are badly scaled.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["topic:adam-bias-correction", "predict"]
# ### What the hats are for
#
# **Predict first.** Without the hats, both averages are too small at first: $m_1 = 0.1\, g_1$ and $v_1 = 0.001\,
# g_1^2$. So is the first step *without* correction shorter than $\eta$, or longer?


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:uncorrected-starts-too-long"]
def step_lengths(bias_correction, steps):
    """Return the steps of the course's Adam on a constant slope, in units of the rate."""
    w, visited = np.zeros(1), [0.0]
    optimizer = optimizers.Adam([w], lr=1.0, bias_correction=bias_correction)
    for _ in range(steps):
        optimizer.step([np.ones(1)])
        visited.append(w[0])
    return -np.diff(visited)


without, corrected = step_lengths(False, 3000), step_lengths(True, 3000)
plots.curves(
    {"without correction": without, "with correction": corrected},
    xlabel="step",
    ylabel="length of the step / η",
    alt="Without correction the steps rise above six rates and fall slowly; with it, one.",
)
print(f"without correction: first step {without[0]:.2f} η, longest {without.max():.2f} η")
assert np.isclose(without[0], 0.1 / np.sqrt(0.001))  # claim: 3.16 rates
assert np.allclose(corrected, 1, atol=1e-6)  # claim: corrected, each is one rate

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Longer.** Both averages are too small, but the step divides by the *square root* of $v$, which is too small by
# $\sqrt{0.001} = 1/32$, while $m$ is too small by $1/10$. So the first steps would be three to seven times too long,
# just when the weights are random and the network has learned nothing.

# %% [markdown] slideshow={"slide_type": "skip"} tags=["optional", "erratum:E23"]
# ### A common mistake: a hat that defines itself (optional)
#
# Some lecture notes write $\hat v_t = \hat v_t / (1 - \beta_2^t)$. A program that takes this literally overwrites $v$
# with its corrected value, step after step.

# %% slideshow={"slide_type": "skip"} tags=["optional", "erratum:E23", "claim", "claim:overwritten-hat-explodes"]
plain_v = overwritten_v = 0.0
for t in range(1, 11):  # a constant gradient of 1: the correct average of its square is 1
    plain_v = 0.999 * plain_v + 0.001
    overwritten_v = (0.999 * overwritten_v + 0.001) / (1 - 0.999**t)
    assert np.isclose(plain_v / (1 - 0.999**t), 1)  # claim: divided once, it is correct
print(f"after ten steps: correct 1, overwritten {overwritten_v:.0e}")
assert overwritten_v > 1e6  # claim: divided again and again, it explodes: the steps die

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:07b.1"]
# ### Exercise 07b.1 · Two steps of Adam on paper (8 min)
#
# One weight, $w = 1$. Its gradients are 4 in the first step and $-2$ in the second. The learning rate is 0.1, with
# $\beta_1 = 0.9$, $\beta_2 = 0.999$, and $\varepsilon$ small enough to ignore. Answer with the weight after the first
# step and after the second, to three decimals. (A calculator helps with the second.)

# %% tags=["exercise:07b.1"] nbgrader={"grade_id": "ex-07b-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
weights = None  # Exercise 07b.1: replace None with (first, second)
### BEGIN SOLUTION
first = 1 - 0.1  # the sign of the gradient times the rate
m_hat = (0.9 * 0.4 + 0.1 * -2) / (1 - 0.9**2)  # 0.16 / 0.19
v_hat = (0.999 * 0.016 + 0.001 * 4) / (1 - 0.999**2)
weights = (first, first - 0.1 * m_hat / v_hat**0.5)
### END SOLUTION

# %% tags=["check:07b.1"]
check("07b.1", weights)

# %%
hint("07b.1", 1)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:07b.2"]
# ### Exercise 07b.2 · One step of Adam (8 min)
#
# Write `adam_step(w, m, v, g, t, rate)` with $\beta_1 = 0.9$, $\beta_2 = 0.999$, and $\varepsilon = 10^{-8}$. The
# arrays have one shape; $t$ is the number of this step, 1 for the first. Return `(w, m, v)` after the step, with $m$
# and $v$ as the next step needs them. Leave the given arrays unchanged.


# %% tags=["exercise:07b.2"] nbgrader={"grade_id": "ex-07b-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def adam_step(w, m, v, g, t, rate):  # Exercise 07b.2
    """Return weights and both averages after step t, each of the shape of w."""
    ### BEGIN SOLUTION
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g**2
    m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.999**t)
    return w - rate * m_hat / (np.sqrt(v_hat) + 1e-8), m, v
    ### END SOLUTION


# %% tags=["check:07b.2"]
check("07b.2", adam_step)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:adamw", "defines:weight decay"]
# ## AdamW: decay beside the step
#
# **Weight decay** shrinks every weight by a small share in each step, so that only weights that the data support stay
# large; chapter 08 says what that is good for. For plain descent there are two ways to write it that do the same:
# shrink $w$ directly, or add $\lambda w$ to the gradient. For Adam the two differ, because whatever is in the gradient
# is divided by $\sqrt{\hat v}$. `Adam` with `weight_decay` adds $\lambda w$ to the gradient. `AdamW` shrinks directly:
#
# $$w_{t+1} = w_t - \eta\, \frac{\hat m_t}{\sqrt{\hat v_t} + \varepsilon} - \eta \lambda\, w_t$$

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Which weights decay?
#
# **Predict first.** Two groups of 500 weights start at 1. Their gradients are pure noise: small ones for the first
# group, a hundred times larger ones for the second. Under `Adam` with decay, which group shrinks more? And under
# `AdamW`?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:adamw-decays-all-alike"]
remaining, scales = {}, np.array([[0.1], [10.0]])
for name, make in (("Adam", optimizers.Adam), ("AdamW", optimizers.AdamW)):
    rng, w, means = np.random.default_rng(7), np.ones((2, 500)), []
    optimizer = make([w], lr=0.001, weight_decay=0.1)
    for _ in range(2000):
        optimizer.step([scales * rng.normal(size=500)])
        means.append(w.mean(axis=1))
    for group, curve in zip(("small", "large"), np.transpose(means), strict=True):
        remaining[f"{name}, {group} gradients"] = curve
        print(f"{name:5}, {group} gradients: {curve[-1]:.2f} left")
plots.curves(
    remaining,
    xlabel="step",
    ylabel="mean weight",
    alt="Under AdamW both groups decay alike; under Adam only those with small gradients.",
)
ends = [curve[-1] for curve in remaining.values()]  # Adam small, large; AdamW small, large
assert ends[1] - ends[0] > 0.7  # claim: Adam hardly shrinks the second group
assert np.isclose(ends[2], ends[3], atol=1e-6)  # claim: AdamW shrinks both alike
assert np.isclose(ends[2], (1 - 0.001 * 0.1) ** 2000, atol=0.01)  # claim: η λ per step

# %% [markdown] slideshow={"slide_type": "fragment"}
# Under `Adam` the group with **small** gradients shrinks to a fifth and the other one hardly at all, because the decay
# is divided by $\sqrt{\hat v}$ like everything else. Under `AdamW` **both shrink alike**. If you want weight decay, use
# `AdamW`.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 24. Usual answer: "both alike, because Adam removes the scale." It removes the scale of the sum, and the decay
# is the smaller part of that sum wherever gradients are large.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The same in PyTorch
#
# From here on, we use the course's optimizers and PyTorch's. Do they agree, step by step, with what we wrote: `rmsprop`
# from *A rate for every weight* and `adam` from *Adam: momentum on top of RMSProp*?

# %% tags=["claim", "claim:optimizers-equal-torch", "nbval-ignore-output"]
pairs = {
    "RMSProp": (optimizers.RMSProp, torch.optim.RMSprop, {"alpha": 0.9}),
    "Adam": (optimizers.Adam, Adam, {}),
    "AdamW": (optimizers.AdamW, AdamW, {"weight_decay": 0.1}),
}
ends = {"RMSProp": rmsprop, "Adam": adam}
ends = {name: f(valley_gradient, start, 0.05, 100)[-1] for name, f in ends.items()}
for name, (course_class, torch_class, options) in pairs.items():
    ours, theirs = start.copy(), torch.tensor(start)
    course = course_class([ours], lr=0.05, **options)
    pytorch = torch_class([theirs], lr=0.05, **options)
    for _ in range(100):
        course.step([valley_gradient(ours)])
        theirs.grad = torch.from_numpy(valley_gradient(theirs.numpy()))
        pytorch.step()
    gap = max(np.abs(end - theirs.numpy()).max() for end in (ours, ends.get(name, ours)))
    print(f"{name:7}: largest difference after 100 steps {gap:.0e}")
    assert gap < 1e-12  # claim: the same paths

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:07b.3"]
# ### Exercise 07b.3 · Which option? (4 min)
#
# You train with `torch.optim.Adam(parameters, lr=0.001, weight_decay=0.1)`. The gradients of layer A are a thousand
# times those of layer B, and noisy. Which statement is true?
#
# - **a** Both layers lose a share of 0.0001 of their weights in each step.
# - **b** Layer A decays more, because its gradients are larger.
# - **c** Layer B decays more, because the decay is divided by the size of the gradients.
# - **d** Neither decays, because Adam removes the scale of every term.

# %% tags=["exercise:07b.3"] nbgrader={"grade_id": "ex-07b-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
choice = None  # Exercise 07b.3: replace None with "a", "b", "c" or "d"
### BEGIN SOLUTION
# The term λ w enters before the division by √v, and √v is large where gradients are large.
choice = "c"
### END SOLUTION

# %% tags=["check:07b.3"]
check("07b.3", choice)

# %% [markdown] slideshow={"slide_type": "skip"} tags=["optional", "topic:adagrad"]
# ### AdaGrad, where it began (optional)
#
# AdaGrad came first. It divides by the root of the *sum* of all squared gradients so far, $r_t = r_{t-1} + g_t^2$. A
# sum never forgets. On a long slope that is steep at first and gentle afterward, we compare it with RMSProp.

# %% slideshow={"slide_type": "skip"} tags=["optional", "claim", "claim:adagrad-never-forgets"]
recovered = {}
for make in (optimizers.AdaGrad, optimizers.RMSProp):
    w, lengths = np.zeros(1), []
    optimizer = make([w], lr=1.0)
    for _ in range(300):
        before = w[0]
        optimizer.step([np.where(w > -50, 10.0, 1.0)])  # steep, then gentle
        lengths.append(before - w[0])
    recovered[make.__name__] = lengths[-1] / min(lengths)
    print(f"{make.__name__}: last step / shortest step = {recovered[make.__name__]:.1f}")
assert recovered["RMSProp"] > 2  # claim: RMSProp recovers
assert recovered["AdaGrad"] == 1  # claim: AdaGrad takes its shortest step last

# %% [markdown] slideshow={"slide_type": "skip"} tags=["optional"]
# RMSProp forgets the steep part and returns to its normal step. AdaGrad remembers it forever. That suits problems with
# rare features, for which it was made: a weight that is seldom used keeps a high rate.

# %% [markdown] slideshow={"slide_type": "skip"} tags=["optional", "topic:adadelta"]
# ### AdaDelta: no learning rate? (optional)
#
# AdaDelta multiplies RMSProp's step by the typical size of its own past steps, so that the learning rate drops out:
#
# $$\Delta_t = \frac{\sqrt{d_{t-1} + \varepsilon}}{\sqrt{r_t + \varepsilon}}\, g_t, \qquad
#   d_t = \rho\, d_{t-1} + (1 - \rho)\, \Delta_t^2, \qquad w_{t+1} = w_t - \Delta_t$$
#
# But where does the very first step get its size from, when there are no past steps?

# %% slideshow={"slide_type": "skip"} tags=["optional", "claim", "claim:epsilon-sets-adadelta"]
firsts = []
for epsilon in (1e-8, 1e-6, 1e-4):
    w = np.zeros(1)
    optimizers.AdaDelta([w], eps=epsilon).step([np.ones(1)])
    firsts.append(-w[0])
    print(f"ε = {epsilon:.0e}: first step {firsts[-1]:.5f}")
assert np.allclose(np.array(firsts[1:]) / firsts[:-1], 10, rtol=0.01)  # claim: √ε sets it

# %% [markdown] slideshow={"slide_type": "skip"} tags=["optional"]
# From $\varepsilon$: $d_0 = 0$ leaves $\sqrt\varepsilon$, and all later steps grow from there. The learning rate is
# gone, and a number that nobody thinks about has taken its place. PyTorch's `Adadelta` has a learning rate again; 1 is
# the formula above.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:optimizer-race", "predict"]
# ## The race, part one: a curved valley
#
# Four optimizers on one surface, $(1 - w_1)^2 + 5\,(w_2 - w_1^2)^2$: a narrow, curved valley with its minimum at
# $(1, 1)$. One rate for all would only show which of them that rate happens to suit. So each gets the best of the same six
# rates, from 0.005 to 0.2.
#
# **Predict first.** Plain descent, momentum 0.9, RMSProp, or Adam: which of them is the first to arrive and stay? Which
# is the last?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:bent-valley"]
racers = {
    "plain": optimizers.SGD,
    "momentum": lambda w, rate: optimizers.SGD(w, rate, momentum=0.9),
    "RMSProp": lambda w, rate: optimizers.RMSProp(w, rate, alpha=0.9),
    "Adam": optimizers.Adam,
}
paths, arrived = {}, {}
for name, make in racers.items():
    tried = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
    rate, paths[name], arrived[name] = optimizers.cross_bent_valley(make, tried, steps=600)
    print(f"{name:8}: best rate {rate:5}, there after {arrived[name]:.0f} steps")
leap = optimizers.cross_bent_valley(optimizers.Adam, (0.5, 1, 2), steps=600)[2]
assert arrived["momentum"] < min(leap, *sorted(arrived.values())[1:])  # claim: first
assert sorted(arrived.values())[2] < arrived["plain"] / 2  # claim: last, by far


def draw_race(steps):
    drawn = {name: path[: steps + 1] for name, path in paths.items()}
    surface, minimum = {"": (optimizers.bent_valley, drawn)}, {"": np.ones(2)}
    return diagrams.on_surfaces(surface, across=(-2, 2), up=(-1, 3), minima=minimum)


widgets.explore(
    draw_race,
    alt="Four paths over a curved valley: after 40 steps momentum is at the star.",
    steps=widgets.Slider(0, 200, 40, 5),
)

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Momentum** is first, **plain descent** last. If you bet on Adam: on a smooth surface with two weights of similar
# scale, there is nothing for it to repair. Longer steps bring it there sooner, in leaps across the valley, but still
# after momentum. A toy surface shows how an optimizer moves, not which one to use.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 31. Someone will ask for Adam at a rate of 1 or 2. It gets there a little sooner, but nobody trains a network
# like that.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## The race, part two: a real network
#
# Our network sorts digits of 8 × 8 pixels into 10 classes, with 32 hidden units. We train on 900 images, choose the
# rates on 300, and keep 597 for the final test. Each of eight optimizers gets a grid of seven rates, a factor of
# $\sqrt{10}$ apart, so all grids are equally wide, a factor of 1000. Ten seeds give ten starts and ten orders of the
# mini-batches of 50. The function `train_on_grid` trains all 70 networks of an optimizer at once.

# %%
race = {name: train_on_grid(name, *learning, **shape) for name in GRIDS}
place = {name: nets.best_rate(*choosing) for name, nets in race.items()}
shown = ("SGD", "momentum", "RMSProp", "Adam")  # in the figures
print("rates of Adam:", ", ".join(f"{rate:.1g}" for rate in race["Adam"].rates))

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### First the rates
#
# **Predict first.** We draw the validation loss against the learning rate: one curve for each optimizer, and around it
# a band from the lowest to the highest of the ten seeds. Will the curves differ in where their valley lies, in how deep
# it is, or in both?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:valleys-differ-in-place", "nbval-ignore-output"]
losses = {name: nets.evaluate(*choosing)[0].numpy() for name, nets in race.items()}
found = {name: (race[name].rates, losses[name]) for name in shown}
plots.show(
    diagrams.rate_curves(found, ylabel="validation loss"),
    alt="Four U-shaped curves, equally deep; Adam's at small rates, SGD's at large ones.",
)
best = {name: race[name].rates[place[name]] for name in race}
depth = {name: losses[name][place[name]].mean() for name in race}
print("best rates:", ", ".join(f"{name} {best[name]:.2g}" for name in list(race)[:4]))
print("           ", ", ".join(f"{name} {best[name]:.2g}" for name in list(race)[4:]))
print(f"validation losses there: {min(depth.values()):.2f} to {max(depth.values()):.2f}")
assert all(0 < number < 6 for number in place.values())  # none at the edge of its grid
assert best["SGD"] > 20 * best["Adam"]  # claim: the places differ
assert max(depth.values()) < 1.6 * min(depth.values())  # claim: the depths hardly do

# %% [markdown] slideshow={"slide_type": "fragment"}
# **In where the valley lies.** For each optimizer, it is about a factor of ten wide, and all are equally deep. But
# SGD's best rate is thirty times Adam's. So a comparison of two optimizers at the same rate compares nothing, and a new
# optimizer always means a new search for its rate.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Then the test
#
# **Predict first.** Each at its own best rate, on new test images: how far apart are the best and the worst mean
# accuracy? Less than 3 percentage points, about 5, or more than 10?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:tuned-they-are-close", "nbval-ignore-output"]
accuracy = {}
for name, nets in race.items():
    accuracy[name] = nets.evaluate(X[test], y[test])[1][place[name]].numpy()
    print(f"{name:8}: test accuracy {evidence.over_seeds(accuracy[name])}")
plots.curves(
    {name: race[name].losses[place[name]].mean(dim=0).numpy() for name in shown},
    xlabel="epoch",
    ylabel="training loss",
    log_y=True,
    alt="Training losses of four tuned optimizers: three fall side by side, Adam's lower.",
)
for name in race:
    if name != "Adam":  # claim: against Adam, no difference of 3 percentage points
        assert evidence.compare(accuracy[name], accuracy["Adam"]).does_not_matter(0.03)

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Less than 3.** Adam's training loss is the lowest, but on new images all eight are close. Schmidt, Schneider, and
# Hennig (2021) let fifteen optimizers race on eight problems, in more than 50,000 runs: none won everywhere.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 38. Usual guess: 5 points, with Adam ahead. Ask: "What would the table look like if all eight had used a rate
# of 0.001?" Read it off the U-shaped curves: Adam is fine; SGD, whose grid begins at 0.003, has hardly begun to learn.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Then why does everybody use Adam?
#
# So far, all pixels had the same scale. Now we give each of the 64 pixels a unit of its own, from 1/30 to 30 times the
# old one, like the age and the platelets of the patient.
#
# **Predict first.** Momentum and Adam are tuned again and train for ten epochs. Which of them suffers more from the
# units? And what helps more: Adam, or plain SGD after each input is divided by its own standard deviation?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:adam-tolerates-units", "nbval-ignore-output"]
units = 10 ** np.random.default_rng(0).uniform(-1.5, 1.5, 64)
in_units = scaled(pixels * units)
standard = pixels - pixels[train].mean(axis=0)
standard = torch.tensor(standard / (pixels[train].std(axis=0) + 0.1), dtype=torch.float32)


def tuned_accuracy(title, name, images, epochs=10):
    nets = train_on_grid(name, images[train], y[train], **shape | {"epochs": epochs})
    place = nets.best_rate(images[validation], y[validation])
    assert 0 < place < 6  # not at the edge of its grid
    found = nets.evaluate(images[test], y[test])[1][place].numpy()
    print(f"{title:27}: test accuracy {evidence.over_seeds(found)}")
    return found


by_momentum = tuned_accuracy("momentum, mixed units", "momentum", in_units)
by_adam = tuned_accuracy("Adam, mixed units", "Adam", in_units)
by_scaling = tuned_accuracy("SGD, each input scaled", "SGD", standard)
assert evidence.compare(by_adam, by_momentum).improves(by=0.02)  # claim: Adam suffers less
assert evidence.compare(by_scaling, by_adam).improves(by=0.05)  # claim: scaling helps more

# %% tags=["reveals", "hide-input", "claim", "claim:momentum-catches-up", "nbval-ignore-output"]
if evidence.in_full_only("momentum catches up in 50 epochs"):
    late = [
        tuned_accuracy(f"{n}, 50 epochs", n, in_units, 50) for n in ("momentum", "Adam")
    ]
    assert evidence.compare(*late).does_not_matter(0.05)  # claim: given time

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Momentum suffers more.** Adam gives the weights of every input a scale of their own, so it is ahead. That is why it
# is everybody's first choice: it forgives. Given five times as many epochs, momentum nearly catches up, so what bad
# scales cost is above all time. The real cure is to **scale the inputs**: after that, plain SGD is far ahead of both.
# Inside a deep network, nobody scales the layers for you, unless batch normalization does, and there Adam's forgiveness
# counts again.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 42. Common objection: "but Adam was better in the paper I read." Ask what grid of rates the opponent got. Note
# that mixed units cost accuracy even for Adam: pixels with tiny units are almost invisible to the network.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:rate-range-test"]
# ## Find a rate in one short run
#
# Seven rates times ten seeds is more than anyone wants to pay for with a large network. A *range test* needs one short
# run: start with a tiny rate, multiply it by the same factor in every step, and watch the loss. At first it hardly
# moves, then it falls, then it explodes.


# %%
def range_test(optimizer_class, low, high, seed, steps=200, **options):
    """Return the rates of a rising sweep and the smoothed losses: two arrays."""
    torch.manual_seed(seed)
    layers = torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10)
    network, losses = torch.nn.Sequential(*layers), []
    optimizer = optimizer_class(network.parameters(), lr=low, **options)
    rates = low * (high / low) ** (np.arange(steps) / (steps - 1))
    for rate in rates:
        optimizer.param_groups[0]["lr"] = float(rate)
        rows = torch.randint(900, (50,))
        loss = torch.nn.functional.cross_entropy(network(X[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return rates[5:-4], np.convolve(losses, np.ones(10) / 10, "valid")  # means of ten


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Reading the curve
#
# **Predict first.** The loss has its lowest point at some rate. For a whole training run, would you take that rate, a
# third of it, or three times as much?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:a-third-is-good", "nbval-ignore-output"]
sweeps, kinds = {}, {"SGD": (1e-3, 10), "momentum": (1e-4, 1), "Adam": (1e-5, 1)}
for name, (low, high) in kinds.items():
    optimizer_class, options, _ = GRIDS[name]
    runs = [range_test(optimizer_class, low, high, seed, **options) for seed in range(5)]
    sweeps[name] = runs[0][0], np.transpose([losses for _, losses in runs]).clip(0, 5)
    lowest = np.median([rates[losses.argmin()] for rates, losses in runs])
    rates = [share * lowest for share in (0.03, 0.3, 1, 3, 10)]
    nets = train_at_rates(optimizer_class, rates, *learning, **shape, **options)
    accuracy = nets.evaluate(*choosing)[1].numpy()
    means = ", ".join(f"{value:.2f}" for value in accuracy.mean(axis=1))
    print(f"{name:8} lowest at {lowest:.2g}; at 0.03, 0.3, 1, 3, 10 times: {means}")
    third, best = accuracy[1], accuracy[accuracy.mean(axis=1).argmax()]
    if not np.array_equal(best, third):  # claim: a third is near the best
        assert evidence.compare(third, best).does_not_matter(0.03)
    assert third.mean() > accuracy[3].mean()  # claim: three times is worse on average
    assert evidence.compare(third, accuracy[4]).improves(by=0.3)  # claim: ten times ruins
plots.show(
    diagrams.rate_curves(sweeps, ylabel="loss during the sweep"),
    alt="Three sweeps: each loss stays, falls to a lowest point, and shoots up.",
)

# %% [markdown] slideshow={"slide_type": "fragment"}
# **A third** is a good choice. At its lowest point the curve is about to turn. The accuracies belong to whole training
# runs at five multiples of that rate: a third of it, like the rate itself, is near the best for all three optimizers.
# Three times that rate is worse, and ruinous for SGD; ten times ruins all three. The lowest point itself has no margin,
# so people stay below it: a third here, a tenth in many books.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 47. Usual answer: the lowest point, because the loss is lowest there. Ask what the loss at a step of the sweep
# depends on: on all the smaller rates before it, not only on this one.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:learning-rate-schedules"]
# ## Schedules: first far, then fine
#
# Lecture 07a left one thing open: with mini-batches and a fixed rate, the weights never come to rest. A *schedule*
# changes the learning rate from step to step. Half a cosine, from $\eta$ at $t = 0$ down to 0 at $t = T$, is the most
# common one:
#
# $$\eta_t = \frac{\eta}{2} \left(1 + \cos \frac{\pi t}{T}\right)$$
#
# The figure shows three more: a rate that drops to a tenth at fixed *steps*, *one cycle*, which rises and then falls,
# and, dotted, one that rises and then stays where it is. We come to that one below.

# %% slideshow={"slide_type": "subslide"} tags=["hide-input", "claim", "claim:schedules-equal-torch"]
schedules = {
    "steps": optimizers.step_decay(0.2, step_size=100, gamma=0.1),
    "cosine": optimizers.cosine(0.2, total_steps=300),
    "one cycle": optimizers.one_cycle(0.2, total_steps=300),
    "warm-up": optimizers.linear_warmup(0.2, warmup_steps=50),
}
plots.curves(
    {name: [rate(step) for step in range(300)] for name, rate in schedules.items()},
    xlabel="step",
    ylabel="learning rate",
    alt="Steps drop to a tenth, a cosine falls smoothly, one cycle rises and falls.",
)
optimizer = SGD([torch.zeros(1)], lr=0.2)
scheduler, rates = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=300), []
for _ in range(300):
    rates.append(optimizer.param_groups[0]["lr"])
    optimizer.step()
    scheduler.step()  # after every step of the optimizer
print(f"PyTorch's cosine at steps 0, 150, 299: {np.take(rates, [0, 150, 299]).round(2)}")
assert np.allclose(rates, [schedules["cosine"](t) for t in range(300)])  # claim: equal

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Is it worth it?
#
# We train a classifier without a hidden layer in mini-batches of 4 for two epochs, which is 450 steps: the gradient is
# noisy, and the time is short. A constant rate and a cosine compete, each at its own best rate of seven.
#
# **Predict first.** Which of them ends with the lower training loss? And whose best rate is higher?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:falling-rates-settle", "nbval-ignore-output"]
sizes = {"widths": (64, 10), "epochs": 2, "batch_size": 4}
tried, left = 0.025 * 2.0 ** np.arange(7), {}
factors = {"constant": lambda t: 1.0, "cosine": optimizers.cosine(1.0, 450)}
for name, factor in factors.items():
    nets = train_at_rates(SGD, tried, *learning, **sizes, schedule=factor)
    left[name] = nets.evaluate(*learning)[0].numpy()
plots.show(
    diagrams.rate_curves(
        {name: (tried, a) for name, a in left.items()}, ylabel="training loss"
    ),
    alt="Two U-shaped curves; the cosine's is lower and reaches farther right.",
)
place = {name: a.mean(axis=1).argmin() for name, a in left.items()}
for name, number in place.items():
    print(f"{name:8}: best rate {tried[number]:.2g}, loss {left[name][number].mean():.3f}")
best = [left[name][number] for name, number in place.items()]
lower = evidence.compare(best[1], best[0], better="lower")
assert lower.improves(by=0.01)  # claim: the cosine ends lower
assert 6 > place["cosine"] > place["constant"] > 0  # claim: and it can start higher

# %% [markdown] slideshow={"slide_type": "fragment"}
# **The cosine**, on both counts. A constant rate has to compromise: large enough to arrive, small enough not to shake
# at the end. A falling rate need not: it goes far first, then settles. That is why almost every network is trained with
# a rate that ends near zero.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 54. The second question is the harder one. Ask why the best cosine starts higher than the best constant rate:
# its noise at the start is forgotten by the end.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["defines:warm-up"]
# ## Warm-up: why start slowly?
#
# Large training runs often *begin* with a small rate and raise it over the first steps, a **warm-up**. Three reasons
# are given for it. The loss is often most curved at the start, so that only a small rate is safe. Adam's average of the
# squares rests on a few gradients at first, and yet every weight takes a full step. And very large batches want very
# large rates (below), which are the first to be unsafe.
#
# The first reason we can measure. We train with SGD, in batches of 300, from a start that is three times too large, and
# measure the curvature in the steepest direction.


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Does it pay?
#
# **Predict first.** We train from the start that is too large and from a normal one, with and without warm-up, each at
# its own best rate of six. Does warm-up lower the training loss after the steep start, after the normal one, or after
# both?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:warm-up-pays-after-a-steep-start"]
sizes = {"widths": (64, 32, 32, 10), "epochs": 40, "batch_size": 300, "seeds": 5}
rates, trained, final, chosen = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6), {}, {}, {}
factors = {"without": lambda t: 1.0, "with": lambda t: min(1, t / 40)}
for scale in (1.0, 3.0):
    for name, factor in factors.items():
        options = sizes | {"schedule": factor, "start_scale": scale}
        nets = trained[scale, name] = train_at_rates(SGD, rates, *learning, **options)
        place = chosen[scale, name] = nets.best_rate(*learning)
        loss = final[scale, name] = nets.losses[place, :, -1].numpy()
        print(
            f"start × {scale:.0f}, {name:7}: rate {rates[place]:4}, loss {loss.mean():.3f}"
        )
early = train_at_rates(SGD, [0.0], *learning, **sizes | {"epochs": 1}, start_scale=3.0)
late = trained[3.0, "without"]  # at its first rate, 0.05
early, late = (nets.steepest_curvatures(*learning) for nets in (early, late))
print(f"start × 3: curvature {np.mean(early):.0f}, at the end {np.mean(late):.0f}")
assert evidence.compare(early, late).improves(by=20)  # claim: steepest at the start
pays, normal = (
    evidence.compare(final[x, "with"], final[x, "without"], better="lower") for x in (3, 1)
)
assert pays.improves(by=0.05)  # claim: it pays after the steep start
assert normal.improves() and normal.does_not_matter(0.05)  # claim: and a little otherwise
for x in (1, 3):  # claim: bolder rates, and none at the edge of its grid
    assert 5 > chosen[x, "with"] > chosen[x, "without"] > 0

# %% [markdown] slideshow={"slide_type": "fragment"}
# **After both**, but it matters only after the steep start. There the loss falls to about a fifth of what it is without
# warm-up; after a normal start (lecture 05b) it was small already. Both times the best rate is twice as high. After the
# steep start, the curvature falls to about a fifth during training, and warm-up waits for that: rates that would have
# wrecked the network at step 1 work later. Many transformers need warm-up, and so does training with huge batches. Over
# the first few percent of the steps it costs next to nothing.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 60. The usual wrong answer: "only after the steep start." Draw the limit 2/h of lecture 07a on the board and
# let the class compare the curvature at the bad start with that at the end. Ask: "What else could we have done?" Start
# with smaller weights.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:07b.4"]
# ### Exercise 07b.4 · Warm up, then cool down (8 min)
#
# Write `learning_rate_at(step, peak, warmup_steps, total_steps)`. Steps count from 0. The rate rises on a straight
# line from 0 at step 0 to `peak` at step `warmup_steps`, then follows half a cosine down to 0 at step `total_steps`.
# Return one number.


# %% tags=["exercise:07b.4"] nbgrader={"grade_id": "ex-07b-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def learning_rate_at(step, peak, warmup_steps, total_steps):  # Exercise 07b.4
    """Return the learning rate of one step."""
    ### BEGIN SOLUTION
    if step < warmup_steps:
        return peak * step / warmup_steps
    share = (step - warmup_steps) / (total_steps - warmup_steps)
    return peak * (1 + np.cos(np.pi * share)) / 2
    ### END SOLUTION


# %% tags=["check:07b.4"]
check("07b.4", learning_rate_at)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:batch-size-and-rate", "predict"]
# ## Batch size and rate go together
#
# A batch that is four times as large has half the noise (lecture 07a), but in one epoch it takes only a quarter of the
# steps. To get as far, each step should be four times as long: multiply the batch by four, and the rate as well. This
# is the *linear scaling rule*.
#
# **Predict first.** We train with SGD for a fixed number of epochs, in batches of 4, 16, 64, and 300. Does the best
# rate grow with the batch all the way, does it stop growing at some point, or does it not depend on the batch at all?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:rate-grows-with-the-batch", "nbval-ignore-output"]
rates, best = 0.04 * 2.0 ** np.arange(7), {}
for batch in (4, 16, 64, 300):
    sizes = shape | {"epochs": few_epochs, "batch_size": batch, "seeds": 5}
    losses = train_at_rates(SGD, rates, *learning, **sizes).losses[:, :, -1].numpy()
    best[batch] = rates[np.nan_to_num(losses, nan=np.inf).argmin(axis=0)]
    print(f"batch of {batch:3}: best rate {np.median(best[batch]):.2f}, median over seeds")
assert np.isclose(np.median(best[16]), 4 * np.median(best[4]))  # claim: it grows by 4
assert min(best[64] / best[4]) >= 2  # claim: it grows, for every seed
assert max(best[300]) < 75 * min(best[4]) / 4  # claim: but not in proportion

# %% [markdown] slideshow={"slide_type": "fragment"}
# **It stops growing.** From 4 to 16 the best rate grows fourfold, as the rule says. Then the curvature sets a limit
# (lecture 07a), and curvature does not care about batches: beyond that point a larger batch only means fewer steps. So
# the rule holds below a *critical* batch size. On large problems that size can be in the thousands.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 66. Ask: "Your new GPU holds batches of 4,096. What do you change besides the batch?" The rate, then a warm-up
# because the rate is now large, and the number of epochs if the critical size is passed.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:recipe"]
# ## A recipe
#
# 1. **Scale each input** to mean 0 and standard deviation 1.
# 2. **Start with AdamW**: rate 0.001, $\beta$ 0.9 and 0.999, decay 0.01, batches of 32 to 256.
# 3. **Learn ten examples.** If their loss does not go to 0, fix that bug first.
# 4. **Run a range test** and take a third of the rate at the lowest loss.
# 5. **Add a schedule**: warm-up over the first 5% of the steps, then a cosine down to 0.
# 6. **Try three times the rate and a third of it**, on validation data.
# 7. Then try SGD with momentum 0.9, from 0.01 to 0.1.
#
# | the loss | first try |
# |---|---|
# | is `nan`, or explodes | a tenth of the rate; look for `nan` in the inputs |
# | has spikes | a longer warm-up; clip the gradient's norm at 1 |
# | never moves | ten times the rate; look for saturated units (05b) |
# | falls, then hovers | a falling rate |

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Does the recipe work?
#
# **Predict first.** We follow steps 2, 4, and 5 blindly on our digits, whose pixels share one scale: AdamW, a third of
# the rate that `range_test` from *Find a rate in one short run* gives, warm-up, and a cosine, without a grid and
# without tuning. How many percentage points does this lose against the tuned Adam of the race?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:recipe-works", "nbval-ignore-output"]
rates, losses = range_test(AdamW, 1e-5, 1, seed=0)
rate, total = rates[losses.argmin()] / 3, 18 * epochs  # 18 mini-batches of 50 per epoch
rise, fall = optimizers.linear_warmup(1.0, total // 20, 0), optimizers.cosine(1.0, total)
nets = train_at_rates(
    AdamW, [rate], *learning, **shape, schedule=lambda t: rise(t) * fall(t)
)
recipe = nets.evaluate(*choosing)[1][0].numpy()
tuned = race["Adam"].evaluate(*choosing)[1][race["Adam"].best_rate(*choosing)].numpy()
result = evidence.compare(recipe, tuned, names=("the recipe", "tuned Adam"))
print(f"rate {rate:.4f}: {result}")
if evidence.in_full_only("the recipe loses next to nothing in 30 epochs"):
    assert result.does_not_matter(0.03)

# %% [markdown] slideshow={"slide_type": "fragment"}
# **None to speak of**: the difference is below 3 points either way, for one short sweep and one training run instead of
# seven. A recipe does not replace tuning where the last percent counts. It gets you to a good network on the first
# afternoon.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 74. Leave the recipe on the screen and ask which step they would have skipped. Most people skip 3, and lose a
# day to a bug that ten examples would have shown.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:07b.5"]
# ### Exercise 07b.5 · Which first? (4 min)
#
# A colleague trains with SGD, momentum 0.9, and a rate of 0.1. The loss falls from 2.3 to 0.4 in two epochs and then
# moves up and down around 0.4 for twenty more. A run with a rate of 0.01 is at 0.6 after the same twenty-two epochs,
# and still falling. What should be tried first?
#
# - **a** A larger batch, because the gradient is too noisy, and everything else as it is.
# - **b** Adam at a rate of 0.1, because it chooses its own rate.
# - **c** The rate 0.1 with a cosine down to 0 over the twenty-two epochs.
# - **d** The rate 1, because 0.1 was faster than 0.01.

# %% tags=["exercise:07b.5"] nbgrader={"grade_id": "ex-07b-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
choice = None  # Exercise 07b.5: replace None with "a", "b", "c" or "d"
### BEGIN SOLUTION
# 0.1 goes far and then hovers: too large for the end. 0.01 is too small for the start.
choice = "c"
### END SOLUTION

# %% tags=["check:07b.5"]
check("07b.5", choice)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:07b.6"]
# ### Exercise 07b.6 · Tune a rate (20 min)
#
# This task is open-ended. Write `rates(steps)`: it returns an array of `steps` learning rates, one for each step. The check trains
# a softmax classifier (64 pixels to 10 digits, no hidden layer) with plain SGD, batches of 4, and your rates, once with
# 300 steps and once with 900, and measures the training loss on all 1,000 images. On average over both it may be at
# most **0.08**. A constant rate does not get there. The check tells you the loss each time: use it like an experiment.


# %% tags=["exercise:07b.6"] nbgrader={"grade_id": "ex-07b-6", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def rates(steps):  # Exercise 07b.6
    """Return one learning rate for each step: (steps,)."""
    ### BEGIN SOLUTION
    return 0.5 * (1 + np.cos(np.pi * np.arange(steps) / steps)) / 2
    ### END SOLUTION


# %% tags=["check:07b.6"]
check("07b.6", rates)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | optimizer | remembers | step | keep in mind |
# |---|---|---|---|
# | SGD | nothing | $\eta g$ | scale the inputs |
# | momentum | velocity | $\eta$ times a fading sum | best rate a tenth of SGD's |
# | RMSProp | mean square $r$ | $\eta g / \sqrt r$ | the scale drops out |
# | Adam | $m$ and $v$, corrected | $\eta\, \hat m / \sqrt{\hat v}$ | forgives bad scales |
# | AdamW | as Adam | Adam's, and $\eta \lambda w$ | decays all weights alike |
#
# - Tuned, on scaled inputs, they end close together; their best rates are far apart.
# - A range test finds a rate; a falling schedule goes far first, then settles.
# - Warm-up guards a steep start. Batch and rate grow together, up to a limit.
#
# **Next.** So far we asked how fast the training loss falls. Chapter 08 asks what that is worth on new data.

# %% slideshow={"slide_type": "skip"} tags=["progress:07b"]
from course_utils.exercises import progress

progress("07b")

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Quiz
#
# 1. Multiply the loss by 100. Which of SGD, RMSProp, and Adam need a new learning rate?
# 2. A paper says: "Adam beat SGD; both were run at a rate of 0.001." What do you conclude?
# 3. Why do we take a third of the rate at the lowest point of the range test, and not that rate?
#
# <details><summary>Answers</summary>
#
# 1. Only SGD: its steps grow a hundredfold. The others divide by the size of the gradients.
# 2. Nothing. A rate that suits Adam is far too small for SGD, so the rate was tuned for one of them only.
# 3. Where the loss is lowest during the sweep, it is already on the verge of exploding. A whole training run at that
#    rate has no margin.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - J. Duchi, E. Hazan, and Y. Singer, Adaptive subgradient methods, *JMLR* 12, 2121–2159, 2011: AdaGrad.
# - G. Hinton, *Neural networks for machine learning*, lecture 6, Coursera 2012: RMSProp.
# - M. D. Zeiler, ADADELTA: an adaptive learning rate method, arXiv:1212.5701, 2012.
# - D. P. Kingma and J. Ba, Adam: a method for stochastic optimization, arXiv:1412.6980, 2015.
# - I. Loshchilov and F. Hutter, Decoupled weight decay regularization, arXiv:1711.05101, 2019: AdamW.
# - L. N. Smith, Cyclical learning rates for training neural networks, arXiv:1506.01186, 2017: the range test.
# - P. Goyal et al., Accurate, large minibatch SGD, arXiv:1706.02677, 2017: linear scaling and warm-up.
# - C. J. Shallue et al., Measuring the effects of data parallelism, arXiv:1811.03600, 2019: where the rule ends.
# - J. Gilmer et al., A loss curvature perspective on training instability, arXiv:2110.04369, 2021: warm-up.
# - R. M. Schmidt, F. Schneider, and P. Hennig, Descending through a crowded valley, arXiv:2007.01547, 2021.
