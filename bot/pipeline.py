"""The whole flow on one screen.

    arXiv ──▶ Collector.step ──▶ announcements ──▶ Planner.step ──▶ digests ──▶ Worker.run ──▶
              few, polite        numbered, kept    match, compose,  frozen      claim, send,
              requests                             enqueue          content     settle

Loops rest by the Calendar and wake each other: whoever collects wakes whoever plans, whoever plans
wakes the workers; a third has work only after a restore (see `rereading`). A loop that meets
trouble with the store says so, waits and goes on; what it did not do is found again in the store.
Cancellation ends all of them, anywhere.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.deliver.worker import Worker
from bot.errors import StoreError
from bot.notices import Notices
from bot.planning import Planner
from bot.ports import Calendar
from bot.rereading import Rereader
from bot.rests import Rests

LOOPS = ("collect", "plan", "reread")
TROUBLE_REST = timedelta(seconds=30)
_LOG = logging.getLogger("paperboy.pipeline")


class Collects(Protocol):
    """The one collector: does the next thing due, and says when it wants to be called again."""

    async def step(self) -> datetime:
        """Ask arXiv for what is due, if anything is."""


class Pipeline:
    """Runs collecting, planning and delivering side by side."""

    def __init__(
        self,
        collector: Collects,
        planner: Planner,
        notices: Notices,
        rereader: Rereader,
        workers: Sequence[Worker],
        calendar: Calendar,
        rests: Rests,
        after_planning: Sequence[Callable[[], Awaitable[object]]] = (),
    ) -> None:
        self._collector = collector
        self._planner = planner
        self._notices = notices
        self._rereader = rereader
        self._workers = workers
        self._calendar = calendar
        self._rests = rests
        for worker in workers:
            worker.on_doubt = self._ask_people
        self._after_planning = after_planning
        self._loops: list[asyncio.Task[None]] = []

    async def run(self) -> None:
        """Work until `stop` or cancellation."""
        async with asyncio.TaskGroup() as group:
            self._loops = [
                group.create_task(self._loop("collect", self._collect)),
                group.create_task(self._loop("plan", self._plan)),
                group.create_task(self._loop("reread", self._rereader.step)),
            ]
            for worker in self._workers:
                group.create_task(worker.run())

    def stop(self) -> None:
        """Begin nothing more; `run` ends when the sends under way have ended.

        Collecting and planning are cut off at once: both are done again from where the store is.
        """
        for worker in self._workers:
            worker.stop()
        for loop in self._loops:
            loop.cancel()

    async def end(self, work: asyncio.Task[None], grace: float) -> None:
        """Begin nothing more, let sends in flight end for so many seconds, and end `run`."""
        self.stop()
        await asyncio.wait({work}, timeout=grace)
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work

    def wake(self) -> None:
        """Look at everything again: something changed, or the wall clock jumped."""
        self._rests.wake()
        for worker in self._workers:
            worker.wake()

    def _ask_people(self) -> None:
        """Plan the question about a message in doubt now, not when the next digest falls due."""
        self._rests.wake("plan")

    async def _loop(self, name: str, step: Callable[[], Awaitable[datetime]]) -> None:
        while True:
            try:
                moment = await step()
            except StoreError:
                _LOG.exception("the store refuses", extra={"action": "store-trouble", "loop": name})
                moment = self._calendar.now() + TROUBLE_REST
            await self._rests.until(name, moment)

    async def _collect(self) -> datetime:
        moment = await self._collector.step()
        self._rests.wake("plan")
        return moment

    async def _plan(self) -> datetime:
        planned = await self._planner.step()
        notices = await self._notices.step()
        for refresh in self._after_planning:
            await refresh()
        if planned.digests or notices:
            for worker in self._workers:
                worker.wake()
        return planned.wake
