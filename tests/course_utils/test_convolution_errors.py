"""Wrong input is refused with a ValueError that names the argument and the shapes."""

import numpy as np
import pytest

from course_utils import convolution

X, WEIGHT, BIAS = np.ones((2, 4, 6, 5)), np.ones((8, 4, 3, 3)), np.ones(8)
HOLED = X.copy()
HOLED[1, 2, 3, 4] = np.nan
INFINITE = WEIGHT.copy()
INFINITE[0, 0, 0, 0] = -np.inf


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"x": X.tolist()}, ["x is list", "NumPy array"], id="no array"),
        pytest.param({"x": X[0]}, ["x has shape (4, 6, 5)", "N, C, H, W"], id="no batch axis"),
        pytest.param({"x": X.astype(int)}, ["x has dtype int64", "astype(float)"], id="integers"),
        pytest.param({"x": X.astype(np.float32)}, ["x float32", "weight float64"], id="mixed dtypes"),
        pytest.param({"x": X[:, :, :0]}, ["x has shape (2, 4, 0, 5)", "only the batch axis"], id="no pixels"),
        pytest.param({"x": HOLED}, ["x, of shape (2, 4, 6, 5), holds nan at (1, 2, 3, 4)"], id="NaN"),
        pytest.param({"weight": INFINITE}, ["weight, of shape (8, 4, 3, 3), holds -inf"], id="infinity"),
        pytest.param({"weight": WEIGHT[0]}, ["weight has shape (4, 3, 3)", "O, C/G, KH, KW"], id="one filter"),
        pytest.param({"weight": np.ones((8, 4, 7, 3))}, ["(8, 4, 7, 3)", "(2, 4, 6, 5)", "7 pixels"], id="too tall"),
        pytest.param({"weight": np.ones((8, 4, 3, 6))}, ["(8, 4, 3, 6)", "(2, 4, 6, 5)", "6 pixels"], id="too wide"),
        pytest.param({"dilation": 3}, ["dilation 3", "spans 7 pixels", "(2, 4, 6, 5)"], id="dilated too far"),
        pytest.param({"weight": WEIGHT[:, :3]}, ["(2, 4, 6, 5)", "(8, 3, 3, 3)", "groups=1"], id="channels differ"),
        pytest.param({"groups": 3}, ["(2, 4, 6, 5)", "(8, 4, 3, 3)", "groups=3"], id="groups do not divide"),
        pytest.param({"groups": 0}, ["groups is 0"], id="no groups"),
        pytest.param({"bias": np.ones(4)}, ["bias has shape (4,)", "expected (8,)", "(8, 4, 3, 3)"], id="bias"),
        pytest.param({"stride": 0}, ["stride is 0", "1 or more"], id="stride 0"),
        pytest.param({"stride": (1, 2, 3)}, ["stride is (1, 2, 3)", "vertical, horizontal"], id="three strides"),
        pytest.param({"stride": 1.5}, ["stride is 1.5", "whole number"], id="broken stride"),
        pytest.param({"padding": -1}, ["padding is -1", "0 or more"], id="negative padding"),
        pytest.param({"padding": (0, -2)}, ["padding[1] is -2", "0 or more"], id="negative padding of a pair"),
        pytest.param({"padding": "full"}, ["padding is 'full'", "'same' or 'valid'"], id="unknown padding"),
        pytest.param({"padding": "same", "stride": 2}, ["'same'", "stride (2, 2)"], id="same with stride"),
        pytest.param({"padding_mode": "mirror"}, ["padding_mode is 'mirror'", "reflect"], id="unknown mode"),
        pytest.param(
            {"padding": (6, 0), "padding_mode": "reflect"}, ["height", "(2, 4, 6, 5)", "5 at most"], id="reflect"
        ),
        pytest.param({"padding": 6, "padding_mode": "circular"}, ["width", "(2, 4, 6, 5)", "5 at most"], id="circular"),
    ],
)
def test_conv2d_refuses(change, words):
    arguments = {"x": X, "weight": WEIGHT, "bias": BIAS} | change
    with pytest.raises(ValueError) as error:
        convolution.conv2d(**arguments)
    assert [word for word in words if word not in str(error.value)] == []


@pytest.mark.parametrize(
    ("grad_output", "words"),
    [
        pytest.param(
            np.ones((2, 8, 4, 4)), ["grad_output", "(2, 8, 4, 4)", "(2, 8, 4, 3)", "(2, 4, 6, 5)"], id="shape"
        ),
        pytest.param(np.ones((2, 8, 4, 3), np.float32), ["grad_output float32", "x float64"], id="dtype"),
        pytest.param(np.full((2, 8, 4, 3), np.nan), ["grad_output", "(2, 8, 4, 3)", "nan"], id="NaN"),
    ],
)
def test_conv2d_backward_refuses(grad_output, words):
    with pytest.raises(ValueError) as error:
        convolution.conv2d_backward(grad_output, X, WEIGHT, BIAS)
    assert [word for word in words if word not in str(error.value)] == []


