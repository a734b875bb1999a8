"""What commands work with, passed in once by `app`; and who is speaking."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.commands.recent import Recent
from bot.dialogue import Request
from bot.limits import Limits
from bot.model import Destination, Paper, Person
from bot.ports import Announcements, Audit, Calendar, Outbox, Papers, People, Subscriptions


class OlderSearch(Protocol):
    """arXiv's own search, for what the store does not hold. Raises `ArxivError`."""

    async def search(self, query: str, size: int) -> Sequence[Paper]:
        """Return up to `size` papers for a query in arXiv's syntax, newest first."""

    async def by_ids(self, ids: Collection[str]) -> Sequence[Paper]:
        """Return the papers with these identifiers, as far as arXiv knows them."""


@dataclass(slots=True)
class Defaults:
    """What a new subscription gets where the person says nothing; settings may be read again."""

    zone: str = "UTC"
    at: str = "09:00"


@dataclass(frozen=True, slots=True)
class Services:
    """Ports and small services that the commands use."""

    papers: Papers
    announcements: Announcements
    subscriptions: Subscriptions
    outbox: Outbox
    people: People
    audit: Audit
    recent: Recent
    calendar: Calendar
    limits: Limits
    defaults: Defaults
    older: OlderSearch | None  # None: without network (demo, replay)
    calendar_note: Callable[[], str]  # "Weekend: the next list comes Mon 23 Nov.", may be stamped
    wake: Callable[[], None]  # something is due now: plan and deliver without waiting
    link: Callable[[Destination, str], str] | None = None  # our message's address, by its id


OWN_NAME = "your alerts"
"""How a person's own messages are called in sentences, whatever the platform calls them."""


def own_messages(person: Person) -> Destination:
    """Return the destination of a person's direct messages; its address is the person's id."""
    return Destination(person.platform, person.account, person.id)


def as_own(request: Request) -> Request:
    """Return the request as if typed in the person's own direct messages."""
    return replace(
        request,
        where=own_messages(request.person),
        where_name=OWN_NAME,
        in_person=True,
        may_edit=True,
        within=None,
    )


def actor(request: Request) -> str:
    """Return the person as audit rows name them."""
    person = request.person
    return f"{person.platform}:{person.account}:{person.id}"
