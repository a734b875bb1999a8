"""A topic as typed → its signs: words, quoted values, fields, operators, parentheses. PURE.

Phones type curly quotes, full-width letters and long dashes: each character is first replaced by
the one that is meant, one for one, so every position is also the position in what was typed.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto

from bot.compose.expression import OPERATORS
from bot.errors import TopicError

FIELDS = frozenset({"ti", "au", "abs", "co", "jr", "cat", "all", "kind"})

_MEANT: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},  # full-width forms of ASCII
    **dict.fromkeys(map(ord, "“”„‟«»‹›「」『』〝〞〟"), '"'),
    **dict.fromkeys(map(ord, "‘’‚‛"), "'"),
    **dict.fromkeys(map(ord, "−‐‑–﹣"), "-"),
    **dict.fromkeys(map(ord, "、﹐"), ","),
    **dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\ufeff"), " "),
}

# What people write for a field that arXiv calls differently, or that a topic cannot have.
_MISTAKEN = {
    **dict.fromkeys(("title", "tit"), "ti"),
    **dict.fromkeys(("author", "authors", "auth"), "au"),
    **dict.fromkeys(("abstract", "abstr"), "abs"),
    **dict.fromkeys(("comment", "comments"), "co"),
    **dict.fromkeys(("journal", "journal_ref"), "jr"),
    **dict.fromkeys(("category", "categories", "subject", "primary"), "cat"),
    **dict.fromkeys(("id", "id_list", "doi", "rn", "acm", "msc", "orcid", "date", "year"), ""),
    **dict.fromkeys(("submitteddate", "lastupdateddate"), ""),
}

_space = re.compile(r"\s+")
_url = re.compile(
    r"<?(?:https?://|(?:www\.|export\.|rss\.)?arxiv\.org/)[^\s<>|()]+(?:\|[^\s<>]*)?>?"
)
_prefix = re.compile(r"([A-Za-z_]+):(?!//)")
_single_quoted = re.compile(r"'([^'\"]+)'(?=[\s(),]|\Z)")
_word = re.compile(r"(?:[^\s\"(),]|(?<=\d),(?=\d))+")


class Sign(Enum):
    """What a part of a topic's text is."""

    WORD = auto()
    QUOTED = auto()
    FIELD = auto()
    OPERATOR = auto()
    MINUS = auto()
    COMMA = auto()
    OPEN = auto()
    CLOSE = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """One sign: `text` is its value (without quotes, colon), `start:end` where it was typed."""

    sign: Sign
    text: str
    start: int
    end: int


def plain_keyboard(typed: str) -> str:
    """Return the text of the same length with the characters that were meant."""
    return typed.translate(_MEANT)


def lex(text: str) -> list[Token]:
    """Return the signs of a `plain_keyboard` text, ended by END.

    Raises TopicError at what cannot be a sign.
    """
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        if space := _space.match(text, at):
            at = space.end()
            continue
        tokens.append(_token(text, at))
        at = tokens[-1].end
    return [*tokens, Token(Sign.END, "", len(text), len(text))]


def _token(text: str, at: int) -> Token:
    simple = {"(": Sign.OPEN, ")": Sign.CLOSE, ",": Sign.COMMA}.get(text[at])
    if simple:
        return Token(simple, text[at], at, at + 1)
    if text[at] == '"':
        return _quoted(text, at)
    opens = at == 0 or text[at - 1].isspace() or text[at - 1] in "(,:-"
    if opens and (single := _single_quoted.match(text, at)):
        return Token(Sign.QUOTED, single[1], at, single.end())
    if url := _url.match(text, at):
        return Token(Sign.WORD, url[0], at, url.end())
    if _is_minus(text, at):
        return Token(Sign.MINUS, "-", at, at + 1)
    return _field(text, at) or _plain(text, at)


def _is_minus(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    lone = not before or before.isspace() or before in "(,"
    return text[at] == "-" and lone and bool(after) and not after.isspace() and after not in "-,)"


def _quoted(text: str, at: int) -> Token:
    end = text.find('"', at + 1)
    if end < 0:
        raise TopicError(
            f"the quote at character {at + 1} is never closed",
            text=text,
            position=at,
            suggestions=(text.rstrip() + '"',) if text[at + 1 :].strip() else (),
        )
    return Token(Sign.QUOTED, text[at + 1 : end], at, end + 1)


def _field(text: str, at: int) -> Token | None:
    prefix = _prefix.match(text, at)
    name = prefix[1].casefold() if prefix else ""
    if prefix and name in FIELDS:
        return Token(Sign.FIELD, name, at, prefix.end())
    if prefix and name in _MISTAKEN:
        raise _no_such_field(text, at, prefix[1])
    return None


def _no_such_field(text: str, at: int, name: str) -> TopicError:
    meant = _MISTAKEN[name.casefold()]
    rest = text[at + len(name) :]
    return TopicError(
        f"there is no field {name}: (character {at + 1}); "
        "expected one of ti: au: abs: co: jr: cat: all: kind:",
        text=text,
        position=at,
        suggestions=(f"{text[:at]}{meant}{rest}",) if meant else (),
    )


def _plain(text: str, at: int) -> Token:
    word = _word.match(text, at)
    assert word is not None, "every other first character is taken above"
    return Token(Sign.OPERATOR if word[0] in OPERATORS else Sign.WORD, word[0], at, word.end())
