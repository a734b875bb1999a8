"""`paperboy match`: which papers of a file match which topics, because of what. PURE."""

from collections.abc import Iterable, Sequence

import msgspec

from bot.compose.match import Match, TopicIndex
from bot.compose.text import plain
from bot.compose.topic import Topic
from bot.model import Because, Paper
from bot.terminal.tables import table


def match_all(
    topics: Sequence[Topic], papers: Sequence[Paper]
) -> tuple[tuple[Topic, Paper, Sequence[Because]], ...]:
    """Return every match, in the order of the topics as given, then of the papers as given."""
    by_pair: dict[tuple[str, int], Match] = {}
    place = {id(paper): at for at, paper in enumerate(papers)}
    for match in TopicIndex({topic.canonical: topic for topic in topics}.values()).match(papers):
        by_pair[match.topic.canonical, place[id(match.paper)]] = match
    found = []
    for topic in topics:
        for at, paper in enumerate(papers):
            if hit := by_pair.get((topic.canonical, at)):
                found.append((topic, paper, hit.because))
    return tuple(found)


def as_json(found: Iterable[tuple[Topic, Paper, Sequence[Because]]]) -> str:
    """Return one JSON object a line: topic (as given), id, version, because."""
    lines = []
    for topic, paper, because in found:
        row = {
            "topic": topic.label,
            "id": paper.id,
            "version": paper.version,
            "because": [{"field": one.field, "words": one.words} for one in because],
        }
        lines.append(msgspec.json.encode(row).decode() + "\n")
    return "".join(lines)


def as_text(found: Sequence[tuple[Topic, Paper, Sequence[Because]]], *, aligned: bool) -> str:
    """Return a table: topic, paper, the words that matched, title."""
    rows = [("TOPIC", "PAPER", "BECAUSE", "TITLE")]
    for topic, paper, because in found:
        words = "; ".join(dict.fromkeys(f"{one.field}: {one.words}" for one in because))
        rows.append((topic.label, f"{paper.id}v{paper.version}", words, plain(paper.title)))
    return table(rows, aligned=aligned)
