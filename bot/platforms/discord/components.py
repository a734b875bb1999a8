"""Components V2 by the piece, and their limits. PURE.

In go markdown and actions, out come messages as JSON values that Discord accepts. Limits are from
https://docs.discord.com/developers/components/reference (2026-11); lengths are counted in UTF-16
units, which is never less than what Discord counts. A command behind a button is in its custom_id,
one behind a menu's option is the option's value (see `ids`).
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final, NamedTuple

from bot.compose.truncate import utf16_length
from bot.compose.view import CardView
from bot.dialogue import Action
from bot.platforms.discord.ids import LONGEST, custom_id, referring_id, written
from bot.platforms.discord.texts import address, cut, fenced, label, lined, literal

Block = dict[str, Any]

COMPONENTS: Final = 40  # of a message, nested ones too
TEXT: Final = 4_000  # of all text displays of a message
CONTENT: Final = 2_000  # of a message in plain form
BUTTONS: Final = 5  # of a row
BUTTON: Final = 80
OPTIONS: Final = 25  # of a menu
OPTION: Final = 100
PLACEHOLDER: Final = 150
V2: Final = 1 << 15  # IS_COMPONENTS_V2
NO_PREVIEWS: Final = 1 << 2  # SUPPRESS_EMBEDS
ACCENT: Final = 0xB31B1B  # arXiv's red
MANAGE: Final = Action("Manage", "list")
FIRST_ID: Final = 1_000  # of the components that a button refers to
_RESERVED: Final = 7  # components: the frame, a text, its line, two menus or Manage in their rows
_CARRIED: Final = 3_000  # characters of a command that a message says
_SHORTEST: Final = 24  # characters that every title has in plain form
_TITLES: Final = (400, 300, 200, 150, 120, 100, 80, 60, 50, 40, 30, _SHORTEST)


class Kind:
    """Discord's numbers for the components in use."""

    ROW: Final = 1
    BUTTON: Final = 2
    SELECT: Final = 3
    SECTION: Final = 9
    TEXT: Final = 10
    SEPARATOR: Final = 14
    CONTAINER: Final = 17


# ── what can be pressed ──────────────────────────────────────────────────────────────────────────


def button(action: Action) -> Block:
    """Return a button; `numbered` makes its command an id."""
    return {
        "type": Kind.BUTTON,
        "style": 2,
        "label": label(action.label, BUTTON),
        "command": action.command,
    }


def rows(buttons: Iterable[Block]) -> Iterator[Block]:
    """Yield buttons in rows."""
    some = list(buttons)
    for start in range(0, len(some), BUTTONS):
        yield {"type": Kind.ROW, "components": some[start : start + BUTTONS]}


def menus(placeholder: str, actions: Iterable[Action]) -> Iterator[Block]:
    """Yield menus, each in its row, of actions whose commands fit an option; each command once."""
    options: dict[str, Block] = {}
    for one in actions:
        if value := written(one.command, LONGEST):
            options.setdefault(value, {"label": label(one.label, OPTION), "value": value})
    some = list(options.values())
    for start in range(0, len(some), OPTIONS):
        menu = {
            "type": Kind.SELECT,
            "placeholder": label(placeholder, PLACEHOLDER),
            "options": some[start : start + OPTIONS],
            "command": "",
        }
        yield {"type": Kind.ROW, "components": [menu]}


def fits_a_button(action: Action, key: str = "") -> bool:
    """Say whether an id takes the command, as it is or packed, wherever the button stands."""
    return bool(action.command and custom_id(COMPONENTS, action.command, key))


def fits_a_menu(action: Action) -> bool:
    """Say whether an option's value takes the command."""
    return bool(written(action.command, LONGEST))


