"""One expression against one paper: does it hold, and where. PURE.

In goes an expression and an `Analysed` paper; out comes a truth, or the places of a leaf in the raw
text. This is the plain meaning of a topic; `match.TopicIndex` only avoids asking for it.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from bot import taxonomy
from bot.compose import expression as tree, words as analysis
from bot.compose.expression import Expression, Field, Phrase
from bot.compose.words import GAP
from bot.model import Paper

WIDEST = 3  # words of a run that is looked up in title and abstract at once


class Stems(list[str]):
    """The stems of one field, in order."""

    def __init__(self, stems: Iterable[str] = ()) -> None:
        super().__init__(stems)
        self._runs: dict[int, set[tuple[str, ...]]] = {}

    def runs(self, width: int) -> set[tuple[str, ...]]:
        """Return all runs of so many neighbouring stems; the set is kept for the next phrase."""
        found = self._runs.get(width)
        if found is None:
            found = set(zip(*(self[offset:] for offset in range(width)), strict=False))
            self._runs[width] = found
        return found


class Analysed:
    """A paper's words as the index has them; each field is read when it is first asked for."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.title = Stems(analysis.stems(paper.title))
        self.abstract = Stems(analysis.stems(paper.abstract))

    @cached_property
    def both(self) -> Stems:
        """Title and abstract, so far apart that no short run spans both."""
        return Stems([*self.title, *[GAP] * WIDEST, *self.abstract])

    @cached_property
    def words(self) -> set[str]:
        """Every stem of title and abstract, and GAP."""
        return set(self.both)

    @cached_property
    def names(self) -> dict[str, list[list[str]]]:
        """Each folded word of an author's name, and each initial → all names that have it."""
        found: dict[str, list[list[str]]] = {}
        for person in self.paper.authors:
            name = analysis.folded_name(person)
            for part in {*name, *(word[0] for word in name)}:
                found.setdefault(part, []).append(name)
        return found

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """Canonical names."""
        return tuple(map(taxonomy.canonical, self.paper.categories))

    def raw(self, where: Field) -> str:
        """Return the text of one single field; "" if it is not known."""
        if where in (Field.TITLE, Field.ABSTRACT):
            return self.paper.title if where is Field.TITLE else self.paper.abstract
        return (self.paper.comment if where is Field.COMMENT else self.paper.journal_ref) or ""

    def stems(self, where: Field) -> list[str]:
        """Return the stems of one single field: without gaps in comments and journal references."""
        if where in (Field.COMMENT, Field.JOURNAL):
            return analysis.exact_stems(self.raw(where))
        return self.title if where is Field.TITLE else self.abstract


Check = Callable[[Analysed], bool]


def holds(said: Expression, text: Analysed) -> bool:
    """Tell whether the expression matches the paper."""
    return check(said)(text)


def check(said: Expression) -> Check:
    """Return the question whether the expression matches a paper, made ready to be asked often."""
    match said:
        case Phrase():
            return _phrase_check(said)
        case tree.Category(pattern):
            return lambda text: tree.covers(pattern, text.categories)
        case tree.Author(words):
            return lambda text: _has_author(words, text)
        case tree.And(parts):
            return all_of([check(part) for part in parts])
        case tree.Or(parts):
            checks = [check(part) for part in parts]
            return lambda text: any(one(text) for one in checks)
        case tree.AndNot(keep, drop):
            return all_of([check(keep)], but_not=check(drop))


def all_of(checks: list[Check], but_not: Check | None = None) -> Check:
    """Return the question whether all of `checks` hold, and `but_not` does not."""
    if but_not:
        return lambda text: all(one(text) for one in checks) and not but_not(text)
    return checks[0] if len(checks) == 1 else lambda text: all(one(text) for one in checks)


def _phrase_check(phrase: Phrase) -> Check:
    stems, where, width = phrase.stems, phrase.where, len(phrase.stems)
    if where is Field.ANY and width == 1:
        return lambda text: stems[0] in text.words
    if where is Field.ANY and GAP not in stems and width <= WIDEST:
        return lambda text: stems in text.both.runs(width)
    if where is Field.TITLE and GAP not in stems:
        return lambda text: stems in text.title.runs(width)
    if where is Field.ANY:
        return lambda text: text.words.issuperset(stems) and _is_in_text(phrase, text)
    return lambda text: _is_in_text(phrase, text)


def _is_in_text(phrase: Phrase, text: Analysed) -> bool:
    if any(
        starts(pattern_in(phrase, one), text.stems(one)) for one in tree.fields_of(phrase.where)
    ):
        return True
    every = phrase.where is Field.ALL
    return every and _has_author(tree.author(" ".join(phrase.words)).words, text)


def _has_author(wanted: tuple[str, ...], text: Analysed) -> bool:
    if not wanted or not all(map(text.names.__contains__, wanted)):
        return False
    return any(fitting(wanted, name) for name in text.names[wanted[0]])


def pattern_in(phrase: Phrase, where: Field) -> Sequence[str]:
    """Return what to look for in one single field: exact in comments and journal references."""
    if phrase.where is Field.ALL and where in (Field.COMMENT, Field.JOURNAL):
        return [analysis.stem_of(word) for word in phrase.words]
    return phrase.stems


def starts(pattern: Sequence[str], stems: list[str]) -> list[int]:
    """Return where `pattern` begins in `stems`; a GAP in it fits any one word."""
    rest = [(offset, want) for offset, want in enumerate(pattern) if offset and want != GAP]
    heads = [at for at, stem in enumerate(stems) if stem == pattern[0]]
    inside = len(stems) - len(pattern)
    return [at for at in heads if at <= inside and all(stems[at + i] == want for i, want in rest)]


def fitting(wanted: Sequence[str], have: list[str]) -> list[int] | None:
    """Return which words of the name the wanted ones fit, or None; a letter fits an initial.

    `wanted` has whole words first, so that the "l" of "li l" does not take the "li".
    """
    taken: list[int] = []
    for word in wanted:
        fits = have if len(word) > 1 else [other[0] for other in have]
        free = [i for i, other in enumerate(fits) if other == word and i not in taken]
        if not free:
            return None
        taken.append(free[0])
    return taken or None
