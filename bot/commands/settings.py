"""What a command or a form says of a subscription and its place: words ⇄ values. PURE.

`zone=Asia/Tokyo updates=on spin glass weekly on mon` is a wish: settings, a topic, a schedule. The
same words can name everything that a subscription has, so Undo buttons carry them and work after a
restart too. Values are percent-encoded, so that they may hold spaces.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote

from bot.commands.wording import said
from bot.compose.remarks import Remark
from bot.compose.topic import LONGEST_TYPED, Topic, parse_topic
from bot.errors import CommandError, UserError
from bot.model import Daily, Density, Kind, OnArrival, Place, Schedule, Subscription
from bot.schedule import parse_schedule, parse_zone, split_schedule, written

DEFAULT_KINDS = frozenset({Kind.NEW, Kind.CROSS})
_SETTING = re.compile(
    r"(topic|when|zone|kinds|updates|density|exclude|tell-empty)=(\S*)(?:\s+|$)", re.IGNORECASE
)
_LOST_SCHEDULE = re.compile(
    r"\b(?:(?:daily|weekly|every\s+day)\s+(?:at|on|from)\b[^\"]*|at\s+\d{1,2}[:.]\d\d)\Z",
    re.IGNORECASE,
)
_AROUND = ("zone", "kinds", "updates", "density", "exclude")
_AT_ONCE = re.compile(r"at\s+once\s*\Z", re.IGNORECASE)
_YES_OR_NO = {"on": True, "off": False}


class FieldError(CommandError):
    """A setting or field with a value that cannot be read; `field` is its name."""

    def __init__(self, field: str, message: str, *, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.field = field


@dataclass(frozen=True, slots=True)
class Habits:
    """How schedules read in a place: a person's own keep quiet at night unless told otherwise."""

    person: bool
    at: str = "09:00"  # where a schedule names no time

    @property
    def schedule(self) -> Schedule:
        """What a new subscription gets."""
        return OnArrival(quiet=True) if self.person else Daily(self.at)

    def parse(self, words: str) -> Schedule:
        """Return the schedule that `words` say. Raises `CommandError`."""
        return self._meant(parse_schedule(words, self.at), words)

    def split(self, line: str) -> tuple[str, Schedule | None]:
        """Return a line's topic and the schedule that it ends with, if it ends with one."""
        topic, schedule = split_schedule(line, self.at)
        return topic, self._meant(schedule, line) if schedule else None

    def write(self, schedule: Schedule) -> str:
        """Return the words that `parse` reads back as the same schedule."""
        if self.person and isinstance(schedule, OnArrival):
            return "on arrival" if schedule.quiet else "at once"
        return written(schedule)

    def _meant(self, schedule: Schedule, words: str) -> Schedule:
        if self.person and schedule == OnArrival() and not _AT_ONCE.search(words):
            return OnArrival(quiet=True)
        return schedule


@dataclass(frozen=True, slots=True)
class Settings:
    """What was said; None: not mentioned."""

    topic: Topic | None = None
    when: Schedule | None = None
    zone: str | None = None
    kinds: frozenset[Kind] | None = None
    updates: bool | None = None
    density: Density | None = None
    exclude: str | None = None
    tell_empty: bool | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """A line as read: what is wanted, and the text around the topic, to ask again with another."""

    settings: Settings
    typed: str = ""  # the topic as it stands in the line; "": none stands there
    head: str = ""  # settings before it
    tail: str = ""  # the schedule after it

    def with_topic(self, text: str) -> str:
        """Return the same line with another topic."""
        return f"{self.head}{text} {self.tail}".strip()


# ── reading ──────────────────────────────────────────────────────────────────────────────────────


def read_wish(line: str, habits: Habits) -> Wish:
    """Return what a line says. Raises `TopicError`, or `FieldError` that names the setting."""
    line = " ".join(line.split())
    values, head = _leading(line)
    settings = settings_of(values, habits)
    rest = line[len(head) :]
    if len(rest) > LONGEST_TYPED:
        parse_topic(rest)  # which says so
    text, schedule = habits.split(rest)
    if schedule:
        settings = replace(settings, when=schedule)
    if text:
        settings = replace(settings, topic=parse_topic(text))
    return Wish(settings, text, head, habits.write(schedule) if schedule else "")


def wish_of_form(values: Mapping[str, str], settings: Settings, habits: Habits) -> Wish:
    """Return what a filled form says, as a line that could have been typed."""
    around = {name: values[name] for name in values if name in _AROUND}
    return Wish(
        settings,
        settings.topic.label if settings.topic else "",
        f"{_encoded(**around)} " if around else "",
        habits.write(settings.when) if settings.when else "",
    )


def settings_of(values: Mapping[str, str], habits: Habits) -> Settings:
    """Return settings from names and texts. Raises `FieldError` for the first that is wrong."""
    settings, errors = read_fields(values, habits)
    if errors:
        raise errors[0]
    return settings


def read_fields(
    values: Mapping[str, str], habits: Habits
) -> tuple[Settings, tuple[FieldError, ...]]:
    """Return what the fields of a form say, and what is wrong with the others."""
    readers: Mapping[str, Callable[[str], object]] = {
        "topic": lambda text: _topic(text, habits),
        "when": habits.parse,
        "zone": parse_zone,
        "kinds": _kinds,
        "updates": lambda text: _choice(text, _YES_OR_NO),
        "density": lambda text: _choice(text, {one.value: one for one in Density}),
        "exclude": exclusion,
        "tell-empty": lambda text: _choice(text, _YES_OR_NO),
    }
    found: dict[str, object] = {}
    errors: list[FieldError] = []
    for name, read in readers.items():
        if name not in values:
            continue
        try:
            found[name.replace("-", "_")] = read(" ".join(values[name].split()))
        except UserError as error:
            errors.append(FieldError(name, said(error)))
    return Settings(**found), tuple(errors)  # type: ignore[arg-type]  # each by its own reader


