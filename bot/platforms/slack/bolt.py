"""The bolt app over Socket Mode: listeners that acknowledge at once and hand on to talk and life.

`open_slack` is what `app` calls. A Slack that cannot be reached at the start is tried again in the
background: sending needs only the Web API and never waits for the socket.
"""

import asyncio
import contextlib
import logging
import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import ClientError
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackClientError

from bot.errors import PaperboyError
from bot.platforms.slack.forms import CALLBACK, FIELD, LIVE, field_errors, read_view, with_reading
from bot.platforms.slack.homes import Homes
from bot.platforms.slack.life import EVENTS, Life
from bot.platforms.slack.spot import clicked, pressed, typed
from bot.platforms.slack.talk import Desk, Talk

COMMAND: Final = "/arxiv"
SEEN: Final = 1_000  # event ids remembered; Slack repeats an event within some minutes
IN_TIME: Final = 2.0  # seconds that a form waits for its answer; Slack gives up after three
LADDER: Final = (1.0, 5.0, 15.0, 60.0)  # seconds between attempts to open the socket
GRACE: Final = 3.0  # seconds that answers under way are given on a stop
_LOG = logging.getLogger("paperboy.slack")
_LIBRARY = logging.getLogger("paperboy.slack.library")


@dataclass(frozen=True, slots=True)
class Parts:
    """Who does what with what Slack sends."""

    talk: Talk
    life: Life
    homes: Homes


@contextlib.asynccontextmanager
async def open_slack(desk: Desk, life: Life, app_token: str) -> AsyncIterator[None]:
    """Listen to one workspace until the context ends. Raises nothing of Slack's."""
    talk = Talk(desk)
    listening = Listening(desk, Parts(talk, life, Homes(desk, talk)), app_token)
    connecting = asyncio.create_task(listening.connect())
    try:
        yield
    finally:
        connecting.cancel()
        await listening.close()


class Listening:
    """The listeners, and the answers under way."""

    def __init__(self, desk: Desk, parts: Parts, app_token: str) -> None:
        self._at = desk
        self._parts = parts
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()
        self.app = AsyncApp(
            client=desk.client, logger=_LIBRARY, raise_error_for_unhandled_request=False
        )
        self._listen()
        self._handler = AsyncSocketModeHandler(self.app, app_token)

    async def connect(self) -> None:
        """Open the socket, as often as it takes; then look at what happened before."""
        for attempt in range(1_000_000):
            try:
                await self._handler.connect_async()  # type: ignore[no-untyped-call]
            except (SlackClientError, ClientError, TimeoutError, OSError) as error:
                wait = LADDER[min(attempt, len(LADDER) - 1)]
                extra = {"action": "slack.unconnected", "error": type(error).__name__}
                _LOG.warning("Slack's socket cannot be opened; I try again", extra=extra)
                await self._at.elapsed.sleep(wait)
            else:
                break
        _LOG.info("listening to Slack", extra={"action": "slack.connected"})
        await self._guarded(self._parts.life.recheck())

    async def close(self) -> None:
        """Stop listening; answers under way are given a moment."""
        await self._handler.close_async()  # type: ignore[no-untyped-call]
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=GRACE)
        for task in list(self._tasks):
            task.cancel()

    # ── listeners ────────────────────────────────────────────────────────────────────────────────

    def _listen(self) -> None:
        self.app.command(COMMAND)(self._typed)
        self.app.action(re.compile("^run:"))(self._pressed)
        self.app.action(f"{FIELD}{LIVE}")(self._writing)
        self.app.action(re.compile(".*"))(_acknowledge)
        self.app.view(CALLBACK)(self._submitted)
        self.app.view_closed(re.compile(".*"))(_acknowledge)
        for event in EVENTS:
            self.app.event(event)(self._happened)

    async def _typed(self, ack: Any, body: dict[str, Any]) -> None:
        await ack()
        self._work(self._answered(self._parts.talk.answer(typed(body))))

    async def _pressed(self, ack: Any, body: dict[str, Any]) -> None:
        await ack()
        asked = pressed(body)
        if asked is None:
            return
        if asked.spot.home:
            self._work(self._pressed_at_home(body))
        else:
            self._work(self._answered(self._parts.talk.answer(asked)))

    async def _pressed_at_home(self, body: dict[str, Any]) -> None:
        asked = pressed(body)
        assert asked
        await self._parts.talk.answer(asked)
        await self._parts.homes.publish(asked.spot.user, asked.spot.name)

    async def _writing(self, ack: Any, body: dict[str, Any]) -> None:
        await ack()
        self._work(self._read_along(body))

    async def _read_along(self, body: dict[str, Any]) -> None:
        """Show what a topic reads as; a later letter, or the form's end, makes this void."""
        text = str(body["actions"][0].get("value") or "")
        view = with_reading(body["view"], await self._parts.talk.reading(text))
        with contextlib.suppress(SlackClientError):
            await self._at.client.views_update(
                view_id=body["view"]["id"], hash=body["view"].get("hash"), view=view
            )

    async def _submitted(self, ack: Any, body: dict[str, Any]) -> None:
        """Run a form. What is wrong stands at its field; a late answer comes as a message."""
        spot, sent = clicked(body), read_view(body["view"])
        work = asyncio.create_task(self._parts.talk.submitted(sent, spot))
        done, _ = await asyncio.wait({work}, timeout=IN_TIME)
        if done and (reply := work.result()).errors:
            await ack(response_action="errors", errors=field_errors(reply, body["view"]))
            return
        await ack()
        self._work(self._show(work, body))

    async def _show(self, work: "asyncio.Task[Any]", body: dict[str, Any]) -> None:
        spot, sent = clicked(body), read_view(body["view"])
        reply = await work
        await self._parts.talk.show_after_form(reply, spot, sent.where)
        await self._parts.homes.refresh(spot.user, spot.name)

    async def _happened(self, ack: Any, body: dict[str, Any]) -> None:
        await ack()
        if self._is_new(str(body.get("event_id", ""))):
            self._work(self._lived(body["event"]))

    async def _lived(self, event: dict[str, Any]) -> None:
        if event.get("type") != "app_home_opened":
            await self._parts.life.happened(event)
        elif event.get("tab") == "home":
            await self._parts.homes.publish(str(event.get("user", "")), "")

    def _is_new(self, event_id: str) -> bool:
        """Tell whether an event did not come before; handlers bear it twice all the same."""
        if not event_id:
            return True
        if event_id in self._seen:
            return False
        self._seen[event_id] = None
        while len(self._seen) > SEEN:
            self._seen.popitem(last=False)
        return True

    # ── work ─────────────────────────────────────────────────────────────────────────────────────

    def _work(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something after the acknowledgement."""
        task = asyncio.create_task(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answered(self, work: Awaitable[Any]) -> None:
        await work

    async def _guarded(self, work: Awaitable[None]) -> None:
        try:
            await work
        except PaperboyError as error:
            _LOG.warning("%s", error, extra={"action": "slack.work_failed"})
        except Exception:  # noqa: BLE001 - the edge: a defect in one answer ends nothing else
            _LOG.exception("an answer failed", extra={"action": "slack.defect"})


async def _acknowledge(ack: Any) -> None:
    """Take what needs no answer: a link that was followed, a field that was changed."""
    await ack()
