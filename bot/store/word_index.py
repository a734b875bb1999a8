"""The full-text index of papers' terms, filled when it is asked.

A version's row says whether its terms are in the index (`indexed`); one that is not is handed out
with every answer, so an answer is a superset also where nothing can be written. Reading a text into
terms costs about as much as matching it: the daily feed, which everybody waits for, is not kept
waiting for it; a harvest, which has seconds between its pages, indexes as it goes.
"""

from typing import Final

from sqlite_utils import Database

from bot.compose.recall import VERSION, terms_of
from bot.store.lane import read_mark, write_mark
from bot.store.paper_rows import paper_of

CHUNK: Final = 200
"""Versions indexed in one transaction, a few hundredths of a second: others want the thread too."""

_MARK: Final = "words-version"


def index_some(database: Database) -> int:
    """Index some announced versions that are not; returns how many."""
    rows = database.execute(
        "SELECT * FROM known_papers WHERE indexed = 0 LIMIT ?", [CHUNK]
    ).fetchall()
    link = database.conn
    ids = [(row[11],) for row in rows]
    link.executemany("DELETE FROM paper_words WHERE rowid = ?", ids)
    link.executemany(
        "INSERT INTO paper_words(rowid, words) VALUES (?, ?)",
        [(row[11], terms_of(paper_of(row))) for row in rows],
    )
    link.executemany("UPDATE paper_versions SET indexed = 1 WHERE id = ?", ids)
    return len(rows)


def found_since(database: Database, since: str, words: str) -> list[int]:
    """Return the numbers of announcements since a day that the query finds, or may find.

    All of them if the index was made by another version and could not be made anew.
    """
    if read_mark(database, _MARK) != str(VERSION):
        every = database.execute("SELECT seq FROM announcements WHERE batch >= ?", [since])
        return [row[0] for row in every]
    rows = database.execute(
        "SELECT a.seq FROM paper_words w CROSS JOIN paper_versions v ON v.id = w.rowid"
        " CROSS JOIN announcements a ON a.paper = v.paper AND a.version = v.version"
        " WHERE w.paper_words MATCH ?1 AND a.batch >= ?2"
        " UNION SELECT a.seq FROM paper_versions v CROSS JOIN announcements a"
        " ON a.paper = v.paper AND a.version = v.version WHERE v.indexed = 0 AND a.batch >= ?2",
        [words, since],
    )
    return [row[0] for row in rows]


def renew(database: Database) -> None:
    """Begin the index anew if another version of Paperboy read texts into other terms."""
    if read_mark(database, _MARK) == str(VERSION):
        return
    database.execute("DELETE FROM paper_words")
    database.execute("UPDATE paper_versions SET indexed = 0 WHERE indexed = 1")
    write_mark(database, _MARK, str(VERSION))
