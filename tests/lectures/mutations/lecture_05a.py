"""What makes the claims of lecture 05a fail."""

from course_tools.authoring.mutations import Mutation

MUTATIONS = (
    Mutation(
        "linear-stack-is-one-layer", "ReLU between the layers", {"f = activations.linear": "f = activations.relu"}
    ),
    Mutation(
        "linear-unit-learns",
        "no gradient, as the mistake has it",
        {"activations.linear_backward(2 * error / 50, w * x + b)": "0 * activations.linear_backward(error, w * x + b)"},
    ),
    Mutation("linear-unit-learns", "the slope of tanh", {"activations.linear(z).sum()": "activations.tanh(z).sum()"}),
    Mutation(
        "sigmoid-slope-at-most-a-quarter",
        "another slope",
        {"return sigmoid(z) * (1 - sigmoid(z))": "return sigmoid(z) * (1 - sigmoid(z) / 2)"},
    ),
    Mutation("sigmoid-slope-at-most-a-quarter", "a steeper sigmoid", {"np.exp(-z))": "np.exp(-2 * z))"}),
    Mutation(
        "net-input-decides-saturation",
        "small weights in all cases",
        {'"to 1, std 1": (1, 1)': '"to 1, std 1": (1, 0.1)'},
    ),
    Mutation("net-input-decides-saturation", "small features in all cases", {"(255, 0.1)": "(1, 0.1)"}),
    Mutation(
        "net-input-decides-saturation",
        "large weights in all cases",
        {'"to 1, std 0.1": (1, 0.1)': '"to 1, std 0.1": (1, 1)'},
    ),
    Mutation("short-formula-loses-the-slope", "a number that is not far out", {"np.array([20],": "np.array([2],"}),
    Mutation(
        "tanh-is-a-stretched-sigmoid",
        "not stretched",
        {"2 * activations.sigmoid(2 * z) - 1": "2 * activations.sigmoid(z) - 1"},
    ),
    Mutation(
        "tanh-is-a-stretched-sigmoid",
        "the sigmoid's slope",
        {"slope = activations.tanh_backward(": "slope = activations.sigmoid_backward("},
    ),
    Mutation(
        "centered-inputs-learn-faster", "half centered in the first case", {'{"σ(z)": 0,': '{"σ(z)": 0.3,'}, slow=True
    ),
    Mutation("half-of-the-relus-are-silent", "a leak", {"a = activations.relu(z)": "a = activations.leaky_relu(z)"}),
    Mutation(
        "half-of-the-relus-are-silent",
        "net inputs that are mostly positive",
        {"np.random.default_rng(5).normal(size=100_000)": "np.random.default_rng(5).normal(1, size=100_000)"},
    ),
    Mutation(
        "only-a-leak-revives", "a leak for all three", {"for c in (0, 0.01, 0.1)}": "for c in (0.02, 0.01, 0.1)}"}
    ),
    Mutation("only-a-leak-revives", "hardly a leak", {"for c in (0, 0.01, 0.1)}": "for c in (0, 1e-8, 1e-9)}"}),
    Mutation(
        "centered-inputs-keep-units-alive", "never centered", {"X = X - 0.5 if center else X": "X = 1 * X"}, slow=True
    ),
    Mutation(
        "centered-inputs-keep-units-alive",
        "nearly centered",
        {"X = X - 0.5 if center else X": "X = X - 0.5 if center else X - 0.1"},
        slow=True,
    ),
    Mutation(
        "centered-inputs-keep-units-alive",
        "a gentle rate in place of the harsh one",
        {'"rate 3, inputs 0 to 1": (3, False)': '"rate 3, inputs 0 to 1": (0.3, False)'},
        slow=True,
    ),
    Mutation(
        "centered-inputs-keep-units-alive",
        "a harsh rate in place of the gentle one",
        {'"rate 0.3, inputs 0 to 1": (0.3, False)': '"rate 0.3, inputs 0 to 1": (5, False)'},
        slow=True,
    ),
    Mutation("a-leak-saves-most-layers", "no leak", {"rng = pair(name), np": 'rng = pair("relu"), np'}, slow=True),
    Mutation(
        "a-leak-saves-most-layers",
        "centered inputs",
        {"train_layer(name, 10, seed, False)": "train_layer(name, 10, seed, True)"},
        slow=True,
    ),
    Mutation(
        "softplus-is-log-two-above-relu", "ReLU twice", {"gap = activations.softplus(z)": "gap = activations.relu(z)"}
    ),
    Mutation(
        "softplus-is-log-two-above-relu",
        "the slope of ReLU",
        {"activations.softplus_backward(np.ones(601), z)": "activations.relu_backward(np.ones(601), z)"},
    ),
    Mutation(
        "selu-constants-are-computed",
        "swapped from the start",
        {"scale=activations.SELU_SCALE, alpha=activations.SELU_ALPHA": "scale=1.6733, alpha=1.0507"},
    ),
    Mutation(
        "selu-constants-are-computed",
        "not swapped",
        {"partial(selu, scale=activations.SELU_ALPHA, alpha=activations.SELU_SCALE)": "partial(selu)"},
    ),
    Mutation("gelu-dips", "softplus in place of both", {"f, backward = pair(name)": 'f, backward = pair("softplus")'}),
    Mutation(
        "tanh-and-selu-are-centered",
        "net inputs around 1",
        {"means = {name: moments(pair(name)[0])[0]": "means = {name: moments(lambda z, f=pair(name)[0]: f(z + 1))[0]"},
    ),
    Mutation(
        "tanh-and-selu-are-centered",
        "with the opposite sign",
        {"means = {name: moments(pair(name)[0])[0]": "means = {name: -moments(pair(name)[0])[0]"},
    ),
    Mutation(
        "stable-and-equal-to-torch",
        "a tenth too large",
        {"pair(name)[0](z), pair(name)[1](np.ones_like(z), z)": "1.1 * pair(name)[0](z), pair(name)[1](0 * z, z)"},
    ),
)
