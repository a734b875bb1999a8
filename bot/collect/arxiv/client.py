"""The lane: every request to arXiv goes through here, one at a time, spaced and remembered.

In goes a URL and the function that reads its answer; out comes what that function made of it, or an
`ArxivError`. Nothing is retried here: who asked decides when to ask again. The state is kept
through the `Lane` port in wall time, so that a restart waits as long as this process would have;
within the process time is monotonic. A request is written down before it is sent, as one that may
last until the time-out, so a crash in between cannot shorten the gap.
"""

import asyncio
import heapq
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Generic, TypeVar

import aiohttp
from yarl import URL

from bot.collect.arxiv.lane import (
    NOT_MODIFIED,
    Priority,
    judge,
    read_retry_after,
    stop_length,
    waits,
)
from bot.errors import ArxivBusy, ArxivError, ArxivGarbled, ArxivRefused, ArxivUnreachable
from bot.limits import ArxivLimits
from bot.ports import Calendar, Elapsed, FeedRead, Lane, LaneState

T = TypeVar("T")

_log = logging.getLogger(__name__)
_ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9"
_OUTCOMES = {ArxivBusy: "busy", ArxivRefused: "refused", ArxivUnreachable: "unreachable"}
_LARGE = 256 * 1024  # bytes; reading more than that is left to a thread


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What was read, with the validators to ask conditionally next time."""

    content: T
    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class _Response:
    status: int
    body: bytes
    etag: str
    modified: str
    retry_after: timedelta | None
    location: str


class ArxivClient:
    """One polite client for all three hosts. Close it when done."""

    def __init__(
        self,
        memory: Lane,
        calendar: Calendar,
        elapsed: Elapsed,
        limits: ArxivLimits,
        *,
        user_agent: str,
        chance: Callable[[], float],
        told: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`user_agent` names us and a contact; `chance` gives numbers in [0, 1).

        `told` hears how each request ended (`health.meter.ASKED`).
        """
        self._memory = memory
        self._calendar = calendar
        self._elapsed = elapsed
        self._limits = limits
        self._headers = {"User-Agent": user_agent, "Accept": _ACCEPT}
        self._chance = chance
        self._told = told
        self._turns = _Turns()
        self._state: LaneState | None = None  # None: not loaded yet
        self._free_at = 0.0  # on the monotonic clock
        self._open_at = 0.0
        self._session: aiohttp.ClientSession | None = None

    async def ask(
        self,
        url: str,
        read: Callable[[bytes], T],
        *,
        priority: Priority,
        known: FeedRead | None = None,
    ) -> Answer[T] | None:
        """Wait for the lane, ask, and read the answer; None if it is what `known` already is.

        Raises `ArxivBusy` at once, without a request, while the lane is stopped; else the
        `ArxivError` that the answer means.
        """
        async with self._turns.turn(priority):
            await self._load()
            self._demand_open()
            await self._elapsed.sleep(max(0.0, self._free_at - self._elapsed.now()))
            return await self._request(url, read, known)

    async def open_at(self) -> datetime | None:
        """Return when the lane may be used again; None if it may be used now."""
        await self._load()
        wait = self._open_at - self._elapsed.now()
        return self._calendar.now() + timedelta(seconds=wait) if wait > 0 else None

    async def unreachable_since(self) -> datetime | None:
        """Return since when no request was answered; None if the last one was."""
        return (await self._load()).unreachable_since

    async def close(self) -> None:
        """Close the connection."""
        if self._session is not None:
            await self._session.close()

    # ── one request ──────────────────────────────────────────────────────────────────────────────

    async def _request(
        self, url: str, read: Callable[[bytes], T], known: FeedRead | None
    ) -> Answer[T] | None:
        started = self._elapsed.now()
        await self._remember(
            last_end=self._calendar.now() + timedelta(seconds=self._limits.timeout)
        )
        try:
            try:
                response = await self._exchange(url, known)
            finally:
                self._free_at = self._elapsed.now() + self._limits.gap
            answer = await _read(response, read, conditional=known is not None)
        except ArxivError as error:
            self._told(_OUTCOMES.get(type(error), "garbled"))
            await self._failed(url, error)
            raise
        self._told("not-modified" if answer is None else "answered")
        await self._remember(
            last_end=self._calendar.now(), stopped_until=None, strikes=0, unreachable_since=None
        )
        seconds = round(self._elapsed.now() - started, 1)
        about = {"action": "arxiv.asked", "url": _shown(url), "seconds": seconds}
        _log.info("arXiv answered", extra=about)
        return answer

    async def _exchange(self, url: str, known: FeedRead | None) -> _Response:
        headers = {}
        if known is not None and known.etag:
            headers["If-None-Match"] = known.etag
        if known is not None and known.modified:
            headers["If-Modified-Since"] = known.modified
        try:
            async with self._connected().get(
                URL(url, encoded=True), headers=headers, allow_redirects=False
            ) as response:
                return await self._response(response)
        except aiohttp.ClientPayloadError as error:
            raise ArxivGarbled("arXiv's answer broke off") from error
        except TimeoutError as error:
            raise ArxivUnreachable(
                f"arXiv did not answer within {self._limits.timeout:g} s"
            ) from error
        except (aiohttp.ClientConnectionError, OSError) as error:
            raise ArxivUnreachable(f"arXiv cannot be reached: {error}") from error
        except aiohttp.ClientError as error:
            raise ArxivGarbled(f"arXiv's answer is not HTTP: {error}") from error

    async def _response(self, response: aiohttp.ClientResponse) -> _Response:
        body = bytearray()
        async for chunk in response.content.iter_chunked(64 * 1024):
            body += chunk
            if len(body) > self._limits.body_max:
                raise ArxivGarbled(f"arXiv's answer is longer than {self._limits.body_max} bytes")
        headers = response.headers
        return _Response(
            response.status,
            bytes(body),
            headers.get("ETag", ""),
            headers.get("Last-Modified", ""),
            read_retry_after(headers.get("Retry-After"), self._calendar.now()),
            headers.get("Location", ""),
        )

    def _connected(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=1, force_close=True),
                timeout=aiohttp.ClientTimeout(total=self._limits.timeout),
                headers=self._headers,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
            # Else aiohttp sends a GET once more, at once, when the connection is reset.
            self._session._retry_connection = False  # noqa: SLF001
        return self._session

    # ── what is remembered ───────────────────────────────────────────────────────────────────────

    async def _load(self) -> LaneState:
        if self._state is None:
            self._state = await self._memory.load()
            gap, stop = waits(self._state, self._calendar.now(), self._limits)
            self._free_at = self._elapsed.now() + gap
            self._open_at = self._elapsed.now() + stop
        return self._state

    async def _remember(self, **changes: object) -> None:
        self._state = replace(await self._load(), **changes)  # type: ignore[arg-type]
        await self._memory.store(self._state)

    def _demand_open(self) -> None:
        wait = self._open_at - self._elapsed.now()
        if wait > 0:
            raise ArxivBusy("arXiv asked to wait", retry_after=timedelta(seconds=wait))

    async def _failed(self, url: str, error: ArxivError) -> None:
        state, now = await self._load(), self._calendar.now()
        changes: dict[str, object] = {"last_end": now}
        if isinstance(error, ArxivBusy):
            strikes = state.strikes + 1
            length = stop_length(strikes, error.retry_after, self._limits, self._chance())
            self._open_at = self._elapsed.now() + length
            changes |= {"strikes": strikes, "stopped_until": now + timedelta(seconds=length)}
        if isinstance(error, ArxivUnreachable):
            changes["unreachable_since"] = state.unreachable_since or now
        else:
            changes["unreachable_since"] = None
        await self._remember(**changes)
        _log.warning("%s", error, extra={"action": "arxiv.failed", "url": _shown(url)})


