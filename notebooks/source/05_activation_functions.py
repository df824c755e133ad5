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
# # 05 · Activation functions
#
# A layer multiplies, adds, and then bends: the activation function is the bend. It decides what a stack of layers can
# express, how far a gradient travels through it, and what its last layer may answer.
#
# **After this lecture you can**
# - show why a network without a bend is a single layer, however deep it is drawn;
# - write sigmoid, tanh, ReLU, leaky ReLU, SELU, softplus and softmax with their derivatives, safe for any input;
# - predict how a gradient shrinks on its way through many layers, and find units that have died;
# - choose an activation for hidden layers and for a described output.
#
# **You need** derivatives and the chain rule, the dense layer of lecture 01, backpropagation from lecture 04.
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 90 min | 55 min | 40 s |

# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np
import torch

from course_utils import activations, data, gradcheck, plots, settings, widgets
from course_utils.exercises import check, hint

plots.use_course_style()

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:linear-activation"]
# ## The linear activation: no bend at all
#
# A neuron adds up its weighted inputs to the *net input* $z = \mathbf w \cdot \mathbf x + b$ and answers with
# $y = f(z)$. The simplest choice is to pass $z$ on,
#
# $$f(z) = z, \qquad f'(z) = 1,$$
#
# with values from $-\infty$ to $\infty$. What do three such layers do that one cannot?

# %% tags=["claim"]
rng = np.random.default_rng(5)
x = rng.normal(size=(200, 4))  # 200 examples of 4 numbers
W1, W2, W3 = rng.normal(size=(16, 4)), rng.normal(size=(16, 16)), rng.normal(size=(3, 16))
b1, b2, b3 = rng.normal(size=16), rng.normal(size=16), rng.normal(size=3)
h1 = activations.linear(x @ W1.T + b1)  # (200, 16)
h2 = activations.linear(h1 @ W2.T + b2)  # (200, 16)
three_layers = activations.linear(h2 @ W3.T + b3)  # (200, 3)

W = W3 @ W2 @ W1  # one matrix, (3, 4)
b = W3 @ (W2 @ b1 + b2) + b3  # one bias, (3,)
assert np.allclose(three_layers, x @ W.T + b)  # claim: a stack of linear layers is one
print(
    "weights in three layers:",
    W1.size + W2.size + W3.size,
    "- in one layer that does the same:",
    W.size,
)

# %% [markdown]
# **What to see.** 368 weights do the work of 12. Depth without a bend buys nothing: each output stays a weighted sum of
# the inputs.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### What a bend buys
#
# Exclusive or: the answer is 1 when exactly one of two inputs is 1. Four points, and no weighted sum fits them.
#
# **Predict first.** What does the best linear layer, the one with the least squared error, answer at the four corners?

# %%
corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
target = np.array([0, 1, 1, 0])
with_one = np.column_stack([corners, np.ones(4)])  # the column of ones carries the bias
best = np.linalg.lstsq(with_one, target, rcond=None)[0]  # (3,): two weights and the bias


def bent(points):
    """Add two ReLUs, max(0, x1 - x2) + max(0, x2 - x1): (…, 2) → (…)."""
    difference = points[..., 0] - points[..., 1]
    return activations.relu(difference) + activations.relu(-difference)


print("best linear layer", np.round(np.abs(with_one @ best), 2))
print("two ReLUs        ", bent(corners))
assert np.allclose(with_one @ best, 0.5) and np.array_equal(bent(corners), target)

# %%
ticks = np.linspace(-0.2, 1.2, 90)
square = np.stack(np.meshgrid(ticks, ticks), axis=-1)
answers = {"best linear layer": square @ best[:2] + best[2], "two ReLUs": bent(square)}
figure, axes = plt.subplots(1, 2, figsize=(7, 3.1))
for axis, (name, answer) in zip(axes, answers.items(), strict=True):
    drawn = axis.imshow(answer, origin="lower", extent=[-0.2, 1.2] * 2, vmin=0, vmax=1.4)
    for (x1, x2), one in zip(corners, target, strict=True):
        color = "white" if answer[64 * x2 + 13, 64 * x1 + 13] < 0.6 else "black"
        axis.text(
            x1,
            x2,
            str(one),
            ha="center",
            va="center",
            color=color,
            weight="bold",
            fontsize=15,
        )
    axis.set(title=name, xlabel="x1", ylabel="x2", xticks=[0, 1], yticks=[0, 1])
figure.colorbar(drawn, ax=axes, label="answer")
plots.show(
    figure,
    alt="One flat grey for the linear layer; a dark diagonal for the two ReLUs.",
)

# %% [markdown]
# **What to see.** The linear layer gives up: 0.5 everywhere. Two bends fold the plane along its diagonal, and all four
# corners fit.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E09"]
# ### Erratum E09: the derivative of a linear activation
#
# The deck says: the derivative of the linear activation is a constant, and the derivative of a constant is zero. Each
# half is true, but the second is about another function. The slope of $f(z) = z$ *is* the constant 1, and gradient
# descent needs the slope, not the slope of the slope. The formula shown there is a neuron's weighted sum, not an
# activation.
#
# So a linear neuron learns well. The reason against it is the one above: a stack of them is one layer.
#
# **Predict first.** Where does gradient descent take a linear neuron on points of the line $2x - 1$?

# %% tags=["erratum:E09"]
z = np.linspace(-3, 3, 13)
slope = gradcheck.numerical_gradient(lambda z: activations.linear(z).sum(), z.copy())
assert np.allclose(slope, 1)
assert np.allclose(activations.linear_backward(np.ones(13), z), 1)

x, weight, bias = np.linspace(0, 1, 50), 0.0, 0.0
for _ in range(1000):
    z = weight * x + bias
    # gradient of the mean squared error
    grad_z = activations.linear_backward(2 * (z - (2 * x - 1)) / 50, z)
    weight, bias = weight - 0.5 * grad_z @ x, bias - 0.5 * grad_z.sum()
print(f"slope of f(z) = z: {slope.mean():.2f}; learned: {weight:.2f} x {bias:+.2f}")
assert np.allclose([weight, bias], [2, -1])

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:05.1"]
# ### Exercise 05.1 · Fold a stack into one layer (8 min)
#
# Write `fold(weights, biases)` for a stack of linear layers without a bend. `weights` lists matrices of shape
# (outputs, inputs), `biases` vectors of shape (outputs,), first layer first; there may be any number of layers. Return
# `(W, b)` such that `W @ x + b` is what the stack answers.


# %% tags=["exercise:05.1"] nbgrader={"grade_id": "ex-05-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def fold(weights, biases):  # Exercise 05.1
    """Return the weight and the bias of the one layer that does the same."""
    ### BEGIN SOLUTION
    # One layer more: W' (W x + b) + b' = (W' W) x + (W' b + b').
    W, b = weights[0], biases[0]
    for next_W, next_b in zip(weights[1:], biases[1:], strict=True):
        W, b = next_W @ W, next_W @ b + next_b
    return W, b
    ### END SOLUTION


# %% tags=["check:05.1"]
check("05.1", fold)

# %% [markdown]
# Stuck in an exercise? `hint` helps a little, and a little more each time it is called.

# %%
hint("05.1", 1)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:sigmoid"]
# ## Sigmoid: from any number to a share
#
# The sigmoid squeezes the number line into the interval from 0 to 1,
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}}, \qquad \sigma'(x) = \sigma(x)\,\bigl(1 - \sigma(x)\bigr).$$
#
# It answers yes-or-no questions with a probability. The derivative needs no new exponential, only the value.


# %%
def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def sigmoid_slope(x):
    return sigmoid(x) * (1 - sigmoid(x))


def portrait(f, slope, alt):
    """Draw a function beside its slope; check the slope by centred differences."""
    x = np.linspace(-6, 6, 480)  # an even number: no sample at a kink in x = 0
    assert np.allclose((f(x + 1e-6) - f(x - 1e-6)) / 2e-6, slope(x), atol=1e-6)
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.5, 2.5))
    left.plot(x, f(x))
    right.plot(x, slope(x), color=plots.VERMILLION, linestyle="--")
    left.set(xlabel="x", ylabel="f(x)", title="value", xticks=[-6, -3, 0, 3, 6])
    right.set(xlabel="x", ylabel="f′(x)", title="slope", xticks=[-6, -3, 0, 3, 6])
    plots.show(figure, alt)
    for name, values in {"values": f(x), "slopes": slope(x)}.items():
        print(f"{name} from {values.min():.2f} to {values.max():.2f}")


