"""What Paperboy answers → Slack messages and modals. PURE."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from bot.compose.moments import told
from bot.dialogue import Action, Reply
from bot.platforms.slack.blocks import (
    SECTION,
    VIEW_BLOCKS,
    Block,
    Piece,
    button,
    characters,
    fits_a_button,
    menu,
    message,
    numbered,
    paragraphs,
    pieces,
    plain_text,
    preformatted,
    rich,
    rows,
    split,
)
from bot.platforms.slack.cards import found_piece, opening_found, whole_pieces
from bot.platforms.slack.forms import TITLE
from bot.platforms.slack.parts import in_parts
from bot.platforms.slack.texts import Element, cut, literal, sentence, words
from bot.platforms.slack.where import Where, addressed, pack

BESIDE: Final = 5  # buttons of a row
_COMMAND: Final = "/arxiv "
_COUNTED: Final = (("Number",), ("Line",))  # headings of a first column that only counts
_TOO_LONG: Final = "This is too long for a button. Type /arxiv list to change one at a time."


def messages_of(reply: Reply, by: str = "") -> list[dict[str, Any]]:
    """Return an answer as messages; `by` is who did what all can see, as people call them."""
    return [message(some) for some in split(pieces_of(reply, by))]


def pieces_of(reply: Reply, by: str = "") -> Iterator[Piece]:
    """Yield what an answer says, from top to bottom."""
    if reply.title:
        yield Piece(rich([words(cut(reply.title, SECTION), bold=True)]), (literal(reply.title),))
    if reply.whole and reply.papers:
        yield from whole_pieces(reply.papers[0], reply.because, reply.text.split("\n"))
    else:
        yield from _lines(reply.text)
    rest = list(reply.actions)
    for row in _table(reply):
        yield row.piece
        own = [one for one in rest if row.owns(one)]
        rest = [one for one in rest if one not in own]
        yield from _buttons([_short(one) for one in own], spoken=[one.label for one in own])
    yield from _papers(reply)
    if reply.file:
        yield from _file(*reply.file)
    yield from _buttons(rest)
    if by:
        yield Piece(_context(f"{'Shared' if reply.papers else 'Changed'} by {by}"))


def card_view(reply: Reply, where: Where) -> dict[str, Any]:
    """Return an answer as a modal: a paper's whole card, its buttons about the place `where`."""
    there = [replace(one, command=addressed(one.command, where.address)) for one in reply.actions]
    discuss = _discuss(reply, where)
    pieces = pieces_of(replace(reply, actions=(*there, *discuss)))
    blocks = [piece.block for piece in pieces][:VIEW_BLOCKS]
    return view_of("Paper" if reply.papers else "Paperboy", blocks, pack(where))


def reply_view(reply: Reply, where: Where) -> dict[str, Any]:
    """Return any answer as a modal, for somebody who clicked in a modal or the Home tab."""
    if reply.whole:
        return card_view(reply, where)
    there = [replace(one, command=addressed(one.command, where.address)) for one in reply.actions]
    blocks = [piece.block for piece in pieces_of(replace(reply, actions=tuple(there)))]
    shown = blocks[: VIEW_BLOCKS - 1]
    if len(blocks) > len(shown):
        shown += paragraphs(["There is more: type the command in the channel to see all of it."])
    return view_of("Paperboy", shown or list(paragraphs(["Done."])), pack(where))


def view_of(title: str, blocks: Sequence[Block], metadata: str) -> dict[str, Any]:
    """Return a modal that only shows something."""
    return {
        "type": "modal",
        "callback_id": "shown",
        "title": plain_text(title, TITLE),
        "close": plain_text("Close", TITLE),
        "private_metadata": metadata,
        "blocks": numbered(blocks),
    }


def _discuss(reply: Reply, where: Where) -> list[Action]:
    if where.in_person or not reply.papers:
        return []
    paper = reply.papers[0]
    command = addressed(f"discuss {paper.id}v{paper.version}", where.address)
    return [Action(f"Discuss in {where.name}", command)]


