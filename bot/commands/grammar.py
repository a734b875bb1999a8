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
    "open",
    "more",
    "save",
    "unsave",
    "discuss",
    "exclude",
    "tell-empty",
    "doubt",
)
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
_OPTION = re.compile(r"--([a-z0-9-]+)(?:\s+|$)")


@dataclass(frozen=True, slots=True)
class Typed:
    """A command as read: `rest` is untouched text, `options` are leading words such as --many."""

    verb: str
    rest: str
    options: frozenset[str] = frozenset()


def read_command(text: str) -> Typed:
    """Return the verb and what follows it.

    Raises `CommandError` for an unknown verb, with the nearest known one in the remedy.
    """
    head, _, rest = text.strip().removeprefix("/arxiv").strip().partition(" ")
    verb = _SYNONYMS.get(head.casefold(), head.casefold())
    if verb not in VERBS and verb not in PRESSED:
        near = difflib.get_close_matches(verb, VERBS, n=1, cutoff=0.6)
        remedy = f"Did you mean {near[0]}?" if near else "Type /arxiv help for the commands."
        raise CommandError(f"I don't know the command {head}.", remedy=remedy)
    options: set[str] = set()
    rest = rest.strip()
    while found := _OPTION.match(rest):
        options.add(found[1])
        rest = rest[found.end() :]
    return Typed(verb, rest, frozenset(options))


def read_number(rest: str, verb: str) -> tuple[int, str]:
    """Return the leading subscription number and what follows it.

    Raises `CommandError` that shows the command with an example.
    """
    found = re.match(r"#?(\d{1,6})\b\s*", rest)
    if not found:
        raise CommandError(
            "Which one? I need the number of the subscription.",
            remedy=f"/arxiv list shows the numbers; then for example /arxiv {verb} 2",
        )
    return int(found[1]), rest[found.end() :]
