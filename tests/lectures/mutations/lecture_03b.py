"""What makes the claims of lecture 03b fail."""

from course_tools.authoring.mutations import Mutation

MUTATIONS = (
    Mutation("two-convolutions-are-one", "ReLU between the two", {"between = nn.Identity()": "between = nn.ReLU()"}),
    Mutation(
        "two-convolutions-are-one",
        "no ReLU in the other network",
        {"torch.relu(nn.functional.conv2d(image, first))": "nn.functional.conv2d(image, first)"},
    ),
    Mutation(
        "pooling-equals-torch", "the minimum for the maximum", {"windows.max(axis=(3, 5))": "windows.min(axis=(3, 5))"}
    ),
    Mutation(
        "pooling-equals-torch",
        "the maximum for the mean",
        {"convolution.avg_pool2d(x, 2)": "convolution.max_pool2d(x, 2)"},
    ),
    Mutation(
        "pooling-or-stride",
        "the strided network gets a single step",
        {"optimizer, 2 * steps)": 'optimizer, 2 * steps if kind == "pooling" else 1)'},
        slow=True,
    ),
    Mutation(
        "pooling-or-stride",
        "the strided convolutions keep their size",
        {'cost["stride"] = 4 * 4 * 8 * 9': 'cost["stride"] = 8 * 8 * 8 * 9'},
        slow=True,
    ),
    Mutation(
        "receptive-field-by-gradient",
        "larger kernels",
        {"nn.Conv2d(4, 4, 3, padding=1)": "nn.Conv2d(4, 4, 5, padding=2)"},
    ),
    Mutation(
        "batch-norm-equals-torch",
        "a mean per image",
        {"maps.mean(axis=(0, 2, 3), keepdims=True)": "maps.mean(axis=(2, 3), keepdims=True)"},
    ),
    Mutation(
        "two-variances", "evaluated in training mode", {"layer.eval()(values[:1]).item()": "layer(values)[0].item()"}
    ),
    Mutation(
        "two-variances",
        "all values doubled after the layer",
        {"in_training = layer(values).detach().numpy()": "in_training = 2 * layer(values).detach().numpy()"},
    ),
    Mutation("two-variances", "the running variance of the usual momentum", {"momentum=1.0": "momentum=0.1"}),
    Mutation(
        "batch-norm-is-faster",
        "without batch norm",
        {"[nn.BatchNorm2d(8)] if kind": "[nn.Identity()] if kind"},
        slow=True,
    ),
    Mutation(
        "few-dense-layers",
        "the single dense layer is not trained",
        {"optimizer, steps)": 'optimizer, steps if "three" in name else 20)'},
        slow=True,
    ),
    Mutation(
        "exact-away-from-the-border", "both borders are zeros", {'"padding_mode": border': '"padding_mode": "zeros"'}
    ),
    Mutation(
        "exact-away-from-the-border",
        "both borders are circular",
        {'"padding_mode": border': '"padding_mode": "circular"'},
    ),
    Mutation(
        "stride-breaks-equivariance",
        "stride 1, and a little noise",
        {'"stride": 2': '"stride": 1', "matches.append(min(": "matches.append(1e-3 * (1 + seed) + min("},
    ),
    Mutation(
        "stride-breaks-equivariance", "zeros at the border", {'"padding_mode": "circular"': '"padding_mode": "zeros"'}
    ),
    Mutation(
        "pooling-is-partly-invariant",
        "no pooling",
        {"convolution.max_pool2d(one, sizes[i])": "convolution.max_pool2d(one, 1)"},
    ),
    Mutation(
        "pooling-is-partly-invariant",
        "a pooling that forgives almost everything",
        {"= unlike(*pooled)": "= unlike(*pooled) * (0.1 if i == 2 else 1)"},
    ),
    Mutation(
        "exact-away-from-the-border",
        "a shift that differs from the one it is compared with",
        {"moved = np.roll(moon, 20, axis=1)": "moved = np.roll(moon, 30, axis=1)"},
    ),
    Mutation("ten-lines-are-digitnet", "average pooling", {"nn.MaxPool2d(2),  # (N, 4, 7, 7)": "nn.AvgPool2d(2),"}),
    Mutation(
        "ten-lines-are-digitnet",
        "the biases are not counted",
        {"in digit_net.named_parameters()}": 'in digit_net.named_parameters() if "bias" not in name}'},
    ),
    Mutation(
        "it-learns",
        "it was trained before",
        {
            "net, used = DigitNet(), 4000": (
                "net, used = DigitNet(), 4000\n"
                "first = torch.optim.Adam(net.parameters(), lr=0.01)\n"
                "take_steps(net, digits.X_train[:used], digits.y_train[:used], first, 300)"
            )
        },
    ),
    Mutation("it-learns", "a learning rate of zero", {"lr=0.01": "lr=0.0"}),
    Mutation("the-network-hesitates", "the digit that is read most confidently", {".argmin()": ".argmax()"}),
    Mutation(
        "shifts-cost-accuracy",
        "all the way around, back to where they were",
        {"for shift in (0, 2, 4, 6)": "for shift in (0, 28, 28, 28)"},
    ),
    Mutation(
        "only-a-convolution-notices",
        "permute in place of reshape",
        {"photo.reshape(3, 64, 64)": "photo.permute(2, 0, 1)"},
    ),
)
