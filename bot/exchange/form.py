"""Subscriptions ⇄ TOML, for `paperboy export` and `import`. PURE.

Out go places with their options and subscriptions, without what only the database can know:
cursors, ledgers, suspensions. In comes the same, or what a person wrote: everything but a place's
address and a subscription's topic has a default. All that is wrong is told at once, by line.
"""

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final, TypeVar

import msgspec

from bot.compose.base import read_base
from bot.compose.topic import parse_topic
from bot.config_errors import from_msgspec, unknown_keys
from bot.errors import NotTaken, PaperboyError
from bot.exchange.lines import Where, find_lines, line_of
from bot.model import Density, Destination, Kind, Place, Subscription
from bot.schedule import parse_schedule, parse_zone, written

FORMAT: Final = 1
HEAD: Final = (
    "# Paperboy's subscriptions. `paperboy import FILE` takes them in: what is there\n"
    "# already becomes as it stands here, what is missing is added, nothing is taken away.\n"
)
_PLATFORMS: Final = ("slack", "discord", "web")

Wanted = tuple[Place, tuple[Subscription, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class There:
    """A place as it stands in the file."""

    platform: str
    account: str
    address: str
    name: str = ""
    zone: str = "UTC"
    density: Density = Density.AUTO
    person: bool = False
    creator: str = ""
    tell_empty: bool = False
    exclude: str = ""
    skip_shown_at: tuple[str, str, str] | None = None
    within: tuple[str, str, str] | None = None
    base: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """A subscription as it stands in the file."""

    topic: str
    number: int = 0
    label: str = ""  # as the topic
    when: str = "daily at 09:00"
    zone: str = ""  # the place's
    kinds: tuple[str, ...] = ("cross", "new")
    updates: bool = False
    creator: str = ""
    editor: str = ""
    created: datetime | None = None
    paused: bool = False
    paused_until: date | None = None
    ping: str = ""


Row = TypeVar("Row", There, One)
_NOTHING: Final = One(topic="nothing")  # stands for what cannot be read

# ── writing ──────────────────────────────────────────────────────────────────────────────────────


def as_toml(members: Iterable[tuple[Place, Subscription]]) -> str:
    """Return the file of these subscriptions, which come by place."""
    lines = [HEAD, f"format = {FORMAT}"]
    last: Destination | None = None
    for place, one in members:
        if place.destination != last:
            lines += ["", "[[place]]", *_lines(_there(place))]
            last = place.destination
        lines += ["", "[[place.subscription]]", *_lines(_one(one, place))]
    return "\n".join(lines) + "\n"


def _there(place: Place) -> There:
    where = place.destination
    return There(
        platform=where.platform,
        account=where.account,
        address=where.address,
        name=place.name,
        zone=place.zone,
        density=place.density,
        person=place.is_person,
        creator=place.creator,
        tell_empty=place.tell_empty,
        exclude=place.exclude,
        skip_shown_at=_triple(place.skip_shown_at),
        within=_triple(place.within),
        base=place.base,
    )


def _triple(where: Destination | None) -> tuple[str, str, str] | None:
    return (where.platform, where.account, where.address) if where else None


def _one(one: Subscription, place: Place) -> One:
    return One(
        topic=one.topic,
        number=one.number,
        label="" if one.label == one.topic else one.label,
        when=written(one.schedule),
        zone="" if one.zone == place.zone else one.zone,
        kinds=tuple(sorted(one.kinds)),
        updates=one.updates,
        creator=one.creator,
        editor=one.editor,
        created=one.created,
        paused=one.paused,
        paused_until=one.paused_until,
        ping=one.ping,
    )


def _lines(values: One | There) -> Iterator[str]:
    """Yield a key a line; what is as by default is left out."""
    for one in fields(values):
        value = getattr(values, one.name)
        if value != one.default:
            yield f"{one.name} = {_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, str):
        # A JSON string is a TOML string but for this one character.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    if isinstance(value, date):  # a moment is one, too
        return value.isoformat()
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value)


# ── reading ──────────────────────────────────────────────────────────────────────────────────────


def read_toml(text: str) -> Sequence[Wanted]:
    """Return what a file wants, by place. Raises `NotTaken`, which names all that is wrong."""
    try:
        text.encode()
        table = tomllib.loads(text)
    except UnicodeEncodeError:  # halves of letters, which no file in UTF-8 holds
        raise NotTaken("This is not text in UTF-8.") from None
    except (ValueError, RecursionError) as error:  # numbers past all bounds; endless nesting
        raise NotTaken(f"This is not TOML: {error}.") from None
    reader = _Reader(text)
    found = reader.places(table)
    if reader.wrong:
        raise NotTaken("\n".join(f"line {line}: {what}" for line, what in sorted(reader.wrong)))
    return found


class _Reader:
    """Reads on after each mistake, and remembers where it stands."""

    def __init__(self, text: str) -> None:
        self.wrong: set[tuple[int, str]] = set()
        self._lines = find_lines(text)

    def places(self, table: Mapping[str, Any]) -> tuple[Wanted, ...]:
        if table.get("format", FORMAT) != FORMAT:
            self._note(("format",), f"this Paperboy reads format {FORMAT} only.")
        for key in table.keys() - {"format", "place"}:
            self._note((key,), f"{key}: there is no such key.")
        found = [
            self._place(("place", at), one) for at, one in enumerate(self._tables(table, "place"))
        ]
        known: set[Destination] = set()
        for at, (place, _) in enumerate(found):
            if place.destination in known:
                self._note(("place", at), "this place stands twice.")
            known.add(place.destination)
        return tuple(found)

    def _place(self, where: Where, table: Mapping[str, Any]) -> Wanted:
        own = {key: value for key, value in table.items() if key != "subscription"}
        there = self._converted(where, own, There)
        if there:
            self._check(where, there)
        else:
            there = There(platform=_PLATFORMS[0], account="?", address=str(where))
        ones = [
            self._one((*where, "subscription", at), there, one)
            for at, one in enumerate(self._tables(table, "subscription", where))
        ]
        numbers = [one.number for one in ones]
        for at, number in enumerate(numbers):
            if number and number in numbers[:at]:
                spot = (*where, "subscription", at, "number")
                self._note(spot, f"number {number} stands twice.")
        return _placed(there), tuple(ones)

    def _check(self, where: Where, there: There) -> None:
        if there.platform not in _PLATFORMS:
            what = f"platform must be one of {', '.join(_PLATFORMS)}."
            self._note((*where, "platform"), what)
        for key in ("account", "address"):
            if not getattr(there, key):
                self._note((*where, key), f"{key} is empty.")
        self._zone((*where, "zone"), there.zone)
        if there.exclude:
            self._topic((*where, "exclude"), there.exclude)
        self._read((*where, "base"), lambda: read_base(there.base))

    def _one(self, where: Where, there: There, table: Mapping[str, Any]) -> Subscription:
        one = self._converted(where, table, One) or _NOTHING
        topic, own_kinds = self._topic((*where, "topic"), one.topic)
        schedule = self._read((*where, "when"), lambda: parse_schedule(one.when))
        zone = one.zone or there.zone
        if one.zone:
            self._zone((*where, "zone"), zone)
        if not set(one.kinds) <= set(Kind) or not one.kinds:
            self._note((*where, "kinds"), f"kinds are among {', '.join(Kind)}.")
        if one.number < 0:
            self._note((*where, "number"), "number counts from 1; 0 is the next free one.")
        if one.created and one.created.tzinfo is None:
            self._note((*where, "created"), "created lacks its offset, for example Z.")
        return Subscription(
            _placed(there).destination,
            one.number,
            topic,
            one.label or one.topic,
            schedule or parse_schedule("daily"),
            zone,
            0,
            own_kinds or frozenset(kind for kind in Kind if kind in one.kinds),
            one.updates,
            one.creator,
            one.editor,
            one.created,
            one.paused,
            one.paused_until,
            ping=one.ping,
        )

    # ── values ──

    def _tables(
        self, table: Mapping[str, Any], key: str, where: Where = ()
    ) -> Sequence[Mapping[str, Any]]:
        found = table.get(key, [])
        if isinstance(found, list) and all(isinstance(one, dict) for one in found):
            return found
        self._note((*where, key), f"write each {key} under a header [[…]] of its own.")
        return []

    def _converted(self, where: Where, table: Mapping[str, Any], kind: type[Row]) -> Row | None:
        usual = table.keys() <= set(kind.__slots__)
        for one in () if usual else unknown_keys(table, kind):
            key = str(one).partition(":")[0]
            self._note((*where, key), f"{one} {one.remedy}" if "mean" in one.remedy else str(one))
        try:
            return msgspec.convert(table, kind)
        except msgspec.ValidationError as error:
            what = str(from_msgspec(str(error), kind)).lstrip(".")
            self._note((*where, what.split()[0].partition("[")[0].rstrip(":")), what)
            return None

    def _topic(self, where: Where, text: str) -> tuple[str, frozenset[Kind] | None]:
        topic = self._read(where, lambda: parse_topic(text))
        return (topic.canonical, topic.kinds) if topic else (text, None)

    def _zone(self, where: Where, zone: str) -> None:
        name = self._read(where, lambda: parse_zone(zone))
        if name and name != zone:
            self._note(where, f"{zone} is not the full name: write {name}.")

    def _read(self, where: Where, read: "Any") -> Any:
        try:
            return read()
        except PaperboyError as error:
            self._note(where, f"{str(error).rstrip('.')}. {error.remedy}".strip())
            return None

    def _note(self, where: Where, what: str) -> None:
        self.wrong.add((line_of(self._lines, where), " ".join(what.split())))


def _placed(there: There) -> Place:
    where = Destination(there.platform, there.account, there.address)
    return Place(
        where,
        there.name or there.address,
        there.zone,
        there.density,
        there.person,
        creator=there.creator,
        tell_empty=there.tell_empty,
        exclude=there.exclude,
        skip_shown_at=Destination(*there.skip_shown_at) if there.skip_shown_at else None,
        within=Destination(*there.within) if there.within else None,
        base=there.base,
    )
