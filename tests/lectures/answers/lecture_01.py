"""Right answers to the exercises of lecture 01, written differently from the solutions in the lecture."""

import numpy as np
from torch import nn


def forward_sample_by_sample(X, weights, biases):
    outputs = []
    for h in X:
        for depth, (W, b) in enumerate(zip(weights, biases, strict=True), start=1):
            h = W @ h + b
            if depth < len(weights):
                h = h * (h > 0)
        outputs.append(h)
    return np.array(outputs)


def class_by_sorting(X, W1, b1, W2, b2):
    logits = [W2 @ np.clip(W1 @ x + b1, 0, None) + b2 for x in X]
    return np.array([np.argsort(row)[-1] for row in logits])


ALTERNATIVES = {
    "01.1": 267.0,
    "01.2": forward_sample_by_sample,
    "01.3": [15.0, 26.0, 5.0],
    "01.4": class_by_sorting,
    "01.5": 32.0,
    "01.6": nn.Sequential(
        nn.Conv1d(1, 4, 9, padding=4), nn.Tanh(), nn.Conv1d(4, 4, 1), nn.AdaptiveAvgPool1d(1), nn.Flatten()
    ),
    "01.7": " C",
}
