"""Where things stand in a TOML file, for errors that name a line. PURE.

The standard library's parser keeps no lines. This reads only headers and keys, of a file that the
parser took; of what it does not find the line of the table around it is told.
"""

import re
from collections import Counter
from typing import Final

Where = tuple[str | int, ...]
"""A path as the parsed file has it: ("place", 0, "subscription", 2, "topic")."""

_HEADER: Final = re.compile(r"\s*\[\[?\s*(?P<name>[\w.\s]+?)\s*\]?\]\s*(?:#.*)?")
_KEY: Final = re.compile(r"\s*(?P<key>\w+)\s*=\s*(?P<rest>.*)")
_LONG: Final = re.compile(r'"""|' + r"'''")


def find_lines(text: str) -> dict[Where, int]:
    """Return the line, from 1, of each table and key."""
    found: dict[Where, int] = {(): 1}
    counts: Counter[Where] = Counter()
    table: Where = ()
    inside = ""  # of a text over several lines: what ends it
    for number, line in enumerate(text.splitlines(), 1):
        if inside:
            inside = "" if inside in line else inside
        elif header := _HEADER.fullmatch(line):
            table = _next(counts, header["name"])
            found[table] = number
        elif key := _KEY.match(line):
            found.setdefault((*table, key["key"]), number)
            marks = _LONG.findall(key["rest"])
            inside = marks[0] if len(marks) == 1 else ""
    return found


def line_of(found: dict[Where, int], where: Where) -> int:
    """Return the line of a path, or of the nearest thing around it."""
    while where not in found:
        where = where[:-1]
    return found[where]


def _next(counts: Counter[Where], name: str) -> Where:
    """Return the path of the next table of this name: ("place", 1, "subscription", 0)."""
    path: Where = ()
    words = [word.strip() for word in name.split(".")]
    for word in words[:-1]:
        path = (*path, word, max(counts[(*path, word)] - 1, 0))
    last = (*path, words[-1])
    counts[last] += 1
    return (*last, counts[last] - 1)
