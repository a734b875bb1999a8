"""One expression against one paper: does it hold, and where. PURE.

In goes an expression and an `Analysed` paper; out comes a truth, or the places of a leaf in the raw
text. This is the plain meaning of a topic; `match.TopicIndex` only avoids asking for it. What makes
that possible are keys: what a paper has of words, short runs of words, names and categories, by
which most leaves are decided and all others narrowed down.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, reduce
from itertools import chain, pairwise, repeat
from typing import Final

from bot import taxonomy
from bot.compose import expression as tree, words as analysis
from bot.compose.expression import Expression, Field, Leaf, Phrase
from bot.compose.words import GAP
from bot.model import Paper

WIDEST: Final = 3  # words of a run that is a key

Key = tuple[str, ...]
"""A run of stems in title or abstract; or what a mark says, which is no stem, and what follows."""
_TITLE, _LATE, _AUTHOR, CATEGORY = "ti:", "co:", "au:", "cat:"  # comment and journal are one


class Analysed:
    """A paper's words as the index has them; each field is read when it is first asked for."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.title = analysis.stems(paper.title)
        self.abstract = analysis.stems(paper.abstract)

    @cached_property
    def both(self) -> list[str]:
        """Title and abstract, so far apart that no run spans both."""
        return [*self.title, *[GAP] * WIDEST, *self.abstract]

    @cached_property
    def keys(self) -> set[Key]:
        """The keys of the paper, but for the wide runs of its text, which checks rarely need."""
        found: set[Key] = {*zip(self.both), *pairwise(self.both), (CATEGORY, "*")}
        found.update(zip(repeat(_TITLE), self.title))
        found.update(zip(repeat(_TITLE), self.title, self.title[1:]))
        found.update(_wide_runs(self.title, repeat(_TITLE)))
        found.update(zip(repeat(_AUTHOR), self.names))
        found.update(zip(repeat(CATEGORY), self.categories))
        for late in (Field.COMMENT, Field.JOURNAL):
            found.update(zip(repeat(_LATE), self.stems(late)))
        return found

    def every_key(self) -> Iterator[Key]:
        """Return all keys of the paper."""
        return chain(self.keys, _wide_runs(self.both))

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


def _wide_runs(stems: list[str], *marks: Iterable[str]) -> Iterator[Key]:
    """Return each three neighbours, and each two with any one between, behind marks."""
    return chain(
        zip(*marks, stems, stems[1:], stems[2:], strict=False),
        zip(*marks, stems, repeat(GAP), stems[2:], strict=False),
    )


# ── the keys of a leaf ───────────────────────────────────────────────────────────────────────────


def key_choices(leaf: Leaf) -> tuple[list[list[Key]], bool]:
    """Return lists of keys: if one is taken of each, a paper that matches has one of those.

    And whether the converse holds, too: then it is one list, and what has its one key matches.
    """
    match leaf:
        case tree.Category(pattern):
            is_wild = "*" in pattern
            return [[(CATEGORY, "*" if is_wild else pattern)]], not is_wild
        case tree.Author(words):
            return [_marked(_AUTHOR, words)], len(words) == 1
        case Phrase(Field.COMMENT | Field.JOURNAL, stems=stems):
            return [_marked(_LATE, stems)], False
        case Phrase(Field.ALL, words, stems):
            late = _marked(_LATE, map(analysis.stem_of, words))
            names = _marked(_AUTHOR, tree.author(" ".join(words)).words)
            return [_windows(stems), late, *filter(None, [names])], False
        case Phrase(where, stems=stems):
            mark = (_TITLE,) if where is Field.TITLE else ()
            is_all = where is not Field.ABSTRACT and len(stems) <= WIDEST
            return [[mark + run for run in _windows(stems)]], is_all


def _marked(mark: str, words: Iterable[str]) -> list[Key]:
    return [(mark, word) for word in words]


def _windows(stems: tuple[str, ...]) -> list[Key]:
    """Return the widest runs of a phrase, without outer gaps."""
    firsts = range(max(1, len(stems) - WIDEST + 1))
    return list(filter(None, (tree.trimmed(stems[i : i + WIDEST]) for i in firsts)))


# ── truth ────────────────────────────────────────────────────────────────────────────────────────

Check = Callable[[Analysed], bool]


def holds(said: Expression, text: Analysed) -> bool:
    """Tell whether the expression matches the paper."""
    return check(said)(text)


def check(said: Expression) -> Check:
    """Return the question whether the expression matches a paper, made ready to be asked often."""
    match said:
        case tree.And(parts):
            return all_of(map(check, parts))
        case tree.Or(parts):
            checks = [check(part) for part in parts]
            return lambda text: any(one(text) for one in checks)
        case tree.AndNot(keep, drop):
            dropped = check(drop)
            return all_of([check(keep), lambda text: not dropped(text)])
        case _:
            return _leaf_check(said)


def all_of(checks: Iterable[Check]) -> Check:
    """Return the question whether all of `checks` hold."""
    return reduce(lambda first, second: lambda text: first(text) and second(text), checks)


def _leaf_check(leaf: Leaf) -> Check:
    choices, is_all = key_choices(leaf)
    key = choices[0][0]
    if is_all and (len(key) < WIDEST or key[0] == _TITLE):
        return lambda text: key in text.keys
    match leaf:
        case tree.Category(pattern):
            return lambda text: tree.covers(pattern, text.categories)
        case tree.Author(words):
            return lambda text: text.keys.issuperset(choices[0]) and _has_author(words, text)
        case Phrase(Field.COMMENT | Field.JOURNAL | Field.ALL):
            return lambda text: _is_in_text(leaf, text)
        case Phrase(stems=stems):
            needed = {(stem,) for stem in stems if stem != GAP}
            return lambda text: text.keys >= needed and _is_in_text(leaf, text)


def _is_in_text(phrase: Phrase, text: Analysed) -> bool:
    fields = tree.fields_of(phrase.where)
    found = any(starts(pattern_in(phrase, one), text.stems(one)) for one in fields)
    name = tree.author(" ".join(phrase.words)).words if phrase.where is Field.ALL else ()
    return found or _has_author(name, text)


def _has_author(wanted: tuple[str, ...], text: Analysed) -> bool:
    return bool(wanted) and any(fitting(wanted, name) for name in text.names.get(wanted[0], ()))


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
