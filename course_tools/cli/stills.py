"""A saved notebook keeps the picture beside a slider and not the slider, which nothing could move after reopening.

JupyterLab shows «model not found» for a stored widget and never falls back to the picture. So the server leaves the
widget out of what it writes. Another server does the same with
``c.ContentsManager.pre_save_hook = "course_tools.cli.stills.leave_out_widgets"`` in its configuration.
"""

from __future__ import annotations

from typing import Any

WIDGET = "application/vnd.jupyter.widget-view+json"


def leave_out_widgets(model: dict[str, Any], **_: Any) -> None:
    """Take the widgets that have a picture beside them out of a notebook that is about to be saved.

    Args:
        model: what Jupyter's server saves: ``type`` and, for a notebook, ``content``; changed in place.
    """
    if model["type"] != "notebook":
        return
    for cell in model["content"]["cells"]:
        for output in cell.get("outputs", []):
            if "text/html" in output.get("data", {}):
                output["data"].pop(WIDGET, None)
