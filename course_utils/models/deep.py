"""One network at any depth, with or without skip connections and batch normalization. Taught in lecture 10a."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

CLASSES = 10


class Block(nn.Module):
    """Two convolutions 3×3 that keep the shape, (N, C, H, W); with ``skip``, they learn what to add to their input.

    With a skip connection the block begins as the identity (for inputs that are not negative): the last scale that is
    learned, that of the second batch norm or the second convolution, starts at zero.

    Source: He, Zhang, Ren and Sun (2016), *Deep residual learning for image recognition*; the start at zero: Goyal et
    al. (2017), arXiv:1706.02677. Taught in lecture 10a.
    """

    def __init__(self, channels: int, *, skip: bool, norm: bool) -> None:
        super().__init__()
        self.skip = skip
        self.first, self.second = (convolution(channels, channels, norm) for _ in range(2))
        if skip:
            nn.init.zeros_(self.second[-1].weight)

    def forward(self, x: Tensor) -> Tensor:
        """Return a tensor of the shape of ``x``. Taught in lecture 10a."""
        change = self.second(F.relu(self.first(x)))
        return F.relu(x + change if self.skip else change)


class DeepNet(nn.Module):
    """A convolution, pooling, and blocks of two convolutions at half the size of the image; ten classes.

    The mean of each feature map goes to a linear layer. Weights start as He et al. (2015) suggest.

    Args:
        depth: layers with weights that lie in a row: 2 + 2 · blocks.
        skip: with a skip connection around each block.
        norm: with batch normalization after each convolution.
        channels: feature maps of each layer.

    Raises:
        ValueError: the depth is odd or less than 4.

    Taught in lecture 10a.
    """

    def __init__(self, depth: int, *, skip: bool, norm: bool, channels: int = 16) -> None:
        if depth < 4 or depth % 2:
            raise ValueError(f"a block has two convolutions, so the depth is even and at least 4; got {depth}")
        super().__init__()
        blocks = [Block(channels, skip=skip, norm=norm) for _ in range(depth // 2 - 1)]
        self.features = nn.Sequential(convolution(3, channels, norm), nn.ReLU(), nn.MaxPool2d(2), *blocks)
        self.classifier = nn.Linear(channels, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits, shape (N, 10), of images of shape (N, 3, H, W). Taught in lecture 10a."""
        return self.classifier(self.features(x).mean(dim=(2, 3)))


def convolution(inputs: int, outputs: int, norm: bool) -> nn.Sequential:
    """Return a convolution 3×3 that keeps the size, started as He et al. suggest; with ``norm``, batch norm follows.

    Taught in lecture 10a.
    """
    layer = nn.Conv2d(inputs, outputs, kernel_size=3, padding=1, bias=not norm)
    nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return nn.Sequential(layer, nn.BatchNorm2d(outputs)) if norm else nn.Sequential(layer)
