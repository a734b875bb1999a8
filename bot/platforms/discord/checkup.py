"""The Discord token tried at Discord itself: the invite link, and what is missing where.

For `paperboy check`: nothing is sent, and no gateway is opened.
"""

from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from typing import Any, Final

import discord
from aiohttp import ClientError
from discord.http import Route

from bot.checkup import Finding, Verdict
from bot.clock import SystemElapsed
from bot.errors import DeliveryError
from bot.model import Destination
from bot.platforms.discord.client import CHANNEL, Voice, permissions_of
from bot.platforms.discord.errors import LOST
from bot.platforms.discord.gateway import QuietClient
from bot.platforms.discord.life import servers_of
from bot.platforms.discord.rest import Budget, Rest
from bot.platforms.discord.rights import (
    ASKED_FOR,
    IN_THREADS,
    NAMES,
    THREAD_TYPES,
    THREADS,
    holds,
    lacking,
)
from bot.platforms.discord.where import PERSON
from bot.secret import Secret

TOKEN, APP, INVITE = "Discord token", "Discord app", "Discord invite"
SERVER, CHANNELS = "Discord server", "Discord channel"
OPERATOR: Final = "Operator"
_REMEDY: Final = "In the Developer Portal, under Bot, press Reset Token and copy the new one."
_MAY: Final = "Allow it under the channel's settings, Permissions, for the role of Paperboy."
_IN_SERVER: Final = (
    "Allow it under Server Settings, Roles, for Paperboy; or in each channel where it posts."
)
_NETWORK: Final = "Look at the network, a proxy or a firewall: discord.com must be reachable."
_UNASKED: Final = (discord.DiscordException, ClientError, DeliveryError, TimeoutError, OSError)
_TO_SERVERS, _TO_PERSONS = "0", "1"  # keys of an app's ways to be installed


def invite_link(application: str) -> str:
    """Return the link by which a server adds Paperboy, with exactly what it uses."""
    return (
        f"https://discord.com/oauth2/authorize?client_id={application}&integration_type=0"
        f"&scope=bot%20applications.commands&permissions={ASKED_FOR}"
    )


def personal_link(application: str) -> str:
    """Return the link by which somebody adds Paperboy for themselves alone."""
    return (
        f"https://discord.com/oauth2/authorize?client_id={application}&integration_type=1"
        "&scope=applications.commands"
    )


async def check_discord(token: Secret, places: Collection[Destination]) -> list[Finding]:
    """Return how the token stands, the invite links, and what is missing at these places."""
    async with QuietClient(Budget(SystemElapsed())) as client:
        try:
            await client.login(token.reveal())
        except discord.LoginFailure:
            text = "Discord does not know this token."
            return [Finding(TOKEN, Verdict.FAILED, text, _REMEDY)]
        except _UNASKED as error:
            text = f"Discord does not answer ({type(error).__name__})."
            return [Finding(TOKEN, Verdict.FAILED, text, _NETWORK)]
        assert client.user
        application = str(client.application_id)
        voice = Voice(Rest(client), str(client.user.id))
        found = [Finding(TOKEN, Verdict.OK, f"it speaks as {client.user.name}")]
        try:
            told = await voice.rest.ask(Route("GET", "/applications/@me"))
            servers = await servers_of(voice.rest)
        except _UNASKED as error:
            text = f"Discord does not answer ({type(error).__name__})."
            return [*found, Finding(APP, Verdict.FAILED, text, _NETWORK)]
        rooms = [
            one.address
            for one in places
            if one.account == application and not one.address.startswith(PERSON)
        ]
        found += [*_app(told, application), _invite(servers, application), *_servers(servers)]
        return found + [one async for one in _channels(voice, servers, rooms)]


