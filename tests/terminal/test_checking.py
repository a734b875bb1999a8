"""`paperboy check`: what is wrong is said in words, with what to do; what is right in a line."""

import socket
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import World
from bot.checkup import Finding, Verdict
from bot.collect.arxiv.query import Endpoints
from bot.limits import ArxivLimits
from bot.model import State
from bot.settlement import Unknown
from bot.store.copies import backup, restore
from bot.store.migrations import MIGRATIONS
from bot.store.opening import open_store
from bot.terminal.checking import as_text, check_all
from tests.fakes import FakeCalendar
from tests.standins.arxiv import ArxivStandIn
from tests.standins.arxiv_world import Event, Text, World as ArxivWorld
from tests.standins.discord import DiscordStandIn, pointed_at
from tests.standins.discord_world import ADA
from tests.standins.slack import SlackStandIn
from tests.store.samples import (
    NOON,
    FixedCalendar,
    add_new,
    body,
    enqueue,
    open_all,
    paper,
    place,
    plan,
)
from tests.store.test_migrations import build

CLOSED = "http://127.0.0.1:9"
NOBODY = World(endpoints=Endpoints(CLOSED, f"{CLOSED}/api/query", f"{CLOSED}/oai"))


def written(folder: Path, text: str = "") -> Path:
    path = folder / "config.toml"
    listen = "" if "web.listen" in text else 'web.listen = "127.0.0.1:0"\n'
    path.write_text(f'store.path = "kept.sqlite3"\n{listen}{text}')
    return path


def of(found: Sequence[Finding], subject: str) -> Finding:
    (one,) = (one for one in found if one.subject == subject)
    return one


async def test_a_fresh_installation_has_nothing_wrong_and_nothing_is_made(tmp_path: Path) -> None:
    found = await check_all(written(tmp_path), {}, NOBODY, offline=True)
    assert {one.verdict for one in found} == {Verdict.OK, Verdict.SKIPPED}
    assert "will be made" in of(found, "Database").text
    assert not (tmp_path / "kept.sqlite3").exists()


async def test_a_wrong_setting_is_named_with_its_remedy(tmp_path: Path) -> None:
    (one,) = await check_all(written(tmp_path, "defaults.cap = 0"), {}, NOBODY, offline=True)
    assert one.verdict is Verdict.FAILED
    assert "config.toml: defaults.cap is 0" in one.text


async def test_a_token_of_the_wrong_kind_is_told_apart(tmp_path: Path) -> None:
    swapped = 'slack.bot_token = "xapp-1"\nslack.app_token = "xoxb-1"'
    (one,) = await check_all(written(tmp_path, swapped), {}, NOBODY, offline=True)
    assert "slack.bot_token starts with xapp-, that is the app token" in one.text
    assert "starts with xoxb-" in one.remedy


async def test_a_file_that_is_no_database_fails(tmp_path: Path) -> None:
    (tmp_path / "kept.sqlite3").write_text("This was written by somebody else. " * 50)
    found = await check_all(written(tmp_path), {}, NOBODY, offline=True)
    assert of(found, "Database").verdict is Verdict.FAILED


async def test_a_database_in_use_is_read_and_arxiv_left_to_whoever_holds_it(tmp_path: Path) -> None:
    async with open_store(tmp_path / "kept.sqlite3"):
        found = await check_all(written(tmp_path), {}, NOBODY, offline=False)
    assert of(found, "Database").verdict is Verdict.OK
    assert of(found, "arXiv").verdict is Verdict.SKIPPED


async def test_an_arxiv_that_cannot_be_reached_fails_and_says_that_nothing_is_lost(
    tmp_path: Path,
) -> None:
    one = of(await check_all(written(tmp_path), {}, NOBODY, offline=False), "arXiv")
    assert one.verdict is Verdict.FAILED
    assert "Nothing is lost" in one.remedy


async def test_arxiv_is_asked_for_one_paper(tmp_path: Path) -> None:
    known = ArxivWorld()
    text = Text("Large and small", "Nothing that anybody wrote.")
    known.add(Event(date(1997, 11, 27), "hep-th/9711200", "new", ("hep-th",), text))
    now = FakeCalendar(datetime(2026, 11, 24, 12, tzinfo=UTC))
    async with ArxivStandIn(known, now, ArxivLimits()) as arxiv:
        world = World(endpoints=arxiv.endpoints)
        one = of(await check_all(written(tmp_path), {}, world, offline=False), "arXiv")
    assert "it answers" in one.text


def test_remedies_stand_below_the_table_and_failures_are_counted() -> None:
    found = [Finding("Config", Verdict.OK, "a.toml"), Finding("Disk", Verdict.FAILED, "full", "Go")]
    text = as_text(found, aligned=False)
    assert text == "Config\tok\ta.toml\nDisk\tfailed\tfull\n\nDisk: Go\n\n1 of 2 failed.\n"


# ── this machine ─────────────────────────────────────────────────────────────────────────────────


async def offline(config: Path) -> Sequence[Finding]:
    return await check_all(config, {}, NOBODY, offline=True)


