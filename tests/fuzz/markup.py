"""One XML document → another that is still well formed, mostly, and a little wrong. PURE.

Mistakes in single bytes nearly always break the markup, and the parser never sees what stands in
it. These change what stands between tags and in attributes, and which elements there are.
"""

import re
from collections.abc import Sequence
from random import Random
from typing import Final
from xml.sax.saxutils import escape, unescape

from tests.fuzz.mutation import mutated_text

_TEXT: Final = re.compile(r"(?<=>)[^<>]+(?=<)|(?<==\")[^\"<>]*(?=\")|(?<==')[^'<>]*(?=')")
_ELEMENT: Final = re.compile(r"<([\w:.-]+)(?:\s[^<>]*)?(?:/>|>(?:[^<]|<(?!\1[\s>]))*?</\1>)")
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def mutated_markup(data: bytes, others: Sequence[bytes], words: Sequence[str], by: Random) -> bytes:
    """Return the document with one to four changes."""
    document = data.decode("utf-8", "replace")
    for _ in range(by.choice((1, 1, 2, 4))):
        if by.random() < 0.65:
            document = _other_text(document, words, by)
        else:
            document = _other_elements(document, by.choice(others), by)
    return document.encode("utf-8", "replace")


def _other_text(document: str, words: Sequence[str], by: Random) -> str:
    places = [found.span() for found in _TEXT.finditer(document)]
    if not places:
        return document
    start, end = by.choice(places)
    there = unescape(document[start:end])
    wrong = mutated_text(there, [there, by.choice(words)], words, by)
    safe = escape(_NOT_XML.sub("?", wrong), {'"': "&quot;", "'": "&apos;"})
    return document[:start] + safe + document[end:]


def _other_elements(document: str, other: bytes, by: Random) -> str:
    places = [found.span() for found in _ELEMENT.finditer(document)]
    if not places:
        return document
    start, end = by.choice(places)
    element = document[start:end]
    donors = [found[0] for found in _ELEMENT.finditer(other.decode("utf-8", "replace"))]
    piece = by.choice(("", element * 2, element * 40, by.choice(donors or [element])))
    at = by.choice((start, end, by.choice(places)[0]))
    if by.random() < 0.5:
        return document[:start] + piece + document[end:]
    return document[:at] + piece + document[at:]
