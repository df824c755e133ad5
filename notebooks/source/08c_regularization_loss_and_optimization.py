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
# # 08c · Regularization: loss and optimization
#
# Last time (08b), we changed the data and the model so that a network could no longer memorize wrong labels. Today the
# data and the model stay as they are. We change what is minimized, with penalties and losses, and how: where the
# descent starts, how it steps, and when it ends.
#
# **After this lecture, you will be able to**
# - find the strength of a penalty on validation data, and say what L2 and L1 do to weights;
# - tell weight decay from an L2 penalty, and leave the biases out;
# - penalize the Jacobian of a network with one random direction instead of all of them;
# - choose a loss for a rare class, a start for a deep network, and the moment to stop.
#
# **You need** lecture 08a; optimizers (chapter 07).
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 75 min | 49 min | 2 min |

# %% tags=["setup"]
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import torch
from numpy.polynomial.legendre import legvander
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Lasso
from torch import nn
from torch.nn import functional as F

from course_utils import diagrams, evidence, plots, regularization, settings, widgets
from course_utils.exercises import check, hint
from course_utils.optimizers import SGD
from course_utils.training import border_pixels, few_patches, noisy_digits
from course_utils.training.moons import moon_error

plots.use_course_style()
torch.set_num_threads(1)  # in networks this small, more threads only wait
STEPS, LONG, EPOCHS = settings.by_profile(full=(300, 600, 10), fast=(100, 40, 1))
task = noisy_digits.noisy_digits(seeds=8)
plain_networks, plain = noisy_digits.train(task, STEPS, every=2)  # and its curves


def compare_with_plain(errors, name):
    """Compare test errors of eight seeds with those of the plain network, and print it."""
    at_end, names = plain.test_error[-1, 0], (name, "the plain network")
    result = evidence.compare(errors, at_end, better="lower", names=names)
    print(result)
    return result


# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:weight-decay"]
# ## A curve on a leash
#
# In lecture 08a, a polynomial of degree 11 went through all twelve measurements and swung wildly in between. Such swings need
# large coefficients that almost cancel one another at the points. So let us make large coefficients expensive. We add a
# penalty, with a strength $\lambda$ that we choose:
#
# $$\frac{1}{N} \sum_{n=1}^N (\hat y_n - y_n)^2 + \lambda \lVert w \rVert^2$$
#
# **Try it.** Move $\log_{10} \lambda$. Watch the curve and its coefficients. When does it fit best, and what happens
# for the largest $\lambda$?


# %% tags=["hide-input"]
x, grid = np.linspace(0, 1, 12), np.linspace(0, 1, 101)


def ridge_curve(y, strength, at):
    """Fit degree 11 with an L2 penalty to y; return the values elsewhere, and w."""
    A = legvander(2 * x - 1, 11)  # (12, 12), one column per coefficient
    w = np.linalg.solve(A.T @ A / 12 + strength * np.eye(12), A.T @ y.T / 12)
    return (legvander(2 * at - 1, 11) @ w).T, w


# %% tags=["hide-input"]
def leash(log_strength):
    y = np.sin(2 * np.pi * x) + np.random.default_rng(3).normal(0, 0.3, 12)
    curve, w = ridge_curve(y, 10.0**log_strength, grid)
    title = f"λ = {10.0**log_strength:.2g}, largest coefficient {np.abs(w).max():.1f}"
    return diagrams.fitted_curve((x, y), grid, np.sin(2 * np.pi * grid), curve, title, w)


widgets.explore(
    leash,
    alt="A curve through noisy points that swings at both ends, and its coefficients.",
    log_strength=widgets.Slider(-7, 2, -7),
)

# %% [markdown] slideshow={"slide_type": "fragment"}
# With a weak penalty, the curve goes through every point. With a very strong one, all coefficients are almost zero: it
# underfits. In between, the curve comes close to the dashed truth, with all its twelve coefficients still in use. A penalty
# is a softer tool than a lower degree.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 0 to 8. Ask: "How would you choose λ without the dashed line?" Cross-validation, as in 08a. Usual wrong answer:
# "take the λ with the lowest training error"; that is always λ = 0.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### L2 and L1
#
# Two penalties are common. Here they are with their gradients, which pull every weight toward zero:
#
# | penalty | $R(w)$ | gradient | the pull |
# |---|---|---|---|
# | L2 | $\frac{\lambda}{2} \lVert w \rVert_2^2 = \frac{\lambda}{2} \sum w_k^2$ | $\lambda w$ | in proportion to the weight |
# | L1 | $\lambda \lVert w \rVert_1 = \lambda \sum \lvert w_k \rvert$ | $\lambda \operatorname{sign}(w)$ | the same at any size |
#
# The factor ½ makes the gradient simple. Biases are usually left out: they do not make a function steep, they only shift it.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["predict"]
# ## Does it pay?
#
# Back to the 200 digits that were labeled in a hurry. The L2 penalty on all weights is often called *weight decay*: without
# any other gradient, each step of gradient descent would shrink the weights a little.
#
# **Predict first.** We try $\lambda$ = 0.003, 0.01, 0.03, 0.06, and 0.2. Draw the curve of the test error that you expect, and
# mark where the *training* error stops being 0: before the best $\lambda$, at it, or after it?


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:weight-decay-pays", "nbval-ignore-output"]
strengths = torch.tensor([0.003, 0.01, 0.03, 0.06, 0.2]).reshape(-1, 1)  # one per copy


def l2(networks, x):
    """Return the penalty of each network: (C, S)."""
    return strengths / 2 * sum(W.square().sum((-1, -2)) for W in networks.weights)


