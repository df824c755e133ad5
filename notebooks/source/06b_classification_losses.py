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
# # 06b · Classification losses
#
# Last time, the target was a number. Today it is a class: infected or not, one digit of ten, cell or background. The
# prediction is a probability, so we first ask what makes a probability good. Then we see what goes wrong: a second
# softmax, a class that is rare, a mask that is almost empty.
#
# **After this lecture, you will be able to**
# - explain entropy, cross-entropy, and KL divergence as amounts of surprise;
# - derive the losses for two and for several classes, and hand PyTorch what it expects;
# - say what class weights change and what they do not, and choose a threshold by what mistakes cost;
# - choose a loss for rare classes and for small objects.
#
# **You need** lecture 06a; the logistic sigmoid (05a) and softmax (05b).
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 75 min | 49 min | 10 s |

# %% tags=["setup"]
import numpy as np
import torch
import torch.nn.functional as F
from scipy.optimize import minimize
from sklearn import metrics
from sklearn.datasets import load_digits

from course_utils import activations, diagrams, evidence, losses, plots, widgets
from course_utils.exercises import check, hint  # noqa: F401 - hint("06b.1") helps
from course_utils.optimizers import Adam

plots.use_course_style()
torch.set_num_threads(1)  # in networks this small, more threads only wait
logits = np.array([[2.0, 1, 0, -1], [0, 3, 1, 0], [1, 1, 1, 1]])  # 3 examples, 4 classes
labels = np.array([0, 2, 3])  # their correct classes


def cells(seed, healthy=950, infected=50):
    """Return a 1 and two features of each cell (N, 3), and which are infected (N,)."""
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(healthy + infected, 2))
    points[healthy:] += 1.5
    return np.insert(points, 0, 1, axis=1), np.repeat([0.0, 1.0], [healthy, infected])


def focal(z, y, gamma):
    """Return -(1 - q)^gamma log q for tensors, with q the probability of what is true."""
    q = torch.sigmoid(torch.where(y == 1, z, -z))
    return -((1 - q) ** gamma) * torch.log(q)


# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:entropy-and-kl"]
# ## How surprised are you?
#
# A program looks at blood cells under a microscope. For each cell, it announces a probability $p$ that the cell is
# infected; later, a doctor finds out. How do you score such a program? By how surprising the truth is to it: $-\log p$
# of *what happened*. An event that was announced with certainty is no surprise. One that was ruled out is an infinite
# surprise. Why the logarithm? Because probabilities of independent events multiply, and we want their surprises to add
# up. This is the recipe of 06a again: the mean surprise is minus the logarithm of the likelihood, divided by $N$.

