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
# # 00 · Start here
#
# This notebook shows how all the others work, and the small traps of notebooks and arrays in which everybody gets
# caught once. It begins with a network that learns to read.
#
# **After this lecture you can**
# - run a notebook so that its results can be trusted, and keep your work safe;
# - use `check` and `hint`, and find out why an answer is wrong;
# - read an error message from the bottom up;
# - say what this machine has: versions, device, profile, data sets;
# - avoid five traps of arrays and tensors.
#
# **You need** Python: functions, loops, lists. Everything else comes when it is used.
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 30 min | 20 min | 10 s |

# %% tags=["setup"]
import traceback

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn

from course_tools.cli import doctor
from course_utils import data, evaluation, filtering, plots, settings, training
from course_utils.exercises import check, hint

plots.use_course_style()

# %% [markdown] slideshow={"slide_type": "slide"}
# ## First, a result
#
# Click on a cell and press Shift+Enter: it runs, and the next one is selected. Go on like this, one by one.
#
# The line below loads pictures of handwritten digits. It prints which data set you have: MNIST, or a smaller one that
# comes with the course.

# %% tags=["nbval-ignore-output"]
digits = data.digits()
assert digits.X_train.shape[1:] == (1, 28, 28)

# %% [markdown]
# Now a network: 784 pixels go in, ten numbers come out, one for each digit, and the largest wins. In between stand 64
# simple units. At first all its weights are random.

# %%
torch.manual_seed(0)
net = nn.Sequential(
    nn.Flatten(),  # 28 × 28 pixels → 784 numbers
    nn.Linear(28 * 28, 64),
    nn.ReLU(),
    nn.Linear(64, 10),  # one number for each digit
)
print("numbers to learn:", sum(weight.numel() for weight in net.parameters()))

# %% [markdown]
# **Predict first.** The network looks ten times at some thousand digits, which takes a few seconds. Guessing is right
# one time in ten. How often will the network be right, on pictures that it has never seen?

# %% tags=["claim", "nbval-ignore-output"]
train = digits.X_train[:10_000], digits.y_train[:10_000]
optimizer = torch.optim.Adam(net.parameters(), lr=0.003)
training.fit(net, train, optimizer=optimizer, epochs=10, verbose=False)
result = evaluation.evaluate(net, (digits.X_test, digits.y_test))
print(f"right on {result.accuracy:.0%} of {len(result.targets):,} new pictures")
# Measured with MNIST: 0.94, deviation 0.004 (4 seeds); bundled: 0.88, 0.008 (8 seeds).
assert result.accuracy > 0.8  # claim: far better than guessing

# %%
right = result.predictions == result.targets
shown = torch.cat([right.nonzero()[:4, 0], (~right).nonzero()[:4, 0]])
figure, axes = plt.subplots(1, 8, figsize=(9, 1.6))
for axis, index in zip(axes, shown, strict=True):
    axis.imshow(digits.X_test[index, 0].numpy())
    label, guess = result.targets[index], result.predictions[index]
    axis.set_title(f"{label} read as {guess}", fontsize=10)
    axis.set_axis_off()
plots.show(figure, "Eight handwritten digits: four read right, then four read wrong.")

# %% [markdown]
# **What to see.** On the left four digits that it reads, on the right four that it does not; some of these are hard for
# people too. Nobody told it what a 7 looks like: it was shown examples. How this works, and how to reach 99 %, is the
# course.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:orientation"]
# ## How a notebook works here
#
# A lecture is text, code that runs, and exercises that answer you. You work in copies of your own, in the folder
# `my_work/`, which no update of the course touches. JupyterLab shows this folder on the left. Only the lectures that you
# have started are in it; a command starts the next one:
#
# | in a terminal | what it does |
# |---|---|
# | `course start 01` | copies lecture 01 to `my_work/`, never over a file of yours; then double-click it in the list |
# | `course start --all` | copies every lecture that you have not started yet |
# | `course reset 01` | gives you a fresh copy and keeps your old one in `my_work/kept/` |
# | `course update` | gets the newest version of the course and says what is new |
# | `course doctor` | says what this machine has, what is wrong, and how to fix it |

