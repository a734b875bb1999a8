"""Digests as Discord messages: what people see, within Discord's limits, whatever a paper says."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hypothesis import given, settings, strategies as st

from bot.model import Body, Density, Digest, Heading, Kind, Raw
from bot.platforms.discord.ids import command_of, key_in, keyed, pressed
from bot.platforms.discord.render import render
from tests.platforms.discord.judging import (
    components,
    message_complaints,
    schema_complaints,
)
from tests.platforms.discord.reading import read, seen
from tests.platforms.discord.samples import KEY, PAPER, PERSON, digest, digests
from tests.shared_data import needs_shared

Json = dict[str, Any]
ABSTRACT = "https://arxiv.org/abs/"


def messages(one: Digest) -> list[Json]:
    return [json.loads(body.payload) for body in render(one)]


def texts(message: Json) -> list[str]:
    return [one["content"] for one in components(message) if one["type"] == 10]


def shown_text(message: Json) -> str:
    """Return what a reader sees."""
    return "\n".join(map(seen, texts(message)))


def buttons(message: Json) -> dict[str, str]:
    """Return what each button runs, by its label."""
    found = [one for one in components(message) if one["type"] == 2]
    return {one["label"]: pressed(one["custom_id"], (), message) for one in found}


def options(message: Json) -> dict[str, str]:
    """Return what each option of a menu runs, by its label."""
    found = [one for one in components(message) if one["type"] == 3]
    return {
        option["label"]: pressed(menu["custom_id"], [option["value"]])
        for menu in found
        for option in menu["options"]
    }


def links(message: Json) -> list[str]:
    """Return the abstract pages that a message links to, in order."""
    runs = [run for text in (*texts(message), message.get("content", "")) for run in read(text)]
    return [run.to for run in runs if run.to.startswith(ABSTRACT)]


def both_forms(one: Digest) -> Iterator[Json]:
    """Yield every message in its first and in its plain form, as it is sent."""
    for body in render(one):
        yield keyed(body.payload, KEY)
        yield keyed(body.plain, KEY)


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
    runs = [run for text in texts(message) for run in read(text) if run.to]
    assert {run.text: run.to for run in runs} == {
        "The glass of N=4": "https://arxiv.org/abs/2611.00001v2",
        "github.com/glass/new": "https://github.com/glass/new",
        "PDF": "https://arxiv.org/pdf/2611.00001v2",
    }
    assert options(message) == {
        "Open 1: The glass of N=4": "open 2611.00001v2",
        "Discuss 1: The glass of N=4": "discuss 2611.00001v2",
    }
    assert buttons(message) == {"Manage": "list", "Alert me too: glass": "alert add glass"}


def test_thirty_papers_are_two_messages_however_long_their_titles() -> None:
    for title in ("The glass of glass", "A remarkably long title about all sorts of glass " * 9):
        found = messages(digest(30, paper=replace(PAPER, title=Raw(title))))
        assert len(found) == 2
        assert [len(links(one)) for one in found] in ([25, 5], [15, 15], [16, 14], [17, 13])
        assert "30. " in shown_text(found[1])
        assert "PDF" not in shown_text(found[0])


def test_titles_are_whole_where_there_is_room() -> None:
    title = "A title of a usual length, which says in a few words what a paper is about"
    found = messages(digest(30, paper=replace(PAPER, title=Raw(title))))
    assert sum(shown_text(one).count(title) for one in found) == 30


def test_the_rest_stands_behind_a_button_with_the_deliverys_own_key() -> None:
    body = render(digest(42))[-1]
    assert buttons(json.loads(body.payload))["Show 12 more"] == "more {key}"
    message = keyed(body.payload, KEY)
    assert buttons(message)["Show 12 more"] == f"more {KEY}"
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


def test_a_role_that_a_moderator_chose_is_called_once_in_the_first_message() -> None:
    one = digest(42)
    called = replace(one, heading=replace(one.heading, pings=("77", "78")))
    for form in ("payload", "plain"):
        first, *others = [json.loads(getattr(body, form)) for body in render(called)]
        assert first["allowed_mentions"] == {"parse": [], "roles": ["77", "78"]}
        assert json.dumps(first).count("<@&77> <@&78>") == 1
        assert {str(one["allowed_mentions"]) for one in others} == {"{'parse': []}"}
        assert "<@&" not in json.dumps(others)


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
    (body,) = render(replace(digest(), heading=heading, items=()))
    message = json.loads(body.payload)
    assert shown_text(message) == "Is it there?"
    assert buttons(message) == {
        "Yes, it is there": "doubt yes abc",
        "No, send it": "doubt no abc",
    }
    assert json.loads(body.plain)["content"] == "Is it there?"


def test_a_notice_that_asks_nothing_has_a_button_to_be_recognised_by() -> None:
    heading = Heading(note="No digest since Tue 24 Nov.")
    (message,) = messages(replace(digest(), heading=heading, items=()))
    assert buttons(message) == {"Manage": "list"}


def test_many_topics_share_a_menu_for_alerts() -> None:
    (message,) = messages(digest(12, topics=[f"topic {n}" for n in range(12)]))
    assert options(message)["Alert me too: topic 7"] == "alert add topic 7"
    assert set(buttons(message)) == {"Manage"}


def test_a_topic_too_long_for_a_menu_is_said_in_words() -> None:
    topic = (
        "Hopfield Sherrington Kirkpatrick Edwards Anderson Parisi Mezard Virasoro Thouless Almeida "
        "Binder Ogielski Katzgraber Houdayer Nishimori Derrida Guerra Talagrand"
    )
    (message,) = messages(digest(1, topics=[topic]))
    assert "type /arxiv alert add and the topic" in shown_text(message)
    assert set(buttons(message)) == {"Manage"}


def test_the_plain_form_has_every_paper_and_no_preview() -> None:
    for body in render(digest(30)):
        plain = json.loads(body.plain)
        assert links(plain) == links(json.loads(body.payload))
        assert plain["flags"] == 4
        assert "1\\. The glass of N=4 <https://arxiv.org/abs/" in plain["content"] or (
            "30\\. The glass" in plain["content"]
        )


def test_labels_name_their_paper_and_are_cut_at_words() -> None:
    long = replace(PAPER, title=Raw("A remarkably long title about glass " * 5))
    (message,) = messages(digest(paper=long))
    assert all(
        label.removesuffix("…").split()[-1] in long.title.split() for label in options(message)
    )
    assert all(label.endswith("…") for label in options(message))
    assert next(iter(options(message))).startswith("Open 1: A remarkably long title")


# ── whatever a paper says ────────────────────────────────────────────────────────────────────────


@given(digests())
@settings(max_examples=25, deadline=None)
def test_every_message_is_one_that_discord_takes(one: Digest) -> None:
    for message in both_forms(one):
        assert message_complaints(message) == []
        assert message["allowed_mentions"] == {"parse": []}


@given(digests(), st.lists(st.from_regex(r"[1-9][0-9]{16,18}", fullmatch=True), max_size=40))
@settings(max_examples=25, deadline=None)
def test_nobody_is_called_but_the_chosen_roles(one: Digest, roles: list[str]) -> None:
    called = replace(one, heading=replace(one.heading, pings=tuple(roles)))
    for message in both_forms(called):
        assert message_complaints(message) == []
        told = message["allowed_mentions"]
        assert told["parse"] == []
        runs = [run for text in (*texts(message), message.get("content", "")) for run in read(text)]
        mentioned = [run.text for run in runs if run.kind == "mention"]
        assert mentioned == [f"<@&{role}>" for role in told.get("roles", ())]
        assert set(told.get("roles", ())) <= set(roles)


@needs_shared
@given(digests())
@settings(max_examples=15, deadline=None)
def test_every_message_follows_the_published_schema(one: Digest) -> None:
    for message in both_forms(one):
        assert schema_complaints("MessageCreateRequest", message) == []


@given(digests())
@settings(max_examples=25, deadline=None)
def test_nothing_pings_formats_or_breaks_out(one: Digest) -> None:
    allowed = {"text", "link", "autolink", "strong", "em", "heading", "small"}
    for message in both_forms(one):
        for text in (*texts(message), message.get("content", "")):
            runs = read(text)
            assert {run.kind for run in runs} <= allowed
            assert all(run.to.startswith(("https://", "http://")) for run in runs if run.to)
            assert "evil" not in "".join(re.findall(r"//([^/]*)", str([run.to for run in runs])))
    plain = [json.loads(body.plain)["content"] for body in render(one)]
    assert {run.kind for text in plain for run in read(text)} <= {"text", "autolink"}


@given(digests())
@settings(max_examples=25, deadline=None)
def test_every_paper_is_linked_once_in_order_and_can_be_opened(one: Digest) -> None:
    bodies = render(one)
    assert bodies == render(one)
    for reply in {body.reply for body in bodies}:
        some = [body for body in bodies if body.reply is reply]
        first = [json.loads(body.payload) for body in some]
        shown = [url for message in first for url in links(message)]
        assert shown == _in_order(one)
        assert shown == [url for body in some for url in links(json.loads(body.plain))]
        opened = [command for message in first for command in options(message).values()]
        opens = [command for command in opened if command.startswith("open ")]
        assert opens == [f"open {url.removeprefix(ABSTRACT)}" for url in shown]


def _in_order(one: Digest) -> list[str]:
    """Return the links of what is shown: new ones, then those of new versions."""
    shown = one.items[: one.shown]
    order = [item for kind in (Kind.NEW, Kind.REPLACE) for item in shown if item.kind is kind]
    return [f"{ABSTRACT}{item.paper}v{item.version}" for item in order]


@given(digests())
@settings(max_examples=25, deadline=None)
def test_every_message_can_be_recognised_by_its_key_in_both_forms(one: Digest) -> None:
    for message in both_forms(one):
        assert key_in(message) == KEY
        found = [one["custom_id"] for one in components(message) if "custom_id" in one]
        assert {command_of(each)[0] for each in found} == {KEY}


def test_each_body_is_frozen_without_a_key() -> None:
    bodies: list[Body] = list(render(digest(31)))
    assert all("{key}" in body.payload and "{key}" in body.plain for body in bodies)
    assert all(KEY not in body.payload for body in bodies)
