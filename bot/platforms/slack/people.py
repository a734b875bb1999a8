"""Who somebody is in their workspace: zone, and whether an admin. Asked once a day at most."""

import logging
from dataclasses import dataclass
from typing import Final

from aiohttp import ClientError
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.payload import table, text
from bot.ports import Elapsed

KEPT: Final = 24 * 3_600.0  # seconds
_LOG = logging.getLogger("paperboy.slack")


@dataclass(frozen=True, slots=True)
class Profile:
    """What a command needs to know of a person."""

    zone: str = ""  # IANA name, "" if Slack does not say
    admin: bool = False  # an admin or owner of the workspace


class People:
    """Profiles of one workspace."""

    def __init__(self, client: AsyncWebClient, elapsed: Elapsed) -> None:
        self._client = client
        self._elapsed = elapsed
        self._known: dict[str, tuple[float, Profile]] = {}

    def changed(self, told: object) -> None:
        """Forget what was known of a person whose profile Slack says has changed."""
        self._known.pop(text(table(told).get("id")), None)

    async def profile(self, user: str) -> Profile:
        """Return the person's profile; an empty one while Slack does not answer."""
        now = self._elapsed.now()
        asked, known = self._known.get(user, (now - KEPT, Profile()))
        if now - asked < KEPT:
            return known
        try:
            answer = await self._client.users_info(user=user)
        except (SlackClientError, ClientError, TimeoutError) as error:
            _LOG.warning("a profile could not be read", extra=_why("profile_unread", error))
            return known
        told = answer["user"]
        admin = bool(told.get("is_admin") or told.get("is_owner"))
        found = Profile(str(told.get("tz") or ""), admin)
        self._known[user] = (now, found)
        return found


def _why(action: str, error: Exception) -> dict[str, str]:
    return {"action": f"slack.{action}", "error": type(error).__name__}
