"""`paperboy check`: what is wrong is said in words, with what to do; what is right in a line."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from bot.app import World
from bot.checkup import Finding, Verdict
from bot.collect.arxiv.query import Endpoints
from bot.limits import ArxivLimits
from bot.store.opening import open_store
from bot.terminal.checking import as_text, check_all
from tests.fakes import FakeCalendar
from tests.standins.arxiv import ArxivStandIn
from tests.standins.arxiv_world import Event, Text, World as ArxivWorld

CLOSED = "http://127.0.0.1:9"
NOBODY = World(endpoints=Endpoints(CLOSED, f"{CLOSED}/api/query", f"{CLOSED}/oai"))


def written(folder: Path, text: str = "") -> Path:
    path = folder / "config.toml"
    path.write_text(f'store.path = "kept.sqlite3"\n{text}')
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
