"""Topics in use + announcements → what each topic finds. No I/O, no clock; keeps an index.

The index of topics is only a cache: it is brought up to date from the topics of whatever falls due,
and made anew when most of it is no longer used.
"""

import gc
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from bot.compose.digest import Hit, Said
from bot.compose.match import TopicIndex
from bot.compose.topic import parse_topic
from bot.errors import TopicError
from bot.model import Because

INDEX_SPARE = 2  # the index is made anew when it holds this many times the topics in use
_BY_PLACE = attrgetter("at")
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
        self._renamed: dict[str, str] = {}  # names of older Paperboys → what we call it now

    def find(self, names: Iterable[str], said: Said, upto: int) -> Finds:
        """Return what the topics with these canonical texts find; unreadable ones find nothing."""
        wanted = frozenset(names)
        self._make_ready(wanted)
        renamed = {name: self._renamed[name] for name in self._renamed.keys() & wanted}
        found = self._hits(said)
        hits = {name: found[name] for name in found.keys() & wanted}
        hits |= {name: found[now] for name, now in renamed.items() if now in found}
        ats = {hit.at for some in hits.values() for hit in some}
        newest = {name: said[some[-1].at][0].seq for name, some in hits.items()}
        return Finds(said, upto, hits, newest, frozenset(said[at][1].id for at in ats))

    def _hits(self, said: Said) -> dict[str, list[Hit]]:
        """Return what each topic of the index finds, ascending."""
        places: dict[int, list[int]] = {}
        for at, (_, paper) in enumerate(said):
            places.setdefault(id(paper), []).append(at)
        hits: defaultdict[str, list[Hit]] = defaultdict(list)
        for ats in places.values():
            topics = self._index.topics(said[ats[0]][1])
            for at in ats:
                find = Hit(at, _when_opened)  # alike for all topics
                # A late announcement is for those who look at what came late: comment or journal.
                seeing = filter(_BY_NEED, topics) if said[at][0].late else topics
                for topic in seeing:
                    hits[topic.canonical].append(find)
        if len(places) < len(said):  # else they come ascending
            for found in hits.values():
                found.sort(key=_BY_PLACE)
        return hits

    def _make_ready(self, wanted: frozenset[str]) -> None:
        """Bring the index up to date for these topics."""
        if len(self._index) > INDEX_SPARE * len(wanted) + 1_000:
            self._index, self._renamed = TopicIndex(()), {}
        fresh = wanted - self._index.names - self._renamed.keys()
        for name in fresh:
            try:
                topic = parse_topic(name)
            except TopicError:
                # The canonical text of an older Paperboy: say so, and serve all the others.
                _LOG.exception("topic unreadable", extra={"action": "topic-unreadable"})
                continue
            self._index.add(topic)
            if topic.canonical != name:
                self._renamed[name] = topic.canonical
        if fresh:
            # The index stays. Looking through 100,000 topics for garbage, again and again while
            # digests are made, took a third of the time and stopped the event loop for 0.4 s.
            gc.freeze()


def _when_opened() -> tuple[Because, ...]:
    """Leave the reasons to whoever opens the digest: `view` works them out from what is frozen.

    Explaining every match of a day takes longer than all the rest of planning together.
    """
    return ()
