"""The built-in channel as a platform: digests → messages kept by key, exactly once.

Sending is one idempotent insert: after a crash `find` sees whether it happened, and a second
sending with the same key changes nothing.
"""

from collections.abc import Sequence
from typing import Final

from bot.errors import RetryLater, StoreError
from bot.limits import PlatformLimits
from bot.model import Body, Delivery, Destination, Digest, Receipt
from bot.platforms.web.channel import Channel, Entry
from bot.platforms.web.live import Bell
from bot.platforms.web.message import unpack
from bot.platforms.web.render import render
from bot.platforms.web.rooms import PLATFORM
from bot.ports import Calendar
from bot.posted import Posted, papers_in

PAGE: Final = 200  # messages read at a time


class WebPlatform:
    """The port `Platform`; `bell` wakes the pages that watch."""

    def __init__(
        self, channel: Channel, bell: Bell, calendar: Calendar, limits: PlatformLimits
    ) -> None:
        self._channel = channel
        self._bell = bell
        self._calendar = calendar
        self._limits = limits

    @property
    def name(self) -> str:
        """The name in destinations, config and the log."""
        return PLATFORM

    @property
    def limits(self) -> PlatformLimits:
        """The pace that the worker keeps."""
        return self._limits

    def render(self, digest: Digest) -> Sequence[Body]:
        """Make all messages of a digest. Pure: the same digest gives the same bytes."""
        return render(digest)

    async def send(self, delivery: Delivery) -> Receipt:
        """Keep one message. Raises `BodyRejected`, or `RetryLater` where the store cannot write."""
        unpack(delivery.body)
        parent = int(delivery.parent) if delivery.reply and delivery.parent.isdigit() else 0
        try:
            entry = await self._channel.put(
                delivery.key, delivery.destination, self._calendar.now(), delivery.body, parent
            )
        except StoreError as error:
            raise RetryLater(f"The message was not kept: {error}", remedy=error.remedy) from error
        self._bell.ring()
        return Receipt(str(entry.id))

    async def find(self, delivery: Delivery, since: str) -> Receipt | None:  # noqa: ARG002
        """Look the key up; the whole history is at hand, so `since` is not needed."""
        try:
            entry = await self._channel.find(delivery.key)
        except StoreError as error:
            raise RetryLater(f"The history cannot be read: {error}") from error
        return Receipt(str(entry.id)) if entry else None

    async def posted(self, destination: Destination, since: str) -> Sequence[Posted]:
        """Return the messages there that are newer than `since`, newest first.

        They lie in the restored database itself, so there is never one that it does not know.
        """
        found: list[Posted] = []
        before: int | None = None
        while True:
            try:
                page = await self._channel.page(destination, PAGE, before)
            except StoreError as error:
                raise RetryLater(f"The history cannot be read: {error}") from error
            found += [_posted(entry) for entry in page if entry.id > int(since or 0)]
            if len(page) < PAGE or page[-1].id <= int(since or 0):
                return found
            before = page[-1].id

    async def newest(self, destination: Destination) -> str:
        """Return the id of the newest message there ("" if none)."""
        try:
            newest = await self._channel.newest(destination)
        except StoreError as error:
            raise RetryLater(f"The history cannot be read: {error}") from error
        return str(newest) if newest else ""


def _posted(entry: Entry) -> Posted:
    cards = (card for section in unpack(entry.payload).sections for card in section.cards)
    return Posted(str(entry.id), entry.key, papers_in(f"open {card.paper}" for card in cards))
