"""The command /arxiv as Discord is told about it; what somebody chose → what was typed. PURE.

`default_member_permissions` is not set: it would hide alerts and searches from members too. Each
subcommand that changes a channel checks the person's rights there itself.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from bot.errors import PayloadError
from bot.payload import Payload, number, rows, table, text

Json = dict[str, Any]

NAME: Final = "arxiv"
_SUBCOMMAND, _GROUP, _STRING, _CHANNEL, _ROLE = 1, 2, 3, 7, 8
_MESSAGE_CHANNELS: Final = [0, 5, 10, 11, 12]
TOPIC, WHICH, WHEN, ZONE = "topic", "which", "when", "zone"
ROLE, FILTER = "role", "filter"


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a subcommand; all are text but the channel and the role."""

    name: str
    description: str
    required: bool = False
    suggests: bool = True
    choices: tuple[str, ...] = ()

    def as_json(self) -> Json:
        """Return the option as Discord wants it."""
        if self.name == "channel":
            told: Json = {"type": _CHANNEL, "channel_types": _MESSAGE_CHANNELS}
        elif self.name == ROLE:
            told = {"type": _ROLE}
        elif self.choices:
            choices = [{"name": one, "value": one} for one in self.choices]
            told = {"type": _STRING, "choices": choices}
        else:
            told = {"type": _STRING, "autocomplete": self.suggests, "max_length": 1_000}
        return {
            "name": self.name,
            "description": self.description,
            "required": self.required,
            **told,
        }


@dataclass(frozen=True, slots=True)
class Verb:
    """A subcommand; `typed` is what it means, with the options' names in braces."""

    name: str
    description: str
    typed: str
    options: tuple[Option, ...] = ()

    def as_json(self) -> Json:
        """Return the subcommand as Discord wants it."""
        return {
            "type": _SUBCOMMAND,
            "name": self.name,
            "description": self.description,
            "options": [one.as_json() for one in self.options],
        }


_TOPIC: Final = Option(TOPIC, "image generation, or cat:cs.LG, or au:hinton")
_WHEN: Final = Option(WHEN, "daily at 9:00, or weekly on mon, or on arrival")
_WHICH: Final = Option(WHICH, "Its number or topic")
_CHANNEL_HERE: Final = Option("channel", "Another channel or thread than this one")
_SUGGESTED_UNTIL: Final = Option("until", "For example: mon, or 24 Dec", suggests=False)
_QUERY: Final = Option("query", "A topic, an author or a paper's number", required=True)
_FORMAT: Final = Option("format", "How to show them", choices=("cards", "bibtex"))
_LAYOUT: Final = Option(
    "layout", "How digests look", required=True, choices=("auto", "cards", "compact", "thread")
)
_WORD: Final = Option("word", "What to leave out of every topic here: survey", suggests=False)
_ZONE: Final = Option(ZONE, "Your time zone: Europe/Berlin")
_SERVER_ZONE: Final = Option(ZONE, "The server's time zone: Europe/Berlin")
_FILTER: Final = Option(
    FILTER, "Under every topic here: only cs.*, stat.*; -survey (or: off)", suggests=False
)
_ROLE_CALLED: Final = Option(ROLE, "A role that may be mentioned; without one, nobody is")

