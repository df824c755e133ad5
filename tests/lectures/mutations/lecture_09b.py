"""What makes the claims of lecture 09b fail."""

from course_tools.authoring.mutations import Mutation

COUNTED = "confusion = evaluation.confusion_matrix(result)"

MUTATIONS = (
    Mutation(
        "confusions-add-up", "correct ones counted as well", {"confusion - np.diag(np.diag(confusion))": "confusion"}
    ),
    Mutation("confusions-add-up", "one too many in each cell", {COUNTED: f"{COUNTED} + 1"}),
    Mutation("library-agrees", "the two swapped", {"and_recall(result)": "and_recall(result)[::-1]"}),
    Mutation("overconfident", "a sixth of the logits", {"logits = dense(X[60:])": "logits = dense(X[60:]) / 6"}),
    Mutation(
        "temperature-calibrates", "a sixth of the logits", {"logits = dense(X[60:])": "logits = dense(X[60:]) / 6"}
    ),
    Mutation("temperature-calibrates", "judged uncooled", {"cooled(judged, T)).exp": "cooled(judged, 1)).exp"}),
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
    Mutation(
        "not-where-the-ink-is",
        "covered with what was there",
        {"= -mean / std  # the": "*= 1  # the"},
        slow=True,
    ),
    Mutation(
        "not-where-the-ink-is",
        "the ink itself in place of the harm",
        {
            'F.cross_entropy(when_covered(k), target, reduction="none").reshape(24, 24)': (
                "F.avg_pool2d(digits.X_val[k], 5, stride=1)[0].double()"
            )
        },
        slow=True,
    ),
    Mutation(
        "each-rung",
        "downward",
        {"itertools.pairwise(errors)": "itertools.pairwise(errors[::-1])"},
    ),
    Mutation(
        "each-rung",
        "size changes nothing, and the last change saves everything",
        {"for rung in ladder.values()]": "for rung in [*ladder.values()][:1] * 3 + [*ladder.values()][-1:]]"},
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
