"""A reader's folders of pictures and masks: what is right is read, and what is wrong is named."""

import numpy as np
import pytest
import torch
from PIL import Image

from course_utils import data

HEIGHT, WIDTH = 6, 8


@pytest.fixture
def folders(tmp_path):
    """Ten pairs, grey; picture k is k everywhere, mask k has 255 in its first k columns but one."""
    images, masks = tmp_path / "slices" / "image", tmp_path / "slices" / "label"
    for folder in (images, masks):
        folder.mkdir(parents=True)
    for k in range(10):
        save(images / f"{k}.png", np.full((HEIGHT, WIDTH), k))
        save(masks / f"{k}.png", 255 * (np.arange(WIDTH) < k - 1) * np.ones((HEIGHT, 1)))
    return images, masks


def save(file, values, **options):
    Image.fromarray(np.asarray(values).astype(np.uint8)).save(file, **options)


def test_pairs_parts_and_values(folders, capsys):
    dataset = data.segmentation_folder(*folders)
    assert dataset.X_train.shape == (7, 1, HEIGHT, WIDTH)
    assert (len(dataset.X_val), len(dataset.X_test)) == (1, 2)
    assert dataset.X_train.dtype == dataset.y_train.dtype == torch.float32
    X = torch.cat([dataset.X_train, dataset.X_val, dataset.X_test])
    y = torch.cat([dataset.y_train, dataset.y_val, dataset.y_test])
    torch.testing.assert_close(X[:, 0, 0, 0] * 255, torch.arange(10.0))
    assert y.sum(dim=(1, 2, 3)).tolist() == [HEIGHT * max(0, k - 1) for k in range(10)]
    assert y[5, 0, 0].tolist() == [1, 1, 1, 1, 0, 0, 0, 0]
    said = capsys.readouterr().out
    assert "slices: 10 images with masks, 45% foreground; masks of 0 and 255" in said
    assert "7 training, 1 validation, and 2 test images of 6×8 pixels, 1 channel" in said


def test_numbers_in_names_are_ordered_by_value(folders):
    images, masks = folders
    for folder in folders:
        (folder / "9.png").rename(folder / "10.png")
    last = data.segmentation_folder(images, masks).X_test[-1]
    assert last.unique().item() * 255 == pytest.approx(9)  # file 10, not file 8


def test_endings_may_differ(folders):
    images, masks = folders
    for file in list(images.iterdir()):
        save(file.with_suffix(".tif"), np.asarray(Image.open(file)))
        file.unlink()
    (masks / ".DS_Store").write_text("not a picture")
    (masks / "notes.txt").write_text("not a picture")
    assert len(data.segmentation_folder(images, masks).X_train) == 7


def test_color_in_one_picture_makes_three_channels(folders):
    images, masks = folders
    save(images / "0.png", np.stack([np.full((HEIGHT, WIDTH), k) for k in (10, 20, 30)], axis=-1))
    save(images / "1.png", np.full((HEIGHT, WIDTH, 4), 51))  # grey, with transparency
    X = data.segmentation_folder(images, masks).X_train
    assert X.shape == (7, 3, HEIGHT, WIDTH)
    torch.testing.assert_close(X[0, :, 0, 0] * 255, torch.tensor([10.0, 20, 30]))
    torch.testing.assert_close(X[1, :, 0, 0], torch.full((3,), 0.2))


def test_color_pictures_that_are_grey_have_one_channel(folders):
    images, masks = folders
    for k in range(10):
        save(images / f"{k}.png", np.full((HEIGHT, WIDTH, 3), k))
    assert data.segmentation_folder(images, masks).X_train.shape[1] == 1


def test_sixteen_bits(folders):
    images, masks = folders
    for k in range(10):
        Image.fromarray(np.full((HEIGHT, WIDTH), 6553 * k, dtype=np.uint16)).save(images / f"{k}.png")
    X = data.segmentation_folder(images, masks).X_train
    torch.testing.assert_close(X[:, 0, 0, 0], torch.arange(7.0) / 10, atol=1e-4, rtol=0)


def test_interpolated_masks_are_cut_at_127(folders, capsys):
    images, masks = folders
    values = np.zeros((HEIGHT, WIDTH))
    values[0] = [0, 1, 126, 127, 128, 200, 254, 255]
    save(masks / "0.png", values)
    assert data.segmentation_folder(images, masks).y_train[0, 0, 0].tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert "gray mask values above 127 count" in capsys.readouterr().out


