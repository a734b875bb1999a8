"""What Discord would refuse in a message or a modal: its schema, and the limits it documents."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import jsonschema_rs

from tests.shared_data import SHARED

Json = Mapping[str, Any]
OPENAPI = SHARED / "specs" / "discord" / "openapi.json"
V2 = 1 << 15


@cache
def _validator(name: str) -> jsonschema_rs.Validator | None:
    if not OPENAPI.exists():
        return None
    whole = json.loads(OPENAPI.read_text())
    return jsonschema_rs.validator_for(
        {"$ref": f"#/components/schemas/{name}", "components": whole["components"]}
    )


def schema_complaints(name: str, value: Json) -> list[str]:
    """Return what a schema of the published API says against a value."""
    validator = _validator(name)
    return [error.message[:300] for error in validator.iter_errors(value)] if validator else []


def walk(value: Any) -> Iterator[Json]:
    """Yield every object in a message."""
    if isinstance(value, Mapping):
        yield value
        for each in value.values():
            yield from walk(each)
    elif isinstance(value, list):
        for each in value:
            yield from walk(each)


def components(message: Json) -> list[Json]:
    """Return every component of a message, nested ones too."""
    return [one for one in walk(message["components"]) if "type" in one]


def length(text: str) -> int:
    """Count as strictly as anybody: in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def message_complaints(message: Json) -> list[str]:
    """Return what is wrong with a message, schema apart."""
    found = components(message)
    ids = [one["custom_id"] for one in found if "custom_id" in one]
    own = [one["id"] for one in found if "id" in one]
    texts = [one["content"] for one in found if one["type"] == 10]
    complaints = [
        *_too_many("components", len(found), 40),
        *_too_many("characters of text", sum(map(length, texts)), 4_000),
        *_too_many("characters of content", length(message.get("content", "")), 2_000),
        *(["a custom_id twice"] if len(set(ids)) < len(ids) else []),
        *(["an id twice"] if len(set(own)) < len(own) else []),
        *(["an empty text"] if not all(map(str.strip, texts)) else []),
        *(complaint for one in found for complaint in _of_component(one)),
    ]
    if message["flags"] & V2 and {"content", "embeds"} & set(message):
        complaints.append("content or embeds beside components V2")
    if not message["flags"] & V2 and (texts or not message["content"].strip()):
        complaints.append("a message without content, or with text displays beside it")
    return complaints


def _of_component(one: Json) -> Iterator[str]:
    yield from _too_many("characters of a custom_id", length(one.get("custom_id", "")), 100)
    kinds = [inner["type"] for inner in one.get("components", ())]
    if one["type"] == 1 and not (kinds == [3] or (set(kinds) == {2} and len(kinds) <= 5)):
        yield f"a row of {kinds}"
    if one["type"] == 2 and not 0 < length(one["label"].strip()) <= 80:
        yield "a button's label"
    if one["type"] == 3:
        yield from _of_menu(one)


def _of_menu(one: Json) -> Iterator[str]:
    options: Sequence[Json] = one["options"]
    yield from _too_many("options", len(options), 25)
    yield from _too_many("characters of a placeholder", length(one.get("placeholder", "")), 150)
    if len({each["value"] for each in options}) < len(options):
        yield "a value twice"
    for each in options:
        for name in ("label", "value"):
            if not 0 < length(each[name].strip()) <= 100:
                yield f"an option's {name}: {each[name]!r}"


def modal_complaints(modal: Json) -> list[str]:
    """Return what is wrong with a modal, schema apart."""
    found = components(modal)
    complaints = [
        *_too_many("fields", len(modal["components"]), 5),
        *_too_many("characters of a title", length(modal["title"]), 45),
        *_too_many("characters of a custom_id", length(modal["custom_id"]), 100),
    ]
    for one in found:
        complaints += _too_many("characters of a label", length(str(one.get("label", ""))), 100)
        complaints += _too_many("characters of a hint", length(one.get("description", "")), 100)
        complaints += _too_many("characters typed", length(one.get("value", "")), 4_000)
        complaints += list(_of_menu(one)) if one["type"] == 3 else []
        if one["type"] == 18:
            complaints += _too_many("characters of a label", length(one["label"]), 45)
        if sum(each.get("default", False) for each in one.get("options", ())) > 1:
            complaints.append("more than one default")
    return complaints


def _too_many(what: str, count: int, most: int) -> list[str]:
    return [f"{count} {what}"] if count > most else []
