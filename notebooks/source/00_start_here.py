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
# In a few minutes, a neural network will read a digit that you draw. Then you will see how these notebooks work, where
# your work is kept, and where to find help.
#
# **After this lecture, you will be able to**
# - run a notebook so that you can trust its results, and keep your work safe;
# - use `check` and `hint`, and find out why an answer is wrong;
# - read an error message from the bottom up;
# - look up a word or a symbol used in the course.
#
# **You need** some Python: functions, loops, and lists.
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 25 min | 23 min | 10 s |
#
# **Start now.** Click on the first code cell below and press Shift+Enter. This runs the cell and selects the next one.
# The cell with the imports takes a few seconds, because it loads the libraries.

# %% tags=["setup"]
import traceback

import numpy as np
import torch
from IPython.display import Markdown, display
from sklearn.datasets import load_digits
from torch import nn

from course_tools.authoring import glossary
from course_tools.cli import doctor
from course_tools.grading import borrowed
from course_utils import data, diagrams, models, plots, settings, widgets
from course_utils.exercises import check, hint

plots.use_course_style()
reader = models.digit_reader()  # a small network that is ready to use


def chances(image):
    """Return the probability that the network gives to each digit: (28, 28) → (10,)."""
    with torch.no_grad():
        return reader(torch.tensor(image)[None, None]).softmax(dim=1)[0].numpy()


# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:own-digit-first"]
# ## Draw a digit
#
# Our network has learned from tens of thousands of handwritten digits. None of them is yours. Run the next cell and
# draw a digit with the mouse or with a finger. Your first stroke replaces the 7 that we drew, and *Clear* empties the
# sheet.
#
# With the keyboard: press Tab until the sheet is selected, move the pen with the arrow keys, lower or lift it with
# the space bar, and clear the sheet with Delete.


# %% tags=["hide-input"]
def read(drawing):
    """Return a figure of what the network reads, and a sentence that says it."""
    image = data.centered_digit(drawing)  # (28, 28), the digit in the middle
    probabilities = chances(image)
    digit = probabilities.argmax()
    said = f"It is read as {digit}, with probability {probabilities[digit]:.2f}."
    return diagrams.reading(image, probabilities), said


seven = [[(28, 36), (28, 102), (118, 58)]]  # one stroke through three points (row, column)
widgets.drawing_pad(read, start=data.pen_strokes(seven))

# %% [markdown]
# The gray image is what the network sees: your drawing, shrunk to 28 × 28 pixels, with the digit in the middle. Each
# bar shows the probability that the network gives to one digit; all ten add up to 1. The highest bar is its answer.
#
# If you cannot draw, for example because you are reading this on a website, you see its answer for our 7.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 0 to 7. Draw a few digits yourself, then let somebody from the class draw. Ask for a digit that the network
# misreads: a 1 with a long upstroke, a 9 with a curved tail, a very wide 4. Nobody has to understand the network today.
# Usual question: "How does it know?" It was shown examples with the correct answers; nobody described a 7 to it.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Something that is not a digit
#
# Many lectures ask you to predict a result. Decide *before* you run the cell below the question, and write your guess
# down: a wrong guess that you remember teaches you more than a correct answer that you read. In your copy, the answer
# appears only when you run the cell, and the text after it is folded until you click on it.
#
# **Predict first.** We draw a capital A for the network. Are the ten bars about equally high, or is one of them much
# higher than the others?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:always-names-a-digit"]
letter = [[(120, 35), (20, 70), (120, 105)], [(85, 48), (85, 92)]]
probabilities = chances(data.centered_digit(data.pen_strokes(letter)))
figure, sentence = read(data.pen_strokes(letter))
plots.show(figure, f"A capital A and ten bars. {sentence}")
print(f"highest bar {probabilities.max():.2f}, all ten together {probabilities.sum():.2f}")
assert probabilities.max() > 0.5  # claim: it is not undecided

