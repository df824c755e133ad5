"""What makes the claims of lecture 08b fail."""

from course_tools.authoring.mutations import Mutation

MUTATIONS = (
    Mutation(
        "noise-is-a-penalty",
        "no noise",
        {"rng.normal(0, s, size=(4000, 50, 6))": "1e-3 * rng.normal(0, s, size=(4000, 50, 6))"},
    ),
    Mutation("noise-is-a-penalty", "hardly any noise, in the penalty too", {"0.3\ntargets": "0.001\ntargets"}),
    Mutation("input-noise-pays", "no noise", {"x + strengths * torch.randn_like(x), y": "x, y"}),
    Mutation(
        "input-noise-pays",
        "noise on the targets",
        {"x + strengths * torch.randn_like(x), y": "x, y + 0.1 * torch.randn_like(y)"},
    ),
    Mutation("augmentation-pays", "no augmentation", {"network(augment(x))": "network(x)"}),
    Mutation(
        "histograms-help",
        "steps of the wrong brightness",
        {"(steps == step).float().mean((2, 3))": "(steps == 99).float().mean((2, 3))"},
    ),
    Mutation(
        "direction-matters",
        "random signs twice",
        {'"adversarial": fgsm(network, X, y, 0.1)': '"adversarial": X - 0.1 * signs'},
    ),
    Mutation(
        "hardened-is-robust",
        "no attack in training",
        {"network(regularizers.fgsm(network, x, y, 0.1))": "network(x)"},
        slow=True,
    ),
    Mutation(
        "mixup-does-harm-here",
        "no mixing",
        {"torch.distributions.Beta(evenness, evenness).sample()[..., None]": "1.0"},
        slow=True,
    ),
    Mutation(
        "mixup-does-harm-here",
        "noise in place of mixing",
        {
            "return q * x + (1 - q) * x[:, :, other], q * y + (1 - q) * y[:, :, other]": (
                "return x + 1.5 * torch.randn_like(x), y"
            )
        },
        slow=True,
    ),
    Mutation(
        "dropout-equals-layer",
        "not scaled",
        {"scale = (rng.random(x.shape) >= p) / (1 - p)": "scale = 1.0 * (rng.random(x.shape) >= p)"},
    ),
    Mutation(
        "dropout-needs-the-scale",
        "scaled by p",
        {"scale = (rng.random(x.shape) >= p) / (1 - p)": "scale = (rng.random(x.shape) >= p) / (1 - p) ** 2"},
    ),
    Mutation("dropout-needs-the-scale", "nothing is dropped", {"(maps * (scale > 0)).mean()": "maps.mean()"}),
    Mutation(
        "whole-network-is-the-vote",
        "arithmetic mean",
        {"vote = np.exp(log_softmax(each.mean(axis=0)))": "vote = np.exp(each).mean(axis=0)"},
    ),
    Mutation("dropout-pays", "0.5 and 0.7 exchanged", {"[0.2, 0.5, 0.7, 0.85]": "[0.2, 0.7, 0.5, 0.85]"}),
    Mutation("dropout-pays", "no dropout", {"hidden * (torch.rand_like(hidden) >= p) / (1 - p)": "hidden"}),
    Mutation("units-stand-alone", "no dropout", {"hidden * (torch.rand_like(hidden) >= p) / (1 - p)": "hidden"}),
    Mutation("small-batches-are-noisy", "always the same others", {"torch.randperm(4000)": "torch.arange(4000)"}),
    Mutation("small-batches-are-noisy", "no evaluation mode", {"norm.eval()": "norm.train()"}),
    Mutation(
        "batch-norm-pays",
        "no batch norm",
        {"nn.BatchNorm2d(32)": "nn.Identity()", "nn.BatchNorm2d(16)": "nn.Identity()"},
    ),
    Mutation(
        "tying-helps",
        "both free",
        {"decoder = W.T if tied else V": "decoder = V", "[W, b, c] if tied else [W, b, c, V]": "[W, b, c, V]"},
    ),
)
