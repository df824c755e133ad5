"""A small residual network that learns 32×32 pictures quickly. Taught in lecture 10b."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

STEM = 24  # twice the 2·2·3 numbers of a patch: each direction of the whitening, and its negative


class Residual(nn.Module):
    """A layer that learns what to add to its input: relu(x + norm(conv(x))).

    Source: He, Zhang, Ren and Sun (2016), *Deep residual learning for image recognition*. Taught in lecture 10b.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, kernel_size=3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        """Return a tensor of the shape of ``x``, (N, C, H, W). Taught in lecture 10b."""
        return F.relu(x + self.norm(self.conv(x)))


class SmallResNet(nn.Module):
    """Seven convolutions in a stem and three stages, for 32×32 color pictures in ten classes.

    Each stage is a convolution 3×3, max pooling by two, batch norm, ReLU and a :class:`Residual` layer. Pooling comes
    before batch norm and ReLU, which then work on a quarter of the pixels. Weights are kept channels-last.

    Args:
        width: channels of the first stage; the other two have four times as many. 32 has 498,114 trainable numbers.

    Taught in lecture 10b.
    """

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, STEM, kernel_size=2)  # (N, 24, 31, 31)
        self.stages = nn.Sequential(
            _stage(STEM, width),  # (N, width, 15, 15)
            _stage(width, 4 * width),  # (N, 4·width, 7, 7)
            _stage(4 * width, 4 * width),  # (N, 4·width, 3, 3)
        )
        self.pool = nn.AdaptiveMaxPool2d(1)
        self.classifier = nn.Linear(4 * width, 10)
        self.to(memory_format=torch.channels_last)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits, shape (N, 10), of pictures of shape (N, 3, 32, 32). Taught in lecture 10b."""
        x = self.stages(F.relu(self.stem(x)))
        return self.classifier(self.pool(x).flatten(start_dim=1))

    def whiten(self, X: Tensor) -> None:
        """Set the stem to whiten patches of 2×2 pixels as they occur in ``X``, and keep it so.

        Only the stem's bias goes on learning.

        Args:
            X: training pictures, shape (N, 3, H, W), normalised as they will be in training; some thousand are enough.

        Taught in lecture 10b.
        """
        with torch.no_grad():
            self.stem.weight.copy_(whitening_kernels(X))
            self.stem.bias.zero_()
        self.stem.weight.requires_grad_(False)


def _stage(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel_size=3, padding=1, bias=False),
        nn.MaxPool2d(2),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
        Residual(outputs),
    )


def whitening_kernels(X: Tensor) -> Tensor:
    """Return 24 kernels of 2×2 pixels that whiten patches as they occur in ``X``, shape (24, 3, 2, 2).

    Neighboring pixels are nearly equal. Twelve directions are the principal axes of patches, each divided by its
    standard deviation, so that what leaves them is uncorrelated and of one size; twelve more kernels are their
    negatives, because ReLU keeps one sign.

    Args:
        X: images, shape (N, 3, H, W); some thousand are enough.

    Source: Coates, Lee and Ng (2011), section 3.2. Taught in lecture 10b.
    """
    patches = F.unfold(X, kernel_size=2).transpose(1, 2).flatten(0, 1).double()  # (patches, 12)
    variances, directions = torch.linalg.eigh(patches.T @ patches / len(patches))
    kernels = (directions / (variances + 5e-4).sqrt()).T.reshape(-1, 3, 2, 2)  # 5e-4: no noise blown up
    return torch.cat([kernels, -kernels])