# %% [markdown] slideshow={"slide_type": "fragment"}
# One of them is **much higher**. If you expected ten equal bars, you expected the network to notice that an A is not a
# digit. It cannot say so: all it can do is divide a probability of 1 among ten digits. What comes out always looks like
# an answer. Draw other things on the sheet above, and see what it makes of them.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### Digits by strangers
#
# The network was trained on MNIST, a famous collection of digits that you will work with in chapter 09. Here are 1,797
# digits from a different collection: different people wrote them, and a different scanner read them, at only 8 × 8
# pixels.
#
# **Predict first.** Out of 100 of these digits, about how many does the network read correctly: 99, 95, or 70?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:reads-most-but-errs"]
strangers = load_digits()
X = np.stack([data.centered_digit(image) for image in strangers.images])
with torch.no_grad():
    answers = reader(torch.from_numpy(X)[:, None]).argmax(dim=1).numpy()
right = answers == strangers.target
misread = np.flatnonzero(~right)
titles = [f"{strangers.target[i]} read as {answers[i]}" for i in misread]
images = dict(zip(titles, X[misread], strict=True))  # one of each kind
plots.image_row(
    dict(list(images.items())[:6]),
    alt="Six digits by strangers that the network misreads, each with its answer.",
)
print(f"{right.sum()} of {len(right)} digits read correctly, {right.mean():.0%}")
assert 0.93 < right.mean() < 0.97  # claim: about 95 of 100

# %% [markdown] slideshow={"slide_type": "fragment"}
# About **95**; it misreads one digit in twenty. Some of the misread ones are hard for people, too. If you said 99, you
# would be right about new digits from MNIST itself. But a network is rarely used on data from the source that it was
# trained on, so ask how it does on data from *elsewhere*.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### A claim that could fail
#
# You do not have to take these notebooks at their word. Look for the word *claim* in the code: `assert` does nothing if
# its condition is true, and stops the notebook with an error if it is false. Here is what happens if somebody claims
# something that is not true:

# %%
answer = chances(data.centered_digit(data.pen_strokes(seven))).argmax()
try:
    assert answer == 1, f"our 7 is read as {answer}, not as 1"
except AssertionError as error:
    print("AssertionError:", error)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:orientation"]
# ## The page and the memory
#
# Behind the page, a Python process remembers every name that a cell has defined. It never sees the order of the page,
# only the order in which you run the cells. (Jupyter calls this process the *kernel*, a word that means something else
# from lecture 02a on.)
#
# Here are three cells, and a helper that runs them in any order, starting with an empty memory:

# %%
cells = {"A": "level = 3", "B": "level = level + 1", "C": "level = level * 2"}


def level_after(order):
    """Run the named cells in this order and return the final value of level."""
    memory = {}
    for name in order:
        exec(cells[name], memory)
    return memory["level"]


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** Four people have the same page in front of them. One goes from top to bottom: A, B, C. One runs B
# twice, one runs C before B, and one forgets A. Who ends up with which value of `level`?

# %% slideshow={"slide_type": "fragment"} tags=["reveals"]
for order in ("ABC", "ABBC", "ACB", "BC"):
    try:
        print(f"{order:4} level = {level_after(order)}")
    except NameError as error:
        print(f"{order:4} NameError:", error)

