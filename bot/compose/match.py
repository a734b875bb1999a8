"""Which topics match which papers: topics are indexed, papers walk past them. PURE.

In go topics, once, and then papers; out come matches, each with its reasons. Cost follows the
papers' words and the matches, not the number of topics: every topic waits at its rarest required
part (a run of up to four words, an author's word, a category), each paper's runs are looked up all
at once, and only a topic whose part was found is asked whether its whole expression holds.
Adding or removing one topic touches only its own part.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from bot.compose import words as analysis
from bot.compose.because import excluded_by, explain
from bot.compose.evaluate import Analysed, holds
from bot.compose.expression import (
    And,
    AndNot,
    Author,
    Category,
    Expression,
    Field,
    Leaf,
    Or,
    Phrase,
    author,
    covers,
)
from bot.compose.topic import Topic
from bot.compose.words import GAP
from bot.model import Because, Paper

__all__ = ["Match", "TopicIndex", "excluded_by", "explain", "matches"]

_WIDEST = 4  # words of a run; a longer phrase waits at its rarest run and is then checked

_Shape = tuple[int, ...] | str  # offsets of a run's words, or one of the names below
_AUTHOR, _CATEGORY, _PATTERN, _LATE = "author", "category", "pattern", "late"
_Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A topic matches a paper."""

    topic: Topic
    paper: Paper

    @property
    def because(self) -> tuple[Because, ...]:
        """Why, with places in the raw text; worked out when asked for."""
        return explain(self.topic, self.paper)


@dataclass(slots=True, eq=False)
class _Entry:
    """A topic in the index. `sure`: being found where it waits is proof enough."""

    topic: Topic
    serial: int
    sure: bool
    places: "tuple[_Place, ...]"


_Place = tuple[_Shape, _Key]
_Bucket = _Entry | dict[int, _Entry]  # most places have one topic, and a dict takes 200 bytes
_Table = dict[_Key, _Bucket]


