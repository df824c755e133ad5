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
# # 05a · Activation functions
#
# Last time, we built a network from nothing but NumPy, and between its layers we put ReLU without asking why. Today we
# ask. The activation function is the smallest part of a network, one line of code, and it decides what the network can
# express and how well it learns.
#
# **After this lecture, you will be able to**
# - show why a network without activation functions is a single layer, no matter how deep it is;
# - write ten activation functions and their slopes so that they survive any input, and say why each was invented;
# - measure what centered outputs are worth;
# - find dead units, at the start and after training, and prevent them.
#
# **You need** derivatives and the chain rule; the dense layer and the softmax of chapter 01.
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 70 min | 41 min | 10 s |

# %% tags=["setup"]
from functools import partial

import numpy as np
import torch
from matplotlib import pyplot as plt

from course_utils import activations, diagrams, evidence, gradcheck, plots, widgets
from course_utils.exercises import check, hint

plots.use_course_style()
normal = np.linspace(-10, 10, 20_001)  # net inputs, and how often a normal one is there:
bell = np.exp(-(normal**2) / 2) / np.sqrt(2 * np.pi) * (normal[1] - normal[0])


def moments(f):
    """Return mean and variance of f(z) for normal z with mean 0 and variance 1."""
    mean = (f(normal) * bell).sum()
    return mean, ((f(normal) - mean) ** 2 * bell).sum()


def pair(name):
    """Return an activation function of the course and its backward pass."""
    return getattr(activations, name), getattr(activations, f"{name}_backward")


# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:linear-activation", "deviates:f"]
# ## Why not just pass the sum on?
#
# A unit computes its net input $z = w \cdot x + b$ and then its activation $a = f(z)$. In this chapter, $f$ is the
# activation function (not a frequency, as in 02b). The simplest choice is to leave $z$ as it is:
#
# $$f(z) = z, \qquad f'(z) = 1$$
#
# This is the *linear* activation. It costs nothing, and its slope never gets in the way of a gradient. What could be
# wrong with it?

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["predict"]
# **Predict first.** Four inputs go through three such layers with 16, 16, and 3 units. Without the biases, that is 64 +
# 256 + 48 = 368 weights. How many weights does a *single* layer need to compute exactly the same outputs: 12, 48, or
# 368?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:linear-stack-is-one-layer"]
rng = np.random.default_rng(5)
x = rng.normal(size=(200, 4))  # 200 examples of 4 numbers
W1, W2, W3 = rng.normal(size=(16, 4)), rng.normal(size=(16, 16)), rng.normal(size=(3, 16))
b1, b2, b3 = rng.normal(size=16), rng.normal(size=16), rng.normal(size=3)
f = activations.linear
three_layers = f(f(f(x @ W1.T + b1) @ W2.T + b2) @ W3.T + b3)  # (200, 3)
W = W3 @ W2 @ W1  # one matrix, (3, 4)
b = W3 @ (W2 @ b1 + b2) + b3  # one bias, (3,)
print(f"weights in three layers: {W1.size + W2.size + W3.size}, in one layer: {W.size}")
assert np.allclose(three_layers, x @ W.T + b)  # claim: three linear layers are one

# %% [markdown] slideshow={"slide_type": "fragment"}
# **12.** The product of the three matrices is one matrix of 3 × 4, and every output is again a weighted sum of the four
# inputs. If you said 368, you expected more weights to be able to do more. They cannot: a stack of linear layers is a
# linear layer. A network needs a nonlinearity between its layers, or depth is wasted.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 0 to 10. Start with the network of 04b on the board, cross out the ReLUs, and ask what is lost. Usual answers:
# "it learns more slowly" or "it overfits." Let the class multiply a 1 × 2 by a 2 × 1 matrix: one number is left.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E09", "predict"]
# ### A common mistake: "the derivative of a constant is zero"
#
# Many notes give a different reason: the derivative of the linear activation is a constant, the derivative of a
# constant is zero, so gradient descent has nothing to work with.
#
# **Predict first.** We train one linear unit on 50 points of the line $y = 2x - 1$. Does gradient descent find the line?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "erratum:E09", "claim", "claim:linear-unit-learns"]
z = np.linspace(-3, 3, 13)
measured = gradcheck.numerical_gradient(lambda z: activations.linear(z).sum(), z.copy())
x, w, b = np.linspace(0, 1, 50), 0.0, 0.0
for _ in range(1000):
    error = activations.linear(w * x + b) - (2 * x - 1)
    delta = activations.linear_backward(2 * error / 50, w * x + b)  # (50,)
    w, b = w - 0.5 * delta @ x, b - 0.5 * delta.sum()
print(f"measured slope {measured.mean():.2f}; learned: w = {w:.2f}, b = {b:.2f}")
assert np.allclose(measured, 1)  # the slope is the constant 1, not 0
assert np.allclose([w, b], [2, -1])  # claim: it finds the line

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Yes.** Both halves of the sentence are true, but the second is about the slope of the slope. Gradient descent needs
# the slope, and that is 1. A linear unit learns well; it is a *stack* of them that is pointless. As an output layer for
# numbers of any size and sign, the linear activation is exactly what you want.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:05a.1"]
# ### Exercise 05a.1 · Fold a stack into one layer (8 min)
#
# Write `fold(weights, biases)` for any number of linear layers. `weights` is a list of matrices of shape
# (outputs, inputs), `biases` a list of vectors of shape (outputs,), first layer first. Return `(W, b)` such that
# `W @ x + b` is the output of the whole stack.


