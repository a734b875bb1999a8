"""What is offered while somebody types into an option of /arxiv. A suggestion, never a check."""

from collections.abc import Iterable, Sequence
from typing import Final

from bot import taxonomy
from bot.compose.phrases import shortened
from bot.model import Destination
from bot.platforms.discord.definition import TOPIC, WHEN, WHICH, ZONE
from bot.ports import Subscriptions
from bot.schedule import zone_names

MOST: Final = 25
LONGEST: Final = 100
_TIMES: Final = (
    "daily at 8:00",
    "daily at 9:00",
    "daily at 12:00",
    "daily at 18:00",
    "weekly on mon",
    "weekly on mon at 8:30",
    "weekly on fri at 16:00",
    "on arrival",
)

Choice = tuple[str, str]
"""What is shown, and what is sent."""


async def suggestions(
    subscriptions: Subscriptions, where: Destination, option: str, typed: str
) -> Sequence[Choice]:
    """Return what fits what was typed so far, best first."""
    here = await subscriptions.of(where)
    match option:
        case _ if option == WHICH:
            rows = [(f"{one.number}. {one.label}", str(one.number)) for one in here]
            return _fitting(typed, rows)
        case _ if option == TOPIC:
            used = _fitting(typed, [(one.label, one.label) for one in here])
            return _short([*_as_typed(typed), *used, *_categories(typed)])
        case _ if option == WHEN:
            return _short([*_as_typed(typed), *_fitting(typed, [(one, one) for one in _TIMES])])
        case _ if option == ZONE:
            return _fitting(typed, [(one, one) for one in zone_names()])
    return _short(_as_typed(typed))


def _as_typed(typed: str) -> list[Choice]:
    return [(typed, typed)] if typed.strip() else []


def _categories(typed: str) -> list[Choice]:
    if not typed.strip():
        return []
    return [(f"{one.id} {one.name}", one.id) for one in taxonomy.search(typed, MOST)]


def _fitting(typed: str, choices: Iterable[Choice]) -> list[Choice]:
    """Return the choices that hold what was typed, those that begin with it first."""
    wanted = " ".join(typed.split()).casefold()
    found = [one for one in choices if wanted in one[0].casefold()]
    found.sort(key=lambda one: not one[0].casefold().startswith(wanted))
    return _short(found)


def _short(choices: Iterable[Choice]) -> list[Choice]:
    """Return as many as Discord shows, each value once; one too long to be sent is left out."""
    found: dict[str, Choice] = {}
    for shown, value in choices:
        if value and len(value) <= LONGEST:
            found.setdefault(value, (shortened(shown, LONGEST), value))
    return list(found.values())[:MOST]