@pytest.mark.parametrize("function", [convolution.max_pool2d, convolution.avg_pool2d])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"x": X[0, 0]}, ["x has shape (6, 5)", "N, C, H, W"], id="one picture"),
        pytest.param({"x": X > 0}, ["x has dtype bool"], id="booleans"),
        pytest.param({"x": HOLED}, ["x", "nan at (1, 2, 3, 4)"], id="NaN"),
        pytest.param({"kernel_size": 0}, ["kernel_size is 0"], id="no window"),
        pytest.param({"kernel_size": (3, 6)}, ["kernel_size (3, 6)", "(2, 4, 6, 5)"], id="too large"),
        pytest.param({"stride": 0}, ["stride is 0"], id="stride 0"),
        pytest.param({"padding": -1}, ["padding is -1"], id="negative padding"),
        pytest.param({"padding": 2}, ["padding is (2, 2)", "kernel_size (2, 2)", "(2, 4, 6, 5)", "half"], id="border"),
    ],
)
def test_pooling_refuses(function, change, words):
    with pytest.raises(ValueError) as error:
        function(**({"x": X, "kernel_size": 2} | change))
    assert [word for word in words if word not in str(error.value)] == []


@pytest.mark.parametrize("function", [convolution.max_pool2d_backward, convolution.avg_pool2d_backward])
def test_pooling_backward_refuses_a_gradient_of_another_shape(function):
    with pytest.raises(ValueError, match=r"grad_output has shape \(2, 4, 3, 3\); expected \(2, 4, 3, 2\)"):
        function(np.ones((2, 4, 3, 3)), X, 2)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"x": np.ones(4)}, ["x has shape (4,)"], id="no channels"),
        pytest.param({"x": HOLED}, ["x", "nan"], id="NaN"),
        pytest.param({"x": np.ones((1, 4)), "training": True}, ["x has shape (1, 4)", "variance"], id="one value"),
        pytest.param({"weight": np.ones(3)}, ["weight has shape (3,)", "expected (4,)", "(2, 4, 6, 5)"], id="weight"),
        pytest.param({"running_mean": np.ones(2)}, ["running_mean has shape (2,)", "(4,)"], id="running mean"),
        pytest.param({"running_var": -np.ones(4)}, ["running_var holds -1"], id="negative variance"),
        pytest.param({"running_mean": None}, ["running_mean and running_var", "both"], id="one statistic"),
        pytest.param({"running_mean": None, "running_var": None}, ["in training both may be None"], id="no statistics"),
        pytest.param({"momentum": 1.5}, ["momentum is 1.5"], id="momentum"),
        pytest.param({"eps": -1.0}, ["eps is -1.0"], id="eps"),
        pytest.param({"bias": np.ones(4, np.float32)}, ["bias float32", "x float64"], id="mixed dtypes"),
    ],
)
def test_batch_norm_refuses(change, words):
    with pytest.raises(ValueError) as error:
        convolution.batch_norm(**({"x": X, "running_mean": np.zeros(4), "running_var": np.ones(4)} | change))
    assert [word for word in words if word not in str(error.value)] == []


def test_batch_norm_backward_refuses_a_gradient_of_another_shape():
    with pytest.raises(ValueError, match=r"grad_output has shape \(2, 4, 5, 6\); expected \(2, 4, 6, 5\)"):
        convolution.batch_norm_backward(np.ones((2, 4, 5, 6)), X, np.zeros(4), np.ones(4))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param((0, 1), ["length is 0"], id="length"),
        pytest.param((5, 0), ["kernel_size is 0"], id="kernel"),
        pytest.param((5, 3, 0), ["stride is 0"], id="stride"),
        pytest.param((5, 3, 1, -1), ["padding is -1"], id="padding"),
        pytest.param((5, 3, 1, 0, 0), ["dilation is 0"], id="dilation"),
        pytest.param((5, 8, 1, 1), ["kernel_size 8", "length 5", "padding 1", "7"], id="kernel larger than padded"),
        pytest.param((5.0, 3), ["length is 5.0", "whole number"], id="no whole number"),
    ],
)
def test_output_size_refuses(arguments, words):
    with pytest.raises(ValueError) as error:
        convolution.output_size(*arguments)
    assert [word for word in words if word not in str(error.value)] == []
