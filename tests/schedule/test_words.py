"""Schedules as people write and read them."""

from datetime import date

import pytest
from hypothesis import given, strategies as st

from bot.errors import CommandError
from bot.model import Daily, OnArrival, Schedule, Weekly
from bot.schedule import (
    describe,
    parse_schedule,
    parse_zone,
    split_schedule,
    too_early,
    written,
    zone_label,
    zone_names,
)

clocks = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
weekdays = st.lists(st.integers(1, 7), min_size=1, unique=True).map(lambda d: tuple(sorted(d)))
schedules = st.one_of(
    st.builds(Daily, clocks), st.builds(Weekly, weekdays, clocks), st.builds(OnArrival)
)
READ = [
    ("daily", Daily("09:00")),
    ("daily at 8:30", Daily("08:30")),
    ("Daily at 8", Daily("08:00")),
    ("every day at 8.30 pm", Daily("20:30")),
    ("daily at 12am", Daily("00:00")),
    ("daily from 09:15", Daily("09:15")),
    ("daily 18:00", Daily("18:00")),
    ("weekly", Weekly((1,), "09:00")),
    ("weekly on mon", Weekly((1,), "09:00")),
    ("weekly on mon and thu at 8:30", Weekly((1, 4), "08:30")),
    ("weekly on thu, mon at 8:30", Weekly((1, 4), "08:30")),
    ("weekly on mon, wed, and fri", Weekly((1, 3, 5), "09:00")),
    ("weekly tuesdays 7:05", Weekly((2,), "07:05")),
    ("every monday at 8", Weekly((1,), "08:00")),
    ("weekly on weekdays at 8:30", Weekly((1, 2, 3, 4, 5), "08:30")),
    ("on arrival", OnArrival()),
    ("at once", OnArrival()),
    ("On Arrival by day", OnArrival(quiet=True)),
]
SPLIT = [
    ("image generation daily at 8:30", "image generation", Daily("08:30")),
    ("image generation weekly on mon", "image generation", Weekly((1,))),
    ("image generation, on arrival", "image generation", OnArrival()),
    ("image generation", "image generation", None),
    ("daily at 8", "", Daily("08:00")),
    ("daily routines", "daily routines", None),
    ("daily daily", "daily", Daily()),
    ("weekly on mon on arrival", "weekly on mon", OnArrival()),
    ('"on arrival"', '"on arrival"', None),
    ('ti:"queues on arrival" daily', 'ti:"queues on arrival"', Daily()),
    ("“quality daily”", "“quality daily”", None),
    ('ti:"never closed daily', 'ti:"never closed daily', None),
    ("cats OR daily", "cats OR daily", None),
    ("cats AND daily on arrival", "cats AND daily", OnArrival()),
    ("ti: daily", "ti: daily", None),
    ("image generation daily at 25:00", "image generation daily at 25:00", None),
    ("image generation daily at 8:75", "image generation daily at 8:75", None),
    ("(a OR b) ANDNOT c daily", "(a OR b) ANDNOT c", Daily()),
    ("sun and moon", "sun and moon", None),
]


@pytest.mark.parametrize(("words", "schedule"), READ)
def test_a_schedule_reads_as_people_write_it(words: str, schedule: Schedule) -> None:
    assert parse_schedule(words) == schedule


@pytest.mark.parametrize("words", ["", "daily at", "daily at 24:00", "weekly on", "weekly on mun"])
def test_what_is_no_schedule_is_refused_with_examples(words: str) -> None:
    with pytest.raises(CommandError) as refused:
        parse_schedule(words)
    assert words in str(refused.value)
    assert "daily at 8:30" in refused.value.remedy


@pytest.mark.parametrize(("line", "topic", "schedule"), SPLIT)
def test_only_the_longest_schedule_at_the_end_is_taken_from_a_line(
    line: str, topic: str, schedule: Schedule | None
) -> None:
    assert split_schedule(line) == (topic, schedule)


