"""The zone of a person, and what a topic reads as while it is typed."""

from dataclasses import replace

from tests.commands.dialogue import ADA, SMALL, Press, own, talking


async def test_a_person_sets_the_zone_in_which_times_are_read() -> None:
    async with talking(SMALL) as bot:
        reply = await bot.say("zone", ADA, own(ADA))
        assert reply.form
        assert reply.form.fields[0].value == "Europe/Berlin"
        reply = await bot.send({"zone": "Asia/Tokyo"}, ADA, own(ADA))
        assert reply.title == "Your times are in Asia/Tokyo"
        assert await bot.store.people.get(ADA) == replace(ADA, zone="Asia/Tokyo")
        await bot.press("Undo", ADA, own(ADA))
        assert await bot.store.people.get(ADA) == ADA


async def test_a_zone_that_is_none_is_answered_at_its_field() -> None:
    async with talking(SMALL) as bot:
        reply = await bot.say("zone nowhere", ADA, own(ADA))
        assert [name for name, _ in reply.errors] == ["zone"]
        assert not reply.ok


async def test_a_topic_is_read_while_it_is_typed() -> None:
    async with talking() as bot:
        reading = bot.commands.reading
        assert await reading("") == ""
        assert await reading("image generation") == (
            'Reads as "image generation": 23 papers in the last 7 days.'
        )
        assert (await reading('ti:"image')).startswith("I can't read that yet: ")


async def test_before_the_first_papers_a_topic_is_only_read() -> None:
    async with talking(Press()) as bot:
        assert (
            await bot.commands.reading("cs.CV") == "Reads as cat:cs.CV. I can't count papers yet."
        )
