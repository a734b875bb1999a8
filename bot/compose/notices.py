"""Messages without papers: each a plan with a note, once per destination, kind and incident. PURE.

A notice is a digest with the slot `notice:<kind>:<incident>`, so it is keyed, claimed and
reconciled like any other. Its actions are named "what:about", for the platform to draw as buttons.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.compose.heading import days_in_words
from bot.compose.phrases import count, day
from bot.model import Destination, Heading, Place, Plan, Slot


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


def lost(destination: Destination, place: Place, count: int, incident: str, due: datetime) -> Plan:
    """Return the notice to a person that a channel with `count` subscriptions is lost."""
    kept = (
        "Its subscription is paused, not deleted, and resumes"
        if count == 1
        else f"Its {count} subscriptions are paused, not deleted, and resume"
    )
    text = f"I can't post to {place.name} any more ({place.suspended}). {kept} when it is back."
    moving = f"move:{place.destination.address}"
    return notice(destination, "lost", incident, text, due, (moving,))


def confirmation(
    destination: Destination,
    number: int,
    label: str,
    in_week: int | None,
    incident: str,
    due: datetime,
) -> Plan:
    """Return an alert's confirmation, which is itself the first direct message.

    `in_week`: how many papers of the last 7 days match; None: not known yet.
    """
    counted = "" if in_week is None else f" ({in_week:,} in the last 7 days)"
    text = f"You'll hear from me here when papers match {label}{counted}."
    plan = notice(destination, "alert", incident, text, due, (f"remove:{number}",))
    return replace(plan, heading=replace(plan.heading, topics=((number, label),)))


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a subscription brought in 30 days."""

    number: int
    label: str
    papers: int
    over: int  # days on which it found more than a digest shows


def review(
    destination: Destination,
    topics: Sequence[Reviewed],
    incident: str,
    due: datetime,
    channel: str = "",
) -> Plan | None:
    """Return what to say to a creator after 30 days; None where every topic fits.

    A topic that found nothing, or too much, is named; the buttons narrow it, or make it weekly.
    For the topics of a `channel` (its name) the command is named instead: it works only there.
    """
    odd = [one for one in topics if not one.papers or one.over]
    if not odd:
        return None
    text = f"In the last 30 days: {' '.join(map(_reviewed, odd))}"
    if channel:
        text = f"{channel}: {text} To narrow one, type there: /arxiv edit {odd[0].number}"
        return notice(destination, "review", incident, text, due)
    actions = [f"narrow:{one.number}" for one in odd]
    actions += [f"weekly:{one.number}" for one in odd if one.over]
    plan = notice(destination, "review", incident, text, due, actions)
    named = tuple((one.number, one.label) for one in odd)
    return replace(plan, heading=replace(plan.heading, topics=named))


def _reviewed(one: Reviewed) -> str:
    if not one.over:
        return f"{one.label}: {count(one.papers, 'paper')}."
    return f"{one.label}: {one.papers:,}, more than fit on {count(one.over, 'day')}."
