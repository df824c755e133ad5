"""What makes the claims of sitting 01a fail."""

from course_tools.authoring.mutations import Mutation

MUTATIONS = (
    Mutation("hinge-stays", "only the weight is doubled", {"np.maximum(0, w * x - w)": "np.maximum(0, w * x - 1)"}),
    Mutation("hinge-stays", "another bias, but no steeper", {"np.maximum(0, w * x - w)": "np.maximum(0, x - w)"}),
    Mutation("one-piece-per-hinge-and-one", "four units", {"size=(3, 3)": "size=(3, 4)"}),
    Mutation("one-piece-per-hinge-and-one", "no activation function", {"(w * x + b > 0) * w * v": "0 * x + w * v"}),
    Mutation(
        "numpy-equals-torch", "no ReLU in the first layer", {"A1 = np.maximum(0, X @ W1.T + b1)": "A1 = X @ W1.T + b1"}
    ),
    Mutation(
        "first-layer-holds-most", "a wide second layer", {"[784, 128, 64, 10])\nfor": "[784, 128, 640, 10])\nfor"}
    ),
    Mutation(
        "persistence-beats-the-network", "always a process with a past", {"ten_days(phi, seed)": "ten_days(0.6, seed)"}
    ),
    Mutation("persistence-beats-the-network", "always a random walk", {"ten_days(phi, seed)": "ten_days(0, seed)"}),
    Mutation(
        "persistence-beats-the-network",
        "a network that says tomorrow as today",
        {"return net(X[600:]).detach().numpy()": "return 0 * net(X[600:]).detach().numpy()"},
    ),
    Mutation(
        "hidden-layer-separates-arms",
        "with and without a hidden layer swapped",
        {"spiral_classifier(units, seed)(X_new)": "spiral_classifier(32 - units, seed)(X_new)"},
    ),
    Mutation("universal-only-inside", "outside is inside", {"inside + 2 * inside.sign()": "inside"}),
    Mutation("universal-only-inside", "no training to speak of", {"steps=600": "steps=20"}),
    Mutation(
        "folds-need-width", "a hinge is missing", {"np.arange(pieces) / pieces": "np.arange(pieces // 2) / pieces"}
    ),
    Mutation("folds-need-width", "three units to a fold", {"depth * [2]": "depth * [3]"}),
    Mutation(
        "depth-does-not-always-train",
        "deep and shallow swapped",
        {"errors[t, n] for t in targets} for n in curves": "errors[t, n] for t in targets} for n in [*curves][::-1]"},
        slow=True,
    ),
    Mutation(
        "depth-does-not-always-train",
        "a deep network that cannot draw the folds",
        {"[1, 6, 6, 6, 1]": "[1, 1, 1, 1, 1]"},
        slow=True,
    ),
    Mutation(
        "depth-does-not-always-train",
        "a straight line in place of the folds",
        {"fold(fold(fold(points.numpy())))": "points.numpy()"},
        slow=True,
    ),
    Mutation(
        "levels-of-description",
        "no training",
        {"steps=60": "steps=0"},
        slow=True,
    ),
    Mutation(
        "families-fit-their-task",
        "an MLP in place of the CNN",
        {'if name == "MLP"': 'if name in ("MLP", "CNN")'},
        slow=True,
    ),
    Mutation(
        "families-fit-their-task",
        "the pulse is always in the middle, or never",
        {"pulse_signals(600, seed=1, anywhere=anywhere)": "pulse_signals(600, seed=1, anywhere=not anywhere)"},
        slow=True,
    ),
    Mutation(
        "families-fit-their-task", "a plain RNN in place of the GRU", {'"GRU": nn.GRU': '"GRU": nn.RNN'}, slow=True
    ),
    Mutation(
        "targets-and-outputs",
        "a mask of real numbers",
        {"torch.from_numpy(mask)[None]": "torch.from_numpy(mask)[None].double()"},
    ),
    Mutation(
        "targets-and-outputs",
        "the next image at half its size",
        {"np.roll(image, 3, axis=1)": "np.roll(image, 3, axis=1)[::2]"},
    ),
)
