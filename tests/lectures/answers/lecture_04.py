"""Right answers to the exercises of lecture 04, written differently from the solutions in the lecture."""

import numpy as np
import torch


def weight_gradient_by_windows(delta, a, dilation):
    windows = np.lib.stride_tricks.sliding_window_view(a, delta.shape[1:], axis=(1, 2))  # (N, ·, ·, H', W')
    return np.einsum("nyx,nijyx->ij", delta, windows[:, ::dilation, ::dilation])


def input_gradient_by_shifts(delta, weight):
    (_, _, height, width), (_, _, rows, columns) = delta.shape, weight.shape
    gradient = np.zeros((len(delta), weight.shape[1], height + rows - 1, width + columns - 1))
    for i, j in np.ndindex(rows, columns):
        gradient[:, :, i : i + height, j : j + width] += np.einsum("noyx,oc->ncyx", delta, weight[:, :, i, j])
    return gradient


def gradient_by_units(function, x, eps):
    units = eps * np.eye(x.size).reshape(x.size, *x.shape)
    return np.reshape([(function(x + unit) - function(x - unit)) / eps / 2 for unit in units], x.shape)


def backward_by_autograd(delta, a, w):
    a, w, b = (torch.tensor(array, requires_grad=True) for array in (a, w, np.zeros(1)))
    torch.nn.functional.conv2d(a[:, None], w[None, None], b).backward(torch.tensor(delta)[:, None])
    return a.grad.numpy(), w.grad.numpy(), b.grad.item()


def max_pool_by_indices(delta, a, kernel_size, stride):
    windows = np.lib.stride_tricks.sliding_window_view(a, kernel_size, axis=2)[:, :, ::stride][:, :, : delta.shape[2]]
    n, c, x = np.indices(delta.shape)
    gradient = np.zeros(a.shape)
    np.add.at(gradient, (n, c, x * stride + windows.argmax(axis=3)), delta)
    return gradient


def average_pool_by_shifts(delta, size, kernel_size, stride):
    gradient = np.zeros((*delta.shape[:2], *size))
    (rows, columns), share = delta.shape[2:], delta / kernel_size**2
    for i, j in np.ndindex(kernel_size, kernel_size):
        gradient[:, :, i : i + rows * stride : stride, j : j + columns * stride : stride] += share
    return gradient


ALTERNATIVES = {
    "04.1": [18.0, 1.0, 6.0],
    "04.2": weight_gradient_by_windows,
    "04.3": input_gradient_by_shifts,
    "04.4": "B ",
    "04.5": gradient_by_units,
    "04.6": backward_by_autograd,
    "04.7": max_pool_by_indices,
    "04.8": average_pool_by_shifts,
}
