import pytest

from bot.commands.grammar import PRESSED, VERBS, read_command, read_number
from bot.errors import CommandError


@pytest.mark.parametrize("verb", [*VERBS, *PRESSED])
def test_every_verb_reads_as_itself_in_any_case(verb: str) -> None:
    assert read_command(f"/arxiv {verb.upper()} rest of it").verb == verb


def test_an_empty_command_is_help() -> None:
    assert read_command("/arxiv").verb == "help"


def test_what_follows_the_verb_is_left_as_typed() -> None:
    assert read_command('subscribe ti:"Spin  Glass"').rest == 'ti:"Spin  Glass"'


def test_a_topic_that_begins_with_a_minus_is_not_an_option() -> None:
    typed = read_command("subscribe -survey")
    assert (typed.rest, typed.options) == ("-survey", frozenset())


def test_leading_options_are_taken_off() -> None:
    typed = read_command("subscribe --add --keep spin glass")
    assert (typed.rest, typed.options) == ("spin glass", {"add", "keep"})


def test_a_mistyped_verb_is_answered_with_the_nearest() -> None:
    with pytest.raises(CommandError) as caught:
        read_command("unsubscrive 2")
    assert caught.value.remedy == "Did you mean unsubscribe?"


def test_a_strange_verb_is_answered_with_help() -> None:
    with pytest.raises(CommandError) as caught:
        read_command("xyzzy")
    assert "help" in caught.value.remedy


@pytest.mark.parametrize(("text", "number"), [("2", 2), ("#12 until mon", 12)])
def test_a_number_may_carry_a_hash(text: str, number: int) -> None:
    assert read_number(text, "pause")[0] == number


@pytest.mark.parametrize("text", ["", "two", "-1", "2nd"])
def test_without_a_number_the_reply_shows_an_example(text: str) -> None:
    with pytest.raises(CommandError) as caught:
        read_number(text, "pause")
    assert "/arxiv pause 2" in caught.value.remedy
