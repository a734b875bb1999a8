"""Values of the built-in channel → HTML, by Jinja templates with autoescape. No clock, no network.

Every text from outside goes through `readable` and then through the autoescape; an address becomes
a link only if it is a plain web address.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from markupsafe import Markup, escape

from bot.dialogue import Form
from bot.errors import BodyRejected
from bot.model import Destination
from bot.platforms.web.channel import Entry
from bot.platforms.web.message import Message, Runs, unpack, with_key
from bot.platforms.web.status import StatusView
from bot.web.html import templates

if TYPE_CHECKING:
    from jinja2 import Environment

_PACKAGE: Final = "bot.platforms.web"
_UNREADABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"'\x00-\x1f]+[^\s<>\"'\x00-\x1f.,;:!?)\]}]")
_EXAMPLE: Final = re.compile(r"(?:^|(?<=: ))/arxiv [^\n]+$", re.MULTILINE)
_FOREIGN: Final = "This message was written by another version of Paperboy: I can't show it."
_COMMAND: Final = "/arxiv "


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as it stands in the room, with what answers it."""

    entry: Entry
    message: Message
    replies: tuple["Shown", ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A private answer to a command: only the reader who asked sees it."""

    message: Message
    form: Form | None = None
    errors: Mapping[str, str] = field(default_factory=dict)  # field of the form → what is wrong
    file: tuple[str, str] | None = None  # name, content


@dataclass(frozen=True, slots=True)
class Door:
    """A room in the list of rooms."""

    room: Destination
    name: str


@dataclass(frozen=True, slots=True)
class RoomView:
    """Everything on a room's page."""

    room: Destination
    name: str
    doors: tuple[Door, ...]
    entries: tuple[Shown, ...]
    status: StatusView
    after: int  # the highest id of all rooms: the live stream goes on from there
    older: int = 0  # the id before which older messages stand; 0: there are none
    past: bool = False  # not the newest page: nothing is inserted live
    line: str = ""  # what stands in the command line
    answer: Answer | None = None


def shown(entry: Entry, replies: Sequence[Entry] = ()) -> Shown:
    """Return an entry with its message read.

    One that cannot be read says so in its place: it must not take the room's other messages along.
    """
    try:
        message = with_key(unpack(entry.payload), entry.key)
    except BodyRejected:
        message = Message(lines=(_FOREIGN,), ok=False)
    answers = tuple(shown(one) for one in replies if one.parent == entry.id)
    return Shown(entry, message, answers)


def draw_room(view: RoomView) -> str:
    """Return the whole page of a room."""
    return _environment().get_template("room.html").render(view=view)


def draw_entry(one: Shown) -> str:
    """Return one message as it is inserted into a page."""
    template = "reply.html" if one.entry.parent else "entry.html"
    return _environment().get_template(template).render(one=one)


def draw_answer(answer: Answer, room: Destination) -> str:
    """Return a private answer as it is inserted into a page."""
    return _environment().get_template("answer.html").render(answer=answer, room=room)


def draw_status(status: StatusView) -> str:
    """Return the inside of the status strip."""
    return _environment().get_template("status.html").render(status=status)


def room_url(room: Destination, tail: str = "", **query: str | int) -> str:
    """Return a room's address on this site."""
    path = f"/c/{quote(room.address, safe=':')}{tail}"
    return f"{path}?{urlencode(query)}" if query else path


def entry_url(entry: Entry) -> str:
    """Return the address at which a message stays findable, however many come after it."""
    return f"{room_url(entry.room, before=entry.id + 1)}#m-{entry.id}"


def readable(value: object) -> object:
    """Return text without characters that no page may hold; everything else as it is."""
    if isinstance(value, str) and _UNREADABLE.search(value):
        clean = _UNREADABLE.sub("\N{REPLACEMENT CHARACTER}", value)
        return Markup(clean) if isinstance(value, Markup) else clean  # noqa: S704  # was Markup
    return value


def linked(text: str) -> Markup:
    """Return text with its web addresses as links, and examples of commands ready to be tried."""
    text = str(readable(text))
    parts: list[Markup] = []
    at = 0
    for found in re.finditer(f"{_ADDRESS.pattern}|{_EXAMPLE.pattern}", text, re.MULTILINE):
        parts.append(escape(text[at : found.start()]))
        parts.append(_anchor(found[0]) if found[0].startswith("http") else example(found[0]))
        at = found.end()
    parts.append(escape(text[at:]))
    return Markup("").join(parts)


def example(text: str) -> Markup:
    """Return a command as a link that puts it into the command line, without sending it."""
    text = str(readable(text))
    line = text.removeprefix(_COMMAND)
    query = urlencode({"line": line})
    return Markup('<a class="try" href="?{}#line" data-line="{}"><code>{}</code></a>').format(
        query, line, text
    )


def cell(text: str) -> Markup:
    """Return a table cell's inside."""
    return example(text) if text.startswith(_COMMAND) else linked(text)


def _anchor(url: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(url, url)


def text_url(text: str) -> str:
    """Return an address that holds the text itself, to be saved as a file."""
    return f"data:text/plain;charset=utf-8,{quote(str(readable(text)))}"


def safe_url(url: str) -> str:
    """Return a web address as it is; "" for anything else (a script, a file)."""
    return url if re.fullmatch(r"https?://[^\s\x00-\x1f]+", url) else ""


def bare_url(url: str) -> str:
    """Return a web address as people read it: without scheme and trailing slash."""
    return re.sub(r"^https?://(www\.)?", "", url).rstrip("/")


def moment(at: datetime) -> Markup:
    """Return a moment: in UTC, with the zone's name; the script shows it in the reader's zone."""
    return Markup('<time datetime="{}">{}</time>').format(
        at.isoformat(timespec="seconds"), f"{at:%a} {at.day} {at:%b %H:%M} UTC"
    )


def runs(parts: Runs) -> Markup:
    """Return runs with the marked ones in <mark>."""
    return Markup("").join(
        Markup("<mark>{}</mark>").format(text) if marked else escape(text) for text, marked in parts
    )


def status_text(text: str, at: datetime | None) -> Markup:
    """Return a status line with its moment in place of `{at}`."""
    before, _, after = text.partition("{at}")
    return escape(before) + (moment(at) if at else Markup("")) + escape(after)


@cache
def _environment() -> "Environment":
    environment = templates(_PACKAGE).overlay(finalize=readable)
    environment.filters.update(
        linked=linked, cell=cell, safe_url=safe_url, bare_url=bare_url, text_url=text_url,
        moment=moment, runs=runs, example=example,
    )  # fmt: skip
    environment.globals.update(room_url=room_url, entry_url=entry_url, status_text=status_text)
    return environment
