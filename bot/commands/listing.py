"""list, status: what a place gets, when, and what is wrong."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.commands.grammar import Typed
from bot.commands.history import Digests, Last
from bot.commands.outlook import Outlook
from bot.commands.recent import Asked
from bot.commands.rooms import Rooms, allowed
from bot.commands.services import Services
from bot.commands.wording import BUTTON, calls, command_for, moment, pause_in_words
from bot.compose.base import narrowed
from bot.compose.heading import days_in_words
from bot.compose.phrases import count, shortened
from bot.compose.spans import span
from bot.compose.topic import parse_topic
from bot.delivered import DeliveryRow
from bot.dialogue import Action, Reply, Request
from bot.model import Place, State, Subscription
from bot.schedule import describe

PUNCTUAL = timedelta(days=30)
NUMBER = "Number"  # heading of the column by which platforms put buttons into rows


class Listing:
    """The verbs that show a whole place."""

    def __init__(self, services: Services, rooms: Rooms, digests: Digests) -> None:
        self._at = services
        self._rooms = rooms
        self._digests = digests

    async def list_here(self, request: Request, _typed: Typed) -> Reply:
        """Show what this place gets, with the buttons to change it."""
        here = await self._at.subscriptions.of(request.where)
        if not here:
            return nothing_here(request)
        place, outlook = await self._rooms.place(request), await self._rooms.outlook()
        last = await self._digests.last(request.where, here)
        table = [(NUMBER, "Topic", "When", "Papers a week", "Last digest", "Next", "State")]
        counts = await self._at.recent.counts(
            [Asked(narrowed(parse_topic(one.topic), place), one.kinds) for one in here]
        )
        for one, found in zip(here, counts, strict=True):
            row = (str(one.number), one.label, describe(one.schedule, one.zone), f"{found:,}")
            table.append((*row, *_times(one, last, outlook), _state(place, one, outlook)))
        wrong, mending = await self._wrong(request, place)
        return Reply(
            title=_title(request, here),
            text="\n".join(filter(None, (*wrong, _options(place)))),
            table=tuple(table),
            actions=(*mending, *_buttons(request, here, last), *_option_buttons(request, place)),
        )

    async def status(self, request: Request, _typed: Typed) -> Reply:
        """Show how things stand: arXiv's day, and what is late, in doubt or suspended here."""
        here = await self._at.subscriptions.of(request.where)
        place, outlook = await self._rooms.place(request), await self._rooms.outlook()
        last = await self._digests.last(request.where, here)
        wrong, actions = await self._wrong(request, place)
        lines = [self._at.calendar_note(), *wrong, await self._punctual(request)]
        table = [(NUMBER, "Topic", "Last digest", "Next", "State")]
        for one in here:
            state = _state(place, one, outlook)
            table.append((str(one.number), one.label, *_times(one, last, outlook), state))
            if one.paused:
                label = f"Resume {shortened(one.label, BUTTON)}"
                actions.append(Action(label, command_for(request, f"resume {one.number}")))
        return Reply(
            title="Status" if here else f"Status: {nothing_here(request).title}",
            text="\n".join(line for line in lines if line),
            table=tuple(table) if here else (),
            actions=tuple(actions),
        )

    async def _wrong(self, request: Request, place: Place) -> tuple[list[str], list[Action]]:
        """Return what is late, in doubt or suspended here, why, and the buttons for it."""
        lines, actions = list[str](), list[Action]()
        if place.suspended:
            lines.append(f"I can't post to {place.name} now: {place.suspended}.")
            actions.append(Action("Try again", command_for(request, "retry")))
        for row in await self._digests.unsettled(request.where):
            text, buttons = trouble(row)
            lines += [text] if text else []
            actions += buttons
        return lines, actions

    async def _punctual(self, request: Request) -> str:
        """Return how long after their moment the digests of the last weeks were here."""
        now = self._at.calendar.now()
        kept = await self._at.audit.punctuality(now - PUNCTUAL, now, request.where)
        one = kept.get(request.where.platform)
        if one is None or not one.sent:
            return ""
        came = f"In 30 days {count(one.sent, 'digest')} came"
        if not one.latest:
            return f"{came}, on time."
        if one.latest == one.median:
            return f"{came}, {span(one.median)} after the time."
        return (
            f"{came}: half within {span(one.median)} of their time,"
            f" the latest {span(one.latest)} after."
        )

    async def retry(self, request: Request, _typed: Typed) -> Reply:
        """Write again to a place that could not be written to: a person says that it is mended."""
        allowed(request)
        place = await self._at.subscriptions.place(request.where)
        if place is None or not place.suspended:
            return Reply(title="Nothing is held up here")
        await self._rooms.resume(request, place)
        self._at.wake()
        return Reply(title="I try again", text="What waited comes now.")


