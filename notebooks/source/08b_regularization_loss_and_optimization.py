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
# # 08b · Regularization: loss and optimisation
#
# Part a changed the data and the model. This part changes what is minimised, by the choice of the error and by a term
# that needs no targets, and how: where the way down starts, how it steps, and where it ends.
#
# **After this lecture you can**
# - choose a loss that does not overlook a rare class;
# - tell L2 from L1 and from decoupled weight decay, and leave the biases out;
# - penalise the Jacobian of a network with one random direction instead of all, with unlabelled samples too;
# - start a deep network so that its signal survives, and stop it in time.
#
# **You need** part a; optimizers from lecture 07.
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 90 min | 40 min | 3 min |

# %% tags=["setup"]
import dataclasses
import itertools

import matplotlib.pyplot as plt
import numpy as np
import torch
from sklearn.datasets import load_diabetes, make_moons
from sklearn.linear_model import Lasso, Ridge
from torch import nn
from torch.nn import functional as F

from course_utils import data, evaluation, optimizers, plots, regularization, settings
from course_utils.exercises import check, hint
from course_utils.training import comparison, dice_loss, fit, regularizers, steps

plots.use_course_style()
EPOCHS = settings.by_profile(full=60, fast=12)
SEEDS = settings.by_profile(full=range(5), fast=range(2))

# %% [markdown] slideshow={"slide_type": "slide"}
# ## The same task, the same table
#
# A hundred labelled patches of ten photographs, the small network and the baseline of part a, with the same seeds. The
# columns are those of part a: errors in per cent, gap, work relative to the baseline, verdict (better or worse where the
# difference is over four standard errors, else unclear). The strengths were again chosen on validation patches, with other seeds.

# %% tags=["nbval-ignore-output"]
task = comparison.few_patches(per_class=10)
table = comparison.Comparison(task, SEEDS)


def train(seed, **changes):
    return comparison.train(task, seed, epochs=EPOCHS, **changes)


baseline_networks = table.add("baseline", train)
baseline = table.rows["baseline"]
# measured 29 points in fast, 39 in full
assert (baseline.test_errors - baseline.train_errors).mean() > 15

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:error-function"]
# ## The error function: Dice against cross-entropy
#
# Cross-entropy counts every pixel alike. Where one class is rare, saying "none of it" everywhere is nearly right. The
# *Dice* loss (lecture 06) asks for overlap with the rare class, however small it is:
#
# $$1 - \frac{2 \sum p\, t + 1}{\sum p + \sum t + 1}$$
#
# Our example: the borders of cell nuclei, one pixel wide on each nucleus.

# %%
cells = data.cells(train=12, val=1, test=12, size=48)
share = cells.borders_test.mean().item()
print(f"{100 * share:.0f} % of the test pixels are border")
plots.image_row(
    {"picture": cells.X_test[0, 0], "borders": cells.borders_test[0, 0]},
    "A generated microscope picture of nuclei and the thin borders of the nuclei.",
)

# %% [markdown]
# **Predict first.** A tiny network is trained shortly, with each of the two losses. What accuracy and what share of the
# border pixels do you expect?


# %%
def train_borders(loss, seed):
    """Train three small convolutions to mark border pixels, and return the test answer."""
    torch.manual_seed(seed)
    convolutions = nn.Conv2d(1, 8, 5, padding=2), nn.ReLU(), nn.Conv2d(8, 8, 5, padding=2)
    network = nn.Sequential(*convolutions, nn.ReLU(), nn.Conv2d(8, 1, 1))
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    for _ in range(50):
        optimizer.zero_grad()
        loss(network(cells.X_train - 0.3), cells.borders_train).backward()
        optimizer.step()
    with torch.no_grad():
        return network(cells.X_test - 0.3) > 0


truth = cells.borders_test > 0
found, accuracy = {}, {}
losses = {"cross-entropy": F.binary_cross_entropy_with_logits, "Dice": dice_loss}

# %% tags=["claim", "nbval-ignore-output"]
for name, loss in losses.items():
    marked = [train_borders(loss, seed) for seed in SEEDS]
    found[name] = np.mean([(m & truth).sum().item() / truth.sum().item() for m in marked])
    accuracy[name] = np.mean([(m == truth).double().mean().item() for m in marked])
    print(f"{name:13}: accuracy {accuracy[name]:.2f}, border found {found[name]:.2f}")
# claim: the error function decides what is learned; found 0.7 against 0.0 on every seed
assert found["Dice"] > found["cross-entropy"] + 0.3
assert accuracy["Dice"] < accuracy["cross-entropy"]

# %% [markdown]
# **What to see.** Cross-entropy leads to a network that is right on nearly every pixel and finds no border. Dice finds
# most of it and pays with false alarms. Neither is wrong; they answer different questions. On our patches the classes
# are balanced, so Dice gets no row in the table.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:weight-decay"]
# ## Weight decay: L2 and L1
#
# A regularization term $R$ depends on anything but the targets. The classical one wants small weights:
#
# $$R_{L2}(w) = \frac{\lambda}{2} \lVert w \rVert_2^2, \quad \nabla R = \lambda w
# \qquad\qquad R_{L1}(w) = \lambda \lVert w \rVert_1, \quad \nabla R = \lambda \operatorname{sign}(w)$$
#
# L2 pulls a weight back in proportion to its size, L1 with the same force at any size.


# %%
def l2_gradients(params, strength):
    """Return the gradient of the L2 term: weights (two axes) decay, biases do not."""
    return {name: strength * w * (w.ndim > 1) for name, w in params.items()}


