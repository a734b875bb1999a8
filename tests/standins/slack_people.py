"""People of the stand-in's workspace: they type, press, choose, fill in, and change channels."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.standins.slack_lengths import message_complaints, submission_complaints
from tests.standins.slack_schemas import schema_complaints
from tests.standins.slack_socket import Ack, Sockets
from tests.standins.slack_world import Json, Message, Workspace

TRIGGER_LIVES = 3.0
ANSWERS = 5  # uses of one response_url
Until = Callable[[Callable[[], Any]], Awaitable[Any]]


@dataclass
class Answers:
    """A response_url: whose, where, and what came."""

    user: str
    channel: str
    said: list[Json] = field(default_factory=list)
    expired: bool = False  # half an hour is over


class People:
    """What people of the workspace do; each method returns when the bot has acknowledged it."""

    def __init__(
        self,
        workspace: Workspace,
        sockets: Sockets,
        triggers: dict[str, str],
        until: Until,
        faults: list[str],
    ) -> None:
        """`faults`: takes what no Slack app should answer."""
        self.url = ""
        self.workspace = workspace
        self.acks: list[Ack] = []
        self.until = until
        self._faults = faults
        self._sockets = sockets
        self._triggers = triggers
        self._answers: dict[str, Answers] = {}
        self._numbers = itertools.count(1)

    # ── saying and pressing ──────────────────────────────────────────────────────────────────────

    async def type(self, text: str, user: str = "U0ADA", channel: str = "C0PAPERS") -> Answers:
        """Type a slash command; returns where its private answers arrive."""
        command, _, rest = text.partition(" ")
        here = self.workspace
        answers = self._respond(user, channel)
        payload = {
            **self._token(),
            "team_id": here.team,
            "team_domain": here.domain,
            "channel_id": channel,
            "channel_name": here.channels[channel].shown_name,
            "user_id": user,
            "user_name": here.users[user].name,
            "command": command,
            "text": rest,
            "api_app_id": here.app,
            "is_enterprise_install": "false",
            "response_url": self._address(answers),
            "trigger_id": self.trigger(user),
        }
        await self._send("slash_commands", payload)
        return answers

    async def answer(self, text: str, user: str = "U0ADA", channel: str = "C0PAPERS") -> Json:
        """Type a slash command and wait for its first private answer."""
        answers = await self.type(text, user, channel)
        return dict(await self.until(lambda: answers.said and answers.said[0]))

    async def press(
        self,
        value: str,
        message: Message | Json,
        user: str = "U0ADA",
        channel: str = "C0PAPERS",
    ) -> Answers:
        """Press the button, or choose the option, that carries this command in a message."""
        blocks = message.blocks if isinstance(message, Message) else message["blocks"]
        answers = self._respond(user, channel)
        shown = isinstance(message, Message)
        payload = {
            **self._clicked(user, _found(blocks, value)),
            "channel": {"id": channel, "name": self.workspace.channels[channel].shown_name},
            "container": {
                "type": "message",
                "message_ts": message.ts if isinstance(message, Message) else "1.2",
                "channel_id": channel,
                "is_ephemeral": not shown,
            },
            "response_url": self._address(answers),
        }
        if isinstance(message, Message):
            payload["message"] = message.shown(metadata=True)
        await self._send("interactive", payload)
        return answers

    async def press_in_view(self, value: str, view: Json, user: str = "U0ADA") -> Ack:
        """Press the button that carries this command in a modal or the Home tab."""
        payload = {
            **self._clicked(user, _found(view["blocks"], value)),
            "container": {"type": "view", "view_id": view.get("id", "VH")},
            "view": {"state": {"values": {}}, **view},
        }
        return await self._send("interactive", payload)

    async def write(self, view: Json, field_name: str, text: str, user: str = "U0ADA") -> Ack:
        """Type into a field that tells the bot while somebody types."""
        action = {
            "type": "plain_text_input",
            "block_id": field_name,
            "action_id": f"field:{field_name}",
            "value": text,
        }
        payload = {
            **self._clicked(user, action),
            "container": {"type": "view", "view_id": view["id"]},
            "view": {**view, "state": {"values": {field_name: {action["action_id"]: action}}}},
        }
        return await self._send("interactive", payload)

    async def submit(self, view: Json, user: str = "U0ADA", **values: str) -> Ack:
        """Send a form with what stands in it and what was typed; returns the acknowledgement.

        The form closes, unless the bot says that something in it is wrong.
        """
        state = {}
        for block in view["blocks"]:
            if block["type"] == "input":
                name, element = block["block_id"], block["element"]
                state[name] = {element["action_id"]: _state(element, values.get(name))}
        payload = {
            **self._token(),
            "type": "view_submission",
            "team": {"id": self.workspace.team, "domain": self.workspace.domain},
            "user": self._user(user),
            "api_app_id": self.workspace.app,
            "trigger_id": self.trigger(user),
            "view": {**view, "state": {"values": state}},
            "response_urls": [],
            "is_enterprise_install": False,
            "enterprise": None,
        }
        ack = await self._send("interactive", payload)
        self._faults += submission_complaints(ack.payload, view["blocks"])
        if not ack.payload:
            self.workspace.close(user, [view])
        return ack

    async def modal(self) -> Json:
        """Wait for a modal and return the newest."""
        await self.until(lambda: self.workspace.modals)
        return list(self.workspace.modals.values())[-1]

    # ── events ───────────────────────────────────────────────────────────────────────────────────

    async def event(
        self, kind: str, /, *, id_: str = "", again: Json | None = None, **told: Any
    ) -> Ack:
        """Let something happen that Slack tells the app as an event."""
        payload = {
            **self._token(),
            "team_id": self.workspace.team,
            "api_app_id": self.workspace.app,
            "event": {"type": kind, "event_ts": self.workspace.ts(), **told},
            "type": "event_callback",
            "event_id": id_ or f"Ev{next(self._numbers)}",
            "event_time": 1_790_000_000,
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": self.workspace.team,
                    "user_id": self.workspace.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
        }
        return await self._send("events_api", payload, again)

    async def archive(self, channel: str) -> Ack:
        """Archive a channel."""
        self.workspace.channels[channel].archived = True
        return await self.event("channel_archive", channel=channel, user="U0ADMIN")

    async def unarchive(self, channel: str) -> Ack:
        """Bring a channel back."""
        self.workspace.channels[channel].archived = False
        return await self.event("channel_unarchive", channel=channel, user="U0ADMIN")

    async def rename(self, channel: str, name: str) -> Ack:
        """Rename a channel."""
        self.workspace.channels[channel].name = name
        told = {"id": channel, "name": name, "created": 1}
        return await self.event("channel_rename", channel=told)

    async def delete(self, channel: str) -> Ack:
        """Delete a channel."""
        self.workspace.channels[channel].deleted = True
        return await self.event("channel_deleted", channel=channel)

    async def kick_bot(self, channel: str) -> Ack:
        """Take the bot out of a channel."""
        self.workspace.channels[channel].members.discard(self.workspace.bot_user)
        return await self.event("channel_left", channel=channel)

    async def invite_bot(self, channel: str, user: str = "U0ADA") -> Ack:
        """Invite the bot to a channel."""
        self.workspace.channels[channel].members.add(self.workspace.bot_user)
        return await self.event(
            "member_joined_channel",
            user=self.workspace.bot_user,
            channel=channel,
            channel_type="C",
            team=self.workspace.team,
            inviter=user,
        )

    async def leave(self, channel: str, user: str) -> Ack:
        """Let somebody leave a channel."""
        self.workspace.channels[channel].members.discard(user)
        return await self.event(
            "member_left_channel", user=user, channel=channel, team=self.workspace.team
        )

    async def convert(self, channel: str, fresh: str) -> Ack:
        """Make a channel private; it gets a new id."""
        here = self.workspace.channels.pop(channel)
        here.id, here.private = fresh, True
        self.workspace.channels[fresh] = here
        return await self.event("channel_id_changed", old_channel_id=channel, new_channel_id=fresh)

    async def uninstall(self) -> Ack:
        """Remove the app from the workspace."""
        self.workspace.installed = False
        return await self.event("app_uninstalled")

    async def deactivate(self, user: str) -> Ack:
        """Close somebody's account."""
        here = self.workspace.users[user]
        here.deleted = True
        return await self.event("user_change", user={"id": user, "deleted": True, "tz": here.zone})

    async def open_home(self, user: str = "U0ADA") -> Json:
        """Open the app's Home tab and wait for what it shows."""
        before = self.workspace.homes.get(user)
        await self.event(
            "app_home_opened", user=user, channel=self.workspace.direct(user).id, tab="home"
        )
        found = await self.until(
            lambda: self.workspace.homes.get(user) is not before and self.workspace.homes[user]
        )
        return dict(found)

    async def receive(self, kind: str, payload: Json) -> Ack:
        """Send an envelope as it stands; returns when the bot has acknowledged it."""
        return await self._send(kind, payload)

    # ── what came back ───────────────────────────────────────────────────────────────────────────

    def answered(self, id_: str, said: Json) -> str:
        """Take what the bot posts to a response_url; returns why not, if it is refused."""
        answers = self._answers.get(id_)
        if answers is None or answers.expired:
            return "expired_url"
        if len(answers.said) >= ANSWERS:
            return "used_url"
        shown: Json = {"channel": answers.channel, "text": said.get("text", "")}
        shown |= {"blocks": said["blocks"]} if "blocks" in said else {}
        wrong = [*message_complaints(said), *schema_complaints("chat.postMessage", shown)]
        self._faults += [f"response_url: {one}" for one in wrong]
        answers.said.append(said)
        if said.get("response_type") == "in_channel":
            self.workspace.post(self.workspace.channels[answers.channel], said)
        return "invalid_blocks" if wrong else ""

    def response_url(self, user: str, channel: str, *, expired: bool = False) -> str:
        """Return where private answers to somebody can be sent."""
        answers = self._respond(user, channel)
        answers.expired = expired
        return self._address(answers)

    def _respond(self, user: str, channel: str) -> Answers:
        answers = Answers(user, channel)
        self._answers[f"R{len(self._answers) + 1}"] = answers
        return answers

    def _address(self, answers: Answers) -> str:
        id_ = next(key for key, one in self._answers.items() if one is answers)
        return f"{self.url}/response/{id_}"

    def trigger(self, user: str) -> str:
        """Return what a click of somebody lets the bot open a modal with, for some seconds."""
        trigger = f"{next(self._numbers)}.trigger"
        self._triggers[trigger] = user
        asyncio.get_running_loop().call_later(
            TRIGGER_LIVES, lambda: self._triggers.pop(trigger, None)
        )
        return trigger

    def _clicked(self, user: str, action: Json) -> Json:
        return {
            **self._token(),
            "type": "block_actions",
            "team": {"id": self.workspace.team, "domain": self.workspace.domain},
            "user": self._user(user),
            "api_app_id": self.workspace.app,
            "trigger_id": self.trigger(user),
            "actions": [{"action_ts": self.workspace.ts(), **action}],
            "is_enterprise_install": False,
            "enterprise": None,
        }

    def _user(self, user: str) -> Json:
        name = self.workspace.users[user].name
        return {"id": user, "username": name, "name": name, "team_id": self.workspace.team}

    def _token(self) -> Json:
        return {"token": "verification"}

    async def _send(self, kind: str, payload: Json, again: Json | None = None) -> Ack:
        ack = await self._sockets.send(kind, payload, again=again)
        self.acks.append(ack)
        return ack


