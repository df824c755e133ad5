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
# # 12a · Features
#
# Last time we trained a network for one task from its first random weight. Today we do not start from nothing. A network that
# has learned one task already responds to edges, strokes, and textures, and a new task can borrow these responses.
#
# **After this lecture you will be able to**
# - use a trained network as a source of features, with a control beside every number;
# - freeze a network so that it really stays the same;
# - choose the layer whose features fit a new task, and load a network that others have trained.
#
# **You need** training a network (chapter 09), batch normalization (chapter 03), and `evidence.compare` (chapter 08).
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 65 min | 43 min | 40 s |

# %% tags=["setup", "nbval-ignore-output"]
import copy

import numpy as np
import torch
import torchvision
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.nn import functional as F
from torchvision.models.feature_extraction import create_feature_extractor

from course_utils import data, diagrams, evidence, models, plots, settings, widgets
from course_utils.exercises import check, hint
from course_utils.training import transfers

plots.use_course_style()
torch.set_num_threads(1)  # in networks this small, more threads only wait
DRAWS = settings.by_profile(full=10, fast=5)
patches, faces, digits = data.patches(), data.faces(), data.digits()
look = patches.X_train.mean(), patches.X_train.std()  # how images are normalized here
photos, people = (transfers.small_gray(part, *look) for part in (patches, faces))
photo_net = transfers.from_scratch(photos.classes, seed=12)
photo_net = transfers.learn(photo_net, photos.train, 300, batch_size=32)
assert len(digits.class_names) == 10

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:why-transfer"]
# ## Ten labels
#
# You want to know whether there is a face in an image. You have a hundred small images and the patience to label ten of
# them. Can a network with 66,000 parameters learn from ten labels? Perhaps it does not have to. We already
# have a network that tells ten kinds of photographs apart: grass, gravel, coffee, a cat. It has never been asked about faces.

# %% slideshow={"slide_type": "-"} tags=["hide-input"]
X, y = faces.X_train, faces.y_train
means = {
    f"mean of 50: {name}": X[y == k, 0].mean(0) for k, name in enumerate(faces.class_names)
}
plots.image_row(
    means,
    alt="The mean of fifty backgrounds is a blur; the mean of fifty faces is a face.",
)
print("images:", tuple(X.shape), "of which faces:", int(y.sum()))

# %% [markdown] slideshow={"slide_type": "subslide"}
# This is the network: four convolutions, then one linear layer. Everything up to the last layer is its *body*. The body turns
# an image $\mathbf{x}$ into 576 features $\boldsymbol\phi(\mathbf{x})$. The last layer, the *head*, turns features into logits:
#
# $$\mathbf{z} = W \boldsymbol\phi(\mathbf{x}) + \mathbf{b}$$
#
# *Transfer* keeps $\boldsymbol\phi$ and learns a new $W$ and $\mathbf{b}$. For two classes that is 1,154 parameters.

# %% slideshow={"slide_type": "-"}
for row in models.layer_table(models.SmallDigitNet(), (1, 28, 28)):
    if row.parameters and "BatchNorm" not in row.kind:
        shape = str(row.shape)
        print(f"{row.name:12} {row.kind:8} {shape:14} {row.parameters:7,} parameters")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["topic:controls"]
# One function judges all inputs, also those that only serve for comparison. It draws five labels of each class, fits a logistic regression to the inputs that it is
# given, and returns the accuracy on a part of the data, once per draw. Standardizing comes first, because features have very
# different scales.


# %%
def probe(inputs, y, new_inputs, new_y, C):
    """Return the accuracy of a logistic regression on new inputs."""
    scaled = make_pipeline(StandardScaler(), LogisticRegression(C=C, max_iter=500))
    return scaled.fit(inputs, y).score(new_inputs, new_y)


