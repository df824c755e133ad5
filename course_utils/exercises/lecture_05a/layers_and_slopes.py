"""Exercises 05a.1, 05a.3 and 05a.4: a stack of linear layers, a SELU with two faults, the gradient of SiLU."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from itertools import pairwise

import numpy as np

from course_utils import activations
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise
from course_utils.exercises.planted import left_over

Layers = list[np.ndarray]
SCALE, ALPHA = activations.SELU_SCALE, activations.SELU_ALPHA


def _stack(rng: np.random.Generator, widths: tuple[int, ...]) -> tuple[Layers, Layers]:
    pairs = list(pairwise(widths))
    return [rng.normal(size=(outputs, inputs)) for inputs, outputs in pairs], [rng.normal(size=n) for _, n in pairs]


def _stacks(rng: np.random.Generator) -> list[tuple[Layers, Layers]]:
    # The first one is square, so that a product in the wrong order can be told from other faults.
    return [
        *(_stack(rng, widths) for widths in [(3, 3, 3), (4, 2, 5, 3)]),
        Edge("for a single layer", *_stack(rng, (2, 3))),
        Edge("for layers of one unit", *_stack(rng, (1, 1, 1))),
    ]


def _fold(weights: Layers, biases: Layers) -> tuple[np.ndarray, np.ndarray]:
    W, b = weights[0], biases[0]
    for next_W, next_b in zip(weights[1:], biases[1:], strict=True):
        W, b = next_W @ W, next_W @ b + next_b
    return W, b


FOLD = FunctionExercise(
    id="05a.1",
    title="Fold a stack into one layer",
    minutes=8,
    hints=(
        "Write out two layers on paper: W2 (W1 x + b1) + b2. Multiply out, and collect the terms in x.",
        "The first bias passes through all later layers, so it is multiplied by their weights.",
        "Start with W, b = weights[0], biases[0]. The next layer with V and c turns W into V @ W, b into V @ b + c.",
    ),
    cases=_stacks,
    reference=_fold,
    mistakes=(
        Mistake(
            "wrong order",
            lambda weights, biases: (reduce(np.matmul, weights), _fold(weights, biases)[1]),
            "The order of your matrices is wrong: the first layer acts on x first, so its matrix is next to x.",
        ),
        Mistake(
            "biases added up",
            lambda weights, biases: (_fold(weights, biases)[0], np.sum(biases, axis=0)),
            "The weight is right. The biases are simply added, but an early bias also passes through the later layers.",
        ),
        Mistake(
            "last bias only",
            lambda weights, biases: (_fold(weights, biases)[0], biases[-1]),
            "The weight is right. Only the last bias arrives. What happened to the others?",
        ),
        Mistake(
            "no bias",
            lambda weights, biases: (_fold(weights, biases)[0], np.zeros_like(biases[-1])),
            "The weight is right, and the biases are missing: try x = 0 in the stack and in your layer.",
        ),
        Mistake(
            "own bias forgotten",
            lambda weights, biases: (
                _fold(weights, biases)[0],
                _fold(weights, [biases[0], *(0 * b for b in biases[1:])])[1],
            ),
            "The weight is right. The first bias passes through the later layers, but their own biases are missing.",
        ),
        Mistake(
            "stack reversed",
            lambda weights, biases: _fold(weights[::-1], biases[::-1]),
            "You begin with the last layer; the lists begin with the first.",
        ),
        Mistake("last layer alone", lambda weights, biases: (weights[-1], biases[-1]), "This is only the last layer."),
        Mistake("first layer alone", lambda weights, biases: (weights[0], biases[0]), "This is only the first layer."),
        Mistake(
            "transposed",
            lambda weights, biases: (_fold(weights, biases)[0].T, _fold(weights, biases)[1]),
            "The bias is right. The weight is transposed: for W @ x, it needs the shape (outputs, inputs).",
        ),
    ),
)


def _silu_cases(rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray]]:
    far = np.array([[-800.0, -40, 0, 40, 800]])
    return [
        *((rng.normal(size=shape), rng.normal(0, 2, size=shape)) for shape in [(3, 5), (4,), (2, 3, 2)]),
        Edge("for an array of one row", rng.normal(size=(1, 3)), rng.normal(size=(1, 3))),
        Edge("for z = 800", rng.normal(size=far.shape), far),
    ]


def _silu_backward(grad_output: np.ndarray, x: np.ndarray) -> np.ndarray:
    s = activations.sigmoid(x)
    return grad_output * (s + x * s * (1 - s))


SILU = FunctionExercise(
    id="05a.4",
    title="Derive a gradient: SiLU",
    minutes=10,
    hints=(
        "Product rule: (u v)' = u' v + u v', here with u = z and v = σ(z).",
        "u' is 1, and σ'(z) = σ(z) (1 - σ(z)).",
        "Multiply f'(z) = σ(z) + z σ(z) (1 - σ(z)) by grad_output: the chain rule. (activations.sigmoid is safe.)",
    ),
    cases=_silu_cases,
    reference=_silu_backward,
    why="On paper: f = z σ gives f' = 1 · σ + z · σ', and σ' = σ (1 - σ), so ∂L/∂z = ∂L/∂a · (σ + z σ (1 - σ)).",
    forbidden=("silu", "silu_backward"),
    mistakes=(
        Mistake(
            "grad_output forgotten",
            lambda grad_output, x: _silu_backward(np.ones_like(x), x),
            "This is the slope f'(z). By the chain rule, it still has to be multiplied by the gradient from above.",
        ),
        Mistake(
            "first term only",
            lambda grad_output, x: grad_output * activations.sigmoid(x),
            "You differentiate the factor z and treat σ(z) as a constant: the product rule has a second half.",
        ),
        Mistake(
            "second term only",
            lambda grad_output, x: x * activations.sigmoid_backward(grad_output, x),
            "You differentiate σ(z) and treat the factor z as a constant: the product rule has a first half.",
        ),
        Mistake(
            "factor x forgotten",
            lambda grad_output, x: grad_output * activations.sigmoid(x) + activations.sigmoid_backward(grad_output, x),
            "Both terms are there, but the second one has lost its factor z.",
        ),
        Mistake(
            "brackets forgotten",
            lambda g, x: g * activations.sigmoid(x) + activations.sigmoid_backward(x, x),
            "grad_output multiplies only the first term of the sum; it belongs to both.",
        ),
        Mistake(
            "slope of the sigmoid",
            lambda g, x: g * activations.sigmoid(x) * (1 + x),
            "Both terms are there, but σ is not its own derivative: σ' has a second factor.",
        ),
        Mistake(
            "minus between the terms",
            lambda g, x: g * activations.sigmoid(x) - activations.sigmoid_backward(g * x, x),
            "The second term has the wrong sign.",
        ),
        Mistake(
            "value instead of slope",
            lambda grad_output, x: grad_output * x * activations.sigmoid(x),
            "You multiply by f(z) itself; the chain rule asks for its derivative.",
        ),
    ),
)


def _selu(x: np.ndarray, scale: float = SCALE, alpha: float = ALPHA) -> np.ndarray:
    return scale * np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def _found_selu(*, scale: bool, brackets: bool) -> Callable[[np.ndarray], np.ndarray]:
    """Return the function of the task with the faults that are still in it."""

    def selu(x: np.ndarray) -> np.ndarray:
        power = np.exp(np.minimum(x, 0))
        negative = SCALE * ALPHA * power - 1 if brackets else SCALE * ALPHA * (power - 1)
        return np.where(x > 0, x if scale else SCALE * x, negative)

    return selu


FAULTS = {
    "scale": "Look at the positive branch: is its slope supposed to be 1?",
    "brackets": "The negative branch jumps at zero: what is its value at z = 0?",
}


def _selu_cases(rng: np.random.Generator) -> list[tuple[np.ndarray]]:
    shapes = [(4, 5), (7,)]
    edges = Edge("at zero", np.zeros((1, 2))), Edge("for z = 800", np.array([-800.0, 800.0]))
    return [*((rng.normal(0, 2, size=shape),) for shape in shapes), *edges]


MENDED_SELU = FunctionExercise(
    id="05a.3",
    title="Two faults in a SELU",
    minutes=6,
    hints=(
        "The curve has no jump: coming from either side, what is its value at z = 0? And what does the code give?",
        "The formula has λ before the brace. Which lines of the brace does it multiply?",
        "α multiplies all of exp(z) - 1, so a pair of parentheses is missing.",
    ),
    cases=_selu_cases,
    reference=_selu,
    forbidden=("selu", "SELU", "torch"),
    mistakes=(
        *left_over(_found_selu, FAULTS),
        Mistake(
            "brackets in the wrong place",
            lambda x: np.where(x > 0, SCALE * x, SCALE * (ALPHA * np.exp(np.minimum(x, 0)) - 1)),
            "The positive branch is right. In the negative one, α multiplies only the power: what is missing?",
        ),
        Mistake(
            "left branch not scaled",
            lambda x: np.where(x > 0, SCALE * x, _selu(x, 1.0)),
            "The positive branch is right. The negative one has no λ: in the formula, it is before the brace.",
        ),
        Mistake(
            "no alpha",
            lambda x: _selu(x, alpha=1.0),
            "Scale and brackets are right, but α is missing.",
        ),
        Mistake(
            "half forgotten", lambda x: SCALE * np.maximum(x, 0), "The negative branch is 0: this is a scaled ReLU."
        ),
        Mistake(
            "constants swapped",
            lambda x: _selu(x, ALPHA, SCALE),
            "The form is right, but the two constants are swapped.",
        ),
        Mistake(
            "no scale",
            lambda x: _selu(x, 1.0),
            "The form is right, but nothing is scaled: this is an ELU.",
        ),
    ),
)
