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
# # 08a · Overfitting and validation
#
# Last time, we made the training loss fall as fast as we could. Today we ask what that is good for. A model that is
# perfect on its training examples can still fail on the next one. We find out why, and how to notice it in time.
#
# **After this lecture, you will be able to**
# - tell overfitting from underfitting, and bias from variance;
# - choose between models by cross-validation, without leaking information about the test set;
# - say when a difference between two methods is clear.
#
# **You need** dense layers and cross-entropy (chapters 01 and 06), and Adam (chapter 07).
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 60 min | 32 min | 40 s |

# %% tags=["setup"]
import itertools

import numpy as np
import torch
from numpy.polynomial.legendre import legvander

from course_utils import diagrams, evidence, plots, settings, widgets
from course_utils.exercises import check, hint
from course_utils.training import noisy_digits

plots.use_course_style()
torch.set_num_threads(1)  # in networks this small, more threads only wait
STEPS = settings.by_profile(full=300, fast=100)
task = noisy_digits.noisy_digits(seeds=8)
x, grid = np.linspace(0, 1, 12), np.linspace(0, 1, 101)


def measure(sets, seed):
    """Measure a sine at x with noise: (sets, 12)."""
    noise = np.random.default_rng(seed).normal(0, 0.3, (sets, len(x)))
    return np.sin(2 * np.pi * x) + noise


def fitted(x, y, degree, at):
    """Fit a polynomial to each row of y, and return the values at other places."""
    inverse = np.linalg.pinv(legvander(2 * x - 1, degree))
    return y @ inverse.T @ legvander(2 * at - 1, degree).T


# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:what-is-regularization"]
# ## Twelve measurements and a curve
#
# You measure the temperature every two hours for a day, with a cheap thermometer that is a little off each time. What
# was the temperature in between? You need a curve through twelve points. A polynomial of degree 1 is a line. One of
# degree 11 has twelve coefficients, enough to pass through every point. Which degree would you trust?
#
# **Try it.** Move the degree. Which curve is closest to the points, and which one is closest to the dashed truth?


# %% tags=["hide-input"]
def polynomial(degree):
    y = measure(1, seed=3)[0]
    error = np.mean((fitted(x, y, degree, x) - y) ** 2)
    title = f"degree {degree}: mean squared error at the points {error:.3f}"
    truth = np.sin(2 * np.pi * grid)
    return diagrams.fitted_curve((x, y), grid, truth, fitted(x, y, degree, grid), title)


