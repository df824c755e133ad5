"""Scores of objects against a slow count of hits, pair by pair."""

import numpy as np
import pytest

from course_utils import data, evaluation


@pytest.fixture(scope="module")
def true():
    return data.cells(train=12, val=1, test=1, size=48).labels_train[:, 0].numpy().astype(int)


def slow_f1(predicted, true, iou=0.5):
    """Compare every predicted object with every true one."""
    hits = objects = 0
    for one, other in zip(predicted, true, strict=True):
        ours, theirs = np.unique(one[one > 0]), np.unique(other[other > 0])
        objects += len(ours) + len(theirs)
        for a in ours:
            for b in theirs:
                both, either = ((one == a) & (other == b)).sum(), ((one == a) | (other == b)).sum()
                hits += both / either > iou
    return 2 * hits / objects


@pytest.mark.parametrize("iou", [0.5, 0.7])
@pytest.mark.parametrize("shift", [0, 1, 2, 4])
def test_object_f1_equals_the_slow_one(true, shift, iou):
    moved = np.roll(true, shift, axis=2)
    found = evaluation.object_f1(moved, true, iou=iou)
    assert found == pytest.approx(slow_f1(moved, true, iou))
    assert (found == 1) == (shift == 0)


def test_numbers_of_objects_do_not_matter_and_may_have_gaps(true):
    assert evaluation.object_f1(np.where(true > 0, 7 * true + 3, 0), true) == 1


def test_an_object_too_many_and_one_too_few_cost():
    one = np.zeros((1, 6, 12), dtype=int)
    one[:, 1:4, 1:4], one[:, 1:4, 6:9] = 1, 2
    missing, more = np.where(one == 2, 0, one), one.copy()
    more[:, 5, 10] = 3
    assert evaluation.object_f1(missing, one) == pytest.approx(2 / 3)  # 1 hit, 1 and 2 objects
    assert evaluation.object_f1(more, one) == pytest.approx(4 / 5)
    assert evaluation.object_f1(np.minimum(one, 1), one) == 0  # one object of both: IoU exactly one half is no hit


def test_nothing_to_find_and_nothing_found_is_right():
    empty = np.zeros((2, 4, 4), dtype=int)
    assert evaluation.object_f1(empty, empty) == 1
    assert evaluation.object_f1(empty + 1, empty) == 0


def test_count_error_is_the_mean_of_absolute_differences():
    true = np.zeros((2, 3, 8), dtype=int)
    true[0, 0, [0, 2, 4]] = 1, 2, 3
    true[1, 0, 0] = 1
    predicted = np.zeros_like(true)
    predicted[0, 0, 0] = 5  # two too few
    predicted[1, 0, [0, 2]] = 1, 2  # one too many: they do not cancel
    assert evaluation.count_error(predicted, true) == 1.5
    assert evaluation.count_error(true, true) == 0


@pytest.mark.parametrize(
    ("shapes", "iou", "complaint"),
    [
        (((2, 3, 4), (2, 3, 5)), 0.5, r"got \(2, 3, 4\) and \(2, 3, 5\)"),
        (((3, 4), (3, 4)), 0.5, r"got \(3, 4\)"),
        (((2, 3, 4), (2, 3, 4)), 0.4, "iou is 0.4"),
        (((2, 3, 4), (2, 3, 4)), 1.0, "iou is 1.0"),
    ],
)
def test_what_cannot_be_scored_is_refused(shapes, iou, complaint):
    with pytest.raises(ValueError, match=complaint):
        evaluation.object_f1(*(np.zeros(shape, dtype=int) for shape in shapes), iou=iou)
