"""The stand-in behaves as arXiv does: above all, it refuses what arXiv refuses."""

import asyncio
import gzip
import json
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.collect.arxiv.feeds import parse_feed
from bot.collect.arxiv.oai import parse_oai
from bot.collect.arxiv.parse import parse_api
from bot.errors import ArxivRefused
from bot.limits import ArxivLimits
from tests.shared_data import SHARED, needs_shared
from tests.standins.arxiv import API, FEED, OAI, ArxivStandIn, MovableCalendar
from tests.standins.arxiv_faults import Fault, Trouble
from tests.standins.arxiv_query import BadQuery, compile_query
from tests.standins.arxiv_world import Event, Record, Text, World, invent, load_listings
from tests.standins.asking import DAYS, MORNING, POLITE, get, move

# ── judging ──────────────────────────────────────────────────────────────────────────────────────


async def test_a_request_without_accept_is_answered_406(arxiv: ArxivStandIn) -> None:
    assert (await get(arxiv, "/rss/cs", {})).status == 406


async def test_a_second_connection_is_answered_429_and_remembered(arxiv: ArxivStandIn) -> None:
    arxiv.troubles.append(Trouble(Fault.STALL))
    slow = asyncio.create_task(get(arxiv, "/rss/cs"))
    await arxiv.arrived.wait()

    quick = await get(arxiv, "/rss/cs")
    arxiv.stalled.set()

    assert (quick.status, quick.body) == (429, b"Rate exceeded.")
    assert (await slow).status == 200
    assert arxiv.violations == ["two connections at once: /rss/cs"]


async def test_a_request_before_the_gap_has_passed_is_answered_429() -> None:
    hasty = ArxivLimits(gap=30.0, timeout=2.0)
    async with ArxivStandIn(invent(DAYS), MovableCalendar(MORNING), hasty) as arxiv:
        assert (await get(arxiv, "/rss/cs")).status == 200
        assert (await get(arxiv, "/oai?verb=Identify")).status == 429

    assert len(arxiv.violations) == 1


async def test_requests_and_their_spacing_are_counted(arxiv: ArxivStandIn) -> None:
    await get(arxiv, "/rss/cs")
    await get(arxiv, "/api/query?id_list=2611.00001")

    assert (arxiv.count(), arxiv.count(FEED), arxiv.count(API), arxiv.count(OAI)) == (2, 1, 1, 0)
    assert len(arxiv.spacings()) == 1
    assert arxiv.spacings()[0] >= 0
    assert arxiv.violations == []


# ── the feed ─────────────────────────────────────────────────────────────────────────────────────


async def test_the_feed_has_one_day_and_rolls_at_midnight_eastern(arxiv: ArxivStandIn) -> None:
    move(arxiv, datetime(2026, 11, 19, 4, 59, tzinfo=UTC))
    before = parse_feed((await get(arxiv, "/rss/cs+stat")).body)
    move(arxiv, datetime(2026, 11, 19, 5, 0, tzinfo=UTC))
    after = parse_feed((await get(arxiv, "/rss/cs+stat")).body)

    assert (before.day, after.day) == (date(2026, 11, 18), date(2026, 11, 19))
    assert not {i.paper.id for i in before.items if i.announce == "new"} & {
        i.paper.id for i in after.items if i.announce == "new"
    }


async def test_rss_and_atom_say_the_same(arxiv: ArxivStandIn) -> None:
    rss = parse_feed((await get(arxiv, "/rss/cs+hep-th")).body)
    atom = parse_feed((await get(arxiv, "/atom/cs+hep-th")).body)

    assert rss == atom
    assert {item.announce for item in rss.items} == {"new", "cross", "replace"}


async def test_weekends_have_a_valid_feed_without_items(arxiv: ArxivStandIn) -> None:
    move(arxiv, datetime(2026, 11, 21, 15, tzinfo=UTC))

    assert parse_feed((await get(arxiv, "/rss/cs")).body).items == ()


async def test_announce_types_are_relative_to_what_was_asked() -> None:
    text = Text("A title", "An abstract.")
    paper = Event(DAYS[2], "2611.00001", "new", ("cs.LG", "math.ST"), text)
    old = Event(DAYS[2], "2511.00009", "replace", ("cs.LG", "math.ST"), text, version=2)
    world = World().add(paper, old)

    def types(*asked: str) -> dict[str, str]:
        return {one.record.paper: one.announce for one in world.feed(DAYS[2], asked)}

    assert types("cs") == {"2611.00001": "new", "2511.00009": "replace"}
    assert types("stat") == {"2611.00001": "cross", "2511.00009": "replace-cross"}
    assert types("stat", "cs") == types("cs")
    assert types("hep-th") == {}


