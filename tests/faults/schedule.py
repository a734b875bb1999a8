"""A seed → worlds with rounds of faults: what happens, at which named point, at the nth hit. PURE.

A round is one list day of a world, with faults of one kind, so that each kind has figures of its
own; the world's state goes on from round to round, and the kind "several at once" mixes them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count
from random import Random

from tests.faults.points import WRITES, restore_points, usual_points
from tests.faults.wire import Wire
from tests.standins.arxiv_faults import Fault as Arxiv


class Kind(StrEnum):
    """What a round's faults are."""

    KILL = "kill -9 at a named point"
    KILL_RANDOM = "kill -9 at a random instant"
    TERM = "SIGTERM in mid-send"
    TWO = "two processes started at once"
    HELD = "a second process while the first is held"
    FORWARD = "restart, the clock an hour forward"
    BACK = "restart, the clock an hour back"
    SAVING = "daylight-saving change, with kills"
    DROP_BEFORE = "connection dropped before it was taken"
    TAKEN_SOON = "dropped, and stored a moment later"
    DROP_DURING = "connection dropped in the answer"
    DROP_AFTER = "reply lost"
    LATE = "reply after every time-out"
    ERROR_BEFORE = "5xx, not stored"
    ERROR_AFTER = "5xx after it was stored"
    MALFORMED = "malformed reply"
    RATE = "429"
    RATE_ABSURD = "429 with an absurd Retry-After"
    LOOKING = "looking back fails too"
    NAMES = "names do not resolve"
    TLS = "TLS fails"
    SOCKETS = "gateway and socket lost"
    TOKEN = "token revoked and replaced"
    GONE = "channel gone and back"
    TIGHT = "limits tightened"
    FULL = "disk full"
    READ_ONLY = "disk read-only"
    LOCKED = "database locked by another program"
    TORN = "torn WAL"
    BACKUP = "backup restored after sends"
    COPY = "file copied in use, put back after sends"
    ARXIV_REFUSES = "arXiv refuses"
    ARXIV_LIES = "arXiv answers wrongly"
    ARXIV_BREAKS = "arXiv breaks off"
    MIXED = "several at once"
    LATER = "stored minutes after its connection died"


