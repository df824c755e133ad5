"""What axe-core says of a page: https://github.com/dequelabs/axe-core."""

import json

from axe_playwright_python.base import AXE_FILE_PATH

SERIOUS = "results.violations.filter(({impact}) => ['serious', 'critical'].includes(impact))"


def serious(page, *selectors):
    """Return rule, first place, and number of places of each serious fault, in the page or in parts of it."""
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(path=AXE_FILE_PATH)
    where = json.dumps({"include": [[one] for one in selectors]}) if selectors else "document"
    found = page.evaluate(f"axe.run({where}).then((results) => {SERIOUS})")
    return [(one["id"], one["nodes"][0]["html"][:120], len(one["nodes"])) for one in found]
