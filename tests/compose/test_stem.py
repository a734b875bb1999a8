import gzip
import re
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, strategies as st
from nltk.stem import PorterStemmer

from bot.compose.stem import stem
from tests.shared_data import SHARED, needs_shared

ORACLE: Any = PorterStemmer(mode=PorterStemmer.MARTIN_EXTENSIONS)

SUFFIXES = (  # noqa: SIM905 (a line per suffix is no table)
    "s ed ing eed y e ll sses ies ational tional enci anci izer bli alli entli eli ousli "
    "ization ation ator alism iveness fulness ousness aliti iviti biliti logi icate ative alize "
    "iciti ical ful ness al ance ence er ic able ible ant ement ment ent ion ou ism ate iti ous ive"
).split()


@pytest.mark.parametrize(
    ("word", "stemmed"),
    [
        ("models", "model"),
        ("generation", "gener"),
        ("generative", "gener"),
        ("glasses", "glass"),
        ("llms", "llm"),
        ("possibly", "possibl"),
        ("morphology", "morpholog"),
        ("is", "is"),
        ("feed", "feed"),
        ("agreed", "agre"),
        ("hopping", "hop"),
        ("falling", "fall"),
        ("filing", "file"),
        ("x2", "x2"),
        ("schrödinger", "schrödinger"),
    ],
)
def test_a_word_has_the_stem_that_arxiv_indexes(word: str, stemmed: str) -> None:
    assert stem(word) == stemmed


@given(st.text("aeioubcdlstwxz", max_size=7), st.lists(st.sampled_from(SUFFIXES), max_size=3))
def test_any_word_has_the_stem_that_martins_own_algorithm_gives(head: str, tail: list[str]) -> None:
    word = head + "".join(tail)
    assert stem(word) == ORACLE.stem(word)


@given(st.text())
def test_anything_else_has_a_stem_too(text: str) -> None:
    assert isinstance(stem(text), str)


@needs_shared
def test_real_words_have_the_stems_that_martins_own_algorithm_gives() -> None:
    with gzip.open(SHARED / "data/verdict_papers.jsonl.gz", "rt", encoding="utf-8") as lines:
        text = " ".join(islice(lines, 2_000)).lower()
    words = set(re.findall(r"[a-z0-9]+", text))
    assert len(words) > 15_000
    assert {w: stem(w) for w in words} == {w: ORACLE.stem(w) for w in words}
