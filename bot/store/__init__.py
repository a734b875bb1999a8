"""Everything that Paperboy remembers, in one SQLite file: one class per store port."""

from bot.store.opening import RESTORED, Store, open_store

__all__ = ["RESTORED", "Store", "open_store"]
