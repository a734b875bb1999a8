"""The Discord that the stand-in serves: servers, channels, people, messages. State, no network."""

import itertools
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.standins.discord_permissions import (
    IN_DIRECT,
    NONE,
    USUAL,
    Overwrite,
    Right,
    in_channel,
    of_roles,
)

Json = dict[str, Any]

EPOCH = 1_420_070_400_000  # milliseconds; where Discord's ids begin
TEXT, DIRECT, NEWS, NEWS_THREAD, THREAD, PRIVATE_THREAD = 0, 1, 5, 10, 11, 12
EPHEMERAL, LOADING, HAS_THREAD, COMPONENTS_V2 = 1 << 6, 1 << 7, 1 << 5, 1 << 15
SUPPRESS_EMBEDS, SILENT = 1 << 2, 1 << 12
STARTER = 21  # the kind of a thread's first message, which only points at its parent

# The ids of the world that every test finds.
APP = "200000000000000001"
SERVER = "300000000000000001"
PAPERS, OTHER, SECRET = "400000000000000001", "400000000000000002", "400000000000000003"
ADA, BEN, MOD, OWNER = (f"50000000000000000{n}" for n in range(1, 5))
MODERATORS = "600000000000000001"


@dataclass
class User:
    """Somebody, in whichever servers."""

    id: str
    name: str
    bot: bool = False
    takes_direct: bool = True  # whether the bot may write; a closed door answers 50007
    installed: bool = False  # the app, for themselves


@dataclass
class Role:
    """A role of a server."""

    id: str
    name: str
    rights: Right = NONE
    mentionable: bool = False
    position: int = 0


@dataclass
class Member:
    """Somebody's place in one server."""

    user: User
    roles: set[str] = field(default_factory=set)


@dataclass
class Message:
    """One message, its parts as they were sent; `to` is who alone can see it."""

    id: str
    channel: str
    author: str
    content: str = ""
    components: list[Json] = field(default_factory=list)
    embeds: list[Json] = field(default_factory=list)
    flags: int = 0
    nonce: str | int | None = None
    reference: Json | None = None
    allowed_mentions: Json | None = None
    to: str = ""
    edited: str = ""
    kind: int = 0
    interaction: Json | None = None

    @property
    def is_loading(self) -> bool:
        """Tell whether it says "… is thinking" and nothing else yet."""
        return bool(self.flags & LOADING)


@dataclass
class Channel:
    """A channel or thread of a server, or (without a server) direct messages with the bot."""

    id: str
    name: str
    kind: int = TEXT
    server: str = ""
    parent: str = ""  # of a thread: its channel
    overwrites: dict[str, Overwrite] = field(default_factory=dict)
    archived: bool = False
    locked: bool = False
    deleted: bool = False
    recipient: str = ""  # of direct messages
    creator: str = APP
    messages: list[Message] = field(default_factory=list)

    @property
    def is_thread(self) -> bool:
        """Tell whether it hangs below a channel."""
        return self.kind in (NEWS_THREAD, THREAD, PRIVATE_THREAD)

    def seen_by(self, user: str) -> list[Message]:
        """Return what a person sees there, oldest first."""
        return [one for one in self.messages if one.to in ("", user)]

    def message(self, id_: str) -> Message | None:
        """Return the message with this id that everybody sees."""
        return next((one for one in self.messages if one.id == id_ and not one.to), None)


@dataclass
class Server:
    """A server (a "guild" on the wire)."""

    id: str
    name: str
    owner: str = OWNER
    roles: dict[str, Role] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    unavailable: bool = False  # an outage
    deleted: bool = False
    locale: str = "en-US"

    @property
    def everyone(self) -> Role:
        """The role of everybody, whose id is the server's."""
        return self.roles[self.id]

    def join(self, user: User, *roles: str) -> Member:
        """Let somebody in."""
        self.members[user.id] = Member(user, set(roles))
        return self.members[user.id]

    def rights(self, user: str) -> Right:
        """Return what somebody may do in the server as a whole."""
        member = self.members.get(user)
        if member is None:
            return NONE
        mine = [self.roles[one].rights for one in member.roles if one in self.roles]
        return of_roles([self.everyone.rights, *mine], owner=user == self.owner)


