"""Moments inside sentences, which a platform shows in each reader's own zone where it can. PURE.

A sentence holds a moment as an interlinear annotation (Unicode 23.8): the words that say it, then
the moment itself, then the address of the message that came at it, if there is one. Who cannot show
moments uses `told`, and reads the words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

_ANCHOR, _SEPARATOR, _END = "\ufff9", "\ufffa", "\ufffb"
_STAMP: Final = re.compile(
    f"{_ANCHOR}([^{_ANCHOR}{_SEPARATOR}{_END}]*){_SEPARATOR}(\\d{{1,11}})(d?)"
    f"([^{_ANCHOR}{_SEPARATOR}{_END}]*){_END}"
)
_STRAY: Final = re.compile(f"[{_ANCHOR}{_SEPARATOR}{_END}]")


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in a sentence."""

    when: datetime
    said: str  # "Tue 24 Nov 06:21"
    with_day: bool
    url: str = ""  # of the message that came then


def stamped(when: datetime, said: str, *, with_day: bool = False, url: str = "") -> str:
    """Return words that carry the moment that they say, in whole seconds, and where it leads."""
    bare, to = _STRAY.sub("", said), _STRAY.sub("", url)
    return f"{_ANCHOR}{bare}{_SEPARATOR}{int(when.timestamp())}{'d' * with_day}{to}{_END}"


def moments(text: str) -> Iterator[str | Moment]:
    """Yield a text in its parts: plain words, and moments."""
    end = 0
    for found in _STAMP.finditer(text):
        if before := _STRAY.sub("", text[end : found.start()]):
            yield before
        when = datetime.fromtimestamp(int(found[2]), UTC)
        yield Moment(when, found[1], bool(found[3]), found[4])
        end = found.end()
    if rest := _STRAY.sub("", text[end:]):
        yield rest


def told(text: str) -> str:
    """Return a text with each moment as the words that say it."""
    return "".join(part if isinstance(part, str) else part.said for part in moments(text))
