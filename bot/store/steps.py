"""What comes next at a destination: digests in the order of planning, parts in order.

In goes a destination's row; out comes its next step, and the table `owing` says so for all of them,
so that asking "what next?" reads a few rows however much is owed. Every change of a delivery, a
digest or a suspension ends with `refresh`. The rule itself (`stand`) is pure: design, decision 3.

Places take turns, by fair queueing: who begins to be owed something, or has just got a digest while
more is owed, stands at the number of messages begun by then, and the lowest number comes first,
then the oldest promise. So after an outage each place gets one digest in turn, and a promise of
today waits for one turn of the others at most. No clock is asked. A digest's parts stay together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlite_utils import Database

from bot.model import State

NOW: Final = ""
"""The `wake` of a step that can be taken at once: it sorts before every moment."""

_OVER: Final = frozenset({State.SENT, State.QUARANTINED, State.DISMISSED})


@dataclass(frozen=True, slots=True)
class PartRow:
    """The newest round of one part of a digest."""

    part: int
    round: int
    state: State
    reply: bool
    not_before: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """The next thing to do for a digest: open it (`part` None) or go on with a part."""

    digest: int
    part: PartRow | None = None
    wake: str = NOW  # not before this moment


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a digest stands: a step, nothing to do until somebody settles something, or done."""

    step: Step | None
    done: bool = False


_DONE: Final = Stand(None, done=True)
_HELD: Final = Stand(None)


def stand(digest: int, parts: Sequence[PartRow]) -> Stand:
    """Say where an opened digest stands; `parts` are the newest rounds, ascending. Pure.

    A part that can still be asked about, is in flight, or waits for its moment holds all later
    parts. A doubt (unknown, and not to be asked about) holds only the replies to it.
    """
    parent_in_doubt = False
    for part in parts:
        if part.state in _OVER:
            continue
        if part.state is State.UNKNOWN and part.not_before is None:
            parent_in_doubt = parent_in_doubt or part.part == 0
        elif part.state in (State.SENDING, State.SUSPENDED):
            return _HELD
        elif not (part.reply and parent_in_doubt):
            return Stand(Step(digest, part, part.not_before or NOW))
    return _DONE


def next_step(database: Database, destination: int) -> tuple[Step | None, list[int]]:
    """Return a destination's next step, and the digests before it that turned out to be done."""
    done: list[int] = []
    for digest, opened_at in database.execute(
        "SELECT id, opened_at FROM digests WHERE destination = ? AND done = 0 ORDER BY id",
        [destination],
    ):
        if opened_at is None:
            return Step(digest), done
        found = stand(digest, newest_rounds(database, digest))
        if not found.done:
            return found.step, done
        done.append(digest)
    return None, done


def newest_rounds(database: Database, digest: int) -> list[PartRow]:
    """Return the newest round of each part, ascending."""
    newest: dict[int, PartRow] = {}
    for part, round_, state, reply, not_before in database.execute(
        "SELECT part, round, state, reply, not_before FROM deliveries WHERE digest = ?"
        " ORDER BY part, round",
        [digest],
    ):
        newest[part] = PartRow(part, round_, State(state), bool(reply), not_before)
    return list(newest.values())


def refresh(database: Database, destination: int) -> None:
    """Write into `owing` what a destination's next step is, and when; nothing while suspended."""
    suspended = database.execute(
        "SELECT 1 FROM destinations WHERE id = ? AND suspended <> ''", [destination]
    ).fetchone()
    step, done = next_step(database, destination)
    for digest in done:
        database.execute("UPDATE digests SET done = 1 WHERE id = ?", [digest])
    if step is None or suspended:
        _leave_queue(database, destination)
        return
    if done:
        _end_turn(database, destination)
    database.execute(
        "INSERT INTO owing(destination, platform, account, due, wake, turn)"
        " SELECT d.id, d.platform, d.account,"
        " (SELECT min(due) FROM digests WHERE destination = d.id AND done = 0), ?2, d.turn"
        " FROM destinations d WHERE d.id = ?1"
        " ON CONFLICT(destination) DO UPDATE SET due = excluded.due, wake = excluded.wake"
        " WHERE due <> excluded.due OR wake <> excluded.wake",
        [destination, step.wake],
    )


def _leave_queue(database: Database, destination: int) -> None:
    """Take a place out of the queue for now; its turn is kept."""
    left = database.execute(
        "DELETE FROM owing WHERE destination = ? RETURNING turn", [destination]
    ).fetchone()
    if left:
        database.execute(
            "UPDATE destinations SET turn = ?2 WHERE id = ?1 AND turn <> ?2", [destination, left[0]]
        )


def _end_turn(database: Database, destination: int) -> None:
    """Let a place that got a digest, and is owed more, stand behind all who wait by now."""
    (now,) = database.execute("SELECT claims FROM starts").fetchone()
    database.execute("UPDATE destinations SET turn = ? WHERE id = ?", [now, destination])
    database.execute("UPDATE owing SET turn = ? WHERE destination = ?", [now, destination])


def add_turns(database: Database) -> None:
    """Migrate to the version in which places take turns."""
    database.execute("ALTER TABLE destinations ADD COLUMN turn INTEGER NOT NULL DEFAULT 0")
    database.execute("ALTER TABLE owing ADD COLUMN turn INTEGER NOT NULL DEFAULT 0")
    database.execute("DROP INDEX owing_first")
    database.execute(
        "CREATE INDEX owing_first ON owing(platform, account, turn, due, destination, wake)"
    )


def resume(database: Database, destination: int) -> None:
    """Plan again what was suspended with its destination."""
    database.execute(
        "UPDATE deliveries SET state = ?1, not_before = NULL WHERE state = ?2"
        " AND digest IN (SELECT id FROM digests WHERE destination = ?3 AND done = 0)",
        [State.PLANNED, State.SUSPENDED, destination],
    )
    refresh(database, destination)


def reopen_unsent(database: Database, destination: int) -> None:
    """Let digests of which nothing was sent be rendered anew, in the layout of today."""
    close_again(
        database,
        database.execute(
            "SELECT g.id FROM digests g WHERE g.destination = ? AND g.done = 0"
            " AND g.opened_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM deliveries v"
            " WHERE v.digest = g.id AND (v.round > g.first_round OR v.state NOT IN (?, ?)))",
            [destination, State.PLANNED, State.SUSPENDED],
        ),
    )
    refresh(database, destination)


def close_again(database: Database, digests: Iterable[tuple[int]]) -> None:
    """Take the parts of digests away, so that they are opened anew, under new keys.

    A worker that still holds an old part cannot claim it any more.
    """
    found = list(digests)
    database.conn.executemany("DELETE FROM deliveries WHERE digest = ?", found)
    database.conn.executemany(
        "UPDATE digests SET opened_at = NULL, done = 0, first_round = first_round + 1 WHERE id = ?",
        found,
    )
