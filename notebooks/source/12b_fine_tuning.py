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
# # 12b · Fine-tuning
#
# Last time we borrowed the features of a trained network and left its body as it was. Today the body learns on. We find out how
# fast it may learn, whether it pays to unfreeze it step by step, and when it is better to start from nothing.
#
# **After this lecture you will be able to**
# - fine-tune a network, with its learning rate chosen on validation data;
# - decide between a linear classifier, fine-tuning, and training from scratch by an experiment;
# - turn two folders of images into a classifier.
#
# **You need** features and frozen bodies (lecture 12a), `evidence.compare` (chapter 08).
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 60 min | 33 min | 3 min |

# %% tags=["setup", "nbval-ignore-output"]
import tempfile
import warnings
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import torch
import torchvision
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from course_utils import data, evidence, models, plots, settings, widgets
from course_utils.exercises import check, hint
from course_utils.training import transfers

plots.use_course_style()
torch.set_num_threads(1)  # in networks this small, more threads only wait
SHORT, MANY, DRAWS = settings.by_profile(full=(100, 200, 5), fast=(10, 20, 3))
digits, patches, faces = data.digits(), data.patches(), data.faces()
look = patches.X_train.mean(), patches.X_train.std()  # how images are normalized here
photos, people = (transfers.small_gray(part, *look) for part in (patches, faces))
photo_net = transfers.from_scratch(10, seed=12)
photo_net = transfers.learn(photo_net, photos.train, 300, batch_size=32)
old, new = (transfers.five_digits(digits, first) for first in (0, 5))
digit_net = transfers.from_scratch(5, seed=12)
transfers.learn(digit_net, old.train, 2 * SHORT, learning_rate=0.01, batch_size=64)
assert old.classes == new.classes == 5

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:fine-tuning", "defines:fine-tuning"]
# ## The body learns on
#
# In lecture 12a, a network that tells ten photographs apart gave its features to a new task: is there a face in the image?
# Its body stayed as it was. But nothing in ten photographs asks for eyes and mouths, so let the body change a little.
# **Fine-tuning** means training a network that has learned one task a little further on another, usually with a small
# learning rate.
#
# Early layers should change least, because they are the most general. So give each stage its own learning rate. With $k$ the number
# of stages between a stage and the head, and $0 < q < 1$:
#
# $$\eta_k = \eta_\text{head}\, q^k$$
#
# **Try it.** Move the factor $q$. At which value does the first stage learn a hundred times more slowly than the head?


# %% tags=["hide-input"]
def rates(factor):
    groups = transfers.transferred(photo_net, 2, seed=0).parameter_groups(0.01, factor)
    names, heights = zip(*((group["name"], group["lr"]) for group in groups), strict=True)
    figure, axis = plt.subplots(figsize=(6, 2.8))
    axis.bar(names, heights)
    axis.set(yscale="log", ylim=(1e-6, 0.02), ylabel="learning rate")
    return figure