def scores(inputs_of, part, C, draws=20):
    """Return the accuracy on a part for each draw of five labels per class."""
    (X, y), (new_X, new_y), found = people.train, part, []
    for seed in range(draws):
        rows = transfers.few_of_each(y, 5, seed)
        labeled, new = inputs_of(X[rows], seed), inputs_of(new_X, seed)
        found.append(probe(labeled, y[rows], new, new_y, C))
    return np.array(found)


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** A logistic regression learns from five faces and five backgrounds. It gets one of three inputs: the
# 784 pixels, the 576 features of the photograph network, or the 576 features of a network with *random* weights. Which
# input is best, and which is worst?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:features-beat-controls"]
random_nets = [transfers.from_scratch(10, seed=100 + seed).network for seed in range(20)]
inputs = {
    "pixels": lambda X, seed: X.flatten(1),
    "random features": lambda X, seed: models.features(random_nets[seed], X),
    "photo features": lambda X, seed: models.features(photo_net.network, X),
}
chosen = {}
for name, inputs_of in inputs.items():
    on_val = {
        C: scores(inputs_of, people.val, C, draws=5).mean() for C in (0.001, 0.1, 10)
    }
    chosen[name] = scores(inputs_of, people.test, max(on_val, key=on_val.get))
    print(f"{name:16} {chosen[name].mean():.2f}")
pixels, random, photo = chosen.values()
print(evidence.compare(photo, random, names=("photo features", "random features")))
assert evidence.compare(photo, random).improves()  # claim: something was transferred
assert evidence.compare(photo, pixels).improves()

# %% [markdown] slideshow={"slide_type": "fragment"}
# The **photo features** are best, and the pixels have the lowest accuracy. The random features are the important row.
# They are a *control*: the same network, the same number of features, but nothing learned. Only what the photo features
# have beyond them comes from the photographs. Without that row we would credit the old task with what any network
# gives. The strength of the logistic regression's penalty was chosen for each input on validation images; the test
# images only judged.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# One control is missing: no transfer at all.
#
# **Predict first.** The whole network is trained *from scratch* on the same ten labels, sixty steps from random weights, at a
# learning rate chosen on validation images. Does it end below the pixels, between pixels and photo features, or on a par
# with the photo features?


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:ten-labels-from-scratch", "nbval-ignore-output"]
def from_scratch(part, rate, draws):
    """Return the accuracy on a part for each draw of five labels per class."""
    found = []
    for seed in range(draws):
        rows = transfers.few_of_each(people.train[1], 5, seed)
        few, net = [one[rows] for one in people.train], transfers.from_scratch(2, seed)
        transfers.learn(net, few, 60, learning_rate=rate, seed=seed)
        found.append(transfers.accuracy(net, part))
    return np.array(found)


on_val = {rate: from_scratch(people.val, rate, draws=3).mean() for rate in (0.001, 0.01)}
scratch = from_scratch(people.test, max(on_val, key=on_val.get), draws=20)
print(f"from scratch     {scratch.mean():.2f}")
print(evidence.compare(scratch, photo, names=("from scratch", "photo features")))
assert evidence.compare(scratch, photo).does_not_matter(0.05)  # claim: on a par

# %% [markdown] slideshow={"slide_type": "fragment"}
# **On a par**: over twenty draws, the two differ by less than five points. Small kernels and pooling are knowledge about images, too, and a task as
# easy as this one needs little more. So what did the transfer buy? Time: a table of features and a linear classifier in
# place of sixty steps through the whole network. What it buys beyond that, when the body learns on, is the subject of
# lecture 12b.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 0 to 12. Ask for a vote by hands. The usual wrong answer puts the random features last: random convolutions are
# not useless, because they smooth, and they keep the places of light and dark.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:feature-extraction"]
# ## Freeze the body, train the head
#
# In PyTorch, feature extraction takes three steps. Make a new last layer with one output per class. Set
# `requires_grad = False` for all other parameters, so that no gradient is computed for them. And put batch normalization
# into evaluation mode; in a moment we see why.

# %%
by_hand = copy.deepcopy(photo_net.network)
by_hand.requires_grad_(False)
by_hand.classifier = nn.Linear(576, 2)  # a new layer has requires_grad=True
for layer in by_hand.modules():
    if isinstance(layer, nn.BatchNorm2d):
        layer.eval()
trained = sum(p.numel() for p in by_hand.parameters() if p.requires_grad)
print(f"{trained:,} of {sum(p.numel() for p in by_hand.parameters()):,} parameters train")
net = transfers.transferred(photo_net, classes=2, seed=0)  # a models.TransferNet
net.freeze()  # the same three steps
assert sum(p.numel() for p in net.parameters() if p.requires_grad) == trained

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Compute the features once
#
# If the body never changes, neither do the features of an image. So compute them **once** and keep them as a table. A *hook*
# is a function that PyTorch calls with the output of a layer.


