"""A paper's abstract and comment → its own code, project, data, model and demo links. PURE.

The first link is the one to show. Other people's repositories, publications and events are left
out altogether, because a wrong link is worse than none. The order is: the paper's repository, its
code elsewhere, its project page, its data and models, demos, the rest; in each, what the words
plainly call the paper's own comes first, then the order of the text, abstract before comment.
Making URLs whole is link_mend.py's job, finding them link_scan.py's, knowing hosts
link_hosts.py's, reading the words around them link_words.py's. PURE: no network, so a link is
judged by its text alone and the same text always gives the same links.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.compose.link_hosts import Address, Place, is_owner, locate
from bot.compose.link_mend import mend
from bot.compose.link_promise import Promise, find_promise
from bot.compose.link_scan import Mention, may_hold_link, scan
from bot.compose.link_words import (
    Whose,
    Words,
    is_introduced,
    is_surely_introduced,
    kinds_in,
    lead_of,
    speaks_of_event,
    speaks_of_paper,
    speaks_of_rank,
    tail_of,
    whose,
)
from bot.model import Link, LinkKind
from bot.patterns import later

__all__ = ["Promise", "find_links", "find_promise", "shown_link"]

_BEFORE, _BEHIND = 160, 60  # characters around a link that are kept as its evidence


@dataclass(frozen=True, slots=True)
class _Found:
    """A mention with its address, its words, and what was made of them."""

    mention: Mention
    address: Address
    words: Words
    whose: Whose
    chain: int  # links with the same number stand in one list: "at A, B and C"
    kind: LinkKind = LinkKind.OTHER


def find_links(abstract: str, comment: str | None) -> list[Link]:
    """The paper's own links, the one to show first; empty if there is none that is surely its own.

    Both texts are arXiv's raw ones; `comment` may be None (not known). A link mentioned twice is
    listed once, under the more telling kind.
    """
    found = [
        one
        for text in (abstract, comment)
        if text and may_hold_link(text)
        for one in _read(mend(text))
    ]
    return [_as_link(one) for one in sorted(_merged(found), key=_rank)]


def shown_link(links: Sequence[Link]) -> Link | None:
    """The link to show of those that `find_links` gave, or None."""
    return links[0] if links else None


# ── reading one text ─────────────────────────────────────────────────────────────────────────────


def _read(text: str) -> list[_Found]:
    """Every believable mention of one mended text, in its order."""
    mentions = [(m, a) for m in scan(text) if (a := locate(m.url)) is not None]
    found = list(_judged(text, mentions))
    return [one for one in _kinded(found) if _is_believed(one)]


def _judged(text: str, mentions: list[tuple[Mention, Address]]) -> Iterator[_Found]:
    before: _Found | None = None
    for at, (mention, address) in enumerate(mentions):
        ceiling = mentions[at + 1][0].start if mentions[at + 1 :] else len(text)
        lead, tail = lead_of(text, mention.start), tail_of(text, mention.end, ceiling)
        if before is None or before.mention.end <= mention.start - len(lead):
            words = Words(lead, lead, tail)
            before = _Found(mention, address, words, whose(words, address.url), chain=at)
        else:
            words = Words(lead, text[before.mention.end : mention.start], tail)
            before = _judge_next(before, _Found(mention, address, words, Whose.UNSAID, chain=at))
        yield before


def _judge_next(before: _Found, one: _Found) -> _Found:
    """The link `one` after another in the same sentence, whose words may be its own too."""
    judged = whose(one.words, one.address.url, before=before.whose)
    if _JOINING.fullmatch(one.words.gap) is None:
        return replace(one, whose=judged)
    words = replace(one.words, gap=before.words.gap)
    return replace(one, whose=judged, words=words, chain=before.chain)


_JOINING = re.compile(
    r"(?:[\s,&/()\[\]{}+|:]|\b(?:and|or|as\s+well\s+as|at|on|in|via|also|hugging\s?face|git\s?hub)\b)*",
    re.IGNORECASE,
)


# ── what it leads to ─────────────────────────────────────────────────────────────────────────────


def _kinded(found: list[_Found]) -> Iterator[_Found]:
    for one in found:
        fellows = [other for other in found if other.chain == one.chain]
        kinds = kinds_in(one.words.gap[-120:]) or kinds_in(one.words.tail[:50])
        if len(kinds) == len(fellows) > 1 and _are_alike(fellows):  # "data and code at A and B"
            kinds = [kinds[fellows.index(one)]]
        yield replace(one, kind=one.address.kind or _kind(one.address.place, kinds))


def _are_alike(fellows: list[_Found]) -> bool:
    """Whether a list's links can only be told apart by their order in the sentence."""
    return len({one.address.place for one in fellows}) == 1


