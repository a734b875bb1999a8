"""Which topics match which papers: topics are indexed, papers walk past them. PURE.

In go topics, once, and then papers; out come matches, each with its reasons. Cost follows the
papers' words and the matches, not the number of topics: every topic waits at its rarest required
key (a run of up to three words, an author's word, a category), all keys of a paper are looked up at
once, and only a topic whose key was found is asked whether its whole expression holds, if the key
does not say so already. Adding or removing one topic touches only its own keys.
"""

from collections.abc import Iterable, Iterator, KeysView
from itertools import chain, repeat
from typing import Final, NamedTuple

from bot.compose import expression as tree
from bot.compose.because import excluded_by, explain
from bot.compose.evaluate import CATEGORY, Analysed, Check, Key, all_of, check, holds, key_choices
from bot.compose.expression import Expression
from bot.compose.topic import Topic
from bot.model import Because, Paper

__all__ = ["Match", "TopicIndex", "excluded_by", "explain", "matches"]


class Match(NamedTuple):
    """A topic matches a paper."""

    topic: Topic
    paper: Paper

    @property
    def because(self) -> tuple[Because, ...]:
        """Why, with places in the raw text; worked out when asked for."""
        return explain(self.topic, self.paper)


_GONE: Final = Topic("", "", tree.Or(()))  # where a removed topic stood


class TopicIndex:
    """A set of topics, by canonical text, that can be asked which of them match papers."""

    def __init__(self, topics: Iterable[Topic] = ()) -> None:
        self._numbers: dict[str, int] = {}  # by canonical text; no number comes again
        self._topics = [_GONE]  # by number, from 1
        self._checks: dict[int, Check] = {}  # of those for which a key is not enough
        # Numbers of topics by key; most keys have one, and a set is large.
        self._waiting: dict[Key, int | set[int]] = {}
        for topic in topics:
            self.add(topic)

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def names(self) -> KeysView[str]:
        """The canonical texts."""
        return self._numbers.keys()

    def add(self, topic: Topic) -> None:
        """Add a topic; one with the same canonical text stays as it is."""
        if topic.canonical in self._numbers:
            return
        number = self._numbers[topic.canonical] = len(self._topics)
        self._topics.append(topic)
        keys, checks = self._keys(topic.expression)
        if checks:
            self._checks[number] = all_of(checks)
        for key in keys:
            there = self._waiting.setdefault(key, number)
            if isinstance(there, set):
                there.add(number)
            elif there != number:
                self._waiting[key] = {there, number}

    def remove(self, topic: Topic) -> None:
        """Remove the topic with this canonical text, if it is there."""
        number = self._numbers.pop(topic.canonical, None)
        if number is None:
            return
        topic, self._topics[number] = self._topics[number], _GONE
        self._checks.pop(number, None)
        for leaf in tree.leaves(topic.expression):
            for key in chain(*key_choices(leaf)[0]):  # at which of them it waits is not kept
                there = self._waiting.get(key)
                if isinstance(there, set):
                    there.discard(number)
                if there in (number, set()):
                    del self._waiting[key]

    def match(self, papers: Iterable[Paper]) -> Iterator[Match]:
        """Yield a match for each paper and topic that it matches.

        In the order of the papers, and for each paper in the order in which topics were added.
        `kind:` is not looked at: a paper has no kind, its announcement has.
        """
        pairs = (zip(self.topics(paper), repeat(paper), strict=False) for paper in papers)
        return map(Match._make, chain.from_iterable(pairs))

    def topics(self, paper: Paper) -> list[Topic]:
        """Return the topics that match a paper, in the order in which they were added."""
        text = Analysed(paper)
        found: set[int] = set()
        waiting: Iterator[int | set[int]] = filter(None, map(self._waiting.get, text.every_key()))
        for there in waiting:
            if isinstance(there, set):
                found |= there
            else:
                found.add(there)
        found -= {n for n in self._checks.keys() & found if not self._checks[n](text)}
        return [self._topics[number] for number in sorted(found)]

    def _keys(self, said: Expression) -> tuple[list[Key], list[Check]]:
        """Return keys and checks: `said` matches what has one of the keys and passes all checks."""
        match said:
            case tree.Or(parts):
                each = [self._keys(part) for part in parts]
                keys = [key for some, _ in each for key in some]
                return keys, [check(said)] if any(checks for _, checks in each) else []
            case tree.And(parts):
                found = [(*self._keys(part), part) for part in parts]
                keys, checks, rarest = max(found, key=lambda one: self._rarity(one[0]))
                return keys, [*(check(part) for part in parts if part is not rarest), *checks]
            case tree.AndNot(keep, drop):
                (keys, checks), dropped = self._keys(keep), check(drop)
                return keys, [*checks, lambda text: not dropped(text)]
            case _:
                choices, is_all = key_choices(said)
                rarest_of = [max(keys, key=lambda key: self._rarity([key])) for keys in choices]
                return rarest_of, [] if is_all else [check(said)]

    def _rarity(self, keys: list[Key]) -> tuple[int, int]:
        """Rank by what a paper is least likely to have: long runs, names, words, categories."""
        waiting = (self._waiting.get(key, set()) for key in keys)
        topics = sum(len(there) if isinstance(there, set) else 1 for there in waiting)
        return min(map(_specific, keys)), -topics


def _specific(key: Key) -> int:
    return 0 if key[0] == CATEGORY else sum(len(part) > 1 for part in key)


def matches(said: Expression, paper: Paper) -> bool:
    """Tell whether one expression matches one paper."""
    return holds(said, Analysed(paper))
