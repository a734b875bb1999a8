"""Digests reach Discord channels once, whatever happens on the way."""

import pytest

from bot.model import Density, Destination, State
from bot.platforms.discord import client
from bot.platforms.discord.ids import key_in
from tests.platforms.discord.bench import ADA, OTHER, PAPERS, discord_bench
from tests.standins.discord_faults import Fault, Trouble
from tests.standins.discord_permissions import Overwrite, Right
from tests.standins.discord_world import ADA as ADA_ID, BEN, PAPERS as PAPERS_ID, SERVER, World

POST = "create_message"
AMBIGUOUS = (
    Fault.DROP_BEFORE,
    Fault.DROP_DURING,
    Fault.DROP_AFTER,
    Fault.HTML_BEFORE,
    Fault.HTML_AFTER,
    Fault.GARBLED,
    Fault.ERROR_BEFORE,
    Fault.ERROR_AFTER,
)


def without_history() -> World:
    world = World()
    denied = Overwrite(SERVER, deny=Right.READ_MESSAGE_HISTORY)
    world.channels[PAPERS_ID].overwrites[SERVER] = denied
    return world


# ── usual days ───────────────────────────────────────────────────────────────────────────────────


async def test_a_digest_arrives_with_its_key_and_pings_nobody() -> None:
    async with discord_bench() as bench:
        await bench.owe()
        await bench.settled()
        (message,) = bench.held()
        (row,) = await bench.rows()
        assert (row.state, row.platform_id) == (State.SENT, message.id)
        assert key_in({"components": message.components}) == row.key
        assert message.nonce == row.key
        (post,) = bench.discord.calls(POST)
        assert post.body["allowed_mentions"] == {"parse": []}
        assert post.body["enforce_nonce"] is True
        assert not bench.discord.faults


async def test_cards_of_a_thread_stand_in_a_thread_of_our_first_message() -> None:
    async with discord_bench() as bench:
        await bench.owe(papers=7, density=Density.THREAD)
        await bench.settled()
        (parent,) = bench.held()
        assert bench.held(parent.id)
        assert await bench.all_sent()


async def test_where_no_thread_may_be_started_the_cards_follow_in_the_channel() -> None:
    world = World()
    denied = Overwrite(SERVER, deny=Right.CREATE_PUBLIC_THREADS)
    world.channels[PAPERS_ID].overwrites[SERVER] = denied
    async with discord_bench(world=world) as bench:
        await bench.owe(density=Density.THREAD)
        await bench.settled()
        assert len(bench.held()) >= 2
        assert await bench.all_sent()


async def test_in_a_thread_the_cards_follow_in_that_thread() -> None:
    world = World()
    thread = world.add_thread(world.channels[PAPERS_ID], "reading group")
    where = Destination("discord", world.app, thread.id)
    async with discord_bench(world=world) as bench:
        await bench.owe(where, density=Density.THREAD)
        await bench.settled()
        assert len(bench.held(thread.id)) >= 2


async def test_an_alert_goes_to_the_persons_direct_messages() -> None:
    async with discord_bench() as bench:
        await bench.owe(ADA)
        await bench.owe(ADA, papers=4)
        await bench.settled()
        assert len(bench.direct()) == 2
        assert len(bench.discord.calls("create_dm")) == 1


# ── trouble, where the history may be read ───────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", AMBIGUOUS)
async def test_an_ambiguous_answer_is_looked_into_and_the_digest_is_there_once(
    fault: Fault,
) -> None:
    async with discord_bench(Trouble(fault, POST)) as bench:
        await bench.owe()
        await bench.settled()
        assert len(bench.held()) == 1
        assert await bench.all_sent()


@pytest.mark.parametrize("fault", [Fault.DROP_BEFORE, Fault.DROP_AFTER])
async def test_what_nonces_have_forgotten_is_found_in_the_history(
    fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "NONCE_LIVES", 0.0)
    async with discord_bench(Trouble(fault, POST)) as bench:
        bench.discord.world.say(PAPERS_ID, BEN, "before")
        await bench.owe()
        await bench.settled()
        assert len(bench.held()) == 1
        assert len(bench.discord.calls("list_messages")) >= 1
        assert await bench.all_sent()


@pytest.mark.parametrize("fault", [Fault.DROP_BEFORE, Fault.DROP_AFTER])
async def test_a_reply_is_looked_for_in_its_thread(fault: Fault) -> None:
    async with discord_bench(Trouble(fault, POST, first=2)) as bench:
        await bench.owe(density=Density.THREAD)
        await bench.settled()
        (parent,) = bench.held()
        assert len(bench.held(parent.id)) == len(await bench.rows()) - 1
        assert await bench.all_sent()


async def test_other_peoples_messages_with_our_key_are_not_taken_for_ours() -> None:
    async with discord_bench(Trouble(Fault.DROP_BEFORE, POST)) as bench:
        await bench.owe()
        await bench.quiet()
        (row,) = await bench.rows()
        forged = bench.discord.world.say(PAPERS_ID, BEN, "not ours")
        forged.components = [
            {"type": 1, "components": [{"type": 2, "custom_id": f"pb1:1:{row.key}:list"}]}
        ]
        await bench.settled()
        assert len(bench.held()) == 1


