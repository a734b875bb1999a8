"""Discord, switched on: a token → the platform that the worker sends through, and the listening.

    discord = DiscordService(token, limits, elapsed)
    worker = Worker(discord.platform, …)
    async with discord.open(commands, subscriptions, accounts, lane, wake): …

Which application it is, Discord has to say first; until then nothing is sent and nothing is lost.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from typing import Final, TypeVar

import discord
from aiohttp import ClientError
from discord.http import Route

from bot.accounts import Accounts
from bot.commands import Commands
from bot.errors import RetryLater
from bot.limits import PlatformLimits
from bot.platforms.discord.client import PLATFORM, DiscordPlatform, Voice
from bot.platforms.discord.definition import definition, fingerprint
from bot.platforms.discord.gateway import Listening, QuietClient
from bot.platforms.discord.life import Life
from bot.platforms.discord.rest import Budget, Rest
from bot.platforms.discord.servers import Servers
from bot.platforms.discord.talk import Desk
from bot.ports import Elapsed, Lane, Subscriptions
from bot.secret import Secret

AGAIN: Final = 1.0  # seconds until what was not ended by a cancellation is cancelled again
LADDER: Final = (1.0, 5.0, 15.0, 60.0)  # seconds between attempts
SYNCED: Final = "discord-commands"  # the mark that remembers what Discord was told last
REFUSED: Final = (
    "Discord does not know the token. paperboy check says what to do; nothing is lost meanwhile."
)
_UNREACHABLE: Final = (
    discord.DiscordException,
    ClientError,
    TimeoutError,
    OSError,
    RetryLater,
)
_LOG = logging.getLogger("paperboy.discord")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Around:
    """What Discord is connected with."""

    commands: Commands
    subscriptions: Subscriptions
    accounts: Accounts
    lane: Lane
    wake: Callable[[], None]


class DiscordService:
    """One application with its token."""

    def __init__(
        self, token: Secret, limits: PlatformLimits, elapsed: Elapsed, shards: int = 0
    ) -> None:
        """`shards` of the gateway; 0: as many as Discord advises."""
        self._token = token
        self._elapsed = elapsed
        self._shards = shards
        self._budget = Budget(elapsed, limits.requests)
        self._voices: dict[str, Voice] = {}
        self.platform = DiscordPlatform(self._voices, limits, elapsed)
        self.trouble = "Discord has not said yet whose token this is"
        self.refused = ""

    @property
    def account_id(self) -> str:
        """The application, "" while it is not known."""
        return next(iter(self._voices), "")

    @contextlib.asynccontextmanager
    async def open(
        self,
        commands: Commands,
        subscriptions: Subscriptions,
        accounts: Accounts,
        lane: Lane,
        wake: Callable[[], None],
    ) -> AsyncIterator[None]:
        """Talk and listen in the background until the context ends."""
        around = Around(commands, subscriptions, accounts, lane, wake)
        work = asyncio.create_task(self._run(around))
        try:
            yield
        finally:
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work

    async def _run(self, around: Around) -> None:
        """Be there for as long as it takes.

        What sends has a connection of its own: whatever becomes of the gateway, digests go out.
        """
        async with contextlib.AsyncExitStack() as stack:
            client = await self._until_done(lambda: self._log_in(stack))
            application = str(client.application_id)
            voice = Voice(Rest(client), str(client.user.id) if client.user else application)
            self._voices[application] = voice
            self.platform.introduce()
            self.trouble = self.refused = ""
            around.wake()
            tasks = [
                asyncio.create_task(self._until_done(work))
                for work in (
                    lambda: self._tell_commands(application, voice.rest, around.lane),
                    lambda: self._listen(application, voice, around),
                )
            ]
            try:
                await asyncio.wait(tasks)
            finally:
                for task in tasks:
                    await _ended(task)

    async def _until_done(self, work: Callable[[], Coroutine[object, object, _T]]) -> _T:
        """Do something until it succeeds. What the token is refused for, the operator mends."""
        attempt = 0
        while True:
            begun = self._elapsed.now()
            try:
                return await work()
            except discord.LoginFailure:
                self.trouble = self.refused = "Discord does not know the token"
                level = logging.INFO if attempt else logging.ERROR
                _LOG.log(level, REFUSED, extra={"action": "discord.refused"})
            except _UNREACHABLE as error:
                if not self._voices:
                    self.trouble = f"Discord cannot be reached ({type(error).__name__})"
                extra = {"action": "discord.unreachable", "error": type(error).__name__}
                _LOG.warning("Discord cannot be reached; I try again", extra=extra)
            except Exception:  # noqa: BLE001 - the edge: a defect ends neither talking nor listening
                _LOG.exception("Discord failed", extra={"action": "discord.defect"})
            if self._elapsed.now() - begun > LADDER[-1]:
                attempt = 0  # it went well for a while
            await self._elapsed.sleep(LADDER[min(attempt, len(LADDER) - 1)])
            attempt += 1

    async def _log_in(self, stack: contextlib.AsyncExitStack) -> discord.Client:
        """Return a client that is known to Discord, and asks it until `stack` ends."""
        async with contextlib.AsyncExitStack() as trying:
            client = await trying.enter_async_context(QuietClient(self._budget))
            await client.login(self._token.reveal())
            await stack.enter_async_context(trying.pop_all())
            return client

    async def _listen(self, application: str, voice: Voice, around: Around) -> None:
        """Listen for as long as the library does: it resumes; where it gives up, we begin anew."""
        async with QuietClient(self._budget, self._shards) as client:
            life = Life(application, voice, around.subscriptions, around.accounts, around.wake)
            listening = Listening(client, _desk(application, voice, around), life)
            try:
                await client.login(self._token.reveal())
                await client.connect()
            finally:
                await listening.close()
        raise discord.ClientException("the library stopped listening")

    async def _tell_commands(self, application: str, rest: Rest, lane: Lane) -> None:
        """Tell Discord our commands, if they are others than it was told last."""
        wanted = definition()
        mark = f"{application} {fingerprint(wanted)}"
        if await lane.mark(SYNCED) == mark:
            return
        route = Route("PUT", "/applications/{application}/commands", application=application)
        await rest.ask(route, wanted)
        await lane.set_mark(SYNCED, mark)


async def _ended(task: asyncio.Task[None]) -> None:
    """End a task: `asyncio.wait_for`, by which the library connects, may swallow a cancellation."""
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=AGAIN)


def _desk(application: str, voice: Voice, around: Around) -> Desk:
    subscriptions = around.subscriptions
    servers = Servers(PLATFORM, application, subscriptions)
    return Desk(application, voice, around.commands, subscriptions, servers, around.wake)
