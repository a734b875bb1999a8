"""The ways in which Slack, or the way to it, misbehaves. PURE."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """What happens to one request."""

    DROP_BEFORE = "dropped before it was taken"
    DROP_AFTER = "dropped after it was taken"
    LATE = "answered late"
    INTERNAL_BEFORE = "internal_error without doing it"
    INTERNAL_AFTER = "internal_error after doing it"
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
    method: str = ""  # "" for any
    first: int = 1
    times: int = 1
    error: str = "internal_error"  # of REFUSE
    seconds: float = 0.0  # of LATE
    retry_after: str = "1"  # of RATE
    channel: str = ""  # only requests about this channel, "" for any
