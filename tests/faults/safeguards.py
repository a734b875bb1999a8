"""Each safeguard, with the schedule under which it is missed: `--without NAME`, or `all`.

The schedule is played twice: with what backs the safeguard up taken out, when nothing may be lost
or repeated, and with the safeguard taken out too, when something must be. A safeguard that no
schedule needs has no place in the product.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.faults.campaign import play_numbered
from tests.faults.many import pool_of
from tests.faults.schedule import Fault, Kind, Round, WorldPlan
from tests.faults.table import Figures
from tests.faults.wire import Wire
from tests.faults.without import REMOVALS

SEED = "safeguards"  # of a world in which Slack's history may be read


@dataclass(frozen=True, slots=True)
class Safeguard:
    """What is missed when it is gone."""

    does: str
    faults: tuple[Fault, ...]
    platform: str = "slack"
    backed_by: tuple[str, ...] = ()  # what does the same work, as long as it is there
    rooms: int = 4

    def plan(self, *without: str) -> WorldPlan:
        kind = self.faults[0].kind if self.faults else Kind.KILL
        rounds = (Round(kind, ()), Round(kind, self.faults))
        return WorldPlan(
            SEED, (self.platform,), rounds, without=without, rooms=self.rooms, quiet_days=1
        )


def _posts(kind: Kind, what: Wire, platform: str = "slack", many: int = 3) -> tuple[Fault, ...]:
    return tuple(Fault(kind, f"{platform}.post", nth, what.name) for nth in range(1, many + 1))


_DROPPED = _posts(Kind.DROP_AFTER, Wire.DROP_AFTER)
_KILLED = (Fault(Kind.KILL, "slack.send after", 1), Fault(Kind.KILL, "slack.send after", 2))
_BACKUP = (Fault(Kind.BACKUP, "Unread.read after", 1),)
_COPY = (Fault(Kind.COPY, "Unread.read after", 1),)
_HELD_PLAN = (Fault(Kind.HELD, "Outbox.enqueue before", 1),)
_HELD_CLAIM = (Fault(Kind.HELD, "Outbox.claim before", 1),)

SAFEGUARDS: Mapping[str, Safeguard] = {
    "nonce": Safeguard(
        "a repeat returns the first message, where the history may not be read",
        _posts(Kind.DROP_AFTER, Wire.DROP_AFTER, "discord", 12),
        platform="discord",
        rooms=6,
    ),
    "scan": Safeguard("looking for the key in the channel's history", _DROPPED),
    "wait": Safeguard(
        "not asking while a request may be on its way",
        _posts(Kind.TAKEN_SOON, Wire.TAKEN_SOON),
    ),
    "one-try": Safeguard("the library's own repetition is off", _DROPPED),
    "unknown": Safeguard("a lost answer promises nothing", _DROPPED),
    "recovery": Safeguard("what was being sent when the process died is unknown", _KILLED),
    "claim": Safeguard("`sending` is written before the request", _KILLED),
    "claim-compare": Safeguard("only a planned row is claimed", _HELD_CLAIM, backed_by=("flock",)),
    "ledger": Safeguard("what was shown is never shown again", (), platform="web", rooms=8),
    "cursor-compare": Safeguard(
        "a plan whose cursors have moved is left out",
        _HELD_PLAN,
        backed_by=("flock", "unique-slot"),
    ),
    "unique-slot": Safeguard(
        "a slot has one digest", _HELD_PLAN, backed_by=("flock", "cursor-compare")
    ),
    "flock": Safeguard(
        "one process at a time", _HELD_PLAN, backed_by=("cursor-compare", "unique-slot")
    ),
    "start-id": Safeguard(
        "a backup that was put back is known by its id", _BACKUP, backed_by=("claims-count",)
    ),
    "claims-count": Safeguard("a copy of the same start is known by its count", _COPY),
    "read-back": Safeguard("after a restore the channels are read first", _BACKUP),
}
assert SAFEGUARDS.keys() == REMOVALS.keys()


@dataclass(frozen=True, slots=True)
class Missed:
    """What was lost and repeated without a safeguard, and with it."""

    name: str
    alone: tuple[int, int]  # with what backs it up taken out
    without: tuple[int, int]

    @property
    def is_needed(self) -> bool:
        return sum(self.alone) == 0 and sum(self.without) > 0

    def __str__(self) -> str:
        one = SAFEGUARDS[self.name]
        backed = f", backed up by {' and '.join(one.backed_by)}" if one.backed_by else ""
        verdict = "needed" if self.is_needed else "NOT SHOWN TO BE NEEDED"
        return (
            f"{self.name} ({one.does}{backed}): with it {_said(self.alone)},"
            f" without it {_said(self.without)}: {verdict}"
        )


def _said(figures: tuple[int, int]) -> str:
    return f"lost={figures[0]} repeated={figures[1]}"


def try_safeguards(names: Sequence[str], workers: int) -> Iterator[Missed]:
    """Play each safeguard's schedule with and without it."""
    with pool_of(workers) as pool:
        plans = [
            (SAFEGUARDS[name].plan(*SAFEGUARDS[name].backed_by),
             SAFEGUARDS[name].plan(*SAFEGUARDS[name].backed_by, name))
            for name in names
        ]  # fmt: skip
        played = [(pool.submit(play_numbered, one), pool.submit(play_numbered, other))
                  for one, other in plans]  # fmt: skip
        for name, (alone, without) in zip(names, played, strict=True):
            yield Missed(name, _figures(alone.result()), _figures(without.result()))


def _figures(played: tuple[int, Figures]) -> tuple[int, int]:
    rows = played[1].platforms.values()
    assert sum(row.owed for row in rows), f"the world broke: {played[1].failures}"
    return sum(row.lost for row in rows), sum(row.repeated for row in rows)
