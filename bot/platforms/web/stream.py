"""Server-sent events: what comes to a room while somebody watches it.

An event's id is the entry's, so that a browser that lost the line goes on where it was; what it
missed is read from the channel, never from memory.
https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

import msgspec
from aiohttp import web

from bot.limits import ListenLimits
from bot.model import Destination
from bot.platforms.web.channel import Channel, Entry
from bot.platforms.web.draw import draw_entry, draw_status, shown
from bot.platforms.web.live import Bell
from bot.platforms.web.message import spoken
from bot.platforms.web.status import StatusView
from bot.web.guard import add_headers

log = logging.getLogger(__name__)

_BATCH = 50  # entries read at once
_RETRY = 2_000  # milliseconds after which a browser comes back


class Stream:
    """All watching pages of one site."""

    def __init__(
        self,
        channel: Channel,
        bell: Bell,
        status: Callable[[], Awaitable[StatusView]],
        limits: ListenLimits,
    ) -> None:
        self._channel = channel
        self._bell = bell
        self._status = status
        self._limits = limits
        self._open = 0

    async def serve(
        self, request: web.Request, room: Destination, after: int
    ) -> web.StreamResponse:
        """Send what comes after the id `after`, until the reader leaves or the listener closes."""
        if self._open >= self._limits.streams:
            raise web.HTTPServiceUnavailable
        answer = web.StreamResponse()
        answer.content_type = "text/event-stream"
        add_headers(answer)
        self._open += 1
        try:
            await answer.prepare(request)
            await self._write(answer, f"retry: {_RETRY}\n\n")
            await self._follow(answer, room, after)
        except (ConnectionError, TimeoutError):
            log.debug("a reader left", extra={"action": "web.left"})
        finally:
            self._open -= 1
        return answer

    async def _follow(self, answer: web.StreamResponse, room: Destination, after: int) -> None:
        said: str | None = None
        while True:
            rings = self._bell.rings
            while entries := await self._channel.since(after, _BATCH):
                for entry in entries:
                    await self._write(answer, _event("entry", _told(entry, room), entry.id))
                after = entries[-1].id
            status = draw_status(await self._status())
            if status != said:
                await self._write(answer, _event("status", {"html": status}))
                said = status
            if not await self._bell.heard(rings, self._limits.stream_beat):
                await self._write(answer, ": still here\n\n")

    async def _write(self, answer: web.StreamResponse, text: str) -> None:
        """Write; a reader who takes nothing for too long is let go."""
        async with asyncio.timeout(self._limits.stream_stuck):
            await answer.write(text.encode())


def _told(entry: Entry, room: Destination) -> Mapping[str, str | int]:
    """Return what the page needs: the message if it is of this room, else where it is."""
    if entry.room != room:
        return {"room": entry.room.address, "parent": entry.parent}
    one = shown(entry)
    return {
        "room": room.address,
        "id": entry.id,
        "parent": entry.parent,
        "html": draw_entry(one),
        "said": spoken(one.message),
    }


def _event(name: str, data: Mapping[str, str | int], number: int | None = None) -> str:
    """Return one event; its JSON has no line break, so it cannot end early."""
    text = msgspec.json.encode(data).decode()
    head = "" if number is None else f"id: {number}\n"
    return f"{head}event: {name}\ndata: {text}\n\n"
