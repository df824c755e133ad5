"""Evaluation: one batched pass in evaluation mode, and figures that agree with the libraries that define them."""

import math

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from sklearn.metrics import precision_score, recall_score
from torch import nn
from torch.nn import functional as F
from torchmetrics.classification import MulticlassCalibrationError

from course_utils import evaluation, training
from course_utils.evaluation import Evaluation, evaluate
from course_utils.models import DigitNet


def mixed_net():
    """Batch norm and dropout: the two layers that answer differently in training."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3), nn.Dropout(0.5), nn.Flatten(), nn.Linear(3 * 36, 10))


@pytest.fixture
def data():
    generator = torch.Generator().manual_seed(1)
    return torch.randn(37, 1, 8, 8, generator=generator), torch.randint(0, 10, (37,), generator=generator)


@pytest.fixture
def result():
    """Random answers of ten classes, class 7 never predicted and class 3 never right or present."""
    generator = torch.Generator().manual_seed(2)
    logits = 2 * torch.randn(4000, 10, generator=generator, dtype=torch.float64)
    targets = (logits + torch.randn(4000, 10, generator=generator)).argmax(dim=1)
    logits[:, 7] = -50
    targets[targets == 3] = 4
    return Evaluation(logits, targets, F.cross_entropy(logits, targets).item())


@pytest.mark.parametrize("batch_size", [1, 10, 37, 500])
def test_batches_change_nothing(data, batch_size):
    model = mixed_net().eval()
    with torch.no_grad():
        expected = model(data[0])
    model.train()
    found = evaluate(model, data, batch_size=batch_size)
    torch.testing.assert_close(found.logits, expected)
    assert found.loss == pytest.approx(F.cross_entropy(expected, data[1]).item(), rel=1e-6)
    assert found.accuracy == pytest.approx((expected.argmax(1) == data[1]).float().mean().item())
    torch.testing.assert_close(found.probabilities.sum(dim=1), torch.ones(37))


def test_every_layer_gets_its_mode_back_and_statistics_stay(data):
    model = mixed_net().train()
    model[1].eval()  # a frozen batch norm inside a network in training
    before = [layer.training for layer in model.modules()]
    state = {name: value.clone() for name, value in model.state_dict().items()}
    evaluate(model, data)
    assert [layer.training for layer in model.modules()] == before
    assert all(torch.equal(value, state[name]) for name, value in model.state_dict().items())


def test_modes_come_back_after_an_error(data):
    model = mixed_net().train()
    with pytest.raises(RuntimeError):
        evaluate(model, (data[0][:, :, :5], data[1]))
    assert all(layer.training for layer in model.modules())


def test_no_graph_is_built_and_the_answer_can_be_worked_with(data):
    seen = []
    model = mixed_net()
    model.register_forward_hook(lambda layer, inputs, output: seen.append(output.is_inference()))
    logits = evaluate(model, data).logits
    assert seen == [True]
    assert not logits.requires_grad
    logits += 1  # forbidden to tensors that still belong to inference mode
    scale = torch.ones((), requires_grad=True)
    (logits * scale).sum().backward()
    assert scale.grad == pytest.approx(logits.sum().item(), rel=1e-4)


def test_ten_thousand_pictures_in_batches():
    sizes = []
    model = DigitNet()
    model.register_forward_hook(lambda layer, inputs, output: sizes.append(len(output)))
    found = evaluate(model, (torch.zeros(10_000, 1, 28, 28), torch.zeros(10_000).long()))
    assert (found.logits.shape, sizes) == ((10_000, 10), [500] * 20)


def test_single_pictures_in_training_mode_get_other_answers():
    """Erratum E18: batch norm in training mode normalises a single picture by its own mean and variance.

    On these few digits the loss shows it and the accuracy is within its noise; on MNIST it costs about three points.
    """
    bunch = load_digits()
    X = F.interpolate(torch.from_numpy(bunch.images).float().unsqueeze(1) / 16, size=28, mode="bilinear")
    y = torch.from_numpy(bunch.target).long()
    torch.manual_seed(0)
    model = DigitNet()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    training.fit(model, (X[:1000], y[:1000]), optimizer=optimizer, epochs=6, device="cpu", verbose=False)
    right = evaluate(model, (X[1000:1400], y[1000:1400]), batch_size=1)
    assert right.accuracy > 0.9
    mean_before = model.cnn_layers[1].running_mean.clone()
    model.train()
    with torch.no_grad():
        one_by_one = torch.cat([model(picture[None]) for picture in X[1000:1400]])
    assert F.cross_entropy(one_by_one, y[1000:1400]) > 1.05 * right.loss
    assert (one_by_one.argmax(1) != right.predictions).any()
    assert (one_by_one.softmax(1) - right.probabilities).abs().max() > 0.2
    assert not torch.equal(model.cnn_layers[1].running_mean, mean_before)  # and merely looking changed the network


def test_accuracy_of_masks_and_of_measurements():
    logits = torch.zeros(2, 3, 4, 5)
    logits[:, 1] = 1
    targets = torch.ones(2, 4, 5).long()
    targets[0, 0] = 2
    assert Evaluation(logits, targets, 0.0).accuracy == pytest.approx(35 / 40)
    assert math.isnan(Evaluation(torch.zeros(4, 1), torch.zeros(4, 1), 0.0).accuracy)


def test_wrong_data_is_named(data):
    X, y = data
    with pytest.raises(ValueError, match=r"X has 37 pictures .* y has 36"):
        evaluate(mixed_net(), (X, y[1:]))
    with pytest.raises(ValueError, match="data is empty"):
        evaluate(mixed_net(), (X[:0], y[:0]))
    with pytest.raises(ValueError, match=r"y is torch\.int32"):
        evaluate(mixed_net(), (X, y.int()))


def test_confusion_matrix_has_true_classes_as_rows(result):
    counts = evaluation.confusion_matrix(result)
    expected = np.zeros((10, 10), int)
    for true, predicted in zip(result.targets.tolist(), result.predictions.tolist(), strict=True):
        expected[true, predicted] += 1
    np.testing.assert_array_equal(counts, expected)
    assert counts[:, 7].sum() == 0 and counts[3].sum() == 0
    assert np.trace(counts) / counts.sum() == pytest.approx(result.accuracy)


@pytest.mark.filterwarnings("error")
def test_precision_and_recall_follow_from_the_confusion_matrix(result):
    precision, recall = evaluation.precision_and_recall(result)
    counts = evaluation.confusion_matrix(result)
    np.testing.assert_allclose(precision, np.diag(counts) / np.maximum(counts.sum(axis=0), 1))
    np.testing.assert_allclose(recall, np.diag(counts) / np.maximum(counts.sum(axis=1), 1))
    assert precision[4] == pytest.approx(precision_score(result.targets == 4, result.predictions == 4))
    assert recall[4] == pytest.approx(recall_score(result.targets == 4, result.predictions == 4))
    assert (precision[7], recall[3]) == (0, 0)


def test_worst_mistakes_come_worst_first(result):
    worst = evaluation.worst_mistakes(result, count=25)
    assert len(worst) == 25
    assert (result.predictions[worst] != result.targets[worst]).all()
    losses = F.cross_entropy(result.logits, result.targets, reduction="none")
    assert (losses[worst].diff() <= 0).all()
    wrong = result.predictions != result.targets
    assert (losses[wrong] >= losses[worst[-1]]).sum() == 25


def test_worst_mistakes_of_a_network_without_any():
    perfect = Evaluation(torch.eye(3), torch.arange(3), 0.0)
    assert evaluation.worst_mistakes(perfect).shape == (0,)


@pytest.mark.parametrize("bins", [5, 10, 15])
def test_expected_calibration_error_equals_torchmetrics(result, bins):
    reference = MulticlassCalibrationError(num_classes=10, n_bins=bins, norm="l1")
    expected = reference(result.probabilities, result.targets).item()
    assert expected > 0.01
    assert evaluation.calibration(result, bins).expected_error == pytest.approx(expected, abs=1e-6)


def test_calibration_bins_hold_confidence_accuracy_and_count():
    probability = torch.tensor([0.55, 0.60, 0.75, 0.95, 0.95], dtype=torch.float64)
    logits = torch.stack([probability.log(), (1 - probability).log()], dim=1)
    bins = evaluation.calibration(Evaluation(logits, torch.tensor([0, 1, 0, 0, 0]), 0.0), bins=5)
    np.testing.assert_array_equal(bins.count, [0, 0, 2, 1, 2])
    np.testing.assert_allclose(bins.confidence, [np.nan, np.nan, 0.575, 0.75, 0.95])
    np.testing.assert_allclose(bins.accuracy, [np.nan, np.nan, 0.5, 1, 1])
    assert bins.expected_error == pytest.approx((2 * 0.075 + 0.25 + 2 * 0.05) / 5)


def test_a_sure_and_right_network_is_perfectly_calibrated():
    sure = Evaluation(1000 * torch.eye(10), torch.arange(10), 0.0)
    assert evaluation.calibration(sure).expected_error == 0
