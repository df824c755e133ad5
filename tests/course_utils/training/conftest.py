"""Data that the tests of the training loop share."""

import pytest
import torch
from sklearn.datasets import load_digits


@pytest.fixture(scope="module")
def digits():
    """First 300 bundled digits (8×8) for training, the next 100 for validation."""
    bunch = load_digits()
    X = torch.from_numpy(bunch.images).float().unsqueeze(1) / 16
    y = torch.from_numpy(bunch.target).long()
    return (X[:300], y[:300]), (X[300:400], y[300:400])
