"""The gateway of the stand-in: the real library connects, resumes, and hears of a server's life."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import cached_property
from typing import Any

import aiohttp
import discord
import pytest

from tests.shared_data import needs_shared
from tests.standins.discord import DiscordPace, DiscordStandIn, pointed_at, running
from tests.standins.discord_asking import GUILDS, a_client, ask
from tests.standins.discord_permissions import USUAL, Right
from tests.standins.discord_schemas import frame_complaints
from tests.standins.discord_world import ADA, MODERATORS, OTHER, PAPERS, SERVER, Json, World

ADMINS = "600000000000000009"


class Client(discord.Client):
    """A client that keeps what it hears, and does not wait 5 seconds to identify again."""

    def __init__(self, there: DiscordStandIn, **options: Any) -> None:
        super().__init__(intents=GUILDS, guild_ready_timeout=0.0, **options)
        self.there = there
        self.heard: list[str] = []

    async def before_identify_hook(self, *_: object, **__: object) -> None:
        return

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        super().dispatch(event, *args, **kwargs)
        self.heard.append(event)
        self.changed.set()

    @cached_property
    def changed(self) -> asyncio.Event:
        return asyncio.Event()

    async def holds(self, condition: Callable[[], Any]) -> None:
        """Wait until something is true, asking again whenever something was heard."""
        async with asyncio.timeout(10):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    async def hears(self, event: str) -> None:
        await self.holds(lambda: event in self.heard)


class AutoShardedClient(discord.AutoShardedClient):
    async def before_identify_hook(self, *_: object, **__: object) -> None:
        return


@pytest.fixture
async def client(there: DiscordStandIn) -> AsyncIterator[Client]:
    """A client that is connected and ready."""
    one = Client(there)
    async with running(one, there):
        await one.wait_until_ready()
        yield one


# ── what happens in a server ─────────────────────────────────────────────────────────────────────


async def test_the_library_hears_of_channels_and_threads(
    there: DiscordStandIn, client: Client
) -> None:
    server = client.guilds[0]
    await there.events.rename(PAPERS, "articles")
    await client.holds(lambda: server.get_channel(int(PAPERS)).name == "articles")  # type: ignore[union-attr]
    await there.events.delete_channel(OTHER)
    await client.hears("guild_channel_delete")
    thread = await there.events.start_thread(PAPERS, "talk")
    await client.holds(lambda: server.get_thread(int(thread.id)))
    await there.events.archive(thread.id, locked=True)
    await client.hears("thread_update")
    await there.events.unarchive(thread.id)
    await client.holds(lambda: server.get_thread(int(thread.id)))
    await there.events.delete_channel(thread.id)
    await client.hears("thread_delete")
    assert there.faults == []


async def test_the_library_hears_of_rights(there: DiscordStandIn, client: Client) -> None:
    server = client.guilds[0]
    channel = server.get_channel(int(PAPERS))
    assert channel
    await there.events.change_role(SERVER, USUAL & ~Right.SEND_MESSAGES)
    await client.holds(lambda: not channel.permissions_for(server.me).send_messages)
    await there.events.overwrite(PAPERS, there.world.app, allow=Right.SEND_MESSAGES)
    await client.holds(lambda: channel.permissions_for(server.me).send_messages)
    await there.events.change_role(ADMINS, Right.ADMINISTRATOR)
    await there.events.give_role(there.world.app, ADMINS)
    await client.holds(lambda: channel.permissions_for(server.me).administrator)


async def test_an_outage_is_told_apart_from_a_removal(
    there: DiscordStandIn, client: Client
) -> None:
    await there.events.fail()
    await client.hears("guild_unavailable")
    await there.events.recover()
    await client.hears("guild_available")
    assert "guild_remove" not in client.heard
    await there.events.kick_bot()
    await client.hears("guild_remove")
    await there.events.invite_bot()
    await client.hears("guild_join")
    await there.events.delete_server()
    await client.holds(lambda: not client.guilds)


async def test_members_are_told_only_to_bots_that_may_know() -> None:
    async with DiscordStandIn(World(privileged=1 << 1)) as there:
        with pointed_at(there):
            intents = discord.Intents(guilds=True, members=True)
            knowing = a_client(intents=intents, chunk_guilds_at_startup=False)
            async with running(knowing, there), running(a_client(), there):
                await there.until(lambda: len(there.gateway.sessions) == 2)
                await there.events.give_role(ADA, MODERATORS)
                await there.events.remove_member(ADA)
                with_intent, without = there.gateway.sessions.values()
                assert with_intent.events[-1]["t"] == "GUILD_MEMBER_REMOVE"
                assert with_intent.events[-2]["t"] == "GUILD_MEMBER_UPDATE"
                assert [one["t"] for one in without.events] == ["READY", "GUILD_CREATE"]
                await there.events.give_role(there.world.app, MODERATORS)
                assert without.events[-1]["t"] == "GUILD_MEMBER_UPDATE"


# ── interruptions ────────────────────────────────────────────────────────────────────────────────


async def is_resumed(there: DiscordStandIn, client: Client) -> None:
    """Check that a client came back to its session and hears again."""
    await there.until(lambda: there.gateway.resumes == 1 and there.gateway.connected)
    await there.events.rename(PAPERS, "after")
    await client.holds(lambda: client.get_channel(int(PAPERS)).name == "after")  # type: ignore[union-attr]
    assert there.gateway.identifies == 1


async def test_a_dropped_connection_is_resumed_with_what_was_missed(
    there: DiscordStandIn, client: Client
) -> None:
    await there.gateway.drop()
    await there.until(lambda: not there.gateway.connected)
    await there.events.delete_channel(OTHER)
    await client.hears("guild_channel_delete")
    await is_resumed(there, client)


@pytest.mark.parametrize("how", ["reconnect", "close", "invalidate"])
async def test_a_session_survives_what_discord_interrupts(
    there: DiscordStandIn, client: Client, how: str
) -> None:
    match how:
        case "reconnect":
            await there.gateway.reconnect()
        case "close":
            await there.gateway.close(4000)
        case _:
            await there.gateway.invalidate(resumable=True)
    await is_resumed(there, client)


async def test_an_invalid_session_begins_anew(there: DiscordStandIn, client: Client) -> None:
    await there.gateway.invalidate(resumable=False)
    await there.until(lambda: there.gateway.identifies == 2 and there.gateway.connected)
    assert there.gateway.resumes == 0
    assert not client.is_closed()


async def test_a_session_that_was_forgotten_begins_anew(
    there: DiscordStandIn, client: Client
) -> None:
    there.gateway.forget_sessions()
    await there.gateway.drop()
    await there.until(lambda: there.gateway.identifies == 2 and there.gateway.connected)
    assert not client.is_closed()


async def test_a_zombie_is_left_and_resumed() -> None:
    async with DiscordStandIn(pace=DiscordPace(heartbeat=0.05)) as there:
        with pointed_at(there):
            async with running(one := Client(there, heartbeat_timeout=0.3), there):
                await one.wait_until_ready()
                there.gateway.go_silent()
                await is_resumed(there, one)
    assert any(one["op"] == 1 for one in there.gateway.received)


# ── who may connect ──────────────────────────────────────────────────────────────────────────────


async def test_privileged_intents_are_refused(there: DiscordStandIn) -> None:
    async with a_client(intents=discord.Intents(guilds=True, message_content=True)) as client:
        await client.login(there.world.token)
        with pytest.raises(discord.PrivilegedIntentsRequired):
            await client.connect()


async def test_a_replaced_token_ends_the_connection(there: DiscordStandIn) -> None:
    async with a_client() as client:
        await client.login(there.world.token)
        listening = asyncio.ensure_future(client.connect())
        await there.connected()
        await there.events.replace_token("fresh.stand.in")
        with pytest.raises(discord.ConnectionClosed):
            await listening
    assert (await ask(there, "GET", "/users/@me", token="stand.in.token")).status == 401
    assert (await ask(there, "GET", "/users/@me")).status == 200


async def frames_after(there: DiscordStandIn, *sent: Json) -> tuple[list[Json], int | None]:
    """Send frames of one's own; returns what came, and the code that ended the connection."""
    async with aiohttp.ClientSession() as session, session.ws_connect(there.gateway.url) as socket:
        for one in sent:
            await socket.send_json(one)
        got = []
        async for said in socket:
            got.append(said.json())
            if got[-1]["op"] in (0, 9, 11):
                break
        return got, socket.close_code