widgets.explore(
    rates,
    alt="Five bars that rise from the first stage to the head: their learning rates.",
    factor=widgets.Slider(0.1, 1.0, 0.4, 0.05),
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:12b.1"]
# ### Exercise 12b.1 · A learning rate for each stage (6 min)
#
# Write `stage_rates(count, head_rate, factor)` for `count` stages, the head included; `head_rate` is
# $\eta_\text{head}$, and `factor` is $q$. Return a list of `count` rates, from the input to the head.


# %% tags=["exercise:12b.1"] nbgrader={"grade_id": "ex-12b-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def stage_rates(count, head_rate, factor):  # Exercise 12b.1
    """Return the learning rates from the input to the head."""
    ### BEGIN SOLUTION
    return [head_rate * factor ** (count - 1 - stage) for stage in range(count)]
    ### END SOLUTION


# %% tags=["check:12b.1"]
check("12b.1", stage_rates)

# %% [markdown]
# Stuck in an exercise? `hint` helps a little, and a little more each time you call it.

# %%
hint("12b.1", 1)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["predict"]
# ## How fast may it learn?
#
# **Predict first.** We have five labeled images of faces and five without, and train all layers for only twenty steps: once from the
# body that has learned photographs, once from random weights. Which of the learning rates 0.001, 0.01, and 0.1 suits
# each start best? And at 0.1, is the trained body still ahead?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "nbval-ignore-output"]
few_rates = (0.001, 0.01, 0.1)
on_val, on_test, starts = {}, {}, ("transferred", "from scratch")
for start in starts:
    for rate in few_rates:
        nets = []
        for seed in range(10):
            rows = transfers.few_of_each(people.train[1], 5, seed)
            part = [one[rows] for one in people.train]
            net = transfers.from_scratch(2, seed)
            if start == "transferred":
                net = transfers.transferred(photo_net, 2, seed)
            nets.append(transfers.learn(net, part, 20, learning_rate=rate, seed=seed))
        for found, judge in ((on_val, people.val), (on_test, people.test)):
            found[start, rate] = np.array([transfers.accuracy(net, judge) for net in nets])
curves = {s: [on_val[s, rate].mean() for rate in few_rates] for s in starts}
assert all(max(line) > 0.7 for line in curves.values())  # far above chance, 0.5
plots.curves(
    curves,
    x=few_rates,
    xlabel="learning rate",
    ylabel="validation accuracy",
    log_x=True,
    alt="Validation accuracy at three rates: transferred falls, from scratch rises.",
)

# %% slideshow={"slide_type": "subslide"} tags=["reveals", "hide-input", "claim", "claim:each-start-its-rate"]
leads = {}
for rate in few_rates:
    leads[rate] = on_test["transferred", rate] - on_test["from scratch", rate]
    lead = leads[rate]
    print(f"rate {rate:5}: the trained body leads by {evidence.over_seeds(lead)}")
best = {
    start: max(few_rates, key=lambda rate, start=start: on_val[start, rate].mean())
    for start in starts
}
names = tuple(f"{start} at {rate}" for start, rate in best.items())
own_rates = evidence.compare(*(on_test[pair] for pair in best.items()), names=names)
print(own_rates)
assert best["transferred"] < best["from scratch"]  # claim: a trained body, a lower rate
assert own_rates.improves()  # claim: it leads with each start at its own rate
assert evidence.over_seeds(leads[0.001]).is_above(0.05)  # claim: by much at a low rate
assert not evidence.over_seeds(leads[0.1]).is_above(0)  # claim: no clear lead is left

# %% [markdown] slideshow={"slide_type": "fragment"}
# The trained body is best at the **lowest** rate, the random start at the **highest**, and at 0.1 the trained body no
# longer leads clearly. It is tempting to say that a high rate always harms. Look at the other curve first: from
# scratch, twenty steps are too few for a low rate, and the highest helps. A trained body has something to lose: at 0.1,
# nothing of its lead is left. So choose the rate for each start, on validation data, before you compare them.
#
# Twenty steps are few, so this is a lead in *time*. In lecture 12a, sixty steps from scratch came close to the photo features.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 12 to 22. Ask why the curve from scratch is needed. Usual wrong answer: it is not. Without it, nobody can tell whether
# a high rate harms transfer or simply harms.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["predict"]
# ## All at once, or step by step?
#
# A new head with random weights sends random gradients into a good body. That is the argument for training the head first,
# and for *gradual unfreezing*: first the head, then one stage more at a time. We try it with a network that reads the digits 0
# to 4 and is now asked to read 5 to 9, with two labels for each. All ways below get the same number of steps.
#
# **Predict first.** Order five ways: only the head; all at once; all at once with rates that fall toward the input; head first,
# then all; gradual unfreezing. The last two have falling rates, too. Do the careful ways win clearly?


# %% slideshow={"slide_type": "subslide"}
def fine_tuned(way, part, rate, seed):
    """Train a body in one of five ways, or a network from scratch, SHORT steps in all."""
    net = transfers.transferred(digit_net, 5, seed)
    if way == "from scratch":
        net = transfers.from_scratch(5, seed)
    phases = {
        "head, then all": ["head", None],
        "gradual": ["head", "features.11", "features.8", "features.4", None],
        "only the head": ["head"],
    }.get(way, [None])
    factor = 1.0 if way in ("all at once", "from scratch") else 0.4
    net.freeze()
    for first_stage in phases:
        if first_stage != "head":
            net.unfreeze(first_stage)
        steps = SHORT // len(phases)
        transfers.learn(net, part, steps, learning_rate=rate, factor=factor, seed=seed)
    return net


# %% slideshow={"slide_type": "subslide"} tags=["reveals", "hide-input", "nbval-ignore-output"]
ways = ("only the head", "all at once", "falling rates", "head, then all", "gradual")
by_way = {}
for way in (*ways, "from scratch"):  # the last one is the control
    nets = {}
    for rate in (0.001, 0.003, 0.01):  # chosen on validation data, for each way
        nets[rate] = []
        for seed in range(DRAWS):
            rows = transfers.few_of_each(new.train[1], 2, seed)
            nets[rate].append(
                fine_tuned(way, [one[rows] for one in new.train], rate, seed)
            )
    on_val = {
        rate: np.mean([transfers.accuracy(net, new.val) for net in some])
        for rate, some in nets.items()
    }
    best = max(on_val, key=on_val.get)
    by_way[way] = np.array([transfers.accuracy(net, new.test) for net in nets[best]])
    print(f"{way:14} rate {best}, test accuracy {evidence.over_seeds(by_way[way])}")
    assert by_way[way].mean() > 0.3  # above chance, 0.2

# %% slideshow={"slide_type": "skip"} tags=["reveals", "claim", "claim:gradual-gains-a-little", "nbval-ignore-output"]
rivals = ("falling rates", "head, then all", "gradual", "only the head")
gains = {}
for way in rivals:
    names = (way, "all at once")
    gains[way] = evidence.compare(by_way[way], by_way["all at once"], names=names)
    print(gains[way])
head_alone = evidence.compare(by_way["gradual"], by_way["only the head"])
if evidence.in_full_only("gradual unfreezing gains a little", digits):
    control = by_way["from scratch"]
    assert evidence.compare(by_way["all at once"], control).improves()
    assert gains["gradual"].improves()  # claim: a small, clear gain
    assert not gains["falling rates"].is_clear()  # claim: not from the rates
    assert not head_alone.is_clear()  # claim: no more than the head gives

# %% [markdown] slideshow={"slide_type": "fragment"}
# With MNIST, only **gradual unfreezing** is clearly better than training all at once, by about two points. Falling rates by
# themselves bring no clear gain. Training all at once, in turn, is clearly better than the control from scratch. But
# training **only the head** reaches the same mean, and it does not touch the body at all: five draws do not tell it from
# gradual unfreezing. So the argument about random gradients has something to it, and still the cheapest way is hard to
# beat here. Start with the head: it trains on a table of features, and it tells you whether the features are any good.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 22 to 34. Let the class order the five ways before you show them. The usual wrong answer puts gradual unfreezing first by
# a wide margin and the head last. Ask what the control from scratch is for.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:when-to-fine-tune"]
# ## When to fine-tune?
#
# Many courses give a table. Is the new data set small or large, and is it similar to the old one or different?
#
# | | similar | different |
# |---|---|---|
# | **small** | linear classifier on the last features | linear classifier on *earlier* features |
# | **large** | fine-tune | train from scratch, or fine-tune |
#
# We run **every** strategy in **every** cell, with the network that reads 0 to 4. Similar are the digits 5 to 9; different are
# patches of ten photographs. Small is five labels per class, large is 200. The features of both layers are averaged over
# the image, so that they are alike but for the layer.
#
# What would count? The advice *holds* in a cell where the advised strategy clearly beats the best of the others, and it *fails*
# where that one clearly beats it. Otherwise the cell is *open*. Validation images choose the strategies and their
# rates, and the test images only judge them.

# %%
advice = {
    ("small", "similar"): ("last features",),
    ("small", "different"): ("earlier features",),
    ("large", "similar"): ("fine-tuned",),
    ("large", "different"): ("fine-tuned", "from scratch"),
}
tasks = {
    "similar": new,
    "different": transfers.small_gray(patches, digits.mean[0], digits.std[0]),
}


# %% slideshow={"slide_type": "subslide"}
def linear_scores(task, part, sets, layer):
    """Return the accuracies on two sets of a linear classifier on pooled features."""
    linear = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=500))
    linear.fit(models.features(digit_net.network, part[0], layer, grid=1), part[1])
    tables = [(models.features(digit_net.network, X, layer, grid=1), y) for X, y in sets]
    return [linear.score(X, y) for X, y in tables]


