"""The collector against a stand-in that judges it, with a calendar that jumps.

Mornings are 05:20 UTC in winter: 00:20 US Eastern.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.model import BatchState, Kind
from bot.ports import LaneState
from tests.collect.world import LIMITS, Bench, bench
from tests.standins.arxiv import API, FEED, OAI
from tests.standins.arxiv_faults import Fault, Trouble
from tests.standins.arxiv_world import Event, Text, World, invent, list_days

SETTLED, GIVEN_UP = BatchState.SETTLED, BatchState.GIVEN_UP
DAYS = list_days(date(2026, 11, 9), 12)  # Monday 9 … Tuesday 24 November
MON, TUE, WED, THU, FRI = DAYS[5:10]  # 16 … 20 November
HOUR = timedelta(hours=1)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def morning(day: date) -> datetime:
    return at(day, 5, 20)


def settled_before(day: date) -> Callable[[Bench], Awaitable[None]]:
    """Let a bench begin as if it had run until the day before."""
    return lambda one: one.remember(day)


def announced(one: Bench, day: date) -> set[tuple[str, int, Kind]]:
    return {(r.paper, r.version, r.kind) for r in one.rows() if r.batch == day and not r.late}


def listed(world: World, day: date) -> set[tuple[str, int, Kind]]:
    """What a list day announced, straight from the world: the reference."""
    return {
        (e.paper, e.version, Kind(e.action))
        for e in world.events
        if e.day == day and e.action != "absonly"
    }


def kinds(one: Bench, after: int = 0) -> list[str]:
    return [seen.kind for seen in one.arxiv.log[after:]]


# ── usual days ───────────────────────────────────────────────────────────────────────────────────


async def test_the_first_start_harvests_then_reads_todays_feed() -> None:
    async with bench(invent(DAYS), at(WED, 15)) as one:
        await one.step()

        batches = [row.batch for row in one.rows()]
        sources = {
            row.batch: {r.source for r in one.rows() if r.batch == row.batch} for row in one.rows()
        }
        assert batches == sorted(batches)
        assert sources[WED] == {"feed"}
        assert all(source == {"oai"} for day, source in sources.items() if day < WED)
        assert announced(one, WED) == listed(one.arxiv.world, WED)
        assert set(one.states().values()) == {SETTLED}
        assert one.harvested == 1


async def test_harvested_days_count_as_settled_when_they_would_have_been() -> None:
    async with bench(invent(DAYS), at(WED, 15)) as one:
        await one.step()

        assert one.archive.days[TUE].settled_at == morning(TUE)
        assert one.archive.days[WED].settled_at == at(WED, 15)
        horizon = await one.archive.horizon(settled_by=at(TUE, 6))
        assert {row.batch for row in one.rows() if row.seq <= horizon} == set(DAYS[:7])


async def test_the_harvest_says_how_far_it_is() -> None:
    async with bench(invent(DAYS), at(WED, 15)) as one:
        assert one.note.startswith("I am about to read the last 30 days")
        while not one.progress:
            await one.collector.step()
        assert "I am reading the last 30 days of arXiv: 10 records" in one.note
        await one.step()

        reached = [progress.reached for progress in one.progress]
        assert reached == sorted(reached)
        assert one.note == (
            "arXiv of Wed 18 Nov: 8 papers, read at 15:00 UTC. The next list comes Thu 19 Nov."
        )


async def test_on_every_following_day_exactly_what_was_listed_is_announced() -> None:
    async with bench(invent(DAYS), at(WED, 15)) as one:
        await one.step()
        await one.until(at(DAYS[11], 15))

        for day in DAYS[8:]:
            assert announced(one, day) == listed(one.arxiv.world, day)
            assert one.archive.days[day].settled_at == morning(day)
        assert len({(r.paper, r.version, r.kind, r.cats) for r in one.rows()}) == len(one.rows())


async def test_a_usual_day_costs_a_handful_of_requests_and_none_for_details() -> None:
    async with bench(invent(DAYS), morning(THU), prepare=settled_before(THU)) as one:
        await one.until(at(THU, 23))

        assert kinds(one) == [FEED, OAI, OAI]
        assert all(row.source == "feed" for row in one.rows())
        papers = [paper for _, paper in await one.archive.window(THU)]
        assert all(paper.comment and paper.updated and paper.published for paper in papers)


async def test_weekends_and_holidays_cost_no_request_and_are_explained() -> None:
    async with bench(invent(DAYS), morning(FRI), prepare=settled_before(FRI)) as one:
        await one.until(at(FRI, 12))
        before = one.arxiv.count()
        assert one.note.endswith("The next list comes Mon 23 Nov.")
        await one.until(at(FRI + timedelta(days=1), 18))
        assert one.note.endswith("Weekend: the next list comes Mon 23 Nov.")
        await one.until(morning(FRI + timedelta(days=3)) - timedelta(minutes=10))

        assert one.arxiv.count() == before
        assert one.note.endswith("The next, of Mon 23 Nov, comes later today.")


async def test_a_weekday_without_a_list_is_given_up_and_no_alarm() -> None:
    world = World([event for event in invent(DAYS).events if event.day != THU])
    async with bench(world, morning(THU), prepare=settled_before(THU)) as one:
        await one.step()
        assert one.note == "arXiv of Thu 19 Nov is late: I ask again at 05:40 UTC."
        await one.until(at(THU, 23))

        assert kinds(one) == [FEED] * 5 + [OAI]
        assert one.states() == {"19": GIVEN_UP}
        assert one.note.startswith("arXiv announced nothing on Thu 19 Nov.")
        assert one.archive.days[THU].settled_at == morning(THU) + 7 * HOUR + timedelta(minutes=20)


async def test_the_feed_is_asked_conditionally_with_what_was_read_before() -> None:
    async with bench(invent(DAYS), morning(THU), prepare=settled_before(THU)) as one:
        await one.until(at(FRI, 12))

        feeds = [seen for seen in one.arxiv.log if seen.kind == FEED]
        assert [seen.conditional for seen in feeds] == [False, True]


async def test_an_evening_start_does_not_take_tomorrows_feed_away_from_it() -> None:
    late = at(FRI, 4)  # Thursday 23:00 Eastern: OAI has Friday's list already
    async with bench(invent(DAYS), late, prepare=settled_before(THU)) as one:
        await one.step()
        assert {row.batch for row in one.rows()} == {THU}
        await one.until(at(FRI, 12))

        assert announced(one, FRI) == listed(one.arxiv.world, FRI)
        assert {row.source for row in one.rows() if row.batch == FRI} == {"feed"}


# ── days that go wrong ───────────────────────────────────────────────────────────────────────────


async def test_yesterdays_items_under_todays_date_are_stale_and_asked_for_again() -> None:
    stale = Trouble(Fault.YESTERDAY, FEED, first=2, times=2)
    async with bench(invent(DAYS), morning(WED), stale, prepare=settled_before(WED)) as one:
        await one.until(at(WED, 23))
        await one.until(at(THU, 12))

        assert kinds(one) == [FEED, OAI, OAI, FEED, FEED, FEED, OAI, OAI]
        assert one.archive.days[THU].first_read == morning(THU) + timedelta(minutes=80)
        assert announced(one, THU) == listed(one.arxiv.world, THU)


async def test_a_day_whose_feed_stays_stale_is_healed_by_oai() -> None:
    stale = Trouble(Fault.YESTERDAY, FEED, first=2, times=5)
    async with bench(invent(DAYS), morning(WED), stale, prepare=settled_before(WED)) as one:
        await one.until(at(THU, 23))

        assert announced(one, THU) == listed(one.arxiv.world, THU)
        assert {row.source for row in one.rows() if row.batch == THU} == {"oai"}
        assert one.states() == {"18": SETTLED, "19": GIVEN_UP}


async def test_days_that_were_missed_are_healed_with_their_own_dates() -> None:
    async with bench(invent(DAYS), morning(MON), prepare=settled_before(MON)) as one:
        await one.until(at(MON, 12))
        one.calendar.jump(at(THU, 12))
        one.restart()
        await one.step()

        # What changed again meanwhile stands under the day of its last change.
        so_far: set[tuple[str, int]] = set()
        for day in (MON, TUE, WED, THU):
            so_far |= {(paper, version) for paper, version, _ in listed(one.arxiv.world, day)}
            assert {(paper, version) for paper, version, _ in announced(one, day)} <= so_far
        assert {(row.paper, row.version) for row in one.rows()} == so_far
        assert one.states() == {"16": SETTLED, "17": GIVEN_UP, "18": GIVEN_UP, "19": SETTLED}


async def test_a_start_on_the_weekend_heals_what_was_missed() -> None:
    async with bench(
        invent(DAYS), at(FRI + timedelta(days=1), 12), prepare=settled_before(THU)
    ) as one:
        await one.step()

        assert FEED not in kinds(one)
        shown = {(paper, version) for paper, version, _ in announced(one, FRI)}
        assert shown >= {(paper, version) for paper, version, _ in listed(one.arxiv.world, FRI)}
        assert one.states() == {"19": GIVEN_UP, "20": GIVEN_UP}


async def test_late_versions_and_moderated_papers_that_no_feed_had_come_by_oai() -> None:
    text = Text("T", "A")
    world = invent(DAYS).add(
        Event(date(2026, 1, 5), "2601.00001", "new", ("cs.CL",), text),
        Event(THU, "2601.00001", "replace", ("cs.CL",), text, version=6),
        Event(FRI, "2611.00500", "new", ("cs.CL",), text, submitted=at(date(2026, 10, 20), 9)),
    )
    async with bench(
        world, morning(THU), Trouble(Fault.YESTERDAY, FEED, 2, 9), prepare=settled_before(THU)
    ) as one:
        await one.until(at(FRI, 23))

        assert ("2601.00001", 6, Kind.REPLACE) in announced(one, THU)
        assert ("2611.00500", 1, Kind.NEW) in announced(one, FRI)


async def test_a_paper_whose_doi_changed_is_not_announced() -> None:
    old = Event(date(2026, 1, 5), "2601.00001", "new", ("cs.CL",), Text("T", "A"))
    touched = replace(old, day=THU, action="absonly", text=Text("T", "A", doi="10.1000/x"))
    async with bench(
        invent(DAYS).add(old, touched), morning(THU), prepare=settled_before(THU)
    ) as one:
        await one.until(at(THU, 12))

        assert announced(one, THU) == listed(one.arxiv.world, THU)


async def test_a_feed_cut_by_arxiv_is_asked_for_in_halves() -> None:
    text = Text("T", "A")
    world = World(
        [
            Event(THU, f"2611.{n:05}", "new", ("cs.CL" if n % 2 else "stat.ME",), text)
            for n in range(1, 2101)
        ]
    )
    world.add(Event(WED, "2611.00000", "new", ("cs.CL",), text))
    async with bench(world, morning(THU), prepare=settled_before(THU)) as one:
        one.arxiv.hosts.oai_page = 5000
        await one.until(at(THU, 12))

        assert one.arxiv.count(FEED) <= 7
        assert len(announced(one, THU)) == 2100
        assert {row.source for row in one.rows()} == {"feed"}


@pytest.mark.parametrize(
    "fault",
    [
        Fault.HTML,
        Fault.EMPTY,
        Fault.TRUNCATED,
        Fault.MISSING_PARTS,
        Fault.BROKEN_OFF,
        Fault.REDIRECT,
    ],
)
async def test_a_garbled_feed_is_not_taken_for_nothing_new(fault: Fault) -> None:
    async with bench(
        invent(DAYS), morning(THU), Trouble(fault, FEED), prepare=settled_before(THU)
    ) as one:
        await one.step()
        assert one.rows() == []
        await one.until(at(THU, 12))

        assert one.archive.days[THU].first_read == morning(THU) + timedelta(minutes=20)
        assert announced(one, THU) == listed(one.arxiv.world, THU)


async def test_an_item_that_never_can_be_read_costs_only_itself() -> None:
    async with bench(
        invent(DAYS),
        morning(THU),
        Trouble(Fault.MISSING_PARTS, FEED, times=9),
        prepare=settled_before(THU),
    ) as one:
        await one.until(at(THU, 23))

        assert announced(one, THU) == listed(one.arxiv.world, THU)  # OAI has it
        assert sorted({row.source for row in one.rows()}) == ["feed", "oai"]


async def test_throttling_stops_everything_and_then_the_day_goes_on() -> None:
    async with bench(
        invent(DAYS), morning(THU), Trouble(Fault.STATUS_429, times=2), prepare=settled_before(THU)
    ) as one:
        again = await one.step()
        assert 890 < (again - one.calendar.now()).total_seconds() <= 900
        assert one.note == "arXiv asks me to wait until 05:35 UTC. Nothing is lost."
        one.calendar.jump(again)
        one.restart()  # the stop is monotonic: only a new process believes the calendar
        again = await one.step()
        assert 1790 < (again - one.calendar.now()).total_seconds() <= 1800
        one.calendar.jump(again)
        one.restart()
        await one.step()

        assert announced(one, THU) == listed(one.arxiv.world, THU)
        assert one.lane.state.strikes == 0


async def test_an_unreachable_arxiv_is_asked_ever_more_rarely_and_people_are_told() -> None:
    async with bench(
        invent(DAYS),
        morning(THU),
        Trouble(Fault.RESET_BEFORE, times=4),
        prepare=settled_before(THU),
    ) as one:
        waits = []
        for _ in range(4):
            again = await one.step()
            waits.append((again - one.calendar.now()).total_seconds() / 60)
            since = "arXiv has not answered since Thu 19 Nov, 05:20 UTC."
            assert one.note == f"{since} I keep asking; nothing is lost."
            one.calendar.jump(again)
        await one.step()

        assert waits == [1, 5, 15, 30]
        assert announced(one, THU) == listed(one.arxiv.world, THU)
        assert "read at 06:11 UTC" in one.note


async def test_an_archive_that_arxiv_does_not_know_costs_only_itself() -> None:
    archives = ("cs", "foo", "hep-th", "math", "stat", "q-bio")
    async with bench(
        invent(DAYS), morning(THU), archives=archives, prepare=settled_before(THU)
    ) as one:
        await one.until(at(FRI, 12))

        for day in (THU, FRI):
            assert announced(one, day) == listed(one.arxiv.world, day)
        asked = [seen.target for seen in one.arxiv.log if seen.kind == FEED]
        assert asked.count("/rss/foo") == 2  # once a day, apart from all others
        assert sum("foo" in target for target in asked[-2:]) == 1
        assert one.note.endswith("arXiv knows no foo: correct the archives in the config.")


async def test_only_the_archives_of_the_config_are_announced() -> None:
    async with bench(invent(DAYS), at(WED, 15), archives=("hep-th", "stat.ML")) as one:
        await one.step()
        await one.until(at(THU, 12))

        for row in one.rows():
            categories = one.archive.versions_of[row.paper][row.version].categories
            assert {"hep-th", "stat.ML"} & set(categories)
        news = {e.paper for e in one.arxiv.world.events if e.day == THU and e.action == "new"}
        mine = {r.paper for r in one.rows() if r.batch == THU and r.kind is Kind.NEW}
        assert mine == {p for p in news if p in one.archive.versions_of}


async def test_what_is_new_elsewhere_today_is_new_even_where_it_is_a_cross_list() -> None:
    event = Event(THU, "2611.00900", "new", ("hep-ex", "stat.ML"), Text("T", "A"))
    async with bench(
        invent(DAYS).add(event), morning(THU), archives=("stat",), prepare=settled_before(THU)
    ) as one:
        await one.until(at(THU, 12))

        assert ("2611.00900", 1, Kind.NEW) in announced(one, THU)


async def test_one_stale_group_holds_the_day_back_and_nothing_is_written_before() -> None:
    async def two_groups(one: Bench) -> None:
        await one.remember(THU)
        expected = '{"cs": 900, "stat": 50, "hep-th": 700, "math": 100, "q-bio": 50}'
        one.lane.marks["feed-expected"] = expected

    stale = Trouble(Fault.YESTERDAY, FEED, first=2)
    async with bench(invent(DAYS), morning(THU), stale, prepare=two_groups) as one:
        again = await one.step()
        assert (kinds(one), again) == ([FEED, FEED], morning(THU) + timedelta(minutes=20))
        assert one.rows() == []
        await one.until(at(THU, 12))

        assert kinds(one)[:3] == [FEED, FEED, FEED]
        assert announced(one, THU) == listed(one.arxiv.world, THU)


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