# %% [markdown] slideshow={"slide_type": "subslide"}
# You find a terminal in JupyterLab under *File → New → Terminal*. A cell can run these commands too, with an exclamation
# mark in front: `!course start 01`. If JupyterLab is not running, `course lab 01` starts it, copies lecture 01 where you
# have no copy yet, and opens it.
#
# So nothing you try can break anything. On Binder or Colab the machine is gone after the session: download your
# notebook before you close the page.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The page and the memory
#
# Behind the page runs a program, the *kernel*, which keeps every name that a cell has made. It does not know the order
# of the page, only the order in which you ran the cells. Here are three cells, and a helper that runs them in any order
# with an empty memory.

# %%
cells = {"A": "level = 3", "B": "level = level + 1", "C": "level = level * 2"}


def level_after(order):
    """Run the cells named in order, as a kernel does, and return level."""
    memory = {}
    for name in order:
        exec(cells[name], memory)
    return memory["level"]


# %% [markdown]
# **Predict first.** Three people press Shift+Enter: one goes from top to bottom, one runs B twice, one runs C before B.
# Who sees which value?

# %%
for order in ("ABC", "ABBC", "ACB"):
    print(f"{order:5} level = {level_after(order)}")

# %%
try:
    level_after("BC")
except NameError as error:
    print("BC    NameError:", error)

# %% [markdown]
# **What to see.** Same page, four results. A cell such as B, which changes what it reads, does more each time it runs.
# It is safer to give the result a new name, `higher = level + 1`: then running it twice does no harm.
#
# When something looks odd, choose *Kernel → Restart Kernel and Run All Cells*. That empties the memory and goes from
# top to bottom. A result counts when it survives this.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:00.1"]
# ### Exercise 00.1 · Which value is in memory? (3 min)
#
# Somebody runs the three cells above in the order A, B, C, B, C. What is `level` then? Work it out on paper, write the
# number in place of `None` and run the cell. You hand it in below, after three answers of ours.

# %% tags=["exercise:00.1"] nbgrader={"grade_id": "ex-00-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
level = None  # Exercise 00.1: replace None by a number
### BEGIN SOLUTION
# A makes 3, then B and C twice in turn: 4, 8, 9, 18.
level = ((3 + 1) * 2 + 1) * 2
### END SOLUTION

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:orientation"]
# ## How `check` answers
#
# `check` has three answers. **Not attempted yet**: there is nothing to look at, and this is no fault. **Incorrect**: with
# a sentence on what went wrong; errors that many people make are recognised. **Correct**. Ask as often as you like:
# nobody counts.

# %%
check("00.1", None)

# %%
check("00.1", 8)

# %%
check("00.1", level_after("ABCBC"))

# %% [markdown]
# The last answer was not worked out on paper: we let the helper compute it. That is a good habit. Predict first, then
# ask the machine. Now hand in your own answer:

# %% tags=["check:00.1"]
check("00.1", level)

# %% [markdown]
# If you are stuck, `hint("00.1")` helps a little, and a little more each time it is called.

# %%
hint("00.1", 1)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:00.2"]
# ### Exercise 00.2 · It works on my machine (2 min)
#
# You delete a cell that read `scale = 255`. Your notebook goes on working, you save it and send it to a friend. There
# it stops with `NameError: name 'scale' is not defined`. Why did it work for you?
#
# - **a** Your friend has another version of Python.
# - **b** The kernel still remembered `scale`; deleting a cell does not delete what it made.
# - **c** The variables were not saved in the file, because you saved it too early.
# - **d** Jupyter does not run cells again while their outputs are still shown.

# %% tags=["exercise:00.2"] nbgrader={"grade_id": "ex-00-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
choice = None  # Exercise 00.2: replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
# Page and memory are two things: the cell is gone, the name is not.
choice = "b"
### END SOLUTION

