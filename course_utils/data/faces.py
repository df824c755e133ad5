"""Faces against no faces: 200 small pictures that come with scikit-image. Taught in lecture 12."""

from __future__ import annotations

from course_utils.data.datasets import ImageDataset, channel_statistics

PER_CLASS = {"train": 50, "val": 20, "test": 30}  # of 100 faces and 100 others


def faces() -> ImageDataset:
    """Return 100 faces and 100 pieces of background, 25×25 and grey, in three parts with as many of each.

    A subset of Labeled Faces in the Wild (Huang, Ramesh, Berg and Learned-Miller 2007); the pieces without a face are
    cut from the background of the same photographs. The parts are always the same.

    Returns:
        Images float32 N×1×25×25 in [0, 1], not normalised; labels int64, 1 for a face.

    Taught in lecture 12.
    """
    import torch
    from skimage.data import lfw_subset

    pictures = torch.from_numpy(lfw_subset()).float()[:, None]  # 100 faces, then 100 without
    order = torch.Generator().manual_seed(12)
    with_face, without = (part[torch.randperm(100, generator=order)] for part in pictures.split(100))
    sizes = list(PER_CLASS.values())
    parts = {}
    for name, background, face in zip(PER_CLASS, without.split(sizes), with_face.split(sizes), strict=True):
        y = torch.arange(2).repeat(len(face))  # other, face, other, face: a slice holds both
        parts[f"X_{name}"] = torch.stack([background, face], dim=1).flatten(0, 1)
        parts[f"y_{name}"] = y
    mean, std = channel_statistics(torch.cat([parts["X_train"], parts["X_val"]]))
    return ImageDataset(
        name="faces (bundled with scikit-image)",
        description="100 faces of Labeled Faces in the Wild and 100 pieces of their backgrounds, 25×25, grey.",
        is_substitute=False,
        class_names=("no face", "face"),
        mean=mean,
        std=std,
        **parts,
    )
