"""What is due, what was announced, what matched, what was shown → plans. PURE.

One `Plan` per destination and slot: every paper since the cursors that a topic found and the
destination has not seen, each once, with all the topics that found it. A plan without items and
note only moves cursors.

A paper comes to a destination once, ever: the ledger (`shown`) keeps what came before, and a
composer remembers what it plans, in case a destination has two slots due at once. Only
`updates: on` brings a newer version back. A paper announced twice in the range (new, then a new
version) is one entry, in the highest version that matched.

100,000 destinations with 190,000 items are to take about a second, so the inner loop works on
plain lists, and what destinations share (days, exclusions, reasons) is worked out once.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from operator import itemgetter

from bot.compose.base import unwanted
from bot.compose.heading import Headings
from bot.compose.notices import doubt, lost, notice, outage
from bot.compose.share import share
from bot.model import (
    Advance,
    Announcement,
    Because,
    Destination,
    Item,
    Kind,
    Paper,
    Place,
    Plan,
    Slot,
    Subscription,
)

__all__ = [
    "CAP",
    "Composer",
    "Due",
    "Hit",
    "LeftOut",
    "Said",
    "Shown",
    "doubt",
    "lost",
    "notice",
    "outage",
]

CAP = 30  # papers of a digest that are shown; the rest stands behind a button

Said = Sequence[tuple[Announcement, Paper]]
"""Announcements ascending by number, each with the paper in its version."""
Shown = Mapping[tuple[Destination, str], int]
"""The ledger: the highest version of a paper ever shown at a destination."""

_BITS = {Kind.NEW: 1, Kind.CROSS: 2, Kind.REPLACE: 4}  # also the order of a digest's sections
_REPLACE = _BITS[Kind.REPLACE]
_NOTHING: Mapping[str, int] = {}


@dataclass(slots=True)
class Hit:
    """A topic found an announcement: `at` is its index in what was said.

    `because` is asked only for what comes into a digest; where several subscriptions share the
    topic, its second answer is kept.
    """

    at: int
    because: Callable[[], tuple[Because, ...]]
    _asked: bool = field(default=False, init=False, repr=False, compare=False)
    _kept: tuple[Because, ...] | None = field(default=None, init=False, repr=False, compare=False)

    def reasons(self) -> tuple[Because, ...]:
        """Return why the topic matched."""
        if self._kept is not None:
            return self._kept
        found = self.because()
        if self._asked:
            self._kept = found
        self._asked = True
        return found


@dataclass(frozen=True, slots=True)
class Due:
    """A destination with all its subscriptions that fall due in one slot."""

    place: Place
    slot: Slot
    subscriptions: tuple[Subscription, ...]
    late: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Papers that a topic found and that do not come, for previews."""

    seen: int = 0  # they came before
    excluded: int = 0  # taken away by the place's exclusion


_Found = list[tuple[int, Hit]]
"""A paper on its way into a digest: (subscription number, hit), the one that brings it first."""


