"""Authors as arXiv lists them in, the one line that the digest shows out. PURE.

    Hongwei Yi, Shitong Shao, Tian Ye … Daquan Zhou (12 authors)
    LHCb Collaboration (628 authors)

The number counts what arXiv lists, a collaboration's own entry included, junk not.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.compose.text_plain import plain
from bot.model import Plain
from bot.patterns import later

_ALL = 4  # so many authors are named in full; of more, the first three and the last
_GROUP = later(r"\b(?:collaborations?|consortium|team)\W*$", re.IGNORECASE)
_NAMED_GROUP = later(r"(.*\b(?:collaborations?|consortium|team))\s*:\s*(.*)", re.IGNORECASE)
_SPEAKS_FOR = later(r"\b(?:for|on behalf of)\b", re.IGNORECASE)
_MARKS = later(r"(?:\s*\(\s*\d+(?:\s*(?:,|and|&)\s*\d+)*\s*\))+\s*$")  # "(1,2)": an affiliation
_JUNK = later(r"(?:and|et\.? ?al\.?|\W*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Author:
    index: int  # place in the list as given
    name: str
    group: bool


def authors_line(authors: Sequence[str], matched: Collection[int] = ()) -> Plain:
    """Collaborations, then the first three and the last; whoever matched is always shown.

    `authors` are raw names, `matched` are indices into them. Empty if nobody is listed.
    """
    listed = [author for place, _ in enumerate(authors) for author in _read(authors, place)]
    groups = [author for author in listed if author.group]
    people = [author for author in listed if not author.group]
    shown = [rank for rank in range(len(people)) if _is_shown(rank, people, matched, bool(groups))]
    parts = [", ".join(author.name for author in groups)] if groups else []
    for place, rank in enumerate(shown):
        before = shown[place - 1] if place else -1
        joint = ", " if rank == before + 1 else " … "
        parts.append((joint if parts else "") + people[rank].name)
    count = f" ({len(listed)} authors)" if len(shown) < len(people) else ""
    return Plain("".join(parts) + count)


def _read(authors: Sequence[str], place: int) -> list[_Author]:
    """The author at `place`; nobody if it is junk, two if a group and a name share the entry."""
    name = _MARKS.sub("", plain(authors[place])).strip(" ,;:")
    both = _NAMED_GROUP.fullmatch(name)
    if both and not _SPEAKS_FOR.search(both[1]):
        return [
            _Author(place, _group_name(both[1]), group=True),
            *([_Author(place, both[2], group=False)] if not _JUNK.fullmatch(both[2]) else []),
        ]
    if _JUNK.fullmatch(name):
        return []
    colon_follows = place == 0 and len(authors) > 1 and authors[1].strip() == ":"
    group = colon_follows or bool(_GROUP.search(name) and not _SPEAKS_FOR.search(name))
    return [_Author(place, _group_name(name) if group else name, group)]


def _group_name(name: str) -> str:
    name = re.sub(r"^the ", "", name, flags=re.IGNORECASE)
    return re.sub(r"\bcollaboration", "Collaboration", name)


def _is_shown(
    rank: int, people: Sequence[_Author], matched: Collection[int], has_groups: bool
) -> bool:
    """Whether the person at `rank` is named: a collaboration of more than three speaks for all."""
    if people[rank].index in matched:
        return True
    if has_groups:
        return len(people) < _ALL
    return len(people) <= _ALL or rank < _ALL - 1 or rank == len(people) - 1
