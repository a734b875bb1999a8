"""What was sent and what is about to be: list, status, doubts, the rest of a digest, previews."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.compose.moments import Moment, moments, told
from bot.limits import Limits
from bot.model import Batch, Kind, Raw, State
from bot.planning import Planner
from bot.settlement import Quarantined, RetryAt, Sent, Settlement, Suspended, Unknown
from tests.commands.dialogue import (
    ADA,
    BEN,
    EVE,
    GLASS,
    MONTH,
    NOON,
    NOTE,
    PAPERS,
    SMALL,
    TODAY,
    Dialogue,
    Press,
    announced,
    own,
    talking,
)

SENT = Sent("17.5")
TOMORROW = date(2026, 11, 25)
PICTURES = [paper for _, paper in MONTH.said if paper.title.startswith("Image")]


async def subscribed(dialogue: Dialogue) -> None:
    await dialogue.say("subscribe image generation")
    await dialogue.say("subscribe spin glass weekly")


# ── the last digest ──────────────────────────────────────────────────────────────────────────────


async def test_the_list_tells_when_each_subscriptions_last_digest_came() -> None:
    async with talking() as dialogue:
        await subscribed(dialogue)
        await dialogue.digest(PICTURES[:2], SENT)
        reply = await dialogue.say("list")
        assert [told(row[4]) for row in reply.table] == [
            "Last digest",
            "Tue 24 Nov 13:00",
            "none yet",
        ]
        (came,) = moments(reply.table[1][4])
        assert isinstance(came, Moment)
        assert came.url == "https://chat.example/CPAPERS/17.5"
        shown = [one for one in reply.actions if one.label.startswith("Show last digest")]
        assert [one.command for one in shown] == ["last 1"]


async def test_the_last_digest_can_be_read_again() -> None:
    async with talking() as dialogue:
        await subscribed(dialogue)
        await dialogue.digest(PICTURES[:12], SENT)
        await dialogue.say("list")
        reply = await dialogue.press("Show last digest of image generation")
        assert reply.title == "arXiv of Tue 24 Nov: 12 papers on image generation"
        assert list(reply.papers) == PICTURES[:10]
        assert not reply.public
        reply = await dialogue.press("Show 2 more")
        assert (list(reply.papers), reply.actions) == (PICTURES[10:12], ())


async def test_a_notice_is_no_digest() -> None:
    async with talking() as dialogue:
        await dialogue.say("alert add spin glass")
        reply = await dialogue.say("alert list")
        assert reply.table[1][4] == "none yet"
        assert (await dialogue.say("alert last 1")).title == 'No digest on "spin glass" yet'


# ── behind the cap ───────────────────────────────────────────────────────────────────────────────


async def test_papers_behind_the_cap_come_ten_a_page() -> None:
    async with talking() as dialogue:
        await subscribed(dialogue)
        key = await dialogue.digest(PICTURES[:42], SENT)
        reply = await dialogue.say(f"more {key}", who=EVE)
        assert reply.title == "Papers 31 to 40 of 42"
        assert list(reply.papers) == PICTURES[30:40]
        assert not reply.public
        reply = await dialogue.press("Show 2 more", who=EVE)
        assert reply.title == "Papers 41 to 42 of 42"
        assert (list(reply.papers), reply.actions) == (PICTURES[40:42], ())
        reply = await dialogue.say(f"more {key} 9")
        assert reply.text == "There are no more papers in this digest."


async def test_papers_that_are_no_longer_kept_are_named() -> None:
    async with talking() as dialogue:
        await subscribed(dialogue)
        gone = replace(PICTURES[0], id="2401.00001")
        key = await dialogue.digest([PICTURES[0], gone], SENT, shown=1)
        reply = await dialogue.say(f"more {key}")
        assert reply.papers == ()
        assert reply.text == "I no longer keep these abstracts: https://arxiv.org/abs/2401.00001"


# ── what is wrong ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("settlement", "words", "buttons"),
    [
        (
            Unknown(None, "no history"),
            "I could not confirm that the digest of Tue 24 Nov arrived. Is it there?",
            ["Yes, the digest of Tue 24 Nov is there", "No, send the digest of Tue 24 Nov"],
        ),
        (
            Unknown(NOON + timedelta(minutes=1), "time-out"),
            "I am asking whether the digest of Tue 24 Nov arrived.",
            [],
        ),
        (
            Quarantined("too long"),
            "The digest of Tue 24 Nov was refused: too long.",
            ["Send the digest of Tue 24 Nov again"],
        ),
        (
            RetryAt(NOON + timedelta(minutes=1), "rate limit"),
            "The digest of Tue 24 Nov is late: rate limit. I try again.",
            [],
        ),
        (SENT, "In 30 days 1 digest came, on time.", []),
    ],
)
async def test_status_tells_what_became_of_a_digest(
    settlement: Settlement, words: str, buttons: list[str]
) -> None:
    async with talking() as dialogue:
        await subscribed(dialogue)
        await dialogue.digest(PICTURES[:2], settlement)
        reply = await dialogue.say("status")
        assert reply.text == f"{NOTE}\n{words}"
        assert [one.label for one in reply.actions] == buttons


@pytest.mark.parametrize("settlement", [Unknown(None, "no history"), Quarantined("too long")])
async def test_the_list_tells_what_is_wrong_too_with_the_same_buttons(
    settlement: Settlement,
) -> None:
    async with talking() as dialogue:
        await subscribed(dialogue)
        await dialogue.digest(PICTURES[:2], settlement)
        status, listed = await dialogue.say("status"), await dialogue.say("list")
        assert listed.text == status.text.removeprefix(f"{NOTE}\n")
        assert listed.actions[: len(status.actions)] == status.actions


async def test_a_doubt_is_shown_however_many_digests_came_after_it() -> None:
    async with talking() as dialogue:
        await subscribed(dialogue)
        await dialogue.digest(PICTURES[:1], Unknown(None, "no history"))
        for back in range(1, 70):
            day = TODAY - timedelta(days=back)
            await dialogue.digest(PICTURES[:1], SENT, day=day)
        reply = await dialogue.say("status")
        assert "I could not confirm that the digest of Tue 24 Nov arrived" in reply.text
        assert "In 30 days 69 digests came, on time." in reply.text


@pytest.mark.parametrize(
    ("answer", "title", "again"),
    [("Yes", "Noted: it is there", False), ("No", "I send it again", True)],
)
async def test_a_person_settles_a_doubt_once(answer: str, title: str, again: bool) -> None:
    async with talking() as dialogue:
        await subscribed(dialogue)
        key = await dialogue.digest(PICTURES[:2], Unknown(None, "no history"))
        await dialogue.say("status")
        reply = await dialogue.press(answer)
        assert (reply.title, reply.public) == (title, True)
        assert bool(await dialogue.owed()) is again
        assert (await dialogue.say("status")).text == NOTE
        reply = await dialogue.say(f"doubt yes {key}")
        assert (reply.title, reply.public) == ("That is answered already", False)


async def test_a_doubt_is_settled_only_where_it_belongs() -> None:
    async with talking() as dialogue:
        await subscribed(dialogue)
        key = await dialogue.digest(PICTURES[:2], Unknown(None, "no history"))
        for where in (GLASS, own(ADA)):
            reply = await dialogue.say(f"doubt no {key}", where=where)
            assert reply.text == "I don't know that message here any more."
        assert not await dialogue.owed()


async def test_a_lost_channel_says_why_and_resumes_by_a_button() -> None:
    async with talking() as dialogue:
        await subscribed(dialogue)
        await dialogue.digest(PICTURES[:2], Suspended("archived"))
        reply = await dialogue.say("status")
        assert reply.text == (
            f"{NOTE}\nI can't post to #papers now: archived.\n"
            "The digest of Tue 24 Nov waits until I can post here again."
        )
        assert {row[4] for row in reply.table[1:]} == {"suspended: archived"}
        more = await dialogue.say("subscribe hep-th")
        assert more.text.endswith("I can't post to #papers now: archived. Your topic is kept.")
        assert (await dialogue.press("Try again")).title == "I try again"
        assert await dialogue.owed()
        assert (await dialogue.say("retry")).title == "Nothing is held up here"


async def test_a_list_that_is_not_complete_yet_makes_a_digest_late() -> None:
    async with talking() as dialogue:
        await subscribed(dialogue)
        dialogue.calendar.jump(datetime(2026, 11, 25, 9, tzinfo=UTC))
        reply = await dialogue.say("list")
        assert reply.table[1][5:] == ("today, when arXiv's list is complete", "late")
        assert reply.table[2][5:] == ("Mon 30 Nov", "active")


# ── previews ─────────────────────────────────────────────────────────────────────────────────────


def tomorrow() -> Press:
    """The next day: three papers on image generation, one on lamps, and a new version."""
    press = Press(list(MONTH.said))
    press.print(TOMORROW, "Image Generation Again", "Image generation, well.")
    press.print(TOMORROW, "A Survey of Image Generation", "A survey of image generation.")
    press.print(TOMORROW, "Image Generation with Flow", "Optical flow and image generation.")
    press.print(TOMORROW, "Nothing of the Kind", "Lamps.")
    second = replace(PICTURES[-1], version=2, abstract=Raw("Image generation, corrected."))
    press.announce(TOMORROW, second, Kind.REPLACE)
    press.said = press.said[len(MONTH.said) :]
    return press


async def harvested() -> bool:
    return True


async def test_a_preview_is_the_next_digest_as_it_stands_and_says_what_is_left_out() -> None:
    async with talking() as dialogue:
        await dialogue.say("subscribe image generation -flow")
        await dialogue.say("exclude survey")
        await announced(dialogue.store, tomorrow())
        (known, *_) = [paper for _, paper in tomorrow().said]
        await dialogue.digest([known], SENT)
        reply = await dialogue.say("preview 1")
        assert reply.title == 'The next digest on "image generation -flow" so far: no papers'
        assert reply.text == "Left out: 1 seen before, 1 by -survey, 1 by -flow. The latest before:"


async def test_a_preview_holds_what_the_planner_then_sends() -> None:
    async with talking() as dialogue:
        for command in ("subscribe image generation", "subscribe lamps", "exclude survey"):
            await dialogue.say(command)
        await announced(dialogue.store, tomorrow())
        reply = await dialogue.say("preview")
        assert reply.title == "The next digest of #papers so far: 3 papers"
        store = dialogue.store
        dialogue.calendar.jump(datetime(2026, 11, 25, 9, tzinfo=UTC))
        planner = Planner(
            store.announcements,
            store.subscriptions,
            store.outbox,
            dialogue.calendar,
            Limits(),
            ready=harvested,
        )
        await planner.step()
        (owed,) = await dialogue.owed()
        digest = await store.outbox.digest(owed.digest)
        assert digest
        sent = [(item.paper, item.version) for item in digest.items]
        assert [(paper.id, paper.version) for paper in reply.papers] == sent


async def test_a_preview_of_many_shows_the_first_ten() -> None:
    press = Press()
    for number in range(13):
        press.print(TOMORROW, f"Lamps {number}", "Lamps.", categories=("cs.RO",))
    async with talking() as dialogue:
        await announced(dialogue.store, press)
        reply = await dialogue.say("preview cs.RO")
        assert reply.title == 'The next digest on "cs.RO" so far: 13 papers'
        assert (reply.text, len(reply.papers)) == ("The first 10:", 10)
        assert (await dialogue.press("Subscribe to this")).ok
        assert (await dialogue.say("preview 1")).actions == ()


async def test_new_versions_come_into_a_preview_only_where_they_are_wanted() -> None:
    async with talking() as dialogue:
        await dialogue.say("subscribe image generation")
        await dialogue.digest([PICTURES[-1]], SENT)
        await announced(dialogue.store, tomorrow())
        assert PICTURES[-1].id not in {one.id for one in (await dialogue.say("preview")).papers}
        await dialogue.say("edit 1 updates=on")
        reply = await dialogue.say("preview")
        assert (PICTURES[-1].id, 2) in {(one.id, one.version) for one in reply.papers}


# ── places ───────────────────────────────────────────────────────────────────────────────────────


async def test_a_channel_is_known_by_its_present_name_and_who_began() -> None:
    async with talking() as dialogue:
        await dialogue.say("subscribe spin glass")
        place = await dialogue.store.subscriptions.place(PAPERS)
        assert place
        assert (place.name, place.zone, place.creator) == ("#papers", "Europe/Berlin", ADA.id)
        renamed = replace(place, name="#old")
        await dialogue.store.subscriptions.put_place(renamed, "paperboy")
        await dialogue.say("subscribe hep-th", who=BEN)
        assert await dialogue.store.subscriptions.place(PAPERS) == place


async def test_what_joins_a_channel_comes_in_the_channels_zone() -> None:
    async with talking() as dialogue:
        await dialogue.say("subscribe image generation")
        await dialogue.say("subscribe spin glass", who=BEN)
        assert {one.zone for one in await dialogue.here()} == {"Europe/Berlin"}


async def test_a_zone_that_only_a_platform_knows_is_passed_over() -> None:
    async with talking() as dialogue:
        odd = replace(ADA, zone="Mars/Olympus")
        assert (await dialogue.say("subscribe spin glass", who=odd)).ok
        assert {one.zone for one in await dialogue.here()} == {"UTC"}


async def test_a_new_subscription_begins_as_if_it_had_been_there_at_its_last_slot() -> None:
    async with talking() as dialogue:
        await dialogue.say("subscribe image generation daily at 6:00")
        await dialogue.say("subscribe spin glass")
        before, after = await dialogue.here()
        batches = await dialogue.store.announcements.batches(date(2026, 11, 24))
        today: Batch = batches[0]
        horizon = await dialogue.store.announcements.horizon()
        assert after.cursor == horizon  # at 09:00 the day's list had come
        assert before.cursor == horizon - today.papers  # at 06:00 it had not
        assert before.last_slot == "2026-11-24T06:00 Europe/Berlin"


async def test_two_people_who_ask_for_the_same_at_once_make_one_subscription() -> None:
    async with talking() as dialogue:
        await asyncio.gather(*(dialogue.say("subscribe spin glass", who=who) for who in (ADA, BEN)))
        assert len(await dialogue.here()) == 1


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        ((0, 0), "In 30 days 2 digests came, on time."),
        ((5, 5), "In 30 days 2 digests came, 5 min after the time."),
        (
            (0, 12),
            "In 30 days 2 digests came: half within 0 s of their time, the latest 12 min after.",
        ),
    ],
)
async def test_status_tells_how_digests_kept_their_time(
    minutes: tuple[int, int], words: str
) -> None:
    async with talking(SMALL) as dialogue:
        await subscribed(dialogue)
        for back, late in enumerate(minutes):
            day = TODAY - timedelta(days=back)
            key = await dialogue.digest([SMALL.said[0][1]], day=day)
            at = dialogue.calendar.now() + timedelta(minutes=late)
            assert await dialogue.store.outbox.claim(key, State.PLANNED, at)
            assert await dialogue.store.outbox.settle(key, SENT, at)
        assert words in (await dialogue.say("status")).text
