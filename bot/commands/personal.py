"""alert, saved, save, forget-me: what belongs to one person, wherever they type it."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.commands.grammar import Typed, read_number
from bot.commands.services import Services, actor, own_messages
from bot.commands.subscribing import Subscribing
from bot.compose.digest import notice
from bot.compose.phrases import count
from bot.compose.text import plain
from bot.compose.topic import Remark, parse_topic
from bot.cursors import placed
from bot.errors import CommandError
from bot.model import Action, Kind, OnArrival, Paper, Place, Reply, Request, Subscription
from bot.schedule import split_schedule

WEEK = 7
_AT_ONCE = re.compile(r"\s+at once\s*$", re.IGNORECASE)


class Personal:
    """The verbs about the person's own alerts, saved papers and data."""

    def __init__(self, services: Services, subscribing: Subscribing) -> None:
        self._at = services
        self._subscribing = subscribing

    async def alert(self, request: Request, typed: Typed) -> Reply:
        """Add, remove, list or skip alerts, anywhere; without a verb the list."""
        verb, _, rest = typed.rest.partition(" ")
        mine = _as_own(request)
        match verb.casefold():
            case "add" if rest.strip():
                return await self.add(request, rest.strip())
            case "remove":
                return await self._subscribing.unsubscribe(mine, Typed("unsubscribe", rest))
            case "list" | "":
                return await self._list(mine)
            case "skip":
                return await self._skip(request)
        raise CommandError(
            f"I don't know alert {verb}.",
            remedy="/arxiv alert add diffusion policy, alert list, or alert remove 1",
        )

    async def add(self, request: Request, text: str) -> Reply:
        """Add an alert; what confirms it is the direct message itself."""
        at_once = bool(_AT_ONCE.search(text))
        topic_text, schedule = split_schedule(_AT_ONCE.sub("", text))
        topic = parse_topic(topic_text)
        mine, now = own_messages(request.person), self._at.calendar.now()
        for one in await self._at.subscriptions.of(mine):
            if one.topic == topic.canonical:
                return Reply(title=f'You already have an alert on "{one.label}"')
        await self._at.subscriptions.put_place(await self._own_place(request), actor(request))
        subscription = Subscription(
            destination=mine,
            number=0,
            topic=topic.canonical,
            label=topic.label,
            schedule=schedule or OnArrival(quiet=not at_once),
            zone=await self._subscribing.zone(request),
            cursor=0,
            kinds=topic.kinds or frozenset({Kind.NEW, Kind.CROSS}),
            creator=request.person.id,
            editor=request.person.id,
            created=now,
        )
        fresh = await placed(subscription, self._at.announcements, now)
        saved = await self._at.subscriptions.save(fresh, actor(request))
        hits = await self._at.recent.hits(topic, WEEK)
        words = (
            f"You'll hear from me here when papers match {saved.label} "
            f"({len(hits):,} in the last 7 days)."
        )
        remove = f"remove:{saved.number}"
        plan = notice(mine, "alert", f"{saved.number}-{now:%Y%m%dT%H%M%S}", words, now, (remove,))
        await self._at.outbox.enqueue([plan], now)
        self._at.wake()
        return self._added(request, topic.warnings)

    def _added(self, request: Request, warnings: Sequence[Remark]) -> Reply:
        skip = Action(f"Skip what {request.where_name} already showed", "alert skip")
        return Reply(
            title="I have written to you",
            text="\n".join(("The direct message says what you will get.", *map(str, warnings))),
            actions=() if request.in_person else (skip,),
        )

    async def _own_place(self, request: Request) -> Place:
        mine = own_messages(request.person)
        known = await self._at.subscriptions.place(mine)
        zone = await self._subscribing.zone(request)
        name = "your direct messages"
        return known or Place(mine, name, zone, is_person=True, creator=request.person.id)

    async def _list(self, mine: Request) -> Reply:
        here = await self._at.subscriptions.of(mine.where)
        if not here:
            return Reply(
                title="You have no alerts yet",
                text="For example: /arxiv alert add diffusion policy",
            )
        rows = [("Number", "Alert", "Papers a week")]
        for one in here:
            hits = await self._at.recent.hits(parse_topic(one.label), WEEK)
            rows.append((str(one.number), one.label, f"{len(hits):,}"))
        actions = tuple(Action(f"Remove {one.label}", f"alert remove {one.number}") for one in here)
        return Reply(title=count(len(here), "alert"), table=tuple(rows), actions=actions)

    async def _skip(self, request: Request) -> Reply:
        if request.in_person:
            raise CommandError(
                "Skip what which channel showed?", remedy="Type /arxiv alert skip in that channel."
            )
        place = await self._own_place(request)
        await self._at.subscriptions.put_place(
            replace(place, skip_shown_at=request.where), actor(request)
        )
        return Reply(title=f"Your alerts skip what {request.where_name} already showed")

    async def save(self, request: Request, typed: Typed) -> Reply:
        """Add a paper to the person's saved ones."""
        paper = await self._paper(typed)
        await self._at.people.save_paper(request.person, paper.id, self._at.calendar.now())
        return Reply(
            title=f"Saved: {plain(paper.title)}",
            text="/arxiv saved lists your papers.",
            actions=(Action("Undo", f"unsave {paper.id}"),),
        )

    async def unsave(self, request: Request, typed: Typed) -> Reply:
        """Take a paper from the person's saved ones."""
        await self._at.people.unsave_paper(request.person, typed.rest.strip())
        return Reply(title="No longer saved", actions=(Action("Undo", f"save {typed.rest}"),))

    async def _paper(self, typed: Typed) -> Paper:
        found = await self._at.papers.get([typed.rest.strip()])
        for paper in found.values():
            return paper
        raise CommandError(f"I don't have the paper {typed.rest}.")

    async def saved(self, request: Request, typed: Typed) -> Reply:
        """List the saved papers; --bibtex gives them as BibTeX."""
        papers = await self._at.people.saved(request.person)
        if not papers:
            return Reply(title="You have no saved papers yet", text="Save one from its card.")
        if "bibtex" in typed.options:
            return Reply(file=("saved.bib", "\n\n".join(bibtex(paper) for paper in papers) + "\n"))
        return Reply(
            title=f"{count(len(papers), 'saved paper')}",
            papers=papers,
            actions=(Action("As BibTeX", "saved --bibtex"),),
        )

    async def forget_me(self, request: Request, typed: Typed) -> Reply:
        """Say what is stored about the person, and delete it when they confirm."""
        if "delete" in typed.options:
            await self._at.people.forget(request.person, self._at.calendar.now())
            return Reply(title="Deleted", text="I no longer keep anything about you.")
        about = await self._at.people.about(request.person)
        kept = [f"{count(number, what)}" for what, number in about.items() if number]
        if not kept:
            return Reply(title="I keep nothing about you")
        return Reply(
            title="What I keep about you",
            text="\n".join([*kept, "Channels keep their subscriptions; your name goes from them."]),
            actions=(Action("Delete it", "forget-me --delete"),),
        )


