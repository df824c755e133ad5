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
# # 01 · Deep learning and the multilayer perceptron
#
# A deep network is a chain of simple steps: a weighted sum, a bend, a weighted sum, a bend. Each step is school
# mathematics. What the chain can do is the subject of this course, and this lecture builds its plainest form.
#
# **After this lecture you can**
# - say what is deep about deep learning, and what is not;
# - compute the output of a multilayer perceptron by hand, in NumPy and in PyTorch, and count its parameters;
# - choose the output layer and the target for a task;
# - say what depth buys, where it buys nothing, and how a CNN and an RNN differ from an MLP.
#
# **You need** NumPy arrays, the product of two matrices, and the idea of a derivative.
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 90 min | 42 min | 25 s |

# %% tags=["setup"]
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import torch
from skimage import filters, measure, morphology
from torch import nn

from course_utils import data, layers, losses, optimizers, plots, settings, training
from course_utils.evaluation import evaluate
from course_utils.exercises import check, hint
from course_utils.filtering import first_difference_kernel, laplacian_kernel

plots.use_course_style()
torch.set_num_threads(1)  # for networks this small, more threads only wait for each other

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:what-is-deep-learning"]
# ## What is deep learning?
#
# Two definitions are in use. One looks at the machine: many layers of non-linear steps, trained together. The other
# looks at what flows through it: levels of description, each built from the level below. Both describe a
# *composition* of functions,
#
# $$f(x) = f_L(\dots f_2(f_1(x))),$$
#
# and the number $L$ of functions in the chain is the depth.

# %% [markdown]
# **Predict first.** The function below folds the interval [0, 1] in the middle, like a sheet of paper: up along one
# straight piece, down along another. How many straight pieces has the graph after two folds, and after three?


# %%
def fold(x):
    """Go from 0 up to 1 at the middle, and down to 0 again."""
    return 1 - 2 * np.abs(x - 0.5)


def straight_pieces(values):
    """Count the straight pieces of a zigzag: one more than its changes of direction."""
    return 1 + np.count_nonzero(np.diff(np.sign(np.diff(values))))


x = np.linspace(0, 1, 513)
once, twice = fold(x), fold(fold(x))
folds = {"fold(x)": once, "fold(fold(x))": twice, "fold(fold(fold(x)))": fold(twice)}
figure, axes = plt.subplots(1, 3, figsize=(9, 2.4), sharey=True)
for axis, (name, values) in zip(axes, folds.items(), strict=True):
    axis.plot(x, values)
    axis.set(title=name, xlabel="x", xticks=[0, 0.5, 1])
    print(f"{name:19} {straight_pieces(values)} straight pieces")
axes[0].set_ylabel("value")
plots.show(figure, "Folded once, the line has one tooth; twice, two; three times, four.")

# %% [markdown]
# **What to see.** Each further fold doubles the number of pieces. Ten folds would make 1024. A long chain of simple
# functions is not simple any more: this is what depth is for. We come back to the fold when we ask what depth costs.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Features: made by hand or learned
#
# The second definition speaks of levels of description. The lowest level are *features*: a few numbers that say what
# matters about a picture. Lecture 02 builds some by hand, from filters. A deep network learns them. Which are better?
# We compare them on the same handwritten digits.

# %% tags=["nbval-ignore-output"]
digits = data.digits()
n_learn = settings.by_profile(full=5000, fast=1200)
X_learn, y_learn = digits.X_train[:n_learn], digits.y_train[:n_learn]
X_test, y_test = digits.X_test[:2000], digits.y_test[:2000]
plots.image_row(
    {f"a {label}": X_learn[y_learn == label][0, 0].numpy() for label in range(7)},
    alt="Seven handwritten digits in white on black.",
)
print(f"{len(X_learn)} digits to learn from, {len(X_test)} to test")
assert X_learn.shape[1:] == (1, 28, 28)

# %% [markdown] slideshow={"slide_type": "subslide"}
# All our networks have one plan. Filter the picture, drop the signs, average the answers in each of 4 × 4 fields of 7 ×
# 7 pixels, and let one weighted sum for each digit decide. Only the filters differ.


# %%
def digit_network(kernels, learned):
    """Filters (C, 1, K, K), absolute answers, means over 7 × 7 pixels, a sum per digit."""
    first = nn.Conv2d(1, len(kernels), kernels.shape[-1], padding="same", bias=False)
    first.weight.data.copy_(kernels)
    first.weight.requires_grad_(learned)
    n_features = 16 * len(kernels)
    absolute = nn.LeakyReLU(-1)  # slope -1 below zero: the absolute value
    head = [nn.Flatten(), nn.BatchNorm1d(n_features), nn.Linear(n_features, 10)]
    return nn.Sequential(first, absolute, nn.AvgPool2d(7), *head)


down, across = np.zeros((3, 3)), np.zeros((3, 3))
down[:, 1] = across[1, :] = first_difference_kernel()
by_hand = np.stack([down, across, laplacian_kernel()])[:, None]  # (3, 1, 3, 3)
by_hand = torch.from_numpy(by_hand).float()
for name, kernels in {"hand-made": by_hand, "learned": torch.zeros(8, 1, 5, 5)}.items():
    features = digit_network(kernels, learned=False)[:4](torch.zeros(2, 1, 28, 28))
    print(f"{name:9} kernels {tuple(kernels.shape)}, features {tuple(features.shape)}")

# %% [markdown]
# The hand-made filters are the two differences and the Laplacian. The learned ones are eight, because what is learned
# need not be invented. To be fair to the hand-made, a third network has eight filters of random weights that stay as
# they are. If it were the mere number and size of the filters that help, this network would be as good.
#
# **Predict first.** Which of the three is best, and where do the random filters end?


# %%
def digit_accuracy(kernels, learned, seed):
    """Train one network on the digits; return its right share of the test, and itself."""
    torch.manual_seed(seed)
    if kernels is None:
        kernels = torch.empty(8, 1, 5, 5).uniform_(-0.2, 0.2)
    net = digit_network(kernels, learned)
    adam = torch.optim.Adam(net.parameters())
    epochs = settings.by_profile(full=6, fast=10)
    n_steps = training.steps(epochs, len(X_learn), batch_size=50)
    schedule = torch.optim.lr_scheduler.OneCycleLR(adam, max_lr=0.02, total_steps=n_steps)
    options = {"epochs": epochs, "batch_size": 50, "scheduler": schedule, "seed": seed}
    options |= {"optimizer": adam, "verbose": False, "device": "cpu"}
    training.fit(net, (X_learn, y_learn), **options)
    return evaluate(net, (X_test, y_test)).accuracy, net


