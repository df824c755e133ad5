"""What makes the claims of lecture 12a fail."""

from course_tools.authoring.mutations import Mutation

MUTATIONS = (
    Mutation(
        "features-beat-controls",
        "the photograph network has not learned",
        {"models.features(photo_net.network, X),\n}": "models.features(transfers.from_scratch(10, 5).network, X),\n}"},
        slow=True,
    ),
    Mutation(
        "features-beat-controls",
        "pixels get the features of the photograph network",
        {"X.flatten(1),\n": "models.features(photo_net.network, X),\n"},
        slow=True,
    ),
    Mutation(
        "ten-labels-from-scratch",
        "two steps in place of sixty",
        {"transfers.learn(net, few, 60,": "transfers.learn(net, few, 2,"},
        slow=True,
    ),
    Mutation(
        "one-table-three-ways",
        "the features of another layer",
        {'features_of(reader, X, "features.14")': 'features_of(reader, X, "features.13")'},
    ),
    Mutation(
        "frozen-body-drifts",
        "both are guarded",
        {"return nn.Module.train(self, mode)": "return super().train(mode)"},
        slow=True,
    ),
    Mutation(
        "frozen-body-drifts",
        "none is guarded",
        {'"and eval()": models.TransferNet': '"and eval()": Unguarded'},
        slow=True,
    ),
    Mutation(
        "neighbors-share-a-class",
        "the photograph network has not learned",
        {'("photo features", photo_net.network)': '("photo features", random_net)'},
        slow=True,
    ),
    Mutation(
        "neighbors-share-a-class",
        "pixels get the learned features",
        {
            '"pixels": (X.flatten(1), new_X.flatten(1))': '"pixels": tuple('
            "models.features(photo_net.network, Z) for Z in (X, new_X))"
        },
        slow=True,
    ),
    Mutation(
        "earlier-without-transfer",
        "the digit network has not learned",
        {
            "transfers.learn(digit_net, old.train, 200, learning_rate=0.01, batch_size=64)": "",
        },
        slow=True,
    ),
    Mutation(
        "earlier-without-transfer",
        "stages from the last to the first",
        {
            'stages = ("features.3", "features.7", "features.10", "features.14")': "stages = "
            '("features.14", "features.10", "features.7", "features.3")'
        },
        slow=True,
    ),
    Mutation(
        "earlier-without-transfer",
        "random weights see noise in place of photographs",
        {
            "a, b = (models.features(net.network, X, layer, grid=1) for X in (few, many))": "a, b = ("
            "models.features(net.network, X if net is digit_net else 0 * X + torch.randn(X.shape), layer, grid=1) "
            "for X in (few, many))"
        },
        slow=True,
    ),
    Mutation(
        "transforms-by-hand",
        "the corner in place of the middle",
        {"top, left = (256 - 224) // 2, round((size[1] - 224) / 2)": "top, left = 0, 0"},
    ),
)