# %% tags=["hide-input"]
p = np.array([1.0, 0.9, 0.5, 0.1, 0.01])
plots.number_row(
    {"probability of what happened": p[None, :], "surprise": -np.log(p)[None, :]},
    alt="Probabilities 1, 0.9, 0.5, 0.1, 0.01; their surprise 0, 0.11, 0.69, 2.30, 4.61.",
    decimals=2,
    cell=0.6,
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["defines:entropy", "defines:KL divergence"]
# ### Entropy, cross-entropy, and what lies between
#
# Let $y_k$ be the true probability of outcome $k$, and $p_k$ the announced one.
#
# - If you announce the truth, your average surprise is the **entropy** $H(y) = -\sum_k y_k \log y_k$. It measures how
#   uncertain the thing itself is. For a fair coin, it is $\log 2 = 0.69$, or 1 *bit* with base-2 logarithms.
# - If you announce $p$ while $y$ is true, it is the **cross-entropy** $H(y, p) = -\sum_k y_k \log p_k$.
# - The difference is the **KL divergence**:
#
# $$\underbrace{-\sum_k y_k \log p_k}_{\text{cross-entropy}} =
#   \underbrace{-\sum_k y_k \log y_k}_{\text{entropy}} +
#   \underbrace{\sum_k y_k \log \frac{y_k}{p_k}}_{\text{KL divergence}}$$

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** Of all cells that look a certain way, 70% are infected. You must announce the same probability for
# each of them. Which announcement has the smallest average surprise: 0.7, 0.9, or 1?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:honesty-pays"]
y = np.array([0.7, 0.3])
announced = np.arange(1, 100) / 100
cross = np.array([-np.sum(y * np.log([p, 1 - p])) for p in announced])
entropy = -np.sum(y * np.log(y))
# of the guess "infected" where p > 0.5
accuracy = {p: y[0] if p > 0.5 else y[1] for p in (0.4, 0.7, 0.9, 0.99)}
for p, correct in accuracy.items():
    extra = cross[round(100 * p) - 1] - entropy
    surprise = f"{entropy + extra:.2f} = {entropy:.2f} + {extra:z.2f}"
    print(f"announce {p:.2f}: surprise {surprise}, accuracy {correct:.1f}")
plots.show(
    diagrams.surprise(0.7, 0.9),
    alt="True chance 0.7, announcement 0.9: entropy 0.61 and KL divergence 0.15.",
)
assert announced[cross.argmin()] == 0.7  # claim: the honest announcement is the best
assert accuracy[0.7] == accuracy[0.9] == accuracy[0.99]  # claim: accuracy does not notice
assert np.isclose(cross.min(), entropy) and np.all(cross >= entropy - 1e-12)

# %% [markdown] slideshow={"slide_type": "fragment"}
# **0.7**, the honest one. It is tempting to announce 1, because "infected" is the best guess. But three times in ten
# you would be infinitely surprised. The bar shows the announcement 0.9: nobody can avoid the entropy (blue); the KL
# divergence (hatched) is the extra surprise for which you have only yourself to blame. It is never negative, and 0 only
# for the honest announcement. That makes cross-entropy a good loss for probabilities. Accuracy is not: it only counts
# guesses that come true, so it is the same, 0.7, for every announcement above $\frac12$.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 0 to 14. Ask for a show of hands at the prediction; many say 1. The KL divergence is never negative and not
# symmetric: for 0.5 and 0.9 it is 0.51 one way and 0.37 the other. So it is no distance. Training moves only p, and the
# entropy is fixed by the data, so making the cross-entropy small is making the KL divergence small.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:06b.1"]
# ### Exercise 06b.1 · Surprise on paper (6 min)
#
# Four outcomes have the true probabilities $\frac12, \frac14, \frac18, \frac18$. A forecaster knows nothing and
# announces $\frac14$ for each. With base-2 logarithms, compute the entropy, the cross-entropy, and the KL divergence.
# Answer with three numbers, in this order.

# %% tags=["exercise:06b.1"] nbgrader={"grade_id": "ex-06b-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
bits = None  # Exercise 06b.1: replace None with (entropy, cross-entropy, KL divergence)
### BEGIN SOLUTION
# Surprises of the truth: 1, 2, 3, 3 bits. The forecaster is always surprised by 2 bits.
entropy_in_bits = 1 / 2 * 1 + 1 / 4 * 2 + 1 / 8 * 3 + 1 / 8 * 3
bits = (entropy_in_bits, 2, 2 - entropy_in_bits)
### END SOLUTION

# %% tags=["check:06b.1"]
check("06b.1", bits)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:bce"]
# ## Yes or no: binary cross-entropy
#
# The target $y$ is 1 or 0, and the model says that it is 1 with probability $p$. The likelihood of one example is $p$
# or $1 - p$, depending on what happened. The loss is minus its logarithm, written so that $y$ picks the right term:
#
# $$L = -\bigl(y \log p + (1-y) \log(1-p)\bigr) \qquad \frac{dL}{dp} = \frac{p - y}{p\,(1-p)}$$
#
# A network ends in a logit $z$, and $p = \sigma(z)$. The slope of the sigmoid is $p\,(1-p)$, so the denominator
# cancels, and what is left is as simple as can be:
#
# $$\delta = \frac{dL}{dz} = p - y$$

# %% tags=["hide-input", "claim", "claim:p-minus-y"]
z, y = np.array([-4.0, -1.0, 0.5, 3.0]), np.array([0.0, 1.0, 1.0, 0.0])
p = activations.sigmoid(z)
each = -(y * np.log(p) + (1 - y) * np.log(1 - p))
for row in zip(z, p, y, each, p - y, strict=True):
    print("logit {:4.1f}, p {:.2f}, y {:.0f}: loss {:.2f}, gradient {:+.2f}".format(*row))
tensor = torch.tensor(z, requires_grad=True)
cost = F.binary_cross_entropy_with_logits(tensor, torch.tensor(y))
cost.backward()
ours = losses.binary_cross_entropy_with_logits_backward(z, y)
assert np.isclose(each.mean(), cost.item())
assert np.allclose((p - y) / 4, tensor.grad) and np.allclose(ours, tensor.grad)  # claim

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Why not the squared error?
#
# $(p - y)^2$ is also smallest where $p = y$. But its derivative with respect to the logit keeps the slope of the
# sigmoid: $2\,(p - y)\; p\,(1-p)$.
#
# **Predict first.** The target is 1, and the network is sure of the opposite: its logit is −6. Which loss pulls harder
# on this logit, and by what factor: about 2, 20, or 200?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:squared-error-gives-up"]
z = np.linspace(-8, 8, 401)
p = activations.sigmoid(z)
value = {"cross-entropy": -np.log(p), "squared error": (p - 1) ** 2}
slopes = {"cross-entropy": p - 1, "squared error": 2 * (p - 1) * p * (1 - p)}
value["hinge"], slopes["hinge"] = np.maximum(0, 1 - z), np.where(z < 1, -1.0, 0.0)
panels = {"loss": value, "gradient": slopes}
plots.show(
    diagrams.side_by_side(z, panels, xlabel="logit (the target is 1)"),
    alt="Far on the wrong side, cross-entropy and hinge pull with -1, the square with 0.",
)
factor = slopes["cross-entropy"][50] / slopes["squared error"][50]
print(f"at the logit {z[50]:.0f}, cross-entropy pulls {factor:.0f} times as hard")
print(f"at the logit {z[300]:.0f}, it pulls with {slopes['cross-entropy'][300]:.2f}")
assert factor > 100  # claim: where the mistake is worst, the squared error hardly pulls
assert np.allclose(np.diff(value["hinge"]) / np.diff(z), slopes["hinge"][:-1])

# %% [markdown] slideshow={"slide_type": "fragment"}
# Cross-entropy, by a factor of **200**. The squared error is largest there, but its gradient vanishes in the flat part
# of the sigmoid: it gives up on the worst mistakes. Cross-entropy pulls hardest exactly there. The *hinge loss* of
# support vector machines, $\max(0, 1 - z)$ for a yes, pulls just as hard. But once the logit is beyond 1, it pulls no
# more, while cross-entropy always pulls a little: the hinge loss wants the correct class, not a probability.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Logits or probabilities?
#
# For a very negative logit, the probability is too small for the computer's numbers and becomes 0. Its logarithm would
# be infinite, so PyTorch's `BCELoss` cuts it off at −100.
#
# **Predict first.** The target is 1 and the logit is −200: as wrong as can be. What is the gradient if you compute
# `sigmoid` first and hand over the probability: −1, a huge number, or 0?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:hand-over-logits"]
gradients = {}
for name in ("probabilities", "logits"):
    z, one = torch.tensor([-200.0], requires_grad=True), torch.ones(1)
    if name == "logits":
        cost = F.binary_cross_entropy_with_logits(z, one)
    else:
        cost = F.binary_cross_entropy(torch.sigmoid(z), one)
    cost.backward()
    gradients[name] = z.grad.item() + 0.0
    print(f"from {name:13}: loss {cost.item():.0f}, gradient {gradients[name]:.0f}")
assert gradients["probabilities"] == 0  # claim: the worst example teaches nothing
assert gradients["logits"] == -1

# %% [markdown] slideshow={"slide_type": "fragment"}
# **0**: the worst example of all falls silent. From logits, the loss is computed without ever forming $p$, for negative
# $z$ as $-z + \log(1 + e^z)$, in which nothing overflows or vanishes. So let your networks end in logits.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 22. Most say "a huge number," because the mistake is huge. Ask where the number is lost: in float32, the
# sigmoid of -200 is exactly 0, and so is its slope. The chain rule then multiplies by 0, however large the other factor
# is.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:cce"]
# ## One of several classes
#
# Now there are $C$ logits per example, softmax turns them into probabilities $p$, and the target is a *one-hot* row
# $y$: 1 for the correct class, 0 for the others. You derived the gradient in 01b:
#
# $$L = -\sum_{k=1}^{C} y_k \log p_k \qquad \delta_k = \frac{\partial L}{\partial z_k} = p_k - y_k$$

# %% tags=["hide-input", "claim", "claim:several-classes"]
y = np.eye(4)[labels]
p = activations.softmax(logits)
plots.number_row(
    {"p": p, "y": y, "gradient p − y": p - y},
    alt="Three rows of probabilities, one-hot targets, and their difference.",
    decimals=2,
    cell=0.58,
)
each = -np.sum(y * np.log(p), axis=1)
print("losses of the three examples:", np.round(each, 2))
tensor = torch.tensor(logits, requires_grad=True)
in_torch = F.cross_entropy(tensor, torch.tensor(y))
in_torch.backward()
assert np.isclose(each.mean(), in_torch.item())  # claim: this is PyTorch's cross-entropy
assert np.allclose((p - y) / 3, tensor.grad)

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Try it.** There are three logits; class 0 is correct (its label has a star). Blue bars are positive, orange ones
# negative. Make the loss small by moving only logit 0. Then make it small *without* touching logit 0. What happens if
# you raise all three by the same amount?


# %% tags=["hide-input"]
def bars(logit_0, logit_1, logit_2):
    return diagrams.logit_bars(np.array([logit_0, logit_1, logit_2]), target=0)


widgets.explore(
    bars,
    alt="Logits 1, 2, -1; probabilities 0.26, 0.71, 0.04; class 0 alone is pulled up.",
    logit_0=widgets.Slider(-5.0, 5.0, 1.0, 0.5),
    logit_1=widgets.Slider(-5.0, 5.0, 2.0, 0.5),
    logit_2=widgets.Slider(-5.0, 5.0, -1.0, 0.5),
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### The first number of every training run
#
# **Predict first.** A fresh network with random weights is asked to name handwritten digits. Before the first step, is
# its mean cross-entropy about 0.1, 1, 2.3, or 10? And what if the weights of its last layer are 30 times as large?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:starts-at-log-c"]
images, digits = load_digits(return_X_y=True)
X, y = torch.tensor(images / 16, dtype=torch.float32), torch.tensor(digits)
first = {1: [], 30: []}  # factor of the last layer → loss for each seed
for seed in range(10):
    torch.manual_seed(seed)
    head = torch.nn.Linear(32, 10)
    net = torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.ReLU(), head)
    for factor, found in first.items():
        head.weight.data *= factor
        found.append(F.cross_entropy(net(X), y).item())
ordinary, large = (evidence.over_seeds(found) for found in first.values())
print(f"fresh: {ordinary}; ln 10 = {np.log(10):.2f}")
print(f"with a last layer 30 times as large: {large}")
assert ordinary.agrees(np.log(10), within=0.05)  # claim: ignorance costs ln C
assert large.is_above(3)

# %% [markdown] slideshow={"slide_type": "fragment"}
# **2.3**, which is $\ln 10$: a network that knows nothing gives each of ten classes about 1/10. With large weights, the
# network is sure of random answers and starts far higher. So look at the first number of every training run. If it is
# far from $\ln C$, the weights are too large, or the loss is not getting what it expects.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 32. Usual answers: 0.1 ("it is right in one case in ten") or 10. Ask what the first number is for 1,000 classes
# (6.9), and for two (0.69). This check takes a second and finds many bugs.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:sparse-cce"]
# ## Integers instead of one-hot rows
#
# Only the correct class $c$ contributes to the sum over classes. So store its number and pick that entry:
#
# $$L = -\log p_c$$
#
# This is called sparse cross-entropy in some libraries. It is the same loss with the same gradient; only the labels are
# written differently. It saves memory: one integer per example (or per pixel) instead of $C$ numbers.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E17", "predict"]
# ### A common mistake: cross-entropy "is" the negative log-likelihood
#
# As mathematics, yes. As PyTorch functions, no, because they expect different inputs. `CrossEntropyLoss` wants
# **logits**; a log-softmax, the logarithm of the softmax, is inside. `NLLLoss` wants **log-probabilities**, and only
# picks one and negates it.
#
# **Predict first.** You hand logits to `NLLLoss` by mistake. Do you get an error message, a loss that is a bit off, or
# a loss that can be negative?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "erratum:E17", "claim", "claim:nll-wants-log-probabilities"]
z, c = torch.tensor(logits), torch.tensor(labels)
log_p, one_hot = F.log_softmax(z, dim=1), torch.eye(4, dtype=z.dtype)[c]
found = {
    "cross-entropy of logits": F.cross_entropy(z, c).item(),
    "the same with one-hot rows": F.cross_entropy(z, one_hot).item(),
    "NLL of log-probabilities": F.nll_loss(log_p, c).item(),
    "cross-entropy of log-probabilities": F.cross_entropy(log_p, c).item(),
    "NLL of logits": F.nll_loss(z, c).item(),
}
for name, value in found.items():
    print(f"{name:34} {value:5.2f}")
*alike, meaningless = found.values()
assert np.allclose(alike, alike[0])  # claim: four ways to the same number
assert meaningless < 0  # claim: no surprise is negative, so this is none

# %% [markdown] slideshow={"slide_type": "fragment"}
# No error, just a number without meaning, and it is **negative**. Training would push it down forever. The opposite
# mix-up is harmless: a second log-softmax leaves log-probabilities as they are.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:06b.2"]
# ### Exercise 06b.2 · Cross-entropy that survives (10 min)
#
# Write `stable_cross_entropy(logits, target)` with NumPy only: `logits` (N, C) may be as large as ±1000, `target` (N,)
# holds integers. Return one loss per example, shape (N,). Do not call `losses`, `activations`, PyTorch, or SciPy.


# %% tags=["exercise:06b.2"] nbgrader={"grade_id": "ex-06b-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def stable_cross_entropy(logits, target):  # Exercise 06b.2
    """Return the loss of each example: (N, C), (N,) → (N,)."""
    ### BEGIN SOLUTION
    # log(e^a / Σ e^z) = a - log Σ e^z, with the largest logit of each row subtracted.
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_sum = np.log(np.exp(shifted).sum(axis=1))
    return log_sum - shifted[np.arange(len(target)), target]
    ### END SOLUTION


# %% tags=["check:06b.2"]
check("06b.2", stable_cross_entropy)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:pytorch-losses"]
# ## What PyTorch's losses expect
#
# | `torch.nn` | prediction | target | ours |
# |---|---|---|---|
# | `MSELoss`, `L1Loss` | numbers | numbers | `mse`, `mae` |
# | `HuberLoss`, `SmoothL1Loss` | numbers | numbers | `huber`, `smooth_l1` |
# | `BCELoss` | **probabilities** | 0 … 1 | `binary_cross_entropy` |
# | `BCEWithLogitsLoss` | **logits** | 0 … 1 | `…_with_logits` |
# | `CrossEntropyLoss` | **logits** (N, C, …) | integers (N, …), or probabilities | `cross_entropy` |
# | `NLLLoss` | **log-probabilities** (N, C, …) | integers (N, …) | `nll` |
#
# All take the prediction first, the target second, and a `reduction`: `"mean"`, `"sum"`, or `"none"`. (Here C is the
# number of classes. In segmentation, the channels hold the logits, one channel per class.)

# %% tags=["hide-input", "claim", "claim:losses-agree-with-pytorch"]
rng = np.random.default_rng(617)
z, values = rng.normal(size=(2, 6, 5))
yes, c = (values > 0).astype(float), rng.integers(0, 5, 6)
p, log_p = activations.sigmoid(z), activations.log_softmax(z)
table = {
    "MSELoss": (losses.mse, z, values),
    "L1Loss": (losses.mae, z, values),
    "HuberLoss": (losses.huber, z, values),
    "SmoothL1Loss": (losses.smooth_l1, z, values),
    "BCELoss": (losses.binary_cross_entropy, p, yes),
    "BCEWithLogitsLoss": (losses.binary_cross_entropy_with_logits, z, yes),
    "CrossEntropyLoss": (losses.cross_entropy, z, c),
    "NLLLoss": (losses.nll, log_p, c),
}
for name, (loss, prediction, target) in table.items():
    for reduction in ("mean", "sum", "none"):
        criterion = getattr(torch.nn, name)(reduction=reduction)
        in_torch = criterion(torch.tensor(prediction), torch.tensor(target))
        assert np.allclose(loss(prediction, target, reduction), in_torch)  # claim
    print(f"{name:18} mean {loss(prediction, target):.2f}")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E17", "predict"]
# ### A common mistake: softmax twice
#
# A frequent mix-up: the network ends in a softmax, and `CrossEntropyLoss` applies another one. It takes the
# probabilities for logits, and they all lie between 0 and 1.
#
# **Predict first.** We train a classifier on ten clouds of points that are easy to separate, with and without the extra
# softmax. Will its accuracy suffer, its loss, both, or neither?


# %% tags=["hide-input"]
def train(softmax_first, steps=300):
    """Return the losses of a linear classifier in training, and its accuracy."""
    c = np.arange(10).repeat(20)
    angle = 2 * np.pi * c / 10
    ring = np.stack([3 * np.cos(angle), 3 * np.sin(angle), np.ones(200)], axis=1)
    ring[:, :2] += np.random.default_rng(6).normal(0, 0.1, (200, 2))
    weights, history = np.zeros((3, 10)), []
    adam = Adam([weights], lr=0.3)  # chapter 07
    for _ in range(steps):
        z = ring @ weights
        seen = activations.softmax(z) if softmax_first else z
        history.append(losses.cross_entropy(seen, c))
        gradient = losses.cross_entropy_backward(seen, c)
        if softmax_first:
            gradient = activations.softmax_backward(gradient, z)
        adam.step([ring.T @ gradient])
    return history, np.mean((ring @ weights).argmax(axis=1) == c)


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "erratum:E17", "claim", "claim:double-softmax"]
once, right_once = train(softmax_first=False)
twice, right_twice = train(softmax_first=True)
floor = np.log(np.e + 9) - 1
plots.curves(
    {"logits": once, "softmax before the loss": twice, "floor": [floor] * len(once)},
    xlabel="step of training",
    ylabel="training loss",
    alt="With logits the loss falls to 0; with two softmaxes it stops just above 1.46.",
)
print(f"accuracy {right_once:.2f} with logits, {right_twice:.2f} with an extra softmax")
print(f"loss at the end {once[-1]:.2f} and {twice[-1]:.2f}, floor {floor:.2f}")
assert right_once == right_twice == 1 and once[-1] < 0.1
assert floor < twice[-1] < floor + 0.05  # claim: it stops just above the floor
assert abs(floor - 1.4612) < 0.00005

