"""What a topic says, as a small tree, and its three texts. PURE.

In goes what the parser read, out come trees in one normal form (`either`, `both`, leaf makers), and
of a tree: its canonical text (identity), its reading (for people) and arXiv's search syntax.
Nested trees of the same kind are joined and repeated parts dropped, so `a, b` and `a OR b OR a` are
one topic. Each leaf also keeps the person's own spelling, which is not part of its identity.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from bot import taxonomy
from bot.compose import words as analysis
from bot.compose.words import GAP


class Field(StrEnum):
    """Where a phrase is looked for, by arXiv's prefixes."""

    ANY = ""  # title or abstract
    TITLE = "ti"
    ABSTRACT = "abs"
    COMMENT = "co"
    JOURNAL = "jr"
    ALL = "all"  # title, abstract, comment, journal reference or an author


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand next to each other, in this order, in one field."""

    where: Field
    words: tuple[str, ...]  # normal words, stop words included
    stems: tuple[str, ...] = field(compare=False)  # without outer gaps; exact for co: and jr:
    respelled: str = field(compare=False)  # as typed, if that is not the words themselves

    @property
    def typed(self) -> str:
        """The person's own spelling."""
        return self.respelled or " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Author:
    """Words of one author's name in any order; single letters are initials of its words."""

    words: tuple[str, ...]  # folded, the longest first
    typed: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Category:
    """One category by its canonical name, or all whose name, or an alias, fits a `*` pattern."""

    pattern: str


@dataclass(frozen=True, slots=True)
class And:
    """All of the parts: two or more, none of them an And or AndNot."""

    parts: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of the parts: two or more, none of them an Or."""

    parts: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class AndNot:
    """What `keep` finds without what `drop` finds; `keep` is no AndNot."""

    keep: "Expression"
    drop: "Expression"


Leaf = Phrase | Author | Category
Expression = Leaf | And | Or | AndNot

_ENGLISH = frozenset({Field.TITLE, Field.ABSTRACT})
OPERATORS = frozenset({"AND", "OR", "ANDNOT", "NOT"})
_TEXT_FIELDS = {
    Field.ANY: _ENGLISH,
    Field.ALL: frozenset({Field.TITLE, Field.ABSTRACT, Field.COMMENT, Field.JOURNAL}),
}


# ── making ───────────────────────────────────────────────────────────────────────────────────────


def phrase(where: Field, typed: str) -> Phrase:
    """Return the phrase that `typed` says; its `stems` are empty if no word of it is indexed."""
    exact = where in (Field.COMMENT, Field.JOURNAL)
    stems = analysis.exact_stems(typed) if exact else trimmed(tuple(analysis.stems(typed)))
    words, spelled = tuple(analysis.words(typed)), " ".join(typed.split())
    return Phrase(where, words, tuple(stems), "" if spelled == " ".join(words) else spelled)


def author(typed: str) -> Author:
    """Return the author that `typed` says; its `words` are empty if it has none."""
    found = sorted(sorted(analysis.folded_name(typed)), key=len, reverse=True)
    return Author(tuple(found), " ".join(typed.split()))


def either(*parts: Expression) -> Expression:
    """Return the tree for at least one of `parts`, in normal form."""
    flat = [q for p in parts for q in (p.parts if isinstance(p, Or) else (p,))]
    unique = tuple(dict.fromkeys(flat))
    return unique[0] if len(unique) == 1 else Or(unique)


def both(*parts: Expression) -> Expression:
    """Return the tree for all of `parts`, in normal form: what is dropped goes outermost."""
    keeps = [part.keep if isinstance(part, AndNot) else part for part in parts]
    drops = [part.drop for part in parts if isinstance(part, AndNot)]
    flat = [q for p in keeps for q in (p.parts if isinstance(p, And) else (p,))]
    unique = tuple(dict.fromkeys(flat))
    kept = unique[0] if len(unique) == 1 else And(unique)
    return AndNot(kept, either(*drops)) if drops else kept


def without(keep: Expression, drop: Expression) -> Expression:
    """Return the tree for `keep` without `drop`, in normal form."""
    if isinstance(keep, AndNot):
        return AndNot(keep.keep, either(keep.drop, drop))
    return AndNot(keep, drop)


def trimmed(stems: tuple[str, ...]) -> tuple[str, ...]:
    """Return the stems without outer gaps."""
    inner = [i for i, stem in enumerate(stems) if stem != GAP]
    return stems[inner[0] : inner[-1] + 1] if inner else ()


# ── asking ───────────────────────────────────────────────────────────────────────────────────────


def leaves(tree: Expression) -> Iterator[Leaf]:
    """Yield every leaf, the dropped ones too, from left to right."""
    match tree:
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part)
        case AndNot(keep, drop):
            yield from leaves(keep)
            yield from leaves(drop)
        case _:
            yield tree


@lru_cache(maxsize=4096)
def covers(pattern: str, cats: tuple[str, ...]) -> bool:
    """Tell whether `pattern` names one of these canonical categories, under any of its names."""
    return any(_fits(pattern, name) for cat in cats for name in taxonomy.names(cat))


def _fits(pattern: str, name: str) -> bool:
    """Tell whether a name has the pattern's pieces in their order, in one pass.

    A regular expression would try every way to share the name among the wildcards.
    """
    first, *middle = pattern.split("*")
    if not middle:
        return name == pattern
    *middle, last = middle
    end = len(name) - len(last)
    if not name.startswith(first) or not name.endswith(last) or len(first) > end:
        return False
    at = len(first)
    for piece in middle:
        at = name.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True


def fields_of(where: Field) -> frozenset[Field]:
    """Return the single text fields that a phrase is looked for in."""
    return _TEXT_FIELDS.get(where) or frozenset({where})


def implies(tree: Expression, other: Expression) -> bool:
    """Tell whether `tree` surely cannot match without `other` matching: "image" in "image data".

    False only means that it is not plain to see.
    """
    match tree, other:
        case _ if tree == other:
            return True
        case Or(parts), _:
            return all(implies(part, other) for part in parts)
        case AndNot(keep, _), _:
            return implies(keep, other)
        case _, Or(parts):
            return any(implies(tree, part) for part in parts)
        case _, And(parts):
            return all(implies(tree, part) for part in parts)
        case And(parts), _:
            return any(implies(part, other) for part in parts)
        case _:
            return _leaf_implies(tree, other)


def _leaf_implies(tree: Expression, other: Expression) -> bool:
    match tree, other:
        case Phrase(), Phrase():
            return _phrase_implies(tree, other)
        case Category(pattern), Category(wider):
            return "*" not in pattern and covers(wider, (pattern,))
        case _:
            return False


def _phrase_implies(tree: Phrase, other: Phrase) -> bool:
    if tree.where != other.where and not fields_of(tree.where) <= _ENGLISH:
        return False  # words of co: and jr: are exact, a phrase for all: has both forms
    if not fields_of(tree.where) <= fields_of(other.where) or tree.where is Field.ALL:
        return False
    width = len(other.stems)
    windows = (tree.stems[i : i + width] for i in range(len(tree.stems) - width + 1))
    return any(
        all(want in (GAP, have) for want, have in zip(other.stems, window, strict=True))
        for window in windows
    )


# ── writing ──────────────────────────────────────────────────────────────────────────────────────


def canonical_text(tree: Expression) -> str:
    """Return the text that is a topic's identity; it reads back as the same tree."""
    return _written(tree, _canonical_leaf)


