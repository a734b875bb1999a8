"""Events on stderr: one line for people, or one JSON object a line. Nothing secret ever.

Every event carries an `action` (a stable word for machines), its message, and what it is about, as
`extra={"action": "planned", "digests": 3}`. What is formatted, tracebacks included, passes through
`Redaction` last, so that a token cannot be printed by anybody's mistake. Values never hold what a
person wrote, and neither do the words of exceptions and libraries (see `log_words`).
"""

import json
import logging
import re
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO
from urllib.parse import quote

from bot.log_words import WORDLESS, traces_of, words_of
from bot.secret import Secret

HIDDEN = "(secret)"
_SHORTEST = 6  # characters; shorter "secrets" would blank out ordinary words
_TOKENS = re.compile(  # what tokens look like, should one come from elsewhere than the config
    r"xox[a-z]-[\w-]{8,}|xapp-[\w-]{8,}|[\w-]{23,28}\.[\w-]{6}\.[\w-]{27,}|(?<=Bearer )[\w.-]{8,}"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

_Plain = str | int | float | bool | None


def set_up_logging(
    level: str, form: str, secrets: Iterable[Secret] = (), stream: TextIO | None = None
) -> None:
    """Send all events from `level` on ("debug" … "error") to `stream` (stderr), in this form.

    `form` is "text", "json", or "auto": text on a terminal. Replaces what was set up before.
    """
    stream = stream or sys.stderr
    as_text = form == "text" or (form == "auto" and stream.isatty())
    redaction = Redaction(secrets)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(TextFormatter(redaction) if as_text else JsonFormatter(redaction))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    quieter = logging.NOTSET if level == "debug" else logging.WARNING
    logging.getLogger("aiohttp.access").setLevel(quieter)
    for name in WORDLESS:  # what they say below that are the messages themselves
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    sys.excepthook = _report_crash


class Redaction:
    """Takes secrets out of text."""

    def __init__(self, secrets: Iterable[Secret]) -> None:
        revealed = {secret.reveal() for secret in secrets}
        texts = {text for one in revealed if len(one) >= _SHORTEST for text in _spellings(one)}
        # The longest first: one secret may be the beginning of another.
        self._texts = sorted(texts, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """Return the text with every known secret, and all that looks like one, hidden."""
        for secret in self._texts:
            text = text.replace(secret, HIDDEN)
        return _TOKENS.sub(HIDDEN, text)


class TextFormatter(logging.Formatter):
    """`06:21:03 read arXiv of Tue 24 Nov (papers=1204)`; below, a traceback if there is one."""

    def __init__(self, redaction: Redaction) -> None:
        super().__init__()
        self._redaction = redaction

    def format(self, record: logging.LogRecord) -> str:
        """Return one line, local time, trouble marked; secrets hidden."""
        clock = datetime.fromtimestamp(record.created, UTC).astimezone()
        trouble = f"{record.levelname.lower()}: " if record.levelno >= logging.WARNING else ""
        about = ", ".join(f"{key}={value}" for key, value in _about(record).items())
        line = f"{clock:%H:%M:%S} {trouble}{words_of(record)}{f' ({about})' if about else ''}"
        return self._redaction("\n".join([_one_line(line), *traces_of(record)]))


class JsonFormatter(logging.Formatter):
    """`{"at": …, "level": …, "action": …, "message": …}` and what the event is about."""

    def __init__(self, redaction: Redaction) -> None:
        super().__init__()
        self._redaction = redaction

    def format(self, record: logging.LogRecord) -> str:
        """Return one JSON object on one line, UTC; secrets hidden."""
        event: dict[str, _Plain] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "action": action_of(record),
            "message": words_of(record),
            "logger": record.name,
            **_about(record),
        }
        if traces := list(traces_of(record)):
            event["trace"] = "\n".join(traces)
        # Hidden before it is written as JSON, which may spell a secret's characters differently.
        hidden = {
            key: self._redaction(value) if isinstance(value, str) else value
            for key, value in event.items()
        }
        return json.dumps(hidden)


def _spellings(secret: str) -> set[str]:
    """Return how a secret looks as it is, in a `repr`, in JSON and in an address."""
    written = quote(secret, safe="", errors="replace")
    return {secret, repr(secret)[1:-1], json.dumps(secret)[1:-1], written}


def action_of(record: logging.LogRecord) -> str:
    """Return the event's action; for other people's libraries the name of their logger."""
    return str(getattr(record, "action", record.name))


def _about(record: logging.LogRecord) -> Mapping[str, _Plain]:
    """Return what an event is about: what came as `extra`, without its action."""
    return {
        key: value if isinstance(value, _Plain) else str(value)
        for key, value in vars(record).items()
        if key not in _STANDARD and key != "action"
    }


def _one_line(text: str) -> str:
    """Return text in which nothing can begin a new line or command a terminal."""
    return _CONTROL.sub(lambda found: repr(found[0])[1:-1], text)


def _report_crash(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Log what ended the program, so that this traceback too is free of secrets."""
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("paperboy").critical(
        "Paperboy stops: %s",
        kind.__name__,
        exc_info=(kind, error, trace),
        extra={"action": "crash"},
    )
