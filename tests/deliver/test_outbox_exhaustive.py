"""Every sequence of events that one message can meet, enumerated.

The world of one message is small: the rows of its rounds, what the platform holds, whether a
request is under way. All worlds that any order of events leads to are walked, also from a database
that was restored. In none is the message held twice, in none does a row's state say what is not so,
and from each the way to its end needs neither luck nor an event that may never come. Then each step
of the machine is exchanged for each wrong one, and the walk sees every one of them. Two things are
taken for granted, and the README names them: a request whose connection died is stored, if at all,
before the platform is asked about it; and a person who is asked tells the truth.
"""

from dataclasses import replace
from typing import get_args

import pytest

from bot.deliver import outbox
from bot.model import State
from bot.settlement import Settlement
from tests.deliver.worlds import WORLDS, Rules, Step, is_doubt, legal_kind, walk, wrong_in


@pytest.mark.parametrize("rules", WORLDS, ids=lambda r: f"{r.askable}-{sorted(r.refuses)}")
def test_no_order_of_events_leaves_a_message_unpaid_paid_twice_or_without_a_next_step(
    rules: Rules,
) -> None:
    assert len(walk(rules)) > 30
    assert wrong_in(rules) == ""


def test_a_message_is_shown_as_a_doubt_only_where_the_platform_cannot_be_asked() -> None:
    askable = walk(Rules(askable=True))
    assert not any(is_doubt(row) for world in askable for row in world.rows)
    unaskable = walk(Rules(askable=False))
    assert any(is_doubt(row) for world in unaskable for row in world.rows)


# ── the walk itself ──────────────────────────────────────────────────────────────────────────────

STEPS = [
    (state, kind) for state in State for kind in get_args(Settlement) if legal_kind(state, kind)
]


def test_every_step_that_the_machine_knows_is_walked() -> None:
    walked = set()

    def step(at: State, given: Settlement) -> State:
        walked.add((at, type(given)))
        return outbox.next_state(at, given)

    for rules in WORLDS:
        walk(replace(rules, step=step))
    assert walked == set(STEPS)


def mutant(state: State, settlement: type[Settlement], wrong: State) -> Step:
    def step(at: State, given: Settlement) -> State:
        changed = at is state and isinstance(given, settlement)
        return wrong if changed else outbox.next_state(at, given)

    return step


@pytest.mark.parametrize(("state", "kind"), STEPS, ids=lambda one: getattr(one, "__name__", one))
def test_the_walk_sees_each_step_that_is_exchanged_for_another(
    state: State, kind: type[Settlement]
) -> None:
    right = outbox._STEPS[state][kind]
    unseen = [
        wrong
        for wrong in State
        if wrong is not right
        and not any(wrong_in(replace(one, step=mutant(state, kind, wrong))) for one in WORLDS)
    ]
    assert unseen == []