# %% [markdown]
# **Predict first.** At which $x$ is the sigmoid steepest, and how steep is it there?

# %%
portrait(
    sigmoid,
    sigmoid_slope,
    alt="The sigmoid, an S from 0 to 1, and its slope, a bell of height a quarter.",
)
x = np.linspace(-20, 20, 101)
assert np.allclose(sigmoid(x), activations.sigmoid(x))
assert np.allclose(sigmoid_slope(x), activations.sigmoid_backward(np.ones(101), x))

# %% [markdown]
# **What to see.** Steepest at 0, and even there a quarter only. Beyond ±5 the curve is nearly flat: the unit is
# *saturated*. And all values are positive, with 0.5 in the middle; the S is not centred at zero.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Two traps of the short formula
#
# For $x = -1000$ the formula computes $e^{1000}$, which no floating-point number holds. And $1 - \sigma(x)$ loses all its
# digits where $\sigma(x)$ rounds to 1. The package lets no exponential see a number above zero, and computes
# $1 - \sigma(x)$ as $\sigma(-x)$.

# %%
large_negative, twenty = np.array([-1000.0]), np.array([20], dtype=np.float32)
with np.errstate(over="ignore"):
    print("exp(1000) =", np.exp(-large_negative)[0])
print("activations.sigmoid(-1000) =", activations.sigmoid(large_negative)[0])
short = sigmoid_slope(twenty)[0]
stable = activations.sigmoid_backward(np.ones(1), twenty)[0]
print("slope at 20 in float32, short formula:", short)
print(f"stable formula: {stable:.1e}")
assert short == 0 and np.isclose(stable, np.exp(-20), rtol=1e-5)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E12"]
# ### Erratum E12: does normalising the inputs prevent saturation?
#
# The deck's remedy against a saturated sigmoid is to scale the features to [−1, 1] or [0, 1]. That helps against raw
# features that are large. But a sigmoid does not see the features, it sees its net input. Large weights, or many layers
# that each enlarge their input, saturate it just the same.
#
# **Predict first.** 100 features, all in [−1, 1], and weights of standard deviation 1. How large is a typical net
# input?


# %%
def net_inputs(seed, scale, layers=0, largest=1):
    """Return net inputs of 100 units for 200 examples; weights have std scale / √100."""
    rng = np.random.default_rng(seed)
    h = rng.uniform(-largest, largest, size=(200, 100))
    for _ in range(layers):
        h = activations.relu(h @ rng.normal(0, scale / 10, size=(100, 100)))
    return h @ rng.normal(0, scale / 10, size=(100, 100))


cases = {
    "features to 255,\nsmall weights": {"scale": 1, "largest": 255},
    "features to 1,\nsmall weights": {"scale": 1},
    "features to 1,\nlarge weights": {"scale": 10},
    "features to 1,\nten growing layers": {"scale": 2, "layers": 10},
}

# %%
figure, axes = plt.subplots(1, 4, figsize=(9, 2.7), sharey=True)
for axis, (name, case) in zip(axes, cases.items(), strict=True):
    y = activations.sigmoid(net_inputs(5, **case)).ravel()
    axis.hist(y, bins=np.linspace(0, 1, 21), weights=np.full(y.size, 1 / y.size))
    axis.set(title=name, xlabel="sigmoid")
axes[0].set_ylabel("share of answers")
plots.show(
    figure,
    alt="Histograms of sigmoid answers: near one half only for small features/weights.",
)

# %% tags=["erratum:E12"]
slopes = {}
for name, case in cases.items():
    per_seed, size = [], []
    for seed in range(20):
        z = net_inputs(seed, **case)
        per_seed.append(activations.sigmoid_backward(np.ones_like(z), z).mean())
        size.append(z.std())
    slopes[name], label = np.array(per_seed), name.replace("\n", " ")
    print(f"{label:33} net input {np.mean(size):3.0f}, slope {slopes[name].mean():.2f}")
raw, small, large, deep = (value.mean() for value in slopes.values())
errors = [value.std(ddof=1) / np.sqrt(20) for value in slopes.values()]
# measured over 20 seeds: 0.003, 0.232, 0.066 and 0.012, with standard errors below 0.001
assert small - 3 * errors[1] > 0.2 and raw + 3 * errors[0] < 0.02
assert large + 3 * errors[2] < 0.1 and deep + 3 * errors[3] < 0.05

# %% [markdown]
# **What to see.** Of at most 0.25, normalised features with small weights keep 0.23. With weights of standard deviation
# 1 (the third picture) a typical net input is $\sqrt{100/3} \approx 6$, far out where the sigmoid is flat. And ten
# layers that each enlarge their input leave little of the slope too. Saturation depends on the net input: normalise the
# features, *and* choose the size of the weights.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:tanh"]
# ## Tanh: the sigmoid, centred
#
# The hyperbolic tangent is a sigmoid, stretched and moved so that it passes through the origin:
#
# $$\tanh x = \frac{e^x - e^{-x}}{e^x + e^{-x}} = 2\,\sigma(2x) - 1, \qquad \tanh' x = 1 - \tanh^2 x \le 1$$
#
# Values run from −1 to 1 with 0 in the middle, and the slope at 0 is 1 instead of 1/4.


# %% tags=["claim"]
def tanh_slope(x):
    return 1 - np.tanh(x) ** 2


portrait(
    np.tanh,
    tanh_slope,
    alt="Tanh, an S from -1 to 1 through the origin, and its slope, a bell of height 1.",
)
x = np.linspace(-20, 20, 101)
# claim: a stretched sigmoid
assert np.allclose(activations.tanh(x), 2 * activations.sigmoid(2 * x) - 1)
assert np.allclose(activations.tanh_backward(np.ones(101), x), tanh_slope(x))

# %% [markdown]
# **What to see.** Four times as steep as the sigmoid and centred at zero. It still saturates, beyond about ±3. What the
# centre is good for, we measure below.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:05.2"]
# ### Exercise 05.2 · Derive a gradient: SiLU (10 min)
#
# Many recent networks use $f(x) = x\,\sigma(x)$, called SiLU or *swish*. Derive $f'(x)$ on paper with the product rule.
# Then write `silu_backward(grad_output, x)`: it takes $\partial L/\partial y$ and $x$, two arrays of one shape, and
# returns $\partial L/\partial x$. Use `activations.sigmoid`.


# %% tags=["exercise:05.2"] nbgrader={"grade_id": "ex-05-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def silu_backward(grad_output, x):  # Exercise 05.2
    """Return dL/dx for y = x sigmoid(x), of the shape of x."""
    ### BEGIN SOLUTION
    # Product rule: 1 · σ(x) + x · σ'(x), with σ'(x) = σ(x) σ(-x).
    # Chain rule: times what comes from above.
    s = activations.sigmoid(x)
    return grad_output * (s + x * s * activations.sigmoid(-x))
    ### END SOLUTION


# %% tags=["check:05.2"]
check("05.2", silu_backward)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:relu"]
# ## ReLU: a single kink
#
# The rectified linear unit passes positive net inputs and blocks the others:
#
# $$f(x) = \max(0, x), \qquad f'(x) = \begin{cases} 1 & x > 0 \\ 0 & x < 0 \end{cases}$$
#
# Where it is active, its slope is exactly 1, however large $x$ is: nothing saturates on that side. At the kink there is
# no derivative; PyTorch and this course take 0.


# %%
def relu(x):
    return np.maximum(0, x)


def relu_slope(x):
    return (x > 0).astype(float)


portrait(
    relu,
    relu_slope,
    alt="ReLU, zero and then the diagonal, and its slope, a step from 0 to 1.",
)
rng = np.random.default_rng(5)
z = rng.normal(size=100_000)
assert np.array_equal(relu(z), activations.relu(z))
print(f"silent for net inputs around zero: {np.mean(relu(z) == 0):.2f}")

