"""subscribe, unsubscribe, resubscribe (Undo): what a channel gets, and a person's alerts."""

from dataclasses import dataclass, replace

from bot.commands import forms
from bot.commands.advice import Advice, Advisor, Found
from bot.commands.changing import Changing
from bot.commands.grammar import Typed, read_number
from bot.commands.keeping import Keeping, Undo
from bot.commands.questions import ask_near, ask_precedence
from bot.commands.rooms import Ask, Rooms, allowed
from bot.commands.services import Services, actor
from bot.commands.settings import (
    DEFAULT_KINDS,
    Wish,
    beside_topic,
    lost_schedule,
    read_fields,
    read_wish,
    wish_of_form,
)
from bot.commands.wording import command_for, kinds_in_words, quoted
from bot.compose.notices import confirmation
from bot.compose.topic import Topic, parse_topic
from bot.dialogue import Action, Form, Reply, Request
from bot.errors import CommandError
from bot.model import Subscription
from bot.schedule import describe

ALLOW = "I can't write to you: allow direct messages from this server, then press Try again."
LATEST = 3  # papers of the first preview


@dataclass(frozen=True, slots=True)
class Saved:
    """A new subscription, and what is told of it."""

    one: Subscription
    found: Found
    advice: Advice
    undo: Undo


