"""What Paperboy answers → Discord messages. PURE.

There is no modal that only shows something: a paper's whole card is a message too. What is for one
person alone the client marks as ephemeral.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from bot.dialogue import Action, Form, Reply
from bot.platforms.discord.cards import PARAGRAPH, found_piece, whole_pieces
from bot.platforms.discord.components import (
    BUTTON,
    BUTTONS,
    Piece,
    button,
    carrying,
    fits_a_button,
    message,
    rows,
    split,
)
from bot.platforms.discord.texts import (
    escaped,
    fenced,
    flat,
    label,
    literal,
    pieces,
    sentence,
)
from bot.platforms.discord.where import Where, addressed

CODE: Final = 3_000  # characters of a code block
_TOO_LONG: Final = "This is too long for a button. Type /arxiv list to change one at a time."


def messages_of(reply: Reply, by: str = "") -> list[dict[str, Any]]:
    """Return an answer as messages; `by` is who did what all can see, as people call them."""
    return [message(some) for some in split(pieces_of(reply, by))]


def card_messages(reply: Reply, where: Where) -> list[dict[str, Any]]:
    """Return an answer about the channel `where`, wherever it is shown: its buttons name it.

    A paper's whole card can be discussed there, unless `where` is somebody's own.
    """
    actions = (*reply.actions, *_discuss(reply, where))
    there = (replace(one, command=addressed(one.command, where.address)) for one in actions)
    return messages_of(replace(reply, actions=tuple(there)))


def pieces_of(reply: Reply, by: str = "") -> Iterator[Piece]:
    """Yield what an answer says, from top to bottom."""
    yield from _lines(reply.title, "### ")
    if reply.whole and reply.papers:
        yield from whole_pieces(reply.papers[0], reply.because, reply.text.split("\n"))
    else:
        for line in reply.text.split("\n"):
            yield from _lines(line, tight=True)
    if reply.form and reply.errors:
        yield from _refused(reply.form, reply.errors)
    rest = list(reply.actions)
    for row in _table(reply):
        own = [one for one in rest if row.owns(one)]
        rest = [one for one in rest if one not in own]
        yield from row.pieces(own)
    if not reply.whole:
        yield from map(found_piece, reply.papers)
    if reply.file:
        yield from _file(*reply.file)
    yield from _buttons(rest)
    if by:
        yield from _lines(f"{'Shared' if reply.papers else 'Changed'} by {by}", "-# ")


def _discuss(reply: Reply, where: Where) -> list[Action]:
    if where.in_person or not (reply.whole and reply.papers):
        return []
    paper = reply.papers[0]
    return [Action(f"Discuss in {where.name}", f"discuss {paper.id}v{paper.version}")]


def _lines(text: str, mark: str = "", *, tight: bool = False) -> Iterator[Piece]:
    for piece in pieces(text, PARAGRAPH):
        yield Piece(f"{mark}{sentence(piece)}", tight=tight)


def _file(name: str, content: str) -> Iterator[Piece]:
    """Yield a file as text to copy, cut between its lines; a longer line in several."""
    yield from _lines(name, "### ")
    some: list[str] = []
    for line in content.splitlines():
        for start in range(0, max(1, len(line)), CODE):
            part = line[start : start + CODE]
            if some and sum(map(len, some)) + len(some) + len(part) > CODE:
                yield Piece(fenced("\n".join(some)))
                some = []
            some.append(part)
    if any(map(flat, some)):
        yield Piece(fenced("\n".join(some)))


def _refused(form: Form, errors: Iterable[tuple[str, str]]) -> Iterator[Piece]:
    """Yield what is wrong with a form that is closed, and what was typed, to copy it."""
    labels = {field.name: field.label for field in form.fields}
    for name, text in errors:
        yield from _lines(f"{labels[name]}: {text}" if name in labels else text)
    for field in form.fields:
        if flat(field.value) and not field.choices:
            yield from _file(f"{field.label}, as you typed it", field.value)
    yield from _buttons([Action("Fill it in again", form.command)])


# ── buttons and rows ─────────────────────────────────────────────────────────────────────────────


def _buttons(actions: Sequence[Action]) -> Iterator[Piece]:
    """Yield buttons in rows; one whose command is too long beneath what it does, or words."""
    pressed = [button(one) for one in actions if fits_a_button(one)]
    yield from (Piece(blocks=(row,)) for row in rows(pressed))
    for one in actions:
        if not fits_a_button(one):
            yield carrying(one) or Piece(literal(f"{label(one.label, BUTTON)}: {_TOO_LONG}"))


class _Row:
    """A row of a table: its cells as a headline and a sentence of named values."""

    def __init__(self, headings: Sequence[str], cells: Sequence[str]) -> None:
        self._number = cells[0] if headings[:1] == ("Number",) else ""
        first, rest = (2, cells[:2]) if self._number else (1, cells[:1])
        self._head = ". ".join(map(flat, rest))
        self._named = "; ".join(
            f"{heading}: {flat(cell)}"
            for heading, cell in zip(headings[first:], cells[first:], strict=False)
            if flat(cell)
        )

    def pieces(self, actions: Sequence[Action]) -> Iterator[Piece]:
        """Yield the row and the buttons that are about it, in one message where they fit."""
        short = [self._short(one) for one in actions if fits_a_button(one)]
        *above, head = [f"**{escaped(text)}**" for text in pieces(self._head, PARAGRAPH)] or [""]
        *between, last = list(map(sentence, pieces(self._named, PARAGRAPH))) or [""]
        blocks = tuple(rows(button(one) for one in short[:BUTTONS]))
        yield from map(Piece, above)
        if between:
            yield from map(Piece, filter(None, (head, *between)))
            head = ""
        if said := "\n".join(filter(None, (head, last))):
            yield Piece(said, blocks)
        yield from _buttons(short[BUTTONS:])
        yield from _buttons([one for one in actions if not fits_a_button(one)])

    def owns(self, action: Action) -> bool:
        """Say whether a button is about this row: its command ends in the row's number."""
        return bool(self._number) and action.command.rpartition(" ")[2] == self._number

    def _short(self, action: Action) -> Action:
        """Name a button by its verb and the row's number, which says enough beside the row."""
        return replace(action, label=f"{action.label.partition(' ')[0]} {self._number}")


def _table(reply: Reply) -> Iterable[_Row]:
    if not reply.table:
        return []
    headings, *cells = reply.table
    return [_Row(headings, one) for one in cells]