# %% tags=["claim", "claim:one-table-three-ways", "nbval-ignore-output"]
def features_of(network, X, layer):
    """Return the outputs of a layer, one row per image."""
    caught = []
    hook = network.get_submodule(layer).register_forward_hook(
        lambda module, inputs, output: caught.append(output.flatten(1))
    )
    network.eval()
    with torch.inference_mode():
        network(X)
    hook.remove()
    return torch.cat(caught)


X, reader = people.val[0], copy.deepcopy(photo_net.network)
table = features_of(reader, X, "features.14")
extractor = create_feature_extractor(reader, {"features.14": "last"})
with torch.no_grad():
    by_torchvision = extractor(X)["last"].flatten(1)
ours = models.features(reader, X)
errors = [(table - other).abs().max() for other in (by_torchvision, ours)]
print(f"largest differences: {errors[0]:.1e} and {errors[1]:.1e}")
assert max(errors) < 1e-5

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 15 to 25. Three ways, one table: a hook by hand, torchvision's `create_feature_extractor`, and `models.features`. Ask
# what a table of features cannot do. Usual wrong answer: nothing. It cannot be augmented, because an image that is
# flipped has other features.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:12a.1"]
# ### Exercise 12a.1 · Three kinds of cloud (4 min)
#
# On paper. The body of ResNet-18 gives 512 features to its last layer. You freeze the body and give it a new head that
# tells cirrus, cumulus, and stratus apart. How many parameters does your training change?

# %% tags=["exercise:12a.1"] nbgrader={"grade_id": "ex-12a-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
head_numbers = None  # Exercise 12a.1: replace None with a number
### BEGIN SOLUTION
kinds = 3
head_numbers = 512 * kinds + kinds  # a weight for each pair, a bias for each kind
### END SOLUTION

# %% tags=["check:12a.1"]
check("12a.1", head_numbers)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:12a.2"]
# ### Exercise 12a.2 · A network for new classes (8 min)
#
# `network` is a trained `SmallDigitNet`: its body is `network.features`, its head `network.classifier`, a linear layer.
# Give it a new head with `classes` outputs, set `requires_grad = False` for everything else, and return the network.
# Leave the mode of batch normalization to exercise 12a.3.


# %% tags=["exercise:12a.2"] nbgrader={"grade_id": "ex-12a-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def adapt(network, classes):  # Exercise 12a.2
    """Return the network with a frozen body and a new head."""
    ### BEGIN SOLUTION
    for parameter in network.parameters():
        parameter.requires_grad = False
    network.classifier = nn.Linear(network.classifier.in_features, classes)
    return network
    ### END SOLUTION


# %% tags=["check:12a.2"]
check("12a.2", adapt)

# %% [markdown]
# Stuck in an exercise? `hint` helps a little, and a little more each time you call it.

# %%
hint("12a.2", 1)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["predict"]
# ## A body with `requires_grad = False`
#
# **Predict first.** We set `requires_grad = False` for the whole body and train only the head, on images that are darker
# than the old ones. Then we compute the features of forty old images again. Have they changed, and if so, a little or a
# lot?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:frozen-body-drifts"]
class Unguarded(models.TransferNet):
    """A TransferNet whose train() is that of any network."""

    def train(self, mode=True):
        return nn.Module.train(self, mode)


X, y = people.train
darker, old_images = (0.5 * X - 1, y), photos.val[0][:40]
kinds, drift = {"requires_grad = False": Unguarded, "and eval()": models.TransferNet}, {}
for name, kind in kinds.items():
    torch.manual_seed(0)
    net = kind(copy.deepcopy(photo_net.network), classes=2)
    net.freeze()
    before = models.features(net.network, old_images)
    transfers.learn(net, darker, 60)
    after = models.features(net.network, old_images)
    drift[name] = float((after - before).norm() / before.norm())
    print(f"{name:22} the features moved by {drift[name]:.1f} times their length")
assert drift["requires_grad = False"] > 0.5  # claim: a frozen body that moves
assert drift["and eval()"] == 0

