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
# # 01a · From neuron to network
#
# Last time, a network read your digit. Today we look inside. A network is made of neurons, a neuron is a line with a
# hinge, and everything else is a matter of how many there are and how they are connected.
#
# **After this lecture, you will be able to**
# - compute the output of a neuron and of a small network on paper, in NumPy, and in PyTorch, and count the parameters;
# - say how hinges add up to a curve, and what depth buys and what it does not;
# - choose the output layer and the target for a task, and compare a network's prediction with the obvious one;
# - tell a multilayer perceptron from a convolutional and a recurrent network.
#
# **You need** NumPy arrays, the product of two matrices, and straight lines.
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 60 min | 48 min | 45 s |

# %% tags=["setup"]
from itertools import pairwise

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import nn

from course_utils import data, diagrams, evidence, plots, settings, widgets
from course_utils.exercises import check, hint
from course_utils.training.many import train_many

plots.use_course_style()
torch.set_num_threads(1)  # in networks this small, more threads only wait
thorough = settings.by_profile(full=6, fast=1)  # the longest runs: times as many steps


def train(net, X, y, loss, steps, rate=0.01):
    """Adjust the parameters of a network step by step; 01b explains how."""
    adam = torch.optim.Adam(net.parameters(), lr=rate)
    for _ in range(steps):
        adam.zero_grad()
        loss(net(X), y).backward()
        adam.step()


# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:neuron", "defines:activation function", "defines:nonlinearity", "defines:parameter"]
# ## One neuron
#
# Do you take an umbrella? You weigh the evidence: heavy clouds argue for it, and rising air pressure argues against it.
# If the sum is high enough, you take one. An artificial **neuron**, or unit, does the same. Each input has a weight.
# Multiply each input by its weight, add up the products, add a bias, and pass the sum on if it is positive; otherwise,
# pass on 0.
#
# The last step is the **activation function**. Ours is called ReLU; it turns a sum $z$ into $\max(0, z)$. It is also
# called the **nonlinearity**, because it is the one step that is not a plain weighted sum. The weights and the bias
# are the neuron's **parameters**: the numbers that training adjusts.

# %% tags=["hide-input"]
plots.show(
    diagrams.neuron(weights=[2, -1], bias=-0.4, inputs=[0.8, 0.5]),
    alt="Inputs 0.8 and 0.5, weights 2 and -1, bias -0.4: the sum z is 0.7, and so is a.",
)

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 1 to 8. Let the class compute z and a aloud. Ask: "What does a negative weight mean?" Evidence against. Ask:
# "What does the bias mean?" It says how readily this person takes an umbrella without any evidence. Usual mistake:
# ReLU is applied to each product instead of the sum.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The same in symbols, and as a curve
#
# With inputs $x_1, x_2, \dots$, weights $w_1, w_2, \dots$, and bias $b$, the net input is $z$ and the activation is
# $a$:
#
# $$z = w_1 x_1 + w_2 x_2 + \dots + b \qquad a = \max(0, z)$$
#
# With a single input, the graph is flat up to a corner and then rises along a straight line. We call such a graph a
# *hinge*, and we say that the hinge is *at* its corner.


# %%
def neuron(x, w, b):
    """Return the activation of one unit: inputs (F,), weights (F,), a bias."""
    return max(0.0, float(np.dot(w, x) + b))


print(f"activation {neuron(x=[0.8, 0.5], w=[2, -1], b=-0.4):.2f}")
print("one input, w = 1, b = -1:", [neuron([x], [1], -1) for x in range(4)])

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** With $w = 1$ and $b = -1$, the hinge is at $x = 1$, and the slope beyond it is 1. Now we double
# *both* numbers: $w = 2$ and $b = -2$. Where is the hinge then: at 0.5, at 1, or at 2?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:hinge-stays"]
x = np.linspace(0, 3, 301)
outputs = {f"w = {w}, b = −{w}": np.maximum(0, w * x - w) for w in (1, 2)}
alt = "Two hinges, both at x = 1; beyond it one rises twice as steeply."
plots.curves(outputs, alt, x=x, xlabel="input x", ylabel="activation a")
once, twice = outputs.values()
print("hinges at", [float(x[a > 1e-9][0].round(1)) for a in (once, twice)])
assert np.isclose(x[once > 1e-9][0], x[twice > 1e-9][0])  # claim: the same hinge
assert np.isclose(twice[-1], 2 * once[-1])  # claim: but twice the slope

# %% [markdown] slideshow={"slide_type": "fragment"}
# At **1**, as before. The hinge is where $w x + b = 0$, that is, at $x = -b/w$, and doubling both numbers leaves this
# ratio as it is. What doubles is the slope. If you said 2, you thought of the bias only; if you said 0.5, of the
# weight only.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:01a.1"]
# ### Exercise 01a.1 · A neuron on paper (4 min)
#
# A neuron has the weights $w = (2, -3)$ and the bias $b = 1$. Compute its activation for the three inputs $(1, 0.5)$,
# $(2, 2)$, and $(0, -1)$. Answer with the three numbers.

# %% tags=["exercise:01a.1"] nbgrader={"grade_id": "ex-01a-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
activations = None  # Exercise 01a.1: replace None with three numbers
### BEGIN SOLUTION
# Net inputs: 2 - 1.5 + 1 = 1.5; 4 - 6 + 1 = -1, which ReLU makes 0; 0 + 3 + 1 = 4.
activations = (2 * 1 - 3 * 0.5 + 1, 0, 2 * 0 - 3 * (-1) + 1)
### END SOLUTION

# %% tags=["check:01a.1"]
check("01a.1", activations)

# %% [markdown]
# Are you stuck on an exercise? `hint` helps you a little, and a little more each time you call it.

