"""What Discord sends: interactions over the gateway, and answers to requests.

Interactions go to the real listener, as the library's gateway gives them to it; the REST behind it
answers everything as told and asks nobody.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any, Final

import discord
from discord.http import Route

from bot.clock import SystemElapsed
from bot.errors import PayloadError
from bot.model import Delivery, Destination, State
from bot.platforms.discord.client import DiscordPlatform, Voice
from bot.platforms.discord.definition import focused
from bot.platforms.discord.gateway import Listening, QuietClient
from bot.platforms.discord.ids import custom_id
from bot.platforms.discord.life import Life
from bot.platforms.discord.rest import Budget, Rest
from bot.platforms.discord.servers import Servers
from bot.platforms.discord.spot import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, asked
from bot.platforms.discord.talk import Desk
from bot.platforms.discord.where import Where, pack
from tests.commands.dialogue import SMALL, Dialogue, talking
from tests.commands.test_any_text import PIECES, VALID
from tests.fuzz.of_people import keeper
from tests.fuzz.of_slack import PACE, refused
from tests.fuzz.target import Read, Target, reading
from tests.fuzz.watching import watched
from tests.shared_data import SHARED

_APP, _BOT, _ADA = "900000000000000001", "900000000000000002", "700000000000000001"
_SERVER, _PAPERS = "800000000000000001", "600000000000000001"
_CHANNEL: Final = {"id": _PAPERS, "type": 0, "name": "papers", "guild_id": _SERVER}
_OK: Final = {
    **_CHANNEL, "last_message_id": "1", "parent_id": _PAPERS, "owner_id": "1", "roles": [],
    "permission_overwrites": [],
}  # fmt: skip
_MESSAGE: Final = {
    "id": "650000000000000001", "author": {"id": _BOT}, "content": "",
    "components": [
        {"type": 1, "components": [{"type": 2, "custom_id": custom_id(1, "list", "K" * 24)}]}
    ],
}  # fmt: skip
_WORDS: Final = (
    *PIECES, *VALID, _ADA, _PAPERS, _SERVER, custom_id(1, "pause 1"), custom_id(2, "\n" + "x" * 60),
    pack(Where(_PAPERS, "#p"), "edit 1"), f"https://discord.com/channels/1/{_PAPERS}", "#to",
    "kinds+updates", "new|on", "pb1:1::=7", "pb1:1::~", "pb1:0:K:~____", "subscribe", "add",
    f"@{_PAPERS} list", f"@u:{_ADA} list", "```\npause 1\n```", "2251799813685248", "8",
)  # fmt: skip


# ── interactions ─────────────────────────────────────────────────────────────────────────────────


def _base(kind: int, data: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": "640000000000000001", "application_id": _APP, "token": "t", "type": kind,
        "channel_id": _PAPERS, "channel": _CHANNEL, "guild_id": _SERVER, "locale": "en-US",
        "context": 0, "authorizing_integration_owners": {"0": _SERVER}, "app_permissions": "8",
        "member": {
            "user": {"id": _ADA, "username": "ada", "global_name": None}, "nick": None, "roles": [],
            "permissions": "2251799813685247",
        },
        "data": data, **more,
    }  # fmt: skip


def _chosen(path: str, **options: str) -> dict[str, Any]:
    given = [{"name": name, "type": 3, "value": value} for name, value in options.items()]
    for name in reversed(path.split()):
        given = [
            {"name": name, "type": 1 if given and given[0]["type"] == 3 else 2, "options": given}
        ]
    return {"id": "1", "name": "arxiv", "type": 1, "options": given}


def _interactions() -> list[Any]:
    return [*_commands(), *_presses(), *_forms(), *_published()]


def _commands() -> Iterator[dict[str, Any]]:
    for path, options in (
        ("subscribe", {"topic": "image generation", "when": "daily at 9:00"}),
        ("subscribe", {}), ("list", {}), ("pause", {"which": "1", "until": "mon"}), ("status", {}),
        ("alert add", {"topic": "hep-th"}), ("edit", {"which": "1", "topic": "spin glass"}),
        ("server", {"zone": "Europe/Berlin"}), ("saved", {"format": "bibtex"}), ("preview", {}),
    ):  # fmt: skip
        yield _base(COMMAND, _chosen(path, **options))
    elsewhere = _chosen("list", channel="600000000000000002")
    there = {
        "600000000000000002": {"id": "600000000000000002", "name": "glass", "permissions": "16"}
    }
    yield _base(COMMAND, {**elsewhere, "resolved": {"channels": there}})
    typing = _chosen("subscribe", topic="ima")
    typing["options"][0]["options"][0]["focused"] = True
    yield _base(AUTOCOMPLETE, typing)
    alone = _base(COMMAND, _chosen("list"), user={"id": _ADA, "username": "ada"}, context=1)
    yield {name: one for name, one in alone.items() if name not in ("member", "guild_id")}


def _presses() -> Iterator[dict[str, Any]]:
    for command in VALID:
        name = custom_id(1, command)
        if name:
            yield _base(COMPONENT, {"custom_id": name, "component_type": 2}, message=_MESSAGE)
    chosen = {"custom_id": custom_id(2, ""), "component_type": 3, "values": ["open 2611.00001"]}
    yield _base(COMPONENT, chosen, message=_MESSAGE)
    said = {"components": [{"type": 10, "id": 7, "content": "```\npause 1\n```"}]}
    yield _base(COMPONENT, {"custom_id": "pb1:1::=7", "component_type": 2}, message=said)


def _forms() -> Iterator[dict[str, Any]]:
    fields = [
        {"type": 18, "component": {"type": 4, "custom_id": "topic", "value": "spin glass"}},
        {"type": 18, "component": {"type": 3, "custom_id": "kinds+updates", "values": ["new|on"]}},
        {"type": 1, "components": [{"type": 4, "custom_id": "#to", "value": f"<#{_PAPERS}>"}]},
    ]
    for command in ("edit 1", "subscribe", "subscribe many", "move"):
        data = {"custom_id": pack(Where(_PAPERS, "#p"), command), "components": fields}
        yield _base(MODAL, data)


def _published() -> list[Any]:
    """Examples of Discord's own documentation, where they lie beside this checkout."""
    path = SHARED / "specs" / "discord" / "payloads" / "examples.json"
    if not path.exists():
        return []
    found = [one["json"] for one in json.loads(path.read_text())]
    return [one for one in found if isinstance(one, dict) and ("token" in one or "data" in one)]


