"""What makes the claims of lecture 07a fail."""

from course_tools.authoring.mutations import Mutation

MUTATIONS = (
    Mutation("one-factor-decides", "half the slope", {"return 2 * w\n": "return w\n"}),
    Mutation("lost-minus-ends-elsewhere", "too few steps", {"for _ in range(50):": "for _ in range(5):"}),
    Mutation(
        "gradient-is-perpendicular",
        "only the slope for the kilometers",
        {"return 2 * (error[:, None] * X[rows])": "return np.array([2, 0]) * (error[:, None] * X[rows])"},
    ),
    Mutation(
        "stops-where-the-slope-is-zero",
        "it stops early",
        {"descend(slope, start, 0.05, 4000)": "descend(slope, start, 0.05, 4)"},
    ),
    Mutation(
        "stops-where-the-slope-is-zero",
        "into the best valley",
        {"two_valleys, two_valleys_slope, 1.6": "two_valleys, two_valleys_slope, -1"},
    ),
    Mutation("saddle-holds-for-a-while", "farther beside the ridge", {"[1.5, 1e-4]": "[1.5, 0.2]"}),
    Mutation("saddle-holds-for-a-while", "exactly on the ridge", {"[1.5, 1e-4]": "[1.5, 0]"}),
    Mutation(
        "steepest-direction-decides",
        "a round bowl",
        {"curvatures = np.array([1.0, kappa])": "curvatures = np.array([1.0, 1.0])"},
    ),
    Mutation(
        "downhill-misses",
        "a round bowl",
        {"curvatures = np.array([1.0, kappa])": "curvatures = np.array([1.0, 1.0])"},
    ),
    Mutation(
        "downhill-misses", "away from the diagonal", {"spot = np.array([1.0, 1.0])": "spot = np.array([1.0, 0.0])"}
    ),
    Mutation("downhill-misses", "uphill", {"angle(-gradient(spot), -spot)": "angle(gradient(spot), -spot)"}),
    Mutation("steps-grow-with-kappa", "a smaller rate", {"2 / (1 + kappa), 2500": "1 / (1 + kappa), 2500"}),
    Mutation("centering-rounds-the-bowl", "not centered", {"rides - [km.mean(), 0]": "rides - [0, 0]"}),
    Mutation(
        "momentum-crosses-a-valley",
        "no velocity",
        {"v = beta * v - rate * gradient(path[-1])": "v = -rate * gradient(path[-1])"},
    ),
    Mutation(
        "momentum-crosses-a-valley",
        "a start beyond",
        {"momentum_descend(hill_slope, 5, 0.05, beta, 600)": "momentum_descend(hill_slope, 2, 0.05, beta, 3)"},
    ),
    Mutation("momentum-overshoots", "less momentum", {"5, 0.05, 0.97, 2000": "5, 0.05, 0.9, 2000"}),
    Mutation("momentum-overshoots", "not yet at rest", {"5, 0.05, 0.97, 2000": "5, 0.05, 0.97, 20"}),
    Mutation(
        "steps-grow-with-root-kappa",
        "no velocity",
        {"v = beta * v - rate * gradient(path[-1])": "v = -rate / 4 * gradient(path[-1])"},
    ),
    Mutation("two-forms-differ", "no factor", {"(1 - 0.9) * 0.1, 0.9, 100)": "0.1, 0.9, 100)"}),
    Mutation(
        "two-forms-differ", "the same form", {"v = 0.9 * v + (1 - 0.9) * gradient(w)": "v = 0.9 * v + gradient(w)"}
    ),
    Mutation(
        "two-forms-differ",
        "hardly a step",
        {"gradient, start = valley(20)[1], [-1.5, 1]": "gradient, start = valley(20)[1], [-1e-9, 1e-9]"},
    ),
    Mutation("momentum-equals-torch", "another momentum", {"lr=0.01, momentum=0.9": "lr=0.01, momentum=0.8"}),
    Mutation(
        "nesterov-overshoots-less",
        "no look ahead",
        {"gradient(w + 0.9 * v)": "gradient(w)"},
    ),
    Mutation(
        "noise-falls-with-the-root",
        "one example, however large the batch",
        {"each[rng.integers(200, size=(4000, size))].mean(axis=1)": "each[rng.integers(200, size=(4000, size))][:, 0]"},
    ),
    Mutation(
        "each-batch-has-its-own-minimum",
        "all rides in every batch",
        {'slice(None) if name == "all 200" else rng.integers(200, size=4)': "slice(None)"},
    ),
    Mutation(
        "each-batch-has-its-own-minimum",
        "four rides for all",
        {'slice(None) if name == "all 200" else rng.integers(200, size=4)': "rng.integers(200, size=4)"},
    ),
    Mutation(
        "noise-crosses-flat-regions", "tilted in all three", {'("one, all alike", 1, 0)': '("one, all alike", 1, 2)'}
    ),
    Mutation(
        "lost-minus-ends-elsewhere",
        "nothing lost",
        {"faulty = 0.2 * 2 * (faulty - 3)": "faulty = faulty - 0.2 * 2 * (faulty - 3)"},
    ),
    Mutation("noise-works-both-ways", "examples that hardly differ", {"tilt=2.0": "tilt=1.2"}),
    Mutation(
        "noise-works-both-ways",
        "tilts that do not cancel",
        {"    tilts -= tilts.mean()": "    tilts -= tilts.mean() - 0.4"},
    ),
    Mutation("noise-works-both-ways", "hardly any steps", {"steps=200": "steps=3"}),
    Mutation("noise-crosses-flat-regions", "examples that hardly differ", {'("one", 1, 2)': '("one", 1, 0.4)'}),
)
