"""Topics in use + announcements → what each topic finds. No I/O, no clock; keeps an index.

The index of topics is only a cache: it is brought up to date from the topics of whatever falls due,
and made anew when most of it is no longer used.
"""

import gc
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from bot.compose.digest import Hit, Said
from bot.compose.match import TopicIndex
from bot.compose.topic import Topic, parse_topic
from bot.errors import TopicError
from bot.model import Because, Paper

INDEX_SPARE = 2  # the index is made anew when it holds this many times the topics in use
_BY_PLACE = attrgetter("at")
_BY_PAPER = attrgetter("paper")
_BY_NEED = attrgetter("needs_enrichment")
_LOG = logging.getLogger("paperboy.planning")


@dataclass(frozen=True, slots=True)
class Finds:
    """What topics find among announcements, up to the number `upto`."""

    said: Said
    upto: int
    hits: Mapping[str, Sequence[Hit]]  # by canonical text, ascending
    newest: Mapping[str, int]  # by canonical text: the number of the newest find
    papers: frozenset[str]  # found by any topic


class Finder:
    """Asks all topics about a range of announcements at once. One thread at a time."""

    def __init__(self) -> None:
        self._index = TopicIndex(())
        self._topics: dict[str, Topic] = {}  # by the name that the store has
        self._renamed: dict[str, str] = {}  # names of older Paperboys → what we call it now

    def find(self, names: Iterable[str], said: Said, upto: int) -> Finds:
        """Return what the topics with these canonical texts find; unreadable ones find nothing."""
        wanted = self._ready(frozenset(names))
        renamed = {name: self._renamed[name] for name in self._renamed.keys() & wanted}
        hits = self._hits(wanted.union(renamed.values()) if renamed else wanted, said)
        hits |= {name: hits[now] for name, now in renamed.items() if now in hits}
        ats = {hit.at for found in hits.values() for hit in found}
        newest = {name: said[found[-1].at][0].seq for name, found in hits.items()}
        return Finds(said, upto, hits, newest, frozenset(said[at][1].id for at in ats))

    def _hits(self, wanted: frozenset[str], said: Said) -> dict[str, Sequence[Hit]]:
        places: dict[int, list[int]] = {}
        papers: list[Paper] = []
        for at, (_, paper) in enumerate(said):
            if id(paper) not in places:
                papers.append(paper)
            places.setdefault(id(paper), []).append(at)
        hits: defaultdict[str, list[Hit]] = defaultdict(list)
        for paper, matches in groupby(self._index.match(papers), _BY_PAPER):
            topics = [match.topic for match in matches if match.topic.canonical in wanted]
            for at in places[id(paper)]:
                find = Hit(at, _when_opened)  # alike for all topics
                # A late announcement is for those who look at what came late: comment or journal.
                seeing = filter(_BY_NEED, topics) if said[at][0].late else topics
                for topic in seeing:
                    hits[topic.canonical].append(find)
        if len(papers) < len(said):  # else they come ascending
            for found in hits.values():
                found.sort(key=_BY_PLACE)
        return dict(hits)

    def _ready(self, wanted: frozenset[str]) -> frozenset[str]:
        """Bring the index up to date for these topics; returns those that can be read."""
        if len(self._topics) > INDEX_SPARE * len(wanted) + 1_000:
            self._index, self._topics, self._renamed = TopicIndex(()), {}, {}
        fresh = wanted - self._topics.keys()
        for name in fresh:
            try:
                topic = parse_topic(name)
            except TopicError:
                # The canonical text of an older Paperboy: say so, and serve all the others.
                _LOG.exception("topic unreadable", extra={"action": "topic-unreadable"})
                continue
            self._index.add(topic)
            if topic.canonical == name:
                self._topics[topic.canonical] = topic  # one text for both, of 100,000
            else:
                self._topics[name], self._renamed[name] = topic, topic.canonical
        if fresh:
            # The index stays. Looking through 100,000 topics for garbage, again and again while
            # digests are made, took a third of the time and stopped the event loop for 0.4 s.
            gc.freeze()
        return wanted if wanted <= self._topics.keys() else wanted & self._topics.keys()


def _when_opened() -> tuple[Because, ...]:
    """Leave the reasons to whoever opens the digest: `view` works them out from what is frozen.

    Explaining every match of a day takes longer than all the rest of planning together.
    """
    return ()
