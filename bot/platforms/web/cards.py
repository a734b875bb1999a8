"""Papers as `compose.view` sees them → cards of the built-in channel. PURE."""

from collections.abc import Sequence

from bot.compose.marks import marked_paper
from bot.compose.phrases import shortened
from bot.compose.view import CardView, card
from bot.model import Because, Item, Kind, Paper
from bot.platforms.web.message import Button, Card, Reference, unmarked

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
    marked = marked_paper(paper, one, because)
    return Card(
        paper=short.paper,
        title=marked.title,
        url=short.url,
        authors=marked.authors,
        categories=marked.categories,
        references=short.references,
        note=note,
        comment=marked.comment,
        abstract=marked.abstract,
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
