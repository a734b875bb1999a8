import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.errors import StoreError, StoreTooNew
from bot.store import open_store
from bot.store.connection import connect
from bot.store.migrations import (
    LATEST,
    MIGRATIONS,
    Migration,
    copy_beside,
    run_statements,
    upgrade,
    version_of,
)


def fill_first(database: Database) -> None:
    """Rows as version 1 wrote them."""
    run_statements(
        database,
        """
        INSERT INTO papers(id, versions, highest, categories, used)
          VALUES ('2608.00001', '[1]', 1, '["cs.CV"]', '2026-08-04');
        INSERT INTO paper_versions(paper, version, title, abstract, authors, categories)
          VALUES ('2608.00001', 1, 'On lamps', 'We light them.', '["Ada Lamp"]', '["cs.CV"]');
        INSERT INTO batches(day, state, papers) VALUES ('2026-08-04', 'settled', 1);
        INSERT INTO announcements(batch, paper, version, kind, source)
          VALUES ('2026-08-04', '2608.00001', 1, 'new', 'feed');
        INSERT INTO destinations(platform, account, address, name, zone, density, is_person,
            next_number)
          VALUES ('slack', 'T1', 'C1', '#papers', 'Europe/Berlin', 'auto', 0, 2);
        INSERT INTO topics(text) VALUES ('lamps');
        INSERT INTO due_groups(schedule, zone, last_slot, paused_until)
          VALUES ('daily 09:00', 'Europe/Berlin', '2026-08-04T09:00 Europe/Berlin', '');
        INSERT INTO subscriptions(destination, number, topic, label, due_group, cursor, kinds)
          VALUES (1, 1, 1, 'Lamps', 1, 1, 'cross new');
        INSERT INTO ledger VALUES (1, 1, 1);
        INSERT INTO marks VALUES ('harvest-done', 'yes')
        """,
    )


def fill_second(database: Database) -> None:
    """Rows as version 2 wrote them."""
    fill_first(database)
    run_statements(
        database,
        """
        INSERT INTO channel(key, platform, account, address, at, payload)
          VALUES ('K', 'web', 'local', 'papers', '2026-08-04T06:21:00.000000+00:00', '{}')
        """,
    )


def fill_third(database: Database) -> None:
    """Rows as version 3 wrote them."""
    fill_second(database)
    database.execute(
        "INSERT INTO left_accounts(platform, account, at)"
        " VALUES ('slack', 'T2', '2026-08-04T06:21:00.000000+00:00')"
    )


def fill_fourth(database: Database) -> None:
    """Rows as version 4 wrote them."""
    fill_third(database)
    at = "2026-08-04T06:21:00.000000+00:00"
    database.execute("INSERT INTO unread VALUES (1, '')")
    database.execute("INSERT INTO posted VALUES ('K', 1, '1.5', ?)", [at])
    database.execute("INSERT INTO doubtful VALUES (1, 0, 'no scope')")


def fill_fifth(database: Database) -> None:
    """Rows as version 5 wrote them."""
    fill_fourth(database)
    run_statements(
        database,
        """
        INSERT INTO destinations(platform, account, address, name, zone, density, is_person, base)
          VALUES ('discord', 'A', 'g:1', 'this server', 'UTC', 'auto', 0, 'only cs.*');
        UPDATE destinations SET within = 2 WHERE id = 1;
        UPDATE subscriptions SET ping = '7 physicists';
        INSERT INTO left_accounts VALUES ('discord', 'A', 'g:2', '2026-08-04T06:21:00.000000+00:00')
        """,
    )


def fill_sixth(database: Database) -> None:
    """What a place that took its turn left behind."""
    fill_fifth(database)
    database.execute("UPDATE destinations SET turn = 7")


# What each version left behind, by version; a new migration brings its own line.
FILLINGS: dict[int, Callable[[Database], None]] = {
    1: fill_first,
    2: fill_second,
    3: fill_third,
    4: fill_fourth,
    5: fill_fifth,
    6: fill_sixth,
}


