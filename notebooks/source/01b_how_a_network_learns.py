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
# # 01b · How a network learns
#
# Last time, we chose weights by hand or let PyTorch find them. Today we look at how it finds them. A network learns
# by asking each of its weights the same question: if I turn you up a little, does the error grow or shrink? One sweep
# backward answers it for all of them at once.
#
# **After this lecture, you will be able to**
# - take a step of gradient descent on paper, and say what goes wrong when the step is too long;
# - push numbers forward and derivatives backward through a computational graph;
# - explain an engine that does this for any formula;
# - derive the gradients of a dense layer, of ReLU, and of softmax with cross-entropy, and train a network with them.
#
# **You need** lecture 01a, and the derivatives of a square, the exponential, and the logarithm.
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 60 min | 54 min | 10 s |

# %% tags=["setup"]
import math

import numpy as np
import torch
from sklearn.datasets import load_digits, make_moons
from sklearn.linear_model import LogisticRegression

from course_utils import diagrams, evidence, plots, widgets
from course_utils.exercises import check

plots.use_course_style()
torch.set_num_threads(1)  # in networks this small, more threads only wait
km, fare = np.array([1.0, 2, 3, 4]), np.array([5.0, 7, 9, 11])  # four taxi rides

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:gradient-descent-first", "defines:loss"]
# ## One weight on a parabola
#
# A taxi ride of 2 km cost 6 euros. We want to predict fares with a single weight, $\hat y = w x$: the price per
# kilometer. We pretend that we cannot solve $6 = 2w$, because the weights of a network cannot be found that way. So
# we start with any weight and improve it. Learning is supervised here: every ride comes with its fare.
#
# To improve something, measure how bad it is. A **loss** is a number that says how wrong the predictions are: large
# when they are far off, and zero when they are perfect. Here it is the squared error:
#
# $$L(w) = (\hat y - y)^2 = (2w - 6)^2$$

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["defines:gradient descent", "defines:learning rate"]
# ### Which way is down?
#
# The derivative is the slope of the parabola, $\frac{dL}{dw} = 2\,(2w - 6) \cdot 2 = 8w - 24$. At $w = 0$, it is $-24$:
# turn $w$ up, and the loss falls. So move *against* the slope, by a small factor times the slope:
#
# $$w \leftarrow w - \eta\, \frac{dL}{dw}$$
#
# Doing this again and again is **gradient descent**. The factor $\eta$ is the **learning rate**. With $\eta = 0.1$, the
# first step goes from 0 to $0 - 0.1 \cdot (-24) = 2.4$.


# %%
def descend(w, rate, steps):
    """Return the weights that gradient descent visits on L(w) = (2w - 6)²."""
    visited = [w]
    for _ in range(steps):
        slope = 8 * w - 24
        w = w - rate * slope
        visited.append(w)
    return np.array(visited)


path = descend(0, 0.1, 4)
print("weight", path.round(2), "loss", ((2 * path - 6) ** 2).round(2))

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 1 to 9. Do the first two steps on the board, with the class calling out the numbers. Ask: "Why does it not
# jump straight to 3?" Because the slope says which way is down, but not how far the bottom is. Ask: "Why is the second
# step shorter, although the learning rate is the same?" Because the slope is smaller.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** After four steps with $\eta = 0.1$, we are almost at 3. We are impatient and take $\eta = 0.3$.
# Do we arrive faster, about as fast, or not at all?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:too-long-steps-diverge"]
rates = (0.02, 0.1, 0.2, 0.3)
paths = {f"η = {rate}": descend(0, rate, 6) for rate in rates}
distances = {name: np.abs(path - 3) for name, path in paths.items()}
alt = "Straight lines on a logarithmic scale: three fall, 0.1 fastest; 0.3 rises."
plots.curves(distances, alt, xlabel="step", ylabel="distance from the minimum", log_y=True)
off = {rate: path[-1] for rate, path in zip(rates, distances.values(), strict=True)}
for rate in rates:
    print(f"rate {rate:4}: {off[rate]:6.3f} away from the minimum after 6 steps")
assert off[0.1] < off[0.2] < off[0.02] < 3  # claim: these three come closer
assert off[0.3] > 3  # claim: 0.3 ends farther away than it started

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Not at all.** The slope is $8\,(w - 3)$, so each step multiplies the distance to the minimum by $1 - 8\eta$. For
# $\eta = 0.1$, that is 0.2. For $\eta = 0.3$, it is $-1.4$: every step jumps over the minimum and lands farther away on
# the other side. It is tempting to think that a longer step always gets you there sooner. It does, until you start to
# overshoot.

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Try it.** Find the largest learning rate that still gets to the minimum, and the one that gets there in one step.


# %% tags=["hide-input"]
def on_the_parabola(learning_rate, steps):
    return diagrams.descent(lambda w: (2 * w - 6) ** 2, descend(0, learning_rate, steps))


