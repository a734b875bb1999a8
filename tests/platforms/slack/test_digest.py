"""A digest in its channel, and what people do with it: the real worker and the real bolt app."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from random import Random

from bot.clock import SystemElapsed
from bot.deliver.worker import Worker
from bot.limits import Limits
from bot.model import Delivery, Heading, Item, Kind, Plan, Slot, State
from bot.notices import Notices
from tests.commands.dialogue import ADA, PAPERS, own
from tests.platforms.slack.bench import FAST
from tests.platforms.slack.samples import PAPER
from tests.platforms.slack.talking import Talking, slack_talk
from tests.platforms.slack.test_render import buttons, of_type, options, shown_text
from tests.standins.slack import PATIENCE
from tests.standins.slack_faults import Fault, Trouble
from tests.standins.slack_world import Message

POST, SLOT = "chat.postMessage", "2026-11-24T09:00 Europe/Berlin"


@dataclass
class Reading:
    """A channel with a digest, and its readers."""

    talk: Talking
    worker: Worker

    async def notices(self) -> None:
        """Plan what is to be told besides digests."""
        store, calendar = self.talk.dialogue.store, self.talk.dialogue.calendar
        planned = Notices(
            store.announcements,
            store.subscriptions,
            store.outbox,
            store.audit,
            store.lane,
            calendar,
            Limits(),
        )
        await planned.step()
        self.worker.wake()

    async def until(self, holds: Callable[[Delivery], bool]) -> None:
        """Let time pass until the digest's delivery is as wanted."""
        store = self.talk.dialogue.store
        async with asyncio.timeout(30):
            while True:
                rows = await store.audit.deliveries(PAPERS, 20)
                if any(holds(row.delivery) for row in rows if row.slot == SLOT):
                    return
                self.talk.dialogue.calendar.forward(1)
                self.worker.wake()
                await asyncio.sleep(0.01)


def is_doubt(row: Delivery) -> bool:
    return row.state is State.UNKNOWN and row.not_before is None


def is_sent(row: Delivery) -> bool:
    return row.state is State.SENT


@asynccontextmanager
async def reading(*troubles: Trouble, papers: int = 3) -> AsyncIterator[Reading]:
    """Open a workspace in which #papers is owed a digest on the topic glass."""
    async with slack_talk(*troubles) as talk:
        store, now = talk.dialogue.store, talk.dialogue.calendar.now()
        await talk.dialogue.say("subscribe glass")
        known = [replace(PAPER, id=f"2611.9{n:04}") for n in range(papers)]
        await store.papers.put(known)
        items = tuple(Item(one.id, one.version, Kind.NEW, (1,)) for one in known)
        heading = Heading((now.date(),), 97, ((1, "glass"),))
        plan = Plan(PAPERS, Slot(SLOT, now), heading, items)
        assert not await store.outbox.enqueue([plan], now)
        worker = Worker(
            talk.service.platform,
            store.outbox,
            store.subscriptions,
            talk.dialogue.calendar,
            SystemElapsed(),
            FAST,
            Random(7),
        )
        working = asyncio.create_task(worker.run())
        try:
            yield Reading(talk, worker)
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)


def drawn(message: Message) -> dict[str, object]:
    return {"blocks": message.blocks}


async def test_the_rest_of_a_digest_comes_privately_ten_a_page() -> None:
    async with reading(papers=42) as here:
        (digest,) = await here.talk.said()
        more = buttons(drawn(digest))["Show 12 more"]
        answers = await here.talk.people.press(more, digest, "UBEN", "CPAPERS")
        page = await here.talk.slack.until(lambda: answers.said and answers.said[0])
        assert page["response_type"] == "ephemeral"
        assert shown_text(page).startswith("Papers 31 to 40 of 42")
        answers = await here.talk.people.press(
            buttons(page)["Show 2 more"], page, "UBEN", "CPAPERS"
        )
        page = await here.talk.slack.until(lambda: answers.said and answers.said[0])
        assert shown_text(page).startswith("Papers 41 to 42 of 42")


async def test_a_paper_of_a_digest_opens_with_why_it_matched() -> None:
    async with reading() as here:
        (digest,) = await here.talk.said()
        command = options(drawn(digest))["Open 2: The glass of N=4"]
        await here.talk.people.press(command, digest, "UBEN", "CPAPERS")
        card = await here.talk.people.modal()
        text = shown_text(card)
        assert "Glass is old. We propose a new glass <b>." in text
        assert 'Matches "glass": title and abstract.' in text
        assert "Exclude a word for #papers…" in buttons(card)