# %% [markdown] slideshow={"slide_type": "fragment"}
# The same page gives **four results**: 8, 10, 7, and an error. If you expected 8 twice, you read the page; Python
# only sees what was run. A cell like B changes the value that it reads, so the value changes again each time you run
# it. Give the result a new name, as in `higher = level + 1`, and you can run the cell as often as you like.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### When a result looks odd
#
# - Choose `Kernel → Restart Kernel and Run All Cells`. This empties the memory and runs the page from top to bottom.
#   Trust a result only if it survives this.
# - When you open a notebook again, yesterday's outputs are still on the page, but the memory is empty. Run the cell
#   with the imports first.
# - Did you change your answer, but `check` still says the same thing? Run the cell with your answer first: `check` sees
#   only what is in the memory.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 7 to 11. Let the class vote on ABBC. Usual answer: 8, because "B is B." If there is time, delete a cell in
# front of the class and use the name that it defined: it still works, until you restart.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:orientation"]
# ## Where your work is kept
#
# You work in copies of your own, in the folder `my_work/`, which JupyterLab shows on the left. Whatever you do there,
# the course itself stays as it is. For the next lecture, choose `File → New → Terminal` and type a command:
#
# | command | what it does |
# |---|---|
# | `course start 01a` | copies lecture 01a to `my_work/` and never overwrites a file of yours; to open the copy, double-click it on the left |
# | `course reset 01a` | gives you a fresh copy and keeps your old one in `my_work/kept/` |
# | `course update` | gets the newest version of the course and says what is new; it never touches your copies |
# | `course progress` | counts the exercises that you have solved in your saved copies |
# | `course doctor` | says what is wrong with this machine, and how to fix it |

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### With and without a terminal
#
# A cell can run these commands too, with an exclamation mark in front: `!course start 01a`. Next time, start JupyterLab
# as you did today. If that was with `course lab`, you can add a number: `course lab 01a` also copies lecture 01a,
# unless you have a copy, and opens it. Save with Ctrl+S (on a Mac, with ⌘S).
#
# On Binder or Colab, the machine is gone after your session, so choose `File → Download` before you close the page.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:orientation"]
# ## How `check` answers
#
# `check` has three answers. **Not attempted yet** means that there is nothing to check. **Incorrect** comes with a
# sentence about what went wrong; `check` recognizes mistakes that many people make. **Correct** needs no explanation.
# Ask as often as you like: nobody is counting. If you are stuck, add a cell with the + button above the page and run
# `hint("00.1")` in it. It helps a little, and a little more each time you run it. Here is what `check` says about two
# answers to exercise 00.2, which comes soon, followed by the first hint:

# %%
display(check("00.2", None), check("00.2", "c"), hint("00.2", 1))

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:00.1"]
# ### Exercise 00.1 · Which value is in memory? (3 min)
#
# Cell A is `level = 3`, B is `level = level + 1`, and C is `level = level * 2`. Somebody runs A, B, C, B, C. What is
# the value of `level` then? Work it out on paper, write the number in place of `None`, and run the cell, then the one
# with `check`. (You can delete `# YOUR CODE HERE` and `pass`, which are only placeholders.)

# %% tags=["exercise:00.1"] nbgrader={"grade_id": "ex-00-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
level = None  # Exercise 00.1: replace None with a number
### BEGIN SOLUTION
# A makes 3, then B and C take turns: 4, 8, 9, 18.
level = ((3 + 1) * 2 + 1) * 2
### END SOLUTION

# %% tags=["check:00.1"]
check("00.1", level)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:00.2"]
# ### Exercise 00.2 · It works on my machine (2 min)
#
# You delete a cell that says `scale = 255`. Your notebook still works, so you save it and send it to a friend. On your
# friend's machine, it stops with `NameError: name 'scale' is not defined`. Why did it work for you?
#
# - **a** Your friend has a different version of Python.
# - **b** Your Python process still remembered `scale`; deleting a cell does not delete what it defined.
# - **c** The values were not saved in the file, because you saved it too early.
# - **d** Jupyter does not run a cell again while its output is still on the page.

# %% tags=["exercise:00.2"] nbgrader={"grade_id": "ex-00-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
choice = None  # Exercise 00.2: replace None with "a", "b", "c", or "d"
### BEGIN SOLUTION
# Page and memory are two things: the cell is gone, the name is not.
choice = "b"
### END SOLUTION

# %% tags=["check:00.2"]
check("00.2", choice)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### When the answer is a function
#
# Pass the function itself to `check`: its name, without parentheses. `check` calls it with arrays that you do not see.
# Exercise 00.3 below asks for a function that takes several images at once and shifts the values of each so that their
# mean is zero. Here are four attempts.
#
# **Predict first.** Which of these does `check` accept?


# %%
def forgetful(images):
    images = images - images.mean()


def talkative(images):
    print(images - images.mean())


def destructive(images):
    images -= images.mean()
    return images


def one_for_all(images):
    return images - images.mean()


# %% slideshow={"slide_type": "subslide"} tags=["reveals"]
attempts = forgetful, talkative, destructive, one_for_all
display(*[check("00.3", attempt) for attempt in attempts])

# %% [markdown] slideshow={"slide_type": "fragment"}
# **None of them.** If you trusted the second one because the numbers appear on the screen, remember that you can read
# what is printed, but a program can use only what is returned. The third one changes the caller's array because `-=`
# works in place. The last one looks plausible, but it does not do what was asked. To see why, look at the case that
# failed, below.

