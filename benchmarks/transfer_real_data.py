"""How well does a network trained on ImageNet tell ants from bees, and is it worth training the whole of it?

Trains on the 244 pictures of `hymenoptera_data/train` and judges on the 153 of `hymenoptera_data/val`, which choose
nothing. Needs both in the data folder, and there the weights of MobileNetV2: torchvision's file, or another that fits
as `checkpoints/mobilenet_v2.pth`.

    python benchmarks/transfer_real_data.py linear                   # five seeds, half a minute on one core
    python benchmarks/transfer_real_data.py scikit-learn             # logistic regression and linear SVM
    python benchmarks/transfer_real_data.py untrained                # a body with random weights: a control
    python benchmarks/transfer_real_data.py fine-tuning --seeds 0    # about two minutes a seed on one core
    python benchmarks/transfer_real_data.py scratch                  # a small network from random weights: half an hour

Each run replaces its own rows in `benchmarks/results/transfer.json`, which lecture 12b shows. Times hold for the
machine that ran it and depend on what else it does.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import io
import time
from collections.abc import Sequence

import stored
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from torch import Tensor, nn
from torch.nn.functional import interpolate
from torchvision.models import MobileNet_V2_Weights, get_model
from torchvision.transforms.v2.functional import center_crop

from course_utils import data, evaluation, models, settings, training

NETWORK, FOLDER = "mobilenet_v2", "hymenoptera_data"
EPOCHS = 30  # of the small network; at 0.001, 60 gave the pictures that choose the same accuracy, 0.735
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
    start = time.perf_counter()
    tables = tuple(table_of(network, part) for part in pictures())
    seconds = time.perf_counter() - start
    return [_linear_head(tables, "new linear head, body frozen", seed, seconds) for seed in seeds]


def untrained(network: nn.Module, seeds: list[int]) -> list[Row]:
    """Train the same head on features of a body with random weights, another body for each seed."""
    parts, rows = pictures(), []
    for seed in seeds:
        start = time.perf_counter()
        body = untrained_network(seed)
        body.train()  # one pass sets the statistics of batch norm, without which the features vanish
        for layer in body.modules():
            if isinstance(layer, nn.BatchNorm2d):
                layer.momentum = None  # the mean over all batches of the pass
        with torch.no_grad():
            for batch in parts[0][0].split(61):
                body(batch)
        tables = tuple(table_of(body, part) for part in parts)
        seconds = time.perf_counter() - start
        rows.append(_linear_head(tables, "new linear head, untrained body", seed, seconds))
    return rows


def untrained_network(seed: int) -> nn.Module:
    """Return the network with random weights."""
    torch.manual_seed(seed)
    return get_model(NETWORK, weights=None)


def _linear_head(tables: tuple[Part, ...], strategy: str, seed: int, seconds: float) -> Row:
    table, judged = tables
    start = time.perf_counter()
    torch.manual_seed(seed)
    head = nn.Linear(table[0].shape[1], 2)
    optimizer = torch.optim.Adam(head.parameters(), lr=1e-3)
    options = {"epochs": 30, "batch_size": 16, "seed": seed, "device": "cpu", "verbose": False}
    training.fit(head, table, optimizer=optimizer, **options)
    spent = seconds + time.perf_counter() - start
    return _row(strategy, seed, evaluation.evaluate(head, judged).accuracy, spent)


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


def scratch(network: nn.Module, seeds: list[int]) -> list[Row]:
    """Train a small residual network from random weights, on 64×64 pixels that are flipped and shifted.

    A fifth of the training pictures chooses the learning rate; then all of them train.
    """
    train, held_out = (_shrunk(part) for part in pictures())
    choosing = torch.arange(len(train[1])) % 5 == 0
    learning = [one[~choosing] for one in train]
    on_val = {}
    for rate in (0.001, 0.003, 0.01):
        net = _small_network(learning, rate, seed=0)
        on_val[rate] = evaluation.evaluate(net, tuple(one[choosing] for one in train)).accuracy
        print(f"rate {rate}: {on_val[rate]:.3f} of the pictures that choose", flush=True)
    rate = max(on_val, key=on_val.get)
    rows: list[Row] = []
    for seed in seeds:
        start = time.perf_counter()
        net = _small_network(train, rate, seed)
        spent = time.perf_counter() - start
        accuracy = evaluation.evaluate(net, held_out).accuracy
        row = _row("small network from scratch, tuned", seed, accuracy, spent)
        rows.append(row | {"learning_rate": rate})
    return rows


def _shrunk(part: Part) -> Part:
    return interpolate(part[0], 64, mode="bilinear", antialias=True), part[1]


def _small_network(train: Sequence[Tensor], rate: float, seed: int) -> nn.Module:
    torch.manual_seed(seed)
    net = models.TransferNet(models.SmallResNet(16), 2)
    optimizer = torch.optim.AdamW(net.parameters(), weight_decay=0.05)
    total = training.steps(EPOCHS, len(train[1]), 16)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=total)
    options = {"epochs": EPOCHS, "batch_size": 16, "seed": seed, "device": "cpu", "verbose": False}
    training.fit(net, tuple(train), optimizer=optimizer, scheduler=schedule, augment=training.flip_and_shift, **options)
    return net


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


STRATEGIES = {
    "linear": linear,
    "scikit-learn": scikit_learn,
    "untrained": untrained,
    "fine-tuning": fine_tuning,
    "scratch": scratch,
}


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
        command="python benchmarks/transfer_real_data.py linear; … scikit-learn; … untrained; … fine-tuning; … scratch",
        data="hymenoptera_data: 244 pictures to train on, the 153 of its val folder to judge on",
        weights=said.getvalue().strip(),
        machine=f"{stored.machine()}, {torch.get_num_threads()} thread(s)",
    )


if __name__ == "__main__":
    main()
