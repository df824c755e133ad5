"""What makes the claims of lecture 03a fail."""

from course_tools.authoring.mutations import Mutation

MUTATIONS = (
    Mutation("loop-equals-torch", "the bias is left out", {"np.sum(w[o] * window) + b[o]": "np.sum(w[o] * window)"}),
    Mutation(
        "one-map-per-filter",
        "each kernel makes a map",
        {
            "maps = convolution.conv2d(image, filters)": "maps = convolution.conv2d(image, filters).repeat(3, axis=1)",
            "dict(zip(names, maps[0], strict=True))": "{}",
        },
    ),
    Mutation(
        "one-map-per-filter", "blue is not subtracted", {"filters[1, 2, 1, 1] = 1, -1": "filters[1, 2, 1, 1] = 1, 0"}
    ),
    Mutation(
        "one-map-per-filter",
        "the third filter is empty",
        {"filters[2, 1] = filtering": "filters[2, 1] = 0 * filtering"},
    ),
    Mutation("dilation-shrinks-more", "no dilation", {'("D = 2", 3, 1, 0, 2)': '("D = 2", 3, 1, 0, 1)'}),
    Mutation("dilation-shrinks-more", "no stride", {'("S = 2", 3, 2, 0, 1)': '("S = 2", 3, 1, 0, 1)'}),
    Mutation("sizes-agree", "rounded up", {"int(np.floor(size))": "int(np.ceil(size))"}),
    Mutation(
        "sizes-agree",
        "stride 1 everywhere, where nothing is rounded",
        {"(1, 2, 3, 4), (1, 2, 3), (0, 1, 2), (1, 2)": "(1, 2, 3, 4), (1, 1, 1), (0, 1, 2), (1, 2)"},
    ),
    Mutation(
        "what-changes-the-parameters",
        "a stride that comes with a larger kernel",
        {"nn.Conv2d(4, 8, 3, **options)": 'nn.Conv2d(4, 8, 3 + options.get("stride", 0), **options)'},
    ),
    Mutation(
        "what-changes-the-parameters",
        "kernels of 5 × 5",
        {"nn.Conv2d(4, 8, 3, **options)": "nn.Conv2d(4, 8, 5, **options)"},
    ),
    Mutation("groups-cut-connections", "a single group", {"groups=2)": "groups=1)"}),
    Mutation(
        "one-by-one-is-dense-per-pixel",
        "a window of two pixels",
        {
            "to_gray.reshape(1, 3, 1, 1)": "np.stack([to_gray, to_gray], -1).reshape(1, 3, 1, 2)",
            "gray[0, 0] - per_pixel": "gray[0, 0] - per_pixel[:, 1:]",
        },
    ),
    Mutation("cost-formula", "the channels that come in are forgotten", {"filters * C * K**2": "filters * K**2"}),
    Mutation("halve-and-double", "the channels stay", {"size**2 * C * C * 3**2": "size**2 * 64 * 64 * 3**2"}),
    Mutation("two-savings", "three layers of 3 × 3", {"2 * pixels * C * C * 9": "3 * pixels * C * C * 9"}),
    Mutation(
        "two-savings", "hardly squeezed", {"(C * 64 + 64 * 64 * 9 + 64 * C)": "(C * 192 + 192 * 192 * 9 + 192 * C)"}
    ),
    Mutation(
        "few-different-weights",
        "a symmetric kernel",
        {"kernel = np.arange(1.0, 10)": "kernel = np.array([1.0, 2, 1, 2, 4, 2, 1, 2, 1])"},
    ),
    Mutation("few-different-weights", "the matrix is not transposed", {".reshape(36, 36).T": ".reshape(36, 36)"}),
    Mutation(
        "few-different-weights",
        "one of the nine weights is zero",
        {"kernel = np.arange(1.0, 10)": "kernel = np.arange(9.0)"},
    ),
    Mutation(
        "sharing-saves-parameters",
        "a dense layer instead of the convolution",
        {"nn.Conv2d(1, 4, 3, padding=1)": "nn.Linear(28 * 28, 4)"},
    ),
    Mutation(
        "sharing-saves-examples",
        "a filter that is no convolution",
        {"for one in (examples, new))": "for one in (examples**2, new**2))"},
    ),
    Mutation(
        "sharing-saves-examples",
        "the dense layer sees only the upper half of each image",
        {"W = np.linalg.lstsq(examples[:n]": "W = np.linalg.lstsq((examples * (np.arange(8) < 4)[:, None])[:n]"},
    ),
    Mutation(
        "sharing-saves-examples",
        "the dense layer sees more images",
        {
            "np.linalg.lstsq(examples[:n].reshape(n, 64), wanted[:n].reshape(n, 64))": (
                "np.linalg.lstsq(examples.reshape(80, 64), wanted.reshape(80, 64))"
            )
        },
    ),
    Mutation(
        "contribution-needs-equal-inputs", "the third channel is always large", {"* [1, 1, unit]": "* [1, 1, 10]"}
    ),
    Mutation("contribution-needs-equal-inputs", "all channels in the same unit", {"* [1, 1, unit]": "* [1, 1, 1]"}),
    Mutation(
        "learns-the-laplacian",
        "flat gray images instead of noise",
        {"torch.randn(20, 1, 18, 18)": "torch.randn(20, 1, 1, 1).expand(20, 1, 18, 18)"},
    ),
)
