"""Closing several things at the same time, so that a stop takes as long as the slowest of them."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import TypeVar

T = TypeVar("T")


class Together:
    """What is opened one after the other and closed at once."""

    def __init__(self) -> None:
        self._closers: list[Callable[[], Awaitable[None]]] = []

    async def enter(self, context: AbstractAsyncContextManager[T]) -> T:
        """Open something, to be left at the end."""
        own = AsyncExitStack()
        value = await own.enter_async_context(context)
        self._closers.append(own.aclose)
        return value

    def add(self, close: Callable[[], Awaitable[None]]) -> None:
        """Let something be closed at the end."""
        self._closers.append(close)

    async def close(self) -> None:
        """Close all; whatever one of them raises is raised when all are closed."""
        ends = await asyncio.gather(*(close() for close in self._closers), return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException):
                raise end
