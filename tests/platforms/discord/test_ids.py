"""What a press says: any command and key come back from a custom_id, whatever their length."""

import json

import pytest
from hypothesis import given, strategies as st

from bot.dialogue import Action
from bot.errors import PayloadError
from bot.platforms.discord.components import button, carrying, message, numbered, rows
from bot.platforms.discord.ids import (
    KEY as PLACE,
    command_of,
    custom_id,
    key_in,
    keyed,
    pressed,
    written,
)
from tests.platforms.discord.judging import components, message_complaints
from tests.platforms.discord.samples import KEY, hostile

UNDO = (
    "edit 2 topic=image%20generation%20with%20diffusion when=weekly%20on%20mon%20at%208:30 "
    "zone=Asia/Kolkata kinds=new,cross updates=off"
)


@given(hostile, st.sampled_from(["", KEY]), st.integers(0, 40))
def test_a_command_comes_back_whole_or_has_no_id(command: str, key: str, number: int) -> None:
    made = custom_id(number, command, key)
    assert len(made.encode("utf-16-le")) // 2 <= 100
    if made:
        assert command_of(made) == (key, command)
        assert pressed(made) == command


@given(hostile)
def test_an_options_command_comes_back_whole(command: str) -> None:
    if value := written(command, 100):
        assert pressed(custom_id(0, "", KEY), [value]) == command


def test_a_short_command_can_be_read_by_anybody() -> None:
    assert custom_id(3, "pause 1", KEY) == f"pb1:3:{KEY}:pause 1"


@pytest.mark.parametrize("command", [UNDO, f"undo\n{UNDO}\nlayout density=cards tell-empty=off"])
def test_an_undo_is_packed_into_an_id(command: str) -> None:
    assert len(command) > 92
    assert pressed(custom_id(12, command)) == command


def test_a_kept_id_leaves_room_for_the_real_key() -> None:
    for length in range(40, 90):
        frozen = custom_id(7, "alert add " + "x1y2z3w4v5"[: length % 10] * (length // 10), PLACE)
        body = {"components": [{"type": 2, "custom_id": frozen}]}
        (found,) = keyed(json.dumps(body), KEY)["components"]
        assert len(found["custom_id"]) <= 100


def test_what_carries_a_key_on_its_own_account_is_no_key() -> None:
    (row,) = rows([button(Action("Show more", f"more {KEY} 2"))])
    numbered([row], "")
    assert key_in({"components": [row]}) == ""
    assert key_in({"components": [{"type": 2, "custom_id": f"other:0:{KEY}:list"}]}) == ""
    assert key_in({}) == ""


@pytest.mark.parametrize("strange", ["", "other", "pb2:0::list", "pb1:x::list", "pb1:0::~%%%"])
def test_an_id_that_is_not_ours_is_refused(strange: str) -> None:
    with pytest.raises(PayloadError, match=r"not ours|cannot be unpacked"):
        pressed(strange)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=2_000))
def test_a_command_too_long_for_an_id_stands_in_its_message(text: str) -> None:
    command = f"subscribe --apply many\n{text}"
    piece = carrying(Action("Apply", command))
    if piece is None:
        assert "``" in command
        return
    made = message([piece, piece])
    assert message_complaints(made) == []
    ids = [one["custom_id"] for one in components(made) if "custom_id" in one]
    assert [pressed(one, (), made) for one in ids] == [command, command]


def test_a_button_whose_message_lost_its_command_is_refused() -> None:
    with pytest.raises(PayloadError, match="does not say"):
        pressed("pb1:1::=1000", (), {"components": []})
