"""What arXiv listed, and what was announced before → what is announced now. PURE.

Kind is relative to all of arXiv (design, decision 4), because the feed's announce_type depends on
what was asked for: a paper that is new today in hep-th is a cross-list to whoever asks for math
alone. So the type is a hint, and these facts decide: what was announced of the paper here, its
version, its categories, and its number. arXiv numbers papers in the order in which it announces
them, so version 1 with a number above all announced before is new, whoever lists it.

Seen means announced: search, previews and OAI put papers into the store that were never announced.
Of one paper a cross-list comes before a replacement: the store takes a version's categories for
known once that version is announced.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.collect.arxiv.ids import id_order
from bot.collect.arxiv.values import Announce, FeedItem, OaiRecord
from bot.model import Announcement, Kind, Paper, Seen

_NOTHING = Seen()


@dataclass(frozen=True, slots=True)
class News:
    """Papers to store, and announcements in their order. Each announced version is in `papers`."""

    papers: tuple[Paper, ...] = ()
    announcements: tuple[Announcement, ...] = ()


def decide_feed(
    items: Sequence[FeedItem],
    seen: Mapping[str, Seen],
    batch: date,
    *,
    above: str = "",
    source: str = "feed",
) -> News:
    """Decide about all items of a batch at once, whichever requests brought them.

    A cross of an unseen paper that another request calls new is new. `above` is the highest
    identifier announced in earlier batches, or empty. The order does not depend on the requests:
    new, crossed, replaced, each in arXiv's own numbering.
    """
    papers: dict[str, Paper] = {}
    types: dict[str, set[Announce]] = {}
    for item in items:
        before = papers.get(item.paper.id)
        if before is None or before.version < item.paper.version:
            papers[item.paper.id] = item.paper
        types.setdefault(item.paper.id, set()).add(item.announce)
    announced = [
        _announcement(paper, kind, batch, source)
        for paper in papers.values()
        for kind in _of_feed(paper, types[paper.id], seen.get(paper.id, _NOTHING), above)
    ]
    ranks = list(Kind)
    announced.sort(key=lambda one: (ranks.index(one.kind), id_order(one.paper), one.paper))
    return News(tuple(papers.values()), tuple(announced))


def has_news(items: Iterable[FeedItem], seen: Mapping[str, Seen]) -> bool:
    """Whether a feed holds an unseen announcement; without one it is stale, or of a holiday."""
    return any(
        _of_feed(item.paper, {item.announce}, seen.get(item.paper.id, _NOTHING), "")
        for item in items
    )


@dataclass(frozen=True, slots=True)
class Window:
    """What a version must be to be announced because of OAI.

    `since`: dated later than this (14 days before the last successful run; at first, 30 days ago).
    `above`: or version 1 with an identifier above the highest announced at that run.
    """

    since: datetime
    above: str = ""

    def covers(self, paper: str, version: int, submitted: datetime) -> bool:
        """Whether this version is announced if it was not announced before."""
        if submitted > self.since:
            return True
        return version == 1 and bool(self.above) and id_order(paper) > id_order(self.above)


def decide_oai(
    records: Iterable[OaiRecord],
    seen: Mapping[str, Seen],
    window: Window,
    batch_of: Callable[[OaiRecord, datetime], date],
    *,
    source: str = "oai",
) -> News:
    """Decide about every version of every record; what is not announced only updates papers.

    `batch_of` gives the list date of a record's version submitted at that moment.
    """
    papers: dict[tuple[str, int], Paper] = {}
    announced: list[Announcement] = []
    for record in records:
        if record.paper is None:
            continue
        papers[record.id, record.paper.version] = record.paper
        before = seen.get(record.id, _NOTHING)
        for version, submitted, kind in _of_record(record, record.paper, before, window):
            paper = papers.setdefault(
                (record.id, version), _earlier(record.paper, version, submitted)
            )
            day = batch_of(record, submitted)
            announced.append(_announcement(paper, kind, day, source))
    return News(tuple(papers.values()), tuple(announced))


def decide_late(
    rows: Iterable[tuple[Announcement, Paper]], details: Collection[Paper]
) -> tuple[Announcement, ...]:
    """Return the `late` announcements for what was enriched after its batch had settled.

    Only what a topic can ask for again counts: a comment or journal reference that was not known.
    """
    found = {(paper.id, paper.version): paper for paper in details}
    return tuple(
        replace(row, late=True, seq=0)
        for row, paper in rows
        if not row.late
        and (enriched := found.get((row.paper, row.version)))
        and _more_to_match(paper, enriched)
    )


def highest_of(announcements: Iterable[Announcement], before: str = "") -> str:
    """Return the highest identifier among those announced as new, and one known before."""
    ids = [one.paper for one in announcements if one.kind is Kind.NEW]
    return max([*ids, before] if before else ids, key=id_order, default="")


# ── one paper ────────────────────────────────────────────────────────────────────────────────────


def _of_feed(paper: Paper, types: set[Announce], seen: Seen, above: str) -> list[Kind]:
    if not seen.highest:
        return [_first_kind(paper, types, above)]
    found = []
    if _gained(paper, seen) and (Announce.CROSS in types or seen.categories):
        found.append(Kind.CROSS)
    if Announce.NEW in types and not _announced(paper.version, seen):
        found = [Kind.NEW if paper.version == 1 else Kind.REPLACE]
    elif types & {Announce.REPLACE, Announce.REPLACE_CROSS} and not _announced(paper.version, seen):
        found.append(Kind.REPLACE)
    return found


def _first_kind(paper: Paper, types: set[Announce], above: str) -> Kind:
    """Return the kind of a paper of which nothing was announced before."""
    if Announce.NEW in types:
        return Kind.NEW
    if Announce.CROSS not in types:
        return Kind.REPLACE
    above_all = paper.version == 1 and bool(above) and id_order(paper.id) > id_order(above)
    return Kind.NEW if above_all else Kind.CROSS


def _of_record(
    record: OaiRecord, paper: Paper, seen: Seen, window: Window
) -> list[tuple[int, datetime, Kind]]:
    unseen = [
        (version, submitted, Kind.NEW if version == 1 else Kind.REPLACE)
        for version, submitted in record.versions
        if not _announced(version, seen, crossed_counts=True)
        and window.covers(record.id, version, submitted)
    ]
    if seen.categories and _gained(paper, seen) and record.versions:
        version, submitted = record.versions[-1]
        return [(version, submitted, Kind.CROSS), *unseen]
    return unseen


def _announced(version: int, seen: Seen, *, crossed_counts: bool = False) -> bool:
    """Whether this version was announced, as new or replaced.

    A paper known by cross-lists alone has no such version. To OAI, which cannot tell who lists a
    paper, its versions up to then count as announced; a feed that says "new" knows better.
    """
    if version in seen.versions:
        return True
    only_crossed = not seen.versions and bool(seen.categories)
    if only_crossed:
        return crossed_counts and version <= seen.highest
    return not seen.versions and version <= seen.highest  # a tombstone of what was pruned


def _gained(paper: Paper, seen: Seen) -> bool:
    return not seen.categories.issuperset(paper.categories)


def _earlier(paper: Paper, version: int, submitted: datetime) -> Paper:
    """Return an earlier version as far as it is known: the text is the newest one's."""
    if version == paper.version:
        return paper
    return replace(paper, version=version, updated=submitted, comment=None, journal_ref=None)


def _announcement(paper: Paper, kind: Kind, batch: date, source: str) -> Announcement:
    cats = tuple(sorted(set(paper.categories))) if kind is Kind.CROSS else ()
    return Announcement(paper.id, paper.version, kind, batch, source, cats)


def _more_to_match(before: Paper, after: Paper) -> bool:
    gained_comment = before.comment is None and bool(after.comment)
    return gained_comment or (not before.journal_ref and bool(after.journal_ref))