# %%
hint("01a.1", 1)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:hinges"]
# ## Three hinges and their sum
#
# One hinge is a poor curve. But let several neurons look at the same input, multiply each activation by a factor $v_k$,
# its *height*, and add up the results:
#
# $$\hat y = v_1 \max(0, w_1 x + b_1) + v_2 \max(0, w_2 x + b_2) + v_3 \max(0, w_3 x + b_3)$$
#
# **Try it.** Move the heights until the sum is a tent: it rises from 0 at $x = 0$ to 1 at $x = 1$, falls back to 0 at
# $x = 2$, and is flat beyond that. Then move the hinges, too.


# %% tags=["hide-input"]
def three_hinges(hinge_1, height_1, hinge_2, height_2, hinge_3, height_3):
    biases, heights = [-hinge_1, -hinge_2, -hinge_3], [height_1, height_2, height_3]
    return diagrams.hinges([1, 1, 1], biases, heights)


sliders = {}
for unit, (hinge, height) in enumerate([(0.0, 1.0), (1.0, -1.0), (2.0, -1.0)], start=1):
    sliders[f"hinge_{unit}"] = widgets.Slider(0.0, 4.0, hinge, 0.5)
    sliders[f"height_{unit}"] = widgets.Slider(-3.0, 3.0, height, 0.5)
alt = "Three hinges at 0, 1, and 2 with heights 1, -1, and -1, and their sum."
widgets.explore(three_hinges, alt, **sliders)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** A sum of three hinges is made of straight pieces. How many can there be at most: three,
# four, or eight?


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:one-piece-per-hinge-and-one"]
def straight_pieces(w, b, v):
    """Count the straight pieces, between -9 and 9, of a sum of hinges."""
    x = np.linspace(-9, 9, 20001)[:, None]
    slopes = ((w * x + b > 0) * w * v).sum(axis=1)
    return 1 + np.count_nonzero(np.diff(slopes).round(9))


rng = np.random.default_rng(1)
counts = [straight_pieces(*rng.normal(size=(3, 3))) for _ in range(200)]
for pieces in (2, 3, 4, 5):
    print(f"{pieces} pieces: {counts.count(pieces)} of 200 random sums")
assert max(counts) == 4  # claim: four, and never more

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Four.** Each hinge changes the slope at one point, and three points cut the line into four pieces. It is tempting
# to say three, one piece per neuron, but the line continues on both sides of the hinges. (Sums with fewer pieces have
# a hinge outside the range that we looked at.) Without the activation functions, we would be adding three straight
# lines, and their sum is *one* straight line, whatever the heights. That is what a nonlinearity is for.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:01a.2"]
# ### Exercise 01a.2 · Build a plateau (10 min)
#
# There are many correct answers. Choose at most four ReLU units with one input so that their sum, for $x$ from 0 to
# 6, is 0 up to $x = 1$, rises to 2 at $x = 2$, stays there up to $x = 3$, falls back to 0 at $x = 4$, and stays at 0.
# Hand in their weights, biases, and heights as three lists of the same length. The sliders above have room for the
# first three units. What does the fourth have to do?

# %% tags=["exercise:01a.2"] nbgrader={"grade_id": "ex-01a-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
plateau = None  # Exercise 01a.2: replace None with (weights, biases, heights)
### BEGIN SOLUTION
# The slope must change at 1, 2, 3, and 4: by +2, -2, -2, and +2.
plateau = ([1, 1, 1, 1], [-1, -2, -3, -4], [2, -2, -2, 2])
### END SOLUTION

# %% tags=["check:01a.2"]
check("01a.2", plateau)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:mlp-layers"]
# ## A network: layers of neurons
#
# Put several neurons side by side, and you have a *layer*. Feed the activations of one layer to the next, and you have
# a *multilayer perceptron*, or MLP for short. The input layer is the data. The layers in between are called *hidden*.
# The output layer, or head, computes weighted sums without an activation function, because a prediction may be any
# number, including a negative one. A layer whose units see all of the previous layer is *dense*.

# %% tags=["hide-input"]
plots.show(
    diagrams.network([4, 5, 3, 2]),
    alt="Layers of 4, 5, 3, and 2 units, all connected; shapes of weights and biases.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### A layer is a matrix product
#
# Put the weights of each unit into a row of the matrix $W$. The $N$ examples that go through the network together are
# called a *batch*; put them into the rows of $X$. Then one product, plus the biases, gives all net inputs of all
# examples, and ReLU acts on each number:
#
# $$A_1 = \max(0,\, X W_1^T + b_1) \qquad A_2 = \max(0,\, A_1 W_2^T + b_2) \qquad \hat Y = A_2 W_3^T + b_3$$
#
# In PyTorch, `nn.Linear(4, 5)` computes the weighted sums of a layer, `nn.ReLU()` is the activation function, and
# `nn.Sequential` applies them one after the other.


# %%
def mlp(X, W1, b1, W2, b2, W3, b3):
    """Compute an MLP with two hidden layers: (N, 4) → (N, 2)."""
    A1 = np.maximum(0, X @ W1.T + b1)  # (N, 4) @ (4, 5) + (5,) → (N, 5)
    A2 = np.maximum(0, A1 @ W2.T + b2)  # (N, 5) @ (5, 3) + (3,) → (N, 3)
    return A2 @ W3.T + b3  # (N, 3) @ (3, 2) + (2,) → (N, 2)


# %% tags=["hide-input", "claim", "claim:numpy-equals-torch", "nbval-ignore-output"]
torch.manual_seed(1)
hidden = [nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3), nn.ReLU()]
net = nn.Sequential(*hidden, nn.Linear(3, 2)).double()
X = torch.randn(6, 4, dtype=torch.float64)
parameters = [parameter.detach().numpy() for parameter in net.parameters()]
ours, theirs = mlp(X.numpy(), *parameters), net(X).detach().numpy()
error = np.abs(ours - theirs).max()
print(f"NumPy {ours.shape}, PyTorch {theirs.shape}; largest difference {error:.0e}")
assert error < 1e-12  # claim: PyTorch computes the same

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### How many parameters?
#
# A unit with $F$ inputs has $F$ weights and one bias, so a layer of $O$ units has $(F + 1) \cdot O$ parameters.
#
# **Predict first.** An image of 28 × 28 pixels goes through hidden layers of 128 and 64 units to ten output units.
# Which layer holds most of the parameters, and about what percentage of them: 40, 60, or 90?


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:first-layer-holds-most"]
def count_parameters(widths):
    """Count the parameters of an MLP from its layers' widths, input first."""
    return sum((before + 1) * units for before, units in pairwise(widths))


