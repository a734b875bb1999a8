"""What a person typed after "/arxiv" → the verb and the rest. PURE.

The verbs of people stand in `VERBS`; those that only buttons and forms send stand in `PRESSED`.
"""

import difflib
import re
from dataclasses import dataclass

from bot.errors import CommandError

VERBS = (
    "subscribe",
    "unsubscribe",
    "list",
    "edit",
    "pause",
    "resume",
    "preview",
    "status",
    "search",
    "alert",
    "saved",
    "export",
    "forget-me",
    "help",
)
PRESSED = (
    "resubscribe",
    "keep",
    "retry",
    "last",
    "layout",
    "move",
    "undo",
    "open",
    "more",
    "save",
    "unsave",
    "discuss",
    "exclude",
    "ping",
    "tell-empty",
    "doubt",
    "zone",
)
MANY = "many"
LONGEST_HEAD = 40  # characters of an unknown verb that are looked at and shown
_SYNONYMS = {
    "sub": "subscribe",
    "add": "subscribe",
    "unsub": "unsubscribe",
    "remove": "unsubscribe",
    "delete": "unsubscribe",
    "change": "edit",
    "ls": "list",
    "find": "search",
    "alerts": "alert",
    "forgetme": "forget-me",
    "forget": "forget-me",
    "?": "help",
    "": "help",
}
# Only these are options: a topic may begin with a dash, even with two.
_OPTION = re.compile(
    r"--(keep|add|apply|latest|bibtex|delete|page-(?P<page>[1-9][0-9]{0,2}))(?:\s+|$)"
)
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Typed:
    """A command as read: `rest` is untouched text, `options` are leading words such as --keep."""

    verb: str
    rest: str
    options: frozenset[str] = frozenset()
    page: int = 0  # from --page-2; the first page is 0


class UnknownVerb(CommandError):
    """A verb that is none. `near` is a known one that may be meant, or ""."""

    def __init__(self, verb: str, near: str) -> None:
        remedy = f"Did you mean {near}?" if near else "These are used most:"
        super().__init__(f'I don\'t know the command "{verb}".', remedy=remedy)
        self.near = near


def readable(text: str) -> str:
    """Return the text without characters that no command can hold (control, half of a pair)."""
    return _UNREADABLE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))


def read_command(text: str) -> Typed:
    """Return the verb and what follows it.

    Raises `UnknownVerb`, with the nearest known one in the remedy.
    """
    line = readable(text).strip()
    line = re.sub(r"^/arxiv(?=\s|$)", "", line, flags=re.IGNORECASE).strip()
    head, rest = _first_word(line)
    verb = _SYNONYMS.get(head.casefold(), head.casefold())
    if verb not in VERBS and verb not in PRESSED:
        near = difflib.get_close_matches(verb[:LONGEST_HEAD], VERBS, n=1, cutoff=0.6)
        raise UnknownVerb(head[:LONGEST_HEAD], near[0] if near else "")
    return read_options(verb, rest)


def read_options(verb: str, rest: str) -> Typed:
    """Return the command with the options that `rest` begins with taken off."""
    options: set[str] = set()
    page = 0
    while found := _OPTION.match(rest):
        options.add(found[1])
        page = int(found["page"] or page)
        rest = rest[found.end() :]
    return Typed(verb, rest, frozenset(options), page)


def read_number(rest: str) -> tuple[int | None, str]:
    """Return the leading subscription number, if there is one, and what follows it."""
    found = re.match(r"#?([0-9]{1,6})(?=\s|$)\s*", rest)
    return (int(found[1]), rest[found.end() :]) if found else (None, rest)


def is_many(typed: Typed) -> bool:
    """Say whether `subscribe` is followed by "many" as a word of its own.

    "many body localization" on one line is a topic.
    """
    first, _, rest = typed.rest.partition("\n")
    return first.strip().casefold() == MANY and (bool(rest) or first == typed.rest)


def _first_word(line: str) -> tuple[str, str]:
    head, rest, *_ = [*line.split(maxsplit=1), "", ""]
    return head, rest
