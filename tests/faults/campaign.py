"""One world from its first harvest to its last quiet day, and what became of what it owed."""

import sqlite3
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from tests.faults.acts import play
from tests.faults.reference import owed
from tests.faults.schedule import KILLS, Kind, Round, WorldPlan
from tests.faults.stage import Stage, Stuck, staged
from tests.faults.standins import PAPER
from tests.faults.subscribing import subscribe
from tests.faults.table import Figures, Row
from tests.faults.verdict import Doubt, Fate, judge, where_of
from tests.faults.world import make_world


def play_world(plan: WorldPlan) -> Figures:
    """Play a world's rounds and judge it."""
    begun = time.monotonic()
    days = len(plan.rounds) + plan.quiet_days
    world = make_world(plan.seed, days, plan.platforms, plan.rooms)
    figures = Figures(worlds=1)
    try:
        with staged(world, plan.without) as stage:
            _populate(stage)
            _play_rounds(stage, plan, figures)
            _judge(stage, plan, figures)
            if figures.failures and not plan.without:
                figures.failures.append(f"world {plan.number}: kept in {stage.folder}")
                stage.keep = True
    except (AssertionError, Stuck) as error:
        figures.failures.append(f"world {plan.number}: {error}")
    figures.seconds = time.monotonic() - begun
    return figures


def play_numbered(plan: WorldPlan) -> tuple[int, Figures]:
    """Play a world in a worker of its own; return its number too."""
    return plan.number, play_world(plan)


def _populate(stage: Stage) -> None:
    stage.beside(lambda: subscribe(stage.world, stage.database, stage.spec.without))


def _play_rounds(stage: Stage, plan: WorldPlan, figures: Figures) -> None:
    quiet = [Round(Kind.KILL, ())] * plan.quiet_days
    begin = stage.world.begin
    stage.run(begin)
    stage.warm_up()
    for number, (round_, end) in enumerate(
        zip([*plan.rounds, *quiet], stage.world.ends(), strict=True)
    ):
        random, begun = Random(f"{plan.seed}:{number}"), time.monotonic()
        for one in play(stage, round_, begin, end, random):
            fault = round_.faults[one]
            _row(figures, round_.kind).injected += 1
            figures.kills += fault.kind in KILLS
            if fault.point:
                figures.points.add(fault.point)
        if round_.faults:
            _row(figures, round_.kind).seconds += time.monotonic() - begun
        begin = end


def _row(figures: Figures, kind: Kind) -> Row:
    return figures.kinds.setdefault(kind.value, Row())


# ── judging ──────────────────────────────────────────────────────────────────────────────────────


def _judge(stage: Stage, plan: WorldPlan, figures: Figures) -> None:
    world = stage.world
    doubts = list(_doubts(stage.database))
    held = [*stage.ask("held"), *stage.held_by_web()]
    verdict = judge(owed(world), held, doubts, dict(_parts(stage.database)))
    ends = world.ends()
    for fate in verdict.fates:
        at = bisect_left(ends, fate.owed.due)
        _count(figures, plan, min(at, len(ends) - 1), fate)
    figures.disordered = len(verdict.disordered)
    figures.failures += [f"world {plan.number}: {one}" for one in verdict.disordered]
    readable = {where_of(room): room.readable for room in world.rooms}
    for one in verdict.strays:
        if one.is_notice and not readable[one.where] and _was_put_back(plan):
            figures.asked_again += 1
        else:
            figures.failures.append(f"world {plan.number}: {one.where}: {one.what}")
    figures.doubt = sum(1 for one in doubts if readable[one.where])
    figures.unaskable = len(doubts) - figures.doubt
    figures.failures += [f"world {plan.number}: {one}" for one in stage.ask("quarrels")]


def _was_put_back(plan: WorldPlan) -> bool:
    """Tell whether a database was: then a question that nobody can look for is asked again."""
    return any(one.kind in (Kind.BACKUP, Kind.COPY) for one in plan.rounds)


def _count(figures: Figures, plan: WorldPlan, at: int, fate: Fate) -> None:
    """Count a digest under the kind of the round in which it fell due; of a quiet day, nowhere."""
    rounds, room = plan.rounds, fate.owed.room
    kind = rounds[at].kind if at < len(rounds) else None
    rows = [figures.platforms.setdefault(room.destination.platform, Row())]
    rows += [_row(figures, kind)] if kind else []
    for row in rows:
        row.owed += 1
        row.delivered += fate.is_delivered
        row.lost += fate.is_lost
        row.repeated += bool(fate.repeated)
        row.doubted += bool(fate.missing) and fate.doubted
        if fate.is_delivered:
            row.late.append(fate.late.total_seconds())
    if fate.is_lost or (fate.repeated and kind is not Kind.LATER):
        figures.failures.append(_described(plan, at, fate))
        figures.broken.add((plan.number, at))


def _described(plan: WorldPlan, at: int, fate: Fate) -> str:
    what = f"lost {sorted(fate.missing)}" if fate.is_lost else ", ".join(fate.repeated)
    round_ = plan.rounds[at] if at < len(plan.rounds) else None
    faults = " ".join(f"'{one}'" for one in round_.faults) if round_ else "none: a quiet day"
    return (
        f"world {plan.number}, round {at}, {fate.owed.room.name}, due {fate.owed.due:%d %b %H:%M}:"
        f" {what}; faults: {faults}"
    )


def _parts(database: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as link:
        rows = link.execute("SELECT key, digest, part FROM deliveries WHERE state = 'sent'")
        yield from ((key, (digest, part)) for key, digest, part in rows)


def _doubts(database: Path) -> Iterator[Doubt]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as link:
        rows = link.execute(
            "SELECT d.platform, d.address, v.body, v.started_at FROM deliveries v"
            " JOIN digests g ON g.id = v.digest JOIN destinations d ON d.id = g.destination"
            " WHERE v.state = 'unknown' AND v.not_before IS NULL"
        ).fetchall()
    for platform, address, body, at in rows:
        moment = datetime.fromisoformat(at) if at else datetime.min.replace(tzinfo=UTC)
        yield Doubt((platform, address), frozenset(PAPER.findall(body)), moment)
