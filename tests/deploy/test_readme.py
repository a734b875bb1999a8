"""deploy/README.md: what it tells people to type exists."""

import re
import shlex
from pathlib import Path

import pytest

from bot.__main__ import main

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "deploy" / "README.md").read_text()
SHELL = [
    line
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
]
COMMANDS = [
    line for line in SHELL if re.search(r"\bpaperboy (run|check|status|backup|restore) ", line)
]


@pytest.mark.parametrize("line", COMMANDS)
def test_each_command_and_option_exists(line: str) -> None:
    words = shlex.split(line)
    verb = next(word for word in reversed(words) if word in main.commands)
    names = {name for option in main.commands[verb].params for name in option.opts}
    after = words[words.index(verb, len(words) - words[::-1].index(verb) - 1) :]
    assert {word for word in after if word.startswith("--")} <= names


def test_there_is_one_page_per_way_and_the_pins_have_theirs() -> None:
    found = re.findall(r"^## (.+)$", README, re.MULTILINE)
    assert found == ["Container", "systemd", "Plain uv", "The pins"]


def test_each_file_that_it_names_in_the_repository_exists() -> None:
    for name in re.findall(r"\]\((?!#)([^)]+)\)", README):
        assert (ROOT / "deploy" / name).resolve().exists(), name
    for name in re.findall(r"deploy/[\w.-]+", README):
        assert (ROOT / name).exists(), name


def test_the_line_that_sets_the_database_finds_it_in_the_example() -> None:
    (pattern,) = re.findall(r"sed -i 's\|(.+?)\|", README)
    assert len(re.findall(pattern, (ROOT / "config.example.toml").read_text(), re.MULTILINE)) == 1


def test_each_token_can_come_from_the_environment_by_the_name_given() -> None:
    known = (ROOT / "bot" / "config.py").read_text()
    example = (ROOT / "config.example.toml").read_text()
    for name in re.findall(r"PAPERBOY_\w+_TOKEN", README):
        assert name in known + example, name
