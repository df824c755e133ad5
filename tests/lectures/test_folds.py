"""What exercise 01a.6 asks: how many ReLU units of one hidden layer draw the interval, folded k times, exactly?"""

import itertools

import numpy as np
import pytest

from course_utils.exercises import engine

X = np.linspace(0, 1, 513)


def folded(k):
    """Return the values of the interval, folded k times, and the places of its bends."""
    values = X
    for _ in range(k):
        values = 1 - 2 * np.abs(values - 0.5)
    return values, np.arange(1, 2**k) / 2**k


def largest_error(values, units):
    """Return the largest error of the best output weights; units are pairs of bend and direction."""
    columns = [np.maximum(0, direction * (X - bend)) for bend, direction in units]
    columns = np.stack([*columns, np.ones_like(X)], axis=1)
    return np.abs(columns @ np.linalg.lstsq(columns, values)[0] - values).max()


@pytest.mark.parametrize("k", [1, 2, 3])
def test_a_unit_for_each_bend_is_not_enough(k):
    # Every bend needs a unit of its own; a unit may face left or right.
    values, bends = folded(k)
    directions = itertools.product((-1, 1), repeat=len(bends))
    assert min(largest_error(values, list(zip(bends, chosen, strict=True))) for chosen in directions) > 0.05


@pytest.mark.parametrize("k", [1, 2, 3, 5])
def test_one_more_gives_the_first_piece_its_slope(k):
    values, bends = folded(k)
    units = [(bend, 1) for bend in (0, *bends)]
    assert largest_error(values, units) < 1e-9
    assert k != 5 or engine.check("01a.6", len(units)).status == engine.CORRECT