# %% [markdown]
# **What to see.** No exponential, no flat end on the right. About half of all answers are exactly zero: for each example
# another half of the network is at work.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E10"]
# ### Erratum E10: a formula without its x
#
# The deck prints $f(x) = (0, \max)$. There is no $x$ in it, and a pair is not a number. Right is $f(x) = \max(0, x)$:
# the *smallest* number that is neither below 0 nor below $x$. Its words are right: positive values pass, others give
# zero. We hold the formula to these words and to PyTorch, for thirteen values of $x$ at once.

# %% tags=["erratum:E10"]
x = np.linspace(-3, 3, 13)
y = np.maximum(0, x)
in_words = [value if value > 0 else 0 for value in x]
in_torch = torch.nn.functional.relu(torch.from_numpy(x)).numpy()
print("x        ", x[3:10])
print("max(0, x)", y[3:10])
assert np.array_equal(y, in_words) and np.array_equal(y, in_torch)
assert np.allclose(y, (x + np.abs(x)) / 2)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:leaky-relu"]
# ## Leaky ReLU: never quite silent
#
# A ReLU that is silent for *every* example has slope 0 everywhere. No gradient reaches its weights; it is dead. Leaky
# ReLU leaves the door ajar:
#
# $$f(x) = \begin{cases} x & x > 0 \\ a x & x \le 0 \end{cases} \qquad
#   f'(x) = \begin{cases} 1 & x > 0 \\ a & x \le 0 \end{cases}$$
#
# PyTorch calls $a$ the `negative_slope`; its default is 0.01.


# %%
def leaky_relu(x, a=0.01):
    return np.where(x > 0, x, a * x)


def leaky_relu_slope(x, a=0.01):
    return np.where(x > 0, 1.0, a)


portrait(
    leaky_relu,
    leaky_relu_slope,
    alt="Leaky ReLU, nearly flat and then the diagonal; its slope, 0.01 and then 1.",
)
x = np.linspace(-20, 20, 101)
assert np.allclose(leaky_relu(x), activations.leaky_relu(x))
assert np.allclose(leaky_relu_slope(x), activations.leaky_relu_backward(np.ones(101), x))

# %% [markdown]
# **What to see.** Nearly the ReLU. The difference is the printed 0.01: the slope on the left is small, but not zero.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Can a silent unit come back?
#
# One neuron shall learn $y = x$ on [0, 1]. It starts at $w = -1$, $b = -0.5$, so its net input is negative for every
# example.
#
# **Predict first.** What do 400 steps of gradient descent do to it with slope 0, 0.01 and 0.1 on the left?


# %%
def awaken(negative_slope):
    """Return the mean squared error before each of 400 steps."""
    x, weight, bias, errors = np.linspace(0, 1, 50), -1.0, -0.5, []
    for _ in range(400):
        z = weight * x + bias
        error = activations.leaky_relu(z, negative_slope) - x
        errors.append(np.mean(error**2))
        grad_z = activations.leaky_relu_backward(2 * error / 50, z, negative_slope)
        weight, bias = weight - 0.5 * grad_z @ x, bias - 0.5 * grad_z.sum()
    return np.array(errors)


# %% tags=["claim"]
errors = {f"slope {a} on the left": awaken(a) for a in (0, 0.01, 0.1)}
plots.curves(
    errors,
    xlabel="step",
    ylabel="mean squared error",
    alt="The error of the ReLU never changes; leaky ones wake up, the steeper one sooner.",
)
for name, error in errors.items():
    print(f"{name:23} error {error[0]:.2f} at first, {error[-1]:.2f} at last")
stays, slow, fast = errors.values()
assert stays[-1] == stays[0]  # claim: a dead ReLU does not move at all
assert slow[-1] < 0.001 and fast[-1] < 0.001  # claim: a leaky one comes back

# %% [markdown]
# **What to see.** The ReLU stands still, for ever. A slope of one hundredth creeps until the first example turns
# positive; from then on it learns at full speed.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:selu"]
# ## SELU: two constants with a purpose
#
# The scaled exponential linear unit bends towards a floor on the left and is a line, slightly steeper than 1, on the
# right:
#
# $$f(x) = \lambda \begin{cases} x & x > 0 \\ \alpha\,(e^x - 1) & x \le 0 \end{cases} \qquad
#   f'(x) = \lambda \begin{cases} 1 & x > 0 \\ \alpha\, e^x & x \le 0 \end{cases}$$
#
# with $\lambda \approx 1.0507$ and $\alpha \approx 1.6733$. They are not tuned but computed, from a requirement that we
# check in a moment.


# %%
def selu(x, scale=activations.SELU_SCALE, alpha=activations.SELU_ALPHA):
    left = alpha * np.expm1(np.minimum(x, 0))  # expm1(x) is exp(x) - 1
    return scale * np.where(x > 0, x, left)


def selu_slope(x):
    left = activations.SELU_ALPHA * np.exp(np.minimum(x, 0))
    return activations.SELU_SCALE * np.where(x > 0, 1, left)


portrait(
    selu,
    selu_slope,
    alt="SELU bends to a floor at -1.76; its slope jumps at zero down to 1.05.",
)
x = np.linspace(-20, 20, 101)
assert np.allclose(selu(x), activations.selu(x))
assert np.allclose(selu_slope(x), activations.selu_backward(np.ones(101), x))

# %% [markdown]
# **What to see.** The floor is at $-\lambda\alpha \approx -1.76$, not quite reached at $x = -6$. Just left of zero the
# curve is *steeper* than on the right: there it enlarges small signals, further out it damps large ones.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E11"]
# ### Erratum E11: one letter, two values
#
# The deck gives both values to $\alpha$. One belongs to $\lambda$: $\lambda \approx 1.0507$ scales **both** branches,
# $\alpha \approx 1.6733$ only the negative one. The requirement decides: if $x$ has mean 0 and variance 1 (normally
# distributed), then $f(x)$ shall have mean 0 and variance 1 again. Both are integrals over the bell curve.
#
# **Predict first.** With the constants swapped, is the variance after one layer above or below 1?

# %% tags=["erratum:E11"]
z = np.linspace(-10, 10, 20_001)
bell = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) * (z[1] - z[0])  # adds up to 1
one, other = activations.SELU_SCALE, activations.SELU_ALPHA
moments = {}
for name, (scale, alpha) in {"right": (one, other), "swapped": (other, one)}.items():
    y = selu(z, scale, alpha)
    mean = (y * bell).sum()
    moments[name] = mean, ((y - mean) ** 2 * bell).sum()
    print(f"{name:8} mean {moments[name][0]:.2f}, variance {moments[name][1]:.2f}")
assert np.allclose(moments["right"], (0, 1), atol=1e-6)
assert moments["swapped"][0] > 0.2 and moments["swapped"][1] > 1.7
x = torch.linspace(-3, 3, 13, dtype=torch.float64)
assert np.allclose(torch.nn.functional.selu(x), selu(x.numpy()))  # as PyTorch has them

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:05.3"]
# ### Exercise 05.3 · Two faults in a SELU (6 min)
#
# This was found in a project. It runs, and no message appears. Its values are wrong in two places:
#
# ```python
# def found_selu(x):
#     scale, alpha = activations.SELU_SCALE, activations.SELU_ALPHA
#     return np.where(x > 0, x, scale * alpha * np.exp(x) - 1)
# ```
#
# Try it at $x = 0$ and at $x = 1$, compare with the formula, and write it right as `mended_selu(x)`, an array of the
# shape of $x$, without `activations.selu`.


# %% tags=["exercise:05.3"] nbgrader={"grade_id": "ex-05-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def mended_selu(x):  # Exercise 05.3
    """Return SELU of an array, of the same shape."""
    ### BEGIN SOLUTION
    # The scale belongs to both branches, and alpha multiplies the whole of exp(x) - 1.
    scale, alpha = activations.SELU_SCALE, activations.SELU_ALPHA
    return scale * np.where(x > 0, x, alpha * (np.exp(x) - 1))
    ### END SOLUTION


