"""Exercises of lecture 10a on networks: 10a.2, 10a.3."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise, ValueExercise
from course_utils.exercises.lecture_10a.channels import some_images

SIDE = 28


def _lenet(side: int, *, bias: bool = True, head_inputs: int | None = None) -> int:
    """Trainable numbers of LeNet-5 for pictures of this side."""
    places = ((side - 4) // 2 - 4) // 2
    inputs = 16 * places**2 if head_inputs is None else head_inputs
    layers = [(1 * 25, 6), (6 * 25, 16), (inputs, 120), (120, 84), (84, 10)]
    return sum((fan_in + bias) * outputs for fan_in, outputs in layers)


NUMBERS = ValueExercise(
    id="10a.2",
    title="LeNet-5 without the frame",
    minutes=6,
    hints=(
        "Follow the side of the image: a 5 × 5 kernel takes away 4 pixels, and pooling halves it.",
        "28 becomes 24, 12, 8 and 4. The number of parameters changes in only one layer.",
        "The first dense layer has 16 · 4 · 4 inputs and 120 outputs; add up all five layers, with their biases.",
    ),
    expected=lambda: _lenet(SIDE),
    mistakes=(
        Mistake(
            "nothing changes",
            _lenet(32),
            "This is the count for 32 × 32 pixels. The convolutions do not depend on the size, but one layer does.",
        ),
        Mistake(
            "no biases in the convolutions",
            _lenet(SIDE) - 6 - 16,
            "The dense layers are right; each feature map of a convolution has a bias, too.",
        ),
        Mistake("no output biases", _lenet(SIDE) - 10, "Each of the ten outputs has a bias, too."),
        Mistake("no biases", _lenet(SIDE, bias=False), "The weights are right; each map and each output has a bias."),
        Mistake(
            "padded",
            _lenet(SIDE, head_inputs=16 * 7 * 7),
            "In your count only pooling shrinks the image. Each 5 × 5 convolution takes away four pixels, too.",
        ),
        Mistake(
            "not pooled",
            _lenet(SIDE, head_inputs=16 * 8 * 8),
            "The second pooling halves the side once more before the dense layers.",
        ),
        Mistake(
            "one map",
            _lenet(SIDE, head_inputs=4 * 4),
            "The size of a map is right, but all sixteen maps reach the dense layer.",
        ),
    ),
)


def _residual(
    x: Tensor, weight: Tensor, *, skip: bool = True, inside: bool = False, last: bool = True, padding: int = 1
) -> Tensor:
    branch = F.conv2d(x, weight, padding=padding)
    if padding == 0:
        branch = F.pad(branch, (1, 1, 1, 1))
    branch = branch.relu() if inside else branch
    total = x + branch if skip else branch
    return total.relu() if last else total


def _residual_cases(rng: np.random.Generator) -> list[tuple[Tensor, Tensor]]:
    return [
        (some_images(rng, count, channels, height, width), _kernels(rng, channels))
        for count, channels, height, width in [(2, 3, 5, 4), (3, 2, 4, 6)]
    ] + [Edge("for one image of one channel", some_images(rng, 1, 1, 3, 4), _kernels(rng, 1))]


def _kernels(rng: np.random.Generator, channels: int) -> Tensor:
    return torch.from_numpy(rng.normal(size=(channels, channels, 3, 3))).float()


RESIDUAL = FunctionExercise(
    id="10a.3",
    title="A layer that adds",
    minutes=6,
    hints=(
        "The convolution must keep the size, or nothing can be added: which padding does a 3 × 3 kernel need?",
        "F.conv2d(x, weight, padding=1) is what the layer adds. ReLU comes after the sum.",
        "(x + F.conv2d(x, weight, padding=1)).relu()",
    ),
    cases=_residual_cases,
    reference=_residual,
    mistakes=(
        Mistake(
            "no skip",
            lambda x, w: _residual(x, w, skip=False),
            "You replace the input; the convolution is to be added to it.",
        ),
        Mistake(
            "relu inside",
            lambda x, w: _residual(x, w, inside=True, last=False),
            "You apply ReLU before the sum, so the layer can only add and never take away.",
        ),
        Mistake("no relu", lambda x, w: _residual(x, w, last=False), "The sum is right; ReLU is missing after it."),
        Mistake(
            "relu twice",
            lambda x, w: _residual(x, w, inside=True),
            "You apply ReLU before the sum as well: so the layer can never take anything away.",
        ),
        Mistake(
            "padded too late",
            lambda x, w: _residual(x, w, padding=0),
            "The size is right, but zeros were put around the result instead of around the input.",
        ),
        Mistake(
            "ReLU before the convolution",
            lambda x, w: (x + F.conv2d(x.relu(), w, padding=1)).relu(),
            "You apply ReLU to the input of the convolution; it belongs after the sum.",
        ),
        Mistake(
            "ReLU of each part",
            lambda x, w: x.relu() + F.conv2d(x, w, padding=1).relu(),
            "You apply ReLU to both parts; it belongs after the sum.",
        ),
        Mistake(
            "subtracted",
            lambda x, w: (x - F.conv2d(x, w, padding=1)).relu(),
            "You subtract the convolution; it is added to x.",
        ),
        Mistake(
            "multiplied",
            lambda x, w: (x * F.conv2d(x, w, padding=1)).relu(),
            "You multiply x by the convolution; the two are to be added.",
        ),
        Mistake(
            "kernel flipped",
            lambda x, w: _residual(x, w.flip(2, 3)),
            "You flip the kernel; PyTorch's convolution does not.",
        ),
        Mistake(
            "channels exchanged",
            lambda x, w: _residual(x, w.transpose(0, 1)),
            "You exchange the two channel axes of the weight: outputs come first.",
        ),
        Mistake(
            "edge repeated",
            lambda x, w: (x + F.conv2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), w)).relu(),
            "Correct inside. At the edge you pad with repeated pixels, but the layer pads with zeros.",
        ),
        Mistake("doubled", lambda x, w: (2 * x).relu(), "You add the input to itself; the convolution is missing."),
    ),
)