def trained_scores(task, part, sets, name, rate, seed):
    """Return the accuracies on two sets of a network, all of whose layers train."""
    net = transfers.from_scratch(task.classes, seed)
    if name == "fine-tuned":
        net = transfers.transferred(digit_net, task.classes, seed)
    steps, batch = (SHORT, 16) if len(part[1]) <= 50 else (2 * SHORT, 32)
    transfers.learn(net, part, steps, learning_rate=rate, batch_size=batch, seed=seed)
    return [transfers.accuracy(net, one) for one in sets]


# %% slideshow={"slide_type": "subslide"}
def run_cell(task, number, draws):
    """Return strategy → (draws, 2): accuracies on validation and test images."""
    sets = [[one[:1000] for one in pair] for pair in (task.val, task.test)]
    parts = []
    for seed in range(draws):
        rows = transfers.few_of_each(task.train[1], number, seed)
        parts.append([one[rows] for one in task.train])
    found = {}
    for name, layer in (("last", "features.14"), ("earlier", "features.7")):
        runs = [linear_scores(task, part, sets, layer) for part in parts]
        found[f"{name} features"] = np.array(runs)
    for name in ("fine-tuned", "from scratch"):
        on_val = {
            rate: trained_scores(task, parts[0], sets, name, rate, seed=0)[0]
            for rate in (0.001, 0.003, 0.01)
        }
        rate = max(on_val, key=on_val.get)
        runs = [trained_scores(task, p, sets, name, rate, k) for k, p in enumerate(parts)]
        found[name] = np.array(runs)
    return found


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** In which of the four cells does the table's advice fail?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "nbval-ignore-output"]
def mean_row(cell):
    means = (f"{table[cell][name][:, 1].mean():18.2f}" for name in strategies)
    return f"{' and '.join(cell):20}" + "".join(means)