total = count_parameters([784, 128, 64, 10])
for pair in pairwise([784, 128, 64, 10]):
    count = count_parameters(pair)
    print(f"{pair[0]:3} → {pair[1]:3}: {count:6} parameters, {100 * count / total:4.1f} %")
assert count_parameters([784, 128]) > 0.9 * total  # claim: the first has most

# %% [markdown] slideshow={"slide_type": "fragment"}
# The **first**, with more than 90 percent. What makes a layer large is not the number of units but the number of
# *pairs*: each of the 128 units has a weight of its own for each of the 784 pixels. A photograph has thousands of times
# as many pixels. In chapter 03, this will be a reason to look through a small window instead.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:01a.3"]
# ### Exercise 01a.3 · Count the parameters (4 min)
#
# An MLP takes 8 measurements, has hidden layers of 16 and 6 units, and tells three classes apart with three output
# units. All layers have biases. How many parameters does it have? Work it out on paper.

# %% tags=["exercise:01a.3"] nbgrader={"grade_id": "ex-01a-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
n_parameters = None  # Exercise 01a.3: replace None with a number
### BEGIN SOLUTION
# Each unit has one weight for each of its inputs, and one bias.
n_parameters = (8 + 1) * 16 + (16 + 1) * 6 + (6 + 1) * 3
### END SOLUTION

# %% tags=["check:01a.3"]
check("01a.3", n_parameters)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:01a.4"]
# ### Exercise 01a.4 · A forward pass of any depth (12 min)
#
# Write `forward(X, weights, biases)` for any number of layers. `X` has shape (N, F); `weights` is a list of matrices of
# shape (units, inputs), and `biases` is a list of vectors of shape (units,); both start with the first layer. ReLU
# follows every layer except the last. Return the outputs, an array of shape (N, O).


# %% tags=["exercise:01a.4"] nbgrader={"grade_id": "ex-01a-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def forward(X, weights, biases):  # Exercise 01a.4
    """Return the outputs of an MLP: (N, F) → (N, O)."""
    ### BEGIN SOLUTION
    A = X
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        A = np.maximum(0, A @ W.T + b)  # (N, inputs) → (N, units)
    return A @ weights[-1].T + biases[-1]
    ### END SOLUTION


# %% tags=["check:01a.4"]
check("01a.4", forward)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## A head for numbers: tomorrow's closing price
#
# The task decides the head. To predict one number, take **one** output unit. Our example is tomorrow's closing price
# of a stock, predicted from the prices of today and of the nine days before. The prices are simulated, so we know the
# rule behind them: each day, the logarithm of the price changes by $\varphi$ times the previous day's change, plus a
# random number about 0.01 in size, which is 1% of the price. This is called an *autoregressive* process. With
# $\varphi = 0$, one change says nothing about the next, and the price takes a *random walk*.
#
# The network sees each price as its difference from today's, in percent.


# %% tags=["hide-input"]
def ten_days(phi, seed, days=900):
    """Return prices of nine days (N, 9), of tomorrow (N, 1), and of today (N, 1)."""
    changes = np.random.default_rng(seed).normal(0, 0.01, days)
    for day in range(1, days):
        changes[day] += phi * changes[day - 1]
    close = 100 * np.exp(changes.cumsum())
    windows = np.stack([close[day : day + 11] for day in range(days - 10)])
    percent = torch.tensor(100 * (windows / windows[:, 9:10] - 1)).float()
    return percent[:, :9], percent[:, 10:], windows[:, 9:10]


def predict_price(phi, seed):
    """Train on the first 600 days; return prediction, truth, today's price of the rest."""
    X, y, today = ten_days(phi, seed)
    torch.manual_seed(seed)
    net = nn.Sequential(nn.Linear(9, 16), nn.ReLU(), nn.Linear(16, 1))
    train(net, X[:600], y[:600], nn.functional.mse_loss, steps=300)
    return net(X[600:]).detach().numpy(), y[600:].numpy(), today[600:]


predicted, truth, today = (part[:120, 0] for part in predict_price(phi=0, seed=1))
price = {"closing price": today * (1 + truth / 100)}
dots = {"predicted the day before": (range(120), today * (1 + predicted / 100))}
labels = {"xlabel": "trading day (simulated prices)", "ylabel": "closing price in euros"}
alt = "A price over 120 days, and its predictions, which are close to it."
plots.curves(price, alt, points=dots, **labels)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** That looks excellent. Here is a rival that needs no network: it says that *tomorrow's price will be
# today's*, and it is called persistence. On the random walk above, does the network make smaller errors than
# persistence, about the same, or larger ones? And what if $\varphi = 0.6$?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:persistence-beats-the-network"]
results = {}
for phi in (0, 0.6):
    errors = []
    for seed in range(6):
        predicted, truth, _ = predict_price(phi, seed)
        errors.append([np.sqrt(np.mean((one - truth) ** 2)) for one in (predicted, 0)])
    network, persistence = np.array(errors).T
    means = f"network {network.mean():.2f} %, persistence {persistence.mean():.2f} %"
    print(f"φ = {phi}: error of the {means}")
    options = {"better": "lower", "names": ("network", "persistence")}
    results[phi] = evidence.compare(network, persistence, **options)
    print("   ", results[phi])
assert results[0].is_clear() and results[0].gain.mean < 0  # claim: the network loses
assert results[0.6].improves(by=0.1)  # claim: where the past tells something, it wins

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Larger.** On a random walk, there is nothing to learn, so the network learns chance patterns in the 600 days it was
# trained on. The figure looked excellent only because prices change little from one day to the next. With $\varphi =
# 0.6$, the past does tell us something about the future, and the network wins. So before you believe a prediction,
# compare it with the obvious one.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 20 to 24. Before you show the errors, ask who would invest. Most students would. Point to the dots in the
# figure: each is one day late. That is what persistence looks like.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["defines:logit", "defines:accuracy"]
# ## A head for classes: one unit for each
#
# To choose one of several classes, take one output unit per class. Its output, a score that can be any number, is
# called a **logit**, and the largest logit wins. The target is the index of the correct class. We measure the
# **accuracy**, the fraction of examples that are classified correctly. (Lecture 01b shows how logits become
# probabilities.)


