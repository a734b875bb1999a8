"""The whole program on stand-ins, with errors forced: its log holds no token and nobody's words."""

import asyncio
import contextlib
import io
import json
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import aiohttp
import pytest
from discord import ClientException

from bot.app import Running, World, running
from bot.clock import SystemCalendar
from bot.collect.harvest import DONE
from bot.commands import Commands
from bot.config import Config, DiscordConfig, SlackConfig, StoreConfig, WebConfig, secrets
from bot.dialogue import Request
from bot.errors import CommandError, StoreError
from bot.logs import set_up_logging
from bot.platforms.slack.client import SlackPlatform
from bot.secret import Secret
from tests.platforms.discord.bench import UNHURRIED
from tests.program import SHORT
from tests.standins.arxiv import ArxivStandIn
from tests.standins.arxiv_world import invent, list_days
from tests.standins.discord import PATIENCE, DiscordStandIn, pointed_at
from tests.standins.slack import SlackPace, SlackStandIn
from tests.standins.slack_faults import Fault, Trouble

WORD = "xyzzyplugh"  # what people write
WEB_TOKEN = "web-token-0123456789"


@pytest.fixture(params=["json", "text"])
def log(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    root, hook = logging.getLogger(), sys.excepthook
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    stream.name = request.param
    yield stream
    logging.captureWarnings(capture=False)
    root.handlers[:], sys.excepthook = handlers, hook
    root.setLevel(level)


class Life:
    """A bot on three stand-ins, and what people do to it."""

    def __init__(self, bot: Running, slack: SlackStandIn, discord: DiscordStandIn) -> None:
        self.bot = bot
        self.slack = slack
        self.discord = discord

    async def typed_everywhere(self) -> None:
        """Let people write the word in every way that they can."""
        await self.slack.people.type(f"/arxiv subscribe {WORD}")
        await self.slack.people.type(f"/arxiv subscribe {WORD} AND (")
        await self.slack.people.type(f"/arxiv search au:{WORD}")
        await self.slack.people.event("message", channel="C0PAPERS", user="U0ADA", text=WORD)
        await self.slack.people.event("app_mention", channel="C0PAPERS", user="U0ADA", text=WORD)
        people = self.discord.people
        for command in (
            people.command("subscribe", topic=WORD),
            people.command("search", topic=WORD),
            people.command("subscribe", topic=f"{WORD} AND ("),
        ):
            with contextlib.suppress(AssertionError):  # the stand-in judges late answers
                await command
        at = f"{self.bot.url}c/papers/command"
        own = {"Origin": self.bot.url.rstrip("/"), "Authorization": f"Bearer {WEB_TOKEN}"}
        async with aiohttp.ClientSession(headers=own) as client:
            for text in (f"subscribe {WORD}", f"search {WORD}", WORD):
                async with client.post(at, data={"text": text}) as answer:
                    await answer.read()


@asynccontextmanager
async def lived(folder: Path, log: io.StringIO, *troubles: Trouble) -> AsyncIterator[Life]:
    today = datetime.now(UTC).date()
    known = invent(list_days(today - timedelta(days=42), 31))
    async with (
        ArxivStandIn(known, SystemCalendar(), SHORT.arxiv) as arxiv,
        SlackStandIn(None, SlackPace(channel_gap=0.0), troubles) as slack,
        DiscordStandIn(pace=UNHURRIED) as discord,
    ):
        config = Config(
            heartbeat_url=Secret("http://127.0.0.1:9/heartbeat-key-0123456789"),
            store=StoreConfig(str(folder / "p.sqlite3")),
            web=WebConfig(listen="127.0.0.1:0", token=Secret(WEB_TOKEN)),
            slack=SlackConfig(
                Secret(slack.workspace.bot_token), app_token=Secret(slack.workspace.app_token)
            ),
            discord=DiscordConfig(Secret(discord.world.token)),
        )
        config = replace(config, arxiv=replace(config.arxiv, archives=("cs", "hep-th")))
        set_up_logging("debug", log.name, secrets(config), log)
        limits = replace(SHORT, slack=SHORT.web, discord=SHORT.web)
        world = World(limits=limits, endpoints=arxiv.endpoints, slack_api=slack.api)
        with pointed_at(discord):
            async with running(config, world) as bot:
                await slack.connected()
                await discord.connected()
                async with asyncio.timeout(PATIENCE):
                    while not await bot.store.lane.mark(DONE):  # noqa: ASYNC110 - the store tells
                        await asyncio.sleep(0.05)
                yield Life(bot, slack, discord)


async def logged(log: io.StringIO, *wanted: str) -> str:
    """Wait until the log has all of this; return it."""
    async with asyncio.timeout(PATIENCE):
        while not all(one in log.getvalue() for one in wanted):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return log.getvalue()


def assert_quiet(log: io.StringIO, life: Life) -> None:
    text = log.getvalue()
    assert text
    assert WORD not in text.casefold()
    for secret in (
        life.slack.workspace.bot_token,
        life.slack.workspace.app_token,
        life.discord.world.token,
        WEB_TOKEN,
        "heartbeat-key",
    ):
        assert secret not in text, secret
    if log.name == "json":
        assert all(json.loads(line)["action"] for line in text.splitlines())


async def test_usual_talk_leaves_no_words_in_the_log(tmp_path: Path, log: io.StringIO) -> None:
    async with lived(tmp_path, log) as life:
        await life.typed_everywhere()
    assert_quiet(log, life)


async def test_broken_commands_leave_frames_and_kinds_but_no_words(
    tmp_path: Path, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_self: Commands, request: Request) -> NoReturn:
        words = request.text
        raise ExceptionGroup(words, [RuntimeError(words), CommandError(words)]) from KeyError(words)

    monkeypatch.setattr(Commands, "run", broken)
    wanted = {
        "json": ("slack.command_failed", "discord.command_failed", "web.defect"),
        "text": ("a command failed", "a page could not be made"),
    }
    async with lived(tmp_path, log) as life:
        await life.typed_everywhere()
        text = await logged(log, *wanted[log.name])
    assert "RuntimeError" in text
    assert "in broken" in text
    assert_quiet(log, life)


async def test_a_store_and_platforms_that_break_leave_no_words(
    tmp_path: Path, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_self: Commands, request: Request) -> NoReturn:
        raise StoreError("The disk is full.") from ClientException(request.text)

    async def defect(_self: SlackPlatform, delivery: object) -> NoReturn:
        raise ValueError(f"{WORD} {delivery}")

    troubles = [Trouble(fault, "chat.postMessage") for fault in (Fault.HTML_AFTER, Fault.GARBLED)]
    async with lived(tmp_path, log, *troubles) as life:
        await life.slack.people.type(f"/arxiv alert add {WORD}")
        monkeypatch.setattr(SlackPlatform, "send", defect)
        await life.slack.people.type(f"/arxiv alert add {WORD} AND cat:cs.CV")
        monkeypatch.setattr(Commands, "run", full)
        await life.typed_everywhere()
    assert_quiet(log, life)


def test_libraries_through_which_messages_pass_are_told_by_their_place_alone(
    log: io.StringIO,
) -> None:
    set_up_logging("debug", log.name, stream=log)
    for name in ("slack_bolt.AsyncApp", "paperboy.slack.library", "discord.gateway", "asyncio"):
        logging.getLogger(name).debug(f"payload {WORD}")  # noqa: G004
        logging.getLogger(name).warning("unhandled %s", WORD)
        logging.getLogger(name).error("broken", exc_info=ValueError(WORD))
    logging.getLogger("paperboy").info("%s and %s", ValueError(WORD), CommandError(WORD))
    logging.getLogger("paperboy").info("%s", StoreError("The disk is full."))
    text = log.getvalue()
    assert WORD not in text
    assert "test_log_secrecy.py" in text
    assert "ValueError and CommandError" in text
    assert "The disk is full." in text
