"""Writing who changed what, inside the transaction that changes it."""

from typing import Final

from sqlite_utils import Database

BOT: Final = "paperboy"
"""The actor of what Paperboy does by itself."""


def record(
    database: Database, at: str, actor: str, action: str, destination: int | None, detail: str
) -> None:
    """Add an audit row; `detail` is for people to read."""
    database.execute(
        "INSERT INTO audit(at, actor, action, destination, detail) VALUES (?, ?, ?, ?, ?)",
        [at, actor, action, destination, detail],
    )
