"""The stand-in speaks Discord to the real library and rejects what Discord rejects."""

from typing import Any

import aiohttp
import discord
import pytest

from tests.standins.discord import DiscordPace, DiscordStandIn, pointed_at, running
from tests.standins.discord_asking import a_client, ask, post
from tests.standins.discord_faults import Fault, Trouble
from tests.standins.discord_permissions import NONE, Overwrite, Right
from tests.standins.discord_world import ADA, BEN, OTHER, PAPERS, SECRET, SERVER, Json

MESSAGES = f"/channels/{PAPERS}/messages"


# ── the real library ─────────────────────────────────────────────────────────────────────────────


async def test_the_library_logs_in_and_sees_its_servers(there: DiscordStandIn) -> None:
    async with running(a_client(), there) as client:
        await client.wait_until_ready()
        assert [one.name for one in client.guilds] == ["Paper Group"]
        assert {one.name for one in client.guilds[0].channels} == {"papers", "other", "secret"}
        me = client.guilds[0].me
        assert not client.get_channel(int(SECRET)).permissions_for(me).view_channel  # type: ignore[union-attr]
    assert there.faults == []


async def test_a_wrong_token_does_not_log_in(there: DiscordStandIn) -> None:
    async with a_client() as client:
        with pytest.raises(discord.LoginFailure):
            await client.login("wrong")
    assert there.refused[0].body() == {"message": "401: Unauthorized", "code": 0}
    assert there.invalid_requests == 1


async def test_the_library_sends_changes_reads_and_deletes(there: DiscordStandIn) -> None:
    async with a_client() as client:
        await client.login(there.world.token)
        channel = await client.fetch_channel(int(PAPERS))
        assert isinstance(channel, discord.TextChannel)
        sent = [await channel.send(f"number {n}") for n in range(3)]
        assert [one.content async for one in channel.history()] == [
            "number 2",
            "number 1",
            "number 0",
        ]
        later = [one.content async for one in channel.history(after=sent[0], limit=1)]
        assert later == ["number 1"]
        await sent[0].edit(content="changed")
        assert (await channel.fetch_message(sent[0].id)).content == "changed"
        await sent[1].delete()
        with pytest.raises(discord.NotFound) as caught:
            await sent[1].edit(content="gone")
        assert caught.value.code == 10008
    assert [one.content for one in there.world.sent()] == ["changed", "number 2"]
    assert there.faults == []


async def test_the_library_starts_a_thread_from_a_message(there: DiscordStandIn) -> None:
    async with a_client() as client:
        await client.login(there.world.token)
        channel = await client.fetch_channel(int(PAPERS))
        assert isinstance(channel, discord.TextChannel)
        message = await channel.send("digest")
        thread = await message.create_thread(name="papers")
        assert thread.id == message.id
        await thread.send("one paper")
        fresh = await channel.fetch_message(message.id)
        assert fresh.flags.has_thread
        with pytest.raises(discord.HTTPException) as caught:
            await message.create_thread(name="again")
        assert caught.value.code == 160004
    assert [one.content for one in there.world.sent(str(thread.id))] == ["one paper"]


async def test_components_of_the_second_kind_arrive_whole(there: DiscordStandIn) -> None:
    view = discord.ui.LayoutView(timeout=None)
    box: discord.ui.Container[Any] = discord.ui.Container()
    box.add_item(discord.ui.TextDisplay("# Papers"))
    button: discord.ui.Button[Any] = discord.ui.Button(label="Manage", custom_id="m")
    box.add_item(discord.ui.ActionRow(button))
    view.add_item(box)
    async with a_client() as client:
        await client.login(there.world.token)
        channel = await client.fetch_channel(int(PAPERS))
        assert isinstance(channel, discord.TextChannel)
        await channel.send(view=view)
    (message,) = there.world.sent()
    assert message.flags & 1 << 15
    assert message.components[0]["components"][0]["content"] == "# Papers"
    assert there.faults == []