def _as_own(request: Request) -> Request:
    """Return the request as if typed in the person's own direct messages."""
    mine = own_messages(request.person)
    return replace(
        request, where=mine, where_name="your alerts", in_person=True, may_edit=True, values={}
    )


def bibtex(paper: Paper) -> str:
    """Return a paper as a BibTeX entry, with its raw TeX (which is what BibTeX wants).

    https://info.arxiv.org/help/hypertex/bibstyles/ names eprint and archivePrefix.
    """
    year = f"{paper.published:%Y}" if paper.published else ""
    fields = {
        "title": paper.title,
        "author": " and ".join(paper.authors),
        "year": year,
        "eprint": paper.id,
        "archivePrefix": "arXiv",
        "primaryClass": paper.categories[0] if paper.categories else "",
        "url": f"https://arxiv.org/abs/{paper.id}",
        "doi": paper.doi or "",
    }
    lines = [f"  {name} = {{{_balanced(value)}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{arxiv:{paper.id},", *lines, "}"])


def _balanced(text: str) -> str:
    """Return text that cannot end its BibTeX field early."""
    depth = 0
    for char in re.sub(r"\\[{}]", "", text):
        depth += (char == "{") - (char == "}")
        if depth < 0:
            break
    if depth:
        text = re.sub(r"(?<!\\)[{}]", "", text)
    return " ".join(text.split())


def alert_number(action: str) -> int:
    """Return the number in a confirmation's action ("remove:3")."""
    number, _ = read_number(action.partition(":")[2], "alert remove")
    return number
