"""Plain text: what survives, what goes, the way back. Exact pairs: test_tex_pairs.py."""

import re
import time
import unicodedata

import pytest
from hypothesis import example, given, settings, strategies as st

from bot.compose.text import excerpt, plain, plain_spans, truncate
from tests.compose.real_texts import real_papers
from tests.shared_data import needs_shared

TEX = st.sampled_from(
    [
        *("$", "$$", "{", "}", "\\", "^", "_", "~", "&", "%", "#", "``", "''", "`", "'", "--"),
        *(r"\(", r"\)", r"\[", r"\]", r"\{", r"\}", r"\$", r"\\", r"\'", r"\"", r"\frac", r"\sqrt"),
        *(r"\alpha", r"\mathcal", r"\text", r"\emph", r"\cite", r"\href", r"\begin", r"\end"),
        *(r"\left", r"\over", r"\hat", r"\not", r"\item", r"\unicode", r"\footnote", r"\zzz"),
        *("&amp;", "&#10;", "&zzz;", "https://a.org/b_c", "a", "Z", "1", " ", "  ", "\n", ":", ","),
        *("\u0301", "\u200b", "\u202e", "\ud800", "\ufb01", "𝒩", "é", "e\u0301", "漢", "한", "한"),
    ]
)
SOUP = st.lists(TEX | st.characters(), max_size=40).map("".join)
WORDS = st.text(
    alphabet="abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZéüß", min_size=3, max_size=9
)


@settings(deadline=None)
@given(SOUP)
@example("{" * 5000 + "}" * 5000)
@example(r"\hat" * 3000 + "x")
@example("^" * 3000)
@example("$" * 3001)
@example(r"\begin{matrix}" * 200)
@example(r"\frac{" * 300 + "x" + "}" * 300)
def test_no_text_is_refused(text: str) -> None:
    plain(text)


