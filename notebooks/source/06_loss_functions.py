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
# # 06 · Loss functions
#
# A network cannot know what we want. It knows one number, the loss, and makes it small. Choosing the loss is how we say
# what we want: the mean or the median, a band or a point, every pixel alike or the rare ones more.
#
# **After this lecture you can**
# - write the common losses and their gradients, and say what each of them makes a model predict;
# - choose a loss for a task with outliers, with counts, with unequal costs or with rare classes;
# - hand PyTorch's losses what they expect, and recognise the double softmax by its number;
# - say what "convex" promises and what it does not.
#
# **You need** derivatives and the chain rule; sigmoid and softmax from lecture 05.
#
# | lecture | exercises | runs on a CPU in |
# |---|---|---|
# | 90 min | 47 min | 10 s |

# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F

from course_utils import activations, losses, optimizers, plots
from course_utils.exercises import check, hint

plots.use_course_style()
rng = np.random.default_rng(6)
x_line = np.linspace(0, 3, 20)
line = np.stack([np.ones(20), x_line], axis=1)  # features (20, 2): a constant 1, and x
y_line = 1 + 2 * x_line + rng.normal(0, 0.3, 20)  # targets (20,)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:what-a-loss-is"]
# ## What a loss is: one number for "how wrong"
#
# A model predicts $\hat y_i$ where $y_i$ is true. The *loss* $\ell$ of a sample is small where the two agree and grows
# with the error $e_i = \hat y_i - y_i$. The *cost* is the mean over the samples, and it is all that training looks at:
#
# $$L = \frac{1}{n} \sum_{i=1}^{n} \ell(\hat y_i, y_i)$$

# %%
guess = np.array([1.5, 1.2])  # the line 1.5 + 1.2 x
prediction = line @ guess
error = prediction - y_line
figure, axis = plt.subplots()
axis.vlines(x_line, y_line, prediction, color=plots.VERMILLION, lw=1.2, label="error")
axis.plot(x_line, prediction, label="prediction")
axis.plot(x_line, y_line, "o", color=plots.BLACK, markersize=5, label="target")
axis.set(xlabel="x", ylabel="y")
figure.legend(loc="outside upper center", ncols=3, frameon=False)
plots.show(figure, alt="Points along a steep line, a flatter guess, and the errors.")
print("first three errors    ", np.round(error[:3], 2))
print("their squared losses  ", np.round(error[:3] ** 2, 2))
print(f"cost, mean over all 20 {np.mean(error**2):.2f}")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The gradient with respect to the prediction
#
# The slope of the cost by one prediction says: raise or lower it, and how urgently. For the squared error it is
#
# $$\frac{\partial L}{\partial \hat y_i} = \frac{2 e_i}{n}.$$
#
# **Predict first.** The right end of the guessed line lies below the points. Which sign does the gradient have there,
# and which way will a step *against* it move the line?

# %%
step = 1e-6
measured = np.zeros(20)
for i in range(20):
    up, down = error.copy(), error.copy()
    up[i] += step  # a prediction that rises lifts its error by as much
    down[i] -= step
    measured[i] = (np.mean(up**2) - np.mean(down**2)) / (2 * step)
assert np.allclose(measured, 2 * error / 20, atol=1e-8)
print(f"gradient at the left end {measured[0]:+.2f}, at the right end {measured[-1]:+.2f}")

# %% [markdown]
# **What to see.** At the right end the gradient is negative: a larger prediction lowers the cost, so a step against the
# gradient lifts the line.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### From the gradient to a fit
#
# The predictions of a line are $\hat y = X w$: each row of $X$ (our array `line`) holds 1 and $x_i$, and $w$ holds
# intercept and slope. By the chain rule the gradient by the weights is $X^\top$ times the
# gradient by the predictions. The loss enters a fit in this one place, so the few lines below fit *every* loss of this
# lecture. The steps shrink to nothing so that losses with a kink settle too; lecture 07 is about doing this well.


# %%
def fit(loss_backward, X, y, learning_rate=0.1, steps=3000):
    """Minimise a loss by gradient descent: (N, k), (N,) → weights (k,)."""
    weights = np.zeros(X.shape[1])
    for k in range(steps):
        gradient = X.T @ loss_backward(X @ weights, y)  # chain rule
        weights -= learning_rate * (1 - k / steps) * gradient
    return weights


weights = fit(losses.mse_backward, line, y_line)
exact = np.linalg.lstsq(line, y_line)[0]
assert np.allclose(weights, exact)
print(f"fitted line: {weights[0]:.2f} + {weights[1]:.2f} x")

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:mse"]
# ## Mean squared error: large errors count most
#
# $$L = \frac{1}{n} \sum_i e_i^2, \qquad \frac{\partial L}{\partial \hat y_i} = \frac{2 e_i}{n}$$
#
# The gradient grows with the error: far away it pulls hard, close by it pulls gently, and at zero it vanishes. That
# makes the squared error smooth and easy to minimise. It is what one uses unless there is a reason not to.
#
# For every loss below we write value and slope for one sample. Then we compare both with `losses`, and `losses` with
# PyTorch's autograd.

# %%
errors = np.linspace(-3, 3, 600)  # an even number of points: none of them is exactly 0


def assert_agreement(name, value, slope, in_torch, **options):
    """Assert that our two lines, losses.NAME and PyTorch agree."""
    loss, backward = getattr(losses, name), getattr(losses, f"{name}_backward")
    zeros = np.zeros_like(errors)
    assert np.allclose(value, loss(errors, zeros, "none", **options))
    assert np.allclose(slope, backward(errors, zeros, "none", **options))
    tensor = torch.tensor(errors, requires_grad=True)
    cost = in_torch(tensor, torch.zeros_like(tensor))
    cost.backward()
    assert np.isclose(cost.item(), loss(errors, zeros, **options))
    assert np.allclose(tensor.grad, backward(errors, zeros, **options))


# %%
def loss_and_gradient(lines, alt):
    """Draw name → (values, slopes) over the error, side by side."""
    figure, axes = plt.subplots(1, 2, figsize=(7.5, 2.7))
    for name, pair in lines.items():
        for axis, values in zip(axes, pair, strict=True):
            axis.plot(errors, values, label=name)
    axes[0].set(xlabel="error e", ylabel="loss of a sample")
    axes[1].set(xlabel="error e", ylabel="gradient")
    handles = axes[0].get_lines()
    figure.legend(handles=handles, loc="outside upper center", ncols=3, frameon=False)
    plots.show(figure, alt)


value, slope = errors**2, 2 * errors
assert_agreement("mse", value, slope, F.mse_loss)
loss_and_gradient(
    {"MSE": (value, slope)},
    alt="A parabola over the error, and its slope, a straight line.",
)
for e in (1, 3, 10):
    loss, gradient = losses.mse([e], [0]), losses.mse_backward([e], [0])
    print(f"error {e:2}: loss {loss:3.0f}, gradient {gradient[0]:2.0f}")

# %% [markdown]
# **What to see.** One error of 10 costs as much as a hundred errors of 1. If that error is a misprint, the model works
# for the misprint.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:rmse"]
# ## Root mean squared error: back in the units of the target
#
# A mean squared error of metres is in square metres. Its root is in metres again, and easier to report:
#
# $$\text{RMSE} = \sqrt{\tfrac1n \textstyle\sum_i e_i^2}, \qquad
# \frac{\partial\, \text{RMSE}}{\partial \hat y_i} = \frac{e_i}{n \,\text{RMSE}}$$
#
# **Predict first.** The root is a rising function. Does it move the minimum of the cost? We try the
# lines $1 + w x$.

# %%
slopes = np.linspace(0, 4, 81)
squared = np.array([losses.mse(1 + w * x_line, y_line) for w in slopes])
plots.curves(
    {"MSE": squared, "RMSE": np.sqrt(squared)},
    x=slopes,
    xlabel="slope of the line",
    ylabel="cost",
    alt="MSE and RMSE over the slope of a line: lowest at the same slope.",
)
best, best_by_root = slopes[squared.argmin()], slopes[np.sqrt(squared).argmin()]
print(f"best slope by MSE {best:.2f}, by RMSE {best_by_root:.2f}")
by_hand = error / (20 * np.sqrt(np.mean(error**2)))
assert np.allclose(losses.rmse_backward(prediction, y_line), by_hand)
tensor = torch.tensor(prediction, requires_grad=True)
torch.sqrt(F.mse_loss(tensor, torch.tensor(y_line))).backward()
assert np.allclose(tensor.grad, by_hand)

# %% [markdown]
# **What to see.** Same minimum, other height. But the root is not a mean over samples any more, and that has two
# consequences.

# %% tags=["claim"]
misses = np.array([1.0, 1.0, 1.0, 5.0])
nothing = np.zeros(4)
whole = losses.rmse(misses, nothing)
batches = np.mean([losses.rmse(batch, [0.0, 0.0]) for batch in (misses[:2], misses[2:])])
average = losses.mae(misses, nothing)
assert whole > average  # claim: the RMSE is not the average deviation
assert whole > batches  # claim: averaging the RMSE of batches gives too little
print(f"errors 1 1 1 5: average deviation {average:.2f}, RMSE {whole:.2f}")
print(f"mean of the RMSE of two batches   {batches:.2f}")

