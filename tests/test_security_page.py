"""SECURITY.md names tests; each of them exists."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / ".github" / "SECURITY.md").read_text()
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


@pytest.mark.parametrize("path", sorted({path for path, _ in NAMED}))
def test_each_test_that_the_page_names_exists(path: str) -> None:
    tree = ast.parse((ROOT / path).read_text())
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    known = {node.name for node in tree.body if isinstance(node, kinds)}
    assert {name for file, name in NAMED if file == path} <= known


def test_each_attempt_has_its_test_or_says_plainly_that_it_has_none() -> None:
    attempts = PAGE.partition("## What each may try")[2].partition("## What it does not")[0]
    rows = [row for row in re.findall(r"^\| (.+) \|$", attempts, re.MULTILINE) if "---" not in row]
    without = [row for row in rows if "`tests/" not in row and "shown by" not in row]
    assert [row.partition(" |")[0] for row in without] == [
        "to open the page on 127.0.0.1",
        "to leave a known hole open",
    ]


def test_the_page_names_every_host_that_the_bot_asks() -> None:
    source = "".join(path.read_text() for path in (ROOT / "bot").rglob("*.py"))
    asked = set(re.findall(r'= "https://([a-z.]+)(?:/[\w/]*)?"', source))
    assert {"rss.arxiv.org", "export.arxiv.org", "oaipmh.arxiv.org", "slack.com"} <= asked
    for host in asked - {"arxiv.org", "info.arxiv.org"}:
        assert f"`{host}`" in PAGE, host
