"""A trained network for a new task: a new head, frozen stages, a learning rate for each stage, features.

Works with every classifier of torchvision, and with any network whose last layer is called as theirs are.
Taught in lecture 12.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d
from torch.nn.modules.batchnorm import _BatchNorm
from torch.utils.hooks import RemovableHandle

# Where torchvision's classifiers keep their last layers: ResNet, MobileNet, ViT, Swin.
HEAD_NAMES = ("fc", "classifier", "heads", "head")
BODY_NAMES = ("features", "layers")  # one child that holds all stages: VGG and MobileNet, MNASNet
NORMS = (_BatchNorm, nn.LayerNorm, nn.GroupNorm)


def head_name(network: nn.Module) -> str:
    """Return the dotted name of the layer that turns features into one logit for each class.

    That is the network's ``fc``, ``classifier``, ``heads`` or ``head``, or the last linear layer or convolution
    in it (in SqueezeNet a convolution is followed by pooling).

    Raises:
        ValueError: the network has no such layer; the message lists what it has.

    Taught in lecture 12.
    """
    for name in HEAD_NAMES:
        within = dict(getattr(network, name, nn.Identity()).named_modules(prefix=name))
        found = [path for path, layer in within.items() if isinstance(layer, nn.Linear | nn.Conv2d)]
        if found:
            return found[-1]
    children = ", ".join(name for name, _ in network.named_children())
    raise ValueError(
        f"no head found: none of {', '.join(HEAD_NAMES)} ends in a Linear or Conv2d; there are: {children}"
    )


def replace_head(network: nn.Module, classes: int) -> nn.Module:
    """Put a new layer with random weights in place of the last one, for another number of classes.

    Changes ``network``. Auxiliary heads, which GoogLeNet and Inception train beside the main one, are removed:
    they answer for the old classes.

    Args:
        network: a classifier.
        classes: number of classes of the new task, at least 2.

    Returns:
        The new layer, on the device and in the precision of the old one.

    Raises:
        ValueError: ``classes`` is below 2, or the network has no head (see :func:`head_name`).

    Taught in lecture 12.
    """
    if classes < 2:
        raise ValueError(f"classes is {classes}; a classifier tells at least 2 apart, with one logit for each")
    if getattr(network, "aux_logits", False):
        network.aux_logits = False
        for auxiliary in {"aux1", "aux2", "AuxLogits"} & set(dict(network.named_children())):
            setattr(network, auxiliary, None)
    name = head_name(network)
    old = network.get_submodule(name)
    options: dict[str, Any] = {
        "bias": old.bias is not None,
        "device": old.weight.device,
        "dtype": old.weight.dtype,
    }
    if isinstance(old, nn.Linear):
        new: nn.Module = nn.Linear(old.in_features, classes, **options)
    else:
        new = nn.Conv2d(old.in_channels, classes, old.kernel_size, old.stride, old.padding, **options)
    parent, _, attribute = name.rpartition(".")
    setattr(network.get_submodule(parent), attribute, new)
    return new


class TransferNet(nn.Module):
    """A network with a new head for ``classes`` classes; its stages can be frozen and trained as one chooses.

    The body keeps its weights. At first everything trains; see :meth:`freeze` and :meth:`unfreeze`. A batch norm
    whose numbers are frozen stays in evaluation mode, whatever ``train()`` says: otherwise its running averages
    would drift to the new pictures although nothing is "trained".

    Args:
        network: a classifier; its head is replaced, so hand over a copy where the old one is still needed.
        classes: number of classes of the new task.

    Taught in lecture 12.
    """

    def __init__(self, network: nn.Module, classes: int) -> None:
        super().__init__()
        replace_head(network, classes)
        self.network = network

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, classes) of pictures (N, C, H, W). Taught in lecture 12."""
        return self.network(x)

    def train(self, mode: bool = True) -> TransferNet:
        """Set training or evaluation mode; frozen batch norm is always in evaluation mode. Taught in lecture 12."""
        super().train(mode)
        for layer in self.modules():
            if isinstance(layer, _BatchNorm) and layer.affine and not layer.weight.requires_grad:
                layer.eval()
        return self

    @property
    def stages(self) -> tuple[str, ...]:
        """Names of the stages from the input to the head, which is the last. Taught in lecture 12."""
        return tuple(self._parameters_of_stages())

    def freeze(self) -> None:
        """Keep all numbers of the body as they are; only the head trains. Taught in lecture 12."""
        self.requires_grad_(False)
        self.network.get_submodule(head_name(self.network)).requires_grad_(True)
        self.train(self.training)

    def unfreeze(self, first_stage: str | None = None) -> None:
        """Train a stage and all that come after it; what comes before stays as it is.

        Args:
            first_stage: one of :attr:`stages`; None trains everything.

        Raises:
            ValueError: there is no such stage; the message lists those that exist.

        Taught in lecture 12.
        """
        stages = self._parameters_of_stages()
        if first_stage is not None and first_stage not in stages:
            raise ValueError(f"no stage {first_stage!r}; there are: {', '.join(stages)}")
        names = list(stages)
        for name in names[names.index(first_stage) if first_stage else 0 :]:
            for parameter in stages[name]:
                parameter.requires_grad_(True)
        self.train(self.training)

    def parameter_groups(self, learning_rate: float, factor: float = 1.0) -> list[dict[str, Any]]:
        """Return what an optimizer takes to give each stage its own learning rate.

        The head learns with ``learning_rate``, and each stage before it ``factor`` times as fast as the one after
        it (*discriminative* rates: Howard and Ruder 2018, *Universal Language Model Fine-tuning for Text
        Classification*, equation 2, who divide by 2.6).

        Args:
            learning_rate: rate of the head.
            factor: above 0, usually below 1.

        Returns:
            One dictionary for each stage that trains, from the input to the head: ``params``, ``lr``, ``name``.

        Raises:
            ValueError: ``factor`` is not above 0.

        Taught in lecture 12.
        """
        if factor <= 0:
            raise ValueError(f"factor is {factor}; it multiplies learning rates and must be above 0")
        groups = []
        for distance, (name, parameters) in enumerate(reversed(self._parameters_of_stages().items())):
            trained = [parameter for parameter in parameters if parameter.requires_grad]
            if trained:
                groups.append({"params": trained, "lr": learning_rate * factor**distance, "name": name})
        return groups[::-1]

    def _parameters_of_stages(self) -> dict[str, list[nn.Parameter]]:
        """Return stage → parameters: the children of the network, or of its one body, as they follow.

        A normalisation that stands alone belongs to the stage before it, and the last layer is the stage ``head``.
        """
        head = head_name(self.network)
        stages: dict[str, list[nn.Parameter]] = {}
        for name, parameter in self.network.named_parameters():
            if name.startswith(f"{head}."):
                continue
            path = name.split(".")
            key = ".".join(path[: 2 if path[0] in BODY_NAMES else 1])
            part = self.network.get_submodule(key) if "." in name else None
            if key not in stages and stages and isinstance(part, NORMS):
                key = next(reversed(stages))
            stages.setdefault(key, []).append(parameter)
        return stages | {"head": list(self.network.get_submodule(head).parameters())}


