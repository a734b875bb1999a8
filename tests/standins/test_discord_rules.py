"""What the stand-in says against bodies that Discord would refuse, and lets pass what it takes."""

import json
from typing import Any

import pytest

from tests.shared_data import SHARED, needs_shared
from tests.standins.discord import DiscordStandIn
from tests.standins.discord_asking import QUIET, ask, post
from tests.standins.discord_rules import Refusal, judge
from tests.standins.discord_schemas import response_complaints
from tests.standins.discord_world import COMPONENTS_V2, PAPERS, Json

V2: Json = {"flags": COMPONENTS_V2}
BUTTON: Json = {"type": 2, "style": 1, "label": "Save", "custom_id": "save"}
TEXT: Json = {"type": 10, "content": "words"}
INPUT: Json = {"type": 4, "custom_id": "i", "style": 1, "label": "Name"}
EXAMPLES = SHARED / "specs" / "discord" / "payloads" / "examples.json"


def row(*inside: Json) -> Json:
    return {"type": 1, "components": list(inside)}


def options(count: int, **changes: str) -> list[Json]:
    return [{"label": f"l{n}", "value": f"v{n}", **changes} for n in range(count)]


def select(**changes: Any) -> Json:
    return {"type": 3, "custom_id": "s", "options": options(2), **changes}


def second(*components: Json) -> Json:
    return {**V2, "components": list(components)}


def first(*components: Json) -> Json:
    return {"content": "words", "components": list(components)}


def codes(refusal: Refusal | None) -> set[str]:
    """Return every code that stands in a refusal, wherever it is nested."""

    def inside(errors: Any) -> set[str]:
        found = {one["code"] for one in errors.get("_errors", ())}
        for key, value in errors.items():
            if key != "_errors":
                found |= inside(value)
        return found

    return inside(refusal.errors) if refusal else set()


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2000},
        {"embeds": [{"title": "x" * 256, "description": "x" * 4096}]},
        {"embeds": [{"title": str(n)} for n in range(10)]},
        first(row(*({**BUTTON, "custom_id": str(n)} for n in range(5)))),
        first(row(select(options=options(25)))),
        second(*({"type": 10, "content": "x" * 100} for _ in range(40))),
        second({"type": 17, "components": [TEXT, row(BUTTON), {"type": 14}]}),
        second({"type": 9, "components": [TEXT], "accessory": BUTTON}),
        {"content": "x", "nonce": "n" * 25},
    ],
)
def test_what_is_within_the_limits_passes(body: Json) -> None:
    assert judge("create_message", body) is None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"content": "x" * 2001}, "BASE_TYPE_MAX_LENGTH"),
        ({"content": "x", "nonce": "n" * 26}, "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"title": "1"}] * 11}, "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"title": "x" * 257}]}, "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"description": "x" * 4097}]}, "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"description": "x" * 3001}] * 2}, "MAX_EMBED_SIZE_EXCEEDED"),
        ({"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]}, "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"fields": [{"name": "n", "value": ""}]}]}, "BASE_TYPE_BAD_LENGTH"),
        ({"embeds": [{"fields": [{"name": "n", "value": "v" * 1025}]}]}, "BASE_TYPE_BAD_LENGTH"),
        ({**second(TEXT), "content": "x"}, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"),
        (
            {**second(TEXT), "embeds": [{"title": "x"}]},
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        ),
        (second(*[TEXT] * 41), "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"),
        (
            second({"type": 17, "components": [TEXT] * 39}, TEXT),
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
        ),
        (
            second(*[{"type": 10, "content": "x" * 2001}] * 2),
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
        ),
        (second({"type": 10, "content": ""}), "BASE_TYPE_BAD_LENGTH"),
        (
            second({"type": 17, "components": [{"type": 17, "components": [TEXT]}]}),
            "UNION_TYPE_CHOICES",
        ),
        (
            second({"type": 9, "components": [TEXT] * 4, "accessory": BUTTON}),
            "BASE_TYPE_BAD_LENGTH",
        ),
        (second({"type": 9, "components": [TEXT]}), "BASE_TYPE_REQUIRED"),
        (first(TEXT), "UNION_TYPE_CHOICES"),
        (first(*(row({**BUTTON, "custom_id": str(n)}) for n in range(6))), "BASE_TYPE_MAX_LENGTH"),
        (first(row()), "BASE_TYPE_REQUIRED"),
        (first(row(*({**BUTTON, "custom_id": str(n)} for n in range(6)))), "BASE_TYPE_MAX_LENGTH"),
        (first(row(BUTTON, select())), "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
        (first(row({**BUTTON, "custom_id": "x" * 101})), "BASE_TYPE_BAD_LENGTH"),
        (first(row({**BUTTON, "custom_id": ""})), "BASE_TYPE_BAD_LENGTH"),
        (first(row(BUTTON, BUTTON)), "COMPONENT_CUSTOM_ID_DUPLICATED"),
        (first(row({**BUTTON, "label": "x" * 81})), "BASE_TYPE_MAX_LENGTH"),
        (first(row({**BUTTON, "label": None})), "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED"),
        (first(row({"type": 2, "style": 5, "label": "x"})), "BASE_TYPE_REQUIRED"),
        (
            first(row({**BUTTON, "style": 5, "url": "https://a.b"})),
            "BUTTON_COMPONENT_CUSTOM_ID_INVALID",
        ),
        (first(row(select(options=options(26)))), "BASE_TYPE_MAX_LENGTH"),
        (first(row(select(options=[]))), "BASE_TYPE_REQUIRED"),
        (first(row(select(options=options(2, label="x" * 101)))), "BASE_TYPE_BAD_LENGTH"),
        (first(row(select(options=options(1, value="x" * 101)))), "BASE_TYPE_BAD_LENGTH"),
        (first(row(select(options=options(1, description="x" * 101)))), "BASE_TYPE_MAX_LENGTH"),
        (
            first(row(select(options=options(2, value="v")))),
            "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
        ),
        (first(row(select(placeholder="x" * 151))), "BASE_TYPE_MAX_LENGTH"),
        (first(row(select(max_values=3))), "BASE_TYPE_BAD_INT"),
        ({"content": "x", "flags": 1 << 7}, "BASE_TYPE_BAD_INT"),
        ({"content": "x", "flags": 1 << 6}, "BASE_TYPE_BAD_INT"),
    ],
)
def test_what_is_beyond_the_limits_is_refused(body: Json, code: str) -> None:
    refusal = judge("create_message", body)
    assert refusal
    assert (refusal.status, refusal.code) == (400, 50035)
    assert code in codes(refusal)


