"""One input → another one that is a little wrong: bytes, text, and values as JSON has them. PURE.

All chance comes from the `Random` that is passed in, so a seed repeats a campaign.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Final

ODD_TEXTS: Final = (
    "", " ", "\x00", "\n", "\r\n", "\t", "\u2028", "\u202e", "\ufeff", "\ud800", "\udfff", "ı", "İ",
    "ß", "²", "٣", "½", "e\u0301", "👩\u200d🔬", "𝒩", "\U000e0001", "%", "%00", "%ff", "%s", "{}",
    "{key}", "\\", "'", '"', "`", "<", ">", "&", "&amp;", "&#0;", "]]>", "<!--", "<![CDATA[", "-",
    "--", "=", ":", ";", ",", "(", ")", "((((", "))))", "[", "]", "{", "}", "$", "$$", "\\(",
    "\\frac{", "^", "_", "~", "#", "@", "@everyone", "<!channel>", "0", "-0", "-1", "1", "00",
    "9" * 20, "9" * 400, "1" * 5_000, "NaN", "Infinity", "true", "null", "None", "0001-01-01",
    "9999-12-31T23:59:59-23:59", "Mon, 01 Jan 0001 00:00:00 +2359", "2026-02-30", "v1", "v0",
    "v999999999999999999999", "arXiv:", "oai:arXiv.org:", "hep-th/9901001", "2502.07701v2",
)  # fmt: skip
ODD_VALUES: Final[tuple[Any, ...]] = (
    None, True, False, 0, -1, 1, 2, 2**31, 2**53, 2**63, -(2**63) - 1, 10**400, 0.5, 1e308,
    float("nan"), float("inf"), [], {}, [[]], [{}], [None], {"": None}, {"id": {}}, {"value": 1},
)  # fmt: skip
LONGEST: Final = 40_000
_DEEP: Final = 60


def mutated_bytes(data: bytes, others: Sequence[bytes], words: Sequence[str], by: Random) -> bytes:
    """Return the bytes with one to six mistakes in them."""
    longest = len(data)
    pieces = [word.encode("utf-8", "surrogatepass") for word in words]
    for _ in range(by.choice((1, 1, 1, 2, 2, 3, 6))):
        data = by.choice(_OF_BYTES)(data, others, pieces, by)
    return data[: max(LONGEST, longest)]


def mutated_text(text: str, others: Sequence[str], words: Sequence[str], by: Random) -> str:
    """Return the text with one to six mistakes in it."""
    for _ in range(by.choice((1, 1, 1, 2, 2, 3, 6))):
        text = by.choice(_OF_TEXT)(text, others, words, by)[:LONGEST]
    return text


def mutated_value(value: Any, others: Sequence[Any], words: Sequence[str], by: Random) -> Any:
    """Return the value with one to four mistakes in it; the given one stays as it is."""
    for _ in range(by.choice((1, 1, 1, 2, 4))):
        value = _mutated_once(value, value, others, words, by)
    return value


# ── bytes and text ───────────────────────────────────────────────────────────────────────────────


def _span(size: int, by: Random, longest: int = 64) -> tuple[int, int]:
    start = by.randint(0, size)
    return start, min(size, start + by.randint(0, by.choice((1, 4, longest, size))))


def _cut(data: Any, _others: Sequence[Any], _words: Sequence[Any], by: Random) -> Any:
    start, end = _span(len(data), by)
    return data[:start] + data[end:]


def _end(data: Any, _others: Sequence[Any], _words: Sequence[Any], by: Random) -> Any:
    return data[: by.randint(0, len(data))]


def _insert(data: Any, _others: Sequence[Any], words: Sequence[Any], by: Random) -> Any:
    start, end = _span(len(data), by)
    word = by.choice(words) * by.choice((1, 1, 1, 2, 50))
    return data[:start] + word + data[by.choice((start, end)) :]


def _repeat(data: Any, _others: Sequence[Any], _words: Sequence[Any], by: Random) -> Any:
    start, end = _span(len(data), by)
    return data[:start] + data[start:end] * by.choice((2, 3, 20, 400)) + data[end:]


def _splice(data: Any, others: Sequence[Any], _words: Sequence[Any], by: Random) -> Any:
    other = by.choice(others)
    (start, end), (first, last) = _span(len(data), by, 400), _span(len(other), by, 400)
    return data[:start] + other[first:last] + data[end:]


def _move(data: Any, _others: Sequence[Any], _words: Sequence[Any], by: Random) -> Any:
    (start, end), place = _span(len(data), by, 400), by.randint(0, len(data))
    without = data[:start] + data[end:]
    return without[:place] + data[start:end] + without[place:]


def _flip(data: bytes, _others: Sequence[bytes], _words: Sequence[bytes], by: Random) -> bytes:
    if not data:
        return bytes([by.randrange(256)])
    at = by.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << by.randrange(8))]) + data[at + 1 :]


def _letter(text: str, _others: Sequence[str], _words: Sequence[str], by: Random) -> str:
    at = by.randint(0, len(text))
    letter = chr(by.choice((by.randrange(128), by.randrange(0x3000), by.randrange(0x110000))))
    return text[:at] + letter + text[at + by.randint(0, 1) :]


_SHARED: Final = (_cut, _end, _insert, _insert, _insert, _repeat, _splice, _splice, _move)
_OF_BYTES: Final[tuple[Callable[..., bytes], ...]] = (*_SHARED, _flip, _flip)
_OF_TEXT: Final[tuple[Callable[..., str], ...]] = (*_SHARED, _letter, _letter)


# ── values ───────────────────────────────────────────────────────────────────────────────────────


def _mutated_once(
    value: Any, whole: Any, others: Sequence[Any], words: Sequence[str], by: Random
) -> Any:
    """Go down to a place somewhere inside and change what is there."""
    if isinstance(value, dict) and value and by.random() < 0.85:
        name = by.choice(list(value))
        if by.random() < 0.12:
            return _without(value, name, words, by)
        return {**value, name: _mutated_once(value[name], whole, others, words, by)}
    if isinstance(value, list) and value and by.random() < 0.85:
        at = by.randrange(len(value))
        fresh = _mutated_once(value[at], whole, others, words, by)
        return [*value[:at], *by.choice(([fresh], [fresh], [], [fresh] * 30)), *value[at + 1 :]]
    return _other(value, whole, others, words, by)


def _without(value: dict[str, Any], name: str, words: Sequence[str], by: Random) -> dict[str, Any]:
    left = {key: one for key, one in value.items() if key != name}
    return left if by.random() < 0.7 else {**left, by.choice(words): value[name]}


def _other(value: Any, whole: Any, others: Sequence[Any], words: Sequence[str], by: Random) -> Any:
    """Return something else where a value stood."""
    chance = by.random()
    if isinstance(value, str) and chance < 0.55:
        return mutated_text(value, [value, by.choice(words)], words, by)
    if chance < 0.8:
        return by.choice((*ODD_VALUES, by.choice(words)))
    if chance < 0.95:
        return _piece(by.choice((whole, by.choice(others))), by)
    deep = value
    for _ in range(by.randrange(_DEEP)):
        deep = by.choice(([deep], {"id": deep}))
    return deep


def _piece(value: Any, by: Random) -> Any:
    """Return some part of a value."""
    while isinstance(value, dict | list) and value and by.random() < 0.8:
        value = by.choice(list(value.values()) if isinstance(value, dict) else value)
    return value
