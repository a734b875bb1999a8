"""Topics and where their papers come from: a file, the store beside a running bot, or arXiv."""

import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.collect.papers_file import read_papers_file
from bot.compose.match import TopicIndex, excluded_by
from bot.compose.topic import Topic, parse_topic
from bot.compose.versions import highest_versions
from bot.errors import TopicError, UserError
from bot.model import Kind, Paper


@dataclass(frozen=True, slots=True)
class Wish:
    """What a command wants to read. `older`: ask arXiv where the store has fewer papers."""

    topics: tuple[str, ...]
    days: int | None
    papers: Path | None
    config: Path | None
    environ: Mapping[str, str]
    older: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """A topic's papers, newest first or as the file has them; and who was left out by what."""

    topic: Topic
    papers: tuple[Paper, ...]
    scanned: int
    left_out: tuple[tuple[Paper, str], ...] = ()
    days: tuple[date, ...] = ()
    kinds: Mapping[str, Kind] | None = None


def read_topics(texts: Sequence[str], *, kinds_apply: bool) -> list[Topic]:
    """Parse topics as typed; says on stderr what may surprise. Raises `UserError`."""
    topics = []
    for text in texts:
        try:
            topic = parse_topic(text)
        except TopicError as error:
            place = f"{error.text}\n{' ' * error.position}^"
            raise UserError(
                f"I can't read that topic: {error}\n{place}", remedy=error.remedy
            ) from error
        for remark in topic.warnings:
            _say(f"{text}: {remark}")
        if topic.kinds and not kinds_apply:
            _say(f"{text}: kind: is not applied to a papers file, which has no kinds.")
        topics.append(topic)
    return topics


def read_file(path: Path, days: int | None = None) -> list[Paper]:
    """Read a papers file; says on stderr which lines could not be read."""
    read = read_papers_file(path)
    for problem in read.problems:
        _say(f"{problem} {problem.remedy}".strip())
    if days is None:
        return list(read.papers)
    since = datetime.now(UTC) - timedelta(days=days)
    return [paper for paper in read.papers if (paper.updated or paper.published or since) >= since]


async def read_matching(wish: Wish) -> list[Found]:
    """Return what each topic finds. Raises `UserError`, `OperatorError`, `ArxivError`."""
    topics = read_topics(wish.topics, kinds_apply=wish.papers is None)
    if wish.papers:
        papers = read_file(wish.papers, wish.days)
        once = highest_versions(papers)
        return [_found(topic, once) for topic in topics]
    from bot.terminal.beside import read_beside  # noqa: PLC0415 - a file needs no store

    return await read_beside(topics, wish)


def _found(topic: Topic, papers: Sequence[Paper]) -> Found:
    matched = tuple(match.paper for match in TopicIndex([topic]).match(papers))
    return Found(topic, matched, len(papers), left_out(topic, papers, matched))


def left_out(
    topic: Topic, papers: Sequence[Paper], matched: Collection[Paper]
) -> tuple[tuple[Paper, str], ...]:
    """Return the papers that only an exclusion kept away, each with the part that did."""
    here = {id(paper) for paper in matched}
    rest = [(paper, excluded_by(topic, paper)) for paper in papers if id(paper) not in here]
    return tuple((paper, part) for paper, part in rest if part)


def _say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201 - what surprises a person stands beside the output
