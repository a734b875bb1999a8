"""Discord as a platform: frozen bodies → messages, and looking whether one arrived.

A delivery's key is the message's nonce, which Discord honours for some minutes, and stands in the
custom_ids of its components, which it keeps: a message in doubt is looked for by it in the history,
newest first, back to our last known message. Where the history may not be read, the nonce alone
tells, for as long as it surely lives on our own monotonic clock. Everything goes by REST, so no
digest waits for the gateway.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import discord
from discord.http import Route

from bot.errors import (
    AccountLost,
    CannotAsk,
    DeliveryError,
    MaybeSent,
    RetryLater,
)
from bot.limits import PlatformLimits
from bot.model import Body, Delivery, Destination, Digest, Receipt
from bot.payload import table, text
from bot.platforms.discord.errors import (
    ARCHIVED,
    ELSEWHERE,
    THREAD_EXISTS,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    asking_error,
    sending_error,
)
from bot.platforms.discord.ids import commands_in, key_in, keyed
from bot.platforms.discord.render import render
from bot.platforms.discord.rest import Asked, Rest
from bot.platforms.discord.rights import HISTORY, THREAD_TYPES, VIEW, holds, permissions_in
from bot.platforms.discord.where import PERSON
from bot.ports import Elapsed
from bot.posted import Posted, papers_in

PLATFORM: Final = "discord"
PAGE: Final = 100  # messages of one page of history
PAGES: Final = 100  # at most; more than this since our last message cannot be looked through
INTRODUCED: Final = 10.0  # seconds that a send waits for Discord to say whose token this is
NONCE_LIVES: Final = 110.0  # seconds; Discord says "the past few minutes"
THREAD_NAME: Final = "The papers, one by one"
CHANNEL: Final = "/channels/{channel_id}"
MESSAGES: Final = "/channels/{channel_id}/messages"


@dataclass(frozen=True, slots=True)
class Voice:
    """One application's way to speak: its REST and the bot's own user."""

    rest: Rest
    user: str


class DiscordPlatform:
    """The port `Platform`."""

    def __init__(
        self, voices: Mapping[str, Voice], limits: PlatformLimits, elapsed: Elapsed
    ) -> None:
        """`voices`: application id → its voice. It may grow while we run; then `introduce`."""
        self._voices = voices
        self._limits = limits
        self._elapsed = elapsed
        self._direct: dict[Destination, str] = {}  # a person → the channel of direct messages
        self._introduced = asyncio.Event()
        self._begun: dict[str, float] = {}  # nonce → when this process sent it first

    def introduce(self) -> None:
        """Say that Discord has told whose token this is: what waited for it goes on."""
        self._introduced.set()

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
        """Post one message. Raises `DeliveryError`."""
        voice, asked = await self._voice(delivery.destination), Asked()
        self._begin(delivery.key)
        try:
            channel = await self._channel_of(voice, delivery)
            return await _post(voice.rest, channel, delivery, asked)
        except Exception as error:
            failed = sending_error(error)
            if isinstance(failed, RetryLater) and asked.more_than_once:
                raise MaybeSent(f"{failed}, after an earlier try failed") from error
            raise failed from error

    async def find(self, delivery: Delivery, since: str) -> Receipt | None:
        """Look whether the destination holds this delivery's key, newest message first."""
        voice = await self._voice(delivery.destination)
        try:
            for channel, back_to in await self._places(voice, delivery, since):
                if not await self._is_readable(voice, channel, thread=channel == delivery.parent):
                    continue
                async for message in _newest_first(voice.rest, channel, back_to):
                    if _is_ours(message, voice.user) and key_in(message) == delivery.key:
                        return Receipt(str(message["id"]))
        except CannotAsk:
            if self._is_nonce_alive(delivery.key):
                return await self.send(delivery)  # a repeat returns the first message
            raise
        except DeliveryError:
            raise
        except Exception as error:
            raise asking_error(error) from error
        return None

    async def posted(self, destination: Destination, since: str) -> Sequence[Posted]:
        """Return our messages there that are newer than `since`, newest first."""
        voice = await self._voice(destination)
        try:
            channel = await self._channel(voice.rest, destination)
            await self._is_readable(voice, channel, thread=False)
            return [
                Posted(str(message["id"]), key, papers_in(commands_in(message), message["content"]))
                async for message in _newest_first(voice.rest, channel, since)
                if _is_ours(message, voice.user) and (key := key_in(message))
            ]
        except DeliveryError:
            raise
        except Exception as error:
            raise asking_error(error) from error

    async def newest(self, destination: Destination) -> str:
        """Return the id of the newest message there ("" if none)."""
        voice = await self._voice(destination)
        try:
            channel = await self._channel(voice.rest, destination)
            told = await voice.rest.ask(_of("GET", CHANNEL, channel))
            return str(told.get("last_message_id") or "")
        except Exception as error:
            raise asking_error(error) from error

    # ── where ────────────────────────────────────────────────────────────────────────────────────

    async def _voice(self, destination: Destination) -> Voice:
        if not self._voices:  # a start takes a moment; a retry would come much later
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(INTRODUCED):
                    await self._introduced.wait()
        if not self._voices:
            raise RetryLater("Discord has not yet said whose token this is")
        voice = self._voices.get(destination.account)
        if voice is None:
            raise AccountLost(ELSEWHERE)
        return voice

    async def _channel(self, rest: Rest, destination: Destination) -> str:
        """Return the channel to post to: for a person the one of their direct messages."""
        if not destination.address.startswith(PERSON):
            return destination.address
        if destination not in self._direct:
            person = destination.address.removeprefix(PERSON)
            told = await rest.ask(Route("POST", "/users/@me/channels"), {"recipient_id": person})
            self._direct[destination] = str(told["id"])
        return self._direct[destination]

    async def _channel_of(self, voice: Voice, delivery: Delivery) -> str:
        """Return where a message goes: a reply into the thread that our first message begins."""
        channel = await self._channel(voice.rest, delivery.destination)
        if not (delivery.reply and delivery.parent):
            return channel
        return await _thread(voice.rest, channel, delivery.parent)

    async def _places(self, voice: Voice, delivery: Delivery, since: str) -> list[tuple[str, str]]:
        """Return the channels to look in, with the message to look back to."""
        channel = await self._channel(voice.rest, delivery.destination)
        if not (delivery.reply and delivery.parent):
            return [(channel, since)]
        # A thread has the id of the message that it was started from.
        return [(delivery.parent, delivery.parent), (channel, delivery.parent)]

    async def _is_readable(self, voice: Voice, channel: str, *, thread: bool) -> bool:
        """Tell whether a channel is there; False for a thread that was never started.

        Raises `CannotAsk` where its history may not be read: Discord would show an empty one.
        """
        try:
            told = await voice.rest.ask(_of("GET", CHANNEL, channel))
        except discord.NotFound as error:
            if thread and error.code == UNKNOWN_CHANNEL:
                return False
            raise
        if told.get("guild_id") and not holds(await permissions_of(voice, told), VIEW, HISTORY):
            raise CannotAsk("Paperboy may not read the history there")
        return True

    # ── nonces ───────────────────────────────────────────────────────────────────────────────────

    def _begin(self, nonce: str) -> None:
        now = self._elapsed.now()
        self._begun = {one: at for one, at in self._begun.items() if now - at < NONCE_LIVES}
        self._begun.setdefault(nonce, now)

    def _is_nonce_alive(self, nonce: str) -> bool:
        begun = self._begun.get(nonce)
        return begun is not None and self._elapsed.now() - begun < NONCE_LIVES