# %% [markdown]
# **What to see.** The RMSE leans towards the largest error. And it must not be averaged over batches: average the MSE,
# and take the root once, at the end.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:mae"]
# ## Mean absolute error: every unit of error costs the same
#
# $$L = \frac1n \sum_i |e_i|, \qquad \frac{\partial L}{\partial \hat y_i} = \frac{\operatorname{sign}(e_i)}{n}$$
#
# The gradient tells the direction only. An error of 100 pulls no harder than an error of 1, so a misprint has one vote
# like everybody else. At $e = 0$ there is a kink; PyTorch and we take the slope 0 there.

# %%
value, slope = np.abs(errors), np.sign(errors)
assert_agreement("mae", value, slope, F.l1_loss)
loss_and_gradient(
    {"MSE": (errors**2, 2 * errors), "MAE": (value, slope)},
    alt="Parabola and absolute value; the slope of the latter jumps from -1 to 1.",
)
for e in (1, 3, 10):
    loss, gradient = losses.mae([e], [0]), losses.mae_backward([e], [0])
    print(f"error {e:2}: loss {loss:2.0f}, gradient {gradient[0]:.0f}")

# %% [markdown]
# **Predict first.** One prediction starts at 1, the target is 0, and each step has the learning rate 0.3. Where do the
# two losses take it?

# %%
for name, backward in {"MSE": losses.mse_backward, "MAE": losses.mae_backward}.items():
    path = [np.array([1.0])]
    for _ in range(7):
        path.append(path[-1] - 0.3 * backward(path[-1], [0.0]))
    print(name, " ".join(f"{p.item():5.2f}" for p in path))

# %% [markdown]
# **What to see.** With the MSE the steps shrink by themselves. With the MAE they do not, and the prediction jumps to
# and fro across the target for ever: it needs a learning rate that falls.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:huber"]
# ## Huber: squared close by, absolute far out
#
# $$\ell(e) = \begin{cases} \tfrac12 e^2 & |e| \le \delta \\ \delta\,(|e| - \tfrac12 \delta) & |e| > \delta \end{cases}
# \qquad \frac{d\ell}{de} = \operatorname{clip}(e, -\delta, \delta)$$
#
# Gentle near zero like the MSE, deaf to misprints like the MAE. The threshold $\delta$ has the unit of the target:
# errors up to $\delta$ are ordinary, larger ones are suspicious.

# %%
lines = {}
for delta in (0.5, 1.0, 2.0):
    near = np.abs(errors) <= delta
    value = np.where(near, errors**2 / 2, delta * (np.abs(errors) - delta / 2))
    slope = np.clip(errors, -delta, delta)
    assert_agreement("huber", value, slope, torch.nn.HuberLoss(delta=delta), delta=delta)
    lines[f"δ = {delta}"] = (value, slope)
    (far,) = losses.huber_backward([3], [0], delta=delta)
    print(f"δ = {delta}: gradient at e = 3 is {far:.1f}")
loss_and_gradient(lines, alt="Three Huber losses: parabola, then line; clipped slopes.")

# %% [markdown]
# **What to see.** The gradient of the Huber loss is the error, clipped. Value and slope meet at $\delta$ without a jump.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:log-cosh"]
# ## Log-cosh: the same idea without a seam
#
# $$\ell(e) = \log \cosh e, \qquad \frac{d\ell}{de} = \tanh e$$
#
# It behaves like $e^2/2$ near zero and like $|e| - \log 2$ far out, and has derivatives of every order. There is
# nothing to tune, which also means: *it* decides that errors beyond about 1 are large. Scale the targets first.

# %%
value, slope = np.log(np.cosh(errors)), np.tanh(errors)
assert_agreement("log_cosh", value, slope, lambda p, t: (p - t).cosh().log().mean())
near = np.abs(errors) <= 1
huber = (np.where(near, errors**2 / 2, np.abs(errors) - 0.5), np.clip(errors, -1, 1))
loss_and_gradient(
    {"log-cosh": (value, slope), "Huber, δ = 1": huber},
    alt="Log-cosh runs just below Huber; its slope bends where Huber's breaks.",
)
with np.errstate(over="ignore"):
    print(f"cosh(1000) is {np.cosh(1000.0)}, so its logarithm is useless;")
print(f"losses.log_cosh gives {losses.log_cosh([1000.0], [0.0]):.2f}")

# %% [markdown]
# `losses.log_cosh` computes $|e| + \log(1 + \exp(-2|e|)) - \log 2$ for large errors: the same number, and nothing
# grows.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E15"]
# ### Erratum E15: who feels small errors more?
#
# The deck says that log-cosh is more sensitive to small errors than Huber. Near zero the two are the same parabola,
#
# $$\log\cosh e = \tfrac12 e^2 - \tfrac1{12} e^4 + \dots,$$
#
# and the next term is *negative*. Log-cosh lies below Huber with $\delta = 1$ at every error but 0, because its slope
# is smaller in size: $\tanh |e| < \min(|e|, 1)$. Far out it is $\log 2$ below $|e|$, and Huber is $\frac12$ below
# $|e|$, so $\log 2 - \frac12$ remains between them.

# %% tags=["erratum:E15"]
e = np.array([0.01, 0.1, 0.5, 1.0, 2.0, 10.0])
zeros = np.zeros(6)
ours, theirs = losses.log_cosh(e, zeros, "none"), losses.huber(e, zeros, "none")
for row in zip(e, ours / theirs, theirs - ours, strict=True):
    print("e = {:5.2f}: log-cosh / Huber {:.2f}, Huber - log-cosh {:.1e}".format(*row))
assert np.isclose(ours[0] / theirs[0], 1, rtol=1e-4)  # the same near zero
assert np.all(ours < theirs)
assert np.all(losses.log_cosh_backward(e, zeros) < losses.huber_backward(e, zeros))
assert np.isclose(theirs[-1] - ours[-1], np.log(2) - 0.5)  # a constant far out
assert np.isclose(e[-1] - ours[-1], np.log(2))

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:06.1"]
# ### Exercise 06.1 · Derive and code a gradient (10 min)
#
# The Charbonnier loss, used in image restoration, is an absolute value with a rounded tip:
#
# $$L = \frac1n \sum_i \left( \sqrt{e_i^2 + \varepsilon^2} - \varepsilon \right), \qquad e_i = \hat y_i - y_i$$
#
# Derive its gradient with respect to the predictions, and write `charbonnier_backward(prediction, target, epsilon)`.
# Arrays may have any shape; $n$ counts all their elements.


# %% tags=["exercise:06.1"] nbgrader={"grade_id": "ex-06-1", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def charbonnier_backward(prediction, target, epsilon):  # Exercise 06.1
    """Return the gradient of the mean loss by the prediction, of its shape."""
    ### BEGIN SOLUTION
    # Outer derivative 1 / (2 root), inner derivative 2 e, and 1/n from the mean.
    error = prediction - target
    return error / np.sqrt(error**2 + epsilon**2) / error.size
    ### END SOLUTION


# %% tags=["check:06.1"]
check("06.1", charbonnier_backward)

# %% [markdown]
# Stuck? `hint` helps a little, and a little more each time it is called.

# %%
hint("06.1", 1)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:quantile"]
# ## Quantile loss: too little and too much may differ in price
#
# A baker who has too few loaves loses a customer; one too many costs a loaf. The quantile (or *pinball*) loss charges
# $q$ for each unit too low and $1 - q$ for each unit too high:
#
# $$\ell(e) = \max\bigl(-q\,e,\; (1-q)\,e\bigr), \qquad
# \frac{d\ell}{de} = \begin{cases} -q & e < 0 \text{ (too low)} \\ 1 - q & e > 0 \text{ (too high)} \end{cases}$$


# %%
def pinball(q):
    """Return the quantile loss in PyTorch, which has none of its own."""
    return lambda p, t: torch.maximum(-q * (p - t), (1 - q) * (p - t)).mean()


lines = {}
for q in (0.1, 0.5, 0.9):
    value = np.maximum(-q * errors, (1 - q) * errors)
    slope = np.where(errors < 0, -q, 1 - q)
    assert_agreement("quantile", value, slope, pinball(q), q=q)
    lines[f"q = {q}"] = (value, slope)
loss_and_gradient(lines, alt="Three tilted absolute values: q = 0.9 is steep on the left.")

# %% [markdown]
# **Predict first.** Ninety-nine days of sales, and one number to be predicted for all of them. Which of the sorted days
# minimises the loss with $q = 0.9$?

# %% tags=["claim"]
sales = np.random.default_rng(6).exponential(100, 99)
ranked = np.sort(sales)
for q in (0.1, 0.5, 0.9):
    costs = [losses.quantile(np.full(99, c), sales, q=q) for c in ranked]
    best = int(np.argmin(costs))
    below = np.mean(sales <= ranked[best])
    print(f"q = {q}: day {best + 1:2} of 99 is best; {below:.2f} of the days sell no more")
    assert best + 1 == np.ceil(99 * q)  # claim: the minimiser is the q-quantile

