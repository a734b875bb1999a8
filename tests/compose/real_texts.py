"""Real titles and abstracts of ../shared/data, by arXiv identifier; read once, never copied."""

import gzip
import json
from functools import cache

from tests.shared_data import SHARED

_FILES = ("arxiv/corpus.jsonl.gz", "verdict_papers.jsonl.gz")


@cache
def real_papers() -> dict[str, tuple[str, str]]:
    """Identifier (as the file gives it) → title, abstract; 28,572 papers."""
    papers: dict[str, tuple[str, str]] = {}
    for name in _FILES:
        with gzip.open(SHARED / "data" / name, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                papers[row.get("id") or row["paper"]] = (row["title"], row["abstract"])
    return papers
