"""The wiring: the only module that knows every class. A config goes in, a running bot comes out.

Everything from outside (clocks, lengths, arXiv's hosts, chance) is passed in as a `World`: tests
and the fault campaign start the same program with their own.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from random import Random, SystemRandom
from typing import TYPE_CHECKING

from bot import control
from bot.clock import SystemCalendar, SystemElapsed
from bot.collect.arxiv.client import ArxivClient
from bot.collect.arxiv.query import Endpoints
from bot.collect.arxiv.recorded import read_recording
from bot.collect.arxiv.sources import ArxivSources
from bot.collect.collector import Collector
from bot.collect.context import Context, HarvestProgress
from bot.collect.harvest import DONE
from bot.collect.replaying import ReplayCollector
from bot.commands import Commands, Defaults, Recent, Services
from bot.config import Config
from bot.cursors import placed
from bot.deliver.worker import Worker
from bot.exchange.form import read_toml
from bot.exchange.taking import take
from bot.limits import Limits
from bot.model import Place
from bot.notices import Notices
from bot.pipeline import LOOPS, Pipeline
from bot.planning import Planner
from bot.platforms.page.keeper import PageKeeper, Wanted
from bot.platforms.web.client import WebPlatform
from bot.platforms.web.live import Bell
from bot.platforms.web.pages import Desk, Pages
from bot.platforms.web.status import Progress, StatusLine, StatusView
from bot.ports import Calendar, Elapsed, Platform
from bot.posted import History
from bot.rereading import Rereader
from bot.rests import Quiet, Rests
from bot.retention import Kept, Retention
from bot.reviewing import Reviewer
from bot.store.opening import RESTORED, Store, open_store
from bot.web.access import access_for
from bot.web.address import parse_address
from bot.web.server import Listener, open_private

if TYPE_CHECKING:
    from bot.platforms.discord.service import DiscordService
    from bot.platforms.slack.service import SlackService

SLACK_API = "https://slack.com/api/"


@dataclass(frozen=True, slots=True)
class World:
    """What comes from outside; the defaults are the real ones."""

    calendar: Calendar = field(default_factory=SystemCalendar)
    elapsed: Elapsed = field(default_factory=SystemElapsed)
    limits: Limits = field(default_factory=Limits)
    endpoints: Endpoints = field(default_factory=Endpoints)
    slack_api: str = SLACK_API
    random: Random = field(default_factory=SystemRandom)
    replay: Path | None = None  # a folder of saved feed files, instead of the network
    quiet: Quiet | None = None  # told when nothing can be done before a moment
    progress: Callable[[HarvestProgress], None] = lambda _: None  # of the first harvest


@dataclass(frozen=True, slots=True)
class Running:
    """A bot at work, for whoever started it. `work` ends only by a defect, or by cancellation."""

    store: Store
    commands: Commands
    pipeline: Pipeline
    workers: Sequence[Worker]
    url: str
    work: asyncio.Task[None]
    arxiv: Callable[[], str]  # where the day's announcement stands, in a sentence


@contextlib.asynccontextmanager
async def running(config: Config, world: World) -> AsyncIterator[Running]:
    """Start everything, in the order in which it is needed; end it in the opposite one.

    Raises `OperatorError` (lock held, port taken, database too new …) before anything is sent.
    """
    path = Path(config.store.path)
    start = f"{world.random.getrandbits(128):032x}"
    async with contextlib.AsyncExitStack() as stack:
        store = await stack.enter_async_context(
            open_store(path, start=start, calendar=world.calendar)
        )
        parts = _Parts(config, world, store)
        stack.push_async_callback(parts.client.close)
        older = None if world.replay else parts.sources
        await stack.enter_async_context(control.serve(path, older, parts.take))
        listener = await _listen(config, world, parts.desk)
        stack.push_async_callback(listener.close)
        if parts.slack:
            await stack.enter_async_context(parts.listen_to_slack())
        if parts.discord:
            await stack.enter_async_context(parts.listen_to_discord())
        work = asyncio.create_task(parts.pipeline.run())
        stack.push_async_callback(
            _end, parts.pipeline, work, world.limits.delivery.stop_grace + 1.0
        )
        yield Running(
            store,
            parts.commands,
            parts.pipeline,
            parts.workers,
            listener.url,
            work,
            parts.arxiv_words,
        )


class _Parts:
    """Every object of a running bot, made in the order of the flow."""

    def __init__(self, config: Config, world: World, store: Store) -> None:
        self._config = config
        self._world = world
        self._store = store
        self._progress: HarvestProgress | None = None
        self.client = ArxivClient(
            store.lane,
            world.calendar,
            world.elapsed,
            world.limits.arxiv,
            user_agent=user_agent(config.arxiv.contact),
            chance=world.random.random,
        )
        self.sources = ArxivSources(self.client, world.endpoints, world.limits.arxiv)
        self._bell = Bell()
        self._rests = Rests(LOOPS, world.calendar, world.elapsed, world.limits.tick, world.quiet)
        self._collector = self._collects(config)
        web = WebPlatform(store.channel, self._bell, world.calendar, world.limits.web)
        self.slack = _slack(config, world)
        self.discord = _discord(config, world)
        chats = [one.platform for one in (self.slack, self.discord) if one]
        self.workers = [self._worker(one) for one in (web, *chats)]
        self.pipeline = self._pipeline(config, [web, *chats])
        self.commands = Commands(self._services(config))
        self.desk = Desk(
            channel=store.channel,
            bell=self._bell,
            run_command=self.commands.run,
            status=self._status,
            places=self._places,
            calendar=world.calendar,
            limits=world.limits.listen,
        )

    # ── collect ──────────────────────────────────────────────────────────────────────────────────

    def _collects(self, config: Config) -> Collector | ReplayCollector:
        store, world = self._store, self._world
        if world.replay:
            recording = read_recording(world.replay)
            return ReplayCollector(recording, store.announcements, store.lane, world.calendar)
        return Collector(
            Context(
                sources=self.sources,
                announcements=store.announcements,
                papers=store.papers,
                lane=store.lane,
                calendar=world.calendar,
                elapsed=world.elapsed,
                limits=world.limits,
                archives=frozenset(config.arxiv.archives),
                on_news=self._news,
                on_progress=self._progressed,
                on_harvested=self._harvested,
            )
        )

    def _news(self) -> None:
        self._rests.wake("plan")
        self._bell.ring()

    def _progressed(self, progress: HarvestProgress) -> None:
        self._progress = progress
        self._world.progress(progress)
        self._bell.ring()

    async def _harvested(self) -> None:
        """Set every cursor as a new one is: nobody gets the whole harvest, nor nothing."""
        now = self._world.calendar.now()
        self._progress = None
        for _, one in await self._store.subscriptions.all():
            fresh = await placed(one, self._store.announcements, now)
            await self._store.subscriptions.save(fresh, "paperboy")

    async def _ready(self) -> bool:
        """Say whether slots may fall due: not during the first harvest."""
        return bool(self._world.replay or await self._store.lane.mark(DONE))

    # ── plan and deliver ─────────────────────────────────────────────────────────────────────────

    def _worker(self, platform: Platform) -> Worker:
        store, world = self._store, self._world
        return Worker(
            platform,
            store.outbox,
            store.subscriptions,
            world.calendar,
            world.elapsed,
            world.limits.delivery,
            world.random,
        )

    def _pipeline(self, config: Config, histories: Sequence[History]) -> Pipeline:
        store, world = self._store, self._world
        planner = Planner(
            store.announcements,
            store.subscriptions,
            store.outbox,
            world.calendar,
            world.limits,
            ready=self._ready,
            cap=config.defaults.cap,
        )
        notices = Notices(
            store.announcements,
            store.subscriptions,
            store.outbox,
            store.audit,
            store.lane,
            world.calendar,
            world.limits,
        )
        kept = Kept(
            timedelta(seconds=world.limits.announcements_kept),
            timedelta(days=config.store.keep_uninstalled_days),
        )
        retention = Retention(
            store.announcements, store.papers, store.accounts, world.calendar, kept
        )
        recent = Recent(store.papers, world.calendar, world.limits)
        reviewer = Reviewer(store.subscriptions, store.outbox, recent, world.calendar)
        pages = [self._page(Wanted(p.topics, Path(p.out), p.cap)) for p in config.page]
        return Pipeline(
            self._collector,
            planner,
            notices,
            self._rereader(histories),
            self.workers,
            world.calendar,
            self._rests,
            [retention.step, reviewer.step, *(page.refresh for page in pages)],
        )

    def _rereader(self, histories: Sequence[History]) -> Rereader:
        store, world = self._store, self._world

        async def done() -> None:
            if store.restored:
                await store.lane.set_mark(RESTORED, "")

        return Rereader(
            store.unread,
            histories,
            world.calendar,
            world.limits.delivery,
            on_read=self._go_on,
            on_done=done,
        )

    def _go_on(self) -> None:
        """Look at what is due and owed: a place was read after a restore."""
        self._rests.wake("plan")
        for worker in self.workers:
            worker.wake()

    def _page(self, wanted: Wanted) -> PageKeeper:
        store = self._store
        older = None if self._world.replay else self.sources
        return PageKeeper(wanted, store.papers, store.announcements, self._world.calendar, older)

    # ── people ───────────────────────────────────────────────────────────────────────────────────

    def _services(self, config: Config) -> Services:
        store, world = self._store, self._world
        return Services(
            papers=store.papers,
            announcements=store.announcements,
            subscriptions=store.subscriptions,
            outbox=store.outbox,
            people=store.people,
            audit=store.audit,
            recent=Recent(store.papers, world.calendar, world.limits),
            calendar=world.calendar,
            limits=world.limits,
            defaults=Defaults(config.defaults.zone, config.defaults.at),
            older=None if world.replay else self.sources,
            calendar_note=lambda: self._collector.status().stamped(),
            wake=self.pipeline.wake,
        )

    async def take(self, text: str) -> str:
        """Bring in a file of subscriptions, for `paperboy import`. Raises `NotTaken`."""
        store = self._store
        wanted = await asyncio.to_thread(read_toml, text)
        now = self._world.calendar.now()
        taken = await take(wanted, store.subscriptions, store.announcements, now)
        self.pipeline.wake()
        return str(taken)

    def listen_to_slack(self) -> contextlib.AbstractAsyncContextManager[None]:
        """Return what listens to Slack for as long as it is entered."""
        assert self.slack
        return self.slack.open(
            self.commands,
            self._store.subscriptions,
            self._store.accounts,
            self.pipeline.wake,
            self._world.elapsed,
            self._config.slack.who_may_edit,
        )

    def listen_to_discord(self) -> contextlib.AbstractAsyncContextManager[None]:
        """Return what listens to Discord for as long as it is entered."""
        assert self.discord
        store = self._store
        return self.discord.open(
            self.commands, store.subscriptions, store.accounts, store.lane, self.pipeline.wake
        )

    def arxiv_words(self) -> str:
        """Say where the day's announcement stands, in a sentence with times in UTC."""
        return self._collector.status().plain()

    async def _status(self) -> StatusView:
        said = self._collector.status()
        line = StatusLine(said.text, said.at, said.trouble)
        if self._progress is None:
            return StatusView((line,))
        done = (self._progress.reached - self._progress.since).days
        total = (self._progress.until - self._progress.since).days
        return StatusView((line,), Progress("Reading the last 30 days of arXiv", done, total))

    async def _places(self) -> Sequence[Place]:
        found = {place.destination: place for place, _ in await self._store.subscriptions.all(
            platform="web"
        )}  # fmt: skip
        return tuple(found.values())


