"""Scores of masks against scikit-learn and a slow count of distances, and the training losses against lecture 06b's."""

import numpy as np
import pytest
import torch
from skimage.segmentation import find_boundaries
from sklearn.metrics import f1_score, jaccard_score
from torch.nn import functional as F

from course_utils import evaluation, losses, training

SCORES = [evaluation.dice, evaluation.iou, evaluation.boundary_f]


def blobs(rng, shape, share=0.4):
    """Masks with areas rather than noise: noise made smooth and cut at a quantile."""
    values = torch.tensor(rng.normal(size=(shape[0], 1, *shape[1:])))
    smooth = F.avg_pool2d(values, 5, stride=1, padding=2)[:, 0]
    return smooth > smooth.quantile(1 - share)


@pytest.fixture(params=range(4))
def masks(request):
    rng = np.random.default_rng(request.param)
    return blobs(rng, (3, 17, 23), 0.3), blobs(rng, (3, 17, 23), 0.5)


def test_equal_scikit_learn(masks):
    prediction, target = masks
    flat = target.flatten(), prediction.flatten()
    assert evaluation.dice(*masks) == pytest.approx(f1_score(*flat))
    assert evaluation.iou(*masks) == pytest.approx(jaccard_score(*flat))
    dice = evaluation.dice(*masks)
    assert evaluation.iou(*masks) == pytest.approx(dice / (2 - dice))


def test_boundaries_equal_scikit_image(masks):
    ours = evaluation.boundaries(masks[0])
    for mask, found in zip(masks[0].numpy(), ours, strict=True):
        np.testing.assert_array_equal(found, find_boundaries(mask, connectivity=1, mode="inner", background=0))


def slow_boundary_f(prediction, target, tolerance):
    """Every boundary pixel against every other one, picture by picture."""
    near = {"ours": [], "true": []}
    for p, t in zip(evaluation.boundaries(prediction), evaluation.boundaries(target), strict=True):
        a, b = np.argwhere(p), np.argwhere(t)
        distance = np.hypot(*np.moveaxis(a[:, None] - b[None], -1, 0))  # (pixels of a, pixels of b)
        near["ours"] += [(row <= tolerance).any() for row in distance]
        near["true"] += [(column <= tolerance).any() for column in distance.T]
    precision, recall = np.mean(near["ours"]), np.mean(near["true"])
    return 2 * precision * recall / (precision + recall)


@pytest.mark.parametrize("tolerance", [0, 1, 1.5, 2, 3])
def test_boundary_f_equals_the_slow_one(masks, tolerance):
    expected = slow_boundary_f(*masks, tolerance)
    assert 0 < expected < 1
    assert evaluation.boundary_f(*masks, tolerance=tolerance) == pytest.approx(expected)


def test_boundary_f_is_of_each_picture_by_itself():
    """An outline in the next picture is no match."""
    a, b = torch.zeros(2, 12, 12), torch.zeros(2, 12, 12)
    a[0, 3:9, 3:9] = b[1, 3:9, 3:9] = 1
    assert evaluation.boundary_f(a, b) == 0


@pytest.mark.parametrize(("shift", "tolerance", "expected"), [(1, 1, 1), (2, 2, 1), (0, 0, 1)])
def test_a_shift_within_the_tolerance_costs_nothing(shift, tolerance, expected):
    target = torch.zeros(1, 30, 30)
    target[0, 8:20, 8:20] = 1
    moved = target.roll(shift, dims=2)
    assert evaluation.boundary_f(moved, target, tolerance) == expected
    if shift:
        assert evaluation.boundary_f(moved, target, tolerance - 1) < 0.8


@pytest.mark.parametrize("score", SCORES)
def test_empty_masks(score):
    nothing, something = torch.zeros(2, 8, 8), torch.zeros(2, 8, 8)
    something[:, 2:6, 2:6] = 1
    assert score(nothing, nothing) == 1
    assert score(nothing, something) == 0
    assert score(something, nothing) == 0


@pytest.mark.parametrize("score", SCORES)
def test_types_do_not_matter_and_pooling_is_over_everything(score, masks):
    prediction, target = masks
    expected = score(prediction, target)
    assert score(prediction.float(), target.long()) == expected
    assert score(prediction.numpy(), target[:, None].squeeze(1)) == expected
    assert score(prediction[:, None], target[:, None]) == expected
    assert 0 < expected < 1


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize(
    ("prediction", "target", "message"),
    [
        (torch.zeros(2, 4, 4), torch.zeros(2, 4, 5), r"\(2, 4, 4\), target \(2, 4, 5\)"),
        (torch.full((2, 4, 4), 0.3), torch.zeros(2, 4, 4), "prediction holds values other than 0 and 1"),
        (torch.zeros(2, 4, 4), torch.full((2, 4, 4), 255), "target holds values other than 0 and 1"),
        (torch.zeros(0, 4, 4), torch.zeros(0, 4, 4), "no pixels"),
    ],
)
def test_what_is_no_pair_of_masks_is_refused(score, prediction, target, message):
    with pytest.raises(ValueError, match=message):
        score(prediction, target)


def test_boundary_f_refuses_a_row_and_a_negative_tolerance():
    with pytest.raises(ValueError, match=r"\(\.\.\., H, W\)"):
        evaluation.boundary_f(torch.zeros(4), torch.zeros(4))
    with pytest.raises(ValueError, match="-1"):
        evaluation.boundary_f(torch.zeros(4, 4), torch.zeros(4, 4), -1)


@pytest.mark.parametrize("smooth", [1.0, 1e-3, 20.0])
def test_dice_loss_equals_that_of_lecture_06b(masks, smooth):
    rng = np.random.default_rng(5)
    logits = torch.tensor(rng.normal(0, 3, size=(3, 2, 17, 23)), requires_grad=True)
    target = torch.stack(masks, dim=1).double()
    loss = training.dice_loss(logits, target, smooth)
    loss.backward()
    p = logits.detach().sigmoid()
    assert loss.item() == pytest.approx(losses.dice(p.numpy(), target.numpy(), smooth=smooth), rel=1e-12)
    by_hand = losses.dice_backward(p.numpy(), target.numpy(), smooth=smooth) * (p * (1 - p)).numpy()
    np.testing.assert_allclose(logits.grad.numpy(), by_hand, rtol=1e-9, atol=1e-15)


def test_bce_and_dice_is_their_sum(masks):
    logits, target = torch.randn(3, 1, 17, 23, dtype=torch.float64), masks[0][:, None].double()
    bce = losses.binary_cross_entropy_with_logits(logits.numpy(), target.numpy())
    dice = losses.dice(logits.sigmoid().numpy(), target.numpy())
    assert training.bce_and_dice(logits, target).item() == pytest.approx(bce + dice, rel=1e-12)


def test_losses_of_bfloat16_logits_are_as_exact_as_their_logits(masks):
    target = masks[0][:, None].float()
    logits = (4 * torch.randn(3, 1, 17, 23)).bfloat16()
    for loss in (training.dice_loss, training.bce_and_dice):
        assert loss(logits, target).item() == pytest.approx(loss(logits.double(), target.double()).item(), rel=1e-5)
