"""The update rules before Adam, written as on the slide: ``w`` a parameter, ``g`` its gradient, ``r`` its mean square.

Defaults are PyTorch's. Every rule changes ``w`` in place. Taught in chapter 07.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.optimizers.base import Arrays, Optimizer, State, require_decay_rate, require_non_negative


class SGD(Optimizer):
    r"""Gradient descent, with momentum where asked: :math:`v ← m\,v + (1 - d)\,g`, then :math:`w ← w - η\,v`.

    The first step takes :math:`v = g`, without the factor :math:`1 - d`, as PyTorch does. Nesterov's momentum
    steps along :math:`g + m\,v` instead of :math:`v`.

    Two forms of momentum are in use. :math:`v ← m v + g` is ``momentum=m``. The exponential average
    :math:`v ← m v + (1 - m) g`, from :math:`v = 0`, takes steps smaller by the factor :math:`1 - m`: it is
    ``SGD(lr=(1 - m) * lr, momentum=m)``. With ``momentum=m, dampening=m`` the first step is the whole gradient, so
    that :math:`v` exceeds the average by :math:`m^t g_1` at step t; setting every ``momentum_buffer`` to zeros before
    the first step removes that excess.

    Args:
        params: List of arrays, or dictionary name → array.
        lr: Learning rate η.
        momentum: Share m of the previous velocity that is kept.
        dampening: d above; 0 is classical momentum.
        weight_decay: λ of the L2 term: g is replaced by g + λ w.
        nesterov: Step along the gradient looked up ahead.

    Raises:
        ValueError: A negative option; ``nesterov`` without momentum or with dampening.

    Source: Polyak (1964), "Some methods of speeding up the convergence of iteration methods"; Sutskever et al. (2013),
    "On the importance of initialization and momentum in deep learning", for Nesterov's form.

    Taught in lecture 07a.
    """

    def __init__(
        self,
        params: Arrays,
        lr: float = 1e-3,
        *,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        super().__init__(params, lr, weight_decay)
        require_non_negative(momentum=momentum, dampening=dampening)
        if nesterov and (momentum == 0 or dampening != 0):
            raise ValueError(f"nesterov needs momentum > 0 and dampening 0; got {momentum} and {dampening}")
        self.momentum, self.dampening, self.nesterov = float(momentum), float(dampening), nesterov

    def _initial_state(self, w: NDArray) -> State:
        return {"momentum_buffer": None} if self.momentum else {}

    def _update(self, w: NDArray, g: NDArray, state: State) -> None:
        g = g + self.weight_decay * w
        if self.momentum:
            v = state["momentum_buffer"]
            v = g if v is None else self.momentum * v + (1 - self.dampening) * g
            state["momentum_buffer"] = v
            g = g + self.momentum * v if self.nesterov else v
        w -= self.lr * g


class AdaGrad(Optimizer):
    r"""Steps shrink where gradients have been large: :math:`r ← r + g^2`, :math:`w ← w - η_t\,g / (\sqrt r + ε)`.

    :math:`η_t = η / (1 + (t - 1)\,\text{lr\_decay})`. The sum r never shrinks, so the steps die out.

    Args:
        params: List of arrays, or dictionary name → array.
        lr: Learning rate η.
        lr_decay: Further decay of the learning rate with the step t.
        eps: ε, keeps the denominator from zero.
        initial_accumulator_value: r before the first step.
        weight_decay: λ of the L2 term: g is replaced by g + λ w.

    Raises:
        ValueError: A negative option.

    Source: Duchi, Hazan and Singer (2011), "Adaptive subgradient methods for online learning and stochastic
    optimization".

    Taught in lecture 07b.
    """

    def __init__(
        self,
        params: Arrays,
        lr: float = 1e-2,
        *,
        lr_decay: float = 0.0,
        eps: float = 1e-10,
        initial_accumulator_value: float = 0.0,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr, weight_decay)
        require_non_negative(lr_decay=lr_decay, eps=eps, initial_accumulator_value=initial_accumulator_value)
        self.lr_decay, self.eps = float(lr_decay), float(eps)
        self.initial_accumulator_value = float(initial_accumulator_value)

    def _initial_state(self, w: NDArray) -> State:
        return {"step": 0, "sum": np.full_like(w, self.initial_accumulator_value)}

    def _update(self, w: NDArray, g: NDArray, state: State) -> None:
        g = g + self.weight_decay * w
        r = state["sum"] = state["sum"] + g**2
        lr = self.lr / (1 + (state["step"] - 1) * self.lr_decay)
        w -= lr * g / (np.sqrt(r) + self.eps)


class RMSProp(Optimizer):
    r"""AdaGrad that forgets: :math:`r ← α\,r + (1 - α)\,g^2`, :math:`w ← w - η\,g / (\sqrt r + ε)`.

    ``centered`` divides by the standard deviation, :math:`\sqrt{r - \bar g^2}` with :math:`\bar g` the average of g
    under the same α. ``momentum`` gathers the scaled gradients: :math:`v ← m\,v + g / (\sqrt r + ε)`.

    Args:
        params: List of arrays, or dictionary name → array.
        lr: Learning rate η.
        alpha: α (ρ on many slides), the share of the past that is kept.
        eps: ε, keeps the denominator from zero.
        momentum: Share m of the previous velocity that is kept.
        centered: Subtract the squared mean of the gradient.
        weight_decay: λ of the L2 term: g is replaced by g + λ w.

    Raises:
        ValueError: A negative option, or ``alpha`` outside [0, 1).

    Source: Hinton (2012), "Neural networks for machine learning", lecture 6; Graves (2013), "Generating sequences with
    recurrent neural networks", for the centered form.

    Taught in lecture 07b.
    """

    def __init__(
        self,
        params: Arrays,
        lr: float = 1e-2,
        *,
        alpha: float = 0.99,
        eps: float = 1e-8,
        momentum: float = 0.0,
        centered: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr, weight_decay)
        require_decay_rate(alpha=alpha)
        require_non_negative(eps=eps, momentum=momentum)
        self.alpha, self.eps, self.momentum, self.centered = float(alpha), float(eps), float(momentum), centered

    def _initial_state(self, w: NDArray) -> State:
        options = {"square_avg": True, "momentum_buffer": self.momentum > 0, "grad_avg": self.centered}
        return {"step": 0} | {name: np.zeros_like(w) for name, used in options.items() if used}

    def _update(self, w: NDArray, g: NDArray, state: State) -> None:
        g = g + self.weight_decay * w
        r = state["square_avg"] = self.alpha * state["square_avg"] + (1 - self.alpha) * g**2
        if self.centered:
            mean = state["grad_avg"] = self.alpha * state["grad_avg"] + (1 - self.alpha) * g
            r = np.maximum(r - mean**2, 0)  # a variance; rounding makes it negative under a constant gradient
        v = g / (np.sqrt(r) + self.eps)
        if self.momentum:
            v = state["momentum_buffer"] = self.momentum * state["momentum_buffer"] + v
        w -= self.lr * v


class AdaDelta(Optimizer):
    r"""RMSProp whose learning rate is the size of its own past steps, so that units match.

    :math:`r ← ρ\,r + (1 - ρ)\,g^2`, :math:`Δ = g\,\sqrt{d + ε} / \sqrt{r + ε}`,
    :math:`d ← ρ\,d + (1 - ρ)\,Δ^2`, :math:`w ← w - η\,Δ`.

    Args:
        params: List of arrays, or dictionary name → array.
        lr: η; 1 is the rule of the paper.
        rho: ρ, the share of the past that is kept.
        eps: ε, here inside the roots; it also sets the size of the first steps.
        weight_decay: λ of the L2 term: g is replaced by g + λ w.

    Raises:
        ValueError: A negative option, or ``rho`` outside [0, 1).

    Source: Zeiler (2012), "ADADELTA: an adaptive learning rate method", arXiv 1212.5701.

    Taught in lecture 07b.
    """

    def __init__(
        self, params: Arrays, lr: float = 1.0, *, rho: float = 0.9, eps: float = 1e-6, weight_decay: float = 0.0
    ) -> None:
        super().__init__(params, lr, weight_decay)
        require_decay_rate(rho=rho)
        require_non_negative(eps=eps)
        self.rho, self.eps = float(rho), float(eps)

    def _initial_state(self, w: NDArray) -> State:
        return {"step": 0, "square_avg": np.zeros_like(w), "acc_delta": np.zeros_like(w)}

    def _update(self, w: NDArray, g: NDArray, state: State) -> None:
        g = g + self.weight_decay * w
        r = state["square_avg"] = self.rho * state["square_avg"] + (1 - self.rho) * g**2
        delta = np.sqrt(state["acc_delta"] + self.eps) / np.sqrt(r + self.eps) * g
        state["acc_delta"] = self.rho * state["acc_delta"] + (1 - self.rho) * delta**2
        w -= self.lr * delta
