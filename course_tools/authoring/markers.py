"""Text between two markers of a page, which ``course build`` writes; the rest of the page is written by hand."""

from __future__ import annotations


def fill(text: str, name: str, content: str, file: str) -> str:
    """Return the text with new content between ``<!-- name -->`` and ``<!-- /name -->``.

    Args:
        text: the page.
        name: of the markers.
        content: lines without a last line break, or an empty string.
        file: name of the page, for the message.

    Raises:
        ValueError: a marker is missing.
    """
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, found_start, rest = text.partition(start)
    _, found_end, after = rest.partition(end)
    if not (found_start and found_end):
        raise ValueError(f"{file} needs the markers {start} and {end}; put them where the {name} belong")
    return f"{before}{start}\n{content}\n{end}{after}" if content else f"{before}{start}\n{end}{after}"
