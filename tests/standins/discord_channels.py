"""What the stand-in's REST API does to channels, threads, messages and servers."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from tests.standins import discord_shown as shown
from tests.standins.discord_calls import Answered, Call
from tests.standins.discord_limits import Complaint
from tests.standins.discord_permissions import Right
from tests.standins.discord_rules import Refusal, invalid, is_empty, refusal
from tests.standins.discord_world import (
    COMPONENTS_V2,
    DIRECT,
    NEWS,
    STARTER,
    SUPPRESS_EMBEDS,
    TEXT,
    Channel,
    Json,
    Message,
    Server,
    World,
)

Handler = Callable[["Channels", Call], Answered]
Tell = Callable[[str, Json], None]  # an event of the gateway


class Channels:
    """The routes of channels, servers and people, on one world."""

    def __init__(self, world: World, tell: Tell, nonce_lives: float) -> None:
        self.world = world
        self._tell = tell
        self._nonce_lives = nonce_lives
        self._nonces: dict[str | int, tuple[float, Message]] = {}

    def call(self, call: Call) -> Answered:
        """Carry out a request that was judged before."""
        return _HANDLERS[call.route](self, call)

    def flags_before(self, call: Call) -> int:
        """Return the flags of the message that a request changes."""
        channel = self.world.channels.get(call.path.get("channel_id", ""))
        message = channel and channel.message(call.path.get("message_id", ""))
        return message.flags if message else 0

    # ── who may ─────────────────────────────────────────────────────────────────────────────────

    def _seen(self, id_: str) -> Channel | Refusal:
        """Return a channel that the bot may look into."""
        channel = self.world.channels.get(id_)
        if channel is None or channel.deleted or self._gone(channel):
            return refusal(10003)
        if Right.VIEW_CHANNEL not in self.world.rights(self.world.app, channel):
            return refusal(50001)
        return channel

    def _gone(self, channel: Channel) -> bool:
        server = self.world.servers.get(channel.server)
        parent = self.world.parent(channel)
        return parent.deleted or bool(server and server.deleted)

    def _server(self, id_: str) -> Server | Refusal:
        server = self.world.servers.get(id_)
        if server is None or server.deleted:
            return refusal(10004)
        return server if self.world.is_in(server, self.world.app) else refusal(50001)

    def _may(self, channel: Channel, right: Right) -> bool:
        return right in self.world.rights(self.world.app, channel)

    def _may_send(self, channel: Channel, body: Json) -> Refusal | None:
        if channel.kind == DIRECT:
            return self._may_write_to(channel.recipient)
        needed = Right.SEND_MESSAGES_IN_THREADS if channel.is_thread else Right.SEND_MESSAGES
        if not self._may(channel, needed):
            return refusal(50013)
        if body.get("embeds") and not self._may(channel, Right.EMBED_LINKS):
            return refusal(50013)
        if channel.locked and (channel.archived or not self._may(channel, Right.MANAGE_THREADS)):
            return refusal(50083 if channel.archived else 160005)
        return self._may_reply(channel, body)

    def _may_write_to(self, id_: str) -> Refusal | None:
        user = self.world.users[id_]
        if user.bot or not user.takes_direct:
            return refusal(50007)
        return None if self.world.mutual(id_) else refusal(50278)

    def _may_reply(self, channel: Channel, body: Json) -> Refusal | None:
        reference = body.get("message_reference")
        if not reference or channel.message(str(reference.get("message_id"))):
            return None
        if not reference.get("fail_if_not_exists", True):
            return None
        where, said = ("message_reference",), "Unknown message"
        return invalid([Complaint(where, "REPLIES_UNKNOWN_MESSAGE", said)])

    # ── messages ────────────────────────────────────────────────────────────────────────────────

    def create_message(self, call: Call) -> Answered:
        channel = self._seen(call.path["channel_id"])
        if isinstance(channel, Refusal):
            return channel
        if wrong := self._may_send(channel, call.body):
            return wrong
        if known := self._repeated(call.body):
            return known
        if channel.archived:
            self._change(channel, archived=False)
        message = _kept(self.world, channel, call.body)
        if call.body.get("nonce") is not None:
            self._nonces[call.body["nonce"]] = (time.monotonic(), message)
        return self._told(message)

    def _repeated(self, body: Json) -> Answered:
        """Return the first message with this nonce, if it must not be posted again."""
        nonce = body.get("nonce")
        if nonce is None or not body.get("enforce_nonce") or nonce not in self._nonces:
            return None
        at, first = self._nonces[nonce]
        if time.monotonic() - at >= self._nonce_lives:
            return None
        kept = first in self.world.channels[first.channel].messages
        return self._told(first) if kept else refusal(10008)

    def _told(self, message: Message) -> Json:
        nonce = {} if message.nonce is None else {"nonce": message.nonce}
        return {**shown.message(self.world, message), **nonce}

    def list_messages(self, call: Call) -> Answered:
        channel = self._seen(call.path["channel_id"])
        if isinstance(channel, Refusal):
            return channel
        limit = int(call.query.get("limit", 50))
        if not 1 <= limit <= 100:
            said = "int value should be between 1 and 100."
            return invalid([Complaint(("limit",), "NUMBER_TYPE_RANGE", said)])
        if not self._may(channel, Right.READ_MESSAGE_HISTORY):
            return []
        page = _page([one for one in channel.messages if not one.to], call.query, limit)
        return [shown.message(self.world, one) for one in page]

    def _message(self, call: Call) -> tuple[Channel, Message] | Refusal:
        channel = self._seen(call.path["channel_id"])
        if isinstance(channel, Refusal):
            return channel
        message = channel.message(call.path["message_id"])
        return (channel, message) if message else refusal(10008)

    def get_message(self, call: Call) -> Answered:
        found = self._message(call)
        if isinstance(found, Refusal):
            return found
        if not self._may(found[0], Right.READ_MESSAGE_HISTORY):
            return refusal(50013)
        return shown.message(self.world, found[1])

    def update_message(self, call: Call) -> Answered:
        found = self._message(call)
        if isinstance(found, Refusal):
            return found
        channel, message = found
        if message.author != self.world.app:
            return refusal(50005)
        if channel.archived:
            return refusal(50083)
        return change(self.world, message, call.body) or shown.message(self.world, message)

    def delete_message(self, call: Call) -> Answered:
        found = self._message(call)
        if isinstance(found, Refusal):
            return found
        channel, message = found
        own = message.author == self.world.app
        if not own and not self._may(channel, Right.MANAGE_MESSAGES):
            return refusal(50013)
        if channel.archived:
            return refusal(50083)
        channel.messages.remove(message)
        return None

    # ── channels and threads ────────────────────────────────────────────────────────────────────

    def get_channel(self, call: Call) -> Answered:
        channel = self._seen(call.path["channel_id"])
        return channel if isinstance(channel, Refusal) else shown.channel(self.world, channel)

    def start_thread(self, call: Call) -> Answered:
        found = self._message(call)
        if isinstance(found, Refusal):
            return found
        channel, message = found
        if channel.kind not in (TEXT, NEWS):
            return refusal(50024)
        if not self._may(channel, Right.CREATE_PUBLIC_THREADS):
            return refusal(50013)
        if message.id in self.world.channels:
            return refusal(160004)
        thread = self.world.add_thread(channel, call.body["name"], id_=message.id)
        reference = {"channel_id": channel.id, "message_id": message.id, "guild_id": channel.server}
        start = Message(
            self.world.snowflake(), thread.id, self.world.app, kind=STARTER, reference=reference
        )
        thread.messages.append(start)
        self._tell("THREAD_CREATE", {**shown.channel(self.world, thread), "newly_created": True})
        return shown.channel(self.world, thread)

    def update_channel(self, call: Call) -> Answered:
        channel = self._seen(call.path["channel_id"])
        if isinstance(channel, Refusal):
            return channel
        if not channel.is_thread and not self._may(channel, Right.MANAGE_CHANNELS):
            return refusal(50013)
        if wrong := self._may_change(channel, call.body):
            return wrong
        self._change(channel, **{key: call.body[key] for key in _CHANGES if key in call.body})
        return shown.channel(self.world, channel)

    def _may_change(self, channel: Channel, body: Json) -> Refusal | None:
        """Anybody who may write may wake a thread that no moderator locked; the rest is theirs."""
        if not channel.is_thread:
            return None
        waking = set(body) == {"archived"} and body["archived"] is False and not channel.locked
        needed = Right.SEND_MESSAGES_IN_THREADS if waking else Right.MANAGE_THREADS
        if not self._may(channel, needed):
            return refusal(50013)
        asleep = channel.archived and body.get("archived") is not False
        return refusal(50083) if asleep else None

    def _change(self, channel: Channel, **changes: Any) -> None:
        for key, value in changes.items():
            setattr(channel, key, value)
        kind = "THREAD_UPDATE" if channel.is_thread else "CHANNEL_UPDATE"
        self._tell(kind, shown.channel(self.world, channel))

    def nothing(self, call: Call) -> Answered:
        channel = self._seen(call.path["channel_id"])
        return channel if isinstance(channel, Refusal) else None

    # ── servers and people ──────────────────────────────────────────────────────────────────────

    def get_guild(self, call: Call) -> Answered:
        server = self._server(call.path["guild_id"])
        return server if isinstance(server, Refusal) else shown.server(self.world, server)

    def list_channels(self, call: Call) -> Answered:
        server = self._server(call.path["guild_id"])
        if isinstance(server, Refusal):
            return server
        return [
            shown.channel(self.world, one)
            for one in self.world.channels_of(server)
            if not one.is_thread
        ]

    def list_threads(self, call: Call) -> Answered:
        server = self._server(call.path["guild_id"])
        if isinstance(server, Refusal):
            return server
        threads = [
            shown.channel(self.world, one)
            for one in self.world.channels_of(server)
            if one.is_thread and not one.archived and self._may(one, Right.VIEW_CHANNEL)
        ]
        members = [one["member"] for one in threads if "member" in one]
        return {"threads": threads, "members": members, "has_more": False}

    def list_roles(self, call: Call) -> Answered:
        server = self._server(call.path["guild_id"])
        if isinstance(server, Refusal):
            return server
        return [shown.role(one) for one in server.roles.values()]

    def get_member(self, call: Call) -> Answered:
        server = self._server(call.path["guild_id"])
        if isinstance(server, Refusal):
            return server
        if call.path["user_id"] not in self.world.users:
            return refusal(10013)
        member = server.members.get(call.path["user_id"])
        return shown.member(member) if member else refusal(10007)

    def list_servers(self, call: Call) -> Answered:
        after = int(call.query.get("after", 0))
        mine = sorted(self.world.bot_servers(), key=lambda one: int(one.id))
        mine = [one for one in mine if int(one.id) > after]
        return [
            shown.brief_server(self.world, one) for one in mine[: int(call.query.get("limit", 200))]
        ]

    def leave(self, call: Call) -> Answered:
        server = self._server(call.path["guild_id"])
        if isinstance(server, Refusal):
            return server
        del server.members[self.world.app]
        self._tell("GUILD_DELETE", {"id": server.id})
        return None

    def get_user(self, call: Call) -> Answered:
        user = self.world.users.get(call.path["user_id"])
        return shown.user(user) if user else refusal(10013)

    def open_direct(self, call: Call) -> Answered:
        user = self.world.users.get(str(call.body.get("recipient_id")))
        if user is None or user.bot:
            return refusal(50033)
        return shown.channel(self.world, self.world.direct(user.id))


def _page(messages: list[Message], query: Mapping[str, str], limit: int) -> list[Message]:
    """Return a page, newest first; after an id, the ones that follow it directly."""
    if "after" in query:
        later = [one for one in messages if int(one.id) > int(query["after"])]
        return later[:limit][::-1]
    if "around" in query:
        middle = int(query["around"])
        before = [one for one in messages if int(one.id) < middle]
        later = [one for one in messages if int(one.id) >= middle]
        return [*before[-(limit // 2) :], *later[: limit - limit // 2]][::-1]
    before = [one for one in messages if int(one.id) < int(query.get("before", 1 << 63))]
    return before[-limit:][::-1]


def _kept(world: World, channel: Channel, body: Json) -> Message:
    message = Message(world.snowflake(), channel.id, world.app, nonce=body.get("nonce"))
    fill(message, body)
    if reference := body.get("message_reference"):
        message.kind = 19
        message.reference = {"channel_id": channel.id, "guild_id": channel.server, **reference}
    channel.messages.append(message)
    return message


def fill(message: Message, body: Json) -> None:
    """Put into a message what a body says of it."""
    message.content = (body.get("content") or "").strip() if "content" in body else message.content
    if "components" in body:
        message.components = body["components"] or []
    if "embeds" in body:
        message.embeds = body["embeds"] or []
    if "allowed_mentions" in body:
        message.allowed_mentions = body["allowed_mentions"]
    message.flags |= body.get("flags") or 0


def change(world: World, message: Message, body: Json) -> Refusal | None:
    """Edit a message; what would be empty afterwards stays as it is."""
    after = {
        "content": body.get("content", message.content),
        "embeds": body.get("embeds", message.embeds),
        "components": body.get("components", message.components),
        "flags": message.flags | (body.get("flags") or 0),
    }
    if after["flags"] & COMPONENTS_V2 and (after["content"] or after["embeds"]):
        code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
        return invalid([Complaint(("content",), code, "Take the content and embeds away")])
    if is_empty(after):
        return refusal(50006)
    allowed = COMPONENTS_V2 | SUPPRESS_EMBEDS
    fill(message, {**body, "flags": (body.get("flags") or 0) & allowed})
    message.edited = shown.moment(world.snowflake())
    return None


_CHANGES = ("name", "archived", "locked")
_HANDLERS: Mapping[str, Handler] = {
    "create_message": Channels.create_message,
    "list_messages": Channels.list_messages,
    "get_message": Channels.get_message,
    "update_message": Channels.update_message,
    "delete_message": Channels.delete_message,
    "create_thread_from_message": Channels.start_thread,
    "get_channel": Channels.get_channel,
    "update_channel": Channels.update_channel,
    "trigger_typing_indicator": Channels.nothing,
    "join_thread": Channels.nothing,
    "get_guild": Channels.get_guild,
    "list_guild_channels": Channels.list_channels,
    "list_guild_roles": Channels.list_roles,
    "get_guild_member": Channels.get_member,
    "get_active_guild_threads": Channels.list_threads,
    "list_my_guilds": Channels.list_servers,
    "leave_guild": Channels.leave,
    "get_user": Channels.get_user,
    "create_dm": Channels.open_direct,
}
