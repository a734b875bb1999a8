"""Messages without papers: each a plan with a note, once per destination, kind and incident. PURE.

A notice is a digest with the slot `notice:<kind>:<incident>`, so it is keyed, claimed and
reconciled like any other. Its actions are named "what:about", for the platform to draw as buttons.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from bot.compose.heading import days_in_words
from bot.compose.phrases import day
from bot.model import Destination, Heading, Plan, Slot


def notice(
    destination: Destination,
    kind: str,
    incident: str,
    text: str,
    due: datetime,
    actions: Iterable[str] = (),
) -> Plan:
    """Return a digest without papers: a sentence, once per (destination, kind, incident)."""
    slot = Slot(f"notice:{kind}:{incident}", due)
    return Plan(destination, slot, Heading(note=text, actions=tuple(actions)), shown=0)


def outage(destination: Destination, last: date | None, since: date, due: datetime) -> Plan:
    """Return the notice that arXiv did not answer for two announcement days, once per incident.

    `last` is the last list date that was read, `since` the day on which the silence began.
    """
    begin = f"No digest since {day(last)}" if last else "No digest yet"
    text = f"{begin}: arXiv does not answer. Nothing is lost."
    return notice(destination, "outage", since.isoformat(), text, due)


def doubt(
    destination: Destination, name: str, days: Sequence[date], key: str, due: datetime
) -> Plan:
    """Return the question whether a digest arrived, for a place that cannot be asked."""
    what = f"the digest of {days_in_words(days)}" if days else "my last message"
    text = f"I could not confirm that {what} reached {name}. Is it there?"
    return notice(destination, "doubt", key, text, due, (f"doubt:{key}",))


def lost(
    destination: Destination, name: str, reason: str, count: int, incident: str, due: datetime
) -> Plan:
    """Return the notice to a person that a channel with `count` subscriptions is lost."""
    kept = (
        "Its subscription is paused, not deleted, and resumes"
        if count == 1
        else f"Its {count} subscriptions are paused, not deleted, and resume"
    )
    text = f"I can't post to {name} any more ({reason}). {kept} when it is back."
    return notice(destination, "lost", incident, text, due, (f"move:{incident}",))


def confirmation(
    destination: Destination, number: int, label: str, in_week: int, incident: str, due: datetime
) -> Plan:
    """Return an alert's confirmation, which is itself the first direct message."""
    text = f"You'll hear from me here when papers match {label} ({in_week:,} in the last 7 days)."
    return notice(destination, "alert", incident, text, due, (f"remove:{number}",))


def review(
    destination: Destination,
    counts: Sequence[tuple[str, int, int]],
    incident: str,
    due: datetime,
) -> Plan | None:
    """Return what to say to a creator after 30 days; None where every topic fits.

    `counts` are (label, papers, days on which they were more than a digest shows). A topic that
    found nothing, or often too much, is named; the buttons offer to narrow it, or to go weekly.
    """
    odd = [one for one in counts if not one[1] or one[2]]
    if not odd:
        return None
    text = "In the last 30 days: " + " ".join(_reviewed(*one) for one in odd)
    actions = ("narrow", "weekly") if any(one[2] for one in odd) else ("narrow",)
    return notice(destination, "review", incident, text, due, actions)


def _reviewed(label: str, papers: int, over: int) -> str:
    if not over:
        return f"{label}: {papers:,} papers."
    days = "1 day" if over == 1 else f"{over} days"
    return f"{label}: {papers:,}, more than fit on {days}."
