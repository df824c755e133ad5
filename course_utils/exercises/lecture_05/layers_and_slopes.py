"""Exercises 05.1 to 05.3: a stack of linear layers, the gradient of SiLU, a SELU with two faults."""

from __future__ import annotations

from functools import reduce
from itertools import pairwise

import numpy as np

from course_utils import activations
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import FunctionExercise

Layers = list[np.ndarray]
SCALE, ALPHA = activations.SELU_SCALE, activations.SELU_ALPHA


def _stack(rng: np.random.Generator, widths: tuple[int, ...]) -> tuple[Layers, Layers]:
    pairs = list(pairwise(widths))
    return [rng.normal(size=(outputs, inputs)) for inputs, outputs in pairs], [rng.normal(size=n) for _, n in pairs]


def _stacks(rng: np.random.Generator) -> list[tuple[Layers, Layers]]:
    # The first one is square, so that a product in the wrong order can be told from other faults.
    return [_stack(rng, widths) for widths in [(3, 3, 3), (4, 2, 5, 3), (2, 3)]]


def _fold(weights: Layers, biases: Layers) -> tuple[np.ndarray, np.ndarray]:
    W, b = weights[0], biases[0]
    for next_W, next_b in zip(weights[1:], biases[1:], strict=True):
        W, b = next_W @ W, next_W @ b + next_b
    return W, b


FOLD = FunctionExercise(
    id="05.1",
    title="Fold a stack into one layer",
    minutes=8,
    hints=(
        "Write out two layers on paper: W2 (W1 x + b1) + b2. Multiply out, and sort by what stands with x.",
        "The first bias passes through all later layers, so it is multiplied by their weights.",
        "Start with W, b = weights[0], biases[0]. For each further layer: W becomes V @ W, b becomes V @ b + c.",
    ),
    cases=_stacks,
    reference=_fold,
    mistakes=(
        Mistake(
            "wrong order",
            lambda weights, biases: (reduce(np.matmul, weights), _fold(weights, biases)[1]),
            "Your matrices are multiplied in the wrong order: the first layer acts on x first, so it stands next to x.",
        ),
        Mistake(
            "biases added up",
            lambda weights, biases: (_fold(weights, biases)[0], np.sum(biases, axis=0)),
            "The weight is right. The biases are simply added, but an early bias also passes the layers behind it.",
        ),
        Mistake(
            "last bias only",
            lambda weights, biases: (_fold(weights, biases)[0], biases[-1]),
            "The weight is right. Only the last bias arrives; what became of the others?",
        ),
        Mistake(
            "no bias",
            lambda weights, biases: (_fold(weights, biases)[0], np.zeros_like(biases[-1])),
            "The weight is right, and the biases are missing: try x = 0 in the stack and in your layer.",
        ),
        Mistake(
            "transposed",
            lambda weights, biases: (_fold(weights, biases)[0].T, _fold(weights, biases)[1]),
            "The bias is right. The weight is transposed: asked for is W @ x, with shape (outputs, inputs).",
        ),
    ),
)


def _silu_cases(rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray]]:
    return [(rng.normal(size=shape), rng.normal(0, 2, size=shape)) for shape in [(3, 5), (4,), (2, 3, 2)]]


def _silu_backward(grad_output: np.ndarray, x: np.ndarray) -> np.ndarray:
    s = activations.sigmoid(x)
    return grad_output * (s + x * s * (1 - s))


SILU = FunctionExercise(
    id="05.2",
    title="Derive a gradient: SiLU",
    minutes=10,
    hints=(
        "Product rule: (u v)' = u' v + u v', here with u = x and v = σ(x).",
        "u' is 1, and σ'(x) = σ(x) (1 - σ(x)).",
        "f'(x) = σ(x) + x σ(x) (1 - σ(x)). The chain rule then multiplies it by grad_output.",
    ),
    cases=_silu_cases,
    reference=_silu_backward,
    why="On paper: f = x σ gives f' = 1 · σ + x · σ', and σ' = σ (1 - σ), so dL/dx = dL/dy · (σ + x σ (1 - σ)).",
    mistakes=(
        Mistake(
            "grad_output forgotten",
            lambda grad_output, x: _silu_backward(np.ones_like(x), x),
            "This is the slope f'(x). By the chain rule the gradient from above still has to come in.",
        ),
        Mistake(
            "first term only",
            lambda grad_output, x: grad_output * activations.sigmoid(x),
            "You differentiate the factor x and treat σ(x) as a constant: the product rule has a second half.",
        ),
        Mistake(
            "second term only",
            lambda grad_output, x: x * activations.sigmoid_backward(grad_output, x),
            "You differentiate σ(x) and treat the factor x as a constant: the product rule has a first half.",
        ),
        Mistake(
            "factor x forgotten",
            lambda grad_output, x: grad_output * activations.sigmoid(x) + activations.sigmoid_backward(grad_output, x),
            "Both terms are there, but the second one has lost its factor x.",
        ),
        Mistake(
            "value instead of slope",
            lambda grad_output, x: grad_output * x * activations.sigmoid(x),
            "You multiply by f(x) itself; the chain rule asks for its derivative.",
        ),
    ),
)


def _selu(x: np.ndarray, scale: float = SCALE, alpha: float = ALPHA) -> np.ndarray:
    return scale * np.where(x > 0, x, alpha * (np.exp(x) - 1))


MENDED_SELU = FunctionExercise(
    id="05.3",
    title="Two faults in a SELU",
    minutes=6,
    hints=(
        "The curve has no jump: coming from either side, what is its value at x = 0? And what does the code give?",
        "The formula puts λ in front of the brace. Which lines of the brace does it multiply?",
        "α multiplies the whole of exp(x) - 1, so a pair of brackets is missing.",
    ),
    cases=lambda rng: [(rng.normal(0, 2, size=shape),) for shape in [(4, 5), (7,)]],
    reference=_selu,
    mistakes=(
        Mistake(
            "nothing mended",
            lambda x: np.where(x > 0, x, SCALE * ALPHA * np.exp(x) - 1),
            "This is still the function from the task, with both faults.",
        ),
        Mistake(
            "scale still missing",
            lambda x: np.where(x > 0, x, SCALE * ALPHA * (np.exp(x) - 1)),
            "The negative branch is right. Look at the positive one again: should its slope be 1?",
        ),
        Mistake(
            "brackets still missing",
            lambda x: np.where(x > 0, SCALE * x, SCALE * ALPHA * np.exp(x) - 1),
            "The positive branch is right. The negative one jumps at zero: what is it at x = 0?",
        ),
        Mistake(
            "constants swapped",
            lambda x: _selu(x, ALPHA, SCALE),
            "The form is right, with the two constants in each other's place.",
        ),
        Mistake(
            "no scale",
            lambda x: _selu(x, 1.0),
            "The form is right, but nothing is scaled: this is an ELU.",
        ),
    ),
)
