"""What do the NumPy layers cost beside PyTorch, on one thread at lecture sizes?

Input 32×8×28×28, convolution with 16 filters 3×3, pooling 2×2, batch norm in training. Both sides take turns in every
round, the first one changing; a round gives one ratio, and the table shows the median of the ratios with its
quartiles. Time is CPU time of this process, so that other programs disturb it less.

    python benchmarks/bench_layers.py            # 31 rounds, one to two minutes
    python benchmarks/bench_layers.py --quick    # one round: does it run?

Leaves no file behind.
"""

from __future__ import annotations

import os

os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}  # read on import of NumPy

import argparse
import statistics
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch.nn import functional as F

from course_utils import convolution as cv

SHAPE, FILTERS = (32, 8, 28, 28), (16, 8, 3, 3)
ROUNDS = 31


class Contest(NamedTuple):
    """One line of the table: the same work done twice."""

    name: str
    at_most: float  # the ratio to PyTorch that the course promises
    torch: Callable
    numpy: Callable


def torch_both_ways(forward: Callable, leaves: list[torch.Tensor], grad_output: torch.Tensor) -> Callable:
    """Return a call that runs forward and backward with fresh gradients."""

    def call() -> None:
        for leaf in leaves:
            leaf.grad = None
        forward(*leaves).backward(grad_output)

    return call


def contests(dtype: type) -> list[Contest]:
    """Return the lines of the table for one dtype."""
    rng = np.random.default_rng(0)
    x, kernel, bias = (rng.normal(size=size).astype(dtype) for size in (SHAPE, FILTERS, FILTERS[0]))
    gamma, beta = rng.normal(size=SHAPE[1]).astype(dtype), rng.normal(size=SHAPE[1]).astype(dtype)
    mean, variance = np.zeros(SHAPE[1], dtype), np.ones(SHAPE[1], dtype)
    torch_mean, torch_variance = torch.tensor(mean), torch.tensor(variance)
    lines = [
        ("conv2d", (3, 4), [x, kernel, bias], F.conv2d, ()),
        ("max_pool2d", (4, 4), [x], F.max_pool2d, (2,)),
        ("avg_pool2d", (4, 4), [x], F.avg_pool2d, (2,)),
    ]
    found = []
    for name, targets, inputs, torch_function, options in lines:
        found += pair_of_contests(name, targets, inputs, torch_function, options, options)
    found += pair_of_contests(
        "batch_norm",
        (4, 4),
        [x, gamma, beta],
        lambda x, gamma, beta: F.batch_norm(x, torch_mean, torch_variance, gamma, beta, True),
        (mean, variance),
        (),
    )
    return found


def pair_of_contests(
    name: str, targets: tuple, inputs: list, torch_function: Callable, options: tuple, torch_options: tuple
) -> list[Contest]:
    """Return the contest forward and the contest forward and backward."""
    first, *parameters = inputs
    numpy_inputs = [first, *options, *parameters]
    extra = {"training": True} if name == "batch_norm" else {}
    forward, backward = getattr(cv, name), getattr(cv, f"{name}_backward")
    out = forward(*numpy_inputs, **extra)
    tensors = [torch.tensor(array) for array in inputs]
    leaves = [tensor.clone().requires_grad_() for tensor in tensors]

    def torch_forward(*arrays: torch.Tensor) -> torch.Tensor:
        return torch_function(*arrays, *torch_options)

    def both() -> None:
        forward(*numpy_inputs, **extra)
        backward(out, *numpy_inputs, **extra)

    return [
        Contest(
            f"{name} forward",
            targets[0],
            lambda: torch_forward(*tensors),
            lambda: forward(*numpy_inputs, **extra),
        ),
        Contest(
            f"{name} forward, backward",
            targets[1],
            torch_both_ways(torch_forward, leaves, torch.tensor(out)),
            both,
        ),
    ]


def milliseconds(call: Callable) -> float:
    start = time.process_time()
    call()
    return 1000 * (time.process_time() - start)


def line(contest: Contest, rounds: int) -> str:
    """Run one contest and return its line of the table."""
    times: dict[str, list[float]] = {"torch": [], "numpy": []}
    contest.torch(), contest.numpy()  # the first call of each pays for set-up
    for round_number in range(rounds):
        for side in ("torch", "numpy") if round_number % 2 else ("numpy", "torch"):
            times[side].append(milliseconds(getattr(contest, side)))
    ratios = [ours / theirs for ours, theirs in zip(times["numpy"], times["torch"], strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4) if rounds > 1 else ratios * 3
    theirs, ours = statistics.median(times["torch"]), statistics.median(times["numpy"])
    verdict = "yes" if middle <= contest.at_most else "NO"
    return (
        f"{contest.name:28} {theirs:8.2f} {ours:8.2f}   {middle:5.2f} ({low:.2f} to {high:.2f})"
        f"   {contest.at_most:g} {verdict}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one round")
    quick = parser.parse_args().quick
    torch.set_num_threads(1)
    print(f"input {SHAPE}, filters {FILTERS}, one thread, milliseconds of CPU time, torch {torch.__version__}")
    for dtype in (np.float32, np.float64):
        print(f"\n{dtype.__name__:28}    torch    numpy   ratio (quartiles)       at most")
        for contest in contests(dtype):
            print(line(contest, rounds=1 if quick else ROUNDS), flush=True)


if __name__ == "__main__":
    main()
