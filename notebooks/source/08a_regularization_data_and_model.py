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
# # 08a · Regularization: data and model
#
# A network that knows its training pictures by heart may still fail on the next one. Regularization is whatever
# makes it do better on new pictures, even where it does worse on the old. This first part changes the **data** and the
# **model**; part b changes the loss and the way down.
#
# **After this lecture you can**
# - make over-fitting visible, and tell empirical from expected risk;
# - write noise layers, mixup, dropout and adversarial examples yourself;
# - choose between models without touching the test set;
# - compare techniques fairly, over seeds, and say when one did not help.
#
# **You need** convolutions (lecture 03), losses (06) and optimizers (07).
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 90 min | 36 min | 3 min |

# %% tags=["setup"]
import functools
import itertools

import matplotlib.pyplot as plt
import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.nn import functional as F
from torchvision.transforms import v2

from course_utils import data, evaluation, layers, plots, regularization, settings
from course_utils.exercises import check, hint
from course_utils.training import comparison, regularizers

plots.use_course_style()
patches = data.patches()
EPOCHS = settings.by_profile(full=60, fast=12)
SEEDS = settings.by_profile(full=range(5), fast=range(3))

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:what-is-regularization"]
# ## A network that learns by heart
#
# The task of this lecture: which of ten photographs does a patch of 32×32 pixels come from? Training patches are cut
# from the left half of each photograph, test patches from the right 30 %, validation patches from between. No pixel is
# shared.

# %%
print(patches.sizes)
figure, axes = plt.subplots(2, 10, figsize=(9, 2.5))
for row, images in zip(axes, (patches.X_train, patches.X_test), strict=True):
    for axis, image in zip(row, images[:10], strict=True):
        axis.imshow(image.permute(1, 2, 0).numpy())
        axis.set(xticks=[], yticks=[])
for axis, name in zip(axes[0], patches.class_names, strict=True):
    axis.set_title(name.split()[0][:10], fontsize=9)
