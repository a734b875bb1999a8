"""Many subscriptions at once, written past the ports: what the ports read must be fast."""

from sqlite_utils import Database

from bot.store import Store
from bot.store.connection import Connection

PLACES_PER_GROUP = 20


def connection_of(store: Store) -> Connection:
    return store.subscriptions._connection  # type: ignore[attr-defined, no-any-return]


async def fill(store: Store, many: int, schedules: int = 960) -> None:
    """One subscription a place, numbered alike; `schedules` different times and zones."""
    await connection_of(store).write(lambda database: _fill(database, many, schedules))


def _fill(database: Database, many: int, schedules: int) -> None:
    link = database.conn
    link.executemany(
        "INSERT INTO destinations(id, platform, account, address, name, zone, density, is_person,"
        " next_number) VALUES (?1, 'slack', 'T1', 'C' || ?1, '#c', 'UTC', 'auto', 0, 2)",
        ((n,) for n in range(1, many + 1)),
    )
    link.executemany(
        "INSERT INTO topics(id, text) VALUES (?1, 'topic ' || ?1)",
        ((n,) for n in range(1, many + 1)),
    )
    link.executemany(
        "INSERT INTO due_groups(id, schedule, zone, last_slot, paused_until)"
        " VALUES (?, ?, ?, '2026-08-03T09:00 UTC', '')",
        (
            (n, f"daily {n % 24:02}:{n // 24 % 60:02}", f"Etc/GMT+{n // 1440}")
            for n in range(schedules)
        ),
    )
    link.executemany(
        "INSERT INTO subscriptions(id, destination, number, topic, label, due_group, cursor,"
        " kinds, created) VALUES (?1, ?1, 1, ?1, 'topic', ?2, 0, 'cross new',"
        " '2026-08-01T00:00:00.000000+00:00')",
        ((n, n % schedules) for n in range(1, many + 1)),
    )
