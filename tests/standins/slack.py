"""A Slack workspace on 127.0.0.1: the Web API and Socket Mode, with state, judging every request.

    async with SlackStandIn() as slack:
        client = AsyncWebClient(slack.workspace.bot_token, base_url=slack.api)
        await slack.people.type("/arxiv list", "U0ADA", "C0PAPERS")

What it refuses is in `refused`, requests that no Slack app should make in `faults`. `until` waits
for whatever a test waits for. Judging needs ../shared; without it lengths and state still count.
"""

import asyncio
import contextlib
import itertools
import json
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import web

from tests.standins.slack_faults import Fault, Trouble
from tests.standins.slack_methods import POSTS, Methods
from tests.standins.slack_pace import Lanes, SlackPace
from tests.standins.slack_people import People
from tests.standins.slack_rules import Refusal, is_documented, judge, lacking
from tests.standins.slack_socket import Sockets
from tests.standins.slack_world import Json, Workspace

PATIENCE = 30.0  # seconds for a busy machine; waiting ends with its condition


@dataclass(frozen=True)
class Request:
    """One request as it came."""

    method: str
    arguments: Json
    at: float
    answer: str  # "ok", or the error


class SlackStandIn:
    """The server; an async context manager."""

    def __init__(
        self,
        workspace: Workspace | None = None,
        pace: SlackPace | None = None,
        troubles: Sequence[Trouble] = (),
        *,
        judge_every: int = 1,
        remember: int = sys.maxsize,
    ) -> None:
        """Of so many requests one is judged whole; of others only tokens, pace and state count.

        `remember`: how many requests the log holds.
        """
        self._every = judge_every
        self._remember = remember
        self._asked = itertools.count()
        self.workspace = workspace or Workspace()
        self.troubles = list(troubles)
        self.log: list[Request] = []
        self.refused: list[Refusal] = []
        self.faults: list[str] = []
        self._counts: Counter[str] = Counter()
        self._hits: Counter[int] = Counter()  # of each trouble
        self._lanes = Lanes(pace or SlackPace(), time.monotonic)
        self._triggers: dict[str, str] = {}
        self._changed = asyncio.Condition()
        self._sent: list[asyncio.Future[Any]] = []
        self._methods = Methods(self.workspace, self._triggers)
        self._sockets = Sockets(self.workspace)
        self.people = People(self.workspace, self._sockets, self._triggers, self.until, self.faults)

    @property
    def api(self) -> str:
        """The base address of the Web API."""
        return f"{self.url}/api/"

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        for verb in ("GET", "POST"):
            app.router.add_route(verb, "/api/{method}", self._api)
        app.router.add_post("/response/{id}", self._response)
        app.router.add_get("/socket", self._socket)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        self.people.url = self.url
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._sent:
            task.cancel()
        await self._sockets.close()
        await self._runner.cleanup()

    async def until(self, found: Callable[[], Any]) -> Any:
        """Wait until `found` returns something true, and return it."""
        async with asyncio.timeout(PATIENCE), self._changed:
            while not (one := found()):
                await self._changed.wait()
            return one

    def calls(self, method: str) -> list[Request]:
        """Return the requests of a method."""
        return [one for one in self.log if one.method == method]

    async def connected(self) -> None:
        """Wait until the bot listens."""
        await self.until(lambda: self._sockets.connected)

    async def drop_sockets(self) -> None:
        """Break every socket, as networks do."""
        await self._sockets.close()
        await self._notify()

    async def ask_to_reconnect(self, reason: str = "refresh_requested") -> None:
        """Announce that the sockets are about to close, as Slack does every few hours."""
        await self._sockets.disconnect(reason)

    # ── the Web API ──────────────────────────────────────────────────────────────────────────────

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method, arguments = request.match_info["method"], await _arguments(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        trouble = self._trouble(method, arguments)

        async def take() -> Json | Refusal:
            answer = self._spared(trouble) or self._answer(method, arguments, token)
            await self._note(method, arguments, answer)
            return answer

        if trouble and trouble.fault in (Fault.DROP_BEFORE, Fault.TAKEN_LATER):
            if trouble.fault is Fault.TAKEN_LATER:
                self._sent.append(asyncio.ensure_future(_later(trouble.seconds, take)))
            return self._drop(request)
        answer = await take()
        if trouble and trouble.fault is Fault.TAKEN_TWICE:
            answer = await take()
        return await self._answered(request, answer, trouble)

    async def _answered(
        self, request: web.Request, answer: Json | Refusal, trouble: Trouble | None
    ) -> web.StreamResponse:
        """Give the answer of a request that was taken, if trouble lets it through."""
        match trouble:
            case Trouble(Fault.DROP_AFTER):
                return self._drop(request)
            case Trouble(Fault.DROP_DURING):
                return await self._broken_off(request)
            case Trouble(Fault.LATE, seconds=seconds):
                await asyncio.sleep(seconds)
        return self._reply(answer, trouble)

    def _spared(self, trouble: Trouble | None) -> Json | Refusal | None:
        """Return the answer of a request that is not carried out."""
        match trouble:
            case Trouble(Fault.LIE):
                return {"ok": True, "ts": self.workspace.ts(), "channel": "C0NOWHERE"}
            case Trouble(Fault.INTERNAL_BEFORE | Fault.HTML_BEFORE):
                return Refusal("internal_error")
            case Trouble(Fault.REFUSE, error=error):
                return Refusal(error)
            case Trouble(Fault.RATE):
                return Refusal("ratelimited")
        return None

    def _answer(self, method: str, arguments: Json, token: str) -> Json | Refusal:
        if refusal := self._token(method, token):
            return refusal
        if method == "apps.connections.open":
            ticket = self._sockets.ticket()
            return {
                "ok": True,
                "url": f"{self.url.replace('http', 'ws', 1)}/socket?ticket={ticket}",
            }
        whole = next(self._asked) % self._every == 0
        refusal = judge(method, arguments, self.workspace.scopes) if whole else None
        refusal = refusal or self._too_fast(method, arguments)
        return refusal or self._methods.call(method, arguments)

    def _token(self, method: str, token: str) -> Refusal | None:
        here = self.workspace
        wants_app = method == "apps.connections.open"
        if not token:
            return Refusal("not_authed")
        if token not in (here.bot_token, here.app_token):
            return Refusal("invalid_auth")
        if (token == here.app_token) is not wants_app:
            return Refusal("not_allowed_token_type")
        return self._app_refused() if wants_app else self._bot_refused()

    def _bot_refused(self) -> Refusal | None:
        if not self.workspace.installed:
            return Refusal("account_inactive")
        return Refusal("token_revoked") if self.workspace.revoked else None

    def _app_refused(self) -> Refusal | None:
        here = self.workspace
        if "connections:write" not in here.app_scopes:
            return lacking("connections:write", here.app_scopes)
        return None if here.socket_mode else Refusal("forbidden_team")

    def _too_fast(self, method: str, arguments: Json) -> Refusal | None:
        wait = self._lanes.wait_for(method, str(arguments.get("channel", "")))
        return Refusal("ratelimited", wait=wait) if wait else None

    def _trouble(self, method: str, arguments: Json) -> Trouble | None:
        """Return the trouble that this request meets, counting those that it was meant for."""
        for at, one in enumerate(self.troubles):
            if one.is_about(method, arguments):
                self._hits[at] += 1
                if one.first <= self._hits[at] < one.first + one.times:
                    return one
        return None

    def _reply(self, answer: Json | Refusal, trouble: Trouble | None) -> web.StreamResponse:
        fault = trouble.fault if trouble else None
        if fault in (Fault.HTML_BEFORE, Fault.HTML_AFTER):
            return web.Response(status=503, text="<html>Slack is down</html>")
        if fault in _FAILS_AFTER:
            answer = Refusal(_FAILS_AFTER[fault])
        headers = {"x-oauth-scopes": ",".join(sorted(self.workspace.scopes))}
        if isinstance(answer, Refusal) and answer.error == "ratelimited":
            wait = trouble.retry_after if trouble else f"{answer.wait:g}"
            return web.json_response(answer.body(), status=429, headers={"Retry-After": wait})
        body = json.dumps(answer.body() if isinstance(answer, Refusal) else answer)
        if fault is Fault.GARBLED:
            body = body[: len(body) // 2]
        return web.Response(text=body, content_type="application/json", headers=headers)

    def _drop(self, request: web.Request) -> web.StreamResponse:
        assert request.transport
        request.transport.abort()
        return web.Response()

    async def _broken_off(self, request: web.Request) -> web.StreamResponse:
        """Begin an answer, and break the connection before its end."""
        answer = web.StreamResponse(headers={"Content-Type": "application/json"})
        answer.content_length = 1_000
        await answer.prepare(request)
        await answer.write(b'{"ok": tr')
        return self._drop(request)

    async def _note(self, method: str, arguments: Json, answer: Json | Refusal) -> None:
        said = answer.error if isinstance(answer, Refusal) else "ok"
        self.log.append(Request(method, arguments, time.monotonic(), said))
        del self.log[: max(0, len(self.log) - self._remember)]
        if isinstance(answer, Refusal):
            self.refused.append(answer)
            if answer.error in ("invalid_arguments", "invalid_blocks", "unknown_method"):
                self.faults.append(f"{method}: {answer.error} {'; '.join(answer.messages)}")
            elif not is_documented(method, answer.error):
                self.faults.append(f"{method}: the stand-in's {answer.error} is not documented")
        await self._notify()

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    # ── answers to commands, and sockets ─────────────────────────────────────────────────────────

    async def _response(self, request: web.Request) -> web.StreamResponse:
        said = await request.json()
        trouble = self._trouble("response_url", said)
        if trouble and trouble.fault is Fault.DROP_BEFORE:
            return self._drop(request)
        if trouble and trouble.fault is Fault.HTML_BEFORE:
            return self._reply({}, trouble)
        refused = self.people.answered(request.match_info["id"], said)
        await self._notify()
        if trouble and trouble.fault is Fault.DROP_AFTER:
            return self._drop(request)
        return web.Response(status=404 if refused else 200, text=refused or "ok")

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        return await self._sockets.serve(request, self._notify)


_FAILS_AFTER: Mapping[Fault | None, str] = {
    Fault.INTERNAL_AFTER: "internal_error",
    Fault.FATAL_AFTER: "fatal_error",
}


async def _later(seconds: float, take: Callable[[], Awaitable[object]]) -> None:
    await asyncio.sleep(seconds)
    await take()


async def _arguments(request: web.Request) -> Json:
    """Return the arguments of a request; values of a form are read as JSON where they are."""
    if "json" in request.content_type:
        return dict(await request.json())
    found: Json = {}
    for name, value in [*request.query.items(), *(await request.post()).items()]:
        found[name] = value
        if isinstance(value, str) and value[:1] in "[{":
            with contextlib.suppress(ValueError):
                found[name] = json.loads(value)
    return {name: value for name, value in found.items() if name != "token"}


__all__ = ["POSTS", "SlackPace", "SlackStandIn"]
