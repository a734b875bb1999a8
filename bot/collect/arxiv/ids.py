"""arXiv identifiers and category names: any way of writing them → one canonical form. PURE.

Forms since 1991: https://info.arxiv.org/help/arxiv_identifier.html (read 2026-11-22). Old ones are
kept without their subject class ("math.GT/0309136" is "math/0309136"), as arXiv itself does.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.taxonomy import canonical

_NEW = r"(?P<new>\d{4}\.\d{4,5})"
_OLD = r"(?P<archive>[a-z]+(?:-[a-z]+)*)(?:\.[a-z]{2}|\.[a-z]+(?:-[a-z]+)*)?/(?P<number>\d{7})"
_ID = re.compile(rf"(?:{_NEW}|{_OLD})(?:v(?P<version>[1-9]\d{{0,2}}))?", re.IGNORECASE | re.ASCII)

_WRAPPING = re.compile(
    r"""(?: (?:https?://)? (?:[\w-]+\.)*
            (?: arxiv\.org/(?:abs|pdf|html|format|src|e-print|ps)/ | doi\.org/10\.48550/arxiv\. )
          | oai:arxiv\.org:
          | doi:\s*10\.48550/arxiv\.  | 10\.48550/arxiv\.
          | arxiv\s*:\s*
        )?
        (?P<id>\S+?)
        (?:\.pdf|\.html)? (?:[?\#]\S*)? /?
        (?:\s+\[[\w.-]+\])?
    """,
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)

MOST_VERSIONS = 999  # three digits, as in an identifier
_FIRST_NEW = (2007, 4)  # April 2007: YYMM.NNNN
_FIVE_DIGITS = (2015, 1)  # January 2015: YYMM.NNNNN


@dataclass(frozen=True, slots=True)
class PaperId:
    """A canonical identifier, and the version if one was written."""

    id: str
    version: int | None = None


def parse_id(text: str) -> PaperId | None:
    """Read an identifier, bare or inside a URL, DOI, OAI name or "arXiv:…"; None if it is none."""
    wrapped = _WRAPPING.fullmatch(text.strip())
    found = _ID.fullmatch(wrapped["id"]) if wrapped else None
    if found is None:
        return None
    version = int(found["version"]) if found["version"] else None
    if found["new"]:
        return PaperId(found["new"], version) if _is_new_style(found["new"]) else None
    archive, number = found["archive"].lower(), found["number"]
    return PaperId(f"{archive}/{number}", version) if _is_old_style(number) else None


def read_version(text: str) -> int:
    """Read "v2" or "2". Raises ValueError for what is no version."""
    digits = text.strip().removeprefix("v")
    if not (digits.isascii() and digits.isdigit()) or not 1 <= int(digits[:9]) <= MOST_VERSIONS:
        raise ValueError(f"{text[:20]!r} is no version")
    return int(digits[:9])


def id_order(paper: str) -> tuple[int, int, int]:
    """Return (year, month, number) of a canonical identifier: later ones compare greater.

    arXiv numbers papers in the order in which it announces them, so a new paper's number lies
    above every number announced before. Old identifiers count per archive; they sort first, and
    before them whatever is no identifier of arXiv's.
    """
    if parse_id(paper) is None:
        return 0, 0, 0
    digits = paper.rpartition("/")[2].replace(".", "")
    return (*_year_month(digits), int(digits[4:]))


def canonical_categories(names: Iterable[str]) -> tuple[str, ...]:
    """Replace aliases and drop what then stands twice; the order (primary first) stays."""
    return tuple(dict.fromkeys(canonical(name) for name in names))


def _year_month(digits: str) -> tuple[int, int]:
    year = int(digits[:2])
    return (1900 if year >= 91 else 2000) + year, int(digits[2:4])  # noqa: PLR2004 - began in 1991


def _is_new_style(text: str) -> bool:
    year_month = _year_month(text)
    length = 5 if year_month >= _FIVE_DIGITS else 4
    return _is_month(year_month) and year_month >= _FIRST_NEW and len(text) == 5 + length


def _is_old_style(number: str) -> bool:
    year_month = _year_month(number)
    return _is_month(year_month) and year_month < _FIRST_NEW


def _is_month(year_month: tuple[int, int]) -> bool:
    return 1 <= year_month[1] <= 12  # noqa: PLR2004 - months
