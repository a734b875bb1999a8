"""subscribe, unsubscribe, resubscribe (Undo), list, pause, resume: a channel's subscriptions."""

import difflib
import re
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.commands import forms
from bot.commands.grammar import Typed, read_number
from bot.commands.recent import Hit
from bot.commands.services import Services, actor
from bot.compose.phrases import count, day, shortened
from bot.compose.topic import Topic, parse_topic
from bot.cursors import placed
from bot.errors import CommandError, NotAllowed
from bot.model import (
    Action,
    Daily,
    Kind,
    OnArrival,
    Reply,
    Request,
    Schedule,
    Subscription,
)
from bot.schedule import describe, next_digest, split_schedule, too_early, written

WEEK = 7
NEAR = 0.85  # likeness of two canonical texts from which Paperboy asks before adding a second
_DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Subscribing:
    """The verbs that change what a destination gets."""

    def __init__(self, services: Services) -> None:
        self._at = services

    async def subscribe(self, request: Request, typed: Typed) -> Reply:
        """Add a topic, or change the schedule of one that is already there."""
        allowed(request)
        if not typed.rest:
            return await self._form(request)
        text, schedule = split_schedule(typed.rest)
        topic = parse_topic(text)
        if question := await self._precedence(topic, typed, schedule):
            return question
        here = await self._at.subscriptions.of(request.where)
        for one in here:
            if one.topic == topic.canonical and one.kinds == _kinds(topic):
                return await self._reschedule(request, one, schedule)
        if "add" not in typed.options and (near := _near(topic, here)):
            return _ask_near(near, typed)
        return await self._add(request, topic, schedule)

    async def _precedence(
        self, topic: Topic, typed: Typed, schedule: Schedule | None
    ) -> Reply | None:
        """Ask which reading is meant where AND and OR stand side by side without parentheses."""
        remark = next((one for one in topic.warnings if one.ask), None)
        if "keep" in typed.options or remark is None:
            return None
        ours = await self._at.recent.hits(topic, WEEK)
        theirs = await self._at.recent.hits(parse_topic(remark.instead), WEEK)
        when = f" {written(schedule)}" if schedule else ""
        return Reply(
            title=f"Reads as {topic.reading}",
            text=f"{count(len(ours), 'paper')} in 7 days. Nothing is saved yet.",
            actions=(
                Action("Keep", f"subscribe --keep {topic.label}{when}"),
                Action(
                    f"Use {shortened(remark.instead)}: {len(theirs):,}",
                    f"subscribe --keep {remark.instead}{when}",
                ),
            ),
        )

    async def _add(self, request: Request, topic: Topic, schedule: Schedule | None) -> Reply:
        now = self._at.calendar.now()
        zone = await self.zone(request)
        default = OnArrival(quiet=True) if request.in_person else Daily(self._at.defaults.at)
        subscription = Subscription(
            destination=request.where,
            number=0,
            topic=topic.canonical,
            label=topic.label,
            schedule=schedule or default,
            zone=zone,
            cursor=0,
            kinds=_kinds(topic),
            creator=request.person.id,
            editor=request.person.id,
            created=now,
        )
        fresh = await placed(subscription, self._at.announcements, now)
        saved = await self._at.subscriptions.save(fresh, actor(request))
        self._at.wake()
        hits = await self._at.recent.hits(topic)
        reply = self._welcome(request, topic, saved, hits)
        if not hits and (words := _all_words(topic)):
            return await self._offer_words(reply, words, saved)
        return reply

    async def _offer_words(self, reply: Reply, words: str, saved: Subscription) -> Reply:
        """Say that nobody wrote the exact phrase for 30 days, and offer its words instead."""
        hits = await self._at.recent.hits(parse_topic(words))
        text = f"No paper in 30 days has the exact phrase. All its words: {len(hits):,}."
        use = Action("Use all words", f"edit {saved.number} {words}")
        keep = Action("Keep the phrase", f"list {saved.number}")
        return replace(reply, text=f"{reply.text}\n{text}", actions=(use, keep, *reply.actions))

    def _welcome(
        self, request: Request, topic: Topic, saved: Subscription, hits: tuple[Hit, ...]
    ) -> Reply:
        week = self._at.recent.within(hits, WEEK)
        when = describe(saved.schedule, saved.zone)
        lines = [
            f"Topic: {topic.reading}",
            f"When: {when}. {self.next_words(saved)}",
            f"{count(len(week), 'paper')} in the last 7 days.",
            *(remark.text for remark in topic.warnings),
        ]
        actions = [
            Action("Preview latest 3", f"preview {topic.label}"),
            Action("Change", f"edit {saved.number}"),
            Action("Undo", f"unsubscribe {saved.number}"),
        ]
        actions += [
            Action(f"Use {shortened(remark.instead)}", f"edit {saved.number} {remark.instead}")
            for remark in topic.warnings
            if remark.instead and not remark.ask
        ]
        early, choices = self._too_early(saved)
        lines += early
        actions += choices
        return Reply(
            title=f'{request.where_name} now gets papers on "{topic.label}"',
            text="\n".join(lines),
            actions=tuple(actions),
            public=not request.in_person,
        )

    def _too_early(self, saved: Subscription) -> tuple[list[str], list[Action]]:
        today = self._at.calendar.now().astimezone(ZoneInfo(saved.zone)).date()
        note = too_early(saved.schedule, saved.zone, today)
        if not note:
            return [], []
        keep = f"Keep {getattr(saved.schedule, 'at', '')}".strip()
        return [note], [
            Action("Send on arrival", f"edit {saved.number} on arrival"),
            Action(keep, f"list {saved.number}"),
        ]

    async def _reschedule(
        self, request: Request, one: Subscription, schedule: Schedule | None
    ) -> Reply:
        if schedule is None or schedule == one.schedule:
            return Reply(
                title=f'{request.where_name} already gets "{one.label}"',
                text=f"{_capital(describe(one.schedule, one.zone))}. {self.next_words(one)}",
                actions=(Action("Change", f"edit {one.number}"),),
            )
        return await self.change(request, one, replace(one, schedule=schedule))

    async def change(self, request: Request, old: Subscription, new: Subscription) -> Reply:
        """Save a changed subscription; a changed schedule keeps its cursor."""
        new = replace(new, editor=request.person.id)
        if (new.schedule, new.zone) != (old.schedule, old.zone):
            start = await placed(new, self._at.announcements, self._at.calendar.now())
            new = replace(new, last_slot=start.last_slot)
        saved = await self._at.subscriptions.save(new, actor(request))
        self._at.wake()
        before, after = describe(old.schedule, old.zone), describe(saved.schedule, saved.zone)
        if saved.topic != old.topic:
            before, after = f'"{old.label}", {before}', f'"{saved.label}", {after}'
        if before == after:
            before, after = _options(old), _options(saved)
        return Reply(
            title=f'Changed "{old.label}"',
            text=f"{before} → {after}. {self.next_words(saved)}",
            actions=(Action("Undo", forms.as_edit(old)),),
            public=not request.in_person,
        )

    async def unsubscribe(self, request: Request, typed: Typed) -> Reply:
        """Take one subscription away; its number is kept for Undo."""
        allowed(request)
        one = await self.numbered(request, typed)
        await self._at.subscriptions.remove(request.where, one.number, actor(request))
        return Reply(
            title=f'{request.where_name} no longer gets "{one.label}"',
            actions=(Action("Undo", f"resubscribe {one.number}"),),
            public=not request.in_person,
        )

    async def resubscribe(self, request: Request, typed: Typed) -> Reply:
        """Undo an unsubscribe: the same number, the same cursor."""
        allowed(request)
        number, _ = read_number(typed.rest, "resubscribe")
        for one in await self._at.subscriptions.of(request.where, removed=True):
            if one.number == number:
                saved = await self._at.subscriptions.save(
                    replace(one, removed=False), actor(request)
                )
                self._at.wake()
                return Reply(
                    title=f'{request.where_name} gets "{saved.label}" again',
                    text=self.next_words(saved),
                    public=not request.in_person,
                )
        raise CommandError(f"There never was a subscription {number} here.")

    async def pause(self, request: Request, typed: Typed) -> Reply:
        """Stop planning for one subscription; its cursor stays, so nothing is missed."""
        allowed(request)
        one = await self.numbered(request, typed)
        _, rest = read_number(typed.rest, "pause")
        today = self._at.calendar.now().astimezone(ZoneInfo(one.zone)).date()
        until = read_until(rest, today)
        paused = replace(one, paused=True, paused_until=until, editor=request.person.id)
        await self._at.subscriptions.save(paused, actor(request))
        words = f"Paused until {day(until)}." if until else "Paused until you resume it."
        return Reply(
            title=f'"{one.label}": {words}',
            text="The next digest will cover the days between.",
            actions=(Action("Resume now", f"resume {one.number}"),),
            public=not request.in_person,
        )

    async def resume(self, request: Request, typed: Typed) -> Reply:
        """Go on after a pause."""
        allowed(request)
        one = await self.numbered(request, typed)
        if not one.paused:
            return Reply(title=f'"{one.label}" is not paused', text=self.next_words(one))
        running = replace(one, paused=False, paused_until=None, editor=request.person.id)
        saved = await self._at.subscriptions.save(running, actor(request))
        self._at.wake()
        return Reply(
            title=f'"{one.label}" goes on',
            text=f"{self.next_words(saved)} It will cover the days between.",
            public=not request.in_person,
        )

    async def numbered(self, request: Request, typed: Typed) -> Subscription:
        """Return the subscription that the command names; raises `CommandError`."""
        number, _ = read_number(typed.rest, typed.verb)
        here = await self._at.subscriptions.of(request.where)
        for one in here:
            if one.number == number:
                return one
        known = ", ".join(str(one.number) for one in here) or "none yet"
        raise CommandError(
            f"There is no subscription {number} in {request.where_name}.",
            remedy=f"Its subscriptions: {known}. /arxiv list shows them.",
        )

    def next_words(self, one: Subscription) -> str:
        """Return "Next: Wed 25 Nov." for a subscription, or when it resumes."""
        if one.paused:
            return f"Paused until {day(one.paused_until)}." if one.paused_until else "Paused."
        if isinstance(one.schedule, OnArrival):
            return "Next: when arXiv announces."
        slot = next_digest(one.schedule, one.zone, self._at.calendar.now())
        return f"Next: {day(slot.due.astimezone(ZoneInfo(one.zone)).date())}."

    async def zone(self, request: Request) -> str:
        """Return the zone for a new subscription: the person's, the channel's, the default."""
        person = await self._at.people.get(request.person)
        if person and person.zone:
            return person.zone
        place = await self._at.subscriptions.place(request.where)
        return place.zone if place else self._at.defaults.zone

    async def _form(self, request: Request) -> Reply:
        zone = await self.zone(request)
        place = await self._at.subscriptions.place(request.where)
        at = self._at.defaults.at
        return Reply(form=forms.new_form(request.where_name, zone, at, place))


