"""Right answers to the exercises of lecture 09b, written differently from the solutions in the lecture."""

import numpy as np
import torch
from scipy import ndimage
from sklearn.metrics import precision_score, recall_score
from torch.nn import functional as F

from course_utils import data


def rates_by_scikit_learn(matrix):
    true = [row for row in range(len(matrix)) for count in matrix[row] for _ in range(count)]
    called = [column for row in matrix for column, count in enumerate(row) for _ in range(count)]
    return precision_score(true, called, average=None), recall_score(true, called, average=None)


def rank_of_the_right_class(logits, y, k):
    better = logits > logits.gather(1, y[:, None])
    return (better.sum(dim=1) < k).double().mean()


def temperature_by_descent(logits, y):
    log_T = torch.zeros((), requires_grad=True)
    optimizer = torch.optim.LBFGS([log_T], max_iter=60, line_search_fn="strong_wolfe")

    def loss():
        optimizer.zero_grad()
        value = F.cross_entropy(logits / log_T.exp(), y)
        value.backward()
        return value

    optimizer.step(loss)
    return log_T.exp().item()


def threshold_by_sorting(confidence, correct, error):
    order = np.argsort(-confidence)
    wrong = np.cumsum(~correct[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(wrong <= error)
    return confidence[order[good[-1]]] if len(good) else 1.0


def divided_by_a_blur(photo):
    ink = 1 - ndimage.gaussian_filter(photo, 1) / ndimage.gaussian_filter(photo, 25)
    return data.centered_digit(np.where(ink > 0.4 * ink.max(), ink, 0))


ALTERNATIVES = {
    "09b.1": rates_by_scikit_learn,
    "09b.2": rank_of_the_right_class,
    "09b.3": temperature_by_descent,
    "09b.4": threshold_by_sorting,
    "09b.5": " C ",
    "09b.6": divided_by_a_blur,
}
