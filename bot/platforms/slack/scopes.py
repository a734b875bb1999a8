"""The scopes that Paperboy asks a workspace for, each with its reason. PURE.

`deploy/slack-manifest.yaml` asks for `NEEDED`; `deploy/slack-manifest-recheck.yaml` also for
`RECHECK`. Which method needs which scope: https://docs.slack.dev/reference/methods.
"""

from collections.abc import Collection, Mapping

NEEDED: Mapping[str, str] = {
    "commands": "the command /arxiv",
    "chat:write": "posting digests, alerts and answers",
    "channels:read": "names of public channels, and hearing when one is renamed, archived or left",
    "channels:join": "joining a public channel that was subscribed before Paperboy was invited",
    "groups:read": "the same as channels:read for the private channels it was invited to",
    "im:write": "opening the direct message in which alerts come",
    "users:read": "a person's time zone, and whether an account is still active",
}
RECHECK: Mapping[str, str] = {
    "channels:history": "looking in a public channel whether a digest arrived",
    "groups:history": "the same in private channels",
    "im:history": "the same in direct messages",
    "metadata.message:read": "recognising its own messages there by their key",
}


def missing(scopes: Collection[str]) -> list[str]:
    """Return the needed scopes that are not among these."""
    return [name for name in NEEDED if name not in scopes]


def can_recheck(scopes: Collection[str]) -> bool:
    """Tell whether these scopes allow looking for a message whose arrival is in doubt."""
    return all(name in scopes for name in RECHECK)
