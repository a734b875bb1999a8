"""`paperboy preview` in the forms of the platforms: the very bodies that would be posted."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.compose.topic import parse_topic
from bot.terminal.preview import preview_text
from bot.terminal.reading import Found
from tests.platforms.discord.judging import message_complaints, schema_complaints
from tests.platforms.slack.samples import PAPER


def found(count: int) -> Found:
    papers = tuple(replace(PAPER, id=f"2611.{n:05}") for n in range(1, count + 1))
    return Found(parse_topic("glass"), papers, 1_204)


def bodies(form: str, count: int, cap: int = 30) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = json.loads(preview_text(found(count), cap, form))
    return made


@pytest.mark.parametrize("count", [0, 1, 42])
def test_discord_gets_messages_with_flags_that_ping_nobody(count: int) -> None:
    for body in bodies("discord", count):
        assert set(body) == {"flags", "components", "allowed_mentions"}
        assert body["flags"] == 1 << 15
        assert body["allowed_mentions"] == {"parse": []}
        assert message_complaints(body) == []
        assert schema_complaints("MessageCreateRequest", body) == []
        assert "{key}" not in str(body)


def test_discord_gets_thirty_papers_in_two_messages() -> None:
    some = bodies("discord", 42)
    assert len(some) == 2
    assert str(some).count("](<https://arxiv.org/abs/") == 30


@pytest.mark.parametrize("form", ["slack", "discord"])
def test_where_nothing_is_found_the_channel_is_told_so(form: str) -> None:
    (body,) = bodies(form, 0)
    assert "Nothing on glass among 1,204 papers." in str(body)
