"""A paper comes once, ever, and nothing is missing: random years against a naive reference."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hypothesis import given, settings, strategies as st

from bot.compose.digest import Composer, Due
from bot.model import (
    Announcement,
    Kind,
    Paper,
    Place,
    Subscription,
)
from tests.compose.digests import (
    CROSS,
    HERE,
    NEW,
    REPLACE,
    SLOT,
    found,
    numbered,
    papers,
    said,
    subscription,
)

# ── once, ever: a year of random announcements, digest by digest ─────────────────────────────────

TOPICS = ("t1", "t2", "t3")
announced = st.lists(
    st.tuples(
        st.integers(0, 7),  # paper
        st.sampled_from([NEW, NEW, CROSS, REPLACE]),
        st.integers(1, 3),  # version
        st.booleans(),  # late
        st.frozensets(st.sampled_from(TOPICS), max_size=3),  # who finds it
    ),
    max_size=30,
)
some_kinds = st.sampled_from([{NEW, CROSS}, {NEW}, {REPLACE}, set(Kind)]).map(frozenset)
some_subscriptions = st.lists(
    st.builds(
        subscription,
        st.just(1),
        st.sampled_from(TOPICS),
        kinds=some_kinds,
        updates=st.booleans(),
    ),
    min_size=1,
    max_size=3,
).map(lambda ones: [replace(one, number=n, id=n) for n, one in enumerate(ones, 1)])


def naive(
    rows: Sequence[tuple[Announcement, Paper]],
    finders: Sequence[frozenset[str]],
    ones: Sequence[Subscription],
    ledger: Mapping[str, int],
) -> set[str]:
    """The papers that should come, one announcement and subscription at a time."""
    coming = set()
    for (one, _), topics in zip(rows, finders, strict=True):
        for subscriber in ones:
            if subscriber.topic not in topics or one.seq <= subscriber.cursor:
                continue
            if one.paper not in ledger and one.kind in subscriber.kinds:
                coming.add(one.paper)
            newer = one.version > ledger.get(one.paper, 99) and one.kind is REPLACE
            if newer and not one.late and subscriber.updates:
                coming.add(one.paper)
    return coming


@given(announced, some_subscriptions, st.lists(st.integers(1, 10), min_size=1, max_size=8))
@settings(max_examples=200, deadline=None)
def test_a_paper_comes_once_ever_and_nothing_that_should_come_is_missing(
    stream: list[tuple[int, Kind, int, bool, frozenset[str]]],
    ones: list[Subscription],
    steps: list[int],
) -> None:
    rows = numbered(*(said(f"p{p}", kind, v, late=late) for p, kind, v, late, _ in stream))
    finders = [topics for *_, topics in stream]
    ledger: dict[str, int] = {}
    start = 0
    for step in [*steps, len(rows)]:
        end = min(start + step, len(rows))
        part, by = rows[start:end], finders[start:end]
        hits = {t: found(*(n for n, topics in enumerate(by) if t in topics)) for t in TOPICS}
        shown = {(HERE, paper): version for paper, version in ledger.items()}
        plan = Composer(part, hits, shown, end).compose(Due(Place(HERE, "#"), SLOT, tuple(ones)))
        assert sorted(papers(plan)) == sorted(naive(part, by, ones, ledger))
        for item in plan.items:
            assert item.version > ledger.get(item.paper, 0)
            assert item.update is (item.paper in ledger)
            assert not item.update or any(one.updates for one in ones)
            assert item.subscriptions == tuple(sorted(set(item.subscriptions)))
            ledger[item.paper] = item.version
        ones = [replace(one, cursor=end) for one in ones]
        start = end
