"""What stands above a digest: its days, what it examined, what is said if it is empty. PURE.

In: the announcements of one range and a place's due subscriptions. Out: a `Heading`.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from bot.compose.phrases import day, joined
from bot.model import Announcement, Heading, Paper, Place, Schedule, Subscription, Weekly

CATCH_UP = 3  # list days, when one is usual, from which a digest is a catch-up: titles only
KEPT_DAYS = 90
_WEEK = 7
_NO_ACTIONS: tuple[str, ...] = ()
_LIST_DAYS_A_WEEK = 5
_NAMED_SHARE = 0.5  # of a batch's announcements that a range must hold for the day to be named
_NAMED_TOPICS = 5  # labels in "Nothing on …"; more are counted


@dataclass(frozen=True, slots=True)
class Covered:
    """What lies after a cursor: list days, ascending, and how many announcements they carry."""

    days: tuple[date, ...] = ()
    scanned: int = 0


class Headings:
    """Makes headings for one range of announcements, `seqs[:end]`, numbers ascending."""

    def __init__(
        self,
        said: Sequence[tuple[Announcement, Paper]],
        seqs: Sequence[int],
        end: int,
        announced: Mapping[date, int],
        pruned_upto: int,
    ) -> None:
        self._said = said
        self._seqs = seqs
        self._end = end
        self._announced = announced
        self._pruned_upto = pruned_upto
        self._covered: dict[int, Covered] = {}
        self._empty: dict[tuple[int, bool], Heading] = {}

    def heading(
        self, place: Place, ones: Sequence[Subscription], *, late: bool, found: bool
    ) -> Heading:
        """Return the heading of a digest that found something, or nothing.

        Without papers the note is the whole text: at the first digest time, or where a person
        asked for it. The first is the first that covers a settled batch.
        """
        oldest = ones[0].cursor if len(ones) == 1 else min(one.cursor for one in ones)
        covered = self.covered(oldest)
        late = late and bool(covered.days)
        note, actions = "", _NO_ACTIONS
        if not found:
            note, actions = self._said_of_nothing(place, ones, covered)
            if not note:
                return self._silent(oldest, covered, late=late)
        if oldest < self._pruned_upto:
            note = f"{note} {_kept_from(covered.days)}".strip()
        return Heading(
            covered.days,
            covered.scanned,
            tuple([(one.number, one.label) for one in ones]),
            late,
            len(covered.days) >= CATCH_UP and self._is_catch_up(ones),
            note,
            actions,
        )

    def covered(self, cursor: int) -> Covered:
        """Return what the range holds after a cursor. Late announcements repeat earlier ones."""
        if cursor not in self._covered:
            start = bisect_right(self._seqs, cursor)
            batches = Counter(one.batch for one, _ in self._said[start : self._end] if not one.late)
            self._covered[cursor] = Covered(self._named(batches), batches.total())
        return self._covered[cursor]

    def _named(self, batches: Counter[date]) -> tuple[date, ...]:
        """Return the days of which the range holds more than what OAI brought after the feed."""
        named = [
            one
            for one, count in batches.items()
            if count >= _NAMED_SHARE * self._announced.get(one, 0)
        ]
        return tuple(sorted(named or [one for one, _ in batches.most_common(1)]))

    def _said_of_nothing(
        self, place: Place, ones: Sequence[Subscription], covered: Covered
    ) -> tuple[str, tuple[str, ...]]:
        """Return what is posted although nothing was found, and its button; mostly ""."""
        if place.tell_empty and covered.days:
            return _nothing(ones, covered), ()
        first = [one for one in ones if not one.first_done]
        if not first or not covered.days:
            return "", ()
        return f"{_nothing(first, covered)} I stay quiet on such days.", ("tell-empty",)

    def _silent(self, cursor: int, covered: Covered, *, late: bool) -> Heading:
        """Return the heading of a plan that only moves cursors; many destinations share it."""
        key = (cursor, late)
        if key not in self._empty:
            self._empty[key] = Heading(covered.days, covered.scanned, late=late)
        return self._empty[key]

    def _is_catch_up(self, ones: Sequence[Subscription]) -> bool:
        return any(
            len(self.covered(one.cursor).days) >= usual_days(one.schedule) + CATCH_UP - 1
            for one in ones
        )


def usual_days(schedule: Schedule) -> int:
    """Return how many list days a digest of this schedule covers at most when nothing is late."""
    if not isinstance(schedule, Weekly):
        return 1
    days = sorted(set(schedule.days))
    gaps = [later - earlier for earlier, later in pairwise([*days, days[0] + _WEEK])]
    return min(max(gaps), _LIST_DAYS_A_WEEK)


def days_in_words(days: Sequence[date]) -> str:
    """Return "Tue 24 Nov", "Mon 23 Nov and Tue 24 Nov" or "Mon 16 Nov to Fri 20 Nov"."""
    if len(days) >= CATCH_UP:
        return f"{day(days[0])} to {day(days[-1])}"
    return joined([day(one) for one in days])


def _nothing(ones: Sequence[Subscription], covered: Covered) -> str:
    labels = [one.label for one in ones]
    if len(labels) > _NAMED_TOPICS:
        labels = [*labels[: _NAMED_TOPICS - 1], f"{len(labels) - _NAMED_TOPICS + 1} other topics"]
    papers = f"{covered.scanned:,} papers" if covered.scanned != 1 else "1 paper"
    return f"Nothing on {joined(labels, 'or')} among the {papers} of {days_in_words(covered.days)}."


def _kept_from(days: Sequence[date]) -> str:
    if not days:
        return ""
    return f"I keep announcements for {KEPT_DAYS} days: this starts with {day(days[0])}."
