"""A second opinion on interactions: Discord as the package simcord knows it, written by others.

It knows no nonce, no pace and no sockets; what it knows of commands, answers, forms and messages
agrees with our own stand-in.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import discord
import pytest
import simcord
from discord.http import Route

from bot.clock import SystemElapsed
from bot.model import Density
from bot.platforms.discord import talk as talk_module
from bot.platforms.discord.client import MESSAGES, PLATFORM, Voice
from bot.platforms.discord.definition import definition
from bot.platforms.discord.gateway import Listening, QuietClient
from bot.platforms.discord.ids import keyed
from bot.platforms.discord.life import Life
from bot.platforms.discord.render import render
from bot.platforms.discord.rest import Budget, Rest
from bot.platforms.discord.servers import Servers
from bot.platforms.discord.talk import Desk
from tests.commands.dialogue import SMALL, Dialogue, talking
from tests.platforms.discord.reading import seen
from tests.platforms.discord.samples import KEY, digest
from tests.standins import discord_shown as shown


@dataclass
class Simulated:
    """A server of simcord's, somebody who manages its channels, and the bot that is talked to."""

    ada: Any
    channel: Any
    dialogue: Dialogue
    rest: Rest

    async def until(self, result: Any) -> str:
        """Wait for an answer, and return it as a person reads it."""
        async with asyncio.timeout(30):
            while result.response is None:  # noqa: ASYNC110 - simcord has no event for it
                await asyncio.sleep(0.01)
        texts = [one.get("content", "") for one in shown.walk(result.response.components)]
        return seen("\n".join(filter(None, texts)))


@asynccontextmanager
async def simulated() -> AsyncIterator[Simulated]:
    """Open a server in simcord in which the real listeners answer with the real commands."""
    async with talking(SMALL) as dialogue:
        client = QuietClient(Budget(SystemElapsed()), 1)
        async with simcord.run(client) as env:
            assert client.user
            application, store = str(client.application_id), dialogue.store
            voice = Voice(Rest(client), str(client.user.id))
            servers = Servers(PLATFORM, application, store.subscriptions)
            desk = Desk(
                application, voice, dialogue.commands, store.subscriptions, servers, lambda: None
            )
            life = Life(application, voice, store.subscriptions, store.accounts, lambda: None)
            listening = Listening(client, desk, life)
            route = Route("PUT", "/applications/{application}/commands", application=application)
            await voice.rest.ask(route, definition())
            guild = env.create_guild()
            channel = guild.create_text_channel("papers")
            rights = discord.Permissions(manage_channels=True)
            mods = guild.create_role("Mods", permissions=rights)
            ada = guild.add_member(env.create_user("ada"), roles=[mods])
            yield Simulated(ada, channel, dialogue, voice.rest)
            await listening.close()


async def test_it_registers_the_commands_and_shows_all_of_them() -> None:
    async with simulated() as there:
        offered = there.ada.available_commands(there.channel)
        assert {"arxiv subscribe", "arxiv alert add", "arxiv server"} <= {*offered}
        assert len(offered) == len(definition()[0]["options"]) - 1 + len(_alerts())


def _alerts() -> list[Any]:
    return next(one["options"] for one in definition()[0]["options"] if one["name"] == "alert")


async def test_answers_are_private_and_what_changes_the_channel_is_public() -> None:
    async with simulated() as there:
        helped = await there.ada.slash(there.channel, "arxiv help")
        assert "/arxiv subscribe" in await there.until(helped)
        assert helped.ephemeral
        chosen = {"topic": "image generation", "when": "weekly on mon"}
        changed = await there.ada.slash(there.channel, "arxiv subscribe", **chosen)
        text = await there.until(changed)
        assert '#papers now gets papers on "image generation"' in text
        assert not changed.ephemeral
        undone = await there.ada.click(changed.response, label="Undo")
        assert "no longer gets" in await there.until(undone)


async def test_options_complete_and_forms_open_and_are_sent() -> None:
    async with simulated() as there:
        offered = await there.ada.autocomplete(there.channel, "arxiv zone", "zone", "berl")
        assert [one["value"] for one in offered] == ["Europe/Berlin"]
        opened = await there.ada.slash(there.channel, "arxiv subscribe")
        assert opened.modal
        assert opened.modal["title"] == "Subscribe #papers"
        filled: dict[str, Any] = {
            "topic": "spin glass",
            "when": "weekly on mon",
            "zone": "Europe/Berlin",
        }
        filled["kinds+updates"] = ["new|off"]
        sent = await there.ada.submit_modal(opened, filled)
        assert '#papers now gets papers on "spin glass"' in await there.until(sent)


async def test_what_takes_long_is_deferred_and_then_put_in_the_place_of_the_promise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(talk_module, "IN_TIME", 0.0)
    async with simulated() as there:
        listed = await there.ada.slash(there.channel, "arxiv list")
        assert "no subscriptions yet" in await there.until(listed)
        assert listed.ephemeral
        assert not listed.followups


@pytest.mark.parametrize("density", [Density.CARDS, Density.COMPACT])
async def test_digests_are_messages_that_it_takes_in_both_forms(density: Density) -> None:
    async with simulated() as there:
        route = Route("POST", MESSAGES, channel_id=there.channel.id)
        for body in render(digest(42, density)):
            for form in (body.payload, body.plain):
                await there.rest.ask(route, keyed(form, KEY))
        assert there.channel.last_message.content
