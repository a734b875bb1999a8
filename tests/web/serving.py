"""Real listeners and raw sockets for tests."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace

from bot.limits import ListenLimits
from bot.web.access import Access, access_for
from bot.web.address import Address
from bot.web.routes import Route
from bot.web.server import Listener, open_private

ANY_PORT = Address("127.0.0.1", 0)
SHORT = replace(
    ListenLimits(), body_timeout=0.2, idle_timeout=0.3, answer_timeout=0.3, stop_grace=0.1
)


@asynccontextmanager
async def listening(
    routes: Iterable[Route],
    access: Access | None = None,
    limits: ListenLimits | None = None,
    address: Address = ANY_PORT,
) -> AsyncIterator[Listener]:
    """A private listener, on a free port if none is given, closed at the end."""
    listener = await open_private(
        address, routes, access or access_for(address), limits or ListenLimits()
    )
    try:
        yield listener
    finally:
        await listener.close()


async def raw(listener: Listener, request: bytes) -> bytes:
    """Send bytes as they are; return all that comes back until the server hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.address.port)
    try:
        writer.write(request)
        await writer.drain()
        return await asyncio.wait_for(reader.read(), 5)
    finally:
        writer.close()
