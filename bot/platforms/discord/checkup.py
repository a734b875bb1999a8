"""The Discord token tried at Discord itself: the invite link, and what is missing where.

For `paperboy check`: nothing is sent, and no gateway is opened.
"""

from collections.abc import AsyncIterator, Collection, Mapping
from typing import Any, Final

import discord
from aiohttp import ClientError
from discord.http import Route

from bot.checkup import Finding, Verdict
from bot.clock import SystemElapsed
from bot.errors import DeliveryError
from bot.platforms.discord.client import CHANNEL, Voice, permissions_of
from bot.platforms.discord.errors import LOST
from bot.platforms.discord.gateway import QuietClient
from bot.platforms.discord.rest import Budget, Rest
from bot.platforms.discord.rights import ASKED_FOR, THREAD_TYPES, lacking
from bot.platforms.discord.where import PERSON
from bot.secret import Secret

TOKEN, INVITE, CHANNELS = "Discord token", "Discord invite", "Discord channel"
_REMEDY: Final = "In the Developer Portal, under Bot, press Reset Token and copy the new one."
_MAY: Final = "Allow it under the channel's settings, Permissions, for the role of Paperboy."


def invite_link(application: str) -> str:
    """Return the link by which a server adds Paperboy, with exactly what it uses."""
    return (
        f"https://discord.com/oauth2/authorize?client_id={application}"
        f"&scope=bot%20applications.commands&permissions={ASKED_FOR}"
    )


async def check_discord(token: Secret, channels: Collection[str]) -> list[Finding]:
    """Return how the token stands, the invite link, and what is missing in these channels."""
    async with QuietClient(Budget(SystemElapsed())) as client:
        try:
            await client.login(token.reveal())
        except discord.LoginFailure:
            text = "Discord does not know this token."
            return [Finding(TOKEN, Verdict.FAILED, text, _REMEDY)]
        except (discord.DiscordException, ClientError, TimeoutError, OSError) as error:
            text = f"Discord does not answer ({type(error).__name__})."
            remedy = "Look at the network, a proxy or a firewall: discord.com must be reachable."
            return [Finding(TOKEN, Verdict.FAILED, text, remedy)]
        assert client.user
        voice = Voice(Rest(client), str(client.user.id))
        link = invite_link(str(client.application_id))
        found = [
            Finding(TOKEN, Verdict.OK, f"it speaks as {client.user.name}"),
            await _servers(voice, link),
        ]
        rooms = [one for one in channels if not one.startswith(PERSON)]
        return found + [one async for one in _channels(voice, rooms)]


async def _servers(voice: Voice, link: str) -> Finding:
    servers = await voice.rest.ask(Route("GET", "/users/@me/guilds"))
    if not servers:
        return Finding(INVITE, Verdict.NOTE, f"in no server yet. Invite it: {link}")
    names = ", ".join(str(one["name"]) for one in servers[:5])
    more = f" and {len(servers) - 5} more" if len(servers) > 5 else ""  # noqa: PLR2004
    return Finding(INVITE, Verdict.OK, f"in {names}{more}. For another server: {link}")


async def _channels(voice: Voice, addresses: Collection[str]) -> AsyncIterator[Finding]:
    """Yield a line for each channel with subscriptions in which something is missing."""
    wrong = 0
    for address in addresses:
        try:
            told = await voice.rest.ask(Route("GET", CHANNEL, channel_id=address))
            missing = await _missing(voice, told)
        except discord.HTTPException as error:
            reason = LOST.get(error.code, f"Discord says {error.status}")
            yield Finding(CHANNELS, Verdict.FAILED, f"{address}: {reason}", _MAY)
            wrong += 1
        except (discord.DiscordException, ClientError, DeliveryError, TimeoutError) as error:
            yield Finding(CHANNELS, Verdict.SKIPPED, f"{address}: {type(error).__name__}")
            wrong += 1
        else:
            if missing:
                text = f"#{told.get('name', address)} lacks {', '.join(missing)}"
                yield Finding(CHANNELS, Verdict.FAILED, text, _MAY)
                wrong += 1
    if addresses and not wrong:
        yield Finding(CHANNELS, Verdict.OK, f"{len(addresses)} with all that is needed")


async def _missing(voice: Voice, channel: Mapping[str, Any]) -> list[str]:
    rights = await permissions_of(voice, channel)
    return lacking(rights, thread=channel.get("type") in THREAD_TYPES)
