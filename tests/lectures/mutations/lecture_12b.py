"""What makes the claims of lecture 12b fail."""

from course_tools.authoring.mutations import Mutation

MUTATIONS = (
    Mutation(
        "each-start-its-rate",
        "the old body has not learned",
        {"photo_net = transfers.learn(photo_net, photos.train, 300, batch_size=32)": ""},
        slow=True,
    ),
    Mutation(
        "each-start-its-rate",
        "the highest rate is no higher than the lowest",
        {"transfers.learn(net, part, 20, learning_rate=rate,": "transfers.learn(net, part, 20, learning_rate=0.001,"},
        slow=True,
    ),
    Mutation(
        "gradual-gains-a-little",
        "the old body has not learned",
        {"transfers.learn(digit_net, old.train, 2 * SHORT, learning_rate=0.01, batch_size=64)": ""},
        slow=True,
    ),
    Mutation(
        "gradual-gains-a-little",
        "gradual is all at once",
        {'"gradual": ["head", "features.11", "features.8", "features.4", None],': '"gradual": [None],'},
        slow=True,
    ),
    Mutation(
        "gradual-gains-a-little",
        "falling rates have a head of their own",
        {'"only the head": ["head"],': '"falling rates": ["head", "head"], "all at once": ["head"],'},
        slow=True,
    ),
    Mutation(
        "table-tested",
        "advice turned upside down",
        {
            '("small", "similar"): ("last features",),': '("small", "similar"): ("fine-tuned", "from scratch"),',
            '("small", "different"): ("earlier features",),': '("small", "different"): ("last features",),',
            '("large", "similar"): ("fine-tuned",),': '("large", "similar"): ("last features",),',
            '("large", "different"): ("fine-tuned", "from scratch"),': '("large", "different"): ("last features",),',
        },
        slow=True,
    ),
    Mutation(
        "outputs-are-classes",
        "always two outputs",
        {"models.replace_head(network, outputs)": "models.replace_head(network, 2)"},
        slow=True,
    ),
    Mutation(
        "outputs-are-classes",
        "logits that say the class",
        {"cross_entropy(torch.zeros(64, outputs), y)": "cross_entropy(9 * torch.eye(outputs)[y], y)"},
        slow=True,
    ),
    Mutation(
        "outputs-are-classes",
        "no word that is deprecated",
        {"resnet18(pretrained=False)": "resnet18(weights=None)"},
        slow=True,
    ),
    Mutation(
        "two-folders",
        "both folders hold tiles of the coins",
        {"enumerate(tiles(name)[:count])": 'enumerate(tiles("coins")[:count])'},
    ),
    Mutation(
        "all-is-in-the-file",
        "the weights of another network are saved",
        {'{"weights": mine.': '{"weights": transfers.transferred(photo_net, ours.classes, 1).'},
    ),
)
