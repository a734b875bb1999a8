"""A message of the built-in channel: frozen values ⇄ the JSON that is kept. PURE.

The JSON is our own and outlives versions of the program, so it holds no type of another module:
texts as people read them, not yet escaped. `{key}` in a command stands for the key of the message.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from bot.errors import BodyRejected

FORMAT: Final = 1

Run = tuple[str, bool]
"""A piece of text, and whether it is marked because it matched."""
Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Button:
    """Pressing it runs `command` as the reader. `name` is what a screen reader says, if longer."""

    label: str
    command: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A link of a card: "Code", and where it leads."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Card:
    """One paper. A compact digest leaves out what it does not show."""

    paper: str  # identifier with version
    title: Runs
    url: str
    number: int = 0
    authors: Runs = ()
    categories: Runs = ()
    excerpt: str = ""
    references: tuple[Reference, ...] = ()
    comment: Runs = ()
    note: str = ""  # "new version", "cross-listed", which topics
    abstract: Runs = ()
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Cards under a heading ("Updated"), or under none."""

    cards: tuple[Card, ...]
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """What stands in the channel: a digest, a notice, or an answer that everybody sees."""

    title: str = ""
    lines: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    compact: bool = False
    table: tuple[tuple[str, ...], ...] = ()  # first row: headings
    row_buttons: tuple[tuple[Button, ...], ...] = ()  # of each row below the headings, or none
    more: str = ""  # "and 12 more: 9 image generation, 3 spin glass"
    buttons: tuple[Button, ...] = ()  # under everything
    head: tuple[Button, ...] = ()  # beside the title: Manage
    by: str = ""  # who did what this tells of
    ok: bool = True
    format: int = FORMAT


_encoder = msgspec.json.Encoder(order="deterministic")
_decoder = msgspec.json.Decoder(Message)


def pack(message: Message) -> str:
    """Return the JSON of a message; the same message gives the same text."""
    return _encoder.encode(message).decode()


def unpack(payload: str) -> Message:
    """Return the message of a JSON text.

    Raises `BodyRejected` for anything else, and for a format of a later version.
    """
    try:
        message = _decoder.decode(payload)
    except (msgspec.MsgspecError, UnicodeEncodeError) as error:
        raise BodyRejected(f"This is not a message of the built-in channel: {error}") from error
    if message.format > FORMAT:
        raise BodyRejected(
            f"This message has format {message.format}; {FORMAT} is the latest known."
        )
    return message


def with_key(message: Message, key: str) -> Message:
    """Return the message with its own key in its commands."""

    def keyed(buttons: Sequence[Button]) -> tuple[Button, ...]:
        return tuple(replace(one, command=one.command.replace("{key}", key)) for one in buttons)

    sections = tuple(
        replace(
            section,
            cards=tuple(replace(card, buttons=keyed(card.buttons)) for card in section.cards),
        )
        for section in message.sections
    )
    return replace(
        message, sections=sections, buttons=keyed(message.buttons), head=keyed(message.head)
    )  # rows of a table are of answers, which have no key


def spoken(message: Message) -> str:
    """Return what a screen reader says when the message arrives."""
    return message.title or " ".join(message.lines)


def text_of(runs: Runs) -> str:
    """Return runs as plain text."""
    return "".join(text for text, _ in runs)


def unmarked(text: str) -> Runs:
    """Return text of which nothing is marked."""
    return ((text, False),) if text else ()
