"""Safeguards, each taken out of the program under test by patching it in its own process.

Nothing here changes the product; each removal is one function, and `REMOVALS` names them all.
"""

import fcntl
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.http_retry.builtin_interval_calculators import FixedValueRetryIntervalCalculator
from slack_sdk.web.async_client import AsyncWebClient
from sqlite_utils import Database

from bot.deliver import outbox, steps, worker
from bot.limits import DeliveryLimits
from bot.model import State
from bot.platforms.discord import client as discord
from bot.platforms.discord.ids import keyed
from bot.platforms.slack import client as slack, service
from bot.settlement import RetryAt, Settlement, Unknown
from bot.store import (
    enqueueing,
    lock,
    migrations,
    opening,
    schema,
    settling,
    steps as steps_of,
)

Patch = Callable[[], None]


def _put(where: Any, name: str, fresh: Any) -> None:
    assert hasattr(where, name), f"{where} has no {name}: a removal must remove something"
    setattr(where, name, fresh)


# ── asking, and what the platforms know ──────────────────────────────────────────────────────────


def _no_nonce() -> None:
    class Unmarked(dict[str, Any]):
        """A body that takes neither nonce nor enforce_nonce."""

        def __ior__(self, other: Any) -> Any:  # type: ignore[misc]
            self.update({name: value for name, value in other.items() if "nonce" not in name})
            return self

    _put(discord, "keyed", lambda payload, key: Unmarked(keyed(payload, key)))


def _no_scan() -> None:
    async def absent(*_: Any) -> None:
        """Find nothing, wherever one looks."""

    _put(slack.SlackPlatform, "find", absent)
    _put(discord.DiscordPlatform, "find", absent)


def _no_wait() -> None:
    """Ask at once, while the request may still be on its way."""
    inner: Any = worker.Worker.__init__

    def hasty(self: Any, *args: Any, **more: Any) -> None:
        given = [
            replace(one, reconcile_after=0.0) if isinstance(one, DeliveryLimits) else one
            for one in args
        ]
        inner(self, *given, **more)

    _put(worker.Worker, "__init__", hasty)


def _library_repeats() -> None:
    """Let the library send a second time by itself, as it does by default; only sooner."""
    soon = FixedValueRetryIntervalCalculator(0.01)

    def connect(token: str, base_url: str) -> AsyncWebClient:
        again = AsyncConnectionErrorRetryHandler(interval_calculator=soon)
        return AsyncWebClient(token, base_url, timeout=slack.TIMEOUT, retry_handlers=[again])

    _put(service, "connect", connect)


# ── states ───────────────────────────────────────────────────────────────────────────────────────


def _no_unknown() -> None:
    """Take what may have been sent for what was not."""
    inner = outbox.decide

    def decide(*args: Any) -> Settlement:
        found = inner(*args)
        return RetryAt(args[2], "lost") if isinstance(found, Unknown) else found

    _put(steps, "decide", decide)


def _no_recovery() -> None:
    """After a restart, take what was being sent for what was not."""
    inner = settling.recover

    def recover(database: Database, *args: Any) -> int:
        rows = inner(database, *args)
        database.execute(
            "UPDATE deliveries SET state = 'planned', not_before = NULL WHERE state = 'unknown'"
        )
        for (row,) in database.execute("SELECT id FROM destinations").fetchall():
            steps_of.refresh(database, row)
        return rows

    _put(settling, "recover", recover)


def _no_claim() -> None:
    """Write nothing before the request."""
    _put(settling, "claim", lambda *_: 0)


def _claim_whatever() -> None:
    """Claim a row in whichever state it is."""
    inner = settling.claim

    def claim(database: Database, key: str, _: State, *more: str) -> int | None:
        found = database.execute("SELECT state FROM deliveries WHERE key = ?", [key]).fetchone()
        return inner(database, key, State(found[0]), *more) if found else None

    _put(settling, "claim", claim)


# ── planning ─────────────────────────────────────────────────────────────────────────────────────


def _no_ledger() -> None:
    _put(enqueueing, "_write_ledger", lambda *_: None)


def _no_compare_and_set() -> None:
    """Take a plan whose cursors have moved as if they had not."""
    inner = enqueueing._Batch._agreed

    def agreed(self: Any, plan: Any) -> int | None:
        moved = tuple(
            replace(one, from_seq=self.cursors[one.subscription][0])
            for one in plan.advances
            if one.subscription in self.cursors
        )
        return inner(self, replace(plan, advances=moved))

    _put(enqueueing._Batch, "_agreed", agreed)


def _no_unique_slot() -> None:
    """Make databases whose slots, topics and keys may come twice."""
    unique = (
        (",\n  UNIQUE(destination, slot)", ""),
        (",\n  PRIMARY KEY(subscription, from_seq)\n) STRICT, WITHOUT ROWID", "\n) STRICT"),
        ("key TEXT NOT NULL UNIQUE,\n  state", "key TEXT NOT NULL,\n  state"),
    )
    parts = list(schema.FIRST)
    for found, instead in unique:
        assert any(found in part for part in parts), found
        parts = [part.replace(found, instead) for part in parts]
    _put(migrations, "FIRST", tuple(parts))


# ── the lock file, and restoring ─────────────────────────────────────────────────────────────────

_UNASKED: set[str] = set()  # what the lock file is not asked for any more


def _no_flock() -> None:
    _put(fcntl, "flock", lambda *_: None)


def _not_asked(what: str) -> Patch:
    """Ask the lock file only for the rest of what it knows."""

    def knows(self: lock.Imprint, token: str, claims: int) -> bool:
        known = token != "" and token in (self.start, self.pending)
        return (known or "id" in _UNASKED) and (claims >= self.claims or "count" in _UNASKED)

    def patch() -> None:
        _UNASKED.add(what)
        _put(lock.Imprint, "knows", knows)

    return patch


def _no_read_back() -> None:
    _put(opening, "mark_all_unread", lambda _: None)


REMOVALS: Mapping[str, Patch] = {
    "nonce": _no_nonce,
    "scan": _no_scan,
    "wait": _no_wait,
    "one-try": _library_repeats,
    "unknown": _no_unknown,
    "recovery": _no_recovery,
    "claim": _no_claim,
    "claim-compare": _claim_whatever,
    "ledger": _no_ledger,
    "cursor-compare": _no_compare_and_set,
    "unique-slot": _no_unique_slot,
    "flock": _no_flock,
    "start-id": _not_asked("id"),
    "claims-count": _not_asked("count"),
    "read-back": _no_read_back,
}


def remove(name: str) -> None:
    """Take a safeguard out of this process."""
    REMOVALS[name]()