VERBS: Final = (
    Verb(
        "subscribe",
        "Get papers on a topic here; without a topic a form opens",
        "subscribe {when}{topic}",
        (_TOPIC, _WHEN, _CHANNEL_HERE),
    ),
    Verb(
        "many", "Subscribe to many topics at once, one a line", "subscribe many", (_CHANNEL_HERE,)
    ),
    Verb("unsubscribe", "Stop a topic here", "unsubscribe {which}", (_WHICH, _CHANNEL_HERE)),
    Verb("list", "What this channel gets, when, and how it stands", "list", (_CHANNEL_HERE,)),
    Verb(
        "edit",
        "Change a topic, its time or how it looks; opens a form",
        "edit {which} {when}{topic}",
        (_WHICH, _WHEN, _TOPIC, _CHANNEL_HERE),
    ),
    Verb(
        "pause",
        "Let a topic rest; the digest after it covers the days between",
        "pause {which} {until}",
        (_WHICH, _SUGGESTED_UNTIL, _CHANNEL_HERE),
    ),
    Verb("resume", "Let a topic go on", "resume {which}", (_WHICH, _CHANNEL_HERE)),
    Verb(
        "layout",
        "How all digests here look: cards, one line a paper, or a thread",
        "layout density={layout}",
        (_LAYOUT, _CHANNEL_HERE),
    ),
    Verb(
        "exclude",
        "Leave papers with a word out of every topic here",
        "exclude {word}",
        (_WORD, _CHANNEL_HERE),
    ),
    Verb(
        "ping",
        "Mention a role with each digest of a topic",
        "ping {role}{which}",
        (_WHICH, _ROLE_CALLED, _CHANNEL_HERE),
    ),
    Verb(
        "preview",
        "The next digest as it stands, or what a topic would bring",
        "preview {topic}",
        (_TOPIC, _CHANNEL_HERE),
    ),
    Verb("status", "What is late, waiting or in doubt here, and why", "status", (_CHANNEL_HERE,)),
    Verb("search", "Search papers, newest first", "search {query}", (_QUERY,)),
    Verb("saved", "The papers that you saved", "saved {format}", (_FORMAT,)),
    Verb("export", "All topics here as text", "export", (_CHANNEL_HERE,)),
    Verb("zone", "The time zone in which you read times", "zone {zone}", (_ZONE,)),
    Verb("forget-me", "What is kept about you, and deleting it", "forget-me"),
    Verb("help", "The most used commands", "help"),
)
ALERTS: Final = (
    Verb("add", "Get papers as direct messages", "alert add {when}{topic}", (_TOPIC, _WHEN)),
    Verb("remove", "Stop an alert", "alert remove {which}", (_WHICH,)),
    Verb("list", "Your alerts", "alert list"),
    Verb(
        "edit",
        "Change an alert; opens a form",
        "alert edit {which} {when}{topic}",
        (_WHICH, _WHEN, _TOPIC),
    ),
    Verb("pause", "Let an alert rest", "alert pause {which} {until}", (_WHICH, _SUGGESTED_UNTIL)),
    Verb("resume", "Let an alert go on", "alert resume {which}", (_WHICH,)),
    Verb("many", "Get many alerts at once, one a line", "alert add many"),
    Verb("skip", "Leave out of your alerts what this channel showed", "alert skip"),
    Verb("export", "All your alerts as text", "alert export"),
)
SERVER: Final = Verb(
    "server",
    "The time zone of this server, and a filter under all its topics",
    "server {zone}{filter}",
    (_SERVER_ZONE, _FILTER),
)
_BY_PATH: Final[Mapping[tuple[str, ...], Verb]] = {
    **{(one.name,): one for one in (*VERBS, SERVER)},
    **{("alert", one.name): one for one in ALERTS},
}


def definition() -> list[Json]:
    """Return all commands, as Discord's bulk overwrite takes them."""
    alerts = {
        "type": _GROUP,
        "name": "alert",
        "description": "Papers for you alone, as direct messages",
        "options": [one.as_json() for one in ALERTS],
    }
    return [
        {
            "type": 1,
            "name": NAME,
            "description": "Daily digests of arXiv papers",
            "options": [*(one.as_json() for one in VERBS), alerts, SERVER.as_json()],
            "integration_types": [0, 1],
            "contexts": [0, 1, 2],
        }
    ]


def fingerprint(commands: Sequence[Json]) -> str:
    """Return a text that is another one as soon as the definition is."""
    text = json.dumps(commands, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody chose: what they could have typed, and where it shall go."""

    text: str
    channel: str = ""  # another one than where they are
    role: str = ""  # its id


def read_command(data: Payload) -> Chosen:
    """Return what a command means. Raises `PayloadError` for a command that is not ours."""
    path, options = _path(data)
    verb = _BY_PATH.get(path)
    if data.get("name") != NAME or verb is None:
        raise PayloadError(f"no command of ours: {text(data.get('name'))} {' '.join(path)}")
    given = {text(one.get("name")): text(one.get("value")).strip() for one in options}
    role = given.get(ROLE, "")
    if role:
        told = table(table(table(data.get("resolved")).get("roles")).get(role))
        given[ROLE] = f"{role} {text(told.get('name')) or role}"
    return Chosen(_typed(verb, given), given.get("channel", ""), role)


def focused(data: Payload) -> tuple[tuple[str, ...], str, str]:
    """Return the subcommand, the option that somebody is typing in, and what stands there."""
    path, options = _path(data)
    for one in options:
        if one.get("focused"):
            return path, text(one.get("name")), text(one.get("value"))
    raise PayloadError("nothing is being typed")


def _typed(verb: Verb, given: Mapping[str, str]) -> str:
    values = {one.name: given.get(one.name, "") for one in verb.options}
    if values.get(WHEN):  # as a setting, so that no word of the topic is taken for a time
        values[WHEN] = f"when={quote(values[WHEN], safe=':/')} "
    for name in (FILTER, ROLE, *([ZONE] if verb is SERVER else [])):
        if values.get(name):
            values[name] = f"{name}={quote(values[name], safe='/')} "
    if values.get("until") and not values["until"].startswith(("until ", "for ")):
        values["until"] = f"until {values['until']}"
    if values.get("format"):
        values["format"] = "--bibtex" if values["format"] == "bibtex" else ""
    return " ".join(verb.typed.format(**values).split())


def _path(data: Payload) -> tuple[tuple[str, ...], Sequence[Payload]]:
    names: list[str] = []
    options = [table(one) for one in rows(data.get("options"))]
    while options and number(options[0].get("type")) in (_SUBCOMMAND, _GROUP):
        names.append(text(options[0].get("name")))
        options = [table(one) for one in rows(options[0].get("options"))]
    return tuple(names), options
