"""Pictures of one's own: a folder for each class becomes a data set, and every picture in it is checked.

Taught in lecture 12.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from course_utils.data.datasets import ImageDataset, channel_statistics

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor

EXTENSIONS = (".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
TRAINING = "train"
HELD_OUT = ("val", "valid", "validation", "test")
SHARES = {"val": 0.2, "test": 0.2}  # of each class, where the folder has no parts of its own
FEWEST = 5  # pictures of a class, so that each part gets one


def image_folder(path: str | Path, *, size: int = 224, seed: int = 0) -> ImageDataset:
    """Return the pictures of a folder as a data set, or say which of them is in the way.

    The folder holds one folder for each class, ``ants`` and ``bees``: then a fifth of each class, drawn with ``seed``,
    is kept for validation and a fifth for testing. Or it holds ``train`` and one or two of ``val`` and ``test``, each
    with the folders of the classes: then ``train`` is as given, and a single held-out folder is halved into validation
    and test. What was found, and what had to be converted, is printed.

    Every picture is turned as its camera says, made RGB (grey is repeated, transparency is put on white), shrunk or
    enlarged until its short side has ``size`` pixels, and cut to the square in its middle.

    Args:
        path: folder of the pictures.
        size: side of the pictures in pixels; 224 suits torchvision's networks.
        seed: seed of the split.

    Returns:
        Images float32 N×3×size×size in [0, 1], not normalised; labels int64; classes in alphabetical order.

    Raises:
        FileNotFoundError: there is no such folder.
        ValueError: fewer than two classes, an empty class, too few pictures of a class, other classes in one part
            than in another, or files that cannot be read as pictures; the message names them.

    Taught in lecture 12.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise FileNotFoundError(f"no folder {folder}; it should hold one folder of pictures for each class")
    given = [part for part in (TRAINING, *HELD_OUT) if (folder / part).is_dir()]
    if given[:1] == [TRAINING] and len(given) > 1:
        parts = _given_parts({part: _files_by_class(folder / part) for part in given}, seed)
    else:
        parts = _drawn_parts(_files_by_class(folder), seed)
    return _read_all(folder, parts, size)


def load_picture(path: str | Path, size: int = 224) -> Tensor:
    """Return one picture, prepared as :func:`image_folder` prepares them.

    Args:
        path: file of the picture.
        size: side in pixels.

    Returns:
        Shape 3×size×size, float32 in [0, 1].

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file cannot be read as a picture.

    Taught in lecture 12.
    """
    picture, _ = _opened(Path(path))
    return _square(picture, size)


def _files_by_class(folder: Path) -> dict[str, list[Path]]:
    classes = sorted(entry for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith((".", "_")))
    names = ", ".join(entry.name for entry in classes) or "none"
    if len(classes) < 2:
        raise ValueError(
            f"{folder.name} has {len(classes)} folder(s) of pictures ({names}); a classifier needs at least "
            "two classes: make one folder for each, side by side"
        )
    found = {entry.name: sorted(file for file in entry.rglob("*") if _is_picture(file)) for entry in classes}
    empty = [name for name, files in found.items() if not files]
    if empty:
        raise ValueError(
            f"{folder.name}: no pictures in {', '.join(empty)}; put some there or remove the folder "
            f"(what counts: {', '.join(EXTENSIONS)})"
        )
    return found


def _is_picture(file: Path) -> bool:
    return file.suffix.lower() in EXTENSIONS and not file.name.startswith(".")


def _drawn_parts(files: dict[str, list[Path]], seed: int) -> dict[str, dict[str, list[Path]]]:
    few = {name: len(found) for name, found in files.items() if len(found) < FEWEST}
    if few:
        listed = ", ".join(f"{name} ({count})" for name, count in few.items())
        raise ValueError(f"too few pictures in {listed}: at least {FEWEST} of each class, for training and for judging")
    rest, val = _split(files, SHARES["val"], seed)
    train, test = _split(rest, SHARES["test"] / (1 - SHARES["val"]), seed)
    return {"train": train, "val": val, "test": test}


