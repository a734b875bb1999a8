"""What people type, press and fill in → the core's commands → where Slack shows the answer.

Translation only: every rule is the core's. Where an answer goes is `showing`'s.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from aiohttp import ClientError
from slack_sdk.errors import SlackClientError

from bot.commands.services import OWN_NAME
from bot.dialogue import Reply, Request
from bot.model import Destination, Person
from bot.platforms.slack.client import PLATFORM
from bot.platforms.slack.desk import Desk
from bot.platforms.slack.forms import Sent
from bot.platforms.slack.people import Profile
from bot.platforms.slack.rights import MEMBERS, may_edit, right_in_words
from bot.platforms.slack.showing import Showing
from bot.platforms.slack.spot import Asked, Spot
from bot.platforms.slack.where import Where

_LOG = logging.getLogger("paperboy.slack")
_OUR_FAULT: Final = Reply(
    text="Something went wrong on my side; it is written in the log. Nothing else is affected.",
    ok=False,
)


class Talk:
    """Answers the people of one workspace."""

    def __init__(self, desk: Desk) -> None:
        self._at = desk
        self._showing = Showing(desk)

    # ── what is asked ────────────────────────────────────────────────────────────────────────────

    async def answer(self, asked: Asked) -> Reply:
        """Carry out a command and show its answer where it belongs; returns it."""
        where = await self._named(asked.where or await self._where(asked.spot))
        reply = await self.run(asked.text, asked.spot, where)
        await self._showing.show(reply, asked.spot, where)
        return reply

    async def run(
        self, text: str, spot: Spot, where: Where, values: Mapping[str, str] | None = None
    ) -> Reply:
        """Run a command as the person. A defect is logged, and answered in words."""
        try:
            request = await self._request(text, spot, where, values or {})
            return await self._at.commands.run(request)
        except Exception:  # noqa: BLE001 - the edge: a defect in one command is logged and said
            _LOG.exception("a command failed", extra={"action": "slack.command_failed"})
            return _OUR_FAULT

    async def submitted(self, sent: Sent, spot: Spot) -> Reply:
        """Run the command of a form that was sent."""
        return await self.run(sent.command, spot, await self._named(sent.where), sent.values)

    async def reading(self, text: str) -> str:
        """Return what a topic that is being typed reads as."""
        return await self._at.commands.reading(text)

    async def show_after_form(self, reply: Reply, spot: Spot, where: Where) -> None:
        """Show the answer to a form, whose modal is closed."""
        await self._showing.show_after_form(reply, spot, await self._named(where))

    async def _request(
        self, text: str, spot: Spot, where: Where, values: Mapping[str, str]
    ) -> Request:
        who = self._at.who_may_edit
        profile = await self._at.people.profile(spot.user)
        return Request(
            text=text,
            person=Person(PLATFORM, self._at.team, spot.user, profile.zone),
            where=self._at.destination(where),
            where_name=where.name,
            in_person=where.in_person,
            may_edit=where.in_person or await self._may_edit(spot, where, profile),
            values=values,
            right=right_in_words(who),
        )

    async def _may_edit(self, spot: Spot, where: Where, profile: Profile) -> bool:
        """Tell whether somebody may change a channel; from elsewhere only if they are in it."""
        who = self._at.who_may_edit
        place = await self._at.subscriptions.place(self._at.destination(where))
        if who == MEMBERS and spot.channel != where.address:
            inside = await self._at.members.holds(where.address, spot.user)
            return bool(place and place.suspended) if inside is None else inside
        return may_edit(who, spot.user, profile, place)

    async def _where(self, spot: Spot) -> Where:
        """Return where somebody is: in a channel, or with themselves."""
        if spot.channel[:1] not in ("C", "G"):
            return Where(spot.user, OWN_NAME, in_person=True)
        return Where(spot.channel, await self._name(spot.channel, spot.channel_name))

    async def _named(self, where: Where) -> Where:
        if where.name or not where.address:
            return where
        return replace(where, name=await self._name(where.address, ""))

    async def _name(self, channel: str, told: str) -> str:
        """Return "#papers"; the name of a private channel has to be asked for."""
        if told and told not in ("privategroup", "directmessage"):
            return f"#{told}"
        place = await self._at.subscriptions.place(Destination(PLATFORM, self._at.team, channel))
        if place and place.name.startswith("#"):
            return place.name
        try:
            answer = await self._at.client.conversations_info(channel=channel)
        except (SlackClientError, ClientError, TimeoutError):
            return "this channel"
        return f"#{answer['channel']['name']}"