# %% tags=["check:00.2"]
check("00.2", choice)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### When the answer is a function
#
# Hand over the function itself, by its name without brackets. `check` calls it on random arrays that you do not see,
# with several pictures, and with more columns than rows or the other way round. Exercise 00.3 below asks for a function
# that gives each picture the mean zero. Here are four wrong answers.
#
# **Predict first.** What will `check` say to this one?


# %%
def forgetful(pictures):
    pictures = pictures - pictures.mean()


check("00.3", forgetful)


# %%
def talkative(pictures):
    print(pictures - pictures.mean())


check("00.3", talkative)


# %%
def destructive(pictures):
    pictures -= pictures.mean()  # works on the array of the caller
    return pictures


check("00.3", destructive)


# %%
def one_mean_for_all(pictures):
    return pictures - pictures.mean()


check("00.3", one_mean_for_all)

# %% [markdown]
# **What to see.** Printing is not returning: a printed number is gone, a returned one can be used. The third function
# writes into an array that belongs to somebody else. The fourth is a plausible idea that does not do what was asked.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Look at the case that failed
#
# After a wrong answer the case is at hand. In a notebook the name `_` means *the last output*, and here that is what
# `check` found. It has `inputs`, `expected` and `returned`.

# %%
found = _  # noqa: F821 - a name that only notebooks have
arrays = {
    "handed in": found.inputs[0],
    "expected": found.expected,
    "returned": found.returned,
}
for name, array in arrays.items():
    means = array.mean(axis=(1, 2)).round(2) + 0  # + 0 makes 0 of -0
    print(f"{name:9} shape {array.shape}, means {means}")
plots.number_row(
    {name: array[0] for name, array in arrays.items()},
    decimals=2,
    cell=0.55,
    alt="The first picture as handed in, as expected, and as it was returned.",
)

# %% [markdown]
# **What to see.** The two pictures have different means. Taking one mean away from both leaves one picture too dark and
# the other too bright.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The name `_` can be lost
#
# Many programs write `for _ in range(5)` when they do not need the counter. In a notebook this takes the name away.
#
# **Predict first.** The output below is 42. What does the next cell print?

# %%
for _ in range(5):
    pass
6 * 7

# %%
print("the last output was 42, and _ is", _)

# %% [markdown]
# The loop left 4 in it, and since then the notebook does not touch the name. `del _` gives it back. Safer still:
# `found = check(…)`, and then `found.inputs`.

# %%
del _
6 * 7

# %%
print("now _ is", _)  # noqa: F821 - a name that only notebooks have

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:00.3"]
# ### Exercise 00.3 · Your first function (4 min)
#
# Now write it right. `pictures` has shape (N, H, W): N pictures of H rows and W columns. Return an array of the same
# shape in which every picture has mean zero: subtract from each picture its own mean.


# %% tags=["exercise:00.3"] nbgrader={"grade_id": "ex-00-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def centre(pictures):  # Exercise 00.3
    """Return each picture minus its own mean: (N, H, W) → (N, H, W)."""
    ### BEGIN SOLUTION
    means = pictures.mean(axis=(1, 2), keepdims=True)  # (N, 1, 1)
    return pictures - means
    ### END SOLUTION


# %% tags=["check:00.3"]
check("00.3", centre)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:orientation"]
# ## When a cell stops: read from the bottom up
#
# An error prints a *traceback*: one entry for each function that was active, the deepest last. The **last line** says
# what is wrong. The entry above it says where. Go further up only to see how the program got there.
#
# We catch an error and print its traceback in short form, so that this notebook can go on.


# %%
def centre_rows(table):
    means = table.mean(axis=1)
    return table - means


def spread(table):
    centred = centre_rows(table)
    return centred.std()


try:
    spread(np.ones((8, 28)))
except ValueError as error:
    for frame in traceback.extract_tb(error.__traceback__):
        print(f"in {frame.name:12} {frame.line}")
    print(f"{type(error).__name__}: {str(error).strip()}")

# %% [markdown]
# **What to see.** Bottom line: shapes (8, 28) and (8,) do not go together. Line above: it happened at `table - means`.
# NumPy aligns shapes **from the right**, so it lays 8 means beside 28 columns. Most errors in this course are about
# shapes; print `.shape` of everything in that line first.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Worse: no error at all
#
# **Predict first.** The same function gets a table with as many rows as columns. Are the means of the rows zero
# afterwards?

