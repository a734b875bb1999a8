"""What people do in Discord and what they see, over the wire, through the real gateway."""

import asyncio
from dataclasses import replace

import pytest

from bot.dialogue import Reply, Request
from bot.model import Destination
from bot.platforms.discord import talk as talk_module
from tests.commands.dialogue import SMALL
from tests.platforms.discord.bench import UNHURRIED
from tests.platforms.discord.reading import seen
from tests.platforms.discord.talking import (
    ADA_ID,
    BEN_ID,
    EVE_ID,
    HERE,
    Talking,
    denied,
    discord_talk,
    paper_world,
)
from tests.standins.discord_answers import Answer, words
from tests.standins.discord_faults import Fault, Trouble
from tests.standins.discord_permissions import Overwrite, Right
from tests.standins.discord_world import APP, OTHER, PAPERS

SUBSCRIBED = '#papers now gets papers on "image generation"'


async def told(talk: Talking, answer: Answer, number: int = 1) -> str:
    """Wait for an answer in words, as a person reads it."""
    return seen(words(await talk.people.told(answer, number)))


async def subscribed(talk: Talking) -> None:
    await talk.people.command("subscribe", ADA_ID, PAPERS, topic="image generation")
    await talk.said()


# ── commands ─────────────────────────────────────────────────────────────────────────────────────


async def test_a_subscription_is_told_to_the_channel_with_who_made_it() -> None:
    async with discord_talk(press=SMALL) as talk:
        await subscribed(talk)
        (message,) = talk.seen()
        assert SUBSCRIBED in seen(words(message))
        assert "Changed by Ada" in seen(words(message))
        assert [one.label for one in await talk.dialogue.here(HERE)] == ["image generation"]


async def test_lists_are_told_to_the_person_alone() -> None:
    async with discord_talk(press=SMALL) as talk:
        await subscribed(talk)
        answer = await talk.people.command("list", BEN_ID, PAPERS)
        assert "1. image generation" in await told(talk, answer)
        assert answer.private
        assert answer.acked_within < 3


async def test_a_time_is_chosen_beside_the_topic() -> None:
    async with discord_talk(press=SMALL) as talk:
        chosen = {"topic": "daily habits", "when": "weekly on mon at 8:30"}
        await talk.people.command("subscribe", ADA_ID, PAPERS, **chosen)
        (message,) = await talk.said()
        assert "When: Mondays 08:30 Berlin time" in seen(words(message))
        assert [one.label for one in await talk.dialogue.here(HERE)] == ["daily habits"]


async def test_another_channel_is_named_and_told_there() -> None:
    async with discord_talk(press=SMALL) as talk:
        answer = await talk.people.command(
            "subscribe", ADA_ID, PAPERS, topic="spin glass", channel=OTHER
        )
        (message,) = await talk.said(OTHER)
        assert '#glass now gets papers on "spin glass"' in seen(words(message))
        assert answer.private
        assert not talk.seen()


async def test_who_may_not_manage_the_channel_is_told_so_and_offered_an_alert() -> None:
    async with discord_talk(press=SMALL) as talk:
        answer = await talk.people.command("subscribe", EVE_ID, PAPERS, topic="image generation")
        assert "Changing #papers needs Manage Channels." in await told(talk, answer)
        assert answer.private
        await talk.people.press(answer, "Alert me", EVE_ID)
        eve = Destination("discord", APP, f"u:{EVE_ID}")
        assert [one.label for one in await talk.dialogue.here(eve)] == ["image generation"]


async def test_the_right_counts_in_the_channel_that_is_changed() -> None:
    """Eve manages #papers by an overwrite, and nothing else."""
    world = paper_world()
    hers = Overwrite(EVE_ID, allow=Right.MANAGE_CHANNELS, member=True)
    world.channels[PAPERS].overwrites[EVE_ID] = hers
    async with discord_talk(press=SMALL, world=world) as talk:
        await talk.people.command("subscribe", EVE_ID, PAPERS, topic="spin glass")
        await talk.said()
        answer = await talk.people.command(
            "subscribe", EVE_ID, PAPERS, topic="spin glass", channel=OTHER
        )
        assert "Changing #glass needs Manage Channels." in await told(talk, answer)


async def test_undo_is_a_button_for_whoever_may_change_the_channel() -> None:
    async with discord_talk(press=SMALL) as talk:
        await subscribed(talk)
        (message,) = talk.seen()
        refused = await talk.people.press(message, "Undo", EVE_ID)
        assert "needs Manage Channels" in await told(talk, refused)
        await talk.people.press(message, "Undo", BEN_ID)
        await talk.said(count=2)
        assert await talk.dialogue.here(HERE) == []


# ── what Paperboy lacks ──────────────────────────────────────────────────────────────────────────


