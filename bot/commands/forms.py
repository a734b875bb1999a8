"""Forms, and the command texts that say the same as a filled form. PURE.

`edit 2 updates=off kinds=new,cross zone=Europe/Berlin spin glass daily at 09:00` names everything a
subscription has; Undo buttons carry such a text, so they work after a restart too.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from bot.errors import CommandError
from bot.model import (
    Density,
    Field,
    Form,
    Kind,
    Place,
    Subscription,
)
from bot.schedule import written

T = TypeVar("T")

_SETTING = re.compile(r"(updates|kinds|zone|density)=(\S*)\s*")
_KIND_CHOICES = (
    ("new,cross", "New papers and cross-lists"),
    ("new", "New papers only"),
    ("new,cross,replace", "New papers, cross-lists and new versions"),
)
_DENSITY_CHOICES = (
    ("auto", "Cards up to five papers, else one line each"),
    ("cards", "Cards"),
    ("compact", "One line a paper"),
    ("thread", "One line a paper, cards in a thread"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the `key=value` words of an edit say; None: not mentioned."""

    updates: bool | None = None
    kinds: frozenset[Kind] | None = None
    zone: str | None = None
    density: Density | None = None


def as_edit(one: Subscription) -> str:
    """Return the command that gives a subscription everything it has now."""
    kinds = ",".join(sorted(kind.value for kind in one.kinds))
    settings = f"updates={'on' if one.updates else 'off'} kinds={kinds} zone={one.zone}"
    return f"edit {one.number} {settings} {one.label} {written(one.schedule)}"


def read_settings(rest: str) -> tuple[Settings, str]:
    """Return the leading `key=value` words, and the text after them.

    Raises `CommandError` that names the setting and its possible values.
    """
    found: dict[str, str] = {}
    while setting := _SETTING.match(rest):
        found[setting[1]] = setting[2]
        rest = rest[setting.end() :]
    return settings_of(found), rest


def settings_of(values: Mapping[str, str]) -> Settings:
    """Return settings from names and texts; raises `CommandError` for an unknown value."""
    return Settings(
        updates=_one_of("updates", values, {"on": True, "off": False}),
        kinds=_kinds(values.get("kinds")),
        zone=values.get("zone"),
        density=_one_of("density", values, {one.value: one for one in Density}),
    )


def _one_of(name: str, values: Mapping[str, str], choices: Mapping[str, T]) -> T | None:
    if name not in values:
        return None
    if values[name].casefold() not in choices:
        raise CommandError(f"{name}= takes {', '.join(choices)}, not {values[name] or 'nothing'}.")
    return choices[values[name].casefold()]


def _kinds(text: str | None) -> frozenset[Kind] | None:
    if text is None:
        return None
    try:
        return frozenset(Kind(word) for word in text.casefold().split(",") if word) or None
    except ValueError as error:
        raise CommandError(f"kinds= takes new, cross and replace, not {text}.") from error


def new_form(name: str, zone: str, at: str, place: Place | None) -> Form:
    """Return the empty form for a new subscription, prefilled with what is usual there."""
    return Form(
        title=f"Subscribe {name}",
        command="subscribe",
        fields=_fields("", f"daily at {at}", zone, "new,cross", "off", place),
        submit="Subscribe",
    )


def edit_form(one: Subscription, place: Place | None) -> Form:
    """Return the form that changes a subscription, filled with what it has."""
    kinds = ",".join(kind.value for kind in Kind if kind in one.kinds)
    when, updates = written(one.schedule), "on" if one.updates else "off"
    return Form(
        title=f"Change {one.number}",
        command=f"edit {one.number}",
        fields=_fields(one.label, when, one.zone, kinds, updates, place),
        submit="Save",
    )


def many_form(name: str, text: str) -> Form:
    """Return the form for many subscriptions at once, one a line."""
    hint = "One topic a line; a schedule may follow: spin glass daily at 9:00"
    field = Field("lines", "Topics", text, hint, lines=12)
    return Form(f"Subscribe {name}", "subscribe many", (field,), "Read them")


def _fields(
    topic: str, when: str, zone: str, kinds: str, updates: str, place: Place | None
) -> tuple[Field, ...]:
    density = place.density.value if place else Density.AUTO.value
    exclude = place.exclude if place else ""
    return (
        Field("topic", "Topic", topic, "For example: image generation, or au:hinton AND cat:cs.LG"),
        Field("when", "When", when, "daily at 9:00; weekly on mon at 8:30; on arrival"),
        Field("zone", "Time zone", zone, "For example: Europe/Berlin"),
        Field("kinds", "What", kinds, choices=_KIND_CHOICES),
        Field(
            "updates",
            "New versions of papers already shown",
            updates,
            choices=(("off", "No"), ("on", "Yes, under Updated")),
        ),
        Field("density", "Layout of the whole channel", density, choices=_DENSITY_CHOICES),
        Field("exclude", "Leave out, in every topic here", exclude, "For example: survey"),
    )
