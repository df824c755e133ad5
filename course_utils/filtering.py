"""Spatial filtering: correlation, convolution and the classical small kernels, in one and two dimensions.

``image[x, y]`` counts rows downwards with x and columns to the right with y; the origin is the top left pixel.
Everything is computed in float64. Taught in lecture 02.

What ``padding`` puts outside the border of ``a b c d``, and what other libraries call it:

===============  =======================  ============  =================  =============
``padding``      seen by the kernel       ``np.pad``    ``scipy.ndimage``  PyTorch
===============  =======================  ============  =================  =============
``"zeros"``      ``0 0 | a b c d | 0 0``  constant      constant           zeros
``"reflect"``    ``c b | a b c d | c b``  reflect       mirror             reflect
``"replicate"``  ``a a | a b c d | d d``  edge          nearest            replicate
``"circular"``   ``c d | a b c d | a b``  wrap          wrap               circular
``"valid"``      nothing: the output is smaller, one value for each place where the kernel fits inside
===============  ==========================================================================================

Mind the trap in the second row: SciPy's own ``reflect`` repeats the edge pixel, ours and PyTorch's does not.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

Padding = Literal["zeros", "reflect", "replicate", "circular", "valid"]
_NUMPY_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def correlate2d(image: ArrayLike, kernel: ArrayLike, padding: Padding = "zeros") -> np.ndarray:
    """Slide ``kernel`` over ``image`` and take the weighted sum at every place: g(x, y) = ΣΣ w(s, t) f(x+s, y+t).

    Args:
        image: f, shape (H, W).
        kernel: w, shape (m, n); m and n are odd unless ``padding="valid"``.
        padding: what stands outside the image (see the table of this module).

    Returns:
        g, shape (H, W), float64; for ``"valid"`` shape (H - m + 1, W - n + 1).

    Raises:
        ValueError: wrong number of dimensions, an empty array, values that are not finite real numbers, an unknown
            ``padding``, a kernel with an even side (except for ``"valid"``), larger than the image (``"valid"``) or too
            large for ``"reflect"``.

    Formula: Gonzalez and Woods, *Digital Image Processing*, 4th edition, section 3.4.
    Taught in lecture 02.
    """
    image, kernel = _array("image", image, 2), _array("kernel", kernel, 2)
    windows = sliding_window_view(_padded("image", image, kernel, padding), kernel.shape)
    return np.einsum("xyst,st->xy", windows, kernel)


def convolve2d(image: ArrayLike, kernel: ArrayLike, padding: Padding = "zeros") -> np.ndarray:
    """Filter with the kernel turned by half a turn: g(x, y) = ΣΣ w(s, t) f(x-s, y-t).

    Args, Returns, Raises: as for :func:`correlate2d`.

    Formula: Gonzalez and Woods, *Digital Image Processing*, 4th edition, section 3.4.
    Taught in lecture 02.
    """
    return correlate2d(image, _array("kernel", kernel, 2)[::-1, ::-1], padding)


def correlate2d_loop(image: ArrayLike, kernel: ArrayLike, padding: Padding = "zeros") -> np.ndarray:
    """Compute what :func:`correlate2d` computes with four loops, symbol by symbol as in the formula, slowly.

    Args, Returns, Raises: as for :func:`correlate2d`.

    Taught in lecture 02.
    """
    image, kernel = _array("image", image, 2), _array("kernel", kernel, 2)
    f = _padded("image", image, kernel, padding)
    m, n = kernel.shape
    g = np.zeros((f.shape[0] - m + 1, f.shape[1] - n + 1))
    for x in range(g.shape[0]):
        for y in range(g.shape[1]):
            for s in range(m):
                for t in range(n):
                    g[x, y] += kernel[s, t] * f[x + s, y + t]
    return g


def convolve2d_loop(image: ArrayLike, kernel: ArrayLike, padding: Padding = "zeros") -> np.ndarray:
    """Compute what :func:`convolve2d` computes with four loops: the minus signs of the formula, no turned kernel.

    Args, Returns, Raises: as for :func:`correlate2d`.

    Taught in lecture 02.
    """
    image, kernel = _array("image", image, 2), _array("kernel", kernel, 2)
    f = _padded("image", image, kernel, padding)
    m, n = kernel.shape
    g = np.zeros((f.shape[0] - m + 1, f.shape[1] - n + 1))
    for x in range(g.shape[0]):
        for y in range(g.shape[1]):
            for s in range(m):
                for t in range(n):
                    g[x, y] += kernel[s, t] * f[x + (m - 1) - s, y + (n - 1) - t]  # f begins m - 1, n - 1 earlier
    return g


def correlate1d(signal: ArrayLike, kernel: ArrayLike, padding: Padding = "zeros") -> np.ndarray:
    """Slide ``kernel`` along ``signal``: g(x) = Σ w(s) f(x+s).

    Args:
        signal: f, shape (N,).
        kernel: w, shape (m,); m is odd unless ``padding="valid"``.
        padding: what stands before and after the signal (see the table of this module).

    Returns:
        g, shape (N,), float64; for ``"valid"`` shape (N - m + 1,).

    Raises:
        ValueError: as for :func:`correlate2d`.

    Formula: Gonzalez and Woods, *Digital Image Processing*, 4th edition, section 3.4.
    Taught in lecture 02.
    """
    signal, kernel = _array("signal", signal, 1), _array("kernel", kernel, 1)
    windows = sliding_window_view(_padded("signal", signal, kernel, padding), kernel.shape)
    return np.einsum("xs,s->x", windows, kernel)


def convolve1d(signal: ArrayLike, kernel: ArrayLike, padding: Padding = "zeros") -> np.ndarray:
    """Filter with the kernel reversed: g(x) = Σ w(s) f(x-s).

    Args, Returns, Raises: as for :func:`correlate1d`.

    Formula: Gonzalez and Woods, *Digital Image Processing*, 4th edition, section 3.4.
    Taught in lecture 02.
    """
    return correlate1d(signal, _array("kernel", kernel, 1)[::-1], padding)


def box_kernel(size: int) -> np.ndarray:
    """Return the averaging kernel of shape (size, size), every weight 1/size².

    Raises:
        ValueError: ``size`` is even, below 1 or no whole number.

    Formula: Gonzalez and Woods, *Digital Image Processing*, 4th edition, section 3.5.
    Taught in lecture 02.
    """
    if not isinstance(size, int | np.integer) or size < 1 or size % 2 == 0:
        raise ValueError(f"size is {size!r}; an averaging kernel has an odd size, 1, 3, 5, …")
    return np.full((size, size), 1 / size**2)


def weighted_kernel() -> np.ndarray:
    """Return the weighted average (1 2 1; 2 4 2; 1 2 1)/16, shape (3, 3): near pixels count more.

    Formula: Gonzalez and Woods, *Digital Image Processing*, 4th edition, section 3.5.
    Taught in lecture 02.
    """
    return np.outer([1.0, 2.0, 1.0], [1.0, 2.0, 1.0]) / 16


def first_difference_kernel() -> np.ndarray:
    """Return (0, -1, 1), shape (3,): correlating with it gives f(x+1) - f(x).

    Formula: Gonzalez and Woods, *Digital Image Processing*, 4th edition, section 3.6.
    Taught in lecture 02.
    """
    return np.array([0.0, -1.0, 1.0])


def second_difference_kernel() -> np.ndarray:
    """Return (1, -2, 1), shape (3,): correlating with it gives f(x+1) + f(x-1) - 2 f(x).

    Formula: Gonzalez and Woods, *Digital Image Processing*, 4th edition, section 3.6.
    Taught in lecture 02.
    """
    return np.array([1.0, -2.0, 1.0])


def laplacian_kernel(diagonal: bool = False) -> np.ndarray:
    """Return the Laplacian, shape (3, 3): the sum of the second differences down and across.

    Args:
        diagonal: add the second differences along the two diagonals; the centre is then -8 instead of -4.

    Formula: Gonzalez and Woods, *Digital Image Processing*, 4th edition, section 3.6.
    Taught in lecture 02.
    """
    if diagonal:
        return np.array([[1.0, 1.0, 1.0], [1.0, -8.0, 1.0], [1.0, 1.0, 1.0]])
    return np.array([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]])


def noise_gain(kernel: ArrayLike) -> float:
    """Return the factor by which filtering changes the standard deviation of independent noise: √(Σ w²).

    Args:
        kernel: w, any shape.

    Formula: Bienaymé's identity, the variance of a weighted sum of independent variables is Σ w² times theirs.
    Taught in lecture 02.
    """
    return float(np.sqrt(np.sum(np.asarray(kernel, dtype=np.float64) ** 2)))


def _array(name: str, values: ArrayLike, ndim: int) -> np.ndarray:
    """Return ``values`` as a float64 array, or raise ValueError naming the argument."""
    try:
        array = np.asarray(values)
    except ValueError:  # rows of different lengths
        raise ValueError(f"{name} is no table: its rows differ in length") from None
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{name} has dtype {array.dtype} and shape {array.shape}; it must hold real numbers")
    array = array.astype(np.float64, copy=False)
    if array.ndim != ndim:
        raise ValueError(f"{name} has shape {array.shape}; {ndim} dimension{'s' * (ndim > 1)} expected")
    if array.size == 0:
        raise ValueError(f"{name} has shape {array.shape}; it holds no value")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} of shape {array.shape} holds NaN or infinite values; replace them first")
    return array


def _padded(name: str, array: np.ndarray, kernel: np.ndarray, padding: str) -> np.ndarray:
    """Return ``array`` with the border that ``padding`` asks for: (m-1)/2 values on each side of an axis."""
    shapes = f"kernel {kernel.shape}, {name} {array.shape}"
    if padding == "valid":
        if any(size > length for size, length in zip(kernel.shape, array.shape, strict=True)):
            raise ValueError(f'kernel is larger than {name} ({shapes}); padding="valid" leaves nothing')
        return array
    if padding not in _NUMPY_MODES:
        raise ValueError(f"padding is {padding!r}; use one of {', '.join(_NUMPY_MODES)}, valid")
    if any(size % 2 == 0 for size in kernel.shape):
        raise ValueError(f'kernel has an even side and so no centre ({shapes}); use odd sides or padding="valid"')
    widths = [(size - 1) // 2 for size in kernel.shape]
    if padding == "reflect" and any(width >= length for width, length in zip(widths, array.shape, strict=True)):
        raise ValueError(f'kernel reaches too far for padding="reflect" ({shapes}); {name} ends before the mirror does')
    return np.pad(array, [(width, width) for width in widths], mode=_NUMPY_MODES[padding])