# %% [markdown] slideshow={"slide_type": "fragment"}
# Here, only the **loss** suffers: all points are classified correctly, so nobody notices. But the loss falls more
# slowly than with logits and stops near 1.46. At best, the "logits" are one 1 and nine zeros, and then it is still
# $-\ln \frac{e}{e + 9} = 1.46$. If a training run on ten classes starts at 2.30 and gets stuck at 1.46, look for a
# second softmax.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["optional"]
# ### Options of `CrossEntropyLoss`, and a trap with shapes (optional)
#
# - `weight`: a weight for each class. The mean then divides by the *sum of the weights*, not by the number of examples.
# - `ignore_index`: examples (or pixels) with this label do not count.
# - `label_smoothing` $\varepsilon$: the target becomes $(1 - \varepsilon)\, y + \varepsilon / C$. Even a perfect network
#   keeps some loss; the point is to stop it from being too sure.
#
# The trap: predictions of shape (4, 1) and targets of shape (4,). Broadcasting compares every prediction with every
# target. `torch.nn.MSELoss` only warns; our losses refuse. A model trained this way learns the mean and nothing else.

# %% tags=["optional", "claim", "claim:options-agree"]
z, c, class_weight = torch.tensor(logits), torch.tensor(labels), np.array([1.0, 1, 5, 1])
options = {"weight": class_weight, "ignore_index": 3, "label_smoothing": 0.1}
for name, option in options.items():
    ours = losses.cross_entropy(logits, labels, **{name: option})
    for_torch = torch.tensor(option) if name == "weight" else option
    in_torch = F.cross_entropy(z, c, **{name: for_torch})
    print(f"{name:15} {ours:.2f}")
    assert np.isclose(ours, in_torch.item())