def identify(**changes: Any) -> Json:
    properties = {"os": "linux", "browser": "b", "device": "d"}
    base = {"token": "stand.in.token", "intents": 1, "properties": properties}
    return {"op": 2, "d": {**base, **changes}}


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (identify(token="wrong"), 4004),
        (identify(shard=[2, 2]), 4010),
        (identify(intents=1 << 40), 4013),
        (identify(intents=1 << 8), 4014),
        ({"op": 3, "d": {"since": None, "activities": [], "status": "online", "afk": False}}, 4003),
        ({"op": 77, "d": None}, 4001),
    ],
)
async def test_connections_that_discord_would_close(
    there: DiscordStandIn, frame: Json, code: int
) -> None:
    got, closed = await frames_after(there, frame)
    assert (got[0]["op"], closed) == (10, code)


async def test_a_resume_of_nothing_is_an_invalid_session(there: DiscordStandIn) -> None:
    resume = {"op": 6, "d": {"token": "stand.in.token", "session_id": "none", "seq": 1}}
    got, _ = await frames_after(there, resume)
    assert got[-1] == {"op": 9, "d": False, "s": None, "t": None}


async def test_identifying_too_often_is_an_invalid_session() -> None:
    async with DiscordStandIn(pace=DiscordPace(identify_gap=60.0)) as there:
        assert (await frames_after(there, identify()))[0][-1]["t"] == "READY"
        assert (await frames_after(there, identify()))[0][-1]["op"] == 9


