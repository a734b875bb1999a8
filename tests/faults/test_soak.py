"""The short form of the soak; and that a soak can fail."""

from dataclasses import replace
from typing import Any

import pytest

from tests.faults.soak import KEPT, Found, Wish, broken, soak

Json = dict[str, Any]
DAYS = 3 * KEPT
WISH = Wish(DAYS, 10, 1)


async def test_a_few_days_of_the_real_program_send_everything_once() -> None:
    wish = Wish(days=2, subscriptions=12, seed=1)
    found = await soak(wish)
    assert broken(wish, found) == []
    assert found.slack["messages"] + found.discord["messages"] == 24


def day(number: int, **changed: Any) -> Json:
    """What a program says that does not grow."""
    kept = {"memory": 100, "handles": 20, "tasks": 30, "threads": 4, "database": 1_000}
    return {**kept, "sent": 10 * number, "rows": {"ledger": 0}, **changed}


def held(**changed: Any) -> Json:
    """What a platform holds when every channel got one message a day."""
    whole = {"messages": DAYS * 5, "least": DAYS, "most": DAYS, "refused": 0, "repeated": 0}
    return {**whole, "faults": [], **changed}


WELL = Found([day(n + 1) for n in range(DAYS)], held(), held(), {"faults": []})


def test_a_program_that_stays_as_it_is_holds() -> None:
    assert broken(WISH, WELL) == []


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ({"handles": 21}, "handles grew from 20 to 21"),
        ({"tasks": 31}, "tasks grew from 30 to 31"),
        ({"threads": 5}, "threads grew from 4 to 5"),
        ({"memory": 106}, "memory grew by +6.0%"),
        ({"database": 1_100}, "the database grew from 1000 to 1100 bytes"),
    ],
)
def test_what_grows_is_told(last: Json, said: str) -> None:
    found = replace(WELL, days=[*WELL.days[:-1], day(DAYS, **last)])
    assert broken(WISH, found) == [said]


def test_a_database_may_grow_by_what_its_ledger_grew() -> None:
    last = day(DAYS, database=1_100, rows={"ledger": 10})
    assert broken(WISH, replace(WELL, days=[*WELL.days[:-1], last])) == []


@pytest.mark.parametrize(
    ("slack", "said"),
    [
        ({"messages": 149, "least": 29}, "Slack: 149 of 150 messages, 29 to 30 a channel"),
        ({"messages": 151, "most": 31}, "Slack: 151 of 150 messages, 30 to 31 a channel"),
        ({"repeated": 1}, "Slack: 0 refused, 1 repeated"),
        ({"refused": 2}, "Slack: 2 refused, 0 repeated"),
        (
            {"faults": ["chat.postMessage: invalid_blocks"]},
            "Slack: chat.postMessage: invalid_blocks",
        ),
    ],
)
def test_what_is_lost_repeated_or_wrong_is_told(slack: Json, said: str) -> None:
    assert broken(WISH, replace(WELL, slack=held(**slack))) == [said]
