"""What is worth saying when a topic or schedule was saved: lines, and buttons that do better."""

from dataclasses import dataclass

from bot.commands.likeness import all_its_words
from bot.commands.recent import WEEK
from bot.commands.rooms import Rooms
from bot.commands.services import Services
from bot.commands.wording import BUTTON, all_words, command_for, local_day
from bot.compose.base import narrowed
from bot.compose.phrases import count, shortened
from bot.compose.remarks import Remark
from bot.compose.topic import Topic, parse_topic
from bot.dialogue import Action, Request
from bot.model import OnArrival, Place, Subscription
from bot.schedule import too_early


@dataclass(frozen=True, slots=True)
class Advice:
    """Lines for a reply, and buttons."""

    lines: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()

    def __add__(self, other: "Advice") -> "Advice":
        return Advice(self.lines + other.lines, self.actions + other.actions)


@dataclass(frozen=True, slots=True)
class Found:
    """What a topic found: in a week (None: no papers are here yet), and anything in 30 days."""

    week: int | None
    anything: bool


class Advisor:
    """Looks at what was saved, in the light of the last 30 days."""

    def __init__(self, services: Services, rooms: Rooms) -> None:
        self._at = services
        self._rooms = rooms

    async def found(self, one: Subscription, place: Place) -> Found:
        """Count what a subscription brings there; a month only where a week has nothing."""
        if not await self.knows_papers():
            return Found(None, anything=False)
        topic = narrowed(parse_topic(one.label), place)
        week = await self._at.recent.count(topic, one.kinds)
        return Found(week, bool(week) or bool(await self._at.recent.count_month(topic, one.kinds)))

    def counted(self, found: Found) -> str:
        """Return "23 papers in the last 7 days.", or why that cannot be said yet."""
        if found.week is not None:
            return f"{count(found.week, 'paper')} in the last 7 days."
        return f"I can't count papers yet. {self._at.calendar_note()}".strip()

    async def on_topic(
        self, request: Request, one: Subscription, topic: Topic, found: Found
    ) -> Advice:
        """Return what the person may not have meant, and what finds more than nothing."""
        advice = self._on_words(request, one, topic)
        if found.week is None or found.anything:
            return advice
        return advice + await self._on_nothing(request, one, topic)

    async def on_schedule(self, request: Request, one: Subscription) -> Advice:
        """Say once in a place that its time lies before arXiv's list."""
        today = local_day(self._at.calendar.now(), one.zone)
        note = too_early(one.schedule, one.zone, today)
        if not note or isinstance(one.schedule, OnArrival):
            return Advice()
        others = await self._at.subscriptions.of(one.destination)
        alike = [other for other in others if other.number != one.number]
        if any((other.schedule, other.zone) == (one.schedule, one.zone) for other in alike):
            return Advice()
        send = Action("Send on arrival", command_for(request, f"edit {one.number} on arrival"))
        keep = Action(f"Keep {one.schedule.at}", command_for(request, f"keep {one.number}"))
        return Advice((note,), (send, keep))

    def remarked(self, request: Request, one: Subscription, remark: Remark) -> Advice:
        """Return a remark, with the button that takes its offer."""
        if not remark.instead:
            return Advice((remark.text,))
        label = f"Use {shortened(remark.instead, BUTTON)}"
        command = command_for(request, f"edit --keep {one.number} {remark.instead}")
        return Advice((remark.text,), (Action(label, command),))

    def _on_words(self, request: Request, one: Subscription, topic: Topic) -> Advice:
        advice = Advice()
        for remark in topic.warnings:
            if not remark.ask:
                advice += self.remarked(request, one, remark)
        return advice

    async def _on_nothing(self, request: Request, one: Subscription, topic: Topic) -> Advice:
        """Say that nobody wrote the exact phrase for 30 days, and offer its words instead."""
        words, number = all_its_words(topic)
        if not words:
            return Advice()
        found = await self._at.recent.count_month(parse_topic(words))
        nothing = "No paper in 30 days has the exact phrase."
        if not found:
            return Advice((nothing,))
        use = Action("Use all words", command_for(request, f"edit --keep {one.number} {words}"))
        keep = Action("Keep the phrase", command_for(request, f"keep {one.number}"))
        return Advice((f"{nothing} {all_words(number)}: {found:,}.",), (use, keep))

    async def knows_papers(self) -> bool:
        """Say whether a week's papers are here to be counted."""
        since = self._at.recent.since(WEEK)
        return any(batch.papers for batch in await self._at.announcements.batches(since))
