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
# # 05b · Depth, saturation, softmax
#
# Last time, we looked at one activation function after the other. Today we stack thirty layers of them and watch what
# becomes of the signal on its way forward and of the gradient on its way back. Then we turn to the last layer, where a
# network has to commit itself to probabilities.
#
# **After this lecture, you will be able to**
# - say why gradients vanish or explode, and choose the size of the weights so that they do neither;
# - read histograms of activations and gradients, layer by layer;
# - compare activation functions fairly, each with its own weights and learning rate;
# - write a softmax that survives any logits, use its temperature, and differentiate it;
# - choose an activation function for hidden layers and for a given output.
#
# **You need** lecture 05a; backpropagation and cross-entropy from 01b.
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 70 min | 46 min | 1 min |

# %% tags=["setup"]
import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import nn

from course_utils import activations, diagrams, evidence, plots, settings, widgets
from course_utils.exercises import check
from course_utils.training import take_steps
from course_utils.training.grid import train_grid

plots.use_course_style()
torch.set_num_threads(1)  # in networks this small, more threads only wait
steps = settings.by_profile(full=1500, fast=300)
torch.manual_seed(5)
digits, order = load_digits(), torch.randperm(1797)
images = torch.tensor(digits.images, dtype=torch.float32)[order]  # (1797, 8, 8), 0 to 16
X = ((images - images[:1000].mean()) / images[:1000].std()).flatten(1)
y = torch.tensor(digits.target)[order]
TRAIN, VALID = (X[:1000], y[:1000]), (X[1000:1400], y[1000:1400])
TEST = X[1400:], y[1400:]

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:saturation", "defines:vanishing gradient", "deviates:f"]
# ## A product of thirty factors
#
# In 01b, you saw that ten layers of sigmoids leave almost nothing of the gradient. What exactly does a layer do to it?
# On its way back from layer $\ell + 1$ to layer $\ell$, the gradient is multiplied by the weights and by the slopes of
# the activation function $f$:
#
# $$\delta_\ell = f'(z_\ell) \odot \bigl(W_{\ell+1}^T\, \delta_{\ell+1}\bigr)$$
#
# Here $\odot$ multiplies entry by entry. Thirty layers make thirty factors. If a typical factor is 0.5, $0.5^{30} \approx
# 10^{-9}$ is left: a **vanishing gradient**. If it is 2, the gradient explodes. Only factors close to 1 are harmless.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The size of the weights is in our hands
#
# The net input of a unit is a sum of $n$ products. Independent variances add up, so weights with standard deviation
# $1/\sqrt n$ keep the size of what passes through. (This is the initialization that LeCun and others recommended in
# 1998.) We write the standard deviation of the weights as $g / \sqrt n$ and call $g$ the *gain*. With $g = 1$, the
# weights by themselves neither shrink nor enlarge anything.


# %%
def through(name, gain, seed, depth=30, width=64):
    """Return activations and gradients ∂L/∂z of each layer, for 32 random examples."""
    f = getattr(activations, name)
    backward = getattr(activations, f"{name}_backward")
    rng = np.random.default_rng(seed)
    a, passed = rng.normal(size=(32, width)), []
    for _ in range(depth):
        W = rng.normal(0, gain / np.sqrt(width), size=(width, width))
        z = a @ W.T
        a = f(z)
        passed.append((W, z, a))
    gradient, deltas = rng.normal(size=a.shape), []  # as if it came from a loss
    for W, z, _ in reversed(passed):
        deltas.append(backward(gradient, z))  # ∂L/∂z of this layer
        gradient = deltas[-1] @ W  # ∂L/∂a of the previous layer
    return [a for _, _, a in passed], deltas[::-1]


def log_size(arrays):
    """Return log10 of the root mean square of each array."""
    return np.array([np.log10(np.sqrt(np.mean(one**2))) for one in arrays])


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** Three networks use the sigmoid, tanh, and ReLU, all with a gain of 1. The slope of the sigmoid is
# at most 1/4, that of tanh at most 1, and that of ReLU is exactly 0 or 1. In which of the three networks is the
# gradient of the first layer at least a tenth as large as that of the last?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:gain-one-suits-linear-units-only"]
sizes = {}  # name → log10 of the size, (10 seeds, 30 layers)
for name in ("linear", "tanh", "relu", "sigmoid"):
    sizes[name] = np.array([log_size(through(name, 1, seed)[1]) for seed in range(10)])
plots.curves(
    {name: 10 ** values.mean(axis=0) for name, values in sizes.items()},
    x=range(1, 31),
    xlabel="layer",
    ylabel="size of the gradient ∂L/∂z",
    log_y=True,
    alt="From layer 30 back to 1: linear is level, tanh sinks, ReLU more, sigmoid most.",
)
left = {name: evidence.over_seeds(one[:, 0] - one[:, -1]) for name, one in sizes.items()}
for name, powers in left.items():
    print(f"{name:8} first layer / last layer: 10 to the power {powers.mean:z.1f}")
