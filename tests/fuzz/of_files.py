"""What an operator gives: config, papers files, saved days, and the files beside the database."""

import asyncio
import contextlib
import gzip
import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from bot.collect.arxiv.recorded import read_recording
from bot.collect.papers_file import read_papers_file
from bot.config import effective, load_config
from bot.exchange.form import as_toml, read_toml
from bot.store.copies import backup, restore
from bot.store.lock import _decode
from bot.store.opening import open_store
from bot.web.access import access_for
from bot.web.address import parse_address
from tests.fuzz.of_arxiv import demand_sound, feeds, pages
from tests.fuzz.target import Read, Target, reading

_EXAMPLE: Final = Path(__file__).parents[2] / "config.example.toml"
_CONFIGS: Final = (
    '[web]\nlisten = "127.0.0.1:8080"\ntoken = "abcdefghijklmnopqrstuvwxyz0123456789"\n',
    '[slack]\nbot_token = "xoxb-1"\napp_token = "xapp-1"\nwho_may_edit = ["U1"]\n',
    '[[page]]\ntopics = ["image generation", "cat:cs.LG"]\nout = "page.md"\ncap = 10\n',
    '[arxiv]\narchives = ["cs", "hep-th"]\ncontact = "a@example.org"\n[log]\nlevel = "debug"\n',
    '[defaults]\nzone = "Europe/Berlin"\nat = "08:30"\ncap = 30\n[store]\npath = "x.sqlite3"\n',
)
_OF_TOML: Final = (
    "[web]", "[[page]]", "[store]", "[x]", "listen", "token_file", "=", '"""', "'''", "1979-05-27",
    "0x10", "inf", "true", "{a = 1}", "[1, 2]", "[::1]:80", "0.0.0.0:8080", "http://", "cap = -1",
    "https://a.example/x?y#z", "localhost", ":", "keep_uninstalled_days", "a.b.c = 1", "\\u0000",
)  # fmt: skip
_EXPORTS: Final = (
    """format = 1
[[place]]
platform = "slack"
account = "T1"
address = "C1"
[[place.subscription]]
topic = "image generation"
when = "weekly on mon at 08:30"
kinds = ["new"]
number = 3
paused_until = 2026-12-01
""",
    """[[place]]
platform = "discord"
account = "1"
address = "u:2"
person = true
zone = "Europe/Berlin"
density = "cards"
exclude = "survey"
[[place.subscription]]
topic = "cat:hep-th"
created = 2026-11-01T10:00:00Z
[[place.subscription]]
topic = 'au:"F L"'
label = "F L"
zone = "Asia/Tokyo"
""",
)
_OF_EXPORTS: Final = (
    "[[place]]", "[[place.subscription]]", "skip_shown_at = ['web', 'local', 'x']",
    "updates = true", "x = " + "[" * 5_000,
    "paused = true", "number = 99999999999999999999", "format = 2", "x = 1", "when = 'at once'",
)  # fmt: skip
_LINES: Final = (
    {"id": "2502.07701v2", "title": "A title", "abstract": "An abstract.", "version": 3},
    {"id": "hep-th/9901001", "title": "T", "abstract": "A", "authors": "A. B, C. D"},
    {
        "id": "2502.07702", "title": "T", "abstract": "A", "authors": ["A", ":"], "comment": "1 p.",
        "categories": "cs.CL, math.MP", "published": "2025-02-11", "kind": "cross",
        "updated": "2025-03-01T10:00:00+02:00", "day": "2026-11-24", "more": {"x": [1]},
    },
)  # fmt: skip
_OF_LINES: Final = (
    '"id"', '"version"', '"authors"', '"published"', '"day"', '"kind"', '"v3"', "{", "}", "[", "]",
    "null", "1e999", '"\\ud800"', '"\\u0000"', '"replace-cross"', '"0001-01-01T00:00:00+23:59"',
    '"9999-12-31T23:59:59-23:59"', "99999999999999999999", '"٣"', "\x1f\x8b",
)  # fmt: skip


def _lines() -> list[Any]:
    lines = "\n".join(map(json.dumps, _LINES)).encode()
    return [lines, gzip.compress(lines), *pages()]


def _days() -> list[Any]:
    return [*_lines()[:2], *feeds()]


def _in_a_file(name: str, read: Callable[[Path], object]) -> Callable[[], Any]:
    """Return how to open a parser that reads a file of this name."""

    @contextlib.contextmanager
    def opened() -> Iterator[Read]:
        with tempfile.TemporaryDirectory(prefix="paperboy-fuzz-") as folder:
            path = Path(folder, name)

            def read_from_file(content: bytes) -> None:
                path.write_bytes(content)
                read(path)

            yield read_from_file

    return opened


def _read_config(path: Path) -> None:
    """Read a config and what is made of it at the start."""
    config = load_config(path, {})
    json.dumps(effective(config))
    address = parse_address(config.web.listen)
    access_for(address, config.web.token.reveal(), config.web.public_url)


def _read_export(text: str) -> None:
    """Read a file of subscriptions; what was read can be written and read again."""
    wanted = read_toml(text)
    again = as_toml((place, one) for place, ones in wanted for one in ones)
    assert [ones for _, ones in read_toml(again)] == [ones for _, ones in wanted if ones]


def _read_papers(path: Path) -> None:
    for paper in read_papers_file(path).papers:
        demand_sound(paper)


def _read_days(path: Path) -> None:
    for day in read_recording(path.parent).days:
        for item in day.items:
            demand_sound(item.paper)


def _read_lock(content: bytes) -> None:
    _decode(content).knows("a", 1)


def _restore(path: Path) -> None:
    """Put a damaged copy in the place of a database: refused, or it can be opened."""
    there = path.with_name("there.sqlite3")
    restore(there, path)
    asyncio.run(_look_into(there))


async def _look_into(path: Path) -> None:
    async with open_store(path) as store:
        await store.audit.numbers()


def _copies() -> list[Any]:
    with tempfile.TemporaryDirectory() as folder:
        path, copy = Path(folder, "there.sqlite3"), Path(folder, "copy.sqlite3")
        asyncio.run(_look_into(path))
        backup(path, copy)
        return [copy.read_bytes()]


TARGETS: Final = (
    Target(
        "config",
        lambda: [_EXAMPLE.read_bytes(), *(text.encode() for text in _CONFIGS)],
        _in_a_file("config.toml", _read_config),
        _OF_TOML,
        2.0,
    ),
    Target("import file", lambda: list(_EXPORTS), reading(_read_export), _OF_EXPORTS, 1.0),
    Target("papers file", _lines, _in_a_file("papers.jsonl", _read_papers), _OF_LINES, 2.0),
    Target("saved days", _days, _in_a_file("2026-11-24.jsonl", _read_days), _OF_LINES, 1.0),
    Target(
        "lock file",
        lambda: [b"".join(f"{one!s:<40}\n".encode() for one in (1, "a", "b", 3)), b""],
        reading(_read_lock),
        ("\n", " " * 40),
        0.5,
    ),
    Target("backup", _copies, _in_a_file("copy.sqlite3", _restore), (), 0.05),
)
