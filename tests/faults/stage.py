"""One world under way: its folder and clock, the stand-ins' process, the program's lives.

Plain blocking code in a process that has imported everything: it forks the stand-ins once and the
program for each life, so that a kill costs little. Every wait ends with its condition, or with an
error after `PATIENCE`.
"""

import contextlib
import gc
import importlib
import json
import os
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from tests.faults import program, standins
from tests.faults.clock import make_clock
from tests.faults.points import Arm
from tests.faults.program import Spec
from tests.faults.world import FaultyWorld

PATIENCE = 90.0  # seconds; only a hanging process takes as long
ROOT = Path(__file__).resolve().parents[2]
Json = dict[str, Any]


class Stuck(Exception):
    """A process did not do in time what it should."""


@dataclass(slots=True)
class Told:
    """What a life has told since it was asked last."""

    fired: list[int]
    done: bool = False
    ended: bool = False
    refused: str = ""
    defect: str = ""


class Life:
    """One process of the program."""

    def __init__(
        self, pid: int, link: socket.socket, cold: "subprocess.Popen[bytes] | None"
    ) -> None:
        self.pid = pid
        self._link = link
        self._cold = cold
        self._rest = b""
        self.code: int | None = None

    def say(self, **wish: Any) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._link.sendall(json.dumps(wish).encode() + b"\n")

    def hear(self, seconds: float = PATIENCE, *, until_fired: bool = False) -> Told:
        """Return what it tells until it is done, has ended, or the time is over."""
        told, end = Told([]), time.monotonic() + seconds
        while not (told.done or told.ended or (until_fired and told.fired)):
            left = end - time.monotonic()
            if left <= 0 or not select.select([self._link], [], [], left)[0]:
                break
            self._take(told)
        return told

    def _take(self, told: Told) -> None:
        try:
            said = self._link.recv(65_536)
        except ConnectionResetError:
            said = b""
        if not said:
            told.ended = True
            self._reap()
            return
        *lines, self._rest = (self._rest + said).split(b"\n")
        for line in lines:
            heard = json.loads(line)
            told.fired += [heard["fired"]] if "fired" in heard else []
            told.done = told.done or "done" in heard
            told.refused = heard.get("refused", told.refused)
            told.defect = heard.get("defect", told.defect)

    def modules(self) -> list[str]:
        """Return what it has imported."""
        self.say(modules=True)
        with self._link.makefile("rb") as file:
            return list(json.loads(file.readline())["modules"])

    def send_signal(self, number: int) -> None:
        if self.code is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once, wherever it is."""
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)
            self._reap()

    def _reap(self) -> None:
        if self.code is None:
            if self._cold:
                self.code = self._cold.wait()
            else:
                _, status = os.waitpid(self.pid, 0)
                self.code = os.waitstatus_to_exitcode(status)
        self._link.close()


class Stage:
    """A world that runs."""

    def __init__(self, world: FaultyWorld, folder: Path, without: Sequence[str] = ()) -> None:
        self.world = world
        self.folder = folder
        self.clock = make_clock(folder / "clock", world.begin)
        self.database = folder / "paperboy.sqlite3"
        self.life: Life | None = None
        self.keep = False  # the folder, for whoever looks into it
        self._link, self._stand_ins = self._begin_stand_ins()
        self._file = self._link.makefile("rb")
        told = self.ask("addresses")
        self.spec = Spec(
            str(self.database), str(folder / "clock"), told["arxiv"],
            told["slack"] if self._has("slack") else "",
            told["discord"] if self._has("discord") else "",
            told["gateway"], "xoxb-stand-in", "stand.in.token", str(folder / "log"),
            without=tuple(without),
        )  # fmt: skip

    def _has(self, platform: str) -> bool:
        return any(one.destination.platform == platform for one in self.world.rooms)

    def _begin_stand_ins(self) -> tuple[socket.socket, int]:
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            alone(ours, lambda: standins.serve(self.world, self.folder / "clock", theirs))
        theirs.close()
        return ours, pid

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._file.close()
        self._link.close()
        os.kill(self._stand_ins, signal.SIGKILL)
        os.waitpid(self._stand_ins, 0)

    # ── the stand-ins ────────────────────────────────────────────────────────────────────────────

    def ask(self, name: str, **wish: Any) -> Any:
        """Let the stand-ins do something, and return their answer."""
        self._link.sendall(json.dumps([name, wish]).encode() + b"\n")
        line = self._file.readline()
        if not line:
            raise Stuck(f"the stand-ins ended at {name}")
        return json.loads(line)

    # ── the program ──────────────────────────────────────────────────────────────────────────────

    def start(self, arms: Sequence[Arm] = (), *, cold: bool = False, offset: float = 0.0) -> Life:
        """Begin a life, beside whatever lives; it is not the one that is spoken to yet."""
        spec = replace(self.spec, offset=offset)
        ours, theirs = socket.socketpair()
        begun = _cold(spec, arms, theirs) if cold else None
        pid = begun.pid if begun else os.fork()
        if pid == 0:
            alone(ours, lambda: program.life(spec, theirs, arms))
        theirs.close()
        return Life(pid, ours, begun)

    def run(
        self,
        until: datetime,
        arms: Sequence[Arm] = (),
        *,
        cold: bool = False,
        offset: float = 0.0,
        seconds: float = PATIENCE,
    ) -> Told:
        """Go on until a moment (beginning a life if there is none); return what happened.

        After a life that ended by itself or by a fault there is none.
        """
        if self.life is None:
            self.life = self.start(arms, cold=cold, offset=offset)
        else:
            self.life.say(arms=[one.as_json() for one in arms])
        self.life.say(until=until.isoformat())
        told = self._hear(self.life, until) if seconds == PATIENCE else self.life.hear(seconds)
        if told.ended:
            self.life = None
        return told

    def _hear(self, life: Life, until: datetime) -> Told:
        """Wait for as long as the world's clock goes on: a busy machine may take its time."""
        fired: list[int] = []
        while True:
            before = self.clock.now()
            told = life.hear()
            fired += told.fired
            if told.done or told.ended:
                return replace(told, fired=fired)
            if self.clock.now() == before:
                raise Stuck(f"not done by {until}: {self.last_words()}")

    def warm_up(self) -> None:
        """Import here what the program imported, so that the lives to come are only forked."""
        assert self.life
        for name in self.life.modules():
            if name not in sys.modules and not name.startswith("__"):
                with contextlib.suppress(ImportError):
                    importlib.import_module(name)
        gc.collect()
        gc.freeze()

    def beside(self, work: Callable[[], int]) -> None:
        """Do something in a process of its own, while no program lives, and wait for it."""
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            alone(ours, work)
        theirs.close()
        ours.close()
        if os.waitpid(pid, 0)[1]:
            raise Stuck("what was to be done beside the program failed")

    def kill(self) -> None:
        """Kill the program, if it lives."""
        if self.life:
            self.life.kill()
            self.life = None

    def last_words(self) -> str:
        log = self.folder / "log"
        return "\n".join(log.read_text().splitlines()[-15:]) if log.exists() else ""

    def held_by_web(self) -> list[Json]:
        """Return what the built-in channel holds."""
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as link:
            rows = link.execute(
                "SELECT address, key, id, parent, payload, at FROM channel ORDER BY id"
            ).fetchall()
        find = standins.PAPER.findall
        return [
            {"platform": "web", "address": address, "key": key, "id": str(id_),
             "thread": str(parent or ""), "at": at, "papers": sorted(set(find(payload)))}
            for address, key, id_, parent, payload, at in rows
        ]  # fmt: skip


def alone(ours: socket.socket, work: Any) -> None:
    """Do the work of a forked process, and never come back."""
    code = 1
    try:
        ours.close()
        code = work() or 0
    finally:
        os._exit(code)


def _cold(spec: Spec, arms: Sequence[Arm], link: socket.socket) -> "subprocess.Popen[bytes]":
    told = json.dumps({**asdict(spec), "first": [one.as_json() for one in arms]})
    command = [sys.executable, "-m", "tests.faults.program", told, str(link.fileno())]
    return subprocess.Popen(command, cwd=ROOT, pass_fds=[link.fileno()])


@contextlib.contextmanager
def staged(world: FaultyWorld, without: Sequence[str] = ()) -> Iterator[Stage]:
    """Set a world up in a folder of its own; the folder of one that broke is left behind."""
    folder = Path(tempfile.mkdtemp(prefix="paperboy-faults-"))
    with Stage(world, folder, without) as stage:
        yield stage
    if not stage.keep:
        shutil.rmtree(folder)
