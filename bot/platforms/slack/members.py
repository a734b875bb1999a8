"""Who is in a channel, for what is pressed elsewhere: in the Home tab or in a modal.

Who types in a channel, or presses a message there, is in it. Elsewhere Slack is asked, and what it
says is kept for some minutes.
"""

import logging
from typing import Final

from aiohttp import ClientError
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.payload import rows, table, text
from bot.ports import Elapsed

KEPT: Final = 300.0  # seconds
PAGE: Final = 999  # people of one page
PAGES: Final = 10  # at most; a channel with more people keeps nobody out
_LOG = logging.getLogger("paperboy.slack")


class Members:
    """The people of the channels of one workspace."""

    def __init__(self, client: AsyncWebClient, elapsed: Elapsed) -> None:
        self._client = client
        self._elapsed = elapsed
        self._known: dict[str, tuple[float, frozenset[str] | None]] = {}

    async def holds(self, channel: str, user: str) -> bool | None:
        """Tell whether somebody is in a channel; None where Slack does not let us see that."""
        now = self._elapsed.now()
        asked, known = self._known.get(channel, (now - KEPT, None))
        if now - asked >= KEPT:
            try:
                known = await self._people(channel)
            except (SlackClientError, ClientError, TimeoutError) as error:
                extra = {"action": "slack.members_unread", "error": type(error).__name__}
                _LOG.info("the people of a channel cannot be read", extra=extra)
                return None
            self._known[channel] = (now, known)
        return known is None or user in known

    def changed(self, channel: str) -> None:
        """Forget who was in a channel that somebody joined or left."""
        self._known.pop(channel, None)

    async def _people(self, channel: str) -> frozenset[str] | None:
        """Return everybody; None if they are too many to be read."""
        found: set[str] = set()
        cursor = ""
        for _ in range(PAGES):
            answer = await self._client.conversations_members(
                channel=channel, limit=PAGE, **({"cursor": cursor} if cursor else {})
            )
            found.update(map(text, rows(answer.get("members"))))
            cursor = text(table(answer.get("response_metadata")).get("next_cursor"))
            if not cursor:
                return frozenset(found)
        return None
