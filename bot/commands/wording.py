"""The sentences that several replies share: labels, moments, errors, what changed. PURE."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.collect.arxiv.ids import parse_id
from bot.compose.moments import stamped
from bot.compose.phrases import MONTHS, count, day, joined, shortened
from bot.dialogue import Action, Reply, Request
from bot.errors import PaperboyError, TopicError
from bot.model import Kind, Place, Subscription
from bot.schedule import describe, zone_label

LABEL = 80  # characters of a topic in a title
BUTTON = 40  # characters of a topic in a button
_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_KINDS = {
    Kind.NEW: "new papers",
    Kind.CROSS: "cross-lists",
    Kind.REPLACE: "new versions",
}
_FIELDS = {"journal": "journal reference", "author": "authors", "category": "categories"}


# ── names ────────────────────────────────────────────────────────────────────────────────────────


def quoted(label: str, limit: int = LABEL) -> str:
    """Return a topic as replies name it: in quotes, unless it holds some already."""
    short = shortened(label, limit)
    return short if '"' in short else f'"{short}"'


def minus(excluded: str) -> str:
    """Return "-survey"; more than one word or part in parentheses."""
    whole = excluded.isalnum() or (excluded[:1] == excluded[-1:] == '"')
    return f"-{excluded}" if whole else f"-({excluded})"


def command_for(request: Request, command: str) -> str:
    """Return a command about a subscription so that its button works wherever it is pressed.

    A person's own are reached by `alert …`, from any channel too.
    """
    return f"alert {command}" if request.in_person else command


def kinds_in_words(kinds: frozenset[Kind]) -> str:
    """Return "new papers and cross-lists"."""
    return joined([words for kind, words in _KINDS.items() if kind in kinds])


def all_words(number: int) -> str:
    """Return "Both words", "All three words", "All 12 words"."""
    if number == len(("one", "other")):
        return "Both words"
    known = dict(enumerate(_NUMBERS, start=2))
    return f"All {known.get(number, str(number))} words"


def fields_in_words(fields: list[str]) -> str:
    """Return "title and abstract" for the fields of reasons."""
    return joined([_FIELDS.get(field, field) for field in fields])


# ── times ────────────────────────────────────────────────────────────────────────────────────────


def moment(when: datetime, zone: str, url: str = "") -> str:
    """Return "Tue 24 Nov 06:21", as the clocks of that zone show it, stamped; it may lead to."""
    local = when.astimezone(ZoneInfo(zone))
    return stamped(when, f"{day(local.date())} {local:%H:%M}", with_day=True, url=url)


def clock(when: datetime, zone: str) -> str:
    """Return "10:15 Berlin time", stamped."""
    return stamped(when, f"{when.astimezone(ZoneInfo(zone)):%H:%M} {zone_label(zone)}")


def local_day(when: datetime, zone: str) -> date:
    """Return the date on that zone's calendars."""
    return when.astimezone(ZoneInfo(zone)).date()


def seconds_in_words(wait: timedelta) -> str:
    """Return "20 seconds", at least one."""
    return count(max(1, int(wait.total_seconds())), "second")


def with_year(when: datetime) -> str:
    """Return "24 Nov 2026"."""
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def pause_in_words(one: Subscription) -> str:
    """Return "paused until Mon 30 Nov" or "paused"."""
    return f"paused until {day(one.paused_until)}" if one.paused_until else "paused"


def calls(ping: str) -> str:
    """Return "calls @physicists", or "calls nobody"; `ping` as a subscription has it."""
    name = ping.partition(" ")[2]
    return f"calls @{name}" if ping else "calls nobody"


# ── what changed ─────────────────────────────────────────────────────────────────────────────────


def changes(old: Subscription, new: Subscription) -> list[str]:
    """Return a line for each thing that differs: "When: daily from 09:00 → Mondays 08:30"."""
    lines = []
    if (old.topic, old.label) != (new.topic, new.label):
        lines.append(f"Topic: {quoted(old.label)} → {quoted(new.label)}")
    if (old.schedule, old.zone) != (new.schedule, new.zone):
        lines.append(f"When: {_when(old, new)} → {_when(new, old)}")
    if old.kinds != new.kinds:
        lines.append(f"What: {kinds_in_words(old.kinds)} → {kinds_in_words(new.kinds)}")
    if old.updates != new.updates:
        lines.append(f"New versions of papers already shown: {'yes' if new.updates else 'no'}")
    return lines


def layout_changes(old: Place, new: Place) -> list[str]:
    """Return a line for each option of the whole channel that differs."""
    lines = []
    if old.density is not new.density:
        lines.append(f"Layout: {old.density.value} → {new.density.value}")
    if old.exclude != new.exclude:
        lines.append(f"Left out: {old.exclude or 'nothing'} → {new.exclude or 'nothing'}")
    if old.tell_empty != new.tell_empty:
        lines.append(f"A line on days without papers: {'yes' if new.tell_empty else 'no'}")
    return lines


def _when(one: Subscription, other: Subscription) -> str:
    """Return a schedule, with its zone only where the zones differ."""
    return describe(one.schedule, one.zone if one.zone != other.zone else "")


# ── errors ───────────────────────────────────────────────────────────────────────────────────────


def said(error: PaperboyError) -> str:
    """Return an error with its remedy as one text."""
    message = str(error)
    stop = "." if error.remedy and message[-1:] not in ".?!:" else ""
    return f"{message}{stop} {error.remedy}".strip()


def topic_trouble(error: TopicError, command: str) -> Reply:
    """Return what is said of a topic that cannot be read; a button for each better text.

    I can't read that topic: the quote at character 4 is never closed.
    """
    once = error.text != "" and command.count(error.text) == 1
    better = [
        Action(f"Use {shortened(text, BUTTON)}", command.replace(error.text, text))
        for text in error.suggestions
    ]
    if paper := parse_id(error.text):
        better.append(Action(f"Open {paper.id}", f"search {paper.id}"))
        once = True
    lines = [f"I can't read that topic: {error}.", shortened(error.text, LABEL), error.remedy]
    return Reply(
        text="\n".join(line for line in lines if line),
        actions=tuple(better) if once else (),
        ok=False,
    )
