"""An event → its words, without what people wrote. PURE.

An exception's own words may quote what it broke on: a message, a query, a request. So of exceptions
only the kind and the place are told, except for our own whose sentences are written here; but what
a person typed is in `UserError`'s. Libraries through which messages pass write them into their log:
of these events only the place is told.
"""

import logging
import traceback
from collections.abc import Iterator
from typing import Final

from bot.errors import ArxivRefused, PaperboyError, UserError

WORDLESS: Final = (
    "aiohttp.client",
    "aiohttp.server",
    "aiohttp.web",
    "aiohttp.websocket",
    "asyncio",
    "discord",
    "paperboy.slack.library",
    "slack_bolt",
    "slack_sdk",
)
"""Loggers of libraries through which people's messages pass."""


def words_of(record: logging.LogRecord) -> str:
    """Return what an event says."""
    if any(record.name == name or record.name.startswith(f"{name}.") for name in WORDLESS):
        return f"{record.name} in {record.funcName} ({record.filename}:{record.lineno})"
    if isinstance(record.args, tuple):
        args = tuple(_told(arg) for arg in record.args)
        return str(record.msg) % args if args else str(record.msg)
    return record.getMessage()


def traces_of(record: logging.LogRecord) -> Iterator[str]:
    """Yield the traceback of an event, if it has one: frames, kinds, and our own sentences."""
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        yield "\n".join(_trace(error, set()))
    if record.stack_info:
        yield record.stack_info


def described(error: BaseException) -> str:
    """Return an exception's kind, with its words only if they are ours."""
    ours = isinstance(error, PaperboyError) and not isinstance(error, UserError | ArxivRefused)
    return f"{type(error).__name__}: {error}" if ours else type(error).__name__


def _told(arg: object) -> object:
    """Return an argument of an event; of an exception what may be told."""
    if not isinstance(arg, BaseException):
        return arg
    ours = described(arg)
    return str(arg) if ": " in ours else ours


def _trace(error: BaseException, seen: set[int]) -> Iterator[str]:
    """Yield an exception's frames, and before them those of what it came from."""
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _trace(before, seen)
        yield "and from that:"
    yield "Traceback:"
    yield "".join(traceback.format_tb(error.__traceback__)).rstrip("\n")
    yield described(error)
    for inner in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        if id(inner) not in seen:
            yield from _trace(inner, seen)
