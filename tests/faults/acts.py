"""What each kind of fault does to a world during one list day.

An act goes on with the program until the round is over, whatever it broke on the way, and notes
which of the round's faults were met. One that was not (its point was not reached so often) is not
counted.
"""

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from bot.store.copies import backup, restore
from tests.faults import waists
from tests.faults.points import Arm
from tests.faults.program import LATEST, SETTLES
from tests.faults.schedule import ARXIV, WIRES, Fault, Kind, Round
from tests.faults.stage import Stage
from tests.faults.subscribing import pause
from tests.faults.wire import Wire
from tests.standins.arxiv_faults import Fault as Arxiv

HOUR = 3_600.0
ABSURD = ("86400", "999999999", "-5", "soon")
ACTIONS = {
    Kind.KILL: waists.KILL,
    Kind.SAVING: waists.KILL,
    Kind.TERM: waists.TERM,
    Kind.NAMES: waists.NO_NAME,
    Kind.TLS: waists.NO_TLS,
    Kind.FULL: waists.FULL,
    Kind.READ_ONLY: waists.READ_ONLY,
    Kind.LOCKED: waists.LOCKED,
}


_FRAME, _HALF = 8_216, 4_000  # bytes of a page with its header in the WAL


@dataclass(slots=True)
class Scene:
    """One round under way."""

    stage: Stage
    faults: Sequence[Fault]
    begin: datetime
    end: datetime
    random: Random
    met: set[int] = field(default_factory=set)

    @property
    def middle(self) -> datetime:
        return self.begin + (self.end - self.begin) / 3

    def arms(self) -> list[Arm]:
        """Return what is still to happen inside the program."""
        return [
            Arm(number, one.point, one.nth, ACTIONS[one.kind])
            for number, one in enumerate(self.faults)
            if number not in self.met and one.kind in ACTIONS
        ]

    def play(self, until: datetime, *, cold: bool = False) -> None:
        """Go on until a moment, with a new life after each end."""
        while True:
            told = self.stage.run(until, self.arms(), cold=cold)
            self.met.update(told.fired)
            if told.done:
                return
            if told.defect or (told.ended and not told.fired):
                raise AssertionError(
                    f"the program ended by itself: {told.defect or told.refused}\n"
                    f"{self.stage.last_words()}"
                )
            cold = False

    def chats(self) -> list[str]:
        return [one for one in ("slack", "discord") if self.stage._has(one)]


Act = Callable[[Scene], None]


def play(stage: Stage, round_: Round, begin: datetime, end: datetime, random: Random) -> list[int]:
    """Play a round; return the numbers of the faults that were met."""
    scene = Scene(stage, round_.faults, begin, end, random)
    if round_.faults:
        _ACTS.get(round_.kind, _armed)(scene)
    scene.play(end)
    _collect(scene)
    return sorted(scene.met)


# ── inside the program ───────────────────────────────────────────────────────────────────────────


def _armed(scene: Scene) -> None:
    """Let everything that can be scripted beforehand happen by itself."""
    scene.stage.kill()  # so that the points of a start are met too
    _script_wires(scene)
    _script_arxiv(scene)
    scene.play(scene.end)


def _killed(scene: Scene) -> None:
    """Kill at points; replies get lost and channels go on the way, so that every call is met."""
    scene.stage.kill()
    _provoke(scene)
    rare = any(one.point.startswith("Subscriptions.put_place") for one in scene.faults)
    closed = _some_channels(scene, 8 if rare else 1)
    for platform, address in closed:
        scene.stage.ask("close", platform=platform, address=address)
    for platform in scene.chats():
        troubles = [
            {"number": -1, "what": Wire.DROP_AFTER, "sort": "post", "nth": n} for n in (2, 5, 8)
        ]
        scene.stage.ask("expect", platform=platform, troubles=troubles)
    scene.play(scene.middle, cold=scene.random.random() < 0.15)
    for platform, address in closed:
        scene.stage.ask("open", platform=platform, address=address)
    scene.stage.kill()
    scene.play(scene.end)


def _provoke(scene: Scene) -> None:
    """Let what is rare happen, where a fault waits for it."""
    waited = {one.point.split(" ")[0] for one in scene.faults}
    if "Subscriptions.save" in waited:
        day = scene.begin.date()
        scene.stage.beside(lambda: pause(scene.stage.database, day))
    if "index_some" in waited:  # what the feed does not bring, OAI does
        empty = {"fault": Arxiv.EMPTY, "kind": "feed", "first": 1, "times": 50}
        scene.stage.ask("arxiv_troubles", troubles=[empty])


