"""Invented values in the real formats, for the property tests of the store."""

from datetime import UTC, date, datetime

from hypothesis import strategies as st

from bot.model import Daily, Kind, OnArrival, Paper, Raw, Weekly


def moments() -> st.SearchStrategy[datetime]:
    return st.datetimes(
        datetime(1991, 8, 14),  # noqa: DTZ001 - hypothesis wants naive bounds
        datetime(2040, 1, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    )


def days() -> st.SearchStrategy[date]:
    return st.dates(date(2026, 8, 3), date(2026, 8, 14))


def raws(max_size: int = 30) -> st.SearchStrategy[Raw]:
    return st.text(max_size=max_size).map(Raw)


def categories() -> st.SearchStrategy[tuple[str, ...]]:
    names = ["cs.CV", "cs.LG", "hep-th", "math.AG", "quant-ph", "stat.ML"]
    return st.lists(st.sampled_from(names), unique=True, max_size=4).map(tuple)


def paper_ids() -> st.SearchStrategy[str]:
    return st.sampled_from(
        ["2608.00001", "2608.00002", "hep-th/9901001", "0704.0001", "2502.07701"]
    )


def papers() -> st.SearchStrategy[Paper]:
    return st.builds(
        Paper,
        id=paper_ids(),
        title=raws().filter(bool),
        abstract=raws(80).filter(bool),
        version=st.integers(1, 4),
        authors=st.lists(raws(), max_size=3).map(tuple),
        categories=categories(),
        comment=st.none() | raws(),
        journal_ref=st.none() | raws(),
        doi=st.none() | st.text(max_size=10),
        published=st.none() | moments(),
        updated=st.none() | moments(),
    )


def schedules() -> st.SearchStrategy[Daily | Weekly | OnArrival]:
    times = st.times().map(lambda time: time.strftime("%H:%M"))
    weekdays = st.sets(st.integers(1, 7), min_size=1).map(lambda days: tuple(sorted(days)))
    return st.one_of(
        st.builds(Daily, times),
        st.builds(Weekly, weekdays, times),
        st.builds(OnArrival, st.booleans()),
    )


def kinds() -> st.SearchStrategy[frozenset[Kind]]:
    return st.frozensets(st.sampled_from(Kind))
