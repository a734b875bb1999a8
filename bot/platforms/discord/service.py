"""Discord, switched on: a token → the platform that the worker sends through, and the listening.

    discord = DiscordService(token, limits, elapsed)
    worker = Worker(discord.platform, …)
    async with discord.open(commands, subscriptions, lane, wake): …

Which application it is, Discord has to say first; until then nothing is sent and nothing is lost.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final

import discord
from aiohttp import ClientError
from discord.http import Route

from bot.commands import Commands
from bot.errors import RetryLater
from bot.limits import PlatformLimits
from bot.platforms.discord.client import PLATFORM, DiscordPlatform, Voice
from bot.platforms.discord.definition import definition, fingerprint
from bot.platforms.discord.gateway import Listening, quiet_client
from bot.platforms.discord.life import Life
from bot.platforms.discord.rest import Rest
from bot.platforms.discord.servers import Servers
from bot.platforms.discord.talk import Desk
from bot.ports import Elapsed, Lane, Subscriptions
from bot.secret import Secret

LADDER: Final = (1.0, 5.0, 15.0, 60.0)  # seconds between attempts
SYNCED: Final = "discord-commands"  # the mark that remembers what Discord was told last
_UNREACHABLE: Final = (
    discord.DiscordException,
    ClientError,
    TimeoutError,
    OSError,
    RetryLater,
)
_LOG = logging.getLogger("paperboy.discord")


@dataclass(frozen=True, slots=True)
class Around:
    """What Discord is connected with."""

    commands: Commands
    subscriptions: Subscriptions
    lane: Lane
    wake: Callable[[], None]


class DiscordService:
    """One application with its token."""

    def __init__(self, token: Secret, limits: PlatformLimits, elapsed: Elapsed) -> None:
        self._token = token
        self._elapsed = elapsed
        self._voices: dict[str, Voice] = {}
        self.platform = DiscordPlatform(self._voices, limits, elapsed)

    @contextlib.asynccontextmanager
    async def open(
        self,
        commands: Commands,
        subscriptions: Subscriptions,
        lane: Lane,
        wake: Callable[[], None],
    ) -> AsyncIterator[None]:
        """Talk and listen in the background until the context ends."""
        around = Around(commands, subscriptions, lane, wake)
        work = asyncio.create_task(self._run(around))
        try:
            yield
        finally:
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work

    async def _run(self, around: Around) -> None:
        """Be there for as long as it takes; the library resumes, we begin anew where it gives up.

        What the token is refused for, the operator has to mend.
        """
        attempt = 0
        while True:
            try:
                await self._be_there(around)
                attempt = 0
            except discord.LoginFailure:
                remedy = "paperboy check says what to do; nothing is lost meanwhile."
                extra = {"action": "discord.refused"}
                _LOG.log(
                    logging.INFO if attempt else logging.ERROR,
                    "Discord does not know the token. %s",
                    remedy,
                    extra=extra,
                )
            except _UNREACHABLE as error:
                extra = {"action": "discord.unreachable", "error": type(error).__name__}
                _LOG.warning("Discord cannot be reached; I try again", extra=extra)
            await self._elapsed.sleep(LADDER[min(attempt, len(LADDER) - 1)])
            attempt += 1

    async def _be_there(self, around: Around) -> None:
        """Log in, tell the commands and listen, until the library gives up on the gateway."""
        async with quiet_client() as client:
            rest = Rest(client, self._elapsed)
            await client.login(self._token.reveal())
            assert client.user
            application = str(client.application_id)
            voice = self._voices[application] = Voice(rest, str(client.user.id))
            around.wake()
            life = Life(application, voice, around.subscriptions, around.wake)
            listening = Listening(client, _desk(application, voice, around), life)
            try:
                await self._tell_commands(application, rest, around.lane)
                await client.connect()
            finally:
                await listening.close()

    async def _tell_commands(self, application: str, rest: Rest, lane: Lane) -> None:
        """Tell Discord our commands, if they are others than it was told last."""
        wanted = definition()
        mark = f"{application} {fingerprint(wanted)}"
        if await lane.mark(SYNCED) == mark:
            return
        route = Route("PUT", "/applications/{application}/commands", application=application)
        await rest.ask(route, wanted)
        await lane.set_mark(SYNCED, mark)


def _desk(application: str, voice: Voice, around: Around) -> Desk:
    subscriptions = around.subscriptions
    servers = Servers(PLATFORM, application, subscriptions)
    return Desk(application, voice, around.commands, subscriptions, servers, around.wake)
