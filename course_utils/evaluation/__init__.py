"""How good is a trained network? Taught from chapter 09 on.

``classification`` holds the one batched pass over a data set and figures for classes; ``segmentation`` compares masks.
"""

from course_utils.evaluation.classification import (
    Calibration,
    Evaluation,
    Loss,
    calibration,
    check_data,
    confusion_matrix,
    evaluate,
    precision_and_recall,
    worst_mistakes,
)
from course_utils.evaluation.objects import count_error, object_f1
from course_utils.evaluation.segmentation import boundaries, boundary_f, dice, iou

__all__ = [
    "Calibration",
    "Evaluation",
    "Loss",
    "boundaries",
    "boundary_f",
    "calibration",
    "check_data",
    "confusion_matrix",
    "count_error",
    "dice",
    "evaluate",
    "iou",
    "object_f1",
    "precision_and_recall",
    "worst_mistakes",
]