# %%
def spirals(seed, n=100):
    """Return n points on each of three spiral arms, (3n, 2), and the arm of each (3n,)."""
    t = np.linspace(0.1, 1, n)
    angles = 4 * t + 2 * np.pi / 3 * np.arange(3)[:, None]  # (3, n)
    points = np.stack([t * np.sin(angles), t * np.cos(angles)], axis=-1).reshape(-1, 2)
    jitter = np.random.default_rng(seed).normal(0, 0.03, points.shape)
    return torch.tensor(points + jitter).float(), torch.arange(3).repeat_interleave(n)


def spiral_classifier(units, seed):
    """Train a network with one hidden layer of this many units, or with none."""
    torch.manual_seed(seed)
    layers = [nn.Linear(2, units), nn.ReLU()] if units else []
    net = nn.Sequential(*layers, nn.Linear(units or 2, 3))
    train(net, *spirals(seed=1), nn.functional.cross_entropy, steps=250, rate=0.03)
    return net


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** Three spiral arms are our three classes. Each arm starts near the center and winds outward, around
# it, by about 200°. What does the border between two classes look like *without* a hidden layer: straight, made of a
# few straight pieces, or curved? And what accuracy does such a network reach: about 0.35, 0.6, or 0.9?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:hidden-layer-separates-arms"]
X_new, y_new = spirals(seed=2)
accuracies = {0: [], 32: []}
for units, found in accuracies.items():
    for seed in range(5):
        classes = spiral_classifier(units, seed)(X_new).argmax(dim=1)
        found.append((classes == y_new).double().mean().item())
    print(f"{units:2} hidden units: accuracy on new points {np.mean(found):.2f}")
assert max(accuracies[0]) < 0.7  # claim: without a hidden layer it fails
assert evidence.over_seeds(accuracies[32]).is_above(0.9)  # claim: with one it works

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Straight**, and the accuracy is about **0.6**. Two logits are equal where the difference of two weighted sums is
# zero, and that is a straight line. A hidden layer adds hinges, and at each hinge the border can turn a corner.

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Try it.** The networks are already trained. How many hidden units do the arms need?


# %% tags=["hide-input"]
networks = {units: spiral_classifier(units, seed=1) for units in (0, 2, 4, 8, 16, 32)}
arms = {f"arm {arm}": X_new[y_new == arm].numpy() for arm in range(3)}


def border(hidden_units):
    net, title = networks[hidden_units], f"{hidden_units} hidden units"
    classify = {title: lambda points: net(torch.tensor(points).float()).argmax(dim=1)}
    return diagrams.decision_regions(classify, arms)


widgets.explore(
    border,
    alt="Three spiral arms and the regions of a network with 32 hidden units.",
    hidden_units=[32, 16, 8, 4, 2, 0],
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:01a.5"]
# ### Exercise 01a.5 · How many output units? (4 min)
#
# How many output units does each of these tasks need? Answer with three numbers.
#
# 1. Predict the closing prices of 3 stocks for each of the next 5 days.
# 2. Say which of the 26 letters was written.
# 3. Say which of 5 instruments can be heard in a recording. Any number of them may play at once. (This one goes a
#    little beyond what you have seen. Think of separate yes-or-no questions.)

# %% tags=["exercise:01a.5"] nbgrader={"grade_id": "ex-01a-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
units = None  # Exercise 01a.5: replace None with three numbers (a, b, c)
### BEGIN SOLUTION
# One for each number; one for each class; one yes or no for each instrument.
units = (3 * 5, 26, 5)
### END SOLUTION

# %% tags=["check:01a.5"]
check("01a.5", units)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:universal-mapping"]
# ## Can it learn any mapping?
#
# With enough hinges, you can follow any curve. With several inputs, the hinges become folds of a surface, and the same
# holds: one hidden layer with enough units comes as close as you like to any continuous mapping on a closed and bounded
# region. This is called *universal approximation*. Cybenko proved it in 1989 for sigmoids, which are smooth steps from
# 0 to 1. For ReLU, it follows from a theorem of Leshno, Lin, Pinkus, and Schocken (1993): any continuous activation
# function will do, unless it is a polynomial.
#
# A robot arm gives us such a mapping. Two joint angles $\alpha_1, \alpha_2$ go in, and the two coordinates of the hand
# come out:
#
# $$y_1 = \cos \alpha_1 + 0.7 \cos(\alpha_1 + \alpha_2) \qquad y_2 = \sin \alpha_1 + 0.7 \sin(\alpha_1 + \alpha_2)$$

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** The network learns from 300 pairs of angles between −2 and 2. With 32 hidden units, it is off by
# only a few hundredths there. Then we test it outside, where each angle is above 2 or below −2. Its rival always says
# that the hand is at the shoulder, (0, 0). Which of the two is closer to the truth outside?


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:universal-only-inside"]
def hand(angles):
    """Return where the hand is: angles (N, 2) → coordinates (N, 2)."""
    a, both = angles[:, :1], angles.sum(dim=1, keepdim=True)
    return torch.cat([a.cos() + 0.7 * both.cos(), a.sin() + 0.7 * both.sin()], dim=1)


arm_errors = {}
for seed in range(5):
    torch.manual_seed(seed)
    angles, inside = 4 * torch.rand(300, 2) - 2, 4 * torch.rand(400, 2) - 2
    net = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 2))
    train(net, angles, hand(angles), nn.functional.mse_loss, steps=600)
    for place, points in {"inside": inside, "outside": inside + 2 * inside.sign()}.items():
        for name, predicted in {"network": net(points), "shoulder": 0}.items():
            error = (predicted - hand(points)).square().mean().sqrt().item()
            arm_errors.setdefault((name, place), []).append(error)
