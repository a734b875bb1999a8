"""Papers → the Markdown topic page: `## Topic`, then a table. PURE.

The format is that of the pages people keep in repositories: Title (linked to this version), Date
(this version's submission, UTC), Abstract (folded), Comment (plain up to 20 characters, else folded
behind its first five), CodeRepository. Text is arXiv's raw text; only what would break out of a
table cell, a link or the page is made safe (design, decision 10): `|`, `<`, `>`, newlines, and
brackets in titles.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from bot.compose.links import find_links, shown_link
from bot.model import Paper

CAP = 100
PLAIN_COMMENT = 20  # characters up to which a comment stands unfolded
TEASER = 5  # characters of a folded comment that stay visible
_HEADER = (
    "| **Title** | **Date** | **Abstract** | **Comment** | **CodeRepository** |\n"
    "| --- | --- | --- | --- | --- |\n"
)
_CELL = str.maketrans({"|": "&#124;", "<": "&lt;", ">": "&gt;"})
_LINK_TEXT = str.maketrans({"[": r"\[", "]": r"\]"})
_LINK_TARGET = str.maketrans(
    {"(": "%28", ")": "%29", " ": "%20", "<": "%3C", ">": "%3E", "|": "%7C"}
)
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def render_page(topic: str, papers: Iterable[Paper], cap: int = CAP) -> str:
    """Return one topic's section: at most `cap` rows, newest `updated` first, ties as given."""
    newest = sorted(papers, key=_updated, reverse=True)[:cap]
    rows = "".join(_row(paper) for paper in newest)
    return f"## {_cell(topic)}\n\n{_HEADER}{rows}\n"


def render_pages(sections: Sequence[tuple[str, Sequence[Paper]]], cap: int = CAP) -> str:
    """Return a page of several topics, in the order given."""
    return "".join(render_page(topic, papers, cap) for topic, papers in sections)


def _updated(paper: Paper) -> datetime:
    return paper.updated or paper.published or _LONG_AGO


def _row(paper: Paper) -> str:
    when = paper.updated or paper.published
    title = _cell(paper.title).translate(_LINK_TEXT)
    cells = (
        f"**[{title}](http://arxiv.org/abs/{paper.id}v{paper.version})**",
        f"{when:%Y-%m-%d}" if when else "",
        _folded("Show", _cell(paper.abstract)),
        _comment(paper.comment or ""),
        _code(paper),
    )
    return f"| {' | '.join(cells)} |\n"


def _cell(raw: str) -> str:
    return " ".join(raw.split()).translate(_CELL)


def _folded(summary: str, text: str) -> str:
    return f"<details><summary>{summary}</summary><p>{text}</p></details>"


def _comment(raw: str) -> str:
    text = " ".join(raw.split())
    if len(text) <= PLAIN_COMMENT:
        return text.translate(_CELL)
    return _folded(f"{text[:TEASER].translate(_CELL)}...", text.translate(_CELL))


def _code(paper: Paper) -> str:
    link = shown_link(find_links(paper.abstract, paper.comment))
    return f"[Code Link]({link.url.translate(_LINK_TARGET)})" if link else "None"