strategies = ("last features", "earlier features", "fine-tuned", "from scratch")
table = {}
print(f"{'test accuracy':20}" + "".join(f"{name:>18}" for name in strategies))
for cell in (("small", "similar"), ("small", "different")):
    table[cell] = run_cell(tasks[cell[1]], 5, 2 * DRAWS)
    print(mean_row(cell))
    assert all(scores.mean() > 0.12 for scores in table[cell].values())  # chance: 0.1

# %% slideshow={"slide_type": "-"} tags=["reveals", "hide-input", "nbval-ignore-output"]
for cell in (("large", "similar"), ("large", "different")):
    table[cell] = run_cell(tasks[cell[1]], MANY, DRAWS)
    print(mean_row(cell))
    assert all(scores.mean() > 0.12 for scores in table[cell].values())  # chance: 0.1


# %% slideshow={"slide_type": "subslide"} tags=["reveals", "hide-input", "claim", "claim:table-tested", "nbval-ignore-output"]
def judged(cell):
    """Compare the best advised strategy with the best of the others, on the test set."""
    on_val = {name: scores[:, 0].mean() for name, scores in table[cell].items()}
    advised = max(advice[cell], key=on_val.get)  # both chosen on validation data
    rival = max(on_val.keys() - set(advice[cell]), key=on_val.get)
    a, b = (table[cell][name][:, 1] for name in (advised, rival))
    return evidence.compare(a, b, names=(f"{advised} (advised)", rival))


verdicts = {}
for cell in table:
    found = judged(cell)
    verdicts[cell] = "fails" if found.gain.is_below(0) else "open"
    verdicts[cell] = "holds" if found.improves() else verdicts[cell]
    print(f"{' and '.join(cell)}: {verdicts[cell]}\n    {found}")
if evidence.in_full_only("which advice holds", digits):
    assert verdicts["small", "similar"] == "fails"
    assert verdicts["small", "different"] == "holds"
    assert verdicts["large", "similar"] == "open"
    assert verdicts["large", "different"] == "open"

