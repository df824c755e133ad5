"""What makes the claims of sitting 04b fail."""

from course_tools.authoring.mutations import Mutation

MUTATIONS = (
    Mutation("max-pool-as-autograd", "the smallest value", {"window.argmax()": "window.argmin()"}),
    Mutation("ties-go-to-the-first", "no tie", {"[[5.0, 5], [1, 2]]": "[[5.0, 6], [1, 2]]"}),
    Mutation("average-pool-is-a-convolution", "weights that add up to 9", {"1 / 9)": "1.0)"}),
    Mutation("equal-shares", "max pooling", {"means = convolution.avg_pool2d(": "means = convolution.max_pool2d("}),
    Mutation("equal-shares", "a share for each side of the window", {"np.ones((2, 2))) / 4": "np.ones((2, 2))) / 2"}),
    Mutation(
        "batch-norm-as-pytorch",
        "the path through the standard deviation left out",
        {" - normalized * mean_gx": ""},
    ),
    Mutation(
        "batch-norm-as-pytorch",
        "scale and shift with a mean over the batch",
        {"(delta * normalized).sum(axes), delta.sum(axes)": "(delta * normalized).mean(axes), delta.mean(axes)"},
    ),
    Mutation(
        "common-gradient-is-blocked",
        "the path through the mean left out",
        {"(g - mean_g - normalized": "(g - normalized"},
    ),
    Mutation(
        "all-gradients-as-autograd",
        "a constant 1% added to the gradient of the loss",
        {"net.backward(losses.cross": "net.backward(1.01 * losses.cross"},
    ),
    Mutation(
        "same-loss-curve",
        "a different learning rate",
        {"optimizers.Adam(net.parameters(), lr=0.01)": "optimizers.Adam(net.parameters(), lr=0.0101)"},
    ),
    Mutation("it-reads-new-digits", "nothing is learned", {"optimizer.lr = schedule(step)": "optimizer.lr = 1e-12"}),
)