widgets.explore(
    on_the_parabola,
    alt="A parabola with its minimum at 3, and four steps that descend toward it.",
    learning_rate=widgets.Slider(0.01, 0.27, 0.1, 0.005),
    steps=widgets.Slider(0, 12, 4),
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:01b.1"]
# ### Exercise 01b.1 · Two steps on paper (5 min)
#
# Now the ride was 3 km and cost 6 euros: $L(w) = (3w - 6)^2$. Start at $w = 1$ with the learning rate $\eta = 0.05$ and
# take two steps of gradient descent. Answer with the weight after the first step and after the second.

# %% tags=["exercise:01b.1"] nbgrader={"grade_id": "ex-01b-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
weights = None  # Exercise 01b.1: replace None with (first, second)
### BEGIN SOLUTION
# The slope is 2 · (3w - 6) · 3 = 18w - 36.
first = 1 - 0.05 * (18 * 1 - 36)
second = first - 0.05 * (18 * first - 36)
weights = (first, second)
### END SOLUTION

# %% tags=["check:01b.1"]
check("01b.1", weights)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["defines:gradient"]
# ## Two weights: the gradient
#
# Real fares have a base price as well, $\hat y = w x + b$. Four rides give four squared errors, and the loss is their
# mean. It now has one slope for each parameter. All slopes together, as a vector, are called the **gradient**:
#
# $$L = \frac1N \sum_n (\hat y_n - y_n)^2 \qquad
#   \frac{\partial L}{\partial w} = \frac2N \sum_n (\hat y_n - y_n)\, x_n \qquad
#   \frac{\partial L}{\partial b} = \frac2N \sum_n (\hat y_n - y_n)$$
#
# The curly $\partial$ says: change this parameter, and keep the others as they are. Each parameter then takes its own
# step.


# %%
def fare_gradient(w, b, x, y):
    """Return ∂L/∂w and ∂L/∂b of the mean squared error of w·x + b."""
    error = w * x + b - y
    return 2 * np.mean(error * x), 2 * np.mean(error)


w, b = 0.0, 0.0
trajectory = [(w, b)]
for _ in range(500):
    slope_w, slope_b = fare_gradient(w, b, km, fare)
    w, b = w - 0.05 * slope_w, b - 0.05 * slope_b
    trajectory.append((w, b))
print("after 1 step:   ", np.round(trajectory[1], 2))
print("after 500 steps:", np.round(trajectory[-1], 2))

# %% slideshow={"slide_type": "subslide"} tags=["hide-input"]
ws, bs = np.meshgrid(np.linspace(-0.5, 4, 60), np.linspace(-0.5, 4, 60))
surface = np.mean((ws[..., None] * km + bs[..., None] - fare) ** 2, axis=-1)
plots.show(
    diagrams.contours(ws, bs, surface, np.array(trajectory), names=("w", "b")),
    alt="A long valley of the loss; the path drops into it, then creeps along to (2, 3).",
)

# %% [markdown]
# The path first drops into a narrow valley, then creeps along its floor to $w = 2$, $b = 3$: 2 euros per kilometer and
# a base price of 3 euros. Why it creeps, and what helps, is the subject of chapter 07.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["defines:mini-batch", "defines:epoch"]
# ### Many examples: mini-batches and epochs
#
# With a million rides, one exact gradient takes a million predictions. But a few rides already point roughly the right
# way. So shuffle the examples, cut them into **mini-batches** of, say, ten, and take a step after each. When every
# example has been used once, an **epoch** is over, and the next one begins with a new shuffle.


# %% tags=["hide-input"]
def loss_after(x, y, size, rate, seed, epochs=5):
    """Train w and b from 0 in mini-batches of this size; return the loss at the end."""
    w, b, rng = 0.0, 0.0, np.random.default_rng(seed)
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for start in range(0, len(x), size):
            few = order[start : start + size]
            slope_w, slope_b = fare_gradient(w, b, x[few], y[few])
            w, b = w - rate * slope_w, b - rate * slope_b
    return np.mean((w * x + b - y) ** 2)


# %% [markdown] tags=["predict"]
# **Predict first.** We have 200 rides; each fare is off by a random tip. Five epochs can be five exact steps with all
# 200 rides each, or 100 rough steps with ten rides each. Both make the same number of predictions, and each uses the
# learning rate that suits it best. Which of the two ends with the smaller loss, or is it a draw?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:mini-batches-pay"]
rates = np.arange(1, 9) / 100
found = {200: [], 10: []}  # size of a mini-batch → loss for each seed and learning rate
for seed in range(10):
    rng = np.random.default_rng(seed)
    x = rng.uniform(0.5, 5, 200)
    y = 2 * x + 3 + rng.normal(0, 0.5, 200)
    for size, rows in found.items():
        rows.append([loss_after(x, y, size, rate, seed) for rate in rates])
best = {}
for size, rows in found.items():
    number = np.mean(rows, axis=0).argmin()
    best[size] = np.array(rows)[:, number]
    loss = best[size].mean()
    print(f"mini-batches of {size:3}: best rate {rates[number]:.2f}, loss {loss:.2f}")
names = {"names": ("100 rough steps", "five exact ones")}
result = evidence.compare(best[10], best[200], better="lower", **names)
print(result)
assert result.improves(by=0.3)  # claim: the rough steps get farther

# %% [markdown] slideshow={"slide_type": "fragment"}
# The **100 rough steps**. Even the true price leaves a loss of about 0.25, because of the tips, and the rough steps
# come close to that. An exact slope is wasted on a single step: many steps in roughly the right direction lead farther
# than a few in exactly the right one. This is the main reason to train networks with mini-batches.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:chain-rule", "defines:chain rule"]
# ## The chain rule: multiply along the chain
#
# Two weights were easy. A network is a chain of functions, and a weight in its first layer acts on the loss only
# through all the functions after it. How do slopes pass through a chain? Think of gears: if the second wheel turns
# twice as fast as the first, and the third four times as fast as the second, the third turns eight times as fast as the
# first.
#
# That is the **chain rule**: *multiply the local derivatives along the chain.* Take $L = (2x - 4)^2$ apart:
#
# $$u = 2x \qquad v = u - 4 \qquad L = v^2 \qquad\qquad
#   \frac{dL}{dx} = \frac{dL}{dv} \cdot \frac{dv}{du} \cdot \frac{du}{dx} = 2v \cdot 1 \cdot 2$$

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** At $x = 3$, the chain computes $u = 6$, $v = 2$, $L = 4$. Now $x$ grows by 0.01. By about how much
# does $L$ grow: 0.01, 0.04, or 0.08?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:slopes-multiply"]
x, h = 3.0, 0.01
u, v = 2 * x, 2 * x - 4
slopes = {"L": 1, "v": 2 * v, "u": 2 * v * 1, "x": 2 * v * 1 * 2}  # from right to left
values = {"x": x, "u": u, "v": v, "L": v**2}
nodes = {name: (value, slopes[name]) for name, value in values.items()}
local = {("x", "u"): "2", ("u", "v"): "1", ("v", "L"): "2v = 4"}
plots.show(
    diagrams.computational_graph(nodes, local),
    alt="x = 3, u = 6, v = 2, L = 4; backward the derivatives 1, 4, 4, and 8.",
)
grown = (2 * (x + h) - 4) ** 2 - v**2
print(f"x grows by {h}: L grows by {grown:.4f}, {grown / h:.2f} times as much")
# claim: the product of the local derivatives is the slope
assert abs(grown / h - slopes["x"]) < 0.1

# %% [markdown] slideshow={"slide_type": "fragment"}
# By **0.08**. If you said 0.04, you looked only at the last wheel: around $v = 2$, the square grows 4 times as fast as
# $v$. But $v$ itself grows twice as fast as $x$.
#
# Read the numbers below the boxes from right to left: 1, then 4, 4, 8. Each is the one to its right times the
# derivative on the arrow. *One sweep backward has found the slope of L with respect to every number in the chain.*

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:computational-graph", "defines:computational graph", "defines:backpropagation"]
# ## The computational graph of a neuron
#
# A neuron is not a chain, because its weight, its input, and its bias come together in it. Draw every number as a box,
# with an arrow to it from each number that it is computed from: the result is the neuron's **computational graph**.
# Going forward, we compute values. Going backward, we multiply by the local derivative of each arrow. This is
# **backpropagation**. Inside a neuron, it needs only three rules:
#
# - a **sum** passes the derivative on unchanged to both of its inputs;
# - a **product** multiplies it by the *other* factor: $\frac{\partial (wx)}{\partial w} = x$;
# - **ReLU** passes it on if its input was positive, and blocks it otherwise.


# %%
def neuron_with_loss(w, x, b, y):
    """Return values and slopes of L = (ReLU(w·x + b) - y)², and local derivatives."""
    m = w * x
    z = m + b
    a = max(0.0, z)
    L = (a - y) ** 2
    at_a = 2 * (a - y)  # from the square
    at_z = at_a * (z > 0)  # through ReLU
    nodes = {"w": (w, at_z * x), "x": (x, at_z * w), "b": (b, at_z), "w·x": (m, at_z)}
    nodes |= {"z": (z, at_z), "ReLU": (a, at_a), "L": (L, 1)}
    local = {("w", "w·x"): f"x = {x:g}", ("x", "w·x"): f"w = {w:g}", ("w·x", "z"): "1"}
    local |= {("b", "z"): "1", ("z", "ReLU"): f"{int(z > 0)}", ("ReLU", "L"): "2(a − y)"}
    return nodes, local


# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Forward above, backward below
#
# **Try it.** The target is $y = 3$. Compute the numbers above the boxes from left to right and those below from right
# to left, then move the bias. At which bias is the prediction perfect?


# %% tags=["hide-input"]
def graph_at(w, b):
    return diagrams.computational_graph(*neuron_with_loss(w, 4.0, b, 3.0))


widgets.explore(
    graph_at,
    alt="A neuron: w 0.5, x 4, b -1 give z 1, a 1, and L 4; slopes -16, -2, and -4.",
    w=widgets.Slider(-1.0, 2.0, 0.5, 0.25),
    b=widgets.Slider(-4.0, 3.0, -1.0, 0.5),
)

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 20 to 26. Draw this graph on the board before you show it, and fill in the lower numbers with the class. Usual
# mistake: at the product, students multiply by the number on the same branch instead of the other factor. Ask: "Why
# does the weight have a steeper slope than the bias?" Because it is multiplied by x = 4 on its way.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** At $b = -1$, the slope of the loss with respect to the weight is $-16$. We set $b = -3$, so that
# the prediction gets even worse: the loss rises from 4 to 9. Does the slope become steeper, flatter, or zero?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:silent-neuron-learns-nothing"]
for b in (-1.0, -3.0):
    nodes, _ = neuron_with_loss(0.5, 4.0, b, 3.0)
    (z, _), (L, _), (w, slope) = nodes["z"], nodes["L"], nodes["w"]
    print(f"b = {b:2.0f}: z = {z:2.0f}, loss {L:.0f}, slope for w {slope + 0:.0f}")
assert L == 9 and slope == 0  # claim: the larger loss has no slope at all

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Zero**, although the error is larger than ever. The net input $z = -1$ is below the hinge, ReLU blocks the way back,
# and neither weight nor bias learns anything from this example. Only examples for which the neuron is active teach it.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:01b.2"]
# ### Exercise 01b.2 · Backward on paper (8 min)
#
# Take two inputs: $z = w_1 x_1 + w_2 x_2 + b$, $a = \max(0, z)$, $L = (a - y)^2$, with $x = (2, -1)$, $w = (1, 3)$,
# $b = 2$, and $y = 3$. Draw the graph, then go forward and backward. Answer with
# $\left(\frac{\partial L}{\partial w_1}, \frac{\partial L}{\partial w_2}, \frac{\partial L}{\partial b},
# \frac{\partial L}{\partial x_1}\right)$.

# %% tags=["exercise:01b.2"] nbgrader={"grade_id": "ex-01b-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
slopes = None  # Exercise 01b.2: replace None with four numbers
### BEGIN SOLUTION
z = 1 * 2 + 3 * (-1) + 2  # 1, so ReLU lets everything pass
at_z = 2 * (z - 3)  # -4
slopes = (at_z * 2, at_z * (-1), at_z, at_z * 1)
### END SOLUTION

# %% tags=["check:01b.2"]
check("01b.2", slopes)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## An engine in 40 lines
#
# Nobody draws the graph of a network with a million weights. Let the numbers draw it themselves. A `Value` remembers
# its *parents*, the numbers that it was computed from, and the local derivative with respect to each of them.


# %%
class Value:
    """A number that remembers its parents and the local derivative for each of them."""

    def __init__(self, data, parents=(), slopes=()):
        self.data, self.grad = data, 0.0
        self.parents, self.slopes = parents, slopes

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def relu(self):
        return Value(max(0.0, self.data), (self,), (float(self.data > 0),))

    def exp(self):
        result = math.exp(self.data)
        return Value(result, (self,), (result,))

    def log(self):
        return Value(math.log(self.data), (self,), (1 / self.data,))


# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Backward, in the right order
#
# A number may pass its derivative on only when that derivative is complete, that is, after everything computed *from*
# the number has had its turn. Such an order is called topological. To get it, list the parents of each number before
# the number itself, and then go through the list from its end.


# %%
def backward(last):
    """Set grad = ∂last/∂value for every value that last was computed from."""
    order, seen = [], set()

    def list_after_parents(value):
        if value not in seen:
            seen.add(value)
            for parent in value.parents:
                list_after_parents(parent)
            order.append(value)

    list_after_parents(last)
    last.grad = 1.0
    for value in order[::-1]:
        for parent, slope in zip(value.parents, value.slopes, strict=True):
            parent.grad += slope * value.grad


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** Let $q = x\,(x + 1)$ at $x = 3$, so $q = 12$. The number $x$ reaches $q$ on two paths: directly,
# and through $x + 1$. The direct path has the derivative 4, and the other one has 3. What is $\frac{dq}{dx}$: 4, 7, or
# 12?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:paths-add-up"]
x = Value(3.0)
q = x * (x + Value(1.0))
backward(q)
h = 1e-6
measured = ((3 + h) * (3 + h + 1) - 3 * (3 + 1)) / h
print(f"engine: {x.grad:.2f}, measured with a small step: {measured:.2f}")
assert x.grad == 7 and abs(measured - 7) < 1e-4  # claim: the two paths add up

# %% [markdown] slideshow={"slide_type": "fragment"}
# **7.** Along a path, derivatives multiply; where paths meet, they *add*. If you said 12, you multiplied the two paths
# as if one led through the other. The whole secret is the `+=` in the last line of `backward`. With a plain `=`, the
# path that comes last would overwrite the other.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Is it right for every formula?
#
# PyTorch has an engine of the same kind, called autograd. We let both differentiate 200 random formulas, each with
# twelve operations on three numbers. The same function builds them for our numbers and for PyTorch's.


# %% tags=["hide-input"]
def random_formula(numbers, one, minus_one, seed):
    """Combine the numbers by twelve random operations; return the sum of all results."""
    rng, pool = np.random.default_rng(seed), list(numbers)
    for _ in range(12):
        x, y = (pool[k] for k in rng.integers(len(pool), size=2))
        operations = (
            lambda x, y: x + y,
            lambda x, y: x * y,
            lambda x, y: x.relu(),
            lambda x, y: (minus_one * x.relu()).exp(),
            lambda x, y: (x.relu() + one).log(),
        )
        pool.append(operations[rng.integers(5)](x, y))
    total = pool[0]
    for value in pool[1:]:
        total = total + value
    return total


# %% tags=["hide-input", "claim", "claim:engine-equals-torch", "nbval-ignore-output"]
largest = 0.0
for seed in range(200):
    start = np.random.default_rng(seed).normal(size=3)
    ours = [Value(float(number)) for number in start]
    backward(random_formula(ours, Value(1.0), Value(-1.0), seed))
    theirs = [torch.tensor(number, requires_grad=True) for number in start]
    random_formula(theirs, torch.tensor(1.0), torch.tensor(-1.0), seed).backward()
    for mine, other in zip(ours, theirs, strict=True):
        exact = float(other.grad)
        largest = max(largest, abs(mine.grad - exact) / max(1.0, abs(exact)))
print(f"200 formulas, 600 slopes: largest relative difference {largest:.0e}")
assert largest < 1e-12  # claim: our engine agrees with PyTorch's

# %% [markdown]
# They agree to the last digits that the computer keeps. This is all that autograd is: remember, order, multiply, and
# add. PyTorch does this with whole arrays instead of single numbers, which makes it fast. To follow it there, we need
# the derivatives of whole layers.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 27 to 35. Usual answer to the prediction: 12, because "the chain rule multiplies." Draw both paths on the
# board and move x by a little: each path carries its own share of the change, and q collects both.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:01b.3"]
# ### Exercise 01b.3 · In which order? (10 min)
#
# Write `backward_order(parents)`. It takes a graph as a dictionary that maps each name to the list of the names that
# it is computed from, such as `{"x": [], "u": ["x"], "L": ["u", "x"]}`, and returns the list of all names in an order
# in which backpropagation may visit them: each name comes before the names it is computed from. The dictionary lists
# the names in any order.


# %% tags=["exercise:01b.3"] nbgrader={"grade_id": "ex-01b-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def backward_order(parents):  # Exercise 01b.3
    """Return all names, each before its parents."""
    ### BEGIN SOLUTION
    order = []

    def list_after_parents(name):
        if name not in order:
            for parent in parents[name]:
                list_after_parents(parent)
            order.append(name)

    for name in parents:
        list_after_parents(name)
    return order[::-1]
    ### END SOLUTION


# %% tags=["check:01b.3"]
check("01b.3", backward_order)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:dense-layer-gradient"]
# ## Backward through a dense layer
#
# A dense layer turns $F$ inputs into $O$ net inputs, $z_i = \sum_j W_{ij}\, x_j + b_i$. Suppose that backpropagation
# has arrived at its output: we know $\delta_i = \frac{\partial L}{\partial z_i}$, one number per unit. What does the
# layer make of it? Ask where each number goes:
#
# - $W_{ij}$ goes into $z_i$ only, times $x_j$. So $\frac{\partial L}{\partial W_{ij}} = \delta_i\, x_j$.
# - $b_i$ goes into $z_i$ only, as it is. So $\frac{\partial L}{\partial b_i} = \delta_i$.
# - $x_j$ goes into *every* $z_i$, times $W_{ij}$; paths add up. So
#   $\frac{\partial L}{\partial x_j} = \sum_i W_{ij}\, \delta_i$.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### With numbers
#
# Take a layer with three inputs and two units. The slope of every weight is the product of the input that the weight
# multiplies and the $\delta$ of its unit:

# %% tags=["hide-input"]
x, delta = np.array([2.0, 0.0, -1.0]), np.array([3.0, -1.0])
W = np.array([[1.0, 2.0, 0.0], [-1.0, 4.0, 2.0]])
plots.number_row(
    {
        "δ (2)": delta[:, None],
        "x (3)": x[None, :],
        "∂L/∂W (2, 3)": np.outer(delta, x),
        "W (2, 3)": W,
        "∂L/∂x (3)": (delta @ W)[None, :],
    },
    alt="δ 3, -1 and x 2, 0, -1; products 6, 0, -3; -2, 0, 1; ∂L/∂x 4, 2, -2.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### A whole batch in three lines
#
# A gradient has the shape of what it belongs to: check this first. For a batch of $N$ examples, $X$ has shape $(N, F)$
# and $\delta$ has shape $(N, O)$. Weights and biases act on every example, so their slopes add up over the batch. In
# matrix form:
#
# $$\frac{\partial L}{\partial W} = \delta^T X \qquad \frac{\partial L}{\partial b} = \sum_n \delta_n \qquad
#   \frac{\partial L}{\partial X} = \delta\, W$$


# %%
def dense_backward(delta, X, W):
    """Return ∂L/∂W (O, F), ∂L/∂b (O,), and ∂L/∂X (N, F) for δ (N, O)."""
    return delta.T @ X, delta.sum(axis=0), delta @ W


def relu_backward(grad_output, Z):
    """Return the derivative with respect to Z; ReLU lets it pass where Z is positive."""
    return grad_output * (Z > 0)


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** In all images of a batch, the pixel in the top-left corner is black, so its value is 0. What
# gradient do the weights of this pixel receive: a large one, because they have been useless so far, or zero?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:dense-gradients-equal-torch", "nbval-ignore-output"]
rng = np.random.default_rng(1)
X, W, b = rng.normal(size=(8, 5)), rng.normal(size=(4, 5)), rng.normal(size=4)
X[:, 0] = 0  # the black pixel
tensors = [torch.tensor(array, requires_grad=True) for array in (W, b, X)]
Z = tensors[2] @ tensors[0].T + tensors[1]
(torch.relu(Z) ** 2).sum().backward()  # some loss behind a ReLU
z = X @ W.T + b
delta = relu_backward(2 * np.maximum(0, z), z)
ours = dense_backward(delta, X, W)
print("gradient of the black pixel's weights:", ours[0][:, 0])
for name, mine, tensor in zip(("W", "b", "X"), ours, tensors, strict=True):
    error = np.abs(mine - tensor.grad.numpy()).max()
    print(f"∂L/∂{name} {mine.shape}: largest difference to PyTorch {error:.0e}")
    assert error < 1e-12  # claim: our gradients are PyTorch's
assert not ours[0][:, 0].any()  # claim: a weight whose input is 0 learns nothing

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Zero.** The slope of a weight is $\delta$ times its *input*. Whatever the weight is, as long as its pixel is black,
# it has no part in the error, and there is nothing to blame it for.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:01b.4"]
# ### Exercise 01b.4 · A layer and its ReLU (8 min)
#
# Write the backward pass of $A = \max(0,\, X W^T + b)$. You are given `grad_A` (N, O), the derivative of the loss with
# respect to $A$, as well as `X` (N, F), `W` (O, F), and `b` (O,). Return the derivatives with respect to `W`, `b`, and
# `X`, in this order. Use NumPy only.


# %% tags=["exercise:01b.4"] nbgrader={"grade_id": "ex-01b-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def dense_relu_backward(grad_A, X, W, b):  # Exercise 01b.4
    """Return (∂L/∂W (O, F), ∂L/∂b (O,), ∂L/∂X (N, F))."""
    ### BEGIN SOLUTION
    delta = grad_A * (X @ W.T + b > 0)  # back through ReLU: (N, O)
    return delta.T @ X, delta.sum(axis=0), delta @ W
    ### END SOLUTION


# %% tags=["check:01b.4"]
check("01b.4", dense_relu_backward)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["defines:softmax", "defines:cross-entropy"]
# ## From scores to a loss: softmax and cross-entropy
#
# A classifier ends in one score per class, the logits $z$ of 01a. **Softmax** turns them into probabilities: the
# exponential makes each score positive, and dividing by the sum makes them add up to 1. The **cross-entropy** is minus
# the logarithm of the probability of the correct class $c$: 0 if the network is sure and right, huge if it is sure and
# wrong.
#
# $$p_i = \frac{e^{z_i}}{\sum_k e^{z_k}} \qquad L = -\log p_c = -z_c + \log \sum_k e^{z_k}$$

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** Three classes have the logits 2, 1, and −1. The third class is the correct one. Which of the three
# logits have a positive slope $\frac{\partial L}{\partial z_i}$, so that gradient descent turns them *down*? And what
# do the three slopes add up to?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:p-minus-y"]
z, correct = np.array([2.0, 1.0, -1.0]), 2


def loss_of(z):
    return -z[correct] + np.log(np.exp(z).sum())


p, h = np.exp(z) / np.exp(z).sum(), 1e-6
changes = [loss_of(z + h * e) - loss_of(z - h * e) for e in np.eye(3)]
measured = np.array(changes) / (2 * h)
print("probabilities  ", p.round(2))
print("measured slopes", measured.round(2), "sum", f"{abs(measured.sum()):.2f}")
assert np.allclose(measured, p - np.eye(3)[correct], atol=1e-8)  # claim: they are p - y
assert abs(measured.sum()) < 1e-8  # claim: they add up to zero

# %% [markdown] slideshow={"slide_type": "fragment"}
# The two **wrong** classes go down, the correct one goes up, and the slopes add up to **zero**. Differentiate the
# formula above: $-z_c$ gives $-1$ for the correct class, and the logarithm of the sum gives $e^{z_i} / \sum_k e^{z_k} =
# p_i$. Write the target $y$ as a row of zeros with a single 1 (many books call it $t$). Then
#
# $$\frac{\partial L}{\partial z} = p - y$$
#
# The gradient is *prediction minus target*. The slope of a wrong class is the probability that it was wrongly given.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 41 to 46. Usual guess: only the largest logit is pushed down. Point to the second class: it got 0.26 and is
# pushed down by 0.26. Ask: "When does learning stop?" When p equals y, which softmax never quite reaches.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:train-an-mlp"]
# ## A network that learns from nothing but these rules
#
# Now we have all the parts. On the way forward, they are dense, ReLU, dense, softmax, and cross-entropy. On the way
# back, they come in reverse order. The mean over the batch puts a $1/N$ in front of $p - y$.
#
# (This section uses `dense_backward` from *Backward through a dense layer*.)


# %%
def forward(X, parameters):
    """Return the hidden net input and the logits: (N, F) → (N, H), (N, O)."""
    W1, b1, W2, b2 = parameters
    Z = X @ W1.T + b1
    return Z, np.maximum(0, Z) @ W2.T + b2


def loss_and_gradients(X, y, parameters):
    """Return the mean cross-entropy and its gradient for each parameter."""
    Z, logits = forward(X, parameters)
    logits = logits - logits.max(axis=1, keepdims=True)  # same p, and no overflow
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(len(y)), y]).mean()
    delta = (p - np.eye(p.shape[1])[y]) / len(y)  # (N, O)
    grad_W2, grad_b2, grad_A = dense_backward(delta, np.maximum(0, Z), parameters[2])
    grad_W1, grad_b1, _ = dense_backward(relu_backward(grad_A, Z), X, parameters[0])
    return loss, [grad_W1, grad_b1, grad_W2, grad_b2]


