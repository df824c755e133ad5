"""Right answers to the exercises of sitting 04a, written differently from the solutions in the lecture."""

import numpy as np
import torch


def input_gradient_by_shifts(delta, weight):
    (_, _, height, width), (_, _, rows, columns) = delta.shape, weight.shape
    gradient = np.zeros((len(delta), weight.shape[1], height + rows - 1, width + columns - 1))
    for i, j in np.ndindex(rows, columns):
        gradient[:, :, i : i + height, j : j + width] += np.einsum("noyx,oc->ncyx", delta, weight[:, :, i, j])
    return gradient


def backward_by_autograd(delta, x, w):
    x, w, b = (torch.tensor(array, requires_grad=True) for array in (x, w, np.zeros(1)))
    torch.nn.functional.conv2d(x[:, None], w[None, None], b).backward(torch.tensor(delta)[:, None])
    return x.grad.numpy(), w.grad.numpy(), b.grad.item()


ALTERNATIVES = {
    "04a.1": [18.0, 1.0, 6.0],
    "04a.2": input_gradient_by_shifts,
    "04a.3": "B ",
    "04a.4": backward_by_autograd,
    "04a.5": [[0.5, -2.0, 3.0], [7.0, 1.5, 7.0], [3.0, -2.0, 0.5]],
}