async def test_a_history_of_many_pages_is_walked_back_to_our_last_message() -> None:
    async with discord_bench() as bench:
        await bench.owe()
        await bench.settled()
        bench.discord.troubles.append(Trouble(Fault.DROP_AFTER, POST))
        await bench.owe()
        await bench.quiet()
        for number in range(250):
            bench.discord.world.say(PAPERS_ID, BEN, str(number))
        await bench.settled()
        assert len(bench.held()) == 2
        assert len(bench.discord.calls("list_messages")) >= 3
        assert await bench.all_sent()


# ── trouble, where it may not ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", [Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.GARBLED])
async def test_without_the_history_the_nonce_tells_while_it_lives(fault: Fault) -> None:
    async with discord_bench(Trouble(fault, POST), world=without_history()) as bench:
        await bench.owe()
        await bench.settled()
        assert len(bench.held()) == 1
        assert await bench.all_sent()


@pytest.mark.parametrize("fault", [Fault.DROP_BEFORE, Fault.DROP_AFTER])
async def test_without_history_and_nonce_the_doubt_is_kept_and_nothing_is_sent_twice(
    fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "NONCE_LIVES", 0.0)
    async with discord_bench(Trouble(fault, POST), world=without_history()) as bench:
        await bench.owe()
        await bench.settled()
        (row,) = await bench.rows()
        assert (row.state, row.not_before) == (State.UNKNOWN, None)
        assert len(bench.held()) == (1 if fault is Fault.DROP_AFTER else 0)


async def test_a_message_deleted_while_its_nonce_lives_counts_as_sent() -> None:
    gone = Trouble(Fault.REFUSE, POST, status=404, code=10008)
    async with discord_bench(gone) as bench:
        await bench.owe()
        await bench.settled()
        assert await bench.all_sent()
        assert not bench.held()


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        (404, 10003, "deleted"),
        (403, 50001, "Paperboy may not see it"),
        (403, 50013, "Paperboy lacks a permission there"),
    ],
)
async def test_a_lost_channel_is_suspended_after_the_first_refusal(
    status: int, code: int, reason: str
) -> None:
    refused = Trouble(Fault.REFUSE, POST, status=status, code=code, times=100)
    async with discord_bench(refused) as bench:
        await bench.owe()
        await bench.owe(OTHER)
        await bench.settled()
        place = await bench.store.subscriptions.place(PAPERS)
        assert place
        assert place.suspended == reason
        refusals = [one for one in bench.discord.calls(POST) if one.status == status]
        assert len(refusals) == 2, "once for each channel"


async def test_closed_direct_messages_suspend_the_alert() -> None:
    world = World()
    world.users[ADA_ID].takes_direct = False
    async with discord_bench(world=world) as bench:
        await bench.owe(ADA)
        await bench.settled()
        place = await bench.store.subscriptions.place(ADA)
        assert place
        assert place.suspended == "direct messages are closed"


async def test_a_refused_part_goes_out_once_more_in_plain_form() -> None:
    refused = Trouble(Fault.REFUSE, POST, status=400, code=50035)
    async with discord_bench(refused) as bench:
        await bench.owe()
        await bench.settled()
        (message,) = bench.held()
        assert "https://arxiv.org/abs/2611.00001" in message.content
        assert key_in({"components": message.components})


async def test_a_long_retry_after_is_obeyed_by_the_worker() -> None:
    slow = Trouble(Fault.RATE, POST, retry_after=40.0)
    async with discord_bench(slow) as bench:
        await bench.owe()
        await bench.quiet()
        (row,) = await bench.rows()
        assert row.state is State.PLANNED
        assert row.not_before
        assert not bench.held()


async def test_an_archived_thread_is_opened_and_written_to() -> None:
    world = World()
    thread = world.add_thread(world.channels[PAPERS_ID], "reading group")
    where = Destination("discord", world.app, thread.id)
    refused = Trouble(Fault.REFUSE, POST, status=400, code=50083)
    async with discord_bench(refused, world=world) as bench:
        await bench.owe(where)
        await bench.settled()
        assert len(bench.held(thread.id)) == 1


async def test_another_applications_place_is_lost_and_ours_is_not() -> None:
    async with discord_bench() as bench:
        other = Destination("discord", "1", PAPERS_ID)
        await bench.owe(other)
        await bench.owe()
        await bench.settled()
        assert len(bench.held()) == 1


async def test_the_library_is_not_trusted_after_it_repeated_a_request() -> None:
    """A server error that stored the message, then a refusal: nobody knows, so we look."""
    stored = Trouble(Fault.ERROR_AFTER, POST, status=502)
    limited = Trouble(Fault.RATE, POST, first=2, retry_after=40.0)
    async with discord_bench(stored, limited) as bench:
        await bench.owe()
        await bench.settled()
        assert len(bench.held()) == 1
        assert await bench.all_sent()