async def test_a_paper_is_brought_up_for_discussion() -> None:
    async with reading() as here:
        (digest,) = await here.talk.said()
        command = options(drawn(digest))["Discuss 1: The glass of N=4"]
        await here.talk.people.press(command, digest, "UBEN", "CPAPERS")
        _, shared = await here.talk.said(count=2)
        assert shared.blocks[-1]["elements"][0]["text"] == "Shared by ben"


async def test_a_digests_topic_becomes_a_private_alert() -> None:
    async with reading() as here:
        (digest,) = await here.talk.said()
        await here.talk.people.press("alert add glass", digest, "UADA", "CPAPERS")
        direct = here.talk.slack.workspace.direct("UADA")
        await here.talk.slack.until(lambda: direct.messages)
        assert "You'll hear from me here when papers match glass" in direct.messages[0].text
        assert [one.label for one in await here.talk.dialogue.here(own(ADA))] == ["glass"]
        assert "Remove glass" in buttons(drawn(direct.messages[0]))


async def test_manage_lists_the_channels_topics_privately() -> None:
    async with reading() as here:
        (digest,) = await here.talk.said()
        answers = await here.talk.people.press("list", digest, "UBEN", "CPAPERS")
        listed = await here.talk.slack.until(lambda: answers.said and answers.said[0])
        assert "1. glass" in shown_text(listed)
        (last,) = of_type(listed, "date")  # each reader's own clock
        (row,) = await here.talk.dialogue.store.audit.deliveries(PAPERS, 5)
        assert row.settled_at
        assert last["timestamp"] == int(row.settled_at.timestamp())
        assert last["fallback"] in shown_text(listed)
        assert last["url"] == f"https://chat.example/CPAPERS/{digest.ts}"
        link = here.talk.service.link(PAPERS, digest.ts)
        assert link == f"https://paper.slack.example/archives/CPAPERS/p{digest.ts.replace('.', '')}"
        assert here.talk.service.link(own(ADA), digest.ts) == "", "never written to"
        assert here.talk.service.link(replace(PAPERS, platform="discord"), "1") == ""


async def test_a_doubt_is_asked_in_the_channel_and_a_no_sends_the_digest_again() -> None:
    async with reading(Trouble(Fault.DROP_BEFORE, POST)) as here:
        await here.until(is_doubt)
        await here.notices()
        (question,) = await here.talk.said()
        assert "I could not confirm that the digest of Tue 24 Nov reached #papers" in question.text
        no = buttons(drawn(question))["No, send it"]
        await here.talk.people.press(no, question, "UADA", "CPAPERS")
        await here.until(is_sent)
        assert [one for one in here.talk.seen() if "3 papers on glass" in one.text]


async def test_a_yes_ends_the_doubt_and_sends_nothing() -> None:
    async with reading(Trouble(Fault.DROP_AFTER, POST)) as here:
        await here.until(is_doubt)
        await here.notices()
        _, question = await here.talk.said(count=2)
        yes = buttons(drawn(question))["Yes, it is there"]
        await here.talk.people.press(yes, question, "UADA", "CPAPERS")
        await here.until(lambda row: row.state is State.DISMISSED)
        digests = [one for one in here.talk.seen() if "3 papers on glass" in json.dumps(one.text)]
        assert len(digests) == 1


async def test_a_lost_channels_topics_are_moved_from_the_notice_to_who_made_them() -> None:
    async with reading() as here:
        await here.talk.said()
        place = await here.talk.dialogue.store.subscriptions.place(PAPERS)
        assert place
        archived = replace(place, suspended="archived")
        await here.talk.dialogue.store.subscriptions.put_place(archived, "test")
        await here.notices()
        direct = here.talk.slack.workspace.direct("UADA")
        await here.talk.slack.until(lambda: direct.messages)
        (notice,) = direct.messages
        assert "I can't post to #papers any more (archived)" in notice.text
        await here.talk.people.press("move CPAPERS", notice, "UADA", direct.id)
        modal = await here.talk.people.modal()
        await here.talk.people.submit(modal, "UADA", to="CGLASS")
        (told,) = await here.talk.said("CGLASS")
        assert "#glass now gets what #papers got" in shown_text(drawn(told))
        assert [one.label for one in await here.talk.dialogue.here(PAPERS)] == []


async def test_where_who_made_a_lost_channels_topics_has_left_the_next_one_is_told() -> None:
    async with reading() as here:
        await here.talk.said()
        await here.talk.people.type("/arxiv edit 1 weekly on mon", "UBEN", "CPAPERS")
        await here.talk.said(count=2)
        here.talk.slack.workspace.users["UADA"].deleted = True
        await here.talk.people.archive("CPAPERS")
        direct = here.talk.slack.workspace.direct("UBEN")
        async with asyncio.timeout(PATIENCE):
            while not direct.messages:
                await here.notices()
                await asyncio.sleep(0.01)
        assert "I can't post to #papers any more (archived)" in direct.messages[0].text
