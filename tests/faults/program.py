"""The real program in a process of its own: `app.running` with the world's clock and short lengths.

A process that has imported everything forks it (a cold start costs fifty times as much); now and
then it is started cold: `python -m tests.faults.program SPEC FD`. It speaks over a socket: it is
told until when to go on and what is armed, and tells what happened. When nothing can be done before
a moment, it moves the clock there.
"""

import asyncio
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.app import Running, World, running
from bot.collect.arxiv.query import Endpoints
from bot.config import (
    ArxivConfig,
    Config,
    DefaultsConfig,
    DiscordConfig,
    SlackConfig,
    StoreConfig,
    WebConfig,
)
from bot.deliver.worker import Worker
from bot.errors import OperatorError, StoreError
from bot.limits import ArxivLimits, DeliveryLimits, Limits, Pace, PlatformLimits
from bot.platforms.discord import rest
from bot.secret import Secret
from bot.store import connection
from tests.faults import waists
from tests.faults.clock import SharedClock
from tests.faults.points import Arm, Arms
from tests.faults.without import remove

GAP: Final = 0.004  # seconds between requests to arXiv; its stand-in asks for half of it
PATIENCE: Final = 0.5  # seconds for one request; a reply that comes later is lost
SETTLES: Final = 0.55  # seconds after which no request is under way any more
LATEST: Final = PATIENCE + 0.4  # seconds after which a late reply comes
READY: Final = 3.0  # seconds that platforms are given to say whose token it is
FREE = PlatformLimits(Pace(0.0, 1_000), Pace(0.0, 1_000))
SHORT = Limits(
    arxiv=ArxivLimits(gap=GAP, timeout=1.0, stops=(0.05, 0.1), retry_after_max=0.2),
    delivery=DeliveryLimits(
        request_timeout=PATIENCE,
        reconcile_after=SETTLES,
        idle_poll=0.02,
        retry_after_max=0.2,
        stop_grace=0.5,
        store_ladder=(0.01, 0.02, 0.05),
    ),
    tick=0.05,
    slack=FREE,
    discord=FREE,
)


@dataclass(frozen=True, slots=True)
class Spec:
    """How one life of the program begins."""

    database: str
    clock: str
    arxiv: str
    slack: str  # the Web API's address; "" without Slack
    discord: str  # the REST API's address; "" without Discord
    gateway: str
    slack_token: str
    discord_token: str
    log: str
    offset: float = 0.0  # seconds by which it sees the clock fast
    without: tuple[str, ...] = ()  # safeguards that are taken out

    def to_json(self) -> str:
        return json.dumps(asdict(self))


class Watched:
    """The socket to whoever watches this process."""

    def __init__(self, link: socket.socket) -> None:
        self._link = link

    def tell(self, **said: Any) -> None:
        """Say something; it has left this process when this returns."""
        self._link.sendall(json.dumps(said).encode() + b"\n")

    async def wishes(self) -> asyncio.StreamReader:
        reader, self._writer = await asyncio.open_connection(sock=self._link.dup())
        return reader


class Drive:
    """Jumps the clock whenever the whole program is quiet."""

    def __init__(self, clock: SharedClock, watched: Watched) -> None:
        self._clock = clock
        self._watched = watched
        self._quiet = asyncio.Event()
        self._moment = clock.now()
        self._until: datetime | None = None
        self._wished = asyncio.Event()

    def quiet(self, moment: datetime) -> None:
        self._moment = moment
        self._quiet.set()

    def go_on(self, until: datetime) -> None:
        """Let the program work until a moment."""
        self._until = until
        self._wished.set()
        self._quiet.set()

    async def run(self, bot: Running) -> None:
        await ready(bot.workers)
        while True:
            await self._wished.wait()
            await self._quiet.wait()
            self._quiet.clear()
            try:
                waits = [await worker.idle() for worker in bot.workers]
            except StoreError:
                await asyncio.sleep(0.01)  # it could not be read just now
                self._quiet.set()
                continue
            if self._quiet.is_set():
                continue
            self._jump(min([self._moment, *filter(None, waits)]), bot)

    def _jump(self, following: datetime, bot: Running) -> None:
        assert self._until
        if following <= self._until:
            self._clock.jump(following)
            bot.pipeline.wake()
            return
        self._clock.jump(self._until)
        self._wished.clear()
        self._watched.tell(done=True)


