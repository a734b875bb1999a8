"""The gateway as Discord speaks it: hello, identify, resume, heartbeats, events, interruptions."""

import json
import math
import time
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.standins import discord_shown as shown
from tests.standins.discord_pace import DiscordPace
from tests.standins.discord_schemas import frame_complaints
from tests.standins.discord_world import Json, World

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, RECONNECT, MEMBERS = 0, 1, 2, 3, 4, 6, 7, 8
INVALID_SESSION, HELLO, ACK = 9, 10, 11
GUILDS, GUILD_MEMBERS, PRESENCES, CONTENT = 1 << 0, 1 << 1, 1 << 8, 1 << 15
PRIVILEGED = GUILD_MEMBERS | PRESENCES | CONTENT
KNOWN_INTENTS = (1 << 26) - 1
# The intent without which events that start so are not sent; the first that fits counts.
_NEEDS = {
    "GUILD_MEMBER_": GUILD_MEMBERS,
    "GUILD_": GUILDS,
    "CHANNEL_": GUILDS,
    "THREAD_": GUILDS,
}


@dataclass
class Session:
    """What a bot that identified has been told, whether or not it listens now."""

    id: str
    intents: int
    shard: int
    shards: int
    socket: "Socket | None" = None
    events: list[Json] = field(default_factory=list)  # in order; number n stands at n - 1
    resumable: bool = True

    def wants(self, kind: str, *, about_bot: bool = False) -> bool:
        """Tell whether its intents let an event through; of itself a bot hears with fewer."""
        about = kind.replace("MEMBER_UPDATE", "") if about_bot else kind
        need = next((bit for start, bit in _NEEDS.items() if about.startswith(start)), 0)
        return not need or bool(self.intents & need)

    async def tell(self, kind: str, data: Json) -> None:
        """Number an event, and send it if somebody listens."""
        event = {"op": DISPATCH, "d": data, "s": len(self.events) + 1, "t": kind}
        self.events.append(event)
        if self.socket:
            await self.socket.send(event)


class Socket:
    """One connection, compressed as the bot asked in its address."""

    def __init__(
        self, web_socket: web.WebSocketResponse, request: web.Request, sent: list[Json]
    ) -> None:
        self.web = web_socket
        self.request = request
        self.sent = sent
        self.closed_here = False
        self.silent = False  # a zombie: open, and nothing comes any more
        self._squeeze = _compressor(request.query.get("compress", ""))

    async def send(self, frame: Json) -> None:
        """Send a frame, unless the connection is dead in one way or the other."""
        if self.silent or self.web.closed:
            return
        self.sent.append(frame)
        text = json.dumps(frame)
        try:
            if self._squeeze:
                await self.web.send_bytes(self._squeeze(text.encode()))
            else:
                await self.web.send_str(text)
        except ConnectionError:
            return  # it broke just now; the event waits for the bot's RESUME

    async def close(self, code: int) -> None:
        """Close it with one of Discord's codes."""
        self.closed_here = True
        await self.web.close(code=code)


def _compressor(kind: str) -> Callable[[bytes], bytes] | None:
    if kind == "zlib-stream":
        stream = zlib.compressobj()
        return lambda data: stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH)
    if kind == "zstd-stream":
        from compression import zstd  # type: ignore[import-not-found]  # noqa: PLC0415  # 3.14

        packer = zstd.ZstdCompressor()
        flush = zstd.ZstdCompressor.FLUSH_BLOCK
        return lambda data: bytes(packer.compress(data, flush))
    return None