def features(
    network: nn.Module, X: Tensor, layer: str | None = None, *, grid: int | None = None, batch_size: int = 250
) -> Tensor:
    """Return what a layer answers to pictures, in evaluation mode and without gradients.

    Args:
        network: any network.
        X: pictures, shape (N, C, H, W), on any device.
        layer: dotted name as in ``named_modules()``; None takes what goes into the head.
        grid: average maps (N, K, h, w) over so many by so many fields; None keeps each place.
        batch_size: pictures in one pass; it changes memory and time, not the answer.

    Returns:
        Shape (N, features), on the CPU.

    Raises:
        ValueError: there is no such layer, or ``grid`` is given and the layer's answer is no map.

    Taught in lecture 12.
    """
    modules, caught = dict(network.named_modules()), []
    if layer is not None and layer not in modules:
        raise ValueError(f"no layer {layer!r}; there are: {', '.join(name for name in modules if name)}")
    modes = [(module, module.training) for module in modules.values()]
    device = next(network.parameters()).device
    network.eval()
    handle = _catch(network, layer, caught.append)
    try:
        with torch.inference_mode():
            for batch in X.split(batch_size):
                network(batch.to(device))
    finally:
        handle.remove()
        for module, mode in modes:
            module.training = mode
    return torch.cat([answer for output in caught for answer in _rows(output, grid)])


def _catch(network: nn.Module, layer: str | None, keep: Callable[[Tensor], None]) -> RemovableHandle:
    if layer is None:
        head = network.get_submodule(head_name(network))
        return head.register_forward_pre_hook(lambda module, inputs: keep(inputs[0]))
    return network.get_submodule(layer).register_forward_hook(lambda module, inputs, output: keep(output))


def _rows(output: Tensor, grid: int | None) -> Iterator[Tensor]:
    if grid is not None:
        if output.ndim != 4:
            raise ValueError(f"grid={grid} averages maps (N, K, h, w), but the layer answers {tuple(output.shape)}")
        output = adaptive_avg_pool2d(output, grid)
    yield output.flatten(1).cpu().clone()
