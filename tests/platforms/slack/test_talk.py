"""People talk to Paperboy in Slack: over the wire, through the real bolt app."""

import asyncio
import json
from typing import Any

import pytest

from bot.model import Destination
from tests.commands.dialogue import PAPERS, SMALL
from tests.platforms.slack.talking import TEAM, slack_talk, subscribed, text_of
from tests.platforms.slack.test_render import buttons, options, shown_text
from tests.shared_data import SHARED, needs_shared
from tests.standins.slack import PATIENCE, SlackPace
from tests.standins.slack_faults import Fault, Trouble
from tests.standins.slack_socket import ACK_WITHIN

# ── commands ─────────────────────────────────────────────────────────────────────────────────────


async def test_a_subscription_is_told_to_the_channel_with_who_made_it() -> None:
    async with slack_talk() as talk:
        message = await subscribed(talk)
        assert text_of(message).startswith(
            '#papers now gets papers on "image generation"\n'
            'Topic: "image generation"\n'
            "When: daily from 09:00 Berlin time. Next: Wed 25 Nov.\n"
            "23 papers in the last 7 days."
        )
        assert message.blocks[-1]["elements"][0]["text"] == "Changed by ada"
        assert set(buttons({"blocks": message.blocks})) >= {"Change", "Undo"}
        assert not message.to


async def test_undo_is_for_everybody_who_may_change_the_channel() -> None:
    async with slack_talk() as talk:
        message = await subscribed(talk)
        undo = buttons({"blocks": message.blocks})["Undo"]
        await talk.people.press(undo, message, "UBEN", "CPAPERS")
        _, taken = await talk.said(count=2)
        assert 'no longer gets "image generation"' in text_of(taken)
        assert taken.blocks[-1]["elements"][0]["text"] == "Changed by ben"


async def test_lists_and_mistakes_are_told_to_the_person_alone() -> None:
    async with slack_talk() as talk:
        await subscribed(talk)
        listed = await talk.people.answer("/arxiv list", "UADA", "CPAPERS")
        assert listed["response_type"] == "ephemeral"
        assert "1. image generation" in shown_text(listed)
        wrong = await talk.people.answer('/arxiv subscribe ti:"image', "UADA", "CPAPERS")
        assert "the quote at character 4 is never closed" in shown_text(wrong)
        nothing = await talk.people.answer("/arxiv unsubscibe 2", "UADA", "CPAPERS")
        assert "Did you mean unsubscribe?" in shown_text(nothing)
        assert len(talk.seen()) == 1


async def test_a_row_of_a_list_has_buttons_that_act() -> None:
    async with slack_talk() as talk:
        await subscribed(talk)
        listed = await talk.people.answer("/arxiv list", "UADA", "CPAPERS")
        await talk.people.press("pause 1", listed, "UADA", "CPAPERS")
        _, paused = await talk.said(count=2)
        assert "Paused" in text_of(paused)


async def test_in_direct_messages_subscribing_makes_an_alert() -> None:
    async with slack_talk(press=SMALL) as talk:
        direct = talk.slack.workspace.direct("UADA").id
        await talk.people.type("/arxiv subscribe diffusion policy", "UADA", direct)
        (alert,) = await talk.kept(Destination("slack", TEAM, "UADA"))
        assert (alert.label, alert.zone) == ("diffusion policy", "Europe/Berlin")


async def test_the_zone_of_a_new_subscription_is_that_of_the_persons_profile() -> None:
    async with slack_talk(press=SMALL) as talk:
        await talk.people.type("/arxiv subscribe image generation", "UBEN", "CPAPERS")
        await talk.said()
        (one,) = await talk.dialogue.here(PAPERS)
        assert one.zone == "Asia/Tokyo"


async def test_a_private_channel_is_called_by_its_name() -> None:
    async with slack_talk(press=SMALL) as talk:
        talk.slack.workspace.channels["GSECRET"].members.add(talk.slack.workspace.bot_user)
        await talk.people.type("/arxiv subscribe image generation", "UADA", "GSECRET")
        (message,) = await talk.said("GSECRET")
        assert text_of(message).startswith("#secret now gets")


# ── who may ──────────────────────────────────────────────────────────────────────────────────────


