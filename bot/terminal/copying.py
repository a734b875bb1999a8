"""`paperboy backup` and `restore`: a copy of a running bot's database, and the way back.

What a restored database does not know is read back from the platforms at the next start, before
anything is planned (see `bot.rereading`).
"""

from collections.abc import Mapping
from pathlib import Path

from bot.config import load_config
from bot.store.copies import backup, restore


def backup_text(target: Path, config: Path | None, environ: Mapping[str, str]) -> str:
    """Write the copy; return what to tell. Raises `StoreError`, `ConfigError`."""
    path = Path(load_config(config, environ).store.path)
    backup(path, target)
    size = target.stat().st_size / 1e6
    return (
        f"Copied {path} to {target} ({size:,.1f} MB).\n"
        "It holds subscriptions and what people saved: keep it as you keep the database.\n"
    )


def restore_text(source: Path, config: Path | None, environ: Mapping[str, str]) -> str:
    """Put the copy in its place; return what to tell. Raises `StoreError`, `ConfigError`."""
    path = Path(load_config(config, environ).store.path)
    kept = restore(path, source)
    before = f"What was there is kept as {kept}.\n" if kept else ""
    return (
        f"{source} is now {path}.\n{before}"
        "At the next start each place's messages since the backup are read first, so that nothing\n"
        "is sent twice; where they cannot be read, a person is asked.\n"
    )