def _kind(place: Place, kinds: list[LinkKind]) -> LinkKind:
    match place:
        case Place.REPOSITORY | Place.PACKAGE:
            return LinkKind.DATA if kinds == [LinkKind.DATA] else LinkKind.CODE
        case Place.HUB:
            data = kinds and LinkKind.MODEL not in kinds and LinkKind.CODE not in kinds
            return LinkKind.DATA if data else LinkKind.MODEL
        case Place.ARCHIVE:
            return LinkKind.CODE if LinkKind.CODE in kinds else LinkKind.DATA
        case Place.VIDEO:
            return LinkKind.DEMO
        case _:
            return _kind_of_page(kinds)


def _kind_of_page(kinds: list[LinkKind]) -> LinkKind:
    """A page is the project's unless the words name one thing that is on it."""
    kinds = [kind for kind in kinds if kind is not LinkKind.OTHER]
    if LinkKind.PROJECT in kinds or not kinds:
        return LinkKind.PROJECT
    if LinkKind.CODE in kinds:
        return LinkKind.CODE
    return kinds[0] if len(kinds) == 1 else LinkKind.PROJECT


# ── whether to believe it ────────────────────────────────────────────────────────────────────────


def _is_believed(one: _Found) -> bool:
    """Whether the link is surely enough the paper's own to be listed at all."""
    place, words = one.address.place, one.words
    if place is Place.PUBLICATION or one.whose is Whose.FOREIGN:
        return False
    if place in (Place.REPOSITORY, Place.HUB):  # but a leaderboard may be anybody's
        return one.kind is not LinkKind.DEMO or (is_introduced(words) and not speaks_of_rank(words))
    if place is not Place.PACKAGE and speaks_of_event(words, one.address.url):
        return False
    if place is Place.PAGE:
        return True
    if place is not Place.PACKAGE and speaks_of_paper(words):
        return False
    if place is Place.ARCHIVE:
        return one.whose is Whose.OWN or bool(kinds_in(words.gap))
    if one.mention.bare:
        return is_surely_introduced(words)
    return is_introduced(words) or (
        _stands_alone(words) and not _YEARLY.search(one.address.url)  # as "mva2015" is
    )


_YEARLY = later(r"[a-z]{2}[-_]?(?:19|20)\d\d(?!\d)", re.IGNORECASE)


def _stands_alone(words: Words) -> bool:
    """Whether the URL is a sentence of its own, as authors end an abstract with their page."""
    return not words.lead.strip(" ([{\"'") and not words.tail.strip(" )]}.\"'")


# ── order ────────────────────────────────────────────────────────────────────────────────────────


def _merged(found: list[_Found]) -> Iterator[_Found]:
    """Each address once, where it first stood, with the best that any mention said of it."""
    by_url: dict[str, _Found] = {}
    for one in found:
        key = _same(one.address.url)
        known = by_url.setdefault(key, one)
        if known is not one and _rank(one) < _rank(known):
            by_url[key] = replace(known, kind=one.kind, whose=one.whose, words=one.words)
    yield from by_url.values()


def _same(url: str) -> str:
    return re.sub(r"^https?://(?:www\.)?", "", url).rstrip("/").lower()


_ORDER = (LinkKind.PROJECT, LinkKind.DATA, LinkKind.MODEL, LinkKind.DEMO, LinkKind.OTHER)


def _rank(one: _Found) -> tuple[int, int]:
    """Where the link stands in the list; equals keep the order of the text.

    A repository with data stands before the project's page: it is the nearer to code.
    """
    in_repository = one.address.place is Place.REPOSITORY and not is_owner(one.address)
    if one.kind is LinkKind.CODE:
        return (0 if in_repository else 1, -one.whose)
    return (2 if in_repository else 3 + _ORDER.index(one.kind), -one.whose)


def _as_link(one: _Found) -> Link:
    words = f"{one.words.lead[-_BEFORE:]}{one.mention.url}{one.words.tail[:_BEHIND]}"
    return Link(one.address.url, one.kind, one.address.host, " ".join(words.split()))