async def test_who_may_not_change_the_channel_is_told_what_it_needs() -> None:
    async with slack_talk(press=SMALL, who_may_edit=("UBEN",)) as talk:
        told = await talk.people.answer("/arxiv subscribe spin glass", "UADA", "CPAPERS")
        assert "Changing #papers needs one of the people" in shown_text(told)
        assert buttons(told) == {"Alert me": "alert add spin glass"}
        assert not talk.seen()


async def test_a_channels_creator_and_admins_may_change_it() -> None:
    async with slack_talk(press=SMALL, who_may_edit="creator") as talk:
        await subscribed(talk)
        told = await talk.people.answer("/arxiv unsubscribe 1", "UBEN", "CPAPERS")
        assert "needs its creator or an admin" in shown_text(told)
        talk.slack.workspace.users["UEVE"].admin = True
        await talk.people.type("/arxiv unsubscribe 1", "UEVE", "CPAPERS")
        await talk.said(count=2)
        assert not await talk.dialogue.here(PAPERS)


# ── forms ────────────────────────────────────────────────────────────────────────────────────────


async def test_subscribe_without_a_topic_opens_a_form_filled_with_what_is_usual() -> None:
    async with slack_talk() as talk:
        await talk.people.type("/arxiv subscribe", "UADA", "CPAPERS")
        view = await talk.people.modal()
        ack = await talk.people.submit(view, "UADA", topic="spin glass")
        assert ack.payload == {}
        (message,) = await talk.said()
        assert '#papers now gets papers on "spin glass"' in text_of(message)
        (one,) = await talk.dialogue.here(PAPERS)
        assert one.zone == "Europe/Berlin"


async def test_wrong_input_is_answered_inside_the_form_at_its_field() -> None:
    async with slack_talk() as talk:
        await talk.people.type("/arxiv subscribe", "UADA", "CPAPERS")
        view = await talk.people.modal()
        ack = await talk.people.submit(view, "UADA", topic='ti:"image', when="sometimes")
        assert ack.payload["response_action"] == "errors"
        assert set(ack.payload["errors"]) == {"topic", "when"}
        assert not await talk.dialogue.here(PAPERS)


async def test_a_topic_is_read_while_it_is_typed() -> None:
    async with slack_talk() as talk:
        await talk.people.type("/arxiv subscribe", "UADA", "CPAPERS")
        view = await talk.people.modal()
        await talk.people.write(view, "topic", "image generation")
        fresh = await talk.slack.until(
            lambda: (
                "23 papers" in json.dumps(talk.slack.workspace.modals[view["id"]])
                and talk.slack.workspace.modals[view["id"]]
            )
        )
        reading = next(one for one in fresh["blocks"] if one["block_id"] == "reading")
        assert reading["elements"][0]["text"] == (
            'Reads as "image generation": 23 papers in the last 7 days.'
        )


async def test_the_same_form_changes_a_subscription() -> None:
    async with slack_talk() as talk:
        message = await subscribed(talk)
        change = buttons({"blocks": message.blocks})["Change"]
        await talk.people.press(change, message, "UADA", "CPAPERS")
        view = await talk.people.modal()
        await talk.people.submit(view, "UADA", when="weekly on mon at 8:30")
        _, changed = await talk.said(count=2)
        assert "Mondays 08:30" in text_of(changed)


async def test_many_topics_are_a_form_and_one_table() -> None:
    async with slack_talk(press=SMALL) as talk:
        await talk.people.type("/arxiv subscribe many", "UADA", "CPAPERS")
        view = await talk.people.modal()
        await talk.people.submit(
            view, "UADA", lines='spin glass\nti:"x\nimage generation daily at 9'
        )
        answer = await talk.slack.until(lambda: [one for one in talk.seen() if one.to == "UADA"])
        assert "spin glass" in text_of(answer[0])


async def test_more_topics_than_a_button_carries_are_applied_in_parts() -> None:
    async with slack_talk(press=SMALL) as talk:
        await talk.people.type("/arxiv subscribe many", "UADA", "CPAPERS")
        lines = "\n".join(f"ti:word{n} AND abs:{'x' * 40}{n}" for n in range(45))
        await talk.people.submit(await talk.people.modal(), "UADA", lines=lines)
        answer = await talk.slack.until(lambda: [one for one in talk.seen() if one.to == "UADA"])
        first, second = buttons({"blocks": answer[-1].blocks}).items()
        assert first[0] == "Apply 45 topics, part 1 of 2"
        for _, command in (first, second):
            await talk.people.press(command, answer[-1], "UADA", "CPAPERS")
        async with asyncio.timeout(PATIENCE):
            while len(await talk.dialogue.here(PAPERS)) < 45:  # noqa: ASYNC110 - the store tells
                await asyncio.sleep(0.01)