async def test_direct_messages_open_once(there: DiscordStandIn) -> None:
    async with a_client() as client:
        await client.login(there.world.token)
        ada = await client.fetch_user(int(ADA))
        await ada.send("hello")
        await (await client.fetch_user(int(ADA))).send("again")
    direct = there.world.direct(ADA)
    assert [one.content for one in direct.messages] == ["hello", "again"]


# ── nonces ───────────────────────────────────────────────────────────────────────────────────────


async def test_a_nonce_posts_once(there: DiscordStandIn) -> None:
    body = {"content": "digest", "nonce": "n" * 25, "enforce_nonce": True}
    first, second = await post(there, body), await post(there, body)
    assert first.told["id"] == second.told["id"]
    assert len(there.world.sent()) == 1
    shown = await ask(there, "GET", f"{MESSAGES}/{first.told['id']}")
    assert "nonce" not in shown.told


async def test_a_nonce_that_is_not_enforced_posts_again(there: DiscordStandIn) -> None:
    body = {"content": "digest", "nonce": "n"}
    assert (await post(there, body)).told["id"] != (await post(there, body)).told["id"]


async def test_a_nonce_of_a_deleted_message_answers_unknown_message(there: DiscordStandIn) -> None:
    body = {"content": "digest", "nonce": "n", "enforce_nonce": True}
    first = await post(there, body)
    await ask(there, "DELETE", f"{MESSAGES}/{first.told['id']}")
    assert (await post(there, body)).code == 10008


async def test_a_nonce_is_forgotten_after_its_time() -> None:
    async with DiscordStandIn(pace=DiscordPace(nonce_lives=0.0)) as there:
        body = {"content": "digest", "nonce": "n", "enforce_nonce": True}
        assert (await post(there, body)).told["id"] != (await post(there, body)).told["id"]


# ── who may what ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("deny", "body", "code"),
    [
        (Right.VIEW_CHANNEL, {"content": "1"}, 50001),
        (Right.SEND_MESSAGES, {"content": "1"}, 50013),
        (Right.EMBED_LINKS, {"embeds": [{"title": "1"}]}, 50013),
    ],
)
async def test_what_a_channel_denies_is_refused(
    there: DiscordStandIn, deny: Right, body: Json, code: int
) -> None:
    channel = there.world.channels[PAPERS]
    channel.overwrites[SERVER] = Overwrite(SERVER, deny=deny)
    got = await post(there, body)
    assert (got.status, got.code) == (403, code)
    channel.overwrites[there.world.app] = Overwrite(there.world.app, allow=deny, member=True)
    assert (await post(there, body)).status == 200


async def test_an_administrator_may_everything(there: DiscordStandIn) -> None:
    assert (await post(there, {"content": "1"}, SECRET)).code == 50001
    there.world.servers[SERVER].everyone.rights = Right.ADMINISTRATOR
    assert (await post(there, {"content": "1"}, SECRET)).status == 200


async def test_a_thread_wants_a_right_of_its_own(there: DiscordStandIn) -> None:
    thread = there.world.add_thread(there.world.channels[PAPERS], "talk")
    there.world.servers[SERVER].everyone.rights &= ~Right.SEND_MESSAGES
    assert (await post(there, {"content": "1"}, thread.id)).status == 200
    there.world.servers[SERVER].everyone.rights &= ~Right.SEND_MESSAGES_IN_THREADS
    assert (await post(there, {"content": "1"}, thread.id)).code == 50013


async def test_history_that_may_not_be_read_is_empty(there: DiscordStandIn) -> None:
    await post(there, {"content": "1"})
    there.world.servers[SERVER].everyone.rights &= ~Right.READ_MESSAGE_HISTORY
    assert (await ask(there, "GET", MESSAGES)).told == []


