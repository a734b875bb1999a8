"""What people ask of Paperboy and what it answers, the same on every platform. PURE."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model import Because, Destination, Paper, Person


@dataclass(frozen=True, slots=True)
class Action:
    """A button: pressing it runs `command` as the person who pressed it."""

    label: str  # says what it does to what, read alone
    command: str  # without the leading "/arxiv"


@dataclass(frozen=True, slots=True)
class Request:
    """Something a person typed or pressed, on any platform."""

    text: str  # without the leading "/arxiv"
    person: Person
    where: Destination  # the channel, or the person's own direct messages
    where_name: str  # "#papers"
    in_person: bool  # typed in direct messages: subscriptions there are alerts
    may_edit: bool  # whether this person may change this channel's subscriptions
    values: Mapping[str, str] = field(default_factory=dict)  # of a form that was sent
    right: str = ""  # what `may_edit` needs, as the platform calls it: "Manage Channels"
    within: Destination | None = None  # what the channel is part of: a Discord server
    roles: bool = False  # whether there are roles that a digest can call


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()  # (value, label); empty: free text
    lines: int = 1
    channel: bool = False  # one of the platform's channels; the form's command then runs there


@dataclass(frozen=True, slots=True)
class Form:
    """A form; sending it runs `command` with the fields' values."""

    title: str
    command: str
    fields: tuple[Field, ...]
    submit: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What Paperboy answers; a platform only draws it. All text is Plain and not yet escaped.

    Lines and cells may carry moments (`compose.moments`).
    An empty one is not drawn: what answers is a message that is on its way (an alert's first).
    """

    title: str = ""  # drawn bold, before `text`
    text: str = ""  # lines separated by newlines
    table: tuple[tuple[str, ...], ...] = ()  # first row: headings
    papers: tuple[Paper, ...] = ()  # shown as cards
    whole: bool = False  # cards with abstract, words of `because` (of papers[0]) marked
    because: tuple[Because, ...] = ()
    actions: tuple[Action, ...] = ()
    public: bool = False  # visible to the whole channel, with who did it
    form: Form | None = None  # to be filled in by the person
    file: tuple[str, str] | None = None  # (name, content) offered as a file or a code block
    errors: tuple[tuple[str, str], ...] = ()  # (field of the form, what is wrong with it)
    ok: bool = True  # False: nothing was changed

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return self == Reply()
