"""Forms of the core ⇄ Discord modals. PURE.

A modal holds five components (https://docs.discord.com/developers/interactions/receiving-and-
responding, "Modal", 2026-11; the published schema is wider). A form with more has neighbouring
choices joined in one menu, whose values are those of both; what still has no place is left out, the
last choice first: what a form does not say stays as it is, and the last field's hint names it.
An answer to a modal cannot be a modal: what was wrong is said by `answers.messages_of`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import Any, Final

from bot.compose.truncate import utf16_length
from bot.dialogue import Field, Form
from bot.errors import PayloadError
from bot.payload import Payload, rows, table, text
from bot.platforms.discord.components import OPTION, OPTIONS
from bot.platforms.discord.texts import label
from bot.platforms.discord.where import Where, pack, unpack

FIELDS: Final = 5
TITLE: Final = 45
LABEL: Final = 45
HINT: Final = 100
TYPED: Final = 4_000  # characters of a text field
JOINT: Final = "+"  # between the names of joined fields
_BETWEEN: Final = "|"  # between their values
_BELOW: Final = "\n"  # between what an option is called and what stands below that
CHANNEL: Final = "#"  # begins the id of a field that asks for a channel
_LINKED: Final = re.compile(r"(?:https://\S+/channels/\d+/|<#)?(\d{15,20})>?")
_PASTE: Final = "Copy the channel's link (from its menu) and paste it here"
_TOO_LONG: Final = "Too long to be shown here: /arxiv export shows it. "
_ONES: Final = frozenset({"topic", "when", "zone", "lines", "word", "to"})  # must not be empty


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that came back: the command that it runs, where, with which values."""

    command: str
    where: Where  # its name is unknown
    values: Mapping[str, str]


def form_view(form: Form, where: Where) -> dict[str, Any]:
    """Return the modal of a form, as an interaction is answered with one.

    Raises ValueError for a command too long for a modal; no form of the core has one.
    """
    return {
        "custom_id": pack(where, form.command),
        "title": label(form.title, TITLE),
        "components": [_labelled(field) for field in _fitting(form.fields)],
    }


def read_form(data: Payload) -> Sent:
    """Return what somebody sent: the `data` of a modal's interaction.

    Raises PayloadError for a modal that is not ours.
    """
    where, command = unpack(text(data.get("custom_id")))
    values: dict[str, str] = {}
    for element in _elements(data):
        name = text(element.get("custom_id"))
        if name.startswith(CHANNEL):
            where = _chosen(element, where)
        names = name.removeprefix(CHANNEL).split(JOINT)
        texts = _typed(element).split(_BETWEEN) if len(names) > 1 else [_typed(element)]
        if len(names) != len(texts):
            raise PayloadError("a form whose fields hold more or less than they ask for")
        values |= zip(names, texts, strict=True)
    return Sent(command, where, values)


def _elements(data: Payload) -> Iterator[Payload]:
    for part in map(table, rows(data.get("components"))):
        yield from filter(None, map(table, (part.get("component"), *rows(part.get("components")))))


# ── what has a place ─────────────────────────────────────────────────────────────────────────────


def _fitting(fields: Sequence[Field]) -> list[Field]:
    """Return at most as many fields as a modal holds."""
    found = list(fields)
    while len(found) > FIELDS and (pair := _joinable(found)) is not None:
        found[pair : pair + 2] = [_joined(found[pair], found[pair + 1])]
    left_out = [one for one in reversed(found) if one.choices] + found[::-1]
    left_out = left_out[: max(0, len(found) - FIELDS)]
    if not left_out:
        return found
    *kept, last = [one for one in found if one not in left_out]
    names = ", ".join(one.label for one in reversed(left_out))
    return [*kept, replace(last, hint=f"By command only: {names}. {last.hint}".strip())]


def _joinable(fields: Sequence[Field]) -> int | None:
    """Return where two choices stand side by side that one menu can hold."""
    for place, (one, next_) in enumerate(pairwise(fields)):
        plain = not any(_BETWEEN in value for value, _ in (*one.choices, *next_.choices))
        if plain and 0 < len(one.choices) * len(next_.choices) <= OPTIONS:
            return place
    return None


def _joined(one: Field, other: Field) -> Field:
    return Field(
        f"{one.name}{JOINT}{other.name}",
        one.label,
        f"{one.value}{_BETWEEN}{other.value}",
        f"{one.hint} {other.hint}".strip(),
        tuple(
            (f"{value}{_BETWEEN}{second}", f"{said}{_BELOW}{other.label}: {answer}")
            for (value, said), (second, answer) in product(one.choices, other.choices)
        ),
    )


# ── drawing ──────────────────────────────────────────────────────────────────────────────────────


def _labelled(field: Field) -> dict[str, Any]:
    too_long = not field.choices and utf16_length(field.value) > TYPED
    made: dict[str, Any] = {
        "type": 18,
        "label": label(field.label, LABEL),
        "component": _select(field) if field.choices else _text(field, shown=not too_long),
    }
    if hint := f"{_TOO_LONG * too_long}{_PASTE * field.channel}{field.hint}".strip():
        made["description"] = label(hint, HINT)
    return made


def _text(field: Field, *, shown: bool) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": 4,
        "custom_id": f"{CHANNEL * field.channel}{field.name}",
        "style": 2 if field.lines > 1 else 1,
        "required": field.name in _ONES,
        "max_length": TYPED,
    }
    if field.value and shown:
        made["value"] = field.value
    return made


def _chosen(element: Payload, where: Where) -> Where:
    """Return the channel whose link or id was pasted; `where` if it is neither."""
    found = _LINKED.fullmatch(_typed(element).strip())
    return Where(found[1], "") if found else where


def _select(field: Field) -> dict[str, Any]:
    return {
        "type": 3,
        "custom_id": field.name,
        "required": True,
        "options": [
            {**_named(said), "value": value, "default": value == field.value}
            for value, said in field.choices[:OPTIONS]
        ],
    }


def _named(said: str) -> dict[str, str]:
    """Return what an option is called, and what stands below it in small letters."""
    first, _, below = said.partition(_BELOW)
    named = {"label": label(first, OPTION)}
    return {**named, "description": label(below, OPTION)} if below else named


def _typed(element: Payload) -> str:
    return text(next(iter(rows(element.get("values"))), element.get("value")))
