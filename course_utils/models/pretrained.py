"""Torchvision's networks with trained weights: from the data folder, torch's cache, or a download that was asked for.

Taught in lecture 12.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import nn

from course_utils import settings
from course_utils.data import DataUnavailable

if TYPE_CHECKING:
    from torchvision.models import WeightsEnum


def pretrained(name: str, *, download: bool = False) -> nn.Module:
    """Return a network of torchvision with weights trained on ImageNet, and print whose weights they are.

    Looks for torchvision's file, ``resnet18-f37072fd.pth``, in ``checkpoints`` of the data folder and in torch's
    cache; then for ``checkpoints/resnet18.pth``, a file of one's own, which need not be torchvision's. Downloads, to
    ``checkpoints``, only with ``download=True``. Torchvision's files carry the first digits of their sha256 in their
    names and are used only if these are right.

    Args:
        name: as in ``torchvision.models.list_models()``, ``"resnet18"``.
        download: fetch the weights where they are not here: 45 MB for ResNet-18, 14 MB for MobileNetV2.

    Returns:
        The network in evaluation mode, with its 1,000 outputs.

    Raises:
        ValueError: torchvision knows no such network, or the file does not fit it; the message says what to do.
        DataUnavailable: the weights are not here; the message says how to get them.

    Taught in lecture 12.
    """
    from torchvision.models import get_model, get_model_weights  # costs a second, which other networks need not pay

    weights = get_model_weights(name).DEFAULT
    file, source = _find(name, weights)
    network = get_model(name, weights=None)
    if file is not None:
        state = torch.load(file, map_location="cpu", weights_only=True)
    elif download and not settings.offline():
        options = {"progress": False, "check_hash": True, "weights_only": True, "model_dir": str(_folder())}
        state = weights.get_state_dict(**options)
        source = f"torchvision's {weights}"
    else:
        raise DataUnavailable(_how_to_get(name, weights))
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        raise ValueError(f"the weights in {file} do not fit {name}: remove the file or name it rightly") from error
    print(f"{name}: {source}")
    return network.eval()


def _folder() -> Path:
    return settings.data_folder() / "checkpoints"


def _find(name: str, weights: WeightsEnum) -> tuple[Path | None, str]:
    """Return the file of the weights, or None, and whose they are."""
    official = weights.url.rpartition("/")[2]
    for folder in (_folder(), Path(torch.hub.get_dir()) / "checkpoints"):
        if (folder / official).is_file():
            _check_digits(folder / official)
            return folder / official, f"torchvision's {weights}"
    own = _folder() / f"{name}.pth"
    return (own, f"weights of checkpoints/{own.name}, not torchvision's") if own.is_file() else (None, "")


def _check_digits(file: Path) -> None:
    """Compare the digits in the name of torchvision's file with its sha256."""
    promised = file.stem.rpartition("-")[2]
    with file.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if not found.startswith(promised):
        raise ValueError(f"{file} is damaged: its sha256 starts with {found[:8]}, not {promised}; remove it")


def _how_to_get(name: str, weights: WeightsEnum) -> str:
    official, megabytes = weights.url.rpartition("/")[2], weights.meta["_file_size"]
    way = "without COURSE_OFFLINE, " if settings.offline() else ""
    return (
        f"the weights of {name} are not here:\n{way}models.pretrained({name!r}, download=True) "
        f"fetches {megabytes:.0f} MB,\nor put {official} into checkpoints of the data folder"
    )
