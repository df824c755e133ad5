"""What does `training.fit` cost beside a bare loop, Lightning, skorch and a loop over torchvision's MNIST class?

Every contestant trains the network of lecture 09a for the same number of steps on 12,800 random pictures, batches of
64, Adam, on one CPU thread. They take turns in every round, starting with a different one each time, and each round
compares them with that round's bare loop. Time is CPU time of this process, so that other programs disturb it less;
a second bare loop, measured as a contestant of its own, shows how much noise is left.

    python benchmarks/bench_training.py            # 9 rounds, about four minutes
    python benchmarks/bench_training.py --quick    # one round on few pictures: does it run?

Leaves no file behind.
"""

from __future__ import annotations

import argparse
import logging
import statistics
import time
import warnings
from collections.abc import Callable, Iterator

import lightning
import torch
from PIL import Image
from skorch import NeuralNet
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from course_utils import training
from course_utils.models import DigitNet

BATCH_SIZE = 64
LEARNING_RATE = 0.01
EPOCHS = 2
PLAIN = "bare tensor loop"


def bare_loop(model: nn.Module, X: Tensor, y: Tensor) -> None:
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    model.train()
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(X)).split(BATCH_SIZE):
            optimizer.zero_grad()
            F.cross_entropy(model(X[batch]), y[batch]).backward()
            optimizer.step()


def course_fit(model: nn.Module, X: Tensor, y: Tensor) -> None:
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    training.fit(model, (X, y), optimizer=optimizer, epochs=EPOCHS, batch_size=BATCH_SIZE, device="cpu", verbose=False)


class TensorBatches:
    """Shuffled batches cut from whole tensors: the quickest data path one can hand to Lightning."""

    def __init__(self, X: Tensor, y: Tensor) -> None:
        self.X, self.y = X, y

    def __len__(self) -> int:
        return -(-len(self.X) // BATCH_SIZE)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        for batch in torch.randperm(len(self.X)).split(BATCH_SIZE):
            yield self.X[batch], self.y[batch]


class LightningDigits(lightning.LightningModule):
    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def training_step(self, batch: tuple[Tensor, Tensor], _: int) -> Tensor:
        X, y = batch
        return F.cross_entropy(self.model(X), y)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.parameters(), lr=LEARNING_RATE)


def lightning_fit(model: nn.Module, X: Tensor, y: Tensor) -> None:
    trainer = lightning.Trainer(
        accelerator="cpu",
        devices=1,
        max_epochs=EPOCHS,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(LightningDigits(model), TensorBatches(X, y))


def skorch_fit(model: nn.Module, X: Tensor, y: Tensor) -> None:
    net = NeuralNet(
        model,
        criterion=nn.CrossEntropyLoss,
        optimizer=torch.optim.Adam,
        lr=LEARNING_RATE,
        max_epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        iterator_train__shuffle=True,
        train_split=None,
        verbose=0,
    )
    net.fit(X, y)


class PictureByPicture(Dataset):
    """As torchvision's MNIST class works: each access makes a PIL picture and transforms it."""

    def __init__(self, X: Tensor, y: Tensor) -> None:
        self.pictures = (X * 255).byte().squeeze(1).numpy()
        self.labels = y.tolist()
        self.transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return self.transform(Image.fromarray(self.pictures[index])), self.labels[index]


def loader_loop(model: nn.Module, X: Tensor, y: Tensor) -> None:
    loader = DataLoader(PictureByPicture(X, y), batch_size=BATCH_SIZE, shuffle=True)
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    for _ in range(EPOCHS):
        running_loss = 0.0
        for images, labels in loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(images), labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item()


CONTESTANTS: dict[str, Callable[[nn.Module, Tensor, Tensor], None]] = {
    PLAIN: bare_loop,
    "bare tensor loop, again": bare_loop,
    "training.fit": course_fit,
    "Lightning, tensor batches": lightning_fit,
    "skorch, tensors": skorch_fit,
    "DataLoader, picture by picture": loader_loop,
}


def measure(rounds: int, pictures: int) -> dict[str, list[float]]:
    """Return the CPU seconds of every contestant in every round."""
    torch.manual_seed(0)
    X, y = torch.rand(pictures, 1, 28, 28), torch.randint(0, 10, (pictures,))
    seconds: dict[str, list[float]] = {name: [] for name in CONTESTANTS}
    names = list(CONTESTANTS)
    bare_loop(DigitNet(), X[: 20 * BATCH_SIZE], y[: 20 * BATCH_SIZE])  # the first steps pay for torch's own set-up
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            torch.manual_seed(turn)
            model = DigitNet()
            start = time.process_time()
            CONTESTANTS[name](model, X, y)
            seconds[name].append(time.process_time() - start)
    return seconds


def print_table(seconds: dict[str, list[float]], pictures: int) -> None:
    rounds = len(seconds[PLAIN])
    print(f"{pictures:,} pictures, {EPOCHS} epochs, batches of {BATCH_SIZE}, one thread; {rounds} rounds")
    print(f"{'':32}{'s/epoch':>9}{'ratio to the bare loop':>26}")
    print(f"{'':32}{'median':>9}{'median':>12}{'lowest':>8}{'highest':>9}")
    for name, times in seconds.items():
        ratios = [mine / bare for mine, bare in zip(times, seconds[PLAIN], strict=True)]
        middle = statistics.median(ratios)
        per_epoch = statistics.median(times) / EPOCHS
        print(f"{name:32}{per_epoch:9.2f}{middle:12.3f}{min(ratios):8.2f}{max(ratios):9.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one round on 1,280 pictures, to see that it runs")
    quick = parser.parse_args().quick
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")  # Lightning's advice about loaders and workers
    logging.getLogger("lightning").setLevel(logging.ERROR)
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    pictures = 1_280 if quick else 12_800
    print_table(measure(1 if quick else 9, pictures), pictures)


if __name__ == "__main__":
    main()