async def test_where_it_may_not_post_the_topic_is_kept_and_the_missing_right_named() -> None:
    world = paper_world()
    denied(world, PAPERS, Right.SEND_MESSAGES)
    async with discord_talk(press=SMALL, world=world) as talk:
        answer = await talk.people.command("subscribe", ADA_ID, PAPERS, topic="spin glass")
        text = await told(talk, answer)
        assert "I can't post in #papers yet: I lack Send Messages" in text
        assert "your topic is kept" in text
        place = await talk.dialogue.store.subscriptions.place(HERE)
        assert place
        assert place.suspended.startswith("Paperboy lacks Send Messages")
        assert not talk.seen()


async def test_what_else_is_missing_is_said_beside() -> None:
    world = paper_world()
    denied(world, PAPERS, Right.READ_MESSAGE_HISTORY)
    async with discord_talk(press=SMALL, world=world) as talk:
        answer = await talk.people.command("subscribe", ADA_ID, PAPERS, topic="spin glass")
        assert "I lack Read Message History" in await told(talk, answer, 2)
        assert talk.seen()


# ── forms ────────────────────────────────────────────────────────────────────────────────────────


async def test_without_a_topic_a_form_opens_filled_with_what_is_usual() -> None:
    async with discord_talk(press=SMALL) as talk:
        answer = await talk.people.command("subscribe", ADA_ID, PAPERS)
        assert answer.modal
        assert answer.modal["title"] == "Subscribe #papers"
        await talk.people.submit(answer, {"topic": "spin glass", "when": "weekly on fri"})
        (message,) = await talk.said()
        assert '#papers now gets papers on "spin glass"' in seen(words(message))
        assert "Fridays" in seen(words(message))


async def test_wrong_input_is_told_with_what_was_typed_and_the_form_opens_again() -> None:
    async with discord_talk(press=SMALL) as talk:
        opened = await talk.people.command("subscribe", ADA_ID, PAPERS)
        wrong = await talk.people.submit(opened, {"topic": 'ti:"image', "when": "sometimes"})
        text = await told(talk, wrong)
        assert "Topic: the quote at character 4 is never closed" in text
        assert 'ti:"image' in text
        again = await talk.people.press(wrong, "Fill it in again", ADA_ID)
        assert again.modal
        assert await talk.dialogue.here(HERE) == []


async def test_many_topics_are_a_form_and_one_table() -> None:
    async with discord_talk(press=SMALL) as talk:
        opened = await talk.people.command("many", ADA_ID, PAPERS)
        answer = await talk.people.submit(opened, {"lines": "spin glass\nhep-th daily at 9:00"})
        assert "hep-th" in await told(talk, answer)
        await talk.people.press(answer, "Apply 2 topics", ADA_ID)
        await talk.said()
        assert len(await talk.dialogue.here(HERE)) == 2