async def test_each_shard_hears_of_its_own_servers(there: DiscordStandIn) -> None:
    other = there.world.add_server("Second", id_=str(int(SERVER) + (1 << 22)))
    with pointed_at(there):
        there.world.shards = 2
        several = AutoShardedClient(intents=GUILDS, guild_ready_timeout=0.0)
        async with running(several, there):
            await there.until(lambda: len(there.gateway.sessions) == 2)
            await several.wait_until_ready()
            assert len(several.guilds) == 2
            for session in there.gateway.sessions.values():
                told = [one["d"]["id"] for one in session.events if one["t"] == "GUILD_CREATE"]
                expected = [
                    one for one in (SERVER, other.id) if (int(one) >> 22) % 2 == session.shard
                ]
                assert told == expected


@needs_shared
async def test_frames_have_the_form_that_discord_documents(there: DiscordStandIn) -> None:
    async with running(a_client(), there):
        thread = await there.events.start_thread(PAPERS, "talk")
        await there.events.archive(thread.id)
        await there.events.rename(PAPERS, "articles")
        await there.events.create_channel("fresh")
        await there.events.overwrite(PAPERS, ADA, deny=Right.SEND_MESSAGES)
        await there.events.delete_channel(thread.id)
        await there.events.delete_channel(OTHER)
        await there.events.fail()
        await there.events.recover()
        await there.events.kick_bot()
    assert there.faults == []
    wrong = {
        one["t"] or str(one["op"]): complaints
        for one in there.gateway.sent
        if (complaints := frame_complaints("receive", without_flags(one)))
    }
    assert wrong == {}


def without_flags(frame: Json) -> Json:
    """Leave out the flags of roles: the schema takes their one bit for their only value."""
    data = frame.get("d")
    if not isinstance(data, dict) or "roles" not in data:
        return frame
    roles = [{**one, "flags": 1} for one in data["roles"]]
    return {**frame, "d": {**data, "roles": roles}}