# %%
square = np.arange(9.0).reshape(3, 3)
wrong = centre_rows(square)
corrected = square - square.mean(axis=1, keepdims=True)  # means have shape (3, 1)
plots.number_row(
    {"table": square, "centre_rows": wrong, "with keepdims": corrected},
    alt="Nine numbers; the wrong function centres one row of three, the right one all.",
)
print("means of the rows, centre_rows: ", wrong.mean(axis=1))
print("means of the rows, with keepdims", corrected.mean(axis=1))

# %% tags=["claim"]
assert wrong.shape == corrected.shape  # claim: the shape does not tell them apart
assert not np.allclose(wrong.mean(axis=1), 0)  # claim: and yet one is wrong
assert np.allclose(corrected.mean(axis=1), 0)

# %% [markdown]
# **What to see.** Three means fit beside three columns, so NumPy subtracts them from the columns and says nothing. An
# error message is a kindness. This is why `check` prefers arrays that are not square, and why your own tests should.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:orientation"]
# ## How a lecture makes its point
#
# Each step has the same parts: a reason, a few lines of code, a picture **and** a number, and what to see in them.
# *Predict first* stands before a result. Write your guess down before you run the cell: a wrong guess that you
# remember teaches more than a right answer that you read.
#
# **Predict first.** We replace each pixel of a noisy photograph by the mean of nine pixels: itself and its eight
# neighbours. By which factor does the noise fall?

# %%
rng = np.random.default_rng(0)
clean = data.images()["camera"][::2, ::2]
noise = rng.normal(0, 0.2, clean.shape)
noisy = clean + noise
box = filtering.box_kernel(3)
averaged = filtering.correlate2d(noisy, box, "reflect")
noise_left = filtering.correlate2d(noise, box, "reflect")
part = np.s_[30:130, 60:160]
plots.image_row(
    {"noisy": noisy[part], "averaged": averaged[part], "clean": clean[part]},
    limits=(0, 1),
    alt="A photographer at his camera: noisy, averaged with less noise, and clean.",
)
factor = noise.std() / noise_left.std()
print(f"noise {noise.std():.2f}, after averaging {noise_left.std():.2f}")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### A claim that could fail
#
# *Averaging over nine pixels divides noise by three.* We do not ask you to believe it: the cell below stops with an
# error if it is false. `assert` does nothing when its condition holds, and raises an `AssertionError` otherwise.

# %% tags=["claim"]
# Measured: 2.99, with a deviation of 0.02 over 30 seeds.
assert abs(factor - 3) < 0.1  # claim: divided by three

# %% [markdown]
# What would happen if somebody claimed nine, because nine pixels are averaged?

# %%
try:
    assert abs(factor - 9) < 0.1, f"noise is divided by {factor:.1f}, not by 9"
except AssertionError as error:
    print("AssertionError:", error)

# %% [markdown]
# **What to see.** The true claim passes in silence, the false one stops the notebook. Every claim of this course is
# such a cell, and all of them run whenever the course is tested. Change a number in one and see it fail.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:environment"]
# ## What this machine has
#
# The same cells give other times and slightly other numbers on another machine. So it is worth knowing yours: versions
# of the packages, the device that trains, the settings, the data sets. `course doctor` prints this table in a terminal;
# here is the same one, without the rows that name your folders and your disk.

# %% tags=["nbval-ignore-output"]
of_this_machine = ("course", "folder", "disk")
rows = [row for row in doctor.rows() if not row.name.startswith(of_this_machine)]
print(doctor.table(rows))
assert {"python", "torch", "settings", "device"} <= {row.name for row in rows}

# %% tags=["nbval-ignore-output"]
others = ("data", "settings", "device")
packages = [row for row in rows if not row.name.startswith(others)]
print(doctor.verdict(packages))
assert not any(row.wrong for row in packages)

