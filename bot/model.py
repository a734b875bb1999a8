"""The values that flow through Paperboy, named as in the design's word list. PURE.

All are frozen. Datetimes are aware and UTC; a `date` is always arXiv's list date (US Eastern).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

Raw = NewType("Raw", str)
"""Text as arXiv gives it: TeX, entities, anything. Matching reads this."""

Plain = NewType("Plain", str)
"""Text for people: `compose.text.plain` of a Raw. Not yet escaped for any platform."""


# ── papers ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Paper:
    """One version of one arXiv paper. Identity is `id`, without version."""

    id: str  # canonical: "2502.07701", "hep-th/9901001" (no subject class)
    title: Raw
    abstract: Raw
    version: int = 1
    authors: tuple[Raw, ...] = ()
    categories: tuple[str, ...] = ()  # canonical names, primary first
    comment: Raw | None = None  # None: not known (the daily feed has none); "": known to be empty
    journal_ref: Raw | None = None
    doi: str | None = None
    published: datetime | None = None  # submission of version 1
    updated: datetime | None = None  # submission of this version

    @property
    def url(self) -> str:
        """The abstract page of this version."""
        return f"https://arxiv.org/abs/{self.id}v{self.version}"


class Kind(StrEnum):
    """What an announcement says of a paper, relative to all of arXiv."""

    NEW = "new"
    CROSS = "cross"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Announcement:
    """A paper's version was announced. `seq` is the store's number, 0 before it has one."""

    paper: str
    version: int
    kind: Kind
    batch: date
    source: str  # "feed", "oai" or "replay"
    cats: tuple[str, ...] = ()  # for a cross: all its canonical categories, sorted; else empty
    late: bool = False  # enriched after its batch settled; matched again by co: and jr: topics only
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What was announced of one paper so far; the store keeps it after pruning too."""

    versions: frozenset[int] = frozenset()  # announced as new or replace
    highest: int = 0  # highest version ever announced, also of pruned announcements
    categories: frozenset[str] = frozenset()  # canonical, over all announcements


class BatchState(StrEnum):
    """Where one feed day stands."""

    OPEN = "open"  # some request is still to be read
    READ = "read"  # all feed requests read; enrichment under way
    SETTLED = "settled"  # complete, or complete enough: composing may use it
    GIVEN_UP = "given_up"  # its feed never came; OAI has run (or will heal it later)


@dataclass(frozen=True, slots=True)
class Batch:
    """One feed day as the store knows it."""

    day: date
    state: BatchState
    first_read: datetime | None = None  # when its first announcement was stored
    settled_at: datetime | None = None
    papers: int = 0  # announcements that it carries


# ── links ────────────────────────────────────────────────────────────────────────────────────────


class LinkKind(StrEnum):
    """What a link leads to."""

    CODE = "code"
    PROJECT = "project"
    DATA = "data"
    MODEL = "model"
    DEMO = "demo"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Link:
    """A link found in a paper's text; `url` works when clicked."""

    url: str
    kind: LinkKind
    host: str
    evidence: str  # the words of the text that it was found in, and judged by


# ── topics and matching ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Because:
    """One reason why a paper matched: `words` as they stand in the field's raw text.

    `spans` are (start, end) character offsets into that raw text; for authors `index` says which
    author, for categories which category; otherwise it is 0.
    """

    field: str  # "title", "abstract", "comment", "journal", "author", "category"
    words: str
    spans: tuple[tuple[int, int], ...] = ()
    index: int = 0


# ── people, places, subscriptions ────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, order=True)
class Destination:
    """Where digests go; by id, never by name. `local` is the built-in channel's account."""

    platform: str  # "web", "page", "slack", "discord"
    account: str
    address: str  # a person's address starts with the platform's mark: Slack "U…", else "u:…"


class Density(StrEnum):
    """How much of each paper a digest shows."""

    AUTO = "auto"  # cards up to five papers, else compact
    CARDS = "cards"
    COMPACT = "compact"
    THREAD = "thread"


@dataclass(frozen=True, slots=True)
class Daily:
    """Every day with an announcement, not before `at` ("HH:MM", local time)."""

    at: str = "09:00"


@dataclass(frozen=True, slots=True)
class Weekly:
    """On these ISO weekdays (1 = Monday) at `at` ("HH:MM", local time)."""

    days: tuple[int, ...]
    at: str = "09:00"


@dataclass(frozen=True, slots=True)
class OnArrival:
    """As soon as a batch is settled. `quiet`: not between 22:00 and 08:00 local time."""

    quiet: bool = False


Schedule = Daily | Weekly | OnArrival


@dataclass(frozen=True, slots=True)
class Place:
    """A destination as the store knows it."""

    destination: Destination
    name: str  # how people call it: "#papers"; only ever shown, never used to address
    zone: str = "UTC"  # IANA name; offered for new subscriptions
    density: Density = Density.AUTO
    is_person: bool = False
    suspended: str = ""  # the reason, in words, or empty
    creator: str = ""  # person id
    last_platform_id: str = ""  # of our newest known message there
    tell_empty: bool = False  # "Tell me anyway": say so on days with nothing
    exclude: str = ""  # expression that is taken away from every topic here ("survey OR …")
    skip_shown_at: Destination | None = None  # an alert skips what this channel already showed
    within: Destination | None = None  # what it is part of: a Discord server
    base: str = ""  # filter under every topic of that: "only cs.*, stat.*; -survey"


