"""Reasons of a match → the text that people read, cut where the words that matched begin. PURE."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.compose.text import plain, plain_spans
from bot.compose.view import CardView
from bot.model import Because, Paper

Run = tuple[str, bool]  # text, and whether it matched
Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class MarkedPaper:
    """A paper's texts, each cut into runs."""

    title: Runs
    authors: Runs
    categories: Runs
    abstract: Runs
    comment: Runs


def marked_paper(paper: Paper, one: CardView, because: Sequence[Because]) -> MarkedPaper:
    """Return a paper's texts; authors and categories as its card `one` shows them."""
    categories = [why.words for why in because if why.field == "category"]
    names = [plain(paper.authors[why.index]) for why in because if why.field == "author"]
    return MarkedPaper(
        _marked(paper.title, because, "title"),
        _marked_words(one.authors, names),
        _marked_words(one.categories, categories),
        _marked(paper.abstract, because, "abstract"),
        _marked(paper.comment or "", because, "comment"),
    )


def runs_of(text: str, spans: Iterable[tuple[int, int]]) -> Runs:
    """Cut text at the borders of the spans, which lie in it and may overlap."""
    marked = bytearray(len(text))
    for start, end in spans:
        marked[start:end] = b"\1" * (end - start)
    borders = [i for i in range(1, len(text)) if marked[i] != marked[i - 1]]
    pieces = pairwise([0, *borders, len(text)])
    return tuple((text[a:b], bool(marked[a])) for a, b in pieces if a < b)


def _marked(raw: str, because: Iterable[Because], field: str) -> Runs:
    """Return raw text as people read it, with what matched in this field marked."""
    text = plain_spans(raw)
    spans = [text.to_plain(*span) for why in because if why.field == field for span in why.spans]
    return runs_of(text.text, spans)


def _marked_words(text: str, words: Iterable[str]) -> Runs:
    """Return text with each of these words marked where it stands first."""
    places = [(text.find(word), word) for word in words if word]
    return runs_of(text, [(at, at + len(word)) for at, word in places if at >= 0])
