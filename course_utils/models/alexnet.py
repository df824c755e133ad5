"""AlexNet, for photographs of 224×224 pixels and for pictures of 32×32. Taught in lecture 10a."""

from __future__ import annotations

from torch import Tensor, nn


class AlexNet(nn.Module):
    """AlexNet on one device, for 224×224 photographs in a thousand classes: 61,100,840 trainable numbers.

    Five convolutions and three linear layers, under the names of torchvision's AlexNet, so that its weights can be
    loaded. This is the form of Krizhevsky (2014), *One weird trick for parallelizing convolutional neural networks*;
    the network of 2012 was split over two GPUs and has about as many numbers. Taught in lecture 10a.
    """

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 64, kernel_size=11, stride=4, padding=2),  # (N, 64, 55, 55)
            nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=3, stride=2),  # (N, 64, 27, 27)
            nn.Conv2d(64, 192, kernel_size=5, padding=2),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=3, stride=2),  # (N, 192, 13, 13)
            nn.Conv2d(192, 384, kernel_size=3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(384, 256, kernel_size=3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(256, 256, kernel_size=3, padding=1),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=3, stride=2),  # (N, 256, 6, 6)
        )
        self.avgpool = nn.AdaptiveAvgPool2d((6, 6))  # changes nothing at 224×224
        self.classifier = nn.Sequential(
            nn.Dropout(0.5),
            nn.Linear(256 * 6 * 6, 4096),
            nn.ReLU(inplace=True),
            nn.Dropout(0.5),
            nn.Linear(4096, 4096),
            nn.ReLU(inplace=True),
            nn.Linear(4096, 1000),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits, shape (N, 1000), of photographs (N, 3, 224, 224). Taught in lecture 10a."""
        return self.classifier(self.avgpool(self.features(x)).flatten(start_dim=1))


class AlexNet32(nn.Module):
    """AlexNet for 32×32 pictures in ten classes: 4,361,034 trainable numbers.

    The same five convolutions with as many kernels, but 3×3 all of them, and a stride of 2 in place of 4 in the first:
    a small picture has few pixels to give away. The linear layers are narrower, 1,024 in place of 4,096.

    Taught in lecture 10a.
    """

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 64, kernel_size=3, stride=2, padding=1),  # (N, 64, 16, 16)
            nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=2),  # (N, 64, 8, 8)
            nn.Conv2d(64, 192, kernel_size=3, padding=1),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=2),  # (N, 192, 4, 4)
            nn.Conv2d(192, 384, kernel_size=3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(384, 256, kernel_size=3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(256, 256, kernel_size=3, padding=1),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(kernel_size=2),  # (N, 256, 2, 2)
        )
        self.classifier = nn.Sequential(
            nn.Dropout(0.5),
            nn.Linear(256 * 2 * 2, 1024),
            nn.ReLU(inplace=True),
            nn.Dropout(0.5),
            nn.Linear(1024, 1024),
            nn.ReLU(inplace=True),
            nn.Linear(1024, 10),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits, shape (N, 10), of pictures of shape (N, 3, 32, 32). Taught in lecture 10a."""
        return self.classifier(self.features(x).flatten(start_dim=1))
