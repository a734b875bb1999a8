"""What Discord demands of a request: known properties, valid bodies, documented lengths. PURE.

In go a route and its body, out comes an error in Discord's form, or nothing. Bodies are judged by
../shared/specs/discord where it is at hand; lengths and the documented rules always.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.standins import discord_schemas
from tests.standins.discord_command_rules import command_complaints
from tests.standins.discord_limits import (
    Complaint,
    choice_complaints,
    is_v2,
    message_complaints,
    modal_complaints,
)
from tests.standins.discord_world import EPHEMERAL, LOADING, SILENT, SUPPRESS_EMBEDS, Json

INVALID, EMPTY = 50035, 50006
_SAID: dict[int, tuple[int, str]] = {
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    40060: (400, "Interaction has already been acknowledged."),
    40094: (400, "This interaction has reached the maximum number of follow up messages"),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50013: (403, "Missing Permissions"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50033: (400, "Invalid Recipient(s)"),
    50035: (400, "Invalid Form Body"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    50278: (403, "Cannot send messages to this user due to having no mutual guilds"),
    160004: (400, "A thread has already been created for this message"),
    160005: (400, "This thread is locked"),
}
# Requests that no bot should make, whatever the state of the world.
OUR_FAULT = frozenset((INVALID, EMPTY, 50109, 40060))
MESSAGES = frozenset(
    (
        "create_message",
        "update_message",
        "execute_webhook",
        "update_original_webhook_message",
        "update_webhook_message",
    )
)
NEW_MESSAGES = frozenset(("create_message", "execute_webhook"))
TO_ANSWER = (4, 7)  # types of callbacks that carry a message


@dataclass(frozen=True)
class Refusal:
    """A documented error; without a code, a plain status such as 401."""

    status: int
    code: int = 0
    message: str = ""
    errors: Json = field(default_factory=dict)

    def body(self) -> Json:
        """Return the answer."""
        told: Json = {"message": self.message, "code": self.code}
        return {**told, "errors": self.errors} if self.errors else told


UNAUTHORIZED = Refusal(401, 0, "401: Unauthorized")
NOT_FOUND = Refusal(404, 0, "404: Not Found")


def refusal(code: int) -> Refusal:
    """Return the documented error with this code."""
    status, message = _SAID[code]
    return Refusal(status, code, message)


def invalid(complaints: Iterable[Complaint]) -> Refusal:
    """Return "Invalid Form Body" with what is wrong where, nested as Discord nests it."""
    errors: Json = {}
    for one in complaints:
        here = errors
        for key in one.where:
            here = here.setdefault(str(key), {})
        here.setdefault("_errors", []).append({"code": one.code, "message": one.message})
    status, message = _SAID[INVALID]
    return Refusal(status, INVALID, message, errors)


def judge(route: str, body: Any, before: int = 0) -> Refusal | None:
    """Return what is wrong with a body, whatever the world's state.

    `before`: the flags of the message that is changed.
    """
    if route == "bulk_set_application_commands":
        return _judge_commands(body)
    if route == "create_interaction_response":
        return _judge_callback(body, before)
    wrong: list[Complaint] = []
    if route in MESSAGES and isinstance(body, dict):
        wrong += [*message_complaints(body, before), *_flags(body, route)]
    wrong += [*unknown(route, body), *_by_schema(route, body)]
    if wrong:
        return invalid(wrong)
    return refusal(EMPTY) if route in NEW_MESSAGES and is_empty(body) else None


def unknown(route: str, body: Any) -> list[Complaint]:
    """Return the properties that Discord does not know; it ignores them, but they are mistakes."""
    known = discord_schemas.known_properties(route, body)
    if known is None or not isinstance(body, dict):
        return []
    said = "Discord knows no such property here"
    return [Complaint((key,), "UNKNOWN_PROPERTY", said) for key in body if key not in known]


def is_empty(body: Json) -> bool:
    """Tell whether a message has nothing to show; rows of buttons alone are nothing."""
    shown = ["embeds", "attachments", "poll", "sticker_ids", "shared_client_theme"]
    if is_v2(body):
        return not body.get("components")
    reference = body.get("message_reference") or {}
    return (
        not (body.get("content") or "").strip()
        and not any(body.get(key) for key in shown)
        and reference.get("type", 0) != 1
    )


def may_ping(route: str, body: Any) -> bool:
    """Tell whether a request carries text without saying whom it may mention."""
    if not isinstance(body, dict):
        return False
    if route == "create_interaction_response":
        return body.get("type") in TO_ANSWER and _speaks(body.get("data") or {})
    return route in MESSAGES and _speaks(body)


def _speaks(message: Json) -> bool:
    carries = message.get("content") or message.get("components")
    return bool(carries) and "allowed_mentions" not in message


def _flags(body: Json, route: str = "") -> list[Complaint]:
    """Judge the flags of a message: none is "thinking", and only an answer is for one person."""
    wrong = LOADING | (EPHEMERAL if route == "create_message" else 0)
    if (body.get("flags") or 0) & wrong:
        return [Complaint(("flags",), "BASE_TYPE_BAD_INT", "This flag cannot be set here")]
    return []


def _by_schema(route: str, body: Any) -> list[Complaint]:
    found = discord_schemas.schema_complaints(route, body)
    return [Complaint(tuple(where), "SCHEMA", said) for where, said in found]


def _judge_commands(body: Any) -> Refusal | None:
    if not isinstance(body, list):
        return invalid([Complaint((), "BASE_TYPE_LIST", "Must be a list")])
    wrong = list(command_complaints(body))
    for at, one in enumerate(body):
        found = [*unknown("command", one), *_by_schema("command", one)]
        wrong += [each._replace(where=(at, *each.where)) for each in found]
    return invalid(wrong) if wrong else None


def _judge_callback(body: Any, before: int) -> Refusal | None:
    route = "create_interaction_response"
    kind = body.get("type") if isinstance(body, dict) else None
    if kind not in (1, 4, 5, 6, 7, 8, 9):
        return invalid([Complaint(("type",), "BASE_TYPE_CHOICES", "Unknown type of answer")])
    data = body.get("data") or {}
    wrong = [one._replace(where=("data", *one.where)) for one in _of_data(kind, data, before)]
    wrong += [*unknown(route, body), *_by_schema(route, body)]
    if wrong:
        return invalid(wrong)
    return refusal(EMPTY) if kind == 4 and is_empty(data) else None


def _of_data(kind: int, data: Json, before: int) -> list[Complaint]:
    match kind:
        case 4:
            return [*message_complaints(data), *_flags(data)]
        case 5:
            return _deferring(data)
        case 7:
            return list(message_complaints(data, before))
        case 8:
            return list(choice_complaints(data))
        case 9:
            return list(modal_complaints(data))
    return []


def _deferring(data: Json) -> list[Complaint]:
    allowed = EPHEMERAL | SUPPRESS_EMBEDS | SILENT | (1 << 15)
    if (data.get("flags") or 0) & ~allowed:
        return [Complaint(("flags",), "BASE_TYPE_BAD_INT", "Only ephemeral can be promised")]
    return []
