"""What makes the claims of sitting 01b fail."""

from course_tools.authoring.mutations import Mutation

MUTATIONS = (
    Mutation("too-long-steps-diverge", "half the slope", {"slope = 8 * w - 24": "slope = 4 * w - 12"}),
    Mutation(
        "mini-batches-pay",
        "the rough steps stop after one epoch",
        {"for _ in range(epochs)": "for _ in range(epochs if size == 200 else 1)"},
    ),
    Mutation(
        "mini-batches-pay",
        "both take exact steps",
        {
            "found = {200: [], 10: []}": "found = {200: [], 10: []}\nfew_rides = 200",
            "loss_after(x, y, size, rate, seed)": "loss_after(x, y, few_rides, rate, seed + size)",
        },
    ),
    Mutation(
        "slopes-multiply",
        "the derivatives along the chain are added",
        {'"x": 2 * v * 1 * 2}': '"x": 2 * v + 1 + 2}'},
    ),
    Mutation(
        "silent-neuron-learns-nothing",
        "a unit that never blocks",
        {"at_z = at_a * (z > 0)": "at_z = at_a"},
    ),
    Mutation("paths-add-up", "the last path overwrites the others", {"parent.grad += slope": "parent.grad = slope"}),
    Mutation(
        "engine-equals-torch",
        "a product passes on its own factor",
        {"(other.data, self.data))": "(self.data, other.data))"},
    ),
    Mutation(
        "engine-equals-torch",
        "parents before what is computed from them",
        {"in order[::-1]": "in order"},
    ),
    Mutation(
        "dense-gradients-equal-torch",
        "the mean over the batch",
        {"delta.T @ X, delta.sum(axis=0), delta @ W": "delta.T @ X / len(X), delta.mean(axis=0), delta @ W / 2"},
    ),
    Mutation("dense-gradients-equal-torch", "the pixel is gray", {"X[:, 0] = 0": "X[:, 0] = 0.5"}),
    Mutation(
        "p-minus-y",
        "the scores without the exponential",
        {"p, h = np.exp(z) / np.exp(z).sum(), 1e-6": "p, h = z / z.sum(), 1e-6"},
    ),
    Mutation("p-minus-y", "scores that are not normalized", {"+ np.log(np.exp(z).sum())": ""}),
    Mutation(
        "silent-neuron-learns-nothing",
        "the bias keeps the unit active",
        {"for b in (-1.0, -3.0)": "for b in (-1.0, 2.0)"},
    ),
    Mutation("paths-add-up", "only one path moves", {"(3 + h) * (3 + h + 1)": "(3 + h) * (3 + 1)"}),
    Mutation(
        "numpy-equals-pytorch",
        "ReLU lets everything pass on the way back",
        {"return grad_output * (Z > 0)": "return grad_output"},
    ),
    Mutation(
        "it-reads-digits",
        "uphill",
        {"array -= 0.5 * gradient  # one": "array += 0.01 * gradient  # one"},
    ),
    Mutation(
        "it-reads-digits",
        "trained before as well",
        {"before = fresh_parameters((64, 32, 10), seed=1)": "before = parameters"},
    ),
    Mutation(
        "border-bends-late",
        "no hidden layer to speak of",
        {"fresh_parameters((2, 16, 2), seed)": "fresh_parameters((2, 1, 2), seed)"},
    ),
    Mutation(
        "border-bends-late",
        "a line with its sides swapped",
        {"LogisticRegression().fit(X, y)": "LogisticRegression().fit(X, 1 - y)"},
    ),
    Mutation("sigmoid-gradients-vanish", "weights twice as large", {"(2 / 32) ** 0.5": "(8 / 32) ** 0.5"}),
    Mutation(
        "sigmoid-gradients-vanish",
        "the two activation functions swapped",
        {'{"sigmoid": torch.sigmoid, "ReLU": torch.relu}': '{"sigmoid": torch.relu, "ReLU": torch.sigmoid}'},
    ),
)
