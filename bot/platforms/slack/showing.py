"""Answers of the core → where Slack shows them.

What only the person needs is ephemeral, or in the modal that they are in; a change of a channel
stands in the channel, with who did it. A channel that Paperboy is not in is joined where that is
allowed, else its topics are kept until somebody invites Paperboy. Where one way is closed (an
answer's address used up, a click too long ago, three modals on each other) the next one is taken.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.dialogue import Action, Form, Reply
from bot.errors import DeliveryError, DestinationLost, RetryLater
from bot.platforms.slack.answers import messages_of, reply_view
from bot.platforms.slack.desk import Desk
from bot.platforms.slack.errors import LOST, code_of, sending_error
from bot.platforms.slack.forms import LIVE, form_view
from bot.platforms.slack.spot import Spot
from bot.platforms.slack.where import Where

USES: Final = 5  # of one response_url
PATIENCE: Final = 10.0  # seconds that an answer waits for a throttled channel
_LOG = logging.getLogger("paperboy.slack")
_TOO_OLD: Final = ("expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id")
_TOO_LATE: Final = Reply(
    text="Slack opens a form only within three seconds, and I took longer. Ask for it again.",
    ok=False,
)
_KEEP: Final = {"response_type": "ephemeral", "replace_original": False}


class Showing:
    """Shows answers in one workspace."""

    def __init__(self, desk: Desk) -> None:
        self._at = desk

    async def show(self, reply: Reply, spot: Spot, where: Where) -> None:
        """Show an answer; what cannot be shown is logged, since nobody can be told."""
        try:
            await self._show(reply, spot, where)
        except (SlackClientError, ClientError, DeliveryError, TimeoutError) as error:
            extra = {"action": "slack.unanswered", "error": type(error).__name__}
            _LOG.warning("an answer could not be shown", extra=extra)

    async def show_after_form(self, reply: Reply, spot: Spot, where: Where) -> None:
        """Show the answer to a form, whose modal is closed: in its channel, or as a modal."""
        own = not where.address.startswith(("C", "G"))
        closed = replace(spot, view="", home=own, channel=where.address)
        await self.show(reply, closed, where)

    async def _show(self, reply: Reply, spot: Spot, where: Where) -> None:
        if reply.is_empty:
            return
        if reply.form:
            await self._ask(reply.form, spot, where)
        elif reply.public and not where.in_person:
            await self._tell_all(reply, spot, where)
        elif spot.view or spot.home:
            await self._open(reply_view(reply, where), spot)
        elif not (reply.whole and await self._opened(reply_view(reply, where), spot)):
            await self._tell(reply, spot, where)

    # ── modals ───────────────────────────────────────────────────────────────────────────────────

    async def _ask(self, form: Form, spot: Spot, where: Where) -> None:
        """Open a form, with what its topic reads as now."""
        topic = next((one.value for one in form.fields if one.name == LIVE and one.value), "")
        reading = await self._at.commands.reading(topic) if topic else ""
        if not await self._opened(form_view(form, where, reading), spot):
            await self._tell(_TOO_LATE, spot, where)

    async def _opened(self, view: dict[str, Any], spot: Spot) -> bool:
        """Open a modal if the click is not too long ago for it."""
        if not spot.trigger:
            return False
        try:
            await self._open(view, spot)
        except SlackApiError as error:
            if code_of(error) in _TOO_OLD:
                return False
            raise
        return True

    async def _open(self, view: dict[str, Any], spot: Spot) -> None:
        """Open a modal; on top of the one that was clicked in, or in its place."""
        if not spot.view:
            await self._at.client.views_open(trigger_id=spot.trigger, view=view)
            return
        try:
            await self._at.client.views_push(trigger_id=spot.trigger, view=view)
        except SlackApiError as error:
            if code_of(error) not in (*_TOO_OLD, "push_limit_reached"):
                raise
            await self._at.client.views_update(view_id=spot.view, view=view)

    # ── the person alone ─────────────────────────────────────────────────────────────────────────

    async def _tell(self, reply: Reply, spot: Spot, where: Where) -> None:
        """Tell the person alone, by the answer's own address as long as it is good."""
        messages = [_private(one) for one in messages_of(reply)]
        sent = await self._by_address(messages[:USES], spot)
        try:
            for one in messages[sent:]:
                await self._at.client.chat_postEphemeral(
                    channel=spot.channel, user=spot.user, **one
                )
        except SlackApiError:  # a channel that Paperboy is not in
            if sent or not await self._opened(reply_view(reply, where), spot):
                raise

    async def _by_address(self, messages: Sequence[dict[str, Any]], spot: Spot) -> int:
        """Return how many messages the response_url took."""
        if not spot.response_url:
            return 0
        hook = AsyncWebhookClient(spot.response_url, retry_handlers=[])
        for sent, one in enumerate(messages):
            answer = await hook.send_dict({**one, **_KEEP})
            if answer.status_code != 200:  # noqa: PLR2004
                extra = {"action": "slack.address_refused", "status": answer.status_code}
                _LOG.info("an answer's address is used up", extra=extra)
                return sent
        return len(messages)

    # ── the whole channel ────────────────────────────────────────────────────────────────────────

    async def _tell_all(self, reply: Reply, spot: Spot, where: Where) -> None:
        """Post in the channel; where that cannot be, tell the person what to do."""
        by = spot.name or "somebody"
        try:
            lost = await self._post_all(messages_of(reply, by), where)
        except DeliveryError as error:
            await self._show(_unheard(reply, where, error), spot, where)
            return
        if lost is None:
            if spot.view or spot.home:
                await self._open(reply_view(_short(reply), where), spot)
            return
        reason = _why(lost, spot, where)
        await self._suspend(where, reason)
        await self._show(_kept(reply, where, reason), spot, where)

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
        place = await self._at.subscriptions.place(self._at.destination(where))
        if place and not place.suspended:
            held = replace(place, suspended=reason)
            await self._at.subscriptions.put_place(held, "paperboy")


def _private(message: dict[str, Any]) -> dict[str, Any]:
    """Return a message without what only public ones can say."""
    return {"text": message["text"], "blocks": message["blocks"]}


def _is_outside(lost: DestinationLost) -> bool:
    return str(lost) == LOST["not_in_channel"]


def _why(lost: DestinationLost, spot: Spot, where: Where) -> str:
    """Return why a channel is lost: one where somebody has just asked is there, so we are not."""
    hidden = str(lost) == LOST["channel_not_found"] and spot.channel == where.address
    return LOST["not_in_channel"] if hidden else str(lost)


def _short(reply: Reply) -> Reply:
    """Return what somebody in a view is told of a change that the channel sees whole."""
    return Reply(title=reply.title or "Done")


def _unheard(reply: Reply, where: Where, error: DeliveryError) -> Reply:
    """Return what the person is told where the channel may not have heard it."""
    if reply.papers:
        return Reply(text=f"I could not post it in {where.name}: {error}.", ok=False)
    text = f"{reply.text}\nDone, but {where.name} may not have heard of it: {error}."
    return replace(reply, text=text.strip(), public=False)


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
