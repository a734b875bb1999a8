"""A filter under every topic of a Discord server: "only cs.*, stat.*; -survey". PURE.

Parts stand between semicolons: after `only` what a paper must match, after `-` what leaves it out.
Alternatives are separated by commas, as in a topic. It is no topic, because it may only leave out.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.compose.expression import Expression, both, either, without
from bot.compose.match import matches
from bot.compose.topic import Topic, parse_topic
from bot.errors import CommandError
from bot.model import Paper, Place

_ONLY = re.compile(r"only\s+", re.IGNORECASE)
_MINUS = re.compile(r"(^|,)\s*-\s*")
_PATTERN = re.compile(r"(^|,)\s*([a-z-]+(?:\.[a-z-]+)?\.?\*)\s*(?=,|$)", re.IGNORECASE)
EXAMPLE = "For example: only cs.*, stat.*; -survey"


@dataclass(frozen=True, slots=True)
class Base:
    """What every paper must match, and what none may; None: anything, nothing."""

    only: Expression | None = None
    drop: Expression | None = None

    def takes(self, paper: Paper) -> bool:
        """Say whether a paper may come."""
        if self.only is not None and not matches(self.only, paper):
            return False
        return self.drop is None or not matches(self.drop, paper)


@lru_cache(maxsize=256)
def read_base(text: str) -> Base:
    """Return what a filter says. Raises `TopicError`, `CommandError`."""
    only: list[Expression] = []
    drop: list[Expression] = []
    for part in filter(None, map(str.strip, text.split(";"))):
        if found := _ONLY.match(part):
            only.append(_expression(part[found.end() :]))
        elif part.startswith("-"):
            drop.append(_expression(_MINUS.sub(r"\1 ", part)))
        else:
            raise CommandError(f'"{part}" begins neither with only nor with -.', remedy=EXAMPLE)
    return Base(both(*only) if only else None, either(*drop) if drop else None)


def tidy(text: str) -> str:
    """Return a filter as it is shown and kept: one space, one semicolon. Raises as `read_base`."""
    parts = [" ".join(part.split()) for part in text.split(";")]
    kept = "; ".join(filter(None, parts))
    read_base(kept)
    return kept


def unwanted(exclude: str, base: str, paper: Paper) -> bool:
    """Say whether a place's exclusion or the filter under it keeps a paper away."""
    if exclude and matches(parse_topic(exclude).expression, paper):
        return True
    return bool(base) and not read_base(base).takes(paper)


def narrowed(topic: Topic, place: Place) -> Topic:
    """Return a topic as it finds papers for this place, under the same name."""
    tree, base = topic.expression, read_base(place.base)
    if base.only is not None:
        tree = both(tree, base.only)
    drops = [base.drop] if base.drop is not None else []
    if place.exclude:
        drops.append(parse_topic(place.exclude).expression)
    return replace(topic, expression=without(tree, either(*drops)) if drops else tree)


def _expression(text: str) -> Expression:
    topic = parse_topic(_PATTERN.sub(r"\1 cat:\2", text))
    if topic.kinds is not None:
        raise CommandError("kind: goes with a topic, not with a filter.", remedy=EXAMPLE)
    return topic.expression
