"""A platform that outlives the process under test: a small server on loopback, and its client.

The server stands in the test's process; the client is what the process that gets killed uses.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

import aiohttp
from aiohttp import web

from bot.errors import MaybeSent
from bot.limits import PlatformLimits
from bot.model import Body, Delivery, Destination, Digest, Receipt
from tests.fake_platform import NO_PACE, one_a_line


@dataclass
class Server:
    """Holds (address, key) in the order of arrival; may lose a request or its answer."""

    random: Random
    held: list[tuple[str, str]] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0

    async def more_than(self, count: int) -> None:
        """Wait until more than `count` messages are held."""
        while len(self.held) <= count:
            self.arrived.clear()
            await self.arrived.wait()

    async def send(self, request: web.Request) -> web.Response:
        message = await request.json()
        luck = self.random.random()
        if luck < 0.05:
            _drop(request)
        self.held.append((message["address"], message["key"]))
        self.arrived.set()
        await asyncio.sleep(0)  # let the test kill the sender before it has its answer
        if luck < 0.10:
            _drop(request)
        return web.json_response({"id": str(len(self.held))})

    async def messages(self, request: web.Request) -> web.Response:
        address = request.query["address"]
        newest_first = [
            (str(number), key)
            for number, (where, key) in reversed(list(enumerate(self.held, 1)))
            if where == address
        ]
        return web.json_response(newest_first)


def _drop(request: web.Request) -> None:
    if request.transport:
        request.transport.abort()
    raise ConnectionResetError


@asynccontextmanager
async def serving(random: Random) -> AsyncIterator[Server]:
    """Serve on a free port of loopback."""
    server = Server(random)
    app = web.Application()
    app.add_routes([web.post("/send", server.send), web.get("/messages", server.messages)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        server.port = runner.addresses[0][1]
        yield server
    finally:
        await runner.cleanup()


class LoopbackPlatform:
    """The client's side, as a platform."""

    name = "fake"
    limits: PlatformLimits = NO_PACE

    def __init__(self, session: aiohttp.ClientSession, port: int) -> None:
        self._session = session
        self._address = f"http://127.0.0.1:{port}"

    def render(self, digest: Digest) -> Sequence[Body]:
        return one_a_line(digest)

    async def send(self, delivery: Delivery) -> Receipt:
        message = {"address": delivery.destination.address, "key": delivery.key}
        try:
            async with self._session.post(f"{self._address}/send", json=message) as answer:
                return Receipt((await answer.json())["id"])
        except (aiohttp.ClientError, json.JSONDecodeError) as error:
            raise MaybeSent(type(error).__name__) from error

    async def find(self, delivery: Delivery, since: str) -> Receipt | None:
        for id_, key in await self._messages(delivery.destination):
            if id_ == since:
                return None
            if key == delivery.key:
                return Receipt(id_)
        return None

    async def newest(self, destination: Destination) -> str:
        return next((id_ for id_, _ in await self._messages(destination)), "")

    async def _messages(self, destination: Destination) -> list[tuple[str, str]]:
        where = {"address": destination.address}
        try:
            async with self._session.get(f"{self._address}/messages", params=where) as answer:
                return [(id_, key) for id_, key in await answer.json()]
        except aiohttp.ClientError as error:
            raise MaybeSent(type(error).__name__) from error
