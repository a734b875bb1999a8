"""subscribe many, export: a whole channel's topics as text, one a line."""

from dataclasses import dataclass, field

from bot.commands import forms
from bot.commands.grammar import MANY, Typed
from bot.commands.keeping import Keeping, Undo
from bot.commands.listing import nothing_here
from bot.commands.recent import Asked
from bot.commands.rooms import Rooms, allowed
from bot.commands.services import Services
from bot.commands.settings import (
    Habits,
    Settings,
    applied,
    as_line,
    beside_topic,
    read_wish,
)
from bot.commands.wording import changes, command_for, said
from bot.compose.phrases import count
from bot.dialogue import Action, Reply, Request
from bot.errors import CommandError, UserError
from bot.model import Subscription
from bot.schedule import describe


@dataclass(frozen=True, slots=True)
class Line:
    """One line as read: what it wants, or what is wrong with it."""

    text: str
    settings: Settings = field(default_factory=Settings)
    error: str = ""


class Many:
    """The verbs that read and write all topics at once."""

    def __init__(self, services: Services, rooms: Rooms, keeping: Keeping) -> None:
        self._at = services
        self._rooms = rooms
        self._keeping = keeping

    async def many(self, request: Request, typed: Typed) -> Reply:
        """Read many lines into a table; with --apply, save them."""
        allowed(request)
        text = request.values.get("lines", "") or _without_many(typed.rest)
        if not text.strip():
            return Reply(form=forms.many_form(request))
        rows = [row.strip() for row in text.splitlines() if row.strip()]
        if len(rows) > forms.MOST_LINES:
            raise CommandError(
                f"These are {len(rows):,} lines; I read {forms.MOST_LINES} at once.",
                remedy="Send them in parts.",
            )
        here = await self._at.subscriptions.of(request.where)
        lines = read_lines(rows, self._rooms.habits(request))
        if "apply" in typed.options:
            return await self._apply(request, lines)
        return await self._table(request, lines, here, "\n".join(rows))

    async def _table(
        self, request: Request, lines: list[Line], here: tuple[Subscription, ...], text: str
    ) -> Reply:
        """Show how each line reads, how much it would bring, and what applying would do."""
        table: list[tuple[str, ...]] = [("Line", "Topic", "When", "Papers a week", "Applying it")]
        read = [line for line in lines if line.settings.topic]
        counts = iter(await self._at.recent.counts([_asked(line) for line in read]))
        for number, line in enumerate(lines, start=1):
            found = next(counts) if line.settings.topic else 0
            table.append(self._row(request, number, line, found, here))
        wrong = sum(bool(line.error) for line in lines)
        good = len(lines) - wrong
        apply = Action(
            f"Apply {count(good, 'topic')}",
            command_for(request, f"subscribe --apply {MANY}\n{text}"),
        )
        left = f" {count(wrong, 'line')} could not be read." if wrong else ""
        return Reply(
            title=f"{count(good, 'topic')} for {request.where_name}",
            text=f"Nothing is saved yet.{left}",
            table=tuple(table),
            actions=(apply,) if good else (),
            ok=bool(good),
        )

    def _row(
        self,
        request: Request,
        number: int,
        line: Line,
        found: int,
        here: tuple[Subscription, ...],
    ) -> tuple[str, ...]:
        topic = line.settings.topic
        if topic is None:
            return str(number), line.text, "", "", f"not read: {line.error}"
        same = _same(line, here)
        schedule = line.settings.when or (same.schedule if same else None)
        when = describe(schedule or self._rooms.habits(request).schedule)
        return (
            str(number),
            topic.reading,
            when,
            f"{found:,}",
            _effect(line, same) or "there already",
        )

    async def _apply(self, request: Request, lines: list[Line]) -> Reply:
        """Save every line that could be read; one button takes all of it back."""
        undo, done = Undo(request, self._rooms), list[str]()
        for line in lines:
            if line.settings.topic is None:
                continue
            same = _same(line, await self._at.subscriptions.of(request.where))
            if same is None:
                one = await self._keeping.add(request, line.settings)
                undo.of_adding(one)
                done.append(f"{one.number}. {one.label}: {describe(one.schedule)}")
            elif _effect(line, same):
                new = await self._keeping.change(request, same, beside_topic(line.settings))
                undo.of_changing(same, new)
                done.append(f"{new.number}. {new.label}: {'. '.join(changes(same, new))}")
        self._at.wake()
        return self._applied(request, lines, done, undo)

    def _applied(self, request: Request, lines: list[Line], done: list[str], undo: Undo) -> Reply:
        unread = [f"Not read: {line.text}" for line in lines if line.error]
        if not done:
            return Reply(title="Nothing changed", text="\n".join(unread))
        return Reply(
            title=f"{count(len(done), 'topic')} applied for {request.where_name}",
            text="\n".join((*done, *unread)),
            actions=undo.actions(),
            public=not request.in_person,
        )

    async def export(self, request: Request, _typed: Typed) -> Reply:
        """Return the subscriptions as the text that `subscribe many` reads."""
        here = await self._at.subscriptions.of(request.where)
        if not here:
            return nothing_here(request)
        habits, usual = self._rooms.habits(request), await self._rooms.zone(request)
        text = "\n".join(as_line(one, habits, usual) for one in here)
        return Reply(
            title=f"{count(len(here), 'topic')} of {request.where_name}",
            text="This text can be changed, and read again by:\n/arxiv subscribe many",
            file=("topics.txt", f"{text}\n"),
        )


def read_lines(rows: list[str], habits: Habits) -> list[Line]:
    """Return the lines as read; a topic that stands twice is read once."""
    seen: dict[str, int] = {}
    lines = []
    for number, row in enumerate(rows, start=1):
        line = _read(row, habits)
        topic = line.settings.topic
        if topic and topic.canonical in seen:
            line = Line(row, error=f"the same as line {seen[topic.canonical]}")
        elif topic:
            seen[topic.canonical] = number
        lines.append(line)
    return lines


def _read(row: str, habits: Habits) -> Line:
    try:
        settings = read_wish(row, habits).settings
    except UserError as error:
        return Line(row, error=said(error))
    if settings.topic is None:
        return Line(row, error="there is no topic in it")
    if laid := [name for name in ("density", "exclude", "tell_empty") if _has(settings, name)]:
        return Line(row, error=f"{laid[0].replace('_', '-')}= goes for the whole place, not a line")
    return Line(row, settings)


def _has(settings: Settings, name: str) -> bool:
    return getattr(settings, name) is not None


def _without_many(rest: str) -> str:
    return rest.partition("\n")[2]


def _asked(line: Line) -> Asked:
    assert line.settings.topic
    return Asked(line.settings.topic, line.settings.kinds)


def _same(line: Line, here: tuple[Subscription, ...]) -> Subscription | None:
    topic = line.settings.topic
    return next((one for one in here if topic and one.topic == topic.canonical), None)


def _effect(line: Line, same: Subscription | None) -> str:
    """Return what applying a line would do; "" if it changes nothing."""
    if same is None:
        return "new"
    return "; ".join(changes(same, applied(same, beside_topic(line.settings))))