async def permissions_of(voice: Voice, channel: Mapping[str, Any]) -> int:
    """Return the bot's permissions in a channel of a server; of a thread, those in its parent."""
    if channel.get("type") in THREAD_TYPES:
        channel = await voice.rest.ask(_of("GET", CHANNEL, str(channel["parent_id"])))
    guild = str(channel["guild_id"])
    server = await voice.rest.ask(Route("GET", "/guilds/{guild_id}", guild_id=guild))
    member = Route("GET", "/guilds/{guild_id}/members/{user}", guild_id=guild, user=voice.user)
    return permissions_in(channel, server, await voice.rest.ask(member), voice.user)


async def _post(rest: Rest, channel: str, delivery: Delivery, asked: Asked) -> Receipt:
    body = keyed(delivery.body, delivery.key)
    body |= {"nonce": delivery.key, "enforce_nonce": True}
    posting = _of("POST", MESSAGES, channel)
    try:
        told = await rest.ask(posting, body, asked=asked)
    except discord.HTTPException as error:
        if error.code == UNKNOWN_MESSAGE:
            # The nonce is known, its message was deleted meanwhile: it was sent.
            return Receipt("")
        if error.code != ARCHIVED:
            raise
        await rest.ask(_of("PATCH", CHANNEL, channel), {"archived": False})
        told = await rest.ask(posting, body, asked=asked)
    return Receipt(str(told["id"]))


async def _thread(rest: Rest, channel: str, parent: str) -> str:
    """Return the thread of our message, started if need be; where none can be, the channel."""
    starting = Route("POST", f"{MESSAGES}/{{message}}/threads", channel_id=channel, message=parent)
    try:
        await rest.ask(starting, {"name": THREAD_NAME})
    except discord.HTTPException as error:
        if error.code == THREAD_EXISTS:
            return parent
        if error.status in (400, 403):  # in a thread, in direct messages, or not allowed
            return channel
        raise
    return parent


async def _newest_first(rest: Rest, channel: str, since: str) -> AsyncIterator[Mapping[str, Any]]:
    """Yield messages newer than `since`. Raises `CannotAsk` if there are too many."""
    query: dict[str, str | int] = {"limit": PAGE}
    for _ in range(PAGES):
        page = _messages(await rest.ask(_of("GET", MESSAGES, channel), query=query))
        for message in page:
            if since and int(message["id"]) <= int(since):
                return
            yield message
        if len(page) < PAGE:
            return
        query["before"] = str(page[-1]["id"])
    raise CannotAsk("more messages since then than can be looked through")


def _messages(answer: Any) -> Sequence[Mapping[str, Any]]:
    """Return a page's messages. ValueError for what is no page: it must not read as an empty one.

    An empty page means that a message did not arrive, and is sent again.
    """
    if not isinstance(answer, list) or not all(isinstance(one, dict) for one in answer):
        raise ValueError("an answer without messages")
    return answer


def _of(method: str, path: str, channel: str) -> Route:
    return Route(method, path, channel_id=channel)


def _is_ours(message: Mapping[str, Any], user: str) -> bool:
    return text(table(message.get("author")).get("id")) == user
