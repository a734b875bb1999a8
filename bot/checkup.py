"""What a check of the installation found: one line each, for `paperboy check`. PURE."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a checked thing stands."""

    OK = "ok"
    NOTE = "note"  # works, but the operator should know
    FAILED = "failed"
    SKIPPED = "skipped"  # not set up, or not asked because something before it failed


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was checked, how it stands, and what to do if it does not."""

    subject: str
    verdict: Verdict
    text: str
    remedy: str = ""
