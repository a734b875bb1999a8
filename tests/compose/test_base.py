"""A filter under every topic of a Discord server, and the roles that digests call."""

import pytest

from bot.compose.base import narrowed, read_base, tidy
from bot.compose.match import matches
from bot.compose.topic import parse_topic
from bot.errors import PaperboyError
from bot.model import Paper, Place, Raw
from tests.compose.digests import HERE, compose, found, numbered, said, subscription


def paper(title: str, *categories: str) -> Paper:
    return Paper("2611.00001", Raw(title), Raw("We look."), categories=categories)


@pytest.mark.parametrize(
    ("text", "one", "taken"),
    [
        ("", paper("Anything", "hep-th"), True),
        ("only cs.*, stat.*", paper("Glass", "cs.CV"), True),
        ("only cs.*, stat.*", paper("Glass", "stat.ML"), True),
        ("only cs.*, stat.*", paper("Glass", "hep-th"), False),
        ("only cs", paper("Glass", "cs.CV"), True),
        ("only cs.*; -survey", paper("A survey of glass", "cs.CV"), False),
        ("only cs.*; -survey", paper("Glass", "cs.CV"), True),
        ("-survey, -review", paper("A review", "hep-th"), False),
        ("-survey; -review", paper("A survey", "hep-th"), False),
        ("only cs.*; only glass", paper("Lamps", "cs.CV"), False),
        ('-"spin glass"', paper("The spin glass", "cs.CV"), False),
        ("ONLY  cs.CV ;", paper("Glass", "cs.CL"), False),
    ],
)
def test_a_filter_takes_what_it_says(text: str, one: Paper, taken: bool) -> None:
    assert read_base(text).takes(one) is taken


@pytest.mark.parametrize("text", ["cs.*", "only", "survey", "only (", "-kind:new", "only ti:*"])
def test_a_filter_that_cannot_be_read_says_so(text: str) -> None:
    with pytest.raises(PaperboyError):
        tidy(text)


def test_a_filter_is_kept_tidy() -> None:
    assert tidy(" only  cs.*,stat.* ;; -survey ; ") == "only cs.*,stat.*; -survey"


def test_a_topic_is_counted_as_it_comes_to_a_place() -> None:
    topic = parse_topic("glass")
    there = Place(HERE, "#papers", exclude="survey", base="only cs.*; -review")
    known = narrowed(topic, there)
    assert known.canonical == topic.canonical
    assert matches(known.expression, paper("Glass", "cs.CV"))
    for other in (
        paper("Glass", "hep-th"),
        paper("Glass, a survey", "cs.CV"),
        paper("Glass, a review", "cs.CV"),
        paper("Lamps", "cs.CV"),
    ):
        assert not matches(known.expression, other)
    assert narrowed(topic, Place(HERE, "#papers")) == topic


def test_a_digest_brings_nothing_that_the_servers_filter_keeps_away() -> None:
    (one, _), other = said("2611.00001"), said("2611.00002")
    rows = numbered((one, paper("A survey of spin glass")), other)
    hits = {"spin glass": found(0, 1)}
    place = Place(HERE, "#papers", base="-survey")
    plan = compose(rows, hits, subscription(), place=place)
    assert [item.paper for item in plan.items] == ["2611.00002"]


def test_a_digest_calls_the_roles_of_topics_that_have_papers_each_once() -> None:
    rows = numbered(said("2611.00001"), said("2611.00002"))
    hits = {"glass": found(0), "lamps": found(1)}
    plan = compose(
        rows,
        hits,
        subscription(1, "glass", ping="7 the physicists"),
        subscription(2, "lamps", ping="7 the physicists"),
        subscription(3, "nothing", ping="8 others"),
        subscription(4, "no role"),
    )
    assert plan.heading.pings == ("7",)


def test_a_digest_without_papers_calls_nobody() -> None:
    first = subscription(1, "glass", ping="7 the physicists", first_done=False)
    plan = compose(numbered(said("2611.00001")), {}, first)
    assert plan.heading.note
    assert plan.heading.pings == ()