class Composer:
    """Makes plans from one range of announcements, up to the number `upto`.

    `hits` are what each topic found, by canonical text, ascending; a late announcement stands among
    them only for topics that look at comments or journals. `announced` is how many announcements
    each batch carries in all: a day of which this range holds only stragglers is not named.
    Where announcements up to `pruned_upto` are no longer kept, digests that would have needed them
    say from when they start.
    """

    def __init__(
        self,
        said: Said,
        hits: Mapping[str, Sequence[Hit]],
        shown: Shown,
        upto: int,
        *,
        pruned_upto: int = 0,
        announced: Mapping[date, int] | None = None,
        cap: int = CAP,
    ) -> None:
        self._said = said
        self._papers = [one.paper for one, _ in said]
        self._versions = [one.version for one, _ in said]
        self._kinds = [one.kind for one, _ in said]
        self._bits = [_BITS[one.kind] for one, _ in said]
        self._seqs = [one.seq for one, _ in said]
        self._end = bisect_right(self._seqs, upto)
        self._hits = hits
        self._upto = upto
        self._cap = cap
        self._ledger = _by_destination(shown)
        self._headings = Headings(said, self._seqs, self._end, announced or {}, pruned_upto)
        self._starts: dict[int, int] = {}
        self._masks: dict[frozenset[Kind], int] = {}
        self._excluded: dict[tuple[str, str], Callable[[int], bool]] = {}
        self._alike: dict[tuple[int, int, bool], Item] = {}
        self._composed: dict[Destination, Due] = {}
        self._later: dict[Destination, list[Due]] = {}  # further slots of the same destination

    def compose(self, due: Due) -> Plan:
        """Return the plan of one destination and slot; the same again for the same `due`."""
        upto = self._upto
        ledger = self._ledger_of(due)
        found = self._found(due, ledger)
        items, count = self._items(found, ledger, several=len(due.subscriptions) > 1)
        heading = self._headings.heading(
            due.place, due.subscriptions, late=due.late, found=bool(items)
        )
        if pings := _pings(due.subscriptions, items):
            heading = replace(heading, pings=pings)
        return Plan(
            due.place.destination,
            due.slot,
            heading,
            items,
            count,
            tuple(
                [Advance(one.id, one.cursor, max(one.cursor, upto)) for one in due.subscriptions]
            ),
        )

    def left_out(self, due: Due) -> LeftOut:
        """Return how many papers were found for these subscriptions and do not come, and why."""
        ledger = self._ledger_of(due)
        bare = Place(due.place.destination, due.place.name)
        anything = self._found(replace(due, place=bare), _NOTHING).keys()
        here = self._found(due, ledger).keys()
        seen = anything & (ledger.keys() | self._skipped(due.place).keys()) - here
        return LeftOut(seen=len(seen), excluded=len(anything - seen - here))

    def _ledger_of(self, due: Due) -> Mapping[str, int]:
        """Return what the destination has, with what this composer plans for its other slots."""
        destination = due.place.destination
        ledger = self._ledger.get(destination, _NOTHING) if self._ledger else _NOTHING
        first = self._composed.setdefault(destination, due)
        if first is due or first == due:
            return ledger
        later = self._later.setdefault(destination, [])
        if due not in later:
            later.append(due)
        for other in (first, *later[: later.index(due)]):  # only what was composed earlier counts
            planned = self._found(other, ledger)
            ledger = {**ledger, **{paper: self._version(found) for paper, found in planned.items()}}
        return ledger

    # ── which papers ─────────────────────────────────────────────────────────────────────────────

    def _found(self, due: Due, ledger: Mapping[str, int]) -> dict[str, _Found]:
        """Return the papers that come, each with all that found it."""
        found: dict[str, _Found] = {}
        skipped = self._skipped(due.place)
        excluded = self._exclusion(due.place)
        for one in due.subscriptions:
            self._collect(one, found, ledger, skipped, excluded)
        if len(due.subscriptions) > 1 and found:
            for one in due.subscriptions:
                self._join(one, found, excluded)
        return found

    def _collect(
        self,
        one: Subscription,
        found: dict[str, _Found],
        ledger: Mapping[str, int],
        skipped: Mapping[str, int],
        excluded: Callable[[int], bool] | None,
    ) -> None:
        """Add the papers that one subscription brings: not yet shown, or newer and wanted."""
        hits = self._hits.get(one.topic)
        if not hits:
            return
        papers, bits = self._papers, self._bits
        start, end, mask = self._start(one.cursor), self._end, self._mask(one.kinds)
        for hit in hits:
            at = hit.at
            if at < start or at >= end or (excluded is not None and excluded(at)):
                continue
            paper = papers[at]
            if paper in found:
                self._again(
                    found[paper],
                    one.number,
                    hit,
                    first=bool(bits[at] & mask) and paper not in ledger,
                )
            elif paper not in ledger:
                if bits[at] & mask and paper not in skipped:
                    found[paper] = [(one.number, hit)]
            elif one.updates and self._is_newer(at, ledger[paper], skipped.get(paper, 0)):
                found[paper] = [(one.number, hit)]

    def _is_newer(self, at: int, shown: int, skipped: int) -> bool:
        replaces = self._bits[at] == _REPLACE and not self._said[at][0].late
        return replaces and self._versions[at] > max(shown, skipped)

    def _join(
        self,
        one: Subscription,
        found: Mapping[str, _Found],
        excluded: Callable[[int], bool] | None,
    ) -> None:
        """Note what this subscription found of the papers that come, whatever brings them."""
        start = self._start(one.cursor)
        for hit in self._hits.get(one.topic, ()):
            entry = found.get(self._papers[hit.at])
            if entry and start <= hit.at < self._end and not (excluded and excluded(hit.at)):
                self._again(entry, one.number, hit)

    def _again(self, entry: _Found, number: int, hit: Hit, *, first: bool = False) -> None:
        """Add another find of a paper that comes: of another topic, or of its newer version.

        `first`: it could have brought the paper itself, so the earlier of the two did.
        """
        if first and hit.at < entry[0][1].at:
            entry.insert(0, (number, hit))
        elif (number, hit) not in entry:
            entry.append((number, hit))

    def _start(self, cursor: int) -> int:
        start = self._starts.get(cursor)
        if start is None:
            start = self._starts[cursor] = bisect_right(self._seqs, cursor)
        return start

    def _skipped(self, place: Place) -> Mapping[str, int]:
        """Return what a channel already showed of which this person wants no repetition."""
        if place.skip_shown_at is None:
            return _NOTHING
        return self._ledger.get(place.skip_shown_at, _NOTHING)

    def _mask(self, kinds: frozenset[Kind]) -> int:
        mask = self._masks.get(kinds)
        if mask is None:
            mask = self._masks[kinds] = sum(_BITS[kind] for kind in kinds)
        return mask

    def _exclusion(self, place: Place) -> Callable[[int], bool] | None:
        """Return what tells papers that must not come there; None: all may."""
        if not (place.exclude or place.base):
            return None
        key = place.exclude, place.base
        if key not in self._excluded:
            self._excluded[key] = _excluding(*key, self._said)
        return self._excluded[key]

    # ── items ────────────────────────────────────────────────────────────────────────────────────

    def _items(
        self, found: Mapping[str, _Found], ledger: Mapping[str, int], *, several: bool
    ) -> tuple[tuple[Item, ...], int]:
        """Return the items, those to be shown first, and how many these are; fair to `several`."""
        if not found:
            return (), 0
        ordered = sorted(found.values(), key=self._order) if len(found) > 1 else [*found.values()]
        count = min(len(ordered), self._cap)
        if several and count < len(ordered):
            chosen = share([[number for number, _ in entry] for entry in ordered], self._cap)
            rest = [entry for place, entry in enumerate(ordered) if place not in chosen]
            ordered = [*(ordered[place] for place in sorted(chosen)), *rest]
            count = len(chosen)
        return tuple([self._item(entry, ledger) for entry in ordered]), count

    def _order(self, entry: _Found) -> tuple[int, int]:
        at = entry[0][1].at
        return self._bits[at], at

    def _item(self, entry: _Found, ledger: Mapping[str, int]) -> Item:
        number, hit = entry[0]
        at, update = hit.at, self._papers[hit.at] in ledger
        if len(entry) > 1:
            version = self._version(entry)
            numbers = tuple(sorted({number for number, _ in entry}))
            return self._made(at, version, numbers, self._reasons(entry, version), update=update)
        if because := hit.reasons():
            return self._made(at, self._versions[at], (number,), because, update=update)
        key = (at, number, update)  # without reasons, most destinations' items are alike
        item = self._alike.get(key)
        if item is None:
            item = self._made(at, self._versions[at], (number,), (), update=update)
            self._alike[key] = item
        return item

    def _made(
        self,
        at: int,
        version: int,
        numbers: tuple[int, ...],
        because: tuple[Because, ...],
        *,
        update: bool,
    ) -> Item:
        return Item(self._papers[at], version, self._kinds[at], numbers, because, update)

    def _version(self, entry: _Found) -> int:
        """Return the highest version that matched: what is shown, and what the ledger keeps."""
        return max([self._versions[hit.at] for _, hit in entry])

    def _reasons(self, entry: _Found, version: int) -> tuple[Because, ...]:
        """Return all reasons, each once; those found in another version's text do not apply."""
        reasons: dict[Because, None] = {}
        for _, hit in sorted(entry, key=_BY_NUMBER):
            if self._versions[hit.at] == version:
                reasons.update(dict.fromkeys(hit.reasons()))
        return tuple(reasons)


_BY_NUMBER = itemgetter(0)


def _pings(ones: Sequence[Subscription], items: Sequence[Item]) -> tuple[str, ...]:
    """Return the roles that subscriptions with papers call, each once."""
    calling = {one.number: one.ping.partition(" ")[0] for one in ones if one.ping}
    if not calling:
        return ()
    found = {number for item in items for number in item.subscriptions}
    return tuple(dict.fromkeys(role for number, role in calling.items() if number in found))


def _by_destination(shown: Shown) -> dict[Destination, dict[str, int]]:
    """Group the ledger, so that each destination is looked up once and not once a paper."""
    ledger: dict[Destination, dict[str, int]] = {}
    for (destination, paper), version in shown.items():
        ledger.setdefault(destination, {})[paper] = version
    return ledger


def _excluding(exclude: str, base: str, said: Said) -> Callable[[int], bool]:
    """Return a test whether an announcement's paper must not come, remembered by paper."""
    known: dict[int, bool] = {}

    def excluded(at: int) -> bool:
        if at not in known:
            known[at] = unwanted(exclude, base, said[at][1])
        return known[at]

    return excluded
