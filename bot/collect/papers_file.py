"""A file of papers → papers: JSON lines (gzip allowed) or an arXiv Atom response.

Of `{"id","version","title","abstract","authors","categories","comment","published","updated"}` only
id, title and abstract are required; unknown keys are ignored. A line that cannot be read is a
problem of its own: the others are read.
"""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bot.collect.arxiv.authors import real_authors, split_authors
from bot.collect.arxiv.dates import iso_moment
from bot.collect.arxiv.ids import PaperId, canonical_categories, parse_id, read_version
from bot.errors import ArxivError, PapersFileError
from bot.model import Paper, Raw

_GZIP = b"\x1f\x8b"
_REMEDY = 'Each line is an object like {"id": "2502.07701", "title": "…", "abstract": "…"}.'


@dataclass(frozen=True, slots=True)
class PapersFile:
    """What a file holds, in its order, and which of its lines could not be read."""

    papers: tuple[Paper, ...]
    problems: tuple[PapersFileError, ...] = ()


class Line(msgspec.Struct):
    """One line as it may be written."""

    id: str
    title: str
    abstract: str
    version: int | str | None = None
    authors: list[str] | str | None = None
    categories: list[str] | str | None = None
    comment: str | None = None
    journal_ref: str | None = None
    doi: str | None = None
    published: str | None = None
    updated: str | None = None
    day: str | None = None  # of a day file for `run --replay`: arXiv's list date …
    kind: str | None = None  # … and new, cross or replace


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line that could be read."""

    number: int
    line: Line
    paper: Paper


def read_papers_file(path: Path) -> PapersFile:
    """Read the papers of a file.

    Raises `PapersFileError` if the file as a whole cannot be read; the message names it.
    """
    content = unpacked(path)
    if content.lstrip()[:1] == b"<":
        return PapersFile(_read_atom(path, content))
    papers, problems = [], []
    for read in read_lines(path, content):
        if isinstance(read, PapersFileError):
            problems.append(read)
        else:
            papers.append(read.paper)
    return PapersFile(tuple(papers), tuple(problems))


def unpacked(path: Path) -> bytes:
    """Return a file's bytes, unpacked if it is gzip; raises `PapersFileError`."""
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if content.startswith(_GZIP) else content
    except OSError as error:
        reason = error.strerror or str(error)
        remedy = "Check the name and that you may read it."
        raise PapersFileError(f"{path}: {reason}", remedy=remedy) from error
    except (EOFError, zlib.error) as error:
        remedy = "The gzip file is cut or damaged: fetch it again."
        raise PapersFileError(f"{path}: {error}", remedy=remedy) from error


def read_lines(path: Path, content: bytes) -> Iterator[ReadLine | PapersFileError]:
    """Read line by line; what cannot be read comes as an error that names file and line."""
    for number, text in enumerate(content.splitlines(), start=1):
        if not text.strip():
            continue
        try:
            line = msgspec.json.decode(text, type=Line)
            yield ReadLine(number, line, _paper(line))
        except (msgspec.MsgspecError, ValueError) as error:
            yield PapersFileError(f"{path}:{number}: {error}", remedy=_REMEDY)


def _read_atom(path: Path, content: bytes) -> tuple[Paper, ...]:
    from bot.collect.arxiv.parse import parse_api  # noqa: PLC0415 - 0.2 s that JSON lines do not need

    try:
        return parse_api(content).papers
    except ArxivError as error:
        remedy = "Save the answer of https://export.arxiv.org/api/query?… as it comes."
        raise PapersFileError(f"{path}: {error}", remedy=remedy) from error


def _paper(line: Line) -> Paper:
    found = _identifier(line.id)
    return Paper(
        id=found.id,
        version=_version(line.version, found),
        title=Raw(line.title),
        abstract=Raw(line.abstract),
        authors=_authors(line.authors),
        categories=_categories(line.categories),
        comment=None if line.comment is None else Raw(line.comment),
        journal_ref=None if line.journal_ref is None else Raw(line.journal_ref),
        doi=line.doi,
        published=_moment(line.published),
        updated=_moment(line.updated),
    )


def _identifier(text: str) -> PaperId:
    found = parse_id(text)
    if found is None and (not text.strip() or len(text.split()) > 1):
        raise ValueError(f"{text!r} is no identifier - at `$.id`")
    return found or PaperId(text.strip())


def _version(version: int | str | None, found: PaperId) -> int:
    if version is None:
        return found.version or 1
    try:
        return read_version(str(version))
    except ValueError as error:
        raise ValueError(f"{error} - at `$.version`") from None


def _authors(authors: list[str] | str | None) -> tuple[Raw, ...]:
    return split_authors(authors) if isinstance(authors, str) else real_authors(authors or ())


def _categories(categories: list[str] | str | None) -> tuple[str, ...]:
    if isinstance(categories, str):
        categories = categories.replace(",", " ").split()
    return canonical_categories(categories or ())


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    return iso_moment(text).astimezone(UTC)  # a day alone is its first moment
