"""How long things may be at Slack, which its schemas do not say.

In go blocks, messages and views as JSON values; out come complaints in words, none if Slack takes
them. Sources: https://docs.slack.dev/reference/block-kit, and what `slack_sdk.models` refuses.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Json = Any

SUM_OF_BLOCKS = 13_200  # characters of all blocks of a message, at the latest
TEXT = 40_000
PRIVATE_METADATA = 3_000
METADATA = 8_000

# Type of a block or element → its texts and lists, each with the most that it may hold.
LENGTHS: Mapping[str, Mapping[str, int]] = {
    "section": {"text.text": 3_000, "fields": 10, "block_id": 255},
    "header": {"text.text": 150, "block_id": 255},
    "actions": {"elements": 25, "block_id": 255},
    "context": {"elements": 10, "block_id": 255},
    "input": {"label.text": 2_000, "hint.text": 2_000, "block_id": 255},
    "rich_text": {"block_id": 255},
    "button": {
        "text.text": 75,
        "value": 2_000,
        "url": 3_000,
        "action_id": 255,
        "accessibility_label": 75,
    },
    "static_select": {"placeholder.text": 150, "options": 100, "action_id": 255},
    "overflow": {"options": 5, "action_id": 255},
    "plain_text_input": {"placeholder.text": 150, "initial_value": 3_000, "action_id": 255},
    "modal": {
        "title.text": 24,
        "submit.text": 24,
        "close.text": 24,
        "blocks": 100,
        "private_metadata": PRIVATE_METADATA,
        "callback_id": 255,
        "external_id": 255,
    },
    "home": {
        "blocks": 100,
        "private_metadata": PRIVATE_METADATA,
        "callback_id": 255,
        "external_id": 255,
    },
}
OPTION = {"text.text": 75, "value": 150, "description.text": 75}
_NOT_EMPTY = ("text.text", "elements", "options", "label.text", "title.text")


def message_complaints(message: Mapping[str, Json]) -> list[str]:
    """Return what Slack would refuse of a message's blocks, text and metadata."""
    blocks = message.get("blocks") or []
    found = list(block_complaints(blocks, most=50))
    if len(message.get("text") or "") > TEXT:
        found.append(f"text is longer than {TEXT}")
    return found


def sum_of(blocks: Sequence[Json]) -> int:
    """Return the characters of all texts in these blocks."""
    return sum(len(text) for text in _texts(list(blocks)))


def view_complaints(view: Mapping[str, Json]) -> list[str]:
    """Return what Slack would refuse of a modal or a Home tab."""
    blocks = view.get("blocks") or []
    found = [*_lengths(view, "view"), *block_complaints(blocks, most=100)]
    inputs = any(block.get("type") == "input" for block in blocks)
    if view.get("type") == "modal" and inputs and not view.get("submit"):
        found.append("a modal with inputs needs a submit button")
    return found


def block_complaints(blocks: Sequence[Json], most: int) -> Iterator[str]:
    """Yield what is too long, empty or not unique among these blocks."""
    if len(blocks) > most:
        yield f"{len(blocks)} blocks, at most {most}"
    ids = Counter(block["block_id"] for block in blocks if "block_id" in block)
    yield from (f"block_id {one} twice" for one, count in ids.items() if count > 1)
    for at, block in enumerate(blocks):
        place = f"blocks[{at}]"
        yield from _lengths(block, place)
        pressed = [one for one in _pressed(block) if isinstance(one, Mapping)]
        for element in pressed:
            yield from _lengths(element, f"{place} {element.get('type')}")
            for option in element.get("options", ()):
                yield from _too_long(option, OPTION, f"{place} option")
        actions = Counter(one["action_id"] for one in pressed if "action_id" in one)
        yield from (f"{place}: action_id {one} twice" for one, n in actions.items() if n > 1)


def _pressed(block: Mapping[str, Json]) -> list[Json]:
    """Return the elements that can be pressed or filled in."""
    elements = block.get("elements", []) if block.get("type") in ("actions", "context") else []
    return [*elements, block.get("accessory"), block.get("element")]


def _lengths(thing: Mapping[str, Json], place: str) -> Iterator[str]:
    yield from _too_long(thing, LENGTHS.get(str(thing.get("type")), {}), place)


def _too_long(thing: Mapping[str, Json], limits: Mapping[str, int], place: str) -> Iterator[str]:
    for path, most in limits.items():
        value: Json = thing
        for key in path.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is None:
            continue
        if len(value) > most:
            yield f"{place}: {path} has {len(value)}, at most {most}"
        if not len(value) and path in _NOT_EMPTY:
            yield f"{place}: {path} is empty"


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, one in value.items():
            if name in ("text", "url", "value", "fallback") and isinstance(one, str):
                yield one
            else:
                yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
