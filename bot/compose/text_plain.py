"""Raw text from arXiv in, text for people out, with a way back from each to the other. PURE.

    raw ──▶ plain(raw)         titles, abstracts, comments, names; never raises
        ──▶ plain_spans(raw)   the same text, and which part of it stands for which part of raw

Matching reads raw text and display reads plain text, so a highlight is found in the one and
painted in the other: `PlainText.to_plain`. Most texts hold no TeX and are answered at once.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from bot.compose.tex import Piece, read_tex
from bot.model import Plain
from bot.patterns import later_unicode

_SIGNS = ("\\", "$", "{", "}", "`", "~", "^", "--", "''", "  ")
_TEX = re.compile(r"_[\d{]|&[#A-Za-z]\w*;")
# What people cannot see, or should not: controls, soft hyphens, zero widths, direction overrides,
# lone surrogates; spaces of any other kind; letters in mathematical dress; ligatures.
_UNSEEN = r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e"
_UNSEEN += r"\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff"
_DRESSED = r"\u2102\u210a-\u210d\u2110-\u2112\u2115\u2119-\u211d\u2124\u2128\u212c\u212d"
_DRESSED += r"\u212f-\u2131\u2133\u2134\u213c-\u2140\u2145-\u2149\ufb00-\ufb06\U0001d400-\U0001d7ff"
_ODD = re.compile(rf"[^\S ]|[{_UNSEEN}{_DRESSED}]")
_UNSEEN_SIGN = re.compile(rf"[{_UNSEEN}]")
_CLUSTER = later_unicode(r"\X")

Span = tuple[int, int]
"""Start and end, in characters."""


@dataclass(frozen=True, slots=True)
class PlainText:
    """Plain text that knows where it comes from.

    `parts` are (start, end) in `text` with (start, end) in the raw text, in reading order; within
    a part whose two lengths are equal, characters correspond one to one.
    """

    text: Plain
    parts: tuple[tuple[int, int, int, int], ...]

    def to_plain(self, start: int, end: int) -> Span:
        """The range of `text` that shows raw[start:end]; empty if none of it is shown."""
        return _across(self.parts, start, end)

    def to_raw(self, start: int, end: int) -> Span:
        """The range of the raw text that text[start:end] stands for."""
        return _across(((c, d, a, b) for a, b, c, d in self.parts), start, end)


def plain(text: str) -> Plain:
    """Readable text: TeX, HTML entities and odd characters resolved, spaces single, NFC."""
    if _is_plain(text):
        return Plain(text.strip())
    return Plain("".join(piece[0] for piece in _tidy(read_tex(text))))


def plain_spans(text: str) -> PlainText:
    """As `plain`, with the way back."""
    if _is_plain(text):
        start = len(text) - len(text.lstrip())
        bare = text.strip()
        return PlainText(Plain(bare), ((0, len(bare), start, start + len(bare)),) if bare else ())
    parts, at, shown = [], 0, []
    for out, start, end in _tidy(read_tex(text)):
        parts.append((at, at + len(out), start, end))
        shown.append(out)
        at += len(out)
    return PlainText(Plain("".join(shown)), tuple(parts))


def _is_plain(text: str) -> bool:
    """Whether nothing but the ends need care: seven quick looks that most texts pass."""
    if any(sign in text for sign in _SIGNS) or not text.isprintable():
        return False
    if ("_" in text or "&" in text) and _TEX.search(text):
        return False
    return text.isascii() or (not _ODD.search(text) and unicodedata.is_normalized("NFC", text))


def _across(
    parts: "Iterator[tuple[int, int, int, int]] | tuple[tuple[int, int, int, int], ...]",
    start: int,
    end: int,
) -> Span:
    """Carry a range over from the right-hand side of the parts to the left-hand side."""
    reached = 0
    spans: list[Span] = []
    for left, left_end, right, right_end in parts:
        if right_end <= start:
            reached = max(reached, left_end)
        if right < end and right_end > start:
            same = left_end - left == right_end - right
            first = left + max(0, start - right) if same else left
            last = left_end - max(0, right_end - end) if same else left_end
            spans.append((first, last))
    if not spans:
        return reached, reached
    return min(span[0] for span in spans), max(span[1] for span in spans)


# ── tidying: what is seen, single spaces, NFC ────────────────────────────────────────────────────


def _tidy(pieces: list[Piece]) -> list[Piece]:
    text = "".join(piece[0] for piece in pieces)
    if _ODD.search(text):
        pieces = [part for piece in pieces for part in _mended(piece)]
    pieces = list(_single_spaced(pieces))
    text = "".join(piece[0] for piece in pieces)
    return pieces if unicodedata.is_normalized("NFC", text) else _composed(pieces)


def _mended(piece: Piece) -> Iterator[Piece]:
    """Cut a piece at its odd characters and replace each."""
    text, start, end = piece
    exact, at = len(text) == end - start, 0
    for found in _ODD.finditer(text):
        lo, hi = found.span()
        if at < lo:
            yield (text[at:lo], start + at, start + lo) if exact else (text[at:lo], start, end)
        sign = _mended_sign(found[0])
        if sign:
            yield (sign, start + lo, start + hi) if exact else (sign, start, end)
        at = hi
    if at < len(text):
        yield (text[at:], start + at, end) if exact else (text[at:], start, end)


def _mended_sign(sign: str) -> str:
    if sign.isspace():
        return " "
    return "" if _UNSEEN_SIGN.match(sign) else unicodedata.normalize("NFKC", sign)


def _single_spaced(pieces: list[Piece]) -> Iterator[Piece]:
    """One space where there are several, none at the ends."""
    last: Piece | None = None
    ended = " "
    for piece in pieces:
        kept = piece
        if ended == " " and piece[0].startswith(" "):
            kept = _without(piece, len(piece[0]) - len(piece[0].lstrip(" ")), 0)
        if "  " in kept[0]:
            kept = (re.sub("  +", " ", kept[0]), kept[1], kept[2])
        if not kept[0]:
            continue
        ended = kept[0][-1]
        if last is not None:
            yield last
        last = kept
    if last is not None and last[0] != " ":
        yield _without(last, 0, len(last[0]) - len(last[0].rstrip(" ")))


def _without(piece: Piece, before: int, after: int) -> Piece:
    """The piece with so many characters less at its start and end."""
    text, start, end = piece
    exact = len(text) == end - start
    text = text[before : len(text) - after]
    return (text, start + before, end - after) if exact else (text, start, end)


def _composed(pieces: list[Piece]) -> list[Piece]:
    """NFC, cluster by cluster, so that each stays with its place in the raw text."""
    letters: list[tuple[int, int]] = []
    for text, start, end in pieces:
        exact = len(text) == end - start
        letters += [(start + i, start + i + 1) if exact else (start, end) for i in range(len(text))]
    text, composed = "".join(piece[0] for piece in pieces), []
    for found in _CLUSTER.finditer(text):
        ranges = letters[found.start() : found.end()]
        nfc = unicodedata.normalize("NFC", found[0])
        composed.append((nfc, min(r[0] for r in ranges), max(r[1] for r in ranges)))
    whole = "".join(piece[0] for piece in composed)
    if unicodedata.is_normalized("NFC", whole):
        return composed
    return [(unicodedata.normalize("NFC", whole), composed[0][1], composed[-1][2])]
