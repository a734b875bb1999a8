"""The process that `tests.benchmarks.start` measures: the command `paperboy run`, led to stand-ins.

`python -m tests.benchmarks.started CONFIG ARXIV SLACK DISCORD GATEWAY`. It imports nothing that the
command itself does not import.
"""

import asyncio
import os
import sys
from pathlib import Path

import bot.__main__  # noqa: F401 - what the command loads first
from bot.garbage import begin


async def main(config: str, arxiv: str, slack: str, discord: str, gateway: str) -> None:
    """Run until a signal."""
    from bot.app import World
    from bot.collect.arxiv.query import Endpoints
    from bot.terminal.running import run_bot

    _lead_discord_to(discord, gateway)
    endpoints = Endpoints(arxiv, f"{arxiv}/api/query", f"{arxiv}/oai")
    world = World(endpoints=endpoints, slack_api=slack)
    await run_bot(Path(config), None, os.environ, world)


def _lead_discord_to(api: str, gateway: str) -> None:
    import yarl
    from discord.gateway import DiscordWebSocket
    from discord.http import Route

    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = api, yarl.URL(gateway)


if __name__ == "__main__":
    begin()
    asyncio.run(main(*sys.argv[1:]))
