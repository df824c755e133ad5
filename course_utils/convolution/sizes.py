"""How large an output is, and which positions of the input a kernel visits. Taught in lecture 03a."""

from __future__ import annotations

from course_utils.convolution.arguments import whole_number


def output_size(length: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    r"""Return the length of a convolution's or pooling's output along one axis.

    .. math:: L' = \left\lfloor \frac{L + 2P - D (K - 1) - 1}{S} \right\rfloor + 1

    Args:
        length: L, pixels of the input along the axis.
        kernel_size: K, pixels of the kernel along the axis.
        stride: S, pixels from one position of the kernel to the next.
        padding: P, pixels added at each of the two ends.
        dilation: D, pixels from one element of the kernel to the next.

    Returns:
        L', the number of positions of the kernel, 1 or more.

    Raises:
        ValueError: An argument that is not a whole number or is too small, or a kernel longer than the padded input.

    Source: Dumoulin and Visin (2016), "A guide to convolution arithmetic for deep learning", arXiv 1603.07285.

    Taught in lecture 03a.
    """
    length, kernel_size = whole_number(length, "length", 1), whole_number(kernel_size, "kernel_size", 1)
    stride, padding = whole_number(stride, "stride", 1), whole_number(padding, "padding", 0)
    dilation = whole_number(dilation, "dilation", 1)
    span = dilation * (kernel_size - 1) + 1
    if span > length + 2 * padding:
        raise ValueError(
            f"kernel_size {kernel_size} with dilation {dilation} spans {span} pixels, but length {length} with padding "
            f"{padding} has {length + 2 * padding}; take a smaller kernel or more padding"
        )
    return (length + 2 * padding - span) // stride + 1


def visited(tap: int, count: int, stride: int, dilation: int = 1) -> slice:
    """Return where along one axis the kernel's element ``tap`` lies, at each of the kernel's ``count`` positions."""
    start = tap * dilation
    return slice(start, start + stride * count, stride)
