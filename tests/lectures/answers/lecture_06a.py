"""Right answers to the exercises of lecture 06a, written differently from the solutions in the lecture."""

import numpy as np
from sklearn.linear_model import QuantileRegressor


def waiting_loss(a, y):
    return float(np.sum(np.log(np.exp(a)) + y / np.exp(a)) / a.shape[0])


def charbonnier_slope(prediction, target, epsilon):
    ratio = (prediction - target) / epsilon
    return ratio / np.sqrt(1 + ratio**2) / np.prod(prediction.shape)


def promise_by_library(km, minutes, km_new):
    line = QuantileRegressor(quantile=0.9, alpha=0).fit(km[:, None], minutes)
    return line.predict(km_new[:, None])


ALTERNATIVES = {
    "06a.1": waiting_loss,
    "06a.2": charbonnier_slope,
    "06a.3": np.array([-20.0, 0, 0, 0, 5, 5, 5]),
    "06a.4": [8.0, 4.0, 32.0],
    "06a.5": ["Poisson", " mse", "QUANTILE", "huber"],
    "06a.6": promise_by_library,
}