def fresh_parameters(sizes, seed):
    """Return W1, b1, W2, b2 for three sizes: random weights, zero biases."""
    rng, (F, H, classes) = np.random.default_rng(seed), sizes
    W1, W2 = rng.normal(size=(H, F)), rng.normal(size=(classes, H))
    W1, W2 = W1 * (2 / F) ** 0.5, W2 * (2 / H) ** 0.5  # why these factors: chapter 05
    return [W1, np.zeros(H), W2, np.zeros(classes)]


# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Does it read digits?
#
# Of 1,797 handwritten digits of 8 × 8 pixels, every fifth is kept for testing, and no network is trained on it. PyTorch
# trains a twin of our network, with the same start, the same mini-batches, and plain gradient descent.

# %% tags=["hide-input"]
images, labels = load_digits(return_X_y=True)
images = images / 16
is_test = np.arange(len(labels)) % 5 == 0
X_train, y_train = images[~is_test], labels[~is_test]
X_test, y_test = images[is_test], labels[is_test]
parameters = fresh_parameters((64, 32, 10), seed=1)
hidden, head = torch.nn.Linear(64, 32), torch.nn.Linear(32, 10)
net = torch.nn.Sequential(hidden, torch.nn.ReLU(), head).double()
for theirs, ours in zip(net.parameters(), parameters, strict=True):
    theirs.data = torch.from_numpy(ours.copy())
