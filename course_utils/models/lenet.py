"""LeNet-5, as published and for color pictures. Taught in lecture 10a."""

from __future__ import annotations

from torch import Tensor, nn


class LeNet5(nn.Module):
    """LeNet-5 in its usual modern form, for grey 32×32 pictures: 61,706 trainable numbers.

    Two blocks of convolution 5×5, tanh and average pooling by two, then three linear layers. LeCun et al. count 60,000:
    in the paper a map of the second convolution sees only some of the six maps below it (1,516 numbers here become
    2,416), pooling learns a factor and a shift for each map (12 and 32), and the last layer (850) is fixed.

    Source: LeCun, Bottou, Bengio and Haffner (1998), section II.B. Taught in lecture 10a.
    """

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 6, kernel_size=5),  # (N, 6, 28, 28)
            nn.Tanh(),
            nn.AvgPool2d(2),  # (N, 6, 14, 14)
            nn.Conv2d(6, 16, kernel_size=5),  # (N, 16, 10, 10)
            nn.Tanh(),
            nn.AvgPool2d(2),  # (N, 16, 5, 5)
        )
        self.classifier = nn.Sequential(
            nn.Linear(16 * 5 * 5, 120),
            nn.Tanh(),
            nn.Linear(120, 84),
            nn.Tanh(),
            nn.Linear(84, 10),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits, shape (N, 10), of pictures of shape (N, 1, 32, 32). Taught in lecture 10a."""
        return self.classifier(self.features(x).flatten(start_dim=1))


class LeNet32(nn.Module):
    """LeNet-5 for 32×32 color pictures, with ReLU and max pooling: 62,006 trainable numbers.

    Taught in lecture 10a.
    """

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 6, kernel_size=5),  # (N, 6, 28, 28)
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),  # (N, 6, 14, 14)
            nn.Conv2d(6, 16, kernel_size=5),  # (N, 16, 10, 10)
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),  # (N, 16, 5, 5)
        )
        self.classifier = nn.Sequential(
            nn.Linear(16 * 5 * 5, 120),
            nn.ReLU(inplace=True),
            nn.Linear(120, 84),
            nn.ReLU(inplace=True),
            nn.Linear(84, 10),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits, shape (N, 10), of pictures of shape (N, 3, 32, 32). Taught in lecture 10a."""
        return self.classifier(self.features(x).flatten(start_dim=1))
