"""Topics that may be meant as one, and what to try where a phrase finds nothing. PURE.

Two topics are near if they look for the same words in another order or with other operators, if a
single word differs by a letter or two, or if one lists the other among its alternatives. Two
categories, two names or a narrower topic are not: asking too often is worse than a second topic.
"""

import difflib
from collections.abc import Iterable

from bot.compose import words as analysis
from bot.compose.expression import (
    OPERATORS,
    Author,
    Category,
    Expression,
    Field,
    Leaf,
    Or,
    Phrase,
    leaves,
)
from bot.compose.topic import Topic, parse_topic
from bot.compose.words import GAP
from bot.errors import TopicError
from bot.model import Subscription

_LIKE = 0.8  # of two words, from which one may be the other misspelled
_SHORTEST = 5  # letters; shorter words differ too easily
_Key = tuple[str, tuple[str, ...]]
_WORD_FIELDS = {Field.ANY: "", Field.TITLE: "ti:", Field.ABSTRACT: "abs:"}


def nearest(topic: Topic, here: Iterable[Subscription]) -> Subscription | None:
    """Return the subscription that `topic` may be meant to be, or None."""
    return next((one for one in here if _is_near(topic.expression, one.topic)), None)


def all_its_words(topic: Topic) -> tuple[str, int]:
    """Return a phrase's words joined with AND, and how many; ("", 0) for any other topic."""
    phrase = topic.expression
    if not isinstance(phrase, Phrase) or phrase.where not in _WORD_FIELDS:
        return "", 0
    parts = dict.fromkeys(part for part in phrase.typed.split() if _is_indexed(part))
    if len(parts) <= 1:
        return "", 0
    field = _WORD_FIELDS[phrase.where]
    return " AND ".join(f"{field}{_bare(part)}" for part in parts), len(parts)


def _is_near(tree: Expression, canonical: str) -> bool:
    try:
        other = parse_topic(canonical).expression
    except TopicError:  # written by an older Paperboy; nothing can be said about it
        return False
    ours, theirs = _keys(tree), _keys(other)
    mine, yours = set(ours), set(theirs)
    if mine == yours:
        return True
    lists = _are_alternatives(tree) and _are_alternatives(other)
    return (lists and (mine <= yours or mine >= yours)) or _misspelled(ours, theirs)


def _keys(tree: Expression) -> list[_Key]:
    return [_key(leaf) for leaf in leaves(tree)]


def _key(leaf: Leaf) -> _Key:
    match leaf:
        case Category(pattern):
            return "cat", (pattern,)
        case Author(said):
            return "au", said
        case Phrase(where, stems=stems):
            return where.value, stems


def _are_alternatives(tree: Expression) -> bool:
    return isinstance(tree, Leaf) or (
        isinstance(tree, Or) and all(isinstance(part, Leaf) for part in tree.parts)
    )


def _misspelled(ours: list[_Key], theirs: list[_Key]) -> bool:
    """Say whether the same words stand in the same places, but for one that is like another."""
    if [(where, len(said)) for where, said in ours] != [(w, len(said)) for w, said in theirs]:
        return False
    pairs = [
        (where, mine, yours)
        for (where, said), (_, others) in zip(ours, theirs, strict=True)
        for mine, yours in zip(said, others, strict=True)
        if mine != yours
    ]
    return len(pairs) == 1 and _are_like(*pairs[0])


def _are_like(where: str, mine: str, yours: str) -> bool:
    if where == "cat" or min(len(mine), len(yours)) < _SHORTEST or mine[0] != yours[0]:
        return False
    return difflib.SequenceMatcher(None, mine, yours).ratio() >= _LIKE


def _is_indexed(part: str) -> bool:
    return any(stem != GAP for stem in analysis.stems(part))


def _bare(part: str) -> str:
    return part if part.isalnum() and part not in OPERATORS else f'"{part}"'
