"""Exercise 12a.3: training mode with frozen parts."""

from __future__ import annotations

from collections.abc import Callable

from torch import nn

from course_utils.exercises.diagnosis import describe
from course_utils.exercises.engine import Mistake
from course_utils.exercises.kinds import BuildExercise


# 12a.3: nested as real networks are; dropout inside the frozen body must stay at work.
def _partly_frozen() -> nn.Sequential:
    body = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(0.3))
    middle = nn.Sequential(nn.Conv2d(4, 4, 3), nn.Sequential(nn.BatchNorm2d(4), nn.ReLU()))
    last = nn.Sequential(nn.BatchNorm2d(4), nn.GroupNorm(2, 4), nn.BatchNorm2d(4), nn.Flatten(), nn.BatchNorm1d(64))
    for frozen in (body, last[0], last[1], last[4]):
        frozen.requires_grad_(False)
    last[2].bias.requires_grad_(False)  # its weight trains
    return nn.Sequential(body, middle, last).eval()


NO_NETWORK = "Return the network."
FROZEN_MOVES = "A frozen batch norm is in training mode: its running averages would move."
TRAINED_STUCK = "A batch norm whose weight trains is in evaluation mode: look at weight.requires_grad."
DROPOUT_OFF = "Dropout is off: it is not batch norm and belongs in training mode."
OTHERS_OFF = "is in evaluation mode, although it is not an nn.BatchNorm2d: it belongs in training mode."
GRADIENTS_CHANGED = "You changed requires_grad; only the modes should change."


def _mode_problem(network: nn.Module, given: nn.Module) -> str | None:
    if not isinstance(network, nn.Sequential):
        return f"{NO_NETWORK} Got {describe(network)}."
    before, after = ([one.requires_grad for one in module.parameters()] for module in (given, network))
    if before != after:
        return GRADIENTS_CHANGED
    layers = list(network.modules())
    norms = [layer for layer in layers if isinstance(layer, nn.BatchNorm2d)]
    if any(layer.training and not layer.weight.requires_grad for layer in norms):
        return f"{FROZEN_MOVES} Layers can be inside other layers."
    if any(isinstance(layer, nn.Dropout) and not layer.training for layer in layers):
        return DROPOUT_OFF
    if any(layer.weight.requires_grad and not layer.training for layer in norms):
        return TRAINED_STUCK
    # The mode of a container does nothing by itself, so only layers are asked.
    others = [layer for layer in layers if not list(layer.children()) and layer not in norms]
    stuck = next((layer for layer in others if not layer.training), None)
    return f"{type(stuck).__name__} {OTHERS_OFF}" if stuck is not None else None


def _with_modes(change: Callable[[nn.Module], object]) -> Callable[[nn.Module], nn.Module]:
    """Return an answer that sets training mode and then changes each layer as told."""

    def answer(network: nn.Module) -> nn.Module:
        network.train()
        for layer in network.modules():
            change(layer)
        return network

    return answer


def _thaw(layer: nn.Module) -> None:
    layer.requires_grad_(True)


def _any_frozen_norm(layer: nn.Module) -> None:
    if "Norm" in type(layer).__name__ and not layer.weight.requires_grad:
        layer.eval()


MODES = BuildExercise(
    id="12a.3",
    title="Training mode with frozen parts",
    minutes=8,
    hints=(
        "Start with network.train(), which puts every layer into training mode. Which must go back?",
        "for layer in network.modules(): isinstance(layer, nn.BatchNorm2d) finds them.",
        "A batch norm is frozen where layer.weight.requires_grad is False: layer.eval() for these.",
    ),
    examiner=_mode_problem,
    calls=((_partly_frozen(),),),
    mistakes=(
        Mistake("returns a flag", lambda network: network.training, NO_NETWORK),
        Mistake("other norms too", _with_modes(_any_frozen_norm), OTHERS_OFF),
        Mistake("train alone", lambda network: network.train(), FROZEN_MOVES),
        Mistake("thawed", _with_modes(_thaw), GRADIENTS_CHANGED),
        Mistake("eval alone", lambda network: network.eval(), DROPOUT_OFF),
        Mistake(
            "every batch norm",
            _with_modes(lambda layer: layer.eval() if isinstance(layer, nn.BatchNorm2d) else None),
            TRAINED_STUCK,
        ),
    ),
)