# %% [markdown]
# **What to see.** `ok` in front of each row, or `WRONG`; then `course doctor` ends with the command that mends it. A
# data set that is *not here* is no fault: the lectures use a bundled one, and say so.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Profile, device, data
#
# Six environment variables change how lectures run. Set them before the start: `COURSE_PROFILE=fast course lab`, or
# in the Windows Command Prompt `set COURSE_PROFILE=fast` and then `course lab`.
#
# | variable | meaning |
# |---|---|
# | `COURSE_PROFILE` | `full`, or `fast`: the same cells with shorter training |
# | `COURSE_OFFLINE` | `1` forbids every download |
# | `COURSE_DATA` | folder of the data sets; else `data/` of the course |
# | `COURSE_WORK` | folder of your copies; else `my_work/` of the course |
# | `COURSE_WIDGETS` | `0` shows a still figure where a slider would stand |
# | `COURSE_DEVICE` | `cpu`, `cuda` or `mps`; else the best that is found |
#
# A lecture never asks for a GPU, and uses one where it finds it.

# %% tags=["nbval-ignore-output"]
epochs = settings.by_profile(full=20, fast=2)
print(f"profile {settings.profile()}: by_profile(full=20, fast=2) gives {epochs}")
print("device", settings.device().type, "- digits from", digits.name)
assert epochs == {"full": 20, "fast": 2}[settings.profile()]
assert next(net.parameters()).device.type == settings.device().type

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Five traps of arrays
#
# Pictures, signals, weights: everything in this course is an array. Five properties of arrays surprise newcomers, and
# most of them give wrong results without an error. Better to meet them here.
#
# ### Trap 1: a slice is a view
#
# **Predict first.** We cut out a corner and blacken the cutting. Does the picture change?

# %%
picture = np.arange(1, 13).reshape(3, 4)
before = picture.copy()
corner = picture[:2, :2]  # a view: no number was copied
corner[:] = 0
plots.number_row(
    {"before": before, "corner": corner, "picture": picture},
    alt="Setting the corner to zero also sets four numbers of the picture to zero.",
)
print("picture changed:", not np.array_equal(picture, before))

# %% [markdown]
# **What to see.** A slice looks into the same memory, which makes it fast. Where you want a piece of your own, write
# `picture[:2, :2].copy()`. The same happens in a function, and it is why `check` hands out copies.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Trap 2: the type of the numbers
#
# Photographs arrive as whole numbers from 0 to 255 in eight bits, `uint8`. Fractions come as `float32` (7 digits, what
# PyTorch uses) or `float64` (16 digits, what NumPy uses).
#
# **Predict first.** What is 200 + 100 in eight bits? And 16 777 216 + 1, a sum of eight digits, in `float32`?

# %%
two_pixels = np.array([200, 100], dtype=np.uint8)
print("200 + 100 in uint8:", two_pixels[:1] + two_pixels[1:])
for dtype in (np.float32, np.float64):
    print(f"16777216 + 1 in {dtype.__name__}: {dtype(16_777_216) + dtype(1):.0f}")

# %% [markdown]
# Seven digits are plenty for training. They are too few where almost equal numbers are subtracted, as in the slope
# $\bigl(f(x + h) - f(x)\bigr) / h$. Take $f(x) = x^2$ at $x = 1$, where the slope is 2, with $h = 10^{-6}$:

# %% tags=["claim"]
slopes = {}
for dtype in (np.float32, np.float64):
    x, h = dtype(1), dtype(1e-6)
    slopes[dtype] = ((x + h) ** 2 - x**2) / h
    print(f"{dtype.__name__}: slope {slopes[dtype]:.2f}")
assert abs(slopes[np.float32] - 2) > 0.05  # claim: float32 is far off
assert abs(slopes[np.float64] - 2) < 1e-5  # claim: float64 is not

