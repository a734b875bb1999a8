"""The figures of a campaign: kept while it runs, added up, and printed. PURE but for `save`.

Each kind's row counts the digests that fell due in its rounds, whatever became of them later.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

from tests.faults.schedule import Kind

HEADS = (
    "injected", "owed", "delivered", "lost", "repeated", "in doubt", "late", "p50", "p99", "took",
)  # fmt: skip
HOUR = 3_600.0
LATE = 2 * HOUR  # seconds after its moment from which a digest is late


@dataclass(slots=True)
class Row:
    """One kind's figures."""

    injected: int = 0
    owed: int = 0
    delivered: int = 0
    lost: int = 0
    repeated: int = 0
    doubted: int = 0
    late: list[float] = field(default_factory=list)  # seconds, of each digest delivered
    seconds: float = 0.0  # that its rounds took


@dataclass(slots=True)
class Figures:
    """All that a world, or a campaign, found."""

    kinds: dict[str, Row] = field(default_factory=dict)
    platforms: dict[str, Row] = field(default_factory=dict)
    doubt: int = 0  # deliveries in doubt where the history may be read
    unaskable: int = 0  # and where it may not
    disordered: int = 0
    asked_again: int = 0  # notices that came twice, see `campaign`
    kills: int = 0
    worlds: int = 0
    seconds: float = 0.0
    points: set[str] = field(default_factory=set)  # at which something was met
    failures: list[str] = field(default_factory=list)
    broken: set[tuple[int, int]] = field(default_factory=set)  # worlds and rounds of failures

    def add(self, other: "Figures") -> None:
        for mine, others in ((self.kinds, other.kinds), (self.platforms, other.platforms)):
            for name, row in others.items():
                _add(mine.setdefault(name, Row()), row)
        self.doubt += other.doubt
        self.unaskable += other.unaskable
        self.disordered += other.disordered
        self.asked_again += other.asked_again
        self.kills += other.kills
        self.worlds += other.worlds
        self.seconds += other.seconds
        self.points |= other.points
        self.failures += other.failures
        self.broken |= other.broken

    @property
    def faults(self) -> int:
        return sum(row.injected for row in self.kinds.values())

    @property
    def is_good(self) -> bool:
        return not (self.failures or self.disordered)

    def total(self) -> Row:
        """Return all kinds together, but for the one that is beyond every sender."""
        whole = Row()
        for name, row in self.kinds.items():
            _add(whole, row)
            if name == Kind.LATER:
                whole.repeated -= row.repeated
        return whole

    def last_line(self) -> str:
        row = self.total()
        return (
            f"faults={self.faults} owed={row.owed} delivered={row.delivered} lost={row.lost}"
            f" repeated={row.repeated} doubt={self.doubt} unaskable={self.unaskable}"
        )


def _add(mine: Row, other: Row) -> None:
    for name in ("injected", "owed", "delivered", "lost", "repeated", "doubted"):
        setattr(mine, name, getattr(mine, name) + getattr(other, name))
    mine.late += other.late
    mine.seconds += other.seconds


def lines(figures: Figures) -> Iterator[str]:
    """Yield the tables, the last line last."""
    order = [one.value for one in Kind if one.value in figures.kinds]
    yield from _table("fault", [(name, figures.kinds[name]) for name in order])
    yield ""
    yield from _table("platform", sorted(figures.platforms.items()), skip=("injected", "took"))
    yield ""
    yield f"kills: {figures.kills}; named points at which something was met: {len(figures.points)}"
    yield (
        f"parts out of order: {figures.disordered}; questions asked again after a restore where the"
        f" history may not be read: {figures.asked_again}"
    )
    yield figures.last_line()


def _table(head: str, rows: Sequence[tuple[str, Row]], skip: Sequence[str] = ()) -> Iterator[str]:
    heads = [one for one in HEADS if one not in skip]
    yield "| " + " | ".join((head, *heads)) + " |"
    yield "|---" * (len(heads) + 1) + "|"
    for name, row in rows:
        told = _cells(row)
        yield "| " + " | ".join((name, *(told[one] for one in heads))) + " |"


def _cells(row: Row) -> dict[str, str]:
    late = sum(1 for one in row.late if one > LATE)
    values = (
        row.injected, row.owed, row.delivered, row.lost, row.repeated, row.doubted, late,
        _words(_share(row.late, 50)), _words(_share(row.late, 99)), f"{row.seconds:.0f} s",
    )  # fmt: skip
    return dict(zip(HEADS, map(str, values), strict=True))


def _share(values: Sequence[float], percent: int) -> float:
    if len(values) < 2:
        return sum(values)
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def _words(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 2 * HOUR else f"{seconds / HOUR:.1f} h"


def to_json(figures: Figures) -> dict[str, Any]:
    """Return the figures as JSON values."""

    def rows(some: dict[str, Row]) -> dict[str, Any]:
        return {
            name: {one: getattr(row, one) for one in Row.__slots__} for name, row in some.items()
        }

    return {
        "kinds": rows(figures.kinds),
        "platforms": rows(figures.platforms),
        "doubt": figures.doubt,
        "unaskable": figures.unaskable,
        "disordered": figures.disordered,
        "asked_again": figures.asked_again,
        "kills": figures.kills,
        "worlds": figures.worlds,
        "seconds": figures.seconds,
        "points": sorted(figures.points),
        "failures": figures.failures,
        "broken": sorted(figures.broken),
    }


def from_json(told: dict[str, Any]) -> Figures:
    """Return the figures of JSON values."""

    def rows(some: dict[str, Any]) -> dict[str, Row]:
        return {name: Row(**row) for name, row in some.items()}

    kinds, platforms = rows(told.pop("kinds")), rows(told.pop("platforms"))
    points = set(told.pop("points"))
    broken = {(world, round_) for world, round_ in told.pop("broken")}
    return Figures(kinds, platforms, points=points, broken=broken, **told)


def added(some: Iterable[Figures]) -> Figures:
    """Return figures added up."""
    whole = Figures()
    for one in some:
        whole.add(one)
    return whole