async def test_a_later_cross_list_appears_only_where_it_is_new() -> None:
    event = Event(
        DAYS[2], "2611.00001", "cross", ("cs.LG", "math.ST"), Text("T", "A"), added=("math.ST",)
    )

    assert [one.announce for one in World([event]).feed(DAYS[2], ["math"])] == ["cross"]
    assert World([event]).feed(DAYS[2], ["cs"]) == []


async def test_above_2000_items_the_new_papers_are_cut_and_late_versions_never_come() -> None:
    text = Text("T", "A")
    new = [Event(DAYS[0], f"2611.{n:05}", "new", ("cs.AI",), text) for n in range(1500)]
    old = [Event(DAYS[0], f"2511.{n:05}", "replace", ("cs.AI",), text, 2) for n in range(600)]
    late = Event(DAYS[0], "2501.00001", "replace", ("cs.AI",), text, 6)
    found = World([*new, *old, late]).feed(DAYS[0], ["cs"])

    assert len(found) == 2000
    assert sum(one.announce == "new" for one in found) == 1400
    assert "2501.00001" not in {one.record.paper for one in found}


async def test_a_feed_can_be_asked_for_conditionally(arxiv: ArxivStandIn) -> None:
    first = await get(arxiv, "/rss/cs")
    again = await get(arxiv, "/rss/cs", {**POLITE, "If-None-Match": first.headers["ETag"]})

    assert (again.status, again.body) == (304, b"")


async def test_a_bad_archive_is_answered_400_with_a_feed_that_says_so(arxiv: ArxivStandIn) -> None:
    answer = await get(arxiv, "/rss/cs+foo")

    assert answer.status == 400
    with pytest.raises(ArxivRefused, match="Bad archive 'foo'"):
        parse_feed(answer.body)


# ── the query API ────────────────────────────────────────────────────────────────────────────────


async def test_papers_come_by_identifier_and_unknown_ones_are_left_out(arxiv: ArxivStandIn) -> None:
    page = parse_api(
        (await get(arxiv, "/api/query?id_list=2611.00002v1,2611.99999&max_results=2")).body
    )

    assert [paper.id for paper in page.papers] == ["2611.00002"]
    assert page.total == 1


async def test_an_older_version_has_its_own_dates(arxiv: ArxivStandIn) -> None:
    path = "/api/query?id_list=2611.00002v1,2611.00002&max_results=2"
    first, newest = parse_api((await get(arxiv, path)).body).papers

    assert (first.version, newest.version) == (1, 2)
    assert first.updated == first.published == newest.published
    assert newest.updated != newest.published


async def test_a_bad_identifier_is_an_error_entry(arxiv: ArxivStandIn) -> None:
    answer = await get(arxiv, "/api/query?id_list=abc")

    assert answer.status == 400
    with pytest.raises(ArxivRefused, match="incorrect id format for abc"):
        parse_api(answer.body)


async def test_search_pages_say_how_many_there_are(arxiv: ArxivStandIn) -> None:
    query = "/api/query?search_query=cat:cs.*&sortBy=submittedDate&start=2&max_results=3"
    page = parse_api((await get(arxiv, query)).body, start=2)

    assert (len(page.papers), page.start) == (3, 2)
    assert page.total > 3


async def test_an_announcement_is_found_from_eight_in_the_evening_before(
    arxiv: ArxivStandIn,
) -> None:
    path = f"/api/query?id_list={DAYS[3]:%y%m}.00019"
    move(arxiv, datetime(2026, 11, 19, 0, 59, tzinfo=UTC))
    early = parse_api((await get(arxiv, path)).body)
    move(arxiv, datetime(2026, 11, 19, 1, 0, tzinfo=UTC))

    assert early.total == 0
    assert parse_api((await get(arxiv, path)).body).total == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('ti:"sample paper"', True),
        ('abs:"sample paper"', False),
        ('"second paragraph"', True),
        ("au:zoë AND cat:cs.CV", True),
        ("cat:cs.*", True),
        ("cat:hep-th", False),
        ("cat:cs.CV ANDNOT ti:sample", False),
        ("ti:sample ANDNOT (cat:hep-th OR cat:math.MP)", True),
        ("nothing OR ti:sample AND cat:cs.CV", True),
        ("ti:sample OR nothing AND nothing", True),  # to the right: sample OR (nothing AND …)
        ("nothing AND nothing OR ti:sample", False),  # nothing AND (nothing OR sample)
        ("nothing sample", True),  # a missing operator is OR
        ("ti:sample AND submittedDate:[202611010000 TO 202612010000]", True),
        ("ti:sample AND submittedDate:[202612010000 TO 202712010000]", False),
    ],
)
def test_queries_mean_what_they_mean_at_arxiv(query: str, *, found: bool) -> None:
    submitted = datetime(2026, 11, 15, 12, tzinfo=UTC)
    text = Text("Sample paper", "With a second paragraph.", ("Zoë Sample",))
    record = Record("2611.00001", ((1, submitted),), ("cs.CV",), text, DAYS[0])

    assert compile_query(query)(record) is found


