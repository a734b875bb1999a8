"""The documented lengths and rules of messages, modals and choices. PURE.

In goes a body as it was sent, out come complaints: where, Discord's code, and what it says. Numbers
are those of facts/discord.md and https://docs.discord.com/developers/components/reference.
Lengths count characters (code points).
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from tests.standins.discord_shown import walk
from tests.standins.discord_world import COMPONENTS_V2, Json

ROW, BUTTON, STRING_SELECT, INPUT = 1, 2, 3, 4
SECTION, TEXT_DISPLAY, THUMBNAIL, MEDIA, FILE, SEPARATOR, CONTAINER, LABEL = (
    *range(9, 15),
    17,
    18,
)
SELECTS = (3, 5, 6, 7, 8)
LINK, PREMIUM = 5, 6  # styles of buttons
LEGACY = ("content", "embeds", "poll", "sticker_ids", "stickers")
COMPONENTS, TEXT_IN_ALL = 40, 4000

Where = tuple[str | int, ...]


class Complaint(NamedTuple):
    """One thing that Discord says against a body."""

    where: Where
    code: str
    message: str


Complaints = Iterator[Complaint]


def is_v2(body: Json, before: int = 0) -> bool:
    """Tell whether a message is made of Components V2; the flag cannot be taken back."""
    return bool(((body.get("flags") or 0) | before) & COMPONENTS_V2)


def message_complaints(body: Json, before: int = 0) -> Complaints:
    """Return what is wrong with a message; `before`: the flags of the message that it changes."""
    yield from _long(("content",), body.get("content"), 2000)
    nonce = body.get("nonce")
    yield from _long(("nonce",), nonce if isinstance(nonce, str) else "", 25)
    yield from _embeds(_list(body, "embeds"))
    components = _list(body, "components")
    if is_v2(body, before):
        yield from _second_form(body, components)
    else:
        yield from _first_form(components)
    yield from _all_components(components)


def _second_form(body: Json, components: list[Any]) -> Complaints:
    for key in LEGACY:
        if body.get(key):
            code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
            said = f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            yield Complaint((key,), code, said)
    count = sum(1 for _ in walk(components))
    if count > COMPONENTS:
        yield Complaint(
            ("components",),
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
            f"The total number of components cannot exceed {COMPONENTS}: {count}",
        )
    text = sum(len(one.get("content") or "") for one in walk(components) if is_text(one))
    if text > TEXT_IN_ALL:
        yield Complaint(
            ("components",),
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            f"The total text of a message cannot exceed {TEXT_IN_ALL}: {text}",
        )


def _first_form(components: list[Any]) -> Complaints:
    yield from _many(("components",), components, 5)
    for at, one in enumerate(components):
        if not isinstance(one, dict) or one.get("type") != ROW:
            said = 'Value of field "type" must be one of (1,).'
            yield Complaint(("components", at), "UNION_TYPE_CHOICES", said)


def is_text(component: Json) -> bool:
    """Tell whether a component is a text display."""
    return component.get("type") == TEXT_DISPLAY


def _all_components(components: list[Any]) -> Complaints:
    for where, one in _placed(components, ("components",)):
        yield from _component(where, one)
    custom = Counter(one["custom_id"] for one in walk(components) if one.get("custom_id"))
    numbers = Counter(one["id"] for one in walk(components) if one.get("id"))
    for where, one in _placed(components, ("components",)):
        if custom[one.get("custom_id")] > 1:
            code = "COMPONENT_CUSTOM_ID_DUPLICATED"
            yield Complaint((*where, "custom_id"), code, "Component custom id cannot be duplicated")
        if numbers[one.get("id")] > 1:
            yield Complaint((*where, "id"), "COMPONENT_ID_DUPLICATED", "id must be unique")


def _placed(components: Any, where: Where) -> Iterator[tuple[Where, Json]]:
    """Yield each component with the place where it stands."""
    for at, one in enumerate(components if isinstance(components, list) else ()):
        if isinstance(one, dict):
            here = (*where, at)
            yield here, one
            yield from _placed(one.get("components"), (*here, "components"))
            for key in ("accessory", "component"):
                for _, inner in _placed([one.get(key)], ()):
                    yield (*here, key), inner


def _component(where: Where, one: Json) -> Complaints:
    match one.get("type"):
        case 1:
            yield from _row(where, one)
        case 2:
            yield from _button(where, one)
        case 3 | 5 | 6 | 7 | 8:
            yield from _select(where, one)
        case 4:
            yield from _input(where, one)
        case 9:
            yield from _section(where, one)
        case 10:
            yield from _between((*where, "content"), one.get("content"), 1, TEXT_IN_ALL)
        case 17:
            yield from _container(where, one)


def _row(where: Where, row: Json) -> Complaints:
    inside = [one.get("type") for one in _list(row, "components") if isinstance(one, dict)]
    where = (*where, "components")
    if not inside:
        yield Complaint(where, "BASE_TYPE_REQUIRED", "This field is required")
    elif set(inside) & {*SELECTS, INPUT} and len(inside) > 1:
        code = "COMPONENT_LAYOUT_WIDTH_EXCEEDED"
        yield Complaint(where, code, "The specified component exceeds the maximum width")
    elif len(inside) > 5:
        yield from _many(where, inside, 5)
    elif not set(inside) <= {BUTTON, *SELECTS, INPUT}:
        yield Complaint(where, "UNION_TYPE_CHOICES", 'Value of field "type" must be one of …')


def _button(where: Where, button: Json) -> Complaints:
    yield from _long((*where, "label"), button.get("label"), 80)
    style = button.get("style")
    if style == LINK:
        if not button.get("url"):
            yield _required(where, "url")
        if button.get("custom_id"):
            said = "A link button cannot have a custom id"
            yield Complaint((*where, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_INVALID", said)
        yield from _long((*where, "url"), button.get("url"), 512)
    elif style != PREMIUM:
        yield from _between((*where, "custom_id"), button.get("custom_id"), 1, 100)
        if button.get("url"):
            said = "Only link buttons have a url"
            yield Complaint((*where, "url"), "BUTTON_COMPONENT_URL_INVALID", said)
    if style != PREMIUM and not (button.get("label") or button.get("emoji")):
        code = "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED"
        yield Complaint(where, code, "A button needs a label or an emoji")


def _select(where: Where, select: Json) -> Complaints:
    yield from _between((*where, "custom_id"), select.get("custom_id"), 1, 100)
    yield from _long((*where, "placeholder"), select.get("placeholder"), 150)
    if select.get("type") != STRING_SELECT:
        return
    options = [one for one in _list(select, "options") if isinstance(one, dict)]
    here = (*where, "options")
    if not options:
        yield Complaint(here, "BASE_TYPE_REQUIRED", "This field is required")
    yield from _many(here, options, 25)
    values = Counter(one.get("value") for one in options)
    for at, one in enumerate(options):
        for key in ("label", "value"):
            yield from _between((*here, at, key), one.get(key), 1, 100)
        yield from _long((*here, at, "description"), one.get("description"), 100)
        if values[one.get("value")] > 1:
            said = "The specified option value is already used"
            yield Complaint((*here, at, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", said)
    most = select.get("max_values") or 1
    if most > max(len(options), 1):
        said = f"Must be between 1 and {len(options)}"
        yield Complaint((*where, "max_values"), "BASE_TYPE_BAD_INT", said)
    if sum(bool(one.get("default")) for one in options) > most:
        said = "More options are set as default than can be chosen"
        yield Complaint(here, "SELECT_COMPONENT_TOO_MANY_DEFAULTS", said)


def _input(where: Where, text: Json) -> Complaints:
    yield from _between((*where, "custom_id"), text.get("custom_id"), 1, 100)
    yield from _long((*where, "label"), text.get("label"), 45)
    yield from _long((*where, "placeholder"), text.get("placeholder"), 100)
    most = text.get("max_length") or 4000
    yield from _long((*where, "value"), text.get("value"), min(most, 4000))
    if (text.get("min_length") or 0) > most:
        yield Complaint((*where, "min_length"), "BASE_TYPE_BAD_INT", "Must be below max_length")


def _section(where: Where, section: Json) -> Complaints:
    inside = _list(section, "components")
    if not 1 <= len(inside) <= 3 or not all(map(is_text, inside)):
        said = "A section has one to three text displays"
        yield Complaint((*where, "components"), "BASE_TYPE_BAD_LENGTH", said)
    if not isinstance(section.get("accessory"), dict):
        yield _required(where, "accessory")
    elif section["accessory"].get("type") not in (BUTTON, THUMBNAIL):
        said = "The accessory is a button or a thumbnail"
        yield Complaint((*where, "accessory"), "UNION_TYPE_CHOICES", said)


def _container(where: Where, container: Json) -> Complaints:
    allowed = {ROW, SECTION, TEXT_DISPLAY, MEDIA, FILE, SEPARATOR}
    inside = _list(container, "components")
    if not inside or not {one.get("type") for one in inside} <= allowed:
        said = 'Value of field "type" must be one of (1, 9, 10, 12, 13, 14).'
        yield Complaint((*where, "components"), "UNION_TYPE_CHOICES", said)


# ── embeds ───────────────────────────────────────────────────────────────────────────────────────


def _embeds(embeds: list[Any]) -> Complaints:
    yield from _many(("embeds",), embeds, 10)
    for at, one in enumerate(each for each in embeds if isinstance(each, dict)):
        yield from _embed(("embeds", at), one)
    total = sum(size_of(one) for one in embeds if isinstance(one, dict))
    if total > 6000:
        said = "Embed size exceeds maximum size of 6000"
        yield Complaint(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", said)


def _embed(where: Where, embed: Json) -> Complaints:
    yield from _long((*where, "title"), embed.get("title"), 256)
    yield from _long((*where, "description"), embed.get("description"), 4096)
    yield from _long((*where, "footer", "text"), (embed.get("footer") or {}).get("text"), 2048)
    yield from _long((*where, "author", "name"), (embed.get("author") or {}).get("name"), 256)
    fields = _list(embed, "fields")
    yield from _many((*where, "fields"), fields, 25)
    for at, one in enumerate(fields):
        yield from _between((*where, "fields", at, "name"), one.get("name"), 1, 256)
        yield from _between((*where, "fields", at, "value"), one.get("value"), 1, 1024)


def size_of(embed: Json) -> int:
    """Return the characters of an embed, as they count towards 6,000."""
    fields = [one.get(key) for one in _list(embed, "fields") for key in ("name", "value")]
    footer, author = embed.get("footer") or {}, embed.get("author") or {}
    texts = [embed.get("title"), embed.get("description"), footer.get("text"), author.get("name")]
    return sum(len(one or "") for one in (*texts, *fields))


# ── modals and choices ───────────────────────────────────────────────────────────────────────────


def modal_complaints(modal: Json) -> Complaints:
    """Return what is wrong with a modal (the `data` of its callback)."""
    yield from _between(("title",), modal.get("title"), 1, 45)
    yield from _between(("custom_id",), modal.get("custom_id"), 1, 100)
    rows = _list(modal, "components")
    if not rows:
        yield _required((), "components")
    yield from _many(("components",), rows, 5)
    for at, row in enumerate(each for each in rows if isinstance(each, dict)):
        yield from _labelled(("components", at), row)
    yield from _all_components(rows)


def _labelled(where: Where, row: Json) -> Complaints:
    """Judge how the fields of a modal are labelled: by their own label, or by one around them."""
    if row.get("type") == LABEL:
        yield from _between((*where, "label"), row.get("label"), 1, 45)
        yield from _long((*where, "description"), row.get("description"), 100)
        if (row.get("component") or {}).get("label"):
            said = "A text input in a label has no label of its own"
            yield Complaint((*where, "component", "label"), "COMPONENT_LABEL_INVALID", said)
    elif row.get("type") == ROW:
        for at, one in enumerate(_list(row, "components")):
            if one.get("type") != INPUT:
                said = 'Value of field "type" must be one of (4,).'
                yield Complaint((*where, "components", at), "UNION_TYPE_CHOICES", said)
            elif not one.get("label"):
                yield _required((*where, "components", at), "label")


def choice_complaints(data: Json) -> Complaints:
    """Return what is wrong with the choices of an autocomplete."""
    choices = _list(data, "choices")
    yield from _many(("choices",), choices, 25)
    for at, one in enumerate(choices):
        where: Where = ("choices", at)
        yield from _between((*where, "name"), one.get("name"), 1, 100)
        if isinstance(one.get("value"), str):
            yield from _between((*where, "value"), one["value"], 1, 100)


# ── the words for it ─────────────────────────────────────────────────────────────────────────────


def _list(body: Json, key: str) -> list[Any]:
    value = body.get(key)
    return value if isinstance(value, list) else []


def _required(where: Iterable[str | int], key: str) -> Complaint:
    return Complaint((*where, key), "BASE_TYPE_REQUIRED", "This field is required")


def _long(where: Where, text: object, most: int) -> Complaints:
    if isinstance(text, str) and len(text) > most:
        said = f"Must be {most} or fewer in length."
        yield Complaint(where, "BASE_TYPE_MAX_LENGTH", said)


def _between(where: Where, text: object, least: int, most: int) -> Complaints:
    if text is None:
        yield Complaint(where, "BASE_TYPE_REQUIRED", "This field is required")
    elif isinstance(text, str) and not least <= len(text) <= most:
        said = f"Must be between {least} and {most} in length."
        yield Complaint(where, "BASE_TYPE_BAD_LENGTH", said)


def _many(where: Where, items: list[Any], most: int) -> Complaints:
    if len(items) > most:
        said = f"Must be {most} or fewer in length."
        yield Complaint(where, "BASE_TYPE_MAX_LENGTH", said)
