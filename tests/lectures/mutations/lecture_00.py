"""What makes the claims of sitting 00 fail."""

from course_tools.authoring.mutations import Mutation

MUTATIONS = (
    Mutation(
        "always-names-a-digit",
        "a network that has learned nothing",
        {"models.digit_reader()": "models.reader.untrained_reader()"},
    ),
    Mutation(
        "reads-most-but-errs",
        "dark ink on light paper",
        {"data.centered_digit(image) for": "data.centered_digit(16 - image) for"},
    ),
    Mutation("computed-values-are-missing", "half is written out", {"half = size // 2": "half = 14"}),
    Mutation("computed-values-are-missing", "size is computed", {'cell = "size = 28': 'cell = "size = 7 * 4'}),
    Mutation("computed-values-are-missing", "double is computed", {"def double(x): return 2 * x": "double = doubled"}),
    Mutation(
        "shape-does-not-tell",
        "means that keep their axis",
        {"return table - table.mean(axis=1)": "return table - table.mean(axis=1, keepdims=True)"},
    ),
    Mutation("shape-does-not-tell", "no keepdims", {"square.mean(axis=1, keepdims=True)": "square.mean(axis=1)"}),
    Mutation("shape-does-not-tell", "one row less", {"wrong = center_rows(square)": "wrong = center_rows(square)[:2]"}),
    Mutation("a-slice-is-a-view", "a copy of the corner", {"corner = image[:2, :2]": "corner = image[:2, :2].copy()"}),
    Mutation("a-slice-is-a-view", "no copy of the image", {"before = image.copy()": "before = image"}),
    Mutation("types-run-out", "float64 under both names", {"x, h = dtype(1), dtype(1e-6)": "x, h = 1.0, 1e-6"}),
    Mutation("types-run-out", "a smaller sum", {"16_777_216)": "16_777_214)"}),
    Mutation("types-run-out", "a step so small that both lose it", {"dtype(1e-6)": "dtype(1e-14)"}),
    Mutation(
        "a-seed-restarts", "a different seed", {"again = np.random.default_rng(3)": "again = np.random.default_rng(4)"}
    ),
    Mutation(
        "a-seed-restarts",
        "the second draw starts over",
        {"rng.normal(size=3), rng.normal(size=3)": "rng.normal(size=3), np.random.default_rng(3).normal(size=3)"},
    ),
    Mutation("from-numpy-shares-memory", "two copies", {"torch.from_numpy(array)": "torch.tensor(array)"}),
    Mutation("from-numpy-shares-memory", "no copy", {"torch.tensor(array)": "torch.from_numpy(array)"}),
    Mutation(
        "reshape-tears-neighbors-apart",
        "moved axes under both names",
        {"cat.reshape(channels, height, width)": "moved"},
    ),
    Mutation(
        "reshape-tears-neighbors-apart",
        "blue first",
        {"moved = np.moveaxis(cat, 2, 0)": "moved = np.moveaxis(cat, 2, 0)[::-1]"},
    ),
)
