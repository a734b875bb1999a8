"""The real program in a process of its own, with a Discord that a test owns.

`python -m tests.discord_program DATABASE API GATEWAY TOKEN FEED QUERY OAI` runs `app.running` on
today's clock with short lengths, and says "up" when it runs.
"""

import asyncio
import sys
from dataclasses import replace

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.app import World, running
from bot.collect.arxiv.query import Endpoints
from bot.config import Config, DiscordConfig, StoreConfig, WebConfig
from bot.secret import Secret
from tests.program import SHORT


async def main(database: str, api: str, gateway: str, token: str, *hosts: str) -> None:
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = api, yarl.URL(gateway)
    config = Config(
        store=StoreConfig(database),
        web=WebConfig(listen="127.0.0.1:0"),
        discord=DiscordConfig(Secret(token)),
    )
    limits = replace(SHORT, discord=SHORT.web)
    async with running(config, World(limits=limits, endpoints=Endpoints(*hosts))) as bot:
        sys.stdout.write("up\n")
        sys.stdout.flush()
        await bot.work


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
