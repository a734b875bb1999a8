"""Dates as arXiv and HTTP write them → moments in UTC; what is no date is a ValueError. PURE.

The standard library raises OverflowError for numbers that no date has, and its moments at the ends
of time cannot be moved into another zone.
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def mail_moment(text: str) -> datetime:
    """Return the moment of "Tue, 24 Nov 2026 05:21:00 GMT", in its own zone (UTC if none)."""
    try:
        return _within_time(parsedate_to_datetime(text))
    except OverflowError as error:
        raise ValueError(f"{text[:40]!r} is no date") from error


def iso_moment(text: str) -> datetime:
    """Return the moment of "2026-11-24T05:21:00-05:00", in its own zone (UTC if none)."""
    try:
        return _within_time(datetime.fromisoformat(text.strip()))
    except OverflowError as error:
        raise ValueError(f"{text[:40]!r} is no date") from error


def _within_time(moment: datetime) -> datetime:
    """Return an aware moment that every zone can show."""
    aware = moment.replace(tzinfo=moment.tzinfo or UTC)
    if not _EARLIEST <= aware <= _LATEST:
        raise ValueError(f"{moment} is no date of a paper")
    return aware


_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(9998, 1, 1, tzinfo=UTC)
