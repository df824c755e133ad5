"""Activation functions in NumPy, each with its derivative beside it. Taught in lectures 05a and 05b.

``NAME(x)`` is the value y = f(x); ``NAME_backward(grad_output, x)`` is the gradient dL/dx, where ``grad_output`` is
dL/dy. Names, defaults and the slopes at the kinks are PyTorch's. The dtype of ``x`` is kept (integers become float64),
and inputs of ±1000 neither overflow nor give NaN: no exponential sees a number above zero.

>>> import numpy as np
>>> x = np.array([-1000.0, 0.0, 1000.0])
>>> sigmoid(x).tolist(), sigmoid_backward(np.ones(3), x).tolist()
([0.0, 0.5, 1.0], [0.0, 0.25, 0.0])
>>> softmax(x).tolist()
[0.0, 0.0, 1.0]
"""

from course_utils.activations.across_classes import (
    log_softmax,
    log_softmax_backward,
    softmax,
    softmax_backward,
    softmax_jacobian,
)
from course_utils.activations.curved import (
    SELU_ALPHA,
    SELU_SCALE,
    elu,
    elu_backward,
    gelu,
    gelu_backward,
    selu,
    selu_backward,
    silu,
    silu_backward,
    softplus,
    softplus_backward,
)
from course_utils.activations.elementwise import (
    leaky_relu,
    leaky_relu_backward,
    linear,
    linear_backward,
    relu,
    relu_backward,
    sigmoid,
    sigmoid_backward,
    tanh,
    tanh_backward,
)

__all__ = [
    "SELU_ALPHA",
    "SELU_SCALE",
    "elu",
    "elu_backward",
    "gelu",
    "gelu_backward",
    "leaky_relu",
    "leaky_relu_backward",
    "linear",
    "linear_backward",
    "log_softmax",
    "log_softmax_backward",
    "relu",
    "relu_backward",
    "selu",
    "selu_backward",
    "sigmoid",
    "sigmoid_backward",
    "silu",
    "silu_backward",
    "softmax",
    "softmax_backward",
    "softmax_jacobian",
    "softplus",
    "softplus_backward",
    "tanh",
    "tanh_backward",
]
