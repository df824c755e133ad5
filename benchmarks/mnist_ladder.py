"""What does each change between the two networks of chapter 09 bring on MNIST? One change per rung, five seeds.

Trains on 6,000 of the training images for 12 epochs. Each rung has its own learning rate, chosen on the validation
images with a seed of its own; the test images are not touched. Needs MNIST (`course data get mnist`).

    python benchmarks/mnist_ladder.py     # a quarter of an hour on one core

Writes "ladder" to results/mnist.json: for each rung its rate and the errors on the 6,000 validation images in percent,
one per seed.
"""

from __future__ import annotations

import stored
import torch
from torch.optim.lr_scheduler import OneCycleLR

from course_utils import data, evaluation, models, training
from course_utils.data import ImageDataset

IMAGES, EPOCHS, BATCH_SIZE = 6_000, 12, 128
RATES, TUNING_SEED, SEEDS = (0.003, 0.01, 0.03), 100, range(5)
# Name → network, does the rate rise and fall, are the images shifted?
RUNGS = {
    "network of 09a": (models.DigitNet, False, False),
    "+ more kernels, more layers": (models.SmallDigitNet, False, False),
    "+ a rate that rises and falls": (models.SmallDigitNet, True, False),
    "+ shifted images": (models.SmallDigitNet, True, True),
}


def error_of(rung: str, digits: ImageDataset, rate: float, seed: int) -> float:
    """Return the share of validation images, in percent, that a network of this rung misreads."""
    kind, falls, shifts = RUNGS[rung]
    mean, std = digits.X_train.mean(), digits.X_train.std()
    torch.manual_seed(seed)
    network = kind()
    optimizer = torch.optim.Adam(network.parameters(), lr=rate)
    schedule = OneCycleLR(optimizer, rate, training.steps(EPOCHS, IMAGES, BATCH_SIZE)) if falls else None
    training.fit(
        network,
        ((digits.X_train[:IMAGES] - mean) / std, digits.y_train[:IMAGES]),
        optimizer=optimizer,
        scheduler=schedule,
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        augment=training.random_shift if shifts else None,
        seed=seed,
        verbose=False,
    )
    result = evaluation.evaluate(network, ((digits.X_val - mean) / std, digits.y_val))
    return round(100 * (1 - result.accuracy), 3)


def main() -> None:
    digits = data.digits()
    if digits.is_substitute:
        raise SystemExit("MNIST is needed: course data get mnist")
    ladder = {}
    for rung in RUNGS:
        tried = {rate: error_of(rung, digits, rate, TUNING_SEED) for rate in RATES}
        rate = min(tried, key=tried.get)
        errors = [error_of(rung, digits, rate, seed) for seed in SEEDS]
        ladder[rung] = {"rate": rate, "tried": tried, "errors": errors}
        print(rung, ladder[rung], flush=True)
    stored.store("mnist.json", "ladder", {"images": IMAGES, "epochs": EPOCHS, "rungs": ladder})


if __name__ == "__main__":
    main()
