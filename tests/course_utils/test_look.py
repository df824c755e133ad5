"""A verdict is readable on a white page and on a dark one: its words keep the theme's color."""

import re

import pytest

from course_utils.exercises import look
from course_utils.exercises.engine import STYLES, Hint, Result
from course_utils.exercises.progress_table import progress_from
from course_utils.plots.style import luminance

PAGES = {"white": "#ffffff", "JupyterLab dark": "#111111", "VS Code dark": "#1e1e1e"}
VERDICTS = [
    *(Result("99.1", status, "Because of the border.", traceback="NameError") for status in STYLES),
    Hint("99.1", 1, 2, "Add it to itself."),
    progress_from("00", {}),
]


def contrast(one, other):
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("color", [*(color for _, color in STYLES.values()), look.BLUE])
def test_signs_and_borders_stand_out_on_every_page(color):
    assert contrast(color, "#ffffff") >= 4.5  # the white sign on its ground
    assert min(contrast(color, page) for page in PAGES.values()) >= 3  # the border on the page


@pytest.mark.parametrize("verdict", VERDICTS, ids=repr)
def test_words_have_the_color_of_the_theme(verdict):
    words = re.sub(r"<span [^>]*>.</span>", "", verdict._repr_html_())  # all but the sign
    assert "color:" not in words
