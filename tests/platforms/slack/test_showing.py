"""Where answers are shown, and the next way where one is closed."""

import json
from typing import Any

import pytest

from tests.commands.dialogue import PAPERS, SMALL
from tests.platforms.slack.talking import Talking, slack_talk
from tests.platforms.slack.test_render import buttons, shown_text
from tests.standins.slack_faults import Fault, Trouble

ANSWER, POST = "response_url", "chat.postMessage"


def reading_of(view: dict[str, Any]) -> str:
    reading = next(one for one in view["blocks"] if one.get("block_id") == "reading")
    return str(reading["elements"][0]["text"])


async def top(talk: Talking, words: str) -> dict[str, Any]:
    """Wait until the modal on top of Ada's says so."""

    def found() -> Any:
        stack = talk.slack.workspace.stack("UADA")
        return stack[-1] if stack and words in json.dumps(stack[-1]) else None

    return dict(await talk.slack.until(found))


# ── forms ────────────────────────────────────────────────────────────────────────────────────────


async def test_a_form_that_changes_a_topic_begins_with_what_it_finds_now() -> None:
    async with slack_talk() as talk:
        await talk.people.type("/arxiv subscribe image generation", "UADA", "CPAPERS")
        await talk.said()
        await talk.people.type("/arxiv edit 1", "UADA", "CPAPERS")
        form = await talk.people.modal()
        assert reading_of(form) == 'Reads as "image generation": 23 papers in the last 7 days.'


async def test_of_several_letters_the_last_one_is_read() -> None:
    async with slack_talk() as talk:
        await talk.people.type("/arxiv subscribe", "UADA", "CPAPERS")
        form = await talk.people.modal()
        for text in ("spin", "spin gl", "spin glass"):  # each tells the form as it first was
            await talk.people.write(form, "topic", text, "UADA")
        await top(talk, json.dumps('Reads as "spin glass"')[1:-1])
        await talk.people.answer("/arxiv help", "UADA", "CPAPERS")
        (form,) = talk.slack.workspace.stack("UADA")
        assert reading_of(form).startswith('Reads as "spin glass": 1 paper')


async def test_a_reading_that_is_throttled_comes_a_little_later() -> None:
    throttled = Trouble(Fault.RATE, "views.update", retry_after="0.01", times=2)
    async with slack_talk(throttled) as talk:
        await talk.people.type("/arxiv subscribe", "UADA", "CPAPERS")
        form = await talk.people.modal()
        await talk.people.write(form, "topic", "hep-th", "UADA")
        await top(talk, "Reads as cat:hep-th")