sgd = torch.optim.SGD(net.parameters(), lr=0.5)
count = sum(array.size for array in parameters)
print(f"{len(X_train)} training images, {len(X_test)} test images; {count} parameters")

# %% tags=["hide-input", "claim", "claim:numpy-equals-pytorch", "nbval-ignore-output"]
curve, in_torch, gap = [], [], 0.0
rng = np.random.default_rng(1)
for epoch in range(30):
    for few in np.array_split(rng.permutation(len(y_train)), 45):
        loss, gradients = loss_and_gradients(X_train[few], y_train[few], parameters)
        for array, gradient in zip(parameters, gradients, strict=True):
            array -= 0.5 * gradient  # one step of gradient descent
        curve.append(loss)
        sgd.zero_grad()
        logits = net(torch.from_numpy(X_train[few]))
        targets = torch.from_numpy(y_train[few])
        torch_loss = torch.nn.functional.cross_entropy(logits, targets)
        torch_loss.backward()
        sgd.step()
        in_torch.append(torch_loss.item())
        pairs = zip(net.parameters(), parameters, strict=True)
        gap = max(gap, *(np.abs(t.detach().numpy() - ours).max() for t, ours in pairs))
print(f"{len(curve)} steps; largest difference of any parameter: {gap:.0e}")
assert gap < 1e-9  # claim: step by step the same network

