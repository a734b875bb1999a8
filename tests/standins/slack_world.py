"""The workspace that the stand-in serves: channels, people, messages, modals. State, no network."""

import copy
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.platforms.slack.scopes import NEEDED, RECHECK

Json = dict[str, Any]

START = 1_790_000_000  # where the clock of message ids begins, in seconds of the epoch


@dataclass
class Message:
    """One message; `to` is who alone can see it. `blocks` are as they were sent."""

    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread: str = ""
    metadata: Json | None = None
    bot: str = ""
    to: str = ""
    edited: str = ""

    @property
    def is_top(self) -> bool:
        """Tell whether it stands in its channel, not in a thread."""
        return self.thread in ("", self.ts)

    def shown(self, *, metadata: bool, replies: Sequence["Message"] = ()) -> Json:
        """Return the message as Slack shows it to an app: every block with an id."""
        told: Json = {
            "type": "message",
            "ts": self.ts,
            "user": self.user,
            "text": self.text,
            "blocks": identified(self.blocks),
        }
        if self.bot:
            told["bot_id"] = self.bot
        if self.edited:
            told["edited"] = {"user": self.user, "ts": self.edited}
        if self.thread or replies:
            told["thread_ts"] = self.thread or self.ts
        if replies:
            told |= {"reply_count": len(replies), "latest_reply": replies[-1].ts}
        if metadata and self.metadata:
            told["metadata"] = self.metadata
        return told


@dataclass
class Channel:
    """A public or private channel, or (with `im`) somebody's direct messages with the bot."""

    id: str
    name: str
    private: bool = False
    members: set[str] = field(default_factory=set)
    archived: bool = False
    deleted: bool = False
    im: str = ""
    messages: list[Message] = field(default_factory=list)
    creator: str = "U0ADA"
    shared_with: set[str] = field(default_factory=set)  # teams of other organisations
    restricted: str = ""  # the error that a workspace's preference answers to posting

    @property
    def kind(self) -> str:
        """The word for it in `types` of conversations.list."""
        return "im" if self.im else "private_channel" if self.private else "public_channel"

    @property
    def shown_name(self) -> str:
        """Its name in the payload of a command or a click."""
        return "directmessage" if self.im else "privategroup" if self.private else self.name

    def seen_by(self, user: str) -> list[Message]:
        """Return what a person sees there, oldest first."""
        return [one for one in self.messages if one.to in ("", user)]

    def message(self, ts: str) -> Message | None:
        """Return the message with this id that everybody sees."""
        return next((one for one in self.messages if one.ts == ts and not one.to), None)

    def replies(self, ts: str) -> list[Message]:
        """Return the replies below a message, oldest first."""
        return [one for one in self.messages if one.thread == ts != one.ts and not one.to]


@dataclass
class User:
    """Someone of the workspace."""

    id: str
    name: str
    zone: str = "Europe/Berlin"
    deleted: bool = False
    admin: bool = False
    bot: bool = False
    owner: bool = False


@dataclass
class Workspace:
    """A workspace in which the app is installed, with #papers and a few people."""

    team: str = "T0PAPER"
    name: str = "Paper Group"
    app: str = "A0PAPER"
    bot_user: str = "U0BOT"
    bot: str = "B0BOT"
    bot_token: str = "xoxb-stand-in"
    app_token: str = "xapp-stand-in"
    scopes: set[str] = field(default_factory=lambda: set(NEEDED))
    app_scopes: set[str] = field(default_factory=lambda: {"connections:write"})
    installed: bool = True
    revoked: bool = False  # the bot token, while the app stays installed
    socket_mode: bool = True
    closed_doors: int = 0  # so many sockets are refused, each with its address used up
    domain: str = "paper"
    channels: dict[str, Channel] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    modals: dict[str, Json] = field(default_factory=dict)  # open ones, by view id, newest last
    homes: dict[str, Json] = field(default_factory=dict)  # by user
    _clock: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        for user in (
            User("U0ADA", "ada"),
            User("U0BEN", "ben", "Asia/Tokyo"),
            User("U0ADMIN", "root", admin=True),
            User("U0OWNER", "olive", admin=True, owner=True),
            User(self.bot_user, "paperboy", bot=True),
        ):
            self.users[user.id] = user
        everybody = set(self.users)
        self.add(Channel("C0PAPERS", "papers", members=everybody))
        self.add(Channel("C0OTHER", "other", members=everybody - {self.bot_user}))
        self.add(Channel("G0SECRET", "secret", private=True, members={"U0ADA"}))

    def add(self, channel: Channel) -> Channel:
        """Add a channel."""
        self.channels[channel.id] = channel
        return channel

    def allow_rechecks(self) -> None:
        """Install with the scopes of automatic rechecks."""
        self.scopes |= set(RECHECK)

    def ts(self) -> str:
        """Return the next message id: unique and increasing."""
        return f"{START + next(self._clock)}.000100"

    def direct(self, user: str) -> Channel:
        """Return the direct messages of a person with the bot."""
        id_ = f"D0{user[1:]}"
        return self.channels.get(id_) or self.add(
            Channel(id_, "directmessage", members={user, self.bot_user}, im=user)
        )

    def stack(self, user: str) -> list[Json]:
        """Return the modals that somebody has open, the one on top last."""
        return [one for one in self.modals.values() if one["user"] == user]

    def close(self, user: str, views: Sequence[Json] | None = None) -> None:
        """Close some modals of a person, or all."""
        for one in self.stack(user) if views is None else views:
            self.modals.pop(one["id"], None)

    def post(self, channel: Channel, said: Json, *, to: str = "") -> Message:
        """Keep a message of the bot's."""
        message = Message(
            ts=self.ts(),
            user=self.bot_user,
            text=said.get("text") or "",
            blocks=said.get("blocks") or [],
            thread=said.get("thread_ts") or "",
            metadata=said.get("metadata"),
            bot=self.bot,
            to=to,
        )
        channel.messages.append(message)
        return message

    def say(self, channel: str, user: str, text: str, thread: str = "") -> Message:
        """Let a person say something."""
        message = Message(self.ts(), user, text, thread=thread)
        self.channels[channel].messages.append(message)
        return message


def identified(blocks: Sequence[Json]) -> list[Json]:
    """Return blocks as Slack keeps them: what was sent without an id has got one."""
    kept = [{"block_id": f"block{at}", **copy.deepcopy(one)} for at, one in enumerate(blocks)]
    for block in kept:
        if block["type"] in ("actions", "section", "input"):
            for at, element in enumerate(elements_of(block)):
                element.setdefault("action_id", f"action{at}")
    return kept


def elements_of(block: Json) -> list[Json]:
    """Return what can be pressed or filled in, in one block."""
    several = block.get("elements", []) if block.get("type") == "actions" else []
    return [one for one in (*several, block.get("accessory"), block.get("element")) if one]
