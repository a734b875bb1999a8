"""Archives and categories → few feed requests of even size. PURE.

The feed cuts an answer at 2,000 items and then loses the *new* papers, which come last in its order
(arXiv/arxiv-feed `feed/database.py`), so archives are joined and split to stay near half of that:
Tuesdays carry about twice a usual day.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from math import ceil

from bot.taxonomy import ARCHIVES, archive_of, names

_EXPECTED = """
cs 1400 math 450 stat 340 eess 330 physics 330 cond-mat 280 astro-ph 200 quant-ph 190 hep-ph 160
hep-th 150 gr-qc 130 math-ph 85 hep-ex 75 q-bio 70 econ 50 q-fin 50 nucl-th 50 nlin 38 hep-lat 32
nucl-ex 30
cs.AI 520 cs.LG 470 cs.CV 280 cs.CL 260 cs.RO 150 cs.CR 110 cs.SE 110 cs.HC 80 cs.SY 80 cs.CY 60
cs.IR 60 cs.IT 60 cs.MA 60 cs.NA 60 cs.DC 50 cs.DS 45 cs.SD 45 cs.NI 40
"""
_EXPECTED_ELSEWHERE = 20  # of a category that the table does not name

FEED_CUT = 2_000
"""arXiv sends no more items than this (`result_limit` there); so many mean: some are missing."""

EMPTY_IS_NORMAL = 20
"""Up to this many expected items, a day on which a request brings none is nothing special."""

_LEARNING = 0.25  # share of the newest day in the moving average


def expected_items() -> dict[str, int]:
    """Return how many feed items a weekday brings at first guess, by archive and category.

    Rough figures of 2026; `learn` corrects them day by day.
    """
    words = _EXPECTED.split()
    return {name: int(number) for name, number in zip(words[::2], words[1::2], strict=True)}


def plan_groups(
    wanted: Collection[str], expected: Mapping[str, int], limit: int
) -> tuple[tuple[str, ...], ...]:
    """Join archives or categories into requests of about `limit` items, none too uneven.

    An archive that alone exceeds the limit is asked for by its categories.
    """
    parts = sorted(set(_split(wanted, expected, limit)), key=lambda p: (-_of(expected, p), p))
    count = max(1, ceil(sum(_of(expected, part) for part in parts) / limit))
    groups: list[list[str]] = [[] for _ in range(min(count, len(parts)))]
    for part in parts:
        min(groups, key=lambda group: sum(_of(expected, p) for p in group)).append(part)
    return tuple(sorted(tuple(sorted(group)) for group in groups))


def halve(group: tuple[str, ...], expected: Mapping[str, int]) -> tuple[tuple[str, ...], ...]:
    """Return two requests for what one could not answer whole; a lone category cannot be split."""
    parts = ARCHIVES.get(group[0], group) if len(group) == 1 else group
    if len(parts) == 1:
        return ()
    total = sum(_of(expected, part) for part in parts)
    return plan_groups(parts, {p: _of(expected, p) for p in parts}, max(1, ceil(total / 2)))


def learn(
    expected: Mapping[str, int],
    group: tuple[str, ...],
    items: Iterable[tuple[str, ...]],
) -> dict[str, int]:
    """Return the table after one more day: `items` are the categories of each item of a request.

    An item counts for the part that brought it: its primary category's if that was asked for.
    """
    counts = Counter(_bringer(group, categories) for categories in items)
    news = {part: _blend(_of(expected, part), counts[part]) for part in group}
    table = {**expected, **news}
    for archive, parts in ARCHIVES.items():
        if len(parts) > 1 and set(parts) & set(group):
            table[archive] = sum(_of(table, part) for part in parts if part in table)
    return table


def belongs(categories: Iterable[str], wanted: Collection[str]) -> bool:
    """Whether a paper with these categories is listed under one of `wanted`.

    A category counts under each of its names: the feed of `math` has `math.IT`, which is `cs.IT`.
    """
    every = (name for category in categories for name in names(category))
    return any(name in wanted or archive_of(name) in wanted for name in every)


def _split(wanted: Collection[str], expected: Mapping[str, int], limit: int) -> Iterable[str]:
    for name in wanted:
        yield from ARCHIVES.get(name, (name,)) if _of(expected, name) > limit else (name,)


def _of(expected: Mapping[str, int], part: str) -> int:
    return expected.get(part, _EXPECTED_ELSEWHERE)


def _bringer(group: tuple[str, ...], categories: tuple[str, ...]) -> str:
    matching = (part for c in categories for part in group if belongs((c,), (part,)))
    return next(matching, group[0])


def _blend(before: int, today: int) -> int:
    return round((1 - _LEARNING) * before + _LEARNING * today)
