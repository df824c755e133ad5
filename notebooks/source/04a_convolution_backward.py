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
# # 04a · Backpropagation through convolution
#
# A 3 × 3 kernel slides over a photograph and stops at a million windows. Nudge one of its nine weights, and a million
# outputs change. How much does the loss change? Today we answer this question, first with a pencil, then in NumPy.
#
# **After this lecture, you will be able to**
# - find the gradient of a convolution with respect to its weights, its input, and its bias, on paper and in code;
# - read that gradient off your own forward pass, whether it flips the kernel or not;
# - test any backward pass, and say how small the error should be;
# - say what a gradient of the wrong size costs, and why it often goes unnoticed.
#
# **You need** the chain rule and the gradient of a dense layer from lecture 01b, and convolution and batch
# normalization from chapter 03.
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 55 min | 44 min | 9 s |

# %% tags=["setup"]
import numpy as np
import torch
from sklearn.datasets import load_digits
from torch.nn import functional as F

from course_utils import (
    convolution,
    diagrams,
    filtering,
    gradcheck,
    layers,
    losses,
    optimizers,
    plots,
    widgets,
)
from course_utils.evidence import compare
from course_utils.exercises import check, hint

plots.use_course_style()
x = np.array([[3.0, 1, 4], [2, 8, 5], [7, 6, 9]])  # our input
w = np.array([[1.0, 2], [3, 5]])  # our kernel
delta = np.array([[1.0, 2], [0, -1]])  # ∂L/∂z, as the next layer hands it back

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:conv-forward-by-hand"]
# ## Many paths lead back
#
# Last time, we built networks from convolution layers and let PyTorch find the gradients. Today we find them
# ourselves.
#
# In lecture 01b, the gradient traveled back along the edges of the graph. In a dense layer, each weight feeds one
# output, so for each image, a single path leads back to it. A convolution uses the same weight in every window, so
# **many paths lead back to it, and what they bring adds up**. That is the whole idea of this lecture. Here is the
# smallest case that shows it, without padding and with stride 1:
#
# $$z[i, j] = \sum_{u=0}^{K-1}\; \sum_{v=0}^{K-1} w[u, v]\; x[i + u,\, j + v]$$

# %% slideshow={"slide_type": "subslide"} tags=["claim", "claim:forward-by-hand"]
z = convolution.conv2d(x[None, None], w[None, None])[0, 0]
z00 = w[0, 0] * x[0, 0] + w[0, 1] * x[0, 1] + w[1, 0] * x[1, 0] + w[1, 1] * x[1, 1]
z01 = w[0, 0] * x[0, 1] + w[0, 1] * x[0, 2] + w[1, 0] * x[1, 1] + w[1, 1] * x[1, 2]
z10 = w[0, 0] * x[1, 0] + w[0, 1] * x[1, 1] + w[1, 0] * x[2, 0] + w[1, 1] * x[2, 1]
z11 = w[0, 0] * x[1, 1] + w[0, 1] * x[1, 2] + w[1, 0] * x[2, 1] + w[1, 1] * x[2, 2]
plots.number_row(
    {"input x": x, "kernel w": w, "output z": z},
    alt="A 3 by 3 input, a 2 by 2 kernel, and the four outputs 51, 58, 69, 81.",
)
print("by hand:", z00, z01, z10, z11)
assert np.array_equal(z, [[z00, z01], [z10, z11]])  # claim: these four sums are the layer

# %% [markdown]
# Look down the first column of products. The weight $w[0, 0]$ occurs in all four sums. So does every other weight.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minutes 0 to 5. Recall lecture 01b with one dense unit on the board. Then ask: "In how many of these sums does w[0, 1]
# occur? And the pixel in the middle? And the pixel in the corner?" Usual answer for the corner: four, like the others.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:conv-weight-gradient"]
# ## The gradient with respect to the weights
#
# The next layer tells us how the loss changes with each output, $\delta[i, j] = \partial L / \partial z[i, j]$. We
# make up four small numbers for it. Now choose a weight, say $w[0, 1]$. In the first output, it multiplies the pixel
# $x[0, 1]$, so this path brings $\delta[0, 0] \cdot x[0, 1]$. There are three more paths:

# %% tags=["hide-input"]
plots.show(
    diagrams.gradient_paths(x, w, delta, of="weight", at=(0, 1)),
    alt="Four arrows lead to w[0, 1]; each brings delta times a pixel; their sum is 4.",
)