# %% [markdown] slideshow={"slide_type": "subslide"}
# Give the result of `check` a name. If the answer is wrong, the result holds what your function was called with
# (`inputs`), what was `expected`, and what your function `returned`.

# %% slideshow={"slide_type": "-"} tags=["reveals"]
found = check("00.3", one_for_all)
arrays = {"expected": found.expected, "returned": found.returned}
for name, images in arrays.items():
    print(f"{name}: shape {images.shape}, means {images.mean(axis=(1, 2)).round(2) + 0.0}")
plots.number_row(
    {f"image {n}, {name}": arrays[name][n] for n in (0, 1) for name in arrays},
    decimals=1,
    cell=0.5,
    alt="Two images as expected and as returned: one comes back too dark, one too bright.",
)

# %% [markdown]
# The two images have different means. When the same number is subtracted from both, one ends up below zero on average
# and the other above. (Colors: white is zero, red is positive, blue is negative.)

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 13 to 18. Most students vote for `talkative`. Ask: "How would check get at the printed numbers?" It cannot; a
# program that calls a function only gets what the function returns.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:00.3"]
# ### Exercise 00.3 · Your first function (4 min)
#
# `images` has shape (N, H, W): N images of H rows and W columns. Return an array of the same shape in which every image
# has mean zero: from each image, subtract its own mean. Your code replaces `pass`.


# %% tags=["exercise:00.3"] nbgrader={"grade_id": "ex-00-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def center(images):  # Exercise 00.3
    """Return each image minus its own mean: (N, H, W) → (N, H, W)."""
    ### BEGIN SOLUTION
    means = images.mean(axis=(1, 2), keepdims=True)  # (N, 1, 1)
    return images - means
    ### END SOLUTION


# %% tags=["check:00.3"]
check("00.3", center)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### When your work is graded
#
# Your teacher's grading program (the *grader*) runs each exercise in a new, empty Python process: the imports of the
# lecture, then your cell. If your answer needs a name that another of your cells defines, the grader brings it along if
# it is a function, a class, an import, or a value that is written out, such as `5` or `[1, 2]`.
#
# **Predict first.** Your answer uses three names from another cell: `size = 28`, `half = size // 2`, and a function
# `double`. Which of them does the grader bring along?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:computed-values-are-missing"]
another_cell = "size = 28\nhalf = size // 2\ndef double(x): return 2 * x"
your_cell = "answer = double(size) + half"
brought = borrowed.wanted(answer=[your_cell], elsewhere=[another_cell], known=())
print("\n".join(brought))
# claim: the number and the function are there, the computed value is not
assert "size = 28" in brought and any("double" in definition for definition in brought)
assert not any("half" in definition for definition in brought)

# %% [markdown] slideshow={"slide_type": "fragment"}
# `size` and `double`, but **not** `half`. If you said all three, you are in good company. The grader reads your other
# cells, but it does not run them, so what another cell *computes* is not there. Compute it in the cell of the exercise.
# The grader also tries different inputs than `check` does, so your answer has to work for all inputs.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:00.4"]
# ### Exercise 00.4 · Write a 4 (6 min)
#
# This task is open-ended: there are many ways to do it. Write a 4 in strokes so that the network gives the digit 4 a
# probability of at least 0.9.
#
# A drawing is a list of strokes, and a stroke is a list of two or more points `(row, column)`. Both numbers run from 0
# to 140; row 0 is at the top, as in every image in this course. Our 7, for example, is a single stroke through three
# points: `[[(28, 36), (28, 102), (118, 58)]]`. To see your 4 on the sheet, first run the cell with your answer, then
# run `widgets.drawing_pad(read, start=data.pen_strokes(four))` in a new cell.

# %% tags=["exercise:00.4"] nbgrader={"grade_id": "ex-00-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
four = None  # Exercise 00.4: replace None with a list of strokes
### BEGIN SOLUTION
# Down and to the right, then a vertical stroke that crosses.
four = [[(20, 60), (85, 38), (85, 108)], [(50, 88), (122, 88)]]
### END SOLUTION