def _killed_at_random(scene: Scene) -> None:
    for number, one in enumerate(scene.faults):
        told = scene.stage.run(scene.end, seconds=one.nth / 1_000)
        if not told.done:
            scene.met.add(number)
            scene.stage.kill()


def _two(scene: Scene) -> None:
    """Start a second process beside the first, then two at the same moment."""
    for number, one in enumerate(scene.faults):
        scene.stage.kill()
        arm = [Arm(number, one.point, one.nth, waists.KILL)]
        first, second = scene.stage.start(arm), scene.stage.start()
        for life in (first, second):
            life.say(until=scene.middle.isoformat())
        ends = [life.hear(20) for life in (first, second)]
        scene.met.add(number)
        refused = [told for told in ends if told.refused]
        assert all(told.refused == "StoreBusy" for told in refused), ends
        for life in (first, second):
            life.kill()
    scene.play(scene.end)


def _held(scene: Scene) -> None:
    """Start a second process while the first stands still before it writes."""
    for number, one in enumerate(scene.faults):
        scene.stage.kill()
        first = scene.stage.start([Arm(number, one.point, one.nth, waists.HOLD)])
        first.say(until=scene.end.isoformat())
        told = first.hear(20, until_fired=True)
        if told.fired:
            scene.met.add(number)
            second = scene.stage.start()
            second.say(until=scene.end.isoformat())
            refused = second.hear(20).refused
            assert refused in ("", "StoreBusy"), refused
            second.kill()
        if not (told.done or told.ended):
            first.hear(20)
        first.kill()


def _clock_off(seconds: float) -> Callable[[Scene], None]:
    def act(scene: Scene) -> None:
        for number, one in enumerate(scene.faults):
            scene.stage.kill()
            arm = [Arm(number, one.point, one.nth, waists.KILL)]
            offset = seconds if number % 2 == 0 else 0.0
            scene.stage.run(scene.middle, arm, offset=offset)
            scene.met.add(number)
        scene.stage.kill()

    return act


# ── on the way ───────────────────────────────────────────────────────────────────────────────────


def _script_wires(scene: Scene) -> None:
    for platform in scene.chats():
        troubles = [
            _trouble(number, one, scene.random)
            for number, one in enumerate(scene.faults)
            if one.kind in WIRES and one.point.startswith(f"{platform}.")
        ]
        scene.stage.ask("expect", platform=platform, troubles=troubles)


def _trouble(number: int, one: Fault, random: Random) -> dict[str, Any]:
    what = Wire[one.what]
    told = {"number": number, "what": what, "sort": one.point.split(".")[1], "nth": one.nth}
    if what is Wire.LATE:
        told["seconds"] = LATEST
    if what is Wire.TAKEN_SOON:
        told["seconds"] = SETTLES * 0.9  # the stand-in's timer is older than the wait
    if what is Wire.TAKEN_LATER:
        told["seconds"] = SETTLES + 0.5
    if what is Wire.RATE_ABSURD:
        told["retry_after"] = random.choice(ABSURD)
    return told


def _script_arxiv(scene: Scene) -> None:
    troubles = [
        {
            "fault": Arxiv[one.what],
            "kind": one.point.removeprefix("arxiv."),
            "first": one.nth,
            "retry_after": "1" if one.what == "STATUS_429" else "",
        }
        for one in scene.faults
        if one.kind in ARXIV
    ]
    scene.stage.ask("arxiv_troubles", troubles=troubles)


def _collect(scene: Scene) -> None:
    """Note what the stand-ins met."""
    for platform in scene.chats():
        fired = scene.stage.ask("fired", platform=platform)
        scene.met.update(number for number in fired if number >= 0)
        scene.stage.ask("expect", platform=platform, troubles=[])
    met = scene.stage.ask("arxiv_fired")
    asked = [number for number, one in enumerate(scene.faults) if one.kind in ARXIV]
    scene.met.update(asked[:met])


def _sockets(scene: Scene) -> None:
    for number, one in enumerate(scene.faults):
        scene.stage.run(scene.end, seconds=0.05 * one.nth + 0.05)
        scene.stage.ask("drop_sockets")
        scene.met.add(number)


