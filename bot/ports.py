"""What the core needs from the world, as protocols of at most eight methods. PURE.

One method of a store port is one transaction (design, decision 1). Every method may raise
`StoreError`; what else a method raises, it says. Audit rows are written inside the changing method:
`actor` is "platform:account:person", or "paperboy".
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

from bot.delivered import DeliveryRow, Punctuality
from bot.limits import PlatformLimits
from bot.model import (
    Announcement,
    AuditRow,
    Batch,
    BatchState,
    Body,
    Delivery,
    Destination,
    Digest,
    Owed,
    Paper,
    Passed,
    Person,
    Place,
    Plan,
    Receipt,
    Schedule,
    Seen,
    State,
    Subscription,
)
from bot.settlement import Settlement

# ── clocks ───────────────────────────────────────────────────────────────────────────────────────


class Calendar(Protocol):
    """UTC wall time: schedules and batch days. May jump, in tests and in life."""

    def now(self) -> datetime:
        """Return the current moment, aware, in UTC."""


class Elapsed(Protocol):
    """Monotonic time, and sleeping: time-outs, pace, leases, the lane."""

    def now(self) -> float:
        """Return seconds since an arbitrary start."""

    async def sleep(self, seconds: float) -> None:
        """Wait that long."""


# ── store ────────────────────────────────────────────────────────────────────────────────────────


class Papers(Protocol):
    """What is known of papers, announced or not."""

    async def get(self, ids: Collection[str]) -> Mapping[str, Paper]:
        """Return the highest known version of each known paper."""

    async def versions(self, paper: str) -> tuple[Paper, ...]:
        """Return all known versions of one paper, ascending."""

    async def put(self, papers: Collection[Paper]) -> None:
        """Insert or complete versions (a known value is never replaced by an unknown one).

        Does not announce anything.
        """

    async def window(
        self, since: date, words: str | None = None
    ) -> tuple[tuple[Announcement, Paper], ...]:
        """Return announcements of batches from `since` on, newest first, each with its paper.

        `words` is an FTS5 expression over the analysed words of papers (see `compose.recall`),
        a superset to be checked with `compose.match`; None returns all.
        """

    async def needing_details(self, batch: date) -> tuple[str, ...]:
        """Return ids announced in `batch` of which comment or dates are not known."""

    async def prune(self, before: date) -> int:
        """Delete papers not announced, saved or delivered since; return how many."""


@dataclass(frozen=True, slots=True)
class FeedRead:
    """One feed request of a batch was read, with the validators for the next conditional one."""

    feed: str  # the set of archives asked for
    etag: str = ""
    modified: str = ""


class Announcements(Protocol):
    """What arXiv announced, numbered; and the feed days that carry it."""

    async def seen(self, papers: Collection[str]) -> Mapping[str, Seen]:
        """Return what was announced of these papers before, also of pruned ones."""

    async def add(
        self,
        papers: Collection[Paper],
        announcements: Sequence[Announcement],
        *,
        read: FeedRead | None = None,
        at: datetime,
    ) -> int:
        """Store papers, their unseen announcements in this order and the feed's validators.

        Creates batches (state open) as needed. Adding the same again changes nothing.
        Returns how many announcements were unseen.
        """

    async def batches(self, since: date) -> tuple[Batch, ...]:
        """Return the batches from that day on, ascending."""

    async def mark(self, day: date, state: BatchState, at: datetime) -> None:
        """Set a batch's state (creating the batch); `at` is when it counts as settled."""

    async def between(self, after: int, upto: int) -> tuple[tuple[Announcement, Paper], ...]:
        """Return announcements after < seq ≤ upto, ascending, each with its version's paper."""

    async def horizon(self, settled_by: datetime | None = None, *, forced: bool = False) -> int:
        """Return S: the last number before the first announcement of an unsettled batch.

        With `settled_by`: as it stood at that moment. `forced`: the last number of all.
        """

    async def validators(self, feed: str) -> FeedRead | None:
        """Return what the last read of this feed gave for conditional requests."""

    async def prune(self, before: date) -> int:
        """Delete announcements of batches before that day, leaving tombstones; return how many."""


@dataclass(frozen=True, slots=True)
class DueGroup:
    """Subscriptions that fall due together: same schedule, zone and last slot."""

    schedule: Schedule
    zone: str
    last_slot: str
    count: int
    paused_until: date | None = None  # paused; resumes on this local date


