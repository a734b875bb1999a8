"""Slack is listened to whatever hinders it, and what hinders it is said once, in words."""

import pytest

from bot.platforms.slack import service, socket
from tests.commands.dialogue import SMALL
from tests.platforms.slack.talking import paper_workspace, slack_talk
from tests.standins.slack_faults import Fault, Trouble

OPEN = "apps.connections.open"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the waits between attempts short."""
    monkeypatch.setattr(socket, "LADDER", (0.01,))
    monkeypatch.setattr(socket, "PATIENCE", 0.2)


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.levelname == "ERROR"]


async def test_a_socket_mode_that_is_off_is_said_once_and_tried_until_it_is_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    off = Trouble(Fault.REFUSE, OPEN, error="forbidden_team", times=3)
    async with slack_talk(off, press=SMALL) as talk:
        assert await talk.people.answer("/arxiv help", "UADA", "CPAPERS")
    (line,) = said(caplog)
    assert line == (
        "I hear nothing from Slack: slack.app_token: Slack opens no socket for this app "
        "(forbidden_team). Turn Socket Mode on in the app's settings (Settings, Socket Mode)."
    )


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("invalid_auth", "Slack does not know this token. Make one under Basic Information"),
        ("not_allowed_token_type", "This is not an app-level token. Make one"),
        ("missing_scope", "It lacks the scope connections:write. Make one"),
    ],
)
async def test_an_app_token_that_does_not_work_is_said_with_what_to_do(
    caplog: pytest.LogCaptureFixture, error: str, words: str
) -> None:
    async with slack_talk(Trouble(Fault.REFUSE, OPEN, error=error), press=SMALL):
        pass
    (line,) = said(caplog)
    assert f"slack.app_token: {words}" in line


async def test_a_slack_that_cannot_be_reached_is_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with slack_talk(Trouble(Fault.DROP_BEFORE, OPEN, times=3), press=SMALL):
        pass
    (line,) = said(caplog)
    assert line.startswith("I hear nothing from Slack: Slack cannot be reached (")


@pytest.mark.parametrize("fault", [Fault.GARBLED, Fault.HTML_BEFORE, Fault.INTERNAL_BEFORE])
async def test_slacks_own_trouble_is_not_blamed_on_the_tokens(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    monkeypatch.setattr(service, "LADDER", (0.01,))
    troubles = Trouble(fault, OPEN), Trouble(fault, "auth.test")
    async with slack_talk(*troubles, press=SMALL) as talk:
        assert await talk.people.answer("/arxiv help", "UADA", "CPAPERS")
    bot, app = said(caplog)
    assert bot.startswith("slack.bot_token: Slack itself fails (")
    assert app.startswith("I hear nothing from Slack: slack.app_token: Slack itself fails (")


async def test_an_address_that_opens_no_socket_is_given_up_for_a_fresh_one(
    caplog: pytest.LogCaptureFixture,
) -> None:
    workspace = paper_workspace()
    workspace.closed_doors = 2
    async with slack_talk(press=SMALL, workspace=workspace) as talk:
        assert len(talk.slack.calls(OPEN)) == 3
    assert said(caplog) == [
        "I hear nothing from Slack: Slack's socket cannot be opened. I try again."
    ]


async def test_slacks_wish_to_wait_for_the_socket_is_heard(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with slack_talk(Trouble(Fault.RATE, OPEN, retry_after="0.01"), press=SMALL) as talk:
        assert len(talk.slack.calls(OPEN)) == 2
    assert not said(caplog)


async def test_a_bot_token_that_lacks_scopes_is_said_at_the_start(
    caplog: pytest.LogCaptureFixture,
) -> None:
    workspace = paper_workspace()
    workspace.scopes -= {"im:write", "users:read"}
    async with slack_talk(press=SMALL, workspace=workspace):
        pass
    (line,) = said(caplog)
    assert line.startswith("slack.bot_token lacks: im:write, users:read. Add them under OAuth")


async def test_a_bot_token_that_slack_refuses_is_said_once_with_what_to_do(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "LADDER", (0.01,))
    refused = Trouble(Fault.REFUSE, "auth.test", error="token_revoked", times=3)
    async with slack_talk(refused, press=SMALL):
        pass
    (line,) = said(caplog)
    assert line.startswith("slack.bot_token: This token was revoked. Install the app")
