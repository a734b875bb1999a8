"""Slack as a platform: frozen bodies → messages, and looking whether one arrived.

The library's own repetition is off: its connection retry would post a second time. The key of a
delivery travels as the message's metadata; where the history may be read, a message in doubt is
looked for by it, newest first, back to our last known message. A reply is not in the history of its
channel, so its thread is read.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final

from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import AccountLost, CannotAsk, DeliveryError, RetryLater
from bot.limits import PlatformLimits
from bot.model import Body, Delivery, Destination, Digest, Receipt
from bot.payload import table, text
from bot.platforms.slack.account import Account, who_am_i
from bot.platforms.slack.blocks import keyed, pressed
from bot.platforms.slack.errors import asking_error, opening_error, sending_error
from bot.platforms.slack.render import render
from bot.platforms.slack.scopes import RECHECK
from bot.posted import Posted, papers_in

PLATFORM: Final = "slack"
EVENT: Final = "paperboy_delivery"  # the type of our metadata
PAGE: Final = 200  # messages of one page of history
PAGES: Final = 50  # at most; more than this since our last message cannot be looked through
TIMEOUT: Final = 25  # seconds for one request, below the worker's own patience


def connect(token: str, base_url: str) -> AsyncWebClient:
    """Return a client that asks once, and never again by itself."""
    return AsyncWebClient(token, base_url, timeout=TIMEOUT, retry_handlers=[])


class SlackPlatform:
    """The port `Platform`, for any number of workspaces."""

    def __init__(self, clients: Mapping[str, AsyncWebClient], limits: PlatformLimits) -> None:
        """`clients`: account → its client. It may grow and shrink while we run."""
        self._clients = clients
        self._limits = limits
        self._accounts: dict[str, Account] = {}
        self._direct: dict[Destination, str] = {}  # a person → the channel of direct messages

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
        client = self._client(delivery.destination)
        body = keyed(delivery.body, delivery.key)
        metadata = {"event_type": EVENT, "event_payload": {"key": delivery.key}}
        if delivery.reply and delivery.parent:
            body["thread_ts"] = delivery.parent
        try:
            channel = await self._channel(client, delivery.destination)
            answer = await client.chat_postMessage(channel=channel, metadata=metadata, **body)
            return Receipt(str(answer["ts"]))
        except DeliveryError:
            raise
        except Exception as error:
            raise sending_error(error) from error

    async def find(self, delivery: Delivery, since: str) -> Receipt | None:
        """Look whether the destination holds this delivery's key, newest message first."""
        client = self._client(delivery.destination)
        account = await self._account(client, delivery.destination)
        if not account.may(*RECHECK):
            raise CannotAsk("Paperboy may not read the history there")
        parent = delivery.parent if delivery.reply else ""
        try:
            channel = await self._channel(client, delivery.destination)
            async for message in _newest_first(client, channel, since, parent):
                if _key_of(message, account) == delivery.key:
                    return Receipt(str(message["ts"]))
        except DeliveryError:
            raise
        except Exception as error:
            raise asking_error(error) from error
        return None

    async def posted(self, destination: Destination, since: str) -> Sequence[Posted]:
        """Return our messages there that are newer than `since`, newest first."""
        client = self._client(destination)
        account = await self._account(client, destination)
        if not account.may(*RECHECK):
            raise CannotAsk("Paperboy may not read the history there")
        try:
            channel = await self._channel(client, destination)
            return [
                _posted(message, key)
                async for message in _newest_first(client, channel, since, "")
                if (key := _key_of(message, account)) and message["ts"] != since
            ]
        except DeliveryError:
            raise
        except Exception as error:
            raise asking_error(error) from error

    async def newest(self, destination: Destination) -> str:
        """Return the id of the newest message there ("" if none)."""
        client = self._client(destination)
        account = await self._account(client, destination)
        if not account.may(*RECHECK):
            raise CannotAsk("Paperboy may not read the history there")
        try:
            channel = await self._channel(client, destination)
            answer = await client.conversations_history(channel=channel, limit=1)
            messages = _messages(answer)
            return str(messages[0]["ts"]) if messages else ""
        except DeliveryError:
            raise
        except Exception as error:
            raise asking_error(error) from error

    def channel_of(self, destination: Destination) -> str:
        """Return the channel of a place, if it is known: a person's is once we wrote there."""
        if destination.address[:1] in "UW":
            return self._direct.get(destination, "")
        return destination.address

    def _client(self, destination: Destination) -> AsyncWebClient:
        if not self._clients:
            raise RetryLater("Slack has not yet said whose token this is")
        client = self._clients.get(destination.account)
        if client is None:
            raise AccountLost("Paperboy is not installed in this workspace")
        return client

    async def _account(self, client: AsyncWebClient, destination: Destination) -> Account:
        """Return who we are there; scopes only change with a new installation, so it is kept."""
        known = self._accounts.get(destination.account)
        if known is None:
            try:
                known = await who_am_i(client)
            except Exception as error:
                raise asking_error(error) from error
            self._accounts[destination.account] = known
        return known

    async def _channel(self, client: AsyncWebClient, destination: Destination) -> str:
        """Return the channel to post to: for a person the one of their direct messages."""
        if destination.address[:1] not in "UW":
            return destination.address
        if destination not in self._direct:
            try:
                answer = await client.conversations_open(users=[destination.address])
                self._direct[destination] = str(answer["channel"]["id"])
            except Exception as error:
                raise opening_error(error) from error
        return self._direct[destination]


async def _newest_first(
    client: AsyncWebClient, channel: str, since: str, parent: str
) -> AsyncIterator[Mapping[str, Any]]:
    """Yield messages back to `since`; of a thread all replies. Raises `CannotAsk` if too many."""
    page: dict[str, Any] = {"limit": PAGE, "include_all_metadata": True}
    if since and not parent:
        page |= {"oldest": since, "inclusive": True}
    for _ in range(PAGES):
        if parent:
            answer = await client.conversations_replies(channel=channel, ts=parent, **page)
        else:
            answer = await client.conversations_history(channel=channel, **page)
        for message in _messages(answer):
            yield message
        page["cursor"] = text(table(answer.get("response_metadata")).get("next_cursor"))
        if not page["cursor"]:
            if answer.get("has_more"):
                raise RetryLater("Slack says that there is more, but not where")
            return
    raise CannotAsk("more messages since then than can be looked through")


def _posted(message: Mapping[str, Any], key: str) -> Posted:
    commands = (str(one.get("value", "")) for one in pressed(message.get("blocks") or ()))
    return Posted(str(message["ts"]), key, papers_in(commands, str(message.get("text", ""))))


def _messages(answer: Any) -> Sequence[Mapping[str, Any]]:
    """Return a page's messages. ValueError for what is no page: it must not read as an empty one.

    An empty page means that a message did not arrive, and is sent again.
    """
    found = answer.get("messages")
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ValueError("an answer without messages")
    return found


def _key_of(message: Mapping[str, Any], account: Account) -> str:
    """Return the key that one of our own messages carries; "" of anybody else's."""
    metadata = table(message.get("metadata"))
    if message.get("bot_id") != account.bot or metadata.get("event_type") != EVENT:
        return ""
    return text(table(metadata.get("event_payload")).get("key"))