async def test_a_form_that_is_closed_while_somebody_types_ends_quietly(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with slack_talk(press=SMALL) as talk:
        await talk.people.type("/arxiv subscribe", "UADA", "CPAPERS")
        form = await talk.people.modal()
        talk.slack.workspace.close("UADA")
        await talk.people.write(form, "topic", "hep-th", "UADA")
        await talk.slack.until(lambda: talk.slack.calls("views.update"))
        assert await talk.people.answer("/arxiv help", "UADA", "CPAPERS")
    assert not [one for one in caplog.records if one.levelname in ("WARNING", "ERROR")]


async def test_a_form_that_slack_opens_no_more_is_told_in_words() -> None:
    late = Trouble(Fault.REFUSE, "views.open", error="expired_trigger_id")
    async with slack_talk(late, press=SMALL) as talk:
        told = await talk.people.answer("/arxiv subscribe", "UADA", "CPAPERS")
        assert "Ask for it again." in shown_text(told)


# ── modals ───────────────────────────────────────────────────────────────────────────────────────


async def test_where_three_modals_lie_on_each_other_the_top_one_changes() -> None:
    async with slack_talk() as talk:
        found = await talk.people.answer("/arxiv search image generation", "UADA", "CPAPERS")
        await talk.people.press("open 2611.00122v1", found, "UADA", "CPAPERS")
        card = await top(talk, "Image Generation")
        save = next(value for value in buttons(card).values() if " save " in value)
        await talk.people.press_in_view(save, card, "UADA")
        await talk.people.press_in_view(
            buttons(saved := await top(talk, "Saved Image"))["Undo"], saved, "UADA"
        )
        gone = await top(talk, "No longer saved")
        await talk.people.press_in_view(buttons(gone)["Undo"], gone, "UADA")
        again = await top(talk, "Saved Image")
        assert again["id"] == gone["id"]


async def test_an_answer_in_a_modal_comes_also_when_the_click_is_old() -> None:
    late = Trouble(Fault.REFUSE, "views.push", error="expired_trigger_id")
    async with slack_talk(late) as talk:
        found = await talk.people.answer("/arxiv search image generation", "UADA", "CPAPERS")
        await talk.people.press("open 2611.00122v1", found, "UADA", "CPAPERS")
        card = await top(talk, "Image Generation")
        save = next(value for value in buttons(card).values() if " save " in value)
        await talk.people.press_in_view(save, card, "UADA")
        assert (await top(talk, "Saved Image"))["id"] == card["id"]


async def test_a_card_that_slack_opens_no_more_comes_as_a_private_message() -> None:
    late = Trouble(Fault.REFUSE, "views.open", error="expired_trigger_id")
    async with slack_talk(late) as talk:
        found = await talk.people.answer("/arxiv search image generation", "UADA", "CPAPERS")
        answers = await talk.people.press("open 2611.00122v1", found, "UADA", "CPAPERS")
        told = await talk.slack.until(lambda: answers.said and answers.said[0])
        assert "We study image generation" in shown_text(told)


# ── private answers ──────────────────────────────────────────────────────────────────────────────


async def test_an_answer_whose_address_is_used_up_still_comes_to_the_person_alone() -> None:
    async with slack_talk(press=SMALL) as talk:
        listed = await talk.people.answer("/arxiv help", "UADA", "CPAPERS")
        answers = await talk.people.type("/arxiv list", "UADA", "CPAPERS")
        await talk.slack.until(lambda: answers.said)
        assert listed
        talk.slack.troubles.append(Trouble(Fault.HTML_BEFORE, ANSWER))
        await talk.people.type("/arxiv list", "UADA", "CPAPERS")
        (told,) = await talk.said()
        assert told.to == "UADA"


async def test_an_answer_is_not_repeated_where_its_way_back_was_lost() -> None:
    async with slack_talk(Trouble(Fault.DROP_AFTER, ANSWER), press=SMALL) as talk:
        answers = await talk.people.type("/arxiv list", "UADA", "CPAPERS")
        await talk.slack.until(lambda: answers.said)
        await talk.people.answer("/arxiv help", "UADA", "CPAPERS")
        assert len(answers.said) == 1


async def test_a_form_of_a_channel_that_cannot_be_whispered_in_is_answered_in_a_modal() -> None:
    async with slack_talk() as talk:
        talk.slack.workspace.scopes.discard("channels:join")
        await talk.people.type("/arxiv subscribe", "UADA", "COUTSIDE")
        form = await talk.people.modal()
        await talk.people.submit(form, "UADA", topic="cat:cs.CV AND diffusion OR flow")
        asked = await top(talk, "Reads as (cat:cs.CV AND diffusion) OR flow")
        assert "Keep" in buttons(asked)


# ── what the channel should hear ─────────────────────────────────────────────────────────────────


async def test_who_changed_a_channel_that_did_not_hear_of_it_is_told_that_it_is_done() -> None:
    async with slack_talk(Trouble(Fault.HTML_BEFORE, POST), press=SMALL) as talk:
        told = await talk.people.answer("/arxiv subscribe image generation", "UADA", "CPAPERS")
        assert "#papers now gets papers" in shown_text(told)
        assert "Done, but #papers may not have heard of it" in shown_text(told)
        assert "Undo" in buttons(told)
        assert [one.label for one in await talk.dialogue.here(PAPERS)] == ["image generation"]


async def test_the_home_tab_follows_what_is_done_in_a_modal_above_it() -> None:
    async with slack_talk(press=SMALL) as talk:
        await talk.people.type("/arxiv alert add spin glass", "UADA", "CPAPERS")
        home = await talk.people.open_home("UADA")
        await talk.people.press_in_view("@UADA alert unsubscribe 1", home, "UADA")
        gone = await top(talk, "You no longer get alerts")
        await talk.slack.until(
            lambda: "You have no alerts yet" in json.dumps(talk.slack.workspace.homes["UADA"])
        )
        await talk.people.press_in_view(buttons(gone)["Undo"], gone, "UADA")
        await talk.slack.until(
            lambda: "1. spin glass" in json.dumps(talk.slack.workspace.homes["UADA"])
        )
