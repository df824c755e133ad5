"""What every layer shares: parameters, gradients, training or evaluating, and moving its state to and from PyTorch.

Taught in sitting 04b.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import DTypeLike, NDArray

from course_utils.convolution.arguments import FLOATS, require_finite

Rng = np.random.Generator | int | None


class Layer(ABC):
    """A step of a network: ``forward`` computes its output, ``backward`` sends the gradient back through it.

    A layer remembers the input of its last forward pass, which the backward pass needs. Its parameters are attributes
    under PyTorch's names, changed in place by an optimizer.

    Attributes:
        training: True after ``train()`` and at the start, False after ``eval()``.

    Taught in sitting 04b.
    """

    parameter_names: ClassVar[tuple[str, ...]] = ()
    buffer_names: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        self.training = True
        self._gradients: dict[str, NDArray] = {}
        self._input: NDArray | None = None

    @abstractmethod
    def forward(self, x: NDArray) -> NDArray:
        """Return the layer's output for a batch, and remember what the backward pass needs."""

    @abstractmethod
    def backward(self, grad_output: NDArray) -> NDArray:
        """Return the gradient with respect to the last input, and keep those of the parameters for ``gradients()``."""

    def parameters(self) -> dict[str, NDArray]:
        """Return the learned arrays under PyTorch's names: the arrays themselves, not copies."""
        return self._named(self.parameter_names)

    def gradients(self) -> dict[str, NDArray]:
        """Return the gradients of the last backward pass, under the parameters' names; they do not accumulate.

        Raises:
            RuntimeError: There has been no backward pass yet.
        """
        if self.parameters() and not self._gradients:
            raise RuntimeError(f"{type(self).__name__} has no gradients yet; call forward, then backward")
        return dict(self._gradients)

    def train(self) -> Self:
        """Switch to training, which changes batch normalisation and dropout; return the layer."""
        self.training = True
        return self

    def eval(self) -> Self:
        """Switch to evaluating, which changes batch normalisation and dropout; return the layer."""
        self.training = False
        return self

    def state_dict(self) -> dict[str, NDArray]:
        """Return copies of the parameters and the running statistics under PyTorch's names."""
        return {name: array.copy() for name, array in self._state().items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Copy a state into the layer's arrays; nothing is changed if anything in it does not fit.

        Args:
            state: From ``state_dict()`` of this course or of a PyTorch module on the CPU.

        Raises:
            ValueError: A name is missing or unknown, a shape differs, or a value is NaN or infinite.
        """
        own = self._state()
        if set(state) != set(own):
            missing, unknown = sorted(set(own) - set(state)), sorted(set(state) - set(own))
            raise ValueError(f"state does not fit {type(self).__name__}: missing {missing}, unknown {unknown}")
        loaded = {name: np.asarray(value) for name, value in state.items()}
        for name, array in loaded.items():
            if array.shape != own[name].shape:
                raise ValueError(f"{name} has shape {array.shape} in state; the layer's has {own[name].shape}")
            require_finite(name, array)
        for name, array in loaded.items():
            own[name][...] = array

    def _state(self) -> dict[str, NDArray]:
        """Return the parameters and the running statistics themselves."""
        return self.parameters() | self._named(self.buffer_names)

    def _named(self, names: tuple[str, ...]) -> dict[str, NDArray]:
        """Return those of the attributes that are arrays; a layer without bias has None there."""
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}

    def _last_input(self) -> NDArray:
        """Return the input of the last forward pass."""
        if self._input is None:
            raise RuntimeError(f"{type(self).__name__}.backward was called before forward; call forward first")
        return self._input


def uniform_parameter(shape: tuple[int, ...], fan_in: int, rng: np.random.Generator, dtype: DTypeLike) -> NDArray:
    r"""Draw PyTorch's default start for weights and biases: uniform on :math:`±1/\sqrt{\text{fan\_in}}`.

    It is He's uniform rule with a = √5, as ``torch.nn.Linear`` and ``torch.nn.Conv2d`` apply it.

    Args:
        shape: Of the parameter.
        fan_in: Inputs that one output sums over.
        rng: Where the numbers come from.
        dtype: float32 or float64.

    Raises:
        ValueError: Another dtype.

    Source: He et al. (2015), "Delving deep into rectifiers", arXiv 1502.01852.

    Taught in sitting 04b.
    """
    require_float_dtype(dtype)
    bound = 1 / np.sqrt(fan_in)
    return rng.uniform(-bound, bound, shape).astype(dtype)


def require_float_dtype(dtype: DTypeLike) -> None:
    """Raise ValueError for a dtype other than float32 and float64."""
    if np.dtype(dtype) not in FLOATS:
        raise ValueError(f"dtype is {np.dtype(dtype)}; choose np.float32 or np.float64")