# %% [markdown] slideshow={"slide_type": "fragment"}
# They have changed **a lot**, unless batch normalization is in evaluation mode. `requires_grad = False` stops gradients, but the
# running mean and variance of batch normalization do not need any: in training mode, every batch moves them. So the body
# that you believe to be frozen adapts to the brightness of the new images. `TransferNet` guards against this: its `train()`
# leaves frozen batch normalization in evaluation mode.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:12a.3"]
# ### Exercise 12a.3 · Training mode with frozen parts (8 min)
#
# Write `start_training(network)`: it puts a network into training mode, except for each `nn.BatchNorm2d` whose weight is
# frozen, and returns the network. Dropout, for one, must be in training mode.


# %% tags=["exercise:12a.3"] nbgrader={"grade_id": "ex-12a-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def start_training(network):  # Exercise 12a.3
    """Set training mode where it belongs, and return the network."""
    ### BEGIN SOLUTION
    network.train()
    for part in network.modules():
        if isinstance(part, nn.BatchNorm2d) and not part.weight.requires_grad:
            part.eval()
    return network
    ### END SOLUTION


# %% tags=["check:12a.3"]
check("12a.3", start_training)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Neighbors in feature space
#
# A table of features needs no classifier to be useful. Two images are neighbors if their features point in nearly the same
# direction, that is, if the cosine of the angle between them is large. Search engines for images work like this: compute
# the features of every image once, then look for the nearest ones.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** We take test patches of the ten photographs and look for the nearest training patch of each. How often
# do both come from the same photograph if "near" is measured in pixels, in random features, and in features of the
# photograph network? Chance is one in ten.


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:neighbors-share-a-class"]
def neighbors(table, new_table):
    """Return which row of a table is nearest to each new row: (N, F), (M, F) → (M,)."""
    table, new_table = F.normalize(table), F.normalize(new_table)
    return (new_table @ table.T).argmax(dim=1)


found = {"pixels": [], "random features": [], "photo features": []}
for seed in range(5):
    rows = transfers.few_of_each(photos.train[1], 40, seed)
    (X, y), (new_X, new_y) = (part[rows] for part in photos.train), photos.test
    random_net = transfers.from_scratch(10, seed=100 + seed).network
    tables = {"pixels": (X.flatten(1), new_X.flatten(1))}
    for name, net in (
        ("random features", random_net),
        ("photo features", photo_net.network),
    ):
        tables[name] = models.features(net, X), models.features(net, new_X)
    for name, pair in tables.items():
        found[name].append((y[neighbors(*pair)] == new_y).float().mean().item())
for name, shares in found.items():
    print(f"{name:16} the neighbor is from the same photograph: {np.mean(shares):.2f}")
pixels, random, photo = (np.array(shares) for shares in found.values())
assert evidence.compare(photo, random).improves(by=0.05)  # claim: learned features
assert evidence.compare(photo, pixels).improves(by=0.05)

# %% [markdown] slideshow={"slide_type": "fragment"}
# The **learned features** win by far. Two patches of grass hardly share a pixel, so pixels find neighbors of similar
# brightness instead. This network has learned these ten photographs, of course, so its features were made for the
# question. The next section asks what they are worth for another one.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:earlier-layer-features"]
# ## Which layer?
#
# Layers near the input respond to edges and spots, which every image has. Layers near the head respond to what the old task
# needed. So far we took the last layer. Is it always the best?
#
# **Try it.** Move through the four stages of the network. The maps show where each of six channels responds.


# %% tags=["hide-input"]
def stage_maps(stage):
    layer = ("features.3", "features.7", "features.10", "features.14")[stage - 1]
    image = photos.test[0][2:3]
    with torch.no_grad():
        extractor = create_feature_extractor(
            copy.deepcopy(photo_net.network).eval(), [layer]
        )
        maps = extractor(image)[layer][0, :6].numpy()
    shown = {f"{k + 1}": one for k, one in enumerate(maps)}
    return diagrams.pictures({"image": image[0, 0].numpy()} | shown)


