"""A bot that can be talked to: the real commands on the real store, with invented papers.

It is Tuesday, 24 November 2026, 13:00 in Berlin. What arXiv announced in the last weeks is read.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from bot.commands import Commands, Defaults, Recent, Services
from bot.dialogue import Action, Reply, Request
from bot.limits import Limits
from bot.model import (
    Announcement,
    BatchState,
    Body,
    Destination,
    Heading,
    Item,
    Kind,
    Owed,
    Paper,
    Person,
    Plan,
    Raw,
    Slot,
    State,
    Subscription,
)
from bot.schedule import feed_due, is_list_day
from bot.settlement import Settlement
from bot.store import Store, open_store
from tests.fakes import FakeCalendar
from tests.store.bulk import connection_of

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = date(2026, 11, 24)
NOTE = "arXiv of Tue 24 Nov: 97 papers, read at 05:21 UTC. The next list comes Wed 25 Nov."

ADA = Person("slack", "T1", "UADA", "Europe/Berlin")
BEN = Person("slack", "T1", "UBEN", "Asia/Tokyo")
EVE = Person("slack", "T1", "UEVE", "America/New_York")  # may change nothing
PAPERS = Destination("slack", "T1", "CPAPERS")
GLASS = Destination("slack", "T1", "CGLASS")
NAMES = {PAPERS: "#papers", GLASS: "#glass"}


def own(person: Person) -> Destination:
    """A person's direct messages."""
    return Destination(person.platform, person.account, person.id)


# ── papers ───────────────────────────────────────────────────────────────────────────────────────


def list_days(count: int) -> list[date]:
    """The last list days up to today, newest first."""
    days = (TODAY - timedelta(days=back) for back in range(60))
    return [day for day in days if is_list_day(day)][:count]


@dataclass(slots=True)
class Press:
    """Prints papers: each with the next free number of its month."""

    said: list[tuple[Announcement, Paper]] = field(default_factory=list)

    def print(self, day: date, title: str, abstract: str, **known: object) -> Paper:
        """Announce an invented paper on a day."""
        number = len(self.said) + 1
        written = datetime(day.year, day.month, day.day, 9, tzinfo=UTC) - timedelta(days=1)
        paper = Paper(
            f"{day:%y%m}.{number:05}",
            Raw(title),
            Raw(abstract),
            authors=(Raw("Ada Example"), Raw("Ben Sample")),
            categories=("cs.CV",),
            comment=Raw(""),
            published=written,
            updated=written,
        )
        paper = replace(paper, **known)  # type: ignore[arg-type]
        self.announce(day, paper)
        return paper

    def announce(self, day: date, paper: Paper, kind: Kind = Kind.NEW) -> None:
        """Announce a paper, or a further version of it."""
        cats = tuple(sorted(paper.categories)) if kind is Kind.CROSS else ()
        self.said.append((Announcement(paper.id, paper.version, kind, day, "feed", cats), paper))


def month() -> Press:
    """What was announced within 30 days: 20 list days, and no exact phrase "llm agents safety"."""
    press = Press()
    for back, day in reversed(list(enumerate(list_days(20)))):
        _print_day(press, back, day)
    return press


def _print_day(press: Press, back: int, day: date) -> None:
    """Five papers on image generation (three today), and each day something else."""
    for number in range(3 if back == 0 else 5):
        survey = "This survey orders the field." if number == 0 and back % 2 else "It works."
        title = f"Image Generation by Method {back}-{number}"
        press.print(day, title, f"We study image generation with diffusion. {survey}")
    if back < 5:
        text = "A diffusion policy moves the arm where the lamp is."
        press.print(day, f"Diffusion Policy {back}", text, categories=("cs.RO",))
    if back % 10 == 3:
        text = "We find a transition of the spin glass."
        press.print(day, f"Spin Glass {back}", text, categories=("cond-mat.dis-nn",))
    if back < 8:
        text = "The safety of agents that an LLM drives is measured."
        press.print(day, f"Measured {back}", text, categories=("cs.CL",))
        text = "Optical flow between frames."
        press.print(day, f"Frames {back}", text, categories=("eess.IV",))
    if back % 4 == 0:
        names = (Raw("Geoffrey Hinton"), Raw("Ada Example"))
        text = "Capsules again."
        press.print(day, f"Capsules {back}", text, authors=names, categories=("cs.LG",))


def week() -> Press:
    """A few papers: for what does not look at how many there are."""
    press = Press()
    for back, day in reversed(list(enumerate(list_days(2)))):
        press.print(day, f"Image Generation {back}", "Image generation with optical flow.")
        press.print(day, f"Diffusion Policy {back}", "A diffusion policy.", categories=("cs.RO",))
    return press


async def announced(store: Store, press: Press) -> None:
    """Store what was printed, and settle its days two minutes after their feeds were due."""
    papers, said = [paper for _, paper in press.said], [one for one, _ in press.said]
    days = sorted({one.batch for one in said})
    await store.announcements.add(papers, said, at=NOON)
    for day in days:
        moment = feed_due(day) + timedelta(minutes=2)
        await store.announcements.mark(day, BatchState.SETTLED, moment)


# ── arXiv ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class ScriptedArxiv:
    """arXiv's search: answers what it was told to, or fails so."""

    papers: Sequence[Paper] = ()
    error: Exception | None = None
    asked: list[str] = field(default_factory=list)

    async def search(self, query: str, size: int) -> Sequence[Paper]:
        self.asked.append(query)
        if self.error:
            raise self.error
        return self.papers[:size]

    async def by_ids(self, ids: Collection[str]) -> Sequence[Paper]:
        self.asked.extend(ids)
        if self.error:
            raise self.error
        return [paper for paper in self.papers if paper.id in ids]