@pytest.mark.parametrize(
    "body",
    [{}, {"content": " \n"}, {"components": [row(BUTTON)]}, {**V2, "components": []}],
)
def test_an_empty_message_is_refused(body: Json) -> None:
    refusal = judge("create_message", body)
    assert refusal
    assert refusal.code == 50006


def modal(*rows: Json, **changes: str) -> Json:
    return {
        "type": 9,
        "data": {"custom_id": "m", "title": "Form", "components": list(rows), **changes},
    }


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (modal(row(INPUT), title="x" * 46), "BASE_TYPE_BAD_LENGTH"),
        (modal(*(row({**INPUT, "custom_id": str(n)}) for n in range(6))), "BASE_TYPE_MAX_LENGTH"),
        (modal(row({**INPUT, "label": "x" * 46})), "BASE_TYPE_MAX_LENGTH"),
        (modal(row({**INPUT, "value": "x" * 4001})), "BASE_TYPE_MAX_LENGTH"),
        (modal(row({**INPUT, "value": "xx", "max_length": 1})), "BASE_TYPE_MAX_LENGTH"),
        (modal(row({**INPUT, "label": None})), "BASE_TYPE_REQUIRED"),
        (modal(row(INPUT), row(INPUT)), "COMPONENT_CUSTOM_ID_DUPLICATED"),
        (modal(row(BUTTON)), "UNION_TYPE_CHOICES"),
        (
            modal({"type": 18, "label": "", "component": {**INPUT, "label": None}}),
            "BASE_TYPE_BAD_LENGTH",
        ),
        (modal(), "BASE_TYPE_REQUIRED"),
        (
            {"type": 8, "data": {"choices": [{"name": "n", "value": "v"}] * 26}},
            "BASE_TYPE_MAX_LENGTH",
        ),
        (
            {"type": 8, "data": {"choices": [{"name": "x" * 101, "value": "v"}]}},
            "BASE_TYPE_BAD_LENGTH",
        ),
        (
            {"type": 8, "data": {"choices": [{"name": "n", "value": "x" * 101}]}},
            "BASE_TYPE_BAD_LENGTH",
        ),
        ({"type": 4, "data": {"content": "x" * 2001}}, "BASE_TYPE_MAX_LENGTH"),
        ({"type": 5, "data": {"flags": 1}}, "BASE_TYPE_BAD_INT"),
        ({"type": 3}, "BASE_TYPE_CHOICES"),
    ],
)
def test_answers_to_interactions_have_limits_too(body: Json, code: str) -> None:
    refusal = judge("create_interaction_response", body)
    assert code in codes(refusal)


