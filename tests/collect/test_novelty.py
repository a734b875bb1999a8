"""Kinds relative to all of arXiv, from what a feed or OAI lists and what was announced before."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.collect.arxiv.values import Announce, FeedItem, OaiRecord
from bot.collect.novelty import (
    News,
    Window,
    decide_feed,
    decide_late,
    decide_oai,
    has_news,
    highest_of,
)
from bot.model import Announcement, Kind, Paper, Raw, Seen

DAY = date(2026, 11, 18)
NOON = datetime(2026, 11, 17, 12, tzinfo=UTC)
NEW, CROSS, REPLACE, REPLACE_CROSS = Announce


def paper(
    number: int = 1, version: int = 1, cats: str = "cs.CL", comment: str | None = None
) -> Paper:
    return Paper(
        f"2611.{number:05}",
        Raw("A title"),
        Raw("An abstract"),
        version,
        categories=tuple(cats.split()),
        comment=None if comment is None else Raw(comment),
    )


def seen(*versions: int, cats: str = "cs.CL") -> Seen:
    return Seen(frozenset(versions), max(versions, default=0), frozenset(cats.split()))


CROSSED = Seen(frozenset(), 1, frozenset({"cs.CL"}))  # known by a cross-list alone
PRUNED = Seen(frozenset(), 2)  # a tombstone: the announcements are gone


def feed(*items: tuple[Paper, Announce], before: Seen | None = None, above: str = "") -> News:
    known = {} if before is None else {items[0][0].id: before}
    return decide_feed([FeedItem(*item) for item in items], known, DAY, above=above)


def kinds(news: News) -> list[tuple[str, int, Kind]]:
    return [(one.paper[-1], one.version, one.kind) for one in news.announcements]


# ── the feed ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("announce", "version", "kind"),
    [
        (NEW, 1, Kind.NEW),
        (NEW, 2, Kind.NEW),  # replaced before it was announced
        (CROSS, 1, Kind.CROSS),
        (CROSS, 3, Kind.CROSS),
        (REPLACE, 2, Kind.REPLACE),
        (REPLACE_CROSS, 2, Kind.REPLACE),
    ],
)
def test_an_unseen_paper_is_what_the_feed_says(
    announce: Announce, version: int, kind: Kind
) -> None:
    assert kinds(feed((paper(1, version), announce))) == [("1", version, kind)]


def test_a_cross_that_another_request_calls_new_is_new_once() -> None:
    one = paper(1, cats="hep-th math.AG")

    news = feed((one, CROSS), (paper(2), NEW), (one, NEW))

    assert kinds(news) == [("1", 1, Kind.NEW), ("2", 1, Kind.NEW)]
    assert news.papers == (one, paper(2))


def test_the_order_does_not_depend_on_the_requests() -> None:
    items = [(paper(1, 2), REPLACE), (paper(5), CROSS), (paper(9), NEW), (paper(8), NEW)]

    assert kinds(feed(*items)) == kinds(feed(*reversed(items)))
    assert [one[0] for one in kinds(feed(*items))] == ["8", "9", "5", "1"]


def test_a_cross_with_a_number_above_all_announced_before_is_new_wherever_it_is_primary() -> None:
    news = feed((paper(7), CROSS), (paper(3), CROSS), (paper(8, 2), CROSS), above="2611.00005")

    assert kinds(news) == [("7", 1, Kind.NEW), ("3", 1, Kind.CROSS), ("8", 2, Kind.CROSS)]


def test_a_cross_carries_all_categories_sorted_and_others_none() -> None:
    news = feed((paper(1, cats="stat.ML cs.CL"), CROSS), (paper(2, cats="cs.LG cs.AI"), NEW))

    assert [one.cats for one in news.announcements] == [(), ("cs.CL", "stat.ML")]
    assert {one.batch for one in news.announcements} == {DAY}


@pytest.mark.parametrize(
    ("item", "before"),
    [
        ((paper(1, 1), NEW), seen(1)),
        ((paper(1, 1), CROSS), seen(1)),
        ((paper(1, 1), CROSS), CROSSED),
        ((paper(1, 2), REPLACE), seen(1, 2)),
        ((paper(1, 2), REPLACE), seen(2)),
        ((paper(1, 1), NEW), PRUNED),
        ((paper(1, 2), REPLACE), PRUNED),
    ],
)
def test_what_was_announced_before_is_no_news(item: tuple[Paper, Announce], before: Seen) -> None:
    assert feed(item, before=before).announcements == ()
    assert not has_news([FeedItem(*item)], {item[0].id: before})


@pytest.mark.parametrize(
    ("item", "before", "kind"),
    [
        ((paper(1, 2), REPLACE), seen(1), Kind.REPLACE),
        ((paper(1, 3), REPLACE), PRUNED, Kind.REPLACE),
        ((paper(1, 1, "cs.CL cs.LG"), CROSS), seen(1), Kind.CROSS),
        ((paper(1, 1, "cs.CL cs.LG"), CROSS), CROSSED, Kind.CROSS),
        ((paper(1, 1), CROSS), PRUNED, Kind.CROSS),
        ((paper(1, 1), NEW), CROSSED, Kind.NEW),
        ((paper(1, 2), REPLACE), CROSSED, Kind.REPLACE),
    ],
)
def test_what_is_new_about_a_known_paper_is_news(
    item: tuple[Paper, Announce], before: Seen, kind: Kind
) -> None:
    assert kinds(feed(item, before=before)) == [("1", item[0].version, kind)]
    assert has_news([FeedItem(*item)], {item[0].id: before})


def test_a_replacement_that_also_gained_a_category_is_both_and_the_cross_comes_first() -> None:
    news = feed((paper(1, 2, "cs.CL cs.LG"), REPLACE), before=seen(1))

    assert kinds(news) == [("1", 2, Kind.CROSS), ("1", 2, Kind.REPLACE)]


def test_deciding_again_after_a_crash_announces_nothing_twice() -> None:
    items = [FeedItem(paper(1, cats="hep-th math.AG"), CROSS), FeedItem(paper(2), NEW)]
    again = decide_feed(
        items, {"2611.00001": CROSSED, "2611.00002": seen(1)}, DAY, above="2611.00009"
    )

    assert kinds(again) == [("1", 1, Kind.CROSS)]  # its new categories


# ── OAI ──────────────────────────────────────────────────────────────────────────────────────────

WINDOW = Window(NOON - timedelta(days=14), above="2611.00005")
OLD, RECENT = NOON - timedelta(days=30), NOON - timedelta(days=1)


def record(*dates: datetime, number: int = 1, cats: str = "cs.CL") -> OaiRecord:
    latest = paper(number, len(dates), cats, comment="the newest comment")
    return OaiRecord(latest.id, DAY, latest, tuple(enumerate(dates, start=1)))


def oai(one: OaiRecord, before: Seen | None = None) -> News:
    known = {} if before is None else {one.id: before}
    return decide_oai([one], known, WINDOW, lambda record, _: record.datestamp)


def test_every_unannounced_version_inside_the_window_is_announced() -> None:
    assert kinds(oai(record(RECENT, NOON, NOON))) == [
        ("1", 1, Kind.NEW),
        ("1", 2, Kind.REPLACE),
        ("1", 3, Kind.REPLACE),
    ]


def test_a_version_outside_the_window_only_updates_the_paper() -> None:
    news = oai(record(OLD))

    assert news.announcements == ()
    assert [one.comment for one in news.papers] == ["the newest comment"]


def test_an_old_paper_with_a_new_version_is_replaced_not_new() -> None:
    assert kinds(oai(record(OLD, NOON))) == [("1", 2, Kind.REPLACE)]


def test_a_paper_that_moderation_held_is_new_by_its_number() -> None:
    assert kinds(oai(record(OLD, number=9))) == [("9", 1, Kind.NEW)]
    assert kinds(oai(record(OLD, number=4))) == []


def test_versions_announced_before_are_not_announced_again() -> None:
    assert kinds(oai(record(RECENT, NOON), seen(1, 2))) == []
    assert kinds(oai(record(RECENT, NOON), seen(1))) == [("1", 2, Kind.REPLACE)]
    assert kinds(oai(record(RECENT, NOON), PRUNED)) == []


def test_a_version_missed_between_two_announced_ones_is_healed() -> None:
    news = oai(record(RECENT, RECENT, NOON), seen(1, 3))

    assert kinds(news) == [("1", 2, Kind.REPLACE)]


def test_a_paper_known_by_a_cross_list_is_not_new_to_oai() -> None:
    assert kinds(oai(record(RECENT), CROSSED)) == []
    assert kinds(oai(record(RECENT, NOON), CROSSED)) == [("1", 2, Kind.REPLACE)]


def test_a_known_paper_that_gained_a_category_is_a_cross_whatever_its_age() -> None:
    news = oai(record(OLD, cats="cs.CL cs.LG"), seen(1))

    assert kinds(news) == [("1", 1, Kind.CROSS)]
    assert news.announcements[0].cats == ("cs.CL", "cs.LG")


def test_of_an_earlier_version_only_its_date_is_known() -> None:
    news = oai(record(RECENT, NOON))
    first = next(one for one in news.papers if one.version == 1)

    assert (first.updated, first.comment) == (RECENT, None)
    assert {one.version for one in news.papers} == {1, 2}


def test_deleted_records_are_passed_over() -> None:
    assert decide_oai([OaiRecord("2611.00001", DAY, None)], {}, WINDOW, lambda *_: DAY) == News()


# ── afterwards ───────────────────────────────────────────────────────────────────────────────────


def test_only_what_gained_a_comment_or_journal_is_announced_late() -> None:
    rows = [
        (Announcement(f"2611.{n:05}", 1, Kind.NEW, DAY, "feed", seq=n), paper(n)) for n in (1, 2, 3)
    ]
    details = [paper(1, comment="Accepted at X"), paper(2, comment="")]

    late = decide_late(rows, details)

    assert late == (Announcement("2611.00001", 1, Kind.NEW, DAY, "feed", late=True),)
    assert decide_late([(late[0], paper(1))], details) == ()


def test_the_highest_identifier_counts_only_new_papers() -> None:
    rows = [
        Announcement("2611.00007", 1, Kind.NEW, DAY, "feed"),
        Announcement("2611.00009", 1, Kind.CROSS, DAY, "feed"),
    ]

    assert highest_of(rows) == "2611.00007"
    assert highest_of(rows, "2611.00008") == "2611.00008"
    assert highest_of([], "") == ""
