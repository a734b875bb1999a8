"""What people type, press and fill in → the core's commands → where Slack shows the answer.

Translation only: every rule is the core's. What only the person needs is ephemeral, or in the modal
that they are in; a change of a channel stands in the channel, with who did it. A channel that
Paperboy is not in is joined where that is allowed, else its topics are kept until somebody invites
Paperboy.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.commands import Commands
from bot.commands.services import OWN_NAME
from bot.dialogue import Action, Reply, Request
from bot.errors import DeliveryError, DestinationLost, RetryLater
from bot.model import Destination, Person, Place
from bot.platforms.slack.answers import card_view, messages_of, reply_view
from bot.platforms.slack.client import PLATFORM
from bot.platforms.slack.errors import LOST, sending_error
from bot.platforms.slack.forms import Sent, form_view
from bot.platforms.slack.people import People
from bot.platforms.slack.rights import WhoMayEdit, may_edit, right_in_words
from bot.platforms.slack.spot import Asked, Spot
from bot.platforms.slack.where import Where
from bot.ports import Elapsed, Subscriptions

USES: Final = 5  # of one response_url
PATIENCE: Final = 10.0  # seconds that an answer waits for a throttled channel
_LOG = logging.getLogger("paperboy.slack")
_OUR_FAULT: Final = Reply(
    text="Something went wrong on my side; it is written in the log. Nothing else is affected.",
    ok=False,
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What talking works with, in one workspace."""

    team: str
    client: AsyncWebClient
    commands: Commands
    subscriptions: Subscriptions
    people: People
    elapsed: Elapsed
    who_may_edit: WhoMayEdit
    wake: Callable[[], None]  # a place is back: what is owed there can be sent


