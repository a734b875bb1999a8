"""What the stand-in answers has the form that Discord's specification gives it."""

import asyncio
from typing import Any

import pytest

from tests.shared_data import needs_shared
from tests.standins.discord import DiscordStandIn
from tests.standins.discord_asking import QUIET, Got, ask, post
from tests.standins.discord_calls import route_of
from tests.standins.discord_permissions import Overwrite, Right
from tests.standins.discord_schemas import answer_complaints
from tests.standins.discord_shown import identified, walk
from tests.standins.discord_world import ADA, APP, COMPONENTS_V2, PAPERS, SERVER, Json

SELECT: Json = {"type": 3, "custom_id": "open", "options": [{"label": "a", "value": "b"}]}
BUTTON: Json = {"type": 2, "style": 1, "label": "Save", "custom_id": "save"}
DIGEST: Json = {
    "flags": COMPONENTS_V2,
    "components": [
        {
            "type": 17,
            "components": [
                {"type": 10, "content": "# Papers"},
                {
                    "type": 9,
                    "components": [{"type": 10, "content": "one"}],
                    "accessory": BUTTON,
                },
                {"type": 14},
                {"type": 1, "components": [SELECT]},
            ],
        }
    ],
}


async def fits(there: DiscordStandIn, verb: str, path: str, body: Any = None) -> Got:
    """Ask, and check the form of the answer."""
    got = await ask(there, verb, path, body)
    found = route_of(verb, path)
    assert found
    assert answer_complaints(found[0], got.status, got.told) == []
    return got


@needs_shared
async def test_messages_and_threads_have_the_documented_form(there: DiscordStandIn) -> None:
    here = f"/channels/{PAPERS}"
    first = await fits(there, "POST", f"{here}/messages", {**QUIET, **DIGEST})
    reply = {"content": "x", "message_reference": {"message_id": first.told["id"]}}
    await fits(there, "POST", f"{here}/messages", {**QUIET, **reply})
    embed = {"embeds": [{"title": "t", "fields": [{"name": "n", "value": "v"}]}]}
    await fits(there, "POST", f"{here}/messages", {**QUIET, **embed})
    message = f"{here}/messages/{first.told['id']}"
    thread = (await fits(there, "POST", f"{message}/threads", {"name": "talk"})).told["id"]
    await fits(there, "PATCH", message, {**QUIET, **DIGEST})
    for path in (
        message,
        f"{here}/messages",
        f"/channels/{thread}/messages",
        f"/channels/{thread}",
    ):
        await fits(there, "GET", path)
    await fits(there, "PATCH", f"/channels/{thread}", {"archived": False})
    await fits(there, "GET", f"/guilds/{SERVER}/threads/active")


@needs_shared
async def test_servers_people_and_the_app_have_the_documented_form(there: DiscordStandIn) -> None:
    there.world.channels[PAPERS].overwrites[ADA] = Overwrite(ADA, Right.SEND_MESSAGES, member=True)
    server = f"/guilds/{SERVER}"
    await fits(there, "POST", "/users/@me/channels", {"recipient_id": ADA})
    for path in (
        "/users/@me",
        f"/users/{ADA}",
        "/users/@me/guilds",
        "/applications/@me",
        "/oauth2/applications/@me",
        "/gateway",
        "/gateway/bot",
        server,
        f"{server}/channels",
        f"{server}/roles",
        f"{server}/members/{ADA}",
        f"/channels/{PAPERS}",
    ):
        await fits(there, "GET", path)
    commands = [{"name": "arxiv", "description": "papers", "options": []}]
    await fits(there, "PUT", f"/applications/{APP}/commands", commands)
    await fits(there, "GET", f"/applications/{APP}/commands")


@needs_shared
@pytest.mark.parametrize("said", [{"type": 4, "data": {**QUIET, "content": "x"}}, {"type": 5}])
async def test_callbacks_and_follow_ups_have_the_documented_form(
    there: DiscordStandIn, said: Json
) -> None:
    there.world.set_commands([{"name": "ping", "description": "ping"}])
    typing = asyncio.ensure_future(there.people.command("ping"))
    await asyncio.sleep(0)  # the command is on its way, and nobody listens
    (answer,) = there._answers.known.values()
    path = f"/interactions/{answer.id}/{answer.token}/callback"
    got = await ask(there, "POST", f"{path}?with_response=true", said)
    assert answer_complaints("create_interaction_response", got.status, got.told) == []
    assert (await typing).acked
    hook = f"/webhooks/{APP}/{answer.token}"
    follow_up = await fits(there, "POST", hook, {**QUIET, "content": "2", "flags": 64})
    await fits(
        there,
        "PATCH",
        f"{hook}/messages/{follow_up.told['id']}",
        {**QUIET, **DIGEST, "content": None},
    )
    await fits(there, "GET", f"{hook}/messages/@original")


@pytest.mark.parametrize("kept", [0, 7])
def test_every_component_gets_an_id_of_its_own(kept: int) -> None:
    sent = [{**DIGEST["components"][0], **({"id": kept} if kept else {})}]
    shown = list(walk(identified(sent)))
    numbers = [one["id"] for one in shown]
    assert len(set(numbers)) == len(numbers) == 8
    assert kept == 0 or numbers[0] == kept
    assert "id" not in BUTTON, "what was sent stays as it was"


async def test_pages_of_history_lie_between_ids(there: DiscordStandIn) -> None:
    ids = [there.world.say(PAPERS, ADA, str(n)).id for n in range(6)]
    path = f"/channels/{PAPERS}/messages"

    async def page(query: str) -> list[int]:
        told = (await ask(there, "GET", f"{path}?{query}")).told
        return [ids.index(one["id"]) for one in told]

    assert await page("limit=2") == [5, 4]
    assert await page(f"limit=2&before={ids[4]}") == [3, 2]
    assert await page(f"limit=2&after={ids[1]}") == [3, 2]
    assert await page(f"limit=3&around={ids[2]}") == [3, 2, 1]
    assert (await ask(there, "GET", f"{path}?limit=101")).code == 50035


async def test_a_thread_begins_with_a_message_that_points_at_its_parent(
    there: DiscordStandIn,
) -> None:
    sent = (await post(there, {"content": "digest"})).told["id"]
    path = f"/channels/{PAPERS}/messages/{sent}/threads"
    thread = (await ask(there, "POST", path, {"name": "talk"})).told["id"]
    (start,) = (await ask(there, "GET", f"/channels/{thread}/messages")).told
    assert (start["type"], start["message_reference"]["message_id"]) == (21, sent)
    assert there.world.sent(thread) == []