def _lines(text: str) -> Iterator[Piece]:
    """Yield lines below each other, as many in a block as its limit takes."""
    lines: list[list[Element]] = []
    said: list[str] = []
    room = SECTION
    for line in text.split("\n"):
        for part in _line(line):
            size = characters(part)
            if lines and size > room:
                yield Piece(rich(*lines), tuple(said))
                lines, said, room = [], [], SECTION
            lines.append(part)
            room -= size
        said += [told(literal(line))] if line.strip() else []
    if lines:
        yield Piece(rich(*lines), tuple(said))


def _line(line: str) -> Iterator[list[Element]]:
    """Yield a line as one or more of Slack's; a command to type looks like one."""
    if told(line) != line:
        yield sentence(literal(line))
        return
    for part in pieces(literal(line), SECTION):
        yield [_words(part)]


def _words(text: str) -> Element:
    return words(text, code=text.startswith(_COMMAND))


def _papers(reply: Reply) -> Iterator[Piece]:
    if reply.whole or not reply.papers:
        return
    yield from map(found_piece, reply.papers)
    yield from map(Piece, rows([menu("Open a paper…", list(map(opening_found, reply.papers)))]))


def _file(name: str, content: str) -> Iterator[Piece]:
    """Yield a file as text to copy, cut between its lines."""
    yield Piece(rich([words(literal(name), bold=True)]), (literal(name),))
    some: list[str] = []
    for line in content.splitlines():
        if sum(map(len, some)) + len(some) + len(line) > SECTION and some:
            yield Piece(preformatted("\n".join(some)))
            some = []
        some.append(line[:SECTION])
    yield Piece(preformatted("\n".join(some) or " "))


def _context(text: str) -> Block:
    return {"type": "context", "elements": [plain_text(text, SECTION)]}


# ── buttons and rows ─────────────────────────────────────────────────────────────────────────────


def _buttons(actions: Sequence[Action], spoken: Sequence[str] = ()) -> Iterator[Piece]:
    if not spoken:
        actions = [part for one in actions for part in in_parts(one)]
    said = spoken or [""] * len(actions)
    pressed = [
        button(one, label) for one, label in zip(actions, said, strict=True) if fits_a_button(one)
    ]
    yield from map(Piece, rows(pressed, BESIDE))
    if len(pressed) < len(actions):
        yield from _lines(_TOO_LONG)


def _short(action: Action) -> Action:
    """Name a button by its verb, beside the row that says which one."""
    return replace(action, label=action.label.partition(" ")[0])


class _Row:
    """A row of a table: its cells as a headline and a sentence of named values."""

    def __init__(self, headings: Sequence[str], cells: Sequence[str]) -> None:
        self._number = cells[0] if headings[:1] == ("Number",) else ""
        counted = headings[:1] in _COUNTED
        first, rest = (2, cells[:2]) if counted else (1, cells[:1])
        head = ". ".join(map(literal, rest))
        named = [
            (f"{heading}: ", literal(cell))
            for heading, cell in zip(headings[first:], cells[first:], strict=False)
            if cell.strip()
        ]
        lines = [[words(cut(head, SECTION), bold=True)], list(_values(named))]
        said = ". ".join([head, *(told(f"{heading}{cell}") for heading, cell in named)])
        self.piece = Piece(rich(*lines), (said,))

    def owns(self, action: Action) -> bool:
        """Say whether a button is about this row: its command ends in the row's number."""
        return bool(self._number) and action.command.rpartition(" ")[2] == self._number


def _values(named: Sequence[tuple[str, str]]) -> Iterator[Element]:
    """Yield "When: Mondays; Next: Mon 30 Nov", with moments as such."""
    for at, (heading, cell) in enumerate(named):
        yield words(f"{'; ' * bool(at)}{heading}")
        yield from [_words(cell)] if told(cell) == cell else sentence(cell)


def _table(reply: Reply) -> Iterable[_Row]:
    if not reply.table:
        return []
    headings, *cells = reply.table
    return [_Row(headings, one) for one in cells]