# %% tags=["check:05.3"]
check("05.3", mended_selu)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:softplus"]
# ## Softplus: a ReLU without the kink
#
# Softplus rounds the kink off. Its derivative is the sigmoid:
#
# $$f(x) = \log\bigl(1 + e^x\bigr), \qquad f'(x) = \frac{e^x}{1 + e^x} = \sigma(x)$$
#
# Its values are always above zero, which makes it a good last layer for what cannot be negative: a variance, a rate, a
# duration.
#
# **Predict first.** How far is it above ReLU, at most, and where?

# %% tags=["claim"]
portrait(
    lambda x: np.log(1 + np.exp(x)),
    activations.sigmoid,
    alt="Softplus, a ReLU with a rounded corner, and its slope, the sigmoid.",
)
x = np.linspace(-15, 15, 601)
gap = activations.softplus(x) - activations.relu(x)
print(f"largest gap to ReLU {gap.max():.2f}, at x = {abs(x[gap.argmax()]):.2f}")
# claim: log 2 above ReLU, at zero
assert np.isclose(gap.max(), np.log(2)) and np.all(gap > 0)
assert np.allclose(activations.softplus_backward(np.ones(601), x), activations.sigmoid(x))

# %% [markdown] slideshow={"slide_type": "subslide"}
# Here the short formula gives a wrong *value*: $\log(1 + e^{1000})$ is 1000, but $e^{1000}$ overflows. Taking the large
# part out helps: $\log(1 + e^x) = \max(x, 0) + \log(1 + e^{-|x|})$.

# %%
x = np.array([-1000.0, 0.0, 1000.0])
with np.errstate(over="ignore"):
    short = np.log(1 + np.exp(x))
stable = np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))
for name, values in {"short formula": short, "stable formula": stable}.items():
    print(f"{name:14}", ", ".join(f"{value:.2f}" for value in values))
assert np.allclose(stable, activations.softplus(x))

# %% [markdown] slideshow={"slide_type": "slide"}
# ## All on one page
#
# Seven functions and their slopes, on one scale. Look for three things: where is the slope near zero, where is it
# larger than 1, and is the function centred?

# %%
NAMES = ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu", "softplus")
x = np.linspace(-4, 4, 400)
figure, axes = plt.subplots(2, 4, figsize=(9, 4.8), sharex=True, sharey=True)
for axis, name in zip(axes.flat, NAMES, strict=False):
    value, backward = getattr(activations, name), getattr(activations, f"{name}_backward")
    axis.axhline(0, color="0.8", linewidth=0.8, linestyle="-")
    axis.plot(x, value(x), label="value")
    axis.plot(x, backward(np.ones(400), x), label="slope")
    axis.set(title=name.replace("_", " "), ylim=(-2, 3), xticks=[-4, 0, 4])
    assert (backward(np.ones(400), x).max() > 1) == (name == "selu")  # claim: only SELU
axes[0, 3].tick_params(labelbottom=True)
axes[1, 3].set_axis_off()
axes[1, 3].legend(*axes[0, 0].get_legend_handles_labels(), loc="center", frameon=False)
figure.supxlabel("x")
figure.supylabel("value, slope")
plots.show(
    figure,
    alt="Seven activations and their slopes; only sigmoid and tanh are flat on both ends.",
)

# %% [markdown]
# **What to see.** Sigmoid and tanh are flat at both ends; ReLU, SELU and softplus on the left only. Only SELU has
# slopes above 1. Linear and tanh are centred.
#
# Next we try extreme inputs, ±1000, against PyTorch: values and gradients, in both precisions, with overflow and
# invalid operations turned into errors.

# %% tags=["claim"]
in_torch = {name: getattr(torch.nn.functional, name) for name in NAMES[3:]}
in_torch |= {"linear": lambda x: x * 1, "sigmoid": torch.sigmoid, "tanh": torch.tanh}
for name in NAMES:
    for dtype, rtol in ((np.float64, 1e-9), (np.float32, 1e-4)):
        x = np.concatenate([[-1000, 1000], np.linspace(-15, 15, 101)]).astype(dtype)
        tensor = torch.tensor(x, requires_grad=True)
        in_torch[name](tensor).sum().backward()
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            value = getattr(activations, name)(x)
            slope = getattr(activations, f"{name}_backward")(np.ones_like(x), x)
        # claim: stable, and equal to PyTorch
        assert np.allclose(value, in_torch[name](tensor).detach(), rtol=rtol, atol=1e-6)
        assert np.allclose(slope, tensor.grad, rtol=rtol, atol=1e-6)
    low, high = (f"{value[k]:8.2f} (slope {slope[k]:.2f})" for k in (0, 1))
    print(f"{name:10} at -1000: {low}, at 1000: {high}")

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:saturation"]
# ## Saturation: what is left of a gradient after thirty layers
#
# Backwards, each layer multiplies the gradient by its weights and by the slopes of its activation:
#
# $$\frac{\partial L}{\partial \mathbf x} = W^\top \bigl(f'(\mathbf z) \odot \frac{\partial L}{\partial \mathbf y}\bigr)$$
#
# Here $\odot$ multiplies entry by entry, and $L$ is the loss. Thirty layers, thirty factors. Factors below 1 make the
# gradient vanish, factors above 1 make it explode. The weights below have standard deviation $1/\sqrt n$ for $n$
# inputs, which by itself keeps the size; for the ReLUs, which block half of the units, $\sqrt{2/n}$.

# %% [markdown]
# **Predict first.** A sigmoid's slope is a quarter at best. Which power of ten is left after 30 layers, at best? And
# for ReLU?


# %%
def gradient_norms(name, gain, seed, depth=30, width=64):
    """Return the norm of the gradient after 0, 1, …, depth layers, over its first norm."""
    f, backward = getattr(activations, name), getattr(activations, f"{name}_backward")
    rng = np.random.default_rng(seed)
    h, passed = rng.normal(size=(32, width)), []
    for _ in range(depth):
        W = rng.normal(0, gain / np.sqrt(width), size=(width, width))
        z = h @ W.T
        h = f(z)
        passed.append((W, z))
    gradient = rng.normal(size=h.shape)
    norms = [np.linalg.norm(gradient)]
    for W, z in reversed(passed):
        gradient = backward(gradient, z) @ W
        norms.append(np.linalg.norm(gradient))
    return np.array(norms) / norms[0]


# %%
in_race = ("selu", "linear", "relu", "leaky_relu", "tanh", "softplus", "sigmoid")
gains = dict.fromkeys(in_race, 1.0)
gains["relu"] = gains["leaky_relu"] = np.sqrt(2)
powers = {}  # name → log10 of the norm, (20 seeds, 31)
for name, gain in gains.items():
    powers[name] = np.log10([gradient_norms(name, gain, seed) for seed in range(20)])
figure, axis = plt.subplots(figsize=(7, 4))
for name, values in powers.items():
    grey = {"color": "0.5", "linestyle": "-", "marker": "."}
    style = grey if name == "linear" else {}
    (line,) = axis.plot(10 ** values.mean(axis=0), label=name.replace("_", " "), **style)
    low, high = 10 ** values.min(axis=0), 10 ** values.max(axis=0)
    axis.fill_between(range(31), low, high, color=line.get_color(), alpha=0.2)
axis.set(xlabel="layers passed on the way back", ylabel="norm over the first")
axis.set_yscale("log")
axis.legend(frameon=False, loc="lower left")
plots.show(
    figure,
    alt="Gradient norms through 30 layers: the sigmoid falls steeply, ReLUs stay level.",
)

# %% tags=["claim"]
for name, values in powers.items():
    final, error = values[:, -1].mean(), values[:, -1].std(ddof=1) / np.sqrt(20)
    print(f"{name:10} 10 to the power of {np.round(final, 1) + 0:.1f}")
    # over 20 seeds: sigmoid -18.9, relu -0.1, tanh -0.8; standard error below 0.05
    if name == "sigmoid":
        assert final + 3 * error < 30 * np.log10(1 / 4)  # claim: it vanishes
    if name in ("relu", "leaky_relu"):
        assert abs(final) + 3 * error < 0.5  # claim: ReLU's does not
    if name == "tanh":
        assert final - 3 * error > -2 and final + 3 * error < 0  # claim: slowly
