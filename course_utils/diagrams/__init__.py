"""Drawings that a person would make on a board, each returned as a figure for ``plots.show``."""

from course_utils.diagrams.activation_curves import (
    images_over_bars,
    layer_histograms,
    probability_bars,
    value_and_slope,
)
from course_utils.diagrams.chances import boundary_and_roc, logit_bars, surprise
from course_utils.diagrams.channels import channels
from course_utils.diagrams.deep import ladder, learning_curves, residual_block, table_of, two_bars
from course_utils.diagrams.fits import fitted_lines, two_valleys
from course_utils.diagrams.graph import computational_graph
from course_utils.diagrams.learning import contours, descent, hinges
from course_utils.diagrams.maps import maps_through, reading, shapes_through
from course_utils.diagrams.networks import network, neuron
from course_utils.diagrams.normalized import three_paths
from course_utils.diagrams.outlines import numbered_objects, outlined, seen_square
from course_utils.diagrams.overfitting import fitted_curve, many_fits, penalized_minimum, stopping
from course_utils.diagrams.panels import side_by_side
from course_utils.diagrams.paths import gradient_paths
from course_utils.diagrams.pictures import pictures
from course_utils.diagrams.positions import kernel_positions, receptive_field
from course_utils.diagrams.regions import decision_regions
from course_utils.diagrams.reliability import reliability
from course_utils.diagrams.sine import sine_through
from course_utils.diagrams.slopes import centered_difference, slope_errors
from course_utils.diagrams.surfaces import on_curves, on_surfaces, rate_curves
from course_utils.diagrams.unet import unet_diagram
from course_utils.diagrams.window import sliding_window

__all__ = [
    "boundary_and_roc",
    "centered_difference",
    "channels",
    "computational_graph",
    "contours",
    "decision_regions",
    "descent",
    "fitted_curve",
    "fitted_lines",
    "gradient_paths",
    "hinges",
    "images_over_bars",
    "kernel_positions",
    "ladder",
    "layer_histograms",
    "learning_curves",
    "logit_bars",
    "many_fits",
    "maps_through",
    "network",
    "neuron",
    "numbered_objects",
    "on_curves",
    "on_surfaces",
    "outlined",
    "penalized_minimum",
    "pictures",
    "probability_bars",
    "rate_curves",
    "reading",
    "receptive_field",
    "reliability",
    "residual_block",
    "seen_square",
    "shapes_through",
    "side_by_side",
    "sine_through",
    "sliding_window",
    "slope_errors",
    "stopping",
    "surprise",
    "table_of",
    "three_paths",
    "two_bars",
    "two_valleys",
    "unet_diagram",
    "value_and_slope",
]
