"""What Slack demands of a request: known arguments, scopes, valid blocks, lengths. PURE.

In go a method and its arguments, out comes a documented error, or nothing. Arguments and schemas
are judged by ../shared/specs/slack where it is at hand (`unjudged` says what is not); tokens,
scopes and lengths always.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.shared_data import SHARED
from tests.standins import slack_schemas
from tests.standins.slack_lengths import (
    METADATA,
    SUM_OF_BLOCKS,
    TEXT,
    VIEW,
    message_complaints,
    sum_of,
    view_complaints,
)
from tests.standins.slack_schemas import schema_complaints

Json = dict[str, Any]
METHODS = SHARED / "specs" / "slack" / "methods"
# What the app needs of its token, where the published methods are not at hand. One is enough; which
# one, depends on the kind of the channel: `scope_for`.
_SCOPES: Mapping[str, Collection[str]] = {
    "bots.info": ("users:read",),
    "chat.delete": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.history": ("channels:history", "groups:history", "im:history", "mpim:history"),
    "conversations.info": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "conversations.join": ("channels:join",),
    "conversations.list": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "conversations.members": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "conversations.open": ("channels:manage", "groups:write", "im:write", "mpim:write"),
    "conversations.replies": ("channels:history", "groups:history", "im:history", "mpim:history"),
    "team.info": ("team:read",),
    "users.conversations": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "users.info": ("users:read",),
}
# What a method cannot do without, where the published methods are not at hand.
_REQUIRED: Mapping[str, Collection[str]] = {
    "chat.delete": ("channel", "ts"),
    "chat.getPermalink": ("channel", "message_ts"),
    "chat.postEphemeral": ("channel", "user"),
    "chat.postMessage": ("channel",),
    "chat.update": ("channel", "ts"),
    "conversations.history": ("channel",),
    "conversations.info": ("channel",),
    "conversations.join": ("channel",),
    "conversations.members": ("channel",),
    "conversations.replies": ("channel", "ts"),
    "users.info": ("user",),
    "views.open": ("view",),
    "views.publish": ("user_id", "view"),
    "views.push": ("view",),
    "views.update": ("view",),
}
_NEEDS_NO_SPECS = ("auth.test", "apps.connections.open")
_AREAS = {"public_channel": "channels", "private_channel": "groups", "im": "im"}
_TAKE_MESSAGES = ("chat.postMessage", "chat.postEphemeral", "chat.update")
_JUDGED_BY_SCHEMA = ("conversations.open", "conversations.history")
# Slack answers these although the method's page does not list them.
OBSERVED: Mapping[str, Collection[str]] = {
    "": ("unknown_method", "invalid_json", "json_not_object"),
    # https://github.com/slackapi/bolt-js/issues/2307; and what facts/slack.md tells of closed
    # accounts, which the page of conversations.open has
    "chat.postMessage": ("thread_not_found", "msg_too_long", "user_disabled", "cannot_dm_bot"),
    "chat.postEphemeral": ("thread_not_found",),
    "conversations.open": ("cannot_dm_bot",),  # still listed for the older im.open
}


@dataclass(frozen=True)
class Refusal:
    """A documented error, with what Slack says besides."""

    error: str
    messages: tuple[str, ...] = ()
    needed: str = ""
    provided: str = ""
    wait: float = 0.0  # seconds, of "ratelimited"

    def body(self) -> Json:
        """Return the answer."""
        told: Json = {"ok": False, "error": self.error}
        if self.messages:
            told["response_metadata"] = {"messages": list(self.messages)}
        if self.needed:
            told |= {"needed": self.needed, "provided": self.provided}
        return told


def unjudged() -> tuple[str, ...]:
    """Return what cannot be judged because ../shared is not beside this checkout."""
    off = [] if METHODS.is_dir() else ["unknown arguments of methods", "documented errors"]
    return (*off, *([] if slack_schemas.is_judging() else ["the schemas of blocks and views"]))


def judge(method: str, arguments: Json, scopes: Collection[str]) -> Refusal | None:
    """Return what is wrong with a request, whatever the workspace's state."""
    needed = _scopes_of(method)
    if needed and not set(needed) & set(scopes):
        return lacking(",".join(needed), scopes)
    if wrong := _wrong_arguments(method, arguments):
        return Refusal("invalid_arguments", tuple(wrong))
    if method in _TAKE_MESSAGES:
        return _judge_message(method, arguments)
    if method.startswith("views."):
        return _judge_view(arguments)
    return None


