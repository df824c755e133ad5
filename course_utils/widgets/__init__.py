"""What a reader moves or draws, with a still figure where no widget can run (a committed notebook, CI, a web page).

``explore`` puts sliders over a figure; ``drawing_pad`` is a small sheet to draw on, with a figure that follows. Taught
in sittings 02a and 00.
"""

from course_utils.widgets.pad import drawing_pad
from course_utils.widgets.sliders import Slider, explore

__all__ = ["Slider", "drawing_pad", "explore"]
