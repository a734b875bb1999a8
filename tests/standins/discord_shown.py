"""How Discord shows a server, a channel, a person, a message to an app. PURE.

In goes the state, out comes JSON in the form of the REST API and the gateway, version 10.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from tests.standins.discord_permissions import Right
from tests.standins.discord_world import (
    DIRECT,
    EPOCH,
    HAS_THREAD,
    Channel,
    Json,
    Member,
    Message,
    Role,
    Server,
    User,
    World,
)

CONTENT = 1 << 15  # the intent
FIRST_DAY = "2024-01-02T03:04:05.000000+00:00"  # when everybody came


def moment(id_: str) -> str:
    """Return the time that an id tells, as Discord writes times."""
    told = datetime.fromtimestamp(((int(id_) >> 22) + EPOCH) / 1000, UTC)
    return told.isoformat(timespec="microseconds")


def user(one: User) -> Json:
    """Return a person or bot."""
    return {
        "id": one.id,
        "username": one.name,
        "discriminator": "0",
        "global_name": None if one.bot else one.name.title(),
        "avatar": None,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
        **({"bot": True} if one.bot else {}),
    }


def own_user(world: World) -> Json:
    """Return the bot to itself."""
    return {
        **user(world.bot),
        "verified": True,
        "mfa_enabled": True,
        "email": None,
        "locale": "en-US",
    }


def application(world: World) -> Json:
    """Return the app."""
    return {
        "id": world.app,
        "name": world.bot_name,
        "icon": None,
        "description": "",
        "summary": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "flags": 0,
        "flags_new": "0",
        "verify_key": "0" * 64,
        "owner": user(world.bot),
        "team": None,
        "type": None,
        "hook": True,
        "interactions_endpoint_url": world.interactions_url,
        "role_connections_verification_url": None,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": ["applications.commands", "bot"],
        "redirect_uris": [],
        "integration_types_config": {"0": {}, **({"1": {}} if world.user_install else {})},
        "approximate_guild_count": len(world.bot_servers()),
        "approximate_user_install_count": sum(one.installed for one in world.users.values()),
    }


def role(one: Role) -> Json:
    """Return a role."""
    return {
        "id": one.id,
        "name": one.name,
        "description": None,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": one.position,
        "permissions": str(int(one.rights)),
        "managed": False,
        "mentionable": one.mentionable,
        "flags": 0,
    }


def member(one: Member, rights: Right | None = None) -> Json:
    """Return a member; with `rights` as an interaction tells them."""
    told: Json = {
        "user": user(one.user),
        "nick": None,
        "avatar": None,
        "banner": None,
        "roles": sorted(one.roles),
        "joined_at": FIRST_DAY,
        "premium_since": None,
        "communication_disabled_until": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
    }
    return told if rights is None else {**told, "permissions": str(int(rights))}


def channel(world: World, one: Channel) -> Json:
    """Return a channel, a thread or direct messages."""
    last = one.messages[-1].id if one.messages else None
    base: Json = {"id": one.id, "type": one.kind, "flags": 0, "last_message_id": last}
    if one.kind == DIRECT:
        return {**base, "recipients": [user(world.users[one.recipient])]}
    base |= {"guild_id": one.server, "name": one.name, "rate_limit_per_user": 0}
    if one.is_thread:
        return {**base, **_thread(world, one)}
    return {
        **base,
        "position": 0,
        "parent_id": None,
        "topic": None,
        "nsfw": False,
        "permission_overwrites": [
            {
                "id": over.id,
                "type": int(over.member),
                "allow": str(int(over.allow)),
                "deny": str(int(over.deny)),
            }
            for over in one.overwrites.values()
        ],
    }


def _thread(world: World, one: Channel) -> Json:
    count = len(one.messages)
    return {
        "parent_id": one.parent,
        "owner_id": one.creator,
        "message_count": count,
        "total_message_sent": count,
        "member_count": 1,
        "thread_metadata": {
            "archived": one.archived,
            "auto_archive_duration": 1440,
            "archive_timestamp": moment(one.id),
            "create_timestamp": moment(one.id),
            "locked": one.locked,
        },
        **({"member": _joined(one)} if one.creator == world.app else {}),
    }


def _joined(thread: Channel) -> Json:
    return {
        "id": thread.id,
        "user_id": thread.creator,
        "join_timestamp": moment(thread.id),
        "flags": 0,
    }


def server(world: World, one: Server) -> Json:
    """Return a server as REST shows it."""
    return {
        "id": one.id,
        "name": one.name,
        "owner_id": one.owner,
        "roles": [role(each) for each in one.roles.values()],
        "preferred_locale": one.locale,
        "features": [],
        "emojis": [],
        "stickers": [],
        **_SETTINGS,
        "permissions": str(int(one.rights(world.app))),
    }


# What a plain server has, or has not.
_SETTINGS: Json = {
    "afk_channel_id": None,
    "afk_timeout": 300,
    "application_id": None,
    "banner": None,
    "default_message_notifications": 1,
    "description": None,
    "discovery_splash": None,
    "explicit_content_filter": 0,
    "home_header": None,
    "hub_type": None,
    "icon": None,
    "incidents_data": None,
    "max_members": 500000,
    "max_presences": None,
    "max_stage_video_channel_users": 50,
    "max_video_channel_users": 25,
    "mfa_level": 0,
    "nsfw": False,
    "nsfw_level": 0,
    "premium_progress_bar_enabled": False,
    "premium_subscription_count": 0,
    "premium_tier": 0,
    "public_updates_channel_id": None,
    "region": "deprecated",
    "rules_channel_id": None,
    "safety_alerts_channel_id": None,
    "splash": None,
    "system_channel_flags": 0,
    "system_channel_id": None,
    "vanity_url_code": None,
    "verification_level": 0,
    "widget_enabled": False,
    "widget_channel_id": None,
}


def arrival(world: World, one: Server) -> Json:
    """Return a server as GUILD_CREATE shows it: with what the bot may see in it."""
    all_ = world.channels_of(one)
    told = server(world, one)
    del told["permissions"]
    return {
        **told,
        "joined_at": FIRST_DAY,
        "large": False,
        "unavailable": False,
        "member_count": len(one.members),
        "members": [member(one.members[world.app])],
        # Discord lists every channel here, those that the bot may not see among them; threads only
        # where it may.
        "channels": [channel(world, each) for each in all_ if not each.is_thread],
        "threads": [
            channel(world, each)
            for each in all_
            if each.is_thread
            and not each.archived
            and Right.VIEW_CHANNEL in world.rights(world.app, each)
        ],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def brief_server(world: World, one: Server) -> Json:
    """Return a server as /users/@me/guilds lists it."""
    return {
        "id": one.id,
        "name": one.name,
        "icon": None,
        "banner": None,
        "owner": one.owner == world.app,
        "permissions": str(int(one.rights(world.app))),
        "features": [],
    }


def message(world: World, one: Message) -> Json:
    """Return a message as the bot sees it: of what others wrote in servers, only that it is there.

    The message content intent would show it more.
    """
    thread = world.channels.get(one.id)
    hidden = is_hidden(world, one)
    told: Json = {
        "id": one.id,
        "channel_id": one.channel,
        "type": one.kind,
        "author": user(world.users[one.author]),
        "content": "" if hidden else one.content,
        "components": [] if hidden else identified(one.components),
        "embeds": [] if hidden else [embed(each) for each in one.embeds],
        "attachments": [],
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": False,
        "pinned": False,
        "tts": False,
        "timestamp": moment(one.id),
        "edited_timestamp": one.edited or None,
        "flags": one.flags | (HAS_THREAD if thread else 0),
    }
    if one.reference:
        told["message_reference"] = {"type": 0, **one.reference}
    if one.interaction:
        told |= {"interaction_metadata": one.interaction, "webhook_id": world.app}
        told["application_id"] = world.app
    if thread:
        told["thread"] = channel(world, thread)
    return told


def embed(one: Json) -> Json:
    """Return an embed as Discord keeps it."""
    told = {"type": "rich", **one}
    if "fields" in one:
        told["fields"] = [{"inline": False, **each} for each in one["fields"]]
    return told


def is_hidden(world: World, one: Message) -> bool:
    """Tell whether the bot may not read what a message says."""
    public = bool(world.channels[one.channel].server)
    return public and one.author != world.app and not world.privileged & CONTENT


# ── components ───────────────────────────────────────────────────────────────────────────────────


# What a component has that was sent without it, by its type.
_USUAL: Mapping[int, Json] = {
    **{kind: {"min_values": 1, "max_values": 1} for kind in (3, 5, 6, 7, 8)},
    14: {"spacing": 1, "divider": True},
    17: {"accent_color": None, "spoiler": False},
}


def identified(components: Sequence[Json]) -> list[Json]:
    """Return components as Discord keeps them: each with an id of its own, selects filled up."""
    kept = copy.deepcopy(list(components))
    taken = {one["id"] for one in walk(kept) if one.get("id")}
    free = (number for number in range(1, 10_000) if number not in taken)
    for one in walk(kept):
        if not one.get("id"):
            one["id"] = next(free)
        for key, value in _USUAL.get(one["type"], {}).items():
            one.setdefault(key, value)
    return kept


def walk(components: Any) -> Iterator[Json]:
    """Yield every component with those inside it, as they are counted."""
    for one in components if isinstance(components, list) else ():
        if isinstance(one, dict):
            yield one
            yield from walk(one.get("components"))
            yield from walk([one[key] for key in ("accessory", "component") if key in one])