assert left["sigmoid"].is_below(29 * np.log10(1 / 4))  # claim: below 29 quarters
assert left["relu"].is_below(-3) and left["linear"].is_above(-0.7)  # claim
assert left["tanh"].is_above(-1) and left["tanh"].is_below(0)  # claim: a tenth is left

# %% [markdown] slideshow={"slide_type": "fragment"}
# Only in the one with **tanh**, and just barely. (Read the figure from right to left.) The tempting answer is ReLU,
# because its slope is 1 wherever a unit is active. But half of the units are silent and pass nothing on, so each layer
# loses a factor of about $\sqrt 2$. The sigmoids lose a factor of more than 4 in every layer.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 0 to 14. Let the class compute 0.9 and 1.1 to the power 30 with a calculator: 0.04 and 17. "Only factors close
# to 1" is stricter than it sounds. Ask which other factor is in the product besides the slope: the weights. That leads to
# the next slide.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Is the sigmoid to blame?
#
# ReLU halves the sum of squares, so give it $g = \sqrt 2$: weights with variance $2/n$ (He and others, 2015). Slope
# times weight is 1 again. Now treat the sigmoid the same way: its slope is a quarter, so give it $g = 4$.
#
# **Predict first.** Do both networks now keep the size of the gradient through thirty layers?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:gain-four-is-not-enough"]
for name, gain in {"relu": 2**0.5, "sigmoid": 4, "tanh": 1.2}.items():
    runs = [through(name, gain, seed) for seed in range(10)]
    powers = [log_size(deltas)[0] - log_size(deltas)[-1] for _, deltas in runs]
    left[name] = evidence.over_seeds(powers)
    print(f"{name:8} gain {gain:.2f}: 10 to the power {left[name].mean:z.1f}", end="; ")
    print(f"mean activation {np.mean([a[-1].mean() for a, _ in runs]):z.2f}")
assert left["relu"].is_above(-0.7) and left["relu"].is_below(0.7)  # claim: ReLU's is kept
assert left["tanh"].is_above(-0.7) and left["tanh"].is_below(0.7)
assert left["sigmoid"].is_above(-8) and left["sigmoid"].is_below(-5)  # claim: not lost

# %% [markdown] slideshow={"slide_type": "fragment"}
# **ReLU does; the sigmoid does not.** It loses "only" six powers of ten now, instead of eighteen, but that is still far
# too much. The slope is a quarter only at $z = 0$, and the net inputs are not there: all activations are around 0.5
# instead of 0, and weighted sums of them push the next net inputs away from zero, into saturation.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Every function has a gain of its own
#
# For each function, we search for the gain at which the gradient of the first layer is as large as that of the last:

# %% tags=["claim", "claim:every-function-has-its-own-gain"]
own = {}
for name in ("linear", "tanh", "relu", "leaky_relu", "silu", "softplus", "sigmoid"):
    low, high = 0.5, 16.0
    for _ in range(9):  # bisection: nine halvings
        gain = np.sqrt(low * high)
        deltas = [log_size(through(name, gain, seed)[1]) for seed in range(3)]
        grows = np.mean([one[0] - one[-1] for one in deltas]) > 0
        low, high = (low, gain) if grows else (gain, high)
    own[name] = gain
print(", ".join(f"{name} {gain:.1f}" for name, gain in own.items()))
assert 0.9 < own["linear"] < 1.1 and 1.1 < own["tanh"] < 1.3
assert 1.3 < own["relu"] < 1.55 and own["sigmoid"] > 8  # claim: the sigmoid's is huge

# %% [markdown]
# So a gradient *can* pass through thirty layers of sigmoids without shrinking, with weights eleven times as large as
# those of the linear units. What made the sigmoid the villain of many textbooks is its combination with the weights
# that suit linear units. Whether a network of sigmoids also learns with larger weights is a question for the race
# below. (For layers with different numbers of inputs and outputs, Glorot and Bengio (2010) proposed the variance $2 /
# (n_\text{in} + n_\text{out})$, a compromise between the way forward and the way back.)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:05b.1"]
# ### Exercise 05b.1 · A chain of sigmoids (5 min)
#
# On paper: sigmoid units form a chain, one per layer, and every weight is 2. How many units are enough to make the
# gradient smaller than one millionth of what it was, *whatever* the net inputs are? Answer with the smallest such
# number.

# %% tags=["exercise:05b.1"] nbgrader={"grade_id": "ex-05b-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
units = None  # Exercise 05b.1: replace None with a number of units
### BEGIN SOLUTION
# Each unit multiplies by its weight, 2, and by its slope, at most 1/4: together by at
# most 1/2. And 2 to the power of 20 is 1,048,576.
units = 20
### END SOLUTION

# %% tags=["check:05b.1"]
check("05b.1", units)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:05b.2"]
# ### Exercise 05b.2 · Keep the gradient alive (8 min)
#
# A network has forty layers of 100 units with *leaky* ReLU, whose slope on the left is $c = 0.5$. Its weights are
# normal random numbers with mean 0. Derive the standard deviation with which the gradient keeps its size. The check
# draws five networks with your number and accepts it if the gradient that arrives at the first layer is between one
# fifth of and five times the gradient at the last.

