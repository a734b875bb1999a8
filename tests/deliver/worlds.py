"""The small world of one message: its rows, what the platform holds, what may happen next.

All worlds that any order of events leads to can be walked; see `test_outbox_exhaustive`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product

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
from bot.settlement import Dismissed, RetryAt, SendAgain, Sent, Settlement, Suspended, Unknown
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
    claimed: bool = False  # the newest row, since it was planned
    settled: bool = False  # whoever claimed it has written what became of it
    certain: bool = False  # and knew
    answered: bool = False  # a person told what is there, or what they want
    restored: bool = False  # and the platform has not been read yet

    @property
    def newest(self) -> Delivery:
        return self.rows[-1]

    @property
    def paid(self) -> bool:
        ended = self.newest.state in (State.SENT, State.DISMISSED) and self.request is None
        return ended and (len(self.held) == 1 or self.unwanted)

    def says_what_is_so(self, rules: Rules) -> bool:
        """Whether each row's state says what is known of it."""
        row, stored = self.newest, self.newest.round in self.held
        unstored = not stored or self.restored
        held_up = self.lost and self.settled
        said = {
            State.PLANNED: unstored and not (self.claimed or held_up),
            State.SENDING: self.claimed and not self.settled,
            State.UNKNOWN: self.claimed and not self.certain,
            State.SENT: stored and not self.answered,
            State.SUSPENDED: unstored and self.lost,
            State.QUARANTINED: row.body in rules.refuses,
            State.DISMISSED: self.answered,
        }
        obeyed = row.state is State.DISMISSED or not self.unwanted
        return said[row.state] and obeyed and all(map(_is_over, self.rows, self.rows[1:]))


def _is_over(row: Delivery, following: Delivery) -> bool:
    """Whether a round that another follows says why: the plain form does, or a person wished so."""
    plain = row.body != following.body
    return row.state is (State.QUARANTINED if plain else State.DISMISSED)


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
    # A place lost while we ask tells nothing of the message that we ask about.
    asks = isinstance(settlement, Unknown) or (
        row.state is State.UNKNOWN and isinstance(settlement, Suspended)
    )
    claimed = world.claimed and state is not State.PLANNED
    world = replace(world, claimed=claimed, settled=True, certain=not asks)
    body = next_round(row, settlement)
    if body is not None:
        again = replace(row, round=row.round + 1, body=body, state=State.PLANNED, not_before=None)
        world = replace(world, rows=(*world.rows, again), claimed=False, settled=False)
    return replace(world, lost=world.lost or isinstance(settlement, Suspended))


def claiming(world: World, rules: Rules) -> Iterator[Event]:
    row = world.newest
    if row.state is not State.PLANNED or world.lost or world.request:
        return
    claimed = with_row(world, replace(row, state=State.SENDING))
    yield Event(
        "claim",
        replace(claimed, request=Request(row.round), claimed=True, settled=False, certain=False),
    )
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
        back = replace(world, lost=False)
        if row.state is State.SUSPENDED:
            back = settle(back, rules, row, RetryAt(NOW, "back"))
        yield Event("the place returns", back)
    if world.lost and row.state is State.SUSPENDED:
        again = settle(world, rules, row, Suspended("still gone"))
        yield Event("the place is lost again", again, luck=False)


def person_answers(world: World, rules: Rules) -> Iterator[Event]:
    row = world.newest
    dismissed = replace(settle(world, rules, row, Dismissed("a person said so")), answered=True)
    again = settle(world, rules, row, SendAgain("it is not there"))
    if is_doubt(row) and world.request is None:
        yield Event("looked", dismissed if world.held else again)
    elif row.state in (State.PLANNED, State.SUSPENDED, State.QUARANTINED):
        refused = row.state is State.QUARANTINED
        yield Event("not wanted", replace(dismissed, unwanted=True), luck=refused)
        if refused:
            yield Event("send again", again, luck=False)


def reading_again(world: World, rules: Rules) -> Iterator[Event]:
    """After a restore the place's own messages are read before anything else happens there."""
    row = world.newest
    read = replace(world, restored=False)
    if not rules.askable:
        doubt = settle(replace(read, claimed=True), rules, row, Unknown(None, "cannot be read"))
        yield Event("a doubt", doubt)
    elif row.round in world.held:
        yield Event("found", settle(read, rules, row, Sent("1")))
    else:
        yield Event("not there", read)


PARTS = (
    claiming,
    request_goes_on,
    recovering,
    asking,
    place_returns,
    person_answers,
)


def events(world: World, rules: Rules) -> Iterator[Event]:
    if len(world.held) > 1 or len(world.rows) > 2 * ROUNDS:  # as wrong as it can be
        return
    if world.restored:
        yield from reading_again(world, rules)
        return
    for part in PARTS:
        for event in part(world, rules):
            if event.luck or len(world.rows) < ROUNDS:
                yield event


def starts() -> Iterator[World]:
    """Yield a message just planned; and as a restored database has it, there or not."""
    planned = World((a_delivery(state=State.PLANNED),))
    suspended = World((a_delivery(state=State.SUSPENDED),), lost=True)
    yield planned
    for before in (planned, suspended):
        for held in ((), (0,)):
            yield replace(before, held=held, restored=True)


def walk(rules: Rules) -> Mapping[World, tuple[Event, ...]]:
    """Return every world that can be reached, with what may happen in it."""
    reached: dict[World, tuple[Event, ...]] = {}
    waiting = list(starts())
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


LONGEST = 25  # steps by luck alone


def legal_kind(state: State, kind: type[Settlement]) -> bool:
    """Say whether a row in this state takes settlements of this kind."""
    return kind in outbox._STEPS[state]


WORLDS = [
    Rules(askable, frozenset(refuses))
    for askable, refuses in product((True, False), ((), ("rich",), ("rich", "plain")))
]


def wrong_in(rules: Rules) -> str:
    """Return what is wrong with a machine in these worlds, or ""."""
    reached = walk(rules)
    if any(len(world.held) > 1 for world in reached):
        return "held twice"
    if not all(world.says_what_is_so(rules) for world in reached):
        return "a state that says what is not so"
    for world, following in reached.items():
        if world.newest.state in (State.SENT, State.DISMISSED) and world.request is None:
            if not world.paid:
                return "an end that is not paid"
            if following:
                return "an end that goes on"
    try:
        return "" if steps_to_the_end(reached) < LONGEST else "a way that is too long"
    except AssertionError:
        return "no next step"
    except RecursionError:
        return "a circle"
