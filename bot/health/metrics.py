"""What Prometheus reads: what is known → the text of one scrape.

The only module that loads prometheus_client, at the first scrape. Everything is a value handed
over at the scrape; nothing here counts by itself.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib.metadata import version
from itertools import accumulate
from typing import Final

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from bot.health.meter import ASKED, LATE, OUTCOMES, Buckets, Meter
from bot.health.ready import Known, checks
from bot.health.vitals import Vitals

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
_BATCHES: Final = ("open", "settled", "given up")


def exposition(known: Known, meter: Meter) -> bytes:
    """Return the text of one scrape."""
    registry = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=registry)
    registry.register(_Values(known, meter))
    return generate_latest(registry)


class _Values(Collector):
    def __init__(self, known: Known, meter: Meter) -> None:
        self._known = known
        self._meter = meter

    def collect(self) -> Iterator[Metric]:
        yield _gauge(
            "build_info", "The version that runs.", {version("arxiv-paperboy"): 1}, "version"
        )
        ready = {check.name: int(check.ok) for check in checks(self._known)}
        yield _gauge("ready", "Whether a check of /readyz is fulfilled.", ready, "check")
        yield from _arxiv(self._known, self._meter)
        yield from _work(self._known, self._meter)
        yield _plain("event_loop_lag_seconds", "How late the event loop is.", self._meter.lag)
        if self._known.vitals is not None:
            yield from _stored(self._known.vitals, self._known.at)


def _arxiv(known: Known, meter: Meter) -> Iterator[Metric]:
    asked = CounterMetricFamily(
        "paperboy_arxiv_requests", "Requests to arXiv, by outcome.", labels=["outcome"]
    )
    for outcome in ASKED:
        asked.add_metric([outcome], meter.asked[outcome])
    yield asked
    silent = (known.at - known.silent_since).total_seconds() if known.silent_since else 0.0
    yield _plain("arxiv_silent_seconds", "For how long arXiv gives no good answer.", silent)


def _work(known: Known, meter: Meter) -> Iterator[Metric]:
    yield CounterMetricFamily(
        "paperboy_digests_planned", "Digests planned with something to post.", value=meter.digests
    )
    yield CounterMetricFamily("paperboy_matches", "Papers in these digests.", value=meter.matches)
    platforms = sorted({*(known.platforms or {}), *(name for name, _ in meter.outcomes)})
    outcomes = CounterMetricFamily(
        "paperboy_delivery_outcomes",
        "What became of messages, each time that something did.",
        labels=["platform", "outcome"],
    )
    retries = CounterMetricFamily(
        "paperboy_delivery_retries", "Messages that are to be sent again.", labels=["platform"]
    )
    late = HistogramMetricFamily(
        "paperboy_delivery_lateness_seconds",
        "From when a digest was due until its message was there.",
        labels=["platform"],
    )
    for platform in platforms:
        for outcome in OUTCOMES:
            outcomes.add_metric([platform, outcome], meter.outcomes[platform, outcome])
        retries.add_metric([platform], meter.outcomes[platform, "retry"])
        late.add_metric([platform], *_histogram(meter.lateness.get(platform, Buckets())))
    yield from (outcomes, retries, late)


def _histogram(buckets: Buckets) -> tuple[list[tuple[str, float]], float]:
    ends = [*map(str, LATE), "+Inf"]
    return list(zip(ends, accumulate(map(float, buckets.counts)), strict=True)), buckets.total


def _stored(vitals: Vitals, now: datetime) -> Iterator[Metric]:
    batches = dict.fromkeys(_BATCHES, 0) | dict(vitals.batches)
    yield _gauge("batches", "Days of arXiv that are kept, by state.", batches, "state")
    settled = vitals.settled_at.timestamp() if vitals.settled_at else 0.0
    yield _plain(
        "batch_settled_timestamp_seconds", "When the newest announcement was complete.", settled
    )
    yield _plain("papers", "Papers that are known.", vitals.papers)
    yield CounterMetricFamily(
        "paperboy_announcements", "Announcements ever read.", value=vitals.announcements
    )
    yield _plain("subscriptions", "Subscriptions and alerts.", vitals.subscriptions)
    deliveries = GaugeMetricFamily(
        "paperboy_deliveries",
        "Messages that are not settled, or were refused, by state.",
        labels=["platform", "state"],
    )
    for (platform, state), many in vitals.deliveries.items():
        deliveries.add_metric([platform, state], many)
    yield deliveries
    platforms = sorted({platform for platform, _ in vitals.deliveries})
    oldest = {
        platform: (now - since).total_seconds() for platform, since in vitals.oldest_owed.items()
    }
    yield _gauge(
        "oldest_owed_seconds",
        "For how long the oldest owed digest waits.",
        dict.fromkeys(platforms, 0.0) | oldest,
        "platform",
    )
    yield _gauge(
        "suspended_places",
        "Places that cannot be written to.",
        dict.fromkeys(platforms, 0) | dict(vitals.suspended),
        "platform",
    )
    yield _plain("database_bytes", "Size of the database.", vitals.database_bytes)
    if vitals.free_bytes is not None:
        yield _plain("disk_free_bytes", "Room beside the database.", vitals.free_bytes)


def _plain(name: str, help_: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"paperboy_{name}", help_, value=value)


def _gauge(name: str, help_: str, values: Mapping[str, float], label: str) -> GaugeMetricFamily:
    found = GaugeMetricFamily(f"paperboy_{name}", help_, labels=[label])
    for value, number in values.items():
        found.add_metric([value], number)
    return found
