"""Every length against its source: arXiv's terms, the design, and the lengths it depends on."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest

from bot.compose.digest import CAP
from bot.compose.heading import KEPT_DAYS
from bot.config import DefaultsConfig
from bot.limits import DAY, HOUR, MINUTE, Limits, Pace
from bot.platforms.discord import gateway as discord
from bot.platforms.slack import bolt as slack
from bot.schedule.mailing import FEED_AFTER_MIDNIGHT
from bot.schedule.slots import LATE_AFTER
from tests.standins.slack_pace import SlackPace

LIMITS = Limits()
ARXIV, DELIVERY, LISTEN = LIMITS.arxiv, LIMITS.delivery, LIMITS.listen


def numbers(value: object) -> Iterator[tuple[str, float]]:
    """Every number of the limits with its name."""
    assert is_dataclass(value)
    for one in fields(value):
        inner = getattr(value, one.name)
        if is_dataclass(inner):
            yield from numbers(inner)
        else:
            for number in inner if isinstance(inner, tuple) else (inner,):
                yield one.name, number


def test_no_length_is_negative() -> None:
    assert all(number >= 0 for _, number in numbers(LIMITS))


@pytest.mark.parametrize(
    "ladder",
    [
        ARXIV.stops,
        ARXIV.unreachable_ladder,
        ARXIV.feed_ladder,
        DELIVERY.retry_ladder,
        DELIVERY.reconcile_ladder,
        DELIVERY.store_ladder,
    ],
)
def test_each_ladder_rises(ladder: tuple[float, ...]) -> None:
    assert list(ladder) == sorted(set(ladder))


# arXiv: terms of use (https://info.arxiv.org/help/api/tou.html), manual and server source


def test_arxiv_is_asked_at_most_once_in_three_seconds() -> None:
    assert ARXIV.gap > 3
    assert ARXIV.timeout == 60


def test_arxiv_that_asks_to_wait_is_left_alone_for_a_quarter_of_an_hour_and_longer() -> None:
    assert ARXIV.stops == (15 * MINUTE, 30 * MINUTE, 60 * MINUTE)
    assert ARXIV.retry_after_max >= max(ARXIV.stops)
    assert 0 < ARXIV.stop_jitter < 1


def test_the_feed_is_asked_for_after_it_rolled_over_and_four_times_more() -> None:
    assert ARXIV.feed_after_midnight == FEED_AFTER_MIDNIGHT.total_seconds() == 20 * MINUTE
    assert ARXIV.feed_ladder == (20 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR)
    assert sum(ARXIV.feed_ladder) < DAY  # given up before the next day's feed


def test_arxivs_page_sizes_are_kept() -> None:
    assert ARXIV.feed_items * 2 <= 2_000  # the feed is cut at 2,000, and a day can be twice another
    assert ARXIV.ids_per_request <= 100
    assert ARXIV.search_page <= 200
    assert ARXIV.search_depth <= 10_000


# delivery


def test_a_send_is_asked_about_only_when_it_can_no_longer_be_under_way() -> None:
    assert DELIVERY.reconcile_after > DELIVERY.request_timeout
    assert DELIVERY.lease > DELIVERY.request_timeout + DELIVERY.stop_grace


def test_a_platform_can_ask_for_an_hour_at_most() -> None:
    assert DELIVERY.retry_after_max == HOUR
    assert max(DELIVERY.retry_ladder) <= HOUR


def test_a_graceful_stop_takes_at_most_ten_seconds() -> None:
    """Sends first, half a second to settle them; then answers and listeners side by side."""
    answers = max(slack.GRACE, discord.GRACE, 2 * LISTEN.stop_grace)
    assert DELIVERY.stop_grace + 0.5 + answers < 10


def test_no_minute_holds_more_messages_than_a_slack_workspace_takes() -> None:
    pace = LIMITS.slack.per_account
    assert pace.burst + MINUTE / pace.every <= SlackPace().account_minute
    assert LIMITS.slack.per_destination == Pace(SlackPace().channel_gap)


def test_the_built_in_channel_keeps_nobody_waiting() -> None:
    assert LIMITS.web.per_destination == LIMITS.web.per_account == Pace(0.0, 100)


# listeners


def test_who_connects_can_hold_neither_connection_nor_memory() -> None:
    assert LISTEN.body_max * LISTEN.connections <= 64 * 1024 * 1024
    assert LISTEN.body_timeout <= LISTEN.idle_timeout <= MINUTE
    assert LISTEN.streams < LISTEN.connections
    assert LISTEN.wrong_tokens / LISTEN.wrong_window < 1


# the whole


def test_what_is_kept_covers_everything_that_is_promised_from_it() -> None:
    assert LIMITS.announcements_kept == KEPT_DAYS * DAY
    assert LIMITS.store_window <= LIMITS.first_harvest <= LIMITS.announcements_kept
    assert LIMITS.heal_window == 14 * DAY  # moderation may hold a paper for two weeks


def test_a_batch_that_takes_its_time_is_not_called_late() -> None:
    assert LIMITS.settle_after == HOUR
    assert LATE_AFTER.total_seconds() >= 2 * LIMITS.settle_after


def test_one_transaction_takes_five_thousand_digests() -> None:
    assert LIMITS.enqueue_batch == 5_000


def test_the_scheduler_looks_more_often_than_a_minute() -> None:
    assert LIMITS.tick < MINUTE  # a slot is forced within the last minute of its day


def test_a_digest_shows_as_many_papers_as_the_config_says_by_default() -> None:
    assert DefaultsConfig().cap == CAP == 30


def test_a_person_searches_arxiv_twice_a_minute_and_is_answered_before_the_page_gives_up() -> None:
    assert LIMITS.search_every == 30
    assert ARXIV.gap < LIMITS.search_patience < LISTEN.answer_timeout
