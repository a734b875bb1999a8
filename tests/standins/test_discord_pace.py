"""Pure parts of the stand-in: how limits count, how permissions add up, which route is which."""

import json

import pytest

from tests.shared_data import needs_shared
from tests.standins.discord_calls import NAMES, route_of
from tests.standins.discord_pace import DiscordPace, Lanes
from tests.standins.discord_permissions import (
    EVERYTHING,
    NONE,
    USUAL,
    Overwrite,
    Right,
    in_channel,
    of_roles,
)
from tests.standins.discord_schemas import FOLDER


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_is_full_until_its_window_ends() -> None:
    clock = Clock()
    lanes = Lanes(DiscordPace(), clock)
    taken = [lanes.take("create_message", "1") for _ in range(5)]
    assert [one.remaining for one in taken] == [4, 3, 2, 1, 0]
    clock.now += 2
    assert lanes.take("create_message", "1").wait == 3
    assert lanes.take("create_message", "2").wait == 0
    clock.now += 3
    assert lanes.take("create_message", "1").remaining == 4


def test_the_limit_of_the_whole_bot_slides_and_spares_interactions() -> None:
    clock = Clock()
    lanes = Lanes(DiscordPace(), clock)
    for number in range(50):
        assert lanes.take("create_message", str(number)).wait == 0
    refused = lanes.take("create_message", "50")
    assert (refused.wait, refused.everywhere) == (1, True)
    assert lanes.take("create_interaction_response", "token").wait == 0
    clock.now += 1
    assert lanes.take("create_message", "50").wait == 0


def test_invalid_requests_are_forgotten_after_ten_minutes() -> None:
    clock = Clock()
    lanes = Lanes(DiscordPace(invalid=2), clock)
    lanes.note_invalid()
    clock.now += 1
    lanes.note_invalid()
    counts = [(lanes.invalid, lanes.banned)]
    clock.now += 599
    counts.append((lanes.invalid, lanes.banned))
    assert counts == [(2, True), (1, False)]


@pytest.mark.parametrize(
    ("overwrites", "expected"),
    [
        ([], USUAL),
        ([Overwrite("all", deny=Right.SEND_MESSAGES), Overwrite("r", Right.SEND_MESSAGES)], USUAL),
        ([Overwrite("r", deny=Right.EMBED_LINKS)], USUAL & ~Right.EMBED_LINKS),
        ([Overwrite("r", deny=Right.ADD_REACTIONS), Overwrite("q", Right.ADD_REACTIONS)], USUAL),
        ([Overwrite("r", Right.VIEW_CHANNEL), Overwrite("me", deny=Right.VIEW_CHANNEL)], NONE),
        ([Overwrite("another", deny=Right.VIEW_CHANNEL)], USUAL),
    ],
)
def test_overwrites_go_from_everybody_to_roles_to_the_member(
    overwrites: list[Overwrite], expected: Right
) -> None:
    assert in_channel(USUAL, overwrites, "all", ["r", "q"], "me") == expected


def test_an_administrator_and_the_owner_may_everything() -> None:
    hidden = [Overwrite("all", deny=Right.VIEW_CHANNEL)]
    boss = of_roles([NONE, Right.ADMINISTRATOR], owner=False)
    assert boss == of_roles([NONE], owner=True) == EVERYTHING
    assert in_channel(boss, hidden, "all", [], "me") == EVERYTHING


def test_who_cannot_write_cannot_embed() -> None:
    silent = [Overwrite("all", deny=Right.SEND_MESSAGES)]
    left = in_channel(USUAL, silent, "all", [], "me")
    assert Right.EMBED_LINKS not in left
    assert Right.SEND_MESSAGES_IN_THREADS in left


@pytest.mark.parametrize(
    ("verb", "path", "name"),
    [
        ("GET", "/users/@me", "get_my_user"),
        ("GET", "/users/1", "get_user"),
        ("GET", "/webhooks/1/t/messages/@original", "get_original_webhook_message"),
        ("GET", "/webhooks/1/t/messages/2", "get_webhook_message"),
        ("POST", "/channels/1/messages/2/threads", "create_thread_from_message"),
    ],
)
def test_routes_have_the_names_of_the_specification(verb: str, path: str, name: str) -> None:
    found = route_of(verb, path)
    assert found
    assert found[0] == name
    assert route_of("TRACE", path) is None


@needs_shared
def test_every_route_is_one_of_the_specification() -> None:
    paths = json.loads((FOLDER / "openapi.json").read_text())["paths"]
    asked = {
        operation["operationId"]: route_of(verb.upper(), path.replace("{", "").replace("}", ""))
        for path, operations in paths.items()
        for verb, operation in operations.items()
        if verb != "parameters" and operation["operationId"] in NAMES
    }
    assert set(asked) == NAMES
    assert {name for name, found in asked.items() if found and found[0] == name} == NAMES