@dataclass(frozen=True, slots=True)
class Subscription:
    """One topic of one destination. `number` is shown to people and never reused there."""

    destination: Destination
    number: int
    topic: str  # canonical text: the topic's identity
    label: str  # what the person typed
    schedule: Schedule
    zone: str  # IANA name, in which the schedule's times are read
    cursor: int  # sequence number of the last announcement examined
    kinds: frozenset[Kind] = frozenset({Kind.NEW, Kind.CROSS})
    updates: bool = False  # bring new versions of papers already shown
    creator: str = ""
    editor: str = ""
    created: datetime | None = None
    paused: bool = False
    paused_until: date | None = None  # local date on which it resumes by itself
    removed: bool = False  # unsubscribed; kept so that its number is not reused, and for Undo
    first_done: bool = False  # its first digest time has passed (it always posts)
    last_slot: str = ""  # key of the last slot that was planned
    id: int = 0  # the store's row, for digest_topics; never shown
    ping: str = ""  # "id name" of a role that its digests call; mostly nobody


# ── digests ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Slot:
    """One due moment of a destination.

    `key` is what makes a digest unique at its destination: "2026-11-25T09:00 Europe/Berlin",
    "arrival:2026-11-24", or "notice:<kind>:<incident>".
    """

    key: str
    due: datetime  # UTC


@dataclass(frozen=True, slots=True)
class Item:
    """One paper of a digest, frozen at enqueue."""

    paper: str
    version: int
    kind: Kind
    subscriptions: tuple[int, ...]  # numbers, ascending
    because: tuple[Because, ...] = ()
    update: bool = False  # the destination has seen an earlier version: shown under "Updated"


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above a digest's papers, frozen at enqueue."""

    days: tuple[date, ...] = ()  # arXiv's list dates covered, ascending
    scanned: int = 0  # announcements examined
    topics: tuple[tuple[int, str], ...] = ()  # (number, label) of the subscriptions due
    late: bool = False  # the announcement came after the promised time
    catch_up: bool = False  # covers three days or more: titles only
    note: str = ""  # the whole text of a notice, or a line to add ("I keep 90 days: …")
    actions: tuple[str, ...] = ()  # buttons of a notice: "tell-empty", "doubt", "narrow", …
    pings: tuple[str, ...] = ()  # ids of roles that subscriptions with papers call


@dataclass(frozen=True, slots=True)
class Advance:
    """A cursor that a digest moves, by compare-and-set from `from_seq` to `to_seq`."""

    subscription: int  # the store's row id
    from_seq: int
    to_seq: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What the planner decided for one destination and slot.

    Without items and note it only moves cursors: nothing is posted.
    """

    destination: Destination
    slot: Slot
    heading: Heading
    items: tuple[Item, ...] = ()
    shown: int = 30  # items beyond this many stand behind "Show more"
    advances: tuple[Advance, ...] = ()


@dataclass(frozen=True, slots=True)
class Passed:
    """Subscriptions that a slot passes without a word, all from the same cursor."""

    slot: str  # its key
    from_seq: int
    to_seq: int
    subscriptions: tuple[int, ...]  # the store's row ids


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest as it is opened: everything a renderer needs, and nothing that moves."""

    id: int
    destination: Destination
    slot: Slot
    place: Place
    heading: Heading
    items: tuple[Item, ...]
    shown: int
    papers: Mapping[tuple[str, int], Paper] = field(default_factory=dict)


# ── deliveries, people ───────────────────────────────────────────────────────────────────────────


class State(StrEnum):
    """Where one message of a digest stands; drawn in deliver/outbox.py."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    SUSPENDED = "suspended"
    QUARANTINED = "quarantined"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Body:
    """One message as the renderer made it: `payload` is the platform's own JSON, as text.

    `plain` is the same content in the simplest form, for the one retry after a rejection.
    `reply` marks a part that answers part 0 (a thread).
    """

    payload: str
    plain: str
    reply: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message of a digest, as the store knows it."""

    digest: int
    part: int
    round: int
    key: str
    state: State
    destination: Destination
    body: str
    plain: str = ""
    reply: bool = False
    parent: str = ""  # platform id of part 0, for replies
    attempts: int = 0  # how often it was claimed
    not_before: datetime | None = None  # unknown: not asked about before (None: a doubt)
    started_at: datetime | None = None
    platform_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A platform's word that it holds the message."""

    platform_id: str


@dataclass(frozen=True, slots=True)
class Owed:
    """The next thing to do for one destination: open a digest, or go on with a delivery."""

    destination: Destination
    digest: int
    delivery: Delivery | None  # None: the digest is still to be opened
    due: datetime | None = None  # when it was promised; for telling how late it is


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who uses Paperboy on one platform."""

    platform: str
    account: str
    id: str
    zone: str = ""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """Who changed what, when."""

    at: datetime
    actor: str
    action: str
    destination: Destination | None
    detail: str