# %% tags=["check:00.4"]
check("00.4", four)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:orientation"]
# ## When a cell stops: read from the bottom up
#
# An error prints a *traceback*: one entry for each function that was running, the innermost last. The **last line**
# says what is wrong, and the entry above it says where. If that entry is inside a library, go up until you reach a line
# of your own.
#
# We catch an error and print its traceback in a short form, so that this notebook can go on:


# %%
def center_rows(table):
    means = table.mean(axis=1)
    return table - means


def spread(table):
    return center_rows(table).std()


try:
    spread(np.ones((8, 28)))
except ValueError as error:
    for frame in traceback.extract_tb(error.__traceback__):
        print(f"in {frame.name:12} {frame.line}")
    print(f"{type(error).__name__}: {str(error).strip()}")

# %% [markdown]
# The last line says that the shapes (8, 28) and (8,) do not go together; the line above it, that this happened at
# `table - means`. NumPy lines shapes up **from the right**, so it puts 8 means next to 28 columns. Most errors in this
# course are about shapes: first, print the `.shape` of everything in the line that failed.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# ### The same function, a different table
#
# **Predict first.** Now `center_rows` gets a table with three rows and three columns. Is the mean of each row zero
# afterward?


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:shape-does-not-tell"]
def center_rows(table):
    return table - table.mean(axis=1)


square = np.arange(9.0).reshape(3, 3)
wrong = center_rows(square)
corrected = square - square.mean(axis=1, keepdims=True)  # the means have shape (3, 1)
plots.number_row(
    {"table": square, "center_rows": wrong, "with keepdims": corrected},
    alt="Nine numbers; the function centers only the middle row, keepdims all three.",
)
for name, table in {"center_rows": wrong, "with keepdims": corrected}.items():
    print(f"means of the rows, {name}:", table.mean(axis=1))
assert wrong.shape == corrected.shape  # claim: the shape does not tell them apart
assert not np.allclose(wrong.mean(axis=1), 0)  # claim: and yet one of them is wrong
assert np.allclose(corrected.mean(axis=1), 0)

# %% [markdown] slideshow={"slide_type": "fragment"}
# **No.** Three means fit next to three columns, so NumPy subtracts them from the columns and says nothing. The error
# above at least told us that something was wrong. This is why `check` prefers arrays that are not square, and why
# your own tests should, too.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 18 to 21. Write (8, 28) and (8,) above each other on the board, lined up on the right, then (3, 3) and (3,).
# Usual answer to the prediction: yes, because it is the same function and there is no error.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:environment"]
# ## What this machine has
#
# On another machine, the same cells take more or less time and may give slightly different numbers. So it helps to
# know what your machine has. `course doctor` prints the whole table; here are its most important rows. `WRONG` in
# front of a row means that something has to be fixed, and the command then says how. The *device* is where networks
# are trained. No lecture needs a graphics processor, but every lecture uses one if it finds one.

# %% tags=["nbval-ignore-output"]
shown = ["python", "torch", "settings", "device"]
rows = [row for row in doctor.rows() if row.name in shown]
print(doctor.table(rows))
assert [row.name for row in rows] == shown

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:notation-and-glossary"]
# ## Words and symbols
#
# Every term is printed in bold where it is explained, and means the same thing from then on. Every symbol has one
# meaning in the whole course. If you have forgotten one, look it up, as in the next cell. Tables of all of them are at
# the end of this page.


# %%
def look_up(word):
    """Print what the course means by a word, and where it is explained."""
    for term in glossary.terms():
        if term.names(word):
            print(f"{term.name}, lecture {term.sitting}: {term.means}")


look_up("kernel")
look_up("feature maps")
first = [one for one in glossary.symbols() if one.sitting == "01a"]
Markdown("\n".join(f"- {one.symbol}: {one.meaning}" for one in first))

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 22 to 25. Nobody has to learn these symbols today. Ask for a word that somebody has heard but not understood,
# and look it up together. What is not in the table is not used in the course.

# %% [markdown] tags=["optional", "predict"]
# ## Five traps of arrays (optional)
#
# Images, signals, weights: everything in this course is an array. Five properties of arrays surprise newcomers, and
# most of them lead to wrong results without an error. Read on now, or come back when an array surprises you.
#
# ### Trap 1: slices
#
# **Predict first.** We give the corner of an image a name of its own and set it to zero. Does the image change?

