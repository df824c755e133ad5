"""What makes the claims of lecture 05b fail."""

from course_tools.authoring.mutations import Mutation

MUTATIONS = (
    Mutation(
        "gain-one-suits-linear-units-only",
        "a gain of 4",
        {"through(name, 1, seed)": "through(name, 4, seed)"},
    ),
    Mutation(
        "gain-one-suits-linear-units-only",
        "a gain of 1/2",
        {"through(name, 1, seed)": "through(name, 0.5, seed)"},
    ),
    Mutation(
        "gain-four-is-not-enough",
        "a gain of 1 for all",
        {"runs = [through(name, gain, seed) for": "runs = [through(name, 1, seed) for"},
    ),
    Mutation(
        "gain-four-is-not-enough",
        "a gain of 12 for all",
        {"runs = [through(name, gain, seed) for": "runs = [through(name, 12, seed) for"},
    ),
    Mutation(
        "every-function-has-its-own-gain",
        "the same function for all",
        {"log_size(through(name, gain, seed)[1])": 'log_size(through("softplus", gain, seed)[1])'},
    ),
    Mutation(
        "every-function-has-its-own-gain",
        "sigmoids for all",
        {"log_size(through(name, gain, seed)[1])": 'log_size(through("sigmoid", gain, seed)[1])'},
    ),
    Mutation(
        "differences-vanish-too",
        "sigmoids for the others, too",
        {"layers = through(name, gain, seed, depth=15)[0]": 'layers = through("sigmoid", gain, seed, depth=15)[0]'},
    ),
    Mutation(
        "differences-vanish-too",
        "a gain of 10 for the sigmoid",
        {"layers = through(name, gain, seed, depth=15)[0]": "layers = through(name, 10 * gain, seed, depth=15)[0]"},
    ),
    Mutation(
        "selu-normalizes-itself",
        "a gain of 1.3 from the start",
        {'"SELU": (scale, alpha, 1)': '"SELU": (scale, alpha, 1.3)'},
    ),
    Mutation("selu-normalizes-itself", "not swapped", {"(alpha, scale, 1)}": "(scale, alpha, 1)}"}),
    Mutation(
        "option-linear-suits-selu",
        "always the option of ReLU",
        {"nonlinearity=option": 'nonlinearity="relu" if option == "selu" else "selu"'},
    ),
    Mutation(
        "at-its-own-gain-the-sigmoid-learns",
        "ReLU in its place",
        {"stuck = train_all(torch.sigmoid,": "stuck = train_all(torch.relu,"},
        slow=True,
    ),
    Mutation(
        "at-its-own-gain-the-sigmoid-learns",
        "a gain of 1 for all",
        {"GAINS, RATES = (1, 2**0.5, 4)": "GAINS, RATES = (1, 1, 1)"},
        slow=True,
    ),
    Mutation(
        "at-its-own-gain-the-sigmoid-learns",
        "twenty layers for one",
        {"[1], [1], 5, hidden=1)": "[1], [1], 5, hidden=20)"},
        slow=True,
    ),
    Mutation(
        "tuned-they-are-close",
        "tiny weights for all",
        {"GAINS, RATES = (1, 2**0.5, 4)": "GAINS, RATES = (0.2, 0.2, 0.2)"},
        slow=True,
    ),
    Mutation(
        "tuned-they-are-close",
        "a gain of 1 for all",
        {"GAINS, RATES = (1, 2**0.5, 4)": "GAINS, RATES = (1, 1, 1)"},
        slow=True,
    ),
    Mutation("only-differences-count", "multiplied", {"z + 10": "z * 1.1"}),
    Mutation("only-differences-count", "doubled", {"z * 10": "z * 2"}),
    Mutation(
        "log-softmax-survives",
        "logits that are not far apart",
        {"far = np.array([1000.0, 999.0, 0.0])": "far = np.array([2.0, 1.0, 0.0])"},
    ),
    Mutation("log-softmax-survives", "the log of softmax", {"= activations.log_softmax(far)": '= rows["its log"]'}),
    Mutation("rows-of-the-jacobian-cancel", "only its diagonal", {"np.diag(p) - np.outer(p, p)": "np.diag(p)"}),
    Mutation("backward-without-the-table", "without the sum", {"p * (g - g @ p)": "p * g"}),
    Mutation(
        "softmax-cannot-say-none",
        "a cross in the face",
        {"face = torch.zeros(8, 8)": "face = 16 * (torch.eye(8) + torch.eye(8).flip(0))"},
    ),
    Mutation("softmax-cannot-say-none", "no face", {"= face[6, 3:5] = 16": "= face[6, 3:5] = 4"}),
    Mutation(
        "softmax-cannot-say-none", "not divided", {"ten = [activations.softmax(one(": "ten = [activations.sigmoid(one("}
    ),
)
