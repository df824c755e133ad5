"""What makes the claims of lecture 08c fail."""

from course_tools.authoring.mutations import Mutation

MUTATIONS = (
    Mutation("weight-decay-pays", "no penalty", {"return strengths / 2 * sum(": "return 0 * strengths * sum("}),
    Mutation(
        "l1-deletes",
        "the lasso without its threshold",
        {"soft_threshold(w - rate * gradient, rate * strength)": "w - rate * (gradient + strength * np.sign(w))"},
    ),
    Mutation(
        "l1-deletes",
        "ridge with a threshold",
        {"return np.linalg.solve(gram,": "return (lambda A, b: soft_threshold(np.linalg.solve(A, b), 0.1))(gram,"},
    ),
    Mutation(
        "bias-halves",
        "the bias is left out twice",
        {'"bias penalized": 1.0}': '"bias penalized": 1.0}', "[1.0] * 10 + [on_bias]": "[1.0] * 10 + [0.0]"},
    ),
    Mutation(
        "adam-with-l2-is-not-decay",
        "a penalty in place of the decay",
        {"W *= 1 - noisy_digits.RATE * strengths": "W.grad += strengths * W"},
    ),
    Mutation(
        "adam-with-l2-is-not-decay",
        "no decay",
        {"W *= 1 - noisy_digits.RATE * strengths": "W *= 1 + 0 * strengths"},
    ),
    Mutation(
        "adam-with-l2-is-not-decay",
        "a decay without the learning rate",
        {"(1 - 0.1 * 0.5) * start": "(1 - 0.5) * start"},
    ),
    Mutation(
        "adam-with-l2-is-not-decay", "SGD without decay", {"SGD([sgd], 0.1, weight_decay=0.5)": "SGD([sgd], 0.1)"}
    ),
    Mutation(
        "one-direction-is-enough",
        "directions of any length",
        {"F.normalize(torch.randn_like(logits), dim=-1)": "torch.randn_like(logits)"},
    ),
    Mutation(
        "smoothness-pays",
        "no penalty",
        {"return strengths * jacobian_penalty(": "return 0 * strengths * jacobian_penalty("},
    ),
    Mutation("unlabeled-points-help", "labeled points twice", {"smooth_at=where": 'smooth_at="labeled"'}, slow=True),
    Mutation(
        "dice-is-only-sooner", "the two losses swapped", {"compare(ours[k], theirs[k])": "compare(theirs[k], ours[k])"}
    ),
    Mutation(
        "dice-is-only-sooner",
        "both compared at step 40",
        {"for k in (2, -1))": "for k in (2, 2))"},
        slow=True,
    ),
    Mutation("he-keeps-the-signal", "no ReLU", {"np.maximum(z, 0)": "z"}),
    Mutation("warm-start-is-ahead", "no warm start", {"for layer in (0, 3):": "for layer in ():"}),
    Mutation(
        "only-trimming-pays",
        "trimmed from below",
        {"losses.topk(keep, largest=False)": "losses.topk(keep, largest=True)"},
    ),
    Mutation(
        "only-trimming-pays",
        "trimmed whenever",
        {"losses.topk(losses.shape[-1] // 2).values": "trimmed(losses, step, 15)"},
    ),
    Mutation(
        "dropout-steps-in-a-subspace",
        "no dropout before the weights",
        {"W(drop(torch.tanh(before(image))))": "W(torch.tanh(before(image)))"},
    ),
    Mutation(
        "early-stopping-pays",
        "the end is taken each time",
        {"return check_number, stopping.best_check - 1": "return check_number, len(values) - 1"},
    ),
    Mutation("early-stopping-pays", "20 steps from the end", {"plain.test_error[10, 0]": "plain.test_error[-10, 0]"}),
    Mutation(
        "early-stopping-pays",
        "the error watched twice",
        {
            '{"loss": plain.val_loss, "error": plain.val_error}.items()': (
                '{"loss": plain.val_error, "error": plain.val_error}.items()'
            )
        },
    ),
)
