"""What every optimizer shares: the arrays, the checks, the state; the mathematics is in ``update_rules``.

Taught in lecture 07b.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = Iterable[NDArray] | Mapping[str, NDArray]
State = dict[str, Any]


class Optimizer(ABC):
    """An optimizer over NumPy arrays, which ``step`` changes in place.

    A subclass writes its update of one array in ``_update``, and names what it remembers in ``_initial_state``.

    Attributes:
        params: The arrays, in the order given.
        lr: The learning rate; set it before a step to follow a schedule.
        weight_decay: Strength λ of the decay.

    Taught in lecture 07b.
    """

    def __init__(self, params: Arrays, lr: float, weight_decay: float) -> None:
        require_non_negative(lr=lr, weight_decay=weight_decay)
        named = named_arrays(params, "params")
        if not named:
            raise ValueError("params is empty; pass at least one array")
        self._names = list(named)
        self._named_by_user = isinstance(params, Mapping)
        self.params = list(named.values())
        self.lr, self.weight_decay = float(lr), float(weight_decay)
        self._state: list[State] | None = None  # made when first read: it depends on the subclass's options

    def step(self, grads: Arrays) -> None:
        """Change every parameter in place by one update; nothing is changed if a gradient is refused.

        Args:
            grads: The gradients, each of its parameter's shape: a list in the order of ``params``, or a dictionary
                under the same names.

        Raises:
            ValueError: Names, number or shapes differ from the parameters', or a gradient holds NaN or infinity.

        Taught in lecture 07b.
        """
        require_non_negative(lr=self.lr)
        for param, grad, state in zip(self.params, self._in_order(grads), self.state, strict=True):
            if "step" in state:
                state["step"] += 1
            self._update(param, grad, state)

    @property
    def state(self) -> list[State]:
        """What the optimizer remembers: for each parameter a dictionary under PyTorch's names, live, not a copy.

        Setting it copies. ``list(torch_optimizer.state_dict()["state"].values())`` may be set as it is.
        """
        if self._state is None:
            self._state = [self._initial_state(param) for param in self.params]
        return self._state

    @state.setter
    def state(self, entries: Iterable[Mapping[str, Any]]) -> None:
        entries = list(entries)
        if len(entries) != len(self.params):
            raise ValueError(f"state has {len(entries)} entries for {len(self.params)} parameters; give one for each")
        self._state = [self._copied(*item) for item in zip(self._names, self.params, entries, strict=True)]

    @abstractmethod
    def _update(self, w: NDArray, g: NDArray, state: State) -> None:
        """Change the parameter ``w`` in place, given its gradient ``g``."""

    @abstractmethod
    def _initial_state(self, w: NDArray) -> State:
        """Return what is remembered about the parameter ``w`` before the first step."""

    def _in_order(self, grads: Arrays) -> list[NDArray]:
        """Return the checked gradients in the order and dtype of the parameters."""
        named = named_arrays(grads, "grads")
        if isinstance(grads, Mapping):
            self._check_names(named)
            named = {name: named[name] for name in self._names}
        if len(named) != len(self.params):
            raise ValueError(f"{len(named)} gradients for {len(self.params)} parameters; give one for each")
        for name, param, grad in zip(self._names, self.params, named.values(), strict=True):
            if grad.shape != param.shape:
                raise ValueError(f"the gradient of {name} has shape {grad.shape}, the parameter has {param.shape}")
            if not np.isfinite(grad).all():
                raise ValueError(
                    f"the gradient of {name} holds NaN or infinity; lower the learning rate, or clip earlier"
                )
        return [grad.astype(param.dtype, copy=False) for param, grad in zip(self.params, named.values(), strict=True)]

    def _check_names(self, grads: Mapping[str, NDArray]) -> None:
        """Raise ValueError unless the gradients stand under the parameters' names."""
        if not self._named_by_user:
            raise ValueError("grads is a dictionary but params was a list; pass a list in the same order")
        missing, unknown = [n for n in self._names if n not in grads], [n for n in grads if n not in self._names]
        if missing or unknown:
            raise ValueError(f"grads and params differ in their names: missing {missing}, unknown {unknown}")

    def _copied(self, name: str, param: NDArray, entry: Mapping[str, Any]) -> State:
        """Return a checked copy of one entry of a state that is being set."""
        expected = set(self._initial_state(param))
        if set(entry) != expected:
            raise ValueError(f"the state of {name} has the keys {sorted(entry)}; expected {sorted(expected)}")
        copied = {key: int(value) if key == "step" else _array_or_none(value, param) for key, value in entry.items()}
        for key, value in copied.items():
            if isinstance(value, np.ndarray) and value.shape != param.shape:
                raise ValueError(f"{key} of {name} has shape {value.shape}, the parameter has {param.shape}")
        return copied


def named_arrays(arrays: Arrays, what: str) -> dict[str, NDArray]:
    """Return the arrays under their names, or under ``what[0]``, ``what[1]`` … where they came as a list.

    Raises:
        ValueError: One bare array, or an element that is not a floating-point array.
    """
    if isinstance(arrays, np.ndarray):
        raise ValueError(f"{what} is one array; pass a list, [array], or a dictionary of arrays")
    if isinstance(arrays, Mapping):
        named = dict(arrays)
    else:
        named = {f"{what}[{index}]": array for index, array in enumerate(arrays)}
    for name, array in named.items():
        if not isinstance(array, np.ndarray) or not np.issubdtype(array.dtype, np.floating):
            kind = array.dtype if isinstance(array, np.ndarray) else f"a {type(array).__name__}, not an array"
            raise ValueError(f"{name} is {kind}; expected a NumPy array of floats: np.asarray(value, dtype=float)")
    return named


def require_non_negative(**options: float) -> None:
    """Raise ValueError for an option that is negative, infinite or NaN."""
    for name, value in options.items():
        if not 0 <= value < math.inf:
            raise ValueError(f"{name} is {value}; it must be a finite number, 0 or more")


def require_decay_rate(**options: float) -> None:
    """Raise ValueError for the rate of a moving average that lies outside [0, 1)."""
    for name, value in options.items():
        if not 0 <= value < 1:
            raise ValueError(f"{name} is {value}; it must lie in [0, 1), because it is the share of the past kept")


def _array_or_none(value: Any, param: NDArray) -> NDArray | None:
    return None if value is None else np.asarray(value).astype(param.dtype)  # astype copies
