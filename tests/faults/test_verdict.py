"""The judge is judged: what is lost, repeated, in doubt and late, on messages made by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.model import Daily, Density, Destination, OnArrival, Schedule, Weekly
from tests.faults.reference import OwedDigest, moment, owed
from tests.faults.schedule import Kind
from tests.faults.table import Figures, Row, from_json, lines, to_json
from tests.faults.verdict import Doubt, Fate, judge
from tests.faults.world import PLATFORMS, Room, make_world

DUE = datetime(2026, 9, 15, 7, tzinfo=UTC)
ROOM = Room(
    Destination("slack", "T0", "C1"), "#c", ("spin glass",), Daily("09:00"), "UTC", Density.CARDS
)
DIGEST = OwedDigest(ROOM, DUE, frozenset({"2609.00001", "2609.00002"}))


def message(
    *papers: str, key: str = "K", at: datetime = DUE, thread: str = "", id_: str = "1.0"
) -> dict[str, Any]:
    return {
        "platform": "slack",
        "address": "C1",
        "key": key,
        "id": id_,
        "thread": thread,
        "papers": list(papers),
        "at": at.isoformat(),
    }


def fate(*held: dict[str, Any], doubts: tuple[Doubt, ...] = ()) -> Fate:
    (one,) = judge([DIGEST], held, doubts).fates
    return one


def test_a_digest_in_two_parts_is_delivered_when_its_last_paper_is_there() -> None:
    later = DUE + timedelta(hours=3)
    found = fate(message("2609.00001", key="A"), message("2609.00002", key="B", at=later))
    assert found.is_delivered
    assert found.late == timedelta(hours=3)
    assert not found.repeated


def test_a_paper_that_is_nowhere_is_lost() -> None:
    found = fate(message("2609.00001"))
    assert found.is_lost
    assert found.missing == {"2609.00002"}


def test_a_paper_whose_message_is_shown_as_a_doubt_is_not_lost() -> None:
    doubt = Doubt(("slack", "C1"), frozenset({"2609.00002"}), DUE)
    found = fate(message("2609.00001"), doubts=(doubt,))
    assert not found.is_lost
    assert not found.is_delivered
    elsewhere = replace(doubt, where=("slack", "C2"))
    assert fate(message("2609.00001"), doubts=(elsewhere,)).is_lost


def test_a_message_that_is_held_twice_is_repeated() -> None:
    both = ("2609.00001", "2609.00002")
    assert fate(message(*both), message(*both)).repeated
    assert not fate(message(*both)).repeated


def test_a_paper_in_a_second_message_is_repeated_but_not_in_the_thread_of_its_digest() -> None:
    first = message("2609.00001", "2609.00002", key="A")
    assert fate(first, message("2609.00001", key="B")).repeated
    assert not fate(first, message("2609.00001", key="B", thread="A")).repeated


def test_a_message_without_papers_that_comes_twice_is_a_stray() -> None:
    found = judge([], [message(key="N"), message(key="N")], ())
    assert len(found.strays) == 1


def test_a_part_that_arrives_after_a_later_one_is_out_of_order() -> None:
    parts = {"A": (1, 0), "B": (1, 1)}
    good = [message(key="A", id_="1.5"), message(key="B", id_="2.5")]
    assert not judge([], good, (), parts).disordered
    assert not judge([], [*good, message(key="A", id_="3.5")], (), parts).disordered
    bad = [message(key="A", id_="4.5"), message(key="B", id_="2.5")]
    assert judge([], bad, (), parts).disordered


@pytest.mark.parametrize(
    ("schedule", "zone", "expected"),
    [
        (Daily("09:00"), "Europe/Berlin", datetime(2026, 9, 15, 7, tzinfo=UTC)),
        (Daily("07:30"), "America/Los_Angeles", datetime(2026, 9, 15, 14, 30, tzinfo=UTC)),
        (Daily("01:30"), "Europe/Berlin", datetime(2026, 9, 15, 23, 30, tzinfo=UTC)),
        (Weekly((2,), "08:30"), "Europe/London", datetime(2026, 9, 15, 7, 30, tzinfo=UTC)),
        (OnArrival(), "UTC", datetime(2026, 9, 15, 4, 20, tzinfo=UTC)),
        (OnArrival(quiet=True), "America/New_York", datetime(2026, 9, 15, 12, tzinfo=UTC)),
    ],
)
def test_what_a_day_lists_is_owed_at_the_schedule_s_next_moment(
    schedule: Schedule, zone: str, expected: datetime
) -> None:
    assert moment(schedule, zone, date(2026, 9, 15)) == expected


def test_each_paper_is_owed_to_a_room_once_however_often_it_is_listed() -> None:
    world = make_world("x", 6, PLATFORMS)
    for room in world.rooms:
        papers = [paper for one in owed(world) if one.room == room for paper in one.papers]
        assert len(papers) == len(set(papers))
        assert papers


def test_figures_come_back_from_their_file_and_end_in_the_last_line() -> None:
    row = Row(injected=3, owed=5, delivered=4, lost=1, late=[0.0, 7200.5])
    figures = Figures({Kind.DROP_AFTER.value: row}, {"slack": row}, doubt=2, broken={(1, 2)})
    assert from_json(to_json(figures)) == figures
    *_, last = lines(figures)
    assert last == "faults=3 owed=5 delivered=4 lost=1 repeated=0 doubt=2 unaskable=0"


def test_the_fault_beyond_every_sender_stands_outside_the_last_line_s_repeated() -> None:
    later = Row(injected=1, owed=1, delivered=1, repeated=1)
    figures = Figures({Kind.LATER.value: later})
    assert "repeated=0" in figures.last_line()
    assert any(
        Kind.LATER.value in line and "| 1 | 1 | 1 | 0 | 1 |" in line for line in lines(figures)
    )