widgets.explore(
    polynomial,
    alt="Twelve noisy points, a cubic curve through their middle, and a dashed sine.",
    degree=widgets.Slider(0, 11, 3),
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** We repeat the day 300 times, fit each degree each time, and compare with *new* measurements that the
# fit has not seen. The error at the twelve points falls with every degree. What does the error on new measurements do:
# does it fall too, fall and then rise, or rise from the start?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:new-error-turns"]
degrees, y = np.arange(12), measure(300, seed=8)
new = np.sin(2 * np.pi * grid) + np.random.default_rng(9).normal(0, 0.3, (300, 101))
seen = np.array([((fitted(x, y, d, x) - y) ** 2).mean(1) for d in degrees])  # (12, 300)
unseen = np.array([((fitted(x, y, d, grid) - new) ** 2).mean(1) for d in degrees])
plots.curves(
    {"the twelve points": seen.mean(1) + 1e-4, "new measurements": unseen.mean(1)},
    x=degrees,
    xlabel="degree of the polynomial",
    ylabel="mean squared error",
    log_y=True,
    alt="The error at the points falls with the degree; on new measurements it turns.",
)
best = int(unseen.mean(1).argmin())
print(f"lowest error on new measurements: degree {best}, {unseen[best].mean():.2f}")
assert (np.diff(seen.mean(1)) < 0).all() and 0 < best < 11
for worse in (1, 11):  # claim: too simple and too flexible are both clearly worse
    assert evidence.compare(unseen[best], unseen[worse], better="lower").improves(by=0.1)

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["defines:underfitting", "defines:overfitting"]
# It **falls, then rises**. A line is too stiff for a sine: that is **underfitting**. Degree 11 passes through every
# point, the errors of the thermometer included, and swings wildly in between: that is **overfitting**. If you said that
# it falls, you trusted the points; but part of every point is noise, and a fit that explains the noise explains
# something that will not happen again.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:bias-variance", "defines:bias\u2013variance"]
# ## Two reasons to be wrong
#
# Suppose many people each measure a day of their own and fit a polynomial of the same degree. At one place, their curves give many
# predictions $\hat y$. Call their mean $\bar y$ and the truth $y^*$. The mean squared error of a prediction
# splits into two parts:
#
# $$\underbrace{\operatorname{mean}\,(\hat y - y^*)^2}_{\text{error}} =
# \underbrace{(\bar y - y^*)^2}_{\text{bias}^2} + \underbrace{\operatorname{mean}\,(\hat y - \bar y)^2}_{\text{variance}}$$
#
# This is the **bias–variance** decomposition. The *bias* is what all the curves get wrong together. The *variance* is
# how much they differ from one another. A new measurement adds its own noise to both.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** We draw forty fits of degree 1, 3, and 9 into three panels. In which panel is the mean of the fits
# farthest from the truth, and in which one do the fits differ most?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:bias-falls-variance-rises"]
y, truth = measure(300, seed=8), np.sin(2 * np.pi * grid)
fits = {f"degree {d}": fitted(x, y, d, grid) for d in (1, 3, 9)}
plots.show(
    diagrams.many_fits(grid, truth, {name: curves[:40] for name, curves in fits.items()}),
    alt="Forty lines together and off the sine; forty cubics on it; forty wild curves.",
)
bias, variance = {}, {}
for name, curves in fits.items():
    bias[name] = ((curves.mean(0) - truth) ** 2).mean()
    variance[name] = curves.var(0).mean()
    error = ((curves - truth) ** 2).mean()
    print(f"{name}: bias² {bias[name]:.3f} + variance {variance[name]:.3f} = {error:.3f}")
    assert np.isclose(bias[name] + variance[name], error)  # claim: they add up
# claim: the line has the bias, the ninth degree the variance
assert bias["degree 1"] > 10 * bias["degree 9"]
assert variance["degree 9"] > 4 * variance["degree 3"] > 4 * variance["degree 1"]

# %% [markdown] slideshow={"slide_type": "fragment"}
# The mean of the **lines** (black) is far from the truth (orange, dashed), although all lines agree. The mean of the fits of
# degree **9** is almost perfect, but no single fit is: each follows the noise of its own day. Only one day is ever
# measured, so both parts count. The best degree has a little bias and a lot less variance.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 0 to 18. Draw a target on the board: shots close together but off center (bias), shots around the center but far
# apart (variance). Usual wrong answer: "degree 9 has the largest bias, because it is the most wrong". Its errors have no
# direction; they average out over many days. Very large networks can pass the point of perfect fit and improve again
# (*double descent*); the last section of this lecture shows a trace of it.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:08a.1"]
# ### Exercise 08a.1 · Bias and variance on paper (5 min)
#
# At one place the truth is 6. Three training sets give the predictions 2, 4, and 9 there. Compute the squared bias, the
# variance, and the mean squared error. Answer with three numbers, in that order.

# %% tags=["exercise:08a.1"] nbgrader={"grade_id": "ex-08a-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
values = None  # Exercise 08a.1: replace None with (bias², variance, error)
### BEGIN SOLUTION
mean = (2 + 4 + 9) / 3
bias_squared = (mean - 6) ** 2
spread = ((2 - mean) ** 2 + (4 - mean) ** 2 + (9 - mean) ** 2) / 3
values = (bias_squared, spread, bias_squared + spread)
### END SOLUTION

# %% tags=["check:08a.1"]
check("08a.1", values)

# %% [markdown]
# Stuck on an exercise? `hint` helps a little, and a little more each time you call it.

# %%
hint("08a.1", 1)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["defines:regularization", "defines:penalty"]
# ## Five places to act
#
# What we want is a low *expected risk*: the mean loss over all images that may come our way. What we can compute is the
# *empirical risk*, the mean loss over the training set. Training minimizes the empirical risk, plus sometimes a
# **penalty** $R$ that makes some solutions more expensive:
#
# $$\min_w \; \frac{1}{N} \sum_{n=1}^{N} L\bigl(f_w(x_n), y_n\bigr) + R(w)$$
#
# **Regularization** is any change to this line that lowers the expected risk, even where it raises the empirical one. The
# error on new images, by the way, is measured without $R$.
#
# | what changes | examples | lecture |
# |---|---|---|
# | the data $x_n, y_n$ | noise, augmentation, mixup | 08b |
# | the model $f$ | number of units, dropout, batch normalization | 08a, 08b |
# | the loss $L$ | Dice instead of cross-entropy | 08c |
# | the penalty $R$ | weight decay, smoothness | 08c |
# | the search for the minimum | start, steps, and end | 08c |

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:cross-validation", "defines:cross-validation"]
# ## Who chooses the degree?
#
# Not the training error: it always votes for degree 11. So we hold some measurements out and validate on them. But with
# twelve points, luck decides which degree suits the few that are held out. **Cross-validation** uses every point once:
# split the data into *folds*, hold each fold out in turn, fit to the rest, and average the errors.


# %%
def cross_validate(x, y, degree, folds):
    """Return for each row of y the mean squared error at held-out points."""
    order = np.random.default_rng(0).permutation(len(x))
    errors = np.empty(y.shape)
    for held_out in np.array_split(order, folds):
        rest = np.setdiff1d(order, held_out)
        prediction = fitted(x[rest], y[:, rest], degree, x[held_out])
        errors[:, held_out] = (prediction - y[:, held_out]) ** 2
    return errors.mean(axis=1)


def hold_out(x, y, degree):
    """Return the same for a single split, in which three points are held out."""
    order = np.random.default_rng(0).permutation(len(x))
    prediction = fitted(x[order[3:]], y[:, order[3:]], degree, x[order[:3]])
    return ((prediction - y[:, order[:3]]) ** 2).mean(axis=1)


one_day = measure(1, seed=10)
print(
    f"one day, degree 3: cross-validation {cross_validate(x, one_day, 3, 12)[0]:.2f}",
    end=", ",
)
print(f"one split {hold_out(x, one_day, 3)[0]:.2f}")


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** On each of 300 days, three methods choose the degree, from 0 to 8: the training error, three held-out
# points, and cross-validation with twelve folds. How do the chosen curves compare with always taking degree 3, the best on
# average: can a method that looks at the data of the day do better?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:cross-validation-chooses-better"]
y, truth, degrees = measure(300, seed=10), np.sin(2 * np.pi * grid), range(9)
squared_errors = np.array(
    [((fitted(x, y, d, grid) - truth) ** 2).mean(1) for d in degrees]
)
judged = {
    "training error": [((fitted(x, y, d, x) - y) ** 2).mean(1) for d in degrees],
    "one split": [hold_out(x, y, d) for d in degrees],
    "cross-validation": [cross_validate(x, y, d, folds=12) for d in degrees],
}
reached = {"always 3": squared_errors[3]}
for name, errors in judged.items():
    chosen = np.argmin(errors, axis=0)  # (300,)
    reached[name] = squared_errors[chosen, np.arange(300)]
for name, errors in reached.items():
    print(f"{name:16} error of the chosen curve {errors.mean():.3f}")
order = ("always 3", "cross-validation", "one split", "training error")
for better, worse in itertools.pairwise(order):
    result = evidence.compare(reached[better], reached[worse], better="lower")
    assert result.improves()  # claim: clearly better

# %% [markdown] slideshow={"slide_type": "fragment"}
# **No.** Degree 3 every day is best, because it uses what we know from 300 days. But a real problem comes with a single
# day, and then cross-validation comes closest. A single split of three points beats the training error, but not
# cross-validation: it votes for whichever degree those three points happen to like. Choices are noisy, too, so do not
# choose among hundreds of models with a handful of points.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:data-leakage", "predict"]
# ## A study that finds something in nothing
#
# Fifty patients, a thousand blood values each, and a diagnosis. A colleague finds the ten values that correlate most
# strongly with the diagnosis, builds a classifier on these ten, and judges it by ten-fold cross-validation.
#
# **Predict first.** We make the data with a random generator, and the diagnosis is the toss of a coin. What accuracy will
# the colleague report?


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:leak-finds-something"]
def reported_accuracy(seed, leak):
    rng = np.random.default_rng(seed)
    values, diagnosis = rng.normal(size=(50, 1000)), rng.choice([-1, 1], 50)
    hits = 0
    for fold in range(10):
        test = np.arange(50) % 10 == fold
        used = np.ones(50, bool) if leak else ~test  # who takes part in the selection?
        ten = np.abs(values[used].T @ diagnosis[used]).argsort()[-10:]
        w = values[~test][:, ten].T @ diagnosis[~test]
        hits += (np.sign(values[test][:, ten] @ w) == diagnosis[test]).sum()
    return hits / 50


for name, leak in {"selected once, on all patients": True, "in each fold": False}.items():
    accuracy = evidence.over_seeds([reported_accuracy(seed, leak) for seed in range(100)])
    print(f"{name:31} accuracy {accuracy}")
    # claim: with the leak it looks excellent; without it, it is a coin
    assert accuracy.is_above(0.75) == leak
    assert accuracy.agrees(0.5, within=0.1) != leak

# %% [markdown] slideshow={"slide_type": "fragment"} tags=["defines:data leakage"]
# Nearly **90%**, for a coin toss. The folds were honest; the selection was not, because it had seen the diagnoses of
# the patients that were later tested. This is **data leakage**: information about the test examples slips into
# training. It hides in every step before the split, such as selecting features, filling gaps, or choosing settings, and
# in the split itself, when images of one patient are on both sides. The rule: *whatever learns from data belongs inside
# the fold.*

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 22 to 32. Usual wrong answer: 50%, because the labels are random and the folds are honest. Ask where the diagnoses of the
# test patients were used before the test. Collect other leaks: two images of one patient, a scaler fitted on everything, a future
# value among the inputs, the thirty settings tried on the test set.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:08a.2"]
# ### Exercise 08a.2 · What may be reported? (6 min)
#
# Several models were trained from several seeds. `val_errors` and `test_errors` have shape (seeds, models). Write
# `reported_error(val_errors, test_errors)`: choose **one** model for all seeds by its mean validation error, and return
# its mean test error.


# %% tags=["exercise:08a.2"] nbgrader={"grade_id": "ex-08a-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def reported_error(val_errors, test_errors):  # Exercise 08a.2
    """Return the mean test error of the model that validation chooses."""
    ### BEGIN SOLUTION
    chosen = val_errors.mean(axis=0).argmin()
    return test_errors[:, chosen].mean()
    ### END SOLUTION


# %% tags=["check:08a.2"]
check("08a.2", reported_error)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:08a.3"]
# ### Exercise 08a.3 · Where is the leak? (4 min)
#
# Each plan classifies X-ray images of 300 patients, two per patient. Only **one** plan does *not* leak. Which one?
#
# - **a** split the 600 images at random into training and test images
# - **b** normalize all images with the mean of all 600, then split by patient
# - **c** split by patient; in each fold, choose the settings by the error on the fold's held-out part, and report that error
# - **d** split by patient; normalize with the mean of the training images; choose settings on a part of the training patients

# %% tags=["exercise:08a.3"] nbgrader={"grade_id": "ex-08a-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
choice = None  # Exercise 08a.3: replace None with "a", "b", "c" or "d"
### BEGIN SOLUTION
# The test patients take part in nothing before the test.
choice = "d"
### END SOLUTION

# %% tags=["check:08a.3"]
check("08a.3", choice)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:regularization-that-pays"]
# ## A network and 200 digits, labeled in a hurry
#
# Now to networks. Two hundred handwritten digits of 8 × 8 pixels were labeled in a hurry: a quarter of them got a label at
# random. Our network has two hidden layers of 100 ReLU units. Unless we say otherwise, the experiments with digits in
# this chapter use it, with Adam and all 200 images in every step.

# %% tags=["hide-input"]
labels = {f"{k + 1}: “{task.y[0, k]}”": task.X[0, k].reshape(8, 8) for k in range(10)}
plots.image_row(
    labels, alt="Ten small digits with their labels; the labels of some are wrong."
)
plots.show(
    diagrams.network([64, 100, 100, 10], ["pixels", "ReLU", "ReLU", "logits"]),
    alt="A network with 64 inputs, two layers of 100 units, and 10 outputs.",
)
networks = noisy_digits.Networks((64, 100, 100, 10), copies=1, seeds=1)
print(
    f"{sum(values.numel() for values in networks.parameters()):,} parameters, 200 labels"
)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** We train until nothing changes anymore, and test on 1,000 other digits whose labels are correct. A
# random label cannot be guessed from the image. Where does the training error end: near 22%, near 10%, or at 0? And
# when is the test error lowest: at the end or earlier?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:memorizes-wrong-labels"]
plain = noisy_digits.train(task, STEPS)[1]  # errors at every tenth step
errors = {"training": plain.train_error, "test (correct labels)": plain.test_error}
plots.curves(
    {name: values[:11, 0].mean(1) for name, values in errors.items()},
    x=plain.steps[:11],
    xlabel="step of Adam, on all 200 images (an epoch)",
    ylabel="wrong predictions [%]",
    alt="The training error falls to 0; the test error turns after 20 steps and rises.",
)
best = plain.val_error[:, 0].mean(1).argmin()  # chosen on validation data
print(
    f"test error: {plain.test_error[best, 0].mean():.0f}% at step {10 * best}",
    end=", ",
)
print(
    f"at the end {plain.test_error[-1, 0].mean():.0f}%; training error at the end", end=" "
)
print(f"{plain.train_error[-1].max():.0f}%")
names = f"step {10 * best}", "the end"
result = evidence.compare(
    plain.test_error[best, 0], plain.test_error[-1, 0], better="lower", names=names
)
print(result)
# claim: it memorizes every label, and the test error rises on the way
assert plain.train_error[-1].max() == 0 and result.improves(by=2)

# %% [markdown] slideshow={"slide_type": "fragment"}
# It ends at **0**: the network memorizes the random labels, too. If you said 22%, the share of labels that are wrong
# (one random label in ten is correct by chance), you assumed that a network can only learn what can be learned. The
# test error is lowest **early**, when the network has learned the digits but not yet the mistakes; the validation
# images, labeled in the same hurry, choose step 20. The steps that follow fit the mistakes and, with them, spoil the
# predictions for similar images. (The plot shows the first 100 steps.)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### When is a difference clear?
#
# A technique lowers the test error by 2 points. Is that the technique, or luck? We train from 8 seeds, which also draw
# their own images and labels, and compare **seed by seed**, so that a difficult draw affects both sides alike. The mean of the
# $n$ differences is known up to a margin, $t \cdot s / \sqrt n$: $s$ is their standard deviation, and the factor $t$ (3.5
# for 8 seeds, 4.6 for 5) makes the margin wide enough in 99 of 100 experiments. A difference is *clear* if it is larger
# than its margin. Otherwise there are too few seeds to tell. This is the rule of `evidence.compare`, everywhere in this
# course. Try it on a change of the activation function:

# %% tags=["claim", "claim:tanh-is-not-clear", "nbval-ignore-output"]
plain = noisy_digits.train(task, STEPS)[1]
with_tanh = noisy_digits.train(task, STEPS, activation=torch.tanh)[1]
names = "tanh", "ReLU"
result = evidence.compare(
    with_tanh.test_error[-1, 0], plain.test_error[-1, 0], better="lower", names=names
)
print("difference for each seed:", with_tanh.test_error[-1, 0] - plain.test_error[-1, 0])
print(result)
assert not result.is_clear()  # claim: the activation function makes no clear difference

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 32 to 48. Ask: "Why compare seed by seed?" Cover the baseline's numbers and show only the means of the two
# methods: the spread over seeds is several points, much larger than the spread of the differences. Why 99% and not 95%:
# we compare a dozen techniques, and at 95% one useless technique in twenty would look
# useful or harmful.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### More labels
#
# **Predict first.** We train with 24, 96, and 384 labels, always to the end. Does the *training* error rise with more
# labels, because there is more to memorize?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:more-labels-help", "nbval-ignore-output"]
counts = np.array([24, 96, 384])
final = {}
for count in counts:
    larger = noisy_digits.noisy_digits(seeds=8, labels=int(count))
    curves = noisy_digits.train(larger, STEPS, every=STEPS)[1]
    final[count] = curves.train_error[-1, 0], curves.test_error[-1, 0]
each_seed = np.repeat(counts, 8), np.concatenate([test for _, test in final.values()])
plots.curves(
    {
        name: [final[count][k].mean() for count in counts]
        for k, name in enumerate(("training", "test (correct labels)"))
    },
    x=counts,
    xlabel="training labels, a quarter of them random",
    ylabel="wrong predictions [%]",
    points={"test, each seed": each_seed},
    alt="The training error is 0 for any number of labels; the test error falls.",
)
print("test error:", *(f"{test.mean():.0f}%" for _, test in final.values()))
# claim: everything is memorized
assert all(train.max() < 1 for train, _ in final.values())
for few, many in ((24, 96), (96, 384)):  # claim: four times the labels help, clearly
    assert evidence.compare(final[many][1], final[few][1], better="lower").improves(by=2)

# %% [markdown] slideshow={"slide_type": "fragment"}
# **No**: 17,610 parameters memorize any of these sets. The test error falls from 44% to 23%. More labels are the most
# reliable help and the most expensive one. The rest of this chapter is about what to do when there are no more.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:architecture", "defines:capacity", "predict"]
# ## How many units?
#
# The **capacity** of a model says how much it can fit. For polynomials, it is the degree, and the error on new data
# traces a U.
#
# **Predict first.** We give our digit network one hidden layer of 2, 4, …, 256 units and train to the end. From 16 units
# on, it memorizes every label. Where is the test error lowest?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:wider-is-not-worse", "nbval-ignore-output"]
widths, by_width = (2, 4, 8, 16, 32, 64, 256), {}
for width in widths:
    shape = {"hidden_widths": (width,), "every": 3 * STEPS}
    by_width[width] = noisy_digits.train(task, 3 * STEPS, **shape)[1]
plots.curves(
    {
        "training": [by_width[w].train_error[-1].mean() for w in widths],
        "test": [by_width[w].test_error[-1].mean() for w in widths],
    },
    x=widths,
    log_x=True,
    xlabel="hidden units",
    ylabel="wrong predictions [%]",
    alt="Training and test error fall with the width; the test error does not rise again.",
)
test = {width: by_width[width].test_error[-1, 0] for width in widths}
for few, many in ((4, 16), (32, 256)):  # claim: it falls on the left, and on the right
    assert evidence.compare(test[many], test[few], better="lower").improves()
for width in widths[:-1]:  # claim: no narrower network is better
    assert test[256].mean() < test[width].mean()
print({width: f"{errors.mean():.0f}%" for width, errors in test.items()})

# %% [markdown] slideshow={"slide_type": "fragment"}
# In the **widest** network. On the left, the network underfits; where the U should rise, the error falls a little more.
# This is common in networks trained by gradient descent. One explanation (we have not tested it) is that of the many
# ways to fit all labels, wide networks find smoother ones. The number of parameters is a poor measure of capacity, and
# making this network smaller is a poor regularizer. Choose the width by validation, like everything else.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 55. Most predict a U with its minimum near 16 or 32. The widest network has 96 times as many parameters as labels. Do not
# oversell this: with early stopping or a penalty, narrower networks may do as well.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:08a.4"]
# ### Exercise 08a.4 · Choose the degree (17 min)
#
# This task is open-ended. Write `choose_degree(x, y)`. `x` and `y`, shape (40,), are noisy measurements of an unknown curve, with `x`
# between 0 and 1. Return the degree, from 0 to 15, of the polynomial that will come closest to the curve itself. For sixty
# curves that you have not seen, your mean distance from the curve (root mean square) must be **at most 1.43 times** that of
# the best degrees, which only the check can compute. `np.polynomial.Polynomial.fit(x, y, degree)` returns the fit as a function.


# %% tags=["exercise:08a.4"] nbgrader={"grade_id": "ex-08a-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def choose_degree(x, y):  # Exercise 08a.4
    """Return the degree that promises to come closest to the curve."""
    ### BEGIN SOLUTION
    # Five folds: predict each point from a fit that has not seen it, and add up.
    errors = np.zeros(16)
    for fold in range(5):
        out = np.arange(len(x)) % 5 == fold
        for degree in range(16):
            fit = np.polynomial.Polynomial.fit(x[~out], y[~out], degree)
            errors[degree] += ((fit(x[out]) - y[out]) ** 2).sum()
    return errors.argmin()
    ### END SOLUTION


# %% tags=["check:08a.4"]
check("08a.4", choose_degree)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | what you see | what it is | what helps |
# |---|---|---|
# | training error high | underfitting: bias | a more flexible model, longer training |
# | training error low, test error high | overfitting: variance | more data, regularization |
# | test error too good to be true | data leakage | put everything that learns inside the fold |
#
# - The error of a prediction is bias² + variance; new measurements add their noise.
# - Choose by cross-validation, test once.
# - A network with many more parameters than labels memorizes everything, wrong labels included, but not from the start.
# - A difference is clear if it is larger than its margin, seed by seed.
#
# **Next.** We hold the network back: noise, augmentation, mixup, dropout, batch normalization.

# %% slideshow={"slide_type": "skip"} tags=["progress:08a"]
from course_utils.exercises import progress

progress("08a")

# %% [markdown] slideshow={"slide_type": "skip"}
# ## Quiz
#
# 1. Training error 1%, test error 30%: is bias or variance the problem?
# 2. Method A has an error of 20 ± 3, method B of 18 ± 3, over the same eight seeds. Is the difference clear?
# 3. You tried thirty settings on the test set and report the best. What is wrong?
#
# <details><summary>Answers</summary>
#
# 1. Variance: the model fits what it has seen, but another training set would give a different model.
# 2. These numbers do not say. Look at the differences seed by seed; if B is better by 2 ± 1, it is clear.
# 3. The test set has become a validation set, and its error is too good. Choose on validation data, then test once.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - S. Geman, E. Bienenstock, and R. Doursat, Neural networks and the bias/variance dilemma, *Neural Computation* 4, 1992.
# - T. Hastie, R. Tibshirani, and J. Friedman, *The Elements of Statistical Learning*, Springer 2009, section 7.10.2: the study
#   that finds something in nothing.
# - C. Zhang et al., Understanding deep learning requires rethinking generalization, arXiv:1611.03530, 2017: networks that
#   memorize random labels.
# - D. Arpit et al., A closer look at memorization in deep networks, arXiv:1706.05394, 2017: regular patterns first.
# - M. Belkin et al., Reconciling modern machine-learning practice and the classical bias–variance trade-off, *PNAS* 116, 2019:
#   double descent.
# - J. Kukačka, V. Golkov, and D. Cremers, Regularization for deep learning: a taxonomy, arXiv:1710.10686, 2017: the five places
#   to act.