# %% [markdown] tags=["predict"]
# **Predict first.** Guessing is right one time in ten. Of 100 digits that it has never seen, how many does our network
# read correctly: about 60, about 80, or more than 95?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:it-reads-digits"]
before = fresh_parameters((64, 32, 10), seed=1)
accuracy = {}
for name, arrays in {"before": before, "after": parameters}.items():
    accuracy[name] = np.mean(forward(X_test, arrays)[1].argmax(axis=1) == y_test)
print("accuracy " + ", ".join(f"{name} {value:.2f}" for name, value in accuracy.items()))
runs = {"NumPy": curve, "PyTorch": in_torch}
plots.curves(
    {name: np.reshape(run, (30, 45)).mean(axis=1) for name, run in runs.items()},
    xlabel="epoch",
    ylabel="mean loss",
    log_y=True,
    alt="Over 30 epochs the loss falls to about 0.01; both curves are the same.",
)
assert accuracy["before"] < 0.3  # claim: untrained it is little better than guessing
assert accuracy["after"] > 0.95  # claim: trained it reads nearly all of them

# %% [markdown] slideshow={"slide_type": "fragment"}
# More than **95**, learned from nothing but the chain rule, and the two curves coincide. In most of the lectures to
# come, PyTorch will compute the gradients, in `loss.backward()`.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Watching it learn
#
# **Predict first.** Two classes of points lie in the plane, each a half-moon that reaches into the other. We look at
# the border between the classes after 0, 10, 100, and 1000 steps. After which of these is it an almost straight line?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:border-bends-late"]
accuracies, best_line, shown = {0: [], 10: [], 100: [], 1000: []}, [], {}
for seed in range(5):
    X, y = make_moons(200, noise=0.12, random_state=seed)
    best_line.append(LogisticRegression().fit(X, y).score(X, y))
    moons = fresh_parameters((2, 16, 2), seed)
    for step in range(1001):
        if step in accuracies:
            frozen = [array.copy() for array in moons]
            shown[f"{step} steps"] = lambda P, W=frozen: forward(P, W)[1].argmax(axis=1)
            accuracies[step].append(np.mean(shown[f"{step} steps"](X) == y))
        for array, gradient in zip(moons, loss_and_gradients(X, y, moons)[1], strict=True):
            array -= 0.5 * gradient
