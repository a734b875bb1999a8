"""What people are told about arXiv."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.collect.context import HarvestProgress
from bot.collect.status import Facts, describe_arxiv
from bot.model import Batch, BatchState

WED, THU = date(2026, 11, 25), date(2026, 11, 26)  # Thursday is Thanksgiving
READ_AT = datetime(2026, 11, 25, 5, 21, tzinfo=UTC)
READ = Batch(WED, BatchState.SETTLED, READ_AT, READ_AT, 1204)


def note(facts: Facts, now: datetime) -> str:
    return describe_arxiv(facts, now).plain()


@pytest.mark.parametrize(
    ("now", "following"),
    [
        (datetime(2026, 11, 25, 12, tzinfo=UTC), "The next list comes Thu 26 Nov."),
        (
            datetime(2026, 11, 27, 12, tzinfo=UTC),
            "Holiday at arXiv: the next list comes Mon 30 Nov.",
        ),
        (datetime(2026, 11, 28, 12, tzinfo=UTC), "Weekend: the next list comes Mon 30 Nov."),
        (datetime(2026, 11, 30, 5, 10, tzinfo=UTC), "The next, of Mon 30 Nov, comes later today."),
    ],
)
def test_after_a_day_was_read_people_hear_when_the_next_one_comes(
    now: datetime, following: str
) -> None:
    assert note(Facts(WED, READ), now) == (
        f"arXiv of Wed 25 Nov: 1,204 papers, read at 05:21 UTC. {following}"
    )


def test_the_time_is_the_readers() -> None:
    status = describe_arxiv(Facts(WED, READ), READ_AT)

    assert "read at 06:21 CET" in status.plain(ZoneInfo("Europe/Berlin"))
    assert status.at == READ_AT


def test_a_feed_that_is_late_says_when_it_is_asked_for_again() -> None:
    again = datetime(2026, 11, 25, 5, 40, tzinfo=UTC)
    status = describe_arxiv(Facts(WED, again=again), READ_AT)

    assert status.plain() == "arXiv of Wed 25 Nov is late: I ask again at 05:40 UTC."
    assert status.trouble


def test_a_day_without_announcement_is_no_trouble() -> None:
    none = Batch(WED, BatchState.GIVEN_UP, None, READ_AT)
    status = describe_arxiv(Facts(WED, none), READ_AT)

    assert status.plain().startswith("arXiv announced nothing on Wed 25 Nov.")
    assert not status.trouble


def test_trouble_with_arxiv_comes_before_everything_else() -> None:
    since = datetime(2026, 11, 24, 5, 20, tzinfo=UTC)

    assert note(Facts(WED, READ, unreachable_since=since), READ_AT) == (
        "arXiv has not answered since Tue 24 Nov, 05:20 UTC. I keep asking; nothing is lost."
    )
    assert note(Facts(WED, wait_until=datetime(2026, 11, 25, 10, 14, 1, tzinfo=UTC)), READ_AT) == (
        "arXiv asks me to wait until 10:15 UTC. Nothing is lost."
    )


def test_the_harvest_says_how_far_it_is() -> None:
    progress = HarvestProgress(12_300, date(2026, 10, 26), date(2026, 11, 3), WED)

    assert note(Facts(WED, harvested=False, harvest=progress), READ_AT) == (
        "I am reading the last 30 days of arXiv: 12,300 records, up to Tue 3 Nov."
        " Digests start after that."
    )


def test_a_name_that_arxiv_does_not_know_is_added_to_whatever_is_said() -> None:
    text = note(Facts(WED, READ, refused=("foo", "bar")), READ_AT)

    assert text.startswith("arXiv of Wed 25 Nov: 1,204 papers")
    assert text.endswith("arXiv knows no foo, bar: correct the archives in the config.")
