"""ping: a role that the digests of one topic call, where the platform has roles."""

from dataclasses import replace
from typing import Final
from urllib.parse import quote, unquote

from bot.commands.grammar import Typed, UnknownVerb
from bot.commands.keeping import Keeping
from bot.commands.rooms import Rooms, allowed
from bot.commands.wording import calls, command_for, quoted
from bot.dialogue import Action, Reply, Request
from bot.model import Subscription

NOBODY: Final = "off"
_ROLE: Final = "role="


class Calling:
    """The verb by which a moderator chooses who is called."""

    def __init__(self, rooms: Rooms, keeping: Keeping) -> None:
        self._rooms = rooms
        self._keeping = keeping

    async def ping(self, request: Request, typed: Typed) -> Reply:
        """Let the digests of a subscription call a role ("role=<id>%20<name> 2"), or nobody."""
        if not request.roles:
            raise UnknownVerb(typed.verb, "")
        allowed(request)
        head, _, rest = typed.rest.partition(" ")
        if not head.startswith(_ROLE):
            head, rest = f"{_ROLE}{NOBODY}", typed.rest
        role = unquote(head.removeprefix(_ROLE))
        one, _ = await self._rooms.meant(request, replace(typed, rest=rest), f"{head} ")
        return await self._changed(request, one, "" if role == NOBODY else role)

    async def _changed(self, request: Request, one: Subscription, role: str) -> Reply:
        if one.ping == role:
            return Reply(title="Nothing changed", text=f"{quoted(one.label)} {calls(role)}.")
        await self._keeping.save(request, replace(one, ping=role))
        undo = f"ping {_ROLE}{quote(one.ping or NOBODY)} {one.number}"
        return Reply(
            title=f"{quoted(one.label)} now {calls(role)}",
            text="Once with each digest that has papers on it; nobody else is ever called."
            if role
            else "",
            actions=(Action("Undo", command_for(request, undo)),),
            public=not request.in_person,
        )
