"""When the next digest of a subscription comes, in words. PURE.

In: what the store knew a moment ago (`Outlook`) and a subscription. "Now" is said only where papers
wait that were not examined yet: a slot that is due and finds nothing new passes in silence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.commands.wording import local_day, pause_in_words
from bot.compose.phrases import day
from bot.model import Batch, BatchState, OnArrival, Subscription
from bot.schedule import due_slot, feed_due, moment_of, next_digest, previous_slot, promised

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Outlook:
    """The moment, arXiv's days as the store knows them, and the last number that may be used."""

    moment: datetime
    batches: Sequence[Batch]
    horizon: int

    def next(self, one: Subscription) -> str:
        """Return "Wed 25 Nov", "now" or "today, when arXiv's list is complete"."""
        if one.paused:
            return self._after_pause(one) or "when it is resumed"
        if self._due(one):
            return "now"
        if self._waiting(one):
            return "today, when arXiv's list is complete"
        return self._day(one, self.moment)

    def sentence(self, one: Subscription) -> str:
        """Return "Next: Wed 25 Nov." or "Paused until Mon 30 Nov."."""
        words = self.next(one)
        return f"{pause_in_words(one).capitalize()}." if one.paused else f"Next: {words}."

    def after_pause(self, one: Subscription) -> str:
        """Return what the digest after a pause will be: that day's, or a later one."""
        first = self._after_pause(one)
        if one.paused_until is None:
            return "Once it is resumed, one digest covers the days between."
        if first.startswith(day(one.paused_until)):
            return "That digest will cover the days between."
        return f"The digest of {first} will cover the days between."

    def is_late(self, one: Subscription) -> bool:
        """Say whether a digest is waiting for arXiv's list although its time has passed."""
        return not (one.paused or self._due(one)) and self._waiting(one)

    def _after_pause(self, one: Subscription) -> str:
        """Return the day of the first digest after a pause; "" if it has no end."""
        if one.paused_until is None:
            return ""
        start = moment_of(one.paused_until, "00:00", one.zone) - _MINUTE
        return self._day(one, max(start, self.moment))

    def _due(self, one: Subscription) -> bool:
        slot = due_slot(one.schedule, one.zone, one.last_slot, self.moment, self.batches)
        return slot is not None and one.cursor < self.horizon

    def _waiting(self, one: Subscription) -> bool:
        """Say whether today's slot has passed, and only arXiv's list is missing."""
        before = previous_slot(one.schedule, one.zone, self.moment)
        day_of_list = promised(before.due)
        whole = Batch(day_of_list, BatchState.SETTLED, None, feed_due(day_of_list), papers=1)
        if due_slot(one.schedule, one.zone, one.last_slot, self.moment, self.batches):
            return False
        if not due_slot(one.schedule, one.zone, one.last_slot, self.moment, [whole]):
            return False
        return local_day(before.due, one.zone) == local_day(self.moment, one.zone)

    def _day(self, one: Subscription, now: datetime) -> str:
        slot = next_digest(one.schedule, one.zone, now)
        local = slot.due.astimezone(ZoneInfo(one.zone))
        about = f", about {local:%H:%M}" if isinstance(one.schedule, OnArrival) else ""
        return f"{day(local.date())}{about}"
