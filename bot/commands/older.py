"""Asking arXiv itself, for what the store does not hold: seldom, patiently, never for long."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from bot.commands.rooms import Rooms
from bot.commands.services import Services
from bot.commands.wording import clock, said, seconds_in_words
from bot.compose.match import matches
from bot.compose.topic import Topic, to_arxiv
from bot.dialogue import Request
from bot.errors import ArxivBusy, ArxivError, CommandError
from bot.model import Paper, Person

OLDER = 25  # papers asked for at once: a few further pages need no further request
MOST = 200  # papers of one search; a request at arXiv brings as many
REMEMBERED = 200  # persons whose last search is kept for its further pages
T = TypeVar("T")


class NotNow(CommandError):
    """arXiv is not asked now, or does not answer; the message says why, and until when."""


@dataclass(frozen=True, slots=True)
class Found:
    """What arXiv answered last to one person."""

    topic: str  # canonical
    papers: tuple[Paper, ...]
    whole: bool  # arXiv has no more


class Older:
    """arXiv, as commands may ask it: each person once in a while (limits.search_every)."""

    def __init__(self, services: Services, rooms: Rooms) -> None:
        self._at = services
        self._rooms = rooms
        self._asked: OrderedDict[tuple[str, str, str], datetime] = OrderedDict()
        self._found: OrderedDict[tuple[str, str, str], Found] = OrderedDict()

    async def paper(self, request: Request, paper: str) -> Sequence[Paper]:
        """Return a paper by its identifier; () if arXiv has none. Raises `NotNow`."""
        arxiv = self._at.older
        if arxiv is None:
            raise NotNow("I work without a network here.")
        found = await self._answer(request, lambda: arxiv.by_ids([paper]))
        await self._at.papers.put(found)
        return found

    async def search(self, request: Request, topic: Topic, wanted: int) -> tuple[Paper, ...]:
        """Return papers of any age that match, newest first, if need be fewer than `wanted`.

        Further pages of a person's last search come from memory. Raises `NotNow`.
        """
        arxiv = self._at.older
        if arxiv is None:
            raise NotNow("Only the papers that I have here were searched.")
        known = self._found.get(_key(request.person))
        if (
            known
            and known.topic == topic.canonical
            and (known.whole or len(known.papers) >= wanted)
        ):
            return known.papers
        size = min(wanted + OLDER, MOST)
        query = to_arxiv(topic.expression)
        answer = await self._answer(request, lambda: arxiv.search(query, size))
        right = tuple(paper for paper in answer if matches(topic.expression, paper))
        await self._at.papers.put(right)
        whole = len(answer) < size or size == MOST
        _remember(self._found, request.person, Found(topic.canonical, right, whole))
        return right

    def forget(self, person: Person) -> None:
        """Drop what is remembered of a person."""
        self._asked.pop(_key(person), None)
        self._found.pop(_key(person), None)

    async def _answer(self, request: Request, ask: Callable[[], Awaitable[T]]) -> T:
        """Wait for arXiv's answer as long as a person does; trouble comes back in words."""
        self._take_turn(request.person)
        try:
            async with asyncio.timeout(self._at.limits.search_patience):
                return await ask()
        except ArxivBusy as busy:
            raise NotNow(await self._until(request, busy)) from busy
        except ArxivError as error:
            raise NotNow(f"{said(error)}.".replace("..", ".")) from error
        except TimeoutError as error:
            raise NotNow("arXiv takes long to answer. Try again in a minute.") from error

    def _take_turn(self, person: Person) -> None:
        now = self._at.calendar.now()
        every = timedelta(seconds=self._at.limits.search_every)
        last = self._asked.get(_key(person))
        if last and timedelta() <= now - last < every:
            rest = seconds_in_words(every - (now - last))
            raise NotNow(f"For older papers, which only arXiv has, ask again in {rest}.")
        _remember(self._asked, person, now)

    async def _until(self, request: Request, busy: ArxivBusy) -> str:
        if busy.retry_after is None:
            return "arXiv asks me to wait. Try again later."
        until = self._at.calendar.now() + busy.retry_after
        return f"arXiv asks me to wait until {clock(until, await self._rooms.clock_zone(request))}."


def _key(person: Person) -> tuple[str, str, str]:
    return person.platform, person.account, person.id


def _remember(memory: "OrderedDict[tuple[str, str, str], T]", person: Person, value: T) -> None:
    """Keep a value for a person, and forget whoever came longest ago."""
    memory[_key(person)] = value
    memory.move_to_end(_key(person))
    while len(memory) > REMEMBERED:
        memory.popitem(last=False)