# %% [markdown]
# **What to see.** 300 does not fit in eight bits and comes round to 44; `float32` cannot count beyond $2^{24}$; and its
# slope is wrong in the second digit. So pictures become floats before we compute, and gradients are checked in `float64`.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:00.4"]
# ### Exercise 00.4 · Mend the bug: what has changed? (4 min)
#
# A camera takes two pictures; the alarm needs, at each pixel, the size of the change. Both pictures are `uint8`. This
# runs, and raises an alarm over three grey values:
#
# ```python
# def size_of_change(before, after):
#     return np.abs(after - before)
# ```
#
# Write it right. The result is in grey values too, from 0 to 255.


# %% tags=["exercise:00.4"] nbgrader={"grade_id": "ex-00-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def size_of_change(before, after):  # Exercise 00.4
    """Return |after - before| for two uint8 pictures of the same shape (H, W)."""
    ### BEGIN SOLUTION
    # Convert first: floats have room for negative numbers.
    return np.abs(after.astype(float) - before.astype(float))
    ### END SOLUTION


# %% tags=["check:00.4"]
check("00.4", size_of_change)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Trap 3: randomness
#
# Weights start at random, pictures are shuffled. A *seed* makes such numbers repeatable: the same seed gives the same
# numbers, but each draw moves on.
#
# **Predict first.** Two draws from one generator, then one from a new generator with the same seed. Which are equal?

# %%
rng = np.random.default_rng(3)
first, second = rng.normal(size=3), rng.normal(size=3)
again = np.random.default_rng(3).normal(size=3)
print("first ", first.round(2))
print("second", second.round(2))
print("again ", again.round(2))

# %%
torch.manual_seed(7)
one = nn.Linear(2, 2).weight
other = nn.Linear(2, 2).weight
torch.manual_seed(7)
same = nn.Linear(2, 2).weight
print("one and other equal:", torch.equal(one, other))
print("one and same equal: ", torch.equal(one, same))

# %% [markdown]
# **What to see.** A seed restarts the sequence. That is why every section sets its own: you can run its cells again in
# any sitting, and get the same. One lucky seed proves nothing, though, so claims are measured over many.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Trap 4: arrays and tensors
#
# PyTorch's arrays are called tensors. They do what arrays do, and also remember how they were computed, and live on a
# device. NumPy is for what we write out by hand, PyTorch for what is trained.
#
# **Predict first.** We make a tensor from an array and then change the array. Does the tensor change?

# %%
array = np.zeros(3)
shared, copied = torch.from_numpy(array), torch.tensor(array)
array[0] = 5
print("from_numpy", shared.tolist(), shared.dtype)
print("tensor    ", copied.tolist(), copied.dtype)
print("a layer's weights are", nn.Linear(3, 1).weight.dtype)

# %%
try:
    nn.Linear(3, 1)(copied)
except RuntimeError as error:
    print(f"{type(error).__name__}, because {copied.dtype} meets torch.float32")
answer = nn.Linear(3, 1)(copied.float())
print("after .float() it works, and back in NumPy it is", answer.detach().numpy().dtype)

# %% [markdown]
# **What to see.** `from_numpy` shares memory with the array, `torch.tensor` copies. A layer wants `float32`, so NumPy's
# numbers pass through `.float()`. On the way back, `.detach()` leaves behind the memory of how they were computed, and
# on a GPU `.cpu()` comes first.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Trap 5: `reshape` is not `permute`
#
# NumPy keeps a color photograph as (rows, columns, channels). PyTorch wants (channels, height, width), and a batch of
# N pictures as (N, C, H, W). Two commands give that shape, and one is wrong.
#
# **Predict first.** `reshape` cuts the same row of numbers into new pieces. What does the "red channel" look like then?

# %%
cat = data.images()["chelsea"][::2, ::2]
height, width, channels = cat.shape
moved = np.moveaxis(cat, 2, 0)  # in PyTorch: permute(2, 0, 1)
reshaped = cat.reshape(channels, height, width)
plots.image_row(
    {"photograph": cat, "red, moved": moved[0], "red, reshaped": reshaped[0]},
    limits=(0, 1),
    alt="A cat, its red channel, and after reshape a faint shadow behind a fine weave.",
)
print("shapes: ", cat.shape, moved.shape, reshaped.shape)
for name, result in {"moved": moved, "reshaped": reshaped}.items():
    print(f"{name:8} holds the red values:", np.array_equal(result[0], cat[..., 0]))

