"""What talking with one workspace works with, passed in once."""

from collections.abc import Callable
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.commands import Commands
from bot.model import Destination
from bot.platforms.slack.client import PLATFORM
from bot.platforms.slack.members import Members
from bot.platforms.slack.people import People
from bot.platforms.slack.rights import WhoMayEdit
from bot.platforms.slack.where import Where
from bot.ports import Elapsed, Subscriptions


@dataclass(frozen=True, slots=True)
class Desk:
    """Ports and small services for one workspace."""

    team: str
    client: AsyncWebClient
    commands: Commands
    subscriptions: Subscriptions
    people: People
    members: Members
    elapsed: Elapsed
    who_may_edit: WhoMayEdit
    wake: Callable[[], None]  # a place is back: what is owed there can be sent

    def destination(self, where: Where) -> Destination:
        """Return the place as the core knows it."""
        return Destination(PLATFORM, self.team, where.address)
