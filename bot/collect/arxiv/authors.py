"""One string of authors → their names. PURE.

The feed and OAI's arXivRaw give all authors as the submitter typed them, with affiliations in
parentheses (https://info.arxiv.org/help/prep.html#author, read 2026-11-22); the API and OAI's other
formats give them one by one. Names stay raw TeX.
"""

import re
from collections.abc import Iterable

from bot.model import Raw

_SEPARATOR = re.compile(r"[,;] ?(?:and |& )?| and ")  # white space is collapsed before
_AFTER_COLLABORATION = re.compile(r"((?:Collaboration|Consortium|Team)s?)\s*:\s*", re.IGNORECASE)
_SUFFIX = re.compile(r"(?:Jr|Sr|II|III|IV)\.?", re.IGNORECASE)
_ET_AL = re.compile(r"(?:and\s+)?(?:et\.?\s*al\b\.?|others)", re.IGNORECASE)
_PARENTHESES = re.compile(r"([()])")


def split_authors(text: str) -> tuple[Raw, ...]:
    """Split "A. One (Here), B. Two and C. Three, Jr." into names, affiliations left out."""
    bare = " ".join(_without_affiliations(text).split())
    bare = _AFTER_COLLABORATION.sub(r"\1, ", bare)
    names: list[str] = []
    for part in _SEPARATOR.split(bare):
        if names and _SUFFIX.fullmatch(part):
            names[-1] = f"{names[-1]}, {part}"
        else:
            names.append(part)
    return real_authors(names)


def real_authors(names: Iterable[str]) -> tuple[Raw, ...]:
    """Leave out what is no author: a lone ":" (arXiv has many), an empty name, "et al."."""
    tidy = (" ".join(name.split()) for name in names)
    return tuple(Raw(name) for name in tidy if _is_name(name))


def _is_name(text: str) -> bool:
    return any(map(str.isalnum, text)) and not _ET_AL.fullmatch(text)


def _without_affiliations(text: str) -> str:
    """Leave out what stands in parentheses, nested ones too, in one pass."""
    kept: list[str] = []
    opened: list[int] = []  # where in `kept` each parenthesis stands that is still open
    for part in _PARENTHESES.split(text):
        if part == ")" and opened:
            del kept[opened.pop() :]
            kept.append(" ")
            continue
        if part == "(":
            opened.append(len(kept))
        kept.append(part)
    return "".join(kept).replace("(", ", ").replace(")", ", ").replace(" ,", ",")  # never closed
