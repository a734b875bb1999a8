"""The gateway by way of discord.py: interactions as JSON, and what happens to servers and channels.

Nothing that is sent waits for it. Interactions are taken as they come, before the library makes
objects of them: what was pressed may stand in the message, of which its objects keep too little.
That is the one place where we reach into the library (`_parsers`), and a test holds on to it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Coroutine
from typing import Any, Final

import discord

from bot.errors import PaperboyError, PayloadError
from bot.model import Destination
from bot.payload import table
from bot.platforms.discord.answering import Answering
from bot.platforms.discord.client import PLATFORM
from bot.platforms.discord.definition import focused
from bot.platforms.discord.life import Life
from bot.platforms.discord.rest import PATIENCE, Budget
from bot.platforms.discord.spot import AUTOCOMPLETE, asked, here, own, spot_of
from bot.platforms.discord.suggestions import suggestions
from bot.platforms.discord.talk import Desk, Talk

IDENTIFY_GAP: Final = 5.0  # seconds between two shards that introduce themselves
GRACE: Final = 3.0  # seconds that answers under way are given on a stop
_LOG = logging.getLogger("paperboy.discord")


class QuietClient(discord.AutoShardedClient):
    """A client that keeps nothing of what it hears, and asks for no privileged intent.

    As many shards as are asked for; by default as many as Discord advises.
    """

    def __init__(self, budget: Budget, shards: int = 0) -> None:
        """`budget` is shared by all clients of a token. `shards`: 0 for Discord's advice."""
        # Paperboy does not speak, so nothing is missing for it.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            intents=discord.Intents(guilds=True),
            shard_count=shards or None,
            max_messages=None,
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0,
            member_cache_flags=discord.MemberCacheFlags.none(),
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=PATIENCE,
            http_trace=budget.trace(),
        )

    async def __aexit__(self, *_: object) -> None:
        """Close, also where that has begun already."""
        await self.close()

    async def close(self) -> None:
        """Close to the end, also if cancelled meanwhile: else connections stay open."""
        closing = asyncio.ensure_future(super().close())
        try:
            await asyncio.shield(closing)
        except asyncio.CancelledError:
            await closing
            raise

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Let shards begin one after the other."""
        del shard_id
        if not initial:
            await asyncio.sleep(IDENTIFY_GAP)


class Listening:
    """The listeners of one client, and the answers under way."""

    def __init__(self, client: discord.Client, desk: Desk, life: Life) -> None:
        self._at = desk
        self._talk = Talk(desk)
        self._life = life
        self._tasks: set[asyncio.Task[None]] = set()
        self._client = client
        client._connection.parsers["INTERACTION_CREATE"] = self._interaction  # noqa: SLF001
        for name in _EVENTS:
            setattr(client, name, getattr(self, name))

    async def close(self) -> None:
        """Stop listening; answers under way are given a moment."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=GRACE)
        left = list(self._tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    # ── interactions ─────────────────────────────────────────────────────────────────────────────

    def _interaction(self, payload: dict[str, Any]) -> None:
        if payload.get("type") == AUTOCOMPLETE:
            self._work(self._suggest(payload))
            return
        try:
            what = asked(payload)
        except PayloadError as error:  # of another version of ours, or a ping
            _not_ours(error)
            return
        self._work(self._talk.answer(what))

    async def _suggest(self, payload: dict[str, Any]) -> None:
        spot = spot_of(payload)
        path, option, typed = focused(table(payload.get("data")))
        where = own(spot) if path[:1] == ("alert",) else here(spot)
        place = Destination(PLATFORM, self._at.application, where.address)
        found = await suggestions(self._at.subscriptions, place, option, typed)
        await Answering(self._at.voice.rest, self._at.application, spot).suggest(found)

    # ── events ───────────────────────────────────────────────────────────────────────────────────

    async def on_ready(self) -> None:
        """Look at what happened while nobody listened."""
        _LOG.info("listening to Discord", extra={"action": "discord.connected"})
        self._work(self._life.recheck())

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """A channel is gone."""
        self._work(self._life.deleted(str(channel.id)))

    async def on_guild_channel_update(
        self, _before: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        """A channel has another name or other rights; so may its threads."""
        ids = [str(after.id)]
        if isinstance(after, discord.TextChannel):
            ids += [str(thread.id) for thread in after.threads]
        for one in ids:
            self._work(self._life.changed(one))

    async def on_raw_thread_update(self, told: discord.RawThreadUpdateEvent) -> None:
        """A thread was archived, locked, reopened or renamed."""
        self._work(self._life.changed(str(told.thread_id)))

    async def on_raw_thread_delete(self, told: discord.RawThreadDeleteEvent) -> None:
        """A thread is gone."""
        self._work(self._life.deleted(str(told.thread_id)))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Paperboy was taken out, or the server deleted; an outage does not come here."""
        self._work(self._life.removed(str(guild.id), _channels_of(guild)))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Paperboy came to a server, perhaps back."""
        self._work(self._life.returned(str(guild.id), _channels_of(guild)))

    async def on_guild_role_update(self, _before: discord.Role, after: discord.Role) -> None:
        """A role may do more or less than before."""
        self._work(self._life.rights_changed(_channels_of(after.guild)))

    async def on_guild_role_delete(self, role: discord.Role) -> None:
        """A role is gone, perhaps one of ours."""
        self._work(self._life.role_deleted(str(role.id), _channels_of(role.guild)))

    async def on_member_update(self, _before: discord.Member, after: discord.Member) -> None:
        """Our own roles changed; of others we are not told."""
        if self._client.user and after.id == self._client.user.id:
            self._work(self._life.rights_changed(_channels_of(after.guild)))

    # ── work ─────────────────────────────────────────────────────────────────────────────────────

    def _work(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: work.close())  # where it was cancelled before it began

    async def _guarded(self, work: Awaitable[None]) -> None:
        try:
            await work
        except PayloadError as error:
            _not_ours(error)
        except PaperboyError as error:
            _LOG.warning("%s", error, extra={"action": "discord.work_failed"})
        except Exception:  # noqa: BLE001 - the edge: a defect in one answer ends nothing else
            _LOG.exception("an answer failed", extra={"action": "discord.defect"})


_EVENTS: Final = tuple(name for name in vars(Listening) if name.startswith("on_"))


def _not_ours(error: PayloadError) -> None:
    _LOG.info("%s", error, extra={"action": "discord.not_ours"})


def _channels_of(guild: discord.Guild) -> set[str]:
    return {str(one.id) for one in (*guild.channels, *guild.threads)}
