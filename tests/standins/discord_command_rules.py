"""The documented rules of application commands. PURE.

In goes the list that an app registers, out come complaints
(https://docs.discord.com/developers/interactions/application-commands).
"""

import re
from collections.abc import Iterator
from typing import Any

from tests.standins.discord_limits import Complaint, Complaints, Where
from tests.standins.discord_world import Json

SUBCOMMAND, GROUP, STRING, INTEGER, NUMBER = 1, 2, 3, 4, 10
MOST, CHARACTERS = 100, 8000
NAME = re.compile(r"^[-_'\w]{1,32}$")
TOP_ONLY = ("default_member_permissions", "dm_permission", "contexts", "integration_types", "nsfw")


def command_complaints(commands: list[Any]) -> Complaints:
    """Return what is wrong with the commands of an app."""
    slash = [one for one in commands if isinstance(one, dict) and one.get("type", 1) == 1]
    if len(slash) > MOST:
        yield Complaint((), "BASE_TYPE_MAX_LENGTH", f"Must be {MOST} or fewer in length.")
    yield from _twice((), slash, "APPLICATION_COMMANDS_DUPLICATE_NAME")
    for at, one in enumerate(slash):
        yield from _named((at,), one)
        yield from _options((at, "options"), one.get("options") or [], depth=0)
        if (size := size_of(one)) > CHARACTERS:
            said = f"Command exceeds maximum size ({CHARACTERS}): {size}"
            yield Complaint((at,), "APPLICATION_COMMAND_TOO_LARGE", said)


def size_of(option: Json) -> int:
    """Return the characters that count towards 8,000: names, descriptions, values of choices."""
    choices = sum(len(str(one.get(key, ""))) for one in option.get("choices") or () for key in one)
    own = len(option.get("name", "")) + len(option.get("description", ""))
    return own + choices + sum(size_of(one) for one in option.get("options") or ())


def _named(where: Where, one: Json) -> Complaints:
    name, description = str(one.get("name", "")), one.get("description") or ""
    if not NAME.match(name) or name != name.lower():
        code = "APPLICATION_COMMAND_INVALID_NAME"
        yield Complaint((*where, "name"), code, "Command name is invalid")
    if not 1 <= len(description) <= 100:
        said = "Must be between 1 and 100 in length."
        yield Complaint((*where, "description"), "BASE_TYPE_BAD_LENGTH", said)


def _options(where: Where, options: list[Json], depth: int) -> Complaints:
    if len(options) > 25:
        yield Complaint(where, "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    yield from _twice(where, options, "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATED")
    yield from _order(where, options)
    kinds = {one.get("type") for one in options}
    nested = kinds & {SUBCOMMAND, GROUP}
    if nested and (kinds - nested or depth > 1 or (depth and GROUP in kinds)):
        said = "Sub-commands stand alone, at most in one group"
        yield Complaint(where, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", said)
    for at, one in enumerate(options):
        yield from _named((*where, at), one)
        yield from _option((*where, at), one)
        if one.get("type") in (SUBCOMMAND, GROUP):
            yield from _options((*where, at, "options"), one.get("options") or [], depth + 1)


def _option(where: Where, one: Json) -> Complaints:
    for key in TOP_ONLY:
        if key in one:
            said = "Only a whole command has this"
            yield Complaint((*where, key), "UNKNOWN_PROPERTY", said)
    choices = one.get("choices") or []
    if len(choices) > 25:
        said = "Must be 25 or fewer in length."
        yield Complaint((*where, "choices"), "BASE_TYPE_MAX_LENGTH", said)
    if choices and one.get("autocomplete"):
        code = "APPLICATION_COMMAND_OPTION_AUTOCOMPLETE_WITH_CHOICES"
        yield Complaint((*where, "autocomplete"), code, "An option has choices or autocomplete")
    if one.get("autocomplete") and one.get("type") not in (STRING, INTEGER, NUMBER):
        code = "APPLICATION_COMMAND_OPTION_AUTOCOMPLETE_INVALID_TYPE"
        yield Complaint((*where, "autocomplete"), code, "Only text and numbers complete")


def _twice(where: Where, all_: list[Json], code: str) -> Complaints:
    seen: set[object] = set()
    for at, one in enumerate(all_):
        if one.get("name") in seen:
            yield Complaint((*where, at, "name"), code, "This name is already used")
        seen.add(one.get("name"))


def _order(where: Where, options: list[Json]) -> Iterator[Complaint]:
    wanted = [bool(one.get("required")) for one in options]
    if wanted != sorted(wanted, reverse=True):
        code = "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"
        yield Complaint(where, code, "Required options must be placed before non-required options")