for (name, place), found in arm_errors.items():
    print(f"{name:8} {place:7}: error {np.mean(found):.2f}")
assert evidence.over_seeds(arm_errors["network", "inside"]).is_below(0.08)
# claim: outside, the network loses to a constant
rivals = arm_errors["shoulder", "outside"], arm_errors["network", "outside"]
assert evidence.compare(*rivals, better="lower").improves(by=0.5)

# %% [markdown] slideshow={"slide_type": "fragment"}
# The **shoulder**, although its answer is the same for all angles. Outside its examples, a ReLU network soon
# continues in straight lines, while the arm turns in circles. *Universal* means that suitable weights exist. It does
# not say whether training finds them, how many units it takes, or what happens at inputs far from all examples.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:depth-represents-complexity"]
# ## What does depth buy?
#
# If one hidden layer can do everything, why have more? Fold a sheet of paper: each fold doubles the number of layers of
# paper. The function $\text{fold}(x) = \max(0, 2x) - \max(0, 4x - 2)$ folds the interval from 0 to 1. Two ReLU units
# make one fold; $d$ hidden layers of two units make $d$ folds, one after the other.
#
# (This section uses `count_parameters` from *A network: layers of neurons*.)


# %% tags=["hide-input"]
def fold(x):
    """Go from 0 up to 1 at x = 0.5, and back down to 0 at x = 1."""
    return np.maximum(0, 2 * x) - np.maximum(0, 4 * x - 2)


x = np.linspace(0, 1, 513)
tents = {"1 fold": fold(x), "3 folds": fold(fold(fold(x)))}
alt = "One fold is a tent; three folds are four tents side by side."
plots.curves(tents, alt, x=x, xlabel="x", ylabel="value")
points = torch.linspace(0, 1, 65)[:, None]  # for the second experiment below
folds = torch.tensor(fold(fold(fold(points.numpy()))))
targets = {"step": (points > 0.4).float(), "folds": folds}

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** A deep network needs 37 parameters for six folds. A network with a *single* hidden layer has to
# draw the same zigzag of 64 straight pieces. How many parameters does this network need: about 40, 80, or 190?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:folds-need-width"]
target = x
for depth in range(1, 7):
    target = fold(target)
    pieces = 1 + np.count_nonzero(np.diff(np.sign(np.diff(target))))
    hinges = np.maximum(0, x[:, None] - np.arange(pieces) / pieces)  # one per corner
    heights = np.linalg.lstsq(hinges, target, rcond=None)[0]
    assert np.allclose(hinges @ heights, target, atol=1e-6)  # claim: these suffice
    deep = count_parameters([1] + depth * [2] + [1])
    shallow = count_parameters([1, pieces, 1])
    print(f"{depth} folds, {pieces:2} pieces: deep {deep:2} parameters, wide {shallow:3}")
# claim: up to two folds, both cost the same; at six, depth costs a fifth as much
assert (deep, shallow) == (37, 193)

# %% [markdown] slideshow={"slide_type": "fragment"}
# About **190**. A unit makes only one corner, so the more pieces there are, the more units a single layer needs, and
# every fold doubles the number of pieces. The deep network needs only six more parameters per fold. This gap is not
# peculiar to our example: Telgarsky (2016) proved that there are functions that a deep network represents with few
# units and a shallow one only with exponentially many.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### But can training find it?
#
# For the folds, we chose the weights ourselves. Now two networks with 103 parameters each learn from 65 points: one has
# a single hidden layer of 34 units, and the other has three hidden layers of 6. There are two targets (a step and three
# folds) and 24 random starts for each network on each target. Training adjusts the weights in small steps, and each
# network gets the step length (0.003, 0.01, or 0.03) that suits it best.
#
# **Predict first.** Both shapes can represent the three folds exactly. Which of them finds the folds more reliably when
# it is trained until nothing changes anymore: the deep one, the shallow one, or both equally?

# %% slideshow={"slide_type": "subslide"} tags=["reveals", "hide-input", "claim", "claim:depth-does-not-always-train", "nbval-ignore-output"]
errors, curves = {}, {}
for target, y in targets.items():
    y = ((y - y.mean()) / y.std()).expand(24, -1, 1)
    for name, widths in {"34 units": [1, 34, 1], "6-6-6 units": [1, 6, 6, 6, 1]}.items():
        is_harder = target == "folds" and len(widths) == 5
        rate = 0.003 if is_harder else 0.03  # the best of three
        torch.manual_seed(11)
        history = train_many(widths, points, y, steps=1000 * thorough, rate=rate)
        curves[name] = history.mean(dim=1).numpy()
        found = errors[target, name] = history[-1].numpy()
        good = f"{(found < 0.1).sum()} of 24 below 0.1"
        print(f"{target:5} {name:11}: mean error {found.mean():.2f}, {good}")
labels = {"xlabel": "hundreds of steps", "ylabel": "mean error on the folds"}
alt = "The error of 34 units falls close to zero, that of 6-6-6 stays high."
plots.curves(curves, alt, **labels)
assert min(curve[9] for curve in curves.values()) > 0.1  # claim: 1000 steps are too few
wide, deep = ({t: errors[t, n] for t in targets} for n in curves)
if evidence.in_full_only("both targets, trained until the curve is flat"):
    # claim: on the folds the shallow network wins, though the deep one can draw them
    assert evidence.compare(wide["folds"], deep["folds"], better="lower").improves(by=0.1)
    assert deep["folds"].min() < 0.01
    assert evidence.compare(deep["step"], wide["step"], better="lower").improves(by=0.02)

