"""Forms of the core ⇄ Slack modals. PURE.

A field is an input block: its `block_id` is the field's name, its element's action "field:<name>".
The field `topic` tells us while somebody types, and what it reads as stands beneath it. What was
typed is kept by Slack as long as block and action keep their names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.dialogue import Field, Form, Reply
from bot.errors import PayloadError
from bot.payload import Payload, rows, table, text
from bot.platforms.slack.blocks import OPTION, OPTION_VALUE, Block, plain_text, rich
from bot.platforms.slack.texts import cut, literal, words
from bot.platforms.slack.where import Where, pack, unpack

CALLBACK: Final = "form"
FIELD: Final = "field:"
CHANNELS: Final = "conversations_select"
LIVE: Final = "topic"  # the field that is read while it is typed
TITLE: Final = 24
TYPED: Final = 3_000  # characters of a text field
HINT: Final = 2_000
ERROR: Final = 150
_TOO_LONG: Final = "What is there now is too long for this field: /arxiv export shows it. "
_KEPT: Final = ("type", "callback_id", "title", "submit", "close", "private_metadata")
_ONES: Final = frozenset({"topic", "when", "zone", "lines", "word", "to"})  # must not be empty


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that came back: the command that it runs, where, with which values.

    A channel that was chosen in it is where it runs, its name not known yet.
    """

    command: str
    where: Where
    values: Mapping[str, str]


def form_view(form: Form, where: Where, reading: str = "") -> dict[str, Any]:
    """Return the modal of a form; `reading` is what its topic reads as."""
    blocks: list[Block] = []
    if len(literal(form.title)) > TITLE:
        blocks.append(rich([words(cut(form.title, TYPED), bold=True)]))
    for field in form.fields:
        blocks.append(_input(field))
        if field.name == LIVE:
            blocks.append(_reading(reading or "What this finds is shown here while you type."))
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": plain_text(form.title, TITLE),
        "submit": plain_text(form.submit, TITLE),
        "close": plain_text("Cancel", TITLE),
        "private_metadata": pack(where, form.command),
        "blocks": blocks,
    }


def with_reading(view: Payload, reading: str) -> dict[str, Any]:
    """Return a modal as Slack sent it, with another reading beneath its topic.

    Raises PayloadError for a view that is not one of our forms.
    """
    missing = [name for name in _KEPT if name not in view]
    if missing or view["callback_id"] != CALLBACK:
        raise PayloadError(f"a view that is no form of ours ({', '.join(missing)})")
    blocks = [
        _reading(reading) if table(block).get("block_id") == "reading" else block
        for block in rows(view.get("blocks"))
    ]
    return {**{name: view[name] for name in _KEPT}, "blocks": blocks}


def read_view(view: Payload) -> Sent:
    """Return what somebody sent. Raises PayloadError for a view that is not ours."""
    where, command = unpack(text(view.get("private_metadata")))
    values: dict[str, str] = {}
    for name, elements in table(table(view.get("state")).get("values")).items():
        for element in map(table, table(elements).values()):
            values[name] = _typed(element)
            if element.get("type") == CHANNELS and values[name]:
                where = Where(values[name], "")
    return Sent(command, where, values)


def field_errors(reply: Reply, view: Payload) -> dict[str, str]:
    """Return what is wrong by block, as a submission is answered; at the first field if none is.

    Raises PayloadError for a view without a field.
    """
    blocks = map(table, rows(view.get("blocks")))
    here = [text(block.get("block_id")) for block in blocks if block.get("type") == "input"]
    if not here:
        raise PayloadError("a form without a field")
    said = reply.errors or ((here[0], reply.text or reply.title),)
    found: dict[str, str] = {}
    for name, wrong in said:
        found.setdefault(name if name in here else here[0], cut(wrong, ERROR))
    return found


def _input(field: Field) -> Block:
    element = _element(field)
    too_long = not (field.choices or field.channel) and len(field.value) > TYPED
    block: Block = {
        "type": "input",
        "block_id": field.name,
        "label": plain_text(field.label, HINT),
        "element": {**element, "action_id": f"{FIELD}{field.name}"},
        "optional": not (field.name in _ONES or "initial_option" in element),
    }
    if hint := _TOO_LONG * too_long + field.hint:
        block["hint"] = plain_text(hint, HINT)
    if field.name == LIVE:
        block["dispatch_action"] = True
    return block


def _element(field: Field) -> Block:
    if field.channel:
        which = {"include": ["public", "private"], "exclude_bot_users": True}
        return {"type": CHANNELS, "filter": which}
    return _select(field) if field.choices else _text(field)


def _text(field: Field) -> Block:
    element: Block = {"type": "plain_text_input", "multiline": field.lines > 1}
    if 0 < len(field.value) <= TYPED:
        element["initial_value"] = field.value
    if field.name == LIVE:
        triggers = ["on_enter_pressed", "on_character_entered"]
        element["dispatch_action_config"] = {"trigger_actions_on": triggers}
    return element


def _select(field: Field) -> Block:
    options = [
        {"text": plain_text(label, OPTION), "value": value[:OPTION_VALUE]}
        for value, label in field.choices
    ]
    element: Block = {"type": "static_select", "options": options}
    if chosen := [one for one in options if one["value"] == field.value]:
        element["initial_option"] = chosen[0]
    return element


def _reading(text: str) -> Block:
    return {
        "type": "context",
        "block_id": "reading",
        "elements": [plain_text(text, HINT)],
    }


def _typed(element: Payload) -> str:
    if chosen := table(element.get("selected_option")):
        return text(chosen.get("value"))
    return text(element.get("selected_conversation")) or text(element.get("value"))
