"""Exercises of lecture 03a on one value, sizes, shapes, and parameters."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import Edge, FunctionExercise, ValueExercise

# 03a.3 and 03a.6: the numbers of the task texts.
KERNEL_SIZE, DILATION = 5, 3
CHANNELS, FILTERS, GROUPS = 16, 32, 4
# 03a.5: batch and layers of the task text.
BATCH = (4, 3, 36, 48)


# 03a.1: windows, kernels and bias of the task text.
WINDOWS = (((1, 2), (0, 3)), ((4, 1), (2, 0)))
KERNELS = (((2, 0), (1, -1)), ((1, 3), (-1, 5)))
BIAS = -2


def _one_value(flipped: bool = False) -> tuple[int, int, int]:
    turns = 2 if flipped else 0
    pairs = zip(WINDOWS, KERNELS, strict=True)
    first, second = (int(np.sum(np.array(window) * np.rot90(kernel, turns))) for window, kernel in pairs)
    return first, second, first + second + BIAS


ONE_VALUE = ValueExercise(
    id="03a.1",
    title="One value on paper",
    minutes=5,
    hints=(
        "Multiply each pixel of channel 0 by the weight in the same position, and add the four products.",
        "The two sums are added, and then the bias is added once.",
    ),
    expected=_one_value,
    mistakes=(
        Mistake("no bias", (-1, 5, 4), "The sums are correct; the bias is missing."),
        Mistake("bias in each channel", (-1, 5, 0), "The bias belongs to the filter, not to each channel."),
        Mistake("bias in the sums", (-3, 3, 0), "You added the bias to the sum of each channel."),
        Mistake("bias subtracted", (-1, 5, 6), "The bias is added, and it is negative."),
        Mistake("multiplied", (-1, 5, -7), "The sums of the channels are added, not multiplied."),
        Mistake("flipped", _one_value(flipped=True), "You flipped the kernels; a convolution layer does not."),
    ),
)


def _span(kernel_size: int, dilation: int) -> int:
    return dilation * (kernel_size - 1) + 1


def _input_size(length: int, k: int, s: int, p: int, d: int) -> int:
    return (length - 1) * s + _span(k, d) - 2 * p


INPUT_SIZE = FunctionExercise(
    id="03a.2",
    title="How long was the input?",
    minutes=6,
    hints=(
        "How many steps does the kernel take to get to its last position? Each of them is as long as the stride.",
        "The padded input must reach from the first pixel of the first position to the last pixel of the last one.",
        "That is all steps together, plus what the dilated kernel spans. How much of it is padding?",
    ),
    cases=lambda rng: [
        (29, 4, 2, 5, 3),
        (10, 3, 1, 0, 1),
        (28, 5, 3, 2, 2),
        (int(rng.integers(30, 60)), 4, 5, 3, 2),
        (int(rng.integers(30, 60)), 3, 4, 1, 3),
        Edge("where the kernel fits once", 1, 7, 4, 0, 1),
        Edge("for a kernel of one pixel", 9, 1, 2, 1, 3),
    ],
    reference=_input_size,
    forbidden=("convolution",),
    mistakes=(
        Mistake(
            "the other way around",
            lambda length, k, s, p, d: (length + 2 * p - _span(k, d)) // s + 1,
            "That is the output's length for an input of this length; the task asks for the input's length.",
        ),
        Mistake(
            "longest input",
            lambda length, k, s, p, d: _input_size(length, k, s, p, d) + s - 1,
            "That is the longest input with this output: its last pixels are dropped. The task asks for the shortest.",
        ),
        Mistake(
            "a step for each position",
            lambda length, k, s, p, d: _input_size(length, k, s, p, d) + s,
            "You take a step for each position; the first position needs no step.",
        ),
        Mistake(
            "padding once",
            lambda length, k, s, p, d: _input_size(length, k, s, p, d) + p,
            "The padding is added at both ends of the axis.",
        ),
        Mistake(
            "padding added",
            lambda length, k, s, p, d: _input_size(length, k, s, p, d) + 4 * p,
            "You add the padding to the input; it is already part of what the kernel covers, so subtract it.",
        ),
        Mistake(
            "span one too large",
            lambda length, k, s, p, d: (length - 1) * s + k * d - 2 * p,
            "You let the dilated kernel span D K pixels: there are gaps only between its weights.",
        ),
        Mistake(
            "span two too large",
            lambda length, k, s, p, d: (length - 1) * s + k * d + 1 - 2 * p,
            "You count more pixels than the dilated kernel spans: how many gaps do K weights have?",
        ),
        Mistake(
            "first pixel of the last window",
            lambda length, k, s, p, d: (length - 1) * s + 1 - 2 * p,
            "You count only up to the first pixel of the last position; the whole kernel must fit there.",
        ),
        Mistake("no padding", lambda length, k, s, p, d: (length - 1) * s + _span(k, d), "The padding is not used."),
        Mistake("no stride", lambda length, k, s, p, d: length - 1 + _span(k, d) - 2 * p, "The stride is not used."),
        Mistake(
            "no dilation",
            lambda length, k, s, p, d: (length - 1) * s + k - 2 * p,
            "The dilation is not used: how many pixels does the kernel span with gaps between its weights?",
        ),
    ),
)

SAME = ValueExercise(
    id="03a.3",
    title="Padding that keeps the size",
    minutes=4,
    hints=(
        "Set H' = H and S = 1 in the formula and solve for P.",
        "Without padding, the output is D (K - 1) pixels shorter than the input. Padding is added at both ends.",
    ),
    expected=lambda: DILATION * (KERNEL_SIZE - 1) // 2,
    mistakes=(
        Mistake("no dilation", (KERNEL_SIZE - 1) // 2, "This would be correct without dilation."),
        Mistake(
            "both ends",
            DILATION * (KERNEL_SIZE - 1),
            "That is how many pixels are missing in total; padding is added at both ends.",
        ),
        Mistake("none", 0, "Without padding, the output is shorter than the input."),
        Mistake("the dilation", DILATION, "That is the dilation. How many pixels does the dilated kernel span?"),
        Mistake(
            "the kernel size", KERNEL_SIZE, "That is the kernel size. How many pixels does the dilated kernel span?"
        ),
        Mistake(
            "both faults",
            KERNEL_SIZE - 1,
            "This ignores the dilation, and it overlooks that padding is added at both ends.",
        ),
        Mistake(
            "the span",
            _span(KERNEL_SIZE, DILATION),
            "That is how many pixels the dilated kernel spans. By how many does it make the output shorter?",
        ),
        Mistake("dilated size", DILATION * KERNEL_SIZE // 2, "Between five weights, there are four gaps, not five."),
    ),
)


def _two_layers() -> tuple[int, ...]:
    layers = nn.Sequential(nn.Conv2d(3, 16, 5, stride=2, padding=1), nn.Conv2d(16, 8, 3, stride=2, dilation=3))
    return tuple(layers.to("meta")(torch.empty(BATCH, device="meta")).shape)


SHAPE = ValueExercise(
    id="03a.5",
    title="Predict a shape",
    minutes=5,
    hints=(
        "Two of the four numbers need no formula: the batch size and the number of filters of the last layer.",
        "Use the formula four times: rows and columns of the first layer, then of the second.",
        "The first layer gives 17 rows. A kernel of size 3 with dilation 3 spans 7 of them.",
    ),
    expected=_two_layers,
    mistakes=(
        Mistake("rounded up", (4, 8, 7, 10), "You round up where the kernel no longer fits."),
        Mistake(
            "no dilation", (4, 8, 8, 11), "The first layer is correct; in the second one, the dilation is missing."
        ),
        Mistake("no padding", (4, 8, 5, 8), "The padding of the first layer is missing."),
        Mistake(
            "channels of the first",
            (4, 16, 6, 9),
            "The second layer has filters of its own: how many maps do they make?",
        ),
        Mistake(
            "channels last", (4, 6, 9, 8), "The numbers are correct; PyTorch puts channels before rows and columns."
        ),
        Mistake("rows and columns", (4, 8, 9, 6), "Rows come before columns: the image has 36 rows."),
    ),
)

COUNT = ValueExercise(
    id="03a.6",
    title="Count the parameters",
    minutes=4,
    hints=(
        "How many input channels does one filter see if they are split into four groups?",
        "Each filter has that number of channels times 5 × 5 weights, and one bias. There are 32 filters.",
    ),
    expected=lambda: sum(p.numel() for p in nn.Conv2d(CHANNELS, FILTERS, 5, groups=GROUPS, device="meta").parameters()),
    mistakes=(
        Mistake("no groups", FILTERS * (CHANNELS * 25 + 1), "That is the count without groups."),
        Mistake("no bias", FILTERS * CHANNELS // GROUPS * 25, "The weights are correct; the biases are missing."),
        Mistake("no groups, no bias", FILTERS * CHANNELS * 25, "This leaves out both the groups and the biases."),
        Mistake(
            "one group",
            FILTERS // GROUPS * (CHANNELS // GROUPS * 25 + 1),
            "That is the count for one of the four groups.",
        ),
        Mistake("one channel", FILTERS * (25 + 1), "Each filter sees more than one channel of its group."),
        Mistake("bias per kernel", FILTERS * CHANNELS // GROUPS * 26, "A filter has one bias, not one per channel."),
    ),
)
