"""The ways in which Slack, or the way to it, misbehaves. PURE."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Fault(StrEnum):
    """What happens to one request."""

    DROP_BEFORE = "dropped before it was taken"
    DROP_DURING = "taken, and dropped in the middle of the answer"
    DROP_AFTER = "dropped after it was taken"
    TAKEN_LATER = "dropped, and taken all the same some time later"
    TAKEN_TWICE = "repeated on the way, and taken twice"
    LATE = "answered late"
    INTERNAL_BEFORE = "internal_error without doing it"
    INTERNAL_AFTER = "internal_error after doing it"
    FATAL_AFTER = "fatal_error after doing it"
    HTML_BEFORE = "a page with 503 without doing it"
    HTML_AFTER = "a page with 503 after doing it"
    GARBLED = "half of the answer"
    LIE = "ok without doing it"
    REFUSE = "a documented error"
    RATE = "429"


@dataclass(frozen=True, slots=True)
class Trouble:
    """A fault for requests number `first` … `first + times - 1` (from 1) of a method."""

    fault: Fault
    method: str = ""  # "" for any; "response_url" for private answers to commands
    first: int = 1
    times: int = 1
    error: str = "internal_error"  # of REFUSE
    seconds: float = 0.0  # of LATE and TAKEN_LATER
    retry_after: str = "1"  # of RATE, sent as it stands here
    channel: str = ""  # only requests about this channel, "" for any
    when: Callable[[dict[str, Any]], bool] | None = None  # only requests with such arguments

    def is_about(self, method: str, arguments: dict[str, Any]) -> bool:
        """Tell whether a request is one of those that are counted."""
        return (
            self.method in ("", method)
            and self.channel in ("", str(arguments.get("channel", "")))
            and (self.when is None or self.when(arguments))
        )
