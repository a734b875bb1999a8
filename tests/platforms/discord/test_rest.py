"""How much Discord is asked: fifty requests a second over everything, and few that it refuses."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import aiohttp
import pytest
from discord.http import Route
from hypothesis import given, strategies as st

from bot.clock import SystemElapsed
from bot.errors import RetryLater
from bot.platforms.discord import rest as rest_module
from bot.platforms.discord.gateway import QuietClient
from bot.platforms.discord.rest import Asked, Budget, Rest
from tests.fakes import FakeElapsed
from tests.platforms.discord.bench import UNHURRIED
from tests.standins.discord import DiscordStandIn, pointed_at
from tests.standins.discord_faults import Fault, Trouble
from tests.standins.discord_world import PAPERS

FIFTY = 50  # requests a second, of which Discord's documentation speaks


@given(st.lists(st.floats(0.0, 2.0), min_size=60, max_size=200))
async def test_no_second_holds_more_than_fifty_requests(pauses: list[float]) -> None:
    elapsed = FakeElapsed()
    budget, gone = Budget(elapsed), []
    for pause in pauses:
        elapsed.time += pause if pause > 1.5 else 0.0
        await budget.wait_for_turn()
        gone.append(elapsed.now())
    for first, last in zip(gone, gone[FIFTY:], strict=False):
        assert last - first > 1.0


async def test_answers_to_people_never_wait_for_digests() -> None:
    elapsed = FakeElapsed()
    budget = Budget(elapsed)
    async with (
        DiscordStandIn(pace=UNHURRIED) as there,
        aiohttp.ClientSession(trace_configs=[budget.trace()]) as session,
    ):
        for _ in range(rest_module.A_SECOND):
            await budget.wait_for_turn()
        for path in ("/interactions/1/token/callback", "/webhooks/1/token"):
            async with session.post(f"{there.api}{path}", json={}):
                assert not elapsed.slept
        async with session.get(f"{there.api}/users/@me"):
            assert elapsed.slept


async def test_what_the_library_asks_and_repeats_by_itself_counts_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two requests go out for one that we make: they keep the distance of two."""
    monkeypatch.setattr(rest_module, "A_SECOND", 1)
    monkeypatch.setattr(rest_module, "SECOND", 0.1)
    limited = Trouble(Fault.RATE, "get_channel", retry_after=0.0)
    async with DiscordStandIn(pace=UNHURRIED, troubles=[limited]) as there:
        with pointed_at(there):
            async with QuietClient(Budget(SystemElapsed())) as client:
                await client.login(there.world.token)
                asked = Asked()
                await Rest(client).ask(
                    Route("GET", "/channels/{channel_id}", channel_id=PAPERS), asked=asked
                )
        assert asked.times == 2
        moments = [one.at for one in there.log]
        gaps = [after - before for before, after in pairwise(moments)]
        assert len(gaps) >= 3
        assert min(gaps) > 0.05


async def test_a_request_that_is_given_up_in_a_pause_of_all_leaves_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limited = Trouble(Fault.RATE, "get_channel", retry_after=20.0, everywhere=True)
    async with DiscordStandIn(pace=UNHURRIED, troubles=[limited]) as there:
        with pointed_at(there):
            async with QuietClient(Budget(SystemElapsed())) as client:
                await client.login(there.world.token)
                monkeypatch.setattr(rest_module, "PATIENCE", 0.01)
                route = Route("GET", "/channels/{channel_id}", channel_id=PAPERS)
                given_up = asyncio.ensure_future(Rest(client).ask(route))
                await there.until(lambda: there.calls("get_channel"))
                await asyncio.wait({given_up}, timeout=0.1)
                given_up.cancel()
                assert (await Rest(client).ask(route))["id"] == PAPERS


async def test_many_refusals_stop_all_requests_until_they_are_ten_minutes_old(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rest_module, "WRONG", 3)
    elapsed = FakeElapsed()
    budget = Budget(elapsed)
    async with (
        DiscordStandIn(pace=UNHURRIED) as there,
        aiohttp.ClientSession(trace_configs=[budget.trace()]) as session,
    ):
        for _ in range(3):
            async with session.get(f"{there.api}/users/@me") as answer:
                assert answer.status == 401
        with pytest.raises(RetryLater) as told:
            async with session.get(f"{there.api}/users/@me"):
                raise AssertionError("it went out")
        assert told.value.whole_account
        assert len(there.calls("get_my_user")) == 3
        elapsed.time += timedelta(minutes=10, seconds=1).total_seconds()
        async with session.get(f"{there.api}/users/@me"):
            assert len(there.calls("get_my_user")) == 4


async def test_requests_side_by_side_keep_to_it_too() -> None:
    elapsed = FakeElapsed()
    budget, gone = Budget(elapsed), []

    async def one() -> None:
        await budget.wait_for_turn()
        gone.append(elapsed.now())

    await asyncio.gather(*(one() for _ in range(3 * FIFTY)))
    gone.sort()
    assert all(last - first > 1.0 for first, last in zip(gone, gone[FIFTY:], strict=False))
