"""The digest that the pictures show: the demo's second day, as #papers would get it."""

from datetime import date

from bot.collect.arxiv.recorded import read_recording
from bot.compose.match import TopicIndex
from bot.compose.topic import parse_topic
from bot.demo import DAYS
from bot.model import Destination, Digest, Heading, Item, Kind, Paper, Place, Slot
from bot.schedule import feed_due

TOPICS = ("image generation", "spin glass")
DAY = date(2026, 11, 24)


def demo_digest(where: Destination) -> Digest:
    """Return the digest of the demo's second day."""
    days = read_recording(DAYS).days
    return _digest([item.paper for day in days if day.day == DAY for item in day.items], where)


def _digest(papers: list[Paper], where: Destination) -> Digest:
    topics = [parse_topic(text) for text in TOPICS]
    found: dict[str, tuple[Paper, tuple[int, ...]]] = {}
    for match in TopicIndex(topics).match(papers):
        number = TOPICS.index(match.topic.label) + 1
        before = found.get(match.paper.id, (match.paper, ()))[1]
        found[match.paper.id] = (match.paper, (*before, number))
    return Digest(
        1,
        where,
        Slot("picture", feed_due(DAY)),
        Place(where, "#papers"),
        Heading((DAY,), len(papers), tuple(enumerate(TOPICS, 1))),
        tuple(Item(one.id, one.version, Kind.NEW, by) for one, by in found.values()),
        30,
        {(one.id, one.version): one for one, _ in found.values()},
    )
