"""Why Slack refuses a token, and what the operator does about it: for `check` and the log. PURE."""

from collections.abc import Mapping
from typing import Final

ADD_SCOPES: Final = (
    "Add them under OAuth & Permissions (deploy/slack-manifest.yaml), and install again."
)
_INSTALL: Final = "Install the app to the workspace again and copy the Bot User OAuth Token."
_MAKE_ONE: Final = (
    "Make one under Basic Information, App-Level Tokens, with the scope connections:write."
)
_DEAD: Final[Mapping[str, tuple[str, str]]] = {
    "invalid_auth": ("Slack does not know this token.", _INSTALL),
    "not_authed": ("Slack got no token.", "Set slack.bot_token."),
    "account_inactive": ("The workspace removed Paperboy, or is closed.", _INSTALL),
    "token_revoked": ("This token was revoked.", _INSTALL),
    "token_expired": ("This token has expired.", "Turn token rotation off and install again."),
}
# Slack's own trouble, which says nothing of a token; also an answer without JSON, or a code.
_PASSING: Final = frozenset({
    "internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited",
    "rate_limited", "no JSON", "no code",
})  # fmt: skip


def bot_refused(code: str) -> tuple[str, str]:
    """Return why the bot token does not work, and the remedy."""
    if code in _PASSING:
        return _passing(code)
    return _DEAD.get(code, (f"Slack refuses this token ({code}).", _INSTALL))


def socket_refused(code: str) -> tuple[str, str]:
    """Return why the app token opens no socket, and the remedy."""
    if code in _PASSING:
        return _passing(code)
    if code in _DEAD:
        return _DEAD[code][0], _MAKE_ONE
    if code == "missing_scope":
        return "It lacks the scope connections:write.", _MAKE_ONE
    if code == "not_allowed_token_type":
        return "This is not an app-level token.", _MAKE_ONE
    # What is left is that the app may not connect at all.
    remedy = "Turn Socket Mode on in the app's settings (Settings, Socket Mode)."
    return f"Slack opens no socket for this app ({code}).", remedy


def _passing(code: str) -> tuple[str, str]:
    return f"Slack itself fails ({code}).", "This passes; https://slack-status.com may say more."
