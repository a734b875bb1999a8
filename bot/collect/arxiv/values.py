"""What arXiv's answers become: feed days, OAI pages, search pages. PURE.

`problems` are parts that could not be read, in words; only lenient reading leaves any.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.model import Paper


class Announce(StrEnum):
    """The feed's announce_type: relative to the archives that were asked for, so only a hint."""

    NEW = "new"
    CROSS = "cross"
    REPLACE = "replace"
    REPLACE_CROSS = "replace-cross"


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One paper of a feed day. Of the paper neither comment nor dates are known."""

    paper: Paper
    announce: Announce


@dataclass(frozen=True, slots=True)
class FeedDay:
    """A feed document. `day` is when it was rendered (US Eastern), not what it announces."""

    day: date
    items: tuple[FeedItem, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A feed that was answered anew, with its validators for the next conditional request."""

    sets: tuple[str, ...]
    day: date
    items: tuple[FeedItem, ...]
    etag: str = ""
    modified: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotModified:
    """The feed is what it was when it was last read."""

    sets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OaiRecord:
    """One record of OAI-PMH: a paper as it stands now, and when each version was submitted.

    `versions` are (number, moment) ascending; only the format arXivRaw knows them.
    """

    id: str
    datestamp: date  # of the last change, whatever changed
    paper: Paper | None  # None: deleted
    versions: tuple[tuple[int, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class OaiPage:
    """One page of records. Without `token` it is the last one.

    `expired`: the token that was sent is not valid any more; ask again from the day.
    """

    records: tuple[OaiRecord, ...]
    token: str = ""
    expired: bool = False
    responded: date | None = None  # arXiv's own date, UTC
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of API results; `total` counts all results of the query."""

    papers: tuple[Paper, ...]
    total: int
    start: int = 0
