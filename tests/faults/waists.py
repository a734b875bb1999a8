"""Faults at the program's narrow waists, put in from outside: no product setting knows of them.

The store has one function that runs every transaction, each platform three calls, arXiv one, the
lock file one. Each is wrapped once; what an `Arm` says happens there: a kill, a signal, or trouble
with the disk that the real SQLite runs into.
"""

import asyncio
import contextlib
import os
import resource
import signal
import socket
import sqlite3
import ssl
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
from sqlite_utils import Database

from bot.collect.arxiv.client import ArxivClient
from bot.platforms.discord.client import DiscordPlatform
from bot.platforms.slack.client import SlackPlatform
from bot.platforms.web.client import WebPlatform
from bot.store import connection, opening
from bot.store.lock import Lock
from tests.faults.points import AFTER, BEFORE, CALLS, DURING, INSIDE, READ_BACK, Arm, Arms

KILL, TERM, HOLD = "kill", "term", "hold"
FULL, READ_ONLY, LOCKED = "full", "read-only", "locked"
NO_NAME, NO_TLS = "no name", "no tls"
HELD_FOR = 1.5  # seconds: long enough for a second process to do the same work meanwhile
A_MOMENT = 0.003  # seconds: in the middle of a call
_SMALL = 2_048  # bytes: what a file may have while the disk is full; the lock file has fewer

Call = Callable[..., Awaitable[Any]]


def die_at(arm: Arm | None) -> None:
    """End this process as the arm says, if it says so."""
    if arm and arm.action == KILL:
        os.kill(os.getpid(), signal.SIGKILL)
    if arm and arm.action == TERM:
        os.kill(os.getpid(), signal.SIGTERM)


# ── the store ────────────────────────────────────────────────────────────────────────────────────


def wrap_store(arms: Arms) -> None:
    """Wrap the one function that runs transactions; only those that write are points."""
    inner = connection.transact

    def transact(
        database: Database, begin: str, work: Callable[[Database], Any], where: str
    ) -> Any:
        if begin == "BEGIN":
            return inner(database, begin, work, where)
        name = name_of(work)
        arm = arms.reached(f"{name} {BEFORE}")
        die_at(arm)

        def inside(inner_database: Database) -> Any:
            result = work(inner_database)
            die_at(arms.reached(f"{name} {INSIDE}"))
            return result

        if arm and arm.action == HOLD:
            time.sleep(HELD_FOR)  # this is the fault: the process stands still while others go on
        with _trouble(arm, database, where):
            result = inner(database, begin, inside, where)
        die_at(arms.reached(f"{name} {AFTER}"))
        return result

    connection.transact = transact
    opening.transact = transact  # type: ignore[attr-defined]


def name_of(work: Callable[..., Any]) -> str:
    """Return the name of the method whose work this is."""
    return getattr(work, "__qualname__", "?").split(".<locals>")[0].lstrip("_")


@contextlib.contextmanager
def _trouble(arm: Arm | None, database: Database, where: str) -> Iterator[None]:
    match arm.action if arm else "":
        case "full":
            with _full_disk():
                yield
        case "read-only":
            database.execute("PRAGMA query_only = ON")
            try:
                yield
            finally:
                database.execute("PRAGMA query_only = OFF")
        case "locked":
            with _locked(Path(where)):
                yield
        case _:
            yield


@contextlib.contextmanager
def _full_disk() -> Iterator[None]:
    """Let the kernel refuse to make any file longer, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_SMALL, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Let another connection hold the database for as long as this takes."""
    other = sqlite3.connect(path, isolation_level=None, timeout=5.0)
    try:
        other.execute("BEGIN IMMEDIATE")
        yield
    finally:
        other.close()


def wrap_lock(arms: Arms) -> None:
    """Wrap the writing of the lock file."""
    inner = Lock.write

    def write(self: Lock, *args: Any, **more: Any) -> None:
        die_at(arms.reached(f"lock {BEFORE}"))
        inner(self, *args, **more)
        die_at(arms.reached(f"lock {AFTER}"))

    Lock.write = write  # type: ignore[method-assign]


# ── calls ────────────────────────────────────────────────────────────────────────────────────────


def wrap_calls(arms: Arms) -> None:
    """Wrap what the worker asks of platforms, and the collector of arXiv."""
    for kind, name in (
        (WebPlatform, "web"),
        (SlackPlatform, "slack"),
        (DiscordPlatform, "discord"),
    ):
        for call in (*CALLS, READ_BACK):
            setattr(kind, call, _wrapped(arms, f"{name}.{call}", getattr(kind, call)))
    setattr(ArxivClient, "_request", _wrapped(arms, "arxiv", ArxivClient._request))  # noqa: B010


def _wrapped(arms: Arms, name: str, inner: Call) -> Call:
    async def call(*args: Any, **more: Any) -> Any:
        die_at(arms.reached(f"{name} {BEFORE}"))
        if arms.awaits(f"{name} {DURING}"):
            result = await _in_the_middle(arms, name, inner(*args, **more))
        else:
            result = await inner(*args, **more)
        die_at(arms.reached(f"{name} {AFTER}"))
        return result

    return call


async def _in_the_middle(arms: Arms, name: str, call: Awaitable[Any]) -> Any:
    under_way = asyncio.ensure_future(call)
    try:
        await asyncio.wait({under_way}, timeout=A_MOMENT)
        die_at(arms.reached(f"{name} {DURING}"))
        return await under_way
    finally:
        under_way.cancel()


def wrap_network(arms: Arms) -> None:
    """Wrap the making of connections: names that do not resolve, TLS that cannot be agreed on."""
    resolve, connect = (
        aiohttp.TCPConnector._resolve_host,
        aiohttp.TCPConnector._wrap_create_connection,
    )

    async def resolving(self: Any, *args: Any, **more: Any) -> Any:
        arm = arms.reached("name")
        if arm and arm.action == NO_NAME:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return await resolve(self, *args, **more)

    async def connecting(self: Any, *args: Any, req: Any, **more: Any) -> Any:
        arm = arms.reached("tls")
        if arm and arm.action == NO_TLS:
            error = ssl.SSLCertVerificationError("certificate verify failed")
            raise aiohttp.ClientConnectorCertificateError(req.connection_key, error)
        return await connect(self, *args, req=req, **more)

    aiohttp.TCPConnector._resolve_host = resolving  # type: ignore[method-assign]
    aiohttp.TCPConnector._wrap_create_connection = connecting  # type: ignore[method-assign]