def l1_gradients(params, strength):
    return {name: strength * np.sign(w) * (w.ndim > 1) for name, w in params.items()}


rng = np.random.default_rng(8)
params = {"weight": rng.normal(size=(3, 4)), "bias": rng.normal(size=3)}
for own, course, penalty in (
    (l2_gradients, regularization.l2_gradients, regularization.l2_penalty),
    (l1_gradients, regularization.l1_gradients, regularization.l1_penalty),
):
    gradient, shift = own(params, 0.1)["weight"], np.zeros((3, 4))
    assert np.array_equal(gradient, course(params, 0.1)["weight"])
    shift[1, 2] = 1e-6  # a difference quotient in one entry
    moved = [{**params, "weight": params["weight"] + s * shift} for s in (1, -1)]
    ends = [penalty(values, 0.1) for values in moved]
    assert np.isclose((ends[0] - ends[1]) / 2e-6, gradient[1, 2])
    print(f"term {penalty(params, 0.1):.2f}, its slope in one weight {gradient[1, 2]:.2f}")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Paths of weights, and exact zeros
#
# How do the weights of a linear regression change as $\lambda$ grows? Ten measurements of 442 patients predict how far
# their diabetes went a year later. For L2 the best weights have a formula. For L1 a gradient step would jump about
# zero for ever; the *soft threshold* moves each weight towards zero by $\eta\lambda$ and lets it rest there.


# %%
X_sugar, y_sugar = load_diabetes(return_X_y=True)
X_sugar = X_sugar / X_sugar.std(axis=0)
y_sugar = (y_sugar - y_sugar.mean()) / y_sugar.std()
n, features = X_sugar.shape


def soft_threshold(w, amount):
    return np.sign(w) * np.maximum(np.abs(w) - amount, 0)


def ridge(strength):
    gram = X_sugar.T @ X_sugar / n + strength * np.eye(features)
    return np.linalg.solve(gram, X_sugar.T @ y_sugar / n)


def lasso(strength, rate=0.2):
    w = np.zeros(features)
    for _ in range(3000):
        slope = X_sugar.T @ (X_sugar @ w - y_sugar) / n
        w = soft_threshold(w - rate * slope, rate * strength)
    return w


theirs = Ridge(0.3 * n, fit_intercept=False).fit(X_sugar, y_sugar).coef_
assert np.allclose(ridge(0.3), theirs)
theirs = Lasso(0.05, fit_intercept=False, tol=1e-8).fit(X_sugar, y_sugar).coef_
assert np.allclose(lasso(0.05), theirs, atol=1e-5)
course = regularization.soft_threshold(theirs, 0.1)
assert np.array_equal(soft_threshold(theirs, 0.1), course)
print("ridge and lasso, written out, agree with scikit-learn")

# %% [markdown]
# **Predict first.** Which of the two sets weights to exactly zero, and in which order?

# %% tags=["claim"]
strengths = np.geomspace(0.01, 1, 25)
paths = {"L2 (ridge)": np.array([ridge(s) for s in strengths])}
paths["L1 (lasso)"] = np.array([lasso(s) for s in strengths])
figure, axes = plt.subplots(1, 2, figsize=(8, 3.2), sharey=True)
for axis, (name, path) in zip(axes, paths.items(), strict=True):
    axis.plot(strengths, path, linewidth=1.3)
    axis.axhline(0, color="0.6", linewidth=0.8, linestyle="-")
    axis.set(title=name, xlabel="λ", xscale="log")
axes[0].set_ylabel("weights")
plots.show(
    figure,
    "Ten weights against λ: with L2 none rests at zero; with L1 one after another does.",
)
for place in (0, 12, 24):
    zeros = {name: int((path[place] == 0).sum()) for name, path in paths.items()}
    print(f"λ = {strengths[place]:.2f}: exact zeros", zeros)
assert (paths["L2 (ridge)"] != 0).all()  # claim: L2 shrinks and never deletes
assert (paths["L1 (lasso)"][-1] == 0).all()  # claim: L1 deletes

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Biases left out
#
# A bias does not make a function steep; it says where it stands. Pull it to zero, and every prediction is pulled along.
#
# **Predict first.** The mean progression in our data is 152 units. What is the mean prediction with $\lambda = 1$ on
# weights and bias alike?

# %% tags=["claim"]
progression = load_diabetes().target
inputs = np.hstack([X_sugar, np.ones((n, 1))])  # the last column carries the bias
mean_prediction = {}
for name, on_bias in {"bias left out": 0.0, "bias decays too": 1.0}.items():
    decay = np.diag([1.0] * features + [on_bias])
    w = np.linalg.solve(inputs.T @ inputs / n + decay, inputs.T @ progression / n)
    mean_prediction[name] = (inputs @ w).mean()
    print(f"{name:15}: mean prediction {mean_prediction[name]:.1f}")
assert np.isclose(mean_prediction["bias left out"], progression.mean())
# claim: a decaying bias moves all predictions, here by half
assert np.isclose(mean_prediction["bias decays too"], progression.mean() / 2)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:08b.1"]
# ### Exercise 08b.1 · Decay, but not the bias (6 min)
#
# A dense layer has `weight` of shape (O, F), `bias` of shape (O,), and gradients of the error of the same shapes. Write
# `decayed(weight, bias, grad_weight, grad_bias, strength)`, which returns both gradients with the L2 term
# $\frac{\lambda}{2} \lVert w \rVert^2$ added, biases left out.


