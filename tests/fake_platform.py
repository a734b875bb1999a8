"""A chat platform inside the test's own process: it holds messages and misbehaves as it is told."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum, auto

from bot.errors import (
    AccountLost,
    BodyRejected,
    CannotAsk,
    DestinationLost,
    MaybeSent,
    RetryLater,
)
from bot.limits import Pace, PlatformLimits
from bot.model import Body, Delivery, Destination, Digest, Receipt

NO_PACE = PlatformLimits(Pace(0.0), Pace(0.0))


class Fault(Enum):
    """What a platform does with one request to send."""

    NONE = auto()
    DROPPED = auto()  # the connection dies before it is taken
    STORED_THEN_DROPPED = auto()  # it is taken, and the answer is lost
    BUSY = auto()  # certainly not taken, no wish
    SLOW_DOWN = auto()  # a Retry-After for this destination
    SLOW_DOWN_ALL = auto()  # a Retry-After for the account
    REJECTED = auto()
    LOST = auto()
    ACCOUNT_LOST = auto()
    UNASKABLE = auto()  # taken, the answer is lost, and the history cannot be read
    HANGS = auto()  # never answers, not taken
    STORED_THEN_HANGS = auto()
    BROKEN = auto()  # the adapter has a defect


@dataclass(frozen=True, slots=True)
class Message:
    """What the platform holds. `key` is empty for what people write."""

    id: str
    destination: Destination
    key: str = ""
    body: str = ""
    parent: str = ""
    at: float = 0.0  # of the clock that the platform was given


def one_a_line(digest: Digest) -> Sequence[Body]:
    """Render a digest as one message a line of its note, then one for its papers, if any.

    A line that begins with ">" answers part 0.
    """
    lines = digest.heading.note.splitlines()
    if digest.items:
        lines.append(" ".join(item.paper for item in digest.items))
    return tuple(Body(line, f"plain {line}", reply=line.startswith(">")) for line in lines)


class FakePlatform:
    """Holds messages, answers as `will` said (then well), and counts what it was asked.

    `history` and `reads` are errors to raise at the next `find` and `newest`; in `unreadable`
    destinations both cannot be asked. Where `gate` holds an event, `send` waits for it first.
    """

    def __init__(
        self,
        name: str = "fake",
        *,
        limits: PlatformLimits = NO_PACE,
        renderer: Callable[[Digest], Sequence[Body]] = one_a_line,
        clock: Callable[[], float] = lambda: 0.0,
        retry_after: timedelta = timedelta(seconds=30),
    ) -> None:
        self.name = name
        self.limits = limits
        self.renderer = renderer
        self.retry_after = retry_after
        self.held: list[Message] = []
        self.history: deque[Exception] = deque()
        self.reads: deque[Exception] = deque()
        self.unreadable: set[Destination] = set()
        self.gate: dict[Destination, asyncio.Event] = {}
        self.calls: list[tuple[str, Destination]] = []
        self._faults: defaultdict[Destination | None, deque[Fault]] = defaultdict(deque)
        self._clock = clock

    # ── what a test tells and asks ──

    def will(self, *faults: Fault, at: Destination | None = None) -> None:
        """Meet the next sends (to one destination; those first) with these faults."""
        self._faults[at].extend(faults)

    def say(self, destination: Destination) -> str:
        """Let a person write something there; return its id."""
        return self._hold(Message("", destination)).id

    def ours(self, destination: Destination | None = None) -> list[str]:
        """Return the bodies of our messages (there), oldest first."""
        return [m.body for m in self.held if m.key and destination in (None, m.destination)]

    def keys(self) -> list[str]:
        """Return the keys of our messages, oldest first."""
        return [message.key for message in self.held if message.key]

    def count(self, call: str, destination: Destination | None = None) -> int:
        """Return how often it was called (for a destination)."""
        return sum(name == call and destination in (None, at) for name, at in self.calls)

    # ── the port ──

    def render(self, digest: Digest) -> Sequence[Body]:
        return self.renderer(digest)

    async def send(self, delivery: Delivery) -> Receipt:
        self.calls.append(("send", delivery.destination))
        await self._reached(delivery.destination)
        fault = self._next_fault(delivery.destination)
        _refuse(fault, self.retry_after)
        if fault is Fault.HANGS:
            await asyncio.Event().wait()
        if fault is Fault.DROPPED:
            raise MaybeSent("connection reset")
        message = self._hold(
            Message("", delivery.destination, delivery.key, delivery.body, delivery.parent)
        )
        await asyncio.sleep(0)
        if fault is Fault.STORED_THEN_HANGS:
            await asyncio.Event().wait()
        if fault is Fault.STORED_THEN_DROPPED:
            raise MaybeSent("connection reset")
        if fault is Fault.UNASKABLE:
            raise CannotAsk("connection reset, and no history")
        return Receipt(message.id)

    async def find(self, delivery: Delivery, since: str) -> Receipt | None:
        self.calls.append(("find", delivery.destination))
        await asyncio.sleep(0)
        self._check_readable(delivery.destination, self.history)
        for message in reversed(self._there(delivery.destination)):
            if message.id == since:
                return None
            if message.key == delivery.key:
                return Receipt(message.id)
        return None

    async def newest(self, destination: Destination) -> str:
        self.calls.append(("newest", destination))
        await asyncio.sleep(0)
        self._check_readable(destination, self.reads)
        return next((message.id for message in reversed(self._there(destination))), "")

    # ── inside ──

    async def _reached(self, destination: Destination) -> None:
        await asyncio.sleep(0)
        if destination in self.gate:
            await self.gate[destination].wait()

    def _there(self, destination: Destination) -> list[Message]:
        return [message for message in self.held if message.destination == destination]

    def _check_readable(self, destination: Destination, errors: deque[Exception]) -> None:
        if errors:
            raise errors.popleft()
        if destination in self.unreadable:
            raise CannotAsk("no scope to read the history")

    def _hold(self, message: Message) -> Message:
        message = replace(message, id=str(len(self.held) + 1), at=self._clock())
        self.held.append(message)
        return message

    def _next_fault(self, destination: Destination) -> Fault:
        for script in (self._faults[destination], self._faults[None]):
            if script:
                return script.popleft()
        return Fault.NONE


def _refuse(fault: Fault, wish: timedelta) -> None:
    errors: dict[Fault, Exception] = {
        Fault.BUSY: RetryLater("service_unavailable"),
        Fault.SLOW_DOWN: RetryLater("ratelimited", retry_after=wish),
        Fault.SLOW_DOWN_ALL: RetryLater("ratelimited", retry_after=wish, whole_account=True),
        Fault.REJECTED: BodyRejected("invalid_blocks"),
        Fault.LOST: DestinationLost("is_archived"),
        Fault.ACCOUNT_LOST: AccountLost("token_revoked"),
        Fault.BROKEN: ZeroDivisionError("a secret body"),
    }
    if fault in errors:
        raise errors[fault]