def allowed(request: Request) -> None:
    """Raise `NotAllowed` where this person may not change this channel."""
    if not request.may_edit:
        raise NotAllowed(
            f"You may not change what {request.where_name} gets.",
            remedy="You can still get it yourself: /arxiv alert add, then the topic.",
        )


def read_until(rest: str, today: date) -> date | None:
    """Return the day of "until mon" or "until 2026-11-30"; None for an empty text.

    Raises `CommandError` for anything else, or a day that is past.
    """
    text = rest.strip().removeprefix("until").strip().casefold()
    if not text:
        return None
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        try:
            until = date.fromisoformat(text)
        except ValueError:
            until = today
        if until > today:
            return until
    elif text[:3] in _DAY_NAMES:
        ahead = (_DAY_NAMES.index(text[:3]) - today.weekday()) % 7 or 7
        return today + timedelta(days=ahead)
    raise CommandError(
        f"I can't read {rest.strip()} as a day to come.",
        remedy=f"For example: until mon, or until {today + timedelta(days=7)}",
    )


def _kinds(topic: Topic) -> frozenset[Kind]:
    return topic.kinds or frozenset({Kind.NEW, Kind.CROSS})


def _near(topic: Topic, here: tuple[Subscription, ...]) -> Subscription | None:
    for one in here:
        if difflib.SequenceMatcher(None, one.topic, topic.canonical).ratio() >= NEAR:
            return one
    return None


def _ask_near(near: Subscription, typed: Typed) -> Reply:
    return Reply(
        title=f'That is close to "{near.label}" (number {near.number})',
        text="Nothing is saved yet.",
        actions=(
            Action(f"Replace {shortened(near.label)}", f"edit {near.number} {typed.rest}"),
            Action("Add as second", f"subscribe --add --keep {typed.rest}"),
        ),
    )


def _all_words(topic: Topic) -> str:
    """Return the topic's bare words joined with AND, or "" where it is more than a phrase."""
    words = topic.label.split()
    plain_words = all(re.fullmatch(r"[\w-]+", word) for word in words)
    return " AND ".join(words) if plain_words and len(words) > 1 else ""


def _options(one: Subscription) -> str:
    kinds = ", ".join(sorted(kind.value for kind in one.kinds))
    return f"{kinds}; updates {'on' if one.updates else 'off'}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
