"""The daily feed, RSS or Atom (https://rss.arxiv.org) → items, strictly. PURE.

Format: arXiv/arxiv-feed `feed/serializers/` (read 2026-11-22) and recorded feeds. The dates in a
feed are those of its rendering. An item has no comment and no dates of submission.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from lxml import etree

from bot.collect.arxiv.authors import split_authors
from bot.collect.arxiv.dates import iso_moment, mail_moment
from bot.collect.arxiv.ids import canonical_categories, parse_id
from bot.collect.arxiv.values import Announce, FeedDay, FeedItem
from bot.collect.arxiv.xml import one_line, read_xml, reflow, text_of
from bot.errors import ArxivGarbled, ArxivRefused
from bot.model import Paper, Raw

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_WHAT = "arXiv's feed"
_EASTERN = ZoneInfo("America/New_York")
_DESCRIPTION = re.compile(r"arXiv:\S+\s+Announce Type:\s*\S+\s*\n?\s*Abstract:(.*)", re.DOTALL)


class _UnknownType(ArxivGarbled):
    """A type that arXiv has added: asking again would not help, so only this item is lost."""


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How one of the two formats spells the same things."""

    title: str
    id: str
    summary: str
    category: Callable[[etree._Element], list[str]]


_RSS = _Dialect(
    "title", "guid", "description", lambda e: [c.text or "" for c in e.iter("category")]
)
_ATOM_DIALECT = _Dialect(
    f"{_ATOM}title",
    f"{_ATOM}id",
    f"{_ATOM}summary",
    lambda e: [c.get("term") or "" for c in e.iter(f"{_ATOM}category")],
)


def parse_feed(body: bytes, *, strict: bool = True) -> FeedDay:
    """Read a feed document; an empty one (weekend, holiday) has no items.

    Raises `ArxivBusy` (throttled), `ArxivRefused` (a feed that reports an error) and `ArxivGarbled`
    (anything else that is not a whole feed). With `strict=False` an item that cannot be read is
    left out and named in `problems`, so that one defect of arXiv's does not cost the whole day; an
    item of an unknown announce type always is.
    """
    root = read_xml(body, _WHAT)
    channel = root.find("channel") if root.tag == "rss" else None
    if channel is not None:
        head = _Head(channel, "title", "description", _rss_day)
        return _feed_day(head, channel.findall("item"), _RSS, strict=strict)
    if root.tag == f"{_ATOM}feed":
        head = _Head(root, f"{_ATOM}title", f"{_ATOM}subtitle", _atom_day)
        return _feed_day(head, root.findall(f"{_ATOM}entry"), _ATOM_DIALECT, strict=strict)
    raise ArxivGarbled(f"{_WHAT}: the answer is no feed")


@dataclass(frozen=True, slots=True)
class _Head:
    element: etree._Element
    title: str
    subtitle: str
    day: Callable[[etree._Element], date]


def _feed_day(
    head: _Head, entries: Iterable[etree._Element], dialect: _Dialect, *, strict: bool
) -> FeedDay:
    title = text_of(head.element, head.title) or ""
    if title.startswith("Feed error"):
        raise ArxivRefused(f"{_WHAT}: {one_line(text_of(head.element, head.subtitle) or title)}")
    items, problems = [], []
    for entry in entries:
        try:
            items.append(_item(entry, dialect))
        except ArxivGarbled as error:
            if strict and not isinstance(error, _UnknownType):
                raise
            problems.append(str(error))
    return FeedDay(head.day(head.element), tuple(items), tuple(problems))


def _rss_day(channel: etree._Element) -> date:
    try:
        return mail_moment(text_of(channel, "pubDate") or "").date()
    except ValueError:
        raise ArxivGarbled(f"{_WHAT}: the feed has no date") from None


def _atom_day(feed: etree._Element) -> date:
    try:
        moment = iso_moment(text_of(feed, f"{_ATOM}updated") or "")
    except ValueError:
        raise ArxivGarbled(f"{_WHAT}: the feed has no date") from None
    return moment.astimezone(_EASTERN).date()


def _item(entry: etree._Element, dialect: _Dialect) -> FeedItem:
    name = text_of(entry, dialect.id) or ""
    found = parse_id(name)
    if found is None or found.version is None:
        raise ArxivGarbled(f"{_WHAT}: an item without identifier and version ({name!r})")
    kind = text_of(entry, f"{_ARXIV}announce_type")
    if kind is None:
        raise ArxivGarbled(f"{_WHAT}: {name} lacks its announce_type")
    if kind not in tuple(Announce):
        raise _UnknownType(f"{_WHAT}: {name} has the unknown announce type {kind!r}")
    paper = Paper(
        id=found.id,
        version=found.version,
        title=Raw(one_line(_part(entry, dialect.title, name))),
        abstract=Raw(reflow(_abstract(_part(entry, dialect.summary, name), name))),
        authors=split_authors(_part(entry, _CREATOR, name)),
        categories=_categories(dialect.category(entry), name),
        journal_ref=_optional(entry, f"{_ARXIV}journal_reference"),
        doi=_optional(entry, f"{_ARXIV}DOI"),
    )
    return FeedItem(paper, Announce(kind))


def _part(entry: etree._Element, path: str, name: str) -> str:
    text = text_of(entry, path)
    if text is None:
        missing = etree.QName(path).localname
        raise ArxivGarbled(f"{_WHAT}: {name} lacks its {missing}")
    return text


def _abstract(description: str, name: str) -> str:
    found = _DESCRIPTION.match(description)
    if found is None:
        raise ArxivGarbled(f"{_WHAT}: {name} lacks its abstract")
    return found[1]


def _categories(names: list[str], name: str) -> tuple[str, ...]:
    if not any(names):
        raise ArxivGarbled(f"{_WHAT}: {name} lacks its category")
    return canonical_categories(filter(None, names))


def _optional(entry: etree._Element, path: str) -> Raw | None:
    text = text_of(entry, path)
    return Raw(one_line(text)) if text else None