decayed = noisy_digits.train(task, STEPS, copies=5, penalty=l2, every=STEPS)[1]
plots.curves(
    {
        "validation (noisy labels)": decayed.val_error[-1].mean(1),
        "test (correct labels)": decayed.test_error[-1].mean(1),
        "training": decayed.train_error[-1].mean(1),
    },
    x=strengths.ravel().numpy(),
    log_x=True,
    xlabel="strength λ of the penalty",
    ylabel="wrong predictions [%]",
    alt="Validation and test error fall with λ, then rise; the training error rises.",
)
chosen = decayed.val_error[-1].mean(1).argmin()
name = f"λ = {strengths[chosen].item():.2f}, chosen on validation data,"
result = compare_with_plain(decayed.test_error[-1, chosen], name)
assert result.improves(by=2)  # claim: it pays
assert decayed.train_error[-1, chosen - 1].mean() > 1  # claim: above 0 before the best λ
u = decayed.val_error[-1]  # claim: a U; the strongest penalty is clearly worse again
assert evidence.compare(u[chosen], u[-1], better="lower").improves(by=5)

# %% [markdown] slideshow={"slide_type": "fragment"}
# The training error leaves 0 **before** the best $\lambda$. At the best one, about a fifth of the training labels are
# "wrong" for the network, and a quarter of them *are* random. If you expected the best network to have a training error of 0,
# remember what the labels are made of. A little too much, and the network underfits: the right arm of the U is steep.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:08c.1"]
# ### Exercise 08c.1 · Find the strength (15 min)
#
# This task is open-ended. Write `choose_strength(X, y, strengths)`. `X` has shape (N, F), `y` has shape (N,), and `strengths` is an array of
# candidates. The model is linear, without a bias: $w$ solves $(X^T X / N + \lambda I)\, w = X^T y / N$. Return the candidate that
# will do best on *new* data. On average over sixty data sets that you have not seen, the error of your choice must be **at
# most 1.12 times** that of the best candidate, which only the check can compute.


# %% tags=["exercise:08c.1"] nbgrader={"grade_id": "ex-08c-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def choose_strength(X, y, strengths):  # Exercise 08c.1
    """Return the strength that promises the lowest error on new data."""
    ### BEGIN SOLUTION
    # Cross-validation with ten folds, as in lecture 08a.
    errors = np.zeros(len(strengths))
    for fold in range(10):
        out = np.arange(len(X)) % 10 == fold
        A, b, n = X[~out], y[~out], (~out).sum()
        for k, strength in enumerate(strengths):
            w = np.linalg.solve(A.T @ A / n + strength * np.eye(X.shape[1]), A.T @ b / n)
            errors[k] += ((X[out] @ w - y[out]) ** 2).sum()
    return strengths[errors.argmin()]
    ### END SOLUTION


# %% tags=["check:08c.1"]
check("08c.1", choose_strength)

# %% [markdown]
# Stuck on an exercise? `hint` helps a little, and a little more each time you call it.

# %%
hint("08c.1", 1)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:l1-l2-geometry"]
# ## A disk and a diamond
#
# For a convex loss, minimizing the loss plus a penalty is the same as minimizing the loss among all weights whose norm
# is at most some size. For L2 these weights form a disk, for L1 a diamond with its corners on the axes. The gray
# circles below are contours of a loss with its minimum at the cross. The best allowed weights (orange dot) are where a
# contour first touches the region.
#
# **Try it.** Move the minimum up and down. When does the dot sit exactly on an axis?


# %% tags=["hide-input"]
def touch(w2):
    return diagrams.penalized_minimum((1.4, w2), size=0.8)


widgets.explore(
    touch,
    alt="A disk and a diamond, each touched by a contour: at a slope, and at a corner.",
    w2=widgets.Slider(-1.2, 1.2, 0.5, 0.1),
)

# %% [markdown] slideshow={"slide_type": "fragment"}
# With the disk, only if the minimum itself is on the axis. With the diamond, for a whole range of minima, because a corner
# catches them. So an L1 penalty sets weights to **exactly zero**, and an L2 penalty only makes them small.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### One weight at a time
#
# Where is the minimum of $\frac{1}{2}(w - a)^2 + \lambda \lvert w \rvert$? For $w > 0$ the slope is $w - a + \lambda$,
# which is zero at $w = a - \lambda$; this is positive only if $a > \lambda$. For $w < 0$ it is zero at $w = a +
# \lambda$. In between, for $\lvert a \rvert \le \lambda$, both slopes point toward zero, and the minimum is $w = 0$.
# Together, this is the *soft threshold*: move $a$ toward zero by $\lambda$, but stop at zero. A gradient step with
# $\operatorname{sign}(w)$ would jump back and forth across zero instead. So we fit the *lasso* (linear regression with
# L1) by alternating a gradient step with a soft threshold.


# %%
patients = load_diabetes(scaled=False)
X_sugar, y_sugar = (v - v.mean(0) for v in (patients.data, patients.target))
X_sugar, y_sugar = X_sugar / X_sugar.std(0), y_sugar / y_sugar.std()  # (442, 10)


def soft_threshold(a, amount):
    return np.sign(a) * np.maximum(np.abs(a) - amount, 0)


def ridge(strength):
    gram = X_sugar.T @ X_sugar / len(X_sugar) + strength * np.eye(10)
    return np.linalg.solve(gram, X_sugar.T @ y_sugar / len(X_sugar))


