"""The life of servers, channels and threads, as the gateway tells it: nothing is ever deleted."""

import asyncio
from dataclasses import replace

from bot.model import Destination
from bot.platforms.discord.errors import NO_TOKEN
from tests.commands.dialogue import SMALL
from tests.platforms.discord.talking import ADA_ID, HERE, Talking, denied, discord_talk, paper_world
from tests.standins.discord import PATIENCE
from tests.standins.discord_permissions import USUAL, Right
from tests.standins.discord_world import APP, PAPERS, SERVER

REMOVED = "the server is deleted, or Paperboy was removed from it"


async def subscribed(talk: Talking) -> None:
    await talk.people.command("subscribe", ADA_ID, PAPERS, topic="image generation")
    await talk.said()


async def reason(talk: Talking, where: Destination = HERE) -> str:
    place = await talk.dialogue.store.subscriptions.place(where)
    assert place
    return place.suspended


async def until_reason(talk: Talking, wanted: str, where: Destination = HERE) -> None:
    async with asyncio.timeout(PATIENCE):
        while await reason(talk, where) != wanted:  # noqa: ASYNC110 - the store tells
            await asyncio.sleep(0.01)


async def test_a_deleted_channel_keeps_its_subscriptions() -> None:
    async with discord_talk(press=SMALL) as talk:
        await subscribed(talk)
        await talk.discord.events.delete_channel(PAPERS)
        await until_reason(talk, "deleted")
        assert len(await talk.dialogue.here(HERE)) == 1


async def test_a_renamed_channel_is_called_by_its_new_name() -> None:
    async with discord_talk(press=SMALL) as talk:
        await subscribed(talk)
        await talk.discord.events.rename(PAPERS, "preprints")
        async with asyncio.timeout(PATIENCE):
            while True:
                place = await talk.dialogue.store.subscriptions.place(HERE)
                if place and place.name == "#preprints":
                    break
                await asyncio.sleep(0.01)


async def test_rights_that_are_taken_suspend_and_given_back_resume() -> None:
    async with discord_talk(press=SMALL) as talk:
        await subscribed(talk)
        events, rights = talk.discord.events, Right.SEND_MESSAGES | Right.EMBED_LINKS
        await events.overwrite(PAPERS, SERVER, deny=rights)
        await until_reason(talk, "Paperboy lacks Send Messages, Embed Links")
        await events.overwrite(PAPERS, SERVER)
        await until_reason(talk, "")
        assert talk.dialogue.woken, "what waited is sent now"


async def test_a_role_that_loses_a_right_counts_too() -> None:
    async with discord_talk(press=SMALL) as talk:
        await subscribed(talk)
        await talk.discord.events.change_role(SERVER, USUAL & ~Right.VIEW_CHANNEL)
        async with asyncio.timeout(PATIENCE):
            while not await reason(talk):  # noqa: ASYNC110 - the store tells
                await asyncio.sleep(0.01)
        await talk.discord.events.change_role(SERVER, USUAL)
        await until_reason(talk, "")


async def test_a_kicked_bot_waits_until_it_is_invited_back() -> None:
    async with discord_talk(press=SMALL) as talk:
        await subscribed(talk)
        await talk.discord.events.kick_bot()
        await until_reason(talk, REMOVED)
        await talk.discord.events.invite_bot()
        await until_reason(talk, "")
        assert len(await talk.dialogue.here(HERE)) == 1


async def test_an_outage_of_the_server_suspends_nothing() -> None:
    async with discord_talk(press=SMALL) as talk:
        await subscribed(talk)
        await talk.discord.events.fail()
        await talk.discord.events.recover()
        await talk.discord.events.rename(PAPERS, "after")  # events come in order
        async with asyncio.timeout(PATIENCE):
            while True:
                place = await talk.dialogue.store.subscriptions.place(HERE)
                assert place
                assert not place.suspended
                if place.name == "#after":
                    break
                await asyncio.sleep(0.01)


async def test_a_locked_thread_waits_and_an_archived_one_does_not() -> None:
    world = paper_world()
    thread = world.add_thread(world.channels[PAPERS], "reading group")
    where = Destination("discord", APP, thread.id)
    async with discord_talk(press=SMALL, world=world) as talk:
        await talk.people.command("subscribe", ADA_ID, thread.id, topic="spin glass")
        await talk.said(thread.id)
        await talk.discord.events.archive(thread.id, locked=True)
        await until_reason(talk, "the thread is locked", where)
        await talk.discord.events.unarchive(thread.id)
        await until_reason(talk, "", where)
        await talk.discord.events.delete_channel(thread.id)
        await until_reason(talk, "deleted", where)


async def test_what_happened_while_nobody_listened_is_found_at_the_start() -> None:
    world = paper_world()
    async with discord_talk(press=SMALL, world=world) as talk:
        await subscribed(talk)
        store = talk.dialogue.store.subscriptions
        place = await store.place(HERE)
        assert place
        await store.put_place(replace(place, suspended="deleted"), "test")
        await talk.discord.gateway.invalidate(resumable=False)
        await until_reason(talk, "")


async def test_a_person_is_written_to_again_once_discord_knows_the_token() -> None:
    ada = Destination("discord", APP, f"u:{ADA_ID}")
    async with discord_talk(press=SMALL) as talk:
        direct = talk.discord.world.direct(ADA_ID).id
        await talk.people.command("subscribe", ADA_ID, direct, topic="spin glass")
        store = talk.dialogue.store.subscriptions
        place = await store.place(ada)
        assert place
        await store.put_place(replace(place, suspended=NO_TOKEN), "test")
        await talk.discord.gateway.invalidate(resumable=False)
        await until_reason(talk, "", ada)


async def test_a_place_that_is_still_lost_stays_suspended() -> None:
    world = paper_world()
    async with discord_talk(press=SMALL, world=world) as talk:
        await subscribed(talk)
        denied(world, PAPERS, Right.SEND_MESSAGES)
        await talk.discord.events.rename(PAPERS, "papers")
        async with asyncio.timeout(PATIENCE):
            while not await reason(talk):  # noqa: ASYNC110 - the store tells
                await asyncio.sleep(0.01)
        await talk.discord.events.rename(PAPERS, "still")
        async with asyncio.timeout(PATIENCE):
            while True:
                after = await talk.dialogue.store.subscriptions.place(HERE)
                if after and after.name == "#still":
                    break
                await asyncio.sleep(0.01)
        assert after.suspended