# %% tags=["exercise:08b.1"] nbgrader={"grade_id": "ex-08b-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def decayed(weight, bias, grad_weight, grad_bias, strength):  # Exercise 08b.1
    """Return the gradients of weight (O, F) and bias (O,) with the L2 term."""
    ### BEGIN SOLUTION
    return grad_weight + strength * weight, grad_bias
    ### END SOLUTION


# %% tags=["check:08b.1"]
check("08b.1", decayed)

# %% [markdown]
# Stuck in an exercise? `hint` helps a little, and a little more each time it is called.

# %%
hint("08b.1", 1)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:08b.2"]
# ### Exercise 08b.2 · One step of the lasso (6 min)
#
# Write `lasso_step(w, gradient, learning_rate, strength)`: first a gradient step of the error, then each weight moves
# towards zero by `learning_rate * strength`, but never past it. All arrays have one shape.


# %% tags=["exercise:08b.2"] nbgrader={"grade_id": "ex-08b-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def lasso_step(w, gradient, learning_rate, strength):  # Exercise 08b.2
    """Return the new weights, of the shape of w."""
    ### BEGIN SOLUTION
    w = w - learning_rate * gradient
    return np.sign(w) * np.maximum(np.abs(w) - learning_rate * strength, 0)
    ### END SOLUTION


# %% tags=["check:08b.2"]
check("08b.2", lasso_step)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E26"]
# ### Erratum E26: decay is not always the L2 term
#
# The deck calls its L2 term "weight decay" and names L1 in the same breath. L1 is another thing, as the zeros showed.
# And the two words L2 and decay mean the same for **plain gradient descent** only:
#
# $$w - \eta (g + \lambda w) = (1 - \eta\lambda)\, w - \eta g$$
#
# Adam divides the sum $g + \lambda w$ by the size of past gradients, the decay along with it. AdamW keeps it outside.
#
# **Predict first.** Two weights with equal values; the gradients of one are a hundred times larger. With Adam and an L2
# term, do both decay alike?


# %% tags=["erratum:E26"]
def walk(optimizer_class, learning_rate, weight_decay=0.0, l2_term=0.0):
    """Two weights under random gradients, one 100 times larger: where do they end?"""
    w, noise = np.array([1.0, 1.0]), np.random.default_rng(8)
    optimizer = optimizer_class([w], learning_rate, weight_decay=weight_decay)
    for _ in range(100):
        optimizer.step([noise.normal(size=2) * [1.0, 100.0] + l2_term * w])
    return w


SGD, Adam, AdamW = optimizers.SGD, optimizers.Adam, optimizers.AdamW
ends = {
    "SGD with L2 term": walk(SGD, 1e-4, l2_term=0.5),
    "SGD with decay": walk(SGD, 1e-4, weight_decay=0.5),
    "Adam, no decay": walk(Adam, 0.01),
    "Adam with L2 term": walk(Adam, 0.01, l2_term=0.5),
    "AdamW": walk(AdamW, 0.01, weight_decay=0.5),
}
for name, (first, second) in ends.items():
    print(f"{name:17}: {first:5.2f} {second:5.2f}")
assert np.allclose(ends["SGD with L2 term"], ends["SGD with decay"])  # one and the same
shrunk = {name: np.abs(end - ends["Adam, no decay"]) for name, end in ends.items()}
assert not np.allclose(ends["Adam with L2 term"], ends["AdamW"])  # not the same
# the weight with large gradients hardly decays with Adam's L2 term, but does with AdamW
assert shrunk["Adam with L2 term"][1] < 0.1 * shrunk["AdamW"][1]

# %% [markdown]
# Both versions are in PyTorch: `torch.optim.Adam(weight_decay=…)` is the L2 term, `torch.optim.AdamW` the decay. We
# give them the weights in a group with decay and the biases in one without, and put both, and the L1 term, on our task.

# %% tags=["nbval-ignore-output"]


def adam_l2(network):
    return torch.optim.Adam(regularizers.decayed_groups(network, 1e-3), lr=0.002)


def adam_w(network):
    return torch.optim.AdamW(regularizers.decayed_groups(network, 0.3), lr=0.002)


def with_l1(network, x, y):
    weights = [values for values in network.parameters() if values.ndim > 1]
    penalty = sum(w.abs().sum() for w in weights)
    return comparison.plain_loss(network, x, y) + 1e-4 * penalty


table.add("Adam with L2 term", lambda seed: train(seed, make_optimizer=adam_l2))
table.add("AdamW", lambda seed: train(seed, make_optimizer=adam_w))
sparse_networks = table.add("L1 term", lambda seed: train(seed, batch_loss=with_l1))
# measured 0.5 ± 1.5, 2.4 ± 3.4 and 0.9 ± 1.3 points (8 seeds),
# fast 0.6 ± 0.8, 1.2 ± 2.0 and 1.1 ± 1.5 (10)
for name in ("Adam with L2 term", "AdamW", "L1 term"):
    assert abs(table.change(name).mean()) < 8  # claim: small weights alone change little

# %% tags=["claim", "nbval-ignore-output"]


def small_weights(network):
    """Return the share of weights below 0.001 in size."""
    weights = torch.cat([w.flatten() for w in network.parameters() if w.ndim > 1])
    return (weights.abs() < 1e-3).double().mean().item()


tiny = {}
for name, networks in {"baseline": baseline_networks, "L1 term": sparse_networks}.items():
    tiny[name] = np.mean([small_weights(network) for network in networks])
    exact = sum((w == 0).sum().item() for w in networks[0].parameters() if w.ndim > 1)
    print(f"{name:8}: {100 * tiny[name]:.0f} % below 0.001, {exact} exactly zero")