class Member(NamedTuple):
    """A subscription of a group in short: enough to tell whether a slot has anything for it.

    Of 100,000 that fall due most find nothing, and are never read whole.
    """

    id: int  # the subscription's row
    place: int  # the destination's row
    topic: str
    cursor: int
    speaks: bool  # posts even if nothing was found: its first digest, or "Tell me anyway"


class Subscriptions(Protocol):
    """Who gets what, where, when."""

    async def place(self, destination: Destination) -> Place | None:
        """Return a destination's place, if it is known."""

    async def put_place(
        self,
        place: Place,
        actor: str,
        *,
        renamed_from: Destination | None = None,
        moved_from: Destination | None = None,
    ) -> None:
        """Insert or change a place (its options, name, suspension).

        Clearing `suspended` resumes what is owed there; a known `last_platform_id` stays, only
        sends move it. `renamed_from`: the platform gave the same place this new address.
        `moved_from`: the subscriptions of that place come here, with new numbers, the same
        cursors, the ledgers united, and with the digests of which nothing was sent.
        """

    async def of(
        self, destination: Destination, *, removed: bool = False
    ) -> tuple[Subscription, ...]:
        """Return a destination's subscriptions, by number; with `removed`, those taken away too."""

    async def save(self, subscription: Subscription, actor: str) -> Subscription:
        """Insert (number 0: the next free one) or change; returns it as stored.

        Creates the place if it is missing. Saving a removed number brings it back (Undo). A cursor
        only moves forward: one read before a digest moved it does not take it back.
        """

    async def remove(self, destination: Destination, number: int, actor: str) -> None:
        """Take a subscription away. Its number is never used again for another."""

    async def groups(self) -> tuple[DueGroup, ...]:
        """Return the groups of subscriptions that are not suspended, nor paused without an end."""

    async def due(self, group: DueGroup) -> Sequence[Member]:
        """Return the members of a group, by place and number."""

    async def all(
        self,
        *,
        platform: str = "",
        account: str = "",
        only: Collection[int] | None = None,
        suspended: bool = False,
    ) -> tuple[tuple[Place, Subscription], ...]:
        """Return every subscription (of a platform, an account, these rows, suspended places)."""


class Outbox(Protocol):
    """What is owed, and what became of it."""

    async def enqueue(
        self, plans: Sequence[Plan], at: datetime, passed: Sequence[Passed] = ()
    ) -> Sequence[Plan]:
        """Freeze digests and move their cursors, at most 5,000 plans, in one transaction.

        The subscriptions of `passed` whose cursor still stands there only move their cursors.

        A plan of which a cursor has moved, or whose (destination, slot) exists, is left out whole;
        those are returned. Also sets each subscription's last_slot, and first_done.
        """

    async def shown(
        self, destinations: Collection[Destination], papers: Collection[str]
    ) -> Mapping[tuple[Destination, str], int]:
        """Return the ledger: highest version ever shown, for the pairs that exist."""

    async def owed(
        self,
        platform: str,
        now: datetime,
        limit: int,
        busy: Collection[Destination],
        accounts: Collection[str] = (),
    ) -> tuple[Owed, ...]:
        """Return the next step of up to `limit` destinations that are not busy or suspended.

        Digests in order of planning, parts in order; later parts wait as decision 3 says.
        Destinations take turns, a digest each; in a turn the oldest promise comes first, and who
        begins to be owed something joins the turn under way. Destinations of these
        `accounts` (which pause) are left out, so that they delay no other account.

        Looking changes nothing that can be seen: `now` may lie years ahead, to learn from the
        deliveries' `not_before` when the next step will be due. Doubts are never returned.
        """

    async def digest(self, digest: int | str) -> Digest | None:
        """Return a digest with all its papers, by row id or by the key of any of its deliveries.

        None if there is none (a button of a digest long pruned).
        """

    async def open(
        self, digest: int, parts: Sequence[Body], at: datetime, defect: str = ""
    ) -> bool:
        """Insert a digest's parts with their keys; False if another did so before.

        With `defect` (what the renderer broke on) there are no parts: one quarantined part 0
        without a body shows it, and `SendAgain` on that part leaves the digest to be opened anew.
        """

    async def claim(self, key: str, expected: State, at: datetime, newest: str = "") -> bool:
        """Write `sending` before the request; False if the row is not `expected` any more.

        Counts an attempt. `newest`, the id of the newest message seen at the destination before
        the first send there, becomes its last known platform id if it has none yet.
        """

    async def settle(self, key: str, settlement: Settlement, at: datetime) -> bool:
        """Write what became of a delivery, and what follows from it.

        False, and nothing is changed, if `deliver.outbox.legal` says no (it was settled before).
        """

    async def recover(self, platform: str, before: datetime | None, at: datetime) -> int:
        """Turn rows left `sending` (claimed before `before`, or all) into unknown; count them.

        They are to be asked about from `at` on.
        """