unscaled = np.log10([gradient_norms("relu", 1, seed)[-1] for seed in range(20)])
print(f"relu without the factor √2: 10 to the power of {unscaled.mean():.1f}")
# claim: without it the silent half costs a factor √2 in each layer
assert unscaled.mean() + 3 * unscaled.std(ddof=1) / np.sqrt(20) < -4

# %% [markdown]
# **What to see.** The linear line shows the weights alone: they keep the size, so all else is the slopes' doing. The
# sigmoid loses about three quarters in every layer, nineteen powers of ten in all (at best it would be $4^{-30} \approx
# 10^{-18}$): the first layers of such a network do not learn. ReLU keeps its gradient, *if* the weights make up for the
# silent half. Tanh loses little and SELU gains a little. Softplus, with these weights, loses eight powers of ten.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:05.4"]
# ### Exercise 05.4 · A gradient through sigmoids (5 min)
#
# Sigmoid neurons in a row, one per layer, every weight 1. How many layers are enough that the gradient is smaller than
# one millionth of what it was, *whatever* the net inputs are? Answer with the smallest such number.

# %% tags=["exercise:05.4"] nbgrader={"grade_id": "ex-05-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
layers = None  # Exercise 05.4: replace None by a number of layers
### BEGIN SOLUTION
# Each layer multiplies by at most 1/4. 4 to the power of 10 is 1,048,576,
# 4 to the power of 9 only 262,144.
layers = 10
### END SOLUTION

# %% tags=["check:05.4"]
check("05.4", layers)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:05.5"]
# ### Exercise 05.5 · Keep the gradient alive (8 min)
#
# Forty ReLU layers of 100 units each. The weights are drawn from a normal distribution with mean 0, all with the same
# standard deviation. Choose it so that the gradient arrives at the first layer with a norm between a fifth of what
# it was and five times that. Many answers are right; the check draws five networks with yours.

# %% tags=["exercise:05.5"] nbgrader={"grade_id": "ex-05-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
weight_std = None  # Exercise 05.5: replace None by a standard deviation
### BEGIN SOLUTION
# A layer multiplies the variance of the gradient by n · std² (the weights)
# and by 1/2 (half of the ReLUs are silent). That product shall be 1.
weight_std = np.sqrt(2 / 100)
### END SOLUTION

# %% tags=["check:05.5"]
check("05.5", weight_std)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Dead ReLUs, counted
#
# ReLU has a price. One step that is too long can push a unit's net input below zero for *all* examples, and then it
# stays there. We train a hundred ReLUs on a yes-or-no question, with a learning rate that suits and with one that is
# much too large, and count the units that answer no example at all.


# %%
def train_layer(name, learning_rate, seed, steps=200):
    """Train 20 inputs → 100 units → 1; return silent units per step, and the accuracy."""
    f, backward = getattr(activations, name), getattr(activations, f"{name}_backward")
    rng = np.random.default_rng(seed)
    X = rng.uniform(size=(200, 20))
    y = X[:, 0] > 0.5  # the question: is the first number large?
    W, b = rng.normal(0, np.sqrt(2 / 20), (100, 20)), np.zeros(100)
    v, c, silent = rng.normal(0, 0.1, 100), 0.0, []
    for _ in range(steps):
        z = X @ W.T + b  # (200, 100)
        silent.append(np.mean(np.all(z <= 0, axis=0)))
        h = f(z)
        # gradient of the cross-entropy, lecture 06
        grad_output = (activations.sigmoid(h @ v + c) - y) / len(y)
        grad_z = backward(np.outer(grad_output, v), z)
        v, c = v - learning_rate * h.T @ grad_output, c - learning_rate * grad_output.sum()
        W, b = W - learning_rate * grad_z.T @ X, b - learning_rate * grad_z.sum(axis=0)
    return silent, np.mean((f(X @ W.T + b) @ v + c > 0) == y)


# %%
runs = {
    "ReLU, rate 0.3": [train_layer("relu", 0.3, seed) for seed in range(10)],
    "ReLU, rate 10": [train_layer("relu", 10, seed) for seed in range(10)],
    "leaky ReLU, rate 10": [train_layer("leaky_relu", 10, seed) for seed in range(10)],
}
silent = {name: np.array([row for row, _ in results]) for name, results in runs.items()}
plots.curves(
    {name: 100 * rows.mean(axis=0) for name, rows in silent.items()},
    xlabel="step",
    ylabel="below zero for all, in %",
    alt="Few silent units at rate 0.3; at rate 10 all ReLUs die, leaky ones stop short.",
)

# %% tags=["claim", "nbval-ignore-output"]
dead = {name: rows[:, -1] for name, rows in silent.items()}
right = {name: np.array([share for _, share in results]) for name, results in runs.items()}
suited, too_large, leaky = runs
for name in runs:
    below, hits = 100 * dead[name].mean(), 100 * right[name].mean()
    print(f"{name:19} below zero for all: {below:2.0f} % of units; right: {hits:.0f} %")
# measured over 10 seeds: right 99, 52 and 88 %, standard deviations 1, 2 and 19 %
error = np.hypot(right[leaky].std(ddof=1), right[too_large].std(ddof=1)) / np.sqrt(10)
# claims: ReLUs die of long steps, a dead layer guesses, and leaky ones still learn
assert dead[too_large].min() > 0.9 and dead[suited].max() < 0.2
assert right[suited].min() > 0.9 and right[too_large].max() < 0.65
assert right[leaky].mean() - right[too_large].mean() > 3 * error

# %% [markdown]
# **What to see.** At rate 10 the whole layer dies, and the network is left with guessing one of two answers. Most leaky
# units go below zero as well, but they still pass a hundredth of signal and gradient, and the network gets most answers
# right. If a ReLU network learns nothing, count its dead units before you blame the data.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### What is a zero centre good for?
#
# Behind a sigmoid all inputs of the next layer are positive. For one example, a neuron's
# weight gradients are $\delta\, h_i$, with its inputs $h_i$ and $\delta = \partial L / \partial z$: one sign for all.
# Each example can only raise all weights together, or lower them together.
#
# **Predict first.** One layer learns from $\sigma(z)$, another from $\sigma(z) - \frac12 = \frac12 \tanh\frac z2$. Both
# have a bias, so both can express exactly the same. Which is faster, each with the learning rate one over its largest
# curvature?


# %%
def learn_from(shift, seed, steps=300):
    """Return loss over variance at each step, and the share of one-sign gradients."""
    rng = np.random.default_rng(seed)
    h = activations.sigmoid(rng.normal(size=(1000, 20)))
    y = (h - 0.5) @ rng.normal(size=20)  # what there is to learn
    H = np.column_stack([h - shift, np.ones(1000)])  # the column of ones carries the bias
    steepest = np.linalg.eigvalsh(H.T @ H / 1000)[-1]
    weights, losses = np.zeros(21), []
    for _ in range(steps):
        losses.append(np.mean((H @ weights - y) ** 2) / np.mean(y**2))
        weights -= H.T @ (H @ weights - y) / 1000 / steepest
    inputs = h - shift
    return losses, np.mean(np.all(inputs > 0, axis=1) | np.all(inputs < 0, axis=1))


# %% tags=["claim"]
shifts = {"σ": 0, "σ − 1/2": 0.5}
learned = {name: [learn_from(c, seed) for seed in range(10)] for name, c in shifts.items()}
losses = {name: np.array([loss for loss, _ in runs]) for name, runs in learned.items()}
plots.curves(
    {name: loss.mean(axis=0) for name, loss in losses.items()},
    xlabel="step",
    ylabel="loss over variance",
    alt="The loss falls fast with centred inputs and slowly with positive ones.",
)
needed = {name: np.argmax(loss < 0.1, axis=1) for name, loss in losses.items()}
for name, steps in needed.items():
    print(f"{name:7} gradients of one sign: {learned[name][0][1]:.2f} of the examples")
    print(f"{name:7} loss below one tenth after {steps.mean():.0f} steps")
ratios = needed["σ"] / needed["σ − 1/2"]
# claim: at least five times as fast; measured over 10 seeds: 6.9, standard deviation 1.4
assert ratios.mean() - 3 * ratios.std(ddof=1) / np.sqrt(10) > 5

