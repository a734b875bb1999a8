"""Digests as Slack messages: what people see, within Slack's limits, whatever a paper says."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from slack_sdk.models.blocks import Block as CheckedBlock

from bot.model import Density, Digest, Heading, Kind, Raw
from bot.platforms.slack.blocks import characters, keyed
from bot.platforms.slack.render import render
from tests.platforms.slack.samples import CHANNEL, HOSTILE, LABELS, PAPER, PERSON, digest, hostile
from tests.shared_data import needs_shared
from tests.standins.slack_lengths import message_complaints, sum_of
from tests.standins.slack_schemas import schema_complaints

Json = dict[str, Any]


def messages(one: Digest) -> list[Json]:
    return [json.loads(body.payload) for body in render(one)]


def walk(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every object in a message."""
    if isinstance(value, Mapping):
        yield value
        for each in value.values():
            yield from walk(each)
    elif isinstance(value, list):
        for each in value:
            yield from walk(each)


def of_type(message: Json, *types: str) -> list[Mapping[str, Any]]:
    return [one for one in walk(message["blocks"]) if one.get("type") in types]


def shown_text(message: Json) -> str:
    """Return what a reader sees, one section a line."""
    lines = []
    for one in walk(message["blocks"]):
        if one.get("type") == "header":
            lines.append(one["text"]["text"])
        if one.get("type") == "rich_text_section":
            lines.append("".join(part.get("text") or part["fallback"] for part in one["elements"]))
    return "\n".join(lines)


def buttons(message: Json) -> dict[str, str]:
    return {one["text"]["text"]: one["value"] for one in of_type(message, "button")}


def options(message: Json) -> dict[str, str]:
    menus = of_type(message, "static_select")
    return {one["text"]["text"]: one["value"] for menu in menus for one in menu["options"]}


# ── what people see ──────────────────────────────────────────────────────────────────────────────


def test_a_small_digest_shows_cards_as_the_promise_draws_them() -> None:
    (message,) = messages(digest())
    assert shown_text(message) == (
        "arXiv of Tue 24 Nov: 1 paper on glass\n"
        "1. The glass of N=4\n"
        "Ada One, Ben Two. cond-mat.dis-nn, cs.LG\n"
        "“… We propose a new glass <b>.”\n"
        "Code: github.com/glass/new. PDF. Comment: 12 pages"
    )
    links = {one["text"]: one["url"] for one in of_type(message, "link")}
    assert links == {
        "The glass of N=4": "https://arxiv.org/abs/2611.00001v2",
        "github.com/glass/new": "https://github.com/glass/new",
        "PDF": "https://arxiv.org/pdf/2611.00001v2",
    }
    assert options(message) == {
        "Open 1: The glass of N=4": "open 2611.00001v2",
        "Discuss 1: The glass of N=4": "discuss 2611.00001v2",
    }
    assert buttons(message) == {"Manage": "list", "Alert me too: glass": "alert add glass"}


def test_thirty_papers_fit_one_message_a_line_each() -> None:
    (message,) = messages(digest(30))
    assert "30. The glass of N=4, code" in shown_text(message).split("\n")
    assert len(options(message)) == 30
    assert "PDF" not in shown_text(message)


def test_the_rest_stands_behind_a_button_with_the_deliverys_own_key() -> None:
    (body,) = render(digest(42))
    assert buttons(json.loads(body.payload))["Show 12 more"] == "more {key}"
    message = keyed(body.payload, "abc")
    assert buttons(message)["Show 12 more"] == "more abc"
    assert "and 12 more: 12 glass" in shown_text(message)


def test_a_thread_is_a_compact_parent_and_cards_as_replies() -> None:
    parent, *replies = render(digest(7, Density.THREAD))
    assert not parent.reply
    assert all(one.reply for one in replies)
    assert "Ada One" not in shown_text(json.loads(parent.payload))
    assert sum(shown_text(json.loads(one.payload)).count("Ada One") for one in replies) == 7


def test_an_alert_offers_nothing_that_only_a_channel_can_do() -> None:
    (message,) = messages(digest(room=PERSON))
    assert set(options(message).values()) == {"open 2611.00001v2"}
    assert set(buttons(message)) == {"Manage"}


def test_a_catch_up_is_titles_only() -> None:
    one = digest(3)
    (message,) = messages(replace(one, heading=replace(one.heading, catch_up=True)))
    assert "1. The glass of N=4\n2." in shown_text(message)


def test_new_versions_stand_under_a_heading_of_their_own() -> None:
    one = digest(2)
    items = (one.items[0], replace(one.items[1], kind=Kind.REPLACE))
    (message,) = messages(replace(one, items=items))
    assert "Updated\n2. The glass of N=4 (version 2)" in shown_text(message)


def test_a_paper_whose_text_is_no_longer_kept_is_named_by_its_identifier() -> None:
    (message,) = messages(replace(digest(), papers={}))
    assert "1. arXiv:2611.00001" in shown_text(message)


def test_a_notice_has_its_words_and_buttons() -> None:
    heading = Heading(note="Is it there?", actions=("doubt:abc",))
    (message,) = messages(replace(digest(), heading=heading, items=()))
    assert message["text"] == "Is it there?"
    assert buttons(message) == {
        "Yes, it is there": "doubt yes abc",
        "No, send it": "doubt no abc",
    }


