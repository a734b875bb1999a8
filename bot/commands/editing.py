"""edit, subscribe many, export: changing subscriptions by text or by form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.commands import forms
from bot.commands.grammar import Typed, read_number
from bot.commands.services import Services, actor
from bot.commands.subscribing import Subscribing, allowed
from bot.compose.phrases import count
from bot.compose.topic import Topic, parse_topic
from bot.errors import TopicError, UserError
from bot.model import (
    Action,
    Daily,
    Form,
    Place,
    Reply,
    Request,
    Schedule,
    Subscription,
)
from bot.schedule import parse_schedule, parse_zone, split_schedule, written

T = TypeVar("T")

WEEK = 7


@dataclass(frozen=True, slots=True)
class Line:
    """One line of `subscribe many`, as read: a topic with a schedule, or an error."""

    text: str
    topic: Topic | None = None
    schedule: Schedule | None = None
    error: str = ""


class Editing:
    """The verbs that change what is already there, one or many."""

    def __init__(self, services: Services, subscribing: Subscribing) -> None:
        self._at = services
        self._subscribing = subscribing

    async def edit(self, request: Request, typed: Typed) -> Reply:
        """Change a subscription: by form, or by what follows its number."""
        allowed(request)
        one = await self._subscribing.numbered(request, typed)
        _, rest = read_number(typed.rest, "edit")
        if request.values:
            return await self._from_form(request, one)
        if not rest:
            place = await self._at.subscriptions.place(request.where)
            return Reply(form=forms.edit_form(one, place))
        settings, text = forms.read_settings(rest)
        new = _with_settings(_with_text(one, text), settings)
        if settings.density is not None:
            await self._lay_out(request, density=settings.density)
        return await self._subscribing.change(request, one, new)

    async def _from_form(self, request: Request, one: Subscription) -> Reply:
        try:
            new, exclude = _read_form(request.values, one)
        except _FieldError as error:
            return await self._refused(request, forms.edit_form(one, None), error)
        settings = forms.settings_of(request.values)
        await self._lay_out(request, density=settings.density, exclude=exclude)
        return await self._subscribing.change(request, one, new)

    async def subscribe_form(self, request: Request) -> Reply:
        """Add what a filled form says; wrong input comes back at its field."""
        allowed(request)
        zone = await self._subscribing.zone(request)
        blank = Subscription(request.where, 0, "", "", Daily(), zone, 0)
        try:
            new, exclude = _read_form(request.values, blank)
        except _FieldError as error:
            form = forms.new_form(request.where_name, zone, self._at.defaults.at, None)
            return await self._refused(request, form, error)
        settings = forms.settings_of(request.values)
        await self._lay_out(request, density=settings.density, exclude=exclude)
        text = f"{new.label} {written(new.schedule)}"
        reply = await self._subscribing.subscribe(
            request, Typed("subscribe", text, frozenset({"add", "keep"}))
        )
        for one in await self._at.subscriptions.of(request.where):
            if one.topic == new.topic:
                same = replace(one, kinds=new.kinds, updates=new.updates, zone=new.zone)
                if same != one:
                    await self._subscribing.change(request, one, same)
        return reply

    async def _refused(self, request: Request, form: Form, error: "_FieldError") -> Reply:
        fields = tuple(
            replace(field, value=request.values.get(field.name, field.value))
            for field in form.fields
        )
        return Reply(
            text=error.message,
            form=replace(form, fields=fields),
            errors=((error.field, error.message),),
            ok=False,
        )

    async def _lay_out(self, request: Request, **options: object) -> None:
        place = await self._place(request)
        given = {name: value for name, value in options.items() if value is not None}
        changed = replace(place, **given)  # type: ignore[arg-type]  # names and types of Place
        if changed != place:
            await self._at.subscriptions.put_place(changed, actor(request))

    async def _place(self, request: Request) -> Place:
        known = await self._at.subscriptions.place(request.where)
        return known or new_place(request)

    async def many(self, request: Request, typed: Typed) -> Reply:
        """Read many lines into a table, and apply them on the second call."""
        allowed(request)
        text = request.values.get("lines", "") or typed.rest.removeprefix("many").strip()
        if not text:
            return Reply(form=forms.many_form(request.where_name, await self._as_lines(request)))
        lines = [read_line(line) for line in text.splitlines() if line.strip()]
        if "apply" in typed.options:
            return await self._apply(request, lines)
        return await self._table(lines, text)

    async def _table(self, lines: list[Line], text: str) -> Reply:
        rows = [("Line", "Topic", "Papers a week")]
        for number, line in enumerate(lines, start=1):
            if line.topic is None:
                rows.append((str(number), f"{line.text}: {line.error}", "not read"))
                continue
            hits = await self._at.recent.hits(line.topic, WEEK)
            rows.append((str(number), line.topic.reading, f"{len(hits):,}"))
        good = sum(1 for line in lines if line.topic)
        apply = Action(f"Apply {count(good, 'topic')}", f"subscribe --apply many {text}")
        return Reply(
            text=f"{count(good, 'topic')} read. Nothing is saved yet.",
            table=tuple(rows),
            actions=(apply,) if good else (),
        )

    async def _apply(self, request: Request, lines: list[Line]) -> Reply:
        saved: list[str] = []
        for line in lines:
            if line.topic:
                typed = Typed("subscribe", line.text, frozenset({"add", "keep"}))
                reply = await self._subscribing.subscribe(request, typed)
                saved.append(reply.title)
        left = len(lines) - len(saved)
        more = f" {count(left, 'line')} could not be read and changed nothing." if left else ""
        return Reply(
            title=f"{request.where_name}: {count(len(saved), 'topic')} applied",
            text="\n".join(saved) + more,
            public=not request.in_person,
        )

    async def export(self, request: Request, _typed: Typed) -> Reply:
        """Return the subscriptions as the text that `subscribe many` reads."""
        text = await self._as_lines(request)
        if not text:
            return Reply(text=f"{request.where_name} has no subscriptions yet.")
        return Reply(text="/arxiv subscribe many reads this text.", file=("topics.txt", text))

    async def _as_lines(self, request: Request) -> str:
        here = await self._at.subscriptions.of(request.where)
        return "\n".join(f"{one.label} {written(one.schedule)}" for one in here)


class _FieldError(Exception):
    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def new_place(request: Request) -> Place:
    """Return the place of a destination that Paperboy does not know yet."""
    return Place(
        destination=request.where,
        name=request.where_name,
        is_person=request.in_person,
        creator=request.person.id,
    )


def read_line(text: str) -> Line:
    """Return one line of many, read; never raises."""
    try:
        topic_text, schedule = split_schedule(text)
        return Line(text.strip(), parse_topic(topic_text), schedule)
    except TopicError as error:
        return Line(text.strip(), error=f"{error} {error.remedy}".strip())


def _read_form(values: Mapping[str, str], base: Subscription) -> tuple[Subscription, str | None]:
    topic = _field("topic", lambda: parse_topic(values.get("topic", base.label)))
    when = values.get("when", written(base.schedule))
    schedule = _field("when", lambda: parse_schedule(when))
    zone = _field("zone", lambda: parse_zone(values.get("zone", base.zone)))
    exclude = values.get("exclude")
    if exclude and exclude.strip():
        _field("exclude", lambda: parse_topic(exclude))
    settings = forms.settings_of(values)
    new = replace(
        base,
        topic=topic.canonical,
        label=topic.label,
        schedule=schedule,
        zone=zone,
        kinds=topic.kinds or settings.kinds or base.kinds,
        updates=base.updates if settings.updates is None else settings.updates,
    )
    return new, exclude.strip() if exclude is not None else None


def _field(name: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except UserError as error:
        raise _FieldError(name, f"{error} {error.remedy}".strip()) from error


def _with_text(one: Subscription, text: str) -> Subscription:
    if not text.strip():
        return one
    topic_text, schedule = split_schedule(text)
    if schedule:
        one = replace(one, schedule=schedule)
    if not topic_text.strip():
        return one
    topic = parse_topic(topic_text)
    return replace(one, topic=topic.canonical, label=topic.label, kinds=topic.kinds or one.kinds)


def _with_settings(one: Subscription, settings: forms.Settings) -> Subscription:
    return replace(
        one,
        updates=one.updates if settings.updates is None else settings.updates,
        kinds=settings.kinds or one.kinds,
        zone=one.zone if settings.zone is None else parse_zone(settings.zone),
    )
