"""The whole program with Discord on: from arXiv's feed to the channel, over real sockets."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import astuple, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import Running, World, running
from bot.clock import SystemCalendar
from bot.collect.harvest import DONE
from bot.config import Config, DiscordConfig, StoreConfig, WebConfig
from bot.model import Density, State
from bot.platforms.discord.ids import key_in
from bot.secret import Secret
from bot.store import open_store
from tests.platforms.discord.bench import ADA, PAPERS, UNHURRIED, owe
from tests.platforms.discord.reading import seen
from tests.platforms.discord.talking import ADA_ID, paper_world
from tests.program import SHORT
from tests.standins.arxiv import ArxivStandIn
from tests.standins.arxiv_world import invent, list_days
from tests.standins.discord import PATIENCE, DiscordStandIn, Request, pointed_at
from tests.standins.discord_answers import words
from tests.standins.discord_faults import Fault, Trouble
from tests.standins.discord_world import ADA as ADA_PERSON, PAPERS as PAPERS_ID

POST = "create_message"


@asynccontextmanager
async def arxiv_of_today() -> AsyncIterator[ArxivStandIn]:
    """Open an arXiv that listed papers on every weekday of the last six weeks."""
    today = datetime.now(UTC).date()
    known = invent(list_days(today - timedelta(days=42), 31))
    async with ArxivStandIn(known, SystemCalendar(), SHORT.arxiv) as arxiv:
        yield arxiv


@asynccontextmanager
async def started(database: Path, token: str) -> AsyncIterator[Running]:
    """Start a bot on today's clock, in this process."""
    async with arxiv_of_today() as arxiv:
        config = Config(
            store=StoreConfig(str(database)),
            web=WebConfig(listen="127.0.0.1:0"),
            discord=DiscordConfig(Secret(token)),
        )
        config = replace(config, arxiv=replace(config.arxiv, archives=("cs", "hep-th", "stat")))
        limits = replace(SHORT, discord=SHORT.web)
        async with running(config, World(limits=limits, endpoints=arxiv.endpoints)) as bot:
            yield bot


async def harvested(bot: Running) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await bot.store.lane.mark(DONE):  # noqa: ASYNC110 - the store tells
            await asyncio.sleep(0.05)


async def test_an_alert_typed_in_discord_is_confirmed_by_the_outbox_as_a_direct_message(
    tmp_path: Path,
) -> None:
    async with DiscordStandIn(paper_world(), UNHURRIED) as there:
        with pointed_at(there):
            async with started(tmp_path / "p.sqlite3", there.world.token) as bot:
                await there.until(lambda: there.gateway.connected and there.world.commands)
                await harvested(bot)
                await there.people.command("alert add", ADA_ID, PAPERS_ID, topic="cs.CV")
                direct = there.world.direct(ADA_ID)
                await there.until(lambda: direct.messages)
                text = seen(words(direct.messages[0]))
                assert "You'll hear from me here when papers match cs.CV" in text
                assert direct.messages[0].nonce
        assert not there.faults


async def test_a_token_that_discord_refuses_stops_nothing_else(tmp_path: Path) -> None:
    async with DiscordStandIn(paper_world(), UNHURRIED) as there:
        with pointed_at(there):
            async with started(tmp_path / "p.sqlite3", "other.to.ken") as bot:
                await there.until(lambda: there.calls("get_my_user"))
                await harvested(bot)
                assert not bot.work.done()


async def test_a_discord_that_cannot_be_reached_stops_nothing_else(tmp_path: Path) -> None:
    there = DiscordStandIn()
    there.url = there.gateway.url = "http://127.0.0.1:9"
    with pointed_at(there):
        async with started(tmp_path / "p.sqlite3", "any.to.ken") as bot:
            await harvested(bot)
            assert not bot.work.done()


# ── kill -9 ──────────────────────────────────────────────────────────────────────────────────────


@asynccontextmanager
async def process(
    database: Path, there: DiscordStandIn, arxiv: ArxivStandIn
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start the bot in a process of its own; kill it at the end, if nobody did before."""
    one = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.discord_program",
        str(database),
        there.api,
        there.gateway.url,
        there.world.token,
        *astuple(arxiv.endpoints),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield one
    finally:
        if one.returncode is None:
            one.kill()
        await one.wait()


def taken(there: DiscordStandIn, route: str) -> list[Request]:
    """Return the requests of a route about #papers."""
    return [one for one in there.calls(route) if one.channel == PAPERS_ID]


async def all_sent(database: Path) -> list[str]:
    """Wait until nothing is owed any more; return the keys of what was sent."""
    async with open_store(database, read_only=True) as store, asyncio.timeout(4 * PATIENCE):
        while True:
            rows = await store.audit.deliveries(None, 100)
            if {row.delivery.state for row in rows} == {State.SENT} and len(rows) > 2:
                return [row.delivery.key for row in rows]
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("density", "route", "number"),
    [(Density.COMPACT, POST, 2), (Density.THREAD, "create_thread_from_message", 1)],
)
async def test_a_program_killed_while_discord_takes_a_request_posts_each_message_once(
    tmp_path: Path, density: Density, route: str, number: int
) -> None:
    database = tmp_path / "p.sqlite3"
    async with open_store(database, start="before") as store:
        await owe(store, datetime.now(UTC), PAPERS, papers=42, density=density)
        await owe(store, datetime.now(UTC), ADA)
    stuck = Trouble(Fault.LATE, route, first=number, channel=PAPERS_ID, seconds=PATIENCE)
    async with (
        arxiv_of_today() as arxiv,
        DiscordStandIn(paper_world(), UNHURRIED, [stuck]) as there,
    ):
        async with process(database, there, arxiv) as first:
            await there.until(lambda: len(taken(there, route)) == number)
            await there.until(lambda: there.world.sent(there.world.direct(ADA_PERSON).id))
            first.kill()
            await first.wait()
        async with process(database, there, arxiv):
            keys = await all_sent(database)
        held = [
            key_in({"components": one.components})
            for channel in there.world.channels.values()
            for one in channel.messages
            if one.author == there.world.app and one.components
        ]
        assert sorted(held) == sorted(keys)
        assert not there.faults
