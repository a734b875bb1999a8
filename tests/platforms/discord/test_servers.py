"""What goes for a whole server: its zone, its filter, and the roles that digests may call."""

import asyncio

import pytest

from bot.accounts import AccountId
from bot.model import Destination
from bot.platforms.discord import gateway
from tests.commands.dialogue import SMALL
from tests.platforms.discord.reading import seen
from tests.platforms.discord.talking import (
    ADA_ID,
    BEN_ID,
    EVE_ID,
    HERE,
    OWNER,
    Talking,
    discord_talk,
    paper_world,
)
from tests.platforms.discord.test_life import until_reason
from tests.standins.discord import PATIENCE
from tests.standins.discord_answers import Answer, words
from tests.standins.discord_world import APP, MODERATORS, OTHER, PAPERS, SERVER, World

WHOLE = Destination("discord", APP, f"g:{SERVER}")
FILTER = "only cs.*, stat.*; -survey"


async def told(talk: Talking, answer: Answer, number: int = 1) -> str:
    return seen(words(await talk.people.told(answer, number)))


async def subscribed(talk: Talking, topic: str = "image generation", channel: str = PAPERS) -> str:
    before = len(talk.seen(channel))
    await talk.people.command("subscribe", ADA_ID, channel, topic=topic)
    return seen(words((await talk.said(channel, before + 1))[-1]))


# ── zone and filter ──────────────────────────────────────────────────────────────────────────────


async def test_a_servers_filter_is_set_once_and_shown_wherever_a_topic_is() -> None:
    async with discord_talk(press=SMALL) as talk:
        await talk.people.command("server", OWNER, PAPERS, filter=FILTER)
        changed = seen(words((await talk.said())[-1]))
        assert f"Filter under every topic: off → {FILTER}" in changed
        for channel in (PAPERS, OTHER):
            assert f"Everywhere in this server: {FILTER}" in await subscribed(talk, channel=channel)
        listed = await talk.people.command("list", BEN_ID, OTHER)
        assert f"Everywhere in this server: {FILTER}" in await told(talk, listed)
        asked = await talk.people.command("server", EVE_ID, PAPERS)
        text = await told(talk, asked)
        assert f"Filter under every topic: {FILTER}" in text
        assert "Berlin time" in text


async def test_a_filter_counts_in_what_a_topic_is_said_to_find() -> None:
    async with discord_talk(press=SMALL) as talk:
        assert "0 papers in the last 7 days" not in await subscribed(talk)
        await talk.people.command("server", OWNER, PAPERS, filter="only hep-th")
        await talk.said(count=2)
        assert "0 papers in the last 7 days" in await subscribed(talk, channel=OTHER)
        previewed = await talk.people.command("preview", BEN_ID, PAPERS)
        assert "None in the last 30 days either." in await told(talk, previewed)


async def test_a_filter_set_later_goes_for_the_channels_that_are_there() -> None:
    async with discord_talk(press=SMALL) as talk:
        await subscribed(talk)
        await talk.people.command("server", OWNER, PAPERS, filter=FILTER)
        await talk.said(count=2)
        place = await talk.dialogue.store.subscriptions.place(HERE)
        assert place
        assert place.base == FILTER
        assert place.within == WHOLE
        message = talk.seen()[-1]
        await talk.people.press(message, "Undo", OWNER)
        await talk.said(count=3)
        place = await talk.dialogue.store.subscriptions.place(HERE)
        assert place
        assert place.base == ""


async def test_a_filter_that_cannot_be_read_says_what_one_looks_like() -> None:
    async with discord_talk(press=SMALL) as talk:
        answer = await talk.people.command("server", OWNER, PAPERS, filter="cs.*")
        text = await told(talk, answer)
        assert '"cs.*" begins neither with only nor with -' in text
        assert "only cs.*, stat.*; -survey" in text


async def test_a_servers_zone_and_filter_need_manage_server() -> None:
    async with discord_talk(press=SMALL) as talk:
        for option in ({"zone": "Asia/Tokyo"}, {"filter": "off"}):
            refused = await talk.people.command("server", ADA_ID, PAPERS, **option)
            assert "needs Manage Server" in await told(talk, refused)
        await talk.people.command("server", OWNER, PAPERS, zone="Asia/Tokyo")
        assert "Tokyo time" in seen(words((await talk.said())[-1]))


async def test_direct_messages_have_no_servers_filter() -> None:
    async with discord_talk(press=SMALL) as talk:
        await talk.people.command("server", OWNER, PAPERS, filter=FILTER)
        await talk.said()
        direct = talk.discord.world.direct(ADA_ID).id
        await talk.people.command("subscribe", ADA_ID, direct, topic="spin glass")
        place = await talk.dialogue.store.subscriptions.place(
            Destination("discord", APP, f"u:{ADA_ID}")
        )
        assert place
        assert (place.base, place.within) == ("", None)


# ── roles ────────────────────────────────────────────────────────────────────────────────────────


def with_role(*, mentionable: bool) -> World:
    world = paper_world()
    world.servers[SERVER].roles[MODERATORS].mentionable = mentionable
    return world


async def pings(talk: Talking) -> list[str]:
    return [one.ping for one in await talk.dialogue.here(HERE)]


