"""What makes the claims of lecture 08a fail."""

from course_tools.authoring.mutations import Mutation

MUTATIONS = (
    Mutation(
        "new-error-turns",
        "judged at the points of the fit",
        {"((fitted(x, y, d, grid) - new) ** 2)": "((fitted(x, y, d, x) - y) ** 2)"},
    ),
    Mutation(
        "new-error-turns",
        "a straight truth: degree 1 suffices",
        {"np.sin(2 * np.pi * x) + noise": "x + noise", "new = np.sin(2 * np.pi * grid)": "new = grid"},
    ),
    Mutation(
        "new-error-turns",
        "training errors from the highest degree down",
        {"seen = np.array([((fitted(x, y, d, x)": "seen = np.array([((fitted(x, y, 11 - d, x)"},
    ),
    Mutation(
        "bias-falls-variance-rises",
        "bias and variance around the first fit",
        {"bias[name] = ((curves.mean(0) - truth)": "bias[name] = ((curves[0] - truth)"},
    ),
    Mutation(
        "bias-falls-variance-rises",
        "degree 1 and 9 swapped",
        {
            "(1, 3, 9)}": "(9, 3, 1)}",
            "in fits.items():": 'in zip(("degree 1", "degree 3", "degree 9"), fits.values()):',
        },
    ),
    Mutation(
        "cross-validation-chooses-better",
        "the fit has seen the point",
        {"fitted(x[rest], y[:, rest], degree, x[held_out])": "fitted(x, y, degree, x[held_out])"},
    ),
    Mutation(
        "cross-validation-chooses-better",
        "degree 0 every day",
        {'"always 3": squared_errors[3]': '"always 3": squared_errors[0]'},
    ),
    Mutation(
        "cross-validation-chooses-better",
        "the held-out points were seen",
        {"fitted(x[order[3:]], y[:, order[3:]], degree, x[order[:3]])": "fitted(x, y, degree, x[order[:3]])"},
    ),
    Mutation("leak-finds-something", "no leak in either", {"np.ones(50, bool) if leak else ~test": "~test"}),
    Mutation("leak-finds-something", "a leak in both", {"np.ones(50, bool) if leak else ~test": "np.ones(50, bool)"}),
    Mutation(
        "memorizes-wrong-labels",
        "three hidden units",
        {"(task, STEPS)[1]  #": "(task, STEPS, hidden_widths=(3,))[1]  #"},
    ),
    Mutation(
        "memorizes-wrong-labels",
        "the last step is chosen",
        {"plain.val_error[:, 0].mean(1).argmin()": "len(plain.val_error) - 1"},
    ),
    Mutation(
        "memorizes-wrong-labels",
        "correct labels",
        {"noisy_digits.noisy_digits(seeds=8)": "noisy_digits.noisy_digits(seeds=8, noise=0.0)"},
    ),
    Mutation(
        "tanh-is-not-clear",
        "three hidden units",
        {"activation=torch.tanh": "activation=torch.tanh, hidden_widths=(3,)"},
    ),
    Mutation("more-labels-help", "always 24 labels", {"labels=int(count)": "labels=24"}),
    Mutation(
        "more-labels-help",
        "four hidden units",
        {"larger, STEPS, every=STEPS": "larger, STEPS, hidden_widths=(4,), every=STEPS"},
    ),
    Mutation(
        "wider-is-not-worse", "widths in reverse", {'"hidden_widths": (width,)': '"hidden_widths": (512 // width,)'}
    ),
)
