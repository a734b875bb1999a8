"""The whole program with Slack on: from arXiv's feed to the channel, over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import ClientSession

from bot.app import Running, World, running
from bot.clock import SystemCalendar
from bot.collect.harvest import DONE
from bot.config import Config, SlackConfig, StoreConfig, WebConfig
from bot.limits import Limits
from bot.model import Destination, State
from bot.secret import Secret
from bot.store import RESTORED
from bot.store.copies import backup, restore
from tests.program import SHORT
from tests.standins.arxiv import ArxivStandIn
from tests.standins.arxiv_world import invent, list_days
from tests.standins.slack import PATIENCE, SlackPace, SlackStandIn
from tests.standins.slack_faults import Fault, Trouble
from tests.standins.slack_world import Workspace

PAPERS = Destination("slack", "T0PAPER", "C0PAPERS")


@asynccontextmanager
async def started(
    database: Path, slack_api: str, token: str, limits: Limits = SHORT
) -> AsyncIterator[Running]:
    """Start a bot on today's clock whose arXiv listed papers on every weekday."""
    today = datetime.now(UTC).date()
    known = invent(list_days(today - timedelta(days=42), 31))
    limits = replace(limits, slack=SHORT.web)
    async with ArxivStandIn(known, SystemCalendar(), SHORT.arxiv) as arxiv:
        config = Config(
            store=StoreConfig(str(database)),
            web=WebConfig(listen="127.0.0.1:0"),
            slack=SlackConfig(Secret(token), app_token=Secret("xapp-stand-in")),
        )
        config = replace(config, arxiv=replace(config.arxiv, archives=("cs", "hep-th", "stat")))
        world = World(limits=limits, endpoints=arxiv.endpoints, slack_api=slack_api)
        async with running(config, world) as bot:
            async with asyncio.timeout(PATIENCE):
                while not await bot.store.lane.mark(DONE):  # noqa: ASYNC110 - the store tells
                    await asyncio.sleep(0.05)
            yield bot


async def test_an_alert_typed_in_slack_is_confirmed_by_the_outbox_as_a_direct_message(
    tmp_path: Path,
) -> None:
    async with (
        SlackStandIn(pace=SlackPace(channel_gap=0.0)) as slack,
        started(tmp_path / "p.sqlite3", slack.api, slack.workspace.bot_token),
    ):
        await slack.connected()
        await slack.people.type("/arxiv alert add cs.CV", "U0ADA", "C0PAPERS")
        direct = slack.workspace.direct("U0ADA")
        await slack.until(lambda: direct.messages)
        assert "You'll hear from me here when papers match cs.CV" in direct.messages[0].text
        assert direct.messages[0].metadata


async def test_a_restored_program_reads_its_places_and_is_then_as_any_other(tmp_path: Path) -> None:
    database, copy = tmp_path / "p.sqlite3", tmp_path / "copy"
    workspace = Workspace()
    workspace.allow_rechecks()
    async with SlackStandIn(workspace, SlackPace(channel_gap=0.0)) as slack:
        direct = workspace.direct("U0ADA")
        async with started(database, slack.api, workspace.bot_token) as bot:
            await slack.connected()
            await slack.people.type("/arxiv alert add cs.CV", "U0ADA", "C0PAPERS")
            async with asyncio.timeout(PATIENCE):
                while not await bot.store.audit.deliveries(None, 1):  # noqa: ASYNC110 - the store tells
                    await asyncio.sleep(0.05)
            backup(database, copy)
            await slack.until(lambda: direct.messages)
        restore(database, copy)
        async with started(database, slack.api, workspace.bot_token) as bot:
            assert bot.store.restored
            async with asyncio.timeout(PATIENCE):
                while await bot.store.lane.mark(RESTORED):  # noqa: ASYNC110 - the store tells
                    await asyncio.sleep(0.05)
            assert not await bot.store.unread.places()
            (row,) = await bot.store.audit.deliveries(None, 10)
            assert row.delivery.state is State.SENT
        assert len(direct.messages) == 1


async def test_a_stop_waits_for_nobody_for_long_and_leaves_what_was_under_way_to_be_asked_about(
    tmp_path: Path,
) -> None:
    workspace = Workspace()
    workspace.allow_rechecks()
    late = Trouble(Fault.LATE, "chat.postMessage", seconds=60.0)
    database = tmp_path / "p.sqlite3"
    async with SlackStandIn(workspace, SlackPace(channel_gap=0.0), [late]) as slack:
        direct = workspace.direct("U0ADA")
        loop = asyncio.get_running_loop()
        impatient = replace(SHORT, delivery=replace(SHORT.delivery, stop_grace=0.5))
        life = started(database, slack.api, workspace.bot_token, impatient)
        async with life as bot, ClientSession() as web:
            await slack.connected()
            await slack.people.type("/arxiv alert add cs.CV", "U0ADA", "C0PAPERS")
            await slack.until(lambda: slack.calls("chat.postMessage"))
            async with web.get(f"{bot.url}c/papers/live") as stream:  # a page that watches
                assert stream.ok
                stopping = loop.time()
                await stream.content.readany()
        assert loop.time() - stopping < 5.5  # the other 4.5 are for sends: see test_limits
        async with started(database, slack.api, workspace.bot_token) as bot:
            async with asyncio.timeout(PATIENCE):
                while await unsettled(bot):  # noqa: ASYNC110 - the store tells
                    await asyncio.sleep(0.05)
        assert len(direct.messages) == 1


async def unsettled(bot: Running) -> list[State]:
    rows = await bot.store.audit.deliveries(None, 10)
    return [row.delivery.state for row in rows if row.delivery.state is not State.SENT]


async def test_a_token_that_slack_refuses_stops_nothing_else(tmp_path: Path) -> None:
    async with (
        SlackStandIn() as slack,
        started(tmp_path / "p.sqlite3", slack.api, "xoxb-other") as bot,
    ):
        await slack.until(lambda: slack.calls("auth.test"))
        assert not bot.work.done()
        assert await bot.store.subscriptions.place(PAPERS) is None


async def test_a_slack_that_cannot_be_reached_stops_nothing_else(tmp_path: Path) -> None:
    async with started(tmp_path / "p.sqlite3", "http://127.0.0.1:9/api/", "xoxb-1") as bot:
        assert not bot.work.done()
