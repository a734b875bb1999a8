"""What the store does not hold: arXiv is asked seldom, patiently, and its trouble told in words."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.compose.moments import told
from bot.errors import ArxivBusy, ArxivError, ArxivGarbled, ArxivUnreachable
from bot.model import Paper, Raw
from tests.commands.dialogue import ADA, BEN, MONTH, Dialogue, ScriptedArxiv, talking


def old(number: int, title: str = "On Weather") -> Paper:
    return Paper(
        f"2401.{number:05}",
        Raw(f"{title} {number}"),
        Raw("It rains."),
        authors=(Raw("Ada Example"),),
        categories=("cs.LG",),
        comment=Raw(""),
    )


WEATHER = [old(number) for number in range(1, 31)]


def titles(dialogue: Dialogue) -> list[str]:
    return [str(paper.title) for paper in dialogue.last.papers]


async def test_what_the_store_lacks_is_asked_of_arxiv() -> None:
    async with talking() as dialogue:
        dialogue.arxiv.papers = [*WEATHER[:3], old(99, "On Something Else")]
        reply = await dialogue.say("search on weather")
        assert reply.text == "1 to 3, newest first."
        assert titles(dialogue) == ["On Weather 1", "On Weather 2", "On Weather 3"]
        assert [action.label for action in reply.actions] == ["Subscribe to this"]
        assert dialogue.arxiv.asked == ['(ti:"on weather" OR abs:"on weather")']


async def test_recent_papers_come_before_older_ones_and_none_twice() -> None:
    capsules = next(paper for _, paper in MONTH.said if paper.title == "Capsules 0")
    async with talking() as dialogue:
        dialogue.arxiv.papers = [capsules, old(1, "Capsules of"), old(2, "Capsules of")]
        await dialogue.say("search capsules")
        assert titles(dialogue)[:2] == ["Capsules 0", "Capsules 4"]
        await dialogue.press("More")
        assert titles(dialogue) == ["Capsules of 1", "Capsules of 2"]
        assert dialogue.last.text == "6 to 7, newest first."


async def test_where_the_store_has_enough_arxiv_is_not_asked() -> None:
    async with talking() as dialogue:
        await dialogue.say("search image generation")
        await dialogue.press("More")
        assert dialogue.arxiv.asked == []


async def test_further_pages_of_one_search_need_no_further_request() -> None:
    async with talking() as dialogue:
        dialogue.arxiv.papers = WEATHER
        await dialogue.say("search on weather")
        for _ in range(4):
            await dialogue.press("More")
        assert len(dialogue.arxiv.asked) == 1
        assert titles(dialogue) == [f"On Weather {n}" for n in range(21, 26)]


async def test_a_person_asks_arxiv_once_in_half_a_minute() -> None:
    async with talking() as dialogue:
        dialogue.arxiv.papers = WEATHER
        await dialogue.say("search on weather")
        dialogue.calendar.forward(10)
        reply = await dialogue.say("search on rain")
        assert reply.title == 'No paper on "on rain"'
        assert reply.text == "For older papers, which only arXiv has, ask again in 20 seconds."
        await dialogue.say("search on rain", who=BEN)
        assert len(dialogue.arxiv.asked) == 2
        dialogue.calendar.forward(20)
        await dialogue.say("search on rain")
        assert len(dialogue.arxiv.asked) == 3


async def test_a_clock_set_back_does_not_lock_anybody_out() -> None:
    async with talking() as dialogue:
        await dialogue.say("search on weather")
        dialogue.calendar.forward(-3600)
        await dialogue.say("search on rain")
        assert len(dialogue.arxiv.asked) == 2


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            ArxivBusy("arXiv asked to wait", retry_after=timedelta(minutes=75)),
            "arXiv asks me to wait until 14:15 Berlin time.",
        ),
        (ArxivBusy("429"), "arXiv asks me to wait. Try again later."),
        (
            ArxivUnreachable("arXiv cannot be reached: no route"),
            "arXiv cannot be reached: no route.",
        ),
        (
            ArxivGarbled("arXiv's answer broke off", remedy="Wait."),
            "arXiv's answer broke off. Wait.",
        ),
    ],
)
async def test_arxivs_trouble_is_told_in_words_beside_what_is_here(
    error: ArxivError, words: str
) -> None:
    async with talking() as dialogue:
        dialogue.arxiv.error = error
        reply = await dialogue.say("search spin glass")
        assert reply.ok
        assert told(reply.text) == f"1 to 2, newest first.\n{words}"
        dialogue.calendar.forward(30)
        reply = await dialogue.say("search 2401.00001")
        assert not reply.ok
        assert told(reply.text) == f"{words} https://arxiv.org/abs/2401.00001"


class SlowArxiv(ScriptedArxiv):
    """Never answers."""

    async def search(self, query: str, size: int) -> Sequence[Paper]:
        await asyncio.Event().wait()
        return await super().search(query, size)


async def test_nobody_waits_long_for_arxiv() -> None:
    async with talking(arxiv=SlowArxiv()) as dialogue:
        async with asyncio.timeout(10):
            reply = await dialogue.say("search on weather")
        assert reply.text == "arXiv takes long to answer. Try again in a minute."


async def test_without_a_network_only_what_is_here_is_searched() -> None:
    async with talking(offline=True) as dialogue:
        reply = await dialogue.say("search spin glass")
        assert reply.text.endswith("Only the papers that I have here were searched.")
        reply = await dialogue.say("search 2401.00001")
        assert reply.text == "I work without a network here. https://arxiv.org/abs/2401.00001"


async def test_a_paper_that_only_arxiv_has_is_shown_whole_and_kept() -> None:
    async with talking() as dialogue:
        dialogue.arxiv.papers = [WEATHER[0]]
        reply = await dialogue.say("search arXiv:2401.00001v1")
        assert (reply.papers, reply.whole) == ((WEATHER[0],), True)
        await dialogue.say("open 2401.00001")
        assert dialogue.arxiv.asked == ["2401.00001"]


async def test_the_button_of_a_paper_that_is_gone_leads_to_arxiv() -> None:
    async with talking(offline=True) as dialogue:
        reply = await dialogue.say("open 2401.00001v2")
        assert reply.text == (
            "I no longer keep this abstract: https://arxiv.org/abs/2401.00001\n"
            "I work without a network here."
        )


async def test_a_paper_that_only_arxiv_has_can_be_saved() -> None:
    async with talking() as dialogue:
        dialogue.arxiv.papers = [WEATHER[0]]
        assert (await dialogue.say("save 2401.00001")).title == "Saved On Weather 1"
        assert [one.id for one in await dialogue.store.people.saved(ADA)] == ["2401.00001"]


async def test_other_versions_are_told_and_can_be_opened() -> None:
    async with talking() as dialogue:
        second = replace(WEATHER[0], version=2, abstract=Raw("It pours."))
        await dialogue.store.papers.put([WEATHER[0], second])
        reply = await dialogue.say("open 2401.00001v1")
        assert reply.text == "Versions: 1, 2."
        assert reply.papers == (WEATHER[0],)
        reply = await dialogue.press("Open version 2")
        assert reply.papers == (second,)


async def test_what_is_remembered_of_searches_goes_with_the_person() -> None:
    async with talking() as dialogue:
        await dialogue.say("search on weather")
        await dialogue.say("forget-me --delete")
        await dialogue.say("search on rain")
        assert len(dialogue.arxiv.asked) == 2
