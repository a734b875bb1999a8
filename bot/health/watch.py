"""Everything about health, wired: what is asked goes in once, routes and steps come out."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.health.heartbeat import Heartbeat, fetch
from bot.health.incidents import Incidents
from bot.health.looking import Sources
from bot.health.meter import Meter
from bot.health.pulse import feel
from bot.health.routes import private_routes, public_routes
from bot.health.vitals import Looks
from bot.model import Destination
from bot.ports import Announcements, Calendar, Elapsed, Lane, Outbox
from bot.secret import Secret
from bot.web.routes import Route


class Service(Protocol):
    """A chat platform that is switched on."""

    @property
    def account_id(self) -> str:
        """The account of destinations, "" while it is not known."""

    @property
    def trouble(self) -> str:
        """Why nothing can be sent now, in words, or ""."""

    @property
    def refused(self) -> str:
        """Why the token is refused, in words, or ""."""


@dataclass(frozen=True, slots=True)
class Around:
    """What health is about."""

    looks: Looks
    announcements: Announcements
    outbox: Outbox
    lane: Lane
    calendar: Calendar
    elapsed: Elapsed
    arxiv: Callable[[], str]  # where the day stands, in a sentence
    harvested_mark: str  # "" where nothing is harvested
    services: Mapping[str, Service]
    operator: Callable[[], str]  # as the config has it now
    heartbeat_url: Callable[[], Secret]
    heartbeat_timeout: float


class Watch:
    """Probes, metrics, incidents and the heartbeat of one running bot."""

    def __init__(self, around: Around, meter: Meter) -> None:
        self._around = around
        self._meter = meter
        services = around.services
        self.sources = Sources(
            around.looks,
            around.lane,
            around.calendar,
            meter,
            around.arxiv,
            around.harvested_mark,
            {"web": lambda: "", **{name: _trouble(one) for name, one in services.items()}},
        )
        refused = {name: _refused(one) for name, one in services.items()}
        self.incidents = Incidents(self.sources, around.outbox, refused, self._operator)
        self._heartbeat = Heartbeat(self._fetch, around.announcements, around.lane, around.calendar)

    def private_routes(self) -> tuple[Route, ...]:
        """Return what the private listener answers."""
        return private_routes(self.sources)

    def public_routes(self) -> tuple[Route, ...]:
        """Return what the public listener answers."""
        return public_routes(self.sources)

    async def step(self) -> None:
        """Tell of what is new; to be called whenever something may be. Raises `StoreError`."""
        await self.incidents.step()
        if self._around.heartbeat_url():
            await self._heartbeat.step()

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Feel the event loop's pulse until the context ends."""
        pulse = asyncio.create_task(feel(self._meter, self._around.elapsed))
        try:
            yield
        finally:
            pulse.cancel()
            await asyncio.gather(pulse, return_exceptions=True)
            await self._heartbeat.close()

    def _operator(self) -> Destination | None:
        platform, _, person = self._around.operator().partition(":")
        service = self._around.services.get(platform)
        if service is None or not service.account_id:
            return None
        address = person if platform == "slack" else f"u:{person}"
        return Destination(platform, service.account_id, address)

    async def _fetch(self) -> None:
        await fetch(self._around.heartbeat_url().reveal(), self._around.heartbeat_timeout)


def _trouble(service: Service) -> Callable[[], str]:
    return lambda: service.trouble


def _refused(service: Service) -> Callable[[], str]:
    return lambda: service.refused