# %% [markdown] slideshow={"slide_type": "fragment"}
# With MNIST, the advice **fails** for small and similar: fine-tuning clearly beats the linear classifier on the last
# features. The table fears overfitting there, and yet fine-tuning has the highest test accuracy of the four. The advice
# **holds** for small and different, where the earlier features clearly beat the best of the rest. But remember the
# control of lecture 12a: the earlier features of *random* weights did as well there, so the digits deserve no credit.
# Both large cells stay **open**. For large and similar, training from scratch does as well as fine-tuning, and with 200
# labels per class both are good. For large and different, training everything leads, but five draws do not decide.
#
# So take the table as a first guess, and run the experiment.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 34 to 48. Ask for votes cell by cell. The usual wrong answer trusts the table in all four. Ask what "open" means: that five
# draws do not decide, not that the strategies are equal.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:12b.2"]
# ### Exercise 12b.2 · Is the gain real? (8 min)
#
# `scratch` and `transferred` hold test accuracies, shape (S,): entry $s$ of both was trained on the same images,
# those of seed $s$. Return two numbers, a tuple: the mean gain of transfer, and the standard error of this mean
# (`ddof=1`). Make use of the pairs.


# %% tags=["exercise:12b.2"] nbgrader={"grade_id": "ex-12b-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def gain_of_transfer(scratch, transferred):  # Exercise 12b.2
    """Return the mean gain and its standard error."""
    ### BEGIN SOLUTION
    pairs = transferred - scratch
    return pairs.mean(), pairs.std(ddof=1) / np.sqrt(len(pairs))
    ### END SOLUTION


# %% tags=["check:12b.2"]
check("12b.2", gain_of_transfer)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:12b.3"]
# ### Exercise 12b.3 · Sixty X-ray images (4 min)
#
# You have sixty labeled X-ray images of two kinds, and a ResNet-18 trained on holiday photographs. What do you try?
#
# - **a** Train ResNet-18 from scratch on them.
# - **b** Linear classifiers on features of several layers; cross-validation picks the layer.
# - **c** A linear classifier on the features of the last layer, and nothing else.
# - **d** Linear classifiers on features of several layers; the test images pick the layer.

# %% tags=["exercise:12b.3"] nbgrader={"grade_id": "ex-12b-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
strategy = None  # Exercise 12b.3: replace None with a letter in quotes
### BEGIN SOLUTION
strategy = "b"
### END SOLUTION

# %% tags=["check:12b.3"]
check("12b.3", strategy)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["erratum:E25"]
# ## A common mistake: more outputs than classes
#
# You copy a program for four classes and use it for cats and dogs. It still has four outputs, and it trains without an
# error. It also loads its network with `pretrained=True`, which torchvision has deprecated since version 0.13; today it is
# `weights=ResNet18_Weights.DEFAULT`.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** At the start all logits are about equal. What is the first cross-entropy loss of two classes with two outputs,
# and with four: the same, or which is higher?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "erratum:E25", "claim", "claim:outputs-are-classes"]
y = torch.arange(64) % 2  # two classes
for outputs in (2, 4):
    network = torchvision.models.resnet18(weights=None)
    head = models.replace_head(network, outputs)
    loss = torch.nn.functional.cross_entropy(torch.zeros(64, outputs), y).item()
    count = sum(p.numel() for p in head.parameters())
    print(f"{outputs} outputs: {count:,} parameters, first loss {loss:.2f}")
    assert network.fc.out_features == outputs
    assert np.isclose(loss, np.log(outputs), rtol=1e-6)
with warnings.catch_warnings(record=True) as heard:
    warnings.simplefilter("always")
    torchvision.models.resnet18(pretrained=False)  # True would download 45 MB
assert any("'pretrained' is deprecated since 0.13" in str(one.message) for one in heard)

# %% [markdown] slideshow={"slide_type": "fragment"}
# **With four outputs it is higher**, log 4 instead of log 2: half of the probability goes to classes that do not exist. Training
# removes that soon, so the mistake is easy to overlook. But an unusual image can still be given a class that nobody has defined.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["defines:domain shift"]
# ## Ants and bees
#
# Two classes of real photographs, 244 to train on, and a MobileNetV2 trained on ImageNet. This takes minutes, so the table below
# was **recorded** by `benchmarks/transfer_real_data.py`; each row says how many starts it has. The photographs carry no
# license, so only numbers are shown. Two warnings belong to it. Ants and bees are among ImageNet's 1,000 classes, so this
# network has learned the task already. And the photographs are of the same kind as ImageNet's. With another camera or another hospital,
# there is a **domain shift**: a difference between the data that a model was trained on and the data that it is used on.

# %% slideshow={"slide_type": "-"} tags=["hide-input"]
import json

