"""Many worlds side by side, until enough faults were met; what is done is kept in a file."""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing import get_context
from pathlib import Path

from tests.faults.campaign import play_numbered
from tests.faults.points import named_points
from tests.faults.schedule import WorldPlan
from tests.faults.table import Figures, from_json, to_json
from tests.faults.world import PLATFORMS


def play_many(plans: Iterator[WorldPlan], options: argparse.Namespace) -> Figures:
    """Play worlds side by side until enough faults were met and every named point was."""
    kept = _Kept(options)
    whole, begun = kept.figures, time.monotonic()
    context = get_context("spawn")
    with ProcessPoolExecutor(options.workers, mp_context=context) as pool:
        running: set[Future[tuple[int, Figures]]] = set()
        while True:
            while len(running) < options.workers and not _is_enough(whole, options, running):
                plan = next(plans)
                if plan.number not in kept.done:
                    running.add(pool.submit(play_numbered, plan))
            if not running:
                return whole
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            for one in finished:
                number, figures = one.result()
                kept.add(number, figures)
                _report(number, figures, whole, options.faults, begun)


def _is_enough(
    whole: Figures, options: argparse.Namespace, running: set[Future[tuple[int, Figures]]]
) -> bool:
    if whole.faults >= options.faults:
        platforms = PLATFORMS if options.platform == "all" else (options.platform,)
        return bool(running) or set(named_points(platforms)) <= whole.points
    # About as many as are under way are still to come.
    worlds_done = max(1, whole.worlds)
    each = whole.faults / worlds_done if whole.worlds else options.faults / options.workers
    return whole.faults + each * len(running) >= int(options.faults)


def _report(number: int, found: Figures, whole: Figures, wanted: int, begun: float) -> None:
    passed = time.monotonic() - begun
    row = whole.total()
    say(
        f"[{passed:5.0f} s] world {number}: {found.faults} faults in {found.seconds:.0f} s;"
        f" {whole.faults} of {wanted}, {whole.kills} kills, owed {row.owed},"
        f" lost {row.lost}, repeated {row.repeated}"
    )
    for line in found.failures:
        say(f"    {line}")


class _Kept:
    """The worlds that were played, in a file that outlives a campaign that is broken off."""

    def __init__(self, options: argparse.Namespace) -> None:
        name = f"paperboy-faults-{options.seed}-{options.faults}-{options.platform}.jsonl"
        self._path = Path(tempfile.gettempdir()) / name
        self.done: set[int] = set()
        self.figures = Figures()
        if not options.goes_on:
            self._path.unlink(missing_ok=True)
        elif self._path.exists():
            for line in self._path.read_text().splitlines():
                self._take(json.loads(line))
            say(f"going on after {len(self.done)} worlds, {self.figures.faults} faults")

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
