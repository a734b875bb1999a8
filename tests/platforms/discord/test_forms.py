"""Forms as Discord modals: five fields at most, and what was filled in comes back."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings

from bot.commands.forms import edit_form
from bot.commands.settings import Habits, read_fields
from bot.dialogue import Field, Form, Request
from bot.errors import PayloadError
from bot.model import Daily, Density, Person, Place, Subscription
from bot.platforms.discord.forms import form_view, read_form
from bot.platforms.discord.where import Where, addressed, pack, read_addressed, unpack
from tests.platforms.discord.judging import modal_complaints, schema_complaints
from tests.platforms.discord.samples import CHANNEL
from tests.platforms.slack.test_answers import FORM, forms

HERE = Where(CHANNEL.address, "#papers")
WHOLE = edit_form(
    Request(
        "edit 2",
        Person("discord", CHANNEL.account, "1300000000000000001"),
        CHANNEL,
        "#papers",
        in_person=False,
        may_edit=True,
    ),
    Subscription(CHANNEL, 2, "glass", "glass", Daily(), "Europe/Berlin", 0),
    Place(CHANNEL, "#papers", density=Density.AUTO),
    Habits(person=False),
)


def typed(view: dict[str, Any], **values: str) -> dict[str, Any]:
    """Return the modal as Discord sends it back: with what stands in it, or was typed."""

    def back() -> Iterator[dict[str, Any]]:
        for part in view["components"]:
            one = part["component"]
            told = {"type": one["type"], "custom_id": one["custom_id"]}
            if one["type"] == 3:
                some = [each["value"] for each in one["options"]]
                usual = [each["value"] for each in one["options"] if each["default"]]
                wanted = values.get(one["custom_id"], (usual or some)[0])
                yield {"type": 18, "component": {**told, "values": [wanted]}}
            else:
                text = values.get(one["custom_id"], one.get("value", ""))
                yield {"type": 18, "component": {**told, "value": text}}

    return {"custom_id": view["custom_id"], "components": list(back())}


def test_a_form_comes_back_as_it_was_filled_in() -> None:
    sent = read_form(typed(form_view(FORM, HERE), topic="spin glass", kinds="new,cross"))
    assert (sent.command, sent.where) == ("subscribe", Where(HERE.address, ""))
    assert sent.values == {
        "topic": "spin glass",
        "when": "daily at 9:00",
        "kinds": "new,cross",
        "exclude": "",
    }


def test_a_form_of_seven_fields_is_asked_in_five() -> None:
    view = form_view(WHOLE, HERE)
    names = [part["component"]["custom_id"] for part in view["components"]]
    assert names == ["topic", "when", "zone", "kinds+updates", "exclude"]
    chosen = [one for one in view["components"][3]["component"]["options"] if one["default"]]
    assert [(one["label"], one["description"]) for one in chosen] == [
        ("New papers and cross-lists", "New versions of papers already shown: No")
    ]
    assert "Layout of all digests here" in view["components"][4]["description"]
    sent = read_form(typed(view, **{"kinds+updates": "new|on"}))
    settings_, errors = read_fields(sent.values, Habits(person=False))
    assert not errors
    assert (settings_.updates, settings_.density) == (True, None)
    assert sent.values["kinds"] == "new"


def test_a_text_too_long_for_its_field_is_not_shown_cut() -> None:
    field = Field("lines", "Topics", "x\n" * 3_000, "One a line.", lines=12)
    (part,) = form_view(Form("Many", "subscribe many", (field,), "Read them"), HERE)["components"]
    assert "value" not in part["component"]
    assert "Too long" in part["description"]
    assert part["component"]["style"] == 2


@given(forms)
@settings(max_examples=30, deadline=None)
def test_every_form_is_one_that_discord_takes_and_comes_back_the_same(form: Form) -> None:
    if len(form.command) > 60:
        with pytest.raises(ValueError, match="at most"):
            form_view(form, HERE)
        return
    view = form_view(form, HERE)
    assert modal_complaints(view) == []
    assert schema_complaints("ModalInteractionCallbackRequestData", view) == []
    sent = read_form(typed(view))
    names = {one.name for one in form.fields}
    assert sent.command == form.command
    assert set(sent.values) <= names
    assert len(names) - len(sent.values) <= 1
    assert {one.name for one in form.fields if not one.choices} <= set(sent.values) or (
        not any(one.choices for one in form.fields)
    )


def test_a_command_keeps_the_place_that_it_is_about() -> None:
    for address in (HERE.address, "u:13"):
        assert read_addressed(addressed("pause 1\nx", address)) == (address, "pause 1\nx")
        where, command = unpack(pack(Where(address, "#papers"), "edit 2"))
        assert (where.address, command) == (address, "edit 2")
        assert where.in_person == address.startswith("u:")
    assert read_addressed("pause 1") == ("", "pause 1")


@pytest.mark.parametrize("strange", ["", "form", "pbf1:x y", "pb1:0::list"])
def test_a_modal_that_is_not_ours_is_refused(strange: str) -> None:
    with pytest.raises(PayloadError, match="not ours"):
        unpack(strange)
