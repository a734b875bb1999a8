"""Why a topic matches a paper, or what kept it away. PURE.

In goes a topic and a paper; out come the words as they stand in the raw text, with their places
(for marking), or the part of the topic that left the paper out. Worked out only for what is shown:
a day of many topics has hundreds of thousands of matches.
"""

from collections.abc import Iterator

from bot.compose import evaluate, expression as tree, words as analysis
from bot.compose.evaluate import Analysed, holds
from bot.compose.expression import Expression, Field, Leaf, Phrase
from bot.compose.topic import Topic
from bot.model import Because, Paper

_FIELDS = {
    Field.TITLE: "title",
    Field.ABSTRACT: "abstract",
    Field.COMMENT: "comment",
    Field.JOURNAL: "journal",
}


def explain(topic: Topic, paper: Paper) -> tuple[Because, ...]:
    """Return every part of the topic that is found, where it counts; () if it does not match.

    Words that differ in wording ("image generation", "Image-Generation") are separate reasons.
    """
    text = Analysed(paper)
    found = (why for leaf in _counting(topic.expression, text) for why in _reasons(leaf, text))
    return tuple(dict.fromkeys(found))


def excluded_by(topic: Topic, paper: Paper) -> str | None:
    """Return the part, as `-survey`, without which the topic would have matched; else None."""
    text = Analysed(paper)
    return None if holds(topic.expression, text) else _exclusion(topic.expression, text)


def _counting(said: Expression, text: Analysed) -> Iterator[Leaf]:
    """Yield the leaves that make the expression true."""
    if not holds(said, text):
        return
    match said:
        case tree.And(parts) | tree.Or(parts):
            for part in parts:
                yield from _counting(part, text)
        case tree.AndNot(keep, _):
            yield from _counting(keep, text)
        case _:
            yield said


def _reasons(leaf: Leaf, text: Analysed) -> Iterator[Because]:
    match leaf:
        case tree.Category(pattern):
            yield from _in_categories(pattern, text)
        case tree.Author(wanted):
            yield from _in_authors(wanted, text.paper)
        case Phrase(where, words):
            for single, name in _FIELDS.items():
                if single in tree.fields_of(where):
                    yield from _in_text(leaf, single, name, text)
            if where is Field.ALL:
                yield from _in_authors(tree.author(" ".join(words)).words, text.paper)


def _in_text(phrase: Phrase, where: Field, name: str, text: Analysed) -> Iterator[Because]:
    raw = text.raw(where)
    places = analysis.places(raw)
    pattern = evaluate.pattern_in(phrase, where)
    spans: dict[str, list[tuple[int, int]]] = {}
    for first in evaluate.starts(pattern, text.stems(where)):
        start, end = places[first][0], places[first + len(pattern) - 1][1]
        spans.setdefault(raw[start:end], []).append((start, end))
    for words, found in spans.items():
        yield Because(name, words, tuple(found))


def _in_authors(wanted: tuple[str, ...], paper: Paper) -> Iterator[Because]:
    for index, name in enumerate(paper.authors):
        found = analysis.name_words(name)
        fitting = evaluate.fitting(wanted, [word for word, _, _ in found])
        if fitting:
            spans = tuple(found[i][1:] for i in sorted(fitting))
            yield Because("author", name[spans[0][0] : spans[-1][1]], spans, index)


def _in_categories(pattern: str, text: Analysed) -> Iterator[Because]:
    for index, cat in enumerate(text.paper.categories):
        if tree.covers(pattern, (cat,)):
            yield Because("category", cat, ((0, len(cat)),), index)


def _exclusion(said: Expression, text: Analysed) -> str | None:
    """Return the dropped part that alone keeps `said`, which does not hold, from holding."""
    match said:
        case tree.AndNot(keep, drop):
            return _minus(drop, text) if holds(keep, text) else _exclusion(keep, text)
        case tree.And(parts):
            missing = [_exclusion(part, text) for part in parts if not holds(part, text)]
            return missing[0] if all(missing) else None
        case tree.Or(parts):
            return next(filter(None, (_exclusion(part, text) for part in parts)), None)
        case _:
            return None


def _minus(drop: Expression, text: Analysed) -> str:
    if isinstance(drop, tree.Or):
        drop = next(part for part in drop.parts if holds(part, text))
    return f"-{tree.reading(drop)}" if isinstance(drop, Leaf) else f"-({tree.reading(drop)})"
