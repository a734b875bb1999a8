"""The whole program on stand-ins: the operator gets one direct message for an incident."""

from dataclasses import replace
from pathlib import Path

from bot.app import World, running
from bot.collect.arxiv.query import Endpoints
from bot.config import Config, DiscordConfig, SlackConfig, StoreConfig, WebConfig
from bot.secret import Secret
from tests.platforms.discord.bench import UNHURRIED
from tests.program import SHORT
from tests.standins.discord import DiscordStandIn, pointed_at
from tests.standins.slack import SlackPace, SlackStandIn

CLOSED = "http://127.0.0.1:9"
OPERATOR = "U0ADA"


async def test_a_token_that_discord_refuses_is_told_in_slack(tmp_path: Path) -> None:
    async with (
        SlackStandIn(pace=SlackPace(channel_gap=0.0)) as slack,
        DiscordStandIn(pace=UNHURRIED) as discord,
    ):
        here = slack.workspace
        config = Config(
            operator=f"slack:{OPERATOR}",
            store=StoreConfig(str(tmp_path / "p.sqlite3")),
            web=WebConfig(listen="127.0.0.1:0"),
            slack=SlackConfig(Secret(here.bot_token), app_token=Secret(here.app_token)),
            discord=DiscordConfig(Secret("an.other.token")),
        )
        hosts = Endpoints(CLOSED, f"{CLOSED}/api/query", f"{CLOSED}/oai")
        limits = replace(SHORT, slack=SHORT.web, discord=SHORT.web)
        world = World(limits=limits, endpoints=hosts, slack_api=slack.api)
        direct = here.direct(OPERATOR)
        with pointed_at(discord):
            async with running(config, world):
                await slack.until(lambda: direct.messages)
    (message,) = direct.messages
    assert "Discord does not let Paperboy in" in message.text
    assert message.metadata  # through the outbox, like everything