# %% [markdown]
# **What to see.** About a share $q$ of the targets lies below the best prediction: at the balance, $q$ times the number
# of days above is about $1 - q$ times the number below. For $q = \frac12$ it is the median, and the loss is half the
# MAE.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:poisson"]
# ## Poisson: for counts
#
# Photons, cells, calls: a count is never negative, and it scatters by the root of its mean. The negative logarithm of
# the Poisson probability of a count $y$ under a rate $\lambda$ is, without the part that no prediction can change,
#
# $$\ell = \lambda - y \log \lambda, \qquad \frac{d\ell}{d\lambda} = 1 - \frac{y}{\lambda}, \qquad
# \frac{d\ell}{d \log\lambda} = \lambda - y$$
#
# A model predicts $\log \lambda$: then every number is allowed, and the gradient is simply the error.

# %%
rates = np.arange(1, 101) / 10
counts = (0, 2, 5)
curves = {f"count {y}": rates - y * np.log(rates) for y in counts}
plots.curves(
    curves,
    x=rates,
    xlabel="predicted rate λ",
    ylabel="loss",
    alt="Poisson loss of three counts over the rate: lowest where the rate is nearest.",
)
for name, value in curves.items():
    print(f"{name}: smallest loss at the rate {rates[value.argmin()]:.1f}")

# %%
log_rate, y = np.log(rates), np.tile([0.0, 2.0, 5.0, 9.0], 25)
tensor = torch.tensor(log_rate, requires_grad=True)
cost = F.poisson_nll_loss(tensor, torch.tensor(y))
cost.backward()
assert np.isclose(losses.poisson_nll(log_rate, y), np.mean(rates - y * log_rate))
assert np.isclose(losses.poisson_nll(log_rate, y), cost.item())
assert np.allclose(losses.poisson_nll_backward(log_rate, y), (rates - y) / 100)
assert np.allclose(losses.poisson_nll_backward(log_rate, y), tensor.grad)
print(f"mean loss of these hundred pairs {cost.item():.2f}")

# %% [markdown]
# **What to see.** The loss is lowest where the rate equals the count; for the count 0 that is the smallest rate drawn,
# 0.1. For the other counts it is steeper on the low side. It may be negative: only differences between models mean
# anything, not its zero.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:loss-properties"]
# ## Properties: what a loss makes the model do
#
# All of them side by side, loss above, gradient below. For Poisson the count is 1 and the error that of the log rate; the
# RMSE of a single sample is its absolute error. The gradient is the line to look at: its height far out is the power of
# an outlier, its jump at zero the trouble in settling, its asymmetry the bias that we asked for.

# %%
family = {
    "MSE": ("mse", {}),
    "MAE": ("mae", {}),
    "Huber 1": ("huber", {}),
    "log-cosh": ("log_cosh", {}),
    "quantile 0.9": ("quantile", {"q": 0.9}),
    "Poisson": ("poisson_nll", {}),  # error of the log rate, count 1
}
figure, axes = plt.subplots(2, 6, figsize=(9, 3.8), sharex=True, sharey="row")
for (above, below), (title, (name, options)) in zip(axes.T, family.items(), strict=True):
    target = np.full_like(errors, name == "poisson_nll")
    value = getattr(losses, name)(errors, target, "none", **options)
    slope = getattr(losses, f"{name}_backward")(errors, target, "none", **options)
    above.plot(errors, value)
    below.plot(errors, slope, color=plots.VERMILLION)
    below.axhline(0, color=plots.BLACK, linewidth=0.8, linestyle="-")
    above.set(title=title, ylim=(0, 5))
    below.set(xlabel="error e", ylim=(-3.2, 3.2))
    print(f"{title:12} gradient at -3: {slope[0]:5.2f}, at 3: {slope[-1]:5.2f}")
axes[0, 0].set_ylabel("loss")
axes[1, 0].set_ylabel("gradient")
plots.show(figure, alt="Six losses above, their gradients below.")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### One outlier
#
# One of twenty values, the last but one, is misread as −8.
#
# **Predict first.** Of the lines fitted by MSE, MAE, Huber and log-cosh, which follows it, and how far?

# %%
y_outlier = y_line.copy()
y_outlier[-2] = -8.0
figure, axis = plt.subplots()
axis.plot(x_line, y_outlier, "o", color=plots.BLACK, markersize=5)
for label in ("MSE", "MAE", "Huber 1", "log-cosh"):
    backward = getattr(losses, f"{family[label][0]}_backward")
    before, after = fit(backward, line, y_line), fit(backward, line, y_outlier)
    axis.plot(x_line, line @ after, label=label)
    print(f"{label:8} slope {before[1]:.2f} without the outlier, {after[1]:.2f} with it")
axis.set(xlabel="x", ylabel="y")
figure.legend(loc="outside upper center", ncols=4, frameon=False)
plots.show(figure, alt="Four lines and one outlier: only that of the MSE bends.")

# %% [markdown]
# One data set proves little, so again with thirty others. The true slope is 2.

# %% tags=["claim"]
off = {"MSE": [], "MAE": []}
for seed in range(30):
    noisy = 1 + 2 * x_line + np.random.default_rng(seed).normal(0, 0.3, 20)
    noisy[-2] = -8.0
    off["MSE"].append(2 - np.linalg.lstsq(line, noisy)[0][1])
    off["MAE"].append(2 - fit(losses.mae_backward, line, noisy, steps=1000)[1])
for name, values in off.items():
    print(f"{name} slope is too small by {np.mean(values):.1f} on average")
# Measured over these 30 seeds: MSE 1.18 ± 0.01 too small; MAE 0.09 ± 0.01 off either way
error_ratio = np.mean(off["MSE"]) / np.mean(np.abs(off["MAE"]))
assert error_ratio > 4  # claim: one outlier bends the MSE line, hardly the MAE line

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Mean against median
#
# Why? Let the model be a single number $c$. The MSE gradient $\sum 2(c - y_i)$ vanishes where $c$ is the **mean**. The
# MAE gradient counts heads, those below minus those above, and vanishes where half lie on each side: the **median**.
#
# **Predict first.** The targets are 1, 2, 3, 4 and 40. Where are the two minima?

# %% tags=["claim"]
y = np.array([1.0, 2, 3, 4, 40])
constants = np.arange(0, 201) / 10
by_mse = np.array([losses.mse(np.full(5, c), y) for c in constants])
by_mae = np.array([losses.mae(np.full(5, c), y) for c in constants])
plots.curves(
    {"MSE, divided by 25": by_mse / 25, "MAE": by_mae},
    x=constants,
    xlabel="predicted constant c",
    ylabel="cost",
    alt="Cost of a constant prediction: the MSE is lowest at 10, the MAE at 3.",
)
best_mse, best_mae = constants[by_mse.argmin()], constants[by_mae.argmin()]
print(f"MSE is lowest at {best_mse:.1f}, MAE at {best_mae:.1f}")
wilder = np.array([1.0, 2, 3, 4, 4000])
print(f"with 4000 for 40: mean {np.mean(wilder):.0f}, median {np.median(wilder):.0f}")
assert best_mse == np.mean(y)  # claim: the mean minimises the MSE
assert best_mae == np.median(y)  # claim: the median minimises the MAE

# %% [markdown]
# **What to see.** The larger the last number, the larger the mean; the median does not move. A loss is a question about
# the data, and the model answers the question that was asked.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Huber's two regimes
#
# $\delta$ decides which question Huber asks. We fit the line with the outlier for many $\delta$; the steps are scaled
# so that small $\delta$, with their small gradients, arrive too.


# %% tags=["claim"]
def huber_slope(delta):
    """Return the slope of the line that minimises the Huber loss."""

    def backward(p, t):
        return losses.huber_backward(p, t, delta=delta)

    return fit(backward, line, y_outlier, learning_rate=0.1 / min(delta, 1))[1]


deltas = 10.0 ** np.arange(-2, 2.01, 0.5)
fitted = [huber_slope(delta) for delta in deltas]
mse_slope = fit(losses.mse_backward, line, y_outlier)[1]
mae_slope = fit(losses.mae_backward, line, y_outlier)[1]
assert abs(fitted[0] - mae_slope) < 0.03  # claim: small delta is the MAE
assert abs(fitted[-1] - mse_slope) < 0.01  # claim: large delta is the MSE
plots.curves(
    {"Huber": fitted, "MAE": [mae_slope] * len(deltas), "MSE": [mse_slope] * len(deltas)},
    x=np.log10(deltas),
    xlabel="log₁₀ of δ",
    ylabel="fitted slope",
    alt="The slope of the Huber fit passes from that of the MAE to that of the MSE.",
)
print(f"slope for δ = 0.01: {fitted[0]:.1f}, for δ = 100: {fitted[-1]:.1f}")

# %% [markdown]
# **What to see.** A small $\delta$ gives the slope of the MAE, a large one that of the MSE.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Scale dependence
#
# **Predict first.** The same errors, once in metres and once in centimetres. By which factor do MSE, RMSE, MAE and
# Huber ($\delta = 1$) grow?