# %% tags=["claim", "nbval-ignore-output"]
seeds = settings.by_profile(full=(1, 2), fast=(1,))
kinds = {"hand-made": (by_hand, False), "random": (None, False), "learned": (None, True)}
share = {}
for name, (kernels, learned) in kinds.items():
    runs = [digit_accuracy(kernels, learned, seed) for seed in seeds]
    share[name] = np.mean([accuracy for accuracy, _ in runs])
    learned_net = runs[0][1]
    print(f"{name:9} filters: {100 * share[name]:.1f} % of the test digits are right")
# Learned minus hand-made: 5.4 ± 0.3 points on MNIST (four seeds), 2.4 ± 0.7 on the bundled
# digits (eight seeds; mean ± standard deviation of one seed).
# Learned minus random: 2.6 ± 0.8, and 0.7 ± 2.1, which allows no claim.
# Claim: learned features beat the hand-made ones.
assert share["learned"] > share["hand-made"]

# %% tags=["nbval-ignore-output"]
found = learned_net[0].weight.data[:, 0].numpy()
plots.image_row(
    {f"filter {number}": kernel for number, kernel in enumerate(found, start=1)},
    limits=(-np.abs(found).max(), np.abs(found).max()),
    alt="Eight irregular filters of 5 × 5 weights, each with dark and bright places.",
)
assert found.min() < 0 < found.max() and found.shape == (8, 5, 5)

# %% [markdown]
# **What to see.** Learned filters do better than three thought-out ones. They look untidy, and nobody would have
# thought of just these: the task chose them. But look at the random filters too. Part of the gain comes from having
# more and larger filters, and only the rest from learning them: on MNIST a clear rest, on the few digits bundled with
# the course hardly any. A control that can spoil the story belongs in every experiment.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E28"]
# ### Erratum E28: deep learning is more than the multilayer perceptron
#
# This course follows a deck of slides. Where the deck is wrong or too short, an *erratum* says so and proves it.
#
# The deck calls deep learning another name for the multilayer perceptron. An MLP is *one* family of deep networks, in
# which every unit of a layer is connected with every unit of the next. A convolutional network (CNN) slides small
# filters along its input; a recurrent network (RNN) walks along it with a memory. Both are deep.
#
# **Predict first.** An MLP for 32 samples gets 50. What happens?

# %% tags=["erratum:E28"]
torch.manual_seed(1)
mlp = nn.Sequential(nn.Flatten(), nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 3))
ring = {"padding": "same", "padding_mode": "circular"}
sliding = [nn.Conv1d(1, 8, 7, **ring), nn.ReLU(), nn.Conv1d(8, 3, 7, **ring), nn.ReLU()]
cnn = nn.Sequential(*sliding, nn.AdaptiveMaxPool1d(1), nn.Flatten())
rnn = nn.RNN(1, 16, batch_first=True)
short, long = torch.randn(1, 1, 32), torch.randn(1, 1, 50)
print("CNN:", tuple(cnn(short).shape), "and", tuple(cnn(long).shape))
print("RNN:", tuple(rnn(short.mT)[1][0].shape), "and", tuple(rnn(long.mT)[1][0].shape))
try:
    mlp(long)
    mlp_reads_50 = True
except RuntimeError:
    mlp_reads_50 = False
print("MLP:", tuple(mlp(short).shape), "and", "an answer" if mlp_reads_50 else "an error")
shifted = short.roll(5, dims=-1)
assert not mlp_reads_50
by_shift = {"CNN": cnn(short) - cnn(shifted), "MLP": mlp(short) - mlp(shifted)}
for name, change in by_shift.items():
    print(f"shifted by 5 samples, the {name}'s answers move by {change.abs().max():.2f}")
# The CNN gives the same answer, for arbitrary weights. It is deep, and has no dense layer.
assert torch.allclose(cnn(short), cnn(shifted), atol=1e-6)
assert not torch.allclose(mlp(short), mlp(shifted), atol=0.01)
assert not any(isinstance(layer, nn.Linear) for layer in cnn.modules())

# %% [markdown]
# **What to see.** The MLP refuses the longer signal, whatever its weights; the others read it. Shift the signal round,
# and the CNN answers the same for *any* weights, an MLP only for very special ones. For a *fixed* length a convolution
# can be written as a dense layer in which most weights are zero and the others repeat; what makes a family is which
# weights exist and which are shared.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:mlp-layers"]
# ## The layers of a multilayer perceptron
#
# The *input layer* is the data: $F$ features of a sample. Each *hidden layer* takes weighted sums of all numbers before
# it, adds a bias, and bends the result with ReLU, $\max(0, \cdot)$. The *output layer* takes weighted sums once more
# and does not bend them. One such sum with its bend is a *unit*; a layer whose units see all inputs is *dense*. Let $X$
# hold a batch of $N$ samples, one in each row, $W_k$ the weights and $b_k$ the biases of layer $k$:
#
# $$H_1 = \max(0,\, X W_1^T + b_1), \quad H_2 = \max(0,\, H_1 W_2^T + b_2), \quad Y = H_2 W_3^T + b_3$$


# %%
def mlp_forward(X, W1, b1, W2, b2, W3, b3):
    """Compute an MLP with two hidden layers: (N, 4) → (N, 2)."""
    H1 = np.maximum(0, X @ W1.T + b1)  # (N, 4) @ (4, 5) + (5,) → (N, 5)
    H2 = np.maximum(0, H1 @ W2.T + b2)  # (N, 5) @ (5, 3) + (3,) → (N, 3)
    return H2 @ W3.T + b3  # (N, 3) @ (3, 2) + (2,) → (N, 2)


rng = np.random.default_rng(1)
W1, W2, W3 = rng.normal(size=(5, 4)), rng.normal(size=(3, 5)), rng.normal(size=(2, 3))
b1, b2, b3 = rng.normal(size=5), rng.normal(size=3), rng.normal(size=2)
X = rng.normal(size=(6, 4))  # a batch of six samples, one in each row
Y = mlp_forward(X, W1, b1, W2, b2, W3, b3)
print("input", X.shape, "output", Y.shape)
print("first row of the output:", np.round(Y[0], 2))

# %% [markdown] slideshow={"slide_type": "subslide"}
# A weight matrix has one *row* for each unit and one column for each of its inputs, as in PyTorch; hence the transpose.
# `nn.Linear(4, 5)` is the weighted sum with bias, `nn.ReLU()` the bend, and `nn.Sequential` the chain. With our weights
# it must give our numbers.

# %%
hidden = [nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3), nn.ReLU()]
net = nn.Sequential(*hidden, nn.Linear(3, 2))
net.double()  # float64, as in NumPy
names = ["0.weight", "0.bias", "2.weight", "2.bias", "4.weight", "4.bias"]
values = [W1, b1, W2, b2, W3, b3]
tensors = [torch.from_numpy(value) for value in values]
weights = dict(zip(names, tensors, strict=True))
net.load_state_dict(weights)
from_torch = net(torch.from_numpy(X)).detach().numpy()
assert np.allclose(Y, from_torch)
print(f"largest difference between NumPy and PyTorch: {np.abs(Y - from_torch).max():.2f}")

