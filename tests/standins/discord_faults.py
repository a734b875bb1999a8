"""The ways in which Discord, or the way to it, misbehaves. PURE."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Fault(StrEnum):
    """What happens to one request."""

    DROP_BEFORE = "dropped before it was taken"
    DROP_DURING = "taken, and dropped in the middle of the answer"
    DROP_AFTER = "dropped after it was taken"
    TAKEN_LATER = "dropped, and taken all the same some time later"
    LATE = "answered late"
    ERROR_BEFORE = "a server error without doing it"
    ERROR_AFTER = "a server error after doing it"
    HTML_BEFORE = "a page with 502 without doing it"
    HTML_AFTER = "a page with 502 after doing it"
    GARBLED = "half of the answer"
    LIE = "200 without doing it, with a message of somebody else's"
    REFUSE = "any status and code"
    RATE = "429"


# What happens before anything is done.
UNDONE = frozenset(
    (Fault.DROP_BEFORE, Fault.ERROR_BEFORE, Fault.HTML_BEFORE, Fault.LIE, Fault.REFUSE, Fault.RATE)
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A fault for requests number `first` … `first + times - 1` (from 1) of a route.

    `route` is its name in Discord's specification, such as "create_message".
    """

    fault: Fault
    route: str = ""  # "" for any
    first: int = 1
    times: int = 1
    channel: str = ""  # only requests about this channel, "" for any
    status: int = 500  # of ERROR_BEFORE, ERROR_AFTER and REFUSE
    code: int = 0  # of REFUSE
    seconds: float = 0.0  # of LATE and TAKEN_LATER
    retry_after: float = 1.0  # seconds, of RATE
    everywhere: bool = False  # of RATE: the limit of the whole bot, not of a route
    when: Callable[[Mapping[str, Any]], bool] | None = None  # only requests with such bodies

    def is_about(self, route: str, channel: str, body: object) -> bool:
        """Tell whether a request is one of those that are counted."""
        return (
            self.route in ("", route)
            and self.channel in ("", channel)
            and (self.when is None or (isinstance(body, dict) and self.when(body)))
        )
