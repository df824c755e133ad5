"""What recurrent layers share: the walk through time, forward and backward. Taught in sitting 13b."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from course_utils.convolution.arguments import (
    require_floats,
    require_gradient,
    require_same_dtype,
    require_shape,
    whole_number,
)
from course_utils.layers.base import Layer, Rng, uniform_parameter

State = tuple[NDArray, ...]  # the hidden state first, (N, H) each


class Recurrent(Layer):
    """A layer that reads a sequence step by step and carries a state along, zero at the start.

    Back-propagation through time is backpropagation in the unrolled network: the same weights occur at every step, so
    their gradients are sums over the steps, and the gradient of a state comes from the output of its step and from
    the step after it.

    Args:
        input_size: Features F.
        hidden_size: Units H.
        rng: Generator or seed of the start; None takes a fresh one each time.
        dtype: Of all parameters, float32 or float64.

    Attributes:
        weight_ih_l0: Input to gates, (G·H, F), G gates below each other in PyTorch's order.
        weight_hh_l0: Hidden state to gates, (G·H, H).
        bias_ih_l0: (G·H,).
        bias_hh_l0: (G·H,).

    Raises:
        ValueError: A size below 1, another dtype; in the passes a wrong shape, dtype, NaN or infinity.

    Source: Werbos (1990), "Backpropagation through time: what it does and how to do it".

    Taught in sitting 13b.
    """

    parameter_names: ClassVar = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    gates: ClassVar[int]
    states: ClassVar[int] = 1

    def __init__(self, input_size: int, hidden_size: int, *, rng: Rng = None, dtype: DTypeLike = np.float64) -> None:
        super().__init__()
        features = whole_number(input_size, "input_size", 1)
        self.hidden_size = whole_number(hidden_size, "hidden_size", 1)
        rng, rows = np.random.default_rng(rng), self.gates * self.hidden_size
        shapes = ((rows, features), (rows, self.hidden_size), (rows,), (rows,))
        for name, shape in zip(self.parameter_names, shapes, strict=True):
            setattr(self, name, uniform_parameter(shape, self.hidden_size, rng, dtype))

    def forward(self, x: NDArray) -> NDArray:
        """Return the hidden state after each step, (N, T, H), for a batch of sequences (N, T, F)."""
        require_floats("x", x, "N, T, F")
        n, steps, _ = x.shape
        features = self.weight_ih_l0.shape[1]
        require_shape("x", x, (n, steps, features), f"as many features as weight_ih_l0 {self.weight_ih_l0.shape} takes")
        require_same_dtype(x=x, weight_ih_l0=self.weight_ih_l0)
        state: State = tuple(np.zeros((n, self.hidden_size), x.dtype) for _ in range(self.states))
        from_input = x @ self.weight_ih_l0.T + self.bias_ih_l0  # (N, T, F) @ (F, G·H), all steps at once
        hidden = np.empty((n, steps, self.hidden_size), x.dtype)
        self._input, self._steps = x, []
        for t in range(steps):
            from_hidden = state[0] @ self.weight_hh_l0.T + self.bias_hh_l0  # (N, H) @ (H, G·H)
            before, (state, kept) = state, self.step(from_input[:, t], from_hidden, state)
            self._steps.append((before, kept))
            hidden[:, t] = state[0]
        return hidden

    def backward(self, grad_output: NDArray) -> NDArray:
        """Return ∂L/∂x, (N, T, F), for the gradient of the hidden state after each step, (N, T, H)."""
        x = self._last_input()
        n, steps, _ = x.shape
        require_gradient(grad_output, (n, steps, self.hidden_size), "N, T, H", x)
        self._gradients = {name: np.zeros_like(array) for name, array in self.parameters().items()}
        grad_state: State = tuple(np.zeros((n, self.hidden_size), x.dtype) for _ in range(self.states))
        grad_x = np.empty_like(x)
        for t in reversed(range(steps)):
            before, kept = self._steps[t]
            grad_state = (grad_state[0] + grad_output[:, t], *grad_state[1:])
            grad_from_input, grad_from_hidden, grad_state = self.step_backward(grad_state, before, kept)
            self._gradients["weight_ih_l0"] += grad_from_input.T @ x[:, t]
            self._gradients["weight_hh_l0"] += grad_from_hidden.T @ before[0]
            self._gradients["bias_ih_l0"] += grad_from_input.sum(axis=0)
            self._gradients["bias_hh_l0"] += grad_from_hidden.sum(axis=0)
            grad_x[:, t] = grad_from_input @ self.weight_ih_l0
            grad_state = (grad_state[0] + grad_from_hidden @ self.weight_hh_l0, *grad_state[1:])
        return grad_x

    @abstractmethod
    def step(self, from_input: NDArray, from_hidden: NDArray, state: State) -> tuple[State, Any]:
        """Return the next state, and what :meth:`step_backward` needs.

        Args:
            from_input: W_ih x + b_ih, (N, G·H).
            from_hidden: W_hh h + b_hh, (N, G·H).
            state: The state before the step.
        """

    @abstractmethod
    def step_backward(self, grad_state: State, state: State, kept: Any) -> tuple[NDArray, NDArray, State]:
        """Return the gradients of ``from_input``, ``from_hidden``, and of ``state`` where it enters directly.

        Args:
            grad_state: Gradient of the state after the step.
            state: The state before the step.
            kept: What :meth:`step` gave.
        """