def test_masks_of_zero_and_one(folders):
    images, masks = folders
    for file in masks.iterdir():
        save(file, np.asarray(Image.open(file)) > 0)
    y = data.segmentation_folder(images, masks).y_train
    assert y.sum(dim=(1, 2, 3)).tolist() == [HEIGHT * max(0, k - 1) for k in range(7)]


def cut_off(images, masks):
    content = (images / "3.png").read_bytes()
    (images / "3.png").write_bytes(content[: len(content) // 2])
    (masks / "4.png").write_bytes(b"no picture at all")


def other_size(images, masks):
    save(images / "3.png", np.zeros((HEIGHT, WIDTH + 1)))


def other_mask_size(images, masks):
    save(masks / "3.png", np.zeros((HEIGHT + 2, WIDTH)))


def instances(images, masks):
    save(masks / "3.png", np.arange(HEIGHT * WIDTH).reshape(HEIGHT, WIDTH))
    for k in set(range(10)) - {3}:
        save(masks / f"{k}.png", np.zeros((HEIGHT, WIDTH)))


def colored(images, masks):
    save(masks / "3.png", np.stack([np.full((HEIGHT, WIDTH), k) for k in (255, 0, 0)], axis=-1))


def swapped(images, masks):
    for k in range(10):
        save(masks / f"{k}.png", np.full((HEIGHT, WIDTH), 255))


def all_empty(images, masks):
    for k in range(10):
        save(masks / f"{k}.png", np.zeros((HEIGHT, WIDTH)))


def two_of_one_name(images, masks):
    save(images / "3.tif", np.zeros((HEIGHT, WIDTH)))


def mask_missing(images, masks):
    (masks / "3.png").unlink()
    (images / "4.png").unlink()


def nearly_nothing(images, masks):
    for folder in (images, masks):
        for k in range(2, 10):
            (folder / f"{k}.png").unlink()


def nothing(images, masks):
    for folder in (images, masks):
        for file in folder.iterdir():
            file.unlink()


@pytest.mark.parametrize(
    ("spoil", "messages"),
    [
        (cut_off, ["image/3.png"]),
        (other_size, ["0 has 6×8 pixels, but 3 has 6×9"]),
        (other_mask_size, ["among the masks, 3 has 8×8"]),
        (instances, ["go up to 47", "255 (or 1)", "(numbers > 0) * 255"]),
        (colored, ["masks in color: 3;"]),
        (swapped, ["every pixel of every mask is foreground"]),
        (all_empty, ["go up to 0"]),
        (two_of_one_name, ["3.png and 3.tif"]),
        (mask_missing, ["3.png has no mask in label", "4.png has no image in image"]),
        (nearly_nothing, ["2 pairs in image and label", "at least 3"]),
        (nothing, ["0 pairs in image and label"]),
    ],
)
def test_what_is_wrong_is_named(folders, spoil, messages):
    spoil(*folders)
    with pytest.raises(ValueError) as caught:
        data.segmentation_folder(*folders)
    for message in messages:
        assert message in str(caught.value)


def test_a_damaged_mask_is_named_too(folders):
    (folders[1] / "4.png").write_bytes(b"no picture at all")
    with pytest.raises(ValueError, match=r"cannot be read as images: label/4\.png"):
        data.segmentation_folder(*folders)


def test_a_long_list_is_cut(folders):
    for k in range(8):
        (folders[1] / f"{k}.png").unlink()
    with pytest.raises(ValueError, match=r"4\.png has no mask in label and 3 more"):
        data.segmentation_folder(*folders)


def test_no_folder(folders, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no folder .*elsewhere"):
        data.segmentation_folder(folders[0], tmp_path / "elsewhere")


def test_bright_on_dark():
    torch.manual_seed(0)
    dark = 0.1 + 0.02 * torch.rand(1, 1, 40, 40)
    dark[..., 10:20, 10:20] += 0.3
    same = data.bright_on_dark(torch.cat([dark, 1 - dark, 2 * dark]))
    torch.testing.assert_close(same[1], same[0], atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(same[2], same[0], atol=1e-5, rtol=1e-5)
    assert same[0, 0, 15, 15] > 0.9
    assert same[0, 0, 30, 30] < 0.1
    color = data.bright_on_dark(dark.repeat(1, 3, 1, 1))
    torch.testing.assert_close(color, same[:1], atol=1e-5, rtol=1e-5)
    assert data.bright_on_dark(0.3 + 0.001 * torch.rand(1, 1, 9, 9)).max() < 0.1  # noise stays small
