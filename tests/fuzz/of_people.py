"""What people type: topics, times, whole commands and forms; and the papers that topics meet."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Final

from bot.commands.grammar import read_command, read_number
from bot.commands.until import read_until
from bot.compose.match import TopicIndex
from bot.compose.topic import parse_topic
from bot.dialogue import Reply
from bot.errors import PaperboyError
from bot.model import Paper, Raw
from bot.schedule import parse_schedule, parse_zone, split_schedule, written
from tests.commands.dialogue import ADA, EVE, GLASS, PAPERS, SMALL, Dialogue, own, talking
from tests.commands.test_any_text import PIECES, VALID, check
from tests.fuzz.target import Read, Target, reading
from tests.store.bulk import connection_of

_WHO: Final = {"ada": ADA, "eve": EVE}
_WHERE: Final = {"papers": PAPERS, "glass": GLASS}
_TOPICS: Final = (
    "image generation", "cat:cs.CV AND diffusion OR flow", 'ti:"spin glass" ANDNOT survey',
    "hep-th", "cat:astro-ph.*", "https://arxiv.org/list/cs.CL/recent", 'au:"F L", au:hinton',
    "(abs:lamp OR co:code) AND (jr:lamp OR ti:mirror) -survey", "llm agents, rlhf",
    "all:electron kind:new|replace",
    "Größe, naïve $\\alpha$", "machine-learning’s lamps, “quoted words”",
)  # fmt: skip
_OF_TOPICS: Final = (
    "AND", "OR", "ANDNOT", " AND ", "ti:", "au:", "abs:", "co:", "jr:", "cat:", "all:", "kind:new",
    "kind:", "|", '"', "*", "cs.*", "math.MP", "-", "“", "”", "「", "arxiv.org/list/",
)  # fmt: skip
_OF_TIMES: Final = (
    "daily", "weekly", "on", "mon", "and", "thu", "at", "8:30", "25:61", "12am", "on arrival",
    "by day", "weekdays", "every day", "until", "for", "2 weeks", "24 Dec", "9999-12-31",
    "Europe/Berlin", "UTC+14", "../etc/passwd", "Etc/GMT-14",
)  # fmt: skip
_PAPER: Final = Paper(
    "2611.00001",
    Raw("Diffusion: images & $\\mathcal{N}=4$"),
    Raw("Image generation of electrons in the spin glass, a survey of flow."),
    authors=(Raw("F. L. Hinton"), Raw("LAMP Collaboration")),
    categories=("cs.CV", "hep-th"),
    comment=Raw("12 pages"),
)


def _read_topic(text: str) -> None:
    """Read a topic, read back what it says of itself, and let it meet a paper."""
    topic = parse_topic(text)
    assert parse_topic(topic.text) == topic
    assert topic.reading
    list(TopicIndex([topic]).match([_PAPER]))


def _match_paper(text: str) -> None:
    """Match a paper whose every part is this text."""
    raw = Raw(text)
    paper = Paper("2611.00001", raw, raw, authors=(raw,), categories=(text,), comment=raw)
    list(_INDEX.match([paper]))


_INDEX: Final = TopicIndex([parse_topic(text) for text in _TOPICS])


def _read_times(text: str) -> None:
    topic, schedule = split_schedule(text)
    assert schedule is None or parse_schedule(written(schedule)) == schedule
    for read in (_parse_zone, _parse_until, parse_schedule, read_command, read_number):
        with contextlib.suppress(PaperboyError):
            read(text)
    split_schedule(topic)


def _parse_zone(text: str) -> None:
    parse_zone(text)


def _parse_until(text: str) -> None:
    read_until(text, date(2026, 11, 24))


# ── whole commands ───────────────────────────────────────────────────────────────────────────────


def _requests() -> list[list[dict[str, Any]]]:
    here = [{"text": text, "who": "ada", "where": "papers", "values": {}} for text in VALID]
    forms = [
        {"text": "edit 1", "values": {"topic": "a", "when": "weekly", "kinds": "new"}},
        {"text": "subscribe", "values": {"topic": "lamps", "when": "daily", "zone": "Asia/Tokyo"}},
        {"text": "subscribe many", "values": {"lines": "hep-th\nspin glass weekly"}},
        {"text": "layout", "values": {"density": "cards", "exclude": "x", "tell-empty": "on"}},
    ]
    first = {"text": "subscribe image generation", "who": "ada", "where": "papers", "values": {}}
    return [[first, one] for one in (*here, *forms)]


@contextlib.contextmanager
def talked_to() -> Iterator[Read]:
    """Open a bot that takes lists of requests; its database is put back after each list."""
    with asyncio.Runner() as runner:
        opened = talking(SMALL)
        dialogue = runner.run(opened.__aenter__())
        put_back = keeper(dialogue)
        try:
            yield lambda requests: runner.run(_talk(dialogue, requests, put_back))
        finally:
            runner.run(opened.__aexit__(None, None, None))


def keeper(dialogue: Dialogue) -> Callable[[], object]:
    """Return what puts the database back to as it is now. No port can, so this reaches past."""
    connection = connection_of(dialogue.store)
    link = connection._database.conn

    def copied() -> sqlite3.Connection:
        copy = sqlite3.connect(":memory:")
        link.backup(copy)
        return copy

    copy = connection._thread.submit(copied).result()
    return lambda: connection._thread.submit(copy.backup, link).result()


async def _talk(dialogue: Dialogue, requests: object, put_back: Callable[[], object]) -> None:
    try:
        for request in requests if isinstance(requests, list) else ():
            if isinstance(request, dict):
                check(await _say(dialogue, request))
    finally:
        put_back()


async def _say(dialogue: Dialogue, request: dict[str, Any]) -> Reply:
    """Say what a request holds: text is text, whatever the mutation made of it."""
    who = _WHO.get(str(request.get("who")), ADA)
    where = _WHERE.get(str(request.get("where"))) or own(who)
    values = request.get("values")
    filled = values.items() if isinstance(values, dict) else ()
    return await dialogue.say(
        str(request.get("text")), who, where, {str(name): str(one) for name, one in filled}
    )


TARGETS: Final = (
    Target("topic", lambda: list(_TOPICS), reading(_read_topic), _OF_TOPICS, 3.0),
    Target(
        "matched paper", lambda: [_PAPER.title, _PAPER.abstract], reading(_match_paper), (), 1.0
    ),
    Target("times", lambda: list(VALID), reading(_read_times), (*PIECES, *_OF_TIMES), 0.3),
    Target("commands", _requests, talked_to, (*PIECES, *_OF_TIMES, *VALID), 0.1),
)
