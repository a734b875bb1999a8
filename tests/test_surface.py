"""What a running bot shows to others on its machine and its network: its routes, and its files."""

import os
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bot.app import World, running
from bot.collect.arxiv.query import Endpoints
from bot.config import Config, StoreConfig, WebConfig
from bot.control import socket_path
from bot.limits import DeliveryLimits, Limits
from bot.platforms.page.file import write_page
from bot.secret import Secret
from bot.store.lock import lock_path
from bot.web.assets import asset_url
from bot.web.guard import Work
from bot.web.routes import Handler, Route

SHORT = replace(Limits(), delivery=DeliveryLimits(stop_grace=0.1))
NOWHERE = "http://127.0.0.1:9"
OPEN = {"/login", "/assets/{name}", "/healthz", "/readyz"}
"""Everything that answers without the token; whoever adds to it has to say why here:
the login form with its style sheet, and what probes ask (which says no more than "yes" or "no")."""


@asynccontextmanager
async def a_bot(database: Path, web: WebConfig) -> AsyncIterator[str]:
    config = Config(store=StoreConfig(str(database)), web=web)
    world = World(limits=SHORT, endpoints=Endpoints(NOWHERE, NOWHERE, NOWHERE))
    async with running(config, world) as bot:
        yield bot.url


async def test_no_route_of_a_running_bot_answers_without_the_token_but_the_open_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    routes = _noted(monkeypatch)
    web = WebConfig(listen="0.0.0.0:0", token=Secret("0123456789abcdef"))
    async with a_bot(tmp_path / "p.sqlite3", web) as url, aiohttp.ClientSession() as client:
        assert {route.path for route in routes if route.open} <= OPEN
        closed = [route for route in routes if not route.open]
        assert len(closed) >= 5
        for route in closed:
            path = route.path.replace("{room}", "papers")
            own = {"Origin": url[:-1]}
            async with client.request(route.method, url[:-1] + path, headers=own) as answer:
                assert answer.status == 401, route.path
        async with client.get(url[:-1] + asset_url("page.css")) as answer:
            assert answer.status == 200


def _noted(monkeypatch: pytest.MonkeyPatch) -> list[Route]:
    """Note every route that any listener is given."""
    seen: list[Route] = []
    measured = Work.measured

    def noting(self: Work, route: Route) -> Handler:
        seen.append(route)
        return measured(self, route)

    monkeypatch.setattr(Work, "measured", noting)
    return seen


async def test_every_file_of_a_running_bot_is_its_owners_alone_whatever_the_umask(
    tmp_path: Path,
) -> None:
    database = tmp_path / "data" / "paperboy.sqlite3"
    before = os.umask(0)
    try:
        async with a_bot(database, WebConfig(listen="127.0.0.1:0")):
            found = {one: stat.S_IMODE(one.stat().st_mode) for one in database.parent.iterdir()}
    finally:
        os.umask(before)
    assert {database, lock_path(database), socket_path(database)} <= {*found}
    assert {*found.values()} == {0o600}
    assert stat.S_IMODE(database.parent.stat().st_mode) == 0o700


def test_a_markdown_page_can_be_read_by_all_because_it_is_written_to_be_published(
    tmp_path: Path,
) -> None:
    page = tmp_path / "page.md"
    write_page(page, "## Topic\n")
    assert stat.S_IMODE(page.stat().st_mode) == 0o644