# ── papers ───────────────────────────────────────────────────────────────────────────────────────


async def test_a_paper_opens_as_a_card_and_can_be_saved_and_discussed_there() -> None:
    async with slack_talk() as talk:
        await subscribed(talk)
        found = await talk.people.answer("/arxiv search image generation", "UADA", "CPAPERS")
        (first, *_) = options(found).values()
        await talk.people.press(first, found, "UADA", "CPAPERS")
        card = await talk.people.modal()
        assert "Image Generation by Method" in shown_text(card)
        assert 'Matches "image generation"' in shown_text(card)
        commands = buttons(card)
        save = next(value for value in commands.values() if " save " in value)
        await talk.people.press_in_view(save, card, "UADA")
        saved = await talk.slack.until(
            lambda: [one for one in talk.slack.workspace.modals.values() if one is not card][-1:]
        )
        assert "Saved Image Generation" in json.dumps(saved[0])
        await talk.people.press_in_view(commands["Discuss in #papers"], card, "UADA")
        _, shared = await talk.said(count=2)
        assert "Image Generation by Method" in text_of(shared)
        assert shared.blocks[-1]["elements"][0]["text"] == "Shared by ada"


async def test_a_file_is_text_to_copy() -> None:
    async with slack_talk(press=SMALL) as talk:
        await subscribed(talk)
        exported = await talk.people.answer("/arxiv export", "UADA", "CPAPERS")
        assert "image generation daily" in json.dumps(exported["blocks"])


# ── a channel without the bot ────────────────────────────────────────────────────────────────────


async def test_a_public_channel_is_joined() -> None:
    async with slack_talk(press=SMALL) as talk:
        await talk.people.type("/arxiv subscribe image generation", "UADA", "COUTSIDE")
        (message,) = await talk.said("COUTSIDE")
        assert "#outside now gets" in text_of(message)


async def test_where_it_may_not_join_the_topic_is_kept_until_somebody_invites_it() -> None:
    async with slack_talk(press=SMALL) as talk:
        talk.slack.workspace.scopes.discard("channels:join")
        told = await talk.people.answer("/arxiv subscribe image generation", "UADA", "COUTSIDE")
        assert "I'm not in #outside yet. Invite me with /invite @Paperboy" in shown_text(told)
        outside = Destination("slack", TEAM, "COUTSIDE")
        assert [one.label for one in await talk.dialogue.here(outside)] == ["image generation"]
        place = await talk.dialogue.store.subscriptions.place(outside)
        assert place
        assert place.suspended == "Paperboy is not in it"
        woken = len(talk.dialogue.woken)
        await talk.people.invite_bot("COUTSIDE")
        await talk.until(lambda: len(talk.dialogue.woken) > woken)
        place = await talk.dialogue.store.subscriptions.place(outside)
        assert place
        assert not place.suspended


async def test_a_private_channel_whose_name_cannot_be_seen_is_asked_to_invite() -> None:
    async with slack_talk(press=SMALL) as talk:
        secret = Destination("slack", TEAM, "GSECRET")
        talk.slack.workspace.channels["GSECRET"].members.discard(talk.slack.workspace.bot_user)
        told = await talk.people.answer("/arxiv subscribe image generation", "UADA", "GSECRET")
        assert "I'm not in this channel yet. Invite me" in shown_text(told)
        assert await talk.dialogue.here(secret)
        await talk.people.invite_bot("GSECRET")
        async with asyncio.timeout(PATIENCE):
            while True:
                place = await talk.dialogue.store.subscriptions.place(secret)
                if place and (place.name, place.suspended) == ("#secret", ""):
                    break
                await asyncio.sleep(0.01)


# ── trouble ──────────────────────────────────────────────────────────────────────────────────────


