"""Digests and hostile texts for the tests of Discord."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

from bot.compose.topic import parse_topic
from bot.errors import TopicError
from bot.model import Density, Destination, Digest, Kind, Paper, Place, Raw
from tests.platforms.slack.samples import PAPER, WHY, digest as slack_digest

__all__ = ["CHANNEL", "HOSTILE", "KEY", "LABELS", "PAPER", "PERSON", "WHY", "digest", "hostile"]

APPLICATION = "1100000000000000001"
CHANNEL = Destination("discord", APPLICATION, "1200000000000000001")
PERSON = Destination("discord", APPLICATION, "u:1300000000000000001")
KEY = "ABCDEFGHIJKLMNOPQRSTUV23"
HOSTILE = (
    "@everyone @here",
    "<@1300000000000000001> <@!13> <@&14> <#15>",
    "<t:1790000000:R> <a:glass:16> <:glass:17> </arxiv:18> <id:browse>",
    "[arXiv](https://evil.example) [x]: y",
    "https://evil.example/?a=b <https://evil.example> discord.gg/evil http://x",
    "**bold** *it* _it_ __under__ ~~no~~ ||spoiler|| `code` ``two``",
    "```py\nblock\n```",
    "# big\n## less\n-# small\n> quoted\n>>> all\n- one\n* two\n+ three\n1. four\n2) five",
    "- one",
    "1. one",
    "2024.",
    "-# small",
    "\\",
    "\\*half\\",
    "[[a] b] ](<https://evil.example>) [",
    "[0, 1) ]0, 1]",
    ":smile: :glass:1:",
    "{key}",
    "pb1:0:{key}:list",
    "\u202eelbisrever\u202c \u200b\u2060",
    "x" * 10_000,
    "*" * 3_000,
    "\n\n\n",
    "\x00\x07",
    "👩‍👩‍👧‍👦" * 40,
    "$\\frac{a}{b}$",
    "שלום",
)


def _can_be_read(text: str) -> bool:
    try:
        parse_topic(text)
    except TopicError:
        return False
    return True


LABELS = [f'"{text}" glass' for text in HOSTILE if _can_be_read(f'"{text}" glass')]
LABELS += [text for text in HOSTILE if _can_be_read(text)]
LABELS += [f"a topic with many words number {n}" for n in range(70)]
hostile = st.lists(
    st.one_of(
        st.sampled_from(HOSTILE),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
        st.text("\\*_~|`[]<>:@#()-+.1a \n", max_size=40),
    ),
    min_size=1,
    max_size=5,
).map(" ".join)


def digest(
    count: int = 1,
    density: Density = Density.AUTO,
    room: Destination = CHANNEL,
    *,
    shown: int = 30,
    paper: Paper = PAPER,
    topics: Sequence[str] = ("glass",),
) -> Digest:
    """Return a digest of so many papers, each found by one of the topics in turn."""
    one = slack_digest(count, density, shown=shown, paper=paper, topics=topics)
    place = Place(room, "#papers", density=density, is_person=room == PERSON)
    return replace(one, destination=room, place=place)


@st.composite
def digests(draw: st.DrawFn) -> Digest:
    """Return digests of any length and layout whose every text is hostile."""
    paper = replace(
        PAPER,
        title=Raw(draw(hostile)),
        abstract=Raw(draw(hostile)),
        authors=tuple(map(Raw, draw(st.lists(hostile, max_size=4)))),
        comment=Raw(draw(hostile)),
    )
    topics = draw(st.lists(st.sampled_from(LABELS), min_size=1, max_size=70, unique=True))
    count = draw(st.sampled_from([0, 1, 5, 6, 30, 31, 120]))
    one = digest(
        count,
        draw(st.sampled_from(list(Density))),
        draw(st.sampled_from([CHANNEL, PERSON])),
        shown=draw(st.sampled_from([5, 30, 100])),
        paper=paper,
        topics=topics,
    )
    note = draw(hostile) if draw(st.booleans()) or not count else ""
    actions = ("tell-empty", "doubt:abc") if note and draw(st.booleans()) else ()
    updated = draw(st.integers(0, count))
    items = tuple(
        replace(item, kind=Kind.REPLACE) if number < updated else item
        for number, item in enumerate(one.items)
    )
    return replace(one, items=items, heading=replace(one.heading, note=note, actions=actions))
