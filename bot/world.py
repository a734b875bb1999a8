"""What the program is started in, and what runs then: what `app` takes and gives."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from random import Random, SystemRandom

from bot.clock import SystemCalendar, SystemElapsed
from bot.collect.arxiv.query import Endpoints
from bot.collect.context import HarvestProgress
from bot.commands import Commands
from bot.config import Config
from bot.deliver.worker import Worker
from bot.limits import Limits
from bot.pipeline import Pipeline
from bot.ports import Calendar, Elapsed
from bot.reloading import Reloaded
from bot.rests import Quiet
from bot.store.opening import Store

SLACK_API = "https://slack.com/api/"


@dataclass(frozen=True, slots=True)
class World:
    """What comes from outside; the defaults are the real ones."""

    calendar: Calendar = field(default_factory=SystemCalendar)
    elapsed: Elapsed = field(default_factory=SystemElapsed)
    limits: Limits = field(default_factory=Limits)
    endpoints: Endpoints = field(default_factory=Endpoints)
    slack_api: str = SLACK_API
    random: Random = field(default_factory=SystemRandom)
    replay: Path | None = None  # a folder of saved feed files, instead of the network
    quiet: Quiet | None = None  # told when nothing can be done before a moment
    progress: Callable[[HarvestProgress], None] = lambda _: None  # of the first harvest


@dataclass(frozen=True, slots=True)
class Running:
    """A bot at work, for whoever started it. `work` ends only by a defect, or by cancellation."""

    store: Store
    commands: Commands
    pipeline: Pipeline
    workers: Sequence[Worker]
    url: str
    work: asyncio.Task[None]
    arxiv: Callable[[], str]  # where the day's announcement stands, in a sentence
    reload: Callable[[Config], Reloaded]  # take settings that were read again
    public_url: str = ""  # of the listener for probes, if there is one


def user_agent(contact: str) -> str:
    """Return what arXiv reads of us (https://info.arxiv.org/help/api/tou.html asks for it)."""
    return f"paperboy/{version('arxiv-paperboy')}" + (f" (+{contact})" if contact else "")