# %% [markdown]
# From here on we import: `course_utils.layers` has the same layers in NumPy, under PyTorch's names. Beside each forward
# pass stands the backward pass that training needs. How it works is the subject of lecture 04; today we only use it.

# %%
ours = layers.Sequential(
    layers.Linear(4, 5),
    layers.ReLU(),
    layers.Linear(5, 3),
    layers.ReLU(),
    layers.Linear(3, 2),
)
ours.load_state_dict(net.state_dict())
assert np.allclose(ours.forward(X), Y)
for name, array in ours.parameters().items():
    print(f"{name:8} {array.shape}")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### How many parameters?
#
# A unit with $F$ inputs has $F$ weights and one bias, so a layer of $O$ units has $(F + 1) \cdot O$ parameters. The
# input layer has none.
#
# **Predict first.** A picture of 28 × 28 pixels, hidden layers of 128 and 64 units, ten classes: which layer holds most
# of the parameters, and what share?


# %%
def count_parameters(sizes):
    """Count the parameters of an MLP from its layer sizes, input first."""
    return sum((before + 1) * units for before, units in pairwise(sizes))


digit_mlp = nn.Sequential(
    nn.Linear(784, 128),
    nn.ReLU(),
    nn.Linear(128, 64),
    nn.ReLU(),
    nn.Linear(64, 10),
)
total = count_parameters([784, 128, 64, 10])
assert total == sum(parameter.numel() for parameter in digit_mlp.parameters())
for sizes in ([784, 128], [128, 64], [64, 10]):
    count = count_parameters(sizes)
    percent = 100 * count / total
    print(f"{sizes[0]:3} → {sizes[1]:3}: {count:6} parameters, {percent:.1f} %")
print(f"together: {total}")

# %% [markdown]
# **What to see.** Nearly all parameters stand between the pixels and the first hidden layer, because each of 128 units
# has a weight of its own for each pixel. A photograph has more than a thousand times as many pixels. This is one reason
# for convolution.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:01.1"]
# ### Exercise 01.1 · Count the parameters (4 min)
#
# An MLP takes 8 features, has hidden layers of 16 and 6 units, and tells three classes apart. All layers have biases.
# How many parameters are learned? Try it on paper.

# %% tags=["exercise:01.1"] nbgrader={"grade_id": "ex-01-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
n_parameters = None  # Exercise 01.1: replace None by a number
### BEGIN SOLUTION
# Each unit has one weight for each of its inputs, and one bias.
n_parameters = (8 + 1) * 16 + (16 + 1) * 6 + (6 + 1) * 3
### END SOLUTION

# %% tags=["check:01.1"]
check("01.1", n_parameters)

# %% [markdown]
# Stuck in an exercise? `hint` helps a little, and a little more each time it is called.

# %%
hint("01.1", 1)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:01.2"]
# ### Exercise 01.2 · A forward pass of any depth (8 min)
#
# Write `forward(X, weights, biases)` for any number of layers. `X` has shape (N, F); `weights` is a list of matrices of
# shape (units, inputs), `biases` a list of vectors of shape (units,), first layer first. ReLU follows every layer but
# the last. Return the outputs, (N, O).


# %% tags=["exercise:01.2"] nbgrader={"grade_id": "ex-01-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def forward(X, weights, biases):  # Exercise 01.2
    """Return the outputs of an MLP: (N, F) → (N, O)."""
    ### BEGIN SOLUTION
    H = X
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        H = np.maximum(0, H @ W.T + b)  # (N, inputs) → (N, units)
    return H @ weights[-1].T + biases[-1]
    ### END SOLUTION


# %% tags=["check:01.2"]
check("01.2", forward)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### A head for numbers: predict a closing price
#
# The output layer, the *head*, depends on the task. To predict one number it has **one** unit. The deck's example is
# tomorrow's closing price. **Our prices are generated**, not from a market, so that we know their law: the daily
# change is a fixed share of yesterday's change, the *memory*, plus noise of 1 %. Without memory the price is a random
# walk.


# %%
def closing_prices(memory, seed, days=900):
    """Generate closing prices: each change is memory × yesterday's, plus noise of 1 %."""
    noise, changes = np.random.default_rng(seed).normal(0, 0.01, days), np.zeros(days)
    for day in range(1, days):
        changes[day] = memory * changes[day - 1] + noise[day]
    return 100 * np.exp(changes.cumsum())


def windows(close):
    """Cut into changes (N, 9) and the next (N, 1), in percent of today's price (N, 1)."""
    eleven_days = np.lib.stride_tricks.sliding_window_view(close, 11)
    today = eleven_days[:, 9:10]
    changes = 100 * (eleven_days / today - 1)
    return changes[:, :9], changes[:, 10:], today


close = closing_prices(memory=0, seed=1)
X, y, today = windows(close)
print("input", X.shape, "target", y.shape)
print("five generated closing prices:", np.round(close[:5], 2))

# %% [markdown] slideshow={"slide_type": "subslide"}
# Training takes three lines a step: forward, backward, and a small change of the parameters that makes the loss
# smaller. `losses.mse_backward` is the gradient of the mean squared error (lecture 06), `optimizers.Adam` decides on
# the size of the change (lecture 07). The first 600 windows are for learning, the rest is the future.


# %%
def train(net, X, y, loss_backward, steps, lr=0.01):
    """Train a NumPy network on all samples at once."""
    adam = optimizers.Adam(net.parameters(), lr=lr)
    for _ in range(steps):
        prediction = net.forward(X)
        net.backward(loss_backward(prediction, y))
        adam.step(net.gradients())


def forecast(memory, seed):
    """Return today's, tomorrow's and the predicted price after the first 600 windows."""
    X, y, today = windows(closing_prices(memory, seed))
    net = layers.Sequential(
        layers.Linear(9, 16, rng=seed),
        layers.ReLU(),
        layers.Linear(16, 1, rng=seed),
    )
    train(net, X[:600], y[:600], losses.mse_backward, steps=150)
    X, y, today = X[600:], y[600:], today[600:]
    return today, today * (1 + y / 100), today * (1 + net.forward(X) / 100)


# %% tags=["nbval-ignore-output"]
today, tomorrow, predicted = forecast(memory=0, seed=1)
plots.curves(
    {"closing price": tomorrow[:120, 0], "predicted the day before": predicted[:120, 0]},
    xlabel="trading day (generated prices)",
    ylabel="closing price",
    alt="A generated price, and close to it its prediction, one day late.",
)
correlation = np.corrcoef(predicted[:, 0], tomorrow[:, 0])[0, 1]
print(f"correlation of prediction and price: {correlation:.2f}")
assert correlation > 0.9

