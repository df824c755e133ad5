"""The networks of lecture 10a with and without skips and batch norm: depth, start, and what each switch changes."""

import pytest
import torch
from torch import nn

from course_utils.models import DeepNet
from course_utils.models.deep import Block, convolution

SWITCHES = [(skip, norm) for skip in (True, False) for norm in (True, False)]


@pytest.mark.parametrize(("skip", "norm"), SWITCHES)
@pytest.mark.parametrize("depth", [4, 8, 32])
def test_depth_counts_the_layers_with_weights(depth, skip, norm):
    net = DeepNet(depth, skip=skip, norm=norm, channels=6)
    layers = [layer for layer in net.modules() if isinstance(layer, nn.Conv2d | nn.Linear)]
    assert len(layers) == depth
    assert sum(isinstance(layer, nn.BatchNorm2d) for layer in net.modules()) == (depth - 1 if norm else 0)
    assert net(torch.randn(3, 3, 16, 16)).shape == (3, 10)


@pytest.mark.parametrize("depth", [2, 0, 7])
def test_a_depth_that_no_blocks_make_is_refused(depth):
    with pytest.raises(ValueError, match=f"even and at least 4; got {depth}"):
        DeepNet(depth, skip=True, norm=True)


@pytest.mark.parametrize("norm", [True, False])
def test_a_block_with_a_skip_begins_as_the_identity_and_one_without_does_not(norm):
    torch.manual_seed(1)
    x = torch.rand(2, 5, 7, 6)
    assert torch.equal(Block(5, skip=True, norm=norm)(x), x)
    assert not torch.allclose(Block(5, skip=False, norm=norm)(x), x, atol=0.1)


@pytest.mark.parametrize("norm", [True, False])
def test_a_block_adds_its_two_convolutions_to_its_input(norm):
    torch.manual_seed(2)
    block = Block(4, skip=True, norm=norm)
    nn.init.normal_(block.second[-1].weight)
    x = torch.randn(3, 4, 6, 5)
    change = block.second(block.first(x).relu())
    assert torch.equal(block(x), (x + change).relu())
    block.skip = False
    assert torch.equal(block(x), change.relu())


def test_weights_start_as_he_suggests():
    torch.manual_seed(3)
    layer = convolution(32, 64, norm=False)[0]
    assert layer.weight.var().item() == pytest.approx(2 / (9 * 32), rel=0.05)
    assert not layer.bias.any()
    assert convolution(32, 64, norm=True)[0].bias is None  # batch norm would take it away again


@pytest.mark.parametrize(("skip", "norm"), SWITCHES)
def test_every_weight_learns(skip, norm):
    torch.manual_seed(4)
    net = DeepNet(8, skip=skip, norm=norm)
    for block in net.modules():
        if isinstance(block, Block) and skip:
            nn.init.ones_(block.second[-1].weight)  # at zero, what comes before it waits for the first step
    net(torch.randn(4, 3, 16, 16)).square().sum().backward()
    assert all(parameter.grad.abs().max() > 0 for parameter in net.parameters())
