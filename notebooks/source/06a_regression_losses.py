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
# # 06a · Regression losses
#
# Last time, we chose what happens inside a network. Today we choose what we ask of it. Training sees nothing but one
# number, the loss, and makes it small. Choose a different loss, and the same network learns to predict something else:
# a mean, a median, or a promise that is kept nine times in ten.
#
# **After this lecture, you will be able to**
# - derive a loss from a sentence about the data, with one recipe;
# - say what each common regression loss makes a model predict, and choose one for a task;
# - tune Huber's threshold, and say what an outlier does to each loss;
# - say what *convex* promises, and what it does not.
#
# **You need** gradient descent and the chain rule (01b); mean, median, and standard deviation; what a probability
# density is; the logarithm.
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 75 min | 52 min | 10 s |

# %% tags=["setup"]
from functools import partial

import numpy as np
from sklearn import linear_model

from course_utils import diagrams, evidence, losses, plots, widgets
from course_utils.exercises import check, hint

plots.use_course_style()
five = np.array([11.0, 12, 13, 14, 50])  # minutes that five deliveries took
km = np.linspace(0, 3, 20)  # twenty more: distance, and minutes
took = 8 + 4 * km + np.random.default_rng(6).normal(0, 1.5, 20)
features = np.stack([np.ones(20), km], axis=1)  # (20, 2): a constant 1, and the distance
grid = np.stack([np.ones(101), np.linspace(0, 3, 101)], axis=1)  # to draw a line


def fit(loss_gradient, X, y, steps=3000, rate=0.1):
    """Minimize a loss by gradient descent: (N, k), (N,) → weights (k,)."""
    weights = np.zeros(X.shape[1])
    for step in range(steps):
        gradient = X.T @ loss_gradient(X @ weights, y)  # chain rule
        weights = weights - rate * (1 - step / steps) * gradient
    return weights


def squared_gradient(prediction, y):
    return 2 * (prediction - y) / len(y)


def absolute_gradient(prediction, y):
    return np.sign(prediction - y) / len(y)


# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:what-a-loss-is"]
# ## One number for five deliveries
#
# Five bicycle deliveries across town took 11, 12, 13, 14, and 50 minutes. A customer asks how long the next one will
# take, and you may give only one number. Which one?
#
# There is no answer yet, because nobody has said what it costs to be wrong. Write $\hat y$ for the prediction, $y_i$
# for what happened, and $e_i = \hat y - y_i$ for the error: positive if we predicted too much. A loss turns each error
# into a number; the loss of all $N$ examples is the mean. Suppose that we say 15 minutes:

# %% tags=["hide-input"]
error = 15 - five
sizes = {"error": error, "its square": error**2, "its absolute value": np.abs(error)}
plots.number_row(
    {name: values[None, :] for name, values in sizes.items()},
    alt="Errors 4, 3, 2, 1, -35; squares 16, 9, 4, 1, 1225; absolute 4, 3, 2, 1, 35.",
    cell=0.5,
)
squared, absolute = np.mean(error**2), np.mean(np.abs(error))
print(f"mean of the squares {squared:.0f}, mean of the absolute values {absolute:.0f}")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Up or down?
#
# **Predict first.** We said 15. Four of the five deliveries were faster. To make the *mean squared error* smaller,
# should we now say more than 15 or less? And to make the *mean absolute error* smaller?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:losses-disagree"]
step = 1e-6
by_loss = {"squared": lambda e: e**2, "absolute": np.abs}
measured = {}
for name, loss in by_loss.items():
    up, down = np.mean(loss(error + step)), np.mean(loss(error - step))
    measured[name] = (up - down) / (2 * step)
    print(f"mean {name:8} error: slope {measured[name]:+.1f}")
assert np.isclose(measured["squared"], np.sum(2 * error) / 5)
assert np.isclose(measured["absolute"], np.sum(np.sign(error)) / 5)
assert measured["squared"] < 0 < measured["absolute"]  # claim: they pull opposite ways

# %% [markdown] slideshow={"slide_type": "fragment"}
# **More** for the squared error, **less** for the absolute one. If you said less for both, you let the deliveries vote.
# That is what the absolute error does: four votes for less, one for more, so the slope is $(4 - 1)/5$. The squared
# error weights each vote by its error, $\frac{2}{N} \sum e_i$, and the late one outweighs the other
# four: $4 + 3 + 2 + 1 < 35$.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 0 to 10. Let everybody write down a number before the table appears, and collect a few. Usual numbers: 13, 20,
# "12 to 14." Ask each what it is good for. 20 is right if you pay couriers by the minute, 13 if you want to be off by
# only a little most of the time. Come back to these numbers at the mean and the median.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Where a loss enters training
#
# Backpropagation starts with $\frac{\partial L}{\partial \hat y_i}$, one number per prediction, which says whether to
# raise or lower it, and how urgently. Everything after that is the chain rule. So a loss enters training in this one
# place, and one function can fit a straight line $\hat y = X w$ with *any* loss: the gradient with respect to $w$ is
# $X^\top$ times the gradient with respect to the predictions.
#
# That function is `fit`, in the setup cell at the top. Its steps get shorter toward the end, so that losses with a
# kink settle, too; why this helps is a subject of chapter 07.

# %% tags=["claim", "claim:fit-finds-the-line"]
weights = fit(squared_gradient, features, took)
exact = np.linalg.lstsq(features, took)[0]
print(f"fitted line: {weights[0]:.2f} minutes + {weights[1]:.2f} minutes per km")
assert np.allclose(weights, exact, atol=1e-6)  # claim: descent finds this line

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:maximum-likelihood", "defines:likelihood", "defines:maximum likelihood"]
# ## One recipe for every loss
#
# Who decides that errors are squared? You do, by saying how the data scatter around the prediction. Here is the recipe:
#
# 1. Say how probable each target $y_i$ is when the model predicts $\hat y_i$: a density $p(y_i \mid \hat y_i)$.
# 2. Multiply these over all examples. This is the **likelihood**: how probable the model makes what was observed.
# 3. Look for the model with **maximum likelihood**. A product of many small numbers is unwieldy, so take minus its
#    logarithm and make that small. The product becomes a sum, with one term per example.
#
# $$L = -\frac1N \log \prod_i p(y_i \mid \hat y_i) = \frac1N \sum_i \bigl(-\log p(y_i \mid \hat y_i)\bigr)$$
#
# Every loss in this lecture except the RMSE comes from a density in this way (for counts, from a probability).

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Two bells, two losses
#
# Measurement errors are often Gaussian, because many small causes add up. Other errors are mostly tiny, with a few
# large ones, as when a courier gets lost now and then. A Laplace density, with its peak and its heavier tails,
# describes that better. With standard deviation $s$ and scale $b$:
#
# $$\text{Gaussian: } -\log p = \frac{e^2}{2 s^2} + \text{const.} \qquad
#   \text{Laplace: } -\log p = \frac{|e|}{b} + \text{const.}$$
#
# The constants do not depend on the prediction. So the Gaussian asks for the squared error, and Laplace for the
# absolute error:

# %% tags=["hide-input"]
e = np.linspace(-4, 4, 401)
gaussian = np.exp(-(e**2) / 2) / np.sqrt(2 * np.pi)
laplace = np.exp(-np.abs(e) * np.sqrt(2)) / np.sqrt(2)
bells = {"Gaussian": gaussian, "Laplace": laplace}
minus_log = {name: -np.log(p) for name, p in bells.items()}
panels = {"density": bells, "−log density": minus_log}
plots.show(
    diagrams.side_by_side(e, panels, xlabel="error e (standard deviation 1)"),
    alt="Left a bell and a peak with heavier tails; right a parabola and a wedge.",
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** We draw 25 numbers around a center that only we know, and estimate it twice: by the number with the
# smallest squared error, which is the mean, and by the one with the smallest absolute error, the median (the next
# sections show why). Which estimate is closer to the center if the scatter is Gaussian, and which if it is Laplace? And
# by how much: by about 2%, by about 20%, or by a factor of 2?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:match-the-scatter"]
found = {}
for scatter in ("normal", "laplace"):
    by_mean, by_median = [], []
    for seed in range(10):
        numbers = getattr(np.random.default_rng(seed), scatter)(size=(500, 25))
        by_mean.append(np.sqrt(np.mean(numbers.mean(axis=1) ** 2)))  # the center is 0
        by_median.append(np.sqrt(np.mean(np.median(numbers, axis=1) ** 2)))
    names = (f"mean ({scatter})", f"median ({scatter})")
    found[scatter] = evidence.compare(by_mean, by_median, better="lower", names=names)
    off = [np.mean(by_mean), np.mean(by_median)]
    print(f"{scatter:7} off by: mean {off[0]:.2f}, median {off[1]:.2f}")
    print(found[scatter])
assert found["normal"].gain.is_above(0.03)  # claim: Gaussian scatter favors the mean
assert found["laplace"].gain.is_below(-0.03)  # claim: Laplace scatter favors the median

# %% [markdown] slideshow={"slide_type": "fragment"}
# The **mean** for Gaussian scatter, the **median** for Laplace, and each by about **20%**. Neither is better in
# general: if you always take the median because it is robust, your error is a quarter larger than that of the mean
# where the scatter is tame. The loss that fits the scatter makes the most of the same 25 numbers.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 22. Do the Gaussian on the board: density, logarithm, drop the constants. Ask: "Where did the standard
# deviation go?" Into a factor that does not move the minimum. Usual wrong answer to the prediction: the median in both
# cases. Draw a Gaussian and ask which of the 25 numbers the median ignores.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:06a.1"]
# ### Exercise 06a.1 · A loss of your own (8 min)
#
# The waiting time until the next order often follows the exponential density $p(y) = \frac{1}{m} \exp(-y/m)$ for $y
# \ge 0$, where $m > 0$ is the mean waiting time. A model predicts $a = \log m$, so that any number is allowed. Use the
# recipe: derive the loss on paper, write it in terms of $a$, and code `waiting_loss(a, y)`. Both are arrays of shape
# (N,); return the mean over the examples.


# %% tags=["exercise:06a.1"] nbgrader={"grade_id": "ex-06a-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def waiting_loss(a, y):  # Exercise 06a.1
    """Return the mean of -log p(y), with m = exp(a): (N,), (N,) → a number."""
    ### BEGIN SOLUTION
    # -log p = log m + y / m, and log m is a.
    return np.mean(a + y * np.exp(-a))
    ### END SOLUTION


# %% tags=["check:06a.1"]
check("06a.1", waiting_loss)

# %% [markdown]
# Stuck on an exercise? `hint` helps a little, and a little more each time you call it.

# %%
hint("06a.1", 1)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:mse"]
# ## The mean squared error asks for the mean
#
# $$\text{MSE} = \frac1N \sum_i e_i^2 \qquad \frac{\partial\, \text{MSE}}{\partial \hat y_i} = \frac{2 e_i}{N}$$
#
# Far from the target, it pulls hard; close by, it pulls gently; and at zero, not at all. That makes it smooth and easy
# to minimize, and it is what you use unless there is a reason not to. Which constant $c$ does it choose? The one where
# the pulls cancel, $\sum 2 (c - y_i) = 0$: the **mean**. For our five deliveries, that is 20 minutes.
#
# The price: one error of 10 minutes counts as much as a hundred errors of 1 minute. (Some call the MSE "the L2 norm."
# That is a common mistake: it is the *squared* norm of the errors, divided by $N$. Twice the errors give twice the
# norm, but four times the MSE.)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["topic:rmse", "erratum:E29", "predict"]
# ### Its square root: back to minutes
#
# The MSE of minutes is in square minutes. Its square root is in minutes again, and easier to report:
#
# $$\text{RMSE} = \sqrt{\tfrac1N \textstyle\sum_i e_i^2}$$
#
# The square root is an increasing function, so the minimum stays where it is. People often read the RMSE as "the
# average error." Is it?
#
# **Predict first.** Four predictions are off by 1, 1, 1, and 5 minutes, so the average error is 2 minutes. Is the RMSE
# below 2, exactly 2, or above 2? And what if all four are off by 2?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "erratum:E29", "claim", "claim:rmse-is-no-average"]
zeros = np.zeros(4)
for misses in ([1, 1, 1, 5], [2, 2, 2, 2]):
    rmse, mae = losses.rmse(misses, zeros), losses.mae(misses, zeros)
    print(f"off by {misses}: average {mae:.2f}, RMSE {rmse:.2f}")
    assert rmse > mae or np.ptp(misses) == 0  # claim: above, unless all errors are alike
assert np.isclose(losses.rmse([2, 2, 2, 2], zeros), 2)
halves = [losses.rmse([1, 1], [0, 0]), losses.rmse([1, 5], [0, 0])]
whole = losses.rmse([1, 1, 1, 5], zeros)
print(f"two batches: mean of their RMSEs {np.mean(halves):.2f}, RMSE of both {whole:.2f}")
assert np.mean(halves) < whole - 0.2  # claim: RMSEs of batches must not be averaged

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Above**: 2.65, because large errors count more. It equals the average only when all errors have the same size, so
# "the average error" is a common mistake. The RMSE is not a mean over examples either, so you cannot average the RMSEs
# of mini-batches. Average the MSEs and take the square root once, at the end.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:mae"]
# ## The mean absolute error asks for the median
#
# $$\text{MAE} = \frac1N \sum_i |e_i| \qquad
#   \frac{\partial\, \text{MAE}}{\partial \hat y_i} = \frac1N \operatorname{sign}(e_i)$$
#
# It counts heads: an error of 35 minutes pulls no harder than an error of 1. The pulls cancel where half of the targets
# lie above and half below: at the **median**. The price is the jump of the gradient at zero. It is undefined there, and
# close to the target it pulls as hard as it does far away, so steps of fixed length keep jumping across.

# %% tags=["hide-input"]
e = np.linspace(-3, 3, 600)  # an even number of points: none of them is exactly 0
value = {"squared": e**2, "absolute": np.abs(e)}
slope = {"squared": 2 * e, "absolute": np.sign(e)}
panels = {"loss of an example": value, "gradient": slope}
plots.show(
    diagrams.side_by_side(e, panels, xlabel="error e"),
    alt="A parabola and a wedge; their gradients, a line and a jump from -1 to 1.",
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** The five deliveries took 11, 12, 13, 14, and 50 minutes. It turns out that the last one took 500.
# The best constants were 20 by the MSE and 13 by the MAE. Where does each of them move?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:mean-and-median"]
constants = np.arange(0, 1301) / 10
best = {}
for last in (50, 500):
    y = np.array([11, 12, 13, 14, last])
    off = constants[:, None] - y  # (1301, 5)
    costs = {"MSE": np.mean(off**2, axis=1), "MAE": np.mean(np.abs(off), axis=1)}
    best[last] = [float(constants[cost.argmin()]) for cost in costs.values()]
    by_mse, by_mae = best[last]
    print(f"last delivery {last:3}: MSE lowest at {by_mse:.0f}, MAE at {by_mae:.0f}")
    assert best[last] == [np.mean(y), np.median(y)]  # claim: the mean, and the median
in_view, y = constants <= 40, np.array([11, 12, 13, 14, 50])
off = constants[in_view, None] - y
panels = {"MSE": {"MSE": np.mean(off**2, 1)}, "MAE": {"MAE": np.mean(np.abs(off), 1)}}
plots.show(
    diagrams.side_by_side(constants[in_view], panels, xlabel="constant", lowest=True),
    alt="With 50 minutes: the MSE, a parabola, is lowest at 20; the MAE, bent, at 13.",
)

# %% [markdown] slideshow={"slide_type": "fragment"}
# The mean jumps to **110**, a time that none of the five took. (The dots mark the lowest points before the correction.)
# The median stays at **13**: it does not matter how far away the largest number is, only on which side. Neither is
# *the* right answer. A loss is a question about the data, and the model answers the question it was asked.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:huber", "predict"]
# ## Outliers, and a compromise
#
# One courier forgot to press the button at the door, and a delivery of about 20 minutes is recorded as 60. Such a
# value, far away from what the rest would suggest, is an outlier.
#
# **Predict first.** We fit a line to the twenty deliveries, once with the MSE and once with the MAE. Without the
# outlier, both find about 4 minutes per km. How much steeper does each line get with it?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:one-outlier"]
recorded = took.copy()
recorded[-2] = 60.0
gradients = {"MSE": squared_gradient, "MAE": absolute_gradient}
lines = {name: grid @ fit(g, features, recorded) for name, g in gradients.items()}
plots.show(
    diagrams.fitted_lines(km, recorded, lines, names=("km", "minutes"), odd=-2),
    alt="Deliveries and a ringed outlier; the MSE line is pulled up, the MAE line not.",
)
steeper = {"MSE": [], "MAE": []}  # by the outlier, over ten sets of deliveries
for seed in range(10):
    minutes = 8 + 4 * km + np.random.default_rng(seed).normal(0, 1.5, 20)
    with_outlier = np.where(np.arange(20) == 18, 60.0, minutes)
    for name, gradient in gradients.items():
        before, after = (fit(gradient, features, y)[1] for y in (minutes, with_outlier))
        steeper[name].append(after - before)
measured = {name: evidence.over_seeds(values) for name, values in steeper.items()}
for name, value in measured.items():
    print(f"{name}: steeper by {value.mean:.1f} minutes per km")
assert measured["MSE"].is_above(3)  # claim: it pulls the MSE line up
assert measured["MAE"].is_below(0.75)  # claim: the MAE line by less than a quarter of that

# %% [markdown] slideshow={"slide_type": "fragment"}
# A single value in twenty makes the MSE line nearly twice as steep, as if every kilometer took more than 3 minutes
# longer. The MAE line moves by less than a quarter of that. (The ring marks the outlier.)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The Huber loss: squared near zero, absolute far out
#
# Can we have the gentle pull close to the target *and* the limited pull far out? Join the two pieces where they meet
# smoothly, at an error of size $\beta$:
#
# $$L_i = \begin{cases} \frac12 e_i^2 & \text{if } |e_i| \le \beta \\
#   \beta\,\bigl(|e_i| - \frac12 \beta\bigr) & \text{if } |e_i| > \beta \end{cases} \qquad
# \frac{d L_i}{d e_i} = \begin{cases} e_i & \text{if } |e_i| \le \beta \\
#   \beta \operatorname{sign}(e_i) & \text{if } |e_i| > \beta \end{cases}$$
#
# The gradient is the error itself, clipped to $\pm\beta$. PyTorch's `HuberLoss` calls the threshold `delta`; its
# `SmoothL1Loss` calls it `beta` and divides the loss by it.


# %%
def huber_gradient(prediction, y, beta):
    return np.clip(prediction - y, -beta, beta) / len(y)


# %% [markdown] slideshow={"slide_type": "subslide"}
# **Try it.** Move the outlier up and down, and then the threshold $\beta$. For which $\beta$ does the line ignore the
# outlier? When does Huber follow it like the MSE?


# %% tags=["hide-input"]
def huber_line(outlier, log10_beta):
    beta = 10.0**log10_beta
    minutes = took.copy()
    minutes[-2] = outlier
    rate = 0.3 / min(beta, 1)  # longer steps where the gradients are small
    w = fit(lambda p, y: huber_gradient(p, y, beta), features, minutes, 1500, rate)
    line = {f"Huber, β = {beta:.2f}: {w[1]:.2f} min per km": grid @ w}
    return diagrams.fitted_lines(km, minutes, line, names=("km", "minutes"), odd=-2)


widgets.explore(
    huber_line,
    alt="Deliveries, a ringed outlier at 60 minutes, and the Huber line for β = 1.",
    outlier=widgets.Slider(0.0, 90.0, 60.0, 5.0),
    log10_beta=widgets.Slider(-1.0, 2.0, 0.0, 0.25),
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Where does Huber lie?
#
# For a small $\beta$, almost every error is beyond the threshold, and Huber asks for the median; for a large $\beta$,
# it asks for the mean. So it is often said that it predicts something *between the two*.
#
# **Predict first.** Five targets: −5, 0, 0, 1, and 4. Their mean is 0 and their median is 0. What does Huber with
# $\beta = 1$ predict?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:huber-leaves-the-interval"]
constants = np.linspace(-2, 2, 1201)


def huber_constant(y, beta):
    """Return the constant with the smallest Huber loss, on a grid of step 1/300."""
    slopes = np.clip(constants[:, None] - y, -beta, beta).sum(axis=1)
    return constants[np.abs(slopes).argmin()]


print(f"mean 0, median 0, Huber {huber_constant(np.array([-5.0, 0, 0, 1, 4]), 1.0):.2f}")
shares = []
for seed in range(5):
    samples = np.random.default_rng(seed).normal(size=(200, 9))
    ends = np.sort([samples.mean(axis=1), np.median(samples, axis=1)], axis=0)
    middle = np.array([huber_constant(y, 0.5) for y in samples])
    shares.append(np.mean((middle < ends[0] - 0.01) | (middle > ends[1] + 0.01)))
share = evidence.over_seeds(shares)
print(f"share of random samples with Huber outside: {share}")
assert abs(huber_constant(np.array([-5.0, 0, 0, 1, 4]), 1.0) - 1 / 3) < 0.01
assert share.is_above(0.2)  # claim: outside in more than one sample of five

# %% [markdown] slideshow={"slide_type": "fragment"}
# **1/3**, which is not between 0 and 0. The clipped errors, not the plain ones, must cancel: at $c = \frac13$, they are
# $1, \frac13, \frac13, -\frac23, -1$. In more than a fifth of random samples of nine Gaussian numbers, Huber with
# $\beta = 0.5$ lies outside the interval between mean and median. So "between mean and median" is a common mistake.
# What is true: Huber *becomes* the median for small $\beta$ and the mean for large $\beta$.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 42. Everyone says 0. Let the class compute the five clipped errors at c = 0: 1, 0, 0, −1, −1, so the sum is −1
# and the prediction must rise. That is the whole proof. Then ask what unit beta has (minutes): the next section,
# which is optional, shows what happens when somebody changes minutes to seconds and forgets beta.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["optional"]
# ### Change the unit (optional)
#
# We compute four losses of the same errors, once in minutes and once in seconds. All four numbers change, so a value of
# a loss means nothing without its unit. But for one loss, the *minimum* can move, too.

# %% tags=["optional", "claim", "claim:beta-has-a-unit"]
in_minutes = np.array([0.3, -0.1, 0.2, 2.0])
zeros = np.zeros(4)
factor = {}
for name in ("mse", "rmse", "mae", "huber"):
    loss = getattr(losses, name)
    factor[name] = loss(60 * in_minutes, zeros) / loss(in_minutes, zeros)
    print(f"{name:5} grows by a factor of {factor[name]:7.2f}")
moved = losses.huber(60 * in_minutes, zeros, delta=60.0) / losses.huber(in_minutes, zeros)
print(f"huber, threshold changed from 1 min to 60 s: a factor of {moved:.2f}")
late = np.array([-5.0, 0, 0, 1, 4])  # minutes, as in the last prediction
best = {"1 min": huber_constant(late, 1.0), "1 s": huber_constant(60 * late, 1.0) / 60}
for threshold, constant in best.items():
    print(f"huber, threshold {threshold:5}: the best constant is {60 * constant:4.1f} s")
assert np.allclose([factor["mse"], factor["rmse"], factor["mae"]], [3600, 60, 60])
assert np.isclose(moved, 3600)  # claim: with its threshold converted, it scales as the MSE
assert 60 < factor["huber"] < 3600  # claim: with the threshold left at 1 it does not
assert abs(best["1 min"] - 1 / 3) < 0.01
assert 0 < best["1 s"] < 0.02  # claim: and the minimum moves, nearly to the median

# %% [markdown] tags=["optional"]
# With the threshold left at 1, seconds make Huber a *different loss*, close to the MAE: now nearly every error is
# beyond the threshold. For the targets −5, 0, 0, 1, and 4 minutes, its best constant falls from 20 seconds nearly to
# the median, 0. Scale your targets, or choose $\beta$ in their unit.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:06a.2"]
# ### Exercise 06a.2 · Derive and code a gradient (10 min)
#
# The Charbonnier loss, used in image restoration, is an absolute value with a rounded tip:
#
# $$L = \frac1N \sum_i \left( \sqrt{e_i^2 + \varepsilon^2} - \varepsilon \right), \qquad e_i = \hat y_i - y_i$$
#
# Derive its gradient with respect to the predictions, and write `charbonnier_backward(prediction, target, epsilon)`.
# Arrays may have any shape; $N$ counts all their elements.


# %% tags=["exercise:06a.2"] nbgrader={"grade_id": "ex-06a-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def charbonnier_backward(prediction, target, epsilon):  # Exercise 06a.2
    """Return the gradient with respect to the prediction, of its shape."""
    ### BEGIN SOLUTION
    # Outer derivative 1 / (2 root), inner derivative 2 e, and 1/N from the mean.
    error = prediction - target
    return error / np.sqrt(error**2 + epsilon**2) / error.size
    ### END SOLUTION


# %% tags=["check:06a.2"]
check("06a.2", charbonnier_backward)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:06a.3"]
# ### Exercise 06a.3 · Catch Huber outside (8 min)
#
# There are many correct answers. Find between three and seven numbers for which Huber with $\beta = 1$ predicts a
# constant that is *larger than both* the mean and the median, by at least 0.4. Use numbers between −20 and 20. (In the
# example above, it is larger than both by only 1/3.)

# %% tags=["exercise:06a.3"] nbgrader={"grade_id": "ex-06a-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
targets = None  # Exercise 06a.3: replace None with a list of numbers
### BEGIN SOLUTION
# One number far to the left drags the mean down, but its pull on Huber is clipped to 1.
# Two numbers to the right then pull Huber above the median.
targets = [-9, 0, 0, 2, 3]
### END SOLUTION

# %% tags=["check:06a.3"]
check("06a.3", targets)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:log-cosh", "optional"]
# ## Log-cosh: Huber without a threshold (optional)
#
# The logarithm of the hyperbolic cosine is another smooth path from squared to absolute:
#
# $$L_i = \log \cosh e_i \qquad \frac{d L_i}{d e_i} = \tanh e_i$$
#
# There is nothing to tune, which is convenient, but it has a threshold all the same: errors are "small" below about 1,
# so scale the targets first. And `np.cosh(1000)` overflows. The safe form for large errors is
# $|e| + \log(1 + \exp(-2|e|)) - \log 2$.

# %% tags=["optional", "hide-input"]
e = np.linspace(-3, 3, 600)
joined = np.where(np.abs(e) <= 1, e**2 / 2, np.abs(e) - 0.5)
value = {"log-cosh": np.log(np.cosh(e)), "Huber, β = 1": joined}
slope = {"log-cosh": np.tanh(e), "Huber, β = 1": np.clip(e, -1, 1)}
panels = {"loss of an example": value, "gradient": slope}
plots.show(
    diagrams.side_by_side(e, panels, xlabel="error e"),
    alt="Log-cosh runs just below Huber; its gradient is smooth, Huber's has a corner.",
)
print(f"losses.log_cosh at an error of 1000: {losses.log_cosh([1000.0], [0.0]):.2f}")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E15", "optional"]
# ### A common mistake: which loss is more sensitive to small errors? (optional)
#
# Some texts say that log-cosh is more sensitive to small errors than Huber. Near zero, the two are the same parabola,
# and the next term of log-cosh is *negative*:
#
# $$\log\cosh e = \tfrac12 e^2 - \tfrac1{12} e^4 + \dots$$
#
# Its gradient is smaller in size than that of Huber with $\beta = 1$ at every error but 0, because $\tanh |e| <
# \min(|e|, 1)$. Far out, log-cosh is $\log 2$ below $|e|$ and Huber is $\frac12$ below it, so a constant remains
# between them.

# %% tags=["erratum:E15", "optional"]
e = np.array([0.01, 0.1, 0.5, 1.0, 2.0, 10.0])
zeros = np.zeros(6)
smooth, joined = losses.log_cosh(e, zeros, "none"), losses.huber(e, zeros, "none")
for row in zip(e, smooth / joined, joined - smooth, strict=True):
    print("e = {:5.2f}: log-cosh / Huber {:.2f}, Huber - log-cosh {:.1e}".format(*row))
assert np.isclose(smooth[0] / joined[0], 1, rtol=1e-4)  # the same near zero
assert np.all(losses.log_cosh_backward(e, zeros) < losses.huber_backward(e, zeros))
assert np.isclose(joined[-1] - smooth[-1], np.log(2) - 0.5)  # a constant far out

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:quantile", "defines:quantile"]
# ## A promise that is kept nine times in ten
#
# "Your parcel arrives within … minutes." If it comes late, you refund the fee; if it comes early, nobody minds much.
# Now we want neither the mean nor the median, but the number that 90% of the deliveries do not exceed: the
# **quantile** at $q = 0.9$. The median is the quantile at $q = \frac12$.
#
# The quantile (or *pinball*) loss charges $q$ for each minute too low and $1 - q$ for each minute too high:
#
# $$L_i = \max\bigl(-q\,e_i,\; (1-q)\,e_i\bigr) \qquad
# \frac{d L_i}{d e_i} = \begin{cases} -q & \text{if } e_i < 0 \text{ (too low)} \\
#   1 - q & \text{if } e_i > 0 \text{ (too high)} \end{cases}$$
#
# The pulls cancel where $q$ times the number of targets above equals $1 - q$ times the number below.

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Try it.** At the shop, couriers wait: usually briefly, sometimes for a long time. Move $q$ and watch the loss tilt
# and its lowest point move. How many minutes must you promise to be right in 90% of the cases?


# %% tags=["hide-input"]
shops = np.random.default_rng(6).exponential(20, 99)  # minutes of waiting at a shop


def pinball(q):
    c = np.linspace(0, 100, 401)  # what is promised
    off = {"loss if the wait is 30 min": c[:, None] - 30, "mean loss": c[:, None] - shops}
    cost = {name: np.maximum(-q * e, (1 - q) * e).mean(axis=1) for name, e in off.items()}
    kept = np.mean(shops <= c[cost["mean loss"].argmin()])
    label = f"q = {q:.2f}; the promise is kept in {100 * kept:.0f}% of the cases"
    panels = {name: {label: values} for name, values in cost.items()}
    return diagrams.side_by_side(c, panels, xlabel="promised minutes", lowest=True)


widgets.explore(
    pinball,
    alt="The mean quantile loss over the promise for q = 0.9, lowest near 43 minutes.",
    q=widgets.Slider(0.05, 0.95, 0.9, 0.05),
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Two bands for eight rides in ten
#
# Long rides scatter more than short ones. Three lines, fitted with $q = 0.1$, $0.5$, and $0.9$, make a median and a
# band. The obvious alternative is the MSE line, plus and minus a constant chosen so that this band, too, holds 80% of
# the rides.
#
# **Predict first.** Both bands hold about 80% of *all* new rides. What about the short rides, under 1 km: does either
# band still hold 80% of them?


# %% tags=["hide-input"]
def rides(seed, count=400):
    """Return features (count, 2) and minutes (count,) that scatter more with distance."""
    rng = np.random.default_rng(seed)
    distance = rng.uniform(0, 3, count)
    minutes = 8 + 4 * distance + (1 + 2 * distance) * rng.normal(size=count)
    return np.stack([np.ones(count), distance], axis=1), minutes


def quantile_gradient(prediction, y, q):
    return np.where(prediction < y, -q, 1 - q) / len(y)


def quantile_line(q, X, y):
    return fit(lambda p, y: quantile_gradient(p, y, q), X, y, steps=2000, rate=2.0)


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:bands"]
parts = ("all", "short", "long")
held = {f"{name}, {part}": [] for name in ("quantiles", "MSE") for part in parts}
for seed in range(6):
    X, y = rides(seed)
    low, middle, high = (quantile_line(q, X, y) for q in (0.1, 0.5, 0.9))
    mean_line = np.linalg.lstsq(X, y)[0]
    reach = np.quantile(np.abs(y - X @ mean_line), 0.8)  # holds 80% of these rides
    X, y = rides(seed + 1000, 4000)  # new ones
    bands = {"quantiles": (X @ low < y) & (y < X @ high)}
    bands["MSE"] = np.abs(y - X @ mean_line) < reach
    chosen = {"all": X[:, 1] >= 0, "short": X[:, 1] < 1, "long": X[:, 1] > 2}
    for name, holds in bands.items():
        for part in parts:
            held[f"{name}, {part}"].append(np.mean(holds[chosen[part]]))
measured = {name: evidence.over_seeds(shares) for name, shares in held.items()}
for name in bands:
    row = ", ".join(f"{part} {measured[f'{name}, {part}'].mean:.2f}" for part in parts)
    print(f"{name:9} {row}")
assert measured["quantiles, all"].agrees(0.8, within=0.05)
assert measured["MSE, all"].agrees(0.8, within=0.05)
assert measured["quantiles, short"].agrees(0.8, within=0.08)  # claim: 80% of these, too
assert measured["quantiles, long"].agrees(0.8, within=0.08)  # claim: and of these
assert measured["MSE, short"].is_above(0.95)  # claim: far more than 80%
assert measured["MSE, long"].is_below(0.7)  # claim: far fewer

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input"]
X, y = rides(5)
low, middle, high = (grid @ quantile_line(q, X, y) for q in (0.1, 0.5, 0.9))
lines, names = {"median": middle}, ("km", "minutes")
plots.show(
    diagrams.fitted_lines(X[:, 1], y, lines, names=names, band=(low, high)),
    alt="Rides scatter more with distance; a median line and a band that widens with it.",
)

# %% [markdown] slideshow={"slide_type": "fragment"}
# The quantile band (shaded) still holds about **80%** of the short rides, and of the long ones over 2 km. The constant
# band holds nearly **all** of the short rides and only about 60% of the long ones: its total is correct, but its parts
# are not. Nobody told the quantile lines that the scatter grows: asking for three numbers instead of one was enough.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:06a.4"]
# ### Exercise 06a.4 · Three questions about seven numbers (5 min)
#
# A bus was late by 2, 3, 3, 4, 5, 7, and 32 minutes. On paper: which single number minimizes the **MSE**, which the
# **MAE**, and which the **quantile loss with q = 0.9**? Answer with three numbers, in this order.

# %% tags=["exercise:06a.4"] nbgrader={"grade_id": "ex-06a-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
best_numbers = None  # Exercise 06a.4: replace None with (for MSE, for MAE, for q = 0.9)
### BEGIN SOLUTION
# Mean 56 / 7; the fourth of seven; and 0.9 · 7 = 6.3, so the seventh: at 7 only
# 6/7 = 0.86 of the numbers are covered, which is less than 0.9.
best_numbers = (8, 4, 32)
### END SOLUTION

# %% tags=["check:06a.4"]
check("06a.4", best_numbers)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:poisson"]
# ## Counting: orders per hour
#
# How many orders come in an hour? The answer is a whole number, often small, never negative. If the orders come at a
# steady rate and do not influence each other, the count $y$ follows a Poisson distribution with some mean rate $r$
# (many books write lambda). Use the recipe:
#
# $$p(y) = \frac{r^y \exp(-r)}{y!} \qquad L_i = r_i - y_i \log r_i + \text{const.}$$
#
# A rate must be positive, so let the model predict $a = \log r$: then any number is allowed, and the gradient becomes
# simply the error, $\frac{d L_i}{d a_i} = r_i - y_i$. You need not state the scatter, either: a Poisson count with mean
# $r$ has the standard deviation $\sqrt r$.


# %%
def poisson_gradient(log_rate, y):
    return (np.exp(log_rate) - y) / len(y)


def orders(seed, count=150):
    """Return features (count, 2) and orders (count,); they fade with the temperature."""
    rng = np.random.default_rng(seed)
    warmth = rng.uniform(0, 3, count)  # in tens of degrees
    counts = rng.poisson(np.exp(3 - 1.5 * warmth)).astype(float)
    return np.stack([np.ones(count), warmth], axis=1), counts


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** Hot soup sells in the cold: for every ten degrees of warming, the rate is multiplied by $e^{-1.5}
# \approx 0.22$. A popular shortcut takes $\log(y + 1)$ of the counts, adding 1 because of the zeros, and fits a line by
# the MSE. Does it find the coefficient 1.5 (printed below as the fading rate), a smaller one, or a larger one?


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:poisson-finds-the-rate"]
def curve_gradient(log_rate, y):  # of the MSE of exp(a), in steps that are short enough
    return (np.exp(log_rate) - y) * np.exp(log_rate) / len(y) / 10


fading = {"Poisson loss": [], "MSE of exp(a)": [], "MSE of log(y + 1)": []}
for seed in range(10):
    X, y = orders(seed)
    fading["Poisson loss"].append(-fit(poisson_gradient, X, y)[1])
    fading["MSE of exp(a)"].append(-fit(curve_gradient, X, y)[1])
    fading["MSE of log(y + 1)"].append(-np.linalg.lstsq(X, np.log(y + 1))[0][1])
measured = {name: evidence.over_seeds(values) for name, values in fading.items()}
for name, rate in measured.items():
    print(f"{name:17} fading rate {rate}")
assert measured["Poisson loss"].agrees(1.5, within=0.1)  # claim: Poisson finds the rate
assert measured["MSE of exp(a)"].agrees(1.5, within=0.1)  # claim: so does the right curve
assert measured["MSE of log(y + 1)"].is_below(1.1)  # claim: the shortcut does not

# %% [markdown] slideshow={"slide_type": "fragment"}
# A **smaller** one, about 1. The added 1 hardly matters for 20 orders but changes 0 into 1, so it lifts the warm end
# and flattens the line. Would the MSE of the curve $\exp(a)$ do? Yes: both the curve and the Poisson loss find 1.5. The
# shortcut fails because it changed the data, not because it squared the errors. But the Poisson loss has the easier
# job, because it takes into account that small counts scatter less.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:loss-properties", "defines:convex"]
# ## What "convex" promises
#
# A function is **convex** if it is shaped like a bowl: draw a straight line between any two points of its graph, and
# the graph never rises above the line. In symbols, for the midpoint: $f\bigl(\frac{u+v}{2}\bigr) \le \frac{f(u) +
# f(v)}{2}$. The promise: there are no separate valleys, so a descent that cannot get lower has found the lowest value
# there is. All losses of this lecture are convex **in the prediction** (for counts and waiting times, in the predicted
# logarithm $a$; the RMSE, in all its predictions together):


# %% tags=["hide-input", "erratum:E13", "claim", "claim:convex-in-the-prediction"]
def rmse_of_four(prediction, y):  # one number for every four predictions
    return np.array(list(map(losses.rmse, np.split(prediction, 500), np.split(y, 500))))


u, v, y = np.random.default_rng(613).normal(0, 3, size=(3, 2000))
y = np.abs(y)  # counts and waiting times are not negative
names = ("mse", "mae", "huber", "log_cosh", "poisson_nll")
family = {name: partial(getattr(losses, name), reduction="none") for name in names}
family["quantile"] = partial(losses.quantile, reduction="none", q=0.9)
family["rmse of four"] = rmse_of_four
family["Charbonnier"] = lambda prediction, y: np.sqrt((prediction - y) ** 2 + 1)
family["waiting"] = lambda a, y: a + y * np.exp(-a)  # exercise 06a.1
for name, loss in family.items():
    middle, ends = loss((u + v) / 2, y), (loss(u, y) + loss(v, y)) / 2
    print(f"{name:12} largest rise above the line {max(0, np.max(middle - ends)):.2f}")
    assert np.all(middle <= ends + 1e-9)  # claim: never above the line
assert np.isclose(losses.mse(u, y), np.linalg.norm(u - y) ** 2 / 2000)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E13", "predict"]
# ### From the prediction to the weights
#
# For one linear layer (a line, or the last layer of a network on its own), the loss is convex in the weights, too. So
# linear regression has no separate valleys. Now take two layers with one weight each, no activation function, the input
# 1, and the target 1. The prediction is $w_1 w_2$, and the loss is $(w_1 w_2 - 1)^2$.
#
# **Predict first.** The loss is zero at $w_1 = w_2 = 1$ and at $w_1 = w_2 = -1$. How high is it halfway between?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "erratum:E13", "claim", "claim:not-convex-in-the-weights"]
ends, middle = [np.array([1.0, 1.0]), np.array([-1.0, -1.0])], np.array([0.0, 0.0])
height = [losses.mse([w.prod()], [1.0]) for w in (*ends, middle)]
plots.show(
    diagrams.two_valleys(),
    alt="Two curved valleys of the loss; between them, along a line, a hill of height 1.",
)
print(f"at the two ends {height[0]:.0f} and {height[1]:.0f}, halfway {height[2]:.0f}")
assert height[2] > (height[0] + height[1]) / 2  # claim: in the weights it is not convex

# %% [markdown] slideshow={"slide_type": "fragment"}
# **1**, higher than both ends: two separate valleys, each a whole curve $w_1 w_2 = 1$ of equally good weights. (Darker
# is lower; the circles mark the two minima of the question.) To think that a convex loss makes training convex is a
# common mistake: a convex loss promises nothing about the weights of a deep network. Training works all the same, which
# is a subject of chapter 07.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E14", "predict"]
# ### How many minima?
#
# **Predict first.** Four deliveries took 11, 12, 14, and 19 minutes. The MAE of a constant is convex. How many
# constants minimize it?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "erratum:E14", "claim", "claim:a-flat-floor"]
y, constants = np.array([11.0, 12, 14, 19]), np.arange(100, 201) / 10
off = constants[:, None] - y
absolute, squared = np.mean(np.abs(off), axis=1), np.mean(off**2, axis=1)
panels = {"MAE": {"MAE": absolute}, "MSE": {"MSE": squared}}
plots.show(
    diagrams.side_by_side(constants, panels, xlabel="predicted constant [min]"),
    alt="The MAE of four targets is flat from 12 to 14; the MSE has one lowest point.",
)
floor = constants[np.isclose(absolute, absolute.min())]
print(f"MAE {absolute.min():.2f} for all constants from {floor[0]:.0f} to {floor[-1]:.0f}")
falling = np.log1p(np.exp(-np.array([0.0, 5, 20, 30])))
shown = ", ".join(f"{value:.0e}" for value in falling)
print(f"log(1 + exp(-z)) at z = 0, 5, 20, 30: {shown}")
assert (floor[0], floor[-1]) == (12, 14)  # claim: a whole interval
assert np.sum(np.isclose(squared, squared.min())) == 1  # claim: the MSE has one minimum
assert np.all(np.diff(falling) < 0)  # claim: this one has none

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Infinitely many**: everything from 12 to 14. "Convex, so there is one minimum" is a common mistake. Convexity rules
# out separate valleys, but the floor of the one valley may be flat. A *strictly* convex function, whose graph stays
# below the line between the two points, has **at most** one minimum. Even that is no guarantee that there is one:
# $\log(1 + e^{-z})$ is strictly convex and falls forever. It is the loss of lecture 06b for an example of class "yes."

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 68. Ask for a loss with no minimum at all before you show the last sentence. Strict convexity: at most one.
# For at least one, the function must also rise toward both ends.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:loss-applications"]
# ## Which loss, and where you meet it
#
# | your data or your task | loss | the model predicts | methods that use it |
# |---|---|---|---|
# | Gaussian scatter | MSE | mean | linear, ridge, and lasso regression, trees, forests, boosting, most networks |
# | Laplace, heavy tails | MAE | median | L1 and median regression, trees and boosting with absolute error |
# | Gaussian with outliers | Huber, log-cosh | a value near most of the data | robust regression, boosting, box regression in detectors |
# | unequal costs, or a band | quantile | $q$-quantile | quantile regression, boosting, forecasts with bands |
# | counts | Poisson | mean rate | Poisson regression, a generalized linear model; boosting |
#
# Ridge and lasso add a penalty on the weights (chapter 08). Support vector regression is often listed under the MSE. In
# fact, its loss is zero up to a margin and absolute beyond it.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Different names, the same minimum
#
# Most of these methods have a class of their own in scikit-learn, with a specialized algorithm. What they minimize is
# one of our losses, so `fit` must arrive at a loss that is just as low.


# %% tags=["hide-input", "claim", "claim:same-minimum", "nbval-ignore-output"]
def nine_in_ten(prediction, y):
    return np.where(prediction < y, -0.9, 0.1) / len(y)


def poisson(log_rate, y):
    return (np.exp(log_rate) - y) / len(y)


counts = np.random.default_rng(6).poisson(np.exp(3 - 1.5 * km))
lines = {"LinearRegression": linear_model.LinearRegression()}
lines["QuantileRegressor"] = linear_model.QuantileRegressor(quantile=0.9, alpha=0)
lines["PoissonRegressor"] = linear_model.PoissonRegressor(alpha=0, tol=1e-8)
ours = {"LinearRegression": (squared_gradient, took, losses.mse)}
ours["QuantileRegressor"] = (nine_in_ten, took, partial(losses.quantile, q=0.9))
ours["PoissonRegressor"] = (poisson, counts, losses.poisson_nll)
for name, (gradient, y, loss) in ours.items():
    lines[name].fit(features[:, 1:], y)
    theirs = features @ [lines[name].intercept_, *lines[name].coef_]
    gap = loss(features @ fit(gradient, features, y), y) - loss(theirs, y)
    print(f"{name:17} loss {loss(theirs, y):6.3f}, descent higher by {gap:.0e}")
    assert abs(gap) < 2e-3  # claim: the same minimum

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 73. The table is the lecture on one page. Go down the second column and let the class name a task for each.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:06a.5"]
# ### Exercise 06a.5 · Choose the loss (6 min)
#
# Four tasks, four losses: `"mse"`, `"huber"`, `"quantile"`, `"poisson"`. Use each once.
#
# 1. How many cars pass through an intersection in an hour at night? Often none, sometimes thirty.
# 2. The temperature, from the voltage of a sensor; the noise is small and has no outliers. The mean is wanted.
# 3. How much water must a reservoir hold so that it lasts in 19 of 20 weeks?
# 4. The distance from an echo; about one echo in fifty comes from the wrong wall. The gradient should not jump.

# %% tags=["exercise:06a.5"] nbgrader={"grade_id": "ex-06a-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
chosen = None  # Exercise 06a.5: replace None with four names, for tasks 1 to 4
### BEGIN SOLUTION
# Counts; plain noise; a level, exceeded in one week of twenty; outliers, no jump.
chosen = ("poisson", "mse", "quantile", "huber")
### END SOLUTION

# %% tags=["check:06a.5"]
check("06a.5", chosen)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:06a.6"]
# ### Exercise 06a.6 · Promise a time (15 min)
#
# This task is open-ended: there are many ways to do it. From past rides, promise a time for each new one. Each minute
# by which a ride exceeds the promise costs you 9 euros; each minute by which it falls short costs 1 euro. Write
# `promise(km, minutes, km_new)`: distances (N,) and minutes (N,) of past rides, distances (M,) of new ones; return the
# promised minutes (M,). Bring the mean cost per ride, over three cities that you have not seen, **below 7.6 euros**.
# The MSE line costs about 11, the median line about 15. Your function has ten seconds per city.
#
# The cities are like `rides(seed)` with 1,000 past rides, except that each has a speed of its own, and that in three of
# a hundred past rides, the courier pressed the button an hour late. The new rides are timed correctly.


# %% tags=["exercise:06a.6"] nbgrader={"grade_id": "ex-06a-6", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def promise(km, minutes, km_new):  # Exercise 06a.6
    """Return the promised minutes for the new rides: (N,), (N,), (M,) → (M,)."""
    ### BEGIN SOLUTION
    # Costs of 9 and 1 are ten times the quantile loss with q = 0.9.
    X = np.stack([np.ones(len(km)), km], axis=1)
    weights = np.zeros(2)
    for step in range(4000):
        gradient = X.T @ np.where(X @ weights < minutes, -0.9, 0.1) / len(km)
        weights = weights - 2.0 * (1 - step / 4000) * gradient
    return weights[0] + weights[1] * km_new
    ### END SOLUTION


# %% tags=["check:06a.6"]
check("06a.6", promise)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | loss | gradient of one example | the model predicts | choose it for |
# |---|---|---|---|
# | MSE | $2e$ | mean | Gaussian scatter |
# | MAE | $\operatorname{sign} e$ | median | heavy tails |
# | Huber | $e$, clipped to $\pm\beta$ | median for small $\beta$, mean for large $\beta$ | outliers, no jump at 0 |
# | quantile | $-q$ or $1 - q$ | $q$-quantile | bands, unequal costs |
# | Poisson | $r - y$, with respect to $\log r$ | mean rate | counts |
#
# - One recipe: say how the data scatter, take minus the logarithm of the likelihood, and minimize it.
# - RMSE is in the unit of the target, but it is not the average error.
# - Convex: no separate valleys. Strictly convex: at most one minimum. Neither holds for the weights of a deep network.
#
# **Next.** In 06b, the target is a class. The same recipe gives cross-entropy, and we ask what a probability is worth.

# %% slideshow={"slide_type": "skip"} tags=["progress:06a"]
from course_utils.exercises import progress

progress("06a")

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Quiz
#
# 1. All targets and predictions of a regression are multiplied by 10. What happens to the MSE, to the MAE, and to Huber
#    with a fixed $\beta$?
# 2. A colleague reports an RMSE of 3 minutes and says that predictions are off by 3 minutes on average. What can you say
#    about the average error?
# 3. You train with the quantile loss at $q = 0.2$. Will the predictions tend to be too high or too low?
#
# <details><summary>Answers</summary>
#
# 1. The MSE grows by a factor of 100, the MAE by a factor of 10. Huber grows by a factor between 10 and 100 and becomes
#    a different loss, closer to the MAE, because more errors now exceed $\beta$.
# 2. It is at most 3 minutes, and exactly 3 only if all errors have the same size.
# 3. Too low: about 80% of the targets will lie above the prediction.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - P. J. Huber, Robust estimation of a location parameter, *Annals of Mathematical Statistics* 35, 73–101, 1964: the loss
#   that bears his name.
# - R. Koenker and G. Bassett, Regression quantiles, *Econometrica* 46, 33–50, 1978: the quantile loss.
# - T. Gneiting, Making and evaluating point forecasts, *Journal of the American Statistical Association* 106, 746–762,
#   2011: which loss asks for which number.
# - S. J. D. Prince, *Understanding Deep Learning*, MIT Press 2023, chapter 5: the recipe, for regression and
#   classification.
# - I. Goodfellow, Y. Bengio, and A. Courville, *Deep Learning*, MIT Press 2016, section 5.5: maximum likelihood.