# %% [markdown]
# **What to see.** Same functions, same examples, and a fraction of the steps: only the centre has changed. Inputs of
# one sign make one direction of the loss far steeper than the others, and the steepest limits the step. This speaks for
# tanh against the sigmoid inside a network, and for centring the inputs before training.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:selu-self-normalizing"]
# ## SELU keeps mean 0 and variance 1
#
# One layer kept both; now thirty. The argument needs net inputs with mean 0 and variance 1, so the weights must have
# variance $1/n$ (*LeCun normal*). If the signal drifts, SELU pulls it back: it damps what is too large and enlarges what
# is too small.
#
# **Predict first.** Swapped constants gave variance 1.79 after one layer. What do thirty layers make of it? And of the
# right constants with the ReLU's weights, variance $2/n$?


# %%
def through_layers(scale, alpha, gain, seed, depth=30, width=100):
    """Return mean and variance of the signal after 0, …, depth layers: (depth + 1, 2)."""
    rng = np.random.default_rng(seed)
    h = rng.normal(size=(100, width))
    moments = [(h.mean(), h.var())]
    for _ in range(depth):
        W = rng.normal(0, gain / np.sqrt(width), size=(width, width))
        h = selu(h @ W, scale, alpha)
        moments.append((h.mean(), h.var()))
    return np.array(moments)


scale, alpha = activations.SELU_SCALE, activations.SELU_ALPHA
variants = {
    "right": (scale, alpha, 1),
    "constants swapped": (alpha, scale, 1),
    "right, weights 2/n": (scale, alpha, np.sqrt(2)),
}
signals = {}
for name, variant in variants.items():
    signals[name] = np.array([through_layers(*variant, seed) for seed in range(20)])

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6))
for name, moments in signals.items():
    for axis, values in ((left, moments[..., 0]), (right, moments[..., 1])):
        (line,) = axis.plot(values.mean(axis=0), label=name)
        axis.fill_between(
            range(31),
            values.min(axis=0),
            values.max(axis=0),
            color=line.get_color(),
            alpha=0.2,
        )
left.set(xlabel="layer", ylabel="mean", yscale="symlog")
right.set(xlabel="layer", ylabel="variance", yscale="log")
handles, labels = left.get_legend_handles_labels()
figure.legend(handles, labels, loc="outside upper center", ncols=3, frameon=False)
plots.show(
    figure,
    alt="Mean and variance stay at 0 and 1 with the right constants, else both grow.",
)

# %% tags=["claim"]
for name, moments in signals.items():
    mean, variance = moments[:, -1].T  # after 30 layers, for each seed
    error_of_mean = mean.std(ddof=1) / np.sqrt(20)
    error = variance.std(ddof=1) / np.sqrt(20)
    if name == "right":  # measured: mean 0.00, variance 0.99, spread 0.02 and 0.04
        assert abs(mean.mean()) + 3 * error_of_mean < 0.1  # claim: mean 0 is kept
        assert abs(variance.mean() - 1) + 3 * error < 0.2  # claim: variance 1 is kept
    else:  # measured: variance about 60,000 and 170, no seed below 6,000 and 40
        assert mean.min() > 1 and variance.min() > 20  # claim: both are lost
    power = np.round(np.log10(variance).mean(), 1) + 0
    print(f"{name:18} variance 10 to the power of {power:.1f}")

# %% [markdown]
# **What to see.** With the right constants the signal leaves the thirtieth layer with the mean and variance with which
# it entered the first. Swapped, the variance grows by more than four powers of ten, and even the right constants fail
# with the weights that suit ReLU.

# %% [markdown]
# In PyTorch the weights that SELU needs are `kaiming_normal_` with `nonlinearity="linear"`. The option named `"selu"`
# exists too, and gives weights of another size. Dropout (lecture 08a) must be `nn.AlphaDropout` beside SELU, or it
# disturbs mean and variance.

# %% tags=["claim"]
torch.manual_seed(5)
deviations = {}
for option in ("linear", "selu"):
    drawn = torch.nn.init.kaiming_normal_(torch.empty(500, 500), nonlinearity=option)
    deviations[option] = drawn.std().item() * np.sqrt(500)
    print(f"{option:6}: std of the weights times √n is {deviations[option]:.2f}")
standard_error = 1 / np.sqrt(2 * 500 * 500)  # of a standard deviation from 250,000 weights
assert abs(deviations["linear"] - 1) < 3 * standard_error + 0.01  # claim: variance 1/n
assert abs(deviations["selu"] - 0.75) < 3 * standard_error + 0.01  # claim: less

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:softmax"]
# ## Softmax: probabilities from scores
#
# For several classes the last layer gives one score each, the *logits* $x_1, \dots, x_K$. Softmax makes them positive
# and lets them add up to 1:
#
# $$p_i = \frac{e^{x_i / T}}{\sum_{j=1}^K e^{x_j / T}}$$
#
# The *temperature* $T$ is 1 unless we say otherwise. Unlike all activations above, each output depends on every input.


# %% tags=["claim"]
def softmax(x):
    """Turn logits into probabilities along the last axis, in the order of the formula."""
    e = np.exp(x)
    return e / e.sum(axis=-1, keepdims=True)


logits = np.array([2.0, 1.0, 0.0, -1.0])
print("logits         ", logits)
print("probabilities  ", softmax(logits).round(2), "sum", softmax(logits).sum().round(2))
print("all logits + 10", softmax(logits + 10).round(2))
assert np.isclose(softmax(logits).sum(), 1) and np.all(softmax(logits) > 0)
assert np.allclose(softmax(logits + 10), softmax(logits))  # claim: only differences count
assert np.allclose(softmax(logits), activations.softmax(logits))

# %% [markdown]
# **What to see.** One step between logits is a factor of $e \approx 2.7$ between probabilities. A constant added to all
# logits cancels.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Temperature
#
# **Predict first.** What becomes of the four probabilities as $T$ goes to 0, and as it becomes very large? Move the
# slider, if you run this yourself.


# %%
def draw_softmax(temperature):
    figure, axis = plt.subplots(figsize=(6, 2.8))
    bars = axis.bar(
        ["x = 2", "x = 1", "x = 0", "x = −1"],
        activations.softmax(logits, temperature=temperature),
    )
    axis.bar_label(bars, fmt="%.2f")
    axis.set(ylim=(0, 1.1), ylabel="probability", title=f"temperature {temperature:.1f}")
    return figure


widgets.explore(
    draw_softmax,
    alt="Softmax of four logits as bars, 0.64, 0.24, 0.09 and 0.03 at temperature 1.",
    temperature=widgets.Slider(0.1, 10.0, 1.0, 0.1),
)

# %% tags=["claim"]
for temperature in (0.1, 0.5, 1.0, 2.0, 100.0):
    p = activations.softmax(logits, temperature=temperature)
    print(f"T = {temperature:5}:", " ".join(f"{one:.2f}" for one in p))
# claims: cold picks the largest logit, hot makes all equal
assert activations.softmax(logits, temperature=0.05).max() > 0.999
assert np.ptp(activations.softmax(logits, temperature=1000)) < 0.001

# %% [markdown]
# **What to see.** Cold: all to the largest logit, like `argmax`. Hot: equal shares. The order of the classes never
# changes, only how sure the answer looks. Language models sample their next word at a chosen temperature.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Stable softmax and log-sum-exp
#
# $e^{1000}$ overflows, and then softmax is $\infty/\infty$. Since only differences count, take the largest logit off
# first: no exponential then exceeds 1. For the logarithm of a probability (lecture 06 needs it) do not take `log` of a
# softmax that may have rounded to 0, but write it with the logarithm of the sum, called *log-sum-exp*:
#
# $$\log p_i = x_i - m - \log \sum_j e^{x_j - m}, \qquad m = \max_j x_j.$$

# %%
far_apart = np.array([1000.0, 999.0, 0.0])
with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
    rows = {"short formula": softmax(far_apart), "stable": activations.softmax(far_apart)}
    rows["log of the stable"] = np.log(activations.softmax(far_apart))
rows["log_softmax"] = activations.log_softmax(far_apart)
for name, values in rows.items():
    print(f"{name:17}", ", ".join(f"{value:8.2f}" for value in values))
