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
# # 08b · Regularization: data and model
#
# Last time, a network memorized 200 digits, a quarter of which had random labels, and its test error rose from 18% to
# 25%. Today we hold it back. This lecture changes the data and the model; lecture 08c changes the loss and the
# optimization.
#
# **After this lecture, you will be able to**
# - write noise, mixup, dropout, and adversarial examples yourself;
# - say what each technique assumes about the data;
# - choose the strength of a technique, and say when it did not help.
#
# **You need** lecture 08a; convolutions and batch normalization (chapter 03).
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 70 min | 40 min | 2 min |

# %% tags=["setup"]
import functools
import itertools

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from course_utils import data, diagrams, evidence, layers, plots, settings, widgets
from course_utils.exercises import check, hint
from course_utils.training import few_patches, noisy_digits, regularizers
from course_utils.training.augmentation import random_flip, random_shift

plots.use_course_style()
torch.set_num_threads(1)  # in networks this small, more threads only wait
STEPS, LONG, *EPOCHS = settings.by_profile(
    full=(300, 900, 60, 60), fast=(60, 60, 6, 1)
)
task = noisy_digits.noisy_digits(seeds=8)
plain_networks, plain = noisy_digits.train(task, STEPS)  # and the curves, for each seed


@functools.cache
def on_patches(technique):
    """Train with a technique on patches of photographs, once for each of eight seeds."""
    change = {"epochs": EPOCHS[0]} | ({} if technique is None else technique())
    return [few_patches.train(patches(), seed, **change) for seed in range(8)]


@functools.cache
def patches():
    return few_patches.few_patches(per_class=10)


# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:data-noise"]
# ## Noise on the input
#
# If you add fresh noise to an image every time you show it, the network never sees the same image twice, so there is less
# to memorize. For a *linear* model with the squared error we can say exactly what this does. Each entry of the noise
# $\theta$ has mean 0 and standard deviation $s$ and is independent of all others, so on average
#
# $$\operatorname{mean}\,\bigl(w^T(x + \theta) - y\bigr)^2 = (w^T x - y)^2 + s^2 \lVert w \rVert^2 .$$
#
# For this model, noise on the input is a penalty on large weights. (Such a penalty is called *weight decay*; lecture
# 08c is about it.)

# %% tags=["claim", "claim:noise-is-a-penalty"]
rng = np.random.default_rng(8)
inputs, w, s = rng.normal(size=(50, 6)), rng.normal(size=6), 0.3
targets = inputs @ w + rng.normal(size=50)
noise = rng.normal(0, s, size=(4000, 50, 6))
losses = (((inputs + noise) @ w - targets) ** 2).mean(axis=1)  # one per draw of the noise
without = ((inputs @ w - targets) ** 2).mean()
with_penalty = without + s**2 * (w**2).sum()
print(f"without noise {without:.2f}, with noise {losses.mean():.2f}", end=", ")
print(f"without noise, with penalty {with_penalty:.2f}")
# claim: on average, noise on the input is the penalty
assert evidence.over_seeds(losses).agrees(with_penalty, within=0.02)
assert with_penalty > 1.2 * without

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** Our digits are normalized to a standard deviation of 1. Which noise will help most: none,
# $s = 0.5$, or $s = 1.5$, at which you can hardly recognize a digit yourself?


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:input-noise-pays", "nbval-ignore-output"]
strengths = torch.tensor([0.25, 0.5, 1, 1.5, 2.5]).reshape(-1, 1, 1, 1)  # one per copy


def noisy_inputs(x, y, step):
    return x + strengths * torch.randn_like(x), y


with_noise = noisy_digits.train(task, STEPS, copies=5, inputs=noisy_inputs, every=STEPS)[1]
plots.curves(
    {
        "validation (noisy labels)": with_noise.val_error[-1].mean(1),
        "test (correct labels)": with_noise.test_error[-1].mean(1),
    },
    x=strengths.ravel().numpy(),
    xlabel="standard deviation s of the noise",
    ylabel="wrong predictions [%]",
    alt="Validation and test error fall with the noise, then rise: both are U-shaped.",
)
chosen = with_noise.val_error[-1].mean(1).argmin()
names = f"noise of {strengths[chosen].item()}", "none"
noise_result = evidence.compare(
    with_noise.test_error[-1, chosen], plain.test_error[-1, 0], better="lower", names=names
)
print(noise_result)
assert noise_result.improves(by=5)  # claim: noise on the input pays
u = with_noise.val_error[-1]  # claim: the curve is a U; too much does harm again
assert evidence.compare(u[chosen], u[-1], better="lower").improves()

