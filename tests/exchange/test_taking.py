"""Taking subscriptions in: nothing that is there is lost, and doing it again changes nothing."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.compose.topic import parse_topic
from bot.exchange.form import as_toml, read_toml
from bot.exchange.taking import Taken, take
from bot.model import Daily, Density, Destination, Weekly
from bot.store.opening import Store, open_store
from tests.store.samples import HERE, NOON, THERE, add_new, paper, place, settle, subscription

LAMPS, GLASS = (parse_topic(text).canonical for text in ("lamps", "spin glass"))


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    async with open_store(":memory:") as store:
        yield store


async def taken(store: Store, text: str) -> Taken:
    return await take(read_toml(text), store.subscriptions, store.announcements, NOON)


async def filled(store: Store) -> str:
    """Make three subscriptions at two places; return them as a file."""
    await store.subscriptions.put_place(place(HERE, density=Density.COMPACT), "test")
    await store.subscriptions.put_place(place(THERE, name="#other", skip_shown_at=HERE), "test")
    await store.subscriptions.save(subscription(LAMPS), "test")
    gone = await store.subscriptions.save(subscription("gone"), "test")
    await store.subscriptions.remove(HERE, gone.number, "test")
    await store.subscriptions.save(subscription(GLASS, paused=True), "test")
    await store.subscriptions.save(subscription(GLASS, THERE, schedule=Weekly((1,))), "test")
    return as_toml(await store.subscriptions.all())


async def test_an_own_export_taken_in_again_changes_nothing(store: Store) -> None:
    text = await filled(store)
    before = await store.subscriptions.all()
    assert str(await taken(store, text)) == "0 added, 0 changed, 3 as they were."
    assert await store.subscriptions.all() == before


async def test_another_installation_gets_everything_under_the_same_numbers(store: Store) -> None:
    text = await filled(store)
    async with open_store(":memory:") as other:
        await add_new(other, [paper()])
        await settle(other)
        assert await taken(other, text) == Taken(added=3)
        assert as_toml(await other.subscriptions.all()) == text
        (_, one), *_ = await other.subscriptions.all()
        assert one.last_slot  # begins as if it were typed now
        assert await taken(other, text) == Taken(same=3)


async def test_what_is_there_already_becomes_as_in_the_file_and_keeps_its_cursor(
    store: Store,
) -> None:
    text = (await filled(store)).replace('when = "weekly on mon at 09:00"', "updates = true")
    (old,) = await store.subscriptions.of(THERE)
    await store.subscriptions.save(replace(old, cursor=7), "test")
    assert await taken(store, text) == Taken(changed=1, same=2)
    (new,) = await store.subscriptions.of(THERE)
    assert (new.schedule, new.updates, new.cursor) == (Daily("09:00"), True, 7)


async def test_a_number_that_was_used_before_is_never_given_to_another(store: Store) -> None:
    await filled(store)
    text = as_toml([(place(), subscription("c d", number=2))])
    assert (await taken(store, text)).added == 1
    assert {one.number: one.topic for one in await store.subscriptions.of(HERE)} == {
        1: LAMPS, 3: GLASS, 4: parse_topic("c d").canonical,
    }  # fmt: skip


async def test_a_suspended_place_stays_suspended(store: Store) -> None:
    text = await filled(store)
    await store.subscriptions.put_place(place(HERE, suspended="archived"), "test")
    await taken(store, text)
    known = await store.subscriptions.place(HERE)
    assert known
    assert (known.suspended, known.density) == ("archived", Density.COMPACT)


async def test_a_server_s_filter_comes_along_with_its_channels(store: Store) -> None:
    server = Destination("discord", "A1", "s:1")
    channel = Destination("discord", "A1", "7")
    part = place(channel, within=server, base="only cs.*; -survey")
    await taken(store, as_toml([(part, subscription(LAMPS, channel, number=1, ping="8 readers"))]))
    assert await store.subscriptions.place(channel) == part
    whole = await store.subscriptions.place(server)
    assert whole
    assert whole.base == "only cs.*; -survey"
    assert [one.ping for one in await store.subscriptions.of(channel)] == ["8 readers"]


def typed(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, list(words))
    return done.exit_code, done.output


def test_the_commands_write_a_file_of_their_owners_and_take_it_in(tmp_path: Path) -> None:
    config, out = tmp_path / "c.toml", tmp_path / "out.toml"
    config.write_text('store.path = "p.sqlite3"')
    given = tmp_path / "given.toml"
    given.write_text(as_toml([(place(), subscription(LAMPS, label="Lamps", number=1))]))
    code, said = typed("import", str(given), "--config", str(config))
    assert (code, said) == (0, "1 added, 0 changed, 0 as they were.\n")
    code, said = typed("export", "--config", str(config))
    assert (code, said) == (0, given.read_text())
    assert typed("export", "--out", str(out), "--config", str(config))[0] == 0
    assert (out.read_text(), out.stat().st_mode & 0o777) == (said, 0o600)
    code, said = typed("export", "--out", str(tmp_path / "no" / "x"), "--config", str(config))
    assert code == 2
    assert "cannot be written" in said


def test_a_file_with_a_mistake_changes_nothing_and_names_the_line(tmp_path: Path) -> None:
    config, given = tmp_path / "c.toml", tmp_path / "given.toml"
    config.write_text('store.path = "p.sqlite3"')
    given.write_text('[[place]]\nplatform = "slack"\n')
    code, said = typed("import", str(given), "--config", str(config))
    assert code == 2
    assert "nothing was changed" in said
    assert "line 1: account is missing" in said
    assert not (tmp_path / "p.sqlite3").exists()
    given.write_bytes(b"\xff")
    assert "UTF-8" in typed("import", str(given), "--config", str(config))[1]
