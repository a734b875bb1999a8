"""What happens in a server without the bot's doing, each told to it as the gateway tells it."""

from tests.standins import discord_shown as shown
from tests.standins.discord_gateway import Gateway
from tests.standins.discord_permissions import NONE, Overwrite, Right
from tests.standins.discord_world import ADA, SERVER, Channel, Json, Role, World


class Events:
    """The life of servers."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self.world = world
        self._gateway = gateway

    # ── channels and threads ─────────────────────────────────────────────────────────────────────

    async def delete_channel(self, id_: str) -> None:
        """Delete a channel or a thread; with a channel its threads are gone."""
        channel = self.world.channels[id_]
        channel.deleted = True
        for one in self.world.channels.values():
            one.deleted = one.deleted or one.parent == id_
        await self._about(channel, "DELETE")

    async def create_channel(self, name: str, server: str = SERVER) -> Channel:
        """Make a new channel."""
        channel = self.world.add_channel(self.world.servers[server], name)
        await self._about(channel, "CREATE")
        return channel

    async def start_thread(self, parent: str, name: str, user: str = ADA) -> Channel:
        """Let somebody start a public thread."""
        thread = self.world.add_thread(self.world.channels[parent], name, creator=user)
        await self._about(thread, "CREATE")
        return thread

    async def rename(self, id_: str, name: str) -> None:
        """Rename a channel or a thread."""
        self.world.channels[id_].name = name
        await self._about(self.world.channels[id_], "UPDATE")

    async def archive(self, id_: str, *, locked: bool = False) -> None:
        """Close a thread; if `locked`, only moderators may open it again."""
        thread = self.world.channels[id_]
        thread.archived, thread.locked = True, locked
        await self._about(thread, "UPDATE")

    async def unarchive(self, id_: str) -> None:
        """Open a thread again."""
        thread = self.world.channels[id_]
        thread.archived = thread.locked = False
        await self._about(thread, "UPDATE")

    async def overwrite(
        self, id_: str, whom: str, *, allow: Right = NONE, deny: Right = NONE
    ) -> None:
        """Set what a channel allows and denies to a role or (by a person's id) a member."""
        channel = self.world.channels[id_]
        channel.overwrites[whom] = Overwrite(whom, allow, deny, whom in self.world.users)
        await self._about(channel, "UPDATE")

    async def _about(self, channel: Channel, what: str) -> None:
        if channel.is_thread and not self._is_seen(channel):
            return  # Discord tells of threads only those who may see them
        kind = "THREAD" if channel.is_thread else "CHANNEL"
        told = shown.channel(self.world, channel)
        if channel.is_thread and what == "DELETE":
            told = {key: told[key] for key in ("id", "guild_id", "parent_id", "type")}
        await self._gateway.tell(f"{kind}_{what}", told, channel.server)

    def _is_seen(self, channel: Channel) -> bool:
        return Right.VIEW_CHANNEL in self.world.rights(self.world.app, channel)

    # ── roles and members ────────────────────────────────────────────────────────────────────────

    async def change_role(self, role: str, rights: Right, server: str = SERVER) -> None:
        """Let a role have these rights; "@everyone" is the role with the server's id."""
        here = self.world.servers[server]
        fresh = role not in here.roles
        one = here.roles.setdefault(role, Role(role, f"role {role}"))
        one.rights = rights
        told: Json = {"guild_id": server, "role": shown.role(one)}
        kind = "GUILD_ROLE_CREATE" if fresh else "GUILD_ROLE_UPDATE"
        await self._gateway.tell(kind, told, server)

    async def delete_role(self, role: str, server: str = SERVER) -> None:
        """Take a role away from the server and from everybody who has it."""
        here = self.world.servers[server]
        del here.roles[role]
        for member in here.members.values():
            member.roles.discard(role)
        told = {"guild_id": server, "role_id": role}
        await self._gateway.tell("GUILD_ROLE_DELETE", told, server)

    async def give_role(self, user: str, *roles: str, server: str = SERVER) -> None:
        """Let somebody (the bot too) have these roles and no others."""
        here = self.world.servers[server].members[user]
        here.roles = set(roles)
        told = {**shown.member(here), "guild_id": server}
        await self._gateway.tell("GUILD_MEMBER_UPDATE", told, server)

    async def remove_member(self, user: str, server: str = SERVER) -> None:
        """Let somebody leave; bots without the members intent are not told."""
        del self.world.servers[server].members[user]
        told = {"guild_id": server, "user": shown.user(self.world.users[user])}
        await self._gateway.tell("GUILD_MEMBER_REMOVE", told, server)

    # ── the bot's token ──────────────────────────────────────────────────────────────────────────

    async def replace_token(self, token: str) -> None:
        """Let the operator make a new token; the old one is worth nothing from now on."""
        self.world.token = token
        self._gateway.forget_sessions()
        await self._gateway.close(4004)

    # ── whole servers ────────────────────────────────────────────────────────────────────────────

    async def kick_bot(self, server: str = SERVER) -> None:
        """Throw the bot out."""
        self.world.servers[server].members.pop(self.world.app, None)
        await self._gateway.tell("GUILD_DELETE", {"id": server}, server)

    async def invite_bot(self, server: str = SERVER) -> None:
        """Let the bot in (again)."""
        here = self.world.servers[server]
        here.join(self.world.bot)
        told = shown.arrival(self.world, here)
        del told["unavailable"]  # which tells a new server from one that is back
        await self._gateway.tell("GUILD_CREATE", told, server)

    async def delete_server(self, server: str = SERVER) -> None:
        """Delete a server; the bot is told the same as when it is thrown out."""
        self.world.servers[server].deleted = True
        await self._gateway.tell("GUILD_DELETE", {"id": server}, server)

    async def fail(self, server: str = SERVER) -> None:
        """Let an outage begin."""
        self.world.servers[server].unavailable = True
        told = {"id": server, "unavailable": True}
        await self._gateway.tell("GUILD_DELETE", told, server)

    async def recover(self, server: str = SERVER) -> None:
        """Let an outage end."""
        here = self.world.servers[server]
        here.unavailable = False
        await self._gateway.tell("GUILD_CREATE", shown.arrival(self.world, here), server)
