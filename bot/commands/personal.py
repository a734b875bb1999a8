"""alert, forget-me: what belongs to one person, wherever they type it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.commands.forms import refused, zone_form
from bot.commands.grammar import Typed, is_many, read_options
from bot.commands.many import Many
from bot.commands.older import Older
from bot.commands.rooms import Rooms
from bot.commands.services import Services, as_own
from bot.commands.settings import FieldError
from bot.commands.subscribing import Subscribing
from bot.commands.wording import BUTTON
from bot.compose.phrases import shortened
from bot.dialogue import Action, Reply, Request
from bot.errors import CommandError
from bot.schedule import parse_zone

Verb = Callable[[Request, Typed], Awaitable[Reply]]
_SYNONYMS = {
    "": "list",
    "subscribe": "add",
    "remove": "unsubscribe",
    "delete": "unsubscribe",
    "change": "edit",
    "ls": "list",
}
_KEPT = {  # kind of thing → how one, and how several are called
    "alerts": ("alert", "alerts"),
    "saved papers": ("saved paper", "saved papers"),
    "digests": ("message to you", "messages to you"),
    "papers shown": ("paper noted as shown to you", "papers noted as shown to you"),
    "channel subscriptions made": (
        "channel subscription that you made or changed",
        "channel subscriptions that you made or changed",
    ),
    "changes": ("line in the log of changes", "lines in the log of changes"),
}


class Personal:
    """The verbs about a person's own alerts and data; `verbs` are those that alerts share."""

    def __init__(
        self,
        services: Services,
        rooms: Rooms,
        subscribing: Subscribing,
        many: Many,
        older: Older,
        verbs: Mapping[str, Verb],
    ) -> None:
        self._at = services
        self._rooms = rooms
        self._subscribing = subscribing
        self._many = many
        self._older = older
        self._verbs = verbs

    async def alert(self, request: Request, typed: Typed) -> Reply:
        """Carry out a verb on the person's alerts, wherever it is typed; without one the list."""
        head, rest, *_ = [*typed.rest.split(maxsplit=1), "", ""]
        verb = _SYNONYMS.get(head.casefold(), head.casefold())
        inner = read_options(verb, rest)
        inner = replace(inner, options=inner.options | typed.options)
        if verb == "add" and is_many(inner):
            return await self._many.many(as_own(request), inner)
        if verb == "add":
            return await self._subscribing.subscribe(as_own(request), inner, request)
        if verb == "skip":
            return await self._skip(request, inner)
        if verb in self._verbs:
            return await self._verbs[verb](as_own(request), inner)
        raise CommandError(
            f'I don\'t know "alert {shortened(head, BUTTON)}".',
            remedy=f"For example: /arxiv alert add {shortened(typed.rest, 2 * BUTTON)}",
        )

    async def _skip(self, request: Request, typed: Typed) -> Reply:
        """Leave out of alerts what a channel showed; `skip off` takes it back."""
        own = as_own(request)
        place = await self._rooms.place(own)
        if typed.rest.casefold() == "off":
            await self._rooms.keep(own, replace(place, skip_shown_at=None))
            return Reply(title="Your alerts no longer skip what a channel showed")
        if request.in_person:
            raise CommandError(
                "Skip what which channel showed?", remedy="Type /arxiv alert skip in that channel."
            )
        await self._rooms.keep(own, replace(place, skip_shown_at=request.where))
        other = place.skip_shown_at not in (None, request.where)
        return Reply(
            title=f"Your alerts skip what {request.where_name} already showed",
            text="No longer what another channel showed." if other else "",
            actions=() if other else (Action("Undo", "alert skip off"),),
        )

    async def zone(self, request: Request, typed: Typed) -> Reply:
        """Set the zone in which this person reads times; without one, ask for it."""
        own = await self._rooms.own_zone(request)
        text = request.values.get("zone", typed.rest).strip()
        if not text:
            return Reply(form=zone_form(own))
        try:
            zone = parse_zone(text)
        except CommandError as error:
            errors = (FieldError("zone", " ".join(filter(None, (str(error), error.remedy)))),)
            return refused(zone_form(own), {"zone": text}, errors)
        await self._at.people.put(replace(request.person, zone=zone))
        return Reply(
            title=f"Your times are in {zone}",
            text="This goes for new alerts. Those that you have keep their zone: /arxiv alert list",
            actions=(Action("Undo", f"zone {own}"),) if own not in ("", zone) else (),
        )

    async def forget_me(self, request: Request, typed: Typed) -> Reply:
        """Say what is stored about the person, and delete it when they confirm."""
        if "delete" in typed.options:
            await self._at.people.forget(request.person, self._at.calendar.now())
            self._older.forget(request.person)
            return Reply(title="Deleted", text="I no longer keep anything about you.")
        about = await self._at.people.about(request.person)
        kept = [_kept(what, number) for what, number in about.items() if number]
        if not kept:
            return Reply(title="I keep nothing about you")
        channels = "Channels keep their subscriptions; your name goes from them."
        return Reply(
            title="What I keep about you",
            text="\n".join((*kept, channels)),
            actions=(Action("Delete it", "forget-me --delete"),),
        )


def _kept(what: str, number: int) -> str:
    """Return "3 saved papers"."""
    if what == "person":
        return "Your time zone"
    one, several = _KEPT.get(what, (what, what))
    return f"{number:,} {one if number == 1 else several}"