# claim: L1 makes weights tiny; measured 30 % against 2 % (5 seeds), fast 18 % (2 seeds)
assert tiny["L1 term"] > 2 * tiny["baseline"]

# %% [markdown]
# **What to see.** L1 made many weights tiny and none zero: with a gradient step they tremble about zero, and exact zeros
# need the soft threshold. For the errors look at the verdicts; with a hundred patches, decay alone does not teach the
# network what a texture is.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:smoothness"]
# ## Smoothness: a penalty on the Jacobian
#
# We wish: if $x_1 \approx x_2$, then $f(x_1) \approx f(x_2)$. How fast $f$ changes is told by its Jacobian
# $J = \partial f / \partial x$, one row for each of $K$ logits:
#
# $$R(f_w, x) = \lVert J_{f_w}(x) \rVert_F^2$$
#
# The whole $J$ costs $K$ backward passes. A random direction $v$ of length 1 costs **one**, and is right on average:
# $K\, \mathbb E \lVert v^T J \rVert^2 = \lVert J \rVert_F^2$.


# %%
def jacobian_penalty(network, x, projections=1):
    """Estimate the mean of the squared Jacobian norm over a batch."""
    x = x.detach().requires_grad_()
    logits, total = network(x), 0.0
    for _ in range(projections):
        v = F.normalize(torch.randn_like(logits), dim=1)  # (N, K), each row of length 1
        (slope,) = torch.autograd.grad(logits, x, grad_outputs=v, create_graph=True)
        total = total + slope.square().sum()
    return logits.shape[1] * total / (projections * len(x))


torch.manual_seed(8)
network = nn.Sequential(nn.Linear(12, 30), nn.Tanh(), nn.Linear(30, 10)).double()
x = torch.randn(4, 12, dtype=torch.float64)
jacobians = torch.func.vmap(torch.func.jacrev(network))(x)  # (4, 10, 12): all of it
exact = jacobians.square().sum((1, 2)).mean().item()
draws = np.array([jacobian_penalty(network, x).item() for _ in range(600)])
torch.manual_seed(9)
ours = jacobian_penalty(network, x)
torch.manual_seed(9)
assert torch.equal(ours, regularizers.jacobian_penalty(network, x))
print(f"whole Jacobian {exact:.2f}, mean of 600 estimates {draws.mean():.2f}")
print(f"one estimate has a spread of {draws.std():.2f}")
assert abs(draws.mean() - exact) < 4 * draws.std() / np.sqrt(600)  # unbiased

# %% [markdown]
# **Predict first.** The penalty needs the gradient of a gradient. What does a training step cost now, in units of the
# baseline's? And will noise on the test patches change the logits less? (On the validation patches no strength that we
# tried changed the error much; we take the strongest.)

# %% tags=["claim", "nbval-ignore-output"]


def smooth(network, x, y):
    return comparison.plain_loss(network, x, y) + 0.1 * jacobian_penalty(network, x)


smoothly = {"batch_loss": smooth}
smooth_networks = table.add("Jacobian penalty", lambda seed: train(seed, **smoothly))


def sensitivity(network):
    """Return the mean squared change of the logits under a little noise on patches."""
    torch.manual_seed(8)
    X = task.X_test[:300]
    with torch.no_grad():
        change = network(X + 0.1 * torch.randn_like(X)) - network(X)
    return change.square().sum(1).mean().item()


sensitive = {}
for name, networks in {"baseline": baseline_networks, "smooth": smooth_networks}.items():
    sensitive[name] = np.mean([sensitivity(network) for network in networks])
ratio = sensitive["smooth"] / sensitive["baseline"]
print(f"squared change of the logits by noise, over the baseline's: {ratio:.2f}")
# claim: smoother; measured 0.43 ± 0.09 a seed in fast (8 seeds), less in full
assert ratio < 0.65

# %% [markdown]
# **What to see.** The penalty needs a forward pass of its own and the gradient of a gradient: over three times the
# work. The logits are much calmer, and the test error is not lower.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### No targets needed: unlabelled samples help
#
# The penalty can be taken anywhere, also where nobody has set a label. Two moons, six labelled points in each, 300
# points without label. A function that may not change fast where points lie has to change between the moons. Here the
# penalty sits on the probability of the first class.
#
# **Predict first.** The same penalty on the twelve labelled points alone: does it find the gap between the moons?


# %%
points, moon = make_moons(600, noise=0.1, random_state=8)
points, moon = torch.tensor(points, dtype=torch.float32), torch.tensor(moon)
unlabelled, test = points[:300], points[300:]


