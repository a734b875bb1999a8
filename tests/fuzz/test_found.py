"""What fuzzing found, each with the smallest input that showed it."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.collect.arxiv.authors import split_authors
from bot.collect.arxiv.feeds import parse_feed
from bot.collect.arxiv.lane import read_retry_after
from bot.collect.arxiv.oai import parse_oai
from bot.collect.arxiv.parse import parse_api
from bot.collect.papers_file import read_papers_file
from bot.compose.topic import parse_topic
from bot.config import load_config
from bot.dialogue import Reply
from bot.errors import (
    ArxivGarbled,
    BodyRejected,
    ConfigError,
    NotTaken,
    PayloadError,
    RetryLater,
    TopicError,
)
from bot.exchange.form import read_toml
from bot.platforms.discord.definition import read_command
from bot.platforms.discord.forms import read_form
from bot.platforms.discord.spot import asked
from bot.platforms.slack.errors import sending_error
from bot.platforms.slack.forms import field_errors, read_view, with_reading
from bot.platforms.slack.spot import clicked, pressed, typed
from bot.store.lock import Imprint, _decode
from tests.fuzz.of_arxiv import feeds, lists, pages
from tests.fuzz.of_discord import platform_answering as discord_answering
from tests.fuzz.of_slack import platform_answering as slack_answering

NOW = datetime(2026, 11, 24, tzinfo=UTC)
DATE = "4 Nov 99999999999999999996 5:0"


def test_a_feed_dated_in_a_year_that_no_machine_knows_is_garbled() -> None:
    body = feeds()[0].replace(b"Tue, 24 Nov 2026", b"Tue, 24 Nov 99999999999999999999")
    with pytest.raises(ArxivGarbled, match="no date"):
        parse_feed(body)


def test_an_api_entry_at_the_end_of_time_is_garbled() -> None:
    body = pages()[0].replace(b"2026-11-01T09:00:00Z", b"0001-01-01T00:00:00+23:59")
    with pytest.raises(ArxivGarbled):
        parse_api(body)


@pytest.mark.parametrize("version", ["v0", "v1000", "v99999999999999999999", "v٣", "v-1"])
def test_a_version_that_no_identifier_can_carry_is_garbled(version: str) -> None:
    with pytest.raises(ArxivGarbled, match="without number or date"):
        parse_oai(lists()[0].replace(b'"v1"', f'"{version}"'.encode()))


@pytest.mark.parametrize("header", ["1" * 5_000, "9" * 400])
def test_an_endless_retry_after_is_a_long_one(header: str) -> None:
    found = read_retry_after(header, NOW)
    assert found
    assert found.days > 10_000


def test_a_retry_after_in_a_year_that_no_machine_knows_says_nothing() -> None:
    assert read_retry_after(DATE, NOW) is None


def test_thousands_of_nested_affiliations_are_left_out_at_once() -> None:
    began = time.process_time()
    assert split_authors(f"A. One {'(' * 40_000}x{')' * 40_000}, B. Two") == ("A. One", "B. Two")
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize(
    ("key", "value"),
    [("version", 10**30), ("published", "0001-01-01T00:00:00+23:59"), ("version", "1" * 5_000)],
)
def test_a_line_with_a_number_or_date_past_all_bounds_is_a_problem_of_its_own(
    tmp_path: Path, key: str, value: object
) -> None:
    path = tmp_path / "papers.jsonl"
    good = {"id": "2502.07701", "title": "T", "abstract": "A"}
    path.write_text("\n".join(map(json.dumps, (good, {**good, key: value}))))
    found = read_papers_file(path)
    assert (len(found.papers), len(found.problems)) == (1, 1)


@pytest.mark.parametrize("wild", ["cat:as" + "*" * 40 + "tro-ph.", "cat:" + "*a" * 40])
def test_a_category_of_many_wildcards_is_read_at_once(wild: str) -> None:
    began = time.process_time()
    with pytest.raises(TopicError):
        parse_topic(wild)
    assert time.process_time() - began < 1.0


def test_a_word_of_signs_that_are_not_seen_reads_back_as_itself() -> None:
    topic = parse_topic("e \u0604")
    assert parse_topic(topic.text) == topic


@pytest.mark.parametrize("value", ["1" * 5_000, "[" * 20_000], ids=["endless", "nested"])
def test_a_toml_file_with_a_value_past_all_bounds_is_refused(tmp_path: Path, value: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"x = {value}")
    with pytest.raises(ConfigError, match="not TOML"):
        load_config(path, {})
    with pytest.raises(NotTaken, match="not TOML"):
        read_toml(f"x = {value}")


def test_subscriptions_with_half_a_letter_in_them_are_not_taken() -> None:
    with pytest.raises(NotTaken, match="not text in UTF-8"):
        read_toml('[[place]]\ndensity = "c\udfff"')


def test_a_lock_file_with_an_endless_number_says_nothing() -> None:
    assert _decode(b"1\na\nb\n" + b"9" * 5_000 + b"\n") == Imprint()


ODD: tuple[Any, ...] = (None, 0, "x", [], [0], {}, {"id": []}, 10**400, float("nan"))


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_slacks_payloads_are_read_whatever_stands_where_an_object_should(odd: Any) -> None:
    for name in ("user", "channel", "view", "team", "actions", "user_id", "trigger_id", "text"):
        typed({name: odd})
        clicked({name: odd})
        pressed({name: odd, "actions": [odd]})
    for view in ({"private_metadata": odd}, {"state": odd}, {"blocks": odd}):
        with pytest.raises(PayloadError):
            read_view(view)
        with pytest.raises(PayloadError):
            with_reading(view, "x")
        with pytest.raises(PayloadError):
            field_errors(Reply(), view)


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_discords_payloads_are_read_or_are_not_ours(odd: Any) -> None:
    base = {"id": "1", "token": "t", "user": {"id": "2"}, "type": 3}
    for name in ("member", "user", "channel", "data", "message", "type", "id", "guild_id"):
        with pytest.raises(PayloadError):
            asked({**base, name: odd})
    with pytest.raises(PayloadError):
        read_command({"name": "arxiv", "options": odd})
    with pytest.raises(PayloadError):
        read_form({"custom_id": "pbf1:1 x", "components": [{"component": {"custom_id": "a+b"}}]})


def test_half_a_letter_in_a_payload_is_replaced_so_that_it_can_be_stored() -> None:
    assert typed({"text": "subscribe \ud800x"}).text == "subscribe ?x"


def test_a_channel_whose_id_is_no_number_is_not_ours() -> None:
    payload = {"id": "1", "token": "t", "user": {"id": "2"}, "channel_id": "6" * 400, "type": 2}
    with pytest.raises(PayloadError, match="no number"):
        asked(payload)


@pytest.mark.parametrize("messages", [None, {}, 0, "none", [0], [{}, None]])
async def test_an_answer_that_is_no_page_never_reads_as_nothing_there(messages: Any) -> None:
    """Nothing there would send the message a second time."""
    platform, delivery = slack_answering({"ok": True, "messages": messages})
    with pytest.raises(RetryLater):
        await platform.find(delivery, "1.0")
    platform_, delivery = discord_answering(messages)
    with pytest.raises(RetryLater):
        await platform_.find(delivery, "1")


async def test_a_page_that_has_more_but_says_not_where_is_asked_for_again() -> None:
    platform, delivery = slack_answering({"ok": True, "messages": [], "has_more": True})
    with pytest.raises(RetryLater, match="more"):
        await platform.find(delivery, "1.0")


async def test_a_message_without_an_id_is_no_newest_message() -> None:
    platform, delivery = slack_answering({"ok": True, "messages": [{}]})
    with pytest.raises(RetryLater):
        await platform.newest(delivery.destination)


def test_a_refusal_with_odd_details_is_a_refusal() -> None:
    data = {"ok": False, "error": "invalid_blocks", "response_metadata": {"messages": 2**53}}
    response = SimpleNamespace(data=data, status_code=200, headers={})
    error = SlackApiError("refused", response)  # type: ignore[no-untyped-call]
    assert isinstance(sending_error(error), BodyRejected)