# %% [markdown]
# That looks excellent. **Predict first.** Would you trade on it? Think of a forecast that needs no network: *tomorrow
# as today*. How close would its line be?

# %% tags=["claim", "nbval-ignore-output"]
ratios = {}
for memory in (0, 0.6):
    errors = []
    for seed in range(settings.by_profile(full=10, fast=5)):
        today, tomorrow, predicted = forecast(memory, seed)
        guesses = (predicted, today)
        errors.append([np.sqrt(np.mean((guess - tomorrow) ** 2)) for guess in guesses])
    network_error, naive_error = np.array(errors).T
    ratios[memory] = np.mean(network_error / naive_error)
    times = f"{ratios[memory]:.2f} times"
    print(f"memory {memory}: error of the network is {times} that of 'tomorrow as today'")
print(f"the best possible: 1.00 without memory, {np.sqrt(1 - 0.6**2):.2f} with memory 0.6")
# Twelve seeds: ratio 1.07 ± 0.02 without memory, 0.81 ± 0.02 with memory 0.6
# (mean ± standard deviation).
# Claim: on a random walk the network is worse than the naive forecast.
assert ratios[0] > 1
# Claim: where the past says something about the future, the network learns it.
assert ratios[0.6] < 0.95

# %% [markdown]
# **What to see.** On a random walk the network loses against *tomorrow as today*: there is nothing to learn, so it
# learns noise. The fine-looking curve shows only that prices change little in a day. Where the changes do have a memory,
# it comes close to the best possible. A forecast means nothing without the naive one beside it.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### A head for classes: K units
#
# To choose among $K$ classes the head has **$K$** units. Their outputs are called *logits*: one score for each class,
# any real number. The largest wins; softmax turns them into probabilities (lecture 05). The target is not $K$ numbers
# but one, the index of the right class.
#
# **Predict first.** Three spiral arms, three classes. What can a network *without* a hidden layer draw as border
# between two classes?


# %%
def spirals(seed, n=100):
    """Generate n points on each of three spiral arms: (3n, 2) and the arm (3n,)."""
    t = np.linspace(0.1, 1, n)
    angles = 4 * t + 2 * np.pi / 3 * np.arange(3)[:, None]  # (3, n)
    points = np.stack([t * np.sin(angles), t * np.cos(angles)], axis=-1).reshape(-1, 2)
    noise = np.random.default_rng(seed).normal(0, 0.03, points.shape)
    return points + noise, np.repeat(np.arange(3), n)


X, y = spirals(seed=1)
without = layers.Sequential(layers.Linear(2, 3, rng=1))
hidden = layers.Sequential(
    layers.Linear(2, 16, rng=1),
    layers.ReLU(),
    layers.Linear(16, 16, rng=2),
    layers.ReLU(),
    layers.Linear(16, 3, rng=3),
)
for net in (without, hidden):
    train(net, X, y, losses.cross_entropy_backward, steps=300, lr=0.02)
print("input", X.shape, "target", y.shape, "logits", hidden.forward(X).shape)

# %% tags=["claim", "nbval-ignore-output"]
X_new, y_new = spirals(seed=2)
row, column = np.mgrid[1.2:-1.2:120j, -1.2:1.2:120j]
grid = np.stack([column, row], axis=-1).reshape(-1, 2)
figure, axes = plt.subplots(1, 2, figsize=(7.5, 3.6))
classifiers, right = {"no hidden layer": without, "two hidden layers": hidden}, {}
for axis, (name, net) in zip(axes, classifiers.items(), strict=True):
    regions = net.forward(grid).argmax(axis=1).reshape(row.shape)
    axis.imshow(regions, cmap="gray", vmin=-3, vmax=2.5, extent=(-1.2, 1.2, -1.2, 1.2))
    for arm, marker in enumerate("o^s"):
        axis.plot(*X_new[y_new == arm].T, marker, color=plots.COLORS[arm], markersize=3.5)
    right[name] = np.mean(net.forward(X_new).argmax(axis=1) == y_new)
    axis.set(title=name, xlabel="first input", ylabel="second input")
    print(f"{name:17}: {right[name]:.2f} of new points are right")
plots.show(figure, "Straight borders cut through the arms, bent ones follow them.")
# Without: mean 0.58 over 5 seeds, between 0.57 and 0.58.
# With two hidden layers: 1.00, between 0.99 and 1.00.
assert right["no hidden layer"] < 0.75  # claim: straight borders cannot part the arms
assert right["two hidden layers"] > 0.95  # claim: bent ones can

# %% [markdown]
# **What to see.** Without a hidden layer all borders are straight. Each bend of a hidden unit lets a border turn.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:01.3"]
# ### Exercise 01.3 · How many output units? (4 min)
#
# How many units has the output layer for each of these tasks? Answer with three numbers.
#
# 1. Predict the closing prices of 3 stocks for each of the next 5 days.
# 2. Tell which of the 26 letters was written.
# 3. Tell which of 5 instruments are heard in a recording: any number of them may play at once.

# %% tags=["exercise:01.3"] nbgrader={"grade_id": "ex-01-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
units = None  # Exercise 01.3: replace None by three numbers (a, b, c)
### BEGIN SOLUTION
# One for each number; one for each class; one yes or no for each instrument.
units = (3 * 5, 26, 5)
### END SOLUTION

# %% tags=["check:01.3"]
check("01.3", units)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:01.4"]
# ### Exercise 01.4 · Three faults in a classifier (8 min)
#
# A colleague's network was trained well, but this function, which should name the class of each sample, gives useless
# answers. It is wrong in three places. `X` is (N, F), `W1` (H, F), `b1` (H,), `W2` (K, H), `b2` (K,); the
# hidden layer was trained with ReLU.
#
# ```python
# def predict_classes(X, W1, b1, W2, b2):
#     H = X @ W1.T + b1
#     logits = np.maximum(0, H @ W2.T + b2)
#     return logits.argmax(axis=0)
# ```
#
# Write it right: return the class of each sample, an index from 0 to K − 1, shape (N,).


# %% tags=["exercise:01.4"] nbgrader={"grade_id": "ex-01-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def predict_classes(X, W1, b1, W2, b2):  # Exercise 01.4
    """Return the class of each sample, 0 to K - 1: (N, F) → (N,)."""
    ### BEGIN SOLUTION
    H = np.maximum(0, X @ W1.T + b1)
    # The logits, (N, K), are not bent: where all are negative, ReLU would make them equal.
    logits = H @ W2.T + b2
    return logits.argmax(axis=1)
    ### END SOLUTION


