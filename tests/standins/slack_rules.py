"""What Slack demands of a request: known arguments, scopes, valid blocks, lengths. PURE.

In go a method and its arguments, out comes a documented error, or nothing. Arguments, scopes and
schemas are judged by ../shared/specs/slack where it is at hand; lengths always.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.shared_data import SHARED
from tests.standins.slack_lengths import (
    METADATA,
    SUM_OF_BLOCKS,
    TEXT,
    message_complaints,
    sum_of,
    view_complaints,
)
from tests.standins.slack_schemas import schema_complaints

Json = dict[str, Any]
METHODS = SHARED / "specs" / "slack" / "methods"
# What the app needs of its token, where the published methods are not at hand.
_SCOPES: Mapping[str, Collection[str]] = {
    "chat.postMessage": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "conversations.open": ("im:write",),
    "conversations.join": ("channels:join",),
    "conversations.info": ("channels:read", "groups:read", "im:read"),
    "conversations.history": ("channels:history", "groups:history", "im:history"),
    "conversations.replies": ("channels:history", "groups:history", "im:history"),
    "users.info": ("users:read",),
}
_NEEDS_NO_SPECS = ("auth.test", "apps.connections.open")
_VIEWS = ("views.open", "views.update", "views.push", "views.publish")


@dataclass(frozen=True)
class Refusal:
    """A documented error, with what Slack says besides."""

    error: str
    messages: tuple[str, ...] = ()
    needed: str = ""

    def body(self) -> Json:
        """Return the answer."""
        told: Json = {"ok": False, "error": self.error}
        if self.messages:
            told["response_metadata"] = {"messages": list(self.messages)}
        if self.needed:
            told |= {"needed": self.needed, "provided": ""}
        return told


def judge(method: str, arguments: Json, scopes: Collection[str]) -> Refusal | None:
    """Return what is wrong with a request, whatever the workspace's state."""
    needed = _scopes_of(method)
    if needed and not set(needed) & set(scopes):
        return Refusal("missing_scope", needed=",".join(needed))
    if wrong := _wrong_arguments(method, arguments):
        return Refusal("invalid_arguments", tuple(wrong))
    if method.startswith("chat.post"):
        return _judge_message(method, arguments)
    if method in _VIEWS:
        return _judge_view(arguments)
    return None


def documented(method: str) -> Collection[str]:
    """Return the errors that a method is documented to answer, with the common ones."""
    common = json.loads((METHODS / "common_errors.json").read_text())
    return {*_spec(method)["errors"], *common.get("errors", common)}


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
    if not spec or method in _NEEDS_NO_SPECS:
        return []
    known = {*spec["args"], "token"}
    wrong = [f"unknown argument: {name}" for name in arguments if name not in known]
    missing = [name for name, one in spec["args"].items() if one.get("required")]
    wrong += [f"missing argument: {name}" for name in missing if not arguments.get(name)]
    return wrong


def _judge_message(method: str, arguments: Json) -> Refusal | None:
    blocks = arguments.get("blocks") or []
    if not blocks and not arguments.get("text"):
        return Refusal("no_text")
    if len(arguments.get("text") or "") > TEXT:
        return Refusal("msg_too_long")
    if wrong := [*message_complaints(arguments), *schema_complaints(method, arguments)]:
        return Refusal("invalid_blocks", tuple(wrong))
    if sum_of(blocks) > SUM_OF_BLOCKS:
        return Refusal("msg_blocks_too_long")
    if len(json.dumps(arguments.get("metadata") or {})) > METADATA:
        return Refusal("metadata_too_large")
    return None


def _judge_view(arguments: Json) -> Refusal | None:
    wrong = view_complaints(arguments["view"])
    wrong += schema_complaints("blockkit-views", arguments["view"])
    return Refusal("invalid_arguments", tuple(wrong)) if wrong else None
