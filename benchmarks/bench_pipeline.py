"""How long do the pictures of lecture 10 take to reach the network, and what does the loop around the network cost?

First table: pictures per second, mirrored and shifted, as one tensor and through torchvision's transforms in a
DataLoader. Second table: an epoch of the same network with the same augmentation in `training.fit_fast`, Lightning and
skorch, and the share of the epoch that is neither forward, backward nor step. The fastest of three rounds counts:
other programs can only slow one down. The second table takes CPU time, the first, where worker processes help, the
clock on the wall. One thread.

    python benchmarks/bench_pipeline.py            # under two minutes
    python benchmarks/bench_pipeline.py --quick    # few pictures: does it run?

Leaves no file behind.
"""

from __future__ import annotations

import argparse
import functools
import logging
import time
import warnings
from collections.abc import Callable, Iterable, Iterator

import lightning
import torch
from PIL import Image
from skorch import NeuralNet
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from course_utils import training
from course_utils.models import SmallResNet

BATCH_SIZE = 128
WIDTH = 32  # as in the recipe
ROUNDS = 3
LOSS = functools.partial(F.cross_entropy, label_smoothing=0.2)


class PictureByPicture(Dataset):
    """As torchvision's CIFAR10 class works: each access makes a PIL picture and transforms it."""

    def __init__(self, X: Tensor, y: Tensor) -> None:
        self.pixels = (X * 255).byte().permute(0, 2, 3, 1).numpy()
        self.labels = y.tolist()
        crop = transforms.RandomCrop(32, padding=2, padding_mode="edge")
        steps = [crop, transforms.RandomHorizontalFlip(), transforms.ToTensor()]
        self.transform = transforms.Compose([*steps, transforms.Normalize((0.5,) * 3, (0.25,) * 3)])

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return self.transform(Image.fromarray(self.pixels[index])), self.labels[index]


class TensorBatches:
    """Shuffled and augmented batches cut from whole tensors."""

    def __init__(self, X: Tensor, y: Tensor) -> None:
        self.X, self.y = X, y

    def __len__(self) -> int:
        return -(-len(self.X) // BATCH_SIZE)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        for batch in torch.randperm(len(self.X)).split(BATCH_SIZE):
            yield training.flip_and_shift(self.X[batch]), self.y[batch]


def loader(workers: int, X: Tensor, y: Tensor) -> DataLoader:
    return DataLoader(PictureByPicture(X, y), batch_size=BATCH_SIZE, shuffle=True, num_workers=workers)


def seconds_for(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    start = clock()
    work()
    return clock() - start


def run_through(batches: Iterable[object]) -> None:
    for _ in batches:
        pass


def print_pipelines(X: Tensor, y: Tensor) -> None:
    pipelines = {
        "one tensor": TensorBatches(X, y),
        "DataLoader, 0 workers": loader(0, X, y),
        "DataLoader, 2 workers": loader(2, X, y),
    }
    print(f"{len(X):,} pictures, batches of {BATCH_SIZE}: mirrored and shifted pictures per second")
    for name, batches in pipelines.items():
        fastest = min(seconds_for(lambda batches=batches: run_through(batches)) for _ in range(ROUNDS))
        print(f"{name:32}{len(X) / fastest:12,.0f}")


class LightningPictures(lightning.LightningModule):
    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def training_step(self, batch: tuple[Tensor, Tensor], _: int) -> Tensor:
        X, y = batch
        return LOSS(self.model(X), y)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.SGD(self.parameters(), lr=0.1, momentum=0.9, nesterov=True)


def lightning_epoch(batches: Iterable[object], X: Tensor, y: Tensor) -> None:
    trainer = lightning.Trainer(
        accelerator="cpu",
        devices=1,
        max_epochs=1,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(LightningPictures(SmallResNet(WIDTH)), batches)


def skorch_epoch(X: Tensor, y: Tensor) -> None:
    net = NeuralNet(
        SmallResNet(WIDTH),
        criterion=nn.CrossEntropyLoss,
        criterion__label_smoothing=0.2,
        optimizer=torch.optim.SGD,
        optimizer__momentum=0.9,
        optimizer__nesterov=True,
        lr=0.1,
        max_epochs=1,
        batch_size=BATCH_SIZE,
        iterator_train__shuffle=True,
        train_split=None,
        verbose=0,
    )
    net.fit(PictureByPicture(X, y), y=None)


def course_epoch(X: Tensor, y: Tensor) -> None:
    options = {"batch_size": BATCH_SIZE, "mixed_precision": False, "verbose": False}
    training.fit_fast(SmallResNet(WIDTH), (X, y), epochs=1, **options)


def forward_and_backward(X: Tensor, y: Tensor) -> None:
    """The part of an epoch that nobody can save: the network at work on ready batches, and the step."""
    model = SmallResNet(WIDTH)
    model.stem.weight.requires_grad_(False)  # as it is once it is whitened
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.SGD(trained, lr=0.1, momentum=0.9, nesterov=True)
    for start in range(0, len(X), BATCH_SIZE):
        ready, labels = X[start : start + BATCH_SIZE], y[start : start + BATCH_SIZE]
        LOSS(model(ready), labels).backward()
        optimizer.step()
        optimizer.zero_grad()


def print_epochs(X: Tensor, y: Tensor) -> None:
    channels_last = X.to(memory_format=torch.channels_last)
    epochs = {
        "forward, backward and step alone": lambda: forward_and_backward(channels_last, y),
        "training.fit_fast": lambda: course_epoch(X, y),
        "Lightning, the same batches": lambda: lightning_epoch(TensorBatches(X, y), X, y),
        "Lightning, DataLoader": lambda: lightning_epoch(loader(0, X, y), X, y),
        "skorch, DataLoader": lambda: skorch_epoch(X, y),
    }
    course_epoch(X[:256], y[:256])  # the first steps pay for torch's own set-up
    seconds: dict[str, list[float]] = {name: [] for name in epochs}
    for _ in range(ROUNDS):
        for name, epoch in epochs.items():
            torch.manual_seed(0)
            seconds[name].append(seconds_for(epoch, time.process_time))
    alone = min(seconds["forward, backward and step alone"])
    print(f"\nan epoch of {len(X):,} pictures: CPU seconds, and what is not forward, backward or step")
    for name, times in seconds.items():
        print(f"{name:32}{min(times):8.2f}{1 - alone / min(times):10.1%}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few pictures, to see that it runs")
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")  # Lightning's advice about loaders and workers
    for name in ("lightning", "lightning.pytorch"):
        logging.getLogger(name).setLevel(logging.ERROR)
    pictures = 256 if parser.parse_args().quick else 2_560
    torch.manual_seed(0)
    X, y = torch.rand(pictures, 3, 32, 32), torch.randint(0, 10, (pictures,))
    print_pipelines(X, y)
    print_epochs(X, y)


if __name__ == "__main__":
    main()
