"""Whether Paperboy does its work: what is known → checks, each with its reason. PURE."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.health.vitals import Vitals

SILENT: Final = timedelta(hours=24)  # arXiv may be away for a night; a day is an incident
LATE: Final = timedelta(hours=1)  # what is owed for longer than this is not only being paced
ROOM: Final = 200_000_000  # bytes free; some days of all of arXiv


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be right, how it stands, and why."""

    name: str
    ok: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known at a moment. `vitals` None: the database did not answer."""

    at: datetime  # when it was known
    arxiv: str  # where the day stands, in a sentence
    silent_since: datetime | None  # since when arXiv gives no good answer
    harvested: bool
    vitals: Vitals | None
    database: str = ""  # why it did not answer
    platforms: Mapping[str, str] | None = None  # each with its trouble, or ""


def checks(known: Known) -> tuple[Check, ...]:
    """Return every check, in the order of the flow."""
    return (_arxiv(known), *_database(known), *_platforms(known), *_owed(known))


def _arxiv(known: Known) -> Check:
    if not known.harvested:
        return Check("arxiv", ok=False, reason=known.arxiv)
    silent = known.silent_since is not None and known.at - known.silent_since >= SILENT
    return Check("arxiv", ok=not silent, reason=known.arxiv)


def _database(known: Known) -> Iterator[Check]:
    vitals = known.vitals
    if vitals is None:
        yield Check("database", ok=False, reason=known.database)
        return
    size = f"{vitals.database_bytes / 1e6:,.0f} MB"
    if vitals.free_bytes is None:
        yield Check("database", ok=True, reason=size)
        return
    free = f"{size}, {vitals.free_bytes / 1e6:,.0f} MB free beside it"
    yield Check("database", ok=vitals.free_bytes >= ROOM, reason=free)


def _platforms(known: Known) -> Iterator[Check]:
    for name, trouble in (known.platforms or {}).items():
        yield Check(f"platform {name}", ok=not trouble, reason=trouble or "it can be written to")


def _owed(known: Known) -> Iterator[Check]:
    if known.vitals is None:
        return
    oldest = known.vitals.oldest_owed
    if not oldest:
        yield Check("owed", ok=True, reason="nothing is owed")
        return
    platform, since = min(oldest.items(), key=lambda one: one[1])
    waited = known.at - since
    minutes = max(int(waited.total_seconds() // 60), 0)
    reason = f"the oldest owed digest ({platform}) waits for {minutes:,} minutes"
    yield Check("owed", ok=waited < LATE, reason=reason)
