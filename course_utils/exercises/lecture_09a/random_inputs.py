"""Random tensors for the cases of chapter 09."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


def random_tensor(rng: np.random.Generator, *shape: int) -> Tensor:
    return torch.from_numpy(rng.normal(size=shape)).float()


def random_labels(rng: np.random.Generator, count: int, classes: int) -> Tensor:
    return torch.from_numpy(rng.integers(0, classes, count))
