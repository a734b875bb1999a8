"""The authors' line of a paper, as UX.md shows it."""

import pytest
from hypothesis import given, settings, strategies as st

from bot.compose.text import authors_line

TWELVE = [f"Author {letter}" for letter in "ABCDEFGHIJKL"]


@pytest.mark.parametrize(
    ("authors", "line"),
    [
        ([], ""),
        (["Ada Lovelace"], "Ada Lovelace"),
        (["Ada Lovelace", "Emmy Noether"], "Ada Lovelace, Emmy Noether"),
        (TWELVE[:4], "Author A, Author B, Author C, Author D"),
        (TWELVE[:5], "Author A, Author B, Author C … Author E (5 authors)"),
        (TWELVE, "Author A, Author B, Author C … Author L (12 authors)"),
        ([r"Andr\'e Weil", "P. Erd{\\H o}s"], "André Weil, P. Erdős"),
        (["Ada Lovelace (1)", "Emmy Noether (1,2)"], "Ada Lovelace, Emmy Noether"),
    ],
)
def test_full_names_the_first_three_and_the_last(authors: list[str], line: str) -> None:
    assert authors_line(authors) == line


@pytest.mark.parametrize(
    ("matched", "line"),
    [
        ([1], "Author A, Author B, Author C … Author L (12 authors)"),
        ([3], "Author A, Author B, Author C, Author D … Author L (12 authors)"),
        ([6], "Author A, Author B, Author C … Author G … Author L (12 authors)"),
        ([10], "Author A, Author B, Author C … Author K, Author L (12 authors)"),
        ([4, 5], "Author A, Author B, Author C … Author E, Author F … Author L (12 authors)"),
        (range(12), ", ".join(TWELVE)),
    ],
)
def test_an_author_who_matched_is_always_shown(matched: list[int], line: str) -> None:
    assert authors_line(TWELVE, matched) == line


@pytest.mark.parametrize(
    ("authors", "matched", "line"),
    [
        (["LHCb collaboration", *["N. N."] * 627], [], "LHCb Collaboration (628 authors)"),
        (
            ["LHCb collaboration", *TWELVE],
            [3],
            "LHCb Collaboration … Author C (13 authors)",
        ),
        ([*TWELVE, "The CMS Collaboration"], [], "CMS Collaboration (13 authors)"),
        (
            ["AURIGA Collaboration", "Virgo Collaboration"],
            [],
            "AURIGA Collaboration, Virgo Collaboration",
        ),
        (["The AMS Collaboration: M. Curie"], [], "AMS Collaboration, M. Curie"),
        (["ACME Corp", ":", *TWELVE], [], "ACME Corp (13 authors)"),
        (["Longtail Team", *TWELVE], [], "Longtail Team (13 authors)"),
        (["M. Curie", "for the STAR Collaboration"], [], "M. Curie, for the STAR Collaboration"),
    ],
)
def test_collaborations_come_first_and_speak_for_many(
    authors: list[str], matched: list[int], line: str
) -> None:
    assert authors_line(authors, matched) == line


@pytest.mark.parametrize("junk", [":", " : ", "", ".", "et al.", "and", "--"])
def test_junk_is_not_an_author(junk: str) -> None:
    assert authors_line(["Ada Lovelace", junk, "Emmy Noether"]) == "Ada Lovelace, Emmy Noether"


@settings(deadline=None)
@given(st.lists(st.text(max_size=12), max_size=8), st.lists(st.integers(-2, 9), max_size=3))
def test_no_list_of_names_is_refused(authors: list[str], matched: list[int]) -> None:
    assert authors_line(authors, matched).strip() == authors_line(authors, matched)
