"""`paperboy check` on Slack: what is missing, in words, from Slack's own answers."""

from datetime import UTC, datetime, timedelta

from bot.checkup import Finding, Verdict
from bot.platforms.slack.checkup import APP, BOT, CLOCK, check_slack
from bot.secret import Secret
from tests.standins.slack import SlackStandIn


async def checked(
    slack: SlackStandIn, *, bot: str = "", app: str = "", off: timedelta = timedelta()
) -> dict[str, Finding]:
    here = slack.workspace
    tokens = Secret(bot or here.bot_token), Secret(app or here.app_token)
    found = await check_slack(*tokens, slack.api, datetime.now(UTC) + off)
    return {one.subject: one for one in found}


async def test_a_complete_installation_is_right_in_every_line() -> None:
    async with SlackStandIn() as slack:
        found = await checked(slack)
    assert {one.verdict for one in found.values()} == {Verdict.OK}
    assert found[BOT].text == 'it speaks as @paperboy in "Paper Group"'
    assert "a digest in doubt is asked about" in found["Slack scopes"].text


async def test_the_scopes_of_automatic_rechecks_are_seen() -> None:
    async with SlackStandIn() as slack:
        slack.workspace.allow_rechecks()
        assert "automatic recheck" in (await checked(slack))["Slack scopes"].text


async def test_missing_scopes_are_named() -> None:
    async with SlackStandIn() as slack:
        slack.workspace.scopes -= {"users:read", "im:write"}
        scopes = (await checked(slack))["Slack scopes"]
    assert (scopes.verdict, scopes.text) == (Verdict.FAILED, "missing: im:write, users:read")
    assert "slack-manifest.yaml" in scopes.remedy


async def test_tokens_that_slack_does_not_know_fail_each_on_its_own() -> None:
    async with SlackStandIn() as slack:
        found = await checked(slack, bot="xoxb-other")
        assert found[BOT].text == "Slack does not know this token."
        assert found[APP].verdict is Verdict.OK
        found = await checked(slack, app="xapp-other")
        assert found[BOT].verdict is Verdict.OK
        assert "App-Level Tokens" in found[APP].remedy


async def test_a_removed_app_is_said() -> None:
    async with SlackStandIn() as slack:
        slack.workspace.installed = False
        assert "removed Paperboy" in (await checked(slack))[BOT].text


async def test_socket_mode_that_is_off_is_said() -> None:
    async with SlackStandIn() as slack:
        slack.workspace.socket_mode = False
        found = (await checked(slack))[APP]
    assert found.verdict is Verdict.FAILED
    assert "Turn Socket Mode on" in found.remedy


async def test_a_clock_that_is_off_is_said() -> None:
    async with SlackStandIn() as slack:
        found = (await checked(slack, off=timedelta(minutes=10)))[CLOCK]
    assert found.verdict is Verdict.FAILED
    assert "NTP" in found.remedy


async def test_a_slack_that_cannot_be_reached_is_said_once_for_each_token() -> None:
    tokens = Secret("xoxb-1"), Secret("xapp-1")
    found = await check_slack(*tokens, "http://127.0.0.1:9/api/", datetime.now(UTC))
    assert [one.verdict for one in found] == [Verdict.FAILED, Verdict.FAILED]
    assert "does not answer" in found[0].text
