"""What makes the claims of sitting 02b fail."""

from course_tools.authoring.mutations import Mutation

MUTATIONS = (
    Mutation(
        "first-difference-is-the-slope",
        "the kernel flipped",
        {"first = correlate1d(row, filtering.first_difference_kernel()": "first = correlate1d(row, [1, -1, 0]"},
    ),
    Mutation(
        "first-difference-is-the-slope",
        "zeros beyond the end",
        {'filtering.first_difference_kernel(), "replicate")': 'filtering.first_difference_kernel(), "zeros")'},
    ),
    Mutation(
        "first-difference-is-the-slope",
        "the second difference",
        {"first = correlate1d(row, filtering.first": "first = correlate1d(row, filtering.second"},
    ),
    Mutation(
        "difference-amplifies-noise",
        "every second sample repeats the noise of the one before",
        {"normal(0, 0.5, 5000)": "normal(0, 0.5, 2500).repeat(2)"},
    ),
    Mutation(
        "second-difference-ignores-a-slope",
        "the first difference",
        {"row, filtering.second_difference_kernel()": "row, filtering.first_difference_kernel()"},
    ),
    Mutation(
        "sobel-points-to-the-center",
        "Sobel and plain differences swapped",
        {'{"Sobel": filtering': '{"plain": filtering', '"plain": (plain_down': '"Sobel": (plain_down'},
    ),
    Mutation(
        "laplacian-is-two-second-differences",
        "down twice",
        {"correlate2d(coins, w[None, :]": "correlate2d(coins, w[:, None]"},
    ),
    Mutation(
        "laplacian-is-two-second-differences",
        "no diagonals",
        {"filtering.laplacian_kernel(diagonal=True)": "filtering.laplacian_kernel()"},
    ),
    Mutation("laplacian-ignores-a-plane", "a slope that grows", {"0.3 * j - 0.1 * i": "0.3 * j**2 - 0.1 * i"}),
    Mutation(
        "laplacian-ignores-a-plane",
        "a bowl that bends one way only",
        {"correlate2d(i**2 + j**2": "correlate2d(i**2 + 0 * j"},
    ),
    Mutation(
        "divide-by-the-step-squared",
        "samples one apart, whatever h",
        {"np.array([1 - h, 1, 1 + h])": "np.array([0, 1, 2])"},
    ),
    Mutation(
        "sharpening-overshoots",
        "the second difference added",
        {"sharp = step - correlate1d": "sharp = step + correlate1d"},
    ),
    Mutation(
        "sharpening-amplifies-noise",
        "the Laplacian alone",
        {"identity, laplacian = np.pad([[1]], 1)": "identity, laplacian = np.pad([[0]], 1)"},
    ),
    Mutation("unsharp-masking-is-sharpening", "k = 4", {"moon + 5 * (moon": "moon + 4 * (moon"}),
    Mutation("box-removes-its-own-period", "a period of four samples", {"np.arange(60) / 3": "np.arange(60) / 4"}),
    Mutation(
        "response-predicts-the-gain",
        "the response of one kernel for all",
        {"filtering.frequency_response(w, f)": "filtering.frequency_response(np.ones(3) / 3, f)"},
    ),
    Mutation(
        "box-inverts-fine-stripes",
        "box and Gaussian swapped",
        {
            "correlate2d(star, filtering.box_kernel(9)": "correlate2d(star, np.outer(g, g)",
            "correlate2d(star, np.outer(g, g)": "correlate2d(star, filtering.box_kernel(9)",
        },
    ),
    Mutation(
        "box-inverts-fine-stripes",
        "the responses of box and Gaussian swapped",
        {"for w in (np.ones(9) / 9, g)": "for w in (g, np.ones(9) / 9)"},
    ),
    Mutation(
        "smoothing-rescues-the-slope", "no noise", {"rng.normal(0, 0.05, t.shape)": "rng.normal(0, 0.005, t.shape)"}
    ),
    Mutation(
        "smoothing-rescues-the-slope",
        "no smoothing",
        {"filtering.first_difference_kernel(), np.ones(9) / 9": "filtering.first_difference_kernel(), np.ones(1)"},
    ),
    Mutation(
        "two-filters-are-one",
        "one kernel flipped",
        {"np.convolve(nine, difference)": "np.convolve(nine, difference[::-1])"},
    ),
    Mutation(
        "two-filters-are-one",
        "PyTorch gets a flipped kernel",
        {"torch.from_numpy(both)": "torch.from_numpy(both[::-1].copy())"},
    ),
    Mutation(
        "two-filters-are-one",
        "a triangle, not a mean",
        {"np.ones(9) / 9\nposition": "np.bartlett(11)[1:-1] / 5\nposition"},
    ),
    Mutation(
        "a-bank-is-a-layer",
        "PyTorch gets flipped kernels",
        {"torch.from_numpy(bank)": "torch.from_numpy(bank[:, ::-1, ::-1].copy())"},
    ),
    Mutation(
        "filters-beat-brightness",
        "brightness, three times, in place of the filters",
        {'"filters": strength}': '"filters": lambda patch: 3 * brightness(patch)}'},
    ),
)