# %% tags=["claim"]
in_metres = np.array([0.3, -0.1, 0.2, 2.0])
zeros = np.zeros(4)
for name in ("mse", "rmse", "mae", "huber"):
    loss = getattr(losses, name)
    factor = loss(100 * in_metres, zeros) / loss(in_metres, zeros)
    print(f"{name:5} grows {factor:8.2f} times")
    assert name == "huber" or np.isclose(factor, 100**2 if name == "mse" else 100)
stretched = losses.huber(100 * in_metres, zeros, delta=100.0)
original = losses.huber(in_metres, zeros, delta=1.0)
assert np.isclose(stretched, 100**2 * original)  # claim: delta has a unit

# %% [markdown]
# **What to see.** A loss value means nothing without the unit of the target. Huber is worse off: with $\delta$ left at
# 1, centimetres make it a *different loss*. Move $\delta$ along with the unit, and it scales like the MSE.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E13"]
# ### Erratum E13: the MSE, its norm and its convexity
#
# The deck calls the MSE "the L2 norm" and says that, being convex, it has a unique minimum. Three corrections:
#
# - it is the *squared* L2 norm of the errors, *divided by n*; doubling the errors doubles a norm, but quadruples the
#   MSE;
# - it is convex **in the prediction**;
# - it is **not** convex in the weights of a network, even one without activations. Two layers with one weight each, the
#   input 1 and the target 1, have the loss $(w_1 w_2 - 1)^2$.

# %% tags=["erratum:E13"]
rng = np.random.default_rng(613)
a, b, t = rng.normal(0, 3, size=(3, 1000, 5))
assert np.isclose(losses.mse(a[0], t[0]), np.linalg.norm(a[0] - t[0]) ** 2 / 5)
assert np.isclose(losses.mse(2 * a[0], 2 * t[0]), 4 * losses.mse(a[0], t[0]))
for name, options in family.values():  # half-way: no more than the mean of both ends
    loss, y = getattr(losses, name), np.abs(t) if name == "poisson_nll" else t
    middle = loss((a + b) / 2, y, "none", **options)
    ends = (loss(a, y, "none", **options) + loss(b, y, "none", **options)) / 2
    assert np.all(middle <= ends + 1e-12)  # convex in the prediction
print(f"{len(family)} losses, {a.size} pairs of predictions each: no loss bulges upwards")

# %% [markdown]
# **Predict first.** $(w_1 w_2 - 1)^2$ is zero for $w_1 = w_2 = 1$ and for $w_1 = w_2 = -1$. How high is it half-way
# between the two?

# %% tags=["erratum:E13"]
w = np.linspace(-2, 2, 201)
surface = (w[:, None] * w[None, :] - 1) ** 2
figure, (left, right) = plt.subplots(1, 2, figsize=(8.2, 3.6))
left.contourf(w, w, np.sqrt(surface), levels=15, cmap="Blues_r")
left.contour(w, w, surface, levels=[1], colors="black", linewidths=1)
left.plot([-1, 1], [-1, 1], "wo", markeredgecolor="black", markersize=9)
left.plot(0, 0, "wX", markeredgecolor="black", markersize=10)
left.set(xlabel="first weight", ylabel="second weight", title="dark is low")
right.plot(w, np.diag(surface), label="through both dots")
right.plot(w, np.diag(surface[:, ::-1]), label="across them")
right.set(xlabel="first weight", ylabel="loss", ylim=(-0.2, 5), title="two cuts")
figure.legend(handles=right.get_lines(), loc="outside upper right", ncols=2, frameon=False)
plots.show(figure, alt="Two valleys with a saddle between them, and two cuts through it.")
zero = torch.zeros(2)
hessian = torch.autograd.functional.hessian(lambda v: (v.prod() - 1) ** 2, zero)
bends = torch.linalg.eigvalsh(hessian).tolist()
print(f"half-way between two minima the loss is {surface[100, 100]:.0f}")
print(f"curvatures at the saddle: {bends[0]:.0f} and {bends[1]:.0f}")
assert surface[50, 50] == surface[150, 150] == 0  # the two minima
assert surface[100, 100] == 1  # not convex: the middle is above both ends
assert np.allclose(bends, [-2, 2])

# %% [markdown]
# **What to see.** Two valleys of equal depth, each a whole curve $w_1 w_2 = 1$ of minima, two of them marked by dots.
# The cross is a saddle, with curvature down one way and up the other; on the black lines the loss is as high as there.
# "Convex loss" therefore promises nothing about training a network. Training works all the same, and why is a subject
# of its own.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E14"]
# ### Erratum E14: a convex loss with many minima
#
# The deck says that the MAE is convex and *therefore* has a unique global minimum. Convexity rules out separate
# valleys, no more. The floor of the valley may be flat. With an even number of targets, every value between the two
# middle ones has the same cost. *Strict* convexity guarantees a unique minimum; the MSE has it, the MAE has not.

# %% tags=["erratum:E14"]
y = np.array([1.0, 2, 4, 9])
constants = np.arange(0, 101) / 10
cost = np.array([losses.mae(np.full(4, c), y) for c in constants])
minimisers = constants[np.isclose(cost, cost.min())]
plots.curves(
    {"MAE": cost},
    x=constants,
    xlabel="predicted constant c",
    ylabel="cost",
    alt="The MAE of four targets over the prediction, with a flat floor from 2 to 4.",
)
first, last = minimisers[[0, -1]]
print(f"cost {cost.min():.1f} for every prediction from {first:.0f} to {last:.0f}")
assert (first, last) == (2, 4) and len(minimisers) == 21
squared = np.array([losses.mse(np.full(4, c), y) for c in constants])
assert np.sum(np.isclose(squared, squared.min())) == 1

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:06.2"]
# ### Exercise 06.2 · Three questions to seven numbers (5 min)
#
# A bus was late by 2, 3, 3, 4, 5, 7 and 32 minutes. Which single number minimises the **MSE**, which the **MAE**, and
# which the **quantile loss with q = 0.9**? Answer with three numbers, in this order.

# %% tags=["exercise:06.2"] nbgrader={"grade_id": "ex-06-2", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
best_numbers = None  # Exercise 06.2: replace None by (for MSE, for MAE, for q = 0.9)
### BEGIN SOLUTION
# Mean 56 / 7; the fourth of seven; and 0.9 · 7 = 6.3, so the seventh: at 7 only
# 6/7 = 0.86 of the numbers are covered, which is less than 0.9.
best_numbers = (8, 4, 32)
### END SOLUTION

# %% tags=["check:06.2"]
check("06.2", best_numbers)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:loss-applications"]
# ## Which loss for which regression?
#
# The deck lists methods; more useful is the question that each loss asks.
#
# | task | loss | the model predicts |
# |---|---|---|
# | ordinary measurements, noise without outliers | MSE (reported as RMSE) | the mean |
# | misreadings, heavy tails | MAE | the median |
# | the same, with gradients that settle | Huber, log-cosh | between mean and median |
# | a safe upper or lower value, a band, unequal costs | quantile | the $q$-quantile |
# | counts and rates | Poisson | the mean count |
#
# The robust line stands above. Here are the other two fits, by the same function `fit`.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Quantile bands
#
# A sensor scatters more, the further it measures. Three fits with $q = 0.1, 0.5, 0.9$ give a median line and a band.
#
# **Predict first.** Which share of *new* measurements should fall into the band?


