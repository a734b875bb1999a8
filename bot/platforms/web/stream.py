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

from bot.errors import PaperboyError
from bot.limits import ListenLimits
from bot.model import Destination
from bot.platforms.web.channel import Channel, Entry
from bot.platforms.web.draw import draw_entry, draw_status, shown
from bot.platforms.web.live import Bell
from bot.platforms.web.message import spoken
from bot.platforms.web.status import StatusView
from bot.web.guard import add_headers
from bot.web.routes import CLOSING

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
        answer.headers["X-Accel-Buffering"] = "no"  # nginx would hold events back
        self._open += 1
        try:
            await answer.prepare(request)
            await self._write(answer, f"retry: {_RETRY}\n\n")
            await self._follow(answer, room, after, request[CLOSING])
        except (ConnectionError, TimeoutError):
            log.debug("a reader left", extra={"action": "web.left"})
        except PaperboyError as error:
            # The answer has begun, so no page can say it; the browser comes back by itself.
            log.warning("a stream ended: %s", error, extra={"action": "web.stream_failed"})
        finally:
            self._open -= 1
        return answer

    async def _follow(
        self, answer: web.StreamResponse, room: Destination, after: int, closing: asyncio.Event
    ) -> None:
        said: str | None = None
        while not closing.is_set():
            rings = self._bell.rings
            while entries := await self._channel.since(after, _BATCH):
                for entry in entries:
                    await self._write(answer, _event("entry", _told(entry, room), entry.id))
                after = entries[-1].id
            status = draw_status(await self._status())
            if status != said:
                await self._write(answer, _event("status", {"html": status}))
                said = status
            if not await self._woken(rings, closing):
                await self._write(answer, ": still here\n\n")

    async def _woken(self, rings: int, closing: asyncio.Event) -> bool:
        """Wait for the bell or the listener's end; False after `stream_beat` of silence."""
        bell = asyncio.create_task(self._bell.heard(rings, self._limits.stream_beat))
        end = asyncio.create_task(closing.wait())
        try:
            done, _ = await asyncio.wait((bell, end), return_when=asyncio.FIRST_COMPLETED)
        finally:
            bell.cancel()
            end.cancel()
        return any(task.result() for task in done)

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
