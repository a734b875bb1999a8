"""The wiring: the only module that knows every class. A config goes in, a running bot comes out.

Everything from outside (clocks, lengths, arXiv's hosts, chance) is passed in as a `World`: tests
and the fault campaign start the same program with their own.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot import control
from bot.collect.arxiv.client import ArxivClient
from bot.collect.arxiv.recorded import read_recording
from bot.collect.arxiv.sources import ArxivSources
from bot.collect.collector import Collector
from bot.collect.context import Context, HarvestProgress
from bot.collect.harvest import DONE
from bot.collect.replaying import ReplayCollector
from bot.commands import Commands, Defaults, Recent, Services
from bot.config import Config
from bot.cursors import place_all
from bot.deliver.worker import Worker
from bot.ending import Together
from bot.health.meter import Meter
from bot.health.watch import Around, Watch
from bot.model import Place
from bot.notices import Notices
from bot.pipeline import LOOPS, Pipeline
from bot.planning import Planner
from bot.platforms.page.keeper import PageKeeper, Wanted
from bot.platforms.web.client import WebPlatform
from bot.platforms.web.live import Bell
from bot.platforms.web.pages import Desk, Pages
from bot.platforms.web.status import StatusLine, StatusView, status_view
from bot.ports import Platform
from bot.posted import History
from bot.reloading import Reloaded, reloaded
from bot.rereading import Rereader
from bot.rests import Rests
from bot.retention import Kept, Retention
from bot.reviewing import Reviewer
from bot.store.opening import RESTORED, Store, open_store
from bot.web.access import access_for
from bot.web.address import parse_address
from bot.web.server import open_private, open_public
from bot.world import Running, World, user_agent

if TYPE_CHECKING:
    from bot.platforms.discord.service import DiscordService
    from bot.platforms.slack.service import SlackService

__all__ = ["Running", "World", "running", "user_agent"]


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
        around = Together()
        stack.push_async_callback(around.close)
        url, public_url = await parts.listen(around)
        if parts.slack:
            await around.enter(parts.listen_to_slack())
        if parts.discord:
            await around.enter(parts.listen_to_discord())
        await stack.enter_async_context(parts.watch.open())
        work = asyncio.create_task(parts.pipeline.run())
        stack.push_async_callback(parts.pipeline.end, work, world.limits.delivery.stop_grace + 0.5)
        yield Running(
            store,
            parts.commands,
            parts.pipeline,
            parts.workers,
            url,
            work,
            parts.arxiv_words,
            parts.reload,
            public_url,
        )


class _Parts:
    """Every object of a running bot, made in the order of the flow."""

    def __init__(self, config: Config, world: World, store: Store) -> None:
        self._config = config
        self._world = world
        self._store = store
        self._progress: HarvestProgress | None = None
        self._meter = Meter()
        self._defaults = Defaults(config.defaults.zone, config.defaults.at)
        self.client = ArxivClient(
            store.lane,
            world.calendar,
            world.elapsed,
            world.limits.arxiv,
            user_agent=user_agent(config.arxiv.contact),
            chance=world.random.random,
            told=self._asked,
        )
        self.sources = ArxivSources(self.client, world.endpoints, world.limits.arxiv)
        self._bell = Bell()
        self._rests = Rests(LOOPS, world.calendar, world.elapsed, world.limits.tick, world.quiet)
        self._collector = self._collects(config)
        web = WebPlatform(store.channel, self._bell, world.calendar, world.limits.web)
        self.slack = _slack(config, world)
        self.discord = _discord(config, world)
        self.watch = self._watch()
        chats = [one.platform for one in (self.slack, self.discord) if one]
        self.workers = [self._worker(one) for one in (web, *chats)]
        self.pipeline = self._pipeline(config, [web, *chats])
        self.commands = Commands(self._services())
        self.desk = Desk(
            channel=store.channel,
            bell=self._bell,
            run_command=self.commands.run,
            status=self._status,
            places=self._places,
            calendar=world.calendar,
            limits=world.limits.listen,
        )

    def reload(self, wanted: Config) -> Reloaded:
        """Take what can be taken of settings that were read again."""
        done = reloaded(self._config, wanted)
        config = self._config = done.config
        self._defaults.zone, self._defaults.at = config.defaults.zone, config.defaults.at
        self._planner.cap = config.defaults.cap
        self._retention.kept = self._kept()
        self._pages = self._pages_of(config)
        self.pipeline.wake()
        return done

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

    def _asked(self, outcome: str) -> None:
        self._meter.asked[outcome] += 1

    def _news(self) -> None:
        self._rests.wake("plan")
        self._bell.ring()

    def _progressed(self, progress: HarvestProgress) -> None:
        self._progress = progress
        self._world.progress(progress)
        self._bell.ring()

    async def _harvested(self) -> None:
        """Set every cursor as a new one is: nobody gets the whole harvest, nor nothing."""
        store, now = self._store, self._world.calendar.now()
        self._progress = None
        await place_all(store.subscriptions, store.announcements, now)

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
            meter=self._meter,
        )

    def _pipeline(self, config: Config, histories: Sequence[History]) -> Pipeline:
        store, world = self._store, self._world
        self._planner = Planner(
            store.announcements,
            store.subscriptions,
            store.outbox,
            world.calendar,
            world.limits,
            ready=self._ready,
            cap=config.defaults.cap,
            meter=self._meter,
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
        self._retention = Retention(
            store.announcements, store.papers, store.accounts, world.calendar, self._kept()
        )
        recent = Recent(store.papers, world.calendar, world.limits)
        reviewer = Reviewer(store.subscriptions, store.outbox, recent, world.calendar)
        self._pages = self._pages_of(config)
        return Pipeline(
            self._collector,
            self._planner,
            notices,
            self._rereader(histories),
            self.workers,
            world.calendar,
            self._rests,
            [self._retention.step, reviewer.step, self.watch.step, self._refresh_pages],
        )

    def _kept(self) -> Kept:
        return Kept(
            timedelta(seconds=self._world.limits.announcements_kept),
            timedelta(days=self._config.store.keep_uninstalled_days),
        )

    def _watch(self) -> Watch:
        store, world = self._store, self._world
        services = {"slack": self.slack, "discord": self.discord}
        around = Around(
            looks=store.looks,
            announcements=store.announcements,
            outbox=store.outbox,
            lane=store.lane,
            calendar=world.calendar,
            elapsed=world.elapsed,
            arxiv=self.arxiv_words,
            harvested_mark="" if world.replay else DONE,
            services={name: one for name, one in services.items() if one},
            operator=lambda: self._config.operator,
            heartbeat_url=lambda: self._config.heartbeat_url,
            heartbeat_timeout=world.limits.heartbeat_timeout,
        )
        return Watch(around, self._meter)

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

    def _pages_of(self, config: Config) -> list[PageKeeper]:
        store, calendar = self._store, self._world.calendar
        older = None if self._world.replay else self.sources
        wanted = [Wanted(page.topics, Path(page.out), page.cap) for page in config.page]
        return [PageKeeper(w, store.papers, store.announcements, calendar, older) for w in wanted]

    async def _refresh_pages(self) -> None:
        for page in self._pages:
            await page.refresh()

    # ── people ───────────────────────────────────────────────────────────────────────────────────

    def _services(self) -> Services:
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
            defaults=self._defaults,
            older=None if world.replay else self.sources,
            calendar_note=lambda: self._collector.status().stamped(),
            wake=self.pipeline.wake,
            link=self.slack.link if self.slack else None,
        )

    async def listen(self, around: Together) -> tuple[str, str]:
        """Open the private listener, and the one for probes if it is wanted; return their URLs.

        Raises `ListenError`.
        """
        web, limits, public = self._config.web, self._world.limits.listen, self._config.public
        address = parse_address(web.listen)
        access = access_for(address, web.token.reveal(), web.public_url)
        routes = (*Pages(self.desk).routes(), *self.watch.private_routes())
        private = await open_private(address, routes, access, limits, self._world.elapsed)
        around.add(private.close)
        if not public.listen:
            return private.url, ""
        probes = await open_public(parse_address(public.listen), self.watch.public_routes(), limits)
        around.add(probes.close)
        return private.url, probes.url

    async def take(self, text: str) -> str:
        """Bring in a file of subscriptions, for `paperboy import`. Raises `NotTaken`."""
        from bot.exchange.taking import take_text

        store, now = self._store, self._world.calendar.now()
        taken = await take_text(text, store.subscriptions, store.announcements, now)
        self.pipeline.wake()
        return str(taken)

    def listen_to_slack(self) -> contextlib.AbstractAsyncContextManager[None]:
        """Return what listens to Slack for as long as it is entered."""
        assert self.slack
        store, elapsed, who = self._store, self._world.elapsed, self._config.slack.who_may_edit
        wake = self.pipeline.wake
        return self.slack.open(
            self.commands, store.subscriptions, store.accounts, wake, elapsed, who
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
        return status_view(StatusLine(said.text, said.at, said.trouble), self._progress)

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
