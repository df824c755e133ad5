"""The U-Net: an encoder that says what, a decoder that says where, and bridges between them. Taught in lecture 11a."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.func import functional_call


class UNet(nn.Module):
    """Down the left arm, through the bottom, up the right arm: one class score for each pixel.

    Each level is two convolutions 3×3. On the way down pooling halves the picture and the channels double; on the way
    up a transposed convolution doubles the picture and halves the channels, and what the left arm kept at this level is
    laid beside it. A convolution 1×1 turns the last features into class scores.

    Source: Ronneberger, Fischer and Brox (2015), *U-Net: Convolutional Networks for Biomedical Image Segmentation*,
    figure 1. ``UNet(1, 2, padded=False, batch_norm=False)`` is that network but for its dropout at the bottom:
    31,030,658 numbers, 572×572 pixels in, 388×388 out.

    Args:
        in_channels: channels of a picture.
        classes: scores for each pixel; 1 is enough for a mask (its sigmoid is the probability of foreground).
        width: channels of the first level.
        depth: how often the picture is halved, at least 1.
        padded: True keeps the size of the picture. False convolves without padding, as published: every output pixel
            sees real pixels alone, the output is smaller than the picture, and the bridges are cropped to fit.
        batch_norm: normalise after each convolution, which the published network (of the same year) does not.
        skips: False leaves out the bridges; the transposed convolutions then make twice as many channels, so that every
            other layer keeps its size.

    Raises:
        ValueError: a number below 1.

    Taught in lecture 11a.
    """

    def __init__(
        self,
        in_channels: int,
        classes: int,
        *,
        width: int = 64,
        depth: int = 4,
        padded: bool = True,
        batch_norm: bool = True,
        skips: bool = True,
    ) -> None:
        super().__init__()
        for name, value in {"in_channels": in_channels, "classes": classes, "width": width, "depth": depth}.items():
            if value < 1:
                raise ValueError(f"{name} is {value}; it must be at least 1")
        self.depth, self.padded, self.skips = depth, padded, skips
        channels = [width * 2**level for level in range(depth + 1)]  # 64, 128, 256, 512, 1024
        inputs = [in_channels, *channels]
        self.down = nn.ModuleList(_two_convolutions(inputs[k], channels[k], padded, batch_norm) for k in range(depth))
        self.pool = nn.MaxPool2d(2)
        self.bottom = _two_convolutions(inputs[depth], channels[depth], padded, batch_norm)
        levels = range(depth - 1, -1, -1)  # from the bottom up
        self.enlarge = nn.ModuleList(
            nn.ConvTranspose2d(channels[k + 1], channels[k] if skips else channels[k + 1], 2, stride=2) for k in levels
        )
        self.up = nn.ModuleList(_two_convolutions(channels[k + 1], channels[k], padded, batch_norm) for k in levels)
        self.head = nn.Conv2d(width, classes, 1)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                nn.init.zeros_(layer.bias)
        self.to(memory_format=torch.channels_last)  # the layout in which a CPU convolves fastest

    def forward(self, x: Tensor) -> Tensor:
        """Return the class scores of each pixel.

        Args:
            x: pictures, shape (N, in_channels, H, W).

        Returns:
            Logits, shape (N, classes, H, W); smaller in height and width where the network is not padded.

        Raises:
            ValueError: no such picture fits; the message says which sizes do.

        Taught in lecture 11a.
        """
        for side in x.shape[2:]:
            self.output_size(side)
        kept = []
        for block in self.down:
            x = block(x)
            kept.append(x)
            x = self.pool(x)
        x = self.bottom(x)
        for enlarge, block in zip(self.enlarge, self.up, strict=True):
            x, bridge = enlarge(x), kept.pop()
            if self.skips:
                x = torch.cat([_cropped(bridge, x), x], dim=1)
            x = block(x)
        return self.head(x)

    def output_size(self, size: int) -> int:
        """Return how many pixels come out of ``size`` pixels, in height or in width.

        Raises:
            ValueError: the size does not fit: it would have to be halved while odd, or nothing would be left. The
                message names the nearest sizes that fit.

        Taught in lecture 11a.
        """
        output = self._output_size(size)
        if output is None:
            fitting = " or ".join(str(fit) for fit in self._nearest(size))
            rule = f", multiples of {2**self.depth}" if self.padded else ""
            raise ValueError(f"{size} pixels do not fit a U-Net of depth {self.depth}: crop or pad to {fitting}{rule}")
        return output

    def shapes(self, height: int, width: int) -> dict[str, tuple[int, int, int]]:
        """Return what leaves each part, as (channels, height, width), by running a picture through without computing.

        Args:
            height, width: size of the picture, in pixels.

        Returns:
            ``"input"``, ``"down 1"``, …, ``"bottom"``, ``"enlarge 1"``, ``"up 1"``, … (1 is the top level), ``"head"``,
            in the order in which they run.

        Raises:
            ValueError: as in :meth:`forward`.

        Taught in lecture 11a.
        """
        found = {"input": (self.in_channels, height, width)}
        handles = [
            part.register_forward_hook(lambda _, __, output, name=name: found.update({name: tuple(output.shape[1:])}))
            for name, part in self._parts()
        ]
        on_meta = {name: value.to("meta") for name, value in self.state_dict().items()}  # shapes without numbers
        try:
            functional_call(self, on_meta, torch.empty(1, *found["input"], device="meta"))
        finally:
            for handle in handles:
                handle.remove()
        return found

    @property
    def in_channels(self) -> int:
        """Channels of a picture. Taught in lecture 11a."""
        return self.down[0][0].in_channels

    def _parts(self) -> Iterator[tuple[str, nn.Module]]:
        for level in range(self.depth):
            yield f"down {level + 1}", self.down[level]
            yield f"enlarge {level + 1}", self.enlarge[self.depth - 1 - level]
            yield f"up {level + 1}", self.up[self.depth - 1 - level]
        yield "bottom", self.bottom
        yield "head", self.head

    def _output_size(self, size: int) -> int | None:
        lost = 0 if self.padded else 4  # two convolutions 3×3
        for _ in range(self.depth):
            size -= lost
            if size < 2 or size % 2:
                return None
            size //= 2
        size -= lost
        for _ in range(self.depth):
            size = 2 * size - lost
        return size if size > 0 else None

    def _nearest(self, size: int) -> list[int]:
        """Return the nearest fitting size below, where there is one, and the nearest above."""
        below = next((fit for fit in range(size - 1, 0, -1) if self._output_size(fit)), None)
        above = size + 1
        while not self._output_size(above):
            above += 1
        return [above] if below is None else [below, above]


def _two_convolutions(inputs: int, outputs: int, padded: bool, batch_norm: bool) -> nn.Sequential:
    layers: list[nn.Module] = []
    for channels in (inputs, outputs):
        layers.append(nn.Conv2d(channels, outputs, 3, padding=1 if padded else 0))
        layers += [nn.BatchNorm2d(outputs)] if batch_norm else []
        layers.append(nn.ReLU(inplace=True))
    return nn.Sequential(*layers)


def _cropped(bridge: Tensor, like: Tensor) -> Tensor:
    """Cut the middle out of ``bridge``, as high and wide as ``like``."""
    (height, width), (rows, columns) = bridge.shape[2:], like.shape[2:]
    top, left = (height - rows) // 2, (width - columns) // 2
    return bridge[:, :, top : top + rows, left : left + columns]
