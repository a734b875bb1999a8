"""The collector on days that go wrong: stale, cut, garbled, refused, unreachable."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.model import Kind
from tests.collect.days import (
    DAYS,
    FRI,
    GIVEN_UP,
    MON,
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
from tests.collect.world import Bench, bench
from tests.standins.arxiv import FEED, OAI
from tests.standins.arxiv_faults import Fault, Trouble
from tests.standins.arxiv_world import Event, Text, World, invent

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


async def test_an_archive_without_papers_is_believed_the_second_time_though_nothing_changed() -> (
    None
):
    text = Text("T", "A")
    world = World(
        [
            Event(WED, "2611.00001", "new", ("hep-th",), text),
            Event(THU, "2611.00002", "new", ("cs.CL",), text),
        ]
    )
    async with bench(
        world, morning(THU), archives=("cs", "hep-th"), prepare=settled_before(THU)
    ) as one:
        one.lane.marks["feed-expected"] = '{"cs": 900, "hep-th": 900}'  # a request each
        await one.until(at(THU, 12))

        assert one.archive.days[THU].first_read == morning(THU) + timedelta(minutes=20)
        assert one.states() == {"19": SETTLED}
        assert announced(one, THU) == listed(world, THU)


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
