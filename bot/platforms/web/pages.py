"""The built-in channel's page: requests of a browser ⇄ values; what they mean is decided elsewhere.

Works without a script (every button is a form's); with it, answers are inserted where they were
asked for, and new messages arrive by server-sent events.
"""

import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.dialogue import Reply, Request
from bot.limits import ListenLimits
from bot.model import Destination, Place
from bot.platforms.web.answers import answer_of, message_of
from bot.platforms.web.channel import Channel, Entry
from bot.platforms.web.draw import (
    Answer,
    Door,
    RoomView,
    draw_answer,
    draw_entry,
    draw_room,
    room_url,
    shown,
)
from bot.platforms.web.live import Bell
from bot.platforms.web.message import pack, spoken
from bot.platforms.web.rooms import ALERTS, CHANNEL, READER, new_address, read_room, room_name
from bot.platforms.web.status import StatusView
from bot.platforms.web.stream import Stream
from bot.ports import Calendar
from bot.web.guard import read_fields
from bot.web.routes import Route

PAGE = 20  # messages on one page
_HIGHEST = 2**62  # ids beyond this are nobody's
_VALUE = "v."  # prefix of a form's fields, so that none is taken for ours


@dataclass(frozen=True, slots=True)
class Desk:
    """What the page works with; `app` makes it.

    `places` returns the known places of platform "web"; `status` what the strip shows. Whoever
    changes one of them rings the bell. `new_key` makes a key that nobody has.
    """

    channel: Channel
    bell: Bell
    run_command: Callable[[Request], Awaitable[Reply]]
    status: Callable[[], Awaitable[StatusView]]
    places: Callable[[], Awaitable[Sequence[Place]]]
    calendar: Calendar
    limits: ListenLimits
    new_key: Callable[[], str] = lambda: secrets.token_hex(12)


class Pages:
    """The routes of the built-in channel, for the private listener."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._stream = Stream(desk.channel, desk.bell, desk.status, desk.limits)

    def routes(self) -> tuple[Route, ...]:
        """Return what the listener serves."""
        return (
            Route("GET", "/", self._start),
            Route("GET", "/c", self._go),
            Route("GET", "/c/{room}", self._room),
            Route("POST", "/c/{room}/command", self._command),
            Route("GET", "/c/{room}/live", self._live, stream=True),
        )

    async def _start(self, _request: web.Request) -> web.StreamResponse:
        raise web.HTTPSeeOther(room_url(CHANNEL))

    async def _go(self, request: web.Request) -> web.StreamResponse:
        """Open a room by the name that a person typed; one without an address opens the first."""
        room = read_room(new_address(request.query.get("name", "")))
        raise web.HTTPSeeOther(room_url(room or CHANNEL))

    async def _room(self, request: web.Request) -> web.StreamResponse:
        room, before = _room_of(request), _number(request.query.get("before", ""))
        view = await self._view(room, before)
        return _page(draw_room(replace(view, line=request.query.get("line", "")[:4000])))

    async def _view(self, room: Destination, before: int | None = None) -> RoomView:
        desk = self._desk
        after = await desk.channel.newest()
        entries = await desk.channel.page(room, PAGE + 1, before)
        page, more = entries[:PAGE], entries[PAGE:]
        replies = await desk.channel.replies([entry.id for entry in page])
        doors = await self._doors(room)
        past = bool(page) and before is not None and page[0].id != await desk.channel.newest(room)
        return RoomView(
            room=room,
            name=next(door.name for door in doors if door.room == room),
            doors=doors,
            entries=tuple(shown(entry, replies) for entry in page),
            status=await desk.status(),
            after=after,
            older=page[-1].id if more else 0,
            past=past or (before is not None and not page),
        )

    async def _doors(self, room: Destination) -> tuple[Door, ...]:
        """Return every room once: the channel first, the reader's alerts last."""
        names = {place.destination: place.name for place in await self._desk.places()}
        known = {CHANNEL, room, *names, *await self._desk.channel.rooms()} - {ALERTS}
        rooms = [CHANNEL, *sorted(known - {CHANNEL}), ALERTS]
        return tuple(Door(one, _name(one, names)) for one in rooms)

    async def _command(self, request: web.Request) -> web.StreamResponse:
        room, fields = _room_of(request), await read_fields(request)
        names = {place.destination: place.name for place in await self._desk.places()}
        reply = await self._desk.run_command(_asked(room, _name(room, names), fields))
        entry = await self._post(room, reply) if reply.public else None
        silent = entry or reply.is_empty
        answer = None if silent else answer_of(reply, discuss=room != ALERTS)
        if request.headers.get("X-Paperboy") == "fragment":
            return web.json_response(_fragment(room, entry, answer))
        if entry:
            raise web.HTTPSeeOther(f"{room_url(room)}#m-{entry.id}")
        line = "" if reply.ok else fields.get("text", "")
        return _page(draw_room(replace(await self._view(room), answer=answer, line=line)))

    async def _post(self, room: Destination, reply: Reply) -> Entry:
        """Keep an answer that everybody in the room sees."""
        payload = pack(replace(message_of(reply), by="You"))
        key = f"answer-{self._desk.new_key()}"
        entry = await self._desk.channel.put(key, room, self._desk.calendar.now(), payload)
        self._desk.bell.ring()
        return entry

    async def _live(self, request: web.Request) -> web.StreamResponse:
        room = _room_of(request)
        last = request.headers.get("Last-Event-ID") or request.query.get("after", "")
        return await self._stream.serve(request, room, _number(last) or 0)


def _asked(room: Destination, name: str, fields: Mapping[str, str]) -> Request:
    """Return what the reader asked for; on this page the reader may change every room."""
    values = {
        key.removeprefix(_VALUE): value for key, value in fields.items() if key.startswith(_VALUE)
    }
    return Request(
        text=fields.get("text", ""),
        person=replace(READER, zone=_zone(fields.get("zone", ""))),
        where=room,
        where_name=name,
        in_person=room == ALERTS,
        may_edit=True,
        values=values,
    )


def _fragment(
    room: Destination, entry: Entry | None, answer: Answer | None
) -> Mapping[str, str | int]:
    if entry:
        one = shown(entry)
        return {"id": entry.id, "entry": draw_entry(one), "said": spoken(one.message)}
    if answer is None:  # what answers comes as a message, live
        return {"answer": "", "said": "", "ok": 1}
    message = answer.message
    said = spoken(message) or (answer.form.title if answer.form else "")
    return {"answer": draw_answer(answer, room), "said": said, "ok": int(message.ok)}


def _room_of(request: web.Request) -> Destination:
    room = read_room(request.match_info["room"])
    if room is None:
        raise web.HTTPNotFound
    return room


def _name(room: Destination, names: Mapping[Destination, str]) -> str:
    return room_name(room) if room == ALERTS else names.get(room) or room_name(room)


def _number(text: str) -> int | None:
    """Return a positive id, None for anything else."""
    return min(int(text), _HIGHEST) if re.fullmatch(r"[0-9]{1,20}", text) else None


def _zone(name: str) -> str:
    """Return a zone that exists, as the browser names it; "" for anything else."""
    try:
        return ZoneInfo(name).key if re.fullmatch(r"[A-Za-z0-9_+/-]{1,64}", name) else ""
    except (OSError, ValueError):  # ZoneInfoNotFoundError is a KeyError; the rest are bad paths
        return ""
    except KeyError:
        return ""


def _page(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/html")