# %% tags=["optional", "reveals", "claim", "claim:a-slice-is-a-view"]
image = np.arange(1, 13).reshape(3, 4)
before = image.copy()
corner = image[:2, :2]  # a view: no number was copied
corner[:] = 0
plots.number_row(
    {"before": before, "corner": corner, "image": image},
    alt="Setting the corner to zero also sets four numbers of the image to zero.",
)
assert (image[:2, :2] == 0).all() and (before[:2, :2] > 0).all()  # claim: it changes

# %% [markdown] tags=["optional"]
# **It does.** A slice is a window onto the same memory, so making one is fast. If you want a piece of your own, write
# `image[:2, :2].copy()`. The same happens when an array is passed to a function.

# %% [markdown] tags=["optional", "predict"]
# ### Trap 2: the type of the numbers
#
# Photographs arrive as whole numbers from 0 to 255 in eight bits, `uint8`. Fractions come as `float32` (7 digits, what
# PyTorch uses) or `float64` (16 digits, what NumPy uses).
#
# **Predict first.** What is 200 + 100 in eight bits? And what is 16,777,216 + 1 in `float32`?

# %% tags=["optional", "reveals", "claim", "claim:types-run-out"]
two_pixels = np.array([200, 100], dtype=np.uint8)
print("200 + 100 in uint8:", two_pixels[:1] + two_pixels[1:])
sums, slopes = {}, {}
for dtype in (np.float32, np.float64):
    sums[dtype] = int(dtype(16_777_216) + dtype(1))
    x, h = dtype(1), dtype(1e-6)  # the slope of x² at 1 is 2
    slopes[dtype] = ((x + h) ** 2 - x**2) / h
    print(f"{dtype.__name__}: 16777216 + 1 = {sums[dtype]}, slope {slopes[dtype]:.2f}")
# claim: float32 loses the 1 and misses the slope, float64 does neither
assert sums == {np.float32: 16_777_216, np.float64: 16_777_217}
assert abs(slopes[np.float32] - 2) > 0.05 and abs(slopes[np.float64] - 2) < 1e-5

# %% [markdown] tags=["optional"]
# 300 does not fit into eight bits and wraps around to **44**. And `float32` cannot hold every whole number beyond
# $2^{24}$, so the 1 is **lost**. Seven digits are plenty for training. They are too few where almost equal numbers are
# subtracted, as in the slope $\bigl((1 + h)^2 - 1\bigr) / h$ with $h = 10^{-6}$, which should be 2. So convert images
# to floats before you compute, and check slopes in `float64`.

# %% [markdown] tags=["optional", "exercise:00.5"]
# ### Exercise 00.5 · Fix the bug: what has changed? (4 min)
#
# A camera takes two images, both `uint8`, and an alarm needs the size of the change at each pixel. This function runs,
# but it raises the alarm over a change of only 3 gray levels:
#
# ```python
# def size_of_change(before, after):
#     return np.abs(after - before)
# ```
#
# Fix it. The result is in gray levels too, from 0 to 255.


# %% tags=["optional", "exercise:00.5"] nbgrader={"grade_id": "ex-00-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def size_of_change(before, after):  # Exercise 00.5
    """Return |after - before| for two uint8 images of the same shape (H, W)."""
    ### BEGIN SOLUTION
    # Convert first: floats have room for negative numbers.
    return np.abs(after.astype(float) - before.astype(float))
    ### END SOLUTION


# %% tags=["optional", "check:00.5"]
check("00.5", size_of_change)

# %% [markdown] tags=["optional", "predict"]
# ### Trap 3: randomness
#
# Networks start with random weights, and images are shuffled. A *seed* makes random numbers repeatable.
#
# **Predict first.** We draw twice from one generator, then once from a new generator with the same seed. Which of the
# three draws are equal?

# %% tags=["optional", "reveals", "claim", "claim:a-seed-restarts"]
rng = np.random.default_rng(3)
first, second = rng.normal(size=3), rng.normal(size=3)
again = np.random.default_rng(3).normal(size=3)
for name, draw in {"first": first, "second": second, "again": again}.items():
    print(f"{name:6}", draw.round(2))
# claim: the new generator starts over, the old one moves on
assert np.array_equal(first, again) and not np.array_equal(first, second)

