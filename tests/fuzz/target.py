"""What is fuzzed: right inputs, how to make wrong ones of them, and what reads them."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from tests.fuzz.markup import mutated_markup
from tests.fuzz.mutation import ODD_TEXTS, mutated_bytes, mutated_text, mutated_value

Read = Callable[[Any], object]
Opened = contextlib.AbstractContextManager[Read]
_AS_MARKUP: Final = 0.7  # of the mutations of a document; the others change its bytes


@dataclass(frozen=True)
class Target:
    """A parser. `open` gives what reads an input; it may refuse it with a `PaperboyError`.

    `weight`: its share of all inputs. `words`: what its language is made of.
    """

    name: str
    seeds: Callable[[], Sequence[Any]]
    open: Callable[[], Opened]
    words: tuple[str, ...] = ()
    weight: float = 1.0

    def mutated(self, corpus: Sequence[Any], by: Random) -> Any:
        """Return an input that is a little wrong."""
        one, words = by.choice(corpus), (*self.words, *self.words, *ODD_TEXTS)
        if isinstance(one, bytes) and one.lstrip()[:1] == b"<" and by.random() < _AS_MARKUP:
            return mutated_markup(one, corpus, words, by)
        if isinstance(one, bytes):
            return mutated_bytes(one, corpus, words, by)
        if isinstance(one, str):
            return mutated_text(one, corpus, words, by)
        return mutated_value(one, corpus, words, by)


def reading(read: Read) -> Callable[[], Opened]:
    """Return how to open a parser that needs nothing around it."""

    @contextlib.contextmanager
    def opened() -> Iterator[Read]:
        yield read

    return opened
