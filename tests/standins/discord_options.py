"""What Discord's own client makes of a typed command: its definition, options, resolved values.

PURE. In go the registered commands and what somebody types, out comes the `data` of the
interaction. What the client would not let through (an unknown option, a missing one, a channel that
the person does not see) is an AssertionError: the test is wrong, or the definition.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.standins import discord_shown as shown
from tests.standins.discord_command_rules import GROUP, INTEGER, NUMBER, STRING, SUBCOMMAND
from tests.standins.discord_permissions import Right
from tests.standins.discord_world import Json, World

BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE = 5, 6, 7, 8, 9
Chain = Sequence[Json]  # a command, then the group and the subcommand in it


def find(commands: Sequence[Json], path: str) -> Chain:
    """Return the command and subcommands that words such as "alert add" lead to."""
    words = path.removeprefix("/").split()
    found = [chain for chain in _chains(commands) if _leads(chain, words)]
    known = [" ".join(one["name"] for one in chain) for chain in _chains(commands)]
    assert len(found) == 1, f"/{path} is {len(found)} commands; registered are {known}"
    return found[0]


def _leads(chain: Chain, words: Sequence[str]) -> bool:
    names = [one["name"] for one in chain]
    return words in (names, names[1:])


def _chains(commands: Sequence[Json]) -> Iterator[Chain]:
    """Yield each command that can be sent, with what it stands in."""
    for one in commands:
        inside = [each for each in one.get("options") or () if each["type"] in (SUBCOMMAND, GROUP)]
        if inside:
            for chain in _chains(inside):
                yield (one, *chain)
        else:
            yield (one,)


def data(
    world: World,
    chain: Chain,
    given: Mapping[str, Any],
    *,
    user: str,
    server: str,
    focused: str = "",
) -> Json:
    """Return the data of the interaction; with `focused` as it is while somebody types there."""
    top, last = chain[0], chain[-1]
    known = {
        one["name"]: one
        for one in last.get("options") or ()
        if one["type"] not in (SUBCOMMAND, GROUP)
    }
    _named(last["name"], known, given, all_of_them=not focused)
    resolved: Json = {}
    options = [
        _option(known[name], value, focused=name == focused) for name, value in given.items()
    ]
    for one, value in ((known[name], str(value)) for name, value in given.items()):
        if not focused:
            _resolve(world, one, value, resolved, user, server)
    for one in reversed(chain[1:]):
        options = [{"name": one["name"], "type": one["type"], "options": options}]
    told: Json = {"id": top["id"], "name": top["name"], "type": 1, "options": options}
    told |= {"resolved": resolved} if resolved else {}
    return told


def _named(
    command: str, known: Mapping[str, Json], given: Mapping[str, Any], *, all_of_them: bool
) -> None:
    """Check that options exist, and that none is missing."""
    assert set(given) <= set(known), f"/{command} has {sorted(known)}, not {sorted(given)}"
    missing = [name for name, one in known.items() if one.get("required") and name not in given]
    assert not (all_of_them and missing), f"/{command} wants {missing}"


def _option(known: Json, value: Any, *, focused: bool) -> Json:
    name, kind = known["name"], known["type"]
    if focused:
        assert known.get("autocomplete"), f"{name} does not complete"
        return {"name": name, "type": kind, "value": str(value), "focused": True}
    _fits(known, value)
    if kind in (USER, CHANNEL, ROLE, MENTIONABLE):
        value = str(value)
    return {"name": name, "type": kind, "value": value}


def _fits(known: Json, value: Any) -> None:
    """Check a value as Discord's client does before it sends it."""
    name, kind = known["name"], known["type"]
    expected: Any = {INTEGER: int, NUMBER: (int, float), BOOLEAN: bool}.get(kind, str)
    assert isinstance(value, expected), f"{name} takes {expected}, not {value!r}"
    choices = [one["value"] for one in known.get("choices") or ()]
    assert not choices or value in choices, f"{name} is one of {choices}, not {value!r}"
    if kind == STRING:
        least, most = known.get("min_length", 0), known.get("max_length", 6000)
        assert least <= len(value) <= most, f"{name} has {least} to {most} characters"
    elif kind in (INTEGER, NUMBER):
        least, most = known.get("min_value", value), known.get("max_value", value)
        assert least <= value <= most, f"{name} is {least} to {most}"


def _resolve(world: World, known: Json, value: str, resolved: Json, user: str, server: str) -> None:
    """Tell besides what an id stands for."""
    match known["type"]:
        case 7:
            channel = world.channels[value]
            rights = world.rights(user, channel)
            assert channel.server == server, "only channels of this server are offered"
            assert Right.VIEW_CHANNEL in rights, f"{user} does not see #{channel.name}"
            kinds = known.get("channel_types")
            assert not kinds or channel.kind in kinds, f"#{channel.name} is not offered"
            told = {**shown.channel(world, channel), "permissions": str(int(rights))}
            resolved.setdefault("channels", {})[value] = told
        case 6:
            resolved.setdefault("users", {})[value] = shown.user(world.users[value])
            if server and (member := world.servers[server].members.get(value)):
                told = shown.member(member, world.servers[server].rights(value))
                parts = {key: told[key] for key in told if key not in ("user", "deaf", "mute")}
                resolved.setdefault("members", {})[value] = parts
        case 8:
            role = world.servers[server].roles[value]
            resolved.setdefault("roles", {})[value] = shown.role(role)
