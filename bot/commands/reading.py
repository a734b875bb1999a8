"""What a topic reads as and finds, in one sentence: shown beneath a form while somebody types."""

from bot.commands.recent import WEEK
from bot.commands.services import Services
from bot.compose.phrases import count
from bot.compose.topic import parse_topic
from bot.errors import TopicError


class Reading:
    """Reads topics that are still being typed."""

    def __init__(self, services: Services) -> None:
        self._at = services

    async def of(self, text: str) -> str:
        """Return "Reads as …: 23 papers in the last 7 days.", or why it cannot be read (yet)."""
        if not text.strip():
            return ""
        try:
            topic = parse_topic(text)
        except TopicError as error:
            return " ".join(filter(None, (f"I can't read that yet: {error}", error.remedy)))
        since = self._at.recent.since(WEEK)
        if not any(batch.papers for batch in await self._at.announcements.batches(since)):
            return f"Reads as {topic.reading}. I can't count papers yet."
        found = await self._at.recent.count(topic)
        return f"Reads as {topic.reading}: {count(found, 'paper')} in the last 7 days."
