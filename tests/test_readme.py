"""What README.md shows is executed: commands, chat commands, topics."""

import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.commands.grammar import VERBS, read_command
from bot.compose.topic import parse_topic

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
BLOCK = re.findall(r"^    (.+)$", README, re.MULTILINE)
COMMANDS = [line for line in BLOCK if line.startswith("uv run paperboy ")]
ROWS = re.findall(r"^\| `(.+?)` \| ", README, re.MULTILINE)
CHAT = [row for row in ROWS if row.startswith("/arxiv ")]
TOPICS = [row for row in ROWS if row not in CHAT]
ENDLESS = {"run", "demo"}  # these have tests of their own; here their options must exist
NEEDS_STORE = {"status", "deliveries", "backup", "restore", "export", "import"}
SAYS_SETTINGS = {"config"}
NEEDS_NETWORK = {"check"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    rows = [
        {"id": "2611.00001", "title": "Image generation", "abstract": "We generate images."},
        {"id": "2611.00002", "title": "Spin glass", "abstract": "We cool a spin glass."},
    ]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "papers.jsonl").write_text(lines)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_readme_has_the_two_commands_that_do_everything() -> None:
    assert "pip install uv && uv run paperboy demo" in README
    assert "pip install uv && uv run pytest" in README
    assert "uv run pytest" in (ROOT / ".ci" / "run").read_text()


@pytest.mark.parametrize("line", COMMANDS)
def test_each_command_shown_runs(line: str, folder: Path) -> None:
    words = shlex.split(line)[3:]
    if words[0] in ENDLESS | NEEDS_STORE | NEEDS_NETWORK:
        options = main.commands[words[0]].params
        names = {name for option in options for name in option.opts}
        assert {word for word in words[1:] if word.startswith("--")} <= names
        return
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    if words[0] in SAYS_SETTINGS:
        assert "[store]" in done.output
        return
    if "--out" in words:
        assert (folder / words[words.index("--out") + 1]).read_text().startswith("## ")
    else:
        assert "2611.00001" in done.output


def test_every_command_is_in_readme_and_shows_an_example_in_its_help() -> None:
    for name, command in main.commands.items():
        assert f"paperboy {name}" in README, name
        done = CliRunner().invoke(main, [name, "--help"])
        assert f"paperboy {name}" in done.output.partition("Example")[2], name
        assert command.help


@pytest.mark.parametrize("line", CHAT)
def test_each_chat_command_shown_is_read(line: str) -> None:
    assert read_command(line).verb in VERBS


def test_every_verb_that_people_type_is_shown() -> None:
    assert {read_command(line).verb for line in CHAT} == set(VERBS) - {"resume"}


@pytest.mark.parametrize("text", [text for text in TOPICS if "/" not in text and "bot" not in text])
def test_each_topic_shown_is_read(text: str) -> None:
    assert parse_topic(text).canonical


def test_every_dependency_says_why_it_is_here() -> None:
    project = (ROOT / "pyproject.toml").read_text()
    listed = re.search(r"^dependencies = \[(.*?)^\]", project, re.DOTALL | re.MULTILINE)
    assert listed
    for name in re.findall(r'^  "([a-z0-9.-]+)', listed[1], re.MULTILINE):
        assert re.search(rf"^\| .*\b{re.escape(name)}\b", README, re.MULTILINE), name


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#]+)\)", README))))
def test_each_file_that_readme_leads_to_exists(link: str) -> None:
    assert link.startswith("https://") or (ROOT / link).exists()
