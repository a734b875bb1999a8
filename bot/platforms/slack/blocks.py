"""Block Kit by the piece, and its limits. PURE.

In go texts and actions, out come blocks as JSON values that Slack accepts. Limits are from
https://docs.slack.dev/reference/block-kit; the characters of a whole message are nowhere
documented: Slack begins to refuse between 11,300 and 13,200.

A command behind a button is the button's `value`, its `action_id` begins with "run:"; a menu's
options carry their command the same way.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.dialogue import Action
from bot.platforms.slack.texts import Element, cut, escaped, literal, words

Block = dict[str, Any]

BLOCKS: Final = 50  # of a message
VIEW_BLOCKS: Final = 100
MESSAGE: Final = 10_000  # characters of all blocks of a message
SECTION: Final = 3_000  # characters of a section; kept for each rich_text section too
HEADER: Final = 150
ELEMENTS: Final = 25  # of an actions block
OPTIONS: Final = 100  # of a menu
BUTTON: Final = 75  # characters of a button's text, and of what a screen reader says
OPTION: Final = 75
OPTION_VALUE: Final = 150
PLACEHOLDER: Final = 150
VALUE: Final = 2_000  # of a button
FALLBACK: Final = 4_000  # characters of a message's `text`
QUIET: Final = {"mrkdwn": False, "unfurl_links": False, "unfurl_media": False}
"""What every message says besides: nothing in its text formats, no link is unfolded."""
RUN: Final = "run:"
_ASKS_FOR_KEY: Final = re.compile(r"(?P<verb>[a-z-]+) \{key\}")


# ── text ─────────────────────────────────────────────────────────────────────────────────────────


def rich(*lines: Sequence[Element]) -> Block:
    """Return a block with one section for each line."""
    sections = [{"type": "rich_text_section", "elements": list(line)} for line in lines if line]
    return {"type": "rich_text", "elements": sections}


def quoted(elements: Sequence[Element]) -> Block:
    """Return a part of a rich_text block that is set off as a quotation."""
    return {"type": "rich_text_quote", "elements": list(elements)}


def preformatted(text: str) -> Block:
    """Return a block of text in one width, with its lines."""
    element = {"type": "rich_text_preformatted", "elements": [words(text)]}
    return {"type": "rich_text", "elements": [element]}


def paragraphs(lines: Iterable[str]) -> Iterator[Block]:
    """Yield lines of plain text as blocks, a long line in several."""
    for line in lines:
        for piece in pieces(literal(line), SECTION):
            yield rich([words(piece)])


def title(text: str) -> Block:
    """Return a headline: a header where it fits, else bold text."""
    said = literal(text)
    if len(said) <= HEADER:
        return {"type": "header", "text": plain_text(said, HEADER)}
    return rich([words(cut(said, SECTION), bold=True)])


def plain_text(text: str, limit: int) -> Block:
    """Return a text object that is never parsed; of nothing, a dash, since it must not be empty."""
    return {"type": "plain_text", "text": cut(text, limit) or "–", "emoji": False}


def pieces(text: str, limit: int) -> Iterator[str]:
    """Yield a text in pieces of at most so many characters, cut between words where there are."""
    while len(text) > limit:
        at = text.rfind(" ", 1, limit + 1)
        at = at if at > 0 else limit
        yield text[:at]
        text = text[at:].lstrip()
    if text:
        yield text


# ── what can be pressed ──────────────────────────────────────────────────────────────────────────


def button(action: Action, spoken: str = "") -> Block:
    """Return a button; `spoken` is what a screen reader says where the label is short."""
    made: Block = {
        "type": "button",
        "text": plain_text(action.label, BUTTON),
        "value": action.command,
    }
    if spoken:
        made["accessibility_label"] = cut(spoken, BUTTON)
    return made


def menu(placeholder: str, actions: Sequence[Action]) -> Block:
    """Return a menu of at most `OPTIONS` actions, each of which runs its command when chosen."""
    return {
        "type": "static_select",
        "placeholder": plain_text(placeholder, PLACEHOLDER),
        "options": [
            {"text": plain_text(one.label, OPTION), "value": one.command} for one in actions
        ],
    }


def rows(elements: Iterable[Block], width: int = ELEMENTS) -> Iterator[Block]:
    """Yield buttons and menus in rows."""
    some = list(elements)
    for start in range(0, len(some), width):
        yield {"type": "actions", "elements": some[start : start + width]}


def fits_a_button(action: Action) -> bool:
    """Say whether Slack takes the command whole."""
    return 0 < len(action.command) <= VALUE


# ── whole messages ───────────────────────────────────────────────────────────────────────────────


def characters(value: object) -> int:
    """Count what people read and what buttons carry, as the limit of a message is kept here."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Mapping):
        told = (one for name, one in value.items() if name not in ("type", "action_id", "block_id"))
        return sum(map(characters, told))
    return sum(map(characters, value)) if isinstance(value, list) else 0


@dataclass(frozen=True, slots=True)
class Piece:
    """A block, and the lines that the message's fallback text has for it."""

    block: Block
    said: tuple[str, ...] = ()


def split(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Cut pieces into messages that Slack accepts; each block stays whole and in its order."""
    messages: list[list[Piece]] = [[]]
    room = MESSAGE
    for piece in pieces:
        size = characters(piece.block)
        if messages[-1] and (size > room or len(messages[-1]) == BLOCKS):
            messages.append([])
            room = MESSAGE
        messages[-1].append(piece)
        room -= size
    return [some for some in messages if some]


def message(some: Sequence[Piece]) -> dict[str, Any]:
    """Return the pieces as one message with its fallback text."""
    blocks = numbered([piece.block for piece in some])
    return {"text": fallback(some, FALLBACK), "blocks": blocks, **QUIET}


def fallback(some: Sequence[Piece], limit: int) -> str:
    """Return what the pieces say as text that reads alone, escaped; it ends at a whole line."""
    lines = [escaped(line) for piece in some for line in piece.said]
    text = lines[0] if lines else "Paperboy"
    for line in lines[1:]:
        if len(text) + len(line) + 2 * len("\n…") > limit:
            return f"{text}\n…"
        text = f"{text}\n{line}"
    return text


def numbered(blocks: Sequence[Block]) -> list[Block]:
    """Give everything that can be pressed an action_id that is its own in this message."""
    count = 0
    for block in blocks:
        pressed = [*block.get("elements", ()), block.get("accessory")]
        for element in pressed if block["type"] in ("actions", "section") else ():
            if element and "action_id" not in element:
                element["action_id"] = f"{RUN}{count}"
                count += 1
    return list(blocks)


def keyed(payload: str, key: str) -> dict[str, Any]:
    """Return a frozen body with the delivery's key in the commands that ask for it.

    Only a verb and the key: a title or a topic may hold the same sign, and is left alone.
    """
    body: dict[str, Any] = json.loads(payload)
    for one in pressed(body.get("blocks", ())):
        if asking := _ASKS_FOR_KEY.fullmatch(one.get("value", "")):
            one["value"] = f"{asking['verb']} {key}"
    return body


def pressed(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield every button, and every option of a menu."""
    for block in blocks:
        elements = [*block.get("elements", ()), block.get("accessory") or {}]
        for element in elements if block["type"] in ("actions", "section") else ():
            yield element
            yield from element.get("options", ())
