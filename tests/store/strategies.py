"""Invented values in the real formats, for the property tests of the store."""

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import strategies as st

from bot.model import (
    Daily,
    Density,
    Destination,
    Kind,
    OnArrival,
    Paper,
    Place,
    Raw,
    Subscription,
    Weekly,
)


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


def destinations() -> st.SearchStrategy[Destination]:
    return st.builds(
        Destination,
        platform=st.sampled_from(["web", "slack", "discord"]),
        account=st.sampled_from(["T1", "T2", "local"]),
        address=st.sampled_from(["C1", "C2", "U1", "u:7"]),
    )


def places() -> st.SearchStrategy[Place]:
    return st.builds(
        Place,
        destination=destinations(),
        name=st.text(max_size=10),
        zone=zones(),
        density=st.sampled_from(Density),
        is_person=st.booleans(),
        suspended=st.text(max_size=5),
        creator=st.text(max_size=5),
        last_platform_id=st.text(max_size=5),
        tell_empty=st.booleans(),
        exclude=st.text(max_size=9),
        base=st.text(max_size=9),
        skip_shown_at=st.none() | destinations(),
    )


def parts() -> st.SearchStrategy[Place]:
    """Return places that are part of another one, with its filter."""
    whole = st.just(Destination("discord", "A", "g:1"))
    return st.builds(replace, places(), base=st.text(max_size=9), within=whole)


def zones() -> st.SearchStrategy[str]:
    return st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Kiritimati"])


def subscriptions() -> st.SearchStrategy[Subscription]:
    return st.builds(
        Subscription,
        destination=destinations(),
        number=st.integers(0, 5),
        topic=st.text(max_size=12),
        label=st.text(max_size=12),
        schedule=schedules(),
        zone=zones(),
        cursor=st.integers(0, 100),
        kinds=kinds(),
        updates=st.booleans(),
        creator=st.text(max_size=5),
        editor=st.text(max_size=5),
        created=st.none() | moments(),
        paused=st.booleans(),
        paused_until=st.none() | days(),
        ping=st.text(max_size=9),
        first_done=st.booleans(),
        last_slot=st.text(max_size=9),
    )
