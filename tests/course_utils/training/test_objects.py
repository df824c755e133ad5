"""Targets that keep touching objects apart, against pixels counted one by one, and objects made of predictions."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from course_utils import data
from course_utils.training import objects


@pytest.fixture(scope="module")
def cells():
    return data.cells(train=6, val=1, test=1, size=32)


def neighbors(labels, i, j):
    """Return the numbers above, below, left, and right of a pixel that are inside the image."""
    height, width = labels.shape
    around = ((i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1))
    return [labels[a, b] for a, b in around if 0 <= a < height and 0 <= b < width]


def test_three_classes_are_background_inside_and_border(cells):
    classes = objects.three_classes(cells.y_train, cells.borders_train)
    assert classes.dtype == torch.int64 and classes.shape == cells.y_train.shape
    assert torch.equal(classes == objects.BACKGROUND, cells.y_train == 0)
    assert torch.equal(classes == objects.BORDER, cells.borders_train == 1)
    assert (classes == objects.INSIDE).any()


def test_class_loss_is_minus_the_logarithm_of_the_true_class():
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(2, 3, 4, 5, generator=generator)
    classes = torch.randint(3, (2, 1, 4, 5), generator=generator)
    p = logits.softmax(dim=1)
    expected = [-math.log(p[n, classes[n, 0, i, j], i, j]) for n in range(2) for i in range(4) for j in range(5)]
    assert objects.class_loss(logits, classes).item() == pytest.approx(np.mean(expected), rel=1e-5)


def test_gaps_are_where_two_objects_meet_and_nowhere_else(cells):
    gaps = objects.with_gaps(cells.labels_train)
    assert gaps.dtype == torch.float32
    for labels, kept in zip(cells.labels_train[:, 0].numpy(), gaps[:, 0].numpy(), strict=True):
        for (i, j), own in np.ndenumerate(labels):
            foreign = any(other not in (0, own) for other in neighbors(labels, i, j))
            assert kept[i, j] == (own > 0 and not foreign)
    assert gaps.sum() < cells.y_train.sum()


def test_the_far_side_of_an_image_is_no_neighbor():
    labels = torch.zeros(1, 1, 4, 5)
    labels[..., 0], labels[..., -1] = 1, 2
    labels[..., 0, 2], labels[..., -1, 2] = 3, 4
    assert torch.equal(objects.with_gaps(labels), (labels > 0).float())


@pytest.mark.parametrize(("gap", "expected"), [(1, 1 + 10 * math.exp(-4 / 50)), (3, 1 + 10 * math.exp(-16 / 50))])
def test_border_weights_follow_the_formula_of_the_paper(gap, expected):
    """In the middle of a gap of 1 pixel both objects are 1 pixel away, of 3 pixels, 2."""
    labels = torch.zeros(1, 1, 9, 20)
    labels[..., :6], labels[..., 6 + gap :] = 1, 2
    weights = objects.border_weights(labels)
    assert weights[0, 0, 4, 6 + gap // 2].item() == pytest.approx(expected, rel=1e-5)
    assert torch.equal(weights[labels > 0], torch.ones(int((labels > 0).sum())))


def test_border_weights_take_strength_and_reach_and_need_two_objects():
    labels = torch.zeros(2, 1, 9, 20)
    labels[0, :, :, :6], labels[0, :, :, 7:], labels[1, :, 2:5, 2:9] = 1, 2, 1
    weights = objects.border_weights(labels, strength=3.0, reach=2.0)
    assert weights[0, 0, 4, 6].item() == pytest.approx(1 + 3 * math.exp(-4 / 8), rel=1e-5)
    assert torch.equal(weights[1], torch.ones(1, 9, 20))


def test_weighted_bce_multiplies_pixel_by_pixel():
    generator = torch.Generator().manual_seed(1)
    logits, masks = torch.randn(2, 1, 3, 4, generator=generator), torch.zeros(2, 1, 3, 4)
    masks[:, :, 1] = 1
    weights = 1 + torch.rand(2, 1, 3, 4, generator=generator)
    each = F.binary_cross_entropy_with_logits(logits, masks, reduction="none")
    found = objects.weighted_bce(logits, torch.cat([masks, weights], dim=1))
    assert found.item() == pytest.approx((each * weights).mean().item(), rel=1e-6)


def two_disks(apart, radius=6):
    """Return two disks in a row whose middles are ``apart`` pixels from each other, and each by itself."""
    rows, columns = np.indices((2 * radius + 5, apart + 2 * radius + 7))
    first, second = (np.hypot(rows - radius - 2, columns - radius - 3 - k) <= radius for k in (0, apart))
    return first | second, first, second


def test_seeds_grow_over_the_whole_mask_and_meet_in_the_middle():
    mask, *_ = two_disks(apart=11)
    seeds = np.zeros_like(mask)
    seeds[8, 9] = seeds[8, 20] = True
    labels = objects.grown(seeds, mask)
    assert set(np.unique(labels)) == {0, 1, 2}
    assert np.array_equal(labels > 0, mask)
    assert abs(int((labels == 1).sum()) - int((labels == 2).sum())) <= 0.1 * mask.sum()


def test_a_mask_without_seeds_has_no_objects():
    mask, *_ = two_disks(apart=11)
    assert not objects.grown(np.zeros_like(mask), mask).any()


def test_two_disks_are_cut_and_one_is_not():
    mask, first, _ = two_disks(apart=11)
    labels = objects.split_by_distance(mask)
    assert labels.max() == 2 and np.array_equal(labels > 0, mask)
    assert objects.split_by_distance(first).max() == 1
    assert objects.split_by_distance(mask, least=15).max() == 1  # peaks that are closer count as one
    assert objects.split_by_distance(np.zeros((9, 9), dtype=bool)).max() == 0
