"""How well, and in what time, does the small network of lecture 09b read MNIST?

Trains with the recipe of the lecture on the 54,000 training images, keeps the weights of the best epoch on the 6,000
validation images, and uses the 10,000 test images once for each seed. Needs MNIST (`course data get mnist`) and an
idle machine: the time is what a reader waits.

    python benchmarks/mnist_accuracy.py              # seeds 0, 1 and 2, about five minutes on two cores
    python benchmarks/mnist_accuracy.py --seeds 9    # one seed

Leaves no file behind.
"""

from __future__ import annotations

import argparse
import statistics
import time

import torch
from torch import Tensor

from course_utils import data, evaluation, models, settings, training
from course_utils.data import ImageDataset

EPOCHS, BATCH_SIZE, PEAK_LEARNING_RATE = 6, 128, 0.01


def measure(dataset: ImageDataset, seed: int) -> tuple[float, float]:
    """Train once and return (accuracy on the test images, seconds of training)."""

    def normalised(X: Tensor) -> Tensor:
        return (X - dataset.mean[0]) / dataset.std[0]

    train = normalised(dataset.X_train), dataset.y_train
    validation = normalised(dataset.X_val), dataset.y_val
    torch.manual_seed(seed)
    model = models.SmallDigitNet()
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK_LEARNING_RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=PEAK_LEARNING_RATE, total_steps=training.steps(EPOCHS, len(train[1]), BATCH_SIZE)
    )
    start = time.perf_counter()
    training.fit(
        model,
        train,
        validation,
        optimizer=optimizer,
        scheduler=schedule,
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        augment=training.random_shift,
        seed=seed,
        verbose=False,
    )
    seconds = time.perf_counter() - start
    return evaluation.evaluate(model, (normalised(dataset.X_test), dataset.y_test)).accuracy, seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    arguments = parser.parse_args()
    dataset = data.digits()
    print(f"{settings.device()}, {torch.get_num_threads()} threads, {EPOCHS} epochs")
    accuracies = []
    for seed in arguments.seeds:
        accuracy, seconds = measure(dataset, seed)
        accuracies.append(accuracy)
        print(f"seed {seed}: {accuracy:.2%} of the test images in {seconds:.0f} s", flush=True)
    print(f"mean {statistics.mean(accuracies):.2%}, from {min(accuracies):.2%} to {max(accuracies):.2%}")


if __name__ == "__main__":
    main()
