"""Every length that Paperboy keeps to: gaps, ladders, time-outs, leases, pace. PURE.

Not settings: tests start the program through `app.main(limits=…)` with short ones, and the
stand-in servers enforce the same. `tests/test_limits.py` checks the defaults against their sources.
All durations are seconds.
"""

from dataclasses import dataclass, field

MINUTE = 60.0
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class ArxivLimits:
    """arXiv's terms of use and our politeness (https://info.arxiv.org/help/api/tou.html)."""

    gap: float = 3.1  # from the end of one request to the start of the next
    timeout: float = 60.0  # one request, whole
    stops: tuple[float, ...] = (15 * MINUTE, 30 * MINUTE, HOUR)  # after 429, 406, 403, 503
    stop_jitter: float = 0.1  # share of a stop added at random
    retry_after_max: float = 6 * HOUR  # the most that a Retry-After is obeyed
    unreachable_ladder: tuple[float, ...] = (MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE)
    feed_after_midnight: float = 20 * MINUTE  # Eastern, when the feed has rolled over
    feed_ladder: tuple[float, ...] = (20 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR)
    feed_items: int = 1_000  # expected items per joined feed request; arXiv cuts at 2,000
    ids_per_request: int = 100
    search_page: int = 200
    search_depth: int = 10_000  # start + size
    body_max: int = 64 * 1024 * 1024  # bytes of one answer, unpacked


@dataclass(frozen=True, slots=True)
class DeliveryLimits:
    """How patient the outbox is, whatever the platform."""

    request_timeout: float = 30.0
    lease: float = 2 * MINUTE  # a claimed row untouched for this long is taken for unknown
    retry_ladder: tuple[float, ...] = (5.0, 30.0, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR)
    retry_after_max: float = HOUR
    retry_jitter: float = 0.2  # share of a retry's wait added at random
    read_timeout: float = 10 * MINUTE  # reading back one place's messages after a restore
    reconcile_after: float = 35.0  # an ambiguous send is asked about after the time-out has passed
    reconcile_ladder: tuple[float, ...] = (MINUTE, 5 * MINUTE, 30 * MINUTE, HOUR)
    stop_grace: float = 5.0  # sends in flight are given this long on a graceful stop
    idle_poll: float = 1.0  # the worker's longest sleep while something may fall due
    parallel: int = 16  # destinations served side by side per platform
    store_ladder: tuple[float, ...] = (1.0, 2.0, 5.0, 10.0, 30.0)  # after a StoreError


@dataclass(frozen=True, slots=True)
class ListenLimits:
    """What a listener takes from whoever connects, and for how long."""

    body_max: int = 256 * 1024  # bytes of one request's body
    line_max: int = 8_190  # bytes of the request line, and of one header
    headers_max: int = 64
    body_timeout: float = 10.0  # the whole body must have come by then
    idle_timeout: float = 20.0  # a connection that has not finished asking is closed
    answer_timeout: float = 30.0  # one answer, streams apart
    connections: int = 256
    streams: int = 32  # pages that watch for new messages
    stream_beat: float = 15.0  # the longest silence of a stream
    stream_stuck: float = 10.0  # a reader who takes nothing for this long is let go
    stop_grace: float = 1.0  # answers under way are given this long on a stop
    wrong_tokens: int = 10  # in `wrong_window`; then tokens are not looked at until it is over
    wrong_window: float = MINUTE


@dataclass(frozen=True, slots=True)
class Pace:
    """Messages: a burst, then one per `every` seconds."""

    every: float
    burst: int = 1


@dataclass(frozen=True, slots=True)
class PlatformLimits:
    """One platform's pace; the numbers' sources stand where they are enforced."""

    per_destination: Pace
    per_account: Pace
    overall: Pace = Pace(0.0)  # all accounts together; no limit
    requests: int = 0  # a second, of all kinds; 0: what the platform documents


@dataclass(frozen=True, slots=True)
class Limits:
    """All lengths; passed in once, at the start."""

    arxiv: ArxivLimits = field(default_factory=ArxivLimits)
    delivery: DeliveryLimits = field(default_factory=DeliveryLimits)
    listen: ListenLimits = field(default_factory=ListenLimits)
    web: PlatformLimits = PlatformLimits(Pace(0.0, 100), Pace(0.0, 100))
    # One message a second per channel, "several hundred" a minute per workspace: 300 here
    # (https://docs.slack.dev/apis/web-api/rate-limits). Two of these may come at once, so that a
    # machine that wakes late catches up.
    slack: PlatformLimits = PlatformLimits(Pace(1.0), Pace(MINUTE / 298, 2))
    # Five messages in five seconds per channel; 50 requests a second over all routes, of which
    # looking things up needs some (https://docs.discord.com/developers/topics/rate-limits).
    discord: PlatformLimits = PlatformLimits(Pace(1.1, 3), Pace(0.021, 10))
    settle_after: float = HOUR  # a batch whose enrichment is not done by then is settled anyway
    enqueue_batch: int = 5_000  # digests per transaction
    announcements_kept: float = 90 * DAY
    first_harvest: float = 30 * DAY
    heal_window: float = 14 * DAY  # how far back of the last OAI run a version may be dated
    heartbeat_timeout: float = 10.0  # of the request to `heartbeat_url`
    tick: float = 20.0  # the longest sleep of the scheduler
    search_every: float = 30.0  # between two searches at arXiv by one person
    search_patience: float = 20.0  # how long that person waits for arXiv's answer
    store_window: float = 30 * DAY  # what counts, previews and searches answer from
