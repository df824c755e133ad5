"""The networks of the course. Taught from lecture 09 on.

``digits`` holds the two networks for handwritten digits.
"""

from course_utils.models.digits import DigitNet, SmallDigitNet

__all__ = ["DigitNet", "SmallDigitNet"]
