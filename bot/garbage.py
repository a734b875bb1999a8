"""Bounded work without pauses of Python's cyclic garbage collector.

Whatever makes a hundred thousand lasting objects at once has the collector look through all of
them again and again: a tenth of a large batch's time, a quarter of a cold start's, and pauses of
the event loop of up to 0.2 s.
"""

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Let nothing be collected until the end, for work that leaves few cycles behind."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def begin() -> None:
    """Collect nothing while a program loads and starts: nearly everything that it makes stays."""
    gc.disable()


def settle() -> None:
    """Collect from now on, but never look again through what the start has made."""
    gc.freeze()
    gc.enable()
