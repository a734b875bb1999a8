import pytest
from hypothesis import given, strategies as st

from bot.commands.grammar import PRESSED, VERBS, UnknownVerb, read_command, read_number, readable


@pytest.mark.parametrize("verb", [*VERBS, *PRESSED])
def test_every_verb_reads_as_itself_in_any_case(verb: str) -> None:
    assert read_command(f"/arxiv {verb.upper()} rest of it").verb == verb


def test_an_empty_command_is_help() -> None:
    assert read_command("/arxiv").verb == "help"


def test_what_follows_the_verb_is_left_as_typed() -> None:
    assert read_command('subscribe ti:"Spin  Glass"').rest == 'ti:"Spin  Glass"'


def test_lines_after_the_verb_stay_lines() -> None:
    assert read_command("undo\r\nunsubscribe 1\r\nunsubscribe 2").rest == (
        "unsubscribe 1\nunsubscribe 2"
    )


@pytest.mark.parametrize("topic", ["-survey", "--survey", "--set"])
def test_a_topic_that_begins_with_a_minus_is_not_an_option(topic: str) -> None:
    typed = read_command(f"subscribe {topic}")
    assert (typed.rest, typed.options) == (topic, frozenset())


def test_leading_options_are_taken_off() -> None:
    typed = read_command("subscribe --add --keep spin glass --keep")
    assert (typed.rest, typed.options) == ("spin glass --keep", frozenset({"add", "keep"}))


def test_a_page_is_a_small_number() -> None:
    assert read_command("search --page-2 spin glass").page == 2
    assert read_command("search --page-0 x").rest == "--page-0 x"
    assert read_command("search --page-1000 x").rest == "--page-1000 x"


def test_a_mistyped_verb_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownVerb) as caught:
        read_command("unsubscrive 2")
    assert (caught.value.near, caught.value.remedy) == (
        "unsubscribe",
        "Did you mean unsubscribe?",
    )


def test_a_strange_verb_is_shown_short() -> None:
    with pytest.raises(UnknownVerb) as caught:
        read_command("xyzzy" * 1_000)
    assert caught.value.near == ""
    assert len(str(caught.value)) < 100


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [("2", 2, ""), ("#12 until mon", 12, "until mon"), ("7\tx", 7, "x")],
)
def test_a_number_may_carry_a_hash(text: str, number: int, rest: str) -> None:
    assert read_number(text) == (number, rest)


@pytest.mark.parametrize("text", ["", "two", "-1", "2nd", "3d gaussian", "1234567", "²"])
def test_what_only_looks_like_a_number_is_left_alone(text: str) -> None:
    assert read_number(text) == (None, text)


@given(st.text(st.characters()))
def test_what_is_read_holds_no_character_that_cannot_be_kept(text: str) -> None:
    clean = readable(text)
    clean.encode()
    assert "\x00" not in clean