# %% [markdown]
# Each arrow is a path. The frame of the same color marks the pixel that the weight met on this path.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** The largest weight of our kernel is $w[1, 1] = 5$. Does it also have the largest gradient of the
# four?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:weight-gradient-is-a-correlation"]
(d00, d01), (d10, d11) = delta
dw = np.zeros((2, 2))
dw[0, 0] = d00 * x[0, 0] + d01 * x[0, 1] + d10 * x[1, 0] + d11 * x[1, 1]
dw[0, 1] = d00 * x[0, 1] + d01 * x[0, 2] + d10 * x[1, 1] + d11 * x[1, 2]
dw[1, 0] = d00 * x[1, 0] + d01 * x[1, 1] + d10 * x[2, 0] + d11 * x[2, 1]
dw[1, 1] = d00 * x[1, 1] + d01 * x[1, 2] + d10 * x[2, 1] + d11 * x[2, 2]
slid = filtering.correlate2d(x, delta, "valid")
print("∂L/∂w by hand:   ", dw.ravel())
print("δ slid over x:   ", slid.ravel())
assert np.array_equal(dw, slid)  # claim: the valid cross-correlation of x with δ
assert dw.argmax() != w.argmax()  # claim: not at the largest weight

# %% [markdown] slideshow={"slide_type": "fragment"}
# **No:** $w[1, 0]$ has the largest gradient, 12. It is tempting to think that a large weight matters more. But the value
# of a weight does not appear in its own gradient at all; only the pixels that it met and the four $\delta$ do. Compare the
# four sums with the forward pass. They have the same form, with $\delta$ in the role of the kernel:
#
# $$\frac{\partial L}{\partial w[u, v]} = \sum_{i, j} \delta[i, j]\; x[i + u,\, j + v]$$
#
# **The weight gradient is the cross-correlation of the input with $\delta$.**

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Try it.** Choose a weight. Which four pixels does it meet? And which one of the four weights would a step of gradient
# descent increase?


# %% tags=["hide-input"]
def paths_of_weight(row, column):
    return diagrams.gradient_paths(x, w, delta, of="weight", at=(row, column))


widgets.explore(
    paths_of_weight,
    alt="The four paths to the weight w[1, 0], whose terms add up to 12.",
    row=widgets.Slider(0, 1, 1),
    column=widgets.Slider(0, 1, 0),
)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["erratum:E06"]
# ## A common mistake: the formula of a different convolution
#
# Some lecture notes flip the kernel in the forward pass, as a true convolution does (lecture 02a), and then take the
# weight gradient from a layer that does not flip it. The numbers are correct, but they are in the wrong places. With the
# flip, the last weight meets the first pixel, so
#
# $$z[i, j] = \sum_{u, v} w[u, v]\; x[i + K - 1 - u,\, j + K - 1 - v], \qquad
#   \frac{\partial L}{\partial w[u, v]} = \sum_{i, j} \delta[i, j]\; x[i + K - 1 - u,\, j + K - 1 - v].$$
#
# Read the gradient off *your own* forward pass: whatever pixel the weight meets there, it meets here.


# %% tags=["erratum:E06", "claim", "claim:flip-needs-its-own-formula"]
def measured(forward):
    """Return by how much L = Σ δ z grows when one weight grows by 1, for each weight."""
    units = np.eye(4).reshape(4, 2, 2)
    return np.array([np.sum(delta * (forward(w + one) - forward(w))) for one in units])


with_flip = measured(lambda w: filtering.convolve2d(x, w, "valid"))
without = measured(lambda w: filtering.correlate2d(x, w, "valid"))
places = list(np.ndindex(2, 2))
formula = np.array([np.sum(delta * x[u : u + 2, v : v + 2]) for u, v in places])
of_flip = np.array([np.sum(delta * x[1 - u : 3 - u, 1 - v : 3 - v]) for u, v in places])
print("measured without flip", without, " x[i+u, j+v]:    ", formula)
print("measured with flip   ", with_flip, " x[i+1-u, j+1-v]:", of_flip)
assert np.array_equal(without, formula) and np.array_equal(with_flip, of_flip)
assert not np.isclose(with_flip, formula).any()  # claim: mixed up, all four are wrong

# %% [markdown]
# From here on, nothing is flipped in the forward pass, just as in PyTorch's convolution layer.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 16. Ask: "We mix the two up. How many of the nine weights of a 3 × 3 kernel get a wrong gradient?" Usual answer: all
# of them. But the middle one stays where it is, so eight do. A 2 × 2 kernel has no middle, and all four are wrong. The
# network still learns, only not as well, and that is why this bug survives.

# %% [markdown] slideshow={"slide_type": "skip"} tags=["optional", "erratum:E05"]
# ### Four outputs in two rows (optional)
#
# In some notes, the four outputs are called $z_{11}, z_{12}, z_{13}, z_{14}$, as if they were all in one row. But a 3
# × 3 input and a 2 × 2 kernel give two rows of two outputs. You can see it when $w[0, 0]$ grows by 1: each output
# grows by the pixel that this weight meets, and the third output grows by $x[1, 0]$, the pixel *below* the first one.

