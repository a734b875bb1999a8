"""Measures by how much the event loop is late: what hogs it delays everybody's answers."""

from bot.health.meter import Meter
from bot.ports import Elapsed

BEAT = 1.0  # seconds
FADES = 0.8  # share of the last lag that is kept: a scrape every 15 s still sees a peak


async def feel(meter: Meter, elapsed: Elapsed) -> None:
    """Measure until cancelled."""
    while True:
        before = elapsed.now()
        await elapsed.sleep(BEAT)
        lag = max(elapsed.now() - before - BEAT, 0.0)
        meter.lag = max(lag, meter.lag * FADES)
