"""Commands beside a running bot: they read its database, and ask arXiv through its lane."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.app import Running, World, running
from bot.clock import SystemCalendar
from bot.collect.harvest import DONE
from bot.config import Config, StoreConfig, WebConfig
from bot.dialogue import Request
from bot.errors import ListenError, StoreBusy
from bot.model import Destination, Person
from bot.store.opening import open_store
from tests.program import SHORT
from tests.standins.arxiv import ArxivStandIn
from tests.standins.arxiv_world import invent, list_days

PATIENCE = 60  # seconds, for a busy machine; waiting ends with its condition
HERE = Destination("web", "local", "papers")


@dataclass
class Beside:
    """A bot at work in this process, and the commands that somebody types beside it."""

    bot: Running
    arxiv: ArxivStandIn
    config: Path

    async def type(self, *words: str) -> str:
        """Run a command as a terminal would; returns what it printed."""
        typed = [*words, "--config", str(self.config)]
        done = await asyncio.to_thread(CliRunner().invoke, main, typed)
        assert done.exit_code == 0, done.output
        return done.stdout


@pytest.fixture
async def beside(tmp_path: Path) -> AsyncIterator[Beside]:
    config = tmp_path / "config.toml"
    config.write_text('store.path = "kept.sqlite3"\n')
    async with started(tmp_path / "kept.sqlite3") as (bot, arxiv):
        yield Beside(bot, arxiv, config)


@asynccontextmanager
async def started(database: Path) -> AsyncIterator[tuple[Running, ArxivStandIn]]:
    """Start a bot whose arXiv listed papers on every weekday of the last six weeks."""
    today = datetime.now(UTC).date()
    known = invent(list_days(today - timedelta(days=42), 31))
    async with ArxivStandIn(known, SystemCalendar(), SHORT.arxiv) as arxiv:
        config = Config(store=StoreConfig(str(database)), web=WebConfig(listen="127.0.0.1:0"))
        config = replace(config, arxiv=replace(config.arxiv, archives=("cs", "hep-th", "stat")))
        async with running(config, World(limits=SHORT, endpoints=arxiv.endpoints)) as bot:
            async with asyncio.timeout(PATIENCE):
                while not await bot.store.lane.mark(DONE):  # noqa: ASYNC110 - the store tells
                    await asyncio.sleep(0.05)
            yield bot, arxiv


async def made_by_people(bot: Running) -> dict[str, int]:
    """Return the counts of what arXiv does not bring: the bot goes on collecting meanwhile."""
    numbers = await bot.store.audit.numbers()
    return {name: numbers[name] for name in numbers.keys() - {"papers", "announcements", "batches"}}


async def test_a_preview_reads_what_the_bot_has_stored_and_stores_nothing(beside: Beside) -> None:
    before = await made_by_people(beside.bot)
    said = await beside.type("preview", "cs.CV", "--days", "30")
    assert re.search(r"\d+ papers? on cs\.CV", said)
    assert "arxiv.org/abs/" in said
    assert await made_by_people(beside.bot) == before


async def test_a_page_of_older_papers_asks_arxiv_through_the_bots_lane(beside: Beside) -> None:
    said = await beside.type("page", "cat:cs.CV", "--cap", "500")
    assert said.startswith("## cat:cs.CV")
    assert any(seen.kind == "api" for seen in beside.arxiv.log)
    assert not beside.arxiv.violations  # one lane: never two requests at once, nor too soon


async def test_status_and_deliveries_show_a_subscription_and_what_became_of_it(
    beside: Beside,
) -> None:
    assert "No subscriptions yet" in await beside.type("status")
    me = Person("web", "local", "me", "Europe/Berlin")
    request = Request("subscribe cs.CV", me, HERE, "#papers", in_person=False, may_edit=True)
    assert (await beside.bot.commands.run(request)).ok
    assert re.search(r"web #papers\t1\tcs\.CV\t", await beside.type("status"))
    assert await beside.type("deliveries") == "No deliveries yet.\n"


async def test_a_database_that_is_not_there_is_named(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('store.path = "nowhere.sqlite3"\n')
    done = await asyncio.to_thread(CliRunner().invoke, main, ["status", "--config", str(config)])
    assert done.exit_code == 2
    assert "nowhere.sqlite3" in done.stderr


async def test_copies_and_files_beside_a_running_bot(beside: Beside) -> None:
    copy, file = beside.config.with_name("copy.sqlite3"), beside.config.with_name("s.toml")
    assert "Copied" in await beside.type("backup", str(copy))
    file.write_text(
        '[[place]]\nplatform = "web"\naccount = "local"\naddress = "papers"\n'
        '[[place.subscription]]\ntopic = "hep-th"\n'
    )
    assert await beside.type("import", str(file)) == "1 added, 0 changed, 0 as they were.\n"
    assert 'topic = "cat:hep-th"' in await beside.type("export")
    typed = ["restore", str(copy), "--config", str(beside.config)]
    done = await asyncio.to_thread(CliRunner().invoke, main, typed)
    assert done.exit_code == 2
    assert "Stop it first" in done.stderr
    assert len(await beside.bot.store.subscriptions.all()) == 1


async def test_a_second_bot_says_who_holds_the_database(beside: Beside) -> None:
    held = Config(store=StoreConfig(str(beside.config.with_name("kept.sqlite3"))))
    with pytest.raises(StoreBusy, match=r"kept\.sqlite3"):
        async with running(held, World()):
            pytest.fail("two bots on one database")


async def test_a_port_that_is_taken_is_named_and_the_database_let_go(
    beside: Beside, tmp_path: Path
) -> None:
    port = beside.bot.url.rstrip("/").rpartition(":")[2]
    other = Config(
        store=StoreConfig(str(tmp_path / "other.sqlite3")),
        web=WebConfig(listen=f"127.0.0.1:{port}"),
    )
    with pytest.raises(ListenError, match=port):
        async with running(other, World()):
            pytest.fail("two listeners on one port")
    async with open_store(tmp_path / "other.sqlite3") as store:
        assert not await store.subscriptions.all()
