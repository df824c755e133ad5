"""What makes the claims of lecture 10b fail."""

from course_tools.authoring.mutations import Mutation

MUTATIONS = (
    Mutation("validation-noise", "a tenth of the images", {"rng.random((2000, n))": "rng.random((2000, n // 10))"}),
    Mutation(
        "seeds-differ",
        "one seed for all",
        {"accuracy(models.LeNet32, 0.03, seed)": "accuracy(models.LeNet32, 0.03, 0)"},
    ),
    Mutation(
        "rate-kills-units",
        "a rate that suits it",
        {"for rate in (0.02, 0.3):\n    losses": "for rate in (0.3, 0.02):\n    losses"},
    ),
    Mutation(
        "rate-kills-units",
        "a rate that suits none",
        {
            "silent = {}\nfor rate": "silent = {0.3: 0}\nfor rate",
            "silent[rate] = (kinds == 1).sum()": "silent[rate] = 5 - (kinds == 1).sum()",
        },
    ),
    Mutation(
        "both-ends-are-worse",
        "only small rates",
        {"(0.001, 0.005, 0.02, 0.06, 0.2)": "(0.0001, 0.0005, 0.001, 0.005, 0.02)"},
        slow=True,
    ),
    Mutation(
        "lowest-at-the-target",
        "not smoothed",
        {"-0.82 * np.log(p) - 0.18 * np": "-np.log(p) - 0.0 * np"},
    ),
    Mutation(
        "one-tensor-is-faster",
        "the loader twice",
        {"seconds(loader) / seconds(as_tensor)": "seconds(loader) / seconds(loader)"},
    ),
    Mutation("counting-ends-at-256", "long numbers", {"torch.tensor(0.0, dtype=torch.bfloat16)": "torch.tensor(0.0)"}),
    Mutation(
        "whitened-is-uncorrelated",
        "no whitening",
        {"small_resnet.whiten(train[0][:1_000])": "small_resnet.stem.requires_grad_(False)"},
    ),
    Mutation(
        "recipe-wins-in-equal-time",
        "networks exchanged",
        {'{"LeNet": patient, "small ResNet": resnet}': '{"LeNet": resnet, "small ResNet": patient}'},
        slow=True,
    ),
)