# %% tags=["optional", "erratum:E05"]
grown = w + np.array([[1, 0], [0, 0]])
change = filtering.correlate2d(x, grown, "valid") - filtering.correlate2d(x, w, "valid")
print("by how much the four outputs grow:", change.ravel())
assert change.ravel()[2] == x[1, 0] != x[0, 2]  # the third output is in the second row

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Any size, channels, batch, stride, and padding
#
# Nothing new happens; there are only more sums. The weight $w[o, c, u, v]$ of filter $o$ meets one pixel of channel
# $c$ for each image $n$ and each output $[i, j]$. With stride $S$, this pixel is $x[n, c, iS + u, jS + v]$ in the
# padded image:
#
# $$\frac{\partial L}{\partial w[o, c, u, v]} = \sum_{n, i, j} \delta[n, o, i, j]\; x[n, c,\, iS + u,\, jS + v]$$
#
# NumPy's `einsum` reads like this formula: it sums over the letters that are missing after the arrow.


# %%
def weight_gradient(delta, x, kernel_size, stride=1, padding=0):
    """Return ∂L/∂w: δ (N, O, H', W') and x (N, C, H, W) give (O, C, K, K)."""
    H_out, W_out = delta.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    gradient = np.zeros((delta.shape[1], x.shape[1], kernel_size, kernel_size))
    for u, v in np.ndindex(kernel_size, kernel_size):
        met = padded[:, :, u::stride, v::stride][:, :, :H_out, :W_out]  # by w[u, v]
        gradient[:, :, u, v] = np.einsum("noij,ncij->oc", delta, met)  # sum over n, i, j
    return gradient


# %% [markdown] slideshow={"slide_type": "subslide"}
# Is any index off? We compare with PyTorch. As the *relative error* of two gradients $g$ and $h$, we take $\lVert g - h
# \rVert / (\lVert g \rVert + \lVert h \rVert)$: it is 0 if they are equal, and 1 if they are opposite.

# %% tags=["claim", "claim:weight-gradient-as-autograd", "nbval-ignore-output"]
rng = np.random.default_rng(4)
X, weight = rng.normal(size=(2, 3, 7, 8)), rng.normal(size=(4, 3, 3, 3))
for stride, padding in np.ndindex(3, 3):
    options = {"stride": stride + 1, "padding": padding}
    parameter = torch.tensor(weight, requires_grad=True)
    out = F.conv2d(torch.tensor(X), parameter, **options)
    deltas = rng.normal(size=out.shape)
    out.backward(torch.tensor(deltas))
    ours = weight_gradient(deltas, X, 3, **options)
    error = gradcheck.relative_error(ours, parameter.grad.numpy())
    print(f"stride {stride + 1}, padding {padding}: relative error {error:.0e}")
    assert error < 1e-14  # claim: as PyTorch's autograd

# %% [markdown]
# Our loop agrees with PyTorch to 15 digits. From here on, we import `convolution.conv2d_backward`, which returns the
# gradients with respect to input, weights, and bias at once.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 20. Let the class say which letters are summed (n, i, j) and which stay (o, c, u, v). What is shared is summed:
# the weight is shared by all images and all positions.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:04a.1"]
# ### Exercise 04a.1 · Count the paths (5 min)
#
# On paper: a kernel of 3 rows and 2 columns slides over an image of 5 rows and 7 columns, with stride 1 and without
# padding. How many paths lead back to one weight? To the pixel in the top-left corner? To the pixel $x[2, 3]$? Answer
# with the three numbers, in this order.

# %% tags=["exercise:04a.1"] nbgrader={"grade_id": "ex-04a-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
counts = None  # Exercise 04a.1: replace None with (weight, corner pixel, inner pixel)
### BEGIN SOLUTION
# Every output uses every weight once, and there are (5 - 3 + 1) · (7 - 2 + 1) outputs.
# The corner lies in only one window; an inner pixel meets each of the 3 · 2 weights.
counts = (3 * 6, 1, 3 * 2)
### END SOLUTION

# %% tags=["check:04a.1"]
check("04a.1", counts)

# %% [markdown]
# Are you stuck on an exercise? `hint` helps a little, and a little more each time you call it.

# %%
hint("04a.1", 1)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:conv-input-gradient"]
# ## The gradient with respect to the input
#
# Our input is the output of the previous layer, which waits for *its* $\delta$. So we also need to know how the loss
# changes with each pixel. The pixel in the middle is in all four windows, and in each of them, it meets a different
# weight:

# %% tags=["hide-input"]
plots.show(
    diagrams.gradient_paths(x, w, delta, of="pixel", at=(1, 1)),
    alt="Four arrows lead to the middle pixel; each brings delta times a weight; sum 10.",
)

