"""Discord's REST by way of discord.py, as JSON: paced over all routes, repetitions noticed.

The library follows buckets and Retry-After, but knows no limit over all routes and repeats a
request after some 5xx and 429 by itself. So what counts is each request as it goes out, whoever
makes it (`Budget`); and after a repetition an error proves nothing (see `Asked`).
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Final

import aiohttp
import discord
from discord.http import Route

from bot.errors import RetryLater
from bot.ports import Elapsed

A_SECOND: Final = 49  # requests in `SECOND`; Discord takes 50 a second over all routes
SECOND: Final = 1.02  # a little longer than Discord's, for what is late on its way
WRONG: Final = 5_000  # answers of 401, 403, 429 in `WINDOW`; at 10,000 Discord bans the address
WINDOW: Final = 600.0
PATIENCE: Final = 30.0  # seconds; a longer Retry-After is told to the worker instead of slept
_COUNTED: Final = frozenset({401, 403, 429})
_UNLIMITED: Final = ("/interactions/", "/webhooks/")  # parts of paths that answers go to


@dataclass(slots=True)
class Asked:
    """How often one request went out."""

    times: int = 0

    @property
    def more_than_once(self) -> bool:
        """Whether the library repeated it."""
        return self.times > 1


_asked: ContextVar[Asked | None] = ContextVar("asked", default=None)


class Budget:
    """What one token may still ask, over all routes and connections that share it.

    Answers to interactions count towards no limit of the whole bot
    (https://docs.discord.com/developers/topics/rate-limits, 2026-11), so people never wait behind
    digests; what they are refused counts all the same.
    """

    def __init__(self, elapsed: Elapsed, requests: int = 0) -> None:
        """`requests`: how many in `SECOND`, where another number than Discord's is meant."""
        self._elapsed = elapsed
        self._most = requests or A_SECOND
        self._recent: deque[float] = deque()
        self._wrong: deque[float] = deque()

    def trace(self) -> aiohttp.TraceConfig:
        """Return what holds a connection to this budget; it sees every request that goes out."""
        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(self._begin)
        trace.on_request_end.append(self._end)
        return trace

    async def wait_for_turn(self) -> None:
        """Return when one more request may go out. Raises `RetryLater` after many refusals."""
        now = self._elapsed.now()
        while self._wrong and now - self._wrong[0] > WINDOW:
            self._wrong.popleft()
        if len(self._wrong) >= WRONG:
            raise RetryLater("Discord refused too much of late", whole_account=True)
        while len(self._recent) >= self._most:
            wait = self._recent[0] + SECOND - self._elapsed.now()
            if wait > 0:
                await self._elapsed.sleep(wait)
            else:
                self._recent.popleft()
        self._recent.append(self._elapsed.now())

    def refused(self) -> None:
        """Count an answer of 401, 403 or 429."""
        self._wrong.append(self._elapsed.now())

    async def _begin(
        self,
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        told: aiohttp.TraceRequestStartParams,
    ) -> None:
        if asked := _asked.get():
            asked.times += 1
        if told.url.scheme.startswith("http") and not any(
            part in told.url.path for part in _UNLIMITED
        ):
            await self.wait_for_turn()

    async def _end(
        self,
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        told: aiohttp.TraceRequestEndParams,
    ) -> None:
        if told.response.status in _COUNTED:
            self.refused()


class Rest:
    """Asks Discord as the bot. Raises what the library raises; `RetryLater` after many refusals."""

    def __init__(self, client: discord.Client) -> None:
        self._http = client.http

    async def ask(
        self,
        route: Route,
        body: Any = None,
        *,
        query: Mapping[str, str | int] | None = None,
        asked: Asked | None = None,
    ) -> Any:
        """Return Discord's answer as JSON values.

        The library keeps a bucket for each `channel_id`, `guild_id`, `webhook_id` and
        `webhook_token` of a route: ids of these kinds must have these names.
        """
        token = _asked.set(asked)
        more: dict[str, Any] = {} if body is None else {"json": body}
        if query:
            more["params"] = dict(query)
        try:
            return await self._http.request(route, **more)
        except asyncio.CancelledError:
            self._end_pause()
            raise
        finally:
            _asked.reset(token)

    def _end_pause(self) -> None:
        """Let a pause of all requests end though the request that met it was given up.

        The library ends it only in that very request, which sleeps through it: cancelled by our
        time-out, it would leave every other request waiting for ever.
        """
        over = self._http._global_over  # noqa: SLF001
        if not over.is_set():
            asyncio.get_running_loop().call_later(PATIENCE, over.set)
