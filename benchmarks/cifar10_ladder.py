"""The ladder of lecture 10b: what does each step bring on CIFAR-10, and how far do seeds differ?

Each rung keeps what the rungs below it brought and changes one thing. Accuracy is measured on the 5,000 validation
images, with one look and with two (at the mirror image too); the test images stay closed. Needs CIFAR-10
(`course data get cifar10`). Results go to results/cifar10_ladder.json after each training; what is stored there with
the same recipe is not trained again.

    python benchmarks/cifar10_ladder.py                     # every rung, seeds 0, 1, 2: about an hour on one core
    python benchmarks/cifar10_ladder.py --rungs start lr    # two rungs
"""

from __future__ import annotations

import argparse
import functools
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

import torch
from stored import load, store
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.lr_scheduler import OneCycleLR
from two_looks import flipped_accuracy

from course_utils import data, evaluation, models, training

NETWORKS: dict[str, Callable[[], nn.Module]] = {
    "LeNet32": models.LeNet32,
    "AlexNet32": models.AlexNet32,
    "SmallResNet(16)": functools.partial(models.SmallResNet, 16),
}
BATCH_SIZE = 64
Pair = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Recipe:
    """Everything that a rung can change."""

    network: str = "LeNet32"
    optimizer: str = "SGD"
    learning_rate: float = 0.001
    one_cycle: bool = False
    augment: bool = False
    label_smoothing: float = 0.0
    weight_decay: float = 0.0
    pictures: int = 20_000
    epochs: int = 8


def ladder() -> dict[str, tuple[str, Recipe]]:
    """Return what each rung is called and its recipe, by a short name."""
    changes: list[tuple[str, str, dict[str, object]]] = [
        ("start", "LeNet, SGD with a rate of 0.001", {}),
        ("lr", "hyper-parameters: rate 0.01", {"learning_rate": 0.01}),
        ("optimizer", "optimizer: AdamW", {"optimizer": "AdamW", "learning_rate": 0.002}),
        ("schedule", "schedule: one cycle", {"one_cycle": True, "learning_rate": 0.004}),
        ("alexnet", "architecture: AlexNet", {"network": "AlexNet32", "learning_rate": 0.001}),
        ("resnet", "architecture: small ResNet", {"network": "SmallResNet(16)", "learning_rate": 0.01}),
        ("augment", "augmentation: flips, shifts", {"augment": True}),
        ("regularizer", "regularizer: smoothed labels, decay", {"label_smoothing": 0.1, "weight_decay": 0.05}),
        ("data", "more data: 45,000 pictures", {"pictures": 45_000}),
    ]
    rungs, recipe = {}, Recipe()
    for name, title, change in changes:
        recipe = replace(recipe, **change)
        rungs[name] = (title, recipe)
    return rungs


def trained(recipe: Recipe, train: Pair, seed: int) -> tuple[nn.Module, float, float]:
    """Train once and return the network, its accuracy on the training pictures, and the seconds it took."""
    torch.manual_seed(seed)
    model = NETWORKS[recipe.network]()
    X, y = train[0][: recipe.pictures], train[1][: recipe.pictures]
    rate, decay = recipe.learning_rate, recipe.weight_decay
    optimizer: torch.optim.Optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)
    if recipe.optimizer == "AdamW":
        optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=decay)
    steps = training.steps(recipe.epochs, len(X), BATCH_SIZE)
    start = time.perf_counter()
    training.fit(
        model,
        (X, y),
        optimizer=optimizer,
        scheduler=OneCycleLR(optimizer, rate, total_steps=steps) if recipe.one_cycle else None,
        loss=functools.partial(F.cross_entropy, label_smoothing=recipe.label_smoothing),
        augment=training.flip_and_shift if recipe.augment else None,
        epochs=recipe.epochs,
        batch_size=BATCH_SIZE,
        seed=seed,
        mixed_precision=False,
        verbose=False,
    )
    seconds = time.perf_counter() - start
    return model, evaluation.evaluate(model, (X[:5_000], y[:5_000])).accuracy, seconds


def measure(recipe: Recipe, train: Pair, validation: Pair, seed: int) -> dict[str, float]:
    """Return accuracies and seconds of one training."""
    model, known, seconds = trained(recipe, train, seed)
    return {
        "seed": seed,
        "training": known,
        "validation": evaluation.evaluate(model, validation).accuracy,
        "validation_with_flips": flipped_accuracy(model, validation),
        "seconds": round(seconds),
    }


def main() -> None:
    rungs = ladder()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rungs", nargs="+", choices=rungs, default=list(rungs))
    parser.add_argument("--seeds", type=int, default=3, help="number of seeds: 0, 1, …")
    arguments = parser.parse_args()
    dataset = data.cifar10()
    if dataset.is_substitute:
        raise SystemExit("This measures CIFAR-10: course data get cifar10")
    mean, std = (torch.tensor(values)[:, None, None] for values in (dataset.mean, dataset.std))
    train = (dataset.X_train - mean) / std, dataset.y_train
    validation = (dataset.X_val - mean) / std, dataset.y_val
    for name in arguments.rungs:
        title, recipe = rungs[name]
        print(title, flush=True)
        stored = load("cifar10_ladder.json").get(name, {})
        runs = stored["runs"] if stored.get("recipe") == asdict(recipe) else []
        for seed in range(len(runs), arguments.seeds):
            runs.append(measure(recipe, train, validation, seed))
            print("   ", runs[-1], flush=True)
            store("cifar10_ladder.json", name, {"title": title, "recipe": asdict(recipe), "runs": runs})


if __name__ == "__main__":
    main()