# ── talking ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Dialogue:
    """A bot, and whoever talks to it."""

    store: Store
    calendar: FakeCalendar
    arxiv: ScriptedArxiv
    commands: Commands
    woken: list[datetime]
    last: Reply = field(default_factory=Reply)

    async def say(
        self,
        text: str,
        who: Person = ADA,
        where: Destination = PAPERS,
        values: Mapping[str, str] | None = None,
    ) -> Reply:
        """Type a command, press a button or send a form."""
        in_person = where == own(who)
        request = Request(
            text=text,
            person=who,
            where=where,
            where_name="DM" if in_person else NAMES[where],
            in_person=in_person,
            may_edit=in_person or who != EVE,
            values=values or {},
            right="Manage Channels",
        )
        self.last = await self.commands.run(request)
        return self.last

    async def press(self, label: str, who: Person = ADA, where: Destination = PAPERS) -> Reply:
        """Press a button of the last reply by its label, or by how that begins."""
        return await self.say(button(self.last, label).command, who, where)

    async def send(
        self, values: Mapping[str, str], who: Person = ADA, where: Destination = PAPERS
    ) -> Reply:
        """Send the last reply's form with some fields filled in."""
        form = self.last.form
        assert form, "there is no form"
        filled = {one.name: one.value for one in form.fields} | dict(values)
        assert set(filled) == {one.name for one in form.fields}, "fields that the form has"
        return await self.say(form.command, who, where, filled)

    async def here(self, where: Destination = PAPERS) -> list[Subscription]:
        """A place's subscriptions, without who edited them last."""
        ones = await self.store.subscriptions.of(where)
        return [replace(one, editor="") for one in ones]

    async def pressed_apart(self, reply: Reply, who: Person, where: Destination) -> list[Reply]:
        """What each button of a reply answers, each pressed in the state as it is now.

        The database is put back after each; no port can do that, so this reaches past them.
        """
        connection, loop = connection_of(self.store), asyncio.get_running_loop()
        link = connection._database.conn

        def copied() -> sqlite3.Connection:
            copy = sqlite3.connect(":memory:")
            link.backup(copy)
            return copy

        copy = await loop.run_in_executor(connection._thread, copied)
        answers = []
        for action in reply.actions:
            answers.append(await self.say(action.command, who, where))
            await loop.run_in_executor(connection._thread, copy.backup, link)
        await loop.run_in_executor(connection._thread, copy.close)
        self.last = reply
        return answers

    async def digest(
        self,
        papers: Sequence[Paper],
        settlement: Settlement | None = None,
        where: Destination = PAPERS,
        *,
        day: date = TODAY,
        shown: int = 30,
        numbers: tuple[int, ...] = (1,),
    ) -> str:
        """Plan a digest of one message, and settle it if told how. Returns its key."""
        now = self.calendar.now()
        labels = {one.number: one.label for one in await self.here(where)}
        heading = Heading((day,), 97, tuple((number, labels[number]) for number in numbers))
        items = tuple(Item(one.id, one.version, Kind.NEW, numbers) for one in papers)
        slot = Slot(f"{day}T09:00 Europe/Berlin", now)
        assert not await self.store.outbox.enqueue([Plan(where, slot, heading, items, shown)], now)
        (owed,) = [one for one in await self.owed() if one.destination == where]
        await self.store.outbox.open(owed.digest, [Body("{}", "plain")], now)
        (owed,) = [one for one in await self.owed() if one.destination == where]
        assert owed.delivery
        if settlement:
            assert await self.store.outbox.claim(owed.delivery.key, State.PLANNED, now)
            assert await self.store.outbox.settle(owed.delivery.key, settlement, now)
        return owed.delivery.key

    async def notes(self, where: Destination) -> list[Heading]:
        """What the notices say that are planned for a place."""
        owed = [one.digest for one in await self.owed() if one.destination == where]
        found = [await self.store.outbox.digest(one) for one in owed]
        return [one.heading for one in found if one]

    async def owed(self) -> list[Owed]:
        """What is to be sent."""
        return list(await self.store.outbox.owed("slack", self.calendar.now(), 100, ()))


def button(reply: Reply, label: str) -> Action:
    """The one button with that label, or whose label begins so."""
    exact = [one for one in reply.actions if one.label == label]
    found = exact or [one for one in reply.actions if one.label.startswith(label)]
    assert len(found) == 1, f"{label!r} among {[one.label for one in reply.actions]}"
    return found[0]


@asynccontextmanager
async def talking(
    press: Press | None = None,
    *,
    arxiv: ScriptedArxiv | None = None,
    offline: bool = False,
    calendar: FakeCalendar | None = None,
) -> AsyncIterator[Dialogue]:
    """A bot that knows the month's papers, or those of `press`."""
    calendar, arxiv = calendar or FakeCalendar(NOON), arxiv or ScriptedArxiv()
    async with open_store(":memory:", calendar=calendar) as store:
        await announced(store, MONTH if press is None else press)
        woken: list[datetime] = []
        limits = Limits(search_patience=0.2)
        services = Services(
            papers=store.papers,
            announcements=store.announcements,
            subscriptions=store.subscriptions,
            outbox=store.outbox,
            people=store.people,
            audit=store.audit,
            recent=Recent(store.papers, calendar, limits),
            calendar=calendar,
            limits=limits,
            defaults=Defaults("UTC", "09:00"),
            older=None if offline else arxiv,
            calendar_note=lambda: NOTE,
            wake=lambda: woken.append(calendar.now()),
            link=lambda where, message: f"https://chat.example/{where.address}/{message}",
        )
        yield Dialogue(store, calendar, arxiv, Commands(services), woken)


MONTH, SMALL = month(), week()