# %% tags=["check:01.4"]
check("01.4", predict_classes)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:depth-represents-complexity"]
# ## Depth represents complexity
#
# Width adds units beside one another, depth puts layers after one another. Both cost parameters. For the same price,
# which buys the more complex function? Our measure of complexity is the number of straight pieces, our family of
# targets the fold, applied $k$ times. With ReLU a fold is a layer of two units: on [0, 1],
#
# $$\text{fold}(x) = \max(0, 2x) - \max(0, 4x - 2).$$


# %%
def deep_fold(x, k):
    """Fold k times with k hidden layers of two units each: (N,) → (N,)."""
    W1, b = np.array([[2.0], [4.0]]), np.array([0.0, -2.0])
    readout = np.array([[1.0, -1.0]])  # first unit minus second unit
    H = np.maximum(0, x[:, None] @ W1.T + b)  # (N, 1) → (N, 2)
    for _ in range(k - 1):
        H = np.maximum(0, H @ (W1 @ readout).T + b)  # read and fold again: (N, 2) → (N, 2)
    return (H @ readout.T)[:, 0]


x = np.linspace(0, 1, 513)
assert np.allclose(deep_fold(x, 3), fold(fold(fold(x))))
for k in (1, 2, 3, 6):
    parameters = count_parameters([1] + k * [2] + [1])
    pieces = straight_pieces(deep_fold(x, k))
    print(f"{k} hidden layers of two units: {parameters:2} parameters, {pieces:2} pieces")

# %% [markdown] slideshow={"slide_type": "subslide"}
# Now one hidden layer. Each of its units bends the graph at one point, so $H$ units make at most $H + 1$ pieces. With
# $3H + 1$ parameters, the $6k + 1$ of the deep network pay for $H = 2k$ units. We place their bends where the target
# has its first ones, and let least squares find the best output weights.
#
# **Predict first.** The deep network has $2^k$ pieces, the shallow one at most $2k + 1$. From which $k$ on does
# depth win?


# %%
def shallow_fit(x, y, units):
    """Fit y, (N,), by one hidden layer that bends at 0 and at the first turns of y."""
    turns = x[1:-1][np.diff(np.sign(np.diff(y))) != 0]
    bends = np.concatenate([[0], turns])[:units]
    H = np.maximum(0, x[:, None] - bends)  # (N, units)
    columns = np.hstack([H, np.ones((len(x), 1))])  # and a bias
    return columns @ np.linalg.lstsq(columns, y, rcond=None)[0]


target = deep_fold(x, 4)
plots.curves(
    {
        "one layer of 8 units": shallow_fit(x, target, 8),
        "four layers of 2 units": deep_fold(x, 4),
    },
    x=x,
    xlabel="x",
    ylabel="value",
    alt="Eight teeth; four layers draw them all, one layer only the first few.",
)
one_layer, four_layers = count_parameters([1, 8, 1]), count_parameters([1, 2, 2, 2, 2, 1])
print("parameters:", one_layer, "and", four_layers)

# %% tags=["claim"]
for k in range(1, 7):
    target = fold(target) if k > 1 else fold(x)
    drawings = deep_fold(x, k), shallow_fit(x, target, 2 * k)
    deep, shallow = (np.std(drawn - target) / np.std(target) for drawn in drawings)
    case = f"folds {k}, parameters {6 * k + 1:2}"
    print(f"{case}: error of the deep network {deep:.2f}, of the shallow {shallow:.2f}")
    # Both networks have the same price.
    assert count_parameters([1] + k * [2] + [1]) == count_parameters([1, 2 * k, 1])
    assert straight_pieces(target) == 2**k
    assert deep < 1e-9  # claim: depth k represents k folds
    # Claim: for more than two folds, one layer does not.
    assert (shallow > 0.3) if k > 2 else (shallow < 1e-9)

# %% [markdown]
# **What to see.** Up to two folds, depth buys nothing. From three on the shallow network falls behind,
# and no other placing of its bends would save it: $2k$ units make at most $2k + 1$ pieces, and $2^k$ are needed. Telgarsky
# (2016) proved such a gap for networks in general.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Can training find it?
#
# So far we set the weights ourselves. *Representing* a function is one thing, *learning* it from samples is another.
# Two networks with 103 parameters each, one layer of 34 units and three layers of 6, now learn three targets from 24
# random starts: a smooth wave, a step, and three folds. All 72 networks of one shape train at once, as one batch of
# matrices.


# %%
def train_many(sizes, x, Y, steps=1000):
    """Train a network on x, (N, 1), for each target of Y, (S, N, 1): errors (S,)."""
    parameters = []
    for number, (before, after) in enumerate(pairwise(sizes)):
        W = torch.randn(len(Y), before, after) * (2 / before) ** 0.5
        b = torch.zeros(len(Y), 1, after)
        if number == 0:
            b = -W * torch.rand_like(W)  # first bends within [0, 1]
        parameters.append((W.requires_grad_(), b.requires_grad_()))
    adam = torch.optim.Adam([array for pair in parameters for array in pair], lr=0.01)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(adam, steps)
    for _ in range(steps):
        H = x.expand(len(Y), -1, 1)
        for W, b in parameters[:-1]:
            H = torch.relu(torch.baddbmm(b, H, W))  # (S, N, before) → (S, N, after)
        W, b = parameters[-1]
        losses_of_all = ((torch.baddbmm(b, H, W) - Y) ** 2).mean(dim=(1, 2))
        adam.zero_grad()
        losses_of_all.sum().backward()
        adam.step()
        schedule.step()
    return losses_of_all.detach().sqrt()


# %% [markdown]
# **Predict first.** Three targets, two shapes. Where will the deep network do better, where worse?

# %%
seeds = settings.by_profile(full=24, fast=8)
x_learn = torch.linspace(0, 1, 65)[:, None]
targets = {
    "wave": torch.sin(2 * torch.pi * x_learn),
    "step": (x_learn > 0.4).float(),
    "three folds": torch.from_numpy(deep_fold(x_learn[:, 0].numpy(), 3))[:, None].float(),
}
scaled = [(curve - curve.mean()) / curve.std(correction=0) for curve in targets.values()]
Y = torch.cat([curve.expand(seeds, -1, 1) for curve in scaled])  # (3 · seeds, 65, 1)

# %% tags=["claim", "nbval-ignore-output"]
errors = {}
for name, sizes in {"34": [1, 34, 1], "6-6-6": [1, 6, 6, 6, 1]}.items():
    assert count_parameters(sizes) == 103
    torch.manual_seed(11)
    errors[name] = train_many(sizes, x_learn, Y).reshape(len(targets), seeds)
    medians = dict(zip(targets, errors[name].median(dim=1).values.tolist(), strict=True))
    rounded = {target: round(median, 2) for target, median in medians.items()}
    print(f"{name:5} median error:", rounded)
