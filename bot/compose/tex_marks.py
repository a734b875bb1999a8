"""Raw text in; which braces and dollar signs belong together out. PURE.

Real abstracts hold stray braces, prices and formulas that are never closed, so pairs are found
before anything is read: what has no partner is known to be stray, or to be money.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

DEPTH = 40
"""Braces nested deeper than this count as stray; keeps every reader's recursion small."""

_MARK = re.compile(r"\\(?:[A-Za-z]+|.)?|\$\$?|[{}]", re.DOTALL)
_CLOSES = {"}": "{", r"\)": r"\(", r"\]": r"\["}
_OPENS = frozenset(_CLOSES.values())
_FORMULA_MAX = 600  # characters; a dollar whose partner is further away is a sign of its own
_DOLLAR = re.compile(r"(?<!\\)\$")
_GROUPS = re.compile(r"\\[A-Za-z]+\s*(?:\{[^{}]*\})?")
_PROSE = re.compile(r"(?<![A-Za-z\\{])[A-Za-z]{3,}[,.;]?\s+[A-Za-z]{2,}[,.;]?\s+[A-Za-z]{2,}")
_TWO_WORDS = re.compile(r"[A-Za-z]{2,}[,.;]?\s+[A-Za-z]{2,}")
_RANGE = re.compile(r"[\d.,]+[kKMB]?\s*(?:-{1,2}|–|to|and|or|/)\s*")


@dataclass(frozen=True, slots=True)
class Marks:
    r"""`pairs`: position of each opening brace, dollar, `\(` or `\[` → position of its partner.

    `money`: positions of dollar signs that mean dollars.
    """

    pairs: Mapping[int, int]
    money: frozenset[int]


def pair_marks(raw: str) -> Marks:
    """Pair what belongs together; never raises, linear in the text's length."""
    pairs: dict[int, int] = {}
    money: set[int] = set()
    stack: list[tuple[str, int]] = []
    for found in _MARK.finditer(raw):
        mark, at = found[0], found.start()
        if mark in _OPENS and len(stack) < DEPTH:
            stack.append((mark, at))
        elif mark in _CLOSES:
            _close(stack, _CLOSES[mark], at, pairs)
        elif mark[0] == "$":
            _dollar(raw, mark, at, stack, pairs, money)
    return Marks(pairs, frozenset(money))


def _close(stack: list[tuple[str, int]], opener: str, at: int, pairs: dict[int, int]) -> None:
    """Take the nearest open partner; whatever was left open inside is stray."""
    for depth in range(len(stack) - 1, -1, -1):
        mark, start = stack[depth]
        if mark == opener:
            pairs[start] = at
            del stack[depth:]
            return
        if mark == "{":  # a formula does not reach out of the braces that it began in
            return


def _dollar(
    raw: str,
    mark: str,
    at: int,
    stack: list[tuple[str, int]],
    pairs: dict[int, int],
    money: set[int],
) -> None:
    inside = stack[-1][0] if stack else ""
    if inside == mark:
        _close(stack, mark, at, pairs)
    elif inside == "$":  # "$$" ends one formula and begins the next
        _close(stack, "$", at, pairs)
        _dollar(raw, "$", at + 1, stack, pairs, money)
    elif _is_money(raw, at):
        money.add(at)
    elif len(stack) < DEPTH and (mark == "$$" or not _is_prose(raw, at)):
        stack.append((mark, at))


def _is_money(raw: str, at: int) -> bool:
    """Whether the dollar before a number is a price: what follows does not close as a formula."""
    if not raw[at + 1 : at + 2].isdecimal():
        return False
    end = _DOLLAR.search(raw, at + 1, at + _FORMULA_MAX)
    if end is None:
        return True
    inside = raw[at + 1 : end.start()]
    if _RANGE.fullmatch(inside):
        return True
    return inside[-1].isspace() or bool(_TWO_WORDS.search(_GROUPS.sub(" ", inside)))


def _is_prose(raw: str, at: int) -> bool:
    """Whether what stands up to the next dollar reads as a sentence, so that this one is stray."""
    end = _DOLLAR.search(raw, at + 1, at + _FORMULA_MAX)
    if end is None:
        return True
    return bool(_PROSE.search(_GROUPS.sub("", raw[at + 1 : end.start()])))