@pytest.mark.parametrize("query", ["(a", "a)", "AND a", "a AND", 'ti:"a'])
def test_a_query_that_cannot_be_read_is_refused(query: str) -> None:
    with pytest.raises(BadQuery):
        compile_query(query)


# ── OAI-PMH ──────────────────────────────────────────────────────────────────────────────────────


async def test_oai_pages_until_no_token_is_left(arxiv: ArxivStandIn) -> None:
    start = "/oai?verb=ListRecords&metadataPrefix=arXivRaw&from=2026-11-16"
    first = parse_oai((await get(arxiv, start)).body)
    next_url = f"/oai?verb=ListRecords&resumptionToken={first.token.replace('%', '%25')}"
    last = parse_oai((await get(arxiv, next_url)).body)

    assert (len(first.records), last.token) == (10, "")
    assert len({r.id for r in first.records} | {r.id for r in last.records}) == 18


async def test_oai_tokens_expire_at_midnight_utc(arxiv: ArxivStandIn) -> None:
    start = "/oai?verb=ListRecords&metadataPrefix=arXivRaw&from=2026-11-16"
    token = parse_oai((await get(arxiv, start)).body).token.replace("%", "%25")
    move(arxiv, MORNING + timedelta(days=1))

    answer = await get(arxiv, f"/oai?verb=ListRecords&resumptionToken={token}")

    assert parse_oai(answer.body).expired


async def test_oai_shows_an_announcement_from_half_past_ten_in_the_evening_before(
    arxiv: ArxivStandIn,
) -> None:
    path = "/oai?verb=ListRecords&metadataPrefix=arXivRaw&from=2026-11-19"
    move(arxiv, datetime(2026, 11, 19, 3, 29, tzinfo=UTC))
    early = parse_oai((await get(arxiv, path)).body)
    move(arxiv, datetime(2026, 11, 19, 3, 30, tzinfo=UTC))
    later = parse_oai((await get(arxiv, path)).body)

    assert early.records == ()
    assert {record.datestamp for record in later.records} == {date(2026, 11, 19)}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("verb=Nonsense", "badVerb"),
        ("verb=ListRecords&metadataPrefix=arXivRaw&from=yesterday", "badArgument"),
        ("verb=ListRecords&metadataPrefix=marc", "cannotDisseminateFormat"),
    ],
)
async def test_oai_errors_come_with_status_200(arxiv: ArxivStandIn, query: str, code: str) -> None:
    answer = await get(arxiv, f"/oai?{query}")

    assert answer.status == 200
    with pytest.raises(ArxivRefused, match=code):
        parse_oai(answer.body)


# ── real days ────────────────────────────────────────────────────────────────────────────────────


@needs_shared
def test_the_real_listings_become_a_world_in_which_nothing_is_lost() -> None:
    world = load_listings(SHARED / "data/listings.jsonl.gz")

    assert len(world.days()) == 9
    assert len({event.paper for event in world.events}) > 3000
    for day in world.days():
        listed = {event.paper for event in world.events if event.day == day}
        shown = {one.record.paper for one in world.feed(day, ["cs"])}
        assert listed == shown


async def test_it_runs_on_its_own_and_is_told_what_to_do_over_http(tmp_path: Path) -> None:
    rows = [{"id": "2611.00001", "day": "2026-11-18", "listing": "cs.AI", "subjects": "X (cs.AI)"}]
    rest = {"title": "T", "abstract": "A", "authors": ["Ada One"], "comments": ""}
    listings = tmp_path / "listings.jsonl.gz"
    listings.write_bytes(gzip.compress("\n".join(json.dumps({**r, **rest}) for r in rows).encode()))
    command: list[str] = [
        sys.executable,
        "-m",
        "tests.standins.arxiv",
        "--gap",
        "0",
        "--listings",
        str(listings),
    ]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        base = (await process.stdout.readline()).decode().strip()
        wishes = {"now": "2026-11-18T06:00:00+00:00", "faults": [{"fault": "429", "first": 2}]}
        async with aiohttp.ClientSession(headers=POLITE) as session:
            await session.post(f"{base}/_control", json=wishes)
            feed = parse_feed(await (await session.get(f"{base}/rss/cs")).read())
            refused = await session.get(f"{base}/rss/cs")
            log = await (await session.get(f"{base}/_control")).json()
    finally:
        process.terminate()
        await process.wait()

    assert [item.paper.id for item in feed.items] == ["2611.00001"]
    assert refused.status == 429
    assert len(log["requests"]) == 2
