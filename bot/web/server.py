"""The two listeners (decision 11): routes come in, a bound address and a way to close come out.

`open_private` serves the built-in channel to whoever may see it; `open_public` only what platforms
and probes need, without cookies or tokens: each of its routes checks its own signature.
"""

import asyncio
import errno
import os
from collections.abc import Iterable, Sequence
from typing import Final

from aiohttp import web

from bot.clock import SystemElapsed
from bot.errors import ListenError
from bot.limits import ListenLimits
from bot.ports import Elapsed
from bot.web.access import Access
from bot.web.address import Address, bracketed
from bot.web.assets import asset_route
from bot.web.guard import Door, Work, errors, headers
from bot.web.routes import Route

_FULL: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 5\r\n"
    b"Connection: close\r\n\r\n"
)
_REMEDIES: Final = {
    errno.EADDRINUSE: "Another program listens there (perhaps a Paperboy that still runs). "
    "Stop it, or set another port.",
    errno.EACCES: "Ports below 1024 need rights that Paperboy should not have: use one above.",
    errno.EADDRNOTAVAIL: "This machine does not have that address: use 127.0.0.1.",
}


class Listener:
    """An open listener. `close` ends it within `limits.stop_grace` seconds, streams included."""

    def __init__(
        self, runner: web.AppRunner, server: asyncio.Server, work: Work, host: str
    ) -> None:
        self._runner = runner
        self._server = server
        self._work = work
        port = server.sockets[0].getsockname()[1]
        self.address = Address(host, port)

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.address.host, self.address.host)  # noqa: S104
        return f"http://{bracketed(host)}:{self.address.port}/"

    async def close(self) -> None:
        """Stop listening, let answers under way end, cut what is left."""
        self._server.close()
        self._work.close()
        await self._runner.cleanup()
        await self._work.cancel()


async def open_private(
    address: Address,
    routes: Iterable[Route],
    access: Access,
    limits: ListenLimits,
    elapsed: Elapsed | None = None,
) -> Listener:
    """Listen for people. `access` comes from `access_for` with the same address.

    Raises `ListenError` where the address cannot be bound.
    """
    door = Door(access, limits, elapsed or SystemElapsed())
    app = web.Application(client_max_size=limits.body_max)
    work = Work(limits)
    known = _add(app, (*routes, *door.routes(), asset_route()), work)
    app.middlewares.extend([headers, errors, door.middleware(known)])
    return await _open(app, address, limits, work)


async def open_public(address: Address, routes: Sequence[Route], limits: ListenLimits) -> Listener:
    """Listen for platforms and probes. Raises `ListenError` where the address cannot be bound."""
    app = web.Application(client_max_size=limits.body_max, middlewares=[headers, errors])
    work = Work(limits)
    _add(app, routes, work)
    return await _open(app, address, limits, work)


def _add(app: web.Application, routes: Iterable[Route], work: Work) -> frozenset[web.AbstractRoute]:
    """Add the routes; return those that are open to everybody."""
    known: list[web.AbstractRoute] = []
    for route in routes:
        looked_up = route.method == "GET" and not route.stream
        methods = ("GET", "HEAD") if looked_up else (route.method,)
        handler = work.measured(route)
        added = [app.router.add_route(method, route.path, handler) for method in methods]
        known += added if route.open else []
    return frozenset(known)


async def _open(
    app: web.Application, address: Address, limits: ListenLimits, work: Work
) -> Listener:
    runner = web.AppRunner(
        app,
        access_log=None,  # it would write tokens of links
        handler_cancellation=True,  # a reader who leaves ends a stream
        keepalive_timeout=limits.idle_timeout,
        lingering_time=limits.stop_grace,
        max_line_size=limits.line_max,
        max_field_size=limits.line_max,
        max_headers=limits.headers_max,
        shutdown_timeout=limits.stop_grace,
    )
    await runner.setup()
    try:
        server = await _bind(runner, address, limits)
    except OSError as error:
        await runner.cleanup()
        # From Python 3.13 on asyncio tells an address of another machine without a number.
        code = error.errno or errno.EADDRNOTAVAIL
        why = (error.strerror or os.strerror(code)).lower()
        remedy = _REMEDIES.get(code, "Check the address in the config.")
        raise ListenError(f"I can't listen on {address.written}: {why}.", remedy=remedy) from error
    return Listener(runner, server, work, address.host)


async def _bind(runner: web.AppRunner, address: Address, limits: ListenLimits) -> asyncio.Server:
    serve = runner.server
    assert serve is not None

    def connect() -> asyncio.BaseProtocol:
        return _Full() if len(serve.connections) >= limits.connections else serve()

    loop = asyncio.get_running_loop()
    return await loop.create_server(connect, address.host, address.port)


class _Full(asyncio.Protocol):
    """Says that there are too many connections, and hangs up."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(_FULL)
        transport.close()
