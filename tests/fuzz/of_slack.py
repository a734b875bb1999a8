"""What Slack sends: commands, clicks, forms and events over the socket, and answers to requests.

The payloads go through the real bolt app, as the socket's handler gives them to it; the Web API
behind it answers everything with "ok". What the libraries themselves refuse of a broken envelope
they log and survive, and is not counted; what breaks in our own code is.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable, Iterator
from typing import Any, Final
from unittest.mock import patch

from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook import WebhookResponse

from bot.clock import SystemElapsed
from bot.errors import DeliveryError, PayloadError
from bot.limits import Pace, PlatformLimits
from bot.model import Delivery, Destination, State
from bot.platforms.slack import showing, talk
from bot.platforms.slack.account import Account
from bot.platforms.slack.bolt import Listening, Parts
from bot.platforms.slack.client import SlackPlatform
from bot.platforms.slack.desk import Desk
from bot.platforms.slack.forms import field_errors, read_view, with_reading
from bot.platforms.slack.homes import Homes
from bot.platforms.slack.life import EVENTS, Life
from bot.platforms.slack.members import Members
from bot.platforms.slack.people import People
from bot.platforms.slack.readings import Readings
from bot.platforms.slack.spot import clicked, pressed, typed
from bot.platforms.slack.where import Where, pack
from tests.commands.dialogue import SMALL, talking
from tests.commands.test_any_text import PIECES, VALID
from tests.fuzz.of_people import keeper
from tests.fuzz.target import Read, Target, reading
from tests.fuzz.watching import is_ours, watched
from tests.shared_data import SHARED

_TEAM, _BOT, _ADA, _PAPERS = "T1", "UBOT", "UADA", "CPAPERS"
_OK: Final = {
    "ok": True, "ts": "1.2", "team_id": _TEAM, "team": "paper", "user_id": _BOT, "bot_id": "B1",
    "user": {"id": _ADA, "tz": "Europe/Berlin", "name": "ada"},
    "channel": {"id": _PAPERS, "name": "papers", "is_member": True},
    "messages": [
        {
            "ts": "1.1", "bot_id": "B1",
            "metadata": {"event_type": "paperboy_delivery", "event_payload": {"key": "K"}},
        }
    ],
    "members": [_ADA], "response_metadata": {"next_cursor": "", "messages": ["[ERROR] failed"]},
}  # fmt: skip
_FAILED: Final = tuple(
    {"ok": False, "error": code, "needed": "chat:write", "response_metadata": {"messages": ["x"]}}
    for code in ("ratelimited", "channel_not_found", "invalid_blocks", "fatal_error", "no_such")
)
_WORDS: Final = (
    *PIECES, *VALID, *EVENTS, "block_actions", "view_submission", "view_closed", "event_callback",
    "home", "modal", "static_select", "conversations_select", "@CPAPERS pause 1", "@UADA list",
    "UADA", "CPAPERS", "form", "field:topic", "run:1", '["CPAPERS","#papers",false,"edit 1"]',
)  # fmt: skip


class _Client(AsyncWebClient):
    """A Web API that answers what it is told to, and never asks anybody."""

    def __init__(self) -> None:
        super().__init__("xoxb-1", "http://127.0.0.1:9/")
        self.answer: dict[str, Any] = _OK
        self.status = 200
        self.headers: dict[str, str] = {"x-oauth-scopes": "channels:history,groups:history"}

    async def api_call(self, api_method: str, **_more: Any) -> AsyncSlackResponse:
        response = AsyncSlackResponse(
            client=self,
            http_verb="POST",
            api_url=api_method,
            req_args={},
            data=self.answer,
            headers=self.headers,
            status_code=self.status,
        )
        if self.answer.get("ok") is True and self.status == 200:
            return response
        raise SlackApiError("refused", response)  # type: ignore[no-untyped-call]


class _Hook:
    """A response_url that takes everything."""

    def __init__(self, _url: str, **_more: Any) -> None:
        pass

    async def send_dict(self, _body: dict[str, Any]) -> WebhookResponse:
        return WebhookResponse(url="", status_code=200, body="ok", headers={})


# ── payloads ─────────────────────────────────────────────────────────────────────────────────────


def _payloads() -> list[Any]:
    ours = [*_commands(), *_clicks(), *_forms(), *_events()]
    return [*ours, *_published()]


def _commands() -> Iterator[dict[str, Any]]:
    for text in VALID:
        yield {
            "token": "v", "team_id": _TEAM, "team_domain": "paper", "channel_id": _PAPERS,
            "channel_name": "papers", "user_id": _ADA, "user_name": "ada", "command": "/arxiv",
            "text": text, "api_app_id": "A1", "is_enterprise_install": "false",
            "response_url": "http://127.0.0.1:9/r", "trigger_id": "1.2",
        }  # fmt: skip


def _clicks() -> Iterator[dict[str, Any]]:
    base = {
        "type": "block_actions", "team": {"id": _TEAM}, "api_app_id": "A1", "trigger_id": "1.2",
        "user": {"id": _ADA, "username": "ada", "name": "ada", "team_id": _TEAM},
        "is_enterprise_install": False, "enterprise": None,
    }  # fmt: skip
    channel = {"channel": {"id": _PAPERS, "name": "papers"}, "response_url": "http://127.0.0.1:9/"}
    action = {"action_id": "run:1", "block_id": "b", "action_ts": "1.2"}
    button = {**action, "type": "button", "value": "pause 1"}
    chosen = {"selected_option": {"value": "open 2611.00001", "text": {"text": "Open"}}}
    view = {"id": "V1", "type": "modal", **_view("edit 1")}
    field = {"type": "plain_text_input", "action_id": "field:topic", "block_id": "topic"}
    yield {**base, **channel, "actions": [button]}
    yield {**base, **channel, "actions": [{**action, "type": "static_select", **chosen}]}
    yield {**base, "view": view, "actions": [{**button, "value": "@CPAPERS pause 1"}]}
    yield {**base, "view": {**view, "type": "home"}, "actions": [button]}
    yield {**base, "view": view, "actions": [{**field, "value": "spin glass"}]}


def _view(command: str) -> dict[str, Any]:
    text = {"type": "plain_text", "text": "x"}
    return {
        "callback_id": "form", "title": text, "submit": text, "close": text, "hash": "h",
        "private_metadata": pack(Where(_PAPERS, "#papers"), command),
        "blocks": [
            {"type": "input", "block_id": "topic", "element": {"action_id": "field:topic"}},
            {"type": "context", "block_id": "reading", "elements": []},
        ],
        "state": {
            "values": {
                "topic": {"field:topic": {"type": "plain_text_input", "value": "spin glass"}},
                "kinds": {"x": {"type": "static_select", "selected_option": {"value": "new"}}},
                "to": {"x": {"type": "conversations_select", "selected_conversation": "CGLASS"}},
            }
        },
    }  # fmt: skip


def _forms() -> Iterator[dict[str, Any]]:
    for command in ("edit 1", "subscribe", "move", "subscribe many", "zone"):
        yield {
            "type": "view_submission", "team": {"id": _TEAM}, "trigger_id": "1.2",
            "user": {"id": _ADA, "username": "ada"}, "api_app_id": "A1",
            "view": {"id": "V1", "type": "modal", **_view(command)},
        }  # fmt: skip


def _events() -> Iterator[dict[str, Any]]:
    for number, kind in enumerate(EVENTS):
        yield {
            "type": "event_callback", "team_id": _TEAM, "event_id": f"Ev{number}",
            "authorizations": [{"team_id": _TEAM, "user_id": _BOT, "is_bot": True}],
            "event": {
                "type": kind, "user": _BOT, "channel": _PAPERS, "tab": "home", "event_ts": "1.2",
                "old_channel_id": _PAPERS, "new_channel_id": "GNEW", "tokens": {"bot": [_BOT]},
            },
        }  # fmt: skip
    told = {"id": _PAPERS, "name": "letters"}
    person = {"id": _ADA, "deleted": True}
    for event in (
        {"type": "channel_rename", "channel": told},
        {"type": "user_change", "user": person},
    ):
        yield {"type": "event_callback", "team_id": _TEAM, "event_id": "EvX", "event": event}


def _published() -> list[Any]:
    """Real payloads that others have published, where they lie beside this checkout."""
    path = SHARED / "specs" / "slack" / "payloads" / "payloads_by_type.json"
    if not path.exists():
        return []
    by_type = json.loads(path.read_text())
    found = [one for some in by_type.values() for one in some]
    return [one.get("payload", one) if isinstance(one, dict) else one for one in found]


def _read_payload(payload: Any) -> None:
    """Read it as everything that it might be."""
    if not isinstance(payload, dict):
        return
    typed(payload)
    pressed(payload)
    clicked(payload)
    view = payload.get("view")
    for read in (read_view, lambda one: with_reading(one, "x"), _errors):
        with contextlib.suppress(PayloadError):
            read(view if isinstance(view, dict) else {})


def _errors(view: dict[str, Any]) -> None:
    field_errors(talk._OUR_FAULT, view)


@contextlib.contextmanager
def _listening() -> Iterator[Read]:
    """Open a bot that listens; its database is put back after each payload."""
    # Bolt copies its client, and an answer goes to any URL that a payload names: no network for
    # either.
    with (
        patch.object(AsyncWebClient, "api_call", _Client.api_call),
        patch.multiple(AsyncWebClient, create=True, answer=_OK, status=200, headers={}),
        patch.object(showing, "AsyncWebhookClient", _Hook),
        asyncio.Runner() as runner,
    ):
        opened = talking(SMALL)
        dialogue = runner.run(opened.__aenter__())
        put_back = keeper(dialogue)
        try:
            listening = runner.run(_listeners(dialogue))
            yield lambda payload: runner.run(_dispatch(listening, payload, put_back))
            runner.run(listening.close())
        finally:
            runner.run(opened.__aexit__(None, None, None))


async def _listeners(dialogue: Any) -> Listening:
    client, store = _Client(), dialogue.store
    elapsed = SystemElapsed()
    desk = Desk(
        team=_TEAM,
        client=client,
        commands=dialogue.commands,
        subscriptions=store.subscriptions,
        people=People(client, elapsed),
        members=Members(client, elapsed),
        elapsed=elapsed,
        who_may_edit="members",
        wake=lambda: None,
    )
    talks = talk.Talk(desk)
    life = Life(_TEAM, _BOT, client, store.subscriptions, store.accounts, elapsed, lambda: None)
    readings = Readings(client, desk.commands.reading, elapsed)
    return Listening(desk, Parts(talks, life, Homes(desk, talks), readings), "xapp-1")


async def _dispatch(listening: Listening, payload: Any, put_back: Callable[[], object]) -> None:
    with watched():
        try:
            request = AsyncBoltRequest(body=payload, mode="socket_mode")
            await listening.app.async_dispatch(request)
        except Exception as error:
            if is_ours(error):
                raise
        finally:
            while listening._tasks:
                await asyncio.wait(listening._tasks)
            put_back()


# ── answers ──────────────────────────────────────────────────────────────────────────────────────

_HERE: Final = Destination("slack", _TEAM, _PAPERS)
_ALONE: Final = Destination("slack", _TEAM, _ADA)
_DELIVERY: Final = Delivery(1, 0, 0, "K", State.SENDING, _HERE, '{"text": "x", "blocks": []}')
PACE: Final = PlatformLimits(Pace(0.0, 100), Pace(0.0, 100))


def _answers() -> list[Any]:
    scopes = {"x-oauth-scopes": "channels:history,groups:history,im:history,metadata.message:read"}
    good = [{"status": 200, "headers": scopes, "answer": _OK}]
    return good + [
        {"status": status, "headers": {"Retry-After": "30"}, "answer": answer}
        for status, answer in zip((429, 200, 200, 500, 200), _FAILED, strict=True)
    ]


@contextlib.contextmanager
def _asking() -> Iterator[Read]:
    with asyncio.Runner() as runner:
        yield lambda told: runner.run(_ask_all(told))


def platform_answering(answer: Any) -> tuple[SlackPlatform, Delivery]:
    """Return the platform where Slack answers everything so, and a delivery to ask about."""
    client = _Client()
    client.answer = answer
    scopes = "channels:history,groups:history,im:history,metadata.message:read"
    platform = SlackPlatform({_TEAM: client}, PACE)
    platform._accounts[_TEAM] = Account(_TEAM, "paper", _BOT, "B1", frozenset(scopes.split(",")))
    return platform, _DELIVERY


async def _ask_all(told: Any) -> None:
    """Send, look and ask for the newest with this answer; only a `DeliveryError` may come."""
    if not isinstance(told, dict):
        return
    client = _Client()
    answer, status, headers = told.get("answer"), told.get("status"), told.get("headers")
    client.answer = answer if isinstance(answer, dict) else {}
    client.status = status if isinstance(status, int) and 100 <= status < 600 else 200
    if isinstance(headers, dict):
        client.headers = {str(name): str(value) for name, value in headers.items()}
    platform = SlackPlatform({_TEAM: client}, PACE)
    for where in (_HERE, _ALONE):
        await refused(platform.send(_DELIVERY))
        await refused(platform.find(_DELIVERY, "1.0"))
        await refused(platform.newest(where))
        await refused(platform.posted(where, "1.0"))


async def refused(asking: Any) -> None:
    """Wait for an answer that may be a refusal."""
    with contextlib.suppress(DeliveryError):
        await asking


TARGETS: Final = (
    Target("slack payloads", _payloads, reading(_read_payload), _WORDS, 3.0),
    Target("slack listening", _payloads, _listening, _WORDS, 0.1),
    Target("slack answers", _answers, _asking, ("Retry-After", "1e400", "-5", "ok", "error"), 0.7),
)
