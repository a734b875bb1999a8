"""What is loaded when: a library costs time and memory only where it is used."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.patterns import later, later_unicode

HEAVY = ("discord", "slack_bolt", "slack_sdk", "arxiv", "aiohttp", "sqlite_utils", "jinja2", "lxml")
FIRST_USED_LATER = (
    "arxiv", "requests", "jinja2", "regex", "pylatexenc", "platformdirs", "rich",
    "prometheus_client", "bot.commands.core",
)  # fmt: skip
COMMAND = """
import sys
from bot.__main__ import main
main(sys.argv[1:], standalone_mode=False)
print(*sys.modules)
"""
BOT = """
import asyncio, os, sys
from bot.app import World, running
from bot.collect.arxiv.query import Endpoints
from bot.config import Config, DiscordConfig, SlackConfig, StoreConfig, WebConfig
from bot.secret import Secret

async def start(database, slack, discord):
    config = Config(
        store=StoreConfig(database),
        web=WebConfig("127.0.0.1:0"),
        slack=SlackConfig(Secret(slack), app_token=Secret(slack)),
        discord=DiscordConfig(Secret(discord)),
    )
    nowhere = "http://127.0.0.1:9"
    world = World(endpoints=Endpoints(nowhere, nowhere, nowhere), slack_api=f"{nowhere}/")
    async with running(config, world):
        print(*sys.modules, flush=True)
        os._exit(0)  # how it stops is another test's matter

asyncio.run(start(*sys.argv[1:]))
"""


def loaded(program: str, *arguments: str) -> set[str]:
    """Return the modules that are loaded at the end of a program."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("form", ["text", "slack", "discord"])
def test_a_preview_of_a_file_loads_no_platform_no_server_and_no_database(
    form: str, tmp_path: Path
) -> None:
    papers = tmp_path / "papers.jsonl"
    papers.write_text('{"id": "2611.00001", "title": "Spin glass", "abstract": "We cool it."}\n')
    arguments = ("preview", "spin glass", "--papers", str(papers), "--format", form)
    assert not loaded(COMMAND, *arguments) & {*HEAVY}


def test_a_bot_with_slack_alone_does_not_load_the_library_of_discord(tmp_path: Path) -> None:
    found = loaded(BOT, str(tmp_path / "p.sqlite3"), "x", "")
    assert "slack_bolt" in found
    assert "discord" not in found


def test_a_bot_with_neither_platform_loads_only_what_its_start_needs(tmp_path: Path) -> None:
    found = loaded(BOT, str(tmp_path / "p.sqlite3"), "", "")
    assert not found & {"slack_bolt", "slack_sdk", "discord", *FIRST_USED_LATER}


def test_a_pattern_is_compiled_when_it_is_first_used_and_then_like_any_other() -> None:
    later("(")  # no pattern at all, but nobody asked
    with pytest.raises(re.error):
        later("(").search("x")
    word = later(r"[a-z]+", re.IGNORECASE)
    assert word.findall("One two") == word.findall("One two") == ["One", "two"]
    assert later_unicode(r"\X").findall("e\u0301a") == ["e\u0301", "a"]
    assert later_unicode("a", ignore_case=True).search("A")
