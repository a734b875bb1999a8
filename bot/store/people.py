"""What is kept about persons: zone, saved papers, alerts; all of it can be shown and deleted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlite_utils import Database

from bot.model import Paper, Person
from bot.store.codec import moment_text
from bot.store.connection import Connection
from bot.store.forgetting import forget_person, own_places
from bot.store.paper_rows import paper_of

_ABOUT: Final = {
    "person": "SELECT count(*) FROM people WHERE platform = ?1 AND account = ?2 AND id = ?3",
    "saved papers": "SELECT count(*) FROM saved"
    " WHERE platform = ?1 AND account = ?2 AND person = ?3",
    "channel subscriptions made": "SELECT count(*) FROM subscriptions s"
    " JOIN destinations d ON d.id = s.destination WHERE d.platform = ?1 AND d.account = ?2"
    " AND (s.creator = ?3 OR s.editor = ?3) AND d.address NOT IN (?3, 'u:' || ?3)",
    "changes": "SELECT count(*) FROM audit WHERE actor = ?1 || ':' || ?2 || ':' || ?3",
}
_OWN: Final = {
    "alerts": "SELECT count(*) FROM subscriptions WHERE destination = ?",
    "digests": "SELECT count(*) FROM digests WHERE destination = ?",
    "papers shown": "SELECT count(*) FROM ledger WHERE destination = ?",
}


class People:
    """The port `People` on SQLite."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, person: Person) -> Person | None:
        """Return the person as stored."""
        return await self._connection.read(lambda database: _get(database, person))

    async def put(self, person: Person) -> None:
        """Insert or change (the zone)."""
        await self._connection.write(
            lambda database: database.execute(
                "INSERT OR REPLACE INTO people VALUES (?, ?, ?, ?)", [*_key(person), person.zone]
            )
        )

    async def save_paper(self, person: Person, paper: str, at: datetime) -> None:
        """Add to the person's saved papers; one saved again comes first."""
        await self._connection.write(
            lambda database: database.execute(
                "INSERT OR REPLACE INTO saved VALUES (?, ?, ?, ?, ?)",
                [*_key(person), paper, moment_text(at)],
            )
        )

    async def unsave_paper(self, person: Person, paper: str) -> None:
        """Take from the person's saved papers."""
        await self._connection.write(
            lambda database: database.execute(
                "DELETE FROM saved WHERE platform = ? AND account = ? AND person = ? AND paper = ?",
                [*_key(person), paper],
            )
        )

    async def saved(self, person: Person) -> tuple[Paper, ...]:
        """Return the saved papers in their highest known version, last saved first."""
        return await self._connection.read(lambda database: _saved(database, person))

    async def about(self, person: Person) -> Mapping[str, int]:
        """Return what is stored about a person: kind of thing → how many."""
        return await self._connection.read(lambda database: _about(database, person))

    async def forget(self, person: Person, at: datetime) -> None:
        """Delete the person's rows and alerts, and make audit rows anonymous."""
        await self._connection.write(
            lambda database: forget_person(database, person, moment_text(at))
        )


def _key(person: Person) -> list[str]:
    return [person.platform, person.account, person.id]


def _get(database: Database, person: Person) -> Person | None:
    row = database.execute(
        "SELECT * FROM people WHERE platform = ? AND account = ? AND id = ?", _key(person)
    ).fetchone()
    return Person(*row) if row else None


def _saved(database: Database, person: Person) -> tuple[Paper, ...]:
    rows = database.execute(
        "SELECT k.* FROM saved s JOIN known_papers k ON k.paper = s.paper"
        " WHERE s.platform = ? AND s.account = ? AND s.person = ? AND k.version ="
        " (SELECT max(version) FROM paper_versions WHERE paper = s.paper)"
        " ORDER BY s.at DESC, s.paper DESC",
        _key(person),
    )
    return tuple(map(paper_of, rows))


def _about(database: Database, person: Person) -> Mapping[str, int]:
    counts = {
        name: int(database.execute(sql, _key(person)).fetchone()[0]) for name, sql in _ABOUT.items()
    }
    places = own_places(database, person)
    for name, sql in _OWN.items():
        counts[name] = sum(database.execute(sql, [row]).fetchone()[0] for row in places)
    return counts