widgets.explore(
    stage_maps,
    alt="A patch of a photograph, and six feature maps of the first stage.",
    stage=widgets.Slider(1, 4, 1),
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# Take another old task: a network has learned the digits 0 to 4. Each channel of a stage is averaged over the image, so
# that all stages are compared alike, and a logistic regression (`probe` from *Ten labels*) gets five labels per class.

# %% slideshow={"slide_type": "-"}
stages = ("features.3", "features.7", "features.10", "features.14")
old, new = (transfers.five_digits(digits, first) for first in (0, 5))
digit_look = digits.mean[0], digits.std[0]
tasks = {"similar": new, "different": transfers.small_gray(patches, *digit_look)}
digit_net = transfers.from_scratch(5, seed=12)
transfers.learn(digit_net, old.train, 200, learning_rate=0.01, batch_size=64)


def stage_scores(task, who, seed):
    """Return the accuracy of a logistic regression on the features of each stage."""
    rows = transfers.few_of_each(task.train[1], 5, seed)
    (few, y), (many, new_y) = (
        [one[rows] for one in task.train],
        [one[:400] for one in task.test],
    )
    net = digit_net if who == "digit network" else transfers.from_scratch(5, 100 + seed)
    found = []
    for layer in stages:
        a, b = (models.features(net.network, X, layer, grid=1) for X in (few, many))
        found.append(probe(a, y, b, new_y, C=0.1))
    return found


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** We ask the digit network about the digits 5 to 9, which are *similar*, and
# about the patches of photographs, which are *different*. Which stage is best for which task? And how well would
# the same stage of a network with random weights do?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "nbval-ignore-output"]
by_stage = {}
for kind, task in tasks.items():
    for who in ("digit network", "random weights"):
        table = np.array([stage_scores(task, who, seed) for seed in range(DRAWS)])
        by_stage[kind, who] = table
        assert table.mean() > (0.2 if kind == "similar" else 0.1)  # above chance
        print(f"{kind:10} {who:15}", "  ".join(f"{one:.2f}" for one in table.mean(axis=0)))

# %% slideshow={"slide_type": "subslide"} tags=["reveals", "hide-input"]
curves = {", ".join(key): table.mean(axis=0) for key, table in by_stage.items()}
plots.curves(
    curves,
    x=(1, 2, 3, 4),
    xlabel="stage",
    ylabel="test accuracy",
    alt="For digits, accuracy rises with the stage; for photographs it falls.",
)

# %% slideshow={"slide_type": "skip"} tags=["reveals", "claim", "claim:earlier-without-transfer", "nbval-ignore-output"]
who = ("digit network", "random weights")
learned, random = (by_stage["similar", name] for name in who)
late = evidence.compare(learned[:, 3], random[:, 3], names=who)
learned, random = (by_stage["different", name] for name in who)
earlier = evidence.compare(learned[:, 1], learned[:, 3])
transfer = evidence.compare(learned[:, 1], random[:, 1], names=who)
print(f"digits, stage 4: {late}\nphotographs, stage 2: {transfer}")
assert late.improves()  # claim: digits help digits
assert earlier.improves()  # claim: an earlier stage is better
if evidence.in_full_only("digits did not help the photographs", digits):
    assert transfer.does_not_matter(0.05)  # claim: random weights do as well

# %% [markdown] slideshow={"slide_type": "fragment"}
# For digits, the **last** stages are best, and stage 4 clearly beats random weights: what was learned is what is needed. For
# photographs, an **earlier** stage beats the last one. It is tempting to conclude that the early layers learned something
# general from digits. Look at the control: with MNIST, random weights at stage 2 come within five points, either way. The
# digits gave the photographs nothing that an untrained network does not give. Without the control, we would tell a wrong
# story.
#
# How do you choose the layer for a task of your own? Like every other choice: on validation data, or by cross-validation
# where labels are few.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 35 to 50. Ask what the two curves for photographs would look like if digits *had* helped. The solid conclusion is
# negative: an earlier layer can be best although nothing was transferred. What networks trained on ImageNet give, this
# experiment does not say.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:pretrained-models"]
# ## Networks that others have trained
#
# torchvision has dozens of classifiers that were trained on ImageNet, more than a million photographs of 1,000 classes. Weights
# are objects with a name. They carry what belongs to them: their classes, their size, and how to prepare an image.

# %%
weights = torchvision.models.SqueezeNet1_1_Weights.DEFAULT
categories, count = weights.meta["categories"], weights.meta["num_params"]
print(f"{weights}: {count:,} parameters, {weights.meta['_file_size']:.0f} MB")
print(len(categories), "classes, among them", " and ".join(categories[309:311]))
plots.image_row(
    {"chelsea, 451×300 pixels": data.images()["chelsea"]},
    alt="A wide photograph of a cat's face, with both ears near its upper corners.",
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** `weights.transforms()` shrinks the short side of an image to 256 pixels, cuts out the central 224×224, and
# normalizes each channel with ImageNet's mean and standard deviation. What does the network see of this cat: all
# of it, the head with both ears, or less?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:transforms-by-hand", "nbval-ignore-output"]
cat = torch.tensor(data.images()["chelsea"]).permute(2, 0, 1).float()  # (3, 300, 451)
size = (256, int(256 * cat.shape[2] / cat.shape[1]))
shrunk = F.interpolate(cat[None], size, mode="bilinear", antialias=True)[0]
top, left = (256 - 224) // 2, round((size[1] - 224) / 2)
middle = shrunk[:, top : top + 224, left : left + 224]
imagenet_mean = torch.tensor([0.485, 0.456, 0.406])[:, None, None]
imagenet_std = torch.tensor([0.229, 0.224, 0.225])[:, None, None]
by_hand = (middle - imagenet_mean) / imagenet_std
error = (by_hand - weights.transforms()(cat)).abs().max()
print(f"largest difference from weights.transforms(): {error:.1e}")
assert error < 1e-4
shown = {"image": cat, "what the network sees": middle}
plots.image_row(
    {name: one.permute(1, 2, 0) for name, one in shown.items()},
    alt="A cat's face, and the square from its middle that the network sees.",
)

# %% [markdown] slideshow={"slide_type": "fragment"}
# It sees the **central square**, and what lies outside is lost. If your object is near the edge of the image, this step cuts it
# off. And if you forget to normalize, the network gets numbers that it has never seen; it still gives an output, and nothing
# warns you.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:12a.4"]
# ### Exercise 12a.4 · As the network saw its images (8 min)
#
# A camera gives you `photos`, an array of bytes (N, H, W, 3) from 0 to 255. `mean` and `std` have shape (3,) and are meant
# for values from 0 to 1. Return what the network wants: an array of shape (N, 3, H, W). Do not shrink or crop.


# %% tags=["exercise:12a.4"] nbgrader={"grade_id": "ex-12a-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def prepare(photos, mean, std):  # Exercise 12a.4
    """Return normalized images, channels first."""
    ### BEGIN SOLUTION
    scaled = photos.astype(float) / 255
    return np.moveaxis((scaled - mean) / std, -1, 1)
    ### END SOLUTION


# %% tags=["check:12a.4"]
check("12a.4", prepare)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:pretrained-live"]
# ## Ask a network of ImageNet
#
# SqueezeNet is a small one: its weights take 5 MB. Nothing is downloaded unless you ask for it. Change `DOWNLOAD` to `True`,
# run the cell again, and the network names five photographs. Without the weights, the cell says what is missing.

# %% slideshow={"slide_type": "-"} tags=["hide-input", "nbval-ignore-output"]
DOWNLOAD = False
prepared = torchvision.models.SqueezeNet1_1_Weights.DEFAULT.transforms()
categories = torchvision.models.SqueezeNet1_1_Weights.DEFAULT.meta["categories"]


def in_color(name):
    """Return a photograph of the course with three channels, (3, H, W)."""
    photograph = torch.tensor(data.images()[name])
    if photograph.ndim == 2:
        return photograph.expand(3, -1, -1)
    return photograph.permute(2, 0, 1)


try:
    squeezenet = models.pretrained("squeezenet1_1", download=DOWNLOAD)
except data.DataUnavailable as reason:
    squeezenet = None
    print(reason)
names = ("chelsea", "coffee", "rocket", "astronaut", "coins")
if squeezenet is not None:
    with torch.inference_mode():
        logits = squeezenet(torch.stack([prepared(in_color(name)) for name in names]))
    for name, row in zip(names, logits.softmax(dim=1), strict=True):
        best = zip(*row.topk(3), strict=True)  # pairs of probability and class
        guesses = ", ".join(f"{categories[k]} {p:.0%}" for p, k in best)
        print(f"{name:10} {guesses}")
    cats = torch.arange(281, 286)  # tabby, tiger cat, and three more
    assert torch.isin(logits[0].topk(5).indices, cats).any()

# %% [markdown] slideshow={"slide_type": "subslide"}
# The same network as a source of features: cut each photograph into a left and a right half, and look for the left half
# whose features are nearest to those of each right half (`neighbors` from *Neighbors in feature space*). Eight
# photographs, so chance is one in eight.

# %% slideshow={"slide_type": "-"} tags=["hide-input", "nbval-ignore-output"]
if squeezenet is None:
    print("not run: it needs the weights of squeezenet1_1 (DOWNLOAD = True above)")
else:
    names = ("chelsea", "coffee", "rocket", "astronaut")
    names += ("retina", "brick", "grass", "gravel")
    halves = [in_color(name).tensor_split(2, dim=2) for name in names]
    untrained = torchvision.models.squeezenet1_1(weights=None)
    halves = [[prepared(side) for side in pair] for pair in halves]
    sides = [torch.stack(side) for side in zip(*halves, strict=True)]
    tables = {"pixels": [side.flatten(1) for side in sides]}
    for name, body in {"random features": untrained, "features": squeezenet}.items():
        tables[name] = [models.features(body, side, "features", grid=1) for side in sides]
    for name, (left, right) in tables.items():
        correct = int((neighbors(left, right) == torch.arange(len(names))).sum())
        print(f"{name:15} {correct} of {len(names)} right halves find their left half")
    assert correct > 1  # better than chance

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:12a.5"]
# ### Exercise 12a.5 · Three labels per class (15 min)
#
# An open task. Write `classify(features, y, new)`. `features`, shape (12, 24), is a table with three rows for each of four
# classes, `y` their labels from 0 to 3. `new`, shape (150, 24), are rows of unknown class. Return their labels, shape
# (150,). Columns have very different scales, and some tell nothing about the class. Over sixty tables that you have not seen,
# your mean error must be **at most 0.28**; guessing gives 0.75.


# %% tags=["exercise:12a.5"] nbgrader={"grade_id": "ex-12a-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def classify(features, y, new):  # Exercise 12a.5
    """Return a label for each new row."""
    ### BEGIN SOLUTION
    mean, std = features.mean(axis=0), features.std(axis=0)
    features, new = (features - mean) / std, (new - mean) / std
    centers = np.stack([features[y == label].mean(axis=0) for label in range(4)])
    distances = ((new[:, None] - centers) ** 2).sum(axis=2)
    return distances.argmin(axis=1)
    ### END SOLUTION


# %% tags=["check:12a.5"]
check("12a.5", classify)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | step | in code | without it |
# |---|---|---|
# | load | `weights=SqueezeNet1_1_Weights.DEFAULT` | random features |
# | prepare | `weights.transforms()` | images unlike any that the network has seen |
# | new head | one output per class | classes that do not exist |
# | freeze | `requires_grad = False` and `eval()` | a frozen body that moves |
# | features | once, into a table | the same forward pass in every epoch |
#
# - A transferred number means nothing without its control: the same network with random weights.
# - Late layers fit the old task. For a different task an earlier one can be better, even if nothing was transferred.
# - Choose the layer on validation data.
#
# **Next.** So far the body stayed as it was. In lecture 12b it learns on.

# %% slideshow={"slide_type": "skip"} tags=["progress:12a"]
from course_utils.exercises import progress

progress("12a")

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Quiz
#
# 1. You freeze all weights of the body, and the validation accuracy still changes although the head is finished. Why?
# 2. You have features of 10,000 images and want to try fifty settings of the classifier. How often does the network see
#    each image?
# 3. Features of a network trained on cars reach 80% on your flowers. What do you measure next?
#
# <details><summary>Answers</summary>
#
# 1. Batch normalization is in training mode: its running averages move with every batch.
# 2. Once. The table of features serves all fifty settings.
# 3. The same network with random weights, and a classifier on the pixels. Only what is beyond them comes from the cars.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - J. Yosinski, J. Clune, Y. Bengio, and H. Lipson, How transferable are features in deep neural networks?, *NIPS* 2014:
#   features layer by layer.
# - A. S. Razavian, H. Azizpour, J. Sullivan, and S. Carlsson, CNN features off-the-shelf: an astounding baseline for
#   recognition, *CVPR workshops* 2014: features and a linear classifier.
# - F. N. Iandola et al., SqueezeNet: AlexNet-level accuracy with 50x fewer parameters, arXiv:1602.07360, 2016.
# - G. B. Huang, M. Ramesh, T. Berg, and E. Learned-Miller, Labeled faces in the wild, University of Massachusetts,
#   technical report 07-49, 2007: the faces.
