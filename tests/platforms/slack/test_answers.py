"""Answers, forms and the Home tab: what people see, within Slack's limits, whatever is said."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings, strategies as st

from bot.dialogue import Action, Field, Form, Reply
from bot.platforms.slack.answers import card_view, messages_of
from bot.platforms.slack.forms import field_errors, form_view, read_view, with_reading
from bot.platforms.slack.home import Part, home_view
from bot.platforms.slack.where import Where, addressed, pack, read_addressed, unpack
from tests.platforms.slack.samples import PAPER, WHY, hostile
from tests.platforms.slack.test_render import buttons, options, shown_text, walk
from tests.standins.slack_lengths import message_complaints, view_complaints
from tests.standins.slack_schemas import schema_complaints

HERE = Where("C0PAPERS", "#papers")
LIST = Reply(
    title="#papers gets papers on 2 topics",
    table=(("Number", "Topic", "When"), ("1", "glass", "daily"), ("2", "spin", "weekly")),
    actions=(
        Action("Pause glass", "pause 1"),
        Action("Unsubscribe glass", "unsubscribe 1"),
        Action("Pause spin", "pause 2"),
        Action("Subscribe to more", "subscribe"),
    ),
)
FORM = Form(
    "Subscribe #papers",
    "subscribe",
    (
        Field("topic", "Topic", "glass", "For example: image generation"),
        Field("when", "When", "daily at 9:00"),
        Field("kinds", "What", "new", choices=(("new", "New"), ("new,cross", "And cross-lists"))),
        Field("exclude", "Leave out", ""),
    ),
    "Subscribe",
)


def typed(view: dict[str, Any], **values: str) -> dict[str, Any]:
    """Return the view as Slack sends it back: with what stands in it, or was typed."""
    state: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        name, element = block["block_id"], block["element"]
        if element["type"] == "static_select":
            chosen = next(
                (one for one in element["options"] if one["value"] == values.get(name)),
                element.get("initial_option"),
            )
            state[name] = {element["action_id"]: {"selected_option": chosen}}
        else:
            text = values.get(name, element.get("initial_value"))
            state[name] = {element["action_id"]: {"value": text}}
    return {**view, "state": {"values": state}}


# ── what people see ──────────────────────────────────────────────────────────────────────────────


def test_each_row_of_a_list_has_its_own_buttons() -> None:
    (message,) = messages_of(LIST)
    assert shown_text(message) == (
        "#papers gets papers on 2 topics\n1. glass\nWhen: daily\n2. spin\nWhen: weekly"
    )
    kinds = [block["type"] for block in message["blocks"]]
    assert kinds == ["rich_text", "rich_text", "actions", "rich_text", "actions", "actions"]
    spoken = [one.get("accessibility_label") for one in message["blocks"][2]["elements"]]
    assert spoken == ["Pause glass", "Unsubscribe glass"]
    assert message["text"].startswith("#papers gets papers on 2 topics\n1. glass. When: daily")


def test_what_all_can_see_names_who_did_it_without_calling_them() -> None:
    (message,) = messages_of(Reply(title="Paused", public=True), by="Ada")
    assert message["blocks"][-1]["elements"][0]["text"] == "Changed by Ada"
    assert not [one for one in walk(message["blocks"]) if one.get("type") == "user"]


def test_papers_of_an_answer_can_be_opened() -> None:
    (message,) = messages_of(Reply(title="Two", papers=(PAPER,)))
    assert options(message) == {"Open The glass of N=4": "open 2611.00001v2"}


def test_a_command_too_long_for_a_button_is_said_instead() -> None:
    (message,) = messages_of(Reply(title="Done", actions=(Action("Undo", "x" * 2_001),)))
    assert "too long for a button" in shown_text(message)


def test_a_command_of_several_lines_too_long_for_a_button_becomes_several() -> None:
    lines = [f"topic {n} {'x' * 90}" for n in range(50)]
    long = Action("Apply 50 topics", "\n".join(["@C0 subscribe --apply many", *lines]))
    (message,) = messages_of(Reply(title="50 topics", actions=(long,)))
    parts = buttons(message)
    assert next(iter(parts)) == "Apply 50 topics, part 1 of 3"
    heads, carried = zip(*(one.split("\n", 1) for one in parts.values()), strict=True)
    assert set(heads) == {"@C0 subscribe --apply many"}
    assert "\n".join(carried).split("\n") == lines
    endless = Action("Apply", "many\n" + "x" * 3_000)
    (message,) = messages_of(Reply(title="1", actions=(endless,)))
    assert "too long for a button" in shown_text(message)


def test_lines_stand_below_each_other_and_commands_look_like_such() -> None:
    text = "Your saved papers:\n/arxiv saved\n" + "x " * 3_000
    (message,) = messages_of(Reply(title="Saved", text=text))
    first = message["blocks"][1]
    assert len(first["elements"]) == 2
    command = first["elements"][1]["elements"][0]
    assert command == {"type": "text", "text": "/arxiv saved", "style": {"code": True}}
    assert not message_complaints(message)


def test_a_file_is_text_to_copy_whole_to_the_last_line() -> None:
    content = "\n".join(f"topic number {n}" for n in range(2_000))
    messages = messages_of(Reply(file=("topics.txt", content)))
    parts = [
        one["elements"][0]["text"]
        for message in messages
        for one in walk(message["blocks"])
        if one.get("type") == "rich_text_preformatted"
    ]
    assert "\n".join(parts) == content
    assert all(message_complaints(message) == [] for message in messages)


def test_a_whole_card_marks_why_it_matched_and_its_buttons_know_the_channel() -> None:
    reply = Reply(
        text="Version 2.\nMatches glass: title.",
        papers=(PAPER,),
        whole=True,
        because=WHY,
        actions=(Action("Save", "save 2611.00001"),),
    )
    view = card_view(reply, HERE)
    bold = [one["text"] for one in walk(view["blocks"]) if one.get("style") == {"bold": True}]
    assert bold == ["The glass of N=4", "Ben Two", "cs.LG", "glass", "new glass", "pages"]
    assert set(buttons(view).values()) == {
        "@C0PAPERS save 2611.00001",
        "@C0PAPERS discuss 2611.00001v2",
    }
    assert unpack(view["private_metadata"]) == (HERE, "")


def test_nobody_is_offered_a_discussion_in_direct_messages() -> None:
    own = Where("U0READER", "your alerts", in_person=True)
    assert buttons(card_view(Reply(papers=(PAPER,), whole=True), own)) == {}


# ── forms ────────────────────────────────────────────────────────────────────────────────────────


def test_a_form_comes_back_as_it_was_filled_in() -> None:
    view = form_view(FORM, HERE)
    sent = read_view(typed(view, topic="spin glass", kinds="new,cross"))
    assert (sent.command, sent.where) == ("subscribe", HERE)
    assert sent.values == {
        "topic": "spin glass",
        "when": "daily at 9:00",
        "kinds": "new,cross",
        "exclude": "",
    }


def test_the_reading_of_a_topic_stands_beneath_it_and_changes_alone() -> None:
    view = form_view(FORM, HERE, "the phrase glass: 3 papers in 7 days")
    assert view["blocks"][1]["elements"][0]["text"] == "the phrase glass: 3 papers in 7 days"
    later = with_reading(view, "nothing yet")
    assert later["blocks"][1]["elements"][0]["text"] == "nothing yet"
    assert [one for one in later["blocks"] if one["block_id"] != "reading"] == [
        one for one in view["blocks"] if one["block_id"] != "reading"
    ]
    assert schema_complaints("blockkit-views", later) == []


def test_what_is_wrong_stands_at_its_field_or_at_the_first() -> None:
    view = form_view(FORM, HERE)
    reply = Reply(errors=(("when", "No such time."), ("nowhere", "Odd.")), ok=False)
    assert field_errors(reply, view) == {"when": "No such time.", "topic": "Odd."}
    assert field_errors(Reply(text="Not now.", ok=False), view) == {"topic": "Not now."}


def test_a_text_too_long_for_its_field_is_not_shown_cut() -> None:
    form = replace(FORM, fields=(Field("lines", "Topics", "x\n" * 3_000, "One a line.", lines=12),))
    (block,) = form_view(form, HERE)["blocks"]
    assert "initial_value" not in block["element"]
    assert "too long" in block["hint"]["text"]


# ── whatever is said ─────────────────────────────────────────────────────────────────────────────

actions = st.lists(st.builds(Action, hostile, hostile), max_size=8).map(tuple)
papers = st.lists(
    st.builds(lambda title, text: replace(PAPER, title=title, abstract=text), hostile, hostile),
    max_size=12,
).map(tuple)
tables = st.lists(st.tuples(st.sampled_from("123"), hostile, hostile), max_size=6).map(
    lambda rows: (("Number", "Topic", "When"), *rows) if rows else ()
)
replies = st.builds(
    Reply,
    title=st.one_of(st.just(""), hostile),
    text=hostile,
    table=tables,
    papers=papers,
    whole=st.booleans(),
    actions=actions,
    file=st.none() | st.tuples(hostile, hostile),
)
choices = st.lists(
    st.tuples(st.text("abc,", min_size=1, max_size=30), hostile),
    max_size=4,
    unique_by=lambda c: c[0],
).map(tuple)
fields = st.lists(
    st.builds(
        Field, st.text("abcdefg", min_size=1, max_size=9), hostile, hostile, hostile, choices
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda field: field.name,
).map(tuple)
forms = st.builds(Form, hostile, st.text(max_size=200), fields, hostile)


@given(replies)
@settings(max_examples=30)
def test_every_answer_is_one_that_slack_takes(reply: Reply) -> None:
    for message in messages_of(reply, by="Ada <@U1>"):
        assert message_complaints(message) == []
        assert schema_complaints("chat.postMessage", {**message, "channel": "C1"}) == []
        assert "<" not in message["text"]
        for found in walk(message["blocks"]):
            assert found.get("type") not in ("mrkdwn", "user")
    view = card_view(reply, HERE)
    assert view_complaints(view) == []
    assert schema_complaints("blockkit-views", view) == []


@given(forms)
@settings(max_examples=30)
def test_every_form_is_one_that_slack_takes_and_comes_back_the_same(form: Form) -> None:
    view = form_view(form, HERE)
    assert view_complaints(view) == []
    assert schema_complaints("blockkit-views", view) == []
    sent = read_view(typed(view))
    assert (sent.command, set(sent.values)) == (form.command, {one.name for one in form.fields})


def listing(count: int) -> Reply:
    """Return a list of so many topics, each with its buttons."""
    rows = [(str(number), f"topic {number}", "daily") for number in range(1, count + 1)]
    actions = tuple(Action(f"Pause topic {row[0]}", f"pause {row[0]}") for row in rows)
    return Reply(
        title=f"{count} topics", table=(("Number", "Topic", "When"), *rows), actions=actions
    )


def test_a_long_list_leaves_room_for_the_other_parts_of_home() -> None:
    parts = [
        Part(
            "Your alerts", listing(60), HERE, (Action("Add an alert", "alert add"),), "alert list"
        ),
        Part("#papers", listing(3), HERE, whole="list"),
        Part("Your saved papers", Reply(title="none"), HERE, whole="saved"),
    ]
    view = home_view(parts)
    assert not view_complaints(view)
    seen, pressed = shown_text(view), buttons(view)
    assert "3. topic 3" in seen.partition("#papers")[2]
    assert "Your saved papers" in seen
    assert pressed["Show all"] == "@C0PAPERS alert list"
    assert pressed["Add an alert"] == "@C0PAPERS alert add"
    kinds = [block["type"] for block in view["blocks"]]
    last = seen.partition("#papers")[0].count("\nWhen")
    assert last > 30
    assert kinds.count("actions") == last + 3 + len(["Show all", "Add an alert"])


def test_more_channels_than_home_takes_are_said() -> None:
    parts = [Part(f"#c{n}", listing(2), HERE) for n in range(30)]
    view = home_view([*parts, Part("Your saved papers", Reply(title="none"), HERE)])
    assert not view_complaints(view)
    assert "Your saved papers" in shown_text(view)
    assert "15 more of your channels: type /arxiv list there." in shown_text(view)


@given(st.lists(replies, max_size=24))
@settings(max_examples=20)
def test_every_home_tab_is_one_that_slack_takes(several: list[Reply]) -> None:
    more = (Action("Add one", "subscribe"),)
    view = home_view([Part("#papers", one, HERE, more) for one in several])
    assert view_complaints(view) == []
    assert schema_complaints("blockkit-views", view) == []


@given(st.text(), st.from_regex(r"[CGUD][A-Z0-9]{2,12}", fullmatch=True))
def test_a_command_keeps_the_place_that_it_is_about(command: str, address: str) -> None:
    assert read_addressed(addressed(command, address)) == (address, command)
    where = Where(address, command, in_person=True)
    assert unpack(pack(where, command)) == (where, command)


def test_a_command_without_a_place_is_about_where_it_stands() -> None:
    assert read_addressed("pause 1") == ("", "pause 1")
