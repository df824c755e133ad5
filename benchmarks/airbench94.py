"""airbench94: Keller Jordan's network and recipe for 94% on CIFAR-10, for the race of lecture 10b.

Written after the published code, github.com/KellerJordan/cifar10-airbench, legacy/airbench94.py, whose constants it
keeps, and arXiv:2404.00498. Where that counts steps of 9.9 epochs, this is told which share of the training is done,
so that it fits any number of minutes. That code comes under the following license.

MIT License. Copyright (c) 2024 Keller Jordan

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from race_images import batches
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils import training
from course_utils.models.resnet import whitening_kernels

WIDTHS = (64, 256, 256)  # feature maps of the three groups
EPOCHS, BATCH_SIZE = 9.9, 1024
LEARNING_RATE, MOMENTUM, WEIGHT_DECAY = 11.5, 0.85, 0.0153  # rate and decay per 1,024 images
BIAS_SCALER = 64.0  # by what factor the biases of the batch norms learn faster
LABEL_SMOOTHING = 0.2
WHITEN_BIAS_EPOCHS = 3  # how long the bias of the first layer learns
WARM_UP, START, END = 0.23, 0.2, 0.07  # the triangle: where its top is, and its ends as shares of the top
LOOK_AHEAD, EVERY = 0.95**5, 5
BATCH_NORM_MOMENTUM = 0.6
WHITENED = 5_000  # images that the first layer is computed from


class Group(nn.Module):
    """Convolution, pooling by two, batch norm, GELU; convolution, batch norm, GELU: (N, C, H, W) to half the size."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.first, self.second = _convolution(inputs, outputs), _convolution(outputs, outputs)
        self.norm_1, self.norm_2 = _batch_norm(outputs), _batch_norm(outputs)

    def forward(self, x: Tensor) -> Tensor:
        x = F.gelu(self.norm_1(F.max_pool2d(self.first(x), 2)))
        return F.gelu(self.norm_2(self.second(x)))


class AirbenchNet(nn.Module):
    """The network of airbench94: a whitened first layer and three groups; (N, 3, H, W) becomes logits (N, 10).

    The last pooling takes the maximum of the 3×3 pixels that are left of 32×32, or of fewer where images are smaller.

    Args:
        widths: feature maps of the three groups.
        scale: factor of the logits.
    """

    def __init__(self, widths: tuple[int, int, int] = WIDTHS, scale: float = 1 / 9) -> None:
        super().__init__()
        self.scale = scale
        self.stem = nn.Conv2d(3, 24, kernel_size=2)
        nn.init.zeros_(self.stem.bias)
        self.stem.weight.requires_grad_(False)
        self.groups = nn.Sequential(*(Group(*pair) for pair in zip((24, *widths[:2]), widths, strict=True)))
        self.classifier = nn.Linear(widths[2], 10, bias=False)
        self.to(memory_format=torch.channels_last)

    def whiten(self, X: Tensor) -> None:
        """Set the first layer to whiten patches of 2×2 pixels as they occur in ``X``, shape (N, 3, H, W)."""
        with torch.no_grad():
            self.stem.weight.copy_(whitening_kernels(X))

    def forward(self, x: Tensor) -> Tensor:
        x = self.groups(F.gelu(self.stem(x)))
        return self.classifier(F.adaptive_max_pool2d(x, 1).flatten(1)) * self.scale

    def norm_biases(self) -> list[nn.Parameter]:
        return [layer.bias for layer in self.modules() if isinstance(layer, nn.BatchNorm2d)]


class Airbench94:
    """The recipe, ready for its first step.

    Args:
        X: training images, normalized, shape (N, 3, 32, 32).
        y: their labels, shape (N,).
        widths: of the network.
        batch_size: images in a step.
    """

    def __init__(
        self, X: Tensor, y: Tensor, *, widths: tuple[int, int, int] = WIDTHS, batch_size: int = BATCH_SIZE
    ) -> None:
        self.model = AirbenchNet(widths)
        self.model.whiten(X[:WHITENED])
        self.batches, self.batch_size, self.steps = batches(X, y, batch_size), batch_size, 0
        nesterov = 1024 * (1 + 1 / (1 - MOMENTUM))  # by what a step with momentum is longer than one image's gradient
        rate, decay = LEARNING_RATE / nesterov, WEIGHT_DECAY * batch_size / nesterov
        biases = self.model.norm_biases()
        known = {id(bias) for bias in biases}
        others = [p for p in self.model.parameters() if p.requires_grad and id(p) not in known]
        self.optimizer = torch.optim.SGD(
            [
                {"params": biases, "lr": BIAS_SCALER * rate, "weight_decay": decay / (BIAS_SCALER * rate)},
                {"params": others, "lr": rate, "weight_decay": decay / rate},
            ],
            momentum=MOMENTUM,
            nesterov=True,
        )
        self.slow = {name: value.clone() for name, value in self.model.state_dict().items()}

    def step(self, progress: float) -> float:
        """Take a step at a point of the training, 0 to 1; return the mean loss."""
        set_rates(self.optimizer, [triangle(progress)] * 2)
        self.model.stem.bias.requires_grad_(progress < WHITEN_BIAS_EPOCHS / EPOCHS)
        loss = smoothed_loss(self.model, *next(self.batches))
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.steps += 1
        if self.steps % EVERY == 0:
            self._look_ahead(LOOK_AHEAD * progress**3)
        return loss.item() / self.batch_size

    def finish(self) -> None:
        """Leave the averaged weights in the network."""
        self._look_ahead(1.0)

    def _look_ahead(self, kept: float) -> None:
        """Move the slow weights a share of the way to the fast ones, and put the fast ones there."""
        for name, value in self.model.state_dict().items():
            if value.is_floating_point():
                value.copy_(self.slow[name].lerp_(value, 1 - kept))


def triangle(progress: float) -> float:
    """Return the learning rate as a share of its top, at a point of the training from 0 to 1."""
    if progress < WARM_UP:
        return START + (1 - START) * progress / WARM_UP
    return 1 + (END - 1) * (progress - WARM_UP) / (1 - WARM_UP)


def set_rates(optimizer: torch.optim.Optimizer, shares: Sequence[float]) -> None:
    """Set the learning rate of each group of an optimizer to a share of the rate that it began with."""
    for group, share in zip(optimizer.param_groups, shares, strict=True):
        group["lr"] = share * group.setdefault("initial_lr", group["lr"])


def smoothed_loss(model: nn.Module, X: Tensor, y: Tensor) -> Tensor:
    """Return the sum of the smoothed losses of a batch, computed in bfloat16 where the processor has it."""
    model.train()
    with torch.autocast(X.device.type, torch.bfloat16, enabled=training.has_bfloat16(X.device)):
        logits = model(X)
    return F.cross_entropy(logits.float(), y, label_smoothing=LABEL_SMOOTHING, reduction="sum")


def _convolution(inputs: int, outputs: int) -> nn.Conv2d:
    layer = nn.Conv2d(inputs, outputs, kernel_size=3, padding="same", bias=False)
    with torch.no_grad():
        nn.init.dirac_(layer.weight[:inputs])  # as many kernels as there are inputs begin by handing one on
    return layer


def _batch_norm(channels: int) -> nn.BatchNorm2d:
    norm = nn.BatchNorm2d(channels, eps=1e-12, momentum=1 - BATCH_NORM_MOMENTUM)
    norm.weight.requires_grad_(False)
    return norm
