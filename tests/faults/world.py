"""An invented year of arXiv, and who gets what of it, from a number. PURE.

A world begins on a Saturday, when arXiv knows no papers yet, and lasts some weeks of list days, in
which the clocks of Europe or America change. Its destinations are spread over platforms, schedules,
zones and densities; in some of them the history may not be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from bot.model import Daily, Density, Destination, OnArrival, Schedule, Weekly
from tests.standins.arxiv_world import Event, Text, World, list_days
from tests.standins.discord_world import APP

PLATFORMS = ("web", "slack", "discord")
SLACK_TEAM = "T0PAPER"
BEGINNINGS = (date(2026, 10, 17), date(2027, 3, 6), date(2026, 9, 12), date(2027, 1, 23))
CHANGES = (date(2026, 10, 25), date(2026, 11, 1), date(2027, 3, 14), date(2027, 3, 28))
ROUND_ENDS = time(4)  # UTC: before the feed of the next list day is due
TOPICS = (
    "image generation",
    "spin glass",
    "graph neural network",
    "speech recognition",
    "protein folding",
    "federated learning",
    "neutrino oscillations",
    "q-bio.NC",
)
CATEGORIES = (("cs.CV", "cs.LG"), ("hep-th",), ("cs.CL",), ("math.CO", "cs.DM"))
SCHEDULES: Sequence[tuple[Schedule, str]] = (
    (Daily("09:00"), "Europe/Berlin"),
    (Daily("07:30"), "America/Los_Angeles"),
    (OnArrival(), "UTC"),
    (Daily("02:30"), "Europe/Berlin"),
    (Daily("18:00"), "Asia/Tokyo"),
    (Weekly((1, 2, 3, 4, 5), "08:30"), "Europe/London"),
    (OnArrival(quiet=True), "America/New_York"),
    (Daily("01:30"), "America/New_York"),
)
DENSITIES = (Density.AUTO, Density.THREAD, Density.CARDS, Density.COMPACT)
PAPERS_A_DAY = 12
_SENTENCE = "We study {topic} in a setting of its own and say what follows from it for sample {n}. "


@dataclass(frozen=True, slots=True)
class Room:
    """A destination of the world with its subscriptions, all on one schedule."""

    destination: Destination
    name: str
    topics: tuple[str, ...]
    schedule: Schedule
    zone: str
    density: Density
    readable: bool = True  # whether its history may be read

    @property
    def is_person(self) -> bool:
        return self.destination.address.startswith(("U", "u:"))


@dataclass(frozen=True, slots=True)
class Paper:
    """What one announcement says."""

    day: date
    paper: str
    title: str
    abstract: str
    categories: tuple[str, ...]
    crossed: bool = False


@dataclass(frozen=True, slots=True)
class FaultyWorld:
    """Everything that is decided beforehand."""

    begin: datetime
    days: tuple[date, ...]
    rooms: tuple[Room, ...]
    papers: tuple[Paper, ...]
    recheck: bool  # whether Slack's history may be read at all

    def ends(self) -> list[datetime]:
        """Return when each list day's round is over."""
        starts = [datetime.combine(day, ROUND_ENDS, UTC) for day in self.days]
        return [*starts[1:], starts[-1] + timedelta(days=1)]


def make_world(seed: str, rounds: int, platforms: Sequence[str], rooms: int = 8) -> FaultyWorld:
    """Make the world that a seed names; `rooms` on each of the platforms."""
    random = Random(seed)
    first = random.choice(BEGINNINGS)
    days = tuple(list_days(first, rounds))
    recheck = random.random() < 0.75
    places = tuple(
        _room(platform, number, random, recheck=recheck)
        for platform in platforms
        for number in range(rooms)
    )
    begin = datetime.combine(first, time(12), UTC)
    return FaultyWorld(begin, days, places, tuple(_papers(days, random)), recheck)


def _room(platform: str, number: int, random: Random, *, recheck: bool) -> Room:
    schedule, zone = SCHEDULES[number % len(SCHEDULES)]
    topics = tuple(random.sample(TOPICS, 2 if number % 4 else 3))
    density = DENSITIES[(number + random.randrange(2)) % len(DENSITIES)]
    where = _address(platform, number)
    readable = {"slack": recheck, "discord": number % 8 != 5}.get(platform, True)
    return Room(where, f"#{platform}-{number}", topics, schedule, zone, density, readable)


def _address(platform: str, number: int) -> Destination:
    person = number % 8 == 7
    match platform:
        case "slack":
            address = f"U{number:05}" if person else f"C{number:05}"
            return Destination("slack", SLACK_TEAM, address)
        case "discord":
            address = f"u:7{number:017}" if person else f"8{number:017}"
            return Destination("discord", APP, address)
    return Destination("web", "local", f"room-{number}")


def _papers(days: Sequence[date], random: Random) -> list[Paper]:
    made: list[Paper] = []
    for number, day in enumerate(days):
        before = made[-PAPERS_A_DAY:]
        first = number * PAPERS_A_DAY + 1
        made += [_paper(day, n, random) for n in range(first, first + PAPERS_A_DAY)]
        if number:
            old = random.choice([one for one in before if not one.crossed])
            made.append(_crossed(old, day))
    return made


def _paper(day: date, number: int, random: Random) -> Paper:
    topics = random.sample(TOPICS[:-1], 1 + (random.random() < 0.3))
    title = f"On {' and '.join(topics)}, part {number}"
    sentence = _SENTENCE.format(topic=topics[0], n=number)
    abstract = sentence * random.choice((1, 3, 12))
    categories = random.choice(CATEGORIES)
    return Paper(day, f"{day:%y%m}.{number:05}", title, abstract, categories)


def _crossed(old: Paper, day: date) -> Paper:
    categories = (*old.categories, "q-bio.NC")
    return Paper(day, old.paper, old.title, old.abstract, categories, crossed=True)


def arxiv_world(papers: Sequence[Paper]) -> World:
    """Return what the stand-in of arXiv serves."""
    world = World()
    for one in papers:
        text = Text(one.title, one.abstract, comment="9 pages")
        action, added = ("cross", ("q-bio.NC",)) if one.crossed else ("new", ())
        first = next(other for other in papers if other.paper == one.paper)
        submitted = Event(first.day, one.paper, "new", one.categories, text).when
        world.add(Event(one.day, one.paper, action, one.categories, text, 1, submitted, added))
    return world
