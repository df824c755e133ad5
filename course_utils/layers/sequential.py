"""A network as a row of layers. Taught in sitting 04b."""

from __future__ import annotations

from typing import Self

from numpy.typing import NDArray

from course_utils.layers.base import Layer


class Sequential(Layer):
    """Layers one after the other; the gradient goes back through them in reverse order.

    Parameters, gradients and state are named as PyTorch names them: ``"0.weight"`` is the weight of the first layer.

    Args:
        *layers: The layers, from input to output; each once, because a layer remembers one input.

    Attributes:
        layers: The layers as a list: walk through it to see every intermediate result.

    Raises:
        ValueError: No layer, something that is not a layer, or the same one twice.

    Source: names as in ``torch.nn.Sequential``.

    Taught in sitting 04b.
    """

    def __init__(self, *layers: Layer) -> None:
        super().__init__()
        if not layers:
            raise ValueError("layers is empty; give at least one layer")
        for position, layer in enumerate(layers):
            if not isinstance(layer, Layer):
                raise ValueError(f"layers[{position}] is {layer!r}; expected a layer, for example ReLU()")
        if len({id(layer) for layer in layers}) < len(layers):
            raise ValueError("layers holds the same object twice; make a second layer, each remembers its own input")
        self.layers = list(layers)

    def forward(self, x: NDArray) -> NDArray:
        """Return the output of the last layer."""
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, grad_output: NDArray) -> NDArray:
        """Return the gradient with respect to the input of the first layer."""
        for layer in reversed(self.layers):
            grad_output = layer.backward(grad_output)
        return grad_output

    def parameters(self) -> dict[str, NDArray]:
        """Return the parameters of all layers, the arrays themselves."""
        return self._prefixed([layer.parameters() for layer in self.layers])

    def gradients(self) -> dict[str, NDArray]:
        """Return the gradients of all layers, under the parameters' names."""
        return self._prefixed([layer.gradients() for layer in self.layers])

    def train(self) -> Self:
        """Switch all layers to training; return the network."""
        for layer in self.layers:
            layer.train()
        return super().train()

    def eval(self) -> Self:
        """Switch all layers to evaluating; return the network."""
        for layer in self.layers:
            layer.eval()
        return super().eval()

    def _state(self) -> dict[str, NDArray]:
        return self._prefixed([layer._state() for layer in self.layers])

    @staticmethod
    def _prefixed(of_layers: list[dict[str, NDArray]]) -> dict[str, NDArray]:
        """Return the arrays of all layers in one dictionary, each name behind its layer's position."""
        return {
            f"{position}.{name}": array for position, arrays in enumerate(of_layers) for name, array in arrays.items()
        }