in_torch = torch.log_softmax(torch.from_numpy(far_apart), dim=-1)
assert np.allclose(activations.log_softmax(far_apart), in_torch)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:05.6"]
# ### Exercise 05.6 · A softmax that survives (8 min)
#
# Write `stable_softmax(logits)` for a batch: logits of shape (examples, classes), each row becomes probabilities. It
# must work for logits of ±1000, also where one row is a thousand above another. Use NumPy only, not
# `activations.softmax`.


# %% tags=["exercise:05.6"] nbgrader={"grade_id": "ex-05-6", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def stable_softmax(logits):  # Exercise 05.6
    """Return probabilities, (N, C) → (N, C): each row adds up to 1."""
    ### BEGIN SOLUTION
    # The largest of each row comes off; keepdims makes it a column, (N, 1).
    shifted = logits - logits.max(axis=1, keepdims=True)
    e = np.exp(shifted)
    return e / e.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% tags=["check:05.6"]
check("05.6", stable_softmax)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The derivative is a table
#
# Raise one logit, and its own probability rises while all others fall. With $\delta_{ij} = 1$ for $i = j$ and 0
# otherwise,
#
# $$\frac{\partial p_i}{\partial x_j} = p_i\,(\delta_{ij} - p_j).$$
#
# **Predict first.** What does each row of this table add up to?

# %% tags=["claim"]
three = logits[:3]
p = activations.softmax(three)
jacobian = np.diag(p) - np.outer(p, p)
plots.number_row(
    {"row i, column j": jacobian},
    decimals=2,
    cell=0.75,
    alt="A three by three table: positive on the diagonal, negative elsewhere, symmetric.",
)
print(f"largest sum of a row: {np.abs(jacobian.sum(axis=1)).max():.2f}")
as_layer = torch.nn.Softmax(dim=0)
in_torch = torch.autograd.functional.jacobian(as_layer, torch.from_numpy(three))
assert np.allclose(jacobian, activations.softmax_jacobian(three))
assert np.allclose(jacobian, in_torch)
# claim: the probabilities share a constant total
assert np.allclose(jacobian.sum(axis=1), 0)

# %% [markdown] slideshow={"slide_type": "subslide"}
# Each row adds up to 0: a shift of all logits changes nothing.
#
# Going backwards we need the table times the gradient $\mathbf g = \partial L / \partial \mathbf p$, never the table
# itself: for 1000 classes it has a million entries. Multiplied out, one line does it:
#
# $$\frac{\partial L}{\partial x_i} = p_i \Bigl(g_i - \sum_j g_j\, p_j\Bigr)$$

# %% tags=["claim"]
rng = np.random.default_rng(5)
many, g = rng.normal(size=1000), rng.normal(size=1000)
p = activations.softmax(many)
in_one_pass = p * (g - g @ p)
by_table = activations.softmax_jacobian(many).T @ g
assert np.allclose(in_one_pass, by_table)  # claim: the same gradient without the table
assert np.allclose(in_one_pass, activations.softmax_backward(g, many))
print(
    "entries in the table:",
    activations.softmax_jacobian(many).size,
    "- numbers needed instead:",
    p.size,
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:05.7"]
# ### Exercise 05.7 · Shift, double, warm up (4 min)
#
# A network gives the logits (1, 2, 4). Which statement about its softmax is true?
#
# - **a** Adding 5 to all logits makes the three probabilities more alike.
# - **b** Doubling all logits changes nothing, because the logits keep their ratios.
# - **c** Doubling all logits does the same as temperature 1/2: the largest probability grows.
# - **d** At temperature 2 the largest probability is larger than at temperature 1.

# %% tags=["exercise:05.7"] nbgrader={"grade_id": "ex-05-7", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
choice = None  # Exercise 05.7: replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
# x / T with T = 1/2 is 2 x. Differences between logits decide, and they double.
choice = "c"
### END SOLUTION

# %% tags=["check:05.7"]
check("05.7", choice)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:softmax-output-layer"]
# ## A softmax output layer: ten probabilities for a digit
#
# Ten classes, one of which is true: the last layer has ten outputs, and softmax turns them into $p_0, \dots, p_9$ with
# $\sum_{i=0}^{9} p_i = 1$. All ten belong to the sum, $p_0$ included. Here is the smallest such network, a single layer
# from 784 pixels to ten logits. What trains it is the subject of the next two lectures.

# %% tags=["nbval-ignore-output"]
digits = data.digits()
X, y = digits.X_train[:3000], digits.y_train[:3000]
torch.manual_seed(5)
layer = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, 10))
optimizer = torch.optim.Adam(layer.parameters(), lr=0.01)
for _ in range(100):
    optimizer.zero_grad()
    torch.nn.functional.cross_entropy(layer(X), y).backward()  # takes logits
    optimizer.step()
digit_logits = layer(digits.X_val).detach().numpy()
accuracy = np.mean(digit_logits.argmax(axis=1) == digits.y_val.numpy())
print(f"right on {100 * accuracy:.0f} % of {len(digit_logits)} digits not seen before")
# measured over 5 seeds: 0.89 on MNIST, 0.96 on its substitute, spread below 0.01
assert accuracy > 0.8

# %% [markdown]
# **Predict first.** We show it three digits, the one that it is least sure of, and a chequered pattern that is no digit
# at all. How sure will it be of the pattern?

