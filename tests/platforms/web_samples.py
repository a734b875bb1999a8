"""The built-in channel in memory, and messages as they may stand in it."""

import itertools
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.dialogue import Reply, Request
from bot.errors import StoreBusy
from bot.limits import ListenLimits
from bot.model import Destination, Place
from bot.platforms.web.channel import Entry
from bot.platforms.web.live import Bell
from bot.platforms.web.message import (
    Button,
    Card,
    Message,
    Reference,
    Section,
    pack,
    unmarked,
)
from bot.platforms.web.pages import Desk, Pages
from bot.platforms.web.rooms import CHANNEL
from bot.platforms.web.status import StatusView
from bot.web.server import Listener
from tests.fakes import FakeCalendar
from tests.web.serving import listening

MORNING = datetime(2026, 11, 24, 5, 21, tzinfo=UTC)


class MemoryChannel:
    """The port `Channel` without a file."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    async def put(
        self, key: str, room: Destination, at: datetime, payload: str, parent: int = 0
    ) -> Entry:
        if found := await self.find(key):
            return found
        entry = Entry(len(self.entries) + 1, key, room, at, payload, parent)
        self.entries.append(entry)
        return entry

    async def find(self, key: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.key == key), None)

    async def page(
        self, room: Destination, limit: int, before: int | None = None
    ) -> tuple[Entry, ...]:
        found = [
            entry
            for entry in reversed(self.entries)
            if entry.room == room and not entry.parent and (before is None or entry.id < before)
        ]
        return tuple(found[:limit])

    async def replies(self, parents: Collection[int]) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.parent and entry.parent in parents)

    async def since(self, after: int, limit: int) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.id > after)[:limit]

    async def newest(self, room: Destination | None = None) -> int:
        ids = [entry.id for entry in self.entries if room is None or entry.room == room]
        return max(ids, default=0)

    async def rooms(self) -> tuple[Destination, ...]:
        return tuple(sorted({entry.room for entry in self.entries}))


def card(number: int = 1, title: str = "A short title") -> Card:
    """A paper as a digest shows it."""
    return Card(
        paper="2502.07701v1",
        title=unmarked(title),
        url="https://arxiv.org/abs/2502.07701v1",
        number=number,
        authors=unmarked("Ada Example, Ben Sample"),
        categories=unmarked("cs.CV, cs.LG"),
        excerpt="“We show that a short title is enough.”",
        references=(
            Reference("Code", "https://github.com/example/short"),
            Reference("PDF", "https://arxiv.org/pdf/2502.07701v1"),
        ),
        comment=unmarked("8 pages"),
        buttons=(
            Button("Open", "open 2502.07701v1", f"Open {number}: {title}"),
            Button("Discuss", "discuss 2502.07701v1", f"Discuss {number}: {title}"),
        ),
    )


def digest(*cards: Card, compact: bool = False) -> Message:
    """A digest of these cards."""
    return Message(
        title=f"arXiv of Tue 24 Nov: {len(cards)} papers on image generation",
        sections=(Section(cards),),
        compact=compact,
        head=(Button("Manage", "list"),),
        buttons=(Button("Alert me too", "alert add image generation"),),
    )


def numbered(count: int) -> tuple[Card, ...]:
    """So many cards."""
    return tuple(replace(card(n, f"Paper number {n}"), number=n) for n in range(1, count + 1))


@dataclass(slots=True)
class Site:
    """The page with a scripted bot behind it."""

    channel: MemoryChannel = field(default_factory=MemoryChannel)
    bell: Bell = field(default_factory=Bell)
    replies: dict[str, Reply] = field(default_factory=dict)  # text of a command → answer
    asked: list[Request] = field(default_factory=list)
    status: StatusView = field(default_factory=StatusView)
    places: tuple[Place, ...] = ()
    limits: ListenLimits = field(default_factory=ListenLimits)
    broken: bool = False  # the status cannot be read

    async def run_command(self, request: Request) -> Reply:
        self.asked.append(request)
        return self.replies.get(request.text, Reply(text=f"No answer to {request.text}", ok=False))

    async def told(self) -> StatusView:
        if self.broken:
            raise StoreBusy("in use")
        return self.status

    async def known(self) -> tuple[Place, ...]:
        return self.places

    async def post(
        self, message: Message, room: Destination = CHANNEL, key: str = "", parent: int = 0
    ) -> Entry:
        """Keep a message as a delivery would."""
        key = key or f"key{len(self.channel.entries)}"
        entry = await self.channel.put(key, room, MORNING, pack(message), parent)
        self.bell.ring()
        return entry

    def pages(self) -> Pages:
        numbers = itertools.count()
        return Pages(
            Desk(
                channel=self.channel,
                bell=self.bell,
                run_command=self.run_command,
                status=self.told,
                places=self.known,
                calendar=FakeCalendar(MORNING),
                limits=self.limits,
                new_key=lambda: f"fresh{next(numbers)}",
            )
        )

    @asynccontextmanager
    async def served(self) -> AsyncIterator[Listener]:
        """The page on a free port of this machine."""
        async with listening(self.pages().routes(), limits=self.limits) as listener:
            yield listener
