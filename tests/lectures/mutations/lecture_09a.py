"""What makes the claims of lecture 09a fail."""

from course_tools.authoring.mutations import Mutation

MUTATIONS = (
    Mutation(
        "new-writers-are-harder",
        "held out at random both times",
        {"np.isin(writer, rng.choice(14, 4, replace=False) + 1)": "rng.random(1797) < 0.28"},
    ),
    Mutation(
        "no-image-in-two-sets",
        "validated on training images",
        {"sets = digits.X_train, digits.X_val,": "sets = digits.X_train, digits.X_train,"},
    ),
    Mutation(
        "normalized-by-training",
        "mean of the validation images",
        {"mean, std = digits.X_train.mean()": "mean, std = digits.X_val.mean()"},
    ),
    Mutation(
        "scale-matters",
        "0 to 1 in the first row, too",
        {"accuracies(lambda x: 255 * x),": "accuracies(lambda x: x),"},
        slow=True,
    ),
    Mutation(
        "scale-matters",
        "0 to 100",
        {'"0 to 1": accuracies(lambda x: x)': '"0 to 1": accuracies(lambda x: 100 * x)'},
        slow=True,
    ),
    Mutation("scale-matters", "no small start", {"gain=1.4 / 255)": "gain=1.4)"}, slow=True),
    Mutation(
        "batch-norm-removes-the-scale",
        "no batch normalization",
        {"nn.BatchNorm2d(4))  # no padding": "nn.Identity())"},
        slow=True,
    ),
    Mutation(
        "half-is-not-the-mean",
        "the data's own numbers",
        {"(digits.X_train - 0.5) / 0.5": "(digits.X_train - mean) / std"},
    ),
    Mutation(
        "half-is-not-the-mean",
        "an iterator with such a method",
        {"batches = iter(loader)": 'batches = type("B", (), {"next": 1, "__next__": lambda self: train})()'},
    ),
    Mutation(
        "half-is-not-the-mean",
        "other labels",
        {"validation[1][order]))": "0 * validation[1][order]))"},
    ),
    Mutation(
        "dense-layer-holds-most",
        "the larger network",
        {"models.layer_table(imported, (1, 28, 28))": "models.layer_table(models.SmallDigitNet(), (1, 28, 28))"},
    ),
    Mutation(
        "starts-near-ln-10",
        "inputs twenty times as large",
        {"evaluate(untrained, validation)": "evaluate(untrained, (20 * validation[0], validation[1]))"},
    ),
    Mutation(
        "starts-near-ln-10",
        "logits nine times as large in training mode",
        {"logits = untrained.train()": "logits = 9 * untrained.train()"},
    ),
    Mutation("checks-find-bugs", "hardly any steps", {"lr=0.01)": "lr=0.00001)"}, slow=True),
    Mutation("checks-find-bugs", "labels shuffled along", {"checks(X[order], y)": "checks(X, y)"}, slow=True),
    Mutation(
        "checks-find-bugs", "softmax once", {"F.cross_entropy(z.softmax(1), y)": "F.cross_entropy(z, y)"}, slow=True
    ),
    Mutation(
        "checks-find-bugs",
        "logits nine times as large",
        {"loss=F.cross_entropy, clear": "loss=lambda z, y: F.cross_entropy(9 * z, y), clear"},
        slow=True,
    ),
    Mutation("checks-find-bugs", "gradients cleared", {"checks(X, y, clear=False)": "checks(X, y)"}, slow=True),
    Mutation("checks-find-bugs", "averaged", {'reduction="sum"': 'reduction="mean"'}, slow=True),
    Mutation(
        "softmax-twice-has-a-floor",
        "log-softmax in between",
        {"F.cross_entropy(certain.softmax(dim=1), y)": "F.cross_entropy(certain.log_softmax(dim=1), y)"},
        slow=True,
    ),
    Mutation(
        "softmax-twice-has-a-floor",
        "not entirely sure",
        {"10_000.0 * F.one_hot": "2.0 * F.one_hot"},
        slow=True,
    ),
    Mutation("fit-is-the-loop", "another order", {"manual_seed(3)": "manual_seed(4)"}),
    Mutation("evaluate-is-this", "training mode", {"    model.eval()": "    model.train()"}),
    Mutation(
        "training-loss-lags",
        "validated with wrong labels",
        {"fit(net, train, validation,": "fit(net, train, (validation[0], (validation[1] + 1) % 10),"},
    ),
    Mutation(
        "training-loss-lags",
        "measured at the beginning",
        {"evaluation.evaluate(after_one, train)": "evaluation.evaluate(models.DigitNet(), train)"},
    ),
    Mutation(
        "standard-error-predicts",
        "n in place of its root",
        {"math.sqrt(correct.mean() * (1 - correct.mean()) / n)": "correct.std() / n"},
        slow=True,
    ),
    Mutation(
        "exponentials-are-not-probabilities",
        "small logits",
        {"[[4.0, 2.0, 1.0], [100.0, 95.0, 90.0]]": "[[-4.0, -2.0, -1.0], [0.0, -5.0, -9.0]]"},
    ),
    Mutation(
        "training-mode-changes-answers",
        "evaluation mode",
        {"copy.deepcopy(net).train()": "copy.deepcopy(net).eval()"},
        slow=True,
    ),
    Mutation(
        "batches-save-calls",
        "training mode",
        {"net(image[None]) for image": "net.train()(image[None]) for image"},
        slow=True,
    ),
    Mutation(
        "batches-save-calls",
        "one batch both times",
        {"torch.cat([net(image[None]) for image in X])": "net(X)"},
        slow=True,
    ),
    Mutation(
        "another-shape-is-refused",
        "the same shape",
        {"nn.Conv2d(1, 8, kernel_size=3, padding=1)": "nn.Conv2d(1, 4, kernel_size=3, padding=1)"},
        slow=True,
    ),
)
