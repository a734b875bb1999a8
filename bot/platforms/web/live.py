"""A bell that wakes every page that watches; what is new each page then reads for itself."""

import asyncio


class Bell:
    """Rung whenever something may have changed. Lives on one event loop."""

    def __init__(self) -> None:
        self._rings = 0
        self._changed = asyncio.Event()

    @property
    def rings(self) -> int:
        """How often it was rung. Read this before reading what may change."""
        return self._rings

    def ring(self) -> None:
        """Wake everybody who waits."""
        self._rings += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def heard(self, rings: int, seconds: float) -> bool:
        """Wait until it has been rung more than `rings` times; False if `seconds` pass first."""
        if self._rings != rings:
            return True
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return False
        return True
