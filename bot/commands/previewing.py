"""preview: the next digest as it stands, composed as it will be, and what is left out of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from bot.commands.grammar import Typed, read_number
from bot.commands.rooms import Rooms
from bot.commands.services import Services
from bot.commands.settings import DEFAULT_KINDS, applied, read_wish
from bot.commands.wording import minus, quoted
from bot.compose.base import narrowed
from bot.compose.digest import Composer, Due, Hit, LeftOut, Said
from bot.compose.match import excluded_by, matches
from bot.compose.phrases import count
from bot.compose.topic import Topic, parse_topic
from bot.cursors import placed
from bot.dialogue import Action, Reply, Request
from bot.errors import CommandError
from bot.model import Item, Paper, Place, Slot, Subscription

PAGE = 10  # papers of one answer
MANY = 3_000  # announcements, from which they are asked for by words
LATEST = 3  # of the last 30 days, where the next digest has nothing yet


@dataclass(frozen=True, slots=True)
class Preview:
    """What the next digest holds as it stands, and why other papers do not come."""

    items: tuple[Item, ...]
    papers: Mapping[tuple[str, int], Paper]
    left_out: LeftOut
    by_topic: Mapping[str, int]  # "-survey": how many its own topic leaves out

    @property
    def first(self) -> tuple[Paper, ...]:
        """The papers of one answer."""
        shown = (self.papers[item.paper, item.version] for item in self.items[:PAGE])
        return tuple(shown)


class Previewing:
    """The verb that shows what is to come."""

    def __init__(self, services: Services, rooms: Rooms) -> None:
        self._at = services
        self._rooms = rooms

    async def preview(self, request: Request, typed: Typed) -> Reply:
        """Show the next digest of a topic, a subscription's number, or the whole place."""
        ones = await self._meant(request, typed)
        if "latest" in typed.options:
            return await self._latest(request, ones[0])
        found = await self._composed(request, ones)
        left = _left_out(found, await self._rooms.place(request))
        if found.items:
            return self._standing(request, ones, found, left)
        return await self._nothing_yet(request, ones, left)

    async def _meant(self, request: Request, typed: Typed) -> tuple[Subscription, ...]:
        here = await self._at.subscriptions.of(request.where)
        number, _ = read_number(typed.rest)
        if number is not None:
            return ((await self._rooms.meant(request, typed))[0],)
        if not typed.rest:
            if running := tuple(one for one in here if not one.paused):
                return running
            raise CommandError("Preview of what?", remedy="For example: /arxiv preview spin glass")
        settings = read_wish(typed.rest, self._rooms.habits(request)).settings
        if settings.topic is None:
            raise CommandError("Preview of what?", remedy="For example: /arxiv preview spin glass")
        for one in here:
            if one.topic == settings.topic.canonical:
                return (one,)
        habit, zone = self._rooms.habits(request).schedule, await self._rooms.zone(request)
        blank = Subscription(request.where, 0, "", "", habit, zone, 0, DEFAULT_KINDS)
        now = self._at.calendar.now()
        return (await placed(applied(blank, settings), self._at.announcements, now),)

    # ── composing ────────────────────────────────────────────────────────────────────────────────

    async def _composed(self, request: Request, ones: tuple[Subscription, ...]) -> Preview:
        topics = {one.topic: parse_topic(one.label) for one in ones}
        said = await self._said(topics, min(one.cursor for one in ones))
        hits, by_topic = await asyncio.to_thread(_matched, topics, said, ones)
        place = await self._rooms.place(request)
        papers = {said[hit.at][1].id for found in hits.values() for hit in found}
        places = [request.where, *([place.skip_shown_at] if place.skip_shown_at else [])]
        shown = await self._at.outbox.shown(places, papers)
        due = Due(place, Slot("preview", self._at.calendar.now()), ones)
        composer = Composer(said, hits, shown, said[-1][0].seq if said else 0)
        known = {(paper.id, paper.version): paper for _, paper in said}
        return Preview(composer.compose(due).items, known, composer.left_out(due), by_topic)

    async def _said(self, topics: Mapping[str, Topic], after: int) -> Said:
        """Return what was announced since, as far as these topics may find it or leave it out."""
        horizon = await self._at.announcements.horizon(forced=True)
        if horizon - after > MANY:
            return await self._at.recent.said([one.expression for one in topics.values()], after)
        return await self._at.announcements.between(after, horizon)

    # ── what is told ─────────────────────────────────────────────────────────────────────────────

    def _standing(
        self, request: Request, ones: tuple[Subscription, ...], found: Preview, left: str
    ) -> Reply:
        number = len(found.items)
        first = f"The first {PAGE}:" if number > PAGE else ""
        return Reply(
            title=f"{_name(request, ones)} so far: {count(number, 'paper')}",
            text=f"{left} {first}".strip(),
            papers=found.first,
            actions=_subscribe(request, ones),
        )

    async def _nothing_yet(
        self, request: Request, ones: tuple[Subscription, ...], left: str
    ) -> Reply:
        latest = await self._newest(request, ones[0]) if len(ones) == 1 else ()
        follows = "The latest before:" if latest else "None in the last 30 days either."
        return Reply(
            title=f"{_name(request, ones)} so far: no papers",
            text=f"{left} {follows if len(ones) == 1 else ''}".strip(),
            papers=latest,
            actions=_subscribe(request, ones),
        )

    async def _latest(self, request: Request, one: Subscription) -> Reply:
        papers = await self._newest(request, one)
        if not papers:
            return Reply(title=f"No paper on {quoted(one.label)} in the last 30 days")
        title = f"The latest {count(len(papers), 'paper')} on {quoted(one.label)}"
        return Reply(title=title, papers=papers, actions=_subscribe(request, (one,)))

    async def _newest(self, request: Request, one: Subscription) -> tuple[Paper, ...]:
        topic = narrowed(parse_topic(one.topic), await self._rooms.place(request))
        hits = await self._at.recent.newest(topic.expression, LATEST, one.kinds)
        return tuple(hit.paper for hit in hits[:LATEST])


