"""What makes the claims of lecture 11a fail."""

from course_tools.authoring.mutations import Mutation

SHIFT = "shifted[:, :, 2:] = true[:, :, :-2]"

MUTATIONS = (
    Mutation("outline-score-notices", "nothing is shifted", {SHIFT: "shifted[:] = true"}),
    Mutation(
        "outline-score-notices",
        "shifted by five pixels: two of tolerance do not help",
        {SHIFT: "shifted[:, :, 5:] = true[:, :, :-5]"},
    ),
    Mutation(
        "outline-score-notices",
        "the inside in place of the outline",
        {"mask & ~ndimage.binary_erosion(mask, cross, border_value=1)": "mask & ndimage.binary_erosion(mask, cross)"},
    ),
    Mutation(
        "neighborhood-beats-otsu",
        "one threshold for the whole image in both",
        {"return mask & (np.bincount(numbers.ravel())[numbers] >= smallest)": "return by_otsu(image)"},
    ),
    Mutation("neighborhood-beats-otsu", "a setting that was not chosen", {"image, sigma=1.0": "image, sigma=3.0"}),
    Mutation(
        "overlap-makes-a-checkerboard",
        "a kernel as wide as its stride",
        {"torch.ones(1, 1, 3, 3), stride=2": "torch.ones(1, 1, 2, 2), stride=2"},
    ),
    Mutation(
        "context-doubles-but-fades",
        "the deepest network first",
        {"[0, *widths.values()]": "[0, *sorted(widths.values(), reverse=True)]"},
    ),
    Mutation(
        "context-doubles-but-fades",
        "a corner in place of the middle",
        {"values[54:75, 54:75]": "values[34:55, 34:55]"},
    ),
    Mutation(
        "context-doubles-but-fades",
        "61 pixels in place of 21",
        {"values[54:75, 54:75]": "values[34:95, 34:95]"},
    ),
    Mutation(
        "skips-help-outlines",
        "with and without swapped",
        {'{"with": True, "without": False}': '{"with": False, "without": True}'},
        slow=True,
    ),
    Mutation(
        "skips-help-outlines",
        "with skip connections in both",
        {"skips=skips\n        )": "skips=True\n        )"},
        slow=True,
    ),
    Mutation(
        "network-beats-thresholds",
        "an untrained network",
        {"steps=LONG, seed=11": "steps=20, seed=11, rate=1e-6"},
        slow=True,
    ),
    Mutation("network-beats-thresholds", "losses in place of gains", {"= ours - theirs": "= theirs - ours"}, slow=True),
)
