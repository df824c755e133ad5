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
    Mutation("224-needs-padding", "a stride of 2", {"for size, P in": "size = 1\nfor size, P in"}),
    Mutation(
        "memory-here-time-there",
        "rows exchanged",
        {'row.kind == "Linear" for row in learning': 'row.kind != "Linear" for row in learning'},
    ),
    Mutation(
        "block-begins-as-identity", "no start at zero", {"if skip:\n            nn": "if not skip:\n            nn"}
    ),
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
)