async def test_a_sleeping_thread_wakes_unless_it_is_locked(there: DiscordStandIn) -> None:
    thread = there.world.add_thread(there.world.channels[PAPERS], "talk")
    thread.archived = True
    assert (await post(there, {"content": "1"}, thread.id)).status == 200
    assert not thread.archived
    thread.archived = thread.locked = True
    assert (await post(there, {"content": "2"}, thread.id)).code == 50083
    wake = {"archived": False}
    assert (await ask(there, "PATCH", f"/channels/{thread.id}", wake)).code == 50013
    there.world.servers[SERVER].everyone.rights |= Right.MANAGE_THREADS
    assert (await ask(there, "PATCH", f"/channels/{thread.id}", wake)).status == 200
    assert (await post(there, {"content": "3"}, thread.id)).status == 200


async def test_people_close_their_doors_and_leave(there: DiscordStandIn) -> None:
    direct = (await ask(there, "POST", "/users/@me/channels", {"recipient_id": BEN})).told["id"]
    there.world.users[BEN].takes_direct = False
    assert (await post(there, {"content": "1"}, direct)).code == 50007
    there.world.users[BEN].takes_direct = True
    await there.events.remove_member(BEN)
    assert (await post(there, {"content": "1"}, direct)).code == 50278
    there.world.users[BEN].installed = True
    assert (await post(there, {"content": "1"}, direct)).status == 200


async def test_what_is_gone_is_told_by_its_code(there: DiscordStandIn) -> None:
    await there.events.delete_channel(OTHER)
    assert (await post(there, {"content": "1"}, OTHER)).code == 10003
    assert (await ask(there, "PATCH", f"{MESSAGES}/1", {"content": "1"})).code == 10008
    assert (await ask(there, "GET", f"/guilds/{SERVER}/members/{ADA}")).status == 200
    await there.events.remove_member(ADA)
    assert (await ask(there, "GET", f"/guilds/{SERVER}/members/{ADA}")).code == 10007
    await there.events.kick_bot()
    assert (await post(there, {"content": "1"})).code == 50001
    assert (await ask(there, "GET", f"/guilds/{SERVER}")).code == 50001
    await there.events.delete_server()
    assert (await ask(there, "GET", f"/guilds/{SERVER}")).code == 10004
    assert (await post(there, {"content": "1"})).code == 10003


async def test_messages_of_others_stay_as_they_are(there: DiscordStandIn) -> None:
    said = there.world.say(PAPERS, ADA, "mine")
    assert (await ask(there, "PATCH", f"{MESSAGES}/{said.id}", {"content": "x"})).code == 50005
    assert (await ask(there, "DELETE", f"{MESSAGES}/{said.id}")).code == 50013


async def test_words_of_others_are_hidden_from_a_bot_without_the_intent(
    there: DiscordStandIn,
) -> None:
    there.world.say(PAPERS, ADA, "mine")
    assert (await ask(there, "GET", MESSAGES)).told[0]["content"] == ""
    there.world.privileged |= 1 << 15
    assert (await ask(there, "GET", MESSAGES)).told[0]["content"] == "mine"


async def test_an_unknown_route_is_a_fault(there: DiscordStandIn) -> None:
    assert (await ask(there, "GET", "/guilds/1/nothing")).status == 404
    assert there.faults == ["GET /api/v10/guilds/1/nothing: no such route here"]


# ── pace ─────────────────────────────────────────────────────────────────────────────────────────


async def test_a_channel_takes_five_messages_in_five_seconds(there: DiscordStandIn) -> None:
    got = [await post(there, {"content": "1"}) for _ in range(6)]
    assert [one.status for one in got] == [200] * 5 + [429]
    assert got[0].headers["X-RateLimit-Remaining"] == "4"
    last = got[-1]
    assert last.told["global"] is False
    assert 4 < last.told["retry_after"] <= 5
    assert {"Via", "Retry-After", "X-RateLimit-Reset-After"} <= set(last.headers)
    assert (await post(there, {"content": "1"}, OTHER)).status == 200


