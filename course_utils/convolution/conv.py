"""The convolution layer, forward and backward, as a few matrix products. Taught in sittings 03a and 04a.

"Convolution" is the field's name; what is computed is cross-correlation: the kernel is not flipped.

How it is made fast: the values that one row of a kernel meets, C/G channels times KW pixels, are laid out as a column
for each output position. One row of all filters is then one matrix product, and the output is the sum over KH rows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.convolution.arguments import IntOrPair, require_gradient
from course_utils.convolution.geometry import Geometry, conv_geometry
from course_utils.convolution.padding import pad2d, pad2d_backward
from course_utils.convolution.sizes import visited


def conv2d(
    x: NDArray,
    weight: NDArray,
    bias: NDArray | None = None,
    stride: IntOrPair = 1,
    padding: IntOrPair | str = 0,
    dilation: IntOrPair = 1,
    groups: int = 1,
    padding_mode: str = "zeros",
) -> NDArray:
    r"""Cross-correlate each image with each filter.

    .. math:: s_{n,o,y,x} = b_o + \sum_{c,i,j} w_{o,c,i,j}\; a_{n,\,c,\,yS + iD,\,xS + jD}

    with a the padded images. In G groups, a filter sees the C/G input channels of its own group only.

    Args:
        x: Images, (N, C, H, W), float32 or float64.
        weight: Filters, (O, C/G, KH, KW).
        bias: (O,), or None.
        stride: S, pixels from one position of the kernel to the next: a number, or (vertical, horizontal).
        padding: Pixels added on both sides: a number, (vertical, horizontal), ``"valid"`` for none, or ``"same"`` for
            an output of the input's size (stride 1 only; an odd pixel goes to the bottom and to the right).
        dilation: D, pixels from one element of the kernel to the next.
        groups: G, divides C and O.
        padding_mode: What the border holds: ``zeros``, ``reflect``, ``replicate`` or ``circular``.

    Returns:
        s, (N, O, H', W') with H' and W' as ``output_size`` gives them.

    Raises:
        ValueError: A wrong shape, dtype or value, NaN or infinity; the message names the argument and the shapes.

    Source: Goodfellow, Bengio and Courville (2016), "Deep learning", section 9.1; names as in ``torch.nn.Conv2d``.

    Taught in lecture 03a.
    """
    geometry = conv_geometry(x, weight, bias, stride, padding, dilation, groups)
    columns = _columns(pad2d(x, geometry.pads, padding_mode), geometry, groups)
    kernels = _kernel_rows(weight, groups)
    n, o, (out_h, out_w) = x.shape[0], weight.shape[0], geometry.output_size
    out = np.zeros((n, groups, o // groups, out_h * out_w), x.dtype)
    from_row = np.empty_like(out)  # made once: fresh memory for every product would cost as much as the product
    for i, kernel_row in enumerate(kernels):
        out += np.matmul(kernel_row, _rows(columns, i, geometry), out=from_row)  # (O/G, C/G·KW) @ (C/G·KW, H'·W')
    out = out.reshape(n, o, out_h, out_w)
    if bias is not None:
        out += bias[:, None, None]
    return out


def conv2d_backward(
    grad_output: NDArray,
    x: NDArray,
    weight: NDArray,
    bias: NDArray | None = None,
    stride: IntOrPair = 1,
    padding: IntOrPair | str = 0,
    dilation: IntOrPair = 1,
    groups: int = 1,
    padding_mode: str = "zeros",
) -> tuple[NDArray, NDArray, NDArray | None]:
    r"""Return the gradients of the loss with respect to the images, the filters and the bias.

    With :math:`δ = ∂L/∂s`, all sums over what the left side does not name:

    .. math:: ∂L/∂w_{o,c,i,j} = \sum_{n,y,x} δ_{n,o,y,x}\, a_{n,c,\,yS + iD,\,xS + jD}, \qquad
              ∂L/∂b_o = \sum_{n,y,x} δ_{n,o,y,x},

    and :math:`∂L/∂a` gathers :math:`w_{o,c,i,j}\, δ_{n,o,y,x}` at each place that the forward pass read. The first is
    a cross-correlation of input and gradient; the last, for stride 1, is the full convolution of δ and w.

    Args:
        grad_output: δ, (N, O, H', W').
        x: Images, (N, C, H, W).
        weight: Filters, (O, C/G, KH, KW).
        bias: (O,), or None; only whether it is there matters.
        stride: This and all that follow: as in the forward pass.
        padding: As for :func:`conv2d`.
        dilation: As for :func:`conv2d`.
        groups: As for :func:`conv2d`.
        padding_mode: As for :func:`conv2d`.

    Returns:
        The gradients in argument order: of x (N, C, H, W), of weight (O, C/G, KH, KW), of bias (O,) or None.

    Raises:
        ValueError: As :func:`conv2d`, or ``grad_output`` is not of the output's shape.

    Source: Goodfellow, Bengio and Courville (2016), "Deep learning", section 9.5.

    Taught in sitting 04a.
    """
    geometry = conv_geometry(x, weight, bias, stride, padding, dilation, groups)
    n, o, (out_h, out_w) = x.shape[0], weight.shape[0], geometry.output_size
    require_gradient(grad_output, (n, o, out_h, out_w), "N, O, H, W", x)
    padded = pad2d(x, geometry.pads, padding_mode)
    columns, kernels = _columns(padded, geometry, groups), _kernel_rows(weight, groups)
    grad = grad_output.reshape(n, groups, o // groups, out_h * out_w)
    grad_columns, grad_kernels = np.zeros_like(columns), np.empty_like(kernels)
    grad_rows = np.empty((n, groups, kernels.shape[3], out_h * out_w), x.dtype)  # made once, as in the forward pass
    for i, kernel_row in enumerate(kernels):
        rows = _rows(columns, i, geometry)
        grad_kernels[i] = (grad @ rows.swapaxes(2, 3)).sum(axis=0)  # (N, G, O/G, H'·W') @ (N, G, H'·W', C/G·KW)
        np.matmul(kernel_row.swapaxes(1, 2), grad, out=grad_rows)  # (G, C/G·KW, O/G) @ (N, G, O/G, H'·W')
        met = grad_columns[:, :, :, visited(i, out_h, geometry.stride[0], geometry.dilation[0])]
        met += grad_rows.reshape(met.shape)
    grad_padded = _columns_backward(grad_columns, padded.shape, geometry)
    grad_x = pad2d_backward(grad_padded, x.shape, geometry.pads, padding_mode)
    grad_bias = None if bias is None else grad_output.sum(axis=(0, 2, 3))
    return grad_x, _kernel_rows_backward(grad_kernels, weight.shape), grad_bias


def _columns(padded: NDArray, geometry: Geometry, groups: int) -> NDArray:
    """Return for each horizontal position the pixels that a row of the kernel meets, (N, G, C/G·KW, H, W')."""
    n, channels, height, _ = padded.shape
    kernel_width, width = geometry.kernel_size[1], geometry.output_size[1]
    columns = np.empty((n, channels, kernel_width, height, width), padded.dtype)
    for j in range(kernel_width):
        columns[:, :, j] = padded[..., visited(j, width, geometry.stride[1], geometry.dilation[1])]
    return columns.reshape(n, groups, channels // groups * kernel_width, height, width)


def _columns_backward(grad_columns: NDArray, padded_shape: tuple[int, ...], geometry: Geometry) -> NDArray:
    """Return the gradient of the padded images: what :func:`_columns` copied comes back and adds up."""
    n, channels, height, _ = padded_shape
    kernel_width, width = geometry.kernel_size[1], geometry.output_size[1]
    grad_columns = grad_columns.reshape(n, channels, kernel_width, height, width)
    grad_padded = np.zeros(padded_shape, grad_columns.dtype)
    for j in range(kernel_width):
        grad_padded[..., visited(j, width, geometry.stride[1], geometry.dilation[1])] += grad_columns[:, :, j]
    return grad_padded


def _rows(columns: NDArray, i: int, geometry: Geometry) -> NDArray:
    """Return the columns that kernel row ``i`` meets, (N, G, C/G·KW, H'·W'); a view, no copy, for stride 1."""
    out_h, out_w = geometry.output_size
    met = columns[:, :, :, visited(i, out_h, geometry.stride[0], geometry.dilation[0])]
    return met.reshape(*met.shape[:3], out_h * out_w)


def _kernel_rows(weight: NDArray, groups: int) -> NDArray:
    """Return the rows of all filters, (KH, G, O/G, C/G·KW)."""
    o, channels, kernel_height, kernel_width = weight.shape
    rows = weight.transpose(2, 0, 1, 3)  # (KH, O, C/G, KW)
    return rows.reshape(kernel_height, groups, o // groups, channels * kernel_width)


def _kernel_rows_backward(grad_kernels: NDArray, weight_shape: tuple[int, ...]) -> NDArray:
    """Return the gradient of the filters, (O, C/G, KH, KW), from that of their rows."""
    o, channels, kernel_height, kernel_width = weight_shape
    return np.ascontiguousarray(grad_kernels.reshape(kernel_height, o, channels, kernel_width).transpose(1, 2, 0, 3))