# %% [markdown] slideshow={"slide_type": "fragment"}
# The **shallow** one. It takes thousands of steps, but then it gets there from nearly all of its starts. The deep
# network draws the folds perfectly from some of its starts but gets stuck when it begins at the others. On the step, it
# is the other way around. So depth buys *representation*; what training makes of it depends on the target and on the
# start. Much of this course is about making deep networks trainable.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 39 to 42. Nearly everyone votes for the deep one, because of the previous slide. Point to 10 on the
# horizontal axis: after 1000 steps, neither has arrived. Always ask whether the curve is flat.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:01a.6"]
# ### Exercise 01a.6 · The price of one layer (10 min)
#
# Here is a different fold: while $x$ goes from 0 to 1, the value rises from 0 to 1, falls back to 0, and rises to 1
# again, in three straight pieces of the same width. A deep network applies this fold four times, one after the other.
# We want an MLP with a **single** hidden layer of ReLU units to draw the same graph on [0, 1] exactly. What is the
# smallest number of hidden units that it needs? Try your rule on a single fold first.

# %% tags=["exercise:01a.6"] nbgrader={"grade_id": "ex-01a-6", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
n_units = None  # Exercise 01a.6: replace None with a number
### BEGIN SOLUTION
# 3**4 pieces meet in 3**4 - 1 corners, one unit each; one more gives the first its slope.
n_units = 3**4
### END SOLUTION

# %% tags=["check:01a.6"]
check("01a.6", n_units)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:what-is-deep-learning"]
# ## So what is deep learning?
#
# Two definitions are in use. One looks at the machine: *many layers of nonlinear steps, trained together*. The number
# of layers that have parameters is called the depth. The other definition looks at what flows through it: *levels of
# description, each built from the one below*, such as strokes, then loops, then digits.

# %% [markdown] tags=["topic:supervised-and-unsupervised", "defines:supervised", "defines:unsupervised"]
# Training can be **supervised**: it uses examples that come with the correct answer, as all of today's training does.
# Or it can be **unsupervised**, from examples without answers: the network has to find structure by itself, for
# instance by squeezing an image through a few numbers and restoring it (chapter 14).

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["topic:feature-hierarchy", "predict"]
# ### A look at the levels of description
#
# A small network learns to name 8 × 8 digits. Its first three layers look through windows of 3 × 3 pixels (chapter 03
# shows how). From 599 new images, we pick, for each unit, the 30 that excite it most.
#
# **Predict first.** In the first layer, a little less than half of a unit's 30 favorites show the same digit. Does this
# fraction rise from layer to layer, fall, or stay the same? And what does it do in a network that is not trained at
# all?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:levels-of-description"]
pixels, labels = load_digits(return_X_y=True)
images = torch.tensor(pixels / 16).float().reshape(-1, 1, 8, 8)
X, y, new, digits = images[::6], torch.tensor(labels[::6]), images[1::3], labels[1::3]
purity, favorites = {"untrained": [], "trained": []}, []
for seed in range(8):
    torch.manual_seed(seed)
    layers = [nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1)]
    layers += [nn.ReLU(), nn.Conv2d(16, 16, 3, 2, 1), nn.ReLU(), nn.Flatten()]
    net = nn.Sequential(*layers, nn.Linear(64, 10))
    for found in purity.values():  # first untrained, then trained
        maps, same = new, []
        for depth in (2, 4, 6):
            maps = net[depth - 2 : depth](maps).detach()
            excited = maps.amax(dim=(2, 3)).numpy()  # (N, units)
            top = excited[:, excited.max(axis=0) > 0].argsort(axis=0)[:-31:-1].T
            same.append(np.mean([np.bincount(digits[one]).max() / 30 for one in top]))
            favorites.append(new.numpy()[top[0, :6], 0])
        found.append(same)
        train(net, X, y, nn.functional.cross_entropy, steps=60)
for name, found in purity.items():
    print(f"{name:9} in the three layers:", np.mean(found, axis=0).round(2))
untrained, trained = (np.array(found) for found in purity.values())
# claim: it rises from the first layer to the third, and that comes from training
assert evidence.compare(trained[:, 2], trained[:, 0]).improves(by=0.05)
assert evidence.compare(trained[:, 2], untrained[:, 2]).improves(by=0.05)

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input"]
shown = {}
for name, tiles in zip(("first", "second", "third"), favorites[-3:], strict=True):
    tiles = np.pad(tiles, ((0, 0), (1, 1), (1, 1)), constant_values=0.5)
    shown[f"{name} layer"] = tiles.reshape(2, 3, 10, 10).swapaxes(1, 2).reshape(20, 30)
alt = "Six favorite digits of one unit in each of the three layers."
plots.image_row(shown, alt, height=2.4)

# %% [markdown] slideshow={"slide_type": "fragment"}
# It **rises**. A unit of the first layer responds to a stroke that several digits share. Two layers later, many units
# have a favorite digit, although only the last ten units of the network were told what to respond to. In the untrained
# network, the fraction rises, too, because later units see more of the image, but it rises only half as much. The rest
# comes from training. In photographs, the levels are edges, textures, parts, and objects.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:network-families", "erratum:E28"]
# ## Three families of networks
#
# Deep learning is not just another name for the multilayer perceptron, though some lecture notes say that it is.
# Families differ in which weights exist and which are shared:
#
# - **MLP**, multilayer perceptron: every input has weights of its own. It assumes nothing about the order of the
#   inputs.
# - **CNN**, convolutional network: a small window of weights slides along the input (chapters 02 and 03). It assumes
#   that a pattern means the same wherever it is.
# - **RNN**, recurrent network: it reads one sample $x_t$ after the other and carries a state $h_t$ along, always with
#   the same weights. It assumes that all samples may be treated alike, given the state:
#
# $$h_t = \tanh(W x_t + V h_{t-1} + b)$$
#
# Shared weights do not care how long the signal is. An MLP for signals of 32 samples refuses one of 50:

# %% tags=["hide-input", "erratum:E28"]
torch.manual_seed(1)
mlp_32 = nn.Sequential(nn.Flatten(), nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 3))
windows = [nn.Conv1d(1, 8, 7), nn.ReLU(), nn.Conv1d(8, 3, 7), nn.ReLU()]
cnn = nn.Sequential(*windows, nn.AdaptiveMaxPool1d(1), nn.Flatten())
short, longer = torch.randn(1, 1, 32), torch.randn(1, 1, 50)
print("CNN: 32 samples →", tuple(cnn(short).shape), "and 50 →", tuple(cnn(longer).shape))
try:
    refused = len(mlp_32(longer)) == 0
