"""What a platform's listeners let escape: they work after the acknowledgement, and only log."""

import contextlib
import logging
from collections.abc import Iterator


class Escaped(Exception):
    """Something broke while a payload was worked on."""


@contextlib.contextmanager
def watched() -> Iterator[None]:
    """Raise `Escaped` at the end if an error was logged. What is only a warning is expected."""
    found = _Errors()
    logger = logging.getLogger("paperboy")
    before = logger.propagate
    logger.addHandler(found)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(found)
        logger.propagate = before
    for record in found.records:
        error = record.exc_info[1] if record.exc_info else None
        if error is None or is_ours(error):
            raise Escaped(record.getMessage()) from error


def is_ours(error: BaseException) -> bool:
    """Say whether something of ours broke, and not a library on its way to us."""
    trace = error.__traceback__
    while trace:
        if "/bot/" in trace.tb_frame.f_code.co_filename:
            return True
        trace = trace.tb_next
    return False


class _Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)
