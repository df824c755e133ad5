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
# # 09 · Digit classification
#
# Everything so far comes together: a network is written down, trained, judged honestly and used on handwriting that it
# has never seen. The data are the 70,000 digits of MNIST.
#
# **After this lecture you can**
# - write a convolutional network and its training loop in PyTorch, and say what each line is for;
# - keep training, validation and test pictures apart, and say why the test set is used once;
# - judge a classifier by more than its accuracy;
# - save a network, load it on another machine, and let it read your own digit.
#
# **You need** the convolution layer (03), losses (06b) and optimizers (07a, 07b).
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 90 min | 60 min | 3 min |

# %% tags=["setup"]
import copy
import itertools
import math
import tempfile
import time
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset
from torchvision import transforms

from course_utils import data, evaluation, filtering, models, plots, settings, training
from course_utils.exercises import check, hint

plots.use_course_style()

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:load-and-normalize"]
# ## Load and normalise
#
# A picture is a table of grey values between 0 and 1. Networks learn best from numbers that spread around zero, so each
# pixel loses the mean $\mu$ of all pixels and is divided by their standard deviation $\sigma$:
#
# $$x' = \frac{x - \mu}{\sigma}$$
#
# Both are measured without the test pictures. Where MNIST cannot be had, the line below names the smaller set that is
# bundled with the course, and everything still runs.

# %% tags=["nbval-ignore-output"]
digits = data.digits()
assert len(digits.class_names) == 10 and digits.X_train.shape[1:] == (1, 28, 28)

# %%
X, y = digits.X_train, digits.y_train
print(f"one picture: {X.dtype}, shape {tuple(X[0].shape)}")
print(f"grey values from {X.min():.2f} to {X.max():.2f}")
print(f"one label: {y.dtype}, from {y.min()} to {y.max()}")


# %%
def gallery(pictures, titles, alt):
    """Show up to 16 pictures (N, 1, 28, 28) in two rows, each under its title."""
    figure, axes = plt.subplots(2, 8, figsize=(9.6, 3.0))
    for axis in axes.flat:
        axis.set_axis_off()
    for axis, picture, title in zip(axes.flat, pictures, titles, strict=False):
        axis.imshow(picture[0].numpy(), cmap="gray")
        axis.set_title(title, fontsize=10)
    plots.show(figure, alt)


sixteen = digits.y_train[:16].tolist()
gallery(digits.X_train, sixteen, "Sixteen handwritten digits, each under its label.")

# %% [markdown]
# **What to see.** White ink on black paper, fitted into 20×20 pixels, centred in a frame of 28×28. Some of these digits
# a person would have to look at twice.

# %% slideshow={"slide_type": "subslide"}
mean, std = digits.mean[0], digits.std[0]
pictures = settings.by_profile(full=54_000, fast=1_200)  # to train on
held_back = settings.by_profile(full=10_000, fast=1_000)  # at most, in each set


def normalized(X):
    return (X - mean) / std


train = normalized(digits.X_train[:pictures]), digits.y_train[:pictures]
validation = normalized(digits.X_val[:held_back]), digits.y_val[:held_back]
test = normalized(digits.X_test[:held_back]), digits.y_test[:held_back]

in_torchvision = transforms.Normalize((mean,), (std,))(digits.X_train[:5])
assert torch.allclose(train[0][:5], in_torchvision)
everything = normalized(torch.cat([digits.X_train, digits.X_val]))
print(f"mean {everything.mean().abs():.2f}, standard deviation {everything.std():.2f}")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E19"]
# ### Erratum E19: three slips of the loading slide
#
# - It asks a loader's iterator for its `.next()`. Iterators have no such method; the call is `next(iterator)`.
# - It shuffles the test pictures. That is not needed: an accuracy does not depend on the order.
# - It normalises with 0.5 and 0.5. This maps grey values to −1 … 1, but not to mean 0 and spread 1. MNIST's own numbers
#   are 0.1307 and 0.3081.
#
# **Predict first.** Most of a digit is background. With 0.5 and 0.5, is the mean of all pixels above or below zero?

# %% tags=["erratum:E19"]
loader = DataLoader(TensorDataset(*train), batch_size=64, shuffle=True)
batches = iter(loader)
assert not hasattr(batches, "next")
images, labels = next(batches)
print("one batch:", tuple(images.shape), tuple(labels.shape))

torch.manual_seed(9)
untrained = nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, 10))
order = torch.randperm(len(validation[1]))
shuffled = evaluation.evaluate(untrained, (validation[0][order], validation[1][order]))
assert shuffled.accuracy == evaluation.evaluate(untrained, validation).accuracy

for centre, spread in [(0.5, 0.5), (0.1307, 0.3081)]:
    black, white = (0 - centre) / spread, (1 - centre) / spread
    print(f"{centre}, {spread}: black becomes {black:.2f}, white {white:.2f}")
of_all = ((digits.X_train - 0.5) / 0.5).mean()  # MNIST -0.74, bundled digits -0.69
print(f"with 0.5 and 0.5 the mean of all pixels is {of_all:.1f}")
assert of_all < -0.5
assert digits.is_substitute or (round(mean, 4), round(std, 4)) == (0.1307, 0.3081)

# %% [markdown]
# **What to see.** With 0.5 and 0.5 the mean is about −0.7, because most pixels are black. From here on we leave the
# loader aside: data of this size fit into memory as one tensor, and a batch is a choice of its rows.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:09.1"]
# ### Exercise 09.1 · Back to grey values (5 min)
#
# A normalised picture is hard to look at. Write the way back, for pictures with any number of channels: `X` has shape
# (N, C, H, W), `mean` and `std` are tensors of shape (C,), one number for each channel. Return the grey values, a
# tensor of shape (N, C, H, W).


# %% tags=["exercise:09.1"] nbgrader={"grade_id": "ex-09-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def restore(X, mean, std):  # Exercise 09.1
    """Undo the normalisation of each channel."""
    ### BEGIN SOLUTION
    return X * std[:, None, None] + mean[:, None, None]
    ### END SOLUTION


# %% tags=["check:09.1"]
check("09.1", restore)

# %% [markdown]
# Stuck in an exercise? `hint` helps a little, and a little more each time it is called.

# %%
hint("09.1", 1)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:define-cnn"]
# ## Define the network
#
# The network of the slides, *the deck's network*, has two blocks, each a convolution of four kernels, batch norm, ReLU
# and max pooling by two; then one linear layer. Pooling halves the picture twice, from 28 to 14 to 7 pixels, so
# $4 \cdot 7 \cdot 7$ numbers reach the linear layer and ten leave it: one *logit* for each digit.


