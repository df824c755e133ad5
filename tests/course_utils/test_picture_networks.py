"""LeNet-5, AlexNet and the small ResNet: published counts, shapes at every level, and what makes each what it is."""

import pytest
import torch
import torchvision
from torch import nn

from course_utils import models
from course_utils.models import AlexNet, AlexNet32, LeNet5, LeNet32, SmallResNet, layer_table

GREY, COLOUR, PHOTOGRAPH = (1, 32, 32), (3, 32, 32), (3, 224, 224)

# Shapes behind each convolution, pooling and linear layer: LeCun et al. (1998), figure 2; Krizhevsky (2014).
LENET = [(6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5), (120,), (84,), (10,)]
ALEXNET = [(64, 55, 55), (64, 27, 27), (192, 27, 27), (192, 13, 13), (384, 13, 13), (256, 13, 13), (256, 13, 13)]
ALEXNET_END = [(256, 6, 6), (256, 6, 6), (4096,), (4096,), (1000,)]
ALEXNET_32 = [(64, 16, 16), (64, 8, 8), (192, 8, 8), (192, 4, 4), (384, 4, 4), (256, 4, 4), (256, 4, 4)]
ALEXNET_32_END = [(256, 2, 2), (1024,), (1024,), (10,)]
RESNET = [(24, 31, 31), (32, 31, 31), (32, 15, 15), (32, 15, 15), (128, 15, 15), (128, 7, 7), (128, 7, 7)]
RESNET_END = [(128, 7, 7), (128, 3, 3), (128, 3, 3), (128, 1, 1), (10,)]
SHAPES = [
    (LeNet5, GREY, LENET),
    (LeNet32, COLOUR, LENET),
    (AlexNet, PHOTOGRAPH, [*ALEXNET, *ALEXNET_END]),
    (AlexNet32, COLOUR, [*ALEXNET_32, *ALEXNET_32_END]),
    (SmallResNet, COLOUR, [*RESNET, *RESNET_END]),
]
NUMBERS = [(LeNet5, 61_706), (LeNet32, 62_006), (AlexNet, 61_100_840), (AlexNet32, 4_361_034), (SmallResNet, 498_114)]
SMALL = [(LeNet5, GREY), (LeNet32, COLOUR), (AlexNet32, COLOUR), (SmallResNet, COLOUR)]


def on_paper(network):
    """Return the network with shapes and without numbers."""
    with torch.device("meta"):
        return network()


@pytest.mark.parametrize(("network", "numbers"), NUMBERS)
def test_trainable_numbers(network, numbers):
    assert sum(parameter.numel() for parameter in on_paper(network).parameters()) == numbers
    assert f"{numbers:,} trainable numbers" in network.__doc__


@pytest.mark.parametrize(("network", "picture", "shapes"), SHAPES)
def test_shapes_at_every_level(network, picture, shapes):
    rows = layer_table(on_paper(network), picture)
    wanted = ("Conv2d", "MaxPool2d", "AvgPool2d", "AdaptiveAvgPool2d", "AdaptiveMaxPool2d", "Linear")
    assert [row.shape for row in rows if row.kind in wanted] == shapes


@pytest.mark.parametrize(("network", "picture"), SMALL)
def test_every_weight_learns_and_the_output_is_logits(network, picture):
    torch.manual_seed(0)
    model = network().eval()  # dropout off: each weight has its say
    logits = model(torch.randn(4, *picture))
    assert logits.shape == (4, 10)
    assert (logits < 0).any()  # no softmax inside
    logits.square().sum().backward()
    assert all(parameter.grad.abs().max() > 0 for parameter in model.parameters())


def test_lenet5_counts_sixty_thousand_numbers_as_its_paper_does():
    """The paper: C3 sees 6 times 3, 9 times 4 and once 6 maps; pooling learns 2 numbers a map; the output is fixed."""
    by_layer = [row.parameters for row in layer_table(on_paper(LeNet5), GREY) if row.parameters]
    assert by_layer == [156, 2_416, 48_120, 10_164, 850]
    sparse = (6 * 3 + 9 * 4 + 1 * 6) * 25 + 16
    assert 156 + 2 * 6 + sparse + 2 * 16 + 48_120 + 10_164 == 60_000


