"""The socket through which Slack tells what people do, kept open by Slack's own library.

The library tries one address for ever, although an address lives for half a minute only, and writes
a traceback each time. Here each attempt gets a fresh address, at a pace that Slack's limit (one
address a minute, https://docs.slack.dev/reference/methods/apps.connections.open) bears, and what
hinders it is said once, in words, until it changes.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from time import time
from typing import Any, Final

from aiohttp import ClientError
from slack_bolt.adapter.socket_mode.async_base_handler import AsyncBaseSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.platforms.slack.errors import code_of, retry_after
from bot.platforms.slack.refusals import socket_refused
from bot.ports import Elapsed

LADDER: Final = (1.0, 5.0, 15.0, 60.0)  # seconds between attempts to open the socket
PATIENCE: Final = 8.0  # seconds for one attempt; below the library's own pause between two
_LOG = logging.getLogger("paperboy.slack")
# What the library has to say of its attempts is said here in words; its tracebacks help nobody.
_LIBRARY = logging.getLogger("paperboy.slack.library.socket")
_LIBRARY.setLevel(logging.CRITICAL + 1)


class Socket(SocketModeClient):
    """One workspace's socket. `opened` is called whenever Slack greets."""

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        elapsed: Elapsed,
        opened: Callable[[], Awaitable[None]],
    ) -> None:
        super().__init__(app_token, logger=_LIBRARY, web_client=app.client, ping_interval=10)
        self._elapsed = elapsed
        self._opened = opened
        self._said = ""  # what was last said to be wrong
        self.message_listeners.append(self._greeted)

    async def connect(self) -> None:
        """Open the socket, as often as it takes, each time at a fresh address."""
        attempt = 0
        while not self.closed:
            if self.wss_uri is None:
                self.wss_uri = await self.issue_new_wss_url()
            try:
                await asyncio.wait_for(super().connect(), PATIENCE)  # type: ignore[no-untyped-call]
            except TimeoutError:
                self.wss_uri = None
                self._say("Slack's socket cannot be opened.", "I try again.")
                await self._elapsed.sleep(LADDER[min(attempt, len(LADDER) - 1)])
                attempt += 1
            else:
                return

    async def issue_new_wss_url(self) -> str:
        """Return a fresh address as soon as Slack gives one. Raises ConnectionError if closed."""
        attempt = 0
        while not self.closed:
            wait = LADDER[min(attempt, len(LADDER) - 1)]
            try:
                answer = await self.web_client.apps_connections_open(app_token=self.app_token)
                return str(answer["url"])
            except SlackApiError as error:
                wait = max(wait, self._refused(error))
            except (SlackClientError, ClientError, TimeoutError, OSError) as error:
                self._say(f"Slack cannot be reached ({type(error).__name__}).", "I try again.")
            await self._elapsed.sleep(wait)
            attempt += 1
        raise ConnectionError("nobody listens any more")

    def _refused(self, error: SlackApiError) -> float:
        """Say why Slack gives no address; returns how many seconds it asks to wait."""
        wait = retry_after(error)
        if wait is not None:
            return wait.total_seconds()
        text, remedy = socket_refused(code_of(error))
        self._say(f"slack.app_token: {text}", remedy)
        return 0.0

    def _say(self, text: str, remedy: str) -> None:
        if self._said != text:
            self._said = text
            extra = {"action": "slack.unconnected"}
            _LOG.error("I hear nothing from Slack: %s %s", text, remedy, extra=extra)

    async def _greeted(
        self, _client: AsyncBaseSocketModeClient, message: dict[str, Any], _raw: str | None
    ) -> None:
        if message.get("type") == "hello":
            self._said = ""
            _LOG.info("listening to Slack", extra={"action": "slack.connected"})
            await self._opened()


class Handler(AsyncBaseSocketModeHandler):
    """Hands what comes through a socket to the app, and its acknowledgement back."""

    def __init__(self, app: AsyncApp, socket: Socket) -> None:
        self.app: AsyncApp = app
        self.client = socket
        socket.socket_mode_request_listeners.append(self.handle)

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        """Let the app acknowledge one envelope."""
        begin = time()
        answer = await run_async_bolt_app(self.app, req)
        await send_async_response(client, req, answer, begin)
