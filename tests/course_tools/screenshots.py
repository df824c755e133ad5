"""Pictures of what a browser showed to a test, for people to look at."""

import os
from pathlib import Path


def keep(page, name):
    """Keep a picture of a page in the folder that COURSE_SCREENSHOTS names, if it names one."""
    if folder := os.environ.get("COURSE_SCREENSHOTS"):
        path = Path(folder, f"{name}.jpeg")
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path, full_page=True, type="jpeg", quality=60)