class Subscribing:
    """The verbs that begin and end subscriptions."""

    def __init__(
        self, services: Services, rooms: Rooms, keeping: Keeping, changing: Changing
    ) -> None:
        self._at = services
        self._rooms = rooms
        self._keeping = keeping
        self._changing = changing
        self._advisor = Advisor(services, rooms)

    async def subscribe(
        self, request: Request, typed: Typed, asked_in: Request | None = None
    ) -> Reply:
        """Add a topic, or change one that is already there.

        `asked_in` is the request as typed, where an alert was asked for in a channel.
        """
        allowed(request)
        if not (request.values or typed.rest):
            return Reply(form=await self._form(request))
        wish = await self._wish(request, typed)
        topic = wish.settings.topic
        if topic is None:
            raise CommandError("Which topic?", remedy="For example: image generation")
        here = await self._at.subscriptions.of(request.where)
        same = next((one for one in here if one.topic == topic.canonical), None)
        if same:
            return await self._again(request, same, wish)
        await self._ask(request, typed, topic, wish, here)
        return await self._told(request, await self._saved(request, wish), asked_in or request)

    async def _wish(self, request: Request, typed: Typed) -> Wish:
        """Return what the line or the form says. Raises `Ask` with the form if it is wrong."""
        habits = self._rooms.habits(request)
        if not request.values:
            return read_wish(typed.rest, habits)
        settings, errors = read_fields({"topic": "", **request.values}, habits)
        if errors:
            raise Ask(forms.refused(await self._form(request), request.values, errors))
        return wish_of_form(request.values, settings, habits)

    async def _form(self, request: Request) -> Form:
        place, zone = await self._rooms.place(request), await self._rooms.zone(request)
        return forms.new_form(request, place, self._rooms.habits(request), zone)

    async def _ask(
        self,
        request: Request,
        typed: Typed,
        topic: Topic,
        wish: Wish,
        here: tuple[Subscription, ...],
    ) -> None:
        """Raise `Ask` for a topic that is easily misread, or that is nearly there already."""
        verb = "add" if request.in_person else "subscribe"

        def again(options: str, text: str) -> str:
            return command_for(request, f"{verb} {options} {wish.with_topic(text)}")

        if "keep" not in typed.options:
            await ask_precedence(self._at.recent, topic, lambda text: again("--keep", text))
        if "add" not in typed.options:
            line = wish.with_topic(topic.label)
            ask_near(request, topic, here, line, again("--keep --add", topic.label))

    async def _again(self, request: Request, one: Subscription, wish: Wish) -> Reply:
        """Change what is there by what was said beside the topic, if anything."""
        changed = await self._changing.change(request, one, beside_topic(wish.settings), wish)
        if changed:
            return changed
        outlook = await self._rooms.outlook()
        actions = [Action("Change", command_for(request, f"edit {one.number}"))]
        if one.paused:
            actions.insert(0, Action("Resume now", command_for(request, f"resume {one.number}")))
        who = "You already have an alert on" if request.in_person else "already gets"
        name = "" if request.in_person else f"{request.where_name} "
        return Reply(
            title=f"{name}{who} {quoted(one.label)}",
            text=f"When: {describe(one.schedule, one.zone)}. {outlook.sentence(one)}",
            actions=tuple(actions),
        )

    async def _saved(self, request: Request, wish: Wish) -> Saved:
        """Save what was asked for, and look at it in the light of the last 30 days."""
        one = await self._keeping.add(request, wish.settings)
        undo = Undo(request, self._rooms)
        undo.of_adding(one)
        before, place = await self._keeping.lay_out(request, wish.settings)
        undo.of_layout(before, place)
        topic = parse_topic(one.label)
        found = await self._advisor.found(one, place)
        advice = await self._advisor.on_topic(request, one, topic, found)
        advice += await self._advisor.on_schedule(request, one)
        if lost := lost_schedule(wish):
            advice += Advice((lost.text,))
        return Saved(one, found, advice, undo)

    # ── what is told ─────────────────────────────────────────────────────────────────────────────

    async def _told(self, request: Request, saved: Saved, asked_in: Request) -> Reply:
        if request.in_person:
            await self._confirm(request, saved)
        self._at.wake()
        if request.in_person:
            return await self._alerted(request, saved, asked_in)
        return await self._welcome(request, saved)

    async def _welcome(self, request: Request, saved: Saved) -> Reply:
        one, outlook = saved.one, await self._rooms.outlook()
        lines = [f"Topic: {parse_topic(one.label).reading}"]
        if one.kinds != DEFAULT_KINDS:
            lines.append(f"What: {kinds_in_words(one.kinds)}")
        lines.append(f"When: {describe(one.schedule, one.zone)}. {outlook.sentence(one)}")
        lines.append(self._advisor.counted(saved.found))
        place = await self._rooms.place(request)
        if place.base:
            lines.append(f"Everywhere in this server: {place.base}")
        actions = [*saved.advice.actions]
        if place.suspended:
            lines.append(
                f"I can't post to {place.name} now: {place.suspended}. Your topic is kept."
            )
            actions.append(Action("Try again", "retry"))
        if saved.found.anything:
            actions.append(Action(f"Preview latest {LATEST}", f"preview --latest {one.number}"))
        actions.append(Action("Change", f"edit {one.number}"))
        return Reply(
            title=f"{request.where_name} now gets papers on {quoted(one.label)}",
            text="\n".join((*lines, *saved.advice.lines)),
            actions=(*actions, *saved.undo.actions()),
            public=True,
        )

    async def _confirm(self, request: Request, saved: Saved) -> None:
        """Write the direct message that confirms an alert, by the way that its papers will take."""
        one, now = saved.one, self._at.calendar.now()
        incident = f"{one.number}-{now:%Y%m%dT%H%M%S}"
        plan = confirmation(request.where, one.number, one.label, saved.found.week, incident, now)
        await self._at.outbox.enqueue([plan], now)

    async def _alerted(self, request: Request, saved: Saved, asked_in: Request) -> Reply:
        """Say what the direct message does not: where it is, and what may be better."""
        advice = saved.advice
        place = await self._rooms.place(request)
        if place.suspended:
            return Reply(
                title=f"Your alert on {quoted(saved.one.label)} is kept",
                text="\n".join((ALLOW, *advice.lines)),
                actions=(Action("Try again", "alert retry"), *advice.actions),
            )
        if asked_in.in_person:
            return Reply(text="\n".join(advice.lines), actions=advice.actions)
        skip = Action(f"Skip what {asked_in.where_name} already showed", "alert skip")
        return Reply(
            title=f"Your alert on {quoted(saved.one.label)} comes as a direct message",
            text="\n".join(advice.lines),
            actions=(*advice.actions, *(() if place.skip_shown_at == asked_in.where else (skip,))),
        )

    # ── ending ───────────────────────────────────────────────────────────────────────────────────

    async def unsubscribe(self, request: Request, typed: Typed) -> Reply:
        """Take one subscription away; its number is kept for Undo."""
        allowed(request)
        if gone := await self._gone(request, typed):
            return gone
        one, _ = await self._rooms.meant(request, typed)
        await self._at.subscriptions.remove(request.where, one.number, actor(request))
        who = "You no longer get alerts on"
        if not request.in_person:
            who = f"{request.where_name} no longer gets"
        return Reply(
            title=f"{who} {quoted(one.label)}",
            actions=(Action("Undo", command_for(request, f"resubscribe {one.number}")),),
            public=not request.in_person,
        )

    async def _gone(self, request: Request, typed: Typed) -> Reply | None:
        """Return what is said where the number was taken away before: a button pressed twice."""
        number, _ = read_number(typed.rest)
        for one in await self._at.subscriptions.of(request.where, removed=True):
            if one.number == number and one.removed:
                undo = Action("Undo", command_for(request, f"resubscribe {one.number}"))
                title = f"{quoted(one.label)} was taken away before"
                return Reply(title=title, actions=(undo,))
        return None

    async def resubscribe(self, request: Request, typed: Typed) -> Reply:
        """Undo an unsubscribe: the same number, the same cursor."""
        allowed(request)
        number, _ = read_number(typed.rest)
        known = await self._at.subscriptions.of(request.where, removed=True)
        one = next((one for one in known if one.number == number), None)
        if one is None:
            raise CommandError("There never was a subscription with that number here.")
        twin = next((it for it in known if it.topic == one.topic and not it.removed), None)
        if twin is None:
            one = await self._keeping.save(request, replace(one, removed=False))
            self._at.wake()
        outlook = await self._rooms.outlook()
        who = "You get alerts on" if request.in_person else f"{request.where_name} gets papers on"
        return Reply(
            title=f"{who} {quoted(one.label)} again",
            text=outlook.sentence(twin or one),
            public=twin is None and not request.in_person,
        )
