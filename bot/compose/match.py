"""Which topics match which papers: topics are indexed, papers walk past them. PURE.

In go topics, once, and then papers; out come matches, each with its reasons. Cost follows the
papers' words and the matches, not the number of topics: every topic waits at its rarest required
part (a run of up to three words, an author's word, a category), each paper's runs are looked up all
at once, and only a topic whose part was found is asked whether its whole expression holds.
Adding or removing one topic touches only its own part.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain, count, repeat
from typing import NamedTuple

from bot.compose import expression as tree, words as analysis
from bot.compose.because import excluded_by, explain
from bot.compose.evaluate import WIDEST, Analysed, Check, all_of, check, holds
from bot.compose.expression import Expression, Field, Leaf, Phrase
from bot.compose.topic import Topic
from bot.compose.words import GAP
from bot.model import Because, Paper

__all__ = ["Match", "TopicIndex", "excluded_by", "explain", "matches"]

_Shape = tuple[int, ...] | str  # offsets of a run's words, or one of the names below
_WORD, _AUTHOR, _CATEGORY, _LATE = "word", "author", "category", "late"
_Key = tuple[str, ...] | str


class Match(NamedTuple):
    """A topic matches a paper. A tuple, because a large day makes half a million of them."""

    topic: Topic
    paper: Paper

    @property
    def because(self) -> tuple[Because, ...]:
        """Why, with places in the raw text; worked out when asked for."""
        return explain(self.topic, self.paper)


# Match._make without a Python call for each match: a tenth of the whole day's time.
_NEW_MATCH = partial(tuple.__new__, Match)


_Place = tuple[_Shape, _Key]
_Table = dict[_Key, int | set[int]]  # numbers of topics; most places have one, and a set is large


class TopicIndex:
    """A set of topics, by canonical text, that can be asked which of them match papers."""

    def __init__(self, topics: Iterable[Topic] = ()) -> None:
        self._numbers: dict[str, int] = {}  # by canonical text; from 1, none comes again
        self._topics: dict[int, Topic] = {}
        self._waiting: dict[int, tuple[_Place, ...]] = {}  # where the topic is to be found
        self._checks: dict[int, Check] = {}  # what must hold besides
        self._tables: dict[_Shape, _Table] = {}
        self._count = count(1)
        for topic in topics:
            self.add(topic)

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, topic: Topic) -> bool:
        return topic.canonical in self._numbers

    def add(self, topic: Topic) -> None:
        """Add a topic; one with the same canonical text stays as it is."""
        if topic.canonical in self._numbers:
            return
        number = self._numbers[topic.canonical] = next(self._count)
        places, checks = self._waits(topic.expression)
        self._topics[number] = topic
        self._waiting[number] = tuple(dict.fromkeys(places))
        if checks:
            self._checks[number] = all_of(checks)
        for shape, key in places:
            table = self._tables.setdefault(shape, {})
            there = table.setdefault(key, number)
            if isinstance(there, set):
                there.add(number)
            elif there != number:
                table[key] = {there, number}

    def remove(self, topic: Topic) -> None:
        """Remove the topic with this canonical text, if it is there."""
        number = self._numbers.pop(topic.canonical, None)
        if number is None:
            return
        del self._topics[number]
        self._checks.pop(number, None)
        for shape, key in self._waiting.pop(number):
            table = self._tables[shape]
            there = table[key]
            if isinstance(there, set):
                there.remove(number)
            if there == number or not there:
                del table[key]
            if not table:
                del self._tables[shape]

    def match(self, papers: Iterable[Paper]) -> Iterator[Match]:
        """Yield a match for each paper and topic that it matches.

        In the order of the papers, and for each paper in the order in which topics were added.
        `kind:` is not looked at: a paper has no kind, its announcement has.
        """
        return chain.from_iterable(map(self._matches, papers))

    def _matches(self, paper: Paper) -> Iterator[Match]:
        text = Analysed(paper)
        found = self._candidates(text)
        found -= {n for n in self._checks.keys() & found if not self._checks[n](text)}
        topics = map(self._topics.__getitem__, sorted(found))
        return map(_NEW_MATCH, zip(topics, repeat(paper)))

    def _candidates(self, text: Analysed) -> set[int]:
        found: set[int] = set()
        for shape, table in self._tables.items():
            parts = _parts(shape, text, table)
            waiting: Iterator[int | set[int]] = filter(None, map(table.get, parts))
            for there in waiting:
                if isinstance(there, set):
                    found |= there
                else:
                    found.add(there)
        return found

    # ── where a topic waits ──────────────────────────────────────────────────────────────────────

    def _waits(self, said: Expression) -> tuple[list[_Place], list[Check]]:
        """Return places and checks: `said` matches what has one of them and passes all checks."""
        match said:
            case tree.Or(parts):
                waits = [self._waits(part) for part in parts]
                places = [place for found, _ in waits for place in found]
                return places, [check(said)] if any(checks for _, checks in waits) else []
            case tree.And(parts):
                each = [(*self._waits(part), part) for part in parts]
                places, checks, rarest = max(each, key=lambda wait: self._rarity(wait[0]))
                return places, [*(check(part) for part in parts if part is not rarest), *checks]
            case tree.AndNot(keep, drop):
                places, checks = self._waits(keep)
                return places, [all_of(checks, but_not=check(drop))]
            case _:
                return self._leaf_places(said), [] if _is_sure(said) else [check(said)]

    def _leaf_places(self, leaf: Leaf) -> list[_Place]:
        match leaf:
            case tree.Category(pattern):
                return [(_CATEGORY, pattern)]
            case tree.Author(words):
                return [self._name(words)]
            case Phrase(Field.COMMENT | Field.JOURNAL, stems=stems):
                return [(_LATE, max(stems, key=len))]
            case Phrase(Field.ALL, said):
                exact = max(map(analysis.stem_of, said), key=len)
                name = tree.author(" ".join(said)).words
                names = [self._name(name)] if name else []
                return [self._run(leaf.stems), (_LATE, exact), *names]
            case Phrase(stems=stems):
                return [self._run(stems)]

    def _name(self, said: tuple[str, ...]) -> _Place:
        return max(((_AUTHOR, word) for word in said), key=lambda place: self._rarity([place]))

    def _run(self, stems: tuple[str, ...]) -> _Place:
        """Return the rarest run of a phrase: of the most words, with the fewest topics."""
        if len(stems) <= WIDEST:
            return _shaped(stems)
        starts = (i for i, stem in enumerate(stems) if stem != GAP)
        runs = (_shaped(stems[i : i + WIDEST]) for i in starts)
        return max(runs, key=lambda place: self._rarity([place]))

    def _rarity(self, places: list[_Place]) -> tuple[int, int]:
        """Rank by what a paper is least likely to have: long runs, names, words, categories."""
        waiting = (self._tables.get(shape, {}).get(key, set()) for shape, key in places)
        topics = sum(len(there) if isinstance(there, set) else 1 for there in waiting)
        return min(_specific(shape, key) for shape, key in places), -topics


def _shaped(run: tuple[str, ...]) -> _Place:
    offsets = tuple(i for i, stem in enumerate(run) if stem != GAP)
    if len(offsets) == 1:
        return _WORD, run[0]
    return offsets, run if len(offsets) == len(run) else tuple(run[i] for i in offsets)


def _specific(shape: _Shape, key: _Key) -> int:
    if isinstance(shape, tuple):
        return len(shape)
    return {_CATEGORY: 0, _AUTHOR: min(len(key), 2)}.get(shape, 1)


def _is_sure(leaf: Leaf) -> bool:
    """Tell whether being found where it waits is all that the leaf says."""
    short = isinstance(leaf, Phrase) and leaf.where is Field.ANY and len(leaf.stems) <= WIDEST
    return short or isinstance(leaf, tree.Category)


def matches(said: Expression, paper: Paper) -> bool:
    """Tell whether one expression matches one paper."""
    return holds(said, Analysed(paper))


def _parts(shape: _Shape, text: Analysed, table: _Table) -> Iterable[_Key]:
    """Return what the paper has of one shape; of `cat:` patterns, those in the table that fit."""
    match shape:
        case "word":
            return text.words
        case (0, 1):
            return text.both.runs(2)  # a set, because checks ask for it again
        case tuple():
            return zip(*(text.both[offset:] for offset in shape), strict=False)
        case "author":
            return text.names
        case "category":
            wild = (str(key) for key in table if "*" in key)
            return [*text.categories, *(key for key in wild if tree.covers(key, text.categories))]
        case _:
            return {*text.stems(Field.COMMENT), *text.stems(Field.JOURNAL)}
