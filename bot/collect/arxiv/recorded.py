"""Saved feed files → days, for `run --replay FOLDER`: what arXiv once said, instead of the network.

RSS or Atom as the feed gave it, or JSON lines as a papers file has them; gzip allowed. A file's day
is the one it speaks of, not its name's; several files of a day (one an archive) are one day.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bot.collect.arxiv.feeds import parse_feed
from bot.collect.arxiv.values import Announce, FeedDay, FeedItem
from bot.collect.papers_file import Line, read_lines, unpacked
from bot.errors import ArxivError, PapersFileError
from bot.model import Paper

_SUFFIXES = (".xml", ".rss", ".atom", ".jsonl", ".json")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_REMEDY = "Save what https://rss.arxiv.org/rss/… answers, one day a file."


@dataclass(frozen=True, slots=True)
class Recording:
    """Days in their order, and what could not be read."""

    days: tuple[FeedDay, ...]
    problems: tuple[PapersFileError, ...] = ()


def read_recording(folder: Path) -> Recording:
    """Read all feed files of a folder.

    A file that cannot be read is a problem of its own; raises `PapersFileError` if there is no
    readable day at all. Days without items (weekends, holidays) are left out.
    """
    days: dict[date, FeedDay] = {}
    problems: list[PapersFileError] = []
    for path in _files(folder):
        try:
            read, unread = _read(path)
        except PapersFileError as error:
            problems.append(error)
            continue
        problems += unread
        for day in read:
            days[day.day] = _joined(days.get(day.day), day)
    found = tuple(days[day] for day in sorted(days) if days[day].items)
    if not found:
        first = f" ({problems[0]})" if problems else ""
        raise PapersFileError(f"{folder} holds no feed that can be read{first}", remedy=_REMEDY)
    return Recording(found, tuple(problems))


def _files(folder: Path) -> list[Path]:
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise PapersFileError(f"{folder}: {error.strerror}", remedy=_REMEDY) from error
    return [path for path in paths if path.name.removesuffix(".gz").endswith(_SUFFIXES)]


def _read(path: Path) -> tuple[list[FeedDay], list[PapersFileError]]:
    content = unpacked(path)
    if content.lstrip()[:1] != b"<":
        return _read_lines(path, content)
    try:
        day = parse_feed(content, strict=False)
    except ArxivError as error:
        raise PapersFileError(f"{path}: {error}", remedy=_REMEDY) from error
    return [day], [PapersFileError(f"{path}: {problem}") for problem in day.problems]


def _read_lines(path: Path, content: bytes) -> tuple[list[FeedDay], list[PapersFileError]]:
    days: dict[date, list[FeedItem]] = {}
    problems = []
    for read in read_lines(path, content):
        if isinstance(read, PapersFileError):
            problems.append(read)
            continue
        try:
            item = FeedItem(read.paper, _announce(read.line, read.paper))
            days.setdefault(_day(read.line, path), []).append(item)
        except ValueError as error:
            problems.append(PapersFileError(f"{path}:{read.number}: {error}", remedy=_REMEDY))
    return [FeedDay(day, tuple(items)) for day, items in days.items()], problems


def _day(line: Line, path: Path) -> date:
    named = _DATE.search(path.name)
    if line.day is None and named is None:
        raise ValueError("neither the line nor the file's name says of which day it is")
    return date.fromisoformat(line.day or (named[0] if named else ""))


def _announce(line: Line, paper: Paper) -> Announce:
    if line.kind is not None:
        return Announce(line.kind)
    return Announce.NEW if paper.version == 1 else Announce.REPLACE


def _joined(before: FeedDay | None, day: FeedDay) -> FeedDay:
    return day if before is None else replace(before, items=_all(before.items, day.items))


def _all(*parts: Iterable[FeedItem]) -> tuple[FeedItem, ...]:
    return tuple(item for part in parts for item in part)