wave, step, folds = range(3)
# 24 starts, twice, one layer and three layers (± standard deviation of a single start).
# Step, mean: 0.17 ± 0.02, and 0.03 to 0.08 ± 0.03. Wave, median: 0.015, and 0.030.
# Folds, mean: 0.50 to 0.56 ± 0.15, and 0.59 to 0.70 ± 0.28.
shallow, deep = errors["34"], errors["6-6-6"]
assert deep[step].mean() < 0.7 * shallow[step].mean()  # claim: depth helps with the step
assert deep[wave].median() > shallow[wave].median()  # claim: it does not with the wave
# Claim: neither learns three folds reliably.
assert min(shallow[folds].mean(), deep[folds].mean()) > 0.3

# %% tags=["nbval-ignore-output"]
figure, axes = plt.subplots(1, 3, figsize=(9, 2.9), sharey=True)
for axis, name, row in zip(axes, targets, range(3), strict=True):
    for position, (shape, marker) in enumerate({"34": "o", "6-6-6": "^"}.items()):
        spread = np.linspace(-0.2, 0.2, seeds)
        in_order = errors[shape][row].sort().values.numpy()
        axis.plot(position + spread, in_order, marker, markersize=3.5)
    axis.set(title=name, xlabel="hidden units", yscale="log")
    axis.set_xticks([0, 1], ["34", "6-6-6"])
axes[0].set_ylabel("relative error")
plots.show(figure, f"{seeds} starts: deep is better on the step, worse on the wave.")
best = errors["34"][folds].min()
print(f"three folds: the best of {seeds} shallow networks has error {best:.2f}")
assert best > 0.05

# %% [markdown]
# **What to see.** For the same number of parameters depth helps with the step, and does *not* help with the smooth
# wave. Three folds, which the deep network could represent with 19 parameters, are hardly ever found with 103. So
# the deck's sentence, that depth represents complexity, holds for what networks can *represent*. What they *learn*
# depends on the target and on the start; much of this course is about making deep networks learn.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:01.5"]
# ### Exercise 01.5 · The price of one layer (4 min)
#
# A deep network folds the interval five times. An MLP with a **single** hidden layer of ReLU units shall draw the same
# graph on [0, 1] exactly. How many hidden units does it need at least? Try your rule on one fold.

# %% tags=["exercise:01.5"] nbgrader={"grade_id": "ex-01-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
n_units = None  # Exercise 01.5: replace None by a number
### BEGIN SOLUTION
# 2**5 pieces meet in 2**5 - 1 bends, one unit each; one more gives the first its slope.
n_units = 2**5
### END SOLUTION

# %% tags=["check:01.5"]
check("01.5", n_units)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:network-families"]
# ## Three families on one signal
#
# MLP, CNN and RNN differ in what they take for granted. An MLP takes nothing for granted: each input has weights of
# its own. A CNN assumes that a pattern means the same wherever it stands. An RNN assumes that the samples come one
# after another. Our task: one of three short pulses hides in noise. Which one?


# %%
def pulses(n, seed, anywhere=True):
    """Generate n noisy signals (n, 1, 32), and which of three pulses each hides (n,)."""
    rng = np.random.default_rng(seed)
    t = np.linspace(-1, 1, 9)
    swing, bump = np.sin(np.pi * t), 1.5 * np.cos(1.5 * np.pi * t) * (1 - np.abs(t))
    shapes = np.stack([swing, -swing, bump])
    X, y = rng.normal(0, 0.3, (n, 1, 32)), rng.integers(0, 3, n)
    start = rng.integers(0, 23, n) if anywhere else np.full(n, 11)
    X[np.arange(n)[:, None], 0, start[:, None] + np.arange(9)] += shapes[y]
    return torch.from_numpy(X).float(), torch.from_numpy(y)


X, y = pulses(600, seed=1)
examples = {f"pulse {k}": X[y == k][0, 0].numpy() for k in range(3)}
plots.stem_rows(examples, "Three noisy signals with different pulses.", xlabel="sample")
print("signals", tuple(X.shape), "targets", tuple(y.shape))


# %%
class Recurrent(nn.Module):
    """Walk along (N, 1, L) with a memory of 16 numbers, then judge by it: (N, 3)."""

    def __init__(self):
        super().__init__()
        self.walk = nn.GRU(input_size=1, hidden_size=16, batch_first=True)
        self.head = nn.Linear(16, 3)

    def forward(self, X):
        memories, _ = self.walk(X.mT)  # (N, 1, L) → (N, L, 1) → (N, L, 16)
        return self.head(memories[:, -1])  # the memory after the last sample


def family(name):
    """Build a new network of a family: (N, 1, 32) → (N, 3)."""
    if name == "MLP":
        dense = [nn.Linear(32, 24), nn.ReLU(), nn.Linear(24, 12), nn.ReLU()]
        return nn.Sequential(nn.Flatten(), *dense, nn.Linear(12, 3))
    if name == "RNN":
        return Recurrent()
    first, second = nn.Conv1d(1, 8, 7, padding=3), nn.Conv1d(8, 8, 7, padding=3)
    head = [nn.AdaptiveMaxPool1d(1), nn.Flatten(), nn.Linear(8, 3)]
    return nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), *head)


for name in ("MLP", "CNN", "RNN"):
    net = family(name)
    count = sum(parameter.numel() for parameter in net.parameters())
    print(f"{name}: {tuple(X.shape)} → {tuple(net(X).shape)}, {count} parameters")

# %% [markdown]
# The GRU is a recurrent unit whose memory can be kept or overwritten, which helps it over long stretches. The last step
# of the CNN keeps the largest answer of each filter, wherever it stood.
#
# **Predict first.** Which family is best when the pulse may stand anywhere? And when it always stands in the middle?

# %% tags=["claim", "nbval-ignore-output"]
options = {"epochs": 15, "batch_size": 100, "verbose": False, "device": "cpu"}
shares = {}
for anywhere in (True, False):
    X, y = pulses(600, seed=1, anywhere=anywhere)
    test = pulses(1000, seed=2, anywhere=anywhere)
    for name in ("MLP", "CNN", "RNN"):
        torch.manual_seed(1)
        net = family(name)
        adam = torch.optim.Adam(net.parameters(), lr=0.02)
        training.fit(net, (X, y), optimizer=adam, **options)
        shares[name, anywhere] = evaluate(net, test).accuracy
    place = "anywhere" if anywhere else "in the middle"
    rounded = {name: round(shares[name, anywhere], 2) for name in ("MLP", "CNN", "RNN")}
    print(f"{place:13}", rounded)
