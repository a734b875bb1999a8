"""Papers, digests and hostile texts for the tests of Slack."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import strategies as st

from bot.compose.topic import parse_topic
from bot.errors import TopicError
from bot.model import (
    Because,
    Density,
    Destination,
    Digest,
    Heading,
    Item,
    Kind,
    Paper,
    Place,
    Raw,
    Slot,
)

TEAM = "T0PAPER"
CHANNEL = Destination("slack", TEAM, "C0PAPERS")
PERSON = Destination("slack", TEAM, "U0READER")
SLOT = Slot("2026-11-25T09:00 UTC", datetime(2026, 11, 25, 9, tzinfo=UTC))
PAPER = Paper(
    "2611.00001",
    Raw(r"The \emph{glass} of $\mathcal{N}=4$"),
    Raw("Glass is old. We propose a new glass <b>. See https://github.com/glass/new."),
    2,
    (Raw("Ada One"), Raw("Ben Two")),
    ("cond-mat.dis-nn", "cs.LG"),
    Raw("12 pages"),
)
WHY = (
    Because("title", "glass", ((10, 15),)),
    Because("abstract", "new glass", ((27, 36),)),
    Because("author", "Ben Two", ((0, 7),), 1),
    Because("category", "cs.LG", ((0, 5),), 1),
    Because("comment", "pages", ((3, 8),)),
)
HOSTILE = (
    "<!channel>",
    "<@U0VICTIM>",
    "<#C0ELSE|x>",
    "<https://evil.example|arXiv>",
    "*bold* _it_ ~no~ `code`",
    "```\nblock\n```",
    "&lt;!here&gt;",
    "@here @everyone :smile:",
    "> quoted",
    "{key}",
    "\u202eelbisrever\u202c",
    "x" * 10_000,
    "\n\n\n",
    "👩‍👩‍👧‍👦" * 40,
    "|",
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
hostile = st.lists(
    st.one_of(
        st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
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
    papers = [replace(paper, id=f"2611.{n:05}") for n in range(1, count + 1)]
    numbered = tuple(enumerate(topics, 1))
    return Digest(
        1,
        room,
        SLOT,
        Place(room, "#papers", density=density, is_person=room == PERSON),
        Heading((date(2026, 11, 24),), 1204, numbered),
        tuple(
            Item(one.id, paper.version, Kind.NEW, (n % len(topics) + 1,))
            for n, one in enumerate(papers)
        ),
        shown,
        {(one.id, paper.version): one for one in papers},
    )
