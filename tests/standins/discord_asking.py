"""A stand-in Discord, the real library's client, and plain requests, for its own tests."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands

from tests.standins.discord import DiscordStandIn, pointed_at
from tests.standins.discord_world import PAPERS, Json

QUIET: Json = {"allowed_mentions": {"parse": []}}
GUILDS = discord.Intents(guilds=True)


@dataclass(frozen=True)
class Got:
    status: int
    told: Any
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> int:
        return int(self.told["code"])


@pytest.fixture
async def there() -> AsyncIterator[DiscordStandIn]:
    async with DiscordStandIn() as one:
        with pointed_at(one):
            yield one


def a_client(**options: Any) -> discord.Client:
    usual: dict[str, Any] = {"intents": GUILDS, "guild_ready_timeout": 0.0}
    usual["allowed_mentions"] = discord.AllowedMentions.none()
    return discord.Client(**(usual | options))


def a_tree(client: discord.Client) -> app_commands.CommandTree[discord.Client]:
    return app_commands.CommandTree(client)


async def ask(
    there: DiscordStandIn, verb: str, path: str, body: Any = None, token: str = ""
) -> Got:
    headers = {"Authorization": f"Bot {token or there.world.token}"}
    timeout = aiohttp.ClientTimeout(total=5)
    async with (
        aiohttp.ClientSession(timeout=timeout, headers=headers) as session,
        session.request(verb, there.api + path, json=body) as answer,
    ):
        told = await answer.json() if answer.status != 204 else None
        return Got(answer.status, told, dict(answer.headers))


async def post(there: DiscordStandIn, body: Json, channel: str = PAPERS) -> Got:
    return await ask(there, "POST", f"/channels/{channel}/messages", {**QUIET, **body})
