"""What makes the claims of sitting 04a fail."""

from course_tools.authoring.mutations import Mutation

MUTATIONS = (
    Mutation(
        "forward-by-hand",
        "a kernel that is flipped first",
        {"w[None, None])[0, 0]": "w[None, None, ::-1, ::-1])[0, 0]"},
    ),
    Mutation(
        "weight-gradient-is-a-correlation",
        "a convolution",
        {'slid = filtering.correlate2d(x, delta, "valid")': 'slid = filtering.convolve2d(x, delta, "valid")'},
    ),
    Mutation(
        "weight-gradient-is-a-correlation",
        "a delta for the last output only",
        {"(d00, d01), (d10, d11) = delta": "delta = np.diag([0.0, 1]); (d00, d01), (d10, d11) = delta"},
    ),
    Mutation(
        "flip-needs-its-own-formula",
        "no flip in the forward pass",
        {"with_flip = measured(lambda w: filtering.convolve2d": "with_flip = measured(lambda w: filtering.correlate2d"},
    ),
    Mutation(
        "flip-needs-its-own-formula",
        "an input of which every window is the same",
        {"with_flip = measured(": "x = np.ones((3, 3)); with_flip = measured("},
    ),
    Mutation(
        "flip-needs-its-own-formula",
        "the formula of a true convolution for both",
        {"x[u : u + 2, v : v + 2]": "x[1 - u : 3 - u, 1 - v : 3 - v]"},
    ),
    Mutation("weight-gradient-as-autograd", "the stride forgotten", {"u::stride, v::stride": "u:, v:"}),
    Mutation(
        "input-gradient-is-a-full-convolution",
        "correlation and convolution swapped",
        {
            "convolved = filtering.convolve2d": "convolved = filtering.correlate2d",
            "correlated = filtering.correlate2d": "correlated = filtering.convolve2d",
        },
    ),
    Mutation(
        "sending-back-works-for-any-stride",
        "overwritten where windows overlap",
        {"left : left + K] += delta": "left : left + K] = delta"},
    ),
    Mutation(
        "checkerboard", "a kernel of two rows and columns", {"np.ones((3, 3)), (9, 9)": "np.ones((2, 2)), (9, 9)"}
    ),
    Mutation(
        "bias-gradient-is-the-sum",
        "a mean over the batch",
        {"deltas.sum(axis=(0, 2, 3))": "deltas.mean(axis=0).sum(axis=(1, 2))"},
    ),
    Mutation("bias-before-batch-norm-is-idle", "no batch normalization", {", layers.BatchNorm2d(3))": ")"}),
    Mutation(
        "neither-too-large-nor-too-small",
        "large steps only",
        {"np.array([1e-2, 1e-5, 1e-11])": "np.array([1e-1, 1e-2, 1e-3])"},
    ),
    Mutation(
        "neither-too-large-nor-too-small",
        "one side only",
        {"one_sided = diagrams.slope_errors(steps, centered=False)": "one_sided = centered"},
    ),
    Mutation(
        "all-three-gradients-pass",
        "weights mirrored on the way back",
        {"conv2d_backward(deltas, X, weight, b": "conv2d_backward(deltas, X, weight[..., ::-1], b"},
    ),
    Mutation("scale-hurts-sgd-not-adam", "no bug", {"np.float32(scale) * g": "g * np.float32(1)"}),
    Mutation(
        "scale-hurts-sgd-not-adam",
        "the two optimizers swapped",
        {
            "(optimizers.SGD, 0.1)": "(optimizers.Adam, 0.01)",
            '"Adam": (optimizers.Adam, 0.01)': '"Adam": (optimizers.SGD, 0.1)',
        },
    ),
    Mutation(
        "the-check-finds-both-bugs", "no bugs", {"grad_w / len(X)": "grad_w", "weight[:, :, ::-1, ::-1]": "weight"}
    ),
)
