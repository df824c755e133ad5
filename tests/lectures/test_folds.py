"""What exercise 01a.6 asks: how many ReLU units of one hidden layer draw k threefold folds of the interval exactly?"""

import itertools

import numpy as np
import pytest

from course_utils.exercises import engine

X = np.linspace(0, 1, 2 * 3**5 + 1)


def folded(k):
    """Return the values of the interval after k folds, each up, down, and up again, and the places of its bends."""
    values = X
    for _ in range(k):
        values = 1 - np.abs(3 * values % 2 - 1)
    return values, np.arange(1, 3**k) / 3**k


def largest_error(values, units):
    """Return the largest error of the best output weights; units are pairs of bend and direction."""
    columns = [np.maximum(0, direction * (X - bend)) for bend, direction in units]
    columns = np.stack([*columns, np.ones_like(X)], axis=1)
    return np.abs(columns @ np.linalg.lstsq(columns, values)[0] - values).max()


def test_one_fold_rises_falls_and_rises_again():
    values, _ = folded(1)
    assert np.allclose(np.interp([0, 1 / 6, 1 / 3, 1 / 2, 2 / 3, 1], X, values), [0, 0.5, 1, 0.5, 0, 1])


@pytest.mark.parametrize("k", [1, 2])
def test_a_unit_for_each_bend_is_not_enough(k):
    # Every bend needs a unit of its own; a unit may face left or right.
    values, bends = folded(k)
    directions = itertools.product((-1, 1), repeat=len(bends))
    assert min(largest_error(values, list(zip(bends, chosen, strict=True))) for chosen in directions) > 0.05


@pytest.mark.parametrize("k", [1, 2, 4])
def test_one_more_gives_the_first_piece_its_slope(k):
    values, bends = folded(k)
    units = [(bend, 1) for bend in (0, *bends)]
    assert largest_error(values, units) < 1e-9
    assert k != 4 or engine.check("01a.6", len(units)).status == engine.CORRECT
