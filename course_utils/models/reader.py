"""The ready network that reads a reader's own digit in the first lecture. Taught in sitting 00."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import nn

WEIGHTS = Path(__file__).with_name("digit_reader.npz")  # written by benchmarks/digit_reader.py


def untrained_reader() -> nn.Sequential:
    """Return the network with random weights: three convolutions and one dense layer, 12,762 parameters."""
    return nn.Sequential(
        nn.Conv2d(1, 12, kernel_size=5, stride=2, padding=2),  # (N, 12, 14, 14)
        nn.ReLU(),
        nn.Conv2d(12, 24, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),  # (N, 24, 7, 7)
        nn.Conv2d(24, 32, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),  # (N, 32, 3, 3)
        nn.Flatten(),
        nn.Linear(32 * 3 * 3, 10),
    )


def digit_reader() -> nn.Sequential:
    """Return a small network that reads handwritten digits, trained on MNIST, in evaluation mode, on the CPU.

    ``benchmarks/digit_reader.py`` has trained it, on digits that were tilted, stretched, and made thinner or thicker,
    so that it reads what is drawn with a mouse. It takes images (N, 1, 28, 28) from 0 to 1, as
    :func:`course_utils.data.centered_digit` prepares them, and returns logits (N, 10).

    Taught in sitting 00.
    """
    network = untrained_reader()
    with np.load(WEIGHTS) as stored:
        network.load_state_dict({name: torch.from_numpy(stored[name]).float() for name in stored.files})
    return network.eval()
