"""The bolt app over Socket Mode: listeners that acknowledge at once and hand on to talk and life.

`open_slack` is what `app` calls. The socket is opened in the background: sending needs only the Web
API and never waits for it. Whenever it opens, what happened while nobody listened is looked at.
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
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackClientError

from bot.dialogue import Reply
from bot.errors import PaperboyError, PayloadError
from bot.payload import Payload, table, text
from bot.platforms.slack.desk import Desk
from bot.platforms.slack.forms import CALLBACK, FIELD, LIVE, field_errors, read_view
from bot.platforms.slack.homes import Homes
from bot.platforms.slack.life import EVENTS, Life
from bot.platforms.slack.readings import Readings
from bot.platforms.slack.socket import Handler, Socket
from bot.platforms.slack.spot import Asked, Spot, clicked, installed_in, pressed, typed
from bot.platforms.slack.talk import Talk
from bot.platforms.slack.where import Where

_ANY: Final = re.compile(".*")
SEEN: Final = 1_000  # event ids remembered; Slack repeats an event within some minutes
IN_TIME: Final = 2.0  # seconds that a form waits for its answer; Slack gives up after three
GRACE: Final = 3.0  # seconds that answers under way are given on a stop
_LOG = logging.getLogger("paperboy.slack")
_LIBRARY = logging.getLogger("paperboy.slack.library")


@dataclass(frozen=True, slots=True)
class Parts:
    """Who does what with what Slack sends."""

    talk: Talk
    life: Life
    homes: Homes
    readings: Readings


@contextlib.asynccontextmanager
async def open_slack(desk: Desk, life: Life, app_token: str) -> AsyncIterator[None]:
    """Listen to one workspace until the context ends. Raises nothing of Slack's."""
    talk = Talk(desk)
    readings = Readings(desk.client, desk.commands.reading, desk.elapsed)
    listening = Listening(desk, Parts(talk, life, Homes(desk, talk), readings), app_token)
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
            client=desk.client,
            logger=_LIBRARY,
            # A name, else the library looks through every module for its caller (60 ms); of the
            # logger, because the library sets the level of the logger with its name.
            name=_LIBRARY.name,
            raise_error_for_unhandled_request=False,
        )
        self._listen()
        socket = Socket(self.app, app_token, desk.elapsed, self._opened)
        self._handler = Handler(self.app, socket)

    async def connect(self) -> None:
        """Open the socket, as often as it takes."""
        await self._handler.connect_async()  # type: ignore[no-untyped-call]

    async def _opened(self) -> None:
        """Look at what happened while nobody listened."""
        self._work(self._parts.life.recheck())

    async def close(self) -> None:
        """Stop listening; answers under way are given a moment."""
        await self._handler.close_async()  # type: ignore[no-untyped-call]
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=GRACE)
        for task in list(self._tasks):
            task.cancel()

    # ── listeners ────────────────────────────────────────────────────────────────────────────────

    def _listen(self) -> None:
        # Where another app has /arxiv, the manifest may name it otherwise: any command is ours.
        self.app.command(_ANY)(self._typed)
        self.app.action(re.compile("^run:"))(self._pressed)
        self.app.action(f"{FIELD}{LIVE}")(self._writing)
        self.app.action(_ANY)(_acknowledge)
        self.app.view(CALLBACK)(self._submitted)
        self.app.view_closed(_ANY)(_acknowledge)
        self.app.shortcut(_ANY)(_acknowledge)
        for event in EVENTS:
            self.app.event(event)(self._happened)
        self.app.event(_ANY)(_acknowledge)

    async def _typed(self, ack: Any, body: dict[str, Any]) -> None:
        await ack()
        self._work(self._answer(typed(body)))

    async def _pressed(self, ack: Any, body: dict[str, Any]) -> None:
        await ack()
        if asked := pressed(body):
            self._work(self._answer(asked))

    async def _answer(self, asked: Asked) -> None:
        """Answer; the Home tab is behind whatever was pressed in it, or in a modal."""
        await self._parts.talk.answer(asked)
        spot = asked.spot
        if spot.home:
            await self._parts.homes.publish(spot.user, spot.name)
        elif spot.view:
            await self._parts.homes.refresh(spot.user, spot.name)

    async def _writing(self, ack: Any, body: dict[str, Any]) -> None:
        await ack()
        self._work(self._parts.readings.typed(body))

    async def _submitted(self, ack: Any, body: dict[str, Any]) -> None:
        """Run a form. What is wrong stands at its field; a late answer comes as a message."""
        spot, view = clicked(body), table(body.get("view"))
        try:
            sent = read_view(view)
        except PayloadError as error:
            await ack()
            _not_ours(error)
            return
        work = asyncio.create_task(self._parts.talk.submitted(sent, spot))
        done, _ = await asyncio.wait({work}, timeout=IN_TIME)
        if done and (reply := work.result()).errors:
            await ack(response_action="errors", errors=field_errors(reply, view))
            return
        await ack()
        self._work(self._show(work, spot, sent.where))

    async def _show(self, work: asyncio.Task[Reply], spot: Spot, where: Where) -> None:
        await self._parts.talk.show_after_form(await work, spot, where)
        await self._parts.homes.refresh(spot.user, spot.name)

    async def _happened(self, ack: Any, body: dict[str, Any]) -> None:
        await ack()
        here = self._at.team in installed_in(body)
        if here and self._is_new(text(body.get("event_id"))):
            self._work(self._lived(table(body.get("event"))))

    async def _lived(self, event: Payload) -> None:
        if event.get("type") == "user_change":
            self._at.people.changed(event.get("user"))
        elif event.get("type") in ("member_joined_channel", "member_left_channel"):
            self._at.members.changed(text(event.get("channel")))
        if event.get("type") != "app_home_opened":
            await self._parts.life.happened(event)
        elif event.get("tab") == "home":
            await self._parts.homes.publish(text(event.get("user")), "")

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

    async def _guarded(self, work: Awaitable[None]) -> None:
        try:
            await work
        except PayloadError as error:
            _not_ours(error)
        except PaperboyError as error:
            _LOG.warning("%s", error, extra={"action": "slack.work_failed"})
        except (SlackClientError, ClientError, TimeoutError) as error:
            extra = {"action": "slack.work_failed", "error": type(error).__name__}
            _LOG.warning("Slack did not take an answer", extra=extra)
        except Exception:  # noqa: BLE001 - the edge: a defect in one answer ends nothing else
            _LOG.exception("an answer failed", extra={"action": "slack.defect"})


def _not_ours(error: PayloadError) -> None:
    _LOG.info("%s", error, extra={"action": "slack.not_ours"})


async def _acknowledge(ack: Any) -> None:
    """Take what needs no answer: a link that was followed, a field that was changed."""
    await ack()