def lacking(needed: str, scopes: Collection[str]) -> Refusal:
    """Return what Slack says where a scope is missing."""
    return Refusal("missing_scope", needed=needed, provided=",".join(sorted(scopes)))


def scope_for(kind: str, right: str) -> str:
    """Return the scope for a right ("read", "history") in a kind of channel."""
    return f"{_AREAS[kind]}:{right}"


def documented(method: str) -> Collection[str]:
    """Return the errors that a method is documented to answer, with the common ones."""
    common = json.loads((METHODS / "common_errors.json").read_text())
    return {*_spec(method)["errors"], *common}


def is_documented(method: str, error: str) -> bool:
    """Tell whether Slack is known to answer a method so; without the published methods always."""
    if error in OBSERVED[""] or error in OBSERVED.get(method, ()):
        return True
    return not _spec(method) or error in documented(method)


@cache
def _spec(method: str) -> Json:
    path = METHODS / f"{method}.json"
    return dict(json.loads(path.read_text())) if path.exists() else {}


def _scopes_of(method: str) -> list[str]:
    if spec := _spec(method):
        return [one["name"] for one in spec["scopes"].get("bot", ())]
    return list(_SCOPES.get(method, ()))


def _wrong_arguments(method: str, arguments: Json) -> list[str]:
    spec = _spec(method)
    if method in _NEEDS_NO_SPECS:
        return []
    if not spec:
        required: Collection[str] = _REQUIRED.get(method, ())
        return [f"missing argument: {name}" for name in required if not arguments.get(name)]
    known = {*spec["args"], "token"}
    wrong = [f"unknown argument: {name}" for name in arguments if name not in known]
    missing = [name for name, one in spec["args"].items() if one.get("required")]
    wrong += [f"missing argument: {name}" for name in missing if not arguments.get(name)]
    read = _read(spec["args"], arguments)
    wrong += _wrong_types(spec["args"], read)
    return wrong or (schema_complaints(method, read) if method in _JUDGED_BY_SCHEMA else [])


def _read(declared: Mapping[str, Json], arguments: Json) -> Json:
    """Return the arguments as their types; forms and addresses carry text only, "200" and "1"."""
    return {
        name: _READ.get(declared.get(name, {}).get("type", ""), _as_it_is)(value)
        for name, value in arguments.items()
    }


def _as_it_is(value: Any) -> Any:
    return value


def _boolean(value: Any) -> Any:
    return {"1": True, "true": True, "0": False, "false": False}.get(str(value).lower(), value)


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isdecimal() else value


_READ: Mapping[str, Callable[[Any], Any]] = {"boolean": _boolean, "number": _number}
_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
}


def _wrong_types(declared: Mapping[str, Json], arguments: Json) -> list[str]:
    return [
        f"{name} must be a {declared[name]['type']}"
        for name, value in arguments.items()
        if (fits := _TYPES.get(declared.get(name, {}).get("type", ""))) and not fits(value)
    ]


def _judge_message(method: str, arguments: Json) -> Refusal | None:
    blocks = arguments.get("blocks") or []
    if not blocks and not arguments.get("text"):
        return Refusal("no_text")
    if len(arguments.get("text") or "") > TEXT:
        return Refusal("msg_too_long")
    if not isinstance(blocks, list):
        return Refusal("invalid_blocks_format")
    if wrong := [*message_complaints(arguments), *schema_complaints(method, arguments)]:
        return _judge_metadata(arguments) or Refusal("invalid_blocks", tuple(wrong))
    if sum_of(blocks) > SUM_OF_BLOCKS:
        return Refusal("msg_blocks_too_long" if method == "chat.postMessage" else "msg_too_long")
    return _judge_metadata(arguments)


def _judge_metadata(arguments: Json) -> Refusal | None:
    metadata = arguments.get("metadata")
    if not metadata:
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_payload"), dict):
        return Refusal("invalid_metadata_format")
    if wrong := schema_complaints("message-metadata", metadata):
        return Refusal("invalid_metadata_format", tuple(wrong))
    return Refusal("metadata_too_large") if len(json.dumps(metadata)) > METADATA else None


def _judge_view(arguments: Json) -> Refusal | None:
    view = arguments["view"]
    if not isinstance(view, dict):
        return Refusal("invalid_arguments", ("view must be an object",))
    if len(json.dumps(view)) > VIEW:
        return Refusal("view_too_large")
    wrong = [*view_complaints(view), *schema_complaints("blockkit-views", view)]
    return Refusal("invalid_arguments", tuple(wrong)) if wrong else None