def reading(tree: Expression) -> str:
    """Return the text for people, in their own spelling, with parentheses where kinds nest."""
    return _written(tree, _typed_leaf)


def to_arxiv(tree: Expression) -> str:
    """Return arXiv's search syntax, whole and every part in parentheses.

    arXiv groups to the right without precedence (facts of November 2025), so nothing is left to it.
    """
    match tree:
        case And(parts):
            return "(" + " AND ".join(map(to_arxiv, parts)) + ")"
        case Or(parts):
            return "(" + " OR ".join(map(to_arxiv, parts)) + ")"
        case AndNot(keep, drop):
            return f"({to_arxiv(keep)} ANDNOT {to_arxiv(drop)})"
        case Phrase(Field.ANY, said):
            value = " ".join(said)
            return f'(ti:"{value}" OR abs:"{value}")'
        case Category(pattern):
            return "(" + " OR ".join(f"cat:{name}" for name in _active_names(pattern)) + ")"
        case _:
            return f"({_canonical_leaf(tree)})"


def _active_names(pattern: str) -> list[str]:
    """Return every name that papers carry: not each paper in math.NA is listed in cs.NA too."""
    return [n for n in taxonomy.names(pattern) if n == pattern or taxonomy.CATEGORIES[n].active]


def _written(tree: Expression, leaf: Callable[[Leaf], str]) -> str:
    match tree:
        case And(parts):
            return " AND ".join(_inner(part, leaf) for part in parts)
        case Or(parts):
            return " OR ".join(_inner(part, leaf) for part in parts)
        case AndNot(keep, drop):
            keeps = keep.parts if isinstance(keep, And) else (keep,)
            drops = drop.parts if isinstance(drop, Or) else (drop,)
            kept = " AND ".join(_inner(part, leaf) for part in keeps)
            return " ANDNOT ".join([kept, *(_inner(part, leaf) for part in drops)])
        case _:
            return leaf(tree)


def _inner(tree: Expression, leaf: Callable[[Leaf], str]) -> str:
    text = _written(tree, leaf)
    return text if isinstance(tree, Leaf) else f"({text})"


def _canonical_leaf(leaf: Leaf) -> str:
    match leaf:
        case Category(pattern):
            return f"cat:{pattern}"
        case Author(said):
            return f'au:"{" ".join(said)}"'
        case Phrase(where, said):
            prefix = f"{where}:" if where else ""
            return f'{prefix}"{" ".join(said)}"'


def _typed_leaf(leaf: Leaf) -> str:
    match leaf:
        case Category(pattern):
            return f"cat:{pattern}"
        case Author(typed=typed):
            return f"au:{_quoted(typed)}"
        case Phrase(where):
            return f"{where}:{_quoted(leaf.typed)}" if where else _quoted(leaf.typed)


def _quoted(typed: str) -> str:
    """Leave one plain word bare, unless it would be read as something else."""
    taken = typed in OPERATORS or taxonomy.spelled(typed)
    return typed if typed.isalnum() and not taken else f'"{typed}"'