def lasso(strength, rate=0.2):
    w = np.zeros(10)
    for _ in range(3000):
        gradient = X_sugar.T @ (X_sugar @ w - y_sugar) / len(X_sugar)
        w = soft_threshold(w - rate * gradient, rate * strength)
    return w


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Which weights reach zero?
#
# Ten measurements of 442 patients predict how far their diabetes had progressed a year later.
#
# **Predict first.** As $\lambda$ grows from 0.01 to 1, all weights of ridge (L2) and lasso (L1) shrink. How many weights are
# exactly zero at the end, for each of the two?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:l1-deletes"]
strengths = np.geomspace(0.01, 1, 25)
paths = {"ridge": np.array([ridge(s) for s in strengths])}
paths["lasso"] = np.array([lasso(s) for s in strengths])
names = {"bmi": "body mass", "s5": "triglycerides", "bp": "blood pressure", "sex": "sex"}
column = {label: patients.feature_names.index(name) for name, label in names.items()}
plots.curves(
    {label: paths["lasso"][:, k] for label, k in column.items()},
    x=strengths,
    log_x=True,
    xlabel="λ",
    ylabel="weight (lasso)",
    alt="Four weights against λ; one after another reaches zero and stays there.",
)
for place in (0, 12, 24):
    zeros = {name: int((path[place] == 0).sum()) for name, path in paths.items()}
    print(f"λ = {strengths[place]:.2f}: exact zeros", zeros)
theirs = Lasso(0.1, fit_intercept=False, tol=1e-8).fit(X_sugar, y_sugar).coef_
assert np.allclose(lasso(0.1), theirs, atol=1e-5)  # claim: as scikit-learn
assert (paths["ridge"] != 0).all()  # claim: L2 shrinks and never deletes
assert (paths["lasso"][-1] == 0).all()  # claim: L1 deletes

# %% [markdown] slideshow={"slide_type": "fragment"}
# **None and all ten.** The lasso drops one measurement after another; the body mass index is the last to go (the figure shows
# four of the ten). This is why L1 is used to *select* features.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Leave the bias out
#
# The mean progression in these data is 152 units.
#
# **Predict first.** We fit a linear model with $\lambda = 1$ on the weights, and, by mistake, also on the bias. What is the mean
# of its predictions?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:bias-halves"]
inputs = np.hstack([X_sugar, np.ones((442, 1))])  # the last column carries the bias
for name, on_bias in {"bias left out": 0.0, "bias penalized": 1.0}.items():
    penalties = np.diag([1.0] * 10 + [on_bias])
    gram = inputs.T @ inputs / 442 + penalties
    w = np.linalg.solve(gram, inputs.T @ patients.target / 442)
    print(f"{name:15} mean prediction {(inputs @ w).mean():.0f}")
    # claim: a penalized bias halves every prediction's mean
    assert np.isclose((inputs @ w).mean(), patients.target.mean() / (1 + on_bias))

# %% [markdown] slideshow={"slide_type": "fragment"}
# **76**, half of what it should be. The bias is pulled to zero like any weight, and with it every prediction.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 25. Draw both regions on the board and let students sketch a contour that touches each. Usual wrong answer: "L2
# gives zeros, too, if λ is large enough". It gives small numbers; only L1 has corners.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:08c.2"]
# ### Exercise 08c.2 · One step of the lasso (6 min)
#
# Write `lasso_step(w, gradient, learning_rate, strength)`: first a gradient step of the loss; then each weight moves toward
# zero by `learning_rate * strength`, but never past it. All arrays have the same shape.


# %% tags=["exercise:08c.2"] nbgrader={"grade_id": "ex-08c-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def lasso_step(w, gradient, learning_rate, strength):  # Exercise 08c.2
    """Return the new weights, of the shape of w."""
    ### BEGIN SOLUTION
    # The order matters: the threshold comes last, so that weights can end at zero.
    w = w - learning_rate * gradient
    return np.sign(w) * np.maximum(np.abs(w) - learning_rate * strength, 0)
    ### END SOLUTION


# %% tags=["check:08c.2"]
check("08c.2", lasso_step)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E26"]
# ### A common mistake: an L2 penalty is always weight decay
#
# For plain gradient descent it is: both sides of the next line are the same step. On the left, the penalty's gradient is
# added; on the right, the weights decay first.
#
# $$w - \eta\,(g + \lambda w) = (1 - \eta\lambda)\, w - \eta\, g$$
#
# An L1 penalty is never a decay: its pull does not depend on the weight. And with Adam, an L2 penalty is no decay either
# (lecture 07b): Adam divides the penalty's gradient, like any other, by the size of past gradients. So our digits were
# trained with a penalty. AdamW would have let the weights decay.

# %% [markdown] tags=["erratum:E26", "predict"]
# **Predict first.** We replace the penalty by a decay, with Adam and the same $\lambda = 0.06$: each step also multiplies
# all weights by $1 - \eta\lambda$. Does this do as much as the penalty, too much, or nothing? And will another
# $\lambda$ pay?


# %% slideshow={"slide_type": "subslide"} tags=["reveals", "erratum:E26", "claim", "claim:adam-with-l2-is-not-decay", "nbval-ignore-output"]
start = g = np.array([1.0, -2.0])
one_step, sgd = start - 0.1 * (g + 0.5 * start), start.copy()
SGD([sgd], 0.1, weight_decay=0.5).step([g])
two_forms = one_step, (1 - 0.1 * 0.5) * start - 0.1 * g
assert np.allclose(*two_forms)  # claim: without Adam it is one step in two forms
assert np.allclose(one_step, sgd)
strengths = torch.tensor([0.06, 10, 30]).reshape(-1, 1, 1, 1)


def decay(networks, step):
    with torch.no_grad():
        for W in networks.weights:  # before Adam's step, as AdamW does
            W *= 1 - noisy_digits.RATE * strengths


