"""`paperboy check`: everything that can be wrong with an installation, a line each.

Offline it looks at this machine (`checking_here`). Online it also asks arXiv for one paper
(through a running bot's lane, if there is one) and tries the tokens at their platforms. It changes
nothing: a database that is not there yet is not made.
"""

import asyncio
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
from bot.terminal.checking_here import check_here
from bot.terminal.tables import table

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
    found = [Finding("Config", Verdict.OK, name), *await check_here(path, config)]
    if offline:
        chats = [*_offline_slack(config), *_offline_discord(config)]
        return [*found, _skipped("arXiv"), *chats, *_offline_operator(config)]
    chats = [*await _slack(config, world), *await _discord(config)]
    return [*found, await _arxiv(config, world), *chats, *await _operator(config, world)]


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


# ── who is told ──────────────────────────────────────────────────────────────────────────────────


def _offline_operator(config: Config) -> list[Finding]:
    if not config.operator:
        return [Finding("Operator", Verdict.SKIPPED, "nobody is told of incidents: set operator")]
    return [_skipped("Operator")]


async def _operator(config: Config, world: World) -> list[Finding]:
    """Ask the platform who the operator is: a mistyped id would never be told of anything."""
    platform, _, person = config.operator.partition(":")
    if platform == "slack":
        from bot.platforms.slack.checkup import who_is  # noqa: PLC0415 - only where Slack is used

        return [await who_is(config.slack.bot_token, world.slack_api, person)]
    if platform == "discord":
        from bot.platforms.discord.checkup import who_is as who  # noqa: PLC0415 - as Slack's

        return [await who(config.discord.token, person)]
    return _offline_operator(config)
