"""`paperboy demo` and `paperboy run` as a newcomer types them: real processes, an empty home."""

import asyncio
import os
import re
import signal
import stat
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 90  # seconds, for a busy machine; waiting ends with its condition
STOPPED_WITHIN = 2.0


@dataclass
class Program:
    process: asyncio.subprocess.Process
    said: list[str]
    url: str = ""

    async def read_until(self, wanted: str) -> str:
        assert self.process.stdout
        async with asyncio.timeout(PATIENCE):
            while line := (await self.process.stdout.readline()).decode():
                self.said.append(line)
                if found := re.search(wanted, line):
                    return found[1]
        raise AssertionError(f"it ended with: {''.join(self.said)}")

    async def page(self, room: str = "papers") -> str:
        async with aiohttp.ClientSession() as session, session.get(f"{self.url}c/{room}") as got:
            return await got.text()

    async def until(self, shows: Callable[[str], object], room: str = "papers") -> str:
        async with asyncio.timeout(PATIENCE):
            while not shows(text := await self.page(room)):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.2)
            return text

    async def stop(self, number: signal.Signals) -> float:
        """Send a signal; return the seconds until the process has ended."""
        begin = time.monotonic()
        self.process.send_signal(number)
        async with asyncio.timeout(PATIENCE):
            await self.process.wait()
        return time.monotonic() - begin


@asynccontextmanager
async def paperboy(home: Path, *words: str) -> AsyncIterator[Program]:
    """Start the program where nothing is; every way to the network is a closed door."""
    closed = "http://127.0.0.1:9"
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "TMPDIR": str(home / "tmp"),
        "HTTP_PROXY": closed,
        "HTTPS_PROXY": closed,
    }
    (home / "tmp").mkdir()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *words,
        env=environ,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield Program(process, [])
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_the_demo_shows_three_days_and_leaves_nothing_behind(
    tmp_path: Path, number: signal.Signals
) -> None:
    async with paperboy(tmp_path, "demo") as program:
        program.url = await program.read_until(r"(http://127\.0\.0\.1:\d+/)")
        if number is signal.SIGINT:
            text = await program.until(lambda text: "arXiv of Wed 25 Nov: " in text)
            for shown in ("arXiv of Mon 23 Nov", "arXiv of Tue 24 Nov", "Updated", "Cross-listed"):
                assert shown in text
            alerts = await program.page("u:you")
            assert "spin glass" in alerts
            assert "You&#39;ll hear from me here" in alerts
        assert await program.stop(number) < STOPPED_WITHIN
        assert program.process.returncode == 0
        assert program.process.stdout
        assert "Traceback" not in (await program.process.stdout.read()).decode()
    assert list((tmp_path / "tmp").iterdir()) == []
    assert not (tmp_path / "data").exists()


async def test_without_network_the_bot_says_so_and_everything_else_works(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[web]\nlisten = "127.0.0.1:0"\n')
    async with paperboy(tmp_path, "run", "--config", str(config)) as program:
        program.url = await program.read_until(r"Open (http://127\.0\.0\.1:\d+/)")
        said = "".join(program.said)
        database = tmp_path / "data" / "paperboy" / "paperboy.sqlite3"
        assert str(database) in said
        assert stat.S_IMODE(database.stat().st_mode) == 0o600
        await program.until(lambda text: "arXiv has not answered since" in text)
        async with aiohttp.ClientSession() as session:
            form = {"text": "subscribe spin glass"}
            url = f"{program.url}c/papers/command"
            headers = {"Origin": program.url.rstrip("/")}
            async with session.post(url, data=form, headers=headers) as answer:
                assert "spin glass" in await answer.text()
        async with paperboy_beside(tmp_path, config) as second:
            assert await second.wait() == 2
            assert second.stdout
            assert str(program.process.pid) in (await second.stdout.read()).decode()
        assert await program.stop(signal.SIGINT) < STOPPED_WITHIN
        assert program.process.returncode == 0


@asynccontextmanager
async def paperboy_beside(home: Path, config: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start a second one on the same database."""
    yield await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        "--config",
        str(config),
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "XDG_DATA_HOME": str(home / "data"),
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def test_settings_are_read_again_on_a_signal_and_wrong_ones_change_nothing(
    tmp_path: Path,
) -> None:
    config = tmp_path / "config.toml"
    usual = 'web.listen = "127.0.0.1:0"\nstore.path = "p.sqlite3"\nlog.format = "json"\n'
    config.write_text(usual)
    async with paperboy(
        tmp_path, "run", "--config", str(config), "--replay", str(ROOT / "bot" / "demo")
    ) as program:
        await program.read_until(r"(Open http)")
        config.write_text(usual + 'defaults.at = "08:00"\nweb.public_url = "https://p.example"\n')
        program.process.send_signal(signal.SIGHUP)
        assert await program.read_until(r"read again: (.*?) changed") == "defaults.at"
        assert await program.read_until(r"only a restart changes ([\w.]+)") == "web.public_url"
        config.write_text(usual + "defaults.cap = 0\n")
        program.process.send_signal(signal.SIGHUP)
        said = await program.read_until(r"(the settings stay as they were: .*?must be)")
        assert "config.toml: defaults.cap is 0" in said
        assert await program.stop(signal.SIGTERM) < 10.0
        assert program.process.returncode == 0
