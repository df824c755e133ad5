"""The median filter: sort the window instead of summing it. Taught in sitting 02a."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from course_utils.filtering.correlation import Padding, padded, real_array


def median_filter(image: ArrayLike, size: int = 3, padding: Padding = "reflect") -> np.ndarray:
    """Replace every pixel by the median of the size × size window around it.

    Args:
        image: x, shape (H, W).
        size: side of the window, odd unless ``padding="valid"``.
        padding: what lies outside the image (see :mod:`course_utils.filtering.correlation`).

    Returns:
        shape (H, W), float64; for ``"valid"`` shape (H - size + 1, W - size + 1).

    Raises:
        ValueError: as for :func:`course_utils.filtering.correlate2d`.

    Formula: Gonzalez and Woods, *Digital Image Processing*, 4th edition, section 3.5.
    Taught in sitting 02a.
    """
    around = padded("image", real_array("image", image, 2), (size, size), padding)
    return np.median(sliding_window_view(around, (size, size)), axis=(2, 3))