def _given_parts(given: dict[str, dict[str, list[Path]]], seed: int) -> dict[str, dict[str, list[Path]]]:
    train, *held_out = given.values()
    for name, part in given.items():
        if part.keys() != train.keys():
            raise ValueError(f"train has the classes {', '.join(train)}, but {name} has {', '.join(part)}")
    if len(held_out) == 2:
        return {"train": train, "val": held_out[0], "test": held_out[1]}
    single = {name: len(found) for name, found in held_out[0].items() if len(found) < 2}
    if single:
        raise ValueError(
            f"{list(given)[1]} is halved for validation and test, but has one picture of {', '.join(single)}"
        )
    val, test = _split(held_out[0], 0.5, seed)
    return {"train": train, "val": val, "test": test}


def _split(
    files: dict[str, list[Path]], share: float, seed: int
) -> tuple[dict[str, list[Path]], dict[str, list[Path]]]:
    """Return two parts of every class; the second has ``share`` of it, at least one picture."""
    import numpy as np

    rng = np.random.default_rng(seed)
    first, second = {}, {}
    for name, found in files.items():
        chosen = set(rng.permutation(len(found))[: max(1, round(share * len(found)))].tolist())
        first[name] = [file for place, file in enumerate(found) if place not in chosen]
        second[name] = [file for place, file in enumerate(found) if place in chosen]
    return first, second


def _read_all(folder: Path, parts: dict[str, dict[str, list[Path]]], size: int) -> ImageDataset:
    import torch

    tensors, converted, unreadable = {}, Counter(), []
    classes = tuple(parts["train"])
    for part, files_of in parts.items():
        pictures, labels = [], []
        for label, name in enumerate(classes):
            for file in files_of[name]:
                try:
                    picture, conversion = _opened(file)
                except ValueError as error:
                    unreadable.append(f"{file.relative_to(folder).as_posix()} ({str(error).rpartition(': ')[2]})")
                    continue
                converted[conversion] += 1
                pictures.append(_square(picture, size))
                labels.append(label)
        tensors[part] = pictures, torch.tensor(labels)
    if unreadable:
        raise ValueError(
            f"{len(unreadable)} file(s) in {folder.name} cannot be read as pictures; save them anew or remove them: "
            + "; ".join(unreadable[:5])
        )
    stacked = {f"X_{part}": torch.stack(pictures) for part, (pictures, _) in tensors.items()}
    labels = {f"y_{part}": y for part, (_, y) in tensors.items()}
    mean, std = channel_statistics(torch.cat([stacked["X_train"], stacked["X_val"]]))
    counts = torch.bincount(torch.cat(list(labels.values())), minlength=len(classes)).tolist()
    found = ", ".join(f"{count} {name}" for name, count in zip(classes, counts, strict=True))
    changed = "".join(f"; {number} {what}" for what, number in sorted(converted.items()) if what)
    dataset = ImageDataset(
        name=folder.name,
        description=f"{folder.name}: {found}{changed}.",
        is_substitute=False,
        class_names=classes,
        mean=mean,
        std=std,
        **stacked,
        **labels,
    )
    print(f"{dataset.description}\n{dataset.sizes}")
    return dataset


def _opened(file: Path) -> tuple[Image, str]:
    """Return an upright RGB picture and what had to be converted, in words, or an empty text."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(file) as opened:
            picture = ImageOps.exif_transpose(opened)
            picture.load()
    except FileNotFoundError:
        raise
    except UnidentifiedImageError as error:  # whose message holds the whole path
        raise ValueError(f"{file.name} cannot be read as a picture: no picture format") from error
    except Exception as error:  # a damaged file can raise nearly anything
        raise ValueError(f"{file.name} cannot be read as a picture: {error}") from error
    if picture.mode.startswith("I"):  # 16 bits a pixel: Pillow would cut off what is above 255
        picture = picture.point(lambda value: value / 256).convert("L")
    clear = picture.convert("RGBA") if picture.has_transparency_data else None
    if clear is not None and clear.getextrema()[3][0] < 255:  # some files have an alpha channel and hide nothing
        white = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(white, clear).convert("RGB"), "transparent, put on white"
    is_grey = picture.mode in {"1", "L"}
    return picture.convert("RGB"), "grey, repeated in three channels" if is_grey else ""


def _square(picture: Image, size: int) -> Tensor:
    from torchvision.transforms import v2
    from torchvision.transforms.v2 import functional as F

    resized = v2.Resize(size, antialias=True)(picture)
    return F.to_dtype(F.to_image(v2.CenterCrop(size)(resized)), scale=True).contiguous()
