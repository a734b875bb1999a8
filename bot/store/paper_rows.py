"""Papers ⇄ rows of `papers` and `paper_versions`, inside a transaction of the caller's."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

from sqlite_utils import Database

from bot.model import Paper, Raw
from bot.store.codec import json_text, moment, moment_or_none_text, raws, texts

T = TypeVar("T")

_INSERT_PAPER: Final = (
    "INSERT INTO papers(id, published, used) VALUES (?, ?, ?) ON CONFLICT(id) DO UPDATE SET"
    " published = coalesce(excluded.published, published), used = max(excluded.used, used)"
    " WHERE used < excluded.used OR excluded.published IS NOT published"
)
_INSERT_VERSION: Final = (
    "INSERT INTO paper_versions(paper, version, title, abstract, authors, categories, comment,"
    " journal_ref, doi, updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT(paper, version) DO UPDATE SET title = excluded.title,"
    " abstract = excluded.abstract, authors = excluded.authors, categories = excluded.categories,"
    " comment = excluded.comment, journal_ref = excluded.journal_ref, doi = excluded.doi,"
    " updated = excluded.updated, indexed = indexed * 0"
)


def paper_of(row: Sequence[Any]) -> Paper:
    """Return the paper of a row that begins with the columns of `known_papers`."""
    paper, title, abstract, version, authors, categories, comment, journal, doi = row[:9]
    return Paper(
        paper,
        Raw(title),
        Raw(abstract),
        version,
        raws(authors),
        texts(categories),
        comment,
        journal,
        doi,
        moment(row[9]),
        moment(row[10]),
    )


def store_papers(database: Database, papers: Iterable[Paper], used: str) -> None:
    """Insert or complete versions; `used` is the day on which they were of use."""
    merged: dict[tuple[str, int], Paper] = {}
    given = list(papers)
    known = known_versions(database, {paper.id for paper in given})
    for paper in given:
        spot = (paper.id, paper.version)
        old = merged.get(spot) or known.get(spot)
        merged[spot] = completed(old, paper) if old else paper
    link = database.conn
    link.executemany(
        _INSERT_PAPER,
        [(paper.id, moment_or_none_text(paper.published), used) for paper in merged.values()],
    )
    changed = [paper for spot, paper in merged.items() if known.get(spot) != paper]
    link.executemany(_INSERT_VERSION, map(_version_row, changed))


def completed(old: Paper, new: Paper) -> Paper:
    """Return `old` with what `new` knows. Pure.

    A known value is never replaced by an unknown one. The daily feed knows neither comment nor
    dates, and its authors are one joined text: it fills gaps of what another source told, but
    replaces nothing of it. Only its categories count where they are more: a cross-list is news of
    that very feed, and topics of the category are matched before any other source tells of it.
    """
    better = old.updated is None or new.updated is not None or new.comment is not None

    def choose(ours: T, theirs: T) -> T:
        return theirs if _known(theirs) and (better or not _known(ours)) else ours

    return replace(
        old,
        title=choose(old.title, new.title),
        abstract=choose(old.abstract, new.abstract),
        authors=choose(old.authors, new.authors),
        categories=_gathered(old, new, better=better),
        comment=new.comment if new.comment is not None else old.comment,
        journal_ref=choose(old.journal_ref, new.journal_ref),
        doi=choose(old.doi, new.doi),
        published=choose(old.published, new.published),
        updated=choose(old.updated, new.updated),
    )


def _gathered(old: Paper, new: Paper, *, better: bool) -> tuple[str, ...]:
    """Return the categories: a feed may add to them, and takes none away."""
    is_feed = new.updated is None and new.comment is None
    if not old.categories or set(old.categories) < set(new.categories):
        return new.categories
    return new.categories if better and new.categories and not is_feed else old.categories


def known_versions(database: Database, ids: Collection[str]) -> Mapping[tuple[str, int], Paper]:
    """Return every stored version of these papers."""
    rows = database.execute(
        "SELECT k.* FROM json_each(?) j JOIN known_papers k ON k.paper = j.value",
        [json_text(sorted(ids))],
    )
    return {(paper.id, paper.version): paper for paper in map(paper_of, rows)}


def use_papers(database: Database, ids: Collection[str], used: str) -> Mapping[str, int]:
    """Remember that these papers were of use on a day; return their numbers."""
    database.conn.executemany(
        "INSERT INTO papers(id, used) VALUES (?, ?) ON CONFLICT(id) DO UPDATE"
        " SET used = excluded.used WHERE used < excluded.used",
        [(one, used) for one in ids],
    )
    return dict(
        database.execute(
            "SELECT p.id, p.number FROM json_each(?) j JOIN papers p ON p.id = j.value",
            [json_text(list(ids))],
        ).fetchall()
    )


def _known(value: object) -> bool:
    return value not in (None, "", ())


def _version_row(paper: Paper) -> tuple[object, ...]:
    return (
        paper.id,
        paper.version,
        paper.title,
        paper.abstract,
        json_text(paper.authors),
        json_text(paper.categories),
        paper.comment,
        paper.journal_ref,
        paper.doi,
        moment_or_none_text(paper.updated),
    )
