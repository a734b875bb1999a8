"""The picture of a Slack digest in README: the demo's papers, drawn by the real renderer.

uv run python -m tests.pictures.slack [FILE]
"""

import asyncio
import json
import sys
from datetime import date
from pathlib import Path

from playwright.async_api import async_playwright

from bot.collect.arxiv.recorded import read_recording
from bot.compose.match import TopicIndex
from bot.compose.topic import parse_topic
from bot.demo import DAYS
from bot.model import Destination, Digest, Heading, Item, Kind, Paper, Place, Slot
from bot.platforms.slack.blocks import keyed
from bot.platforms.slack.render import render
from bot.schedule import feed_due
from tests.pictures.block_kit import page
from tests.platforms.chromium import ARGS, CHROMIUM

FILE = Path(__file__).resolve().parents[2] / ".github" / "pictures" / "slack.png"
TOPICS = ("image generation", "spin glass")
DAY = date(2026, 11, 24)


def digest(papers: list[Paper]) -> Digest:
    """Return the digest that #papers would get of these papers."""
    topics = [parse_topic(text) for text in TOPICS]
    found: dict[str, tuple[Paper, tuple[int, ...]]] = {}
    for match in TopicIndex(topics).match(papers):
        number = TOPICS.index(match.topic.label) + 1
        before = found.get(match.paper.id, (match.paper, ()))[1]
        found[match.paper.id] = (match.paper, (*before, number))
    where = Destination("slack", "T0", "C0")
    return Digest(
        1,
        where,
        Slot("picture", feed_due(DAY)),
        Place(where, "#papers"),
        Heading((DAY,), len(papers), tuple(enumerate(TOPICS, 1))),
        tuple(Item(one.id, one.version, Kind.NEW, by) for one, by in found.values()),
        30,
        {(one.id, one.version): one for one, _ in found.values()},
    )


def messages() -> list[dict[str, object]]:
    """Return the messages of the demo's second day."""
    days = read_recording(DAYS).days
    papers = [item.paper for day in days if day.day == DAY for item in day.items]
    return [keyed(body.payload, "picture") for body in render(digest(papers))]


async def main(file: Path) -> None:
    """Write the picture."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGS))
        view = await browser.new_page(viewport={"width": 760, "height": 400})
        await view.set_content(page(json.loads(json.dumps(messages()))))
        await view.screenshot(path=file, full_page=True)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if sys.argv[1:] else FILE))
