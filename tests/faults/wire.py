"""Faults on the way to Slack and Discord: what becomes of the nth posting, or the nth look back.

One layer in front of both stand-ins: it lets a request through, loses it, answers it late or
wrongly, as a `WireTrouble` says. What was let through was taken, whatever the answer.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
POST, ASK, OTHER = "post", "ask", "other"
_POSTS = re.compile(r"POST .*(chat\.postMessage|/channels/\d+/messages)$")
_ASKS = re.compile(r"(POST|GET) .*(conversations\.(history|replies)|/channels/\d+(/messages)?)$")


class Wire(StrEnum):
    """What happens to one request."""

    DROP_BEFORE = "dropped before it was taken"
    DROP_DURING = "dropped in the middle of the answer"
    DROP_AFTER = "taken, and dropped without an answer"
    TAKEN_SOON = "dropped, and taken a moment later"
    LATE = "answered after every time-out"
    ERROR_BEFORE = "5xx without doing it"
    ERROR_AFTER = "5xx after doing it"
    PAGE_AFTER = "a page for people, after doing it"
    GARBLED = "half of the answer"
    NOTHING = "an empty answer after doing it"
    RATE = "429"
    RATE_ABSURD = "429 with an absurd Retry-After"
    TAKEN_LATER = "dropped, and taken all the same after the scan"


@dataclass(frozen=True, slots=True)
class WireTrouble:
    """What happens to the nth request of a sort."""

    number: int  # of the fault in its round
    what: Wire
    sort: str
    nth: int
    seconds: float = 0.0  # of LATE, TAKEN_SOON and TAKEN_LATER
    retry_after: str = "0.02"  # of 429


def sort_of(request: web.Request) -> str:
    """Tell what kind of request it is."""
    line = f"{request.method} {request.path}"
    if _POSTS.fullmatch(line):
        return POST
    return ASK if _ASKS.fullmatch(line) else OTHER


class FaultyWire:
    """The way to one platform."""

    def __init__(self) -> None:
        self.fired: list[int] = []
        self._troubles: list[WireTrouble] = []
        self._hits: Counter[str] = Counter()
        self._later: set[asyncio.Task[Any]] = set()

    def expect(self, troubles: Sequence[WireTrouble]) -> None:
        """Replace the troubles; counting begins anew."""
        self._troubles = list(troubles)
        self._hits.clear()
        self.fired.clear()

    async def calm(self) -> None:
        """Wait until everything that is taken later was taken."""
        if self._later:
            await asyncio.wait(self._later)

    async def carry(self, request: web.Request, inner: Handler) -> web.StreamResponse:
        """Carry a request through, or do to it what is due."""
        await request.read()
        trouble = self._due(sort_of(request))
        if trouble is None:
            return await inner(request)
        self.fired.append(trouble.number)
        match trouble.what:
            case Wire.DROP_BEFORE:
                return _cut(request)
            case Wire.TAKEN_SOON | Wire.TAKEN_LATER:
                task = asyncio.create_task(_later(trouble.seconds, inner, request))
                self._later.add(task)
                task.add_done_callback(self._later.discard)
                return _cut(request)
            case Wire.ERROR_BEFORE:
                return web.json_response({"message": "error"}, status=500)
            case Wire.RATE | Wire.RATE_ABSURD:
                return _slow_down(trouble.retry_after)
        return await _spoilt(trouble, request, await inner(request))

    def _due(self, sort: str) -> WireTrouble | None:
        self._hits[sort] += 1
        for one in self._troubles:
            if one.sort == sort and one.nth <= self._hits[sort]:
                self._troubles.remove(one)
                return one
        return None


async def _later(seconds: float, inner: Handler, request: web.Request) -> None:
    await asyncio.sleep(seconds)
    await inner(request)


async def _spoilt(
    trouble: WireTrouble, request: web.Request, answer: web.StreamResponse
) -> web.StreamResponse:
    """Do to the answer of a request that was taken what the trouble says."""
    body = answer.body if isinstance(answer, web.Response) else b""
    whole = bytes(body) if isinstance(body, bytes | bytearray) else b""
    match trouble.what:
        case Wire.LATE:
            await asyncio.sleep(trouble.seconds)
            return answer
        case Wire.ERROR_AFTER:
            return web.json_response({"message": "error"}, status=503)
        case Wire.PAGE_AFTER:
            return web.Response(status=502, text="<html>Bad Gateway</html>")
        case Wire.GARBLED:
            return web.Response(
                body=whole[: len(whole) // 2], headers={"Content-Type": "application/json"}
            )
        case Wire.NOTHING:
            return web.Response(body=b"", headers={"Content-Type": "application/json"})
        case Wire.DROP_DURING:
            return await _broken_off(request, whole)
    return _cut(request)


def _slow_down(retry_after: str) -> web.Response:
    told = {"ok": False, "error": "ratelimited", "message": "slow down", "global": False}
    seconds = float(retry_after) if retry_after.replace(".", "").isdigit() else 0.0
    headers = {"Retry-After": retry_after, "Via": "1.1 stand-in"}
    return web.json_response({**told, "retry_after": seconds}, status=429, headers=headers)


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _broken_off(request: web.Request, whole: bytes) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = max(len(whole), 2)
    await response.prepare(request)
    await response.write(whole[: len(whole) // 2])
    return _cut(request)