@dataclass
class World:
    """A Discord with one server, #papers and a few people, in which the app is installed."""

    app: str = APP
    token: str = "stand.in.token"
    bot_name: str = "Paperboy"
    privileged: int = 0  # the privileged intents that the developer portal grants
    shards: int = 1  # what Discord advises
    interactions_url: str | None = None  # where commands go instead of the gateway
    user_install: bool = True  # whether people may add the app for themselves
    now: Callable[[], float] = time.time
    servers: dict[str, Server] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    commands: list[Json] = field(default_factory=list)
    syncs: int = 0  # how often the commands were overwritten
    _last: int = 0
    _directs: dict[str, str] = field(default_factory=dict)
    _names: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        for user in (
            User(self.app, self.bot_name, bot=True),
            User(ADA, "ada"),
            User(BEN, "ben"),
            User(MOD, "mo"),
            User(OWNER, "olive"),
        ):
            self.users[user.id] = user
        server = self.add_server("Paper Group", id_=SERVER, people=(ADA, BEN, OWNER))
        rights = Right.MANAGE_CHANNELS | Right.MANAGE_THREADS | Right.MANAGE_MESSAGES
        server.roles[MODERATORS] = Role(MODERATORS, "Moderators", rights)
        server.join(self.users[MOD], MODERATORS)
        self.add_channel(server, "papers", id_=PAPERS)
        self.add_channel(server, "other", id_=OTHER)
        secret = self.add_channel(server, "secret", id_=SECRET)
        secret.overwrites[server.id] = Overwrite(server.id, deny=Right.VIEW_CHANNEL)

    # ── making ───────────────────────────────────────────────────────────────────────────────────

    def snowflake(self) -> str:
        """Return the next id: unique, increasing, and telling the time as Discord's do."""
        self._last = max(self._last + 1, round(self.now() * 1000) - EPOCH)
        return str(self._last << 22)

    def add_server(
        self, name: str, *, id_: str = "", people: Iterable[str] = (), bot: bool = True
    ) -> Server:
        """Add a server, the bot in it unless `bot` is false."""
        server = Server(id_ or self.snowflake(), name)
        server.roles[server.id] = Role(server.id, "@everyone", USUAL)
        for one in (*people, *((self.app,) if bot else ())):
            server.join(self.users[one])
        self.servers[server.id] = server
        return server

    def add_channel(self, server: Server, name: str, *, id_: str = "", kind: int = TEXT) -> Channel:
        """Add a channel to a server."""
        channel = Channel(id_ or self.snowflake(), name, kind, server.id)
        self.channels[channel.id] = channel
        return channel

    def add_thread(
        self, parent: Channel, name: str, *, id_: str = "", creator: str = APP
    ) -> Channel:
        """Add a public thread; `id_` is that of the message it starts from."""
        kind = NEWS_THREAD if parent.kind == NEWS else THREAD
        thread = Channel(
            id_ or self.snowflake(), name, kind, parent.server, parent.id, creator=creator
        )
        self.channels[thread.id] = thread
        return thread

    def add_user(self, name: str = "", *servers: Server) -> User:
        """Add somebody, to these servers."""
        user = User(self.snowflake(), name or f"person{next(self._names)}")
        self.users[user.id] = user
        for one in servers:
            one.join(user)
        return user

    def direct(self, user: str) -> Channel:
        """Return the direct messages of a person with the bot."""
        if user not in self._directs:
            channel = Channel(self.snowflake(), "", DIRECT, recipient=user)
            self.channels[channel.id] = channel
            self._directs[user] = channel.id
        return self.channels[self._directs[user]]

    def set_commands(self, commands: list[Json]) -> None:
        """Register the commands of the app; one that keeps its name keeps its id."""
        known = {one["name"]: one["id"] for one in self.commands}
        self.syncs += 1
        self.commands = []
        for one in commands:
            rights = one.get("default_member_permissions")
            kept = {
                "type": 1,
                "options": [],
                "contexts": None,
                "integration_types": [0],
                "nsfw": False,
                **one,
                "id": known.get(one["name"]) or self.snowflake(),
                "application_id": self.app,
                "version": self.snowflake(),
                "default_member_permissions": None if rights is None else str(rights),
            }
            self.commands.append(kept)

    def say(self, channel: str, user: str, content: str) -> Message:
        """Let a person say something."""
        message = Message(self.snowflake(), channel, user, content)
        self.channels[channel].messages.append(message)
        return message

    def erase(self, message: Message) -> None:
        """Let somebody delete a message."""
        self.channels[message.channel].messages.remove(message)

    # ── asking ───────────────────────────────────────────────────────────────────────────────────

    @property
    def bot(self) -> User:
        """The bot's own user."""
        return self.users[self.app]

    def bot_servers(self) -> list[Server]:
        """Return the servers in which the bot is."""
        return [one for one in self.servers.values() if self.is_in(one, self.app)]

    def is_in(self, server: Server, user: str) -> bool:
        """Tell whether somebody is in a server that exists."""
        return not server.deleted and user in server.members

    def mutual(self, user: str) -> bool:
        """Tell whether the bot and a person share a server, or the person installed the app."""
        shared = any(user in one.members for one in self.bot_servers())
        return shared or self.users[user].installed

    def channels_of(self, server: Server) -> list[Channel]:
        """Return the channels of a server, its threads among them."""
        return [
            one for one in self.channels.values() if one.server == server.id and not one.deleted
        ]

    def named(self, name: str, server: str = SERVER) -> Channel:
        """Return a server's channel or thread by its name."""
        (found,) = (
            one
            for one in self.channels.values()
            if one.name == name and one.server == server and not one.deleted
        )
        return found

    def parent(self, channel: Channel) -> Channel:
        """Return the channel of a thread, or the channel itself."""
        return self.channels[channel.parent] if channel.is_thread else channel

    def rights(self, user: str, channel: Channel) -> Right:
        """Return what somebody may do in a channel; a thread follows its parent."""
        if not channel.server:
            return IN_DIRECT if user in (channel.recipient, self.app) else NONE
        server = self.servers[channel.server]
        if not self.is_in(server, user):
            return NONE
        overwrites = self.parent(channel).overwrites.values()
        roles = server.members[user].roles
        return in_channel(server.rights(user), overwrites, server.id, roles, user)

    def sent(self, channel: str = PAPERS) -> list[Message]:
        """Return what the bot has posted to a channel for all to see, oldest first."""
        mine = (one for one in self.channels[channel].messages if one.author == self.app)
        return [one for one in mine if not one.to and one.kind != STARTER]
