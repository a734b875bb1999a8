"""Subscriptions as TOML: nothing is lost, and what is wrong is told by line."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings, strategies as st

from bot.compose.topic import parse_topic
from bot.errors import NotTaken
from bot.exchange.form import as_toml, read_toml
from bot.exchange.lines import find_lines
from bot.model import Daily, Density, Destination, Kind, Place, Subscription, Weekly
from tests.store.strategies import kinds, parts, places, schedules, subscriptions

TOPICS = [
    parse_topic(text).canonical
    for text in ("image generation", "au:hinton AND cat:cs.LG", 'ti:"spin glass" -survey', "hep-th")
]


@st.composite
def exported(draw: st.DrawFn) -> list[tuple[Place, Subscription]]:
    """Members as the store has them, but for what only the store knows."""
    some = places() | parts()
    there = draw(st.lists(some, unique_by=lambda one: one.destination, max_size=4))
    members = []
    for one in there:
        place = replace(
            one,
            name=one.name or one.destination.address,
            exclude=draw(st.sampled_from(["", TOPICS[0]])),
            base=draw(st.sampled_from(["", "only cs.*, stat.*; -survey"])),
            suspended="",
            last_platform_id="",
        )
        for number in range(1, draw(st.integers(1, 3)) + 1):
            drawn = draw(subscriptions())
            topic = draw(st.sampled_from(TOPICS))
            members.append(
                (
                    place,
                    replace(
                        drawn,
                        destination=place.destination,
                        number=number,
                        topic=topic,
                        label=drawn.label or topic,
                        schedule=draw(schedules()),
                        kinds=draw(kinds().filter(bool)),
                        cursor=0,
                        first_done=False,
                        last_slot="",
                    ),
                )
            )
    return members


@settings(max_examples=25)
@given(exported())
def test_what_is_exported_reads_back_as_it_was(members: list[tuple[Place, Subscription]]) -> None:
    again = [(place, one) for place, ones in read_toml(as_toml(members)) for one in ones]
    assert again == members


def test_a_file_says_no_more_than_is_needed() -> None:
    where = Destination("slack", "T1", "C1")
    place = Place(where, "#papers", "Europe/Berlin")
    one = Subscription(where, 2, "hep-th", "hep-th", Weekly((1,), "08:30"), "Europe/Berlin", 7)
    assert as_toml([(place, one)]).partition("format = 1\n")[2] == (
        '\n[[place]]\nplatform = "slack"\naccount = "T1"\naddress = "C1"\nname = "#papers"\n'
        'zone = "Europe/Berlin"\n\n[[place.subscription]]\ntopic = "hep-th"\nnumber = 2\n'
        'when = "weekly on mon at 08:30"\n'
    )


def test_a_file_written_by_hand_needs_only_places_and_topics() -> None:
    ((place, ones),) = read_toml(
        """
        [[place]]
        platform = "slack"
        account = "T1"
        address = "C1"
        zone = "Europe/Berlin"
        density = "compact"
        [[place.subscription]]
        topic = "Images of lamps"
        [[place.subscription]]
        topic = "hep-th kind:new"
        when = "weekly on mon and thu at 8:30"
        paused_until = 2026-12-24
        """
    )
    first, second = ones
    assert (place.name, place.density) == ("C1", Density.COMPACT)
    assert (first.label, first.schedule, first.zone) == (
        "Images of lamps", Daily("09:00"), "Europe/Berlin",
    )  # fmt: skip
    assert first.topic == parse_topic("images of lamps").canonical
    assert (second.topic, second.kinds) == (parse_topic("hep-th").canonical, frozenset({Kind.NEW}))
    assert (second.schedule, second.paused_until) == (Weekly((1, 4), "08:30"), date(2026, 12, 24))


WEB = '[[place]]\nplatform="web"\naccount="local"\naddress="a"\n'
NUMBERED = '[[place.subscription]]\nnumber=2\ntopic="a b"\n'
WRONG = '''format = 1
colour = "red"
[[place]]
platform = "irc"
account = "T1"
address = ""
zone = "Berlin"
nmae = "#papers"

[[place.subscription]]
topic = """ti:"lamps
over two lines"""
when = "sometimes"
[[place.subscription]]
number = 3
kinds = ["old"]
topic = "lamps"
created = 2026-11-24T09:00:00

[[place.subscription]]
number = 3
topic = 7
[[place]]
platform = "slack"
account = "T1"
'''


def test_everything_that_is_wrong_is_told_at_once_with_its_line() -> None:
    with pytest.raises(NotTaken) as caught:
        read_toml(WRONG)
    said = str(caught.value).splitlines()
    starts = [
        "line 2: colour: there is no such key",
        "line 4: platform must be one of slack, discord, web",
        "line 6: address is empty",
        "line 7: ",
        "line 8: nmae: there is no such key. Did you mean name?",
        "line 11: ",
        'line 13: I can\'t read "sometimes" as a time',
        "line 16: kinds are among",
        "line 18: created lacks its offset",
        "line 22: topic must be text in quotes",
        "line 23: ",
    ]
    assert len(said) == len(starts), said
    for line, start in zip(said, starts, strict=True):
        assert line.startswith(start), (line, start)
    assert "address" in said[-1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[place]\n", "line 1"),
        ("place = 3", "line 1: write each place under"),
        ("format = 9", "line 1: this Paperboy reads format 1 only"),
        (
            WEB + "subscription=[1]",
            "line 5: write each subscription under",
        ),
        (
            WEB + WEB,
            "line 5: this place stands twice",
        ),
        (
            WEB + NUMBERED + NUMBERED,
            "line 9: number 2 stands twice",
        ),
    ],
)
def test_what_is_no_list_of_places_is_told(text: str, said: str) -> None:
    with pytest.raises(NotTaken) as caught:
        read_toml(text)
    assert said in str(caught.value)


@given(st.text(alphabet='[]place.subri= "\n3#', max_size=60))
def test_lines_are_found_in_any_text(text: str) -> None:
    assert all(1 <= line <= len(text.splitlines()) + 1 for line in find_lines(text).values())
