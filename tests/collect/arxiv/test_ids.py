"""Identifiers and categories in every way people and machines write them."""

import gzip
import json

import pytest
from hypothesis import given, strategies as st

from bot.collect.arxiv.ids import PaperId, canonical_categories, id_order, parse_id
from tests.shared_data import SHARED, needs_shared


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0704.0001", PaperId("0704.0001")),
        ("1412.9999v3", PaperId("1412.9999", 3)),
        ("1501.00001", PaperId("1501.00001")),
        ("hep-th/9901001", PaperId("hep-th/9901001")),
        ("Hep-Th/9901001V2", PaperId("hep-th/9901001", 2)),
        ("math.GT/0309136", PaperId("math/0309136")),
        ("cond-mat.mtrl-sci/9706061v1", PaperId("cond-mat/9706061", 1)),
        ("math/0703999", PaperId("math/0703999")),
        (" arXiv:2502.07701v2 [cs.CV] ", PaperId("2502.07701", 2)),
        ("arXiv: 2502.07701", PaperId("2502.07701")),
        ("oai:arXiv.org:2604.21935v1", PaperId("2604.21935", 1)),
        ("https://arxiv.org/abs/2502.07701", PaperId("2502.07701")),
        ("http://www.arxiv.org/pdf/2502.07701v3.pdf", PaperId("2502.07701", 3)),
        ("export.arxiv.org/abs/hep-th/9901001v1/", PaperId("hep-th/9901001", 1)),
        ("https://arxiv.org/html/2502.07701v1#S2", PaperId("2502.07701", 1)),
        ("https://arxiv.org/abs/2502.07701?context=cs.LG", PaperId("2502.07701")),
        ("https://doi.org/10.48550/arXiv.2502.07701", PaperId("2502.07701")),
        ("doi:10.48550/arXiv.math/0309136", PaperId("math/0309136")),
    ],
)
def test_every_way_of_writing_an_identifier_gives_the_canonical_one(
    text: str, expected: PaperId
) -> None:
    assert parse_id(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "image generation",
        "2013.12345",  # there is no month 13
        "0703.0001",  # new identifiers began in April 2007
        "math/0704001",  # and old ones ended there
        "0808.05394",  # five digits only since 2015
        "1501.0001",  # and four only before
        "2502.07701v0",
        "2502.07701v",
        "٢٥٠٢.٠٧٧٠١",
        "https://arxiv.org/list/cs.CL/new",
        "https://example.org/arxiv.org/abs/2502.07701",
        "https://notarxiv.org/abs/2502.07701",
    ],
)
def test_what_is_no_identifier_is_not_taken_for_one(text: str) -> None:
    assert parse_id(text) is None


@given(st.text())
def test_any_text_is_answered_without_an_exception(text: str) -> None:
    parse_id(text)


@given(
    year=st.integers(15, 90),
    month=st.integers(1, 12),
    number=st.integers(0, 99999),
    version=st.one_of(st.none(), st.integers(1, 999)),
)
def test_reading_what_was_written_gives_the_same_identifier(
    year: int, month: int, number: int, version: int | None
) -> None:
    bare = f"{year:02}{month:02}.{number:05}"
    written = bare if version is None else f"{bare}v{version}"

    assert parse_id(f"https://arxiv.org/abs/{written}") == PaperId(bare, version)


def test_identifiers_compare_in_the_order_of_announcement() -> None:
    ids = [
        "2608.00002",
        "1501.00001",
        "0704.0001",
        "1412.9999",
        "math/0001003",
        "hep-th/9912001",
        "?",
    ]

    assert sorted(ids, key=id_order) == [
        "?",
        "hep-th/9912001",
        "math/0001003",
        "0704.0001",
        "1412.9999",
        "1501.00001",
        "2608.00002",
    ]


def test_aliases_become_one_category_and_the_primary_stays_first() -> None:
    assert canonical_categories(["math.MP", "hep-th", "math-ph", "cs.SY"]) == (
        "math-ph",
        "hep-th",
        "eess.SY",
    )


@needs_shared
def test_every_identifier_of_the_corpus_is_canonical_already() -> None:
    with gzip.open(SHARED / "data/arxiv/corpus.jsonl.gz", "rt") as lines:
        ids = [json.loads(line)["id"] for line in lines]

    assert [one for one in ids if parse_id(one) != PaperId(one)] == []
