"""One turn of a dialogue: what somebody types, presses or sends, and what Paperboy answers."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.model import Destination, Person
from tests.commands.dialogue import ADA, PAPERS, own

DM = own(ADA)


@dataclass(frozen=True)
class Turn:
    """Something typed, pressed (a button of the reply before) or sent (its form)."""

    say: str = ""
    press: str = ""
    send: Mapping[str, str] | None = None
    who: Person = ADA
    where: Destination = PAPERS
    title: str | None = None
    text: str | None = None
    actions: tuple[str, ...] | None = None
    table: tuple[tuple[str, ...], ...] | None = None
    papers: tuple[str, ...] | None = None
    form: str | None = None
    errors: tuple[str, ...] | None = None  # names of fields
    public: bool | None = None
    ok: bool = True


def lines(*text: str) -> str:
    return "\n".join(text)


WELCOME = lines(
    'Topic: "image generation"',
    "When: daily from 09:00 Berlin time. Next: Wed 25 Nov.",
    "23 papers in the last 7 days.",
)
SUBSCRIBED = Turn("subscribe image generation")
GLASSES = Turn("subscribe spin glass")
