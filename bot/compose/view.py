"""A frozen digest → what people see of it, before any platform draws it. PURE.

Web, Slack and Discord draw the same `DigestView`, so they say the same. All text is `Plain` and not
yet escaped or cut to a platform's limits; the same digest always gives the same view. What a
density does not show is not worked out.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.compose.because import explain
from bot.compose.heading import days_in_words
from bot.compose.links import find_links, shown_link
from bot.compose.phrases import count, shortened
from bot.compose.text import authors_line, excerpt, plain
from bot.compose.topic import parse_topic
from bot.dialogue import Action
from bot.model import Because, Density, Digest, Heading, Item, Kind, Link, LinkKind, Paper, Plain

CARDS_UP_TO = 5  # papers up to which the automatic density shows cards
_NAMED_TOPICS = 4  # labels in a title; of more, the others are counted
_LABEL = 60  # characters of a label in a title
_LINK_LABELS = {
    LinkKind.CODE: "Code",
    LinkKind.PROJECT: "Project",
    LinkKind.DATA: "Data",
    LinkKind.MODEL: "Model",
    LinkKind.DEMO: "Demo",
    LinkKind.OTHER: "Link",
}
_EMPTY = Plain("")
_SECTIONS = {Kind.NEW: "", Kind.CROSS: "Cross-listed", Kind.REPLACE: "Updated"}


@dataclass(frozen=True, slots=True)
class LinkView:
    """A paper's link: "Code", where it leads, and how that is written for readers."""

    label: str
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class CardView:
    """One paper. In a compact digest only number, title, url, link and labels are filled."""

    number: int
    paper: str
    version: int
    title: Plain
    url: str
    link: LinkView | None = None
    labels: tuple[str, ...] = ()  # "version 3", and the topics that found it if there are several
    authors: Plain = _EMPTY
    categories: str = ""
    excerpt: Plain = _EMPTY
    pdf: str = ""
    comment: Plain = _EMPTY
    because: tuple[Because, ...] = ()  # places in the raw text, for marking what matched


@dataclass(frozen=True, slots=True)
class SectionView:
    """Papers under a heading; new ones stand under none."""

    heading: str
    cards: tuple[CardView, ...]


@dataclass(frozen=True, slots=True)
class DigestView:
    """A whole digest. A notice has lines and actions only.

    `density` is never AUTO. `titles` says that even the links are left out: a catch-up.
    Commands hold `{key}` for the message's own key, which the adapter puts in.
    """

    title: str = ""
    lines: tuple[str, ...] = ()
    density: Density = Density.COMPACT
    titles: bool = False
    sections: tuple[SectionView, ...] = ()
    more: str = ""  # "and 12 more: 9 image generation, 3 spin glass"
    show_more: Action | None = None
    manage: Action | None = None
    alerts: tuple[Action, ...] = ()  # "Alert me too", one for each topic that found something
    actions: tuple[Action, ...] = ()  # a notice's buttons

    @property
    def cards(self) -> Iterator[CardView]:
        """All papers in order, whatever their section."""
        return (card for section in self.sections for card in section.cards)


def view(digest: Digest) -> DigestView:
    """Return what people see of a digest or a notice."""
    heading, items = digest.heading, digest.items
    if not items:
        return DigestView(lines=_lines(heading), actions=actions_of(heading))
    shown, rest = items[: digest.shown], items[digest.shown :]
    labels = _labels_found(heading, items)
    return DigestView(
        title=title_of(heading, items),
        lines=_lines(heading),
        density=density_of(digest),
        titles=heading.catch_up,
        sections=tuple(_sections(digest, shown)),
        more=_more(heading, rest),
        show_more=Action(f"Show {len(rest)} more", "more {key}") if rest else None,
        manage=Action("Manage", "list"),
        alerts=() if digest.place.is_person else tuple(map(_alert, labels)),
        actions=actions_of(heading),
    )


def title_of(heading: Heading, items: Sequence[Item]) -> str:
    """Return "arXiv of Tue 24 Nov: 7 papers on image generation, spin glass"."""
    days = f" of {days_in_words(heading.days)}" if heading.days else ""
    labels = [shortened(label, _LABEL) for label in _labels_found(heading, items)]
    if len(labels) > _NAMED_TOPICS:
        others = len(labels) - _NAMED_TOPICS + 1
        labels = [*labels[: _NAMED_TOPICS - 1], f"{others} other topics"]
    topics = f" on {', '.join(labels)}" if labels else ""
    return f"arXiv{days}: {count(len(items), 'paper')}{topics}"


def density_of(digest: Digest) -> Density:
    """Return how the digest is drawn: a catch-up one line a paper, AUTO by its length."""
    if digest.heading.catch_up:
        return Density.COMPACT
    if digest.place.density is not Density.AUTO:
        return digest.place.density
    return Density.CARDS if len(digest.items) <= CARDS_UP_TO else Density.COMPACT


