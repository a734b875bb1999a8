"""An outbox and a platform with a door at each call: where databases fail and processes die."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import TypeVar, cast

from bot.limits import PlatformLimits
from bot.model import Body, Delivery, Destination, Digest, Owed, Passed, Plan, Receipt, State
from bot.ports import Outbox, Platform
from bot.settlement import Settlement
from tests.deliver.clocks import OrderlyElapsed

T = TypeVar("T")


class Door:
    """What every call goes through. This one lets all of them pass."""

    async def enter(self, name: str) -> None:
        """Stand before the call."""

    async def leave(self, name: str) -> None:
        """Stand behind the call: it is done, but its caller has not heard of it."""

    async def through(self, name: str, call: Callable[[], Awaitable[T]]) -> T:
        await self.enter(name)
        result = await call()
        await self.leave(name)
        return result


class Clocked(Door):
    """Lets no time pass during a call: a test's clock cannot see that a thread works."""

    def __init__(self, elapsed: OrderlyElapsed) -> None:
        self._elapsed = elapsed

    async def through(self, name: str, call: Callable[[], Awaitable[T]]) -> T:
        with self._elapsed.working():
            return await super().through(name, call)


class Failing(Door):
    """Raises errors before or behind the next calls of a method."""

    def __init__(self) -> None:
        self._errors: defaultdict[tuple[str, str], deque[Exception]] = defaultdict(deque)

    def fail(self, when: str, name: str, *errors: Exception) -> None:
        """Raise `errors`, one a call, `when` is "before" or "behind"."""
        self._errors[when, name].extend(errors)

    async def enter(self, name: str) -> None:
        self._raise("before", name)

    async def leave(self, name: str) -> None:
        self._raise("behind", name)

    def _raise(self, when: str, name: str) -> None:
        if self._errors[when, name]:
            raise self._errors[when, name].popleft()


class Overtaken(Door):
    """Answers the first calls of a method with False: somebody else was faster."""

    def __init__(self, name: str, times: int) -> None:
        self._name = name
        self._times = times

    async def through(self, name: str, call: Callable[[], Awaitable[T]]) -> T:
        if name == self._name and self._times:
            self._times -= 1
            return cast("T", False)  # these methods answer with a bool
        return await super().through(name, call)


class Deadly(Door):
    """Whoever comes to the nth door stops there for ever; `dead` says so.

    Looking at what is owed again and again counts once: how often, only the clocks know.
    """

    def __init__(self, nth: int = 0) -> None:
        self.passed: list[str] = []
        self.dead = asyncio.Event()
        self._nth = nth

    async def enter(self, name: str) -> None:
        await self._door(f"before {name}")

    async def leave(self, name: str) -> None:
        await self._door(f"behind {name}")

    async def _door(self, name: str) -> None:
        if name not in self.passed[-2:] or not name.endswith("owed"):
            self.passed.append(name)
        if len(self.passed) == self._nth:
            self.dead.set()
        if self.dead.is_set():  # nobody goes on in a dead process
            await asyncio.Event().wait()


class _Behind:
    """Whatever it is asked for, behind a door."""

    def __init__(self, inner: object, door: Door) -> None:
        self._inner = inner
        self._door = door

    def __getattr__(self, name: str) -> Callable[..., Awaitable[object]]:
        method = getattr(self._inner, name)
        return lambda *given, **named: self._door.through(name, lambda: method(*given, **named))


def behind(inner: T, door: Door) -> T:
    """Return a port all of whose methods stand behind one door."""
    return cast("T", _Behind(inner, door))


class DooredOutbox:
    """An outbox behind a door."""

    def __init__(self, inner: Outbox, door: Door) -> None:
        self._inner = inner
        self._door = door

    async def enqueue(
        self, plans: Sequence[Plan], at: datetime, passed: Sequence[Passed] = ()
    ) -> Sequence[Plan]:
        return await self._door.through("enqueue", lambda: self._inner.enqueue(plans, at, passed))

    async def shown(
        self, destinations: Collection[Destination], papers: Collection[str]
    ) -> Mapping[tuple[Destination, str], int]:
        return await self._door.through("shown", lambda: self._inner.shown(destinations, papers))

    async def owed(
        self,
        platform: str,
        now: datetime,
        limit: int,
        busy: Collection[Destination],
        accounts: Collection[str] = (),
    ) -> tuple[Owed, ...]:
        return await self._door.through(
            "owed", lambda: self._inner.owed(platform, now, limit, busy, accounts)
        )

    async def digest(self, digest: int | str) -> Digest | None:
        return await self._door.through("digest", lambda: self._inner.digest(digest))

    async def open(
        self, digest: int, parts: Sequence[Body], at: datetime, defect: str = ""
    ) -> bool:
        return await self._door.through("open", lambda: self._inner.open(digest, parts, at, defect))

    async def claim(self, key: str, expected: State, at: datetime, newest: str = "") -> bool:
        return await self._door.through(
            "claim", lambda: self._inner.claim(key, expected, at, newest)
        )

    async def settle(self, key: str, settlement: Settlement, at: datetime) -> bool:
        return await self._door.through("settle", lambda: self._inner.settle(key, settlement, at))

    async def recover(self, platform: str, before: datetime | None, at: datetime) -> int:
        return await self._door.through(
            "recover", lambda: self._inner.recover(platform, before, at)
        )


class DooredPlatform:
    """A platform behind a door."""

    def __init__(self, inner: Platform, door: Door) -> None:
        self._inner = inner
        self._door = door

    @property
    def name(self) -> str:
        return self._inner.name

    @property
    def limits(self) -> PlatformLimits:
        return self._inner.limits

    def render(self, digest: Digest) -> Sequence[Body]:
        return self._inner.render(digest)

    async def send(self, delivery: Delivery) -> Receipt:
        return await self._door.through("send", lambda: self._inner.send(delivery))

    async def find(self, delivery: Delivery, since: str) -> Receipt | None:
        return await self._door.through("find", lambda: self._inner.find(delivery, since))

    async def newest(self, destination: Destination) -> str:
        return await self._door.through("newest", lambda: self._inner.newest(destination))
