"""Augmentation of a whole batch against the same changes made to one picture at a time by torchvision."""

import pytest
import torch
from torchvision.transforms import v2

from course_utils import training


def one_by_one(x, seed, pixels=2, *, shift, flip):
    """Draw as the batch does, then change each picture by itself."""
    torch.manual_seed(seed)
    changed = list(x)
    if shift:
        starts = torch.randint(0, 2 * pixels + 1, (2, len(x), 1)).squeeze(2).T.tolist()
        padded = [v2.functional.pad(picture, [pixels] * 4, padding_mode="edge") for picture in changed]
        changed = [
            v2.functional.crop(picture, top, left, *x.shape[2:])
            for picture, (top, left) in zip(padded, starts, strict=True)
        ]
    if flip:
        mirrored = (torch.rand(len(x), 1, 1, 1) < 0.5).flatten().tolist()
        changed = [
            v2.functional.horizontal_flip(picture) if chosen else picture
            for picture, chosen in zip(changed, mirrored, strict=True)
        ]
    return torch.stack(changed)


@pytest.mark.parametrize(
    ("augment", "shift", "flip"),
    [(training.random_shift, True, False), (training.random_flip, False, True), (training.flip_and_shift, True, True)],
)
@pytest.mark.parametrize("shape", [(40, 3, 7, 5), (9, 1, 6, 8)])
def test_a_batch_is_changed_as_its_pictures_are(augment, shift, flip, shape):
    torch.manual_seed(1)
    x = torch.randn(shape)
    before = x.clone()
    torch.manual_seed(3)
    changed = augment(x)
    assert torch.equal(changed, one_by_one(x, 3, shift=shift, flip=flip))
    assert torch.equal(x, before)
    assert not torch.equal(changed, x)


def test_half_of_the_pictures_are_mirrored_and_the_two_draws_are_independent():
    torch.manual_seed(0)
    x = torch.arange(4.0).repeat(4_000, 1, 1, 1)  # (4000, 1, 1, 4)
    mirrored = (training.random_flip(x) == x.flip(3)).all(dim=3).flatten().double()
    assert abs(mirrored.mean() - 0.5) < 4 * 0.5 / 4_000**0.5
    neighbours = torch.corrcoef(torch.stack([mirrored[:-1], mirrored[1:]]))[0, 1]
    assert abs(neighbours) < 4 / 4_000**0.5