def _state(element: Json, typed: str | None) -> Json:
    if element["type"] == "static_select":
        chosen = next(
            (one for one in element["options"] if one["value"] == typed),
            element.get("initial_option"),
        )
        return {"type": element["type"], "selected_option": chosen}
    if element["type"] == "conversations_select":
        return {"type": element["type"], "selected_conversation": typed}
    text = element.get("initial_value") if typed is None else typed
    return {"type": element["type"], "value": text}


def _found(blocks: list[Json], value: str) -> Json:
    """Return the action that Slack sends for the button or option with this command."""
    for block, element in _pressable(blocks):
        base = {"block_id": block.get("block_id", "b"), "action_id": element.get("action_id", "")}
        if element.get("value") == value:
            return {**base, "type": "button", "text": element["text"], "value": value}
        for option in element.get("options", ()):
            if option["value"] == value:
                return {**base, "type": "static_select", "selected_option": option}
    known = [
        one.get("value") or [option["value"] for option in one.get("options", ())]
        for _, one in _pressable(blocks)
    ]
    raise AssertionError(f"nothing carries {value!r}, only {known}")


def _pressable(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    for block in blocks:
        if block["type"] in ("actions", "section"):
            for element in [*block.get("elements", ()), block.get("accessory")]:
                if element:
                    yield block, element