KILLS = (Kind.KILL, Kind.KILL_RANDOM, Kind.SAVING)
PROCESS = (*KILLS, Kind.TERM, Kind.TWO, Kind.HELD, Kind.FORWARD, Kind.BACK)
DISK = (Kind.FULL, Kind.READ_ONLY, Kind.LOCKED, Kind.TORN, Kind.BACKUP, Kind.COPY)
ARXIV = {
    Kind.ARXIV_REFUSES: (
        Arxiv.STATUS_429, Arxiv.STATUS_406, Arxiv.STATUS_403, Arxiv.STATUS_503, Arxiv.STATUS_400,
        Arxiv.STATUS_502,
    ),
    Kind.ARXIV_LIES: (
        Arxiv.HTML, Arxiv.RATE_EXCEEDED, Arxiv.EMPTY, Arxiv.ERROR_ENTRY, Arxiv.YESTERDAY,
        Arxiv.SHORT_PAGE, Arxiv.MISSING_PARTS, Arxiv.REDIRECT,
    ),
    Kind.ARXIV_BREAKS: (
        Arxiv.TRUNCATED, Arxiv.BROKEN_OFF, Arxiv.RESET_BEFORE, Arxiv.RESET_AFTER, Arxiv.STALL,
    ),
}  # fmt: skip
WIRES = {
    Kind.DROP_BEFORE: (Wire.DROP_BEFORE,),
    Kind.TAKEN_SOON: (Wire.TAKEN_SOON,),
    Kind.DROP_DURING: (Wire.DROP_DURING,),
    Kind.DROP_AFTER: (Wire.DROP_AFTER,),
    Kind.LATE: (Wire.LATE,),
    Kind.ERROR_BEFORE: (Wire.ERROR_BEFORE,),
    Kind.ERROR_AFTER: (Wire.ERROR_AFTER, Wire.PAGE_AFTER),
    Kind.MALFORMED: (Wire.GARBLED, Wire.NOTHING),
    Kind.RATE: (Wire.RATE,),
    Kind.RATE_ABSURD: (Wire.RATE_ABSURD,),
    Kind.LOOKING: (Wire.DROP_AFTER,),
    Kind.LATER: (Wire.TAKEN_LATER,),
}
ASKING = (Wire.DROP_BEFORE, Wire.ERROR_BEFORE, Wire.GARBLED, Wire.RATE, Wire.DROP_DURING)
NETWORK = (*WIRES, Kind.NAMES, Kind.TLS, Kind.SOCKETS, Kind.TOKEN, Kind.GONE, Kind.TIGHT)
# How often a kind comes before the deck is shuffled again.
WEIGHTS = {Kind.KILL: 8, Kind.KILL_RANDOM: 4, Kind.MIXED: 3, Kind.BACKUP: 2, Kind.COPY: 2}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: of a kind, at a point, at the nth time that it is reached."""

    kind: Kind
    point: str
    nth: int
    what: str = ""  # which of the kind's faults

    def __str__(self) -> str:
        return f"{self.kind.name}/{self.what}@{self.point}#{self.nth}"


def read_fault(text: str) -> Fault:
    """Return the fault that a text names. Raises ValueError, KeyError."""
    name, _, rest = text.partition("/")
    what, _, rest = rest.partition("@")
    point, _, nth = rest.rpartition("#")
    return Fault(Kind[name], point, int(nth), what)


@dataclass(frozen=True, slots=True)
class Round:
    """The faults of one list day."""

    kind: Kind
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class WorldPlan:
    """One world of a campaign."""

    seed: str
    platforms: tuple[str, ...]
    rounds: tuple[Round, ...]
    number: int = 0
    without: tuple[str, ...] = ()
    rooms: int = 12  # on each platform
    quiet_days: int = 3  # list days without faults at the end

    @property
    def faults(self) -> int:
        return sum(len(one.faults) for one in self.rounds)

    @property
    def kills(self) -> int:
        return sum(one.kind in KILLS for round_ in self.rounds for one in round_.faults)

    def only(self, at: int, *faults: Fault) -> "WorldPlan":
        """Return the same world with these faults in one round, and no others."""
        rounds = [Round(one.kind, ()) for one in self.rounds[: at + 1]]
        rounds[at] = Round(faults[0].kind, faults)
        return replace(self, rounds=tuple(rounds))


def kinds_for(platforms: Sequence[str]) -> tuple[Kind, ...]:
    """Return the kinds that mean something on these platforms."""
    over_the_wire = {"slack", "discord"} & set(platforms)
    return tuple(
        one
        for one in Kind
        if (over_the_wire or one not in NETWORK) and (one is not Kind.LATER or "slack" in platforms)
    )


def worlds(seed: int, platforms: Sequence[str], rounds: int) -> Iterator[WorldPlan]:
    """Yield worlds without end; each is known by its seed and number alone."""
    deck = Deck(seed, platforms)
    for number in count():
        yield WorldPlan(
            f"{seed}:{number}",
            tuple(platforms),
            tuple(deck.draw() for _ in range(rounds)),
            number,
        )


def mop_up(number: int, seed: int, platforms: Sequence[str], missed: Sequence[str]) -> WorldPlan:
    """Return one more world, for named points at which nothing was met so far."""
    after_restore = set(restore_points(platforms))
    # Asked before the first send to a place only; nothing is sent before the first day's middle.
    at_first = [one for one in missed if ".newest " in one]
    usual = [one for one in missed if one not in after_restore and one not in at_first]
    rare = [one for one in missed if one in after_restore]
    rounds = [
        Round(kind, tuple(Fault(kind, one, 1) for one in some[start : start + each]))
        for kind, some, each in ((Kind.KILL, usual, 12), (Kind.BACKUP, rare, 4))
        for start in range(0, len(some), each)
    ]
    first = Round(Kind.KILL, tuple(Fault(Kind.KILL, one, 1) for one in at_first))
    return WorldPlan(f"{seed}:mop-up {number}", tuple(platforms), (first, *rounds), number)


class Deck:
    """Deals rounds: every kind before one comes again, every named point in turn."""

    def __init__(self, seed: int, platforms: Sequence[str]) -> None:
        self._random = Random(f"deck {seed}")
        self._platforms = tuple(platforms)
        self._kinds = kinds_for(platforms)
        self._cards: list[Kind] = []
        self._points = _Turns(self._random, usual_points(platforms))
        self._after_restore = _Turns(self._random, restore_points(platforms))

    def draw(self) -> Round:
        """Return the next round."""
        if not self._cards:
            self._cards = [one for one in self._kinds for _ in range(WEIGHTS.get(one, 1))]
            self._random.shuffle(self._cards)
        kind = self._cards.pop()
        return Round(kind, tuple(self._faults(kind)))

    def _faults(self, kind: Kind) -> Iterator[Fault]:
        if kind in PROCESS:
            return self._of_processes(kind)
        if kind in DISK:
            return self._of_disks(kind)
        if kind in ARXIV:
            return self._arxiv(kind)
        if kind is Kind.MIXED:
            return self._mixed()
        return self._wires(kind) if kind in WIRES else self._of_networks(kind)

    def _of_processes(self, kind: Kind) -> Iterator[Fault]:
        random = self._random
        match kind:
            case Kind.KILL_RANDOM:
                yield from (Fault(kind, "", random.randint(1, 900)) for _ in range(12))
            case Kind.TERM:
                whens = ("before", "during")
                points = [f"{one}.send {when}" for one in self._platforms for when in whens]
                for _ in range(8):
                    yield Fault(kind, random.choice(points), random.randint(1, 3))
            case _:
                many = {Kind.KILL: 14, Kind.SAVING: 6}.get(kind, 3)
                yield from (Fault(kind, *self._points.next()) for _ in range(many))

    def _of_disks(self, kind: Kind) -> Iterator[Fault]:
        if kind is Kind.TORN:
            yield from (Fault(kind, *self._points.next()) for _ in range(4))
            return
        if kind in (Kind.BACKUP, Kind.COPY):
            yield from (Fault(kind, *self._after_restore.next()) for _ in range(4))
            return
        for one in self._writes():
            for nth in sorted(self._random.sample(range(1, 7), 2)):
                yield Fault(kind, f"{one} before", nth)

    def _of_networks(self, kind: Kind) -> Iterator[Fault]:
        random = self._random
        match kind:
            case Kind.NAMES | Kind.TLS:
                point = "name" if kind is Kind.NAMES else "tls"
                yield from (Fault(kind, point, 3 * n + random.randint(1, 3)) for n in range(16))
            case Kind.GONE | Kind.SOCKETS:
                for one in self._chats():
                    yield from (Fault(kind, one, nth) for nth in random.sample(range(7), 3))
            case _:
                yield from (Fault(kind, one, 1) for one in self._chats())

    def _chats(self) -> list[str]:
        return [one for one in self._platforms if one != "web"]

    def _writes(self) -> list[str]:
        known = [one for one in WRITES if one not in ("renew", "sign")]
        return known if "web" in self._platforms else [one for one in known if "Channel" not in one]

    def _wires(self, kind: Kind) -> Iterator[Fault]:
        for platform in ("slack",) if kind is Kind.LATER else self._chats():
            many = 3 if kind is Kind.LATER else 18
            for nth in sorted(self._random.sample(range(1, 23), many)):
                what = self._random.choice(WIRES[kind])
                yield Fault(kind, f"{platform}.post", nth, what.name)
            if kind is Kind.LOOKING:
                for nth in sorted(self._random.sample(range(1, 25), 12)):
                    what = self._random.choice(ASKING)
                    yield Fault(kind, f"{platform}.ask", nth, what.name)

    def _arxiv(self, kind: Kind) -> Iterator[Fault]:
        for nth in range(1, 7):
            what = self._random.choice(ARXIV[kind])
            asked = "feed" if what is Arxiv.YESTERDAY else self._random.choice(("feed", "oai", ""))
            yield Fault(kind, f"arxiv.{asked}", nth, what.name)

    def _mixed(self) -> Iterator[Fault]:
        for _ in range(4):
            yield Fault(Kind.KILL, *self._points.next())
        for one in self._random.sample(self._writes(), 3):
            kind = self._random.choice((Kind.FULL, Kind.READ_ONLY, Kind.LOCKED))
            yield Fault(kind, f"{one} before", self._random.randint(1, 3))
        for platform in self._chats():
            for nth in sorted(self._random.sample(range(1, 18), 9)):
                kind = self._random.choice([one for one in WIRES if one not in _ALONE])
                what = self._random.choice(WIRES[kind])
                yield Fault(kind, f"{platform}.post", nth, what.name)
        yield from list(self._arxiv(self._random.choice(list(ARXIV))))[:2]


class _Turns:
    """Deals named points: at the first hit until each had its turn, then at any of the first."""

    def __init__(self, random: Random, points: Sequence[str]) -> None:
        self._random = random
        self._points = points
        self._left: list[str] = []
        self._turn = 0

    def next(self) -> tuple[str, int]:
        """Return the next point, and the hit."""
        if not self._left:
            self._left = self._random.sample(self._points, len(self._points))
            self._turn += 1
        nth = 1 if self._turn == 1 else self._random.randint(1, 4)
        return self._left.pop(), nth


_ALONE = (Kind.LATER, Kind.LOOKING)