async def ready(workers: Sequence[Worker]) -> None:
    """Wait until each platform knows whose token it is, or long enough: no clock moves before."""
    known: list[Any] = [
        getattr(one._platform, "_clients", getattr(one._platform, "_voices", True))
        for one in workers
    ]
    for _ in range(int(READY / 0.01)):
        if all(known):
            return
        await asyncio.sleep(0.01)


def configured(spec: Spec) -> Config:
    """Return the settings of a life."""
    return Config(
        arxiv=ArxivConfig(archives=("cs", "hep-th", "math", "q-bio")),
        store=StoreConfig(path=spec.database),
        web=WebConfig(listen="127.0.0.1:0"),
        slack=SlackConfig(
            bot_token=Secret(spec.slack_token if spec.slack else ""),
            app_token=Secret("xapp-stand-in" if spec.slack else ""),
        ),
        discord=DiscordConfig(token=Secret(spec.discord_token if spec.discord else "")),
        defaults=DefaultsConfig(cap=500),
    )


def prepare(spec: Spec, arms: Arms) -> None:
    """Put the points in, and point the libraries at the stand-ins."""
    logging.basicConfig(filename=spec.log, level=logging.INFO, format=_FORMAT, force=True)
    logging.raiseExceptions = False  # the log cannot be written while the disk is full
    connection._BUSY_SECONDS = 0.05
    rest.A_SECOND = 2_000  # type: ignore[misc]
    rest.PATIENCE = 0.5  # type: ignore[misc]
    rest.WRONG = 100_000  # type: ignore[misc]
    if spec.discord:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = spec.discord, yarl.URL(spec.gateway)
    waists.wrap_store(arms)
    waists.wrap_lock(arms)
    waists.wrap_calls(arms)
    waists.wrap_network(arms)
    for name in spec.without:
        remove(name)


_LOG = logging.getLogger("paperboy.faults")
_FORMAT = "%(asctime)s %(process)d %(name)s %(message)s %(action)s"


class _Actions(logging.Filter):
    """Gives every record the field that the format shows."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.action = getattr(record, "action", "")
        return True


async def live(spec: Spec, watched: Watched, arms: Arms) -> None:
    """Run the program until SIGTERM."""
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    clock = SharedClock(Path(spec.clock), timedelta(seconds=spec.offset))
    drive = Drive(clock, watched)
    listening = asyncio.create_task(_listen(watched, drive, arms))
    hosts = Endpoints(spec.arxiv, f"{spec.arxiv}/api/query", f"{spec.arxiv}/oai")
    world = World(calendar=clock, limits=SHORT, endpoints=hosts, quiet=drive.quiet)
    if spec.slack:
        world = replace(world, slack_api=spec.slack)
    async with running(configured(spec), world) as bot:
        driving = asyncio.create_task(drive.run(bot))
        stopping = asyncio.create_task(stopped.wait())
        await asyncio.wait({driving, stopping, bot.work}, return_when=asyncio.FIRST_COMPLETED)
        for task in (driving, stopping, listening):
            task.cancel()
        if bot.work.done() or (driving.done() and not driving.cancelled()):
            await (bot.work if bot.work.done() else driving)


async def _listen(watched: Watched, drive: Drive, arms: Arms) -> None:
    wishes = await watched.wishes()
    while line := await wishes.readline():
        wish = json.loads(line)
        if "arms" in wish:
            arms.arm([Arm(**one) for one in wish["arms"]])
        if "modules" in wish:
            watched.tell(modules=sorted(sys.modules))
        if "until" in wish:
            drive.go_on(datetime.fromisoformat(wish["until"]))
    os._exit(1)  # whoever watches is gone


def life(spec: Spec, link: socket.socket, first: Sequence[Arm] = ()) -> int:
    """Live one life in this process; returns its exit code."""
    watched = Watched(link)
    arms = Arms(lambda arm: watched.tell(fired=arm.number))
    arms.arm(first)
    prepare(spec, arms)
    for handler in logging.getLogger().handlers:
        handler.addFilter(_Actions())
    try:
        asyncio.run(live(spec, watched, arms))
    except OperatorError as error:
        watched.tell(refused=type(error).__name__)
        return 3
    except Exception as defect:  # noqa: BLE001 - whatever it is, whoever watches is told
        _LOG.exception("the program ended by a defect")
        watched.tell(defect=repr(defect))
        return 4
    return 0


if __name__ == "__main__":
    told = json.loads(sys.argv[1])
    at_first = [Arm(**one) for one in told.pop("first")]
    told["without"] = tuple(told["without"])
    os._exit(life(Spec(**told), socket.socket(fileno=int(sys.argv[2])), at_first))
