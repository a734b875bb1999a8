"""Papers as `compose.view` sees them → Block Kit. PURE."""

from collections.abc import Iterable, Sequence

from bot.compose.marks import Runs, marked_paper
from bot.compose.view import CardView, LinkView, card
from bot.dialogue import Action
from bot.model import Because, Item, Kind, Paper
from bot.platforms.slack.blocks import SECTION, Piece, pieces, rich
from bot.platforms.slack.texts import Element, cut, link, literal, words

TITLE = 600  # characters of a title; the longest of a year has about 400
COMMENT = 300  # characters of a comment in a digest; the opened card has all of it
NAME = 60  # characters of a title in a label


def card_piece(one: CardView) -> Piece:
    """Return a paper as a digest shows it."""
    lines = [_headline(one, bold=True)]
    if one.authors or one.categories:
        lines.append([words(_sentence(one.authors, one.categories))])
    if one.excerpt:
        lines.append([words(f"“{cut(one.excerpt, SECTION - 2)}”", italic=True)])
    lines.append(_references(one))
    return Piece(rich(*_apart(lines)), (spoken(one),))


def compact_piece(some: Sequence[CardView], *, links: bool) -> Piece:
    """Return papers one a line; without `links` titles alone."""
    lines = []
    for one in some:
        line = _headline(one)
        if links and one.link:
            line += [words(", "), link(one.link.url, one.link.label.lower())]
        lines.append(line)
    return Piece(rich(*_apart(lines)), tuple(map(spoken, some)))


def whole_pieces(paper: Paper, because: Sequence[Because], notes: Iterable[str]) -> list[Piece]:
    """Return a paper with its abstract, and the words marked because of which it matched."""
    one = card(0, _item(paper, because), paper, brief=False)
    marked = marked_paper(paper, one, because)
    people = [*_bold(marked.authors), words(". ")] if marked.authors else []
    lines = [
        [link(one.url, cut(one.title, TITLE), bold=True)],
        [*people, *_bold(marked.categories)],
        _references(one, comment=False),
    ]
    found = [Piece(rich(*_apart(lines)), (spoken(one),))]
    if any(matched for _, matched in marked.title):  # a link cannot show which of its words
        found += _parts(_bold(marked.title))
    found += _parts(_bold(marked.abstract))
    if marked.comment:
        found += _parts([words("Comment: "), *_bold(marked.comment)])
    return [*found, *(piece for note in notes for piece in _parts([words(note, italic=True)]))]


def found_piece(paper: Paper) -> Piece:
    """Return a paper that an answer brings: without number, and not because of any topic."""
    return card_piece(card(0, _item(paper, ()), paper, brief=False))


def opening(one: CardView) -> Action:
    """Return the action that opens a paper's card; its label says which."""
    return Action(f"Open {_name(one)}", f"open {one.paper}v{one.version}")


def discussing(one: CardView) -> Action:
    """Return the action that posts a paper as a message of its own."""
    return Action(f"Discuss {_name(one)}", f"discuss {one.paper}v{one.version}")


def opening_found(paper: Paper) -> Action:
    """Return the action that opens a paper that an answer brought."""
    return opening(card(0, _item(paper, ()), paper, brief=True))


def spoken(one: CardView) -> str:
    """Return a paper as the fallback text has it: "1. Title https://arxiv.org/abs/…"."""
    number = f"{one.number}. " if one.number else ""
    return f"{number}{literal(one.title)} {one.url}"


def _name(one: CardView) -> str:
    number = f"{one.number}: " if one.number else ""
    return f"{number}{cut(one.title, NAME)}"


def _headline(one: CardView, *, bold: bool = False) -> list[Element]:
    number = [words(f"{one.number}. ")] if one.number else []
    note = [words(f" ({literal(', '.join(one.labels))})")] if one.labels else []
    return [*number, link(one.url, cut(one.title, TITLE), bold=bold), *note]


def _sentence(*parts: str) -> str:
    """Return the parts as sentences: "Yi, Shao. cs.CV, cs.LG"."""
    return ". ".join(cut(part, 1_000).rstrip(".") for part in parts if part)


def _references(one: CardView, *, comment: bool = True) -> list[Element]:
    found = [_reference(one.link)] if one.link else []
    if one.pdf:
        found.append([link(one.pdf, "PDF")])
    if comment and one.comment:
        found.append([words(f"Comment: {cut(one.comment, COMMENT)}")])
    line: list[Element] = []
    for part in found:
        line += [words(". "), *part] if line else part
    return line


def _reference(one: LinkView) -> list[Element]:
    return [words(f"{one.label}: "), link(one.url, cut(one.text, 100))]


def _item(paper: Paper, because: Sequence[Because]) -> Item:
    return Item(paper.id, paper.version, Kind.NEW, (), tuple(because))


# ── words that matched ───────────────────────────────────────────────────────────────────────────


def _bold(runs: Runs) -> list[Element]:
    """Return text with what matched in bold."""
    return [words(text, bold=matched) for text, matched in runs]


def _parts(elements: Sequence[Element]) -> list[Piece]:
    """Return a long text as blocks whose sections keep the limit; an element may be cut."""
    lines: list[list[Element]] = [[]]
    room = SECTION
    for element in elements:
        for text in pieces(element["text"], SECTION):
            if len(text) > room:
                lines.append([])
                room = SECTION
            lines[-1].append({**element, "text": text})
            room -= len(text)
    return [Piece(rich(line)) for line in lines if line]


def _apart(lines: Iterable[list[Element]]) -> list[list[Element]]:
    """Leave out empty lines."""
    return [line for line in lines if line]
