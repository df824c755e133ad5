"""What makes the claims of lecture 10a fail."""

from course_tools.authoring.mutations import Mutation

MUTATIONS = (
    Mutation(
        "first-dense-layer-is-largest",
        "the last dense layer",
        {'next(row for row in table if row.kind == "Linear")': "table[-1]"},
    ),
    Mutation("sixty-thousand", "no biases", {"* 5 * 5 + 16  #": "* 5 * 5  #"}),
    Mutation(
        "photographs-are-harder",
        "labels at random",
        {"net = models.LeNet32()": "net = models.LeNet32()\n    train[1][:] = train[1][torch.randperm(len(train[1]))]"},
        slow=True,
    ),
    Mutation("224-needs-padding", "a stride of 2", {"(size - 11 + 2 * P) / 4 + 1": "(size - 11 + 2 * P) / 2 + 1"}),
    Mutation(
        "memory-here-time-there",
        "rows exchanged",
        {'row.kind == "Linear" for row in learning': 'row.kind != "Linear" for row in learning'},
    ),
    Mutation(
        "block-begins-as-identity", "no start at zero", {"if skip:\n            nn": "if not skip:\n            nn"}
    ),
    Mutation("block-begins-as-identity", "nothing is added", {"x + change if self.skip else change": "x"}),
    Mutation("block-begins-as-identity", "another depth", {"depth=32": "depth=16"}),
    Mutation("photographs-are-harder", "one epoch", {'"epochs": EPOCHS': '"epochs": 1'}, slow=True),
    Mutation(
        "default-start-fades",
        "He's start for all",
        {'if start == "He\'s start":': "if True:"},
    ),
    Mutation(
        "he-and-norm-do-not-fade",
        "PyTorch's start without batch norm for all",
        {'if start == "He\'s start":': "if False:", '"norm" in start': '"none" in start'},
    ),
    Mutation(
        "he-and-norm-do-not-fade",
        "twice He's variance",
        {'kaiming_normal_(layer.weight, nonlinearity="relu")': "normal_(layer.weight, 0, (4 / 72) ** 0.5)"},
    ),
)
