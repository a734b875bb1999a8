"""What the operator is told, once per incident: a direct message, keyed like every notice.

Incidents are known by when they began; the collector's marks remember that over restarts. An
incident that is over and comes again is another one. Nobody is told on a platform of its own
trouble: that message could not arrive. The log says everything in any case.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.compose.notices import notice
from bot.health.looking import SILENT_MARK, Sources, day_of
from bot.health.ready import ROOM, SILENT
from bot.health.vitals import Vitals
from bot.model import Destination
from bot.ports import Outbox

EVERY: Final = timedelta(minutes=1)
DISK_MARK: Final = "incident-disk"
_LOG = logging.getLogger("paperboy.health")
_ROOM_AGAIN: Final = 2 * ROOM  # a disk is well again above this: no message for each rise and fall


@dataclass(frozen=True, slots=True)
class Incident:
    """What is wrong now."""

    kind: str  # "token", "arxiv", "disk", "rejected"
    about: str  # which platform, or ""
    began: str
    text: str


class Incidents:
    """Looks for incidents, and plans a message for each new one."""

    def __init__(
        self,
        sources: Sources,
        outbox: Outbox,
        refused: Mapping[str, Callable[[], str]],
        operator: Callable[[], Destination | None],
    ) -> None:
        """`refused`: platform → why its token is refused, or "".

        `operator`: None where nobody is to be told, or it is not known yet in which account.
        """
        self._sources = sources
        self._outbox = outbox
        self._refused = refused
        self._operator = operator
        self._logged: set[tuple[str, str, str]] = set()
        self._told: set[tuple[str, str, str]] = set()
        self._looked: datetime | None = None

    async def step(self) -> int:
        """Look, at most once a minute; returns how many messages were planned."""
        now = self._sources.calendar.now()
        if self._looked and abs(now - self._looked) < EVERY:
            return 0
        self._looked = now
        vitals = await self._sources.looks.vitals(now, day_of(now))
        found = [
            *await self._tokens(now),
            *await self._arxiv(now),
            *await self._disk(now, vitals),
            *_rejected(now, vitals),
        ]
        return sum([await self._tell(one, now) for one in found])

    async def _tell(self, one: Incident, now: datetime) -> bool:
        key = (one.kind, one.about, one.began)
        if key not in self._logged:
            self._logged.add(key)
            extra = {"action": "incident", "kind": one.kind, "about": one.about}
            _LOG.error("%s", one.text, extra=extra)
        operator = self._operator()
        if operator is None or key in self._told:
            return False
        if one.kind == "token" and one.about == operator.platform:
            return False
        self._told.add(key)
        plan = notice(operator, "operator", ":".join(filter(None, key)), one.text, now)
        return not await self._outbox.enqueue([plan], now)

    # ── what may be wrong ────────────────────────────────────────────────────────────────────────

    async def _tokens(self, now: datetime) -> list[Incident]:
        found = []
        for platform, refused in self._refused.items():
            why = refused() or self._sources.meter.lost.get(platform, "")
            began = await self._since(f"incident-token-{platform}", now, holds=bool(why))
            if began:
                text = (
                    f"{platform.capitalize()} does not let Paperboy in: {why.rstrip('.')}. Digests"
                    " wait, nothing is lost. `paperboy check` says what to do."
                )
                found.append(Incident("token", platform, began, text))
        return found

    async def _arxiv(self, now: datetime) -> list[Incident]:
        lane = await self._sources.lane.load()
        silent = lane.unreachable_since is not None or lane.strikes > 0
        began = await self._since(SILENT_MARK, lane.unreachable_since or now, holds=silent)
        if not began or now - datetime.fromisoformat(began) < SILENT:
            return []
        moment = datetime.fromisoformat(began)
        text = (
            f"arXiv has given no good answer since {moment:%a %-d %b %H:%M} UTC. I keep asking, and"
            " nothing is lost. `paperboy check` says whether it is this machine's network."
        )
        return [Incident("arxiv", "", began, text)]

    async def _disk(self, now: datetime, vitals: Vitals) -> list[Incident]:
        free = vitals.free_bytes
        if free is None:
            return []
        known = await self._sources.lane.mark(DISK_MARK)
        low = free < (_ROOM_AGAIN if known else ROOM)
        began = await self._since(DISK_MARK, now, holds=low)
        if not began:
            return []
        text = (
            f"Only {free / 1e6:,.0f} MB are free beside Paperboy's database. Make room: when the"
            " disk is full, nothing new is read or sent, and nothing is lost."
        )
        return [Incident("disk", "", began, text)]

    async def _since(self, mark: str, since: datetime, *, holds: bool) -> str:
        """Return since when something holds, remembered under a mark; "" if it does not hold."""
        known = await self._sources.lane.mark(mark)
        if holds == bool(known):
            return known
        began = since.isoformat(timespec="seconds") if holds else ""
        await self._sources.lane.set_mark(mark, began)
        return began


def _rejected(now: datetime, vitals: Vitals) -> Iterator[Incident]:
    """Messages that a platform refuses count together by day: one defect meets many channels."""
    for platform, refused in vitals.refused.items():
        many = "a message" if refused.messages == 1 else f"{refused.messages:,} messages"
        text = (
            f"{platform.capitalize()} refused {many} today, first in {refused.place}:"
            f" {refused.reason.rstrip('.')}. Each was sent once more as plain titles and links."
            " `paperboy deliveries` lists them; please report it."
        )
        yield Incident("rejected", platform, f"{now:%Y-%m-%d}", text)