classes = {"class 0": X[y == 0], "class 1": X[y == 1]}
plots.show(
    diagrams.decision_regions(shown, classes),
    alt="After 0 steps a random border, after 10 a line, then one that follows the moons.",
)
for step in (10, 100, 1000):
    print(f"after {step:4} steps: accuracy {np.mean(accuracies[step]):.2f}")
print(f"the best straight line: {np.mean(best_line):.2f}")
# claim: after 10 steps it is no better than a line, and in the end it is far better
assert not evidence.compare(accuracies[10], best_line).improves()
assert evidence.compare(accuracies[1000], best_line).improves(by=0.08)

# %% [markdown] slideshow={"slide_type": "fragment"}
# After **10**. A random border comes first, because the weights are random. What gradient descent then finds is the
# rough direction that separates the classes, and at that stage the network is no better than a straight line. Only then
# do the hinges of the units move into place, and the last few points take most of the steps.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:01b.5"]
# ### Exercise 01b.5 · A loss that will not fall (3 min)
#
# A colleague's training loop runs without an error message, but the loss rises from step to step from the very
# beginning, faster and faster, until it is `nan`. Which of these explains it?
#
# - **a** The learning rate is too small.
# - **b** The gradient has the wrong sign: `w += rate * gradient`.
# - **c** No hidden unit is active for any example.
# - **d** There are too few epochs.

