"""`paperboy check`: everything that can be wrong with an installation, a line each.

Offline it reads the config, the database and the disk. Online it also asks arXiv for one paper
(through a running bot's lane, if there is one) and tries the tokens at their platforms. It changes
nothing: a database that is not there yet is not made.
"""

import asyncio
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from bot.app import World
from bot.checkup import Finding, Verdict
from bot.config import Config, load_config
from bot.errors import ArxivError, ConfigError, StoreError
from bot.model import Destination
from bot.store.opening import open_store
from bot.terminal.beside import asking_arxiv
from bot.terminal.tables import table

ROOM: Final = 500_000_000  # bytes free beside the database; a year of all of arXiv takes about 300M
_PAPER: Final = "hep-th/9711200"  # asked for to see whether arXiv answers; it will not go away
_TOKENS: Final = "Slack tokens"


async def check_all(
    path: Path | None, environ: Mapping[str, str], world: World, *, offline: bool
) -> list[Finding]:
    """Return what was found, in the order in which a person would look. Raises nothing of ours."""
    try:
        config = load_config(path, environ)
    except ConfigError as error:
        return [Finding("Config", Verdict.FAILED, str(error), error.remedy)]
    name = path.name if path else "none given, so the defaults and the environment"
    found = [Finding("Config", Verdict.OK, name), *await _database(Path(config.store.path))]
    if offline:
        return [*found, _skipped("arXiv"), *_offline_slack(config), *_offline_discord(config)]
    chats = [*await _slack(config, world), *await _discord(config)]
    return [*found, await _arxiv(config, world), *chats]


def as_text(found: Sequence[Finding], *, aligned: bool) -> str:
    """Return the findings as a table, and below it what to do about each failure."""
    rows = [("CHECKED", "RESULT", "DETAIL")]
    rows += [(one.subject, one.verdict.value, one.text) for one in found]
    failed = [one for one in found if one.verdict is Verdict.FAILED]
    remedies = [f"{one.subject}: {one.remedy}\n" for one in found if one.remedy]
    end = f"{len(failed)} of {len(found)} failed.\n" if failed else "Nothing is wrong.\n"
    gap = "\n" if remedies else ""
    return "".join((table(rows, aligned=aligned), gap, *remedies, "\n", end))


def _skipped(subject: str) -> Finding:
    return Finding(subject, Verdict.SKIPPED, "not asked: --offline")


# ── database and disk ────────────────────────────────────────────────────────────────────────────


async def _database(path: Path) -> list[Finding]:
    return [await _content(path), await asyncio.to_thread(_disk, path)]


async def _content(path: Path) -> Finding:
    if not await asyncio.to_thread(path.exists):
        return Finding("Database", Verdict.OK, f"{path} will be made by the first run")
    try:
        async with open_store(path, read_only=True) as store:
            numbers = await store.audit.numbers()
    except StoreError as error:
        return Finding("Database", Verdict.FAILED, str(error), error.remedy)
    counts = ", ".join(f"{count:,} {what}" for what, count in numbers.items() if count)
    return Finding("Database", Verdict.OK, f"{path}: {counts or 'empty'}")


def _disk(path: Path) -> Finding:
    folder = next(one for one in path.absolute().parents if one.is_dir())
    if not os.access(folder, os.W_OK):
        remedy = "Give Paperboy's user the folder, or set store.path to another one."
        return Finding("Disk", Verdict.FAILED, f"{folder} cannot be written", remedy)
    free = shutil.disk_usage(folder).free
    if free < ROOM:
        text = f"only {free // 1_000_000:,} MB free in {folder}"
        return Finding("Disk", Verdict.FAILED, text, "Make room: 500 MB are enough for a year.")
    return Finding("Disk", Verdict.OK, f"{free / 1e9:,.0f} GB free in {folder}")


# ── the world ────────────────────────────────────────────────────────────────────────────────────


async def _arxiv(config: Config, world: World) -> Finding:
    path = Path(config.store.path)
    exists = await asyncio.to_thread(path.exists)
    try:
        async with asking_arxiv(config, path if exists else None, world.endpoints) as arxiv:
            found = await arxiv.by_ids([_PAPER])
    except ArxivError as error:
        return Finding("arXiv", Verdict.FAILED, str(error), error.remedy or _WAIT)
    except StoreError as error:
        return Finding("arXiv", Verdict.SKIPPED, f"not asked: {error}", error.remedy)
    if not found:
        return Finding(
            "arXiv", Verdict.FAILED, "it answers, but without the paper asked for", _WAIT
        )
    return Finding("arXiv", Verdict.OK, "it answers")


_WAIT: Final = "Nothing is lost: Paperboy asks again by itself, and catches up."


def _offline_slack(config: Config) -> list[Finding]:
    return [_skipped(_TOKENS)] if config.slack.bot_token else [_no_slack()]


async def _slack(config: Config, world: World) -> list[Finding]:
    if not config.slack.bot_token:
        return [_no_slack()]
    from bot.platforms.slack.checkup import check_slack  # noqa: PLC0415 - only where Slack is used

    slack = config.slack
    now = world.calendar.now()
    return await check_slack(slack.bot_token, slack.app_token, world.slack_api, now)


def _offline_discord(config: Config) -> list[Finding]:
    return [_skipped("Discord token") if config.discord.token else _no_discord()]


async def _discord(config: Config) -> list[Finding]:
    if not config.discord.token:
        return [_no_discord()]
    from bot.platforms.discord.checkup import check_discord  # noqa: PLC0415 - as Slack's

    return await check_discord(config.discord.token, await _discord_places(config))


async def _discord_places(config: Config) -> list[Destination]:
    """Return the places that have subscriptions, as far as the store can be read."""
    path = Path(config.store.path)
    if not await asyncio.to_thread(path.exists):
        return []
    try:
        async with open_store(path, read_only=True) as store:
            known = await store.subscriptions.all(platform="discord")
    except StoreError:  # said by the line about the database
        return []
    return sorted({place.destination for place, _ in known})


def _no_discord() -> Finding:
    return Finding("Discord", Verdict.SKIPPED, "not set up: its token goes into [discord]")


def _no_slack() -> Finding:
    return Finding("Slack", Verdict.SKIPPED, "not set up: its two tokens go into [slack]")
