"""Pictures of one's own: what is found, what is converted, and what is refused by name. Also the bundled faces."""

import numpy as np
import pytest
import torch
from PIL import Image

from course_utils import data

RED, GREEN = (200, 30, 30), (30, 160, 30)


def save(path, color=RED, size=(40, 30), mode="RGB", **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.new("RGB", size, color)
    picture.convert(mode).save(path, **options)
    return path


@pytest.fixture
def folder(tmp_path):
    """Ten red and fifteen green pictures."""
    root = tmp_path / "pictures"
    for number in range(10):
        save(root / "red" / f"{number}.png")
    for number in range(15):
        save(root / "green" / f"{number}.jpg", GREEN)
    return root


def all_of(dataset):
    return (
        torch.cat([dataset.X_train, dataset.X_val, dataset.X_test]),
        torch.cat([dataset.y_train, dataset.y_val, dataset.y_test]),
    )


def test_two_folders_become_three_parts_with_every_class(folder, capsys):
    found = data.image_folder(folder, size=16)
    assert found.class_names == ("green", "red")
    assert [torch.bincount(y).tolist() for y in (found.y_train, found.y_val, found.y_test)] == [[9, 6], [3, 2], [3, 2]]
    assert found.X_train.shape == (15, 3, 16, 16) and found.X_train.dtype == torch.float32
    X, y = all_of(found)
    assert torch.equal(X[:, 0].mean((1, 2)) > X[:, 1].mean((1, 2)), y == 1)  # labels belong to their pictures
    assert capsys.readouterr().out == (
        "pictures: 15 green, 10 red.\n15 training, 5 validation and 5 test images of 16×16 pixels\n"
    )


def test_the_seed_decides_the_split_and_no_picture_is_in_two_parts(tmp_path):
    for number in range(12):
        save(tmp_path / "a" / f"{number}.png", (20 * number, 0, 0))
        save(tmp_path / "b" / f"{number}.png", (20 * number, 255, 0))
    first, again, other = (data.image_folder(tmp_path, size=4, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(first.X_test, again.X_test) and not torch.equal(first.X_test, other.X_test)
    X, _ = all_of(first)
    assert len({picture.numpy().tobytes() for picture in X}) == 24


def test_given_parts_are_kept_and_a_single_held_out_one_is_halved(tmp_path):
    for part, count in {"train": 4, "val": 6}.items():
        for name, color in {"ants": RED, "bees": GREEN}.items():
            for number in range(count):
                save(tmp_path / part / name / f"{number}.jpg", color)
    found = data.image_folder(tmp_path, size=8)
    assert [torch.bincount(y).tolist() for y in (found.y_train, found.y_val, found.y_test)] == [[4, 4], [3, 3], [3, 3]]
    for name in ("ants", "bees"):
        save(tmp_path / "test" / name / "0.jpg")
    assert data.image_folder(tmp_path, size=8).sizes.startswith("8 training, 12 validation and 2 test")


def test_grey_and_transparent_pictures_are_converted_and_counted(folder, capsys):
    save(folder / "red" / "grey.png", (90, 90, 90), mode="L")
    save(folder / "red" / "one_bit.png", (255, 255, 255), mode="1")
    Image.new("RGBA", (40, 30), (0, 0, 0, 0)).save(folder / "red" / "clear.png")
    Image.new("RGBA", (40, 30), RED).save(folder / "red" / "opaque.png")
    palette = Image.new("RGB", (40, 30), (0, 0, 0)).convert("P")
    palette.save(folder / "red" / "palette.png", transparency=0)
    deep = np.full((30, 40), 0x8000, dtype=np.uint16)
    Image.fromarray(deep).save(folder / "red" / "sixteen_bits.png")
    save(folder / "red" / "print.jpg", mode="CMYK")
    (folder / "red" / "notes.txt").write_text("not a picture, and not taken for one")
    found = data.image_folder(folder, size=8)
    assert "3 grey, repeated in three channels; 2 transparent, put on white" in capsys.readouterr().out
    X, _ = all_of(found)
    assert len(X) == 32
    levels = {round(255 * picture.mean().item()) for picture in X if picture.std() < 0.01}
    assert {90, 128, 255} <= levels and 0 not in levels  # grey, 16 bits, and clear ones as white


def test_pictures_are_upright_shrunk_and_cut_to_their_middle(tmp_path):
    pixels = np.zeros((20, 60, 3), dtype=np.uint8)
    pixels[:, 20:40] = 255  # the middle third is white, and the only part that a square keeps
    picture = Image.fromarray(pixels)
    picture.save(tmp_path / "wide.png")
    assert data.load_picture(tmp_path / "wide.png", size=20).min() == 1
    turned = Image.Exif()
    turned[0x0112] = 6  # the camera was held upright: rotate by a quarter turn
    half = Image.new("RGB", (32, 32), "black")
    half.paste("white", (0, 0, 32, 16))  # the upper half is white
    half.save(tmp_path / "turned.jpg", exif=turned, quality=95)
    found = data.load_picture(tmp_path / "turned.jpg", size=32)[0]
    assert found[:, 18:].min() > 0.9 and found[:, :14].max() < 0.1  # now it is the right half


def remove_class(folder):
    for file in (folder / "red").iterdir():
        file.unlink()
    (folder / "red").rmdir()


def empty_class(folder):
    (folder / "blue").mkdir()
    (folder / "blue" / "readme.txt").write_text("none yet")


def few(folder):
    save(folder / "blue" / "0.png")


def text_as_picture(folder):
    (folder / "green" / "fake.jpg").write_text("I am no picture")


def cut_off(folder):
    file = save(folder / "green" / "cut.png", size=(400, 300))
    file.write_bytes(file.read_bytes()[:200])


def other_classes(folder):
    save(folder / "train" / "a" / "0.png")
    save(folder / "train" / "b" / "0.png")
    save(folder / "val" / "a" / "0.png")
    save(folder / "val" / "c" / "0.png")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (remove_class, r"pictures has 1 folder\(s\) of pictures \(green\); .*at least two classes"),
        (empty_class, "no pictures in blue"),
        (few, r"too few pictures in blue \(1\): at least 5"),
        (text_as_picture, r"1 file\(s\) in pictures cannot be read .*green/fake.jpg \(no picture format\)"),
        (cut_off, r"1 file\(s\) in pictures cannot be read .*green/cut.png \("),
        (other_classes, "train has the classes a, b, but val has a, c"),
    ],
)
def test_what_is_wrong_is_said(folder, fault, said):
    fault(folder)
    with pytest.raises(ValueError, match=said):
        data.image_folder(folder, size=8)


def test_what_is_not_there_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match="no folder"):
        data.image_folder(tmp_path / "none")
    with pytest.raises(FileNotFoundError):
        data.load_picture(tmp_path / "none.png")
    (tmp_path / "bad.png").write_text("no")
    with pytest.raises(ValueError, match=r"bad.png cannot be read"):
        data.load_picture(tmp_path / "bad.png")


def test_faces_are_balanced_and_never_in_two_parts():
    from skimage.data import lfw_subset

    found = data.faces()
    assert [torch.bincount(y).tolist() for y in (found.y_train, found.y_val, found.y_test)] == [
        [50, 50],
        [20, 20],
        [30, 30],
    ]
    X, y = all_of(found)
    original = lfw_subset().astype(np.float32)
    faces = {picture.tobytes() for picture in original[:100]}
    assert len({picture.numpy().tobytes() for picture in X}) == 200
    assert [picture.numpy().tobytes() in faces for picture in X] == y.bool().tolist()
