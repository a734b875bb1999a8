"""What a person hears at the next command where their direct messages are closed to us."""

from dataclasses import replace

from bot.commands.services import Services, own_messages
from bot.commands.subscribing import ALLOW
from bot.dialogue import Action, Reply, Request

WAITING = f"Your alerts wait. {ALLOW}"


class Reminding:
    """Adds to an answer that nobody else sees what its reader should know."""

    def __init__(self, services: Services) -> None:
        self._at = services

    async def reminded(self, request: Request, reply: Reply) -> Reply:
        """Return the answer, with a word on alerts that cannot arrive."""
        if request.in_person or reply.public or reply.form or reply.whole or reply.is_empty:
            return reply
        own = own_messages(request.person)
        place = await self._at.subscriptions.place(own)
        if place is None or not place.suspended or not await self._at.subscriptions.of(own):
            return reply
        if any(one.command == "alert retry" for one in reply.actions):
            return reply  # it says so already
        return replace(
            reply,
            text="\n".join(filter(None, (reply.text, WAITING))),
            actions=(*reply.actions, Action("Try again", "alert retry")),
        )
