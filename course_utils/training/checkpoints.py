"""Training state on disk: whole or absent, never half written. Taught in lecture 09b."""

from __future__ import annotations

import os
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from course_utils.training.history import History

KEYS = {"model", "optimizer", "scheduler", "shuffler", "random", "history", "best_weights"}


def save(
    path: Path,
    model: nn.Module,
    optimizer: Optimizer,
    scheduler: LRScheduler | None,
    shuffler: torch.Generator,
    history: History,
    best_weights: dict[str, Tensor] | None,
) -> None:
    """Write everything that the next epoch depends on, under a temporary name first.

    A run that is killed while it writes leaves the previous checkpoint in place.

    Args:
        path: file to write; its folder is created.
        model, optimizer, scheduler: their ``state_dict`` is stored.
        shuffler: generator that shuffles the training images.
        history: what was recorded so far; its length is the number of finished epochs.
        best_weights: weights of the epoch with the lowest validation loss, or None.

    Taught in lecture 09b.
    """
    state = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "scheduler": None if scheduler is None else scheduler.state_dict(),
        "shuffler": shuffler.get_state(),
        "random": _random_states(),
        "history": asdict(history),
        "best_weights": best_weights,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        torch.save(state, unfinished)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def restore(
    path: Path,
    model: nn.Module,
    optimizer: Optimizer,
    scheduler: LRScheduler | None,
    shuffler: torch.Generator,
) -> tuple[History, dict[str, Tensor] | None]:
    """Put model, optimizer, scheduler and random generators back to where :func:`save` found them.

    Only tensors and plain values are read (``weights_only=True``): a checkpoint cannot run code. It may come from
    another device, because tensors are read to the CPU and copied to where the model is. With the same data and
    settings the run then continues bit for bit as if it had never been interrupted.

    Args:
        path: file written by :func:`save`.
        model, optimizer, scheduler, shuffler: changed in place.

    Returns:
        The history so far and the best weights so far (or None).

    Raises:
        ValueError: the file is damaged or not such a checkpoint, or was written with another model, optimizer or
            scheduler. Nothing is changed then.

    Taught in lecture 09b.
    """
    state = _load(path)
    if (scheduler is None) != (state["scheduler"] is None):
        stored, given = ("no", "one") if scheduler is not None else ("a", "none")
        raise ValueError(f"checkpoint {path} was written with {stored} scheduler, but {given} is given; use the same")
    _refuse_another(path, state, model, optimizer)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    if scheduler is not None:
        scheduler.load_state_dict(state["scheduler"])
    shuffler.set_state(state["shuffler"])
    _set_random_states(state["random"])
    return History(**state["history"]), state["best_weights"]


def _load(path: Path) -> dict[str, Any]:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            if archive.testzip() is not None:  # torch.load does not look at the checksums
                raise ValueError(f"{path} is damaged; delete it or name another file")
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch.load answers a damaged file with any of half a dozen types
        raise ValueError(f"{path} is not a checkpoint of training.fit; delete it or name another file") from error
    if not isinstance(state, dict) or not state.keys() >= KEYS:
        raise ValueError(f"{path} is not a checkpoint of training.fit (weights only?); name another file")
    return state


def _refuse_another(path: Path, state: dict[str, Any], model: nn.Module, optimizer: Optimizer) -> None:
    """Raise ValueError where the weights or the options of the optimizer are others than those stored."""
    stored, given = (
        {name: tuple(tensor.shape) for name, tensor in weights.items() if isinstance(tensor, Tensor)}
        for weights in (state["model"], model.state_dict())
    )
    for name in [*given, *stored]:
        if stored.get(name) != given.get(name):
            raise ValueError(
                f"checkpoint {path} belongs to another model: {name} is {stored.get(name, 'not there')} in it and "
                f"{given.get(name, 'not there')} here; give the model that it was written with, or name another file"
            )
    kinds = [
        [(set(group), len(group["params"])) for group in one["param_groups"]]
        for one in (state["optimizer"], optimizer.state_dict())
    ]
    if kinds[0] != kinds[1]:
        raise ValueError(
            f"checkpoint {path} was written with another optimizer than {type(optimizer).__name__}, or with other "
            "groups of parameters; use the same, or name another file"
        )


def _random_states() -> dict[str, Tensor]:
    """Return the state of torch's own generators: dropout and augmentation draw from them."""
    states = {"cpu": torch.get_rng_state()}
    if torch.cuda.is_available():
        states["cuda"] = torch.cuda.get_rng_state()
    if torch.backends.mps.is_available():
        states["mps"] = torch.mps.get_rng_state()
    return states


def _set_random_states(states: dict[str, Tensor]) -> None:
    torch.set_rng_state(states["cpu"])
    if "cuda" in states and torch.cuda.is_available():
        torch.cuda.set_rng_state(states["cuda"])
    if "mps" in states and torch.backends.mps.is_available():
        torch.mps.set_rng_state(states["mps"])
