"""Exercises of lecture 03b on what a value sees, and on what a shift does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.exercises.diagnosis import describe
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise, ChoiceExercise, ValueExercise
from course_utils.exercises.networks import count, is_linear, moved, wiring_problem

LAYERS = ((5, 2), (3, 1), (2, 2))  # 03b.2: kernel size and stride of the task text
SIDE, MAPS, BUDGET, FIELD = 32, 8, 2000, 21  # 03b.3
BUMP, NOTICED = 100.0, 1e-3  # 03b.3: how much brighter or darker one pixel gets, and what counts as a change


def _fields(layers: Sequence[tuple[int, int]] = LAYERS) -> tuple[int, ...]:
    seen, step, fields = 1, 1, []
    for kernel_size, stride in layers:
        seen, step = seen + (kernel_size - 1) * step, step * stride
        fields.append(seen)
    return tuple(fields)


FIELDS = ValueExercise(
    id="03b.2",
    title="A receptive field on paper",
    minutes=5,
    hints=(
        "The first layer sees as many pixels as its kernel has. How many pixels apart are two neighbors in its map?",
        "The second layer adds two steps on the first map, and the third layer adds one step.",
    ),
    expected=_fields,
    mistakes=(
        Mistake("strides ignored", _fields([(k, 1) for k, _ in LAYERS]), "One step on the first map is two pixels."),
        Mistake("stride before its layer", (9, 13, 17), "The stride of a layer counts only for the layers after it."),
        Mistake("pooling sees nothing", (5, 9, 9), "The pooling layer looks at two values, so it sees more than one."),
        Mistake("pooling doubles", (5, 9, 18), "Neighboring windows overlap, so pooling does not double the field."),
        Mistake(
            "last stride too early",
            (5, 9, 13),
            "The stride of the last layer does not change what that layer itself sees.",
        ),
    ),
)

NO_NETWORK = "The task asks for a network, an nn.Sequential."
NOT_NUMBERS = "The outputs are not numbers (NaN)."
WRONG_SHAPE = "The output has the wrong shape."
TOO_MANY = "The shape is correct, but the network has too many parameters."
LINEAR = "Everything else is correct, but the network is one linear map: what could you put between its layers?"
TOO_NEAR = "The shape is correct and the budget is met, but a value in the middle sees too little."


def _field(network: nn.Module, images: Tensor) -> tuple[int, int]:
    """Return over how many rows and columns the pixels reach that can change the maps in the middle."""
    seen = torch.zeros(SIDE, SIDE, dtype=torch.bool)
    for copied in moved(network):
        pixels = images.clone().requires_grad_()
        middle = copied(pixels.clone())[:, :, SIDE // 2, SIDE // 2].sum()
        (slopes,) = torch.autograd.grad(middle, pixels, allow_unused=True)
        if slopes is not None:
            seen |= (slopes != 0).any(dim=0)[0]
    if min(_reach(seen)) < FIELD:  # the maximum of a large window has a slope for one of its pixels only
        seen |= _bumped(next(moved(network)), images[0])
    return _reach(seen)


def _bumped(network: nn.Module, image: Tensor) -> Tensor:
    """Return which pixels change the maps in the middle when one of them gets much brighter or darker."""
    bumps = torch.cat([torch.zeros(1, SIDE**2), BUMP * torch.eye(SIDE**2)]).reshape(-1, 1, SIDE, SIDE)
    with torch.no_grad():
        values = torch.stack([network(image + sign * bumps)[:, :, SIDE // 2, SIDE // 2] for sign in (1, -1)])
    changes = (values[:, 1:] - values[:, :1]).abs() > NOTICED
    return changes.any(dim=2).any(dim=0).reshape(SIDE, SIDE)


def _reach(seen: Tensor) -> tuple[int, int]:
    """Return over how many rows and columns the marked pixels reach."""
    reach = [axis.nonzero()[:, 0] for axis in (seen.any(dim=1), seen.any(dim=0))]
    rows, columns = (int(one.max() - one.min()) + 1 if len(one) else 0 for one in reach)
    return rows, columns


def _view_problem(network: Any) -> str | None:
    """Return what is wrong with a network, tried out on random images."""
    if not isinstance(network, nn.Module):
        return f"{NO_NETWORK} Got {describe(network)}."
    first, second = torch.randn(2, 12, 1, SIDE, SIDE, generator=torch.Generator().manual_seed(0))
    problem = wiring_problem(network, first)
    if problem is not None:
        return problem
    with torch.no_grad():
        out = network(first.clone())
    shape, wanted = tuple(out.shape), (len(first), MAPS, SIDE, SIDE)
    if shape != wanted:
        return f"{WRONG_SHAPE} Twelve images give {shape}; the task asks for {wanted}."
    if not torch.isfinite(out).all():
        return NOT_NUMBERS
    if count(network) > BUDGET:
        return f"{TOO_MANY} It has {count(network):,}; {BUDGET:,} are allowed."
    rows, columns = _field(network, first)
    if min(rows, columns) < FIELD:
        return f"{TOO_NEAR} It sees {rows} × {columns} pixels; the task asks for {FIELD} × {FIELD}."
    return LINEAR if is_linear(network, first, second) else None


def _stack(dilations: Sequence[int], filters: int, between: nn.Module, last: int = MAPS) -> Callable[[], nn.Module]:
    """Return a maker of 3 × 3 convolutions with these dilations that keep the size."""

    def make() -> nn.Module:
        layers: list[nn.Module] = []
        channels = 1
        for number, dilation in enumerate(dilations, start=1):
            out = last if number == len(dilations) else filters
            layers += [nn.Conv2d(channels, out, 3, padding=dilation, dilation=dilation), between]
            channels = out
        return nn.Sequential(*layers)

    return make


SEE_FAR = BuildExercise(
    id="03b.3",
    title="See far",
    minutes=12,
    hints=(
        "Each 3 × 3 convolution with stride 1 adds 2 pixels times its dilation. Without dilation, you need ten.",
        "nn.Conv2d(8, 8, 3, padding=D, dilation=D) keeps the size for every D, and has 584 parameters.",
        "Which four dilations, each twice the one before, add up to at least 10?",
    ),
    examiner=_view_problem,
    calls=(),
    mistakes=(
        Mistake("a layer's class", nn.Conv2d, NO_NETWORK),
        Mistake("four maps", _stack((1, 2, 4, 8), 4, nn.ReLU(), 4), WRONG_SHAPE),
        Mistake("ten layers", _stack((1,) * 10, 8, nn.ReLU()), TOO_MANY),
        Mistake("three layers", _stack((1, 2, 4), 8, nn.ReLU()), TOO_NEAR),
        Mistake("nothing between", _stack((1, 2, 4, 8), 8, nn.Identity()), LINEAR),
    ),
)

TWO_PIXELS = ChoiceExercise(
    id="03b.5",
    title="Two pixels to the right",
    minutes=5,
    hints=(
        "By how much does the map move after the first block? Its windows are two pixels wide.",
        "Draw a row of eight numbers, take the maximum of each pair, move the row by one, and do it again.",
    ),
    right="c",
    why=(
        "After the first block, the shift is one cell, and that is half a window of the second block. Only shifts by "
        "multiples of four pixels move the last map by whole cells."
    ),
    mistakes=(
        Mistake("invariant", "a", "A maximum stays the same only as long as it stays in its window, and many do not."),
        Mistake("one block", "b", "That is the map after the first block. What does the second block make of it?"),
        Mistake("pixels are cells", "d", "One cell covers more than one pixel: each block halves the map."),
    ),
)
