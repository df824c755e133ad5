"""The training loop of the course: the one written out in lecture 09a, with what a long run needs around it."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler
from tqdm import tqdm

from course_utils import settings
from course_utils.evaluation import Loss, check_data, evaluate
from course_utils.training import checkpoints
from course_utils.training.history import History
from course_utils.training.progress import progress_bar

Augment = Callable[[Tensor], Tensor]


def fit(
    model: nn.Module,
    train: tuple[Tensor, Tensor],
    validation: tuple[Tensor, Tensor] | None = None,
    *,
    optimizer: Optimizer,
    epochs: int,
    batch_size: int = 64,
    scheduler: LRScheduler | None = None,
    loss: Loss = F.cross_entropy,
    augment: Augment | None = None,
    patience: int | None = None,
    restore_best: bool = True,
    checkpoint: str | Path | None = None,
    resume: bool = False,
    seed: int = 0,
    device: torch.device | str | None = None,
    mixed_precision: bool | None = None,
    verbose: bool = True,
) -> History:
    """Train a network on tensors that lie on the device as a whole, and leave the best weights in it.

    With a validation set the network ends with the weights of the epoch whose validation loss was lowest; without
    one, with the last. Only the shuffling follows ``seed``: weights, dropout and augmentation draw from torch's own
    generator, so call ``torch.manual_seed`` before the network is made.

    Args:
        model: network; moved to ``device`` and left in training mode.
        train: pictures (N, ...) in floating point and targets (N, ...), class labels as int64.
        validation: the same for pictures that are never trained on.
        optimizer: made from ``model.parameters()``.
        epochs: passes over the training set, a resumed run's earlier ones included.
        batch_size: pictures in one step; the last batch of an epoch may be smaller.
        scheduler: learning-rate schedule of ``optimizer``, stepped after every batch; see :func:`steps`.
        loss: mean loss from logits and targets.
        augment: changes a batch of pictures (B, ...) before the network sees it, in training only.
        patience: stop after so many epochs without a lower validation loss; None never stops early.
        restore_best: False keeps the last weights even with a validation set.
        checkpoint: file written after every epoch; an older one is replaced.
        resume: go on from ``checkpoint`` where it exists; the result equals that of an uninterrupted run.
        seed: seed of the shuffling.
        device: where to train; None takes ``settings.device()``.
        mixed_precision: compute in bfloat16 where that is safe; None does so on CUDA devices that have it.
        verbose: print one line per epoch.

    Returns:
        Losses, accuracies and learning rates of every epoch.

    Raises:
        ValueError: an argument does not fit the others; the message says which.
        torch.OutOfMemoryError: a batch does not fit; the message names the batch size to try.

    Taught in lecture 09a.
    """
    _check_arguments(model, train, validation, optimizer, epochs, batch_size, loss, patience, checkpoint, resume)
    device = torch.device(device) if device is not None else settings.device()
    model.to(device)
    X, y = train[0].to(device), train[1].to(device)
    shuffler = torch.Generator().manual_seed(seed)
    history, best_weights = History(), None
    if resume and Path(checkpoint).exists():
        history, best_weights = checkpoints.restore(Path(checkpoint), model, optimizer, scheduler, shuffler)
    autocast = torch.autocast(device.type, torch.bfloat16, enabled=_use_bfloat16(mixed_precision, device))
    steps_per_epoch = steps(1, len(X), batch_size)
    with progress_bar(epochs * steps_per_epoch, done=history.epochs * steps_per_epoch) as bar:
        while history.epochs < epochs and not _out_of_patience(history, patience):
            model.train()
            history.train_loss.append(
                _train_one_epoch(model, X, y, shuffler, batch_size, optimizer, scheduler, loss, augment, autocast, bar)
            )
            history.learning_rate.append(float(optimizer.param_groups[0]["lr"]))
            if validation is not None:
                result = evaluate(model, validation, loss=loss, batch_size=batch_size)
                if history.record_validation(result.loss, result.accuracy) and restore_best:
                    best_weights = {name: value.clone() for name, value in model.state_dict().items()}
            if checkpoint is not None:
                checkpoints.save(Path(checkpoint), model, optimizer, scheduler, shuffler, history, best_weights)
            if verbose:
                bar.clear()
                print(history.line(epochs), flush=True)
    if best_weights is not None:
        model.load_state_dict(best_weights)
    if verbose:
        _print_ending(history, epochs, restored=best_weights is not None)
    return history


def steps(epochs: int, pictures: int, batch_size: int) -> int:
    """Return how many optimizer steps :func:`fit` takes, as ``OneCycleLR(total_steps=...)`` wants to know.

    Taught in lecture 09a.
    """
    return epochs * math.ceil(pictures / batch_size)


def _train_one_epoch(
    model: nn.Module,
    X: Tensor,
    y: Tensor,
    shuffler: torch.Generator,
    batch_size: int,
    optimizer: Optimizer,
    scheduler: LRScheduler | None,
    loss: Loss,
    augment: Augment | None,
    autocast: torch.autocast,
    bar: tqdm[Any],
) -> float:
    """Take one pass over the training set and return its mean loss."""
    total = torch.zeros((), device=X.device)  # summed on the device: .item() at every step would wait for it
    try:
        for batch in torch.randperm(len(X), generator=shuffler).to(X.device).split(batch_size):
            inputs = X[batch] if augment is None else augment(X[batch])
            optimizer.zero_grad()
            with autocast:
                value = loss(model(inputs), y[batch])
            value.backward()
            optimizer.step()
            if scheduler is not None:
                scheduler.step()
            total += value.detach() * len(batch)
            bar.update()
        return total.item() / len(X)
    except RuntimeError as error:
        if not _is_out_of_memory(error):
            raise
    # Raised out here, where the failed step's traceback no longer keeps its tensors alive.
    advice = f"try batch_size={batch_size // 2}" if batch_size > 1 else "try smaller pictures or a smaller network"
    raise torch.OutOfMemoryError(f"a batch of {batch_size} does not fit into the memory of {X.device}: {advice}")


def _is_out_of_memory(error: RuntimeError) -> bool:
    """Tell it from other errors: CUDA has a type for it; MPS and the CPU only say so."""
    said = str(error)
    return isinstance(error, torch.OutOfMemoryError) or "out of memory" in said or "can't allocate memory" in said


def _use_bfloat16(wanted: bool | None, device: torch.device) -> bool:
    if wanted is not None:
        return wanted
    return device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)


def _out_of_patience(history: History, patience: int | None) -> bool:
    return patience is not None and history.epochs_since_best() >= patience


def _print_ending(history: History, epochs: int, *, restored: bool) -> None:
    if history.epochs < epochs:
        print(f"stopped early: {history.epochs_since_best()} epochs without a lower validation loss")
    if restored and history.best_epoch != history.epochs:
        print(f"weights of epoch {history.best_epoch} restored: the lowest validation loss")


def _check_arguments(
    model: nn.Module,
    train: tuple[Tensor, Tensor],
    validation: tuple[Tensor, Tensor] | None,
    optimizer: Optimizer,
    epochs: int,
    batch_size: int,
    loss: Loss,
    patience: int | None,
    checkpoint: str | Path | None,
    resume: bool,
) -> None:
    check_data(*train, name="train", loss=loss)
    if validation is not None:
        check_data(*validation, name="validation", loss=loss)
    for name, value in {"epochs": epochs, "batch_size": batch_size, "patience": patience}.items():
        if value is not None and value < 1:
            raise ValueError(f"{name} is {value}; it must be at least 1")
    if patience is not None and validation is None:
        raise ValueError("patience needs a validation set: the training loss alone cannot tell when to stop")
    if resume and checkpoint is None:
        raise ValueError("resume=True needs checkpoint=, the file to go on from")
    owned = {id(parameter) for parameter in model.parameters()}
    if not any(id(parameter) in owned for group in optimizer.param_groups for parameter in group["params"]):
        raise ValueError("optimizer holds none of the model's parameters; make it from model.parameters()")
