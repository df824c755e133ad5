"""What skip connections, losses, and targets are worth to a small U-Net, trained briefly and long.

Generated cells of 32×32 pixels: 320 images to train on, 80 to validate, 160 to test. Everything is one recipe
(`training.train_small_unet`) with one thing changed; learning rates are chosen on the validation images, with a seed
that is not used again.

    python benchmarks/small_unets.py skips      # with and without
    python benchmarks/small_unets.py losses     # cross-entropy and Dice; both together are a row of skips
    python benchmarks/small_unets.py objects    # targets that keep touching nuclei apart

Each run replaces its own rows in `benchmarks/results/small_unets.json`, which chapter 11 shows. `skips` and `losses`
report validation scores, `objects` test scores.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import stored
import torch
from torch import Tensor
from torch.nn import functional as F

from course_utils import data, evaluation, training
from course_utils.training import objects

RATES, SEEDS, TUNING_SEED = (0.003, 0.01, 0.03), range(5), 99
LENGTHS = {"skips": (100, 600, 1800), "losses": (100, 600)}  # steps
CELLS = data.cells(train=320, val=80, test=160, size=32)
THRESHOLDS, LEASTS = (0.5, 0.7, 0.8, 0.9, 0.95), (2, 3, 4, 5)
FILE = "small_unets.json"


def mask_scores(logits: Tensor, y: Tensor) -> dict[str, float]:
    """Return how well masks agree, and how far the probabilities can be trusted."""
    p, found = logits.sigmoid(), logits > 0
    bins = (p * 15).long().clamp_max(14).flatten()
    gaps = [(p.flatten()[bins == b] - y.flatten()[bins == b]).sum().abs().item() for b in range(15)]
    return {
        "dice": evaluation.dice(found, y),
        "boundary F, 1 pixel": evaluation.boundary_f(found, y),
        "boundary F, 2 pixels": evaluation.boundary_f(found, y, tolerance=2),
        "cross-entropy": F.binary_cross_entropy_with_logits(logits, y).item(),
        "calibration error": sum(gaps) / y.numel(),
    }


def object_scores(labels: np.ndarray, true: Tensor) -> dict[str, float]:
    """Return how well single nuclei are found: labels (N, H, W) and true ones (N, 1, H, W)."""
    return {
        "object F1": evaluation.object_f1(labels, true[:, 0]),
        "count error": evaluation.count_error(labels, true[:, 0]),
        "count ratio": sum(len(np.unique(i)) - 1 for i in labels) / sum(len(i.unique()) - 1 for i in true),
    }


def rows_of(kind: str, seed: int, steps: int, scores: dict[str, dict[str, float]], **more: float) -> list[dict]:
    """Return one row for each part of the data that was scored."""
    return [
        {"kind": f"{kind}, {steps} steps, {part}", "name": kind, "steps": steps, "part": part, "seed": seed}
        | {name: round(value, 4) for name, value in (found | more).items()}
        for part, found in scores.items()
    ]


def store(rows: list[dict]) -> None:
    stored.store_rows(FILE, rows, "kind", command="python benchmarks/small_unets.py", machine=stored.machine())
    print(rows[0], flush=True)


def is_stored(name: str, steps: int, seed: int) -> bool:
    """Return whether a run is there already, so that an interrupted experiment goes on where it was."""
    return any(
        (row["name"], row["steps"], row["seed"]) == (name, steps, seed) for row in stored.load(FILE).get("rows", [])
    )


def skips() -> None:
    """Train with and without skip connections, each at its own rate, until longer training changes little."""
    c = CELLS
    for with_skips, name in ((True, "skip connections"), (False, "none")):
        tried = {}
        for rate in RATES:
            network = training.train_small_unet(
                c.X_train, c.y_train, steps=300, seed=TUNING_SEED, rate=rate, skips=with_skips
            )
            tried[rate] = evaluation.dice(training.logits_of(network, c.X_val) > 0, c.y_val)
        best = max(tried, key=tried.get)
        print(name, tried, "chosen", best, flush=True)
        for steps in LENGTHS["skips"]:
            for seed in SEEDS:
                if is_stored(name, steps, seed):
                    continue
                start = time.process_time()
                network = training.train_small_unet(
                    c.X_train, c.y_train, steps=steps, seed=seed, rate=best, skips=with_skips
                )
                seconds = time.process_time() - start
                scores = {"validation": mask_scores(training.logits_of(network, c.X_val), c.y_val)}
                store(rows_of(name, seed, steps, scores, rate=best, seconds=seconds))


def losses() -> None:
    """Train with two losses, for two lengths; only validation images are looked at."""
    c = CELLS
    kinds = {"cross-entropy": F.binary_cross_entropy_with_logits, "Dice": training.dice_loss}
    for name, loss in kinds.items():
        for steps in LENGTHS["losses"]:
            for seed in SEEDS:
                if is_stored(name, steps, seed):
                    continue
                network = training.train_small_unet(c.X_train, c.y_train, steps=steps, seed=seed, loss=loss)
                scores = {"validation": mask_scores(training.logits_of(network, c.X_val), c.y_val)}
                store(rows_of(name, seed, steps, scores))


def objects_apart(steps: int = 900) -> None:
    """Train on four kinds of targets and find single nuclei; thresholds are chosen on validation images, seed 99."""
    c = CELLS
    gaps, weights = objects.with_gaps(c.labels_train), objects.border_weights(c.labels_train)
    bce = F.binary_cross_entropy_with_logits
    kinds = {
        "mask": (c.y_train, bce, 1),
        "three classes": (objects.three_classes(c.y_train, c.borders_train), objects.class_loss, 3),
        "gaps": (gaps, bce, 1),
        "gaps, border weights": (torch.cat([gaps, weights], dim=1), objects.weighted_bce, 1),
    }
    for name, (target, loss, classes) in kinds.items():
        recipe = {"steps": steps, "loss": loss, "classes": classes}
        network = training.train_small_unet(c.X_train, target, seed=TUNING_SEED, **recipe)
        inside, mask = inside_and_mask(training.logits_of(network, c.X_val))
        tried = {t: evaluation.count_error(seeded(inside, mask, t), c.labels_val[:, 0]) for t in THRESHOLDS}
        cuts = {k: evaluation.count_error(cut(mask, k), c.labels_val[:, 0]) for k in LEASTS}
        threshold, least = min(tried, key=tried.get), min(cuts, key=cuts.get)
        print(name, tried, cuts, flush=True)
        for seed in SEEDS:
            network = training.train_small_unet(c.X_train, target, seed=seed, **recipe)
            inside, mask = inside_and_mask(training.logits_of(network, c.X_test))
            ways = {
                "half": seeded(inside, mask, 0.5),
                "seeds": seeded(inside, mask, threshold),
                "cut": cut(mask, least),
            }
            for way, labels in ways.items():
                scores = {"test": object_scores(labels, c.labels_test)}
                store(rows_of(f"{name}: {way}", seed, steps, scores, threshold=threshold, least=least))


def inside_and_mask(logits: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Return the probability of the inside of a nucleus, and the mask, both (N, H, W)."""
    if logits.shape[1] == 1:
        p = logits[:, 0].sigmoid().numpy()
        return p, p > 0.5
    p = logits.softmax(dim=1).numpy()
    return p[:, objects.INSIDE], p[:, objects.BACKGROUND] < 0.5


def seeded(inside: np.ndarray, mask: np.ndarray, threshold: float) -> np.ndarray:
    """Return objects grown from the pieces in which the inside is more probable than ``threshold``."""
    return np.stack([objects.grown((p > threshold) & m, m) for p, m in zip(inside, mask, strict=True)])


def cut(mask: np.ndarray, least: int) -> np.ndarray:
    """Return objects cut where the masks are narrow."""
    return np.stack([objects.split_by_distance(one, least=least) for one in mask])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("experiment", choices=("skips", "losses", "objects"))
    torch.set_num_threads(1)
    {"skips": skips, "losses": losses, "objects": objects_apart}[parser.parse_args().experiment]()


if __name__ == "__main__":
    main()
