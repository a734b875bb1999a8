"""The operator hears of each incident once, where the message can arrive."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.health.incidents import DISK_MARK, EVERY, Incidents
from bot.health.looking import SILENT_MARK, Sources
from bot.health.meter import Meter
from bot.health.ready import ROOM, SILENT
from bot.health.vitals import Refused, Vitals
from bot.model import Destination
from bot.ports import LaneState
from bot.store.opening import Store, open_store
from tests.store.samples import NOON, FixedCalendar

OPERATOR = Destination("slack", "T1", "U1")
WELL = Vitals(free_bytes=10 * ROOM)


class Scripted:
    """The port `Looks`, with what a test says."""

    def __init__(self) -> None:
        self.now = WELL

    async def vitals(self, now: datetime, refused_since: datetime) -> Vitals:
        assert refused_since <= now
        return self.now


@dataclass
class Watched:
    store: Store
    calendar: FixedCalendar = field(default_factory=FixedCalendar)
    looks: Scripted = field(default_factory=Scripted)
    meter: Meter = field(default_factory=Meter)
    refused: dict[str, str] = field(default_factory=lambda: {"slack": "", "discord": ""})
    operator: Destination | None = OPERATOR

    def restart(self) -> Incidents:
        sources = Sources(
            self.looks, self.store.lane, self.calendar, self.meter, lambda: "", "", {}
        )
        asked = {name: lambda name=name: self.refused[name] for name in self.refused}
        return Incidents(sources, self.store.outbox, asked, lambda: self.operator)

    async def said(self, incidents: Incidents, wait: timedelta = EVERY) -> list[str]:
        """Look once more; return all that the operator was told by now."""
        self.calendar.moment += wait
        await incidents.step()
        owed = await self.store.outbox.owed("slack", self.calendar.moment, 9, ())
        told = []
        for one in owed:
            digest = await self.store.outbox.digest(one.digest)
            assert digest
            assert digest.destination == OPERATOR
            told.append(digest.heading.note)
        rows = await self.store.audit.numbers()
        assert rows["digests"] >= len(told)
        self.count = rows["digests"]
        return told


@asynccontextmanager
async def watched() -> AsyncIterator[Watched]:
    async with open_store(":memory:") as store:
        yield Watched(store)


async def test_a_bot_that_is_well_says_nothing() -> None:
    async with watched() as at:
        assert await at.said(at.restart()) == []


async def test_a_refused_token_is_told_once_on_another_platform_also_after_a_restart() -> None:
    async with watched() as at:
        incidents = at.restart()
        at.refused["discord"] = "Discord does not know the token."
        (text,) = await at.said(incidents)
        assert text.startswith("Discord does not let Paperboy in: Discord does not know the token.")
        assert "`paperboy check`" in text
        for again in (incidents, at.restart()):
            await at.said(again)
            assert at.count == 1
        at.refused["discord"] = ""
        await at.said(incidents)
        at.refused["discord"] = "Discord does not know the token."
        await at.said(incidents)
        assert at.count == 2  # it was over: this is another one


async def test_nobody_is_told_on_the_platform_that_refuses() -> None:
    async with watched() as at:
        at.refused["slack"] = "revoked"
        assert await at.said(at.restart()) == []


async def test_an_account_that_is_lost_while_running_is_told_as_well() -> None:
    async with watched() as at:
        at.meter.lost["discord"] = "the application was deleted"
        (text,) = await at.said(at.restart())
        assert "the application was deleted" in text


async def test_an_operator_who_is_not_known_yet_is_told_later() -> None:
    async with watched() as at:
        incidents = at.restart()
        at.operator, at.refused["discord"] = None, "no"
        assert await at.said(incidents) == []
        at.operator = OPERATOR
        assert len(await at.said(incidents)) == 1


async def test_arxiv_is_an_incident_after_a_day_of_silence_not_before() -> None:
    async with watched() as at:
        incidents = at.restart()
        await at.store.lane.store(LaneState(unreachable_since=NOON))
        assert await at.said(incidents) == []
        assert await at.store.lane.mark(SILENT_MARK)
        assert await at.said(incidents, SILENT / 2) == []
        (text,) = await at.said(incidents, SILENT / 2)
        assert "no good answer since Tue 4 Aug 12:00 UTC" in text
        await at.store.lane.store(LaneState())
        await at.said(incidents)
        assert not await at.store.lane.mark(SILENT_MARK)


async def test_an_arxiv_that_refuses_for_a_day_is_silent_too() -> None:
    async with watched() as at:
        incidents = at.restart()
        await at.store.lane.store(LaneState(strikes=3))
        await at.said(incidents)
        assert len(await at.said(incidents, SILENT)) == 1


async def test_a_disk_that_fills_up_is_told_once_and_again_only_after_it_was_well() -> None:
    async with watched() as at:
        incidents = at.restart()
        for free, messages in [
            (ROOM - 1, 1), (ROOM + 1, 1), (ROOM - 1, 1), (3 * ROOM, 1), (ROOM - 1, 2),
        ]:  # fmt: skip
            at.looks.now = replace(WELL, free_bytes=free)
            await at.said(incidents)
            assert at.count == messages, free
        assert await at.store.lane.mark(DISK_MARK)


async def test_rejected_messages_of_a_day_are_one_incident() -> None:
    async with watched() as at:
        incidents = at.restart()
        at.looks.now = replace(WELL, refused={"slack": Refused(3, "#papers", "invalid_blocks.")})
        (text,) = await at.said(incidents)
        assert text.startswith("Slack refused 3 messages today, first in #papers: invalid_blocks.")
        at.looks.now = replace(WELL, refused={"slack": Refused(9, "#papers", "invalid_blocks")})
        await at.said(incidents)
        assert at.count == 1
        await at.said(incidents, timedelta(days=1))
        assert at.count == 2


async def test_looking_costs_nothing_when_it_was_done_a_moment_ago() -> None:
    async with watched() as at:
        incidents = at.restart()
        await at.said(incidents)
        at.refused["discord"] = "no"
        assert await at.said(incidents, EVERY / 2) == []
