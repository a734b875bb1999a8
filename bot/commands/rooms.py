"""The place that a command is about: what is known of it, and which subscription is meant."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.commands.grammar import Typed, read_number
from bot.commands.outlook import Outlook
from bot.commands.services import Services, actor
from bot.commands.settings import Habits
from bot.commands.wording import BUTTON, command_for
from bot.compose.phrases import shortened
from bot.dialogue import Action, Reply, Request
from bot.errors import CommandError, NotAllowed
from bot.model import Place, Subscription
from bot.schedule import parse_zone

_LOOK_BACK = timedelta(days=21)  # more than any schedule's period


DIRECT = "your direct messages"  # the name of such a place


class Ask(CommandError):
    """The command cannot be carried out before the person has chosen; `reply` asks."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.title or reply.text)
        self.reply = reply


class Rooms:
    """Places and their subscriptions, as commands need them."""

    def __init__(self, services: Services) -> None:
        self._at = services

    async def place(self, request: Request) -> Place:
        """Return the place under its present name; a new one if it is not known yet."""
        known = await self._at.subscriptions.place(request.where)
        if known is None:
            return Place(
                destination=request.where,
                name=DIRECT if request.in_person else request.where_name,
                zone=await self.zone(request),
                is_person=request.in_person,
                creator=request.person.id,
                within=request.within,
                base=await self._base(request),
            )
        if request.in_person:
            return known
        if request.within and request.within != known.within:
            known = replace(known, within=request.within, base=await self._base(request))
        return replace(known, name=request.where_name)

    async def _base(self, request: Request) -> str:
        """Return the filter of what the channel is part of."""
        whole = await self._at.subscriptions.place(request.within) if request.within else None
        return whole.base if whole else ""

    async def keep(self, request: Request, place: Place) -> None:
        """Store a place if anything about it is new."""
        if place != await self._at.subscriptions.place(place.destination):
            await self._at.subscriptions.put_place(place, actor(request))

    async def resume(self, request: Request, place: Place) -> None:
        """Take a place's suspension away: what is owed there is sent again."""
        await self._at.subscriptions.put_place(replace(place, suspended=""), actor(request))

    async def zone(self, request: Request) -> str:
        """Return the zone for a new subscription.

        A channel's digests come together, so what it has counts first; else the person's own.
        """
        if not request.in_person:
            here = await self._at.subscriptions.of(request.where)
            if here:
                return here[-1].zone
        own = await self.own_zone(request)
        if own:
            return own
        place = await self._at.subscriptions.place(request.where)
        return place.zone if place else self._at.defaults.zone

    async def own_zone(self, request: Request) -> str:
        """Return the person's zone, as stored or as the platform told; "" if neither."""
        person = await self._at.people.get(request.person)
        told = (person.zone if person else "") or request.person.zone
        try:
            return parse_zone(told) if told else ""
        except CommandError:  # a platform's name for it that nobody else has
            return ""

    async def clock_zone(self, request: Request) -> str:
        """Return the zone in which this person reads times."""
        return await self.own_zone(request) or await self.zone(request)

    def habits(self, request: Request) -> Habits:
        """Return how schedules read here."""
        return Habits(request.in_person, self._at.defaults.at)

    async def outlook(self) -> Outlook:
        """Return what is known now of the digests to come."""
        now = self._at.calendar.now()
        batches, horizon = await asyncio.gather(
            self._at.announcements.batches((now - _LOOK_BACK).date()),
            self._at.announcements.horizon(),
        )
        return Outlook(now, batches, horizon)

    async def meant(
        self, request: Request, typed: Typed, head: str = ""
    ) -> tuple[Subscription, str]:
        """Return the subscription that the command names, by number or topic, and the rest.

        Where there is only one, it need not be named. `head` stands before it in the command.
        Raises `CommandError`, `Ask`.
        """
        here = await self._at.subscriptions.of(request.where)
        number, rest = read_number(typed.rest)
        if number is not None:
            for one in here:
                if one.number == number:
                    return one, rest
            raise _no_such(request, number, here)
        if found := _named(typed.rest, here):
            return found
        fitting = tuple(one for one in here if _fits(typed.verb, one))
        if len(fitting) == 1 and _may_be_left_out(typed):
            return fitting[0], typed.rest
        raise _which(request, typed, fitting or here, head)


def allowed(request: Request) -> None:
    """Raise `NotAllowed` where this person may not change this channel."""
    if not (request.may_edit or request.in_person):
        need = request.right or "a right that you don't have there"
        raise NotAllowed(f"Changing {request.where_name} needs {need}.")


def _named(rest: str, here: tuple[Subscription, ...]) -> tuple[Subscription, str] | None:
    """Return the subscription whose topic the text begins with, the longest one, and the rest."""
    text = " ".join(rest.split())
    for one in sorted(here, key=lambda one: -len(one.label)):
        label = " ".join(one.label.split())
        if text[: len(label)].casefold() == label.casefold():
            after = text[len(label) :]
            if not after or after[0].isspace():
                return one, after.strip()
    return None


def _fits(verb: str, one: Subscription) -> bool:
    """Say whether a verb has something to do for a subscription."""
    return {"pause": not one.paused, "resume": one.paused}.get(verb, True)


def _may_be_left_out(typed: Typed) -> bool:
    """Say whether the only subscription is meant: never for what could be read as its new topic."""
    if typed.verb in ("pause", "resume"):
        return not typed.rest or typed.rest.split()[0].casefold() in ("until", "for")
    return not typed.rest


def _no_such(request: Request, number: int, here: tuple[Subscription, ...]) -> CommandError:
    where = "among your alerts" if request.in_person else f"in {request.where_name}"
    known = ", ".join(str(one.number) for one in here)
    remedy = f"There are: {known}." if known else "There are none yet."
    return CommandError(f"There is no number {number} {where}.", remedy=remedy)


def _which(
    request: Request, typed: Typed, here: tuple[Subscription, ...], head: str = ""
) -> CommandError:
    if not here:
        remedy = "For example: /arxiv alert add diffusion policy"
        if not request.in_person:
            remedy = "For example: /arxiv subscribe image generation"
        return CommandError("There is nothing here yet.", remedy=remedy)
    verb, tail = typed.verb, ""
    words = typed.rest.split()
    if verb == "pause" and words and words[0].casefold() == "until":
        tail = f" {typed.rest}"
    actions = tuple(
        Action(
            f"{verb.capitalize()} {shortened(one.label, BUTTON)}",
            command_for(request, f"{verb} {head}{one.number}{tail}"),
        )
        for one in here
    )
    example = command_for(request, f"{verb} {here[0].number}{tail}")
    text = f"With its number:\n/arxiv {example}"
    return Ask(Reply(title="Which one?", text=text, actions=actions, ok=False))