async def test_the_whole_bot_takes_fifty_a_second() -> None:
    async with DiscordStandIn(pace=DiscordPace(each_second=2)) as there:
        got = [await ask(there, "GET", "/users/@me") for _ in range(3)]
        assert [one.status for one in got] == [200, 200, 429]
        assert got[-1].told["global"] is True
        assert got[-1].headers["X-RateLimit-Global"] == "true"


async def test_the_library_waits_out_a_full_bucket() -> None:
    pace = DiscordPace(buckets={"create_message": (1, 0.05)})
    async with DiscordStandIn(pace=pace) as there, a_client() as client:
        with pointed_at(there):
            await client.login(there.world.token)
            channel = await client.fetch_channel(int(PAPERS))
            assert isinstance(channel, discord.TextChannel)
            for number in range(3):
                await channel.send(str(number))
    assert len(there.world.sent()) == 3
    assert there.refused == []


async def test_too_many_invalid_requests_ban_the_address() -> None:
    async with DiscordStandIn(pace=DiscordPace(invalid=2)) as there:
        for _ in range(2):
            assert (await ask(there, "GET", "/users/@me", token="wrong")).status == 401
        assert there.invalid_requests == 2
        with pytest.raises(aiohttp.ContentTypeError):
            await ask(there, "GET", "/users/@me")


# ── trouble ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fault", "stored"),
    [
        (Fault.DROP_BEFORE, False),
        (Fault.DROP_DURING, True),
        (Fault.DROP_AFTER, True),
        (Fault.HTML_BEFORE, False),
        (Fault.HTML_AFTER, True),
        (Fault.GARBLED, True),
    ],
)
async def test_it_can_break_with_and_without_doing_it(
    there: DiscordStandIn, fault: Fault, stored: bool
) -> None:
    there.troubles.append(Trouble(fault, "create_message", channel=PAPERS))
    assert (await post(there, {"content": "1"}, OTHER)).status == 200
    with pytest.raises((aiohttp.ClientError, ValueError)):
        await post(there, {"content": "2"})
    assert bool(there.world.sent()) is stored
    assert (await post(there, {"content": "3"})).status == 200


@pytest.mark.parametrize(
    ("trouble", "status", "stored"),
    [
        (Trouble(Fault.ERROR_BEFORE, status=503), 503, False),
        (Trouble(Fault.ERROR_AFTER, status=503), 503, True),
        (Trouble(Fault.REFUSE, status=403, code=50013), 403, False),
        (Trouble(Fault.RATE, retry_after=7.5, everywhere=True), 429, False),
        (Trouble(Fault.LIE), 200, False),
        (Trouble(Fault.LATE, seconds=0.01), 200, True),
    ],
)
async def test_it_can_answer_wrongly(
    there: DiscordStandIn, trouble: Trouble, status: int, stored: bool
) -> None:
    there.troubles.append(trouble)
    got = await post(there, {"content": "1"})
    assert got.status == status
    assert bool(there.world.sent()) is stored
    if trouble.fault is Fault.RATE:
        assert (got.told["retry_after"], got.told["global"]) == (7.5, True)
    if trouble.fault is Fault.LIE:
        assert got.told["author"]["id"] != there.world.app


async def test_a_dropped_request_can_be_taken_later(there: DiscordStandIn) -> None:
    there.troubles.append(Trouble(Fault.TAKEN_LATER, "create_message", seconds=0.01))
    with pytest.raises(aiohttp.ClientError):
        await post(there, {"content": "1"})
    await there.until(there.world.sent)


async def test_trouble_meets_the_request_that_it_names(there: DiscordStandIn) -> None:
    there.troubles.append(Trouble(Fault.REFUSE, "create_message", first=2, status=403, code=50001))
    got = [(await post(there, {"content": "1"})).status for _ in range(3)]
    assert got == [200, 403, 200]


def test_nobody_has_rights_without_seeing_the_channel() -> None:
    stand_in = DiscordStandIn()
    assert stand_in.world.rights(ADA, stand_in.world.channels[SECRET]) is NONE