# ── pieces ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Said:
    """A line of a message's plain form: `text` is not yet escaped, and is cut if it has a link."""

    text: str
    url: str = ""
    lead: str = ""  # "12. "
    markdown: bool = False  # `text` is markdown of ours: it is shown as it is

    def drawn(self, limit: int) -> str:
        """Return the line; a linked one with at most so many characters of its text."""
        lead = self.lead.replace(".", "\\.")
        if self.markdown:
            return self.text
        if not self.url:
            return f"{lead}{literal(self.text)}"
        text = literal(cut(self.text, limit))
        return f"{lead}{text} <{address(self.url)}>" if text else f"{lead}<{address(self.url)}>"


@dataclass(frozen=True, slots=True)
class Piece:
    """What stays together: markdown, then components; and the same in plain form.

    A `tight` piece goes on in the text display of the piece before it. A piece with a `paper`
    gives it a place in its message's menus. Nobody is called but the roles in `pings`.
    """

    text: str = ""
    blocks: tuple[Block, ...] = ()
    said: tuple[Said, ...] = ()
    paper: CardView | None = None
    tight: bool = False
    pings: tuple[str, ...] = ()


def text_display(markdown: str) -> Block:
    """Return a text; what it says may not be empty."""
    return {"type": Kind.TEXT, "content": lined(markdown)}


def section(markdown: str, action: Action) -> Block:
    """Return a text with a button beside it."""
    return {
        "type": Kind.SECTION,
        "components": [text_display(markdown)],
        "accessory": button(action),
    }


def carrying(action: Action) -> Piece | None:
    """Return a button whose command is too long for it, with the block that says the command.

    None where not even a message takes it as it is.
    """
    block = fenced(action.command)
    if utf16_length(block) > _CARRIED or block != f"```\n{action.command}\n```":
        return None
    told = {**text_display(block), "id": 0}
    pressed = {**button(action), "command": None}
    said = literal(f"{label(action.label, BUTTON)}: this is what the button does.")
    return Piece(f"-# {said}", (told, *rows([pressed])))


# ── whole messages ───────────────────────────────────────────────────────────────────────────────


