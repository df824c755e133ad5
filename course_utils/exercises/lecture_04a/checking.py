"""Exercises 04a.4 and 04a.5: a backward pass with faults, and a kernel that hides one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils import convolution
from course_utils.exercises.diagnosis import as_array
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise, Edge, FunctionExercise
from course_utils.exercises.planted import left_over

Gradients = tuple[NDArray, NDArray, NDArray]
# 04a.5: side of the kernel, and how many different weights it has at least.
SIDE, DIFFERENT = 3, 5

FAULTS = {
    "mean": "The weight gradient is still a mean over images and positions.",
    "overwrite": "In grad_x, a later weight still overwrites what an earlier one has added.",
    "maps": "The bias is one number, and so is its gradient; yours is still an array.",
}


def _conv_backward(
    delta: NDArray, x: NDArray, w: NDArray, *, mean: bool = False, overwrite: bool = False, maps: bool = False
) -> Gradients:
    """Return the three gradients of one filter on one channel, with the chosen faults of exercise 04a.4 left in."""
    (height, width), grad_x, grad_w = delta.shape[1:], np.zeros(x.shape), np.zeros(w.shape)
    for i, j in np.ndindex(w.shape):
        block = np.s_[:, i : i + height, j : j + width]
        grad_w[i, j] = np.mean(delta * x[block]) if mean else np.sum(delta * x[block])
        grad_x[block] = delta * w[i, j] + (0 if overwrite else grad_x[block])
    return grad_x, grad_w, delta.sum(axis=0) if maps else np.array(delta.sum())


def _with_faults(**faults: bool) -> Callable[..., Gradients]:
    return lambda delta, x, w: _conv_backward(delta, x, w, **faults)


def _flipped(delta: NDArray, x: NDArray, w: NDArray) -> Gradients:
    return (_conv_backward(delta, x, w[::-1, ::-1])[0], *_conv_backward(delta, x, w)[1:])


def _batch_in_bias(delta: NDArray, x: NDArray, w: NDArray) -> Gradients:
    return (*_conv_backward(delta, x, w)[:2], np.array(delta.sum() / len(delta)))


def _library_backward(delta: NDArray, x: NDArray, w: NDArray) -> tuple[Any, ...]:
    grad_x, grad_w, grad_b = convolution.conv2d_backward(delta[:, None], x[:, None], w[None, None], np.zeros(1))
    return grad_x[:, 0], grad_w[0, 0], float(grad_b[0])


BUGS = FunctionExercise(
    id="04a.4",
    title="Three faults in a backward pass",
    minutes=15,
    hints=(
        "Each of the three results has one fault. Compare each one with gradcheck.numerical_gradient.",
        "Paths add up: over the images, over the positions, and wherever windows overlap.",
        "One fault is a mean in place of a sum, one is = in place of +=, and one is a sum that stops too early.",
    ),
    cases=lambda rng: [
        (rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 5, 5)), rng.normal(size=(3, 2))),
        (rng.normal(size=(3, 2, 5)), rng.normal(size=(3, 3, 7)), rng.normal(size=(2, 3))),
        Edge("for one image", rng.normal(size=(1, 2, 3)), rng.normal(size=(1, 3, 3)), rng.normal(size=(2, 1))),
    ],
    reference=_library_backward,
    mistakes=(
        *left_over(_with_faults, FAULTS),
        Mistake("kernel flipped", _flipped, "grad_x had only one fault, and the order of the weights was not it."),
        Mistake(
            "bias averaged",
            _batch_in_bias,
            "The bias gradient is averaged over the images; every image adds its share.",
        ),
    ),
)


SHAPE = f"The task asks for a kernel of shape ({SIDE}, {SIDE}), an array or nested lists of numbers."
ZERO = "A weight of zero sends nothing back; use weights that are not zero."
FEW = f"The kernel needs at least {DIFFERENT} different weights."
NEGATED = "Your kernel changes sign when it is flipped, so every gradient has the wrong sign: that is easy to notice."
MIRRORED = "Your kernel survives being mirrored once, but a convolution flips both axes."
TRANSPOSED = "Your kernel survives swapping rows and columns, but the flip of a convolution does something else."
NOTICED = "With this kernel, the check finds the bug: once flipped, the kernel is no longer the same."


def _kernel_problem(answer: Any) -> str | None:
    """Return why a kernel does not hide the missing flip, or None where it does."""
    kernel = as_array(answer)
    if kernel is None or kernel.shape != (SIDE, SIDE) or kernel.dtype.kind not in "iuf":
        return SHAPE
    kernel = kernel.astype(np.float64)
    if not np.isfinite(kernel).all():
        return f"{SHAPE} Some of your weights are NaN or infinite."
    if (kernel == 0).any():
        return ZERO
    if len(np.unique(kernel)) < DIFFERENT:
        return FEW
    flipped = kernel[::-1, ::-1]
    if np.allclose(kernel, flipped):
        return None
    if np.allclose(kernel, -flipped):
        return NEGATED
    if np.allclose(kernel, kernel.T):
        return TRANSPOSED
    mirrored = np.allclose(kernel, kernel[::-1]) or np.allclose(kernel, kernel[:, ::-1])
    return MIRRORED if mirrored else NOTICED


HIDING = BuildExercise(
    id="04a.5",
    title="A kernel that hides the bug",
    minutes=6,
    hints=(
        "The bug uses the unflipped kernel where the flipped one belongs. For which kernels does that change nothing?",
        "Flipping moves the weight in row u, column v to row 2 - u, column 2 - v. "
        "The weights in these two places have to be equal.",
        "The center stays where it is, and the other eight weights form four pairs: five numbers to choose.",
    ),
    examiner=_kernel_problem,
    calls=(),
    why="Smoothing kernels, the Laplacian, and kernels of ones are all of this kind. So test with random kernels.",
    mistakes=(
        Mistake("two rows", np.array([[1, 2], [2, 1]]), SHAPE),
        Mistake("one weight", np.ones((3, 3)), FEW),
        Mistake("zero in the center", np.array([[1, 2, 3], [4, 0, 4], [3, 2, 1]]), ZERO),
        Mistake("changes sign", np.array([[1, 2, 3], [4, 1e-300, -4], [-3, -2, -1]]), NEGATED),
        Mistake("mirrored left to right", np.array([[1, 2, 1], [3, 4, 3], [5, 6, 5]]), MIRRORED),
        Mistake("transposed", np.array([[1, 2, 3], [2, 4, 5], [3, 5, 6]]), TRANSPOSED),
        Mistake("any kernel", np.arange(1, 10).reshape(3, 3), NOTICED),
    ),
)