async def test_an_answer_to_a_throttled_channel_waits_its_turn() -> None:
    async with slack_talk(press=SMALL, pace=SlackPace(channel_gap=1.0)) as talk:
        await subscribed(talk)
        await talk.people.type("/arxiv subscribe spin glass", "UADA", "CPAPERS")
        assert len(await talk.said(count=2)) == 2


async def test_commands_are_answered_after_the_socket_broke() -> None:
    async with slack_talk(press=SMALL) as talk:
        await talk.slack.drop_sockets()
        await talk.slack.connected()
        assert await talk.people.answer("/arxiv help", "UADA", "CPAPERS")


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_a_socket_that_slack_renews_is_opened_anew(reason: str) -> None:
    async with slack_talk(press=SMALL) as talk:
        await talk.slack.ask_to_reconnect(reason)
        if reason != "warning":
            await talk.slack.until(lambda: len(talk.slack.calls("apps.connections.open")) > 1)
        assert await talk.people.answer("/arxiv help", "UADA", "CPAPERS")


async def test_a_slack_that_fails_while_answering_breaks_nothing() -> None:
    failing = Trouble(Fault.HTML_BEFORE, "chat.postMessage")
    async with slack_talk(failing, press=SMALL) as talk:
        await talk.people.type("/arxiv subscribe image generation", "UADA", "CPAPERS")
        await talk.slack.until(lambda: talk.slack.calls("chat.postMessage"))
        assert await talk.people.answer("/arxiv list", "UADA", "CPAPERS")


async def test_everything_is_acknowledged_in_time_though_all_comes_at_once() -> None:
    async with slack_talk() as talk:
        await talk.people.type("/arxiv subscribe", "UADA", "CPAPERS")
        form = await talk.people.modal()
        people, number = talk.people, range(12)
        await asyncio.gather(
            *(people.type(f"/arxiv search image {n}", "UBEN", "CPAPERS") for n in number),
            *(people.event("user_change", user={"id": f"U{n}"}) for n in number),
            *(people.write(form, "topic", f"image {n}", "UADA") for n in number),
            people.submit(form, "UADA", topic="image generation"),
        )
        assert max(ack.seconds for ack in people.acks) < ACK_WITHIN
        await talk.said()


@pytest.mark.parametrize("text", ["", " ", "\N{NULL}", "x" * 8_000, "<!channel> *b*", "🦆" * 99])
async def test_any_text_gets_an_answer(text: str) -> None:
    async with slack_talk(press=SMALL) as talk:
        assert (await talk.people.answer(f"/arxiv {text}", "UADA", "CPAPERS"))["text"]


def envelopes() -> list[dict[str, Any]]:
    folder = SHARED / "specs" / "slack" / "payloads"
    whole = json.loads((folder / "socket_mode_envelopes.json").read_text())
    found = [one["payload"] for one in whole]
    for kind, several in json.loads((folder / "payloads_by_type.json").read_text()).items():
        outer = "events_api" if kind.startswith("event") else "interactive"
        found += [{"type": outer, "payload": one["payload"]} for one in several]
    return [one for one in found if "payload" in one]


@needs_shared
async def test_real_payloads_pass_without_an_exception(caplog: pytest.LogCaptureFixture) -> None:
    def others() -> list[str]:
        """Return what was left to whoever it is for: forms and dialogs of other apps."""
        return [said for said in caplog.messages if said.startswith("Unhandled request")]

    async with slack_talk(press=SMALL) as talk:
        whole, acks = envelopes(), talk.people.acks
        async with asyncio.TaskGroup() as group:
            sent = [
                group.create_task(talk.people.receive(one["type"], one["payload"])) for one in whole
            ]
            await talk.until(lambda: len(acks) + len(others()) >= len(whole))
            for one in sent:
                one.cancel()
        assert len(acks) > len(whole) / 2
        assert await talk.people.answer("/arxiv help", "UADA", "CPAPERS")
    ours = [one for one in caplog.records if one.name.startswith("paperboy.slack")]
    assert not [one for one in ours if one.levelname == "ERROR"]


async def test_the_command_may_have_another_name_in_a_workspace() -> None:
    async with slack_talk(press=SMALL) as talk:
        told = await talk.people.answer("/papers list", "UADA", "CPAPERS")
        assert "#papers has no subscriptions yet" in shown_text(told)
