"""The layers of a network in NumPy, each with its forward and its backward pass. Taught in sittings 01b to 04b.

Names, defaults and initialisation are those of ``torch.nn``; ``load_state_dict`` takes a PyTorch module's
``state_dict()`` as it is. ``base`` holds what all layers share, ``dense``, ``image`` and ``normalization`` the layers,
``sequential`` the network. The mathematics of the image layers is in ``course_utils.convolution``.

>>> import numpy as np
>>> net = Sequential(Conv2d(1, 4, 3, rng=0), ReLU(), MaxPool2d(2), Flatten(), Linear(36, 10, rng=1))
>>> logits = net.forward(np.zeros((5, 1, 8, 8)))
>>> logits.shape, net.backward(np.ones_like(logits)).shape
((5, 10), (5, 1, 8, 8))
>>> list(net.gradients())
['0.weight', '0.bias', '4.weight', '4.bias']
"""

from course_utils.layers.base import Layer
from course_utils.layers.dense import Dropout, Flatten, Linear, ReLU
from course_utils.layers.image import AvgPool2d, Conv2d, MaxPool2d
from course_utils.layers.normalization import BatchNorm1d, BatchNorm2d
from course_utils.layers.sequential import Sequential

__all__ = [
    "AvgPool2d",
    "BatchNorm1d",
    "BatchNorm2d",
    "Conv2d",
    "Dropout",
    "Flatten",
    "Layer",
    "Linear",
    "MaxPool2d",
    "ReLU",
    "Sequential",
]