class TopicIndex:
    """A set of topics, by canonical text, that can be asked which of them match papers."""

    def __init__(self, topics: Iterable[Topic] = ()) -> None:
        self._entries: dict[str, _Entry] = {}
        self._tables: dict[_Shape, _Table] = {}
        self._serials = count()
        for topic in topics:
            self.add(topic)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, topic: Topic) -> bool:
        return topic.canonical in self._entries

    def add(self, topic: Topic) -> None:
        """Add a topic; one with the same canonical text stays as it is."""
        if topic.canonical in self._entries:
            return
        tree = topic.expression
        places = tuple(dict.fromkeys(self._places(tree)))
        entry = _Entry(topic, next(self._serials), _is_sure(tree), places)
        self._entries[topic.canonical] = entry
        for shape, key in places:
            table = self._tables.setdefault(shape, {})
            there = table.setdefault(key, entry)
            if isinstance(there, dict):
                there[entry.serial] = entry
            elif there is not entry:
                table[key] = {there.serial: there, entry.serial: entry}

    def remove(self, topic: Topic) -> None:
        """Remove the topic with this canonical text, if it is there."""
        entry = self._entries.pop(topic.canonical, None)
        if entry is None:
            return
        for shape, key in entry.places:
            table = self._tables[shape]
            there = table[key]
            if isinstance(there, dict):
                del there[entry.serial]
            if there is entry or not there:
                del table[key]
            if not table:
                del self._tables[shape]

    def match(self, papers: Iterable[Paper]) -> Iterator[Match]:
        """Yield a match for each paper and topic that it matches.

        In the order of the papers, and for each paper in the order in which topics were added.
        `kind:` is not looked at: a paper has no kind, its announcement has.
        """
        for paper in papers:
            text = Analysed(paper)
            found = self._candidates(text)
            for serial in sorted(found):
                entry = found[serial]
                if entry.sure or holds(entry.topic.expression, text):
                    yield Match(entry.topic, paper)

    def _candidates(self, text: Analysed) -> dict[int, _Entry]:
        found: dict[int, _Entry] = {}
        runs = [*text.title, *[GAP] * _WIDEST, *text.abstract]  # no run spans both fields
        for shape, table in self._tables.items():
            for key in _keys(shape, table, text, runs):
                there = table[key]
                if isinstance(there, dict):
                    found.update(there)
                else:
                    found[there.serial] = there
        return found

    # ── where a topic waits ──────────────────────────────────────────────────────────────────────

    def _places(self, tree: Expression) -> list[_Place]:
        """Return places of which at least one is found in every paper that `tree` matches."""
        match tree:
            case Or(parts):
                return [place for part in parts for place in self._places(part)]
            case And(parts):
                return max(map(self._places, parts), key=self._rarity)
            case AndNot(keep, _):
                return self._places(keep)
            case _:
                return self._leaf_places(tree)

    def _leaf_places(self, leaf: Leaf) -> list[_Place]:
        match leaf:
            case Category(pattern):
                return [(_PATTERN if "*" in pattern else _CATEGORY, (pattern,))]
            case Author(said):
                return [(_AUTHOR, (max(said, key=len),))]
            case Phrase(Field.COMMENT | Field.JOURNAL, stems=stems):
                return [(_LATE, (max(stems, key=len),))]
            case Phrase(Field.ALL, said):
                exact = max((analysis.stem_of(word) for word in said), key=len)
                name = author(" ".join(said)).words
                names = [(_AUTHOR, (max(name, key=len),))] if name else []
                return [self._run(leaf.stems), (_LATE, (exact,)), *names]
            case Phrase(stems=stems):
                return [self._run(stems)]

    def _run(self, stems: tuple[str, ...]) -> _Place:
        """Return the rarest run of a phrase: of the most words, with the fewest topics."""
        if len(stems) <= _WIDEST:
            return _shaped(stems)
        starts = (i for i, stem in enumerate(stems) if stem != GAP)
        runs = (_shaped(stems[i : i + _WIDEST]) for i in starts)
        return max(runs, key=lambda place: self._rarity([place]))

    def _rarity(self, places: list[_Place]) -> tuple[int, int]:
        """Rank by what a paper is least likely to have: long runs, names, words, categories."""
        waiting = (self._tables.get(shape, {}).get(key, ()) for shape, key in places)
        topics = sum(len(there) if isinstance(there, dict | tuple) else 1 for there in waiting)
        return min(_specific(shape, key) for shape, key in places), -topics


def _shaped(run: tuple[str, ...]) -> _Place:
    offsets = tuple(i for i, stem in enumerate(run) if stem != GAP)
    return offsets, run if len(offsets) == len(run) else tuple(run[i] for i in offsets)


def _specific(shape: _Shape, key: _Key) -> int:
    if shape in (_CATEGORY, _PATTERN):
        return 0
    return len(shape) if isinstance(shape, tuple) else min(len(key[0]), 2)


def _is_sure(tree: Expression) -> bool:
    match tree:
        case Phrase(Field.ANY, stems=stems):
            return len(stems) <= _WIDEST
        case Or(parts):
            return all(map(_is_sure, parts))
        case _:
            return isinstance(tree, Category)


def matches(tree: Expression, paper: Paper) -> bool:
    """Tell whether one expression matches one paper."""
    return holds(tree, Analysed(paper))


def _keys(shape: _Shape, table: _Table, text: Analysed, runs: list[str]) -> Iterable[_Key]:
    """Return the keys of the table that the paper has."""
    if isinstance(shape, tuple):
        return table.keys() & zip(*(runs[offset:] for offset in shape), strict=False)
    match shape:
        case "author":
            folded = {word for name in text.authors for word in name}
            return table.keys() & {(part,) for word in folded for part in (word, word[0])}
        case "category":
            return table.keys() & {(cat,) for cat in text.categories}
        case "pattern":
            return [key for key in table if any(covers(key[0], cat) for cat in text.categories)]
        case _:
            return table.keys() & {(stem,) for stem in (*text.comment, *text.journal)}
