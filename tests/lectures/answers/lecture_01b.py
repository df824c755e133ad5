"""Right answers to the exercises of sitting 01b, written differently from the solutions in the lecture."""

import numpy as np
import torch


def by_removing(parents):
    """Take a name that nothing left over is computed from, again and again."""
    left, order = dict(parents), []
    while left:
        used = {parent for before in left.values() for parent in before}
        name = next(one for one in left if one not in used)
        order.append(name)
        del left[name]
    return tuple(order)


def example_by_example(grad_A, X, W, b):
    grad_W, grad_b, grad_X = np.zeros_like(W), np.zeros_like(b), np.zeros_like(X)
    for n, x in enumerate(X):
        for i, w in enumerate(W):
            if w @ x + b[i] > 0:
                grad_W[i] += grad_A[n, i] * x
                grad_b[i] += grad_A[n, i]
                grad_X[n] += grad_A[n, i] * w
    return grad_W, grad_b, grad_X


def with_adam(X, y):
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(2, 60), torch.nn.ReLU(), torch.nn.Linear(60, 3)).double()
    adam = torch.optim.Adam(net.parameters(), lr=0.1)
    for _ in range(150):
        adam.zero_grad()
        torch.nn.functional.cross_entropy(net(torch.from_numpy(X)), torch.from_numpy(y)).backward()
        adam.step()
    return [parameter.detach().numpy() for parameter in net.parameters()]


ALTERNATIVES = {
    "01b.1": np.array([1.9, 1.99]),
    "01b.2": [-8.0, 4.0, -4.0, -4.0],
    "01b.3": by_removing,
    "01b.4": example_by_example,
    "01b.5": " (B)",
    "01b.6": with_adam,
}