except RuntimeError:
    refused = True
print("MLP: 32 samples →", tuple(mlp_32(short).shape), "and 50 → refused:", refused)
# A deep network without a dense layer does what this MLP cannot.
assert refused and cnn(longer).shape == cnn(short).shape == (1, 3)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### One task for all: which pulse is it?
#
# There are three pulses, each nine samples long. Each signal of 32 samples holds one of them, plus random errors in
# every sample.


# %% tags=["hide-input"]
t = np.linspace(-1, 1, 9)
swing, bump = np.sin(np.pi * t), 1.5 * np.cos(1.5 * np.pi * t) * (1 - np.abs(t))
pulses = np.stack([swing, -swing, bump])


def pulse_signals(n, seed, anywhere=True):
    """Return n signals (n, 1, 32) and which of the three pulses each holds (n,)."""
    rng = np.random.default_rng(seed)
    X, y = rng.normal(0, 0.3, (n, 1, 32)), rng.integers(0, 3, n)
    start = rng.integers(0, 23, n) if anywhere else np.full(n, 11)
    X[np.arange(n)[:, None], 0, start[:, None] + np.arange(9)] += pulses[y]
    return torch.tensor(X).float(), torch.tensor(y)


X, y = pulse_signals(600, seed=1)
gap = np.full(6, np.nan)
plots.stem_rows(
    {f"pulse {k}": np.r_[pulses[k], gap, X[y == k][0, 0]] for k in range(3)},
    height=1.1,
    xlabel="sample (left: the pulse by itself; right: a signal that holds it)",
    alt="Three pulses, and beside each a signal in which it hides among random errors.",
)


# %% tags=["hide-input"]
class Recurrent(nn.Module):
    """Read a signal (N, 1, L) sample by sample, and judge it by the last state: (N, 3)."""

    def __init__(self, cell):
        super().__init__()
        self.walk, self.head = cell(1, 16, batch_first=True), nn.Linear(16, 3)

    def forward(self, X):
        return self.head(self.walk(X.mT)[0][:, -1])


def family(name):
    """Build a network of a family: (N, 1, 32) → (N, 3)."""
    if name == "MLP":
        layers = [nn.Flatten(), nn.Linear(32, 24), nn.ReLU(), nn.Linear(24, 12), nn.ReLU()]
        return nn.Sequential(*layers, nn.Linear(12, 3))
    if name == "CNN":
        first, second = (nn.Conv1d(channels, 8, 7, padding="same") for channels in (1, 8))
        head = [nn.AdaptiveMaxPool1d(1), nn.Flatten(), nn.Linear(8, 3)]
        return nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), *head)
    return Recurrent({"RNN": nn.RNN, "GRU": nn.GRU}[name])


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** Four networks learn from 600 signals: an MLP, a CNN, the RNN from the formula above, and a GRU,
# which is a recurrent network that can also decide to keep its state. Which is best when the pulse may be anywhere? And
# how well does the MLP do when the pulse is always in the middle?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:families-fit-their-task", "nbval-ignore-output"]
found, sizes = {}, {}
cases = [(True, name) for name in ("MLP", "CNN", "RNN", "GRU")] + [(False, "MLP")]
for anywhere, name in cases:
    X, y = pulse_signals(600, seed=1, anywhere=anywhere)
    X_new, y_new = pulse_signals(1000, seed=2, anywhere=anywhere)
    for seed in range(5):
        torch.manual_seed(seed)
        net = family(name)
        adam = torch.optim.Adam(net.parameters(), lr=0.003 if name == "RNN" else 0.01)
        for _ in range(4 + 6 * thorough):
            for few in torch.randperm(600).split(100):
                adam.zero_grad()
                nn.functional.cross_entropy(net(X[few]), y[few]).backward()
                adam.step()
        accuracy = (net(X_new).argmax(dim=1) == y_new).double().mean().item()
        found.setdefault((anywhere, name), []).append(accuracy)
    sizes[name] = sum(parameter.numel() for parameter in net.parameters())
    mean, place = np.mean(found[anywhere, name]), "anywhere" if anywhere else "middle"
    print(f"{place:8} {name}, {sizes[name]:4} parameters: accuracy {mean:.2f}")
assert sizes["CNN"] < sizes["MLP"] / 2
assert evidence.compare(found[True, "CNN"], found[True, "MLP"]).improves(by=0.1)
assert min(found[False, "MLP"]) > 0.97  # claim: in the middle, an MLP is enough
if evidence.in_full_only("the recurrent networks, trained long enough"):
    assert evidence.compare(found[True, "GRU"], found[True, "RNN"]).improves(by=0.1)
    assert evidence.compare(found[True, "GRU"], found[True, "MLP"]).improves(by=0.1)

# %% [markdown] slideshow={"slide_type": "fragment"}
# When the pulse may be anywhere, the **CNN** is best, with less than half of the MLP's parameters: it learns each pulse
# once, while the MLP has to learn it once for every place. When the pulse is always in the middle, the **MLP** makes
# hardly any mistakes, because the place never changes. The plain RNN does poorly. One reason is that derivatives have
# to travel back through up to 32 steps; 01b shows what that can do to them. The GRU comes close to the CNN. Chapter 13
# returns to both recurrent networks. Which family is best depends on whether its assumption is true.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:vision-problem-types"]
# ## One image, five problems
#
# | problem | question | target | output |
# |---|---|---|---|
# | classification | Are there coins? | the index of a class | a logit per class |
# | regression | How wide are they on average? | a number | a number |
# | detection | Where is each of them? | a box and a class per object | boxes and logits |
# | segmentation | Which pixels belong to a coin? | an index per pixel | a logit per class and pixel |
# | prediction | What comes next? | the next image | a number per pixel |
#
# The task decides the target and the head. The layers in between may stay the same. The target of detection has one row
# per object, so the network must also find out how many there are.

