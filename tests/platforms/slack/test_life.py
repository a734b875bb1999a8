"""The life of channels, people and the workspace, as Slack tells it: nothing is ever deleted."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.accounts import AccountId
from bot.model import Destination, Place
from bot.platforms.slack.errors import LOST
from tests.commands.dialogue import PAPERS, SMALL
from tests.platforms.slack.talking import (
    TEAM,
    Talking,
    paper_workspace,
    slack_talk,
    subscribed,
)
from tests.standins.slack import PATIENCE
from tests.standins.slack_faults import Fault, Trouble

ADA = Destination("slack", TEAM, "UADA")


async def reason(talk: Talking, where: Destination = PAPERS) -> str:
    place = await talk.dialogue.store.subscriptions.place(where)
    assert place
    return place.suspended


async def until_reason(talk: Talking, wanted: str, where: Destination = PAPERS) -> None:
    async with asyncio.timeout(PATIENCE):
        while await reason(talk, where) != wanted:  # noqa: ASYNC110 - the store tells
            await asyncio.sleep(0.01)


async def test_an_archived_channel_is_suspended_and_resumes_when_it_is_back() -> None:
    async with slack_talk(press=SMALL) as talk:
        await subscribed(talk)
        await talk.people.archive("CPAPERS")
        await until_reason(talk, "archived")
        await talk.people.unarchive("CPAPERS")
        await until_reason(talk, "")
        assert len(await talk.dialogue.here()) == 1


async def test_a_channel_that_the_bot_was_taken_out_of_waits_for_an_invitation() -> None:
    async with slack_talk(press=SMALL) as talk:
        await subscribed(talk)
        await talk.people.kick_bot("CPAPERS")
        await until_reason(talk, "Paperboy is not in it")
        await talk.people.invite_bot("CPAPERS", "UBEN")
        await until_reason(talk, "")


async def test_a_deleted_channel_keeps_its_subscriptions() -> None:
    async with slack_talk(press=SMALL) as talk:
        await subscribed(talk)
        await talk.people.delete("CPAPERS")
        await until_reason(talk, "deleted")
        assert len(await talk.dialogue.here()) == 1


async def test_a_renamed_channel_is_called_by_its_new_name() -> None:
    async with slack_talk(press=SMALL) as talk:
        await subscribed(talk)
        await talk.people.rename("CPAPERS", "reading")
        async with asyncio.timeout(PATIENCE):
            while True:
                place = await talk.dialogue.store.subscriptions.place(PAPERS)
                if place and place.name == "#reading":
                    break
                await asyncio.sleep(0.01)


async def test_a_channel_with_a_new_id_takes_its_subscriptions_along() -> None:
    async with slack_talk(press=SMALL) as talk:
        await subscribed(talk)
        await talk.people.convert("CPAPERS", "CNEW")
        fresh = Destination("slack", TEAM, "CNEW")
        async with asyncio.timeout(PATIENCE):
            while not await talk.dialogue.here(fresh):  # noqa: ASYNC110 - the store tells
                await asyncio.sleep(0.01)
        assert [one.label for one in await talk.dialogue.here(fresh)] == ["image generation"]
        assert await talk.dialogue.store.subscriptions.place(PAPERS) is None


@pytest.mark.parametrize("kind", ["channel_shared", "channel_unshared"])
async def test_a_channel_shared_with_another_organisation_goes_on(kind: str) -> None:
    async with slack_talk(press=SMALL) as talk:
        await subscribed(talk)
        await talk.people.event(kind, channel="CPAPERS", connected_team_id="T9")
        assert await talk.people.answer("/arxiv list", "UADA", "CPAPERS")
        assert await reason(talk) == ""


async def test_a_closed_account_suspends_its_alerts_until_it_is_open_again() -> None:
    async with slack_talk(press=SMALL) as talk:
        await talk.people.type("/arxiv alert add diffusion policy", "UADA", "CPAPERS")
        await talk.kept(ADA)
        await talk.people.deactivate("UADA")
        await until_reason(talk, "the account is deactivated", ADA)
        await talk.people.event("user_change", user={"id": "UADA", "deleted": False})
        await until_reason(talk, "", ADA)


async def test_a_removed_app_suspends_the_whole_workspace() -> None:
    async with slack_talk(press=SMALL) as talk:
        await subscribed(talk)
        await talk.people.uninstall()
        await until_reason(talk, "the workspace removed Paperboy")


async def test_tokens_of_people_are_nothing_to_us_and_the_bots_are() -> None:
    async with slack_talk(press=SMALL) as talk:
        await subscribed(talk)
        await talk.people.event("tokens_revoked", tokens={"oauth": ["UADA"], "bot": []})
        await talk.people.answer("/arxiv list", "UADA", "CPAPERS")
        assert await reason(talk) == ""
        await talk.people.event("tokens_revoked", tokens={"oauth": [], "bot": ["U0BOT"]})
        await until_reason(talk, "the workspace removed Paperboy")


async def test_an_event_that_comes_again_changes_nothing() -> None:
    async with slack_talk(press=SMALL) as talk:
        await subscribed(talk)
        await talk.people.event("channel_archive", id_="Ev7", channel="CPAPERS")
        await until_reason(talk, "archived")
        await talk.people.event("channel_unarchive", channel="CPAPERS")
        await until_reason(talk, "")
        again = {"retry_attempt": 1, "retry_reason": "timeout"}
        await talk.people.event("channel_archive", id_="Ev7", again=again, channel="CPAPERS")
        assert await talk.people.answer("/arxiv list", "UADA", "CPAPERS")
        assert await reason(talk) == ""


async def test_what_happened_while_nobody_listened_is_found_at_the_start() -> None:
    workspace = paper_workspace()
    async with slack_talk(press=SMALL, workspace=workspace) as talk:
        await subscribed(talk)
        store = talk.dialogue.store.subscriptions
        place = await store.place(PAPERS)
        assert place
        outside = Place(Destination("slack", TEAM, "COUTSIDE"), "#outside")
        (one,) = await talk.dialogue.here()
        await store.save(replace(one, destination=outside.destination, number=0, id=0), "test")
        lost = "Paperboy is not in it"
        await store.put_place(replace(place, suspended=lost), "test")
        await store.put_place(replace(outside, suspended=lost), "test")
        await talk.slack.drop_sockets()
        life = talk.service.life
        assert life
        await life.recheck()
        assert await reason(talk) == ""
        assert await reason(talk, outside.destination) == lost


async def test_what_happened_while_the_socket_was_away_is_found_when_it_is_back() -> None:
    async with slack_talk(press=SMALL) as talk:
        await subscribed(talk)
        await talk.people.archive("CPAPERS")
        await until_reason(talk, "archived")
        talk.slack.workspace.channels["CPAPERS"].archived = False
        await talk.slack.drop_sockets()
        await talk.slack.connected()
        await until_reason(talk, "")


async def test_a_removed_app_whose_socket_opens_again_is_still_removed() -> None:
    async with slack_talk(press=SMALL) as talk:
        await subscribed(talk)
        await talk.people.uninstall()
        removed = "the workspace removed Paperboy"
        await until_reason(talk, removed)
        asked = len(talk.slack.calls("auth.test"))
        await talk.slack.drop_sockets()
        await talk.slack.until(lambda: len(talk.slack.calls("auth.test")) > asked)
        later = talk.dialogue.calendar.now() + timedelta(days=1)
        assert await talk.dialogue.store.accounts.left_before(later) == (AccountId("slack", TEAM),)
        assert await reason(talk) == removed


async def test_what_only_posting_tells_is_not_tried_at_every_greeting() -> None:
    async with slack_talk(press=SMALL) as talk:
        await subscribed(talk)
        place = await talk.dialogue.store.subscriptions.place(PAPERS)
        assert place
        assert talk.service.life
        await talk.service.life.recheck()
        await talk.dialogue.store.subscriptions.put_place(
            replace(place, suspended=LOST["restricted_action"]), "test"
        )
        await talk.service.life.recheck()
        assert await reason(talk) == LOST["restricted_action"]


async def test_more_suspended_places_than_slack_tells_of_at_once_are_asked_about_in_turn() -> None:
    throttled = Trouble(Fault.RATE, "conversations.info", retry_after="0.01", times=2)
    async with slack_talk(throttled, press=SMALL) as talk:
        await subscribed(talk)
        place = await talk.dialogue.store.subscriptions.place(PAPERS)
        assert place
        await talk.dialogue.store.subscriptions.put_place(
            replace(place, suspended="archived"), "test"
        )
        assert talk.service.life
        await talk.service.life.recheck()
        assert await reason(talk) == ""


async def test_what_another_workspace_tells_is_not_about_this_one() -> None:
    async with slack_talk(press=SMALL) as talk:
        await subscribed(talk)
        talk.slack.workspace.team = "TOTHER"
        await talk.people.event("app_uninstalled")
        talk.slack.workspace.team = TEAM
        assert await talk.people.answer("/arxiv list", "UADA", "CPAPERS")
        assert await reason(talk) == ""


async def test_a_changed_profile_is_read_anew() -> None:
    async with slack_talk(press=SMALL, who_may_edit="creator") as talk:
        await subscribed(talk)
        ben = talk.slack.workspace.users["UBEN"]
        told = await talk.people.answer("/arxiv unsubscribe 1", "UBEN", "CPAPERS")
        assert "needs its creator or an admin" in told["text"]
        ben.admin = True
        await talk.people.event("user_change", user={"id": "UBEN", "is_admin": True})
        await talk.people.type("/arxiv unsubscribe 1", "UBEN", "CPAPERS")
        await talk.said(count=2)


async def test_an_uninstalled_app_begins_to_be_forgotten_and_a_reinstalled_one_does_not() -> None:
    async with slack_talk(press=SMALL) as talk:
        await subscribed(talk)
        await talk.people.uninstall()
        await until_reason(talk, "the workspace removed Paperboy")
        later = talk.dialogue.calendar.now() + timedelta(days=1)
        accounts = talk.dialogue.store.accounts
        assert await accounts.left_before(later) == (AccountId("slack", TEAM),)
        talk.slack.workspace.installed = True
        assert talk.service.life
        await talk.service.life.recheck()
        assert await accounts.left_before(later) == ()
        assert await reason(talk) == ""
