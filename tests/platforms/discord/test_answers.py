"""Answers: what people see, within Discord's limits, whatever is said."""

from dataclasses import replace

from hypothesis import given, settings, strategies as st

from bot.dialogue import Action, Field, Form, Reply
from bot.platforms.discord.answers import card_messages, messages_of
from bot.platforms.discord.where import Where
from tests.platforms.discord.judging import components, message_complaints, schema_complaints
from tests.platforms.discord.reading import read
from tests.platforms.discord.samples import PAPER, WHY, hostile
from tests.platforms.discord.test_render import buttons, options, shown_text, texts
from tests.platforms.slack.test_answers import LIST, replies

HERE = Where("1200000000000000001", "#papers")
UNDO = Reply(
    title="Done", actions=(Action("Undo", "undo\n" + "".join(map(chr, range(0x100, 0x300)))),)
)


def test_each_row_of_a_list_has_its_own_buttons() -> None:
    (message,) = messages_of(LIST)
    assert shown_text(message) == (
        "#papers gets papers on 2 topics\n1. glass\nWhen: daily\n2. spin\nWhen: weekly"
    )
    assert [one["type"] for one in message["components"]] == [10, 10, 1, 10, 1, 1]
    assert buttons(message) == {
        "Pause 1": "pause 1",
        "Unsubscribe 1": "unsubscribe 1",
        "Pause 2": "pause 2",
        "Subscribe to more": "subscribe",
    }


def test_what_all_can_see_names_who_did_it_without_calling_them() -> None:
    (message,) = messages_of(Reply(title="Paused", public=True), by="<@1> Ada")
    assert texts(message)[-1].startswith("-# Changed by \\<")
    assert message["allowed_mentions"] == {"parse": []}


def test_papers_of_an_answer_can_be_opened() -> None:
    (message,) = messages_of(Reply(title="Two", papers=(PAPER,)))
    assert options(message) == {"Open The glass of N=4": "open 2611.00001v2"}


def test_a_command_too_long_for_a_button_stands_above_it() -> None:
    (message,) = messages_of(UNDO)
    assert "Undo: this is what the button does." in shown_text(message)
    assert buttons(message)["Undo"] == UNDO.actions[0].command


def test_a_command_that_no_message_takes_is_said_in_words() -> None:
    long = Action("Undo", "".join(map(chr, range(300, 9_000))))
    (message,) = messages_of(Reply(title="Done", actions=(long,)))
    assert "Undo: This is too long for a button." in shown_text(message)


def test_a_file_is_text_to_copy_whole_to_the_last_line() -> None:
    content = "\n".join(f"topic number {n}" for n in range(2_000))
    messages = messages_of(Reply(file=("topics.txt", content)))
    blocks = [text[4:-4] for message in messages for text in texts(message) if text[0] == "`"]
    assert "\n".join(blocks) == content
    assert all(message_complaints(message) == [] for message in messages)


def test_a_whole_card_marks_why_it_matched() -> None:
    reply = Reply(
        text="Version 2.\nMatches glass: title.",
        papers=(PAPER,),
        whole=True,
        because=WHY,
        actions=(Action("Save", "save 2611.00001"),),
    )
    (message,) = card_messages(reply, HERE)
    bold = [run.text for text in texts(message) for run in read(text) if run.kind == "strong"]
    assert bold[1:] == ["Ben Two", "cs.LG", "glass", "new glass", "pages"]
    assert "The glass of N=4" in shown_text(message)
    assert set(buttons(message).values()) == {
        "@1200000000000000001 save 2611.00001",
        "@1200000000000000001 discuss 2611.00001v2",
    }


def test_nobody_is_offered_a_discussion_in_direct_messages() -> None:
    own = Where("u:1300000000000000001", "your alerts", in_person=True)
    (message,) = card_messages(Reply(papers=(PAPER,), whole=True), own)
    assert buttons(message) == {}


def test_what_was_typed_into_a_refused_form_can_be_copied() -> None:
    form = Form(
        "Subscribe #papers",
        "subscribe",
        (Field("topic", "Topic", '"glass'), Field("when", "When", "daily at 25:00")),
        "Subscribe",
    )
    reply = Reply(
        text="Nothing is saved yet.", form=form, errors=(("when", "No such time."),), ok=False
    )
    (message,) = messages_of(reply)
    assert "When: No such time." in shown_text(message)
    assert '```\n"glass\n```' in texts(message)
    assert buttons(message) == {"Fill it in again": "subscribe"}


@given(replies, st.one_of(st.just(""), hostile))
@settings(max_examples=30, deadline=None)
def test_every_answer_is_one_that_discord_takes(reply: Reply, by: str) -> None:
    allowed = {"text", "link", "autolink", "strong", "em", "heading", "small", "fence"}
    for message in (*messages_of(reply, by), *card_messages(reply, HERE)):
        assert message_complaints(message) == []
        assert schema_complaints("MessageCreateRequest", message) == []
        runs = [run for text in texts(message) for run in read(text)]
        assert {run.kind for run in runs} <= allowed


@given(st.lists(hostile, min_size=1, max_size=8))
@settings(max_examples=25, deadline=None)
def test_every_button_of_an_answer_runs_its_command_or_is_said_in_words(some: list[str]) -> None:
    actions = tuple(Action(f"Button {n}", f"do {text}") for n, text in enumerate(some))
    found = messages_of(replace(UNDO, actions=actions))
    ran = {label: command for message in found for label, command in buttons(message).items()}
    said = "\n".join(map(shown_text, found))
    for one in actions:
        assert ran.get(one.label) == one.command or f"{one.label}: This is too long" in said
    assert all(components(message) for message in found)
