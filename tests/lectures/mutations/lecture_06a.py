"""What makes the claims of lecture 06a fail."""

from course_tools.authoring.mutations import Mutation

MUTATIONS = (
    Mutation(
        "losses-disagree",
        "the two losses swapped",
        {'"squared": lambda e: e**2, "absolute": np.abs': '"squared": np.abs, "absolute": lambda e: e**2'},
    ),
    Mutation(
        "fit-finds-the-line",
        "the absolute error",
        {"fit(squared_gradient, features, took)": "fit(absolute_gradient, features, took)"},
    ),
    Mutation(
        "match-the-scatter",
        "mean and median swapped",
        {"evidence.compare(by_mean, by_median": "evidence.compare(by_median, by_mean"},
    ),
    Mutation(
        "rmse-is-no-average",
        "the average in place of the RMSE",
        {"rmse, mae = losses.rmse(misses": "rmse, mae = losses.mae(misses"},
    ),
    Mutation("rmse-is-no-average", "targets of 1", {"zeros = np.zeros(4)": "zeros = np.ones(4)"}),
    Mutation(
        "rmse-is-no-average",
        "two batches with a large error",
        {"halves = [losses.rmse([1, 1]": "halves = [losses.rmse([1, 5]"},
    ),
    Mutation(
        "mean-and-median",
        "the third power",
        {'costs = {"MSE": np.mean(off**2': 'costs = {"MSE": np.mean(np.abs(off) ** 3'},
    ),
    Mutation(
        "one-outlier",
        "the two losses swapped",
        {'{"MSE": squared_gradient, "MAE": absolute_gradient}': '{"MSE": absolute_gradient, "MAE": squared_gradient}'},
    ),
    Mutation(
        "huber-leaves-the-interval",
        "the median",
        {"np.clip(constants[:, None] - y, -beta, beta)": "np.sign(constants[:, None] - y)"},
    ),
    Mutation(
        "huber-leaves-the-interval",
        "a threshold that is four times as high",
        {"huber_constant(y, 0.5) for": "huber_constant(y, 2.0) for"},
    ),
    Mutation(
        "beta-has-a-unit",
        "half minutes",
        {"loss(60 * in_minutes, zeros) / loss": "loss(30 * in_minutes, zeros) / loss"},
    ),
    Mutation("beta-has-a-unit", "a threshold of one second", {"delta=60.0": "delta=1.0"}),
    Mutation(
        "beta-has-a-unit",
        "targets that are symmetric",
        {"late = np.array([-5.0, 0, 0, 1, 4])": "late = np.arange(-2.0, 3)"},
    ),
    Mutation(
        "beta-has-a-unit", "minutes both times", {"huber_constant(60 * late, 1.0) / 60": "huber_constant(late, 1.0)"}
    ),
    Mutation("bands", "narrower quantiles", {"(0.1, 0.5, 0.9)": "(0.3, 0.5, 0.7)"}),
    Mutation("bands", "scatter that does not grow", {"(1 + 2 * distance) *": "4 *"}),
    Mutation("bands", "a narrower constant", {"np.abs(y - X @ mean_line), 0.8)": "np.abs(y - X @ mean_line), 0.5)"}),
    Mutation(
        "poisson-finds-the-rate", "orders that fade more slowly", {"np.exp(3 - 1.5 * warmth)": "np.exp(3 - warmth)"}
    ),
    Mutation(
        "poisson-finds-the-rate",
        "the logarithm of the true rate",
        {"np.linalg.lstsq(X, np.log(y + 1))": "np.linalg.lstsq(X, X @ [3, -1.5])"},
    ),
    Mutation("convex-in-the-prediction", "one end in place of the middle", {"loss((u + v) / 2, y)": "loss(u, y)"}),
    Mutation(
        "convex-in-the-prediction",
        "the root of the RMSE",
        {"map(losses.rmse,": "map(lambda p, t: losses.rmse(p, t) ** 0.5,"},
    ),
    Mutation(
        "convex-in-the-prediction",
        "a logarithm in place of Charbonnier's root",
        {"np.sqrt((prediction - y) ** 2 + 1)": "np.log((prediction - y) ** 2 + 1)"},
    ),
    Mutation(
        "convex-in-the-prediction",
        "the mean waiting time in place of its logarithm",
        {"a + y * np.exp(-a)": "np.log(np.abs(a)) + y / np.abs(a)"},
    ),
    Mutation("convex-in-the-prediction", "half of the examples", {"size=(3, 2000)": "size=(3, 1000)"}),
    Mutation("not-convex-in-the-weights", "one layer, whose weights add up", {"[w.prod()]": "[w.sum() / 2]"}),
    Mutation("a-flat-floor", "an odd number of targets", {"[11.0, 12, 14, 19]": "[11.0, 12, 14, 19, 19]"}),
    Mutation("a-flat-floor", "the absolute error twice", {"np.mean(off**2, axis=1)": "np.mean(np.abs(off), axis=1)"}),
    Mutation("a-flat-floor", "the loss of a no", {"np.exp(-np.array": "np.exp(np.array"}),
    Mutation("same-minimum", "a different quantile", {"quantile=0.9": "quantile=0.8"}),
)