# %% tags=["exercise:05b.2"] nbgrader={"grade_id": "ex-05b-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
weight_std = None  # Exercise 05b.2: replace None with a standard deviation
### BEGIN SOLUTION
# Half of the slopes are 1, the other half 0.5, so the mean squared slope is
# (1 + 0.25) / 2. The weights multiply the variance by n · std². The product must be 1.
weight_std = np.sqrt(2 / (1 + 0.5**2) / 100)
### END SOLUTION

# %% tags=["check:05b.2"]
check("05b.2", weight_std)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:layer-statistics"]
# ### Look inside: histograms, layer by layer
#
# When a deep network does not learn, do not guess. Draw a histogram of the activations and one of the gradients for every
# layer. Below, each column is the histogram of one layer, and darker means more values.
#
# **Try it.** Which gain keeps the sigmoid's gradients level? What do its activations look like then? And what happens
# to ReLU at a gain of 3?


# %% tags=["hide-input"]
def histograms(activation, gain, depth):
    return diagrams.layer_histograms(*through(activation, gain, seed=5, depth=depth))


widgets.explore(
    histograms,
    alt="Sigmoid, gain 1, 15 layers: activations near 0.5; gradients fall toward layer 1.",
    activation=["sigmoid", "tanh", "relu", "selu"],
    gain=widgets.Slider(0.5, 16.0, 1.0, 0.5),
    depth=widgets.Slider(2, 30, 15),
)

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 30. Sigmoid: at a gain of about 10, the gradients are level, and the activations pile up at 0 and 1: most units
# are saturated, a few carry the gradient. tanh at gain 2: saturated too, and gradients that grow. ReLU at gain 3: both
# grow by a factor of 2 per layer, off the scale after twenty layers. A healthy network: columns of equal shape.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### What vanishes on the way forward?
#
# With sigmoids and gain 1, all activations of a deep layer lie near 0.5. They do not vanish. So is everything fine on the
# way forward?
#
# **Predict first.** Two different images go in. How different are the activations that they cause in layer 15, compared
# with layer 1: about as different, a tenth as different, or a millionth?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:differences-vanish-too"]
shrinks = {}
for name, gain in {"sigmoid": 1, "tanh": 1.2, "relu": 2**0.5}.items():
    powers = []
    for seed in range(5):
        layers = through(name, gain, seed, depth=15)[0]
        # the spread over examples is what tells one example from another
        spread = [np.sqrt(a.var(axis=0).mean()) for a in layers]
        powers.append(np.log10(spread[-1] / spread[0]))
    shrinks[name] = evidence.over_seeds(powers)
    print(f"{name:8} layer 15 / layer 1: 10 to the power {shrinks[name].mean:.1f}")
assert shrinks["sigmoid"].is_below(-6)  # claim: a millionth
assert shrinks["tanh"].is_above(-1) and shrinks["relu"].is_above(-1)

# %% [markdown] slideshow={"slide_type": "fragment"}
# Less than **a millionth**. Small differences are multiplied by slopes and weights, exactly as gradients are, and so they
# vanish as well. The last layer of this network responds to every image with the same numbers. It is blind *and* deaf: it
# cannot tell its inputs apart, and its first layers hear nothing of the loss.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:selu-self-normalizing", "deviates:\u03bb"]
# ## SELU: thirty layers, mean 0, variance 1
#
# In 05a, SELU's two constants were computed so that one layer keeps mean 0 and variance 1. The paper proves more: with
# weights of variance $1/n$, a signal that has drifted away is pulled *back*, because SELU damps what is too large and
# enlarges what is too small. Its authors call this *self-normalizing*.


# %%
def through_selu(scale, alpha, gain, seed, depth=30, width=100):
    """Return mean and variance of the activations after each layer: (depth, 2)."""
    rng = np.random.default_rng(seed)
    a, moments = rng.normal(size=(100, width)), []
    for _ in range(depth):
        z = a @ rng.normal(0, gain / np.sqrt(width), size=(width, width))
        a = scale * np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))
        moments.append((a.mean(), a.var()))
    return np.array(moments)


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** In 05a, swapped constants gave a variance of 1.79 after one layer. What is it after thirty layers:
# about 1.79, about $30 \cdot 1.79$, or more than a thousand? And do the correct constants still keep a variance of 1 if
# the weights are those that suit ReLU, with variance $2/n$?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:selu-normalizes-itself"]
scale, alpha = activations.SELU_SCALE, activations.SELU_ALPHA
variants = {"SELU": (scale, alpha, 1), "constants swapped": (alpha, scale, 1)}
variants["SELU, weights 2/n"] = (scale, alpha, np.sqrt(2))
runs = {n: [through_selu(*v, seed) for seed in range(10)] for n, v in variants.items()}
plots.curves(
    {name: np.mean(one, axis=0)[:, 1] for name, one in runs.items()},
    x=range(1, 31),
    xlabel="layer",
    ylabel="variance of the activations",
    log_y=True,
    alt="SELU stays at 1 through 30 layers; both variants grow from layer to layer.",
)
for name, moments in runs.items():
    mean, variance = np.array(moments)[:, -1].T
    power = np.log10(variance.mean())
    print(f"{name:18} variance after 30 layers: 10 to the power {power:z.1f}")
    if name == "SELU":
        assert np.abs(mean).max() < 0.1  # claim: mean 0 is kept
        assert evidence.over_seeds(variance).agrees(1, within=0.1)  # claim: and variance 1
    else:
        assert variance.min() > 20  # claim: it is lost