def _some_channels(scene: Scene, each: int) -> list[tuple[str, str]]:
    rooms = [one for one in scene.stage.world.rooms if not one.is_person]
    return [
        (platform, room.destination.address)
        for platform in scene.chats()
        for room in scene.random.sample(
            [one for one in rooms if one.destination.platform == platform], each
        )
    ]


def _gone(scene: Scene) -> None:
    rooms = {platform: [one for one in scene.stage.world.rooms
                        if one.destination.platform == platform and not one.is_person]
             for platform in scene.chats()}  # fmt: skip
    closed = [(one.point, rooms[one.point][one.nth].destination.address) for one in scene.faults]
    for platform, address in closed:
        scene.stage.ask("close", platform=platform, address=address)
    scene.play(scene.middle)
    for platform, address in closed:
        scene.stage.ask("open", platform=platform, address=address)
    scene.met.update(range(len(scene.faults)))


def _token(scene: Scene) -> None:
    """Take the tokens back before the day's sends; the operator sets new ones later."""
    fresh = f"{scene.random.getrandbits(32):08x}"
    tokens = {"slack": f"xoxb-{fresh}", "discord": f"stand.in.{fresh}"}
    scene.stage.ask("tokens", **tokens)
    scene.play(scene.middle)
    stage = scene.stage
    stage.kill()
    stage.spec = replace(stage.spec, slack_token=tokens["slack"], discord_token=tokens["discord"])
    scene.met.update(range(len(scene.faults)))


def _tight(scene: Scene) -> None:
    scene.stage.ask("pace", tight=True)
    scene.play(scene.end)
    scene.stage.ask("pace", tight=False)
    scene.met.update(range(len(scene.faults)))


# ── on the disk ──────────────────────────────────────────────────────────────────────────────────


def _torn(scene: Scene) -> None:
    """Let a power cut leave half a transaction at the end of the WAL, and garbage behind it."""
    stage = scene.stage
    for number, one in enumerate(scene.faults):
        stage.kill()
        told = stage.run(scene.end, [Arm(number, one.point, one.nth, waists.KILL)])
        stage.kill()
        log = Path(f"{stage.database}-wal")
        if told.fired and log.exists():
            with log.open("ab") as file:
                file.write(log.read_bytes()[-_FRAME:-_HALF] + os.urandom(_HALF))
            scene.met.add(number)


def _restored(copy: Callable[[Stage, Path], None], back: Callable[[Stage, Path], None]) -> Act:
    """Copy, send more, put the copy back; then die once while the messages are read back."""

    def act(scene: Scene) -> None:
        stage = scene.stage
        kept = stage.folder / "copy" / "paperboy.sqlite3"
        for number, one in enumerate(scene.faults):
            shutil.rmtree(kept.parent, ignore_errors=True)
            kept.parent.mkdir()
            copy(stage, kept)
            stage.run(scene.end, seconds=scene.random.uniform(0.2, 1.2))
            stage.kill()
            back(stage, kept)
            stage.run(scene.end, [Arm(number, one.point, one.nth, waists.KILL)], seconds=1.0)
            stage.kill()  # wherever it is by now
            scene.met.add(number)

    return act


def _backup(stage: Stage, kept: Path) -> None:
    backup(stage.database, kept)


def _restore(stage: Stage, kept: Path) -> None:
    restore(stage.database, kept)


def _copy(stage: Stage, kept: Path) -> None:
    """Copy the file as people do, with what lies beside it."""
    for suffix in ("", "-wal"):
        source = Path(f"{stage.database}{suffix}")
        if source.exists():
            shutil.copyfile(source, f"{kept}{suffix}")


def _put_back(stage: Stage, kept: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{stage.database}{suffix}").unlink(missing_ok=True)
        if Path(f"{kept}{suffix}").exists():
            shutil.copyfile(f"{kept}{suffix}", f"{stage.database}{suffix}")


_ACTS: dict[Kind, Act] = {
    Kind.KILL: _killed,
    Kind.SAVING: _killed,
    Kind.KILL_RANDOM: _killed_at_random,
    Kind.TWO: _two,
    Kind.HELD: _held,
    Kind.FORWARD: _clock_off(HOUR),
    Kind.BACK: _clock_off(-HOUR),
    Kind.SOCKETS: _sockets,
    Kind.GONE: _gone,
    Kind.TOKEN: _token,
    Kind.TIGHT: _tight,
    Kind.TORN: _torn,
    Kind.BACKUP: _restored(_backup, _restore),
    Kind.COPY: _restored(_copy, _put_back),
}
