"""What is due, what was announced, what matched, what was shown → plans. PURE.

One `Plan` per destination and slot: every paper since the cursors that a topic found and the
destination has not seen, each once, with all the topics that found it. A plan without items and
note only moves cursors. 100,000 destinations take about a second, so the inner loop works on plain
indexes and everything that destinations share is computed once.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.compose.match import matches
from bot.compose.phrases import day, joined
from bot.compose.topic import parse_topic
from bot.model import (
    Advance,
    Announcement,
    Because,
    Destination,
    Heading,
    Item,
    Kind,
    Paper,
    Place,
    Plan,
    Slot,
    Subscription,
    Weekly,
)

CAP = 30  # papers of a digest that are shown; the rest stands behind a button
CATCH_UP_DAYS = 3  # list dates from which a digest is a catch-up: titles only
WEEK_DAYS = 5  # list dates that a weekly digest covers anyway
_SECTION = {Kind.NEW: 0, Kind.CROSS: 1, Kind.REPLACE: 2}

Said = Sequence[tuple[Announcement, Paper]]
Shown = Mapping[tuple[Destination, str], int]


@dataclass(frozen=True, slots=True)
class Hit:
    """A topic found an announcement: `at` is its index in what was said."""

    at: int
    because: Callable[[], tuple[Because, ...]]


@dataclass(frozen=True, slots=True)
class Due:
    """A destination with all its subscriptions that fall due in one slot."""

    place: Place
    slot: Slot
    subscriptions: tuple[Subscription, ...]
    late: bool = False


@dataclass(slots=True)
class _Entry:
    """A paper on its way into a digest."""

    at: int
    version: int
    kind: Kind
    update: bool
    hits: list[tuple[int, Hit]]  # (subscription number, hit)


class Composer:
    """Makes plans from one range of announcements, ascending by number, up to `upto`.

    `kept_from` is the first list date still kept, where older ones were pruned: a subscription
    whose cursor lies before the first announcement is told so.
    """

    def __init__(
        self,
        said: Said,
        hits: Mapping[str, Sequence[Hit]],
        shown: Shown,
        upto: int,
        *,
        pruned_upto: int = 0,
    ) -> None:
        self._said = said
        self._seqs = [announcement.seq for announcement, _ in said]
        self._hits = hits
        self._shown = shown
        self._upto = upto
        self._end = bisect_right(self._seqs, upto)
        self._pruned_upto = pruned_upto
        self._days: dict[int, tuple[tuple[date, ...], int]] = {}
        self._excluded: dict[str, Callable[[int], bool]] = {}

    def compose(self, due: Due) -> Plan:
        """Return the plan of one destination and slot."""
        entries: dict[str, _Entry] = {}
        for subscription in due.subscriptions:
            self._collect(due.place, subscription, entries)
        ordered = sorted(entries.values(), key=_place_in_digest)
        shown = _fair(ordered, CAP)
        heading = self._heading(due, bool(ordered))
        chosen = set(map(id, shown))
        rest = [entry for entry in ordered if id(entry) not in chosen]
        return Plan(
            destination=due.place.destination,
            slot=due.slot,
            heading=heading,
            items=tuple(map(self._item, [*shown, *rest])),
            shown=len(shown),
            advances=tuple(self._advance(one) for one in due.subscriptions),
        )

    def _collect(self, place: Place, one: Subscription, entries: dict[str, _Entry]) -> None:
        """Add what one subscription finds; papers found before only gain its number."""
        hits = self._hits.get(one.topic, ())
        if not hits:
            return
        start = bisect_right(self._seqs, one.cursor)
        excluded = self._exclusion(place.exclude)
        for hit in hits:
            if not start <= hit.at < self._end or excluded(hit.at):
                continue
            announcement, paper = self._said[hit.at]
            entry = entries.get(paper.id)
            if entry is not None:
                _join(entry, hit, announcement, one)
            elif accepted := self._accepted(place, one, announcement):
                kind = announcement.kind
                version, update = announcement.version, accepted == "update"
                entries[paper.id] = _Entry(hit.at, version, kind, update, [(one.number, hit)])

    def _accepted(self, place: Place, one: Subscription, said: Announcement) -> str:
        """Return "first" or "update" for what this destination should get, or ""."""
        before = self._shown.get((place.destination, said.paper))
        if before is not None:
            newer = said.version > before and said.kind is Kind.REPLACE and not said.late
            return "update" if one.updates and newer else ""
        if place.skip_shown_at and (place.skip_shown_at, said.paper) in self._shown:
            return ""
        return "first" if said.kind in one.kinds else ""

    def _exclusion(self, text: str) -> Callable[[int], bool]:
        if text not in self._excluded:
            self._excluded[text] = self._excluding(text)
        return self._excluded[text]

    def _excluding(self, text: str) -> Callable[[int], bool]:
        if not text:
            return lambda _: False
        expression = parse_topic(text).expression
        known: dict[int, bool] = {}

        def excluded(at: int) -> bool:
            if at not in known:
                known[at] = matches(expression, self._said[at][1])
            return known[at]

        return excluded

    def _item(self, entry: _Entry) -> Item:
        because: dict[Because, None] = {}
        for _, hit in entry.hits:
            because.update(dict.fromkeys(hit.because()))
        return Item(
            paper=self._said[entry.at][1].id,
            version=entry.version,
            kind=entry.kind,
            subscriptions=tuple(sorted({number for number, _ in entry.hits})),
            because=tuple(because),
            update=entry.update,
        )

    def _advance(self, one: Subscription) -> Advance:
        return Advance(one.id, one.cursor, max(one.cursor, self._upto))

    # ── heading ──────────────────────────────────────────────────────────────────────────────────

    def _covered(self, cursor: int) -> tuple[tuple[date, ...], int]:
        """Return the list dates after a cursor, and how many announcements they carry."""
        if cursor not in self._days:
            start = bisect_right(self._seqs, cursor)
            said = [one for one, _ in self._said[start : self._end] if not one.late]
            self._days[cursor] = (tuple(sorted({one.batch for one in said})), len(said))
        return self._days[cursor]

    def _heading(self, due: Due, found: bool) -> Heading:
        oldest = min(one.cursor for one in due.subscriptions)
        days, scanned = self._covered(oldest)
        first = [one for one in due.subscriptions if not one.first_done]
        note, actions = "", ()
        if days and not found and (first or due.place.tell_empty):
            note = _nothing(due.subscriptions if due.place.tell_empty else first, days, scanned)
            if not due.place.tell_empty:
                note, actions = f"{note} I stay quiet on such days.", ("tell-empty",)
        if oldest < self._pruned_upto and (found or note):
            note = f"{note} {_kept_from(days)}".strip()
        return Heading(
            days=days,
            scanned=scanned,
            topics=tuple((one.number, one.label) for one in due.subscriptions),
            late=due.late and bool(days),
            catch_up=any(
                _is_catch_up(one, self._covered(one.cursor)[0]) for one in due.subscriptions
            ),
            note=note,
            actions=actions,
        )


def notice(
    destination: Destination,
    kind: str,
    incident: str,
    text: str,
    due: datetime,
    actions: Iterable[str] = (),
) -> Plan:
    """Return a digest without papers: a sentence, once per (destination, kind, incident)."""
    slot = Slot(f"notice:{kind}:{incident}", due)
    return Plan(destination, slot, Heading(note=text, actions=tuple(actions)), shown=0)


def outage(destination: Destination, last: date | None, since: date, due: datetime) -> Plan:
    """Return the notice that arXiv did not answer for two announcement days, once per incident."""
    begin = f"No digest since {day(last)}" if last else "No digest yet"
    text = f"{begin}: arXiv does not answer. Nothing is lost."
    return notice(destination, "outage", since.isoformat(), text, due)


def doubt(
    destination: Destination, name: str, days: Sequence[date], key: str, due: datetime
) -> Plan:
    """Return the question whether a digest arrived, for a place that cannot be asked."""
    what = f"the digest of {joined([day(one) for one in days])}" if days else "my last message"
    text = f"I could not confirm that {what} reached {name}. Is it there?"
    return notice(destination, "doubt", key, text, due, (f"doubt:{key}",))


def lost(
    destination: Destination, name: str, reason: str, count: int, incident: str, due: datetime
) -> Plan:
    """Return the notice to a person that a channel cannot be written to any more."""
    its = f"Its {count} subscriptions are" if count != 1 else "Its subscription is"
    text = (
        f"I can't post to {name} any more ({reason}). {its} paused, not deleted, "
        "and will resume when it is back."
    )
    return notice(destination, "lost", incident, text, due)


def _place_in_digest(entry: _Entry) -> tuple[int, int]:
    return (2 if entry.update else _SECTION[entry.kind], entry.at)


def _join(entry: _Entry, hit: Hit, said: Announcement, one: Subscription) -> None:
    """Add another reason for a paper that is in already; updates raise its version."""
    if entry.at == hit.at or said.kind in one.kinds:
        entry.hits.append((one.number, hit))
    if said.version > entry.version and (one.updates or said.kind in one.kinds):
        entry.version = said.version


def _fair(entries: Sequence[_Entry], cap: int) -> list[_Entry]:
    """Return the entries shown: the topics take turns until the cap is reached.

    With up to 10 topics each so gets at least 3 of 30, if it has as many.
    """
    if len(entries) <= cap:
        return list(entries)
    queues: dict[int, list[_Entry]] = {}
    for entry in entries:
        for number in dict.fromkeys(number for number, _ in entry.hits):
            queues.setdefault(number, []).append(entry)
    turns = [iter(queue) for _, queue in sorted(queues.items())]
    taken: dict[int, _Entry] = {}
    while turns and len(taken) < cap:
        turns = [turn for turn in turns if len(taken) >= cap or _take(turn, taken)]
    return [entry for entry in entries if id(entry) in taken]


def _take(turn: Iterable[_Entry], taken: dict[int, _Entry]) -> bool:
    """Take a topic's next entry that no other took; False when it has none left."""
    for entry in turn:
        if id(entry) not in taken:
            taken[id(entry)] = entry
            return True
    return False


def _is_catch_up(one: Subscription, days: Sequence[date]) -> bool:
    usual = WEEK_DAYS if isinstance(one.schedule, Weekly) else 0
    return len(days) >= usual + CATCH_UP_DAYS


def _nothing(ones: Sequence[Subscription], days: Sequence[date], scanned: int) -> str:
    topics = joined([one.label for one in ones], "or")
    when = day(days[0]) if len(days) == 1 else f"{day(days[0])} to {day(days[-1])}"
    return f"Nothing on {topics} among the {scanned:,} papers of {when}."


def _kept_from(days: Sequence[date]) -> str:
    return f"I keep announcements for 90 days, so this starts at {day(days[0])}." if days else ""
