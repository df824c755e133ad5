"""Training: one loop for every network of the course, and what it recorded. Taught in lecture 09a."""

from course_utils.training.augmentation import flip_and_shift, random_flip, random_shift
from course_utils.training.fast import fit_fast, has_bfloat16
from course_utils.training.history import History
from course_utils.training.loop import fit, steps
from course_utils.training.segmentation import bce_and_dice, dice_loss
from course_utils.training.short import take_steps
from course_utils.training.small_unet import logits_of, train_small_unet
from course_utils.training.warping import random_warp

__all__ = [
    "History",
    "bce_and_dice",
    "dice_loss",
    "fit",
    "fit_fast",
    "flip_and_shift",
    "has_bfloat16",
    "logits_of",
    "random_flip",
    "random_shift",
    "random_warp",
    "steps",
    "take_steps",
    "train_small_unet",
]
