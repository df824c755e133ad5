"""What a network does layer by layer, read off the network itself. Taught in lecture 10a."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class LayerRow:
    """One layer of a network at work.

    Attributes:
        name: where it stands, ``"features.0"``.
        kind: its class, ``"Conv2d"``.
        shape: of its output for one picture, without the batch: (C, H, W) or (numbers,).
        parameters: trainable and fixed numbers of the layer.
        products: multiplications for one picture in convolutions and linear layers, 0 elsewhere.

    Taught in lecture 10a.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    parameters: int
    products: int


def layer_table(model: nn.Module, input_shape: tuple[int, ...]) -> list[LayerRow]:
    """Send one picture through a network and note what each layer makes of it, in the order of the work.

    A network made under ``torch.device("meta")`` has shapes and no numbers: its table costs no memory and no time.

    Args:
        model: network; left as it was.
        input_shape: shape of one picture, (C, H, W).

    Returns:
        One row for each innermost layer.

    Taught in lecture 10a.
    """
    rows: list[LayerRow] = []
    names = {layer: name for name, layer in model.named_modules() if not list(layer.children())}

    def note(layer: nn.Module, _: tuple[Tensor, ...], output: Tensor) -> None:
        parameters = sum(parameter.numel() for parameter in layer.parameters())
        shape = tuple(output.shape[1:])
        rows.append(LayerRow(names[layer], type(layer).__name__, shape, parameters, _products(layer, shape)))

    hooks = [layer.register_forward_hook(note) for layer in names]
    modes = [(layer, layer.training) for layer in model.modules()]
    model.eval()
    try:
        with torch.no_grad():
            model(torch.zeros(1, *input_shape, device=next(model.parameters()).device))
    finally:
        for hook in hooks:
            hook.remove()
        for layer, mode in modes:
            layer.training = mode
    return rows


def _products(layer: nn.Module, shape: tuple[int, ...]) -> int:
    if not isinstance(layer, nn.Conv2d | nn.Linear):
        return 0
    places = shape[1] * shape[2] if isinstance(layer, nn.Conv2d) else 1
    return places * layer.weight.numel()
