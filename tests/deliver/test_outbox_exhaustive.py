"""Every sequence of events that one message can meet, enumerated.

The world of one message is small: the rows of its rounds, what the platform holds, whether a
request is under way. All worlds that any order of events leads to are walked; in none is the
message held twice, and from each the way to its end needs neither luck nor an event that may never
come. Two things are taken for granted, and the README names them: a request whose connection died
is stored, if at all, before the platform is asked about it; and a person who is asked tells the
truth.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product

import pytest

from bot.deliver import outbox
from bot.deliver.outbox import decide, decide_found, legal, next_round
from bot.errors import (
    AccountLost,
    BodyRejected,
    CannotAsk,
    DeliveryError,
    DestinationLost,
    MaybeSent,
    RetryLater,
)
from bot.limits import DeliveryLimits
from bot.model import Delivery, Receipt, State
from bot.settlement import Dismissed, RetryAt, SendAgain, Settlement, Suspended, Unknown
from tests.deliver.samples import NOW, a_delivery

LIMITS = DeliveryLimits()
ROUNDS = 3  # after this many, no more bad luck: else a world could go on for ever
CERTAIN = (RetryLater("busy"), DestinationLost("gone"), AccountLost("gone"))

Step = Callable[[State, Settlement], State]


@dataclass(frozen=True)
class Rules:
    """What does not change in one world. `step`: the machine under test."""

    askable: bool = True
    refuses: frozenset[str] = frozenset()  # bodies that the platform refuses
    step: Step = outbox.next_state


@dataclass(frozen=True)
class Request:
    """A request under way. `alive`: its sender still listens for the answer."""

    round: int
    stored: bool = False
    alive: bool = True


@dataclass(frozen=True)
class World:
    """Where one message stands."""

    rows: tuple[Delivery, ...]  # one a round
    held: tuple[int, ...] = ()  # what the platform holds: the round of each copy
    request: Request | None = None
    lost: bool = False  # the place is suspended
    unwanted: bool = False  # a person said so

    @property
    def newest(self) -> Delivery:
        return self.rows[-1]

    @property
    def paid(self) -> bool:
        ended = self.newest.state in (State.SENT, State.DISMISSED) and self.request is None
        return ended and (len(self.held) == 1 or self.unwanted)


@dataclass(frozen=True)
class Event:
    """What may happen next. `luck`: it happens by itself, no fault and nobody's whim is needed."""

    name: str
    after: World
    luck: bool = field(default=True)


def is_doubt(row: Delivery) -> bool:
    return row.state is State.UNKNOWN and row.not_before is None


def with_row(world: World, row: Delivery) -> World:
    rows = tuple(row if row.round == each.round else each for each in world.rows)
    return replace(world, rows=rows)


def settle(world: World, rules: Rules, row: Delivery, settlement: Settlement) -> World:
    """Write a settlement as the store must."""
    if not legal(row.state, settlement):
        return world
    ask_at = settlement.ask_at if isinstance(settlement, Unknown) else row.not_before
    state = rules.step(row.state, settlement)
    world = with_row(world, replace(row, state=state, not_before=ask_at))
    body = next_round(row, settlement)
    if body is not None:
        again = replace(row, round=row.round + 1, body=body, state=State.PLANNED, not_before=None)
        world = replace(world, rows=(*world.rows, again))
    return replace(world, lost=world.lost or isinstance(settlement, Suspended))


def claiming(world: World, rules: Rules) -> Iterator[Event]:
    row = world.newest
    if row.state is not State.PLANNED or world.lost or world.request:
        return
    claimed = with_row(world, replace(row, state=State.SENDING))
    yield Event("claim", replace(claimed, request=Request(row.round)))
    for error in CERTAIN:  # from reading the newest message before the first send
        put_off = settle(world, rules, row, decide(row, error, NOW, LIMITS, 0))
        yield Event("put off", put_off, luck=False)


def request_goes_on(world: World, rules: Rules) -> Iterator[Event]:
    request = world.request
    if request is None:
        return
    row = world.rows[request.round]
    if not request.stored and row.body not in rules.refuses:
        stored = replace(world, held=(*world.held, row.round))
        yield Event("stored", replace(stored, request=replace(request, stored=True)))
    if request.alive:
        yield from answer_comes(world, rules, request, row)
        yield from answer_lost(world, rules, request, row)
    else:
        yield Event("request gone", replace(world, request=None))


def answer_comes(world: World, rules: Rules, request: Request, row: Delivery) -> Iterator[Event]:
    over = replace(world, request=None)

    def answered(outcome: Receipt | DeliveryError, *, luck: bool) -> Event:
        settlement = decide(row, outcome, NOW, LIMITS, 0)
        return Event(type(outcome).__name__, settle(over, rules, row, settlement), luck)

    if request.stored:
        yield answered(Receipt("1"), luck=True)
    elif row.body in rules.refuses:
        yield answered(BodyRejected("invalid"), luck=True)
    for error in () if request.stored else CERTAIN:
        yield answered(error, luck=False)


def answer_lost(world: World, rules: Rules, request: Request, row: Delivery) -> Iterator[Event]:
    ghost = replace(world, request=replace(request, alive=False))
    yield Event("crash", ghost, luck=False)
    maybe = settle(ghost, rules, row, decide(row, MaybeSent("dropped"), NOW, LIMITS, 0))
    yield Event("MaybeSent", maybe, luck=False)
    if not rules.askable:
        doubt = settle(ghost, rules, row, decide(row, CannotAsk("no scope"), NOW, LIMITS, 0))
        yield Event("CannotAsk", doubt, luck=False)