# Six seeds, anywhere: MLP 0.74 ± 0.03, CNN 0.99 ± 0.002, RNN 0.93 ± 0.02
# (mean ± standard deviation); in the middle: MLP 1.00, CNN 0.99 ± 0.005, RNN 0.94 ± 0.04.
# Claim: where the pulse moves, the CNN is better, with fewer parameters.
assert shares["CNN", True] > shares["MLP", True] + 0.15
assert shares["MLP", False] > 0.95  # claim: where it stands still, an MLP does well
# Claim: the RNN finds the moving pulse too, with fewer parameters than the MLP.
assert shares["RNN", True] > 0.8

# %% [markdown]
# **What to see.** Where the pulse moves, the CNN with the fewest parameters is best: it learns each shape once, the MLP
# once for each place. Where the pulse stands still, that advantage is gone. The RNN reads sample by sample; after the
# same training it is behind the CNN. Which family is best depends on the task, and on whether what it takes for granted
# is true.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:01.6"]
# ### Exercise 01.6 · A network within a budget (10 min)
#
# Many answers are right here. Build an `nn.Sequential` that
#
# - takes signals (N, 1, 64) and returns logits for four classes, (N, 4),
# - has at most 300 parameters,
# - also takes signals of 100 samples, and still returns (N, 4),
# - is not linear, and looks at every sample of the signal.

# %% tags=["exercise:01.6"] nbgrader={"grade_id": "ex-01-6", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
network = None  # Exercise 01.6: replace None by an nn.Sequential
### BEGIN SOLUTION
# Two convolutions; the mean over the signal then leaves 8 numbers, however long it was.
network = nn.Sequential(
    nn.Conv1d(1, 6, 5, padding=2),  # 36 parameters
    nn.ReLU(),
    nn.Conv1d(6, 8, 3, padding=1),  # 152 parameters
    nn.ReLU(),
    nn.AdaptiveAvgPool1d(1),
    nn.Flatten(),
    nn.Linear(8, 4),  # 36 parameters
)
### END SOLUTION

# %% tags=["check:01.6"]
check("01.6", network)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:vision-problem-types"]
# ## One picture, five problems
#
# The same picture of coins can be asked different questions: what is it, where is it, how large is it, which pixels
# belong to it, what comes next. The question decides on the *target tensor* and on the head; the layers between may stay
# the same. A person would draw the targets. Our coins are bright on a dark ground, so a threshold can do it for us.

# %%
picture = data.images()["coins"][95:155, 15:238]
bright = picture > filters.threshold_otsu(picture)
closed = morphology.closing(bright, morphology.disk(3))
mask = morphology.opening(closed, morphology.disk(4))
found = sorted(measure.regionprops(measure.label(mask)), key=lambda region: region.bbox[1])
boxes = np.array([region.bbox for region in found])  # top, left, bottom, right
boxes = boxes[:, [1, 0, 3, 2]]  # left, top, right, bottom
diameters = np.array([region.equivalent_diameter_area for region in found])
figure, axes = plt.subplots(1, 2, figsize=(9, 2), sharey=True)
axes[0].imshow(picture)
axes[1].imshow(mask)
white = {"fill": False, "edgecolor": "white", "linewidth": 2}
for (left, top, right, bottom), diameter in zip(boxes, diameters, strict=True):
    axes[0].add_patch(plt.Rectangle((left, top), right - left, bottom - top, **white))
    axes[0].text(left, bottom + 1, f"{diameter:.0f} px", color="white", va="top")
for axis, title in zip(axes, ("boxes and diameters", "mask"), strict=True):
    axis.set(title=title, xticks=[], yticks=[])
plots.show(figure, "Four coins in white boxes with their diameters, and their mask.")
print("picture", picture.shape, "coins", len(found))

# %% [markdown] slideshow={"slide_type": "subslide"}
# For *prediction* we need a next picture. Ours lets the scene glide by three pixels; in a film it would be the next
# frame.
#
# **Predict first.** Before you run the cell: which of the five targets are whole numbers, and which has the shape
# of the picture?

# %%
next_frame = np.roll(picture, 3, axis=1)
batch = torch.from_numpy(picture).float()[None, None]  # (N, C, H, W), one grey picture
targets = {
    "classification": torch.tensor([1]),  # class 1 = coins, one index for each picture
    "detection": torch.from_numpy(boxes).float(),  # left, top, right, bottom each
    "regression": torch.from_numpy(diameters).float()[:, None],  # one number per object
    "segmentation": torch.from_numpy(mask.astype(np.int64))[None],  # class of each pixel
    "prediction": torch.from_numpy(next_frame).float()[None, None],  # the next grey values
}
print("picture       ", tuple(batch.shape), batch.dtype)
for name, target in targets.items():
    print(f"{name:14}", tuple(target.shape), target.dtype)

# %% [markdown]
# For detection each box also has a class, an index; a network that offers more boxes than there are objects needs the
# class *nothing here*. Regression need not look at objects: the age of a person or the focus of a picture is one number
# for the whole.
#
# The loss decides which head fits. Here are heads of the right shape, filled with random numbers.

# %%
torch.manual_seed(1)
H, W = picture.shape
heads = {
    "classification": (torch.randn(1, 2), nn.CrossEntropyLoss()),  # no coins, or coins
    "detection": (torch.randn(len(boxes), 4), nn.SmoothL1Loss()),
    "regression": (torch.randn(len(boxes), 1), nn.MSELoss()),
    "segmentation": (torch.randn(1, 2, H, W), nn.CrossEntropyLoss()),  # 2 logits per pixel
    "prediction": (torch.randn(1, 1, H, W), nn.MSELoss()),
}
for name, (output, loss) in heads.items():
    value = loss(output, targets[name])
    assert value.ndim == 0 and torch.isfinite(value)
    print(f"{name:14} output {tuple(output.shape)!s:15} {type(loss).__name__}")

# %% [markdown]
# **What to see.** A class index has no axis for the classes, its logits do: (N, K) against (N,), and (N, K, H, W)
# against (N, H, W). Real numbers have the same shape in output and target. Targets with a row for each object,
# here detection and regression, change their length from picture to picture: the network must also find out how many
# objects there are.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:01.7"]
# ### Exercise 01.7 · Choose the target tensor (4 min)
#
# A network marks every pixel of a microscope film as background, cell or debris. A batch has 8 frames of 64 × 96
# pixels. Which target does `nn.CrossEntropyLoss` take together with logits of shape (8, 3, 64, 96)?
#
# - **a** `torch.float32` of shape (8, 1, 64, 96), with the values 0, 1, 2
# - **b** `torch.int64` of shape (8,), with the values 0, 1, 2
# - **c** `torch.int64` of shape (8, 64, 96), with the values 0, 1, 2
# - **d** `torch.int64` of shape (8, 3, 64, 96), with the values 0, 1