def train_moons(seed, smooth_at=None):
    """Train on six labels a moon; ``smooth_at`` says where to penalise."""
    order = torch.randperm(300, generator=torch.Generator().manual_seed(seed))
    labelled = torch.cat([order[moon[order] == k][:6] for k in (0, 1)])
    torch.manual_seed(seed)
    hidden = nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh()
    network = nn.Sequential(*hidden, nn.Linear(32, 2))
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    for _ in range(200):
        loss = F.cross_entropy(network(points[labelled]), moon[labelled])
        if smooth_at is not None:
            where = smooth_at(points[labelled]).clone().requires_grad_()
            p = network(where).softmax(1)[:, 0].sum()
            (slope,) = torch.autograd.grad(p, where, create_graph=True)
            loss = loss + 0.3 * slope.square().sum(1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return network, labelled


# %% tags=["claim", "nbval-ignore-output"]
ways = {
    "no penalty": None,
    "at labelled points": lambda labelled: labelled,
    "at unlabelled points": lambda labelled: unlabelled,
}
across, up = torch.linspace(-1.6, 2.6, 80), torch.linspace(-1.1, 1.6, 80)
grid = torch.stack(torch.meshgrid(across, up, indexing="xy"), dim=-1)
figure, axes = plt.subplots(1, 3, figsize=(9, 2.6), sharey=True)
moon_errors = {}
for axis, (name, way) in zip(axes, ways.items(), strict=True):
    trained = [train_moons(seed, way) for seed in SEEDS]
    hits = [(net(test).argmax(1) == moon[300:]).double().mean() for net, _ in trained]
    network, labelled = trained[0]
    areas = network(grid).softmax(-1)[..., 0].detach().numpy()
    moon_errors[name] = 100 * (1 - np.mean(hits))
    axis.contour(*grid.unbind(-1), areas, levels=[0.5], colors=[plots.BLACK])
    axis.scatter(*unlabelled.T, s=4, color="0.6")
    for k, marker in enumerate("os"):
        these = points[labelled[moon[labelled] == k]]
        axis.scatter(*these.T, marker=marker, color=plots.COLORS[k])
    axis.set(title=f"{name}: {moon_errors[name]:.0f} % wrong", xlabel="x₁", ylabel="x₂")
plots.show(figure, "Three borders between two moons: only the third runs through the gap.")
# claim: unlabelled samples help; measured 0 % against 7 to 15 % (8 seeds)
assert moon_errors["at unlabelled points"] < moon_errors["at labelled points"] - 3

# %% [markdown]
# Our task has 2,460 patches whose labels we kept back. We take the penalty on twenty of them in each step.

# %% tags=["nbval-ignore-output"]


def smooth_elsewhere(network, x, y):
    rows = torch.randint(len(task.X_unlabelled), (len(x),))
    penalty = regularizers.jacobian_penalty(network, task.X_unlabelled[rows])
    return comparison.plain_loss(network, x, y) + 0.1 * penalty


table.add("Jacobian, unlabelled", lambda seed: train(seed, batch_loss=smooth_elsewhere))
# measured 1.3 ± 2.0 points worse (8 seeds), fast 1.6 ± 2.8 (10)
assert table.change("Jacobian, unlabelled").mean() > -5  # claim: here they do not help

# %% [markdown]
# **What to see.** The moons are made for smoothness: a gap with no points in it. On the patches the verdict shows no
# gain; a likely reason is that textures have no such gap that a distance between pixels could see.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:08b.3"]
# ### Exercise 08b.3 · A Jacobian by hand (8 min)
#
# A network with one hidden layer: $f(x) = W_2 \tanh(W_1 x)$. Write `squared_jacobian(W1, W2, x)`, which returns
# $\lVert J \rVert_F^2$ at one point. `W1` has shape (H, F), `W2` shape (K, H), `x` shape (F,). The derivative of
# $\tanh z$ is $1 - \tanh^2 z$.


# %% tags=["exercise:08b.3"] nbgrader={"grade_id": "ex-08b-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def squared_jacobian(W1, W2, x):  # Exercise 08b.3
    """Return the squared Frobenius norm of the Jacobian at x: a number."""
    ### BEGIN SOLUTION
    h = np.tanh(W1 @ x)
    jacobian = (W2 * (1 - h**2)) @ W1
    return (jacobian**2).sum()
    ### END SOLUTION


# %% tags=["check:08b.3"]
check("08b.3", squared_jacobian)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:08b.4"]
# ### Exercise 08b.4 · Which term can use unlabelled samples? (4 min)
#
# - **a** the cross-entropy with smoothed labels
# - **b** a penalty on the Jacobian of the network at the samples
# - **c** the L2 norm of the weights
# - **d** the Dice loss

# %% tags=["exercise:08b.4"] nbgrader={"grade_id": "ex-08b-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
answer = None  # Exercise 08b.4: replace None by a letter in quotes
### BEGIN SOLUTION
answer = "b"
### END SOLUTION

# %% tags=["check:08b.4"]
check("08b.4", answer)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:initialization"]
# ## Where to start
#
# A layer sums $n$ inputs. With weights of variance $\sigma^2$ the variance of the sum is $n \sigma^2$ times the mean
# square of the inputs, and through $L$ layers this factor stands to the power $L$. Xavier chooses $\sigma^2 = 1/n$, which
# suits activations that are linear near zero. A ReLU sets half of the values to zero, so He takes $\sigma^2 = 2/n$.
#
# **Predict first.** Forty ReLU layers, started with the naive $\sigma = 0.05$, with Xavier, with He. Which signal arrives?

# %% tags=["claim"]
rng = np.random.default_rng(8)
width, depth = 200, 40
starts = {"naive, σ = 0.05": 0.05, "Xavier": np.sqrt(1 / width), "He": np.sqrt(2 / width)}
spreads = {}
for name, sigma in starts.items():
    x = rng.normal(size=(100, width))
    spreads[name] = []
    for _ in range(depth):
        z = x @ rng.normal(0, sigma, size=(width, width))
        spreads[name].append(z.std())
        x = np.maximum(z, 0)
    power = np.log10(z.std())
    print(f"{name:16}: spread {spreads[name][0]:.2f} at first, 10^{power:.0f} at the end")
plots.curves(
    spreads,
    "Spread of the net input against layer: two fall by many powers of ten, He's stays.",
    x=np.arange(1, depth + 1),
    xlabel="layer",
    ylabel="standard deviation of the net input",
    log_y=True,
)
# claim: a factor 1/√2 a layer for Xavier, 2^-19.5 in all; 2^(-19.7 ± 0.7) over 20 seeds
assert abs(np.log2(spreads["Xavier"][-1] / spreads["Xavier"][0]) + 39 / 2) < 2.5
# claim: He keeps it; measured 2^(-0.4 ± 0.5)
assert 1 / 4 < spreads["He"][-1] / spreads["He"][0] < 4

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:08b.5"]
# ### Exercise 08b.5 · How much is left? (6 min)
#
# A network of ReLU layers, each with 512 inputs and weights of variance $1/512$. The mean square of the net inputs is 1
# in the first layer. What is it in layer 21, on average? (Each layer between halves or keeps it: decide which.)

# %% tags=["exercise:08b.5"] nbgrader={"grade_id": "ex-08b-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
answer = None  # Exercise 08b.5: replace None by a number
### BEGIN SOLUTION
answer = 0.5**20
### END SOLUTION

# %% tags=["check:08b.5"]
check("08b.5", answer)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Warm start: begin where another training ended
#
# The weights of a related task may be a better start than any distribution. Ours needs no labels: turn a thousand unlabelled
# patches by 0, 90, 180 or 270 degrees and learn to tell by how much. Then keep both convolutions, and start the dense
# layers afresh.


# %%
def turned_patches(count=1000):
    """Return unlabelled patches, each quarter turned by its angle, and the turns."""
    quarters = task.X_unlabelled[:count].split(count // 4)
    X = torch.cat([quarter.rot90(k, (2, 3)) for k, quarter in enumerate(quarters)])
    return X, torch.arange(4, device=X.device).repeat_interleave(count // 4)


def warm_start():
    network = comparison.small_net()
    for layer in (0, 3):  # the two convolutions
        network[layer].load_state_dict(teacher[layer].state_dict())
    return network


X_turned, turns = turned_patches()
print(len(X_turned), "turned patches,", torch.bincount(turns).tolist(), "of each turn")

# %% [markdown]
# **Predict first.** The other task knows nothing of grass and gravel. Is it a better start than random numbers: after
# four epochs, and after the whole training?

# %% tags=["claim", "nbval-ignore-output"]
pretraining = dataclasses.replace(task, X=X_turned, y=turns)
teacher = comparison.train(pretraining, seed=8, epochs=10)
wrong = comparison.error(teacher, X_turned, turns)
print(f"the teacher is wrong on {wrong:.0f} % of the turns (guessing: 75 %)")


def warm_run(seed):
    return train(seed, make_network=warm_start)


table.add("warm start (turns)", warm_run)
soon = {}
for name, make_network in {"cold": comparison.small_net, "warm": warm_start}.items():
    short = [comparison.train(task, s, epochs=4, make_network=make_network) for s in SEEDS]
    soon[name] = np.mean([comparison.error(network, task.X, task.y) for network in short])
    print(f"{name} start: training error {soon[name]:.0f} % after four epochs")
assert wrong < 65  # claim: the teacher learned something
assert soon["warm"] < soon["cold"]  # claim: a head start; 20 ± 8 a seed (8 seeds)

# %% [markdown]
# **What to see.** The warm start is ahead at first, and in the end the cold one has caught up: the turns taught edges
# and grains, which a hundred labels teach as well in time. (The work of the teacher, more than a whole baseline
# training, is not in the column.) Lecture 12, on transfer learning, starts from richer teachers.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:update-methods"]
# ## How to step: schedules and filters of the gradient
#
# Lecture 07 raced optimizers for speed. Here we ask whether the way down changes where it ends. Four small changes of
# the update, each hung on the optimizer or put around the loss:
#
# - a one-cycle **schedule** of the learning rate;
# - the gradient **clipped** to a norm of 0.5;
# - **noise** added to the gradient, less with every step;
# - **online batch selection**: look at forty patches, learn from the twenty with the highest loss.

# %%
TOTAL_STEPS = steps(EPOCHS, len(task.X), 20)


def one_cycle(network):
    optimizer = comparison.adam(network)
    OneCycle = torch.optim.lr_scheduler.OneCycleLR
    schedule = OneCycle(optimizer, 0.005, total_steps=TOTAL_STEPS + 1)
    optimizer.register_step_post_hook(lambda *_: schedule.step())
    return optimizer


def clipped(network):
    optimizer = comparison.adam(network)

    def clip(*_):
        torch.nn.utils.clip_grad_norm_(network.parameters(), 0.5)

    optimizer.register_step_pre_hook(clip)
    return optimizer


def noisy_gradient(network):
    optimizer = comparison.adam(network)
    regularizers.add_gradient_noise(optimizer, 0.01)  # 0.01 / (1 + t)^0.275
    return optimizer


def hardest_half(network, x, y):
    rows = regularizers.hardest(network, x, y, count=len(x) // 2)
    return comparison.plain_loss(network, x[rows], y[rows])


gradients = [np.array([[3.0, 4.0]]), np.array([12.0])]
norm = optimizers.clip_grad_norm(gradients, max_norm=1.0)
numbers = np.concatenate([gradient.ravel() for gradient in gradients])
print(f"3, 4, 12 has norm {norm:.0f}; clipped:", *(f"{number:.2f}" for number in numbers))

# %% [markdown]
# **Predict first.** The baseline already makes hardly an error in training. Which of the four can change the test error?

# %% tags=["nbval-ignore-output"]
table.add("one-cycle schedule", lambda seed: train(seed, make_optimizer=one_cycle))
table.add("gradient clipping", lambda seed: train(seed, make_optimizer=clipped))
table.add("gradient noise", lambda seed: train(seed, make_optimizer=noisy_gradient))


def select_online(seed):
    """Train about as many steps as the others: three an epoch, of forty candidates."""
    changes = {"batch_loss": hardest_half, "batch_size": 40, "epochs": EPOCHS * 5 // 3}
    return comparison.train(task, seed, **changes)


table.add("online batch selection", select_online)
assert table.rows["online batch selection"].work > 1.3 * table.rows["baseline"].work

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Noise on the targets that fades away
#
# At first the targets are uncertain, at the end they are exact: $t + \sigma_k\,\theta$, where $\theta$ is normal noise
# of variance 1 and $\sigma_k$ falls to zero with step $k$. Early on the noise keeps the network from settling; like a
# schedule it lets go.


# %%
def annealed_targets(start):
    """Return a batch loss whose target noise falls from start to 0 over a training."""
    count = itertools.count()

    def batch_loss(network, x, y):
        sigma = regularization.annealed(start, next(count) % TOTAL_STEPS, TOTAL_STEPS)
        targets = F.one_hot(y, 10) + sigma * torch.randn(len(y), 10, device=y.device)
        return F.cross_entropy(network(x), targets)

    return batch_loss


shown = [0, TOTAL_STEPS // 2, TOTAL_STEPS]
sigmas = [regularization.annealed(0.3, step, TOTAL_STEPS) for step in shown]
print("noise at the start, half way, at the end:", *(f"{sigma:.2f}" for sigma in sigmas))

# %% tags=["nbval-ignore-output"]
noisy_loss = annealed_targets(0.3)
table.add("annealed target noise", lambda seed: train(seed, batch_loss=noisy_loss))
# measured 0.3 ± 2.6 points worse (8 seeds), fast 4.5 ± 4.1 (10)
assert table.change("annealed target noise").mean() > settings.by_profile(full=-4, fast=-6)

# %% [markdown]
# **Predict first.** Some twenty rows have been compared in both parts, each with a few seeds. Even where nothing helps, a
# row is now and then called better by luck. With seeds that no row has seen: does a verdict on the fading noise stand?

# %% tags=["claim", "nbval-ignore-output"]
fresh_seeds = settings.by_profile(full=range(10, 18), fast=range(10, 12))
fresh = comparison.Comparison(task, fresh_seeds)
fresh.add("baseline", train)
fresh.add("annealed target noise", lambda seed: train(seed, batch_loss=noisy_loss))
# claim: fresh seeds do not show a gain
assert fresh.change("annealed target noise").mean() > settings.by_profile(full=-3, fast=-6)

# %% [markdown]
# **What to see.** All five ways end with hardly a training error and within a few points of one another. Where the first
# seeds spoke for the fading noise, fresh ones do not: a single surprise among many rows is a reason to measure again, not
# a result. On this task the way down matters less than what the network knows.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:early-stopping"]
# ## Where to stop
#
# While the empirical risk still falls, the expected risk may rise again. *Early stopping* watches a validation set and
# ends when its loss has not fallen for a number of checks, the **patience**. The weights of the best check are restored.
#
# The classical example: 60 patients, 300 random features, gradient descent on the square error.

# %%
rng = np.random.default_rng(8)
projection = rng.normal(size=(features, 300)) / np.sqrt(features)
wide = np.maximum(X_sugar @ projection, 0) / np.sqrt(300)  # a fixed layer
order = rng.permutation(n)
fit_rows, val_rows = order[:60], order[60:160]


def square_error(w, rows):
    return ((wide[rows] @ w - y_sugar[rows]) ** 2).mean()


params = {"w": np.zeros(300)}
stopping = regularization.EarlyStopping(patience=20)
losses = {"training": [], "validation": []}
stopped_at = None
for check_number in range(1, 401):
    for _ in range(10):  # ten steps between two checks
        residual = wide[fit_rows] @ params["w"] - y_sugar[fit_rows]
        params["w"] -= 0.2 * wide[fit_rows].T @ residual / 60
    losses["training"].append(square_error(params["w"], fit_rows))
    losses["validation"].append(square_error(params["w"], val_rows))
    if stopping.update(losses["validation"][-1], params) and stopped_at is None:
        stopped_at = check_number  # we go on, only to see what comes after
last = losses["validation"][-1]
print(f"best check {stopping.best_check}, stop at {stopped_at}")
print(f"validation loss {stopping.best_loss:.2f} at best, {last:.2f} in the end")

# %% tags=["claim"]
plots.curves(
    losses,
    "Training loss falls for ever; validation loss falls, then rises.",
    x=np.arange(1, 401),
    xlabel="check (ten steps each)",
    ylabel="square error",
)
assert stopped_at == stopping.best_check + 20
assert np.argmin(losses["training"]) == 399  # claim: the empirical risk still falls
assert last > 1.05 * stopping.best_loss  # claim: the expected risk rises again
stopping.restore(params)
restored = square_error(params["w"], val_rows)
assert restored == stopping.best_loss  # the best weights are back
print(f"restored: validation loss {restored:.2f}")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### With and without a validation set
#
# `training.fit` does the same for PyTorch. Our task has a validation set of 640 patches, a luxury beside a hundred
# labels. Without one, one fixes the number of steps beforehand: here a third of the baseline's epochs.
#
# **Predict first.** Our baseline's test *error* hardly moved in its last epochs (part a). What can stopping change?

# %% tags=["claim", "nbval-ignore-output"]


def stop_early(seed):
    torch.manual_seed(seed)
    network = comparison.small_net()
    validation = task.X_val, task.y_val
    options = {"epochs": EPOCHS, "batch_size": 20, "patience": 5, "verbose": False}
    optimizer, pictures = comparison.adam(network), (task.X, task.y)
    history = fit(network, pictures, validation, optimizer=optimizer, seed=seed, **options)
    restored = evaluation.evaluate(network, validation).loss
    assert np.isclose(restored, min(history.val_loss))  # claim: the best weights are back
    return network


def test_loss(networks):
    with torch.no_grad():
        losses = [F.cross_entropy(n(task.X_test), task.y_test) for n in networks]
    return np.mean([loss.item() for loss in losses])


stopped_networks = table.add("early stopping", stop_early)
table.add("a third of the steps", lambda s: comparison.train(task, s, epochs=EPOCHS // 3))
loss_full, loss_stopped = test_loss(baseline_networks), test_loss(stopped_networks)
print(f"test loss: baseline {loss_full:.2f}, stopped {loss_stopped:.2f}")
# claim: a lower loss; measured 1.29 against 2.04 (8 seeds), no difference in fast
assert loss_stopped < loss_full * settings.by_profile(full=0.85, fast=1.3)

# %% [markdown]
# **What to see.** Stopping saves some of the work, though each epoch now has a validation pass over many more patches
# than it trains on. The test *loss* is lower, because the network is stopped before it becomes too sure of its
# mistakes; mistakes are no fewer, and with some seeds many more.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:08b.6"]
# ### Exercise 08b.6 · When does it stop? (10 min)
#
# Write `stopping_epochs(losses, patience)`. `losses` holds the validation loss of epoch 1, 2, …, and training stops
# after `patience` epochs in a row without a loss lower than the best so far (or where the list ends).
#
# Return the epoch in which training stops and the epoch whose weights are restored, both counted from 1.


# %% tags=["exercise:08b.6"] nbgrader={"grade_id": "ex-08b-6", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def stopping_epochs(losses, patience):  # Exercise 08b.6
    """Return (epoch of the stop, epoch of the best weights), counted from 1."""
    ### BEGIN SOLUTION
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        if epoch - best == patience:
            break
    return epoch + 1, best + 1
    ### END SOLUTION


# %% tags=["check:08b.6"]
check("08b.6", stopping_epochs)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## The table of part b

# %% tags=["claim", "nbval-ignore-output"]
names = list(table.rows)
plots.error_rows(
    {name: (row.train_errors, row.test_errors) for name, row in table.rows.items()},
    "Training and test errors of every technique, one dot a seed.",
)
for name in names:
    print(table.line(name))
baseline_error = table.rows["baseline"].test_errors.mean()
gains = [baseline_error - table.rows[name].test_errors.mean() for name in names]
print(f"largest gain {max(gains):.1f} points")
assert max(gains) < 10  # claim: none comes near the best of part a

# %% [markdown]
# **What to see.** No gain in this part stood up to fresh seeds or was clear at all. Yet some did what they are made
# for: the L1 term made weights tiny, the Jacobian penalty a calm function, stopping a network less sure of its
# mistakes. But none of them was told what does not matter for a patch, as the flips of part a told. Carry the method
# elsewhere, not this order: one task, one baseline, several seeds, and a verdict that may be "unclear".

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | place | technique | keep in mind |
# |---|---|---|
# | error | Dice | for rare classes; costs false alarms |
# | term | L2, weight decay | the same for plain descent only; leave the biases out |
# | term | L1 | exact zeros need the soft threshold |
# | term | Jacobian | one random direction is enough; no targets needed |
# | start | He for ReLU, Xavier for tanh | keep the variance through depth |
# | start | warm start | a head start; lasting where the teacher saw much more |
# | step | schedule, clipping, noise, selection | change the way more than its end |
# | end | early stopping | restore the best weights; it saves work too |

# %% slideshow={"slide_type": "skip"} tags=["progress:08b"]
from course_utils.exercises import progress

progress("08b")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# 1. You switch from SGD to Adam and keep the L2 term. Does it still do what it did?
# 2. Why does the Jacobian penalty work on samples without labels, and the cross-entropy does not?
# 3. Validation loss rises while validation accuracy stays. What has the network become?
#
# <details><summary>Answers</summary>
#
# 1. No: divided by the size of the gradients, it decays weights with large gradients less. Take AdamW.
# 2. It asks how fast the output changes, which needs no target; the cross-entropy compares with one.
# 3. Overconfident: it is wrong as often as before, but surer of it.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - J. Kukačka, V. Golkov and D. Cremers, Regularization for deep learning: a taxonomy, arXiv:1710.10686, 2017.
# - F. Milletari, N. Navab and S.-A. Ahmadi, V-Net, arXiv:1606.04797, 2016: the Dice loss.
# - R. Tibshirani, Regression shrinkage and selection via the lasso, *Journal of the Royal Statistical Society B* 58,
#   267–288, 1996.
# - I. Loshchilov and F. Hutter, Decoupled weight decay regularization, arXiv:1711.05101, 2019.
# - J. Hoffman, D. A. Roberts and S. Yaida, Robust learning with Jacobian regularization, arXiv:1908.02729, 2019.
# - X. Glorot and Y. Bengio, Understanding the difficulty of training deep feedforward neural networks, *AISTATS* 2010.
# - K. He, X. Zhang, S. Ren and J. Sun, Delving deep into rectifiers, arXiv:1502.01852, 2015.
# - S. Gidaris, P. Singh and N. Komodakis, Unsupervised representation learning by predicting image rotations,
#   arXiv:1803.07728, 2018.
# - I. Loshchilov and F. Hutter, Online batch selection for faster training of neural networks, arXiv:1511.06343, 2016.
# - L. Prechelt, Early stopping, but when?, in *Neural Networks: Tricks of the Trade*, Springer 1998.