with_decay = noisy_digits.train(task, STEPS, copies=3, gradients=decay, every=STEPS)[1]
chosen, same = with_decay.val_error[-1].mean(1).argmin(), with_decay.train_error[-1, 0]
name = f"a decay of {strengths[chosen].item():.0f}, chosen on validation data,"
result = compare_with_plain(with_decay.test_error[-1, chosen], name)
assert same.max() == 0  # claim: the same λ does nothing
assert chosen == 1 and result.improves(by=1)  # claim: a much larger one pays

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Nothing**: the network still memorizes every label. At a rate of 0.003, the weights lose 0.018% per step. As a
# penalty, the same $\lambda$ did much more, because Adam blows up gradients that are small. But a decay **pays, too**, once
# $\lambda$ is 10. If you change the optimizer or the form of the penalty, search for its strength anew.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:smoothness"]
# ## Smoothness: nearby images, nearby logits
#
# We would like $f(x_1) \approx f(x_2)$ whenever $x_1 \approx x_2$. The Jacobian $J = \partial f / \partial x$ measures how
# fast $f$ changes: it has one row for each of the 10 logits and one column for each pixel. We penalize its squared Frobenius
# norm, the sum of the squares of all its entries, $R = \lambda \lVert J \rVert_F^2$.
#
# All of $J$ would cost ten backward passes. A random direction $v$ with length 1 among the logits costs **one**. Its
# entries have mean square 1/10 and are uncorrelated, so
#
# $$\operatorname{mean} \lVert v^T J \rVert^2 = \textstyle\sum_{k,l} \operatorname{mean}(v_k v_l)\, (J J^T)_{kl}
# = \tfrac{1}{10} \sum_k (J J^T)_{kk} = \tfrac{1}{10} \lVert J \rVert_F^2 .$$


# %% tags=["claim", "claim:one-direction-is-enough"]
def jacobian_penalty(network, x):
    """Estimate the mean of the squared Jacobian norm over images (…, N, pixels)."""
    x = x.detach().requires_grad_()
    logits = network(x)
    v = F.normalize(torch.randn_like(logits), dim=-1)  # a direction for each image
    (gradient,) = torch.autograd.grad(logits, x, grad_outputs=v, create_graph=True)
    return logits.shape[-1] * gradient.square().sum(-1).mean(-1)


torch.manual_seed(8)
network = nn.Sequential(nn.Linear(12, 30), nn.Tanh(), nn.Linear(30, 10)).double()
images = torch.randn(4, 12, dtype=torch.float64)
whole = [torch.autograd.functional.jacobian(network, image) for image in images]
exact = torch.stack(whole).square().sum((1, 2)).mean().item()
estimates = [jacobian_penalty(network, images).item() for _ in range(600)]
estimate = evidence.over_seeds(estimates)
print(f"whole Jacobian {exact:.2f}, one direction each: {estimate}")
assert estimate.agrees(exact, within=0.05)  # claim: right on average

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** In lecture 08b, noise on the input halved the error on our digits, and noise is a random step to a nearby
# image. Will the Jacobian penalty help as much, or hardly at all, since it is the *labels* that are wrong?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:smoothness-pays", "nbval-ignore-output"]
strengths = torch.tensor([0.03, 0.2, 1]).reshape(-1, 1)


def smooth(networks, x):
    return strengths * jacobian_penalty(networks, x.expand(3, *x.shape[1:]))


networks, smoothed = noisy_digits.train(task, STEPS, copies=3, penalty=smooth, every=STEPS)
chosen = smoothed.val_error[-1].mean(1).argmin()
name = f"λ = {strengths[chosen].item():.2f}, chosen on validation data,"
result = compare_with_plain(smoothed.test_error[-1, chosen], name)
assert result.improves(by=5)  # claim: it pays
with torch.no_grad():
    noise = 0.1 * torch.randn_like(task.X_test)
    moves = [f(task.X_test + noise) - f(task.X_test) for f in (plain_networks, networks)]
usual, changes = (move.square().sum(-1).mean((1, 2)) for move in moves)
print("logits change by noise, plain = 1:", (changes / usual).numpy().round(3))
assert changes[-1] < 0.1 * usual  # claim: the network is smoother

# %% [markdown] slideshow={"slide_type": "fragment"}
# It helps **about as much** as noise. A smooth network can hardly give one image a different label from all the images
# around it, so a single wrong label is outvoted by its neighbors. If you said that a penalty cannot repair labels, you
# are right; it can only keep the network from believing them.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 40. Ask: "Which is smoother, a network that memorized a wrong label, or one that did not?" Sketch a wrong label as a spike
# among its neighbors. Usual wrong answer: a penalty cannot know which labels are wrong. It does not need to.

# %% [markdown] tags=["optional"]
# ### Smoothness needs no labels (optional)
#
# The penalty can be taken at images that nobody has labeled. Our points form two moons: six in each are labeled, and
# 300 are not. The penalty sits on the probability of the first class. Where may a smooth function change? Only where
# there are no points: in the gap between the moons.

