"""Papers in several versions → each once, in its highest. PURE."""

from collections.abc import Iterable

from bot.model import Paper


def highest_versions(papers: Iterable[Paper]) -> tuple[Paper, ...]:
    """Return each paper in its highest version, in the order of first sight."""
    best: dict[str, Paper] = {}
    for paper in papers:
        if paper.id not in best or paper.version > best[paper.id].version:
            best[paper.id] = paper
    return tuple(best.values())
