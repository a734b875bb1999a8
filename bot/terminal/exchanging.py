"""`paperboy export` and `import`: all subscriptions as a file, and back.

Beside a running bot the file is written from a read-only look, and taken in by that bot; without
one, the lock is held for as long as it takes.
"""

import asyncio
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from bot.config import load_config
from bot.control import Door
from bot.errors import NotTaken, OperatorError
from bot.exchange.form import as_toml, read_toml
from bot.exchange.taking import take
from bot.store.opening import open_store
from bot.terminal.beside import is_served


async def export_text(out: Path | None, config: Path | None, environ: Mapping[str, str]) -> str:
    """Return the file, or what to tell once it is written. Raises `OperatorError`."""
    path = Path(load_config(config, environ).store.path)
    async with open_store(path, read_only=True) as store:
        members = await store.subscriptions.all()
    text = as_toml(members)
    if out is None:
        return text
    await asyncio.to_thread(_write, out, text)
    return f"Wrote {len(members):,} subscriptions to {out}.\n"


async def import_text(file: Path, config: Path | None, environ: Mapping[str, str]) -> str:
    """Take the file in; return what to tell. Raises `NotTaken`, `OperatorError`."""
    path = Path(load_config(config, environ).store.path)
    try:
        text = await asyncio.to_thread(file.read_text, "utf-8")
    except UnicodeDecodeError:
        raise NotTaken(f"{file}: this is not text in UTF-8.", remedy="Save it as UTF-8.") from None
    except OSError as error:
        raise NotTaken(f"{file}: {error.strerror}.") from None
    try:
        if await asyncio.to_thread(is_served, path):
            return await Door(path).bring_in(text) + "\n"
        wanted = await asyncio.to_thread(read_toml, text)
    except NotTaken as wrong:
        raise NotTaken(f"{file}: nothing was changed.\n{wrong}") from None
    async with open_store(path) as store:
        now = datetime.now(UTC)
        return f"{await take(wanted, store.subscriptions, store.announcements, now)}\n"


def _write(out: Path, text: str) -> None:
    """Replace the file whole; it holds ids of people, so it is its owner's only."""
    part = out.with_name(out.name + ".part")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(text)
        part.replace(out)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise OperatorError(
            f"{out}: it cannot be written ({error.strerror}).", remedy="Name another file."
        ) from error
