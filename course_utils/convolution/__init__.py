"""Convolution, pooling and batch normalisation in NumPy, forward and backward. Taught in sittings 03a to 04b and 13a.

Beside every function stands its gradient, ``NAME_backward``. Images are arrays of shape (N, C, H, W): batch, channels,
height, width; signals are of shape (N, C, T). Names, argument order and results are those of ``torch.nn.functional``.

``conv``, ``conv1d``, ``max_pooling``, ``average_pooling`` and ``normalization`` hold the mathematics; ``padding``
fills the borders, ``sizes`` and ``geometry`` say where a kernel lands, ``arguments`` refuses what cannot be right.

>>> import numpy as np
>>> image = np.arange(16.0).reshape(1, 1, 4, 4)
>>> conv2d(image, np.ones((1, 1, 3, 3))).shape
(1, 1, 2, 2)
"""

from course_utils.convolution.average_pooling import avg_pool2d, avg_pool2d_backward
from course_utils.convolution.conv import conv2d, conv2d_backward
from course_utils.convolution.conv1d import conv1d, conv1d_backward
from course_utils.convolution.max_pooling import max_pool2d, max_pool2d_backward
from course_utils.convolution.normalization import batch_norm, batch_norm_backward
from course_utils.convolution.sizes import output_size

__all__ = [
    "avg_pool2d",
    "avg_pool2d_backward",
    "batch_norm",
    "batch_norm_backward",
    "conv1d",
    "conv1d_backward",
    "conv2d",
    "conv2d_backward",
    "max_pool2d",
    "max_pool2d_backward",
    "output_size",
]