# %% [markdown]
# Follow the colors: each output sends back its $\delta$ times the weight with which it read this pixel.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** We put a frame of zeros around $\delta$ and slide the kernel over it. Do we have to correlate, as in
# the forward pass, or to convolve, with the kernel flipped?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:input-gradient-is-a-full-convolution"]
pixels = np.eye(9).reshape(9, 3, 3)
before = filtering.correlate2d(x, w, "valid")
after = [filtering.correlate2d(x + one, w, "valid") for one in pixels]
moved = [np.sum(delta * (z - before)) for z in after]
observed = np.reshape(moved, (3, 3))  # by how much L grows when one pixel grows by 1
convolved = filtering.convolve2d(np.pad(delta, 1), w, "valid")
correlated = filtering.correlate2d(np.pad(delta, 1), w, "valid")
found = {"correlated": correlated, "convolved": convolved, "measured": observed}
plots.number_row(
    {"δ in zeros": np.pad(delta, 1)} | found,
    alt="Delta in zeros; convolving it gives the measured gradient, correlating does not.",
)
assert np.array_equal(convolved, observed)  # claim: the full convolution of δ with w
assert np.sum(correlated != observed) == 8  # claim: not the correlation

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Convolve.** The first output read the pixel in the middle with the *last* weight, and the last output with the *first*
# one. Correlating again is tempting, since the layer correlates, but then the weights come in the wrong order. (Only the
# corner where $\delta = 0$ comes out right, by luck.)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["defines:full convolution"]
# In symbols, with $\delta$ counted as 0 outside the output:
#
# $$\frac{\partial L}{\partial x[i, j]} = \sum_{u, v} w[u, v]\; \delta[i - u,\, j - v]$$
#
# The minus signs are the flip of lecture 02a. With $K - 1$ zeros on each side of $\delta$, the kernel visits every place
# where the two overlap at all. This is called a **full convolution**. The layer correlates forward and convolves backward.

# %% [markdown]
# **Try it.** Choose a pixel. How many paths lead to a corner, to an edge, and to the middle?


# %% tags=["hide-input"]
def paths_of_pixel(row, column):
    return diagrams.gradient_paths(x, w, delta, of="pixel", at=(row, column))


