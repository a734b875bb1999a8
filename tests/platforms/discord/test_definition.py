"""What Discord is told of /arxiv, and what comes back."""

import re
from itertools import takewhile
from pathlib import Path

import pytest

from bot.commands.grammar import VERBS
from bot.errors import PayloadError
from bot.platforms.discord.definition import (
    ALERTS,
    SERVER,
    VERBS as SUBCOMMANDS,
    definition,
    fingerprint,
    read_command,
)
from bot.platforms.discord.rights import NAMES, WHY
from tests.platforms.discord.judging import schema_complaints
from tests.shared_data import needs_shared

README = Path(__file__).resolve().parents[3] / "README.md"


def chosen(path: str, **options: str) -> dict[str, object]:
    """Return the data of an interaction."""
    inner: list[dict[str, object]] = [
        {"type": 3, "name": name, "value": value} for name, value in options.items()
    ]
    for name in reversed(path.split()):
        inner = [{"type": 1, "name": name, "options": inner}]
    return {"name": "arxiv", "options": inner}


@needs_shared
def test_discord_takes_the_definition() -> None:
    for one in definition():
        assert schema_complaints("ApplicationCommandCreateRequest", one) == []


def test_the_definition_keeps_to_the_documented_lengths() -> None:
    (command,) = definition()
    assert len(command["options"]) <= 25
    for one in command["options"]:
        for verb in [one, *(one["options"] if one["type"] == 2 else ())]:
            assert 1 <= len(verb["description"]) <= 100
            for option in verb.get("options", ()):
                assert 1 <= len(option["description"]) <= 100


def test_it_is_open_to_all_and_works_in_direct_messages_and_installed_by_a_person() -> None:
    (command,) = definition()
    assert "default_member_permissions" not in command
    assert command["contexts"] == [0, 1, 2]
    assert command["integration_types"] == [0, 1]


def test_every_verb_has_a_subcommand() -> None:
    (command,) = definition()
    assert {*VERBS} <= {one["name"] for one in command["options"]}


def test_another_definition_has_another_fingerprint() -> None:
    wanted = definition()
    assert fingerprint(wanted) == fingerprint(definition())
    wanted[0]["options"][0]["description"] += "."
    assert fingerprint(wanted) != fingerprint(definition())


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (chosen("subscribe", topic="spin glass"), "subscribe spin glass"),
        (chosen("subscribe"), "subscribe"),
        (
            chosen("subscribe", topic="{topic}", when="weekly on mon"),
            "subscribe when=weekly%20on%20mon {topic}",
        ),
        (chosen("many"), "subscribe many"),
        (chosen("edit", which="2", when="daily at 8:30"), "edit 2 when=daily%20at%208:30"),
        (chosen("pause", which="2", until="mon"), "pause 2 until mon"),
        (chosen("layout", layout="compact"), "layout density=compact"),
        (chosen("saved", format="bibtex"), "saved --bibtex"),
        (chosen("saved", format="cards"), "saved"),
        (chosen("alert add", topic="diffusion policy"), "alert add diffusion policy"),
        (chosen("alert list"), "alert list"),
        (chosen("forget-me"), "forget-me"),
        (
            chosen("server", zone="Europe/Berlin", filter="only cs.*; -survey"),
            "server zone=Europe/Berlin filter=only%20cs.%2A%3B%20-survey",
        ),
        (chosen("server"), "server"),
        (chosen("ping", which="2"), "ping 2"),
        (chosen("ping", which="2", role="77"), "ping role=77%2077 2"),
        (chosen("zone", zone="Asia/Tokyo"), "zone Asia/Tokyo"),
    ],
)
def test_what_is_chosen_reads_as_if_it_was_typed(data: dict[str, object], text: str) -> None:
    assert read_command(data).text == text


def test_a_command_of_another_version_is_named() -> None:
    with pytest.raises(PayloadError, match="no command of ours: arxiv dance"):
        read_command(chosen("dance"))


# ── what README promises ─────────────────────────────────────────────────────────────────────────


def rows(first: str) -> list[list[str]]:
    """Return the rows of the table in README whose first heading is this."""
    lines = README.read_text().splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(f"| {first} |"))
    table = takewhile(lambda line: line.startswith("|"), lines[start + 2 :])
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table]


def test_readme_has_every_subcommand_once() -> None:
    told = [name for row in rows("type `/arxiv` and") for name in re.findall("`(.+?)`", row[0])]
    known = [one.name for one in (*SUBCOMMANDS, SERVER)]
    assert sorted(told) == sorted([*known, *(f"alert {one.name}" for one in ALERTS)])


def test_readme_has_every_permission_with_its_reason() -> None:
    told = rows("permission in the invite link")
    assert sorted(told) == sorted([NAMES[right], why] for right, why in WHY.items())
