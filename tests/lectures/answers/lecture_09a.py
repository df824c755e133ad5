"""Right answers to the exercises of lecture 09a, written differently from the solutions in the lecture."""

import torch
from torch import nn
from torch.nn import functional as F


def restore_channel_by_channel(X, mean, std):
    channels = [X[:, c] * std[c] + mean[c] for c in range(X.shape[1])]
    return torch.stack(channels, dim=1)


def descend_by_hand(model, X, y, steps, learning_rate):
    weights, losses = list(model.parameters()), []
    for _ in range(steps):
        loss = F.cross_entropy(model(X), y)
        gradients = torch.autograd.grad(loss, weights)
        with torch.no_grad():
            for weight, gradient in zip(weights, gradients, strict=True):
                weight -= learning_rate * gradient
        losses.append(loss.item())
    return losses


def probabilities_one_by_one(model, X):
    model.eval()
    rows = []
    for image in X:
        logits = model(image[None])
        rows.append((logits - logits.logsumexp(dim=1)).exp())
    return torch.cat(rows)


class GlobalAverage(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(1, 6, 5, stride=2), nn.Conv2d(6, 8, 3, stride=2)
        self.head = nn.Linear(8 * 9, 10)

    def forward(self, x):
        x = torch.tanh(self.second(torch.tanh(self.first(x))))
        return self.head(F.adaptive_avg_pool2d(x, 3).reshape(len(x), -1))


ALTERNATIVES = {
    "09a.1": restore_channel_by_channel,
    "09a.2": torch.tensor(80 + 16 + 584 + 16 + 3930),
    "09a.3": " B ",
    "09a.4": descend_by_hand,
    "09a.5": probabilities_one_by_one,
    "09a.6": GlobalAverage(),
}