each, w = losses.cross_entropy(logits, labels, "none"), class_weight[labels]
by_weights = losses.cross_entropy(logits, labels, weight=class_weight)
assert np.isclose(by_weights, np.sum(w * each) / np.sum(w))  # claim: divided by their sum

# %% tags=["optional", "claim", "claim:shapes-broadcast"]
row = torch.tensor([1.0, 2.0, 3.0, 4.0])
column = row[:, None]
differences = column - row
print("shape of the differences", tuple(differences.shape))
print(f"mean squared error {(differences**2).mean().item():.2f}, should be 0")
assert differences.shape == (4, 4)  # claim: everyone is compared with everyone
try:
    losses.mse(column.numpy(), row.numpy())
except ValueError as refusal:
    print("losses.mse:", refusal)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:06b.3"]
# ### Exercise 06b.3 · Spot the wrong value (4 min)
#
# `z` holds logits, `c` integer labels, and `y` zeros and ones. Which of the four computes a wrong value?
#
# - **a** `F.nll_loss(F.log_softmax(z, dim=1), c)`
# - **b** `F.cross_entropy(F.log_softmax(z, dim=1), c)`
# - **c** `F.cross_entropy(torch.softmax(z, dim=1), c)`
# - **d** `F.binary_cross_entropy_with_logits(z, y)`

