"""Exercises 04.5 and 04.6: a gradient checker, and a backward pass with faults."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils import convolution, gradcheck
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise
from course_utils.exercises.planted import left_over

# 04.5: a step so large that a one-sided difference is told from a centred one.
STEP = 1e-2

Gradients = tuple[NDArray, NDArray, NDArray]


def _cubes(x: NDArray) -> float:
    return float(np.sum(np.arange(1, x.size + 1).reshape(x.shape) * x**3))


def _products(x: NDArray) -> float:
    return float(np.sum(np.sin(x[:, 1:]) * x[:, :-1] ** 2))


def _forward_difference(function: Callable, x: NDArray, eps: float) -> NDArray:
    moved = [function(x + eps * one.reshape(x.shape)) - function(x) for one in np.eye(x.size)]
    return np.array(moved).reshape(x.shape) / eps


def _backward_difference(function: Callable, x: NDArray, eps: float) -> NDArray:
    return _forward_difference(function, x, -eps)


def _all_at_once(function: Callable, x: NDArray, eps: float) -> NDArray:
    return np.full(x.shape, (function(x + eps) - function(x - eps)) / (2 * eps))


CHECKER = FunctionExercise(
    id="04.5",
    title="A gradient checker",
    minutes=10,
    hints=(
        "Only one element of x may move at a time; all others stay where they are.",
        "np.ndindex(x.shape) walks through all elements. Make two copies of x, one with eps more and one with less.",
        "The two values of the function lie 2·eps apart: divide their difference by that.",
    ),
    cases=lambda rng: [
        (_cubes, rng.normal(size=(2, 3)), STEP),
        (_products, rng.normal(size=(3, 4)), STEP),
        (_cubes, rng.normal(size=(2, 1, 2)), STEP),
        Edge("for another step", _cubes, rng.normal(size=4), STEP / 3),
        Edge("for an array of one element", _cubes, rng.normal(size=(1, 1)), STEP),
    ],
    reference=lambda function, x, eps: gradcheck.numerical_gradient(function, x, eps),
    mistakes=(
        Mistake("one-sided", _forward_difference, "You move forward only: the error falls with ε, not with ε²."),
        Mistake("backward", _backward_difference, "You move backward only; a centred difference looks both ways."),
        Mistake(
            "half the distance",
            lambda function, x, eps: 2 * gradcheck.numerical_gradient(function, x, eps),
            "Twice too large: how far apart are the two points at which you call the function?",
        ),
        Mistake(
            "one-sided, divided by two steps",
            lambda function, x, eps: _forward_difference(function, x, eps) / 2,
            "You move forward only, but divide by two steps.",
        ),
        Mistake(
            "step of its own",
            lambda function, x, eps: gradcheck.numerical_gradient(function, x, 1e-6),
            "You take a step of your own; the argument eps says how far to go.",
        ),
        Mistake("all at once", _all_at_once, "You move all elements at once, so every slope is mixed with the others."),
        Mistake(
            "not divided",
            lambda function, x, eps: 2 * eps * gradcheck.numerical_gradient(function, x, eps),
            "This is the difference alone: a slope is a difference per step.",
        ),
        Mistake(
            "sign",
            lambda function, x, eps: -gradcheck.numerical_gradient(function, x, eps),
            "Every sign is turned: take the value above minus the value below.",
        ),
    ),
)


FAULTS = {
    "mean": "The weight gradient is still a mean over images and positions.",
    "overwrite": "In grad_a a later weight still overwrites what an earlier one has brought.",
    "maps": "The bias is one number, its gradient too; yours is still a map.",
}


def _conv_backward(
    delta: NDArray, a: NDArray, w: NDArray, *, mean: bool = False, overwrite: bool = False, maps: bool = False
) -> Gradients:
    """Return the three gradients of one filter on one channel, with the chosen faults of exercise 04.6 left in."""
    (height, width), grad_a, grad_w = delta.shape[1:], np.zeros(a.shape), np.zeros(w.shape)
    for i, j in np.ndindex(w.shape):
        block = np.s_[:, i : i + height, j : j + width]
        grad_w[i, j] = np.mean(delta * a[block]) if mean else np.sum(delta * a[block])
        grad_a[block] = delta * w[i, j] + (0 if overwrite else grad_a[block])
    return grad_a, grad_w, delta.sum(axis=0) if maps else np.array(delta.sum())


def _with_faults(**faults: bool) -> Callable[..., Gradients]:
    return lambda delta, a, w: _conv_backward(delta, a, w, **faults)


def _turned(delta: NDArray, a: NDArray, w: NDArray) -> Gradients:
    return (_conv_backward(delta, a, w[::-1, ::-1])[0], *_conv_backward(delta, a, w)[1:])


def _batch_in_bias(delta: NDArray, a: NDArray, w: NDArray) -> Gradients:
    return (*_conv_backward(delta, a, w)[:2], np.array(delta.sum() / len(delta)))


def _library_backward(delta: NDArray, a: NDArray, w: NDArray) -> tuple[Any, ...]:
    grad_a, grad_w, grad_b = convolution.conv2d_backward(delta[:, None], a[:, None], w[None, None], np.zeros(1))
    return grad_a[:, 0], grad_w[0, 0], float(grad_b[0])


BUGS = FunctionExercise(
    id="04.6",
    title="Three faults in a backward pass",
    minutes=10,
    hints=(
        "Each of the three results has one fault. Check each by itself against gradcheck.numerical_gradient.",
        "Paths add up: over the images, over the positions, and wherever windows overlap.",
        "One fault is a mean in place of a sum, one is = in place of +=, one is a sum that stops too early.",
    ),
    cases=lambda rng: [
        (rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 5, 5)), rng.normal(size=(3, 2))),
        (rng.normal(size=(3, 2, 5)), rng.normal(size=(3, 3, 7)), rng.normal(size=(2, 3))),
        Edge("for one image", rng.normal(size=(1, 2, 3)), rng.normal(size=(1, 3, 3)), rng.normal(size=(2, 1))),
    ],
    reference=_library_backward,
    mistakes=(
        *left_over(_with_faults, FAULTS),
        Mistake("kernel turned", _turned, "grad_a had one fault only, and the order of the weights was not it."),
        Mistake(
            "bias averaged",
            _batch_in_bias,
            "The bias gradient is averaged over the images; every image adds its share.",
        ),
    ),
)
