"""Train the network that reads a reader's own digit in lecture 00, and write its weights.

Trains on the 54,000 training images of MNIST, each tilted, stretched, shifted, and made thinner, thicker, or softer at
random, in the hope that the network then reads what was drawn with a mouse. The 10,000 test images are used once, at
the end. Needs MNIST (`course data get mnist`).

    python benchmarks/digit_reader.py

Writes course_utils/models/digit_reader.npz, in half precision. On 2026-11-29, on one thread of a CPU, in about
two minutes of its time: 99.35% of the validation images and 99.33% of the test images.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from course_utils import data, evaluation, training
from course_utils.models import reader

EPOCHS, BATCH_SIZE, PEAK_LEARNING_RATE = 10, 256, 0.006
TILT, STRETCH, SHEAR = math.radians(15), 0.15, 0.2  # the most that a digit is changed
SHIFT = 0.12  # of half the image


def distorted(x: Tensor) -> Tensor:
    """Return the digits as other hands and pens might have written them; shape (N, 1, 28, 28)."""
    count = len(x)
    angle, shear = TILT * _spread(count), SHEAR * _spread(count)
    scale, shift = 1 + STRETCH * _spread(count, 2), SHIFT * _spread(count, 2)
    move = torch.zeros(count, 2, 3)
    move[:, 0, 0], move[:, 0, 1] = angle.cos() * scale[:, 0], shear - angle.sin()
    move[:, 1, 0], move[:, 1, 1] = angle.sin(), angle.cos() * scale[:, 1]
    move[:, :, 2] = shift
    x = F.grid_sample(x, F.affine_grid(move, list(x.shape), align_corners=False), align_corners=False)
    which, amount = torch.rand(2, count, 1, 1, 1)
    x = torch.where(which < 0.2, torch.lerp(x, F.max_pool2d(x, 3, 1, 1), amount), x)
    x = torch.where((which >= 0.2) & (which < 0.4), F.avg_pool2d(x, 3, 1, 1), x)
    x = torch.where((which >= 0.4) & (which < 0.6), torch.lerp(x, _thinner(x), amount), x)
    return x / x.amax((2, 3), keepdim=True).clamp(min=0.3)


def _spread(*shape: int) -> Tensor:
    return 2 * torch.rand(*shape) - 1


def _thinner(x: Tensor) -> Tensor:
    """Take half a pixel off each side of a stroke."""
    twice = F.interpolate(x, scale_factor=2, mode="bilinear")
    return F.avg_pool2d(-F.max_pool2d(-twice, 3, 1, 1), 2)


def main() -> None:
    digits = data.digits()
    if digits.is_substitute:
        raise SystemExit("MNIST is needed: course data get mnist")
    torch.manual_seed(0)
    network = reader.untrained_reader()
    optimizer = torch.optim.AdamW(network.parameters(), lr=PEAK_LEARNING_RATE)
    total = training.steps(EPOCHS, len(digits.X_train), BATCH_SIZE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=PEAK_LEARNING_RATE, total_steps=total)
    training.fit(
        network,
        (digits.X_train, digits.y_train),
        (digits.X_val, digits.y_val),
        optimizer=optimizer,
        scheduler=schedule,
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        augment=distorted,
        restore_best=False,
        device="cpu",
    )
    np.savez(reader.WEIGHTS, **{name: values.half().numpy() for name, values in network.state_dict().items()})
    result = evaluation.evaluate(reader.digit_reader(), (digits.X_test, digits.y_test))
    print(f"{result.accuracy:.2%} of the test images; {reader.WEIGHTS.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