def nothing_here(request: Request) -> Reply:
    """Return what is said of an empty place, with an example."""
    if request.in_person:
        return Reply(title="You have no alerts yet", text="/arxiv alert add diffusion policy")
    return Reply(
        title=f"{request.where_name} has no subscriptions yet",
        text="/arxiv subscribe image generation",
    )


def trouble(row: DeliveryRow) -> tuple[str, tuple[Action, ...]]:
    """Return what is wrong with a delivery and its buttons; "" if it is there or on its way."""
    delivery = row.delivery
    what = f"the digest of {days_in_words(row.days)}" if row.days else "a message"
    part = f"{what}, part {delivery.part + 1}" if delivery.part else what
    yes = Action(f"Yes, {part} is there", f"doubt yes {delivery.key}")
    send = Action(f"No, send {part}", f"doubt no {delivery.key}")
    match delivery.state:
        case State.UNKNOWN if delivery.not_before is None:
            return f"I could not confirm that {part} arrived. Is it there?", (yes, send)
        case State.UNKNOWN:
            return f"I am asking whether {part} arrived.", ()
        case State.QUARANTINED:
            again = Action(f"Send {part} again", f"doubt no {delivery.key}")
            return f"{_capital(part)} was refused: {delivery.reason}.", (again,)
        case State.SUSPENDED:
            return f"{_capital(part)} waits until I can post here again.", ()
        case State.PLANNED if delivery.attempts:
            return f"{_capital(part)} is late: {delivery.reason}. I try again.", ()
    return "", ()


def _title(request: Request, here: Sequence[Subscription]) -> str:
    if request.in_person:
        return f"You have {count(len(here), 'alert')}"
    return f"{request.where_name} gets {count(len(here), 'topic')}"


def _buttons(
    request: Request, here: Sequence[Subscription], last: Mapping[int, Last]
) -> list[Action]:
    """Return each row's buttons; labels name the topic, for who hears and does not see."""
    buttons: list[Action] = []
    for one in here:
        pause = ("Resume", "resume") if one.paused else ("Pause", "pause")
        verbs = [pause, ("Change", "edit"), ("Unsubscribe", "unsubscribe")]
        if one.number in last:
            verbs.append(("Show last digest of", "last"))
        for word, verb in verbs:
            label = f"{word} {shortened(one.label, BUTTON)}"
            buttons.append(Action(label, command_for(request, f"{verb} {one.number}")))
    return buttons


def _times(one: Subscription, last: Mapping[int, Last], outlook: Outlook) -> tuple[str, str]:
    """Return when the last digest came and when the next will."""
    before = last.get(one.number)
    last_one = moment(before.at, one.zone, before.url) if before else "none yet"
    return last_one, outlook.next(one)


def _state(place: Place, one: Subscription, outlook: Outlook) -> str:
    if place.suspended:
        return f"suspended: {place.suspended}"
    if one.paused:
        return pause_in_words(one)
    state = "late" if outlook.is_late(one) else "active"
    return f"{state}, {calls(one.ping)}" if one.ping else state


def _options(place: Place) -> str:
    """Return what goes for all topics of a place, where it is unusual."""
    lines = [f"Everywhere in this server: {place.base}"] if place.base else []
    if place.exclude:
        lines.append(f"Left out of every topic here: {place.exclude}")
    if place.tell_empty:
        lines.append("A line comes on days without papers, too.")
    if place.skip_shown_at:
        lines.append("Skipped: what a channel of yours already showed.")
    return "\n".join(lines)


def _option_buttons(request: Request, place: Place) -> list[Action]:
    """Return the buttons that make usual again what no form changes."""
    buttons = []
    if place.tell_empty:
        quiet = command_for(request, "tell-empty off")
        buttons.append(Action("Stay quiet on days without papers", quiet))
    if place.skip_shown_at:
        buttons.append(Action("No longer skip them", "alert skip off"))
    return buttons


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
