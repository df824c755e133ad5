"""The convolution of signals, forward and backward: that of images one pixel high. Taught in sitting 13a."""

from __future__ import annotations

from numpy.typing import NDArray

from course_utils.convolution.arguments import require_floats, whole_number
from course_utils.convolution.conv import conv2d, conv2d_backward


def conv1d(
    x: NDArray,
    weight: NDArray,
    bias: NDArray | None = None,
    stride: int = 1,
    padding: int | str = 0,
    dilation: int = 1,
    groups: int = 1,
) -> NDArray:
    r"""Cross-correlate each signal with each filter.

    .. math:: s_{n,o,t} = b_o + \sum_{c,u} w_{o,c,u}\; a_{n,\,c,\,tS + uD}

    with a the padded signals.

    Args:
        x: Signals, (N, C, T), float32 or float64.
        weight: Filters, (O, C/G, K).
        bias: (O,), or None.
        stride: S, samples from one position of the kernel to the next.
        padding: Zeros added on both sides, ``"valid"`` for none, or ``"same"`` for an output as long as the input.
        dilation: D, samples from one element of the kernel to the next.
        groups: G, divides C and O.

    Returns:
        s, (N, O, T') with T' as ``output_size`` gives it.

    Raises:
        ValueError: A wrong shape, dtype or value, NaN or infinity; where it names images, their height is 1.

    Source: Goodfellow, Bengio and Courville (2016), "Deep learning", section 9.1; names as in ``torch.nn.Conv1d``.

    Taught in sitting 13a.
    """
    arguments = _as_images(x, weight, stride, padding, dilation)
    return conv2d(arguments[0], arguments[1], bias, *arguments[2:], groups)[:, :, 0]


def conv1d_backward(
    grad_output: NDArray,
    x: NDArray,
    weight: NDArray,
    bias: NDArray | None = None,
    stride: int = 1,
    padding: int | str = 0,
    dilation: int = 1,
    groups: int = 1,
) -> tuple[NDArray, NDArray, NDArray | None]:
    """Return the gradients of the loss with respect to the signals, the filters and the bias.

    Args:
        grad_output: Gradient with respect to the output, (N, O, T').
        x: Signals, (N, C, T).
        weight: Filters, (O, C/G, K).
        bias: (O,), or None; only whether it is there matters.
        stride: This and all that follow: as in the forward pass.
        padding: As for :func:`conv1d`.
        dilation: As for :func:`conv1d`.
        groups: As for :func:`conv1d`.

    Returns:
        The gradients in argument order: of x (N, C, T), of weight (O, C/G, K), of bias (O,) or None.

    Raises:
        ValueError: As :func:`conv1d`, or ``grad_output`` is not of the output's shape.

    Taught in sitting 13a.
    """
    arguments = _as_images(x, weight, stride, padding, dilation)
    require_floats("grad_output", grad_output, "N, O, T")
    grad_x, grad_weight, grad_bias = conv2d_backward(
        grad_output[:, :, None], arguments[0], arguments[1], bias, *arguments[2:], groups
    )
    return grad_x[:, :, 0], grad_weight[:, :, 0], grad_bias


def _as_images(x: NDArray, weight: NDArray, stride: int, padding: int | str, dilation: int) -> tuple:
    """Return the arguments of ``conv2d`` from x to dilation without the bias, for images of height 1."""
    require_floats("x", x, "N, C, T")
    require_floats("weight", weight, "O, C, K")
    along = padding if isinstance(padding, str) else (0, whole_number(padding, "padding", 0))
    steps, spread = (1, whole_number(stride, "stride", 1)), (1, whole_number(dilation, "dilation", 1))
    return x[:, :, None], weight[:, :, None], steps, along, spread