class Talk:
    """Answers the people of one workspace."""

    def __init__(self, desk: Desk) -> None:
        self._at = desk
        self._names: dict[str, str] = {}  # private channels → their names

    # ── what is asked ────────────────────────────────────────────────────────────────────────────

    async def answer(self, asked: Asked) -> Reply:
        """Carry out a command and show its answer where it belongs; returns it."""
        where = await self._named(asked.where or await self._where(asked.spot))
        reply = await self.run(asked.text, asked.spot, where)
        await self.show(reply, asked.spot, where)
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

    def destination(self, where: Where) -> Destination:
        """Return the place as the core knows it."""
        return Destination(PLATFORM, self._at.team, where.address)

    async def _request(
        self, text: str, spot: Spot, where: Where, values: Mapping[str, str]
    ) -> Request:
        profile = await self._at.people.profile(spot.user)
        place = await self._at.subscriptions.place(self.destination(where))
        who = self._at.who_may_edit
        return Request(
            text=text,
            person=Person(PLATFORM, self._at.team, spot.user, profile.zone),
            where=self.destination(where),
            where_name=where.name,
            in_person=where.in_person,
            may_edit=where.in_person or may_edit(who, spot.user, profile, place),
            values=values,
            right=right_in_words(who),
        )

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
        if channel not in self._names:
            place = await self._at.subscriptions.place(
                Destination(PLATFORM, self._at.team, channel)
            )
            if place and place.name.startswith("#"):
                return place.name
            try:
                answer = await self._at.client.conversations_info(channel=channel)
            except (SlackClientError, ClientError, TimeoutError):
                return "this channel"
            self._names[channel] = f"#{answer['channel']['name']}"
        return self._names[channel]

    # ── where the answer goes ────────────────────────────────────────────────────────────────────

    async def show(self, reply: Reply, spot: Spot, where: Where) -> None:
        """Show an answer; what cannot be shown is logged, since nobody can be told."""
        try:
            await self._show(reply, spot, where)
        except (SlackClientError, ClientError, DeliveryError, TimeoutError) as error:
            extra = {"action": "slack.unanswered", "error": type(error).__name__}
            _LOG.warning("an answer could not be shown", extra=extra)

    async def show_after_form(self, reply: Reply, spot: Spot, where: Where) -> None:
        """Show the answer to a form, whose modal is closed: in its channel, or as a modal."""
        closed = replace(spot, view="", home=not where.address.startswith(("C", "G")))
        await self.show(reply, replace(closed, channel=where.address), await self._named(where))

    async def _show(self, reply: Reply, spot: Spot, where: Where) -> None:
        if reply.is_empty:
            return
        if reply.form:
            await self._open(form_view(reply.form, where), spot)
        elif reply.public and not where.in_person:
            await self._tell_all(reply, spot, where)
        elif spot.view or spot.home:
            await self._open(reply_view(reply, where), spot)
        elif reply.whole and spot.trigger and await self._opened(card_view(reply, where), spot):
            return
        else:
            await self._tell(reply, spot)

    async def _open(self, view: dict[str, Any], spot: Spot) -> None:
        """Open a modal; on top of the one that was clicked in."""
        if spot.view:
            await self._at.client.views_push(trigger_id=spot.trigger, view=view)
        else:
            await self._at.client.views_open(trigger_id=spot.trigger, view=view)

    async def _opened(self, view: dict[str, Any], spot: Spot) -> bool:
        """Open a modal if the click is not too long ago for it."""
        try:
            await self._open(view, spot)
        except SlackApiError as error:
            if error.response.get("error") in ("expired_trigger_id", "exchanged_trigger_id"):
                return False
            raise
        return True

    async def _tell(self, reply: Reply, spot: Spot) -> None:
        """Tell the person alone."""
        messages = [_private(one) for one in messages_of(reply)]
        if spot.response_url:
            hook = AsyncWebhookClient(spot.response_url)
            for one in messages[:USES]:
                await hook.send_dict({**one, "response_type": "ephemeral", **_KEEP})
            messages = messages[USES:]
        for one in messages:
            if spot.channel:
                await self._at.client.chat_postEphemeral(
                    channel=spot.channel, user=spot.user, **one
                )

    async def _tell_all(self, reply: Reply, spot: Spot, where: Where) -> None:
        """Post in the channel; where that cannot be, tell the person what to do."""
        by = spot.name or "somebody"
        lost = await self._post_all(messages_of(reply, by), where)
        if lost is None:
            if spot.view or spot.home:
                await self._open(reply_view(_short(reply), where), spot)
            return
        await self._suspend(where, str(lost))
        await self._show(_kept(reply, where, str(lost)), spot, where)

    async def _post_all(
        self, messages: Sequence[dict[str, Any]], where: Where
    ) -> DestinationLost | None:
        """Post messages; returns why the channel cannot be written to, if it cannot."""
        for one in messages:
            try:
                await self._post(one, where.address)
            except DestinationLost as lost:
                if not (_is_outside(lost) and await self._joined(where.address)):
                    return lost
                await self._post(one, where.address)
        return None

    async def _post(self, body: dict[str, Any], channel: str) -> None:
        """Post once; a channel that is throttled is waited for. Raises `DeliveryError`."""
        waited = 0.0
        while True:
            try:
                await self._at.client.chat_postMessage(channel=channel, **body)
            except Exception as error:
                failed = sending_error(error)
                wait = failed.retry_after if isinstance(failed, RetryLater) else None
                if wait is None or waited + wait.total_seconds() > PATIENCE:
                    raise failed from error
                waited += wait.total_seconds()
                await self._at.elapsed.sleep(wait.total_seconds())
            else:
                return

    async def _joined(self, channel: str) -> bool:
        """Join a public channel, if the scope allows it."""
        try:
            await self._at.client.conversations_join(channel=channel)
        except (SlackClientError, ClientError, TimeoutError):
            return False
        return True

    async def _suspend(self, where: Where, reason: str) -> None:
        """Let a channel's digests wait; whoever invites Paperboy resumes them."""
        place = await self._at.subscriptions.place(self.destination(where))
        if place and not place.suspended:
            await self._at.subscriptions.put_place(_suspended(place, reason), "paperboy")


_KEEP: Final = {"replace_original": False}


def _private(message: dict[str, Any]) -> dict[str, Any]:
    """Return a message without what only public ones can say."""
    return {"text": message["text"], "blocks": message["blocks"]}


def _suspended(place: Place, reason: str) -> Place:
    return replace(place, suspended=reason)


def _is_outside(lost: DestinationLost) -> bool:
    return str(lost) == LOST["not_in_channel"]


def _short(reply: Reply) -> Reply:
    """Return what somebody in a view is told of a change that the channel sees whole."""
    return Reply(title=reply.title or "Done")


def _kept(reply: Reply, where: Where, reason: str) -> Reply:
    """Return what the person is told where the channel cannot hear it."""
    if reason == LOST["not_in_channel"]:
        text = (
            f"I'm not in {where.name} yet. Invite me with /invite @Paperboy and I continue: "
            "your topic is kept."
        )
    else:
        text = f"I can't post to {where.name} ({reason}). It is kept, and resumes by itself."
    title = reply.title if not reply.papers else ""
    return Reply(title=title, text=text, actions=_undoing(reply), ok=False)


def _undoing(reply: Reply) -> tuple[Action, ...]:
    return tuple(one for one in reply.actions if one.label == "Undo")
