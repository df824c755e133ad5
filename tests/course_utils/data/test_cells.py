"""Generated nuclei: exact, seeded, quick, and not to be had by a threshold."""

import time

import numpy as np
import pytest
import torch
from scipy import ndimage
from skimage.filters import threshold_otsu

from course_utils import data, evaluation


@pytest.fixture(scope="module")
def some():
    return data.cells(train=12, val=3, test=4)


def test_shapes_types_and_ranges(some):
    for part, count in {"train": 12, "val": 3, "test": 4}.items():
        X, y, borders = (getattr(some, f"{kind}_{part}") for kind in ("X", "y", "borders"))
        for values in (X, y, borders):
            assert values.shape == (count, 1, 64, 64)
            assert values.dtype == torch.float32
        assert X.min() >= 0
        assert X.max() <= 1
        assert set(y.unique().tolist()) == set(borders.unique().tolist()) == {0.0, 1.0}
    assert some.sizes == "12 training, 3 validation, and 4 test images of 64×64 pixels, 1 channel"


def test_the_same_seed_gives_the_same_pictures_and_a_smaller_set_is_the_beginning(some):
    again = data.cells(train=5, val=1, test=2)
    assert torch.equal(again.X_train, some.X_train[:5])
    assert torch.equal(again.borders_test, some.borders_test[:2])
    other = data.cells(train=5, val=1, test=2, seed=1)
    assert not torch.equal(other.X_train, again.X_train)


def test_no_picture_is_in_two_parts(some):
    pictures = torch.cat([some.X_train, some.X_val, some.X_test]).flatten(1)
    distance = torch.cdist(pictures, pictures) + 1e3 * torch.eye(len(pictures))
    assert distance.min() > 1


def test_borders_lie_on_nuclei_and_hold_every_outline(some):
    outlines = torch.from_numpy(evaluation.boundaries(some.y_train))
    borders = some.borders_train.bool()
    assert not (borders & ~some.y_train.bool()).any()
    assert not (outlines & ~borders).any()
    assert borders.sum() > outlines.sum()  # nuclei touch


def test_borders_part_nuclei_that_touch(some):
    def pieces(masks):
        return sum(ndimage.label(mask)[1] for mask in masks[:, 0].numpy())

    assert pieces(some.y_train * (1 - some.borders_train)) > 1.2 * pieces(some.y_train)


def test_labels_number_the_nuclei_and_borders_lie_where_they_change(some):
    for part in ("train", "val", "test"):
        labels, y, borders = (getattr(some, f"{kind}_{part}") for kind in ("labels", "y", "borders"))
        assert torch.equal(labels > 0, y > 0)
        assert torch.equal(labels, labels.round())
        for axis in (2, 3):
            before, after = (labels.narrow(axis, start, 63) for start in (0, 1))
            changes = before != after
            for own, start in ((before, 0), (after, 1)):  # each side of a change is a border, if it is a nucleus
                assert borders.narrow(axis, start, 63)[changes & (own > 0)].all()


def test_pieces_of_masks_are_fewer_than_nuclei(some):
    pieces = sum(ndimage.label(mask)[1] for mask in some.y_train[:, 0].numpy())
    nuclei = sum(len(image[image > 0].unique()) for image in some.labels_train)
    assert pieces < nuclei


def test_masks_are_where_the_light_is_but_a_threshold_is_not_enough(some):
    """Measured: Otsu's threshold 0.82 on 80 pictures; a U-Net of lecture 11a above 0.95."""
    X, y = some.X_train, some.y_train.bool()
    assert X[y].mean() > X[~y].mean() + 0.15
    otsu = torch.stack([picture > threshold_otsu(picture.numpy()) for picture in X])
    assert 0.6 < evaluation.dice(otsu, y) < 0.92


def test_another_size():
    wide = data.cells(1, 1, 1, size=96)
    assert wide.X_val.shape == (1, 1, 96, 96)
    assert 0.1 < wide.y_train.mean() < 0.5


def test_quick_enough_for_a_cell():
    start = time.process_time()
    data.cells(40, 1, 1)
    assert time.process_time() - start < 3  # measured 0.25 s on one core


@pytest.mark.parametrize("argument", [{"train": 0}, {"val": -1}, {"test": 0}, {"size": 31}])
def test_what_cannot_be_drawn_is_refused(argument):
    ((name, value),) = argument.items()
    with pytest.raises(ValueError, match=f"{name} is {value}"):
        data.cells(**argument)


def test_a_nucleus_on_the_rim_has_no_border_there():
    from course_utils.data.generated_cells import _borders

    labels = np.zeros((5, 6), dtype=int)
    labels[:3, :3], labels[:3, 3] = 1, 2
    expected = np.zeros((5, 6), dtype=bool)
    expected[2, :4] = expected[:3, 2] = expected[:3, 3] = True
    np.testing.assert_array_equal(_borders(labels), expected)