# %% [markdown] slideshow={"slide_type": "fragment"}
# Very strong noise, **1.5**: it *halves* the error. The validation labels are as noisy as the training labels, so the
# validation error is much higher; yet both curves are lowest at the same place, and that is all a choice needs. A digit
# is a digit even under heavy noise: the assumption of this technique, "small changes of the pixels do not matter", is
# true here. Where it is false, expect the opposite.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 0 to 12. Most choose 0.5. Show a digit with noise of 1.5 and let the class read it. Ask why noisy validation
# labels are good enough to choose by: they add the same errors to every candidate.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:data-augmentation", "defines:augmentation"]
# ## Augmentation: changes that keep the target
#
# A mirrored patch of grass is a patch of grass. **Augmentation** transforms every training image at random, in a way
# that keeps its target. Our second task: which of ten photographs does a patch of 32 × 32 pixels come from? There are
# ten labeled patches per photograph. (Test patches are cut from other parts of the photographs, so that no pixel
# leaks.) Below, move the largest shift, in pixels. Where do the patches stop looking like photographs?


# %% slideshow={"slide_type": "skip"}
print(few_patches.small_net())  # the network for this task


# %%
def augment(images, shift=2):
    """Mirror each image up and down, left and right, at random, and shift it by pixels."""
    upside_down = torch.rand(len(images), 1, 1, 1, device=images.device) < 0.5
    images = torch.where(upside_down, images.flip(2), images)
    return random_flip(random_shift(images, shift))


# %% tags=["hide-input"]
def drawn(largest_shift):
    torch.manual_seed(8)
    patch = data.patches().X_train[3:4]
    images = {"original": patch}
    images |= {f"draw {k}": augment(patch, largest_shift) for k in (1, 2, 3)}
    return diagrams.pictures({k: x[0].permute(1, 2, 0).numpy() for k, x in images.items()})