def card(
    number: int,
    item: Item,
    paper: Paper | None,
    found_by: tuple[str, ...] = (),
    *,
    brief: bool,
    named: bool = False,
) -> CardView:
    """Return one paper's card; `brief` leaves out what one line does not show.

    `found_by` are the labels of the topics that found it; with `named` the card says them.

    Where the paper's text is not kept any more (None), the identifier stands for the title.
    """
    url = f"https://arxiv.org/abs/{item.paper}v{item.version}"
    versions = (f"version {item.version}",) if item.kind is Kind.REPLACE else ()
    labels = (*versions, *(found_by if named else ()))
    if paper is None:
        name = Plain(f"arXiv:{item.paper}")
        return CardView(number, item.paper, item.version, name, url, labels=labels)
    link = shown_link(find_links(paper.abstract, paper.comment))
    view_of_link = _link(link) if link else None
    title = plain(paper.title)
    if brief:
        return CardView(number, item.paper, item.version, title, url, view_of_link, labels)
    because = item.because or reasons(found_by, paper)
    matched = {why.index for why in because if why.field == "author"}
    return CardView(
        number,
        item.paper,
        item.version,
        title,
        url,
        view_of_link,
        labels,
        authors=authors_line(paper.authors, matched),
        categories=", ".join(paper.categories),
        excerpt=excerpt(paper.abstract),
        pdf=f"https://arxiv.org/pdf/{item.paper}v{item.version}",
        comment=plain(paper.comment or ""),
        because=because,
    )


def reasons(labels: Iterable[str], paper: Paper) -> tuple[Because, ...]:
    """Return why topics, as their labels say them, found a paper; each reason once.

    Planning leaves this to the opening of a digest: both labels and paper are frozen there.
    """
    found = (why for label in labels for why in explain(parse_topic(label), paper))
    return tuple(dict.fromkeys(found))


def actions_of(heading: Heading) -> tuple[Action, ...]:
    """Return the buttons of a notice from their frozen names, "what" or "what:about"."""
    return tuple(action for name in heading.actions for action in _actions(name, heading))


def _actions(name: str, heading: Heading) -> tuple[Action, ...]:
    what, _, about = name.partition(":")
    label = next((label for number, label in heading.topics if str(number) == about), "")
    match what:
        case "tell-empty":
            return (Action("Tell me anyway", "tell-empty"),)
        case "doubt":
            yes = Action("Yes, it is there", f"doubt yes {about}")
            return (yes, Action("No, send it", f"doubt no {about}"))
        case "move":
            return (Action("Move to another channel", f"move {about}"),)
        case "remove":
            return (Action(f"Remove {label}".strip(), f"alert remove {about}"),)
        case "narrow":
            return (Action(f"Narrow {label}".strip(), f"edit {about}"),)
        case "weekly":
            return (Action(f"Weekly: {label}".strip(": "), f"edit {about} weekly on mon"),)
    return ()


def _lines(heading: Heading) -> tuple[str, ...]:
    late = (
        "This came late: arXiv's list was not complete at the usual time." if heading.late else ""
    )
    days = f"{len(heading.days)} days at once, so titles only." if heading.catch_up else ""
    return tuple(line for line in (late, days, heading.note) if line)


def _sections(digest: Digest, items: Sequence[Item]) -> Iterator[SectionView]:
    """Yield the sections that have papers; papers keep their numbers across them."""
    brief = density_of(digest) is Density.COMPACT
    labels = dict(digest.heading.topics)
    several = len(labels) > 1
    numbered = list(enumerate(items, 1))
    for kind, heading in _SECTIONS.items():
        cards = [
            card(
                number,
                item,
                digest.papers.get((item.paper, item.version)),
                tuple(labels[one] for one in item.subscriptions if one in labels),
                brief=brief,
                named=several,
            )
            for number, item in numbered
            if item.kind is kind
        ]
        if cards:
            yield SectionView(heading, tuple(cards))


def _labels_found(heading: Heading, items: Sequence[Item]) -> list[str]:
    """Return the labels of the topics that found something, in the order of their numbers."""
    found = {number for item in items for number in item.subscriptions}
    return [label for number, label in heading.topics if number in found]


def _more(heading: Heading, rest: Sequence[Item]) -> str:
    """Return "and 12 more: 9 image generation, 3 spin glass"; each paper counts once."""
    if not rest:
        return ""
    first = [item.subscriptions[0] for item in rest if item.subscriptions]
    parts = [
        f"{first.count(number)} {shortened(label, _LABEL)}"
        for number, label in heading.topics
        if number in first
    ]
    return f"and {len(rest)} more" + (f": {', '.join(parts)}" if parts else "")


def _alert(label: str) -> Action:
    return Action(f"Alert me too: {shortened(label, _LABEL)}", f"alert add {label}")


def _link(link: Link) -> LinkView:
    text = link.url.split("://", 1)[-1].removeprefix("www.").rstrip("/")
    return LinkView(_LINK_LABELS[link.kind], link.url, text)