@pytest.mark.parametrize(
    "unit",
    [
        "$5 ",
        "`a ",
        r"\begin{x}",
        "{",
        "$a",
        r"\hat",
        "a-b.",
        "a-b.$ ",
        "<--",
        r"\href{",
        "“",
        "(a. B ",
    ],
)
def test_a_long_hostile_text_costs_no_more_than_its_length(unit: str) -> None:
    begin = time.process_time()
    excerpt(unit * (20_000 // len(unit)))
    truncate(unit * (20_000 // len(unit)), 300)
    assert time.process_time() - begin < 5  # seconds; a quadratic reader needs minutes


@settings(deadline=None)
@given(SOUP)
def test_plain_text_is_composed_encodable_and_single_spaced(text: str) -> None:
    shown = plain(text)
    assert unicodedata.is_normalized("NFC", shown)
    shown.encode()
    assert "  " not in shown
    assert shown == shown.strip(" ")
    assert not any(sign in shown for sign in "\n\t\r\u200b\u202e\x00")


@settings(deadline=None)
@given(SOUP)
def test_the_way_back_covers_the_same_text(text: str) -> None:
    shown = plain_spans(text)
    assert shown.text == plain(text)
    at = 0
    for start, end, raw_start, raw_end in shown.parts:
        assert start == at < end
        assert 0 <= raw_start <= raw_end <= len(text)
        at = end
    assert at == len(shown.text)


@settings(deadline=None)
@given(SOUP, st.integers(0, 60), st.integers(0, 60))
def test_any_range_can_be_carried_over_both_ways(text: str, start: int, length: int) -> None:
    shown = plain_spans(text)
    low, high = shown.to_plain(start, start + length)
    assert 0 <= low <= high <= len(shown.text)
    low, high = shown.to_raw(start, start + length)
    assert 0 <= low <= high <= len(text)


GLUE = st.sampled_from(
    [
        *(" ", "  ", ", ", " -- ", r" \emph{", "} ", " {", " $x_1$ ", r" $\alpha^2$ ", r"\% ", "~"),
        *(r" \cite{key} ", r" ``", "'' ", " & ", r"\textbf{", " $5 and $10 ", " & ", r" \( n \) "),
        *(r" \unknown{", "} } ", " { ", r" \'{e} ", "&lt;", r"\footnote{", " $ ", r"\\ ", " ^2 "),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(WORDS, GLUE), min_size=1, max_size=20))
def test_every_word_outside_commands_and_math_survives(pieces: list[tuple[str, str]]) -> None:
    shown = plain("".join(f"{word} {glue} " for word, glue in pieces))
    at = 0
    for word, _ in pieces:
        at = shown.find(word, at)
        assert at >= 0
        at += len(word)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(WORDS, GLUE), min_size=1, max_size=20), st.data())
def test_a_word_matched_in_the_raw_text_is_the_word_painted(
    pieces: list[tuple[str, str]], data: st.DataObject
) -> None:
    raw = "".join(f"{word} {glue} " for word, glue in pieces)
    starts = [len("".join(f"{w} {g} " for w, g in pieces[:i])) for i in range(len(pieces))]
    chosen = data.draw(st.integers(0, len(pieces) - 1))
    word, start = pieces[chosen][0], starts[chosen]
    shown = plain_spans(raw)
    low, high = shown.to_plain(start, start + len(word))
    assert shown.text[low:high] == word
    assert shown.to_raw(low, high) == (start, start + len(word))


@pytest.mark.parametrize(
    ("raw", "word", "painted"),
    [
        (r"The Schr\"odinger equation", r"Schr\"odinger", "Schrödinger"),
        (r"On $\mathcal{N}=4$ theories", "theories", "theories"),
        (r"An \emph{image generation} model", "image generation", "image generation"),
        (r"\textbf{F}low matching", r"F}low", "Flow"),
        ("State--space models", "space", "space"),
        ("the ``best'' one", "best", "best"),
        (r"Erd\H{o}s graphs", r"Erd\H{o}s", "Erdős"),
        ("a   b", "a   b", "a b"),
        (r"see \cite{x} there", r"\cite{x}", ""),
        (r"$H_2O$ ice", "H_2O", "H₂O"),
        ("e\u0301tale maps", "e\u0301tale", "étale"),
    ],
)
def test_highlights_land_on_the_right_words(raw: str, word: str, painted: str) -> None:
    shown = plain_spans(raw)
    start = raw.index(word)
    low, high = shown.to_plain(start, start + len(word))
    assert shown.text[low:high] == painted


def test_text_without_tex_comes_back_as_it_is() -> None:
    text = "Don't panic: 50% of R&D (see a_b, C# and x < y) – naïve “quotes”."
    assert plain(text) == text
    assert plain_spans(text).parts == ((0, len(text), 0, len(text)),)


def test_what_cannot_be_seen_or_would_turn_the_text_around_is_left_out() -> None:
    assert plain("a\u202eb\u200bc\x00d\u00ade\ufefff") == "abcdef"


def test_letters_in_mathematical_dress_become_plain_ones() -> None:
    assert plain("𝒩 = 4, ℝ, ﬁne") == "N = 4, R, fine"


# ── on everything there is ───────────────────────────────────────────────────────────────────────

_WORD = re.compile(r"[A-Za-z]{3,}")
_LEFT = re.compile(r"\\?[${}]|\\[A-Za-z]+|\\.")
# Kept on purpose: fractions and their like, nested scripts, escaped braces and dollars, money.
_KEPT = (
    (
        "structure",
        re.compile(
            r"\\(?:[dtc]?frac|[dt]?binom|over(?:set|brace|leftarrow)?|choose|stackrel|begin|underset"
            r"|underbrace|substack|xrightarrow)(?![a-zA-Z])"
        ),
    ),
    ("wide accents", re.compile(r"\\(?:wide)?(?:hat|tilde|bar|vec|check)\s*\{[^{}]{2}")),
    ("nested scripts", re.compile(r"[_^]\s*\{(?:[^{}]|\{[^{}]*\}?)*?(?<!\\)[_^]")),
    ("escaped", re.compile(r"\\[{}$]|\\[lr]brace|\\backslash|\\set\b")),
    ("money", re.compile(r"\$\s?\d")),
)


@needs_shared
@pytest.mark.parametrize(("field", "promised"), [("title", 0.99), ("abstract", 0.97)])
def test_hardly_any_real_text_keeps_a_stray_dollar_command_or_brace(
    field: str, promised: float
) -> None:
    texts = [pair[field == "abstract"] for pair in real_papers().values()]
    anything_left = [text for text in texts if _LEFT.search(plain(text))]
    stray = [text for text in anything_left if _cause(text) is None]
    assert 1 - len(stray) / len(texts) >= max(promised, 0.998)
    assert 1 - len(anything_left) / len(texts) >= promised  # even with what is kept on purpose


def _cause(raw: str) -> str | None:
    return next((cause for cause, pattern in _KEPT if pattern.search(raw)), None)


@needs_shared
def test_no_word_of_a_real_text_is_lost_outside_commands_and_math() -> None:
    for title, abstract in list(real_papers().values())[::7]:
        for raw in (title, abstract):
            if "$" not in raw and "\\" not in raw:
                shown, at = plain(raw), 0
                for word in _WORD.findall(raw):
                    at = shown.find(word, at) + len(word)
                    assert at >= len(word), (word, shown)
