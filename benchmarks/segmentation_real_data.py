"""How well does a small U-Net outline real nuclei and real membranes, and in what time?

Nuclei: 670 pictures 96×96 of the Data Science Bowl 2018, 536 to train on. Membranes: 30 slices 512×512 of ISBI 2012,
the first 24 to train on, in patches, turned and bent. The last 134 and 6 are judged at the end and chose nothing:
settings were chosen on the tenth before them, which then joined the training. Put the pictures into `nuclei/images`,
`nuclei/masks`, `membrane/image` and `membrane/label` of the data folder.

    python benchmarks/segmentation_real_data.py nuclei               # seeds 0, 1 and 2
    python benchmarks/segmentation_real_data.py membranes --seeds 0

Each run replaces its own rows in `benchmarks/results/segmentation.json`, which lecture 11b shows. Times hold for the
machine that ran it and depend on what else it does. `--choose` trains without the tenth and judges on it.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import NamedTuple

import stored
import torch
from torch import Tensor

from course_utils import data, evaluation, models, settings, training

PATCH = 128  # pixels


class Task(NamedTuple):
    """One data set and how a network learns it."""

    folders: tuple[str, str]
    prepare: Callable[[Tensor], Tensor]
    copies: int  # versions of every training picture, each seen once
    elastic: float  # pixels
    batch_size: int


def stretched(X: Tensor) -> Tensor:
    """Return slices of an electron microscope around zero."""
    return (X - X.mean(dim=(1, 2, 3), keepdim=True)) / X.std(dim=(1, 2, 3), keepdim=True)


TASKS = {
    "nuclei": Task(("nuclei/images", "nuclei/masks"), data.bright_on_dark, copies=14, elastic=0.0, batch_size=8),
    "membranes": Task(("membrane/image", "membrane/label"), stretched, copies=10, elastic=3.0, batch_size=8),
}


def patches(X: Tensor, size: int = PATCH) -> Tensor:
    """Cut pictures (N, C, H, W) into squares (N · squares, C, size, size); what is smaller stays as it is."""
    size = min(size, X.shape[-1])
    squares = X.unfold(2, size, size).unfold(3, size, size)  # (N, C, rows, columns, size, size)
    return squares.permute(0, 2, 3, 1, 4, 5).reshape(-1, X.shape[1], size, size)


def other_light(X: Tensor) -> Tensor:
    """Change contrast and brightness of each picture a little, as another lamp would."""
    contrast, brightness = torch.rand(2, len(X), 1, 1, 1, device=X.device)
    return X * (0.8 + 0.4 * contrast) + 0.3 * (brightness - 0.5)


def measure(task: Task, train: tuple[Tensor, Tensor], held_out: tuple[Tensor, Tensor], seed: int) -> dict[str, float]:
    """Train once and return the scores on held-out pictures and the seconds of training, warping included."""
    torch.manual_seed(seed)
    start = time.perf_counter()
    versions = [training.random_warp(*train, elastic=task.elastic) for _ in range(task.copies)]
    X, y = (patches(torch.cat(values)) for values in zip(*versions, strict=True))
    net = models.UNet(1, 1, width=16, depth=4)
    optimizer = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=0.01)
    total = training.steps(1, len(X), task.batch_size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=3e-3, total_steps=total)
    training.fit(
        net,
        (X, y),
        optimizer=optimizer,
        scheduler=schedule,
        epochs=1,
        batch_size=task.batch_size,
        loss=training.bce_and_dice,
        augment=other_light,
        mixed_precision=True,
        seed=seed,
        verbose=False,
    )
    seconds = time.perf_counter() - start
    found = evaluation.evaluate(net, held_out, loss=training.bce_and_dice, batch_size=16).logits > 0
    background = ~found, 1 - held_out[1]  # for membranes this is the membrane
    return {
        "dice": evaluation.dice(found, held_out[1]),
        "iou": evaluation.iou(found, held_out[1]),
        "background dice": evaluation.dice(*background),
        "pixel error": (found != held_out[1].bool()).double().mean().item(),
        "boundary F, 1 pixel": evaluation.boundary_f(found, held_out[1], tolerance=1),
        "boundary F, 2 pixels": evaluation.boundary_f(found, held_out[1], tolerance=2),
        "seconds": seconds,
    }


def parts(task: Task, *, choose: bool) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """Return what to train on and what to judge on."""
    images, masks = (settings.data_folder() / folder for folder in task.folders)
    dataset = data.segmentation_folder(images, masks)
    train, val = (dataset.X_train, dataset.y_train), (dataset.X_val, dataset.y_val)
    if choose:
        return (task.prepare(train[0]), train[1]), (task.prepare(val[0]), val[1])
    X, y = torch.cat([train[0], val[0]]), torch.cat([train[1], val[1]])
    return (task.prepare(X), y), (task.prepare(dataset.X_test), dataset.y_test)


def store(rows: list[dict[str, str | float]]) -> None:
    stored.store_rows(
        "segmentation.json",
        rows,
        "data",
        command="python benchmarks/segmentation_real_data.py nuclei; … membranes",
        machine=f"{stored.machine()}, {torch.get_num_threads()} thread(s), bfloat16",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", choices=TASKS)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--choose", action="store_true")
    arguments = parser.parse_args()
    task, rows = TASKS[arguments.data], []
    train, held_out = parts(task, choose=arguments.choose)
    for seed in arguments.seeds:
        scores = measure(task, train, held_out, seed)
        print(f"seed {seed}: " + ", ".join(f"{name} {value:.3f}" for name, value in scores.items()), flush=True)
        rows.append({"data": arguments.data, "seed": seed} | {name: round(value, 4) for name, value in scores.items()})
        if not arguments.choose:
            store(rows)
    print("mean dice", round(statistics.mean(row["dice"] for row in rows), 4))


if __name__ == "__main__":
    main()
