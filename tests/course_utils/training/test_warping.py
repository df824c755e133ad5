"""A warp moves a picture and its mask alike."""

import pytest
import torch

from course_utils import training


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(3)


def squares(count=3, size=64):
    """Pictures that are their own masks, so that what happens to one can be seen on the other."""
    masks = torch.zeros(count, 1, size, size)
    for number in range(count):
        masks[number, 0, 12 + number : 40, 8 : 30 + number] = 1
    return masks.clone(), masks


def test_turns_are_eight_and_the_same_for_both():
    X, y = squares(200, 48)
    X[0], y[0] = torch.rand(1, 48, 48), X[1]
    X, y = X[:1].repeat(200, 1, 1, 1), X[:1].repeat(200, 1, 1, 1)
    new_X, new_y = training.random_warp(X, y)
    assert torch.equal(new_X, new_y)
    expected = [turned for k in range(4) for turned in (X[0].rot90(k, (1, 2)), X[0].rot90(k, (1, 2)).flip(2))]
    seen = {next(i for i, turned in enumerate(expected) if torch.equal(picture, turned)) for picture in new_X}
    assert seen == set(range(8))


def test_bending_moves_picture_and_mask_together():
    X, y = squares()
    new_X, new_y = training.random_warp(X, y, elastic=3.0)
    assert new_X.shape == X.shape
    assert set(new_y.unique().tolist()) == {0.0, 1.0}
    assert ((new_X > 0.5) != new_y.bool()).double().mean() < 0.02
    turned_only = [turned for k in range(4) for turned in (y[0].rot90(k, (1, 2)), y[0].rot90(k, (1, 2)).flip(2))]
    assert all((new_y[0] != turned).sum() > 20 for turned in turned_only)


@pytest.mark.parametrize("pixels", [1.0, 4.0])
def test_the_displacement_is_as_large_as_asked_for(pixels):
    """A ramp bent is a ramp plus the displacement along it; between the nodes it is smaller than at them."""
    ramp = torch.arange(192.0).expand(40, 1, 192, 192) / 192
    new, _ = training.random_warp(ramp, torch.zeros(40, 1, 192, 192), elastic=pixels)
    inner = slice(40, -40)
    moved = []
    for picture in new[:, 0, inner, inner]:
        turned = [t for k in range(4) for t in (picture.rot90(k), picture.rot90(k).flip(1))]
        moved.append(min((192 * (t - ramp[0, 0, inner, inner])).square().mean() for t in turned))
    assert 0.6 * pixels < torch.stack(moved).mean().sqrt() < 0.95 * pixels


def test_neighbours_move_together():
    """Smooth: from one pixel to the next the displacement changes by less than a fifth of a pixel."""
    ramp = torch.arange(192.0).expand(8, 1, 192, 192) / 192
    new, _ = training.random_warp(ramp, torch.zeros(8, 1, 192, 192), elastic=1.0)
    picture = 192 * new[:, 0, 30:-30, 30:-30]
    slope = torch.maximum(picture.diff(dim=1).abs().amax(), picture.diff(dim=2).abs().amax())
    assert slope < 1.2  # the ramp's own slope is 1


def test_no_void_moves_in():
    ones = torch.ones(4, 1, 64, 64)
    new_X, new_y = training.random_warp(ones, ones, elastic=4.0)
    torch.testing.assert_close(new_X, ones)
    assert torch.equal(new_y, ones)


@pytest.mark.parametrize(("picture", "mask"), [((1, 1, 8, 9), (1, 1, 8, 9)), ((1, 1, 8, 8), (1, 1, 9, 9))])
def test_what_is_not_square_or_of_another_size_is_refused(picture, mask):
    with pytest.raises(ValueError, match="square pictures and masks of one size"):
        training.random_warp(torch.zeros(picture), torch.zeros(mask))
