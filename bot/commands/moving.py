"""move: what a lost channel gets goes to another one. Offered to whoever set the first one up."""

from collections.abc import Sequence

from bot.commands import forms
from bot.commands.grammar import Typed
from bot.commands.rooms import Ask, Rooms, allowed
from bot.commands.services import Services, actor
from bot.commands.settings import FieldError
from bot.commands.wording import quoted, said
from bot.compose.phrases import count
from bot.dialogue import Reply, Request
from bot.errors import CommandError, NotAllowed
from bot.model import Destination, Place, Subscription


class Moving:
    """The verb that takes all subscriptions of a lost channel to the one where it is run."""

    def __init__(self, services: Services, rooms: Rooms) -> None:
        self._at = services
        self._rooms = rooms

    async def move(self, request: Request, typed: Typed) -> Reply:
        """Ask which channel it shall be, then run there: `move C012AB3CD`."""
        old = await self._source(request, typed.rest.strip())
        if request.in_person:
            return Reply(form=forms.move_form(old))
        self._check(request, old)
        place = await self._rooms.place(request)
        await self._rooms.keep(request, place)
        await self._at.subscriptions.put_place(place, actor(request), moved_from=old.destination)
        self._at.wake()
        return _moved(request, old, await self._at.subscriptions.of(request.where))

    async def _source(self, request: Request, address: str) -> Place:
        """Return the place to move from. Raises `CommandError`, `NotAllowed`."""
        person = request.person
        where = Destination(person.platform, person.account, address)
        place = await self._at.subscriptions.place(where)
        here = await self._at.subscriptions.of(where)
        if place is None or not here:
            raise CommandError("There is nothing there to move: it was moved or removed before.")
        if person.id not in _makers(place, here):
            raise NotAllowed(f"Moving what {place.name} gets needs one of those who set it up.")
        return place

    def _check(self, request: Request, old: Place) -> None:
        """Raise `Ask` with the form again where this channel cannot be the new one."""
        if request.where == old.destination:
            raise _refused(request, old, f"That is {old.name} itself. Choose another channel.")
        try:
            allowed(request)
        except NotAllowed as error:
            raise _refused(request, old, said(error)) from error


def _refused(request: Request, old: Place, why: str) -> Ask:
    wrong = FieldError("to", why)
    return Ask(forms.refused(forms.move_form(old), request.values, [wrong]))


def _makers(place: Place, here: Sequence[Subscription]) -> set[str]:
    return {place.creator, *(one.creator for one in here), *(one.editor for one in here)} - {""}


def _moved(request: Request, old: Place, here: Sequence[Subscription]) -> Reply:
    return Reply(
        title=f"{request.where_name} now gets what {old.name} got",
        text=f"{count(len(here), 'topic')}: {', '.join(quoted(one.label) for one in here)}",
        public=True,
    )
