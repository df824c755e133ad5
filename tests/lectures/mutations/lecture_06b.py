"""What makes the claims of lecture 06b fail."""

from course_tools.authoring.mutations import Mutation

PLAIN = {"-((1 - q) ** gamma) * torch.log(q)": "-torch.log(q)"}  # cross-entropy in place of the focal loss

MUTATIONS = (
    Mutation(
        "honesty-pays",
        "the absolute error in place of the surprise",
        {"-np.sum(y * np.log([p, 1 - p]))": "np.sum(y * np.array([1 - p, p]))"},
    ),
    Mutation("honesty-pays", "a guess that needs 80%", {"y[0] if p > 0.5": "y[0] if p > 0.8"}),
    Mutation("p-minus-y", "a sigmoid twice as steep", {"activations.sigmoid(z)": "activations.sigmoid(2 * z)"}),
    Mutation(
        "p-minus-y", "the logits with the wrong sign", {"with_logits_backward(z, y)": "with_logits_backward(-z, y)"}
    ),
    Mutation(
        "squared-error-gives-up",
        "without the slope of the sigmoid",
        {'"squared error": 2 * (p - 1) * p * (1 - p)': '"squared error": 2 * (p - 1)'},
    ),
    Mutation("hand-over-logits", "a logit of -20", {"[-200.0]": "[-20.0]"}),
    Mutation(
        "hand-over-logits",
        "probabilities both times",
        {"cost = F.binary_cross_entropy_with_logits(z, one)": "cost = F.binary_cross_entropy(torch.sigmoid(z), one)"},
    ),
    Mutation("squared-error-gives-up", "a margin of 2", {"np.maximum(0, 1 - z)": "np.maximum(0, 2 - z)"}),
    Mutation(
        "several-classes", "a sigmoid for each class", {"activations.softmax(logits)": "activations.sigmoid(logits)"}
    ),
    Mutation("starts-at-log-c", "images that are not scaled", {"torch.tensor(images / 16": "torch.tensor(images"}),
    Mutation("starts-at-log-c", "a last layer twice as large", {"{1: [], 30: []}": "{1: [], 2: []}"}),
    Mutation(
        "nll-wants-log-probabilities",
        "probabilities in place of their logarithms",
        {"log_p, one_hot = F.log_softmax(": "log_p, one_hot = F.softmax("},
    ),
    Mutation(
        "nll-wants-log-probabilities",
        "log-probabilities, as it should be",
        {'"NLL of logits": F.nll_loss(z, c)': '"NLL of logits": F.nll_loss(log_p, c)'},
    ),
    Mutation("losses-agree-with-pytorch", "MSE for Huber", {'"HuberLoss": (losses.huber': '"HuberLoss": (losses.mse'}),
    Mutation("double-softmax", "softmax both times", {"train(softmax_first=False)": "train(softmax_first=True)"}),
    Mutation("double-softmax", "logits both times", {"train(softmax_first=True)": "train(softmax_first=False)"}),
    Mutation("double-softmax", "clouds that overlap", {"normal(0, 0.1, (200, 2))": "normal(0, 1.5, (200, 2))"}),
    Mutation("double-softmax", "nine classes", {"np.log(np.e + 9)": "np.log(np.e + 8)"}),
    Mutation("options-agree", "PyTorch without options", {"**{name: for_torch}": "**{}"}),
    Mutation("options-agree", "equal weights", {'"none"), class_weight[labels]': '"none"), np.ones(3)'}),
    Mutation("shapes-broadcast", "one shape", {"column = row[:, None]": "column = row"}),
    Mutation("weights-move-the-line", "no weights both times", {'"weight 19": 19.0': '"weight 19": 1.0'}),
    Mutation(
        "weights-by-class", "pos_weight for all", {"gradient(z, y, weight=19.0)": "gradient(z, y, pos_weight=19.0)"}
    ),
    Mutation("weights-by-class", "the same weight for all", {"np.where(y == 1, 19.0, 1.0)": "np.full(len(y), 19.0)"}),
    Mutation("one-curve", "a classifier that sees one feature", {"X_new @ neuron(X, y, 19.0)": "X_new[:, 1]"}),
    Mutation(
        "weights-inflate",
        "no weights",
        {"p = activations.sigmoid(X_new @ neuron(X, y, 19.0))": "p = activations.sigmoid(X_new @ neuron(X, y))"},
    ),
    Mutation("focal-turns-the-balance", "cross-entropy", PLAIN),
    Mutation("focal-turns-the-balance", "objects that are missed by less", {"[0.1] * 10 +": "[0.2] * 10 +"}),
    Mutation("focal-is-not-honest", "cross-entropy", PLAIN),
    Mutation(
        "focal-is-not-honest",
        "an object in one place of five",
        {"0.1 * focal(z, one, gamma) + 0.9 *": "0.2 * focal(z, one, gamma) + 0.8 *"},
    ),
    Mutation(
        "overlap-not-pixels",
        "wrong pixels in place of Dice",
        {"losses.dice(mask[None, None], truth[None, None])": "np.mean(mask != truth)"},
    ),
    Mutation(
        "overlap-not-pixels",
        "overlap in place of pixels",
        {"share[name] = np.mean(mask == truth)": "share[name] = np.mean(mask * truth)"},
    ),
    Mutation(
        "dice-shares-the-pull",
        "the two losses swapped",
        {
            '"cross-entropy": F.binary_cross_entropy(said, mask)': '"Dice": F.binary_cross_entropy(said, mask)',
            '"Dice": 1 - overlap': '"cross-entropy": 1 - overlap',
        },
    ),
    Mutation(
        "dice-shares-the-pull",
        "a network that has learned less",
        {"torch.full((64, 64), p,": "torch.full((64, 64), max(p, 0.01),"},
    ),
    Mutation(
        "dice-shares-the-pull", "an object as large as half of the image", {"disk(30, 34, 3.7))": "disk(30, 34, 25))"}
    ),
)