@pytest.mark.parametrize(
    "body",
    [
        modal(row(INPUT)),
        modal({"type": 18, "label": "Name", "component": {**INPUT, "label": None}}, TEXT),
        {"type": 8, "data": {"choices": []}},
        {"type": 4, "data": {"content": "x", "flags": 64}},
        {"type": 5, "data": {"flags": 64}},
        {"type": 5},
        {"type": 6},
    ],
)
def test_answers_within_the_limits_pass(body: Json) -> None:
    assert judge("create_interaction_response", body) is None


def command(**changes: Any) -> Json:
    return {"name": "arxiv", "description": "papers", "type": 1, **changes}


def option(**changes: Any) -> Json:
    return {"type": 3, "name": "topic", "description": "what", **changes}


@pytest.mark.parametrize(
    ("commands", "code"),
    [
        ([command(), command()], "APPLICATION_COMMANDS_DUPLICATE_NAME"),
        ([command(name="Arxiv")], "APPLICATION_COMMAND_INVALID_NAME"),
        ([command(name="x" * 33)], "APPLICATION_COMMAND_INVALID_NAME"),
        ([command(description="")], "BASE_TYPE_BAD_LENGTH"),
        ([command(description="x" * 101)], "BASE_TYPE_BAD_LENGTH"),
        (
            [command(options=[option(), option(name="when", required=True)])],
            "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
        ),
        ([command(options=[option(), option()])], "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATED"),
        ([command(options=[option(name=f"o{n}") for n in range(26)])], "BASE_TYPE_MAX_LENGTH"),
        (
            [command(options=[option(), {"type": 1, "name": "sub", "description": "d"}])],
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
        ),
        (
            [command(options=[option(autocomplete=True, choices=[{"name": "a", "value": "a"}])])],
            "APPLICATION_COMMAND_OPTION_AUTOCOMPLETE_WITH_CHOICES",
        ),
        (
            [
                command(
                    options=[option(choices=[{"name": str(n), "value": str(n)} for n in range(26)])]
                )
            ],
            "BASE_TYPE_MAX_LENGTH",
        ),
        (
            [
                command(
                    options=[
                        {
                            "type": 1,
                            "name": "sub",
                            "description": "d",
                            "default_member_permissions": "0",
                        }
                    ]
                )
            ],
            "UNKNOWN_PROPERTY",
        ),
        (
            [
                command(
                    options=[
                        {
                            "type": 1,
                            "name": f"s{n}",
                            "description": "d" * 100,
                            "options": [
                                option(name=f"o{m}", description="d" * 100) for m in range(20)
                            ],
                        }
                        for n in range(4)
                    ]
                )
            ],
            "APPLICATION_COMMAND_TOO_LARGE",
        ),
    ],
)
def test_commands_have_rules(commands: list[Json], code: str) -> None:
    assert code in codes(judge("bulk_set_application_commands", commands))


