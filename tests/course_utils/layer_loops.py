"""The formulas as they read, one value after the other: what the vectorized functions are compared with.

Names, arguments and results are those of ``course_utils.convolution`` and of ``layers.Linear``; a gradient is sent back
along each product that was summed. Nothing is checked here and nothing is fast.
"""

import math

import numpy as np

from course_utils.convolution.geometry import conv_geometry, pool_geometry
from course_utils.convolution.padding import pad2d, pad2d_backward


def linear(x, weight, bias):
    """Return y, y[n, o] = b[o] + Σ w[o, f] x[n, f]."""
    y = np.zeros((len(x), len(weight)), x.dtype)
    for n, o in np.ndindex(y.shape):
        y[n, o] = bias[o]
        for f in range(x.shape[1]):
            y[n, o] += weight[o, f] * x[n, f]
    return y


def linear_backward(grad_output, x, weight):
    """Return the gradients of x, weight and bias."""
    grad_x, grad_weight, grad_bias = np.zeros_like(x), np.zeros_like(weight), np.zeros(len(weight), x.dtype)
    for n, o in np.ndindex(grad_output.shape):
        delta = grad_output[n, o]
        grad_bias[o] += delta
        for f in range(x.shape[1]):
            grad_weight[o, f] += delta * x[n, f]
            grad_x[n, f] += delta * weight[o, f]
    return grad_x, grad_weight, grad_bias


def conv2d(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1, padding_mode="zeros"):
    """Return each output value as one window's sum of products."""
    geometry = conv_geometry(x, weight, bias, stride, padding, dilation, groups)
    padded = pad2d(x, geometry.pads, padding_mode)
    out = np.zeros((x.shape[0], weight.shape[0], *geometry.output_size), x.dtype)
    for n, o, row, column in np.ndindex(out.shape):
        here = _channels(o, weight, groups), *_window(row, column, geometry)
        out[n, o, row, column] = np.sum(weight[o] * padded[n, *here]) + (0 if bias is None else bias[o])
    return out


def conv2d_backward(grad_output, x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1, padding_mode="zeros"):
    """Return the gradients of x, weight and bias."""
    geometry = conv_geometry(x, weight, bias, stride, padding, dilation, groups)
    padded = pad2d(x, geometry.pads, padding_mode)
    grad_padded, grad_weight = np.zeros_like(padded), np.zeros_like(weight)
    grad_bias = np.zeros(len(weight), x.dtype)
    for n, o, row, column in np.ndindex(grad_output.shape):
        delta = grad_output[n, o, row, column]
        here = _channels(o, weight, groups), *_window(row, column, geometry)
        grad_weight[o] += delta * padded[n, *here]
        grad_padded[n, *here] += delta * weight[o]
        grad_bias[o] += delta
    grad_x = pad2d_backward(grad_padded, x.shape, geometry.pads, padding_mode)
    return grad_x, grad_weight, None if bias is None else grad_bias


def max_pool2d(x, kernel_size, stride=None, padding=0):
    """Return the largest value of each window."""
    geometry = pool_geometry(x, kernel_size, stride, padding)
    padded = _lowered_border(x, geometry)
    out = np.zeros((*x.shape[:2], *geometry.output_size), x.dtype)
    for n, c, row, column in np.ndindex(out.shape):
        out[n, c, row, column] = padded[n, c, *_window(row, column, geometry)].max()
    return out


def max_pool2d_backward(grad_output, x, kernel_size, stride=None, padding=0):
    """Return the gradient of x: all of it to the first maximum of the window."""
    geometry = pool_geometry(x, kernel_size, stride, padding)
    padded = _lowered_border(x, geometry)
    grad_padded = np.zeros_like(padded)
    for n, c, row, column in np.ndindex(grad_output.shape):
        window = _window(row, column, geometry)
        i, j = np.unravel_index(padded[n, c, *window].argmax(), geometry.kernel_size)
        grad_padded[n, c, *window][i, j] += grad_output[n, c, row, column]
    return pad2d_backward(grad_padded, x.shape, geometry.pads)