async def test_a_file_with_a_token_that_others_may_read_is_noted(tmp_path: Path) -> None:
    (tmp_path / "discord").write_text("aaa.bbb.ccc")
    tokens = (
        'slack.bot_token = "xoxb-1"\nslack.app_token = "xapp-1"\ndiscord.token_file = "discord"'
    )
    config = written(tmp_path, tokens)
    for path in (config, tmp_path / "discord"):
        path.chmod(0o644)
    notes = [one.text for one in await offline(config) if one.subject == "Rights"]
    assert [note.split()[0] for note in notes] == ["discord", "config.toml"]
    for path in (config, tmp_path / "discord"):
        path.chmod(0o600)
    assert not [one for one in await offline(config) if one.subject == "Rights"]


async def test_a_database_that_is_damaged_inside_fails(tmp_path: Path) -> None:
    path = tmp_path / "kept.sqlite3"
    async with open_store(path) as store:
        await add_new(store, [paper(f"2608.{n:05}") for n in range(200)])
    content = bytearray(path.read_bytes())
    for start in range(8192 * 3, len(content) - 8192, 8192):
        content[start : start + 4096] = b"\xff" * 4096
    path.write_bytes(content)
    one = of(await offline(written(tmp_path)), "Database")
    assert one.verdict is Verdict.FAILED
    assert "damaged" in one.text
    assert "restore" in one.remedy


async def test_an_earlier_database_is_no_failure_and_the_next_start_upgrades_it(
    tmp_path: Path,
) -> None:
    build(tmp_path / "kept.sqlite3", MIGRATIONS[:-1])
    one = of(await offline(written(tmp_path)), "Database")
    assert one.verdict is Verdict.NOTE
    assert "keeps a copy" in one.remedy


async def test_what_waits_for_somebody_is_noted(tmp_path: Path) -> None:
    path, copy = tmp_path / "kept.sqlite3", tmp_path / "copy"
    async with open_store(path, start="one") as store:
        await enqueue(store, plan())
        (first,) = await open_all(store, body("a"), body("b"))
        await store.outbox.claim(first.key, State.PLANNED, NOON)
        await store.outbox.settle(first.key, Unknown(None, "no scope"), NOON)
        await store.subscriptions.put_place(place(suspended="archived"), "test")
    found = await offline(written(tmp_path))
    notes = [one.text for one in found if one.subject == "Deliveries"]
    assert len(notes) == 2
    assert notes[0].startswith("1 messages of which nobody knows")
    backup(path, copy)
    restore(path, copy)
    async with open_store(path, start="two"):
        found = await offline(written(tmp_path))
        assert of(found, "Running").text.startswith("yes, process")
    assert "still to be read" in of(found, "Restore").text


async def test_a_clock_that_is_behind_what_was_written_fails(tmp_path: Path) -> None:
    ahead = FixedCalendar(datetime.now(UTC) + timedelta(hours=1))
    async with open_store(tmp_path / "kept.sqlite3", calendar=ahead) as store:
        await store.subscriptions.put_place(place(), "test")
    assert of(await offline(written(tmp_path)), "Clock").verdict is Verdict.FAILED


async def test_an_address_that_another_program_holds_fails(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        config = written(tmp_path, f'web.listen = "127.0.0.1:{port}"')
        assert of(await offline(config), "web.listen").verdict is Verdict.FAILED
        async with open_store(tmp_path / "kept.sqlite3"):  # as a bot that runs, and listens there
            assert of(await offline(config), "web.listen").verdict is Verdict.OK
    assert of(await offline(config), "web.listen").verdict is Verdict.OK


async def test_a_page_that_cannot_be_written_fails(tmp_path: Path) -> None:
    page = '[[page]]\ntopics = ["glass"]\nout = "nowhere/a.md"'
    one = of(await offline(written(tmp_path, page)), "Page")
    assert one.verdict is Verdict.FAILED
    assert "nowhere" in one.remedy


@pytest.mark.parametrize(
    ("person", "verdict", "said"),
    [
        ("U0ADA", Verdict.OK, "ada is told of incidents"),
        ("U0NOBODY", Verdict.FAILED, "Slack knows nobody"),
    ],
)
async def test_slack_is_asked_who_the_operator_is(
    tmp_path: Path, person: str, verdict: Verdict, said: str
) -> None:
    async with SlackStandIn() as slack:
        here = slack.workspace
        tokens = f'slack.bot_token = "{here.bot_token}"\nslack.app_token = "{here.app_token}"'
        config = tmp_path / "config.toml"
        config.write_text(f'operator = "slack:{person}"\nstore.path = "k.sqlite3"\n{tokens}')
        world = replace(NOBODY, slack_api=slack.api)
        one = of(await check_all(config, {}, world, offline=False), "Operator")
    assert one.verdict is verdict
    assert said in one.text


@pytest.mark.parametrize(
    ("person", "verdict", "said"),
    [
        (ADA, Verdict.OK, "is told of incidents"),
        ("123456789012345678", Verdict.FAILED, "Discord knows nobody"),
    ],
)
async def test_discord_is_asked_who_the_operator_is(
    tmp_path: Path, person: str, verdict: Verdict, said: str
) -> None:
    async with DiscordStandIn() as there:
        with pointed_at(there):
            config = tmp_path / "config.toml"
            token = f'discord.token = "{there.world.token}"'
            config.write_text(f'operator = "discord:{person}"\nstore.path = "k.sqlite3"\n{token}')
            one = of(await check_all(config, {}, NOBODY, offline=False), "Operator")
    assert one.verdict is verdict
    assert said in one.text
