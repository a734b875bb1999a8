"""The port by which platforms contribute to a listener: a route is a value, nothing is registered.

A platform's `routes()` gives them; `server` adds limits, headers and who may come in.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

CLOSING: Final = web.RequestKey("closing", asyncio.Event)
"""Of a stream's request: set when the listener closes, so that the stream can end by itself."""


@dataclass(frozen=True, slots=True)
class Route:
    """One method and path (aiohttp's pattern) with what answers it. GET answers HEAD too."""

    method: str
    path: str
    handler: Handler
    open: bool = False  # also for those who have not shown the token (style sheet, login)
    stream: bool = False  # answers for as long as the reader stays: not timed