# %% tags=["exercise:06b.3"] nbgrader={"grade_id": "ex-06b-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
choice = None  # Exercise 06b.3: replace None with "a", "b", "c" or "d"
### BEGIN SOLUTION
# cross_entropy contains a softmax; c hands it probabilities, which it takes for logits.
choice = "c"
### END SOLUTION

# %% tags=["check:06b.3"]
check("06b.3", choice)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:weighted-bce"]
# ## Rare and important: class weights
#
# One blood cell in twenty is infected. A classifier that always says "healthy" is right 95% of the time and useless. A
# common cure is a weight for each class:
#
# $$L = -\bigl(w_1\, y \log p + w_0\, (1 - y) \log(1 - p)\bigr)$$
#
# With $w_0 = 1$, the factor $w_1$ is what PyTorch calls `pos_weight`. A common choice is the number of negatives
# divided by the number of positives; here, that is $950 / 50 = 19$. Then both classes weigh the same in total. Our
# classifier is a single sigmoid neuron:


# %%
def neuron(X, y, pos_weight=1.0):
    """Return the weights (3,) of the logit with the smallest weighted cross-entropy."""
    loss = losses.binary_cross_entropy_with_logits
    gradient = losses.binary_cross_entropy_with_logits_backward

    def both(w):
        cost = loss(X @ w, y, pos_weight=pos_weight)
        return cost, X.T @ gradient(X @ w, y, pos_weight=pos_weight)

    return minimize(both, np.zeros(3), jac=True).x


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** We say "infected" where $p > \frac12$. Without weights, about 40% of the infected cells are
# found. What does `pos_weight = 19` do to this share, and to the share of healthy cells that raise a false alarm?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:weights-move-the-line"]
weights = {"no weights": 1.0, "weight 19": 19.0}
rates = {f"{what}, {name}": [] for what in ("found", "alarms") for name in weights}
X_new, y_new = cells(600, 10_000, 10_000)  # to measure both classes well
for seed in range(5):
    X, y = cells(seed)
    for name, pos_weight in weights.items():
        says_yes = X_new @ neuron(X, y, pos_weight) > 0
        rates[f"found, {name}"].append(says_yes[y_new == 1].mean())
        rates[f"alarms, {name}"].append(says_yes[y_new == 0].mean())
for name, found in rates.items():
    print(f"{name:18} {evidence.over_seeds(found)}")
found = [rates[f"found, {name}"] for name in ("weight 19", "no weights")]
alarms = [rates[f"alarms, {name}"] for name in ("weight 19", "no weights")]
assert evidence.compare(*found).improves(by=0.35)  # claim: many more are found
assert evidence.compare(*alarms).improves(by=0.08)  # claim: for many more false alarms

# %% [markdown] slideshow={"slide_type": "fragment"}
# Most of the infected cells are found, at the price of about one false alarm in seven healthy cells instead of almost
# none. Weights answer "what does a miss cost, compared with a false alarm?" Have they also made a *better* classifier?
# We will come to that.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E16", "predict"]
# ### A weight per example
#
# Some formulas put the same weight $w_i$ in front of *both* terms of example $i$ and say that this cures the imbalance.
#
# **Predict first.** We give every example the weight 19. What happens to the line between the classes?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "erratum:E16", "claim", "claim:weights-by-class"]
X, y = cells(6)
z = X @ np.random.default_rng(616).normal(size=3)  # of any classifier
gradient = losses.binary_cross_entropy_with_logits_backward
plain, same_for_all = gradient(z, y), gradient(z, y, weight=19.0)
by_class = gradient(z, y, weight=np.where(y == 1, 19.0, 1.0))
shares = {"no weights": plain, "19 for all": same_for_all, "19 by class": by_class}
for name, pull in shares.items():
    share = np.abs(pull[y == 1]).sum() / np.abs(pull).sum()
    print(f"{name:11} share of the infected cells in the pull: {share:.2f}")
