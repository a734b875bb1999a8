"""What the stand-ins hold, against what was owed: lost, repeated, in doubt, late. PURE.

A digest is delivered when every paper of it stands at its room. A message counts as repeated if its
key is held twice, or if one of its papers stands there in another message of the same level (a
thread may show the papers of its parent once more).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.faults.reference import OwedDigest
from tests.faults.world import Room

Json = dict[str, Any]
PAPER_ID = re.compile(r"\d{4}\.\d{5}")
Where = tuple[str, str]  # platform and address


@dataclass(frozen=True, slots=True)
class Doubt:
    """A delivery of which nobody can know, as the database shows it to people."""

    where: Where
    papers: frozenset[str]
    day: datetime  # when it was begun


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one owed digest."""

    owed: OwedDigest
    missing: frozenset[str] = frozenset()
    doubted: bool = False
    late: timedelta = timedelta()
    repeated: tuple[str, ...] = ()  # papers or keys that came twice

    @property
    def is_delivered(self) -> bool:
        return not self.missing

    @property
    def is_lost(self) -> bool:
        return bool(self.missing) and not self.doubted


@dataclass(frozen=True, slots=True)
class Stray:
    """Something that came twice and belongs to no owed digest."""

    where: Where
    what: str
    is_notice: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of everything that a world owed."""

    fates: tuple[Fate, ...]
    strays: tuple[Stray, ...]
    disordered: tuple[str, ...]  # parts that arrived after a later one


def judge(
    owed: Sequence[OwedDigest],
    held: Sequence[Json],
    doubts: Collection[Doubt],
    parts: Mapping[str, tuple[int, int]] | None = None,
) -> Verdict:
    """Compare. `parts`: which digest's part the message with a key is, by the bot's own log."""
    rooms: dict[Where, list[Json]] = defaultdict(list)
    for message in held:
        rooms[message["platform"], message["address"]].append(message)
    doubted: dict[Where, set[str]] = defaultdict(set)
    for one in doubts:
        doubted[one.where] |= one.papers
    twice = {where: _twice(messages) for where, messages in rooms.items()}
    blamed: set[tuple[Where, str]] = set()
    fates = []
    for digest in owed:
        where = where_of(digest.room)
        mine = {paper: why for paper, why in twice.get(where, {}).items() if paper in digest.papers}
        blamed |= {(where, paper) for paper in mine}
        fates.append(_fate(digest, rooms[where], doubted[where], tuple(sorted(mine.values()))))
    strays = [
        Stray(where, why, is_notice=not PAPER_ID.fullmatch(paper))
        for where, some in twice.items()
        for paper, why in some.items()
        if (where, paper) not in blamed
    ]
    return Verdict(tuple(fates), tuple(strays), tuple(_disordered(held, parts or {})))


def where_of(room: Room) -> Where:
    return room.destination.platform, room.destination.address


def _fate(
    digest: OwedDigest, held: Sequence[Json], doubted: Collection[str], repeated: tuple[str, ...]
) -> Fate:
    arrived: dict[str, datetime] = {}
    for message in held:
        for paper in set(message["papers"]) & digest.papers:
            at = datetime.fromisoformat(message["at"])
            arrived[paper] = min(at, arrived.get(paper, at))
    missing = digest.papers - arrived.keys()
    last = max(arrived.values(), default=digest.due)
    late = max(last - digest.due, timedelta())
    return Fate(digest, frozenset(missing), missing <= set(doubted), late, repeated)


def _twice(held: Sequence[Json]) -> Mapping[str, str]:
    """Return what came twice at one room: a paper, or the key of a message without papers."""
    keys = Counter(message["key"] for message in held)
    found: dict[str, str] = {}
    for message in held:
        if keys[message["key"]] > 1 or not message["key"]:
            about = message["papers"] or [message["key"]]
            found |= dict.fromkeys(about, f"message {message['key'] or '?'} twice")
    for threaded in (False, True):
        papers = Counter(
            paper
            for message in held
            if bool(message["thread"]) is threaded
            for paper in message["papers"]
        )
        found |= {one: f"paper {one} twice" for one, times in papers.items() if times > 1}
    return found


def _disordered(held: Sequence[Json], parts: Mapping[str, tuple[int, int]]) -> list[str]:
    """Return the messages that arrived after a later part of their digest.

    Ids ascend on each platform, whatever the clocks say. Of a message that came twice the first
    counts.
    """
    first: dict[str, Decimal] = {}
    for message in held:
        id_ = Decimal(message["id"])
        first[message["key"]] = min(id_, first.get(message["key"], id_))
    arrived: dict[int, list[tuple[Decimal, int, str]]] = defaultdict(list)
    for key, id_ in first.items():
        if key in parts:
            digest, part = parts[key]
            arrived[digest].append((id_, part, key))
    return [
        f"part {key} arrived after a later one"
        for some in map(sorted, arrived.values())
        for (_, part, key), (_, before, _) in zip(some[1:], some, strict=False)
        if part < before
    ]
