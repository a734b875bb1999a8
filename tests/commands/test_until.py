from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from bot.commands.until import LONGEST, read_until
from bot.errors import CommandError

TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("", None),
        ("until mon", date(2026, 11, 30)),
        ("until Monday", date(2026, 11, 30)),
        ("mon", date(2026, 11, 30)),
        ("until tue", date(2026, 12, 1)),
        ("until wed", date(2026, 11, 25)),
        ("until tomorrow", date(2026, 11, 25)),
        ("until 2027-01-06", date(2027, 1, 6)),
        ("until 6 jan", date(2027, 1, 6)),
        ("until 6. January", date(2027, 1, 6)),
        ("until Dec 24", date(2026, 12, 24)),
        ("for 2 weeks", date(2026, 12, 8)),
        ("for a month", date(2026, 12, 24)),
        ("for 3 days", date(2026, 11, 27)),
    ],
)
def test_a_day_is_read_as_people_write_it(words: str, day: date | None) -> None:
    assert read_until(words, TUESDAY) == day


@pytest.mark.parametrize(
    "words",
    [
        "until monkey",
        "until mo",
        "until 31 nov",
        "until 2026-11-24",
        "until 24 nov",
        "until 2026-13-01",
        "until 2028-01-01",
        "for 0 days",
        "for 999 weeks",
        "until ²",
        "until 5 nonsense",
    ],
)
def test_anything_else_is_refused_with_an_example(words: str) -> None:
    with pytest.raises(CommandError) as caught:
        read_until(words, TUESDAY)
    assert caught.value.remedy == "For example: until mon, or until 2026-12-01"


@given(st.text(max_size=30), st.dates(date(2020, 1, 1), date(2100, 1, 1)))
def test_whatever_is_read_is_a_day_to_come(words: str, today: date) -> None:
    try:
        until = read_until(words, today)
    except CommandError:
        return
    assert until is None or timedelta() < until - today <= LONGEST