# %% tags=["exercise:01b.5"] nbgrader={"grade_id": "ex-01b-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
choice = None  # Exercise 01b.5: replace None with "a", "b", "c", or "d"
### BEGIN SOLUTION
# Stepping along the gradient climbs, and the next slope is even steeper.
choice = "b"
### END SOLUTION

# %% tags=["check:01b.5"]
check("01b.5", choice)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:01b.6"]
# ### Exercise 01b.6 · Train it yourself (20 min)
#
# This task is open-ended. Write `learn(X, y)`, where `X` (300, 2) are points on three spiral arms and `y` (300,) names
# the arm of each, 0, 1, or 2, as drawn by `spirals` in 01a. Train a network with one hidden layer of at most 64 ReLU
# units, in NumPy only, and return its parameters `(W1, b1, W2, b2)`. It must name the arm of **at least 95%** of new
# points. You have ten seconds, and you choose the number of units, the start, the learning rate, and the number of
# steps. (To try it out, copy `spirals` from 01a into a new cell; it returns tensors, and `.numpy()` turns each into an
# array.)


# %% tags=["exercise:01b.6"] nbgrader={"grade_id": "ex-01b-6", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def learn(X, y):  # Exercise 01b.6
    """Return (W1 (H, 2), b1 (H,), W2 (3, H), b2 (3,))."""
    ### BEGIN SOLUTION
    rng, H, rate = np.random.default_rng(0), 64, 0.5
    W1, b1 = rng.normal(size=(H, 2)), rng.normal(size=H)
    W2, b2 = rng.normal(0, (2 / H) ** 0.5, (3, H)), np.zeros(3)
    for _ in range(3000):
        Z = X @ W1.T + b1
        A = np.maximum(0, Z)
        p = np.exp(A @ W2.T + b2)
        p /= p.sum(axis=1, keepdims=True)
        delta = (p - np.eye(3)[y]) / len(y)
        delta_hidden = (delta @ W2) * (Z > 0)
        W2 -= rate * delta.T @ A
        b2 -= rate * delta.sum(axis=0)
        W1 -= rate * delta_hidden.T @ X
        b1 -= rate * delta_hidden.sum(axis=0)
    return W1, b1, W2, b2
    ### END SOLUTION


