"""One step of each kind of recurrent network, forward and backward. Taught in sitting 13b."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from course_utils.activations import sigmoid
from course_utils.recurrent.base import Recurrent, State

Kept = tuple[NDArray, ...]


class RNN(Recurrent):
    r"""The plain recurrent network, a recursive filter with a squashing function.

    .. math:: h_t = \tanh(W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh})

    Source: Elman (1990), "Finding structure in time"; names as in ``torch.nn.RNN``.

    Taught in sitting 13b.
    """

    gates = 1

    def step(self, from_input: NDArray, from_hidden: NDArray, state: State) -> tuple[State, Kept]:
        """Return the next hidden state."""
        hidden = np.tanh(from_input + from_hidden)
        return (hidden,), (hidden,)

    def step_backward(self, grad_state: State, state: State, kept: Kept) -> tuple[NDArray, NDArray, State]:
        """Return the gradients; the old state enters through ``from_hidden`` only."""
        grad = grad_state[0] * (1 - kept[0] ** 2)
        return grad, grad, (np.zeros_like(grad),)


class LSTM(Recurrent):
    r"""Long short-term memory: a cell state c that is added to, and gates that say what enters, stays and leaves.

    .. math:: c_t = f ⊙ c_{t-1} + i ⊙ g, \qquad h_t = o ⊙ \tanh(c_t)

    with the gates i, f, o (sigmoid) and the candidate g (tanh), all of
    :math:`W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh}`, below each other in the order i, f, g, o.

    Source: Hochreiter and Schmidhuber (1997), "Long short-term memory"; forget gate by Gers, Schmidhuber and Cummins
    (2000); names as in ``torch.nn.LSTM``.

    Taught in sitting 13b.
    """

    gates = 4
    states: ClassVar[int] = 2

    def step(self, from_input: NDArray, from_hidden: NDArray, state: State) -> tuple[State, Kept]:
        """Return the next hidden state and cell state."""
        i, f, g, o = np.split(from_input + from_hidden, 4, axis=1)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        cell = f * state[1] + i * g
        squashed = np.tanh(cell)
        return (o * squashed, cell), (i, f, g, o, squashed)

    def step_backward(self, grad_state: State, state: State, kept: Kept) -> tuple[NDArray, NDArray, State]:
        """Return the gradients; along the cell state they are multiplied by f and nothing else."""
        i, f, g, o, squashed = kept
        grad_hidden, grad_cell = grad_state
        grad_cell = grad_cell + grad_hidden * o * (1 - squashed**2)
        grad_gates = (
            grad_cell * g * i * (1 - i),
            grad_cell * state[1] * f * (1 - f),
            grad_cell * i * (1 - g**2),
            grad_hidden * squashed * o * (1 - o),
        )
        grad = np.concatenate(grad_gates, axis=1)
        return grad, grad, (np.zeros_like(grad_hidden), grad_cell * f)


class GRU(Recurrent):
    r"""The gated recurrent unit: between the old state and a candidate, a gate mixes.

    .. math:: h_t = (1 - z) ⊙ n + z ⊙ h_{t-1}, \qquad
              n = \tanh\bigl(W_{in} x_t + b_{in} + r ⊙ (W_{hn} h_{t-1} + b_{hn})\bigr)

    with the gates r and z (sigmoid of the sum of both contributions); below each other in the order r, z, n.

    Source: Cho et al. (2014), "Learning phrase representations using RNN encoder-decoder", arXiv 1406.1078, with r
    after the product as in ``torch.nn.GRU``.

    Taught in sitting 13b.
    """

    gates = 3

    def step(self, from_input: NDArray, from_hidden: NDArray, state: State) -> tuple[State, Kept]:
        """Return the next hidden state."""
        input_r, input_z, input_n = np.split(from_input, 3, axis=1)
        hidden_r, hidden_z, hidden_n = np.split(from_hidden, 3, axis=1)
        r, z = sigmoid(input_r + hidden_r), sigmoid(input_z + hidden_z)
        n = np.tanh(input_n + r * hidden_n)
        return ((1 - z) * n + z * state[0],), (r, z, n, hidden_n)

    def step_backward(self, grad_state: State, state: State, kept: Kept) -> tuple[NDArray, NDArray, State]:
        """Return the gradients; the old state also enters directly, by the factor z."""
        r, z, n, hidden_n = kept
        grad = grad_state[0]
        grad_n = grad * (1 - z) * (1 - n**2)
        grad_z = grad * (state[0] - n) * z * (1 - z)
        grad_r = grad_n * hidden_n * r * (1 - r)
        from_input = np.concatenate([grad_r, grad_z, grad_n], axis=1)
        from_hidden = np.concatenate([grad_r, grad_z, grad_n * r], axis=1)
        return from_input, from_hidden, (grad * z,)
