"""People of the stand-in's Discord and what the real library answers them."""

from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
from discord import app_commands

from tests.shared_data import needs_shared
from tests.standins.discord import DiscordPace, DiscordStandIn, pointed_at, running
from tests.standins.discord_asking import QUIET, a_client, ask, post
from tests.standins.discord_schemas import frame_complaints
from tests.standins.discord_world import ADA, BEN, MOD, OTHER, PAPERS, SECRET, Json

ROW: Json = {
    "type": 1,
    "components": [{"type": 2, "style": 2, "label": "Never", "custom_id": "never"}],
}
Interaction = discord.Interaction[discord.Client]


class Form(discord.ui.Modal, title="Many topics"):
    topics: discord.ui.TextInput[Any] = discord.ui.TextInput(
        label="Topics", style=discord.TextStyle.paragraph, default="cs.CL", max_length=50
    )

    async def on_submit(self, interaction: Interaction, /) -> None:
        await interaction.response.send_message(f"saved {self.topics.value}", ephemeral=True)


class Buttons(discord.ui.View):
    """What outlives the program: each with an id of its own."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Undo", custom_id="undo")
    async def undo(self, interaction: Interaction, _: discord.ui.Button[Any]) -> None:
        await interaction.response.edit_message(content="undone", view=None)

    @discord.ui.button(label="Change", custom_id="change")
    async def change(self, interaction: Interaction, _: discord.ui.Button[Any]) -> None:
        await interaction.response.send_modal(Form())

    @discord.ui.select(
        custom_id="open",
        options=[discord.SelectOption(label=f"Paper {n}", value=f"p{n}") for n in range(3)],
    )
    async def open(self, interaction: Interaction, select: discord.ui.Select[Any]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.followup.send(f"card of {select.values[0]}", ephemeral=True)
        await interaction.followup.send("and more", ephemeral=True)


class Arxiv(app_commands.Group, name="arxiv", description="papers"):
    @app_commands.command(description="get papers here")
    async def subscribe(
        self,
        interaction: Interaction,
        topic: str,
        where: discord.TextChannel | None = None,
        cap: app_commands.Range[int, 1, 50] = 10,
    ) -> None:
        await interaction.response.defer()
        where_to = where.name if where else getattr(interaction.channel, "name", "here")
        await interaction.followup.send(f"{topic} in {where_to}, {cap} a day", view=Buttons())

    @subscribe.autocomplete("topic")
    async def topics(self, _: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{current}!", value=current)]

    @app_commands.command(description="what is here")
    async def list(self, interaction: Interaction) -> None:
        who = interaction.user.name
        await interaction.response.send_message(f"nothing yet, {who}", ephemeral=True)


@pytest.fixture
async def bot(there: DiscordStandIn) -> AsyncIterator[discord.Client]:
    """A bot with commands, and buttons that it knows again."""
    client = a_client()
    tree = app_commands.CommandTree(
        client,
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
    )
    tree.add_command(Arxiv())
    async with running(client, there):
        client.add_view(Buttons())
        await tree.sync()
        yield client


@pytest.mark.usefixtures("bot")
async def test_a_command_is_answered_in_the_channel(there: DiscordStandIn) -> None:
    answer = await there.people.command("subscribe", ADA, PAPERS, topic="gan", where=OTHER, cap=3)
    message = await there.people.told(answer)
    assert message.content == "gan in other, 3 a day"
    assert there.world.sent() == [message]
    assert not answer.private
    assert answer.acked_within < 3
    assert [one.is_loading for one in answer.seen] == [True, False]
    assert there.faults == []


@pytest.mark.usefixtures("bot")
async def test_a_private_answer_is_seen_by_one_person(there: DiscordStandIn) -> None:
    message = await there.people.ask("list", BEN)
    assert message.content == "nothing yet, ben"
    assert there.world.sent() == []
    assert there.world.channels[PAPERS].seen_by(ADA) == []
    assert there.world.channels[PAPERS].seen_by(BEN) == [message]
    assert (await ask(there, "GET", f"/channels/{PAPERS}/messages")).told == []
    path = f"/channels/{PAPERS}/messages/{message.id}"
    assert (await ask(there, "PATCH", path, {**QUIET, "content": "x"})).code == 10008


@pytest.mark.usefixtures("bot")
async def test_options_complete_as_one_types(there: DiscordStandIn) -> None:
    choices = await there.people.autocomplete("subscribe", "topic", "ga")
    assert choices == [{"name": "ga!", "value": "ga"}]


@pytest.mark.parametrize(
    ("path", "channel", "options"),
    [
        ("unsubscribe", PAPERS, {}),
        ("subscribe", PAPERS, {}),
        ("subscribe", PAPERS, {"topic": "x", "day": "mon"}),
        ("subscribe", PAPERS, {"topic": 3}),
        ("subscribe", PAPERS, {"topic": "x", "cap": 51}),
        ("subscribe", PAPERS, {"topic": "x", "where": SECRET}),
        ("subscribe", SECRET, {"topic": "x"}),
    ],
)
@pytest.mark.usefixtures("bot")
async def test_what_discords_own_client_would_not_send_is_not_sent(
    there: DiscordStandIn, path: str, channel: str, options: Json
) -> None:
    with pytest.raises(AssertionError):
        await there.people.command(path, ADA, channel, **options)


@pytest.mark.usefixtures("bot")
async def test_buttons_change_the_message_that_holds_them(there: DiscordStandIn) -> None:
    message = await there.people.ask("subscribe", topic="gan")
    answer = await there.people.press(message, "Undo", BEN)
    assert (await there.people.updated(answer)).content == "undone"
    assert (message.content, message.components) == ("undone", [])
    with pytest.raises(AssertionError):
        await there.people.press(message, "Undo")


@pytest.mark.usefixtures("bot")
async def test_a_choice_opens_a_private_card_and_follow_ups(there: DiscordStandIn) -> None:
    message = await there.people.ask("subscribe", topic="gan")
    answer = await there.people.choose(message, "Paper 1", user=BEN)
    await there.people.told(answer, 2)
    assert answer.texts == ["card of p1", "and more"]
    assert answer.private
    with pytest.raises(AssertionError):
        await there.people.choose(message, "Paper 9")


@pytest.mark.usefixtures("bot")
async def test_a_form_opens_is_filled_in_and_answered(there: DiscordStandIn) -> None:
    message = await there.people.ask("subscribe", topic="gan")
    opened = await there.people.press(message, "Change")
    assert opened.modal
    assert opened.modal["title"] == "Many topics"
    wrong: list[dict[str, str]] = [{"Topics": ""}, {"Topics": "x" * 51}, {"Name": "x"}]
    for one in wrong:
        with pytest.raises(AssertionError):
            await there.people.submit(opened, one)
    kept = await there.people.submit(opened)
    assert (await there.people.told(kept)).content == "saved cs.CL"
    with pytest.raises(AssertionError, match="no form is open any more"):
        await there.people.submit(opened)
    again = await there.people.press(message, "Change")
    changed = await there.people.submit(again, {"Topics": "cs.CV"})
    assert (await there.people.told(changed)).content == "saved cs.CV"


@pytest.mark.usefixtures("bot")
async def test_commands_work_in_threads_and_direct_messages(there: DiscordStandIn) -> None:
    thread = await there.events.start_thread(PAPERS, "talk")
    in_thread = await there.people.ask("subscribe", ADA, thread.id, topic="gan")
    assert in_thread.content == "gan in talk, 10 a day"
    assert there.world.sent(thread.id) == [in_thread]
    direct = there.world.direct(ADA)
    assert (await there.people.ask("list", ADA, direct.id)).content == "nothing yet, ada"


@pytest.mark.usefixtures("bot")
async def test_the_app_of_one_person_works_where_the_bot_is_not(there: DiscordStandIn) -> None:
    foreign = there.world.add_server("Elsewhere", people=[ADA, BEN], bot=False)
    channel = there.world.add_channel(foreign, "lobby")
    with pytest.raises(AssertionError, match="not installed"):
        await there.people.command("list", ADA, channel.id)
    there.world.users[ADA].installed = True
    answer = await there.people.command("list", ADA, channel.id)
    assert answer.foreign
    assert (await there.people.told(answer)).content == "nothing yet, ada"
    follow_up = f"/webhooks/{there.world.app}/{answer.token}"
    got = [await ask(there, "POST", follow_up, {**QUIET, "content": str(n)}) for n in range(6)]
    assert [one.status for one in got] == [200] * 5 + [400]
    assert got[-1].code == 40094


# ── lives of interactions ────────────────────────────────────────────────────────────────────────


async def test_what_is_not_answered_in_time_has_failed() -> None:
    async with DiscordStandIn(pace=DiscordPace(ack_within=0.05)) as there:
        with pointed_at(there):
            there.world.set_commands([{"name": "late", "description": "never"}])
            answer = await there.people.command("late", MOD)
            assert answer.failed
            assert there.faults == ["the interaction failed: late was not answered in time"]
            path = f"/interactions/{answer.id}/{answer.token}/callback"
            assert (await ask(there, "POST", path, {"type": 5})).code == 10062


@pytest.fixture
async def unanswered(there: DiscordStandIn) -> AsyncIterator[Json]:
    """The payload of a command, before anything answered it."""
    there.world.set_commands([{"name": "ping", "description": "ping"}])
    client = a_client()
    found: list[Json] = []

    async def keep(interaction: Interaction) -> None:
        found.append({"id": str(interaction.id), "token": interaction.token})
        await interaction.response.defer()

    client.event(keep)
    client.on_interaction = keep  # type: ignore[attr-defined]
    async with running(client, there):
        await there.people.command("ping")
        yield found[0]


async def test_an_interaction_is_acknowledged_once(there: DiscordStandIn, unanswered: Json) -> None:
    path = f"/interactions/{unanswered['id']}/{unanswered['token']}/callback"
    assert (await ask(there, "POST", path, {"type": 5})).code == 40060
    assert (await ask(there, "POST", path.replace("token", "tokem"), {"type": 5})).code == 10062
    assert any("40060" in one for one in there.faults)


async def test_the_first_follow_up_takes_the_place_of_the_promise(
    there: DiscordStandIn, unanswered: Json
) -> None:
    hook = f"/webhooks/{there.world.app}/{unanswered['token']}"
    first = await ask(there, "POST", hook, {**QUIET, "content": "1", "flags": 64})
    second = await ask(there, "POST", hook, {**QUIET, "content": "2", "flags": 64})
    assert first.told["flags"] == 0, "the promise was for all to see, and stays so"
    assert second.told["flags"] == 64
    original = await ask(there, "GET", f"{hook}/messages/@original")
    assert original.told["id"] == first.told["id"]
    edited = await ask(there, "PATCH", f"{hook}/messages/@original", {**QUIET, "content": "3"})
    assert edited.told["content"] == "3"
    assert (await ask(there, "DELETE", f"{hook}/messages/{second.told['id']}")).status == 204
    assert (await ask(there, "GET", f"{hook}/messages/{second.told['id']}")).code == 10008
    assert (await ask(there, "POST", f"{hook}x", {**QUIET, "content": "1"})).code == 10015


async def test_a_button_that_answers_nothing_has_failed() -> None:
    async with DiscordStandIn(pace=DiscordPace(ack_within=0.05)) as there:
        posted = await post(there, {"content": "x", "components": [ROW]})
        message = there.world.sent()[0]
        assert posted.told["id"] == message.id
        answer = await there.people.press(message, "Never")
        with pytest.raises(AssertionError, match="the interaction failed"):
            await there.people.told(answer)
        assert there.faults == ["the interaction failed: never was not answered in time"]


async def test_a_token_lives_for_its_time() -> None:
    async with DiscordStandIn(pace=DiscordPace(ack_within=0.05, token_lives=0.0)) as there:
        there.world.set_commands([{"name": "ping", "description": "ping"}])
        answer = await there.people.command("ping")
        hook = f"/webhooks/{there.world.app}/{answer.token}"
        assert (await ask(there, "POST", hook, {**QUIET, "content": "1"})).code == 50027


@needs_shared
@pytest.mark.usefixtures("bot")
async def test_interactions_have_the_form_that_discord_documents(there: DiscordStandIn) -> None:
    there.world.users[ADA].installed = True
    message = await there.people.ask("subscribe", topic="gan", where=OTHER)
    await there.people.autocomplete("subscribe", "topic", "ga")
    await there.people.choose(message, "Paper 1")
    await there.people.submit(await there.people.press(message, "Change"))
    await there.people.ask("list", ADA, there.world.direct(ADA).id)
    thread = await there.events.start_thread(PAPERS, "talk")
    await there.people.ask("list", ADA, thread.id)
    sent = [one for one in there.gateway.sent if one["t"] == "INTERACTION_CREATE"]
    assert len(sent) == 7
    wrong = [
        complaints
        for one in sent
        if (complaints := frame_complaints("receive", one["d"], KINDS[one["d"]["type"]]))
    ]
    assert wrong == []


KINDS = {
    2: "APIApplicationCommandInteraction",
    3: "APIMessageComponentInteraction",
    4: "APIApplicationCommandAutocompleteInteraction",
    5: "APIModalSubmitInteraction",
}


async def test_commands_are_registered_and_keep_their_ids(there: DiscordStandIn) -> None:
    path = f"/applications/{there.world.app}/commands"
    command = {"name": "arxiv", "description": "papers"}
    first = await ask(there, "PUT", path, [command])
    second = await ask(there, "PUT", path, [command, {**command, "name": "other"}])
    assert first.told[0]["id"] == second.told[0]["id"]
    assert (await ask(there, "GET", path)).told == second.told
    assert there.world.syncs == 2
    assert (await ask(there, "PUT", path, [])).status == 429
