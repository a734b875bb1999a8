"""Alerts: the direct message itself confirms them, and says so truthfully."""

from dataclasses import replace

from bot.model import OnArrival
from tests.commands.dialogue import ADA, BEN, PAPERS, Press, own, talking

DM = own(ADA)


async def test_the_confirmation_is_the_direct_message_itself() -> None:
    async with talking() as dialogue:
        await dialogue.say("alert add diffusion policy")
        (note,) = await dialogue.notes(DM)
        assert note.note == (
            "You'll hear from me here when papers match diffusion policy (5 in the last 7 days)."
        )
        assert (note.actions, note.topics) == (("remove:1",), ((1, "diffusion policy"),))
        assert dialogue.woken


async def test_an_alert_comes_on_arrival_but_not_at_night() -> None:
    async with talking() as dialogue:
        await dialogue.say("alert add diffusion policy")
        await dialogue.say("alert add spin glass at once")
        await dialogue.say("subscribe cs.RO on arrival", where=DM)
        schedules = [one.schedule for one in await dialogue.here(DM)]
        assert schedules == [OnArrival(quiet=True), OnArrival(), OnArrival(quiet=True)]


async def test_each_alert_has_a_confirmation_of_its_own() -> None:
    async with talking() as dialogue:
        for topic in ("diffusion policy", "spin glass"):
            await dialogue.say(f"alert add {topic}")
        keys = {one.digest for one in await dialogue.owed()}
        rows = await dialogue.store.audit.numbers()
        assert len(keys) == 1  # the second waits for the first
        assert rows["digests"] == 2


async def test_an_alert_added_again_after_it_was_removed_is_confirmed_again() -> None:
    async with talking() as dialogue:
        await dialogue.say("alert add diffusion policy")
        await dialogue.say("alert remove 1")
        dialogue.calendar.forward(1)
        await dialogue.say("alert add diffusion policy")
        assert (await dialogue.store.audit.numbers())["digests"] == 2


async def test_where_no_message_can_arrive_the_alert_is_kept_and_a_button_tries_again() -> None:
    async with talking() as dialogue:
        await dialogue.say("alert add spin glass")
        place = await dialogue.store.subscriptions.place(DM)
        assert place
        lost = replace(place, suspended="direct messages are not allowed")
        await dialogue.store.subscriptions.put_place(lost, "paperboy")
        reply = await dialogue.say("alert add diffusion policy")
        assert reply.title == 'Your alert on "diffusion policy" is kept'
        assert reply.text == (
            "I can't write to you: allow direct messages from this server, then press Try again."
        )
        assert (await dialogue.press("Try again")).title == "I try again"
        place = await dialogue.store.subscriptions.place(DM)
        assert place
        assert place.suspended == ""
        assert await dialogue.owed()


async def test_an_alert_skips_what_a_channel_showed_when_asked_to() -> None:
    async with talking() as dialogue:
        await dialogue.say("alert add diffusion policy")
        await dialogue.press("Skip")
        place = await dialogue.store.subscriptions.place(DM)
        assert place
        assert place.skip_shown_at == PAPERS
        second = await dialogue.say("alert add spin glass")
        assert not second.actions  # it is not offered again


async def test_an_alert_has_the_persons_own_zone_wherever_it_is_typed() -> None:
    async with talking() as dialogue:
        await dialogue.say("subscribe image generation")
        await dialogue.say("alert add diffusion policy", who=BEN)
        (one,) = await dialogue.here(own(BEN))
        assert one.zone == "Asia/Tokyo"


async def test_a_zone_that_a_person_names_is_kept_for_their_next_alert() -> None:
    async with talking() as dialogue:
        await dialogue.say("alert add zone=Honolulu diffusion policy")
        await dialogue.say("alert add spin glass")
        assert {one.zone for one in await dialogue.here(DM)} == {"Pacific/Honolulu"}
        stored = await dialogue.store.people.get(ADA)
        assert stored
        assert stored.zone == "Pacific/Honolulu"


async def test_nothing_is_kept_about_a_person_whose_zone_the_platform_tells() -> None:
    async with talking() as dialogue:
        await dialogue.say("alert add diffusion policy")
        assert await dialogue.store.people.get(ADA) is None


async def test_before_anything_was_read_the_confirmation_counts_nothing() -> None:
    async with talking(Press()) as dialogue:
        await dialogue.say("alert add diffusion policy")
        (note,) = await dialogue.notes(DM)
        assert note.note == "You'll hear from me here when papers match diffusion policy."