def exclusion(text: str) -> str:
    """Return the topic text of what is left out everywhere; "" for nothing.

    A minus before a single word or phrase may stand or not. Raises `UserError`.
    """
    text = text.strip()
    if text.startswith("-") and " -" not in text:
        text = text[1:].strip()
    if text and parse_topic(text).kinds is not None:
        raise CommandError("kind: goes with a topic, not with what is left out.")
    return text


def both_excluded(before: str, word: str) -> str:
    """Return the exclusion of what was left out before and of this too."""
    if not before:
        return word
    together = f"{before}, {word}"
    same = parse_topic(together).canonical == parse_topic(before).canonical
    return before if same else together


def lost_schedule(wish: Wish) -> Remark | None:
    """Remark on words that look like a schedule and were read as part of the topic."""
    found = None if wish.tail else _LOST_SCHEDULE.search(wish.typed)
    if found is None:
        return None
    example = "A time looks like: daily at 8:30, or weekly on mon at 8:30."
    return Remark(f'"{found[0]}" is read as words of the topic. {example}')


def _leading(line: str) -> tuple[dict[str, str], str]:
    """Return the settings that a line begins with, and the text that they take."""
    values: dict[str, str] = {}
    at = 0
    while found := _SETTING.match(line, at):
        values[found[1].casefold()] = unquote(found[2])
        at = found.end()
    return values, line[:at]


def _topic(text: str, habits: Habits) -> Topic:
    before, schedule = habits.split(text)
    if schedule:
        time = text[len(before) :].strip()
        raise CommandError(
            f'"{time}" reads as a time.', remedy="Move it to When, or put it into quotes."
        )
    return parse_topic(text)


def _choice(text: str, choices: Mapping[str, object]) -> object:
    if text.casefold() not in choices:
        raise CommandError(f"Expected {' or '.join(choices)}, not {text or 'nothing'}.")
    return choices[text.casefold()]


def _kinds(text: str) -> frozenset[Kind]:
    words = [word for word in text.casefold().replace("|", ",").split(",") if word.strip()]
    try:
        found = frozenset(Kind(word.strip()) for word in words)
    except ValueError:
        found = frozenset()
    if not found:
        raise CommandError(f"Expected new, cross or replace, not {text or 'nothing'}.")
    return found


def beside_topic(settings: Settings) -> Settings:
    """Return what was said beside the topic, for one that is there: its spelling stays.

    Unless the topic names kinds: then it is taken whole.
    """
    if settings.topic and settings.topic.kinds is None:
        return replace(settings, topic=None)
    return settings


# ── applying ─────────────────────────────────────────────────────────────────────────────────────


def applied(one: Subscription, settings: Settings) -> Subscription:
    """Return the subscription with what was said about it."""
    topic = settings.topic
    kinds = settings.kinds or (topic.kinds if topic else None)
    return replace(
        one,
        topic=topic.canonical if topic else one.topic,
        label=_label(topic) if topic else one.label,
        schedule=settings.when or one.schedule,
        zone=settings.zone or one.zone,
        kinds=kinds or one.kinds,
        updates=one.updates if settings.updates is None else settings.updates,
    )


def _label(topic: Topic) -> str:
    """Return what people call the topic: as typed, but not an address of arXiv's lists."""
    return topic.reading if "arxiv.org/" in topic.label.casefold() else topic.label


def laid_out(place: Place, settings: Settings) -> Place:
    """Return the place with what was said about it."""
    return replace(
        place,
        density=settings.density or place.density,
        exclude=place.exclude if settings.exclude is None else settings.exclude,
        tell_empty=place.tell_empty if settings.tell_empty is None else settings.tell_empty,
    )


# ── writing ──────────────────────────────────────────────────────────────────────────────────────


def as_edit(one: Subscription, habits: Habits) -> str:
    """Return the command that gives a subscription everything it has now."""
    return f"edit {one.number} " + _encoded(
        topic=one.label,
        when=habits.write(one.schedule),
        zone=one.zone,
        kinds=kinds_text(one.kinds),
        updates="on" if one.updates else "off",
    )


def as_layout(place: Place) -> str:
    """Return the command that gives a place the options it has now."""
    return "layout " + _encoded(
        density=place.density.value,
        exclude=place.exclude,
        **{"tell-empty": "on" if place.tell_empty else "off"},
    )


def as_line(one: Subscription, habits: Habits, usual_zone: str) -> str:
    """Return the line that `subscribe many` reads back as this subscription."""
    unusual: dict[str, str] = {}
    if one.zone != usual_zone:
        unusual["zone"] = one.zone
    if one.kinds != (parse_topic(one.label).kinds or DEFAULT_KINDS):
        unusual["kinds"] = kinds_text(one.kinds)
    if one.updates:
        unusual["updates"] = "on"
    words = " ".join(f"{name}={value}" for name, value in unusual.items())
    return f"{words} {one.label} {habits.write(one.schedule)}".strip()


def kinds_text(kinds: frozenset[Kind]) -> str:
    """Return "new,cross"."""
    return ",".join(kind.value for kind in Kind if kind in kinds)


def _encoded(**values: str) -> str:
    return " ".join(f"{name}={quote(value, safe='/:,')}" for name, value in values.items())
