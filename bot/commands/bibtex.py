"""Papers → BibTeX. PURE.

https://info.arxiv.org/help/hypertex/bibstyles/ names eprint, archivePrefix and primaryClass.
"""

import html
import re
from collections.abc import Iterable

from bot.model import Paper

_LOOSE = re.compile(r"(?<!\\)[%#]|(?<!\\)&")  # what TeX would take for its own, outside formulas
_OPEN_END = re.compile(r"(?<!\\)(?:\\\\)*\\\Z")  # would take the closing brace along
_ENDS_EARLY = re.compile(r"(?<!\\)[{}]")


def bibtex(papers: Iterable[Paper]) -> str:
    """Return an entry for each paper; titles keep their TeX, which is what BibTeX wants."""
    return "\n\n".join(map(_entry, papers)) + "\n"


def _entry(paper: Paper) -> str:
    fields = {
        "title": paper.title,
        "author": " and ".join(paper.authors),
        "year": f"{paper.published:%Y}" if paper.published else "",
        "eprint": paper.id,
        "archivePrefix": "arXiv",
        "primaryClass": paper.categories[0] if paper.categories else "",
        "journal": paper.journal_ref or "",
        "doi": paper.doi or "",
        "url": f"https://arxiv.org/abs/{paper.id}",
    }
    lines = [f"  {name} = {{{_value(name, value)}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{arxiv:{paper.id},", *lines, "}"])


def _value(name: str, value: str) -> str:
    """Return text that neither ends its field early nor stops TeX."""
    text = " ".join(html.unescape(value).split())
    if not _is_balanced(text):
        text = _ENDS_EARLY.sub("", text)
    if name in ("title", "author", "journal"):
        text = _LOOSE.sub(lambda found: f"\\{found[0]}", text)
    return f"{text} " if _OPEN_END.search(text) else text


def _is_balanced(text: str) -> bool:
    depth = 0
    for brace in _ENDS_EARLY.findall(text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0
