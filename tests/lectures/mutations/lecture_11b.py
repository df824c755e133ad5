"""What makes the claims of lecture 11b fail."""

from course_tools.authoring.mutations import Mutation

MUTATIONS = (
    Mutation(
        "pieces-undercount",
        "the nuclei themselves in place of pieces",
        {"pieces = np.stack([ndimage.label(mask)[0] for mask in masks])": "pieces = labels"},
    ),
    Mutation(
        "distance-splits-true-masks",
        "peaks at least 20 pixels apart",
        {"def split_by_distance(mask, least=4):": "def split_by_distance(mask, least=20):"},
    ),
    Mutation(
        "distance-beats-pieces",
        "pieces in place of the cut",
        {"objects.split_by_distance(one) for one in mask": "ndimage.label(one)[0] for one in mask"},
        slow=True,
    ),
    Mutation(
        "overlap-removes-seams",
        "the two overlaps swapped",
        {'difference[f"overlap {overlap}"]': 'difference[f"overlap {16 - overlap}"]'},
    ),
    Mutation(
        "overlap-removes-seams",
        "compared with another image",
        {"network(image[None, None])[0, 0].sigmoid()": "network(image.flip(0)[None, None])[0, 0].sigmoid()"},
    ),
    Mutation("mask-moves-along", "the mask stays behind", {"(bent_masks, pair[1]))": "(pair[1], bent_masks))"}),
    Mutation(
        "loaded-network-agrees",
        "its weights are not loaded",
        {'    network.load_state_dict(saved["weights"])\n': ""},
        slow=True,
    ),
)
