import pytest
from hypothesis import given, strategies as st

from bot.compose import words
from bot.compose.words import GAP


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("text-to-image generation", ["text", "to", "image", "generation"]),
        ("TMR-VLA:Vision", ["tmr", "vla:vision"]),
        ("Results. However, they {fail}", ["results", "however", "they", "fail"]),
        ("U.S.-based e.g. 1,000 or 2.5D", ["u.s", "based", "e.g", "1,000", "or", "2.5d"]),
        ("Bayes' or Newton's or Schrödinger’s", ["bayes", "or", "newton", "or", "schrödinger"]),
        ("don’t don't", ["don't", "don't"]),
        (r"$\mathcal{O}(n^2)$ Schr\"odinger", ["mathcal", "o", "n", "2", "schr", "odinger"]),
        ("Stra\u00dfe STRASSE cafe\u0301 café", ["strasse", "strasse", "café", "café"]),
        ("snake_case", ["snake_case"]),
        ("日本 カタカナ", ["日", "本", "カタカナ"]),
        ("co\u00adoperate", ["cooperate"]),
        ("–— 😀 …", []),
    ],
)  # fmt: skip
def test_words_end_where_unicode_says(text: str, expected: list[str]) -> None:
    assert words.words(text) == expected


def test_a_stop_word_leaves_a_gap_in_titles_but_not_in_journal_references() -> None:
    assert words.stems("text to images") == ["text", GAP, "imag"]
    assert words.stems("It's") == [GAP]
    assert words.exact_stems("Phys. Rev. A") == ["phy", "rev", "a"]


@given(st.text() | st.text("aB1_.:,;'’- é$\\"))
def test_places_go_with_words_and_point_into_the_raw_text(text: str) -> None:
    found = words.words(text)
    places = words.places(text)
    assert [words.normal(text[start:end]) for start, end in places] == found
    assert len(words.stems(text)) == len(words.exact_stems(text)) == len(found)


@given(st.text())
def test_a_normal_word_stays_as_it_is(text: str) -> None:
    for word in words.words(text):
        assert words.words(word) == [word]


@given(st.text("abZ09_.:,;'- $\\{}\n"))
def test_the_fast_pattern_for_ascii_finds_the_same_words(text: str) -> None:
    assert words._ascii_words.findall(text) == words._unicode_words.findall(text)


def test_the_memory_of_tokens_is_bounded() -> None:
    memory = words._Stems()
    for number in range(words._TOKENS_KEPT + 10):
        _ = memory[f"token{number}"]
    assert len(memory) == 10
    assert memory["images"] == "imag"


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Bernhard Schölkopf", ["bernhard", "scholkopf"]),
        (r"Bernhard Sch\"olkopf", ["bernhard", "scholkopf"]),
        (r"Bernhard Sch{\"{o}}lkopf", ["bernhard", "scholkopf"]),
        ("J.-P. Serre", ["j", "p", "serre"]),
        ("O'Brien O’Brien", ["obrien", "obrien"]),
        (r"{\L}ukasz \L ukasz Łukasz", ["lukasz", "lukasz", "lukasz"]),
        (r"Fran\c{c}ois Fran\c cois", ["francois", "francois"]),
        (r"\v{S}\'{\i}ma", ["sima"]),
        (r"S{\o}ren Stra\ss e Straße", ["soren", "strasse", "strasse"]),
        ("del_maestro", ["del", "maestro"]),
        (":", []),
    ],
)
def test_a_name_folds_from_tex_and_unicode_to_the_same_words(name: str, folded: list[str]) -> None:
    assert [word for word, _, _ in words.name_words(name)] == folded
    assert words.folded_name(name) == folded


@given(st.text("aZb .-'{\\\n"))
def test_a_plain_name_folds_the_same_way_faster(name: str) -> None:
    assert words.folded_name(name) == [word for word, _, _ in words.name_words(name)]


@given(st.text())
def test_folded_names_stay_as_they_are(name: str) -> None:
    for word, start, end in words.name_words(name):
        assert 0 <= start < end <= len(name)
        assert [again for again, _, _ in words.name_words(word)] == [word]
