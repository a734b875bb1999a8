"""The Home tab: a person's alerts, saved papers and channels. PURE.

It shows the core's own answers, one below the other, with their buttons about the right place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.dialogue import Action, Reply
from bot.platforms.slack.answers import pieces_of
from bot.platforms.slack.blocks import VIEW_BLOCKS, Block, button, numbered, rich, rows, title
from bot.platforms.slack.texts import words
from bot.platforms.slack.where import Where, addressed

_KEPT_FREE: Final = 2  # blocks for the line that says what is not shown


@dataclass(frozen=True, slots=True)
class Part:
    """One answer under its heading, and more buttons that belong to it."""

    heading: str
    reply: Reply
    where: Where
    actions: tuple[Action, ...] = ()


def home_view(parts: Sequence[Part]) -> dict[str, Any]:
    """Return the tab; what does not fit is said, with the command that shows it."""
    blocks: list[Block] = []
    for at, part in enumerate(parts):
        made = list(_blocks(part))
        if len(blocks) + len(made) > VIEW_BLOCKS - _KEPT_FREE:
            left = len(parts) - at
            blocks.append(rich([words(f"{left} more here: type /arxiv list in the channel.")]))
            break
        blocks += made
    return {"type": "home", "blocks": numbered(blocks)}


def _blocks(part: Part) -> Iterable[Block]:
    yield title(part.heading)
    own = replace(part.reply, title="", actions=tuple(_there(part.reply.actions, part.where)))
    if part.reply.title:
        yield rich([words(part.reply.title)])
    yield from (piece.block for piece in pieces_of(own))
    yield from rows(map(button, _there(part.actions, part.where)))


def _there(actions: Iterable[Action], where: Where) -> list[Action]:
    return [replace(one, command=addressed(one.command, where.address)) for one in actions]
