"""Author strings as submitters type them."""

import pytest
from hypothesis import given, strategies as st

from bot.collect.arxiv.authors import split_authors


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ada One, Bob Two", ["Ada One", "Bob Two"]),
        ("Ada One and Bob Two", ["Ada One", "Bob Two"]),
        ("Ada One, Bob Two, and Cy Three", ["Ada One", "Bob Two", "Cy Three"]),
        ("Ada\n  One,Bob   Two", ["Ada One", "Bob Two"]),
        ("Ada One (Here), Bob Two (There, Far)", ["Ada One", "Bob Two"]),
        (
            "A. One (1), B. Two (1,2) and C. Three (2) ((1) Univ. X, (2) Y)",
            ["A. One", "B. Two", "C. Three"],
        ),
        ("A. One (1), and B. Two (1) ((1) unclosed", ["A. One", "B. Two", "unclosed"]),
        ("Sammy Father, Jr., Ada One III", ["Sammy Father, Jr.", "Ada One III"]),
        ("G\\\"ahler, Andr\\'e, {\\O}sten Beck", ['G\\"ahler', "Andr\\'e", "{\\O}sten Beck"]),
        ("Ferdinand Anderson and Andy Sand", ["Ferdinand Anderson", "Andy Sand"]),
        ("The ABC Collaboration: A. One, et al", ["The ABC Collaboration", "A. One"]),
        ("ABC Collaboration, :, A. One", ["ABC Collaboration", "A. One"]),
        ("Ada One, et al.", ["Ada One"]),
        ("", []),
        (" : ", []),
    ],
)
def test_names_are_told_apart_and_affiliations_left_out(text: str, names: list[str]) -> None:
    assert list(split_authors(text)) == names


@given(st.lists(st.from_regex(r"[A-Z]\. [A-Z][a-z]{3,9}", fullmatch=True), min_size=1))
def test_joined_names_come_back_as_they_were(names: list[str]) -> None:
    assert list(split_authors(", ".join(names))) == names


@given(st.text())
def test_any_text_is_answered_without_an_exception(text: str) -> None:
    split_authors(text)
