"""Lengths of time in words."""

from datetime import timedelta

import pytest

from bot.compose.spans import span


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "0 s"),
        (0.4, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (125, "2 min 5 s"),
        (11 * 60 + 40, "11 min"),
        (3_600, "1 h"),
        (2 * 3_600 + 5 * 60, "2 h 5 min"),
        (86_400, "1 day"),
        (3.9 * 86_400, "3 days"),
    ],
)
def test_a_length_is_said_as_people_say_it(seconds: float, said: str) -> None:
    assert span(timedelta(seconds=seconds)) == said
