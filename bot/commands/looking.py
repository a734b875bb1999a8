"""preview, search, status, list, open, more, discuss, help: verbs that change nothing."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.collect.arxiv.ids import parse_id
from bot.commands.grammar import Typed
from bot.commands.recent import DEFAULT_KINDS
from bot.commands.services import Services
from bot.commands.subscribing import Subscribing
from bot.compose.match import excluded_by, explain, matches
from bot.compose.phrases import count, day, joined, shortened
from bot.compose.text import plain
from bot.compose.topic import Topic, parse_topic, to_arxiv
from bot.cursors import placed
from bot.errors import ArxivError, CommandError
from bot.model import (
    Action,
    Announcement,
    Because,
    Daily,
    Kind,
    Paper,
    Person,
    Reply,
    Request,
    State,
    Subscription,
)
from bot.ports import DeliveryRow
from bot.schedule import describe

WEEK = 7
FOUND = 5  # results of a search
PAGE = 10  # papers of "Show more"
OLDER_EVERY = 30.0  # seconds between two searches of arXiv by one person
_WAITING = (State.PLANNED, State.SENDING)


class Looking:
    """The verbs that only look."""

    def __init__(self, services: Services, subscribing: Subscribing) -> None:
        self._at = services
        self._subscribing = subscribing
        self._asked: dict[Person, datetime] = {}

    async def preview(self, request: Request, typed: Typed) -> Reply:
        """Show the next digest of a topic (or subscription number) as it stands."""
        one, topic = await self._previewed(request, typed)
        rows = await self._at.announcements.between(
            one.cursor, await self._at.announcements.horizon(forced=True)
        )
        kinds = topic.kinds or one.kinds
        found = [paper for said, paper in rows if _wanted(said, kinds, topic, paper)]
        found = list({paper.id: paper for paper in found}.values())
        fresh, left_out = await self._left_out(request, topic, found, rows)
        if fresh:
            head = f"{count(len(fresh), 'paper')} so far for the next digest"
            return Reply(title=head, text=left_out, papers=tuple(fresh[:PAGE]))
        latest = [hit.paper for hit in await self._at.recent.hits(topic)][:3]
        text = "The latest ones:" if latest else "None in the last 30 days either."
        return Reply(
            title="No paper for the next digest yet",
            text=f"{left_out} {text}".strip(),
            papers=tuple(latest),
        )

    async def _previewed(self, request: Request, typed: Typed) -> tuple[Subscription, Topic]:
        if re.fullmatch(r"#?\d{1,3}", typed.rest):
            one = await self._subscribing.numbered(request, typed)
            return one, parse_topic(one.label)
        if not typed.rest:
            raise CommandError("Preview of what?", remedy="/arxiv preview spin glass")
        topic = parse_topic(typed.rest)
        for one in await self._at.subscriptions.of(request.where):
            if one.topic == topic.canonical:
                return one, topic
        zone = await self._subscribing.zone(request)
        daily = Daily(self._at.defaults.at)
        blank = Subscription(request.where, 0, topic.canonical, topic.label, daily, zone, 0)
        return await placed(blank, self._at.announcements, self._at.calendar.now()), topic

    async def _left_out(
        self,
        request: Request,
        topic: Topic,
        found: Sequence[Paper],
        rows: Sequence[tuple[Announcement, Paper]],
    ) -> tuple[list[Paper], str]:
        """Return the papers that stay, and why the others do not, in words."""
        shown = await self._at.outbox.shown([request.where], [paper.id for paper in found])
        unseen = [paper for paper in found if (request.where, paper.id) not in shown]
        place = await self._at.subscriptions.place(request.where)
        without = parse_topic(place.exclude).expression if place and place.exclude else None
        fresh = [one for one in unseen if without is None or not matches(without, one)]
        reasons: dict[str, int] = {}
        for _, paper in rows:
            if part := excluded_by(topic, paper):
                reasons[part] = reasons.get(part, 0) + 1
        if place and len(unseen) > len(fresh):
            reasons[f"-{place.exclude}"] = len(unseen) - len(fresh)
        parts = [f"{number:,} by {part}" for part, number in reasons.items()]
        if len(found) > len(unseen):
            parts.insert(0, f"{len(found) - len(unseen):,} seen before")
        return fresh, f"Left out: {joined(parts)}." if parts else ""

    async def search(self, request: Request, typed: Typed) -> Reply:
        """Find papers: one by its identifier, or the newest of a topic."""
        if not typed.rest:
            raise CommandError("Search for what?", remedy='/arxiv search au:"Hinton" AND cat:cs.LG')
        if identifier := parse_id(typed.rest):
            return await self.open_paper(request, Typed("open", identifier.id))
        topic = parse_topic(typed.rest)
        found = [hit.paper for hit in await self._at.recent.hits(topic)]
        page = int(next((o[4:] for o in typed.options if o.startswith("page-")), "0"))
        note = ""
        if len(found) < (page + 1) * FOUND + 1:
            found, note = await self._with_older(request, topic, found, (page + 1) * FOUND + 1)
        shown = found[page * FOUND : (page + 1) * FOUND]
        actions = [Action("Subscribe to this", f"subscribe {topic.label}")]
        if len(found) > (page + 1) * FOUND:
            actions.insert(0, Action("More", f"search --page-{page + 1} {topic.label}"))
        title = f"{count(len(shown), 'paper')} on {topic.reading}" if shown else "No paper found"
        return Reply(title=title, text=note, papers=tuple(shown), actions=tuple(actions))

    async def _with_older(
        self, request: Request, topic: Topic, found: list[Paper], wanted: int
    ) -> tuple[list[Paper], str]:
        if self._at.older is None:
            return found, "Only the papers that I have here were searched."
        now = self._at.calendar.now()
        last = self._asked.get(request.person)
        if last and 0 <= (now - last).total_seconds() < OLDER_EVERY:
            return found, "For older papers ask again in half a minute."
        self._asked[request.person] = now
        try:
            older = await self._at.older.search(to_arxiv(topic.expression), wanted)
        except ArxivError as error:
            return found, f"I can't look at older papers now: {error} {error.remedy}".strip()
        known = {paper.id for paper in found}
        right = [p for p in older if p.id not in known and matches(topic.expression, p)]
        await self._at.papers.put(right)
        return found + right, ""

    async def open_paper(self, request: Request, typed: Typed) -> Reply:
        """Show one paper whole: abstract, versions, and why it matched here."""
        identifier = parse_id(typed.rest.split(" ")[0])
        if identifier is None:
            raise CommandError(f"{typed.rest} is not an arXiv identifier.")
        versions = await self._at.papers.versions(identifier.id)
        if not versions:
            versions = tuple(await self._from_arxiv(identifier.id))
        if not versions:
            return Reply(
                text=f"I no longer keep this abstract: https://arxiv.org/abs/{identifier.id}",
                ok=False,
            )
        paper = next((p for p in versions if p.version == identifier.version), versions[-1])
        return await self._card(request, paper, versions)

    async def _from_arxiv(self, paper: str) -> Sequence[Paper]:
        if self._at.older is None:
            return ()
        try:
            found = await self._at.older.by_ids([paper])
        except ArxivError:
            # The reply then says where the abstract stands; that arXiv is away, status says.
            return ()
        await self._at.papers.put(found)
        return found

    async def _card(self, request: Request, paper: Paper, versions: Sequence[Paper]) -> Reply:
        reasons: list[Because] = []
        labels: list[str] = []
        for one in await self._at.subscriptions.of(request.where):
            if because := explain(parse_topic(one.label), paper):
                labels.append(f'"{one.label}"')
                reasons.extend(because)
        seen = [f"v{one.version}" + (f" of {one.updated:%Y-%m-%d}" if one.updated else "")
                for one in versions]  # fmt: skip
        text = f"Versions known here: {', '.join(seen)}."
        if labels:
            fields = sorted({reason.field for reason in reasons})
            text += f" Matched {joined(labels)} in the {joined(fields)}."
        name = shortened(plain(paper.title), 40)
        actions = [Action(f"Save {name}", f"save {paper.id}")]
        if request.may_edit and not request.in_person:
            actions.append(Action("Exclude a word…", "exclude"))
        return Reply(
            text=text, papers=(paper,), whole=True, because=tuple(reasons), actions=tuple(actions)
        )

    async def more(self, _request: Request, typed: Typed) -> Reply:
        """Show the papers of a digest that stand behind its cap, ten a page."""
        key, _, page_text = typed.rest.partition(" ")
        page = int(page_text) if page_text.isdigit() else 1
        digest = await self._at.outbox.digest(key)
        if digest is None:
            return Reply(text="I no longer keep the rest of this digest.", ok=False)
        rest = digest.items[digest.shown :]
        items = rest[(page - 1) * PAGE : page * PAGE]
        papers = [digest.papers.get((item.paper, item.version)) for item in items]
        left = len(rest) - page * PAGE
        actions = (Action(f"Show {min(left, PAGE)} more", f"more {key} {page + 1}"),)
        first = digest.shown + (page - 1) * PAGE + 1
        return Reply(
            title=f"Papers {first} to {first + len(items) - 1} of {len(digest.items)}",
            papers=tuple(paper for paper in papers if paper),
            actions=actions if left > 0 else (),
        )

    async def discuss(self, request: Request, typed: Typed) -> Reply:
        """Post one paper as a message of its own, so that replies have a home."""
        reply = await self.open_paper(request, typed)
        if not reply.papers:
            return reply
        return replace(reply, text="", whole=False, because=(), actions=(), public=True)

    async def list_here(self, request: Request, _typed: Typed) -> Reply:
        """Show what this destination gets, with the buttons to change it."""
        here = await self._at.subscriptions.of(request.where)
        if not here:
            return Reply(
                title=f"{request.where_name} has no subscriptions yet",
                text="For example: /arxiv subscribe image generation",
            )
        rows = [("Number", "Topic", "When", "Papers a week", "Next", "State")]
        actions: list[Action] = []
        for one in here:
            hits = await self._at.recent.hits(parse_topic(one.label), WEEK)
            when, label = describe(one.schedule, one.zone), shortened(one.label, 30)
            rows.append((str(one.number), one.label, when, f"{len(hits):,}",
                         self._subscribing.next_words(one).removeprefix("Next: "),
                         "paused" if one.paused else "active"))  # fmt: skip
            pause = "resume" if one.paused else "pause"
            actions.append(Action(f"{pause.capitalize()} {label}", f"{pause} {one.number}"))
            actions.append(Action(f"Change {label}", f"edit {one.number}"))
            actions.append(Action(f"Unsubscribe {label}", f"unsubscribe {one.number}"))
        return Reply(
            title=f"{request.where_name} gets {count(len(here), 'topic')}",
            text=await self._last_words(request),
            table=tuple(rows),
            actions=tuple(actions),
        )

    async def _last_words(self, request: Request) -> str:
        zone = await self._subscribing.zone(request)
        for row in await self._at.audit.deliveries(request.where, 20):
            if row.delivery.state is State.SENT and row.settled_at:
                return f"Last digest: {_moment(row.settled_at, zone)}."
        return "No digest has been sent yet."

    async def status(self, request: Request, _typed: Typed) -> Reply:
        """Show how things stand: arXiv's day, and what is late, in doubt or suspended here."""
        lines = [self._at.calendar_note()]
        place = await self._at.subscriptions.place(request.where)
        if place and place.suspended:
            lines.append(f"{request.where_name} is suspended: {place.suspended}")
        lines.append(await self._last_words(request))
        actions: list[Action] = []
        for row in await self._at.audit.deliveries(request.where, 50):
            if text := _trouble(row):
                lines.append(text)
                if row.delivery.state is State.UNKNOWN and row.delivery.not_before is None:
                    actions.append(Action("It is there", f"doubt yes {row.delivery.key}"))
                    actions.append(Action("No, send it", f"doubt no {row.delivery.key}"))
        lines += [
            f"{one.number}. {one.label}: {self._subscribing.next_words(one)}"
            for one in await self._at.subscriptions.of(request.where)
        ]
        return Reply(title="Status", text="\n".join(lines), actions=tuple(actions))


def _wanted(said: Announcement, kinds: frozenset[Kind], topic: Topic, paper: Paper) -> bool:
    return said.kind in (kinds or DEFAULT_KINDS) and matches(topic.expression, paper)


def _trouble(row: DeliveryRow) -> str:
    """Return what is wrong with a delivery, or "" if it is on its way or there."""
    delivery, days = row.delivery, joined([day(one) for one in row.days])
    name = f"The digest of {days}" if days else "A notice"
    match delivery.state:
        case State.UNKNOWN if delivery.not_before is None:
            return f"{name} may not have arrived. Is it there?"
        case State.UNKNOWN:
            return f"{name}: I am checking whether it arrived."
        case State.QUARANTINED | State.SUSPENDED:
            return f"{name} is {delivery.state.value}: {delivery.reason}"
        case state if state in _WAITING and delivery.attempts:
            return f"{name} is late: {delivery.reason}"
    return ""


def _moment(when: datetime, zone: str) -> str:
    local = when.astimezone(ZoneInfo(zone))
    return f"{day(local.date())} {local:%H:%M} {zone.rpartition('/')[2].replace('_', ' ')} time"
