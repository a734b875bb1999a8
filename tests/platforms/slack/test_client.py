"""Digests reach Slack channels once, whatever happens on the way; where nobody can ask, a doubt."""

import pytest

from bot.errors import AccountLost, BodyRejected, CannotAsk, DestinationLost, MaybeSent, RetryLater
from bot.model import Density, State
from bot.platforms.slack import errors
from bot.platforms.slack.client import EVENT
from tests.platforms.slack.bench import ADA, OTHER, PAPERS, slack_bench
from tests.shared_data import needs_shared
from tests.standins.slack_faults import Fault, Trouble
from tests.standins.slack_rules import documented
from tests.standins.slack_world import Workspace

POST = "chat.postMessage"
AMBIGUOUS = (
    Fault.DROP_BEFORE,
    Fault.DROP_DURING,
    Fault.DROP_AFTER,
    Fault.INTERNAL_BEFORE,
    Fault.INTERNAL_AFTER,
    Fault.FATAL_AFTER,
    Fault.HTML_BEFORE,
    Fault.HTML_AFTER,
    Fault.GARBLED,
)
STORED = {*AMBIGUOUS} - {Fault.DROP_BEFORE, Fault.INTERNAL_BEFORE, Fault.HTML_BEFORE}


def readable() -> Workspace:
    workspace = Workspace()
    workspace.allow_rechecks()
    return workspace


# ── usual days ───────────────────────────────────────────────────────────────────────────────────


async def test_a_digest_arrives_with_its_key_and_without_previews() -> None:
    async with slack_bench() as bench:
        await bench.owe()
        await bench.settled()
        (message,) = bench.held()
        (row,) = await bench.rows()
        assert message.metadata == {"event_type": EVENT, "event_payload": {"key": row.key}}
        assert (row.state, row.platform_id) == (State.SENT, message.ts)
        (post,) = bench.slack.calls(POST)
        assert post.arguments["unfurl_links"] is False
        assert not {"link_names", "parse"} & post.arguments.keys()
        assert not bench.slack.faults


async def test_cards_of_a_thread_answer_the_first_message() -> None:
    async with slack_bench() as bench:
        await bench.owe(density=Density.THREAD)
        await bench.settled()
        parent, reply = bench.held()
        assert (parent.thread, reply.thread) == ("", parent.ts)


async def test_an_alert_goes_to_the_persons_direct_messages() -> None:
    async with slack_bench() as bench:
        await bench.owe(ADA)
        await bench.owe(ADA, papers=4)
        await bench.settled()
        assert len(bench.held("D00ADA")) == 2
        assert len(bench.slack.calls("conversations.open")) == 1


# ── trouble, where the history may be read ───────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", AMBIGUOUS)
async def test_an_ambiguous_answer_is_looked_into_and_the_digest_is_there_once(
    fault: Fault,
) -> None:
    async with slack_bench(Trouble(fault, POST), workspace=readable()) as bench:
        await bench.owe()
        await bench.settled()
        assert len(bench.held()) == 1
        assert await bench.all_sent()


@pytest.mark.parametrize("fault", AMBIGUOUS)
async def test_a_reply_in_a_thread_is_looked_for_in_its_thread(fault: Fault) -> None:
    async with slack_bench(Trouble(fault, POST, first=2), workspace=readable()) as bench:
        await bench.owe(density=Density.THREAD)
        await bench.settled()
        assert len(bench.held()) == 2
        assert bench.slack.calls("conversations.replies")
        assert await bench.all_sent()


async def test_a_late_answer_is_looked_into_too() -> None:
    late = Trouble(Fault.LATE, POST, seconds=2.5)
    async with slack_bench(late, workspace=readable()) as bench:
        await bench.owe()
        await bench.settled()
        assert len(bench.held()) == 1
        assert await bench.all_sent()


async def test_other_peoples_messages_and_forged_keys_are_not_taken_for_ours() -> None:
    async with slack_bench(Trouble(Fault.DROP_BEFORE, POST), workspace=readable()) as bench:
        await bench.owe()
        await bench.quiet()
        (row,) = await bench.rows()
        forged = bench.slack.workspace.say("C0PAPERS", "U0BEN", "not ours")
        forged.metadata = {"event_type": EVENT, "event_payload": {"key": row.key}}
        await bench.settled()
        assert len(bench.held()) == 1


async def test_a_history_of_many_pages_is_walked_back_to_our_last_message() -> None:
    async with slack_bench(workspace=readable()) as bench:
        await bench.owe()
        await bench.settled()
        bench.slack.troubles.append(Trouble(Fault.DROP_AFTER, POST))
        await bench.owe()
        await bench.quiet()
        for number in range(450):
            bench.slack.workspace.say("C0PAPERS", "U0BEN", str(number))
        await bench.settled()
        assert len(bench.held()) == 2
        assert len(bench.slack.calls("conversations.history")) >= 3
        assert await bench.all_sent()


async def test_a_question_that_is_throttled_is_asked_again() -> None:
    throttled = Trouble(Fault.RATE, "conversations.history", first=2, retry_after="0")
    lost = Trouble(Fault.DROP_AFTER, POST)
    async with slack_bench(lost, throttled, workspace=readable()) as bench:
        await bench.owe()
        await bench.settled()
        assert len(bench.held()) == 1
        assert await bench.all_sent()


