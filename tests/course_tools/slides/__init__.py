"""Tests of the slides, and the toy lecture that they share."""

import jupytext
import matplotlib.pyplot as plt
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_output

from course_tools.authoring.pairing import with_stable_metadata
from course_tools.slides import browser
from course_utils.plots import page

needs_browser = pytest.mark.skipif(browser.find() is None, reason="no browser of the Chromium family is installed")

ALT = "A line that rises from zero to one."
TOY = r'''# %% [markdown]
# # 02x · A toy lecture
#
# | symbol | meaning |
# |---|---|
# | $x[i, j]$ | the pixel in row $i$, column $j$ |
# | $\lambda$ | strength of a penalty |

# %% tags=["setup"]
import numpy as np

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 0 to 5. Ask for $\sqrt{2}$.

# %% [markdown] tags=["topic:sums"]
# ## A sum has $n$ terms
#
# $$s = \sum_{u=-1}^{1} w[u]$$

# %%
print(sum([1, 2, 3]))

# %% slideshow={"slide_type": "subslide"} tags=["hide-input"]
plots.show(figure, "A line that rises from zero to one.")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict", "topic:more"]
# We add 1, 2 and 3.
#
# **Predict first.** Is it larger than 5?

# %% tags=["reveals"]
print("the sum is", 6)

# %% [markdown]
# It is: 6.

# %% [markdown]
# And more of the same click.

# %% [markdown] slideshow={"slide_type": "notes"}
# The usual answer is 5.

# %% [markdown] tags=["exercise:02x.1"]
# ### Exercise 02x.1 · Double it (8 min)
#
# Write `double(number)`.

# %% tags=["exercise:02x.1"] nbgrader={"grade_id": "ex-02x-1", "solution": true, "grade": false}
def double(number):  # Exercise 02x.1
    """Return twice the number."""
    ### BEGIN SOLUTION
    return number + number
    ### END SOLUTION

# %% tags=["check:02x.1"]
check("02x.1", double)

# %% [markdown]
# Stuck? A hint helps.

# %%
hint("02x.1", 1)

# %% [markdown]
# Back to sums.

# %% [markdown] tags=["optional"]
# ## A proof (optional)
#
# For the curious.

# %% [markdown]
# ## Quiz
#
# 1. What is 1 + 1?
#
# <details><summary>Answers</summary>
#
# 1. Two.
#
# </details>

# %% slideshow={"slide_type": "skip"} tags=["progress:02x"]
progress("02x")

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
'''


def toy(more: str = "") -> NotebookNode:
    """Return the toy lecture, with more cells at its end; every code cell has run, and those with ``figure`` drew."""
    notebook = with_stable_metadata(jupytext.reads(TOY + more, fmt="py:percent"))
    for count, cell in enumerate(cell for cell in notebook.cells if cell.cell_type == "code"):
        cell.execution_count = count + 1
        if "print(" in cell.source:
            cell.outputs = [new_output("stream", name="stdout", text="a printed line\n")]
        elif "figure" in cell.source:
            figure, axis = plt.subplots(figsize=(7, 3.5))
            axis.plot([0, 1])
            cell.outputs = [new_output("display_data", data=page.bundle(figure, ALT))]
    return notebook
