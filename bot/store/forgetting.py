"""Deleting what is kept about a person, or about a whole account, in one transaction.

What the person did stays in the audit as done by somebody; what is theirs alone (alerts, what they
were sent, saved papers) goes with everything that hangs on it.
"""

from typing import Final

from sqlite_utils import Database

from bot.model import Person
from bot.store.audit_rows import record

ANYBODY: Final = "somebody"
"""The actor of changes made by a person who was forgotten."""

_CREATED: Final = (
    "UPDATE destinations SET creator = '' WHERE platform = ? AND account = ? AND creator = ?",
    (
        "UPDATE subscriptions SET creator = '' WHERE destination IN"
        " (SELECT id FROM destinations WHERE platform = ? AND account = ?) AND creator = ?"
    ),
    (
        "UPDATE subscriptions SET editor = '' WHERE destination IN"
        " (SELECT id FROM destinations WHERE platform = ? AND account = ?) AND editor = ?"
    ),
)


def own_places(database: Database, person: Person) -> list[int]:
    """Return the destinations that are this person: their direct messages."""
    rows = database.execute(
        "SELECT id FROM destinations WHERE platform = ? AND account = ? AND address IN (?, ?)",
        [person.platform, person.account, person.id, f"u:{person.id}"],
    )
    return [row[0] for row in rows]


def forget_person(database: Database, person: Person, at: str) -> None:
    """Delete a person's rows, alerts and messages, and make audit rows anonymous."""
    key = [person.platform, person.account, person.id]
    for place in own_places(database, person):
        _delete_place(database, place)
    _forget_creator(database, person)
    database.execute(
        "UPDATE audit SET actor = ?4 WHERE actor = ?1 || ':' || ?2 || ':' || ?3", [*key, ANYBODY]
    )
    database.execute("DELETE FROM saved WHERE platform = ? AND account = ? AND person = ?", key)
    database.execute("DELETE FROM people WHERE platform = ? AND account = ? AND id = ?", key)
    record(database, at, ANYBODY, "forget", None, "")


def forget_account(database: Database, platform: str, account: str) -> None:
    """Delete every place and person of an account, and make audit rows anonymous."""
    key = [platform, account]
    places = database.execute(
        "SELECT id FROM destinations WHERE platform = ? AND account = ?", key
    ).fetchall()
    for (place,) in places:
        _delete_place(database, place)
    database.execute(
        "UPDATE audit SET actor = ?3 WHERE substr(actor, 1, length(?1 || ?2) + 2)"
        " = ?1 || ':' || ?2 || ':'",
        [*key, ANYBODY],
    )
    database.execute("DELETE FROM saved WHERE platform = ? AND account = ?", key)
    database.execute("DELETE FROM people WHERE platform = ? AND account = ?", key)


def forget_part(database: Database, platform: str, account: str, part: str) -> None:
    """Delete every place of a part of an account: the channels of a Discord server, and itself."""
    whole = "SELECT id FROM destinations WHERE platform = ? AND account = ? AND address = ?"
    key = [platform, account, part]
    places = database.execute(
        f"SELECT id FROM destinations WHERE within IN ({whole})",  # noqa: S608 - no value in it
        key,
    ).fetchall()
    for (place,) in [*places, *database.execute(whole, key).fetchall()]:
        _delete_place(database, place)


def _delete_place(database: Database, place: int) -> None:
    # What was done in a person's own messages tells what they read: the words go, the row stays.
    database.execute(
        "UPDATE audit SET detail = '', actor = ? WHERE destination = ?", [ANYBODY, place]
    )
    database.execute(
        "DELETE FROM digest_topics WHERE subscription IN"
        " (SELECT id FROM subscriptions WHERE destination = ?)",
        [place],
    )
    database.execute("DELETE FROM ledger WHERE destination = ?", [place])
    database.execute("DELETE FROM destinations WHERE id = ?", [place])
    database.execute("DELETE FROM topics WHERE id NOT IN (SELECT topic FROM subscriptions)")


def _forget_creator(database: Database, person: Person) -> None:
    for statement in _CREATED:
        database.execute(statement, [person.platform, person.account, person.id])
