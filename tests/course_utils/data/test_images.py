"""``data.images()``: photographs by name, as NumPy arrays."""

import numpy as np
import pytest
import skimage

from course_utils import data
from course_utils.data.photographs import NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_photograph_is_float64_between_0_and_1(name):
    image = data.images()[name]
    assert image.dtype == np.float64
    assert 0 <= image.min() < image.max() <= 1
    assert image.ndim == 2 or image.shape[2:] == (3,)


def test_pixels_are_those_of_scikit_image():
    np.testing.assert_allclose(data.images()["moon"], skimage.data.moon() / 255, rtol=1e-15)


def test_it_is_a_mapping_of_fresh_arrays():
    photographs = data.images()
    assert {"moon", "camera", "coins", "brick", "grass", "gravel", "chelsea", "coffee", "page", "text"} <= {
        *photographs
    }
    assert len(photographs) == len(NAMES)
    photographs["moon"][:] = 0
    assert photographs["moon"].max() == 1


def test_an_unknown_name_is_answered_with_those_that_exist():
    with pytest.raises(KeyError, match="no image 'lena'; there are: astronaut, brick, camera"):
        data.images()["lena"]
