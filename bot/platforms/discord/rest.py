"""Discord's REST by way of discord.py, as JSON: paced over all routes, repetitions noticed.

The library follows buckets and Retry-After, but knows no limit over all routes and repeats a
request after some 5xx by itself: then an error that follows proves nothing (see `Asked`).
"""

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

A_SECOND: Final = 45  # requests; Discord takes 50 over all routes
WRONG: Final = 5_000  # answers of 401, 403, 429 in `WINDOW`; at 10,000 Discord bans the address
WINDOW: Final = 600.0
_COUNTED: Final = frozenset({401, 403, 429})


@dataclass(slots=True)
class Asked:
    """How often one request went out."""

    times: int = 0

    @property
    def more_than_once(self) -> bool:
        """Whether the library repeated it."""
        return self.times > 1


_asked: ContextVar[Asked | None] = ContextVar("asked", default=None)


class Rest:
    """Asks Discord as the bot. Raises what the library raises; `RetryLater` after many refusals."""

    def __init__(self, client: discord.Client, elapsed: Elapsed) -> None:
        self._http = client.http
        self._elapsed = elapsed
        self._recent: deque[float] = deque()
        self._wrong: deque[float] = deque()
        self._request = client.http.request
        # The library's own questions count too, so they go the same way.
        client.http.request = self._paced  # type: ignore[method-assign]

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
        finally:
            _asked.reset(token)

    async def _paced(self, route: Route, **more: Any) -> Any:
        await self._wait_for_turn()
        try:
            return await self._request(route, **more)
        except discord.HTTPException as error:
            if error.status in _COUNTED:
                self._wrong.append(self._elapsed.now())
            raise

    async def _wait_for_turn(self) -> None:
        now = self._elapsed.now()
        while self._wrong and now - self._wrong[0] > WINDOW:
            self._wrong.popleft()
        if len(self._wrong) >= WRONG:
            raise RetryLater("Discord refused too much of late", whole_account=True)
        while len(self._recent) >= A_SECOND:
            wait = self._recent[0] + 1.0 - self._elapsed.now()
            if wait > 0:
                await self._elapsed.sleep(wait)
            else:
                self._recent.popleft()
        self._recent.append(self._elapsed.now())


def counting() -> aiohttp.TraceConfig:
    """Return what tells `Asked` of every request that goes out, for the client's connection."""
    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(_count)
    return trace


async def _count(
    _session: aiohttp.ClientSession,
    _context: SimpleNamespace,
    _told: aiohttp.TraceRequestStartParams,
) -> None:
    if asked := _asked.get():
        asked.times += 1