# %% [markdown] tags=["optional"]
# The **first and the last**. A seed restarts the sequence, and every draw moves further along it. This is why every
# section sets its own seed: you can run its cells again and get the same numbers. But one lucky seed proves nothing, so
# results that depend on chance are measured with several.

# %% [markdown] tags=["optional", "predict"]
# ### Trap 4: arrays and tensors
#
# PyTorch's arrays are called *tensors*. They do what arrays do, can live on a graphics processor, and can keep track of
# how they were computed, if you ask them to. NumPy is for what we write out by hand, PyTorch for what is trained.
#
# **Predict first.** We make two tensors from an array of three zeros and then set its first number to 5. Do the tensors
# change?

# %% tags=["optional", "reveals", "claim", "claim:from-numpy-shares-memory"]
array = np.zeros(3)
shared, copied = torch.from_numpy(array), torch.tensor(array)
array[0] = 5
print("from_numpy", shared.tolist())
print("tensor    ", copied.tolist())
layer = nn.Linear(3, 1)
print(f"the array is {array.dtype}, the weights of a layer are {layer.weight.dtype}")
print("back in NumPy:", layer(copied.float()).detach().numpy().dtype)
# claim: one shares its memory with the array, the other does not
assert shared[0] == 5 and copied[0] == 0

# %% [markdown] tags=["optional"]
# **One of them**: `from_numpy` shares its memory with the array; `torch.tensor` copies the numbers. A layer wants
# `float32`, so NumPy's numbers have to pass through `.float()`. On the way back, `.detach()` drops the record of how a
# tensor was computed, and `.cpu()` comes first if it is on a graphics processor.

# %% [markdown] tags=["optional", "predict"]
# ### Trap 5: `reshape` and `permute`
#
# NumPy keeps a color photograph as (rows, columns, channels). PyTorch wants (channels, rows, columns). Two commands
# give that shape: one moves the axes, the other cuts the same row of numbers into new pieces.
#
# **Predict first.** What does the "red channel" look like after `reshape`: like the photograph in red, or like
# something else?

# %% tags=["optional", "reveals", "claim", "claim:reshape-tears-neighbors-apart"]
cat = data.images()["chelsea"][::2, ::2]
height, width, channels = cat.shape
moved = np.moveaxis(cat, 2, 0)  # in PyTorch: permute(2, 0, 1)
reshaped = cat.reshape(channels, height, width)
plots.image_row(
    {"photograph": cat, "red, moved": moved[0], "red, reshaped": reshaped[0]},
    limits=(0, 1),
    alt="A cat, its red channel, and after reshape three flat cats behind a fine weave.",
)
steps = [np.abs(np.diff(channel)).mean() for channel in (moved[0], reshaped[0])]
print(f"difference between neighbors: moved {steps[0]:.2f}, reshaped {steps[1]:.2f}")
assert np.array_equal(moved[0], cat[..., 0])  # claim: moving keeps the red values
assert steps[1] > 4 * steps[0]  # claim: reshape tears neighbors apart

# %% [markdown] tags=["optional"]
# Like **something else**: same shape, different image. `reshape` mixes colors and rows, and neighbors are no longer
# neighbors. A network that looks at all pixels at once, as in lecture 01a, does not even notice: it sees the same
# numbers in a different order, and the order is the same for every image. A network that looks through a small window,
# as in chapter 03, relies on neighbors.

# %% [markdown] tags=["optional", "exercise:00.6"]
# ### Exercise 00.6 · A photograph for PyTorch (4 min)
#
# Write `to_batch(photograph)`. It takes a `uint8` array of shape (H, W, 3) and returns a tensor of shape (1, 3, H, W)
# with values from 0 to 1 in `float32`: a batch of one image, ready for a network.


# %% tags=["optional", "exercise:00.6"] nbgrader={"grade_id": "ex-00-6", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def to_batch(photograph):  # Exercise 00.6
    """Return (H, W, 3) uint8 → tensor (1, 3, H, W) in [0, 1]."""
    ### BEGIN SOLUTION
    tensor = torch.tensor(photograph).permute(2, 0, 1)  # (3, H, W)
    return tensor[None] / 255  # dividing makes float32 of uint8
    ### END SOLUTION


