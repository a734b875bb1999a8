"""The Home tab: a person's alerts, saved papers and channels. PURE.

It shows the core's own answers, one below the other, with their buttons about the right place.
Slack takes 100 blocks: where there is more, each part shows what its share of them takes, and a
button that opens all of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.dialogue import Action, Reply
from bot.platforms.slack.answers import pieces_of
from bot.platforms.slack.blocks import VIEW_BLOCKS, Block, button, numbered, rich, rows, title
from bot.platforms.slack.texts import words
from bot.platforms.slack.where import Where, addressed

_LEAST: Final = 6  # blocks that a part with a heading, some content and buttons takes


@dataclass(frozen=True, slots=True)
class Part:
    """One answer under its heading, and more buttons that belong to it."""

    heading: str
    reply: Reply
    where: Where
    actions: tuple[Action, ...] = ()
    whole: str = ""  # the command that shows all of it


def home_view(parts: Sequence[Part]) -> dict[str, Any]:
    """Return the tab; of too many parts, those before the last one are named by a line."""
    most = VIEW_BLOCKS // _LEAST
    shown, left = list(parts), len(parts) - most
    if left > 0:
        shown = [*parts[: most - 1], parts[-1]]
    drawn = [_Drawn(part) for part in shown]
    room = VIEW_BLOCKS - 1 - sum(one.fixed for one in drawn)
    blocks: list[Block] = []
    for one, share in zip(drawn, _shares([len(one.body) for one in drawn], room), strict=True):
        blocks += one.cut(share)
    if left > 0:
        text = f"{left} more of your channels: type /arxiv list there."
        blocks.append(rich([words(text)]))
    return {"type": "home", "blocks": numbered(blocks)}


class _Drawn:
    """A part in blocks: what always stands there, and what may be cut."""

    def __init__(self, part: Part) -> None:
        own = replace(part.reply, title="", actions=tuple(_there(part.reply.actions, part.where)))
        said = part.reply.title
        self._head = [title(part.heading), *([rich([words(said)])] if said else [])]
        self.body = [piece.block for piece in pieces_of(own)]
        self._foot = list(rows(map(button, _there(part.actions, part.where))))
        all_of_it = [Action("Show all", part.whole)] if part.whole else []
        self._whole = list(rows(map(button, _there(all_of_it, part.where))))

    @property
    def fixed(self) -> int:
        """How many blocks stand there whatever is cut."""
        return len(self._head) + len(self._foot) + len(self._whole)

    def cut(self, most: int) -> list[Block]:
        """Return at most so many blocks besides the fixed ones; a row keeps its buttons."""
        if len(self.body) <= most:
            return [*self._head, *self.body, *self._foot]
        while most > 0 and self.body[most]["type"] == "actions":
            most -= 1
        return [*self._head, *self.body[:most], *self._whole, *self._foot]


def _shares(wanted: Sequence[int], room: int) -> list[int]:
    """Return how many of `room` each gets: the small ones all they want, the others alike."""
    shares = [0] * len(wanted)
    smallest_first = sorted(range(len(wanted)), key=lambda at: wanted[at])
    for done, at in enumerate(smallest_first):
        shares[at] = max(min(wanted[at], room // (len(wanted) - done)), 0)
        room -= shares[at]
    return shares


def _there(actions: Iterable[Action], where: Where) -> list[Action]:
    return [replace(one, command=addressed(one.command, where.address)) for one in actions]
