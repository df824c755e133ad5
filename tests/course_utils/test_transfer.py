"""Transfer: heads of all torchvision classifiers, frozen stages, learning rates, features, weights from disk."""

import copy
import hashlib

import pytest
import torch
import torchvision
from torch import nn
from torchvision.models.feature_extraction import create_feature_extractor

from course_utils import models, training
from course_utils.data import DataUnavailable
from course_utils.models.transfer import head_name

# All of torchvision, made without numbers ("meta"), where only shapes are computed. RegNets compute their widths from
# numbers and must be real, so the smallest two stand for their family.
CLASSIFIERS = [
    name
    for name in torchvision.models.list_models(module=torchvision.models)
    if not name.startswith("regnet") or name.endswith("_400mf")
]
SMALL = ("alexnet", "mobilenet_v2", "resnet18", "shufflenet_v2_x0_5", "squeezenet1_1")


def made(name, device="meta"):
    with torch.device("cpu" if name.startswith("regnet") else device):
        return torchvision.models.get_model(name, weights=None, **quick(name))


def quick(name):
    """GoogLeNet and Inception draw their first weights for a minute unless told not to."""
    return {"init_weights": False} if name in {"googlenet", "inception_v3"} else {}


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_every_torchvision_classifier_gets_its_head_replaced(name):
    net = models.TransferNet(made(name), 5)
    net.freeze()
    head = net.network.get_submodule(head_name(net.network))
    trained = {id(parameter) for parameter in net.parameters() if parameter.requires_grad}
    assert trained == {id(parameter) for parameter in head.parameters()}
    assert head.weight.shape[0] == 5
    assert net.stages[-1] == "head" and len(net.stages) > 2
    of_stages = [parameter for stage in net._parameters_of_stages().values() for parameter in stage]
    assert len(of_stages) == len(list(net.parameters()))  # each parameter in one stage


@pytest.mark.parametrize("name", ["vit_b_16", "swin_t", "densenet121", "googlenet", "convnext_tiny", "maxvit_t"])
def test_outputs_are_as_many_as_classes_in_shapes_alone(name):
    net = models.TransferNet(made(name), 3).eval()
    with torch.no_grad():
        assert net(torch.zeros(2, 3, 224, 224, device="meta")).shape == (2, 3)


@pytest.mark.parametrize("name", SMALL)
def test_outputs_are_as_many_as_classes(name):
    net = models.TransferNet(made(name, "cpu"), 4)
    assert net(torch.randn(2, 3, 64, 64)).shape == (2, 4)


def test_only_the_head_moves_and_frozen_batch_norm_keeps_its_averages():
    torch.manual_seed(0)
    net = models.TransferNet(models.SmallDigitNet(), 3)
    net.freeze()
    before = copy.deepcopy(net.state_dict())
    X, y = torch.randn(24, 1, 28, 28) + 5, torch.arange(24) % 3
    optimizer = torch.optim.SGD(net.parameter_groups(0.1), momentum=0.9)
    training.fit(net, (X, y), optimizer=optimizer, epochs=2, batch_size=8, device="cpu", verbose=False)
    moved = {name for name, value in net.state_dict().items() if not torch.equal(value, before[name])}
    assert moved == {"network.classifier.weight", "network.classifier.bias"}


def test_without_the_guard_the_averages_would_move():
    """The fault that the guard prevents exists: requires_grad alone does not stop batch norm."""
    network = models.SmallDigitNet()
    network.requires_grad_(False).train()
    before = network.features[2].running_mean.clone()
    network(torch.randn(8, 1, 28, 28) + 5)
    assert not torch.equal(before, network.features[2].running_mean)


def test_unfreezing_by_stage_switches_weights_and_batch_norm_together():
    net = models.TransferNet(made("resnet18", "cpu"), 2)
    assert net.stages == ("conv1", "layer1", "layer2", "layer3", "layer4", "head")
    net.freeze()
    net.unfreeze("layer4")
    net.train()
    for name, layer in net.network.named_modules():
        if isinstance(layer, nn.BatchNorm2d):
            assert layer.training == name.startswith("layer4"), name
            assert layer.weight.requires_grad == name.startswith("layer4"), name
    assert not net.network.layer3[0].conv1.weight.requires_grad
    net.unfreeze()
    assert all(parameter.requires_grad for parameter in net.parameters())
    assert all(layer.training for layer in net.train().modules())
    assert not any(layer.training for layer in net.eval().modules())


def test_freezing_keeps_the_mode():
    net = models.TransferNet(models.SmallDigitNet(), 2).eval()
    net.freeze()
    assert not any(layer.training for layer in net.modules())


def test_each_stage_has_its_learning_rate():
    net = models.TransferNet(models.SmallDigitNet(), 2)
    assert net.stages == ("features.0", "features.4", "features.8", "features.11", "head")
    groups = net.parameter_groups(0.08, factor=0.5)
    assert [(group["name"], group["lr"]) for group in groups] == [
        ("features.0", 0.005),
        ("features.4", 0.01),
        ("features.8", 0.02),
        ("features.11", 0.04),
        ("head", 0.08),
    ]
    listed = [parameter for group in groups for parameter in group["params"]]
    assert len(listed) == len({id(parameter) for parameter in listed}) == len(list(net.parameters()))
    net.freeze()
    assert [group["name"] for group in net.parameter_groups(0.1)] == ["head"]
    net.unfreeze("features.11")
    optimizer = torch.optim.SGD(net.parameter_groups(0.1, factor=0.1))
    assert [group["lr"] for group in optimizer.param_groups] == pytest.approx([0.01, 0.1])


