"""Both Slack tokens tried at Slack itself: what is missing, in words, for `paperboy check`."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.checkup import Finding, Verdict
from bot.platforms.slack.errors import code_of
from bot.platforms.slack.refusals import ADD_SCOPES, bot_refused, socket_refused
from bot.platforms.slack.scopes import can_recheck, missing
from bot.secret import Secret

BOT, APP, CLOCK, OPERATOR = "Slack bot token", "Slack app token", "Clock", "Operator"
MOST_OFF: Final = timedelta(seconds=60)  # Slack refuses what is five minutes off


async def check_slack(
    bot_token: Secret, app_token: Secret, base_url: str, now: datetime
) -> list[Finding]:
    """Return what is wrong or right with the tokens, their scopes, Socket Mode and the clock."""
    bot = AsyncWebClient(bot_token.reveal(), base_url, retry_handlers=[])
    app = AsyncWebClient(app_token.reveal(), base_url, retry_handlers=[])
    return [*await _check_bot(bot, now), await _check_app(app)]


async def _check_bot(client: AsyncWebClient, now: datetime) -> list[Finding]:
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        return [Finding(BOT, Verdict.FAILED, *bot_refused(code_of(error)))]
    except (ClientError, TimeoutError, SlackClientError) as error:
        return [_unreachable(BOT, error)]
    text = f'it speaks as @{answer["user"]} in "{answer["team"]}"'
    return [Finding(BOT, Verdict.OK, text), _scopes(answer), _clock(answer, now)]


def _scopes(answer: AsyncSlackResponse) -> Finding:
    held = [scope.strip() for scope in _header(answer, "x-oauth-scopes").split(",")]
    if lacking := missing(held):
        text = f"missing: {', '.join(lacking)}"
        return Finding("Slack scopes", Verdict.FAILED, text, ADD_SCOPES)
    if can_recheck(held):
        return Finding("Slack scopes", Verdict.OK, "complete, with automatic recheck")
    text = "complete; without history, so a digest in doubt is asked about in the channel"
    return Finding("Slack scopes", Verdict.OK, text)


def _clock(answer: AsyncSlackResponse, now: datetime) -> Finding:
    try:
        theirs = parsedate_to_datetime(_header(answer, "date"))
    except (TypeError, ValueError):
        return Finding(CLOCK, Verdict.SKIPPED, "Slack did not say what time it is")
    off = abs(now - theirs)
    if off <= MOST_OFF:
        return Finding(CLOCK, Verdict.OK, "agrees with Slack's")
    text = f"{off.total_seconds():.0f} seconds away from Slack's"
    remedy = "Let the machine keep its time by NTP: digests come by this clock."
    return Finding(CLOCK, Verdict.FAILED, text, remedy)


async def _check_app(client: AsyncWebClient) -> Finding:
    """Ask for a Socket Mode address, which is not connected to."""
    try:
        await client.apps_connections_open(app_token=client.token or "")
    except SlackApiError as error:
        return Finding(APP, Verdict.FAILED, *socket_refused(code_of(error)))
    except (ClientError, TimeoutError, SlackClientError) as error:
        return _unreachable(APP, error)
    return Finding(APP, Verdict.OK, "Socket Mode is on")


def _unreachable(subject: str, error: Exception) -> Finding:
    text = f"Slack does not answer ({type(error).__name__})."
    remedy = "Look at the network, a proxy or a firewall: slack.com must be reachable by HTTPS."
    return Finding(subject, Verdict.FAILED, text, remedy)


def _header(answer: AsyncSlackResponse, name: str) -> str:
    """Return a header whatever its case."""
    return next((str(v) for key, v in answer.headers.items() if key.casefold() == name), "")


async def who_is(bot_token: Secret, base_url: str, user: str) -> Finding:
    """Return who is meant by the id of the operator."""
    client = AsyncWebClient(bot_token.reveal(), base_url, retry_handlers=[])
    try:
        answer = await client.users_info(user=user)
    except SlackApiError as error:
        if code_of(error) in ("user_not_found", "user_not_visible"):
            text = f"Slack knows nobody with the id {user}."
            return Finding(OPERATOR, Verdict.FAILED, text, "In Slack: the profile, Copy member ID.")
        return Finding(OPERATOR, Verdict.SKIPPED, f"Slack does not say ({code_of(error)})")
    except (ClientError, TimeoutError, SlackClientError) as error:
        return _unreachable(OPERATOR, error)
    told = answer["user"]
    if told.get("deleted"):
        text = f"{told['name']} ({user}) is deactivated."
        return Finding(OPERATOR, Verdict.FAILED, text, "Name somebody else as operator.")
    return Finding(OPERATOR, Verdict.OK, f"{told['name']} is told of incidents")
