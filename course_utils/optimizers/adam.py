"""Adam and AdamW, written as on the slide: ``w`` a parameter, ``g`` its gradient, ``m`` and ``v`` its two moments.

Defaults are PyTorch's. Both rules change ``w`` in place. Taught in lecture 07b.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.optimizers.base import Arrays, Optimizer, State, require_decay_rate, require_non_negative


class Adam(Optimizer):
    r"""Momentum on top of RMSProp, both averages corrected for their start at zero.

    :math:`m ← β_1 m + (1 - β_1)\,g`, :math:`v ← β_2 v + (1 - β_2)\,g^2`, at step t = 1, 2, …
    :math:`\hat m = m / (1 - β_1^t)`, :math:`\hat v = v / (1 - β_2^t)`, :math:`w ← w - η\,\hat m / (\sqrt{\hat v} + ε)`.

    Without the correction the first step is larger, not smaller, for the usual β: by the factor
    :math:`(1 - β_1) / \sqrt{1 - β_2}`, 3.16 for (0.9, 0.999), because the root of v lags further behind than m.

    Args:
        params: List of arrays, or dictionary name → array.
        lr: Learning rate η.
        betas: (β₁, β₂), the shares of the past kept in m and v.
        eps: ε, added after the root.
        weight_decay: λ of the L2 term: g is replaced by g + λ w. It passes through the division too, so that it is
            not the decay of :class:`AdamW`.
        bias_correction: False leaves out the hats, to show what they are for.

    Raises:
        ValueError: A negative option, or a beta outside [0, 1).

    Source: Kingma and Ba (2015), "Adam: a method for stochastic optimization", arXiv 1412.6980.

    Taught in lecture 07b.
    """

    def __init__(
        self,
        params: Arrays,
        lr: float = 1e-3,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        bias_correction: bool = True,
    ) -> None:
        super().__init__(params, lr, weight_decay)
        beta1, beta2 = betas
        require_decay_rate(beta1=beta1, beta2=beta2)
        require_non_negative(eps=eps)
        self.betas, self.eps, self.bias_correction = (float(beta1), float(beta2)), float(eps), bias_correction

    def _initial_state(self, w: NDArray) -> State:
        return {"step": 0, "exp_avg": np.zeros_like(w), "exp_avg_sq": np.zeros_like(w)}

    def _update(self, w: NDArray, g: NDArray, state: State) -> None:
        self._adam_step(w, g + self.weight_decay * w, state)

    def _adam_step(self, w: NDArray, g: NDArray, state: State) -> None:
        (beta1, beta2), t = self.betas, state["step"]
        m = state["exp_avg"] = beta1 * state["exp_avg"] + (1 - beta1) * g
        v = state["exp_avg_sq"] = beta2 * state["exp_avg_sq"] + (1 - beta2) * g**2
        if self.bias_correction:
            m, v = m / (1 - beta1**t), v / (1 - beta2**t)
        w -= self.lr * m / (np.sqrt(v) + self.eps)


class AdamW(Adam):
    r"""Adam with decoupled weight decay: Adam's step from the bare gradient, and :math:`η λ w` subtracted beside it.

    Args:
        params: List of arrays, or dictionary name → array.
        lr: Learning rate η; it multiplies the decay too, as in PyTorch.
        betas: (β₁, β₂), the shares of the past kept in m and v.
        eps: ε, added after the root.
        weight_decay: λ of the decay.

    Raises:
        ValueError: A negative option, or a beta outside [0, 1).

    Source: Loshchilov and Hutter (2019), "Decoupled weight decay regularization", arXiv 1711.05101.

    Taught in lecture 07b.
    """

    def __init__(
        self,
        params: Arrays,
        lr: float = 1e-3,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> None:
        super().__init__(params, lr, betas=betas, eps=eps, weight_decay=weight_decay)

    def _update(self, w: NDArray, g: NDArray, state: State) -> None:
        decay = self.lr * self.weight_decay * w
        self._adam_step(w, g, state)
        w -= decay
