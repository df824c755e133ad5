"""What axe-core (https://github.com/dequelabs/axe-core) says of a page, what its computed colors give, what it cuts."""

import json
from pathlib import Path

from axe_playwright_python.base import AXE_FILE_PATH

SERIOUS = "results.violations.filter(({impact}) => ['serious', 'critical'].includes(impact))"
SCRIPT = Path(__file__).with_name("accessibility.js").read_text(encoding="utf-8")
# Formulas are set, fonts and pictures are there, and what fades or changes its color slowly has done so.
SETTLED = """async () => {
    await window.MathJax?.startup?.promise;
    await document.fonts.ready;
    const awaited = [...document.images].filter((one) => one.loading !== "lazy");
    await Promise.all(awaited.map((one) => one.decode().catch(() => {})));
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    await Promise.all(document.getAnimations().filter((one) => one instanceof CSSTransition)
        .map((one) => one.finished.catch(() => {})));
}"""


def settle(page):
    """Wait until a page looks as it is meant to."""
    page.wait_for_load_state("load")
    page.evaluate(SETTLED)


def serious(page, *selectors):
    """Return rule, first place, and number of places of each serious fault, in the page or in parts of it."""
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(path=AXE_FILE_PATH)
    where = json.dumps({"include": [[one] for one in selectors]}) if selectors else "document"
    found = page.evaluate(f"axe.run({where}).then((results) => {SERIOUS})")
    return [(one["id"], one["nodes"][0]["html"][:120], len(one["nodes"])) for one in found]


def contrasts(page, *selectors):
    """Return text → its contrast with what lies below, the least where it is seen more than once."""
    return page.evaluate(f"{SCRIPT}; contrasts({json.dumps(', '.join(selectors) or 'body')})")


def faint(page, *selectors, least=4.5):
    """Return the texts with less contrast than this."""
    return {text: ratio for text, ratio in contrasts(page, *selectors).items() if ratio < least}


def faint_lines(page, *selectors, least=3):
    """Return the borders that are seen with less contrast than this."""
    found = page.evaluate(f"{SCRIPT}; borders({json.dumps(', '.join(selectors))})")
    return {place: ratio for place, ratio in found.items() if ratio < least}


def cut(page):
    """Return the texts that a box hides a part of, where nobody can scroll to it."""
    return page.evaluate(f"{SCRIPT}; cut()")