# %% [markdown] slideshow={"slide_type": "fragment"}
# **More than a thousand**: a factor repeated thirty times is a power, not a sum. Even the correct constants fail with
# the weights that suit ReLU. An activation function and the initial size of the weights belong together.

# %% [markdown] slideshow={"slide_type": "skip"} tags=["optional"]
# ### How to ask PyTorch for these weights (optional)
#
# `nn.init.kaiming_normal_` takes the name of the activation function. For SELU, take `"linear"`, which gives variance
# $1/n$. The option called `"selu"` exists, too, but its gain is 3/4.

# %% tags=["optional", "claim", "claim:option-linear-suits-selu"]
torch.manual_seed(5)
found = {}
for option in ("linear", "relu", "selu"):
    W = nn.init.kaiming_normal_(torch.empty(500, 500), nonlinearity=option)
    found[option] = W.std().item() * np.sqrt(500)
    print(f"{option:6}: std of the weights times √n is {found[option]:.2f}")
assert abs(found["linear"] - 1) < 0.01 and abs(found["relu"] - 2**0.5) < 0.01
assert abs(found["selu"] - 0.75) < 0.01  # claim: not 1

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:choosing-activations"]
# ## A fair race
#
# Which activation function should you use between layers? To find out, we train the same network with each: five hidden
# layers of 32 units that read digits of 8 × 8 pixels. But with the same weights and the same learning rate for all, the
# race would only show which function these happen to suit. So every function gets the same *grid*: gains of 1, $\sqrt 2$,
# and 4, and learning rates of 0.03, 0.1, 0.3, and 1, with three seeds each.

# %% [markdown] slideshow={"slide_type": "subslide"}
# On validation images, we choose gain and rate by one rule for all: of the combinations within one percentage point of
# the best, take the one with the smallest rate. Why not simply the best? Differences of a point between means over
# three seeds are mostly chance, and a large rate that worked for three starts may kill units at the next one. With gain
# and rate chosen, we train ten new networks and report their accuracy on test images.


# %% tags=["nbval-ignore-output"]
GAINS, RATES = (1, 2**0.5, 4), (0.03, 0.1, 0.3, 1)
FUNCTIONS = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "ReLU": torch.relu}
FUNCTIONS |= {"GELU": nn.functional.gelu, "linear": nn.Identity()}


def train_all(function, gains, rates, seeds, hidden=5):
    """Return accuracies, (times noted, 2 sets, gains, rates, seeds)."""
    widths, sets = [64] + [32] * hidden + [10], {"train": TRAIN, "held_out": (VALID, TEST)}
    return train_grid(function, widths, gains, rates, seeds, steps, **sets)


torch.manual_seed(5)
grids, best, finals = {}, {}, {}
for name, function in FUNCTIONS.items():
    grids[name] = train_all(function, GAINS, RATES, 3)[-1, 0].mean(axis=-1)  # (3, 4)
    good = np.argwhere(grids[name] >= grids[name].max() - 0.01)  # as good as the best
    g, r = min(good, key=lambda place: place[1])
    best[name] = GAINS[g], RATES[r]
    finals[name] = train_all(function, [GAINS[g]], [RATES[r]], 10)[:, :, 0, 0]