# %% tags=["hide-input"]
image = data.images()["coins"][95:155, 15:238]
boxes = [(10, 9, 51, 49), (69, 12, 106, 49), (119, 15, 158, 49), (171, 10, 210, 48)]
rows, columns = np.mgrid[: image.shape[0], : image.shape[1]]
mask, outlines = np.zeros(image.shape, dtype=np.int64), image.copy()
for left, top, right, bottom in boxes:  # drawn by hand; the mask is an ellipse in each box
    across = (2 * columns - left - right) / (right - left)
    mask[across**2 + ((2 * rows - top - bottom) / (bottom - top)) ** 2 <= 1] = 1
    outlines[top : bottom + 1, [left, right]] = 1
    outlines[[top, bottom], left : right + 1] = 1
plots.image_row(
    {"image": image, "detection: boxes": outlines, "segmentation: mask": mask},
    height=3.2,
    alt="Four coins, a white box around each, and a mask that is white where they are.",
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** Write the five targets as tensors for one image of 60 × 223 pixels. Which hold whole numbers, and
# which have as many entries as the image has pixels?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:targets-and-outputs"]
H, W = image.shape
widths = [right - left for left, _, right, _ in boxes]
targets = {
    "classification": torch.tensor([1]),  # class 1 = coins
    "regression": torch.tensor([[np.mean(widths)]]),
    "detection, boxes": torch.tensor(boxes).double(),  # left, top, right, bottom
    "detection, classes": torch.ones(len(boxes), dtype=torch.int64),
    "segmentation": torch.from_numpy(mask)[None],
    "prediction": torch.from_numpy(np.roll(image, 3, axis=1))[None, None],
}
for name, target in targets.items():
    print(f"{name:18} {tuple(target.shape)!s:15} {target.dtype}")
whole = {name for name, target in targets.items() if not target.is_floating_point()}
dense = {name for name, target in targets.items() if target.numel() == H * W}
# claim: where the target is a class, it is an index; two targets are as large as the image
assert whole == {"classification", "detection, classes", "segmentation"}
assert dense == {"segmentation", "prediction"}

# %% [markdown] slideshow={"slide_type": "fragment"}
# Whole numbers: **classification, segmentation, and the classes of detection**. As large as the image: **segmentation
# and prediction**. Outputs (N, classes, H, W) go with targets (N, H, W): an index has no axis for the classes.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:01a.7"]
# ### Exercise 01a.7 · Choose the target tensor (4 min)
#
# A network marks every pixel of a microscopy video as background, cell, or debris. A batch has 8 frames of 64 × 96
# pixels. The network returns logits of shape (8, 3, 64, 96). Which target goes with them?
#
# - **a** `torch.float32` of shape (8, 1, 64, 96), with the values 0, 1, 2
# - **b** `torch.int64` of shape (8,), with the values 0, 1, 2
# - **c** `torch.int64` of shape (8, 64, 96), with the values 0, 1, 2
# - **d** `torch.int64` of shape (8, 3, 64, 96), with the values 0, 1

# %% tags=["exercise:01a.7"] nbgrader={"grade_id": "ex-01a-7", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
choice = None  # Exercise 01a.7: replace None with "a", "b", "c", or "d"
### BEGIN SOLUTION
# One class index for each pixel: an integer, and no axis for the classes.
choice = "c"
### END SOLUTION

# %% tags=["check:01a.7"]
check("01a.7", choice)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | question | answer |
# |---|---|
# | a neuron | $a = \max(0, w x + b)$, a hinge at $-b/w$ |
# | a layer | $\max(0, X W^T + b)$, shapes (N, in) → (N, out) |
# | its parameters | (in + 1) · out |
# | head for a number | one unit, no activation function |
# | head for classes | one logit per class; the target is an index |
# | what depth buys | $2^d$ pieces from $d$ folds, but no promise that training finds them |
# | CNN, RNN | shared weights: along the signal, along time |
#
# - A curve that looks good proves little. Compare it with the obvious prediction.
# - Before you compare networks, train each from several starts, until its curve is flat.
#
# **Next.** All of this was trained by a short loop that we did not explain. Lecture 01b opens it: how does each
# weight know which way to go?

# %% slideshow={"slide_type": "skip"} tags=["progress:01a"]
from course_utils.exercises import progress

progress("01a")

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Quiz
#
# 1. A ReLU unit with one input has $w = -2$ and $b = 6$. Where is its hinge, and on which side is it flat?
# 2. A colleague predicts a stock price, and the curve lies right on top of the true one. What do you ask?
# 3. An MLP and a CNN both read signals of 1000 samples. Whose number of parameters depends on this length?
#
# <details><summary>Answers</summary>
#
# 1. At $x = 3$. The slope is negative, so it is flat to the right of 3.
# 2. How large is the error of persistence (“tomorrow's price will be today's”) on the same days?
# 3. The MLP's: its first layer has a weight for each sample and unit. The CNN's window does not know how long the
#    signal is.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - I. Goodfellow, Y. Bengio, and A. Courville, *Deep Learning*, MIT Press 2016, chapter 6: multilayer perceptrons.
# - S. J. D. Prince, *Understanding Deep Learning*, MIT Press 2023, chapters 3 and 4: hinges, their sums, and depth.
# - M. Leshno, V. Y. Lin, A. Pinkus, and S. Schocken, Multilayer feedforward networks with a nonpolynomial activation
#   function can approximate any function, *Neural Networks* 6, 861–867, 1993. G. Cybenko, Approximation by
#   superpositions of a sigmoidal function, *Mathematics of Control, Signals and Systems* 2, 303–314, 1989.
# - M. Telgarsky, Benefits of depth in neural networks, *Conference on Learning Theory*, 2016: the gap that the folds
#   show.
# - L. Deng and D. Yu, Deep learning: methods and applications, *Foundations and Trends in Signal Processing* 7,
#   197–387, 2014: several definitions of deep learning compared.