async def _read(
    response: _Response, read: Callable[[bytes], T], *, conditional: bool
) -> Answer[T] | None:
    try:
        judge(response.status, response.retry_after, response.location)
    except ArxivRefused:
        _explain(response.body, read)
        raise
    if response.status == NOT_MODIFIED and conditional:
        return None
    if response.status == NOT_MODIFIED:
        raise ArxivGarbled("arXiv says 'not modified' to a request that set no condition")
    if len(response.body) > _LARGE:
        content = await asyncio.to_thread(read, response.body)
    else:
        content = read(response.body)
    return Answer(content, response.etag, response.modified)


def _shown(url: str) -> str:
    """Return an address without what a person looked for."""
    asked = URL(url, encoded=True)
    if "search_query" not in asked.query:
        return url
    return str(asked.update_query(search_query="(a search)"))


def _explain(body: bytes, read: Callable[[bytes], object]) -> None:
    """Raise the refusal in arXiv's own words, if the body has any."""
    try:
        read(body)
    except ArxivRefused:
        raise
    except ArxivError:
        return


class _Turns:
    """Lets one through at a time: of those that wait, the most urgent, then the first."""

    def __init__(self) -> None:
        self._taken = False
        self._numbers = count()
        self._waiting: list[tuple[Priority, int, asyncio.Future[None]]] = []

    @asynccontextmanager
    async def turn(self, priority: Priority) -> AsyncIterator[None]:
        if self._taken:
            await self._wait(priority)
        self._taken = True
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, priority: Priority) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (priority, next(self._numbers), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # called up in the same moment
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        while self._waiting:
            turn = heapq.heappop(self._waiting)[2]
            if not turn.done():
                turn.set_result(None)
                return
        self._taken = False
