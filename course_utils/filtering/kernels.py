"""The classical small kernels: averages, differences, Sobel and the Laplacian. Taught in sittings 02a and 02b."""

from __future__ import annotations

import numpy as np


def box_kernel(size: int) -> np.ndarray:
    """Return the averaging kernel of shape (size, size), every weight 1/size².

    Raises:
        ValueError: ``size`` is even, below 1 or no whole number.

    Formula: Gonzalez and Woods, *Digital Image Processing*, 4th edition, section 3.5.
    Taught in sitting 02a.
    """
    return np.full((_odd(size), size), 1 / size**2)


def weighted_kernel() -> np.ndarray:
    """Return the weighted average (1 2 1; 2 4 2; 1 2 1)/16, shape (3, 3): near pixels count more.

    Formula: Gonzalez and Woods, *Digital Image Processing*, 4th edition, section 3.5.
    Taught in sitting 02a.
    """
    return np.outer([1.0, 2.0, 1.0], [1.0, 2.0, 1.0]) / 16


def gaussian_kernel(std: float, size: int | None = None) -> np.ndarray:
    """Return the one-dimensional Gaussian, exp(-u²/(2 std²)) at u = …, -1, 0, 1, …, scaled to the sum 1.

    In two dimensions the Gaussian kernel is ``np.outer(g, g)``.

    Args:
        std: standard deviation in samples, above 0.
        size: odd number of weights; None takes the smallest that reaches three standard deviations to each side.

    Returns:
        shape (size,).

    Raises:
        ValueError: ``std`` is not above 0, or ``size`` is even, below 1 or no whole number.

    Formula: Gonzalez and Woods, *Digital Image Processing*, 4th edition, section 3.5.
    Taught in sitting 02a.
    """
    if not std > 0:
        raise ValueError(f"std is {std!r}; the standard deviation of a Gaussian is above 0")
    reach = int(np.ceil(3 * std)) if size is None else _odd(size) // 2
    offsets = np.arange(-reach, reach + 1)
    weights = np.exp(-(offsets**2) / (2 * std**2))
    return weights / weights.sum()


def first_difference_kernel() -> np.ndarray:
    """Return (0, -1, 1), shape (3,): correlating with it gives x[i + 1] - x[i].

    Formula: Gonzalez and Woods, *Digital Image Processing*, 4th edition, section 3.6.
    Taught in sitting 02b.
    """
    return np.array([0.0, -1.0, 1.0])


def second_difference_kernel() -> np.ndarray:
    """Return (1, -2, 1), shape (3,): correlating with it gives x[i + 1] + x[i - 1] - 2 x[i].

    Formula: Gonzalez and Woods, *Digital Image Processing*, 4th edition, section 3.6.
    Taught in sitting 02b.
    """
    return np.array([1.0, -2.0, 1.0])


def sobel_kernels() -> tuple[np.ndarray, np.ndarray]:
    """Return the Sobel kernels (down, across), each (3, 3): a difference one way, a 1 2 1 average the other way.

    Divided by 8, so that correlating with them gives the slope per pixel; books often leave the factor out.

    Formula: Gonzalez and Woods, *Digital Image Processing*, 4th edition, section 3.6.
    Taught in sitting 02b.
    """
    across = np.outer([1.0, 2.0, 1.0], [-1.0, 0.0, 1.0]) / 8
    return across.T.copy(), across


def laplacian_kernel(diagonal: bool = False) -> np.ndarray:
    """Return the Laplacian, shape (3, 3): the sum of the second differences down and across.

    Args:
        diagonal: add the second differences along the two diagonals; the center is then -8 instead of -4, and the
            response to a smooth image three times as strong, since a diagonal step is √2 pixels long.

    Formula: Gonzalez and Woods, *Digital Image Processing*, 4th edition, section 3.6.
    Taught in sitting 02b.
    """
    if diagonal:
        return np.array([[1.0, 1.0, 1.0], [1.0, -8.0, 1.0], [1.0, 1.0, 1.0]])
    return np.array([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]])


def _odd(size: int) -> int:
    if not isinstance(size, int | np.integer) or size < 1 or size % 2 == 0:
        raise ValueError(f"size is {size!r}; a kernel with a center has an odd size, 1, 3, 5, …")
    return size
