import sqlite3
import subprocess
import sys
from pathlib import Path
from random import Random

from bot.store import open_store
from tests.store.crashing import PLACES, ROUNDS
from tests.store.samples import NOON

# What a kill may change: how often something was tried and when, and bookkeeping of starts.
FREE = {
    "starts": "SELECT 1",
    "deliveries": "SELECT digest, part, round, key, state, body, platform_id FROM deliveries",
}


def run(path: Path, token: int, kill_after: int | None) -> bool:
    """Run the writer; kill it after so many commits. Says whether it came to its end."""
    command = [sys.executable, "-m", "tests.store.crashing", str(path), f"start{token}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        if kill_after is not None:
            process.stdout.read(kill_after)
            process.kill()
        process.stdout.read()
        return process.wait() == 0


def _every(name: str) -> str:
    return FREE.get(name, f"SELECT * FROM {name}")


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    database = sqlite3.connect(path)
    names = [
        name
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if not name.startswith(("sqlite_", "paper_words"))
    ]
    rows = {name: sorted(database.execute(_every(name))) for name in names}
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    database.close()
    return rows


async def test_killed_anywhere_the_writer_ends_with_the_same_rows(tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole.sqlite3", tmp_path / "killed.sqlite3"
    assert run(whole, 0, None)
    random = Random(20261122)
    for token in range(6):
        assert not run(killed, token, random.randrange(1, 20))
    assert run(killed, 99, None)
    expected = contents(whole)
    assert len(expected["digests"]) == len(PLACES) * ROUNDS
    found = contents(killed)
    assert {name: len(rows) for name, rows in found.items()} == {
        name: len(rows) for name, rows in expected.items()
    }
    for name, rows in expected.items():
        if name != "audit":  # its rows carry the moment at which they were written
            assert found[name] == rows, name
    async with open_store(killed, start="last") as store:
        assert store.restored is False
        assert await store.outbox.owed("slack", NOON, 9, ()) == ()
