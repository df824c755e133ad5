"""What makes the claims of lecture 07b fail."""

from course_tools.authoring.mutations import Mutation

MUTATIONS = (
    Mutation(
        "scale-drops-out",
        "a sum of absolute gradients without the root",
        {"path.append(path[-1] - rate * g / (np.sqrt(r) + epsilon))": "path.append(path[-1] - rate * g / (r + 1))"},
    ),
    Mutation(
        "first-step-is-the-rate",
        "no hat on v",
        {"v / (1 - betas[1] ** t)": "v"},
    ),
    Mutation(
        "uncorrected-starts-too-long",
        "both corrected",
        {"bias_correction=bias_correction": "bias_correction=True"},
    ),
    Mutation(
        "uncorrected-starts-too-long",
        "neither corrected",
        {"bias_correction=bias_correction": "bias_correction=False"},
    ),
    Mutation(
        "overwritten-hat-explodes",
        "divided once",
        {"(0.999 * overwritten_v + 0.001) / (1 - 0.999**t)": "0.999 * overwritten_v + 0.001"},
    ),
    Mutation(
        "overwritten-hat-explodes",
        "too large a share of the new square",
        {"plain_v = 0.999 * plain_v + 0.001": "plain_v = 0.999 * plain_v + 0.002"},
    ),
    Mutation("adamw-decays-all-alike", "AdamW for both", {'("Adam", optimizers.Adam)': '("Adam", optimizers.AdamW)'}),
    Mutation("adamw-decays-all-alike", "Adam for both", {'("AdamW", optimizers.AdamW)': '("AdamW", optimizers.Adam)'}),
    Mutation("adamw-decays-all-alike", "half the decay", {"lr=0.001, weight_decay=0.1": "lr=0.001, weight_decay=0.05"}),
    Mutation("optimizers-equal-torch", "another forgetting", {"rho=0.9": "rho=0.95"}),
    Mutation(
        "adagrad-never-forgets",
        "AdaGrad under both names",
        {"make([w], lr=1.0)": "optimizers.AdaGrad([w], lr=1.0)"},
    ),
    Mutation(
        "adagrad-never-forgets", "steep at the end", {"np.where(w > -50, 10.0, 1.0)": "np.where(w > -50, 1.0, 10.0)"}
    ),
    Mutation("epsilon-sets-adadelta", "one ε for all", {"eps=epsilon": "eps=1e-6"}),
    Mutation("bent-valley", "no momentum", {"rate, momentum=0.9)": "rate, momentum=0.0)"}),
    Mutation(
        "bent-valley",
        "plain descent has momentum",
        {'"plain": optimizers.SGD': '"plain": lambda w, rate: optimizers.SGD(w, rate, momentum=0.8)'},
    ),
    Mutation(
        "valleys-differ-in-place",
        "one optimizer for all",
        {"train_on_grid(name, *learning": 'train_on_grid("Adam", *learning'},
        slow=True,
    ),
    Mutation(
        "valleys-differ-in-place",
        "a step is enough",
        {'"epochs": epochs}': '"epochs": 1}'},
        slow=True,
    ),
    Mutation(
        "tuned-they-are-close",
        "the largest rate for all",
        {"[1][place[name]].numpy()": "[1][6 if name != 'Adam' else 3].numpy()"},
        slow=True,
    ),
    Mutation("adam-tolerates-units", "no units", {"scaled(pixels * units)": "scaled(pixels)"}, slow=True),
    Mutation(
        "adam-tolerates-units",
        "each input scaled first",
        {'"momentum", in_units)': '"momentum", standard)'},
        slow=True,
    ),
    Mutation("a-third-is-good", "a three-hundredth", {"(0.03, 0.3, 1, 3, 10)": "(0.03, 0.003, 1, 3, 10)"}, slow=True),
    Mutation(
        "a-third-is-good",
        "no more than the lowest point",
        {"(0.03, 0.3, 1, 3, 10)": "(0.03, 0.3, 1, 0.5, 1)"},
        slow=True,
    ),
    Mutation(
        "adam-tolerates-units",
        "the lowest rate for all",
        {"place = nets.best_rate(images": "place = 0 * nets.best_rate(images"},
        slow=True,
    ),
    Mutation("schedules-equal-torch", "another length", {"T_max=300": "T_max=200"}),
    Mutation("falling-rates-settle", "constant for both", {"optimizers.cosine(1.0, 450)": "lambda t: 1.0"}),
    Mutation(
        "warm-up-pays-after-a-steep-start",
        "no warm-up",
        {"lambda t: min(1, t / 40)": "lambda t: 1.0"},
        slow=True,
    ),
    Mutation(
        "warm-up-pays-after-a-steep-start",
        "steep starts for both",
        {"for scale in (1.0, 3.0)": "for scale in (1.0, 3.0)", '"start_scale": scale': '"start_scale": 3.0'},
        slow=True,
    ),
    Mutation(
        "warm-up-pays-after-a-steep-start",
        "the lowest rate for all",
        {"= nets.best_rate(*learning)": "= 0 * nets.best_rate(*learning)"},
        slow=True,
    ),
    Mutation(
        "warm-up-pays-after-a-steep-start",
        "a normal start",
        {'{"epochs": 1}, start_scale=3.0': '{"epochs": 1}, start_scale=1.0'},
        slow=True,
    ),
    Mutation("rate-grows-with-the-batch", "one batch size", {'"batch_size": batch': '"batch_size": 64'}, slow=True),
    Mutation(
        "rate-grows-with-the-batch",
        "in proportion",
        {"best[batch] = rates[": "best[batch] = batch * rates["},
        slow=True,
    ),
    Mutation("recipe-works", "a rate far too small", {"rates[losses.argmin()] / 3": "1e-5"}, slow=True),
    Mutation(
        "adagrad-never-forgets", "RMSProp under both names", {"make([w], lr=1.0)": "optimizers.RMSProp([w], lr=1.0)"}
    ),
    Mutation(
        "valleys-differ-in-place",
        "the lowest rate for all",
        {"place = {name: nets.best_rate": "place = {name: 0 * nets.best_rate"},
        slow=True,
    ),
    Mutation(
        "momentum-catches-up",
        "two epochs for momentum",
        {"in_units, 50)": 'in_units, 50 if n == "Adam" else 2)'},
        slow=True,
    ),
)