# %%
def measurements(seed, n=400):
    """Return features (n, 2) and readings (n,) whose scatter grows with distance x."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 3, n)
    y = 1 + 2 * x + (0.3 + 0.7 * x) * rng.normal(size=n)
    return np.stack([np.ones(n), x], axis=1), y


def quantile_line(q, X, y, steps=3000):
    """Fit the line below which a share q of the readings lies."""
    return fit(lambda p, t: losses.quantile_backward(p, t, q=q), X, y, 1.0, steps)


X, y = measurements(seed=6)
ends = np.array([[1, 0], [1, 3]])
low, middle, high = (ends @ quantile_line(q, X, y) for q in (0.1, 0.5, 0.9))
figure, axis = plt.subplots()
axis.fill_between([0, 3], low, high, color=plots.BLUE, alpha=0.2, label="10 % to 90 %")
axis.plot([0, 3], middle, label="median")
axis.plot(X[:, 1], y, ".", color=plots.BLACK, markersize=4, label="readings")
axis.set(xlabel="distance", ylabel="reading")
figure.legend(loc="outside upper center", ncols=3, frameon=False)
plots.show(figure, alt="Readings spread with distance; a median line and a widening band.")
near, far = high - low
print(f"width of the band {near:.1f} at distance 0, {far:.1f} at distance 3")

# %% tags=["claim"]
covered = []
for seed in range(12):
    X, y = measurements(seed)
    X_new, y_new = measurements(seed + 1000, n=4000)
    low, high = (X_new @ quantile_line(q, X, y, steps=1000) for q in (0.1, 0.9))
    covered.append(np.mean((low < y_new) & (y_new < high)))
# Measured over these 12 seeds: 0.801 ± 0.005.
print(f"share of new readings inside the band: {np.mean(covered):.1f}")
assert abs(np.mean(covered) - 0.8) < 0.04  # claim: the band holds what it says

# %% [markdown]
# **What to see.** Nobody told the model that the scatter grows. A band of an MSE fit, plus and minus some constant,
# would be too wide on the left and too narrow on the right.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Counts
#
# Light fades in fog: at depth $x$ a detector counts photons with the rate $e^{3 - 1.5 x}$. We fit the logarithm of the
# rate with the Poisson loss, and compare with a straight line fitted by MSE.
#
# **Predict first.** What does the straight line say about the depth 3?


# %%
def photons(seed, n=150):
    """Return features (n, 2) and photon counts (n,) at random depths."""
    rng = np.random.default_rng(seed)
    depth = rng.uniform(0, 3, n)
    counts = rng.poisson(np.exp(3 - 1.5 * depth)).astype(float)
    return np.stack([np.ones(n), depth], axis=1), counts


X, y = photons(seed=6)
by_poisson = fit(losses.poisson_nll_backward, X, y)
by_mse = fit(losses.mse_backward, X, y)
depth = np.linspace(0, 3, 61)
grid = np.stack([np.ones(61), depth], axis=1)
figure, axis = plt.subplots()
axis.plot(depth, np.exp(grid @ by_poisson), label="Poisson, log rate")
axis.plot(depth, grid @ by_mse, label="MSE, straight line")
axis.plot(X[:, 1], y, ".", color=plots.BLACK, markersize=4, label="counts")
axis.axhline(0, color=plots.BLACK, linewidth=0.8, linestyle="-")
axis.set(xlabel="depth", ylabel="photons")
figure.legend(loc="outside upper center", ncols=3, frameon=False)
plots.show(figure, alt="Counts fall with depth; the Poisson curve follows, the line dips.")
straight, curved = grid[-1] @ by_mse, np.exp(grid[-1] @ by_poisson)
print(f"photons at depth 3: line {straight:.1f}, Poisson {curved:.1f}")
assert np.isclose(np.exp(X @ by_poisson).sum(), y.sum())  # no photon lost or invented

# %% [markdown]
# A popular short cut takes logarithms of the counts, plus one because of the zeros, and fits these by MSE. Does it find
# the 1.5?

# %% tags=["claim"]
fade = {"Poisson loss": [], "MSE on log(count + 1)": []}
for seed in range(20):
    X, y = photons(seed)
    fade["Poisson loss"].append(-fit(losses.poisson_nll_backward, X, y, steps=1500)[1])
    fade["MSE on log(count + 1)"].append(-np.linalg.lstsq(X, np.log(y + 1))[0][1])
for name, values in fade.items():
    print(f"{name:21} fading rate {np.mean(values):.1f}, true 1.5")
# Measured over these 20 seeds: 1.504 ± 0.017 and 0.985 ± 0.008.
assert abs(np.mean(fade["Poisson loss"]) - 1.5) < 0.06  # claim: the Poisson fit finds it
assert np.mean(fade["MSE on log(count + 1)"]) < 1.2  # claim: the short cut does not

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:06.3"]
# ### Exercise 06.3 · Choose the loss (6 min)
#
# Four tasks, four losses: `"mse"`, `"huber"`, `"quantile"`, `"poisson"`. Use each once.
#
# 1. How many cars pass a junction in a night hour, often none, sometimes thirty?
# 2. A thermometer's reading from its voltage; the noise is small and has no outliers. The mean is wanted.
# 3. How much water must a reservoir hold so that it lasts in 19 of 20 weeks?
# 4. The distance from an echo; about one echo in fifty comes from the wrong wall. The gradient should not jump.

# %% tags=["exercise:06.3"] nbgrader={"grade_id": "ex-06-3", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
chosen = None  # Exercise 06.3: replace None by four names, for tasks 1 to 4
### BEGIN SOLUTION
# Counts; plain noise; a level, exceeded in one week of twenty; outliers, no jump.
chosen = ("poisson", "mse", "quantile", "huber")
### END SOLUTION

# %% tags=["check:06.3"]
check("06.3", chosen)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:bce"]
# ## Binary cross-entropy: yes or no
#
# The target $t$ is 0 or 1, and $p$ is the predicted probability of 1. The loss is the surprise, the negative logarithm
# of the probability that was given to what happened:
#
# $$\ell = -\bigl(t \log p + (1-t) \log(1-p)\bigr), \qquad \frac{d\ell}{dp} = \frac{p - t}{p\,(1-p)}$$
#
# A network's last layer gives a *logit* $x$, and $p = \sigma(x)$. The denominator cancels against the slope of the
# sigmoid, and what is left is hard to beat:
#
# $$\frac{d\ell}{dx} = p - t$$

# %%
logits = np.array([-4.0, -1.0, 0.5, 3.0])
t = np.array([0.0, 1.0, 1.0, 0.0])
p = activations.sigmoid(logits)
each = -(t * np.log(p) + (1 - t) * np.log(1 - p))
for row in zip(logits, p, t, each, p - t, strict=True):
    print("logit {:4.1f}, p {:.2f}, t {:.0f}: loss {:.2f}, gradient {:+.2f}".format(*row))
by_p, by_logit = losses.binary_cross_entropy_backward(p, t), (p - t) / 4
assert np.allclose(by_p, (p - t) / (p * (1 - p)) / 4)
assert np.allclose(activations.sigmoid_backward(by_p, logits), by_logit)  # chain rule
assert np.allclose(losses.binary_cross_entropy_with_logits_backward(logits, t), by_logit)
tensor = torch.tensor(logits, requires_grad=True)
cost = F.binary_cross_entropy_with_logits(tensor, torch.tensor(t))
cost.backward()
assert np.isclose(losses.binary_cross_entropy_with_logits(logits, t), cost.item())
assert np.allclose(tensor.grad, by_logit)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Why not the squared error?
#
# $(p - t)^2$ is also smallest where $p = t$. Its slope by the logit, however, keeps the slope of the sigmoid as a
# factor: $2 (p - t)\, p\,(1-p)$.
#
# **Predict first.** The target is 1 and the network is sure of the opposite, with the logit −6. Which of the two losses
# corrects it?

# %%
x = np.linspace(-8, 8, 401)
ones, p = np.ones(401), activations.sigmoid(x)
entropy_slope = losses.binary_cross_entropy_with_logits_backward(x, ones, "none")
squared_slope = 2 * (p - 1) * p * (1 - p)
plots.curves(
    {"cross-entropy": entropy_slope, "squared error": squared_slope},
    x=x,
    xlabel="logit (the target is 1)",
    ylabel="gradient by the logit",
    alt="Far on the wrong side cross-entropy pulls with -1, squared error with 0.",
)
ratio = entropy_slope[50] / squared_slope[50]
print(f"at the logit {x[50]:.0f} the cross-entropy pulls {ratio:.0f} times as hard")

# %% [markdown]
# **What to see.** The squared error has given up on the worst mistakes. Cross-entropy pulls hardest exactly there, and
# it is convex in the logit besides.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Hand over logits, not probabilities
#
# For a large negative logit the probability is too small for a float32 and becomes 0; its logarithm is gone. PyTorch
# cuts the logarithm off at −100, so nothing crashes.
#
# **Predict first.** What is left of the gradient?

# %% tags=["claim"]
gradients = {}
for name in ("from probabilities", "from logits"):
    x = torch.tensor([-200.0], requires_grad=True)
    truth = torch.ones(1)
    if name == "from logits":
        cost = F.binary_cross_entropy_with_logits(x, truth)
    else:
        cost = F.binary_cross_entropy(torch.sigmoid(x), truth)
    cost.backward()
    gradients[name] = x.grad.item() + 0.0
    print(f"{name:18} loss {cost.item():.0f}, gradient {gradients[name]:.0f}")
assert gradients["from probabilities"] == 0  # claim: the sample can teach nothing any more
assert gradients["from logits"] == -1

# %% [markdown]
# **What to see.** From probabilities the loss is 100 instead of 200, and the gradient is 0: the worst sample of all is
# silent. From logits, $-\log\sigma(x)$ is computed without ever forming $p$: for negative $x$ as
# $-x + \log(1 + \exp(x))$, in which nothing overflows.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:weighted-bce"]
# ## Weighted cross-entropy: rare classes
#
# If 5 % of the samples are positive, 95 % of the terms speak for "no". A weight for each class restores the balance:
#
# $$\ell = -\bigl(w_1\, t \log p + w_0\, (1 - t) \log(1 - p)\bigr)$$
#
# With $w_0 = 1$, the factor $w_1$ is what PyTorch calls `pos_weight`. A common choice is
# $w_1 = \dfrac{\text{number of negatives}}{\text{number of positives}}$: then both classes weigh the same in total.


# %%
def clouds(seed, common=950, rare=50):
    """Return features (N, 3), a constant 1 first, and labels (N,)."""
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(common + rare, 2))
    points[common:] += 1.5
    return np.insert(points, 0, 1, axis=1), np.repeat([0.0, 1.0], [common, rare])


def classifier(X, t, pos_weight, steps=1500):
    """Fit logistic regression: weights (3,) of the logit."""

    backward = losses.binary_cross_entropy_with_logits_backward

    def slope(logits, t):
        return backward(logits, t, pos_weight=pos_weight)

    return fit(slope, X, t, learning_rate=1.0, steps=steps)


X, t = clouds(seed=6)
balance = np.sum(t == 0) / np.sum(t == 1)
weights = {"no weights": classifier(X, t, 1.0), "pos_weight 19": classifier(X, t, balance)}
print(f"{t.sum():.0f} positives among {len(t)}: pos_weight {balance:.0f}")

# %% [markdown]
# **Predict first.** The classifier says "yes" beyond the line where $p = \frac12$. Which way does the line move when the
# rare class gets more weight, and which share of the rare class is found before and after?

# %%
X_new, t_new = clouds(seed=600, common=10_000, rare=10_000)  # to measure both classes well
figure, axes = plt.subplots(1, 2, figsize=(8.4, 3.7), sharex=True, sharey=True)
for axis, (name, w) in zip(axes, weights.items(), strict=True):
    axis.plot(*X[t == 0, 1:].T, ".", color=plots.BLUE, markersize=4, label="common")
    axis.plot(*X[t == 1, 1:].T, "^", color=plots.VERMILLION, markersize=5, label="rare")
    across = np.array([-3.0, 4.5])
    axis.plot(across, -(w[0] + w[1] * across) / w[2], color=plots.BLACK, linestyle="-")
    axis.set(title=name, xlabel="feature 1", xlim=(-3, 4.5), ylim=(-3, 4.5))
    yes = X_new @ w > 0
    print(f"{name:13} finds {yes[t_new == 1].mean():.2f} of the rare class,", end=" ")
    print(f"raises false alarms in {yes[t_new == 0].mean():.2f} of the common class")
axes[0].set_ylabel("feature 2")
handles = axes[0].get_lines()[:2]
figure.legend(handles=handles, loc="outside upper center", ncols=2, frameon=False)
plots.show(figure, alt="Two clouds; weights move the boundary to the common class.")

# %% tags=["claim"]
found, predicted = {1.0: [], 19.0: []}, {1.0: [], 19.0: []}
for seed in range(6):
    X, t = clouds(seed)
    for pos_weight in found:
        logits_new = X_new @ (w := classifier(X, t, pos_weight, steps=800))
        found[pos_weight].append(np.mean(logits_new[t_new == 1] > 0))
        predicted[pos_weight].append(activations.sigmoid(X @ w).mean())
for pos_weight, shares in found.items():
    recall, mean_p = np.mean(shares), np.mean(predicted[pos_weight])
    print(f"pos_weight {pos_weight:2.0f}: rare found {recall:.2f}, mean p {mean_p:.2f}")
# Measured over these 6 seeds: gain 0.48 ± 0.02; mean p 0.051 and 0.23 ± 0.01.
gain = np.mean(found[19.0]) - np.mean(found[1.0])
assert gain > 0.4  # claim: class weights change what the classifier learns
assert abs(np.mean(predicted[1.0]) - 0.05) < 0.01  # claim: without weights p is honest
assert np.mean(predicted[19.0]) > 3 * 0.05  # claim: with weights it is not

# %% [markdown]
# **What to see.** Weights do not make a classifier better; they move it along the trade between misses and false
# alarms. And they cost something: only 1 in 20 samples is positive, but the weighted classifier announces far more. Its
# $p$ is no probability any more.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E16"]
# ### Erratum E16: which weight cures imbalance?
#
# The deck weights *both* terms of sample $i$ by the same $w_i$ and says that this overcomes class imbalance. A weight
# for each sample does that only if it **depends on the class**. Give every sample the weight 19: the cost and its
# gradient become 19 times as large everywhere, and the minimum stays where it was. In `BCEWithLogitsLoss`,
# `weight` is the deck's $w_i$, and `pos_weight` is the weight of the positive class.

# %% tags=["erratum:E16"]
X, t = clouds(seed=6)
logits = X @ np.random.default_rng(616).normal(size=3)  # of some classifier
slope = losses.binary_cross_entropy_with_logits_backward
same_for_all = slope(logits, t, weight=19.0)
by_class = slope(logits, t, weight=np.where(t == 1, 19.0, 1.0))
assert np.allclose(same_for_all, 19 * slope(logits, t))  # same minimum: nothing is cured
assert np.allclose(by_class, slope(logits, t, pos_weight=19.0))
p = activations.sigmoid(logits)
ours = losses.weighted_binary_cross_entropy(p, t, class_weights=(1, 19))
criterion = torch.nn.BCEWithLogitsLoss(pos_weight=torch.tensor(19.0))
assert np.isclose(ours, criterion(torch.tensor(logits), torch.tensor(t)).item())
alike, different = np.full(1000, 19.0), np.where(t == 1, 19.0, 1.0)
for name, w in {"19 for all": alike, "by class": different}.items():
    print(f"{name:10} the rare class has {w[t == 1].sum() / w.sum():.2f} of the weight")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:06.4"]
# ### Exercise 06.4 · pos_weight from counts (4 min)
#
# Of 1200 X-ray pictures 75 show a fracture, which is the positive class. Which `pos_weight` gives both classes the same
# weight in total?

# %% tags=["exercise:06.4"] nbgrader={"grade_id": "ex-06-4", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
pos_weight = None  # Exercise 06.4: replace None by a number
### BEGIN SOLUTION
# 1200 - 75 negatives for 75 positives.
pos_weight = 1125 / 75
### END SOLUTION

# %% tags=["check:06.4"]
check("06.4", pos_weight)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:cce"]
# ## Categorical cross-entropy: one of several classes
#
# Now there are $C$ logits $x$ per sample, the softmax turns them into probabilities $p$, and the target is a *one-hot*
# row $t$: 1 for the true class, 0 for the others.
#
# $$\ell = -\sum_{c=1}^{C} t_c \log p_c, \qquad \frac{\partial \ell}{\partial x_c} = p_c - t_c$$
#
# **Predict first.** Which entries of the gradient are negative, and what does each row of it add up to?

# %%
logits = np.array([[2.0, 1, 0, -1], [0, 3, 1, 0], [1, 1, 1, 1]])  # 3 samples, 4 classes
t = np.array([[1.0, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
p = activations.softmax(logits)
plots.number_row(
    {"p": p, "t": t, "gradient p - t": p - t},
    alt="Three rows of probabilities, one-hot targets, and their difference.",
    decimals=2,
    cell=0.58,
)
each = -np.sum(t * np.log(p), axis=1)
print("losses of the three samples:", np.round(each, 2))
assert np.allclose(each, losses.cross_entropy(logits, t, "none"))
assert np.allclose((p - t) / 3, losses.cross_entropy_backward(logits, t))
tensor = torch.tensor(logits, requires_grad=True)
F.cross_entropy(tensor, torch.tensor(t)).backward()
assert np.allclose(tensor.grad, (p - t) / 3)

# %% [markdown]
# **What to see.** Only the true class has a negative gradient: its logit is raised, the others are lowered in proportion
# to the probability they wrongly hold. Each row adds up to zero.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The first number of every training
#
# A fresh network knows nothing, so each class gets about $1/C$. **Predict first.** With which loss does a training on
# ten classes begin?

# %% tags=["claim"]
for classes in (2, 10, 100):
    start = losses.cross_entropy(np.zeros((1, classes)), np.array([0]))
    print(f"{classes:3} classes: starts at {start:.2f}")
    assert np.isclose(start, np.log(classes))  # claim: ignorance costs log C

# %% [markdown]
# If a training starts far from $\ln C$, the first weights are too large, or the loss does not get what it expects. A look
# at the first number is the cheapest test there is.

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:sparse-cce"]
# ## Sparse targets: integers instead of one-hot rows
#
# Of the sum over classes only the term of the true class $y$ is not zero. So store the integer, and pick:
#
# $$\ell = -\log p_y$$
#
# Same loss, same gradient, and one integer for $C$ numbers. "Sparse" names the way of writing the labels, not
# another loss.

# %%
y = np.array([0, 2, 3])  # the same three targets as above
log_p = activations.log_softmax(logits)
picked = -log_p[np.arange(3), y]
assert np.allclose(picked, losses.cross_entropy(logits, t, "none"))
assert np.allclose(picked, losses.cross_entropy(logits, y, "none"))
in_torch = F.cross_entropy(torch.tensor(logits), torch.tensor(y), reduction="none")
assert np.allclose(picked, in_torch)
plots.number_row(
    {"-log p": -log_p, "one-hot t": t, "product": -t * log_p + 0.0},
    alt="Minus log p, one-hot targets, and their product: one entry a row is left.",
    decimals=2,
    cell=0.58,
)
print("picked by integers:", np.round(picked, 2))
one_hot = np.zeros((20, 512, 512), np.float32)
integers = np.zeros((512, 512), np.int64)
for name, targets in {"one-hot": one_hot, "integers": integers}.items():
    print(f"512 × 512 pixels, 20 classes, {name:8} {targets.nbytes / 1e6:2.0f} MB")

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E17"]
# ### Erratum E17: "also known as negative log-likelihood"
#
# The deck says so of cross-entropy. As mathematics, yes. As PyTorch functions, no: they expect different inputs.
#
# - `CrossEntropyLoss` wants **logits**; a log-softmax is inside.
# - `NLLLoss` wants **log-probabilities**, and only picks and negates.
#
# **Predict first.** What does `NLLLoss` return for logits: an error, or a number?

# %% tags=["erratum:E17"]
x, labels = torch.tensor(logits), torch.tensor(y)
right = F.cross_entropy(x, labels).item()
also_right = F.nll_loss(F.log_softmax(x, dim=1), labels).item()
meaningless = F.nll_loss(x, labels).item()
print(f"cross-entropy of logits {right:.2f}, NLL of log-probabilities {also_right:.2f}")
print(f"NLL of logits {meaningless:.2f}: below zero, which no surprise can be")
assert np.isclose(right, also_right) and np.isclose(right, losses.nll(log_p, y))
assert meaningless < 0
harmless = F.cross_entropy(F.log_softmax(x, dim=1), labels).item()
assert np.isclose(harmless, right)

# %% [markdown]
# **What to see.** No error, just a number without meaning; training would push it down for ever. The other mix-up,
# cross-entropy of log-probabilities, is harmless: a second log-softmax changes nothing.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:06.5"]
# ### Exercise 06.5 · Cross-entropy that survives (10 min)
#
# Write `cross_entropy_each(logits, target)` in NumPy: logits (N, C), integer targets (N,), one loss for each sample,
# (N,). It must be right for logits of ±1000 as well. Do not call `losses` or `activations`.


# %% tags=["exercise:06.5"] nbgrader={"grade_id": "ex-06-5", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def cross_entropy_each(logits, target):  # Exercise 06.5
    """Return -log softmax(logits) of the target class: (N, C), (N,) → (N,)."""
    ### BEGIN SOLUTION
    # Shifting a row changes no probability; after it nothing can overflow.
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_total = np.log(np.exp(shifted).sum(axis=1))
    return log_total - shifted[np.arange(len(target)), target]
    ### END SOLUTION


# %% tags=["check:06.5"]
check("06.5", cross_entropy_each)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:pytorch-losses"]
# ## PyTorch's losses: what goes in
#
# | `torch.nn.` | prediction | target | ours |
# |---|---|---|---|
# | `MSELoss`, `L1Loss` | numbers | numbers | `mse`, `mae` |
# | `HuberLoss`, `SmoothL1Loss` | numbers | numbers | `huber`, `smooth_l1` |
# | `BCELoss` | **probabilities** | 0 … 1 | `binary_cross_entropy` |
# | `BCEWithLogitsLoss` | **logits** | 0 … 1 | `…_with_logits` |
# | `CrossEntropyLoss` | **logits** (N, C, …) | integers (N, …), or probabilities | `cross_entropy` |
# | `NLLLoss` | **log-probabilities** (N, C, …) | integers (N, …) | `nll` |
#
# All take the prediction first and the target second, and a `reduction`: `"mean"`, `"sum"` or `"none"`.

# %%
rng = np.random.default_rng(617)
x, values = rng.normal(size=(2, 6, 5))
labels = rng.integers(0, 5, 6)
yes = (values > 0).astype(float)
p, log_p = activations.sigmoid(x), activations.log_softmax(x)
table = {
    "MSELoss": (losses.mse, x, values),
    "L1Loss": (losses.mae, x, values),
    "HuberLoss": (losses.huber, x, values),
    "SmoothL1Loss": (losses.smooth_l1, x, values),
    "BCELoss": (losses.binary_cross_entropy, p, yes),
    "BCEWithLogitsLoss": (losses.binary_cross_entropy_with_logits, x, yes),
    "CrossEntropyLoss": (losses.cross_entropy, x, labels),
    "NLLLoss": (losses.nll, log_p, labels),
}
for name, (loss, prediction, target) in table.items():
    for reduction in ("mean", "sum", "none"):
        criterion = getattr(torch.nn, name)(reduction=reduction)
        in_torch = criterion(torch.tensor(prediction), torch.tensor(target))
        assert np.allclose(loss(prediction, target, reduction), in_torch)
    mean, total = loss(prediction, target), loss(prediction, target, "sum")
    print(f"{name:18} mean {mean:.2f}, sum {total:5.2f}")

# %% [markdown]
# **What to see.** `BCELoss` and `BCEWithLogitsLoss` agree, given $p$ and $x$; so do the last two. Their mean runs over
# 6 samples, that of the others over 30 numbers. Smooth L1 is the Huber loss with its threshold called $\beta$,
# **divided by** $\beta$; the two agree here only because $\delta = \beta = 1$.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Options of `CrossEntropyLoss`
#
# - `weight`: a weight for each class. The mean then divides by the *sum of the weights*, not by the number of samples.
# - `ignore_index`: samples (or pixels) with this label do not count.
# - `label_smoothing` $\varepsilon$: the target becomes $(1 - \varepsilon)\, t + \varepsilon / C$. Even a perfect network
#   keeps some loss; the point is to stop it from being sure.

# %%
class_weight = np.array([1.0, 1, 5, 1, 1])
options = {"weight": class_weight, "ignore_index": 3, "label_smoothing": 0.1}
logits, integers = torch.tensor(x), torch.tensor(labels)
for name, option in options.items():
    ours = losses.cross_entropy(x, labels, **{name: option})
    for_torch = torch.tensor(option) if name == "weight" else option
    in_torch = F.cross_entropy(logits, integers, **{name: for_torch})
    assert np.isclose(ours, in_torch.item())
    print(f"{name:15} {ours:.2f}")
each, w = losses.cross_entropy(x, labels, "none"), class_weight[labels]
weighted = losses.cross_entropy(x, labels, weight=class_weight)
assert np.isclose(weighted, np.sum(w * each) / np.sum(w))
smoothed = losses.cross_entropy(x, 0.9 * np.eye(5)[labels] + 0.1 / 5)
assert np.isclose(smoothed, losses.cross_entropy(x, labels, label_smoothing=0.1))
half_beta = losses.smooth_l1(x, values, beta=0.5)
assert np.isclose(half_beta, losses.huber(x, values, delta=0.5) / 0.5)

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["erratum:E17"]
# ### The double softmax (erratum E17, continued)
#
# The most frequent mix-up: the network ends in a softmax, and `CrossEntropyLoss` applies another. It sees
# "logits" between 0 and 1. In the best case they are one 1 and $C - 1$ zeros, and the loss is still
#
# $$-\ln \frac{e}{e + C - 1} = \ln(e + C - 1) - 1, \qquad e = 2.718\ldots$$
#
# **Predict first.** What is this floor for ten classes?

# %% tags=["erratum:E17"]
for classes in (2, 10, 100):
    sure = 1000 * np.eye(classes)  # the best logits possible, one sample of each class
    once = losses.cross_entropy(sure, np.arange(classes))
    twice = losses.cross_entropy(activations.softmax(sure), np.arange(classes))
    start = np.log(classes)
    print(f"{classes:3} classes: start {start:.2f}, best {once:.2f}, with two {twice:.2f}")
    assert once == 0
    assert np.isclose(twice, np.log(np.e + classes - 1) - 1)
    if classes == 10:
        assert abs(twice - 1.4612) < 0.00005

# %% [markdown]
# So much for the best case. We also train the same linear classifier twice, on ten clouds in a ring: same start, same
# steps. The optimizer, Adam, is a subject of lecture 07.


# %%
def train(softmax_first):
    """Return the losses of a linear classifier in training, and its share of hits."""
    weights, history = np.zeros((3, 10)), []
    adam = optimizers.Adam([weights], lr=0.3)
    for _ in range(300):
        x = ring @ weights
        seen = activations.softmax(x) if softmax_first else x
        history.append(losses.cross_entropy(seen, labels))
        gradient = losses.cross_entropy_backward(seen, labels)
        if softmax_first:
            gradient = activations.softmax_backward(gradient, x)
        adam.step([ring.T @ gradient])
    return history, np.mean((ring @ weights).argmax(axis=1) == labels)


labels = np.arange(10).repeat(20)
angle = 2 * np.pi * labels / 10
ring = np.stack([3 * np.cos(angle), 3 * np.sin(angle), np.ones(200)], axis=1)
ring[:, :2] += np.random.default_rng(6).normal(0, 0.1, (200, 2))
histories = {}
for name in ("logits", "softmax before the loss"):
    history, right = train(softmax_first=name != "logits")
    histories[name] = history
    print(f"{name:23} right {right:.2f}, loss from {history[0]:.2f} to {history[-1]:.2f}")

# %% tags=["claim"]
floor = np.log(np.e + 9) - 1
plots.curves(
    {**histories, "floor": [floor] * 300},
    xlabel="step of training",
    ylabel="training loss",
    alt="With logits the loss falls to 0; with two softmaxes it stops just above 1.46.",
)
assert histories["logits"][-1] < 0.1
stops_at = histories["softmax before the loss"][-1]
assert floor < stops_at < floor + 0.1  # claim: it stops just above the floor
print(f"floor {floor:.2f}")

# %% [markdown]
# **What to see.** The classes come out right in both, so nobody notices. But the loss falls more slowly, and stops
# near 1.46. If a training on ten classes ends there, look for a second softmax.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### A trap with shapes
#
# **Predict first.** Predictions of shape (4, 1) and targets of shape (4,), both holding 1, 2, 3, 4. What is the mean
# squared error?

# %% tags=["claim"]
row = torch.tensor([1.0, 2.0, 3.0, 4.0])
column = row[:, None]
differences = column - row
print("shape of the differences", tuple(differences.shape))
print(f"mean squared error {(differences**2).mean().item():.2f}, should be 0")
assert differences.shape == (4, 4)  # claim: everyone against everyone
try:
    losses.mse(column.numpy(), row.numpy())
except ValueError as refusal:
    print("losses.mse:", refusal)

# %% [markdown]
# **What to see.** Broadcasting compares every prediction with every target. `torch.nn.MSELoss` only warns; our losses
# refuse. Such a model learns the mean and nothing else.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:06.6"]
# ### Exercise 06.6 · Spot the double softmax (4 min)
#
# `x` holds logits, `y` integer labels and `t` zeros and ones. Which of the four trains with a wrong loss?
#
# - **a** `F.nll_loss(F.log_softmax(x, dim=1), y)`
# - **b** `F.cross_entropy(F.log_softmax(x, dim=1), y)`
# - **c** `F.cross_entropy(torch.softmax(x, dim=1), y)`
# - **d** `F.binary_cross_entropy(torch.sigmoid(x), t)`

# %% tags=["exercise:06.6"] nbgrader={"grade_id": "ex-06-6", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
choice = None  # Exercise 06.6: replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
# cross_entropy holds a softmax; c gives it probabilities, which it takes for logits.
choice = "c"
### END SOLUTION

# %% tags=["check:06.6"]
check("06.6", choice)

# %% [markdown] slideshow={"slide_type": "slide"} tags=["topic:dice-loss"]
# ## Dice loss: masks with little foreground
#
# In a microscope picture the cell covers perhaps one pixel in a hundred. "No cell anywhere" is then right in 99 % of
# the pixels, and cheap by cross-entropy. The Dice loss asks for the *overlap* of mask $t$ and prediction $p$ instead;
# the sums run over the pixels of one mask, and $s$, here 1, keeps an empty mask from being 0/0:
#
# $$\ell = 1 - \frac{2 \sum p\,t + s}{\sum p + \sum t + s}$$

# %%
rows, columns = np.mgrid[:64, :64]


def disc(row, column, radius):
    """Return a mask (64, 64): 1 inside the disc, 0 outside."""
    return ((rows - row) ** 2 + (columns - column) ** 2 <= radius**2).astype(float)


truth = disc(30, 34, 3.7)
guesses = {
    "empty": np.zeros((64, 64)),
    "shifted": disc(32, 36, 3.7),
    "too large": disc(30, 34, 7),
    "right": truth,
}
plots.image_row(
    {"truth": truth, **guesses},
    limits=(0, 1),
    alt="A small disc, and four guesses: empty, shifted, too large, and right.",
)
print(f"share of foreground {truth.mean():.2f}")
for name, mask in guesses.items():
    loss = losses.dice(mask[None, None], truth[None, None])
    print(f"{name:9} right pixels {np.mean(mask == truth):.2f}, Dice loss {loss:.2f}")

# %% [markdown]
# **What to see.** By right pixels the empty guess is better than the one that is too large, and nearly perfect. By Dice
# it is the worst of all.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Who gets the gradient?
#
# With $D = \sum p + \sum t + s$ for the denominator, the quotient rule gives
#
# $$\frac{\partial \ell}{\partial p_i} = \frac{2 \sum p\,t + s}{D^2} - \frac{2\, t_i}{D}.$$
#
# So it is in the package, and autograd agrees. More telling is how the gradient is *shared out*.
#
# **Predict first.** A fresh network says $p = 0.5$ everywhere, and 1 % of the pixels are foreground. Which part of all
# the pulling, $\sum |\text{gradient}|$, comes from the foreground, with cross-entropy and with Dice?

# %% tags=["claim"]
p, t = np.full((1, 1, 64, 64), 0.5), truth[None, None]
tensor, mask = torch.tensor(p, requires_grad=True), torch.tensor(t)
cost = 1 - (2 * (tensor * mask).sum() + 1) / (tensor.sum() + mask.sum() + 1)
cost.backward()
assert np.isclose(losses.dice(p, t), cost.item())
assert np.allclose(losses.dice_backward(p, t), tensor.grad)
shares = {}
gradients = {
    "BCE": losses.binary_cross_entropy_backward(p, t),
    "Dice": losses.dice_backward(p, t),
}
for name, gradient in gradients.items():
    pull = np.abs(gradient)
    shares[name] = pull[t == 1].sum() / pull.sum()
    print(f"{name:4} share of the foreground in the gradient {shares[name]:.2f}")
assert np.isclose(shares["BCE"], t.mean())  # claim: BCE counts pixels
assert abs(shares["Dice"] - 0.5) < 0.02  # claim: Dice gives the few half of the vote

# %% [markdown]
# **What to see.** Cross-entropy counts heads: the foreground has its one per cent. Dice gives a small object half of the
# vote at the start, and without a weight to be chosen. Lecture 11 trains a segmentation network with both.

# %% [markdown] slideshow={"slide_type": "subslide"} tags=["exercise:06.7"]
# ### Exercise 06.7 · Dice for a batch (8 min)
#
# Write `dice_loss(p, t, smooth)` for probabilities and masks of shape (N, C, H, W). Each of the N · C masks has a Dice
# loss of its own; return their mean, a number.


# %% tags=["exercise:06.7"] nbgrader={"grade_id": "ex-06-7", "solution": true, "grade": false, "locked": false, "task": false, "schema_version": 3}
def dice_loss(p, t, smooth):  # Exercise 06.7
    """Return the mean of the Dice losses of all masks: (N, C, H, W) twice → a number."""
    ### BEGIN SOLUTION
    # Sum over the pixels alone, so that a small mask counts as much as a large one.
    overlap = 2 * (p * t).sum(axis=(2, 3)) + smooth
    total = p.sum(axis=(2, 3)) + t.sum(axis=(2, 3)) + smooth
    return np.mean(1 - overlap / total)
    ### END SOLUTION


# %% tags=["check:06.7"]
check("06.7", dice_loss)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Recap
#
# | loss | gradient of one sample | the model predicts | choose it for |
# |---|---|---|---|
# | MSE | $2e$ | the mean | ordinary noise |
# | MAE | $\operatorname{sign} e$ | the median | outliers |
# | Huber | $e$, clipped to $\pm\delta$ | between the two | outliers, no jump at 0 |
# | log-cosh | $\tanh e$ | between the two | the same, nothing to tune |
# | quantile | $-q$ or $1 - q$ | the $q$-quantile | bands, unequal costs |
# | Poisson | $\lambda - y$, by $\log\lambda$ | the mean count | counts |
# | BCE from logits | $p - t$ | a probability | yes or no, `pos_weight` if rare |
# | cross-entropy from logits | $p - t$ | probabilities | one of several |
# | Dice | balanced over a mask | a mask | small foreground |
#
# Logits into `CrossEntropyLoss` and `BCEWithLogitsLoss`. Convex in the prediction is not convex in the weights.

# %% slideshow={"slide_type": "skip"} tags=["progress:06"]
from course_utils.exercises import progress

progress("06")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## Quiz
#
# 1. All targets and predictions of a regression are multiplied by 10. What happens to the MSE, to the MAE, and to Huber
#    with a fixed $\delta$?
# 2. A training on ten classes starts at 2.30 and stops at 1.46, with every sample classified correctly. What is wrong?
# 3. A detector is trained with `pos_weight=19` and says $p = 0.6$. May you tell the customer "60 %"?
#
# <details><summary>Answers</summary>
#
# 1. The MSE grows a hundredfold, the MAE tenfold. Huber becomes another loss, nearer to the MAE, since more errors now
#    exceed $\delta$.
# 2. The network ends in a softmax, and the loss applies another: 1.46 is the floor $\ln(e + 9) - 1$.
# 3. No. The weights have raised all probabilities of the rare class; the true chance is far lower.
#
# </details>

# %% [markdown] slideshow={"slide_type": "skip"}
# ## References
#
# - P. J. Huber, Robust estimation of a location parameter, *Annals of Mathematical Statistics* 35, 73–101, 1964: the loss
#   that bears his name.
# - R. Koenker and G. Bassett, Regression quantiles, *Econometrica* 46, 33–50, 1978: the quantile loss.
# - T. Gneiting, Making and evaluating point forecasts, *Journal of the American Statistical Association* 106, 746–762,
#   2011: which loss asks for which number.
# - C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer 2006, sections 4.3.2 and 4.3.4: cross-entropy and
#   its gradient.
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press 2016, sections 5.5 and 6.2: losses as negative
#   log-likelihoods.
# - F. Milletari, N. Navab and S.-A. Ahmadi, V-Net: fully convolutional neural networks for volumetric medical image
#   segmentation, *3D Vision* 2016, arXiv:1606.04797: Dice as a loss.