axes[0, 0].set_ylabel("train")
axes[1, 0].set_ylabel("test")
plots.show(
    figure,
    "Ten patches from left halves above ten from the right parts of the same photographs.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# To see over-fitting we make labels scarce: ten a class, one hundred in all. The network has two convolutions and two
# dense layers. This is the whole training; `batch_loss` is where many techniques of this lecture will act.

# %%
task = comparison.few_patches(per_class=10)


def train_network(seed, epochs, batch_loss, after_epoch=None):
    """Train a fresh network on the labelled patches and return it."""
    torch.manual_seed(seed)
    network = comparison.small_net().to(task.X.device)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.002)
    for _ in range(epochs):
        for rows in torch.randperm(len(task.X)).to(task.X.device).split(20):
            loss = batch_loss(network, task.X[rows], task.y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        if after_epoch is not None:
            after_epoch(network)
    return network


def plain_loss(network, x, y):
    return F.cross_entropy(network(x), y)


weights = sum(values.numel() for values in comparison.small_net().parameters())
sizes = f"{len(task.X)} labelled patches, {len(task.X_test):,} test patches"
print(f"{weights:,} weights, {sizes}")

# %% [markdown]
# **Predict first.** Over 300 times more weights than pictures. Where does the error on the training patches end, and
# where the error on the test patches?

# %% tags=["claim", "nbval-ignore-output"]
history = {"training": [], "test": []}


def record(network):
    history["training"].append(comparison.error(network, task.X, task.y))
    history["test"].append(comparison.error(network, task.X_test, task.y_test))


train_network(0, EPOCHS, plain_loss, after_epoch=record)
plots.curves(
    history,
    "Error against epoch: the training error falls to nearly nothing, the test error not.",
    x=np.arange(1, EPOCHS + 1),
    xlabel="epoch",
    ylabel="wrong predictions [%]",
)
train_error, test_error = history["training"][-1], history["test"][-1]
print(f"{EPOCHS} epochs, wrong: training {train_error:.0f} %, test {test_error:.0f} %")
# claim: it over-fits; measured 37 ± 4 (8 seeds), fast 29 ± 3 (10 seeds)
assert test_error - train_error > 15

# %% [markdown]
# **What to see.** The network ends with hardly an error on what it has seen, and with a large one on what it has not.
# The distance between the two is the *generalisation gap*.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Two risks and five places to act
#
# We want weights $w$ with a low **expected risk**, over all pictures $x$ with target $t$ that may come. We can only
# compute the **empirical risk**, over the training set $\mathcal D$:
#
# $$\mathbb{E}\bigl[E(f_w(x), t)\bigr] + R \qquad\text{against}\qquad
# \frac{1}{|\mathcal D|} \sum_{(x_i, t_i) \in \mathcal D} E(f_w(x_i), t_i) + R$$
#
# | place | what can be changed | part |
# |---|---|---|
# | $\mathcal D$ | the data | a |
# | $f$ | the model | a |
# | $E$ | the error function | b |
# | $R$ | a term that needs no targets | b |
# | $\arg\min$ | start, steps and end of the optimisation | b |

# %% [markdown]
# **Predict first.** The mean of a test set estimates the expected risk. We train with more and more labels, and as many
# steps each time. Which of the two risks rises?

# %% tags=["claim", "nbval-ignore-output"]
counts = settings.by_profile(full=(5, 10, 20, 40), fast=(5, 40))
risks = {"empirical (training)": [], "expected (estimated on test patches)": []}
for per_class in counts:
    larger = comparison.few_patches(per_class)
    network = comparison.train(larger, seed=0, epochs=10 * EPOCHS // per_class)
    sets = (larger.X, larger.y), (larger.X_test, larger.y_test)
    for name, (X, y) in zip(risks, sets, strict=True):
        with torch.no_grad():
            risks[name].append(F.cross_entropy(network(X), y).item())
    print(f"{per_class:2} a class: empirical risk {risks['empirical (training)'][-1]:.2f}")
plots.curves(
    risks,
    "Two risks against labels a class: the expected falls steeply, the empirical rises.",
    x=np.array(counts),
    xlabel="labelled patches a class",
    ylabel="cross-entropy",
)
expected = risks["expected (estimated on test patches)"]
assert expected[-1] < expected[0]  # claim: more labels help

# %% [markdown]
# **What to see.** The empirical risk rises: more patches are harder to learn by heart in as many steps. The expected
# risk with forty a class is far below that with five; small steps between neighbours, one seed each, decide nothing.
# More data is a strong regularizer, and a dear one; the rest of the lecture is about what to do when there is no more.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The table
#
# Every technique is trained on the same hundred patches from the same seeds, and measured on the same test patches. Its
# strength was chosen on the validation patches, with other seeds. One row says:
#
# - training and test error in per cent, mean over seeds, ± standard deviation of the test error;
# - the gap between them;
# - the work: floating-point operations of one training, as a multiple of the baseline's;
# - a verdict: better or worse than the baseline if the difference, seed by seed, is over four standard errors, else
#   unclear.

# %% tags=["nbval-ignore-output"]
table = comparison.Comparison(task, SEEDS)


def train(seed, **changes):
    """Train as ``train_network`` does, but for the changes given."""
    return comparison.train(task, seed, epochs=EPOCHS, **changes)


baseline_networks = table.add("baseline", train)
ours, theirs = train_network(0, 1, plain_loss), comparison.train(task, 0, epochs=1)
for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
    assert torch.allclose(a, b, atol=1e-5)  # comparison.train is what we wrote out above

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:data-noise"]
# ## Noise on inputs and on hidden units
#
# Add fresh Gaussian noise to a picture each time it is shown, and it is never the same picture twice:
#
# $$\tau_\theta(x) = x + \theta, \qquad \theta \sim \mathcal N(0, \sigma^2 I)$$
#
# For a linear model with the square error this is an old friend, weight decay (lecture 07). The noise is independent of
# the rest, so on average
#
# $$\mathbb E\bigl[(w^T(x + \theta) - t)^2\bigr] = (w^T x - t)^2 + \sigma^2 \lVert w \rVert^2$$

# %% tags=["claim"]
rng = np.random.default_rng(8)
X_line, w_line = rng.normal(size=(50, 6)), rng.normal(size=6)
t_line, sigma = X_line @ w_line + rng.normal(size=50), 0.3
noise = rng.normal(0, sigma, size=(4000, 50, 6))
losses = (((X_line + noise) @ w_line - t_line) ** 2).mean(axis=1)  # one a draw
plain = ((X_line @ w_line - t_line) ** 2).mean()
penalised = plain + sigma**2 * (w_line**2).sum()
print(f"square error {plain:.2f}; noise {losses.mean():.2f}, term {penalised:.2f}")
standard_error = losses.std() / np.sqrt(len(losses))
# claim: noise on the inputs of a linear model is weight decay
assert abs(losses.mean() - penalised) < 4 * standard_error
assert penalised - plain > 20 * standard_error

# %% [markdown] slideshow={"slide_type": "subslide"}
# In a network the same noise can be put between layers too. It must be off in evaluation.

# %%


class GaussianNoise(nn.Module):
    def __init__(self, sigma):
        super().__init__()
        self.sigma = sigma

    def forward(self, x):
        return x + self.sigma * torch.randn_like(x) if self.training else x


ours, course = GaussianNoise(0.3), regularizers.GaussianNoise(0.3)
x = torch.zeros(200, 500)
noisy = [torch.manual_seed(8) and layer(x) for layer in (ours, course)]
assert torch.equal(*noisy)  # the course's own layer does the same
print(f"spread in training {noisy[0].std():.2f}, in evaluation {ours.eval()(x).std():.2f}")


# %% [markdown]
# **Predict first.** Pixels are normalised, so 0.3 is a visible grain. Will it close the gap on our patches, most of
# which are textures?


# %% tags=["nbval-ignore-output"]
def with_layers(insertions, width=16):
    """Return the network of the lecture with layers inserted: {position: layer}."""
    built = list(comparison.small_net(width))
    for position in sorted(insertions, reverse=True):
        built.insert(position, insertions[position])
    return nn.Sequential(*built)


def noisy_inputs():
    return with_layers({0: regularizers.GaussianNoise(0.3)})


def noisy_features():
    return with_layers({layer: regularizers.GaussianNoise(0.3) for layer in (6, 8)})


table.add("noise on inputs", lambda seed: train(seed, make_network=noisy_inputs))
table.add("noise on hidden units", lambda seed: train(seed, make_network=noisy_features))
# measured 2.0 ± 2.3 and 2.5 ± 3.4 points worse (8 seeds); fast 5.8 ± 4.4, 5.4 ± 4.1 (10)
for name in ("noise on inputs", "noise on hidden units"):
    assert table.change(name).mean() > -5  # claim: no gain worth the name

# %% [markdown]
# **What to see.** Neither helps here. Fine grain tells grass from gravel, and noise hides it. A technique is an
# assumption about the data; this one says that small changes of a pixel do not matter.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:data-augmentation"]
# ## Augmentation: changes that keep the target
#
# A mirrored patch of grass is a patch of grass. Transforms with random parameters, drawn afresh for every picture and
# every epoch, turn a hundred pictures into many thousands. `torchvision.transforms.v2` has them ready.

# %%
augment = v2.Compose(
    [
        v2.RandomHorizontalFlip(),
        v2.RandomVerticalFlip(),
        v2.RandomCrop(32, padding=4, padding_mode="reflect"),
    ]
)
torch.manual_seed(8)
coffee = patches.X_train[3]
drawn = {"original": coffee} | {f"draw {k}": augment(coffee) for k in range(1, 7)}
plots.image_row(
    {title: image.permute(1, 2, 0) for title, image in drawn.items()},
    "A patch of the coffee photograph and six random versions: mirrored and shifted.",
)
versions = torch.stack([augment(coffee) for _ in range(500)])
distinct = len(torch.unique(versions.flatten(1), dim=0))
print(f"500 draws from one patch: {distinct} different, of {2 * 2 * 9 * 9} possible")

# %% [markdown]
# **Predict first.** Photographs of what would a vertical flip make useless for training?

# %% tags=["claim", "nbval-ignore-output"]


def augmented(network, x, y):
    return F.cross_entropy(network(torch.stack([augment(image) for image in x])), y)


table.add("flips and shifts", lambda seed: train(seed, batch_loss=augmented))
gap = {}
for name in ("baseline", "flips and shifts"):
    gap[name] = (table.rows[name].test_errors - table.rows[name].train_errors).mean()
    print(f"{name:16}: gap {gap[name]:.1f} points")
# claim: knowledge about the world closes the gap; by 11 ± 5 a seed (8), fast 12 ± 6 (10)
assert gap["flips and shifts"] < gap["baseline"]

# %% [markdown]
# **What to see.** The training error is higher and the test error lower: the gap closes from both sides. What is new
# here is *knowledge*: we told the network what does not matter for a patch. (A photograph of a text would object to the
# flips.)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Preserving or modifying the representation
#
# Flips preserve the representation: the result is a picture again, as likely as the first. Other transforms **modify**
# it: they map the data into another space in which the problem is easier, the same way in training and in testing. Take
# a histogram of each color: where the pixels were is lost, what they were remains.
#
# **Predict first.** A linear classifier on 3072 pixel values or on 24 histogram counts: which one wins?


# %% tags=["claim"]
def histograms(images, bins=8):
    """Return how often each color occurs in eight steps of brightness: (N, 3·bins)."""
    steps = (bins * images).long().clamp(max=bins - 1)  # (N, 3, 32, 32), of 0 to 7
    return torch.cat([(steps == step).float().mean((2, 3)) for step in range(bins)], dim=1)


X_few, y_few = patches.X_train[:100], patches.y_train[:100]
linear_errors = {}
ways = {"pixels": lambda images: images.flatten(1), "histograms": histograms}
for name, represent in ways.items():
    logistic = LogisticRegression(solver="newton-cg", tol=1e-6)
    classifier = make_pipeline(StandardScaler(), logistic)
    classifier.fit(represent(X_few), y_few)
    X_represented, numbers = represent(patches.X_test), represent(X_few).shape[1]
    linear_errors[name] = 100 * (1 - classifier.score(X_represented, patches.y_test))
    print(f"{name:10}: {numbers:4} numbers, test error {linear_errors[name]:.0f} %")
# claim: fewer, better chosen numbers make the problem easier
assert linear_errors["histograms"] < linear_errors["pixels"] - 10

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:08a.1"]
# ### Exercise 08a.1 · Which transform keeps the target? (4 min)
#
# A network shall read handwritten digits, each alone in the middle of a picture of 28×28 pixels. Which **one** of these
# keeps the target **and** gives pictures that may come in the test?
#
# - **a** turning by any angle up to 180°
# - **b** shifting by up to two pixels
# - **c** mirroring left and right
# - **d** swapping black and white in half of the pictures, though every test picture is white on black

# %% tags=["exercise:08a.1"] nbgrader={"grade_id": "ex-08a-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
answer = None  # Exercise 08a.1: replace None by a letter in quotes
### BEGIN SOLUTION
answer = "b"
### END SOLUTION

# %% tags=["check:08a.1"]
check("08a.1", answer)

# %% [markdown]
# Stuck in an exercise? `hint` helps a little, and a little more each time it is called.

# %%
hint("08a.1", 1)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:adversarial-training"]
# ## Adversarial examples: the worst noise
#
# So far the noise was random. The *fast gradient sign method* asks the gradient for the noise that hurts: every pixel
# moves by the same small $\varepsilon$, in the direction that raises the loss:
#
# $$x' = x + \varepsilon \,\operatorname{sign}\bigl(\nabla_x E(f_w(x), t)\bigr)$$


# %%
def fgsm(network, x, y, epsilon):
    """Return the pictures, each number moved by epsilon so that the loss rises."""
    x = x.detach().requires_grad_()
    (slope,) = torch.autograd.grad(F.cross_entropy(network(x), y), x)
    return (x + epsilon * slope.sign()).detach()


victim, epsilon = baseline_networks[0].eval(), 0.1
X_some, y_some = task.X_test[:200], task.y_test[:200]
attacked = fgsm(victim, X_some, y_some, epsilon)
assert torch.equal(attacked, regularizers.fgsm(victim, X_some, y_some, epsilon))
largest = (attacked - X_some).abs().max().item()
print(f"no number moved by more than {largest:.2f}")

# %% [markdown]
# **Predict first.** The noise of the same size but random sign, and the adversarial one: how many errors does each add?

# %% tags=["claim", "nbval-ignore-output"]
torch.manual_seed(8)
signs = torch.randint(0, 2, X_some.shape).to(X_some) * 2 - 1
found = {
    "as they are": X_some,
    "random signs": X_some + epsilon * signs,
    "adversarial": attacked,
}
attack_errors = {name: comparison.error(victim, X, y_some) for name, X in found.items()}
print("; ".join(f"{name}: {value:.0f} % wrong" for name, value in attack_errors.items()))
scale, shift = (torch.tensor(v)[:, None, None] for v in (patches.std, patches.mean))
shown = {name: (X[3].cpu() * scale + shift).clip(0, 1) for name, X in found.items()}
plots.image_row(
    {name: image.permute(1, 2, 0) for name, image in shown.items()},
    "A patch three times: as it is, with random, with adversarial noise; both look alike.",
)
# claim: the direction matters, not the size; measured 37 ± 2 (8 seeds), fast 29 ± 6 (10)
assert attack_errors["adversarial"] - attack_errors["random signs"] > 10

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Training with adversarial examples
#
# For each batch, attack the network as it is now, and let it learn from the attacked pictures instead of the clean ones.

# %% tags=["claim", "nbval-ignore-output"]


def adversarial(network, x, y):
    return plain_loss(network, fgsm(network, x, y, 0.1), y)


def under_attack(network, epsilon):
    """Return error and loss on 300 test patches; the attacker knows the network."""
    network.eval()
    X, y = task.X_test[:300], task.y_test[:300]
    result = evaluation.evaluate(network, (fgsm(network, X, y, epsilon), y))
    return 100 * (1 - result.accuracy), result.loss


hardened_networks = table.add(
    "adversarial training",
    lambda seed: train(seed, batch_loss=adversarial),
)
sizes = (0, 0.02, 0.05, 0.1, 0.2)
robustness, losses_at = {}, {}
for name, networks in (("baseline", baseline_networks), ("hardened", hardened_networks)):
    outcomes = [[under_attack(network, size) for size in sizes] for network in networks]
    robustness[name], losses_at[name] = np.mean(outcomes, axis=0).T
    error, loss = robustness[name][3], losses_at[name][3]
    print(f"{name} attacked with 0.1: {error:.0f} % wrong, loss {loss:.2f}")
# claim: hardened against attacks; by 0.4 ± 0.13 a seed in fast (10 seeds), more in full
assert losses_at["hardened"][3] < losses_at["baseline"][3] - 0.1

# %%
plots.curves(
    robustness,
    "Error against attack: both climb, the hardened network less.",
    x=np.array(sizes),
    xlabel="ε of the attack, in standard deviations of a pixel",
    ylabel="wrong predictions [%]",
)
print(f"{len(sizes)} attacks, from ε = {sizes[0]} to {sizes[-1]}")

# %% [markdown]
# **What to see.** Training under attack buys some robustness for about twice the work, as the attack is a forward and a
# backward pass of its own. On clean patches it buys nothing: look at the verdict of its row.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:08a.2"]
# ### Exercise 08a.2 · Attack a logistic regression (8 min)
#
# The model says $p = \sigma(w^T x + b)$, the loss is the binary cross-entropy with target 0 or 1. Derive the gradient
# of the loss of one sample with respect to $x$, and write `attack(w, b, X, t, epsilon)`.
#
# `w` has shape (F,), `X` shape (N, F), `t` shape (N,). Return the adversarial examples, shape (N, F).


# %% tags=["exercise:08a.2"] nbgrader={"grade_id": "ex-08a-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def attack(w, b, X, t, epsilon):  # Exercise 08a.2
    """Return the adversarial examples of a logistic regression: shape (N, F)."""
    ### BEGIN SOLUTION
    p = 1 / (1 + np.exp(-(X @ w + b)))
    slope = (p - t)[:, None] * w
    return X + epsilon * np.sign(slope)
    ### END SOLUTION


# %% tags=["check:08a.2"]
check("08a.2", attack)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:interpolation"]
# ## Mixup: learn from what lies between
#
# Mix two pictures, and mix their targets in the same shares:
#
# $$\tilde x = \lambda x_i + (1 - \lambda)\, x_j, \qquad \tilde t = \lambda t_i + (1 - \lambda)\, t_j,
# \qquad \lambda \sim \mathrm{Beta}(\alpha, \alpha)$$
#
# The network is asked to change its mind gradually on the way from one picture to another.


# %%
def mixup(x, targets, alpha, rng):
    """Mix a batch with a shuffled copy of itself."""
    share, order = rng.beta(alpha, alpha), rng.permutation(len(x))
    mixed = share * x + (1 - share) * x[order]
    return mixed, share * targets + (1 - share) * targets[order]


X_batch, t_batch = patches.X_train[:10].numpy(), np.eye(10)
ours = mixup(X_batch, t_batch, 1.0, np.random.default_rng(8))
course = regularization.mixup(X_batch, t_batch, 1.0, np.random.default_rng(8))
assert all(np.array_equal(a, b) for a, b in zip(ours, course, strict=True))
titles = []
for target in ours[1][:5]:
    two = np.argsort(target)[::-1][:2]
    titles.append(" + ".join(f"{target[k]:.2f} {patches.class_names[k][:5]}" for k in two))
figure, axes = plt.subplots(1, 5, figsize=(9, 2.1))
for axis, image, title in zip(axes, ours[0][:5], titles, strict=True):
    axis.imshow(image.transpose(1, 2, 0))
    axis.set_title(title, fontsize=8)
    axis.set_axis_off()
plots.show(figure, "Five mixed patches, each two photographs shining through each other.")
print(titles[0])

# %% [markdown] slideshow={"slide_type": "subslide"}
# Mixing pictures gives pictures that no camera takes. *Manifold mixup* mixes hidden features too, at a depth drawn
# anew for each batch, where a point between two classes may mean more. The loss is the mean of two cross-entropies,
# weighted by the shares; this equals the loss against the mixed target.

# %% tags=["claim"]
torch.manual_seed(8)
logits = torch.randn(6, 10, dtype=torch.float64)
first, second = torch.randint(10, (2, 6))
mixed_target = 0.3 * F.one_hot(first, 10) + 0.7 * F.one_hot(second, 10)
one_loss = F.cross_entropy(logits, mixed_target.double())
two_losses = 0.3 * F.cross_entropy(logits, first) + 0.7 * F.cross_entropy(logits, second)
assert torch.isclose(one_loss, two_losses)  # claim: cross-entropy is linear in the target
print(f"loss against the mixed target {one_loss:.2f}, mixed losses {two_losses:.2f}")

# %% [markdown]
# **Predict first.** Half grass, half gravel: does such a patch teach something about the two textures?

# %% tags=["nbval-ignore-output"]
HIDDEN = (0, 3, 6)  # pictures, behind the first and the second pooling


def mixed_pictures(network, x, y):
    return regularizers.mixup_loss(network, x, y, alpha=0.2)


def mixed_features(network, x, y):
    depth = HIDDEN[int(torch.randint(len(HIDDEN), ()))]
    return regularizers.mixup_loss(network, x, y, alpha=0.2, depth=depth)


table.add("mixup", lambda seed: train(seed, batch_loss=mixed_pictures))
table.add("manifold mixup", lambda seed: train(seed, batch_loss=mixed_features))
# measured 5.4 ± 1.8 and 4.9 ± 3.7 points worse (8 seeds); fast 4.6 ± 4.4, 2.6 ± 2.7 (10)
for name in ("mixup", "manifold mixup"):
    assert table.change(name).mean() > -4  # claim: here mixing does not help

# %% [markdown]
# **What to see.** Read the verdicts. With a hundred patches and a small network, mixing pictures does harm rather than
# good; the papers report gains for large networks trained for long.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:08a.3"]
# ### Exercise 08a.3 · Mix two batches (6 min)
#
# Write `mix(x, y, share, order, classes)`: mix each sample with the one that `order` names, `share` of the first.
# `x` has shape (N, F), `y` holds N class labels (whole numbers), `order` N indices.
#
# Return the mixed samples, shape (N, F), and the mixed one-hot targets, shape (N, classes).


# %% tags=["exercise:08a.3"] nbgrader={"grade_id": "ex-08a-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def mix(x, y, share, order, classes):  # Exercise 08a.3
    """Return mixed samples (N, F) and mixed targets (N, classes)."""
    ### BEGIN SOLUTION
    targets = np.eye(classes)[y]
    mixed = share * x + (1 - share) * x[order]
    return mixed, share * targets + (1 - share) * targets[order]
    ### END SOLUTION


# %% tags=["check:08a.3"]
check("08a.3", mix)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:dropout"]
# ## Dropout
#
# In each training step every unit is switched off with probability $p$. No unit can rely on another, so each must be of
# use by itself. The units that stay are scaled by $1/(1-p)$; then the mean input of the next layer is the same in
# training and in evaluation, and evaluation needs no dropout at all.


# %%
def dropout(x, p, rng):
    """Return the units left, scaled, and the scale of each (0 or 1/(1-p))."""
    scale = (rng.random(x.shape) >= p) / (1 - p)
    return x * scale, scale


def dropout_backward(grad_output, scale):
    """Return the gradient: it passes where the unit stayed, scaled alike."""
    return grad_output * scale


x = np.random.default_rng(8).normal(size=(6, 5))
out, scale = dropout(x, 0.4, np.random.default_rng(1))
layer = layers.Dropout(0.4, rng=1)  # the course's own layer does the same
assert np.array_equal(layer.forward(x), out)
ones = np.ones_like(x)
assert np.array_equal(layer.backward(ones), dropout_backward(ones, scale))
shown = {"x": x, "after dropout": out + 0}  # + 0 turns -0 to 0
plots.number_row(shown, "Numbers before and after dropout.", decimals=1)
print(f"{(scale == 0).sum()} of {x.size} units off, the others times {scale.max():.2f}")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E08"]
# ### Erratum E08: who needs an adjustment?
#
# The deck calls dropout a way to regularize the weights of dense layers, and says that at test time the kernels need no
# adjustment. Something does: with units switched off and **not** scaled, a layer learns to live with a share of $1-p$ of
# its input, and in evaluation gets all of it. What must be scaled are the activations, by $1/(1-p)$ in training or by
# $1-p$ in evaluation. And dropout acts on **activations**, those of a convolution too.
#
# **Predict first.** Feature maps of mean 2 and $p = 0.5$: what mean does the next layer see in training and in
# evaluation, without and with the scaling?

# %% tags=["erratum:E08"]
rng = np.random.default_rng(8)
maps = rng.uniform(1, 3, size=(64, 8, 16, 16))  # (N, C, H, W): of a convolution, not dense
dropped, scale = dropout(maps, 0.5, rng)
unscaled = maps * (scale > 0)
print(f"evaluation {maps.mean():.2f}", end=", training: ")
print(f"not scaled {unscaled.mean():.2f}, scaled {dropped.mean():.2f}")
assert abs(unscaled.mean() - 0.5 * maps.mean()) < 0.01  # off by the factor 1 - p
assert abs(dropped.mean() - maps.mean()) < 0.02  # the scaled activations need nothing more
torch.manual_seed(8)
kernel = nn.Conv2d(8, 4, 3)
before = kernel.weight.clone()
whole_maps = nn.Dropout2d(0.5)(torch.from_numpy(maps).float())  # PyTorch: whole maps off
kernel(whole_maps)
off = (whole_maps.abs().amax((2, 3)) == 0).float().mean().item()
changed = not torch.equal(before, kernel.weight)
print(f"{off:.1f} of the feature maps are off; weights changed: {changed}")
assert not changed  # dropout touches activations, never the weights
assert abs(off - 0.5) < 0.1

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### An ensemble of thinned networks
#
# With $n$ units that may be off there are $2^n$ thinned networks, all sharing their weights. Ten hidden units in front
# of a softmax give 1024 of them, few enough to ask every one.
#
# **Predict first.** The thinned networks vote: we multiply their probabilities, take the 1024th root and normalise. How
# far is this from **one** evaluation of the whole network with its units times $1-p$, here 0.5?

# %% tags=["claim"]
rng = np.random.default_rng(8)
hidden, weight, bias = rng.normal(size=10), rng.normal(size=(4, 10)), rng.normal(size=4)
masks = np.array(list(itertools.product((0, 1), repeat=10)))  # (1024, 10)


def log_softmax(z):
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


each = log_softmax((masks * hidden) @ weight.T + bias)  # (1024, 4), all alike likely
ensemble = np.exp(log_softmax(each.mean(axis=0)))  # geometric mean, normalised
scaled = np.exp(log_softmax(weight @ (0.5 * hidden) + bias))
for name, numbers in {"1024 networks": ensemble, "one, scaled": scaled}.items():
    print(f"{name:13}:", "  ".join(f"{number:.2f}" for number in numbers))
# claim: for one layer and a softmax they are the same
assert np.allclose(ensemble, scaled)

# %% [markdown] slideshow={"slide_type": "subslide"}
# With more layers it is no longer exact. So we train with dropout and compare three answers on test patches: one thinned
# network, the mean of fifty (*Monte-Carlo dropout*), and the whole network in evaluation mode.

# %% tags=["claim", "nbval-ignore-output"]


def dropping():
    return with_layers({layer: nn.Dropout(0.5) for layer in (7, 9)})


dropped_networks = table.add("dropout", lambda seed: train(seed, make_network=dropping))


def vote(network, networks):
    """Return the error of so many thinned networks that vote together."""
    torch.manual_seed(8)
    network.train()  # dropout stays on; it stands behind the first seven layers
    with torch.no_grad():
        features = network[:7](task.X_test)
        votes = sum(network[7:](features).softmax(1) for _ in range(networks))
    return 100 * (votes.argmax(1) != task.y_test).double().mean().item()


answers = {f"{k} thinned": [vote(net, k) for net in dropped_networks] for k in (1, 50)}
answers["whole"] = table.rows["dropout"].test_errors
for name, errors in answers.items():
    print(f"{name:10}: {np.mean(errors):.1f} % wrong")
# claim: whole and ensemble agree, one member is worse; measured -0.3 ± 0.4 and 6 ± 2
# (8 seeds), fast -0.3 ± 1.1 and 8 ± 3 (10 seeds)
assert np.mean(answers["1 thinned"]) - np.mean(answers["50 thinned"]) > 1
assert abs(np.mean(answers["whole"]) - np.mean(answers["50 thinned"])) < 2.5

# %% [markdown]
# **What to see.** Fifty thinned networks that vote are better than one of them, and the whole network does as well as
# the vote, at the price of one.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:08a.4"]
# ### Exercise 08a.4 · Dropout, forward and backward (8 min)
#
# Write `drop(x, grad_output, kept, p)` for a layer with dropout in training. `kept` is an array of True and False that
# says which units stay; `p` is the probability with which they were switched off. All arrays have shape (N, F).
#
# Return the output and the gradient with respect to `x`.


# %% tags=["exercise:08a.4"] nbgrader={"grade_id": "ex-08a-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def drop(x, grad_output, kept, p):  # Exercise 08a.4
    """Return output and gradient of dropout in training, both (N, F)."""
    ### BEGIN SOLUTION
    scale = kept / (1 - p)
    return x * scale, grad_output * scale
    ### END SOLUTION


# %% tags=["check:08a.4"]
check("08a.4", drop)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:batch-norm-as-regularizer"]
# ## Batch norm regularizes too
#
# In training, batch norm subtracts the mean of the batch, and that mean depends on **who else is in it**. For one
# picture this is noise: its features differ from batch to batch. In evaluation the running statistics take the place
# of the batch's, and the answer is always the same.

# %% tags=["claim"]
torch.manual_seed(8)
norm = nn.BatchNorm1d(1).double()
scores = torch.randn(4000, 1, dtype=torch.float64)
watched = torch.ones(1, 1, dtype=torch.float64)
spreads = {}
for batch_size in (5, 20, 80):
    seen = []
    for _ in range(300):
        company = scores[torch.randperm(4000)[: batch_size - 1]]
        seen.append(norm(torch.cat([watched, company]))[0].item())
    spreads[batch_size] = np.std(seen)
    print(f"batch of {batch_size:2}: one sample, a spread of {spreads[batch_size]:.1f}")
norm.eval()
again = [norm(torch.cat([watched, scores[k : k + 4]]))[0].item() for k in range(5)]
assert np.ptp(again) == 0  # claim: no noise in evaluation
assert spreads[5] > spreads[20] > spreads[80]  # claim: a smaller batch is noisier


# %% [markdown]
# **Predict first.** Noise on hidden units did not help our network. Will this noise, which comes with a better scaled
# problem?


# %% tags=["claim", "nbval-ignore-output"]
def normalised():
    return with_layers({1: nn.BatchNorm2d(16), 4: nn.BatchNorm2d(32)})


table.add("batch norm", lambda seed: train(seed, make_network=normalised))
gain = (table.rows["baseline"].test_errors - table.rows["batch norm"].test_errors).mean()
print(f"batch norm lowers the test error by {gain:.1f} points")
# claim: it does no harm; measured 8 ± 6 (8 seeds), fast 12 ± 3 (10 seeds)
assert gain > -0.5

# %% [markdown]
# **What to see.** It helps, and we cannot say which of its two sides did: the noise of the company, or the inputs of
# every layer on one scale. That the other noises helped less, or not at all, speaks for the scale.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:architecture"]
# ## The architecture: how many units?
#
# Too few units cannot fit, too many can fit anything, noise included. The textbook draws the test error as a U. We vary
# the width of our network and let a **validation set** choose: it is neither trained on nor tested on.
#
# **Predict first.** Our baseline has width 16 and fits its training patches. Is width 32 worse?

# %% tags=["claim", "nbval-ignore-output"]
widths = settings.by_profile(full=(1, 2, 4, 8, 16, 32), fast=(1, 4, 16))
shape = len(SEEDS), len(widths)
errors_of_width = {part: np.empty(shape) for part in ("train", "val", "test")}


def select_width(seed):
    """Train every width and return the network that is best on the validation patches."""
    makers = [functools.partial(comparison.small_net, width) for width in widths]
    networks = [train(seed, make_network=maker) for maker in makers]
    parts = {"train": (task.X, task.y), "val": (task.X_val, task.y_val)}
    parts["test"] = (task.X_test, task.y_test)
    for part, pictures in parts.items():
        row = [comparison.error(network, *pictures) for network in networks]
        errors_of_width[part][SEEDS.index(seed)] = row
    return networks[errors_of_width["val"][SEEDS.index(seed)].argmin()]


table.add("width by validation", select_width)
means = {part: errors.mean(axis=0) for part, errors in errors_of_width.items()}
assert means["train"][0] > means["train"][-1] + 30  # claim: one kernel under-fits
assert means["test"][-1] < means["test"][1]  # claim: the widest is not the worst
# measured 57 ± 16 and (kernels 4 against 16) 7 ± 4 (8 seeds), fast 74 ± 6 and 20 ± 7 (10)

# %%
figure, axis = plt.subplots()
for (part, line), marker in zip(means.items(), "osD", strict=True):
    axis.plot(widths, line, marker=marker, label=part)
axis.set(xscale="log", xlabel="kernels of the first layer", ylabel="wrong predictions [%]")
axis.set_xticks(widths, [str(width) for width in widths])
axis.minorticks_off()
axis.legend(frameon=False)
plots.show(
    figure,
    "Training, validation and test error fall with the width and do not rise again.",
)
for width in (1, 32):
    numbers = sum(values.numel() for values in comparison.small_net(width).parameters())
    print(f"width {width:2}: {numbers:,} weights")

# %% [markdown]
# **What to see.** On the left the network under-fits. On the right the U does not come: the widest network has the
# lowest test error, though half its width already fits every training patch. This is common for networks trained by
# gradient descent; capacity counted in weights is a poor guide, and a validation set a good one.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:08a.5"]
# ### Exercise 08a.5 · What may be reported? (6 min)
#
# Several models were trained from several seeds. `val_errors` and `test_errors` have shape (seeds, models). Write
# `reported_error(val_errors, test_errors)`: choose **one** model for all seeds by its mean validation error, and return
# its mean test error.


# %% tags=["exercise:08a.5"] nbgrader={"grade_id": "ex-08a-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def reported_error(val_errors, test_errors):  # Exercise 08a.5
    """Return the mean test error of the model that validation chooses."""
    ### BEGIN SOLUTION
    chosen = val_errors.mean(axis=0).argmin()
    return test_errors[:, chosen].mean()
    ### END SOLUTION


# %% tags=["check:08a.5"]
check("08a.5", reported_error)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The activation
#
# Its choice is an assumption as well: a smooth, bounded tanh gives another function between the training points than a
# ReLU does.

# %% tags=["nbval-ignore-output"]


def with_tanh():
    return comparison.small_net(activation=nn.Tanh)


table.add("tanh for ReLU", lambda seed: train(seed, make_network=with_tanh))
# measured -6.2 ± 4.2 points (8 seeds), fast -3.0 ± 2.9 (10)
assert table.change("tanh for ReLU").mean() < 3  # claim: it does no harm

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Sharing weights: an auto-encoder that uses its matrix twice
#
# An auto-encoder squeezes a picture into a few numbers, $h = \max(0, W x + b)$, and rebuilds it. In the decoder a second
# matrix may stand, or the first one turned over: $\hat x = W^T h + c$. Tied like this, it has half the weights.
#
# **Predict first.** A hundred pictures of 16×16 grey values, 64 hidden units. Which one rebuilds the training pictures
# better, and which one the test pictures?


# %%
class AutoEncoder(nn.Module):
    def __init__(self, tied):
        super().__init__()
        self.encoder = nn.Linear(256, 64)
        self.decoder = None if tied else nn.Linear(64, 256)
        self.offset = nn.Parameter(torch.zeros(256)) if tied else None

    def forward(self, x):
        h = torch.relu(self.encoder(x))
        if self.decoder is None:
            return F.linear(h, self.encoder.weight.T, self.offset)  # turned over
        return self.decoder(h)


def train_auto_encoder(tied, seed, X):
    torch.manual_seed(seed)
    network = AutoEncoder(tied).to(X.device)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.003)
    for _ in range(400):
        optimizer.zero_grad()
        F.mse_loss(network(X), X).backward()
        optimizer.step()
    return network


for tied in (False, True):
    count = sum(values.numel() for values in AutoEncoder(tied).parameters())
    print(f"{'tied' if tied else 'free':4}: {count:,} weights")

# %% tags=["claim", "nbval-ignore-output"]
greys = [X.mean(1, keepdim=True) for X in (task.X, task.X_test)]
greys = [F.avg_pool2d(X, 2).flatten(1) for X in greys]
rebuilt = {}
for tied in (False, True):
    networks = [train_auto_encoder(tied, seed, greys[0]) for seed in SEEDS]
    with torch.no_grad():
        losses = [[F.mse_loss(net(X), X).item() for X in greys] for net in networks]
    rebuilt[tied] = np.array(losses)
    train_loss, test_loss = rebuilt[tied].mean(axis=0)
    name = "tied" if tied else "free"
    print(f"{name}: square error {train_loss:.2f} in training, {test_loss:.2f} in testing")
gaps = {tied: np.ptp(values.mean(axis=0)) for tied, values in rebuilt.items()}
# claim: sharing closes the gap; 0.07 against 0.09, ± 0.001
assert gaps[True] < gaps[False]

# %% [markdown]
# **What to see.** Both rebuild what they have seen equally well; the tied one rebuilds new pictures better.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:08a.6"]
# ### Exercise 08a.6 · Half the weights? (4 min)
#
# An auto-encoder for pictures of 28×28 pixels has a hidden layer of 100 units. Encoder and decoder have biases of their
# own. How many numbers does it learn with **tied** weights?

# %% tags=["exercise:08a.6"] nbgrader={"grade_id": "ex-08a-6", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
answer = None  # Exercise 08a.6: replace None by a whole number
### BEGIN SOLUTION
answer = 784 * 100 + 100 + 784
### END SOLUTION

# %% tags=["check:08a.6"]
check("08a.6", answer)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Two tasks, one body
#
# A second task on the same features asks them to be useful for more than one thing. Ours costs no labels: turn each
# patch by 0, 90, 180 or 270 degrees, and let a second head say by how much.


# %%
class TwoHeads(nn.Module):
    def __init__(self):
        super().__init__()
        network = comparison.small_net()
        self.body, self.photograph = network[:-1], network[-1]
        self.turn = nn.Linear(64, 4)

    def forward(self, x):
        return self.photograph(self.body(x))


def two_tasks(network, x, y):
    turns = torch.arange(len(x), device=x.device) % 4
    turned = torch.stack([x[i].rot90(int(k), (1, 2)) for i, k in enumerate(turns)])
    second = F.cross_entropy(network.turn(network.body(turned)), turns)
    return F.cross_entropy(network(x), y) + second


torch.manual_seed(8)
shapes = [tuple(head.weight.shape) for head in (TwoHeads().photograph, TwoHeads().turn)]
print("the two heads:", *shapes)

# %% tags=["nbval-ignore-output"]
changes = {"make_network": TwoHeads, "batch_loss": two_tasks}
table.add("second task", lambda seed: train(seed, **changes))
assert table.rows["second task"].work > 1.8 * table.rows["baseline"].work

# %% [markdown]
# **What to see.** The second task doubles the work and does not help: to see how a patch is turned is not to see where
# it comes from.
#
# **Meta-learning** goes one step further. Several tasks of one kind are learned one after the other, and what is carried
# over is not an answer but a good way to begin: a starting point for the weights, or a rule for updating them, from
# which a new task needs few examples. Part b takes the simplest form, a warm start from another task; lecture 12, on
# transfer, makes it a method.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## The table so far

# %% tags=["claim", "nbval-ignore-output"]
names = list(table.rows)
plots.error_rows(
    {name: (row.train_errors, row.test_errors) for name, row in table.rows.items()},
    "Training and test errors of every technique, one dot a seed.",
)
for name in names:
    print(table.line(name))
best = min(names, key=lambda name: table.rows[name].test_errors.mean())
assert best != "baseline"

# %% [markdown]
# **What to see.** Not every regularizer regularizes everything. Flips, batch norm and another activation helped; noise,
# attacks, mixing and a second task did not, though each has helped others. For dropout and width, better on average, so
# few seeds do not decide. On another task the order will be another: measure.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | technique | what it assumes | what it costs |
# |---|---|---|
# | noise on inputs | small changes of a pixel do not matter | nothing |
# | augmentation | these transforms keep the target | nothing, but a knowledgeable choice |
# | adversarial training | the worst small change does not matter either | about twice the work |
# | mixup | between two classes lies a gradual change | nothing |
# | dropout | no unit may rely on another | longer training |
# | batch norm | the company in the batch does not matter | little |
# | width by validation | the validation set is like the test set | a training for each candidate |
# | second task | both tasks need the same features | a second loss |
#
# Choose on the validation set, test once, compare over seeds.

# %% slideshow={"slide_type": "skip"} tags=["progress:08a"]
from course_utils.exercises import progress

progress("08a")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# 1. A technique raises the training error by 5 points and lowers the test error by 2. Did it regularize?
# 2. With $p = 0.2$, by what are the units that stay multiplied in training, and by what in evaluation?
# 3. You tried thirty settings on the test set and report the best. What is wrong?
#
# <details><summary>Answers</summary>
#
# 1. Yes: new pictures are what counts; the gap closed by 7 points.
# 2. By 1/0.8 = 1.25 in training, by 1 in evaluation.
# 3. The test set has become a validation set; its error is too good. Choose on validation patches, then test once.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - J. Kukačka, V. Golkov and D. Cremers, Regularization for deep learning: a taxonomy, arXiv:1710.10686, 2017: the five
#   places to act.
# - C. M. Bishop, Training with noise is equivalent to Tikhonov regularization, *Neural Computation* 7, 108–116, 1995.
# - I. J. Goodfellow, J. Shlens and C. Szegedy, Explaining and harnessing adversarial examples, arXiv:1412.6572, 2015.
# - A. Madry et al., Towards deep learning models resistant to adversarial attacks, arXiv:1706.06083, 2018.
# - H. Zhang, M. Cisse, Y. N. Dauphin and D. Lopez-Paz, mixup: beyond empirical risk minimization, arXiv:1710.09412, 2018.
# - V. Verma et al., Manifold mixup, arXiv:1806.05236, 2019.
# - N. Srivastava et al., Dropout: a simple way to prevent neural networks from overfitting, *Journal of Machine Learning
#   Research* 15, 1929–1958, 2014.
# - P. Baldi and P. Sadowski, Understanding dropout, *NeurIPS* 2013: the geometric mean of thinned networks.
# - Y. Gal and Z. Ghahramani, Dropout as a Bayesian approximation, arXiv:1506.02142, 2016: Monte-Carlo dropout.
# - R. Caruana, Multitask learning, *Machine Learning* 28, 41–75, 1997.
