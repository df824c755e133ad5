"""Right answers to the exercises of lecture 12a, written differently from the solutions in the lecture."""

import copy

import torch
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import nn
from torchvision.transforms import v2


class Readdressed(nn.Module):
    """The body of the old network and a head of its own."""

    def __init__(self, body, inputs, classes):
        super().__init__()
        self.body, self.answer = body, nn.Linear(inputs, classes)

    def forward(self, x):
        return self.answer(torch.flatten(self.body(x), 1))


def adapt_by_building_anew(network, classes):
    body = copy.deepcopy(network.features)
    for parameter in body.parameters():
        parameter.requires_grad = False
    return Readdressed(body, network.classifier.in_features, classes)


def modes_by_layer(network):
    for layer in network.modules():
        frozen = isinstance(layer, nn.BatchNorm2d) and not layer.weight.requires_grad
        layer.train(not frozen)
    return network


def prepared_by_torchvision(photos, mean, std):
    pictures = torch.from_numpy(photos).permute(0, 3, 1, 2).double() / 255
    return v2.functional.normalize(pictures, mean.tolist(), std.tolist()).numpy()


def classify_by_logistic_regression(features, y, new):
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(features, y).predict(new)


ALTERNATIVES = {
    "12a.1": 3 * (512 + 1),
    "12a.2": adapt_by_building_anew,
    "12a.3": modes_by_layer,
    "12a.4": prepared_by_torchvision,
    "12a.5": classify_by_logistic_regression,
}