def recovering(world: World, rules: Rules) -> Iterator[Event]:
    """After a start all of `sending` is unknown; while running, what outlived its lease is."""
    row = world.newest
    if row.state is State.SENDING:
        listening = world.request is not None and world.request.alive
        unknown = settle(world, rules, row, Unknown(NOW, "interrupted"))
        yield Event("lease over" if listening else "recover", unknown, luck=not listening)


def asking(world: World, rules: Rules) -> Iterator[Event]:
    row = world.newest
    if row.state is not State.UNKNOWN or is_doubt(row) or world.lost or world.request:
        return
    held = Receipt("1") if row.round in world.held else None
    truth = held if rules.askable else CannotAsk("no scope")
    told = settle(world, rules, row, decide_found(row, truth, NOW, LIMITS, 0))
    yield Event("asked", told)
    for error in (*CERTAIN, MaybeSent("no answer")):
        later = settle(world, rules, row, decide_found(row, error, NOW, LIMITS, 0))
        yield Event("asked in vain", later, luck=False)


def place_returns(world: World, rules: Rules) -> Iterator[Event]:
    row = world.newest
    if world.lost and row.state not in (State.SENT, State.DISMISSED):
        world = replace(world, lost=False)
        if row.state is State.SUSPENDED:
            world = settle(world, rules, row, RetryAt(NOW, "back"))
        yield Event("the place returns", world)


def person_answers(world: World, rules: Rules) -> Iterator[Event]:
    row = world.newest
    dismissed = settle(world, rules, row, Dismissed("a person said so"))
    if is_doubt(row) and world.request is None:
        there = settle(world, rules, row, SendAgain("it is not there"))
        yield Event("looked", dismissed if world.held else there)
    elif row.state in (State.PLANNED, State.SUSPENDED, State.QUARANTINED):
        dropped = replace(dismissed, unwanted=True)
        yield Event("not wanted", dropped, luck=row.state is State.QUARANTINED)


PARTS = (
    claiming,
    request_goes_on,
    recovering,
    asking,
    place_returns,
    person_answers,
)


def events(world: World, rules: Rules) -> Iterator[Event]:
    if len(world.held) > 1:  # as wrong as it can be: no need to look further
        return
    for part in PARTS:
        for event in part(world, rules):
            if event.luck or len(world.rows) < ROUNDS:
                yield event


def walk(rules: Rules) -> Mapping[World, tuple[Event, ...]]:
    """Return every world that can be reached, with what may happen in it."""
    start = World((a_delivery(state=State.PLANNED),))
    reached: dict[World, tuple[Event, ...]] = {}
    waiting = [start]
    while waiting:
        world = waiting.pop()
        if world not in reached:
            reached[world] = tuple(events(world, rules))
            waiting += [event.after for event in reached[world]]
    return reached


def steps_to_the_end(reached: Mapping[World, tuple[Event, ...]]) -> int:
    """Return the longest way to the end by luck alone; a circle in it raises RecursionError."""
    longest: dict[World, int] = {}

    def steps(world: World) -> int:
        if world not in longest:
            lucky = [event.after for event in reached[world] if event.luck]
            assert lucky or world.paid, f"no next step: {world}"
            longest[world] = max((1 + steps(after) for after in lucky), default=0)
        return longest[world]

    return max(steps(world) for world in reached)


WORLDS = [
    Rules(askable, frozenset(refuses))
    for askable, refuses in product((True, False), ((), ("rich",), ("rich", "plain")))
]


@pytest.mark.parametrize("rules", WORLDS, ids=lambda r: f"{r.askable}-{sorted(r.refuses)}")
def test_no_order_of_events_repeats_a_message_or_leaves_it_without_a_next_step(
    rules: Rules,
) -> None:
    reached = walk(rules)
    assert len(reached) > 30
    assert all(len(world.held) <= 1 for world in reached)
    assert steps_to_the_end(reached) < 20


@pytest.mark.parametrize("rules", WORLDS, ids=lambda r: f"{r.askable}-{sorted(r.refuses)}")
def test_whatever_has_ended_is_paid_and_stays_so(rules: Rules) -> None:
    for world, following in walk(rules).items():
        if world.newest.state in (State.SENT, State.DISMISSED) and world.request is None:
            assert world.paid
            assert not following


def test_a_message_is_shown_as_a_doubt_only_where_the_platform_cannot_be_asked() -> None:
    askable = walk(Rules(askable=True))
    assert not any(is_doubt(row) for world in askable for row in world.rows)
    unaskable = walk(Rules(askable=False))
    assert any(is_doubt(row) for world in unaskable for row in world.rows)


def mutant(state: State, settlement: type[Settlement], wrong: State) -> Step:
    def step(at: State, given: Settlement) -> State:
        changed = at is state and isinstance(given, settlement)
        return wrong if changed else outbox.next_state(at, given)

    return step


@pytest.mark.parametrize(
    "step",
    [
        mutant(State.UNKNOWN, Suspended, State.SUSPENDED),
        mutant(State.SENDING, Unknown, State.PLANNED),
    ],
    ids=["an unknown row is suspended", "an interrupted row is planned again"],
)
def test_the_walk_sees_a_machine_that_repeats(step: Step) -> None:
    reached = walk(Rules(step=step))
    assert any(len(world.held) > 1 for world in reached)


def test_the_walk_sees_a_machine_that_loses() -> None:
    step = mutant(State.SENDING, RetryAt, State.DISMISSED)
    with pytest.raises(AssertionError, match="no next step"):
        steps_to_the_end(walk(Rules(step=step)))
