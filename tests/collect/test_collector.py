"""The collector against a stand-in that judges it, with a calendar that jumps.

Mornings are 05:20 UTC in winter: 00:20 US Eastern.
"""

from datetime import timedelta

from tests.collect.days import (
    DAYS,
    FRI,
    GIVEN_UP,
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
from tests.collect.world import bench
from tests.standins.arxiv import FEED, OAI
from tests.standins.arxiv_world import World, invent

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