# %%
class DigitNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.cnn_layers = nn.Sequential(
            nn.Conv2d(1, 4, kernel_size=3, stride=1, padding=1),  # (N, 4, 28, 28)
            nn.BatchNorm2d(4),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=2, stride=2),  # (N, 4, 14, 14)
            nn.Conv2d(4, 4, kernel_size=3, stride=1, padding=1),
            nn.BatchNorm2d(4),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=2, stride=2),  # (N, 4, 7, 7)
        )
        self.linear_layers = nn.Sequential(nn.Linear(4 * 7 * 7, 10))

    def forward(self, x):
        x = self.cnn_layers(x)
        x = x.flatten(start_dim=1)  # (N, 196)
        return self.linear_layers(x)  # (N, 10)


# %% [markdown] slideshow={"slide_type": "subslide"}
# **Predict first.** How many numbers does this network learn, and which layer holds most of them?

# %%
torch.manual_seed(9)
net = DigitNet()
x, counts = train[0][:64], {}
for layer in [*net.cnn_layers, nn.Flatten(), *net.linear_layers]:
    x = layer(x)
    numbers = sum(parameter.numel() for parameter in layer.parameters())
    counts[f"{len(counts) + 1} {type(layer).__name__}"] = numbers
    print(f"{type(layer).__name__:12}{tuple(x.shape)!s:18}{numbers:6,d}")
total = sum(counts.values())
print(f"{total:,} numbers, {counts['10 Linear'] / total:.0%} of them in the linear layer")

# %%
learned = {name: number for name, number in counts.items() if number}
figure, axis = plt.subplots(figsize=(7.0, 2.4))
axis.barh(list(learned), list(learned.values()), color=plots.BLUE)
for row, number in enumerate(learned.values()):
    axis.text(number + 20, row, f"{number:,}", va="center")
axis.invert_yaxis()
axis.set(xlabel="numbers to learn", xlim=(0, 2200))
plots.show(figure, "Numbers to learn by layer: nearly all in the linear layer.")

# %% [markdown]
# **What to see.** Convolutions share their weights over all places of the picture and are cheap. The linear layer has a
# weight of its own for each place and digit. From here on the network is imported, with the same names inside:

# %%
imported = models.DigitNet()
imported.load_state_dict(net.state_dict())  # raises where a name or a shape differs
assert torch.equal(imported(train[0][:8]), net(train[0][:8]))
print(len(net.state_dict()), "tensors under the same names")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:09.2"]
# ### Exercise 09.2 · Twice as many kernels (6 min)
#
# Give each of the two blocks 8 kernels in place of 4 and change nothing else. How many numbers does the network learn
# now? Work it out on paper first.

# %% tags=["exercise:09.2"] nbgrader={"grade_id": "ex-09-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
numbers_with_eight = None  # Exercise 09.2: replace None by a number
### BEGIN SOLUTION
convolutions = (1 * 3 * 3 + 1) * 8 + (8 * 3 * 3 + 1) * 8
batch_norms = 2 * 8 + 2 * 8
numbers_with_eight = convolutions + batch_norms + (8 * 7 * 7 + 1) * 10
### END SOLUTION

# %% tags=["check:09.2"]
check("09.2", numbers_with_eight)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:loss-and-optimizer"]
# ## Loss and optimizer
#
# Softmax turns logits $z$ into probabilities, and the *cross-entropy* is the surprise at the right class $y$ (lecture
# 06b):
#
# $$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}, \qquad L = -\log p_y$$
#
# PyTorch's `cross_entropy` does both in one step, so the network ends with logits.

# %%
logits, y = torch.tensor([[2.0, 0.0, -1.0]]), torch.tensor([0])
probabilities = logits.exp() / logits.exp().sum(dim=1, keepdim=True)
by_hand = -probabilities[0, y].log()
assert torch.allclose(by_hand, F.cross_entropy(logits, y))
print("probabilities", " ".join(f"{p:.2f}" for p in probabilities[0].tolist()))
print(f"loss {by_hand.item():.2f}")

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Predict first.** A network that knows nothing gives each of ten digits the same probability. What is its loss?

# %%
probability = np.linspace(0.01, 1, 200)
plots.curves(
    {"loss": -np.log(probability)},
    alt="Cross-entropy: steep near probability 0, zero at probability 1.",
    x=probability,
    xlabel="probability given to the right class",
    ylabel="loss",
)
ignorant = F.cross_entropy(torch.zeros(5, 10), torch.arange(5)).item()
print(f"ten equal probabilities: loss {ignorant:.2f}, and ln 10 = {math.log(10):.2f}")

# %% tags=["nbval-ignore-output"]
torch.manual_seed(9)
start = evaluation.evaluate(models.DigitNet(), validation).loss
print(f"the untrained network starts at {start:.2f}")
# measured: bundled digits 2.31 ± 0.01 (8 seeds), MNIST 2.31 ± 0.01 (3 seeds)
assert abs(start - math.log(10)) < 0.2

# %% [markdown]
# **What to see.** An untrained network starts near $\ln 10$. A first loss far above it is a sign of a mistake: too
# large weights in the last layer, or a loss that is added up and not averaged. Wrong labels do not show here: before
# training every label costs about the same.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### A trap: the softmax twice
#
# A softmax at the end of the network, and the one inside `cross_entropy`: nothing complains, and the network still
# learns. But a probability is at most 1, and one 1 among nine 0s is the largest contrast that the second softmax sees.

# %% tags=["claim"]
y = torch.arange(10)
certain = F.one_hot(y, 10) * 1e4  # logits: right, and entirely sure
once = F.cross_entropy(certain, y).item()
twice = F.cross_entropy(certain.softmax(dim=1), y).item()
print(f"right and sure: loss {once:.2f}, with the softmax twice {twice:.2f}")
assert once == 0
# claim: with the softmax twice the loss cannot fall below ln(e + 9) - 1
assert math.isclose(twice, math.log(math.e + 9) - 1, rel_tol=1e-6)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Adam
#
# Adam (lecture 07b) divides each gradient by its own recent size.
#
# **Predict first.** With a learning rate of 0.01, how far does a weight move in the very first step, if its gradient is
# large, and if it is small?

# %%
torch.manual_seed(9)
net = models.DigitNet()
optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
before = [parameter.detach().clone() for parameter in net.parameters()]
F.cross_entropy(net(train[0][:64]), train[1][:64]).backward()
optimizer.step()
pairs = zip(net.parameters(), before, strict=True)
moved = torch.cat([(new - old).abs().flatten() for new, old in pairs])
gradients = torch.cat([parameter.grad.abs().flatten() for parameter in net.parameters()])
seen = gradients > 1e-5
assert gradients[seen].max() > 100 * gradients[seen].min()
print(f"steps from {moved[seen].min():.2f} to {moved[seen].max():.2f}")

# %% [markdown]
# **What to see.** Every weight that has a gradient moves by the learning rate, although the gradients differ by more than
# a factor of a hundred.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:train"]
# ## Train
#
# Training repeats four lines: forget the old gradients, run a batch forward and measure the loss, send it backward,
# take a step. One pass over all pictures, in a new order each time, is an *epoch*. The same lines run on a GPU: only
# the network and the data have to lie there.

