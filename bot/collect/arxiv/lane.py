"""Decisions of the one lane to arXiv: what an answer means, how long to wait. PURE.

One request at a time over all three hosts, 3 seconds apart, one connection
(https://info.arxiv.org/help/api/tou.html, read 2026-11-22). 429, 406, 403 and 503 are all used as
throttling; each stops the whole lane.
"""

from datetime import datetime, timedelta
from enum import IntEnum

from bot.collect.arxiv.dates import mail_moment
from bot.errors import ArxivBusy, ArxivGarbled, ArxivRefused, ArxivUnreachable
from bot.limits import ArxivLimits
from bot.ports import LaneState

NOT_MODIFIED = 304
_OK = 200
_DIGITS = 12  # of a Retry-After; the first of more say enough
_THROTTLING = frozenset({403, 406, 429, 503})


class Priority(IntEnum):
    """Who goes first when several wait for the lane."""

    FEED = 0
    OAI = 1
    DETAILS = 2
    SEARCH = 3


def judge(status: int, retry_after: timedelta | None = None, location: str = "") -> None:
    """Return for an answer that may be read; raise the `ArxivError` that any other one means."""
    if status in (_OK, NOT_MODIFIED):
        return
    if status in _THROTTLING:
        raise ArxivBusy(f"arXiv asks to wait (HTTP {status})", retry_after=retry_after)
    if 400 <= status < 500:  # noqa: PLR2004 - the class of statuses that blame the request
        raise ArxivRefused(f"arXiv refuses this request (HTTP {status})")
    if 500 <= status < 600:  # noqa: PLR2004 - the class of statuses that blame the server
        raise ArxivUnreachable(f"arXiv is out of order (HTTP {status})")
    where = f" to {location}" if location else ""
    raise ArxivGarbled(f"arXiv sends us elsewhere{where} (HTTP {status})")


def read_retry_after(header: str | None, now: datetime) -> timedelta | None:
    """Read the header in both of its forms, seconds or a date; None if it says nothing usable.

    https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
    """
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:_DIGITS]), 10**9))
    try:
        return max(timedelta(0), mail_moment(text) - now)
    except ValueError:
        return None


def stop_length(
    strikes: int, retry_after: timedelta | None, limits: ArxivLimits, chance: float
) -> float:
    """Return for how many seconds the lane stops after the `strikes`-th refusal in a row.

    `chance` in [0, 1) spreads our return; a longer Retry-After wins, up to the most we obey.
    """
    step = limits.stops[min(strikes, len(limits.stops)) - 1] * (1 + limits.stop_jitter * chance)
    wished = retry_after.total_seconds() if retry_after else 0.0
    return max(step, min(wished, limits.retry_after_max))


def waits(state: LaneState, now: datetime, limits: ArxivLimits) -> tuple[float, float]:
    """Return the seconds until the gap has passed and until the stop ends, for a loaded state.

    Each is clamped to its own maximum: the wall clock may have been wrong when it was written, or
    be wrong now.
    """
    longest = max(limits.retry_after_max, limits.stops[-1] * (1 + limits.stop_jitter))
    gap = stop = 0.0
    if state.last_end is not None:
        gap = limits.gap + (state.last_end - now).total_seconds()
    if state.stopped_until is not None:
        stop = (state.stopped_until - now).total_seconds()
    return min(max(gap, 0.0), limits.gap), min(max(stop, 0.0), longest)
