"""The short form of the campaign; and that a campaign can fail."""

import contextlib
import os
import re
from collections.abc import Iterator

import pytest

from bot.errors import TopicError
from tests.fuzz.__main__ import main, pieces, worked
from tests.fuzz.campaign import Campaign, Outcome
from tests.fuzz.target import Read, Target, reading
from tests.fuzz.targets import TARGETS

SHORT = 2_500  # inputs over all targets


@pytest.mark.parametrize("target", TARGETS, ids=lambda one: one.name)
def test_nothing_that_a_target_is_fed_escapes(target: Target) -> None:
    (piece, *more) = pieces(TARGETS, seed=1, inputs=SHORT, only=(target.name,))
    assert not more
    found = Campaign(target, piece.seed).run(piece.inputs)
    assert not found.failures
    assert found.inputs == piece.inputs


def of(read: Read, *seeds: str) -> Target:
    return Target("planted", lambda: seeds or ("abc",), reading(read), ("!",))


def outcome(read: Read, inputs: int = 300) -> Outcome:
    return Campaign(of(read), "1").run(inputs)


def test_an_unknown_exception_is_found_told_once_and_made_small() -> None:
    def read(text: str) -> None:
        if "!" in text:
            raise KeyError(text)

    found = outcome(read)
    (failure,) = found.failures.values()
    assert found.unknown > 10
    assert (failure.kind, failure.input) == ("unknown", "!")
    assert "KeyError" in failure.where


def test_an_error_of_the_tree_is_a_refusal() -> None:
    def read(text: str) -> None:
        raise TopicError("no", text=text, position=0)

    found = outcome(read, 50)
    assert (found.refused, found.unknown, found.failures) == (50, 0, {})


def test_an_input_that_never_ends_is_cut_off_as_a_hang() -> None:
    def read(text: str) -> None:
        while text == "abc":
            pass

    assert outcome(read, 3).hangs == 1


def test_an_input_that_no_signal_can_interrupt_is_a_hang_too() -> None:
    def read(text: str) -> None:
        if text == "abc":
            re.match("(a|a)*b", "a" * 25)

    assert outcome(read, 3).hangs == 1


def test_a_process_that_dies_is_a_crash_and_tells_its_last_input() -> None:
    def read(text: str) -> None:
        if "!" in text:
            os._exit(3)

    (piece,) = pieces([of(read)], seed=1, inputs=500)
    (found,) = worked([piece], processes=1)
    (failure,) = found.failures.values()
    assert found.crashes == 1
    assert "!" in failure.input
    assert failure.where == "exit code 3"


def test_one_seed_gives_one_campaign() -> None:
    def campaign(seed: str) -> list[str]:
        seen: list[str] = []
        Campaign(of(seen.append), seed).run(200)
        return seen

    assert campaign("1") == campaign("1") != campaign("2")


def test_what_reaches_new_lines_becomes_a_seed() -> None:
    topics = next(one for one in TARGETS if one.name == "topic")
    found = Campaign(topics, "1").run(300)
    assert found.corpus > len(topics.seeds())


def test_a_target_is_opened_once_and_closed() -> None:
    log: list[str] = []

    @contextlib.contextmanager
    def opened() -> Iterator[Read]:
        log.append("opened")
        yield log.append
        log.append("closed")

    Campaign(Target("one", lambda: ["x"], opened), "1").run(2)
    assert (log[:2], log[-1], log.count("opened")) == (["opened", "x"], "closed", 1)


def test_the_command_counts_all_inputs_in_its_last_line(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--seed", "3", "--inputs", "400", "--target", "headers", "--processes", "1"])
    assert code == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "inputs=400 crashes=0 hangs=0 unknown=0"
