"""The connection to Discord: nothing that is sent needs the gateway, and it always comes back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random

import pytest
from aiohttp import web

from bot.clock import SystemElapsed
from bot.deliver.worker import Worker
from bot.platforms.discord import gateway as gateway_module
from bot.platforms.discord.service import DiscordService
from bot.secret import Secret
from tests.commands.dialogue import SMALL, Dialogue, talking
from tests.platforms.discord.bench import FAST, NO_PACE, PAPERS, UNHURRIED, owe
from tests.platforms.discord.talking import ADA_ID, paper_world
from tests.standins.discord import DiscordStandIn, pointed_at
from tests.standins.discord_faults import Fault, Trouble
from tests.standins.discord_world import PAPERS as PAPERS_ID, SERVER, World


@dataclass
class Served:
    """A Discord, and a bot that both talks there and delivers."""

    there: DiscordStandIn
    dialogue: Dialogue
    worker: Worker

    async def digest_arrives(self) -> None:
        """Owe a digest to #papers, and wait until it is there."""
        before = len(self.there.world.sent(PAPERS_ID))
        store = self.dialogue.store
        await owe(store, self.dialogue.calendar.now(), PAPERS)
        self.worker.wake()
        await self.there.until(lambda: len(self.there.world.sent(PAPERS_ID)) == before + 1)

    async def help_is_answered(self) -> None:
        """Let Ada type /arxiv help, and wait for the answer."""
        await self.there.until(lambda: self.there.gateway.connected and self.there.world.commands)
        answer = await self.there.people.command("help", ADA_ID, PAPERS_ID)
        await self.there.people.told(answer)


@asynccontextmanager
async def served(there: DiscordStandIn, token: str = "", shards: int = 0) -> AsyncIterator[Served]:
    """Connect a bot with the stand-in's token."""
    elapsed = SystemElapsed()
    async with talking(SMALL) as dialogue, there:
        with pointed_at(there):
            store = dialogue.store
            secret = Secret(token or there.world.token)
            service = DiscordService(secret, NO_PACE, elapsed, shards)
            worker = Worker(
                service.platform,
                store.outbox,
                store.subscriptions,
                dialogue.calendar,
                elapsed,
                FAST,
                Random(7),
            )
            around = service.open(
                dialogue.commands, store.subscriptions, store.accounts, store.lane, worker.wake
            )
            async with around:
                working = asyncio.create_task(worker.run())
                try:
                    yield Served(there, dialogue, worker)
                finally:
                    working.cancel()
                    await asyncio.gather(working, return_exceptions=True)


async def refusing(*_: object) -> web.StreamResponse:
    """Answer for a gateway that is not there."""
    return web.Response(status=503)


# ── digests and the gateway ──────────────────────────────────────────────────────────────────────


async def test_digests_go_out_while_no_gateway_can_be_reached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = DiscordStandIn(paper_world(), UNHURRIED)
    monkeypatch.setattr(there.gateway, "serve", refusing)
    async with served(there) as bot:
        await bot.digest_arrives()
        assert not there.gateway.connected


@pytest.mark.parametrize("how", ["drop", "invalid", "forgotten", "reconnect", "closed", "ended"])
async def test_digests_and_answers_come_whatever_the_gateway_does(
    monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr("bot.platforms.discord.service.LADDER", (0.01,))
    monkeypatch.setattr(gateway_module, "IDENTIFY_GAP", 0.0)
    async with served(DiscordStandIn(paper_world(), UNHURRIED)) as bot:
        gateway = bot.there.gateway
        await bot.there.connected()
        if how == "drop":
            await gateway.drop()
        elif how == "invalid":
            await gateway.invalidate(resumable=False)
        elif how == "forgotten":
            gateway.forget_sessions()
            await gateway.drop()
        elif how == "reconnect":
            await gateway.reconnect()
        else:  # 4010, an invalid shard, ends the library's own trying
            await gateway.close(4000 if how == "closed" else 4010)
        await bot.digest_arrives()
        await bot.there.until(lambda: gateway.identifies + gateway.resumes >= 2)
        await bot.there.connected()
        await bot.help_is_answered()


async def test_digests_go_out_while_the_gateway_is_a_zombie() -> None:
    async with served(DiscordStandIn(paper_world(), UNHURRIED)) as bot:
        await bot.there.connected()
        bot.there.gateway.go_silent()
        await bot.digest_arrives()


async def test_a_discord_that_is_not_there_yet_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.platforms.discord.service.LADDER", (0.01,))
    away = Trouble(Fault.DROP_BEFORE, "get_my_user", times=3)
    async with served(DiscordStandIn(paper_world(), UNHURRIED, [away])) as bot:
        await bot.digest_arrives()  # at once, without a retry: the calendar stands still
        await bot.there.connected()
        await bot.help_is_answered()


async def test_commands_that_cannot_be_told_keep_nobody_from_being_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.platforms.discord.service.LADDER", (0.01,))
    refused = Trouble(Fault.REFUSE, "bulk_set_application_commands", times=2, status=400)
    async with served(DiscordStandIn(paper_world(), UNHURRIED, [refused])) as bot:
        await bot.there.connected()
        await bot.there.until(lambda: bot.there.world.syncs == 1)
        await bot.help_is_answered()


async def test_a_token_that_discord_refuses_costs_few_requests() -> None:
    async with served(DiscordStandIn(paper_world(), UNHURRIED), token="other.to.ken") as bot:
        await bot.there.until(lambda: bot.there.calls("get_my_user"))
        assert bot.there.invalid_requests <= 2
        assert not bot.there.gateway.connected


# ── shards ───────────────────────────────────────────────────────────────────────────────────────


def two_servers(advised: int) -> World:
    """Return a world of two servers, of which two shards get one each."""
    world = paper_world()
    world.add_server("Second", id_=str(int(SERVER) + (1 << 22)))
    world.shards = advised
    return world


@pytest.mark.parametrize(("advised", "configured"), [(2, 0), (1, 2)])
async def test_there_are_as_many_shards_as_configured_or_advised(
    monkeypatch: pytest.MonkeyPatch, advised: int, configured: int
) -> None:
    monkeypatch.setattr(gateway_module, "IDENTIFY_GAP", 0.0)
    there = DiscordStandIn(two_servers(advised), UNHURRIED)
    async with served(there, shards=configured) as bot:
        await there.until(lambda: len(there.gateway.sessions) == 2)
        await bot.help_is_answered()
        assert {one.shards for one in there.gateway.sessions.values()} == {2}


async def test_only_the_intent_for_servers_is_asked_for() -> None:
    async with served(DiscordStandIn(paper_world(), UNHURRIED)) as bot:
        await bot.there.connected()
        assert {one.intents for one in bot.there.gateway.sessions.values()} == {1}
