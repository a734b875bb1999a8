"""What people are told about arXiv: where the day's announcement stands, in a sentence. PURE."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo

from bot.collect.context import HarvestProgress
from bot.compose.moments import stamped, told
from bot.model import Batch, BatchState
from bot.schedule import EASTERN, feed_due, is_list_day, next_list_day

_LATE = (BatchState.OPEN, None)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the collector knew after its last step."""

    day: date  # the newest list day whose feed is due
    batch: Batch | None = None  # of that day
    again: datetime | None = None  # when its feed is asked for again
    harvest: HarvestProgress | None = None  # while the first harvest goes on
    harvested: bool = True
    unreachable_since: datetime | None = None
    wait_until: datetime | None = None  # arXiv asks to wait
    refused: tuple[str, ...] = ()  # archives or categories that arXiv does not know


@dataclass(frozen=True, slots=True)
class Status:
    """One sentence or two; `{at}` in `text` stands for a moment, in whatever zone it is read."""

    text: str
    at: datetime | None = None
    trouble: bool = False  # something is late or wrong

    def plain(self, zone: tzinfo = UTC) -> str:
        """Return the text with its moment as clock time of a zone."""
        return told(self.stamped(zone))

    def stamped(self, zone: tzinfo = UTC) -> str:
        """Return the same, carrying the moment itself for who can show it in the reader's zone."""
        if self.at is None:
            return self.text
        local = self.at.astimezone(zone)
        return self.text.format(at=stamped(self.at, f"{local:%H:%M} {local:%Z}"))


def describe_arxiv(facts: Facts, now: datetime) -> Status:
    """Say what matters most: trouble first, then the harvest, then where the day stands."""
    status = _trouble(facts) or _standing(facts, now)
    if not facts.refused:
        return status
    names = ", ".join(facts.refused)
    wrong = f"arXiv knows no {names}: correct the archives in the config."
    return replace(status, text=f"{status.text} {wrong}", trouble=True)


def _trouble(facts: Facts) -> Status | None:
    if facts.unreachable_since is not None:
        day = f"{facts.unreachable_since:%a %-d %b}"
        text = f"arXiv has not answered since {day}, {{at}}. I keep asking; nothing is lost."
        return Status(text, facts.unreachable_since, trouble=True)
    if facts.wait_until is not None:
        text = "arXiv asks me to wait until {at}. Nothing is lost."
        upwards = facts.wait_until + timedelta(seconds=59.999)  # shown in whole minutes
        return Status(text, upwards, trouble=True)
    return None


def _standing(facts: Facts, now: datetime) -> Status:
    if not facts.harvested:
        return Status(_harvest(facts.harvest))
    if facts.batch is not None and facts.batch.state not in _LATE:
        return _arrived(facts.batch, now)
    return _awaited(facts, now)


def _harvest(progress: HarvestProgress | None) -> str:
    if progress is None:
        return "I am about to read the last 30 days of arXiv; digests start after that."
    return (
        f"I am reading the last 30 days of arXiv: {progress.records:,} records,"
        f" up to {progress.reached:%a %-d %b}. Digests start after that."
    )


def _arrived(batch: Batch, now: datetime) -> Status:
    following = _following(now)
    if batch.state is BatchState.GIVEN_UP and not batch.papers:
        return Status(f"arXiv announced nothing on {batch.day:%a %-d %b}. {following}")
    text = f"arXiv of {batch.day:%a %-d %b}: {batch.papers:,} papers"
    if batch.first_read is None:
        return Status(f"{text}. {following}")
    return Status(f"{text}, read at {{at}}. {following}", batch.first_read)


def _awaited(facts: Facts, now: datetime) -> Status:
    name = f"arXiv of {facts.day:%a %-d %b}"
    if facts.again is not None and facts.again > now:
        return Status(f"{name} is late: I ask again at {{at}}.", facts.again, trouble=True)
    return Status(f"{name} is being read.")


def _following(now: datetime) -> str:
    """Say when the next list comes, and why not sooner."""
    today = now.astimezone(EASTERN).date()
    if is_list_day(today) and now < feed_due(today):
        return f"The next, of {today:%a %-d %b}, comes later today."
    following = next_list_day(today)
    comes = f"he next list comes {following:%a %-d %b}."
    if is_list_day(today):
        return f"T{comes}"
    is_weekend = today.weekday() > 4  # noqa: PLR2004 - Saturday, Sunday
    return f"{'Weekend' if is_weekend else 'Holiday at arXiv'}: t{comes}"
