"""What the page says about arXiv and about the bot itself: values that `app` fills. PURE."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StatusLine:
    """One sentence. `{at}` in `text` stands for a moment, shown in the reader's own zone."""

    text: str  # "arXiv of Mon 23 Nov: 1,204 papers, read at {at}"
    at: datetime | None = None
    trouble: bool = False  # something is late or wrong


@dataclass(frozen=True, slots=True)
class Progress:
    """Work over a second: the first harvest."""

    text: str  # "Reading the last 30 days"
    done: int
    total: int  # 0: not known yet


@dataclass(frozen=True, slots=True)
class StatusView:
    """The strip of the page; everything in it may be empty."""

    lines: tuple[StatusLine, ...] = ()
    progress: Progress | None = None


class Reached(Protocol):
    """How far the first harvest is."""

    @property
    def since(self) -> date:
        """Its first day."""

    @property
    def reached(self) -> date:
        """The day that it has come to."""

    @property
    def until(self) -> date:
        """Its last day."""


def status_view(line: StatusLine, harvest: Reached | None) -> StatusView:
    """Return the strip: how arXiv stands, and the first harvest while it goes on."""
    if harvest is None:
        return StatusView((line,))
    done = (harvest.reached - harvest.since).days
    total = (harvest.until - harvest.since).days
    return StatusView((line,), Progress("Reading the last 30 days of arXiv", done, total))