@needs_shared
def test_unknown_properties_are_refused_although_discord_ignores_them() -> None:
    assert codes(judge("create_message", {"content": "x", "metadata": {}})) == {"UNKNOWN_PROPERTY"}
    wrong = judge("create_interaction_response", {"type": 4, "data": {"content": "x"}, "x": 1})
    assert codes(wrong) == {"UNKNOWN_PROPERTY"}


@needs_shared
@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("create_message", {"content": 7}),
        ("create_message", {"content": "x", "allowed_mentions": {"parse": ["all"]}}),
        ("create_message", first(row({**BUTTON, "style": 9}))),
        ("create_thread_from_message", {"name": ""}),
        ("create_thread_from_message", {"name": "x" * 101}),
        ("update_channel", {"archived": "no"}),
        ("create_dm", {"recipient_id": "ada"}),
    ],
)
def test_bodies_are_judged_by_the_specification(route: str, body: Json) -> None:
    assert "SCHEMA" in codes(judge(route, body))


async def test_errors_are_nested_as_discord_nests_them(there: DiscordStandIn) -> None:
    got = await post(there, {"embeds": [{"title": "x" * 257}]})
    assert got.told["message"] == "Invalid Form Body"
    (error,) = got.told["errors"]["embeds"]["0"]["title"]["_errors"][:1]
    assert error == {
        "code": "BASE_TYPE_MAX_LENGTH",
        "message": "Must be 256 or fewer in length.",
    }
    assert there.faults[0].startswith("create_message: ")


async def test_words_without_allowed_mentions_are_a_fault(there: DiscordStandIn) -> None:
    path = f"/channels/{PAPERS}/messages"
    assert (await ask(there, "POST", path, {"content": "x"})).status == 200
    assert there.faults == ["create_message: allowed_mentions is missing"]
    assert (await ask(there, "POST", path, {**QUIET, "content": "x"})).status == 200
    assert len(there.faults) == 1


async def test_an_edit_cannot_take_the_second_form_back(there: DiscordStandIn) -> None:
    sent = await post(there, second(TEXT))
    path = f"/channels/{PAPERS}/messages/{sent.told['id']}"
    assert (await ask(there, "PATCH", path, {**QUIET, "content": "x"})).code == 50035
    assert (await ask(there, "PATCH", path, {**QUIET, "components": []})).code == 50006
    assert (await ask(there, "PATCH", path, {**QUIET, "components": [TEXT]})).status == 200


# ── the examples of Discord's documentation ──────────────────────────────────────────────────────


def documented(heading: str, keys: set[str]) -> list[Any]:
    if not EXAMPLES.exists():
        return []
    examples = json.loads(EXAMPLES.read_text())
    return [
        one["json"]
        for one in examples
        if heading in one["heading"] and isinstance(one["json"], dict) and keys <= set(one["json"])
    ]


def is_answer(example: Json) -> bool:
    return example["type"] in (4, 5, 6, 7, 8, 9) and "id" not in example and "data" in example


def answers() -> list[Json]:
    everywhere = documented("", {"type", "data"})
    return [one for one in everywhere if is_answer(one) and set(one) == {"type", "data"}]


def messages() -> list[Json]:
    told = [
        *documented("", {"flags", "components"}),
        *documented("Allowed Mentions Ex", {"content"}),
    ]
    return [one for one in told if "id" not in one and "type" not in one]


@needs_shared
def test_messages_of_the_documentation_pass() -> None:
    assert len(messages()) > 10
    wrong = {json.dumps(one)[:80]: judge("create_message", one) for one in messages()}
    assert {key: one.errors for key, one in wrong.items() if one} == {}


@needs_shared
def test_answers_of_the_documentation_pass() -> None:
    sent = [one for one in answers() if not received(one)]
    assert len(sent) >= 2
    wrong = {json.dumps(one)[:80]: judge("create_interaction_response", one) for one in sent}
    assert {key: one.errors for key, one in wrong.items() if one} == {}
    assert not [one for one in sent if response_complaints(one)]


def received(example: Json) -> bool:
    """Tell whether it is what Discord sends: the submission of a form, not a form."""
    return "values" in json.dumps(example) or '"value"' in json.dumps(example)
