"""Photographs that come with scikit-image, so that they are there without a network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

# Only what the wheel of scikit-image holds; its other functions download.
NAMES = (
    "astronaut",
    "brick",
    "camera",
    "cell",
    "chelsea",
    "clock",
    "coffee",
    "coins",
    "grass",
    "gravel",
    "hubble_deep_field",
    "immunohistochemistry",
    "microaneurysms",
    "moon",
    "page",
    "retina",
    "rocket",
    "text",
)


class Photographs(Mapping[str, "np.ndarray"]):
    """Photographs by name; each is read when it is asked for, as a new array. Taught in sitting 02a."""

    def __getitem__(self, name: str) -> np.ndarray:
        """Return H×W (grey) or H×W×3 (color), float64 in [0, 1].

        Raises:
            KeyError: there is none of this name; the message lists those that exist.
        """
        if name not in NAMES:
            raise KeyError(f"no image {name!r}; there are: {', '.join(NAMES)}")
        import skimage

        return skimage.img_as_float64(getattr(skimage.data, name)())

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)

    def __repr__(self) -> str:
        return f"<photographs of scikit-image: {', '.join(NAMES)}>"


def images() -> Photographs:
    """Return the photographs of scikit-image by name, ``images()["moon"]``.

    Returns:
        A read-only mapping; its arrays are H×W (grey) or H×W×3 (color), float64 in [0, 1].

    Taught in sitting 02a.
    """
    return Photographs()
