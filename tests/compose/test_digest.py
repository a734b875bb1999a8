"""Digests: each paper once, everything since the cursors, a fair share for each topic."""

from dataclasses import replace

from hypothesis import given, strategies as st

from bot.compose.digest import CAP, Composer, Due, Hit, LeftOut
from bot.compose.share import share
from bot.model import (
    Advance,
    Because,
    Item,
    Kind,
    Place,
    Raw,
    Slot,
)
from tests.compose.digests import (
    CROSS,
    HERE,
    NEW,
    REASON,
    REPLACE,
    SLOT,
    THERE,
    compose,
    found,
    numbered,
    papers,
    said,
    subscription,
)

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
