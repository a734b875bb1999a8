"""A topic → a full-text query that finds at least what the topic matches. PURE.

The store keeps for each paper the terms of `terms_of` in an FTS5 table, and hands out the papers
that `recall_query` selects; `match` then decides. Terms are ASCII letters and digits, so that the
table's tokenizer leaves them whole: a letter says where the word stood (`s` stem of title or
abstract, `x` exact stem of comment or journal reference, `n` word or initial of a name).
Neighbourhood, single fields and exclusions are left to `match`: what is dropped from a question
only finds more.
"""

from collections.abc import Iterable, Iterator

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
)
from bot.compose.words import GAP
from bot.model import Paper

VERSION = 1
"""To be raised whenever `terms_of` gives other terms for the same paper: the index is made anew."""

_DEEPEST = 12  # nested parentheses; FTS5's parser has a small stack


def terms_of(paper: Paper) -> str:
    """Return the paper's terms, separated by spaces, each once."""
    return " ".join(dict.fromkeys(_terms(paper)))


def recall_query(expression: Expression) -> str | None:
    """Return an FTS5 query for a superset of what the topic matches; None: no word restricts it."""
    return _query(expression, _DEEPEST)


def _terms(paper: Paper) -> Iterator[str]:
    yield from _coded("s", analysis.stems(paper.title))
    yield from _coded("s", analysis.stems(paper.abstract))
    yield from _coded("x", analysis.exact_stems(paper.comment or ""))
    yield from _coded("x", analysis.exact_stems(paper.journal_ref or ""))
    for person in paper.authors:
        for word in analysis.folded_name(person):
            yield from _coded("n", (word, word[0]))


def _coded(mark: str, words: Iterable[str]) -> Iterator[str]:
    for word in words:
        if word == GAP:
            continue
        plain = word.isascii() and word.isalnum()
        yield mark + (word if plain else word.encode().hex())


def _query(tree: Expression, depth: int) -> str | None:
    match tree:
        case Category():
            return None
        case AndNot(keep, _):
            return _query(keep, depth)
        case And(parts):
            return _all([_query(part, depth - 1) for part in parts]) if depth else None
        case Or(parts):
            return _any([_query(part, depth - 1) for part in parts]) if depth else None
        case Author(said):
            return _every("n", said)
        case Phrase(Field.COMMENT | Field.JOURNAL, stems=stems):
            return _every("x", stems)
        case Phrase(Field.ALL, said, stems):
            name = author(" ".join(said)).words  # without one, no author can match
            names = [_every("n", name)] if name else []
            return _any([_every("s", stems), _every("x", map(analysis.stem_of, said)), *names])
        case Phrase(stems=stems):
            return _every("s", stems)


def _every(mark: str, words: Iterable[str]) -> str | None:
    return _all(list(_coded(mark, words)))


def _all(parts: list[str | None] | list[str]) -> str | None:
    """Return the query for all parts; one that restricts nothing may be left out."""
    known = list(dict.fromkeys(part for part in parts if part is not None))
    return _joined(known, " AND ") if known else None


def _any(parts: list[str | None]) -> str | None:
    """Return the query for at least one part; one that restricts nothing makes it useless."""
    known = [part for part in parts if part is not None]
    return _joined(list(dict.fromkeys(known)), " OR ") if len(known) == len(parts) else None


def _joined(parts: list[str], operator: str) -> str:
    return parts[0] if len(parts) == 1 else f"({operator.join(parts)})"