async def test_a_moderator_chooses_a_role_and_takes_it_back() -> None:
    async with discord_talk(press=SMALL, world=with_role(mentionable=True)) as talk:
        await subscribed(talk)
        refused = await talk.people.command("ping", EVE_ID, PAPERS, role=MODERATORS)
        assert "needs Manage Channels" in await told(talk, refused)
        await talk.people.command("ping", ADA_ID, PAPERS, role=MODERATORS)
        _, message = await talk.said(count=2)
        assert '"image generation" now calls @Moderators' in seen(words(message))
        assert await pings(talk) == [f"{MODERATORS} Moderators"]
        listed = await talk.people.command("list", BEN_ID, PAPERS)
        assert "calls @Moderators" in await told(talk, listed)
        await talk.people.press(message, "Undo", BEN_ID)
        await talk.said(count=3)
        assert await pings(talk) == [""]


async def test_without_a_role_nobody_is_called_any_more() -> None:
    async with discord_talk(press=SMALL, world=with_role(mentionable=True)) as talk:
        await subscribed(talk)
        await talk.people.command("ping", ADA_ID, PAPERS, which="1", role=MODERATORS)
        await talk.said(count=2)
        await talk.people.command("ping", ADA_ID, PAPERS, which="1")
        assert "now calls nobody" in seen(words((await talk.said(count=3))[-1]))
        assert await pings(talk) == [""]


async def test_among_several_topics_the_role_is_kept_in_the_question() -> None:
    async with discord_talk(press=SMALL, world=with_role(mentionable=True)) as talk:
        await subscribed(talk)
        await subscribed(talk, "spin glass")
        asked = await talk.people.command("ping", ADA_ID, PAPERS, role=MODERATORS)
        assert "Which one?" in await told(talk, asked)
        await talk.people.press(asked, "Ping spin glass", ADA_ID)
        await talk.said(count=3)
        assert await pings(talk) == ["", f"{MODERATORS} Moderators"]


async def test_a_role_that_may_not_be_mentioned_and_everyone_are_refused() -> None:
    async with discord_talk(press=SMALL, world=with_role(mentionable=False)) as talk:
        await subscribed(talk)
        answer = await talk.people.command("ping", ADA_ID, PAPERS, role=MODERATORS)
        assert "Allow anyone to @mention this role" in await told(talk, answer)
        everyone = await talk.people.command("ping", ADA_ID, PAPERS, role=SERVER)
        assert "I never call everyone" in await told(talk, everyone)
        assert await pings(talk) == [""]


async def test_a_deleted_role_is_called_no_more() -> None:
    async with discord_talk(press=SMALL, world=with_role(mentionable=True)) as talk:
        await subscribed(talk)
        await talk.people.command("ping", ADA_ID, PAPERS, role=MODERATORS)
        await talk.said(count=2)
        await talk.discord.events.delete_role(MODERATORS)
        async with asyncio.timeout(PATIENCE):
            while await pings(talk) != [""]:  # noqa: ASYNC110 - the store tells
                await asyncio.sleep(0.01)


# ── leaving ──────────────────────────────────────────────────────────────────────────────────────


async def until_left(talk: Talking, *parts: str) -> list[AccountId]:
    """Wait until these servers, and no others, are noted as left."""
    wanted = [AccountId("discord", APP, part) for part in parts]
    moment = talk.dialogue.calendar.now().replace(year=2100)
    async with asyncio.timeout(PATIENCE):
        while True:
            found = list(await talk.dialogue.store.accounts.left_before(moment))
            if found == wanted:
                return found
            await asyncio.sleep(0.01)


async def test_a_server_that_removed_paperboy_is_forgotten_whole_and_nothing_else() -> None:
    async with discord_talk(press=SMALL) as talk:
        await subscribed(talk)
        direct = talk.discord.world.direct(ADA_ID).id
        await talk.people.command("subscribe", ADA_ID, direct, topic="spin glass")
        await talk.discord.events.kick_bot()
        gone = await until_left(talk, f"g:{SERVER}")
        await talk.dialogue.store.accounts.forget(gone[0])
        subscriptions = talk.dialogue.store.subscriptions
        assert [place.destination.address for place, _ in await subscriptions.all()] == [
            f"u:{ADA_ID}"
        ]
        assert await subscriptions.place(HERE) is None
        assert await subscriptions.place(WHOLE) is None


async def test_a_server_that_paperboy_comes_back_to_is_not_forgotten() -> None:
    async with discord_talk(press=SMALL) as talk:
        await subscribed(talk)
        await talk.discord.events.kick_bot()
        await until_left(talk, f"g:{SERVER}")
        await talk.discord.events.invite_bot()
        await until_left(talk)
        assert await talk.dialogue.here(HERE)


async def test_what_was_left_while_nobody_listened_is_noticed_at_the_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gateway, "IDENTIFY_GAP", 0.0)
    async with discord_talk(press=SMALL) as talk:
        await subscribed(talk)
        talk.discord.gateway.forget_sessions()
        talk.discord.world.servers[SERVER].members.pop(APP)
        await talk.discord.gateway.invalidate(resumable=False)
        await until_left(talk, f"g:{SERVER}")
        await until_reason(talk, "the server is deleted, or Paperboy was removed from it")
