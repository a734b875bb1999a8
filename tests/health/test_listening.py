"""The three addresses of a running bot, on both listeners; and the alerts that read them."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.app import Running, World, running
from bot.config import Config, PublicConfig, SlackConfig, StoreConfig, WebConfig
from bot.demo import DAYS
from bot.dialogue import Request
from bot.health.meter import ASKED, OUTCOMES
from bot.platforms.web.rooms import CHANNEL, READER
from bot.secret import Secret
from bot.terminal.running import replaying, wake_after_jumps

ALERTS = Path(__file__).resolve().parents[2] / "deploy" / "alerts.yaml"
TOKEN = "0123456789abcdef"
PATIENCE = 60


@asynccontextmanager
async def started(
    folder: Path, web: WebConfig | None = None, slack: SlackConfig | None = None
) -> AsyncIterator[Running]:
    """Start a bot that replays sample days, with both listeners and a subscription."""
    config = Config(
        store=StoreConfig(str(folder / "p.sqlite3")),
        web=web or WebConfig(listen="127.0.0.1:0"),
        public=PublicConfig(listen="127.0.0.1:0"),
        slack=slack or SlackConfig(),
    )
    world = replaying(World(slack_api="http://127.0.0.1:9/api/"), DAYS, pace=0.05)
    async with running(config, world) as bot:
        wake_after_jumps(world, bot)
        here = Request(
            "subscribe image generation", READER, CHANNEL, "#papers", in_person=False, may_edit=True
        )
        await bot.commands.run(here)
        yield bot


async def got(url: str, **headers: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        return answer.status, await answer.text()


def samples(text: str) -> dict[str, float]:
    """Name of each sample → the sum of its values."""
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            found[one.name] = found.get(one.name, 0.0) + one.value
    return found


async def after_a_digest(bot: Running) -> str:
    """Wait until a message was delivered; return the scrape that tells of it."""
    async with asyncio.timeout(PATIENCE):
        while True:
            _, text = await got(f"{bot.url}metrics")
            if 'outcome="sent",platform="web"} 0' not in text and 'outcome="sent"' in text:
                return text
            await asyncio.sleep(0.1)


async def test_a_running_bot_is_alive_ready_and_tells_its_numbers(tmp_path: Path) -> None:
    async with started(tmp_path) as bot:
        assert await got(f"{bot.url}healthz") == (200, "alive\n")
        text = await after_a_digest(bot)
        status, body = await got(f"{bot.url}readyz")
        assert status == 200, body
        assert '"platform web": {"ok": true' in body
        found = samples(text)
        assert found["paperboy_matches_total"] > 0
        assert found["paperboy_digests_planned_total"] > 0
        assert found["paperboy_delivery_lateness_seconds_count"] > 0
        assert found["paperboy_papers"] > 0
        assert found["paperboy_subscriptions"] == 1
        assert found["paperboy_database_bytes"] > 0
        assert found["paperboy_batches"] > 0
        for outcome in ASKED:
            assert f'paperboy_arxiv_requests_total{{outcome="{outcome}"}}' in text
        for outcome in OUTCOMES:
            assert f'outcome="{outcome}",platform="web"' in text or (
                f'platform="web",outcome="{outcome}"' in text
            )


async def test_the_public_listener_gives_verdicts_alone(tmp_path: Path) -> None:
    async with started(tmp_path) as bot:
        assert bot.public_url
        assert await got(f"{bot.public_url}healthz", Host="probe.example") == (200, "alive\n")
        status, body = await got(f"{bot.public_url}readyz")
        assert (status, body) == (200, '{"ready": true}')
        for path in ("metrics", "", "c/papers", "login"):
            assert (await got(bot.public_url + path))[0] == 404


async def test_names_and_numbers_need_the_token_where_the_page_does(tmp_path: Path) -> None:
    web = WebConfig(listen="0.0.0.0:0", token=Secret(TOKEN))
    async with started(tmp_path, web) as bot:
        assert (await got(f"{bot.url}healthz"))[0] == 200
        for path in ("readyz", "metrics"):
            assert (await got(bot.url + path))[0] == 401
            assert (await got(bot.url + path, Authorization=f"Bearer {TOKEN}"))[0] == 200
            assert (await got(bot.url + path, Authorization=f"Bearer {TOKEN}x"))[0] == 401


async def test_a_platform_that_cannot_be_reached_makes_it_not_ready_and_says_why(
    tmp_path: Path,
) -> None:
    slack = SlackConfig(Secret("xoxb-1"), app_token=Secret("xapp-1"))
    async with started(tmp_path, slack=slack) as bot:
        status, body = await got(f"{bot.url}readyz")
        assert status == 503
        assert '"platform slack": {"ok": false, "reason": "Slack ' in body
        assert await got(f"{bot.public_url}readyz") == (503, '{"ready": false}')
        assert (await got(f"{bot.public_url}healthz"))[0] == 200
        _, text = await got(f"{bot.url}metrics")
        assert 'paperboy_ready{check="platform slack"} 0.0' in text


# ── alerts ───────────────────────────────────────────────────────────────────────────────────────

_WORDS = frozenset({"by", "absent", "min", "max", "sum", "rate", "increase", "time", "le"}) | {
    "histogram_quantile", "platform", "check",
}  # fmt: skip


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(ALERTS.read_text())["groups"]
    return list(group["rules"])


def metrics_in(expression: str) -> set[str]:
    """The names of metrics in an expression of PromQL."""
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\d[\w.]*", " ", expression)
    return set(re.findall(r"[a-z_]\w*", bare)) - _WORDS


def labels_in(expression: str) -> set[tuple[str, str]]:
    """Each label that an expression selects by, with each of its values."""
    pairs = re.findall(r'(\w+)=~?"([^"]*)"', expression)
    return {(name, value) for name, values in pairs for value in values.split("|")}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_an_alert_says_what_it_is_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"info", "warning", "critical"}
    assert rule["annotations"].keys() == {"summary", "what_to_do"}
    assert metrics_in(rule["expr"])
    used = set(re.findall(r"\$labels\.(\w+)", str(rule["annotations"])))
    assert used <= {"platform", "check"}


async def test_each_alert_reads_metrics_that_a_scrape_has(tmp_path: Path) -> None:
    async with started(tmp_path) as bot:
        text = await after_a_digest(bot)
    names = samples(text).keys()
    for rule in rules():
        assert metrics_in(rule["expr"]) <= names, rule["alert"]
        for name, value in labels_in(rule["expr"]):
            assert f'{name}="{value}"' in text, rule["alert"]