def test_a_time_that_is_not_said_is_the_default() -> None:
    assert parse_schedule("daily", "07:15") == Daily("07:15")
    assert split_schedule("a weekly on fri", "07:15") == ("a", Weekly((5,), "07:15"))


@given(schedules)
def test_what_is_written_reads_back_the_same(schedule: Schedule) -> None:
    assert parse_schedule(written(schedule)) == schedule
    assert split_schedule(f"spin glass {written(schedule)}") == ("spin glass", schedule)


@given(st.text(st.sampled_from('ab "daily weekly on arrival mon at 8:30,“”OR'), max_size=60))
def test_a_line_is_never_changed_but_for_its_ending(line: str) -> None:
    topic, schedule = split_schedule(line)
    assert line.strip().startswith(topic)
    assert schedule or topic == line.strip()


@pytest.mark.parametrize(
    ("schedule", "zone", "words"),
    [
        (Daily("09:00"), "Europe/Berlin", "daily from 09:00 Berlin time"),
        (Daily("09:00"), "", "daily from 09:00"),
        (Daily("09:00"), "America/New_York", "daily from 09:00 New York time"),
        (Daily("09:00"), "UTC", "daily from 09:00 UTC"),
        (Weekly((1,), "08:30"), "", "Mondays 08:30"),
        (Weekly((4, 1), "08:30"), "", "Mondays and Thursdays 08:30"),
        (Weekly((1, 3, 5), "08:30"), "", "Mondays, Wednesdays and Fridays 08:30"),
        (Weekly((1, 2, 3, 4, 5), "08:30"), "Asia/Tokyo", "Monday to Friday 08:30 Tokyo time"),
        (OnArrival(), "Asia/Tokyo", "on arrival"),
        (OnArrival(quiet=True), "", "on arrival, but not from 22:00 to 08:00"),
    ],
)
def test_a_schedule_is_told_in_words(schedule: Schedule, zone: str, words: str) -> None:
    assert describe(schedule, zone) == words


def test_a_time_before_arxivs_feed_is_pointed_out() -> None:
    assert too_early(Daily("09:00"), "Asia/Tokyo", date(2026, 11, 25)) == (
        "arXiv's papers reach me about 14:20 Tokyo time; at 09:00 you would read yesterday's."
    )
    assert "about 13:20" in too_early(Weekly((1,), "09:00"), "Asia/Tokyo", date(2026, 7, 1))


@pytest.mark.parametrize(
    ("schedule", "zone"),
    [
        (Daily("09:00"), "Europe/Berlin"),
        (Daily("06:20"), "Europe/Berlin"),
        (Daily("00:00"), "America/Los_Angeles"),  # complete since 21:20 the evening before
        (Daily("14:20"), "Asia/Tokyo"),
        (OnArrival(), "Asia/Tokyo"),
    ],
)
def test_a_time_after_arxivs_feed_needs_no_note(schedule: Schedule, zone: str) -> None:
    assert too_early(schedule, zone, date(2026, 11, 25)) == ""


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        (" Berlin ", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("utc", "UTC"),
        ("CET", "CET"),
        ("Etc/GMT+5", "Etc/GMT+5"),
    ],
)
def test_a_zone_is_found_by_its_name_or_city(typed: str, zone: str) -> None:
    assert parse_zone(typed) == zone


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("Europe/Berln", "Europe/Berlin"),
        ("Tokio", "Asia/Tokyo"),
        ("Istanbul", "Asia/Istanbul, Europe/Istanbul"),
        ("qqq", "Europe/Berlin or Asia/Tokyo"),
        ("localtime", ""),
        ("../../etc/passwd", ""),
    ],
)
def test_an_unknown_zone_is_refused_with_the_nearest(typed: str, offered: str) -> None:
    with pytest.raises(CommandError) as refused:
        parse_zone(typed)
    assert offered in refused.value.remedy


def test_zones_are_offered_by_place() -> None:
    assert {"Europe/Berlin", "Pacific/Kiritimati", "UTC"} <= set(zone_names())
    assert zone_label("America/Argentina/Buenos_Aires") == "Buenos Aires time"
