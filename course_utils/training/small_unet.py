"""One recipe for the small U-Nets of chapter 11, so that comparisons differ in one thing. Lecture 11a."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from course_utils.models import UNet
from course_utils.training.segmentation import bce_and_dice

BATCH, FEWEST_STEPS = 8, 20


def train_small_unet(
    X: Tensor,
    y: Tensor,
    *,
    steps: int,
    seed: int,
    loss: Callable[[Tensor, Tensor], Tensor] = bce_and_dice,
    rate: float = 0.01,
    classes: int = 1,
    skips: bool = True,
) -> UNet:
    """Train a U-Net of depth 3 and width 8 from scratch, and return it in evaluation mode.

    AdamW, batches of eight, each rotated by quarter turns and mirrored at random; the learning rate rises over the
    first tenth of the steps and falls to 0 along a cosine.

    Args:
        X: square images, shape (N, C, S, S), N at least 8 and S a multiple of 8.
        y: what the loss compares the logits with, shape (N, any, S, S); moved as the images are.
        steps: at least 20, so that the learning rate has steps to rise in.
        seed: of the start, the batches, and the augmentation.
        loss: takes logits and a batch of ``y``.
        rate: the highest learning rate.
        classes: output channels.
        skips: False leaves the skip connections out.

    Raises:
        ValueError: fewer than 20 steps, or fewer images than a batch.

    Taught in lecture 11a.
    """
    if steps < FEWEST_STEPS or len(X) < BATCH:
        need = f"at least {FEWEST_STEPS} steps and {BATCH} images"
        raise ValueError(f"{need} are needed, got {steps} steps and {len(X)} images")
    torch.manual_seed(seed)
    network = UNet(X.shape[1], classes, width=8, depth=3, skips=skips)
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=rate, total_steps=steps, pct_start=0.1)
    for _ in range(steps):
        chosen = torch.randint(len(X), (BATCH,))
        quarters, mirrored = int(torch.randint(4, ())), bool(torch.randint(2, ()))
        images, targets = (_turned(values[chosen], quarters, mirrored) for values in (X, y))
        optimizer.zero_grad()
        loss(network(images), targets).backward()
        optimizer.step()
        schedule.step()
    return network.eval()


def logits_of(network: UNet, X: Tensor) -> Tensor:
    """Return the logits (N, classes, S, S) of images (N, C, S, S), forty at a time. Taught in lecture 11a."""
    with torch.inference_mode():
        return torch.cat([network(images) for images in X.split(40)])


def _turned(values: Tensor, quarters: int, mirrored: bool) -> Tensor:
    values = values.rot90(quarters, (2, 3))
    return values.flip(3) if mirrored else values
