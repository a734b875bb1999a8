"""The real program in a process of its own, with a Slack that a test owns.

`python -m tests.slack_program DATABASE API TOKEN FEED QUERY OAI` runs `app.running` on today's
clock with short lengths.
"""

import asyncio
import sys
from dataclasses import replace

from bot.app import World, running
from bot.collect.arxiv.query import Endpoints
from bot.config import Config, SlackConfig, StoreConfig, WebConfig
from bot.secret import Secret
from tests.program import SHORT


async def main(database: str, api: str, token: str, *hosts: str) -> None:
    """Run until killed."""
    config = Config(
        store=StoreConfig(database),
        web=WebConfig(listen="127.0.0.1:0"),
        slack=SlackConfig(Secret(token), app_token=Secret("xapp-stand-in")),
    )
    limits = replace(SHORT, slack=SHORT.web)
    world = World(limits=limits, endpoints=Endpoints(*hosts), slack_api=api)
    async with running(config, world) as bot:
        await bot.work


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
