"""Matching against arXiv's own verdicts, the seed page, and an independent oracle (FTS5)."""

import gzip
import json
import random
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import cache

from bot.compose.expression import And, AndNot, Expression, Or, Phrase
from bot.compose.match import TopicIndex, matches
from bot.compose.topic import Topic, parse_topic
from bot.compose.words import STOP_WORDS
from bot.errors import TopicError
from bot.model import Paper, Raw
from tests.shared_data import SHARED, needs_shared

DATA = SHARED / "data"

# Each verdict that we do not share, with its cause.
MISSED = {
    # Announced in 2024 with "…:Spatial …" in the title: arXiv split at colons until November 2025
    # and has joined words around them since.
    ("Spatial", "2412.02565v1"),
}
WRONG: set[tuple[str, str]] = set()


def _rows(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(DATA / name, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


@cache
def _papers() -> dict[str, Paper]:
    return {
        row["paper"]: Paper(row["paper"], Raw(row["title"]), Raw(row["abstract"]))
        for row in _rows("verdict_papers.jsonl.gz")
    }


@needs_shared
def test_we_list_what_arxiv_lists_and_leave_out_what_it_leaves_out() -> None:
    verdicts = list(_rows("verdicts.jsonl.gz"))
    asked = {(v["topic"], v["mode"]) for v in verdicts}
    topics = {(t, mode): parse_topic(f'ti:"{t}" {mode} abs:"{t}"') for t, mode in asked}
    found = {(m.topic, m.paper.id) for m in TopicIndex(topics.values()).match(_papers().values())}
    listed = {(v["topic"], v["paper"]): v["listed"] for v in verdicts}
    ours = {(v["topic"], v["paper"]): _is(found, topics, v) for v in verdicts}
    assert len(verdicts) == 19_558
    assert {key for key, yes in listed.items() if yes and not ours[key]} == MISSED
    assert {key for key, yes in listed.items() if not yes and ours[key]} == WRONG


def _is(
    found: set[tuple[Topic, str]], topics: dict[tuple[str, str], Topic], verdict: dict[str, str]
) -> bool:
    return (topics[verdict["topic"], verdict["mode"]], verdict["paper"]) in found


@needs_shared
def test_every_row_of_the_seed_page_matches_its_topic() -> None:
    page = (DATA / "000_6a340b8c26ff5754.txt").read_text(encoding="utf-8")
    row = re.compile(r"\| \*\*\[(.*?)\]\(.*?<p>(.*?)</p></details> \| ")
    topic = parse_topic(page.partition("\n")[0].removeprefix("## "))
    rows = [match for line in page.splitlines() if (match := row.match(line))]
    assert len(rows) == 98
    for match in rows:
        assert matches(topic.expression, Paper("x", Raw(match[1]), Raw(match[2])))


@needs_shared
def test_the_full_text_index_of_sqlite_agrees_where_its_rules_are_ours() -> None:
    papers = random.Random(1).sample(list(_papers().values()), 1_500)
    papers = [paper for paper in papers if _same_words(paper.title + " " + paper.abstract)]
    assert len(papers) > 300
    topics = [_random_topic(random.Random(number), papers) for number in range(400)]
    ours = {(m.topic, m.paper.id) for m in TopicIndex(topics).match(papers)}
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute(
            "CREATE VIRTUAL TABLE p USING fts5(title, abstract, tokenize='porter unicode61')"
        )
        db.executemany("INSERT INTO p VALUES (?, ?)", [(p.title, p.abstract) for p in papers])
        theirs = {
            (topic, papers[row - 1].id)
            for topic in topics
            for (row,) in db.execute(
                "SELECT rowid FROM p WHERE p MATCH ?", [_fts5(topic.expression)]
            )
        }
    assert len(theirs) > 2_000
    assert ours == theirs


def _same_words(text: str) -> bool:
    """Whether both cut the text alike: no mark that joins, no accent, no stem of Martin's two."""
    return (
        text.isascii()
        and not re.search(r"\w[:.,;'_]\w|_", text)
        and not re.search(r"bl[iy]|log(y|i)", text, re.IGNORECASE)
    )


def _random_topic(chance: random.Random, papers: list[Paper]) -> Topic:
    said = [_random_phrase(chance, papers) for _ in range(4)]
    shape = chance.choice(
        ["{0}", "{0}", "ti:{0}", "{0} AND {1}", "{0} OR abs:{1}", "{0} ANDNOT {1}",
         "({0} OR {1}) AND ({2} OR ti:{3})", "{0} ANDNOT ({1} OR {2})"]
    )  # fmt: skip
    try:
        return parse_topic(shape.format(*(f'"{phrase}"' for phrase in said)))
    except TopicError:  # it leaves out what it asks for, which is refused
        return _random_topic(chance, papers)


def _random_phrase(chance: random.Random, papers: list[Paper]) -> str:
    """Return one to three neighbouring words without stop words, which FTS5 indexes."""
    while True:
        paper = chance.choice(papers)
        words = re.findall(r"\w+", chance.choice([paper.title, paper.abstract]))
        start = chance.randrange(len(words))
        said = words[start : start + chance.randint(1, 3)]
        if not STOP_WORDS & {word.lower() for word in said} and all(len(w) > 2 for w in said):
            return " ".join(said)


def _fts5(tree: Expression) -> str:
    match tree:
        case And(parts):
            return "(" + " AND ".join(map(_fts5, parts)) + ")"
        case Or(parts):
            return "(" + " OR ".join(map(_fts5, parts)) + ")"
        case AndNot(keep, drop):
            return f"({_fts5(keep)} NOT {_fts5(drop)})"
        case Phrase(where, words):
            column = {"ti": "title : ", "abs": "abstract : "}.get(where, "")
            return f'{column}"{" ".join(words)}"'
        case _:
            raise AssertionError(tree)
