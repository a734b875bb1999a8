"""What stands above a digest's papers, and when it posts at all."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.compose.digest import Composer, Due
from bot.model import (
    Advance,
    Daily,
    OnArrival,
    Place,
    Weekly,
)
from tests.compose.digests import HERE, SLOT, TUESDAY, compose, found, numbered, said, subscription

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
