"""How long things may be at Slack, which its schemas do not say. PURE.

In go blocks, messages and views as JSON values; out come complaints in words, none if Slack takes
them. Sources: https://docs.slack.dev/reference/block-kit, and what `slack_sdk.models` refuses.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Json = Any

SUM_OF_BLOCKS = 13_200  # characters of all blocks of a message, at the latest
MARKDOWN = 12_000  # characters of all markdown blocks of a message
TEXT = 40_000
PRIVATE_METADATA = 3_000
METADATA = 8_000
VIEW = 250_000  # of a view as JSON
TEXT_OBJECT = 3_000

_SELECT = {"placeholder.text": 150, "options": 100, "option_groups": 100, "action_id": 255}
_CHOICES = {"options": 10, "action_id": 255}
_VIEW = {"blocks": 100, "private_metadata": 3_000, "callback_id": 255, "external_id": 255}
# Type of a block or element → its texts and lists, each with the most that it may hold.
LENGTHS: Mapping[str, Mapping[str, int]] = {
    "section": {"text.text": 3_000, "fields": 10, "block_id": 255},
    "header": {"text.text": 150, "block_id": 255},
    "actions": {"elements": 25, "block_id": 255},
    "context": {"elements": 10, "block_id": 255},
    "divider": {"block_id": 255},
    "image": {"image_url": 3_000, "alt_text": 2_000, "title.text": 2_000, "block_id": 255},
    "input": {"label.text": 2_000, "hint.text": 2_000, "block_id": 255},
    "markdown": {"text": MARKDOWN, "block_id": 255},
    "rich_text": {"block_id": 255},
    "button": {
        "text.text": 75,
        "value": 2_000,
        "url": 3_000,
        "action_id": 255,
        "accessibility_label": 75,
    },
    "static_select": _SELECT,
    "multi_static_select": _SELECT,
    "external_select": {"placeholder.text": 150, "action_id": 255},
    "conversations_select": {"placeholder.text": 150, "action_id": 255},
    "channels_select": {"placeholder.text": 150, "action_id": 255},
    "users_select": {"placeholder.text": 150, "action_id": 255},
    "checkboxes": _CHOICES,
    "radio_buttons": _CHOICES,
    "timepicker": {"placeholder.text": 150, "action_id": 255},
    "datepicker": {"placeholder.text": 150, "action_id": 255},
    "overflow": {"options": 5, "action_id": 255},
    "plain_text_input": {"placeholder.text": 150, "initial_value": 3_000, "action_id": 255},
    "modal": {**_VIEW, "title.text": 24, "submit.text": 24, "close.text": 24},
    "home": _VIEW,
}
OPTION = {"text.text": 75, "value": 150, "description.text": 75}
GROUP = {"label.text": 75, "options": 100}
CONFIRM = {"title.text": 100, "text.text": 300, "confirm.text": 30, "deny.text": 30}
_FIELD = {"text": 2_000}
_NOT_EMPTY = ("elements", "options", "fields", "option_groups", "action_id", "block_id")
_TEXTS = ("plain_text", "mrkdwn", "text", "markdown")  # types of what holds a `text`


def message_complaints(message: Mapping[str, Json]) -> list[str]:
    """Return what Slack would refuse of a message's blocks, text and metadata."""
    blocks = message.get("blocks") or []
    found = list(block_complaints(blocks, most=50))
    if len(message.get("text") or "") > TEXT:
        found.append(f"text is longer than {TEXT}")
    marked = [one["text"] for one in blocks if one.get("type") == "markdown" and "text" in one]
    if sum(map(len, marked)) > MARKDOWN:
        found.append(f"markdown blocks are longer than {MARKDOWN}")
    return found


def sum_of(blocks: Sequence[Json]) -> int:
    """Return the characters of all texts in these blocks."""
    return sum(len(text) for text in _texts(list(blocks)))