# %% tags=["check:01b.6"]
check("01b.6", learn)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:vanishing-by-the-chain", "predict"]
# ## A product of slopes: what happens through ten layers
#
# The chain rule multiplies. In a deep network, it multiplies often: on the way back, $\delta$ picks up a factor at each
# layer. Before ReLU became common, units used the sigmoid $\sigma(z) = 1 / (1 + e^{-z})$, a smooth step from 0 to 1
# whose slope is at most $\frac14$.
#
# **Predict first.** Ten layers of 32 units have random weights. We compare $\delta$ in the first layer with $\delta$ in
# the last. With ReLU, both have about the same size. With the sigmoid, how much of it is left in the first layer: a
# half, a hundredth, or less than a ten-thousandth?


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:sigmoid-gradients-vanish"]
def delta_sizes(activation, seed, depth=10):
    """Return the root mean square of δ, the derivative at the net input, per layer."""
    torch.manual_seed(seed)
    h, net_inputs = torch.randn(100, 32, requires_grad=True), []
    for _ in range(depth):
        W = torch.randn(32, 32) * (2 / 32) ** 0.5
        net_inputs.append(h @ W.T)
        h = activation(net_inputs[-1])
    deltas = torch.autograd.grad(h.sum(), net_inputs)
    return np.array([delta.square().mean().sqrt().item() for delta in deltas])


pair = {"sigmoid": torch.sigmoid, "ReLU": torch.relu}
sizes = {name: [delta_sizes(f, seed) for seed in range(5)] for name, f in pair.items()}
plots.curves(
    {name: np.exp(np.log(runs).mean(axis=0)) for name, runs in sizes.items()},
    x=range(1, 11),
    **{"xlabel": "layer", "ylabel": "size of δ", "log_y": True},
    alt="ReLU's δ is level; the sigmoid's falls toward the first layer.",
)
powers = {name: np.log10([r[0] / r[-1] for r in runs]) for name, runs in sizes.items()}
for name, found in powers.items():
    print(f"{name:7}: first layer / last layer = 10 to the power {found.mean():.1f}")
print(f"nine slopes of 1/4: 10 to the power {9 * np.log10(1 / 4):.1f}")
assert evidence.over_seeds(powers["sigmoid"]).is_below(-4)  # claim: under a ten-thousandth
same_size = evidence.over_seeds(powers["ReLU"])
assert same_size.is_above(-0.7) and same_size.is_below(0.7)  # claim: within a factor of 5

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Less than a ten-thousandth.** Between the first layer and the last lie nine sigmoids, each with a slope of at most
# $\frac14$, and nine factors of $\frac14$ make $10^{-5.4}$. The weights are factors, too; here they make up for a
# little of this shrinking, and larger weights can make the product explode. If you said a half, you thought of a
# *single* layer. Chapter 05 shows how to keep the product in balance.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 55 to 59. Most students guess a hundredth. Ask for 0.25 to the power 9 as a power of two: 2 to the power −18.
# Ask: "And if each factor were 2?" Then the gradient of the first layer would be 512 times as large as that of the
# last, and one step would throw it far away.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | part | forward | backward |
# |---|---|---|
# | sum | $u + v$ | pass on to both |
# | product | $u \cdot v$ | multiply by the other factor |
# | ReLU | $\max(0, z)$ | pass on where $z > 0$ |
# | dense layer | $X W^T + b$ | $\delta^T X$, $\sum_n \delta_n$, $\delta W$ |
# | softmax, cross-entropy | $-\log p_c$ | $p - y$ |
#
# - Step against the gradient. Short steps crawl, and steps that are too long diverge.
# - Along a path, derivatives multiply; where paths meet, they add.
# - One forward and one backward sweep give the slope of *every* parameter.
# - In PyTorch, `zero_grad()` clears the slopes, because backward adds to them; `loss.backward()` finds them; `step()`
#   moves the parameters.
#
# **Next.** Every hidden unit of our digit network has a weight for every pixel, so it looks at all of them at once.
# Chapter 02 looks through a small window that slides over the image instead.

# %% slideshow={"slide_type": "skip"} tags=["progress:01b"]
from course_utils.exercises import progress

progress("01b")

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Quiz
#
# 1. You double the learning rate, and the loss becomes `nan`. What does this look like on the parabola?
# 2. A training set has 6,000 images, and a mini-batch has 50. How many steps does one epoch take?
# 3. Why does backpropagation go through the graph from the end, and not from the beginning?
#
# <details><summary>Answers</summary>
#
# 1. The step jumps over the minimum and lands higher on the other side, where the slope is steeper. The next jump is
#    even longer.
# 2. 6,000 / 50 = 120.
# 3. There is one loss, and there are many parameters. From the end, one sweep finds the slope with respect to all of
#    them. From the beginning, it would take one sweep per parameter.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - D. E. Rumelhart, G. E. Hinton, and R. J. Williams, Learning representations by back-propagating errors, *Nature*
#   323, 533–536, 1986: the paper that made backpropagation known.
# - A. G. Baydin et al., Automatic differentiation in machine learning: a survey, *Journal of Machine Learning
#   Research* 18, 1–43, 2018: where engines such as ours come from.
# - A. Karpathy, *micrograd*, github.com/karpathy/micrograd, 2020: a scalar engine in the same spirit.
# - I. Goodfellow, Y. Bengio, and A. Courville, *Deep Learning*, MIT Press 2016, section 6.5: backpropagation.
