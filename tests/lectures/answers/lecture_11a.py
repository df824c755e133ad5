"""Right answers to the exercises of lecture 11a, written differently from the solutions in the lecture."""

import torch
from sklearn.metrics import f1_score, jaccard_score
from torch import nn
from torch.nn import functional as F
from torchvision.transforms import v2


def scores_by_scikit_learn(prediction, target):
    flat = target.flatten().numpy(), prediction.flatten().numpy()
    return f1_score(*flat, zero_division=1.0), jaccard_score(*flat) if prediction.any() or target.any() else 1.0


def output_by_running_it(size, depth):
    """Pool and convolve a row of pixels; a level that would have to be rounded ends the search."""
    row, convolve = torch.zeros(1, 1, size), nn.Conv1d(1, 1, 5)  # 5 wide: loses what two of 3 lose
    try:
        for _ in range(depth):
            row = convolve(row)
            if row.shape[2] % 2:
                return 0
            row = F.max_pool1d(row, 2)
        row = convolve(row)
        for _ in range(depth):
            row = convolve(row.repeat_interleave(2, dim=2))
    except RuntimeError:
        return 0
    return row.shape[2]


def joined_by_torchvision(kept, below):
    return torch.cat((v2.functional.center_crop(kept, list(below.shape[2:])), below), 1)


def mixture_picture_by_picture(logits, masks, weight):
    bce = -(masks * F.logsigmoid(logits) + (1 - masks) * F.logsigmoid(-logits)).mean()
    dice = [1 - (2 * (p * t).sum() + 1) / (p.sum() + t.sum() + 1) for p, t in zip(logits.sigmoid(), masks, strict=True)]
    return weight * bce + (1 - weight) * torch.stack(dice).mean()


class AddingUNet(nn.Module):
    """Skip connections that add instead of concatenating: fewer parameters, and still details."""

    def __init__(self, width=10):
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(3, width, 3, padding=1), nn.ReLU())
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, padding=1), nn.ReLU())
        self.bottom = nn.Sequential(nn.Conv2d(width, width, 3, padding=2, dilation=2), nn.ReLU())
        self.last = nn.Conv2d(width, 1, 1)

    def forward(self, x):
        first = self.first(x)
        second = self.second(F.avg_pool2d(first, 2))
        third = self.bottom(F.avg_pool2d(second, 4))
        second = second + F.interpolate(third, scale_factor=4.0)
        return self.last(first + F.interpolate(second, scale_factor=2.0))


ALTERNATIVES = {
    "11a.1": scores_by_scikit_learn,
    "11a.2": output_by_running_it,
    "11a.3": joined_by_torchvision,
    "11a.4": "C",
    "11a.5": mixture_picture_by_picture,
    "11a.6": AddingUNet(),
}
