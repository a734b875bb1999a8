"""Truncation: the escaped result fits, and nothing that is one thing is cut in two."""

import re
from collections.abc import Callable

import pytest
import regex
from hypothesis import given, settings, strategies as st

from bot.compose.truncate import truncate, utf16_length


def as_slack(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_discord(text: str) -> str:
    text = re.sub(r"([\\*_~`|<>\[\]()])", r"\\\1", text)
    return re.sub(r"(?m)^(\s*)([#\-+]|\d+\.)(?=\s)", r"\1\\\2", text)


def as_html(text: str) -> str:
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(sign, entity)
    return text.replace("'", "&#x27;")


def as_table_cell(text: str) -> str:
    text = text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", "<br>")
    return text.replace("<", "&lt;").replace(">", "&gt;")


ESCAPES = [str, as_slack, as_discord, as_html, as_table_cell]
LINK = "https://example.org/a_b/(c)?d=e&f=g"
WORDS = st.sampled_from(
    [
        *("a", "model", "R&D", "x<y", "**bold**", "`code`", "|", "# head", "1. one", "\\emph"),
        *("naïve", "e\u0301\u0323", "👨‍👩‍👧‍👦", "🇩🇪🇫🇷", "𝔘", "汉字", "क्षि", "-", "(", "don't"),
        *(LINK, f"({LINK}).", "$\\frac{a b}{c}$", "antidisestablishmentarianism"),
    ]
)
TEXTS = st.lists(WORDS, max_size=30).map(" ".join) | st.text(max_size=80)


@pytest.mark.parametrize("escape", ESCAPES)
@pytest.mark.parametrize("measure", [len, utf16_length])
@settings(deadline=None)
@given(text=TEXTS, limit=st.integers(0, 160))
def test_the_escaped_result_fits_the_limit_in_the_platforms_own_count(
    escape: Callable[[str], str], measure: Callable[[str], int], text: str, limit: int
) -> None:
    shown = truncate(text, limit, escape=escape, measure=measure)
    assert measure(escape(shown)) <= limit


@pytest.mark.parametrize("escape", ESCAPES)
@settings(deadline=None)
@given(text=TEXTS, limit=st.integers(1, 160))
def test_what_is_shown_is_the_texts_own_beginning_in_whole_graphemes(
    escape: Callable[[str], str], text: str, limit: int
) -> None:
    shown = truncate(text, limit, escape=escape)
    if shown == text:
        return
    kept = shown.removesuffix("…")
    assert text.startswith(kept)
    graphemes = regex.findall(r"\X", text)
    assert regex.findall(r"\X", kept) == graphemes[: len(regex.findall(r"\X", kept))]


@pytest.mark.parametrize("escape", ESCAPES)
@settings(deadline=None)
@given(words=st.lists(WORDS, min_size=1, max_size=30), limit=st.integers(40, 160))
def test_only_a_word_that_alone_is_too_long_is_cut_and_a_link_or_formula_never(
    escape: Callable[[str], str], words: list[str], limit: int
) -> None:
    text = " ".join(words)
    kept = truncate(text, limit, escape=escape).removesuffix("…")
    rest = text[len(kept) :]
    assert not rest or rest[0] in " ,;:–—-([{“‘" or " " not in kept
    for whole in (LINK, "$\\frac{a b}{c}$"):
        assert kept.count(whole[:7]) == kept.count(whole)


@settings(deadline=None)
@given(text=TEXTS)
def test_what_fits_is_left_alone(text: str) -> None:
    assert truncate(text, len(text)) == text


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two…"),
        ("one, two three", 9, "one, two…"),
        ("one, two three", 7, "one…"),
        ("unbreakable", 5, "unbr…"),
        ("see https://example.org/long for more", 20, "see…"),
        ("https://example.org/long", 20, "…"),
        ("anything", 1, "…"),
        ("anything", 0, ""),
    ],
)
def test_it_ends_after_a_word_with_an_ellipsis(text: str, limit: int, shown: str) -> None:
    assert truncate(text, limit) == shown


def test_an_escape_counts_as_long_as_it_will_be_sent() -> None:
    assert truncate("a & b & c & d", 12, escape=as_slack) == "a & b…"


def test_a_family_of_emoji_is_shown_whole_or_not_at_all() -> None:
    family = "👨‍👩‍👧‍👦"
    assert truncate(family * 3, 12, measure=utf16_length) == family + "…"


def test_another_ellipsis_can_be_asked_for() -> None:
    assert truncate("one two three", 12, ellipsis=" (more)") == "one (more)"
