r"""Text from anywhere → Discord markdown that shows it as it stands. PURE.

Discord parses every text it shows (https://docs.discord.com/developers/reference, "Message
Formatting"), so what comes from arXiv or from people is escaped: a backslash before a sign makes it
itself. Two things are beyond a backslash and get an invisible word joiner: what looks like a
mention to readers of the raw text, and the end of a code block.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final
from urllib.parse import quote

from bot.compose.moments import Moment, moments
from bot.compose.truncate import truncate, utf16_length

JOINER: Final = "\u2060"
LONGEST_URL: Final = 400  # characters of an address that is linked
_UNLINKED: Final = 120  # characters of an address that cannot be linked
# Signs that turn the direction of what follows, that no screen shows, or that no request may hold.
_UNFIT: Final = re.compile(
    "[\u202a-\u202e\u2066-\u2069\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff]"
)
_SPACES: Final = re.compile(r"\s+")
# Escaped wherever they stand. The colon ends ":smile:" and "https://" before they begin.
_SIGNS: Final = re.compile(r"[\\*_~|`\[\]<>:@#]|(?<=\])\(|(?<=[Dd]iscord)\.|(?<=[Dd]iscordapp)\.")
_MENTION: Final = re.compile(r"(?<=<)(?=@|#|/|:|a:|t:|id:|sound:)|(?<=@)(?=everyone|here)")
_LIST: Final = re.compile(r"(\s*\d*)[-+.)](?=\s|$)")
_FENCE: Final = re.compile("`(?=`)")
_PAIR: Final = re.compile(r"(\[[^\[\]]*\])|([\[\]])")
_WIDE: Final = {"[": "\uff3b", "]": "\uff3d"}


def flat(text: str) -> str:
    """Return text on one line, for labels that Discord does not parse; "" if none can be seen."""
    bare = _SPACES.sub(" ", _UNFIT.sub("", text)).strip()
    return bare if any(sign.isprintable() for sign in bare) else ""


def escaped(text: str) -> str:
    """Return text with every sign escaped that means something inside a line; spaces stay."""
    return _SIGNS.sub(r"\\\g<0>", _MENTION.sub(JOINER, _UNFIT.sub("", text)))


def lined(markdown: str) -> str:
    """Return a line of markdown that does not begin a list, whatever its first words are."""
    found = _LIST.match(markdown)
    return f"{found[1]}\\{markdown[found.end(1) :]}" if found else markdown


def literal(text: str) -> str:
    """Return text on one line as markdown that shows it as it stands; "" stays ""."""
    return lined(escaped(flat(text)))


@lru_cache(maxsize=2048)  # what is split into messages is measured several times
def cut(text: str, limit: int) -> str:
    """Return as much of a text as is at most `limit` UTF-16 units once escaped. Not escaped."""
    return truncate(_begun(text, limit), limit, escape=literal, measure=utf16_length)


def label(text: str, limit: int) -> str:
    """Return what a button or an option is called, of at most `limit`; of nothing, a dash."""
    return truncate(_begun(text, limit), limit, measure=utf16_length) or "–"


def address(url: str) -> str:
    """Return an address that ends neither a link nor angle brackets; "" for one that is no link."""
    if not url.startswith(("https://", "http://")):
        return ""
    safe = quote(_UNFIT.sub("", url), safe="/:?#@!$&'+,;=%~-._")
    return safe if len(safe) <= LONGEST_URL else ""


def link(url: str, text: str, *, bold: bool = False) -> str:
    """Return a link that reads `text`, without a preview; where it has none, the address.

    Discord finds the end of a link's text by its brackets, escaped or not: one without its other
    half would undo the link, so it is shown in its wide form.
    """
    said, to = escaped(_closed(flat(text))), address(url)
    bare = f"<{to}>" if to else escaped(label(url, _UNLINKED))
    made = f"[{said}](<{to}>)" if said and to else said or bare
    return f"**{made}**" if bold else made


def moment(one: Moment) -> str:
    """Return a moment that each reader sees in their own zone, as time or date and time."""
    return f"<t:{int(one.when.timestamp())}:{'f' if one.with_day else 't'}>"


def sentence(text: str) -> str:
    """Return text that may carry moments, on one line, as markdown that shows it as it stands."""
    parts = moments(flat(text))
    return lined("".join(escaped(one) if isinstance(one, str) else moment(one) for one in parts))


def fenced(text: str) -> str:
    """Return lines in one width, to copy; runs of backticks are held apart."""
    return f"```\n{_FENCE.sub('`' + JOINER, _UNFIT.sub('', text))}\n```"


def pieces(text: str, limit: int) -> Iterator[str]:
    """Yield a text in pieces of at most `limit` UTF-16 units once escaped, cut between words."""
    rest = flat(text)
    while rest:
        if utf16_length(literal(rest)) <= limit:
            yield rest
            return
        at = _fitting(rest, limit)
        yield rest[:at]
        rest = rest[at:].lstrip()


def _begun(text: str, limit: int) -> str:
    """Return more than can fit of a text, so that an endless one costs no more than a long one."""
    return flat(flat(text)[: 2 * limit + 2])


def _fitting(text: str, limit: int) -> int:
    """Return where to cut: after the last word that fits, inside one only if it is too long."""
    low, high = 1, min(len(text), limit)
    while low < high:
        middle = (low + high + 1) // 2
        if utf16_length(literal(text[:middle])) <= limit:
            low = middle
        else:
            high = middle - 1
    at = text.rfind(" ", 1, low + 1)
    return at if at > 0 else low


def _closed(text: str) -> str:
    """Return text whose brackets come in pairs without others inside; the rest in wide form."""
    return _PAIR.sub(lambda found: found[1] or _WIDE[found[2]], text)
