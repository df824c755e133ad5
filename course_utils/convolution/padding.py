"""Borders around a batch of images, and the gradient through them. Taught in sittings 03a and 04a."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_utils.convolution.arguments import Pair

Pads = tuple[Pair, Pair]  # ((top, bottom), (left, right)), pixels
Shape = tuple[int, ...]

# PyTorch's names of the padding modes, and NumPy's.
NUMPY_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def pad2d(x: NDArray, pads: Pads, padding_mode: str = "zeros") -> NDArray:
    """Return the images with a border; without one, ``x`` itself and no copy.

    Args:
        x: Images, (N, C, H, W).
        pads: Pixels added: ((top, bottom), (left, right)).
        padding_mode: ``zeros``; ``reflect``, mirrored about the outermost pixel, which is not repeated; ``replicate``,
            the outermost pixel repeated; ``circular``, the opposite side.

    Returns:
        (N, C, top + H + bottom, left + W + right).

    Raises:
        ValueError: The mode is unknown, or the border wider than the picture allows: less than its size for
            ``reflect``, at most its size for ``circular``.

    Taught in lecture 03a.
    """
    _require_pads(x.shape, pads, padding_mode)
    if pads == ((0, 0), (0, 0)):
        return x
    if padding_mode == "zeros":
        padded = np.zeros(padded_shape(x.shape, pads), x.dtype)
        padded[_inside(x.shape, pads)] = x
        return padded
    rows, columns = _sources(x.shape, pads, padding_mode)
    return x[:, :, rows[:, None], columns]


def pad2d_backward(grad_output: NDArray, x_shape: Shape, pads: Pads, padding_mode: str = "zeros") -> NDArray:
    """Return the gradient with respect to the images: each pixel gathers from all the places it was copied to.

    Args:
        grad_output: Gradient of the loss with respect to the padded images.
        x_shape: Shape of the images, (N, C, H, W).
        pads: As for :func:`pad2d`.
        padding_mode: As for :func:`pad2d`.

    Returns:
        (N, C, H, W).

    Taught in sitting 04a.
    """
    if padding_mode == "zeros":
        return grad_output[_inside(x_shape, pads)]
    rows, columns = _sources(x_shape, pads, padding_mode)
    grad_x = np.zeros(x_shape, grad_output.dtype)
    np.add.at(grad_x, (slice(None), slice(None), rows[:, None], columns), grad_output)
    return grad_x


def padded_shape(x_shape: Shape, pads: Pads) -> Shape:
    """Return the shape of the images with their border."""
    n, channels, height, width = x_shape
    return n, channels, height + sum(pads[0]), width + sum(pads[1])


def _inside(x_shape: Shape, pads: Pads) -> tuple:
    """Return the index of the images inside their border."""
    (top, _), (left, _) = pads
    return ..., slice(top, top + x_shape[2]), slice(left, left + x_shape[3])


def _sources(x_shape: Shape, pads: Pads, padding_mode: str) -> tuple[NDArray, NDArray]:
    """Return for each row and each column of the padded image the row and column that it is copied from."""
    mode = NUMPY_MODES[padding_mode]
    return np.pad(np.arange(x_shape[2]), pads[0], mode=mode), np.pad(np.arange(x_shape[3]), pads[1], mode=mode)


def _require_pads(x_shape: Shape, pads: Pads, padding_mode: str) -> None:
    if padding_mode not in NUMPY_MODES:
        raise ValueError(f"padding_mode is {padding_mode!r}; choose one of {', '.join(NUMPY_MODES)}")
    for side, length, amounts in zip(("height", "width"), x_shape[2:], pads, strict=True):
        widest = {"reflect": length - 1, "circular": length}.get(padding_mode, max(amounts))
        if max(amounts) > widest:
            raise ValueError(
                f"padding adds {amounts} pixels to the {side} of x, shape {x_shape}; "
                f"padding_mode {padding_mode!r} allows {widest} at most"
            )
