"""Drawings say the numbers that the mathematics gives, and no letter of them is cut or leaves its cell."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import convolution, diagrams, filtering, plots

RNG = np.random.default_rng(1)
IMAGE = np.random.default_rng(0).integers(0, 10, (6, 8))
CROSS = np.array([[0, 1, 0], [1, -4, 1], [0, 2, 0]])


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def arrows(figure):
    return [text.arrow_patch for text in figure.axes[0].texts if getattr(text, "arrow_patch", None)]


def assert_nothing_is_cut(figure):
    figure.draw_without_rendering()
    sheet = figure.bbox
    for text in figure.axes[0].texts:
        extent = text.get_window_extent()
        assert sheet.x0 <= extent.x0 and extent.x1 <= sheet.x1, text.get_text()
        assert sheet.y0 <= extent.y0 and extent.y1 <= sheet.y1, text.get_text()
    assert figure.get_size_inches()[0] <= plots.PAGE_WIDTH + 0.01


@pytest.mark.parametrize("at", [(2, 3), (0, 0), (5, 7)])
def test_sliding_window_shows_products_and_their_sum(at):
    figure = diagrams.sliding_window(IMAGE, CROSS, at)
    row, column = at
    window = np.pad(IMAGE, 1)[row : row + 3, column : column + 3]
    found = texts(figure)
    products = [f"{w} · {x}".replace("-", "−") for w, x in zip(CROSS.flat, window.flat, strict=True)]
    assert all(found.count(product) >= products.count(product) for product in products)
    response = filtering.correlate2d(IMAGE, CROSS)
    assert f"sum = {response[at]:.0f}".replace("-", "−") in found
    assert_nothing_is_cut(figure)


def test_sliding_window_fills_the_response_up_to_the_window():
    early, late = (texts(diagrams.sliding_window(IMAGE, np.ones((3, 3)), at)) for at in [(0, 1), (5, 7)])
    response = [f"{value:.0f}" for value in filtering.correlate2d(IMAGE, np.ones((3, 3))).flat]
    added = len(late) - len(early)
    assert added == IMAGE.size - 2
    assert all(late.count(value) >= response.count(value) for value in response)


@pytest.mark.parametrize(
    ("image", "kernel"),
    [
        (IMAGE / 9, np.full((3, 3), 1 / 9)),
        (np.full((8, 10), 255), np.full((3, 3), 1 / 9)),
        (IMAGE, np.ones((5, 5))),
    ],
    ids=["fractions", "large", "5 × 5"],
)
def test_sliding_window_stays_on_the_page(image, kernel):
    figure = diagrams.sliding_window(image, kernel, (4, 4))
    assert_nothing_is_cut(figure)
    assert any(text.startswith("sum ") for text in texts(figure))


def test_products_of_a_blank_region_are_white():
    figure = diagrams.sliding_window(np.zeros((4, 5)), CROSS, (1, 1))
    tables = {mesh.get_array().shape: mesh for mesh in figure.axes[0].collections}
    assert np.asarray(tables[3, 3, 4].get_array())[..., :3].min() > 0.95


def test_sliding_window_outside_the_image_is_refused():
    with pytest.raises(ValueError, match="outside an image of 6 × 8 pixels"):
        diagrams.sliding_window(IMAGE, CROSS, (6, 0))


def test_a_neuron_shows_every_number_and_computes_its_activation():
    found = texts(diagrams.neuron([0.5, -1.0, 2.0], -0.5, [2.0, 1.0, 0.3], "ReLU"))
    expected = [
        "2.0",
        "1.0",
        "0.3",
        "$w_1$ = 0.5",
        "$w_2$ = −1.0",
        "$w_3$ = 2.0",
        "$b$ = −0.5",
        "$z$ = 0.1",
        "$a$ = 0.1",
    ]
    assert [text for text in expected if text not in found] == []
    assert "$z$ = 0.5 · 2.0 + (−1.0) · 1.0 + 2.0 · 0.3 + (−0.5) = 0.1" in found


@pytest.mark.parametrize(
    ("activation", "says"), [("ReLU", "= 0"), ("linear", "= −2"), ("sigmoid", "≈ 0.12"), ("tanh", "≈ −0.96")]
)
def test_a_neuron_knows_its_activations(activation, says):
    figure = diagrams.neuron([1.0], -5.0, [3.0], activation)
    assert f"$a$ {says}" in texts(figure) and activation in texts(figure)
    assert_nothing_is_cut(figure)


def test_a_neuron_tells_negative_weights_apart_without_color():
    figure = diagrams.neuron([1.0, -1.0], 0.0, [1.0, 1.0])
    assert [arrow.get_linestyle() for arrow in arrows(figure)[:2]] == ["-", "--"]


def test_a_network_shows_the_shapes_of_its_layers():
    figure = diagrams.network([784, 128, 10])
    found = texts(figure)
    for text in (
        "input",
        "hidden 1",
        "output",
        "(N, 784)",
        "(N, 128)",
        "(N, 10)",
        "W (128, 784)\nb (128,)",
        "W (10, 128)\nb (10,)",
    ):
        assert text in found
    assert found.count("⋮") == 3
    assert_nothing_is_cut(figure)


def test_a_small_network_draws_every_unit_and_every_weight():
    figure = diagrams.network([2, 3, 1], ["point", "hidden", "class"])
    assert len(figure.axes[0].patches) == 2 + 3 + 1
    assert len(figure.axes[0].lines) == 2 * 3 + 3 * 1
    assert {"point", "hidden", "class"} <= set(texts(figure))


@pytest.mark.parametrize("at", [(0, 1), (1, 2)])
def test_channels_show_the_sum_of_each_channel_and_the_output(at):
    image, kernels = RNG.integers(0, 6, (3, 4, 5)), RNG.integers(-1, 2, (3, 3, 3))
    figure = diagrams.channels(image, kernels, 2, at)
    output = convolution.conv2d(image[None].astype(float), kernels[None].astype(float), np.array([2.0]))[0, 0]
    found = texts(figure)
    window = image[:, at[0] : at[0] + 3, at[1] : at[1] + 3]
    sums = [f"{value:.0f}".replace("-", "−") for value in (window * kernels).sum(axis=(1, 2))]
    terms = " + ".join(f"({one})" if one.startswith("−") else one for one in [*sums, "2"])
    assert f"{terms} = {output[at]:.0f}".replace("-", "−") in found
    assert all(one in found for one in [*sums, "bias 2", "channel 0", "channel 1", "channel 2"])
    assert_nothing_is_cut(figure)


def test_a_graph_has_values_above_and_gradients_below():
    nodes = {"w": (2, -12), "x": (3, None), "w·x": (6, -4), "L": (36, 1)}
    figure = diagrams.computational_graph(nodes, {("w", "w·x"): "x = 3", ("x", "w·x"): "", ("w·x", "L"): ""})
    heights = {text.get_text(): text.get_position()[1] for text in figure.axes[0].texts}
    for name, (value, gradient) in nodes.items():
        assert heights[str(value)] < heights[name]  # y grows downward
        if gradient is not None:
            assert heights[str(gradient).replace("-", "−")] > heights[name]
    assert "x = 3" in heights and "below: derivative of L, backward" in heights
    assert_nothing_is_cut(figure)


def test_an_arrow_bends_over_a_node_that_stands_in_its_way():
    nodes = {"x": (1, None), "conv": (2, None), "+": (3, None)}
    figure = diagrams.computational_graph(nodes, {("x", "conv"): "", ("conv", "+"): "", ("x", "+"): "1"})
    bends = [
        one.arrow_patch.get_connectionstyle().rad for one in figure.axes[0].texts if getattr(one, "arrow_patch", None)
    ]
    assert [bend != 0 for bend in bends] == [False, False, True]
    assert_nothing_is_cut(figure)


def test_nodes_of_a_graph_keep_apart():
    names = ["a", "b", "c", "d", "a·b", "c·d", "a·d", "sum", "L"]
    products = [(factor, product) for product in names[4:7] for factor in product.split("·")]
    edges = [*products, *((product, "sum") for product in names[4:7]), ("sum", "L")]
    figure = diagrams.computational_graph(dict.fromkeys(names, (1, 1)), dict.fromkeys(edges, ""))
    centers = [box.get_window_extent() for box in figure.axes[0].patches if hasattr(box, "get_boxstyle")]
    assert len(centers) == len(names)
    assert not any(one.overlaps(other) for one, other in itertools.combinations(centers, 2))
    assert_nothing_is_cut(figure)


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: diagrams.neuron([1.0], 0, [1.0], "relu"), "one of ReLU, sigmoid, tanh, linear"),
        (lambda: diagrams.neuron([1.0], 0, [1.0, 2.0]), "one weight for each input; got 1 and 2"),
        (lambda: diagrams.network([3]), "an input and at least one layer"),
        (lambda: diagrams.network([3, 1], ["input"]), "got 1 labels for 2 layers"),
        (lambda: diagrams.channels(np.ones((3, 5, 5)), np.ones((2, 3, 3)), 0, (0, 0)), "got 2 kernels for 3 channels"),
        (lambda: diagrams.channels(np.ones((3, 5, 5)), np.ones((3, 3, 3)), 0, (3, 0)), "outside an output of 3 × 3"),
        (lambda: diagrams.computational_graph({"a": (1, 1)}, {("a", "z"): ""}), "no node: z"),
        (lambda: diagrams.computational_graph({"a": (1, 1), "b": (1, 1)}, {("a", "b"): "", ("b", "a"): ""}), "circle"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()


def test_a_sine_is_drawn_before_and_after_a_kernel_with_its_gain():
    figure = diagrams.sine_through(np.ones(3) / 3, 0.4)
    left, right = figure.axes
    before, after = (line.get_ydata() for line in left.lines[1:3])
    np.testing.assert_allclose(before, np.cos(2 * np.pi * 0.4 * np.arange(60)), atol=1e-12)
    np.testing.assert_allclose(after, (1 + 2 * np.cos(2 * np.pi * 0.4)) / 3 * before, atol=1e-12)  # upside down
    (dot,) = right.lines[1].get_ydata()
    np.testing.assert_allclose(dot, (1 + 2 * np.cos(2 * np.pi * 0.4)) / 3)  # signed: the kernel is symmetric
    _, right = diagrams.sine_through(np.array([0, -1, 1]) / 2, 0.5).axes
    np.testing.assert_allclose(right.lines[1].get_ydata(), [1])  # a size: the kernel is not
    plt.close(figure)


def test_hinges_add_up():
    figure = diagrams.hinges([1, -2], [0, 3], [1, 0.5])
    left, right = figure.axes
    first, second, _ = (line.get_ydata() for line in left.lines)
    total = right.lines[0].get_ydata()
    assert np.allclose(total, first + second)
    assert (first[0], first[-1], second[0], second[-1]) == (0, 4, 1.5, 0)
    with pytest.raises(ValueError, match="each unit has"):
        diagrams.hinges([1], [0, 1], [1])


def test_descent_visits_its_points_on_the_curve():
    axis = diagrams.descent(lambda w: (w - 3) ** 2, np.array([0.0, 2.0])).axes[0]
    assert np.allclose(axis.lines[1].get_xydata(), [[0, 9], [2, 1]])
    assert axis.get_title() == "after 1 steps: w = 2.000, loss = 1"


def test_contours_show_the_whole_path():
    across, up = np.meshgrid(np.linspace(0, 1, 5), np.linspace(0, 1, 4))
    path = np.array([[0, 0], [0.5, 0.25], [1, 1]])
    axis = diagrams.contours(across, up, across + up, path, names=("w", "b")).axes[0]
    assert np.allclose(axis.lines[0].get_xydata(), path)
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("w", "b")


def test_decision_regions_are_drawn_where_the_classifier_says():
    groups = {"low": np.array([[0.0, 0.0], [1.0, 0.2]]), "high": np.array([[0.0, 2.0], [1.0, 2.2]])}
    figure = diagrams.decision_regions({"by height": lambda points: (points[:, 1] > 1).astype(int)}, groups)
    (axis,) = figure.axes
    regions = axis.images[0].get_array()
    left, right, bottom, top = axis.images[0].get_extent()
    assert left < 0 and right > 1 and bottom < 0 and top > 2.2
    assert not regions[0].any() and regions[-1].all()
    heights = np.linspace(bottom, top, len(regions))
    assert np.array_equal(regions[:, 0], heights > 1)
    assert [len(line.get_xdata()) for line in axis.lines] == [2, 2]
