"""Many inputs against one target, in this process: counted, guarded, made small if they fail."""

import contextlib
import logging
import pickle
import signal
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from mmap import mmap
from random import Random
from types import FrameType
from typing import Any, Final

from bot.errors import PaperboyError
from tests.fuzz.reach import Reach
from tests.fuzz.target import Read, Target

LONGEST: Final = 1.0  # seconds of processor time for one input
_LEARN: Final = 400  # inputs at the start that are all traced (a quarter, if there are few) …
_EVERY: Final = 12  # … and then one in so many
_CORPUS: Final = 2_000
_SMALLER: Final = 400  # attempts to make a failing input smaller
_KEPT: Final = 20  # different failures of one target that are told


class Hang(BaseException):
    """An input took more than its second. No `except Exception` may catch it."""


@dataclass(frozen=True)
class Failure:
    """What went wrong, with an input that repeats it."""

    target: str
    kind: str  # "unknown", "hang" or "crash"
    where: str  # exception and place: two failures are the same if this is
    input: Any
    trace: str = ""


@dataclass
class Outcome:
    """What a campaign against one target came to."""

    target: str
    inputs: int = 0
    refused: int = 0
    unknown: int = 0
    hangs: int = 0
    crashes: int = 0
    lines: int = 0
    corpus: int = 0
    seconds: float = 0.0
    failures: dict[str, Failure] = field(default_factory=dict)


class Campaign:
    """Feeds one target. `box`: where the input under way is written, for whoever finds us dead."""

    def __init__(self, target: Target, seed: str, box: mmap | None = None) -> None:
        self._target = target
        self._by = Random(f"{seed} {target.name}")
        self._box = box
        self._reach = Reach()
        self.outcome = Outcome(target.name)

    def run(self, inputs: int) -> Outcome:
        """Feed all seeds and then mutations, `inputs` in all."""
        began = time.process_time()
        logging.getLogger("arxiv").setLevel(logging.ERROR)  # it tells of each entry that it skips
        corpus, learn = list(self._target.seeds()), min(_LEARN, inputs // 4)
        with self._target.open() as read, guarded():
            for number in range(inputs):
                seeded = number < len(corpus) and number < inputs // 2
                one = corpus[number] if seeded else self._target.mutated(corpus, self._by)
                fine = self._feed(read, one)
                traced = number < learn or number % _EVERY == 0
                if fine and traced and self._reaches(read, one) and len(corpus) < _CORPUS:
                    corpus.append(one)
        self.outcome.lines, self.outcome.corpus = len(self._reach.lines), len(corpus)
        self.outcome.seconds = time.process_time() - began
        return self.outcome

    def _feed(self, read: Read, one: Any) -> bool:
        """Feed one input; say whether it was read or refused as it should be."""
        self._write_down(one)
        self.outcome.inputs += 1
        told = tried(read, one)
        if told is None:
            return True
        if told == REFUSED:
            self.outcome.refused += 1
            return True
        self._failed(read, one, told)
        return False

    def _failed(self, read: Read, one: Any, told: "Told") -> None:
        outcome = self.outcome
        outcome.hangs += told.kind == "hang"
        outcome.unknown += told.kind == "unknown"
        if told.where not in outcome.failures and len(outcome.failures) < _KEPT:
            small = smaller(read, one, told) if told.kind == "unknown" else one
            failure = Failure(self._target.name, told.kind, told.where, small, told.trace)
            outcome.failures[told.where] = failure

    def _reaches(self, read: Read, one: Any) -> bool:
        with contextlib.suppress(PaperboyError):
            return self._reach.more(lambda: read(one))
        return False

    def _write_down(self, one: Any) -> None:
        if self._box is not None:
            text = pickle.dumps((self._target.name, one))
            self._box[:8] = len(text).to_bytes(8, "big")
            if len(text) + 8 <= len(self._box):
                self._box[8 : 8 + len(text)] = text


@dataclass(frozen=True)
class Told:
    """How an input ended, if not well."""

    kind: str
    where: str = ""
    trace: str = ""


REFUSED: Final = Told("refused")


def tried(read: Read, one: Any) -> Told | None:
    """Run an input once; None if it was read."""
    began = time.process_time()
    try:
        signal.setitimer(signal.ITIMER_PROF, LONGEST)
        try:
            read(one)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    except PaperboyError:
        told: Told | None = REFUSED
    except (Exception, Hang) as error:  # noqa: BLE001 - whatever else comes is what we look for
        return _told(error)
    else:
        told = None
    if time.process_time() - began > LONGEST:  # in one call that no signal interrupts
        return Told("hang", f"more than {LONGEST:g} s in one call")
    return told


def _told(error: BaseException) -> Told:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [one for one in frames if "/bot/" in one.filename] or list(frames)
    place = f"{ours[-1].filename.rpartition('/bot/')[2]}:{ours[-1].lineno}"
    if isinstance(error, Hang):
        return Told("hang", f"hang in {place}")
    trace = "".join(traceback.format_exception(error))[-4_000:]
    return Told("unknown", f"{type(error).__name__} in {place}", trace)


def smaller(read: Read, one: Any, told: Told) -> Any:
    """Return a smaller input that fails in the same place."""
    left = _SMALLER
    size = len(one) // 2 if isinstance(one, bytes | str) else 0
    while size and left:
        for start in range(0, len(one), size):
            left -= 1
            shorter = one[:start] + one[start + size :]
            again = tried(read, shorter)
            if again and again.where == told.where:
                one = shorter
                break
            if not left:
                break
        else:
            size //= 2
    return one


@contextlib.contextmanager
def guarded() -> Iterator[None]:
    """Turn the timer's signal into `Hang`."""
    before = signal.signal(signal.SIGPROF, _ring)
    try:
        yield
    finally:
        signal.signal(signal.SIGPROF, before)


def _ring(_number: int, _frame: FrameType | None) -> None:
    raise Hang
