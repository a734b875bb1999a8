"""The picture of a Slack digest in README: the demo's papers, drawn by the real renderer.

uv run python -m tests.pictures.slack [FILE]
"""

import asyncio
import json
import sys
from pathlib import Path

from playwright.async_api import async_playwright

from bot.model import Destination
from bot.platforms.slack.blocks import keyed
from bot.platforms.slack.render import render
from tests.pictures.block_kit import page
from tests.pictures.digest import demo_digest
from tests.platforms.chromium import ARGS, CHROMIUM

FILE = Path(__file__).resolve().parents[2] / ".github" / "pictures" / "slack.png"


def messages() -> list[dict[str, object]]:
    """Return the messages of the demo's second day."""
    digest = demo_digest(Destination("slack", "T0", "C0"))
    return [keyed(body.payload, "picture") for body in render(digest)]


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
