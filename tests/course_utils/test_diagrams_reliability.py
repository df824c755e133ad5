"""The drawing of calibration shows what was counted."""

import numpy as np
import pytest
import torch

from course_utils import diagrams
from course_utils.evaluation import Evaluation, calibration


def test_reliability_draws_a_dot_per_filled_bin_and_a_bar_per_count():
    targets = torch.randint(3, (400,), generator=torch.Generator().manual_seed(1))
    logits = torch.randn(400, 3, generator=torch.Generator().manual_seed(2)) * 2
    found = calibration(Evaluation(logits, targets, loss=0.0))
    above, below = diagrams.reliability({"one": found}).axes
    dots = above.lines[1].get_xydata()
    filled = found.count > 0
    assert dots == pytest.approx(np.stack([found.confidence[filled], found.accuracy[filled]], axis=1))
    assert [bar.get_height() for bar in below.patches] == found.count.tolist()
    assert f"ECE {found.expected_error:.3f}" in above.get_title()