# %% tags=["exercise:05a.1"] nbgrader={"grade_id": "ex-05a-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def fold(weights, biases):  # Exercise 05a.1
    """Return the weight and the bias of the one layer that does the same."""
    ### BEGIN SOLUTION
    # One more layer: W' (W x + b) + b' = (W' W) x + (W' b + b').
    W, b = weights[0], biases[0]
    for next_W, next_b in zip(weights[1:], biases[1:], strict=True):
        W, b = next_W @ W, next_W @ b + next_b
    return W, b
    ### END SOLUTION


# %% tags=["check:05a.1"]
check("05a.1", fold)

# %% [markdown]
# Stuck on an exercise? `hint` helps a little, and a little more each time you call it.

# %%
hint("05a.1", 1)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:sigmoid", "defines:logistic sigmoid"]
# ## Sigmoid: from any number to a probability
#
# Will it rain tomorrow? A weighted sum can be any number, but a probability lies between 0 and 1. The **logistic
# sigmoid** squeezes the whole number line into that interval:
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}}, \qquad \sigma'(z) = \sigma(z)\,\bigl(1 - \sigma(z)\bigr)$$
#
# For decades, it was also the standard choice between layers, because it behaves like a biological neuron: silent at
# one end, firing at full rate at the other. Its slope comes for free once you have its value. In the package,
# `activations.sigmoid_backward(grad_output, z)` multiplies the slope by the gradient from above, as the layers of
# chapter 04 do; where that gradient is 1, it returns the slope itself. The other functions of this lecture have a
# backward pass of the same kind.


# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_slope(z):
    return sigmoid(z) * (1 - sigmoid(z))


# %% [markdown] slideshow={"slide_type": "fragment"} tags=["predict"]
# **Predict first.** Where is the sigmoid steepest, and how steep is it there: 1, 1/2, or 1/4?

# %% slideshow={"slide_type": "subslide"} tags=["reveals", "hide-input", "claim", "claim:sigmoid-slope-at-most-a-quarter"]
plots.show(
    diagrams.value_and_slope({"sigmoid": pair("sigmoid")}),
    alt="The sigmoid, an S from 0 to 1, and its slope, a bell that is highest at 0.",
)
z = np.linspace(-20, 20, 401)
slope = sigmoid_slope(z)
print(f"largest slope {slope.max():.2f}, at z = {abs(z[slope.argmax()]):.0f}")
print(f"at z = 5: value {sigmoid(5):.3f}, slope {sigmoid_slope(5):.3f}")
assert np.isclose(slope.max(), 0.25) and np.isclose(z[slope.argmax()], 0)  # claim
assert np.allclose(sigmoid(z), activations.sigmoid(z))
assert np.allclose(slope, activations.sigmoid_backward(np.ones_like(z), z))

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["defines:saturation"]
# It is steepest at 0, and there its slope is **1/4**. It is tempting to say 1/2, but that is the *value* at 0; the
# slope is $\frac12 \cdot \frac12$. Beyond ±5, the curve is almost flat: the output hardly changes, and almost no
# gradient passes. There the unit is **saturated**. Note also that the output is never negative: it is centered at 0.5,
# not at 0.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E12", "predict"]
# ### A common mistake: normalized inputs do not saturate a unit
#
# "Scale your features to [−1, 1], and the sigmoids will not saturate." That helps against features that are large. But
# a sigmoid does not see the features. It sees its net input.
#
# **Predict first.** A unit has 100 features, uniformly distributed between −1 and 1, and 100 weights with standard
# deviation 1. How large is its net input typically: about 1, 6, or 100?