def test_alexnet_is_torchvisions():
    torch.manual_seed(0)
    theirs, ours = torchvision.models.alexnet(weights=None).eval(), on_paper(AlexNet).eval()
    ours.load_state_dict(theirs.state_dict(), assign=True)  # raises where a name or a shape differs
    X = torch.randn(1, *PHOTOGRAPH)
    with torch.no_grad():
        torch.testing.assert_close(ours(X), theirs(X))
    kinds = [[type(layer) for layer in model.modules()][1:] for model in (ours, theirs)]
    assert kinds[0] == kinds[1]  # dropout included, in the same places


@pytest.mark.parametrize("network", [LeNet32, SmallResNet])
@pytest.mark.parametrize("shape", [(2, 1, 32, 32), (2, 4, 32, 32)])
def test_other_pictures_are_refused(network, shape):
    with pytest.raises(RuntimeError):
        network()(torch.zeros(shape))


def test_a_residual_layer_with_silent_weights_passes_its_input_on():
    layer = models.resnet.Residual(5)
    nn.init.zeros_(layer.conv.weight)
    x = torch.randn(2, 5, 4, 3)
    torch.testing.assert_close(layer(x), x.relu())


@pytest.mark.parametrize("w", [8, 48])
def test_the_width_of_the_small_resnet(w):
    first = 9 * 24 * w + 9 * w**2 + 4 * w  # two convolutions and their batch norms
    second = 9 * w * 4 * w + 9 * (4 * w) ** 2 + 4 * 4 * w
    third = 2 * 9 * (4 * w) ** 2 + 4 * 4 * w
    on_paper = 24 * (12 + 1) + first + second + third + (4 * w + 1) * 10
    assert sum(row.parameters for row in layer_table(SmallResNet(w), COLOUR)) == on_paper


def correlated_pictures():
    torch.manual_seed(0)
    coarse = torch.randn(60, 3, 5, 5)
    return nn.functional.interpolate(coarse, size=(17, 17), mode="bilinear") + 0.3 * torch.randn(60, 3, 17, 17)


def test_whitening_makes_what_leaves_the_stem_uncorrelated():
    model, X = SmallResNet(4), correlated_pictures()

    def correlations():
        with torch.no_grad():
            out = nn.functional.conv2d(X, model.stem.weight)[:, :12]
        columns = out.transpose(0, 1).flatten(1).double()
        return columns @ columns.T / columns.shape[1]

    apart = correlations() - torch.eye(12)
    assert apart.abs().max() > 0.1
    model.whiten(X)
    torch.testing.assert_close(correlations().float(), torch.eye(12), atol=0.02, rtol=0)
    torch.testing.assert_close(model.stem.weight[12:], -model.stem.weight[:12])


def test_a_whitened_stem_learns_its_bias_alone():
    model = SmallResNet(4)
    model.whiten(correlated_pictures())
    model(torch.randn(6, *COLOUR)).square().sum().backward()
    assert model.stem.weight.grad is None
    assert model.stem.bias.grad.abs().max() > 0


def test_small_resnet_stays_channels_last():
    model = SmallResNet(4)
    model.load_state_dict(SmallResNet(4).state_dict())
    model.whiten(correlated_pictures())
    assert model.stem.weight.is_contiguous(memory_format=torch.channels_last)
    assert model.stages(model.stem(torch.zeros(2, *COLOUR))).is_contiguous(memory_format=torch.channels_last)


def test_the_table_counts_products_and_leaves_the_network_as_it_was():
    model = nn.Sequential(nn.Conv2d(4, 6, (3, 2), groups=2), nn.Dropout(), nn.Flatten(), nn.Linear(6 * 3 * 4, 2))
    model[1].eval()
    before = [layer.training for layer in model.modules()]
    rows = layer_table(model, (4, 5, 5))
    assert [(row.name, row.kind, row.shape, row.parameters, row.products) for row in rows] == [
        ("0", "Conv2d", (6, 3, 4), 6 * 2 * 3 * 2 + 6, 6 * 12 * 2 * 3 * 2),
        ("1", "Dropout", (6, 3, 4), 0, 0),
        ("2", "Flatten", (72,), 0, 0),
        ("3", "Linear", (2,), 146, 144),
    ]
    assert [layer.training for layer in model.modules()] == before
    assert not any(layer._forward_hooks for layer in model.modules())
