"""CONTRIBUTING.md is followed: the platform of its example is built, judged, delivered through."""

import importlib
import inspect
import re
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import bot.platforms
from bot.collect.arxiv.values import Announce, FeedDay, FeedItem
from bot.collect.novelty import decide_feed
from bot.errors import DeliveryError
from bot.limits import Pace, PlatformLimits
from bot.model import BatchState, Destination, Heading, Item, Kind, Plan, Slot, State
from bot.pipeline import Collects
from bot.ports import Announcements, Calendar, Platform
from bot.posted import History
from bot.store import open_store
from tests import test_architecture as rules
from tests.deliver.bench import Bench, open_bench
from tests.deliver.clocks import JumpingCalendar
from tests.platforms.slack.samples import PAPER

ROOT = Path(__file__).resolve().parents[1]
GUIDE = (ROOT / ".github" / "CONTRIBUTING.md").read_text()
WALL = Destination("board", "here", "wall")
FENCED = re.compile(r"^ +```python\n(.*?)^ +```", re.MULTILINE | re.DOTALL)
BLOCKS = [textwrap.dedent(one) for one in FENCED.findall(GUIDE)]
SLIPS = ("import asyncio", "from bot.platforms.slack.render import render", "import discord")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The example's folder, importable as if it stood in `bot/platforms`."""
    folder = tmp_path / "bot" / "platforms" / "board"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text('"""A folder as a platform."""\n')
    for block in BLOCKS:
        name, _, text = block.partition("\n")
        (tmp_path / name.removeprefix("# ")).write_text(text)
    monkeypatch.setattr(bot.platforms, "__path__", [*bot.platforms.__path__, str(folder.parent)])
    monkeypatch.setattr(rules, "BOT", tmp_path / "bot")
    monkeypatch.setattr(rules, "PURE", (*rules.PURE, "platforms/board/render.py"))
    yield folder
    for name in [one for one in sys.modules if one.startswith("bot.platforms.board")]:
        del sys.modules[name]


def judged(path: Path) -> None:
    """Hold every rule of the house that looks at one module against this one."""
    looking = [
        rule
        for name, rule in vars(rules).items()
        if name.startswith("test_") and list(inspect.signature(rule).parameters) == ["path"]
    ]
    pure = rules.is_under(rules.relative(path), rules.PURE)
    for rule in looking:
        if pure or not rule.__name__.startswith("test_pure_"):
            rule(path)


def board(folder: Path) -> Any:
    """Return the example's platform on a folder of its own."""
    limits = PlatformLimits(Pace(0.0), Pace(0.0))
    (folder / "wall").mkdir()
    client = importlib.import_module("bot.platforms.board.client")
    return client.BoardPlatform(folder / "wall", limits)


async def owed(bench: Bench, platform: Platform) -> None:
    """Owe a digest of one paper to the wall, through the example."""
    bench.platform = platform
    store, now = bench.store, bench.calendar.now()
    await store.papers.put([PAPER])
    items = (Item(PAPER.id, PAPER.version, Kind.NEW, (1,)),)
    await bench.plan("hello", WALL)
    plan = Plan(WALL, Slot("monday", now), Heading(topics=((1, "glass"),)), items)
    assert not await store.outbox.enqueue([plan], now)


def test_the_example_keeps_the_rules_of_the_house(house: Path) -> None:
    for path in sorted(house.glob("*.py")):
        judged(path)


def test_the_rules_would_have_caught_a_slip(house: Path) -> None:
    """What is not pure in the renderer, another platform, a library outside its home."""
    for slip in SLIPS:
        path = house / "render.py"
        before = path.read_text()
        path.write_text(f"{before}\n{slip}\n")
        with pytest.raises(AssertionError):
            judged(path)
        path.write_text(before)


async def test_the_real_worker_delivers_through_the_example(house: Path) -> None:
    async with open_bench() as bench:
        platform = board(house)
        await owed(bench, platform)
        await bench.settled()
        assert set(await bench.states()) == {State.SENT}
        texts = {one.read_text() for one in (house / "wall").iterdir()}
        assert "hello" in texts
        assert any(f"https://arxiv.org/abs/{PAPER.id}v{PAPER.version}" in one for one in texts)
        posted = await platform.posted(WALL, "")
        assert (PAPER.id, PAPER.version) in {paper for one in posted for paper in one.papers}


async def test_a_wall_that_cannot_be_written_waits_and_loses_nothing(house: Path) -> None:
    async with open_bench() as bench:
        platform = board(house)
        (house / "wall").rename(house / "gone")
        await owed(bench, platform)
        assert await bench.quiet() is not None
        assert State.SENT not in await bench.states()
        (house / "gone").rename(house / "wall")
        await bench.settled()
        assert set(await bench.states()) == {State.SENT}


def test_the_example_has_every_method_of_its_two_ports(house: Path) -> None:
    platform = board(house)
    for port in (Platform, History):
        for name in (one for one in vars(port) if not one.startswith("_")):
            assert hasattr(platform, name), name


def test_each_platform_that_exists_has_the_files_that_the_steps_name() -> None:
    for name in ("slack", "discord", "web"):
        folder = ROOT / "bot" / "platforms" / name
        assert {"render.py", "client.py"} <= {one.name for one in folder.iterdir()}
        assert f"platforms/{name}/render.py" in rules.PURE


def test_whatever_the_guide_names_exists() -> None:
    for path in re.findall(r"`((?:bot|tests|deploy)/[\w./-]*)`", GUIDE):
        assert (ROOT / path).exists() or path.startswith("bot/platforms/board"), path
    for name in ("RetryLater", "MaybeSent", "BodyRejected", "DestinationLost"):
        assert f"`{name}`" in GUIDE
        assert issubclass(getattr(importlib.import_module("bot.errors"), name), DeliveryError)
    for name, module in re.findall(r"`(\w+)`[^`.]{1,12}`(bot/[\w/]+)\.py`", GUIDE):
        assert hasattr(importlib.import_module(module.replace("/", ".")), name), (name, module)


@dataclass
class Mirror(Collects):
    """A source by the steps of the guide: it tells one day, and is asked again an hour later."""

    day: FeedDay
    announcements: Announcements
    calendar: Calendar

    async def step(self) -> datetime:
        now = self.calendar.now()
        seen = await self.announcements.seen({item.paper.id for item in self.day.items})
        news = decide_feed(self.day.items, seen, self.day.day, source="mirror")
        await self.announcements.add(news.papers, news.announcements, at=now)
        await self.announcements.mark(self.day.day, BatchState.SETTLED, now)
        return now + timedelta(hours=1)


async def test_a_source_by_the_steps_announces_each_paper_once_and_settles_its_day() -> None:
    calendar = JumpingCalendar()
    day = FeedDay(calendar.now().date(), (FeedItem(PAPER, Announce.NEW),))
    async with open_store(":memory:", calendar=calendar) as store:
        collector = Mirror(day, store.announcements, calendar)
        assert await collector.step() > calendar.now()
        await collector.step()
        told = await store.announcements.between(0, await store.announcements.horizon())
        assert [announcement.paper for announcement, _ in told] == [PAPER.id]
