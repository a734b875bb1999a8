"""What Slack answers, or does not answer → a `DeliveryError` that says who must act. PURE.

The codes are those of chat.postMessage, conversations.open, history, replies and info, and the
common ones (https://docs.slack.dev/reference/methods). "certain" here means: Slack says that it did
nothing. A code that nobody knows promises nothing, so the message counts as possibly sent.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from aiohttp import ClientConnectorError, ClientError
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import (
    AccountLost,
    BodyRejected,
    CannotAsk,
    DeliveryError,
    DestinationLost,
    MaybeSent,
    RetryLater,
)
from bot.payload import rows, table

LOST: Final[Mapping[str, str]] = {
    "channel_not_found": "it is deleted, or private and Paperboy is not in it",
    "is_archived": "archived",
    "not_in_channel": "Paperboy is not in it",
    "channel_is_limited_access": "Paperboy has no access to it",
    "restricted_action": "the workspace does not let Paperboy post there",
    "restricted_action_read_only_channel": "it is read-only",
    "restricted_action_thread_only_channel": "it takes replies in threads only",
    "cannot_dm_bot": "a bot takes no direct messages",
    "user_disabled": "the account is deactivated",
    "user_not_found": "there is no such person in the workspace",
    "user_not_visible": "Paperboy may not see this person",
    "users_not_found": "there is no such person in the workspace",
    "messages_tab_disabled": "the Messages tab of the app is off",
    "method_not_supported_for_channel_type": "it is no channel for messages",
    "ekm_access_denied": "the organisation's keys do not let Paperboy post there",
}
ACCOUNT: Final[Mapping[str, str]] = {
    "account_inactive": "the workspace removed Paperboy, or is closed",
    "app_uninstalled": "the workspace removed Paperboy",
    "token_revoked": "the workspace took Paperboy's token back",
    "token_expired": "Paperboy's token has expired",
    "invalid_auth": "Slack does not know Paperboy's token",
    "not_authed": "Paperboy has no token",
    "missing_scope": "Paperboy lacks a scope",
    "not_allowed_token_type": "Paperboy's token is of the wrong kind",
    "no_permission": "Paperboy's token lacks a permission",
    "access_denied": "the workspace denies Paperboy access",
    "org_login_required": "the workspace is moving to an organisation",
    "two_factor_setup_required": "the workspace asks for two-factor authentication",
    "enterprise_is_restricted": "the organisation does not allow this app",
    "team_access_not_granted": "the organisation has not granted Paperboy this workspace",
    "team_not_found": "there is no such workspace",
    "accesslimited": "the workspace limits Paperboy's access",
}
_AGAIN: Final = frozenset({
    "ratelimited", "rate_limited", "service_unavailable", "request_timeout", "team_added_to_org",
    "message_limit_exceeded",
})  # fmt: skip
_WHOLE: Final = frozenset({"message_limit_exceeded", "team_added_to_org", "service_unavailable"})
_BODY: Final = frozenset({
    "as_user_not_supported", "attachment_payload_limit_exceeded", "cannot_reply_to_message",
    "duplicate_channel_not_found", "duplicate_message_not_found", "invalid_arg_name",
    "invalid_arguments", "invalid_array_arg", "invalid_blocks", "invalid_blocks_format",
    "invalid_charset", "invalid_form_data", "invalid_json", "invalid_metadata_format",
    "invalid_metadata_schema", "invalid_post_type", "json_not_object", "markdown_text_conflict",
    "metadata_must_be_sent_from_app", "metadata_too_large", "missing_file_data",
    "missing_post_type", "msg_blocks_too_long", "msg_too_long", "no_text",
    "restricted_action_non_threadable_channel", "restricted_action_thread_locked",
    "slack_connect_canvas_sharing_blocked", "slack_connect_file_link_sharing_blocked",
    "slack_connect_lists_sharing_blocked", "thread_not_found", "too_many_attachments",
    "too_many_contact_cards", "draft_already_deleted", "draft_already_sent", "draft_has_conflict",
    "draft_not_found",
})  # fmt: skip
# "Some aspect of the operation may have succeeded", a method at its end, or what we never ask.
_UNSURE: Final = frozenset({
    "internal_error", "fatal_error", "deprecated_endpoint", "method_deprecated", "invalid_cursor",
    "invalid_metadata_filter_keys", "invalid_ts_latest", "invalid_ts_oldest",
    "invalid_user_combination", "list_record_comment_fetch_failed", "not_enough_users",
    "too_many_users", "users_list_not_supplied",
})  # fmt: skip
KNOWN: Final = frozenset({*LOST, *ACCOUNT, *_AGAIN, *_BODY, *_UNSURE})
_INSTALL: Final = "Install the app again and put its new token into the config; check says more."


def sending_error(error: Exception) -> DeliveryError:
    """Return what a failed sending means."""
    match error:
        case SlackApiError():
            return _answered(error)
        case ClientConnectorError():  # no connection: nothing was written to it
            return RetryLater(f"Slack cannot be reached ({type(error).__name__})")
        case ClientError() | SlackClientError() | TimeoutError() | OSError():
            return MaybeSent(f"Slack's answer was lost ({type(error).__name__})")
    return MaybeSent(f"Slack's answer cannot be read ({type(error).__name__})")


def opening_error(error: Exception) -> DeliveryError:
    """Return what it means that no direct messages could be opened: nothing was sent yet."""
    found = sending_error(error)
    return RetryLater(str(found)) if isinstance(found, MaybeSent) else found


def asking_error(error: Exception) -> DeliveryError:
    """Return what a failed look into the history means: nothing was sent by it."""
    found = sending_error(error)
    if isinstance(error, SlackApiError) and code_of(error) in ("missing_scope", "not_in_channel"):
        return CannotAsk(f"the history cannot be read: {code_of(error)}")
    if isinstance(found, MaybeSent):
        return RetryLater(str(found))
    return CannotAsk(str(found)) if isinstance(found, BodyRejected) else found


def _answered(error: SlackApiError) -> DeliveryError:
    code, status = code_of(error), getattr(error.response, "status_code", 0)
    if status == 429 or code in _AGAIN:  # noqa: PLR2004
        wait = retry_after(error)
        whole = code in _WHOLE
        return RetryLater(f"Slack asks to wait ({code})", retry_after=wait, whole_account=whole)
    if status >= 500:  # noqa: PLR2004
        return MaybeSent(f"Slack failed ({status})")
    if code in LOST:
        return DestinationLost(LOST[code])
    if code in ACCOUNT:
        return AccountLost(f"{ACCOUNT[code]}{_what(error)}", remedy=_INSTALL)
    if code in _BODY:
        return BodyRejected(f"Slack refuses this message ({code}{_details(error)})")
    if code.startswith("restricted_action"):
        return DestinationLost(LOST["restricted_action"])
    return MaybeSent(f"Slack answered something unknown ({code})")


def code_of(error: SlackApiError) -> str:
    """Return Slack's word for an error; where the answer could not be read, that there is none."""
    data = getattr(error.response, "data", None)
    return str(data.get("error", "no code")) if isinstance(data, dict) else "no JSON"


def _what(error: SlackApiError) -> str:
    """Return which scope is missing."""
    data = getattr(error.response, "data", None)
    needed = data.get("needed") if isinstance(data, dict) else None
    return f": {needed}" if needed else ""


def _details(error: SlackApiError) -> str:
    """Return where Slack sees the mistake; its words name places of the body, not its text."""
    data = getattr(error.response, "data", None)
    said = rows(table(table(data).get("response_metadata")).get("messages"))
    return f": {'; '.join(map(str, said))[:300]}" if said else ""


def retry_after(error: SlackApiError) -> timedelta | None:
    """Return how long Slack asks to wait, if it does."""
    headers = getattr(error.response, "headers", None) or {}
    told = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
    try:
        return timedelta(seconds=float(told)) if told else None
    except (ValueError, OverflowError):
        return None
