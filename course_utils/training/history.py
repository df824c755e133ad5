"""What a training run recorded, epoch by epoch. Taught in lecture 09a."""

from __future__ import annotations

import math
from dataclasses import dataclass, field


@dataclass
class History:
    """One number per finished epoch in each list.

    Attributes:
        train_loss: mean loss over the images of the epoch, measured batch by batch while the weights moved
            and with dropout and batch norm in training mode, so it lags behind the weights at the epoch's end.
        val_loss: mean loss on the validation set at the end of the epoch, in evaluation mode; empty without one.
        val_accuracy: share of right validation labels, 0 to 1; NaN where the targets are not class labels.
        learning_rate: rate of the first parameter group in the epoch's last step.
        best_epoch: epoch, counted from 1, with the lowest validation loss; None without a validation set.

    Taught in lecture 09a.
    """

    train_loss: list[float] = field(default_factory=list)
    val_loss: list[float] = field(default_factory=list)
    val_accuracy: list[float] = field(default_factory=list)
    learning_rate: list[float] = field(default_factory=list)
    best_epoch: int | None = None

    @property
    def epochs(self) -> int:
        """Number of finished epochs."""
        return len(self.train_loss)

    def record_validation(self, loss: float, accuracy: float) -> bool:
        """Append the validation figures of the latest epoch and tell whether its loss is the lowest so far.

        The first of equal losses stays the best; a loss that is NaN is never the best. Taught in lecture 09a.
        """
        best = math.inf if self.best_epoch is None else self.val_loss[self.best_epoch - 1]
        self.val_loss.append(loss)
        self.val_accuracy.append(accuracy)
        if loss < best:
            self.best_epoch = len(self.val_loss)
            return True
        return False

    def epochs_since_best(self) -> int:
        """Return how many epochs have passed since the lowest validation loss. Taught in lecture 09a."""
        return len(self.val_loss) - (self.best_epoch or 0)

    def line(self, epochs: int) -> str:
        """Return the latest epoch as one line of text, the same on every run: no clock, two decimals.

        Args:
            epochs: number of epochs asked for, to say "epoch 3/10".

        Taught in lecture 09a.
        """
        text = f"epoch {self.epochs:{len(str(epochs))}}/{epochs}  training loss {self.train_loss[-1]:.2f}"
        if self.val_loss:
            text += f"  validation loss {self.val_loss[-1]:.2f}"
            if not math.isnan(self.val_accuracy[-1]):
                text += f"  accuracy {100 * self.val_accuracy[-1]:.2f} %"
        return text
