"""What does each trick of lecture 10 bring, in pictures per second of one step forward and backward?

One change after the other on the small ResNet and random pictures: channels-last, bfloat16, larger batches, compiled
kernels. Rounds take turns; the fastest counts, because other programs can only slow a round down. Compiling needs a C++
compiler on a CPU; its own time is reported apart. Results go to results/cifar10_tricks.json.

    python benchmarks/cifar10_tricks.py              # about two minutes on two cores
    python benchmarks/cifar10_tricks.py --rounds 1 --no-compile --dry-run
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import torch
from stored import store
from torch.nn import functional as F

from course_utils import models, settings

WIDTH = 32
SMALL, LARGE = 64, 512
FORMATS = {False: torch.contiguous_format, True: torch.channels_last}


def step(
    *, channels_last: bool = True, bfloat16: bool = True, batch_size: int = LARGE, compiled: bool = False
) -> Callable[[], None]:
    """Return a function that takes one training step on random pictures and waits for its end."""
    device = settings.device()
    torch.manual_seed(0)
    model = models.SmallResNet(WIDTH).to(device, memory_format=FORMATS[channels_last])
    X = torch.randn(batch_size, 3, 32, 32, device=device).to(memory_format=FORMATS[channels_last])
    y = torch.randint(0, 10, (batch_size,), device=device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, nesterov=True)
    if compiled:
        model.compile(dynamic=False)

    def take() -> None:
        optimizer.zero_grad()
        with torch.autocast(device.type, torch.bfloat16, enabled=bfloat16):
            loss = F.cross_entropy(model(X), y)
        loss.backward()
        optimizer.step()
        loss.item()  # waits for a GPU

    return take


def seconds_of(function: Callable[[], None], repeats: int = 1) -> float:
    start = time.perf_counter()
    for _ in range(repeats):
        function()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--no-compile", action="store_true", help="leave the compiled step out")
    parser.add_argument("--dry-run", action="store_true", help="store nothing")
    arguments = parser.parse_args()
    ladder = {
        f"float32, batches of {SMALL}": (SMALL, step(channels_last=False, bfloat16=False, batch_size=SMALL)),
        "channels last": (SMALL, step(bfloat16=False, batch_size=SMALL)),
        "bfloat16": (SMALL, step(batch_size=SMALL)),
        f"batches of {LARGE}": (LARGE, step()),
    }
    if not arguments.no_compile:
        ladder["compiled"] = (LARGE, step(compiled=True))
    start_up = {name: seconds_of(take) for name, (_, take) in ladder.items()}
    fastest = dict.fromkeys(ladder, float("inf"))
    for _ in range(arguments.rounds):
        for name, (batch_size, take) in ladder.items():
            repeats = 2 * LARGE // batch_size  # the same number of pictures for all
            fastest[name] = min(fastest[name], seconds_of(take, repeats))
    speeds = {name: round(2 * LARGE / seconds) for name, seconds in fastest.items()}
    for name, speed in speeds.items():
        print(f"{name:28}{speed:8,} pictures/s, first step {start_up[name]:.1f} s")
    if not arguments.dry_run:
        device = settings.device().type
        first = {name: round(seconds, 1) for name, seconds in start_up.items()}
        store("cifar10_tricks.json", device, {"pictures_per_second": speeds, "seconds_of_first_step": first})


if __name__ == "__main__":
    main()
