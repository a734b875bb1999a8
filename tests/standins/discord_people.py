"""People of the stand-in's Discord: they type commands, press buttons, choose, fill in forms.

Each of these sends an interaction as Discord would, waits for its acknowledgement and returns an
`Answer`, which goes on collecting what the person sees. An acknowledgement that does not come in
time is what it is for people, "the interaction failed", and stands in the stand-in's `faults`.
"""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

from tests.standins import discord_shown as shown
from tests.standins.discord_answers import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    FORM,
    Answer,
    Answers,
)
from tests.standins.discord_forms import Values, chosen, pressed, submitted
from tests.standins.discord_gateway import Gateway
from tests.standins.discord_options import Chain, data, find
from tests.standins.discord_permissions import Right
from tests.standins.discord_world import ADA, PAPERS, Channel, Json, Message, Server, World

Until = Callable[[Callable[[], Any]], Awaitable[Any]]
IN_SERVER, IN_DIRECT = 0, 1  # contexts
BY_SERVER, BY_PERSON = 0, 1  # types of installation


class People:
    """Whoever is in the world, told by their ids."""

    def __init__(
        self,
        world: World,
        gateway: Gateway,
        answers: Answers,
        until: Until,
        faults: list[str],
    ) -> None:
        self.world = world
        self.until = until
        self.locale = "en-US"
        self._gateway = gateway
        self._answers = answers
        self._faults = faults
        self._numbers = itertools.count(1)

    # ── commands ────────────────────────────────────────────────────────────────────────────────

    async def command(
        self, path: str, user: str = ADA, channel: str = PAPERS, /, **options: Any
    ) -> Answer:
        """Send a slash command such as "subscribe" or "alert add".

        Options are those that the bot registered; channels, roles and people are told by ids.
        """
        here, chain = self.world.channels[channel], find(self.world.commands, path)
        self._offered(chain, user, here)
        told = data(self.world, chain, options, user=user, server=here.server)
        return await self._send(COMMAND, told, user, here)

    async def ask(
        self, path: str, user: str = ADA, channel: str = PAPERS, /, **options: Any
    ) -> Message:
        """Send a slash command and wait for words; returns the message as it then stands."""
        answer = await self.command(path, user, channel, **options)
        return await self.told(answer)

    async def autocomplete(
        self,
        path: str,
        option: str,
        typed: str,
        user: str = ADA,
        channel: str = PAPERS,
        /,
        **filled: Any,
    ) -> list[Json]:
        """Type into an option that completes; returns the choices. `filled`: other options."""
        here, chain = self.world.channels[channel], find(self.world.commands, path)
        self._offered(chain, user, here)
        given = {**filled, option: typed}
        told = data(self.world, chain, given, user=user, server=here.server, focused=option)
        answer = await self._send(AUTOCOMPLETE, told, user, here)
        return answer.choices or []

    # ── components and forms ────────────────────────────────────────────────────────────────────

    async def press(
        self, message: Message | Answer, label: str, user: str = "", *, number: int = 0
    ) -> Answer:
        """Press a button, by its label or custom_id; `number` (from 1) where several are alike."""
        message, who, here = self._before(message, user)
        shown_now = shown.identified(message.components)
        return await self._send(COMPONENT, pressed(shown_now, label, number), who, here, message)

    async def choose(self, message: Message | Answer, *labels: str, user: str = "") -> Answer:
        """Choose in a select menu: options by label or value; channels, roles, people by name."""
        message, who, here = self._before(message, user)
        shown_now = shown.identified(message.components)
        told = chosen(self.world, shown_now, *labels, server=here.server)
        return await self._send(COMPONENT, told, who, here, message)

    async def submit(self, answer: Answer, values: Values | None = None) -> Answer:
        """Send the form that an answer opened; values by custom_id or label."""
        assert answer.modal, "no form was opened"
        assert not answer.form_sent, "no form is open any more"
        here = self.world.channels[answer.channel]
        told = submitted(self.world, answer.modal, values or {}, here.server)
        sent = await self._send(FORM, told, answer.user, here, answer.source)
        answer.form_sent = not sent.failed  # Discord keeps a form open that was not taken
        return sent

    def _before(self, what: Message | Answer, user: str) -> tuple[Message, str, Channel]:
        """Return the message in front of somebody, who that is, and where."""
        message = what.told if isinstance(what, Answer) else what
        assert message, "nothing was said yet"
        who = user or message.to or ADA
        here = self.world.channels[message.channel]
        assert message.to in ("", who), "somebody else's private message"
        assert message in here.messages, "the message is gone"
        assert self._sees(who, here), f"{who} does not see #{here.name}"
        return message, who, here

    # ── what came back ──────────────────────────────────────────────────────────────────────────

    async def told(self, answer: Answer, number: int = 1) -> Message:
        """Wait until an answer holds so many messages that say something; returns the newest."""
        return await self._enough(answer, answer.said, number)

    async def updated(self, answer: Answer, times: int = 1) -> Message:
        """Wait until the person has seen so many states of messages; returns the newest."""
        return await self._enough(answer, answer.seen, times)

    async def _enough(self, answer: Answer, among: list[Message], number: int) -> Message:
        assert not answer.failed, "the interaction failed"

        def found() -> list[Message] | None:
            ready = [one for one in among if not one.is_loading]
            return ready if len(ready) >= number else None

        ready: list[Message] = await self.until(found)
        return ready[-1]

    # ── sending ─────────────────────────────────────────────────────────────────────────────────

    async def _send(
        self, kind: int, told: Json, user: str, here: Channel, source: Message | None = None
    ) -> Answer:
        payload = {**self._base(user, here), "type": kind, "data": told}
        if source:
            payload["message"] = shown.message(self.world, source)
        answer = Answer(
            payload["id"],
            payload["token"],
            kind,
            user,
            here.id,
            payload,
            source,
            foreign=str(BY_SERVER) not in payload["authorizing_integration_owners"],
        )
        self._answers.known[answer.token] = answer
        await self._gateway.tell("INTERACTION_CREATE", payload, here.server)
        await self._acknowledged(answer)
        return answer

    async def _acknowledged(self, answer: Answer) -> None:
        try:
            async with asyncio.timeout(self._gateway.pace.ack_within):
                await self.until(lambda: answer.acked is not None)
        except TimeoutError:
            if answer.acked is None:
                answer.failed = True
                what = answer.payload["data"].get("name") or answer.payload["data"]["custom_id"]
                self._faults.append(f"the interaction failed: {what} was not answered in time")

    def _base(self, user: str, here: Channel) -> Json:
        """Return what every interaction tells."""
        world = self.world
        base: Json = {
            "id": world.snowflake(),
            "application_id": world.app,
            "token": f"interaction-token-{next(self._numbers)}",
            "version": 1,
            "channel_id": here.id,
            "channel": shown.channel(world, here),
            "locale": self.locale,
            "entitlements": [],
            "attachment_size_limit": 10_485_760,
            "authorizing_integration_owners": self._owners(user, here),
            "context": IN_SERVER if here.server else IN_DIRECT,
            "app_permissions": str(int(self._own_rights(here))),
        }
        if not here.server:
            return {**base, "user": shown.user(world.users[user])}
        server = world.servers[here.server]
        return {
            **base,
            "guild_id": server.id,
            "guild": {"id": server.id, "locale": server.locale, "features": []},
            "guild_locale": server.locale,
            "member": shown.member(server.members[user], world.rights(user, here)),
        }

    def _own_rights(self, here: Channel) -> Right:
        """Return what the bot may do here; where it is not, what its answers may."""
        return self.world.rights(self.world.app, here) or Right.EMBED_LINKS | Right.ATTACH_FILES

    def _owners(self, user: str, here: Channel) -> Json:
        """Return by whom the app is here: the server ("0" in direct messages), the person."""
        owners: Json = {}
        server = self.world.servers.get(here.server)
        if server is None or self._bot_is_in(server):
            owners[str(BY_SERVER)] = here.server or "0"
        if self.world.users[user].installed:
            owners[str(BY_PERSON)] = user
        return owners

    def _bot_is_in(self, server: Server) -> bool:
        return self.world.is_in(server, self.world.app)

    # ── what Discord's client would offer ───────────────────────────────────────────────────────

    def _sees(self, user: str, here: Channel) -> bool:
        return Right.VIEW_CHANNEL in self.world.rights(user, here)

    def _offered(self, chain: Chain, user: str, here: Channel) -> None:
        """Check that a command would be shown to somebody in a channel."""
        top = chain[0]
        assert self._sees(user, here), f"{user} does not see #{here.name}"
        server = self.world.servers.get(here.server)
        context = IN_SERVER if server else IN_DIRECT
        contexts = top.get("contexts") or (IN_SERVER, IN_DIRECT)
        assert context in contexts, f"/{top['name']} is not offered in context {context}"
        kinds = {int(one) for one in self._owners(user, here)}
        installed = set(top.get("integration_types") or (BY_SERVER,))
        assert kinds & installed, f"/{top['name']} is not installed here"
        if server:
            self._may_use(top, self.world.rights(user, here), self._bot_is_in(server))

    def _may_use(self, top: Json, rights: Right, bot_is_here: bool) -> None:
        needed = Right.USE_APPLICATION_COMMANDS
        assert needed in rights, "commands are not allowed here"
        assert bot_is_here or Right.USE_EXTERNAL_APPS in rights, "apps of one's own are not allowed"
        if (wanted := top.get("default_member_permissions")) is not None:
            assert int(wanted) & ~int(rights) == 0, f"/{top['name']} is hidden from this person"
