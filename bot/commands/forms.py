"""The forms that people fill in. PURE. What is in them is read by `settings.read_fields`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.commands.grammar import MANY
from bot.commands.settings import FieldError, Habits, kinds_text
from bot.commands.wording import command_for, kinds_in_words
from bot.dialogue import Field, Form, Reply, Request
from bot.model import Kind, Place, Subscription

MOST_LINES = 200  # of `subscribe many`
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
_UPDATES_CHOICES = (("off", "No"), ("on", "Yes, under Updated"))


def new_form(request: Request, place: Place, habits: Habits, zone: str) -> Form:
    """Return the form for a new subscription, filled with what is usual there."""
    blank = Subscription(request.where, 0, "", "", habits.schedule, zone, 0)
    return Form(
        title="New alert" if request.in_person else f"Subscribe {request.where_name}",
        command=command_for(request, "add" if request.in_person else "subscribe"),
        fields=_fields(blank, place, habits),
        submit="Subscribe",
    )


def edit_form(request: Request, one: Subscription, place: Place, habits: Habits) -> Form:
    """Return the form that changes a subscription, filled with what it has."""
    return Form(
        title=f"Change {one.label}",
        command=command_for(request, f"edit {one.number}"),
        fields=_fields(one, place, habits),
        submit="Save",
    )


def many_form(request: Request, text: str = "") -> Form:
    """Return the form for many subscriptions at once, one a line."""
    hint = (
        "One topic a line; a schedule may follow: spin glass daily at 9:00. "
        f"/arxiv {command_for(request, 'export')} gives this text."
    )
    field = Field("lines", "Topics", text, hint, lines=12)
    title = "New alerts" if request.in_person else f"Subscribe {request.where_name}"
    command = command_for(request, f"subscribe {MANY}")
    return Form(title, command, (field,), "Read them")


def exclude_form(request: Request, text: str = "") -> Form:
    """Return the form for one more thing that is left out of every topic there."""
    whom = "all of your alerts" if request.in_person else f"everyone in {request.where_name}"
    hint = f"Goes for {whom}. For example: survey"
    field = Field("word", "Leave out papers with", text, hint)
    command = command_for(request, "exclude")
    return Form(f"Exclude for {request.where_name}", command, (field,), "Exclude")


def zone_form(zone: str) -> Form:
    """Return the form for the zone in which a person reads times."""
    field = Field("zone", "Time zone", zone, "For example: Europe/Berlin")
    return Form("Your time zone", "zone", (field,), "Save")


def move_form(old: Place) -> Form:
    """Return the form that asks where a lost channel's topics shall go; it runs there."""
    field = Field("to", "To this channel", channel=True)
    return Form(f"Move {old.name}", f"move {old.destination.address}", (field,), "Move")


def refused(form: Form, values: Mapping[str, str], errors: Sequence[FieldError]) -> Reply:
    """Return the form as it was filled in, with what is wrong at its fields."""
    fields = tuple(replace(one, value=values.get(one.name, one.value)) for one in form.fields)
    return Reply(
        text="Nothing is saved yet.",
        form=replace(form, fields=fields),
        errors=tuple((error.field, str(error)) for error in errors),
        ok=False,
    )


def _fields(one: Subscription, place: Place, habits: Habits) -> tuple[Field, ...]:
    whole = "every alert" if habits.person else "every topic here"
    return (
        Field(
            "topic",
            "Topic",
            one.label,
            "For example: image generation, or au:hinton AND cat:cs.LG",
        ),
        Field("when", "When", habits.write(one.schedule), _when_hint(habits)),
        Field("zone", "Time zone", one.zone, "For example: Europe/Berlin"),
        Field("kinds", "What", kinds_text(one.kinds), choices=_kind_choices(one.kinds)),
        Field(
            "updates",
            "New versions of papers already shown",
            "on" if one.updates else "off",
            choices=_UPDATES_CHOICES,
        ),
        Field(
            "density",
            "Layout of all digests here",
            place.density.value,
            choices=_DENSITY_CHOICES,
        ),
        Field("exclude", f"Leave out, in {whole}", place.exclude, "For example: survey"),
    )


def _when_hint(habits: Habits) -> str:
    if habits.person:
        return "on arrival (not from 22:00 to 8:00); at once; daily at 9:00; weekly on mon at 8:30"
    return "daily at 9:00; weekly on mon at 8:30; on arrival"


def _kind_choices(kinds: frozenset[Kind]) -> tuple[tuple[str, str], ...]:
    """Return the usual choices, and what a subscription has if that is another."""
    own = (kinds_text(kinds), kinds_in_words(kinds).capitalize())
    return _KIND_CHOICES if own[0] in dict(_KIND_CHOICES) else (*_KIND_CHOICES, own)
