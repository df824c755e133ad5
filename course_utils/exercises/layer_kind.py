"""The kind of exercise that asks for a whole layer: two functions, forward and backward. Used in sitting 04b."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from course_utils.exercises.diagnosis import as_items
from course_utils.exercises.engine import CORRECT, INCORRECT, NOT_ATTEMPTED, SEED, Exercise, Result
from course_utils.exercises.function_kind import FunctionExercise


@dataclass(frozen=True, kw_only=True)
class LayerExercise(Exercise):
    """Write a layer, a pair of functions: forward and backward pass, each of which is compared with its reference.

    Attributes:
        forward, backward: the exercise of each function; they share the id of the layer.
        names: what the two functions are called in the task.
    """

    forward: FunctionExercise
    backward: FunctionExercise
    names: tuple[str, str]

    def examine(self, answer: Any, seed: int = SEED) -> Result:
        pair = as_items(answer)
        if pair is None or len(pair) != len(self.names):
            return self.incorrect(f'Hand in both functions: check("{self.id}", ({", ".join(self.names)})).')
        results = [part.examine(given, seed) for part, given in zip((self.forward, self.backward), pair, strict=True)]
        if all(result.status == NOT_ATTEMPTED for result in results):
            return self.not_attempted()
        for name, result in zip(self.names, results, strict=True):
            if result.status == NOT_ATTEMPTED:
                return self.incorrect(f"{name} is still empty.")
            if result.status != CORRECT:
                return replace(result, status=INCORRECT, message=f"{name}: {result.message}")
        return self.correct()
