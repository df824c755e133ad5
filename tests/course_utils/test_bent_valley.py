"""The curved valley of lecture 07b: its gradient, and when an optimizer has arrived."""

import numpy as np

from course_utils import optimizers
from course_utils.optimizers.bent_valley import START


def test_the_first_step_goes_down_the_measured_slope():
    _, path, _ = optimizers.cross_bent_valley(optimizers.SGD, [1e-3], steps=1)
    w, h = np.array(START), 1e-6
    slope = [(optimizers.bent_valley(w + h * e) - optimizers.bent_valley(w - h * e)) / (2 * h) for e in np.eye(2)]
    assert np.allclose(path[1] - path[0], -1e-3 * np.array(slope), rtol=1e-6)


def test_the_valley_is_lowest_at_one_one():
    assert optimizers.bent_valley(np.ones(2)) == 0
    around = 1 + 0.1 * np.array([[1, 0], [-1, 0], [0, 1], [0, -1]])
    assert (optimizers.bent_valley(around) > 0).all()


def test_the_best_rate_is_the_one_that_arrives_first_and_stays():
    rate, path, arrived = optimizers.cross_bent_valley(optimizers.SGD, [0.005, 0.02, 1.0], steps=400)
    distance = np.linalg.norm(path - 1, axis=1)
    assert rate == 0.02  # 1.0 diverges, 0.005 is still on its way
    assert (distance[int(arrived) :] <= 0.1).all() and distance[int(arrived) - 1] > 0.1


def test_what_does_not_arrive_or_diverges_is_said_to():
    assert optimizers.cross_bent_valley(optimizers.SGD, [0.001], steps=20)[2] == 21
    assert optimizers.cross_bent_valley(optimizers.SGD, [1.0], steps=20)[2] == np.inf
