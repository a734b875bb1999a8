"""The routes of Discord's REST API that a bot may ask, by their names in its spec. PURE."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.standins.discord_rules import Refusal

Answered = dict[str, Any] | list[Any] | None | Refusal

_WEBHOOK = "/webhooks/{webhook_id}/{token}"
_ONE, _ORIGINAL = f"{_WEBHOOK}/messages/{{message_id}}", f"{_WEBHOOK}/messages/@original"
_ROUTES: Sequence[tuple[str, str, str]] = (
    ("GET", "/users/@me", "get_my_user"),
    ("GET", "/users/@me/guilds", "list_my_guilds"),
    ("DELETE", "/users/@me/guilds/{guild_id}", "leave_guild"),
    ("POST", "/users/@me/channels", "create_dm"),
    ("GET", "/users/{user_id}", "get_user"),
    ("GET", "/applications/@me", "get_my_application"),
    ("GET", "/oauth2/applications/@me", "get_my_oauth2_application"),
    ("GET", "/gateway", "get_gateway"),
    ("GET", "/gateway/bot", "get_bot_gateway"),
    ("GET", "/channels/{channel_id}", "get_channel"),
    ("PATCH", "/channels/{channel_id}", "update_channel"),
    ("GET", "/channels/{channel_id}/messages", "list_messages"),
    ("POST", "/channels/{channel_id}/messages", "create_message"),
    ("GET", "/channels/{channel_id}/messages/{message_id}", "get_message"),
    ("PATCH", "/channels/{channel_id}/messages/{message_id}", "update_message"),
    ("DELETE", "/channels/{channel_id}/messages/{message_id}", "delete_message"),
    ("POST", "/channels/{channel_id}/messages/{message_id}/threads", "create_thread_from_message"),
    ("POST", "/channels/{channel_id}/typing", "trigger_typing_indicator"),
    ("PUT", "/channels/{channel_id}/thread-members/@me", "join_thread"),
    ("GET", "/guilds/{guild_id}", "get_guild"),
    ("GET", "/guilds/{guild_id}/channels", "list_guild_channels"),
    ("GET", "/guilds/{guild_id}/roles", "list_guild_roles"),
    ("GET", "/guilds/{guild_id}/members/{user_id}", "get_guild_member"),
    ("GET", "/guilds/{guild_id}/threads/active", "get_active_guild_threads"),
    ("GET", "/applications/{application_id}/commands", "list_application_commands"),
    ("PUT", "/applications/{application_id}/commands", "bulk_set_application_commands"),
    ("POST", "/interactions/{interaction_id}/{token}/callback", "create_interaction_response"),
    ("POST", _WEBHOOK, "execute_webhook"),
    ("GET", _ORIGINAL, "get_original_webhook_message"),
    ("PATCH", _ORIGINAL, "update_original_webhook_message"),
    ("DELETE", _ORIGINAL, "delete_original_webhook_message"),
    ("GET", _ONE, "get_webhook_message"),
    ("PATCH", _ONE, "update_webhook_message"),
    ("DELETE", _ONE, "delete_webhook_message"),
)
NAMES = frozenset(name for _, _, name in _ROUTES)
# What may be asked without the bot's token: the path itself carries one.
TOKEN_IN_PATH = frozenset(name for _, path, name in _ROUTES if "{token}" in path)


@dataclass(frozen=True)
class Call:
    """One request, its path read."""

    route: str
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None

    @property
    def about(self) -> str:
        """The channel, server or token that the limits count by."""
        keys = ("channel_id", "guild_id", "token")
        return next((self.path[key] for key in keys if key in self.path), "")


def route_of(verb: str, path: str) -> tuple[str, Mapping[str, str]] | None:
    """Return the name of a route and the values in its path."""
    for method, pattern, name in _patterns():
        if method == verb and (found := pattern.fullmatch(path)):
            return name, found.groupdict()
    return None


@cache
def _patterns() -> Sequence[tuple[str, re.Pattern[str], str]]:
    return [
        (verb, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/@]+)", path)), name)
        for verb, path, name in _ROUTES
    ]