def avg_pool2d(x, kernel_size, stride=None, padding=0):
    """Return the mean of each window."""
    geometry = pool_geometry(x, kernel_size, stride, padding)
    padded = pad2d(x, geometry.pads)
    out = np.zeros((*x.shape[:2], *geometry.output_size), x.dtype)
    for n, c, row, column in np.ndindex(out.shape):
        out[n, c, row, column] = padded[n, c, *_window(row, column, geometry)].mean()
    return out


def avg_pool2d_backward(grad_output, x, kernel_size, stride=None, padding=0):
    """Return the gradient of x: an equal share to each pixel of the window."""
    geometry = pool_geometry(x, kernel_size, stride, padding)
    grad_padded = np.zeros_like(pad2d(x, geometry.pads))
    for n, c, row, column in np.ndindex(grad_output.shape):
        share = grad_output[n, c, row, column] / math.prod(geometry.kernel_size)
        grad_padded[n, c, *_window(row, column, geometry)] += share
    return pad2d_backward(grad_padded, x.shape, geometry.pads)


def batch_norm(x, running_mean, running_var, weight, bias, training, momentum, eps):
    """Return each channel normalized, scaled and shifted; change the running statistics in training."""
    y = np.empty_like(x)
    for c in range(x.shape[1] if len(x) else 0):
        values, count = x[:, c], x[:, c].size
        mean, variance = running_mean[c], running_var[c]
        if training:
            mean = values.sum() / count
            variance = ((values - mean) ** 2).sum() / count
            running_mean[c] = (1 - momentum) * running_mean[c] + momentum * mean
            running_var[c] = (1 - momentum) * running_var[c] + momentum * variance * count / (count - 1)
        scale, shift = (1 if weight is None else weight[c]), (0 if bias is None else bias[c])
        y[:, c] = scale * (values - mean) / np.sqrt(variance + eps) + shift
    return y


def batch_norm_backward(grad_output, x, running_mean, running_var, weight, bias, training, momentum, eps):
    """Return the gradients of x, weight and bias, by the chain rule through variance and mean, link by link."""
    grad_x = np.empty_like(x)
    grad_weight, grad_bias = np.zeros(x.shape[1], x.dtype), np.zeros(x.shape[1], x.dtype)
    for c in range(x.shape[1] if len(x) else 0):
        values, grad = x[:, c], grad_output[:, c]
        mean = values.mean() if training else running_mean[c]
        variance = ((values - mean) ** 2).mean() if training else running_var[c]
        std = np.sqrt(variance + eps)
        grad_weight[c], grad_bias[c] = (grad * (values - mean) / std).sum(), grad.sum()
        grad_normalized = grad if weight is None else grad * weight[c]
        grad_x[:, c] = grad_normalized / std  # the direct way
        if training:  # and the two ways through the batch's variance and mean, to which each value contributes
            grad_variance = (grad_normalized * (values - mean)).sum() * -0.5 / std**3
            grad_mean = -grad_normalized.sum() / std
            grad_x[:, c] += grad_variance * 2 * (values - mean) / values.size + grad_mean / values.size
    return grad_x, None if weight is None else grad_weight, None if bias is None else grad_bias


def _channels(o, weight, groups):
    """Return the input channels that filter ``o`` sees: those of its group."""
    filters, channels = weight.shape[:2]
    group = o // (filters // groups)
    return slice(group * channels, (group + 1) * channels)


def _window(row, column, geometry):
    """Return the rows and columns that the whole kernel covers at one position of the output."""
    starts = row * geometry.stride[0], column * geometry.stride[1]
    return tuple(
        slice(start, start + spread * length, spread)
        for start, length, spread in zip(starts, geometry.kernel_size, geometry.dilation, strict=True)
    )


def _lowered_border(x, geometry):
    """Return the images with a border of minus infinity, which never wins."""
    return np.pad(x, ((0, 0), (0, 0), *geometry.pads), constant_values=-np.inf)