# %% tags=["nbval-ignore-output"]
least_sure = activations.softmax(digit_logits).max(axis=1).argmin()
pattern = (torch.arange(28)[:, None] // 4 + torch.arange(28) // 4) % 2
shown = {f"digit {digits.y_val[k]}": digits.X_val[k, 0] for k in range(3)}
shown |= {
    f"{digits.y_val[least_sure]}, least sure": digits.X_val[least_sure, 0],
    "no digit": pattern.float(),
}
five = torch.stack(list(shown.values()))[:, None]
ten = activations.softmax(layer(five).detach().numpy())
figure, axes = plt.subplots(2, 5, figsize=(9, 4), height_ratios=[1, 1.2])
for (title, image), bars, (above, below) in zip(shown.items(), ten, axes.T, strict=True):
    above.imshow(image.numpy())
    above.set(title=title, xticks=[], yticks=[])
    below.bar(range(10), bars, color=plots.BLUE)
    below.set(ylim=(0, 1), xticks=range(0, 10, 3), xlabel="class", yticks=[0, 0.5, 1])
axes[1, 0].set_ylabel("probability")
plots.show(
    figure,
    alt="Pictures over their ten probabilities: one tall bar, or several in doubt.",
)
assert np.allclose(ten.sum(axis=1), 1, atol=1e-5)
print(f"largest probability for the pattern: {ten[-1].max():.2f}")

# %%
print("sums of the ten probabilities:", *(f"{total:.2f}" for total in ten.sum(axis=1)))

# %% [markdown]
# **What to see.** A clear digit gets one tall bar, a doubtful one several. And the pattern? Its probabilities must add
# up to 1 like everyone's. Softmax says *which of the ten*, given that it is one of them. It cannot say "none".

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:choosing-activations"]
# ## Choosing: the same network with each activation
#
# Now all else is equal: five hidden layers of 32 units, the same digits, the same optimizer, the same start for each
# seed (with the ReLUs' factor $\sqrt 2$). Only the activation differs, and in the last run the depth: one hidden layer
# of sigmoids.
#
# **Predict first.** Which one does not learn? And how far does the linear network get?


# %%
def build(activation, depth):
    """Return a network of 784 inputs, depth hidden layers of 32 units, and 10 logits."""
    gain_for = "relu" if activation in (torch.nn.ReLU, torch.nn.LeakyReLU) else "linear"
    layers = [torch.nn.Flatten()]
    for inputs in [784] + [32] * (depth - 1):
        layers += [torch.nn.Linear(inputs, 32), activation()]
    layers.append(torch.nn.Linear(32, 10))
    for layer in layers:
        if isinstance(layer, torch.nn.Linear):
            torch.nn.init.kaiming_normal_(layer.weight, nonlinearity=gain_for)
            torch.nn.init.zeros_(layer.bias)
    return torch.nn.Sequential(*layers)


# %%
count = settings.by_profile(full=8000, fast=3000)
images = (digits.X_train[:count] - digits.mean[0]) / digits.std[0]
held_out = (digits.X_val[:2000] - digits.mean[0]) / digits.std[0]
answers = digits.y_val[:2000]
epochs, seeds = settings.by_profile(full=(6, 3), fast=(9, 2))


def train(activation, depth, seed):
    """Return the share of right answers on held-out digits after each epoch."""
    torch.manual_seed(seed)
    network = build(activation, depth)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
    shares = []
    for _ in range(epochs):
        for batch in torch.randperm(len(images)).split(100):
            optimizer.zero_grad()
            scores = network(images[batch])
            loss = torch.nn.functional.cross_entropy(scores, digits.y_train[batch])
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            right = network(held_out).argmax(dim=1) == answers
        shares.append(right.float().mean().item())
    return shares


# %% tags=["nbval-ignore-output"]
nn = torch.nn
chosen = {"linear": nn.Identity, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "ReLU": nn.ReLU}
chosen |= {"leaky ReLU": nn.LeakyReLU, "SELU": nn.SELU, "softplus": nn.Softplus}
shares = {}
for name, activation in chosen.items():
    shares[name] = np.array([train(activation, 5, seed) for seed in range(seeds)])
shallow = [train(nn.Sigmoid, 1, seed) for seed in range(seeds)]
shares["sigmoid, one layer"] = np.array(shallow)
figure, axes = plt.subplots(2, 4, figsize=(9, 4.8), sharex=True, sharey=True)
epoch = range(1, epochs + 1)
for axis, (name, values) in zip(axes.flat, shares.items(), strict=True):
    for other in shares.values():
        axis.plot(epoch, other.mean(axis=0), "-", color="0.85", linewidth=1)
    axis.plot(epoch, values.mean(axis=0), color=plots.BLUE)
    low, high = values.min(axis=0), values.max(axis=0)
    axis.fill_between(epoch, low, high, color=plots.BLUE, alpha=0.25)
    axis.set(title=name, ylim=(0, 1))
figure.supxlabel("epoch")
figure.supylabel("share of right answers")
plots.show(
    figure,
    alt="Eight learning curves: five layers of sigmoids stay low, all others climb.",
)
assert all(np.isfinite(values).all() for values in shares.values())

# %% tags=["claim", "nbval-ignore-output"]
for name, values in shares.items():
    final = values[:, -1]
    spread = final.std(ddof=1)
    print(f"{name:18} {final.mean():.2f}, spread over {seeds} seeds {spread:.2f}")
last = {name: values[:, -1] for name, values in shares.items()}
stuck = last.pop("sigmoid")
# claim: the deep sigmoid network lags far behind every other one
assert all(stuck.max() + 0.2 < values.min() for values in last.values())

# %% [markdown]
# **What to see.** Blue is the named network with its range over seeds, grey are the others. Five layers of sigmoids
# hardly learn; a single one learns well: depth is what the vanishing gradient forbids. The others end close together.
# The linear network is surprisingly good, because digits are nearly separable by weighted sums; it starts fast and then
# stops improving, where the bent ones can go on. On so small a network do not read more into the last percent: compare
# it with the spread over seeds.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### What to take
#
# | where | what | because |
# |---|---|---|
# | hidden layers, to begin with | ReLU | no saturation on the right, cheap |
# | many ReLUs are dead | leaky ReLU, or a smaller learning rate | the gradient never vanishes wholly |
# | deep, dense, no batch norm | SELU, LeCun normal weights | keeps mean and variance |
# | bounded hidden state, gates (recurrent networks) | tanh, sigmoid | centred; between closed and open |
# | output: any number | linear | nothing is cut off |
# | output: yes or no, each label by itself | sigmoid | probabilities that need not add up to 1 |
# | output: one of $K$ classes | softmax | probabilities that add up to 1 |
# | output: above zero | softplus | positive, with a slope everywhere |

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:05.8"]
# ### Exercise 05.8 · Which output for which question? (6 min)
#
# Name the activation of the last layer for each question:
#
# 1. By how many degrees will tomorrow be warmer or colder than today?
# 2. Which of twelve bird species is singing in this recording? There is exactly one.
# 3. Which of fourteen findings does this X-ray show? There may be several, or none.
# 4. How uncertain is the measurement? The answer is a standard deviation, used as a divisor.
#
# Answer with four names out of `"linear"`, `"sigmoid"`, `"tanh"`, `"relu"`, `"softplus"`, `"softmax"`.

# %% tags=["exercise:05.8"] nbgrader={"grade_id": "ex-05-8", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
names = None  # Exercise 05.8: replace None by ("…", "…", "…", "…")
### BEGIN SOLUTION
# Any sign and size; one of twelve; each finding by itself; above zero, never equal.
names = ("linear", "softmax", "sigmoid", "softplus")
### END SOLUTION

# %% tags=["check:05.8"]
check("05.8", names)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | | formula | slope | values | beware of |
# |---|---|---|---|---|
# | linear | $x$ | 1 | all | a stack is one layer |
# | sigmoid | $1/(1+e^{-x})$ | $\sigma(1-\sigma) \le 1/4$ | 0 to 1 | vanishing gradient, not centred |
# | tanh | $2\sigma(2x)-1$ | $1-\tanh^2 \le 1$ | −1 to 1 | saturates beyond ±3 |
# | ReLU | $\max(0,x)$ | 0 or 1 | 0 and up | dead units |
# | leaky ReLU | $x$ or $ax$ | 1 or $a$ | all | one more number to choose |
# | SELU | $\lambda x$ or $\lambda\alpha(e^x-1)$ | $\lambda$ or $\lambda\alpha e^x$ | above −1.76 | needs weights of variance $1/n$ |
# | softplus | $\log(1+e^x)$ | $\sigma(x)$ | above 0 | overflow of the short formula |
# | softmax | $e^{x_i}/\sum e^{x_j}$ | $p_i(\delta_{ij}-p_j)$ | shares of 1 | overflow; cannot say "none" |

# %% [markdown]
# What a gradient meets on its way back is slope times weight, layer after layer. Choose both so that the product stays
# near 1.

# %% slideshow={"slide_type": "skip"} tags=["progress:05"]
from course_utils.exercises import progress

progress("05")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# 1. A colleague adds four linear layers without activations to a linear classifier, "to make it deeper". Which
#    functions can it now represent that it could not before?
# 2. Your inputs are scaled to [−1, 1], yet most sigmoid units answer 0.00 or 1.00. Where do you look?
# 3. A ReLU unit gives 0 for each training example. Which gradient do its weights get, and what can bring it back?
#
# <details><summary>Answers</summary>
#
# 1. None: it is still one weighted sum of the inputs.
# 2. At the net inputs, so at the size of the weights and at what the layers before do to the signal.
# 3. Exactly zero. Its own weights stay; it can come back only if the layers before it change its inputs, or if you
#    give the left side a slope.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - Y. LeCun, L. Bottou, G. Orr and K.-R. Müller, Efficient BackProp, in *Neural Networks: Tricks of the Trade*, Springer
#   1998: why centred inputs and activations learn faster, and weights of variance $1/n$.
# - X. Glorot and Y. Bengio, Understanding the difficulty of training deep feedforward neural networks, AISTATS 2010:
#   saturation of sigmoid networks, measured layer by layer.
# - V. Nair and G. Hinton, Rectified linear units improve restricted Boltzmann machines, ICML 2010: ReLU.
# - A. Maas, A. Hannun and A. Ng, Rectifier nonlinearities improve neural network acoustic models, ICML workshop 2013:
#   leaky ReLU.
# - K. He, X. Zhang, S. Ren and J. Sun, Delving deep into rectifiers, ICCV 2015: weights of variance $2/n$ for ReLU.
# - G. Klambauer, T. Unterthiner, A. Mayr and S. Hochreiter, Self-normalizing neural networks, NeurIPS 2017: SELU.
# - S. Elfwing, E. Uchibe and K. Doya, Sigmoid-weighted linear units, *Neural Networks* 107, 2018: SiLU.
# - C. Bishop, *Pattern Recognition and Machine Learning*, Springer 2006, sections 4.2 and 4.3: sigmoid and softmax.
