"""Accuracy over confidence, with the number of predictions in each bin. Taught in lecture 09b."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from course_utils.plots import BLUE, VERMILLION

if TYPE_CHECKING:
    from course_utils.evaluation import Calibration


def reliability(networks: Mapping[str, Calibration]) -> Figure:
    """Draw for each network its accuracy over its confidence, and below it how many predictions each bin holds.

    On the dashed diagonal, accuracy and confidence agree; the bars show two standard errors to each side.

    Args:
        networks: name → what ``evaluation.calibration`` has found.

    Taught in lecture 09b.
    """
    columns = len(networks)
    figure, axes = plt.subplots(
        2, columns, figsize=(4.3 * columns, 4.2), height_ratios=[2.4, 1], sharex=True, sharey="row", squeeze=False
    )
    for (above, below), (name, found) in zip(axes.T, networks.items(), strict=True):
        seen = found.count > 0
        n = found.count[seen]
        # One correct and one wrong prediction more in each bin: a bin of three correct ones is not certain.
        share = (found.accuracy[seen] * n + 1) / (n + 2)
        above.plot([0, 1], [0, 1], color="0.5", linestyle="--", linewidth=1)
        bars = 2 * np.sqrt(share * (1 - share) / n)
        above.errorbar(found.confidence[seen], found.accuracy[seen], bars, fmt="o", color=VERMILLION)
        above.set(title=f"{name}\nECE {found.expected_error:.3f}", xlim=(0, 1.02), ylim=(0, 1.1))
        middles = (np.arange(len(found.count)) + 0.5) / len(found.count)
        below.bar(middles, found.count, width=0.9 / len(found.count), color=BLUE)
        below.set(xlabel="confidence", yscale="symlog")
    axes[0, 0].set_ylabel("accuracy")
    axes[1, 0].set_ylabel("predictions")
    return figure
