from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings, strategies as st

from bot.compose.expression import Expression
from bot.compose.match import matches
from bot.compose.recall import recall_query
from bot.compose.topic import parse_topic
from bot.model import Kind, Paper, Raw
from bot.store import Store, open_store
from bot.store.word_index import CHUNK, renew
from tests.compose.test_recall import EXPRESSIONS, PAPERS
from tests.store.bulk import connection_of
from tests.store.samples import DAY, NOON, add_new, announce, paper

LAMPS = recall_query(parse_topic("lamps").expression)


async def titles(store: Store, query: str | None = LAMPS) -> list[str]:
    return [one.title for _, one in await store.papers.window(DAY, query)]


def about(id_: str, title: str) -> Paper:
    return paper(id_, title=Raw(title))


async def pending(store: Store) -> int:
    row = await connection_of(store).read(
        lambda database: database.execute(
            "SELECT count(*) FROM paper_versions WHERE indexed = 0"
        ).fetchone()
    )
    return int(row[0])


@given(EXPRESSIONS, st.lists(PAPERS, max_size=5))
@settings(max_examples=60, deadline=None)
async def test_the_window_loses_no_match(expression: Expression, drawn: list[Paper]) -> None:
    papers = [replace(one, id=f"2608.{number:05}") for number, one in enumerate(drawn)]
    async with open_store(":memory:") as store:
        await add_new(store, papers)
        found = {one.id for _, one in await store.papers.window(DAY, recall_query(expression))}
        assert {one.id for one in papers if matches(expression, one)} <= found


async def test_words_select_announcements_newest_first_from_that_day_on() -> None:
    async with open_store(":memory:") as store:
        before = DAY - timedelta(days=1)
        await add_new(store, [about("1", "old lamps")], before)
        await add_new(store, [about("2", "a lamp"), about("3", "a candle"), about("4", "lamps")])
        assert await titles(store) == ["lamps", "a lamp"]
        assert await titles(store, "slamp AND sold") == []
        assert await titles(store, None) == ["lamps", "a candle", "a lamp"]


async def test_what_changes_is_found_by_its_new_words() -> None:
    async with open_store(":memory:") as store:
        await add_new(store, [about("1", "candles")])
        assert await titles(store) == []
        await store.papers.put([about("1", "lamps")])
        assert await titles(store) == ["lamps"]
        assert await titles(store, "scandl") == []


async def test_each_announced_version_is_found_by_its_own_words() -> None:
    second = replace(about("1", "lamps"), version=2)
    async with open_store(":memory:") as store:
        await add_new(store, [about("1", "candles")])
        await store.announcements.add([second], [announce(second, Kind.REPLACE)], at=NOON)
        assert await titles(store) == ["lamps"]
        assert await titles(store, "scandl") == ["candles"]


async def test_more_than_one_chunk_is_indexed_and_what_was_never_announced_is_not() -> None:
    many = [about(f"2608.{n:05}", "lamps") for n in range(CHUNK + 5)]
    async with open_store(":memory:") as store:
        await store.papers.put([about("9", "lamps")])
        await add_new(store, many)
        assert await pending(store) == CHUNK + 5
        assert len(await titles(store)) == CHUNK + 5
        assert await pending(store) == 0


async def test_a_harvest_is_indexed_as_it_comes_in() -> None:
    one = about("1", "lamps")
    async with open_store(":memory:") as store:
        harvested = replace(announce(one), source="oai")
        await store.announcements.add([one], [harvested], at=NOON)
        assert await pending(store) == 0


async def test_a_reader_hands_out_what_is_not_indexed_yet(tmp_path: Path) -> None:
    path = tmp_path / "paperboy.sqlite3"
    async with open_store(path, start="one") as writer:
        await add_new(writer, [about("1", "lamps"), about("2", "candles")])
        await titles(writer)
        await add_new(writer, [about("3", "candles")])
        async with open_store(path, read_only=True) as reader:
            assert await titles(reader) == ["candles", "lamps"]


async def test_a_disk_too_full_to_index_stops_no_answer() -> None:
    async with open_store(":memory:") as store:
        await add_new(store, [about(f"2608.{n:05}", "lamps " * 400) for n in range(CHUNK)])
        await connection_of(store).read(
            lambda database: database.execute("PRAGMA query_only = ON").close()
        )
        assert len(await titles(store)) == CHUNK
        assert await pending(store) == CHUNK


async def test_an_index_of_other_words_is_made_anew_and_not_trusted_until_then() -> None:
    async with open_store(":memory:") as store:
        await add_new(store, [about("1", "lamps"), about("2", "candles")])
        assert await titles(store) == ["lamps"]
        await store.lane.set_mark("words-version", "0")
        assert await titles(store) == ["candles", "lamps"]
        await connection_of(store).write(renew)
        assert await titles(store) == ["lamps"]


async def test_what_is_pruned_leaves_the_index() -> None:
    async with open_store(":memory:") as store:
        await add_new(store, [about("1", "lamps")])
        await titles(store)
        later = DAY + timedelta(days=400)
        await store.announcements.prune(later)
        await store.papers.prune(later)
        rows = await connection_of(store).read(
            lambda database: database.execute("SELECT count(*) FROM paper_words").fetchone()
        )
        assert rows == (0,)
