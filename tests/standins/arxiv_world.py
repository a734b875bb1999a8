"""The arXiv that the stand-in serves: papers, and on which list day what was announced of them.

What is visible follows the clock as it does at arXiv: the feed has one list day and rolls at
midnight US Eastern; the API and OAI show an announcement from 20:00 and 22:30 of the evening
before; a record's datestamp is the day of its last change.
"""

import gzip
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")
FEED_CUT = 2_000
FEED_LAST_VERSION = 5


@dataclass(frozen=True, slots=True)
class Text:
    """What stands in a record, apart from versions and categories."""

    title: str
    abstract: str
    authors: tuple[str, ...] = ("Ada Example",)
    comment: str = ""
    journal_ref: str = ""
    doi: str = ""


def _noon_before(day: date) -> datetime:
    back = 3 if day.weekday() == 0 else 1
    return datetime.combine(day - timedelta(days=back), time(12), UTC)


@dataclass(frozen=True, slots=True)
class Event:
    """One announcement: on `day` arXiv listed `paper` as new, cross or replace.

    `categories` are all of the paper's from then on. "absonly" changes metadata and announces
    nothing (a DOI or journal reference was added).
    """

    day: date
    paper: str
    action: str
    categories: tuple[str, ...]
    text: Text
    version: int = 1
    submitted: datetime | None = None  # of this version; None: noon UTC of the workday before
    added: tuple[str, ...] = ()  # of a cross: the categories that are new

    @property
    def when(self) -> datetime:
        """When this version was submitted."""
        return self.submitted or _noon_before(self.day)


@dataclass(frozen=True, slots=True)
class Record:
    """A paper as it stands at some moment."""

    paper: str
    versions: tuple[tuple[int, datetime], ...]
    categories: tuple[str, ...]
    text: Text
    datestamp: date

    def at(self, version: int | None) -> "Record | None":
        """Return the record as of a version; None if there is no such version."""
        if version is None:
            return self
        kept = tuple(one for one in self.versions if one[0] <= version)
        return replace(self, versions=kept) if kept and kept[-1][0] == version else None


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One item of a feed, with the announce type relative to what was asked."""

    record: Record
    announce: str


@dataclass(slots=True)
class World:
    """All events, in any order; more can be added while the stand-in runs."""

    events: list[Event] = field(default_factory=list)
    _known: dict[tuple[date, int], dict[str, Record]] = field(default_factory=dict)

    def add(self, *events: Event) -> "World":
        """Add events and return the world."""
        self.events.extend(events)
        return self

    def days(self) -> list[date]:
        """Return the list days on which something was announced."""
        return sorted({event.day for event in self.events if event.action != "absonly"})

    def records(self, upto: date) -> dict[str, Record]:
        """Return every paper as it stands after the announcement of a list day."""
        key = (upto, len(self.events))
        if key not in self._known:
            found: dict[str, Record] = {}
            for event in sorted(self.events, key=lambda e: (e.day, e.version)):
                if event.day <= upto:
                    found[event.paper] = _after(found.get(event.paper), event)
            self._known[key] = found
        return self._known[key]

    def feed(self, day: date, asked: Sequence[str]) -> list[FeedEntry]:
        """Return a list day's items for archives and categories, cut as arXiv cuts them."""
        records = self.records(day)
        found: dict[str, FeedEntry] = {}
        for event in self.events:
            if event.day != day or event.action == "absonly":
                continue
            announce = _announce(event, asked)
            before = found.get(event.paper)
            if announce and (before is None or _RANK[announce] > _RANK[before.announce]):
                found[event.paper] = FeedEntry(records[event.paper], announce)
        kept = sorted(found.values(), key=lambda one: _RANK[one.announce])[:FEED_CUT]
        return sorted(kept, key=lambda one: (-_RANK[one.announce], one.record.paper))

    def api_day(self, now: datetime) -> date:
        """Return the newest list day that the API shows: from 20:00 the evening before."""
        return (now.astimezone(EASTERN) + timedelta(hours=4)).date()

    def oai_day(self, now: datetime) -> date:
        """Return the newest list day that OAI shows: from 22:30 the evening before."""
        return (now.astimezone(EASTERN) + timedelta(hours=1, minutes=30)).date()

    def feed_day(self, now: datetime) -> date:
        """Return the day that the feed shows: it rolls at midnight Eastern."""
        return now.astimezone(EASTERN).date()


_RANK = {"replace-cross": 1, "replace": 2, "cross": 3, "new": 4}

SAME = {
    "math.MP": "math-ph",
    "stat.TH": "math.ST",
    "math.IT": "cs.IT",
    "q-fin.EC": "econ.GN",
    "cs.SY": "eess.SY",
    "cs.NA": "math.NA",
}


def listed_under(category: str, asked: Sequence[str]) -> bool:
    """Whether a category belongs to one of the archives or categories that were asked for."""
    names = {category, SAME.get(category, category)}
    names |= {alias for alias, same in SAME.items() if same in names}
    return any(name in asked or name.partition(".")[0] in asked for name in names)


