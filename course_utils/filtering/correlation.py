"""Slide a kernel over an image or along a signal: correlation, and convolution, which flips the kernel first.

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

Mind the trap in the second row: SciPy's own ``reflect`` repeats the edge pixel; ours and PyTorch's does not.
Taught in sitting 02a.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

Padding = Literal["zeros", "reflect", "replicate", "circular", "valid"]
_NUMPY_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def correlate2d(image: ArrayLike, kernel: ArrayLike, padding: Padding = "zeros") -> np.ndarray:
    """Slide ``kernel`` over ``image`` and take the weighted sum at every pixel: z[i, j] = ΣΣ w[u, v] x[i + u, j + v].

    Args:
        image: x, shape (H, W).
        kernel: w, shape (K, L); both sides are odd unless ``padding="valid"``.
        padding: what lies outside the image (see the table of this module).

    Returns:
        z, shape (H, W), float64; for ``"valid"`` shape (H - K + 1, W - L + 1).

    Raises:
        ValueError: wrong number of dimensions, an empty array, values that are not finite real numbers, an unknown
            ``padding``, a kernel with an even side (except for ``"valid"``), larger than the image (``"valid"``) or too
            large for ``"reflect"``.

    Formula: Gonzalez and Woods, *Digital Image Processing*, 4th edition, section 3.4.
    Taught in sitting 02a.
    """
    image, kernel = real_array("image", image, 2), real_array("kernel", kernel, 2)
    windows = sliding_window_view(padded("image", image, kernel.shape, padding), kernel.shape)
    return np.einsum("ijuv,uv->ij", windows, kernel)


def convolve2d(image: ArrayLike, kernel: ArrayLike, padding: Padding = "zeros") -> np.ndarray:
    """Filter with the kernel flipped, that is rotated by 180°: z[i, j] = ΣΣ w[u, v] x[i - u, j - v].

    Args, Returns, Raises: as for :func:`correlate2d`.

    Formula: Gonzalez and Woods, *Digital Image Processing*, 4th edition, section 3.4.
    Taught in sitting 02a.
    """
    return correlate2d(image, real_array("kernel", kernel, 2)[::-1, ::-1], padding)


def correlate1d(signal: ArrayLike, kernel: ArrayLike, padding: Padding = "zeros") -> np.ndarray:
    """Slide ``kernel`` along ``signal``: z[i] = Σ w[u] x[i + u].

    Args:
        signal: x, shape (N,).
        kernel: w, shape (K,); K is odd unless ``padding="valid"``.
        padding: what comes before and after the signal (see the table of this module).

    Returns:
        z, shape (N,), float64; for ``"valid"`` shape (N - K + 1,).

    Raises:
        ValueError: as for :func:`correlate2d`.

    Formula: Gonzalez and Woods, *Digital Image Processing*, 4th edition, section 3.4.
    Taught in sitting 02b.
    """
    signal, kernel = real_array("signal", signal, 1), real_array("kernel", kernel, 1)
    windows = sliding_window_view(padded("signal", signal, kernel.shape, padding), kernel.shape)
    return np.einsum("iu,u->i", windows, kernel)


def convolve1d(signal: ArrayLike, kernel: ArrayLike, padding: Padding = "zeros") -> np.ndarray:
    """Filter with the kernel reversed: z[i] = Σ w[u] x[i - u].

    Args, Returns, Raises: as for :func:`correlate1d`.

    Formula: Gonzalez and Woods, *Digital Image Processing*, 4th edition, section 3.4.
    Taught in sitting 02b.
    """
    return correlate1d(signal, real_array("kernel", kernel, 1)[::-1], padding)


def real_array(name: str, values: ArrayLike, ndim: int) -> np.ndarray:
    """Return ``values`` as a float64 array with ``ndim`` axes, or raise ValueError naming the argument."""
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


def padded(name: str, array: np.ndarray, window: tuple[int, ...], padding: str) -> np.ndarray:
    """Return ``array`` with the border that ``padding`` asks for: (K - 1)/2 values on each side of an axis.

    Args:
        name: what an error message calls the array.
        window: shape of the kernel, one length K for each axis.
    """
    shapes = f"kernel {window}, {name} {array.shape}"
    if padding == "valid":
        if any(size > length for size, length in zip(window, array.shape, strict=True)):
            raise ValueError(f'kernel is larger than {name} ({shapes}); padding="valid" leaves nothing')
        return array
    if padding not in _NUMPY_MODES:
        raise ValueError(f"padding is {padding!r}; use one of {', '.join(_NUMPY_MODES)}, valid")
    if any(size % 2 == 0 for size in window):
        raise ValueError(f'kernel has an even side and so no center ({shapes}); use odd sides or padding="valid"')
    widths = [(size - 1) // 2 for size in window]
    if padding == "reflect" and any(width >= length for width, length in zip(widths, array.shape, strict=True)):
        raise ValueError(f'kernel reaches too far for padding="reflect" ({shapes}); {name} ends before the mirror does')
    return np.pad(array, [(width, width) for width in widths], mode=_NUMPY_MODES[padding])
