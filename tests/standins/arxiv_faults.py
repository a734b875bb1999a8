"""The ways in which arXiv has been seen to misbehave, and what they do to an answer (PURE)."""

from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """One way in which arXiv has been seen to misbehave."""

    STATUS_429 = "429"
    STATUS_406 = "406"
    STATUS_403 = "403"
    STATUS_503 = "503"
    STATUS_400 = "400"
    STATUS_502 = "502"
    HTML = "html"  # a page for people, with 200
    RATE_EXCEEDED = "rate exceeded"  # the throttling text, with 200
    EMPTY = "empty"
    TRUNCATED = "truncated"  # half a document, all of its announced length
    BROKEN_OFF = "broken off"  # half of the announced length
    MISSING_PARTS = "missing parts"  # well-formed, but titles are missing
    ERROR_ENTRY = "error entry"  # the API's error with 200; the feed's and OAI's likewise
    SHORT_PAGE = "short page"  # fewer entries than promised
    YESTERDAY = "yesterday"  # the feed: the last list day's items under today's date
    RESET_BEFORE = "reset before"
    RESET_AFTER = "reset after"  # after the header and some of the body
    STALL = "stall"
    REDIRECT = "redirect"


@dataclass(frozen=True, slots=True)
class Trouble:
    """A fault for requests number `first` … `first + times - 1` (from 1) of a kind."""

    fault: Fault
    kind: str = ""  # FEED, API, OAI, or "" for any
    first: int = 1
    times: int = 1
    retry_after: str = ""  # sent with a refusing status


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host sends."""

    body: bytes
    content_type: str = "text/xml"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def spoilt(made: Answer, fault: Fault | None) -> Answer:
    """Return the answer as a fault of the body or of the address leaves it."""
    if fault is Fault.HTML:
        return Answer(b"<!DOCTYPE html><html><body>arXiv is down</body></html>", "text/html")
    if fault is Fault.RATE_EXCEEDED:
        return Answer(b"Rate exceeded.", "text/plain")
    if fault is Fault.EMPTY:
        return Answer(b"", made.content_type)
    if fault is Fault.TRUNCATED:
        return Answer(made.body[: len(made.body) * 2 // 3], made.content_type)
    if fault is Fault.REDIRECT:
        return Answer(b"", "text/html", 301, {"Location": "https://arxiv.org/"})
    if fault is Fault.MISSING_PARTS:
        return Answer(_without_last_title(made.body), made.content_type)
    return made


def _without_last_title(body: bytes) -> bytes:
    head, mark, tail = body.rpartition(b"<title>")
    return head + tail.partition(b"</title>\n")[2] if mark else body