def view_complaints(view: Mapping[str, Json]) -> list[str]:
    """Return what Slack would refuse of a modal or a Home tab."""
    blocks = view.get("blocks") or []
    bare = {name: value for name, value in view.items() if name != "blocks"}
    found = [*_lengths(view, "view"), *_empty_texts(bare, "view")]
    found += block_complaints(blocks, most=100)
    inputs = any(block.get("type") == "input" for block in blocks)
    if view.get("type") == "modal" and inputs and not view.get("submit"):
        found.append("a modal with inputs needs a submit button")
    if view.get("type") not in ("modal", "home"):
        found.append("view.type must be modal or home")
    return found


def submission_complaints(answer: Mapping[str, Json], blocks: Sequence[Json]) -> list[str]:
    """Return what Slack would refuse of the acknowledgement of a form with these blocks."""
    if not answer:
        return []
    if answer.get("response_action") != "errors":
        return [f"a form cannot be answered by {answer.get('response_action')}"]
    inputs = [block["block_id"] for block in blocks if block["type"] == "input"]
    errors: Mapping[str, str] = answer.get("errors") or {}
    wrong = [f"there is no field {name}" for name in errors if name not in inputs]
    wrong += [f"the error of {name} is empty" for name, text in errors.items() if not text]
    return wrong or ([] if errors else ["errors without any"])


def block_complaints(blocks: Sequence[Json], most: int) -> Iterator[str]:
    """Yield what is too long, empty or not unique among these blocks."""
    if len(blocks) > most:
        yield f"{len(blocks)} blocks, at most {most}"
    ids = Counter(block["block_id"] for block in blocks if "block_id" in block)
    yield from (f"block_id {one} twice" for one, count in ids.items() if count > 1)
    for at, block in enumerate(blocks):
        place = f"blocks[{at}]"
        yield from _lengths(block, place)
        yield from _empty_texts(block, place)
        for field in block.get("fields", ()):
            yield from _too_long(field, _FIELD, f"{place} field")
        pressed = [one for one in _pressed(block) if isinstance(one, Mapping)]
        for element in pressed:
            yield from _element(element, f"{place} {element.get('type')}")
        actions = Counter(one["action_id"] for one in pressed if "action_id" in one)
        yield from (f"{place}: action_id {one} twice" for one, n in actions.items() if n > 1)


def _element(element: Mapping[str, Json], place: str) -> Iterator[str]:
    """Yield what is wrong with one element, its options and its question."""
    yield from _lengths(element, place)
    yield from _too_long(element.get("confirm") or {}, CONFIRM, f"{place} confirm")
    options = list(element.get("options", ()))
    for group in element.get("option_groups", ()):
        yield from _too_long(group, GROUP, f"{place} option_group")
        options += group.get("options", ())
    for option in options:
        yield from _too_long(option, OPTION, f"{place} option")
    first = [element["initial_option"]] if "initial_option" in element else []
    for chosen in [*first, *element.get("initial_options", ())]:
        if options and chosen not in options:
            yield f"{place}: what is chosen at first is not among the options"
    if len(element.get("initial_value") or "") > element.get("max_length", 3_000):
        yield f"{place}: initial_value is longer than max_length"


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
        if not isinstance(value, str | list | tuple):
            continue
        if len(value) > most:
            yield f"{place}: {path} has {len(value)}, at most {most}"
        if not len(value) and path in _NOT_EMPTY:
            yield f"{place}: {path} is empty"


def _empty_texts(value: Json, place: str) -> Iterator[str]:
    """Yield every text without a character, and every text object with too many."""
    if isinstance(value, Mapping):
        text = value.get("text")
        if value.get("type") in _TEXTS and isinstance(text, str):
            if not text:
                yield f"{place}: text is empty"
            if value["type"] in ("plain_text", "mrkdwn") and len(text) > TEXT_OBJECT:
                yield f"{place}: a text has {len(text)}, at most {TEXT_OBJECT}"
        for one in value.values():
            yield from _empty_texts(one, place)
    elif isinstance(value, list):
        for one in value:
            yield from _empty_texts(one, place)


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
