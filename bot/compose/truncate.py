"""Plain text in, at most so much of it out: whole graphemes, at a word, never inside a link. PURE.

Platforms count what they receive: escaped, and some of them in UTF-16 units. So the text is cut
before it is escaped and measured as it will be sent; an escape can then never be cut in two.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable

from bot.compose.tex_reader import URL
from bot.model import Plain
from bot.patterns import later_unicode

Escape = Callable[[str], str]
Measure = Callable[[str], int]

_GRAPHEME = later_unicode(r"\X")
_FORMULA = re.compile(r"\$[^$]*\\[^$]*\$")  # TeX that was kept as written
_LOOSE_END = " ,;:–—-([{“‘"


def utf16_length(text: str) -> int:
    """Length in UTF-16 units, as Discord's and JavaScript's counters have it."""
    return len(text) + sum(character > "\uffff" for character in text)


def truncate(
    text: str,
    limit: int,
    *,
    ellipsis: str = "…",
    escape: Escape = str,
    measure: Measure = len,
) -> Plain:
    """As much of `text` as fits: measure(escape(result)) <= limit. The result is not escaped.

    Without `measure` the unit is code points. What is cut ends with `ellipsis` after a whole word;
    inside a word only if the text's first word is too long, inside a link or a formula that
    stayed TeX never. Empty if not even the ellipsis fits. `escape` may treat signs by where they
    stand (a "#" at a line's start), but must not make a shorter text longer than a longer one.
    """
    if measure(escape(text)) <= limit:
        return Plain(text)

    def fits(cut: int) -> bool:
        return measure(escape(_ended(text, cut, ellipsis))) <= limit

    ends = [found.start() for found in _GRAPHEME.finditer(text)][1:]
    whole = [found.span() for pattern in (URL, _FORMULA) for found in pattern.finditer(text)]
    count = bisect_right(ends, False, key=lambda end: not fits(end))
    cut = _at_word(text, ends[count - 1] if count else 0, whole)
    while cut and not fits(cut):  # an escape that depends on what follows
        count = bisect_left(ends, cut)
        cut = _at_word(text, ends[count - 1] if count else 0, whole)
    return Plain(_ended(text, cut, ellipsis) if fits(cut) else "")


def _ended(text: str, cut: int, ellipsis: str) -> str:
    return text[:cut].rstrip(_LOOSE_END) + ellipsis


def _at_word(text: str, cut: int, whole: list[tuple[int, int]]) -> int:
    """The last place up to `cut` where a word ends and nothing whole is cut; `cut` if none."""
    place = _outside(cut, whole)
    while place > 0 and not (text[place].isspace() and not text[place - 1].isspace()):
        place = _outside(place - 1, whole)
    return place or _outside(cut, whole)


def _outside(cut: int, whole: list[tuple[int, int]]) -> int:
    for start, end in whole:
        if start < cut < end:
            return start
    return cut
