"""The Slack stand-in rejects what Slack rejects, through the real library."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.shared_data import needs_shared
from tests.standins.slack import SlackPace, SlackStandIn
from tests.standins.slack_faults import Fault, Trouble
from tests.standins.slack_rules import documented

TEXT = {"type": "section", "text": {"type": "plain_text", "text": "Hello"}}
CHANNEL = "C0PAPERS"


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(pace=SlackPace(channel_gap=0.0)) as one:
        yield one


def client(slack: SlackStandIn, token: str = "") -> AsyncWebClient:
    return AsyncWebClient(token or slack.workspace.bot_token, slack.api, retry_handlers=[])


async def refusal(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "plain_text", "text": text}}


# ── tokens, scopes, arguments ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("token", "error"),
    [("xoxb-other", "invalid_auth"), ("xapp-stand-in", "not_allowed_token_type")],
)
async def test_a_wrong_token_is_refused(slack: SlackStandIn, token: str, error: str) -> None:
    assert await refusal(client(slack, token).auth_test()) == error


async def test_a_removed_app_may_do_nothing(slack: SlackStandIn) -> None:
    web = client(slack)
    slack.workspace.revoked = True
    assert await refusal(web.chat_postMessage(channel=CHANNEL, text="x")) == "token_revoked"
    slack.workspace.installed = False
    assert await refusal(web.chat_postMessage(channel=CHANNEL, text="x")) == "account_inactive"


async def test_a_scope_that_is_missing_is_named(slack: SlackStandIn) -> None:
    assert await refusal(client(slack).conversations_history(channel=CHANNEL)) == "missing_scope"
    slack.workspace.app_scopes.clear()
    app = client(slack, slack.workspace.app_token)
    opening = app.apps_connections_open(app_token=slack.workspace.app_token)
    assert await refusal(opening) == "missing_scope"


async def test_each_kind_of_channel_has_a_scope_of_its_own(slack: SlackStandIn) -> None:
    slack.workspace.channels["G0SECRET"].members.add(slack.workspace.bot_user)
    web = client(slack)
    assert (await web.conversations_info(channel="G0SECRET"))["ok"]
    slack.workspace.scopes.discard("groups:read")
    assert (await web.conversations_info(channel=CHANNEL))["ok"]
    assert await refusal(web.conversations_info(channel="G0SECRET")) == "missing_scope"
    slack.workspace.scopes |= {"channels:history"}
    assert (await web.conversations_history(channel=CHANNEL))["ok"]
    assert await refusal(web.conversations_history(channel="G0SECRET")) == "missing_scope"


@needs_shared
async def test_arguments_that_slack_does_not_know_are_refused_and_remembered(
    slack: SlackStandIn,
) -> None:
    posting = client(slack).chat_postMessage(channel=CHANNEL, text="x", client_msg_id="1")
    assert await refusal(posting) == "invalid_arguments"
    assert "client_msg_id" in slack.faults[0]


# ── what a message may be ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("blocks", "error"),
    [
        ([section("x" * 3_001)], "invalid_blocks"),
        ([section("x")] * 51, "invalid_blocks"),
        ([section("")], "invalid_blocks"),
        ([{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}], "invalid_blocks"),
        ([section("x" * 2_900)] * 5, "msg_blocks_too_long"),
        ([{"type": "actions", "elements": []}], "invalid_blocks"),
    ],
)
async def test_blocks_that_are_too_much_are_refused(
    slack: SlackStandIn, blocks: list[Any], error: str
) -> None:
    posting = client(slack).chat_postMessage(channel=CHANNEL, text="x", blocks=blocks)
    assert await refusal(posting) == error


@needs_shared
async def test_blocks_that_no_schema_knows_are_refused(slack: SlackStandIn) -> None:
    odd = {**TEXT, "colour": "red"}
    posting = client(slack).chat_postMessage(channel=CHANNEL, text="x", blocks=[odd])
    assert await refusal(posting) == "invalid_blocks"


async def test_a_message_needs_text_and_a_channel_that_is_there(slack: SlackStandIn) -> None:
    web = client(slack)
    empty = web.api_call("chat.postMessage", json={"channel": CHANNEL, "text": ""})
    assert await refusal(empty) == "no_text"
    assert await refusal(web.chat_postMessage(channel="C0", text="x")) == "channel_not_found"
    assert await refusal(web.chat_postMessage(channel="C0OTHER", text="x")) == "not_in_channel"
    assert await refusal(web.chat_postMessage(channel="G0SECRET", text="x")) == "channel_not_found"
    slack.workspace.channels[CHANNEL].restricted = "restricted_action"
    assert await refusal(web.chat_postMessage(channel=CHANNEL, text="x")) == "restricted_action"
    slack.workspace.channels[CHANNEL].archived = True
    assert await refusal(web.chat_postMessage(channel=CHANNEL, text="x")) == "is_archived"


async def test_a_second_message_within_a_second_is_refused_with_retry_after() -> None:
    async with SlackStandIn() as slack:
        web = client(slack)
        await web.chat_postMessage(channel=CHANNEL, text="1")
        with pytest.raises(SlackApiError) as caught:
            await web.chat_postMessage(channel=CHANNEL, text="2")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "1"


async def test_more_than_a_workspace_takes_in_a_minute_is_refused() -> None:
    async with SlackStandIn(pace=SlackPace(channel_gap=0.0, account_minute=2)) as slack:
        web = client(slack)
        for text in "12":
            await web.chat_postMessage(channel=CHANNEL, text=text)
        assert await refusal(web.chat_postMessage(channel=CHANNEL, text="3")) == "ratelimited"


async def test_more_questions_than_a_methods_tier_allows_are_refused(slack: SlackStandIn) -> None:
    web = client(slack)
    for _ in range(50 + 5):  # tier 3, and what a burst may hold
        await web.conversations_info(channel=CHANNEL)
    assert await refusal(web.conversations_info(channel=CHANNEL)) == "ratelimited"
    await web.chat_postMessage(channel=CHANNEL, text="1")  # other methods have their own


# ── state ────────────────────────────────────────────────────────────────────────────────────────


async def test_history_has_no_replies_and_metadata_only_for_those_who_may_read_it(
    slack: SlackStandIn,
) -> None:
    slack.workspace.allow_rechecks()
    web, key = client(slack), {"event_type": "e", "event_payload": {"key": "k"}}
    first = await web.chat_postMessage(channel=CHANNEL, text="1", metadata=key)
    await web.chat_postMessage(channel=CHANNEL, text="2", thread_ts=first["ts"])
    history = await web.conversations_history(channel=CHANNEL, include_all_metadata=True)
    assert [one["text"] for one in history["messages"]] == ["1"]
    assert history["messages"][0]["metadata"] == key
    replies = await web.conversations_replies(channel=CHANNEL, ts=first["ts"])
    assert [one["text"] for one in replies["messages"]] == ["1", "2"]
    slack.workspace.scopes.discard("metadata.message:read")
    history = await web.conversations_history(channel=CHANNEL, include_all_metadata=True)
    assert "metadata" not in history["messages"][0]


async def test_history_comes_in_pages_newest_first_and_back_to_oldest(slack: SlackStandIn) -> None:
    slack.workspace.allow_rechecks()
    web = client(slack)
    posted = [await web.chat_postMessage(channel=CHANNEL, text=str(n)) for n in range(5)]
    page = await web.conversations_history(channel=CHANNEL, limit=2)
    assert [one["text"] for one in page["messages"]] == ["4", "3"]
    cursor = page["response_metadata"]["next_cursor"]
    page = await web.conversations_history(channel=CHANNEL, limit=2, cursor=cursor)
    assert [one["text"] for one in page["messages"]] == ["2", "1"]
    page = await web.conversations_history(channel=CHANNEL, oldest=posted[3]["ts"], inclusive=True)
    assert [one["text"] for one in page["messages"]] == ["4", "3"]
    page = await web.conversations_history(channel=CHANNEL, oldest=posted[3]["ts"])
    assert [one["text"] for one in page["messages"]] == ["4"]


async def test_only_people_can_be_written_to_directly(slack: SlackStandIn) -> None:
    web = client(slack)
    opened = await web.conversations_open(users=["U0ADA"])
    assert opened["channel"]["id"] == "D00ADA"
    assert await refusal(web.conversations_open(users=["U0BOT"])) == "cannot_dm_bot"
    assert await refusal(web.conversations_open(users=["U0NOBODY"])) == "user_not_found"
    slack.workspace.users["U0ADA"].deleted = True
    assert await refusal(web.conversations_open(users=["U0ADA"])) == "user_disabled"


def modal(title: str = "A") -> dict[str, Any]:
    return {"type": "modal", "title": {"type": "plain_text", "text": title}, "blocks": [TEXT]}


async def test_a_view_needs_a_fresh_click_and_fits(slack: SlackStandIn) -> None:
    web = client(slack)
    assert await refusal(web.views_open(trigger_id="old", view=modal())) == "expired_trigger_id"
    long = modal("x" * 25)
    assert await refusal(web.views_open(trigger_id="old", view=long)) == "invalid_arguments"
    click = slack.people.trigger("U0ADA")
    await web.views_open(trigger_id=click, view=modal())
    assert await refusal(web.views_open(trigger_id=click, view=modal())) == "exchanged_trigger_id"


async def test_three_modals_lie_on_each_other_and_no_more(slack: SlackStandIn) -> None:
    web, click = client(slack), slack.people.trigger
    pushing = web.views_push(trigger_id=click("U0ADA"), view=modal())
    assert await refusal(pushing) == "not_found"
    await web.views_open(trigger_id=click("U0ADA"), view=modal())
    for _ in range(2):
        await web.views_push(trigger_id=click("U0ADA"), view=modal())
    pushing = web.views_push(trigger_id=click("U0ADA"), view=modal())
    assert await refusal(pushing) == "push_limit_reached"


async def test_a_view_is_changed_by_who_saw_its_newest_state(slack: SlackStandIn) -> None:
    web = client(slack)
    opened = await web.views_open(trigger_id=slack.people.trigger("U0ADA"), view=modal())
    view = {"view_id": opened["view"]["id"], "view": modal("B")}
    await web.views_update(**view, hash=opened["view"]["hash"])
    assert await refusal(web.views_update(**view, hash=opened["view"]["hash"])) == "hash_conflict"
    slack.workspace.close("U0ADA")
    assert await refusal(web.views_update(**view)) == "not_found"


# ── trouble ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fault", "stored"),
    [
        (Fault.DROP_BEFORE, False),
        (Fault.DROP_DURING, True),
        (Fault.DROP_AFTER, True),
        (Fault.HTML_BEFORE, False),
        (Fault.HTML_AFTER, True),
        (Fault.INTERNAL_BEFORE, False),
        (Fault.INTERNAL_AFTER, True),
        (Fault.FATAL_AFTER, True),
        (Fault.GARBLED, True),
        (Fault.RATE, False),
        (Fault.REFUSE, False),
    ],
)
async def test_it_can_fail_in_every_way_with_and_without_doing_it(
    slack: SlackStandIn, fault: Fault, stored: bool
) -> None:
    slack.troubles.append(Trouble(fault, "chat.postMessage"))
    web = client(slack)
    with pytest.raises((SlackApiError, aiohttp.ClientError)):
        await web.chat_postMessage(channel=CHANNEL, text="1")
    assert bool(slack.workspace.channels[CHANNEL].messages) is stored
    await web.chat_postMessage(channel=CHANNEL, text="2")


async def test_it_can_take_a_message_twice_or_after_its_connection_died(
    slack: SlackStandIn,
) -> None:
    web, held = client(slack), slack.workspace.channels[CHANNEL].messages
    slack.troubles.append(Trouble(Fault.TAKEN_TWICE, "chat.postMessage"))
    await web.chat_postMessage(channel=CHANNEL, text="1")
    assert [one.text for one in held] == ["1", "1"]
    slack.troubles[:] = [Trouble(Fault.TAKEN_LATER, "chat.postMessage", first=2)]
    with pytest.raises(aiohttp.ClientError):
        await web.chat_postMessage(channel=CHANNEL, text="2")
    await slack.until(lambda: [one.text for one in held] == ["1", "1", "2"])


async def test_trouble_may_be_meant_for_certain_requests(slack: SlackStandIn) -> None:
    when = Trouble(Fault.REFUSE, when=lambda asked: asked.get("text") == "2", error="fatal_error")
    slack.troubles.append(when)
    web = client(slack)
    await web.chat_postMessage(channel=CHANNEL, text="1")
    assert await refusal(web.chat_postMessage(channel=CHANNEL, text="2")) == "fatal_error"


async def test_private_answers_end_after_five_or_with_their_time(slack: SlackStandIn) -> None:
    address = slack.people.response_url("U0ADA", CHANNEL)
    async with aiohttp.ClientSession() as session:
        for status in (200, 200, 200, 200, 200, 404):
            async with session.post(address, json={"text": "1"}) as answer:
                assert answer.status == status
        other = slack.people.response_url("U0ADA", CHANNEL, expired=True)
        async with session.post(other, json={"text": "1"}) as answer:
            assert await answer.text() == "expired_url"


async def test_it_can_lie(slack: SlackStandIn) -> None:
    slack.troubles.append(Trouble(Fault.LIE, "chat.postMessage"))
    assert (await client(slack).chat_postMessage(channel=CHANNEL, text="1"))["ok"]
    assert not slack.workspace.channels[CHANNEL].messages


@needs_shared
@pytest.mark.parametrize(
    ("method", "errors"),
    [
        (
            "chat.postMessage",
            {"channel_not_found", "is_archived", "not_in_channel", "no_text", "invalid_blocks"},
        ),
        ("chat.postEphemeral", {"user_not_in_channel", "channel_not_found"}),
        ("conversations.open", {"user_not_found", "user_disabled"}),
        ("conversations.replies", {"thread_not_found", "channel_not_found"}),
        ("conversations.join", {"is_archived", "channel_not_found"}),
        ("users.info", {"user_not_found"}),
        ("views.open", {"expired_trigger_id", "exchanged_trigger_id"}),
        ("views.push", {"expired_trigger_id", "push_limit_reached", "not_found"}),
        ("views.update", {"not_found", "hash_conflict"}),
    ],
)
def test_errors_are_those_that_slack_documents(method: str, errors: set[str]) -> None:
    common = {"missing_scope", "invalid_arguments", "account_inactive", "invalid_auth"}
    assert errors | common <= set(documented(method))
