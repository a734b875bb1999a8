"""Who may change a channel's subscriptions, as the operator set it. PURE."""

from typing import Final

from bot.model import Place
from bot.platforms.slack.people import Profile

MEMBERS: Final = "members"
CREATOR: Final = "creator"
WhoMayEdit = str | tuple[str, ...]
"""`MEMBERS` (whoever can type in the channel), `CREATOR` (and admins), or ids of people."""


def may_edit(who: WhoMayEdit, user: str, profile: Profile, place: Place | None) -> bool:
    """Tell whether a person may change a channel; nobody has made an unknown place yet."""
    if isinstance(who, tuple):
        return user in who
    if who == CREATOR:
        return place is None or place.creator in ("", user) or profile.admin
    return True


def right_in_words(who: WhoMayEdit) -> str:
    """Return what `may_edit` needs, to be read after "Changing #papers needs"."""
    if who == CREATOR:
        return "its creator or an admin of the workspace"
    if who == MEMBERS:
        return "you to be in the channel"
    return "one of the people whom the operator of Paperboy has named"
