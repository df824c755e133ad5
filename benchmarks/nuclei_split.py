"""How much does a random split flatter? Real nuclei, with one kind of image held out of the training or not.

The file names of the Data Science Bowl 2018 do not say which images belong to one experiment. Their ground does: dark
(fluorescence) or bright (stained tissue). The same bright test images are segmented by networks that have trained on
equally many images: of both kinds, or dark ones only. Nothing is chosen on these scores.

    python benchmarks/nuclei_split.py      # seeds 0 to 4; needs nuclei/images and nuclei/masks in the data folder

The rows go into `benchmarks/results/nuclei_split.json`, which lecture 11b shows.
"""

from __future__ import annotations

import stored
import torch
from torch import Tensor

from course_utils import data, evaluation, settings, training

STEPS, CROP, TEST = 300, 48, 40


def crops(X: Tensor) -> Tensor:
    """Cut each image into four squares."""
    return torch.cat([X[..., i : i + CROP, j : j + CROP] for i in (0, CROP) for j in (0, CROP)])


def main() -> None:
    torch.set_num_threads(1)
    folder = settings.data_folder() / "nuclei"
    found = data.segmentation_folder(folder / "images", folder / "masks")
    X = torch.cat([found.X_train, found.X_val, found.X_test])
    y = torch.cat([found.y_train, found.y_val, found.y_test])
    bright = X.mean(dim=1).flatten(1).median(dim=1).values > 0.5
    print("bright", int(bright.sum()), "of", len(X), flush=True)
    X, rows = data.bright_on_dark(X), []
    for seed in range(5):
        torch.manual_seed(seed)
        bright_ones = bright.nonzero()[:, 0][torch.randperm(int(bright.sum()))]
        dark_ones = (~bright).nonzero()[:, 0][torch.randperm(int((~bright).sum()))]
        test, known = bright_ones[:TEST], bright_ones[TEST:]
        for name, train in {
            "both kinds": torch.cat([known, dark_ones[: 300 - len(known)]]),
            "dark only": dark_ones[:300],
        }.items():
            network = training.train_small_unet(crops(X[train]), crops(y[train]), steps=STEPS, seed=seed)
            mask = training.logits_of(network, X[test]) > 0
            scores = {"dice": evaluation.dice(mask, y[test]), "boundary F": evaluation.boundary_f(mask, y[test])}
            rows.append({"trained on": name, "seed": seed} | {k: round(v, 4) for k, v in scores.items()})
            print(rows[-1], flush=True)
            stored.store_rows(
                "nuclei_split.json", rows, "trained on", command=stored.command(), machine=stored.machine()
            )


if __name__ == "__main__":
    main()
