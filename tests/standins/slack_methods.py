"""What the stand-in's Web API does: each method changes the workspace and gives its answer."""

import itertools
from collections.abc import Callable, Mapping

from tests.standins.slack_rules import Refusal, lacking, scope_for
from tests.standins.slack_world import Channel, Json, Message, Workspace

Method = Callable[["Methods", Json], Json | Refusal]
MOST_VIEWS = 3  # modals on top of each other (https://docs.slack.dev/surfaces/modals)


class Methods:
    """The methods that the bot calls, on one workspace."""

    def __init__(self, workspace: Workspace, triggers: dict[str, str]) -> None:
        """`triggers`: live trigger ids, each with the person whose click it stands for."""
        self.workspace = workspace
        self._triggers = triggers
        self._used = set[str]()
        self._numbers = itertools.count(1)

    def call(self, method: str, arguments: Json) -> Json | Refusal:
        """Carry out a method that was judged before."""
        known = _METHODS.get(method)
        return known(self, arguments) if known else Refusal("unknown_method")

    # ── messages ─────────────────────────────────────────────────────────────────────────────────

    def post(self, asked: Json) -> Json | Refusal:
        channel = self._to_post(asked["channel"])
        if isinstance(channel, Refusal):
            return channel
        thread = asked.get("thread_ts")
        if thread and not any(one.ts == thread for one in channel.messages):
            return Refusal("thread_not_found")
        message = self.workspace.post(channel, asked)
        return {"ok": True, "channel": channel.id, "ts": message.ts}

    def post_ephemeral(self, asked: Json) -> Json | Refusal:
        channel = self._to_post(asked["channel"])
        if isinstance(channel, Refusal):
            return channel
        if asked["user"] not in channel.members:
            return Refusal("user_not_in_channel")
        message = self.workspace.post(channel, asked, to=asked["user"])
        return {"ok": True, "message_ts": message.ts}

    def _to_post(self, id_: str) -> Channel | Refusal:
        channel = self._seen(id_)
        if isinstance(channel, Refusal):
            return channel
        if channel.archived:
            return Refusal("is_archived")
        public = not channel.private and "chat:write.public" in self.workspace.scopes
        if self.workspace.bot_user not in channel.members and not public:
            return Refusal("not_in_channel")
        if channel.restricted:
            return Refusal(channel.restricted)
        if channel.im and self.workspace.users[channel.im].deleted:
            return Refusal("user_disabled")
        return channel

    def _seen(self, id_: str, right: str = "") -> Channel | Refusal:
        """Return a channel that the bot can see; a `right` needs the scope of its kind."""
        channel = self.workspace.channels.get(id_)
        hidden = channel and channel.private and self.workspace.bot_user not in channel.members
        if channel is None or channel.deleted or hidden:
            return Refusal("channel_not_found")
        if right and (scope := scope_for(channel.kind, right)) not in self.workspace.scopes:
            return lacking(scope, self.workspace.scopes)
        return channel

    # ── conversations ────────────────────────────────────────────────────────────────────────────

    def open(self, asked: Json) -> Json | Refusal:
        users = asked["users"]
        (id_,) = users.split(",") if isinstance(users, str) else users
        user = self.workspace.users.get(id_)
        if user is None:
            return Refusal("user_not_found")
        if user.deleted:
            return Refusal("user_disabled")
        if user.bot:
            return Refusal("cannot_dm_bot")
        return {"ok": True, "channel": {"id": self.workspace.direct(id_).id}}

    def info(self, asked: Json) -> Json | Refusal:
        channel = self._seen(asked["channel"], "read")
        if isinstance(channel, Refusal):
            return channel
        told = {
            "id": channel.id,
            "name": channel.name,
            "is_private": channel.private,
            "is_archived": channel.archived,
            "is_im": bool(channel.im),
            "is_member": self.workspace.bot_user in channel.members,
        }
        return {"ok": True, "channel": told}

    def join(self, asked: Json) -> Json | Refusal:
        channel = self._seen(asked["channel"])
        if isinstance(channel, Refusal):
            return channel
        if channel.private:
            return Refusal("method_not_supported_for_channel_type")
        if channel.archived:
            return Refusal("is_archived")
        channel.members.add(self.workspace.bot_user)
        return {"ok": True, "channel": {"id": channel.id}}

    def members(self, asked: Json) -> Json | Refusal:
        channel = self._seen(asked["channel"], "read")
        if isinstance(channel, Refusal):
            return channel
        return {"ok": True, "members": sorted(channel.members)}

    def history(self, asked: Json) -> Json | Refusal:
        channel = self._readable(asked["channel"])
        if isinstance(channel, Refusal):
            return channel
        top = [one for one in channel.messages if not one.to and one.is_top]
        return self._page(channel, top[::-1], asked)

    def replies(self, asked: Json) -> Json | Refusal:
        channel = self._readable(asked["channel"])
        if isinstance(channel, Refusal):
            return channel
        parent = channel.message(asked["ts"])
        if parent is None:
            return Refusal("thread_not_found")
        return self._page(channel, [parent, *channel.replies(parent.ts)], asked)

    def _readable(self, id_: str) -> Channel | Refusal:
        channel = self._seen(id_, "history")
        if isinstance(channel, Refusal):
            return channel
        if self.workspace.bot_user not in channel.members:
            return Refusal("not_in_channel")
        return channel

    def _page(self, channel: Channel, messages: list[Message], asked: Json) -> Json:
        """Return one page between `oldest` and `latest`; the cursor is how many came before."""
        oldest, inclusive = (
            float(asked.get("oldest") or 0),
            asked.get("inclusive") in (True, 1, "1", "true"),
        )
        kept = [
            one
            for one in messages
            if float(one.ts) > oldest or (inclusive and float(one.ts) == oldest)
        ]
        start, size = int(asked.get("cursor") or 0), int(asked.get("limit") or 100)
        more = start + size < len(kept)
        metadata = bool(asked.get("include_all_metadata")) and (
            "metadata.message:read" in self.workspace.scopes
        )
        return {
            "ok": True,
            "messages": [
                one.shown(metadata=metadata, replies=channel.replies(one.ts))
                for one in kept[start : start + size]
            ],
            "has_more": more,
            "response_metadata": {"next_cursor": str(start + size) if more else ""},
        }

    # ── people and views ─────────────────────────────────────────────────────────────────────────

    def who(self, _asked: Json) -> Json:
        here = self.workspace
        return {
            "ok": True,
            "url": "https://paper.slack.example/",
            "team": here.name,
            "user": here.users[here.bot_user].name,
            "team_id": here.team,
            "user_id": here.bot_user,
            "bot_id": here.bot,
        }

    def user(self, asked: Json) -> Json | Refusal:
        user = self.workspace.users.get(asked["user"])
        if user is None:
            return Refusal("user_not_found")
        told = {
            "id": user.id,
            "name": user.name,
            "deleted": user.deleted,
            "is_bot": user.bot,
            "is_admin": user.admin,
            "is_owner": user.owner,
            "tz": user.zone,
        }
        return {"ok": True, "user": told}

    def open_view(self, asked: Json) -> Json | Refusal:
        user = self._triggered(asked)
        if isinstance(user, Refusal):
            return user
        self.workspace.close(user)
        return self._keep(f"V{next(self._numbers)}", asked["view"], user)

    def push_view(self, asked: Json) -> Json | Refusal:
        user = self._triggered(asked)
        if isinstance(user, Refusal):
            return user
        below = self.workspace.stack(user)
        if not below:
            return Refusal("not_found")
        if len(below) == MOST_VIEWS:
            return Refusal("push_limit_reached")
        return self._keep(f"V{next(self._numbers)}", asked["view"], user)

    def _triggered(self, asked: Json) -> str | Refusal:
        """Return whose click a trigger stands for; it can be used once, and soon."""
        trigger = asked.get("trigger_id", "")
        if trigger in self._used:
            return Refusal("exchanged_trigger_id")
        if trigger not in self._triggers:
            return Refusal("expired_trigger_id")
        self._used.add(trigger)
        return self._triggers.pop(trigger)

    def update_view(self, asked: Json) -> Json | Refusal:
        known = self.workspace.modals.get(asked.get("view_id", ""))
        if known is None:
            return Refusal("not_found")
        if asked.get("hash") and asked["hash"] != known["hash"]:
            return Refusal("hash_conflict")
        return self._keep(known["id"], asked["view"], known["user"])

    def publish(self, asked: Json) -> Json | Refusal:
        if asked["user_id"] not in self.workspace.users:
            return Refusal("invalid_arguments")
        self.workspace.homes[asked["user_id"]] = asked["view"]
        return {"ok": True, "view": {"id": f"VH{asked['user_id']}"}}

    def _keep(self, id_: str, view: Json, user: str) -> Json:
        kept = {**view, "id": id_, "hash": f"{next(self._numbers)}.x", "user": user}
        self.workspace.modals[id_] = kept
        return {"ok": True, "view": kept}


_METHODS: Mapping[str, Method] = {
    "auth.test": Methods.who,
    "chat.postMessage": Methods.post,
    "chat.postEphemeral": Methods.post_ephemeral,
    "conversations.open": Methods.open,
    "conversations.info": Methods.info,
    "conversations.join": Methods.join,
    "conversations.members": Methods.members,
    "conversations.history": Methods.history,
    "conversations.replies": Methods.replies,
    "users.info": Methods.user,
    "views.open": Methods.open_view,
    "views.push": Methods.push_view,
    "views.update": Methods.update_view,
    "views.publish": Methods.publish,
}
POSTS = ("chat.postMessage", "chat.postEphemeral")
