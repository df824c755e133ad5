"""How well does a network trained on ImageNet tell ants from bees, and is it worth training the whole of it?

Trains on the 244 pictures of `hymenoptera_data/train` and judges on the 153 of `hymenoptera_data/val`, which choose
nothing. Needs both in the data folder, and there the weights of MobileNetV2: torchvision's file, or another that fits
as `checkpoints/mobilenet_v2.pth`.

    python benchmarks/transfer_real_data.py linear                   # five seeds, half a minute on one core
    python benchmarks/transfer_real_data.py scikit-learn             # logistic regression and linear SVM
    python benchmarks/transfer_real_data.py fine-tuning --seeds 0    # about two minutes a seed on one core

Each run replaces its own rows in `benchmarks/results/transfer.json`, which lecture 12 shows. Times hold for the machine
that ran it and depend on what else it does.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import io
import time

import stored
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from torch import Tensor, nn
from torchvision.models import MobileNet_V2_Weights
from torchvision.transforms.v2.functional import center_crop

from course_utils import data, evaluation, models, settings, training

NETWORK, FOLDER = "mobilenet_v2", "hymenoptera_data"
Part = tuple[Tensor, Tensor]
Row = dict[str, str | int | float]


def pictures() -> tuple[Part, Part]:
    """Return the training pictures and the held-out ones, normalised as the network wants them."""
    preset = MobileNet_V2_Weights.IMAGENET1K_V1.transforms()  # shrink to 256, cut out 224
    mean, std = (torch.tensor(numbers)[:, None, None] for numbers in (preset.mean, preset.std))
    dataset = data.image_folder(settings.data_folder() / FOLDER, size=preset.resize_size[0])

    def prepared(X: Tensor) -> Tensor:
        return (center_crop(X, preset.crop_size) - mean) / std

    held_out = torch.cat([dataset.X_val, dataset.X_test]), torch.cat([dataset.y_val, dataset.y_test])
    return (prepared(dataset.X_train), dataset.y_train), (prepared(held_out[0]), held_out[1])


def table_of(network: nn.Module, part: Part) -> Part:
    """Return features in place of pictures."""
    return models.features(network, part[0], batch_size=50), part[1]


def linear(network: nn.Module, seeds: list[int]) -> list[Row]:
    """Train one linear layer on the features of the frozen network, from several starts."""
    train, held_out = pictures()
    start = time.perf_counter()
    table, judged = table_of(network, train), table_of(network, held_out)
    seconds = time.perf_counter() - start
    rows: list[Row] = []
    for seed in seeds:
        start = time.perf_counter()
        torch.manual_seed(seed)
        head = nn.Linear(table[0].shape[1], 2)
        optimizer = torch.optim.Adam(head.parameters(), lr=1e-3)
        options = {"epochs": 30, "batch_size": 16, "seed": seed, "device": "cpu", "verbose": False}
        training.fit(head, table, optimizer=optimizer, **options)
        spent = seconds + time.perf_counter() - start
        rows.append(_row("new linear head, body frozen", seed, evaluation.evaluate(head, judged).accuracy, spent))
    return rows


def scikit_learn(network: nn.Module, seeds: list[int]) -> list[Row]:
    """Fit two classifiers that have one solution and no seed."""
    train, held_out = pictures()
    start = time.perf_counter()
    table, judged = table_of(network, train), table_of(network, held_out)
    seconds = time.perf_counter() - start
    rows: list[Row] = []
    for name, last in {
        "logistic regression on features": LogisticRegression(C=0.01),
        "linear SVM on features": LinearSVC(C=0.0001),
    }.items():
        start = time.perf_counter()
        classifier = make_pipeline(StandardScaler(), last).fit(*(part.numpy() for part in table))
        spent = seconds + time.perf_counter() - start
        rows.append(_row(name, 0, classifier.score(*(part.numpy() for part in judged)), spent))
    return rows


def fine_tuning(network: nn.Module, seeds: list[int]) -> list[Row]:
    """Train all weights, the recipe of PyTorch's tutorial on these pictures without its augmentation."""
    train, held_out = pictures()
    rows: list[Row] = []
    for seed in seeds:
        torch.manual_seed(seed)
        net = models.TransferNet(copy.deepcopy(network), 2)
        optimizer = torch.optim.SGD(net.parameters(), lr=1e-3, momentum=0.9)
        start = time.perf_counter()
        training.fit(net, train, optimizer=optimizer, epochs=4, batch_size=16, seed=seed, verbose=False)
        spent = time.perf_counter() - start
        accuracy = evaluation.evaluate(net, held_out, batch_size=50).accuracy
        rows.append(_row("fine-tuning of all weights", seed, accuracy, spent))
    return rows


STRATEGIES = {"linear": linear, "scikit-learn": scikit_learn, "fine-tuning": fine_tuning}


def _row(strategy: str, seed: int, accuracy: float, seconds: float) -> Row:
    print(f"{strategy}, seed {seed}: {accuracy:.3f} in {seconds:.0f} s", flush=True)
    return {"strategy": strategy, "seed": seed, "accuracy": round(accuracy, 4), "seconds": round(seconds, 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("strategy", choices=STRATEGIES)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    chosen = parser.parse_args()
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        network = models.pretrained(NETWORK)
    new = STRATEGIES[chosen.strategy](network, chosen.seeds)
    stored.store_rows(
        "transfer.json",
        new,
        "strategy",
        command="python benchmarks/transfer_real_data.py linear; … scikit-learn; … fine-tuning",
        data="hymenoptera_data: 244 pictures to train on, the 153 of its val folder to judge on",
        weights=said.getvalue().strip(),
        machine=f"{stored.machine()}, {torch.get_num_threads()} thread(s)",
    )


if __name__ == "__main__":
    main()
