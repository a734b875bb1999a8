"""arXiv, Slack or Discord for a soak, each in a process of its own.

`python -m tests.faults.soak_standins slack|discord|arxiv SPEC` (JSON) prints where it listens; to
each line on its stdin it answers with a line of what it holds. Bodies are dropped then, so that it
does not grow with the days; a message's place and key stay.
"""

import asyncio
import gc
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any, Final

from bot.limits import ArxivLimits
from tests.faults.clock import SharedClock
from tests.standins.arxiv import ArxivStandIn
from tests.standins.arxiv_world import invent, list_days
from tests.standins.discord import DiscordPace, DiscordStandIn
from tests.standins.discord_world import SERVER, World
from tests.standins.slack import SlackPace, SlackStandIn
from tests.standins.slack_world import Channel, Workspace

Json = dict[str, Any]
REMEMBER: Final = 1_000  # requests of a log
FIRST_CHANNEL: Final = 300_000_000_000_000_000  # Discord's ids are numbers


def slack_channel(number: int) -> str:
    """Return the id of the n-th channel in Slack."""
    return f"CSOAK{number}"


def discord_channel(number: int) -> str:
    """Return the id of the n-th channel in Discord."""
    return str(FIRST_CHANNEL + number)


async def slack(spec: Json) -> None:
    here = Workspace()
    for number in range(spec["channels"]):
        id_ = slack_channel(number)
        here.add(Channel(id_, f"soak-{number}", members=set(here.users)))
    pace = SlackPace(channel_gap=0.0, account_minute=10**9, tier_burst=10**9)
    standin = SlackStandIn(here, pace, judge_every=spec["judge_every"], remember=REMEMBER)

    def told() -> Json:
        return _told(standin.faults, standin.refused, _slack_messages(here))

    async with standin:
        tokens = {"bot_token": here.bot_token, "app_token": here.app_token, "team": here.team}
        await _answer({"api": standin.api, **tokens}, told)


def _slack_messages(here: Workspace) -> Iterable[tuple[str, str]]:
    for channel in here.channels.values():
        for one in channel.messages:
            one.blocks, one.text = [], ""
            payload = (one.metadata or {}).get("event_payload") or {}
            yield channel.id, str(payload.get("key"))


async def discord(spec: Json) -> None:
    world = World()
    for number in range(spec["channels"]):
        world.add_channel(world.servers[SERVER], f"soak-{number}", id_=discord_channel(number))
    pace = DiscordPace(buckets={}, usual=(1_000_000, 1.0), each_second=1_000_000, nonce_lives=30.0)
    standin = DiscordStandIn(world, pace, judge_every=spec["judge_every"], remember=REMEMBER)

    def told() -> Json:
        return _told(standin.faults, standin.refused, _discord_messages(world))

    async with standin:
        where = {"api": standin.api, "gateway": standin.gateway.url}
        await _answer({**where, "token": world.token, "application": world.app}, told)


def _discord_messages(world: World) -> Iterable[tuple[str, str]]:
    for channel in world.channels.values():
        for one in channel.messages:
            one.components, one.content = [], ""
            yield channel.id, str(one.nonce)


async def arxiv(spec: Json) -> None:
    days = list_days(date.fromisoformat(spec["first"]), spec["days"])
    clock = SharedClock(Path(spec["clock"]))
    standin = ArxivStandIn(invent(days, 4), clock, ArxivLimits(gap=spec["gap"]))
    async with standin:
        hosts = standin.endpoints
        where = {"feed": hosts.feed, "api": hosts.api, "oai": hosts.oai}
        await _answer(where, lambda: {"requests": standin.count(), "faults": standin.violations})


def _told(faults: list[str], refused: list[Any], messages: Iterable[tuple[str, str]]) -> Json:
    """Return how many messages there are, in how many channels, and whether one stands twice."""
    by_channel: Counter[str] = Counter()
    keys: Counter[str] = Counter()
    for channel, key in messages:
        by_channel[channel] += 1
        keys[key] += 1
    return {
        "messages": sum(by_channel.values()),
        "most": max(by_channel.values(), default=0),
        "least": min(by_channel.values(), default=0),
        "channels": len(by_channel),
        "repeated": sum(count - 1 for count in keys.values()),
        "refused": len(refused),
        "faults": faults[:5],
    }


async def _answer(where: Json, told: Callable[[], Json]) -> None:
    """Say where we listen, then what we hold as often as we are asked, until nobody asks."""
    gc.freeze()
    _say(where)
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.readline():
        _say(told())


def _say(what: Json) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    kinds = {"slack": slack, "discord": discord, "arxiv": arxiv}
    asyncio.run(kinds[sys.argv[1]](json.loads(sys.argv[2])))