widgets.explore(
    drawn,
    alt="A patch of a wooden table and three versions of it, mirrored and shifted.",
    largest_shift=widgets.Slider(0, 16, 2),
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** What does augmentation do to the error on the *training* patches: lower it, raise it, or leave it
# unchanged?


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:augmentation-pays", "nbval-ignore-output"]
def augmented():
    return {"batch_loss": lambda network, x, y: F.cross_entropy(network(augment(x)), y)}


def patch_errors(technique, part):
    X, y = {
        "train": (patches().X, patches().y),
        "test": (patches().X_test, patches().y_test),
    }[part]
    return np.array(
        [few_patches.error(network, X, y) for network in on_patches(technique)]
    )


for name, technique in {"plain": None, "augmented": augmented}.items():
    train, test = (patch_errors(technique, part).mean() for part in ("train", "test"))
    print(f"{name:9} training error {train:.0f}%, test error {test:.0f}%")
names = "augmentation", "none"
result = evidence.compare(
    patch_errors(augmented, "test"),
    patch_errors(None, "test"),
    better="lower",
    names=names,
)
print(result)
if evidence.in_full_only("the gain of augmentation, which takes long training"):
    assert result.improves()  # claim: augmentation pays
# claim: it raises the training error
assert patch_errors(augmented, "train").mean() > patch_errors(None, "train").mean()

# %% [markdown] slideshow={"slide_type": "fragment"}
# It **raises** it a little: there is more to fit. But the test error falls. What is new here is *knowledge*: we told the
# network what does not matter for a patch. For photographs of text, flips would change the target.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:08b.1"]
# ### Exercise 08b.1 · Which transform keeps the target? (4 min)
#
# We want to classify handwritten digits, each in the middle of an image of 28 × 28 pixels. Which **one** of these keeps
# the target **and** gives images that can occur in the test?
#
# - **a** rotating by any angle up to 180°
# - **b** shifting by up to two pixels
# - **c** mirroring left and right
# - **d** swapping black and white in half of the images, although every test image is white on black

# %% tags=["exercise:08b.1"] nbgrader={"grade_id": "ex-08b-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
choice = None  # Exercise 08b.1: replace None with "a", "b", "c" or "d"
### BEGIN SOLUTION
# A rotated 6 is a 9, a mirrored 2 is no digit, and a black digit is never tested.
choice = "b"
### END SOLUTION

# %% tags=["check:08b.1"]
check("08b.1", choice)

# %% [markdown]
# Stuck on an exercise? `hint` helps a little, and a little more each time you call it.

# %%
hint("08b.1", 1)

# %% [markdown] tags=["optional"]
# ## Modifying the representation (optional)
#
# Flips preserve the representation: the result is an image again. Other transforms *modify* it. They map the data into a
# space in which the problem is easier, in training and in testing alike. Take a histogram of each color: where a color was
# is lost, how often it occurred remains. Below, a linear classifier gets 3,072 pixel values, or 24 numbers per patch.


# %% tags=["optional", "claim", "claim:histograms-help", "nbval-ignore-output"]
def histograms(images):
    """Return how often each color occurs in eight steps of brightness: (N, 24)."""
    steps = (8 * images).long().clamp(max=7)
    return torch.cat([(steps == step).float().mean((2, 3)) for step in range(8)], dim=1)


def linear_error(represent):
    """Return the error of least squares on one-hot targets, after 100 labels."""
    photos = data.patches()
    X, X_test = represent(photos.X_train[:100]), represent(photos.X_test)
    center, std = X.mean(0), X.std(0) + 1e-6
    X, X_test = ((part - center) / std for part in (X, X_test))
    W = X.T @ torch.linalg.solve(
        X @ X.T + 10 * torch.eye(100), torch.eye(10)[photos.y_train[:100]]
    )
    return 100 * ((X_test @ W).argmax(1) != photos.y_test).double().mean().item()


found = {"pixels": linear_error(lambda images: images.flatten(1))}
found["histograms"] = linear_error(histograms)
print("test error:", {name: f"{error:.0f}%" for name, error in found.items()})
# claim: fewer, better chosen numbers make the problem easier
assert found["histograms"] < found["pixels"] - 10

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:adversarial-training", "defines:adversarial example", "deviates:\u03b7"]
# ## The worst noise: adversarial examples
#
# In training, random noise with a standard deviation of 1.5 helped. What is the *worst* noise for a trained network?
# The gradient of the loss with respect to the image tells us. The *fast gradient sign method* moves every pixel by the
# same small $\varepsilon$ (not a learning rate), in the direction that raises the loss. The result is called an
# **adversarial example**:
#
# $$x' = x + \varepsilon\, \operatorname{sign} \frac{\partial L}{\partial x}$$


# %%
def fgsm(network, x, y, epsilon):
    """Return images that are moved by epsilon in each value, so that the loss rises."""
    x = x.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(F.cross_entropy(network(x), y), x)
    return (x + epsilon * gradient.sign()).detach()


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** Patches are normalized, so $\varepsilon = 0.1$ is a tenth of a standard deviation. We move the pixels
# by $\pm 0.1$, once with random signs and once with the signs of the gradient. How many more errors does each cause?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:direction-matters", "nbval-ignore-output"]
X, y = patches().X_test[:200], patches().y_test[:200]
torch.manual_seed(8)
signs = torch.randint(0, 2, X.shape).to(X) * 2 - 1
rises = {"random": [], "adversarial": []}
for network in on_patches(None):
    network.eval()
    before = few_patches.error(network, X, y)
    moved = {"random": X + 0.1 * signs, "adversarial": fgsm(network, X, y, 0.1)}
    for name, images in moved.items():
        rises[name].append(few_patches.error(network, images, y) - before)
print(
    "more errors:", {name: f"{np.mean(rise):.0f} points" for name, rise in rises.items()}
)
names = "adversarial signs", "random signs"
# claim: the direction matters, not the size
assert evidence.compare(rises["adversarial"], rises["random"], names=names).improves(by=10)

# %% [markdown] slideshow={"slide_type": "fragment"}
# Random signs cause **hardly any**; the signs of the gradient ruin the network. There are 3,072 values, and each moves
# the loss only a little; but if all of them push in the same direction, the small changes add up. To the eye, the patch
# below hardly changes. Its title says what the network predicts.


# %% tags=["hide-input"]
def as_picture(x):
    """Undo the normalization of a patch, (3, 32, 32) → (32, 32, 3)."""
    photos = data.patches()
    picture = x.cpu().permute(1, 2, 0) * torch.tensor(photos.std) + torch.tensor(
        photos.mean
    )
    return picture.clip(0, 1).numpy()


# %% slideshow={"slide_type": "subslide"} tags=["hide-input"]
def attack_on(epsilon):
    network, X, y = (
        on_patches(None)[0].eval(),
        patches().X_test[4:5],
        patches().y_test[4:5],
    )
    images, names, shown = (
        (X, fgsm(network, X, y, epsilon)),
        data.patches().class_names,
        {},
    )
    for kind, image in zip(("before", "after"), images, strict=True):
        p, winner = network(image).softmax(1).max(1)
        title = f"{kind}: {names[winner.item()]}, {100 * p.item():.0f}%"
        shown[title] = as_picture(image[0])
    return diagrams.pictures(shown)


widgets.explore(
    attack_on,
    alt="A patch before and after an attack; it looks the same, the prediction changes.",
    epsilon=widgets.Slider(0.0, 0.3, 0.1, 0.02),
)

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 20 to 32. Let the class choose ε and watch the name above the right patch. Usual wrong answer: "noise of the same size
# does the same harm". Ask: "Who could carry out this attack?" Whoever knows the weights; but attacks often transfer to
# other networks, too.

# %% [markdown] tags=["optional"]
# ### Training with adversarial examples (optional)
#
# For each mini-batch, attack the network as it is now, and let it learn from the attacked images. That costs about twice
# the computation. Does it make the network robust, and does it help on clean images?


# %% tags=["optional", "claim", "claim:hardened-is-robust", "nbval-ignore-output"]
def hardened():
    def loss(network, x, y):
        return F.cross_entropy(network(regularizers.fgsm(network, x, y, 0.1)), y)

    return {"batch_loss": loss, "epochs": EPOCHS[1]}


X, y = patches().X_test[:300], patches().y_test[:300]
attacked = {}
for name, technique in {"plain": None, "hardened": hardened}.items():
    networks = [network.eval() for network in on_patches(technique)]
    worst = [
        few_patches.error(net, regularizers.fgsm(net, X, y, 0.1), y) for net in networks
    ]
    attacked[name] = np.array(worst)
    clean = np.mean([few_patches.error(net, X, y) for net in networks])
    print(f"{name:8} error {clean:.0f}%, under attack {np.mean(worst):.0f}%")
names = "hardened", "plain"
result = evidence.compare(*(attacked[name] for name in names), better="lower", names=names)
print("under attack:", result)
if evidence.in_full_only("the robustness, which takes long training"):
    assert result.improves()  # claim: training under attack makes it more robust

# %% [markdown] tags=["optional"]
# It buys some robustness, but two of three patches are still misclassified. On clean patches the error does not fall;
# the worst noise is a different challenge from a new photograph.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:08b.2"]
# ### Exercise 08b.2 · Attack a logistic regression (8 min)
#
# The model says $p = \sigma(w^T x + b)$, and the loss is the binary cross-entropy with target 0 or 1. Derive the gradient of
# the loss of one sample with respect to $x$, and write `attack(w, b, X, t, epsilon)`. `w` has shape (F,), `X` has shape
# (N, F), and `t`, the targets, (N,). Return the adversarial examples, shape (N, F).


# %% tags=["exercise:08b.2"] nbgrader={"grade_id": "ex-08b-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def attack(w, b, X, t, epsilon):  # Exercise 08b.2
    """Return the adversarial examples of a logistic regression: shape (N, F)."""
    ### BEGIN SOLUTION
    # With respect to the logit, it is p - t; the logit changes by w per unit of x.
    p = 1 / (1 + np.exp(-(X @ w + b)))
    slope = (p - t)[:, None] * w
    return X + epsilon * np.sign(slope)
    ### END SOLUTION


# %% tags=["check:08b.2"]
check("08b.2", attack)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:interpolation", "defines:mixup"]
# ## Mixup: learn from what lies between
#
# **Mixup** blends two training images and their one-hot targets in the same proportion $q$, which is drawn at random:
#
# $$x' = q\, x_1 + (1 - q)\, x_2, \qquad y' = q\, y_1 + (1 - q)\, y_2 .$$
#
# The network is asked to change its mind gradually on the way from one image to the other. Move $q$:


# %% tags=["hide-input"]
def blend(q):
    photos, names = data.patches(), data.patches().class_names
    mixed = q * photos.X_train[0] + (1 - q) * photos.X_train[3]
    title = f"{100 * q:.0f}% {names[0]}, {100 * (1 - q):.0f}% {names[3]}"
    return diagrams.pictures({title: mixed.permute(1, 2, 0).numpy()})


widgets.explore(
    blend,
    alt="Two patches blended into one, three quarters to one quarter.",
    q=widgets.Slider(0.0, 1.0, 0.75, 0.05),
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** Mixed images are new images, like noisy ones. For each pair of digits we draw $q$ from a Beta
# distribution: evenly between 0 and 1 ($a = 1$), mostly near 0 or 1 ($a = 0.2$: weak mixing), or mostly near one half
# ($a = 8$). Does mixup lower the test error on the digits that were labeled in a hurry, leave it unchanged, or raise
# it?


# %% slideshow={"slide_type": "subslide"} tags=["reveals", "hide-input", "claim", "claim:mixup-does-harm-here", "nbval-ignore-output"]
a = torch.tensor([0.2, 1, 8]).reshape(-1, 1, 1)  # one per copy


def mixed_pairs(x, y, step):
    """Mix each image with another one: x (C, S, N, 64), y (C, S, N, 10)."""
    evenness = a.expand(x.shape[:3])
    q = torch.distributions.Beta(evenness, evenness).sample()[..., None]
    other = torch.randperm(x.shape[2])
    return q * x + (1 - q) * x[:, :, other], q * y + (1 - q) * y[:, :, other]


longer = {"steps": LONG, "every": LONG}
without = noisy_digits.train(task, **longer)[1].test_error[-1, 0]
with_mixup = noisy_digits.train(task, copies=3, inputs=mixed_pairs, **longer)[1]
gains = []
for k, evenness in enumerate(a.ravel().tolist()):
    names, test = (f"mixup with a = {evenness:.1f}", "none"), with_mixup.test_error[-1, k]
    gains.append(evidence.compare(test, without, better="lower", names=names))
    print(f"validation error {with_mixup.val_error[-1, k].mean():.0f}%, test:", gains[-1])
if evidence.in_full_only("the harm of mixup, which takes long training"):
    assert gains[1].gain.is_below(0)  # claim: even mixing does harm here
    assert not any(result.improves() for result in gains)  # claim: no strength pays

# %% [markdown] slideshow={"slide_type": "fragment"}
# It **never lowers** it, and even mixing clearly **raises** it. Validation votes for the weakest mixing, which makes no clear
# difference. A likely reason, which we have not tested: two of these small digits, blended, give a figure that is no digit.
# The authors of mixup report gains on large data sets of photographs. A technique is an assumption about the data; test it
# on yours. (*Manifold mixup* blends hidden activations instead.)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:08b.3"]
# ### Exercise 08b.3 · Mix two batches (6 min)
#
# Write `mix(x, y, share, order, classes)`: mix each sample with the one that `order` names, with `share` of the first. `x` has
# shape (N, F), `y` holds N class labels (whole numbers), and `order` holds N indices. Return the mixed samples, shape (N, F), and
# the mixed one-hot targets, shape (N, classes).


# %% tags=["exercise:08b.3"] nbgrader={"grade_id": "ex-08b-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def mix(x, y, share, order, classes):  # Exercise 08b.3
    """Return mixed samples (N, F) and mixed targets (N, classes)."""
    ### BEGIN SOLUTION
    # Samples and targets are mixed in the same way.
    targets = np.eye(classes)[y]
    mixed = share * x + (1 - share) * x[order]
    return mixed, share * targets + (1 - share) * targets[order]
    ### END SOLUTION


# %% tags=["check:08b.3"]
check("08b.3", mix)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:dropout", "defines:dropout"]
# ## Dropout: a different network in every step
#
# **Dropout** switches off each hidden unit with probability $p$, anew for each image in each step. No unit can rely on
# a particular other one, so each has to be useful by itself. The units that stay are multiplied by $1/(1-p)$: then the
# mean input of the next layer is the same in training and in evaluation, and evaluation needs no dropout at all.


# %% tags=["claim", "claim:dropout-equals-layer"]
def dropout(x, p, rng):
    """Return the activations that stay, scaled, and the scale of each (0 or 1/(1-p))."""
    scale = (rng.random(x.shape) >= p) / (1 - p)
    return x * scale, scale


activations = np.random.default_rng(8).normal(size=(6, 5))
dropped, scale = dropout(activations, 0.4, np.random.default_rng(1))
layer = layers.Dropout(0.4, rng=1)
assert np.array_equal(
    layer.forward(activations), dropped
)  # claim: as the course's own layer
# claim: the gradient passes where the unit stayed, scaled alike
assert np.array_equal(layer.backward(np.ones((6, 5))), scale)
plots.number_row(
    {"activations": activations, "after dropout": dropped + 0.0},
    decimals=1,
    alt=f"Activations before and after dropout: {(scale == 0).sum()} of 30 become zero.",
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E08", "predict"]
# ### A common mistake: nothing to adjust in evaluation?
#
# Some lecture notes say that dropout acts on the weights of dense layers, and that nothing needs an adjustment in
# evaluation. In fact, it acts on *activations*, including those of a convolution, and something must be adjusted.
#
# **Predict first.** Feature maps with mean 2 go through dropout with $p = 0.5$. What mean does the next layer see in
# training if we forget the factor $1/(1-p)$, and what mean in evaluation?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "erratum:E08", "claim", "claim:dropout-needs-the-scale"]
rng = np.random.default_rng(8)
maps = rng.uniform(1, 3, size=(64, 8, 16, 16))  # (N, C, H, W), of a convolution
dropped, scale = dropout(maps, 0.5, rng)
forgotten = (maps * (scale > 0)).mean()
print(
    f"evaluation {maps.mean():.2f}; training without the factor {forgotten:.2f}", end=", "
)
print(f"with it {dropped.mean():.2f}")
assert abs(forgotten - maps.mean() / 2) < 0.01  # claim: off by the factor 1 - p
assert abs(dropped.mean() - maps.mean()) < 0.02  # claim: the factor makes up for it

# %% [markdown] slideshow={"slide_type": "fragment"}
# **1 in training and 2 in evaluation**: without the factor, the next layer is trained on half of what it will get. Dividing
# by $1 - p$ in training, as PyTorch does, or multiplying by $1 - p$ in evaluation repairs it.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### An ensemble of 1,024 networks
#
# Ten hidden units feed a softmax. With dropout there are $2^{10} = 1{,}024$ *thinned networks* that share their
# weights, few enough to ask each of them. Let them vote: take the geometric mean of their probabilities and normalize
# it.
#
# **Predict first.** How far is this vote from **one** evaluation of the whole network, with all units times $1 - p = 0.5$?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:whole-network-is-the-vote"]
rng = np.random.default_rng(8)
hidden, W, b = rng.normal(size=10), rng.normal(size=(4, 10)), rng.normal(size=4)
stays = np.array(list(itertools.product((0, 1), repeat=10)))  # (1024, 10)


def log_softmax(z):
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


each = log_softmax((stays * hidden) @ W.T + b)  # (1024, 4)
vote = np.exp(log_softmax(each.mean(axis=0)))  # geometric mean, normalized
whole = np.exp(log_softmax(W @ (0.5 * hidden) + b))
for name, p in {"1,024 networks": vote, "whole network": whole}.items():
    print(f"{name:14}", "  ".join(f"{value:.3f}" for value in p))
assert np.allclose(vote, whole)  # claim: for one layer and a softmax they are equal

# %% [markdown] slideshow={"slide_type": "fragment"}
# They are **equal**: the logits are linear in the mask, so their mean is the logit at the mean mask, and the softmax only
# normalizes. With more layers this is an approximation. It is why one pass in evaluation can replace a vote.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Dropout on our digits
#
# **Predict first.** We try $p = 0.2$, 0.5, 0.7, and 0.85 on both hidden layers. Which is best: the usual 0.5, less, or more?


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:dropout-pays", "nbval-ignore-output"]
p = torch.tensor([0.2, 0.5, 0.7, 0.85]).reshape(-1, 1, 1, 1)


def thinned(hidden):
    return hidden * (torch.rand_like(hidden) >= p) / (1 - p)


change = {"copies": 4, "hidden": thinned, "every": STEPS}
thinned_networks, with_dropout = noisy_digits.train(task, STEPS, **change)
for k, share in enumerate(p.ravel().tolist()):
    val, test = with_dropout.val_error[-1, k].mean(), with_dropout.test_error[-1, k].mean()
    print(f"p = {share:.2f}: validation error {val:.0f}%, test error {test:.0f}%")
chosen = with_dropout.val_error[-1].mean(1).argmin()
names = f"dropout of {p[chosen].item():.2f}", "none"
ours, theirs = with_dropout.test_error[-1, chosen], plain.test_error[-1, 0]
dropout_result = evidence.compare(ours, theirs, better="lower", names=names)
print(dropout_result)
assert dropout_result.improves(by=2)  # claim: dropout pays
u = with_dropout.val_error[-1]  # claim: too much does harm
assert evidence.compare(u[chosen], u[-1], better="lower").improves(by=5)
if evidence.in_full_only("that 0.7 is better than 0.5, which takes long training"):
    assert p[chosen] > 0.5 and evidence.compare(u[2], u[1], better="lower").improves()

# %% [markdown] slideshow={"slide_type": "fragment"}
# **More** than 0.5. A likely reason, which we have not tested: with so many wrong labels, the network needs to be held
# back a lot. With 0.85, only 15 of 100 units stay and the network underfits. Again a U, again found with noisy
# validation labels.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Does each unit stand on its own?
#
# **Predict first.** Training is over, and we switch off ten of the hundred units of each hidden layer at random, without
# making up for it. By how many points does the test error rise, without dropout in training and with $p = 0.5$?


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:units-stand-alone", "nbval-ignore-output"]
def rise(networks):
    """Return the rise of the test error, (C, S), if ten units per layer are off."""
    errors = []
    for off in (0, 10, 10, 10, 10, 10):
        stays = iter(torch.rand(2, 100).argsort(dim=1) >= off)  # one mask for each layer
        with torch.no_grad():
            logits = networks(task.X_test, lambda h, stays=stays: h * next(stays))
        errors.append(100 * (logits.argmax(-1) != task.y_test).double().mean(-1).numpy())
    return np.mean(errors[1:], axis=0) - errors[0]


torch.manual_seed(8)
without, with_it = rise(plain_networks)[0], rise(thinned_networks)[1]
print(f"rise without dropout {without.mean():.0f} points, with it {with_it.mean():.0f}")
names = "dropout of 0.5", "no dropout"
result = evidence.compare(with_it, without, better="lower", names=names)
print(result)
assert result.improves(by=2)  # claim: the units rely less on one another

# %% [markdown] slideshow={"slide_type": "fragment"}
# By about **7 points** without dropout and by about **1** with it. Without dropout, units are fitted to one another: take
# a few away, and the others are wrong. With dropout, every unit has learned to do without any of its colleagues.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 40 to 58. Usual wrong answer: 0.5, because it is the default everywhere. Ask what the training error is at 0.7: 12%, no
# longer 0, and that is the point.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:08b.4"]
# ### Exercise 08b.4 · Dropout, forward and backward (6 min)
#
# Write `drop(x, grad_output, kept, p)` for a layer with dropout in training. `kept` is an array of True and False that says
# which units stay; `p` is the probability with which they were switched off. All arrays have shape (N, F). Return the
# output and the gradient with respect to `x`.


# %% tags=["exercise:08b.4"] nbgrader={"grade_id": "ex-08b-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def drop(x, grad_output, kept, p):  # Exercise 08b.4
    """Return output and gradient of dropout in training, both (N, F)."""
    ### BEGIN SOLUTION
    # The output is x times a constant, so the gradient is multiplied by the same constant.
    scale = kept / (1 - p)
    return x * scale, grad_output * scale
    ### END SOLUTION


# %% tags=["check:08b.4"]
check("08b.4", drop)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:batch-norm-as-regularizer", "predict"]
# ## Batch normalization: noise for free
#
# In training, batch normalization subtracts the mean of the mini-batch, and that mean depends on which *other* images happen
# to be in it. For one image this is noise. In evaluation the running averages are used, and the noise is gone.
#
# **Predict first.** The same value goes through the layer in 300 mini-batches of 5, 20, and 80. At which size does its
# output vary most?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:small-batches-are-noisy"]
torch.manual_seed(8)
norm, others = nn.BatchNorm1d(1).double(), torch.randn(4000, 1, dtype=torch.float64)
watched, spreads = torch.ones(1, 1, dtype=torch.float64), {}
for size in (5, 20, 80):
    outputs = []
    for _ in range(300):
        batch = torch.cat([watched, others[torch.randperm(4000)[: size - 1]]])
        outputs.append(norm(batch)[0].item())
    spreads[size] = np.std(outputs)
    print(
        f"mini-batches of {size:2}: standard deviation of the output {spreads[size]:.2f}"
    )
norm.eval()
outputs = [norm(torch.cat([watched, others[k : k + 4]]))[0].item() for k in range(5)]
assert np.ptp(outputs) == 0  # claim: no noise in evaluation
assert (
    spreads[5] > 1.5 * spreads[20] > 2 * spreads[80]
)  # claim: smaller batches are noisier

# %% [markdown] slideshow={"slide_type": "fragment"}
# At the **smallest**. And does the layer help on our patches of photographs? We put one after each convolution and
# change nothing else.


# %% slideshow={"slide_type": "subslide"} tags=["claim", "claim:batch-norm-pays", "nbval-ignore-output"]
def normalized_net():
    built = list(few_patches.small_net())
    built.insert(4, nn.BatchNorm2d(32))  # after the second convolution
    built.insert(1, nn.BatchNorm2d(16))  # after the first one
    return nn.Sequential(*built)


def normalized():
    return {"make_network": normalized_net}


error = {}
for name, technique in {"none": None, "batch normalization": normalized}.items():
    networks, X, y = on_patches(technique), patches().X_test, patches().y_test
    error[name] = [few_patches.error(network, X, y) for network in networks]
    print(f"{name:20} test error {np.mean(error[name]):.0f}%")
names = "batch normalization", "none"
result = evidence.compare(error[names[0]], error["none"], better="lower", names=names)
print(result)
assert result.improves(by=1)  # claim: batch normalization pays

# %% [markdown] slideshow={"slide_type": "fragment"}
# It helps, clearly. This experiment cannot say which of its two sides does: the noise of the mini-batch, or the better scale
# of every layer (chapter 03).

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:08b.5"]
# ### Exercise 08b.5 · Beat the network (16 min)
#
# This task is open-ended, and anything goes that runs within ten seconds. Write `classify(X, y, X_new)`. `X` holds 200
# digits, shape (200, 64), normalized like ours, and `y` their labels, a quarter of them random. Return a label for each
# of the 1,000 digits in `X_new`. Over three draws that you have not seen, your mean error must be **at most 0.20**. The
# network of this lecture, unregularized, reaches 0.25. Try it out on `task.X[0].numpy()`, `task.y[0].numpy()`, and
# `task.X_test[0].numpy()`.


# %% tags=["exercise:08b.5"] nbgrader={"grade_id": "ex-08b-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def classify(X, y, X_new):  # Exercise 08b.5
    """Return a label for each row of X_new: shape (M,)."""
    ### BEGIN SOLUTION
    # Nobody who is surrounded by others is trusted alone: the nine nearest neighbors vote.
    distances = ((X_new[:, None] - X) ** 2).sum(axis=2)  # (M, N)
    nearest = distances.argsort(axis=1)[:, :9]
    return np.eye(10)[y[nearest]].sum(axis=1).argmax(axis=1)
    ### END SOLUTION


# %% tags=["check:08b.5"]
check("08b.5", classify)

# %% [markdown] tags=["optional"]
# ## Sharing weights, sharing tasks (optional)
#
# *Sharing weights* is a strong assumption about a model; a convolution makes it for all places of an image. Another
# example is the *auto-encoder*, which squeezes an image into a few numbers, $h = \max(0, Wx + b)$, and rebuilds it. The
# decoder can have a matrix of its own, or reuse the encoder's, transposed (*tied*): $\hat x = W^T h + c$. Which one rebuilds
# new images better?


# %% tags=["optional", "claim", "claim:tying-helps", "nbval-ignore-output"]
photos = data.patches()  # gray, 16 × 16, minus the mean patch
grays = [
    F.avg_pool2d(X.mean(1), 2).flatten(1) for X in (photos.X_train[:100], photos.X_test)
]
X, X_new = (part - grays[0].mean(0) for part in grays)


def rebuild(seed, tied):
    """Train an auto-encoder of 64 units; return its mean squared error on new patches."""
    torch.manual_seed(seed)
    W, b, c = torch.randn(64, 256) / 16, torch.zeros(64), torch.zeros(256)
    V = W.T.clone()  # both decoders start alike
    values = [W, b, c] if tied else [W, b, c, V]
    adam = torch.optim.Adam([value.requires_grad_() for value in values], lr=0.003)
    for _ in range(5 * STEPS):
        decoder = W.T if tied else V
        loss = F.mse_loss(F.linear(F.linear(X, W, b).relu(), decoder, c), X)
        adam.zero_grad()
        loss.backward()
        adam.step()
    return F.mse_loss(F.linear(F.linear(X_new, W, b).relu(), decoder, c), X_new).item()


rebuilt = {tied: [rebuild(seed, tied) for seed in range(5)] for tied in (True, False)}
result = evidence.compare(
    rebuilt[True], rebuilt[False], better="lower", names=("tied", "free")
)
print(result)
assert result.improves()  # claim: with half the parameters, new patches are rebuilt better

# %% [markdown] tags=["optional"]
# *Multi-task learning* shares a body between tasks: one head names the photograph, a second one says, for example, by how
# many quarter turns the patch was rotated. Features that serve both are less likely to fit the accidents of one. It helps
# where the tasks really need the same features. *Meta-learning* goes one step further: many tasks of one kind are learned one
# after another, and what is carried over is a good way to begin. Lecture 08c shows a simpler relative, a warm start; chapter
# 12, on transfer learning, makes it a method.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# On digits of which a quarter were labeled at random (test error of the plain network: 25%):
#
# | technique | what it assumes | here |
# |---|---|---|
# | noise on the input | small changes of the pixels do not matter | halves the error |
# | dropout | no unit should rely on another one | clearly better |
# | mixup | between two classes lies a gradual change | no gain; even mixing is clearly worse |
#
# On patches of photographs, augmentation and batch normalization both help. Adversarial examples show what small changes in the
# worst direction do.
#
# - Too little of a technique does nothing, too much underfits: choose its strength on validation data.
# - Divide by $1 - p$ in training, and dropout needs nothing in evaluation.
#
# **Next.** We leave data and network alone, and change what is minimized, and how: penalties, losses, starts, and stops.

# %% slideshow={"slide_type": "skip"} tags=["progress:08b"]
from course_utils.exercises import progress

progress("08b")

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Quiz
#
# 1. A technique raises the training error by 5 points and lowers the test error by 2. Did it regularize?
# 2. With $p = 0.2$, by what factor are the units that stay multiplied in training, and by what factor in evaluation?
# 3. Why does an attack with the signs of the gradient do so much more harm than random signs of the same size?
#
# <details><summary>Answers</summary>
#
# 1. Yes. New images are what counts.
# 2. By 1/0.8 = 1.25 in training, by 1 in evaluation.
# 3. Thousands of small changes of the loss add up if all have the same sign; random ones cancel.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - C. M. Bishop, Training with noise is equivalent to Tikhonov regularization, *Neural Computation* 7, 1995.
# - I. J. Goodfellow, J. Shlens, and C. Szegedy, Explaining and harnessing adversarial examples, arXiv:1412.6572, 2015.
# - A. Madry et al., Towards deep learning models resistant to adversarial attacks, arXiv:1706.06083, 2018.
# - H. Zhang et al., mixup: beyond empirical risk minimization, arXiv:1710.09412, 2018.
# - V. Verma et al., Manifold mixup, arXiv:1806.05236, 2019.
# - N. Srivastava et al., Dropout: a simple way to prevent neural networks from overfitting, *Journal of Machine Learning
#   Research* 15, 2014.
# - P. Baldi and P. Sadowski, Understanding dropout, *NeurIPS* 2013: the geometric mean of thinned networks.
# - S. Ioffe and C. Szegedy, Batch normalization, arXiv:1502.03167, 2015.
# - R. Caruana, Multitask learning, *Machine Learning* 28, 1997.