def _read_interaction(payload: Any) -> None:
    if isinstance(payload, dict):
        with contextlib.suppress(PayloadError):
            asked(payload)
        data = payload.get("data")
        with contextlib.suppress(PayloadError):
            focused(data if isinstance(data, dict) else {})


class _Http:
    """Discord's REST: answers what it is told to, in turn for ever."""

    def __init__(self, answer: Any = _OK, status: int = 200) -> None:
        self.answer = answer
        self.status = status
        self.messages: Any = [_MESSAGE] if answer is _OK else answer

    async def request(self, route: Route, **_more: Any) -> Any:
        if self.status >= 400:
            response = SimpleNamespace(status=self.status, reason="x", headers={})
            kinds = {403: discord.Forbidden, 404: discord.NotFound, 503: discord.DiscordServerError}
            raise kinds.get(self.status, discord.HTTPException)(response, self.answer)  # type: ignore[arg-type]
        is_history = route.method == "GET" and route.path.endswith("/messages")
        return self.messages if is_history else self.answer


@contextlib.contextmanager
def _listening() -> Iterator[Read]:
    """Open a bot that listens; its database is put back after each interaction."""
    with asyncio.Runner() as runner:
        opened = talking(SMALL)
        dialogue = runner.run(opened.__aenter__())
        put_back = keeper(dialogue)
        try:
            listening = runner.run(_listener(dialogue))
            yield lambda payload: runner.run(_tell(listening, payload, put_back))
        finally:
            runner.run(opened.__aexit__(None, None, None))


def _voice(http: _Http) -> Voice:
    return Voice(Rest(SimpleNamespace(http=http)), _BOT)  # type: ignore[arg-type]


async def _listener(dialogue: Dialogue) -> Listening:
    voice, subscriptions = _voice(_Http()), dialogue.store.subscriptions
    servers = Servers("discord", _APP, subscriptions)
    desk = Desk(_APP, voice, dialogue.commands, subscriptions, servers, lambda: None)
    life = Life(_APP, voice, subscriptions, dialogue.store.accounts, lambda: None)
    return Listening(QuietClient(Budget(SystemElapsed())), desk, life)


async def _tell(listening: Listening, payload: Any, put_back: Callable[[], object]) -> None:
    with watched():
        try:
            if isinstance(payload, dict):  # the gateway's frames hold objects
                listening._interaction(payload)
        finally:
            while listening._tasks:
                await asyncio.wait(listening._tasks)
            put_back()


# ── answers ──────────────────────────────────────────────────────────────────────────────────────

_HERE: Final = Destination("discord", _APP, _PAPERS)
_ALONE: Final = Destination("discord", _APP, f"u:{_ADA}")
_DELIVERY: Final = Delivery(1, 0, 0, "K" * 24, State.SENDING, _HERE, '{"components": []}')


def _answers() -> list[Any]:
    error = {"code": 50035, "message": "Invalid Form Body", "errors": {"a": {"_errors": []}}}
    return [
        {"status": 200, "answer": {**_OK, "id": "650000000000000001"}},
        {"status": 200, "answer": [_MESSAGE]},
        *({"status": status, "answer": error} for status in (400, 401, 403, 404, 429, 500, 503)),
        *({"status": 403, "answer": {**error, "code": code}} for code in (50001, 50083, 10008)),
    ]


@contextlib.contextmanager
def _asking() -> Iterator[Read]:
    with asyncio.Runner() as runner:
        yield lambda told: runner.run(_ask_all(told))


def platform_answering(messages: Any) -> tuple[DiscordPlatform, Delivery]:
    """Return the platform where Discord answers so when it is asked for messages."""
    http = _Http({"id": _PAPERS, "type": 1})  # direct messages: no rights are asked for
    http.messages = messages
    return DiscordPlatform({_APP: _voice(http)}, PACE, SystemElapsed()), _DELIVERY


async def _ask_all(told: Any) -> None:
    """Send, look and ask for the newest with this answer; only a `DeliveryError` may come."""
    if not isinstance(told, dict):
        return
    status = told.get("status")
    known = status if isinstance(status, int) and 100 <= status < 600 else 200
    answer = told.get("answer")
    http = _Http(answer, known)
    if known >= 400 and not isinstance(answer, dict | str):
        http.answer = str(answer)  # the library gives an error's body as an object or a text
    platform = DiscordPlatform({_APP: _voice(http)}, PACE, SystemElapsed())
    for where in (_HERE, _ALONE):
        await refused(platform.send(_DELIVERY))
        await refused(platform.find(_DELIVERY, "1"))
        await refused(platform.newest(where))
        await refused(platform.posted(where, "1"))


TARGETS: Final = (
    Target("discord payloads", _interactions, reading(_read_interaction), _WORDS, 3.0),
    Target("discord listening", _interactions, _listening, _WORDS, 0.1),
    Target("discord answers", _answers, _asking, ("id", "code", "author", "components"), 0.7),
)
