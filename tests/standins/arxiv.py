"""A local arXiv: feed, query API and OAI-PMH in their real formats, judging every request.

It refuses what arXiv refuses (no Accept header: 406; a second connection, or a request earlier
than the gap after the end of the last: 429 and a violation), counts requests and their spacing, and
can be told to misbehave at the nth request of a kind. In process:

    async with ArxivStandIn(world, calendar, limits) as arxiv:
        client = …(arxiv.endpoints)

On its own: `python -m tests.standins.arxiv --listings FILE` prints its address; `POST /_control`
takes {"now": …, "faults": […]}, `GET /_control` gives the log.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from aiohttp import web

from bot.collect.arxiv.query import Endpoints
from bot.limits import ArxivLimits
from bot.ports import Calendar
from tests.standins.arxiv_faults import Answer, Fault, Trouble, spoilt
from tests.standins.arxiv_hosts import Hosts
from tests.standins.arxiv_world import World, load_listings

FEED, API, OAI = "feed", "api", "oai"

Host = Callable[[web.Request, Fault | None], Answer]


@dataclass(slots=True)
class Seen:
    """One request as the stand-in saw it."""

    kind: str
    target: str
    start: float
    end: float = 0.0
    status: int = 0
    fault: str = ""
    conditional: bool = False


class ArxivStandIn:
    """The three hosts behind one local port."""

    def __init__(
        self,
        world: World,
        calendar: Calendar,
        limits: ArxivLimits,
        *,
        oai_page: int = 1_000,
        troubles: Sequence[Trouble] = (),
    ) -> None:
        self.calendar = calendar
        self.gap = limits.gap
        self.hosts = Hosts(world, calendar, oai_page)
        self.troubles = list(troubles)
        self.log: list[Seen] = []
        self.violations: list[str] = []
        self.arrived = asyncio.Event()  # set by every request; clear it to wait for the next
        self.stalled = asyncio.Event()  # set it to let stalled answers go
        self.patience = limits.timeout * 10  # how long a stalled answer is held back
        self._busy = 0
        self._last_end = float("-inf")
        self._runner: web.AppRunner | None = None
        self._base = ""

    @property
    def endpoints(self) -> Endpoints:
        """Where a client finds the three hosts."""
        return Endpoints(self._base, f"{self._base}/api/query", f"{self._base}/oai")

    @property
    def world(self) -> World:
        """What it serves; events may be added at any time."""
        return self.hosts.world

    def count(self, kind: str = "") -> int:
        """Return how many requests came (of a kind)."""
        return sum(1 for seen in self.log if kind in ("", seen.kind))

    def spacings(self) -> list[float]:
        """Return the seconds from each request's end to the next one's start."""
        return [
            after.start - before.end for before, after in zip(self.log, self.log[1:], strict=False)
        ]

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> str:
        """Listen on loopback; return the address."""
        app = web.Application(handler_args={"keepalive_timeout": 75})
        app.router.add_get("/_control", self._report)
        app.router.add_post("/_control", self._control)
        for path, kind, answer in (
            ("/rss/{sets}", FEED, self.hosts.rss),
            ("/atom/{sets}", FEED, self.hosts.atom),
            ("/api/query", API, self.hosts.api),
            ("/oai", OAI, self.hosts.oai),
        ):
            app.router.add_get(path, self._judged(kind, answer))
        # A client that hangs up ends its request here, too: else it would hold its connection.
        self._runner = web.AppRunner(
            app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        host, bound = self._runner.addresses[0][:2]
        self._base = f"http://{host}:{bound}"
        return self._base

    async def stop(self) -> None:
        """Close the port and every connection."""
        self.stalled.set()
        if self._runner is not None:
            await self._runner.cleanup()

    # ── judging ──────────────────────────────────────────────────────────────────────────────────

    def _judged(
        self, kind: str, answer: Host
    ) -> Callable[[web.Request], "asyncio.Future[web.StreamResponse]"]:
        async def handle(request: web.Request) -> web.StreamResponse:
            seen = self._enter(kind, request)
            self._busy += 1
            try:
                trouble = self._trouble(kind)
                seen.fault = trouble.fault.value if trouble else ""
                refusal = self._refusal(request, seen)
                if refusal is not None:
                    return await self._send(request, refusal, seen)
                return await self._misbehave(request, trouble, answer, seen)
            finally:
                self._busy -= 1
                seen.end = seen.end or time.monotonic()
                self._last_end = seen.end

        return handle  # type: ignore[return-value]

    def _enter(self, kind: str, request: web.Request) -> Seen:
        conditional = "If-None-Match" in request.headers or "If-Modified-Since" in request.headers
        seen = Seen(kind, request.path_qs, time.monotonic(), conditional=conditional)
        self.log.append(seen)
        self.arrived.set()
        return seen

    def _refusal(self, request: web.Request, seen: Seen) -> Answer | None:
        if "Accept" not in request.headers or request.headers["Accept"] == "*/*":
            return Answer(b"Not Acceptable", "text/plain", 406)
        early = seen.start - self._last_end < self.gap
        if self._busy > 1:
            self.violations.append(f"two connections at once: {seen.target}")
        elif early:
            self.violations.append(f"{seen.start - self._last_end:.3f} s after: {seen.target}")
        if early or self._busy > 1:
            return Answer(b"Rate exceeded.", "text/plain", 429)
        return None

    def _trouble(self, kind: str) -> Trouble | None:
        for trouble in self.troubles:
            number = self.count(trouble.kind)
            if trouble.kind in ("", kind) and 0 <= number - trouble.first < trouble.times:
                return trouble
        return None

    # ── misbehaving ──────────────────────────────────────────────────────────────────────────────

    async def _misbehave(
        self,
        request: web.Request,
        trouble: Trouble | None,
        answer: Host,
        seen: Seen,
    ) -> web.StreamResponse:
        fault = trouble.fault if trouble else None
        if trouble is not None and trouble.fault.value.isdigit():
            headers = {"Retry-After": trouble.retry_after} if trouble.retry_after else {}
            status = int(trouble.fault.value)
            return await self._send(request, Answer(b"", "text/plain", status, headers), seen)
        if fault is Fault.STALL:
            await asyncio.wait_for(self.stalled.wait(), self.patience)
        if fault is Fault.RESET_BEFORE:
            return await self._reset(request, b"", seen)
        made = answer(request, fault)
        if fault in (Fault.RESET_AFTER, Fault.BROKEN_OFF):
            return await self._reset(request, made.body[: len(made.body) // 2], seen)
        return await self._send(request, spoilt(made, fault), seen)

    async def _send(self, request: web.Request, made: Answer, seen: Seen) -> web.StreamResponse:
        response = web.StreamResponse(status=made.status, headers=made.headers)
        response.content_type = made.content_type
        response.content_length = len(made.body)
        await response.prepare(request)
        seen.status, seen.end = made.status, time.monotonic()
        await response.write_eof(made.body)
        return response

    async def _reset(self, request: web.Request, body: bytes, seen: Seen) -> web.StreamResponse:
        response = web.StreamResponse()
        if body:
            response.content_length = 2 * len(body)
            await response.prepare(request)
            await response.write(body)
        seen.end = time.monotonic()
        if request.transport is not None:
            request.transport.abort() if not body else request.transport.close()
        return response

    # ── control, when it runs on its own ─────────────────────────────────────────────────────────

    async def _report(self, _: web.Request) -> web.Response:
        seen = [asdict(one) for one in self.log]
        return web.json_response({"requests": seen, "violations": self.violations})

    async def _control(self, request: web.Request) -> web.Response:
        wishes = await request.json()
        if "now" in wishes and isinstance(self.calendar, MovableCalendar):
            self.calendar.moment = datetime.fromisoformat(wishes["now"])
        for wish in wishes.get("faults", ()):
            self.troubles.append(Trouble(**{**wish, "fault": Fault(wish["fault"])}))
        return web.json_response({"now": self.calendar.now().isoformat()})


@dataclass(slots=True)
class MovableCalendar:
    """A wall clock that stands where it was put."""

    moment: datetime

    def now(self) -> datetime:
        """Return the moment."""
        return self.moment


# ── on its own ───────────────────────────────────────────────────────────────────────────────────


async def _serve(options: argparse.Namespace) -> None:
    world = load_listings(options.listings) if options.listings else World()
    first = min(world.days(), default=datetime.now(UTC).date())
    start = options.now or datetime(first.year, first.month, first.day, 12, tzinfo=UTC)
    arxiv = ArxivStandIn(world, MovableCalendar(start), ArxivLimits(gap=options.gap))
    sys.stdout.write(f"{await arxiv.start(options.port)}\n")
    sys.stdout.flush()
    try:
        await asyncio.Event().wait()
    finally:
        await arxiv.stop()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--gap", type=float, default=3.0)
    parser.add_argument("--listings", type=Path, help="listings.jsonl.gz")
    parser.add_argument("--now", type=datetime.fromisoformat, help="where its calendar stands")
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(_serve(_options()))