class Gateway:
    """The gateway: sessions, and what interrupts them."""

    def __init__(self, world: World, pace: DiscordPace, faults: list[str]) -> None:
        self.url = ""  # of the websocket
        self.world = world
        self.pace = pace
        self.sessions: dict[str, Session] = {}
        self.received: list[Json] = []
        self.sent: list[Json] = []
        self.identifies = 0
        self.resumes = 0
        self._faults = faults
        self._sockets: list[Socket] = []
        self._identified = -math.inf  # when a bot last did; one key, as max_concurrency is 1

    @property
    def connected(self) -> bool:
        """Tell whether a bot listens that has identified or resumed."""
        return any(one.socket for one in self.sessions.values())

    # ── telling ──────────────────────────────────────────────────────────────────────────────────

    async def tell(self, kind: str, data: Json, server: str = "") -> None:
        """Send an event to the sessions that it concerns; `server`: whose it is, "" for none's."""
        about_bot = data.get("user", {}).get("id") == self.world.app
        for one in list(self.sessions.values()):
            shard = (int(server) >> 22) % one.shards if server else 0
            if one.resumable and one.wants(kind, about_bot=about_bot) and shard == one.shard:
                await one.tell(kind, data)

    # ── interrupting ─────────────────────────────────────────────────────────────────────────────

    async def drop(self) -> None:
        """Break every connection, as networks do: without a word."""
        for one in self._sockets:
            if one.request.transport:
                one.request.transport.abort()

    async def close(self, code: int = 4000) -> None:
        """Close every connection with a code."""
        for one in list(self._sockets):
            await one.close(code)

    async def reconnect(self) -> None:
        """Ask every bot to come again (opcode 7), as Discord does when it moves machines."""
        for one in self._sockets:
            await one.send(_frame(RECONNECT, None))

    async def invalidate(self, *, resumable: bool) -> None:
        """Tell every bot that its session is no longer valid (opcode 9)."""
        for session in self.sessions.values():
            session.resumable = session.resumable and resumable
        for one in self._sockets:
            await one.send(_frame(INVALID_SESSION, resumable))

    def go_silent(self) -> None:
        """Leave every connection open and say nothing on it any more, not even to heartbeats."""
        for one in self._sockets:
            one.silent = True

    def forget_sessions(self) -> None:
        """Let no session be resumed, as after a long absence."""
        for one in self.sessions.values():
            one.resumable = False

    # ── listening ────────────────────────────────────────────────────────────────────────────────

    async def serve(
        self, request: web.Request, notify: Callable[[], Awaitable[None]]
    ) -> web.StreamResponse:
        """Serve one connection until it ends."""
        here = web.WebSocketResponse()
        await here.prepare(request)
        socket = Socket(here, request, self.sent)
        self._sockets.append(socket)
        await socket.send(_frame(HELLO, {"heartbeat_interval": round(self.pace.heartbeat * 1000)}))
        try:
            async for said in here:
                if said.type is WSMsgType.TEXT:
                    await self._heard(socket, said.data)
                    await notify()
        finally:
            self._ended(socket, here.close_code)
            await notify()
        return here

    def _ended(self, socket: Socket, code: int | None) -> None:
        """Keep the session for a RESUME, unless the bot said good-bye."""
        left = code in (1000, 1001) and not socket.closed_here
        self._sockets.remove(socket)
        for one in self.sessions.values():
            if one.socket is socket:
                one.socket = None
                one.resumable = one.resumable and not left

    async def _heard(self, socket: Socket, text: str) -> None:
        try:
            frame = json.loads(text)
        except ValueError:
            await socket.close(4002)
            return
        self.received.append(frame)
        for wrong in frame_complaints("send", frame):
            self._faults.append(f"gateway: {wrong}")
        known = any(one.socket is socket for one in self.sessions.values())
        match frame.get("op"):
            case 1:
                await socket.send(_frame(ACK, None))
            case 2 if known:
                await socket.close(4005)
            case 2:
                await self._identify(socket, frame["d"])
            case 6:
                await self._resume(socket, frame["d"])
            case 3 | 4 | 8 if not known:
                await socket.close(4003)
            case 3 | 4 | 8:
                pass  # presence, voice, members: nothing that the bot is answered
            case _:
                await socket.close(4001)

    async def _identify(self, socket: Socket, asked: Json) -> None:
        shard, shards = asked.get("shard") or (0, 1)
        code = self._wrong_with(asked, shard, shards)
        if code:
            await socket.close(code)
            return
        if self._too_soon():
            await socket.send(_frame(INVALID_SESSION, False))
            return
        self.identifies += 1
        session = Session(f"session{self.identifies}", asked["intents"], shard, shards, socket)
        self.sessions[session.id] = session
        await self._welcome(session)

    def _wrong_with(self, asked: Json, shard: int, shards: int) -> int:
        """Return the code with which an IDENTIFY is refused, or 0."""
        if str(asked.get("token", "")).removeprefix("Bot ") != self.world.token:
            return 4004
        if not 0 <= shard < shards:
            return 4010
        if len(self.world.bot_servers()) / shards > 2500:
            return 4011
        intents = asked.get("intents")
        if not isinstance(intents, int) or intents & ~KNOWN_INTENTS:
            return 4013
        return 4014 if intents & PRIVILEGED & ~self.world.privileged else 0

    def _too_soon(self) -> bool:
        now, last = time.monotonic(), self._identified
        if now - last < self.pace.identify_gap or self.identifies >= self.pace.identifies:
            return True
        self._identified = now
        return False

    async def _welcome(self, session: Session) -> None:
        mine = [
            one
            for one in self.world.bot_servers()
            if (int(one.id) >> 22) % session.shards == session.shard
        ]
        ready = {
            "v": 10,
            "user": shown.own_user(self.world),
            "guilds": [{"id": one.id, "unavailable": True} for one in mine],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": [session.shard, session.shards],
            "application": {"id": self.world.app, "flags": 0, "flags_new": "0"},
        }
        await session.tell("READY", ready)
        for one in mine:
            if session.wants("GUILD_CREATE") and not one.unavailable:
                await session.tell("GUILD_CREATE", shown.arrival(self.world, one))

    async def _resume(self, socket: Socket, asked: Json) -> None:
        session = self.sessions.get(str(asked.get("session_id")))
        if asked.get("token") != self.world.token:
            await socket.close(4004)
        elif session is None or not session.resumable:
            await socket.send(_frame(INVALID_SESSION, False))
        elif not 0 <= (asked.get("seq") or 0) <= len(session.events):
            await socket.close(4007)
        else:
            self.resumes += 1
            told = asked["seq"] or 0
            while told < len(session.events):  # which may grow meanwhile
                await socket.send(session.events[told])
                told += 1
            session.socket = socket
            await session.tell("RESUMED", {"_trace": []})


def _frame(op: int, data: Any) -> Json:
    """Return a frame that is no event; without data it has no `d`."""
    told: Json = {"op": op, "s": None, "t": None}
    return told if data is None else {**told, "d": data}