def test_a_saved_net_answers_as_before(tmp_path):
    net = models.TransferNet(models.SmallDigitNet(), 3)
    torch.save(net.state_dict(), tmp_path / "net.pt")
    again = models.TransferNet(models.SmallDigitNet(), 3)
    again.load_state_dict(torch.load(tmp_path / "net.pt", weights_only=True))
    X = torch.randn(2, 1, 28, 28)
    assert torch.equal(net.eval()(X), again.eval()(X))


@pytest.mark.parametrize(("layer", "grid"), [("layer1", None), ("layer2", 2), ("layer4", 1)])
def test_features_are_those_of_torchvision(layer, grid):
    torch.manual_seed(0)
    network, X = made("resnet18", "cpu"), torch.randn(5, 3, 64, 64)
    found = models.features(network, X, layer, grid=grid, batch_size=2)
    extractor = create_feature_extractor(network.eval(), {layer: "out"})
    with torch.no_grad():
        maps = extractor(X)["out"]
    expected = maps if grid is None else nn.functional.adaptive_avg_pool2d(maps, grid)
    assert torch.allclose(found, expected.flatten(1), atol=1e-5)


def test_features_before_the_head_give_the_logits_and_every_mode_is_restored():
    net = models.TransferNet(models.SmallDigitNet(), 3)
    net.freeze()
    net.train()
    modes = [layer.training for layer in net.modules()]
    X = torch.randn(5, 1, 28, 28)
    found = models.features(net.network, X)
    assert found.shape == (5, 576) and not found.requires_grad
    assert [layer.training for layer in net.modules()] == modes
    assert torch.allclose(net.network.classifier(found), net.eval()(X), atol=1e-5)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: models.replace_head(models.SmallDigitNet(), 1), "classes is 1"),
        (lambda: models.replace_head(models.DigitNet(), 2), "no head found.*cnn_layers, linear_layers"),
        (
            lambda: models.TransferNet(models.SmallDigitNet(), 2).unfreeze("layer9"),
            "no stage 'layer9'.*features.11, head",
        ),
        (lambda: models.TransferNet(models.SmallDigitNet(), 2).parameter_groups(0.1, factor=0), "factor is 0"),
        (lambda: models.features(models.SmallDigitNet(), torch.zeros(1, 1, 28, 28), "conv"), "no layer 'conv'"),
        (
            lambda: models.features(models.SmallDigitNet(), torch.zeros(1, 1, 28, 28), "classifier", grid=2),
            "averages maps",
        ),
    ],
)
def test_refusals_say_what_there_is(call, said):
    with pytest.raises(ValueError, match=said):
        call()


@pytest.fixture
def checkpoints(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    return folder


NAME = "shufflenet_v2_x0_5"  # the smallest of torchvision's classifiers


def test_weights_that_are_not_here_are_never_downloaded_unasked(checkpoints, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a download was tried")

    monkeypatch.setattr(torch.hub, "download_url_to_file", refuse)
    monkeypatch.setenv("COURSE_OFFLINE", "0")
    with pytest.raises(DataUnavailable, match=r"(?s)download=True.* fetches 5 MB.*shufflenetv2_x0.5-f707e7126e.pth"):
        models.pretrained(NAME)
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    with pytest.raises(DataUnavailable, match="without COURSE_OFFLINE"):
        models.pretrained(NAME, download=True)


def test_own_weights_are_loaded_and_named(checkpoints, capsys):
    network = made(NAME, "cpu")
    torch.save(network.state_dict(), checkpoints / f"{NAME}.pth")
    found = models.pretrained(NAME)
    assert torch.equal(found.fc.weight, network.fc.weight) and not found.training
    assert "not torchvision's" in capsys.readouterr().out
    torch.save(made("squeezenet1_1", "cpu").state_dict(), checkpoints / f"{NAME}.pth")
    with pytest.raises(ValueError, match="do not fit"):
        models.pretrained(NAME)


@pytest.mark.parametrize("where", ["checkpoints", "torch/hub/checkpoints"])
def test_torchvision_files_are_used_only_with_the_right_checksum(checkpoints, monkeypatch, capsys, where):
    weights = torchvision.models.get_model_weights(NAME).DEFAULT
    folder = checkpoints.parent / where
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / weights.url.rpartition("/")[2]
    torch.save(made(NAME, "cpu").state_dict(), file)
    with pytest.raises(ValueError, match="is damaged"):
        models.pretrained(NAME)
    digits = hashlib.sha256(file.read_bytes()).hexdigest()[:8]
    monkeypatch.setattr(type(weights), "url", property(lambda self: f"https://example.org/net-{digits}.pth"))
    file.rename(folder / f"net-{digits}.pth")
    models.pretrained(NAME)
    assert capsys.readouterr().out == f"{NAME}: torchvision's {weights}\n"


def test_unknown_networks_are_refused(checkpoints):
    with pytest.raises(ValueError, match="Unknown model"):
        models.pretrained("resnet17")
