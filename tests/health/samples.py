"""What is known at some moment, for tests of what is made of it."""

from datetime import UTC, datetime, timedelta

from bot.health.ready import Known
from bot.health.vitals import Vitals

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def known(vitals: Vitals | None = None, **more: object) -> Known:
    """A bot that is well, but for what a test says."""
    usual: dict[str, object] = {
        "at": NOW,
        "arxiv": "arXiv of Tue 24 Nov: 1,204 papers.",
        "silent_since": None,
        "harvested": True,
        "vitals": vitals or Vitals(free_bytes=10**10),
        "platforms": {"web": "", "slack": ""},
    }
    return Known(**(usual | more))  # type: ignore[arg-type]
