"""A Discord on 127.0.0.1: the REST API and the gateway, with state, judging every request.

    async with DiscordStandIn() as there, pointed_at(there):
        client = discord.Client(intents=discord.Intents(guilds=True))
        await client.login(there.world.token)
        answer = await there.people.command("list", ADA, PAPERS)

What it refuses is in `refused`, what no bot should do in `faults`. `until` waits for whatever a
test waits for. Judging needs ../shared; without it lengths, rules and state still count.
"""

import asyncio
import contextlib
import itertools
import json
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

import discord
import yarl
from aiohttp import web
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.standins import discord_shown as shown
from tests.standins.discord_answers import Answers
from tests.standins.discord_calls import TOKEN_IN_PATH, Answered, Call
from tests.standins.discord_channels import Channels
from tests.standins.discord_events import Events
from tests.standins.discord_faults import UNDONE, Fault, Trouble
from tests.standins.discord_gateway import Gateway
from tests.standins.discord_pace import DiscordPace, Lanes, Taken
from tests.standins.discord_people import People
from tests.standins.discord_rules import (
    NOT_FOUND,
    OUR_FAULT,
    UNAUTHORIZED,
    Refusal,
    judge,
    may_ping,
    refusal,
)
from tests.standins.discord_wire import as_json, break_off, cut, read_call, respond
from tests.standins.discord_world import Json, World

PATIENCE = 30.0  # seconds for a busy machine; waiting ends with its condition
API = "/api/v10"
INVALID = (401, 403, 429)
# What concerns the app itself.
OWN = frozenset(
    (
        "get_my_user",
        "get_my_application",
        "get_my_oauth2_application",
        "get_gateway",
        "get_bot_gateway",
        "list_application_commands",
        "bulk_set_application_commands",
    )
)


@dataclass(frozen=True)
class Request:
    """One request as it came."""

    route: str
    channel: str  # or the server, or the token of an interaction; "" for none
    body: Any
    at: float
    status: int
    code: int  # Discord's, 0 where there is none