class People(Protocol):
    """What is kept about persons; all of it can be shown and deleted."""

    async def get(self, person: Person) -> Person | None:
        """Return the person as stored."""

    async def put(self, person: Person) -> None:
        """Insert or change (the zone)."""

    async def save_paper(self, person: Person, paper: str, at: datetime) -> None:
        """Add to the person's saved papers."""

    async def unsave_paper(self, person: Person, paper: str) -> None:
        """Take from the person's saved papers."""

    async def saved(self, person: Person) -> tuple[Paper, ...]:
        """Return the saved papers, last saved first."""

    async def about(self, person: Person) -> Mapping[str, int]:
        """Return what is stored about a person: kind of thing → how many."""

    async def forget(self, person: Person, at: datetime) -> None:
        """Delete the person's rows and alerts, and make audit rows anonymous."""


class Audit(Protocol):
    """Reading what was changed and delivered."""

    async def rows(self, destination: Destination | None, limit: int) -> tuple[AuditRow, ...]:
        """Return the newest changes first."""

    async def deliveries(
        self, destination: Destination | None, limit: int, *, doubts: bool = False
    ) -> tuple[DeliveryRow, ...]:
        """Return the newest deliveries first; `doubts`: only those that only a person can tell."""

    async def unsettled(
        self, destination: Destination | None, limit: int
    ) -> tuple[DeliveryRow, ...]:
        """Return the deliveries that are neither there nor given up, the oldest first."""

    async def punctuality(
        self, since: datetime, now: datetime, destination: Destination | None = None
    ) -> Mapping[str, Punctuality]:
        """Return by platform how digests kept their moments since then; notices have none."""

    async def numbers(self) -> Mapping[str, int]:
        """Return counts for `status`, as kind of thing (papers, announcements …) → how many."""


@dataclass(frozen=True, slots=True)
class LaneState:
    """Where the one lane to arXiv stands, in wall time, so that it survives restarts."""

    last_end: datetime | None = None  # end of the last request
    stopped_until: datetime | None = None
    strikes: int = 0  # stops in a row: which step of the ladder comes next
    unreachable_since: datetime | None = None


class Lane(Protocol):
    """The lane's memory, and the collector's marks."""

    async def load(self) -> LaneState:
        """Return the stored state; a fresh one at first."""

    async def store(self, state: LaneState) -> None:
        """Remember the state."""

    async def mark(self, name: str) -> str:
        """Return a mark of the collector ("oai-last-success", "harvest-done", …), or ""."""

    async def set_mark(self, name: str, value: str) -> None:
        """Remember a mark."""


# ── platforms ────────────────────────────────────────────────────────────────────────────────────


class Platform(Protocol):
    """One chat platform: four methods, and a lifetime."""

    @property
    def name(self) -> str:
        """The name in destinations, config and the log."""

    @property
    def limits(self) -> PlatformLimits:
        """The pace that the worker keeps."""

    def render(self, digest: Digest) -> Sequence[Body]:
        """Make all messages of a digest. Pure: the same digest gives the same bytes."""

    async def send(self, delivery: Delivery) -> Receipt:
        """Post one message. Raises `DeliveryError`s: every other exception is a defect."""

    async def find(self, delivery: Delivery, since: str) -> Receipt | None:
        """Look whether the destination holds this delivery's key, newest message first.

        `since` is the platform id of our last known message there, or "" (the very first).
        Raises `CannotAsk` where the history cannot be read, `RetryLater` when not now.
        """

    async def newest(self, destination: Destination) -> str:
        """Return the id of the newest message there ("" if none), before the first send."""
