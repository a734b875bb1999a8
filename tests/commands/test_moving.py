"""Moving what a lost channel gets to another one."""

from dataclasses import replace

from bot.model import Destination
from tests.commands.dialogue import ADA, BEN, EVE, PAPERS, SMALL, Dialogue, own, talking

GLASS_ROOM = Destination("slack", "T1", "CGLASS")


async def lost(dialogue: Dialogue) -> None:
    """#papers gets two topics of Ada's, and is archived."""
    await dialogue.say("subscribe image generation")
    await dialogue.say("subscribe spin glass")
    place = await dialogue.store.subscriptions.place(PAPERS)
    assert place
    await dialogue.store.subscriptions.put_place(replace(place, suspended="archived"), "test")


async def test_a_lost_channels_topics_go_to_the_channel_that_their_maker_chooses() -> None:
    async with talking(SMALL) as dialogue:
        await lost(dialogue)
        asked = await dialogue.say("move CPAPERS", where=own(ADA))
        assert asked.form
        assert asked.form.title == "Move #papers"
        assert asked.form.fields[0].channel
        reply = await dialogue.say(asked.form.command, where=GLASS_ROOM, values={"to": "CGLASS"})
        assert reply.title == "#glass now gets what #papers got"
        assert reply.text == '2 topics: "image generation", "spin glass"'
        assert reply.public
        assert await dialogue.here(PAPERS) == []
        assert [one.label for one in await dialogue.here(GLASS_ROOM)] == [
            "image generation",
            "spin glass",
        ]


async def test_only_who_set_a_channel_up_moves_it_and_only_where_they_may_change() -> None:
    async with talking(SMALL) as dialogue:
        await lost(dialogue)
        stranger = await dialogue.say("move CPAPERS", who=BEN, where=own(BEN))
        assert stranger.text.startswith("Moving what #papers gets needs one of those who set it up")
        itself = await dialogue.say("move CPAPERS", where=PAPERS, values={"to": "CPAPERS"})
        assert itself.errors == (("to", "That is #papers itself. Choose another channel."),)
        await dialogue.say("edit 1 weekly on mon", who=EVE, where=PAPERS)
        assert len(await dialogue.here(PAPERS)) == 2


async def test_a_button_pressed_again_after_the_move_says_so() -> None:
    async with talking(SMALL) as dialogue:
        await lost(dialogue)
        await dialogue.say("move CPAPERS", where=GLASS_ROOM, values={"to": "CGLASS"})
        again = await dialogue.say("move CPAPERS", where=own(ADA))
        assert not again.ok
        assert again.text == "There is nothing there to move: it was moved or removed before."
