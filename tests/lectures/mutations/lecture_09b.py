"""What makes the claims of lecture 09b fail."""

from course_tools.authoring.mutations import Mutation

COUNTED = "confusion = evaluation.confusion_matrix(result)"

MUTATIONS = (
    Mutation(
        "confusions-add-up", "correct ones counted as well", {"confusion - np.diag(np.diag(confusion))": "confusion"}
    ),
    Mutation("confusions-add-up", "one too many in each cell", {COUNTED: f"{COUNTED} + 1"}),
    Mutation("library-agrees", "rows and columns swapped", {COUNTED: f"{COUNTED}.T"}),
    Mutation("overconfident", "a third of the logits", {"logits = dense(X[60:])": "logits = dense(X[60:]) / 3"}),
    Mutation(
        "temperature-calibrates", "a third of the logits", {"logits = dense(X[60:])": "logits = dense(X[60:]) / 3"}
    ),
    Mutation(
        "temperature-calibrates",
        "a remainder in place of a quotient",
        {"return Evaluation(one.logits / T,": "return Evaluation(one.logits % T,"},
    ),
    Mutation(
        "winner-is-flattered",
        "judged on the images that chose it",
        {"(order[:100], order[100:])": "(order, order)"},
        slow=True,
    ),
    Mutation("layer-is-a-filter", "the bias subtracted", {' "zeros") + bias[k]': ' "zeros") - bias[k]'}, slow=True),
    Mutation("covering-ink-matters", "covered with white", {"= -mean / std  # the": "= 3.0  # the"}, slow=True),
    Mutation(
        "each-rung",
        "downward",
        {"zip(errors[:-1], errors[1:], strict=True)": "zip(errors[1:], errors[:-1], strict=True)"},
    ),
    Mutation(
        "each-rung",
        "errors as shares of ten",
        {"    evidence.compare(new, old,": "    evidence.compare([20 * e for e in new], [20 * e for e in old],"},
    ),
    Mutation(
        "resumes-where-it-stopped",
        "starts over",
        {"resume=True, **recipe)": 'resume=False, **(recipe | {"scheduler": None}))'},
    ),
    Mutation("resumes-where-it-stopped", "no further", {"epochs=epochs, resume": "epochs=epochs // 2, resume"}),
    Mutation("better-wins", "the two swapped", {"old, new = (": "new, old = ("}, slow=True),
    Mutation(
        "opened-once",
        "blank images",
        {"test = (digits.X_test - mean) / std, digits.y_test": "test = 0 * digits.X_test, digits.y_test"},
        slow=True,
    ),
    Mutation(
        "dark-on-light-fails", "not inverted", {"(1 - some[0] - mean) / std": "(some[0] - mean) / std"}, slow=True
    ),
    Mutation(
        "dark-on-light-fails",
        "blank images",
        {"evaluation.evaluate(better, ((some[0] - mean)": "evaluation.evaluate(better, ((0 * some[0] - mean)"},
        slow=True,
    ),
    Mutation(
        "five-ways-read",
        "only made smaller",
        {
            'prepared.append(data.own_digit(Path(folder) / "digit.png"))': (
                'prepared.append(np.asarray(saved.convert("L").resize((28, 28)), dtype=np.float32) / 255)'
            )
        },
        slow=True,
    ),
    Mutation(
        "refused-with-a-reason",
        "a digit on the sheet",
        {
            'Image.new("L", (140, 140), 200).save(blank)': (
                "Image.fromarray((255 - 200 * ink).astype(np.uint8)).save(blank)"
            )
        },
        slow=True,
    ),
)
