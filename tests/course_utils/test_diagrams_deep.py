"""Drawings of chapter 10 show the values that they are given, and say what their lines and dots are."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex

from course_utils import diagrams, plots


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_the_residual_block_has_two_paths_that_meet_in_a_plus():
    axis = diagrams.residual_block().axes[0]
    texts = [text.get_text() for text in axis.texts]
    assert sum("conv 3 × 3" in text for text in texts) == 2 and "+" in texts
    assert any("skip connection" in text for text in texts)
    (path,) = axis.lines
    x, y = path.get_data()
    plus = next(text for text in axis.texts if text.get_text() == "+").get_position()
    assert x[-1] == pytest.approx(plus[0]) and y[-1] != plus[1]  # past the layers, then down to the sum


def test_alexnets_shapes_stand_side_by_side():
    shapes = {"image": (3, 224, 224), "conv 1": (96, 55, 55), "conv 2": (256, 27, 27)}
    shapes |= {f"conv {k}": (384, 13, 13) for k in (3, 4, 5)} | {f"dense {k}": (4096,) for k in (6, 7, 8)}
    figure = diagrams.shapes_through(shapes)
    figure.draw_without_rendering()
    texts = [text for text in figure.axes[0].texts if " × " in text.get_text()]
    boxes = sorted((text.get_window_extent() for text in texts), key=lambda box: box.x0)
    assert len(boxes) == 6
    assert all(before.x1 + 2 < after.x0 for before, after in pairwise(boxes))


def test_learning_curves_draw_validation_solid_and_training_dashed_in_one_color():
    panels = {
        "shallow": {"one": ([50.0, 40.0, 30.0], [60.0, 55.0, 54.0]), "two": ([70.0, 65.0, 61.0], [71.0, 69.0, 68.0])},
        "deep": {"one": ([30.0, 20.0, 10.0], [50.0, 52.0, 53.0]), "two": ([80.0, 79.0, 78.0], [81.0, 80.0, 79.0])},
    }
    figure = diagrams.learning_curves(panels, ylabel="error (%)")
    for axis, (title, networks) in zip(figure.axes, panels.items(), strict=True):
        assert axis.get_title() == title and axis.get_ylim()[0] == 0
        lines = iter(axis.lines)
        colors = []
        for training, validation in networks.values():
            dashed, solid, dot = next(lines), next(lines), next(lines)
            assert dashed.get_linestyle() == "--" and dashed.get_ydata().tolist() == training
            assert solid.get_linestyle() == "-" and solid.get_ydata().tolist() == validation
            assert solid.get_xdata().tolist() == [1, 2, 3] and dot.get_ydata()[0] == validation[-1]
            assert dashed.get_color() == solid.get_color() == dot.get_color()
            colors.append(solid.get_color())
        assert len(set(colors)) == 2
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == ["one", "two", "validation", "training"]


def test_two_bars_draw_each_quantity_on_its_own_scale_first_layer_on_top():
    panels = {"parameters": np.array([1.0, 3.0]), "products": np.array([50.0, 20.0])}
    figure = diagrams.two_bars(["conv", "dense"], panels)
    for axis, (label, values) in zip(figure.axes, panels.items(), strict=True):
        assert axis.get_xlabel() == label
        assert [bar.get_width() for bar in axis.patches] == values.tolist()
        assert values.max() < axis.get_xlim()[1] < 2 * values.max()
        assert [text.get_text() for text in axis.texts] == [f"{value:g}" for value in values]
    bottom, top = figure.axes[0].get_ylim()
    assert bottom > top


def test_table_of_writes_each_percentage_readably_in_its_place():
    values = np.array([[90.0, 10.0], [35.0, 65.0]])
    figure = diagrams.table_of(values, ["cat", "dog"], xlabel="predicted", ylabel="true")
    axis = figure.axes[0]
    written = {text.get_position(): text for text in axis.texts}
    assert {place: text.get_text() for place, text in written.items()} == {
        (0, 0): "90", (1, 0): "10", (0, 1): "35", (1, 1): "65"
    }  # fmt: skip
    assert to_hex(written[0, 0].get_color()) != to_hex(written[1, 0].get_color())  # light on dark, dark on light
    assert axis.get_xlabel() == "predicted" and axis.get_ylabel() == "true"
    assert [label.get_text() for label in axis.get_yticklabels()] == ["cat", "dog"]


def test_ladder_draws_a_dot_per_seed_and_time_on_its_own_axis():
    reached = {"start": np.array([40.0, 42.0]), "better": np.array([50.0, 51.0])}
    seconds = {"start": np.array([3.0, 4.0]), "better": np.array([30.0, 29.0])}
    left, right = diagrams.ladder(reached, seconds).axes
    for axis, rungs in ((left, reached), (right, seconds)):
        assert [line.get_xdata().tolist() for line in axis.lines] == [values.tolist() for values in rungs.values()]
        assert [line.get_ydata()[0] for line in axis.lines] == [0, 1]
    assert [label.get_text() for label in left.get_yticklabels()] == list(reached)
    assert "%" in left.get_xlabel() and "s" in right.get_xlabel() and right.get_xscale() == "log"
    assert left.lines[0].get_color() == plots.BLUE