assert np.allclose(same_for_all, 19 * plain)  # claim: the same direction, nothing is cured
assert np.allclose(by_class, gradient(z, y, pos_weight=19.0))  # claim: this is pos_weight
assert not np.allclose(by_class / np.linalg.norm(by_class), plain / np.linalg.norm(plain))

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Nothing**: the loss and its gradient are 19 times as large everywhere, so the minimum stays where it was. To expect
# a cure from it is a common mistake. A weight cures imbalance only if it *depends on the class*. In
# `BCEWithLogitsLoss`, `weight` is the weight per example and `pos_weight` that of the positive class.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:roc-and-threshold", "defines:ROC curve", "predict"]
# ## A better classifier, or a different threshold?
#
# There is a second way to find more infected cells: leave the training alone and say "infected" as soon as $p > 0.05$.
# For every threshold, there is a share of infected cells that are found, the **recall**, and a share of healthy cells
# that raise a false alarm. Plot the first against the second for all thresholds, and you get the **ROC curve**. A
# better classifier has a higher curve; the area under it is the chance that an infected cell gets a higher score than a
# healthy one.
#
# (This section uses `neuron` from *Rare and important: class weights*.)
#
# **Predict first.** We compare the neuron trained with `pos_weight = 19` and the one trained without weights. Whose ROC
# curve is higher?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:one-curve"]
X_new, y_new = cells(600, 10_000, 10_000)
area, agreement = {"19": [], "no weights": []}, []
for seed in range(5):
    X, y = cells(seed)
    scores = {"19": X_new @ neuron(X, y, 19.0), "no weights": X_new @ neuron(X, y)}
    for name, score in scores.items():
        area[name].append(metrics.roc_auc_score(y_new, score))
    lowered = activations.sigmoid(scores["no weights"]) > 1 / 20
    agreement.append(np.mean(lowered == (scores["19"] > 0)))
result = evidence.compare(area["19"], area["no weights"], names=("weights", "no weights"))
for name, areas in area.items():
    print(f"{name:10} area under the curve {np.mean(areas):.3f}")
print(f"same decision with the threshold 1/20: {evidence.over_seeds(agreement)}")
assert result.does_not_matter(0.002)  # claim: the same curve
assert evidence.over_seeds(agreement).is_above(0.95)  # claim: weights move the threshold

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Neither.** The weights did not teach the neuron anything about cells; they moved it along the same curve. The
# unweighted neuron with the threshold 1/20 makes nearly all the same decisions. In general, the weight $w$ with the
# threshold $\frac12$ makes the same decisions as training without weights does with the threshold $\frac{1}{1 + w}$:
# say yes as soon as a miss is expected to cost more than a false alarm. (This holds if the model can express the true
# chances. If it cannot, the weights also decide *where* it spends its effort.)

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Try it.** Move `pos_weight`. On the left, the line $p = \frac12$ moves between healthy cells (dots) and infected
# ones (triangles); on the right, the corresponding point moves along the ROC curve. The dotted diagonal is guessing.


# %% tags=["hide-input"]
def weighted(log10_pos_weight):
    X, y = cells(6)
    X_new, y_new = cells(601, 1000, 1000)
    w = neuron(X, y, 10.0**log10_pos_weight)
    score = X_new @ w
    alarms, found, _ = metrics.roc_curve(y_new, score)
    point = np.mean(score[y_new == 0] > 0), np.mean(score[y_new == 1] > 0)
    return diagrams.boundary_and_roc(X, y, w, (alarms, found), point)


