"""Digests and answers as messages of the built-in channel."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, strategies as st

from bot.compose.marks import runs_of
from bot.dialogue import Reply
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
from bot.platforms.web.answers import answer_of, message_of
from bot.platforms.web.message import Button, Message, Reference, Run, text_of, unpack
from bot.platforms.web.render import render
from bot.platforms.web.rooms import ALERTS, CHANNEL

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


def digest(
    count: int = 1, density: Density = Density.AUTO, room: Destination = CHANNEL, shown: int = 30
) -> Digest:
    papers = [replace(PAPER, id=f"2611.{n:05}") for n in range(1, count + 1)]
    return Digest(
        1,
        room,
        SLOT,
        Place(room, "#papers", density=density, is_person=room == ALERTS),
        Heading((date(2026, 11, 24),), 1204, ((1, "glass"),)),
        tuple(Item(paper.id, 2, Kind.NEW, (1,)) for paper in papers),
        shown,
        {(paper.id, 2): paper for paper in papers},
    )


def only(one: Digest) -> Message:
    (body,) = render(one)
    assert not body.reply
    return unpack(body.payload)


def test_a_small_digest_is_one_message_of_cards() -> None:
    message = only(digest())
    assert message.title == "arXiv of Tue 24 Nov: 1 paper on glass"
    assert message.head == (Button("Manage", "list"),)
    assert Button("Alert me too: glass", "alert add glass") in message.buttons
    ((card,),) = (section.cards for section in message.sections)
    assert text_of(card.title) == "The glass of N=4"
    assert card.url == "https://arxiv.org/abs/2611.00001v2"
    assert text_of(card.authors) == "Ada One, Ben Two"
    assert text_of(card.categories) == "cond-mat.dis-nn, cs.LG"
    assert card.excerpt == "“… We propose a new glass <b>.”"
    assert card.references == (
        Reference("Code", "https://github.com/glass/new"),
        Reference("PDF", "https://arxiv.org/pdf/2611.00001v2"),
    )
    assert text_of(card.comment) == "12 pages"
    assert card.buttons == (
        Button("Open", "open 2611.00001v2", "Open 1: The glass of N=4"),
        Button("Discuss", "discuss 2611.00001v2", "Discuss 1: The glass of N=4"),
    )


def test_a_larger_digest_is_one_line_a_paper_and_the_rest_stands_behind_a_button() -> None:
    message = only(digest(42))
    assert message.compact
    cards = message.sections[0].cards
    assert [card.number for card in cards] == list(range(1, 31))
    assert (cards[0].excerpt, cards[0].authors) == ("", ())
    assert [button.label for button in cards[0].buttons] == ["Open"]
    assert message.more == "and 12 more: 12 glass"
    assert Button("Show 12 more", "more {key}") in message.buttons


def test_a_thread_is_a_compact_message_and_its_cards_as_a_reply() -> None:
    parent, reply = render(digest(7, Density.THREAD))
    assert (parent.reply, reply.reply) == (False, True)
    assert unpack(parent.payload).compact
    cards = unpack(reply.payload).sections[0].cards
    assert len(cards) == 7
    assert all(card.excerpt for card in cards)


def test_an_alert_offers_nothing_that_only_a_channel_can_do() -> None:
    message = only(digest(room=ALERTS))
    assert [button.label for button in message.sections[0].cards[0].buttons] == ["Open"]
    assert message.buttons == ()


def test_a_notice_has_its_words_and_buttons() -> None:
    heading = Heading(note="Nothing on glass.", actions=("tell-empty",))
    message = only(replace(digest(), heading=heading, items=()))
    assert message.lines == ("Nothing on glass.",)
    assert message.buttons == (Button("Tell me anyway", "tell-empty"),)


@pytest.mark.parametrize("density", list(Density))
@pytest.mark.parametrize("count", [0, 1, 6, 42])
def test_the_same_digest_gives_the_same_bytes(density: Density, count: int) -> None:
    assert render(digest(count, density)) == render(digest(count, density))


def test_the_plain_form_is_titles_and_links_only() -> None:
    (body,) = render(digest(42))
    message = unpack(body.plain)
    assert message.lines[0] == "1. The glass of N=4 https://arxiv.org/abs/2611.00001v2"
    assert message.lines[-1] == "and 12 more: 12 glass"
    assert (message.sections, message.buttons) == ((), ())


# ── answers ──────────────────────────────────────────────────────────────────────────────────────


def marked(runs: tuple[Run, ...]) -> list[str]:
    return [text for text, is_marked in runs if is_marked]


def test_a_whole_card_shows_the_abstract_and_marks_why_it_matched() -> None:
    reply = Reply(text="Versions: v2.", papers=(PAPER,), whole=True, because=WHY)
    (card,) = answer_of(reply, discuss=True).message.sections[0].cards
    assert card.note == "Versions: v2."
    assert marked(card.title) == ["glass"]
    assert text_of(card.abstract) == PAPER.abstract
    assert marked(card.abstract) == ["new glass"]
    assert marked(card.authors) == ["Ben Two"]
    assert marked(card.categories) == ["cs.LG"]
    assert marked(card.comment) == ["pages"]
    assert [button.label for button in card.buttons] == ["Discuss"]


def test_papers_of_an_answer_are_cards_without_numbers() -> None:
    found = message_of(Reply(papers=(PAPER, PAPER)), discuss=True).sections[0].cards
    assert [card.number for card in found] == [0, 0]
    assert found[0].buttons[0] == Button("Open", "open 2611.00001v2", "Open The glass of N=4")
    alone = message_of(Reply(papers=(PAPER,))).sections[0].cards[0]
    assert [button.label for button in alone.buttons] == ["Open"]


@given(st.text(max_size=20), st.data())
def test_marking_loses_nothing_and_marks_exactly_the_spans(text: str, data: st.DataObject) -> None:
    place = st.integers(0, len(text))
    pairs = data.draw(st.lists(st.tuples(place, place), max_size=3))
    spans = [(min(pair), max(pair)) for pair in pairs]
    runs = runs_of(text, spans)
    assert text_of(runs) == text
    inside = [any(start <= at < end for start, end in spans) for at in range(len(text))]
    assert [flag for piece, flag in runs for _ in piece] == inside
    assert all(piece for piece, _ in runs)
