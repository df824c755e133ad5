"""The networks for handwritten digits, smaller one first. Taught in lecture 09a."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class DigitNet(nn.Module):
    """Two blocks of four kernels each and one linear layer, for 28×28 digits in ten classes.

    Each block is convolution 3×3, batch norm, ReLU and max pooling by two, which takes the picture from 28 to 14
    to 7 pixels. 2,174 trainable numbers.

    Taught in lecture 09a.
    """

    def __init__(self) -> None:
        super().__init__()
        self.cnn_layers = nn.Sequential(
            nn.Conv2d(1, 4, kernel_size=3, stride=1, padding=1),  # (N, 4, 28, 28)
            nn.BatchNorm2d(4),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=2, stride=2),  # (N, 4, 14, 14)
            nn.Conv2d(4, 4, kernel_size=3, stride=1, padding=1),
            nn.BatchNorm2d(4),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=2, stride=2),  # (N, 4, 7, 7)
        )
        self.linear_layers = nn.Sequential(nn.Linear(4 * 7 * 7, 10))

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits of each class.

        Args:
            x: pictures, shape (N, 1, 28, 28).

        Returns:
            Logits, shape (N, 10): any real numbers; softmax turns a row into probabilities.

        Taught in lecture 09a.
        """
        return self.linear_layers(self.cnn_layers(x).flatten(start_dim=1))


class SmallDigitNet(nn.Module):
    """A small network for 28×28 digits that reaches about 99.5 % on MNIST: four convolutions, one linear layer.

    What makes it quick on a CPU: the first convolution has no padding (28 to 24 pixels), pooling comes before
    batch norm and ReLU, which then work on a quarter of the pixels, and the weights are kept channels-last.
    66,426 trainable numbers.

    Taught in lecture 09a.
    """

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            *_convolution(1, 16, kernel_size=5, padding=0, pool=True),  # (N, 16, 12, 12)
            *_convolution(16, 32, kernel_size=3, padding=1, pool=True),  # (N, 32, 6, 6)
            *_convolution(32, 64, kernel_size=3, padding=1, pool=False),  # (N, 64, 6, 6)
            *_convolution(64, 64, kernel_size=3, padding=1, pool=True),  # (N, 64, 3, 3)
        )
        self.classifier = nn.Linear(64 * 3 * 3, 10)
        self.to(memory_format=torch.channels_last)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits of each class.

        Args:
            x: pictures, shape (N, 1, 28, 28).

        Returns:
            Logits, shape (N, 10).

        Taught in lecture 09a.
        """
        return self.classifier(self.features(x).flatten(start_dim=1))


def _convolution(inputs: int, outputs: int, *, kernel_size: int, padding: int, pool: bool) -> list[nn.Module]:
    """Convolution, pooling where asked for, batch norm (its shift replaces the convolution's bias), ReLU."""
    return [
        nn.Conv2d(inputs, outputs, kernel_size, padding=padding, bias=False),
        *([nn.MaxPool2d(2)] if pool else []),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    ]
