"""Undo gives back exactly what was there: subscriptions with their cursors, and the place."""

import pytest

from bot.model import Destination, Place, Subscription
from tests.commands.dialogue import ADA, PAPERS, Dialogue, own, talking

DM = own(ADA)
CHANNEL = ("subscribe image generation", "subscribe spin glass weekly", "exclude survey")
CHANGES = (
    "subscribe hep-th",
    "subscribe density=cards exclude=foo cs.CL on arrival",
    "subscribe image generation weekly on wed",
    "subscribe image generation kind:replace",
    'subscribe updates=on zone=Asia/Tokyo ti:"lamp  shade" -x',
    "edit 1 weekly on fri at 17:30",
    "edit 1 cs.CV -survey, au:hinton",
    "edit 2 kinds=new,replace updates=on zone=America/New_York",
    'edit 2 density=thread exclude=%22left%20out%22%2C%20b "daily"',
    "unsubscribe 1",
    "pause 1 until mon",
    "pause 2",
    "exclude review",
    "tell-empty",
    "layout density=compact tell-empty=on exclude=",
)
# A new alert is taken back by the message that confirms it.
OF_ALERTS = tuple(one for one in CHANGES if "image" in one or not one.startswith("subscribe"))


async def state(dialogue: Dialogue, where: Destination) -> tuple[list[Subscription], Place | None]:
    place = await dialogue.store.subscriptions.place(where)
    return await dialogue.here(where), place


@pytest.mark.parametrize("change", CHANGES)
async def test_undo_gives_a_channel_back_what_it_had(change: str) -> None:
    async with talking() as dialogue:
        for command in CHANNEL:
            assert (await dialogue.say(command)).ok
        before = await state(dialogue, PAPERS)
        reply = await dialogue.say(change)
        if reply.title.startswith("Reads as"):
            reply = await dialogue.press("Keep")
        assert reply.ok, reply
        assert await state(dialogue, PAPERS) != before
        await dialogue.press("Resume now" if change.startswith("pause") else "Undo")
        assert await state(dialogue, PAPERS) == before


@pytest.mark.parametrize("change", OF_ALERTS)
@pytest.mark.parametrize("typed_in", [PAPERS, DM], ids=["channel", "messages"])
async def test_undo_gives_a_person_back_their_alerts(change: str, typed_in: Destination) -> None:
    async with talking() as dialogue:
        for command in CHANNEL[:2]:
            assert (await dialogue.say(command, where=DM)).ok
        await dialogue.say("layout tell-empty=off exclude=survey", where=DM)
        before = await state(dialogue, DM)
        reply = await dialogue.say(f"alert {change}", where=typed_in)
        if reply.title.startswith("Reads as"):
            reply = await dialogue.press("Keep", where=typed_in)
        assert reply.ok, reply
        assert await state(dialogue, DM) != before
        undo = "Resume now" if change.startswith("pause") else "Undo"
        await dialogue.press(undo, where=typed_in)
        assert await state(dialogue, DM) == before


async def test_undo_of_many_gives_everything_back() -> None:
    async with talking() as dialogue:
        for command in CHANNEL:
            await dialogue.say(command)
        before = await state(dialogue, PAPERS)
        lines = "hep-th\nimage generation daily at 7:00\nspin glass updates=on\ncs.RO on arrival"
        await dialogue.say(f"subscribe many\n{lines}")
        await dialogue.press("Apply")
        assert len((await state(dialogue, PAPERS))[0]) == 5
        await dialogue.press("Undo")
        assert await state(dialogue, PAPERS) == before


async def test_an_undo_works_when_the_change_was_made_by_somebody_else() -> None:
    async with talking() as dialogue:
        await dialogue.say("subscribe image generation")
        first = await dialogue.here()
        await dialogue.say("edit 1 weekly")
        undo = dialogue.last.actions[-1].command
        await dialogue.say("edit 1 kinds=new")
        await dialogue.say(undo)
        assert await dialogue.here() == first


async def test_what_waited_for_arxiv_still_comes_when_the_time_is_changed_meanwhile() -> None:
    async with talking() as dialogue:
        await dialogue.say("subscribe image generation")
        (one,) = await dialogue.here()
        await dialogue.say("edit 1 daily at 8:30")
        (changed,) = await dialogue.here()
        assert (changed.cursor, changed.last_slot) == (one.cursor, one.last_slot)
