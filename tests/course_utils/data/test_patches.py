"""Patches of photographs: three parts that share no pixel, always the same, as many of each class."""

import itertools

import numpy as np
import pytest
import torch

from course_utils import data
from course_utils.data.photo_patches import PARTS, PHOTOGRAPHS, SIDE, corners


@pytest.fixture(scope="module")
def patches():
    return data.patches()


def test_shapes_types_and_range(patches):
    for part, (_, _, count) in PARTS.items():
        X, y = getattr(patches, f"X_{part}"), getattr(patches, f"y_{part}")
        assert X.shape == (10 * count**2, 3, SIDE, SIDE)
        assert X.dtype == torch.float32
        assert y.dtype == torch.int64
        assert X.min() >= 0
        assert X.max() <= 1
    assert not patches.is_substitute
    assert len(patches.class_names) == 10


def test_a_slice_holds_as_many_of_each_class(patches):
    for y in (patches.y_train[:50], patches.y_train, patches.y_val, patches.y_test):
        assert torch.equal(torch.bincount(y, minlength=10), torch.full((10,), len(y) // 10))


def test_no_pixel_of_one_part_lies_in_another():
    for name in PHOTOGRAPHS:
        height, width = data.images()[name].shape[:2]
        used = {part: _covered(height, width, part) for part in PARTS}
        for one, other in itertools.combinations(PARTS, 2):
            assert not (used[one] & used[other]).any()


def _covered(height, width, part):
    covered = np.zeros((height, width), bool)
    rows, columns = corners(height, width, part)
    assert rows[-1] + SIDE <= height
    assert columns[-1] + SIDE <= width
    for row, column in itertools.product(rows, columns):
        covered[row : row + SIDE, column : column + SIDE] = True
    return covered


def test_patches_are_where_the_corners_say(patches):
    photograph = data.images()["coffee"]
    rows, columns = corners(*photograph.shape[:2], "test")
    expected = {photograph[r : r + SIDE, c : c + SIDE].astype(np.float32).tobytes() for r in rows for c in columns}
    of_class = patches.X_test[patches.y_test == PHOTOGRAPHS.index("coffee")]
    found = {np.ascontiguousarray(patch.permute(1, 2, 0).numpy()).tobytes() for patch in of_class}
    assert found == expected


def test_the_same_every_time_whatever_the_seed(patches):
    torch.manual_seed(1)
    again = data.patches()
    assert torch.equal(patches.X_train, again.X_train)
    assert torch.equal(patches.y_test, again.y_test)


def test_statistics_leave_the_test_images_out(patches):
    seen = torch.cat([patches.X_train, patches.X_val])
    torch.testing.assert_close(torch.tensor(patches.mean), seen.mean((0, 2, 3)))
    torch.testing.assert_close(torch.tensor(patches.std), seen.std((0, 2, 3), correction=0))
