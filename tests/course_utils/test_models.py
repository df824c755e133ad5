"""The digit networks: shapes, sizes, and what makes them what the lecture says they are."""

import pytest
import torch
from torch import nn

from course_utils.models import DigitNet, SmallDigitNet

NETWORKS = [(DigitNet, 2_174), (SmallDigitNet, 66_426)]


@pytest.mark.parametrize(("network", "numbers"), NETWORKS)
def test_shapes_and_trainable_numbers(network, numbers):
    model = network()
    assert model(torch.randn(5, 1, 28, 28)).shape == (5, 10)
    assert sum(parameter.numel() for parameter in model.parameters()) == numbers
    stated = f"{numbers:,} trainable numbers"
    assert stated in network.__doc__


@pytest.mark.parametrize("network", [DigitNet, SmallDigitNet])
def test_every_weight_learns_and_the_output_is_logits(network):
    torch.manual_seed(0)
    model = network()
    logits = model(torch.randn(8, 1, 28, 28))
    logits.square().sum().backward()
    assert all(parameter.grad.abs().max() > 0 for name, parameter in trained(model))
    assert (logits < 0).any()  # no softmax inside


def trained(model):
    """All parameters but a convolution's bias before batch norm, which the mean takes out again."""
    before_norm = {"cnn_layers.0.bias", "cnn_layers.4.bias"}
    return [(name, parameter) for name, parameter in model.named_parameters() if name not in before_norm]


@pytest.mark.parametrize("network", [DigitNet, SmallDigitNet])
@pytest.mark.parametrize("shape", [(2, 3, 28, 28), (2, 1, 36, 36), (2, 28, 28)])
def test_other_pictures_are_refused(network, shape):
    with pytest.raises(RuntimeError):
        network()(torch.zeros(shape))


def test_digit_net_is_written_as_in_the_lecture():
    expected = ["Conv2d", "BatchNorm2d", "ReLU", "MaxPool2d"] * 2
    assert [type(layer).__name__ for layer in DigitNet().cnn_layers] == expected
    convolutions = [layer for layer in DigitNet().cnn_layers if isinstance(layer, nn.Conv2d)]
    assert [(c.in_channels, c.out_channels, c.kernel_size, c.padding) for c in convolutions] == [
        (1, 4, (3, 3), (1, 1)),
        (4, 4, (3, 3), (1, 1)),
    ]


def test_pooling_before_batch_norm_and_relu_changes_nothing_where_the_slope_is_positive():
    """Why SmallDigitNet may pool first: with γ > 0 both keep the order of the values, so the maximum stays it."""
    torch.manual_seed(0)
    norm = nn.BatchNorm2d(4).eval()
    norm.running_mean.normal_()
    norm.running_var.uniform_(0.5, 2)
    nn.init.uniform_(norm.weight, 0.1, 2)
    x = torch.randn(3, 4, 10, 10)
    with torch.no_grad():
        after = nn.functional.max_pool2d(norm(x).relu(), 2)
        torch.testing.assert_close(norm(nn.functional.max_pool2d(x, 2)).relu(), after)


def test_small_digit_net_stays_channels_last():
    model = SmallDigitNet()
    model.load_state_dict(SmallDigitNet().state_dict())
    features = model.features[:4](torch.zeros(2, 1, 28, 28))
    assert features.is_contiguous(memory_format=torch.channels_last)
    assert not features.is_contiguous()