file = settings.course_root() / "benchmarks" / "results" / "transfer.json"
record, by_strategy = json.loads(file.read_text(encoding="utf-8")), {}
print(record["weights"])
for row in record["rows"]:
    by_strategy.setdefault(row["strategy"], []).append(row["accuracy"])
for strategy, accuracies in sorted(by_strategy.items()):
    starts = f"{min(accuracies):.2f} to {max(accuracies):.2f}, {len(accuracies)} start(s)"
    print(f"{strategy:36} {np.mean(accuracies):.2f} ({starts})")

# %% [markdown]
# Two rows are controls. A linear head on a body with random weights stays close to chance, and a small residual network that
# learns from scratch, on 64×64 pixels with flips and shifts, with its rate and its epochs chosen on a fifth of the
# training images, stays far behind. All rows that use the trained body are within a few images of one another, because one
# image of 153 is 0.7%. The weights are not torchvision's own, so with those that you download numbers will differ a little.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 52 to 56. Ask why this table is weak evidence for transfer to something new: ants and bees are classes of ImageNet.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Your own two folders
#
# Make one folder for each class in `my_work/pictures` and put a few dozen images into each. Until you do, the cell below
# makes such folders from two photographs, coins and cells, cut into tiles. Tiles do not overlap, and those for training come
# from the upper part, those for judging from the lower: neighboring tiles in both would be too easy.