# %% tags=["nbval-ignore-output"]
device = settings.device()  # CUDA, Apple's MPS, or the CPU
few = len(train[1]) < 10_000  # few pictures need more passes
torch.manual_seed(9)
net = models.DigitNet().to(device)
optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
X, y = train[0].to(device), train[1].to(device)
shuffler = torch.Generator().manual_seed(9)
losses = []
for epoch in range(8 if few else 2):
    for batch in torch.randperm(len(X), generator=shuffler).to(device).split(64):
        optimizer.zero_grad()
        loss = F.cross_entropy(net(X[batch]), y[batch])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    recent = losses[-math.ceil(len(X) / 64) :]
    print(f"epoch {epoch + 1}: mean training loss {np.mean(recent):.2f}")
# measured, last epoch: bundled digits 0.04 ± 0.01 (8 seeds), MNIST 0.09 ± 0.01 (3)
assert np.mean(recent) < 0.2 < losses[0]

# %%
window = max(5, len(losses) // 60)
smooth = np.convolve(losses, np.ones(window) / window, mode="valid")
unknown = np.full(window - 1, np.nan)  # no mean before so many steps
plots.curves(
    {"each step": losses, f"mean of {window} steps": np.r_[unknown, smooth]},
    alt="Training loss over the steps: a steep fall, then a slow and noisy one.",
    xlabel="step",
    ylabel="training loss",
    log_y=True,
)

# %% [markdown]
# **What to see.** Most is learned in the first few hundred steps. The loss is noisy because each step sees other
# pictures, which lecture 07a measured.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The loop has a name
#
# From here on `training.fit` runs this loop. It adds what long runs need: validation after each epoch, the best weights
# kept, checkpoints. Does it really do the same?

# %% tags=["claim"]
small = train[0][:640], train[1][:640]
torch.manual_seed(9)
by_hand = models.DigitNet()
by_fit = copy.deepcopy(by_hand)
optimizer = torch.optim.Adam(by_hand.parameters(), lr=0.01)
for batch in torch.randperm(640, generator=torch.Generator().manual_seed(3)).split(64):
    optimizer.zero_grad()
    F.cross_entropy(by_hand(small[0][batch]), small[1][batch]).backward()
    optimizer.step()
optimizer = torch.optim.Adam(by_fit.parameters(), lr=0.01)
quiet = {"device": "cpu", "verbose": False}
training.fit(by_fit, small, optimizer=optimizer, epochs=1, seed=3, **quiet)
pairs = zip(by_hand.parameters(), by_fit.parameters(), strict=True)
largest = max((one - other).abs().max().item() for one, other in pairs)
print(f"largest difference between the weights {largest:.2f}")
assert largest < 1e-5  # claim: the same steps

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:09.3"]
# ### Exercise 09.3 · Four lines that learn (10 min)
#
# Write gradient descent without batches: in each of `steps` steps, all pictures `X` (N, 1, H, W) with labels `y` (N,) go
# through `model` at once, the loss is the cross-entropy, and `torch.optim.SGD` takes the step. Return a list with the
# loss before each step, as plain numbers.


# %% tags=["exercise:09.3"] nbgrader={"grade_id": "ex-09-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def descend(model, X, y, steps, learning_rate):  # Exercise 09.3
    """Return the losses before each step of gradient descent."""
    ### BEGIN SOLUTION
    descent = torch.optim.SGD(model.parameters(), lr=learning_rate)
    trace = []
    for _ in range(steps):
        descent.zero_grad()
        surprise = F.cross_entropy(model(X), y)
        surprise.backward()
        descent.step()
        trace.append(surprise.item())
    return trace
    ### END SOLUTION


# %% tags=["check:09.3"]
check("09.3", descend)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:validate"]
# ## Validate
#
# A falling training loss says that the network knows *these* pictures. Whether it has learned to read shows on pictures
# that it was not trained on, the validation set. Two switches belong to every such measurement: `eval()` turns batch
# norm to its running averages, `inference_mode()` keeps no record for gradients.


# %% tags=["nbval-ignore-output"]
def accuracy_on(model, X, y):
    model.eval()
    with torch.inference_mode():
        guesses = [model(batch.to(device)).argmax(dim=1).cpu() for batch in X.split(500)]
    return (torch.cat(guesses) == y).double().mean().item()


measured = accuracy_on(net, *validation)
assert measured == evaluation.evaluate(net, validation).accuracy
print(f"right on {measured:.2%} of the validation pictures")
# measured: bundled digits 96.5 % ± 1.5 (8 seeds), MNIST 97.3 % ± 0.2 (3)
assert measured > (0.90 if few else 0.96)

# %% [markdown]
# From here on `evaluation.evaluate` does this, and keeps all logits for closer looks. `training.fit` calls it after each
# epoch and ends with the weights of the epoch whose validation loss was lowest.
#
# **Predict first.** After the very first epoch: which loss is higher, the one on the training or the one on the
# validation pictures?

# %% tags=["nbval-ignore-output"]
torch.manual_seed(9)
net = models.DigitNet()
optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
epochs = 10 if few else 4
history = training.fit(net, train, validation, optimizer=optimizer, epochs=epochs, seed=9)
# measured: bundled digits 97.3 % ± 1.2 (8 seeds), MNIST 97.8 % ± 0.2 (3)
assert max(history.val_accuracy) > (0.93 if few else 0.968)
# validation loss lower by 0.08 ± 0.01 on MNIST (3 seeds), by 0.44 ± 0.23 on the others (8)
assert few or history.train_loss[0] > history.val_loss[0]

# %%
plots.curves(
    {"training": history.train_loss, "validation": history.val_loss},
    alt="Both losses over the epochs: training falls, validation wavers.",
    x=range(1, history.epochs + 1),
    xlabel="epoch",
    ylabel="loss",
)

# %% [markdown]
# **What to see.** At first the *training* loss is higher: it is a mean over the epoch, and includes the ignorant
# beginning. Later the training loss keeps falling while the validation loss wavers. The lowest point of the second
# curve is what we keep.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:09.4"]
# ### Exercise 09.4 · Among the best k (7 min)
#
# A postal machine may look up the second guess too. Return the share of pictures, from 0 to 1, whose right class is
# among the `k` largest logits. `logits` has shape (N, C), `y` holds the N right classes.


# %% tags=["exercise:09.4"] nbgrader={"grade_id": "ex-09-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def top_k_accuracy(logits, y, k):  # Exercise 09.4
    """Return how often the right class is among the k best guesses."""
    ### BEGIN SOLUTION
    best = logits.topk(k, dim=1).indices  # (N, k)
    return (best == y[:, None]).any(dim=1).double().mean().item()
    ### END SOLUTION


# %% tags=["check:09.4"]
check("09.4", top_k_accuracy)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:test"]
# ## Test
#
# When everything is decided, the network meets the test pictures, once. A share $p$ measured on $n$ pictures has a
# standard error: another $n$ pictures from the same writers would have given another number.
#
# $$\mathrm{SE} = \sqrt{\frac{p\,(1 - p)}{n}}$$

# %%
for n in (250, 10_000):
    points = 100 * math.sqrt(0.98 * 0.02 / n)
    print(f"98 % of {n:6,} pictures: standard error {points:.2f} percentage points")

# %% tags=["nbval-ignore-output"]
first_test = evaluation.evaluate(net, test)
standard_error = math.sqrt(first_test.accuracy * (1 - first_test.accuracy) / len(test[1]))
print(f"test accuracy {first_test.accuracy:.2%} ± {standard_error:.2%}")
# measured: bundled digits 91.9 % ± 1.2 (8 seeds), MNIST 97.7 % ± 0.2 (3)
assert first_test.accuracy > (0.87 if few else 0.968)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E18"]
# ### Erratum E18: how the test slide tests
#
# The slide takes the exponentials of the logits for probabilities, sends the images through one at a time, and never
# calls `model.eval()`. Three corrections:
#
# - Probabilities are the **softmax**. The largest stays the largest as long as nothing overflows, so accuracy
#   survives; a confidence does not.
# - Without `eval()` batch norm normalises each image by itself, which it has never been trained for.
# - Batches are faster, and in evaluation mode they give the same answers.

# %% tags=["erratum:E18"]
logits = torch.tensor([[4.0, 2.0, 1.0], [100.0, 95.0, 90.0]])
exponentials, probabilities = logits.exp(), logits.softmax(dim=1)
for row in range(2):
    print(f"exp of the logits adds up to {exponentials[row].sum():.2f}", end=", ")
    print(f"softmax to {probabilities[row].sum():.2f}")
assert torch.allclose(probabilities.sum(dim=1), torch.ones(2))
assert exponentials[0].sum() > 60  # no probabilities,
assert exponentials[1].isinf().any()  # and large logits overflow

# %% [markdown]
# **Predict first.** In training mode batch norm subtracts the mean of the batch, channel by channel. With one image as
# the batch, what is lost? We try it on a copy and on validation pictures; the test set stays closed.

# %% tags=["erratum:E18", "nbval-ignore-output"]
X, y = validation
together = evaluation.evaluate(net, validation)
careless = copy.deepcopy(net).cpu().train()
with torch.no_grad():
    alone = torch.cat([careless(image[None]) for image in X])
right, right_alone = together.predictions == y, alone.argmax(dim=1) == y
lost, won = (right & ~right_alone).sum().item(), (~right & right_alone).sum().item()
given = together.probabilities.gather(1, y[:, None])[:, 0]
given_alone = alone.softmax(dim=1).gather(1, y[:, None])[:, 0]
shift = (given - given_alone).abs().mean().item()
print(f"in evaluation mode {right.double().mean():.2%} are right", end=", ")
print(f"one by one in training mode {right_alone.double().mean():.2%}")
print(f"{lost} right answers lost, {won} won, of {len(y):,}")
print(f"the probability of the right digit moves by {shift:.3f} on average")
# measured: it moves by 0.020 ± 0.006 on the bundled digits (8 seeds), by 0.07 ± 0.04
# on MNIST (3). Accuracy falls by 0.2 ± 0.8 points (258 pictures cannot tell) and by
# 4.8 ± 4.6 (3 seeds; six shorter trainings: 1.0 to 10.1)
assert shift > 0.001
assert few or lost - won > 3 * math.sqrt(lost + won)  # three standard errors

# %%
figure, axis = plt.subplots(figsize=(4.2, 3.9))
axis.plot([0, 1], [0, 1], color=plots.BLACK, linewidth=0.8)
axis.plot(given[:400], given_alone[:400], "o", color=plots.VERMILLION, markersize=4)
axis.set(
    xlabel="evaluation mode",
    ylabel="one by one, training mode",
    title="probability of the right digit",
)
plots.show(figure, "Probability of the right digit in both modes, many off the diagonal.")

# %% [markdown]
# **What to see.** Each dot is one of up to 400 pictures; on the diagonal nothing would have changed. What is lost is
# the picture's own level: how much ink, how strong a response. And the slide's loop does one more harm, without a word:
# in training mode each image also moves the running averages of the network that is being tested.

# %% tags=["erratum:E18"]
averages = net.cnn_layers[1].running_mean.cpu()
touched = careless.cnn_layers[1].running_mean
assert not torch.equal(averages, touched)  # testing has changed the network


def fastest(run):
    times = []
    for _ in range(3):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def one_by_one(X):
    careless.eval()
    with torch.inference_mode():
        return torch.cat([careless(image[None]) for image in X])


some = validation[0][:250], validation[1][:250]
batched = evaluation.evaluate(careless, some)
assert torch.allclose(one_by_one(some[0]), batched.logits, atol=1e-4)
slow = fastest(lambda: one_by_one(some[0]))
fast = fastest(lambda: evaluation.evaluate(careless, some))
# measured on one core, 15 rounds: 4.1 ± 0.5 times with AVX2, 2.1 ± 0.1 without
assert slow > 1.5 * fast
print("a batch gives the same logits in less than two thirds of the time")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:09.5"]
# ### Exercise 09.5 · Three faults in a prediction (8 min)
#
# Mend this function. It is to return the probability of each class for each picture, shape (N, C), and a picture's row
# must not depend on the other pictures. The model comes fresh from training. (One of the three only costs time.)
#
# ```python
# def predict(model, X):
#     rows = []
#     for image in X:
#         with torch.no_grad():
#             rows.append(torch.exp(model(image[None])))
#     return torch.cat(rows)
# ```


# %% tags=["exercise:09.5"] nbgrader={"grade_id": "ex-09-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def predict(model, X):  # Exercise 09.5
    """Return the probabilities of the classes, shape (N, C)."""
    ### BEGIN SOLUTION
    model.eval()  # batch norm takes its running averages
    with torch.no_grad():
        return model(X).softmax(dim=1)  # all pictures at once
    ### END SOLUTION


# %% tags=["check:09.5"]
check("09.5", predict)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:train-validation-test"]
# ## Three sets, and why the test set is used once
#
# | set | what it decides | how often it is used |
# |---|---|---|
# | training | the weights | in every step |
# | validation | everything that you choose: epochs, layers, learning rate | after every try |
# | test | nothing | once |
#
# A picture in two of them would be an answer known beforehand. No picture is:

# %% tags=["claim"]
parts = digits.X_train, digits.X_val, digits.X_test
fingerprints = [{picture.numpy().tobytes() for picture in part} for part in parts]
shared = [len(one & other) for one, other in itertools.combinations(fingerprints, 2)]
print("train and validation, train and test, validation and test share:", shared)
assert shared == [0, 0, 0]

# %% [markdown]
# Whose hand wrote them matters as well. The writers of MNIST's test pictures wrote none of the others, and in the
# bundled digits each writer belongs to one set; a writer in two sets would make the second look easier than it is.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Choosing is learning, too
#
# Imagine fifty variants of a network, all equally good: each is right on 98 % of all digits in the world. You measure
# all on the same pictures and keep the best. **Predict first.** What will the winner's measured accuracy be on 1,000
# pictures: 98 %, less or more? And on new pictures?

# %% tags=["claim"]
rng = np.random.default_rng(9)
best = {}
for n in (250, 1_000, 10_000):
    measured = rng.binomial(n, 0.98, size=(2_000, 50)) / n  # 2,000 times fifty variants
    best[f"{n:,} pictures"] = 100 * np.maximum.accumulate(measured, axis=1).mean(axis=0)
    again = rng.binomial(n, 0.98, size=2_000) / n  # the winner on new pictures
    # claim: as before
    assert abs(again.mean() - 0.98) < 4 * again.std() / math.sqrt(2_000)
    flattered = best[f"{n:,} pictures"][-1]
    print(f"best of 50 on {n:6,} pictures: {flattered:.1f} %", end=", ")
    print(f"on new ones {100 * again.mean():.1f} %")
# claim: choosing flatters, measured 99.65 and 98.92 with a spread below 0.01
assert best["250 pictures"][-1] > 99.5 and best["1,000 pictures"][-1] > 98.8

# %%
best["truth"] = np.full(50, 98.0)
plots.curves(
    best,
    alt="Best measured accuracy rises with the number of variants; the truth is flat.",
    x=range(1, 51),
    xlabel="number of variants tried",
    ylabel="best measured accuracy (%)",
)

# %% [markdown]
# **What to see.** Nothing was learned, and still the winner shines: on 250 pictures with 99.7 % on average. The more
# you try and the fewer pictures you have, the more luck you select. So choose on the validation set, and ask the test
# set once, after the last choice.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:09.6"]
# ### Exercise 09.6 · Which number goes into the report? (4 min)
#
# You have trained thirty networks that differ in their settings. Which number tells a reader honestly how well the
# chosen one will do on new digits?
#
# - **a** its accuracy on the training pictures
# - **b** its accuracy on the validation pictures, the highest of the thirty
# - **c** its accuracy on the test pictures, after it was chosen on the validation pictures
# - **d** the highest of the thirty accuracies on the test pictures

# %% tags=["exercise:09.6"] nbgrader={"grade_id": "ex-09-6", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
honest_number = None  # Exercise 09.6: replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
honest_number = "c"
### END SOLUTION

# %% tags=["check:09.6"]
check("09.6", honest_number)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:evaluate-well"]
# ## Evaluate well
#
# One number hides which digits fail, how, and whether the network knows when it is unsure. The *confusion matrix* counts
# pictures by true class (row) and by answer (column). From it come, for each class,
#
# $$\text{precision} = \frac{\text{called } k \text{ and is } k}{\text{called } k}, \qquad
# \text{recall} = \frac{\text{called } k \text{ and is } k}{\text{is } k}$$
#
# What we see here will change what we do next. So we look at validation pictures.

# %%
true = torch.tensor([0, 0, 0, 1, 1, 2, 2, 2])
answer = torch.tensor([0, 0, 2, 1, 1, 2, 1, 2])
matrix = torch.bincount(3 * true + answer, minlength=9).view(3, 3)
precision, recall = matrix.diag() / matrix.sum(dim=0), matrix.diag() / matrix.sum(dim=1)
print(matrix.tolist())
print("precision", " ".join(f"{p:.2f}" for p in precision.tolist()))
print("recall   ", " ".join(f"{r:.2f}" for r in recall.tolist()))

# %% tags=["nbval-ignore-output"]
result = evaluation.evaluate(net, validation)
confusion = evaluation.confusion_matrix(result)
pairs = 10 * result.targets + result.predictions
by_hand = torch.bincount(pairs, minlength=100).view(10, 10)
assert np.array_equal(confusion, by_hand.numpy())
assert math.isclose(np.trace(confusion) / confusion.sum(), result.accuracy)
mistakes = confusion - np.diag(np.diag(confusion))
row, column = np.unravel_index(mistakes.argmax(), mistakes.shape)
print(f"{mistakes.sum()} of {confusion.sum():,} wrong", end="; ")
print(f"most often, for example, {row} was called {column}: {mistakes.max()} times")

# %%
figure, axis = plt.subplots(figsize=(5.0, 4.6))
axis.imshow(mistakes, cmap="Reds", vmax=2 * mistakes.max())
for (row, column), count in np.ndenumerate(mistakes):
    if row != column and count:
        axis.text(column, row, count, ha="center", va="center", fontsize=9)
axis.set(xticks=range(10), yticks=range(10), xlabel="answer", ylabel="true digit")
plots.show(figure, "Mistakes counted by true digit and answer; some pairs are frequent.")

# %% tags=["nbval-ignore-output"] slideshow={"slide_type": "subslide"}
precision, recall = evaluation.precision_and_recall(result)
assert np.allclose(recall, np.diag(confusion) / confusion.sum(axis=1))
figure, axis = plt.subplots(figsize=(7.0, 3.0))
axis.plot(100 * precision, "o", color=plots.BLUE, label="precision")
axis.plot(100 * recall, "D", color=plots.VERMILLION, fillstyle="none", label="recall")
axis.set(xticks=range(10), xlabel="digit", ylabel="%")
axis.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
plots.show(figure, "Precision and recall of each digit: they differ from digit to digit.")
print(f"lowest recall {recall.min():.1%}, for {recall.argmin()}", end="; ")
print(f"lowest precision {precision.min():.1%}, for {precision.argmin()}")

# %% [markdown]
# **What to see.** Low recall means that a digit is overlooked, low precision that its name is given too easily. Which
# of the two hurts depends on the task: who counts eights misses the overlooked ones, who must be sure of
# an eight minds the false ones.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The worst mistakes
#
# Sorted by their loss: pictures to whose true digit the network gave the least probability. Each title gives the truth,
# the answer, and the probability that the network gave its answer.

# %%
worst = evaluation.worst_mistakes(result, 16)
confidence = result.probabilities.amax(dim=1)
true, answer = result.targets, result.predictions
titles = [f"{true[i]} → {answer[i]} ({confidence[i]:.0%})" for i in worst]
gallery(
    digits.X_val[worst],
    titles,
    "The worst mistakes, mostly in an unusual or careless hand.",
)

# %% [markdown]
# **What to see.** Some a person would get wrong too. Others are plain to us, a seven with a bar or a slanted digit: this
# network has seen too few of them, or has too few kernels to tell them apart.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Calibration: does 90 % mean 90 %?
#
# Sort the answers by their confidence into ten bins. In each, compare the mean confidence with the share of right
# answers. The gap, weighted by the number of pictures, is the *expected calibration error*:
#
# $$\mathrm{ECE} = \sum_b \frac{n_b}{n} \,\bigl|\mathrm{accuracy}_b - \mathrm{confidence}_b\bigr|$$
#
# **Predict first.** Is the network more sure of its right answers than of its wrong ones?

# %% tags=["nbval-ignore-output"]
confidence = confidence.double()
right = (result.predictions == result.targets).double()
bins = (10 * confidence).ceil().long() - 1
gap = 0.0
for b in bins.unique():
    inside = bins == b
    apart = (right[inside].mean() - confidence[inside].mean()).abs()
    gap += inside.double().mean().item() * apart.item()
calibration = evaluation.calibration(result)
assert math.isclose(gap, calibration.expected_error, abs_tol=1e-6)
sure, unsure = (confidence[right == one].mean().item() for one in (1, 0))
print(f"mean confidence where right {sure:.2f}, where wrong {unsure:.2f}; ECE {gap:.3f}")
# measured, where wrong: bundled digits 0.64 ± 0.09 (8 seeds), MNIST 0.73 ± 0.03 (3)
assert unsure < sure - 0.05

# %%
figure, axis = plt.subplots(figsize=(4.2, 3.9))
axis.plot([0, 1], [0, 1], color=plots.BLACK, linewidth=1, label="90 % means 90 %")
seen = calibration.count > 0
sure, right = calibration.confidence[seen], calibration.accuracy[seen]
bar = 1 / np.sqrt(calibration.count[seen] + 4)  # roughly two standard errors
axis.errorbar(sure, right, yerr=bar, fmt="o", color=plots.BLUE, label="measured")
axis.set(xlabel="confidence", xlim=(0, 1.02))
axis.set(ylabel="share of right answers", ylim=(0, 1.1))
axis.legend(frameon=False, loc="lower right")
plots.show(figure, "Share of right answers over confidence, near the diagonal, with bars.")

# %% [markdown]
# **What to see.** Points below the diagonal are too sure of themselves. The bars are roughly two standard errors:
# left of the last bin there are few pictures, so these points say little. Most answers stand at the far right.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:09.7"]
# ### Exercise 09.7 · Precision and recall from counts (8 min)
#
# `matrix` is a confusion matrix, a NumPy array of shape (C, C), rows true, columns answers, no sum zero. Return two
# arrays of shape (C,): first the precision of each class, then the recall.


# %% tags=["exercise:09.7"] nbgrader={"grade_id": "ex-09-7", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def precision_and_recall(matrix):  # Exercise 09.7
    """Return (precision, recall), each of shape (C,)."""
    ### BEGIN SOLUTION
    hits = np.diag(matrix)
    called, occurring = matrix.sum(axis=0), matrix.sum(axis=1)
    return hits / called, hits / occurring
    ### END SOLUTION


# %% tags=["check:09.7"]
check("09.7", precision_and_recall)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:look-inside"]
# ## Look inside
#
# The first layer holds four kernels of 3×3 weights. In lecture 02 we chose the weights; these came out of the training.
# A *feature map* is a picture filtered by one of them, plus the bias.

# %%
net.cpu().eval()
kernels = net.cnn_layers[0].weight.detach()[:, 0].numpy()  # (4, 3, 3)
plots.number_row(
    {f"kernel {k + 1}": kernel.round(1) + 0.0 for k, kernel in enumerate(kernels)},
    alt="The four learned kernels: light and dark sides, like differences.",
    decimals=1,
    cell=0.5,
)

# %% tags=["claim"]
picture = validation[0][:1]
with torch.no_grad():
    maps = net.cnn_layers[0](picture)
bias = net.cnn_layers[0].bias.tolist()
grey = picture[0, 0].numpy()
for k in range(4):
    filtered = filtering.correlate2d(grey, kernels[k], padding="zeros") + bias[k]
    # claim: a convolution layer is lecture 02's filter, plus a bias
    assert np.allclose(filtered, maps[0, k].numpy(), atol=1e-4)
size = tuple(maps.shape[2:])
print("four feature maps of", size, "pixels, equal to filtering.correlate2d")

# %%
shown = {"picture": grey} | {f"feature map {k + 1}": maps[0, k].numpy() for k in range(4)}
alt = "A digit and its four feature maps, each with other edges bright."
plots.image_row(shown, alt, height=2.0)

# %% [markdown]
# **What to see.** Compare each map with its kernel: where a kernel is light on one side and dark on the other, the map
# lights up along the edges that face this way.
#
# **Predict first.** After the second block the picture has 7×7 pixels left. Will a person still recognise the digit?

# %%
with torch.no_grad():
    deep = net.cnn_layers(picture)[0]
plots.image_row(
    {f"after block 2, map {k + 1}": deep[k].numpy() for k in range(4)},
    alt="The four maps after the second block: 7×7 pixels, hardly a digit any more.",
    height=2.2,
)
linear = net.linear_layers[0]
evidence = linear.weight.detach().view(10, 4, 7, 7) * deep
logits = evidence.sum(dim=(1, 2, 3)) + linear.bias.detach()
with torch.no_grad():
    assert torch.allclose(logits, net(picture)[0], atol=1e-4)
numbers = evidence[0].numel()
print(numbers, "numbers speak for or against each of", logits.numel(), "digits")

# %% [markdown]
# **What to see.** The digit is gone for our eyes. What is left says which strokes were found and roughly where, and
# that is all that the linear layer needs: it weighs the 196 numbers for each digit and adds up.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## A better network
#
# The mistakes name the remedies. Too little variety: show each digit shifted at random, another picture in every epoch
# (*augmentation*). Too few kernels: more of them, in more layers. And a learning rate that rises and then falls to
# nothing, so that the last epochs only polish. The network is still small: `models.SmallDigitNet`.

# %%
better = models.SmallDigitNet()
for name, layer in [("deck's network", models.DigitNet()), ("better network", better)]:
    convolutions = sum(isinstance(module, nn.Conv2d) for module in layer.modules())
    numbers = sum(parameter.numel() for parameter in layer.parameters())
    print(f"{name}: {convolutions} convolutions, {numbers:6,} numbers")

# %%
torch.manual_seed(9)
copies = training.random_shift(train[0][:1].repeat(8, 1, 1, 1), pixels=2)
plots.image_row(
    {f"copy {k + 1}": copies[k, 0] for k in range(8)},
    alt="Eight copies of one digit, each shifted by up to two pixels.",
    height=1.2,
)

# %% [markdown]
# Training takes a while on a CPU, so we do it in two halves. `fit` writes a *checkpoint* after each epoch: weights,
# optimizer, schedule, history and the state of the random numbers. Whoever is interrupted goes on from there.

# %% tags=["nbval-ignore-output"]
workshop = tempfile.TemporaryDirectory()
checkpoint = Path(workshop.name) / "better.pt"
torch.manual_seed(9)
better = models.SmallDigitNet()
epochs = 10 if few else 6
optimizer = torch.optim.AdamW(better.parameters(), lr=0.01, weight_decay=0.01)
steps = training.steps(epochs, len(train[1]), batch_size=128)
schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.01, total_steps=steps)
recipe = {"optimizer": optimizer, "scheduler": schedule, "augment": training.random_shift}
recipe |= {"batch_size": 128, "seed": 9, "checkpoint": checkpoint}
half_way = training.fit(better, train, validation, epochs=epochs // 2, **recipe)
assert checkpoint.exists() and half_way.epochs == epochs // 2

# %% tags=["nbval-ignore-output"]
recipe |= {"epochs": epochs, "resume": True}
better_history = training.fit(better, train, validation, **recipe)
assert better_history.epochs == epochs  # those of the first half included
assert better_history.val_loss[: epochs // 2] == half_way.val_loss

# %%
figure, axis = plt.subplots()
for name, one, mark in [
    ("deck's network", history, "o"),
    ("better network", better_history, "D"),
]:
    axis.plot(range(1, one.epochs + 1), one.val_loss, marker=mark, label=name)
axis.set(xlabel="epoch", ylabel="validation loss", yscale="log")
axis.legend(frameon=False)
plots.show(figure, "Validation loss of both networks: the better one ends far lower.")

# %% [markdown] slideshow={"slide_type": "subslide"}
# The validation set says which of the two networks to take. The deck's network has met the test pictures already, and
# nothing was decided by it; now the better one meets them. On the same pictures only those count on which the two
# differ: won minus lost has a standard error of $\sqrt{\text{won} + \text{lost}}$.
#
# **Predict first.** How many standard errors will lie between them?

# %% tags=["nbval-ignore-output"]
better_test = evaluation.evaluate(better, test)
rows = {"deck's network": (net, first_test), "better network": (better, better_test)}
for name, (model, tested) in rows.items():
    validated = evaluation.evaluate(model, validation).accuracy
    print(f"{name}: validation {validated:.2%}, test {tested.accuracy:.2%}")
first_right = first_test.predictions == first_test.targets
better_right = better_test.predictions == better_test.targets
won = (better_right & ~first_right).sum().item()
lost = (~better_right & first_right).sum().item()
apart = (won - lost) / math.sqrt(won + lost)
print(f"{won} pictures won, {lost} lost: {apart:.1f} standard errors")
assert few or apart > 3
# measured: bundled digits 96.5 % ± 1.7 (8 seeds), MNIST 99.53 % ± 0.07 (3)
assert better_test.accuracy > (0.91 if few else 0.993)

# %%
figure, axis = plt.subplots(figsize=(7.0, 1.9))
for row, (_, tested) in enumerate(rows.values()):
    wrong = 1 - tested.accuracy
    bar = 200 * math.sqrt(wrong * (1 - wrong) / len(tested.targets))
    axis.errorbar(100 * wrong, row, xerr=bar, fmt="o", color=plots.COLORS[row], capsize=4)
axis.set(yticks=range(2), yticklabels=rows, ylim=(1.6, -0.6), xlim=(0, None))
axis.set(xlabel="test pictures read wrongly (%), with two standard errors")
plots.show(figure, "Share of test pictures read wrongly: far smaller for the better one.")

# %% [markdown]
# **What to see.** Most of the mistakes are gone, and the bars do not touch. More ideas could be tried; each of them would
# have to prove itself on the validation set.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:09.8"]
# ### Exercise 09.8 · A network for a small budget (12 min)
#
# A parcel scanner has room for 1,500 numbers. Write a function that returns a new network for pictures
# (N, 1, 28, 28) with logits (N, 10), at least one convolution, at least one activation or max pooling, and at most
# 1,500 numbers to learn. It must be able to learn thirty pictures by heart; the check gives it 60 steps of Adam. Many
# answers are right.


# %% tags=["exercise:09.8"] nbgrader={"grade_id": "ex-09-8", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def tiny_network():  # Exercise 09.8
    """Return a new network with at most 1,500 numbers to learn."""

    ### BEGIN SOLUTION
    def block(channels):  # halves the side of the picture
        return [
            nn.Conv2d(channels, 4, 3, padding=1),
            nn.BatchNorm2d(4),
            nn.ReLU(),
            nn.MaxPool2d(2),
        ]

    blocks = [*block(1), *block(4), *block(4)]
    return nn.Sequential(*blocks, nn.Flatten(), nn.Linear(4 * 3 * 3, 10))
    ### END SOLUTION


# %% tags=["check:09.8"]
check("09.8", tiny_network)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:save-and-load"]
# ## Save and load
#
# What is worth keeping is the *state*: a dictionary from names to tensors, weights and running averages. The class stays
# in the code. `weights_only=True` reads tensors and plain values, never program code, so a file from a stranger cannot
# run a program here; `map_location` puts them on the device of this machine, whatever the file was written on.

# %%
file = Path(workshop.name) / "digits.pt"
torch.save(better.state_dict(), file)
weights = torch.load(file, map_location="cpu", weights_only=True)
loaded = models.SmallDigitNet()
print(loaded.load_state_dict(weights))
loaded.eval()
learned = [weights[name] for name, _ in loaded.named_parameters()]
numbers = sum(tensor.numel() for tensor in learned)
print(f"{len(weights)} tensors, {numbers:,} numbers to learn")

# %% [markdown]
# **Predict first.** What happens if these weights are loaded into the deck's network?

# %% tags=["claim"]
some = validation[0][:100], validation[1][:100]
assert torch.equal(
    evaluation.evaluate(loaded, some).predictions,
    evaluation.evaluate(better, some).predictions,
)
try:
    models.DigitNet().load_state_dict(weights)
    refused = False
except RuntimeError as error:
    refused = "Missing key" in str(error)
assert refused  # claim: PyTorch compares every name and shape
print("the loaded network gives the same answers; another class is refused")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Your own digit
#
# Write a digit with a dark pen on white paper, and save it as `my_work/digit.png`, one digit in a picture, some hundred
# pixels high; any drawing program will do. Until you do, the cell below draws one: a pen that follows a line, on paper
# that the light does not fall on evenly.


# %%
def drawn(strokes, height=140, width=100, pen=4.0):
    """Draw strokes, arrays of points (row, column), as dark ink on grey paper."""
    here = np.stack(np.mgrid[:height, :width], axis=-1).astype(float)  # (height, width, 2)
    distance = np.full((height, width), np.inf)
    for start, end in (pair for stroke in strokes for pair in itertools.pairwise(stroke)):
        along = end - start
        t = np.clip((here - start) @ along / (along @ along), 0, 1)  # nearest point
        nearest = start + t[..., None] * along
        distance = np.minimum(distance, np.linalg.norm(here - nearest, axis=-1))
    ink = np.clip(pen - distance, 0, 1)
    paper = np.linspace(0.9, 0.7, width)
    return paper * (1 - ink) + 0.15 * ink


def arc(row, column, radius, start, end):
    """Return points on a circle; angles in degrees, 0 points right and 90 up."""
    angle = np.radians(np.linspace(start, end, 25))
    points = [row - radius * np.sin(angle), column + radius * np.cos(angle)]
    return np.stack(points, axis=1)


two = [np.vstack([arc(45, 42, 20, 160, -40), [[105, 20], [105, 70]]])]
three = [arc(40, 45, 18, 150, -90), arc(79, 45, 21, 90, -150)]
seven = [np.array([[25.0, 20], [25, 66], [110, 38]])]

# %% tags=["nbval-ignore-output"]
own = settings.work_folder() / "digit.png"
photo = plt.imread(own) if own.exists() else drawn(three)
photo = photo if photo.ndim == 2 else photo[..., :3].mean(axis=2)  # colors to grey
print("your own picture" if own.exists() else "the drawn three", photo.shape)
assert photo.min() >= 0 and photo.max() <= 1

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Prepare it as MNIST was prepared
#
# A network reads what looks like its training pictures: white ink on black, the digit 20 pixels large, its centre of
# mass in the middle of 28×28. So: turn light and dark round, take off the paper, cut out, scale, and place.


# %%
def prepared(photo):
    """Turn dark ink on light paper into a picture like MNIST's, (28, 28) in [0, 1]."""
    paper = np.percentile(photo, 90, axis=0)  # its grey may change from left to right
    ink = np.clip(paper - photo, 0, None)
    ink = np.where(ink > 0.3 * ink.max(), ink / ink.max(), 0)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    size = [max(1, round(20 * side / max(ink.shape))) for side in ink.shape]
    ink = torch.tensor(ink)[None, None]
    small = F.interpolate(ink, size, mode="bilinear", antialias=True)[0, 0].numpy()
    small /= small.max()
    places = []
    for axis, side in enumerate(size):
        centre = (small.sum(axis=1 - axis) * np.arange(side)).sum() / small.sum()
        places.append(int(np.clip(round(14 - centre), 0, 28 - side)))
    canvas = np.zeros((28, 28), dtype=np.float32)
    canvas[places[0] : places[0] + size[0], places[1] : places[1] + size[1]] = small
    return canvas


# %%
ready = prepared(drawn(three))
rows = np.flatnonzero(ready.any(axis=1))
share = ready / ready.sum()
centre = [(share.sum(axis=1 - axis) * np.arange(28)).sum() for axis in (0, 1)]
print(f"{np.ptp(rows) + 1} pixels high, {ready.dtype}, shape {ready.shape}")
assert np.abs(np.array(centre) - 14).max() <= 0.5
plots.image_row(
    {
        "picture": np.pad(photo, 2),  # a dark frame
        "prepared": prepared(photo),
        "a three of the data": digits.X_train[digits.y_train == 3][0, 0],
    },
    alt="The picture as drawn, the same prepared like MNIST, and a digit of the data.",
)

# %% [markdown]
# **Predict first.** What will the network answer to the drawn three if we only shrink the picture to 28×28 pixels and
# leave ink and paper as they are?


# %% tags=["nbval-ignore-output"]
def reading(picture):
    """Return the answer for a picture (28, 28) in [0, 1], and its probability."""
    with torch.no_grad():
        X = normalized(torch.tensor(picture, dtype=torch.float32)[None, None])
        probabilities = loaded(X).softmax(dim=1)
    return probabilities.argmax().item(), probabilities.max().item()


whole = torch.tensor(photo)[None, None]
shrunk = F.interpolate(whole, (28, 28), mode="bilinear", antialias=True)[0, 0]
for name, picture in {"only shrunk": shrunk.numpy(), "prepared": prepared(photo)}.items():
    answer, probability = reading(picture)
    print(f"{name}: {answer}, with probability {probability:.0%}")
answers = [reading(prepared(drawn(strokes)))[0] for strokes in (two, three, seven)]
print("a drawn two, three and seven are read as", answers)
assert few or answers == [2, 3, 7]

# %% tags=["claim", "nbval-ignore-output"]
some = digits.X_val[:250], digits.y_val[:250]
as_trained = evaluation.evaluate(loaded, (normalized(some[0]), some[1])).accuracy
dark_on_light = evaluation.evaluate(loaded, (normalized(1 - some[0]), some[1])).accuracy
print(f"light on dark {as_trained:.1%} right, dark on light {dark_on_light:.1%}")
# measured: bundled digits 0.19 ± 0.05 (5 seeds), MNIST 0.18 ± 0.07 (3)
assert as_trained > 0.9
assert dark_on_light < 0.5  # claim: it reads only what looks like its training pictures

# %% [markdown]
# **What to see.** Weights that read nearly every test picture fail on a picture that was prepared differently, and nothing
# warns: an answer comes, with a probability. Many failures of networks in use are of this kind.

# %%
workshop.cleanup()
print("files left behind:", [path.name for path in (checkpoint, file) if path.exists()])

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | step | the lines | what goes wrong without |
# |---|---|---|
# | normalise | `(X - mean) / std`, measured without test pictures | slow learning |
# | define | blocks of convolution, norm, ReLU, pooling; logits at the end | softmax twice |
# | loss, optimizer | `cross_entropy`, Adam; first loss near $\ln 10$ | mistakes that nobody sees |
# | train | `zero_grad`, forward, loss, `backward`, `step` | gradients that add up |
# | validate, test | `eval()`, `inference_mode()`, batches | answers that depend on neighbours |
# | judge | confusions, precision, recall, calibration, pictures | one flattering number |
# | save | `state_dict`, `weights_only=True`, `map_location` | a file that runs code |
#
# Choose on the validation set, and use the test set once.

# %% slideshow={"slide_type": "skip"} tags=["progress:09"]
from course_utils.exercises import progress

progress("09")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# 1. Your training loss falls to about 1.46 and stays there, with ten classes. What do you look for?
# 2. The same picture gets different answers in different batches. Which line is missing?
# 3. A colleague reports the epoch with the highest test accuracy. What is wrong, and which way is the number off?
#
# <details><summary>Answers</summary>
#
# 1. A softmax at the end of the network: with the one in `cross_entropy` the loss cannot fall below $\ln(e + 9) - 1$.
# 2. `model.eval()`: batch norm is still using the statistics of each batch.
# 3. The test set has chosen the epoch, so its luck was chosen too: the number is too high. Choose the epoch on the
#    validation set.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Gradient-based learning applied to document recognition,
#   *Proceedings of the IEEE* 86, 2278–2324, 1998: MNIST, how its digits were prepared, and LeNet-5.
# - E. Alpaydin and C. Kaynak, Optical recognition of handwritten digits, UCI Machine Learning Repository, 1998: the
#   bundled digits.
# - S. Ioffe and C. Szegedy, Batch normalization, *ICML* 2015: training statistics and running averages.
# - D. P. Kingma and J. Ba, Adam: a method for stochastic optimization, *ICLR* 2015.
# - L. N. Smith and N. Topin, Super-convergence, arXiv:1708.07120, 2017: the learning rate that rises and falls.
# - C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, On calibration of modern neural networks, *ICML* 2017.
# - Q. McNemar, Note on the sampling error of the difference between correlated proportions or percentages,
#   *Psychometrika* 12, 153–157, 1947: comparing two classifiers by the pictures on which they differ.