def test_many_topics_share_a_menu_for_alerts() -> None:
    topics = [f"topic {n}" for n in range(12)]
    (message,) = messages(digest(12, topics=topics))
    assert options(message)["Alert me too: topic 7"] == "alert add topic 7"
    assert set(buttons(message)) == {"Manage"}


def test_the_fallback_reads_alone_and_plain_form_has_every_paper() -> None:
    (body,) = render(digest(30))
    message, plain = json.loads(body.payload), json.loads(body.plain)
    assert message["text"].startswith(
        "arXiv of Tue 24 Nov: 30 papers on glass\n"
        "1. The glass of N=4 https://arxiv.org/abs/2611.00001v2\n"
    )
    assert "blocks" not in plain
    assert plain["text"].count("https://arxiv.org/abs/") == 30
    for one in (message, plain):
        assert (one["unfurl_links"], one["unfurl_media"], one["mrkdwn"]) == (False, False, False)


def test_labels_name_their_paper_and_are_cut_at_words() -> None:
    long = replace(PAPER, title=Raw("A remarkably long title about glass " * 5))
    (message,) = messages(digest(paper=long))
    assert all(
        len(label) <= 75 and label.endswith(("glass…", "title…", "…")) for label in options(message)
    )
    assert next(iter(options(message))).startswith("Open 1: A remarkably long title")


# ── whatever a paper says ────────────────────────────────────────────────────────────────────────


@st.composite
def digests(draw: st.DrawFn) -> Digest:
    """Return digests of any length and layout whose every text is hostile."""
    text = draw(hostile)
    paper = replace(
        PAPER,
        title=Raw(draw(hostile)),
        abstract=Raw(draw(hostile)),
        authors=tuple(map(Raw, draw(st.lists(hostile, max_size=4)))),
        comment=Raw(draw(hostile)),
    )
    topics = draw(st.lists(st.sampled_from(LABELS), min_size=1, max_size=8, unique=True))
    room = draw(st.sampled_from([CHANNEL, PERSON]))
    count = draw(st.sampled_from([0, 1, 5, 6, 30, 31, 120]))
    one = digest(
        count,
        draw(st.sampled_from(list(Density))),
        room,
        shown=draw(st.sampled_from([5, 30, 100])),
        paper=paper,
        topics=topics,
    )
    note = text if draw(st.booleans()) or not count else ""
    actions = ("tell-empty", "doubt:abc") if note else ()
    return replace(one, heading=replace(one.heading, note=note, actions=actions))


@given(digests())
@settings(max_examples=25)
def test_every_message_is_one_that_slack_takes(one: Digest) -> None:
    for body in render(one):
        message, plain = json.loads(body.payload), json.loads(body.plain)
        assert message_complaints(message) == []
        assert message_complaints(plain) == []
        assert characters(message["blocks"]) <= 10_000 or len(message["blocks"]) == 1
        assert (
            0 < len(message["text"]) <= 4_000 or max(map(len, message["text"].split("\n"))) > 3_000
        )
        assert CheckedBlock.parse_all(message["blocks"])


@needs_shared
@given(digests())
@settings(max_examples=25)
def test_every_message_follows_the_published_schema(one: Digest) -> None:
    for body in render(one):
        for text in (body.payload, body.plain):
            message = {**json.loads(text), "channel": "C1"}
            assert schema_complaints("chat.postMessage", message) == []


@given(digests())
@settings(max_examples=25)
def test_nothing_pings_formats_or_breaks_out(one: Digest) -> None:
    for body in render(one):
        message = json.loads(body.payload)
        for said in (message["text"], json.loads(body.plain)["text"]):
            assert "<" not in said
            assert ">" not in said
        for found in walk(message["blocks"]):
            assert found.get("type") not in ("mrkdwn", "user", "channel", "broadcast", "usergroup")
            assert not any(sign in str(found.get("text")) for sign in ("<!", "<@", "<#"))
            assert found.get("emoji") is not True
            if url := found.get("url"):
                assert url.startswith(("https://", "http://"))


@given(digests())
@settings(max_examples=25)
def test_no_paper_is_cut_away_and_the_same_digest_gives_the_same_bytes(one: Digest) -> None:
    first = render(one)
    assert first == render(one)
    for reply in {body.reply for body in first}:
        texts = [body.payload for body in first if body.reply is reply]
        for item in one.items[: one.shown]:
            link = f'"url":"https://arxiv.org/abs/{item.paper}v{item.version}"'
            assert sum(text.count(link) for text in texts) == 1


@pytest.mark.parametrize("text", HOSTILE)
def test_a_key_is_put_into_commands_only(text: str) -> None:
    *_, body = render(
        digest(31, paper=replace(PAPER, title=Raw(rf"\{{key\}} {text}")), topics=("{key}",))
    )
    message = keyed(body.payload, "abc")
    assert "{key}" in str([one.get("text") for one in of_type(message, "link")])
    assert [value for value in buttons(message).values() if "abc" in value] == ["more abc"]
    assert "alert add {key}" in buttons(message).values()


def test_the_sum_that_slack_counts_stays_below_its_limit_for_long_titles() -> None:
    long = replace(PAPER, title=Raw("A remarkably long title about all sorts of glass " * 6))
    found = messages(digest(30, paper=long))
    assert all(sum_of(one["blocks"]) <= 10_000 for one in found)
    assert sum(len(options(one)) for one in found) == 30
