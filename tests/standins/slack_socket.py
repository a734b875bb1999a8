"""Socket Mode as Slack speaks it: tickets, hello, envelopes and their acknowledgements."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import WSMsgType, web

from tests.standins.slack_world import Json, Workspace

ACK_WITHIN = 3.0  # seconds; Slack shows an error to the person after that
_GIVE_UP = 20.0
_ANSWERED = ("view_submission", "block_suggestion", "dialog_submission")


@dataclass(frozen=True)
class Ack:
    """The bot's acknowledgement of an envelope."""

    payload: Json
    seconds: float

    @property
    def in_time(self) -> bool:
        """Tell whether the person saw no error."""
        return self.seconds <= ACK_WITHIN


class Sockets:
    """The open sockets of the app."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._open: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._tickets: set[str] = set()
        self._numbers = itertools.count(1)

    @property
    def connected(self) -> bool:
        """Tell whether somebody listens."""
        return bool(self._open)

    def ticket(self) -> str:
        """Return what opens one socket."""
        one = f"ticket-{next(self._numbers)}"
        self._tickets.add(one)
        return one

    async def serve(
        self, request: web.Request, notify: Callable[[], Awaitable[None]]
    ) -> web.StreamResponse:
        """Speak with one socket until it closes."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPForbidden
        self._tickets.discard(ticket)
        if self._workspace.closed_doors:
            self._workspace.closed_doors -= 1
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        hello = {
            "type": "hello",
            "num_connections": len(self._open) + 1,
            "connection_info": {"app_id": self._workspace.app},
        }
        await socket.send_json(hello)
        self._open.append(socket)
        await notify()
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledged(message.json())
        finally:
            self._open.remove(socket)
            await notify()
        return socket

    async def send(self, kind: str, payload: Json, *, again: Json | None = None) -> Ack:
        """Send an envelope to the newest socket; wait for its acknowledgement."""
        id_ = f"envelope-{next(self._numbers)}"
        envelope: Json = {
            "envelope_id": id_,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind == "slash_commands"
            or payload.get("type") in _ANSWERED,
            **(again or {}),
        }
        waiting = self._waiting[id_] = asyncio.get_running_loop().create_future()
        begin = time.monotonic()
        await self._open[-1].send_json(envelope)
        async with asyncio.timeout(_GIVE_UP):
            answer = await waiting
        return Ack(answer.get("payload") or {}, time.monotonic() - begin)

    async def disconnect(self, reason: str) -> None:
        """Tell the bot that its socket is about to close, as Slack does now and then."""
        for socket in list(self._open):
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})

    async def close(self) -> None:
        """Break every socket."""
        for socket in list(self._open):
            await socket.close()

    def _acknowledged(self, message: Json) -> None:
        waiting = self._waiting.pop(message.get("envelope_id", ""), None)
        if waiting and not waiting.done():
            waiting.set_result(message)
