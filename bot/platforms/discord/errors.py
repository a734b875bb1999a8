"""What Discord answers, or does not answer → a `DeliveryError` that says who must act. PURE.

Codes: https://docs.discord.com/developers/topics/opcodes-and-status-codes (JSON error codes,
2026-11). A code that nobody knows means what its HTTP status means: 403 and 404 lose the place,
400 the body, 5xx promise nothing.
"""

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Final

import discord
from aiohttp import ClientError

from bot.errors import (
    AccountLost,
    BodyRejected,
    CannotAsk,
    DeliveryError,
    DestinationLost,
    MaybeSent,
    RetryLater,
)
from bot.payload import number

UNKNOWN_MESSAGE: Final = 10008
UNKNOWN_CHANNEL: Final = 10003
UNKNOWN_INTERACTION: Final = 10062
THREAD_EXISTS: Final = 160004
ARCHIVED: Final = 50083
LOST: Final[Mapping[int, str]] = {
    UNKNOWN_CHANNEL: "deleted",
    10004: "the server is deleted, or Paperboy was removed from it",
    10013: "there is no such person",
    40007: "Paperboy is banned there",
    50001: "Paperboy may not see it",
    50007: "direct messages are closed",
    50013: "Paperboy lacks a permission there",
    50024: "it is no channel for messages",
    50278: "you share no server with Paperboy any more",
    ARCHIVED: "the thread is archived",
    160005: "the thread is locked",
}
NO_TOKEN: Final = "Discord does not know Paperboy's token"  # noqa: S105 - words for people
ELSEWHERE: Final = "this place belongs to another Discord application"
ACCOUNT: Final = (NO_TOKEN, ELSEWHERE)
"""Why all places are lost; over for all of them once Discord knows us again."""
_AGAIN: Final = frozenset({20016, 20022, 20028, 40003, 40062, 130000})
"""Slow mode, write limits, direct messages opened too fast, limited service, overload."""
_BODY: Final = frozenset({50006, 50035, 50109, 50161, 50163})
_REMEDY: Final = "Copy the token anew from the Developer Portal (Bot, Reset Token)."


def sending_error(error: Exception) -> DeliveryError:
    """Return what a failed request to post means."""
    match error:
        case DeliveryError():
            return error
        case discord.RateLimited():
            return RetryLater("Discord asks to wait", retry_after=_seconds(error.retry_after))
        case discord.LoginFailure():
            return AccountLost(NO_TOKEN, remedy=_REMEDY)
        case discord.HTTPException():
            return _answered(error)
        case ClientError() | discord.DiscordException() | TimeoutError() | OSError():
            # The library may have asked before and got a 5xx: no connection now proves nothing.
            return MaybeSent(f"Discord's answer was lost ({type(error).__name__})")
    return MaybeSent(f"Discord's answer cannot be read ({type(error).__name__})")


def asking_error(error: Exception) -> DeliveryError:
    """Return what a failed look into the history means: nothing was sent by it."""
    found = sending_error(error)
    if isinstance(found, MaybeSent):
        return RetryLater(str(found))
    return CannotAsk(str(found)) if isinstance(found, BodyRejected) else found


def _answered(error: discord.HTTPException) -> DeliveryError:
    status, code = error.status, number(error.code)
    if status == HTTPStatus.UNAUTHORIZED:
        return AccountLost(NO_TOKEN, remedy=_REMEDY)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RetryLater("Discord blocks this address for a while", whole_account=True)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return MaybeSent(f"Discord failed ({status})")
    if code in _AGAIN:
        return RetryLater(f"Discord asks to wait ({code})")
    if code in LOST or status in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
        other = f"Discord does not let Paperboy post there ({code})"
        return DestinationLost(LOST.get(code, other))
    if code in _BODY or status == HTTPStatus.BAD_REQUEST:
        return BodyRejected(f"Discord refuses this message ({code}{_details(error)})")
    return MaybeSent(f"Discord answered something unknown ({status}, {code})")


def _details(error: discord.HTTPException) -> str:
    """Return where Discord sees the mistake; it names places of the body."""
    return f": {' '.join(error.text.split())[:300]}" if error.text else ""


def _seconds(told: float) -> timedelta | None:
    try:
        return timedelta(seconds=told)
    except (ValueError, OverflowError):
        return None
