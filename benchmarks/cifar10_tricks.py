"""What does each trick of lecture 10b bring, measured alone: computing time for some, accuracy for the others?

Time: one step of the small ResNet forward and backward on random images, with the trick and without it, in turn. What
counts is the processor's time, not the clock's, and of the pairs the median ratio: other programs hardly change it.
Accuracy: the fast recipe of the lecture with one trick taken out, on 3,000 training images of CIFAR-10, 6 epochs. Each
variant gets its own learning rate on half of the validation images, and five other seeds on the other half.
Results go to results/cifar10_tricks.json.

    python benchmarks/cifar10_tricks.py                  # about ten minutes on one core
    python benchmarks/cifar10_tricks.py --parts time --pairs 1 --no-compile --dry-run   # does it run?
"""

from __future__ import annotations

import argparse
import functools
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from small_cifar10 import Pair, best_rate, three_parts
from stored import store
from torch.nn import functional as F
from torch.optim.lr_scheduler import LambdaLR

from course_utils import models, training
from course_utils.evaluation import evaluate

FILE, WIDTH, BATCH, LARGE = "cifar10_tricks.json", 32, 64, 512
FORMATS = {False: torch.contiguous_format, True: torch.channels_last}
# What is compared with what: one thing differs. The first of each pair has the trick.
PAIRS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "channels last": ({}, {"channels_last": False}),
    "bfloat16": ({"bfloat16": True}, {}),
    f"batches of {LARGE} instead of {BATCH}": ({"batch": LARGE}, {}),
    "compiled": ({"compiled": True}, {}),
}
IMAGES, EPOCHS, SMALL_BATCH, NET_WIDTH = 3_000, 6, 64, 8
RATES = (0.025, 0.05, 0.1, 0.2)
WITHOUT = ("nothing", "whitening", "schedule", "label smoothing")


def step(
    *, channels_last: bool = True, bfloat16: bool = False, batch: int = BATCH, compiled: bool = False
) -> Callable[[], float]:
    """Return a function that trains on LARGE random images and returns the processor's seconds for it."""
    torch.manual_seed(0)
    model = models.SmallResNet(WIDTH).to(memory_format=FORMATS[channels_last])
    X = torch.randn(batch, 3, 32, 32).to(memory_format=FORMATS[channels_last])
    y = torch.randint(0, 10, (batch,))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, nesterov=True)
    if compiled:
        model.compile(dynamic=False)

    def take() -> float:
        start = time.process_time()
        for _ in range(LARGE // batch):
            optimizer.zero_grad()
            with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
                loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
        return time.process_time() - start

    return take


def gain_in_time(name: str, pairs: int) -> dict[str, float]:
    """Return by what factor a trick is faster: the median of the pairs and their quartiles; and its first step."""
    fast, slow = (step(**options) for options in PAIRS[name])
    first = fast()  # kernels are chosen or compiled here
    slow()
    ratios = [1 / (fast() / slow()) for _ in range(pairs)]
    low, middle, high = np.quantile(ratios, [0.25, 0.5, 0.75])
    return {
        "factor": round(middle, 2),
        "quartiles": [round(low, 2), round(high, 2)],
        "pairs": pairs,
        "first_step_seconds": round(first, 1),
    }


def trained(without: str, rate: float, seed: int, train: Pair, held_out: Pair) -> float:
    """Train with the fast recipe but for one trick; return the accuracy on held-out images."""
    torch.manual_seed(seed)
    model = models.SmallResNet(NET_WIDTH)
    if without != "whitening":
        model.whiten(train[0][:1_000])
    learning = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.SGD(learning, lr=rate, momentum=0.9, weight_decay=2e-3, nesterov=True)
    total = training.steps(EPOCHS, len(train[1]), SMALL_BATCH)
    triangle = functools.partial(np.interp, xp=[0, 0.23 * total, total], fp=[0.2, 1, 0.05])
    constant = without == "schedule"
    training.fit(
        model,
        train,
        optimizer=optimizer,
        scheduler=LambdaLR(optimizer, lambda number: 1.0 if constant else float(triangle(number))),
        loss=functools.partial(F.cross_entropy, label_smoothing=0.0 if without == "label smoothing" else 0.2),
        augment=training.flip_and_shift,
        epochs=EPOCHS,
        batch_size=SMALL_BATCH,
        seed=seed,
        mixed_precision=False,
        verbose=False,
    )
    return round(evaluate(model, held_out).accuracy, 4)


def accuracy_without(trick: str, parts: tuple[Pair, Pair, Pair], seeds: int) -> dict[str, Any]:
    """Return the rate that suits a variant best, and what other seeds reach with it."""
    train, choose, measure = parts
    rate, tried = best_rate(lambda rate: trained(trick, rate, 100, train, choose), RATES, factor=2)
    runs = [trained(trick, rate, seed, train, measure) for seed in range(seeds)]
    return {"rate": rate, "tried": tried, "accuracy": runs}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", nargs="+", choices=["time", "accuracy"], default=["time", "accuracy"])
    parser.add_argument("--pairs", type=int, default=15)
    parser.add_argument("--seeds", type=int, default=5, help="number of seeds: 0, 1, …")
    parser.add_argument(
        "--no-compile", action="store_true", help="leave the compiled step out; it needs a C++ compiler"
    )
    parser.add_argument("--dry-run", action="store_true", help="store nothing")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    found: dict[str, dict[str, Any]] = {}
    if "time" in arguments.parts:
        names = [name for name in PAIRS if not (arguments.no_compile and name == "compiled")]
        found["time"] = {}
        for name in names:
            found["time"][name] = gain_in_time(name, arguments.pairs)
            print(name, found["time"][name], flush=True)
    if "accuracy" in arguments.parts:
        parts, found["accuracy"] = three_parts(IMAGES), {"images": IMAGES, "epochs": EPOCHS, "width": NET_WIDTH}
        for trick in WITHOUT:
            found["accuracy"][f"without {trick}"] = accuracy_without(trick, parts, arguments.seeds)
            print(trick, found["accuracy"][f"without {trick}"], flush=True)
    if not arguments.dry_run:
        for name, result in found.items():
            store(FILE, name, result)


if __name__ == "__main__":
    main()