# %% tags=["optional", "check:00.6"]
check("00.6", to_batch)

# %% [markdown] tags=["optional", "predict"]
# ## The name `_` (optional)
#
# In a notebook, `_` is the last output. After a check, `_.inputs` is therefore the case that failed. But many programs
# write `for _ in range(5)` when they do not need the counter.
#
# **Predict first.** The first cell below ends with `6 * 7`, so its output is 42. What does the second one print?

# %% tags=["optional", "reveals"]
for _ in range(5):
    pass
6 * 7

# %% tags=["optional", "reveals"]
print("the last output was 42, and _ is", _)
del _

# %% [markdown] tags=["optional"]
# The loop left **4** in `_`, and from then on, the notebook does not touch the name until `del _` gives it back. It is
# safer to write `found = check(…)` and then `found.inputs`, as above.

# %% [markdown] tags=["optional"]
# ## All settings of this machine (optional)
#
# Six environment variables change how lectures run. Set them before you start: `COURSE_PROFILE=fast course lab`; on
# Windows, type `$env:COURSE_PROFILE = "fast"` in PowerShell, or `set COURSE_PROFILE=fast` in the Command Prompt, and
# then `course lab`.
#
# | variable | meaning |
# |---|---|
# | `COURSE_PROFILE` | `full`, or `fast`: the same cells with shorter training |
# | `COURSE_OFFLINE` | `1` forbids all downloads |
# | `COURSE_DATA` | folder of the data sets; otherwise `data/` in the course folder |
# | `COURSE_WORK` | folder of your copies; otherwise `my_work/` in the course folder |
# | `COURSE_WIDGETS` | `0` shows a still figure in place of each slider |
# | `COURSE_DEVICE` | `cpu`, `cuda`, or `mps`; otherwise the best that is found |
#
# The table below has a row for each library and each data set. A data set that is *not here* is not a problem: the
# lectures then use a smaller one that comes with the course, and say so.

# %% tags=["optional", "nbval-ignore-output"]
of_this_machine = ("course", "folder", "disk")  # they name your folders
rows = [row for row in doctor.rows() if not row.name.startswith(of_this_machine)]
print(doctor.table(rows))
print(doctor.verdict(rows))
assert "numpy" in {row.name for row in rows} and settings.profile() in {"full", "fast"}

# %% [markdown] tags=["optional"]
# ## All words and symbols (optional)

# %% tags=["optional", "nbval-ignore-output"]
words, symbols = glossary.glossary_table(), glossary.notation_table()
assert "| kernel |" in words and "learning rate" in symbols
display(Markdown(words), Markdown(symbols))

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | when | do |
# |---|---|
# | you are asked for a prediction | write your guess down, then run the cell |
# | a result looks odd | restart, run all cells |
# | an answer is wrong | read the sentence, then `found = check(…)` and `found.inputs`; `hint` |
# | a cell stops | read the last line, then the one above it, and print shapes |
# | something is missing | `course doctor` names it and says how to fix it |
# | a word or symbol is unclear | look it up here |
#
# **Next.** We open the network that read your digit and look at its smallest part: one neuron, with numbers that you
# can compute on paper. In a terminal: `course start 01a`.

# %% slideshow={"slide_type": "skip"} tags=["progress:00"]
from course_utils.exercises import progress

progress("00")

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - A. Rule et al., Ten simple rules for writing and sharing computational analyses in Jupyter notebooks, *PLOS
#   Computational Biology* 15(7), e1007007, 2019: what makes a notebook worth trusting.
# - Y. LeCun, L. Bottou, Y. Bengio, and P. Haffner, Gradient-based learning applied to document recognition,
#   *Proceedings of the IEEE* 86, 2278–2324, 1998: MNIST, and how its digits were prepared.
# - E. Alpaydin and C. Kaynak, Optical recognition of handwritten digits, UCI Machine Learning Repository, 1998: the
#   digits by strangers.
# - C. R. Harris et al., Array programming with NumPy, *Nature* 585, 357–362, 2020: views, types, and the rules for
#   combining shapes.
# - D. Goldberg, What every computer scientist should know about floating-point arithmetic, *ACM Computing Surveys*
#   23(1), 5–48, 1991: why seven correct digits can shrink to one.
