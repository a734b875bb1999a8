"""edit, keep, pause, resume: changing what is already there, by text or by form."""

from dataclasses import replace

from bot.commands import forms
from bot.commands.advice import Advice, Advisor
from bot.commands.grammar import Typed
from bot.commands.keeping import Keeping, Undo
from bot.commands.questions import ask_precedence
from bot.commands.rooms import Ask, Rooms, allowed
from bot.commands.services import Services
from bot.commands.settings import (
    Settings,
    Wish,
    lost_schedule,
    read_fields,
    read_wish,
    wish_of_form,
)
from bot.commands.until import read_until
from bot.commands.wording import (
    changes,
    command_for,
    layout_changes,
    local_day,
    quoted,
)
from bot.compose.phrases import day
from bot.compose.topic import Topic, parse_topic
from bot.dialogue import Action, Form, Reply, Request
from bot.errors import CommandError
from bot.model import Subscription
from bot.schedule import describe


class Changing:
    """The verbs that change a subscription."""

    def __init__(self, services: Services, rooms: Rooms, keeping: Keeping) -> None:
        self._at = services
        self._rooms = rooms
        self._keeping = keeping
        self._advisor = Advisor(services, rooms)

    # ── edit ─────────────────────────────────────────────────────────────────────────────────────

    async def edit(self, request: Request, typed: Typed) -> Reply:
        """Change a subscription: by form, or by what follows its number."""
        allowed(request)
        one, rest = await self._rooms.meant(request, typed)
        if not (request.values or rest):
            return Reply(form=await self._form(request, one))
        wish = await self._wish(request, one, rest)
        topic = wish.settings.topic
        if topic and topic.canonical != one.topic:
            await self._check(request, typed, one, topic, wish)
        return await self.change(request, one, wish.settings, wish) or self._unchanged(one)

    async def _form(self, request: Request, one: Subscription) -> Form:
        place = await self._rooms.place(request)
        return forms.edit_form(request, one, place, self._rooms.habits(request))

    async def _wish(self, request: Request, one: Subscription, rest: str) -> Wish:
        """Return what the line or the form says. Raises `Ask` with the form if it is wrong."""
        habits = self._rooms.habits(request)
        if not request.values:
            return read_wish(rest, habits)
        settings, errors = read_fields(request.values, habits)
        if errors:
            raise Ask(forms.refused(await self._form(request, one), request.values, errors))
        return wish_of_form(request.values, settings, habits)

    async def _check(
        self, request: Request, typed: Typed, one: Subscription, topic: Topic, wish: Wish
    ) -> None:
        """Refuse a topic that another subscription has; ask about one that is easily misread."""
        for other in await self._at.subscriptions.of(request.where):
            if other.topic == topic.canonical:
                number = command_for(request, f"unsubscribe {one.number}")
                raise CommandError(
                    f"{quoted(topic.label)} is there already, as number {other.number}.",
                    remedy=f"To give up the other: /arxiv {number}",
                )
        if "keep" in typed.options or not wish.typed:
            return
        edit = f"edit --keep {one.number}"
        await ask_precedence(
            self._at.recent,
            topic,
            lambda text: command_for(request, f"{edit} {wish.with_topic(text)}"),
        )

    async def change(
        self, request: Request, old: Subscription, settings: Settings, wish: Wish | None = None
    ) -> Reply | None:
        """Store what was said and tell what differs, with Undo; None if nothing does."""
        before, after = await self._keeping.lay_out(request, settings)
        new = await self._keeping.change(request, old, settings)
        lines = changes(old, new) + layout_changes(before, after)
        if not lines:
            return None
        self._at.wake()
        undo = Undo(request, self._rooms)
        undo.of_changing(old, new)
        undo.of_layout(before, after)
        advice = await self._advised(request, old, new)
        if wish and (lost := lost_schedule(wish)):
            advice += Advice((lost.text,))
        return Reply(
            title=f"Changed {self._name(request, old, new)}",
            text="\n".join((*lines, *advice.lines)),
            actions=(*advice.actions, *undo.actions()),
            public=not request.in_person,
        )

    def _name(self, request: Request, old: Subscription, new: Subscription) -> str:
        """Return what changed: the subscription, or only the place around it."""
        if changes(old, new) or request.in_person:
            return quoted(old.label)
        return f"all digests of {request.where_name}"

    async def _advised(self, request: Request, old: Subscription, new: Subscription) -> Advice:
        """Return what follows from a change: counts, the next digest, and what may be better."""
        advice = Advice()
        if new.topic != old.topic:
            topic = parse_topic(new.label)
            found = await self._advisor.found(new, await self._rooms.place(request))
            advice += Advice((self._advisor.counted(found),))
            advice += await self._advisor.on_topic(request, new, topic, found)
        if (new.schedule, new.zone) != (old.schedule, old.zone):
            outlook = await self._rooms.outlook()
            advice = Advice((outlook.sentence(new),)) + advice
            advice += await self._advisor.on_schedule(request, new)
        return advice

    def _unchanged(self, one: Subscription) -> Reply:
        return Reply(
            title="Nothing changed",
            text=f"{quoted(one.label)}: {describe(one.schedule, one.zone)}.",
        )

    async def keep(self, request: Request, typed: Typed) -> Reply:
        """Answer a button that leaves things as they are."""
        one, _ = await self._rooms.meant(request, typed)
        outlook = await self._rooms.outlook()
        return Reply(
            title=f"{quoted(one.label)} stays as it is",
            text=f"When: {describe(one.schedule, one.zone)}. {outlook.sentence(one)}",
        )

    # ── pause, resume ────────────────────────────────────────────────────────────────────────────

    async def pause(self, request: Request, typed: Typed) -> Reply:
        """Stop planning for one subscription; its cursor stays, so nothing is missed."""
        allowed(request)
        one, rest = await self._rooms.meant(request, typed)
        today = local_day(self._at.calendar.now(), one.zone)
        paused = replace(one, paused=True, paused_until=read_until(rest, today))
        if paused != one:
            paused = await self._keeping.save(request, paused)
        outlook = await self._rooms.outlook()
        return Reply(
            title=f"Paused {quoted(one.label)}{_until(paused)}",
            text=outlook.after_pause(paused),
            actions=(Action("Resume now", command_for(request, f"resume {one.number}")),),
            public=not request.in_person,
        )

    async def resume(self, request: Request, typed: Typed) -> Reply:
        """Go on after a pause."""
        allowed(request)
        one, _ = await self._rooms.meant(request, typed)
        outlook = await self._rooms.outlook()
        if not one.paused:
            return Reply(title=f"{quoted(one.label)} is not paused", text=outlook.sentence(one))
        running = await self._keeping.save(request, replace(one, paused=False, paused_until=None))
        self._at.wake()
        waits = running.cursor < outlook.horizon
        between = " That digest covers the days between." if waits else ""
        return Reply(
            title=f"Resumed {quoted(one.label)}",
            text=f"{outlook.sentence(running)}{between}",
            actions=self._pause_again(request, one),
            public=not request.in_person,
        )

    def _pause_again(self, request: Request, one: Subscription) -> tuple[Action, ...]:
        """Return the button that takes a resume back, unless the pause would be over by now."""
        until = one.paused_until
        if until and until <= local_day(self._at.calendar.now(), one.zone):
            return ()
        tail = f" until {until.isoformat()}" if until else ""
        return (Action("Undo", command_for(request, f"pause {one.number}{tail}")),)


def _until(one: Subscription) -> str:
    return f" until {day(one.paused_until)}" if one.paused_until else ""