def split(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Cut pieces into messages that Discord accepts in both forms; each piece stays whole."""
    messages: list[list[Piece]] = [[]]
    room = _Room()
    for piece in pieces:
        size = _size(piece)
        if messages[-1] and not size.fits(room):
            messages.append([])
            room = _Room()
        messages[-1].append(piece)
        room = room.less(size)
    return [some for some in messages if some]


def message(
    some: Sequence[Piece], *, key: str = "", talk: bool = False, framed: bool = False
) -> Block:
    """Return pieces as one message. With `talk` its papers can be discussed.

    In a digest (`key`) each message can be recognised: one without papers and buttons has a small
    row with Manage for this alone.
    """
    last = max((at for at, piece in enumerate(some) if piece.paper), default=-1)
    foot = next((at for at in range(last + 1, len(some)) if not some[at].text), len(some))
    papers = [piece.paper for piece in some if piece.paper]
    found = [*_drawn(some[:foot]), *_menus_of(papers, talk=talk), *_drawn(some[foot:])]
    if key and not any("command" in one for one in walk(found)):
        found += rows([button(MANAGE)])
    numbered(found, key)
    if framed:
        found = [{"type": Kind.CONTAINER, "accent_color": ACCENT, "components": found}]
    return {"flags": V2, "components": found, "allowed_mentions": mentions(some)}


def plain_message(some: Sequence[Piece], key: str = "") -> Block:
    """Return pieces as text alone, titles as long as there is room, with one Manage button."""
    lines = [said for piece in some for said in piece.said] or [Said("More from Paperboy.")]

    def drawn(limit: int) -> str:
        return "\n".join(one.drawn(limit) for one in lines)

    fits = bisect_right(_TITLES, False, key=lambda limit: utf16_length(drawn(limit)) <= CONTENT)
    content = drawn(_TITLES[fits])
    row = list(rows([button(MANAGE)]))
    numbered(row, key)
    return {
        "content": content,
        "components": row,
        "flags": NO_PREVIEWS,
        "allowed_mentions": mentions(some),
    }


def mentions(some: Iterable[Piece] = ()) -> Block:
    """Return whom a message may call: nobody, but the roles that its pieces name."""
    roles = list(dict.fromkeys(role for piece in some for role in piece.pings))
    return {"parse": [], "roles": roles} if roles else {"parse": []}


def opening(one: CardView) -> Action:
    """Return the action that opens a paper's card; its label says which."""
    return Action(f"Open {_name(one)}", f"open {one.paper}v{one.version}")


def discussing(one: CardView) -> Action:
    """Return the action that posts a paper as a message of its own."""
    return Action(f"Discuss {_name(one)}", f"discuss {one.paper}v{one.version}")


def numbered(blocks: Sequence[Block], key: str) -> None:
    """Give everything that can be pressed an id that is its own in this message."""
    block = 0
    for number, one in enumerate(walk(blocks)):
        if one.get("id") == 0:
            one["id"] = block = FIRST_ID + number
        if "command" in one:
            command = one.pop("command")
            refers = command is None
            one["custom_id"] = (
                referring_id(number, block, key) if refers else custom_id(number, command, key)
            )


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield every component, nested ones too."""
    for one in blocks:
        yield one
        yield from walk(one.get("components", ()))
        yield from walk([one["accessory"]] if "accessory" in one else ())


# ── sizes ────────────────────────────────────────────────────────────────────────────────────────


class _Room(NamedTuple):
    """How much is left of a message, or how much a piece takes."""

    components: int = COMPONENTS - _RESERVED
    text: int = TEXT
    content: int = CONTENT
    papers: int = OPTIONS

    def fits(self, room: "_Room") -> bool:
        return all(need <= left for need, left in zip(self, room, strict=True))

    def less(self, size: "_Room") -> "_Room":
        return _Room(*(left - need for left, need in zip(self, size, strict=True)))


def _size(piece: Piece) -> _Room:
    inner = list(walk(piece.blocks))
    texts = [piece.text, *(one.get("content", "") for one in inner)]
    said = sum(utf16_length(one.drawn(_SHORTEST)) + 1 for one in piece.said)
    # A text display and the line above it; tight pieces share one, for which room is reserved.
    own = 2 if piece.text and not piece.tight else 0
    return _Room(
        components=len(inner) + own,
        text=sum(utf16_length(text) + 2 for text in texts if text),
        content=said,
        papers=int(piece.paper is not None),
    )


# ── drawing ──────────────────────────────────────────────────────────────────────────────────────


def _drawn(some: Sequence[Piece]) -> Iterator[Block]:
    """Yield the pieces' components; tight ones in one text display, a line between cards."""
    for before, piece in pairwise([None, *_joined(some)]):
        if before and piece and before.paper and piece.paper:
            yield {"type": Kind.SEPARATOR}
        if piece and piece.text:
            yield text_display(piece.text)
        yield from _copied(piece.blocks if piece else ())


def _joined(some: Sequence[Piece]) -> list[Piece]:
    found: list[Piece] = []
    for piece in some:
        if piece.tight and found and found[-1].tight:
            found[-1] = replace(found[-1], text=f"{found[-1].text}\n{lined(piece.text)}")
        else:
            found.append(piece)
    return found


def _copied(blocks: Iterable[Block]) -> list[Block]:
    """Return components that may be numbered without changing the piece they come from."""
    return [_copy(one) for one in blocks]


def _copy(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _copy(one) for name, one in value.items()}
    return [_copy(one) for one in value] if isinstance(value, list) else value


def _menus_of(papers: Sequence[CardView], *, talk: bool) -> Iterator[Block]:
    yield from menus("Open a paper…", map(opening, papers))
    if talk:
        yield from menus("Discuss…", map(discussing, papers))


def _name(one: CardView) -> str:
    return f"{one.number}: {one.title}" if one.number else str(one.title)
