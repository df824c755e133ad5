"""The gradient checker: right on functions whose gradient is known, and it finds a wrong gradient."""

import numpy as np
import pytest

from course_utils import convolution, gradcheck


def test_numerical_gradient_of_a_known_function():
    x = np.random.default_rng(0).normal(size=(3, 4))
    numerical = gradcheck.numerical_gradient(lambda x: np.sum(np.sin(x) * np.arange(4)), x)
    assert np.abs(numerical - np.cos(x) * np.arange(4)).max() < 1e-9


def test_the_error_shrinks_with_the_square_of_eps():
    errors = [abs(gradcheck.numerical_gradient(lambda x: np.exp(x[0]), np.zeros(1), eps)[0] - 1) for eps in (0.1, 0.01)]
    assert errors[0] / errors[1] == pytest.approx(100, rel=0.01)


def test_x_is_moved_in_place_and_put_back_exactly_even_after_an_error():
    x = np.array([0.1, 0.2])
    seen = []
    gradcheck.numerical_gradient(lambda _: seen.append(x.copy()) or 0.0, x, eps=0.5)
    assert np.array_equal(seen, [[0.6, 0.2], [-0.4, 0.2], [0.1, 0.7], [0.1, -0.3]])

    def fails(_):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        gradcheck.numerical_gradient(fails, x)
    assert np.array_equal(x, [0.1, 0.2])


@pytest.mark.parametrize(
    ("x", "function", "eps", "words"),
    [
        pytest.param(np.ones(2, np.float32), np.sum, 1e-6, "x is an array of float32", id="float32"),
        pytest.param([1.0], np.sum, 1e-6, "x is list", id="list"),
        pytest.param(np.broadcast_to(1.0, 3), np.sum, 1e-6, "writeable", id="read-only"),
        pytest.param(np.ones(2), np.sum, 0.0, "eps is 0.0", id="eps"),
        pytest.param(np.ones(2), np.sin, 1e-6, "function returned .*one finite number", id="an array"),
        pytest.param(np.ones(2), lambda x: np.nan, 1e-6, "function returned nan", id="NaN"),
    ],
)
def test_numerical_gradient_refuses(x, function, eps, words):
    with pytest.raises(ValueError, match=words):
        gradcheck.numerical_gradient(function, x, eps)


def test_relative_error_of_equal_opposite_and_vanishing_gradients():
    a = np.array([3.0, -4.0])
    assert gradcheck.relative_error(a, a) == 0
    assert gradcheck.relative_error(a, -a) == 1
    assert gradcheck.relative_error(a, 0 * a) == 1
    assert gradcheck.relative_error(0 * a, 0 * a) == 0
    assert gradcheck.relative_error(a, a * (1 + 1e-6)) == pytest.approx(5e-7, rel=1e-3)


@pytest.mark.parametrize(("b", "words"), [(np.ones((2, 1)), r"shape \(2,\) and b .*\(2, 1\)"), ([np.inf, 1], "finite")])
def test_relative_error_refuses(b, words):
    with pytest.raises(ValueError, match=words):
        gradcheck.relative_error(np.ones(2), b)


def test_a_forgotten_flip_is_found():
    rng = np.random.default_rng(0)
    x, weight, grad_output = rng.normal(size=(1, 1, 7, 6)), rng.normal(size=(1, 1, 3, 3)), rng.normal(size=(1, 1, 5, 4))
    numerical = gradcheck.numerical_gradient(lambda x: np.sum(grad_output * convolution.conv2d(x, weight)), x)
    flipped = weight[:, :, ::-1, ::-1]
    right, wrong = (convolution.conv2d(grad_output, kernel, padding=2) for kernel in (flipped, weight))
    assert gradcheck.relative_error(right, numerical) < 1e-8
    assert gradcheck.relative_error(wrong, numerical) > 0.1
