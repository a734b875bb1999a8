"""The life of channels, people and the workspace, as Slack tells it in events.

A failure never deletes a subscription: a place that cannot be written to is suspended with the
reason, and resumes by itself when Slack says that it is back, or when `recheck` finds it so (events
that came while nobody listened). Every event may come twice or late: handling it again changes
nothing.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Final

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.accounts import AccountId, Accounts
from bot.model import Destination, Place
from bot.payload import Payload as Event, table, text
from bot.platforms.slack.client import PLATFORM
from bot.platforms.slack.errors import ACCOUNT, LOST, retry_after
from bot.ports import Elapsed, Subscriptions

BOT: Final = "paperboy"
DELETED: Final = "deleted"
_TOLD: Final = (
    DELETED,
    *(LOST[code] for code in ("channel_not_found", "is_archived", "not_in_channel")),
    LOST["user_disabled"],
)  # reasons of which conversations.info and users.info tell whether they are over
GONE: Final = (*ACCOUNT.values(), "Paperboy is not installed in this workspace")
_LOG = logging.getLogger("paperboy.slack")


class Life:
    """Keeps places as Slack says that they are, in one workspace."""

    def __init__(
        self,
        team: str,
        bot_user: str,
        client: AsyncWebClient,
        subscriptions: Subscriptions,
        accounts: Accounts,
        elapsed: Elapsed,
        wake: Callable[[], None],
    ) -> None:
        self._team = team
        self._bot_user = bot_user
        self._client = client
        self._subscriptions = subscriptions
        self._accounts = accounts
        self._elapsed = elapsed
        self._wake = wake
        self._rechecked = False

    async def happened(self, event: Event) -> None:
        """Take an event; one that does not concern a place changes nothing. Raises `StoreError`."""
        handler = _HANDLERS.get(text(event.get("type")))
        if handler:
            await handler(self, event)

    async def recheck(self) -> None:
        """Ask Slack about every suspended place; resume those that can be written to again.

        To be called whenever we begin to listen: what happened before, no event tells any more.
        Reasons that Slack tells only when somebody posts are tried once, at the start.
        """
        if not await self._is_installed():
            return
        await self._accounts.returned(AccountId(PLATFORM, self._team))
        first, self._rechecked = not self._rechecked, True
        for place in [place for place in await self._places() if place.suspended]:
            tells = first or place.suspended in _TOLD
            if place.suspended.startswith(GONE) or (tells and await self._is_back(place)):
                await self._resume(place)

    async def _is_installed(self) -> bool:
        """Ask Slack whether our token is good: a socket opens for a removed app, too."""
        try:
            await self._client.auth_test()
        except (SlackClientError, ClientError, TimeoutError) as error:
            extra = {"action": "slack.recheck_failed", "error": type(error).__name__}
            _LOG.warning("suspended places could not be asked about", extra=extra)
            return False
        return True

    # ── channels ─────────────────────────────────────────────────────────────────────────────────

    async def archived(self, event: Event) -> None:
        """A channel was archived: it takes no messages."""
        await self._lose(_channel(event), LOST["is_archived"])

    async def deleted(self, event: Event) -> None:
        """A channel is gone for good; its subscriptions are kept."""
        await self._lose(_channel(event), DELETED)

    async def left(self, event: Event) -> None:
        """The bot was taken out; of `member_left_channel` only our own leaving counts."""
        if event.get("user", self._bot_user) == self._bot_user:
            await self._lose(_channel(event), LOST["not_in_channel"])

    async def joined(self, event: Event) -> None:
        """The bot was invited; what it is invited to it may not have been able to name."""
        if event.get("user") != self._bot_user:
            return
        place = await self._place(_channel(event))
        if place and not place.name.startswith("#"):
            place = await self._named(place)
        if place and place.suspended:
            await self._resume(place)

    async def unarchived(self, event: Event) -> None:
        """A channel came back."""
        await self._back(_channel(event))

    async def renamed(self, event: Event) -> None:
        """A channel has another name; its id stays."""
        name = text(table(event.get("channel")).get("name"))
        place = await self._place(_channel(event))
        if place and name:
            await self._subscriptions.put_place(replace(place, name=f"#{name}"), BOT)

    async def readdressed(self, event: Event) -> None:
        """A channel has another id now: its subscriptions go with it."""
        old = text(event.get("old_channel_id"))
        new = text(event.get("new_channel_id"))
        place = await self._place(old)
        if place and new and await self._place(new) is None:
            fresh = replace(place, destination=self._destination(new))
            await self._subscriptions.put_place(fresh, BOT, renamed_from=place.destination)

    async def shared(self, event: Event) -> None:
        """People of another organisation read along, or no longer: digests go on as they are."""
        extra = {"action": f"slack.{event['type']}", "channel": _channel(event)}
        _LOG.info("a channel is shared differently", extra=extra)

    # ── people and the workspace ─────────────────────────────────────────────────────────────────

    async def person_changed(self, event: Event) -> None:
        """Somebody's account was closed, or opened again."""
        told = table(event.get("user"))
        user = text(told.get("id"))
        if told.get("deleted"):
            await self._lose(user, LOST["user_disabled"])
        else:
            place = await self._place(user)
            if place and place.suspended == LOST["user_disabled"]:
                await self._resume(place)

    async def uninstalled(self, _event: Event) -> None:
        """The app was removed: nothing can be written, and in some weeks nothing is kept."""
        await self._accounts.left(AccountId(PLATFORM, self._team))
        for place in await self._places():
            if not place.suspended:
                await self._suspend(place, ACCOUNT["app_uninstalled"])

    async def revoked(self, event: Event) -> None:
        """Tokens were taken back; those of people are nothing to us."""
        if table(event.get("tokens")).get("bot"):
            await self.uninstalled(event)

    # ── places ───────────────────────────────────────────────────────────────────────────────────

    async def _lose(self, address: str, reason: str) -> None:
        place = await self._place(address)
        if place and place.suspended != reason:
            await self._suspend(place, reason)

    async def _back(self, address: str) -> None:
        place = await self._place(address)
        if place and place.suspended:
            await self._resume(place)

    async def _suspend(self, place: Place, reason: str) -> None:
        _LOG.info("suspended", extra={"action": "slack.suspended", "reason": reason})
        await self._subscriptions.put_place(replace(place, suspended=reason), BOT)
        self._wake()

    async def _resume(self, place: Place) -> None:
        _LOG.info("resumed", extra={"action": "slack.resumed"})
        await self._subscriptions.put_place(replace(place, suspended=""), BOT)
        self._wake()

    async def _is_back(self, place: Place) -> bool:
        """Ask Slack whether a place can be written to now; where it is throttled, wait."""
        while True:
            try:
                return await self._asked(place)
            except SlackApiError as error:
                wait = retry_after(error)
                if wait is None:
                    return False
                await self._elapsed.sleep(wait.total_seconds())
            except (SlackClientError, ClientError, TimeoutError) as error:
                extra = {"action": "slack.recheck_failed", "error": type(error).__name__}
                _LOG.warning("a suspended place could not be asked about", extra=extra)
                return False

    async def _asked(self, place: Place) -> bool:
        address = place.destination.address
        if place.is_person:
            told = (await self._client.users_info(user=address))["user"]
            return not told.get("deleted")
        told = (await self._client.conversations_info(channel=address))["channel"]
        return bool(told.get("is_member")) and not told.get("is_archived")

    async def _named(self, place: Place) -> Place:
        """Return the place under its name at Slack, if Slack tells it."""
        try:
            answer = await self._client.conversations_info(channel=place.destination.address)
        except (SlackClientError, ClientError, TimeoutError):
            return place
        return replace(place, name=f"#{answer['channel']['name']}")

    async def _place(self, address: str) -> Place | None:
        return await self._subscriptions.place(self._destination(address)) if address else None

    async def _places(self) -> list[Place]:
        """Return the places of this workspace that have subscriptions."""
        found = {
            place.destination: place
            for place, _ in await self._subscriptions.all(platform=PLATFORM, account=self._team)
        }
        return list(found.values())

    def _destination(self, address: str) -> Destination:
        return Destination(PLATFORM, self._team, address)


def _channel(event: Event) -> str:
    """Return a channel's id, which some events have inside an object."""
    told = event.get("channel")
    return text(table(told).get("id")) or text(told)


_Handler = Callable[[Life, Event], Awaitable[None]]
_HANDLERS: Final[Mapping[str, _Handler]] = {
    "channel_archive": Life.archived,
    "group_archive": Life.archived,
    "channel_unarchive": Life.unarchived,
    "group_unarchive": Life.unarchived,
    "channel_deleted": Life.deleted,
    "group_deleted": Life.deleted,
    "channel_left": Life.left,
    "group_left": Life.left,
    "member_left_channel": Life.left,
    "member_joined_channel": Life.joined,
    "channel_rename": Life.renamed,
    "group_rename": Life.renamed,
    "channel_id_changed": Life.readdressed,
    "channel_shared": Life.shared,
    "channel_unshared": Life.shared,
    "user_change": Life.person_changed,
    "app_uninstalled": Life.uninstalled,
    "tokens_revoked": Life.revoked,
}
EVENTS: Final = (*_HANDLERS, "app_home_opened")
"""Every event that the manifest asks for."""
