"""Slides: a lecture as a deck that needs no network, measured in a browser, printed as PDF.

``grammar`` says what stands on which slide, ``deck`` writes the page, ``browser`` drives a Chromium, ``measure`` finds
what does not fit. An author marks cells as slide, subslide, fragment, notes or skip; all else follows from the tags.
"""
