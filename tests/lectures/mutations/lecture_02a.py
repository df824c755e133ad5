"""What makes the claims of sitting 02a fail."""

from course_tools.authoring.mutations import Mutation

MUTATIONS = (
    Mutation("look-right-moves-left", "the 1 to the left of the center", {"[0, 0, 1]": "[1, 0, 0]"}),
    Mutation("look-right-moves-left", "three ones, which smear the dot", {"[0, 0, 1]": "[1, 1, 1]"}),
    Mutation("shifts-equal-loop", "the weights in reverse order", {"w[u, v] * padded": "w[-1 - u, -1 - v] * padded"}),
    Mutation(
        "convolution-draws-kernel",
        "correlation and convolution swapped",
        {
            "correlated = correlate2d(impulse": "correlated = convolve2d(impulse",
            "convolved = convolve2d(impulse": "convolved = correlate2d(impulse",
        },
    ),
    Mutation(
        "conv2d-correlates",
        "PyTorch gets a flipped kernel",
        {"torch.from_numpy(kernel)": "torch.from_numpy(np.rot90(kernel, 2).copy())"},
    ),
    Mutation(
        "corner-darkens",
        "edge pixels in place of every padding",
        {"correlate2d(wall, mean_of_225, padding)": 'correlate2d(wall, mean_of_225, "replicate")'},
    ),
    Mutation(
        "averaging-lowers-the-error",
        "no averaging",
        {
            "filtering.box_kernel(3)": "filtering.box_kernel(1)",
            "filtering.weighted_kernel()": "filtering.box_kernel(1)",
        },
    ),
    Mutation(
        "weights-add-up-to-one",
        "the weights are divided by their sum first",
        {'correlate2d(wall, kernel, "replicate")': 'correlate2d(wall, kernel / max(kernel.sum(), 1), "replicate")'},
    ),
    Mutation(
        "noise-gain-predicts",
        "neighbors in a row share their noise",
        {"normal(size=(128, 128))": "normal(size=(128, 1)).repeat(128, axis=1)"},
    ),
    Mutation(
        "more-noise-larger-box",
        "the noise stays at 0.1",
        {"normal(0, std, coins.shape)": "normal(0, 0.1, coins.shape)"},
    ),
    Mutation(
        "errors-add-in-squares",
        "a median, which is not linear",
        {'both = correlate2d(coins + noise, box, "reflect")': "both = filtering.median_filter(coins + noise, 3)"},
    ),
    Mutation(
        "errors-add-in-squares",
        "noise that depends on the image",
        {"np.random.default_rng(2).normal(0, 0.1, coins.shape)": "0.1 * coins"},
    ),
    Mutation(
        "gaussian-keeps-more-detail",
        "box and Gaussian swapped",
        {"- image) for w in (box, gaussian)": "- image) for w in (gaussian, box)"},
    ),
    Mutation(
        "gaussian-keeps-more-detail",
        "a narrow Gaussian, which leaves more noise",
        {"gaussian_kernel(0.85)\nbox": "gaussian_kernel(0.5)\nbox"},
    ),
    Mutation(
        "median-eats-thin-lines",
        "a box of one pixel, which does nothing",
        {"filtering.box_kernel(size) for size in (3, 5, 7)": "filtering.box_kernel(size - 2) for size in (3, 5, 7)"},
    ),
    Mutation(
        "separable-equals-full",
        "both passes down the columns",
        {"correlate2d(down, g[None, :]": "correlate2d(down, g[:, None]"},
    ),
    Mutation(
        "median-beats-averages",
        "median and average swapped",
        {"evidence.compare(by_median, by_average": "evidence.compare(by_average, by_median"},
    ),
    Mutation(
        "median-beats-averages",
        "a little noise in every pixel instead of broken ones",
        {"salt_and_pepper(coins, 0.05, seed)": "coins + np.random.default_rng(seed).normal(0, 0.1, coins.shape)"},
    ),
    Mutation(
        "median-eats-thin-lines",
        "one broken pixel in 500",
        {"salt_and_pepper(page, 0.02": "salt_and_pepper(page, 0.002"},
    ),
    Mutation("median-eats-thin-lines", "a photograph instead of a page", {'data.images()["page"]': "coins"}),
)
