"""What `paperboy check` finds on this machine without asking anybody: files, rights, ports, log.

Nothing is changed; a listener's address is only bound for a moment, and only if no bot runs.
"""

import asyncio
import os
import shutil
import socket
import stat
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bot.checkup import Finding, Verdict
from bot.config import Config, secrets
from bot.errors import StoreError
from bot.store.copies import damage_in
from bot.store.lock import holder
from bot.store.migrations import is_earlier
from bot.store.opening import Store, open_store
from bot.web.address import Address, parse_address

ROOM: Final = 500_000_000  # bytes free beside the database; a year of all of arXiv takes about 300M
_OFF: Final = timedelta(minutes=10)  # by which a clock may be behind what is stored
_LOOK: Final = "`paperboy status` and `paperboy deliveries` say which, and why."


async def check_here(path: Path | None, config: Config) -> list[Finding]:
    """Return what was found, in the order in which a person would look."""
    database = Path(config.store.path)
    running = await asyncio.to_thread(holder, database)
    return [
        *await asyncio.to_thread(lambda: list(_readers(path, config))),
        _running(running),
        *await _database(database),
        await asyncio.to_thread(_disk, database),
        *await _listeners(config, running=bool(running)),
        *await asyncio.to_thread(lambda: list(_pages(config))),
    ]


def _running(process: int) -> Finding:
    said = f"yes, process {process}" if process else "no bot uses this database now"
    return Finding("Running", Verdict.OK, said)


# ── files with secrets ───────────────────────────────────────────────────────────────────────────


def _readers(path: Path | None, config: Config) -> Iterator[Finding]:
    """Yield a note for each file with a token in it that others on this machine may read."""
    folder = path.parent if path else Path()
    holders = (config.web, config.slack, config.discord)
    named = [getattr(one, key) for one in holders for key in one.__slots__ if key.endswith("_file")]
    files = [folder / Path(name).expanduser() for name in named if name]
    if path and any(one.reveal() in path.read_text(encoding="utf-8") for one in secrets(config)):
        files.append(path)
    for file in files:
        if file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
            text = f"{file.name} holds a token, and others on this machine may read it"
            yield Finding("Rights", Verdict.NOTE, text, f"chmod 600 {file}")


# ── database and disk ────────────────────────────────────────────────────────────────────────────


async def _database(path: Path) -> list[Finding]:
    if not await asyncio.to_thread(path.exists):
        return [Finding("Database", Verdict.OK, f"{path} will be made by the first run")]
    try:
        if await asyncio.to_thread(is_earlier, path):
            text = f"{path}: it is of an earlier version"
            remedy = "The next start upgrades it, and keeps a copy beside it."
            return [Finding("Database", Verdict.NOTE, text, remedy)]
        if damage := await asyncio.to_thread(damage_in, path):
            remedy = "Bring back a backup: paperboy restore FILE"
            return [Finding("Database", Verdict.FAILED, f"{path} is damaged: {damage}", remedy)]
        async with open_store(path, read_only=True) as store:
            return await _content(path, store)
    except StoreError as error:
        return [Finding("Database", Verdict.FAILED, str(error), error.remedy)]


async def _content(path: Path, store: Store) -> list[Finding]:
    numbers = await store.audit.numbers()
    counts = ", ".join(f"{count:,} {what}" for what, count in numbers.items() if count)
    found = [Finding("Database", Verdict.OK, f"{path}: {counts or 'empty'}")]
    if (await asyncio.to_thread(path.stat)).st_mode & (stat.S_IRGRP | stat.S_IROTH):
        text = "others on this machine may read the database"
        found.append(Finding("Rights", Verdict.NOTE, text, f"chmod 600 {path}"))
    if unread := len(await store.unread.places()):
        text = f"{unread:,} places are still to be read after a restore; nothing is sent there yet"
        remedy = "A running bot does it by itself; its log says what hinders it."
        found.append(Finding("Restore", Verdict.NOTE, text, remedy))
    for name, what in (
        ("doubts", "messages of which nobody knows whether they arrived"),
        ("quarantined", "messages that were refused"),
        ("suspended places", "places that cannot be written to"),
    ):
        if numbers[name] and not (name == "suspended places" and unread):
            found.append(Finding("Deliveries", Verdict.NOTE, f"{numbers[name]:,} {what}", _LOOK))
    return [*found, *await _clock(store)]


async def _clock(store: Store) -> list[Finding]:
    """Compare the clock with the moments that are stored: it must not be behind them."""
    now = datetime.now(UTC)
    stored = [row.planned_at for row in await store.audit.deliveries(None, 1)]
    stored += [row.at for row in await store.audit.rows(None, 1)]
    newest = max(stored, default=now)
    if newest - now <= _OFF:
        return []
    text = f"this clock is behind what was written at {newest:%Y-%m-%d %H:%M} UTC"
    return [Finding("Clock", Verdict.FAILED, text, "Let the machine keep its time by NTP.")]


def _disk(path: Path) -> Finding:
    folder = next(one for one in path.absolute().parents if one.is_dir())
    if not os.access(folder, os.W_OK):
        remedy = "Give Paperboy's user the folder, or set store.path to another one."
        return Finding("Disk", Verdict.FAILED, f"{folder} cannot be written", remedy)
    free = shutil.disk_usage(folder).free
    if free < ROOM:
        text = f"only {free // 1_000_000:,} MB free in {folder}"
        return Finding("Disk", Verdict.FAILED, text, "Make room: 500 MB are enough for a year.")
    return Finding("Disk", Verdict.OK, f"{free / 1e9:,.0f} GB free in {folder}")


# ── addresses and pages ──────────────────────────────────────────────────────────────────────────


async def _listeners(config: Config, *, running: bool) -> Sequence[Finding]:
    wanted = {"web.listen": config.web.listen, "public.listen": config.public.listen}
    told = [(key, parse_address(text)) for key, text in wanted.items() if text]
    checked = [asyncio.to_thread(_listener, key, address, running=running) for key, address in told]
    return await asyncio.gather(*checked)


def _listener(key: str, address: Address, *, running: bool) -> Finding:
    try:
        family, kind, _, _, where = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind) as trying:
            trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trying.bind(where)
    except OSError as error:
        if running:
            return Finding(key, Verdict.OK, f"{address.written} is in use, and a bot runs")
        text = f"{address.written} cannot be listened on: {(error.strerror or str(error)).lower()}"
        return Finding(key, Verdict.FAILED, text, "Stop what listens there, or set another port.")
    return Finding(key, Verdict.OK, f"{address.written} is free")


def _pages(config: Config) -> Iterable[Finding]:
    for page in config.page:
        folder = Path(page.out).absolute().parent
        if not folder.is_dir() or not os.access(folder, os.W_OK):
            text = f"{page.out} cannot be written"
            yield Finding("Page", Verdict.FAILED, text, f"Make {folder}, writable by Paperboy.")
        else:
            yield Finding("Page", Verdict.OK, f"{page.out} can be written")
