"""The campaign from a shell: `python -m tests.fuzz --seed N --inputs M [--target NAME]`."""

import argparse
import mmap
import multiprocessing
import os
import pickle
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Final

from tests.fuzz.campaign import Campaign, Failure, Outcome
from tests.fuzz.target import Target
from tests.fuzz.targets import TARGETS

_BOX: Final = 4 * 1024 * 1024
_SLICE: Final = 50_000  # inputs of one piece of work


@dataclass(frozen=True)
class Piece:
    """Some inputs for one target, with chance of their own."""

    target: Target
    seed: str
    inputs: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; 0 if every input was read or refused."""
    asked = _parser().parse_args(arguments)
    targets = [one for one in TARGETS if not asked.target or one.name in asked.target]
    outcomes = _joined(worked(pieces(targets, asked.seed, asked.inputs), asked.processes))
    _print(outcomes)
    return 0 if all(one.unknown + one.hangs + one.crashes == 0 for one in outcomes) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--inputs", type=int, default=20_000, help="over all targets together")
    parser.add_argument("--target", action="append", choices=[one.name for one in TARGETS])
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    return parser


def pieces(
    targets: Sequence[Target], seed: int, inputs: int, only: Sequence[str] | None = None
) -> list[Piece]:
    """Share the inputs among targets by weight, and cut them so that processes end together.

    `only`: the names of those that are asked for; the others are left out, and their share too.
    """
    whole = sum(one.weight for one in targets)
    found = []
    for target in targets:
        if only and target.name not in only:
            continue
        left, number = max(1, round(inputs * target.weight / whole)), 0
        while left > 0:
            found.append(Piece(target, f"{seed}.{number}", min(left, _SLICE)))
            left, number = left - _SLICE, number + 1
    return sorted(found, key=lambda one: -one.inputs)


# ── processes ────────────────────────────────────────────────────────────────────────────────────


@dataclass
class _Worker:
    process: multiprocessing.Process
    told: Connection
    box: mmap.mmap
    piece: Piece


def worked(pieces: Sequence[Piece], processes: int) -> Iterable[Outcome]:
    """Run each piece in a process of its own: one that dies takes nothing with it."""
    waiting, running = list(pieces), list[_Worker]()
    while waiting or running:
        while waiting and len(running) < processes:
            running.append(_started(waiting.pop(0)))
        ready = wait([one.process.sentinel for one in running] + [one.told for one in running])
        for worker in [one for one in running if one.told in ready or not one.process.is_alive()]:
            running.remove(worker)
            outcome = _ended(worker)
            _say(worker.piece, outcome)
            yield outcome


def _started(piece: Piece) -> _Worker:
    box = mmap.mmap(-1, _BOX)  # shared with the child
    ours, theirs = multiprocessing.Pipe(duplex=False)
    context = multiprocessing.get_context("fork")
    process = context.Process(target=_work, args=(piece, theirs, box))
    process.start()
    theirs.close()
    return _Worker(process, ours, box, piece)  # type: ignore[arg-type]


def _work(piece: Piece, told: Connection, box: mmap.mmap) -> None:
    told.send(Campaign(piece.target, piece.seed, box).run(piece.inputs))
    told.close()


def _ended(worker: _Worker) -> Outcome:
    try:
        outcome: Outcome = worker.told.recv()
    except EOFError:
        worker.process.join()
        outcome = _crashed(worker)
    worker.process.join()
    return outcome


def _crashed(worker: _Worker) -> Outcome:
    """Return what is known of a process that died: the input that it was given last."""
    size = int.from_bytes(worker.box[:8], "big")
    name, code = worker.piece.target.name, worker.process.exitcode
    last = pickle.loads(worker.box[8 : 8 + size])[1] if 0 < size <= _BOX - 8 else None
    failure = Failure(name, "crash", f"exit code {code}", last)
    return Outcome(name, crashes=1, failures={failure.where: failure})


def _say(piece: Piece, one: Outcome) -> None:
    """Tell of each piece as it ends: a long campaign that is broken off has shown something."""
    wrong = one.crashes + one.hangs + one.unknown
    told = f"{one.target} seed={piece.seed} inputs={one.inputs} wrong={wrong} {one.seconds:.0f} s"
    print(told, file=sys.stderr, flush=True)


# ── telling ──────────────────────────────────────────────────────────────────────────────────────


def _joined(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Add up the pieces of each target."""
    found: dict[str, Outcome] = {}
    for one in outcomes:
        whole = found.setdefault(one.target, Outcome(one.target))
        for name in ("inputs", "refused", "unknown", "hangs", "crashes", "seconds"):
            setattr(whole, name, getattr(whole, name) + getattr(one, name))
        whole.lines, whole.corpus = max(whole.lines, one.lines), max(whole.corpus, one.corpus)
        whole.failures |= one.failures
    return [found[target.name] for target in TARGETS if target.name in found]


def _print(outcomes: Sequence[Outcome]) -> None:
    head = ("target", "inputs", "refused", "lines", "corpus", "crashes", "hangs", "unknown")
    print(f"{head[0]:<16}" + "".join(f"{name:>10}" for name in (*head[1:], "a second")))
    for one in outcomes:
        numbers = (one.inputs, one.refused, one.lines, one.corpus, one.crashes, one.hangs)
        rate = one.inputs / one.seconds if one.seconds else 0.0
        row = "".join(f"{number:>10,}" for number in (*numbers, one.unknown, round(rate)))
        print(f"{one.target:<16}{row}")
    for one in outcomes:
        for failure in one.failures.values():
            print(f"\n{failure.target}: {failure.kind}: {failure.where}")
            print(f"{failure.trace}input: {failure.input!r:.4000}")
    whole = {
        name: sum(getattr(one, name) for one in outcomes)
        for name in ("inputs", "crashes", "hangs", "unknown")
    }
    print("\n" + " ".join(f"{name}={number}" for name, number in whole.items()))


if __name__ == "__main__":
    sys.exit(main())