# %% [markdown]
# **What to see.** The same shape, and two different pictures. Moving axes carries each pixel along; `reshape` mixes
# colors and rows. A network would train on that without complaint, and learn badly.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:00.5"]
# ### Exercise 00.5 · The shape of a batch (3 min)
#
# An image reader delivers sixteen color photographs as one array of shape (16, 120, 200, 3): 120 rows, 200 columns.
# Which shape does PyTorch expect? Answer with a tuple.

# %% tags=["exercise:00.5"] nbgrader={"grade_id": "ex-00-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
shape = None  # Exercise 00.5: replace None by a tuple of four numbers
### BEGIN SOLUTION
# N pictures, C channels, H rows, W columns.
shape = (16, 3, 120, 200)
### END SOLUTION

# %% tags=["check:00.5"]
check("00.5", shape)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:00.6"]
# ### Exercise 00.6 · A photograph for PyTorch (4 min)
#
# Write `to_batch(photograph)`. It takes a `uint8` array of shape (H, W, 3) and returns a tensor of shape (1, 3, H, W)
# with values from 0 to 1 in `float32`: a batch of one picture, ready for a network. This is the first line of many
# programs, and a good place to remember the traps.


# %% tags=["exercise:00.6"] nbgrader={"grade_id": "ex-00-6", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def to_batch(photograph):  # Exercise 00.6
    """Return (H, W, 3) uint8 → tensor (1, 3, H, W) in [0, 1]."""
    ### BEGIN SOLUTION
    tensor = torch.tensor(photograph).permute(2, 0, 1)  # (3, H, W)
    return tensor[None] / 255  # dividing makes float32 of uint8
    ### END SOLUTION


# %% tags=["check:00.6"]
check("00.6", to_batch)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | when | do |
# |---|---|
# | you begin a lecture | `course start NN`, then open your copy in `my_work/` |
# | a result looks odd | restart the kernel, run all cells |
# | an answer is wrong | read the sentence, then `found = check(…)` and `found.inputs`; `hint` |
# | a cell stops | read the last line, then the line above it; print shapes |
# | something is missing | `course doctor` names it and what mends it |
# | you cut a piece out of an array | it is a view; `.copy()` where you will change it |
# | you compute with a picture | floats first; `float64` for checking gradients |
# | you want the same numbers again | set a seed in the same cell |
# | you go from NumPy to PyTorch | `permute`, not `reshape`; `.float()`; a batch axis |

# %% slideshow={"slide_type": "skip"} tags=["progress:00"]
from course_utils.exercises import progress

progress("00")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# 1. You change the value in the first cell of a notebook, run that cell, and the figure at the bottom stays the same.
#    Why?
# 2. `check` says *your_function returned None*. Your function prints the right number. What is missing?
# 3. A table has shape (20, 5). You subtract `table.mean(axis=1)`. What happens, and what would happen for (5, 5)?
#
# <details><summary>Answers</summary>
#
# 1. The kernel ran only that cell. The cells below have to run again before they use the new value.
# 2. `return`. What is printed is for people; what is returned is for the program.
# 3. An error: 20 means do not fit beside 5 columns. For (5, 5) there is no error, and the result is wrong. With
#    `keepdims=True` both are right.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - A. Rule et al., Ten simple rules for writing and sharing computational analyses in Jupyter notebooks, *PLOS
#   Computational Biology* 15(7), e1007007, 2019: what makes a notebook worth trusting.
# - C. R. Harris et al., Array programming with NumPy, *Nature* 585, 357–362, 2020: views, types and the rules by which
#   shapes meet.
# - A. Paszke et al., PyTorch: an imperative style, high-performance deep learning library, *Advances in Neural
#   Information Processing Systems* 32, 2019: tensors, and what they remember.
# - D. Goldberg, What every computer scientist should know about floating-point arithmetic, *ACM Computing Surveys* 23(1),
#   5–48, 1991: why seven digits are sometimes one.
