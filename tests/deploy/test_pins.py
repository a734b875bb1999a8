"""The pins: whole, by hash, as pyproject.toml asks, without a word of where they come from."""

import re
import tomllib
from datetime import date
from functools import cache
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("constraints.txt", "build-constraints.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
ASKED = {
    "constraints.txt": PROJECT["project"]["dependencies"],
    "build-constraints.txt": PROJECT["build-system"]["requires"],
}
AGAIN = "run deploy/pin and commit what it writes"


def text(name: str) -> str:
    return (ROOT / "deploy" / name).read_text()


@cache
def pins(name: str) -> dict[str, str]:
    found = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", text(name), re.MULTILINE)
    return {canonicalize_name(package): version for package, version in found}


@pytest.mark.parametrize("name", NAMES)
def test_the_pins_satisfy_what_pyproject_asks_for(name: str) -> None:
    for line in ASKED[name]:
        asked = Requirement(line)
        version = pins(name).get(canonicalize_name(asked.name))
        assert version, f"{asked.name} is not pinned: {AGAIN}"
        assert asked.specifier.contains(version), f"{asked} is pinned to {version}: {AGAIN}"


def test_the_pins_hold_whatever_these_need_in_turn() -> None:
    """By what is installed here, whose needs may differ a little from those of the pins."""
    for package in pins("constraints.txt"):
        for line in _needs(package):
            asked = Requirement(line)
            if not asked.marker or asked.marker.evaluate({"extra": ""}):
                name = canonicalize_name(asked.name)
                assert name in pins("constraints.txt"), f"{package} needs {asked}: {AGAIN}"


def _needs(package: str) -> list[str]:
    try:
        return requires(package) or []
    except ModuleNotFoundError:  # of another version of Python
        return []


@pytest.mark.parametrize("name", NAMES)
def test_each_pin_has_hashes_and_none_says_where_it_comes_from(name: str) -> None:
    written = text(name)
    assert not re.search(r"https?:|--(extra-)?index-url|--find-links|--trusted-host", written)
    for block in re.split(r"\n(?=\S)", written.strip())[1:]:
        assert re.fullmatch(
            r"[\w.-]+==[\w.+!]+(?: ; [^\\]+)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+", block
        ), block


@pytest.mark.parametrize("name", NAMES)
def test_the_pins_say_when_and_how_they_were_made(name: str) -> None:
    found = re.match(r"# Made on (\d{4}-\d\d-\d\d) by: (\S+)\n", text(name))
    assert found
    assert date.fromisoformat(found[1]).year >= 2026
    assert (ROOT / found[2]).stat().st_mode & 0o111
