"""Papers as `compose.view` sees them → markdown for Discord. PURE."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from bot.compose.marks import Runs, marked_paper
from bot.compose.truncate import utf16_length
from bot.compose.view import CardView, LinkView, card
from bot.model import Because, Item, Kind, Paper
from bot.platforms.discord.components import Piece, Said
from bot.platforms.discord.texts import cut, escaped, flat, lined, link, literal, pieces

TITLE: Final = 400  # characters of an escaped title; the longest of a year has about that
PEOPLE: Final = 700
EXCERPT: Final = 900
COMMENT: Final = 300  # characters of a comment in a digest; the opened card has all of it
PARAGRAPH: Final = 1_500  # characters of a piece of text; also a plain form holds it
_REFERENCE: Final = 100


def card_piece(one: CardView, heading: str = "") -> Piece:
    """Return a paper as a digest shows it, `heading` above it."""
    lines = [f"**{literal(heading)}**"] if heading else []
    lines.append(_headline(one, TITLE, bold=True))
    if people := _sentence(one.authors, one.categories):
        lines.append(lined(people))
    if excerpt := cut(one.excerpt, EXCERPT):
        lines.append(f"*“{escaped(excerpt)}”*")
    if references := _references(one):
        lines.append(f"-# {references}")
    return Piece("\n".join(lines), said=_said(one, heading), paper=one)


def line_piece(one: CardView, limit: int, *, links: bool, heading: str = "") -> Piece:
    """Return a paper as one line, its title of at most `limit`; without `links` titles alone."""
    line = _headline(one, limit)
    if links and one.link:
        line += f", {link(one.link.url, one.link.label.lower())}"
    above = f"**{literal(heading)}**\n" if heading else ""
    return Piece(above + line, said=_said(one, heading), paper=one, tight=True)


def whole_pieces(paper: Paper, because: Sequence[Because], notes: Iterable[str]) -> Iterator[Piece]:
    """Yield a paper with its abstract, and the words marked because of which it matched."""
    one = card(0, _item(paper, because), paper, brief=False)
    marked = marked_paper(paper, one, because)
    lines = [_headline(one, TITLE, bold=True)]
    if people := ". ".join(filter(None, map(_whole, (marked.authors, marked.categories)))):
        lines.append(lined(people))
    lines.append(f"-# {_references(one, comment=False)}")
    yield Piece("\n".join(lines))
    if any(matched for _, matched in marked.title):  # a link cannot show which of its words
        yield from _parts(marked.title)
    yield from _parts(marked.abstract)
    if marked.comment:
        yield from _parts((("Comment: ", False), *marked.comment))
    for note in notes:
        for text in pieces(note, PARAGRAPH):
            yield Piece(f"-# {escaped(text)}")


def found_piece(paper: Paper) -> Piece:
    """Return a paper that an answer brings: without number, and not because of any topic."""
    return card_piece(card(0, _item(paper, ()), paper, brief=False))


def _said(one: CardView, heading: str) -> tuple[Said, ...]:
    lead = f"{one.number}. " if one.number else ""
    above = (Said(heading),) if heading else ()
    return (*above, Said(one.title, one.url, lead))


def _headline(one: CardView, limit: int, *, bold: bool = False) -> str:
    """Return "1. Title (version 2)"; a title that nobody can see is its identifier."""
    number = f"{one.number}\\. " if one.number else ""
    note = f" ({escaped(cut(', '.join(one.labels), PEOPLE))})" if one.labels else ""
    title = cut(one.title, limit) or f"arXiv:{one.paper}"
    said = f"{number}{link(one.url, title)}"
    return f"**{said}**{note}" if bold else f"{said}{note}"


def _sentence(*parts: str) -> str:
    """Return the parts as sentences: "Yi, Shao. cs.CV, cs.LG"."""
    said = (escaped(cut(part, PEOPLE).rstrip(".")) for part in parts)
    return ". ".join(filter(None, said))


def _references(one: CardView, *, comment: bool = True) -> str:
    found = [_reference(one.link)] if one.link else []
    if one.pdf:
        found.append(link(one.pdf, "PDF"))
    if comment and flat(one.comment):
        found.append(f"Comment: {escaped(cut(one.comment, COMMENT))}")
    return ". ".join(found)


def _reference(one: LinkView) -> str:
    return f"{escaped(one.label)}: {link(one.url, cut(one.text, _REFERENCE))}"


def _item(paper: Paper, because: Sequence[Because]) -> Item:
    return Item(paper.id, paper.version, Kind.NEW, (), tuple(because))


# ── words that matched ───────────────────────────────────────────────────────────────────────────


def _bold(text: str, *, matched: bool) -> str:
    """Return text, what matched in bold; Discord wants words at both ends of it."""
    inner = text.strip()
    if not matched or not flat(inner):
        return escaped(text)
    before, _, after = text.partition(inner)
    return f"{before}**{escaped(inner)}**{after}"


def _whole(runs: Runs) -> str:
    """Return a text that is short, cut at a run where it is not."""
    found = next(_parts(runs), Piece())
    return found.text


def _parts(runs: Runs) -> Iterator[Piece]:
    """Yield a long text as pieces that keep the limit; a run may be cut between words."""
    line, room = "", PARAGRAPH
    for text, matched in runs:
        for some in _fitting(text):
            said = _bold(some, matched=matched)
            if line and utf16_length(said) > room:
                yield Piece(lined(line.strip()))
                line, room = "", PARAGRAPH
            line += said
            room -= utf16_length(said)
    if line.strip():
        yield Piece(lined(line.strip()))


def _fitting(text: str) -> Iterator[str]:
    """Yield a run in pieces; the spaces at its ends stay."""
    one_line = " ".join(text.split())
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() else ""
    some = list(pieces(one_line, PARAGRAPH - 10))
    for number, piece in enumerate(some):
        last = number == len(some) - 1
        yield f"{before if not number else ''}{piece}{after if last else ' '}"
    if not some and text:
        yield " "
