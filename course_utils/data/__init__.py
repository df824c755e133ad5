"""Data sets of the lectures: real ones first, bundled ones where there is no network, and never one in silence.

``digits()`` gives tensors with a split, ``images()`` gives photographs as NumPy arrays. Each looks in the data folder,
downloads what is small and allowed, and otherwise takes what is bundled with scikit-learn or scikit-image.
``registry``, ``status``, ``verify`` and ``fetch`` are what ``course data`` and ``course doctor`` stand on.
Importing this package does not import torch.
"""

from course_utils.data.beats import HeartRecord, beats
from course_utils.data.catalogue import DataUnavailable, RegistryEntry, registry
from course_utils.data.cifar import cifar10
from course_utils.data.datasets import ImageDataset
from course_utils.data.digit_photo import own_digit
from course_utils.data.download import fetch
from course_utils.data.faces import faces
from course_utils.data.generated_cells import GeneratedCells, cells
from course_utils.data.handwriting import digits
from course_utils.data.image_folder import image_folder, load_picture
from course_utils.data.own_digits import centered_digit, pen_strokes
from course_utils.data.photo_patches import patches
from course_utils.data.photographs import images
from course_utils.data.recordings import load_recording
from course_utils.data.segmentation import SegmentationDataset, bright_on_dark, segmentation_folder
from course_utils.data.spoken import SpokenDigits, spoken_digits
from course_utils.data.storage import Status, status, verify

__all__ = [
    "DataUnavailable",
    "GeneratedCells",
    "HeartRecord",
    "ImageDataset",
    "RegistryEntry",
    "SegmentationDataset",
    "SpokenDigits",
    "Status",
    "beats",
    "bright_on_dark",
    "cells",
    "centered_digit",
    "cifar10",
    "digits",
    "faces",
    "fetch",
    "image_folder",
    "images",
    "load_picture",
    "load_recording",
    "own_digit",
    "patches",
    "pen_strokes",
    "registry",
    "segmentation_folder",
    "spoken_digits",
    "status",
    "verify",
]