def add_column(database: Database) -> None:
    database.execute("ALTER TABLE marks ADD COLUMN note TEXT NOT NULL DEFAULT ''")


def break_off(database: Database) -> None:
    database.execute("CREATE TABLE half(x)")
    raise ZeroDivisionError


def build(path: Path, migrations: tuple[Migration, ...]) -> None:
    path.touch(0o600)
    database = connect(path)
    upgrade(database, path, migrations)
    if version_of(database) in FILLINGS:
        FILLINGS[version_of(database)](database)
    database.close()


def mark_in(path: Path) -> str:
    database = connect(path, read_only=True)
    (value,) = database.execute("SELECT value FROM marks").fetchone()
    database.close()
    return str(value)


def test_every_version_has_a_sample_of_what_it_left_behind() -> None:
    assert sorted(FILLINGS) == list(range(1, LATEST + 1))


@pytest.mark.parametrize("version", range(1, LATEST + 1))
async def test_a_database_of_each_version_is_brought_to_the_last(
    tmp_path: Path, version: int, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "paperboy.sqlite3"
    build(path, MIGRATIONS[:version])
    async with open_store(path, start="now") as store:
        assert await store.lane.mark("harvest-done") == "yes"
    database = connect(path, read_only=True)
    assert version_of(database) == LATEST
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    assert copy_beside(path, LATEST).exists() == (version < LATEST)
    assert (str(copy_beside(path, LATEST)) in caplog.text) == (version < LATEST)


def test_an_upgrade_copies_the_file_first_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "paperboy.sqlite3"
    build(path, MIGRATIONS)
    database = connect(path)
    upgrade(database, path, (*MIGRATIONS, add_column))
    assert version_of(database) == LATEST + 1
    database.close()
    copy = tmp_path / f"paperboy.before-v{LATEST + 1}.sqlite3"
    assert mark_in(copy) == "yes"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_an_upgrade_that_fails_leaves_the_old_version_whole(tmp_path: Path) -> None:
    path = tmp_path / "paperboy.sqlite3"
    build(path, MIGRATIONS)
    database = connect(path)
    with pytest.raises(ZeroDivisionError):
        upgrade(database, path, (*MIGRATIONS, add_column, break_off))
    assert version_of(database) == LATEST
    assert "half" not in database.table_names()
    database.close()


def test_a_copy_left_from_an_upgrade_that_failed_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "paperboy.sqlite3"
    build(path, MIGRATIONS)
    copy_beside(path, LATEST + 1).write_text("old")
    database = connect(path)
    upgrade(database, path, (*MIGRATIONS, add_column))
    database.close()
    assert mark_in(copy_beside(path, LATEST + 1)) == "yes"


async def test_a_downgrade_is_refused_and_names_the_copy(tmp_path: Path) -> None:
    path = tmp_path / "paperboy.sqlite3"
    build(path, MIGRATIONS)
    database = connect(path)
    upgrade(database, path, (*MIGRATIONS, add_column))
    upgrade(database, path, (*MIGRATIONS, add_column, add_column_again))
    database.close()
    for read_only in (False, True):
        with pytest.raises(StoreTooNew, match=f"before-v{LATEST + 1}") as caught:
            async with open_store(path, read_only=read_only):
                pass
        assert f"before-v{LATEST + 1}.sqlite3" in caught.value.remedy


def add_column_again(database: Database) -> None:
    database.execute("ALTER TABLE marks ADD COLUMN more TEXT NOT NULL DEFAULT ''")


async def test_a_downgrade_without_a_copy_is_refused_too(tmp_path: Path) -> None:
    path = tmp_path / "paperboy.sqlite3"
    build(path, (*MIGRATIONS, add_column))
    with pytest.raises(StoreTooNew):
        async with open_store(path):
            pass


async def test_reading_an_earlier_version_asks_for_a_start(tmp_path: Path) -> None:
    path = tmp_path / "paperboy.sqlite3"
    build(path, MIGRATIONS[:1])
    with pytest.raises(StoreError, match="earlier version") as caught:
        async with open_store(path, read_only=True):
            pass
    assert "paperboy run" in caught.value.remedy