def _matched(
    topics: Mapping[str, Topic], said: Said, ones: tuple[Subscription, ...]
) -> tuple[dict[str, list[Hit]], dict[str, int]]:
    """Return what each topic finds, and how many papers its own "-x" leaves out."""
    hits: dict[str, list[Hit]] = {}
    dropped: dict[str, set[str]] = {}
    for at, (announcement, paper) in enumerate(said):
        for one in ones:
            topic = topics[one.topic]
            if announcement.late and not topic.needs_enrichment:
                continue
            if matches(topic.expression, paper):
                hits.setdefault(one.topic, []).append(Hit(at, tuple))
            elif announcement.seq > one.cursor and announcement.kind in one.kinds:
                part = excluded_by(topic, paper)
                dropped.setdefault(part or "", set()).add(paper.id)
    return hits, {part: len(papers) for part, papers in dropped.items() if part}


def _left_out(found: Preview, place: Place) -> str:
    """Return "Left out: 2 seen before, 1 by -survey."."""
    parts = [f"{found.left_out.seen:,} seen before"] if found.left_out.seen else []
    if found.left_out.excluded:
        by = [minus(place.exclude)] if place.exclude else []
        by += [f'"{place.base}"'] if place.base else []
        parts.append(f"{found.left_out.excluded:,} by {' and '.join(by)}")
    parts += [f"{number:,} by {part}" for part, number in found.by_topic.items()]
    return f"Left out: {', '.join(parts)}." if parts else ""


def _name(request: Request, ones: tuple[Subscription, ...]) -> str:
    """Return "The next digest on "spin glass"", or of the whole place."""
    if len(ones) == 1:
        return f"The next digest on {quoted(ones[0].label)}"
    return f"The next digest of {request.where_name}"


def _subscribe(request: Request, ones: tuple[Subscription, ...]) -> tuple[Action, ...]:
    """Return the button for a topic that is only tried."""
    if ones[0].number:
        return ()
    own = request.in_person or not request.may_edit
    label = "Alert me to this" if own else "Subscribe to this"
    command = "alert add" if own else "subscribe"
    return (Action(label, f"{command} {ones[0].label}"),)
