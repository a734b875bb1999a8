"""Text from anywhere → text that Slack shows as it stands. PURE.

What comes from arXiv or from people goes into `rich_text` elements or `plain_text` objects, which
Slack never parses (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block): it cannot
format, ping or break out of a link. Only a message's fallback text is escaped instead.
"""

import re
from typing import Any, Final

from bot.compose.moments import Moment, moments
from bot.compose.text import truncate

Element = dict[str, Any]
"""One element of a rich_text section, as JSON."""

# Characters that turn the direction of all that follows: a title must not reach out of its place.
_TURNING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SPACES: Final = re.compile(r"\s+")
# A word joiner takes the meaning from "<!channel>" also for readers that read it as mrkdwn.
_CONTROL: Final = re.compile("<(?=[!@#])")
_JOINER: Final = "\u2060"
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def literal(text: str) -> str:
    """Return text on one line that Slack shows as it stands; "" stays ""."""
    bare = _SPACES.sub(" ", _TURNING.sub("", text)).strip()
    return _CONTROL.sub("<" + _JOINER, bare)


def escaped(text: str) -> str:
    """Return text for a message's fallback, where only & < > mean something. Lines stay."""
    return _TURNING.sub("", text).translate(_ESCAPES)


def cut(text: str, limit: int) -> str:
    """Return as much of a one-line text as fits, in code points, ended at a word with "…"."""
    return truncate(literal(text), limit)


def words(text: str, *, bold: bool = False, italic: bool = False, code: bool = False) -> Element:
    """Return an element that says these words; spaces at the ends stay."""
    # Slack refuses an element without a character; the joiner is one that nobody sees.
    shown = _CONTROL.sub("<" + _JOINER, _TURNING.sub("", text)) or _JOINER
    element: Element = {"type": "text", "text": shown}
    style = {"bold": bold, "italic": italic, "code": code}
    if chosen := {name: True for name, on in style.items() if on}:
        element["style"] = chosen
    return element


def link(url: str, text: str, *, bold: bool = False) -> Element:
    """Return a link that reads `text`; the address itself where there is no text."""
    element: Element = {"type": "link", "url": url, "text": literal(text) or url}
    if bold:
        element["style"] = {"bold": True}
    return element


def user(id_: str) -> Element:
    """Return a mention of a person; never of words that somebody wrote."""
    return {"type": "user", "user_id": id_}


def moment(one: Moment) -> Element:
    """Return a moment that each reader sees in their own zone; it may lead to its message."""
    element: Element = {
        "type": "date",
        "timestamp": int(one.when.timestamp()),
        "format": "{date_short_pretty} {time}" if one.with_day else "{time}",
        "fallback": literal(one.said) or _JOINER,
    }
    return {**element, "url": one.url} if one.url else element


def sentence(text: str) -> list[Element]:
    """Return the elements of a text that may carry moments."""
    return [words(one) if isinstance(one, str) else moment(one) for one in moments(text)]
