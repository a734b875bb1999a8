"""One expression against one paper: does it hold, and where. PURE.

In goes an expression and an `Analysed` paper; out comes a truth, or the places of a leaf in the raw
text. This is the plain meaning of a topic; `match.TopicIndex` only avoids asking for it.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property

from bot import taxonomy
from bot.compose import words as analysis
from bot.compose.expression import (
    And,
    AndNot,
    Author,
    Category,
    Expression,
    Field,
    Or,
    Phrase,
    author,
    covers,
    fields_of,
)
from bot.compose.words import GAP
from bot.model import Paper


class Analysed:
    """A paper's words as the index has them; each field is read when it is first asked for."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.title = analysis.stems(paper.title)
        self.abstract = analysis.stems(paper.abstract)

    @cached_property
    def comment(self) -> list[str]:
        """Stems without gaps; empty if the comment is not known."""
        return analysis.exact_stems(self.paper.comment or "")

    @cached_property
    def journal(self) -> list[str]:
        """Stems without gaps; empty if the journal reference is not known."""
        return analysis.exact_stems(self.paper.journal_ref or "")

    @cached_property
    def authors(self) -> list[list[str]]:
        """The folded words of each author's name."""
        return [[word for word, _, _ in analysis.name_words(name)] for name in self.paper.authors]

    @cached_property
    def categories(self) -> list[str]:
        """Canonical names."""
        return [taxonomy.canonical(cat) for cat in self.paper.categories]

    def stems(self, where: Field) -> list[str]:
        """Return the stems of one single text field."""
        match where:
            case Field.TITLE:
                return self.title
            case Field.ABSTRACT:
                return self.abstract
            case Field.COMMENT:
                return self.comment
            case _:
                return self.journal


def holds(tree: Expression, text: Analysed) -> bool:
    """Tell whether the expression matches the paper."""
    match tree:
        case Phrase():
            return _phrase_holds(tree, text)
        case And(parts):
            return all(holds(part, text) for part in parts)
        case Or(parts):
            return any(holds(part, text) for part in parts)
        case AndNot(keep, drop):
            return holds(keep, text) and not holds(drop, text)
        case Category(pattern):
            return any(covers(pattern, cat) for cat in text.categories)
        case Author(wanted):
            return any(named(wanted, have) for have in text.authors)


def _phrase_holds(phrase: Phrase, text: Analysed) -> bool:
    for where in fields_of(phrase.where):
        if next(starts(pattern_in(phrase, where), text.stems(where)), None) is not None:
            return True
    if phrase.where is Field.ALL:
        wanted = author(" ".join(phrase.words)).words
        return any(named(wanted, have) for have in text.authors)
    return False


def pattern_in(phrase: Phrase, where: Field) -> Sequence[str]:
    """Return what to look for in one single field: exact in comments and journal references."""
    if phrase.where is Field.ALL and where in (Field.COMMENT, Field.JOURNAL):
        return [analysis.stem_of(word) for word in phrase.words]
    return phrase.stems


def starts(pattern: Sequence[str], stems: list[str]) -> Iterator[int]:
    """Yield where `pattern` begins in `stems`; a GAP in it fits any one word."""
    rest = [(offset, want) for offset, want in enumerate(pattern) if offset and want != GAP]
    last = len(stems) - len(pattern)
    at = -1
    while True:
        try:
            at = stems.index(pattern[0], at + 1)
        except ValueError:
            return
        if at > last:
            return
        if all(stems[at + offset] == want for offset, want in rest):
            yield at


def named(wanted: Sequence[str], have: list[str]) -> bool:
    """Tell whether every wanted word is a different word of the name; a letter fits its initial."""
    return fitting(wanted, have) is not None


def fitting(wanted: Sequence[str], have: list[str]) -> list[int] | None:
    """Return which words of the name the wanted ones fit, or None. Nothing wanted fits nothing."""
    free = dict(enumerate(have))
    taken: list[int] = []
    for word in sorted(wanted, key=len, reverse=True):  # whole words first: "l" may not take "li"
        fits = (i for i, other in free.items() if word == other or _initial(word, other))
        found = next(fits, None)
        if found is None:
            return None
        del free[found]
        taken.append(found)
    return taken or None


def _initial(letter: str, word: str) -> bool:
    return len(letter) == 1 and word.startswith(letter)
