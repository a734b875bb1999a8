"""Digests that were sent: the last of each subscription, and their papers again, privately."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.commands.grammar import Typed
from bot.commands.rooms import Rooms
from bot.commands.services import Services
from bot.commands.wording import command_for, quoted
from bot.compose.view import title_of
from bot.delivered import DeliveryRow
from bot.dialogue import Action, Reply, Request
from bot.model import Destination, Digest, Item, Paper, State, Subscription
from bot.patterns import later

LOOKED_AT = 12  # digests, for the last one of each subscription
DELIVERIES = 60  # read for these; and as many in trouble
PAGE = 10  # papers of one answer
_KEY_AND_PAGE = later(r"(?P<key>\S{1,100})(?:\s+(?P<page>[1-9][0-9]{0,3}))?")


@dataclass(frozen=True, slots=True)
class Last:
    """The last digest in which a subscription was due."""

    digest: Digest
    at: datetime
    url: str = ""  # of its first message, where the platform has addresses


class Digests:
    """Looks back at what was sent."""

    def __init__(self, services: Services, rooms: Rooms) -> None:
        self._at = services
        self._rooms = rooms

    async def rows(self, where: Destination) -> Sequence[DeliveryRow]:
        """Return the newest deliveries of a place."""
        return await self._at.audit.deliveries(where, DELIVERIES)

    async def unsettled(self, where: Destination) -> Sequence[DeliveryRow]:
        """Return a place's messages that are neither there nor given up, the oldest first."""
        return await self._at.audit.unsettled(where, DELIVERIES)

    async def last(self, where: Destination, ones: Sequence[Subscription]) -> dict[int, Last]:
        """Return by number the last digest that was sent for each subscription."""
        missing = {one.number for one in ones}
        found: dict[int, Last] = {}
        rows = await self.rows(where)
        for row in _sent(rows):
            digest = await self._at.outbox.digest(row.delivery.key)
            if digest is None or row.settled_at is None:
                continue
            due = {number for number, _ in digest.heading.topics} & missing
            message = _first_message(rows, row.delivery.digest)
            url = self._at.link(where, message) if self._at.link and message else ""
            found |= dict.fromkeys(due, Last(digest, row.settled_at, url))
            missing -= due
            if not missing:
                break
        return found

    async def show_last(self, request: Request, typed: Typed) -> Reply:
        """Show the papers of a subscription's last digest again."""
        one, _ = await self._rooms.meant(request, typed)
        last = (await self.last(request.where, (one,))).get(one.number)
        if last is None:
            return Reply(title=f"No digest on {quoted(one.label)} yet")
        digest, start = last.digest, typed.page * PAGE
        items = digest.items[start : start + PAGE]
        left = len(digest.items) - start - len(items)
        command = command_for(request, f"last --page-{typed.page + 1} {one.number}")
        return Reply(
            title=title_of(digest.heading, digest.items),
            text=digest.heading.note if not digest.items else _unkept(digest, items),
            papers=_papers(digest, items),
            actions=_more(left, command),
        )

    async def more(self, _request: Request, typed: Typed) -> Reply:
        """Show the papers of a digest that stand behind its cap, ten a page."""
        named = _KEY_AND_PAGE.fullmatch(typed.rest)
        digest = await self._at.outbox.digest(named["key"]) if named else None
        if named is None or digest is None:
            return Reply(text="I no longer keep the rest of this digest.", ok=False)
        page = int(named["page"] or 1)
        start = digest.shown + (page - 1) * PAGE
        items = digest.items[start : start + PAGE]
        if not items:
            return Reply(text="There are no more papers in this digest.")
        left = len(digest.items) - start - len(items)
        return Reply(
            title=f"Papers {start + 1} to {start + len(items)} of {len(digest.items)}",
            text=_unkept(digest, items),
            papers=_papers(digest, items),
            actions=_more(left, f"more {named['key']} {page + 1}"),
        )


def _sent(rows: Sequence[DeliveryRow]) -> list[DeliveryRow]:
    """Return one row of each of the newest digests that were sent; notices are none."""
    newest: dict[int, DeliveryRow] = {}
    for row in rows:
        if row.delivery.state is State.SENT and not row.slot.startswith("notice:"):
            newest.setdefault(row.delivery.digest, row)
    return list(newest.values())[:LOOKED_AT]


def _first_message(rows: Sequence[DeliveryRow], digest: int) -> str:
    """Return the platform's id of the message that a digest begins with."""
    sent = (row.delivery for row in rows if row.delivery.digest == digest)
    first = min((one for one in sent if one.platform_id), key=lambda one: one.part, default=None)
    return first.platform_id if first else ""


def _papers(digest: Digest, items: Sequence[Item]) -> tuple[Paper, ...]:
    found = (digest.papers.get((item.paper, item.version)) for item in items)
    return tuple(paper for paper in found if paper)


def _unkept(digest: Digest, items: Sequence[Item]) -> str:
    """Name the papers whose abstracts are no longer kept."""
    gone = [item.paper for item in items if (item.paper, item.version) not in digest.papers]
    links = " ".join(f"https://arxiv.org/abs/{paper}" for paper in gone)
    return f"I no longer keep these abstracts: {links}" if gone else ""


def _more(left: int, command: str) -> tuple[Action, ...]:
    return (Action(f"Show {min(left, PAGE)} more", command),) if left > 0 else ()
