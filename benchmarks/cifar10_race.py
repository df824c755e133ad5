"""The race of lecture 10b: what two recipes reach on CIFAR-10 in the same minutes on the same machine.

One recipe is airbench94 (airbench94.py), the other the course's own (race_course.py). They run one after the other. The
clock runs from the first weight to the last step, and the schedule of each follows it, so that both use the whole time.
Each trains on 45,000 images; the 10,000 test images are used once for each seed, when the clock has stopped. Before
that, a few steps on throw-away networks let every kernel be chosen. Needs CIFAR-10 (`course data get cifar10`), torch
2.9 (for Muon), and a machine on which nothing else runs. Each result goes to results/cifar10_race.json, which lecture
10b reads.

    python benchmarks/cifar10_race.py --minutes 5           # three seeds: 32 minutes
    python benchmarks/cifar10_race.py --minutes 15          # an hour and a half more
    python benchmarks/cifar10_race.py --minutes 0.1 --seeds 1 --dry-run     # does it run?
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import torch
from airbench94 import Airbench94
from race_course import SMALL_UNTIL, Course
from race_images import six_looks
from stored import store
from torch import Tensor

from course_utils import data, evaluation

FILE = "cifar10_race.json"
RECIPES: dict[str, Callable[..., Airbench94 | Course]] = {"airbench94": Airbench94, "course": Course}
Pair = tuple[Tensor, Tensor]


def train(make: Callable[..., Airbench94 | Course], images: Pair, seconds: float, seed: int) -> Airbench94 | Course:
    """Train from a seed for so many seconds and return the recipe with its trained network."""
    start = time.perf_counter()
    torch.manual_seed(seed)
    recipe = make(*images)
    while (progress := (time.perf_counter() - start) / seconds) < 1:
        recipe.step(progress)
    recipe.finish()
    return recipe


def measure(name: str, images: Pair, test: Pair, seconds: float, seed: int) -> dict[str, Any]:
    """Let one recipe run its race; return what it reached on the test images, and how far it came."""
    throw_away = RECIPES[name](*images)
    for progress in (0.0, SMALL_UNTIL):  # at both sizes of images
        throw_away.step(progress)
    start = time.perf_counter()
    recipe = train(RECIPES[name], images, seconds, seed)
    used = time.perf_counter() - start
    return {
        "seed": seed,
        "accuracy": evaluation.evaluate(recipe.model, test).accuracy,
        "accuracy_with_six_looks": six_looks(recipe.model, *test),
        "seconds": round(used, 1),
        "epochs": round(recipe.steps * recipe.batch_size / len(images[1]), 2),
    }


def normalized() -> tuple[Pair, Pair]:
    """Return CIFAR-10's training and test images with their labels."""
    dataset = data.cifar10()
    if dataset.is_substitute:
        raise SystemExit("This measures CIFAR-10: course data get cifar10")
    mean, std = (torch.tensor(values)[:, None, None] for values in (dataset.mean, dataset.std))
    return ((dataset.X_train - mean) / std, dataset.y_train), ((dataset.X_test - mean) / std, dataset.y_test)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, required=True, help="that each recipe gets for a seed")
    parser.add_argument("--seeds", type=int, default=3, help="number of seeds: 0, 1, …")
    parser.add_argument("--dry-run", action="store_true", help="store nothing")
    arguments = parser.parse_args()
    if not hasattr(torch.optim, "Muon"):
        raise SystemExit(f"The course's recipe needs Muon, which torch has from 2.9 on; this is {torch.__version__}.")
    images, test = normalized()
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in RECIPES}
    for seed in range(arguments.seeds):
        for name in RECIPES:
            runs[name].append(measure(name, images, test, 60 * arguments.minutes, seed))
            print(name, runs[name][-1], flush=True)
    if not arguments.dry_run:
        store(FILE, f"{arguments.minutes:g}", {"minutes": arguments.minutes, "runs": runs})


if __name__ == "__main__":
    main()
