"""Where an answer is shown: the responses to one interaction, in time and in order.

Discord gives three seconds for the first response and fifteen minutes for what follows it. A form
can only be the first one.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from discord.http import Route

from bot.dialogue import Reply
from bot.platforms.discord.answers import messages_of
from bot.platforms.discord.rest import Rest
from bot.platforms.discord.spot import Spot

EPHEMERAL: Final = 1 << 6
_MESSAGE, _DEFERRED, _CHOICES, _MODAL = 4, 5, 8, 9
_CALLBACK: Final = "/interactions/{webhook_id}/{webhook_token}/callback"
_FURTHER: Final = "/webhooks/{webhook_id}/{webhook_token}"
_ORIGINAL: Final = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
_DONE: Final = Reply(text="Done: the channel sees it.")

Json = dict[str, Any]


class Answering:
    """Responds to one interaction. Raises what the library raises."""

    def __init__(self, rest: Rest, application: str, spot: Spot) -> None:
        self._rest = rest
        self._application = application
        self._spot = spot
        self.deferred = False
        self._answered = False

    async def defer(self) -> None:
        """Say that an answer for the person alone is coming."""
        self.deferred = True
        await self._respond(_DEFERRED, {"flags": EPHEMERAL})

    async def open_form(self, modal: Json) -> None:
        """Open a form; only possible as the first response, and not in answer to a form."""
        await self._respond(_MODAL, modal)
        self._answered = True

    async def suggest(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer (shown, value) while somebody types."""
        told = [{"name": name, "value": value} for name, value in choices]
        await self._respond(_CHOICES, {"choices": told})

    async def tell(self, messages: Sequence[Mapping[str, Any]]) -> None:
        """Tell the person alone."""
        for one in messages:
            await self._say({**one, "flags": int(one.get("flags", 0)) | EPHEMERAL})

    async def tell_all(self, messages: Sequence[Mapping[str, Any]]) -> None:
        """Say it in the channel where the interaction was."""
        if self.deferred and not self._answered:
            # What was deferred for one person cannot become public: it says so, and more follows.
            await self.tell(messages_of(_DONE))
        for one in messages:
            await self._say(dict(one))

    async def _say(self, message: Json) -> None:
        if self._answered:
            await self._rest.ask(self._route("POST", _FURTHER), message)
        elif self.deferred:
            self._answered = True
            await self._rest.ask(self._route("PATCH", _ORIGINAL), message)
        else:
            self._answered = True
            await self._respond(_MESSAGE, message)

    async def _respond(self, kind: int, data: Json) -> None:
        spot = self._spot
        ids = {"webhook_id": spot.interaction, "webhook_token": spot.token}
        await self._rest.ask(Route("POST", _CALLBACK, **ids), {"type": kind, "data": data})

    def _route(self, method: str, path: str) -> Route:
        ids = {"webhook_id": self._application, "webhook_token": self._spot.token}
        return Route(method, path, **ids)