class DiscordStandIn:
    """The server; an async context manager."""

    def __init__(
        self,
        world: World | None = None,
        pace: DiscordPace | None = None,
        troubles: Sequence[Trouble] = (),
        *,
        judge_every: int = 1,
        remember: int = sys.maxsize,
    ) -> None:
        """Of so many requests one is judged whole; of others only tokens, pace and state count.

        `remember`: how many requests the log holds.
        """
        self._every = judge_every
        self._remember = remember
        self._asked = itertools.count()
        self.world = world or World()
        self.pace = pace or DiscordPace()
        self.troubles = list(troubles)
        self.log: list[Request] = []
        self.refused: list[Refusal] = []
        self.faults: list[str] = []
        self._hits: Counter[int] = Counter()  # of each trouble
        self._lanes = Lanes(self.pace, time.monotonic)
        self._changed = asyncio.Condition()
        self._running: set[asyncio.Future[Any]] = set()
        self.gateway = Gateway(self.world, self.pace, self.faults)
        self._channels = Channels(self.world, self._tell, self.pace.nonce_lives)
        self._answers = Answers(self.world, self.pace)
        self.events = Events(self.world, self.gateway)
        self.people = People(self.world, self.gateway, self._answers, self.until, self.faults)

    @property
    def api(self) -> str:
        """The base address of the REST API."""
        return f"{self.url}{API}"

    @property
    def invalid_requests(self) -> int:
        """How many answers of 401, 403 and 429 the last ten minutes hold."""
        return self._lanes.invalid

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_get("/gateway/", self._socket)
        app.router.add_route("*", API + "/{path:.*}", self._api)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        self.gateway.url = f"ws://{host}:{port}/gateway/"
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._running:
            task.cancel()
        await self.gateway.drop()
        await self._runner.cleanup()

    async def until(self, found: Callable[[], Any]) -> Any:
        """Wait until `found` returns something true, and return it."""
        async with asyncio.timeout(PATIENCE), self._changed:
            while not (one := found()):
                await self._changed.wait()
            return one

    def calls(self, route: str) -> list[Request]:
        """Return the requests of a route, by its name in Discord's specification."""
        return [one for one in self.log if one.route == route]

    async def connected(self) -> None:
        """Wait until the bot listens."""
        await self.until(lambda: self.gateway.connected)

    # ── the REST API ─────────────────────────────────────────────────────────────────────────────

    async def _api(self, request: web.Request) -> web.StreamResponse:
        if self._lanes.banned:
            return web.Response(status=429, text="<html>banned</html>", content_type="text/html")
        call = await read_call(request)
        if call is None:
            return await self._unknown(request)
        trouble = self._trouble(call)
        if trouble and trouble.fault is Fault.DROP_BEFORE:
            return cut(request)
        if trouble and trouble.fault is Fault.TAKEN_LATER:
            self._run(self._take_later(call, request, trouble.seconds))
            return cut(request)
        taken = self._lanes.take(call.route, call.about)
        answer = self._spared(trouble) if trouble and trouble.fault in UNDONE else None
        answer = answer or self._answer(call, request, taken)
        await self._note(call, answer)
        return await self._deliver(request, call, answer, taken, trouble)

    async def _deliver(
        self,
        request: web.Request,
        call: Call,
        answer: Answered,
        taken: Taken,
        trouble: Trouble | None,
    ) -> web.StreamResponse:
        """Give the answer, or what a trouble makes of it."""
        response = respond(call, answer, taken, trouble)
        match trouble.fault if trouble else None:
            case Fault.DROP_AFTER:
                return cut(request)
            case Fault.LATE:
                assert trouble
                await asyncio.sleep(trouble.seconds)
            case Fault.DROP_DURING:
                return await break_off(request, response)
            case Fault.HTML_BEFORE | Fault.HTML_AFTER:
                page = "<html>Bad Gateway</html>"
                return web.Response(status=502, text=page, content_type="text/html")
            case Fault.ERROR_AFTER:
                assert trouble
                return as_json(trouble.status, Refusal(trouble.status, 0, "Server Error").body())
            case Fault.GARBLED:
                whole = response.text or ""
                return as_json(response.status, None, text=whole[: len(whole) // 2])
        return response

    def _spared(self, trouble: Trouble) -> Answered:
        """Return the answer of a request that is not carried out."""
        match trouble.fault:
            case Fault.LIE:
                message = self.world.say(next(iter(self.world.channels)), _somebody(self.world), "")
                self.world.channels[message.channel].messages.remove(message)
                return shown.message(self.world, message)
            case Fault.REFUSE:
                with contextlib.suppress(KeyError):
                    known = refusal(trouble.code)
                    return Refusal(trouble.status, trouble.code, known.message)
                return Refusal(trouble.status, trouble.code, "Refused")
            case Fault.RATE:
                return Refusal(429, 0, "You are being rate limited.")
        return Refusal(trouble.status, 0, "Server Error")

    def _answer(self, call: Call, request: web.Request, taken: Taken) -> Answered:
        token = request.headers.get("Authorization", "").removeprefix("Bot ")
        if call.route not in TOKEN_IN_PATH and token != self.world.token:
            return UNAUTHORIZED
        if taken.wait:
            return Refusal(429, 0, "You are being rate limited.")
        if isinstance(call.body, str):
            return refusal(50109)
        if may_ping(call.route, call.body):
            self.faults.append(f"{call.route}: allowed_mentions is missing")
        side = self._answers if call.route in TOKEN_IN_PATH else self._channels
        if next(self._asked) % self._every == 0 and (
            wrong := judge(call.route, call.body, side.flags_before(call))
        ):
            return wrong
        return self._own(call) if call.route in OWN else side.call(call)

    def _own(self, call: Call) -> Answered:
        """Answer what concerns the app itself."""
        here = self.world
        match call.route:
            case "get_my_user":
                return shown.own_user(here)
            case "get_my_application" | "get_my_oauth2_application":
                return shown.application(here)
            case "get_gateway":
                return {"url": self.gateway.url}
            case "get_bot_gateway":
                return self._gateway_bot()
        if call.path["application_id"] != here.app:
            return refusal(50001)
        if call.route == "bulk_set_application_commands":
            here.set_commands(call.body)
        return here.commands

    def _gateway_bot(self) -> Json:
        left = self.pace.identifies - self.gateway.identifies
        limit = {
            "total": self.pace.identifies,
            "remaining": left,
            "reset_after": 86_400_000,
            "max_concurrency": 1,
        }
        return {
            "url": self.gateway.url,
            "shards": self.world.shards,
            "session_start_limit": limit,
        }

    def _trouble(self, call: Call) -> Trouble | None:
        """Return the trouble that this request meets, counting those that it was meant for."""
        channel = call.path.get("channel_id", "")
        if call.route in TOKEN_IN_PATH:
            answer = self._answers.known.get(call.path["token"])
            channel = answer.channel if answer else ""
        met = None
        for at, one in enumerate(self.troubles):
            if one.is_about(call.route, channel, call.body):
                self._hits[at] += 1
                if met is None and one.first <= self._hits[at] < one.first + one.times:
                    met = one
        return met

    async def _take_later(self, call: Call, request: web.Request, seconds: float) -> None:
        await asyncio.sleep(seconds)
        answer = self._answer(call, request, self._lanes.take(call.route, call.about))
        await self._note(call, answer)

    async def _unknown(self, request: web.Request) -> web.StreamResponse:
        self.faults.append(f"{request.method} {request.path}: no such route here")
        await self._note(Call("unknown"), NOT_FOUND)
        return as_json(404, NOT_FOUND.body())

    async def _note(self, call: Call, answer: Answered) -> None:
        status, code = 200, 0
        if isinstance(answer, Refusal):
            status, code = answer.status, answer.code
            self.refused.append(answer)
            if code in OUR_FAULT:
                self.faults.append(f"{call.route}: {json.dumps(answer.body())}")
            if status in INVALID:
                self._lanes.note_invalid()
        one = Request(call.route, call.about, call.body, time.monotonic(), status, code)
        self.log.append(one)
        del self.log[: max(0, len(self.log) - self._remember)]
        await self._notify()

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    # ── the gateway ──────────────────────────────────────────────────────────────────────────────

    def _tell(self, kind: str, data: Json) -> None:
        """Send an event of a server as soon as may be."""
        server = str(data.get("guild_id") or data["id"])
        self._run(self.gateway.tell(kind, data, server))

    def _run(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        return await self.gateway.serve(request, self._notify)


@contextlib.contextmanager
def pointed_at(there: DiscordStandIn) -> Iterator[None]:
    """Let discord.py talk to a stand-in, until the end of the block."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = there.api, yarl.URL(there.gateway.url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


@contextlib.asynccontextmanager
async def running(client: discord.Client, there: DiscordStandIn) -> AsyncIterator[discord.Client]:
    """Log a client in and let it listen, until the end of the block."""
    await client.login(there.world.token)
    listening = asyncio.ensure_future(client.connect())
    try:
        await there.connected()
        yield client
    finally:
        await client.close()
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


def _somebody(world: World) -> str:
    return next(one.id for one in world.users.values() if one.id != world.app)


__all__ = ["DiscordPace", "DiscordStandIn", "pointed_at", "running"]
