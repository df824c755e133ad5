"""A recipe that reaches a good accuracy on small pictures in little time. Taught in lecture 10b."""

from __future__ import annotations

import functools

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.lr_scheduler import OneCycleLR

from course_utils import settings
from course_utils.models import SmallResNet
from course_utils.training.augmentation import flip_and_shift
from course_utils.training.history import History
from course_utils.training.loop import fit, steps

BATCH_SIZE = 128
PEAK_LEARNING_RATE = 0.1  # for batches of 128
MOMENTUM = 0.9
WEIGHT_DECAY = 2e-3
WARM_UP = 0.23  # share of the training in which the learning rate rises
LABEL_SMOOTHING = 0.2
WHITENED = 1_000  # pictures that the stem is computed from: a million patches


def fit_fast(
    model: nn.Module,
    train: tuple[Tensor, Tensor],
    validation: tuple[Tensor, Tensor] | None = None,
    *,
    epochs: int,
    batch_size: int = BATCH_SIZE,
    mixed_precision: bool | None = None,
    seed: int = 0,
    verbose: bool = True,
) -> History:
    """Train a small network with everything that saves time: :func:`fit` with one fixed recipe.

    The data lie on the device as a whole, half of the pictures are mirrored and all are shifted by up to two pixels on
    that device, and no worker process is needed. SGD with Nesterov momentum follows a triangle: the learning rate
    rises in a straight line and falls in another to nearly zero, so the last weights are the ones to keep. Labels are
    smoothed. The peak grows in proportion to the batch.

    Args:
        model: network; a :class:`SmallResNet` gets its stem whitened first.
        train: normalised pictures (N, 3, H, W) and labels (N,).
        validation: the same for pictures that are never trained on; measured after every epoch, never chosen by.
        epochs: passes over the training set.
        batch_size: pictures in one step.
        mixed_precision: compute in bfloat16; None does so where the device has instructions for it.
        seed: seed of the shuffling.
        verbose: print one line per epoch.

    Returns:
        Losses, accuracies and learning rates of every epoch.

    Source: Page (2018), *How to train your ResNet*; Jordan (2024), arXiv:2404.00498. Taught in lecture 10b.
    """
    if isinstance(model, SmallResNet):
        model.whiten(train[0][:WHITENED])
    peak = PEAK_LEARNING_RATE * batch_size / BATCH_SIZE
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.SGD(trained, lr=peak, momentum=MOMENTUM, weight_decay=WEIGHT_DECAY, nesterov=True)
    schedule = OneCycleLR(
        optimizer,
        max_lr=peak,
        total_steps=steps(epochs, len(train[0]), batch_size),
        pct_start=WARM_UP,
        anneal_strategy="linear",
        cycle_momentum=False,
        div_factor=5,
        final_div_factor=20,
    )
    return fit(
        model,
        train,
        validation,
        optimizer=optimizer,
        scheduler=schedule,
        epochs=epochs,
        batch_size=batch_size,
        loss=functools.partial(F.cross_entropy, label_smoothing=LABEL_SMOOTHING),
        augment=flip_and_shift,
        restore_best=False,
        mixed_precision=has_bfloat16(settings.device()) if mixed_precision is None else mixed_precision,
        seed=seed,
        verbose=verbose,
    )


def has_bfloat16(device: torch.device) -> bool:
    """Return whether a device computes in bfloat16 with instructions of its own, which makes it faster than float32.

    Taught in lecture 10b.
    """
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return device.type == "cpu" and torch.cpu._is_avx512_bf16_supported()