def _announce(event: Event, asked: Sequence[str]) -> str | None:
    shown = event.added if event.action == "cross" else event.categories
    if not any(listed_under(category, asked) for category in shown):
        return None
    primary = listed_under(event.categories[0], asked)
    if event.action == "replace":
        if event.version > FEED_LAST_VERSION:
            return None
        return "replace" if primary else "replace-cross"
    return "new" if event.action == "new" and primary else "cross"


def _after(before: Record | None, event: Event) -> Record:
    known = dict(before.versions) if before else {}
    known.setdefault(event.version, event.when)
    versions = tuple(sorted(known.items()))
    return Record(event.paper, versions, event.categories, event.text, event.day)


# ── worlds ───────────────────────────────────────────────────────────────────────────────────────


def list_days(first: date, count: int) -> list[date]:
    """Return that many weekdays, from `first` on."""
    days = (first + timedelta(days=n) for n in range(2 * count + 4))
    return [day for day in days if day.weekday() < 5][:count]


def invent(days: Iterable[date], per_day: int = 6) -> World:
    """Make a small world: each day new papers in some archives, a cross-list and a replacement."""
    world = World()
    places = (
        ("cs.CV", "cs.LG"),
        ("cs.CL",),
        ("hep-th", "math.MP", "math-ph"),
        ("stat.ML", "cs.LG"),
    )
    for number, day in enumerate(days):
        for k in range(per_day):
            world.add(_invented(day, number * per_day + k + 1, places[k % len(places)]))
        if number:
            world.add(*_changed(world, day, per_day))
    return world


def _invented(day: date, number: int, categories: tuple[str, ...]) -> Event:
    text = Text(
        title=f"Sample paper {number} on $\\alpha_{{{number}}}$ in {categories[0]}",
        abstract=f"We study sample {number}.\n  It has a second paragraph & 5 < 6.",
        authors=("Zoë Sample", "Andr\\'e Example", "O'Neil Author, Jr."),
        comment=f"{number} pages, code at https://github.com/example/p{number}",
    )
    return Event(day, f"{day:%y%m}.{number:05}", "new", categories, text)


def _changed(world: World, day: date, per_day: int) -> tuple[Event, Event]:
    yesterday = [e for e in world.events if e.day < day and e.action == "new"][-per_day:]
    first, second = yesterday[0], yesterday[1]
    crossed = replace(
        first,
        day=day,
        action="cross",
        categories=(*first.categories, "q-bio.NC"),
        added=("q-bio.NC",),
    )
    newer = replace(second.text, comment=f"{second.text.comment}. Revised.")
    replaced = replace(second, day=day, action="replace", version=2, submitted=None, text=newer)
    return crossed, replaced


# ── from ../shared/data ──────────────────────────────────────────────────────────────────────────

_CATEGORY = re.compile(r"\(([a-z-]+(?:\.[A-Za-z-]+)?)\)")


def load_listings(path: Path) -> World:
    """Make a world of `listings.jsonl.gz`: real days of cs.AI, cs.CV and cs.LG.

    The listings do not say which papers are new: those are that number above all of the days
    before, as arXiv numbers in order of announcement. The others, and those that come back on a
    later day, are cross-lists into the listing that shows them.
    """
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    world, seen, highest, shown = World(), dict[str, Event](), "", dict[tuple[str, str], set[str]]()
    for row in rows:
        shown.setdefault((row["day"], row["id"]), set()).add(row["listing"])
    later = _later_listings(shown)
    for day in sorted({row["day"] for row in rows}):
        today = {row["id"]: row for row in rows if row["day"] == day}
        for paper, row in today.items():
            event = _listed(row, seen.get(paper), paper > highest, shown, later)
            seen[paper] = event
            world.add(event)
        highest = max(highest, *today)
    return world


def _later_listings(shown: dict[tuple[str, str], set[str]]) -> dict[tuple[str, str], set[str]]:
    """Return, for each (day, paper), the listings in which it stands on later days only."""
    days: dict[str, list[str]] = {}
    for day, paper in shown:
        days.setdefault(paper, []).append(day)
    return {
        (day, paper): {
            name for after in days[paper] if after > day for name in shown[after, paper] - names
        }
        for (day, paper), names in shown.items()
    }


def _listed(
    row: dict[str, str],
    before: Event | None,
    fresh: bool,
    shown: dict[tuple[str, str], set[str]],
    later: dict[tuple[str, str], set[str]],
) -> Event:
    day, key = date.fromisoformat(row["day"]), (row["day"], row["id"])
    categories = tuple(c for c in _CATEGORY.findall(row["subjects"]) if c not in later[key])
    text = Text(row["title"], row["abstract"], tuple(row["authors"]), row["comments"])
    if before is None and fresh:
        return Event(day, row["id"], "new", categories, text)
    added = tuple(sorted(shown[key]))
    month = datetime.strptime(row["id"][:4], "%y%m").replace(tzinfo=UTC)
    submitted = before.when if before else month
    return Event(day, row["id"], "cross", categories, text, submitted=submitted, added=added)
