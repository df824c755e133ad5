"""The U-Net against the published numbers, its sizes against running it, and its drawing."""

import matplotlib.pyplot as plt
import pytest
import torch
from torch import nn

from course_utils import diagrams, models

PUBLISHED = {"padded": False, "batch_norm": False}


def numbers(model):
    return sum(parameter.numel() for parameter in model.parameters())


@pytest.fixture(scope="module")
def published():
    return models.UNet(1, 2, **PUBLISHED)


def test_as_published(published):
    """Figure 1 of the paper: the sizes after each level, and 23 convolutional layers."""
    shapes = published.shapes(572, 572)
    assert [shapes[f"down {level}"] for level in range(1, 5)] == [
        (64, 568, 568),
        (128, 280, 280),
        (256, 136, 136),
        (512, 64, 64),
    ]
    assert shapes["bottom"] == (1024, 28, 28)
    assert [shapes[f"enlarge {level}"] for level in range(4, 0, -1)] == [
        (512, 56, 56),
        (256, 104, 104),
        (128, 200, 200),
        (64, 392, 392),
    ]
    assert [shapes[f"up {level}"][1] for level in range(4, 0, -1)] == [52, 100, 196, 388]
    assert shapes["head"] == (2, 388, 388)
    assert sum(isinstance(layer, nn.Conv2d | nn.ConvTranspose2d) for layer in published.modules()) == 23


def test_published_number_of_parameters(published):
    """Counted from figure 1 alone: convolutions 3×3, transposed ones 2×2, one 1×1, each kernel with a bias."""

    def kernels(inputs, outputs, size):
        return (inputs * size * size + 1) * outputs

    arms = [(1, 64), (64, 128), (128, 256), (256, 512), (512, 1024)]
    expected = sum(kernels(i, o, 3) + kernels(o, o, 3) for i, o in arms)
    expected += sum(kernels(2 * o, o, 2) + kernels(2 * o, o, 3) + kernels(o, o, 3) for o in (512, 256, 128, 64))
    expected += kernels(64, 2, 1)
    assert expected == 31_030_658
    assert numbers(published) == expected
    assert f"{expected:,} numbers" in models.UNet.__doc__


@pytest.mark.parametrize("skips", [True, False])
@pytest.mark.parametrize(("padded", "size", "output"), [(True, (16, 24), (16, 24)), (False, (44, 52), (4, 12))])
def test_shapes_are_those_of_a_real_pass(padded, size, output, skips):
    model = models.UNet(3, 2, width=2, depth=2, padded=padded, skips=skips)
    scores = model(torch.randn(2, 3, *size))
    assert scores.shape == (2, 2, *output)
    assert model.shapes(*size)["head"] == (2, *output)
    assert tuple(model.output_size(side) for side in size) == output


def test_shapes_leaves_the_network_as_it_was():
    model = models.UNet(1, 1, width=2, depth=2)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    model.shapes(8, 8)
    assert model.training
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert not any(layer._forward_hooks for layer in model.modules())


@pytest.mark.parametrize(("padded", "depth"), [(True, 1), (True, 3), (False, 1), (False, 2), (False, 3)])
def test_every_size_either_runs_or_is_refused_with_sizes_that_run(padded, depth):
    model = models.UNet(1, 1, width=1, depth=depth, padded=padded, batch_norm=False)
    fitting = [size for size in range(1, 130) if model._output_size(size)]
    assert fitting
    for size in range(1, 110):
        if size in fitting:
            assert model.shapes(size, fitting[0])["head"][1] == model.output_size(size)
        else:
            nearest = [max((fit for fit in fitting if fit < size), default=None), min(f for f in fitting if f > size)]
            with pytest.raises(ValueError, match=" or ".join(str(fit) for fit in nearest if fit)):
                model.output_size(size)


def test_without_the_check_other_sizes_lose_their_rim(monkeypatch):
    """The check refuses no size that would have worked: an odd picture does not come back from being halved."""
    monkeypatch.setattr(models.UNet, "output_size", lambda self, size: size)
    model = models.UNet(1, 1, width=1, depth=2)
    assert [model(torch.zeros(1, 1, 12, size)).shape[-1] for size in (12, 13, 14, 15, 16)] == [12, 12, 12, 12, 16]


def test_forward_names_the_sizes_that_fit():
    with pytest.raises(ValueError, match=r"100 pixels do not fit.*96 or 112.*multiples of 16"):
        models.UNet(1, 1, width=1)(torch.zeros(1, 1, 96, 100))
    with pytest.raises(ValueError, match=r"570 pixels do not fit.*556 or 572$"):
        models.UNet(1, 1, width=1, **PUBLISHED)(torch.zeros(1, 1, 570, 572))


@pytest.mark.parametrize("argument", ["in_channels", "classes", "width", "depth"])
def test_numbers_below_one_are_refused(argument):
    with pytest.raises(ValueError, match=f"{argument} is 0"):
        models.UNet(**{"in_channels": 1, "classes": 1, argument: 0})


def test_bridges_carry_what_the_bottom_cannot():
    """With the bottom's answer set to zero, only the bridges can tell two pictures apart."""
    torch.manual_seed(0)
    X = torch.randn(2, 1, 16, 16)
    for skips in (True, False):
        model = models.UNet(1, 1, width=2, depth=2, skips=skips).eval()
        model.bottom.register_forward_hook(lambda _, __, output: torch.zeros_like(output))
        first, second = model(X)
        assert torch.allclose(first, second) is not skips


def test_a_cropped_bridge_is_the_middle():
    """A valid network of one level whose convolutions pass the centre on: bridge and output show the same place."""
    model = models.UNet(1, 1, width=1, depth=1, padded=False, batch_norm=False)
    with torch.no_grad():
        for layer in model.modules():
            if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
                layer.weight.zero_()
                layer.bias.zero_()
                layer.weight[0, 0, layer.kernel_size[0] // 2, layer.kernel_size[1] // 2] = 1  # channel 0: the bridge
        X = torch.rand(1, 1, 28, 36)
        margin = (28 - model.output_size(28)) // 2
        torch.testing.assert_close(model(X), X[:, :, margin:-margin, margin:-margin])


def test_without_bridges_it_has_no_fewer_numbers():
    with_bridges, without = (models.UNet(1, 1, width=8, depth=3, skips=skips) for skips in (True, False))
    assert numbers(without) > numbers(with_bridges)


def test_every_number_learns():
    torch.manual_seed(0)
    model = models.UNet(1, 1, width=4, depth=2, batch_norm=False)
    model(torch.randn(4, 1, 16, 16)).square().sum().backward()
    assert all(parameter.grad.abs().max() > 0 for parameter in model.parameters())


def texts(figure):
    plt.close(figure)
    return [text.get_text() for text in figure.axes[0].texts]


def test_the_drawing_says_what_the_network_does():
    model = models.UNet(1, 1, width=2, depth=3)
    found = texts(diagrams.unet_diagram(model, 64, 48))
    for name, (channels, rows, columns) in model.shapes(64, 48).items():
        if name.startswith(("down", "up", "bottom")):
            assert f"{rows}×{columns}" in found
            assert f"{channels}" in found
    assert "2 + 2" in found


def test_the_drawing_without_bridges_or_with_cuts():
    cut = texts(diagrams.unet_diagram(models.UNet(1, 1, width=1, depth=1, padded=False), 28, 28))
    without = texts(diagrams.unet_diagram(models.UNet(1, 1, width=1, depth=1, skips=False), 28, 28))
    assert "cut to 16×16" in cut
    assert not any("+" in text for text in without)
