"""Storing what was decided: a new subscription, a changed one, the options of a whole place."""

from dataclasses import replace

from bot.commands.rooms import Rooms
from bot.commands.services import Services, actor
from bot.commands.settings import DEFAULT_KINDS, Settings, applied, as_edit, as_layout, laid_out
from bot.commands.wording import command_for
from bot.cursors import placed
from bot.dialogue import Action, Request
from bot.model import Place, Subscription


class Keeping:
    """The writes that several verbs share. Whoever calls has checked that they are allowed."""

    def __init__(self, services: Services, rooms: Rooms) -> None:
        self._at = services
        self._rooms = rooms

    async def add(self, request: Request, settings: Settings) -> Subscription:
        """Store a new subscription; `settings` has its topic. Its place becomes known too."""
        now = self._at.calendar.now()
        await self._rooms.keep(request, await self._rooms.place(request))
        blank = Subscription(
            destination=request.where,
            number=0,
            topic="",
            label="",
            schedule=self._rooms.habits(request).schedule,
            zone=await self._rooms.zone(request),
            cursor=0,
            kinds=DEFAULT_KINDS,
            creator=request.person.id,
            editor=request.person.id,
            created=now,
        )
        wanted = applied(blank, settings)
        await self._remember_zone(request, settings)
        start = await placed(wanted, self._at.announcements, now)
        return await self._at.subscriptions.save(start, actor(request))

    async def change(self, request: Request, old: Subscription, settings: Settings) -> Subscription:
        """Store a subscription with what was said about it.

        Cursor and last slot stay: what the new schedule would have sent by now is sent at once, and
        nothing is sent twice or passed over.
        """
        new = applied(old, settings)
        if new == old:
            return old
        await self._remember_zone(request, settings)
        return await self.save(request, new)

    async def save(self, request: Request, one: Subscription) -> Subscription:
        """Store a subscription as changed by this person."""
        return await self._at.subscriptions.save(
            replace(one, editor=request.person.id), actor(request)
        )

    async def lay_out(self, request: Request, settings: Settings) -> tuple[Place, Place]:
        """Store what was said of the whole place; return it before and after."""
        before = await self._rooms.place(request)
        after = laid_out(before, settings)
        if after != before:
            await self._rooms.keep(request, after)
        return before, after

    async def _remember_zone(self, request: Request, settings: Settings) -> None:
        """Keep a person's zone, if they named one that the platform does not tell."""
        if request.in_person and settings.zone not in (None, request.person.zone):
            await self._at.people.put(replace(request.person, zone=settings.zone))


class Undo:
    """Collects the commands that take a change back, for one button."""

    def __init__(self, request: Request, rooms: Rooms) -> None:
        self._request = request
        self._habits = rooms.habits(request)
        self._commands: list[str] = []

    def of_adding(self, one: Subscription) -> None:
        """Take away what was added."""
        self._commands.append(f"unsubscribe {one.number}")

    def of_changing(self, old: Subscription, new: Subscription) -> None:
        """Give a subscription back what it had."""
        if replace(new, editor=old.editor) != old:
            self._commands.append(as_edit(old, self._habits))

    def of_layout(self, before: Place, after: Place) -> None:
        """Give a place back its options."""
        if before != after:
            self._commands.append(as_layout(before))

    def actions(self) -> tuple[Action, ...]:
        """Return the button; none if nothing changed. Last done is first undone."""
        commands = [command_for(self._request, one) for one in reversed(self._commands)]
        if not commands:
            return ()
        text = commands[0] if len(commands) == 1 else "\n".join(["undo", *commands])
        return (Action("Undo", text),)