async def test_a_form_that_comes_too_late_is_offered_as_a_button(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(talk_module, "IN_TIME", 0.0)
    async with discord_talk(press=SMALL) as talk:
        answer = await talk.people.command("subscribe", ADA_ID, PAPERS)
        await talk.people.told(answer)
        monkeypatch.setattr(talk_module, "IN_TIME", 1.5)
        opened = await talk.people.press(answer, "Open the form", ADA_ID)
        assert opened.modal


async def test_what_takes_long_is_acknowledged_in_time_and_told_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(talk_module, "IN_TIME", 0.05)
    async with discord_talk(press=SMALL) as talk:
        run, go_on = talk.dialogue.commands.run, asyncio.Event()

        async def slow(request: Request) -> Reply:
            await go_on.wait()
            return await run(request)

        monkeypatch.setattr(talk.dialogue.commands, "run", slow)
        answer = await talk.people.command("subscribe", ADA_ID, PAPERS, topic="spin glass")
        assert answer.private, "it thinks, for the person alone"
        go_on.set()
        (message,) = await talk.said()
        assert '#papers now gets papers on "spin glass"' in seen(words(message))


# ── papers ───────────────────────────────────────────────────────────────────────────────────────


async def test_a_paper_is_found_saved_and_discussed_in_a_thread_of_its_own() -> None:
    async with discord_talk(press=SMALL) as talk:
        await subscribed(talk)
        found = await talk.people.command("search", ADA_ID, PAPERS, query="image generation")
        await talk.people.told(found)
        opened = await talk.people.choose(found, *_first_option(found), user=ADA_ID)
        await talk.people.told(opened)
        assert opened.private
        saved = await talk.people.press(opened, "Save Image Generation 0", ADA_ID)
        await talk.people.told(saved)
        await talk.people.press(opened, "Discuss in #papers", ADA_ID)
        _, shared = await talk.said(count=2)
        assert "Shared by Ada" in seen(words(shared))
        await talk.discord.until(lambda: shared.id in talk.discord.world.channels)
        assert talk.discord.world.channels[shared.id].is_thread


def _first_option(answer: Answer) -> tuple[str]:
    assert answer.told
    for row in answer.told.components:
        for one in row.get("components", ()):
            if one.get("options"):
                return (one["options"][0]["value"],)
    raise AssertionError("no menu of papers")


# ── suggestions ──────────────────────────────────────────────────────────────────────────────────


async def test_options_are_completed_while_somebody_types() -> None:
    async with discord_talk(press=SMALL) as talk:
        await subscribed(talk)

        async def offered(path: str, option: str, typed: str) -> list[str]:
            found = await talk.people.autocomplete(path, option, typed, ADA_ID, PAPERS)
            return [one["name"] for one in found]

        assert await offered("unsubscribe", "which", "") == ["1. image generation"]
        assert "cs.CV Computer Vision and Pattern Recognition" in await offered(
            "subscribe", "topic", "computer vision"
        )
        assert (await offered("subscribe", "topic", "imag"))[:2] == ["imag", "image generation"]
        assert "weekly on mon" in await offered("subscribe", "when", "weekly")
        assert "Europe/Berlin" in await offered("zone", "zone", "berl")
        assert await offered("alert remove", "which", "") == []


# ── persons ──────────────────────────────────────────────────────────────────────────────────────


async def test_in_direct_messages_subscribing_makes_an_alert() -> None:
    async with discord_talk(press=SMALL) as talk:
        direct = talk.discord.world.direct(ADA_ID).id
        await talk.people.command("subscribe", ADA_ID, direct, topic="spin glass")
        ada = Destination("discord", APP, f"u:{ADA_ID}")
        assert [one.label for one in await talk.dialogue.here(ada)] == ["spin glass"]


async def test_closed_direct_messages_are_told_at_the_next_command() -> None:
    async with discord_talk(press=SMALL) as talk:
        ada = Destination("discord", APP, f"u:{ADA_ID}")
        added = await talk.people.command("alert add", ADA_ID, PAPERS, topic="spin glass")
        await talk.people.told(added)
        subscriptions = talk.dialogue.store.subscriptions
        place = await subscriptions.place(ada)
        assert place
        closed = replace(place, suspended="direct messages are closed")
        await subscriptions.put_place(closed, "paperboy")
        listed = await talk.people.command("list", ADA_ID, PAPERS)
        assert "Your alerts wait. I can't write to you" in await told(talk, listed)
        other = await talk.people.command("list", BEN_ID, PAPERS)
        assert "Your alerts wait" not in await told(talk, other)
        again = await talk.people.press(listed, "Try again", ADA_ID)
        assert "I try again" in await told(talk, again)
        place = await subscriptions.place(ada)
        assert place
        assert not place.suspended


async def test_installed_by_a_person_alone_it_keeps_to_that_person() -> None:
    world = paper_world()
    world.users[ADA_ID].installed = True
    foreign = world.add_server("elsewhere", people=(ADA_ID,), bot=False)
    lobby = world.add_channel(foreign, "lobby")
    async with discord_talk(press=SMALL, world=world) as talk:
        answer = await talk.people.command("subscribe", ADA_ID, lobby.id, topic="spin glass")
        await talk.people.told(answer)
        assert answer.private
        ada = Destination("discord", APP, f"u:{ADA_ID}")
        assert [one.label for one in await talk.dialogue.here(ada)] == ["spin glass"]


async def test_a_server_has_a_time_zone_for_those_who_have_none() -> None:
    async with discord_talk(press=SMALL) as talk:
        asked = await talk.people.command("server", EVE_ID, PAPERS)
        assert "Berlin time" in await told(talk, asked)
        refused = await talk.people.command("server", EVE_ID, PAPERS, zone="Asia/Tokyo")
        assert "needs Manage Server" in await told(talk, refused)


# ── trouble ──────────────────────────────────────────────────────────────────────────────────────


async def test_a_discord_that_fails_while_answering_breaks_nothing() -> None:
    failing = Trouble(Fault.REFUSE, "create_interaction_response", status=404, code=10062)
    impatient = replace(UNHURRIED, ack_within=0.5)
    async with discord_talk(failing, press=SMALL, pace=impatient) as talk:
        failed = await talk.people.command("list", ADA_ID, PAPERS)
        assert failed.failed, "the person reads that the interaction failed"
        talk.discord.faults.clear()
        answer = await talk.people.command("list", ADA_ID, PAPERS)
        assert "no subscriptions yet" in await told(talk, answer)


async def test_commands_are_answered_after_the_gateway_broke() -> None:
    async with discord_talk(press=SMALL) as talk:
        await talk.discord.gateway.drop()
        await talk.discord.connected()
        answer = await talk.people.command("help", ADA_ID, PAPERS)
        assert "/arxiv subscribe" in await told(talk, answer)


async def test_the_commands_are_told_to_discord_once() -> None:
    async with discord_talk(press=SMALL) as talk:
        assert talk.discord.world.syncs == 1
        async with talk.service.open(
            talk.dialogue.commands,
            talk.dialogue.store.subscriptions,
            talk.dialogue.store.accounts,
            talk.dialogue.store.lane,
            lambda: None,
        ):
            await talk.until(lambda: len(talk.discord.calls("get_bot_gateway")) != 1)
        assert talk.discord.world.syncs == 1