# %%
def tiles(name, side=48):
    """Return the tiles of a photograph, row by row."""
    photograph = data.images()[name]
    rows, columns = (length // side for length in photograph.shape)
    blocks = photograph[: rows * side, : columns * side].reshape(rows, side, columns, side)
    return blocks.swapaxes(1, 2).reshape(-1, side, side)


def write_tiles(folder, count=40):
    """Write tiles of two photographs: the first 28 of each in train, the rest in val."""
    for name in ("cell", "coins"):
        for number, tile in enumerate(tiles(name)[:count]):
            file = folder / ("train" if number < 28 else "val") / name / f"{number:02}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            plt.imsave(file, tile, cmap="gray", vmin=0, vmax=1)


own = settings.work_folder() / "pictures"
workshop = tempfile.TemporaryDirectory()
write_tiles(Path(workshop.name))
folders = sorted(one.name for one in (Path(workshop.name) / "train").iterdir())
print("folders:", ", ".join(folders))

# %% slideshow={"slide_type": "subslide"} tags=["claim", "claim:two-folders", "nbval-ignore-output"]
folder = own if own.is_dir() else workshop.name
collection = data.image_folder(folder, size=32)
ours = transfers.small_gray(
    collection, collection.X_train.mean(), collection.X_train.std()
)
mine = transfers.transferred(photo_net, ours.classes, seed=12)
mine.freeze()
transfers.learn(mine, ours.train, 40)  # the head
mine.unfreeze()
transfers.learn(mine, ours.train, 40, learning_rate=0.001, factor=0.4)
scratch = transfers.from_scratch(ours.classes, seed=12)  # the control
transfers.learn(scratch, ours.train, 80)
accuracies = {"transferred": mine, "from scratch": scratch}
for name, net in accuracies.items():
    accuracies[name] = transfers.accuracy(net, ours.test)
    print(f"{name:12} {accuracies[name]:.2f} of {len(ours.test[1])} test images")
if not own.is_dir():
    assert accuracies["transferred"] > 0.8

# %% slideshow={"slide_type": "subslide"} tags=["claim", "claim:all-is-in-the-file", "nbval-ignore-output"]
file = Path(workshop.name) / "mine.pt"
torch.save({"weights": mine.state_dict(), "classes": list(collection.class_names)}, file)
stored = torch.load(file, map_location="cpu", weights_only=True)
loaded = models.TransferNet(models.SmallDigitNet(), len(stored["classes"]))
loaded.load_state_dict(stored["weights"])
loaded.eval()
mine.eval()
with torch.inference_mode():
    assert torch.equal(
        loaded(ours.test[0]), mine(ours.test[0])
    )  # claim: all is in the file
if not own.is_dir():
    assert transfers.accuracy(loaded, ours.test) > 0.8

# %% [markdown]
# Both networks tell all tiles apart, so on these two folders the old task was not needed. Your own images will be harder, and
# then the two numbers differ.
#
# What is saved are the weights and the names of the classes. To use the file you also need the size of the images and how they
# were normalized; write them into the same dictionary in a project of your own.

# %% [markdown] slideshow={"slide_type": "subslide"}
# The same folders with features of ImageNet: SqueezeNet gives 512 numbers for each image, and a logistic regression is the new
# head. Its weights (5 MB) are fetched only if you set `DOWNLOAD` to `True`; without them the cell says what is missing. The
# control is a SqueezeNet with random weights.

# %% slideshow={"slide_type": "-"}
DOWNLOAD = False
try:
    squeezenet = models.pretrained("squeezenet1_1", download=DOWNLOAD)
except data.DataUnavailable as reason:
    print(reason)
else:
    torch.manual_seed(12)
    untrained = torchvision.models.squeezenet1_1(weights=None)
    prepared = torchvision.models.SqueezeNet1_1_Weights.DEFAULT.transforms()
    large = data.image_folder(folder, size=256)
    train, test = (prepared(X) for X in (large.X_train, large.X_test))
    for name, body in {"ImageNet": squeezenet, "random weights": untrained}.items():
        seen, asked = (models.features(body, X, "features", grid=1) for X in (train, test))
        head = make_pipeline(StandardScaler(), LogisticRegression(C=0.01))
        right = head.fit(seen, large.y_train).score(asked, large.y_test)
        print(f"{name:14} {right:.2f} of {len(large.y_test)} test images")
        assert own.is_dir() or name != "ImageNet" or right > 0.8

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:12b.4"]
# ### Exercise 12b.4 · Twenty weights, fifteen examples (15 min)
#
# An open task: fine-tune the smallest network there is, one linear unit without a bias. Its 20 weights `w_old`, shape
# (20,), come from an old task. The new task has similar weights, each changed by about 0.5, but only 15 examples: inputs
# `X`, shape (15, 20), and noisy targets `y`, shape (15,), with a noise of 0.5. Write `fine_tune(w_old, X, y)`, which returns the
# new weights, shape (20,). Over 200 tasks, the root mean square error on new examples must be **at most 1.6**. The old weights give 2.2.


# %% tags=["exercise:12b.4"] nbgrader={"grade_id": "ex-12b-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def fine_tune(w_old, X, y):  # Exercise 12b.4
    """Return weights that fit the examples and stay near the old ones."""
    ### BEGIN SOLUTION
    w = w_old.copy()
    for _ in range(50):
        w += 0.01 * X.T @ (y - X @ w)
    return w
    ### END SOLUTION


# %% tags=["check:12b.4"]
check("12b.4", fine_tune)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | question | answer |
# |---|---|
# | How fast? | a small rate, chosen on validation data for each start |
# | All at once, or step by step? | gradual unfreezing gains a little; the head alone is the cheapest first try |
# | How many outputs? | as many as there are classes |
# | Which strategy? | try them, several draws, chosen on validation data |
#
# - A high rate costs the trained body its lead.
# - A table of advice is a first guess. Measure.
# - Expect a domain shift between the data you have and the data you will meet, and test on the latter.
#
# **Next.** Chapter 13 leaves images for signals: sounds, spectra, and sequences.

# %% slideshow={"slide_type": "skip"} tags=["progress:12b"]
from course_utils.exercises import progress

progress("12b")

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Quiz
#
# 1. Two trainings, from scratch and transferred, on five seeds each. Why compare them seed by seed?
# 2. With ten times the rate your fine-tuned network loses ten points. Which row is missing before you say that it forgot?
# 3. Why are the learning rates of early stages smaller?
#
# <details><summary>Answers</summary>
#
# 1. Both saw the same images. A poor draw is poor for both, and the difference is free of it.
# 2. The same rate from scratch: a rate can simply be too high.
# 3. Early stages are the most general, so they should change least.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - J. Howard and S. Ruder, Universal language model fine-tuning for text classification, *ACL* 2018: gradual unfreezing,
#   discriminative rates.
# - S. Kornblith, J. Shlens, and Q. V. Le, Do better ImageNet models transfer better?, *CVPR* 2019.
# - A. Karpathy, CS231n: convolutional neural networks for visual recognition, notes on transfer learning: the table.
# - M. Sandler et al., MobileNetV2: inverted residuals and linear bottlenecks, *CVPR* 2018.
