"""Papers as `compose.view` sees them → cards of the built-in channel. PURE."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from bot.compose.phrases import shortened
from bot.compose.text import plain, plain_spans
from bot.compose.view import CardView, card
from bot.model import Because, Item, Kind, Paper
from bot.platforms.web.message import Button, Card, Reference, Runs, unmarked

_NAME = 60  # characters of a title in a button's name


def card_of(one: CardView, *, brief: bool, discuss: bool) -> Card:
    """Return a paper as a digest shows it; `brief` is for one line a paper."""
    link = (Reference(one.link.label, one.link.url),) if one.link else ()
    return Card(
        paper=f"{one.paper}v{one.version}",
        title=unmarked(one.title),
        url=one.url,
        number=one.number,
        authors=unmarked(one.authors),
        categories=unmarked(one.categories),
        excerpt=f"“{one.excerpt}”" if one.excerpt else "",
        references=(*link, *((Reference("PDF", one.pdf),) if one.pdf else ())),
        comment=unmarked(one.comment),
        note=", ".join(one.labels),
        buttons=_buttons(one, discuss=discuss and not brief),
    )


def found_card(paper: Paper, *, discuss: bool) -> Card:
    """Return a paper that an answer brings: without number, and not because of any topic."""
    return card_of(_seen(paper, ()), brief=False, discuss=discuss)


def whole_card(paper: Paper, because: Sequence[Because], note: str = "", *, discuss: bool) -> Card:
    """Return a paper with its abstract, and the words marked because of which it matched.

    `note` is what else is known of it: its versions.
    """
    one = _seen(paper, because)
    short = card_of(one, brief=False, discuss=discuss)
    categories = [why.words for why in because if why.field == "category"]
    names = [plain(paper.authors[why.index]) for why in because if why.field == "author"]
    return Card(
        paper=short.paper,
        title=_marked(paper.title, because, "title"),
        url=short.url,
        authors=_marked_words(one.authors, names),
        categories=_marked_words(one.categories, categories),
        references=short.references,
        note=note,
        comment=_marked(paper.comment or "", because, "comment"),
        abstract=_marked(paper.abstract, because, "abstract"),
        buttons=short.buttons[1:],  # it is open
    )


def _seen(paper: Paper, because: Sequence[Because]) -> CardView:
    item = Item(paper.id, paper.version, Kind.NEW, (), tuple(because))
    return card(0, item, paper, brief=False)


def _buttons(one: CardView, *, discuss: bool) -> tuple[Button, ...]:
    """Return what can be done with a paper; the names say with which."""
    paper = f"{one.paper}v{one.version}"
    number = f" {one.number}: " if one.number else " "
    name = f"{number}{shortened(one.title, _NAME)}"
    look = Button("Open", f"open {paper}", f"Open{name}")
    talk = Button("Discuss", f"discuss {paper}", f"Discuss{name}")
    return (look, talk) if discuss else (look,)


def _marked(raw: str, because: Iterable[Because], field: str) -> Runs:
    """Return raw text as people read it, with what matched in this field marked."""
    text = plain_spans(raw)
    spans = [text.to_plain(*span) for why in because if why.field == field for span in why.spans]
    return runs_of(text.text, spans)


def _marked_words(text: str, words: Iterable[str]) -> Runs:
    """Return text with each of these words marked where it stands first."""
    places = [(text.find(word), word) for word in words if word]
    return runs_of(text, [(at, at + len(word)) for at, word in places if at >= 0])


def runs_of(text: str, spans: Iterable[tuple[int, int]]) -> Runs:
    """Cut text at the borders of the spans, which lie in it and may overlap."""
    marked = bytearray(len(text))
    for start, end in spans:
        marked[start:end] = b"\1" * (end - start)
    borders = [i for i in range(1, len(text)) if marked[i] != marked[i - 1]]
    pieces = pairwise([0, *borders, len(text)])
    return tuple((text[a:b], bool(marked[a])) for a, b in pieces if a < b)
