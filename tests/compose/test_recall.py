import sqlite3

import pytest
from hypothesis import given, settings, strategies as st

from bot.compose import expression as tree
from bot.compose.expression import Expression, Field
from bot.compose.match import matches
from bot.compose.recall import recall_query, terms_of
from bot.compose.topic import parse_topic
from bot.model import Paper, Raw

WORDS = ["image", "images", "Imaging", "model", "naïve", "l'eau", "snake_case", "3.14", "the", "of",
         "to", "x", "量子", "NOT", "near"]  # fmt: skip
NAMES = ["Li", "Wei", "L.", "Schölkopf", 'Sch\\"olkopf', "O'Brien", "model"]
TEXT = st.lists(st.sampled_from(WORDS), max_size=6).map(lambda words: Raw(" ".join(words)))
NAME = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map(
    lambda words: Raw(" ".join(words))
)
PAPERS = st.builds(
    Paper,
    id=st.just("2608.00001"),
    title=TEXT,
    abstract=TEXT,
    authors=st.lists(NAME, max_size=2).map(tuple),
    categories=st.lists(st.sampled_from(["cs.CV", "hep-th"]), max_size=2).map(tuple),
    comment=st.none() | TEXT,
    journal_ref=st.none() | TEXT,
)
LEAVES: st.SearchStrategy[Expression] = (
    st.builds(tree.phrase, st.sampled_from(Field), TEXT).filter(lambda phrase: bool(phrase.stems))
    | NAME.map(tree.author)
    | st.sampled_from(["cs.*", "hep-th"]).map(tree.Category)
)
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda parts: (
        st.lists(parts, min_size=2, max_size=3).map(lambda found: tree.either(*found))
        | st.lists(parts, min_size=2, max_size=3).map(lambda found: tree.both(*found))
        | st.tuples(parts, parts).map(lambda pair: tree.without(*pair))
    ),
    max_leaves=8,
)


def found(query: str, papers: list[Paper]) -> list[bool]:
    """Ask SQLite itself, with the table's own settings."""
    database = sqlite3.connect(":memory:")
    database.execute(
        "CREATE VIRTUAL TABLE t USING fts5(words, detail=none, columnsize=0, tokenize='ascii')"
    )
    database.executemany("INSERT INTO t VALUES (?)", [(terms_of(paper),) for paper in papers])
    rows = {row for (row,) in database.execute("SELECT rowid FROM t WHERE t MATCH ?", [query])}
    database.close()
    return [number in rows for number in range(1, len(papers) + 1)]


@given(EXPRESSIONS, st.lists(PAPERS, min_size=1, max_size=4))
@settings(max_examples=300, deadline=None)
def test_no_match_is_ever_lost(expression: Expression, papers: list[Paper]) -> None:
    query = recall_query(expression)
    if query is not None:
        for hit, paper in zip(found(query, papers), papers, strict=True):
            assert hit or not matches(expression, paper)


@pytest.mark.parametrize(
    ("topic", "query"),
    [
        ("image generation", "(simag AND sgener)"),
        ("cat:cs.CV", None),
        ("cat:cs.CV AND diffusion", "sdiffus"),
        ("diffusion OR cat:cs.CV", None),
        ("diffusion ANDNOT image", "sdiffus"),
        ("ti:lamp, abs:light", "(slamp OR slight)"),
        ('au:"Schölkopf B"', "(nscholkopf AND nb)"),
        ("co:accepted", "xaccept"),
        ("all:lamps", "(slamp OR xlamp OR nlamps)"),
        ("state of the art", "(sstate AND sart)"),
    ],
)
def test_a_topic_is_asked_for_by_the_words_that_it_needs(topic: str, query: str | None) -> None:
    assert recall_query(parse_topic(topic).expression) == query


def test_what_is_no_letter_or_digit_is_spelled_in_hexadecimal() -> None:
    paper = Paper("1", Raw("naïve lamps"), Raw("the lamp"), authors=(Raw("A. Kim"),))
    assert terms_of(paper) == "s6e61c3af76 slamp na nkim nk"


def test_the_longest_and_deepest_topics_can_be_asked() -> None:
    words = [tree.phrase(Field.ANY, f"word{number}") for number in range(500)]
    deep: Expression = words[0]
    for number, word in enumerate(words[1:200]):
        deep = tree.either(deep, word) if number % 2 else tree.both(deep, word)
    paper = Paper("1", Raw("word0"), Raw(" ".join(f"word{n}" for n in range(500))))
    for expression in (tree.either(*words), tree.both(*words), deep):
        query = recall_query(expression)
        assert query is None or found(query, [paper]) == [True]
