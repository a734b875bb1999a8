"""The door to all commands: open at once, while what stands behind it is loaded when it is needed.

That takes 50 ms, which a start need not wait for; `run` loads it soon afterwards.
"""

from typing import TYPE_CHECKING

from bot.commands.services import Services
from bot.dialogue import Reply, Request

if TYPE_CHECKING:
    from bot.commands.core import Verbs


class Commands:
    """Request → Reply, for all platforms."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._verbs: Verbs | None = None

    async def run(self, request: Request) -> Reply:
        """Carry out one request. Raises what is nobody's mistake but ours."""
        return await self.open().run(request)

    async def reading(self, text: str) -> str:
        """Say how a topic reads, while it is typed."""
        return await self.open().reading(text)

    def open(self) -> "Verbs":
        """Load all verbs, so that the next request need not wait for it."""
        if self._verbs is None:
            from bot.commands.core import Verbs

            self._verbs = Verbs(self._services)
        return self._verbs