def _slack(config: Config, world: World) -> "SlackService | None":
    """Return Slack if its tokens are set; its libraries are loaded only then."""
    if not config.slack.bot_token:
        return None
    from bot.platforms.slack.service import SlackService

    tokens = config.slack.bot_token, config.slack.app_token
    return SlackService(*tokens, world.slack_api, world.limits.slack)


def _discord(config: Config, world: World) -> "DiscordService | None":
    """Return Discord if its token is set; its library is loaded only then."""
    if not config.discord.token:
        return None
    from bot.platforms.discord.service import DiscordService

    here = config.discord
    return DiscordService(here.token, world.limits.discord, world.elapsed, here.shards)


async def _listen(config: Config, world: World, desk: Desk) -> Listener:
    address = parse_address(config.web.listen)
    access = access_for(address, config.web.token.reveal(), config.web.public_url)
    return await open_private(
        address, Pages(desk).routes(), access, world.limits.listen, world.elapsed
    )


async def _end(pipeline: Pipeline, work: asyncio.Task[None], grace: float) -> None:
    """Begin nothing more, let sends in flight end, and stop."""
    pipeline.stop()
    await asyncio.wait({work}, timeout=grace)
    work.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await work


def user_agent(contact: str) -> str:
    """Return what arXiv reads of us (https://info.arxiv.org/help/api/tou.html asks for it)."""
    return f"paperboy/{version('arxiv-paperboy')}" + (f" (+{contact})" if contact else "")
