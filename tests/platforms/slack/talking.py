"""People of a stand-in workspace talk to the real commands, through the real bolt app."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.clock import SystemElapsed
from bot.model import Destination, Subscription
from bot.platforms.slack.rights import WhoMayEdit
from bot.platforms.slack.service import SlackService
from bot.secret import Secret
from tests.commands.dialogue import Dialogue, Press, talking
from tests.platforms.slack.bench import NO_PACE
from tests.platforms.slack.test_render import shown_text
from tests.standins.slack import PATIENCE, SlackPace, SlackStandIn
from tests.standins.slack_faults import Trouble
from tests.standins.slack_people import People
from tests.standins.slack_world import Channel, Message, User, Workspace

TEAM = "T1"


@dataclass
class Talking:
    """A workspace, the people in it, and the bot that they talk to."""

    slack: SlackStandIn
    people: People
    dialogue: Dialogue
    service: SlackService

    def seen(self, channel: str = "CPAPERS", user: str = "UADA") -> list[Message]:
        """Return what a person sees of the bot in a channel."""
        return [one for one in self.slack.workspace.channels[channel].seen_by(user) if one.bot]

    async def said(self, channel: str = "CPAPERS", count: int = 1) -> list[Message]:
        """Wait until the bot has said so much in a channel."""
        await self.slack.until(lambda: len(self.seen(channel)) >= count)
        return self.seen(channel)

    async def kept(self, where: Destination) -> tuple[Subscription, ...]:
        """Wait until a place has subscriptions, and return them."""
        async with asyncio.timeout(PATIENCE):
            while not (here := await self.dialogue.here(where)):  # noqa: ASYNC110 - the store tells
                await asyncio.sleep(0.01)
        return tuple(here)

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait for something that no request to Slack tells."""
        async with asyncio.timeout(PATIENCE):
            while not holds():  # noqa: ASYNC110 - the core has no event for every condition
                await asyncio.sleep(0.01)


def paper_workspace() -> Workspace:
    """Return the workspace of `tests.commands.dialogue`: Ada, Ben, Eve, #papers and #glass."""
    workspace = Workspace(team=TEAM, users={}, channels={})
    for user in (
        User("UADA", "ada"),
        User("UBEN", "ben", "Asia/Tokyo"),
        User("UEVE", "eve", "America/New_York"),
    ):
        workspace.users[user.id] = user
    everybody = {*workspace.users}
    for id_, name in (("CPAPERS", "papers"), ("CGLASS", "glass")):
        workspace.add(Channel(id_, name, members=set(everybody)))
    workspace.add(Channel("COUTSIDE", "outside", members=everybody - {workspace.bot_user}))
    workspace.add(Channel("GSECRET", "secret", private=True, members=set(everybody)))
    return workspace


@asynccontextmanager
async def slack_talk(
    *troubles: Trouble,
    press: Press | None = None,
    who_may_edit: WhoMayEdit = "members",
    workspace: Workspace | None = None,
    pace: SlackPace | None = None,
) -> AsyncIterator[Talking]:
    """Open a workspace whose bot listens."""
    async with (
        talking(press) as dialogue,
        SlackStandIn(
            workspace or paper_workspace(), pace or SlackPace(channel_gap=0.0), troubles
        ) as slack,
    ):
        here = slack.workspace
        tokens = Secret(here.bot_token), Secret(here.app_token)
        service = SlackService(*tokens, slack.api, NO_PACE)
        async with service.open(
            dialogue.commands,
            dialogue.store.subscriptions,
            dialogue.store.accounts,
            lambda: dialogue.woken.append(dialogue.calendar.now()),
            SystemElapsed(),
            who_may_edit,
        ):
            await slack.connected()
            yield Talking(slack, slack.people, dialogue, service)
        assert not slack.faults


def text_of(message: Message) -> str:
    return shown_text({"blocks": message.blocks})


async def subscribed(talk: Talking, topic: str = "image generation") -> Message:
    """Let Ada subscribe #papers, and return what the channel is told."""
    await talk.people.type(f"/arxiv subscribe {topic}", "UADA", "CPAPERS")
    return (await talk.said())[-1]
