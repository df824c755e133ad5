"""What ``CHANGELOG.md`` says that an earlier state of it did not: the news of ``course update``."""

from __future__ import annotations


def news(before: str, after: str) -> str:
    """Return the entries of a changelog that an earlier state of it did not have, under their headings."""
    known = {entry for _, entry in _entries(before)}
    lines, last = [], ""
    for heading, entry in _entries(after):
        if entry in known:
            continue
        if heading != last:
            lines.append(heading)
        lines.append(entry)
        last = heading
    return "\n".join(lines)


def _entries(changelog: str) -> list[tuple[str, str]]:
    """Return (heading, entry) for each point of the lists in a changelog; an entry may have several lines."""
    found, heading = [], ""
    for line in changelog.splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ")
        elif line.startswith("- "):
            found.append((heading, line))
        elif line.startswith("  ") and found:
            found[-1] = (found[-1][0], f"{found[-1][1]}\n{line}")
    return found