# %% slideshow={"slide_type": "subslide"} tags=["reveals", "erratum:E12", "claim", "claim:net-input-decides-saturation"]
def net_inputs(seed, largest, std):
    """Return net inputs of 100 units for 200 examples of 100 features."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-largest, largest, size=(200, 100))
    return X @ rng.normal(0, std, size=(100, 100))


cases = {"to 255, std 0.1": (255, 0.1), "to 1, std 0.1": (1, 0.1), "to 1, std 1": (1, 1)}
slopes = {}
for name, case in cases.items():
    z = np.array([net_inputs(seed, *case) for seed in range(10)])
    slopes[name] = activations.sigmoid_backward(np.ones_like(z), z).mean(axis=(1, 2))
    mean = slopes[name].mean()
    print(f"features {name:15}: net input {z.std():3.0f}, mean slope {mean:.2f}")
raw, small, large = (evidence.over_seeds(slope) for slope in slopes.values())
assert raw.is_below(0.01) and small.is_above(0.2)
assert large.is_below(0.08)  # claim: features up to 1, and saturated all the same

# %% [markdown] slideshow={"slide_type": "fragment"}
# About **6**: each of the 100 products has variance $1/3$, independent variances add up, and $\sqrt{100/3} \approx
# 5.8$. Many such units are therefore saturated, although every feature is at most 1. If you said 100, you added the
# products as if they all had the same sign; if you said 1, you looked at one product only. What counts is the *net
# input*: normalize the features **and** choose the size of the weights. How to choose it is the subject of 05b.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 22. This is the square root from 02a again: the variances of independent errors, and of independent products,
# add up. Ask which weights would keep the net input near 1: standard deviation 1/√n for n features of variance 1.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### What the computer makes of the formula
#
# The formula has two traps. For $z = -1000$, it needs $e^{1000}$, which is too large for a 64-bit floating-point
# number. And far to the right, $\sigma(z)$ rounds to 1, so that $1 - \sigma(z)$ is 0. The course's version only ever
# computes $e^{-|z|}$, which is at most 1, and writes $1 - \sigma(z)$ as $\sigma(-z)$.

# %% tags=["claim", "claim:short-formula-loses-the-slope"]
far, twenty = np.array([-1000.0]), np.array([20], dtype=np.float32)
with np.errstate(over="ignore"):
    print("exp(1000) =", np.exp(-far)[0], "sigmoid(-1000) =", activations.sigmoid(far)[0])
short = sigmoid_slope(twenty)[0]
stable = activations.sigmoid_backward(np.ones(1), twenty)[0]
print(f"slope at 20 in 32 bits: short formula {short:.1e}, stable {stable:.1e}")
assert short == 0  # claim: the short formula loses the slope
assert np.isclose(stable, np.exp(-20), rtol=1e-5)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:tanh"]
# ## Tanh: the sigmoid, centered
#
# Stretch the sigmoid and move it down until it passes through the origin, and you have the hyperbolic tangent:
#
# $$\tanh z = 2\,\sigma(2z) - 1, \qquad \tanh' z = 1 - \tanh^2 z$$
#
# At 0, it is four times as steep as the sigmoid, and its outputs lie between −1 and 1. It saturates too, beyond about
# ±3.

# %% tags=["hide-input", "claim", "claim:tanh-is-a-stretched-sigmoid"]
plots.show(
    diagrams.value_and_slope({"tanh": pair("tanh"), "sigmoid": pair("sigmoid")}),
    alt="Tanh, an S from -1 to 1 with slope 1 at 0, beside the flatter sigmoid.",
)
z = np.linspace(-20, 20, 401)
stretched = 2 * activations.sigmoid(2 * z) - 1
slope = activations.tanh_backward(np.ones_like(z), z)
print(f"largest slope of tanh: {slope.max():.2f}")
assert np.allclose(np.tanh(z), stretched)  # claim: a sigmoid, stretched and moved
assert np.allclose(slope, 1 - np.tanh(z) ** 2)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### What is a zero center worth?
#
# Twenty sigmoid outputs are the inputs of the next layer, a single linear unit. In one experiment, we feed it
# $\sigma(z)$; in the other, $\sigma(z) - \frac12$. The unit has a bias, so it can express exactly the same functions in
# both cases. Both try the same twelve learning rates, from 0.02 to 2 in equal ratios, and each keeps its best one.


# %%
RATES = np.geomspace(0.02, 2, 12)  # each about 1.5 times the one before


def losses_while_learning(shift, rate, seed, steps=300):
    """Return the loss before each step, divided by the loss of predicting zero."""
    rng = np.random.default_rng(seed)
    h = activations.sigmoid(rng.normal(size=(1000, 20)))
    y = (h - 0.5) @ rng.normal(size=20)  # what there is to learn
    X, w, b, losses = h - shift, np.zeros(20), 0.0, []
    with np.errstate(over="ignore", invalid="ignore"):  # some rates are too large
        for _ in range(steps):
            error = X @ w + b - y
            losses.append(np.mean(error**2) / np.mean(y**2))
            w, b = w - rate * 2 * X.T @ error / 1000, b - rate * 2 * error.mean()
    return np.array(losses)


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** Which of the two learns faster, each at its own best learning rate? Or does it make no difference,
# because the bias can take up the shift?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:centered-inputs-learn-faster"]
curves, steps, best = {}, {}, {}
for name, shift in {"σ(z)": 0, "σ(z) − 1/2": 0.5}.items():
    found = {}  # rate → losses (10 seeds, 300), for each seed the steps to a tenth
    for rate in RATES:
        runs = np.array([losses_while_learning(shift, rate, seed) for seed in range(10)])
        needed = np.where(runs[:, -1] < 0.1, np.argmax(runs < 0.1, axis=1), 300)
        found[rate] = runs.mean(axis=0), needed
    best[name] = min(RATES, key=lambda rate: found[rate][1].mean())
    curves[name], steps[name] = found[best[name]]
plots.curves(
    {name: curve[:150] for name, curve in curves.items()},
    xlabel="step",
    ylabel="loss / loss of predicting 0",
    log_y=True,
    alt="With centered inputs the loss falls steeply, with positive ones slowly.",
)
for name in best:
    after = f"a tenth of the loss after {steps[name].mean():.0f} steps"
    print(f"{name:10} best rate {best[name]:.2f}, {after}")
ratio = evidence.over_seeds(steps["σ(z)"] / steps["σ(z) − 1/2"])
print("times as many steps without the center:", ratio)
assert ratio.is_above(4)  # claim: several times as fast

# %% [markdown] slideshow={"slide_type": "fragment"}
# The **centered** inputs win by far. It is true that the bias can take up the shift, but first it has to be *learned*.
# When all inputs are positive, raising all twenty weights together moves every prediction a lot, while raising one and
# lowering another moves it only a little. So the loss is a long, narrow valley, like that of the taxi rides in 01b. The
# steep walls allow only a small learning rate, and along the floor that rate is far too small. (Do not take the factor
# too literally: the best rates lie just below the ones that fail, so it depends on how closely the grid approaches that
# limit.)

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 34. Usual answer: no difference, because of the bias. Draw the narrow valley from 01b. This is why we normalize
# inputs and why tanh replaced the sigmoid between layers, and it is one reason for batch normalization (03b).

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:relu"]
# ## ReLU: one hinge
#
# The rectified linear unit lets positive net inputs pass and blocks the others:
#
# $$f(z) = \max(0, z), \qquad f'(z) = \begin{cases} 1 & z > 0 \\ 0 & z < 0 \end{cases}$$
#
# It is old: Fukushima used it in 1969, in a model of the visual system. Glorot, Bordes, and Bengio showed in 2011 that
# deep networks learn well with it, and it replaced tanh within a few years. It needs no exponential, and it does not
# saturate on the right: wherever the unit is active, its slope is exactly 1. At $z = 0$, there is no derivative;
# PyTorch takes 0.

# %% slideshow={"slide_type": "subslide"} tags=["hide-input", "claim", "claim:half-of-the-relus-are-silent"]
plots.show(
    diagrams.value_and_slope({"ReLU": pair("relu")}),
    alt="ReLU, zero and then the diagonal; its slope jumps from 0 to 1 at z = 0.",
)
z = np.random.default_rng(5).normal(size=100_000)
a = activations.relu(z)
print(f"silent for normal net inputs around zero: {np.mean(a == 0):.2f}")
assert np.array_equal(a, np.maximum(0, z)) and abs(np.mean(a == 0) - 0.5) < 0.01

# %% [markdown]
# The two open dots mark the jump of the slope. If net inputs are spread around zero, half of all outputs are exactly 0,
# and for every example, it is a different half.

# %% [markdown] slideshow={"slide_type": "skip"} tags=["optional", "erratum:E10"]
# ### Check the formula against its description (optional)
#
# In some notes, the formula is printed as $f(z) = (0, \max)$. There is no $z$ in it, and a pair is not a number. The
# words beside it are correct: positive values pass, and all others give zero. We check $\max(0, z)$ against these words
# and against PyTorch.

# %% tags=["optional", "erratum:E10"]
z = np.linspace(-3, 3, 13)
in_words = [one if one > 0 else 0 for one in z]
in_torch = torch.nn.functional.relu(torch.from_numpy(z)).numpy()
print("z        ", z[3:10])
print("max(0, z)", np.maximum(0, z)[3:10])
assert np.array_equal(np.maximum(0, z), in_words)
assert np.array_equal(np.maximum(0, z), in_torch)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:leaky-relu", "defines:dead unit"]
# ## Dead units, and how a leak revives them
#
# You saw in 01b that a ReLU unit learns only from examples for which it is active. If it is silent for *every* example,
# its slope is always 0, no gradient reaches its weights, and nothing changes: it is a **dead unit**. Leaky ReLU (Maas
# and others, 2013) leaves the door ajar, with a small slope $c$ on the left:
#
# $$f(z) = \begin{cases} z & z > 0 \\ c\,z & z \le 0 \end{cases} \qquad
#   f'(z) = \begin{cases} 1 & z > 0 \\ c & z \le 0 \end{cases}$$
#
# PyTorch calls $c$ `negative_slope`; the default is 0.01. In the *parametric* ReLU (PReLU, He and others, 2015), $c$ is
# a parameter that the network learns. A *Maxout* unit (Goodfellow and others, 2013) has several net inputs, each with
# weights of its own, and passes on the largest.

# %% tags=["hide-input"]
leaky = [partial(f, negative_slope=0.1) for f in pair("leaky_relu")]
plots.show(
    diagrams.value_and_slope({"leaky, c = 0.1": leaky, "ReLU": pair("relu")}, reach=3),
    alt="Leaky ReLU with slope 0.1 on the left, beside ReLU; both slopes jump at 0.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Can a silent unit wake up?
#
# We ask one unit to learn $y = x$ on the interval from 0 to 1.


# %%
def wake_up(c):
    """Train one unit to learn y = x, starting where it is silent for all 50 examples."""
    x, w, b, errors, active = np.linspace(0, 1, 50), -1.0, -0.5, [], []
    for _ in range(400):
        z = w * x + b
        error = activations.leaky_relu(z, c) - x
        delta = activations.leaky_relu_backward(2 * error / 50, z, c)
        w, b = w - 0.5 * delta @ x, b - 0.5 * delta.sum()
        errors.append(np.mean(error**2))
        active.append(np.count_nonzero(z > 0))
    return np.array(errors), np.array(active)


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** The unit starts at $w = -1$, $b = -0.5$, where it is silent for every example. What do 400 steps do to
# it with the slopes $c = 0$, 0.01, and 0.1 on the left?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:only-a-leak-revives"]
runs = {f"c = {c}": wake_up(c) for c in (0, 0.01, 0.1)}
plots.curves(
    {name: errors for name, (errors, _) in runs.items()},
    xlabel="step",
    ylabel="mean squared error",
    alt="Without a leak the error never changes; with 0.01 it falls late, with 0.1 early.",
)
for name, (errors, active) in runs.items():
    first, all_of_them = (np.argmax(active >= least) for least in (1, 50))
    woken = f"active at step {first}, for all at {all_of_them}" if active.any() else "dead"
    print(f"{name:9} error {errors[0]:.2f} → {errors[-1]:.2f}; {woken}")
(dead, _), (slow, _), (fast, _) = runs.values()
assert dead[-1] == dead[0]  # claim: a dead unit does not move at all
assert slow[-1] < 0.001 and fast[-1] < 0.001  # claim: with a leak it comes back

# %% [markdown] slideshow={"slide_type": "fragment"}
# With $c = 0$, **nothing happens**, however long you wait. It is tempting to think that a large error must produce some
# gradient; but the error is multiplied by the slope, and the slope is 0. With $c = 0.01$, the unit creeps toward the
# examples, becomes active for one after another, and then learns quickly. With $c = 0.1$, the same happens sooner.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### A layer of a hundred units
#
# How do units die? We train a layer of 100 ReLUs on a yes-or-no question about 20 numbers (is the first one large?),
# and count the units that are silent for all 200 examples.


# %%
def train_layer(name, rate, seed, center, steps=200):
    """Train 20 inputs → 100 units → 1; return the dead share at each step, accuracy."""
    (f, backward), rng = pair(name), np.random.default_rng(seed)
    X = rng.uniform(size=(200, 20))
    y = X[:, 0] > 0.5
    X = X - 0.5 if center else X
    W, b = rng.normal(0, np.sqrt(2 / 20), (100, 20)), np.zeros(100)
    v, c, dead = rng.normal(0, 0.1, 100), 0.0, []
    for _ in range(steps):
        Z = X @ W.T + b  # (200, 100)
        dead.append(np.mean((Z <= 0).all(axis=0)))
        A = f(Z)
        delta = (activations.sigmoid(A @ v + c) - y) / len(y)  # p - y, as in 01b
        hidden = backward(np.outer(delta, v), Z)
        v, c = v - rate * A.T @ delta, c - rate * delta.sum()
        W, b = W - rate * hidden.T @ X, b - rate * hidden.sum(axis=0)
    return np.array(dead), np.mean((f(X @ W.T + b) @ v + c > 0) == y)


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** The learning rate is 3. The inputs are either between 0 and 1, as the pixels of an image are, or
# centered, between −0.5 and 0.5. How many of the 100 ReLUs are dead after 200 steps in each case: hardly any in both,
# about half in both, or nearly all in one case and none in the other?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:centered-inputs-keep-units-alive", "nbval-ignore-output"]
dead, accuracy = {}, {}
for name, (rate, center) in {
    "rate 0.3, inputs 0 to 1": (0.3, False),
    "rate 3, inputs 0 to 1": (3, False),
    "rate 3, centered": (3, True),
}.items():
    runs = [train_layer("relu", rate, seed, center) for seed in range(10)]
    dead[name] = np.array([shares for shares, _ in runs])
    accuracy[name] = [hits for _, hits in runs]
    start, end = 100 * dead[name][:, [0, -1]].T
    shares = f"at the start {start.mean():4.1f}%, at the end {end.mean():4.1f}%"
    print(f"{name:23} dead {shares}")
gentle, harsh, centered = dead.values()
at_birth = evidence.over_seeds(gentle[:, 0])
assert at_birth.is_above(0.03) and not centered[:, 0].any()  # claim: some are born dead
assert evidence.compare(gentle[:, -1], gentle[:, 0]).does_not_matter(0.02)
assert harsh[:, -1].min() > 0.9 and max(accuracy["rate 3, inputs 0 to 1"]) < 0.7  # claim
assert not centered[:, -1].any() and min(accuracy["rate 3, centered"]) > 0.95  # claim

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Nearly all, and none.** Steps of that size push the whole layer below zero, and then it can only guess. With
# centered inputs, the same rate kills none of them. The table shows a second thing: with inputs from 0 to 1, several
# units in a hundred are dead *before the first step*. If most of a unit's weights happen to be negative and every input
# is positive, its net input can be negative for every example. They stay dead, because no gradient reaches them;
# training at the gentle rate killed hardly any others.

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Try it.** Raise the learning rate until units begin to die. By what factor does centering the inputs raise that
# limit?


# %% tags=["hide-input"]
def dead_units(learning_rate, inputs):
    dead, hits = train_layer("relu", learning_rate, seed=0, center=inputs == "centered")
    figure, axis = plt.subplots(figsize=(7, 2.8))
    axis.plot(100 * dead)
    axis.set(xlabel="step", ylabel="dead units in %", ylim=(-5, 105))
    axis.set_title(f"after 200 steps {100 * dead[-1]:.0f}% dead, accuracy {hits:.2f}")
    return figure


widgets.explore(
    dead_units,
    alt="The share of dead units climbs from a few percent to more than 80.",
    learning_rate=widgets.Slider(0.5, 12.0, 2.0, 0.5),
    inputs=["from 0 to 1", "centered"],
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Does a leak save the layer?
#
# **Predict first.** The inputs are between 0 and 1 again, and the learning rate is 10, which kills ReLUs for sure. With
# leaky ReLUs and ten different seeds, will all ten layers learn the task, none of them, or some of them?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:a-leak-saves-most-layers", "nbval-ignore-output"]
hits = {}
for name in ("relu", "leaky_relu"):
    hits[name] = np.array([train_layer(name, 10, seed, False)[1] for seed in range(10)])
    print(f"{name:10} accuracy per seed:", *(f"{one:.2f}" for one in hits[name]))
result = evidence.compare(hits["leaky_relu"], hits["relu"], names=("the leak", "ReLU"))
print(result)
learned = np.count_nonzero(hits["leaky_relu"] > 0.9)
assert hits["relu"].max() < 0.65  # claim: without a leak every layer guesses
assert 5 <= learned <= 9 and hits["leaky_relu"].min() < 0.7  # claim: some learn, not all
assert result.improves(by=0.1)

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Some.** Most of the ten learn the task almost perfectly, and the others guess. A mean accuracy would describe neither
# group, so look at each seed. A leak helps, but the cure is a smaller learning rate and centered inputs. If a ReLU network learns
# nothing, count its dead units before you blame the data.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 50. Most students expect "about half" for the rate of 3. Ask what a dead unit costs: computing time, and
# nothing else; a few do no harm. Ask what could revive one: plain gradient descent on its own weights cannot, but a
# change in the layers before it can. (Momentum and weight decay, chapters 07 and 08, also move weights without a
# gradient.)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:05a.2"]
# ### Exercise 05a.2 · Can it come back? (3 min)
#
# In a network with two hidden layers of ReLUs, one unit of the *second* hidden layer is silent for every training
# example. You go on training with plain gradient descent. Which statement is true?
#
# - **a** Its bias still gets a gradient, because the gradient of a bias does not depend on the inputs. It will recover.
# - **b** Its own weights and its bias do not move. It can come back only if the first layer changes its inputs.
# - **c** It can never come back, whatever the other units do.
# - **d** With a larger learning rate, its weights would move again.

# %% tags=["exercise:05a.2"] nbgrader={"grade_id": "ex-05a-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
choice = None  # Exercise 05a.2: replace None with "a", "b", "c" or "d"
### BEGIN SOLUTION
# δ is the gradient from above times the slope 0, for weights and bias alike.
# But the units of the first layer learn through other units, and change its inputs.
choice = "b"
### END SOLUTION

# %% tags=["check:05a.2"]
check("05a.2", choice)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:softplus"]
# ## Softplus: a ReLU without the corner
#
# Round off the corner of the ReLU, and you get softplus. Its slope is the sigmoid:
#
# $$f(z) = \log(1 + e^z), \qquad f'(z) = \frac{e^z}{1 + e^z} = \sigma(z)$$
#
# Its values are always positive, which makes it a good *last* layer for quantities that cannot be negative: a variance,
# a rate, a duration. The short formula overflows at $z = 1000$; write $\max(z, 0) + \log(1 + e^{-|z|})$ instead.

# %% tags=["hide-input", "claim", "claim:softplus-is-log-two-above-relu"]
plots.show(
    diagrams.value_and_slope({"softplus": pair("softplus"), "ReLU": pair("relu")}),
    alt="Softplus, a ReLU with a rounded corner; its slope is the sigmoid.",
)
z = np.linspace(-15, 15, 601)
gap = activations.softplus(z) - activations.relu(z)
slope = activations.softplus_backward(np.ones(601), z)
print(f"largest gap to ReLU {gap.max():.2f}, at z = {abs(z[gap.argmax()]):.0f}")
with np.errstate(over="ignore"):
    print("at 1000:", np.log(1 + np.exp(1000.0)), "or", activations.softplus(1000.0))
assert np.isclose(gap.max(), np.log(2)) and gap.min() > 0  # claim: log 2 above ReLU at 0
assert np.allclose(slope, activations.sigmoid(z))  # claim: its slope is the sigmoid

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:selu", "deviates:\u03bb"]
# ## ELU and SELU: negative values to balance the positive ones
#
# ReLU and softplus have a fault in common: their outputs are never negative, so they are not centered. ELU (Clevert and
# others, 2016) replaces the dead left side with a curve that levels off at −1. SELU (Klambauer and others, 2017) scales it
# with two constants:
#
# $$\text{ELU: } \begin{cases} z & z > 0 \\ e^z - 1 & z \le 0 \end{cases} \qquad
#   \text{SELU: } \lambda \begin{cases} z & z > 0 \\ \alpha\,(e^z - 1) & z \le 0 \end{cases} \qquad
#   \lambda \approx 1.0507, \ \alpha \approx 1.6733$$
#
# (Here $\lambda$ and $\alpha$ are the letters of the paper.) The two constants are not tuned but computed, from a wish: if
# the net inputs have mean 0 and variance 1, the outputs should have mean 0 and variance 1 again.

# %% tags=["hide-input"]
plots.show(
    diagrams.value_and_slope({n: pair(n.lower()) for n in ("SELU", "ELU", "ReLU")}),
    alt="SELU levels off at -1.76, ELU at -1; SELU's slope jumps from 1.76 to 1.05 at 0.",
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E11", "predict"]
# ### A common mistake: one letter, two values
#
# Some notes give both values to $\alpha$. Only one of the values belongs to $\alpha$; the other is $\lambda$. The
# factor $\lambda$ scales both branches, $\alpha$ only the negative one.
#
# **Predict first.** Swap the two constants. Is the variance of the output then still about 1, smaller, or larger?


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "erratum:E11", "claim", "claim:selu-constants-are-computed"]
def selu(z, scale=activations.SELU_SCALE, alpha=activations.SELU_ALPHA):
    left = alpha * np.expm1(np.minimum(z, 0))  # expm1(z) is exp(z) - 1
    return scale * np.where(z > 0, z, left)


swapped = partial(selu, scale=activations.SELU_ALPHA, alpha=activations.SELU_SCALE)
for name, f in {"SELU": selu, "swapped": swapped}.items():
    mean, variance = moments(f)
    print(f"{name:8} mean {abs(mean):.2f}, variance {variance:.2f}")
assert np.allclose(moments(selu), (0, 1), atol=1e-6)  # claim: mean 0 and variance 1
assert moments(swapped)[0] > 0.2 and moments(swapped)[1] > 1.7  # claim: swapped, neither
z = torch.linspace(-3, 3, 13, dtype=torch.float64)
assert np.allclose(torch.nn.functional.selu(z), selu(z.numpy()))  # as PyTorch has them

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Larger**, by almost 80%, and the mean is off as well. It is tempting to think that the order does not matter in a
# product. On the left, it does not: $\lambda\alpha$ is the same. But on the right, only $\lambda$ counts, and 1.67 is
# far steeper than 1.05. In 05b, we will see what becomes of this in thirty layers.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:05a.3"]
# ### Exercise 05a.3 · Two faults in a SELU (6 min)
#
# This function was found in a project. It runs without an error message, but its values are wrong in two places:
#
# ```python
# def found_selu(z):
#     scale, alpha = activations.SELU_SCALE, activations.SELU_ALPHA
#     return np.where(z > 0, z, scale * alpha * np.exp(z) - 1)
# ```
#
# Try it at $z = 0$ and at $z = 1$, compare with the formula, and write the corrected `mended_selu(z)`, which returns an
# array of the shape of `z`. Do not call `activations.selu`.


# %% tags=["exercise:05a.3"] nbgrader={"grade_id": "ex-05a-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def mended_selu(z):  # Exercise 05a.3
    """Return SELU of an array, of the same shape."""
    ### BEGIN SOLUTION
    # The scale belongs to both branches, and alpha multiplies all of exp(z) - 1.
    scale, alpha = activations.SELU_SCALE, activations.SELU_ALPHA
    return scale * np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))
    ### END SOLUTION


# %% tags=["check:05a.3"]
check("05a.3", mended_selu)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:gelu"]
# ## GELU and SiLU: a soft gate
#
# ReLU multiplies $z$ by a gate that is either 0 or 1. Why not open the gate gradually? GELU (Hendrycks and Gimpel, 2016)
# multiplies $z$ by the probability $\Phi(z)$ that a standard normal number is smaller than $z$. SiLU, also called swish,
# uses the sigmoid instead:
#
# $$\text{GELU: } z\,\Phi(z) \qquad \text{SiLU: } z\,\sigma(z)$$
#
# Both are smooth, and both let a little gradient through to the left of zero, so a unit does not die at once. GELU is
# the usual choice in transformers, SiLU in many recent convolutional networks. (For phones, *hard-swish* replaces the
# sigmoid in SiLU with three straight pieces; Howard and others, 2019.)

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["predict"]
# **Predict first.** For all functions so far, a larger net input never gives a smaller activation. Is that still true
# for GELU? What is the sign of its slope at $z = -2$?

# %% slideshow={"slide_type": "subslide"} tags=["reveals", "hide-input", "claim", "claim:gelu-dips"]
plots.show(
    diagrams.value_and_slope({n: pair(n.lower()) for n in ("GELU", "SiLU", "ReLU")}),
    alt="GELU and SiLU dip below zero on the left, where their slopes are negative.",
)
z = np.linspace(-5, 5, 10_001)
for name in ("gelu", "silu"):
    f, backward = pair(name)
    at_minus_two = backward(np.ones(1), np.array([-2.0]))[0]
    lowest = f"lowest value {f(z).min():.2f} at z = {z[f(z).argmin()]:.2f}"
    print(f"{name}: slope at -2 {at_minus_two:.2f}, {lowest}")
    assert at_minus_two < -0.05 and f(z).min() < -0.15  # claim: both dip below zero
    in_torch = getattr(torch.nn.functional, name)(torch.from_numpy(z)).numpy()
    assert np.allclose(f(z), in_torch)

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Negative.** Coming from the left, both functions first go *down*, to a lowest point below zero, and then up. Far to
# the left, the gate is closed and the product is 0; just left of zero, it is half open, and a negative $z$ gets
# through. Nobody asked for this dip; it follows from the product. It brings the mean output closer to zero than ReLU's.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:05a.4"]
# ### Exercise 05a.4 · Derive a gradient: SiLU (10 min)
#
# Derive $f'(z)$ for $f(z) = z\,\sigma(z)$ on paper, with the product rule. Then write `silu_gradient(grad_output, z)`: it
# takes $\partial L / \partial a$ and $z$, two arrays of the same shape, and returns $\partial L / \partial z$. You may use
# `activations.sigmoid`, but not `activations.silu_backward`. It must work for any $z$.


# %% tags=["exercise:05a.4"] nbgrader={"grade_id": "ex-05a-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def silu_gradient(grad_output, z):  # Exercise 05a.4
    """Return ∂L/∂z for a = z σ(z), of the shape of z."""
    ### BEGIN SOLUTION
    # Product rule: 1 · σ(z) + z · σ'(z), with σ'(z) = σ(z) σ(-z).
    # Chain rule: times what comes from above.
    s = activations.sigmoid(z)
    return grad_output * (s + z * s * activations.sigmoid(-z))
    ### END SOLUTION


# %% tags=["check:05a.4"]
check("05a.4", silu_gradient)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["predict"]
# ## Which of them are centered?
#
# We send normal net inputs, with mean 0 and variance 1, through each function and compute the mean and the variance of the
# outputs.
#
# **Predict first.** Which functions have a mean output of 0? And ReLU: is its mean about 0, 0.4, or 1?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:tanh-and-selu-are-centered"]
NAMES = ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "softplus", "elu", "selu")
NAMES += ("silu", "gelu")
means = {name: moments(pair(name)[0])[0] for name in NAMES}
for name in NAMES:
    mean, variance = moments(pair(name)[0])
    print(f"{name:10} mean {mean + 0:z.2f}, variance {variance:.2f}")
centered = {name for name, mean in means.items() if abs(mean) < 0.001}
assert centered == {"linear", "tanh", "selu"}  # claim: these three are centered
assert means["elu"] < means["silu"] < means["gelu"] < means["relu"] < means["softplus"]

# %% [markdown] slideshow={"slide_type": "fragment"}
# Linear, tanh, and **SELU**, which was built for it. ReLU's mean is **0.4**: half of the outputs are 0, and the other half
# average about 0.8. ELU, SiLU, and GELU are in between, and softplus is the farthest off. An activation function that is not
# centered is no disaster: a batch normalization layer before the next weights, or the right size of the weights, makes up for
# it. That is where 05b begins.

# %% [markdown] slideshow={"slide_type": "skip"} tags=["optional"]
# ### Ten functions at ±1000 (optional)
#
# We compare values and gradients with those of PyTorch, in 64 and 32 bits, with overflow and invalid operations turned
# into errors.

# %% tags=["optional", "claim", "claim:stable-and-equal-to-torch"]
NAMES = ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "softplus", "elu", "selu")
NAMES += ("silu", "gelu")
in_torch = {name: getattr(torch.nn.functional, name) for name in NAMES[3:]}
in_torch |= {"linear": lambda z: z * 1, "sigmoid": torch.sigmoid, "tanh": torch.tanh}
for name in NAMES:
    for dtype, rtol in ((np.float64, 1e-9), (np.float32, 1e-4)):
        z = np.concatenate([[-1000, 1000], np.linspace(-15, 15, 101)]).astype(dtype)
        tensor = torch.tensor(z, requires_grad=True)
        in_torch[name](tensor).sum().backward()
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            value, slope = pair(name)[0](z), pair(name)[1](np.ones_like(z), z)
        # claim: stable, and equal to PyTorch
        assert np.allclose(value, in_torch[name](tensor).detach(), rtol=rtol, atol=1e-6)
        assert np.allclose(slope, tensor.grad, rtol=rtol, atol=1e-6)
    low, high = (f"{value[k] + 0:8.2f} (slope {abs(slope[k]):.2f})" for k in (0, 1))
    print(f"{name:10} at -1000: {low}, at 1000: {high}")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:05a.5"]
# ### Exercise 05a.5 · Design an activation function (14 min)
#
# This task is open-ended. Write `my_activation(z)` for arrays of any shape. For normal net inputs with mean 0 and variance
# 1, its outputs must have a mean between −0.02 and 0.02 and a variance between 0.95 and 1.05. It must never decrease, its
# slope must be at least 0.05 everywhere between −3 and 3, and it must not be linear: no straight line may come closer than
# 0.2 to it (root mean square, over the same net inputs). You may start from any function of this lecture except SELU;
# `moments(f)` computes the mean and the variance.


# %% tags=["exercise:05a.5"] nbgrader={"grade_id": "ex-05a-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def my_activation(z):  # Exercise 05a.5
    """Return the activations, of the shape of z."""
    ### BEGIN SOLUTION
    # Take a leaky ReLU with a slope of 0.2 on the left, subtract its mean, and divide by
    # its standard deviation. For normal z the mean is (1 - c) / √(2π), and the mean
    # square is (1 + c²) / 2.
    c = 0.2
    mean = (1 - c) / np.sqrt(2 * np.pi)
    std = np.sqrt((1 + c**2) / 2 - mean**2)
    return (np.where(z > 0, z, c * z) - mean) / std
    ### END SOLUTION


# %% tags=["check:05a.5"]
check("05a.5", my_activation)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | | formula | slope | values | good for, watch out for |
# |---|---|---|---|---|
# | linear | $z$ | 1 | all | outputs of any size; a stack is one layer |
# | sigmoid | $1/(1+e^{-z})$ | at most 1/4 | 0 to 1 | probabilities; saturates, not centered |
# | tanh | $2\sigma(2z)-1$ | at most 1 | −1 to 1 | centered; saturates |
# | ReLU | $\max(0,z)$ | 0 or 1 | from 0 | cheap; dead units |
# | leaky ReLU | $z$ or $cz$ | 1 or $c$ | all | never quite dead |
# | softplus | $\log(1+e^z)$ | $\sigma(z)$ | above 0 | positive outputs |
# | ELU | $z$ or $e^z-1$ | 1 or $e^z$ | above −1 | almost centered |
# | SELU | ELU with $\lambda$, $\alpha$ | 1.05, or up to 1.76 | above −1.76 | centered |
# | GELU, SiLU | $z\,\Phi(z)$, $z\,\sigma(z)$ | smooth | a dip below 0 | transformers |

# %% [markdown]
# - Without a nonlinearity, a stack of layers is a single layer.
# - A layer learns faster from centered inputs than from positive ones, and its units stay alive.
#
# **Next.** One layer is not a network. In 05b, we stack thirty of them, watch gradients vanish, and find out whether
# the sigmoid really is to blame.

# %% slideshow={"slide_type": "skip"} tags=["progress:05a"]
from course_utils.exercises import progress

progress("05a")

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Quiz
#
# 1. A colleague adds four linear layers without activation functions to a linear classifier, "to make it deeper." Which
#    functions can it represent now that it could not represent before?
# 2. Your inputs are scaled to [−1, 1], yet most sigmoid units respond with 0.00 or 1.00. Where do you look?
# 3. Which function would you choose for the last layer of a network that predicts a waiting time?
#
# <details><summary>Answers</summary>
#
# 1. None: it is still one weighted sum of the inputs.
# 2. At the net inputs, and so at the size of the weights and at what the previous layers do to the signal.
# 3. Softplus: a waiting time is positive. (ReLU is never negative either, but where it is 0, it has no slope.)
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - K. Fukushima, Visual feature extraction by a multilayered network of analog threshold elements, *IEEE Transactions on
#   Systems Science and Cybernetics* 5, 1969: a rectified linear unit.
# - Y. LeCun and others, Efficient BackProp, in *Neural Networks: Tricks of the Trade*, Springer 1998: why it pays to
#   center inputs.
# - X. Glorot and others, Deep sparse rectifier neural networks, AISTATS 2011: ReLU in deep networks.
# - I. Goodfellow and others, Maxout networks, ICML 2013.
# - A. Maas and others, Rectifier nonlinearities improve neural network acoustic models, 2013: leaky ReLU.
# - K. He and others, Delving deep into rectifiers, ICCV 2015: PReLU.
# - D.-A. Clevert and others, Fast and accurate deep network learning by exponential linear units, ICLR 2016: ELU.
# - D. Hendrycks and K. Gimpel, Gaussian error linear units, arXiv:1606.08415, 2016: GELU.
# - G. Klambauer and others, Self-normalizing neural networks, NeurIPS 2017: SELU.
# - S. Elfwing and others, Sigmoid-weighted linear units, *Neural Networks* 107, 2018: SiLU.
# - A. Howard and others, Searching for MobileNetV3, ICCV 2019: hard-swish.