# %% tags=["optional", "claim", "claim:unlabeled-points-help", "nbval-ignore-output"]
found = {}
for where in ("all", "labeled"):
    found[where] = [moon_error(seed, LONG // 2, smooth_at=where) for seed in range(8)]
    print(f"penalty at {where} points: error {np.mean(found[where]):.1f}%")
result = evidence.compare(*found.values(), better="lower", names=tuple(found))
print(result)
if evidence.in_full_only("the gain of unlabeled points, which takes long training"):
    assert result.improves(by=1)  # claim: unlabeled points help, clearly

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:08c.3"]
# ### Exercise 08c.3 · A Jacobian by hand (8 min)
#
# A network with one hidden layer, $f(x) = W_2 \tanh(W_1 x)$. Write `squared_jacobian(W1, W2, x)`, which returns
# $\lVert J \rVert_F^2$ at one point. `W1` has shape (H, F), `W2` has shape (K, H), and `x` has shape (F,). The derivative of
# $\tanh z$ is $1 - \tanh^2 z$.


# %% tags=["exercise:08c.3"] nbgrader={"grade_id": "ex-08c-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def squared_jacobian(W1, W2, x):  # Exercise 08c.3
    """Return the squared Frobenius norm of the Jacobian at x: a number."""
    ### BEGIN SOLUTION
    # Chain rule: W2, times the slopes of tanh on a diagonal, times W1.
    h = np.tanh(W1 @ x)
    jacobian = (W2 * (1 - h**2)) @ W1
    return (jacobian**2).sum()
    ### END SOLUTION


# %% tags=["check:08c.3"]
check("08c.3", squared_jacobian)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:error-function"]
# ## The loss: a rare class
#
# In an image of cells under a microscope, only 5 of 100 pixels belong to a border. *Cross-entropy* counts all pixels
# equally. The *Dice loss* (lecture 06b) asks for overlap with the rare class, however small it is:
# $1 - (2 \sum p\, y + 1) / (\sum p + \sum y + 1)$. A small network classifies each pixel from its 9 × 9 window. We compare what both losses
# make of it, at *every* step of the training.


# %% slideshow={"slide_type": "subslide"}
def dice(z, y):
    """Return the mean Dice loss of logits z, (S, M), and targets y, (M,)."""
    p = z.sigmoid()
    return (1 - (2 * (p * y).sum(1) + 1) / (p.sum(1) + y.sum() + 1)).mean()


def cross_entropy(z, y):
    return F.binary_cross_entropy_with_logits(z, y.expand_as(z))


def overlap(found, truth):
    """Return recall, precision, and Dice score, each (checks, S)."""
    hits, marked = (found & truth).sum(-1), found.sum(-1)
    recall, precision = hits / truth.sum(), hits / marked.clamp(min=1)
    return recall, precision, 2 * hits / (marked + truth.sum())


X, y, X_new, y_new = border_pixels.windows_of_cells()  # 3,000 pixels, 4 new images
print(f"{100 * y_new.mean():.0f}% of the pixels of the new images are border")

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["predict"]
# **Predict first.** Which loss finds more of the border after 40 steps, which one after 600, and how many of the pixels that
# it marks are really border?

# %% slideshow={"slide_type": "subslide"} tags=["reveals", "hide-input", "claim", "claim:dice-is-only-sooner", "nbval-ignore-output"]
found, course = {}, {}
for name, loss in {"cross-entropy": cross_entropy, "Dice": dice}.items():
    found[name] = border_pixels.train_pixels(loss, X, y, X_new, LONG, every=20)
    course[name] = overlap(found[name], y_new > 0.5)
    for when, check_number in {"step 40": 2, "the end": -1}.items():
        recall, precision, score = (part[check_number].mean() for part in course[name])
        print(f"{name}, {when}: recall {recall:.2f}, precision {precision:.2f}", end=", ")
        print(f"Dice score {score:.2f}")
lines = {f"{name}: recall": parts[0].mean(1).numpy() for name, parts in course.items()}
lines |= {f"{name}: precision": parts[1].mean(1).numpy() for name, parts in course.items()}
plots.curves(
    lines,
    x=20 * np.arange(len(course["Dice"][0])),
    xlabel="step",
    ylabel="recall, precision",
    alt="Dice finds most of the border at once, with false pixels; later the gap closes.",
)
ours, theirs = course["Dice"][2].numpy(), course["cross-entropy"][2].numpy()
early, late = (evidence.compare(ours[k], theirs[k]) for k in (2, -1))
print("Dice score, Dice minus cross-entropy: at step 40", early.gain)
print("and at the end", late.gain)
assert early.improves(by=0.15)  # claim: Dice leaves "all background" sooner
if evidence.in_full_only("the small difference at the end, which takes long training"):
    # claim: no clear difference, and at most a small one
    assert not late.is_clear() and late.does_not_matter(0.1)

# %% slideshow={"slide_type": "subslide"} tags=["hide-input", "nbval-ignore-output"]
first = slice(48 * 48)  # the pixels of the first image
shown = {"image": X_new[first, 40], "borders": y_new[first]}
shown |= {f"{name}\nstep 40": masks[2, 0, first] for name, masks in found.items()}
shown |= {f"{name}\nthe end": masks[-1, 0, first] for name, masks in found.items()}
assert all(len(values) == 48 * 48 for values in shown.values())
plots.image_row(
    {name: values.reshape(48, 48).float() for name, values in shown.items()},
    alt="Cells, their borders; Dice marks too much at step 40, and the rest is empty.",
)

# %% [markdown] slideshow={"slide_type": "fragment"}
# After 40 steps, the Dice loss finds most of the border, but six of seven pixels that it marks are **false**. Cross-entropy first
# says "background" everywhere, which is right for 95 of 100 pixels. At the end, there is no clear difference in the Dice score.
# What the loss changes is how soon the network leaves the plateau, and how it trades misses for false alarms: cross-entropy marks
# fewer pixels, and more of those are correct. Stopped at step 40, this experiment would have "shown" that cross-entropy fails.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 50. Cover the right half of the figure first, and ask which loss is better. Then uncover it. The lesson is
# about experiments as much as about losses: where does the curve become flat?

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:initialization"]
# ## Where to start
#
# Lecture 05b followed gradients backward through many layers. Forward, it is the same story: a layer sums $n_\text{in}$ inputs, so
# weights with variance $v$ multiply the mean square by $n_\text{in}\, v$, in each layer anew. Three classical choices:
#
# | start | variance $v$ | made for |
# |---|---|---|
# | LeCun 1998 | $1/n_\text{in}$ | activations that are linear near zero |
# | Glorot 2010 ("Xavier") | $2/(n_\text{in} + n_\text{out})$ | the same, for forward and backward together |
# | He 2015 | $2/n_\text{in}$ | ReLU, which sets half of the values to zero |


# %% tags=["hide-input"]
def through_forty_layers(variance, seed=8):
    """Return the standard deviation of the net input in each of forty ReLU layers."""
    rng, spread = np.random.default_rng(seed), []
    a = rng.standard_normal((50, 200), np.float32)
    for _ in range(40):
        z = a @ (variance**0.5 * rng.standard_normal((200, 200), np.float32))
        spread.append(z.std())
        a = np.maximum(z, 0)
    return np.array(spread)


# %% [markdown] slideshow={"slide_type": "fragment"} tags=["predict"]
# **Predict first.** Forty ReLU layers of 200 units start with LeCun's variance. By what factor does the standard
# deviation of the net inputs change on the way, from the first layer to the last: 1, 1/40, or a millionth?

# %% slideshow={"slide_type": "subslide"} tags=["reveals", "hide-input", "claim", "claim:he-keeps-the-signal"]
starts = {"std 0.05": 0.05**2, "LeCun": 1 / 200, "He": 2 / 200}
spreads, powers = {}, {}
for name, variance in starts.items():
    spread = np.array([through_forty_layers(variance, seed) for seed in range(8)])
    spreads[name] = spread.mean(0)
    powers[name] = evidence.over_seeds(np.log2(spread[:, -1] / spread[:, 0]))
    print(f"{name:8} changes by a factor of 2^({powers[name]})")
plots.curves(
    spreads,
    x=np.arange(1, 41),
    xlabel="layer",
    ylabel="standard deviation of the net input",
    log_y=True,
    alt="Two lines fall steadily by many powers of ten; the line of He stays level.",
)
# claim: 39 factors of 1/√2 for LeCun, none for He
assert powers["LeCun"].agrees(-39 / 2, within=0.1)
assert abs(powers["He"].mean) < 1.5

# %% [markdown] slideshow={"slide_type": "fragment"}
# About **a millionth**, $2^{-19.5}$. Each ReLU throws away half of the mean square, so each layer multiplies the standard deviation
# by $1/\sqrt 2$. That sounds harmless, but there are 39 such factors. He's factor of 2 makes up for it. (PyTorch:
# `nn.init.kaiming_normal_`.)
#
# **Try it.** The slider sets $n_\text{in}\, v$. How far from 2 may it be until the signal is lost after 40 layers?


# %% slideshow={"slide_type": "subslide"} tags=["hide-input"]
def forty_layers(inputs_times_variance):
    figure, axis = plt.subplots(figsize=(7, 3))
    axis.semilogy(range(1, 41), through_forty_layers(inputs_times_variance / 200), "o-")
    axis.set(xlabel="layer", ylabel="std of the net input", ylim=(1e-13, 1e13))
    return figure


widgets.explore(
    forty_layers,
    alt="The standard deviation of the net inputs stays between 1 and 2 in all 40 layers.",
    inputs_times_variance=widgets.Slider(0.5, 6.0, 2.0, 0.5),
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:08c.4"]
# ### Exercise 08c.4 · How much is left? (6 min)
#
# On paper: a network of ReLU layers, each with 512 inputs and weights with variance $1/512$. The mean square of the net inputs
# is 1 in the first layer. What is it in layer 21, on average?

# %% tags=["exercise:08c.4"] nbgrader={"grade_id": "ex-08c-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
answer = None  # Exercise 08c.4: replace None with a number
### BEGIN SOLUTION
# The sum keeps the mean square (512 · 1/512 = 1); each of 20 ReLUs halves it.
answer = 0.5**20
### END SOLUTION

# %% tags=["check:08c.4"]
check("08c.4", answer)

# %% [markdown] tags=["optional"]
# ### A warm start (optional)
#
# The weights of a related task can be a better start than any random one. Ours is unsupervised, so it needs no labels:
# rotate a thousand unlabeled patches of photographs by 0, 90, 180, or 270 degrees, and learn to tell by how much. Then
# keep the convolutions, and train on the hundred labeled patches of lecture 08b for four epochs.


# %% tags=["optional", "claim", "claim:warm-start-is-ahead", "nbval-ignore-output"]
photos = few_patches.few_patches()
teacher = few_patches.train(few_patches.rotated(photos), seed=8, epochs=EPOCHS)


def errors_after_four_epochs(make_network):
    four = {"epochs": 4, "make_network": make_network}
    networks = [few_patches.train(photos, seed, **four) for seed in range(8)]
    return [few_patches.error(network, photos.X, photos.y) for network in networks]


def warm_start():
    network = few_patches.small_net()
    for layer in (0, 3):  # the two convolutions
        network[layer].load_state_dict(teacher[layer].state_dict())
    return network


soon = [errors_after_four_epochs(make) for make in (warm_start, few_patches.small_net)]
result = evidence.compare(*soon, better="lower", names=("warm", "cold"))
print("training error after four epochs:", result)
if evidence.in_full_only("the head start, which takes a trained teacher"):
    assert result.improves()  # claim: a head start

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:update-methods"]
# ## How to step
#
# Chapter 07 chose optimizers for speed. Here we ask whether the way down changes where it ends. Five small changes of the update:
# noise on the gradient; noise on the targets that fades away; a learning rate that fades away; learning only
# from the half of the images with the *highest* loss (*online batch selection*); and, after a few steps, learning from all but
# the quarter with the highest loss.


# %%
def noisy_gradient(networks, step):
    for value in networks.parameters():
        value.grad += 0.001 / (1 + step) ** 0.275 * torch.randn_like(value)


def fading_noise(x, y, step):
    return x, y + regularization.annealed(1.0, step, STEPS + 1) * torch.randn_like(y)


def hardest_half(losses, step):
    return losses.topk(losses.shape[-1] // 2).values


def trimmed(losses, step, start):
    """Keep all losses at first; from step start on, leave out the highest quarter."""
    keep = losses.shape[-1] if step < start else int(0.75 * losses.shape[-1])
    return losses.topk(keep, largest=False).values


# %% [markdown] slideshow={"slide_type": "fragment"} tags=["predict"]
# **Predict first.** One of the five clearly lowers the test error on our digits. Which one?

# %% slideshow={"slide_type": "subslide"} tags=["reveals", "hide-input", "claim", "claim:only-trimming-pays", "nbval-ignore-output"]
def run(**change):
    return noisy_digits.train(task, STEPS, every=STEPS, **change)[1]


trimming = {k: run(choose=partial(trimmed, start=k)) for k in (5, 15, 40)}  # from step k
val_error = {k: round(c.val_error[-1].mean().item(), 1) for k, c in trimming.items()}
start = min(val_error, key=val_error.get)
print("validation error [%] of trimming, by its start:", val_error)
ways = {
    "noise on the gradient": {"gradients": noisy_gradient},
    "fading noise on targets": {"inputs": fading_noise},
    "fading learning rate": {"schedule": lambda step: 1 - step / (STEPS + 1)},
    "hardest half": {"choose": hardest_half},
}
found = {name: run(**change) for name, change in ways.items()}
found["without highest quarter"] = trimming[start]
rows, results = {"plain": (plain.train_error[-1, 0], plain.test_error[-1, 0])}, {}
for name, curves in found.items():
    rows[name] = curves.train_error[-1, 0], curves.test_error[-1, 0]
    results[name] = compare_with_plain(rows[name][1], name)
plots.error_rows(
    rows, alt="Training and test errors of six ways; only the last is far better."
)
assert results.pop("without highest quarter").improves(by=3)  # claim: this one pays
if evidence.in_full_only("that no other way pays, which takes long training"):
    assert not any(result.improves() for result in results.values())  # claim

# %% [markdown] slideshow={"slide_type": "fragment"}
# The **last** one, begun at step 15, the best of three starts on validation data. By then the network has learned what
# the digits have in common, but not yet the wrong labels, so these have the highest losses. Leaving them out removes
# many of the mistakes from the training set. (We knew that about a quarter of the labels are random.) Online batch
# selection does the opposite: it was made for clean labels, where a high loss means "not learned yet". The other three,
# each at the one strength that we tried, change the way, but not where it leads: to a network that has memorized all
# labels.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 60. Most students choose the hardest half: "learn from your mistakes". Ask what a high loss means if a quarter of the
# labels are random. The moment to begin (15) matters: too early, the losses say nothing; too late, all labels are memorized.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Dropout, seen from here
#
# Lecture 08b presented dropout as a change of the model. It is also a way to step.
#
# **Predict first.** With dropout of 0.5 on both hidden layers, a single image is shown. In the 100 × 100 matrix between the
# two layers, what share of the weights gets a gradient of exactly zero: 0, one half, or three quarters? (Ignore the ReLUs.)

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:dropout-steps-in-a-subspace"]
torch.manual_seed(8)
before, W, after = nn.Linear(64, 100), nn.Linear(100, 100), nn.Linear(100, 10)
drop, zeros = nn.Dropout(0.5), []
for row in range(100):
    image, label = task.X[0, row : row + 1], task.y[0, row : row + 1]
    logits = after(drop(torch.tanh(W(drop(torch.tanh(before(image)))))))
    (gradient,) = torch.autograd.grad(F.cross_entropy(logits, label), W.weight)
    zeros.append((gradient == 0).double().mean().item())
share = evidence.over_seeds(zeros)
print(f"share of the weights that do not move: {share.mean:.2f}")
assert share.agrees(0.75, within=0.03)  # claim: three quarters stay where they are

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Three quarters**: a weight gets a gradient only if the units at both of its ends stay. A step on one image moves in
# a random *subspace* of the weights, and the rest waits for another draw. (With plain SGD they do not move at all;
# Adam's memory of past gradients moves them a little.)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:early-stopping", "defines:early stopping"]
# ## When to stop
#
# The plain network passes a good point on its way to memorizing everything (lecture 08a). **Early stopping** watches the
# validation set, keeps a copy of the best weights so far, and stops after a number of checks without a new best, the *patience*.
# Nothing is cheaper: it even saves computation.
#
# **Try it.** Below is one seed, checked every two steps. Choose what is watched, the loss or the error, and the
# patience. The orange line marks the weights that are restored, and the dotted line the stop. What is the test error of
# the restored weights?


# %% tags=["hide-input"]
def stop(values, patience):
    """Return the check at which training stops, and the best check so far."""
    stopping = regularization.EarlyStopping(patience)
    for check_number, value in enumerate(values):
        if stopping.update(value, {"check": np.array([float(check_number)])}):
            break
    return check_number, stopping.best_check - 1  # it counts from 1


# %% tags=["hide-input"]
def stopped_curve(watched, patience):
    values = {"loss": plain.val_loss, "error": plain.val_error}[watched][:51, 0, 0]
    end, best = stop(values, patience)
    title = f"restored: step {2 * best}, test error {plain.test_error[best, 0, 0]:.0f}%"
    both = {f"validation {watched}": values, "test error [%]": plain.test_error[:51, 0, 0]}
    return diagrams.stopping(2 * np.arange(51), both, 2 * best, 2 * end, title)


widgets.explore(
    stopped_curve,
    alt="Validation loss falls and rises again; marked are the best step and the stop.",
    watched=["loss", "error"],
    patience=widgets.Slider(1, 20, 5),
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** Over all eight seeds, with a patience of 10 checks: does it matter whether the validation *loss* or the
# validation *error* is watched? And what if there is no validation set, and we always stop after 20 steps?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:early-stopping-pays", "nbval-ignore-output"]
stopped, turns = {}, {}
for name, values in {"loss": plain.val_loss, "error": plain.val_error}.items():
    turns[name] = best = [stop(values[:, 0, seed], patience=10)[1] for seed in range(8)]
    stopped[name] = plain.test_error[best, 0, range(8)]
    print(f"{name} watched: steps {2 * min(best)} to {2 * max(best)}", end="; ")
    result = compare_with_plain(stopped[name], "early stopping")
    # claim: watching the error pays, clearly; watching the loss does not
    assert result.improves(by=2) if name == "error" else not result.is_clear()
names = ("the error watched", "the loss watched")
print(evidence.compare(stopped["error"], stopped["loss"], better="lower", names=names))
fixed = compare_with_plain(plain.test_error[10, 0], "20 steps for all")
assert fixed.improves(by=2)  # claim: a fixed number of steps pays, too
earlier = sum(np.less(turns["loss"], turns["error"]))
print(f"the loss turns before the error in {earlier} of 8 seeds")
assert earlier > 4  # claim: in most of them

# %% [markdown] slideshow={"slide_type": "fragment"}
# Watching the **error** pays clearly, and watching the loss does not; but the difference between the two, 3 ± 4 points,
# is not clear with eight seeds. In most of them, the loss turns earlier, while the answers still improve, because it
# punishes the network for being *sure*, and a quarter of the validation labels contradict it. For some seeds it stops
# much too soon. So watch what you care about. A fixed number of steps does as well here, but someone had to find the
# 20: lecture 08a found it with a validation set.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:08c.5"]
# ### Exercise 08c.5 · When does it stop? (10 min)
#
# Write `stopping_epochs(losses, patience)`. `losses` holds the validation loss of epoch 1, 2, …, and training stops after
# `patience` epochs in a row without a loss lower than the best so far (or where the list ends). Return the epoch in which training
# stops, and the epoch whose weights are restored, both counted from 1.


# %% tags=["exercise:08c.5"] nbgrader={"grade_id": "ex-08c-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def stopping_epochs(losses, patience):  # Exercise 08c.5
    """Return (epoch of the stop, epoch of the best weights), counted from 1."""
    ### BEGIN SOLUTION
    # Only the place of the best loss has to be remembered.
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        if epoch - best == patience:
            break
    return epoch + 1, best + 1
    ### END SOLUTION


# %% tags=["check:08c.5"]
check("08c.5", stopping_epochs)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:08c.6"]
# ### Exercise 08c.6 · Which one can use unlabeled samples? (4 min)
#
# - **a** the cross-entropy with smoothed labels
# - **b** a penalty on the Jacobian of the network at the samples
# - **c** the L2 norm of the weights
# - **d** the Dice loss

# %% tags=["exercise:08c.6"] nbgrader={"grade_id": "ex-08c-6", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
choice = None  # Exercise 08c.6: replace None with "a", "b", "c" or "d"
### BEGIN SOLUTION
# It needs samples, to know where to be smooth, but no targets.
choice = "b"
### END SOLUTION

# %% tags=["check:08c.6"]
check("08c.6", choice)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# On digits of which a quarter were labeled at random:
#
# | place | technique | here | keep in mind |
# |---|---|---|---|
# | penalty | L2 | clearly better | leave biases out; no decay with Adam |
# | penalty | Jacobian | clearly better | needs no labels |
# | step | highest losses left out | clearly better | only for wrong labels |
# | step | noise, schedule, hardest half | no clear gain | one strength each |
# | end | early stopping | clearly better | watch what you care about |
#
# - L1 sets weights to exactly zero, L2 only shrinks them.
# - Dice leaves the plateau sooner than cross-entropy; in the end, both score alike here.
# - ReLU layers start with variance $2/n_\text{in}$ (He).
#
# **Next.** We put everything together: a digit classifier from raw data to a judged, saved model.

# %% slideshow={"slide_type": "skip"} tags=["progress:08c"]
from course_utils.exercises import progress

progress("08c")

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Quiz
#
# 1. You switch from SGD to Adam and keep the L2 penalty. Does it still do what it did?
# 2. The validation loss rises while the validation error stays the same. What has the network become?
# 3. Two losses are compared after 50 steps, and one finds nothing. What do you ask?
#
# <details><summary>Answers</summary>
#
# 1. No. Adam divides it by the size of past gradients, so weights with large gradients hardly decay. Use AdamW.
# 2. Overconfident: it is wrong as often as before, but surer of it.
# 3. Whether both were trained until the curves are flat, and what the trivial answer would score.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - R. Tibshirani, Regression shrinkage and selection via the lasso, *J. R. Stat. Soc. B* 58, 1996.
# - J. Hoffman et al., Robust learning with Jacobian regularization, arXiv:1908.02729, 2019.
# - F. Milletari et al., V-Net, arXiv:1606.04797, 2016: the Dice loss.
# - Y. LeCun et al., Efficient BackProp, 1998 (see lecture 07a).
# - X. Glorot and Y. Bengio, Understanding the difficulty of training deep feedforward neural networks, *AISTATS* 2010.
# - K. He et al., Delving deep into rectifiers, arXiv:1502.01852, 2015.
# - S. Gidaris et al., Unsupervised representation learning by predicting image rotations, arXiv:1803.07728, 2018.
# - A. Neelakantan et al., Adding gradient noise improves learning, arXiv:1511.06807, 2015.
# - C. Wang and J. C. Principe, *IEEE Transactions on Neural Networks* 10, 1999: noise on the targets.
# - I. Loshchilov and F. Hutter, Online batch selection, arXiv:1511.06343, 2015.
# - Y. Shen and S. Sanghavi, Learning with bad training data via iterative trimmed loss minimization, *ICML* 2019.
# - L. Prechelt, Early stopping, but when?, in *Neural Networks: Tricks of the Trade*, 1998.