widgets.explore(
    weighted,
    alt="Healthy and infected cells with a line between them; its point on the ROC curve.",
    log10_pos_weight=widgets.Slider(-1.0, 3.0, 0.0, 0.25),
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### What does p = 0.6 mean now?
#
# **Predict first.** The neuron trained with `pos_weight = 19` says $p = 0.6$ about a cell. Of a hundred such cells, how
# many are infected: about 60, about 30, or fewer than 10?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:weights-inflate"]
seen = {"announced": [], "corrected": [], "infected": []}
for seed in range(5):
    X, y = cells(seed)
    X_new, y_new = cells(seed + 700, 38_000, 2000)  # as in life: one in twenty
    p = activations.sigmoid(X_new @ neuron(X, y, 19.0))
    near = (p > 0.55) & (p < 0.65)
    seen["announced"].append(p[near].mean())
    seen["corrected"].append((p / (p + 19 * (1 - p)))[near].mean())
    seen["infected"].append(y_new[near].mean())
for name, share in seen.items():
    print(f"{name:9} {np.mean(share):.2f}")
assert evidence.over_seeds(seen["infected"]).is_below(0.1)  # claim: fewer than 10 in 100
gap = evidence.compare(seen["corrected"], seen["infected"])
assert gap.does_not_matter(0.04)  # claim: the correction is close

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Fewer than 10.** The weighted loss acts as if infected cells were 19 times as frequent as they are, and the neuron
# honestly reports the chances in *that* world. You can undo it: $p' = \dfrac{p}{p + w\,(1 - p)}$, which is 0.07 here.
# Keep the weights if you only need decisions; correct $p$, or leave the weights out and move the threshold, if somebody
# reads it as a probability.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 60. Nearly everybody says 60. Draw 100 infected and 1,900 healthy cells, multiply the infected ones by 19, and
# count in both worlds. Ask what a doctor should do with p = 0.6: find out first how the program was trained.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:06b.4"]
# ### Exercise 06b.4 · A weight, a threshold, a probability (6 min)
#
# Of 1,200 X-ray images, 75 show a fracture, which is the positive class. On paper: (1) Which `pos_weight` gives both
# classes the same weight in total? (2) Without weights, which threshold makes the same decisions? (3) The detector
# trained with that weight says $p = 0.6$. What is the chance of a fracture? Answer with three numbers.

# %% tags=["exercise:06b.4"] nbgrader={"grade_id": "ex-06b-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
fracture = None  # Exercise 06b.4: replace None with (pos_weight, threshold, chance)
### BEGIN SOLUTION
# 1,200 - 75 negatives for 75 positives; then the two formulas above.
pos_weight = (1200 - 75) / 75
fracture = (pos_weight, 1 / (1 + pos_weight), 0.6 / (0.6 + pos_weight * 0.4))
### END SOLUTION

# %% tags=["check:06b.4"]
check("06b.4", fracture)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:focal-loss", "predict"]
# ## Ten objects in ten thousand places: the focal loss
#
# A detector looks at 10,010 places in an image. Ten hold an object, and it misses them all: $p = 0.1$ where it should
# say 1. At the 10,000 places of empty background, it does well: $p = 0.01$.
#
# **Predict first.** Each place pulls on its logit with $|p - y|$. Which group pulls harder in total: the ten that are
# badly wrong, or the 10,000 that are almost right?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:focal-turns-the-balance"]
p = torch.tensor([0.1] * 10 + [0.01] * 10_000, dtype=torch.float64)
y = torch.tensor([1.0] * 10 + [0.0] * 10_000, dtype=torch.float64)
ratio = {}
for gamma in (0, 2):
    z = torch.log(p / (1 - p)).requires_grad_()
    focal(z, y, gamma).sum().backward()
    objects, background = (pull.abs().sum().item() for pull in (z.grad[:10], z.grad[10:]))
    ratio[gamma] = objects / background
    print(f"gamma {gamma}: pull of objects {objects:6.2f}, background {background:6.2f}")
assert np.isclose(ratio[0], 9 / 100)  # gamma 0 is cross-entropy
assert ratio[0] < 0.1 < 10 < ratio[2]  # claim: the focal loss turns the balance

# %% [markdown] slideshow={"slide_type": "fragment"}
# The **background**, by a factor of eleven: $10{,}000 \cdot 0.01 = 100$ against $10 \cdot 0.9 = 9$. The focal loss
# multiplies the cross-entropy of each example by a factor that fades as the example becomes easy; with $q$ the
# probability of what is true,
#
# $$L = -(1 - q)^\gamma \log q.$$
#
# For $\gamma = 0$, it is cross-entropy. For $\gamma = 2$, a common choice, the ten objects win.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 66. Usual answer: the ten, because they are so wrong. Multiply on the board: 10,000 times a little is a lot.
# Ask what the balance would be if half of the background places were left out (ratio 0.18 instead of 0.09).

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### What does it announce?
#
# **Predict first.** Of all places that look a certain way, one in ten holds an object. Cross-entropy is smallest at the
# honest $p = 0.1$. Where is the focal loss smallest: at 0.1, lower, or higher?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:focal-is-not-honest"]
announced = torch.arange(1, 1000, dtype=torch.float64) / 1000
z = torch.log(announced / (1 - announced))
one, zero = torch.ones_like(z), torch.zeros_like(z)
best = {}
for gamma in (0, 1, 2, 5):
    mean_loss = 0.1 * focal(z, one, gamma) + 0.9 * focal(z, zero, gamma)
    best[gamma] = announced[mean_loss.argmin()].item()
    print(f"gamma {gamma}: the best announcement is {best[gamma]:.2f}")
assert abs(best[0] - 0.1) < 1e-9
assert best[0] < best[1] < best[2] < best[5] < 0.5  # claim: pulled toward 1/2

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Higher**: the announcements are pulled toward $\frac12$, because being almost certain no longer pays. So the focal
# loss is a way to spend effort on hard examples. The outputs of a network trained with it rank places, but they are no
# longer probabilities.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:dice-loss"]
# ## Small objects in a mask: the Dice loss
#
# In a microscope image, a cell may cover one pixel in a hundred. The Dice loss asks for the *overlap* of the mask $y$
# and the prediction $p$. The sums run over the pixels of one mask; $s$, here 1, keeps an empty mask from giving 0/0:
#
# $$L = 1 - \frac{2 \sum p\,y + s}{\sum p + \sum y + s}$$
#
# (Here $s$ is not a standard deviation. The paper that proposed the Dice loss has squares in the denominator; both
# forms are in use.)


# %% tags=["hide-input"]
def disk(row, column, radius):
    """Return a mask (64, 64): 1 inside the disk, 0 outside."""
    rows, columns = np.mgrid[:64, :64]
    return ((rows - row) ** 2 + (columns - column) ** 2 <= radius**2).astype(float)


truth = disk(30, 34, 3.7)
guesses = {"empty": 0 * truth, "shifted": disk(33, 37, 3.7), "too large": disk(30, 34, 7)}
plots.image_row(
    {"truth": truth, **guesses},
    limits=(0, 1),
    height=2.2,
    alt="A small disk, and three guesses: empty, shifted, and too large.",
)

# %% [markdown] tags=["predict"]
# **Predict first.** Rank the three guesses by pixel accuracy, the fraction of pixels they get right, and by the Dice
# loss. Which guess is the best of the three by one measure and the worst by the other?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:overlap-not-pixels"]
truth = disk(30, 34, 3.7)
guesses = {"empty": 0 * truth, "shifted": disk(33, 37, 3.7), "too large": disk(30, 34, 7)}
dice, share = {}, {}
for name, mask in guesses.items():
    dice[name] = losses.dice(mask[None, None], truth[None, None])
    share[name] = np.mean(mask == truth)
    print(f"{name:9} pixel accuracy {share[name]:.3f}, Dice loss {dice[name]:.2f}")
assert max(dice, key=dice.get) == "empty"  # claim: by Dice the empty mask is the worst
assert max(share, key=share.get) == "empty"  # claim: by pixels it is the best

# %% [markdown] slideshow={"slide_type": "fragment"}
# The **empty** mask. "No cell anywhere" is right in 99% of the pixels, so by pixel accuracy it is the best of the
# three; by Dice it is the worst. The mask that is too large covers the whole cell, and Dice gives it credit for that.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Who gets the gradient?
#
# **Predict first.** A fresh network says $p = 0.5$ everywhere, and 1% of the pixels are foreground. What share of the
# total pull on the logits, $\sum |\text{gradient}|$, comes from the foreground: with cross-entropy, and with Dice? And
# later, when $p = 0.001$ everywhere?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:dice-shares-the-pull"]
mask = torch.tensor(disk(30, 34, 3.7))
share, pull = {}, {}  # of the foreground
for p in (0.5, 0.001):
    z = torch.full((64, 64), p, dtype=torch.float64).logit().requires_grad_()
    said = torch.sigmoid(z)
    overlap = (2 * (said * mask).sum() + 1) / (said.sum() + mask.sum() + 1)
    costs = {"cross-entropy": F.binary_cross_entropy(said, mask), "Dice": 1 - overlap}
    for name, cost in costs.items():
        pulls = torch.autograd.grad(cost, z, retain_graph=True)[0].abs()
        pull[name, p] = pulls[mask == 1].sum().item()
        share[name, p] = pull[name, p] / pulls.sum().item()
        print(f"p = {p:<5} {name:13} foreground: {share[name, p]:.2f} of the pull", end="")
        print(f" ({pull[name, p]:.4f})")
assert np.isclose(share["cross-entropy", 0.5], mask.mean())  # claim: it counts pixels
assert abs(share["Dice", 0.5] - 0.5) < 0.02  # claim: Dice gives the few one half
assert abs(share["Dice", 0.001] - 0.5) < 0.02  # claim: later, too
assert share["cross-entropy", 0.001] > 0.9  # claim: later, cross-entropy gives them more
assert pull["cross-entropy", 0.001] > 5 * pull["Dice", 0.001]  # claim: and pulls harder

# %% [markdown] slideshow={"slide_type": "fragment"}
# Cross-entropy counts pixels: **1%**. Dice gives a small object about **half** of the pull at the start, without a
# weight to choose. So it looks for the object from the first step, while cross-entropy first learns "nothing anywhere."
# Once it has learned that, the object gets **92%** of cross-entropy's pull and still half of Dice's, but Dice now pulls
# on it less hard than cross-entropy does (in parentheses: the pull on the foreground). Whether Dice also ends up with a
# better mask is a different question; lecture 08c trains both to the end.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:06b.5"]
# ### Exercise 06b.5 · Dice for a batch (8 min)
#
# Write `dice_loss(p, y, smooth)` for probabilities and masks of shape (N, C, H, W). Each of the N · C masks has a Dice
# loss of its own; return their mean, a number. `smooth` is the $s$ of the formula. Do not
# call `losses`.


# %% tags=["exercise:06b.5"] nbgrader={"grade_id": "ex-06b-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def dice_loss(p, y, smooth):  # Exercise 06b.5
    """Return the mean of the Dice losses of all masks: (N, C, H, W) twice → a number."""
    ### BEGIN SOLUTION
    # Sum over the pixels only, so that a small mask counts as much as a large one.
    overlap = 2 * (p * y).sum(axis=(2, 3)) + smooth
    total = p.sum(axis=(2, 3)) + y.sum(axis=(2, 3)) + smooth
    return np.mean(1 - overlap / total)
    ### END SOLUTION


# %% tags=["check:06b.5"]
check("06b.5", dice_loss)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:06b.6"]
# ### Exercise 06b.6 · Decide by what mistakes cost (15 min)
#
# This task is open-ended: there are many ways to do it. One cell in twenty is infected. A missed infection costs 50
# euros, and a false alarm costs 1 euro. Write `decide(X, y, X_new)`: `X` (N, 3) and `y` (N,) are cells to learn from,
# as `cells(seed)` returns them, and `X_new` (M, 3) are new cells. Return 1 for "treat" and 0 for "leave" for each new
# cell, shape (M,). Bring the mean cost per cell, over three clinics with 4,000 cells each that you have not seen,
# **below 0.46 euros**. Treating everybody costs 0.95; the plain neuron at $p > \frac12$ costs about 1.5. Your function
# has ten seconds per clinic. (Each clinic stains its cells in its own way: a feature of the infected ones may be lower,
# not higher.)


# %% tags=["exercise:06b.6"] nbgrader={"grade_id": "ex-06b-6", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def decide(X, y, X_new):  # Exercise 06b.6
    """Return 1 (treat) or 0 (leave) for each new cell: (N, 3), (N,), (M, 3) → (M,)."""
    ### BEGIN SOLUTION
    # Treat where the expected cost of a miss exceeds that of a false alarm: 50 p > 1 - p.
    weights = np.zeros(3)
    for _ in range(3000):
        p = activations.sigmoid(X @ weights)
        weights = weights - 1.0 * X.T @ (p - y) / len(y)
    return (activations.sigmoid(X_new @ weights) > 1 / 51).astype(int)
    ### END SOLUTION


# %% tags=["check:06b.6"]
check("06b.6", decide)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | loss | hand over | gradient with respect to the logit | choose it for |
# |---|---|---|---|
# | `BCEWithLogitsLoss` | logits | $p - y$ | yes or no |
# | with `pos_weight` $w$ | logits | $p$, or $w\,(p - 1)$ if $y = 1$ | misses that cost more |
# | `CrossEntropyLoss` | logits, integers | $p - y$ | one of several classes |
# | focal | logits | fades for easy examples | many easy examples |
# | Dice | probabilities | about half from a small object | small objects |
#
# - Cross-entropy is entropy plus KL divergence; it is smallest at the honest probability.
# - A training run on ten classes starts at $\ln 10 = 2.30$. If it gets stuck at 1.46, look for a second softmax.
# - Class weights move the threshold along one ROC curve, and they inflate the probabilities.
#
# **Next.** We know what to make small. Chapter 07 is about making it small quickly and reliably.

# %% slideshow={"slide_type": "skip"} tags=["progress:06b"]
from course_utils.exercises import progress

progress("06b")

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Quiz
#
# 1. A training run on ten classes starts at 2.30 and stops at 1.46, with every example classified correctly. What is
#    wrong?
# 2. A detector is trained with `pos_weight=19` and says $p = 0.6$. May you tell the customer "60%"?
# 3. Two forecasters announce the same class every day. One says 0.6 each time, the other 0.99. Both are right on six
#    days in ten. Whose average surprise is smaller?
#
# <details><summary>Answers</summary>
#
# 1. The network ends in a softmax, and the loss applies another one: 1.46 is the floor $\ln(e + 9) - 1$.
# 2. No. The weights have raised all probabilities of the rare class. The chance is about 7%.
# 3. That of the first. It announces the truth, so its average surprise is the entropy. The other one is hardly
#    surprised on six days and enormously on four.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - T. M. Cover and J. A. Thomas, *Elements of Information Theory*, 2nd edition, Wiley 2006, chapter 2: entropy and
#   relative entropy, which is another name for the KL divergence.
# - C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer 2006, sections 4.3.2 and 4.3.4: cross-entropy and
#   its gradient.
# - C. Cortes and V. Vapnik, Support-vector networks, *Machine Learning* 20, 273–297, 1995: the hinge loss.
# - C. Elkan, The foundations of cost-sensitive learning, *IJCAI* 2001: costs, base rates, and thresholds.
# - T.-Y. Lin et al., Focal loss for dense object detection, *ICCV* 2017, arXiv:1708.02002.
# - F. Milletari, N. Navab, and S.-A. Ahmadi, V-Net: fully convolutional neural networks for volumetric medical image
#   segmentation, *3D Vision* 2016, arXiv:1606.04797: Dice as a loss, with squares in the denominator.