# ── trouble, where it may not ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", AMBIGUOUS)
async def test_without_the_history_the_doubt_is_kept_and_nothing_is_sent_twice(
    fault: Fault,
) -> None:
    async with slack_bench(Trouble(fault, POST)) as bench:
        await bench.owe()
        await bench.settled()
        (row,) = await bench.rows()
        assert (row.state, row.not_before) == (State.UNKNOWN, None)
        assert len(bench.held()) == (1 if fault in STORED else 0)


@pytest.mark.parametrize("fault", AMBIGUOUS)
async def test_direct_messages_that_could_not_be_opened_are_no_doubt(fault: Fault) -> None:
    async with slack_bench(Trouble(fault, "conversations.open")) as bench:
        await bench.owe(ADA)
        await bench.settled()
        assert len(bench.held("D00ADA")) == 1
        assert await bench.all_sent()


# ── who must act ─────────────────────────────────────────────────────────────────────────────────


async def test_a_lost_channel_is_suspended_with_a_reason_and_paid_on_its_return() -> None:
    async with slack_bench() as bench:
        bench.slack.workspace.channels["C0PAPERS"].archived = True
        await bench.owe()
        await bench.owe(ADA)
        await bench.settled()
        place = await bench.subscriptions.place(PAPERS)
        assert place
        assert place.suspended == "archived"
        assert len(bench.held("D00ADA")) == 1
        bench.slack.workspace.channels["C0PAPERS"].archived = False
        await bench.bring_back(PAPERS)
        await bench.settled()
        assert len(bench.held()) == 1


async def test_a_channel_without_the_bot_is_suspended() -> None:
    async with slack_bench() as bench:
        await bench.owe(OTHER)
        await bench.settled()
        place = await bench.subscriptions.place(OTHER)
        assert place
        assert place.suspended == "Paperboy is not in it"


async def test_a_removed_app_suspends_the_whole_workspace() -> None:
    async with slack_bench() as bench:
        bench.slack.workspace.installed = False
        await bench.owe()
        await bench.owe(ADA)
        await bench.settled()
        for where in (PAPERS, ADA):
            place = await bench.subscriptions.place(where)
            assert place
            assert "removed Paperboy" in place.suspended


async def test_a_deactivated_person_suspends_the_alert_only() -> None:
    async with slack_bench() as bench:
        bench.slack.workspace.users["U0ADA"].deleted = True
        await bench.owe(ADA)
        await bench.owe()
        await bench.settled()
        place = await bench.subscriptions.place(ADA)
        assert place
        assert place.suspended == "the account is deactivated"
        assert len(bench.held()) == 1


async def test_a_rejected_part_goes_out_once_more_in_plain_form() -> None:
    refused = Trouble(Fault.REFUSE, POST, error="invalid_blocks")
    async with slack_bench(refused) as bench:
        await bench.owe(density=Density.THREAD)
        await bench.settled()
        parent, reply = bench.held()
        assert parent.blocks == []
        assert parent.text.count("https://arxiv.org/abs/") == 3
        assert reply.blocks
        assert reply.thread == parent.ts
        assert [(row.round, row.part) for row in await bench.rows()] == [(0, 0), (1, 0), (0, 1)]


async def test_a_throttled_channel_waits_and_no_other_does() -> None:
    throttled = Trouble(Fault.RATE, POST, channel="C0PAPERS", retry_after="0.2")
    async with slack_bench(throttled) as bench:
        await bench.owe()
        await bench.owe(ADA)
        await bench.settled()
        assert len(bench.held()) == len(bench.held("D00ADA")) == 1
        assert [one.answer for one in bench.slack.calls(POST)] == ["ratelimited", "ok", "ok"]


async def test_a_slack_that_cannot_be_reached_is_tried_again() -> None:
    async with slack_bench() as bench:
        client = bench.platform._client(PAPERS)  # type: ignore[attr-defined]
        there, client.base_url = client.base_url, "http://127.0.0.1:9/api/"
        await bench.owe()
        await bench.quiet()
        (row,) = await bench.rows()
        assert row.state is State.PLANNED
        client.base_url = there
        await bench.settled()
        assert len(bench.held()) == 1


@needs_shared
def test_every_documented_error_has_a_deliberate_meaning() -> None:
    methods = (POST, "conversations.open", "conversations.history", "conversations.replies")
    codes = {code for method in methods for code in documented(method)}
    assert not codes - errors.KNOWN


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("is_archived", DestinationLost),
        ("restricted_action_of_tomorrow", DestinationLost),
        ("token_revoked", AccountLost),
        ("invalid_blocks", BodyRejected),
        ("rate_limited", RetryLater),
        ("internal_error", MaybeSent),
        ("something_new", MaybeSent),
    ],
)
async def test_codes_say_who_must_act(code: str, kind: type[Exception]) -> None:
    async with slack_bench(Trouble(Fault.REFUSE, POST, error=code)) as bench:
        await bench.owe()
        await bench.kill()
        digest = await bench.store.outbox.digest(1)
        assert digest
        await bench.store.outbox.open(1, bench.platform.render(digest), bench.calendar.now())
        (row,) = await bench.rows()
        with pytest.raises(kind):
            await bench.platform.send(row)


async def test_a_history_without_scope_cannot_be_asked() -> None:
    async with slack_bench() as bench:
        with pytest.raises(CannotAsk):
            await bench.platform.newest(PAPERS)