# %% tags=["exercise:01.7"] nbgrader={"grade_id": "ex-01-7", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
choice = None  # Exercise 01.7: replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
# One class index for each pixel: an integer, and no axis for the classes.
choice = "c"
### END SOLUTION

# %% tags=["check:01.7"]
check("01.7", choice)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:universal-mapping"]
# ## Any mapping, several inputs, several outputs
#
# An MLP with one hidden layer can come as close as we like to any continuous mapping from several inputs to several
# outputs, on a bounded region, if it has enough units (Cybenko 1989, Hornik 1991). We take two hidden layers. Our
# mapping is a robot's arm: two joint angles $a, b$ in radians go in, the two coordinates of the hand come out:
#
# $$u = \cos a + 0.7 \cos(a + b), \qquad v = \sin a + 0.7 \sin(a + b)$$


# %%
def hand(angles):
    """Return where the hand is: angles (N, 2) → coordinates (N, 2)."""
    a, b = angles[:, :1], angles[:, 1:]
    return np.hstack([np.cos(a) + 0.7 * np.cos(a + b), np.sin(a) + 0.7 * np.sin(a + b)])


def learned_arm(width, seed):
    """Learn the mapping from 300 examples, angles between -2 and 2; return the network."""
    rng = np.random.default_rng(seed)
    angles = rng.uniform(-2, 2, (300, 2))
    net = layers.Sequential(
        layers.Linear(2, width, rng=rng),
        layers.ReLU(),
        layers.Linear(width, width, rng=rng),
        layers.ReLU(),
        layers.Linear(width, 2, rng=rng),
    )
    train(net, angles, hand(angles), losses.mse_backward, steps=400)
    return net


print("one head, two outputs:", count_parameters([2, 32, 32, 2]), "parameters")

# %% [markdown]
# **Predict first.** The network sees angles between −2 and 2. How good is it for new angles in this range, how does
# that depend on its width, and how good is it for angles beyond 2?

# %% tags=["claim", "nbval-ignore-output"]
seeds = settings.by_profile(full=6, fast=2)
rng = np.random.default_rng(100)
inside = rng.uniform(-2, 2, (400, 2))
beyond = inside + 2 * np.sign(inside)  # both angles between 2 and 4, or between -4 and -2
mean_error = {}
for width in (2, 8, 32):
    nets = [learned_arm(width, seed) for seed in range(seeds)]
    for name, angles in {"inside": inside, "beyond": beyond}.items():
        gaps = [net.forward(angles) - hand(angles) for net in nets]
        mean_error[width, name] = np.mean([np.sqrt(np.mean(gap**2)) for gap in gaps])
    near, far = mean_error[width, "inside"], mean_error[width, "beyond"]
    print(f"width {width:2}: error {near:.2f} inside, {far:.2f} beyond")
# Eight seeds, inside: 0.56 ± 0.35 for width 2, 0.07 ± 0.01 for 8, 0.023 ± 0.003 for 32;
# beyond: 1.06 ± 0.12 for 32.
# Claim: more units, a closer fit.
assert mean_error[8, "inside"] > 1.5 * mean_error[32, "inside"]
assert mean_error[32, "inside"] < 0.05  # claim: the mapping with two outputs is learned
assert mean_error[32, "beyond"] > 0.5  # claim: but only where there were examples

# %% tags=["nbval-ignore-output"]
sweep = np.stack([np.linspace(-4, 4, 161), np.full(161, 0.5)], axis=1)
true_path, learned_path = hand(sweep), nets[0].forward(sweep)
plots.curves(
    {"hand, coordinate u": true_path[:, 0], "network": learned_path[:, 0]},
    x=sweep[:, 0],
    xlabel="first angle a (examples only between -2 and 2)",
    ylabel="coordinate u",
    alt="The network follows the hand from -2 to 2; beyond, it runs straight on.",
)
within = np.abs(sweep[:, 0]) <= 1.9
largest = np.abs(true_path - learned_path)[within].max()
print(f"largest error between -1.9 and 1.9: {largest:.2f}")
assert largest < 0.3

# %% [markdown]
# **What to see.** One network answers with two numbers at once, to a few hundredths on average, where it has seen
# examples. Beyond them it soon goes straight on, as ReLU units must. *Universal* means: weights exist. It promises
# neither that training finds them, nor how many units it takes, nor anything about inputs far from all examples.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | question | answer |
# |---|---|
# | what is deep? | a composition of many non-linear steps; the MLP is one family of it |
# | a layer of an MLP | $H = \max(0, X W^T + b)$, shapes (N, in) → (N, out) |
# | its parameters | (in + 1) · out |
# | head for numbers | one unit for each number, no ReLU, mean squared error |
# | head for one of K classes | K logits, cross-entropy, target = index |
# | what depth buys | $2^k$ pieces for $6k + 1$ parameters; nothing for one or two folds or a smooth wave |
# | CNN, RNN | shared weights: along the signal, along time |
#
# A curve that looks good proves little. Put the naive answer beside it, measure on data that was not learned from, and
# more than once.

# %% slideshow={"slide_type": "skip"} tags=["progress:01"]
from course_utils.exercises import progress

progress("01")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# 1. All ReLUs of an MLP with five layers are removed. What can the network still represent?
# 2. A colleague's forecast of a price has a correlation of 0.98 with the true price. What do you ask?
# 3. An MLP and a CNN both read signals of 1000 samples. Which one's parameter count depends on the 1000?
#
# <details><summary>Answers</summary>
#
# 1. Weighted sums with a bias, nothing else: a chain of linear steps is one linear step (lecture 05 proves it).
# 2. How large is the error of *tomorrow as today* on the same days? A random walk has such a correlation too.
# 3. The MLP's: its first layer has a weight for each sample and unit. The CNN's filters do not know how long the signal
#    is.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press 2016, chapter 6: multilayer perceptrons.
# - L. Deng and D. Yu, Deep learning: methods and applications, *Foundations and Trends in Signal Processing* 7,
#   197–387, 2014: where several definitions of deep learning are compared.
# - M. Telgarsky, Benefits of depth in neural networks, *Conference on Learning Theory*, 2016: the proof of the gap
#   that the folds show.
# - G. Cybenko, Approximation by superpositions of a sigmoidal function, *Mathematics of Control, Signals and Systems* 2,
#   303–314, 1989, and K. Hornik, Approximation capabilities of multilayer feedforward networks, *Neural Networks* 4,
#   251–257, 1991: universal approximation.
# - Y. LeCun, Y. Bengio and G. Hinton, Deep learning, *Nature* 521, 436–444, 2015: an overview by three of its founders.
