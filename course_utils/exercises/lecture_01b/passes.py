"""Exercises 01b.3 and 01b.4: the order of backpropagation, and a dense layer with its ReLU backward."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from course_utils.exercises.diagnosis import describe
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise, Edge, FunctionExercise

Graph = Mapping[str, Sequence[str]]

# The first is that of the task text; the second lists children first; in the third, the longest way decides; the last
# is in two pieces.
GRAPHS: tuple[Graph, ...] = (
    {"x": [], "u": ["x"], "L": ["u", "x"]},
    {"L": ["a", "y"], "a": ["z"], "z": ["m", "b"], "m": ["w", "x"], "w": [], "x": [], "b": [], "y": []},
    {"a": [], "d": ["c", "a"], "b": ["a"], "e": ["a", "d"], "c": ["b"]},
    {"q": ["p", "p"], "p": [], "s": ["r"], "r": []},
)
RANDOM_GRAPHS, NAMES_IN_EACH = 8, 9


def _graphs(rng: np.random.Generator) -> list[tuple[Graph]]:
    """Return the four graphs and random ones, in which a name is computed from up to three others."""
    graphs: list[tuple[Graph]] = [(graph,) for graph in GRAPHS]
    for _ in range(RANDOM_GRAPHS):
        named = [str(name) for name in rng.permutation(list("abcdefghijklmnopqrstuvwxyz"))[:NAMES_IN_EACH]]
        before = {
            name: [named[k] for k in rng.permutation(place)[: rng.integers(0, 4)]] for place, name in enumerate(named)
        }
        graphs.append(({name: before[name] for name in map(str, rng.permutation(named))},))
    return graphs


NO_LIST = "backward_order must return a list of names."
NAMES = "The list must hold each name of the graph exactly once."
FORWARD = "This is an order for going forward: every name comes after the names that it is computed from."
TOO_EARLY = "A name must wait until everything that is computed from it has had its turn"


def _order_problem(order: Any, parents: Graph) -> str | None:
    """Return what is wrong with an order of backpropagation through a graph, or None."""
    order = order.tolist() if isinstance(order, np.ndarray) else order
    if not isinstance(order, list | tuple) or not all(isinstance(name, str) for name in order):
        return f"{NO_LIST} Got {describe(order)}."
    if sorted(order) != sorted(parents):
        return f"{NAMES} The graph has {sorted(parents)}; your list has {list(order)}."
    place = {name: number for number, name in enumerate(order)}
    edges = [(name, parent) for name, before in parents.items() for parent in before]
    early = [edge for edge in edges if place[edge[1]] < place[edge[0]]]
    if not early:
        return None
    if len(early) == len(edges):
        return FORWARD
    name, parent = early[0]
    return f"{TOO_EARLY}: {parent} comes before {name}, in {list(order)}."


def _forward_order(parents: Graph) -> list[str]:
    order: list[str] = []

    def visit(name: str) -> None:
        if name not in order:
            for parent in parents[name]:
                visit(parent)
            order.append(name)

    for name in parents:
        visit(name)
    return order


def _children_first(parents: Graph) -> list[str]:
    """Visit a name, then its parents: right for a chain, wrong where paths of different lengths meet."""
    order: list[str] = []

    def visit(name: str) -> None:
        if name not in order:
            order.append(name)
            for parent in parents[name]:
                visit(parent)

    used = {parent for before in parents.values() for parent in before}
    for name in (one for one in parents if one not in used):
        visit(name)
    return order


ORDER = BuildExercise(
    id="01b.3",
    title="In which order?",
    minutes=10,
    hints=(
        "Turn it around: first find an order in which you could go forward, and then reverse it.",
        "A recursive function can list all parents of a name, and then the name itself, unless it is listed already.",
        "Call it for every name of the dictionary, not only for one, and return the list from its end: order[::-1].",
    ),
    examiner=_order_problem,
    calls=_graphs,
    mistakes=(
        Mistake("forward", _forward_order, FORWARD),
        Mistake("name, then parents", _children_first, TOO_EARLY),
        Mistake("as a text", lambda parents: " ".join(_forward_order(parents)), NO_LIST),
        Mistake("results only", lambda parents: [name for name in parents if parents[name]], NAMES),
    ),
)


def _backward(grad_A: np.ndarray, X: np.ndarray, W: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, ...]:
    return _linear_backward(grad_A * (X @ W.T + b > 0), X, W, b)


def _linear_backward(delta: np.ndarray, X: np.ndarray, W: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, ...]:
    return delta.T @ X, delta.sum(axis=0), delta @ W


def _masked_by(mask: Callable[..., np.ndarray]) -> Callable[..., tuple[np.ndarray, ...]]:
    return lambda grad_A, X, W, b: _linear_backward(grad_A * mask(grad_A, X, W, b), X, W, b)


def _mean_over_batch(grad_A: np.ndarray, X: np.ndarray, W: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, ...]:
    grad_W, grad_b, grad_X = _backward(grad_A, X, W, b)
    return grad_W / len(X), grad_b / len(X), grad_X


def _layer_cases(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    def case(N: int, F: int, O: int) -> tuple[np.ndarray, ...]:  # noqa: E741 - O as in the lecture
        return (
            rng.normal(size=(N, O)),
            rng.normal(size=(N, F)),
            rng.normal(size=(O, F)),
            rng.normal(size=O),
        )

    return [
        case(5, 3, 4),
        case(4, 6, 2),
        Edge("for a batch of one", *case(1, 3, 2)),
        Edge("for one unit with one input", *case(3, 1, 1)),
    ]


DENSE_RELU = FunctionExercise(
    id="01b.4",
    title="A layer and its ReLU",
    minutes=8,
    hints=(
        "First go back through ReLU: at which places was its input, X @ W.T + b, positive?",
        "delta = grad_A where the net input is positive, else 0; its shape is (N, O).",
        "Then the three lines of the lecture: delta.T @ X, delta.sum(axis=0), delta @ W.",
    ),
    cases=_layer_cases,
    reference=_backward,
    forbidden=("torch",),
    mistakes=(
        Mistake("no ReLU", _linear_backward, "Part of the derivative gets through where ReLU blocks it."),
        Mistake(
            "ReLU of the gradient",
            _masked_by(lambda grad_A, X, W, b: grad_A > 0),
            "ReLU blocks where its input was negative, not where the incoming derivative is.",
        ),
        Mistake(
            "no bias in the net input",
            _masked_by(lambda grad_A, X, W, b: X @ W.T > 0),
            "ReLU's input is the weighted sum plus the bias; you forgot the bias when you asked where it is positive.",
        ),
        Mistake(
            "blocks the active ones",
            _masked_by(lambda grad_A, X, W, b: X @ W.T + b <= 0),
            "You block the derivative where ReLU lets it pass, and let it pass where ReLU blocks it.",
        ),
        Mistake(
            "mean over the batch",
            _mean_over_batch,
            "Over a batch, the slopes add up. The 1/N belongs to the loss, and grad_A already contains it.",
        ),
        Mistake(
            "mean of everything",
            lambda *arrays: tuple(gradient / len(arrays[1]) for gradient in _backward(*arrays)),
            "You divide by the number of examples; grad_A already contains whatever the loss divides by.",
        ),
        Mistake(
            "times the activation",
            _masked_by(lambda grad_A, X, W, b: np.maximum(0, X @ W.T + b)),
            "You multiply by what ReLU returned; its derivative is 1 or 0.",
        ),
        Mistake(
            "in another order",
            lambda *arrays: (_backward(*arrays)[2], *_backward(*arrays)[:2]),
            "All three are correct, but in a different order: the task asks for weights, biases, inputs.",
        ),
    ),
)
