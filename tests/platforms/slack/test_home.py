"""The Home tab: what somebody has here, and everything about it can be changed there."""

import json

from bot.model import Destination
from bot.settlement import Unknown
from tests.commands.dialogue import PAPERS, SMALL
from tests.platforms.slack.talking import TEAM, slack_talk, subscribed, text_of
from tests.platforms.slack.test_render import buttons, shown_text


async def test_the_home_tab_shows_and_changes_alerts_channels_and_zone() -> None:
    async with slack_talk() as talk:
        await subscribed(talk)
        await talk.people.type("/arxiv alert add diffusion policy", "UADA", "CPAPERS")
        await talk.until(lambda: talk.dialogue.woken[1:])
        home = await talk.people.open_home("UADA")
        text = shown_text(home)
        assert "Your alerts" in text
        assert "1. diffusion policy" in text
        assert "#papers" in text
        assert "1. image generation" in text
        assert buttons(home)["Status"] == "@CPAPERS status"
        assert "Time zone: Europe/Berlin" in buttons(home)
        await talk.people.press_in_view("@CPAPERS pause 1", home, "UADA")
        _, paused = await talk.said(count=2)
        assert "Paused" in text_of(paused)
        await talk.slack.until(
            lambda: "@CPAPERS resume 1" in json.dumps(talk.slack.workspace.homes["UADA"])
        )


async def test_the_home_tab_of_somebody_new_says_what_to_type_first() -> None:
    async with slack_talk(press=SMALL) as talk:
        home = await talk.people.open_home("UBEN")
        assert "Add an alert" in buttons(home)
        await talk.people.press_in_view("@UBEN alert add", home, "UBEN")
        view = await talk.people.modal()
        await talk.people.submit(view, "UBEN", topic="spin glass")
        (alert,) = await talk.kept(Destination("slack", TEAM, "UBEN"))
        assert alert.zone == "Asia/Tokyo"


async def test_the_zone_is_changed_from_home() -> None:
    async with slack_talk(press=SMALL) as talk:
        home = await talk.people.open_home("UADA")
        await talk.people.press_in_view("@UADA zone", home, "UADA")
        view = await talk.people.modal()
        ack = await talk.people.submit(view, "UADA", zone="nowhere")
        assert "zone" in ack.payload["errors"]
        await talk.people.submit(view, "UADA", zone="Asia/Tokyo")
        await talk.slack.until(
            lambda: "Your times are in Asia/Tokyo" in json.dumps(talk.slack.workspace.modals)
        )
        await talk.slack.until(
            lambda: "Time zone: Asia/Tokyo" in json.dumps(talk.slack.workspace.homes["UADA"])
        )


async def test_who_left_a_channel_changes_it_no_more_from_home() -> None:
    async with slack_talk(press=SMALL) as talk:
        await subscribed(talk)
        home = await talk.people.open_home("UADA")
        assert "#papers" in shown_text(home)
        await talk.people.leave("CPAPERS", "UADA")
        await talk.people.press_in_view("@CPAPERS unsubscribe 1", home, "UADA")
        told = await talk.people.modal()
        assert "Changing #papers needs you to be in the channel" in shown_text(told)
        assert await talk.dialogue.here(PAPERS)
        assert "#papers" not in shown_text(await talk.people.open_home("UADA"))


async def test_the_people_of_a_channel_are_asked_for_once_in_some_minutes() -> None:
    async with slack_talk(press=SMALL) as talk:
        await subscribed(talk)
        for _ in range(3):
            await talk.people.open_home("UADA")
        assert len(talk.slack.calls("conversations.members")) == 1


async def test_the_home_tab_tells_what_is_in_doubt_and_asks() -> None:
    async with slack_talk(press=SMALL) as talk:
        await subscribed(talk)
        papers = [paper for _, paper in SMALL.said[:1]]
        key = await talk.dialogue.digest(papers, Unknown(None, "no history"))
        home = await talk.people.open_home("UADA")
        assert "I could not confirm that the digest of Tue 24 Nov arrived" in shown_text(home)
        pressed = buttons(home)
        assert f"@CPAPERS doubt yes {key}" in pressed.values()
        assert f"@CPAPERS doubt no {key}" in pressed.values()
        await talk.people.press_in_view(f"@CPAPERS doubt yes {key}", home, "UADA")
        await talk.slack.until(
            lambda: "could not confirm" not in json.dumps(talk.slack.workspace.homes["UADA"])
        )


async def test_the_home_tab_tells_that_a_channel_is_lost_and_offers_to_try_again() -> None:
    async with slack_talk(press=SMALL) as talk:
        await subscribed(talk)
        await talk.people.archive("CPAPERS")
        await talk.until(lambda: len(talk.dialogue.woken) > 1)
        home = await talk.people.open_home("UADA")
        assert "I can't post to #papers now: archived" in shown_text(home)
        assert buttons(home)["Try again"] == "@CPAPERS retry"
