"""The grid of lecture 10a: with and without skip connections and batch norm, at two depths, on CIFAR-10.

Small on purpose: 2,500 training images of 16×16 pixels (every 2×2 pixels of CIFAR-10 averaged), 16 feature maps. Each
of the eight networks gets the learning rate that is best for it on 2,500 validation images (one seed; a grid of factors
of 3 that is extended until its best is not at its end). Then it is trained at that rate from five other seeds and
measured on the 2,500 other validation images. The test images stay closed. SGD with momentum, mini-batches of 50; the
rate falls in a straight line to zero, so that the last epochs settle. Needs CIFAR-10 (`course data get cifar10`).

    python benchmarks/cifar10_skips.py                      # 25 minutes on one core
    python benchmarks/cifar10_skips.py --images 200 --epochs 1 --seeds 1 --dry-run   # does it run?
"""

from __future__ import annotations

import argparse
import itertools
import time
from typing import Any

import torch
from stored import load, store
from torch import Tensor
from torch.nn import functional as F

from course_utils import data
from course_utils.evaluation import evaluate
from course_utils.models import DeepNet

FILE, BATCH_SIZE, RATES, FACTOR = "cifar10_skips.json", 50, (0.03, 0.1, 0.3), 3
DEPTHS = (8, 32)
Pair = tuple[Tensor, Tensor]


def small_images(images: int) -> dict[str, Pair]:
    """Return images of 16×16 pixels and labels: to train on, to choose the rate by, and to measure on."""
    dataset = data.cifar10()
    if dataset.is_substitute:
        raise SystemExit("This measures CIFAR-10: course data get cifar10")
    mean, std = (torch.tensor(values)[:, None, None] for values in (dataset.mean, dataset.std))
    X, X_val = (F.avg_pool2d((part - mean) / std, 2) for part in (dataset.X_train[:images], dataset.X_val))
    half = len(X_val) // 2
    return {
        "train": (X, dataset.y_train[:images]),
        "choose": (X_val[:half], dataset.y_val[:half]),
        "measure": (X_val[half:], dataset.y_val[half:]),
    }


def run(network: dict[str, Any], rate: float, seed: int, parts: dict[str, Pair], held_out: str, epochs: int) -> dict:
    """Train once; return training loss, training error (both while learning) and held-out error after each epoch."""
    torch.manual_seed(seed)
    model = DeepNet(**network).to(memory_format=torch.channels_last)
    X, y = parts["train"]
    optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)
    steps = epochs * -(-len(X) // BATCH_SIZE)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, total_iters=steps)
    curves: dict[str, list[float]] = {"loss": [], "error": [], "held_out": []}
    for _ in range(epochs):
        loss_sum = wrong = 0.0
        for rows in torch.randperm(len(X)).split(BATCH_SIZE):
            logits = model(X[rows].to(memory_format=torch.channels_last))
            loss = F.cross_entropy(logits, y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            loss_sum += loss.item() * len(rows)
            wrong += (logits.argmax(dim=1) != y[rows]).sum().item()
        curves["loss"].append(round(loss_sum / len(X), 4))
        curves["error"].append(round(100 * wrong / len(X), 2))
        curves["held_out"].append(round(100 * (1 - evaluate(model, parts[held_out]).accuracy), 2))
        if curves["loss"][-1] != curves["loss"][-1]:  # not a number: it will not come back
            break
    return {"seed": seed} | curves


def best_rate(network: dict[str, Any], parts: dict[str, Pair], epochs: int) -> tuple[float, dict[str, float]]:
    """Return the rate with the lowest error on the images to choose by, and the errors of all rates tried."""
    errors = {}
    rates = list(RATES)
    while rates:
        for rate in rates:
            curves = run(network, rate, 100, parts, "choose", epochs)
            diverged = len(curves["loss"]) < epochs
            errors[rate] = 100.0 if diverged else curves["held_out"][-1]
            print("   rate", rate, errors[rate], curves["loss"][-1], flush=True)
        best = min(errors, key=errors.__getitem__)
        rates = []
        if best == min(errors):
            rates = [round(best / FACTOR, 5)]
        elif best == max(errors):
            rates = [round(best * FACTOR, 5)]
    return best, {str(rate): error for rate, error in sorted(errors.items())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=2_500, help="to train on")
    parser.add_argument("--epochs", type=int, default=24)
    parser.add_argument("--seeds", type=int, default=5, help="number of seeds: 0, 1, …")
    parser.add_argument("--depths", type=int, nargs="+", default=DEPTHS)
    parser.add_argument("--dry-run", action="store_true", help="store nothing")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    parts = small_images(arguments.images)
    for depth, skip, norm in itertools.product(arguments.depths, (True, False), (True, False)):
        network = {"depth": depth, "skip": skip, "norm": norm}
        name = f"depth {depth}, {'skips' if skip else 'no skips'}, {'batch norm' if norm else 'no batch norm'}"
        if name in load(FILE) and not arguments.dry_run:
            continue
        print(name, flush=True)
        start = time.process_time()
        rate, tried = best_rate(network, parts, arguments.epochs)
        runs = [run(network, rate, seed, parts, "measure", arguments.epochs) for seed in range(arguments.seeds)]
        print("   ", rate, [(r["loss"][-1], r["held_out"][-1]) for r in runs], flush=True)
        if not arguments.dry_run:
            seconds = round(time.process_time() - start)
            about = {"images": arguments.images, "epochs": arguments.epochs, "cpu_seconds": seconds}
            store(FILE, name, network | about | {"rate": rate, "tried": tried, "runs": runs})


if __name__ == "__main__":
    main()
