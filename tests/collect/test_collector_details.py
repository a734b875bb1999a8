"""The collector: details, an OAI that goes wrong, crashes at any write."""

import asyncio
from datetime import timedelta

import pytest

from bot.model import BatchState, Kind
from bot.ports import LaneState
from tests.collect.days import (
    DAYS,
    HOUR,
    SETTLED,
    THU,
    TUE,
    WED,
    announced,
    at,
    kinds,
    listed,
    morning,
    settled_before,
)
from tests.collect.world import LIMITS, Bench, bench
from tests.standins.arxiv import API, FEED, OAI
from tests.standins.arxiv_faults import Fault, Trouble
from tests.standins.arxiv_world import invent

# ── details ──────────────────────────────────────────────────────────────────────────────────────


async def test_without_oai_details_come_by_identifier() -> None:
    async with bench(
        invent(DAYS), morning(THU), Trouble(Fault.HTML, OAI, times=2), prepare=settled_before(THU)
    ) as one:
        await one.step()

        assert kinds(one) == [FEED, OAI, API]
        assert one.archive.days[THU].settled_at == morning(THU)
        assert await one.archive.needing_details(THU) == ()
        await one.until(at(THU, 12))
        assert one.lane.marks["oai-day"] == THU.isoformat()


async def test_a_batch_without_details_is_settled_after_an_hour_and_enriched_late() -> None:
    silent = (Trouble(Fault.STATUS_502, OAI, times=3), Trouble(Fault.STATUS_502, API, times=2))
    async with bench(invent(DAYS), morning(THU), *silent, prepare=settled_before(THU)) as one:
        await one.until(at(THU, 12))

        assert one.archive.days[THU].settled_at == morning(THU) + HOUR
        late = [row for row in one.rows() if row.late]
        assert {(row.paper, row.version, row.kind) for row in late} == {
            row
            for row in listed(one.arxiv.world, THU)
            if row[2] is not Kind.CROSS  # known before
        }
        assert await one.archive.needing_details(THU) == ()


async def test_a_refused_request_for_details_is_not_repeated() -> None:
    trouble = (Trouble(Fault.HTML, OAI, times=9), Trouble(Fault.STATUS_400, API, times=9))
    async with bench(invent(DAYS), morning(THU), *trouble, prepare=settled_before(THU)) as one:
        await one.until(at(THU, 9))

        assert one.arxiv.count(API) == 1
        assert one.states() == {"19": SETTLED}


# ── OAI that goes wrong ──────────────────────────────────────────────────────────────────────────


async def test_a_defective_record_is_left_out_after_three_vain_attempts() -> None:
    async with bench(
        invent(DAYS),
        morning(THU),
        Trouble(Fault.MISSING_PARTS, OAI, times=9),
        prepare=settled_before(THU),
    ) as one:
        await one.until(at(THU, 12))

        assert one.lane.marks["oai-day"] == THU.isoformat()
        assert announced(one, THU) == listed(one.arxiv.world, THU)


async def test_a_harvest_that_was_interrupted_goes_on_where_it_was() -> None:
    async with bench(invent(DAYS), at(WED, 15)) as one:
        for _ in range(3):
            await one.collector.step()
        one.restart()
        await one.step()

        tokens = [seen.target for seen in one.arxiv.log if seen.kind == OAI]
        assert sum("from=2026-10-19" in target for target in tokens) == 1
        assert announced(one, WED) == listed(one.arxiv.world, WED)
        assert {row.batch for row in one.rows()} == set(DAYS[:8])


async def test_a_harvest_whose_token_expired_begins_again() -> None:
    async with bench(invent(DAYS), at(WED, 15)) as one:
        for _ in range(3):
            await one.collector.step()
        one.calendar.jump(at(THU, 15))
        one.restart()
        await one.step()

        assert announced(one, THU) == listed(one.arxiv.world, THU)
        assert len({(r.paper, r.version, r.kind, r.cats) for r in one.rows()}) == len(one.rows())


async def test_a_harvest_without_network_begins_when_there_is_one() -> None:
    async with bench(invent(DAYS), at(WED, 15), Trouble(Fault.RESET_BEFORE, times=3)) as one:
        await one.step()
        assert one.note.startswith("arXiv has not answered since Wed 18 Nov, 15:00 UTC.")
        await one.until(at(WED, 16))

        assert one.harvested == 1
        assert announced(one, WED) == listed(one.arxiv.world, WED)


async def test_a_harvest_that_arxiv_answers_with_rubbish_is_abandoned_and_feeds_go_on() -> None:
    async with bench(invent(DAYS), at(WED, 6), Trouble(Fault.HTML, OAI, times=6)) as one:
        await one.until(at(WED, 12))

        assert announced(one, WED) >= listed(one.arxiv.world, WED)
        assert one.harvested == 1


# ── crashes ──────────────────────────────────────────────────────────────────────────────────────


class Crash(Exception):
    """The process dies here."""


class Fuse:
    """Lets a number of writes pass; the next one dies, before or after it is done."""

    def __init__(self, one: Bench, left: int, *, after: bool) -> None:
        self.left = left
        self.after = after
        for port, names in (
            (one.archive, ("add", "put", "mark")),
            (one.lane, ("store", "set_mark")),
        ):
            for name in names:
                self._wire(port, name)

    def _wire(self, port: object, name: str) -> None:
        write = getattr(type(port), name)

        async def fused(*args: object, **kwargs: object) -> object:
            self.left -= 1
            if self.left == 0 and not self.after:
                raise Crash
            result = await write(port, *args, **kwargs)
            if self.left == 0:
                raise Crash
            return result

        setattr(port, name, fused)


async def days_with_a_crash(
    left: int, *, after: bool
) -> tuple[list[object], dict[str, BatchState], int]:
    """Return what two days leave in the store if the process dies at one write, and restarts."""
    start = at(TUE, 15)
    async with bench(invent(DAYS[5:9], per_day=4), start) as one:
        fuse = Fuse(one, left, after=after)
        while True:
            try:
                await one.until(at(THU, 6))
                break
            except Crash:
                one.restart()
        rows = [(r.paper, r.version, r.kind, r.batch, r.cats, r.seq, r.late) for r in one.rows()]
        return list(rows), one.states(), fuse.left


async def test_a_crash_at_any_write_and_a_restart_give_the_same_rows() -> None:
    rows, states, left = await days_with_a_crash(10**6, after=False)
    writes = 10**6 - left

    for after in (False, True):
        for number in range(1 + after, writes + 1, 2):
            crashed = await days_with_a_crash(number, after=after)
            assert crashed[:2] == (rows, states), f"write {number} of {writes}, after={after}"


async def test_cancelling_a_step_leaves_the_lane_usable() -> None:
    async with bench(
        invent(DAYS), morning(THU), Trouble(Fault.STALL, FEED), prepare=settled_before(THU)
    ) as one:
        step = asyncio.create_task(one.collector.step())
        await one.arxiv.arrived.wait()
        step.cancel()
        with pytest.raises(asyncio.CancelledError):
            await step
        await one.until(at(THU, 12))

        assert announced(one, THU) == listed(one.arxiv.world, THU)


async def test_a_stop_written_by_a_wrong_clock_does_not_stop_the_bot_for_years() -> None:
    async with bench(invent(DAYS), morning(THU), prepare=settled_before(THU)) as one:
        one.lane.state = LaneState(stopped_until=at(THU, 5) + timedelta(days=4000))
        again = await one.step()

        assert again <= one.calendar.now() + timedelta(seconds=LIMITS.arxiv.retry_after_max)
