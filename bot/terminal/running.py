"""`paperboy run` and `paperboy demo`: start, say where everything is, run until a signal."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

from bot.app import Running, World, running
from bot.collect.arxiv.recorded import read_recording
from bot.collect.context import HarvestProgress
from bot.config import Config, WebConfig, load_config, secrets
from bot.demo import DAYS, demo
from bot.errors import ConfigError
from bot.garbage import settle
from bot.logs import set_up_logging
from bot.replay import ReplayCalendar
from bot.schedule import feed_due

_LOG = logging.getLogger("paperboy")
SOON = 1.0  # seconds until the commands are loaded, if nobody has typed one before
PACE = 3.0  # seconds of rest before a replay jumps to its next moment
BEFORE = timedelta(hours=1)  # a replay begins this long before its first day arrives
AFTER = timedelta(hours=30)  # and ends when the last day was due everywhere on Earth


async def run_bot(
    path: Path | None, replay: Path | None, environ: Mapping[str, str], world: World | None = None
) -> None:
    """Run until SIGINT or SIGTERM. Raises `OperatorError`, `UserError`."""
    stopped = _stop_signals()
    config = load_config(path, environ)
    set_up_logging(config.log.level, config.log.format, secrets(config))
    with contextlib.closing(HarvestBar()) as progress:
        world = world or World(progress=progress)
        if replay:
            world = replaying(world, replay)
        async with running(config, world) as bot:
            settle()
            wake_after_jumps(world, bot)
            for line in _start_lines(config, bot, world):
                _say(line)
            asyncio.get_running_loop().call_later(SOON, bot.commands.open)
            async with _reloading(bot, lambda: load_config(path, environ), stopped):
                await _until_stopped(bot, stopped)


async def run_demo(port: int) -> None:
    """Run the sample days until SIGINT or SIGTERM."""
    stopped = _stop_signals()
    set_up_logging("warning", "text")
    config = load_config(None, {})
    web = WebConfig(listen=f"127.0.0.1:{port}")
    world = replaying(World(), DAYS)
    async with demo(replace(config, web=web), world) as bot:
        wake_after_jumps(world, bot)
        _say(f"Paperboy shows three sample days at {bot.url}")
        _say("Ctrl-C ends it and leaves nothing behind.")
        await _until_stopped(bot, stopped)


def replaying(world: World, folder: Path, pace: float = PACE) -> World:
    """Return the world of saved days: its calendar jumps, after `pace` seconds of rest."""
    days = read_recording(folder).days
    start, end = feed_due(days[0].day) - BEFORE, feed_due(days[-1].day) + AFTER
    calendar = ReplayCalendar(start, end, world.elapsed, pace)
    return replace(world, replay=folder, calendar=calendar, quiet=calendar.quiet)


def wake_after_jumps(world: World, bot: Running) -> None:
    """Let a bot look at everything again after each jump."""
    if isinstance(world.calendar, ReplayCalendar):
        world.calendar.call_after_jumps(bot.pipeline.wake)


def _stop_signals() -> asyncio.Event:
    """Return what SIGINT and SIGTERM set from now on, also while the bot is still starting."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    loop.add_signal_handler(signal.SIGHUP, lambda: None)  # what is read is about to be, anyway
    return stopped


@contextlib.asynccontextmanager
async def _reloading(
    bot: Running, load: Callable[[], Config], stopped: asyncio.Event
) -> AsyncIterator[None]:
    """Read the settings again on SIGHUP; if it came because our terminal went away, stop."""
    had_terminal = sys.stdin is not None and sys.stdin.isatty()

    def hung_up() -> None:
        if had_terminal and not os.isatty(0):
            stopped.set()
        else:
            _reload(bot, load)

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGHUP, hung_up)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGHUP)


def _reload(bot: Running, load: Callable[[], Config]) -> None:
    """Take what can be taken, and say what needs a restart; wrong settings change nothing."""
    try:
        wanted = load()
    except ConfigError as error:
        extra = {"action": "reload-refused", "remedy": error.remedy}
        _LOG.error("the settings stay as they were: %s", error, extra=extra)
        return
    done = bot.reload(wanted)
    log, hidden = done.config.log, {*secrets(done.config), *secrets(wanted)}
    set_up_logging(log.level, log.format, hidden)
    taken = ", ".join(done.taken) or "nothing"
    _LOG.info("settings read again: %s changed", taken, extra={"action": "reloaded"})
    if done.waiting:
        extra = {"action": "needs-restart"}
        _LOG.warning("only a restart changes %s", ", ".join(done.waiting), extra=extra)


async def _until_stopped(bot: Running, stopped: asyncio.Event) -> None:
    """Wait for a signal; a defect that ended the work is raised instead."""
    waiting = asyncio.create_task(stopped.wait())
    await asyncio.wait({waiting, bot.work}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not stopped.is_set():
        await bot.work


_OFF = "off; README says how to add it"


def _start_lines(config: Config, bot: Running, world: World) -> Iterator[str]:
    yield f"Paperboy {version('arxiv-paperboy')}"
    yield f"Database: {config.store.path}"
    yield f"Slack: {_OFF if not config.slack.bot_token else 'on'}"
    yield f"Discord: {_OFF if not config.discord.token else 'on'}"
    yield f"arXiv: {bot.arxiv()}" if world.replay else f"arXiv: {_archives(config)}"
    if bot.public_url:
        yield f"Probes: {bot.public_url}healthz"
    yield f"Open {bot.url}"


def _archives(config: Config) -> str:
    names = config.arxiv.archives
    return "all archives" if names == Config().arxiv.archives else ", ".join(names)


class HarvestBar:
    """A bar that appears with the first progress and goes with the last."""

    def __init__(self) -> None:
        self._show: _Bar | None = None

    def __call__(self, progress: HarvestProgress) -> None:
        """Show how far the harvest is."""
        if not sys.stderr.isatty():
            return
        if self._show is None:
            self._show = _Bar()
        self._show.update(progress)

    def close(self) -> None:
        """Take the bar away."""
        if self._show is not None:
            self._show.stop()


class _Bar:
    def __init__(self) -> None:
        from rich import progress  # noqa: PLC0415 - on a terminal only

        bar, text = progress.BarColumn(), progress.TextColumn("{task.description}")
        self._bars = progress.Progress(text, bar, transient=True)
        self._task = self._bars.add_task("Reading the last 30 days of arXiv", total=None)
        self._bars.start()

    def update(self, progress: HarvestProgress) -> None:
        total = (progress.until - progress.since).days
        done = (progress.reached - progress.since).days
        text = f"Reading the last 30 days of arXiv: {progress.records:,} records"
        self._bars.update(self._task, total=max(total, 1), completed=done, description=text)
        if done >= total:
            self.stop()

    def stop(self) -> None:
        self._bars.stop()


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the start lines are for whoever started the program
