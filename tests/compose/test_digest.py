"""Digests: each paper once, everything since the cursors, a fair share for each topic."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings, strategies as st

from bot.compose.digest import CAP, Composer, Due, Hit, LeftOut
from bot.compose.share import share
from bot.model import (
    Advance,
    Announcement,
    Because,
    Daily,
    Destination,
    Item,
    Kind,
    OnArrival,
    Paper,
    Place,
    Plan,
    Raw,
    Slot,
    Subscription,
    Weekly,
)

HERE = Destination("web", "local", "papers")
THERE = Destination("web", "local", "others")
TUESDAY = date(2026, 11, 24)
SLOT = Slot("2026-11-25T09:00 Europe/Berlin", datetime(2026, 11, 25, 8, tzinfo=UTC))
REASON = Because("title", "spin glass", ((0, 10),))
NEW, CROSS, REPLACE = Kind.NEW, Kind.CROSS, Kind.REPLACE


def said(
    paper: str, kind: Kind = NEW, version: int = 1, day: date = TUESDAY, *, late: bool = False
) -> tuple[Announcement, Paper]:
    announcement = Announcement(paper, version, kind, day, "feed", late=late)
    return announcement, Paper(paper, Raw(f"On {paper}"), Raw("We present it."), version)


def numbered(*rows: tuple[Announcement, Paper]) -> list[tuple[Announcement, Paper]]:
    return [(replace(one, seq=seq), paper) for seq, (one, paper) in enumerate(rows, 1)]


def subscription(number: int = 1, topic: str = "spin glass", **options: object) -> Subscription:
    one = Subscription(
        HERE, number, topic, topic, Daily(), "Europe/Berlin", 0, id=number * 10, first_done=True
    )
    return replace(one, **options)  # type: ignore[arg-type]


def found(*places: int, because: tuple[Because, ...] = (REASON,)) -> list[Hit]:
    return [Hit(at, lambda: because) for at in places]


def compose(
    rows: Sequence[tuple[Announcement, Paper]],
    hits: Mapping[str, Sequence[Hit]],
    *ones: Subscription,
    shown: Mapping[tuple[Destination, str], int] | None = None,
    place: Place | None = None,
    **options: object,
) -> Plan:
    composer = Composer(rows, hits, shown or {}, upto=len(rows), **options)  # type: ignore[arg-type]
    due = Due(place or Place(HERE, "#papers"), SLOT, ones or (subscription(),))
    return composer.compose(due)


def papers(plan: Plan) -> list[str]:
    return [item.paper for item in plan.items]


# ── which papers come ────────────────────────────────────────────────────────────────────────────


def test_everything_found_since_the_cursor_comes_and_the_cursor_moves() -> None:
    rows = numbered(said("a"), said("b"), said("c"), said("d"))
    plan = compose(rows, {"spin glass": found(0, 1, 3)}, subscription(cursor=1))
    assert plan.items == (
        Item("b", 1, NEW, (1,), (REASON,)),
        Item("d", 1, NEW, (1,), (REASON,)),
    )
    assert plan.advances == (Advance(10, 1, 4),)
    assert plan.slot == SLOT


def test_what_lies_after_the_end_of_the_range_waits() -> None:
    rows = numbered(said("a"), said("b"))
    composer = Composer(rows, {"spin glass": found(0, 1)}, {}, upto=1)
    plan = composer.compose(Due(Place(HERE, "#papers"), SLOT, (subscription(),)))
    assert papers(plan) == ["a"]
    assert plan.advances == (Advance(10, 0, 1),)


def test_a_cursor_never_goes_back() -> None:
    plan = compose(numbered(said("a")), {"spin glass": found(0)}, subscription(cursor=7))
    assert not plan.items
    assert plan.advances == (Advance(10, 7, 7),)


def test_a_paper_found_by_several_topics_is_one_entry_with_all_of_them() -> None:
    other = Because("abstract", "glass")
    rows = numbered(said("a"), said("b"))
    hits = {"spin glass": found(0), "glass": found(0, 1, because=(REASON, other))}
    plan = compose(rows, hits, subscription(1), subscription(2, "glass"))
    assert plan.items == (
        Item("a", 1, NEW, (1, 2), (REASON, other)),
        Item("b", 1, NEW, (2,), (REASON, other)),
    )


def test_a_paper_shown_before_does_not_come_again() -> None:
    rows = numbered(said("a"), said("b", CROSS))
    plan = compose(rows, {"spin glass": found(0, 1)}, shown={(HERE, "a"): 1, (THERE, "b"): 1})
    assert papers(plan) == ["b"]


def test_only_the_kinds_that_were_asked_for_bring_a_paper() -> None:
    rows = numbered(said("a"), said("b", CROSS), said("c", REPLACE, 2))
    hits = {"spin glass": found(0, 1, 2)}
    assert papers(compose(rows, hits)) == ["a", "b"]
    assert papers(compose(rows, hits, subscription(kinds=frozenset({NEW})))) == ["a"]
    assert papers(compose(rows, hits, subscription(kinds=frozenset({REPLACE})))) == ["c"]


def test_updates_bring_back_only_newer_versions_of_papers_already_shown() -> None:
    rows = numbered(said("a", REPLACE, 2), said("b", REPLACE, 2), said("c", REPLACE, 2), said("d"))
    hits = {"spin glass": found(0, 1, 2, 3)}
    shown = {(HERE, "a"): 1, (HERE, "b"): 2, (HERE, "d"): 1}
    assert papers(compose(rows, hits, shown=shown)) == []
    plan = compose(rows, hits, subscription(updates=True), shown=shown)
    assert plan.items == (Item("a", 2, REPLACE, (1,), (REASON,), update=True),)


def test_replacements_that_are_asked_for_come_once_too() -> None:
    rows = numbered(said("a", REPLACE, 3))
    one = subscription(kinds=frozenset(Kind))
    plan = compose(rows, {"spin glass": found(0)}, one)
    assert plan.items == (Item("a", 3, REPLACE, (1,), (REASON,), update=False),)
    assert not compose(rows, {"spin glass": found(0)}, one, shown={(HERE, "a"): 2}).items


def test_a_paper_that_was_new_and_replaced_in_the_range_comes_once_in_its_last_version() -> None:
    rows = numbered(said("a"), said("b"), said("a", REPLACE, 2))
    later = Because("title", "spin glasses")
    hits = {"spin glass": [*found(0, 1), *found(2, because=(later,))]}
    for one in (subscription(), subscription(updates=True), subscription(kinds=frozenset(Kind))):
        plan = compose(rows, hits, one)
        assert plan.items == (Item("a", 2, NEW, (1,), (later,)), Item("b", 1, NEW, (1,), (REASON,)))


def test_a_late_announcement_brings_only_what_the_destination_lacks() -> None:
    rows = numbered(said("a", late=True), said("b", late=True), said("c", REPLACE, 2, late=True))
    hits = {"co:neurips": found(0, 1, 2)}
    one = subscription(topic="co:neurips", updates=True)
    plan = compose(rows, hits, one, shown={(HERE, "a"): 1, (HERE, "c"): 1})
    assert papers(plan) == ["b"]


def test_what_the_place_excludes_is_taken_from_every_topic_and_counted() -> None:
    rows = numbered(said("a"), said("b"), said("c"))
    rows[1] = (rows[1][0], replace(rows[1][1], title=Raw("A survey of b")))
    hits = {"spin glass": found(0, 1), "glass": found(1, 2)}
    place = Place(HERE, "#papers", exclude="survey OR thesis")
    ones = subscription(1), subscription(2, "glass")
    shown = {(HERE, "a"): 1}
    assert papers(compose(rows, hits, *ones, place=place, shown=shown)) == ["c"]
    composer = Composer(rows, hits, shown, upto=3)
    assert composer.left_out(Due(place, SLOT, ones)) == LeftOut(seen=1, excluded=1)


def test_an_alert_may_skip_what_a_channel_already_showed() -> None:
    rows = numbered(said("a"), said("b"))
    hits = {"spin glass": found(0, 1)}
    place = Place(HERE, "me", is_person=True, skip_shown_at=THERE)
    assert papers(compose(rows, hits, place=place, shown={(THERE, "a"): 1})) == ["b"]
    due = Due(place, SLOT, (subscription(),))
    assert Composer(rows, hits, {(THERE, "a"): 1}, upto=2).left_out(due) == LeftOut(seen=1)


def test_two_slots_of_one_destination_share_the_papers_between_them() -> None:
    rows = numbered(said("a"), said("b"))
    composer = Composer(rows, {"spin glass": found(0), "glass": found(0, 1)}, {}, upto=2)
    place = Place(HERE, "#papers")
    first = Due(place, SLOT, (subscription(1),))
    second = Due(
        place, Slot("2026-11-25T09:30 Europe/Berlin", SLOT.due), (subscription(2, "glass"),)
    )
    assert [papers(composer.compose(due)) for due in (first, second)] == [["a"], ["b"]]
    assert [papers(composer.compose(due)) for due in (first, second)] == [["a"], ["b"]]


def test_sections_come_in_order_and_papers_in_the_order_of_announcement() -> None:
    rows = numbered(said("a", REPLACE, 2), said("b", CROSS), said("c"), said("d", CROSS), said("e"))
    one = subscription(kinds=frozenset(Kind))
    assert papers(compose(rows, {"spin glass": found(0, 1, 2, 3, 4)}, one)) == [*"cebda"]


def test_reasons_are_asked_for_only_for_what_comes() -> None:
    asked: list[int] = []

    def hit(at: int) -> Hit:
        def because() -> tuple[Because, ...]:
            asked.append(at)
            return (REASON,)

        return Hit(at, because)

    rows = numbered(*(said(name) for name in "abc"))
    compose(rows, {"spin glass": [hit(0), hit(1)]}, shown={(HERE, "a"): 1})
    assert asked == [1]


# ── the cap ──────────────────────────────────────────────────────────────────────────────────────


def test_papers_beyond_the_cap_are_frozen_behind_those_shown() -> None:
    rows = numbered(*(said(f"p{n:02}") for n in range(40)))
    plan = compose(rows, {"spin glass": found(*range(40))})
    assert (plan.shown, len(plan.items)) == (CAP, 40)
    assert papers(plan) == [f"p{n:02}" for n in range(40)]


def test_a_small_topic_has_its_place_beside_a_large_one() -> None:
    rows = numbered(*(said(f"p{n:03}") for n in range(100)))
    hits = {"spin glass": found(*range(96)), "glass": found(96, 97, 98, 99)}
    plan = compose(rows, hits, subscription(1), subscription(2, "glass"))
    shown = papers(plan)[: plan.shown]
    assert shown == [f"p{n:03}" for n in [*range(26), 96, 97, 98, 99]]
    assert sorted(papers(plan)) == [f"p{n:03}" for n in range(100)]


topic_sets = st.lists(
    st.lists(st.integers(1, 14), min_size=1, max_size=4, unique=True), min_size=1, max_size=90
)


@given(topic_sets, st.sampled_from([30, 10, 1]))
def test_the_cap_is_kept_and_shared_fairly(topics: list[list[int]], cap: int) -> None:
    chosen = share(topics, cap)
    assert len(chosen) == min(cap, len(topics))
    has = {
        topic: [p for p, by in enumerate(topics) if topic in by] for by in topics for topic in by
    }
    turns = cap // len(has)
    for places in has.values():
        assert len(chosen & set(places)) >= min(turns, len(places))
        if len(has) <= 10 and cap == 30:
            assert len(chosen & set(places)) >= min(3, len(places))


# ── the heading ──────────────────────────────────────────────────────────────────────────────────


def test_the_heading_tells_days_count_and_topics() -> None:
    monday = TUESDAY - timedelta(days=1)
    rows = numbered(said("a", day=monday), said("b"), said("c", late=True))
    plan = compose(rows, {"spin glass": found(1)})
    assert plan.heading.days == (monday, TUESDAY)
    assert plan.heading.scanned == 2
    assert plan.heading.topics == ((1, "spin glass"),)
    assert not plan.heading.catch_up
    assert not plan.heading.note


def test_a_day_of_which_only_stragglers_came_is_not_named() -> None:
    friday = date(2026, 11, 20)
    rows = numbered(said("a", day=friday), said("b"), said("c"))
    announced = {friday: 900, TUESDAY: 2}
    plan = compose(rows, {"spin glass": found(0, 1)}, announced=announced)
    assert plan.heading.days == (TUESDAY,)
    alone = compose(rows[:1], {"spin glass": found(0)}, announced=announced)
    assert alone.heading.days == (friday,)


def test_the_first_digest_time_posts_even_when_empty() -> None:
    rows = numbered(*(said(f"p{n}") for n in range(1204)))
    plan = compose(rows, {}, subscription(first_done=False), subscription(2, "glass"))
    assert plan.heading.note == (
        "Nothing on spin glass among the 1,204 papers of Tue 24 Nov. I stay quiet on such days."
    )
    assert plan.heading.actions == ("tell-empty",)


def test_later_empty_days_only_move_cursors() -> None:
    plan = compose(numbered(said("a")), {})
    assert not plan.items
    assert not plan.heading.note
    assert plan.advances == (Advance(10, 0, 1),)


def test_empty_days_are_told_where_people_asked_for_it() -> None:
    place = Place(HERE, "#papers", tell_empty=True)
    plan = compose(numbered(said("a")), {}, subscription(1), subscription(2, "glass"), place=place)
    assert plan.heading.note == "Nothing on spin glass or glass among the 1 paper of Tue 24 Nov."
    assert plan.heading.actions == ()


def test_a_day_without_an_announcement_says_nothing_not_even_at_first() -> None:
    plan = compose([], {}, subscription(first_done=False), place=Place(HERE, "#", tell_empty=True))
    assert not plan.heading.note
    assert plan.heading.days == ()


@pytest.mark.parametrize(
    ("schedule", "days", "catch_up"),
    [
        (Daily(), 2, False),
        (Daily(), 3, True),
        (OnArrival(), 3, True),
        (Weekly((1,)), 5, False),
        (Weekly((1,)), 7, True),
        (Weekly((1, 4)), 5, False),
        (Weekly((1, 4)), 6, True),
    ],
)
def test_a_digest_of_three_days_more_than_usual_is_a_catch_up(
    schedule: Daily | Weekly | OnArrival, days: int, catch_up: bool
) -> None:
    rows = numbered(*(said(f"p{n}", day=date(2026, 11, 2 + n)) for n in range(days)))
    plan = compose(rows, {"spin glass": found(0)}, subscription(schedule=schedule))
    assert plan.heading.catch_up is catch_up


def test_a_catch_up_beyond_what_is_kept_says_where_it_starts() -> None:
    rows = [(replace(one, seq=900), paper) for one, paper in [said("a")]]
    composer = Composer(rows, {"spin glass": found(0)}, {}, upto=900, pruned_upto=500)
    due = Due(Place(HERE, "#papers"), SLOT, (subscription(cursor=400),))
    assert composer.compose(due).heading.note == (
        "I keep announcements for 90 days: this starts with Tue 24 Nov."
    )
    due = Due(Place(HERE, "#papers"), SLOT, (subscription(cursor=500),))
    assert composer.compose(due).heading.note == ""


def test_a_digest_that_came_late_says_so() -> None:
    rows = numbered(said("a"))
    composer = Composer(rows, {"spin glass": found(0)}, {}, upto=1)
    due = Due(Place(HERE, "#papers"), SLOT, (subscription(),), late=True)
    assert composer.compose(due).heading.late


# ── once, ever: a year of random announcements, digest by digest ─────────────────────────────────

TOPICS = ("t1", "t2", "t3")
announced = st.lists(
    st.tuples(
        st.integers(0, 7),  # paper
        st.sampled_from([NEW, NEW, CROSS, REPLACE]),
        st.integers(1, 3),  # version
        st.booleans(),  # late
        st.frozensets(st.sampled_from(TOPICS), max_size=3),  # who finds it
    ),
    max_size=30,
)
some_kinds = st.sampled_from([{NEW, CROSS}, {NEW}, {REPLACE}, set(Kind)]).map(frozenset)
some_subscriptions = st.lists(
    st.builds(
        subscription,
        st.just(1),
        st.sampled_from(TOPICS),
        kinds=some_kinds,
        updates=st.booleans(),
    ),
    min_size=1,
    max_size=3,
).map(lambda ones: [replace(one, number=n, id=n) for n, one in enumerate(ones, 1)])


def naive(
    rows: Sequence[tuple[Announcement, Paper]],
    finders: Sequence[frozenset[str]],
    ones: Sequence[Subscription],
    ledger: Mapping[str, int],
) -> set[str]:
    """The papers that should come, one announcement and subscription at a time."""
    coming = set()
    for (one, _), topics in zip(rows, finders, strict=True):
        for subscriber in ones:
            if subscriber.topic not in topics or one.seq <= subscriber.cursor:
                continue
            if one.paper not in ledger and one.kind in subscriber.kinds:
                coming.add(one.paper)
            newer = one.version > ledger.get(one.paper, 99) and one.kind is REPLACE
            if newer and not one.late and subscriber.updates:
                coming.add(one.paper)
    return coming


@given(announced, some_subscriptions, st.lists(st.integers(1, 10), min_size=1, max_size=8))
@settings(max_examples=200, deadline=None)
def test_a_paper_comes_once_ever_and_nothing_that_should_come_is_missing(
    stream: list[tuple[int, Kind, int, bool, frozenset[str]]],
    ones: list[Subscription],
    steps: list[int],
) -> None:
    rows = numbered(*(said(f"p{p}", kind, v, late=late) for p, kind, v, late, _ in stream))
    finders = [topics for *_, topics in stream]
    ledger: dict[str, int] = {}
    start = 0
    for step in [*steps, len(rows)]:
        end = min(start + step, len(rows))
        part, by = rows[start:end], finders[start:end]
        hits = {t: found(*(n for n, topics in enumerate(by) if t in topics)) for t in TOPICS}
        shown = {(HERE, paper): version for paper, version in ledger.items()}
        plan = Composer(part, hits, shown, end).compose(Due(Place(HERE, "#"), SLOT, tuple(ones)))
        assert sorted(papers(plan)) == sorted(naive(part, by, ones, ledger))
        for item in plan.items:
            assert item.version > ledger.get(item.paper, 0)
            assert item.update is (item.paper in ledger)
            assert not item.update or any(one.updates for one in ones)
            assert item.subscriptions == tuple(sorted(set(item.subscriptions)))
            ledger[item.paper] = item.version
        ones = [replace(one, cursor=end) for one in ones]
        start = end
