"""Ready or not, each time with the reason."""

from dataclasses import replace

import pytest

from bot.health.ready import LATE, ROOM, SILENT, Known, checks
from bot.health.vitals import Vitals
from tests.health.samples import HOUR, NOW, known


def failing(one: Known) -> dict[str, str]:
    return {check.name: check.reason for check in checks(one) if not check.ok}


def test_a_bot_that_is_well_fails_in_nothing_and_says_how_all_stands() -> None:
    found = checks(known())
    assert [check.name for check in found] == [
        "arxiv", "database", "platform web", "platform slack", "owed",
    ]  # fmt: skip
    assert all(check.ok and check.reason for check in found)


@pytest.mark.parametrize(
    ("what", "name", "reason"),
    [
        ({"harvested": False, "arxiv": "I am reading."}, "arxiv", "I am reading."),
        ({"silent_since": NOW - SILENT}, "arxiv", "arXiv of Tue"),
        ({"vitals": None, "database": "the disk is full"}, "database", "the disk is full"),
        ({"vitals": Vitals(free_bytes=ROOM - 1)}, "database", "200 MB free"),
        ({"platforms": {"slack": "token revoked"}}, "platform slack", "token revoked"),
        (
            {"vitals": Vitals(oldest_owed={"web": NOW, "slack": NOW - LATE})},
            "owed",
            "the oldest owed digest (slack) waits for 60 minutes",
        ),
    ],
)
def test_each_thing_that_is_wrong_is_named(what: dict[str, object], name: str, reason: str) -> None:
    one = replace(known(), **what)  # type: ignore[arg-type]
    found = failing(one)
    assert found.keys() == {name}
    assert reason in found[name]


def test_short_troubles_are_no_reason() -> None:
    vitals = Vitals(free_bytes=10**10, oldest_owed={"slack": NOW - LATE / 2})
    assert not failing(known(vitals, silent_since=NOW - HOUR))
