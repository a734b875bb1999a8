"""Counts and the newest papers: the same as looking at every paper with every topic."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from bot.commands.recent import Asked, Recent
from bot.commands.settings import DEFAULT_KINDS
from bot.commands.sieve import is_plain, passes
from bot.compose.match import matches
from bot.compose.topic import parse_topic
from bot.limits import Limits
from bot.model import Kind, Paper, Raw
from tests.commands.dialogue import MONTH, TODAY, Press, announced, list_days, talking

TOPICS = (
    "image generation",
    "cs.CV",
    "cat:cs.CV AND survey",
    "cat:cs.* ANDNOT cat:cs.CV",
    "cs.CV, diffusion policy",
    "cat:cs.CV ANDNOT survey",
    "spin glass ANDNOT cat:cond-mat.dis-nn",
    "au:hinton",
    "cat:cs.CV AND cat:cs.LG",
    "flow kind:replace",
    "nothing of the kind",
)
cats = st.lists(st.sampled_from(("cs.CV", "cs.LG", "math-ph", "math.MP", "cond-mat.dis-nn")))
texts = st.sampled_from(("", "image generation", "a survey of diffusion policy", "spin glass"))


@given(st.sampled_from(TOPICS), cats, texts)
def test_what_categories_decide_is_decided_as_the_whole_topic_would(
    text: str, categories: list[str], abstract: str
) -> None:
    topic = parse_topic(text)
    paper = Paper("2611.00001", Raw("T"), Raw(abstract), categories=tuple(categories))
    assert passes(topic.expression, paper) is matches(topic.expression, paper)


def test_only_categories_are_plain() -> None:
    assert is_plain(parse_topic("cs.CV, cat:hep-* ANDNOT cat:hep-th").expression)
    assert not is_plain(parse_topic("cat:cs.CV AND lamps").expression)


def later() -> Press:
    """Crosses and new versions of the month's papers."""
    press = Press()
    day, papers = list_days(1)[0], [paper for _, paper in MONTH.said]
    for paper in papers[-9::2]:
        press.announce(day, replace(paper, version=2), Kind.REPLACE)
    for paper in [one for one in papers if one.categories == ("cs.CV",)][:40:3]:
        press.announce(day, replace(paper, categories=("cs.CV", "cs.GR")), Kind.CROSS)
    return press


def naive(asked: Asked, days: int) -> set[str]:
    """The papers found, by the plain meaning of a topic."""
    since = TODAY - timedelta(days=days - 1)
    return {
        paper.id
        for said, paper in [*MONTH.said, *later().said]
        if said.batch >= since
        and said.kind in asked.wanted
        and matches(asked.topic.expression, paper)
    }


@pytest.mark.parametrize("kinds", [None, frozenset({Kind.REPLACE}), frozenset(Kind)])
@pytest.mark.parametrize("days", [1, 7, 30])
async def test_counts_of_many_topics_are_those_of_each(
    days: int, kinds: frozenset[Kind] | None
) -> None:
    asked = [Asked(parse_topic(text), kinds) for text in (*TOPICS, TOPICS[0])]
    async with talking() as dialogue:
        await announced(dialogue.store, later())
        recent = Recent(dialogue.store.papers, dialogue.calendar, Limits())
        found = await recent.counts(asked, days)
    assert found == [len(naive(one, days)) for one in asked]


@pytest.mark.parametrize("wanted", [1, 5, 30, 10_000])
@pytest.mark.parametrize("text", TOPICS)
async def test_the_newest_papers_are_at_least_as_many_as_wanted(text: str, wanted: int) -> None:
    topic = parse_topic(text)
    everything = naive(Asked(topic, DEFAULT_KINDS), 30)
    async with talking() as dialogue:
        await announced(dialogue.store, later())
        recent = Recent(dialogue.store.papers, dialogue.calendar, Limits())
        hits = await recent.newest(topic.expression, wanted, Asked(topic).wanted)
    ids = [hit.paper.id for hit in hits]
    order = [hit.announcement.seq for hit in hits]
    assert len(ids) == len(set(ids)) >= min(wanted, len(everything))
    assert order == sorted(order, reverse=True)
    assert set(ids) <= everything
