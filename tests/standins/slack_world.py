"""The workspace that the stand-in serves: channels, people, messages, modals. State, no network."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.platforms.slack.scopes import NEEDED, RECHECK

Json = dict[str, Any]


@dataclass
class Message:
    """One message; `to` is who alone can see it."""

    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread: str = ""
    metadata: Json | None = None
    bot: str = ""
    to: str = ""

    def shown(self, *, metadata: bool) -> Json:
        """Return the message as the history has it."""
        told: Json = {
            "type": "message",
            "ts": self.ts,
            "user": self.user,
            "text": self.text,
            "blocks": self.blocks,
        }
        if self.bot:
            told["bot_id"] = self.bot
        if self.thread:
            told["thread_ts"] = self.thread
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

    def seen_by(self, user: str) -> list[Message]:
        """Return what a person sees there, oldest first."""
        return [one for one in self.messages if one.to in ("", user)]


@dataclass
class User:
    """Someone of the workspace."""

    id: str
    name: str
    zone: str = "Europe/Berlin"
    deleted: bool = False
    admin: bool = False
    bot: bool = False


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
    installed: bool = True
    socket_mode: bool = True
    channels: dict[str, Channel] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    modals: dict[str, Json] = field(default_factory=dict)  # by view id, as the bot sent them
    homes: dict[str, Json] = field(default_factory=dict)  # by user
    _clock: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        for user in (
            User("U0ADA", "ada"),
            User("U0BEN", "ben", "Asia/Tokyo"),
            User("U0ADMIN", "root", admin=True),
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
        return f"{1_790_000_000 + next(self._clock)}.000100"

    def direct(self, user: str) -> Channel:
        """Return the direct messages of a person with the bot."""
        id_ = f"D0{user[1:]}"
        return self.channels.get(id_) or self.add(
            Channel(id_, "directmessage", members={user, self.bot_user}, im=user)
        )

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

    def say(self, channel: str, user: str, text: str) -> Message:
        """Let a person say something."""
        message = Message(self.ts(), user, text)
        self.channels[channel].messages.append(message)
        return message