widgets.explore(
    paths_of_pixel,
    alt="The two paths to the pixel x[0, 1], whose terms add up to 4.",
    row=widgets.Slider(0, 2, 0),
    column=widgets.Slider(0, 2, 1),
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### With a stride: send it back where it came from
#
# There is a second way to say the same thing, and it works for every stride. Output $[i, j]$ multiplied its window by
# $w$. So it sends $\delta[i, j] \cdot w$ back to that very window, and what arrives at a pixel is added up.


# %%
def input_gradient(delta, w, shape, stride=1):
    """Send δ·w back to the window of each output: (H', W'), (K, K) → shape."""
    gradient, K = np.zeros(shape), len(w)
    for i, j in np.ndindex(delta.shape):
        top, left = i * stride, j * stride
        gradient[top : top + K, left : left + K] += delta[i, j] * w
    return gradient


# %% slideshow={"slide_type": "subslide"} tags=["claim", "claim:sending-back-works-for-any-stride", "nbval-ignore-output"]
rng = np.random.default_rng(4)
for stride in (1, 2, 3):
    image = torch.tensor(rng.normal(size=(1, 1, 9, 11)), requires_grad=True)
    kernel = rng.normal(size=(3, 3))
    out = F.conv2d(image, torch.tensor(kernel)[None, None], stride=stride)
    deltas = rng.normal(size=out.shape)
    out.backward(torch.tensor(deltas))
    ours = input_gradient(deltas[0, 0], kernel, (9, 11), stride)
    error = gradcheck.relative_error(ours, image.grad[0, 0].numpy())
    print(f"stride {stride}: relative error to autograd {error:.0e}")
    assert error < 1e-14  # claim: as autograd, for every stride

# %% [markdown]
# Note the `+=`: windows overlap, and a later one has to add to what an earlier one has brought. With padding, do the
# same in the padded image, and cut the frame off at the end. In chapter 11, this step comes back as a layer of its
# own, one that makes small maps large.

# %% [markdown] slideshow={"slide_type": "skip"} tags=["optional"]
# ### Where checkerboards come from (optional)
#
# Networks that enlarge images with this step sometimes paint a checkerboard over them. To see why, set all weights and
# all $\delta$ to 1. Then what a pixel receives is the number of its paths.

# %% [markdown] tags=["optional", "predict"]
# **Predict first.** The kernel is 3 × 3. With stride 1, the inner pixels all have nine paths. With which stride do all
# pixels have the same number of paths again: 2 or 3?

# %% tags=["optional", "reveals", "claim", "claim:checkerboard"]
paths = {}
for stride in (1, 2, 3):
    all_one = np.ones((convolution.output_size(9, 3, stride),) * 2)
    paths[f"stride {stride}"] = input_gradient(all_one, np.ones((3, 3)), (9, 9), stride)
plots.number_row(
    paths,
    cell=0.28,
    alt="Paths per pixel: up to 9 for stride 1, alternating 1, 2, 4 for 2, all 1 for 3.",
)
assert np.unique(paths["stride 2"]).tolist() == [1, 2, 4]  # claim: up to fourfold
assert np.unique(paths["stride 3"]).tolist() == [1]  # claim: with stride K all are equal

# %% [markdown] tags=["optional"]
# With **stride 3**, because then the windows do not overlap. Stride 2 seems gentler, but 3 is not a multiple of 2: some
# pixels have four paths, and their neighbors have one or two. A stride that divides the kernel size avoids this pattern.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:04a.2"]
# ### Exercise 04a.2 · The input gradient with channels (15 min)
#
# Now we add a batch, channels, and several filters, with stride 1 and no padding. The forward pass is
#
# $$z[n, o, i, j] = \sum_{c, u, v} w[o, c, u, v]\; x[n, c,\, i + u,\, j + v].$$
#
# Write the input gradient with NumPy only: $\delta$ of shape (N, O, H', W') and weights of shape (O, C, KH, KW) give
# (N, C, H, W), where $H = H' + KH - 1$ and likewise for the columns. Loops are welcome.


# %% tags=["exercise:04a.2"] nbgrader={"grade_id": "ex-04a-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def image_gradient(delta, weight):  # Exercise 04a.2
    """Return ∂L/∂x: (N, O, H', W'), (O, C, KH, KW) → (N, C, H, W)."""
    ### BEGIN SOLUTION
    (N, _, height, width), (_, C, KH, KW) = delta.shape, weight.shape
    sent_back = np.zeros((N, C, height + KH - 1, width + KW - 1))
    for n, o, i, j in np.ndindex(delta.shape):
        sent_back[n, :, i : i + KH, j : j + KW] += delta[n, o, i, j] * weight[o]
    return sent_back
    ### END SOLUTION


# %% tags=["check:04a.2"]
check("04a.2", image_gradient)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:conv-bias-gradient"]
# ## The gradient with respect to the bias
#
# The bias of a filter is added to every output of its map, with a factor of 1. So every path brings plain $\delta$:
#
# $$\frac{\partial L}{\partial b[o]} = \sum_{n, i, j} \delta[n, o, i, j]$$

# %% tags=["hide-input", "claim", "claim:bias-gradient-is-the-sum", "nbval-ignore-output"]
rng = np.random.default_rng(4)
X, weight = rng.normal(size=(2, 1, 5, 6)), rng.normal(size=(3, 1, 2, 2))
bias = torch.zeros(3, dtype=torch.float64, requires_grad=True)
deltas = rng.normal(size=(2, 3, 4, 5))
F.conv2d(torch.tensor(X), torch.tensor(weight), bias).backward(torch.tensor(deltas))
error = gradcheck.relative_error(deltas.sum(axis=(0, 2, 3)), bias.grad.numpy())
print(f"three biases: relative error to autograd {error:.0e}")
assert error < 1e-14  # claim: the sum over batch, rows, and columns

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** A convolution with a bias is followed by batch normalization, in training mode. The largest
# gradient of a weight is about 28. Is the largest gradient of a bias larger, about as large, or zero?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "claim", "claim:bias-before-batch-norm-is-idle", "nbval-ignore-output"]
rng = np.random.default_rng(4)
net = layers.Sequential(layers.Conv2d(1, 3, 3, rng=4), layers.BatchNorm2d(3))
normalized = net.forward(rng.normal(size=(4, 1, 6, 7)))
net.backward(rng.normal(size=normalized.shape))
sizes = {name: np.abs(gradient).max() for name, gradient in net.gradients().items()}
print(f"largest gradient: weights {sizes['0.weight']:.2f}, bias {sizes['0.bias']:.0e}")
assert sizes["0.bias"] < 1e-12 < 1 < sizes["0.weight"]  # claim: this bias learns nothing

# %% [markdown] slideshow={"slide_type": "fragment"}
# **Zero**, up to rounding. Whatever the bias adds to a map, batch normalization subtracts again with the mean, so the
# loss does not depend on it. This is why many networks set `bias=False` in front of batch normalization.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:04a.3"]
# ### Exercise 04a.3 · A larger batch (3 min)
#
# The loss is the *mean* over the images of a batch. You double the batch, with images of the same kind. What happens to
# the gradient of a bias?
#
# - **a** It doubles, since the sum runs over twice as many images.
# - **b** It stays about the same.
# - **c** It halves, since each image counts half as much.
# - **d** It falls to a quarter.

# %% tags=["exercise:04a.3"] nbgrader={"grade_id": "ex-04a-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
choice = None  # Exercise 04a.3: replace None with "a", "b", "c", or "d"
### BEGIN SOLUTION
# Twice as many terms, each with half the weight 1/N.
choice = "b"
### END SOLUTION

# %% tags=["check:04a.3"]
check("04a.3", choice)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:gradient-checking", "defines:gradient check", "defines:centered difference"]
# ## Is the gradient correct?
#
# A wrong gradient raises no error. The network still learns something, only not as well, and you blame the data. So
# every backward pass gets a **gradient check**: compare it with a slope that is measured by moving a little to both
# sides. This slope is called a **centered difference**:
#
# $$f'(x) \approx \frac{f(x + \varepsilon) - f(x - \varepsilon)}{2 \varepsilon}.$$

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** We measure the slope of the exponential function at 0 with three step sizes ε. Which one gives the
# smallest error: $\varepsilon = 10^{-2}$, $10^{-5}$, or $10^{-11}$?


# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input"]
def with_step(power):
    return diagrams.centered_difference(10.0**power)


widgets.explore(
    with_step,
    alt="A line through two points; as the step shrinks, the error falls, then rises.",
    power=widgets.Slider(-12, 0, -0.25, step=0.25),
)

# %% tags=["reveals", "hide-input", "claim", "claim:neither-too-large-nor-too-small", "nbval-ignore-output"]
steps = np.array([1e-2, 1e-5, 1e-11])
centered = diagrams.slope_errors(steps)
one_sided = diagrams.slope_errors(steps, centered=False)
for step, both, one in zip(steps, centered, one_sided, strict=True):
    print(f"ε = {step:.0e}: error {both:.0e} centered, {one:.0e} one-sided")
in_float32 = diagrams.slope_errors(10.0 ** -np.arange(1, 8, dtype=np.float32)).min()
print(f"float32, the best of seven steps: error {in_float32:.0e}")
assert in_float32 > 1000 * centered[1]  # claim: float32 is no place to check
assert centered[1] < 1e-3 * min(centered[0], centered[2])  # claim: the step in the middle
assert centered[1] < 1e-3 * one_sided[1]  # claim: two sides are far better than one

# %% [markdown] slideshow={"slide_type": "fragment"}
# **The one in the middle.** If the step is too large, the curve bends away from the line; this error falls with
# $\varepsilon^2$. If it is too small, we subtract two numbers that agree in most of their 16 digits, and what is left
# is mainly rounding. In float64, a step of $10^{-5}$ or $10^{-6}$ is a good choice. In float32, which has only 7
# digits, even the best step leaves an error more than a thousand times as large as in float64, so check in float64.

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 42. Most students say the smallest step. Move the slider from right to left: first the line turns into the
# tangent, then the figure no longer changes, but the error grows. Why is a one-sided difference so much worse? Its
# error falls only with ε.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### For a whole layer
#
# Change the elements of each array one at a time. A layer has many outputs, so we take $L = \sum \delta\, z$ with
# random $\delta$ as the loss: its gradient with respect to $z$ is exactly this $\delta$. Then we look at the relative
# error of the two gradients.


# %%
def numerical_gradient(function, array, eps=1e-6):
    """Measure the gradient of a function that takes an array and returns a number."""
    slopes = np.zeros(array.shape)
    for index in np.ndindex(array.shape):
        above, below = array.copy(), array.copy()
        above[index] += eps
        below[index] -= eps
        slopes[index] = (function(above) - function(below)) / (2 * eps)
    return slopes


# %% slideshow={"slide_type": "subslide"} tags=["claim", "claim:all-three-gradients-pass", "nbval-ignore-output"]
rng = np.random.default_rng(4)
X, weight, bias = (rng.normal(size=shape) for shape in [(2, 2, 5, 6), (3, 2, 3, 3), (3,)])
options = {"stride": 2, "padding": 1}
deltas = rng.normal(size=convolution.conv2d(X, weight, bias, **options).shape)
gradients = convolution.conv2d_backward(deltas, X, weight, bias, **options)


def loss(x=X, weight=weight, bias=bias):
    return np.sum(deltas * convolution.conv2d(x, weight, bias, **options))


slopes = {
    "input": numerical_gradient(lambda moved: loss(x=moved), X),
    "weight": numerical_gradient(lambda moved: loss(weight=moved), weight),
    "bias": numerical_gradient(lambda moved: loss(bias=moved), bias),
}
for (name, measured), gradient in zip(slopes.items(), gradients, strict=True):
    error = gradcheck.relative_error(gradient, measured)
    print(f"{name:6} {measured.size:3} slopes, relative error {error:.1e}")
    assert error < 1e-7  # claim: all three are correct

# %% [markdown]
# How small is small enough? A rule of thumb, adapted from Stanford's CS231n course, says that in float64, an error
# below $10^{-7}$ is a pass, and one above $10^{-2}$ is a bug. In between, look closer. From here on, we import
# `gradcheck.numerical_gradient`; PyTorch has `torch.autograd.gradcheck`.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## What a wrong gradient costs
#
# Does it matter? We train a small network on 8 × 8 digits, 16 in a batch, and plant a common bug: the mean over the batch
# is taken twice, once in the loss and once more in the backward pass. Every gradient points in the right direction, but
# it is 16 times too small.


# %%
digits8 = load_digits()
X8, y8 = (digits8.images[:1200, None] / 16 - 0.3).astype(np.float32), digits8.target[:1200]


def loss_after(steps, optimizer, learning_rate, scale, seed):
    """Train with all gradients times scale; return the final loss over all digits."""
    start = {"rng": np.random.default_rng(seed), "dtype": np.float32}
    conv = layers.Conv2d(1, 4, 3, padding=1, **start)
    rest = (layers.ReLU(), layers.MaxPool2d(2), layers.Flatten())
    net = layers.Sequential(conv, *rest, layers.Linear(64, 10, **start))
    update = optimizer(net.parameters(), lr=learning_rate)
    rng = np.random.default_rng(seed)
    for _ in range(steps):
        batch = rng.integers(len(y8), size=16)
        net.backward(losses.cross_entropy_backward(net.forward(X8[batch]), y8[batch]))
        update.step({name: np.float32(scale) * g for name, g in net.gradients().items()})
    return float(losses.cross_entropy(net.forward(X8), y8))


# %% [markdown] slideshow={"slide_type": "subslide"} tags=["predict"]
# **Predict first.** We train for 150 steps, once with gradient descent (SGD) and once with Adam, the optimizer of chapter
# 07 that divides each gradient by its typical size. The bug hurts one of them badly. Which one, and what happens to the
# other?

# %% slideshow={"slide_type": "fragment"} tags=["reveals", "hide-input", "claim", "claim:scale-hurts-sgd-not-adam", "nbval-ignore-output"]
ways = {"SGD": (optimizers.SGD, 0.1), "Adam": (optimizers.Adam, 0.01)}
ended = {}
for name, (optimizer, rate) in ways.items():
    for scale in (1, 1 / 16):
        ended[name, scale] = [
            loss_after(150, optimizer, rate, scale, seed) for seed in range(5)
        ]
        print(f"{name:4} gradients times {scale:<6}", np.round(ended[name, scale], 3))
names = ("correct gradients", "wrong scale")
with_sgd = compare(ended["SGD", 1], ended["SGD", 1 / 16], better="lower", names=names)
with_adam = compare(ended["Adam", 1], ended["Adam", 1 / 16], better="lower", names=names)
print(f"guessing costs {np.log(10):.3f}")
print("SGD: ", with_sgd)
print("Adam:", with_adam)
assert with_sgd.improves(by=1)  # claim: with SGD the bug costs much
assert with_adam.does_not_matter(0.005)  # claim: with Adam it does not matter

# %% [markdown] slideshow={"slide_type": "fragment"}
# **SGD** suffers: a gradient that is 16 times too small acts like a learning rate that is 16 times too small, and
# after 150 steps, the network is hardly better than guessing. **Adam** does not notice, because dividing by the
# typical size removes any common factor. It is tempting to conclude that the bug is harmless. But it is still there,
# and it will cost you days when you switch to SGD and blame the learning rate. The loss curve does not tell you. A
# gradient check does:

# %% [markdown] slideshow={"slide_type": "notes"}
# Minute 50. Let the class vote by a show of hands. Most say that Adam suffers, because it is the more complicated
# one. Ask: "What does Adam do to a gradient that is always 16 times too small?" It divides it by a typical size that
# is 16 times too small as well.

# %% slideshow={"slide_type": "subslide"} tags=["claim", "claim:the-check-finds-both-bugs"]
rng = np.random.default_rng(4)
X, weight = rng.normal(size=(2, 2, 5, 6)), rng.normal(size=(3, 2, 3, 3))
deltas = rng.normal(size=convolution.conv2d(X, weight).shape)
grad_w = convolution.conv2d_backward(deltas, X, weight)[1]
not_flipped = convolution.conv2d_backward(deltas, X, weight[:, :, ::-1, ::-1])[0]


def loss(x=X, w=weight):
    return np.sum(deltas * convolution.conv2d(x, w))


slopes_x = gradcheck.numerical_gradient(lambda moved: loss(x=moved), X)
slopes_w = gradcheck.numerical_gradient(lambda moved: loss(w=moved), weight)
errors = {
    "mean over the batch taken twice": gradcheck.relative_error(grad_w / len(X), slopes_w),
    "kernel not flipped on the way back": gradcheck.relative_error(not_flipped, slopes_x),
}
for bug, error in errors.items():
    print(f"{bug}: relative error {error:.2f}")
    assert error > 0.01  # claim: far above the limit

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:04a.4"]
# ### Exercise 04a.4 · Three faults in a backward pass (15 min)
#
# Take one filter and one channel, with stride 1 and no padding:
# $z[n, i, j] = b + \sum_{u, v} w[u, v]\, x[n, i + u, j + v]$, with images $x$ (N, H, W), a kernel $w$ (KH, KW), and a
# bias $b$. This backward pass takes $\delta$ (N, H', W'). Each of its three gradients has one fault. Find them with a
# gradient check, and fix the function.
#
# ```python
# def conv_backward(delta, x, w):
#     height, width = delta.shape[1:]
#     grad_x, grad_w = np.zeros(x.shape), np.zeros(w.shape)
#     for u, v in np.ndindex(w.shape):
#         met = np.s_[:, u : u + height, v : v + width]
#         grad_w[u, v] = np.mean(delta * x[met])
#         grad_x[met] = delta * w[u, v]
#     return grad_x, grad_w, delta.sum(axis=0)
# ```


# %% tags=["exercise:04a.4"] nbgrader={"grade_id": "ex-04a-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def conv_backward(delta, x, w):  # Exercise 04a.4
    """Return ∂L/∂x (N, H, W), ∂L/∂w (KH, KW), and ∂L/∂b, one number."""
    ### BEGIN SOLUTION
    height, width = delta.shape[1:]
    grad_x, grad_w = np.zeros(x.shape), np.zeros(w.shape)
    for u, v in np.ndindex(w.shape):
        met = np.s_[:, u : u + height, v : v + width]
        grad_w[u, v] = np.sum(delta * x[met])  # all positions of all images add up
        grad_x[met] += delta * w[u, v]  # windows overlap: add, do not overwrite
    return grad_x, grad_w, delta.sum()  # one bias for all images and positions
    ### END SOLUTION


# %% tags=["check:04a.4"]
check("04a.4", conv_backward)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:04a.5"]
# ### Exercise 04a.5 · A kernel that hides the bug (6 min)
#
# This task is open-ended. A colleague forgot the flip in the input gradient and still passes every gradient check, because
# the test uses an unlucky kernel. Find such a kernel: it is 3 × 3, has no zero weights, uses at least five different
# values, and lets the missing flip go unnoticed for every $\delta$.

# %% tags=["exercise:04a.5"] nbgrader={"grade_id": "ex-04a-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
hiding_kernel = None  # Exercise 04a.5: replace None with an array of shape (3, 3)
### BEGIN SOLUTION
# It has to look the same after a rotation by 180°.
hiding_kernel = np.array([[1, 2, 3], [4, 5, 4], [3, 2, 1]])
### END SOLUTION

# %% tags=["check:04a.5"]
check("04a.5", hiding_kernel)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | forward | backward |
# |---|---|
# | cross-correlation of $x$ with $w$ | weights: cross-correlation of $x$ with $\delta$ |
# | | input: full convolution of $\delta$ with $w$ |
# | add a bias | sum of $\delta$ |
# | stride | send $\delta w$ back to its window |
#
# - One rule explains the table: every path from a number to the loss adds its share. The gradient of a
#   number that was read several times is a sum, so write `+=`.
# - Check every backward pass with centered differences, in float64, at random points, on shapes without symmetry.
# - A wrong scale hides behind Adam. A gradient check finds it.
#
# **Next.** A digit reader also pools and normalizes. In lecture 04b we send gradients back through these layers, too, and
# then train the whole network in NumPy.

# %% slideshow={"slide_type": "skip"} tags=["progress:04a"]
from course_utils.exercises import progress

progress("04a")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# 1. The forward pass of a layer convolves, with the kernel flipped. What changes in the gradients with respect to weights
#    and input?
# 2. A 5 × 5 kernel slides with stride 1 over a large image. How many paths lead from the outputs to an inner pixel?
# 3. Your gradient check gives a relative error of 0.33 for every array. What most likely happened?
#
# <details><summary>Answers</summary>
#
# 1. The weight gradient comes out rotated by 180°, and the input gradient becomes a full correlation.
# 2. 25, one for each weight that it meets. Near the border, there are fewer.
# 3. A factor of 2: for $h = 2g$, the relative error is $1/3$. One of the two gradients is twice the other.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - D. E. Rumelhart, G. E. Hinton, and R. J. Williams, Learning representations by back-propagating errors, *Nature* 323,
#   533–536, 1986.
# - I. Goodfellow, Y. Bengio, and A. Courville, *Deep Learning*, MIT Press 2016, section 9.5: the gradients of a
#   convolution.
# - Stanford University, CS231n, notes on gradient checks: the rule of thumb, there applied element by element.
# - A. Odena, V. Dumoulin, and C. Olah, Deconvolution and checkerboard artifacts, *Distill*, 2016.
