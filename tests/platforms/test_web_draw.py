"""Hostile text: whatever a paper, a topic or an answer says, the page keeps its shape."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, strategies as st
from lxml import html

from bot.dialogue import Field, Form
from bot.platforms.web.channel import Entry
from bot.platforms.web.draw import (
    Answer,
    Door,
    RoomView,
    Shown,
    draw_answer,
    draw_entry,
    draw_room,
    draw_status,
    linked,
    safe_url,
)
from bot.platforms.web.message import Button, Card, Message, Reference, Section
from bot.platforms.web.rooms import CHANNEL
from bot.platforms.web.status import Progress, StatusLine, StatusView
from tests.platforms.web_samples import MORNING

NASTY = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='x",
    "</textarea>", "</article></main></body>", "<!--", "-->", "<![CDATA[", "{{ 7 * 7 }}",
    "{% raw %}", "&lt;b&gt;", "&#0;", "javascript:alert(1)", "data:text/html,<b>", "\x00",
    "\x1b[31m", "\u202e", "\ud800", "\u2028", "`", "=", 'http://x.example/"onclick=',
    "https://a.example/<b>", '/arxiv x"><b>', "For example: /arxiv subscribe <i>",
)  # fmt: skip
HOSTILE = st.lists(st.sampled_from(NASTY) | st.text(min_size=1, max_size=8), min_size=1, max_size=4)
HOSTILE_TEXT = HOSTILE.map("".join)
TAGS = frozenset(
    {"div", "article", "header", "h2", "h3", "h4", "p", "a", "time", "button", "ol", "li", "span",
     "bdi", "mark", "blockquote", "ul", "table", "thead", "tbody", "tr", "th", "td", "details",
     "summary", "section", "form", "label", "input", "select", "option", "textarea", "pre",
     "code", "progress"}
)  # fmt: skip


def message_of(text: str, url: str = "https://a.example/") -> Message:
    button = Button(text, text, text)
    runs = ((text, False), (text, True))
    card = Card(
        paper=text, title=runs, url=url, number=1, authors=runs, categories=runs, excerpt=text,
        references=(Reference("PDF", url), Reference(text, url)), comment=runs, note=text,
        abstract=runs, buttons=(button,),
    )  # fmt: skip
    return Message(
        title=text, sections=(Section((card,), text),), more=text, buttons=(button,),
        head=(button,), by=text,
    )  # fmt: skip


def entry_of(message: Message) -> str:
    entry = Entry(1, "key", CHANNEL, MORNING, "")
    return draw_entry(Shown(entry, message, (Shown(replace(entry, parent=1), message),)))


def parsed(text: str) -> html.HtmlElement:
    """What a browser would make of it; whatever breaks out of its element stands beside it."""
    return html.fragment_fromstring(text, create_parent="div")


def shape(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(str(node.tag), tuple(sorted(node.attrib))) for node in parsed(text).iter()]


def check(text: str) -> None:
    for node in parsed(text).iter():
        assert node.tag in TAGS, node.tag
        for name, value in node.attrib.items():
            assert not str(name).startswith("on")
            if name in ("href", "action"):
                assert str(value).startswith(
                    ("http://", "https://", "/", "?line=", "data:text/plain")
                )


@given(HOSTILE_TEXT)
def test_no_text_of_a_paper_changes_the_shape_of_a_message(text: str) -> None:
    assert shape(entry_of(message_of(text))) == shape(entry_of(message_of("words")))


@given(HOSTILE_TEXT)
def test_a_compact_digest_keeps_its_shape_too(text: str) -> None:
    hostile, tame = (replace(message_of(one), compact=True) for one in (text, "words"))
    assert shape(entry_of(hostile)) == shape(entry_of(tame))


@given(HOSTILE_TEXT)
def test_links_that_paperboy_finds_in_its_own_words_are_plain_web_addresses(text: str) -> None:
    message = Message(lines=(text,), table=(("Number", text), (text, text)))
    check(entry_of(message))


@given(HOSTILE_TEXT)
def test_an_answer_with_form_and_file_keeps_its_shape(text: str) -> None:
    def drawn(one: str) -> str:
        fields = (
            Field("a", one, one, one),
            Field("b", one, one, one, choices=((one, one),)),
            Field("c", one, one, one, lines=2),
        )
        form = Form(one, one, fields, one)
        answer = Answer(message_of(one), form, {"a": one, "c": one}, (one, one))
        return draw_answer(answer, CHANNEL)

    check(drawn(text))
    assert shape(drawn(text)) == shape(drawn("words"))


@given(HOSTILE_TEXT)
def test_the_status_strip_keeps_its_shape(text: str) -> None:
    status = StatusView((StatusLine(text), StatusLine(text, None, True)), Progress(text, 1, 2))
    check(draw_status(status))


@given(HOSTILE_TEXT)
def test_no_name_or_typed_line_changes_the_page(text: str) -> None:
    def drawn(one: str) -> list[tuple[str, tuple[str, ...]]]:
        doors = (Door(CHANNEL, one),)
        view = RoomView(CHANNEL, one, doors, (), StatusView(), 0, line=one)
        tree: Any = html.document_fromstring(draw_room(view))
        return [(str(node.tag), tuple(sorted(node.attrib))) for node in tree.iter()]

    assert drawn(text) == drawn("words")


@given(HOSTILE_TEXT)
@example("javascript:alert(1)")
@example("JaVaScRiPt:alert(1)")
@example("data:text/html,x")
@example(" https://a.example")
@example("https://a.example\n")
@example("//a.example")
@example("")
def test_only_web_addresses_become_links_of_a_card(url: str) -> None:
    for node in parsed(entry_of(message_of("words", url))).iter("a"):
        href = str(node.get("href"))
        assert href.startswith(("https://", "http://", "/c/papers?"))
        assert "\n" not in href


@given(HOSTILE_TEXT)
def test_every_page_can_be_sent(text: str) -> None:
    entry_of(message_of(text)).encode("utf-8")


def test_text_that_cannot_be_shown_is_replaced_and_the_rest_stays() -> None:
    drawn = parsed(entry_of(message_of("a\x00b\ud800c\u202ed")))
    assert "a\ufffdb\ufffdc\u202ed" in drawn.text_content()


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("See https://arxiv.org/abs/2502.07701.", "https://arxiv.org/abs/2502.07701"),
        ("(https://a.example/x_(y))", "https://a.example/x_(y"),
        ("https://a.example/?q=1&r=2,", "https://a.example/?q=1&r=2"),
    ],
)
def test_addresses_in_answers_can_be_followed(text: str, url: str) -> None:
    node = parsed(str(linked(text))).find("a")
    assert node is not None
    assert node.get("href") == url


def test_a_safe_address_is_a_whole_web_address() -> None:
    assert safe_url("https://a.example/x") == "https://a.example/x"
    assert not safe_url("https://a.example/\nx")
    assert not safe_url("ftp://a.example/")