assert all(one.shape == (steps // 100, 2, 10) for one in finals.values())

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** With a gain of 1, can five layers of sigmoids learn at any of the four rates? And if every function
# may use its own best gain and rate, how far behind the others is the sigmoid: hopelessly, by about ten percentage points,
# or hardly at all?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:at-its-own-gain-the-sigmoid-learns", "nbval-ignore-output"]
test = {name: final[-1, 1] for name, final in finals.items()}  # (10 seeds,)
works = {name: np.count_nonzero(grid > 0.9) for name, grid in grids.items()}
for name, (gain, rate) in best.items():
    own = f"gain {gain:.1f}, rate {rate}: test {test[name].mean():.3f}"
    print(f"{name:8} {own}; {works[name]:2} of 12 combinations exceed 0.9")
one_layer = train_all(torch.sigmoid, [1], [1], 5, hidden=1)[-1, 1, 0, 0]
stuck = train_all(torch.sigmoid, [1], (*RATES, 3), 5)[:, 1, 0]  # (times, 5 rates, 5 seeds)
at_most = stuck[-1, :4].mean(axis=-1).max()  # at the rates of the grid
print(f"sigmoid, gain 1: five layers {at_most:.2f}, one layer {one_layer.mean():.2f}")
print("five layers at a rate of 3, per seed:", *(f"{one:.2f}" for one in stuck[-1, 4]))
errors = {name: 1 - final[:, 0].mean(axis=-1) for name, final in finals.items()}
plots.curves(
    {"sigmoid, gain 1": 1 - stuck[:, 3].mean(axis=-1)} | errors,
    x=np.arange(1, steps // 100 + 1) * 100,
    xlabel="steps",
    ylabel="error on validation images",
    log_y=True,
    alt="With their own gain and rate, all errors fall; sigmoid with gain 1 stays at 0.9.",
)
assert stuck[-1, :4].max() < 0.25  # claim: with gain 1 it does not learn, at any rate
assert evidence.over_seeds(test["sigmoid"]).is_above(0.8)  # claim: with its own it does
assert evidence.over_seeds(one_layer).is_above(0.9)
if evidence.in_full_only("with gain 1, a rate of 3 lets single seeds begin to learn"):
    assert stuck[-1, 4].max() > 0.25  # claim: the grid ends where it begins

# %% [markdown] slideshow={"slide_type": "subslide"}
# With gain 1, **no**: at all four rates, it stays close to guessing, one in ten. That holds for this grid only. At a
# rate of 3, beyond its end, several of five seeds do begin to learn (last line), because a huge rate makes up for part
# of the lost gradient. With its own gain and rate, the same network reads the digits **hardly worse** than the others:
# on average, it is about one point behind. If you said "hopelessly," you agreed with many textbooks. But neither
# sigmoids nor five layers are the problem, and a single layer of sigmoids learns even with gain 1. The problem is the
# *product* of slopes and weights.

# %% slideshow={"slide_type": "subslide"} tags=["hide-input", "claim", "claim:tuned-they-are-close", "nbval-ignore-output"]
results = {}
for name in ("sigmoid", "ReLU", "GELU", "linear"):
    results[name] = evidence.compare(test["tanh"], test[name], names=("tanh", name))
    print(results[name])
if evidence.in_full_only("tuned, all but the sigmoid are within three points of tanh"):
    assert all(results[name].does_not_matter(0.03) for name in ("ReLU", "GELU", "linear"))
    assert results["sigmoid"].gain.is_below(0.1)  # claim: not ten points behind
    assert works["tanh"] > works["ReLU"] > works["linear"]  # claim: tolerance differs

# %% [markdown]
# What can ten seeds tell? None of the differences is clear, but "not clear" does not mean "equal." Before the run, we
# had set a bound: within three points of tanh counts as equally good. ReLU, GELU, and the linear network pass. The
# sigmoid does not: the interval of its deficit to tanh, 0.013 ± 0.020, reaches from 0.7 points ahead of tanh to 3.3
# points behind. So it is not ten points behind, but whether it is two or three points worse, or not worse at all, these
# seeds cannot say.
#
# That the linear network keeps up says something about the digits: weighted sums almost tell them apart, and a stack of
# linear layers cannot compute more. What differs more in this grid is how *tolerant* the functions are: count the
# combinations that exceed 0.9. ReLU and GELU became the usual choice in larger and deeper networks, where they train
# well and cost little.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 48. Nearly everybody says "hopelessly." To be fair to the textbooks: with gain 1 and a rate of 3, seeds that
# begin to learn end anywhere between 0.1 and 0.9, and no one would call that a working network. Ask what else could
# repair it: batch normalization (03b), skip connections (chapter 10), or an optimizer that scales each parameter's step
# (chapter 07).

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### What to take
#
# | where | what | because |
# |---|---|---|
# | hidden layers, to begin with | ReLU, variance $2/n$ | cheap, no saturation on the right |
# | transformers, recent networks | GELU, SiLU | smooth, a little slope on the left |
# | many ReLUs are dead | smaller rate, centered inputs, a leak | see 05a |
# | deep, dense, no batch norm | SELU, variance $1/n$ | keeps mean and variance |
# | gates, bounded states | sigmoid, tanh | between closed and open; centered |
# | output: any number | linear | nothing is cut off |
# | output: yes or no, for each label | sigmoid | probabilities that need not add up to 1 |
# | output: one of several classes | softmax | probabilities that add up to 1 |
# | output: above zero | softplus | positive, with a slope everywhere |

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:05b.3"]
# ### Exercise 05b.3 · Which output for which question? (6 min)
#
# Name the activation function of the last layer for each question:
#
# 1. By how many degrees will tomorrow be warmer or colder than today?
# 2. Which of twelve species of birds is singing in this recording? There is exactly one.
# 3. Which of fourteen findings does this X-ray show? There may be several, or none.
# 4. How uncertain is this measurement? The output is a standard deviation, by which we will divide.
#
# Answer with four names from `"linear"`, `"sigmoid"`, `"tanh"`, `"relu"`, `"softplus"`, `"softmax"`.

# %% tags=["exercise:05b.3"] nbgrader={"grade_id": "ex-05b-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
names = None  # Exercise 05b.3: replace None with ("…", "…", "…", "…")
### BEGIN SOLUTION
# Any sign and size; one of twelve; each finding by itself; above zero, never equal to it.
names = ("linear", "softmax", "sigmoid", "softplus")
### END SOLUTION

# %% tags=["check:05b.3"]
check("05b.3", names)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:softmax", "defines:temperature"]
# ## Softmax, with a temperature
#
# You know softmax from 01b: it turns logits into positive numbers that add up to 1. All activation functions so far
# looked at one number at a time; here, every output depends on every logit. Before softmax, we may divide all logits by
# a number $T$, the **temperature**. It is 1 unless we say otherwise:
#
# $$p_i = \frac{e^{z_i / T}}{\sum_k e^{z_k / T}}$$
#
# Language models use it when they draw their next word: a low temperature for facts, a higher one for poems.

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["predict"]
# **Predict first.** The logits are 2, 1, 0, and −1. What becomes of the four probabilities if we add 10 to every logit?
# What if we multiply every logit by 10?

# %% slideshow={"slide_type": "subslide"} tags=["reveals", "claim", "claim:only-differences-count"]
z = np.array([2.0, 1.0, 0.0, -1.0])
cases = {"logits": z, "all + 10": z + 10, "all · 10": z * 10}
rows = {name: activations.softmax(logits) for name, logits in cases.items()}
for name, p in rows.items():
    print(f"{name:8}", " ".join(f"{one:.2f}" for one in p))
p, cold = rows["logits"], activations.softmax(z, temperature=0.1)
print("odds of neighbors:", (p[:-1] / p[1:]).round(2))
assert np.allclose(rows["all + 10"], p)  # claim: only differences count
assert rows["all · 10"][0] > 0.999  # claim: larger differences, surer
assert np.allclose(cold, rows["all · 10"])

# %% [markdown] slideshow={"slide_type": "fragment"}
# Adding changes **nothing**: only the differences between logits count, and each step of 1 is a factor of $e \approx
# 2.72$ between probabilities. Multiplying by 10, which is a temperature of 0.1, makes softmax **almost certain**. If
# you expected no change there, you were thinking of plain proportions, where a common factor cancels. In an exponent,
# it does not.

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Try it.** What do the four probabilities become as $T$ goes to 0? As it gets very large? Does their order ever change?


# %% tags=["hide-input"]
def at_temperature(temperature):
    p = activations.softmax([2, 1, 0, -1], temperature=temperature)
    labels = ["z = 2", "z = 1", "z = 0", "z = −1"]
    return diagrams.probability_bars(labels, p, f"temperature {temperature:.1f}")


widgets.explore(
    at_temperature,
    alt="Probabilities 0.64, 0.24, 0.09, and 0.03 of four logits, at temperature 1.",
    temperature=widgets.Slider(0.1, 10.0, 1.0, 0.1),
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### A softmax that survives
#
# $e^{1000}$ overflows, and then softmax is $\infty / \infty$. But only differences count, so we may subtract the largest
# logit $m$ first; no exponential then exceeds 1. And where you need $\log p_i$, as the cross-entropy does, do not take the
# logarithm of a probability that may have rounded to 0. Write it with the logarithm of the sum (*log-sum-exp*):
#
# $$\log p_i = z_i - m - \log \sum_k e^{z_k - m}, \qquad m = \max_k z_k$$

# %% tags=["claim", "claim:log-softmax-survives"]
far = np.array([1000.0, 999.0, 0.0])
with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
    rows = {"short formula": np.exp(far) / np.exp(far).sum()}
    rows["stable"] = activations.softmax(far)
    rows["its log"] = np.log(rows["stable"])
rows["log_softmax"] = activations.log_softmax(far)
for name, values in rows.items():
    print(f"{name:13}", ", ".join(f"{one:8.2f}" for one in values))
in_torch = torch.log_softmax(torch.from_numpy(far), dim=-1)
assert np.isnan(rows["short formula"]).any() and np.isinf(rows["its log"]).any()
assert np.allclose(rows["log_softmax"], in_torch)  # claim: finite, and as PyTorch

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:05b.4"]
# ### Exercise 05b.4 · A softmax that survives (8 min)
#
# Write `stable_softmax(logits)` for a batch: logits of shape (examples, classes), and each row becomes probabilities.
# It must work for logits of ±1000, even where the logits of one row are a thousand larger than those of another. Use
# NumPy only, not `activations.softmax`.


# %% tags=["exercise:05b.4"] nbgrader={"grade_id": "ex-05b-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def stable_softmax(logits):  # Exercise 05b.4
    """Return probabilities, (N, C) → (N, C); each row adds up to 1."""
    ### BEGIN SOLUTION
    # Subtract the largest of each row; keepdims makes it a column, (N, 1).
    shifted = logits - logits.max(axis=1, keepdims=True)
    e = np.exp(shifted)
    return e / e.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% tags=["check:05b.4"]
check("05b.4", stable_softmax)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:05b.5"]
# ### Exercise 05b.5 · Shift, double, warm up (4 min)
#
# A network outputs the logits (1, 2, 4). Which statement about its softmax is true?
#
# - **a** Adding 5 to all logits makes the three probabilities more alike.
# - **b** Doubling all logits changes nothing, because their ratios stay the same.
# - **c** Doubling all logits does the same as a temperature of 1/2: the largest probability grows.
# - **d** At a temperature of 2, the largest probability is larger than at a temperature of 1.

# %% tags=["exercise:05b.5"] nbgrader={"grade_id": "ex-05b-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
choice = None  # Exercise 05b.5: replace None with "a", "b", "c" or "d"
### BEGIN SOLUTION
# z / T with T = 1/2 is 2 z. Differences between logits decide, and they double.
choice = "c"
### END SOLUTION

# %% tags=["check:05b.5"]
check("05b.5", choice)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["defines:Jacobian"]
# ### Its derivative is a table
#
# Raise one logit, and its own probability rises while all others fall. So there is a derivative for every pair of an
# output and a logit, a **Jacobian**. With the quotient rule,
#
# $$\frac{\partial p_i}{\partial z_i} = p_i\,(1 - p_i), \qquad
#   \frac{\partial p_i}{\partial z_k} = -p_i\, p_k \quad (k \ne i)$$
#
# The first one has the form of the sigmoid's slope.

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["predict"]
# **Predict first.** What does each row of this table add up to?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:rows-of-the-jacobian-cancel"]
z = np.array([2.0, 1.0, 0.0])
p = activations.softmax(z)
table = np.diag(p) - np.outer(p, p)
plots.number_row(
    {"p": p[:, None], r"row i, column k: $\partial p_i / \partial z_k$": table},
    decimals=2,
    cell=0.75,
    alt="Probabilities 0.67, 0.24, 0.09; the table, positive on its diagonal only.",
)
print("sums of the rows:", " ".join(f"{abs(one):.2f}" for one in table.sum(axis=1)))
in_torch = torch.autograd.functional.jacobian(nn.Softmax(dim=0), torch.from_numpy(z))
assert np.allclose(table, in_torch) and np.allclose(table, activations.softmax_jacobian(z))
assert np.allclose(table.sum(axis=1), 0)  # claim: shifting all logits changes nothing

# %% [markdown] slideshow={"slide_type": "fragment"}
# To **zero**, because adding the same number to all logits changes no probability. (Rows of *probabilities* add up to
# 1; these are changes.) The columns add up to zero as well: the probabilities share a total of 1, so what one gains,
# the others lose.

# %% [markdown] slideshow={"slide_type": "skip"} tags=["optional"]
# ### Backward without the table (optional)
#
# For 1,000 classes, the table has a million entries. Going backward, we need only the table times the gradient $g =
# \partial L / \partial p$, and multiplied out, that is one line:
#
# $$\frac{\partial L}{\partial z_i} = p_i \Bigl(g_i - \sum_k g_k\, p_k\Bigr)$$

# %% tags=["optional", "claim", "claim:backward-without-the-table", "nbval-ignore-output"]
rng = np.random.default_rng(5)
z, g = rng.normal(size=1000), rng.normal(size=1000)
p = activations.softmax(z)
in_one_line = p * (g - g @ p)
by_table = activations.softmax_jacobian(z).T @ g
error = np.abs(in_one_line - by_table).max()
print(f"entries of the table: {z.size**2:,}; largest difference {error:.0e}")
assert error < 1e-15  # claim: the same gradient
assert np.allclose(in_one_line, activations.softmax_backward(g, z))

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:softmax-output-layer"]
# ## Ten probabilities for a digit
#
# Of ten classes, exactly one is correct. So the last layer has ten outputs, and softmax turns them into $p_0, \dots,
# p_9$, with $\sum_i p_i = 1$. The smallest such network is a single layer from 64 pixels to ten logits. We train five
# of them, from different starts.

# %% tags=["nbval-ignore-output"]
readers = []
for seed in range(5):
    torch.manual_seed(seed)
    reader = nn.Linear(64, 10)
    take_steps(reader, *TRAIN, torch.optim.SGD(reader.parameters(), 0.1), 1000)
    readers.append(reader)
with torch.no_grad():
    hits = [(one(TEST[0]).argmax(dim=1) == TEST[1]).double().mean() for one in readers]
print("accuracy on test images:", *(f"{hit:.2f}" for hit in hits))
assert min(hits) > 0.9

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** We show the first of them three digits and a smiling face, which is no digit at all. What will it make
# of the face: ten probabilities of about 0.1, some doubt between two or three digits, or near certainty?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:softmax-cannot-say-none", "nbval-ignore-output"]
face = torch.zeros(8, 8)
face[1:3, [1, 2, 5, 6]] = face[4:6, [1, 6]] = face[5:7, [2, 5]] = face[6, 3:5] = 16
shown = {f"image {k}: a {y[k]}": images[k] for k in (1400, 1401, 1402)}
shown["no digit"] = face
inputs = torch.stack(list(shown.values())).flatten(1)
inputs = (inputs - images[:1000].mean()) / images[:1000].std()
with torch.no_grad():
    ten = [activations.softmax(one(inputs).numpy()) for one in readers]
plots.show(
    diagrams.images_over_bars({name: one.numpy() for name, one in shown.items()}, ten[0]),
    alt="Three digits and a face over their ten probabilities; one tall bar for the face.",
)
print("sums of the ten probabilities:", *(f"{one:.2f}" for one in ten[0].sum(axis=1)))
print("largest for the face, five networks:", *(f"{p[-1].max():.2f}" for p in ten))
assert np.allclose(ten[0].sum(axis=1), 1, atol=1e-5)
assert min(p[-1].max() for p in ten) > 0.9  # claim: sure of the face, all five of them
assert {int(p[-1].argmax()) for p in ten} == {0}

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Near certainty**: all five networks call the face a 0. If you expected 0.1 for each of the ten classes, you thought
# of softmax as a measure of doubt. It is not. It answers "*which of the ten*, given that it is one of them?" and has no
# way to say "none." A probability of 0.99 does not mean that the network has seen anything like this before.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 66. Ask what one could do: an eleventh class for "no digit" (with examples of what?), a sigmoid per class, or a
# threshold on the logits themselves. Whether 0.99 is right in 99 of 100 cases is the subject of calibration, chapter 09.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:05b.6"]
# ### Exercise 05b.6 · Repair the sigmoid network (15 min)
#
# This task is open-ended. Build an `nn.Sequential` that leads from 64 inputs through *eight* hidden layers of 32
# sigmoid units to 10 logits. You may set all weights and biases as you like before training (for example in
# `layer.weight.data`), but not change the layers. The check trains your network with `take_steps`, 400 steps of 50
# digits with a learning rate of 1, and asks for an accuracy of **at least 0.65** on digits that it was not trained on.
# Is that a fair target? With PyTorch's default initialization, none of 40 networks got beyond 0.1; with a good repair,
# the worst of 40 reached 0.73. (A repair that goes only halfway succeeds from some starts and fails from others.) Try
# yours out on `TRAIN` and `VALID`.

# %% tags=["exercise:05b.6"] nbgrader={"grade_id": "ex-05b-6", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
network = None  # Exercise 05b.6: replace None with nn.Sequential(…), and set its weights
### BEGIN SOLUTION
# A gain of 4 makes up for the slope of 1/4, if the net inputs are around zero. The bias
# sees to that: as the previous activations are centered at 1/2, subtract W · 1/2.
layers = []
for inputs in (64, 32, 32, 32, 32, 32, 32, 32):
    layer = nn.Linear(inputs, 32)
    nn.init.normal_(layer.weight, 0, 4 / inputs**0.5)
    nn.init.zeros_(layer.bias)
    if layers:
        layer.bias.data = -layer.weight.data.sum(dim=1) / 2
    layers += [layer, nn.Sigmoid()]
network = nn.Sequential(*layers, nn.Linear(32, 10))
### END SOLUTION

# %% tags=["check:05b.6"]
check("05b.6", network)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | function | std of the weights, times $\sqrt n$ |
# |---|---|
# | linear, SELU | 1 |
# | tanh | 1.2 |
# | ReLU | $\sqrt 2$ |
# | leaky ReLU | $\sqrt{2 / (1 + c^2)}$ |
# | sigmoid | about 11, or less with a bias that centers the net inputs |
#
# - On its way back, a gradient is multiplied by slope times weight in every layer. Choose both so that the product stays
#   near 1.
# - Differences between examples shrink or grow on the way forward for the same reason.
# - Compare methods only when each has its own gain and learning rate.
# - Softmax depends on differences of logits. It cannot say "none."
#
# **Next.** A network's last layer makes a prediction, and something has to say how wrong it is. Chapter 06 asks where
# losses come from.

# %% slideshow={"slide_type": "skip"} tags=["progress:05b"]
from course_utils.exercises import progress

progress("05b")

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Quiz
#
# 1. In a network of 20 tanh layers, the gradient of the first layer is a thousand times as large as that of the last.
#    Are the weights too large or too small?
# 2. A colleague compares ReLU with the sigmoid, both with a weight variance of $2/n$, and finds that the sigmoid does not
#    learn. What do you say?
# 3. A classifier of cats and dogs is shown a chair and says "cat, 97%." Is it broken?
#
# <details><summary>Answers</summary>
#
# 1. Too large: the gradient grows on its way back.
# 2. That these weights are made for ReLU. The sigmoid needs larger ones, and a learning rate of its own.
# 3. No. It has to share a total of 1 between cat and dog, and it was never asked whether the image shows either of
#    them.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - Y. LeCun, L. Bottou, G. Orr, and K.-R. Müller, Efficient BackProp, in *Neural Networks: Tricks of the Trade*, Springer
#   1998: weights of variance $1/n$.
# - X. Glorot and Y. Bengio, Understanding the difficulty of training deep feedforward neural networks, AISTATS 2010:
#   activations and gradients, layer by layer.
# - K. He, X. Zhang, S. Ren, and J. Sun, Delving deep into rectifiers, ICCV 2015: variance $2/n$ for ReLU.
# - G. Klambauer, T. Unterthiner, A. Mayr, and S. Hochreiter, Self-normalizing neural networks, NeurIPS 2017.
# - G. Hinton, O. Vinyals, and J. Dean, Distilling the knowledge in a neural network, arXiv:1503.02531, 2015: temperature.
# - C. Bishop, *Pattern Recognition and Machine Learning*, Springer 2006, sections 4.2 and 4.3: sigmoid and softmax.
# - A. Karpathy, *Neural Networks: Zero to Hero*, part 4, 2022: histograms of activations and gradients.
