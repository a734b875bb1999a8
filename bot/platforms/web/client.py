"""The built-in channel as a platform: digests → messages kept by key, exactly once.

Sending is one idempotent insert: after a crash `find` sees whether it happened, and a second
sending with the same key changes nothing.
"""

from collections.abc import Sequence

from bot.errors import RetryLater, StoreError
from bot.limits import PlatformLimits
from bot.model import Body, Delivery, Destination, Digest, Receipt
from bot.platforms.web.channel import Channel
from bot.platforms.web.live import Bell
from bot.platforms.web.message import unpack
from bot.platforms.web.render import render
from bot.platforms.web.rooms import PLATFORM
from bot.ports import Calendar


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

    async def newest(self, destination: Destination) -> str:
        """Return the id of the newest message there ("" if none)."""
        try:
            newest = await self._channel.newest(destination)
        except StoreError as error:
            raise RetryLater(f"The history cannot be read: {error}") from error
        return str(newest) if newest else ""
