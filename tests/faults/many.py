"""Many worlds side by side, until enough faults were met; what is done is kept in a file."""

import ctypes
import json
import signal
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from tests.faults.campaign import play_numbered
from tests.faults.points import named_points
from tests.faults.schedule import WorldPlan, mop_up, worlds
from tests.faults.table import Figures, from_json, to_json

PR_SET_PDEATHSIG = 1  # of prctl(2)
ROUNDS = 12  # of a world
MET = 0.8  # share of the planned faults that are met, as far as one knows beforehand
KILLED = 0.2  # share of the faults that are kills at least
MOPPED = 3  # worlds for named points that were missed
REPEATED = 3  # failures for which a schedule of one fault is looked for


def pool_of(workers: int) -> ProcessPoolExecutor:
    """Return workers that have nothing else loaded, and end with whoever made them."""
    return ProcessPoolExecutor(workers, get_context("spawn"), initializer=_end_with_parent)


def _end_with_parent() -> None:
    """Let Linux end this process with the one that made it; elsewhere it stays until it is idle."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@dataclass(slots=True)
class Campaign:
    """One campaign under way."""

    seed: int
    faults: int
    platforms: tuple[str, ...]
    workers: int
    kept: "Kept"
    begun: float = field(default_factory=time.monotonic)

    @property
    def figures(self) -> Figures:
        return self.kept.figures

    def play(self, plans: Iterator[WorldPlan]) -> Figures:
        """Play worlds side by side until enough faults were met, and something at each point."""
        with pool_of(self.workers) as pool:
            self._play(pool, plans)
            for number in range(1, MOPPED + 1):
                missed = sorted(set(named_points(self.platforms)) - self.figures.points)
                if not missed:
                    break
                plan = mop_up(-number, self.seed, self.platforms, missed)
                self._take(*pool.submit(play_numbered, plan).result())
            self._repeat(pool)
        return self.figures

    def _play(self, pool: ProcessPoolExecutor, plans: Iterator[WorldPlan]) -> None:
        running: dict[Future[tuple[int, Figures]], WorldPlan] = {}
        while True:
            while len(running) < self.workers and not self._is_enough(running.values()):
                plan = next(plans)
                if plan.number not in self.kept.done:
                    running[pool.submit(play_numbered, plan)] = plan
            if not running:
                return
            for one in wait(running, return_when=FIRST_COMPLETED).done:
                del running[one]
                self._take(*one.result())

    def _is_enough(self, running: Collection[WorldPlan]) -> bool:
        """Tell whether what is under way will do, a fifth of it kills."""
        faults = self.figures.faults + sum(one.faults for one in running) * MET
        kills = self.figures.kills + sum(one.kills for one in running) * MET
        return faults >= self.faults and kills >= self.faults * KILLED

    def _take(self, number: int, found: Figures) -> None:
        self.kept.add(number, found)
        passed, row = time.monotonic() - self.begun, self.figures.total()
        say(
            f"[{passed:5.0f} s] world {number}: {found.faults} faults in {found.seconds:.0f} s;"
            f" {self.figures.faults} of {self.faults}, {self.figures.kills} kills,"
            f" owed {row.owed}, lost {row.lost}, repeated {row.repeated}"
        )
        for line in found.failures:
            say(f"    {line}")

    def _repeat(self, pool: ProcessPoolExecutor) -> None:
        """For each failure, print a schedule of one fault that repeats it, if one does."""
        for number, at in sorted(self.figures.broken)[:REPEATED]:
            plan = next(islice(worlds(self.seed, self.platforms, ROUNDS), max(number, 0), None))
            faults = plan.rounds[at].faults if number >= 0 and at < len(plan.rounds) else ()
            tried = {one: pool.submit(play_numbered, plan.only(at, one)) for one in faults}
            found = [one for one, played in tried.items() if played.result()[1].broken]
            told = " ".join(f"'{one}'" for one in (found[:1] or faults))
            words = "repeats it" if found else "no fault alone repeats it; all of its round"
            say(
                f"world {number}, round {at}: {words}: uv run python -m tests.faults"
                f" --seed {self.seed} --platform {_named(self.platforms)}"
                f" --world {number} --round {at} --only {told}"
            )


def _named(platforms: Sequence[str]) -> str:
    return "all" if len(platforms) > 1 else platforms[0]


class Kept:
    """The worlds that were played, in a file that outlives a campaign that is broken off."""

    def __init__(self, name: str, *, goes_on: bool) -> None:
        self._path = Path(tempfile.gettempdir()) / f"paperboy-faults-{name}.jsonl"
        self.done: set[int] = set()
        self.figures = Figures()
        if not goes_on:
            self._path.unlink(missing_ok=True)
        elif self._path.exists():
            self._go_on(self._path.read_text().splitlines())
            say(f"going on after {len(self.done)} worlds, {self.figures.faults} faults")

    def _go_on(self, lines: Sequence[str]) -> None:
        """Keep what was played without a failure; what failed is played again."""
        good = [line for line in lines if not json.loads(line)["failures"]]
        self._path.write_text("".join(f"{line}\n" for line in good))
        for line in good:
            self._take(json.loads(line))

    def _take(self, told: dict[str, object]) -> None:
        self.done.add(int(str(told.pop("world"))))
        self.figures.add(from_json(told))

    def add(self, number: int, figures: Figures) -> None:
        self.done.add(number)
        self.figures.add(figures)
        with self._path.open("a") as file:
            file.write(json.dumps({"world": number, **to_json(figures)}) + "\n")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