def _app(told: Mapping[str, Any], application: str) -> Iterator[Finding]:
    """Yield what stands in the Developer Portal otherwise than Paperboy needs it."""
    if told.get("interactions_endpoint_url"):
        text = "commands go to a web address, so Paperboy hears none of them."
        remedy = "In the Developer Portal, General Information, empty Interactions Endpoint URL."
        yield Finding(APP, Verdict.FAILED, text, remedy)
    installs = told.get("integration_types_config") or {}
    if _TO_SERVERS not in installs:
        text = "it cannot be added to servers."
        remedy = "In the Developer Portal, Installation, tick Guild Install."
        yield Finding(APP, Verdict.FAILED, text, remedy)
    if _TO_PERSONS in installs:
        yield Finding(APP, Verdict.OK, f"for alerts without a server: {personal_link(application)}")
    else:
        text = "people cannot add it for themselves alone; alerts work in servers only."
        remedy = "In the Developer Portal, Installation, tick User Install."
        yield Finding(APP, Verdict.NOTE, text, remedy)


def _invite(servers: Mapping[str, Mapping[str, Any]], application: str) -> Finding:
    link = invite_link(application)
    if not servers:
        return Finding(INVITE, Verdict.NOTE, f"in no server yet. Invite it: {link}")
    number = f"{len(servers):,} server{'s' if len(servers) > 1 else ''}"
    return Finding(INVITE, Verdict.OK, f"in {number}. For another one: {link}")


def _servers(servers: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    """Yield a line for each server whose roles do not give what the invite link asks for."""
    for one in servers.values():
        rights = int(one.get("permissions") or 0)
        missing = [name for right, name in NAMES.items() if not holds(rights, right)]
        if missing:
            text = f"{one.get('name', one['id'])}: its roles do not give {', '.join(missing)}"
            yield Finding(SERVER, Verdict.NOTE, text, _IN_SERVER)


async def _channels(
    voice: Voice, servers: Mapping[str, Mapping[str, Any]], addresses: Collection[str]
) -> AsyncIterator[Finding]:
    """Yield a line for each channel with subscriptions in which something is missing."""
    wrong = 0
    for address in addresses:
        finding = await _channel(voice, servers, address)
        if finding:
            wrong += 1
            yield finding
    if addresses and not wrong:
        yield Finding(CHANNELS, Verdict.OK, f"{len(addresses)} with all that is needed")


async def _channel(
    voice: Voice, servers: Mapping[str, Mapping[str, Any]], address: str
) -> Finding | None:
    try:
        told = await voice.rest.ask(Route("GET", CHANNEL, channel_id=address))
        rights = await permissions_of(voice, told)
    except discord.HTTPException as error:
        reason = LOST.get(error.code, f"Discord says {error.status}")
        return Finding(CHANNELS, Verdict.FAILED, f"{address}: {reason}", _MAY)
    except _UNASKED as error:
        return Finding(CHANNELS, Verdict.SKIPPED, f"{address}: {type(error).__name__}")
    server = servers.get(str(told.get("guild_id")), {}).get("name", "its server")
    name = f"#{told.get('name', address)} in {server}"
    thread = told.get("type") in THREAD_TYPES
    if missing := lacking(rights, thread=thread):
        return Finding(CHANNELS, Verdict.FAILED, f"{name} lacks {', '.join(missing)}", _MAY)
    wanted = [NAMES[one] for one in (THREADS, IN_THREADS) if not holds(rights, one)]
    if wanted and not thread:
        text = f"{name}: no threads, for it lacks {', '.join(wanted)}"
        return Finding(CHANNELS, Verdict.NOTE, text, _MAY)
    return None


async def who_is(token: Secret, user: str) -> Finding:
    """Return who is meant by the id of the operator."""
    async with QuietClient(Budget(SystemElapsed())) as client:
        try:
            await client.login(token.reveal())
            told = await Rest(client).ask(Route("GET", "/users/{user}", user=user))
        except discord.NotFound:
            text = f"Discord knows nobody with the id {user}."
            return Finding(OPERATOR, Verdict.FAILED, text, "With developer mode on: Copy User ID.")
        except (discord.DiscordException, ClientError, DeliveryError, OSError) as error:
            text = f"Discord does not say ({type(error).__name__})"
            return Finding(OPERATOR, Verdict.SKIPPED, text)
    return Finding(OPERATOR, Verdict.OK, f"{told.get('username', user)} is told of incidents")
