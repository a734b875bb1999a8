"""`paperboy check` on Discord: the invite links, and what is missing, as Discord answers it."""

from urllib.parse import parse_qs, urlsplit

import pytest

from bot.checkup import Finding, Verdict
from bot.model import Destination
from bot.platforms.discord.checkup import (
    APP as APP_LINE,
    CHANNELS,
    INVITE,
    SERVER as SERVER_LINE,
    TOKEN,
    check_discord,
    invite_link,
    personal_link,
)
from bot.platforms.discord.rights import ASKED_FOR, NAMES, WHY
from bot.secret import Secret
from tests.platforms.discord.bench import ADA, OTHER, PAPERS, UNHURRIED
from tests.standins.discord import DiscordStandIn, pointed_at
from tests.standins.discord_faults import Fault, Trouble
from tests.standins.discord_permissions import USUAL, Overwrite, Right
from tests.standins.discord_world import APP, PAPERS as PAPERS_ID, SERVER, World


async def checked(
    world: World | None = None, *troubles: Trouble, token: str = "", places: tuple[Destination, ...]
) -> list[Finding]:
    async with DiscordStandIn(world, UNHURRIED, troubles) as there:
        with pointed_at(there):
            found = await check_discord(Secret(token or there.world.token), places)
        assert not there.gateway.identifies
        assert not there.faults
    return found


def of(found: list[Finding], subject: str) -> list[Finding]:
    return [one for one in found if one.subject == subject]


def test_the_invite_link_asks_for_what_is_used_and_nothing_else() -> None:
    asked = parse_qs(urlsplit(invite_link(APP)).query)
    assert asked["scope"] == ["bot applications.commands"]
    assert asked["client_id"] == [APP]
    used = (
        Right.VIEW_CHANNEL
        | Right.SEND_MESSAGES
        | Right.SEND_MESSAGES_IN_THREADS
        | Right.EMBED_LINKS
        | Right.READ_MESSAGE_HISTORY
        | Right.CREATE_PUBLIC_THREADS
    )
    assert asked["permissions"] == [str(int(used))] == [str(ASKED_FOR)]
    assert NAMES.keys() == WHY.keys()
    assert sum(NAMES) == ASKED_FOR
    alone = parse_qs(urlsplit(personal_link(APP)).query)
    assert alone["scope"] == ["applications.commands"]
    assert "permissions" not in alone


async def test_a_complete_installation_is_right_in_every_line() -> None:
    found = await checked(places=(PAPERS, OTHER, ADA))
    assert {one.verdict for one in found} == {Verdict.OK}
    assert of(found, TOKEN)[0].text == "it speaks as Paperboy"
    assert invite_link(APP) in of(found, INVITE)[0].text
    assert of(found, CHANNELS)[0].text == "2 with all that is needed"


async def test_without_a_server_the_invite_link_is_what_comes_next() -> None:
    world = World()
    del world.servers[SERVER].members[APP]
    (invite,) = of(await checked(world, places=()), INVITE)
    assert (invite.verdict, invite.text) == (
        Verdict.NOTE,
        f"in no server yet. Invite it: {invite_link(APP)}",
    )


async def test_what_a_channel_denies_is_named_with_its_server() -> None:
    world = World()
    denied = Overwrite(SERVER, deny=Right.SEND_MESSAGES | Right.READ_MESSAGE_HISTORY)
    world.channels[PAPERS_ID].overwrites[SERVER] = denied
    (line,) = of(await checked(world, places=(PAPERS, OTHER)), CHANNELS)
    assert line.verdict is Verdict.FAILED
    assert line.text == ("#papers in Paper Group lacks Send Messages, Read Message History")
    assert "Permissions" in line.remedy


async def test_where_no_threads_may_be_started_it_is_noted() -> None:
    world = World()
    denied = Overwrite(SERVER, deny=Right.CREATE_PUBLIC_THREADS)
    world.channels[PAPERS_ID].overwrites[SERVER] = denied
    (line,) = of(await checked(world, places=(PAPERS,)), CHANNELS)
    assert line.verdict is Verdict.NOTE
    assert line.text == "#papers in Paper Group: no threads, for it lacks Create Public Threads"


async def test_what_the_roles_of_a_server_do_not_give_is_named() -> None:
    world = World()
    world.servers[SERVER].roles[SERVER].rights = USUAL & ~Right.EMBED_LINKS
    (line,) = of(await checked(world, places=()), SERVER_LINE)
    assert (line.verdict, line.text) == (
        Verdict.NOTE,
        "Paper Group: its roles do not give Embed Links",
    )


async def test_a_deleted_channel_is_said_to_be() -> None:
    gone = Destination("discord", APP, "400000000000000099")
    (line,) = of(await checked(places=(gone,)), CHANNELS)
    assert (line.verdict, line.text) == (Verdict.FAILED, "400000000000000099: deleted")


async def test_channels_of_another_application_are_not_asked_about() -> None:
    found = await checked(places=(Destination("discord", "999", PAPERS_ID),))
    assert not of(found, CHANNELS)


async def test_commands_that_go_elsewhere_are_found() -> None:
    found = await checked(World(interactions_url="https://papers.example.org"), places=())
    (line,) = of(found, APP_LINE)[:1]
    assert line.verdict is Verdict.FAILED
    assert "Interactions Endpoint URL" in line.remedy


async def test_an_app_that_nobody_can_add_for_themselves_is_noted() -> None:
    (line,) = of(await checked(World(user_install=False), places=()), APP_LINE)
    assert line.verdict is Verdict.NOTE
    assert "User Install" in line.remedy


async def test_a_wrong_token_says_where_the_right_one_is() -> None:
    (line,) = await checked(token="other.to.ken", places=())
    assert (line.verdict, line.text) == (Verdict.FAILED, "Discord does not know this token.")
    assert "Reset Token" in line.remedy


@pytest.mark.parametrize("route", ["get_my_user", "get_my_application", "list_my_guilds"])
async def test_a_discord_that_does_not_answer_is_a_line(route: str) -> None:
    broken = Trouble(Fault.REFUSE, route, times=10, status=503)
    found = await checked(None, broken, places=())
    assert found[-1].verdict is Verdict.FAILED
    assert "Discord does not answer" in found[-1].text
