"""What a topic reads as, shown beneath it while somebody types it in a form."""

import logging
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.payload import Payload as Body, table, text
from bot.platforms.slack.errors import retry_after
from bot.platforms.slack.forms import with_reading
from bot.platforms.slack.spot import action_of
from bot.ports import Elapsed

LONGEST_WAIT: Final = 10.0  # seconds that a reading waits where Slack asks for patience
_LOG = logging.getLogger("paperboy.slack")


class Readings:
    """Shows readings, one after the other in each form: of several letters the last one counts.

    The form's hash is not sent along: it is of the state before the letter, so the reading of an
    earlier letter would make that of the last one void.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        read: Callable[[str], Awaitable[str]],
        elapsed: Elapsed,
    ) -> None:
        self._client = client
        self._read = read
        self._elapsed = elapsed
        self._newest: dict[str, Body] = {}  # by form, while one of its readings is under way

    async def typed(self, body: Body) -> None:
        """Show what stands in a form's topic now."""
        form = text(table(body.get("view")).get("id"))
        busy = form in self._newest
        self._newest[form] = body
        if busy:
            return
        try:
            while await self._show(form, shown := self._newest[form]):
                if self._newest[form] is shown:
                    return
        finally:
            del self._newest[form]

    async def _show(self, form: str, body: Body) -> bool:
        """Show one reading; returns False if the form cannot be changed any more."""
        written = text(action_of(body).get("value"))
        view = with_reading(table(body.get("view")), await self._read(written))
        while True:
            try:
                await self._client.views_update(view_id=form, view=view)
            except SlackApiError as error:
                wait = retry_after(error)
                if wait is None:  # it is closed
                    return False
                if self._newest[form] is not body:
                    return True
                await self._elapsed.sleep(min(wait.total_seconds(), LONGEST_WAIT))
            except (SlackClientError, ClientError, TimeoutError) as error:
                extra = {"action": "slack.reading_unshown", "error": type(error).__name__}
                _LOG.info("a reading could not be shown", extra=extra)
                return self._newest[form] is not body
            else:
                return True
